//! JSON Schema (draft 2020-12) of every file of a workspace, made from the same descriptions the checker uses.

use super::format::FILES;
use super::shape::{Field, Kind, Need, Shape};
use serde_json::{Map, Value, json};

/// One schema for all files: `$defs` holds one per kind of file, named like its folder, and `anyOf` joins them.
pub fn schema() -> Value {
    let mut defs = Map::new();
    for file in FILES {
        defs.insert(file.name.to_owned(), object(file.shape));
    }
    let any: Vec<Value> =
        FILES.iter().map(|file| json!({"$ref": format!("#/$defs/{}", file.name)})).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "kpress workspace files",
        "description": "kpress.yaml is `$defs/kpress`; files below metrics/ are `$defs/metrics`, and so on",
        "anyOf": any,
        "$defs": defs,
    })
}

fn object(shape: &Shape) -> Value {
    let properties: Map<String, Value> =
        shape.fields.iter().map(|field| (field.key.to_owned(), property(field))).collect();
    let required: Vec<&str> =
        shape.fields.iter().filter(|f| f.need == Need::Required).map(|f| f.key).collect();
    json!({
        "type": "object",
        "description": shape.about,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn property(field: &Field) -> Value {
    let mut value = kind(field.kind);
    if let Value::Object(object) = &mut value {
        object.insert("description".to_owned(), field.about.into());
    }
    value
}

fn kind(of: Kind) -> Value {
    match of {
        Kind::Any => json!({}),
        Kind::Of(form) => {
            let mut value = json!({"type": form.json});
            if let [one] = form.json {
                value["type"] = (*one).into();
            }
            if !form.pattern.is_empty() {
                value["pattern"] = form.pattern.into();
            }
            value
        }
        Kind::Amount => json!({"type": ["number", "string"]}),
        Kind::Enum(words) => json!({"enum": words}),
        Kind::Ref(_) => json!({"type": "string"}),
        Kind::Words => json!({"anyOf": [
            {"type": ["string", "number"]},
            {"type": "object", "properties": {"zh": {"type": "string"}, "ja": {"type": "string"}, "en": {"type": "string"}}, "additionalProperties": false},
        ]}),
        Kind::Scope => json!({"type": "object", "additionalProperties": {"type": ["string", "number"]}}),
        Kind::List(inner) => json!({"type": "array", "items": kind(*inner)}),
        Kind::Many(inner) => json!({"anyOf": [kind(*inner), {"type": "array", "items": kind(*inner)}]}),
        Kind::Map(inner) => json!({"type": "object", "additionalProperties": kind(*inner)}),
        Kind::Object(shape) => object(shape),
        Kind::Items(shape) => json!({"type": "object", "additionalProperties": object(shape)}),
        Kind::Entries(shapes) => json!({"type": "array", "items": alternatives(shapes)}),
        Kind::OneOf(kinds) => json!({"anyOf": kinds.iter().map(|of| kind(*of)).collect::<Vec<_>>()}),
    }
}

fn alternatives(shapes: &[&Shape]) -> Value {
    match shapes {
        [one] => object(one),
        several => json!({"anyOf": several.iter().map(|shape| object(shape)).collect::<Vec<_>>()}),
    }
}
