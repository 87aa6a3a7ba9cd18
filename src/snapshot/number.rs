//! Reads the numbers that reports hold, exactly: an integer and a power of ten. Nothing is guessed from the values;
//! what is not wholly a number is no number (amazon-data.md §1.4).

use crate::plan::{FileFormat, PercentScale};
use std::borrow::Cow;

/// A number as it stood in a cell: `units / 10^scale`.
pub(super) type Exact = (i128, u32);

/// More digits than this no figure of a business has, and exact decimals do not hold.
const DIGITS: usize = 28;
/// Characters that stand for a currency, before or after the digits, and the codes they may mean.
const SIGNS: &[(char, &[&str])] = &[
    ('￥', &["JPY", "CNY"]),
    ('¥', &["JPY", "CNY"]),
    // Where cp932 was read as ASCII the yen sign shows as a backslash.
    ('\\', &["JPY", "CNY"]),
    ('円', &["JPY"]),
    ('元', &["CNY"]),
    ('$', &["USD", "CAD", "AUD", "SGD", "MXN", "TWD", "HKD"]),
    ('€', &["EUR"]),
    ('£', &["GBP"]),
];

/// How the numbers of a file are written.
#[derive(Clone, Debug)]
pub(super) struct Form<'a> {
    /// Between groups of three digits.
    pub group: char,
    /// Decimal point.
    pub decimal: char,
    /// The file has numbers of its own (JSON, Parquet, workbooks): `1.5e3` is one, which in a text file is a
    /// spreadsheet's rounding, and a share without sign is the plain ratio.
    pub exponent: bool,
    /// Currency of the source: a sign of another is no number of it.
    pub currency: Option<&'a str>,
}

impl<'a> Form<'a> {
    /// The form a source declares.
    pub(super) fn of(format: &FileFormat, currency: Option<&'a str>) -> Form<'a> {
        Form {
            group: format.group.unwrap_or(','),
            decimal: format.decimal.unwrap_or('.'),
            exponent: false,
            currency,
        }
    }
}

/// Takes the guards of spreadsheets off: `="0012"` and `'=SUM(A1)`.
pub(super) fn unguarded(cell: &str) -> &str {
    if let Some(inner) = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        return inner;
    }
    match cell.strip_prefix('\'') {
        Some(rest) if is_guarded(rest) => rest,
        _ => cell,
    }
}

/// Whether a text behind a `'` is one that `export::csv_cell` guards.
fn is_guarded(rest: &str) -> bool {
    const RISKY: [char; 12] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '\''];
    let bare = rest.trim_start_matches([' ', '\u{a0}', '\u{3000}', '"']);
    rest.starts_with(RISKY) || bare.starts_with(RISKY)
}

/// Whether an identifier is none: empty, or a dash that a program writes where it has nothing to name.
pub(super) fn is_dashes(text: &str) -> bool {
    is_missing(text) && !text.eq_ignore_ascii_case("N/A")
}

/// Whether a cell says that there is no value: it is empty, or people drew a dash of any length in it.
pub(super) fn is_missing(cell: &str) -> bool {
    const DASHES: &[char] = &['-', '‐', '‑', '–', '—', '―', '−', '－', 'ー'];
    /// Longer lines are no dash.
    const LONGEST: usize = 3;
    let text = cell.trim();
    let is_dash = || text.chars().count() <= LONGEST && text.chars().all(|letter| DASHES.contains(&letter));
    text.is_empty() || is_dash() || text.eq_ignore_ascii_case("N/A")
}

/// A cell with digits and signs of full width as those of half width: the input methods of Japan write both.
pub(super) fn narrow(cell: &str) -> Cow<'_, str> {
    const WIDE: std::ops::RangeInclusive<char> = '\u{ff01}'..='\u{ff5e}';
    /// From a letter of full width to the same one of half width.
    const APART: u32 = 0xfee0;
    if cell.is_ascii() || !cell.contains(|letter| WIDE.contains(&letter)) {
        return Cow::Borrowed(cell);
    }
    let half = |letter: char| match WIDE.contains(&letter) {
        true => char::from_u32(letter as u32 - APART).unwrap_or(letter),
        false => letter,
    };
    Cow::Owned(cell.chars().map(half).collect())
}

