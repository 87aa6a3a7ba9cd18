//! Who answers for what: one person for each metric and target, and few core metrics for each.

use crate::diag::{Family, Finding, Level, Rule};
use crate::plan::{Id, Importance, Metric, Origin, Plan, Scope, Target};
use std::collections::{BTreeMap, BTreeSet};

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
pub(in crate::plan) static NO_OWNER: Rule = Rule {
    name: "no-owner",
    level: Level::Warning,
    family: Family::Config,
    about: "finds a metric with a level, a target, or a block of a review deck that nobody answers for",
    why: "a figure without an owner is looked at and not acted on",
    example: "acos: {value: ad_spend / ad_sales, level: core}      →  owner: li.na",
};

/// More than anybody can keep in mind.
pub(in crate::plan) static TOO_MANY_CORE_METRICS: Rule = Rule {
    name: "too-many-core-metrics",
    level: Level::Warning,
    family: Family::Config,
    about: "finds more than five metrics of level `core` for one person, one team or the stage of the company, and scorecards of more than five items",
    why: "who has ten most important figures has none",
    example: "six metrics with `level: core, owner: li.na`      →  keep three to five, set the others to another level",
};

/// Fewer than a person can be judged by.
pub(in crate::plan) static TOO_FEW_CORE_METRICS: Rule = Rule {
    name: "too-few-core-metrics",
    level: Level::Note,
    family: Family::Config,
    about: "finds a scorecard with fewer than three scored items, and with `site.stage` a company with fewer than three core metrics",
    why: "who is judged by one figure drives that figure, at the cost of everything it leaves out",
    example: "items: [{metric: acos, weight: 100%, …}]      →  add what must not suffer: ad sales, stock, rating",
};

pub(super) fn check(plan: &Plan, found: &mut Vec<Finding>) {
    if !plan.people.is_empty() {
        no_owner(plan, found);
    }
    several_owners(plan, found);
    too_many(plan, found);
    above_stage(plan, found);
}

fn no_owner(plan: &Plan, found: &mut Vec<Finding>) {
    let hint = "add `owner:`; one person answers for it";
    for metric in plan.metrics.values().filter(|metric| metric.importance.is_some() && metric.owner.is_none())
    {
        let message = format!("nobody answers for `{}`", metric.id);
        found.push(Finding::new(&NO_OWNER, metric.place.clone(), message).hint(hint));
    }
    // The owner of the metric answers for its targets too; what a split made is told where its parent is written.
    let owned = |target: &&Target| {
        target.owner.is_some()
            || matches!(target.origin, Origin::Split { .. })
            || plan.metrics.get(&target.metric).is_some_and(|metric| metric.owner.is_some())
    };
    for target in plan.targets.iter().filter(|target| !owned(target)) {
        let message = format!("nobody answers for the target `{}`", target.id);
        found.push(Finding::new(&NO_OWNER, target.place.clone(), message).hint(hint));
    }
}

fn several_owners(plan: &Plan, found: &mut Vec<Finding>) {
    let mut by_figure: BTreeMap<(&Id, &Scope), Vec<&Target>> = BTreeMap::new();
    for target in plan.targets.iter().filter(|target| target.owner.is_some()) {
        by_figure.entry((&target.metric, &target.scope)).or_default().push(target);
    }
    for ((metric, scope), targets) in &by_figure {
        for (at, one) in targets.iter().enumerate() {
            for other in targets[at + 1..].iter().filter(|other| rivals(one, other)) {
                let (Some(a), Some(b)) = (&one.owner, &other.owner) else { continue };
                let message =
                    format!("`{a}` and `{b}` both answer for `{metric}` of {scope} at the same time");
                let parent = one.id.clone();
                let hint =
                    format!("keep one owner, or make this target a part of the other: `parent: {parent}`");
                let finding = Finding::new(&SEVERAL_OWNERS, other.place.clone(), message).hint(hint);
                found.push(finding.related(one.place.clone(), format!("`{a}` answers for it here")));
            }
        }
    }
}

/// Whether two targets of one figure have different owners for the same days, and neither is a part of the other.
fn rivals(one: &Target, other: &Target) -> bool {
    let overlap = one.period.start <= other.period.end && other.period.start <= one.period.end;
    let family = one.parent.as_ref() == Some(&other.id) || other.parent.as_ref() == Some(&one.id);
    overlap && !family && one.owner != other.owner
}

fn too_many(plan: &Plan, found: &mut Vec<Finding>) {
    let (least, most) = plan.options.core;
    let mut by_person: BTreeMap<Id, Vec<&Metric>> = BTreeMap::new();
    let mut by_team: BTreeMap<Id, Vec<&Metric>> = BTreeMap::new();
    let mut nobody: Vec<&Metric> = Vec::new();
    let stage = plan.site.stage;
    let core = |metric: &&Metric| metric.importance == Some(Importance::Core) && metric.is_offered(stage);
    let all: Vec<&Metric> = plan.metrics.values().filter(core).collect();
    for metric in all.iter().copied() {
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
        if let Some(first_over) = metrics.get(most) {
            let message = format!("{who} {} core metrics, more than {most}", metrics.len());
            let hint = format!("keep {least} to {most}; set the others to another `level`");
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
    let Some(stage) = stage else { return };
    said(format!("the stage `{}` has", stage.name()), &all);
    if let Some(first) = all.first().filter(|_| all.len() < least) {
        let message =
            format!("the stage `{}` has {} core metrics, fewer than {least}", stage.name(), all.len());
        let finding = Finding::new(&TOO_FEW_CORE_METRICS, first.place.clone(), message);
        found.push(finding.hint(format!("mark {least} to {most} metrics `level: core`")));
    }
}

/// An advanced metric shown to a company that is not that far.
pub(super) static ABOVE_STAGE: Rule = Rule {
    name: "metric-above-stage",
    level: Level::Warning,
    family: Family::Config,
    about: "finds a metric on a dashboard that the company's `site.stage` is too early for: an advanced one at `startup`, or one that is adopted later",
    why: "who starts has a few figures to survive by; the others take the eye off them",
    example: "site: {stage: startup}, and a card of `ltv: {level: advanced}`      →  take it off the dashboard, or raise the stage",
};

fn above_stage(plan: &Plan, found: &mut Vec<Finding>) {
    let Some(stage) = plan.site.stage else { return };
    let shown: BTreeSet<Id> =
        crate::plan::usage::shown(plan).into_iter().map(|used| used.metric.clone()).collect();
    for metric in
        shown.iter().filter_map(|id| plan.metrics.get(id)).filter(|one| !one.is_offered(Some(stage)))
    {
        let message =
            format!("`{}` is shown, though the stage `{}` is too early for it", metric.id, stage.name());
        let finding = Finding::new(&ABOVE_STAGE, metric.place.clone(), message);
        found.push(finding.hint("take it off the dashboards, or raise `site.stage`"));
    }
}
