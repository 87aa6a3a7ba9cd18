//! Who answers for what: one person for each metric and target, and few core metrics for each.

use crate::diag::{Family, Finding, Level, Rule};
use crate::plan::{Id, Importance, Metric, Plan, Target};
use std::collections::BTreeMap;

/// Two owners of one thing.
pub(super) static SEVERAL_OWNERS: Rule = Rule {
    name: "several-owners",
    level: Level::Error,
    family: Family::Config,
    about: "finds two targets of one metric and scope, at the same time, with different owners",
    why: "where two answer for a figure nobody does",
    example: "gmv 2026 owner: ceo, gmv 2026-Q4 owner: li.na      →  one owner, or the second one `parent: gmv-2026`",
};

/// Nobody answers.
pub(super) static NO_OWNER: Rule = Rule {
    name: "no-owner",
    level: Level::Warning,
    family: Family::Config,
    about: "finds a metric with a level, or a target, that nobody answers for",
    why: "a figure without an owner is looked at and not acted on",
    example: "acos: {value: ad_spend / ad_sales, level: core}      →  owner: li.na",
};

/// More than anybody can keep in mind.
pub(in crate::plan) static TOO_MANY_CORE_METRICS: Rule = Rule {
    name: "too-many-core-metrics",
    level: Level::Warning,
    family: Family::Config,
    about: "finds more than five metrics of level `core` for one person or one team, and scorecards of more than five items",
    why: "who has ten most important figures has none",
    example: "six metrics with `level: core, owner: li.na`      →  keep three to five, set the others to another level",
};

/// Fewer than a person can be judged by.
pub(in crate::plan) static TOO_FEW_CORE_METRICS: Rule = Rule {
    name: "too-few-core-metrics",
    level: Level::Note,
    family: Family::Config,
    about: "finds a scorecard with fewer than three scored items",
    why: "who is judged by one figure drives that figure, at the cost of everything it leaves out",
    example: "items: [{metric: acos, weight: 100%, …}]      →  add what must not suffer: ad sales, stock, rating",
};

/// A person keeps this many figures in mind (features.md §22, `core: 3..5`).
const MOST_CORE: usize = 5;

pub(super) fn check(plan: &Plan, found: &mut Vec<Finding>) {
    if !plan.people.is_empty() {
        no_owner(plan, found);
    }
    several_owners(plan, found);
    too_many(plan, found);
}

fn no_owner(plan: &Plan, found: &mut Vec<Finding>) {
    let hint = "add `owner:`; one person answers for it";
    for metric in plan.metrics.values().filter(|metric| metric.importance.is_some() && metric.owner.is_none())
    {
        let message = format!("nobody answers for `{}`", metric.id);
        found.push(Finding::new(&NO_OWNER, metric.place.clone(), message).hint(hint));
    }
    // The owner of the metric answers for its targets too.
    let owned = |target: &&Target| {
        target.owner.is_some()
            || plan.metrics.get(&target.metric).is_some_and(|metric| metric.owner.is_some())
    };
    for target in plan.targets.iter().filter(|target| !owned(target)) {
        let message = format!("nobody answers for the target `{}`", target.id);
        found.push(Finding::new(&NO_OWNER, target.place.clone(), message).hint(hint));
    }
}

fn several_owners(plan: &Plan, found: &mut Vec<Finding>) {
    for (at, one) in plan.targets.iter().enumerate() {
        let rival = |other: &&Target| {
            let both = one.owner.as_ref().zip(other.owner.as_ref());
            let overlap = one.period.start <= other.period.end && other.period.start <= one.period.end;
            let family = one.parent.as_ref() == Some(&other.id) || other.parent.as_ref() == Some(&one.id);
            one.metric == other.metric
                && one.scope == other.scope
                && overlap
                && !family
                && both.is_some_and(|(one, other)| one != other)
        };
        for other in plan.targets[at + 1..].iter().filter(rival) {
            let (Some(a), Some(b)) = (&one.owner, &other.owner) else { continue };
            let message =
                format!("`{a}` and `{b}` both answer for `{}` of {} at the same time", one.metric, one.scope);
            let finding = Finding::new(&SEVERAL_OWNERS, other.place.clone(), message)
                .hint(format!(
                    "keep one owner, or make this target a part of the other: `parent: {}`",
                    one.id
                ))
                .related(one.place.clone(), format!("`{a}` answers for it here"));
            found.push(finding);
        }
    }
}

fn too_many(plan: &Plan, found: &mut Vec<Finding>) {
    let mut by_person: BTreeMap<Id, Vec<&Metric>> = BTreeMap::new();
    let mut by_team: BTreeMap<Id, Vec<&Metric>> = BTreeMap::new();
    let mut nobody: Vec<&Metric> = Vec::new();
    for metric in plan.metrics.values().filter(|metric| metric.importance == Some(Importance::Core)) {
        let Some(owner) = &metric.owner else {
            nobody.push(metric);
            continue;
        };
        by_person.entry(owner.clone()).or_default().push(metric);
        if let Some(team) = plan.people.get(owner).and_then(|person| person.team.clone()) {
            by_team.entry(team).or_default().push(metric);
        }
    }
    let mut said = |who: String, metrics: &[&Metric]| {
        if let Some(first_over) = metrics.get(MOST_CORE) {
            let message = format!("{who} {} core metrics, more than {MOST_CORE}", metrics.len());
            let hint = "keep three to five; set the others to another `level`";
            found.push(Finding::new(&TOO_MANY_CORE_METRICS, first_over.place.clone(), message).hint(hint));
        }
    };
    by_person.iter().for_each(|(id, metrics)| said(format!("`{id}` has"), metrics));
    // A team of one says nothing its member does not say.
    let several = |metrics: &[&Metric]| metrics.iter().any(|metric| metric.owner != metrics[0].owner);
    by_team
        .iter()
        .filter(|(_, metrics)| several(metrics))
        .for_each(|(id, m)| said(format!("team `{id}` has"), m));
    said("the site has".to_owned(), &nobody);
}
