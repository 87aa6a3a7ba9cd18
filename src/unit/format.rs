//! Numbers as a reader of each language expects them: 1,234 万円 · 1,234万円 · ¥12.3M.

use super::{Decimal, Quantity, Unit};
use fixed_decimal::{Decimal as Fixed, SignDisplay};
use icu_decimal::DecimalFormatter;
use icu_locale_core::locale;
use rust_decimal::RoundingStrategy;

/// A language of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lang {
    /// 中文
    Zh,
    /// 日本語
    Ja,
    /// English
    En,
}

impl Lang {
    /// All languages, in the order of the language switch.
    pub const ALL: &[Lang] = &[Lang::Zh, Lang::Ja, Lang::En];

    /// The code as it stands in YAML, addresses and `lang=`.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Zh => "zh",
            Lang::Ja => "ja",
            Lang::En => "en",
        }
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<Lang> {
        Lang::ALL.iter().copied().find(|lang| lang.code() == code)
    }

    /// The language's own name.
    pub fn own_name(self) -> &'static str {
        match self {
            Lang::Zh => "中文",
            Lang::Ja => "日本語",
            Lang::En => "English",
        }
    }
}

/// How much of a number is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// All digits: tables.
    Full,
    /// 万, 億, K, M: cards and axes.
    Compact,
}

/// How many decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digits {
    /// What suits the unit.
    Auto,
    /// Exactly this many.
    Exactly(u32),
}

/// A number ready to be shown, in parts so that the unit can be set smaller than the digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Before the digits: `¥` in English.
    pub before: String,
    /// Sign, digits and separators.
    pub digits: String,
    /// After the digits: `万円`, `%`, `日`.
    pub after: String,
}

impl std::fmt::Display for Shown {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}{}{}", self.before, self.digits, self.after)
    }
}

/// Groups digits by the rules of `lang` and shows exactly `decimals` of them, rounded half away from zero.
pub fn number(value: Decimal, decimals: u32, lang: Lang, signed: bool) -> String {
    let rounded = value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
    let mut plain = rounded.abs();
    plain.rescale(decimals);
    let mut fixed = Fixed::try_from_str(&plain.to_string()).expect("a decimal prints as digits and a point");
    if rounded.is_sign_negative() && !rounded.is_zero() {
        fixed.apply_sign_display(SignDisplay::Always);
        fixed = negative(fixed);
    } else if signed && !rounded.is_zero() {
        fixed.apply_sign_display(SignDisplay::Always);
    }
    let locale = match lang {
        Lang::Zh => locale!("zh"),
        Lang::Ja => locale!("ja"),
        Lang::En => locale!("en"),
    };
    let formatter =
        DecimalFormatter::try_new(locale.into(), icu_decimal::options::DecimalFormatterOptions::default())
            .expect("the data of the three languages is compiled in");
    let text = formatter.format(&fixed).to_string();
    // A true minus sign lines up with the plus; the hyphen of the locale data does not.
    let text = text.replace('-', "−");
    if signed && rounded.is_zero() { format!("±{text}") } else { text }
}

fn negative(mut fixed: Fixed) -> Fixed {
    fixed.sign = fixed_decimal::Sign::Negative;
    fixed
}

/// The power of ten a compact number is cut by, and the word that stands for it.
fn magnitude(value: Decimal, lang: Lang) -> (u32, &'static str) {
    let steps: &[(u32, &str)] = match lang {
        Lang::Zh => &[(8, "亿"), (4, "万")],
        Lang::Ja => &[(8, "億"), (4, "万")],
        Lang::En => &[(9, "B"), (6, "M"), (3, "K")],
    };
    let size = value.abs();
    let reached = |power: u32| size >= Decimal::from(10_i64.pow(power));
    steps.iter().find(|(power, _)| reached(*power)).copied().unwrap_or((0, ""))
}

/// Decimals that leave a compact number three digits that count.
fn compact_decimals(value: Decimal) -> u32 {
    match value.abs() {
        size if size >= Decimal::from(100) => 0,
        size if size >= Decimal::from(10) => 1,
        _ => 2,
    }
}

