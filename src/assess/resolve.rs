//! What targets promise once the past is measured: growth becomes an amount, and revisions come into force on their day.

use super::weigh::Weighing;
use super::{Grown, InForce, phase, series};
use crate::measure::{Facts, State};
use crate::plan::sums::{Along, Kind, kind};
use crate::plan::{Growth, Id, Metric, Plan, Promise, Target, TargetValue};
use crate::time::Date;
use crate::unit::{Decimal, Quantity, rounded};
use std::collections::BTreeMap;

/// Decimals of a value that grew and has no smallest unit: a rate, a price, days.
const FINE: u32 = 6;

/// The values of a target; without an original nothing is known.
#[derive(Clone, Debug, Default)]
pub(super) struct Resolved {
    /// As first promised.
    pub(super) original: Option<TargetValue>,
    /// Values that came into force within the period up to as-of, in the order of their dates.
    pub(super) revisions: Vec<Step>,
    /// What counts now.
    pub(super) in_force: Option<InForce>,
    /// What growth rests on.
    pub(super) grown: Option<Grown>,
}

/// A later value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// The first day it holds for; within the period.
    pub(super) date: Date,
    /// For the whole period.
    pub(super) value: TargetValue,
}

/// The values of all targets, in their order.
pub(super) fn all(plan: &Plan, facts: &Facts, as_of: Option<Date>, weighing: &Weighing<'_>) -> Vec<Resolved> {
    let place: BTreeMap<&Id, usize> =
        plan.targets.iter().enumerate().map(|(at, target)| (&target.id, at)).collect();
    let mut resolving =
        Resolving { plan, facts, as_of, weighing, place, known: vec![None; plan.targets.len()] };
    (0..plan.targets.len()).for_each(|at| resolving.resolve(at));
    resolving.known.into_iter().map(Option::unwrap_or_default).collect()
}

struct Resolving<'a> {
    plan: &'a Plan,
    facts: &'a Facts,
    as_of: Option<Date>,
    weighing: &'a Weighing<'a>,
    place: BTreeMap<&'a Id, usize>,
    known: Vec<Option<Resolved>>,
}

impl Resolving<'_> {
    /// Resolves a target, those it is a part of first.
    fn resolve(&mut self, at: usize) {
        let (mut open, targets) = (vec![at], &self.plan.targets);
        while let Some(at) = open.last().copied() {
            let parent = targets[at].parent.as_ref().and_then(|parent| self.place.get(parent)).copied();
            match parent.filter(|parent| self.known[*parent].is_none() && !open.contains(parent)) {
                Some(parent) => open.push(parent),
                None => {
                    if self.known[at].is_none() {
                        let parent = parent.and_then(|parent| self.known[parent].as_ref());
                        self.known[at] = Some(self.one(&targets[at], parent));
                    }
                    open.pop();
                }
            }
        }
    }

    fn one(&self, target: &Target, parent: Option<&Resolved>) -> Resolved {
        let Some(metric) = self.plan.metrics.get(&target.metric) else { return Resolved::default() };
        let mut grown = None;
        let mut value = |promise: Promise, date: Option<Date>| match promise {
            Promise::Value(value) => Some(value),
            Promise::Growth(growth) => {
                let (value, rests) = self.grow(metric, target, growth)?;
                grown = Some(rests);
                Some(TargetValue::Of(value))
            }
            Promise::Part => part(metric, target, parent?, date).map(TargetValue::Of),
            // What adds up over days is asked for in sum; a rate has no value but that of each day.
            Promise::Series if kind(self.plan, metric, Along::Time) == Kind::Sum => {
                series::total(self.facts, target).map(TargetValue::Of)
            }
            Promise::Series => None,
        };
        let original = value(target.value, None);
        let (mut stretch, mut red, mut since) = (target.stretch, target.red, None);
        let mut now = original;
        let mut revisions: Vec<Step> = Vec::new();
        for revision in &target.revisions {
            if revision.date > target.period.end || self.as_of.is_some_and(|as_of| revision.date > as_of) {
                continue;
            }
            now = value(revision.value, Some(revision.date));
            (stretch, red) = (revision.stretch.or(stretch), revision.red.or(red));
            since = Some(revision.date);
            if let Some(value) = now {
                revisions.push(Step { date: revision.date.max(target.period.start), value });
            }
        }
        let in_force =
            original.zip(now).map(|(original, value)| InForce { value, original, stretch, red, since });
        Resolved { original: original.filter(|_| now.is_some()), revisions, in_force, grown }
    }

    /// A baseline that grew; `None` while it is not complete and settled.
    fn grow(&self, metric: &Metric, target: &Target, growth: Growth) -> Option<(Decimal, Grown)> {
        let point = self.facts.at(&metric.id, &target.scope, growth.baseline)?;
        if point.state != State::Complete {
            return None;
        }
        let more = Quantity::Exact(Decimal::ONE + growth.rate);
        let grew = point.value?.times(more)?;
        let adds = kind(self.plan, metric, Along::Time) == Kind::Sum;
        let daily = growth.daily_average && adds;
        let days = (point.days.observed, self.weighing.active(target).unwrap_or(target.period.days()));
        let value = match daily {
            true => grew
                .times(Quantity::from(i64::from(days.1)))?
                .over(Quantity::from(i64::from(days.0)))?
                .as_decimal()?,
            false => grew.as_decimal()?,
        };
        let decimals = if adds { phase::decimals(&metric.unit) } else { FINE };
        let rests = Grown { baseline: *point, days: daily.then_some(days), rate: growth.rate };
        Some((rounded(value, decimals), rests))
    }
}

/// The part a split gives a target, of what its parent promises on a day (at first if absent).
fn part(metric: &Metric, target: &Target, parent: &Resolved, date: Option<Date>) -> Option<Decimal> {
    let later = date.and_then(|date| parent.revisions.iter().rfind(|step| step.date <= date));
    match later.map_or(parent.original?, |step| step.value) {
        TargetValue::Of(whole) => target.origin.part(whole, phase::decimals(&metric.unit)),
        TargetValue::Between(..) => None,
    }
}
