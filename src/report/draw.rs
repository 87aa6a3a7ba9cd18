//! Cards, charts and table cells from facts: the pieces that all page kinds share.

use super::context::{Context, ends, metric_path};
use super::{Axis, Card, CardTarget, Cell, ChartSeries, ChartSpec, Mark, SeriesRole, Text};
use crate::assess::{Change, compare};
use crate::measure::State;
use crate::plan::{Annotation, Better, Compare, Id, Metric, Scope, SeriesSpec};
use crate::time::{Grain, Period};
use crate::unit::Quantity;

/// Points in the line below a card.
const TREND: u32 = 13;

/// What a card compares with unless the page says so.
pub(super) const ALL_COMPARISONS: &[Compare] = &[Compare::Previous, Compare::PreviousYear, Compare::Target];

/// A card of a metric; of one that is broken or unknown, a card that says so.
pub(super) fn card(
    context: &Context<'_>,
    id: &Id,
    scope: &Scope,
    grain: Grain,
    compares: &[Compare],
) -> Card {
    let Some(metric) = context.plan.metrics.get(id) else { return broken_card(context, id, scope) };
    let grain = grain.max(metric.grain);
    let period = context.last_complete(grain);
    let point = period.and_then(|period| context.point(id, scope, period)).copied();
    let change = |base: Period| match (point, context.point(id, scope, base)) {
        (Some(now), Some(then)) => compare(&now, then, &metric.unit),
        _ => Change::NotAvailable,
    };
    let calendar = context.plan.site.calendar;
    let mut changes = Vec::new();
    for against in compares {
        match (against, period) {
            (Compare::Previous, Some(period)) => {
                changes.push((Text::key(previous_key(grain)), change(calendar.previous(period))));
            }
            (Compare::PreviousYear, Some(period)) => {
                changes.push((Text::key("compare-previous-year"), change(calendar.previous_year(period))));
            }
            _ => {}
        }
    }
    let wanted = compares.contains(&Compare::Target).then_some(period).flatten();
    let target = wanted.and_then(|period| card_target(context, metric, scope, period));
    let trend = context
        .recent(grain, TREND)
        .into_iter()
        .filter_map(|at| context.point(id, scope, at).copied())
        .collect();
    Card {
        metric: id.clone(),
        title: context.metric_name(id),
        scope: Some(context.scope_name(scope)),
        unit: metric.unit.clone(),
        decimals: metric.decimals,
        point,
        changes,
        target,
        trend,
        better: metric.better,
        owner: metric.owner.as_ref().map(|owner| context.person_name(owner)),
        link: Some(metric_path(id)),
        trouble: None,
    }
}

fn card_target(context: &Context<'_>, metric: &Metric, scope: &Scope, period: Period) -> Option<CardTarget> {
    let target = context.target_for(metric, scope, period)?;
    let judged = context.stands(metric, target, context.point(&metric.id, scope, period));
    Some(CardTarget {
        value: ends(target.value),
        standing: judged.standing,
        attainment: judged.attainment,
        period: target.period,
    })
}

fn broken_card(context: &Context<'_>, id: &Id, scope: &Scope) -> Card {
    let trouble =
        context.plan.broken.get(id).map_or_else(|| format!("there is no metric `{id}`"), ToString::to_string);
    Card {
        metric: id.clone(),
        title: context.metric_name(id),
        scope: Some(context.scope_name(scope)),
        unit: crate::unit::Unit::Count,
        decimals: None,
        point: None,
        changes: Vec::new(),
        target: None,
        trend: Vec::new(),
        better: Better::Neutral,
        owner: None,
        link: None,
        trouble: Some(trouble),
    }
}

/// The key of "against the week before" and its like.
pub(super) fn previous_key(grain: Grain) -> &'static str {
    match grain {
        Grain::Day => "compare-previous-day",
        Grain::Week => "compare-previous-week",
        Grain::Month => "compare-previous-month",
        Grain::Quarter => "compare-previous-quarter",
        Grain::Year => "compare-previous-fiscal-year",
    }
}

/// A figure of a table, with its change against the period before if wanted.
pub(super) fn figure(
    context: &Context<'_>,
    metric: &Metric,
    scope: &Scope,
    period: Period,
    delta: Delta,
) -> Cell {
    let Some(point) = context.point(&metric.id, scope, period) else { return Cell::Empty };
    let change = (delta == Delta::Shown).then(|| {
        let before = context.point(&metric.id, scope, context.plan.site.calendar.previous(period));
        before.map_or(Change::NotAvailable, |before| compare(point, before, &metric.unit))
    });
    Cell::Figure {
        point: *point,
        unit: metric.unit.clone(),
        decimals: metric.decimals,
        change: change.map(|change| (change, metric.better)),
    }
}

/// Whether figures carry their change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delta {
    /// They do.
    Shown,
    /// They do not.
    Left,
}

/// What a chart over time is made of.
pub(super) struct OverTime<'s> {
    /// Id on the page.
    pub id: String,
    /// Kind of chart.
    pub kind: &'static str,
    /// Heading.
    pub title: Text,
    /// Metrics and targets.
    pub series: &'s [SeriesSpec],
    /// For whom.
    pub scope: &'s Scope,
    /// How finely.
    pub grain: Grain,
    /// How many periods.
    pub last: u32,
}

