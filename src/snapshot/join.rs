//! The files of a table become one: repeated rows count once, later files replace what they cover again, rows of one
//! key are added up where the report splits them (amazon-data.md §3.3). What is left out is counted, file by file.

use super::file::Part;
use super::frame::{compare, sorted, stacked};
use super::numbers::Numbers;
use super::table::{Column, Frame};
use crate::plan::{ColumnKind, Duplicates, Id, TableSpec};
use crate::time::Date;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The rows of several files, one below the other.
pub(super) struct Joined {
    /// All rows, in no particular order.
    pub frame: Frame,
    /// The file each row is from.
    pub files: Vec<u32>,
    /// The line each row begins on there; none unless every file was read anew.
    pub lines: Vec<u32>,
    /// Rows left out, by file and reason.
    pub left_out: BTreeMap<(u32, &'static str), u64>,
    /// Files that gave days to a later one without a single name in common: the earlier, the later, the column of the names.
    pub unlike: BTreeMap<(u32, u32), Id>,
    /// What tells the newer of two rows, where the table has such a column.
    order: Option<Numbers>,
}

/// Why rows were left out.
pub(super) mod reason {
    /// Equal in every column to a row of this or another file.
    pub(crate) const REPEATED: &str = "repeated";
    /// An older state of a row that came again.
    pub(crate) const SUPERSEDED: &str = "superseded";
    /// Of a day that a later file covers too.
    pub(crate) const RESTATED: &str = "restated";
    /// Of a file that was downloaded twice.
    pub(crate) const SAME_FILE: &str = "downloaded twice";
    /// Added to another row of the same key.
    pub(crate) const ADDED: &str = "added up";
    /// After the as-of day.
    pub(crate) const AFTER: &str = "after as-of";
}

/// Joins the parts of a table. They come in the order of their paths, each with the number of its file.
pub(super) fn join(parts: Vec<(u32, Part)>, table: &TableSpec) -> Joined {
    let (mut files, mut lines) = (Vec::new(), Vec::new());
    let mut order = parts.iter().any(|(_, part)| part.order.is_some()).then(Numbers::default);
    let mut frames = Vec::new();
    for (file, part) in parts {
        files.resize(files.len() + part.frame.rows, file);
        lines.extend(part.lines);
        match (&mut order, part.order) {
            (Some(order), Some(own)) => order.extend(own.iter()),
            (Some(order), None) => order.push_missing(part.frame.rows),
            (None, _) => {}
        }
        frames.push(part.frame);
    }
    if lines.len() != files.len() {
        lines.clear();
    }
    let mut joined = Joined {
        frame: stacked(frames),
        files,
        lines,
        left_out: BTreeMap::new(),
        unlike: BTreeMap::new(),
        order,
    };
    match &table.duplicates {
        Duplicates::Keep => joined.restate(table),
        Duplicates::Latest(column) => joined.latest(table, column.is_some()),
        Duplicates::File(column) => joined.whole_files(column),
        Duplicates::Span => joined.replace_spans(),
        Duplicates::Add => {
            joined.restate(&TableSpec { key: Vec::new(), ..table.clone() });
            joined.add(table);
        }
    }
    joined
}

impl Joined {
    /// Keeps these rows and counts the others.
    pub(super) fn keep(&mut self, rows: &[usize], reason: &'static str) {
        if rows.len() == self.frame.rows {
            return;
        }
        let mut kept = vec![false; self.frame.rows];
        rows.iter().for_each(|row| kept[*row] = true);
        for (row, _) in kept.iter().enumerate().filter(|(_, kept)| !**kept) {
            *self.left_out.entry((self.files[row], reason)).or_default() += 1;
        }
        self.keep_order(rows);
    }

    /// Puts the rows into their total order.
    pub(super) fn sort(&mut self) {
        let rows = sorted(&self.frame.ranked(), self.frame.rows);
        self.keep_order(&rows);
    }

