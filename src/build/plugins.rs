//! Who runs the plugins of a workspace during a build. Without anybody, metrics of plugins say so in their place.

use crate::diag::Finding;
use crate::inputs::Inputs;
use crate::measure::plugged::port::{MetricPort, NoPlugins};
use crate::plan::rules::port::RulePort;
use crate::plan::{Id, Plan, PluginFailed};
use crate::report::widget::WidgetPort;
use crate::snapshot::Lock;
use crate::time::Date;
use std::collections::BTreeMap;
use std::fmt::Debug;

/// Loads plugins and runs them.
pub trait Plugins: Sync + Debug {
    /// The plugins of a plan that may run; what is wrong with the others is found. Metrics get what their plugins say of
    /// them.
    fn ready<'a>(
        &'a self,
        plan: &mut Plan,
        lock: &Lock,
        inputs: &dyn Inputs,
        store: &'a super::Store,
        found: &mut Vec<Finding>,
    ) -> Ready<'a>;
}

/// Everything that plugins do in a build.
pub trait Runner: MetricPort + RulePort + WidgetPort {}

impl<T: MetricPort + RulePort + WidgetPort> Runner for T {}

impl RulePort for NoPlugins {
    fn check(&self, _plan: &Plan, _as_of: Option<Date>) -> Vec<Finding> {
        // Metrics say that nothing runs; what nobody checks is not found.
        Vec::new()
    }
}

/// Plugins at the ready.
pub struct Ready<'a> {
    /// Who computes metrics, checks rules and makes blocks.
    pub host: Box<dyn Runner + 'a>,
    /// Changes with every component: what was measured with others is not believed.
    pub identity: String,
    /// Metrics that must not be computed, and why.
    pub failed: BTreeMap<Id, PluginFailed>,
}

impl Debug for Ready<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Ready").field("identity", &self.identity).finish_non_exhaustive()
    }
}

impl Ready<'_> {
    /// Nobody.
    pub(super) fn nobody() -> Ready<'static> {
        Ready { host: Box::new(NoPlugins), identity: String::new(), failed: BTreeMap::new() }
    }
}
