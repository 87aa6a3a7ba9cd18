//! What is to be measured: metric × scopes × grain, gathered from pages and from the addresses of targets, never
//! from their values. Changing a value leaves the demand equal, so that no table is read again.

use super::formula::check::{adds_wrongly, order};
use super::formula::{MetricUse, When};
use super::usage::{EVERY, shown};
use super::{Definition, Id, Level, Metric, Plan, Scope};
use crate::time::{Grain, Period};
use std::collections::{BTreeMap, BTreeSet};

/// Everything the report and the targets need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// By metric.
    pub needs: BTreeMap<Id, Need>,
}

/// What is needed of one metric.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Need {
    /// Combinations of levels: the empty one is the company; `{store}` every store; `{store, category}` each category
    /// of each store. All members with data are measured.
    pub levels: BTreeSet<BTreeSet<Level>>,
    /// Series over all periods of these grains up to as-of.
    pub grains: BTreeSet<Grain>,
    /// Single periods: custom ranges of targets, for these scopes.
    pub periods: BTreeSet<(Scope, Period)>,
}

impl Demand {
    /// The need of a metric, made if it is not there yet.
    pub fn of(&mut self, metric: &Id) -> &mut Need {
        self.needs.entry(metric.clone()).or_default()
    }
}

/// The level every metric page and the comparison show beside the company.
const STORE: &str = "store";

/// What the pages and targets of a plan need. Metrics that show a dash (`plan.dashed`) are not measured, nor is a
/// metric for scopes it does not add up to; what metrics are made of is needed wherever they are.
pub fn demand(plan: &Plan) -> Demand {
    let mut demand = Demand::default();
    for metric in plan.metrics.values() {
        // Its own page, the pages of stores and the comparison: the reader chooses the grain.
        ask(plan, &mut demand, metric, &Scope::company(), None);
        ask(plan, &mut demand, metric, &Scope::of(STORE, EVERY), None);
    }
    for used in shown(plan) {
        if let Some(metric) = plan.metrics.get(&used.metric) {
            ask(plan, &mut demand, metric, &used.scope, used.grain);
        }
    }
    for target in &plan.targets {
        let Some(metric) = plan.metrics.get(&target.metric) else { continue };
        match target.period.grain {
            Some(grain) => ask(plan, &mut demand, metric, &target.scope, Some(grain)),
            None if measurable(plan, metric, &target.scope) => {
                demand.of(&metric.id).periods.insert((target.scope.clone(), target.period));
            }
            None => {}
        }
    }
    parts(plan, &mut demand);
    demand
}

/// Whether a value for these levels would be a right one.
fn measurable(plan: &Plan, metric: &Metric, scope: &Scope) -> bool {
    !plan.dashed.contains(&metric.id) && adds_wrongly(plan, metric, scope).is_none()
}

/// Adds the levels of a scope and a grain, or all grains the metric has a value for.
fn ask(plan: &Plan, demand: &mut Demand, metric: &Metric, scope: &Scope, grain: Option<Grain>) {
    if !measurable(plan, metric, scope) {
        return;
    }
    let need = demand.of(&metric.id);
    need.levels.insert(scope.levels().cloned().collect());
    let asked = |known: &&Grain| **known >= metric.grain && grain.is_none_or(|grain| grain == **known);
    need.grains.extend(Grain::ALL.iter().filter(asked));
}

/// Hands the needs of each metric on to those it is made of, users before operands.
fn parts(plan: &Plan, demand: &mut Demand) {
    for id in order(&plan.metrics).iter().rev() {
        let (Some(metric), Some(need)) = (plan.metrics.get(id), demand.needs.get(id).cloned()) else {
            continue;
        };
        let Definition::Derived(formula) = &metric.definition else { continue };
        formula.leaves(&mut |used: &MetricUse| {
            if let Some(part) = plan.metrics.get(&used.metric).filter(|part| !plan.dashed.contains(&part.id))
            {
                hand_on(demand.of(&part.id), &need, used.when, part.grain);
            }
        });
    }
}

fn hand_on(part: &mut Need, need: &Need, when: When, finest: Grain) {
    part.levels.extend(need.levels.iter().cloned());
    part.periods.extend(need.periods.iter().cloned());
    part.grains.extend(need.grains.iter().filter(|grain| **grain >= finest));
    if let When::Earlier(_, grain) | When::Rolling(_, grain) = when
        && grain >= finest
    {
        part.grains.insert(grain);
    }
}
