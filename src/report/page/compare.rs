//! Stores beside one another: rank, distance to the best and to the middle, share of the whole, and their course.

use super::{PageKind, page};
use crate::assess::peers::{self, Counted, Place};
use crate::diag::Finding;
use crate::measure::State;
use crate::plan::{Better, Definition, Id, Metric, Scope, SeriesSpec, Words};
use crate::report::context::{Context, metric_path, store_path};
use crate::report::{
    Arg, Axis, Block, Cell, ChartSeries, ChartSpec, Page, SeriesRole, TableColumn, TableSpec, Text, draw,
};
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

    fn tops(&self) -> &'static [&'static str] {
        &["compare"]
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
        for metric in compared(context) {
            let Some(period) = context.last_complete(grain.max(metric.grain)) else { continue };
            made.blocks.push(Block::Table(ranking(context, metric, &stores, period)));
            made.blocks.extend(funnel(context, metric, &stores, period));
            made.blocks.extend(course(context, metric, &stores));
        }
        vec![made]
    }
}

/// The metrics that stores are compared by: those the site names, else the core ones.
fn compared<'a>(context: &Context<'a>) -> Vec<&'a Metric> {
    let named = context.plan.site.compare.metrics.iter().filter_map(|id| context.plan.metrics.get(id));
    let named: Vec<&Metric> = named.collect();
    if named.is_empty() { context.leading_metrics() } else { named }
}

/// A store with its value, and the place it has.
struct Ranked<'s> {
    store: &'s Id,
    value: Option<Quantity>,
    place: Option<Place>,
}

/// Values of stores, ranked, the best first. A rate over too little is shown, but has no place.
fn ranked<'s>(context: &Context<'_>, metric: &Metric, stores: &'s [Id], period: Period) -> Vec<Ranked<'s>> {
    let point = |store: &Id| context.point(&metric.id, &Scope::of("store", store), period);
    let least = f64::from(context.plan.site.compare.min_volume);
    let enough = |value: &Quantity| match value {
        Quantity::Ratio(ratio) => Quantity::Exact(ratio.denominator()).as_f64().abs() >= least,
        Quantity::Exact(_) | Quantity::Approximate(_) => true,
    };
    let values: Vec<Option<Quantity>> =
        stores.iter().map(|store| point(store).and_then(|point| point.value)).collect();
    let counted: Vec<Option<Quantity>> = values.iter().map(|value| value.filter(enough)).collect();
    let places = peers::places(metric.better, &counted);
    let all = stores.iter().zip(values).zip(places);
    let mut ranked: Vec<Ranked<'s>> =
        all.map(|((store, value), place)| Ranked { store, value, place }).collect();
    let first = |one: &Ranked<'_>| one.place.map_or(u32::MAX, |place| place.rank);
    ranked.sort_by(|a, b| {
        let by_value = match (a.value, b.value) {
            (Some(x), Some(y)) => peers::better_first(metric.better, x, y),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        first(a).cmp(&first(b)).then(by_value).then_with(|| a.store.cmp(b.store))
    });
    ranked
}

fn ranking(context: &Context<'_>, metric: &Metric, stores: &[Id], period: Period) -> TableSpec {
    let ranked = ranked(context, metric, stores, period);
    let placed: Vec<&Ranked<'_>> = ranked.iter().filter(|one| one.place.is_some()).collect();
    let known: Vec<Quantity> = ranked.iter().filter_map(|one| one.value).collect();
    let ranks = matches!(metric.better, Better::Higher | Better::Lower);
    let best = placed.first().and_then(|one| one.value);
    // The company's own figure: shares of what happens to be known would not be shares of the whole.
    let company = context.point(&metric.id, &Scope::company(), period).and_then(|point| point.value);
    let adds_up = context.adds_up_over(metric, "store");
    let row = |one: &Ranked<'_>| {
        let scope = Scope::of("store", one.store);
        let gap = |to: Option<Quantity>| {
            let gap = one.value.zip(to).and_then(|(value, to)| value.minus(to));
            gap.map_or(Cell::Empty, |gap| Cell::Gap(gap, metric.unit.clone()))
        };
        let whole = company.filter(|_| adds_up);
        let share = one.value.zip(whole).and_then(|(value, whole)| value.over(whole));
        vec![
            Cell::Link(store_path(one.store), Text::Words(context.member_name("store", one.store))),
            rank_cell(one, &placed, ranks),
            draw::figure(context, metric, &scope, period, draw::Delta::Shown),
            gap(best.filter(|_| ranks)),
            gap(peers::median(&known)),
            one.place
                .and_then(|place| place.percentile)
                .map_or(Cell::Empty, |part| Cell::Plain(Quantity::Approximate(part * 100.0), 0)),
            index(one.value, company, adds_up.then_some(known.len())),
            number(share, &Unit::Percent),
            per(context, metric, &scope, period, adds_up),
            marginal(context, metric, &scope, period),
        ]
    };
    let head = |key, numeric| TableColumn { title: Text::key(key), numeric, link: None };
    let mut columns = vec![
        head("level-store", false),
        head("table-rank", true),
        TableColumn { title: Text::key("table-value"), numeric: true, link: Some(metric_path(&metric.id)) },
        head("table-gap-best", true),
        head("table-gap-median", true),
        head("compare-percentile", true),
        head("compare-index", true),
        head("table-share", true),
    ];
    let norm = context.plan.site.compare.per.as_ref();
    let norm = norm.map_or(Words::default(), |id| match context.metric_name(id) {
        Text::Words(words) => words,
        Text::Key(..) => Words::same(id),
    });
    let title = Text::Key("compare-per", vec![("name", Arg::Words(norm))]);
    columns.push(TableColumn { title, numeric: true, link: None });
    let margin = margin_period(context, metric, period).unwrap_or(period);
    let title = Text::Key("compare-marginal", vec![("period", Arg::Period(margin))]);
    columns.push(TableColumn { title, numeric: true, link: None });
    let table = TableSpec {
        id: format!("rank-{}", metric.id),
        title: Some(context.metric_name(&metric.id)),
        columns,
        rows: ranked.iter().map(row).collect(),
        total: false,
    };
    without_empty_columns(table)
}