/// A value in its unit, as a reader of `lang` expects it. `None` for what cannot be shown as a decimal.
pub fn quantity(value: Quantity, unit: &Unit, lang: Lang, style: Style, digits: Digits) -> Option<Shown> {
    let exact = value.as_decimal()?;
    let fixed = |auto: u32| if let Digits::Exactly(n) = digits { n } else { auto };
    let (before, after): (String, String) = affixes(unit, lang);
    let shown = match (unit, style) {
        (Unit::Percent, _) => {
            number(exact.checked_mul(Decimal::ONE_HUNDRED)?, fixed(percent_decimals(exact)), lang, false)
        }
        (Unit::Money(_) | Unit::Count, Style::Compact) => {
            let (power, word) = magnitude(exact, lang);
            if power == 0 {
                number(exact, fixed(small_decimals(unit, exact)), lang, false)
            } else {
                let cut = exact.checked_div(Decimal::from(10_i64.pow(power)))?;
                number(cut, fixed(compact_decimals(cut)), lang, false) + word
            }
        }
        (Unit::Money(_) | Unit::Count, Style::Full) => {
            number(exact, fixed(small_decimals(unit, exact)), lang, false)
        }
        (Unit::Rank, _) => number(exact, fixed(0), lang, false),
        (Unit::Factor | Unit::Stars, _) => number(exact, fixed(2), lang, false),
        (Unit::Days | Unit::Weeks | Unit::Score, _) => number(exact, fixed(1), lang, false),
    };
    Some(match shown.strip_prefix('−') {
        // The sign stands before the currency: `−¥200`.
        Some(size) if !before.is_empty() => {
            Shown { before: format!("−{before}"), digits: size.to_owned(), after }
        }
        _ => Shown { before, digits: shown, after },
    })
}

/// A rate of several percent needs one decimal less than one below ten percent.
fn percent_decimals(value: Decimal) -> u32 {
    if value.abs() >= Decimal::new(10, 2) { 1 } else { 2 }
}

fn small_decimals(unit: &Unit, value: Decimal) -> u32 {
    match unit {
        Unit::Money(currency) => currency.decimals(),
        // A daily mean of counts has decimals, a count has none.
        _ if value.fract().is_zero() => 0,
        _ => 1,
    }
}

/// What stands before and after the digits.
fn affixes(unit: &Unit, lang: Lang) -> (String, String) {
    let (before, after) = match (unit, lang) {
        (Unit::Money(currency), _) => return money_affixes(currency.code(), lang),
        (Unit::Percent, _) => ("", "%"),
        (Unit::Factor, _) => ("", "×"),
        (Unit::Days, Lang::Zh) => ("", " 天"),
        (Unit::Days, Lang::Ja) => ("", " 日"),
        (Unit::Days, Lang::En) => ("", " d"),
        (Unit::Weeks, Lang::Zh) => ("", " 周"),
        (Unit::Weeks, Lang::Ja) => ("", " 週"),
        (Unit::Weeks, Lang::En) => ("", " wk"),
        (Unit::Stars, _) => ("", "★"),
        (Unit::Rank, Lang::En) => ("#", ""),
        (Unit::Rank, _) => ("", "位"),
        (Unit::Count | Unit::Score, _) => ("", ""),
    };
    (before.to_owned(), after.to_owned())
}

fn money_affixes(code: &str, lang: Lang) -> (String, String) {
    let (before, after) = match (code, lang) {
        ("JPY", Lang::Zh) => ("", "日元"),
        ("JPY", Lang::Ja) => ("", "円"),
        ("JPY", Lang::En) => ("¥", ""),
        ("CNY", Lang::Zh | Lang::Ja) => ("", "元"),
        ("CNY", Lang::En) => ("CN¥", ""),
        ("USD", _) => ("$", ""),
        ("EUR", _) => ("€", ""),
        (other, _) => return (String::new(), format!(" {other}")),
    };
    (before.to_owned(), after.to_owned())
}

/// A change in percent, percentage points or basis points: `+2.3%`, `−0.1 pp`, `+7 bps` (periods.md §6.1).
pub fn change(value: Decimal, decimals: u32, suffix: &str, lang: Lang) -> String {
    number(value, decimals, lang, true) + suffix
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::Currency;

    #[test]
    fn the_sign_stands_before_the_currency() {
        let yen = Unit::Money(Currency::parse("JPY").expect("a code"));
        let show = |lang| {
            quantity(Quantity::from(-200_000), &yen, lang, Style::Compact, Digits::Auto)
                .expect("a decimal")
                .to_string()
        };
        assert_eq!([show(Lang::En), show(Lang::Ja), show(Lang::Zh)], ["−¥200K", "−20.0万円", "−20.0万日元"]);
    }
}
