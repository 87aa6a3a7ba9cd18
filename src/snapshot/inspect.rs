//! What a file is, for `kpress data inspect FILE`: container, encoding, header, the preset that fits best, and what in it
//! is worth a look. Nothing of it needs a workspace.

use super::cells::{Reading, typed};
use super::container::{Kind, foreign, is_packed, unpack};
use super::header::{choose, folded, matches};
use super::import::{self, File, Grid, Grids};
use super::number::Form;
use super::rules::PRESET_UNCLEAR;
use super::table::Column;
use crate::diag::{Finding, Place};
use crate::inputs::Bytes;
use crate::plan::{ColumnKind, ColumnSpec, FileFormat, Id, Source, TableSpec};
use crate::time::{Date, Zone};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// What was seen in a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inspection {
    /// `delimited text, gzip` …
    pub container: String,
    /// Encoding, and how it was decided.
    pub encoding: String,
    /// `CRLF`, `LF` or both; empty where there are no lines.
    pub line_ends: String,
    /// Line of the header, counted from 1; 0 where there are no lines.
    pub header_line: u32,
    /// Labels in the order of the file.
    pub header: Vec<String>,
    /// The preset and table that know most of the labels.
    pub preset: Option<(String, String)>,
    /// Labels that preset does not know.
    pub unknown: Vec<String>,
    /// Columns of that preset that the file lacks.
    pub absent: Vec<String>,
    /// Whose days are meant.
    pub zone: String,
    /// First and last day of its dates, in that zone.
    pub days: Option<(Date, Date)>,
    /// Data rows.
    pub rows: u64,
    /// Lines of the text; more than rows where cells hold line ends or lines stand before the header.
    pub lines: u64,
    /// Columns with data of buyers.
    pub personal: Vec<String>,
    /// What is wrong or suspicious.
    pub found: Vec<Finding>,
}

/// Looks at the bytes of a file. `presets` are the sources that presets make, by name.
/// `zone` is the one whose days are meant.
pub fn inspect(path: &str, bytes: &Bytes, presets: &BTreeMap<Id, Source>, zone: (&str, &Zone)) -> Inspection {
    let mut seen = Inspection { zone: zone.0.to_owned(), ..Inspection::default() };
    let unpacked = match unpack(path, bytes.clone()) {
        Ok(unpacked) => unpacked,
        Err(finding) => return Inspection { container: "gzip".to_owned(), found: vec![finding], ..seen },
    };
    if let Err(finding) = foreign(path, &unpacked) {
        return Inspection { container: "no data file".to_owned(), found: vec![finding], ..seen };
    }
    let kind = Kind::of(&unpacked);
    seen.container = format!("{}{}", kind.name(), if is_packed(bytes) { ", gzip" } else { "" });
    if matches!(kind, Kind::Text | Kind::Json) {
        (seen.line_ends, seen.lines) = lines(&unpacked);
    }
    match best(path, &unpacked, kind, presets) {
        Ok(Fit { grids, table, preset, alike, better }) => {
            seen.encoding = grids.encoding;
            seen.found = grids.found;
            let named = preset.as_ref().map(|(name, _)| name.clone()).unwrap_or_default();
            seen.preset = preset;
            let message = match better {
                Some(better) => Some(format!("its name says {named}, but its columns fit {better} better")),
                None => (alike.len() > 1).then(|| format!("its columns fit {} alike", alike.join(", "))),
            };
            if let Some(message) = message {
                seen.found.push(Finding::new(&PRESET_UNCLEAR, Place::file(path), message).hint(
                    "say which report it is by `preset:` of the source that reads it, or in the name of the file",
                ));
            }
            if let Some((_, grid)) = grids.grids.into_iter().next() {
                look(path, &grid, &table, (grids.exponents, zone.1), &mut seen);
            }
        }
        Err(finding) => seen.found.push(finding),
    }
    seen
}

struct Fit {
    grids: Grids,
    table: TableSpec,
    preset: Option<(String, String)>,
    /// Presets that know the columns as well, where the name of the file does not tell them apart.
    alike: Vec<String>,
    /// A preset that knows more of the columns than the one the name of the file means.
    better: Option<String>,
}

/// Whether the name of a file says that it is of a source: as a whole word, or as a part of one that is long enough.
fn is_named(path: &str, source: &Source) -> bool {
    /// Shorter ones occur within other words.
    const LONG: usize = 5;
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let words: Vec<&str> = name.split(|letter: char| !letter.is_alphanumeric()).collect();
    source.file_names.iter().map(|part| part.to_lowercase()).any(|part| {
        if part.len() > LONG {
            name.replace([' ', '_', '-'], "").contains(&part)
        } else {
            words.contains(&&*part)
        }
    })
}

