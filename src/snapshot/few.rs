//! Columns with few different cells are read by these cells: what a word means need not be asked again in every row. As soon
//! as one of them is not what its column holds, the column is read row by row, so that the rows can be named.

use super::cells::{Moments, Reading, Typed, UNBOUNDED, float, raised, yes_or_no};
use super::dates::{self, Moment, Read};
use super::import::{Few, Grid};
use super::number::{self, Exact, is_missing, is_rounded_id, is_sheet_error, unguarded};
use super::table::Column;
use crate::plan::{ColumnKind, DateForm, PercentScale};
use crate::time::Date;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Reads a column of few different cells. `None` if they are not few, or something is to be told of one of them.
pub(super) fn typed(
    grid: &Grid,
    at: usize,
    name: &str,
    kind: &ColumnKind,
    reading: &Reading<'_>,
) -> Option<Typed> {
    let few = grid.few(at)?;
    match kind {
        ColumnKind::Text => texts(&few, |cell| {
            let text = unguarded(cell.trim());
            (!text.contains("??")).then_some(text)
        }),
        ColumnKind::Ident => texts(&few, |cell| {
            let text = unguarded(cell.trim()).trim();
            (!is_rounded_id(text)).then_some(if number::is_dashes(text) { "" } else { text })
        }),
        ColumnKind::Number => numbers(&few, reading, |cell| number::number(cell, &reading.form).ok()),
        ColumnKind::Percent(scale) => numbers(&few, reading, |cell| share(cell, name, *scale, reading)),
        ColumnKind::Date(form) => moments(&few, form, false, reading),
        ColumnKind::Instant(form) => moments(&few, form, true, reading),
        ColumnKind::Bool | ColumnKind::Guess => None,
    }
}

fn texts<'g>(few: &Few<'g>, read: impl Fn(&'g str) -> Option<&'g str>) -> Option<Typed> {
    let read: Vec<&str> = few
        .words
        .iter()
        .map(|cell| read(cell).filter(|text| !is_sheet_error(text)))
        .collect::<Option<_>>()?;
    let different: BTreeMap<&str, ()> =
        read.iter().filter(|text| !text.is_empty()).map(|text| (*text, ())).collect();
    let places: BTreeMap<&str, u32> = different.into_keys().zip(0..).collect();
    let values: Vec<Arc<str>> = places.keys().map(|text| Arc::from(*text)).collect();
    let of_word: Vec<Option<u32>> = read.iter().map(|text| places.get(text).copied()).collect();
    let rows = few.ids.iter().map(|id| of_word[*id as usize]).collect();
    Some(Typed::of(Column::Text { values: Arc::new(values), rows }))
}

/// A share within its bounds, or nothing; `None` if something is to be told of it.
fn share(cell: &str, name: &str, scale: PercentScale, reading: &Reading<'_>) -> Option<Option<Exact>> {
    let unbounded = UNBOUNDED.iter().any(|part| name.contains(part));
    let read = number::share(cell, scale, &reading.form).ok()?;
    let is_inside = |(units, digits): Exact| units >= 0 && units <= 10_i128.pow(digits.min(38));
    (unbounded || read.is_none_or(is_inside)).then_some(read)
}

fn numbers(
    few: &Few<'_>,
    reading: &Reading<'_>,
    read: impl Fn(&str) -> Option<Option<Exact>>,
) -> Option<Typed> {
    let read: Vec<Option<Exact>> = few.words.iter().map(|cell| read(cell)).collect::<Option<_>>()?;
    let rows = few.ids.iter().map(|id| *id as usize);
    if reading.float {
        let read: Vec<Option<f64>> = read.into_iter().map(|cell| cell.and_then(float)).collect();
        return Some(Typed::of(Column::Float(rows.map(|word| read[word]).collect())));
    }
    let scale = read.iter().flatten().map(|(_, scale)| *scale).max().unwrap_or(0);
    let raise = |cell: Option<Exact>| cell.map_or(Some(None), |cell| raised(cell, scale).map(Some));
    let read: Vec<Option<i128>> = read.into_iter().map(raise).collect::<Option<_>>()?;
    Some(Typed::of(Column::Number { scale, rows: rows.map(|word| read[word]).collect() }))
}