    fn keep_order(&mut self, rows: &[usize]) {
        self.frame.rearrange(rows);
        self.files = rows.iter().map(|row| self.files[*row]).collect();
        if !self.lines.is_empty() {
            self.lines = rows.iter().map(|row| self.lines[*row]).collect();
        }
        self.order = self.order.take().map(|order| order.gather(rows));
    }

    /// The number of the group each row is in: rows with equal cells in these columns.
    fn groups(&self, names: &[&str]) -> Vec<u32> {
        let columns: Vec<&Column> = names.iter().filter_map(|name| self.frame.columns.get(*name)).collect();
        let mut rows: Vec<usize> = (0..self.frame.rows).collect();
        rows.sort_by(|a, b| compare(&columns, *a, *b));
        let mut groups = vec![0; rows.len()];
        let mut group = 0;
        for (at, row) in rows.iter().enumerate() {
            if at > 0 && compare(&columns, rows[at - 1], *row).is_ne() {
                group += 1;
            }
            groups[*row] = group;
        }
        groups
    }

    /// A later file replaces the days of a store (or the rows of a key) that an earlier one covers too.
    fn restate(&mut self, table: &TableSpec) {
        let Some(days) = self.frame.dates("date").map(<[_]>::to_vec) else {
            if table.key.is_empty() {
                return;
            }
            return self.replace(table, |_| true);
        };
        self.replace(table, |row| days[row].is_some());
    }

    fn replace(&mut self, table: &TableSpec, applies: impl Fn(usize) -> bool) {
        // Files come in the order of their numbers: where the first is the last, nothing is covered again.
        if self.files.first() == self.files.last() {
            return;
        }
        let groups = self.groups(&with_key(table, &["date", "date_end", "store"]));
        let count = groups.iter().max().map_or(0, |last| *last as usize + 1);
        let mut newest = vec![0_u32; count];
        for (group, own) in groups.iter().zip(&self.files) {
            let file = &mut newest[*group as usize];
            *file = (*file).max(*own);
        }
        let keeps = |row: &usize| !applies(*row) || self.files[*row] == newest[groups[*row] as usize];
        let rows: Vec<usize> = (0..self.frame.rows).filter(keeps).collect();
        if rows.len() < self.frame.rows && table.key.is_empty() {
            self.unlike = self.unlike(table, &groups, &newest);
        }
        self.keep(&rows, reason::RESTATED);
    }

    /// Files of which a later one took days over, and that share no campaign, product or other name on them: two parts of one
    /// report look so, and only the later would count.
    fn unlike(&self, table: &TableSpec, groups: &[u32], newest: &[u32]) -> BTreeMap<(u32, u32), Id> {
        let names = table.columns.iter().filter(|column| {
            let is_name = matches!(column.kind, ColumnKind::Ident | ColumnKind::Text);
            is_name && column.value.is_none() && !column.personal
        });
        let pair = |row: usize| (self.files[row], newest[groups[row] as usize]);
        let given: BTreeSet<(u32, u32)> =
            (0..groups.len()).map(pair).filter(|(file, later)| file != later).collect();
        let taken: BTreeMap<u32, BTreeSet<u32>> = (0..groups.len())
            .filter(|row| pair(*row).0 != pair(*row).1)
            .fold(BTreeMap::new(), |mut all, row| {
                all.entry(groups[row]).or_insert_with(BTreeSet::new).insert(self.files[row]);
                all
            });
        let mut found = BTreeMap::new();
        for column in names {
            let Some(Column::Text { rows, .. }) = self.frame.columns.get(&column.name) else { continue };
            let mut said: BTreeMap<(u32, u32), [BTreeSet<u32>; 2]> = BTreeMap::new();
            for (row, id) in rows.iter().enumerate() {
                let Some(id) = id else { continue };
                let (file, later) = pair(row);
                if file != later {
                    said.entry((file, later)).or_default()[0].insert(*id);
                    continue;
                }
                for earlier in taken.get(&groups[row]).into_iter().flatten() {
                    said.entry((*earlier, later)).or_default()[1].insert(*id);
                }
            }
            for (files, [own, others]) in said {
                let is_apart = !own.is_empty() && !others.is_empty() && own.is_disjoint(&others);
                if is_apart && given.contains(&files) {
                    found.entry(files).or_insert_with(|| column.name.clone());
                }
            }
        }
        found
    }

