//! Where metrics are used: not at levels they do not add up to, and at least somewhere.

use crate::diag::{Family, Finding, Level, Rule};
use crate::plan::usage::{EVERY, Use, shown};
use crate::plan::{Causes, Definition, Id, Metric, OverTime, Plan, Scope};
use std::collections::BTreeSet;

/// A sum that means nothing.
pub(super) static NOT_ADDITIVE: Rule = Rule {
    name: "not-additive",
    level: Level::Error,
    family: Family::Config,
    about: "finds a place that adds up a metric over a level it does not add up over (sessions over ASINs)",
    why: "one visit that views three products would be counted three times",
    example: "sessions_by_asin on the company's page      →  the source's own total: `source: sales_traffic.by_date`",
};

/// Defined, and nowhere to be seen.
pub(super) static METRIC_UNUSED: Rule = Rule {
    name: "metric-unused",
    level: Level::Note,
    family: Family::Config,
    about: "finds a metric without a level that stands on none of the dashboards and in no target, formula or text",
    why: "what nobody looks at still has to be understood by everybody who reads the definitions",
    example: "metrics/old.yaml: clicks_2019      →  use it or remove it",
};

pub(super) fn check(plan: &Plan, found: &mut Vec<Finding>) {
    let mut uses = shown(plan);
    uses.extend(plan.targets.iter().map(|target| Use {
        metric: target.metric.clone(),
        scope: target.scope.clone(),
        grain: None,
        period: None,
        place: target.place.clone(),
    }));
    let mut said = BTreeSet::new();
    for used in &uses {
        if let Some(finding) = not_additive(plan, used)
            && said.insert((used.place.clone(), used.metric.clone()))
        {
            found.push(finding);
        }
    }
    unused(plan, &uses, found);
}

/// The level `metric` would have to be added up over to give a value for scopes of `levels`, although it does not.
/// Values of metrics over metrics follow their parts.
pub(in crate::plan) fn adds_wrongly<'p>(
    plan: &'p Plan,
    metric: &'p Metric,
    scope: &Scope,
) -> Option<(&'p Id, &'p Id)> {
    let mut open = vec![metric];
    let mut seen = BTreeSet::new();
    while let Some(metric) = open.pop() {
        if !seen.insert(&metric.id) {
            continue;
        }
        match &metric.definition {
            Definition::Source(measured) => {
                // `rows` computes again over all rows: nothing is added up.
                let wrong = measured.not_additive_over.iter().find(|level| {
                    measured.over_time != OverTime::Rows
                        && scope.member(level).is_none()
                        && measured
                            .tables
                            .iter()
                            .any(|table| has_level(plan, &table.source, &table.table, level))
                });
                if let Some(level) = wrong {
                    return Some((&metric.id, level));
                }
            }
            Definition::Derived(_) => {
                open.extend(super::operands(metric).into_iter().filter_map(|id| plan.metrics.get(id)));
            }
        }
    }
    None
}

/// Whether rows of a table stand for single members of a level.
pub(in crate::plan) fn has_level(plan: &Plan, source: &Id, table: &Id, level: &Id) -> bool {
    let Some(source) = plan.sources.get(source) else { return false };
    let columns =
        source.tables.iter().find(|known| known.name == *table).map(|table| table.columns.as_slice());
    source.dimensions.contains(level)
        || source.scopes.contains_key(level)
        || columns.unwrap_or_default().iter().any(|column| column.name == *level)
}

fn not_additive(plan: &Plan, used: &Use) -> Option<Finding> {
    let metric = plan.metrics.get(&used.metric)?;
    let (part, level) = adds_wrongly(plan, metric, &used.scope)?;
    let whole = used.scope.to_string().replace(&format!(":{EVERY}"), "");
    let via = if *part == metric.id { String::new() } else { format!(" (a part of `{}`)", metric.id) };
    let message = format!("`{part}`{via} does not add up over `{level}`, but is asked for by {whole}");
    let finding = Finding::new(&NOT_ADDITIVE, used.place.clone(), message)
        .hint(format!("use the source's own total, or show it by `{level}`"));
    Some(match plan.metrics.get(part) {
        Some(part) => finding.related(part.place.clone(), format!("`not_additive_over` names `{level}`")),
        None => finding,
    })
}

fn unused(plan: &Plan, uses: &[Use], found: &mut Vec<Finding>) {
    // Before the first dashboard the pages of the metrics are the site.
    if plan.dashboards.is_empty() {
        return;
    }
    let mut used: BTreeSet<&Id> = uses.iter().map(|used| &used.metric).collect();
    used.extend(plan.metrics.values().flat_map(super::operands));
    used.extend(
        plan.metrics.values().filter_map(|metric| metric.causes.as_deref()).flat_map(Causes::metrics),
    );
    used.extend(plan.alerts.iter().filter_map(|alert| alert.metric.as_ref()));
    for review in plan.reviews.values() {
        used.extend(review.commented());
        used.extend(review.actions.iter().filter_map(|entry| entry.metric.as_ref()));
    }
    for (id, metric) in &plan.metrics {
        if metric.importance.is_none() && !used.contains(id) {
            let message = format!("`{id}` is on no dashboard and in no target, formula or text");
            found.push(
                Finding::new(&METRIC_UNUSED, metric.place.clone(), message).hint("use it or remove it"),
            );
        }
    }
}
