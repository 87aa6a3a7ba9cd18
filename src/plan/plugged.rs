//! Metrics that a plugin computes: which plugin, what it is given, what it is told besides.

use super::formula::{Aggregate, AggregateOf, Arithmetic, Derived, MetricUse, RowExpr, Value, When};
use super::{Id, Metric, Plan};
use crate::diag::Place;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What computes a metric in place of its definition, which says only what it stands on: the rows and columns, or the
/// other metrics.
#[derive(Clone, Debug, PartialEq)]
pub struct Plugged {
    /// Key under `plugins:`.
    pub plugin: Id,
    /// Which of its metrics; `None`: its only one.
    pub metric: Option<Id>,
    /// Where the plugin is named.
    pub at: Place,
    /// Columns of the source, by the plugin's names for them.
    pub columns: BTreeMap<Id, Id>,
    /// Metrics, in the order of the plugin's inputs.
    pub metrics: Vec<Id>,
    /// What it is told besides, sorted by name.
    pub params: Vec<Param>,
    /// Whether `unit:` is written; otherwise the plugin's own holds.
    pub says_unit: bool,
}

/// A key of `config:`.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// The key.
    pub name: Id,
    /// Its value as the plugin gets it: a text as it is, anything else as JSON with sorted keys.
    pub value: Arc<str>,
    /// Its value as JSON, texts in quotes.
    pub json: Arc<str>,
    /// Where the value is written.
    pub place: Place,
}

impl Plugged {
    /// `concentration/largest`, as it is written.
    pub fn named(&self) -> String {
        match &self.metric {
            Some(metric) => format!("{}/{metric}", self.plugin),
            None => self.plugin.to_string(),
        }
    }

    /// What stands where others have a formula: `concentration/largest(value: sales)`.
    pub fn shown(&self) -> String {
        let columns = self.columns.iter().map(|(name, column)| format!("{name}: {column}"));
        let metrics = self.metrics.iter().map(ToString::to_string);
        let inputs: Vec<String> = columns.chain(metrics).collect();
        format!("{}({})", self.named(), inputs.join(", "))
    }

    /// Over rows: whether there are rows tells whether there is anything to compute. The columns are named so that they
    /// are read, and checked, like those of any formula.
    pub(super) fn over_rows(&self) -> Value {
        let count = |of| Arithmetic::Leaf(AggregateOf { aggregate: Aggregate::Count, of });
        // Every row has a day and a store, wherever they come from.
        let own = |column: &&Id| !matches!(&***column, "date" | "store");
        let columns: BTreeSet<&Id> = self.columns.values().filter(own).collect();
        let columns = columns.into_iter().map(|column| count(Some(RowExpr::Column(column.clone()))));
        Arithmetic::Coalesce(std::iter::once(count(None)).chain(columns).collect())
    }

    /// Over metrics: those that it is given.
    pub(super) fn over_metrics(&self) -> Derived {
        let one = |metric: &Id| Arithmetic::Leaf(MetricUse { metric: metric.clone(), when: When::Same });
        Arithmetic::Coalesce(self.metrics.iter().map(one).collect())
    }
}

impl Metric {
    /// Whether a plugin computes it.
    pub fn is_plugged(&self) -> bool {
        self.plugged.is_some()
    }
}

/// Why a plugin gave no figures of a metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginFailed {
    /// Key under `plugins:`.
    pub plugin: Id,
    /// Name of the finding.
    pub rule: Arc<str>,
    /// Its message.
    pub message: Arc<str>,
}

impl Plan {
    /// Takes out metrics whose plugin failed, those made of them, and their targets: a page shows why in their place.
    pub fn take_out(&mut self, failed: &BTreeMap<Id, PluginFailed>) {
        if failed.is_empty() {
            return;
        }
        let broken = failed.iter().map(|(id, failed)| (id.clone(), failed.message.clone()));
        self.broken.extend(broken);
        self.failed.extend(failed.clone());
        super::formula::check::retain_whole(self);
    }
}
