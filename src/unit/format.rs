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
    /// 万, 億, 兆, K, M: cards and axes.
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

thread_local! {
    /// One per language, as its data says how digits are grouped: to look that up costs more than to format a number.
    static FORMATTERS: [DecimalFormatter; 3] = [locale!("zh"), locale!("ja"), locale!("en")].map(|locale| {
        DecimalFormatter::try_new(locale.into(), icu_decimal::options::DecimalFormatterOptions::default())
            .expect("the data of the three languages is compiled in")
    });
}

/// Groups digits by the rules of `lang` and shows exactly `decimals` of them, rounded half away from zero.
pub fn number(value: Decimal, decimals: u32, lang: Lang, signed: bool) -> String {
    let rounded = rounded(value, decimals);
    let mut plain = rounded.abs();
    plain.rescale(decimals);
    let mut fixed = Fixed::try_from_str(&plain.to_string()).expect("a decimal prints as digits and a point");
    if rounded.is_sign_negative() && !rounded.is_zero() {
        fixed.apply_sign_display(SignDisplay::Always);
        fixed = negative(fixed);
    } else if signed && !rounded.is_zero() {
        fixed.apply_sign_display(SignDisplay::Always);
    }
    let text = FORMATTERS.with(|[zh, ja, en]| {
        let formatter = match lang {
            Lang::Zh => zh,
            Lang::Ja => ja,
            Lang::En => en,
        };
        formatter.format(&fixed).to_string()
    });
    // A true minus sign lines up with the plus; the hyphen of the locale data does not.
    let text = text.replace('-', "−");
    if signed && rounded.is_zero() { format!("±{text}") } else { text }
}

fn negative(mut fixed: Fixed) -> Fixed {
    fixed.sign = fixed_decimal::Sign::Negative;
    fixed
}

/// Powers of ten a compact number may be cut by, and the words that stand for them.
fn steps(lang: Lang) -> &'static [(u32, &'static str)] {
    match lang {
        Lang::Zh => &[(0, ""), (4, "万"), (8, "亿"), (12, "万亿")],
        Lang::Ja => &[(0, ""), (4, "万"), (8, "億"), (12, "兆")],
        Lang::En => &[(0, ""), (3, "K"), (6, "M"), (9, "B"), (12, "T")],
    }
}

/// Decimals that leave a number three digits that count, also where rounding makes it longer: 99.96 is 100.
fn compact_decimals(value: Decimal) -> u32 {
    let digits = |value: Decimal| match value.abs() {
        size if size >= Decimal::ONE_HUNDRED => 0,
        size if size >= Decimal::TEN => 1,
        _ => 2,
    };
    digits(rounded(value, digits(value)))
}

/// Rounded half away from zero.
pub fn rounded(value: Decimal, decimals: u32) -> Decimal {
    value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}

/// Cut by the largest step that the number reaches once it is rounded: 999,999 is 1.00M, never 1,000K.
fn compact(value: Decimal, unit: &Unit, lang: Lang, fixed: &dyn Fn(u32) -> u32) -> Option<String> {
    let steps = steps(lang);
    for (place, (power, word)) in steps.iter().enumerate() {
        let cut = value.checked_div(Decimal::from(10_i64.pow(*power)))?;
        let decimals = fixed(if *power == 0 { small_decimals(unit, value) } else { compact_decimals(cut) });
        let next = steps.get(place + 1).map(|(next, _)| Decimal::from(10_i64.pow(next - power)));
        if next.is_none_or(|next| rounded(cut, decimals).abs() < next) {
            return Some(number(cut, decimals, lang, false) + word);
        }
    }
    None
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
        (Unit::Money(_) | Unit::Count, Style::Compact) => compact(exact, unit, lang, &fixed)?,
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

    #[test]
    fn what_rounds_up_to_the_next_word_is_told_in_it() {
        let show = |text: &str, lang| {
            let value = Quantity::Exact(text.parse().expect("a decimal"));
            quantity(value, &Unit::Count, lang, Style::Compact, Digits::Auto).expect("a decimal").to_string()
        };
        for (value, en, ja, zh) in [
            ("999", "999", "999", "999"),
            ("999.94", "999.9", "999.9", "999.9"),
            ("999.96", "1.00K", "1,000.0", "1,000.0"),
            ("9994", "9.99K", "9,994", "9,994"),
            ("9995", "10.0K", "9,995", "9,995"),
            ("9999.96", "10.0K", "1.00万", "1.00万"),
            ("99960", "100K", "10.0万", "10.0万"),
            ("999499", "999K", "99.9万", "99.9万"),
            ("999500", "1.00M", "100万", "100万"),
            ("-999999", "−1.00M", "−100万", "−100万"),
            ("99994999", "100M", "9,999万", "9,999万"),
            ("99999999", "100M", "1.00億", "1.00亿"),
            ("999999999", "1.00B", "10.0億", "10.0亿"),
            ("999499999999", "999B", "9,995億", "9,995亿"),
            ("999949999999", "1.00T", "9,999億", "9,999亿"),
            ("999950000000", "1.00T", "1.00兆", "1.00万亿"),
            ("-12345678901234", "−12.3T", "−12.3兆", "−12.3万亿"),
            ("1234567890123456", "1,235T", "1,235兆", "1,235万亿"),
        ] {
            assert_eq!([show(value, Lang::En), show(value, Lang::Ja), show(value, Lang::Zh)], [en, ja, zh]);
        }
        // Decimals a metric fixes decide as well.
        let fixed = |digits| {
            let value = Quantity::Exact("999960".parse().expect("a decimal"));
            quantity(value, &Unit::Count, Lang::En, Style::Compact, Digits::Exactly(digits))
                .expect("a decimal")
        };
        assert_eq!([fixed(1).to_string(), fixed(2).to_string()], ["1.0M", "999.96K"]);
    }
}
