//! `targets/*.csv`: one target a row, for those who keep them in a spreadsheet. A row is read as the map it stands for,
//! so that everything found in it is what would be found in YAML, at its row and column.

use super::{Around, Drafted, TARGET, targets};
use crate::diag::{Family, Finding, Level, Place, Rule, did_you_mean};
use crate::plan::yaml::File;
use crate::plan::yaml::format::{Item, Reader};
use crate::plan::yaml::tree::{Content, Key, Node};
use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;
use std::sync::Arc;

/// Rules raised here.
pub(in crate::plan) static RULES: &[&Rule] = &[&TARGET_TABLE];

/// A table that cannot be read.
pub(in crate::plan) static TARGET_TABLE: Rule = Rule {
    name: "target-table",
    level: Level::Error,
    family: Family::Config,
    about: "a table of targets with an unknown or missing column, or a row that does not fit its header",
    why: "a value in the wrong column is a wrong target",
    example: "metrik,period,value        # did you mean `metric`?",
};

/// Columns a table may have: keys of a target that are one word or number.
const COLUMNS: &[&str] = &[
    "id", "metric", "scope", "period", "value", "between", "stretch", "red", "owner", "parent", "status",
    "baseline", "weight", "note",
];
const REQUIRED: &[&str] = &["metric", "period"];

/// A cell, where it begins, and its bytes with quotes and blanks.
pub(in crate::plan) struct Cell {
    pub(in crate::plan) text: String,
    pub(in crate::plan) line: u32,
    pub(in crate::plan) column: u32,
    pub(in crate::plan) range: Range<usize>,
}

/// Reads a table of targets.
pub(in crate::plan) fn read(
    reader: &mut Reader,
    path: &Arc<str>,
    text: &Arc<str>,
    around: &Around<'_>,
    all: &mut Vec<Item<Drafted>>,
) {
    let rows = match cells(text) {
        Ok(rows) => rows,
        Err(line) => {
            let told = "a quoted cell has no end";
            let finding = Finding::new(&TARGET_TABLE, Place::at(path, line, 1, 1), told);
            return reader.found.push(finding.hint("close it with `\"`; a quote inside is written `\"\"`"));
        }
    };
    let Some((header, rows)) = rows.split_first() else { return };
    if !fits(reader, path, header) {
        return;
    }
    let file = File { path: path.clone(), text: text.clone(), root: node(Content::Null, path, 1, 1) };
    for row in rows.iter().filter(|row| row.iter().any(|cell| !cell.text.is_empty())) {
        if row.len() != header.len() {
            let told = format!("the row has {} cells, the header {}", row.len(), header.len());
            let finding = Finding::new(&TARGET_TABLE, Place::at(path, row[0].line, 1, 1), told);
            reader.found.push(finding.hint("a cell with a comma stands in quotes"));
            continue;
        }
        let target = as_map(path, header, row);
        let read = |reader: &mut Reader, node: &Node| targets(reader, node, around);
        if let Ok(Item { number, value }) = reader.item(&file, &target, &TARGET, read) {
            all.extend(value.into_iter().map(|value| Item { number, value }));
        }
    }
}

/// Whether a header names known columns, each once, and those that must be there.
fn fits(reader: &mut Reader, path: &Arc<str>, header: &[Cell]) -> bool {
    let before = reader.found.len();
    let mut say = |cell: &Cell, told: String, hint: String| {
        let width = u32::try_from(cell.text.chars().count()).unwrap_or(1);
        let place = Place::at(path, cell.line, cell.column, width);
        reader.found.push(Finding::new(&TARGET_TABLE, place, told).hint(hint));
    };
    for (at, cell) in header.iter().enumerate() {
        if !COLUMNS.contains(&&*cell.text) {
            let known = || format!("known here: {}", COLUMNS.join(", "));
            let hint = did_you_mean(&cell.text, COLUMNS.iter().copied()).unwrap_or_else(known);
            say(cell, format!("there is no column `{}`", cell.text), hint);
        } else if header[..at].iter().any(|other| other.text == cell.text) {
            say(cell, format!("the column `{}` stands twice", cell.text), "remove one of the two".to_owned());
        }
    }
    for missing in REQUIRED.iter().filter(|name| !header.iter().any(|cell| cell.text == **name)) {
        say(
            &header[0],
            format!("the column `{missing}` is missing"),
            format!("add it: {}", COLUMNS.join(",")),
        );
    }
    reader.found.len() == before
}

