//! How targets hang together: one for each metric, scope and period; linked to the target they are a part of; children
//! that serve their parent; weights that are whole.

use super::targets::WEIGHTS_NOT_WHOLE;
use crate::diag::{Family, Finding, Level, Rule};
use crate::plan::formula::check::operands;
use crate::plan::sums::{Along, Kind, kind};
use crate::plan::{Id, Plan, Promise, Scope, Target};
use crate::time::{Date, Period};
use crate::unit::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// Rules raised here.
pub static RULES: &[&Rule] = &[&TARGET_TWICE, &ORPHAN_TARGET, &CHILD_UNRELATED];

/// Which of the two?
pub static TARGET_TWICE: Rule = Rule {
    name: "target-twice",
    level: Level::Error,
    family: Family::Config,
    about: "two targets for the same metric, scope and period that are both pursued",
    why: "a figure would be on target and off target at once",
    example: "{id: a, metric: gmv, period: 2026, value: 100} and {id: b, metric: gmv, period: 2026, value: 120}",
};

/// Beside the tree.
pub static ORPHAN_TARGET: Rule = Rule {
    name: "orphan-target",
    level: Level::Warning,
    family: Family::Config,
    about: "a target of a part of the company that belongs to no target of the whole, though there is one for the same metric and period",
    why: "it is missing where the parts are added up, and nobody sees that it serves the whole",
    example: "{metric: gmv, scope: {store: jp1}, period: 2026, value: 60}        # add: parent: gmv-2026",
};

/// What has that to do with sales?
pub static CHILD_UNRELATED: Rule = Rule {
    name: "child-unrelated",
    level: Level::Warning,
    family: Family::Config,
    about: "a target whose parent is a target of another metric that is not made of this one, by its formula or its `causes:`",
    why: "whoever reaches it cannot say how it helps the parent",
    example: "{metric: rating, parent: gmv-2026, …}        # add: contributes: \"better rated products sell more\"",
};

/// Checks how targets hang together.
pub(in crate::plan) fn check(plan: &Plan, found: &mut Vec<Finding>) {
    let by_id: BTreeMap<&Id, &Target> = plan.targets.iter().map(|target| (&target.id, target)).collect();
    twice(plan, found);
    orphans(plan, found);
    for target in &plan.targets {
        let parent = target.parent.as_ref().and_then(|parent| by_id.get(parent));
        if let Some(parent) =
            parent.filter(|parent| parent.metric != target.metric && target.contributes.is_none())
        {
            found.extend(unrelated(plan, parent, target));
        }
    }
    weights(plan, found);
}

type Address<'p> = (&'p Id, &'p Scope, Period);

fn twice(plan: &Plan, found: &mut Vec<Finding>) {
    let mut first: BTreeMap<Address<'_>, &Target> = BTreeMap::new();
    let pursued = |target: &&Target| target.status.kind.is_judged() && target.value != Promise::Series;
    for target in plan.targets.iter().filter(pursued) {
        let address = (&target.metric, &target.scope, target.period);
        match first.get(&address) {
            Some(other) => {
                let told = format!(
                    "`{}` and `{}` are both targets of `{}` for {} over the same days",
                    other.id, target.id, target.metric, target.scope
                );
                let finding = Finding::new(&TARGET_TWICE, target.place.clone(), told);
                let finding = finding.related(other.place.clone(), format!("`{}` is here", other.id));
                found.push(finding.hint(
                    "keep one; a later value is a revision of the first, a dropped one has `status: dropped`",
                ));
            }
            None => {
                first.insert(address, target);
            }
        }
    }
}

