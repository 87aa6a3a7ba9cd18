//! One value against another: percent for amounts, points for rates; n/a and n/m instead of invented numbers.

use crate::measure::{Point, State};
use crate::plan::{CompareIn, Metric};
use crate::unit::{Quantity, Unit};

/// How a change is expressed (periods.md §6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// `c / b − 1`: amounts and counts.
    Percent,
    /// `c − b` of two shares, in percentage points.
    Points,
    /// `c − b` of two shares, in basis points.
    Bps,
    /// `c − b` in the metric's unit: ranks, scores, days.
    Difference,
}

/// What came of a comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// A change; a fraction for percent, points and basis points (0.05 = +5 % or +5 pp), else in the unit. The state is the later of both sides.
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

    /// How changes of a metric are told in a review: as it says, else shares in basis points and the rest as suits the
    /// unit (periods.md §6.1).
    pub fn of_metric(metric: &Metric) -> ChangeKind {
        match metric.compare_in {
            Some(CompareIn::Percent) => ChangeKind::Percent,
            Some(CompareIn::Bps) => ChangeKind::Bps,
            Some(CompareIn::Points) => ChangeKind::Points,
            Some(CompareIn::Difference) => ChangeKind::Difference,
            None if metric.unit == Unit::Percent => ChangeKind::Bps,
            None => ChangeKind::of(&metric.unit),
        }
    }

    /// As it stands in `report.json` and `kpress values`.
    pub fn name(self) -> &'static str {
        match self {
            ChangeKind::Percent => "percent",
            ChangeKind::Points => "points",
            ChangeKind::Bps => "bps",
            ChangeKind::Difference => "difference",
        }
    }
}

/// `current` against `base`, expressed as suits `unit`.
pub fn compare(current: &Point, base: &Point, unit: &Unit) -> Change {
    compare_in(current, base, ChangeKind::of(unit))
}

/// `current` against `base`, expressed as asked for.
pub fn compare_in(current: &Point, base: &Point, kind: ChangeKind) -> Change {
    let (Some(now), Some(then)) = (current.value, base.value) else { return Change::NotAvailable };
    let Some(difference) = now.minus(then) else { return Change::NotAvailable };
    let state = current.state.max(base.state);
    match kind {
        ChangeKind::Points | ChangeKind::Bps | ChangeKind::Difference => {
            Change::By { amount: difference, kind, state }
        }
        ChangeKind::Percent if then.is_zero() || then.is_negative() => Change::NotMeaningful { difference },
        ChangeKind::Percent => match difference.over(then) {
            Some(amount) => Change::By { amount, kind, state },
            None => Change::NotAvailable,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Days;
    use crate::time::{Calendar, Grain};
    use crate::unit::{Currency, Decimal};

    fn point(value: &str, state: State) -> Point {
        let number = |text: &str| Quantity::Exact(text.parse::<Decimal>().expect("a decimal"));
        Point {
            period: Calendar::default().period(Grain::Week, "2026-11-09".parse().expect("a date")),
            value: (!value.is_empty()).then(|| number(value)),
            state,
            days: Days::default(),
        }
    }

    fn said(now: &str, then: &str, unit: &Unit) -> String {
        match compare(&point(now, State::Complete), &point(then, State::Complete), unit) {
            Change::NotAvailable => "n/a".to_owned(),
            Change::NotMeaningful { difference } => format!("n/m {}", difference.as_f64()),
            Change::By { amount, kind, .. } => format!("{kind:?} {}", amount.as_f64()),
        }
    }

    #[test]
    fn changes_are_those_of_the_table() {
        let yen = Unit::Money(Currency::parse("JPY").expect("a code"));
        // The table of periods.md §6.2.
        for (now, then, unit, expected) in [
            ("0", "700", &yen, "Percent -1"),
            ("700", "0", &yen, "n/m 700"),
            ("0", "0", &yen, "n/m 0"),
            ("100", "-200", &yen, "n/m 300"),
            ("-300", "-200", &yen, "n/m -100"),
            ("-50", "200", &yen, "Percent -1.25"),
            ("5", "", &yen, "n/a"),
            ("", "5", &yen, "n/a"),
            ("", "", &yen, "n/a"),
            ("0.0312", "0.0305", &Unit::Percent, "Points 0.0007"),
            ("0.02", "0", &Unit::Percent, "Points 0.02"),
            ("4.1", "4.3", &Unit::Stars, "Difference -0.2"),
            ("110", "100", &Unit::Count, "Percent 0.1"),
        ] {
            assert_eq!(said(now, then, unit), expected, "{now} against {then}");
        }
    }

    #[test]
    fn a_comparison_is_as_unfinished_as_its_less_finished_side() {
        for (now, then, expected) in [
            (State::Running, State::Complete, State::Running),
            (State::Complete, State::Partial, State::Partial),
            (State::Complete, State::Complete, State::Complete),
        ] {
            let change = compare(&point("2", now), &point("1", then), &Unit::Count);
            assert!(matches!(change, Change::By { state, .. } if state == expected), "{change:?}");
        }
    }
}
