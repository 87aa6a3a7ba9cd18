//! What a target reached by the last day that counts: all days of its period up to it are complete and settled
//! (periods.md §4.5). Later days are known in part at best and are never judged.

use super::NoPace;
use crate::measure::{Facts, Point, State, value_of};
use crate::plan::formula::{MetricUse, When};
use crate::plan::sums::{Along, Kind, kind};
use crate::plan::{Definition, Id, Metric, OverTime, Plan, Scope};
use crate::time::{Date, Grain, Period};
use crate::unit::{Decimal, Quantity};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Settled days of a period, from its first on; never empty.
pub(super) type Settled<'a> = &'a [Point];

/// The settled days of a metric in a period.
pub(super) fn settled<'a>(
    facts: &'a Facts,
    metric: &Id,
    scope: &Scope,
    period: Period,
    as_of: Date,
) -> Result<Settled<'a>, NoPace> {
    if as_of < period.start {
        return Err(NoPace::NotBegun);
    }
    let series = facts.series(metric, scope, Grain::Day).ok_or(NoPace::NoDays)?;
    let first = series.points.partition_point(|point| point.period.start < period.start);
    let after = series.points.partition_point(|point| point.period.start <= period.end);
    let days = &series.points[first..after];
    let Some(begin) = days.first().filter(|point| point.period.start == period.start) else {
        // Before the first day with data there is no point at all.
        return Err(if days.is_empty() { NoPace::NoData } else { NoPace::Gap(period.start) });
    };
    if begin.state == State::OtherGrain {
        return Err(NoPace::NoDays);
    }
    let counts = |point: &&Point| point.state == State::Complete && point.value.is_some();
    let count = days.iter().take_while(counts).count();
    let has_value = |point: &Point| point.value.is_some();
    match days.get(count) {
        Some(open) if open.state != State::Provisional && days[count..].iter().skip(1).any(has_value) => {
            Err(NoPace::Gap(open.period.start))
        }
        Some(_) if count == 0 => {
            Err(if days.iter().any(has_value) { NoPace::Unsettled } else { NoPace::NoData })
        }
        _ => Ok(&days[..count]),
    }
}

/// The value of a metric over the days up to the last one that counts.
pub(super) struct ToDate {
    /// That day.
    pub(super) day: Date,
    /// How many days.
    pub(super) days: u32,
    /// The value.
    pub(super) value: Quantity,
    /// Of a quotient: what stands above and below the line.
    pub(super) parts: Option<(Quantity, Quantity)>,
}

/// The value to date of a metric that does not add up: computed again from sums of settled days of what it is made of.
pub(super) fn level(
    plan: &Plan,
    facts: &Facts,
    metric: &Metric,
    scope: &Scope,
    period: Period,
    as_of: Date,
) -> Result<ToDate, NoPace> {
    let mut bases = BTreeMap::new();
    if !gather(plan, metric, &mut bases, 0) {
        return whole(facts, metric, scope, period, as_of);
    }
    let mut days = BTreeMap::new();
    for base in bases.keys() {
        days.insert(base.clone(), settled(facts, base, scope, period, as_of)?);
    }
    let count = days.values().map(|days| days.len()).min().ok_or(NoPace::NoDays)?;
    let known = Known { plan, days, count };
    let value = known.value(metric, 0).ok_or(NoPace::NoData)?;
    let day = period.each_day().nth(count - 1).ok_or(NoPace::NoDays)?;
    let parts = quotient(metric).and_then(|(num, den)| {
        let of = |id: &Id| known.value(plan.metrics.get(id)?, 1);
        of(num).zip(of(den))
    });
    Ok(ToDate { day, days: u32::try_from(count).unwrap_or(u32::MAX), value, parts })
}

/// What stands above and below the line of a metric that is one quotient of two metrics.
pub(super) fn quotient(metric: &Metric) -> Option<(&Id, &Id)> {
    use crate::plan::formula::{Arithmetic, Op};
    let Definition::Derived(Arithmetic::Binary(Op::Divide, num, den)) = &metric.definition else {
        return None;
    };
    match (num.as_ref(), den.as_ref()) {
        (Arithmetic::Leaf(num), Arithmetic::Leaf(den))
            if num.when == When::Same && den.when == When::Same =>
        {
            Some((&num.metric, &den.metric))
        }
        _ => None,
    }
}

/// Formulas nested deeper than this are not followed.
pub(super) const DEPTH: u32 = 16;

