//! Rows as they come over the boundary, checked and written down: one JSON object a line, decimals digit by digit. What
//! does not fit is named with table, column and row; nothing is guessed and nothing is read past its end.

use super::port::{Batch, Column, TableInfo};
use crate::measure::plugged::port::ColumnType;
use crate::plan::failure::Failure;
use crate::plugin::failure::PLUGIN_OUTPUT_INVALID;
use crate::plugin::reach::moment::{TimeFormat, moment};
use crate::time::numbered_day;
use serde_json::{Map, Number, Value};
use std::collections::BTreeMap;

/// Rows of one page; a page is small, and many are fine.
pub const ROWS_MAX: u32 = 100_000;
/// Batches of one page.
pub const BATCHES_MAX: usize = 64;
/// The most decimals that an i64 can have.
const SCALE_MAX: u8 = 18;

/// A row: its cells in the order of the table.
pub type Row = Vec<Value>;

/// What is wrong with an answer.
pub fn invalid(plugin: &str, what: &str) -> Failure {
    Failure::new(
        &PLUGIN_OUTPUT_INVALID,
        format!("plugin `{plugin}` gave a page that cannot be used: {what}"),
        "this is a mistake of the plugin; `kpress plugin run` shows it without the rest",
    )
}

/// Reads the batches of a page, by table.
///
/// # Errors
/// What is wrong, in words that name the table, the column and the row.
pub fn read(batches: &[Batch], tables: &[TableInfo]) -> Result<BTreeMap<String, Vec<Row>>, String> {
    if batches.len() > BATCHES_MAX {
        return Err(format!("{} batches, more than {BATCHES_MAX}", batches.len()));
    }
    let rows: u64 = batches.iter().map(|batch| u64::from(batch.rows)).sum();
    if rows > u64::from(ROWS_MAX) {
        return Err(format!("{rows} rows, more than {ROWS_MAX}"));
    }
    let mut read: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for batch in batches {
        let name = crate::plugin::reach::vault::shown(&batch.table);
        let table = tables.iter().find(|table| table.name == batch.table);
        let table = table.ok_or_else(|| format!("it describes no table `{name}`"))?;
        let told = |why: String| format!("table `{name}`, {why}");
        read.entry(table.name.clone()).or_default().extend(rows_of(batch, table).map_err(told)?);
    }
    Ok(read)
}

fn rows_of(batch: &Batch, table: &TableInfo) -> Result<Vec<Row>, String> {
    if batch.columns.len() != table.fields.len() {
        return Err(format!("{} columns where {} are described", batch.columns.len(), table.fields.len()));
    }
    let count = batch.rows as usize;
    let mut columns = Vec::new();
    for field in &table.fields {
        let column = batch.columns.iter().find(|column| *column.name == *field.name);
        let column = column.ok_or_else(|| format!("column `{}` is not there", field.name))?;
        let told = |why: String| format!("column `{}`: {why}", field.name);
        if column.ty != field.ty {
            return Err(told("it is of another type than described".to_owned()));
        }
        let cells = cells(column, count).map_err(told)?;
        if !field.nullable
            && let Some(row) = cells.iter().position(Value::is_null)
        {
            return Err(told(format!("row {}: a cell is missing and may not be", row + 1)));
        }
        columns.push(cells.into_iter());
    }
    Ok((0..count).map(|_| columns.iter_mut().filter_map(Iterator::next).collect()).collect())
}

/// The cells of a column; missing ones are null.
fn cells(column: &Column, rows: usize) -> Result<Vec<Value>, String> {
    let present = validity(&column.validity, rows)?;
    let texts = match column.ty {
        ColumnType::Utf8 => Some(texts(&column.offsets, &column.values, rows)?),
        ColumnType::DictUtf8 => {
            let (offsets, bytes) = column.dict.as_ref().ok_or("it has no dictionary")?;
            let count = (offsets.len() / 4).checked_sub(1).ok_or("its dictionary has no offsets")?;
            Some(texts(offsets, bytes, count)?)
        }
        _ => None,
    };
    let width = match column.ty {
        ColumnType::Boolean => rows.div_ceil(8),
        ColumnType::Date32 | ColumnType::DictUtf8 => rows * 4,
        ColumnType::Utf8 => column.values.len(),
        _ => rows * 8,
    };
    if column.values.len() != width {
        return Err(format!("{} bytes of cells where {width} are due", column.values.len()));
    }
    (0..rows)
        .map(|row| match present.as_ref().is_none_or(|bits| bit(bits, row)) {
            false => Ok(Value::Null),
            true => cell(column, row, texts.as_deref()).map_err(|why| format!("row {}: {why}", row + 1)),
        })
        .collect()
}

