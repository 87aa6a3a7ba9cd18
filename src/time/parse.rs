//! Reads period names: `2026-11-09`, `2026-W46`, `2026-11`, `2026-Q4`, `2026-H2`, `2026`, `FY2026`, `FY2026-Q3`, `A..B`.

use super::{Calendar, Date, Grain, NamedBy, Period, months_from, plus_days};

/// Reads `YYYY-MM-DD` and nothing else.
pub fn parse_date(text: &str) -> Option<Date> {
    let plain = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
    plain.then(|| text.parse().ok()).flatten()
}

/// Reads a period name; ranges may join two names: `2026-04..2027-03`.
pub fn parse_period(text: &str, calendar: &Calendar) -> Option<Period> {
    if let Some((from, to)) = text.split_once("..") {
        let (from, to) = (single(from.trim(), calendar)?, single(to.trim(), calendar)?);
        return (from.start <= to.end).then(|| named(from.start, to.end, calendar));
    }
    single(text.trim(), calendar)
}

/// A range that is exactly a month, quarter or fiscal year is that period.
fn named(start: Date, end: Date, calendar: &Calendar) -> Period {
    let same = |grain: &&Grain| {
        let period = calendar.period(**grain, start);
        period.start == start && period.end == end
    };
    match Grain::ALL.iter().find(same) {
        Some(grain) => calendar.period(*grain, start),
        None => Period::range(start, end),
    }
}

fn single(text: &str, calendar: &Calendar) -> Option<Period> {
    if let Some(date) = parse_date(text) {
        return Some(calendar.period(Grain::Day, date));
    }
    if let Some(fiscal) = text.strip_prefix("FY") {
        return fiscal_period(fiscal, calendar);
    }
    let (year, rest) = match text.split_once('-') {
        Some((year, rest)) => (number(year, 4)?, Some(rest)),
        None => (number(text, 4)?, None),
    };
    let first = Date::new(year, 1, 1).ok()?;
    match rest {
        None => Some(blocks(first, 0, 12, calendar)),
        Some(rest) => match rest.split_at_checked(1)? {
            ("W", week) => week_period(year, number(week, 2)?, calendar),
            ("Q", n) => in_range(number(n, 1)?, 4).map(|n| blocks(first, (n - 1) * 3, 3, calendar)),
            ("H", n) => in_range(number(n, 1)?, 2).map(|n| blocks(first, (n - 1) * 6, 6, calendar)),
            _ => in_range(number(rest, 2)?, 12).map(|n| blocks(first, n - 1, 1, calendar)),
        },
    }
}

fn fiscal_period(text: &str, calendar: &Calendar) -> Option<Period> {
    if calendar.retail.is_some() {
        return of_whole_weeks(text, calendar);
    }
    let (year, quarter) = match text.split_once("-Q") {
        Some((year, quarter)) => (number(year, 4)?, Some(in_range(number(quarter, 1)?, 4)?)),
        None => (number(text, 4)?, None),
    };
    let begins = match calendar.named_by {
        NamedBy::End if calendar.fiscal_starts != 1 => year - 1,
        _ => year,
    };
    let first = Date::new(begins, calendar.fiscal_starts, 1).ok()?;
    Some(match quarter {
        Some(quarter) => blocks(first, (quarter - 1) * 3, 3, calendar),
        None => blocks(first, 0, 12, calendar),
    })
}

/// `2026`, `2026-Q3`, `2026-P03` of a year of whole weeks.
fn of_whole_weeks(text: &str, calendar: &Calendar) -> Option<Period> {
    let retail = calendar.retail.as_ref()?;
    let (year, part) = text.split_once('-').map_or((text, None), |(year, part)| (year, Some(part)));
    let named = number(year, 4)?;
    let (grain, place) = match part.map(|part| part.split_at_checked(1)) {
        None => (Grain::Year, 1),
        Some(Some(("Q", place))) => (Grain::Quarter, number(place, 1)?),
        Some(Some(("P", place))) => (Grain::Month, number(place, 2)?),
        Some(_) => return None,
    };
    // The year is named by where it begins or ends; both are within one of the year it ends in.
    let found = [named, named + 1].into_iter().find_map(|year| {
        let part = retail.numbered(year, grain, i8::try_from(place).ok()?)?;
        (calendar.fiscal_name(part.period.start).1 == named).then_some(part)
    })?;
    Some(found.period)
}

fn blocks(first: Date, skip: i16, months: i32, calendar: &Calendar) -> Period {
    let (start, end) = months_from(super::plus_months(first, i32::from(skip)), months);
    named(start, end, calendar)
}

fn week_period(year: i16, week: i16, calendar: &Calendar) -> Option<Period> {
    // The fourth day of the week lies in ISO week `week`: 4 January always lies in week 1.
    let anchor = plus_days(Date::new(year, 1, 4).ok()?, i32::from(week - 1) * 7);
    let candidates = [0, -7, 7].map(|shift| calendar.period(Grain::Week, plus_days(anchor, shift)));
    let id = format!("{year}-W{week:02}");
    candidates.into_iter().find(|period| calendar.id(*period) == id)
}

fn number(text: &str, digits: usize) -> Option<i16> {
    (text.len() == digits && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn in_range(value: i16, most: i16) -> Option<i16> {
    (1..=most).contains(&value).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, &str, &str)>) {
        let calendar = Calendar { fiscal_starts: 4, ..Calendar::default() };
        let found = parse_period(text, &calendar)
            .map(|period| (period.start.to_string(), period.end.to_string(), calendar.id(period)));
        let expected = expected.map(|(from, to, id)| (from.to_owned(), to.to_owned(), id.to_owned()));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn every_form_of_the_grammar() {
        check("2026-11-09", Some(("2026-11-09", "2026-11-09", "2026-11-09")));
        check("2026-W46", Some(("2026-11-09", "2026-11-15", "2026-W46")));
        check("2026-W53", Some(("2026-12-28", "2027-01-03", "2026-W53")));
        check("2025-W53", None);
        check("2026-11", Some(("2026-11-01", "2026-11-30", "2026-11")));
        check("2026-Q4", Some(("2026-10-01", "2026-12-31", "FY2026-Q3")));
        check("2026-H2", Some(("2026-07-01", "2026-12-31", "2026-07-01..2026-12-31")));
        check("FY2026", Some(("2026-04-01", "2027-03-31", "FY2026")));
        check("FY2026-Q4", Some(("2027-01-01", "2027-03-31", "FY2026-Q4")));
        check("2026-04..2027-03", Some(("2026-04-01", "2027-03-31", "FY2026")));
        check("2026-13", None);
        check("2026-2-3", None);
        check("2027-03..2026-04", None);
    }
}
