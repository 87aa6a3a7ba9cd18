//! What a path tells: the store and the period of a file, and the day on which it was fetched, at `{store}`, `{period}`
//! and `{fetched}` of a pattern.

use super::dates;
use crate::plan::Fetched;
use crate::time::{Calendar, Date, Period, parse_period};

/// The part of `path` at `{name}` in `pattern`. A pattern may begin at any folder and need not reach the end; `*` and
/// other braces stand for any part of one name.
pub(super) fn part<'a>(
    path: &'a str,
    pattern: &str,
    name: &str,
    fits: &dyn Fn(&str) -> bool,
) -> Option<&'a str> {
    let starts = std::iter::once(0).chain(path.match_indices('/').map(|(at, _)| at + 1));
    starts.filter_map(|at| walk(&path[at..], pattern, name, None, fits)).next()
}

fn walk<'a>(
    path: &'a str,
    pattern: &str,
    name: &str,
    held: Option<&'a str>,
    fits: &dyn Fn(&str) -> bool,
) -> Option<&'a str> {
    let Some(letter) = pattern.chars().next() else { return held };
    let (inside, rest) = match letter {
        '*' => ("", pattern.trim_start_matches('*')),
        '{' => pattern[1..].split_once('}')?,
        _ => {
            let path = path.strip_prefix(letter)?;
            return walk(path, &pattern[letter.len_utf8()..], name, held, fits);
        }
    };
    let wanted = inside == name;
    let ends = path.char_indices().map(|(at, _)| at).chain([path.len()]);
    let ends: Vec<usize> = ends.take_while(|end| !path[..*end].contains('/')).collect();
    // At the end of a pattern a name reaches as far as it can: `{store}` alone is a whole folder. So does a day or period:
    // in `2026-07 (1)` it is the month, not the year.
    let is_time = wanted && name != "store";
    let order: Box<dyn Iterator<Item = usize>> = if rest.is_empty() || is_time {
        Box::new(ends.into_iter().rev())
    } else {
        Box::new(ends.into_iter())
    };
    for end in order {
        let (here, after) = path.split_at(end);
        if wanted && (here.is_empty() || is_time && here.trim() != here || !fits(here)) {
            continue;
        }
        if let Some(found) = walk(after, rest, name, if wanted { Some(here) } else { held }, fits) {
            return Some(found);
        }
    }
    None
}

/// Reads a period as file names write it: `2026-07`, `202607`, `20260701`, `2026-07-01_2026-07-31`.
pub(super) fn period(text: &str, calendar: &Calendar) -> Option<Period> {
    if let Some((from, to)) = text.split_once('_') {
        let (from, to) = (period(from, calendar)?, period(to, calendar)?);
        return (from.start <= to.end).then(|| Period::range(from.start, to.end));
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return parse_period(text, calendar);
    }
    match text.len() {
        6 => parse_period(&format!("{}-{}", &text[..4], &text[4..]), calendar),
        8 => parse_period(&format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]), calendar),
        _ => parse_period(text, calendar),
    }
}

/// The day on which a file was fetched, if its path names it.
pub(super) fn fetched(path: &str, known: &Fetched) -> Option<Date> {
    let day = |text: &str| match dates::read(text, &known.form, None) {
        dates::Read::At(moment) => Some(moment.day),
        _ => None,
    };
    part(path, &known.pattern, "fetched", &|text| day(text).is_some()).and_then(day)
}

/// A part of a path, as paths follow each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Piece {
    /// Digits, by what they are worth.
    Number(u128),
    /// Anything else.
    Text(String),
}

/// Where a path stands among others, the newest download last: `(10)` behind `(2)`, and what browsers call
/// `a (1).csv`, because `a.csv` was there already, behind `a.csv`.
pub(super) fn order(path: &str) -> (Vec<Piece>, u128) {
    let (base, copy) = copied(path).unwrap_or_else(|| (path.to_owned(), 0));
    let mut pieces = Vec::new();
    let mut rest = base.as_str();
    while let Some(first) = rest.chars().next() {
        let is_digit = first.is_ascii_digit();
        let end = rest.find(|letter: char| letter.is_ascii_digit() != is_digit).unwrap_or(rest.len());
        let (here, after) = rest.split_at(end);
        let number = here.parse().ok().filter(|_| is_digit);
        pieces.push(number.map_or_else(|| Piece::Text(here.to_owned()), Piece::Number));
        rest = after;
    }
    (pieces, copy)
}

