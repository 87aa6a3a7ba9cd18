//! Reports whose first row holds a total: the other rows must add up to it, or the file was cut or changed.

use super::FileRecord;
use super::rules::SUMMARY_MISMATCH;
use super::table::{Column, Frame};
use crate::diag::{Finding, Place};
use crate::plan::TableSpec;
use crate::unit::Decimal;

/// Adds the rows up and notes both figures in the record of the file. A total that cannot be read was told as such.
pub(super) fn check(
    path: &str,
    table: &TableSpec,
    frame: &Frame,
    rows: &[usize],
    record: &mut FileRecord,
) -> Option<Finding> {
    let (total, of) = table.totals.as_ref().filter(|_| table.summary_row && frame.rows > 0)?;
    let stated = number(frame.columns.get(total)?, 0)?;
    let column = frame.columns.get(of)?;
    // Numbers too large to be added up say nothing about the file.
    let sum = rows
        .iter()
        .filter_map(|row| number(column, *row))
        .try_fold(Decimal::ZERO, |sum, number| sum.checked_add(number))?;
    record.totals = Some((stated.normalize().to_string(), sum.normalize().to_string()));
    if sum == stated {
        return None;
    }
    let message =
        format!("the first row says `{total}` is {stated}, the {} rows below add up to {sum}", rows.len());
    let finding = Finding::new(&SUMMARY_MISMATCH, Place::file(path), message);
    Some(finding.hint("download the file again; it was cut on its way, or rows were changed by hand"))
}

/// A report whose first row should hold the total, and does not.
pub(super) fn lacking(path: &str, line: u32) -> Finding {
    let message = "the first row holds no total: rows are in another order, or the beginning is lost";
    let finding = Finding::new(&SUMMARY_MISMATCH, Place::at(&path.into(), line, 0, 0), message);
    finding.hint("download the file again, and do not save it from a spreadsheet")
}

fn number(column: &Column, row: usize) -> Option<Decimal> {
    match column {
        Column::Number { scale, rows } => Decimal::try_from_i128_with_scale(rows.get(row)?, *scale).ok(),
        _ => None,
    }
}
