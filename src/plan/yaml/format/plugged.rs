//! Metrics with `plugin:`. What they say is checked like any other line; as no plugin is run yet, each of them is an error
//! that costs only itself, and its card and page say so.

use super::{Item, Reader};
use crate::diag::{Family, Finding, Level, Rule, did_you_mean};
use crate::plan::plugin::{Plugin, PluginKind};
use crate::plan::rules::known::UNKNOWN_NAME;
use crate::plan::yaml::check::{MISSING_KEY, UNFIT_VALUE};
use crate::plan::yaml::tree::{Content, Key, Node};

/// Rules raised here.
pub static RULES: &[&Rule] = &[&PLUGIN_NOT_RUN];

/// A figure that nobody computes.
pub static PLUGIN_NOT_RUN: Rule = Rule {
    name: "plugin-not-run",
    level: Level::Error,
    family: Family::Config,
    about: "a metric with `plugin:`, and a kpress that runs no plugins",
    why: "a figure that is not computed is a dash, and the reason belongs beside it",
    example: "tacos: {plugin: tacos, inputs: [ad_spend, sales]}        # or a formula: {value: ad_spend / sales}",
};

/// Tells what is wrong with a metric of a plugin: a line of its own, or that nothing computes it.
pub(super) fn refuse(reader: &mut Reader, key: &Key, node: &Node, named: &Node, plugins: &[Item<Plugin>]) {
    let Some(text) = named.text() else { return };
    let finding = unwired(node).or_else(|| unknown(named, text, plugins)).unwrap_or_else(|| {
        let told = format!("`{}` is computed by plugin `{text}`, and this kpress runs no plugins", key.text);
        let hint =
            "leave the metric out, or write a formula below `value:`; `build --keep-going` shows a dash";
        Finding::new(&PLUGIN_NOT_RUN, named.place.clone(), told).hint(hint)
    });
    reader.found.push(finding);
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
