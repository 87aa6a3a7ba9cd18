//! Where a running target will end (numbers.md §5.5): at an even pace, by the plan's weights, or by the last weeks; with
//! the interval that its days so far suggest, and the probability to reach the target.

use super::course::as_f64;
use super::normal::{share_below, z_of};
use super::standing::slack;
use super::{DayPlan, Forecast, Pace};
use crate::measure::Point;
use crate::plan::{Better, ForecastMethod, Target};
use crate::time::Period;
use crate::unit::{Decimal, Quantity};

/// With fewer complete days nothing is said of the end.
pub(super) const FEWEST_DAYS: u32 = 3;

/// Decimals of a probability: more would be those of the arithmetic, not of the data.
const PROBABILITY: f64 = 1e6;

/// The forecast of a target that adds up, from its settled days; `None` while it is too early to say.
pub(super) fn of_sum(
    better: Better,
    target: &Target,
    asked: &DayPlan,
    pace: &Pace,
    days: &[Point],
) -> Option<Forecast> {
    if pace.days.0 < FEWEST_DAYS || pace.expected.is_zero() {
        return None;
    }
    let rule = &target.forecast;
    let asked_in_all = asked.sum(target.period)?;
    let total = Quantity::Exact(asked_in_all);
    let number = |days: u32| Quantity::from(i64::from(days));
    let shares: Vec<(f64, f64)> = last(asked, days, rule.window).collect();
    let to_come = total.minus(pace.expected)?;
    let methods = [
        pace.actual.times(number(pace.days.1)).and_then(|all| all.over(number(pace.days.0))),
        pace.actual.times(total).and_then(|all| all.over(pace.expected)),
        recent(asked, days, rule.window)
            .and_then(|speed| speed.times(to_come))
            .and_then(|rest| pace.actual.plus(rest)),
    ]
    .map(|value| value.map(Quantity::as_f64).filter(|value| value.is_finite()));
    let value = match rule.method {
        ForecastMethod::Linear => methods[0],
        ForecastMethod::Seasonal => methods[1],
        ForecastMethod::Recent => methods[2],
    }?;
    let wanted = total.as_f64();
    let slack = Quantity::Exact(slack(asked_in_all, rule.near)).as_f64();
    let spread = spread(asked, pace, &shares);
    let z = z_of(Quantity::Exact(rule.interval).as_f64());
    Some(Forecast {
        value,
        attainment: Some(value / wanted).filter(|share| share.is_finite()),
        interval: spread.zip(z).map(|(spread, z)| (value - z * spread, value + z * spread)),
        probability: spread.map(|spread| probability(better, (value - wanted, slack), spread)),
        methods,
    })
}

/// Actual and asked of the last days for which something was asked.
fn last<'a>(asked: &'a DayPlan, days: &'a [Point], window: u32) -> impl Iterator<Item = (f64, f64)> + 'a {
    let first = days.len().saturating_sub(window as usize);
    let scale = 10_f64.powi(i32::try_from(asked.decimals).unwrap_or(0));
    let both = move |(at, point): (usize, &Point)| {
        let steps = asked.before.get(at + 1)? - asked.before.get(at)?;
        let asked = as_f64(steps) / scale;
        (steps != 0).then_some((point.value?.as_f64(), asked))
    };
    days.iter().enumerate().skip(first).filter_map(both)
}

/// What came over what was asked in the last days.
fn recent(asked: &DayPlan, days: &[Point], window: u32) -> Option<Quantity> {
    let some = &days[days.len().saturating_sub(window as usize)..];
    let period = Period::range(some.first()?.period.start, some.last()?.period.end);
    super::to_date::sum(some)?.over(Quantity::Exact(asked.sum(period)?))
}

/// The standard deviation of what the days left will bring: that of the shares of the last days (n − 1), times the root
/// of the sum of squares of what is asked. `None` with fewer days than tell a spread.
fn spread(asked: &DayPlan, pace: &Pace, last: &[(f64, f64)]) -> Option<f64> {
    let shares: Vec<f64> = last.iter().map(|(actual, asked)| actual / asked).collect();
    let n = f64::from(u32::try_from(shares.len()).ok().filter(|n| *n >= FEWEST_DAYS)?);
    let mean = shares.iter().sum::<f64>() / n;
    let deviation = (shares.iter().map(|share| (share - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    let scale = 10_f64.powi(i32::try_from(asked.decimals).ok()?);
    let square = |pair: &[i64]| (as_f64(pair[1] - pair[0]) / scale).powi(2);
    let to_come: f64 = asked.before.get(pace.days.0 as usize..)?.windows(2).map(square).sum();
    Some(deviation * to_come.sqrt())
}

/// The probability to end on the good side, or where neither side is good within the slack round the target; without any
/// spread it is certain.
fn probability(better: Better, (over, slack): (f64, f64), spread: f64) -> f64 {
    if better == Better::Neutral {
        if spread <= 0.0 {
            return if over.abs() <= slack { 1.0 } else { 0.0 };
        }
        let share = share_below((slack - over) / spread) - share_below((-slack - over) / spread);
        return (share * PROBABILITY).round() / PROBABILITY;
    }
    let ahead = if better == Better::Lower { -over } else { over };
    if spread <= 0.0 {
        return if ahead >= 0.0 { 1.0 } else { 0.0 };
    }
    (share_below(ahead / spread) * PROBABILITY).round() / PROBABILITY
}

/// The share of a target from which a forecast is near it where no red line is drawn.
pub(super) fn near(target: &Target) -> Decimal {
    target.forecast.near
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_neither_way_is_good_missing_the_plan_on_either_side_is_unlikely_to_count() {
        let neutral = |over, spread| probability(Better::Neutral, (over, 5.0), spread);
        let sure = [5.0, -5.0, 5.1].map(|over| neutral(over, 0.0) > 0.5);
        assert_eq!(sure, [true, true, false]);
        // One standard deviation to both sides: 68.27 %.
        assert!((neutral(0.0, 5.0) - 0.682_689).abs() < 2e-6, "{}", neutral(0.0, 5.0));
        assert!((neutral(20.0, 5.0) - neutral(-20.0, 5.0)).abs() < 2e-6);
        assert!(neutral(20.0, 5.0) < 0.01, "{}", neutral(20.0, 5.0));
    }
}
