//! Targets held against what was: the baseline or the year before, the routine variation of past periods, and past growth
//! (numbers.md §5.10); and smaller targets worked out backwards from what links the figures (§2.2).

use super::{Derived, Improvement, Judged, Plausible};
use crate::measure::{Facts, Point, State};
use crate::plan::{Baseline, Better, Id, Plan, Target, TargetValue};
use crate::time::{Date, Grain, Period};
use crate::unit::Quantity;
use std::collections::BTreeMap;

/// Mean moving range of two points over their standard deviation, for a normal distribution (2/√π, as tables print it).
const D2: f64 = 1.128;
/// Fewer past periods have no limits (numbers.md §3.3).
const FEWEST: usize = 5;
/// Three years of months: what lies further back was another shop.
const MOST: usize = 36;

/// Trees are not deeper.
const DEPTH: usize = 64;

/// Looks back from every target.
pub(super) fn look_back(plan: &Plan, facts: &Facts, judged: &mut [Judged]) {
    let places: BTreeMap<&Id, &Target> = plan.targets.iter().map(|target| (&target.id, target)).collect();
    for (target, one) in plan.targets.iter().zip(judged) {
        let above = |target: &&Target| places.get(target.parent.as_ref()?).copied();
        let mut line = std::iter::successors(Some(target), above).take(DEPTH);
        one.has_resources = line.any(|target| !target.resources.is_empty());
        let Some(now) = one.in_force else { continue };
        one.derived = derive(plan, facts, target, now.value);
        if let (TargetValue::Of(value), Some(metric)) = (now.value, plan.metrics.get(&target.metric)) {
            let value = Quantity::Exact(value);
            one.improvement = improvement(plan, facts, target, metric.better, value);
            one.plausible = plausible(plan, facts, target, value);
        }
    }
}

/// A figure that moves no more.
fn complete(point: Option<&Point>) -> Option<Quantity> {
    point.filter(|point| point.state == State::Complete)?.value
}

/// Where a target starts, as it says, with the period that was measured.
pub(super) fn baseline(facts: &Facts, target: &Target) -> Option<(Quantity, Option<Period>)> {
    match target.baseline? {
        Baseline::Value(value) => Some((Quantity::Exact(value), None)),
        Baseline::Period(period) => {
            Some((complete(facts.at(&target.metric, &target.scope, period))?, Some(period)))
        }
    }
}

/// How much better a target wants it than its baseline, or without one than the year before.
fn improvement(
    plan: &Plan,
    facts: &Facts,
    target: &Target,
    better: Better,
    value: Quantity,
) -> Option<Improvement> {
    let last_year = || {
        let period = plan.site.calendar.previous_year(target.period);
        Some((complete(facts.at(&target.metric, &target.scope, period))?, Some(period)))
    };
    let (from, period) = baseline(facts, target).or_else(last_year)?;
    let (worse, improved) = match better {
        Better::Higher => (from, value),
        Better::Lower => (value, from),
        Better::Range | Better::Neutral => return None,
    };
    let size = if from.is_negative() { Quantity::ZERO.minus(from)? } else { from };
    Some(Improvement { from, period, share: improved.minus(worse)?.over(size)? })
}

