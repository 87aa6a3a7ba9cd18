//! Stores beside one another: rank, distance to the best and to the middle, share of the whole, and their course.

use super::{PageKind, page};
use crate::diag::Finding;
use crate::plan::{Better, Id, Metric, Scope, SeriesSpec, Words};
use crate::report::context::{Context, metric_path, store_path};
use crate::report::{Arg, Block, Cell, Page, TableColumn, TableSpec, Text, draw};
use crate::time::{Grain, Period};
use crate::unit::{Quantity, Unit};
use std::cmp::Ordering;

/// Weeks of the charts.
const WEEKS: u32 = 26;

pub(super) struct Comparison;

impl PageKind for Comparison {
    fn name(&self) -> &'static str {
        "compare"
    }

    fn pages(&self, context: &Context<'_>, _found: &mut Vec<Finding>) -> Vec<Page> {
        let stores = context.stores();
        if stores.len() < 2 {
            return Vec::new();
        }
        let mut made = page("compare", self.name(), Text::key("nav-compare"), &[("", Text::key("nav-home"))]);
        let grain = context.card_grain();
        if let Some(period) = context.last_complete(grain) {
            made.blocks.push(Block::Heading(Text::Key("home-period", vec![("period", Arg::Period(period))])));
        }
        for metric in context.leading_metrics() {
            let Some(period) = context.last_complete(grain.max(metric.grain)) else { continue };
            made.blocks.push(Block::Table(ranking(context, metric, &stores, period)));
            made.blocks.extend(course(context, metric, &stores));
        }
        vec![made]
    }
}

/// A store with its value.
struct Ranked<'s> {
    store: &'s Id,
    value: Option<Quantity>,
}

fn ranking(context: &Context<'_>, metric: &Metric, stores: &[Id], period: Period) -> TableSpec {
    let value = |store: &Id| context.point(&metric.id, &Scope::of("store", store), period)?.value;
    let mut ranked: Vec<Ranked<'_>> =
        stores.iter().map(|store| Ranked { store, value: value(store) }).collect();
    ranked.sort_by(|a, b| better_first(metric.better, a, b));
    let known: Vec<Quantity> = ranked.iter().filter_map(|one| one.value).collect();
    // The company's own figure: shares of what happens to be known would not be shares of the whole.
    let whole = context
        .point(&metric.id, &Scope::company(), period)
        .and_then(|point| point.value)
        .filter(|_| context.adds_up_over(metric, "store"));
    let ranks = metric.better == Better::Higher || metric.better == Better::Lower;
    let row = |one: &Ranked<'_>| {
        let scope = Scope::of("store", one.store);
        let gap = |to: Option<Quantity>| {
            let gap = one.value.zip(to).and_then(|(value, to)| value.minus(to));
            gap.map_or(Cell::Empty, |gap| Cell::Gap(gap, metric.unit.clone()))
        };
        let share = one.value.zip(whole).and_then(|(value, whole)| value.over(whole));
        // Equal values share a rank, and the next one follows without a gap.
        let rank = one.value.filter(|_| ranks).map(|value| distinct_before(&known, value) + 1);
        vec![
            Cell::Link(store_path(one.store), Text::Words(context.member_name("store", one.store))),
            number(rank.map(|rank| Quantity::from(i64::from(rank))), &Unit::Count),
            draw::figure(context, metric, &scope, period, draw::Delta::Shown),
            gap(known.first().copied().filter(|_| ranks)),
            gap(median(&known)),
            number(share, &Unit::Percent),
        ]
    };
    let head = |key, numeric| TableColumn { title: Text::key(key), numeric, link: None };
    let table = TableSpec {
        id: format!("rank-{}", metric.id),
        title: Some(context.metric_name(&metric.id)),
        columns: vec![
            head("level-store", false),
            head("table-rank", true),
            TableColumn {
                title: Text::key("table-value"),
                numeric: true,
                link: Some(metric_path(&metric.id)),
            },
            head("table-gap-best", true),
            head("table-gap-median", true),
            head("table-share", true),
        ],
        rows: ranked.iter().map(row).collect(),
        total: false,
    };
    without_empty_columns(table)
}

/// What no store has is not asked of any: shares of a rate, ranks within a range.
fn without_empty_columns(mut table: TableSpec) -> TableSpec {
    let said = |place: usize| {
        table.rows.iter().any(|row| row.get(place).is_some_and(|cell| !matches!(cell, Cell::Empty)))
    };
    let kept: Vec<bool> = (0..table.columns.len()).map(|place| place == 0 || said(place)).collect();
    let mut keep = kept.iter();
    table.columns.retain(|_| *keep.next().unwrap_or(&true));
    for row in &mut table.rows {
        let mut keep = kept.iter();
        row.retain(|_| *keep.next().unwrap_or(&true));
    }
    table
}

fn number(value: Option<Quantity>, unit: &Unit) -> Cell {
    value.map_or(Cell::Empty, |value| Cell::Number(value, unit.clone()))
}

/// The better value first, stores without one last, equal ones by name.
fn better_first(better: Better, a: &Ranked<'_>, b: &Ranked<'_>) -> Ordering {
    match (a.value, b.value) {
        (Some(x), Some(y)) if better == Better::Lower => x.compare(y).then_with(|| a.store.cmp(b.store)),
        (Some(x), Some(y)) => y.compare(x).then_with(|| a.store.cmp(b.store)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.store.cmp(b.store),
    }
}

/// How many different values stand before the first that equals `value`.
fn distinct_before(sorted: &[Quantity], value: Quantity) -> u32 {
    let before = sorted.iter().take_while(|other| **other != value);
    let mut last: Option<Quantity> = None;
    let mut count = 0;
    for other in before {
        count += u32::from(last != Some(*other));
        last = Some(*other);
    }
    count
}

/// The middle value, or the mean of the two middle ones.
fn median(sorted: &[Quantity]) -> Option<Quantity> {
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        odd if odd % 2 == 1 => sorted.get(middle).copied(),
        _ => sorted[middle - 1].plus(sorted[middle])?.over(Quantity::from(2)),
    }
}

/// A small chart per store, with its target, all on one axis.
fn course(context: &Context<'_>, metric: &Metric, stores: &[Id]) -> Option<Block> {
    let store = |store: &Id| (context.member_name("store", store), Scope::of("store", store));
    let members: Vec<(Words, Scope)> = stores.iter().map(store).collect();
    let id = format!("course-{}", metric.id);
    let head = (id.as_str(), "multiples", context.metric_name(&metric.id));
    let series = [SeriesSpec::Metric(metric.id.clone()), SeriesSpec::Target(metric.id.clone())];
    let grain = Grain::Week.max(metric.grain);
    draw::per_member(context, head, (metric, &series), &members, &Scope::company(), (grain, WEEKS))
        .map(Block::Chart)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(values: &[i64]) -> Vec<Quantity> {
        values.iter().copied().map(Quantity::from).collect()
    }

    #[test]
    fn equal_values_share_a_rank_and_the_next_follows_without_a_gap() {
        let sorted = all(&[30, 20, 20, 10]);
        let ranks: Vec<u32> = sorted.iter().map(|value| distinct_before(&sorted, *value) + 1).collect();
        assert_eq!(ranks, [1, 2, 2, 3]);
    }

    #[test]
    fn the_median_of_two_is_their_mean() {
        assert_eq!(median(&all(&[30, 20])), Some(Quantity::from(25)));
        assert_eq!(median(&all(&[30, 20, 10])), Some(Quantity::from(20)));
        assert_eq!(median(&[]), None);
    }
}