fn moments(few: &Few<'_>, form: &DateForm, is_instant: bool, reading: &Reading<'_>) -> Option<Typed> {
    let order = match form {
        DateForm::Plain => few.words.iter().copied().find_map(dates::proves),
        _ => None,
    };
    let read = |cell: &&str| {
        let text = unguarded(cell.trim());
        if is_missing(text) {
            return Some(None);
        }
        match dates::read(text, form, order) {
            Read::At(moment) => Some(Some(moment)),
            Read::No | Read::Unclear => None,
        }
    };
    let read: Vec<Option<Moment>> = few.words.iter().map(read).collect::<Option<_>>()?;
    if !is_instant && read.iter().flatten().all(|moment| moment.end == moment.day) {
        let days: Vec<Option<Date>> = read.iter().map(|moment| moment.map(|moment| moment.day)).collect();
        return Some(Typed::of(Column::Date(few.ids.iter().map(|id| days[*id as usize]).collect())));
    }
    let mut out = Moments::default();
    let known = few.ids.iter().all(|id| out.push(read[*id as usize], is_instant, reading));
    known.then(|| out.typed(is_instant))
}

/// What the cells of a column look like: dates, else numbers, else yes and no, else text.
pub(super) fn guessed<'a>(grid: &'a Grid, at: usize, reading: &Reading<'_>) -> ColumnKind {
    /// Of so many cells one may be damaged without turning a column of numbers into text.
    const DAMAGED: usize = 10;
    let (cells, counts) = weighed(grid, at);
    let count = |at: usize| counts.as_ref().map_or(1, |counts| counts[at]);
    let may_be_damaged = (0..cells.len()).map(count).sum::<usize>() / DAMAGED;
    let most = |fits: &dyn Fn(&'a str) -> bool| {
        let mut damaged = 0;
        // One more than may be, and nobody looks any further.
        let is_too_many = |(at, cell): (usize, &&'a str)| {
            damaged += if fits(cell) { 0 } else { count(at) };
            damaged > may_be_damaged
        };
        !cells.is_empty() && !cells.iter().enumerate().any(is_too_many)
    };
    let all = |fits: &dyn Fn(&str) -> bool| !cells.is_empty() && cells.iter().all(|cell| fits(cell));
    // Reports list many rows of one day, then those of the next.
    let last = Cell::new(("", false));
    let is_date = |cell: &'a str| {
        if last.get().0 != cell {
            last.set((cell, !matches!(dates::read(cell, &DateForm::Plain, None), Read::No)));
        }
        last.get().1
    };
    // Eight digits may be a number; with marks between them they are a date.
    let is_marked = |cell: &str| cell.contains(['-', '/', ' ']);
    // Digits that begin with a zero, or more than 15, are names of things.
    let is_name = |cell: &str| {
        let digits = cell.bytes().all(|byte| byte.is_ascii_digit());
        digits && (cell.len() > 15 || cell.len() > 1 && cell.starts_with('0'))
    };
    let is_zoned = |cell: &str| {
        matches!(dates::read(cell, &DateForm::Plain, None), Read::At(Moment { offset: Some(_), .. }))
    };
    if most(&|cell| is_marked(cell) && is_date(cell)) {
        return if all(&is_zoned) {
            ColumnKind::Instant(DateForm::Plain)
        } else {
            ColumnKind::Date(DateForm::Plain)
        };
    }
    if cells.iter().any(|cell| is_name(cell)) {
        return ColumnKind::Ident;
    }
    if most(&|cell| number::number(cell, &reading.form).is_ok()) {
        return ColumnKind::Number;
    }
    if all(&|cell| yes_or_no(cell).is_some()) { ColumnKind::Bool } else { ColumnKind::Text }
}

/// The cells of a column that are not missing; where each is there once, with how many rows have it.
fn weighed(grid: &Grid, at: usize) -> (Vec<&str>, Option<Vec<usize>>) {
    let Some(few) = grid.few(at) else {
        return (grid.column(at).filter(|cell| !is_missing(cell)).collect(), None);
    };
    let mut counts = vec![0; few.words.len()];
    few.ids.iter().for_each(|id| counts[*id as usize] += 1);
    let seen = few.words.into_iter().zip(counts).filter(|(cell, _)| !is_missing(cell));
    let (cells, counts) = seen.unzip();
    (cells, Some(counts))
}
