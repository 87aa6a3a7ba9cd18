//! The rules of what a component says of itself: names that can stand in paths and messages, texts that do not play with
//! the reader's terminal, schemas that are schemas.

use super::{Descriptor, Field, Source};
use crate::diag::{Family, Level, Rule, is_hidden, printable};
use crate::measure::plugged::port::ColumnType;
use crate::plan::failure::{Failure, grouped};
use crate::plan::plugin::PluginKind;
use crate::plugin::failure::PLUGIN_OUTPUT_TOO_LARGE;
use crate::plugin::limits::{ID_BYTES_MAX, SCHEMA_BYTES_MAX, SCHEMA_DEPTH_MAX, STRING_BYTES_MAX};
use serde_json::Value;
use std::collections::BTreeSet;

/// A component that describes itself wrongly.
pub static PLUGIN_DESCRIPTOR_INVALID: Rule = Rule {
    name: "plugin-descriptor-invalid",
    level: Level::Error,
    family: Family::Data,
    about: "a plugin that describes itself wrongly: names twice, names that are none, texts with control characters, schemas that are none",
    why: "its names appear in paths, pages and messages, and people decide by its words what it may do",
    example: "a metric with the id `../../x`; ids are lower-case letters, digits, `-` and `_`",
};

/// Metrics, sources, widgets or rules of one component; more nobody reads through.
pub const ITEMS_MAX: usize = 200;
/// Columns of one of them; the widest report has 80.
pub const FIELDS_MAX: usize = 500;
/// Digits after the point that fit 64 bits.
const SCALE_MAX: u8 = 18;

/// What is wrong, as the end of a message, and what would be right.
type Wrong = (String, &'static str);

/// Checks a descriptor.
///
/// # Errors
/// `plugin-descriptor-invalid` with the first thing that is wrong, `plugin-output-too-large` where there is too much.
pub fn check(name: &str, kinds: &BTreeSet<PluginKind>, told: &Descriptor) -> Result<(), Failure> {
    let lengths = [
        ("metrics", told.metrics.len()),
        ("sources", told.sources.len()),
        ("widgets", told.widgets.len()),
        ("rules", told.rules.len()),
    ];
    for (what, length) in lengths {
        if length > ITEMS_MAX {
            let message = format!(
                "plugin `{name}` describes {} {what}, and no plugin has more than {}",
                grouped(length as u64),
                grouped(ITEMS_MAX as u64)
            );
            return Err(Failure::new(&PLUGIN_OUTPUT_TOO_LARGE, message, "make several plugins of it"));
        }
    }
    let none = |kind: &&PluginKind| match kind {
        PluginKind::Metric => told.metrics.is_empty(),
        PluginKind::Source => told.sources.is_empty(),
        PluginKind::Widget => told.widgets.is_empty(),
        PluginKind::Rule => told.rules.is_empty(),
    };
    let described = match kinds.iter().find(none) {
        Some(kind) => Err((
            format!("it exports `{0}` and describes no {0}", kind.name()),
            "each export has at least one",
        )),
        None => all(told),
    };
    described.map_err(|(what, hint)| {
        Failure::new(
            &PLUGIN_DESCRIPTOR_INVALID,
            format!("plugin `{name}` describes itself wrongly: {what}"),
            hint,
        )
    })
}

fn all(told: &Descriptor) -> Result<(), Wrong> {
    unique("metric", told.metrics.iter().map(|metric| metric.id.as_str()))?;
    for metric in &told.metrics {
        let at = format!("of metric `{}`", metric.id);
        text("the title", &at, &metric.title)?;
        unit(&at, &metric.unit)?;
        fields(&at, &metric.inputs)?;
        for field in &metric.inputs {
            id(&format!("an input {at}"), &field.name)?;
        }
        schema(&at, &metric.params_schema)?;
    }
    unique("source", told.sources.iter().map(|source| source.id.as_str()))?;
    told.sources.iter().try_for_each(source)?;
    unique("widget", told.widgets.iter().map(|widget| widget.id.as_str()))?;
    for widget in &told.widgets {
        let at = format!("of widget `{}`", widget.id);
        text("the title", &at, &widget.title)?;
        unique(&format!("input {at}"), widget.inputs.iter().map(|input| input.name.as_str()))?;
        for input in &widget.inputs {
            fields(&format!("of input `{}` {at}", input.name), &input.fields)?;
        }
        schema(&at, &widget.params_schema)?;
    }
    unique("rule", told.rules.iter().map(|rule| rule.name.as_str()))?;
    for rule in &told.rules {
        let at = format!("of rule `{}`", rule.name);
        text("the title", &at, &rule.title)?;
        // Help has several lines.
        text("the help", &at, &rule.help.replace(['\n', '\r', '\t'], " "))?;
    }
    Ok(())
}

fn source(source: &Source) -> Result<(), Wrong> {
    let at = format!("of source `{}`", source.id);
    text("the title", &at, &source.title)?;
    schema(&at, &source.params_schema)?;
    if source.tables.is_empty() {
        return Err((
            format!("source `{}` has no table", source.id),
            "a source gives rows of at least one table",
        ));
    }
    unique(&format!("table {at}"), source.tables.iter().map(|table| table.name.as_str()))?;
    for table in &source.tables {
        let at = format!("of table `{}` {at}", table.name);
        fields(&at, &table.fields)?;
        let stray =
            table.primary_key.iter().find(|key| !table.fields.iter().any(|field| field.name == **key));
        if let Some(stray) = stray {
            let what = format!("the primary key {at} names `{}`, which is no column of it", shown(stray));
            return Err((what, "name columns of the table"));
        }
    }
    let wishes = &source.wishes;
    for host in &wishes.hosts {
        id(&format!("a server {at}"), &host.grant)?;
        text("the reason of a server", &at, &host.reason)?;
        text("the origin of a server", &at, &host.origin)?;
        for path in host.paths.iter().chain(&host.methods) {
            text("a path of a server", &at, path)?;
        }
    }
    let mut seen = BTreeSet::new();
    for secret in &wishes.secrets {
        secret_name(&at, &secret.name)?;
        if !seen.insert(secret.name.as_str()) {
            return Err((format!("secret `{}` {at} twice", secret.name), "each needs a name of its own"));
        }
        text("the reason of a secret", &at, &secret.reason)?;
        let stray =
            secret.used_on.iter().find(|grant| !wishes.hosts.iter().any(|host| host.grant == **grant));
        if let Some(stray) = stray {
            let what = format!(
                "the secret `{}` {at} is for `{}`, which is none of its servers",
                secret.name,
                shown(stray)
            );
            return Err((what, "`used-on` lists grants of `hosts`"));
        }
    }
    for folder in &wishes.folders {
        id(&format!("a folder {at}"), &folder.grant)?;
        text("the reason of a folder", &at, &folder.reason)?;
    }
    Ok(())
}

/// A text as it can be shown in a message.
fn shown(text: &str) -> String {
    let cut: String = text.chars().take(60).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("{}{more}", printable(&cut))
}

const IDS: &str = "ids are at most 50 of a-z, 0-9, `-` and `_`, the first a letter";

fn id(what: &str, text: &str) -> Result<(), Wrong> {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-';
    let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    if first && text.len() <= ID_BYTES_MAX && text.bytes().all(inner) {
        return Ok(());
    }
    Err((format!("{what} is called `{}`", shown(text)), IDS))
}

/// Secrets are often called as the variables they come from.
fn secret_name(at: &str, text: &str) -> Result<(), Wrong> {
    id(&format!("a secret {at}"), &text.to_ascii_lowercase()).map_err(|_| {
        (
            format!("a secret {at} is called `{}`", shown(text)),
            "names of secrets are at most 50 of a-z, A-Z, 0-9, `-` and `_`, the first a letter",
        )
    })
}

/// Names are names, and none is there twice.
fn unique<'t>(what: &str, names: impl Iterator<Item = &'t str>) -> Result<(), Wrong> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err((format!("{what} `{}` twice", shown(name)), "each needs a name of its own"));
        }
        id(&format!("a {what}"), name)?;
    }
    Ok(())
}

