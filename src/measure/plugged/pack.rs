//! Columns of a snapshot as the buffers that a plugin is given. Nothing is rounded: a number that the plugin's type
//! cannot hold is refused, and a missing cell stays missing.

use super::port::{Buffers, ColumnType};
use crate::snapshot::Column;
use crate::time::{Date, days_between, parse_date};
use std::sync::Arc;

/// Powers of ten that a float holds exactly.
const EXACT_POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];
/// Whole numbers up to this one are floats without rounding.
const EXACT_WHOLE: u128 = 1 << 53;

/// Why a column cannot be given to a plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    /// The column is of another kind: what it holds.
    Kind(&'static str),
    /// A cell, by its row, does not fit.
    Cell(usize, &'static str),
    /// A cell is missing and the plugin does not take that.
    Missing(usize),
}

/// The buffers of one column of one batch.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Packed {
    values: Vec<u8>,
    offsets: Vec<u8>,
    dict: Option<(Vec<u8>, Vec<u8>)>,
    validity: Vec<u8>,
}

impl Packed {
    /// All bytes, for a digest.
    pub(super) fn bytes(&self) -> impl Iterator<Item = &[u8]> {
        let dict = self.dict.iter().flat_map(|(offsets, bytes)| [offsets.as_slice(), bytes.as_slice()]);
        [self.values.as_slice(), &self.offsets, &self.validity].into_iter().chain(dict)
    }

    /// Borrowed, under the plugin's name for it.
    pub(super) fn buffers<'a>(&'a self, name: &'a str, ty: ColumnType) -> Buffers<'a> {
        let dict = self.dict.as_ref().map(|(offsets, bytes)| (offsets.as_slice(), bytes.as_slice()));
        Buffers { name, ty, values: &self.values, offsets: &self.offsets, dict, validity: &self.validity }
    }
}

/// The cells of these rows, in this order.
pub(super) fn pack(column: &Column, ty: ColumnType, nullable: bool, rows: &[u32]) -> Result<Packed, Unfit> {
    if !nullable && let Some(row) = rows.iter().find(|row| column.is_missing(**row as usize)) {
        return Err(Unfit::Missing(*row as usize));
    }
    let mut packed = match (ty, column) {
        (ColumnType::Float64, Column::Number { scale, rows: cells }) => {
            fixed(rows, |row| cells.get(row), |units| float(units, *scale).map(f64::to_le_bytes))
        }
        (ColumnType::Float64, Column::Float(cells)) => fixed(
            rows,
            |row| cells[row],
            |value| {
                if value.is_finite() { Ok(value.to_le_bytes()) } else { Err("is no finite number") }
            },
        ),
        (ColumnType::Int64, Column::Number { scale, rows: cells }) => {
            fixed(rows, |row| cells.get(row), |units| decimal(units, *scale, 0).map(i64::to_le_bytes))
        }
        (ColumnType::Decimal64(to), Column::Number { scale, rows: cells }) => fixed(
            rows,
            |row| cells.get(row),
            |units| decimal(units, *scale, u32::from(to)).map(i64::to_le_bytes),
        ),
        (ColumnType::Date32, Column::Date(cells)) => {
            let epoch = epoch();
            fixed(rows, |row| cells[row], |day| Ok(day_number(epoch, day).to_le_bytes()))
        }
        (ColumnType::Boolean, Column::Bool(cells)) => {
            let set = |row: &u32| cells[*row as usize] == Some(true);
            Ok(Packed { values: bits(rows.iter().map(set)), ..Packed::default() })
        }
        (ColumnType::DictUtf8, Column::Text { values, rows: cells }) => codes(rows, values, cells),
        (ColumnType::Utf8, Column::Text { values, rows: cells }) => texts(rows, values, cells),
        _ => Err(Unfit::Kind(kind(column))),
    }?;
    if rows.iter().any(|row| column.is_missing(*row as usize)) {
        packed.validity = bits(rows.iter().map(|row| !column.is_missing(*row as usize)));
    }
    Ok(packed)
}

/// Days since 1970-01-01, which is `epoch`.
fn day_number(epoch: Date, day: Date) -> i32 {
    let days = |from, to| i32::try_from(days_between(from, to)).expect("dates lie within 20,000 years");
    if day >= epoch { days(epoch, day) } else { -days(day, epoch) }
}

fn epoch() -> Date {
    parse_date("1970-01-01").expect("a day as it is written")
}

