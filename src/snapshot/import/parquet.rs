//! Parquet: typed columns, handed on as text in their exact form, so that one set of rules reads all kinds of files.

use super::{File, Grid, Grids, Importer};
use crate::diag::{Finding, Place};
use crate::snapshot::container::{Kind, ROWS, unpacked_limit};
use crate::snapshot::header::matches;
use crate::snapshot::rules::{COLUMN_UNKNOWN, DATA_LIMIT, FILE_UNREADABLE};
use polars::prelude::{AnyValue, ArrowDataType, DataFrame, ParquetReader, SerReader, TimeUnit};
use std::io::Cursor;

/// Parquet of one table.
pub(super) struct ParquetFile;

impl Importer for ParquetFile {
    fn kind(&self) -> Kind {
        Kind::Parquet
    }

    fn read(&self, file: File<'_>) -> Result<Grids, Finding> {
        let file = &file;
        let mut reader = ParquetReader::new(Cursor::new(&file.bytes[..]));
        within_limits(file, &mut reader)?;
        let schema = reader.schema().map_err(|why| unreadable(file, &why))?;
        let (flat, nested): (Vec<_>, Vec<_>) = schema.iter_values().partition(|field| is_flat(&field.dtype));
        let found = nested.iter().map(|field| left_out(file, &field.name, &field.dtype)).collect();
        let names = flat.iter().map(|field| field.name.to_string()).collect();
        let frame = reader.with_columns(Some(names)).finish().map_err(|why| unreadable(file, &why))?;
        let grid = grid(file.path, &frame)?;
        let place = best(file, &grid.header);
        Ok(Grids { grids: vec![(place, grid)], encoding: "Parquet".to_owned(), exponents: true, found })
    }
}

fn unreadable(file: &File<'_>, why: &dyn std::fmt::Display) -> Finding {
    let message = format!("the file is no Parquet that can be read: {why}");
    Finding::new(&FILE_UNREADABLE, Place::file(file.path), message).hint("download it, or write it, again")
}

/// Refuses what would fill the memory: a few bytes may stand for any number of equal rows.
fn within_limits(file: &File<'_>, reader: &mut ParquetReader<Cursor<&[u8]>>) -> Result<(), Finding> {
    /// A row takes at least so many bytes in memory, per column.
    const CELL: u64 = 8;
    /// Columns in which all rows are alike pack better than any factor; below this size they harm nobody.
    const HARMLESS: u64 = 1 << 30;
    let metadata = reader.get_metadata().map_err(|why| unreadable(file, &why))?;
    let (rows, columns) = (metadata.num_rows as u64, metadata.schema_descr.columns().len() as u64);
    let unpacked =
        metadata.row_groups.iter().map(|group| group.total_byte_size() as u64).fold(0, u64::saturating_add);
    let cells = rows.saturating_mul(columns).saturating_mul(CELL);
    let limit = unpacked_limit(file.bytes.len());
    if rows > ROWS || unpacked > limit || cells > limit.max(HARMLESS) {
        let message = format!("{rows} rows that unpack to {unpacked} bytes are more than a file may hold");
        return Err(
            Finding::new(&DATA_LIMIT, Place::file(file.path), message).hint("split the file by month")
        );
    }
    Ok(())
}

/// Whether a cell of this type is one value.
fn is_flat(kind: &ArrowDataType) -> bool {
    use ArrowDataType as A;
    match kind {
        A::Null | A::Boolean | A::Utf8 | A::LargeUtf8 | A::Utf8View => true,
        A::Int8 | A::Int16 | A::Int32 | A::Int64 | A::UInt8 | A::UInt16 | A::UInt32 | A::UInt64 => true,
        A::Float32 | A::Float64 | A::Decimal(..) | A::Decimal32(..) | A::Decimal64(..) => true,
        A::Date32 | A::Date64 | A::Timestamp(..) => true,
        A::Dictionary(_, inner, _) => is_flat(inner),
        _ => false,
    }
}

fn left_out(file: &File<'_>, name: &str, kind: &ArrowDataType) -> Finding {
    use ArrowDataType as A;
    let what = match kind {
        A::List(_) | A::LargeList(_) | A::FixedSizeList(..) => "lists",
        A::Struct(_) | A::Map(..) | A::Union(_) => "structures",
        A::Binary | A::LargeBinary | A::BinaryView | A::FixedSizeBinary(_) => "bytes",
        A::Duration(_) | A::Interval(_) | A::Time32(_) | A::Time64(_) => "times of day or spans of time",
        _ => "values of a kind that is not read",
    };
    let message = format!("the column `{name}` holds {what}, and is left out");
    Finding::new(&COLUMN_UNKNOWN, Place::cell(file.path, 0, 0, name), message)
        .hint("write one value a cell: numbers, texts, dates, instants, yes or no")
}

/// The table whose columns the file holds most of.
fn best(file: &File<'_>, header: &[String]) -> usize {
    let known = file.tables.iter().map(|table| matches(header, table)).enumerate();
    known.max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0))).map_or(0, |(place, _)| place)
}

fn grid(path: &str, frame: &DataFrame) -> Result<Grid, Finding> {
    let mut grid = Grid::new(frame.get_column_names().iter().map(ToString::to_string).collect(), 0);
    let columns = frame.columns();
    let numbers = columns.iter().enumerate().filter(|(_, column)| column.dtype().is_numeric());
    grid.numbers = numbers.map(|(at, _)| at).collect();
    for row in 0..frame.height() {
        let cells: Vec<String> = columns
            .iter()
            .map(|column| column.get(row).map_or_else(|_| String::new(), |value| text(&value)))
            .collect();
        grid.push_row(0, cells.iter().map(String::as_str).enumerate());
        grid.fits(path)?;
    }
    Ok(grid)
}

/// A value as a text file would hold it.
fn text(value: &AnyValue<'_>) -> String {
    match value {
        AnyValue::Null => String::new(),
        AnyValue::Date(days) => date(*days),
        AnyValue::Datetime(at, unit, zone) => instant(*at, *unit, zone.is_some()),
        AnyValue::DatetimeOwned(at, unit, zone) => instant(*at, *unit, zone.is_some()),
        // The shortest decimal that is this float.
        AnyValue::Float64(value) => value.to_string(),
        AnyValue::Float32(value) => value.to_string(),
        // Texts, also those of a dictionary; anything else prints as it is.
        other => other.get_str().map_or_else(|| other.to_string(), str::to_owned),
    }
}

fn date(days: i32) -> String {
    crate::time::Date::new(1970, 1, 1)
        .map_or_else(|_| String::new(), |epoch| crate::time::plus_days(epoch, days).to_string())
}

fn instant(at: i64, unit: TimeUnit, zoned: bool) -> String {
    let per_second = match unit {
        TimeUnit::Nanoseconds => 1_000_000_000,
        TimeUnit::Microseconds => 1_000_000,
        TimeUnit::Milliseconds => 1_000,
    };
    let (seconds, rest) = (at.div_euclid(per_second), at.rem_euclid(per_second));
    let day = date(i32::try_from(seconds.div_euclid(86_400)).unwrap_or(0));
    let second = seconds.rem_euclid(86_400);
    let digits = per_second.ilog10() as usize;
    let fraction = if rest == 0 { String::new() } else { format!(".{rest:0digits$}") };
    let zone = if zoned { "Z" } else { "" };
    format!("{day}T{:02}:{:02}:{:02}{fraction}{zone}", second / 3600, second / 60 % 60, second % 60)
}
