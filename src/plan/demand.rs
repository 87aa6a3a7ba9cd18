//! What is to be measured: metric × scopes × grain, gathered from pages and from the addresses of targets, never
//! from their values. Changing a value leaves the demand equal, so that no table is read again.

use super::{Id, Level, Scope};
use crate::time::{Grain, Period};
use std::collections::{BTreeMap, BTreeSet};

/// Everything the report and the targets need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// By metric.
    pub needs: BTreeMap<Id, Need>,
}

/// What is needed of one metric.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Need {
    /// Combinations of levels: the empty one is the company; `{store}` every store; `{store, category}` each category
    /// of each store. All members with data are measured.
    pub levels: BTreeSet<BTreeSet<Level>>,
    /// Series over all periods of these grains up to as-of.
    pub grains: BTreeSet<Grain>,
    /// Single periods: custom ranges of targets, for these scopes.
    pub periods: BTreeSet<(Scope, Period)>,
}

impl Demand {
    /// The need of a metric, made if it is not there yet.
    pub fn of(&mut self, metric: &Id) -> &mut Need {
        self.needs.entry(metric.clone()).or_default()
    }
}