/// Cells of equal width; a missing one is zeros.
fn fixed<T: Copy, const WIDTH: usize>(
    rows: &[u32],
    cell: impl Fn(usize) -> Option<T>,
    bytes: impl Fn(T) -> Result<[u8; WIDTH], &'static str>,
) -> Result<Packed, Unfit> {
    let mut values = Vec::with_capacity(rows.len() * WIDTH);
    for row in rows.iter().map(|row| *row as usize) {
        match cell(row).map(&bytes) {
            Some(Ok(cell)) => values.extend_from_slice(&cell),
            Some(Err(why)) => return Err(Unfit::Cell(row, why)),
            None => values.extend_from_slice(&[0; WIDTH]),
        }
    }
    Ok(Packed { values, ..Packed::default() })
}

/// The float nearest to a decimal; a whole number only if the float is that number.
fn float(units: i128, scale: u32) -> Result<f64, &'static str> {
    let power = EXACT_POWERS.get(scale as usize);
    if units.unsigned_abs() <= EXACT_WHOLE
        && let Some(power) = power
    {
        // Both are exact, so the one division rounds once, as reading the decimal would.
        return Ok(units as f64 / power);
    }
    let value: f64 = format!("{units}e-{scale}").parse().map_err(|_| "is no number")?;
    let whole = 10_i128.checked_pow(scale).is_some_and(|one| units % one == 0);
    let exact = || format!("{value:.0}").parse::<i128>().ok() == Some(units / 10_i128.pow(scale));
    if whole && !exact() { Err("is a whole number that a float cannot hold") } else { Ok(value) }
}

/// A decimal in units of another power of ten, if nothing is lost.
fn decimal(units: i128, from: u32, to: u32) -> Result<i64, &'static str> {
    const TOO_LARGE: &str = "is too large for the plugin";
    let scaled = if to >= from {
        let factor = 10_i128.checked_pow(to - from).ok_or(TOO_LARGE)?;
        units.checked_mul(factor).ok_or(TOO_LARGE)?
    } else {
        match 10_i128.checked_pow(from - to) {
            Some(factor) if units % factor == 0 => units / factor,
            None if units == 0 => 0,
            _ => return Err("has more decimals than the plugin takes"),
        }
    };
    i64::try_from(scaled).map_err(|_| TOO_LARGE)
}

/// Codes into a dictionary of the values that occur, in their order.
fn codes(rows: &[u32], values: &[Arc<str>], cells: &[Option<u32>]) -> Result<Packed, Unfit> {
    let mut code: Vec<Option<u32>> = vec![None; values.len()];
    rows.iter().filter_map(|row| cells[*row as usize]).for_each(|value| code[value as usize] = Some(0));
    let used: Vec<&Arc<str>> =
        values.iter().zip(&code).filter(|(_, code)| code.is_some()).map(|(value, _)| value).collect();
    code.iter_mut().flatten().zip(0..).for_each(|(code, next)| *code = next);
    let of_row = |row: &u32| cells[*row as usize].and_then(|value| code[value as usize]).unwrap_or(0);
    let dict = strings(used.into_iter().map(|text| &**text), rows)?;
    let values = rows.iter().flat_map(|row| of_row(row).to_le_bytes()).collect();
    Ok(Packed { values, dict: Some(dict), ..Packed::default() })
}

fn texts(rows: &[u32], values: &[Arc<str>], cells: &[Option<u32>]) -> Result<Packed, Unfit> {
    let text = |row: &u32| cells[*row as usize].map_or("", |value| &*values[value as usize]);
    let (offsets, values) = strings(rows.iter().map(text), rows)?;
    Ok(Packed { values, offsets, ..Packed::default() })
}

/// Offsets from 0 and bytes.
fn strings<'a>(texts: impl Iterator<Item = &'a str>, rows: &[u32]) -> Result<(Vec<u8>, Vec<u8>), Unfit> {
    let (mut offsets, mut bytes) = (0_u32.to_le_bytes().to_vec(), Vec::new());
    for text in texts {
        bytes.extend_from_slice(text.as_bytes());
        let first = || rows.first().map_or(0, |row| *row as usize);
        let end = u32::try_from(bytes.len())
            .map_err(|_| Unfit::Cell(first(), "begins a batch of more than 4 GiB of text"))?;
        offsets.extend_from_slice(&end.to_le_bytes());
    }
    Ok((offsets, bytes))
}

/// A bit each, the lowest first; bits past the end are 0.
fn bits(each: impl Iterator<Item = bool>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (at, set) in each.enumerate() {
        if at % 8 == 0 {
            bytes.push(0);
        }
        if let Some(last) = bytes.last_mut() {
            *last |= u8::from(set) << (at % 8);
        }
    }
    bytes
}