/// A target against past periods of its length.
fn plausible(plan: &Plan, facts: &Facts, target: &Target, value: Quantity) -> Option<Plausible> {
    let series = facts.series(&target.metric, &target.scope, target.period.grain?)?;
    let end = series.points.partition_point(|point| point.period.end < target.period.start);
    let points = &series.points[end.saturating_sub(MOST)..end];
    // Growth is that from one period to the next, without a gap between them.
    let known: Vec<Option<f64>> =
        points.iter().map(|point| complete(Some(point)).map(Quantity::as_f64)).collect();
    let values: Vec<f64> = known.iter().copied().flatten().collect();
    if values.len() < FEWEST {
        return None;
    }
    let (n, wanted) = (as_f64(values.len()), value.as_f64());
    let mean = values.iter().sum::<f64>() / n;
    let ranges = values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum::<f64>() / (n - 1.0);
    let sigma = ranges / D2;
    let growths: Vec<f64> = known
        .windows(2)
        .filter_map(|pair| pair[0].zip(pair[1]))
        .filter(|(before, _)| *before > 0.0)
        .map(|(before, after)| after / before - 1.0)
        .collect();
    let just_before =
        points.last().is_some_and(|point| point.period == plan.site.calendar.previous(target.period));
    let last = known.last().copied().flatten().filter(|last| just_before && *last > 0.0);
    let growth = last.map(|last| wanted / last - 1.0);
    let below = |growth: f64| growths.iter().filter(|past| **past < growth).count();
    let percentile = growth.filter(|_| !growths.is_empty());
    Some(Plausible {
        periods: u32::try_from(values.len()).unwrap_or(u32::MAX),
        z: (sigma > 0.0).then(|| (wanted - mean) / sigma),
        growth,
        percentile: percentile.map(|growth| as_f64(below(growth)) / as_f64(growths.len())),
    })
}

fn as_f64(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The chain of smaller targets, up to the first whose assumption is not known.
fn derive(plan: &Plan, facts: &Facts, target: &Target, value: TargetValue) -> Vec<Derived> {
    let TargetValue::Of(value) = value else { return Vec::new() };
    let mut known = BTreeMap::from([(&target.metric, Quantity::Exact(value))]);
    let mut last = &target.metric;
    let mut steps = Vec::new();
    for step in &target.derive {
        let from = known.get(step.from.as_ref().unwrap_or(last)).copied();
        let assumed = match step.assume {
            Some(assumed) => Some((Quantity::Exact(assumed), None)),
            None => measured(plan, facts, target, &step.per).map(|(value, period)| (value, Some(period))),
        };
        let Some((from, (assumed, measured))) = from.zip(assumed) else { break };
        let value = if step.times { from.times(assumed) } else { from.over(assumed) };
        let Some(value) = value else { break };
        known.insert(&step.metric, value);
        last = &step.metric;
        steps.push(Derived { metric: step.metric.clone(), value, per: step.per.clone(), assumed, measured });
    }
    steps
}

/// What links two figures, as it was measured: in the same period a year before, else in the last period of that length
/// (or month) that is complete.
fn measured(plan: &Plan, facts: &Facts, target: &Target, metric: &str) -> Option<(Quantity, Period)> {
    let year_before = plan.site.calendar.previous_year(target.period);
    if let Some(value) = complete(facts.at(metric, &target.scope, year_before)) {
        return Some((value, year_before));
    }
    let grains = [target.period.grain, Some(Grain::Month)];
    grains.into_iter().flatten().find_map(|grain| {
        let series = facts.series(metric, &target.scope, grain)?;
        let point = series.points.iter().rfind(|point| complete(Some(point)).is_some())?;
        Some((point.value?, point.period))
    })
}

/// The value of the period before, if it is complete.
pub(super) fn period_before(plan: &Plan, facts: &Facts, target: &Target) -> Option<Quantity> {
    let before = plan.site.calendar.previous(target.period);
    complete(facts.at(&target.metric, &target.scope, before))
}

/// Share of past periods (a year of them at most) with a value, before the target's own or up to as-of.
pub(super) fn coverage(facts: &Facts, target: &Target, as_of: Option<Date>) -> Option<(usize, usize)> {
    /// A year of months, a quarter of weeks.
    const RECENT: usize = 12;
    let grain = target.period.grain.unwrap_or(Grain::Month).min(Grain::Month);
    let series = facts.series(&target.metric, &target.scope, grain)?;
    let over = |point: &&Point| as_of.is_none_or(|as_of| point.period.end <= as_of);
    let points: Vec<&Point> = series.points.iter().filter(over).collect();
    let recent = &points[points.len().saturating_sub(RECENT)..];
    let first = recent.iter().position(|point| point.value.is_some())?;
    let recent = &recent[first..];
    Some((recent.iter().filter(|point| point.value.is_some()).count(), recent.len()))
}
