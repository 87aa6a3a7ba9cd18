//! Money, counts, ratios and the basis they stand on.
//! Sums are exact decimals; a ratio keeps both parts and divides once, when it is shown or compared.

mod basis;
mod format;
mod pattern;
mod quantity;

pub use basis::{Attribution, Basis, Tax};
pub use format::{Digits, Lang, Shown, Style, change, number, quantity, rounded};
pub use pattern::{Pattern, Scale};
pub use quantity::{Quantity, Ratio};
pub use rust_decimal::Decimal;

use std::fmt;

/// What a figure is measured in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// An amount of money, by its ISO 4217 code.
    Money(Currency),
    /// A share or rate, kept as the plain ratio: 0.0557 is 5.57 %.
    Percent,
    /// How many.
    Count,
    /// A plain factor (ROAS).
    Factor,
    /// A span of days (days of cover).
    Days,
    /// A span of weeks.
    Weeks,
    /// A rating out of five.
    Stars,
    /// A place in a list; lower is better as a rule.
    Rank,
    /// Points on a scale.
    Score,
}

/// An ISO 4217 currency code: three capital letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Reads a code of three capital letters.
    pub fn parse(code: &str) -> Option<Currency> {
        let bytes: [u8; 3] = code.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_uppercase).then_some(Currency(bytes))
    }

    /// The code as text.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("three capital letters of ASCII")
    }

    /// Decimals of the smallest coin (ISO 4217).
    pub fn decimals(self) -> u32 {
        match self.code() {
            "JPY" | "KRW" | "VND" | "CLP" | "ISK" => 0,
            "KWD" | "BHD" | "OMR" | "TND" | "JOD" => 3,
            _ => 2,
        }
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

impl Unit {
    /// Every unit that is not a currency, as it is written in YAML.
    pub const NAMES: &[&str] = &["percent", "count", "ratio", "days", "weeks", "stars", "rank", "score"];

    /// Reads a unit as it is written in YAML: a currency code or one of [`Unit::NAMES`].
    pub fn parse(text: &str) -> Option<Unit> {
        Some(match text {
            "percent" | "%" => Unit::Percent,
            "count" => Unit::Count,
            "ratio" | "x" => Unit::Factor,
            "days" => Unit::Days,
            "weeks" => Unit::Weeks,
            "stars" => Unit::Stars,
            "rank" => Unit::Rank,
            "score" => Unit::Score,
            code => Unit::Money(Currency::parse(code)?),
        })
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Unit::Money(currency) => currency.code(),
            Unit::Percent => "percent",
            Unit::Count => "count",
            Unit::Factor => "ratio",
            Unit::Days => "days",
            Unit::Weeks => "weeks",
            Unit::Stars => "stars",
            Unit::Rank => "rank",
            Unit::Score => "score",
        })
    }
}