    /// A later file replaces every day of a store between its first and its last.
    fn replace_spans(&mut self) {
        let Some(days) = self.frame.dates("date").map(<[_]>::to_vec) else { return };
        let stores: Vec<Option<Arc<str>>> = match self.frame.columns.get("store") {
            Some(column) => (0..self.frame.rows).map(|row| column.text(row).cloned()).collect(),
            None => vec![None; self.frame.rows],
        };
        let mut spans: BTreeMap<_, (Date, Date)> = BTreeMap::new();
        for (row, day) in days.iter().enumerate() {
            let Some(day) = *day else { continue };
            let span = spans.entry((&stores[row], self.files[row])).or_insert((day, day));
            *span = (span.0.min(day), span.1.max(day));
        }
        let is_replaced = |row: &usize| {
            let later = spans.range((&stores[*row], self.files[*row] + 1)..=(&stores[*row], u32::MAX));
            days[*row].is_some_and(|day| later.into_iter().any(|(_, (from, to))| *from <= day && day <= *to))
        };
        let rows: Vec<usize> = (0..self.frame.rows).filter(|row| !is_replaced(row)).collect();
        self.keep(&rows, reason::RESTATED);
    }

    /// Equal rows count once; then, per key, the newest.
    fn latest(&mut self, table: &TableSpec, by_column: bool) {
        self.once();
        if table.key.is_empty() {
            return;
        }
        let key: Vec<&str> = table.key.iter().map(|name| &**name).chain(["store"]).collect();
        let groups = self.groups(&key);
        let mut newest: BTreeMap<u32, (Option<i128>, u32)> = BTreeMap::new();
        let age = |row: usize| (self.order.as_ref().and_then(|order| order.get(row)), self.files[row]);
        for (row, group) in groups.iter().enumerate() {
            let known = newest.entry(*group).or_insert_with(|| age(row));
            *known = (*known).max(age(row));
        }
        let rows: Vec<usize> =
            (0..self.frame.rows).filter(|row| age(*row) == newest[&groups[*row]]).collect();
        self.keep(&rows, reason::SUPERSEDED);
        if !by_column {
            self.last_of_key(&key);
        }
    }

    /// Of unlike rows of one key in one file the last counts, where nothing tells their age.
    fn last_of_key(&mut self, key: &[&str]) {
        let groups = self.groups(key);
        let last: BTreeMap<u32, usize> =
            groups.iter().enumerate().map(|(row, group)| (*group, row)).collect();
        let mut rows: Vec<usize> = last.into_values().collect();
        rows.sort_unstable();
        self.keep(&rows, reason::SUPERSEDED);
    }

    /// Rows equal in every column count once; of equal rows the one of the latest file stays.
    fn once(&mut self) {
        let names: Vec<Arc<str>> = self.frame.columns.keys().cloned().collect();
        let groups = self.groups(&names.iter().map(|name| &**name).collect::<Vec<_>>());
        let mut chosen: BTreeMap<u32, (u32, Reverse<usize>)> = BTreeMap::new();
        for (row, group) in groups.iter().enumerate() {
            let candidate = (self.files[row], Reverse(row));
            let known = chosen.entry(*group).or_insert(candidate);
            *known = (*known).max(candidate);
        }
        let mut rows: Vec<usize> = chosen.into_values().map(|(_, Reverse(row))| row).collect();
        rows.sort_unstable();
        self.keep(&rows, reason::REPEATED);
    }

