//! Totals that would give a part away: where all parts but one may be seen, the whole minus those is the one that may not
//! (publishing.md §7). The total is kept back then. Stores are solved as equations, since people and teams are totals over
//! stores, too; other levels and formulas are counted.

use crate::measure::Facts;
use crate::plan::audience::{Eyes, parts};
use crate::plan::{Definition, Id, Metric, Plan, Scope};
use std::collections::{BTreeMap, BTreeSet};

/// A total over fewer parts than this is no total: who knows one of two knows the other.
const GROUP: usize = 3;
/// Levels that are sets of stores, or stand on them.
const OF_STORES: &[&str] = &["store", "marketplace", "team", "person"];
/// Arithmetic of the equations is done modulo this prime: what holds there by accident holds once in 10^18.
const PRIME: u128 = (1 << 61) - 1;

/// Keeps every total back that would give a part away.
pub(super) fn close(plan: &Plan, facts: &Facts, eyes: &mut Eyes) {
    if eyes.see_all() {
        return;
    }
    let mut scopes: BTreeMap<Id, BTreeSet<Scope>> = BTreeMap::new();
    let single = facts.periods.keys().map(|(id, scope, _)| (id, scope));
    for (id, scope) in facts.series.keys().map(|(id, scope, _)| (id, scope)).chain(single) {
        scopes.entry(id.clone()).or_default().insert(scope.clone());
    }
    loop {
        let before = eyes.kept_back().len();
        for (id, scopes) in &scopes {
            if eyes.metric(id) {
                stores(plan, (id, scopes), eyes);
                members(plan, (id, scopes), eyes);
            }
        }
        rows(plan, &scopes, eyes);
        formulas(plan, &scopes, eyes);
        // What is kept back is hidden, and may be the only hidden part of something else.
        if eyes.kept_back().len() == before {
            return;
        }
    }
}

/// Totals over stores: of everything, a marketplace, a team, a person.
fn stores(plan: &Plan, (id, scopes): (&Id, &BTreeSet<Scope>), eyes: &mut Eyes) {
    let rests: BTreeSet<Scope> = scopes.iter().map(rest).collect();
    for rest in rests {
        let atoms: Vec<Id> = scopes
            .iter()
            .filter(|scope| without_store(scope) == rest)
            .filter_map(|scope| scope.member("store").cloned())
            .collect();
        let hidden: Vec<&Id> =
            atoms.iter().filter(|store| !eyes.figure(id, &rest.within("store", store))).collect();
        if hidden.is_empty() {
            continue;
        }
        let unknown = |of: &BTreeSet<Id>| -> Vec<usize> {
            let there = hidden.iter().enumerate().filter(|(_, store)| of.contains(**store));
            there.map(|(at, _)| at).collect()
        };
        let totals = || {
            let all =
                scopes.iter().filter(|scope| scope.member("store").is_none() && self::rest(scope) == rest);
            all.filter_map(|total| Some((total, covered(plan, total, &atoms)?)))
        };
        // What a team or a person comes to is as little to be worked out as a store; who is in charge of everything is the
        // company by another name.
        let is_of_people = |total: &Scope| total.member("team").or(total.member("person")).is_some();
        let of_others = totals()
            .filter(|(total, of)| is_of_people(total) && !eyes.figure(id, total) && of.len() < atoms.len());
        let secret: Vec<Vec<usize>> =
            of_others.map(|(_, of)| unknown(&of)).filter(|unknown| !unknown.is_empty()).collect();
        let mut equations = Equations { secret, ..Equations::default() };
        let shown: Vec<(Scope, BTreeSet<Id>)> = totals()
            .filter(|(total, _)| eyes.figure(id, total))
            .map(|(total, of)| (total.clone(), of))
            .collect();
        for (total, of) in shown {
            let unknown = unknown(&of);
            let gives_away = !unknown.is_empty()
                && (of.len() < GROUP || unknown.len() == 1 || !equations.add(&unknown, hidden.len()));
            if gives_away {
                eyes.keep_back(id, &total);
            }
        }
    }
}

/// A scope without the levels that are sets of stores.
pub(super) fn rest(scope: &Scope) -> Scope {
    let levels = scope.members().filter(|(level, _)| !OF_STORES.contains(&&***level));
    levels.map(|(level, member)| (level.clone(), member.clone())).collect()
}

pub(super) fn without_store(scope: &Scope) -> Scope {
    let levels = scope.members().filter(|(level, _)| &***level != "store");
    levels.map(|(level, member)| (level.clone(), member.clone())).collect()
}

