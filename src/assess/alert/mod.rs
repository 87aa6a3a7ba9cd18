//! Alerts: what somebody asked to be told, raised from the data alone. Every period up to the as-of date is looked at as if it
//! were the newest, so the same inputs give the same states on any machine; only acknowledgements come from files.

mod found;
mod replay;
mod test;
#[cfg(test)]
mod tests;

pub use found::RULES;
pub use replay::{AlertState, Raised};
pub use test::{Heard, Probe};

use super::spc::SignalRule;
use crate::diag::Checked;
use crate::measure::Facts;
use crate::parallel;
use crate::plan::{Alert, AlertTest, Id, Plan, Scope, Whose};
use crate::time::Date;
use std::collections::BTreeMap;

/// The last day each source has rows of, the one of the slowest store.
pub type Freshness = BTreeMap<Id, Date>;

/// Every alert ever raised up to the as-of date, the newest first.
pub fn alerts(plan: &Plan, facts: &Facts, fresh: &Freshness, as_of: Option<Date>) -> Checked<Vec<Raised>> {
    let mut found = found::unknown(plan);
    let Some(as_of) = as_of else { return Checked { value: Vec::new(), found } };
    let pairs: Vec<(&Alert, Scope)> = plan
        .alerts
        .iter()
        .filter(|alert| !is_reciprocal(plan, alert))
        .flat_map(|alert| scopes(plan, facts, alert).into_iter().map(move |scope| (alert, scope)))
        .collect();
    let given = test::Given::of(plan, facts, fresh, as_of);
    let simple = |alert: &Alert| !matches!(alert.test, AlertTest::Composite { .. });
    let heard: Vec<Vec<Probe>> =
        parallel::each(
            &pairs,
            |(alert, scope)| {
                if simple(alert) { test::probes(&given, alert, scope) } else { Vec::new() }
            },
        );
    let by_name: BTreeMap<(&Id, &Scope), &Vec<Probe>> =
        pairs.iter().zip(&heard).map(|((alert, scope), probes)| ((&alert.id, scope), probes)).collect();
    let mut raised = Vec::new();
    for ((alert, scope), probes) in pairs.iter().zip(&heard) {
        let together;
        let probes = match &alert.test {
            AlertTest::Composite { all, of } => {
                let parts: Vec<&[Probe]> = of
                    .iter()
                    .filter_map(|part| by_name.get(&(part, scope)).map(|one| one.as_slice()))
                    .collect();
                together = if parts.len() == of.len() { test::together(&parts, *all) } else { Vec::new() };
                &together
            }
            _ if !alert.unless.is_empty() => {
                let causes: Vec<&[Probe]> = alert
                    .unless
                    .iter()
                    .filter_map(|cause| by_name.get(&(cause, scope)).map(|one| one.as_slice()))
                    .collect();
                together = test::unless(probes, &causes);
                &together
            }
            _ => probes,
        };
        raised.extend(replay::replay(plan, alert, scope, probes, as_of));
    }
    raised.sort_by(|a, b| (b.opened.end, b.severity, &a.id).cmp(&(a.opened.end, a.severity, &b.id)));
    found.extend(found::acknowledged(plan, &raised, as_of));
    Checked { value: raised, found }
}

/// For whom an alert looks.
fn scopes(plan: &Plan, facts: &Facts, alert: &Alert) -> Vec<Scope> {
    match &alert.whose {
        Whose::Scope(scope) => vec![scope.clone()],
        Whose::Each(level) => {
            let with_data = facts.members.get(level).cloned().unwrap_or_default();
            let members = match &**level {
                "store" if !plan.stores.is_empty() => plan.stores.keys().cloned().collect(),
                _ => with_data,
            };
            members.iter().map(|member| Scope::of(level, member)).collect()
        }
    }
}

/// Whether the same is told by an alert on the reciprocal of the metric: ACoS and ROAS are one thing.
fn is_reciprocal(plan: &Plan, alert: &Alert) -> bool {
    let metric = alert.metric.as_ref().and_then(|metric| plan.metrics.get(metric));
    let Some(other) = metric.and_then(|metric| metric.reciprocal_of.as_ref()) else { return false };
    let same = |one: &Alert| {
        one.metric.as_ref() == Some(other) && one.test.name() == alert.test.name() && one.whose == alert.whose
    };
    plan.alerts.iter().any(same)
}

/// The rule of a name.
fn rule_of(name: &str) -> Option<SignalRule> {
    SignalRule::ALL.iter().copied().find(|rule| rule.name() == name)
}
