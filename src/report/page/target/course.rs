//! The chart of a target: for what adds up, its course against the plan with forecast and events; for a rate or a level,
//! its values against the level asked of each period.

use super::days::{Days, season};
use crate::assess::{Course, LevelPlan};
use crate::measure::State;
use crate::plan::{Event, Metric, SeriesSpec, Target};
use crate::report::context::{Context, about, ends};
use crate::report::draw::{self, OverTime};
use crate::report::{Arg, Axis, Block, ChartSeries, ChartSpec, Mark, SeriesRole, Text};
use crate::time::{Date, Grain, Period, days_between, plus_days};
use crate::unit::{Decimal, Quantity};
use std::collections::BTreeSet;

/// The chart of a target that adds up.
pub(super) fn pace(
    context: &Context<'_>,
    metric: &Metric,
    target: &Target,
    days: &Days<'_>,
) -> Option<Block> {
    let judged = context.judged(target)?;
    let Some(Course::Sum(plan)) = judged.course.as_deref() else { return None };
    let periods = slots(context, target, days);
    let whole = plan.period;
    let upto = |period: &Period| Period::range(whole.start, period.end);
    let series = |role, key: &'static str, values: Vec<Option<Quantity>>| ChartSeries {
        name: Text::key(key),
        about: Some(about(&metric.id, &target.scope)),
        role,
        unit: metric.unit.clone(),
        bars: false,
        states: vec![State::Complete; values.len()],
        values,
    };
    let exact = |value: Option<Decimal>| value.map(Quantity::Exact);
    let reached =
        |period: &Period| days.reached.filter(|day| period.end <= *day).and_then(|_| days.up_to(period.end));
    let mut all = vec![
        series(SeriesRole::Actual(0), "table-actual", periods.iter().map(reached).collect()),
        series(SeriesRole::Target, "series-plan", periods.iter().map(|p| exact(plan.sum(upto(p)))).collect()),
    ];
    if plan.original != plan.before {
        let first = periods.iter().map(|p| exact(plan.original_sum(upto(p)))).collect();
        all.push(series(SeriesRole::First, "series-first", first));
    }
    let total = exact(plan.sum(whole))?;
    let even = |period: &Period| {
        let day = Quantity::from(i64::from(days_between(whole.start, period.end)) + 1);
        total.times(day)?.over(Quantity::from(i64::from(whole.days())))
    };
    all.push(series(SeriesRole::Even, "series-even", periods.iter().map(even).collect()));
    for (role, key, values) in ahead(context, target, &periods).unwrap_or_default() {
        all.push(series(role, key, values));
    }
    for (role, key, value) in levels(context, target) {
        let only_end = periods.iter().map(|period| (period.end == whole.end).then_some(value)).collect();
        all.push(series(role, key, only_end));
    }
    Some(Block::Chart(ChartSpec {
        id: "course".to_owned(),
        kind: "pace",
        title: Text::Key("chart-course", vec![("metric", metric_arg(context, metric))]),
        axis: Axis::Time(Grain::Day, periods.clone()),
        series: all,
        marks: events(context, target, &periods),
        bands: Vec::new(),
    }))
}

/// Every day of a short period; of a long one weeks, cut where months and events begin and end, and after the last day
/// that counts.
fn slots(context: &Context<'_>, target: &Target, days: &Days<'_>) -> Vec<Period> {
    /// Up to so many days each has a slot.
    const SHORT: u32 = 100;
    let (whole, calendar) = (target.period, context.plan.site.calendar);
    if whole.days() <= SHORT {
        return whole.each_day().map(|day| calendar.period(Grain::Day, day)).collect();
    }
    let mut lasts: BTreeSet<Date> = [whole.end].into();
    for grain in [Grain::Week, Grain::Month] {
        lasts.extend(calendar.periods(grain, whole.start, whole.end).iter().map(|period| period.end));
    }
    lasts.extend(days.reached);
    for event in season(context, target).iter().flat_map(|season| &season.events) {
        lasts.extend([plus_days(event.period.start, -1), event.period.end]);
    }
    let mut first = whole.start;
    let mut all = Vec::new();
    for last in lasts.into_iter().filter(|day| whole.contains(*day)) {
        all.push(Period::range(first, last));
        first = plus_days(last, 1);
    }
    all
}

