//! Makes the columns that a plugin hands back: each from its values with their nulls.

use crate::bindings::base::kpress::plugin::types::{Column, ColumnType, Dictionary};
use std::collections::BTreeMap;

/// `float64` numbers. What is not finite becomes null at the host; better say `None`.
pub fn floats(name: &str, values: impl IntoIterator<Item = Option<f64>>) -> Column {
    fixed(name, ColumnType::Float64, values, f64::to_le_bytes)
}

/// `int64` numbers.
pub fn ints(name: &str, values: impl IntoIterator<Item = Option<i64>>) -> Column {
    fixed(name, ColumnType::Int64, values, i64::to_le_bytes)
}

/// Exact decimals in units of `10^-scale`; `scale` is at most 18.
pub fn decimals(name: &str, scale: u8, values: impl IntoIterator<Item = Option<i64>>) -> Column {
    fixed(name, ColumnType::Decimal64(scale), values, i64::to_le_bytes)
}

/// Days since 1970-01-01.
pub fn dates(name: &str, values: impl IntoIterator<Item = Option<i32>>) -> Column {
    fixed(name, ColumnType::Date32, values, i32::to_le_bytes)
}

/// Milliseconds since 1970-01-01, UTC.
pub fn timestamps(name: &str, values: impl IntoIterator<Item = Option<i64>>) -> Column {
    fixed(name, ColumnType::TimestampMs, values, i64::to_le_bytes)
}

/// Truth values.
pub fn flags(name: &str, values: impl IntoIterator<Item = Option<bool>>) -> Column {
    let (mut bits, mut validity) = (Bits::default(), Bits::default());
    for value in values {
        bits.push(value.unwrap_or(false));
        validity.push(value.is_some());
    }
    column(name, ColumnType::Boolean, bits.bytes, validity)
}

/// Texts, each written out.
pub fn texts<T: AsRef<str>>(name: &str, values: impl IntoIterator<Item = Option<T>>) -> Column {
    let (mut strings, mut validity) = (Strings::new(), Bits::default());
    for value in values {
        strings.push(value.as_ref().map_or("", AsRef::as_ref));
        validity.push(value.is_some());
    }
    Column { offsets: strings.offsets, ..column(name, ColumnType::Utf8, strings.bytes, validity) }
}

/// Texts that repeat: each distinct one is written once.
pub fn coded_texts<T: AsRef<str>>(name: &str, values: impl IntoIterator<Item = Option<T>>) -> Column {
    let (mut strings, mut codes, mut validity) = (Strings::new(), Vec::new(), Bits::default());
    let mut known: BTreeMap<String, u32> = BTreeMap::new();
    for value in values {
        validity.push(value.is_some());
        let text = value.as_ref().map_or("", AsRef::as_ref);
        let next = u32::try_from(known.len()).expect("fewer than 2^32 texts");
        let code = *known.entry(text.to_owned()).or_insert_with(|| {
            strings.push(text);
            next
        });
        codes.extend(code.to_le_bytes());
    }
    let dict = Some(Dictionary { offsets: strings.offsets, bytes: strings.bytes });
    Column { dict, ..column(name, ColumnType::DictUtf8, codes, validity) }
}

/// Reads `-1234.5` as a whole number of `10^-scale`, exactly; `None` if it is no number, or needs more digits or space.
pub fn decimal_of(text: &str, scale: u8) -> Option<i64> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let part = part.trim_end_matches('0');
    if (whole.is_empty() && part.is_empty()) || !is_number(whole) || !is_number(part) {
        return None;
    }
    let missing = usize::from(scale).checked_sub(part.len())?;
    let all = format!("{whole}{part}{}", "0".repeat(missing));
    all.parse::<i128>().ok().and_then(|value| i64::try_from(sign * value).ok())
}

fn fixed<T: Default, const N: usize>(
    name: &str,
    ty: ColumnType,
    values: impl IntoIterator<Item = Option<T>>,
    bytes_of: fn(T) -> [u8; N],
) -> Column {
    let values = values.into_iter();
    let mut bytes = Vec::with_capacity(values.size_hint().0.saturating_mul(N));
    let mut validity = Bits::default();
    for value in values {
        validity.push(value.is_some());
        bytes.extend(bytes_of(value.unwrap_or_default()));
    }
    column(name, ty, bytes, validity)
}

fn column(name: &str, ty: ColumnType, values: Vec<u8>, validity: Bits) -> Column {
    let validity = if validity.all { Vec::new() } else { validity.bytes };
    Column { name: name.to_owned(), ty, values, offsets: Vec::new(), dict: None, validity }
}

/// Bits, least significant first.
struct Bits {
    bytes: Vec<u8>,
    len: usize,
    all: bool,
}

impl Default for Bits {
    fn default() -> Bits {
        Bits { bytes: Vec::new(), len: 0, all: true }
    }
}

impl Bits {
    fn push(&mut self, bit: bool) {
        if self.len % 8 == 0 {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut() {
            *last |= u8::from(bit) << (self.len % 8);
        }
        self.all &= bit;
        self.len += 1;
    }
}

/// Texts in one buffer.
struct Strings {
    offsets: Vec<u8>,
    bytes: Vec<u8>,
}

impl Strings {
    fn new() -> Strings {
        Strings { offsets: vec![0; 4], bytes: Vec::new() }
    }

    fn push(&mut self, text: &str) {
        self.bytes.extend(text.as_bytes());
        let end = u32::try_from(self.bytes.len()).expect("a column of less than 4 GiB");
        self.offsets.extend(end.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::decimal_of;

    #[test]
    fn decimals_are_read_exactly_or_not_at_all() {
        assert_eq!(decimal_of("148.35", 6), Some(148_350_000));
        assert_eq!(decimal_of("-0.10", 1), Some(-1));
        assert_eq!(decimal_of(" 7 ", 0), Some(7));
        for refused in ["", ".", "1.23", "1e3", "--1", "12345678901234567890", "1,000"] {
            assert_eq!(decimal_of(refused, 1), None, "{refused}");
        }
    }
}
