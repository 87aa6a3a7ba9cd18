//! What was recorded: data files, decoded, checked and made into one table per source and table name.
//! A bad cell is a finding and becomes missing; a row is never dropped in silence.

mod across;
mod aside;
mod asof;
mod cache;
mod cells;
pub mod columns;
mod container;
mod covered;
mod dates;
mod declared;
mod encoding;
pub mod export;
mod few;
mod file;
mod foreign;
mod frame;
mod header;
mod import;
pub mod inflate;
mod inspect;
mod join;
mod limits;
mod lock;
mod number;
mod numbers;
pub mod outline;
mod packed;
mod path;
mod personal;
mod plausible;
pub mod rules;
mod sample;
mod table;
mod take;
#[cfg(test)]
mod test;
mod totals;
pub mod trace;
mod unread;
mod used;
mod words;

pub use aside::{Reason, SetAside};
pub use cache::{Cache, NoCache};
pub use import::{Freed, without_personal};
pub use inspect::{Inspection, inspect};
pub use lock::{Accept, Accepted, Lock, Locked};
pub use numbers::Numbers;
pub(crate) use personal::is_personal;
pub use rules::RULES;
pub use sample::sample;
pub use table::{Column, Frame, Table};
pub use take::{accept, decides, refill, take};
pub use unread::unread;

use crate::inputs::Hash;
use crate::plan::{Id, TableRef};
use crate::time::Date;
use std::collections::BTreeMap;

/// All data of a workspace as of one day.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Tables by source and name, rows after the as-of date already cut.
    pub tables: BTreeMap<TableRef, Table>,
    /// Tables that series of targets are made of, with the rows after the as-of date: targets lie ahead.
    pub ahead: BTreeMap<TableRef, Table>,
    /// Every file that was read, by source.
    pub files: BTreeMap<Id, Vec<FileRecord>>,
    /// The day up to which data counts.
    pub as_of: Option<Date>,
}

impl Snapshot {
    /// How many cells its tables hold.
    pub fn cells(&self) -> usize {
        let tables = self.tables.values().chain(self.ahead.values());
        tables.map(|table| table.frame.rows * table.frame.columns.len()).sum()
    }

    /// The snapshot as it would be with an earlier as-of date. Without what only lies ahead.
    #[must_use]
    pub fn until(&self, day: Date) -> Snapshot {
        let cut = |table: &Table| {
            let rows = asof::until(&table.frame, day);
            let frame =
                if rows.len() == table.frame.rows { table.frame.clone() } else { table.frame.gather(&rows) };
            let up_to = |days: &Vec<Date>| days[..days.partition_point(|other| *other <= day)].to_vec();
            let days = table.days.iter().map(|(store, days)| (store.clone(), up_to(days))).collect();
            Table { frame, days, ..table.clone_without_rows() }
        };
        let tables = self.tables.iter().map(|(name, table)| (name.clone(), cut(table))).collect();
        Snapshot { tables, ahead: BTreeMap::new(), files: BTreeMap::new(), as_of: Some(day) }
    }
}

/// Provenance of one data file. Stands on the data page and in `provenance.json`, nowhere else.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct FileRecord {
    /// Path in the workspace.
    pub path: String,
    /// Hash of its bytes as stored.
    #[serde(serialize_with = "as_text")]
    pub sha256: Hash,
    /// Size as stored.
    pub bytes: u64,
    /// Data rows read.
    pub rows: u64,
    /// Rows left out, with the reason: duplicates, totals, skipped kinds, after as-of.
    pub left_out: BTreeMap<String, u64>,
    /// What its row of totals says, and what its other rows come to.
    pub totals: Option<(String, String)>,
    /// Encoding, and how it was decided.
    pub encoding: String,
    /// First and last day of its rows.
    pub days: Option<(Date, Date)>,
    /// Personal columns that were dropped.
    pub dropped: Vec<String>,
    /// Columns that were left out because nothing names them.
    pub ignored: Vec<String>,
    /// Columns that were read: label → the name formulas know it by.
    pub columns: BTreeMap<String, String>,
    /// Rows that are not used, with the reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aside: Vec<SetAside>,
}

/// The day a file of a source was fetched, where its path tells.
pub fn fetched_on(source: &crate::plan::Source, path: &str) -> Option<Date> {
    path::fetched(path, source.fetched.as_ref()?)
}

fn as_text<S: serde::Serializer>(hash: &Hash, out: S) -> Result<S::Ok, S::Error> {
    out.collect_str(hash)
}
