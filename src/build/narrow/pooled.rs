//! What the readers of several audiences can work out together: somebody who may open their trees, or people who lay them side
//! by side. Each tree alone gives nothing away (`small`); the same equations are solved here over what any of them shows.

use super::small::{covered, reduce, rest, without_store};
use crate::diag::{Family, Finding, Level, Rule};
use crate::measure::Facts;
use crate::plan::audience::{Audience, Eyes, parts};
use crate::plan::{Definition, Id, Measured, Metric, Plan, Scope};
use std::collections::{BTreeMap, BTreeSet};

/// Several audiences know together what none of them may.
pub(super) static AUDIENCES_ADD_UP: Rule = Rule {
    name: "audiences-add-up",
    level: Level::Warning,
    family: Family::Config,
    about: "finds figures that the readers of two or more audiences can work out together, though none of them may see them",
    why: "one person may be in all of these groups, and people talk: the whole in one tree minus the parts in all is the part that is in none",
    example: "north: {sees: {scopes: {company: true, store: [a]}}}, south: {sees: {scopes: {store: [b]}}}, of three stores        # without `company: true`, or with `c` for one of them",
};

/// So many figures are named.
const NAMED: usize = 3;

/// With more audiences than this not every three of them are looked at: of eight there are 56, each as much work as a tree alone.
const THREES: usize = 8;

/// Figures that audiences give away together and none of them, nor fewer of them, gives away.
pub(super) fn pooled(plan: &Plan, facts: &Facts, all: &[Eyes]) -> Vec<Finding> {
    let all: Vec<&Eyes> = all.iter().filter(|eyes| !eyes.see_all()).collect();
    if all.len() < 2 {
        return Vec::new();
    }
    let model = Model::of(plan, facts);
    let seen: Vec<Vec<bool>> = all.iter().map(|eyes| model.seen(eyes)).collect();
    let mut known: Vec<(BTreeSet<usize>, BTreeSet<usize>)> = Vec::new();
    let mut found = Vec::new();
    for pool in pools(plan, &all) {
        let told = |figure: usize| pool.iter().any(|place| seen[*place][figure]);
        let given_away = model.given_away((0..model.figures.len()).map(told).collect());
        let fewer = || known.iter().filter(|(other, _)| other.is_subset(&pool));
        let is_new = |figure: &&usize| !fewer().any(|(_, given_away)| given_away.contains(*figure));
        let news: BTreeSet<usize> = given_away.iter().filter(is_new).copied().collect();
        if pool.len() > 1 && !news.is_empty() {
            let audiences: Vec<&Audience> = pool.iter().map(|place| &all[*place].audience).collect();
            found.push(model.finding(&audiences, &news));
        }
        known.push((pool, given_away));
    }
    found
}

/// Who may lay trees side by side, fewer before more: each audience alone, any two, any three, those that one group may open
/// by what the configuration says, and all. A figure that four give away is one that all give away, unless the fifth sees it.
fn pools(plan: &Plan, all: &[&Eyes]) -> Vec<BTreeSet<usize>> {
    let places = 0..all.len();
    let mut pools: BTreeSet<BTreeSet<usize>> = BTreeSet::from([places.clone().collect()]);
    for one in places.clone() {
        for other in places.clone() {
            pools.insert(BTreeSet::from([one, other]));
            if all.len() <= THREES {
                pools.extend(places.clone().map(|third| BTreeSet::from([one, other, third])));
            }
        }
    }
    for login in plan.deploys.iter().filter_map(|deploy| deploy.protect.login.as_ref()) {
        let groups = login.require.values().flatten();
        for group in groups.map(|group| &**group).collect::<BTreeSet<&str>>() {
            let opens = |place: &usize| login.groups_of(&all[*place].audience.id).contains(&group);
            pools.insert(places.clone().filter(opens).collect());
        }
    }
    pools.remove(&BTreeSet::new());
    let mut pools: Vec<BTreeSet<usize>> = pools.into_iter().collect();
    pools.sort_by_key(BTreeSet::len);
    pools
}

/// Every figure there is, by a number, and how they hang together.
struct Model<'a> {
    plan: &'a Plan,
    figures: Vec<(&'a Id, &'a Scope)>,
    numbers: BTreeMap<&'a Id, BTreeMap<&'a Scope, usize>>,
    over_stores: Vec<OverStores>,
    /// A total, and all its parts on one level.
    over_members: Vec<(usize, Vec<usize>)>,
    /// A sum over all rows of a table, and the same sum over a part of them each.
    over_rows: Vec<(usize, Vec<usize>)>,
    /// A figure that a formula gives, and what it is made of.
    formulas: Vec<(usize, Vec<usize>)>,
}

/// One metric over stores, and over sets of them.
struct OverStores {
    stores: Vec<usize>,
    /// A total, and the places in `stores` of what it is made of.
    totals: Vec<(usize, BTreeSet<usize>)>,
}

