//! On which days a source has rows at all: what tells "none of this" (zero) from "nothing recorded" (missing).

use super::engine::{Answer, Levels, Recorded};
use crate::plan::{Id, Measured, Person, Plan, Scope, StoreOf, TableRef};
use crate::time::{Calendar, Date, Grain, Period, plus_days};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// One observation that a source promises: a day, or a week or month for sources of that grain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Slot {
    /// Its days.
    pub(super) period: Period,
    /// Some of the stores have rows.
    pub(super) any: bool,
    /// Every store that has begun has rows.
    pub(super) all: bool,
}

/// Every slot from the first day with rows to the as-of date.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cover {
    pub(super) slots: Vec<Slot>,
    /// From this day on rows still move.
    pub(super) provisional_from: Option<Date>,
}

/// Which stores a scope is about; `None`: all.
type Stores = Option<BTreeSet<Arc<str>>>;

/// Covers of the row sets of all metrics, worked out once per row set, grain and choice of stores.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<BTreeMap<Key, Arc<Cover>>>);

/// Row set, grain, as-of day, stores, tables that have no rows of the scope.
type Key = (usize, Grain, Date, Stores, BTreeSet<TableRef>);

/// Covers of one row set.
pub(super) struct Covers<'a> {
    pub(super) plan: &'a Plan,
    pub(super) measured: &'a Measured,
    /// What its rows were asked for, and the place of that among all that was asked.
    pub(super) answer: &'a Answer,
    pub(super) ask: usize,
    pub(super) grain: Grain,
    pub(super) as_of: Date,
    pub(super) known: &'a Known,
}

impl Covers<'_> {
    /// The slots that count for a scope.
    pub(super) fn of(&self, scope: &Scope) -> Arc<Cover> {
        let stores = stores_of(self.plan, scope);
        let key = (self.ask, self.grain, self.as_of, stores, self.silent(scope));
        let lock = || self.known.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&key) {
            return known.clone();
        }
        let cover = Arc::new(self.find(&key.3, &key.4));
        lock().entry(key).or_insert(cover).clone()
    }

    /// Tables whose rows are all of another member than the scope's: a report of Sponsored Products says nothing of the days
    /// of Sponsored Brands.
    fn silent(&self, scope: &Scope) -> BTreeSet<TableRef> {
        let is_other = |table: &&TableRef| {
            let source = self.plan.sources.get(&table.source);
            let spec = source.and_then(|source| source.tables.iter().find(|spec| spec.name == table.table));
            spec.into_iter().flat_map(|spec| &spec.columns).any(|column| {
                let wanted = scope.member(&column.name);
                column.value.as_ref().zip(wanted).is_some_and(|(own, wanted)| own != wanted)
            })
        };
        self.measured.tables.iter().filter(is_other).cloned().collect()
    }

    fn find(&self, stores: &Stores, silent: &BTreeSet<TableRef>) -> Cover {
        let recorders = match self.measured.dated_by {
            // Rows that carry another day than their own cannot be missed on a day: none is none.
            Some(_) => self.span_of_days().into_iter().collect(),
            None => self.recorders(stores, silent),
        };
        let settling = self.measured.settles.and_then(|days| i32::try_from(days).ok());
        let settling = settling.map(|days| plus_days(self.as_of, 1 - days));
        let speaks = |recorded: &&Recorded| !silent.contains(&recorded.table);
        let recorded = self.answer.recorded.iter().filter(speaks);
        let recorded = recorded.filter_map(|recorded| recorded.provisional_from);
        let provisional_from = recorded.chain(settling).min();
        Cover { slots: slots(&self.plan.site.calendar, self.grain, &recorders, self.as_of), provisional_from }
    }

    /// Days by each store (or whole table) of which rows are expected day by day.
    fn recorders(&self, stores: &Stores, silent: &BTreeSet<TableRef>) -> Vec<BTreeSet<Date>> {
        let mut by_recorder: BTreeMap<(&Id, &Id, &str), BTreeSet<Date>> = BTreeMap::new();
        let speaks = |recorded: &&Recorded| !silent.contains(&recorded.table);
        for Recorded { table, store, days, .. } in self.answer.recorded.iter().filter(speaks) {
            let source = self.plan.sources.get(&table.source);
            // A file per store can fail to arrive for one store. Where one file holds all stores, a store without rows is
            // a segment without rows (periods.md §4.2).
            let by_store =
                source.is_some_and(|source| matches!(source.store, StoreOf::Path(_) | StoreOf::Fixed(_)));
            let wanted = stores.as_ref().is_none_or(|stores| stores.contains(store));
            let key: (&Id, &Id, &str) = match by_store {
                true if !wanted => continue,
                true => (&table.source, &table.table, store),
                false => (&table.source, &table.table, ""),
            };
            by_recorder.entry(key).or_default().extend(days);
        }
        by_recorder.into_values().collect()
    }

    fn span_of_days(&self) -> Option<BTreeSet<Date>> {
        let first = self.answer.groups.values().filter_map(|grouped| grouped.days.iter().min()).min()?;
        Some(Period::range(*first, self.as_of).each_day().collect())
    }
}

fn slots(calendar: &Calendar, grain: Grain, recorders: &[BTreeSet<Date>], as_of: Date) -> Vec<Slot> {
    let begins: Vec<Date> = recorders.iter().filter_map(|days| days.first().copied()).collect();
    let Some(first) = begins.iter().min() else { return Vec::new() };
    let slot = |period: Period| {
        let present = |days: &BTreeSet<Date>| days.range(period.start..=period.end).next().is_some();
        let begun = recorders.iter().zip(&begins).filter(|(_, begin)| **begin <= period.end);
        let (mut any, mut all) = (false, true);
        for (days, _) in begun {
            let here = present(days);
            any |= here;
            all &= here;
        }
        Slot { period, any, all }
    };
    calendar.periods(grain, *first, as_of).into_iter().map(slot).collect()
}

fn stores_of(plan: &Plan, scope: &Scope) -> Stores {
    let mut stores: Stores = None;
    let mut narrow = |to: BTreeSet<Arc<str>>| {
        stores = Some(match stores.take() {
            Some(before) => before.intersection(&to).cloned().collect(),
            None => to,
        });
    };
    if let Some(store) = scope.member("store") {
        narrow(BTreeSet::from([store.clone()]));
    }
    if let Some(marketplace) = scope.member("marketplace") {
        let of_it = plan.stores.values().filter(|store| store.marketplace.as_ref() == Some(marketplace));
        narrow(of_it.map(|store| store.id.clone()).collect());
    }
    let people = plan.people.values().filter(|person| {
        scope.member("person") == Some(&person.id)
            || (person.team.is_some() && scope.member("team") == person.team.as_ref())
    });
    let people: Vec<&Person> = people.filter(|person| !person.covers.is_empty()).collect();
    // Somebody who covers no stores in particular covers parts of all.
    if !people.is_empty() && people.iter().all(|person| person.covers.contains_key("store")) {
        narrow(people.iter().filter_map(|person| person.covers.get("store")).flatten().cloned().collect());
    }
    stores
}

/// Whether a scope without rows means "none" in these rows (a category that sold nothing), not "unknown to them".
pub(super) fn can_be_empty(answer: &Answer, levels: &Levels) -> bool {
    answer.groups.contains_key(levels) && !levels.contains("person") && !levels.contains("team")
}