fn cell(column: &Column, row: usize, texts: Option<&[&str]>) -> Result<Value, String> {
    let eight = || -> [u8; 8] {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&column.values[row * 8..row * 8 + 8]);
        bytes
    };
    let four = || -> [u8; 4] {
        let mut bytes = [0; 4];
        bytes.copy_from_slice(&column.values[row * 4..row * 4 + 4]);
        bytes
    };
    let text = |at: usize| {
        let found = texts.and_then(|texts| texts.get(at));
        found.map(|text| Value::from(*text)).ok_or_else(|| format!("there is no text {at}"))
    };
    match column.ty {
        ColumnType::Boolean => Ok(Value::Bool(bit(&column.values, row))),
        ColumnType::Int64 => Ok(Value::from(i64::from_le_bytes(eight()))),
        ColumnType::Float64 => {
            let number = f64::from_le_bytes(eight());
            // Negative zero is zero; what is no number says nothing.
            Ok(Number::from_f64(number + 0.0).map_or(Value::Null, Value::Number))
        }
        ColumnType::Decimal64(scale) if scale > SCALE_MAX => Err(format!("{scale} decimals")),
        ColumnType::Decimal64(scale) => {
            let text = decimal(i64::from_le_bytes(eight()), scale);
            serde_json::from_str::<Number>(&text).map(Value::Number).map_err(|_| "no number".to_owned())
        }
        ColumnType::Date32 => {
            let number = i32::from_le_bytes(four());
            // Years 1 to 9999, which dates are written in.
            match number {
                -719_162..=2_932_896 => Ok(Value::from(numbered_day(number).to_string())),
                _ => Err(format!("{number} is no day of a calendar")),
            }
        }
        ColumnType::TimestampMs => {
            let ms = i64::from_le_bytes(eight());
            match ms {
                -62_135_596_800_000..=253_402_300_799_999 => Ok(Value::from(moment(ms, TimeFormat::Rfc3339))),
                _ => Err(format!("{ms} is no moment of a calendar")),
            }
        }
        ColumnType::Utf8 => text(row),
        ColumnType::DictUtf8 => text(u32::from_le_bytes(four()) as usize),
    }
}

fn bit(bits: &[u8], at: usize) -> bool {
    bits.get(at / 8).is_some_and(|byte| byte >> (at % 8) & 1 == 1)
}

/// The validity of a column: none, or a bit per row and none beyond.
fn validity(bits: &[u8], rows: usize) -> Result<Option<&[u8]>, String> {
    if bits.is_empty() {
        return Ok(None);
    }
    if bits.len() != rows.div_ceil(8) {
        return Err(format!("{} bytes of validity where {} are due", bits.len(), rows.div_ceil(8)));
    }
    if (rows..bits.len() * 8).any(|at| bit(bits, at)) {
        return Err("validity of rows that are not there".to_owned());
    }
    Ok(Some(bits))
}

/// Texts cut out of bytes.
fn texts<'a>(offsets: &[u8], bytes: &'a [u8], count: usize) -> Result<Vec<&'a str>, String> {
    if offsets.len() != (count + 1) * 4 {
        return Err(format!("{} bytes of offsets where {} are due", offsets.len(), (count + 1) * 4));
    }
    let at = |index: usize| {
        let mut four = [0; 4];
        four.copy_from_slice(&offsets[index * 4..index * 4 + 4]);
        u32::from_le_bytes(four) as usize
    };
    if at(0) != 0 || at(count) != bytes.len() {
        return Err("offsets do not span the texts".to_owned());
    }
    (0..count)
        .map(|index| {
            let part = bytes.get(at(index)..at(index + 1));
            let part = part.ok_or_else(|| format!("text {}: offsets go back or too far", index + 1))?;
            std::str::from_utf8(part).map_err(|_| format!("text {}: it is no UTF-8", index + 1))
        })
        .collect()
}

/// `12345` with two decimals is `123.45`.
fn decimal(unscaled: i64, scale: u8) -> String {
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = usize::from(scale) + 1);
    let (whole, rest) = digits.split_at(digits.len() - usize::from(scale));
    let sign = if unscaled < 0 { "-" } else { "" };
    if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

/// Rows in the order of their key; of rows with one key the last. What was left out is counted.
pub fn sorted(rows: Vec<Row>, table: &TableInfo) -> (Vec<Row>, u64) {
    let key: Vec<usize> = table
        .primary_key
        .iter()
        .filter_map(|name| table.fields.iter().position(|field| *field.name == **name))
        .collect();
    if key.is_empty() {
        return (rows, 0);
    }
    let all = rows.len();
    let of = |row: &Row| -> Vec<String> {
        key.iter().map(|at| row.get(*at).map(sortable).unwrap_or_default()).collect()
    };
    let kept: BTreeMap<Vec<String>, Row> = rows.into_iter().map(|row| (of(&row), row)).collect();
    let rows: Vec<Row> = kept.into_values().collect();
    let left_out = (all - rows.len()) as u64;
    (rows, left_out)
}

/// A cell as text that sorts as the cell does.
fn sortable(cell: &Value) -> String {
    match cell {
        Value::Number(number) => {
            let text = number.to_string();
            let (sign, digits) = text.strip_prefix('-').map_or(('1', text.as_str()), |rest| ('0', rest));
            let whole = digits.split('.').next().map_or(0, str::len);
            format!("{sign}{}{digits}", "0".repeat(40_usize.saturating_sub(whole)))
        }
        other => other.to_string(),
    }
}

/// A row as a line of JSON.
pub fn line(row: &Row, table: &TableInfo) -> String {
    let named = table.fields.iter().zip(row).map(|(field, cell)| (field.name.to_string(), cell.clone()));
    let object: Map<String, Value> = named.collect();
    format!("{}\n", Value::Object(object))
}

/// Lines of JSON as rows.
///
/// # Errors
/// The number of a line that is none.
pub fn of_lines(text: &str, table: &TableInfo) -> Result<Vec<Row>, usize> {
    text.lines()
        .enumerate()
        .map(|(at, line)| {
            let mut object: Map<String, Value> = serde_json::from_str(line).map_err(|_| at + 1)?;
            let mut take = |name: &str| object.remove(name).unwrap_or(Value::Null);
            Ok(table.fields.iter().map(|field| take(&field.name)).collect())
        })
        .collect()
}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;