impl<'a> Model<'a> {
    fn of(plan: &'a Plan, facts: &'a Facts) -> Model<'a> {
        let single = facts.periods.keys().map(|(id, scope, _)| (id, scope));
        let measured = facts.series.keys().map(|(id, scope, _)| (id, scope)).chain(single);
        let mut figures: BTreeSet<(&Id, &Scope)> =
            measured.filter(|(id, _)| plan.metrics.contains_key(*id)).collect();
        // What a formula is made of may be shown nowhere by itself.
        let mut open: Vec<(&Id, &Scope)> = figures.iter().copied().collect();
        while let Some((id, scope)) = open.pop() {
            let made_of = plan.metrics.get(id).map(parts).unwrap_or_default();
            let there = made_of.into_iter().filter(|part| plan.metrics.contains_key(*part));
            open.extend(there.map(|part| (part, scope)).filter(|part| figures.insert(*part)));
        }
        let figures: Vec<(&Id, &Scope)> = figures.into_iter().collect();
        let mut numbers: BTreeMap<&Id, BTreeMap<&Scope, usize>> = BTreeMap::new();
        for (number, (id, scope)) in figures.iter().enumerate() {
            numbers.entry(*id).or_default().insert(*scope, number);
        }
        let mut model = Model {
            plan,
            figures,
            numbers,
            over_stores: Vec::new(),
            over_members: Vec::new(),
            over_rows: Vec::new(),
            formulas: Vec::new(),
        };
        let by_metric: Vec<BTreeMap<&Scope, usize>> = model.numbers.values().cloned().collect();
        for scopes in &by_metric {
            model.stores(scopes);
            model.members(scopes);
        }
        model.rows();
        model.derived();
        model
    }

    fn number(&self, id: &Id, scope: &Scope) -> Option<usize> {
        self.numbers.get(id)?.get(scope).copied()
    }

    fn stores(&mut self, scopes: &BTreeMap<&Scope, usize>) {
        let rests: BTreeSet<Scope> = scopes.keys().map(|scope| rest(scope)).collect();
        for own in rests {
            let of_store = |(scope, number): (&&Scope, &usize)| {
                let store = scope.member("store").filter(|_| without_store(scope) == own);
                store.map(|store| (store.clone(), *number))
            };
            let (ids, stores): (Vec<Id>, Vec<usize>) = scopes.iter().filter_map(of_store).unzip();
            let is_total = |scope: &Scope| scope.member("store").is_none() && rest(scope) == own;
            let total = |(scope, number): (&&Scope, &usize)| {
                let of = covered(self.plan, scope, &ids)?;
                let places = ids.iter().enumerate().filter(|(_, id)| of.contains(*id));
                Some((*number, places.map(|(place, _)| place).collect()))
            };
            let totals = scopes.iter().filter(|(scope, _)| is_total(scope)).filter_map(total).collect();
            self.over_stores.push(OverStores { stores, totals });
        }
    }

    /// Levels that are no sets of stores; people, too, where nothing is measured by store.
    fn members(&mut self, scopes: &BTreeMap<&Scope, usize>) {
        let by_store: BTreeSet<Scope> =
            scopes.keys().filter(|scope| scope.member("store").is_some()).map(|scope| rest(scope)).collect();
        let mut parts: BTreeMap<(usize, &str), Vec<usize>> = BTreeMap::new();
        for (scope, number) in scopes {
            for (level, _) in scope.members() {
                let others = scope.members().filter(|(other, _)| *other != level);
                let total: Scope = others.map(|(level, member)| (level.clone(), member.clone())).collect();
                let is_solved = match &**level {
                    "store" | "marketplace" | "team" => true,
                    "person" => by_store.contains(&rest(&total)),
                    _ => false,
                };
                if let Some(total) = scopes.get(&total).filter(|_| !is_solved) {
                    parts.entry((*total, level)).or_default().push(*number);
                }
            }
        }
        self.over_members.extend(parts.into_iter().map(|((total, _), parts)| (total, parts)));
    }

    fn rows(&mut self) {
        let measured = |metric: &'a Metric| match &metric.definition {
            Definition::Source(measured) => Some((&metric.id, &**measured)),
            Definition::Derived(_) => None,
        };
        let all: Vec<(&Id, &Measured)> = self.plan.metrics.values().filter_map(measured).collect();
        for (whole, of) in all.iter().filter(|(_, measured)| measured.filter.is_none()) {
            let is_part =
                |part: &Measured| part.filter.is_some() && part.tables == of.tables && part.value == of.value;
            let parts: Vec<&Id> = all.iter().filter(|(_, part)| is_part(part)).map(|(id, _)| *id).collect();
            for (scope, whole) in self.numbers.get(*whole).into_iter().flatten() {
                let parts: Vec<usize> = parts.iter().filter_map(|part| self.number(part, scope)).collect();
                self.over_rows.push((*whole, parts));
            }
        }
    }

    fn derived(&mut self) {
        for (figure, (id, scope)) in self.figures.iter().enumerate() {
            let metric = self.plan.metrics.get(*id).filter(|metric| !metric.is_plugged());
            let made_of = metric.map(parts).unwrap_or_default();
            let numbers: Vec<usize> = made_of.iter().filter_map(|part| self.number(part, scope)).collect();
            if !numbers.is_empty() && numbers.len() == made_of.len() {
                self.formulas.push((figure, numbers));
            }
        }
    }

    fn seen(&self, eyes: &Eyes) -> Vec<bool> {
        self.figures.iter().map(|(id, scope)| eyes.figure(id, scope)).collect()
    }

    /// Figures that follow for those who are told these, and that they are not told. What is only the sum of what they are
    /// told, or a formula over it, is no secret that keeping a total could keep.
    fn given_away(&self, told: Vec<bool>) -> BTreeSet<usize> {
        let mut known = Known { told, given_away: BTreeSet::new(), news: true };
        while std::mem::take(&mut known.news) {
            self.over_stores.iter().for_each(|one| one.solve(&mut known));
            for (total, parts) in self.over_members.iter().chain(&self.over_rows) {
                if parts.len() > 1 && known.told[*total] {
                    known.take_the_last(parts);
                }
            }
            for (figure, parts) in &self.formulas {
                if known.told[*figure] {
                    known.take_the_last(parts);
                } else if parts.iter().all(|part| known.told[*part]) {
                    known.tell(*figure);
                }
            }
        }
        known.given_away
    }

    fn finding(&self, audiences: &[&Audience], figures: &BTreeSet<usize>) -> Finding {
        let name = |number: &usize| {
            let (id, scope) = self.figures[*number];
            match scope.is_company() {
                true => format!("`{id}` of the company"),
                false => format!("`{id}` of `{scope}`"),
            }
        };
        let named: Vec<String> = figures.iter().take(NAMED).map(name).collect();
        let more = match figures.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let (last, others) = audiences.split_last().expect("a pool is of several");
        let others: Vec<String> = others.iter().map(|audience| format!("`{}`", audience.id)).collect();
        let told = format!(
            "readers of {} and `{}` together can work out what {} may see: {}{more}",
            others.join(", "),
            last.id,
            if others.len() == 1 { "neither" } else { "none of them" },
            named.join(", ")
        );
        Finding::new(&AUDIENCES_ADD_UP, last.place.clone(), told)
            .hint("keep the total from one of them, or let one of them see the part; whoever may open one must then not be let into the others")
    }
}

