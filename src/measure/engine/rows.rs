//! The rows a formula works on: one table or the union of several, what is looked up for each row, and the day each
//! row belongs to.

use super::eval::Unfit;
use super::value::Vals;
use super::{Recorded, RowsOf, pick};
use crate::diag::Finding;
use crate::measure::found::{LOOKUP_AMBIGUOUS, LOOKUP_MISSING};
use crate::plan::{Id, Lookup, Plan, TableRef};
use crate::snapshot::{Column, Frame, Snapshot};
use crate::time::Date;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// Keys that a finding names; more would hide the message.
pub(super) const NAMED_KEYS: usize = 5;

/// Rows of one reading.
pub(super) struct Rows<'a> {
    frame: Cow<'a, Frame>,
    /// Which rows came from which table.
    pub(super) tables: Vec<(&'a TableRef, Range<usize>)>,
    lookups: BTreeMap<&'a Id, Looked<'a>>,
    /// Rows that have a day, by day.
    pub(super) by_day: Vec<u32>,
    /// The day of every row.
    pub(super) days: Vec<Option<Date>>,
    /// The place of every row by the order column of its source; `None`: it has none, or not all of several tables do.
    pub(super) order: Option<Vec<Option<u32>>>,
}

/// What was looked up for each row.
pub(super) struct Looked<'a> {
    frame: &'a Frame,
    matches: Vec<Option<u32>>,
}

/// The place of each value among the different ones, from the smallest on.
fn places<K: Ord + Clone>(values: impl Iterator<Item = Option<K>> + Clone) -> Vec<Option<u32>> {
    let different: BTreeSet<K> = values.clone().flatten().collect();
    let known: BTreeMap<K, u32> = different.into_iter().zip(0..).collect();
    values.map(|value| known.get(&value?).copied()).collect()
}

