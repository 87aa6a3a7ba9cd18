//! The target tree and the covers of people: parts must add up to the whole, and nobody answers for another's part.

use crate::diag::{Family, Finding, Level, Rule};
use crate::plan::{Id, Person, Plan, Target, TargetValue};
use crate::unit::{Decimal, Unit};
use std::collections::BTreeMap;

/// Rules raised here.
pub static RULES: &[&Rule] = &[&CHILDREN_DIFFER, &SCOPES_OVERLAP];

/// 70 of 100 are given to the stores.
pub static CHILDREN_DIFFER: Rule = Rule {
    name: "children-differ-from-parent",
    level: Level::Error,
    family: Family::Config,
    about: "targets of the same period whose sum is not the target they are parts of",
    why: "somebody believes the whole is shared out, and a part of it belongs to nobody",
    example: "gmv-2026: 100, for jp1: 60, for jp2: 30        # 10 are missing",
};

/// Two people, one store.
pub static SCOPES_OVERLAP: Rule = Rule {
    name: "scopes-overlap",
    level: Level::Warning,
    family: Family::Config,
    about: "two people whose covers hold the same rows",
    why: "what both answer for nobody answers for, and their figures do not add up to the whole",
    example: "li.na: {covers: {store: [jp1]}}, sun.li: {covers: {store: [jp1]}}",
};

/// Checks sums of children and covers of people.
pub(in crate::plan) fn check(plan: &Plan, found: &mut Vec<Finding>) {
    children(plan, found);
    covers(plan, found);
}

/// Children of one parent that differ from it in one level, over its own period, add up to it.
fn children(plan: &Plan, found: &mut Vec<Finding>) {
    for parent in &plan.targets {
        let adds =
            plan.metrics.get(&parent.metric).is_some_and(|m| matches!(m.unit, Unit::Money(_) | Unit::Count));
        let Some(TargetValue::Of(whole)) = parent.value.stated() else { continue };
        if !adds {
            continue;
        }
        let mut by_level: BTreeMap<Vec<&Id>, Vec<&Target>> = BTreeMap::new();
        for child in plan.targets.iter().filter(|child| child.parent.as_ref() == Some(&parent.id)) {
            if child.metric == parent.metric && child.period == parent.period && child.scope != parent.scope {
                let levels = child.scope.levels().filter(|level| parent.scope.member(level).is_none());
                by_level.entry(levels.collect()).or_default().push(child);
            }
        }
        for (levels, children) in by_level {
            found.extend(gap(parent, whole, &levels, &children));
        }
    }
}

fn gap(parent: &Target, whole: Decimal, levels: &[&Id], children: &[&Target]) -> Option<Finding> {
    let parts = children.iter().map(|child| match child.value.stated() {
        Some(TargetValue::Of(value)) => Some(value),
        Some(TargetValue::Between(..)) | None => None,
    });
    let sum = parts
        .collect::<Option<Vec<Decimal>>>()?
        .iter()
        .try_fold(Decimal::ZERO, |sum, part| sum.checked_add(*part))?;
    if sum == whole {
        return None;
    }
    let by = levels.iter().map(|level| &***level).collect::<Vec<_>>().join(" and ");
    let (sum, rest) = (sum.normalize(), (whole - sum).normalize());
    let told = format!("the parts of `{}` by {by} add up to {sum}, not to {}", parent.id, whole.normalize());
    let hint = match rest.is_sign_negative() {
        false => format!("give the {rest} that are missing to one of them, or lower `{}`", parent.id),
        true => format!("take {} from one of them, or raise `{}`", -rest, parent.id),
    };
    let finding = Finding::new(&CHILDREN_DIFFER, parent.place.clone(), told).hint(hint);
    let written = children.iter().filter(|child| child.place != parent.place);
    Some(written.fold(finding, |finding, child| finding.related(child.place.clone(), "a part of it")))
}

fn covers(plan: &Plan, found: &mut Vec<Finding>) {
    let people: Vec<&Person> = plan.people.values().filter(|person| !person.covers.is_empty()).collect();
    for (at, one) in people.iter().enumerate() {
        for other in people[at + 1..].iter().filter(|other| overlap(one, other)) {
            let told = format!("`{}` and `{}` answer for the same rows", one.id, other.id);
            let (first, second) = if one.place <= other.place { (one, other) } else { (other, one) };
            let finding = Finding::new(&SCOPES_OVERLAP, second.place.clone(), told);
            let finding = finding.related(first.place.clone(), format!("`{}` covers them, too", first.id));
            found.push(finding.hint("give each member to one of the two"));
        }
    }
}

/// Covers have rows in common unless some level names members in both, and none of them twice.
fn overlap(one: &Person, other: &Person) -> bool {
    one.covers.iter().all(|(level, members)| match other.covers.get(level) {
        Some(others) => members.iter().any(|member| others.contains(member)),
        None => true,
    })
}
