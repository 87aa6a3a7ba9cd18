//! JSON: a document with the rows at a path, an array of rows, or one row a line. Numbers stay as they were written;
//! nested objects become columns named by the path, `salesByDate.orderedProductSales.amount`.

use super::{File, Grid, Grids, Importer};
use crate::diag::{Finding, Place};
use crate::plan::TableSpec;
use crate::snapshot::container::{CELL_BYTES, Kind};
use crate::snapshot::encoding::decode;
use crate::snapshot::header::folded;
use crate::snapshot::rules::{DATA_LIMIT, FILE_UNREADABLE};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// JSON of all three shapes.
pub(super) struct Json;

impl Importer for Json {
    fn kind(&self) -> Kind {
        Kind::Json
    }

    fn read(&self, file: File<'_>) -> Result<Grids, Finding> {
        let file = &file;
        let decoded = decode(file.path, &file.bytes, file.format, &|_| true)?;
        let values = values(file.path, &decoded.text)?;
        let mut grids = Vec::new();
        for (place, table) in file.tables.iter().enumerate() {
            let Some(rows) = rows_of(&values, table) else { continue };
            grids.push((place, grid(file, table, &values, &rows)?));
        }
        if grids.is_empty() {
            return Err(no_rows(file));
        }
        Ok(Grids { grids, encoding: decoded.encoding, exponents: true, found: Vec::new() })
    }
}

/// All values of the text, each with the line it begins on.
fn values(path: &str, text: &str) -> Result<Vec<(u32, Value)>, Finding> {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let mut values = Vec::new();
    let (mut at, mut line) = (0, 1);
    loop {
        let begins = at + text[at..].len() - text[at..].trim_start().len();
        line += u32::try_from(text[at..begins].bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(0);
        match stream.next() {
            None => return Ok(values),
            Some(Ok(value)) => values.push((line, value)),
            Some(Err(why)) => {
                let place = Place::at(&path.into(), u32::try_from(why.line()).unwrap_or(0), 0, 0);
                return Err(Finding::new(&FILE_UNREADABLE, place, format!("the file is no JSON: {why}"))
                    .hint("download it again"));
            }
        }
        let ends = stream.byte_offset();
        line += u32::try_from(text[begins..ends].bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(0);
        at = ends;
    }
}

/// The rows of a table: objects, each with its line (0 inside a document).
fn rows_of<'a>(values: &'a [(u32, Value)], table: &TableSpec) -> Option<Vec<(u32, &'a Map<String, Value>)>> {
    let objects = |items: &'a [Value]| {
        items.iter().map(|item| item.as_object().map(|row| (0, row))).collect::<Option<Vec<_>>>()
    };
    match values {
        [(_, document)] => {
            let reached = table.json_path.iter().try_fold(document, |value, key| value.get(&**key))?;
            match reached {
                Value::Array(items) => objects(items),
                Value::Object(row) if table.json_path.is_empty() => Some(vec![(1, row)]),
                _ => None,
            }
        }
        // One object a line; a path leads to the row inside it.
        lines if !lines.is_empty() => lines
            .iter()
            .map(|(line, value)| {
                let reached = table.json_path.iter().try_fold(value, |value, key| value.get(&**key))?;
                reached.as_object().map(|row| (*line, row))
            })
            .collect(),
        _ => None,
    }
}

fn no_rows(file: &File<'_>) -> Finding {
    let paths: Vec<String> = file
        .tables
        .iter()
        .filter(|table| !table.json_path.is_empty())
        .map(|table| format!("`{}`", table.json_path.join(".")))
        .collect();
    let message = match paths.is_empty() {
        true => "the document is no list of objects".to_owned(),
        false => format!("the document has no list of objects at {}", paths.join(" or ")),
    };
    Finding::new(&FILE_UNREADABLE, Place::file(file.path), message)
        .hint("`json_path` of the table names the keys that lead to its rows")
}

