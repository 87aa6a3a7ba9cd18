//! A value against its target: exceed, on, near, off; or why it cannot be said.

use crate::measure::{Facts, Point, State};
use crate::plan::{Better, Metric, Plan, Target, TargetValue};
use crate::unit::{Decimal, Quantity};
use std::cmp::Ordering;

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
    /// The period is not over.
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
    /// Actual over target; target over actual where lower is better. `None` for ranges and where a part is missing.
    pub attainment: Option<Quantity>,
}

/// All targets of the plan, in its order.
pub fn assess(plan: &Plan, facts: &Facts) -> Vec<Judged> {
    let metric = |target: &Target| {
        plan.metrics.get(&target.metric).expect("a `Plan` holds only targets of its metrics")
    };
    plan.targets
        .iter()
        .map(|target| judge(metric(target), target, facts.at(&target.metric, &target.scope, target.period)))
        .collect()
}

/// One target against one point.
pub fn judge(metric: &Metric, target: &Target, actual: Option<&Point>) -> Judged {
    let judged = |standing, attainment| Judged {
        target: target.id.clone(),
        actual: actual.copied(),
        standing,
        attainment,
    };
    let Some((point, value)) = actual.and_then(|point| Some((point, point.value?))) else {
        return judged(Standing::NoData, None);
    };
    let attainment = attainment(metric.better, target.value, value);
    if matches!(point.state, State::Running | State::Future) {
        return judged(Standing::TooEarly, attainment);
    }
    judged(standing(metric.better, target, value), attainment)
}

/// Actual over target, turned round where lower is better (numbers.md §5.6).
fn attainment(better: Better, target: TargetValue, value: Quantity) -> Option<Quantity> {
    match (target, better) {
        (TargetValue::Between(..), _) => None,
        (TargetValue::Of(target), Better::Lower) => Quantity::Exact(target).over(value),
        (TargetValue::Of(target), _) => value.over(Quantity::Exact(target)),
    }
}

fn standing(better: Better, target: &Target, value: Quantity) -> Standing {
    match target.value {
        TargetValue::Between(low, high) => in_range(value, (low, high), target.red),
        TargetValue::Of(wanted) => {
            // For a lower-is-better metric every comparison is turned round. On a threshold counts as the better side.
            let reached = |threshold: Decimal| {
                let order = value.compare(Quantity::Exact(threshold));
                if better == Better::Lower { order != Ordering::Greater } else { order != Ordering::Less }
            };
            let red = match target.red {
                Some(TargetValue::Of(red)) => red,
                _ => default_red(better, wanted),
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

/// Without a red line, within 5 % of the target still counts as near.
fn default_red(better: Better, wanted: Decimal) -> Decimal {
    let slack = wanted.abs() * Decimal::new(5, 2);
    if better == Better::Lower { wanted + slack } else { wanted - slack }
}

fn in_range(value: Quantity, range: (Decimal, Decimal), red: Option<TargetValue>) -> Standing {
    let within = |(low, high): (Decimal, Decimal)| {
        value.compare(Quantity::Exact(low)) != Ordering::Less
            && value.compare(Quantity::Exact(high)) != Ordering::Greater
    };
    let slack = |at: Decimal| at.abs() * Decimal::new(5, 2);
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
