//! What a preset says of its report besides the names of columns, aspect by aspect; and, where it says nothing, why. A page of the
//! manual and a test are made of it: nothing may be left unsaid.

use super::{ColumnKind, ColumnSpec, DateForm, Duplicates, PercentScale, Source, TableSpec};
use crate::unit::Tax;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What every preset declares, or says why it does not.
pub const ASPECTS: [&str; 8] = ["scale", "tax", "zone", "grain", "key", "provisional", "personal", "checks"];

/// What a source declares of an aspect, in a few words; `None` where it declares nothing.
pub fn declared(source: &Source, aspect: &str) -> Option<String> {
    let tables = &source.tables;
    match aspect {
        "scale" => scale(tables),
        "tax" => tax(source),
        "zone" => zone(source),
        "grain" => grain(tables),
        "key" => joined(tables.iter().filter_map(key)).or_else(|| looked_up_by(source)),
        "provisional" => (source.provisional > 0).then(|| format!("{} days", source.provisional)),
        "personal" => {
            let dropped = columns(tables).filter(|column| column.personal);
            joined(dropped.map(|column| format!("`{}`", column.name)))
        }
        _ => joined(tables.iter().filter_map(checks)),
    }
}

/// An aspect with what is declared of it, and the reason given for what is not.
pub fn said(source: &Source, aspect: &str) -> Option<String> {
    let reason = source.without.get(aspect).map(|reason: &Arc<str>| reason.to_string());
    match (declared(source, aspect), reason) {
        (Some(declared), Some(reason)) => Some(format!("{declared}; {reason}")),
        (declared, reason) => declared.or(reason),
    }
}

fn columns(tables: &[TableSpec]) -> impl Iterator<Item = &ColumnSpec> {
    tables.iter().flat_map(|table| &table.columns)
}

fn joined(all: impl Iterator<Item = String>) -> Option<String> {
    let mut all: Vec<String> = all.collect();
    all.dedup();
    (!all.is_empty()).then(|| all.join(", "))
}

fn scale(tables: &[TableSpec]) -> Option<String> {
    let mut shares: BTreeMap<&str, u32> = BTreeMap::new();
    for column in columns(tables) {
        if let ColumnKind::Percent(scale) = column.kind {
            let written = match scale {
                PercentScale::Sign => "`5.57%`",
                PercentScale::Hundred => "0–100",
                PercentScale::One => "0–1",
            };
            *shares.entry(written).or_default() += 1;
        }
    }
    joined(shares.into_iter().map(|(written, columns)| format!("{written} ({columns})")))
}

fn tax(source: &Source) -> Option<String> {
    (source.basis.tax != Tax::Unknown).then(|| source.basis.tax.to_string())
}

/// In which zone instants are; days without a time say nothing of it.
fn zone(source: &Source) -> Option<String> {
    let zone = source.format.zone.as_ref().map(|zone| zone.name().to_owned());
    let instant = |column: &ColumnSpec| match &column.kind {
        ColumnKind::Instant(DateForm::Rfc3339) => Some("in each instant".to_owned()),
        ColumnKind::Instant(_) => {
            Some(zone.clone().unwrap_or_else(|| "in the text of each instant".to_owned()))
        }
        _ => None,
    };
    joined(columns(&source.tables).filter_map(instant).take(1))
}

fn grain(tables: &[TableSpec]) -> Option<String> {
    let of = |table: &TableSpec| {
        let has_end = table.columns.iter().any(|column| &*column.name == "date_end");
        let instant = |name: &Arc<str>| {
            let spec = table.columns.iter().find(|column| column.name == *name);
            spec.is_some_and(|column| matches!(column.kind, ColumnKind::Instant(_)))
        };
        Some(match &table.date {
            Some(_) if has_end => "day, or the range of the row",
            Some(date) if instant(date) => "instant",
            Some(_) => "day",
            None => return None,
        })
    };
    joined(tables.iter().filter_map(of).map(str::to_owned))
}

/// How rows are told apart.
fn key(table: &TableSpec) -> Option<String> {
    if let Duplicates::File(column) = &table.duplicates {
        return Some(format!("file by `{column}`"));
    }
    let names = if table.key.is_empty() { &table.unique } else { &table.key };
    (!names.is_empty()).then(|| names.join(" + "))
}

/// How rows of a table of costs or rates are told apart.
fn looked_up_by(source: &Source) -> Option<String> {
    let names: Vec<&str> = source.key.iter().chain(&source.valid_from).map(|name| &**name).collect();
    (!source.key.is_empty()).then(|| names.join(" + "))
}

/// What a file is held against when it is read.
fn checks(table: &TableSpec) -> Option<String> {
    let totals = table.totals.as_ref().map(|(total, of)| format!("Σ `{of}` = `{total}`"));
    let invariants = match table.invariants.len() {
        0 => None,
        1 => Some("1 invariant".to_owned()),
        several => Some(format!("{several} invariants")),
    };
    joined(totals.into_iter().chain(invariants))
}