/// Texts are for people: no control characters, nothing that turns the direction of writing or hides itself.
fn text(what: &str, at: &str, text: &str) -> Result<(), Wrong> {
    if text.len() > STRING_BYTES_MAX {
        let what = format!("{what} {at} has {} bytes", grouped(text.len() as u64));
        return Err((what, "a text has at most 10,000 bytes"));
    }
    match text.chars().find(|&c| is_hidden(c)) {
        Some(c) => Err((
            format!("{what} {at} holds the character U+{:04X}", u32::from(c)),
            "texts have no control characters and none that hide or turn the direction of writing",
        )),
        None => Ok(()),
    }
}

fn unit(at: &str, unit: &str) -> Result<(), Wrong> {
    text("the unit", at, unit)?;
    if unit.len() > ID_BYTES_MAX {
        return Err((
            format!("the unit {at} has {} bytes", unit.len()),
            "a unit is a word: `JPY`, `percent`, `days`",
        ));
    }
    Ok(())
}

fn fields(at: &str, fields: &[Field]) -> Result<(), Wrong> {
    if fields.len() > FIELDS_MAX {
        return Err((format!("{} columns {at}", grouped(fields.len() as u64)), "at most 500 columns"));
    }
    let mut seen = BTreeSet::new();
    for field in fields {
        if field.name.is_empty() || field.name.len() > ID_BYTES_MAX * 4 {
            return Err((
                format!("a column {at} is called `{}`", shown(&field.name)),
                "names have 1 to 200 bytes",
            ));
        }
        text("a column", at, &field.name)?;
        if !seen.insert(field.name.as_str()) {
            return Err((
                format!("column `{}` {at} twice", shown(&field.name)),
                "each needs a name of its own",
            ));
        }
        if let ColumnType::Decimal64(scale) = field.ty
            && scale > SCALE_MAX
        {
            let what = format!("column `{}` {at} has {scale} decimals", shown(&field.name));
            return Err((what, "at most 18 decimals fit"));
        }
        unit(at, field.unit.as_deref().unwrap_or_default())?;
    }
    Ok(())
}

fn schema(at: &str, text: &str) -> Result<(), Wrong> {
    const HINT: &str = "`params-schema` is a JSON Schema of an object, or empty";
    if text.is_empty() {
        return Ok(());
    }
    if text.len() > SCHEMA_BYTES_MAX {
        return Err((format!("the schema {at} has {} bytes", grouped(text.len() as u64)), "at most 64 KiB"));
    }
    // The parser itself stops at 128 levels.
    let schema: Value =
        serde_json::from_str(text).map_err(|error| (format!("the schema {at} is no JSON: {error}"), HINT))?;
    if depth(&schema) > SCHEMA_DEPTH_MAX {
        return Err((format!("the schema {at} is nested deeper than {SCHEMA_DEPTH_MAX}"), HINT));
    }
    if !schema.is_object() {
        return Err((format!("the schema {at} is no object"), HINT));
    }
    match jsonschema::validator_for(&schema) {
        Ok(_) => Ok(()),
        Err(error) => Err((format!("the schema {at} is none: {}", shown(&error.to_string())), HINT)),
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(all) => 1 + all.iter().map(depth).max().unwrap_or(0),
        Value::Object(all) => 1 + all.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
