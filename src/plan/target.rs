//! What is promised: a value for a metric, a scope and a period.

use super::{Id, Scope};
use crate::diag::Place;
use crate::time::Period;
use crate::unit::Decimal;
use std::sync::Arc;

/// A target of one metric in one scope over one period.
#[derive(Clone, Debug)]
pub struct Target {
    /// Written, or made from metric, scope and period.
    pub id: Id,
    /// The metric.
    pub metric: Id,
    /// For whom.
    pub scope: Scope,
    /// When.
    pub period: Period,
    /// How much, in the metric's unit (percent as plain ratio).
    pub value: TargetValue,
    /// More than asked.
    pub stretch: Option<Decimal>,
    /// Beyond this it is off target; for a range both ends.
    pub red: Option<TargetValue>,
    /// Who answers for it.
    pub owner: Option<Id>,
    /// The target this one is a part of.
    pub parent: Option<Id>,
    /// What was promised in return.
    pub resources: Vec<Arc<str>>,
    /// Where it is written.
    pub place: Place,
}

/// How much is promised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TargetValue {
    /// This much.
    Of(Decimal),
    /// Between two ends, both included.
    Between(Decimal, Decimal),
}
