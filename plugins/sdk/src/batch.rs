//! Reads the columns that the host hands over, without copying them. A value is read with its null: a cell that is missing
//! is `None`, never zero.

use crate::Error;
use crate::bindings::base::kpress::plugin::types::{self, ColumnType, Dictionary};
use std::marker::PhantomData;

/// Rows as columns.
#[derive(Clone, Copy)]
pub struct Batch<'a> {
    raw: &'a types::Batch,
}

impl<'a> Batch<'a> {
    /// Looks at what the host handed over.
    pub fn new(raw: &'a types::Batch) -> Batch<'a> {
        Batch { raw }
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.raw.rows as usize
    }

    /// The names of the columns, in the order of the plugin's inputs.
    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        self.raw.columns.iter().map(|column| column.name.as_str())
    }

    /// Whether there is a column of this name.
    pub fn has(&self, name: &str) -> bool {
        self.names().any(|own| own == name)
    }

    /// `float64` numbers.
    pub fn floats(&self, name: &str) -> Result<Fixed<'a, f64>, Error> {
        let column = self.column(name)?;
        match column.ty {
            ColumnType::Float64 => Fixed::new(column, self.rows()),
            _ => Err(wrong_type(column, "float64")),
        }
    }

    /// `int64` numbers.
    pub fn ints(&self, name: &str) -> Result<Fixed<'a, i64>, Error> {
        let column = self.column(name)?;
        match column.ty {
            ColumnType::Int64 => Fixed::new(column, self.rows()),
            _ => Err(wrong_type(column, "int64")),
        }
    }

    /// Days since 1970-01-01.
    pub fn dates(&self, name: &str) -> Result<Fixed<'a, i32>, Error> {
        let column = self.column(name)?;
        match column.ty {
            ColumnType::Date32 => Fixed::new(column, self.rows()),
            _ => Err(wrong_type(column, "date32")),
        }
    }

    /// Milliseconds since 1970-01-01, UTC.
    pub fn timestamps(&self, name: &str) -> Result<Fixed<'a, i64>, Error> {
        let column = self.column(name)?;
        match column.ty {
            ColumnType::TimestampMs => Fixed::new(column, self.rows()),
            _ => Err(wrong_type(column, "timestamp-ms")),
        }
    }

    /// Exact decimals: whole numbers of `10^-scale`.
    pub fn decimals(&self, name: &str) -> Result<Decimals<'a>, Error> {
        let column = self.column(name)?;
        match column.ty {
            ColumnType::Decimal64(scale) => Ok(Decimals { scale, values: Fixed::new(column, self.rows())? }),
            _ => Err(wrong_type(column, "decimal64")),
        }
    }

    /// Truth values.
    pub fn flags(&self, name: &str) -> Result<Flags<'a>, Error> {
        let column = self.column(name)?;
        match column.ty {
            ColumnType::Boolean if column.values.len() >= self.rows().div_ceil(8) => {
                let validity = Validity::new(column, self.rows())?;
                Ok(Flags { bits: &column.values, validity, rows: self.rows() })
            }
            ColumnType::Boolean => Err(too_short(column)),
            _ => Err(wrong_type(column, "boolean")),
        }
    }

    /// Texts, plain or through a dictionary.
    pub fn texts(&self, name: &str) -> Result<Texts<'a>, Error> {
        let column = self.column(name)?;
        let validity = Validity::new(column, self.rows())?;
        let kind = match (&column.ty, &column.dict) {
            (ColumnType::Utf8, _) => TextKind::Plain(Strings::new(&column.offsets, &column.values)),
            (ColumnType::DictUtf8, Some(Dictionary { offsets, bytes })) => {
                TextKind::Coded(&column.values, Strings::new(offsets, bytes))
            }
            _ => return Err(wrong_type(column, "utf8 or dict-utf8")),
        };
        let cells = match &kind {
            TextKind::Plain(strings) => strings.len(),
            TextKind::Coded(codes, _) => codes.len() / 4,
        };
        if cells < self.rows() {
            return Err(too_short(column));
        }
        Ok(Texts { kind, validity, rows: self.rows() })
    }

    fn column(&self, name: &str) -> Result<&'a types::Column, Error> {
        self.raw.columns.iter().find(|column| column.name == name).ok_or_else(|| Error::missing_input(name))
    }
}

fn wrong_type(column: &types::Column, wanted: &str) -> Error {
    Error::bad_data(format!("column `{}` is {:?}, not {wanted}", column.name, column.ty))
}

