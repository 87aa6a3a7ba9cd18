//! Where the figures come from: files, days and columns, with what was found on the way.

use super::TableSpec;
use crate::diag::Finding;
use crate::measure::trace::Row;
use crate::plan::{Id, Scope, TableRef};
use crate::snapshot::{FileRecord, Snapshot};
use crate::time::{Date, Period};
use crate::unit::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Where the figures come from. Hashes and row counts are shown on the data page and nowhere else.
#[derive(Clone, Debug, Default)]
pub struct Provenance {
    /// Up to which day data counts.
    pub as_of: Option<Date>,
    /// Files read, by source.
    pub files: BTreeMap<Id, Vec<FileRecord>>,
    /// First and last day with rows that count, by source: rows after the as-of date are not among them.
    pub days: BTreeMap<Id, (Date, Date)>,
    /// From this day on a source still moves.
    pub provisional_from: BTreeMap<Id, Date>,
    /// What the tables hold, by source and name.
    pub tables: BTreeMap<TableRef, Coverage>,
    /// What was found wrong so far.
    pub found: Vec<Finding>,
    /// The rows on both sides of figures that disagree.
    pub behind: Behind,
}

/// The rows behind a pair of figures, by check, scope and period: those of the left side, then those of the right.
pub type Behind = BTreeMap<(Id, Scope, Period), Vec<Side>>;

/// The rows of one figure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Side {
    /// Those that are kept, in the order of their days.
    pub rows: Vec<Row>,
    /// How many there are.
    pub all: usize,
    /// What the rows of each day add up to; empty where rows do not add up to the figure.
    pub days: BTreeMap<Date, Decimal>,
}

/// Rows of data files: some on the page, all of them in the table beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// Those that are shown.
    pub table: TableSpec,
    /// How many more there are.
    pub more: u64,
    /// All, for spreadsheets: cells in the order of [`Rows::HEAD`].
    pub all: Vec<[String; 11]>,
}

impl Rows {
    /// Heads of the table for spreadsheets.
    pub const HEAD: [&str; 11] =
        ["check", "scope", "period", "figure", "source", "file", "line", "date", "keys", "cells", "adds"];
}

/// Which days and columns of a table there are.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// Every day that the files hold, by store; `""` where there are no stores.
    pub days: BTreeMap<Arc<str>, Vec<Date>>,
    /// Whether a day without rows lacks something.
    pub every_day: bool,
    /// Columns that something is made of.
    pub needed: BTreeSet<Id>,
}

impl Provenance {
    /// The last day each source has rows of; where stores differ, that of the slowest.
    pub fn fresh(&self) -> BTreeMap<Id, Date> {
        let mut fresh: BTreeMap<Id, Date> = BTreeMap::new();
        for (table, coverage) in &self.tables {
            let newest = coverage.days.values().filter_map(|days| days.iter().max()).min();
            if let Some(newest) = newest {
                let known = fresh.entry(table.source.clone()).or_insert(*newest);
                *known = (*known).min(*newest);
            }
        }
        fresh
    }

    /// What a snapshot says about itself, with what was found on the way.
    pub fn of(snapshot: &Snapshot, found: &[Finding]) -> Provenance {
        let mut all = Provenance {
            as_of: snapshot.as_of,
            files: snapshot.files.clone(),
            found: found.to_vec(),
            ..Provenance::default()
        };
        for (name, table) in &snapshot.tables {
            let coverage = Coverage {
                days: table.days.clone(),
                every_day: table.every_day,
                needed: table.needed.clone(),
            };
            all.tables.insert(name.clone(), coverage);
            let days = || table.days.values().flatten().copied();
            if let Some(span) = days().min().zip(days().max()) {
                let known = all.days.entry(name.source.clone()).or_insert(span);
                *known = (known.0.min(span.0), known.1.max(span.1));
            }
            if let Some(day) = table.provisional_from {
                let known = all.provisional_from.entry(name.source.clone()).or_insert(day);
                *known = day.min(*known);
            }
        }
        all
    }
}
