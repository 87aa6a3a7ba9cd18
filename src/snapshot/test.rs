//! Fixtures of the tests of this module: small tables and sources, made without YAML.

use crate::plan::{ColumnKind, ColumnSpec, Duplicates, TableSpec};

/// A table of these columns.
pub(super) fn table(columns: &[ColumnSpec]) -> TableSpec {
    TableSpec {
        name: "rows".into(),
        columns: columns.to_vec(),
        open: false,
        date: None,
        header: None,
        json_path: Vec::new(),
        summary_row: false,
        totals: None,
        skip: Default::default(),
        key: Vec::new(),
        duplicates: Duplicates::Keep,
        order: None,
        fill_down: Vec::new(),
    }
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
    }
}
