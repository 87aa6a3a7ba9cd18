//! Workbooks (xlsx): the default download of the advertising console. Values are taken, formulas are not computed; a
//! cell that holds an error, or a formula whose result was never stored, is handed on as what it is and found later.

use super::text::is_known;
use super::{File, Grid, Grids, Importer, archive, is_total};
use crate::diag::{Finding, Place, did_you_mean};
use crate::plan::TableSpec;
use crate::snapshot::container::{CELL_BYTES, Kind};
use crate::snapshot::header::{is_same, matches};
use crate::snapshot::rules::{COLUMN_UNKNOWN, DATA_LIMIT, FILE_UNREADABLE, HEADER_NOT_FOUND};
use calamine::{
    DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxCellReader,
    XlsxFormulaMetadata as Formula,
};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

/// The texts of a workbook unpack in memory as a whole, so it may not be as large as other files.
const WORKBOOK_BYTES: usize = 256 << 20;
/// Spreadsheets keep 15 digits: a longer whole number is an identifier of which the last digits are gone.
const KEPT: f64 = 1e15;

/// xlsx.
pub(super) struct Workbook;

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

impl Importer for Workbook {
    fn kind(&self) -> Kind {
        Kind::Workbook
    }

    fn read(&self, file: File<'_>) -> Result<Grids, Finding> {
        let file = &file;
        if file.bytes.len() > WORKBOOK_BYTES {
            let message = format!("a workbook of {} bytes, more than {WORKBOOK_BYTES}", file.bytes.len());
            return Err(
                Finding::new(&DATA_LIMIT, Place::file(file.path), message).hint("save the sheet as CSV")
            );
        }
        archive::check(file.path, &file.bytes)?;
        let mut book: Book<'_> =
            Xlsx::new(Cursor::new(&file.bytes[..])).map_err(|why| unreadable(file, why.to_string()))?;
        let name = chosen(file, &book)?;
        let head = head(file, rows(file, &mut book, &name)?)?;
        let mut found = Vec::new();
        let grid = grid(file, rows(file, &mut book, &name)?, &name, &head, &mut found)?;
        Ok(Grids {
            grids: vec![(head.table, grid)],
            encoding: format!("xlsx, sheet `{name}`"),
            exponents: true,
            found,
        })
    }
}

fn unreadable(file: &File<'_>, why: String) -> Finding {
    Finding::new(&FILE_UNREADABLE, Place::file(file.path), format!("the workbook cannot be read: {why}"))
        .hint("open it in a spreadsheet, and save it again as xlsx or CSV")
}

/// The sheet that is asked for, hidden or not; else the first that people see.
fn chosen(file: &File<'_>, book: &Book<'_>) -> Result<String, Finding> {
    let sheets = || book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names = || sheets().map(|sheet| sheet.name.as_str());
    let Some(wanted) = &file.format.sheet else {
        let seen = sheets().find(|sheet| sheet.visible == SheetVisible::Visible);
        let first = seen.map(|sheet| sheet.name.clone());
        return first.ok_or_else(|| unreadable(file, "it has no visible sheet".to_owned()));
    };
    if let Some(name) = names().find(|name| *name == &**wanted) {
        return Ok(name.to_owned());
    }
    let finding = unreadable(file, format!("it has no sheet `{wanted}`"));
    Err(did_you_mean(wanted, names()).into_iter().fold(finding, Finding::hint))
}

/// A row: its line, counted from 1, and its cells by column.
type Row = (u32, BTreeMap<u32, String>);

/// The rows of a sheet that hold anything, one after the other: a sheet says it is a million rows long when it is not.
struct Rows<'f, 'b, R: std::io::Read + std::io::Seek> {
    file: &'f File<'f>,
    reader: XlsxCellReader<'b, R>,
    /// The row being read.
    open: Option<Row>,
    /// Nothing comes after it.
    ended: bool,
}

fn rows<'f, 'b, 'd>(
    file: &'f File<'f>,
    book: &'b mut Book<'d>,
    name: &str,
) -> Result<Rows<'f, 'b, Cursor<&'d [u8]>>, Finding> {
    let reader = book.worksheet_cells_reader(name).map_err(|why| unreadable(file, why.to_string()))?;
    Ok(Rows { file, reader, open: None, ended: false })
}