/// The map a row stands for: scopes as `store:jp1,category:a`, ranges as `30..60`.
fn as_map(path: &Arc<str>, header: &[Cell], row: &[Cell]) -> Node {
    let entry = |(name, cell): (&Cell, &Cell)| {
        let place =
            Place::at(path, cell.line, cell.column, u32::try_from(cell.text.chars().count()).unwrap_or(1));
        let key = |text: &str| Key { text: text.into(), place: place.clone() };
        let scalar = |text: &str| Node {
            content: Content::Scalar { text: text.trim().into(), quoted: true },
            place: place.clone(),
        };
        let content = match &*name.text {
            "scope" => {
                let pair = |part: &str| {
                    let (level, member) = part.split_once(':').unwrap_or((part, ""));
                    (key(level.trim()), scalar(member))
                };
                Content::Map(cell.text.split(',').map(pair).collect())
            }
            "between" | "red" if cell.text.contains("..") => {
                Content::Seq(cell.text.splitn(2, "..").map(scalar).collect())
            }
            _ => scalar(&cell.text).content,
        };
        (key(&name.text), Node { content, place })
    };
    let entries = header.iter().zip(row).filter(|(_, cell)| !cell.text.is_empty()).map(entry).collect();
    node(Content::Map(entries), path, row[0].line, 1)
}

fn node(content: Content, path: &Arc<str>, line: u32, column: u32) -> Node {
    Node { content, place: Place::at(path, line, column, 1) }
}

/// Cells of a table by row (RFC 4180); cells are trimmed. The error is the line of a quote that has no end.
pub(in crate::plan) fn cells(text: &str) -> Result<Vec<Vec<Cell>>, u32> {
    let mut rows: Vec<Vec<Cell>> = vec![Vec::new()];
    let (mut line, mut column) = (1, 0);
    let mut cell = Cell { text: String::new(), line: 1, column: 1, range: 0..0 };
    let mut quoted = false;
    let mut rest = text.char_indices().peekable();
    let next_is = |rest: &mut Peekable<CharIndices<'_>>, c| rest.peek().is_some_and(|(_, next)| *next == c);
    while let Some((at, c)) = rest.next() {
        column += 1;
        match c {
            '"' if quoted && next_is(&mut rest, '"') => {
                rest.next();
                column += 1;
                cell.text.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.text.trim().is_empty() => quoted = true,
            ',' | '\n' if !quoted => {
                let next = if c == ',' { (line, column + 1) } else { (line + 1, 1) };
                let range = at + 1..at + 1;
                let begun = Cell { text: String::new(), line: next.0, column: next.1, range };
                let mut done = std::mem::replace(&mut cell, begun);
                done.range.end = at - usize::from(c == '\n' && text[..at].ends_with('\r'));
                rows.last_mut().expect("one row at least").push(trimmed(done));
                if c == '\n' {
                    rows.push(Vec::new());
                    (line, column) = (line + 1, 0);
                }
            }
            '\n' => {
                cell.text.push(c);
                (line, column) = (line + 1, 0);
            }
            '\r' if next_is(&mut rest, '\n') => {}
            c => cell.text.push(c),
        }
    }
    if quoted {
        return Err(cell.line);
    }
    cell.range.end = text.len();
    rows.last_mut().expect("one row at least").push(trimmed(cell));
    rows.retain(|row| row.len() > 1 || row.iter().any(|cell| !cell.text.is_empty()));
    Ok(rows)
}

fn trimmed(cell: Cell) -> Cell {
    Cell { text: cell.text.trim().to_owned(), ..cell }
}