/// A chart along periods; `None` where nothing can be drawn.
pub(super) fn over_time(context: &Context<'_>, wanted: &OverTime<'_>) -> Option<ChartSpec> {
    let metrics = wanted.series.iter().filter_map(|series| match series {
        SeriesSpec::Metric(id) => context.plan.metrics.get(id),
        SeriesSpec::Target(_) => None,
    });
    let grain = metrics.map(|metric| metric.grain).fold(wanted.grain, Grain::max);
    let periods = context.recent(grain, wanted.last);
    let mut series = Vec::new();
    let mut measured = 0;
    for spec in wanted.series {
        match spec {
            SeriesSpec::Metric(id) => {
                let Some(metric) = context.plan.metrics.get(id) else { continue };
                let bars = wanted.kind == "combo" && measured == 0;
                series.push(actual(
                    context,
                    metric,
                    wanted.scope,
                    &periods,
                    SeriesRole::Actual(measured),
                    bars,
                ));
                measured += 1;
            }
            SeriesSpec::Target(id) => series.extend(target_series(context, id, wanted.scope, &periods)),
        }
    }
    let mut chart = ChartSpec {
        id: wanted.id.clone(),
        kind: wanted.kind,
        title: wanted.title.clone(),
        axis: Axis::Time(grain, periods.clone()),
        marks: marks(context, wanted.series, wanted.scope, &periods),
        series,
        bands: Vec::new(),
    };
    drop_empty_head(&mut chart);
    (!chart.series.is_empty() && !periods.is_empty()).then_some(chart)
}

/// Slots before the first value of any series are left out: a young shop has no empty half of a chart.
fn drop_empty_head(chart: &mut ChartSpec) {
    let first = chart.series.iter().filter_map(|series| series.values.iter().position(Option::is_some)).min();
    let Some(first) = first.filter(|first| *first > 0) else { return };
    let Axis::Time(_, periods) = &mut chart.axis else { return };
    periods.drain(..first);
    for series in &mut chart.series {
        series.values.drain(..first);
        series.states.drain(..first);
    }
    chart.marks.retain(|mark| mark.slots.1 >= first);
    for mark in &mut chart.marks {
        mark.slots = (mark.slots.0.saturating_sub(first), mark.slots.1 - first);
    }
}

/// A measured series over periods.
pub(super) fn actual(
    context: &Context<'_>,
    metric: &Metric,
    scope: &Scope,
    periods: &[Period],
    role: SeriesRole,
    bars: bool,
) -> ChartSeries {
    let points: Vec<_> = periods.iter().map(|period| context.point(&metric.id, scope, *period)).collect();
    ChartSeries {
        name: context.metric_name(&metric.id),
        role,
        unit: metric.unit.clone(),
        bars,
        values: points.iter().map(|point| point.and_then(|point| point.value)).collect(),
        states: points.iter().map(|point| point.map_or(State::NoData, |point| point.state)).collect(),
    }
}

/// The same metric a year earlier, slot by slot; `None` without any value.
pub(super) fn prior(
    context: &Context<'_>,
    metric: &Metric,
    scope: &Scope,
    periods: &[Period],
) -> Option<ChartSeries> {
    let calendar = context.plan.site.calendar;
    let earlier: Vec<Period> = periods.iter().map(|period| calendar.previous_year(*period)).collect();
    let mut series = actual(context, metric, scope, &earlier, SeriesRole::Prior, false);
    series.name = Text::key("series-previous-year");
    series.values.iter().any(Option::is_some).then_some(series)
}

/// Targets along periods: named by id, or all of a metric; `None` if no slot has one.
fn target_series(context: &Context<'_>, id: &Id, scope: &Scope, periods: &[Period]) -> Option<ChartSeries> {
    let named = context.plan.targets.iter().find(|target| target.id == *id);
    let metric = context.plan.metrics.get(named.map_or(id, |target| &target.metric))?;
    let scope = named.map_or(scope, |target| &target.scope);
    let value = |period: &Period| -> Option<Quantity> {
        let target = context.target_for(metric, scope, *period)?;
        Some(ends(target.value).0)
    };
    let values: Vec<Option<Quantity>> = periods.iter().map(value).collect();
    values.iter().any(Option::is_some).then(|| ChartSeries {
        name: Text::key("series-target"),
        role: SeriesRole::Target,
        unit: metric.unit.clone(),
        bars: false,
        states: vec![State::Complete; values.len()],
        values,
    })
}

/// What happened to these metrics in this scope, at the slots of the axis.
fn marks(context: &Context<'_>, series: &[SeriesSpec], scope: &Scope, periods: &[Period]) -> Vec<Mark> {
    let concerns = |note: &Annotation| {
        let metric = |spec: &SeriesSpec| matches!(spec, SeriesSpec::Metric(id) if note.metrics.contains(id));
        (note.metrics.is_empty() || series.iter().any(metric))
            && (note.scope.is_company() || note.scope == *scope)
    };
    let mut marks: Vec<Mark> = Vec::new();
    for note in context.plan.annotations.iter().filter(|note| concerns(note)) {
        let touched = |period: &Period| note.period.start <= period.end && period.start <= note.period.end;
        let slots = periods.iter().position(touched).zip(periods.iter().rposition(touched));
        if let Some(slots) = slots {
            marks.push(Mark { slots, kind: note.kind.to_string(), text: note.text.clone() });
        }
    }
    marks.sort_by(|a, b| (a.slots, &a.kind, &a.text).cmp(&(b.slots, &b.kind, &b.text)));
    marks
}