impl<R: std::io::Read + std::io::Seek> Rows<'_, '_, R> {
    fn next(&mut self) -> Result<Option<Row>, Finding> {
        while !self.ended {
            let read = self.reader.next_cell_with_formula_metadata();
            let Some(cell) = read.map_err(|why| unreadable(self.file, why.to_string()))? else {
                self.ended = true;
                break;
            };
            let text = match (cell.value, cell.formula) {
                (DataRef::Empty, None) => continue,
                (DataRef::Empty, Some(formula)) => uncomputed(formula),
                (value, _) => text(value),
            };
            let (line, column) = (cell.pos.0.saturating_add(1), cell.pos.1);
            if text.len() > CELL_BYTES {
                let message = format!("a cell of more than {CELL_BYTES} bytes");
                return Err(Finding::new(
                    &DATA_LIMIT,
                    Place::at(&self.file.path.into(), line, 0, 0),
                    message,
                ));
            }
            match &mut self.open {
                Some((open, cells)) if *open == line => {
                    cells.insert(column, text);
                }
                Some((open, _)) if *open > line => {
                    return Err(unreadable(self.file, format!("row {line} stands below row {open}")));
                }
                open => {
                    let done = open.replace((line, BTreeMap::from([(column, text)])));
                    if done.as_ref().is_some_and(|(_, cells)| is_filled(cells)) {
                        return Ok(done);
                    }
                }
            }
        }
        Ok(self.open.take().filter(|(_, cells)| is_filled(cells)))
    }
}

fn is_filled(cells: &BTreeMap<u32, String>) -> bool {
    cells.values().any(|text| !text.trim().is_empty())
}

/// The table a sheet is read as, and its header.
struct Head {
    /// Place of the table among those of the source.
    table: usize,
    /// Line of the header.
    line: u32,
    /// Labels by column. A cell merged over several columns labels the first of them.
    labels: BTreeMap<u32, String>,
}

/// Finds the table whose columns the sheet holds most of: by its header cell, or by the first row that is not blank.
fn head<R: std::io::Read + std::io::Seek>(
    file: &File<'_>,
    mut rows: Rows<'_, '_, R>,
) -> Result<Head, Finding> {
    /// Nobody writes more above a table.
    const ABOVE: usize = 40;
    let mut best: Option<(usize, Head)> = None;
    let mut first: Option<Head> = None;
    let mut open: Vec<(usize, &TableSpec)> = file.tables.iter().enumerate().collect();
    let mut seen = 0;
    while let Some((line, cells)) = rows.next()? {
        let labels: BTreeMap<u32, String> =
            cells.into_iter().filter(|(_, label)| !label.trim().is_empty()).collect();
        seen += 1;
        let texts: Vec<String> = labels.values().cloned().collect();
        let holds = |table: &TableSpec| match &table.header {
            Some(cell) => texts.iter().any(|label| is_same(label, cell)),
            None => table.columns.is_empty() || is_known(&texts, table, seen > 1),
        };
        if let Some((place, _)) = open.iter().find(|(_, table)| table.header.is_none() && seen == 1) {
            first = Some(Head { table: *place, line, labels: labels.clone() });
        }
        let (here, later) = open.into_iter().partition(|(_, table)| holds(table));
        open = later;
        let here: Vec<(usize, &TableSpec)> = here;
        for (place, table) in here {
            let known = matches(&texts, table);
            if best.as_ref().is_none_or(|(most, _)| known > *most) {
                best = Some((known, Head { table: place, line, labels: labels.clone() }));
            }
        }
        if open.is_empty() || seen > ABOVE && open.iter().all(|(_, table)| table.header.is_none()) {
            break;
        }
    }
    best.map(|(_, head)| head).or(first).ok_or_else(|| no_header(file))
}