/// Reads a number; `Ok(None)` is a missing cell, `Err` no number.
pub(super) fn number(cell: &str, form: &Form<'_>) -> Result<Option<Exact>, ()> {
    if let Some(plain) = plain(cell) {
        return Ok(Some(plain));
    }
    let text = unguarded(cell.trim()).trim();
    if is_missing(text) {
        return Ok(None);
    }
    let text = &*narrow(text);
    let (text, percent) = match text.strip_suffix('%') {
        Some(rest) => (rest.trim_end(), 2),
        None => (text, 0),
    };
    let (units, scale) = signed(text, form).ok_or(())?;
    Ok(Some(trimmed(units, scale + percent)))
}

/// The fast way for what most cells are: a few digits and perhaps a point.
fn plain(cell: &str) -> Option<Exact> {
    let bytes = cell.as_bytes();
    let (negative, digits) = match bytes.first()? {
        b'-' => (true, &bytes[1..]),
        _ => (false, bytes),
    };
    let short = !digits.is_empty() && digits.len() <= 18;
    let units = short.then(|| {
        digits
            .iter()
            .try_fold(0_i128, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i128::from(byte - b'0')))
    })??;
    Some((if negative { -units } else { units }, 0))
}

/// Sign or parentheses, and a currency on either side of them.
fn signed(text: &str, form: &Form<'_>) -> Option<Exact> {
    let text = currency(text, form)?;
    let bracketed =
        |open: char, close: char| text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    if let Some(inner) = bracketed('(', ')').or_else(|| bracketed('（', '）')) {
        let (units, scale) = magnitude(currency(inner.trim(), form)?, form)?;
        return Some((-units, scale));
    }
    // Accounts in Japan mark what is negative with a triangle.
    let (negative, text) = match text.strip_prefix(['-', '\u{2212}', '\u{ff0d}', '△', '▲']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (units, scale) = magnitude(currency(text.trim_start(), form)?, form)?;
    Some((if negative { -units } else { units }, scale))
}

/// Takes one currency off; `None` if it is another than the source's.
fn currency<'a>(text: &'a str, form: &Form<'_>) -> Option<&'a str> {
    // Most texts begin and end with digits, and name none.
    let is_bare = |byte: Option<u8>| matches!(byte, Some(b'0'..=b'9' | b'.' | b'+' | b'-' | b'(' | b')'));
    if is_bare(text.bytes().next()) && is_bare(text.bytes().next_back()) {
        return Some(text);
    }
    let fits = |codes: &[&str]| form.currency.is_none_or(|own| codes.contains(&own));
    for (sign, codes) in SIGNS {
        if let Some(rest) = text.strip_prefix(*sign).or_else(|| text.strip_suffix(*sign)) {
            return fits(codes).then(|| rest.trim());
        }
    }
    let is_code = |code: &str| code.bytes().all(|b| b.is_ascii_uppercase());
    let before =
        text.split_at_checked(3).filter(|(code, rest)| is_code(code) && rest.starts_with([' ', '\u{a0}']));
    let after = text.len().checked_sub(3).and_then(|at| text.split_at_checked(at));
    let after = after.filter(|(rest, code)| is_code(code) && rest.ends_with([' ', '\u{a0}']));
    match before.or(after.map(|(rest, code)| (code, rest))) {
        Some((code, rest)) => fits(&[code]).then(|| rest.trim()),
        None => Some(text),
    }
}

/// Digits in groups of three, a point, more digits, and an exponent where it is allowed.
fn magnitude(text: &str, form: &Form<'_>) -> Option<Exact> {
    let (text, power) = match text.split_once(['e', 'E']) {
        Some((digits, power)) if form.exponent => (digits, power.parse::<i32>().ok()?),
        Some(_) => return None,
        None => (text, 0),
    };
    let (whole, fraction) = match text.split_once(form.decimal) {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return None,
        None => (text, ""),
    };
    let whole = ungrouped(whole, form.group)?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() && fraction.is_empty() || !digits(&whole) || !digits(fraction) {
        return None;
    }
    let all = format!("{whole}{fraction}");
    let scale = i32::try_from(fraction.len()).ok()? - power;
    let units: i128 = short(all.trim_start_matches('0'))?;
    match u32::try_from(scale) {
        Ok(scale) => Some(trimmed(units, scale)).filter(|(_, scale)| *scale <= DIGITS as u32),
        Err(_) => {
            let power = 10_i128.checked_pow(scale.unsigned_abs())?;
            units
                .checked_mul(power)
                .filter(|units| units.unsigned_abs() < 10_u128.pow(DIGITS as u32))
                .map(|units| (units, 0))
        }
    }
}

fn short(digits: &str) -> Option<i128> {
    match digits.len() {
        0 => Some(0),
        length if length <= DIGITS => digits.parse().ok(),
        _ => None,
    }
}

/// Takes the group characters out; `None` if a group is not of three digits.
fn ungrouped(whole: &str, group: char) -> Option<Cow<'_, str>> {
    if !whole.contains(group) {
        return Some(whole.into());
    }
    let mut parts = whole.split(group);
    let first = parts.next()?;
    let fits = (1..=3).contains(&first.len()) && parts.all(|part| part.len() == 3);
    fits.then(|| whole.replace(group, "").into())
}

