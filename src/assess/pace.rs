//! Where a running target stands after complete, settled days (numbers.md §5.4): against its plan day by day, and against
//! an even pace, which takes a sale to come for a lag.

use super::course::as_f64;
use super::to_date::{self, Settled, ToDate};
use super::{DayPlan, NoPace, Pace, phase};
use crate::measure::Facts;
use crate::plan::shares::Weights;
use crate::plan::{Metric, Plan, Target};
use crate::time::{Date, Period};
use crate::unit::{Decimal, Quantity, rounded};

/// The pace of a target that adds up. `days` are its settled days, `weights` those of all its days.
pub(super) fn of_sum(
    plan: &Plan,
    metric: &Metric,
    target: &Target,
    asked: &DayPlan,
    days: Settled<'_>,
    weights: &Weights,
) -> Result<Pace, NoPace> {
    let actual = to_date::sum(days).ok_or(NoPace::NoData)?;
    let day = days.last().ok_or(NoPace::Unsettled)?.period.start;
    let (count, all) = (u32::try_from(days.len()).unwrap_or(u32::MAX), target.period.days());
    let sum = |period| asked.sum(period).map(Quantity::Exact).ok_or(NoPace::NoPlan);
    let expected = sum(Period::range(target.period.start, day))?;
    let total = sum(target.period)?;
    let number = |days: u32| Quantity::from(i64::from(days));
    let quantity = |value: Option<Quantity>| value.ok_or(NoPace::NoPlan);
    let expected_linear = quantity(total.times(number(count)).and_then(|part| part.over(number(all))))?;
    let to_reach = quantity(total.minus(actual))?;
    let to_come = quantity(total.minus(expected))?;
    let is_reached = to_reach.is_zero() || to_reach.is_negative() != total.is_negative();
    let rest = Rest { plan, target, asked, weights };
    Ok(Pace {
        as_of: day,
        days: (count, all),
        actual,
        expected,
        expected_linear,
        index: actual.over(expected),
        index_linear: actual.over(expected_linear),
        gap: quantity(actual.minus(expected))?,
        days_ahead: days_ahead(asked, count as usize, actual),
        left: Some((to_reach, to_come)),
        required_per_day: to_reach.over(number(all - count)),
        required_uplift: to_reach.over(to_come),
        rescaled: if is_reached || count == all {
            Vec::new()
        } else {
            rest.over(to_reach, count as usize, metric)
        },
        allowed_rest: None,
    })
}

/// What the days left share out.
struct Rest<'a> {
    plan: &'a Plan,
    target: &'a Target,
    asked: &'a DayPlan,
    weights: &'a Weights,
}

impl Rest<'_> {
    /// What is left to reach, over the days from the `at`th on; an amount finer than the metric's is rounded to it.
    fn over(&self, left: Quantity, at: usize, metric: &Metric) -> Vec<Decimal> {
        let left = match left {
            Quantity::Exact(left) => Some(left),
            other => other.as_decimal().map(|left| rounded(left, phase::decimals(&metric.unit))),
        };
        let calendar = &self.plan.site.calendar;
        let parts =
            left.and_then(|left| phase::rescaled(calendar, self.target, self.weights, self.asked, left, at));
        parts.unwrap_or_default()
    }
}

/// How many days ahead of the plan an amount is: the day at which the plan asks for it, within a day in proportion,
/// minus the days gone by. `None` where the plan never asks for as much (or as little).
fn days_ahead(asked: &DayPlan, gone: usize, actual: Quantity) -> Option<f64> {
    let scale = 10_f64.powi(i32::try_from(asked.decimals).ok()?);
    let before = &asked.before;
    let wanted = match actual {
        Quantity::Exact(actual) => crate::plan::shares::steps(actual, asked.decimals),
        _ => None,
    };
    if wanted.is_some_and(|wanted| before.get(gone).is_some_and(|asked| i128::from(*asked) == wanted)) {
        return Some(0.0);
    }
    let actual = actual.as_f64() * scale;
    let rising = before.windows(2).all(|pair| pair[0] <= pair[1]);
    let (first, last) = (*before.first()?, *before.last()?);
    if !rising || first == last || actual < as_f64(first) || actual > as_f64(last) {
        return None;
    }
    let reached = before.partition_point(|asked| as_f64(*asked) < actual);
    if reached == 0 {
        return Some(-as_f64(i64::try_from(gone).ok()?));
    }
    let (low, high) = (as_f64(before[reached - 1]), as_f64(before[reached]));
    let day = as_f64(i64::try_from(reached).ok()?) - 1.0 + (actual - low) / (high - low);
    Some(day - as_f64(i64::try_from(gone).ok()?))
}

/// The pace of what does not add up: the value to date against what is asked of it, and for a quotient what it may
/// still be. `den` is what the part below the line will be over the whole period.
pub(super) fn of_level(
    target: &Target,
    reached: &ToDate,
    asked: Decimal,
    den: Option<Quantity>,
) -> Result<Pace, NoPace> {
    let expected = Quantity::Exact(asked);
    let allowed = reached.parts.zip(den).and_then(|((num_so_far, den_so_far), den)| {
        let all = expected.times(den)?;
        all.minus(num_so_far)?.over(den.minus(den_so_far)?)
    });
    Ok(Pace {
        as_of: reached.day,
        days: (reached.days, target.period.days()),
        actual: reached.value,
        expected,
        expected_linear: expected,
        index: reached.value.over(expected),
        index_linear: reached.value.over(expected),
        gap: reached.value.minus(expected).ok_or(NoPace::NoPlan)?,
        days_ahead: None,
        left: None,
        required_per_day: None,
        required_uplift: None,
        rescaled: Vec::new(),
        allowed_rest: allowed.filter(|_| reached.days < target.period.days()),
    })
}

/// What the metric below the line of a quotient will add up to: what came so far, grown by the plan of its own target
/// of the same days, or by the weights of the days.
pub(super) fn denominator(
    reached: &ToDate,
    of_target: Option<&DayPlan>,
    weights: &Weights,
    period: Period,
) -> Option<Quantity> {
    let (_, so_far) = reached.parts?;
    let share = match of_target {
        Some(asked) => {
            let part = asked.sum(Period::range(period.start, reached.day))?;
            Quantity::Exact(asked.sum(period)?).over(Quantity::Exact(part))
        }
        None => {
            let sum = |days: &[u128]| -> Option<Quantity> {
                let sum = i128::try_from(days.iter().sum::<u128>()).ok()?;
                Decimal::try_from_i128_with_scale(sum, 0).ok().map(Quantity::Exact)
            };
            let days = weights.get();
            sum(days)?.over(sum(&days[..(reached.days as usize).min(days.len())])?)
        }
    };
    so_far.times(share?)
}

/// The settled days of a target in its metric.
pub(super) fn days<'a>(
    facts: &'a Facts,
    target: &Target,
    as_of: Option<Date>,
) -> Result<Settled<'a>, NoPace> {
    to_date::settled(facts, &target.metric, &target.scope, target.period, as_of.ok_or(NoPace::NoData)?)
}
