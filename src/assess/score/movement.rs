//! What moved a score from one period to the next: per item by its points and by its weight. The parts add up to the
//! difference of the scores exactly.

use super::{DIGITS, Scored, ScoredItem};
use crate::plan::Id;
use crate::time::Period;
use crate::unit::Decimal;

/// From one score to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Movement {
    /// The period before.
    pub since: Period,
    /// Its score.
    pub from: Decimal,
    /// The score now.
    pub to: Decimal,
    /// What each item did to it, the biggest mover first.
    pub items: Vec<Moved>,
}

/// What one item did to the score.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// Its name on the card.
    pub id: Id,
    /// Points before and now, where it had any.
    pub points: (Option<Decimal>, Option<Decimal>),
    /// By better or worse points: w · Δs where the weight stayed.
    pub by_points: Decimal,
    /// By weighing more or less: other rules, or other items without a value.
    pub by_weight: Decimal,
}

impl Moved {
    /// Both together.
    pub fn total(&self) -> Decimal {
        self.by_points + self.by_weight
    }
}

/// What happened between two cards; `None` if one of them has no score.
pub(super) fn between(last: &Scored, now: &Scored) -> Option<Movement> {
    let (from, to) = (last.score?, now.score?);
    let find = |one: &'_ Scored, id: &Id| one.items.iter().find(|item| item.id == *id).cloned();
    let gone = last.items.iter().filter(|item| find(now, &item.id).is_none());
    let ids = now.items.iter().chain(gone).map(|item| item.id.clone());
    let mut items: Vec<Moved> = ids
        .map(|id| moved(id.clone(), find(last, &id).as_ref(), find(now, &id).as_ref()))
        .filter(|moved| moved.points != (None, None))
        .collect();
    items.sort_by(|a, b| b.total().abs().cmp(&a.total().abs()).then_with(|| a.id.cmp(&b.id)));
    Some(Movement { since: last.period, from, to, items })
}

fn moved(id: Id, last: Option<&ScoredItem>, now: Option<&ScoredItem>) -> Moved {
    let part = |item: Option<&ScoredItem>| item.and_then(|item| Some((item.score?, item.part?)));
    let (before, after) = (part(last), part(now));
    let change =
        after.map_or(Decimal::ZERO, |(_, part)| part) - before.map_or(Decimal::ZERO, |(_, part)| part);
    let weight = |(points, part): (Decimal, Decimal)| part.checked_div(points);
    let by_points = match (before, after) {
        // Half of each weight: what points did is told apart from what weights did, whatever came first.
        (Some(before), Some(after)) => {
            let points = after.0 - before.0;
            let weights = match (weight(before), weight(after)) {
                (Some(one), Some(other)) => one.checked_add(other).map(|sum| sum / Decimal::from(2)),
                // Without points a weight cannot be read back from its part; the other's is taken.
                (one, other) => one.or(other),
            };
            weights.and_then(|weight| weight.checked_mul(points)).unwrap_or_default().round_dp(DIGITS)
        }
        _ => Decimal::ZERO,
    };
    let points = (before.map(|(points, _)| points), after.map(|(points, _)| points));
    // A difference in the last digits kept is division, not weight.
    let rest = change - by_points;
    let noise = rest.abs() <= Decimal::new(100, DIGITS);
    let (by_points, by_weight) = if noise { (change, Decimal::ZERO) } else { (by_points, rest) };
    Moved { id, points, by_points, by_weight }
}