fn kind(column: &Column) -> &'static str {
    match column {
        Column::Text { .. } => "text",
        Column::Number { .. } => "numbers",
        Column::Float(_) => "binary floats",
        Column::Date(_) => "days",
        Column::Bool(_) => "yes or no",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(scale: u32, cells: &[Option<i128>]) -> Column {
        Column::Number { scale, rows: cells.to_vec().into() }
    }

    fn packed(column: &Column, ty: ColumnType) -> Result<Packed, Unfit> {
        let rows: Vec<u32> = (0..).take(column.len()).collect();
        pack(column, ty, true, &rows)
    }

    fn floats(column: &Column) -> Result<Vec<f64>, Unfit> {
        let packed = packed(column, ColumnType::Float64)?;
        let cells = packed.values.chunks_exact(8);
        Ok(cells.map(|cell| f64::from_le_bytes(cell.try_into().expect("8 bytes"))).collect())
    }

    #[test]
    fn decimals_become_the_nearest_float_or_are_refused() {
        for (text, units, scale) in [
            ("0.1", 1_i128, 1),
            ("-1234.56", -123_456, 2),
            ("0.0000000000000000000000001", 1, 25),
            ("9007199254740992", 1 << 53, 0),
            ("90071992547409.93", 9_007_199_254_740_993, 2),
        ] {
            let expected: f64 = text.parse().expect("a number");
            let got = floats(&number(scale, &[Some(units)])).expect(text);
            assert_eq!(
                got.iter().map(|value| value.to_bits()).collect::<Vec<_>>(),
                [expected.to_bits()],
                "{text}"
            );
        }
        let odd = number(0, &[Some(1), Some((1 << 53) + 1)]);
        assert_eq!(floats(&odd), Err(Unfit::Cell(1, "is a whole number that a float cannot hold")));
        let odd = Column::Float(vec![Some(f64::NAN)]);
        assert_eq!(floats(&odd), Err(Unfit::Cell(0, "is no finite number")));
    }

    #[test]
    fn decimals_keep_every_digit_or_are_refused() {
        for (units, from, to, expected) in [
            (12_345, 2, 4, Ok(1_234_500)),
            (12_300, 4, 2, Ok(123)),
            (12_345, 4, 2, Err("has more decimals than the plugin takes")),
            (i128::from(i64::MAX), 0, 0, Ok(i64::MAX)),
            (i128::from(i64::MAX) + 1, 0, 0, Err("is too large for the plugin")),
            (1, 0, 38, Err("is too large for the plugin")),
            (1, 0, 60, Err("is too large for the plugin")),
            (0, 60, 0, Ok(0)),
        ] {
            assert_eq!(decimal(units, from, to), expected, "{units} {from} {to}");
        }
    }

    #[test]
    fn missing_cells_are_marked_and_refused_where_none_may_be() {
        let cells = [Some(1), None, Some(3), Some(4), Some(5), Some(6), Some(7), Some(8), None];
        let column = number(0, &cells);
        let packed = packed(&column, ColumnType::Int64).expect("whole numbers");
        assert_eq!(packed.validity, [0b1111_1101, 0]);
        assert_eq!(packed.values.len(), 72);
        assert_eq!(pack(&column, ColumnType::Int64, false, &[0, 8]), Err(Unfit::Missing(8)));
        let whole = pack(&column, ColumnType::Int64, false, &[2, 0]).expect("none is missing");
        assert_eq!((whole.values[0], whole.values[8], whole.validity.len()), (3, 1, 0));
    }

    #[test]
    fn texts_bring_only_the_values_that_occur() {
        let values: Arc<Vec<Arc<str>>> = Arc::new(vec!["a".into(), "bc".into(), "日".into()]);
        let column = Column::Text { values, rows: vec![Some(2), Some(0), None, Some(1)] };
        let dict = pack(&column, ColumnType::DictUtf8, true, &[0, 2, 1]).expect("texts");
        assert_eq!(dict.values, [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(dict.validity, [0b101]);
        let (offsets, bytes) = dict.dict.expect("a dictionary");
        assert_eq!((offsets, bytes), (vec![0, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0], "a日".as_bytes().to_vec()));
        let plain = pack(&column, ColumnType::Utf8, true, &[3, 2]).expect("texts");
        assert_eq!((plain.values, plain.offsets), (b"bc".to_vec(), vec![0, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0]));
        assert_eq!(packed(&column, ColumnType::Float64), Err(Unfit::Kind("text")));
    }

    #[test]
    fn days_and_flags() {
        for (text, expected) in [("1970-01-01", 0), ("2026-11-25", 20_782), ("1969-12-31", -1)] {
            let day = parse_date(text).expect(text);
            assert_eq!(day_number(epoch(), day), expected, "{text}");
        }
        let flags = Column::Bool(vec![Some(true), Some(false), None, Some(true)]);
        let packed = packed(&flags, ColumnType::Boolean).expect("flags");
        assert_eq!((packed.values, packed.validity), (vec![0b1001], vec![0b1011]));
    }
}
