//! The port for metrics that a plugin computes. Whoever runs plugins implements it; what measures knows only columns,
//! groups and figures, and nothing of how a component is loaded, metered or stopped.

use crate::time::Date;
use crate::unit::Quantity;
use std::sync::Arc;

pub use crate::plan::failure::{Account, Failure};

/// Rows handed over at once: 512 KiB per column of floats (plugins.md §14).
pub const BATCH_ROWS: usize = 65_536;
/// A mergeable metric is split after so many rows, however many threads there are: the same figures on every machine.
pub const PARTITION_ROWS: usize = 1_048_576;
/// More groups than a reader, or a result, can hold.
pub const GROUPS_MAX: usize = 1_000_000;

/// Runs metrics of plugins.
pub trait MetricPort: Sync {
    /// What a metric of a plugin says of itself.
    ///
    /// # Errors
    /// Why the plugin cannot be asked: it is not there, not approved, or failed to describe itself.
    fn describe(&self, metric: &MetricName) -> Result<MetricInfo, Failure>;

    /// A fresh evaluation over groups numbered from 0.
    ///
    /// # Errors
    /// Why it did not begin.
    fn begin<'a>(
        &'a self,
        metric: &MetricName,
        context: &RunContext,
        groups: u32,
    ) -> Result<Box<dyn Evaluation + 'a>, Failure>;
}

/// One evaluation; it ends with the first failure.
pub trait Evaluation {
    /// Takes rows. `group_ids` holds a little-endian u32 per row, each below the number of groups.
    ///
    /// # Errors
    /// Why the plugin failed.
    fn update(&mut self, batch: &Batch<'_>, group_ids: &[u8]) -> Result<(), Failure>;

    /// What has been taken so far, for [`Evaluation::merge_state`] of another evaluation of the same metric.
    ///
    /// # Errors
    /// Why the plugin failed.
    fn export_state(&mut self) -> Result<Vec<u8>, Failure>;

    /// Takes what another evaluation took.
    ///
    /// # Errors
    /// Why the plugin failed.
    fn merge_state(&mut self, state: &[u8]) -> Result<(), Failure>;

    /// A value per group, checked: exact from decimals, approximate from floats, `None` where there is nothing to say.
    ///
    /// # Errors
    /// Why the plugin failed.
    fn finish(self: Box<Self>) -> Result<Vec<Option<Quantity>>, Failure>;
}

/// Which metric of which plugin.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MetricName {
    /// Key under `plugins:`.
    pub plugin: Arc<str>,
    /// Which of its metrics; `None`: the only one.
    pub id: Option<Arc<str>>,
}

impl MetricName {
    /// Reads `tacos` or `concentration/top`.
    pub fn parse(text: &str) -> MetricName {
        match text.split_once('/') {
            Some((plugin, id)) => MetricName { plugin: plugin.into(), id: Some(id.into()) },
            None => MetricName { plugin: text.into(), id: None },
        }
    }
}

/// What a metric of a plugin says of itself, as far as measuring needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricInfo {
    /// What it is given, in this order.
    pub inputs: Vec<Field>,
    /// Partial results combine.
    pub mergeable: bool,
}

/// A column that a plugin asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its own name for it.
    pub name: Arc<str>,
    /// Its form.
    pub ty: ColumnType,
    /// Whether cells may be missing.
    pub nullable: bool,
}

/// The form of a column, in Arrow's physical layout (plugins.md §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// 8 bytes each.
    Float64,
    /// 8 bytes each.
    Int64,
    /// A bit each, the lowest first.
    Boolean,
    /// i32 days since 1970-01-01.
    Date32,
    /// i64 milliseconds since then.
    TimestampMs,
    /// Bytes, cut by offsets.
    Utf8,
    /// u32 codes into a dictionary.
    DictUtf8,
    /// i64 of so many decimals.
    Decimal64(u8),
}

/// Some rows of all columns that were asked for.
#[derive(Clone, Debug)]
pub struct Batch<'a> {
    /// How many.
    pub rows: u32,
    /// In the order of [`MetricInfo::inputs`].
    pub columns: Vec<Buffers<'a>>,
}

/// A column of a batch.
#[derive(Clone, Copy, Debug)]
pub struct Buffers<'a> {
    /// The plugin's name for it.
    pub name: &'a str,
    /// Its form.
    pub ty: ColumnType,
    /// The cells; what a missing one holds means nothing.
    pub values: &'a [u8],
    /// `Utf8`: rows + 1 offsets of u32; else empty.
    pub offsets: &'a [u8],
    /// `DictUtf8`: offsets and bytes of the dictionary.
    pub dict: Option<(&'a [u8], &'a [u8])>,
    /// Empty if no cell is missing; else a bit per row, the lowest first, set where there is a value.
    pub validity: &'a [u8],
}

/// What an evaluation may know of the world. The same on every machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunContext {
    /// The day up to which data counts.
    pub as_of: Date,
    /// Name of the site's zone.
    pub timezone: Arc<str>,
    /// Currency of totals.
    pub currency: Arc<str>,
    /// `config:`, sorted by key; texts as they are, anything else as canonical JSON.
    pub params: Vec<(Arc<str>, Arc<str>)>,
}