impl<'a> Rows<'a> {
    /// Gathers the rows and looks up what belongs to them.
    pub(super) fn of(
        plan: &Plan,
        snapshot: &'a Snapshot,
        of: RowsOf<'a>,
        found: &mut Vec<Finding>,
    ) -> Rows<'a> {
        let tables: Vec<_> =
            of.tables.iter().filter_map(|name| Some((name, snapshot.tables.get(name)?))).collect();
        let frame = match tables.as_slice() {
            [(_, only)] => Cow::Borrowed(&only.frame),
            several => Cow::Owned(super::columns::union(several.iter().map(|(_, table)| &table.frame))),
        };
        let mut start = 0;
        let ranges = tables.iter().map(|(name, table)| {
            let range = start..start + table.frame.rows;
            start = range.end;
            (*name, range)
        });
        let tables = ranges.collect();
        let mut rows = Rows {
            frame,
            tables,
            lookups: BTreeMap::new(),
            by_day: Vec::new(),
            days: Vec::new(),
            order: None,
        };
        for lookup in of.lookups {
            if let Some(looked) = rows.look_up(plan, snapshot, lookup, found) {
                rows.lookups.insert(&lookup.alias, looked);
            }
        }
        rows.days = rows.dates(of.dated_by);
        rows.order = rows.places(plan);
        let count = u32::try_from(rows.frame.rows).expect("a table holds fewer rows than 2³²");
        let mut by_day: Vec<u32> = (0..count).filter(|row| rows.days[*row as usize].is_some()).collect();
        by_day.sort_by_key(|row| rows.days[*row as usize]);
        rows.by_day = by_day;
        rows
    }

    /// The places of the rows by the one column that all their tables name as their order.
    fn places(&self, plan: &Plan) -> Option<Vec<Option<u32>>> {
        let mut names = self.tables.iter().map(|(table, _)| plan.order(table));
        let name = names.next()??;
        if names.any(|other| other != Some(name)) {
            return None;
        }
        let places = match Vals::of(self.find(name)?) {
            Vals::Text(values, cells) => {
                let of_code = places((0..values.len()).map(|code| Some(&values[code])));
                (0..self.len()).map(|row| of_code[cells.get(row)? as usize]).collect()
            }
            Vals::Number(_, cells) => places((0..self.len()).map(|row| cells.get(row))),
            Vals::Date(cells) => places((0..self.len()).map(|row| cells.get(row))),
            Vals::Null | Vals::Float(_) | Vals::Bool(_) => return None,
        };
        Some(places)
    }

    /// The rows and the day of each.
    pub(super) fn into_parts(self) -> (Cow<'a, Frame>, Vec<Option<Date>>) {
        (self.frame, self.days)
    }

    pub(super) fn len(&self) -> usize {
        self.frame.rows
    }

    /// A column, if the rows have it.
    pub(super) fn find(&self, name: &str) -> Option<&Column> {
        self.frame.columns.get(name)
    }

    /// A column of the rows.
    pub(super) fn column(&self, name: &str) -> Result<Vals<'_>, Unfit> {
        match self.frame.columns.get(name) {
            Some(column) => Ok(Vals::of(column)),
            None if self.frame.rows == 0 => Ok(Vals::Null),
            None => Err(format!("the data has no column `{name}`")),
        }
    }

    /// A column of the rows that were looked up.
    pub(super) fn looked(&self, alias: &Id, name: &str) -> Result<Vals<'_>, Unfit> {
        // A lookup into a table that holds no data knows nothing of any row.
        let Some(looked) = self.lookups.get(alias) else { return Ok(Vals::Null) };
        match looked.frame.columns.get(name) {
            Some(column) => Ok(Vals::looked_up(column, &looked.matches)),
            None if looked.frame.rows == 0 => Ok(Vals::Null),
            None => Err(format!("the data looked up as `{alias}` has no column `{name}`")),
        }
    }

    /// The values of a row by which it is looked up, as text.
    pub(super) fn key_of(&self, lookup: &Lookup, row: usize) -> String {
        let one = |(own, _): &(Id, Id)| {
            self.column(own)
                .ok()
                .and_then(|vals| pick::written(&vals, row))
                .unwrap_or_else(|| "(empty)".to_owned())
        };
        lookup.by.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    fn dates(&self, dated_by: Option<&(Id, Id)>) -> Vec<Option<Date>> {
        let vals = match dated_by {
            Some((alias, column)) => self.looked(alias, column),
            None => self.column("date"),
        };
        match vals {
            Ok(Vals::Date(cells)) => (0..self.len()).map(|row| cells.get(row)).collect(),
            _ => vec![None; self.len()],
        }
    }

    /// Finds for every row the one row of another table with the same key.
    pub(super) fn look_up(
        &self,
        plan: &Plan,
        snapshot: &'a Snapshot,
        lookup: &Lookup,
        found: &mut Vec<Finding>,
    ) -> Option<Looked<'a>> {
        let there = &snapshot.tables.get(&lookup.table)?.frame;
        let source = plan.sources.get(&lookup.table.source);
        let valid_from = source.and_then(|source| source.valid_from.as_ref());
        let keys = Keys::of(self, there, lookup, found)?;
        let index = Index::of(there, &keys, valid_from.and_then(|name| there.columns.get(name)));
        let own_days = match self.find(lookup.date.as_ref().map_or("date", |name| name)) {
            Some(Column::Date(days)) => Some(days),
            _ => None,
        };
        let mut ambiguous = BTreeSet::new();
        let mut matches = Vec::with_capacity(self.len());
        let mut key = Vec::new();
        for row in 0..self.len() {
            let day = own_days.and_then(|days| days[row]);
            matches.push(match keys.of_row(row, &mut key).and_then(|()| index.find(&key, day)) {
                Some(Ok(at)) => Some(at),
                Some(Err(())) => {
                    ambiguous.insert(self.key_of(lookup, row));
                    None
                }
                None => None,
            });
        }
        if !ambiguous.is_empty() {
            found.push(ambiguity(plan, lookup, &ambiguous));
        }
        Some(Looked { frame: there, matches })
    }

    /// A column of what was looked up.
    pub(super) fn gather<'v>(looked: &Looked<'_>, column: &str) -> Option<Vals<'v>> {
        Some(Vals::looked_up(looked.frame.columns.get(column)?, &looked.matches))
    }
}

fn ambiguity(plan: &Plan, lookup: &Lookup, keys: &BTreeSet<String>) -> Finding {
    let named: Vec<_> = keys.iter().take(NAMED_KEYS).map(|key| format!("`{key}`")).collect();
    let place = plan.sources.get(&lookup.table.source).map(|source| source.place.clone()).unwrap_or_default();
    let message = format!(
        "`{}` has several rows for {} ({} keys in all)",
        lookup.table.source,
        named.join(", "),
        keys.len()
    );
    Finding::new(&LOOKUP_AMBIGUOUS, place, message)
        .hint("keep one row per key, or name the column each row is valid from in `valid_from`")
}

/// Own key values as the codes of the other table's.
struct Keys {
    /// Per key column: code per row, in the other table's list.
    own: Vec<Vec<Option<u32>>>,
    /// Per key column: code per row there.
    there: Vec<Vec<Option<u32>>>,
}

