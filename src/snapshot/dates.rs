//! Reads the dates and instants that reports hold (amazon-data.md §1.6). Day and month are never guessed from one value:
//! slash dates are decided once per column, by a value above 12.

use crate::plan::DateForm;
use crate::time::{Date, Zone, instant_day, plus_days, zoned_seconds};
use std::collections::BTreeSet;

/// A date as it stood in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// The calendar day as written.
    pub day: Date,
    /// Last day, where the cell names a range.
    pub end: Date,
    /// Seconds since midnight, if a time was written.
    pub second: Option<i32>,
    /// Billionths of that second.
    pub nano: i32,
    /// Seconds east of Greenwich, if a zone was written.
    pub offset: Option<i32>,
}

/// Which comes first in `01/02/2026`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// As in the United States.
    MonthFirst,
    /// As in Europe.
    DayFirst,
}

/// What one cell says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// A date.
    At(Moment),
    /// Two numbers of which either may be the month.
    Unclear,
    /// No date.
    No,
}

impl Moment {
    fn on(day: Date) -> Moment {
        Moment { day, end: day, second: None, nano: 0, offset: None }
    }

    /// The day of the store. A time without a zone is of `written`; a day without a time stays that day.
    /// `None` where a time names no zone and the source declares none.
    pub(super) fn day_in(&self, store: &Zone, written: Option<&Zone>) -> Option<Date> {
        let Some(second) = self.second else { return Some(self.day) };
        match (self.offset, written) {
            (None, None) => None,
            (None, Some(zone)) if zone == store => Some(self.day),
            _ => instant_day(self.seconds(second, written)?, store),
        }
    }

    /// Nanoseconds since 1970, for telling which of two rows is newer.
    pub(super) fn order(&self, written: Option<&Zone>) -> Option<i128> {
        let seconds =
            self.seconds(self.second.unwrap_or(0), written).or_else(|| self.utc(self.second.unwrap_or(0)))?;
        Some(i128::from(seconds) * 1_000_000_000 + i128::from(self.nano))
    }

    fn seconds(&self, second: i32, written: Option<&Zone>) -> Option<i64> {
        match (self.offset, written) {
            (Some(offset), _) => Some(self.utc(second)? - i64::from(offset)),
            (None, Some(zone)) => zoned_seconds(self.day, second, zone),
            (None, None) => None,
        }
    }

    fn utc(&self, second: i32) -> Option<i64> {
        zoned_seconds(self.day, second, &Zone::utc())
    }
}

/// Reads a cell in a form. The cell is not empty.
pub(super) fn read(cell: &str, form: &DateForm, order: Option<Order>) -> Read {
    let narrow = super::number::narrow(cell.trim());
    let text = &*narrow;
    let moment = match form {
        DateForm::Rfc3339 => iso(text),
        // A year of four digits in front cannot be misread, whatever the form.
        DateForm::Pattern(pattern) => {
            patterned(text, pattern).or_else(|| iso(text)).or_else(|| of_east_asia(text))
        }
        DateForm::Range => range(text),
        DateForm::Plain => return plain(text, order),
    };
    moment.map_or(Read::No, Read::At)
}

/// The order of day and month that a slash date proves, if it proves one.
pub(super) fn proves(cell: &str) -> Option<Order> {
    let (first, second, _) = slashed(&super::number::narrow(cell.trim()))?;
    match (first > 12, second > 12) {
        (true, false) => Some(Order::DayFirst),
        (false, true) => Some(Order::MonthFirst),
        _ => None,
    }
}

/// Whether days read by a form with day and month in figures look read the wrong way round: all of them fall on the same day
/// of different months, and with day and month exchanged they are days in a row. Returns the first and the last of those.
pub(super) fn look_exchanged(days: &BTreeSet<Date>) -> Option<(Date, Date)> {
    let first = *days.first()?;
    let is_same_day = days.iter().all(|day| day.day() == first.day() && day.year() == first.year());
    if days.len() < 2 || !is_same_day || first.day() > 12 {
        return None;
    }
    let turned: BTreeSet<Date> =
        days.iter().map(|day| Date::new(day.year(), day.day(), day.month()).ok()).collect::<Option<_>>()?;
    let (from, to) = (*turned.first()?, *turned.last()?);
    (stretches(turned).len() == 1).then_some((from, to))
}

