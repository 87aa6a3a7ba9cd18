//! A metric under its limits as pages show it: the chart with centre, limits and signals, what the limits are, which
//! signals are new, and the two icons of a card.

use super::context::{Context, about, ends, metric_path, store_path};
use super::draw::{OverTime, actual, drop_empty_head, marks, over_time, target_lines};
use super::{Arg, Axis, Block, Cell, ChartSeries, ChartSpec, Mark, SeriesRole, TableColumn, TableSpec, Text};
use crate::assess::spc::{
    Assurance, LimitState, Lines, Signal, SignalRule, Variation, Watch, assurance, control,
    expected_by_chance, of_ratios, rebase_of, signal, variation,
};
use crate::measure::State;
use crate::plan::{Better, ControlChart, Metric, Plan, Scope, SeriesSpec, TargetValue};
use crate::time::{Grain, Period};
use crate::unit::{Quantity, Unit};

/// What limits say of the newest point that can be judged, whatever period the card shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CardControl {
    /// Signal or noise.
    pub variation: Variation,
    /// Whether the target is reached by the process as it is.
    pub assurance: Assurance,
    /// The point.
    pub period: Period,
}

/// A float of the limits as a figure.
fn figure(value: f64) -> Quantity {
    Quantity::Approximate(value)
}

/// The chart of a metric under its limits; `None` without any limit in the periods shown.
pub(super) fn chart(context: &Context<'_>, metric: &Metric, scope: &Scope, last: u32) -> Option<ChartSpec> {
    let watch = context.watched.of(&metric.id, scope)?;
    under(context, metric, scope, watch, last)
}

/// The chart of a block: the first metric under its limits, for any scope and grain; without limits its lines.
pub(super) fn block(context: &Context<'_>, wanted: &OverTime<'_>) -> Option<ChartSpec> {
    let plain = || {
        over_time(
            context,
            &OverTime { kind: "line", id: wanted.id.clone(), title: wanted.title.clone(), ..*wanted },
        )
    };
    let first = wanted.series.iter().find_map(|series| match series {
        SeriesSpec::Metric(id) => context.plan.metrics.get(id),
        SeriesSpec::Target(_) => None,
    });
    let Some((metric, limits)) = first.and_then(|metric| Some((metric, metric.limits.as_ref()?))) else {
        return plain();
    };
    let grain = limits.grain.unwrap_or(wanted.grain).max(metric.grain);
    let known = context.watched.of(&metric.id, wanted.scope).filter(|watch| watch.grain == grain);
    let made = match (known, context.facts.series(&metric.id, wanted.scope, grain)) {
        (Some(known), _) => under(context, metric, wanted.scope, known, wanted.last),
        (None, Some(series)) => {
            let watch = Watch { grain, control: control(series, limits, &context.plan.site.calendar) };
            under(context, metric, wanted.scope, &watch, wanted.last)
        }
        (None, None) => None,
    };
    made.map(|chart| ChartSpec { id: wanted.id.clone(), title: wanted.title.clone(), ..chart }).or_else(plain)
}

