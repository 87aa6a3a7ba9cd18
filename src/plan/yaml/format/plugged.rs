//! Metrics with `plugin:`. Rows and metrics that they stand on are checked like those of any formula; what the plugin makes
//! of them is known when it runs.

use super::metric::Formula;
use super::{Item, Reader};
use crate::diag::{Finding, did_you_mean};
use crate::plan::plugin::{Plugin, PluginKind};
use crate::plan::rules::known::UNKNOWN_NAME;
use crate::plan::yaml::check::{MISSING_KEY, UNFIT_VALUE};
use crate::plan::yaml::tree::{Content, Key, Node};
use crate::plan::{Definition, Id, Metric, Plugged, Source};
use std::collections::BTreeMap;

/// Reads a metric of a plugin.
pub(super) fn metric(
    reader: &mut Reader,
    key: &Key,
    node: &Node,
    named: &Node,
    (plugins, sources): (&[Item<Plugin>], &BTreeMap<Id, Source>),
) -> Option<Metric> {
    let text = named.text()?;
    if let Some(finding) = unwired(node).or_else(|| unknown(named, text, plugins)) {
        reader.found.push(finding);
        return None;
    }
    let plugged = plugged(node, named, text);
    let definition = match node.get("source") {
        Some(_) => super::metric::rows(reader, node, plugged.over_rows(), sources)?,
        None => Definition::Derived(plugged.over_metrics()),
    };
    let formula = Formula { text: plugged.shown().into(), at: super::place_of(node, "inputs") };
    let metric = super::metric::described(reader, key, node, definition, formula, sources)?;
    Some(Metric { plugged: Some(Box::new(plugged)), ..metric })
}

fn plugged(node: &Node, named: &Node, text: &str) -> Plugged {
    let (plugin, metric) = match text.split_once('/') {
        Some((plugin, metric)) => (plugin, Some(metric)),
        None => (text, None),
    };
    let inputs = node.get("inputs");
    let entries = inputs.map(Node::entries).unwrap_or_default();
    let columns =
        entries.iter().filter_map(|(name, column)| Some((name.text.clone(), column.text()?.clone())));
    let metrics = inputs.map(Node::items).unwrap_or_default().iter().filter_map(Node::text);
    Plugged {
        plugin: plugin.into(),
        metric: metric.map(Into::into),
        at: named.place.clone(),
        columns: columns.collect(),
        metrics: metrics.cloned().collect(),
        params: super::config::params(node.get("config")),
        says_unit: node.get("unit").is_some(),
    }
}

/// Keys that do not go together.
fn unwired(node: &Node) -> Option<Finding> {
    let refuse = |key: &str, told: &str, hint: &str| {
        let place = super::place_of(node, key);
        Some(Finding::new(&UNFIT_VALUE, place, told).hint(hint))
    };
    if node.get("value").is_some() {
        return refuse(
            "value",
            "a metric has a formula or a plugin, not both",
            "leave out `value:` or `plugin:`",
        );
    }
    let columns = matches!(node.get("inputs")?.content, Content::Map(_));
    match (columns, node.get("source").is_some()) {
        (true, false) => {
            refuse("inputs", "columns are those of a source", "add `source:`, or list metrics: `[a, b]`")
        }
        (false, true) => refuse(
            "inputs",
            "of a source a plugin is given columns",
            "write `{name: column}`, or leave out `source:`",
        ),
        (true, true) | (false, false) => None,
    }
}

/// A plugin that is not there, or that may not be used for metrics.
fn unknown(named: &Node, text: &str, plugins: &[Item<Plugin>]) -> Option<Finding> {
    let name = text.split_once('/').map_or(text, |(plugin, _)| plugin);
    match plugins.iter().find(|plugin| &*plugin.value.id == name) {
        Some(plugin) if plugin.value.may_be(PluginKind::Metric) => None,
        Some(_) => {
            let told = format!("plugin `{name}` may not be used for metrics");
            let finding = Finding::new(&UNFIT_VALUE, named.place.clone(), told);
            Some(finding.hint(format!("add `metric` to `use:` of `{name}` in `kpress.yaml`")))
        }
        None => {
            let finding =
                Finding::new(&UNKNOWN_NAME, named.place.clone(), format!("there is no plugin `{name}`"));
            let near = did_you_mean(name, plugins.iter().map(|plugin| &*plugin.value.id));
            let hint = near.unwrap_or_else(|| "name it below `plugins:` in `kpress.yaml`".to_owned());
            Some(finding.hint(hint))
        }
    }
}

/// A metric that no plugin computes needs a formula; `None`: it has none, which is a finding.
pub(super) fn needs_value(reader: &mut Reader, node: &Node) -> Option<()> {
    if node.get("value").is_some() {
        return Some(());
    }
    let finding = Finding::new(&MISSING_KEY, node.place.clone(), "a metric needs `value`");
    reader
        .found
        .push(finding.hint(format!("add `value:` with {}", crate::plan::yaml::shape::FORMULA.accepted)));
    None
}