/// Days read by a form that begins with a year of two figures, of years before there were such reports: the month came first.
/// Returns the first and the last day as they are then.
pub(super) fn look_month_first(days: &BTreeSet<Date>) -> Option<(Date, Date)> {
    let turned: BTreeSet<Date> = days
        .iter()
        .map(|day| {
            let month = i8::try_from(day.year() - 2000).ok().filter(|month| *month <= 12)?;
            Date::new(2000 + i16::from(day.day()), month, day.month()).ok()
        })
        .collect::<Option<_>>()?;
    Some((*turned.first()?, *turned.last()?))
}

/// Whether a form begins with a year of two figures.
pub(super) fn begins_with_short_year(form: &DateForm) -> bool {
    matches!(form, DateForm::Pattern(pattern) if pattern.starts_with("%y"))
}

/// Whether a form has day and month in figures, the year behind them.
pub(super) fn is_exchangeable(form: &DateForm) -> bool {
    matches!(form, DateForm::Pattern(pattern) if pattern.starts_with("%m/%d") || pattern.starts_with("%d/%m"))
}

fn plain(text: &str, order: Option<Order>) -> Read {
    let year_first = || iso(text).or_else(|| of_east_asia(text)).or_else(|| compact(text));
    if let Some(moment) = year_first().or_else(|| named_month(text)).or_else(|| range(text)) {
        return Read::At(moment);
    }
    let Some((first, second, year)) = slashed(text) else { return Read::No };
    let (month, day) = match order.or_else(|| proves(text)) {
        Some(Order::MonthFirst) => (first, second),
        Some(Order::DayFirst) => (second, first),
        None if first == second => (first, second),
        None => return if first <= 12 { Read::Unclear } else { Read::No },
    };
    date(year, month, day).map_or(Read::No, |day| Read::At(Moment::on(day)))
}

/// `1/2/2026`, `01/02/26`: two numbers and a year.
fn slashed(text: &str) -> Option<(i32, i32, i32)> {
    let mut parts = text.split('/');
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || !(1..=2).contains(&first.len()) || !(1..=2).contains(&second.len()) {
        return None;
    }
    let year = match year.len() {
        2 => century(digits(year)?),
        4 => digits(year)?,
        _ => return None,
    };
    Some((digits(first)?, digits(second)?, year))
}

/// Two-digit years 00 to 68 are 20xx (periods.md §3.4).
fn century(year: i32) -> i32 {
    if year <= 68 { 2000 + year } else { 1900 + year }
}

fn digits(text: &str) -> Option<i32> {
    (!text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())?
}

fn date(year: i32, month: i32, day: i32) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// `2026-01-15`, `2026/1/5`, with or without a time, fraction and zone.
fn iso(text: &str) -> Option<Moment> {
    let (day, rest) = match text.as_bytes() {
        // The usual shape without a search.
        [_, _, _, _, b'-' | b'/', _, _, b'-' | b'/', _, _, ..] if text.is_char_boundary(10) => {
            text.split_at(10)
        }
        _ => text.split_at(text.find(['T', ' ']).unwrap_or(text.len())),
    };
    let separator = if day.contains('-') { '-' } else { '/' };
    let mut parts = day.split(separator);
    let (year, month, last) = (parts.next()?, parts.next()?, parts.next()?);
    if year.len() != 4 || month.len() > 2 || last.len() > 2 || parts.next().is_some() {
        return None;
    }
    let moment = Moment::on(date(digits(year)?, digits(month)?, digits(last)?)?);
    match rest.strip_prefix(['T', ' ', 't']) {
        None if rest.is_empty() => Some(moment),
        None => None,
        Some(time) => timed(moment, time.trim()),
    }
}

