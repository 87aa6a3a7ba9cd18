//! What comes back from a plugin is looked at before it is believed: lengths, bits, offsets, codes, characters, scales. It
//! works on borrowed bytes and stops at the first fault, which names the column and the row.

use crate::measure::plugged::port::{Buffers, ColumnType};
use crate::unit::{Decimal, Quantity};

/// The most decimals that fit an i64.
pub const SCALE_MAX: u8 = 18;

/// Why a column is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The row, from 0; `None`: the column as a whole.
    pub row: Option<usize>,
    /// What is wrong.
    pub what: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.row {
            // People count from 1.
            Some(row) => write!(out, "{}, in row {}", self.what, row + 1),
            None => out.write_str(&self.what),
        }
    }
}

fn whole<T>(what: String) -> Result<T, Fault> {
    Err(Fault { row: None, what })
}

fn at<T>(row: usize, what: impl Into<String>) -> Result<T, Fault> {
    Err(Fault { row: Some(row), what: what.into() })
}

/// Whether a column of so many rows is well formed.
///
/// # Errors
/// The first fault.
pub fn column(given: &Buffers<'_>, rows: usize) -> Result<(), Fault> {
    bits("validity", given.validity, rows, given.validity.is_empty())?;
    let is_text = given.ty == ColumnType::Utf8;
    if !is_text && !given.offsets.is_empty() {
        return whole("has offsets, which only text has".to_owned());
    }
    if given.ty != ColumnType::DictUtf8 && given.dict.is_some() {
        return whole("has a dictionary, which its type does not have".to_owned());
    }
    match given.ty {
        ColumnType::Boolean => bits("values", given.values, rows, false),
        ColumnType::Utf8 => text(given.offsets, given.values, rows),
        ColumnType::DictUtf8 => codes(given, rows),
        ColumnType::Decimal64(scale) if scale > SCALE_MAX => {
            whole(format!("has {scale} decimals, and at most {SCALE_MAX} fit"))
        }
        ColumnType::Date32 => wide(given.values, rows, 4),
        ColumnType::Float64 | ColumnType::Int64 | ColumnType::TimestampMs | ColumnType::Decimal64(_) => {
            wide(given.values, rows, 8)
        }
    }
}

/// Cells of equal width.
fn wide(values: &[u8], rows: usize, width: usize) -> Result<(), Fault> {
    if values.len() == rows * width {
        return Ok(());
    }
    whole(format!("has {} bytes of values for {rows} rows of {width}", values.len()))
}

/// A bit per row, the lowest first, and none past the end.
fn bits(name: &str, given: &[u8], rows: usize, absent: bool) -> Result<(), Fault> {
    if absent {
        return Ok(());
    }
    if given.len() != rows.div_ceil(8) {
        return whole(format!("has {} bytes of {name} for {rows} rows", given.len()));
    }
    match given.last() {
        Some(last) if !rows.is_multiple_of(8) && last >> (rows % 8) != 0 => {
            whole(format!("has bits of {name} set past its {rows} rows"))
        }
        _ => Ok(()),
    }
}

/// Text cut by offsets.
fn text(offsets: &[u8], bytes: &[u8], rows: usize) -> Result<(), Fault> {
    if offsets.len() != (rows + 1) * 4 {
        return whole(format!("has {} bytes of offsets for {rows} rows", offsets.len()));
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return whole(format!("holds what is no UTF-8, at byte {}", error.valid_up_to())),
    };
    let mut before = 0;
    for (row, offset) in offsets.chunks_exact(4).map(word).enumerate() {
        // The first offset opens row 0, each other one closes the row before it.
        let closes = row.saturating_sub(1);
        if row == 0 && offset != 0 {
            return at(0, format!("begins at byte {offset} and not at 0"));
        }
        if offset < before {
            return at(closes, format!("ends at byte {offset}, before it begins at {before}"));
        }
        if offset > text.len() {
            return at(closes, format!("ends at byte {offset} of {}", text.len()));
        }
        if !text.is_char_boundary(offset) {
            return at(closes, "is cut inside a character");
        }
        before = offset;
    }
    Ok(())
}