/// The forecast from the last day that counts on, and what it may be between: the spread grows with what the plan still
/// asks of the days in between, as that at the end does (numbers.md §5.5).
type Ahead = Vec<(SeriesRole, &'static str, Vec<Option<Quantity>>)>;
fn ahead(context: &Context<'_>, target: &Target, periods: &[Period]) -> Option<Ahead> {
    let judged = context.judged(target)?;
    let (pace, forecast) = (judged.pace.as_ref()?, judged.forecast?);
    let Some(Course::Sum(plan)) = judged.course.as_deref() else { return None };
    if pace.as_of >= plan.period.end {
        return None;
    }
    let after = |day: Date| Period::range(plus_days(pace.as_of, 1), day);
    let float = |value: Decimal| Quantity::Exact(value).as_f64();
    let whole = float(plan.sum(after(plan.period.end))?);
    let squares = |day: Date| -> f64 {
        after(day)
            .each_day()
            .filter_map(|one| plan.sum(Period::range(one, one)))
            .map(|one| float(one).powi(2))
            .sum()
    };
    let (from, all) = (pace.actual.as_f64(), squares(plan.period.end));
    // Squares add up day by day; going through the days once keeps a long plan quick.
    let at = |day: Date, squared: f64| -> Option<(f64, f64)> {
        let part = if day <= pace.as_of { 0.0 } else { float(plan.sum(after(day))?) };
        let share = if whole > 0.0 { part / whole } else { 1.0 };
        let spread = if all > 0.0 { (squared / all).sqrt() } else { 1.0 };
        Some((from + (forecast.value - from) * share, spread))
    };
    let mut middle = Vec::new();
    let (mut low, mut high) = (Vec::new(), Vec::new());
    let (mut squared, mut last) = (0.0, pace.as_of);
    for period in periods {
        if period.end < pace.as_of {
            middle.push(None);
            low.push(None);
            high.push(None);
            continue;
        }
        for day in Period::range(plus_days(last, 1), period.end).each_day() {
            squared += plan.sum(Period::range(day, day)).map_or(0.0, |one| float(one).powi(2));
        }
        last = period.end;
        let (value, spread) = at(period.end, squared)?;
        middle.push(Some(Quantity::Approximate(value)));
        let ends = forecast.interval.map(|(from, to)| {
            (value - (forecast.value - from) * spread, value + (to - forecast.value) * spread)
        });
        low.push(ends.map(|ends| Quantity::Approximate(ends.0)));
        high.push(ends.map(|ends| Quantity::Approximate(ends.1)));
    }
    let mut ahead = vec![(SeriesRole::Forecast, "target-forecast", middle)];
    if forecast.interval.is_some() {
        ahead.push((SeriesRole::Low, "series-low", low));
        ahead.push((SeriesRole::High, "series-high", high));
    }
    Some(ahead)
}

/// Stretch and red line, which hold for the end.
fn levels(context: &Context<'_>, target: &Target) -> Vec<(SeriesRole, &'static str, Quantity)> {
    let Some(now) = context.judged(target).and_then(|judged| judged.in_force) else { return Vec::new() };
    let stretch = now.stretch.map(|value| (SeriesRole::Stretch, "target-stretch", Quantity::Exact(value)));
    let red = now.red.map(ends).filter(|(_, high)| high.is_none());
    stretch.into_iter().chain(red.map(|(value, _)| (SeriesRole::Red, "target-red", value))).collect()
}

/// Events of the calendar that concern the target, and what was noted about its metric.
fn events(context: &Context<'_>, target: &Target, periods: &[Period]) -> Vec<Mark> {
    let at = |period: Period| {
        let touched = |slot: &Period| period.start <= slot.end && slot.start <= period.end;
        periods.iter().position(touched).zip(periods.iter().rposition(touched))
    };
    let season = season(context, target);
    // What somebody noted about the same days says more than the calendar, and is drawn once.
    let noted = |event: &Event| {
        context.plan.annotations.iter().any(|note| {
            &*note.kind == "event"
                && (note.period.start, note.period.end) == (event.period.start, event.period.end)
                && (note.metrics.is_empty() || note.metrics.contains(&target.metric))
                && (note.scope.is_company() || note.scope == target.scope)
                && context.as_of().is_some_and(|as_of| note.period.start <= as_of)
        })
    };
    let scope = context.plan.placed(&target.scope);
    let concerned = season
        .iter()
        .flat_map(|season| &season.events)
        .filter(|event| event.concerns(&scope) && !noted(event));
    let mut marks: Vec<Mark> = concerned
        .filter_map(|event| {
            Some(Mark { slots: at(event.period)?, kind: "event".to_owned(), text: event.name.clone() })
        })
        .collect();
    marks.extend(draw::marks(context, &[SeriesSpec::Metric(target.metric.clone())], &target.scope, periods));
    marks.sort_by(|a, b| (a.slots, &a.kind, &a.text).cmp(&(b.slots, &b.kind, &b.text)));
    marks.dedup();
    marks
}

/// The metric over the target's time, in months or weeks, against the level asked of each.
pub(super) fn level(context: &Context<'_>, metric: &Metric, target: &Target) -> Option<Block> {
    /// Up to this many days weeks are shown, beyond it months.
    const LONG: u32 = 100;
    let grain = if target.period.days() > LONG { Grain::Month } else { Grain::Week };
    let reached = context.as_of()?.min(target.period.end);
    if reached < target.period.start {
        return None;
    }
    let behind = days_between(reached, context.as_of()?);
    let length = if grain == Grain::Month { 30 } else { 7 };
    let last = days_between(target.period.start, reached) / length + behind / length + 2;
    let series = [SeriesSpec::Metric(target.metric.clone()), SeriesSpec::Target(target.id.clone())];
    let wanted = OverTime {
        id: "course".to_owned(),
        kind: "line",
        title: context.metric_name(&metric.id),
        series: &series,
        scope: &target.scope,
        grain,
        last,
    };
    let mut chart = draw::over_time(context, &wanted)?;
    if let Axis::Time(_, periods) = &chart.axis {
        let end = periods.iter().take_while(|period| period.start <= target.period.end).count();
        let first = periods.iter().take_while(|period| period.end < target.period.start).count();
        draw::keep(&mut chart, first, end);
    }
    if let Some(Course::Level(plan)) = context.judged(target).and_then(|judged| judged.course.as_deref()) {
        follow(&mut chart, plan);
    }
    matches!(&chart.axis, Axis::Time(_, periods) if !periods.is_empty()).then_some(Block::Chart(chart))
}

/// A path towards the target: each slot is asked what its last day is.
fn follow(chart: &mut ChartSpec, plan: &LevelPlan) {
    let Axis::Time(_, periods) = &chart.axis else { return };
    if plan.from.len() < 2 {
        return;
    }
    let at = |period: &Period| plan.at(period.end.min(plan.period.end)).map(Quantity::Exact);
    let values: Vec<Option<Quantity>> = periods.iter().map(at).collect();
    if let Some(series) = chart.series.iter_mut().find(|series| series.role == SeriesRole::Target) {
        series.states = vec![State::Complete; values.len()];
        series.values = values;
    }
}

/// The metric's words, for a sentence.
pub(super) fn metric_arg(context: &Context<'_>, metric: &Metric) -> Arg {
    match context.metric_name(&metric.id) {
        Text::Words(words) => Arg::Words(words),
        Text::Key(..) => Arg::Text(metric.id.to_string()),
    }
}
