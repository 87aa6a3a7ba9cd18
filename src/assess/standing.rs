//! A value against its target: exceed, on, near, off; or why it cannot be said.

use super::{
    Course, Derived, Forecast, Grown, Improvement, InForce, Letter, NoPace, Pace, Plausible, Rollup,
};
use crate::measure::Point;
use crate::plan::{Better, Target, TargetValue};
use crate::unit::{Decimal, Quantity};
use std::cmp::Ordering;
use std::sync::Arc;

/// Where a closed period stands against its target (reference: decisions, "Standing").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// The stretch is reached.
    Exceed,
    /// The target is reached.
    On,
    /// Between target and red line; without one within 5 %.
    Near,
    /// Beyond the red line.
    Off,
    /// There is no value.
    NoData,
    /// Put aside, disputed or given up: shown, but not judged.
    Paused,
    /// The period is not over, or its figure still moves or lacks days: shown, but not judged (periods.md §4.5).
    TooEarly,
}

impl Standing {
    /// As it stands in `report.json`; also the key of its word and shape.
    pub fn name(self) -> &'static str {
        match self {
            Standing::Exceed => "exceed",
            Standing::On => "on",
            Standing::Near => "near",
            Standing::Off => "off",
            Standing::NoData => "no-data",
            Standing::Paused => "paused",
            Standing::TooEarly => "too-early",
        }
    }
}

/// A target with what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// Id of the target.
    pub target: crate::plan::Id,
    /// What was measured in its period; `None` if nothing was asked or there is no data.
    pub actual: Option<Point>,
    /// Where it stands.
    pub standing: Standing,
    /// Actual over target; where lower is better the way from the baseline, or target over actual; of a range 1 inside.
    /// Without bounds; `None` where nothing can be divided.
    pub attainment: Option<Quantity>,
    /// Its values; `None` while they have to be measured first and are not (growth without a baseline).
    pub in_force: Option<InForce>,
    /// The same as `attainment`, against the value first promised; `None` while nothing was revised.
    pub attainment_original: Option<Quantity>,
    /// Whether the metric is a rate, price or stock, so that what is asked over a year is asked of each of its months.
    pub is_level: bool,
    /// What it asks of each day.
    pub course: Option<Arc<Course>>,
    /// Where it stands in a running period.
    pub pace: Option<Pace>,
    /// Why it has none.
    pub no_pace: Option<NoPace>,
    /// Where it will end.
    pub forecast: Option<Forecast>,
    /// Against its children, if it has any.
    pub rollup: Option<Rollup>,
    /// What a growth rests on.
    pub grown: Option<Grown>,
    /// Smaller targets worked out backwards, in order; up to the first that cannot be.
    pub derived: Vec<Derived>,
    /// Against history.
    pub plausible: Option<Plausible>,
    /// Against its baseline or the year before.
    pub improvement: Option<Improvement>,
    /// Whether resources stand behind it, or behind what it is a part of.
    pub has_resources: bool,
    /// The letters S, M, A, R, T; empty for a target that is not pursued.
    pub smart: Vec<Letter>,
}

impl Judged {
    /// A target of which nothing is known yet.
    pub(super) fn unknown(target: &Target) -> Judged {
        Judged {
            target: target.id.clone(),
            actual: None,
            standing: Standing::NoData,
            attainment: None,
            in_force: None,
            attainment_original: None,
            is_level: false,
            course: None,
            pace: None,
            no_pace: None,
            forecast: None,
            rollup: None,
            grown: None,
            derived: Vec::new(),
            plausible: None,
            improvement: None,
            has_resources: false,
            smart: Vec::new(),
        }
    }
}

/// Where a value stands; without a red line within 5 % of the target is near.
pub(super) fn standing(better: Better, target: &InForce, value: Quantity) -> Standing {
    standing_near(better, target, value, Decimal::new(95, 2))
}

/// Where a value (or a forecast) stands; without a red line from this share of the target on it is near.
pub(super) fn standing_near(better: Better, target: &InForce, value: Quantity, near: Decimal) -> Standing {
    match target.value {
        TargetValue::Between(low, high) => in_range(value, (low, high), target.red, near),
        TargetValue::Of(wanted) if better == Better::Neutral => around(value, wanted, target.red, near),
        TargetValue::Of(wanted) => {
            // For a lower-is-better metric every comparison is turned round. On a threshold counts as the better side.
            let reached = |threshold: Decimal| {
                let order = value.compare(Quantity::Exact(threshold));
                if better == Better::Lower { order != Ordering::Greater } else { order != Ordering::Less }
            };
            let red = match target.red {
                Some(TargetValue::Of(red)) => red,
                _ => default_red(better, wanted, near),
            };
            match target.stretch {
                Some(stretch) if reached(stretch) => Standing::Exceed,
                _ if reached(wanted) => Standing::On,
                _ if reached(red) => Standing::Near,
                _ => Standing::Off,
            }
        }
    }
}

/// Without a red line a share short of the target still counts as near, also of a loss.
fn default_red(better: Better, wanted: Decimal, near: Decimal) -> Decimal {
    let slack = slack(wanted, near);
    if better == Better::Lower { wanted + slack } else { wanted - slack }
}

