//! Checks over resolved metrics: names, circles, units and bases; and over the whole plan: owners, scopes and use.
//! What cannot be computed rightly is taken out of the plan, or marked so that a dash stands in its place.

mod names;
mod people;
mod sense;
mod uses;

#[cfg(test)]
mod tests;

pub(in crate::plan) use names::CYCLE;
pub use names::order;
pub(in crate::plan) use people::{NO_OWNER, TOO_FEW_CORE_METRICS, TOO_MANY_CORE_METRICS};
pub(in crate::plan) use uses::{adds_wrongly, has_level};

use crate::diag::{Finding, Level, Place, Rule};
use crate::plan::{Definition, Id, Metric, Plan, Source};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the checks may find.
pub static RULES: &[&Rule] = &[
    &names::UNKNOWN_METRIC,
    &CYCLE,
    &sense::BASIS_MIXED,
    &sense::BASIS_UNDECLARED,
    &sense::EXCHANGE_RATE_MIXED,
    &uses::NOT_ADDITIVE,
    &uses::METRIC_UNUSED,
    &people::SEVERAL_OWNERS,
    &NO_OWNER,
    &TOO_MANY_CORE_METRICS,
    &TOO_FEW_CORE_METRICS,
    &people::ABOVE_STAGE,
];

/// What became of the metrics.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Findings, by metric.
    pub found: Vec<Finding>,
    /// Metrics that are computed over an undeclared basis, and those made of them: they show a dash.
    pub dashed: BTreeSet<Id>,
    /// Metrics that cannot be computed, with the reason; those made of them too.
    pub broken: BTreeMap<Id, Arc<str>>,
}

/// Findings on metrics alone; see [`judge`].
pub fn check_metrics(metrics: &BTreeMap<Id, Metric>, sources: &BTreeMap<Id, Source>) -> Vec<Finding> {
    judge(metrics, sources, &BTreeMap::new()).found
}

/// Checks names, circles, units and bases of metrics. `broken` are those that could not be read at all: what is made
/// of them breaks without a finding of its own.
pub fn judge(
    metrics: &BTreeMap<Id, Metric>,
    sources: &BTreeMap<Id, Source>,
    broken: &BTreeMap<Id, Arc<str>>,
) -> Verdict {
    let mut verdict = Verdict { broken: broken.clone(), ..Verdict::default() };
    names::check(metrics, &mut verdict);
    sense::check(metrics, sources, &mut verdict);
    spread(metrics, &mut verdict);
    verdict
}

/// Checks a plan: its metrics ([`judge`]), then owners, scopes and use. Broken metrics move from `metrics` to
/// `broken` and take their targets with them, so that those that stay can all be computed in the order of [`order`].
pub fn settle(plan: &mut Plan) -> Vec<Finding> {
    let mut verdict = judge(&plan.metrics, &plan.sources, &plan.broken);
    people::check(plan, &mut verdict.found);
    uses::check(plan, &mut verdict.found);
    plan.broken = verdict.broken;
    retain_whole(plan);
    coarsen(&mut plan.metrics);
    plan.dashed = verdict.dashed;
    verdict.found
}

/// After metrics became broken: takes out those made of them, and the targets of all.
pub(in crate::plan) fn retain_whole(plan: &mut Plan) {
    let mut verdict =
        Verdict { broken: plan.broken.clone(), dashed: plan.dashed.clone(), ..Verdict::default() };
    spread(&plan.metrics, &mut verdict);
    plan.metrics.retain(|id, _| !verdict.broken.contains_key(id));
    plan.targets.retain(|target| plan.metrics.contains_key(&target.metric));
    let left: BTreeSet<Id> = plan.targets.iter().map(|target| target.id.clone()).collect();
    plan.targets
        .iter_mut()
        .for_each(|target| target.parent = target.parent.take().filter(|parent| left.contains(parent)));
    plan.broken = verdict.broken;
}

/// A metric over metrics has no value finer than the coarsest of its parts.
fn coarsen(metrics: &mut BTreeMap<Id, Metric>) {
    for id in order(metrics) {
        let coarsest = operands(&metrics[&id])
            .into_iter()
            .filter_map(|part| metrics.get(part))
            .map(|part| part.grain)
            .max();
        if let (Some(coarsest), Some(metric)) = (coarsest, metrics.get_mut(&id)) {
            metric.grain = metric.grain.max(coarsest);
        }
    }
}

/// What is made of a broken metric is broken, what is made of a dashed one shows a dash.
fn spread(metrics: &BTreeMap<Id, Metric>, verdict: &mut Verdict) {
    for id in order(metrics) {
        let operands = operands(&metrics[&id]);
        if let Some(operand) = operands.iter().find(|operand| verdict.broken.contains_key(**operand)) {
            let why = format!("`{id}` is made of `{operand}`, which cannot be computed");
            verdict.broken.entry(id.clone()).or_insert_with(|| why.into());
        }
        if operands.iter().any(|operand| verdict.dashed.contains(*operand)) {
            verdict.dashed.insert(id);
        }
    }
}

impl Verdict {
    /// Adds a finding on a metric; one of error level breaks it.
    fn say(&mut self, metric: &Id, finding: Finding) {
        if finding.level == Level::Error {
            self.broken.entry(metric.clone()).or_insert_with(|| finding.message.as_str().into());
        }
        self.found.push(finding);
    }
}

/// The metrics a metric is made of, each once, sorted.
pub fn operands(metric: &Metric) -> Vec<&Id> {
    let mut names = BTreeSet::new();
    if let Definition::Derived(formula) = &metric.definition {
        formula.leaves(&mut |leaf| {
            names.insert(&leaf.metric);
        });
    }
    names.into_iter().collect()
}

/// Where `name` stands in the formula of `metric`.
fn place_of(metric: &Metric, name: &str) -> Place {
    super::locate(&metric.formula, &formula_place(metric), name)
}

fn formula_place(metric: &Metric) -> Place {
    if metric.formula_at.line == 0 { metric.place.clone() } else { metric.formula_at.clone() }
}
