//! `config:` of a plugin: each key one parameter, a text as it is, anything else as JSON with sorted keys.

use crate::plan::yaml::tree::{Content, Node};
use crate::plan::{Id, Param};
use serde_json::{Number, Value};
use std::sync::Arc;

/// The parameters below `config:`, sorted by name.
pub(super) fn params(config: Option<&Node>) -> Vec<Param> {
    let entries = config.map(Node::entries).unwrap_or_default();
    let mut params: Vec<Param> = entries.iter().map(|(key, value)| param(&key.text, value)).collect();
    params.sort_by(|a, b| a.name.cmp(&b.name));
    params
}

fn param(name: &Id, value: &Node) -> Param {
    let json = json(value);
    let written: Arc<str> = json.to_string().into();
    let told = match json {
        Value::String(text) => text.into(),
        _ => written.clone(),
    };
    Param { name: name.clone(), value: told, json: written, place: value.place.clone() }
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
