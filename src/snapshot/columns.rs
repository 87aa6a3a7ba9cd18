//! Figures as Parquet, for tools that read columns.

use crate::time::{Date, days_between};
use polars::prelude::{
    Column, DataFrame, DataType, IntoColumn, NamedFrom, ParquetWriter, PolarsResult, Series,
};

/// A column of figures.
#[derive(Debug)]
pub enum Cells {
    /// Texts; `None` is null.
    Text(Vec<Option<String>>),
    /// Numbers as the nearest binary float; `None` is null.
    Float(Vec<Option<f64>>),
    /// Whole numbers.
    Whole(Vec<u32>),
    /// Days.
    Day(Vec<Date>),
}

/// A Parquet file of columns of equal length, in the order given.
///
/// # Errors
/// The message of the writer.
pub fn parquet(columns: Vec<(&str, Cells)>) -> Result<Vec<u8>, String> {
    write(columns).map_err(|error| error.to_string())
}

fn write(columns: Vec<(&str, Cells)>) -> PolarsResult<Vec<u8>> {
    let columns = columns.into_iter().map(column).collect::<PolarsResult<Vec<Column>>>()?;
    let height = columns.first().map_or(0, Column::len);
    let mut frame = DataFrame::new(height, columns)?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame)?;
    Ok(bytes)
}

fn column((name, cells): (&str, Cells)) -> PolarsResult<Column> {
    let series = match cells {
        Cells::Text(cells) => Series::new(name.into(), cells),
        Cells::Float(cells) => Series::new(name.into(), cells),
        Cells::Whole(cells) => Series::new(name.into(), cells),
        Cells::Day(days) => Series::new(name.into(), days.into_iter().map(epoch_days).collect::<Vec<i32>>())
            .cast(&DataType::Date)?,
    };
    Ok(series.into_column())
}

/// Days since 1970-01-01, as Parquet counts them.
fn epoch_days(day: Date) -> i32 {
    let zero = Date::constant(1970, 1, 1);
    let signed = |days: u32| i32::try_from(days).unwrap_or(i32::MAX);
    if day >= zero { signed(days_between(zero, day)) } else { -signed(days_between(day, zero)) }
}