fn under(
    context: &Context<'_>,
    metric: &Metric,
    scope: &Scope,
    watch: &Watch,
    last: u32,
) -> Option<ChartSpec> {
    let periods = context.recent(watch.grain, last);
    let lines: Vec<Option<Lines>> =
        periods.iter().map(|period| watch.control.lines[watch.control.at(*period)?]).collect();
    lines.iter().flatten().next()?;
    let mut series = vec![actual(context, metric, scope, &periods, SeriesRole::Actual(0), false)];
    let provisional = |period: &Period| {
        let segment = watch.control.at(*period).and_then(|at| watch.control.segment(at));
        match segment.map(|segment| segment.state) {
            Some(LimitState::Provisional) => State::Provisional,
            _ => State::Complete,
        }
    };
    let line = |key, role, values: Vec<Option<Quantity>>, states: Vec<State>| ChartSeries {
        name: Text::key(key),
        about: Some(about(&metric.id, scope)),
        role,
        unit: metric.unit.clone(),
        bars: false,
        values,
        states,
    };
    let states: Vec<State> = periods.iter().map(provisional).collect();
    let of = |part: fn(&Lines) -> Option<f64>| {
        lines.iter().map(|one| one.as_ref().and_then(part).map(figure)).collect()
    };
    series.push(line("series-center", SeriesRole::Center, of(|lines| Some(lines.center)), states.clone()));
    series.push(line("series-upper", SeriesRole::Limit, of(|lines| lines.upper), states.clone()));
    series.push(line("series-lower", SeriesRole::Limit, of(|lines| lines.lower), states));
    series.extend(target_lines(context, &metric.id, scope, &periods));
    for (key, role) in [
        ("series-signal-good", SeriesRole::SignalGood),
        ("series-signal-bad", SeriesRole::SignalBad),
        ("series-signal", SeriesRole::Signal),
    ] {
        let flagged = |period: &Period| {
            let at = watch.control.at(*period)?;
            (tone(context, metric, scope, watch, at)? == role)
                .then(|| figure(watch.control.judged[at].unwrap_or_default() * watch.control.season[at]))
        };
        let values: Vec<Option<Quantity>> = periods.iter().map(flagged).collect();
        series.push(line(key, role, values, vec![State::Complete; periods.len()]));
    }
    series.retain(|one| one.values.iter().any(Option::is_some));
    let mut chart = ChartSpec {
        id: "limits-chart".to_owned(),
        kind: "control",
        title: Text::key(title(watch.grain)),
        marks: marks(context, &[SeriesSpec::Metric(metric.id.clone())], scope, &periods),
        axis: Axis::Time(watch.grain, periods.clone()),
        series,
        bands: Vec::new(),
    };
    chart.marks.extend(rebases(context.plan, metric, watch, &periods));
    chart.marks.sort_by(|a, b| (a.slots, &a.kind, &a.text).cmp(&(b.slots, &b.kind, &b.text)));
    drop_empty_head(&mut chart);
    Some(chart)
}

fn title(grain: Grain) -> &'static str {
    match grain {
        Grain::Day => "limits-days",
        Grain::Week => "limits-weeks",
        Grain::Month => "limits-months",
        Grain::Quarter => "limits-quarters",
        Grain::Year => "limits-years",
    }
}

/// Where limits begin anew, at its slot.
fn rebases(plan: &Plan, metric: &Metric, watch: &Watch, periods: &[Period]) -> Vec<Mark> {
    let Some(limits) = &metric.limits else { return Vec::new() };
    let mark = |segment: &crate::assess::spc::Segment| {
        let entry = limits.rebase.get(segment.rebase?)?;
        let slot = periods.iter().position(|period| *period == watch.control.periods[segment.first])?;
        // An annotation of the same day says it already.
        let told = plan.annotations.iter().any(|note| &*note.kind == "rebase" && note.date == entry.on);
        (!told).then(|| Mark { slots: (slot, slot), kind: "rebase".to_owned(), text: entry.reason.clone() })
    };
    watch.control.segments.iter().filter_map(mark).collect()
}

/// How a flagged point is drawn; `None` for routine variation.
fn tone(
    context: &Context<'_>,
    metric: &Metric,
    scope: &Scope,
    watch: &Watch,
    at: usize,
) -> Option<SeriesRole> {
    let (_, side) = watch.control.flags[at].fired().next()?;
    let value = watch.control.judged[at]? * watch.control.season[at];
    let range = range(context, metric, scope, watch.control.periods[at]);
    Some(match crate::assess::spc::meaning(side, metric.better, value, range) {
        Variation::Improvement(_) => SeriesRole::SignalGood,
        Variation::Concern(_) => SeriesRole::SignalBad,
        Variation::Neutral(_) | Variation::Common => SeriesRole::Signal,
    })
}

/// What a metric should stay between, where a target says so.
fn range(context: &Context<'_>, metric: &Metric, scope: &Scope, period: Period) -> Option<(f64, f64)> {
    if metric.better != Better::Range {
        return None;
    }
    match context.target_for(metric, scope, period)?.in_force.value {
        TargetValue::Between(low, high) => {
            Some((Quantity::Exact(low).as_f64(), Quantity::Exact(high).as_f64()))
        }
        TargetValue::Of(_) => None,
    }
}

/// The new signal of a metric in a scope.
pub(super) fn new_signal(context: &Context<'_>, metric: &Metric, scope: &Scope) -> Option<Signal> {
    let watch = context.watched.of(&metric.id, scope)?;
    // A source that stopped long ago has no news.
    let newest = watch.control.periods[watch.control.newest()?];
    if !context.recent(watch.grain, FRESH).contains(&newest) {
        return None;
    }
    let range = range(context, metric, scope, newest);
    signal(&watch.control, (&metric.id, scope, watch.grain), metric.better, range)
}

