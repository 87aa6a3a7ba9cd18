//! Parquet: typed columns, handed on as text in their exact form, so that one set of rules reads all kinds of files.

use super::{File, Grid, Grids, Importer};
use crate::diag::{Finding, Place};
use crate::snapshot::container::{DECOMPRESSED, Kind, RATIO, ROWS};
use crate::snapshot::rules::{DATA_LIMIT, FILE_UNREADABLE};
use polars::prelude::{AnyValue, DataFrame, ParquetReader, SerReader, TimeUnit};
use std::io::Cursor;

/// Parquet of one table.
pub(super) struct ParquetFile;

impl Importer for ParquetFile {
    fn kind(&self) -> Kind {
        Kind::Parquet
    }

    fn read(&self, file: &File<'_>) -> Result<Grids, Finding> {
        let unreadable = |why: &dyn std::fmt::Display| {
            Finding::new(
                &FILE_UNREADABLE,
                Place::file(file.path),
                format!("the file is no Parquet that can be read: {why}"),
            )
        };
        let mut reader = ParquetReader::new(Cursor::new(file.bytes));
        let metadata = reader.get_metadata().map_err(|why| unreadable(&why))?.clone();
        let unpacked: u64 = metadata.row_groups.iter().map(|group| group.total_byte_size() as u64).sum();
        let limit = DECOMPRESSED.min((file.bytes.len() as u64).saturating_mul(RATIO));
        if metadata.num_rows as u64 > ROWS || unpacked > limit {
            let message = format!(
                "{} rows that unpack to {unpacked} bytes are more than a file may hold",
                metadata.num_rows
            );
            return Err(Finding::new(&DATA_LIMIT, Place::file(file.path), message));
        }
        let frame = reader.finish().map_err(|why| unreadable(&why))?;
        let grid = grid(file.path, &frame)?;
        Ok(Grids {
            grids: vec![(0, grid)],
            encoding: "Parquet".to_owned(),
            exponents: true,
            found: Vec::new(),
        })
    }
}

fn grid(path: &str, frame: &DataFrame) -> Result<Grid, Finding> {
    let mut grid = Grid::new(frame.get_column_names().iter().map(ToString::to_string).collect(), 0);
    let columns = frame.columns();
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
        AnyValue::String(text) => (*text).to_owned(),
        AnyValue::StringOwned(text) => text.to_string(),
        AnyValue::Date(days) => date(*days),
        AnyValue::Datetime(at, unit, zone) => instant(*at, *unit, zone.is_some()),
        // The shortest decimal that is this float.
        AnyValue::Float64(value) => value.to_string(),
        AnyValue::Float32(value) => value.to_string(),
        other => other.to_string(),
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