fn too_short(column: &types::Column) -> Error {
    Error::bad_data(format!("column `{}` is shorter than its batch", column.name))
}

/// Which rows hold a value; no bits mean all of them.
#[derive(Clone, Copy)]
struct Validity<'a>(&'a [u8]);

impl<'a> Validity<'a> {
    fn new(column: &'a types::Column, rows: usize) -> Result<Validity<'a>, Error> {
        let bits = column.validity.as_slice();
        if !bits.is_empty() && bits.len() < rows.div_ceil(8) {
            return Err(too_short(column));
        }
        Ok(Validity(bits))
    }

    #[inline]
    fn holds(self, row: usize) -> bool {
        self.0.is_empty() || bit(self.0, row)
    }
}

#[inline]
fn bit(bits: &[u8], row: usize) -> bool {
    bits.get(row / 8).is_some_and(|byte| byte >> (row % 8) & 1 == 1)
}

/// A cell of fixed width.
pub trait Cell: Copy {
    /// Its bytes.
    const WIDTH: usize;
    /// Reads `WIDTH` bytes, little endian.
    fn read(bytes: &[u8]) -> Self;
}

macro_rules! cell {
    ($($kind:ty),*) => {$(
        impl Cell for $kind {
            const WIDTH: usize = size_of::<$kind>();
            #[inline]
            fn read(bytes: &[u8]) -> Self {
                let mut own = [0; size_of::<$kind>()];
                own.copy_from_slice(bytes);
                <$kind>::from_le_bytes(own)
            }
        }
    )*};
}
cell!(f64, i64, i32, u32);

/// A column of numbers.
#[derive(Clone, Copy)]
pub struct Fixed<'a, T> {
    bytes: &'a [u8],
    validity: Validity<'a>,
    kind: PhantomData<T>,
}

impl<'a, T: Cell> Fixed<'a, T> {
    fn new(column: &'a types::Column, rows: usize) -> Result<Self, Error> {
        let bytes = column.values.get(..rows * T::WIDTH).ok_or_else(|| too_short(column))?;
        Ok(Fixed { bytes, validity: Validity::new(column, rows)?, kind: PhantomData })
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.bytes.len() / T::WIDTH
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Whether no row is null: then [`Fixed::values`] may be read without looking at each.
    pub fn all_present(&self) -> bool {
        self.validity.0.is_empty()
    }

    /// The value of a row; `None` where it is null or past the end.
    #[inline]
    pub fn get(&self, row: usize) -> Option<T> {
        let at = row.checked_mul(T::WIDTH)?;
        let bytes = self.bytes.get(at..at + T::WIDTH)?;
        self.validity.holds(row).then(|| T::read(bytes))
    }

    /// The values with their nulls.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = Option<T>> + use<'a, T> {
        let validity = self.validity;
        self.values().enumerate().map(move |(row, value)| validity.holds(row).then_some(value))
    }

    /// The values as they lie in memory; what stands at a null is anything.
    #[inline]
    pub fn values(&self) -> impl Iterator<Item = T> + use<'a, T> {
        self.bytes.chunks_exact(T::WIDTH).map(T::read)
    }
}

/// A column of exact decimals.
#[derive(Clone, Copy)]
pub struct Decimals<'a> {
    scale: u8,
    values: Fixed<'a, i64>,
}

impl<'a> Decimals<'a> {
    /// Digits behind the point.
    pub fn scale(&self) -> u8 {
        self.scale
    }

    /// The whole numbers, in units of `10^-scale`, with their nulls.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = Option<i64>> + use<'a> {
        self.values.iter()
    }

    /// The whole numbers, as a column.
    pub fn unscaled(&self) -> Fixed<'a, i64> {
        self.values
    }

    /// The value of a row, in units of `10^-scale`.
    #[inline]
    pub fn get(&self, row: usize) -> Option<i64> {
        self.values.get(row)
    }
}

/// A column of truth values.
#[derive(Clone, Copy)]
pub struct Flags<'a> {
    bits: &'a [u8],
    validity: Validity<'a>,
    rows: usize,
}

impl<'a> Flags<'a> {
    /// The value of a row; `None` where it is null or past the end.
    pub fn get(&self, row: usize) -> Option<bool> {
        (row < self.rows && self.validity.holds(row)).then(|| bit(self.bits, row))
    }

    /// The values with their nulls.
    pub fn iter(&self) -> impl Iterator<Item = Option<bool>> + use<'a> {
        let own = *self;
        (0..own.rows).map(move |row| own.get(row))
    }
}

