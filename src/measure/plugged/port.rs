//! The port for metrics that a plugin computes. Whoever runs plugins implements it; what measures knows only columns,
//! groups and figures, and nothing of how a component is loaded, metered or stopped.

use crate::inputs::Hash;
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

    /// Does the work of one evaluation where a component may run: on a thread with room for its stack.
    ///
    /// # Errors
    /// There is no such place.
    fn within(&self, work: &mut (dyn FnMut() + Send)) -> Result<(), Failure> {
        work();
        Ok(())
    }

    /// What decides a result besides its inputs: component, metric, engine. `None`: results are not kept.
    fn identity(&self, _metric: &MetricName) -> Option<Hash> {
        None
    }

    /// The result of an evaluation with the same digest.
    fn recall(&self, _digest: &Hash) -> Option<Outcome> {
        None
    }

    /// Keeps a result under the digest of everything that decides it.
    fn keep(&self, _digest: &Hash, _outcome: &Outcome) {}
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

    /// A value per group, checked.
    ///
    /// # Errors
    /// Why the plugin failed.
    fn finish(self: Box<Self>) -> Result<Outcome, Failure>;
}

/// What came of an evaluation.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// One per group: exact from decimals, approximate from floats, `None` where there is nothing to say.
    pub values: Vec<Option<Quantity>>,
    /// How many of these are nothing because they were no finite numbers.
    pub not_finite: u64,
    /// What it used; `None` if it was known before, or no component ran.
    pub account: Option<Account>,
}

/// A kpress without plugins: nothing runs, and everybody who asks is told so.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoPlugins;

impl MetricPort for NoPlugins {
    fn describe(&self, metric: &MetricName) -> Result<MetricInfo, Failure> {
        let message =
            format!("plugin `{}` does not run: this kpress was built without plugins", metric.plugin);
        let hint = "use a kpress with the feature `plugins`; `build --keep-going` shows a dash";
        Err(Failure::new(&super::run::PLUGIN_NOT_RUN, message, hint))
    }

    fn begin<'a>(
        &'a self,
        metric: &MetricName,
        _context: &RunContext,
        _groups: u32,
    ) -> Result<Box<dyn Evaluation + 'a>, Failure> {
        self.describe(metric).map(|_| unreachable!("it never describes itself"))
    }
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

/// What a metric of a plugin says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricInfo {
    /// Its own name.
    pub id: Arc<str>,
    /// For people.
    pub title: Arc<str>,
    /// What it is counted in.
    pub unit: Arc<str>,
    /// JSON Schema of `config:`; empty: it takes none.
    pub params_schema: Arc<str>,
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
    /// The first language of the site.
    pub locale: Arc<str>,
    /// Currency of totals.
    pub currency: Arc<str>,
    /// `config:`, sorted by key; texts as they are, anything else as canonical JSON.
    pub params: Vec<(Arc<str>, Arc<str>)>,
}