/// Without zeros at the end of the fraction: `1980.00` is 1980.
fn trimmed(mut units: i128, mut scale: u32) -> Exact {
    while scale > 0 && units % 10 == 0 {
        units /= 10;
        scale -= 1;
    }
    (units, scale)
}

/// Reads a share as the plain ratio.
pub(super) fn share(cell: &str, written: PercentScale, form: &Form<'_>) -> Result<Option<Exact>, ()> {
    let has_sign = unguarded(cell.trim()).trim_end().ends_with(['%', '％']);
    let read = number(cell, form)?;
    Ok(match (read, written) {
        (Some((units, scale)), PercentScale::Hundred) if !has_sign => Some(trimmed(units, scale + 2)),
        // Without its sign the scale of a share is anybody's guess; zero is zero on all of them.
        (Some((units, _)), PercentScale::Sign) if !has_sign && units != 0 && !form.exponent => return Err(()),
        (read, _) => read,
    })
}

/// What a spreadsheet writes into a cell whose formula failed.
pub(super) fn is_sheet_error(cell: &str) -> bool {
    cell.starts_with('#')
        && matches!(
            cell,
            "#N/A" | "#REF!" | "#VALUE!" | "#DIV/0!" | "#NAME?" | "#NULL!" | "#NUM!" | "#DATA!" | "#SPILL!"
        )
}