/// A path without the number of a copy, and that number.
fn copied(path: &str) -> Option<(String, u128)> {
    let (before, behind) = path.rsplit_once('(')?;
    let (number, after) = behind.split_once(')')?;
    let fits = after.is_empty() || after.starts_with('.') && !after.contains('/');
    let number = number.parse().ok().filter(|_| fits)?;
    Some((format!("{}{after}", before.trim_end()), number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::DateForm;

    #[test]
    fn a_copy_comes_behind_what_it_is_a_copy_of() {
        let mut names =
            ["b.csv", "a (10).csv", "a.csv", "a (2).csv", "a(1).csv", "a (x).csv", "a10.csv", "a9.csv"];
        names.sort_by_key(|name| order(name));
        assert_eq!(
            names,
            ["a9.csv", "a10.csv", "a (x).csv", "a.csv", "a(1).csv", "a (2).csv", "a (10).csv", "b.csv"]
        );
    }

    fn check(path: &str, pattern: &str, name: &str, expected: Option<&str>) {
        assert_eq!(part(path, pattern, name, &|_| true), expected, "{path} {pattern}");
    }

    #[test]
    fn stores_and_periods_of_paths() {
        check("data/ads/jp1/x-2026-07.csv", "data/ads/{store}/", "store", Some("jp1"));
        check("data/ads/jp1/x-2026-07.csv", "ads/{store}", "store", Some("jp1"));
        check("data/ads/jp1/x-2026-07.csv", "data/{kind}/{store}/*", "store", Some("jp1"));
        check("data/ads/x.csv", "data/ads/{store}/", "store", None);
        check("data/stock/jp1_2026-07-01.txt", "stock/{store}_{period}.txt", "period", Some("2026-07-01"));
        check("data/stock/B-2026-07.csv", "B-{period}.csv", "period", Some("2026-07"));
        let month = |text: &str| period(text, &Calendar::default()).is_some();
        assert_eq!(part("B-2026-07 (1).csv", "B-{period}*.csv", "period", &month), Some("2026-07"));
    }

    #[test]
    fn days_on_which_files_were_fetched() {
        let check = |path: &str, pattern: &str, form: DateForm, expected: Option<&str>| {
            let known = Fetched { pattern: pattern.into(), form };
            assert_eq!(
                fetched(path, &known).map(|day| day.to_string()).as_deref(),
                expected,
                "{path} {pattern}"
            );
        };
        let amazon = || DateForm::Pattern("%d-%m-%y".into());
        check(
            "data/jp1/BusinessReport-02-08-26.csv",
            "BusinessReport-{fetched}.csv",
            amazon(),
            Some("2026-08-02"),
        );
        check("data/jp1/BusinessReport-02-08-26 (1).csv", "BusinessReport-{fetched}.csv", amazon(), None);
        check(
            "data/jp1/BusinessReport-02-08-26 (1).csv",
            "BusinessReport-{fetched}*.csv",
            amazon(),
            Some("2026-08-02"),
        );
        check("data/ads/2026-08-02/a.csv", "data/ads/{fetched}/", DateForm::Plain, Some("2026-08-02"));
        check("data/ads/20260802_a.csv", "ads/{fetched}_*", DateForm::Plain, Some("2026-08-02"));
        check("data/ads/a.csv", "ads/{fetched}_*", DateForm::Plain, None);
    }

    #[test]
    fn periods_of_names() {
        let calendar = Calendar::default();
        let days =
            |text: &str| period(text, &calendar).map(|period| format!("{}..{}", period.start, period.end));
        assert_eq!(days("202607").as_deref(), Some("2026-07-01..2026-07-31"));
        assert_eq!(days("20260701").as_deref(), Some("2026-07-01..2026-07-01"));
        assert_eq!(days("2026-07-01_2026-07-30").as_deref(), Some("2026-07-01..2026-07-30"));
        assert_eq!(days("2026-W01").as_deref(), Some("2025-12-29..2026-01-04"));
        assert_eq!(days("final"), None);
    }
}