/// The stores a total is made of; `None` where it is not made of stores.
pub(super) fn covered(plan: &Plan, total: &Scope, atoms: &[Id]) -> Option<BTreeSet<Id>> {
    let of_person = |person: &Id| -> BTreeSet<Id> {
        let covers = plan.people.get(person).and_then(|one| one.covers.get("store"));
        covers.into_iter().flatten().filter(|store| atoms.contains(store)).cloned().collect()
    };
    let of = if let Some(person) = total.member("person") {
        of_person(person)
    } else if let Some(team) = total.member("team") {
        let people = plan.people.values().filter(|one| one.team.as_ref() == Some(team));
        people.flat_map(|one| of_person(&one.id)).collect()
    } else if let Some(market) = total.member("marketplace") {
        let there = |store: &&Id| {
            plan.stores.get(*store).is_some_and(|store| store.marketplace.as_ref() == Some(market))
        };
        atoms.iter().filter(there).cloned().collect()
    } else {
        atoms.iter().cloned().collect()
    };
    (!of.is_empty()).then_some(of)
}

/// Totals over the members of any other level, and of the company over people.
fn members(plan: &Plan, (id, scopes): (&Id, &BTreeSet<Scope>), eyes: &mut Eyes) {
    for total in scopes {
        if !eyes.figure(id, total) {
            continue;
        }
        let mut by_level: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for scope in scopes {
            for (level, member) in scope.members().filter(|(level, _)| total.member(level).is_none()) {
                if total.within(level, member) != *scope
                    || matches!(&**level, "store" | "marketplace" | "team")
                {
                    continue;
                }
                let is_known =
                    eyes.figure(id, scope) || &**level == "person" && follows(plan, id, member, eyes);
                let (hidden, all) = by_level.entry(level).or_default();
                (*hidden, *all) = (*hidden + usize::from(!is_known), *all + 1);
            }
        }
        let gives_away = by_level.iter().any(|(level, (hidden, all))| match *level {
            // People are no parts of the company that add up; but of one among several seen the rest may follow.
            "person" => *hidden == 1 && *all > 1,
            _ => *hidden == 1 || *hidden > 0 && *all < GROUP,
        });
        if gives_away {
            eyes.keep_back(id, total);
        }
    }
}

/// Whether the figure of a person follows from figures that are seen.
fn follows(plan: &Plan, id: &Id, person: &Id, eyes: &Eyes) -> bool {
    let Some(one) = plan.people.get(person) else { return false };
    let mut covers = one.covers.iter().filter(|(level, _)| &***level != "source");
    covers.all(|(level, members)| members.iter().all(|member| eyes.figure(id, &Scope::of(level, member))))
}

/// Sums over one table, of which one takes all rows and others a part each: all rows but those of the parts that are seen
/// are those of the one that is not.
fn rows(plan: &Plan, scopes: &BTreeMap<Id, BTreeSet<Scope>>, eyes: &mut Eyes) {
    let measured = |metric: &Metric| match &metric.definition {
        Definition::Source(measured) => {
            Some((measured.tables.clone(), measured.value.clone(), measured.filter.is_some()))
        }
        Definition::Derived(_) => None,
    };
    let all: Vec<_> =
        plan.metrics.values().filter_map(|metric| Some((&metric.id, measured(metric)?))).collect();
    for (id, (tables, value, _)) in all.iter().filter(|(_, (.., is_part))| !is_part) {
        let is_of = |(_, (other, sum, is_part)): &&(&Id, _)| *is_part && other == tables && sum == value;
        let parts: Vec<&Id> = all.iter().filter(is_of).map(|(part, _)| *part).collect();
        for scope in scopes.get(*id).into_iter().flatten() {
            let hidden = parts.iter().filter(|part| !eyes.figure(part, scope)).count();
            if hidden == 1 && parts.len() > 1 && eyes.figure(id, scope) {
                eyes.keep_back(id, scope);
            }
        }
    }
}

/// Metrics made of others: with all parts but one seen, the formula gives the last; and no two formulas may share parts
/// that are not seen.
fn formulas(plan: &Plan, scopes: &BTreeMap<Id, BTreeSet<Scope>>, eyes: &mut Eyes) {
    let all: BTreeSet<&Scope> = scopes.values().flatten().collect();
    for scope in all {
        let mut used: BTreeSet<Id> = BTreeSet::new();
        for metric in plan.metrics.values() {
            if !matches!(metric.definition, Definition::Derived(_)) || !eyes.figure(&metric.id, scope) {
                continue;
            }
            let knowing = Knowing { plan, eyes, scope };
            let direct = parts(metric).into_iter().filter(|part| !knowing.is_known(part, 0)).count();
            if direct == 0 {
                continue;
            }
            let mut base = BTreeSet::new();
            knowing.unknown(metric, &mut base, 0);
            let shared = base.iter().any(|one| used.contains(one));
            if direct == 1 || base.len() < 2 || shared || metric.is_plugged() {
                eyes.keep_back(&metric.id, scope);
            } else {
                used.extend(base);
            }
        }
    }
}

