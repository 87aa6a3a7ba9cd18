//! Joins targets to trees: written ones, those of templates, and what splits make; parents must exist and lead to a top.

use crate::diag::{Family, Finding, Level, Place, Rule, did_you_mean};
use crate::plan::split::{self, Members, Written};
use crate::plan::yaml::format::target::Drafted;
use crate::plan::{Id, Target};
use crate::unit::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// Rules raised about targets.
pub static RULES: &[&Rule] = &[&WEIGHTS_NOT_WHOLE, &TARGET_CYCLE, &UNKNOWN_PARENT];

/// 60 % and 50 %.
pub static WEIGHTS_NOT_WHOLE: Rule = Rule {
    name: "weights-not-whole",
    level: Level::Warning,
    family: Family::Config,
    about: "shares or weights that do not add up to 100 %",
    why: "they are taken relative to their sum, which may not be what was meant",
    example: "share: {jp1: 0.6, jp2: 0.5}        # adds up to 110%",
};

/// A parent of itself.
pub static TARGET_CYCLE: Rule = Rule {
    name: "target-cycle",
    level: Level::Error,
    family: Family::Config,
    about: "targets that are parts of each other",
    why: "a circle has no top whose value the others could add up to",
    example: "{id: a, parent: b} and {id: b, parent: a}",
};

/// A parent that does not exist.
pub static UNKNOWN_PARENT: Rule = Rule {
    name: "unknown-target",
    level: Level::Error,
    family: Family::Config,
    about: "a name of a target that does not exist",
    why: "the target would hang in the air, outside of the tree",
    example: "parent: gmv-2062        # did you mean `gmv-2026`?",
};

/// The finding for shares that do not add up.
pub fn not_whole(place: &Place, sum: Decimal) -> Finding {
    let percent = (sum * Decimal::ONE_HUNDRED).normalize();
    let told = format!("the shares add up to {percent} %");
    Finding::new(&WEIGHTS_NOT_WHOLE, place.clone(), told)
        .hint("they are taken relative to their sum; write what you mean")
}

/// Joins written and generated targets: a written one for the same metric, period and scope, or with the id, replaces
/// a generated one; parents must exist and no target is its own ancestor.
pub(in crate::plan) fn assemble(
    drafted: Vec<Drafted>,
    members: &Members<'_>,
    found: &mut Vec<Finding>,
) -> Vec<Target> {
    let written = || drafted.iter().filter(|draft| !draft.generated).map(|draft| &draft.target);
    let address = |target: &Target| (target.metric.clone(), target.scope.clone(), target.period);
    let ids: BTreeSet<Id> = written().map(|target| target.id.clone()).collect();
    let addresses: BTreeSet<_> = written().map(address).collect();
    let replaced = |draft: &Drafted| {
        draft.generated && (ids.contains(&draft.target.id) || addresses.contains(&address(&draft.target)))
    };
    let kept: Vec<Drafted> = drafted.into_iter().filter(|draft| !replaced(draft)).collect();
    let parent_places: Vec<Option<Place>> = kept.iter().map(|draft| draft.parent_place.clone()).collect();
    let whole =
        |draft: Drafted| Written { target: draft.target, split: draft.split.map(|split| (split, None)) };
    let grown = split::grow(kept.into_iter().map(whole).collect(), members, found);
    let mut first: BTreeMap<String, Place> = BTreeMap::new();
    let mut targets = Vec::new();
    for (group, parent_place) in grown.into_iter().zip(parent_places) {
        for (at, target) in group.into_iter().enumerate() {
            match first.get(&target.id.to_lowercase()) {
                Some(place) => found.push(super::known::twice(&target.id, &target.place, place)),
                None => {
                    first.insert(target.id.to_lowercase(), target.place.clone());
                    targets.push((target, parent_place.clone().filter(|_| at == 0)));
                }
            }
        }
    }
    with_parents(targets, found)
}

fn with_parents(targets: Vec<(Target, Option<Place>)>, found: &mut Vec<Finding>) -> Vec<Target> {
    let parents: BTreeMap<Id, Option<Id>> =
        targets.iter().map(|(target, _)| (target.id.clone(), target.parent.clone())).collect();
    let mut told: BTreeSet<Id> = BTreeSet::new();
    let mut all = Vec::new();
    for (mut target, place) in targets {
        let place = place.unwrap_or_else(|| target.place.clone());
        match &target.parent {
            Some(parent) if !parents.contains_key(parent) => {
                let finding = Finding::new(&UNKNOWN_PARENT, place, format!("there is no target `{parent}`"));
                let hint = did_you_mean(parent, parents.keys().map(|id| &**id));
                found.push(
                    finding.hint(hint.unwrap_or_else(|| "write the `id:` of another target".to_owned())),
                );
                target.parent = None;
            }
            Some(_) => {
                if let Some(circle) = circle(&target.id, &parents) {
                    if circle.iter().all(|id| !told.contains(id)) {
                        let chain: Vec<String> =
                            circle.iter().chain(circle.first()).map(|id| format!("`{id}`")).collect();
                        let finding = Finding::new(
                            &TARGET_CYCLE,
                            place,
                            format!("targets are parts of each other: {}", chain.join(" → ")),
                        );
                        found.push(finding.hint("remove one `parent:`"));
                    }
                    told.extend(circle);
                    target.parent = None;
                }
            }
            None => {}
        }
        all.push(target);
    }
    all
}

/// The circle that begins at a target and leads back to it through its parents.
fn circle(start: &Id, parents: &BTreeMap<Id, Option<Id>>) -> Option<Vec<Id>> {
    let mut seen = vec![start.clone()];
    loop {
        let last = seen.last()?;
        let next = parents.get(last).cloned().flatten()?;
        if next == *start {
            return Some(seen);
        }
        if seen.contains(&next) {
            return None;
        }
        seen.push(next);
    }
}
