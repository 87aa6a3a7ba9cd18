//! Which days the files of a source speak about. Where no row means zero, a day without rows inside a file is a day on
//! which nothing happened; a day that lies in no file was not loaded, and stays missing.

use super::file::{self, Part};
use super::table::Column;
use crate::plan::{Absent, PeriodOf, Plan, Source, StoreOf};
use crate::time::{Date, Period};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The days one file speaks about, for the stores in it.
#[derive(Clone, Debug)]
pub(super) struct Span {
    stores: BTreeSet<Arc<str>>,
    /// First and last day of its rows.
    rows: Option<(Date, Date)>,
    /// The period the source declares, or the path names.
    named: Option<Period>,
    /// It is in the path: the file may have been loaded before its end.
    open: bool,
}

/// The spans of the files of a table; none where a day without rows is missing anyway. `paths` are those of the source's
/// files, in the order of their numbers.
pub(super) fn spans(plan: &Plan, source: &Source, parts: &[(u32, Part)], paths: &[&str]) -> Vec<Span> {
    if source.absent != Some(Absent::Zero) {
        return Vec::new();
    }
    let span = |(file, part): &(u32, Part)| {
        let path = paths.get(*file as usize)?;
        let dates =
            part.frame.dates("date").into_iter().chain(part.frame.dates("date_end")).flatten().flatten();
        let rows = dates.clone().min().copied().zip(dates.max().copied());
        let named = file::period(plan, source, path).ok().flatten();
        let mut stores: BTreeSet<Arc<str>> = match part.frame.columns.get("store") {
            Some(Column::Text { values, .. }) => values.iter().cloned().collect(),
            _ => BTreeSet::new(),
        };
        match &source.store {
            StoreOf::None => drop(stores.insert("".into())),
            StoreOf::Column(_) => {}
            // A file without rows still says whose it is.
            StoreOf::Fixed(_) | StoreOf::Path(_) => {
                stores.extend(file::store(plan, source, path).ok().flatten())
            }
        }
        Some(Span { stores, rows, named, open: matches!(source.period, PeriodOf::Path(_)) })
    };
    parts.iter().filter_map(span).collect()
}

/// Adds the days of the spans to the days with rows, up to the as-of day.
pub(super) fn fill(spans: &[Span], as_of: Option<Date>, days: &mut BTreeMap<Arc<str>, Vec<Date>>) {
    // The newest period may still run, or was loaded before its end: it reaches as far as the newest row of its files.
    let newest =
        spans.iter().filter(|span| span.open).filter_map(|span| span.named).map(|period| period.end).max();
    let is_newest = |span: &Span| span.open && span.named.is_some_and(|period| Some(period.end) == newest);
    let reached =
        spans.iter().filter(|span| is_newest(span)).filter_map(|span| span.rows).map(|(_, last)| last).max();
    let mut all: BTreeMap<Arc<str>, BTreeSet<Date>> = BTreeMap::new();
    for span in spans {
        let named = span.named.and_then(|period| match is_newest(span) {
            true => reached.map(|last| (period.start, last.min(period.end))),
            false => Some((period.start, period.end)),
        });
        for (first, last) in named.into_iter().chain(span.rows) {
            let last = as_of.map_or(last, |as_of| last.min(as_of));
            if first > last {
                continue;
            }
            for store in &span.stores {
                all.entry(store.clone()).or_default().extend(Period::range(first, last).each_day());
            }
        }
    }
    for (store, covered) in all {
        let own = days.entry(store).or_default();
        let merged: BTreeSet<Date> = covered.into_iter().chain(own.drain(..)).collect();
        own.extend(merged);
    }
}
