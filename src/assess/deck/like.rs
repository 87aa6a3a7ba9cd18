//! Like for like: two windows over only those days that both have, so that a gap in last year's data is no growth this year.

use crate::assess::to_date::{DEPTH, gather, over};
use crate::measure::{Facts, Point, State, value_of};
use crate::plan::formula::MetricUse;
use crate::plan::{Definition, Id, Metric, OverTime, Plan, Scope};
use crate::time::{Date, Grain, Period, days_between, plus_days};
use crate::unit::Quantity;
use std::collections::BTreeMap;

/// The values of a metric over two windows, of the days observed in both, laid beside each other from the first day on.
/// `None` where the metric is not made of days, or no day is in both.
pub(super) fn pair(
    plan: &Plan,
    facts: &Facts,
    metric: &Metric,
    scope: &Scope,
    now: Period,
    base: Period,
) -> Option<(Quantity, Quantity)> {
    let mut bases = BTreeMap::new();
    if !gather(plan, metric, &mut bases, 0) {
        return None;
    }
    let seen = |id: &Id, day: Date| -> Option<Point> {
        let point = facts.series(id, scope, Grain::Day)?.at(Period {
            start: day,
            end: day,
            grain: Some(Grain::Day),
        })?;
        let there = matches!(point.state, State::Complete | State::Provisional) && point.value.is_some();
        there.then_some(*point)
    };
    let mut left: BTreeMap<&Id, Vec<Point>> = BTreeMap::new();
    let mut right: BTreeMap<&Id, Vec<Point>> = BTreeMap::new();
    for gone in 0..=days_between(now.start, now.end).min(days_between(base.start, base.end)) {
        let gone = i32::try_from(gone).ok()?;
        let days = (plus_days(now.start, gone), plus_days(base.start, gone));
        let both: Option<Vec<(&Id, Point, Point)>> =
            bases.keys().map(|id| Some((id, seen(id, days.0)?, seen(id, days.1)?))).collect();
        for (id, one, other) in both.into_iter().flatten() {
            left.entry(id).or_default().push(one);
            right.entry(id).or_default().push(other);
        }
    }
    Some((value(plan, metric, &left, 0)?, value(plan, metric, &right, 0)?))
}

fn value(plan: &Plan, metric: &Metric, days: &BTreeMap<&Id, Vec<Point>>, depth: u32) -> Option<Quantity> {
    if let Some(days) = days.get(&metric.id) {
        let over_time = match &metric.definition {
            Definition::Source(measured) => measured.over_time,
            Definition::Derived(_) => OverTime::Sum,
        };
        return over(over_time, days);
    }
    let Definition::Derived(formula) = &metric.definition else { return None };
    value_of(formula, &|used: &MetricUse| {
        let part = plan.metrics.get(&used.metric).filter(|_| depth < DEPTH)?;
        value(plan, part, days, depth + 1)
    })
}
