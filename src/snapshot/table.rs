//! A table in columns. Numbers are exact: integers with a power of ten, one per column.

use super::numbers::Numbers;
use crate::plan::Id;
use crate::time::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One table of a source, rows in a total order (date, store, then all other columns).
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Columns by canonical name. `date` and `store` are the row's own, wherever they came from.
    pub frame: Frame,
    /// Every day the files speak about, per store (`""` where the source knows none): days with rows, and where no row
    /// means zero every day inside a file.
    pub days: BTreeMap<Arc<str>, Vec<Date>>,
    /// From this day on rows still move.
    pub provisional_from: Option<Date>,
    /// Whether a day without rows lacks something: a metric is measured over it day by day.
    pub every_day: bool,
    /// Columns that formulas, lookups and scopes need, with those that tell day, store and the newer of two rows.
    pub needed: BTreeSet<Id>,
}

impl Table {
    /// All of it but rows and days.
    pub(super) fn clone_without_rows(&self) -> Table {
        Table {
            frame: Frame::default(),
            days: BTreeMap::new(),
            provisional_from: self.provisional_from,
            every_day: self.every_day,
            needed: self.needed.clone(),
        }
    }
}

/// Columns of equal length, by name.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// How many rows.
    pub rows: usize,
    /// By canonical name.
    pub columns: BTreeMap<Arc<str>, Column>,
}

/// The cells of a column; `None` is a missing cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// Texts: index into the different values, sorted.
    Text {
        /// Different values, sorted.
        values: Arc<Vec<Arc<str>>>,
        /// Per row.
        rows: Vec<Option<u32>>,
    },
    /// Numbers: `rows[i] / 10^scale`, exactly.
    Number {
        /// Power of ten.
        scale: u32,
        /// Per row.
        rows: Numbers,
    },
    /// Binary floats of a source that says `float: true`.
    Float(Vec<Option<f64>>),
    /// Days.
    Date(Vec<Option<Date>>),
    /// Yes or no.
    Bool(Vec<Option<bool>>),
}
