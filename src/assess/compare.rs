//! One value against another: percent for amounts, points for rates; n/a and n/m instead of invented numbers.

use crate::measure::{Point, State};
use crate::unit::{Quantity, Unit};

/// How a change is expressed (periods.md §6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// `c / b − 1`: amounts and counts.
    Percent,
    /// `c − b` of two shares, in percentage points.
    Points,
    /// `c − b` in the metric's unit: ranks, scores, days.
    Difference,
}

/// What came of a comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// A change; a fraction for percent and points (0.05 = +5 % or +5 pp), else in the unit. The state is the later of both sides.
    By {
        /// How much.
        amount: Quantity,
        /// How it is expressed.
        kind: ChangeKind,
        /// The later state of the two sides.
        state: State,
    },
    /// Both sides exist, but the base is not positive: the absolute change is shown beside `n/m`.
    NotMeaningful {
        /// `c − b` in the metric's unit.
        difference: Quantity,
    },
    /// A side has no value.
    NotAvailable,
}

impl ChangeKind {
    /// The kind that suits a unit.
    pub fn of(unit: &Unit) -> ChangeKind {
        match unit {
            Unit::Percent => ChangeKind::Points,
            Unit::Money(_) | Unit::Count | Unit::Factor => ChangeKind::Percent,
            Unit::Days | Unit::Weeks | Unit::Stars | Unit::Rank | Unit::Score => ChangeKind::Difference,
        }
    }
}

/// `current` against `base`, expressed as suits `unit`.
pub fn compare(current: &Point, base: &Point, unit: &Unit) -> Change {
    let (Some(now), Some(then)) = (current.value, base.value) else { return Change::NotAvailable };
    let Some(difference) = now.minus(then) else { return Change::NotAvailable };
    let (kind, state) = (ChangeKind::of(unit), current.state.max(base.state));
    match kind {
        ChangeKind::Points | ChangeKind::Difference => Change::By { amount: difference, kind, state },
        ChangeKind::Percent if then.is_zero() || then.is_negative() => Change::NotMeaningful { difference },
        ChangeKind::Percent => match difference.over(then) {
            Some(amount) => Change::By { amount, kind, state },
            None => Change::NotAvailable,
        },
    }
}