/// What can be known in a scope.
pub(super) struct Knowing<'a> {
    pub(super) plan: &'a Plan,
    pub(super) eyes: &'a Eyes,
    pub(super) scope: &'a Scope,
}

/// Formulas nested deeper than this count as not known.
const DEPTH: u32 = 32;

impl Knowing<'_> {
    /// Whether a figure is seen, or follows from what is seen.
    pub(super) fn is_known(&self, id: &Id, depth: u32) -> bool {
        if self.eyes.figure(id, self.scope) {
            return true;
        }
        let Some(metric) = self.plan.metrics.get(id).filter(|_| depth < DEPTH) else { return false };
        let parts = parts(metric);
        !parts.is_empty() && parts.into_iter().all(|part| self.is_known(part, depth + 1))
    }

    /// The parts at the bottom that are not known.
    fn unknown(&self, metric: &Metric, base: &mut BTreeSet<Id>, depth: u32) {
        for part in parts(metric) {
            if self.is_known(part, 0) {
                continue;
            }
            match self.plan.metrics.get(part).filter(|_| depth < DEPTH) {
                Some(inner) if !parts(inner).is_empty() => self.unknown(inner, base, depth + 1),
                _ => {
                    base.insert(part.clone());
                }
            }
        }
    }
}

/// Sums of unknowns that are known, in reduced row echelon form.
#[derive(Default)]
struct Equations {
    rows: Vec<Vec<u128>>,
    /// Sums that must not follow.
    secret: Vec<Vec<usize>>,
}

impl Equations {
    /// Takes a sum; `false`, and not taken, if it would determine one of the unknowns or a sum that is secret.
    fn add(&mut self, unknown: &[usize], width: usize) -> bool {
        let row = |of: &[usize]| {
            let mut row = vec![0; width];
            of.iter().for_each(|at| row[*at] = 1);
            row
        };
        let mut rows = self.rows.clone();
        rows.push(row(unknown));
        reduce(&mut rows, width);
        // What brings nothing new follows from the rest.
        let follows = |secret: &Vec<usize>| {
            let mut with = rows.clone();
            with.push(row(secret));
            reduce(&mut with, width);
            with.len() == rows.len()
        };
        let determined = rows.iter().any(|row| row.iter().filter(|value| **value != 0).count() == 1)
            || self.secret.iter().any(follows);
        if !determined {
            self.rows = rows;
        }
        !determined
    }
}

pub(super) fn reduce(rows: &mut Vec<Vec<u128>>, width: usize) {
    let mut top = 0;
    for column in 0..width {
        let Some(found) = (top..rows.len()).find(|at| rows[*at][column] != 0) else { continue };
        rows.swap(top, found);
        let inverse = power(rows[top][column], PRIME - 2);
        rows[top].iter_mut().for_each(|value| *value = *value * inverse % PRIME);
        let pivot = rows[top].clone();
        for (at, row) in rows.iter_mut().enumerate() {
            let factor = row[column];
            if at != top && factor != 0 {
                for (value, other) in row.iter_mut().zip(&pivot) {
                    *value = (*value + (PRIME - factor) * other) % PRIME;
                }
            }
        }
        top += 1;
    }
    rows.retain(|row| row.iter().any(|value| *value != 0));
}

fn power(base: u128, mut exponent: u128) -> u128 {
    let (mut result, mut base) = (1, base % PRIME);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        exponent >>= 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_that_determine_a_part_are_not_taken() {
        let mut sums = Equations::default();
        assert!(sums.add(&[0, 1], 3), "a and b stay open");
        assert!(sums.add(&[1, 2], 3), "b and c, too");
        assert!(!sums.add(&[0, 2], 3), "half of all three minus one of them is the other");
        assert!(sums.add(&[0, 1], 3), "nothing new");
        let mut sums = Equations::default();
        assert!(sums.add(&[0, 1, 2], 3));
        assert!(!sums.add(&[0, 1], 3), "the rest is c");
        let mut sums = Equations { secret: vec![vec![2, 3]], ..Equations::default() };
        assert!(sums.add(&[0, 1, 2, 3], 4));
        assert!(!sums.add(&[0, 1], 4), "the rest is what c and d come to");
    }
}
