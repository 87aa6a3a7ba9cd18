//! Values of the interface into our own.

use super::wit::exports::kpress::plugin::{metric, rule, source, widget};
use super::wit::kpress::plugin::types;
use crate::measure::plugged::port::ColumnType;
use crate::plugin::grant::{WantedFolder, WantedHost, WantedSecret, Wishes};
use crate::plugin::load::descriptor::{Check, Field, Input, Metric, Severity, Source, Table, Widget};

pub(crate) fn ty(ty: types::ColumnType) -> ColumnType {
    match ty {
        types::ColumnType::Float64 => ColumnType::Float64,
        types::ColumnType::Int64 => ColumnType::Int64,
        types::ColumnType::Boolean => ColumnType::Boolean,
        types::ColumnType::Date32 => ColumnType::Date32,
        types::ColumnType::TimestampMs => ColumnType::TimestampMs,
        types::ColumnType::Utf8 => ColumnType::Utf8,
        types::ColumnType::DictUtf8 => ColumnType::DictUtf8,
        types::ColumnType::Decimal64(scale) => ColumnType::Decimal64(scale),
    }
}

fn field(given: types::Field) -> Field {
    Field { name: given.name, ty: ty(given.ty), nullable: given.nullable, unit: given.unit }
}

fn fields(given: Vec<types::Field>) -> Vec<Field> {
    given.into_iter().map(field).collect()
}

pub(crate) fn severity(given: types::Severity) -> Severity {
    match given {
        types::Severity::Error => Severity::Error,
        types::Severity::Warning => Severity::Warning,
        types::Severity::Info => Severity::Info,
    }
}

pub(super) fn metric(given: metric::MetricInfo) -> Metric {
    Metric {
        id: given.id,
        title: given.title,
        unit: given.unit,
        inputs: fields(given.inputs),
        params_schema: given.params_schema,
        mergeable: given.mergeable,
    }
}

pub(super) fn source(given: source::SourceInfo) -> Source {
    let host = |host: source::WantedHost| WantedHost {
        grant: host.grant,
        origin: host.origin,
        methods: host.methods,
        paths: host.paths,
        reason: host.reason,
    };
    let secret = |secret: source::WantedSecret| WantedSecret {
        name: secret.name,
        used_on: secret.used_on,
        captured: secret.captured,
        reason: secret.reason,
    };
    let folder = |folder: source::WantedFolder| WantedFolder { grant: folder.grant, reason: folder.reason };
    let table = |table: source::Table| Table {
        name: table.name,
        fields: fields(table.fields),
        primary_key: table.primary_key,
    };
    Source {
        id: given.id,
        title: given.title,
        tables: given.tables.into_iter().map(table).collect(),
        params_schema: given.params_schema,
        wishes: Wishes {
            hosts: given.hosts.into_iter().map(host).collect(),
            secrets: given.secrets.into_iter().map(secret).collect(),
            folders: given.folders.into_iter().map(folder).collect(),
        },
    }
}

pub(super) fn widget(given: widget::WidgetInfo) -> Widget {
    let input = |input: widget::Input| Input {
        name: input.name,
        fields: fields(input.fields),
        max_rows: input.max_rows,
    };
    Widget {
        id: given.id,
        title: given.title,
        inputs: given.inputs.into_iter().map(input).collect(),
        params_schema: given.params_schema,
        min_height_px: given.min_height_px,
    }
}

pub(super) fn rule(given: rule::RuleInfo) -> Check {
    Check {
        name: given.name,
        title: given.title,
        severity: severity(given.default_severity),
        help: given.help_markdown,
    }
}