    /// Of files with the same value in a column only the last counts.
    fn whole_files(&mut self, column: &str) {
        let Some(values) = self.frame.columns.get(column) else { return };
        let mut names: BTreeMap<u32, Arc<str>> = BTreeMap::new();
        for row in 0..self.frame.rows {
            if let Some(name) = values.text(row) {
                names.entry(self.files[row]).or_insert_with(|| name.clone());
            }
        }
        let last: BTreeMap<&Arc<str>, u32> = names.iter().map(|(file, name)| (name, *file)).collect();
        let kept: BTreeSet<u32> = last.into_values().collect();
        let counts = |file: &u32| !names.contains_key(file) || kept.contains(file);
        let rows: Vec<usize> = (0..self.frame.rows).filter(|row| counts(&self.files[*row])).collect();
        self.keep(&rows, reason::SAME_FILE);
    }

    /// Adds up the rows of one key. A ratio of several rows is unknown; so is a text in which they differ.
    fn add(&mut self, table: &TableSpec) {
        let key = with_key(table, &["date", "date_end", "store"]);
        let groups = self.groups(&key);
        let count = groups.iter().max().map_or(0, |last| *last as usize + 1);
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); count];
        groups.iter().enumerate().for_each(|(row, group)| members[*group as usize].push(row));
        let is_ratio = |name: &str| {
            table
                .columns
                .iter()
                .any(|column| *column.name == *name && matches!(column.kind, ColumnKind::Percent(_)))
        };
        let columns = self.frame.columns.iter().map(|(name, column)| {
            let whole = match is_ratio(name) {
                true => single(column, &members),
                false => added(column, &members),
            };
            (name.clone(), whole)
        });
        let frame = Frame { rows: count, columns: columns.collect() };
        let firsts: Vec<usize> = members.iter().filter_map(|rows| rows.first().copied()).collect();
        self.keep(&firsts, reason::ADDED);
        // `keep` sorted nothing: the groups are in the order of `firsts`.
        self.frame = frame;
    }
}

fn with_key<'a>(table: &'a TableSpec, first: &[&'a str]) -> Vec<&'a str> {
    first.iter().copied().chain(table.key.iter().map(|name| &**name)).collect()
}

/// The cell of each group that has one row; groups of several have none.
fn single(column: &Column, members: &[Vec<usize>]) -> Column {
    blanked(column, members, |rows| rows.len() == 1)
}

/// The first row of each group, missing where `stands` says no.
fn blanked(column: &Column, members: &[Vec<usize>], stands: impl Fn(&[usize]) -> bool) -> Column {
    let firsts: Vec<usize> = members.iter().map(|rows| rows[0]).collect();
    let mut out = column.gather(&firsts);
    for (at, rows) in members.iter().enumerate().filter(|(_, rows)| !stands(rows)) {
        debug_assert!(!rows.is_empty());
        match &mut out {
            Column::Text { rows, .. } => rows[at] = None,
            Column::Number { rows, .. } => rows.set(at, None),
            Column::Float(rows) => rows[at] = None,
            Column::Date(rows) => rows[at] = None,
            Column::Bool(rows) => rows[at] = None,
        }
    }
    out
}

/// Sums of numbers; anything else stays where all rows agree. A missing number makes the sum missing.
fn added(column: &Column, members: &[Vec<usize>]) -> Column {
    match column {
        Column::Number { scale, rows } => {
            let sum = |group: &Vec<usize>| {
                group
                    .iter()
                    .try_fold(0_i128, |sum, row| rows.get(*row).and_then(|units| sum.checked_add(units)))
            };
            Column::Number { scale: *scale, rows: members.iter().map(sum).collect() }
        }
        Column::Float(rows) => {
            let sum = |group: &Vec<usize>| {
                group.iter().try_fold(0.0, |sum, row| rows[*row].map(|value| sum + value))
            };
            Column::Float(members.iter().map(sum).collect())
        }
        _ => blanked(column, members, |rows| rows.iter().all(|row| column.compare(rows[0], *row).is_eq())),
    }
}
