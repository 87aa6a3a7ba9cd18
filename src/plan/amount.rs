//! Amounts as people write them: `120_000_000`, `"120,000,000"`, `22%`, `1200 CNY`, `-2 pp`. Read digit by digit into
//! an exact decimal; whatever could be read in two ways is a finding with the accepted forms.

use crate::diag::{Checked, Family, Finding, Level, Place, Rule, printable};
use crate::unit::{Currency, Decimal, Unit};
use std::fmt;

/// What reading an amount may find.
pub static RULES: &[&Rule] = &[&AMOUNT_UNREADABLE, &UNIT_MISMATCH];

/// No amount, or one that could be read in two ways.
pub static AMOUNT_UNREADABLE: Rule = Rule {
    name: "amount-unreadable",
    level: Level::Error,
    family: Family::Config,
    about: "finds an amount that is no number or could be read in two ways: `1,00`, `0123`, `1e3`, `on`",
    why: "a target read ten times too large looks like any other number on the page",
    example: "value: \"1,00\"      →  value: 1.00, or value: 100",
};

/// A value or formula in another unit than its metric.
pub static UNIT_MISMATCH: Rule = Rule {
    name: "unit-mismatch",
    level: Level::Error,
    family: Family::Config,
    about: "finds a target or a formula in another unit than its metric, and sums of unlike units",
    why: "yen compared with percent gives a standing that means nothing",
    example: "acos: {value: ad_spend / ad_sales, unit: JPY}      →  unit: percent",
};

/// An amount and the unit written behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// Exact; `22%` is 0.22, `-2 pp` is −0.02.
    pub value: Decimal,
    /// `None`: a bare number, in the unit of its metric.
    pub unit: Option<AmountUnit>,
}

/// A unit written behind an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountUnit {
    /// `%`
    Percent,
    /// `pp`: percentage points, a difference of two shares.
    Points,
    /// `CNY`
    Money(Currency),
}

/// The forms a finding names.
const FORMS: &str = "amounts are written `120000000`, `120_000_000`, `\"120,000,000\"` (groups of three), `0.22`, `22%`, `1200 CNY`, `-2 pp`";

/// Reads an amount; `None` with a finding if it is none. `at` is the place of the scalar.
pub fn parse(text: &str, at: &Place) -> Checked<Option<Amount>> {
    match read(text) {
        Ok(amount) => Checked::clean(Some(amount)),
        Err(wrong) => {
            let message = format!("`{}` {}", printable(text), wrong.message);
            let hint = wrong.hint.map_or_else(|| FORMS.to_owned(), |hint| format!("{hint}; {FORMS}"));
            let finding = Finding::new(&AMOUNT_UNREADABLE, at.clone(), message).hint(hint);
            Checked { value: None, found: vec![finding] }
        }
    }
}

/// Reads an amount meant for `metric`, which is measured in `unit`; `what` names it in the message: "its target".
/// The value is in the metric's unit, percent as a plain ratio.
pub fn parse_for(text: &str, at: &Place, metric: &str, unit: &Unit, what: &str) -> Checked<Option<Decimal>> {
    let Checked { value, mut found } = parse(text, at);
    let value = value.and_then(|amount| match amount.value_in(unit) {
        Ok(value) => Some(value),
        Err(hint) => {
            let message = format!("`{metric}` is measured in {unit}, but {what} is `{}`", printable(text));
            found.push(Finding::new(&UNIT_MISMATCH, at.clone(), message).hint(hint));
            None
        }
    });
    Checked { value, found }
}

impl Amount {
    /// The value in `unit` (percent as a plain ratio).
    ///
    /// # Errors
    /// The way out, if the written unit is another one or a bare number leaves open what is meant.
    pub fn value_in(self, unit: &Unit) -> Result<Decimal, String> {
        match (self.unit, unit) {
            (Some(AmountUnit::Percent), Unit::Percent) => Ok(self.value),
            (None, Unit::Percent) if self.value.abs() <= Decimal::ONE => Ok(self.value),
            // `22` for a share is far more often 22 % than 2200 %: it is asked, not guessed.
            (None, Unit::Percent) => {
                let times = self.value.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(self.value).normalize();
                Err(format!("write `{}%`, or `{times}%` if that is really meant", self.value))
            }
            (None, _) => Ok(self.value),
            (Some(AmountUnit::Money(given)), Unit::Money(wanted)) if given == *wanted => Ok(self.value),
            (Some(AmountUnit::Points), Unit::Percent) => {
                Err("a difference is written in pp; a value of the metric is written in percent: `22%`"
                    .to_owned())
            }
            (Some(given), _) => {
                Err(format!("write it in {unit}, or set `unit: {}` on the metric", given.in_yaml()))
            }
        }
    }
}

