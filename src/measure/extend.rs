//! What a changed demand adds to figures that were measured before: only that is measured, of only the sources it stands
//! on, and what comes of both is what measuring everything anew would give.

use super::found::of_rows_alone;
use super::need::operands;
use super::{Facts, measure};
use crate::diag::Finding;
use crate::plan::demand::Need;
use crate::plan::{Definition, Demand, Id, Plan, Scope};
use crate::snapshot::Snapshot;
use std::collections::{BTreeMap, BTreeSet};

/// A combination of levels.
type Levels = BTreeSet<Id>;

/// A part of the demand that has to be measured, and what of the old figures it stands for.
#[derive(Clone, Debug)]
pub struct Extension {
    demand: Demand,
    /// Figures of a metric for a combination of levels that are made anew, or no longer asked for.
    changed: BTreeSet<(Id, Levels)>,
    shrinks: bool,
}

impl Extension {
    /// How a demand differs from the one that was measured. Metrics in `redefined` have another formula than then, or were
    /// part of a formula that is another one now; what hangs together with them is measured anew as well. `None` if all has to be measured again: a metric is asked for
    /// scopes without any grain, and its figures do not tell its members; or decks look at other windows of earlier days.
    pub fn of(plan: &Plan, before: &Demand, now: &Demand, redefined: &BTreeSet<Id>) -> Option<Extension> {
        let grainless = |need: &Need| need.grains.is_empty() && !need.levels.is_empty();
        if before.needs.values().chain(now.needs.values()).any(grainless) || before.reviews != now.reviews {
            return None;
        }
        let (old, new) = (by_levels(before), by_levels(now));
        let keys: BTreeSet<&(Id, Levels)> = old.keys().chain(new.keys()).collect();
        let differs: Vec<&(Id, Levels)> = keys
            .into_iter()
            .filter(|key| redefined.contains(&key.0) || old.get(key) != new.get(key))
            .collect();
        let less = |key: &&&(Id, Levels)| {
            old.get(**key).is_some_and(|was| new.get(**key).is_none_or(|is| !was.is_within(is)))
        };
        let shrinks = differs.iter().any(|key| less(&key));
        // Where only days of their own are no longer asked for, nothing else hangs on them.
        let differs: Vec<&(Id, Levels)> = differs
            .into_iter()
            .filter(|key| {
                let both = old.get(*key).zip(new.get(*key));
                redefined.contains(&key.0)
                    || both.is_none_or(|(was, is)| {
                        was.grains.is_none() || !(was.grains == is.grains && is.is_within(was))
                    })
            })
            .collect();
        let mut changed = BTreeSet::new();
        for levels in differs.iter().map(|(_, levels)| levels).collect::<BTreeSet<_>>() {
            let of_levels = |all: &BTreeMap<(Id, Levels), Content<'_>>| -> BTreeSet<Id> {
                all.keys().filter(|(_, other)| other == levels).map(|(metric, _)| metric.clone()).collect()
            };
            let asked = of_levels(&old).union(&of_levels(&new)).cloned().collect();
            let start = differs.iter().filter(|(_, other)| other == levels).map(|(metric, _)| metric.clone());
            changed.extend(together(plan, &asked, start).into_iter().map(|metric| (metric, levels.clone())));
        }
        Some(Extension { demand: part_of(now, &changed), changed, shrinks })
    }

    /// The metrics that are measured.
    pub fn metrics(&self) -> impl Iterator<Item = &Id> {
        self.demand.needs.keys()
    }

    /// The sources that have to be read, those of what is looked up included.
    pub fn sources(&self, plan: &Plan) -> BTreeSet<Id> {
        let mut sources = BTreeSet::new();
        for metric in with_operands(plan, self.metrics().cloned()) {
            let Some(Definition::Source(measured)) = plan.metrics.get(&metric).map(|one| &one.definition)
            else {
                continue;
            };
            sources.extend(measured.tables.iter().map(|table| table.source.clone()));
            sources.extend(measured.lookups.iter().map(|lookup| lookup.table.source.clone()));
            sources.extend(measured.convert.iter().map(|conversion| conversion.rates.clone()));
        }
        let levels = sources.iter().filter_map(|source| plan.sources.get(source));
        let looked: Vec<Id> =
            levels.flat_map(|source| source.scopes.values().map(|(other, _)| other.clone())).collect();
        sources.extend(looked);
        sources
    }

    /// The figures of the new demand, made of the old ones and what `snapshot` adds. `told` is everything that was found
    /// with the old ones. `None` if findings would be others than those.
    pub fn add(
        &self,
        plan: &Plan,
        snapshot: &Snapshot,
        now: &Demand,
        old: &Facts,
        told: &[Finding],
    ) -> Option<Facts> {
        // A scope that is no longer asked for may have been the only one with something wrong.
        if self.shrinks && !told.iter().all(of_rows_alone) {
            return None;
        }
        let more = measure(plan, &self.demand, snapshot);
        if more.found.iter().any(|finding| !told.contains(finding)) {
            return None;
        }
        let stays = |metric: &Id, scope: &Scope| !self.changed.contains(&(metric.clone(), levels_of(scope)));
        let mut facts = old.clone();
        facts.series.retain(|(metric, scope, _), _| stays(metric, scope));
        facts.periods.retain(|(metric, scope, period), _| {
            let need = now.needs.get(metric);
            stays(metric, scope) && need.is_some_and(|need| need.asks(scope, *period))
        });
        facts.series.extend(more.value.series);
        facts.periods.extend(more.value.periods);
        facts.members = members(&facts, now);
        Some(facts)
    }
}

