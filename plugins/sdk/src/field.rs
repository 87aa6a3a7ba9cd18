//! The columns that a plugin asks for or hands over, by type.

use crate::bindings::base::kpress::plugin::types::{ColumnType, Field};

/// A column of `float64` numbers.
pub fn float_field(name: &str) -> Field {
    field(name, ColumnType::Float64)
}

/// A column of exact decimals with `scale` digits behind the point.
pub fn decimal_field(name: &str, scale: u8) -> Field {
    field(name, ColumnType::Decimal64(scale))
}

/// A column of whole numbers.
pub fn int_field(name: &str) -> Field {
    field(name, ColumnType::Int64)
}

/// A column of dates.
pub fn date_field(name: &str) -> Field {
    field(name, ColumnType::Date32)
}

/// A column of moments.
pub fn timestamp_field(name: &str) -> Field {
    field(name, ColumnType::TimestampMs)
}

/// A column of truth values.
pub fn bool_field(name: &str) -> Field {
    field(name, ColumnType::Boolean)
}

/// A column of texts that repeat: stores, SKUs.
pub fn text_field(name: &str) -> Field {
    field(name, ColumnType::DictUtf8)
}

fn field(name: &str, ty: ColumnType) -> Field {
    Field { name: name.to_owned(), ty, nullable: false, unit: None }
}

impl Field {
    /// The same with nulls allowed.
    #[must_use]
    pub fn nullable(mut self) -> Field {
        self.nullable = true;
        self
    }

    /// The same with a unit.
    #[must_use]
    pub fn unit(mut self, unit: &str) -> Field {
        self.unit = Some(unit.to_owned());
        self
    }
}
