//! Up to which day data counts, what is cut after it, and which days are missing before it (periods.md §2.1, §2.2).

use super::dates::stretches;
use super::rules::{DAY_MISSING, GRAIN_TOO_COARSE};
use super::table::{Column, Frame};
use crate::diag::Finding;
use crate::plan::formula::Derived;
use crate::plan::{Absent, AsOf, Definition, Id, Importance, Metric, Plan, Source, TableRef};
use crate::time::{Date, Grain, plus_days};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Decides the as-of day: the one of the site, or the last day that all daily sources of core metrics have.
pub(super) fn decide(plan: &Plan, last_days: &BTreeMap<TableRef, Date>) -> Option<Date> {
    if let AsOf::On(day) = plan.site.as_of {
        return Some(day);
    }
    let counts = |metric: &&Metric| metric.importance == Some(Importance::Core);
    let core: Vec<&Metric> = plan.metrics.values().filter(counts).collect();
    let asked = if core.is_empty() { plan.metrics.values().collect() } else { core };
    let tables = fed_by(plan, asked);
    let daily = tables.iter().filter(|(table, grain)| **grain == Grain::Day && !is_optional(plan, table));
    let earliest = daily.filter_map(|(table, _)| last_days.get(table)).min();
    earliest.or_else(|| last_days.values().max()).copied()
}

fn is_optional(plan: &Plan, table: &TableRef) -> bool {
    plan.sources.get(&table.source).is_some_and(|source| source.optional)
}

/// The tables that metrics are measured over, each with the finest grain asked of it.
pub(super) fn fed_by<'a>(plan: &'a Plan, metrics: Vec<&'a Metric>) -> BTreeMap<TableRef, Grain> {
    let mut tables: BTreeMap<TableRef, Grain> = BTreeMap::new();
    let mut seen: BTreeSet<&Id> = BTreeSet::new();
    let mut open = metrics;
    while let Some(metric) = open.pop() {
        if !seen.insert(&metric.id) {
            continue;
        }
        match &metric.definition {
            Definition::Source(measured) => {
                for table in &measured.tables {
                    let grain = tables.entry(table.clone()).or_insert(metric.grain);
                    *grain = (*grain).min(metric.grain);
                }
            }
            Definition::Derived(formula) => open.extend(parts(plan, formula)),
        }
    }
    tables
}

fn parts<'a>(plan: &'a Plan, formula: &'a Derived) -> Vec<&'a Metric> {
    let mut found = Vec::new();
    formula.leaves(&mut |leaf| found.extend(plan.metrics.get(&leaf.metric)));
    found
}

/// The last day with rows.
pub(super) fn last_day(frame: &Frame) -> Option<Date> {
    let days = |name: &str| frame.dates(name).into_iter().flatten().flatten().max().copied();
    days("date_end").max(days("date"))
}

/// Rows that end on or before a day, and rows without a day.
pub(super) fn until(frame: &Frame, as_of: Date) -> Vec<usize> {
    let last = frame.dates("date_end").or_else(|| frame.dates("date"));
    match last {
        None => (0..frame.rows).collect(),
        Some(days) => (0..frame.rows).filter(|row| days[*row].is_none_or(|day| day <= as_of)).collect(),
    }
}

/// Every day with rows, by store; `""` where there are no stores. A row over several days covers all of them.
pub(super) fn days(frame: &Frame) -> BTreeMap<Arc<str>, Vec<Date>> {
    let nobody: Arc<str> = "".into();
    let mut found: BTreeMap<Arc<str>, BTreeSet<Date>> = BTreeMap::new();
    let Some(starts) = frame.dates("date") else { return BTreeMap::new() };
    let ends = frame.dates("date_end");
    let stores = frame.columns.get("store");
    let mut last: Option<(Option<&Arc<str>>, Date, Date)> = None;
    for (row, start) in starts.iter().enumerate() {
        let Some(start) = *start else { continue };
        let end = ends.and_then(|ends| ends[row]).unwrap_or(start);
        let store = stores.and_then(|stores| stores.text(row));
        if last == Some((store, start, end)) {
            continue;
        }
        last = Some((store, start, end));
        let own = found.entry(store.unwrap_or(&nobody).clone()).or_default();
        own.extend(crate::time::Period::range(start, end).each_day());
    }
    found.into_iter().map(|(store, days)| (store, days.into_iter().collect())).collect()
}

