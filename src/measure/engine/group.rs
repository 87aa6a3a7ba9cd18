//! Which rows belong to which scope: a column, a looked-up column, the marketplace of a store, or what a person covers.

use super::rows::{Looked, Rows, as_codes, place_of};
use super::{Levels, rows::coded};
use crate::diag::Finding;
use crate::plan::{Id, Level, Lookup, Person, Plan, Scope, TableRef};
use crate::snapshot::Snapshot;
use crate::time::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Rows of each scope, by day.
#[derive(Default)]
pub(super) struct Groups {
    pub(super) scopes: BTreeMap<Scope, usize>,
    /// Rows of all scopes, one after the other, by day within each.
    pub(super) rows: Vec<u32>,
    /// Where the rows of a scope begin; one more than scopes.
    pub(super) starts: Vec<usize>,
}

/// Members of a level and which one each row has.
#[derive(Clone)]
struct Members {
    values: Arc<Vec<Arc<str>>>,
    codes: Vec<Option<u32>>,
}

/// Tells rows apart by levels; remembers what it worked out.
pub(super) struct Grouper<'a> {
    plan: &'a Plan,
    snapshot: &'a Snapshot,
    rows: &'a Rows<'a>,
    known: BTreeMap<Level, Option<Members>>,
}

/// Levels whose members are people, not values of a column.
const PEOPLE: [&str; 2] = ["person", "team"];

impl<'a> Grouper<'a> {
    pub(super) fn new(plan: &'a Plan, snapshot: &'a Snapshot, rows: &'a Rows<'a>) -> Grouper<'a> {
        Grouper { plan, snapshot, rows, known: BTreeMap::new() }
    }

    /// The rows of every scope of a combination of levels; `None` if the rows do not know one of them.
    pub(super) fn groups(&mut self, levels: &Levels, found: &mut Vec<Finding>) -> Option<Groups> {
        let mut columns = Vec::new();
        for level in levels.iter().filter(|level| !PEOPLE.contains(&level.as_ref())) {
            columns.push((level.clone(), self.members(level, found)?));
        }
        let mut groups = Groups { starts: vec![0], ..Groups::default() };
        match (levels.contains("person"), levels.contains("team")) {
            (false, false) => groups.add(&Scope::company(), &columns, &self.rows.by_day),
            (true, true) => return None, // A person is in at most one team: `person` alone says as much.
            (true, false) => {
                for person in self.plan.people.values() {
                    if let Some(rows) = self.covered(&[person], found) {
                        groups.add(&Scope::of("person", &person.id), &columns, &rows);
                    }
                }
            }
            (false, true) => {
                for team in self.plan.teams.keys() {
                    let of_team = |person: &&Person| person.team.as_ref() == Some(team);
                    let people: Vec<&Person> = self.plan.people.values().filter(of_team).collect();
                    if let Some(rows) = self.covered(&people, found) {
                        groups.add(&Scope::of("team", team), &columns, &rows);
                    }
                }
            }
        }
        Some(groups)
    }

    fn members(&mut self, level: &Level, found: &mut Vec<Finding>) -> Option<Members> {
        if let Some(known) = self.known.get(level) {
            return known.clone();
        }
        let members = self.find_members(level, found);
        self.known.insert(level.clone(), members.clone());
        members
    }

    fn find_members(&self, level: &Level, found: &mut Vec<Finding>) -> Option<Members> {
        let rows = self.rows.len();
        if level.as_ref() == "marketplace" && self.rows.find("marketplace").is_none() {
            return self.marketplaces();
        }
        let sources = self.rows.tables.iter().filter_map(|(table, _)| self.plan.sources.get(&table.source));
        let scoped = sources.filter_map(|source| source.scopes.get(level)).next();
        if let Some((source, column)) = scoped {
            let looked = self.look_up(level, source, found)?;
            let (values, codes) = as_codes(&Rows::gather(&looked, column)?, rows);
            return Some(Members { values, codes });
        }
        let (values, codes) = coded(self.rows.find(level)?, rows);
        Some(Members { values, codes })
    }

    fn look_up(&self, level: &Level, source: &Id, found: &mut Vec<Finding>) -> Option<Looked<'a>> {
        let source = self.plan.sources.get(source)?;
        let table = TableRef { source: source.id.clone(), table: source.tables.first()?.name.clone() };
        let by = source.key.iter().map(|key| (key.clone(), key.clone())).collect();
        let lookup = Lookup { alias: level.clone(), table, by, date: None };
        self.rows.look_up(self.plan, self.snapshot, &lookup, found)
    }

    fn marketplaces(&self) -> Option<Members> {
        let (stores, codes) = coded(self.rows.find("store")?, self.rows.len());
        let of_store =
            |store: &Arc<str>| self.plan.stores.get(store).and_then(|store| store.marketplace.clone());
        let by_store: Vec<Option<Id>> = stores.iter().map(of_store).collect();
        let mut values: Vec<Arc<str>> = by_store.iter().flatten().cloned().collect();
        values.sort();
        values.dedup();
        let by_store: Vec<Option<u32>> = by_store.iter().map(|id| place_of(&values, id.as_ref()?)).collect();
        let codes = codes.iter().map(|code| by_store[(*code)? as usize]).collect();
        Some(Members { values: Arc::new(values), codes })
    }

    /// Rows that at least one of these people covers, by day; `None` if that cannot be told for any of them.
    fn covered(&mut self, people: &[&Person], found: &mut Vec<Finding>) -> Option<Vec<u32>> {
        let mut covers = Vec::new();
        for person in people {
            covers.extend(self.cover(person, found));
        }
        if covers.is_empty() {
            return None;
        }
        let chosen =
            |row: &u32| covers.iter().any(|cover| cover.holds(*row as usize, self.rows.days[*row as usize]));
        Some(self.rows.by_day.iter().copied().filter(chosen).collect())
    }

    fn cover(&mut self, person: &Person, found: &mut Vec<Finding>) -> Option<Cover> {
        if person.covers.is_empty() {
            return None;
        }
        let mut conditions = Vec::new();
        for (level, wanted) in &person.covers {
            let wanted: BTreeSet<&Id> = wanted.iter().collect();
            let holds = if level.as_ref() == "source" {
                let mut holds = vec![false; self.rows.len()];
                for (table, range) in
                    self.rows.tables.iter().filter(|(table, _)| wanted.contains(&table.source))
                {
                    debug_assert!(range.end <= holds.len(), "rows of `{}`", table.source);
                    holds[range.clone()].fill(true);
                }
                holds
            } else {
                let members = self.members(level, found)?;
                let among: Vec<bool> = members.values.iter().map(|value| wanted.contains(value)).collect();
                members.codes.iter().map(|code| code.is_some_and(|code| among[code as usize])).collect()
            };
            conditions.push(holds);
        }
        Some(Cover { from: person.from, conditions })
    }
}

