//! Causes across files: what an identity names must exist and lead no circle; each part leads to somebody who can act.

use super::known::UNKNOWN_NAME;
use crate::diag::{Family, Finding, Level, Rule, did_you_mean};
use crate::plan::cause::{Causes, Identity};
use crate::plan::formula;
use crate::plan::{Id, Plan};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Rules raised here.
pub static RULES: &[&Rule] = &[&CAUSE_WITHOUT_LEVER];

/// A cause nobody can act on.
pub static CAUSE_WITHOUT_LEVER: Rule = Rule {
    name: "cause-without-lever",
    level: Level::Note,
    family: Family::Config,
    about: "a part of an identity without an owner or without a page that says what to do about it",
    why: "a cause is worth naming where somebody can act on it; else the finding ends at the number",
    example: "levers: {cpc: {owner: li.na}}        # add `sop: content/sop/bids.md`",
};

/// Takes out identities that cannot be followed, and levers that lead nowhere; says so.
pub(in crate::plan) fn settle(plan: &mut Plan, found: &mut Vec<Finding>) {
    let written: Vec<(Id, Arc<Causes>)> =
        plan.metrics.iter().filter_map(|(id, metric)| Some((id.clone(), metric.causes.clone()?))).collect();
    for (id, causes) in &written {
        let before = found.len();
        names(plan, id, causes, found);
        if found.len() > before
            && let Some(metric) = plan.metrics.get_mut(id)
        {
            metric.causes = None;
        }
    }
    circles(plan, found);
    let articles: BTreeSet<&Id> = plan.articles.keys().collect();
    let mut lost: Vec<(Id, Id)> = Vec::new();
    for (id, metric) in &plan.metrics {
        for (part, lever) in metric.causes.iter().flat_map(|causes| &causes.levers) {
            let Some(sop) = lever.sop.as_ref().filter(|sop| !articles.contains(sop)) else { continue };
            let told = format!("there is no article `{sop}`");
            let hint = did_you_mean(sop, articles.iter().map(|id| &***id));
            let hint = hint.unwrap_or_else(|| format!("write it as `content/{sop}.md`"));
            found.push(Finding::new(&UNKNOWN_NAME, lever.place.clone(), told).hint(hint));
            lost.push((id.clone(), part.clone()));
        }
    }
    for (id, part) in lost {
        let causes = plan.metrics.get_mut(&id).and_then(|metric| metric.causes.as_mut());
        if let Some(lever) = causes.and_then(|causes| Arc::make_mut(causes).levers.get_mut(&part)) {
            lever.sop = None;
        }
    }
}

/// What is named must be a metric, and not the metric itself.
fn names(plan: &Plan, id: &Id, causes: &Causes, found: &mut Vec<Finding>) {
    let place = |name: &str| formula::locate(&causes.formula, &causes.formula_at, name);
    for part in causes.metrics() {
        if part == id && causes.volume.as_ref().is_none_or(|volume| volume.units != *part) {
            let told = format!("`{id}` cannot be a cause of itself");
            let finding = Finding::new(&formula::check::CYCLE, place(part), told);
            found.push(finding.hint("name the parts it is made of"));
        } else if !plan.metrics.contains_key(part) && !plan.broken.contains_key(part) {
            let told = format!("there is no metric `{part}`");
            let hint = did_you_mean(part, plan.metrics.keys().map(|id| &**id));
            let hint = hint.unwrap_or_else(|| "define it in a file below `metrics/`".to_owned());
            found.push(Finding::new(&UNKNOWN_NAME, place(part), told).hint(hint));
        }
    }
    let parts = causes.metrics();
    for (part, lever) in &causes.levers {
        if !parts.contains(part) && !reached(plan, causes, part) {
            let told = format!("`{part}` is no part of `{id}`");
            let hint = did_you_mean(part, parts.iter().map(|id| &***id)).unwrap_or_else(|| {
                format!("its parts are `{}`", parts.iter().map(|id| &***id).collect::<Vec<_>>().join("`, `"))
            });
            found.push(Finding::new(&UNKNOWN_NAME, lever.place.clone(), told).hint(hint));
        }
    }
}

/// Whether a part of a part of the identity is meant.
fn reached(plan: &Plan, causes: &Causes, part: &Id) -> bool {
    let mut open: Vec<&Id> = causes.metrics().into_iter().collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if id == part {
            return true;
        }
        if seen.insert(id) {
            open.extend(
                plan.metrics
                    .get(id)
                    .and_then(|metric| metric.causes.as_deref())
                    .into_iter()
                    .flat_map(Causes::metrics),
            );
        }
    }
    false
}

/// An identity whose parts lead back to it explains nothing.
fn circles(plan: &mut Plan, found: &mut Vec<Finding>) {
    let mut edges: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
    for (id, metric) in &plan.metrics {
        let Some(identity) = metric.causes.as_ref().and_then(|causes| causes.identity.as_ref()) else {
            continue;
        };
        let mut parts = BTreeSet::new();
        Identity::metrics(identity, &mut parts);
        edges.insert(id.clone(), parts.into_iter().cloned().collect());
    }
    let returns = |start: &Id| {
        let mut open: Vec<&Id> = edges[start].iter().collect();
        let mut seen = BTreeSet::new();
        while let Some(id) = open.pop() {
            if id == start {
                return true;
            }
            if seen.insert(id) {
                open.extend(edges.get(id).into_iter().flatten());
            }
        }
        false
    };
    let turning: Vec<Id> = edges.keys().filter(|id| returns(id)).cloned().collect();
    for id in turning {
        let Some(metric) = plan.metrics.get_mut(&id) else { continue };
        let Some(causes) = metric.causes.take() else { continue };
        let told = format!("the causes of `{id}` lead back to it");
        let finding = Finding::new(&formula::check::CYCLE, causes.formula_at.clone(), told);
        found.push(finding.hint("explain it by figures that do not depend on it"));
    }
}

/// Every part that is not split further leads to an owner and a page.
pub(in crate::plan) fn check(plan: &Plan, found: &mut Vec<Finding>) {
    for metric in plan.metrics.values() {
        let Some(causes) = metric.causes.as_ref() else { continue };
        let mut parts = BTreeSet::new();
        causes.identity.iter().for_each(|identity| identity.metrics(&mut parts));
        for part in parts {
            let Some(leaf) = plan.metrics.get(part) else { continue };
            let split = leaf.causes.as_ref().is_some_and(|causes| causes.identity.is_some());
            let lever = causes.levers.get(part);
            let owner = lever.and_then(|lever| lever.owner.as_ref()).or(leaf.owner.as_ref());
            let lacks = match (owner, lever.and_then(|lever| lever.sop.as_ref())) {
                _ if split => continue,
                (Some(_), Some(_)) => continue,
                (None, Some(_)) => "an owner",
                (Some(_), None) => "a page that says what to do",
                (None, None) => "an owner and a page that says what to do",
            };
            let place = formula::locate(&causes.formula, &causes.formula_at, part);
            let told = format!("`{part}`, a cause of `{}`, lacks {lacks}", metric.id);
            let way = format!("add `levers: {{{part}: {{owner: …, sop: content/…}}}}` to `{}`", metric.id);
            found.push(Finding::new(&CAUSE_WITHOUT_LEVER, place, told).hint(way));
        }
    }
}
