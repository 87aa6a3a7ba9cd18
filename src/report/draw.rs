//! Cards, charts and table cells from facts: the pieces that all page kinds share.

use super::context::{Context, about, ends, metric_path, target_path};
use super::{
    Arg, Axis, Card, CardTarget, Cell, ChartSeries, ChartSpec, Mark, Running, SeriesRole, Settled, Text,
};
use crate::assess::{Change, compare};
use crate::measure::State;
use crate::plan::{Annotation, Better, Compare, Id, Metric, Scope, SeriesSpec, Words};
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
    let value = |period: Period| context.point(id, scope, period).and_then(|point| point.value);
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
    let settled = period.and_then(|period| settled(context, metric, scope, period, compares));
    let trend = context
        .recent(grain, TREND)
        .into_iter()
        .filter_map(|at| context.point(id, scope, at).copied())
        .collect();
    Card {
        metric: id.clone(),
        title: context.metric_name(id),
        scope: Some(context.scope_name(scope)),
        of: scope.clone(),
        unit: metric.unit.clone(),
        decimals: metric.decimals,
        point,
        changes,
        previous: period.and_then(|period| value(calendar.previous(period))),
        previous_year: period.and_then(|period| value(calendar.previous_year(period))),
        target,
        settled,
        running: compares.contains(&Compare::Target).then(|| running(context, metric, scope)).flatten(),
        trend,
        better: metric.better,
        owner: metric.owner.as_ref().map(|owner| context.person_name(owner)),
        link: Some(metric_path(id)),
        control: super::limit::icons(context, metric, scope),
        trouble: context.dashed(id).or_else(|| context.withheld(id, scope)),
    }
}

fn card_target(context: &Context<'_>, metric: &Metric, scope: &Scope, period: Period) -> Option<CardTarget> {
    let asked = context.target_for(metric, scope, period)?;
    let (standing, attainment) = asked.stands(metric, context.point(&metric.id, scope, period));
    Some(CardTarget { value: ends(asked.in_force.value), standing, attainment, period: asked.target.period })
}

/// The shortest target that is not over yet and whose pace is known.
fn running(context: &Context<'_>, metric: &Metric, scope: &Scope) -> Option<Running> {
    let own = context.plan.targets.iter().filter(|one| one.metric == metric.id && one.scope == *scope);
    let now = own.filter_map(|target| {
        let judged = context.judged(target)?;
        let pace = judged.pace.as_ref().filter(|pace| pace.as_of < target.period.end)?;
        Some((target, judged, pace))
    });
    let (target, judged, pace) = now.min_by_key(|(target, ..)| target.period.days())?;
    Some(Running {
        link: target_path(&target.id),
        period: target.period,
        value: ends(judged.in_force?.value),
        actual: pace.actual,
        index: pace.index,
        needed: pace.required_per_day.filter(|needed| !needed.is_negative()),
        allowed: pace.allowed_rest.filter(|allowed| !allowed.is_negative()),
        standing: judged.standing,
    })
}

/// The last period with a figure that can be judged; `None` where `newest` has one. Periods further back than the line
/// below the card say nothing about today.
fn settled(
    context: &Context<'_>,
    metric: &Metric,
    scope: &Scope,
    newest: Period,
    compares: &[Compare],
) -> Option<Settled> {
    let judged = |period: &Period| {
        let point = context.point(&metric.id, scope, *period)?;
        (point.value.is_some() && point.state.is_judged()).then_some(*point)
    };
    let calendar = context.plan.site.calendar;
    let back = std::iter::successors(Some(newest), |period| Some(calendar.previous(*period)));
    let (place, point) =
        back.take(TREND as usize).enumerate().find_map(|(place, period)| Some((place, judged(&period)?)))?;
    if place == 0 {
        return None;
    }
    let wanted = compares.contains(&Compare::Target);
    let target = wanted.then(|| card_target(context, metric, scope, point.period)).flatten();
    Some(Settled { point, target })
}

/// Why there is nothing to show of a metric that the plan does not hold.
pub(super) fn trouble(context: &Context<'_>, id: &Id) -> Text {
    if let Some(failed) = context.plan.failed.get(id) {
        let arg = |text: &str| Arg::Text(text.to_owned());
        let args = vec![("rule", arg(&failed.rule)), ("plugin", arg(&failed.plugin))];
        return Text::Key("trouble-plugin", args);
    }
    match context.plan.broken.get(id) {
        Some(why) => Text::Words(Words::same(why)),
        None => Text::key("trouble-unknown"),
    }
}

/// Metrics that were written but could not be understood, each with the message.
pub(super) fn broken<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a Id, &'a str)> {
    let plan = context.plan;
    plan.broken.iter().filter(|(id, _)| !plan.metrics.contains_key(*id)).map(|(id, why)| (id, &**why))
}

