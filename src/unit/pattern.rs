//! How a figure is written where a block says so: `##.1KK` is one decimal and thousands.
//! It formats values only; how a change is written follows from the change.

use super::{Decimal, Lang, Quantity, number};

/// Decimals, and what a figure is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// Decimals, 0 to 3.
    pub decimals: u32,
    /// What it is divided by, with the letters after it.
    pub scale: Scale,
}

/// What a figure is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Nothing.
    One,
    /// Thousands.
    Thousand,
    /// Millions.
    Million,
    /// Thousand millions.
    Billion,
    /// A share, in percent.
    Percent,
    /// A share, in hundredths of a percent.
    BasisPoints,
}

impl Pattern {
    /// Reads `##`, `##.1`, `##.2KK`, `##MM`, `##BB`, `##.1%`, `##bps`.
    pub fn parse(text: &str) -> Option<Pattern> {
        let rest = text.trim().strip_prefix("##")?;
        let (decimals, rest) = match rest.strip_prefix('.') {
            Some(rest) => {
                let digit = rest.chars().next().filter(|c| ('0'..='3').contains(c))?;
                (digit.to_digit(10)?, &rest[1..])
            }
            None => (0, rest),
        };
        let scale = match rest {
            "" => Scale::One,
            "KK" => Scale::Thousand,
            "MM" => Scale::Million,
            "BB" => Scale::Billion,
            "%" => Scale::Percent,
            "bps" => Scale::BasisPoints,
            _ => return None,
        };
        Some(Pattern { decimals, scale })
    }

    /// A value, written so. `None` for what is no decimal.
    pub fn show(self, value: Quantity, lang: Lang) -> Option<String> {
        let exact = value.as_decimal()?;
        let by = |power: u32| exact.checked_div(Decimal::from(10_i64.pow(power)));
        let (cut, after) = match self.scale {
            Scale::One => (exact, ""),
            Scale::Thousand => (by(3)?, "K"),
            Scale::Million => (by(6)?, "M"),
            Scale::Billion => (by(9)?, "B"),
            Scale::Percent => (exact.checked_mul(Decimal::ONE_HUNDRED)?, "%"),
            Scale::BasisPoints => (exact.checked_mul(Decimal::from(10_000))?, "bps"),
        };
        Some(number(cut, self.decimals, lang, false) + after)
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unit = match self.scale {
            Scale::One => "",
            Scale::Thousand => "KK",
            Scale::Million => "MM",
            Scale::Billion => "BB",
            Scale::Percent => "%",
            Scale::BasisPoints => "bps",
        };
        match self.decimals {
            0 => write!(out, "##{unit}"),
            decimals => write!(out, "##.{decimals}{unit}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_as_the_table_says() {
        // periods.md §10.7.
        for (pattern, value, shown) in [
            ("##.1", "1263", "1,263.0"),
            ("##", "1263", "1,263"),
            ("##.1KK", "1263", "1.3K"),
            ("##.1MM", "12637800", "12.6M"),
            ("##.1BB", "12637800000", "12.6B"),
            ("##.1%", "0.0264", "2.6%"),
            ("##.1bps", "0.026378", "263.8bps"),
        ] {
            let value = Quantity::Exact(value.parse().expect("a decimal"));
            let read = Pattern::parse(pattern).expect("a pattern");
            assert_eq!(read.show(value, Lang::En).as_deref(), Some(shown));
            assert_eq!(read.to_string(), pattern);
        }
        for text in ["#", "##.4", "##K", "##.KK", "0.0", "## KK"] {
            assert_eq!(Pattern::parse(text), None, "{text}");
        }
    }
}