/// What one person covers: rows that meet all conditions, from a day on.
struct Cover {
    from: Option<Date>,
    conditions: Vec<Vec<bool>>,
}

impl Cover {
    fn holds(&self, row: usize, day: Option<Date>) -> bool {
        self.from.is_none_or(|from| day.is_some_and(|day| day >= from))
            && self.conditions.iter().all(|holds| holds[row])
    }
}

impl Groups {
    /// Adds the scopes that `columns` cut `rows` into, each within `base`.
    fn add(&mut self, base: &Scope, columns: &[(Level, Members)], rows: &[u32]) {
        if columns.is_empty() {
            self.push(base.clone(), rows.iter().copied());
            return;
        }
        // One number per combination of members, in the order of the scopes.
        let combination = |row: u32| {
            columns.iter().try_fold(0u64, |code, (_, members)| {
                let own = members.codes[row as usize]?;
                code.checked_mul(members.values.len() as u64)?.checked_add(u64::from(own))
            })
        };
        let mut keyed: Vec<(u64, u32)> = rows
            .iter()
            .enumerate()
            .filter_map(|(at, row)| Some((combination(*row)?, u32::try_from(at).ok()?)))
            .collect();
        keyed.sort_unstable();
        for group in keyed.chunk_by(|a, b| a.0 == b.0) {
            let first = rows[group[0].1 as usize] as usize;
            let scope =
                columns.iter().fold(base.clone(), |scope, (level, members)| match members.codes[first] {
                    Some(code) => scope.within(level, &members.values[code as usize]),
                    None => scope,
                });
            self.push(scope, group.iter().map(|(_, at)| rows[*at as usize]));
        }
    }

    fn push(&mut self, scope: Scope, rows: impl Iterator<Item = u32>) {
        self.scopes.insert(scope, self.starts.len() - 1);
        self.rows.extend(rows);
        self.starts.push(self.rows.len());
    }
}
