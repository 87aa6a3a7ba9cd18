//! Columns in formulas: where a source says which columns it has, others are found before any file is read.

use crate::diag::{Family, Finding, Level, Rule, did_you_mean};
use crate::plan::formula::{self, RowExpr};
use crate::plan::{Definition, Id, Measured, Metric, Plan, Source, StoreOf, TableRef, TableSpec};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Rules raised here.
pub static RULES: &[&Rule] = &[&UNKNOWN_COLUMN];

/// A column that no file of the source can have.
pub static UNKNOWN_COLUMN: Rule = Rule {
    name: "unknown-column",
    level: Level::Error,
    family: Family::Config,
    about: "a column in a formula or lookup that the source does not have",
    why: "it would be empty in every row",
    example: "value: sum(costs)        # did you mean `cost`?",
};

/// Columns that the lines of a source name: date, key, dimensions, store, scopes looked up in another source.
fn of_sources(sources: &BTreeMap<Id, Source>, found: &mut Vec<Finding>) {
    let has = |source: &Source, column: &str| {
        let closed = |table: &TableSpec| !table.open && !table.columns.is_empty();
        let named = |table: &TableSpec| table.columns.iter().any(|known| &*known.name == column);
        source.tables.iter().any(|table| !closed(table) || named(table))
    };
    for source in sources.values() {
        let store = match &source.store {
            StoreOf::Column(column) => Some(column),
            _ => None,
        };
        let dates = source.tables.iter().filter_map(|table| table.date.as_ref());
        let own = dates.chain(&source.key).chain(&source.valid_from).chain(&source.dimensions).chain(store);
        let own = own.map(|column| (source, column));
        let looked = source.scopes.values().filter_map(|(other, column)| Some((sources.get(other)?, column)));
        for (at, column) in own.chain(looked).filter(|(at, column)| !has(at, column)) {
            let told = format!("`{}` has no column `{column}`", at.id);
            let names = at.tables.iter().flat_map(|table| &table.columns).map(|known| &*known.name);
            let hint = did_you_mean(column, names);
            let finding = Finding::new(&UNKNOWN_COLUMN, source.place.clone(), told);
            found.push(finding.hint(
                hint.unwrap_or_else(|| "add it under `columns:`, with its label in the file".to_owned()),
            ));
        }
    }
}

/// Columns by which `reconcile:` tells kinds apart: one that is not there would tell none.
fn of_checks(plan: &Plan, found: &mut Vec<Finding>) {
    for check in plan.reconciles.iter().filter(|check| !check.categories.is_empty()) {
        let Some(Definition::Source(measured)) =
            plan.metrics.get(&check.left).map(|metric| &metric.definition)
        else {
            continue;
        };
        for table in &measured.tables {
            let Some(spec) = closed(table, &plan.sources) else { continue };
            let has = |column: &Id| spec.columns.iter().any(|known| known.name == *column);
            for column in check.categories.iter().filter(|column| !has(column)) {
                let told = format!(
                    "`{}` has no column `{column}`, by which `{}` tells kinds apart",
                    table.source, check.id
                );
                let hint = did_you_mean(column, spec.columns.iter().map(|known| &*known.name));
                found.push(Finding::new(&UNKNOWN_COLUMN, check.place.clone(), told).hint(
                    hint.unwrap_or_else(|| format!("name columns of `{}` under `categories:`", table.source)),
                ));
            }
        }
    }
}