/// `12:34`, `12:34:56.789`, and a zone.
fn timed(moment: Moment, text: &str) -> Option<Moment> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.').unwrap_or(text.len());
    let (time, zone) = text.split_at(end);
    let (whole, fraction) = time.split_once('.').unwrap_or((time, ""));
    let mut parts = whole.split(':');
    let (hour, minute) = (digits(parts.next()?)?, digits(parts.next()?)?);
    let second = parts.next().map_or(Some(0), digits)?;
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let zone = zone.trim();
    let offset = if zone.is_empty() { None } else { Some(offset(zone)?) };
    Some(Moment {
        second: Some(hour * 3600 + minute * 60 + second),
        nano: nanos(fraction)?,
        offset,
        ..moment
    })
}

fn nanos(fraction: &str) -> Option<i32> {
    if fraction.is_empty() {
        return Some(0);
    }
    let nine: String = fraction.chars().chain(std::iter::repeat('0')).take(9).collect();
    digits(&nine)
}

/// Seconds east of Greenwich of `Z`, `+09:00`, `-0800` or a zone's letters.
fn offset(zone: &str) -> Option<i32> {
    /// Zones that reports write out; letters that mean several zones (CST, IST) are left to the declaration.
    const NAMED: &[(&str, i32)] = &[
        ("Z", 0),
        ("UTC", 0),
        ("GMT", 0),
        ("JST", 9),
        ("PST", -8),
        ("PDT", -7),
        ("MST", -7),
        ("MDT", -6),
        ("EST", -5),
        ("EDT", -4),
        ("CET", 1),
        ("CEST", 2),
        ("KST", 9),
        ("AEST", 10),
        ("AEDT", 11),
    ];
    if let Some((_, hours)) = NAMED.iter().find(|(name, _)| *name == zone || zone == "z" && *name == "Z") {
        return Some(hours * 3600);
    }
    let (sign, text) = match zone.split_at_checked(1)? {
        ("+", text) => (1, text),
        ("-" | "\u{2212}", text) => (-1, text),
        _ => return None,
    };
    let plain = text.replace(':', "");
    let (hours, minutes) = match plain.len() {
        2 => (digits(&plain)?, 0),
        4 => (digits(&plain[..2])?, digits(&plain[2..])?),
        _ => return None,
    };
    (hours <= 14 && minutes <= 59).then_some(sign * (hours * 3600 + minutes * 60))
}

/// `2026年1月15日`, `2026.1.15`: the year comes first, so that nothing can be misread.
fn of_east_asia(text: &str) -> Option<Moment> {
    let (year, rest) = text.split_once(['年', '.'])?;
    let (month, day) = rest.trim().split_once(['月', '.'])?;
    let day = day.trim();
    let (year, month, day) = (year.trim(), month.trim(), day.strip_suffix('日').unwrap_or(day).trim());
    let fits = year.len() == 4 && month.len() <= 2 && day.len() <= 2;
    fits.then(|| date(digits(year)?, digits(month)?, digits(day)?))?.map(Moment::on)
}

/// `20260115`
fn compact(text: &str) -> Option<Moment> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    date(digits(&text[..4])?, digits(&text[4..6])?, digits(&text[6..])?).map(Moment::on)
}

const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn month_named(text: &str) -> Option<i32> {
    let head = text.get(..3)?.to_ascii_lowercase();
    let at = MONTHS.iter().position(|month| *month == head)?;
    text.bytes().all(|byte| byte.is_ascii_alphabetic()).then_some(at as i32 + 1)
}

/// `25-SEP-2021`, `Sun, 05-Jan-2020`, `Jan 5, 2026`, `5 Jan 2026`.
fn named_month(text: &str) -> Option<Moment> {
    let words: Vec<&str> = text.split([' ', ',', '-', '.']).filter(|word| !word.is_empty()).collect();
    let words = match words.first() {
        Some(first) if words.len() == 4 && is_weekday(first) => &words[1..],
        _ => &words[..],
    };
    let [first, second, year] = words else { return None };
    let (month, day) = match month_named(first) {
        Some(month) => (month, digits(second)?),
        None => (month_named(second)?, digits(first)?),
    };
    let year = if year.len() == 2 { century(digits(year)?) } else { digits(year)? };
    date(year, month, day).map(Moment::on)
}