/// Neither way is good: a plan is kept within the slack on both sides of it. A red line holds on both sides too, as far
/// off as it is drawn but never within the slack; without one it is twice the slack away.
fn around(value: Quantity, wanted: Decimal, red: Option<TargetValue>, near: Decimal) -> Standing {
    let slack = slack(wanted, near);
    let outer = match red {
        Some(TargetValue::Between(low, high)) => (low, high),
        Some(TargetValue::Of(red)) => {
            let off = (red - wanted).abs().max(slack);
            (wanted - off, wanted + off)
        }
        None => (wanted - slack - slack, wanted + slack + slack),
    };
    let kept = (wanted - slack, wanted + slack);
    in_range(value, kept, Some(TargetValue::Between(outer.0, outer.1)), near)
}

/// How far from an amount still counts as near it.
pub(super) fn slack(wanted: Decimal, near: Decimal) -> Decimal {
    wanted.abs() * (Decimal::ONE - near)
}

fn in_range(value: Quantity, range: (Decimal, Decimal), red: Option<TargetValue>, near: Decimal) -> Standing {
    let within = |(low, high): (Decimal, Decimal)| {
        value.compare(Quantity::Exact(low)) != Ordering::Less
            && value.compare(Quantity::Exact(high)) != Ordering::Greater
    };
    let slack = |at: Decimal| slack(at, near);
    let outer = match red {
        Some(TargetValue::Between(low, high)) => (low, high),
        _ => (range.0 - slack(range.0), range.1 + slack(range.1)),
    };
    if within(range) {
        Standing::On
    } else if within(outer) {
        Standing::Near
    } else {
        Standing::Off
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    /// `"100"`, or `"30..60"`.
    fn value(text: &str) -> TargetValue {
        match text.split_once("..") {
            Some((low, high)) => TargetValue::Between(number(low), number(high)),
            None => TargetValue::Of(number(text)),
        }
    }

    /// Target, stretch and red line; then values, each with its standing.
    fn check(better: Better, (wanted, stretch, red): (&str, &str, &str), expected: &[(&str, &str)]) {
        let target = InForce {
            value: value(wanted),
            original: value(wanted),
            stretch: (!stretch.is_empty()).then(|| number(stretch)),
            red: (!red.is_empty()).then(|| value(red)),
            since: None,
        };
        for (value, expected) in expected {
            let standing = standing(better, &target, Quantity::Exact(number(value)));
            assert_eq!(standing.name(), *expected, "{value} of {wanted}, {better:?} is better");
        }
    }

    #[test]
    fn on_a_threshold_counts_as_the_better_side() {
        let all =
            [("120", "exceed"), ("119", "on"), ("100", "on"), ("99", "near"), ("80", "near"), ("79", "off")];
        check(Better::Higher, ("100", "120", "80"), &all);
        let all =
            [("20", "exceed"), ("21", "on"), ("22", "on"), ("23", "near"), ("30", "near"), ("31", "off")];
        check(Better::Lower, ("22", "20", "30"), &all);
    }

    #[test]
    fn without_a_red_line_five_percent_short_is_near() {
        check(
            Better::Higher,
            ("100", "", ""),
            &[("100", "on"), ("95", "near"), ("94.9", "off"), ("500", "on")],
        );
        check(
            Better::Lower,
            ("100", "", ""),
            &[("100", "on"), ("105", "near"), ("105.1", "off"), ("0", "on")],
        );
        // Five percent of a loss are still on its worse side.
        check(Better::Higher, ("-100", "", ""), &[("-100", "on"), ("-105", "near"), ("-106", "off")]);
    }

    #[test]
    fn where_neither_way_is_good_a_plan_is_kept_from_both_sides() {
        let all =
            [("100", "on"), ("95", "on"), ("105", "on"), ("94.9", "near"), ("110", "near"), ("110.1", "off")];
        check(Better::Neutral, ("100", "", ""), &all);
        check(Better::Neutral, ("100", "", ""), &[("90", "near"), ("89.9", "off"), ("500", "off")]);
        // A red line on one side holds on the other as well; a stretch means nothing.
        let all = [("80", "near"), ("79", "off"), ("120", "near"), ("121", "off")];
        check(Better::Neutral, ("100", "104", "120"), &all);
        check(Better::Neutral, ("100", "", "80"), &all);
        check(Better::Neutral, ("-100", "", ""), &[("-105", "on"), ("-95", "on"), ("-111", "off")]);
        check(Better::Neutral, ("0", "", ""), &[("0", "on"), ("1", "off")]);
    }

    #[test]
    fn a_range_holds_both_its_ends() {
        let all = [
            ("30", "on"),
            ("60", "on"),
            ("29", "near"),
            ("20", "near"),
            ("90", "near"),
            ("91", "off"),
            ("19", "off"),
        ];
        check(Better::Range, ("30..60", "", "20..90"), &all);
        check(
            Better::Range,
            ("30..60", "", ""),
            &[("28.5", "near"), ("28.4", "off"), ("63", "near"), ("63.1", "off")],
        );
    }
}
