//! Score functions (numbers.md §5.8): a value becomes points, exactly; 1 is full.

use super::Held;
use crate::plan::scorecard::ScoreFn;
use crate::plan::{Better, ForecastRule, TargetValue};
use crate::unit::{Decimal, Quantity};
use std::cmp::Ordering;

/// Decimals of the points of one item, beyond those of a score.
const POINT_DIGITS: u32 = 20;
/// Decimals of points that a binary float was involved in: it knows about fifteen digits.
const FLOAT_DIGITS: u32 = 12;

/// The points of a value; `word` is the standing or what was given by hand. `None` where there is nothing to hold it
/// against, or the function says nothing about such a value.
pub fn points(
    score: &ScoreFn,
    better: Better,
    value: Option<Quantity>,
    held: Option<&Held>,
    word: Option<&str>,
) -> Option<Decimal> {
    let exactly = |held: &Held| match held.value {
        TargetValue::Of(value) => Some(value),
        TargetValue::Between(..) => None,
    };
    match score {
        ScoreFn::Unscored => None,
        ScoreFn::State(points) => points.get(word?).copied(),
        ScoreFn::Steps(steps) => {
            let reached =
                |from: Decimal| value.map(|value| value.compare(Quantity::Exact(from)) != Ordering::Less);
            steps.iter().rev().find(|(from, _)| reached(*from) == Some(true)).map(|(_, points)| *points)
        }
        ScoreFn::TargetRed { .. } => {
            let held = held?;
            let Some(TargetValue::Of(red)) = held.red else { return None };
            match better {
                Better::Neutral => kept(value?, exactly(held)?, (red - exactly(held)?).abs()),
                _ => target_red(value?, exactly(held)?, red),
            }
        }
        ScoreFn::Linear { base, cap, floor, .. } => {
            let held = held?;
            let share = match (held.value, base) {
                (TargetValue::Between(..), _) => range(value?, held.value, held.red)?,
                (TargetValue::Of(target), Some(base)) => along(value?, *base, target)?,
                (TargetValue::Of(target), None) => attained(better, value?, target, *cap)?,
            };
            Some(share.max(*floor).min(*cap))
        }
        ScoreFn::Binary { .. } => {
            let held = held?;
            Some(if reached(better, value?, held.value) { Decimal::ONE } else { Decimal::ZERO })
        }
        ScoreFn::Range { .. } => {
            let held = held?;
            range(value?, held.value, held.red)
        }
    }
}

/// One third at the red line, two thirds at the target.
fn target_red(value: Quantity, target: Decimal, red: Decimal) -> Option<Decimal> {
    let (target, red) = (Quantity::Exact(target), Quantity::Exact(red));
    let span = target.minus(red)?;
    let above = value.minus(red)?.plus(span)?;
    let share = above.over(span.times(Quantity::from(3))?)?;
    Some(decimal(share)?.clamp(Decimal::ZERO, Decimal::ONE))
}

/// Where neither way is good: 1 at the target, one third as far away as the red line, on either side.
fn kept(value: Quantity, target: Decimal, red: Decimal) -> Option<Decimal> {
    let two_thirds = Quantity::from(2).over(Quantity::from(3))?;
    let lost = off(value, target)?.over(Quantity::Exact(red))?.times(two_thirds)?;
    Some(decimal(Quantity::from(1).minus(lost)?)?.max(Decimal::ZERO))
}

/// How far a value is from a target, on whichever side.
fn off(value: Quantity, target: Decimal) -> Option<Quantity> {
    let off = value.minus(Quantity::Exact(target))?;
    if off.is_negative() { Quantity::ZERO.minus(off) } else { Some(off) }
}

/// Nothing at the base, 1 at the target, and on along the line.
fn along(value: Quantity, base: Decimal, target: Decimal) -> Option<Decimal> {
    let (base, target) = (Quantity::Exact(base), Quantity::Exact(target));
    decimal(value.minus(base)?.over(target.minus(base)?)?)
}

/// Actual over target, turned round where lower is better; a target of nothing cannot be attained by a share.
fn attained(better: Better, value: Quantity, target: Decimal, cap: Decimal) -> Option<Decimal> {
    if target <= Decimal::ZERO {
        return None;
    }
    match better {
        // Nothing spent of what was allowed: nothing better is possible.
        Better::Lower if !value.is_negative() && value.is_zero() => Some(cap),
        Better::Lower if value.is_negative() => None,
        Better::Lower => decimal(Quantity::Exact(target).over(value)?),
        // A plan to be kept loses on both sides.
        Better::Neutral => {
            decimal(Quantity::from(1).minus(off(value, target)?.over(Quantity::Exact(target))?)?)
        }
        Better::Higher | Better::Range => decimal(value.over(Quantity::Exact(target))?),
    }
}

/// Full within, nothing from the red ends on, a straight line between.
fn range(value: Quantity, wanted: TargetValue, red: Option<TargetValue>) -> Option<Decimal> {
    let (TargetValue::Between(low, high), Some(TargetValue::Between(red_low, red_high))) = (wanted, red)
    else {
        return None;
    };
    let share = |from: Decimal, to: Decimal| match from == to {
        true => Some(Decimal::ZERO),
        false => along(value, from, to).map(|share| share.clamp(Decimal::ZERO, Decimal::ONE)),
    };
    if value.compare(Quantity::Exact(low)) == Ordering::Less {
        share(red_low, low)
    } else if value.compare(Quantity::Exact(high)) == Ordering::Greater {
        share(red_high, high)
    } else {
        Some(Decimal::ONE)
    }
}

/// On a threshold counts as the better side.
fn reached(better: Better, value: Quantity, wanted: TargetValue) -> bool {
    let order = |threshold: Decimal| value.compare(Quantity::Exact(threshold));
    match wanted {
        TargetValue::Between(low, high) => order(low) != Ordering::Less && order(high) != Ordering::Greater,
        TargetValue::Of(target) if better == Better::Lower => order(target) != Ordering::Greater,
        TargetValue::Of(target) if better == Better::Neutral => {
            let near = ForecastRule::default().near;
            let slack = Quantity::Exact(target.abs() * (Decimal::ONE - near));
            off(value, target).is_some_and(|off| off.compare(slack) != Ordering::Greater)
        }
        TargetValue::Of(target) => order(target) != Ordering::Less,
    }
}

/// A share as a decimal, divided once.
fn decimal(share: Quantity) -> Option<Decimal> {
    let digits = if share.is_exact() { POINT_DIGITS } else { FLOAT_DIGITS };
    Some(share.as_decimal()?.round_dp(digits).normalize())
}