/// Codes into a dictionary.
fn codes(given: &Buffers<'_>, rows: usize) -> Result<(), Fault> {
    let Some((offsets, bytes)) = given.dict else { return whole("has no dictionary".to_owned()) };
    wide(given.values, rows, 4)?;
    let Some(size) = (offsets.len() / 4).checked_sub(1) else {
        return whole("has a dictionary without offsets".to_owned());
    };
    text(offsets, bytes, size)
        .map_err(|fault| Fault { row: None, what: format!("has a dictionary whose entry {fault}") })?;
    let known = given.values.chunks_exact(4).map(word).enumerate();
    match known.filter(|(row, _)| is_there(given.validity, *row)).find(|(_, code)| *code >= size) {
        Some((row, code)) => at(row, format!("has the code {code} of a dictionary of {size}")),
        None => Ok(()),
    }
}

fn word(bytes: &[u8]) -> usize {
    u32::from_le_bytes(bytes.try_into().expect("chunks of four bytes")) as usize
}

fn is_there(validity: &[u8], row: usize) -> bool {
    validity.is_empty() || validity[row / 8] >> (row % 8) & 1 == 1
}

/// Figures out of a column.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// One per row; `None` where there is nothing to say.
    pub values: Vec<Option<Quantity>>,
    /// How many were no finite numbers, and are nothing now.
    pub not_finite: u64,
}

/// The figures of a column of so many rows: exact from integers and decimals, approximate from floats. A NaN or an
/// infinity is nothing, and counted; −0 is 0.
///
/// # Errors
/// The first fault; a column that holds no numbers.
pub fn numbers(given: &Buffers<'_>, rows: usize) -> Result<Numbers, Fault> {
    column(given, rows)?;
    let scale = match given.ty {
        ColumnType::Float64 => None,
        ColumnType::Int64 => Some(0),
        ColumnType::Decimal64(scale) => Some(u32::from(scale)),
        other => return whole(format!("holds {}, and a metric gives numbers", name(other))),
    };
    let mut numbers = Numbers { values: Vec::with_capacity(rows), not_finite: 0 };
    for (row, cell) in given.values.chunks_exact(8).enumerate() {
        let cell: [u8; 8] = cell.try_into().expect("chunks of eight bytes");
        let value = match scale {
            _ if !is_there(given.validity, row) => None,
            Some(scale) => Some(Quantity::Exact(Decimal::new(i64::from_le_bytes(cell), scale))),
            None => match f64::from_le_bytes(cell) {
                // Adding zero makes −0 a 0 and leaves every other number.
                value if value.is_finite() => Some(Quantity::Approximate(value + 0.0)),
                _ => {
                    numbers.not_finite += 1;
                    None
                }
            },
        };
        numbers.values.push(value);
    }
    Ok(numbers)
}