/// What somebody knows.
struct Known {
    told: Vec<bool>,
    given_away: BTreeSet<usize>,
    /// Whether something came since the last look.
    news: bool,
}

impl Known {
    fn tell(&mut self, figure: usize) {
        self.news |= !std::mem::replace(&mut self.told[figure], true);
    }

    /// Of parts of which one is not known, that one.
    fn take_the_last(&mut self, parts: &[usize]) {
        let mut hidden = parts.iter().filter(|part| !self.told[**part]);
        if let (Some(last), None) = (hidden.next(), hidden.next()) {
            self.give_away(*last);
        }
    }

    fn give_away(&mut self, figure: usize) {
        self.tell(figure);
        self.given_away.insert(figure);
    }
}

impl OverStores {
    fn solve(&self, known: &mut Known) {
        let hidden: Vec<usize> = (0..self.stores.len()).filter(|at| !known.told[self.stores[*at]]).collect();
        let row = |of: &BTreeSet<usize>| -> Vec<u128> {
            hidden.iter().map(|at| u128::from(of.contains(at))).collect()
        };
        let (shown, withheld): (Vec<_>, Vec<_>) =
            self.totals.iter().partition(|(total, _)| known.told[*total]);
        let solved = |within: Option<&BTreeSet<usize>>| -> Vec<Vec<u128>> {
            let used = shown.iter().filter(|(_, of)| within.is_none_or(|within| of.is_subset(within)));
            let mut rows: Vec<Vec<u128>> = used.map(|(_, of)| row(of)).collect();
            reduce(&mut rows, hidden.len());
            rows
        };
        // What brings nothing new follows from the rest.
        let follows = |rows: &[Vec<u128>], of: &BTreeSet<usize>| {
            let mut with = rows.to_vec();
            with.push(row(of));
            reduce(&mut with, hidden.len());
            with.len() == rows.len()
        };
        let all = solved(None);
        for (total, of) in withheld {
            if follows(&solved(Some(of)), of) {
                known.tell(*total);
            } else if follows(&all, of) {
                known.give_away(*total);
            }
        }
        for row in &all {
            let mut places = (0..hidden.len()).filter(|place| row[*place] != 0);
            if let (Some(one), None) = (places.next(), places.next()) {
                known.give_away(self.stores[hidden[one]]);
            }
        }
    }
}