/// An identifier that a spreadsheet has rounded: `4.57349E+12`.
pub(super) fn is_rounded_id(cell: &str) -> bool {
    let Some((digits, power)) = cell.split_once("E+") else { return false };
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    number(power)
        && digits
            .split_once('.')
            .map_or(number(digits), |(whole, fraction)| number(whole) && number(fraction))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cell: &str, group: char, decimal: char) -> String {
        let form = Form { group, decimal, exponent: false, currency: None };
        match number(cell, &form) {
            Ok(Some((units, 0))) => units.to_string(),
            Ok(Some((units, scale))) => format!("{units}e-{scale}"),
            Ok(None) => "missing".to_owned(),
            Err(()) => "unreadable".to_owned(),
        }
    }

    fn check(cell: &str, expected: &str) {
        assert_eq!(read(cell, ',', '.'), expected, "{cell}");
    }

    #[test]
    fn every_form_of_the_table() {
        check("16,779", "16779");
        check("￥4,907,860", "4907860");
        check("¥4,907,860", "4907860");
        check("\\4,907,860", "4907860");
        check("$1,234.50", "12345e-1");
        for cell in [
            "-1,200",
            "(1,200)",
            "\u{2212}1,200",
            "\u{ff0d}1,200",
            "-￥1,200",
            "￥-1,200",
            "(￥1,200)",
            "￥(1,200)",
        ] {
            check(cell, "-1200");
        }
        check("100.0", "100");
        check("1980.00", "1980");
        check("8,099.24", "809924e-2");
        check("5.57%", "557e-4");
        check("1200 JPY", "1200");
        check("JPY 1,200", "1200");
        check("0", "0");
        check("-0.5", "-5e-1");
        check(".5", "5e-1");
        check("=\"12\"", "12");
        for cell in ["", " ", "-", "N/A", "n/a", "--", "—", "–", "－", "---"] {
            check(cell, "missing");
        }
        for cell in ["１，２３４", "￥１，２３４", "1,２３4", "１２３４．０"] {
            check(cell, "1234");
        }
        check("－１，２００", "-1200");
        check("５．５７％", "557e-4");
    }

    #[test]
    fn european_numbers_only_where_declared() {
        assert_eq!(read("1.234,56 €", '.', ','), "123456e-2");
        assert_eq!(read("1.234", '.', ','), "1234");
        check("1.234,56 €", "unreadable");
    }

    #[test]
    fn what_is_not_wholly_a_number_is_none() {
        for cell in [
            "284.36a",
            "39.01a",
            "a74.44",
            "39.38.0",
            "-25.26.1",
            "-53.52-",
            "1,23",
            "12,34,567",
            "1.",
            "--1",
            "1e3",
            "4.57349E+12",
            "٣",
            "1 2",
            "----",
            "１２，３４",
        ] {
            check(cell, "unreadable");
        }
        check("99999999999999999999999999999", "unreadable");
    }

    #[test]
    fn another_currency_is_no_number_of_the_source() {
        let form = Form { group: ',', decimal: '.', exponent: false, currency: Some("JPY") };
        assert_eq!(number("$12", &form), Err(()));
        assert_eq!(number("￥12", &form), Ok(Some((12, 0))));
    }

    #[test]
    fn exponents_of_json() {
        let form = Form { group: ',', decimal: '.', exponent: true, currency: None };
        assert_eq!(number("1.5e3", &form), Ok(Some((1500, 0))));
        assert_eq!(number("2e-05", &form), Ok(Some((2, 5))));
        assert_eq!(number("1e400", &form), Err(()));
    }

    #[test]
    fn shares_by_their_scale() {
        let form = Form { group: ',', decimal: '.', exponent: false, currency: None };
        assert_eq!(share("5.57%", PercentScale::Sign, &form), Ok(Some((557, 4))));
        assert_eq!(share("5.57", PercentScale::Sign, &form), Err(()));
        assert_eq!(share("5.57", PercentScale::Hundred, &form), Ok(Some((557, 4))));
        assert_eq!(share("0.0557", PercentScale::One, &form), Ok(Some((557, 4))));
    }

    #[test]
    fn rounded_ids() {
        assert!(is_rounded_id("4.57349E+12") && is_rounded_id("4E+12"));
        assert!(!is_rounded_id("B0E+1") && !is_rounded_id("4573491234567"));
    }

    #[test]
    fn guards_come_off() {
        assert_eq!(unguarded("=\"254927681919372\""), "254927681919372");
        assert_eq!(unguarded("'=SUM(A1)"), "=SUM(A1)");
        assert_eq!(unguarded("'90s"), "'90s");
    }
}