/// Texts cut out of one buffer.
#[derive(Clone, Copy)]
struct Strings<'a> {
    offsets: &'a [u8],
    bytes: &'a [u8],
}

impl<'a> Strings<'a> {
    fn new(offsets: &'a [u8], bytes: &'a [u8]) -> Strings<'a> {
        Strings { offsets, bytes }
    }

    fn len(&self) -> usize {
        (self.offsets.len() / 4).saturating_sub(1)
    }

    fn get(&self, at: usize) -> Option<&'a str> {
        let offset = |at: usize| self.offsets.get(at * 4..at * 4 + 4).map(|bytes| u32::read(bytes) as usize);
        std::str::from_utf8(self.bytes.get(offset(at)?..offset(at + 1)?)?).ok()
    }
}

#[derive(Clone, Copy)]
enum TextKind<'a> {
    Plain(Strings<'a>),
    Coded(&'a [u8], Strings<'a>),
}

/// A column of texts.
#[derive(Clone, Copy)]
pub struct Texts<'a> {
    kind: TextKind<'a>,
    validity: Validity<'a>,
    rows: usize,
}

impl<'a> Texts<'a> {
    /// The text of a row; `None` where it is null or past the end.
    pub fn get(&self, row: usize) -> Option<&'a str> {
        if row >= self.rows || !self.validity.holds(row) {
            return None;
        }
        match self.kind {
            TextKind::Plain(strings) => strings.get(row),
            TextKind::Coded(codes, strings) => {
                strings.get(u32::read(codes.get(row * 4..row * 4 + 4)?) as usize)
            }
        }
    }

    /// The texts with their nulls.
    pub fn iter(&self) -> impl Iterator<Item = Option<&'a str>> + use<'a> {
        let own = *self;
        (0..own.rows).map(move |row| own.get(row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column;

    fn batch(columns: Vec<types::Column>, rows: u32) -> types::Batch {
        types::Batch { rows, columns }
    }

    #[test]
    fn what_is_made_is_read_again() {
        let raw = batch(
            vec![
                column::floats("f", [Some(1.5), None, Some(-0.25)]),
                column::ints("i", [Some(i64::MAX), Some(-1), None]),
                column::decimals("d", 2, [None, Some(199), Some(-5)]),
                column::dates("day", [Some(20_000), None, Some(-1)]),
                column::flags("b", [Some(true), None, Some(false)]),
                column::texts("t", [Some("日本"), None, Some("")]),
                column::coded_texts("c", [Some("jp1"), Some("jp2"), Some("jp1")]),
            ],
            3,
        );
        let rows = Batch::new(&raw);
        let floats: Vec<_> = rows.floats("f").expect("floats").iter().collect();
        assert_eq!(floats, [Some(1.5), None, Some(-0.25)]);
        let ints: Vec<_> = rows.ints("i").expect("ints").iter().collect();
        assert_eq!(ints, [Some(i64::MAX), Some(-1), None]);
        let decimals = rows.decimals("d").expect("decimals");
        assert_eq!(
            (decimals.scale(), decimals.get(0), decimals.get(1), decimals.get(3)),
            (2, None, Some(199), None)
        );
        let dates: Vec<_> = rows.dates("day").expect("dates").iter().collect();
        assert_eq!(dates, [Some(20_000), None, Some(-1)]);
        let flags: Vec<_> = rows.flags("b").expect("flags").iter().collect();
        assert_eq!(flags, [Some(true), None, Some(false)]);
        let texts: Vec<_> = rows.texts("t").expect("texts").iter().collect();
        assert_eq!(texts, [Some("日本"), None, Some("")]);
        let coded: Vec<_> = rows.texts("c").expect("coded texts").iter().collect();
        assert_eq!(coded, [Some("jp1"), Some("jp2"), Some("jp1")]);
    }

    #[test]
    fn what_is_missing_or_of_another_type_is_an_error() {
        let raw = batch(vec![column::ints("n", [Some(1)])], 1);
        let rows = Batch::new(&raw);
        assert!(matches!(rows.ints("m"), Err(error) if error.to_string() == "the input `m` is missing"));
        let told = rows.floats("n").err().expect("another type").to_string();
        assert_eq!(told, "column `n` is ColumnType::Int64, not float64");
        let short = batch(vec![column::ints("n", [Some(1)])], 2);
        assert!(Batch::new(&short).ints("n").is_err());
    }
}
