//! What a component says of itself: plain values, checked, and as canonical JSON whose hash is in the lock. Nothing of it
//! depends on anything but the bytes of the component.

mod check;

pub use check::{FIELDS_MAX, ITEMS_MAX, PLUGIN_DESCRIPTOR_INVALID, check};

use crate::inputs::Hash;
use crate::measure::plugged::port::ColumnType;
use crate::plugin::grant::Wishes;
use serde_json::{Value, json};

/// What a component says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Descriptor {
    /// Metrics that it computes.
    pub metrics: Vec<Metric>,
    /// Sources that it pulls.
    pub sources: Vec<Source>,
    /// Blocks that it makes.
    pub widgets: Vec<Widget>,
    /// Rules that it checks.
    pub rules: Vec<Check>,
}

/// A metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its own name.
    pub id: String,
    /// For people.
    pub title: String,
    /// What it is counted in.
    pub unit: String,
    /// What it is given.
    pub inputs: Vec<Field>,
    /// JSON Schema of `config:`; empty: it takes none.
    pub params_schema: String,
    /// Partial results combine.
    pub mergeable: bool,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The plugin's name for it.
    pub name: String,
    /// Its form.
    pub ty: ColumnType,
    /// Whether cells may be missing.
    pub nullable: bool,
    /// What it is counted in.
    pub unit: Option<String>,
}

/// A source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its own name.
    pub id: String,
    /// For people.
    pub title: String,
    /// What it gives.
    pub tables: Vec<Table>,
    /// JSON Schema of `config:`; empty: it takes none.
    pub params_schema: String,
    /// What it asks for.
    pub wishes: Wishes,
}

/// A table of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns.
    pub fields: Vec<Field>,
    /// Columns by which rows are told apart.
    pub primary_key: Vec<String>,
}

/// A block of a dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Widget {
    /// Its own name.
    pub id: String,
    /// For people.
    pub title: String,
    /// What it is given.
    pub inputs: Vec<Input>,
    /// JSON Schema of `config:`; empty: it takes none.
    pub params_schema: String,
    /// Height that is kept free for it.
    pub min_height_px: u32,
}

/// A table that a widget is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The plugin's name for it.
    pub name: String,
    /// Its columns.
    pub fields: Vec<Field>,
    /// The most rows it takes.
    pub max_rows: u32,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its own name.
    pub name: String,
    /// For people.
    pub title: String,
    /// Unless `rules:` says otherwise.
    pub severity: Severity,
    /// What it means, in Markdown.
    pub help: String,
}

/// How bad what a rule finds is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// It must not be.
    Error,
    /// Somebody should look.
    Warning,
    /// To be known.
    Info,
}

impl Severity {
    /// As in the interface.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

/// A form of column as in the interface: `decimal64(2)`.
pub fn type_name(ty: ColumnType) -> String {
    match ty {
        ColumnType::Float64 => "float64".to_owned(),
        ColumnType::Int64 => "int64".to_owned(),
        ColumnType::Boolean => "boolean".to_owned(),
        ColumnType::Date32 => "date32".to_owned(),
        ColumnType::TimestampMs => "timestamp-ms".to_owned(),
        ColumnType::Utf8 => "utf8".to_owned(),
        ColumnType::DictUtf8 => "dict-utf8".to_owned(),
        ColumnType::Decimal64(scale) => format!("decimal64({scale})"),
    }
}

impl Descriptor {
    /// Everything it asks for, over all its sources.
    pub fn wishes(&self) -> Wishes {
        let mut all = Wishes::default();
        for source in &self.sources {
            add(&mut all.hosts, &source.wishes.hosts);
            add(&mut all.secrets, &source.wishes.secrets);
            add(&mut all.folders, &source.wishes.folders);
        }
        all
    }

    /// As a value whose text is canonical JSON (RFC 8785): keys sorted, numbers whole.
    pub fn value(&self) -> Value {
        let metric = |metric: &Metric| {
            json!({"id": metric.id, "title": metric.title, "unit": metric.unit, "inputs": fields(&metric.inputs),
                "params-schema": metric.params_schema, "mergeable": metric.mergeable})
        };
        let source = |source: &Source| {
            let tables: Vec<Value> = source.tables.iter().map(table).collect();
            json!({"id": source.id, "title": source.title, "tables": tables, "params-schema": source.params_schema,
                "wants": wishes(&source.wishes)})
        };
        let widget = |widget: &Widget| {
            let input = |input: &Input| json!({"name": input.name, "fields": fields(&input.fields), "max-rows": input.max_rows});
            let inputs: Vec<Value> = widget.inputs.iter().map(input).collect();
            json!({"id": widget.id, "title": widget.title, "inputs": inputs, "params-schema": widget.params_schema,
                "min-height-px": widget.min_height_px})
        };
        let rule = |rule: &Check| {
            json!({"name": rule.name, "title": rule.title, "default-severity": rule.severity.name(),
                "help-markdown": rule.help})
        };
        json!({
            "metrics": self.metrics.iter().map(metric).collect::<Vec<Value>>(),
            "sources": self.sources.iter().map(source).collect::<Vec<Value>>(),
            "widgets": self.widgets.iter().map(widget).collect::<Vec<Value>>(),
            "rules": self.rules.iter().map(rule).collect::<Vec<Value>>(),
        })
    }

    /// The hash of the canonical JSON, as the lock keeps it.
    pub fn sha256(&self) -> String {
        Hash::of(self.value().to_string().as_bytes()).to_string()
    }
}

/// What two sources of a component ask for alike is asked for once.
fn add<T: Clone + PartialEq>(all: &mut Vec<T>, more: &[T]) {
    for one in more {
        if !all.contains(one) {
            all.push(one.clone());
        }
    }
}

fn fields(fields: &[Field]) -> Value {
    let field = |field: &Field| json!({"name": field.name, "type": type_name(field.ty), "nullable": field.nullable, "unit": field.unit});
    fields.iter().map(field).collect::<Vec<Value>>().into()
}

fn table(table: &Table) -> Value {
    json!({"name": table.name, "fields": fields(&table.fields), "primary-key": table.primary_key})
}

fn wishes(wishes: &Wishes) -> Value {
    let hosts = wishes.hosts.iter().map(|host| {
        json!({"grant": host.grant, "origin": host.origin, "methods": host.methods, "paths": host.paths,
            "reason": host.reason})
    });
    let secrets = wishes.secrets.iter().map(|secret| {
        json!({"name": secret.name, "used-on": secret.used_on, "captured": secret.captured, "reason": secret.reason})
    });
    let folders = wishes.folders.iter().map(|folder| json!({"grant": folder.grant, "reason": folder.reason}));
    json!({
        "hosts": hosts.collect::<Vec<Value>>(),
        "secrets": secrets.collect::<Vec<Value>>(),
        "folders": folders.collect::<Vec<Value>>(),
    })
}