fn broken_card(context: &Context<'_>, id: &Id, scope: &Scope) -> Card {
    Card {
        metric: id.clone(),
        title: context.metric_name(id),
        scope: Some(context.scope_name(scope)),
        of: scope.clone(),
        unit: crate::unit::Unit::Count,
        decimals: None,
        point: None,
        changes: Vec::new(),
        previous: None,
        previous_year: None,
        target: None,
        settled: None,
        running: None,
        control: None,
        trend: Vec::new(),
        better: Better::Neutral,
        owner: None,
        link: context.plan.broken.contains_key(id).then(|| metric_path(id)),
        trouble: Some(trouble(context, id)),
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
        about: about(&metric.id, scope),
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
            SeriesSpec::Target(id) => series.extend(target_lines(context, id, wanted.scope, &periods)),
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

/// A metric of several members along the same periods: one line each, or one panel each with the targets asked for.
/// Members without any value are left out; `None` where nothing can be drawn.
pub(super) fn per_member(
    context: &Context<'_>,
    (id, kind, title): (&str, &'static str, Text),
    (metric, series): (&Metric, &[SeriesSpec]),
    members: &[(Words, Scope)],
    whole: &Scope,
    (grain, last): (Grain, u32),
) -> Option<ChartSpec> {
    let periods = context.recent(grain, last);
    let with_targets = kind == "multiples" && series.iter().any(|one| matches!(one, SeriesSpec::Target(_)));
    let (mut lines, mut targets) = (Vec::new(), Vec::new());
    for (place, (name, scope)) in members.iter().enumerate() {
        let role = SeriesRole::Actual(u8::try_from(place).unwrap_or(u8::MAX));
        let mut line = actual(context, metric, scope, &periods, role, false);
        if line.values.iter().all(Option::is_none) {
            continue;
        }
        line.name = Text::Words(name.clone());
        lines.push(line);
        if with_targets {
            for mut target in target_lines(context, &metric.id, scope, &periods) {
                target.name = Text::Key("series-target-of", vec![("name", Arg::Words(name.clone()))]);
                targets.push(target);
            }
        }
    }
    let mut chart = ChartSpec {
        id: id.to_owned(),
        kind,
        title,
        marks: marks(context, series, whole, &periods),
        axis: Axis::Time(grain, periods),
        series: lines,
        bands: Vec::new(),
    };
    chart.series.append(&mut targets);
    drop_empty_head(&mut chart);
    (!chart.series.is_empty()).then_some(chart)
}

/// Slots before the first measured value are left out: a young shop has no empty half of a chart, also where a target
/// was there before it.
pub(super) fn drop_empty_head(chart: &mut ChartSpec) {
    let measured = chart.series.iter().filter(|series| series.role != SeriesRole::Target);
    let first = measured.filter_map(|series| series.values.iter().position(Option::is_some)).min();
    if let Some(first) = first {
        keep(chart, first, usize::MAX);
    }
}

/// Keeps the slots from `first` up to before `end`, with what belongs to them.
pub(super) fn keep(chart: &mut ChartSpec, first: usize, end: usize) {
    fn part<T>(all: &mut Vec<T>, first: usize, end: usize) {
        all.truncate(end);
        all.drain(..first.min(all.len()));
    }
    if let Axis::Time(_, periods) = &mut chart.axis {
        part(periods, first, end);
    }
    for series in &mut chart.series {
        part(&mut series.values, first, end);
        part(&mut series.states, first, end);
    }
    chart.marks.retain(|mark| mark.slots.1 >= first && mark.slots.0 < end);
    for mark in &mut chart.marks {
        let last = mark.slots.1.min(end.saturating_sub(1));
        mark.slots = (mark.slots.0.saturating_sub(first), last - first);
    }
    // Targets of slots that are gone leave no empty line in the legend.
    chart
        .series
        .retain(|series| series.role != SeriesRole::Target || series.values.iter().any(Option::is_some));
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
        about: Some(about(&metric.id, scope)),
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

/// Targets along periods: the one named by its id, or all of a metric. A range has a line for each end. Empty if no
/// slot has one.
pub(super) fn target_lines(
    context: &Context<'_>,
    id: &Id,
    scope: &Scope,
    periods: &[Period],
) -> Vec<ChartSeries> {
    let named = context.plan.targets.iter().find(|target| target.id == *id);
    let Some(metric) = context.plan.metrics.get(named.map_or(id, |target| &target.metric)) else {
        return Vec::new();
    };
    let scope = named.map_or(scope, |target| &target.scope);
    let at = |period: &Period| match named {
        Some(target) => context.asked_by(&target.id, *period),
        None => context.target_for(metric, scope, *period),
    };
    let both: Vec<_> =
        periods.iter().map(|period| at(period).map(|asked| ends(asked.in_force.value))).collect();
    let low: Vec<Option<Quantity>> = both.iter().map(|ends| ends.map(|(low, _)| low)).collect();
    let high: Vec<Option<Quantity>> = both.iter().map(|ends| ends.and_then(|(_, high)| high)).collect();
    let ranged = high.iter().any(Option::is_some);
    let line = |key, values: Vec<Option<Quantity>>| ChartSeries {
        name: Text::key(key),
        about: Some(about(&metric.id, scope)),
        role: SeriesRole::Target,
        unit: metric.unit.clone(),
        bars: false,
        states: vec![State::Complete; values.len()],
        values,
    };
    let lines = [
        line(if ranged { "series-target-low" } else { "series-target" }, low),
        line("series-target-high", high),
    ];
    lines.into_iter().filter(|line| line.values.iter().any(Option::is_some)).collect()
}

/// What happened to these metrics in this scope up to the as-of date, at the slots of the axis.
pub(super) fn marks(
    context: &Context<'_>,
    series: &[SeriesSpec],
    scope: &Scope,
    periods: &[Period],
) -> Vec<Mark> {
    let concerns = |note: &Annotation| {
        let metric = |spec: &SeriesSpec| matches!(spec, SeriesSpec::Metric(id) if note.metrics.contains(id));
        context.as_of().is_some_and(|as_of| note.period.start <= as_of)
            && (note.metrics.is_empty() || series.iter().any(metric))
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