/// Collects the metrics whose days a value over a period can be computed from. Whether there are such.
pub(super) fn gather(plan: &Plan, metric: &Metric, bases: &mut BTreeMap<Id, ()>, depth: u32) -> bool {
    // What a plugin makes of days is not what it makes of a month.
    if metric.is_plugged() {
        return false;
    }
    let by_days = match &metric.definition {
        Definition::Source(measured) => !matches!(measured.over_time, OverTime::Rows | OverTime::Sum),
        Definition::Derived(_) => false,
    };
    if metric.grain == Grain::Day && (by_days || kind(plan, metric, Along::Time) == Kind::Sum) {
        bases.insert(metric.id.clone(), ());
        return true;
    }
    let Definition::Derived(formula) = &metric.definition else { return false };
    let mut all = depth < DEPTH;
    formula.leaves(&mut |used: &MetricUse| {
        let part = plan.metrics.get(&used.metric).filter(|_| used.when == When::Same && all);
        all = part.is_some_and(|part| gather(plan, part, bases, depth + 1));
    });
    all
}

/// The metrics a value is computed from, each with as many settled days as all have.
struct Known<'a> {
    plan: &'a Plan,
    days: BTreeMap<Id, Settled<'a>>,
    count: usize,
}

impl Known<'_> {
    fn value(&self, metric: &Metric, depth: u32) -> Option<Quantity> {
        if let Some(days) = self.days.get(&metric.id) {
            let over_time = match &metric.definition {
                Definition::Source(measured) => measured.over_time,
                Definition::Derived(_) => OverTime::Sum,
            };
            return over(over_time, &days[..self.count]);
        }
        let Definition::Derived(formula) = &metric.definition else { return None };
        let leaf = |used: &MetricUse| {
            let part = self.plan.metrics.get(&used.metric).filter(|_| depth < DEPTH)?;
            self.value(part, depth + 1)
        };
        value_of(formula, &leaf)
    }
}

/// The value of several days.
pub(super) fn over(over_time: OverTime, days: &[Point]) -> Option<Quantity> {
    let extreme = |wanted: Ordering| {
        let mut values = days.iter().filter_map(|point| point.value);
        let first = values.next()?;
        Some(values.fold(first, |best, value| if value.compare(best) == wanted { value } else { best }))
    };
    match over_time {
        OverTime::Sum | OverTime::Rows => sum(days),
        OverTime::Mean => sum(days)?.over(Quantity::from(i64::try_from(days.len()).ok()?)),
        OverTime::Min => extreme(Ordering::Less),
        OverTime::Max => extreme(Ordering::Greater),
        OverTime::First => days.first()?.value,
        OverTime::Last => days.last()?.value,
    }
}

/// The sum of settled days.
pub(super) fn sum(days: Settled<'_>) -> Option<Quantity> {
    if let Some(sum) = plain_sum(days) {
        return Some(Quantity::Exact(sum));
    }
    days.iter().try_fold(Quantity::ZERO, |sum, point| sum.plus(point.value?))
}

/// The sum of plain decimals, if none of them is rounded on the way: the usual case, and the quick one.
fn plain_sum(days: Settled<'_>) -> Option<Decimal> {
    days.iter().try_fold(Decimal::ZERO, |sum, point| match point.value? {
        Quantity::Exact(value) => {
            let total = sum.checked_add(value)?;
            (total.scale() >= sum.scale().max(value.scale())).then_some(total)
        }
        Quantity::Ratio(_) | Quantity::Approximate(_) => None,
    })
}

/// What no days can be made of is taken as it was measured up to as-of, if every one of its days is settled by then.
fn whole(
    facts: &Facts,
    metric: &Metric,
    scope: &Scope,
    period: Period,
    as_of: Date,
) -> Result<ToDate, NoPace> {
    if metric.grain != Grain::Day {
        return Err(NoPace::NoDays);
    }
    let days = settled(facts, &metric.id, scope, period, as_of)?;
    let last = days.last().ok_or(NoPace::Unsettled)?.period.start;
    if last != as_of.min(period.end) {
        return Err(NoPace::Unsettled);
    }
    let value = facts.at(&metric.id, scope, period).and_then(|point| point.value).ok_or(NoPace::NoData)?;
    Ok(ToDate { day: last, days: u32::try_from(days.len()).unwrap_or(u32::MAX), value, parts: None })
}