/// Days without rows between the first and the last day of each store, for sources read day by day.
pub(super) fn missing(
    source: &Source,
    table: &TableRef,
    days: &BTreeMap<Arc<str>, Vec<Date>>,
    as_of: Option<Date>,
    found: &mut Vec<Finding>,
) {
    /// More gaps are counted, not listed.
    const LISTED: usize = 6;
    let together = source.is_loaded_together();
    let all: BTreeSet<Date> = days.values().flatten().copied().collect();
    let union = BTreeMap::from([("".into(), all.into_iter().collect())]);
    let days = if together { &union } else { days };
    let newest = days.values().filter_map(|days| days.last()).max().copied();
    for (store, days) in days {
        let settled = i32::try_from(source.provisional).unwrap_or(0);
        let end = as_of.min(newest).or(newest).map(|day| plus_days(day, -settled));
        let (Some(first), Some(end)) = (days.first(), end) else { continue };
        let known: BTreeSet<Date> = days.iter().copied().collect();
        let last = end.max(*days.last().unwrap_or(first));
        let gaps =
            stretches(crate::time::Period::range(*first, last).each_day().filter(|day| !known.contains(day)));
        if gaps.is_empty() {
            continue;
        }
        let mut shown: Vec<String> = gaps
            .iter()
            .take(LISTED)
            .map(|(from, to)| if from == to { from.to_string() } else { format!("{from} to {to}") })
            .collect();
        if gaps.len() > LISTED {
            shown.push(format!("and {} more gaps", gaps.len() - LISTED));
        }
        let of = if store.is_empty() { String::new() } else { format!(" for the store `{store}`") };
        let message = format!("`{}.{}` has no rows{of} on {}", table.source, table.table, shown.join(", "));
        found.push(Finding::new(&DAY_MISSING, source.place.clone(), message).hint(match source.absent {
            Some(Absent::Zero) => {
                "load the report of those days; days inside a file count as zero, and \
                         `period: {from: path, pattern: \"…{period}…\"}` says which days a file is about"
            }
            _ => "load the report of those days again",
        }));
    }
}

/// Rows over several days serve no metric of a finer grain: an error, and those rows lose their day.
pub(super) fn too_coarse(plan: &Plan, table: &TableRef, frame: &mut Frame, found: &mut Vec<Finding>) {
    let (Some(starts), Some(ends)) = (frame.dates("date"), frame.dates("date_end")) else { return };
    let calendar = &plan.site.calendar;
    let fits = |row: usize, grain: Grain| match (starts[row], ends[row]) {
        (Some(start), Some(end)) => calendar.period(grain, start).contains(end),
        _ => true,
    };
    let mut finest: Option<Grain> = None;
    for metric in plan.metrics.values() {
        let Definition::Source(measured) = &metric.definition else { continue };
        if !measured.tables.contains(table) {
            continue;
        }
        if let Some(row) = (0..frame.rows).find(|row| !fits(*row, metric.grain)) {
            let span = format!("{} to {}", shown(starts[row]), shown(ends[row]));
            let message = format!(
                "`{}` is measured by {}, but `{}.{}` has rows that cover {span}",
                metric.id, metric.grain, table.source, table.table
            );
            found.push(
                Finding::new(&GRAIN_TOO_COARSE, metric.place.clone(), message)
                    .hint("set `grain:` of the metric, or load a report with one row a day"),
            );
            finest = Some(finest.map_or(metric.grain, |grain| grain.min(metric.grain)));
        }
    }
    let Some(finest) = finest else { return };
    let lost: Vec<usize> = (0..frame.rows).filter(|row| !fits(*row, finest)).collect();
    if let Some(Column::Date(days)) = frame.columns.get_mut("date") {
        lost.into_iter().for_each(|row| days[row] = None);
    }
}

fn shown(day: Option<Date>) -> String {
    day.map_or_else(String::new, |day| day.to_string())
}