/// A point older than this many periods is no news: provisional spans of sources are shorter.
const FRESH: u32 = 5;

/// The icons of a card.
pub(super) fn icons(context: &Context<'_>, metric: &Metric, scope: &Scope) -> Option<CardControl> {
    let watch = context.watched.of(&metric.id, scope)?;
    let period = watch.control.periods[watch.control.newest()?];
    if !context.recent(watch.grain, FRESH).contains(&period) {
        return None;
    }
    let variation = variation(&watch.control, metric.better, range(context, metric, scope, period))?;
    Some(CardControl { variation, assurance: holds(context, metric, scope, watch), period })
}

/// Whether the target is reached by the process as it is: a level against the limits, a phased one as actual over target.
fn holds(context: &Context<'_>, metric: &Metric, scope: &Scope, watch: &Watch) -> Assurance {
    let asked = |period: Period| Some(ends(context.target_for(metric, scope, period)?.in_force.value));
    let Some(newest) = watch.control.newest() else { return Assurance::None };
    let Some((low, high)) = asked(watch.control.periods[newest]) else { return Assurance::None };
    let Some(segment) = watch.control.segment(newest) else { return Assurance::None };
    let before: Vec<_> = (segment.first..newest).filter_map(|at| asked(watch.control.periods[at])).collect();
    if before.iter().all(|one| one.0 == low && one.1 == high) {
        let Some(lines) = watch.control.lines[newest] else { return Assurance::None };
        return assurance(lines, (low.as_f64(), high.map(Quantity::as_f64)), metric.better);
    }
    let Some(limits) = metric.limits.as_ref().filter(|limits| limits.chart == ControlChart::Xmr) else {
        return Assurance::None;
    };
    let Some(series) = context.facts.series(&metric.id, scope, watch.grain) else { return Assurance::None };
    let target = |period| asked(period).filter(|(_, high)| high.is_none()).map(|(low, _)| low);
    let ratios = of_ratios(series, &target);
    let ratios = control(&ratios, limits, &context.plan.site.calendar);
    let lines = ratios.newest().and_then(|at| ratios.lines[at]);
    lines.map_or(Assurance::None, |lines| assurance(lines, (1.0, None), metric.better))
}

/// Words of a rule that fired.
pub(super) fn rule_text(rule: SignalRule, side: i8) -> Text {
    Text::key(match (rule, side > 0) {
        (SignalRule::Outside, true) => "signal-outside-high",
        (SignalRule::Outside, false) => "signal-outside-low",
        (SignalRule::Trend, true) => "signal-trend-high",
        (SignalRule::Trend, false) => "signal-trend-low",
        (SignalRule::Near, true) => "signal-near-high",
        (SignalRule::Near, false) => "signal-near-low",
        (SignalRule::Run, true) => "signal-run-high",
        (SignalRule::Run, false) => "signal-run-low",
        (SignalRule::MrOutside, true) => "signal-mr-high",
        (SignalRule::MrOutside, false) => "signal-mr-low",
        (SignalRule::Anhoej, _) => "signal-anhoej",
    })
}

/// Words of what a point is.
pub(super) fn variation_key(variation: Variation) -> &'static str {
    match variation {
        Variation::Common => "variation-common",
        Variation::Improvement(_) => "variation-improvement",
        Variation::Concern(_) => "variation-concern",
        Variation::Neutral(_) => "variation-neutral",
    }
}

/// Words of whether a target holds.
fn assurance_key(assurance: Assurance) -> Option<&'static str> {
    Some(match assurance {
        Assurance::ConsistentPass => "assurance-pass",
        Assurance::ConsistentFail => "assurance-fail",
        Assurance::HitOrMiss => "assurance-miss",
        Assurance::None => return None,
    })
}

