//! How long after a click a sale still counts, source by source: sums of advertising stand on it, clicks and cost do not.

use super::formula::AggregateOf;
use super::rules::columns::each_column;
use super::{Definition, Id, Measured, Plan, Source};
use crate::unit::Attribution;
use std::collections::{BTreeMap, BTreeSet};

/// The attribution window of a source, where figures of a formula over its rows depend on it.
pub fn window(measured: &Measured, source: &Source) -> Option<Attribution> {
    let tables = measured.tables.iter().filter(|table| table.source == source.id);
    let specs = || source.tables.iter().filter(|spec| tables.clone().any(|table| table.table == spec.name));
    // A column that nobody declared may depend on it.
    let depends =
        |name: &str| specs().all(|spec| spec.columns.iter().all(|c| *c.name != *name || c.attributed));
    let mut attributed = false;
    measured.value.leaves(&mut |leaf: &AggregateOf| {
        if let Some(of) = &leaf.of {
            each_column(of, &mut |alias, name| attributed |= alias.is_none() && depends(name));
        }
    });
    source.basis.attribution.filter(|_| attributed)
}

impl Plan {
    /// The windows behind a metric and its parts, by source. A metric that declares a window of days stands for its sources.
    pub fn windows(&self, metric: &Id) -> BTreeMap<Id, Attribution> {
        let (mut found, mut open, mut seen) = (BTreeMap::new(), vec![metric.clone()], BTreeSet::new());
        while let Some(id) = open.pop() {
            let Some(metric) = self.metrics.get(&id).filter(|_| seen.insert(id.clone())) else { continue };
            match &metric.definition {
                Definition::Source(measured) => {
                    let declared = metric.basis.attribution.filter(|window| *window != Attribution::Mixed);
                    let sources = measured.tables.iter().filter_map(|table| self.sources.get(&table.source));
                    let windows = sources.filter_map(|source| {
                        Some((source.id.clone(), declared.or_else(|| window(measured, source))?))
                    });
                    found.extend(windows);
                }
                Definition::Derived(formula) => formula.leaves(&mut |leaf| open.push(leaf.metric.clone())),
            }
        }
        found
    }
}