impl Keys {
    fn of(rows: &Rows<'_>, there: &Frame, lookup: &Lookup, found: &mut Vec<Finding>) -> Option<Keys> {
        let (mut own, mut other) = (Vec::new(), Vec::new());
        for (name, name_there) in &lookup.by {
            let (Some(mine), Some(theirs)) = (rows.find(name), there.columns.get(name_there)) else {
                if rows.len() > 0 && there.rows > 0 {
                    let message = format!(
                        "`{name}` or `{}.{name_there}` is no column of the data",
                        lookup.table.source
                    );
                    found.push(Finding::new(&LOOKUP_MISSING, crate::diag::Place::default(), message));
                }
                return None;
            };
            let (values, codes) = coded(mine, rows.len());
            let (values_there, codes_there) = coded(theirs, there.rows);
            let translated: Vec<Option<u32>> =
                values.iter().map(|value| place_of(&values_there, value)).collect();
            own.push(codes.iter().map(|code| translated[(*code)? as usize]).collect());
            other.push(codes_there);
        }
        Some(Keys { own, there: other })
    }

    fn of_row(&self, row: usize, key: &mut Vec<u32>) -> Option<()> {
        key.clear();
        for column in &self.own {
            key.push(column[row]?);
        }
        Some(())
    }
}

/// Different values as sorted texts, and which one each row has.
pub(super) fn coded(column: &Column, rows: usize) -> (Arc<Vec<Arc<str>>>, Vec<Option<u32>>) {
    match column {
        Column::Text { values, rows } => (values.clone(), rows.clone()),
        other => as_codes(&Vals::of(other), rows),
    }
}

/// Different values as sorted texts, and which one each row has.
pub(super) fn as_codes(vals: &Vals<'_>, rows: usize) -> (Arc<Vec<Arc<str>>>, Vec<Option<u32>>) {
    let texts: Vec<Option<String>>;
    let made;
    let vals = match vals {
        Vals::Text(..) => vals,
        other => {
            texts = (0..rows).map(|row| pick::written(other, row)).collect();
            made = Vals::texts(&texts);
            &made
        }
    };
    match vals {
        Vals::Text(values, cells) => (values.clone(), (0..rows).map(|row| cells.get(row)).collect()),
        _ => (Arc::new(Vec::new()), vec![None; rows]),
    }
}

pub(super) fn place_of(values: &[Arc<str>], value: &str) -> Option<u32> {
    values.binary_search_by(|other| other.as_ref().cmp(value)).ok().and_then(|at| u32::try_from(at).ok())
}

/// Rows of a looked-up table by key, with the day each is valid from.
struct Index(BTreeMap<Vec<u32>, Vec<(Option<Date>, u32)>>, bool);

impl Index {
    fn of(there: &Frame, keys: &Keys, valid_from: Option<&Column>) -> Index {
        let mut rows: BTreeMap<Vec<u32>, Vec<(Option<Date>, u32)>> = BTreeMap::new();
        for row in 0..there.rows {
            let key = keys.there.iter().map(|codes| codes[row]).collect::<Option<Vec<u32>>>();
            let day = match valid_from {
                Some(Column::Date(days)) => days[row],
                _ => None,
            };
            if let (Some(key), Ok(at)) = (key, u32::try_from(row)) {
                rows.entry(key).or_default().push((day, at));
            }
        }
        rows.values_mut().for_each(|rows| rows.sort());
        Index(rows, valid_from.is_some())
    }

    /// The one row of a key, on a day the latest not after it; an error where there are two.
    fn find(&self, key: &[u32], day: Option<Date>) -> Option<Result<u32, ()>> {
        let rows = self.0.get(key)?;
        let candidates = if self.1 {
            let day = day?;
            let after = rows.partition_point(|(from, _)| from.is_none_or(|from| from <= day));
            let latest = rows[..after].last()?.0;
            &rows[rows.partition_point(|(from, _)| *from < latest)..after]
        } else {
            rows
        };
        match candidates {
            [] => None,
            [(_, only)] => Some(Ok(*only)),
            _ => Some(Err(())),
        }
    }
}

/// On which days the tables have rows.
pub(super) fn recorded(snapshot: &Snapshot, tables: &[TableRef]) -> Vec<Recorded> {
    let of_table = |name: &TableRef| {
        let table = snapshot.tables.get(name);
        let days = table.into_iter().flat_map(|table| table.days.iter().map(move |days| (table, days)));
        let one = |(table, (store, days)): (&crate::snapshot::Table, (&Arc<str>, &Vec<Date>))| Recorded {
            table: name.clone(),
            store: store.clone(),
            days: days.clone(),
            provisional_from: table.provisional_from,
        };
        days.map(one).collect::<Vec<_>>()
    };
    tables.iter().flat_map(of_table).collect()
}