/// What the limits of a metric are and what they say now.
pub(super) fn facts(context: &Context<'_>, metric: &Metric, scope: &Scope) -> Vec<Block> {
    let Some(watch) = context.watched.of(&metric.id, scope) else { return Vec::new() };
    let Some(segment) = watch.control.segments.last() else { return Vec::new() };
    let count = |value: usize| Arg::Count(value as u64);
    let state = |state: LimitState, points| {
        let key = match state {
            LimitState::TooFew => "limits-too-few",
            LimitState::NoVariation => "limits-no-variation",
            LimitState::NoCount => "limits-no-count",
            LimitState::NoCycle => "limits-no-cycle",
            LimitState::Provisional => "limits-provisional",
            LimitState::Firm => "limits-firm",
            LimitState::Locked => "limits-locked",
        };
        Cell::Text(Text::Key(key, vec![("count", count(points))]))
    };
    let mut rows = vec![(Text::key("limits-state"), vec![state(segment.state, segment.points)])];
    let unit = &metric.unit;
    if let Some(lines) = watch.control.lines[segment.last].filter(|_| segment.state.has_limits()) {
        let number = |value: f64| Cell::Number(figure(value), unit.clone());
        rows.push((Text::key("series-center"), vec![number(lines.center)]));
        rows.push((Text::key("limits-range"), between(lines, unit)));
        if let Some(range) =
            segment.range.filter(|_| metric.limits.as_ref().is_some_and(|one| one.deseason.is_none()))
        {
            rows.push((Text::key("limits-step"), vec![number(range)]));
        }
        let now = new_signal(context, metric, scope);
        rows.push((
            Text::key("limits-now"),
            now.as_ref().map_or_else(|| vec![Cell::Text(Text::key("variation-common"))], said),
        ));
        if let Some(key) = assurance_key(holds(context, metric, scope, watch)) {
            rows.push((Text::key("limits-target"), vec![Cell::Text(Text::key(key))]));
        }
    }
    let mut blocks = vec![Block::Heading(Text::key("limits-heading")), Block::Facts(rows)];
    if let Some((note, since)) = rebase_of(context.plan, metric, scope, watch, context.as_of()) {
        let text = Text::Key(
            "limits-rebase-suggested",
            vec![("since", Arg::Period(since)), ("change", Arg::Words(note.text.clone()))],
        );
        blocks.push(Block::Notice { tone: "info", text, details: Vec::new() });
    }
    blocks.extend(segments(metric, watch, &state));
    blocks
}

fn between(lines: Lines, unit: &Unit) -> Vec<Cell> {
    let number = |value: f64| Cell::Number(figure(value), unit.clone());
    match (lines.lower, lines.upper) {
        (Some(low), Some(high)) => vec![Cell::Range(figure(low), figure(high), unit.clone())],
        (None, Some(high)) => vec![Cell::Text(Text::key("limits-up-to")), number(high)],
        (Some(low), None) => vec![Cell::Text(Text::key("limits-from")), number(low)],
        (None, None) => vec![Cell::Empty],
    }
}

/// What a signal is, since when.
fn said(signal: &Signal) -> Vec<Cell> {
    let mut cells = vec![Cell::Text(Text::key(variation_key(signal.variation)))];
    cells.extend(signal.rules.iter().map(|(rule, side)| Cell::Text(rule_text(*rule, *side))));
    if signal.since != signal.period {
        cells.push(Cell::Text(Text::Key("signal-since", vec![("period", Arg::Period(signal.since))])));
    }
    cells
}

/// Old and new limits, where they began anew.
fn segments(metric: &Metric, watch: &Watch, state: &dyn Fn(LimitState, usize) -> Cell) -> Option<Block> {
    if watch.control.segments.len() < 2 {
        return None;
    }
    let head = |key, numeric| TableColumn { title: Text::key(key), numeric, link: None };
    let limits = metric.limits.as_ref()?;
    let row = |segment: &crate::assess::spc::Segment| {
        let lines = watch.control.lines[segment.last];
        let number = |value: Option<f64>| {
            value.map_or(Cell::Empty, |value| Cell::Number(figure(value), metric.unit.clone()))
        };
        let rebase = segment.rebase.and_then(|entry| limits.rebase.get(entry));
        let mut why = rebase.map_or(Cell::Empty, |entry| Cell::Text(Text::Words(entry.reason.clone())));
        if let Some(change) = rebase.and_then(|entry| entry.change.as_ref()) {
            let words = vec![
                ("reason", Arg::Words(rebase.map(|one| one.reason.clone()).unwrap_or_default())),
                ("change", Arg::Text(change.to_string())),
            ];
            why = Cell::Text(Text::Key("limits-reason-change", words));
        }
        vec![
            Cell::Period(watch.control.periods[segment.first]),
            state(segment.state, segment.points),
            number(lines.map(|lines| lines.center)),
            number(lines.and_then(|lines| lines.lower)),
            number(lines.and_then(|lines| lines.upper)),
            why,
        ]
    };
    Some(Block::Table(TableSpec {
        id: "limit-segments".to_owned(),
        title: Some(Text::key("limits-segments")),
        columns: vec![
            head("limits-since", false),
            head("limits-state", false),
            head("series-center", true),
            head("series-lower", true),
            head("series-upper", true),
            head("limits-why", false),
        ],
        rows: watch.control.segments.iter().rev().map(row).collect(),
        total: false,
    }))
}