fn is_weekday(word: &str) -> bool {
    const DAYS: &[&str] = &["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    word.get(..3).is_some_and(|head| DAYS.contains(&head.to_ascii_lowercase().as_str()))
}

/// `Jan 5, 2026 - Jan 11, 2026`, `2026-01-05 ~ 2026-01-11`.
fn range(text: &str) -> Option<Moment> {
    let halves = [" - ", " – ", " ~ ", "～", "~", ".."].iter().find_map(|between| text.split_once(between));
    let one = |half: &str| {
        named_month(half.trim()).or_else(|| iso(half.trim()).filter(|moment| moment.second.is_none()))
    };
    match halves {
        Some((from, to)) => {
            let (from, to) = (one(from)?, one(to)?);
            (from.day <= to.day).then_some(Moment { end: to.day, ..from })
        }
        None => one(text),
    }
}

/// Reads by a pattern as strftime writes it; a trailing zone name is read even if the pattern has none.
fn patterned(text: &str, pattern: &str) -> Option<Moment> {
    let mut parts = Parts::default();
    let mut rest = text;
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            rest = if letter == ' ' { rest.trim_start() } else { rest.strip_prefix(letter)? };
            continue;
        }
        rest = parts.take(letters.next()?, rest)?;
    }
    let rest = rest.trim();
    if !rest.is_empty() {
        parts.offset = Some(offset(rest)?);
    }
    parts.moment()
}

#[derive(Default)]
struct Parts {
    year: Option<i32>,
    month: Option<i32>,
    day: Option<i32>,
    time: Option<(i32, i32, i32)>,
    afternoon: Option<bool>,
    nano: i32,
    offset: Option<i32>,
}

impl Parts {
    /// Takes what one conversion reads off the text.
    fn take<'a>(&mut self, conversion: char, text: &'a str) -> Option<&'a str> {
        let time = self.time.unwrap_or((0, 0, 0));
        let (value, rest) = match conversion {
            'b' | 'B' => {
                let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
                self.month = Some(month_named(&text[..end])?);
                return Some(&text[end..]);
            }
            'p' => {
                let (half, rest) = text.split_at_checked(2)?;
                self.afternoon = Some(half.eq_ignore_ascii_case("pm"));
                return Some(rest);
            }
            'z' | 'Z' => {
                let end = text.find(' ').unwrap_or(text.len());
                self.offset = Some(offset(&text[..end])?);
                return Some(&text[end..]);
            }
            '%' => return text.strip_prefix('%'),
            'Y' => leading(text, 4)?,
            'f' => leading(text, 9)?,
            _ => leading(text, 2)?,
        };
        match conversion {
            'Y' => self.year = Some(value),
            'y' => self.year = Some(century(value)),
            'm' => self.month = Some(value),
            'd' | 'e' => self.day = Some(value),
            'H' | 'I' => self.time = Some((value, time.1, time.2)),
            'M' => self.time = Some((time.0, value, time.2)),
            'S' => self.time = Some((time.0, time.1, value)),
            'f' => self.nano = nanos(&text[..text.len() - rest.len()])?,
            _ => return None,
        }
        Some(rest)
    }

    fn moment(self) -> Option<Moment> {
        // A month alone carries the first day of the month.
        let day = date(self.year?, self.month?, self.day.unwrap_or(1))?;
        let second = match (self.time, self.afternoon) {
            (None, _) => None,
            (Some((hour, minute, second)), afternoon) => {
                let hour = afternoon.map_or(hour, |after| hour % 12 + if after { 12 } else { 0 });
                (hour < 24 && minute < 60 && second <= 60)
                    .then_some(Some(hour * 3600 + minute * 60 + second))?
            }
        };
        Some(Moment { second, nano: self.nano, offset: self.offset, ..Moment::on(day) })
    }
}

/// One to `most` digits at the front.
fn leading(text: &str, most: usize) -> Option<(i32, &str)> {
    let end = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(end);
    Some((digits(number)?, rest))
}