/// What is asked of a metric for one combination of levels.
#[derive(Debug, PartialEq)]
struct Content<'d> {
    grains: Option<&'d BTreeSet<crate::time::Grain>>,
    periods: BTreeSet<&'d (Scope, crate::time::Period)>,
}

impl Content<'_> {
    fn is_within(&self, other: &Content<'_>) -> bool {
        let grains = match (self.grains, other.grains) {
            (Some(own), Some(other)) => own.is_subset(other),
            (own, _) => own.is_none(),
        };
        grains && self.periods.is_subset(&other.periods)
    }
}

fn levels_of(scope: &Scope) -> Levels {
    scope.levels().cloned().collect()
}

fn by_levels(demand: &Demand) -> BTreeMap<(Id, Levels), Content<'_>> {
    let mut all: BTreeMap<(Id, Levels), Content<'_>> = BTreeMap::new();
    for (metric, need) in &demand.needs {
        for levels in &need.levels {
            let content = Content { grains: Some(&need.grains), periods: BTreeSet::new() };
            all.insert((metric.clone(), levels.clone()), content);
        }
        for period in &need.periods {
            let alone = || Content { grains: None, periods: BTreeSet::new() };
            let content = all.entry((metric.clone(), levels_of(&period.0))).or_insert_with(alone);
            content.periods.insert(period);
        }
    }
    all
}

/// The metrics whose figures for one combination of levels hang together with those of some: a quotient has a value
/// where either of its parts has rows, and the other part is then filled up, for every formula that uses it.
fn together(plan: &Plan, asked: &BTreeSet<Id>, start: impl Iterator<Item = Id>) -> BTreeSet<Id> {
    let known = with_operands(plan, asked.iter().cloned());
    let mut beside: BTreeMap<&Id, BTreeSet<&Id>> = BTreeMap::new();
    for id in &known {
        for operand in plan.metrics.get(id).map(operands).unwrap_or_default() {
            let Some(operand) = known.get(&operand) else { continue };
            beside.entry(id).or_default().insert(operand);
            beside.entry(operand).or_default().insert(id);
        }
    }
    let mut open: Vec<Id> = start.collect();
    let mut seen = BTreeSet::new();
    while let Some(metric) = open.pop() {
        if seen.insert(metric.clone()) {
            open.extend(beside.get(&metric).into_iter().flatten().map(|other| (*other).clone()));
        }
    }
    seen
}

/// Metrics and everything their formulas use.
fn with_operands(plan: &Plan, metrics: impl Iterator<Item = Id>) -> BTreeSet<Id> {
    let mut open: Vec<Id> = metrics.collect();
    let mut seen = BTreeSet::new();
    while let Some(metric) = open.pop() {
        if seen.insert(metric.clone()) {
            open.extend(plan.metrics.get(&metric).map(operands).unwrap_or_default());
        }
    }
    seen
}

/// What a demand asks of some metrics for some levels.
fn part_of(demand: &Demand, changed: &BTreeSet<(Id, Levels)>) -> Demand {
    let mut part = Demand::default();
    for (metric, need) in &demand.needs {
        let is_asked = |levels: &Levels| changed.contains(&(metric.clone(), levels.clone()));
        let levels: BTreeSet<Levels> =
            need.levels.iter().filter(|levels| is_asked(levels)).cloned().collect();
        let periods = need.periods.iter().filter(|(scope, _)| is_asked(&levels_of(scope))).cloned().collect();
        let grains = if levels.is_empty() { BTreeSet::new() } else { need.grains.clone() };
        let need = Need { levels, grains, periods };
        if need != Need::default() {
            part.needs.insert(metric.clone(), need);
        }
    }
    part
}

/// The members of all levels that are asked for.
fn members(facts: &Facts, demand: &Demand) -> BTreeMap<Id, Vec<Id>> {
    let mut all: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
    for (metric, scope, _) in facts.series.keys() {
        if demand.needs.get(metric).is_some_and(|need| need.levels.contains(&levels_of(scope))) {
            for (level, member) in scope.members() {
                all.entry(level.clone()).or_default().insert(member.clone());
            }
        }
    }
    all.into_iter().map(|(level, members)| (level, members.into_iter().collect())).collect()
}