fn no_header(file: &File<'_>) -> Finding {
    let cells: Vec<String> =
        file.tables.iter().filter_map(|table| Some(format!("`{}`", table.header.as_ref()?))).collect();
    let message = match cells.is_empty() {
        true => "the sheet is empty".to_owned(),
        false => format!("no row of the sheet holds the cell {} of the header", cells.join(" or ")),
    };
    Finding::new(&HEADER_NOT_FOUND, Place::file(file.path), message)
        .hint("`sheet:` of the source names the sheet to read; without it the first visible one is read")
}

fn grid<R: std::io::Read + std::io::Seek>(
    file: &File<'_>,
    mut rows: Rows<'_, '_, R>,
    sheet: &str,
    head: &Head,
    found: &mut Vec<Finding>,
) -> Result<Grid, Finding> {
    let places: BTreeMap<u32, usize> =
        head.labels.keys().enumerate().map(|(at, column)| (*column, at)).collect();
    let mut grid = Grid::new(head.labels.values().cloned().collect(), head.line);
    grid.sheet = Some(sheet.to_owned());
    let has_totals = !file.tables[head.table].columns.is_empty();
    let mut nameless = BTreeSet::new();
    while let Some((line, cells)) = rows.next()? {
        if line <= head.line {
            continue;
        }
        let stray = |column: &&u32| !places.contains_key(*column);
        let here = cells.iter().filter(|(_, text)| !text.trim().is_empty()).map(|(column, _)| column);
        nameless.extend(here.filter(stray).map(|column| (*column, line)));
        let known = cells.iter().filter_map(|(column, text)| Some((*places.get(column)?, text.as_str())));
        if known.clone().all(|(_, text)| text.trim().is_empty()) {
            continue;
        }
        if has_totals && is_total(known.clone().map(|(_, text)| text)) {
            grid.totals.push(line);
            continue;
        }
        grid.push_row(line, known);
        grid.fits(file.path)?;
    }
    found.extend(without_label(file, sheet, &nameless));
    Ok(grid)
}

/// One note for each column that holds cells below no label, at the first of them.
fn without_label(file: &File<'_>, sheet: &str, cells: &BTreeSet<(u32, u32)>) -> Vec<Finding> {
    let mut last = None;
    let firsts = cells.iter().filter(|(column, _)| last.replace(*column) != Some(*column));
    let note = |(column, line): &(u32, u32)| {
        let message =
            format!("the column {} of the sheet `{sheet}` has no label and is left out", letters(*column));
        Finding::new(&COLUMN_UNKNOWN, Place::at(&file.path.into(), *line, 0, 0), message)
            .hint("write a label into the row of the header")
    };
    firsts.map(note).collect()
}

/// A column as spreadsheets name it: `A`, `Z`, `AA`.
fn letters(column: u32) -> String {
    let last = char::from(b'A' + u8::try_from(column % 26).unwrap_or(0));
    match column / 26 {
        0 => last.to_string(),
        more => format!("{}{last}", letters(more - 1)),
    }
}

/// A formula whose result nobody stored, as it was typed.
fn uncomputed(formula: Formula) -> String {
    match formula {
        Formula::Normal { formula } | Formula::Shared { formula, .. } => format!("={formula}"),
        _ => "=(formula)".to_owned(),
    }
}

/// A cell as a text file would hold it.
fn text(cell: DataRef<'_>) -> String {
    match cell {
        DataRef::Empty => String::new(),
        DataRef::Error(error) => error.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text,
        DataRef::SharedString(text) => text.to_owned(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::Int(value) => value.to_string(),
        DataRef::Float(value) if value.abs() >= KEPT => format!("{value:E}").replace('E', "E+"),
        // The shortest decimal that is this float, which is what was typed.
        DataRef::Float(value) => value.to_string(),
        DataRef::DateTime(value) if value.is_duration() => value.as_f64().to_string(),
        DataRef::DateTime(value) => moment(&value),
    }
}

/// A date as a workbook counts it: days since 1900 or 1904, the hours in the fraction.
fn moment(value: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = value.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second, milli) {
        (0, 0, 0, 0) => date,
        (_, _, _, 0) => format!("{date} {hour:02}:{minute:02}:{second:02}"),
        _ => format!("{date} {hour:02}:{minute:02}:{second:02}.{milli:03}"),
    }
}