/// So many labels fewer than another knows a preset may know and still be the one that the name of a file means.
const NEAR: usize = 2;

/// Reads the file by the preset that knows most of its labels, or by none.
fn best(path: &str, bytes: &Bytes, kind: Kind, presets: &BTreeMap<Id, Source>) -> Result<Fit, Finding> {
    let read = |format: &FileFormat, table: &TableSpec| {
        let file = File { path, bytes: bytes.clone(), format, tables: std::slice::from_ref(table) };
        import::read(kind, file)
    };
    let mut known: Option<(usize, Fit)> = None;
    let mut alike: Vec<(&Id, &Source)> = Vec::new();
    // Those whose files the name of this one may be of.
    let mut named: Vec<(usize, &Id, &Source, &TableSpec)> = Vec::new();
    for (name, source) in presets {
        for table in &source.tables {
            let Ok(grids) = read(&source.format, table) else { continue };
            let Some((_, grid)) = grids.grids.first() else { continue };
            let count = matches(&grid.header, table);
            // Half of the labels must be known: a `date` alone makes no report.
            let fits = count * 2 >= grid.header.len() && known.as_ref().is_none_or(|(most, _)| count > *most);
            // One preset may go by two names.
            let is_new = || {
                !alike
                    .iter()
                    .any(|(_, other)| format!("{:?}", other.tables) == format!("{:?}", source.tables))
            };
            let ties = known
                .as_ref()
                .is_some_and(|(most, _)| count == *most && count * 2 >= grid.header.len() && is_new());
            if count * 2 >= grid.header.len() && is_named(path, source) {
                named.push((count, name, source, table));
            }
            if fits {
                let preset = Some((name.to_string(), table.name.to_string()));
                known = Some((
                    count,
                    Fit { grids, table: table.clone(), preset, alike: Vec::new(), better: None },
                ));
            }
            match (fits, ties) {
                (true, _) => alike = vec![(name, source)],
                (false, true) => alike.push((name, source)),
                (false, false) => {}
            }
        }
    }
    match known {
        Some((most, fit)) => {
            // Where the columns hardly tell them apart, the name of the file does.
            let near = named.into_iter().filter(|(count, ..)| count + NEAR >= most);
            match near.max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(a.1))) {
                Some((count, name, source, table)) => {
                    let preset = Some((name.to_string(), table.name.to_string()));
                    let grids = read(&source.format, table)?;
                    let better = fit.preset.map(|(best, _)| best).filter(|_| count < most);
                    Ok(Fit { grids, table: table.clone(), preset, alike: Vec::new(), better })
                }
                None => Ok(Fit { alike: alike.iter().map(|(name, _)| name.to_string()).collect(), ..fit }),
            }
        }
        None => {
            let table = open_table();
            read(&FileFormat::default(), &table).map(|grids| Fit {
                grids,
                table,
                preset: None,
                alike: Vec::new(),
                better: None,
            })
        }
    }
}

fn open_table() -> TableSpec {
    TableSpec { open: true, ..TableSpec::unknown("rows") }
}

fn look(path: &str, grid: &Grid, table: &TableSpec, (exponents, zone): (bool, &Zone), seen: &mut Inspection) {
    seen.header_line = grid.header_line;
    seen.header = grid.header.iter().map(|label| folded(label)).collect();
    seen.rows = grid.rows() as u64;
    let place = Place::at(&path.into(), grid.header_line, 0, 0);
    let choice = choose(&place, &grid.header, table, &BTreeSet::new(), &[], &mut seen.found);
    let taken: BTreeSet<&str> = choice.taken.iter().map(|taken| &*taken.name).collect();
    let labels: BTreeSet<String> = choice.taken.iter().map(|taken| folded(&grid.header[taken.at])).collect();
    let is_unknown = |label: &&String| !labels.contains(*label) && !choice.personal.contains(label);
    seen.unknown = seen.header.iter().filter(is_unknown).cloned().collect();
    let is_sought = |column: &&ColumnSpec| {
        !column.personal && column.value.is_none() && column.across.is_none() && column.same_as.is_empty()
    };
    let lacking = table.columns.iter().filter(is_sought).filter(|column| !taken.contains(&*column.name));
    seen.absent = lacking.map(|column| column.name.to_string()).collect();
    let utc = Zone::utc();
    let form = Form { exponent: exponents, ..Form::of(&FileFormat::default(), None) };
    let reading = Reading { path, form, store: zone, written: Some(&utc), float: false };
    for taken in &choice.taken {
        let read = typed(grid, taken.at, &taken.name, &taken.kind, &reading, &mut seen.found);
        let is_date = match &table.date {
            Some(date) => *date == taken.name,
            None => matches!(taken.kind, ColumnKind::Date(_) | ColumnKind::Instant(_) | ColumnKind::Guess),
        };
        if let (true, Column::Date(days)) = (is_date, &read.column) {
            let ends = read.ends.iter().flatten().flatten();
            let all: Vec<Date> = days.iter().flatten().chain(ends).copied().collect();
            let span = all.iter().min().copied().zip(all.iter().max().copied());
            seen.days = seen.days.or(span);
        }
    }
    seen.personal = choice.personal;
}