/// The rank, with a word for the best and the last; a value over too little says so.
fn rank_cell(one: &Ranked<'_>, placed: &[&Ranked<'_>], ranks: bool) -> Cell {
    let Some(place) = one.place else {
        let small = one.value.is_some() && ranks;
        return if small { Cell::Text(Text::key("compare-too-little")) } else { Cell::Empty };
    };
    let last = placed.last().and_then(|last| last.place).map_or(1, |last| last.rank);
    let key = match place.rank {
        _ if last == 1 => "compare-rank",
        1 => "compare-rank-best",
        rank if rank == last => "compare-rank-last",
        _ => "compare-rank",
    };
    let rank = Arg::Number(Quantity::from(i64::from(place.rank)), 0);
    Cell::Text(Text::Key(key, vec![("rank", rank)]))
}

/// The group is 100: the company's rate, or the mean of the stores of an amount.
fn index(value: Option<Quantity>, company: Option<Quantity>, stores: Option<usize>) -> Cell {
    let group = match stores {
        Some(count) => {
            company.and_then(|all| all.over(Quantity::from(i64::try_from(count).unwrap_or(i64::MAX))))
        }
        None => company,
    };
    let index = value.zip(group).and_then(|(value, group)| value.over(group)?.times(Quantity::from(100)));
    index.map_or(Cell::Empty, |index| Cell::Plain(index, 0))
}

/// An amount per unit of what the site compares by.
fn per(context: &Context<'_>, metric: &Metric, scope: &Scope, period: Period, adds_up: bool) -> Cell {
    let norm = context.plan.site.compare.per.as_ref().filter(|id| **id != metric.id && adds_up);
    let value = |id: &str| context.point(id, scope, period).and_then(|point| point.value);
    let each = norm.and_then(|norm| value(&metric.id)?.over(value(norm)?));
    let decimals = |one: Quantity| if one.as_f64().abs() >= 100.0 { 0 } else { 2 };
    each.map_or(Cell::Empty, |each| Cell::Plain(each, decimals(each)))
}

/// The newest period whose figures no longer move: attributed sales of the last days would make a margin too small.
pub(in crate::report) fn margin_period(
    context: &Context<'_>,
    metric: &Metric,
    period: Period,
) -> Option<Period> {
    context
        .known()
        .newest(&metric.id, &Scope::company(), period.grain?)
        .filter(|one| one.start <= period.start)
}

/// Of a rate of two amounts (ROAS, ACoS): what the change of one brought for the change of the other, against the period
/// before. The mean says what was; the margin says what one yen more would do.
fn marginal(context: &Context<'_>, metric: &Metric, scope: &Scope, period: Period) -> Cell {
    let Some(period) = margin_period(context, metric, period) else { return Cell::Empty };
    number(margin(context, metric, scope, period), &metric.unit)
}

