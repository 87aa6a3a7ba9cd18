//! Blocks that a plugin makes: which widget, the metrics of each of its inputs, what it is told besides.

use super::{GRAINS, grain, ids, scope, whole};
use crate::plan::WidgetBlock;
use crate::plan::yaml::shape::{self, Kind, Known, Shape, optional, required};
use crate::plan::yaml::tree::Node;
use crate::time::Grain;

/// Periods of a widget that says nothing: half a year of weeks.
const LAST: u32 = 26;
const TEXT: Kind = Kind::Of(&shape::TEXT);

pub(super) static WIDGET: Shape = Shape {
    name: "a widget",
    about: "Whatever a plugin makes of figures: tables, charts, callouts, text.",
    fields: &[
        required("widget", TEXT, "The plugin that makes it, or `plugin/widget` where it has several."),
        optional(
            "inputs",
            Kind::Map(&Kind::Many(&Kind::Ref(Known::Metric))),
            "Metrics by the plugin's names for its inputs; where an input has several numbers, in their order.",
        ),
        optional("config", Kind::Map(&Kind::Any), "What the plugin is told besides."),
        optional("by", Kind::Ref(Known::Level), "Rows for each member of this level."),
        optional("scope", Kind::Scope, "Scope, if not the page's."),
        optional("grain", Kind::Enum(GRAINS), "Length of the periods; weeks if absent."),
        optional(
            "last",
            Kind::Of(&shape::COUNT),
            "How many periods, the newest last; 26 if absent, 1 with `by`.",
        ),
    ],
};

/// Reads a widget that fits its description.
pub(super) fn read(node: &Node, named: &str) -> WidgetBlock {
    let (plugin, widget) = match named.split_once('/') {
        Some((plugin, widget)) => (plugin, Some(widget)),
        None => (named, None),
    };
    let by = node.text_of("by").cloned();
    let inputs = node.get("inputs").map(Node::entries).unwrap_or_default();
    WidgetBlock {
        plugin: plugin.into(),
        widget: widget.map(Into::into),
        inputs: inputs.iter().map(|(name, metrics)| (name.text.clone(), ids(Some(metrics)))).collect(),
        params: super::config::params(node.get("config")),
        scope: scope(node.get("scope")),
        grain: grain(node.get("grain")).unwrap_or(Grain::Week),
        last: whole(node.get("last")).unwrap_or(if by.is_some() { 1 } else { LAST }),
        by,
        place: node.place.clone(),
    }
}