/// Checks the columns of all metrics; those with an unknown one become broken.
pub(in crate::plan) fn check(plan: &mut Plan, found: &mut Vec<Finding>) {
    of_sources(&plan.sources, found);
    of_checks(plan, found);
    let mut broken: BTreeMap<Id, Arc<str>> = BTreeMap::new();
    for metric in plan.metrics.values().chain(plan.series.values()) {
        if let Definition::Source(measured) = &metric.definition {
            let mut told = BTreeSet::new();
            each_use(measured, &mut |table, column| {
                let Some(spec) = closed(table, &plan.sources) else { return };
                if !spec.columns.iter().any(|known| &*known.name == column) && told.insert(column.to_owned())
                {
                    found.push(unknown(metric, table, spec, column));
                }
            });
            if let Some(column) = told.first() {
                broken.insert(metric.id.clone(), format!("there is no column `{column}`").into());
            }
        }
    }
    plan.metrics.retain(|id, _| !broken.contains_key(id));
    plan.series.retain(|id, _| broken.remove(id).is_none());
    let (series, targets) = (&plan.series, &mut plan.targets);
    targets.retain(|target| target.series.as_ref().is_none_or(|id| series.contains_key(id)));
    plan.broken.extend(broken);
}

fn unknown(metric: &Metric, table: &TableRef, spec: &TableSpec, column: &str) -> Finding {
    // A column of the filter or of a lookup is not in the formula: then the metric is marked.
    let place = match metric.formula.contains(column) {
        true => formula::locate(&metric.formula, &metric.formula_at, column),
        false => metric.place.clone(),
    };
    let finding =
        Finding::new(&UNKNOWN_COLUMN, place, format!("`{}` has no column `{column}`", table.source));
    let hint = did_you_mean(column, spec.columns.iter().map(|known| &*known.name));
    finding.hint(hint.unwrap_or_else(|| {
        format!("add it under `columns:` of `{}`, with its label in the file", table.source)
    }))
}

/// The table, if it says which columns it has.
fn closed<'s>(table: &TableRef, sources: &'s BTreeMap<Id, Source>) -> Option<&'s TableSpec> {
    let spec = sources.get(&table.source)?.tables.iter().find(|spec| spec.name == table.table)?;
    (!spec.open && !spec.columns.is_empty()).then_some(spec)
}

/// Calls `each` for every column a metric uses, with its table.
fn each_use(measured: &Measured, each: &mut impl FnMut(&TableRef, &str)) {
    let looked = |alias: &Id| {
        measured.lookups.iter().find(|lookup| &lookup.alias == alias).map(|lookup| &lookup.table)
    };
    let mut of = |alias: Option<&Id>, column: &str| match alias {
        Some(alias) => looked(alias).into_iter().for_each(|table| each(table, column)),
        None => measured.tables.iter().for_each(|table| each(table, column)),
    };
    measured.value.leaves(&mut |leaf| {
        if let Some(expr) = &leaf.of {
            each_column(expr, &mut of);
        }
    });
    if let Some(filter) = &measured.filter {
        each_column(filter, &mut of);
    }
    for lookup in &measured.lookups {
        for (own, there) in &lookup.by {
            of(None, own);
            of(Some(&lookup.alias), there);
        }
        lookup.date.iter().for_each(|date| of(None, date));
    }
    if let Some((alias, column)) = &measured.dated_by {
        of(Some(alias), column);
    }
}

/// Calls `each` for every column of an expression: alias of the lookup, column.
pub(crate) fn each_column(expr: &RowExpr, each: &mut impl FnMut(Option<&Id>, &str)) {
    match expr {
        RowExpr::Column(column) => each(None, column),
        RowExpr::Looked(alias, column) => each(Some(alias), column),
        RowExpr::Negative(inner)
        | RowExpr::Not(inner)
        | RowExpr::IsNull(inner, _)
        | RowExpr::Like(inner, ..) => each_column(inner, each),
        RowExpr::Binary(_, left, right) => {
            each_column(left, each);
            each_column(right, each);
        }
        RowExpr::In(inner, items, _) => {
            each_column(inner, each);
            items.iter().for_each(|item| each_column(item, each));
        }
        RowExpr::Case(branches, rest) => {
            for (condition, value) in branches {
                each_column(condition, each);
                each_column(value, each);
            }
            if let Some(rest) = rest {
                each_column(rest, each);
            }
        }
        RowExpr::Call(_, items) => items.iter().for_each(|item| each_column(item, each)),
        RowExpr::Number(_) | RowExpr::Text(_) | RowExpr::Date(_) | RowExpr::Bool(_) | RowExpr::Null => {}
    }
}
