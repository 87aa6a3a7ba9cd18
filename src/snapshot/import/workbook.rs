//! Workbooks (xlsx): the default download of the advertising console. Values are taken, formulas are not computed.

use super::{File, Grid, Grids, Importer};
use crate::diag::{Finding, Place, did_you_mean};
use crate::plan::TableSpec;
use crate::snapshot::container::{CELL_BYTES, Kind};
use crate::snapshot::header::{folded, matches};
use crate::snapshot::rules::{DATA_LIMIT, FILE_UNREADABLE, HEADER_NOT_FOUND};
use calamine::{Data, DataType, Range, Reader, Xlsx};
use std::io::Cursor;

/// A workbook unpacks in memory as a whole, so it may not be as large as other files.
const WORKBOOK_BYTES: usize = 256 << 20;

/// xlsx.
pub(super) struct Workbook;

impl Importer for Workbook {
    fn kind(&self) -> Kind {
        Kind::Workbook
    }

    fn read(&self, file: &File<'_>) -> Result<Grids, Finding> {
        if file.bytes.len() > WORKBOOK_BYTES {
            let message = format!("a workbook of {} bytes, more than {WORKBOOK_BYTES}", file.bytes.len());
            return Err(
                Finding::new(&DATA_LIMIT, Place::file(file.path), message).hint("save the sheet as CSV")
            );
        }
        let unreadable = |why: String| {
            Finding::new(
                &FILE_UNREADABLE,
                Place::file(file.path),
                format!("the workbook cannot be read: {why}"),
            )
        };
        let mut book: Xlsx<_> =
            Xlsx::new(Cursor::new(file.bytes)).map_err(|why| unreadable(why.to_string()))?;
        let names = book.sheet_names();
        let name = match &file.format.sheet {
            Some(name) if names.iter().any(|known| **known == **name) => name.to_string(),
            Some(name) => {
                let finding = unreadable(format!("it has no sheet `{name}`"));
                return Err(match did_you_mean(name, names.iter().map(|known| &**known)) {
                    Some(hint) => finding.hint(hint),
                    None => finding,
                });
            }
            None => names.first().cloned().ok_or_else(|| unreadable("it has no sheets".to_owned()))?,
        };
        let range = book.worksheet_range(&name).map_err(|why| unreadable(why.to_string()))?;
        let (place, grid) = best(file, &range)?;
        Ok(Grids {
            grids: vec![(place, grid)],
            encoding: format!("xlsx, sheet `{name}`"),
            exponents: true,
            found: Vec::new(),
        })
    }
}

/// Reads the sheet as the table whose columns it holds most of.
fn best(file: &File<'_>, range: &Range<Data>) -> Result<(usize, Grid), Finding> {
    let candidates = file.tables.iter().enumerate().filter_map(|(place, table)| {
        let (at, header) = header(range, table)?;
        Some((matches(&header, table), place, at, header))
    });
    let found = candidates.max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
    let Some((_, place, at, header)) = found else {
        return Err(Finding::new(
            &HEADER_NOT_FOUND,
            Place::file(file.path),
            "no row of the sheet holds the header",
        ));
    };
    let above = range.start().map_or(0, |(row, _)| row);
    let line = |row: usize| above + u32::try_from(row).unwrap_or(0) + 1;
    let mut grid = Grid::new(header, line(at));
    let width = grid.header.len();
    for (row, cells) in range.rows().enumerate().skip(at + 1) {
        let texts: Vec<String> = cells.iter().take(width).map(text).collect();
        if texts.iter().all(|text| text.trim().is_empty()) {
            continue;
        }
        if let Some(column) = texts.iter().position(|text| text.len() > CELL_BYTES) {
            let place = Place::cell(file.path, line(row), grid.rows() as u64 + 1, &grid.header[column]);
            return Err(Finding::new(&DATA_LIMIT, place, format!("a cell of more than {CELL_BYTES} bytes")));
        }
        grid.push_row(line(row), texts.iter().map(String::as_str).enumerate());
        grid.fits(file.path)?;
    }
    Ok((place, grid))
}

/// The row with the labels: the first with the header cell, or the first that is not blank.
fn header(range: &Range<Data>, table: &TableSpec) -> Option<(usize, Vec<String>)> {
    let wanted = table.header.as_ref().map(|cell| folded(cell));
    range.rows().enumerate().find_map(|(at, cells)| {
        let mut labels: Vec<String> = cells.iter().map(text).collect();
        while labels.last().is_some_and(|label| label.trim().is_empty()) {
            labels.pop();
        }
        let fits = wanted.as_ref().is_none_or(|cell| labels.iter().any(|label| folded(label) == *cell));
        (!labels.is_empty() && fits).then_some((at, labels))
    })
}

/// A cell as a text file would hold it.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Bool(value) => value.to_string(),
        Data::Int(value) => value.to_string(),
        // The shortest decimal that is this float, which is what was typed.
        Data::Float(value) => value.to_string(),
        Data::DateTime(_) => cell.as_datetime_text(),
    }
}

/// Dates of a workbook are days since 1899-12-30.
trait DateText {
    fn as_datetime_text(&self) -> String;
}

impl DateText for Data {
    fn as_datetime_text(&self) -> String {
        /// 1899-12-30, the day before day 1 of a workbook that takes 1900 for a leap year.
        const EPOCH: (i16, i8, i8) = (1899, 12, 30);
        /// Seconds of a day.
        const DAY: f64 = 86_400.0;
        let Some(value) = self.get_datetime().map(|at| at.as_f64()) else { return String::new() };
        let Ok(epoch) = crate::time::Date::new(EPOCH.0, EPOCH.1, EPOCH.2) else { return String::new() };
        let whole = value.floor();
        let second = ((value - whole) * DAY).round() as i64;
        let day = crate::time::plus_days(epoch, whole as i32);
        match second {
            0 => day.to_string(),
            second => format!("{day} {:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60),
        }
    }
}