impl AmountUnit {
    fn in_yaml(self) -> String {
        match self {
            AmountUnit::Percent | AmountUnit::Points => "percent".to_owned(),
            AmountUnit::Money(currency) => currency.to_string(),
        }
    }
}

impl fmt::Display for AmountUnit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AmountUnit::Percent => out.write_str("%"),
            AmountUnit::Points => out.write_str("pp"),
            AmountUnit::Money(currency) => write!(out, "{currency}"),
        }
    }
}

/// What is wrong with an amount, and a hint of its own.
struct Wrong {
    message: &'static str,
    hint: Option<String>,
}

fn wrong<T>(message: &'static str, hint: impl Into<Option<String>>) -> Result<T, Wrong> {
    Err(Wrong { message, hint: hint.into() })
}

fn read(text: &str) -> Result<Amount, Wrong> {
    if text.trim().is_empty() {
        return wrong("is empty, not an amount", None);
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (Decimal::NEGATIVE_ONE, rest),
        None => (Decimal::ONE, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = rest.find(|c: char| !matches!(c, '0'..='9' | '.' | ',' | '_')).unwrap_or(rest.len());
    let (digits, suffix) = rest.split_at(end);
    if digits.is_empty() || digits == "." {
        return not_a_number(text, rest);
    }
    let (unit, hundredth) = unit_of(suffix, digits, text)?;
    let value = number(digits)? * sign;
    let value = if hundredth { value.checked_mul(Decimal::new(1, 2)) } else { Some(value) };
    match value.filter(|value| !hundredth || value.scale() <= MOST_DECIMALS) {
        Some(value) => Ok(Amount { value: value.normalize(), unit }),
        None => wrong("has more digits than can be kept exactly", None),
    }
}

/// Decimals a value may have, so that its hundredth is exact too.
const MOST_DECIMALS: u32 = 26;

/// The written unit, and whether the number in front counts hundredths.
fn unit_of(suffix: &str, digits: &str, text: &str) -> Result<(Option<AmountUnit>, bool), Wrong> {
    match suffix {
        "" => return Ok((None, false)),
        "%" | " %" => return Ok((Some(AmountUnit::Percent), true)),
        " pp" => return Ok((Some(AmountUnit::Points), true)),
        _ => {}
    }
    if let Some(currency) = suffix.strip_prefix(' ').and_then(Currency::parse) {
        return Ok((Some(AmountUnit::Money(currency)), false));
    }
    let word = suffix.trim();
    if matches!(suffix.as_bytes(), [b'e' | b'E', ..]) {
        return wrong("is written with an exponent", "write all digits".to_owned());
    }
    if suffix.starts_with(':') {
        return wrong(
            "looks like a time of day",
            "a number of YAML 1.1 in base sixty is not accepted".to_owned(),
        );
    }
    if text.chars().any(is_wide_digit) {
        return wrong("has full-width digits", half_width(text));
    }
    if let Some(power) = word.chars().next().and_then(myriads).filter(|_| word.chars().count() == 1) {
        let spelled = number(digits)
            .ok()
            .and_then(|n| n.checked_mul(power))
            .map(|n| format!("write `{}`", n.normalize()));
        return wrong("counts in 万 or 億", spelled);
    }
    if word.eq_ignore_ascii_case("pp") || Currency::parse(&word.to_uppercase()).is_some() {
        let unit = if word.eq_ignore_ascii_case("pp") { "pp".to_owned() } else { word.to_uppercase() };
        return wrong("has its unit in another form", format!("write `{digits} {unit}`"));
    }
    wrong("ends in something that is no unit", None)
}

fn not_a_number<T>(text: &str, rest: &str) -> Result<T, Wrong> {
    const SWITCHES: &[&str] = &["on", "off", "yes", "no", "true", "false", "y", "n"];
    let lower = rest.trim().to_lowercase();
    if SWITCHES.contains(&lower.as_str()) {
        return wrong("is a switch, not an amount", None);
    }
    if matches!(
        lower.as_str(),
        ".nan" | "nan" | ".inf" | "inf" | "infinity" | "∞" | "null" | "~" | "none" | "n/a"
    ) {
        return wrong("is no finite number", "leave the line out where there is no value".to_owned());
    }
    if text.chars().any(is_wide_digit) {
        return wrong("has full-width digits", half_width(text));
    }
    if rest.starts_with(['¥', '￥', '$', '€', '£']) {
        return wrong(
            "begins with a currency sign",
            "the code of the currency stands behind: `1200 JPY`".to_owned(),
        );
    }
    wrong("is not an amount", None)
}

fn is_wide_digit(c: char) -> bool {
    ('０'..='９').contains(&c)
}

/// The same text with plain digits.
fn half_width(text: &str) -> Option<String> {
    let plain = |c: char| match c {
        '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
        '，' => ',',
        '．' => '.',
        '％' => '%',
        '－' => '-',
        other => other,
    };
    let plain: String = text.chars().map(plain).collect();
    read(&plain).is_ok().then(|| format!("write `{plain}`"))
}

fn myriads(word: char) -> Option<Decimal> {
    match word {
        '万' | '萬' => Some(Decimal::from(10_000)),
        '億' | '亿' => Some(Decimal::from(100_000_000)),
        _ => None,
    }
}

/// Digits with groups of three and at most one point.
fn number(digits: &str) -> Result<Decimal, Wrong> {
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    if fraction.is_some_and(|fraction| fraction.is_empty() || !all_digits(fraction)) || whole.is_empty() {
        return wrong("needs digits on both sides of its one point", None);
    }
    let plain = match (whole.contains(','), whole.contains('_')) {
        (true, true) => return wrong("mixes two signs between groups of digits", None),
        (true, false) => groups(whole, ',', digits)?,
        (false, true) => groups(whole, '_', digits)?,
        (false, false) => whole.to_owned(),
    };
    if plain.len() > 1 && plain.starts_with('0') {
        let bare = plain.trim_start_matches('0');
        return wrong("begins with a zero", (!bare.is_empty()).then(|| format!("write `{bare}`")));
    }
    let text = fraction.map_or_else(|| plain.clone(), |fraction| format!("{plain}.{fraction}"));
    match Decimal::from_str_exact(&text) {
        Ok(value) if value.scale() <= MOST_DECIMALS => Ok(value),
        _ => wrong("has more digits than can be kept exactly", None),
    }
}

fn groups(whole: &str, sign: char, digits: &str) -> Result<String, Wrong> {
    let parts: Vec<&str> = whole.split(sign).collect();
    let first = parts[0].len();
    if (1..=3).contains(&first) && parts[1..].iter().all(|part| part.len() == 3) {
        return Ok(parts.concat());
    }
    let hint = match parts.as_slice() {
        [a, b] if !a.is_empty() && (1..=2).contains(&b.len()) && sign == ',' && digits == whole => {
            format!("write `{a}.{b}` or `{a}{b}`, whichever is meant")
        }
        _ => "groups have three digits, the first one to three".to_owned(),
    };
    wrong("has groups of digits that are not of three", hint)
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let read = parse(text, &Place::file("targets/2026.yaml"));
        let shown = match (&read.value, read.found.as_slice()) {
            (Some(Amount { value, unit: None }), []) => value.to_string(),
            (Some(Amount { value, unit: Some(unit) }), []) => format!("{value} [{unit}]"),
            (None, [finding]) => {
                let hint = finding.hint.clone().unwrap_or_default();
                let own = hint
                    .strip_suffix(FORMS)
                    .expect("every hint names the accepted forms")
                    .trim_end_matches("; ");
                let own = if own.is_empty() { String::new() } else { format!(" · {own}") };
                format!("{}: {}{own}", finding.rule.name, finding.message)
            }
            other => panic!("neither a value nor one finding: {other:?}"),
        };
        let expected = expected.replace('!', "amount-unreadable:");
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn accepted_forms_are_exact() {
        check("120000000", "120000000");
        check("120_000_000", "120000000");
        check("120,000,000", "120000000");
        check("1,234.50", "1234.5");
        check("0.22", "0.22");
        check("0", "0");
        check("-3", "-3");
        check("22%", "0.22 [%]");
        check("22 %", "0.22 [%]");
        check("0.1%", "0.001 [%]");
        check("1200 CNY", "1200 [CNY]");
        check("-2 pp", "-0.02 [pp]");
        check("+1 pp", "0.01 [pp]");
        check("0.1", "0.1");
        check("12345678901234567890.12345678", "12345678901234567890.12345678");
    }

    #[test]
    fn doubtful_forms_are_findings() {
        check(
            "1,00",
            "! `1,00` has groups of digits that are not of three · write `1.00` or `100`, whichever is meant",
        );
        check(
            "1,0000",
            "! `1,0000` has groups of digits that are not of three · groups have three digits, the first one to three",
        );
        check(
            "1234,567",
            "! `1234,567` has groups of digits that are not of three · groups have three digits, the first one to three",
        );
        check(
            "12_34",
            "! `12_34` has groups of digits that are not of three · groups have three digits, the first one to three",
        );
        check(
            "1__000",
            "! `1__000` has groups of digits that are not of three · groups have three digits, the first one to three",
        );
        check(
            ",100",
            "! `,100` has groups of digits that are not of three · groups have three digits, the first one to three",
        );
        check("1,000_000", "! `1,000_000` mixes two signs between groups of digits");
        check("１２３", "! `１２３` has full-width digits · write `123`");
        check("２２％", "! `２２％` has full-width digits · write `22%`");
        check("12３", "! `12３` has full-width digits · write `123`");
        check(".nan", "! `.nan` is no finite number · leave the line out where there is no value");
        check("-.inf", "! `-.inf` is no finite number · leave the line out where there is no value");
        check("on", "! `on` is a switch, not an amount");
        check("0123", "! `0123` begins with a zero · write `123`");
        check("0x1F", "! `0x1F` ends in something that is no unit");
        check("1e3", "! `1e3` is written with an exponent · write all digits");
        check(
            "12:30",
            "! `12:30` looks like a time of day · a number of YAML 1.1 in base sixty is not accepted",
        );
        check("1.2.3", "! `1.2.3` needs digits on both sides of its one point");
        check(".5", "! `.5` needs digits on both sides of its one point");
        check("5.", "! `5.` needs digits on both sides of its one point");
        check("1.000,00", "! `1.000,00` needs digits on both sides of its one point");
        check(
            "¥1200",
            "! `¥1200` begins with a currency sign · the code of the currency stands behind: `1200 JPY`",
        );
        check("1200CNY", "! `1200CNY` has its unit in another form · write `1200 CNY`");
        check("1200 cny", "! `1200 cny` has its unit in another form · write `1200 CNY`");
        check("2pp", "! `2pp` has its unit in another form · write `2 pp`");
        check("1.2億", "! `1.2億` counts in 万 or 億 · write `120000000`");
        check("300 bananas", "! `300 bananas` ends in something that is no unit");
        check("", "! `` is empty, not an amount");
        check("--5", "! `--5` is not an amount");
        check(" 5", "! ` 5` is not an amount");
        check(
            "99999999999999999999999999999",
            "! `99999999999999999999999999999` has more digits than can be kept exactly",
        );
    }

    #[test]
    fn an_amount_must_fit_the_unit_of_its_metric() {
        let fit = |text: &str, unit: &str| {
            let unit = Unit::parse(unit).expect("a unit");
            let read = parse_for(text, &Place::default(), "acos", &unit, "its target");
            match read.value {
                Some(value) => value.to_string(),
                None => {
                    format!("{} · {}", read.found[0].message, read.found[0].hint.as_deref().unwrap_or(""))
                }
            }
        };
        assert_eq!(fit("22%", "percent"), "0.22");
        assert_eq!(fit("0.22", "percent"), "0.22");
        assert_eq!(fit("250%", "percent"), "2.5");
        assert_eq!(fit("1200 JPY", "JPY"), "1200");
        assert_eq!(
            fit("300000 JPY", "percent"),
            "`acos` is measured in percent, but its target is `300000 JPY` · write it in percent, or set `unit: JPY` on the metric"
        );
        assert_eq!(
            fit("22", "percent"),
            "`acos` is measured in percent, but its target is `22` · write `22%`, or `2200%` if that is really meant"
        );
        assert_eq!(
            fit("22%", "JPY"),
            "`acos` is measured in JPY, but its target is `22%` · write it in JPY, or set `unit: percent` on the metric"
        );
    }

    #[test]
    fn no_text_makes_it_panic() {
        for text in
            ["\u{0}", "٣", "1\u{301}", "💴", "-", "+", "%", "_", ",", ".", "-%", "1 ", "1  CNY", "1 CN¥"]
        {
            let read = parse(text, &Place::default());
            assert_eq!(read.value.is_none(), !read.found.is_empty(), "{text:?}");
        }
    }
}