fn orphans(plan: &Plan, found: &mut Vec<Finding>) {
    let adds = |metric: &Id| {
        plan.metrics.get(metric).is_some_and(|metric| kind(plan, metric, Along::Members) == Kind::Sum)
    };
    let mut by_time: BTreeMap<(&Id, Period), Vec<&Target>> = BTreeMap::new();
    let dated = |target: &&Target| target.status.kind.is_judged() && target.value != Promise::Series;
    for target in plan.targets.iter().filter(dated) {
        by_time.entry((&target.metric, target.period)).or_default().push(target);
    }
    for ((metric, _), targets) in
        by_time.into_iter().filter(|((metric, _), all)| all.len() > 1 && adds(metric))
    {
        let by_scope: BTreeMap<&Scope, &Target> =
            targets.iter().map(|target| (&target.scope, *target)).collect();
        let shapes: BTreeSet<Vec<_>> = by_scope.keys().map(|scope| scope.levels().collect()).collect();
        for target in targets.iter().filter(|target| target.parent.is_none()) {
            let above = shapes.iter().filter_map(|shape| by_scope.get(&target.scope.above(shape)?));
            if let Some(whole) = above.max_by_key(|other| other.scope.levels().count()) {
                let told = format!(
                    "`{}` is no part of `{}`, the target of `{metric}` for the whole",
                    target.id, whole.id
                );
                let finding = Finding::new(&ORPHAN_TARGET, target.place.clone(), told);
                found.push(finding.hint(format!("add `parent: {}`", whole.id)));
            }
        }
    }
}

fn unrelated(plan: &Plan, parent: &Target, child: &Target) -> Option<Finding> {
    let mut open = vec![&parent.metric];
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            let metric = plan.metrics.get(id);
            open.extend(metric.map(operands).unwrap_or_default());
            open.extend(
                metric
                    .and_then(|metric| metric.causes.as_ref())
                    .map(|causes| causes.metrics())
                    .into_iter()
                    .flatten(),
            );
        }
    }
    if seen.contains(&child.metric) {
        return None;
    }
    let told = format!(
        "`{}` is a part of `{}`, but `{}` is not made of `{}` and has no such cause",
        child.id, parent.id, parent.metric, child.metric
    );
    let finding = Finding::new(&CHILD_UNRELATED, child.place.clone(), told);
    Some(finding.hint("say how it serves the parent: `contributes: \"…\"`"))
}

/// Siblings that all have a weight have a whole one on every day on which one of them changes.
fn weights(plan: &Plan, found: &mut Vec<Finding>) {
    let mut siblings: BTreeMap<&Id, Vec<&Target>> = BTreeMap::new();
    for target in plan.targets.iter().filter(|target| target.status.kind.is_judged()) {
        if let Some(parent) = &target.parent {
            siblings.entry(parent).or_default().push(target);
        }
    }
    for (parent, targets) in
        siblings.into_iter().filter(|(_, all)| all.iter().all(|one| !one.weight.is_empty()))
    {
        let days: BTreeSet<Option<Date>> =
            targets.iter().flat_map(|target| target.weight.iter().map(|(day, _)| *day)).collect();
        let sum =
            |day: &Option<Date>| -> Decimal { targets.iter().filter_map(|target| at(target, *day)).sum() };
        if let Some((day, sum)) = days.iter().map(|day| (day, sum(day))).find(|(_, sum)| *sum != Decimal::ONE)
        {
            let percent = (sum * Decimal::ONE_HUNDRED).normalize();
            let since = day.map(|day| format!(" from {day} on")).unwrap_or_default();
            let told = format!("the weights of the parts of `{parent}` add up to {percent} %{since}");
            let finding = Finding::new(&WEIGHTS_NOT_WHOLE, targets[0].place.clone(), told);
            let others = targets[1..].iter().filter(|other| other.place != targets[0].place);
            let finding =
                others.fold(finding, |finding, other| finding.related(other.place.clone(), "another part"));
            found.push(finding.hint("they are taken relative to their sum; write what you mean"));
        }
    }
}

fn at(target: &Target, day: Option<Date>) -> Option<Decimal> {
    target.weight.iter().rev().find(|(from, _)| *from <= day).map(|(_, weight)| *weight)
}