/// Every stretch of consecutive days, as first and last.
pub(super) fn stretches(days: impl IntoIterator<Item = Date>) -> Vec<(Date, Date)> {
    let mut out: Vec<(Date, Date)> = Vec::new();
    for day in days {
        match out.last_mut() {
            Some((_, last)) if plus_days(*last, 1) == day => *last = day,
            _ => out.push((day, day)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &str, form: &DateForm, expected: &str) {
        let shown = match read(cell, form, None) {
            Read::At(moment) if moment.end != moment.day => format!("{}..{}", moment.day, moment.end),
            Read::At(moment) => moment.day.to_string(),
            Read::Unclear => "unclear".to_owned(),
            Read::No => "no".to_owned(),
        };
        assert_eq!(shown, expected, "{cell}");
    }

    fn pattern(text: &str) -> DateForm {
        DateForm::Pattern(text.into())
    }

    #[test]
    fn plain_forms() {
        for cell in [
            "2026-01-15",
            "2026/01/15",
            "2026/1/15",
            "20260115",
            "15-JAN-2026",
            "2026年1月15日",
            "2026 年 01 月 15 日",
            "2026.1.15",
            "\"Thu, 15-Jan-2026".trim_matches('"'),
            "Jan 15, 2026",
            "1/15/2026",
            "15/1/26",
            "2026-01-15 19:36:52.904000",
        ] {
            check(cell, &DateForm::Plain, "2026-01-15");
        }
        check("01/02/2026", &DateForm::Plain, "unclear");
        check("02/02/2026", &DateForm::Plain, "2026-02-02");
        check("13/13/2026", &DateForm::Plain, "no");
        check("2026-02-30", &DateForm::Plain, "no");
        check("1/1/21", &DateForm::Plain, "2021-01-01");
        check("1/1/70", &DateForm::Plain, "1970-01-01");
    }

    #[test]
    fn declared_forms() {
        check("01/31/2026", &pattern("%m/%d/%Y"), "2026-01-31");
        check("01/2026", &pattern("%m/%Y"), "2026-01-01");
        check("26/01/31", &pattern("%y/%m/%d"), "2026-01-31");
        check("8/3/26", &pattern("%m/%d/%y"), "2026-08-03");
        check("23.07.2026 18:21:50 UTC", &pattern("%d.%m.%Y %H:%M:%S UTC"), "2026-07-23");
        check("2026/07/03 12:34:56 JST", &pattern("%Y/%m/%d %H:%M:%S"), "2026-07-03");
        check("2026/07/03", &pattern("%m/%d/%Y"), "2026-07-03");
        check("31.07.2026", &pattern("%m/%d/%Y"), "no");
    }

    #[test]
    fn ranges() {
        check("Jan 5, 2026 - Jan 11, 2026", &DateForm::Range, "2026-01-05..2026-01-11");
        check("Jul 06, 2026 - Jul 29, 2026", &DateForm::Range, "2026-07-06..2026-07-29");
        check("Jul 29, 2026 - Jul 06, 2026", &DateForm::Range, "no");
    }

    #[test]
    fn instants_become_days_of_the_store() {
        let tokyo = Zone::named("Asia/Tokyo").expect("in the database");
        let day = |cell: &str, written: Option<&Zone>| match read(cell, &DateForm::Rfc3339, None) {
            Read::At(moment) => moment.day_in(&tokyo, written).map(|day| day.to_string()),
            other => panic!("{cell}: {other:?}"),
        };
        let on = |text: &str| Some(text.to_owned());
        assert_eq!(day("2026-04-30T15:00:00+00:00", None), on("2026-05-01"));
        assert_eq!(day("2026-04-30T14:59:59Z", None), on("2026-04-30"));
        assert_eq!(day("2026-10-21T00:00Z", None), on("2026-10-21"));
        assert_eq!(day("2026-03-06 15:52:26 UTC", None), on("2026-03-07"));
        assert_eq!(day("2026-05-07 03:07:00 JST", None), on("2026-05-07"));
        assert_eq!(day("2026-01-15 19:36:52", None), None);
        assert_eq!(day("2026-01-15 19:36:52", Some(&tokyo)), on("2026-01-15"));
        assert_eq!(day("2026-01-15 19:36:52", Some(&Zone::utc())), on("2026-01-16"));
        assert_eq!(day("2026-01-15", None), on("2026-01-15"));
    }

    #[test]
    fn a_value_above_twelve_proves_the_order() {
        assert_eq!(proves("25/9/2021"), Some(Order::DayFirst));
        assert_eq!(proves("9/25/21"), Some(Order::MonthFirst));
        assert_eq!(proves("9/5/21"), None);
    }
}
