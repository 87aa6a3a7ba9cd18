//! The basis of a money figure: tax, currency, attribution window. Figures over unlike bases are not comparable.

use std::fmt;

/// Whether consumption tax is inside the amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Tax {
    /// Tax is in the amount.
    Inclusive,
    /// Tax is not in the amount.
    Exclusive,
    /// Parts of both kinds were added on purpose.
    Mixed,
    /// Nobody said: no ratio with another basis is shown.
    #[default]
    Unknown,
}

/// How long after a click a sale still counts as the advertisement's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attribution {
    /// This many days.
    Days(u16),
    /// Windows of several lengths were added on purpose.
    Mixed,
}

/// What a figure stands on, as far as it was declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Basis {
    /// Consumption tax.
    pub tax: Tax,
    /// Attribution window of advertising figures.
    pub attribution: Option<Attribution>,
}

impl Tax {
    /// As it is written in YAML.
    pub const NAMES: &[&str] = &["inclusive", "exclusive", "mixed", "unknown"];

    /// Reads one of [`Tax::NAMES`].
    pub fn parse(text: &str) -> Option<Tax> {
        Some(match text {
            "inclusive" => Tax::Inclusive,
            "exclusive" => Tax::Exclusive,
            "mixed" => Tax::Mixed,
            "unknown" => Tax::Unknown,
            _ => return None,
        })
    }
}

impl fmt::Display for Tax {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Tax::Inclusive => "inclusive",
            Tax::Exclusive => "exclusive",
            Tax::Mixed => "mixed",
            Tax::Unknown => "unknown",
        })
    }
}

impl Attribution {
    /// Reads `7d`, `14d` or `mixed`.
    pub fn parse(text: &str) -> Option<Attribution> {
        match text {
            "mixed" => Some(Attribution::Mixed),
            days => days.strip_suffix('d')?.parse().ok().filter(|days| *days > 0).map(Attribution::Days),
        }
    }
}

impl fmt::Display for Attribution {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Attribution::Days(days) => write!(out, "{days}d"),
            Attribution::Mixed => out.write_str("mixed"),
        }
    }
}
