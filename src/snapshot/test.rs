//! Fixtures of the tests of this module: small tables and sources, made without YAML.

use crate::plan::{ColumnKind, ColumnSpec, TableSpec};

/// A table of these columns.
pub(super) fn table(columns: &[ColumnSpec]) -> TableSpec {
    TableSpec { columns: columns.to_vec(), ..TableSpec::unknown("rows") }
}

/// A column that may be absent.
pub(super) fn column(name: &str, aliases: &[&str], kind: ColumnKind) -> ColumnSpec {
    ColumnSpec {
        name: name.into(),
        aliases: aliases.iter().map(|alias| (*alias).into()).collect(),
        kind,
        currency: None,
        required: false,
        optional: false,
        personal: false,
        same_as: Vec::new(),
        value: None,
        attributed: true,
        words: Vec::new(),
        closed: false,
        across: None,
    }
}