/// All new signals, those that concern first; the company before its stores.
pub(super) fn new_signals(context: &Context<'_>) -> Vec<Signal> {
    let mut all: Vec<Signal> = Vec::new();
    for (id, scope) in context.watched.by.keys() {
        let Some(metric) = context.plan.metrics.get(id) else { continue };
        all.extend(new_signal(context, metric, scope));
    }
    let rank = |signal: &Signal| match signal.variation {
        Variation::Concern(_) => 0,
        Variation::Improvement(_) => 1,
        Variation::Neutral(_) | Variation::Common => 2,
    };
    let core = |signal: &Signal| {
        let metric = context.plan.metrics.get(&signal.metric);
        std::cmp::Reverse(metric.and_then(|metric| metric.importance).map_or(1, weight))
    };
    all.sort_by_key(|signal| {
        (rank(signal), core(signal), signal.rules[0].0, signal.metric.clone(), signal.scope.clone())
    });
    all
}

/// How much a metric matters on a list.
fn weight(importance: crate::plan::Importance) -> u8 {
    use crate::plan::Importance::{Advanced, Core, Guardrail, Survival};
    match importance {
        Survival => 4,
        Core => 3,
        Guardrail => 2,
        Advanced => 0,
    }
}

/// Signals as a table; `None` without any.
pub(super) fn table(context: &Context<'_>, id: &str, signals: &[Signal]) -> Option<TableSpec> {
    if signals.is_empty() {
        return None;
    }
    let head = |key, numeric| TableColumn { title: Text::key(key), numeric, link: None };
    let row = |signal: &Signal| {
        let unit = context.plan.metrics.get(&signal.metric).map_or(Unit::Count, |metric| metric.unit.clone());
        let whose = context.scope_name(&signal.scope);
        let store = signal.scope.members().find(|(level, _)| &***level == "store");
        let whose = match store {
            Some((_, store)) if context.plan.stores.contains_key(store) => {
                Cell::Link(store_path(store), whose)
            }
            _ => Cell::Text(whose),
        };
        let (rule, side) = signal.rules[0];
        vec![
            Cell::Link(metric_path(&signal.metric), context.metric_name(&signal.metric)),
            whose,
            Cell::Text(Text::key(variation_key(signal.variation))),
            Cell::Text(rule_text(rule, side)),
            Cell::Number(figure(signal.value.0), unit.clone()),
            Cell::Number(figure(signal.value.1), unit),
            Cell::Period(signal.period),
        ]
    };
    Some(TableSpec {
        id: id.to_owned(),
        title: None,
        columns: vec![
            head("table-metric", false),
            head("table-scope", false),
            head("signal-meaning", false),
            head("signal-what", false),
            head("table-value", true),
            head("series-center", true),
            head("chart-slot", false),
        ],
        rows: signals.iter().map(row).collect(),
        total: false,
    })
}

/// How many signals chance alone would raise among the newest points.
pub(super) fn by_chance(context: &Context<'_>, signals: usize) -> Text {
    let looked_at = context.watched.by.values().filter(|watch| {
        let control = &watch.control;
        control.newest().is_some_and(|at| control.lines[at].is_some())
    });
    let looked_at = looked_at.count();
    Text::Key(
        "signals-by-chance",
        vec![
            ("count", Arg::Count(signals as u64)),
            ("points", Arg::Count(looked_at as u64)),
            ("chance", Arg::Number(figure(expected_by_chance(looked_at)), 1)),
        ],
    )
}