/// Which line ends a text has, and how many lines.
fn lines(bytes: &[u8]) -> (String, u64) {
    let all = bytes.iter().filter(|byte| **byte == b'\n').count();
    let windows = bytes.windows(2).filter(|two| *two == b"\r\n").count();
    let name = match (windows, all - windows) {
        (0, 0) => "none",
        (_, 0) => "CRLF",
        (0, _) => "LF",
        _ => "CRLF and LF",
    };
    let last = usize::from(!bytes.is_empty() && !bytes.ends_with(b"\n"));
    (name.to_owned(), (all + last) as u64)
}

impl Inspection {
    /// For people.
    pub fn text(&self) -> String {
        let list = |labels: &[String]| if labels.is_empty() { "none".to_owned() } else { labels.join(", ") };
        let mut out = String::new();
        let mut line = |name: &str, value: &str| {
            let _ = writeln!(out, "{name:<16} {}", crate::diag::printable(value));
        };
        line("container", &self.container);
        line("encoding", &self.encoding);
        if !self.line_ends.is_empty() {
            line("line ends", &self.line_ends);
        }
        if self.header_line > 0 {
            line("header line", &self.header_line.to_string());
        }
        line("columns", &format!("{}: {}", self.header.len(), list(&self.header)));
        match &self.preset {
            Some((preset, table)) => line("preset", &format!("{preset}, table {table}")),
            None => line("preset", "none fits: name the columns under `columns:`, or take them as they are"),
        }
        if self.preset.is_some() {
            line("unknown to it", &list(&self.unknown));
            line("not in the file", &list(&self.absent));
        }
        let days = self.days.map_or_else(
            || "none: declare `period:`".to_owned(),
            |(from, to)| format!("{from} to {to}, {}", self.zone),
        );
        line("dates", &days);
        line("rows", &self.rows.to_string());
        if self.lines > 0 {
            line("lines", &self.lines.to_string());
        }
        line("personal", &list(&self.personal));
        for finding in &self.found {
            line(finding.rule.name, &format!("{}: {}", finding.place, finding.message));
        }
        out
    }

    /// For programs: one object.
    pub fn json(&self) -> String {
        let found: Vec<_> = self
            .found
            .iter()
            .map(|finding| json!({"rule": finding.rule.name, "place": finding.place.to_string(), "message": finding.message}))
            .collect();
        json!({
            "container": self.container, "encoding": self.encoding, "line_ends": self.line_ends,
            "header_line": self.header_line, "header": self.header,
            "preset": self.preset.as_ref().map(|(preset, _)| preset), "table": self.preset.as_ref().map(|(_, table)| table),
            "unknown": self.unknown, "absent": self.absent,
            "zone": self.zone, "days": self.days.map(|(from, to)| [from.to_string(), to.to_string()]),
            "rows": self.rows, "lines": self.lines, "personal": self.personal, "found": found,
        })
        .to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_preset() {
        let bytes: Bytes =
            b"date,n,buyer-email\r\n2026-01-01,\"a\nb\",x@y\r\n2026-01-03,2,\n".as_slice().into();
        let seen = inspect("x.csv", &bytes, &BTreeMap::new(), ("UTC", &Zone::utc()));
        assert_eq!((seen.container.as_str(), seen.line_ends.as_str()), ("delimited text", "CRLF and LF"));
        assert_eq!((seen.rows, seen.lines, seen.header_line), (2, 4, 1));
        assert_eq!(seen.personal, ["buyer-email"]);
        assert_eq!(
            seen.days.map(|(from, to)| format!("{from} {to}")).as_deref(),
            Some("2026-01-01 2026-01-03")
        );
        assert!(seen.text().contains("preset           none fits"));
        assert!(seen.json().contains("\"rows\":2"));
    }
}