/// The same for one period, as a figure; `None` where the rate is not one of two amounts, or one of them is not known.
pub(in crate::report) fn margin(
    context: &Context<'_>,
    metric: &Metric,
    scope: &Scope,
    period: Period,
) -> Option<Quantity> {
    use crate::plan::formula::{Arithmetic, Op, When};
    let Definition::Derived(Arithmetic::Binary(Op::Divide, above, below)) = &metric.definition else {
        return None;
    };
    let (Arithmetic::Leaf(above), Arithmetic::Leaf(below)) = (&**above, &**below) else { return None };
    let money = |id: &Id| context.plan.metrics.get(id).is_some_and(|one| matches!(one.unit, Unit::Money(_)));
    let now = above.when == When::Same && below.when == When::Same;
    if !now || !money(&above.metric) || !money(&below.metric) {
        return None;
    }
    let before = context.plan.site.calendar.previous(period);
    let value = |id: &str, period| {
        let point = context.point(id, scope, period)?;
        point.value.filter(|_| point.state.is_judged())
    };
    let both = |id: &str| Some((value(id, before)?, value(id, period)?));
    both(&above.metric).zip(both(&below.metric)).and_then(|(output, input)| peers::marginal(output, input))
}

/// The stores between limits by their own count; for rates of one count over another.
fn funnel(context: &Context<'_>, metric: &Metric, stores: &[Id], period: Period) -> Option<Block> {
    let of_counts = match &metric.definition {
        Definition::Derived(formula) => {
            let mut counts = true;
            formula.leaves(&mut |used| {
                let unit = context.plan.metrics.get(&used.metric).map(|part| &part.unit);
                counts &= unit == Some(&Unit::Count);
            });
            counts
        }
        Definition::Source(_) => false,
    };
    if !of_counts || metric.unit != Unit::Percent {
        return None;
    }
    let least = f64::from(context.plan.site.compare.min_volume).max(1.0);
    let known = stores.iter().filter_map(|store| {
        let point = context.point(&metric.id, &Scope::of("store", store), period)?;
        let Some(Quantity::Ratio(ratio)) = point.value.filter(|_| point.state <= State::Provisional) else {
            return None;
        };
        let float = |part| Quantity::Exact(part).as_f64();
        let counted = Counted { events: float(ratio.numerator()), of: float(ratio.denominator()) };
        (counted.of >= least).then_some((store, Quantity::Ratio(ratio), counted))
    });
    let known: Vec<(&Id, Quantity, Counted)> = known.collect();
    // Two points against their own mean say nothing that the table does not.
    if known.len() < 3 {
        return None;
    }
    let counts: Vec<Counted> = known.iter().map(|(_, _, counted)| *counted).collect();
    let funnel = peers::funnel(&counts)?;
    let float = |value: f64| Some(Quantity::Approximate(value));
    let series = |name: Text, role, unit: &Unit, values: Vec<Option<Quantity>>| ChartSeries {
        name,
        about: None,
        role,
        unit: unit.clone(),
        bars: false,
        states: vec![State::Complete; values.len()],
        values,
    };
    let rates = known.iter().map(|(_, rate, _)| Some(*rate)).collect();
    let of = known.iter().map(|(_, _, counted)| float(counted.of)).collect();
    let side =
        |pick: fn(&(f64, f64)) -> f64| funnel.limits.iter().map(|limits| float(pick(limits))).collect();
    let (unit, center) = (&metric.unit, vec![float(funnel.center); known.len()]);
    let name = |(store, ..): &(&Id, Quantity, Counted)| Text::Words(context.member_name("store", store));
    Some(Block::Chart(ChartSpec {
        id: format!("funnel-{}", metric.id),
        kind: "funnel",
        title: Text::key("compare-funnel"),
        axis: Axis::Members(known.iter().map(name).collect()),
        series: vec![
            series(context.metric_name(&metric.id), SeriesRole::Actual(0), unit, rates),
            series(Text::key("compare-count"), SeriesRole::Actual(1), &Unit::Count, of),
            series(Text::key("series-center"), SeriesRole::Center, unit, center),
            series(Text::key("series-lower"), SeriesRole::Limit, unit, side(|limits| limits.0)),
            series(Text::key("series-upper"), SeriesRole::Limit, unit, side(|limits| limits.1)),
        ],
        marks: Vec::new(),
        bands: Vec::new(),
    }))
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
