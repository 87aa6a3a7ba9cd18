//! Sources with `plugin:`. Where their files lie, and what is in their names, follows from how a pull writes them.

use super::{Item, Reader, ids};
use crate::diag::{Finding, Place, did_you_mean};
use crate::plan::plugin::{Plugin, PluginKind};
use crate::plan::pull::Pull;
use crate::plan::rules::known::UNKNOWN_NAME;
use crate::plan::yaml::check::UNFIT_VALUE;
use crate::plan::yaml::shape::{self, Known};
use crate::plan::yaml::tree::{Content, Node};
use crate::plan::{DateForm, Fetched, Id, PeriodOf, Source, StoreOf};
use crate::time::parse_date;
use serde_json::Value;
use std::sync::Arc;

/// The lines of a source about fetching it; `None`: its files come by hand.
pub(super) fn pull(reader: &mut Reader, node: &Node, source: &Source) -> Option<Pull> {
    let named = node.get("plugin")?;
    let text = named.text()?;
    let (plugin, id) = text.split_once('/').map_or((&**text, None), |(plugin, id)| (plugin, Some(id)));
    let mut config: Vec<(Id, Value, Place)> = node
        .get("config")
        .map(Node::entries)
        .unwrap_or_default()
        .iter()
        .map(|(key, value)| (key.text.clone(), json(value), value.place.clone()))
        .collect();
    config.sort_by(|(a, ..), (b, ..)| a.cmp(b));
    let stores = ids(node.get("stores"));
    for (name, at) in stores.iter().zip(node.get("stores").map(Node::one_or_many).unwrap_or_default()) {
        let item = reader.current();
        reader.note_name(Known::Store, name, &at.place, item);
    }
    let days = node.text_of("refetch").and_then(|text| shape::days(text));
    Some(Pull {
        plugin: plugin.into(),
        id: id.map(Into::into),
        place: named.place.clone(),
        config_at: config.iter().map(|(.., place)| place.clone()).collect(),
        config: config.into_iter().map(|(name, value, _)| (name, value)).collect(),
        stores,
        since: node.text_of("since").and_then(|text| parse_date(text)),
        refetch: days.unwrap_or(source.provisional),
    })
}

/// The glob of the files that a pull writes for a source.
pub(super) fn files(source: &str) -> Arc<str> {
    format!("{}/**/*", Pull::folder(source, None)).into()
}

/// What the names of pulled files tell, where the source says nothing else.
pub(super) fn names(source: &mut Source) {
    let Some(pull) = &source.pull else { return };
    if source.store == StoreOf::None && !pull.stores.is_empty() {
        source.store = StoreOf::Path(Pull::folder(&source.id, Some("{store}/")).into());
    }
    if source.period == PeriodOf::Rows {
        source.period = PeriodOf::Path(Pull::NAME.into());
    }
    if source.fetched.is_none() {
        source.fetched = Some(Fetched { pattern: Pull::NAME.into(), form: DateForm::Plain });
    }
}

/// A value as JSON, keys sorted. What YAML would call a number or a truth value is one.
fn json(node: &Node) -> Value {
    match &node.content {
        Content::Null => Value::Null,
        Content::Scalar { text, quoted: true } => Value::String(text.to_string()),
        Content::Scalar { text, quoted: false } => match &**text {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            plain => serde_json::from_str::<serde_json::Number>(plain)
                .map_or_else(|_| Value::String(plain.to_owned()), Value::Number),
        },
        Content::Seq(items) => Value::Array(items.iter().map(json).collect()),
        Content::Map(entries) => {
            Value::Object(entries.iter().map(|(key, value)| (key.text.to_string(), json(value))).collect())
        }
    }
}

/// Tells which sources name a plugin that is not there, or that may not be used for sources.
pub(in crate::plan) fn check(sources: &[Item<Source>], plugins: &[Item<Plugin>], found: &mut Vec<Finding>) {
    for pull in sources.iter().filter_map(|source| source.value.pull.as_ref()) {
        let name = &*pull.plugin;
        match plugins.iter().find(|plugin| &*plugin.value.id == name) {
            Some(plugin) if plugin.value.may_be(PluginKind::Source) => {}
            Some(_) => {
                let told = format!("plugin `{name}` may not be used for sources");
                let finding = Finding::new(&UNFIT_VALUE, pull.place.clone(), told);
                found.push(finding.hint(format!("add `source` to `use:` of `{name}`")));
            }
            None => {
                let told = format!("there is no plugin `{name}`");
                let near = did_you_mean(name, plugins.iter().map(|plugin| &*plugin.value.id));
                let hint = near.unwrap_or_else(|| "name it below `plugins:`".to_owned());
                found.push(Finding::new(&UNKNOWN_NAME, pull.place.clone(), told).hint(hint));
            }
        }
    }
}
