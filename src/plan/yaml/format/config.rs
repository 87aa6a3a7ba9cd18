//! `config:` of a plugin: each key one parameter, a text as it is, anything else as JSON with sorted keys.

use crate::diag::Place;
use crate::plan::Id;
use crate::plan::yaml::tree::{Content, Node};
use serde_json::{Number, Value};
use std::sync::Arc;

/// The parameters below `config:`, sorted by name, and where the value of each stands.
pub(super) fn params(config: Option<&Node>) -> (Vec<(Id, Arc<str>)>, Vec<Place>) {
    let mut all: Vec<(Id, Arc<str>, Place)> = config
        .map(Node::entries)
        .unwrap_or_default()
        .iter()
        .map(|(key, value)| (key.text.clone(), told(value), value.place.clone()))
        .collect();
    all.sort_by(|(a, ..), (b, ..)| a.cmp(b));
    let places = all.iter().map(|(.., place)| place.clone()).collect();
    (all.into_iter().map(|(name, value, _)| (name, value)).collect(), places)
}

fn told(node: &Node) -> Arc<str> {
    match json(node) {
        Value::String(text) => text.into(),
        other => other.to_string().into(),
    }
}

/// What YAML would call a number or a truth value is one.
fn json(node: &Node) -> Value {
    match &node.content {
        Content::Null => Value::Null,
        Content::Scalar { text, quoted: true } => Value::String(text.to_string()),
        Content::Scalar { text, quoted: false } => match &**text {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            plain => serde_json::from_str::<Number>(plain)
                .map_or_else(|_| Value::String(plain.to_owned()), Value::Number),
        },
        Content::Seq(items) => Value::Array(items.iter().map(json).collect()),
        Content::Map(entries) => {
            Value::Object(entries.iter().map(|(key, value)| (key.text.to_string(), json(value))).collect())
        }
    }
}
