//! A workspace round a table of the user's own: the day, the numbers and the ways to cut them are seen from the cells.

use super::super::Trouble;
use super::super::stop::Stop;
use super::super::terminal::{Terminal, print};
use super::Files;
use crate::build::Store;
use crate::diag::{Format, exit_code, has_errors};
use crate::inputs::{Disk, Inputs, Memory, ProjectPath};
use crate::plan;
use crate::snapshot::{self, Column, Frame, Lock};
use std::path::Path;

/// A table to start from is looked at whole; one that is larger needs a source declared by hand.
const LARGEST: u64 = 256 << 20;
/// A text column with more different values than this is no way to cut figures: every value would be a row.
const MEMBERS: usize = 60;

/// The files of a workspace round `file`.
pub(super) fn files(file: &Path, terminal: &Terminal, _stop: &Stop) -> Result<Files, Trouble> {
    let shown = file.display();
    let name = file.file_name().and_then(|name| name.to_str());
    let name =
        name.ok_or_else(|| Trouble::usage(format!("`{shown}` is no file with a name that can be written")))?;
    let path = ProjectPath::parse(name).map_err(|why| Trouble {
        code: 12,
        text: format!("`{shown}`: {}", why.0),
        hint: None,
    })?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let bytes = Disk::open(folder)
        .map_err(|error| error.to_string())
        .and_then(|disk| disk.read(&path, LARGEST).map_err(|why| why.to_string()))
        .map_err(|why| Trouble::usage(format!("cannot read `{shown}`: {why}")))?;
    let inside = format!("data/{name}");
    let mut memory = Memory::default();
    let put = |memory: &mut Memory, name: &str, bytes: &[u8]| {
        let path = ProjectPath::parse(name).map_err(|why| Trouble { code: 12, text: why.0, hint: None })?;
        memory.put(path, bytes.into());
        Ok::<(), Trouble>(())
    };
    put(&mut memory, &inside, &bytes)?;
    let source = source_name(name);
    put(&mut memory, "kpress.yaml", head(name, &source, &inside, None, &[]).as_bytes())?;
    let mut found = Vec::new();
    let plan = plan::load(&memory).into_value(&mut found);
    let snapshot = snapshot::take(&plan, &memory, &Lock::default(), &Store::none()).into_value(&mut found);
    if has_errors(&found) {
        terminal.say(&print(&found, Format::Text, terminal.colour, &memory));
        return Err(Trouble {
            code: exit_code(&found),
            text: format!("`{shown}` cannot be read as a table"),
            hint: None,
        });
    }
    let Some(table) = snapshot.tables.values().next() else {
        return Err(Trouble { code: 11, text: format!("`{shown}` holds no rows"), hint: None });
    };
    let Some(date) = date_column(&table.frame) else {
        let trouble = Trouble { code: 11, text: format!("no column of `{shown}` holds days"), hint: None };
        return Err(
            trouble.hint("a table of figures needs a column with the day of each row, written as 2026-11-09")
        );
    };
    let dimensions = dimensions(&table.frame);
    Ok(vec![
        ("kpress.yaml".to_owned(), head(name, &source, &inside, Some(&date), &dimensions).into_bytes()),
        (inside, bytes.to_vec()),
    ])
}

/// The source is named after the file: `Sales 2026.csv` becomes `sales_2026`.
fn source_name(file: &str) -> String {
    let stem = file.split('.').next().unwrap_or("");
    let plain: String =
        stem.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let plain = plain.trim_matches('_');
    if plain.is_empty() || plain.starts_with(|c: char| c.is_ascii_digit()) {
        "table".to_owned()
    } else {
        plain.to_owned()
    }
}

/// The first column of days; the one without gaps where there are several.
fn date_column(frame: &Frame) -> Option<String> {
    let days = frame.columns.iter().filter_map(|(name, column)| match column {
        Column::Date(rows) => Some((rows.iter().filter(|row| row.is_none()).count(), name)),
        _ => None,
    });
    days.min().map(|(_, name)| name.to_string())
}

/// Text columns whose values come again and again.
fn dimensions(frame: &Frame) -> Vec<String> {
    let cuts = frame.columns.iter().filter(|(_, column)| match column {
        Column::Text { values, .. } => {
            (2..=MEMBERS).contains(&values.len()) && values.len() * 2 <= frame.rows
        }
        _ => false,
    });
    cuts.map(|(name, _)| name.to_string()).collect()
}

/// `kpress.yaml`. Names are written as JSON strings, which YAML reads as they are.
fn head(file: &str, source: &str, inside: &str, date: Option<&str>, dimensions: &[String]) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let title = file.split('.').next().unwrap_or(file);
    let mut declared = format!("files: {}", text(inside));
    if let Some(date) = date {
        declared.push_str(&format!(", date: {}", text(date)));
    }
    if !dimensions.is_empty() {
        let names: Vec<String> = dimensions.iter().map(|name| text(name)).collect();
        declared.push_str(&format!(", dimension: [{}]", names.join(", ")));
    }
    format!(
        "# Every column of numbers that can be added up is a metric, until `metrics/*.yaml` says which ones there are.\n\
         site:\n  title: {}\n  languages: [en]\n  currency: JPY\nsources:\n  {source}: {{{declared}}}\n",
        text(title)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_named_after_its_file() {
        for (file, name) in [
            ("Sales 2026.csv", "sales_2026"),
            ("売上.csv", "table"),
            ("2026.csv", "table"),
            ("a.tsv.gz", "a"),
        ] {
            assert_eq!(source_name(file), name);
        }
    }
}