/// A type as the interface calls it.
pub fn name(ty: ColumnType) -> &'static str {
    match ty {
        ColumnType::Float64 => "float64",
        ColumnType::Int64 => "int64",
        ColumnType::Boolean => "boolean",
        ColumnType::Date32 => "date32",
        ColumnType::TimestampMs => "timestamp-ms",
        ColumnType::Utf8 => "utf8",
        ColumnType::DictUtf8 => "dict-utf8",
        ColumnType::Decimal64(_) => "decimal64",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given<'a>(ty: ColumnType, values: &'a [u8], validity: &'a [u8]) -> Buffers<'a> {
        Buffers { name: "value", ty, values, offsets: &[], dict: None, validity }
    }

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    fn check(given: &Buffers<'_>, rows: usize, expected: &str) {
        let told = column(given, rows).map_or_else(|fault| fault.to_string(), |()| "fine".to_owned());
        assert_eq!(told, expected);
    }

    #[test]
    fn lengths_and_bits() {
        let eight = [0; 24];
        check(&given(ColumnType::Float64, &eight, &[]), 3, "fine");
        check(&given(ColumnType::Float64, &eight, &[]), 2, "has 24 bytes of values for 2 rows of 8");
        check(&given(ColumnType::Int64, &eight, &[0b101]), 3, "fine");
        check(&given(ColumnType::Int64, &eight, &[0b1101]), 3, "has bits of validity set past its 3 rows");
        check(&given(ColumnType::Int64, &eight, &[1, 0]), 3, "has 2 bytes of validity for 3 rows");
        check(&given(ColumnType::Date32, &eight[..12], &[]), 3, "fine");
        check(&given(ColumnType::Boolean, &[0b111], &[]), 3, "fine");
        check(&given(ColumnType::Boolean, &[0b1111], &[]), 3, "has bits of values set past its 3 rows");
        check(&given(ColumnType::Decimal64(18), &eight, &[]), 3, "fine");
        check(&given(ColumnType::Decimal64(255), &eight, &[]), 3, "has 255 decimals, and at most 18 fit");
        let stray = Buffers { offsets: &[0; 4], ..given(ColumnType::Int64, &eight, &[]) };
        check(&stray, 3, "has offsets, which only text has");
    }

    #[test]
    fn text_is_cut_between_characters() {
        let cases: &[(&[u32], &str, &str)] = &[
            (&[0, 3, 6], "広告", "fine"),
            (&[0, 0, 6], "広告", "fine"),
            (&[0, 2, 6], "広告", "is cut inside a character, in row 1"),
            (&[0, 6, 3], "広告", "ends at byte 3, before it begins at 6, in row 2"),
            (&[0, 3, 7], "広告", "ends at byte 7 of 6, in row 2"),
            (&[1, 3, 6], "広告", "begins at byte 1 and not at 0, in row 1"),
            (&[0, 3], "広告", "has 8 bytes of offsets for 2 rows"),
        ];
        for (offsets, bytes, expected) in cases {
            let offsets = words(offsets);
            let text = Buffers { offsets: &offsets, ..given(ColumnType::Utf8, bytes.as_bytes(), &[]) };
            check(&text, 2, expected);
        }
        let offsets = words(&[0, 1, 2]);
        let broken = Buffers { offsets: &offsets, ..given(ColumnType::Utf8, &[b'a', 0xff], &[]) };
        check(&broken, 2, "holds what is no UTF-8, at byte 1");
    }

    #[test]
    fn codes_lie_within_their_dictionary() {
        let (offsets, values) = (words(&[0, 1, 2]), words(&[0, 1, 2]));
        let dict = Buffers { dict: Some((&offsets, b"ab")), ..given(ColumnType::DictUtf8, &values, &[]) };
        check(&dict, 3, "has the code 2 of a dictionary of 2, in row 3");
        // What a missing cell holds means nothing.
        check(&Buffers { validity: &[0b011], ..dict }, 3, "fine");
        check(&Buffers { dict: None, ..dict }, 3, "has no dictionary");
        check(&Buffers { dict: Some((&[], b"ab")), ..dict }, 3, "has a dictionary without offsets");
        check(
            &Buffers { dict: Some((&offsets, b"a")), ..dict },
            3,
            "has a dictionary whose entry ends at byte 2 of 1, in row 2",
        );
    }

    #[test]
    fn what_is_no_number_is_nothing_and_counted() {
        let values: Vec<u8> =
            [1.5, f64::NAN, f64::INFINITY, -0.0].iter().flat_map(|value: &f64| value.to_le_bytes()).collect();
        let numbers = numbers(&given(ColumnType::Float64, &values, &[]), 4).expect("well formed");
        assert_eq!(numbers.not_finite, 2);
        let shown: Vec<Option<u64>> =
            numbers.values.iter().map(|value| value.map(|value| value.as_f64().to_bits())).collect();
        assert_eq!(shown, [Some(1.5_f64.to_bits()), None, None, Some(0)]);
    }

    #[test]
    fn decimals_stay_exact() {
        let values: Vec<u8> = [-12_345_i64, i64::MAX].iter().flat_map(|value| value.to_le_bytes()).collect();
        let numbers = numbers(&given(ColumnType::Decimal64(2), &values, &[]), 2).expect("well formed");
        let shown: Vec<String> = numbers
            .values
            .iter()
            .map(|value| value.and_then(Quantity::as_decimal).expect("exact").to_string())
            .collect();
        assert_eq!(shown, ["-123.45", "92233720368547758.07"]);
        let text = super::numbers(&given(ColumnType::Boolean, &[0], &[]), 1).expect_err("no numbers");
        assert_eq!(text.to_string(), "holds boolean, and a metric gives numbers");
    }
}