fn grid(
    file: &File<'_>,
    table: &TableSpec,
    values: &[(u32, Value)],
    rows: &[(u32, &Map<String, Value>)],
) -> Result<Grid, Finding> {
    let mut labels = BTreeSet::new();
    let mut flat = Vec::new();
    for (line, row) in rows {
        let mut cells = Vec::new();
        flatten("", row, &mut cells);
        labels.extend(cells.iter().map(|(label, _)| label.clone()));
        flat.push((*line, cells));
    }
    let places: BTreeMap<String, usize> =
        labels.into_iter().enumerate().map(|(at, label)| (label, at)).collect();
    let mut grid = Grid::new(places.keys().cloned().collect(), 0);
    for (line, cells) in &flat {
        if let Some((label, _)) = cells.iter().find(|(_, text)| text.len() > CELL_BYTES) {
            let place = Place::cell(file.path, *line, grid.rows() as u64 + 1, label);
            return Err(Finding::new(&DATA_LIMIT, place, format!("a value of more than {CELL_BYTES} bytes")));
        }
        grid.push_row(*line, cells.iter().map(|(label, text)| (places[label], text.as_str())));
        grid.fits(file.path)?;
    }
    for (label, text) in context(table, values) {
        grid.add_constant(&label, &text);
    }
    Ok(grid)
}

/// Scalars of an object by path. `null` is an empty cell; lists stay JSON.
fn flatten(prefix: &str, object: &Map<String, Value>, cells: &mut Vec<(String, String)>) {
    for (key, value) in object {
        let label = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            Value::Object(inner) => flatten(&label, inner, cells),
            Value::Null => cells.push((label, String::new())),
            Value::String(text) => cells.push((label, text.clone())),
            other => cells.push((label, other.to_string())),
        }
    }
}

/// What stands beside the rows and a table asks for by an alias such as `^reportSpecification.dataStartTime`.
fn context(table: &TableSpec, values: &[(u32, Value)]) -> Vec<(String, String)> {
    let [(_, document)] = values else { return Vec::new() };
    let aliases =
        table.columns.iter().flat_map(|column| &column.aliases).filter_map(|alias| alias.strip_prefix('^'));
    let asked = aliases.filter_map(|path| {
        let value = path.split('.').try_fold(document, |value, key| value.get(key))?;
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Null | Value::Object(_) | Value::Array(_) => return None,
            other => other.to_string(),
        };
        Some((folded(&format!("^{path}")), text))
    });
    asked.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{ColumnKind, FileFormat};
    use crate::snapshot::test::{column, table};

    fn check(text: &str, spec: TableSpec, header: &[&str], expected: &[(u32, &[&str])]) {
        let file = File {
            path: "x.json",
            bytes: text.as_bytes().into(),
            format: &FileFormat::default(),
            tables: &[spec],
        };
        let grid = Json.read(file).expect("readable").grids.remove(0).1;
        assert_eq!(grid.header, header);
        for (row, (line, cells)) in expected.iter().enumerate() {
            let found: Vec<&str> = (0..grid.header.len()).map(|column| grid.cell(row, column)).collect();
            assert_eq!((grid.lines[row], &found[..]), (*line, *cells));
        }
        assert_eq!(grid.rows(), expected.len());
    }

    #[test]
    fn arrays_lines_and_documents() {
        let array = r#"[{"a": 562949953421312, "b": null}, {"a": 12.50, "c": {"d": "x"}}]"#;
        check(
            array,
            table(&[]),
            &["a", "b", "c.d"],
            &[(0, &["562949953421312", "", ""]), (0, &["12.50", "", "x"])],
        );
        check("{\"a\": 1}\n\n{\"a\": true}\n", table(&[]), &["a"], &[(1, &["1"]), (3, &["true"])]);
        let mut spec = table(&[column("from", &["^spec.from"], ColumnKind::Text)]);
        spec.json_path = vec!["rows".into()];
        check(
            r#"{"spec": {"from": "2026-01-01"}, "rows": [{"a": 1}]}"#,
            spec,
            &["a", "^spec.from"],
            &[(0, &["1", "2026-01-01"])],
        );
    }

    #[test]
    fn what_is_no_json_says_where() {
        let file = File {
            path: "x.json",
            bytes: b"[{\n\"a\": }]".as_slice().into(),
            format: &FileFormat::default(),
            tables: &[table(&[])],
        };
        let found = Json.read(file).err().expect("no JSON");
        assert_eq!((found.rule.name, found.place.line), ("file-unreadable", 2));
    }
}
