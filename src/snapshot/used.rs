//! Which columns of each table formulas, lookups and scopes need: those a file must not lack.

use crate::plan::formula::RowExpr;
use crate::plan::{Definition, Duplicates, Id, Measured, Plan, Source, StoreOf, TableRef};
use std::collections::{BTreeMap, BTreeSet};

/// Columns by table.
#[derive(Clone, Debug, Default)]
pub(super) struct Used {
    by_table: BTreeMap<TableRef, BTreeSet<Id>>,
    measured: BTreeSet<TableRef>,
}

impl Used {
    /// What a plan needs.
    pub(super) fn of(plan: &Plan) -> Used {
        let mut used = Used::default();
        for metric in plan.metrics.values().chain(plan.series.values()) {
            if let Definition::Source(measured) = &metric.definition {
                used.measured(plan, measured);
            }
        }
        for source in plan.sources.values() {
            let own = source.dimensions.iter().chain(&source.key).chain(&source.valid_from);
            own.for_each(|column| used.first(plan, &source.id, column));
            for (other, column) in source.scopes.values() {
                used.first(plan, other, column);
            }
        }
        used
    }

    /// The columns a table must have. `date` and `store` may come from elsewhere.
    pub(super) fn columns(&self, table: &TableRef) -> BTreeSet<Id> {
        let names = self.by_table.get(table).into_iter().flatten();
        names.filter(|name| !matches!(&***name, "date" | "date_end" | "store")).cloned().collect()
    }

    /// The columns of a table that something is made of: those of formulas, and those that tell day, store and the newer
    /// of two rows.
    pub(super) fn needed(&self, source: &Source, table: &TableRef) -> BTreeSet<Id> {
        let mut all = self.by_table.get(table).cloned().unwrap_or_default();
        let spec = source.tables.iter().find(|spec| spec.name == table.table);
        if let Some(spec) = spec {
            all.extend(spec.date.iter().chain(&spec.key).cloned());
            if let Duplicates::Latest(Some(column)) = &spec.duplicates {
                all.insert(column.clone());
            }
        }
        if let StoreOf::Column(column) = &source.store {
            all.insert(column.clone());
        }
        all
    }

    /// What decides how the files of a table are read, as text.
    pub(super) fn declared(&self, source: &Id, table: &Id) -> String {
        let reference = TableRef { source: source.clone(), table: table.clone() };
        format!("{:?} {}", self.by_table.get(&reference), self.is_measured(&reference))
    }

    /// Whether a metric is measured over the rows of a table, so that they need dates.
    pub(super) fn is_measured(&self, table: &TableRef) -> bool {
        self.measured.contains(table)
    }

    /// A column of the first table of a source.
    fn first(&mut self, plan: &Plan, source: &Id, column: &Id) {
        let table = plan.sources.get(source).and_then(|source| source.tables.first());
        if let Some(table) = table {
            self.add(&TableRef { source: source.clone(), table: table.name.clone() }, column);
        }
    }

    fn add(&mut self, table: &TableRef, column: &Id) {
        self.by_table.entry(table.clone()).or_default().insert(column.clone());
    }

    fn measured(&mut self, plan: &Plan, measured: &Measured) {
        let mut own = BTreeSet::new();
        let mut looked = BTreeSet::new();
        measured.value.leaves(&mut |leaf| {
            if let Some(of) = &leaf.of {
                columns(of, &mut own, &mut looked);
            }
        });
        if let Some(filter) = &measured.filter {
            columns(filter, &mut own, &mut looked);
        }
        looked.extend(measured.dated_by.clone());
        for lookup in &measured.lookups {
            own.extend(lookup.by.iter().map(|(here, _)| here.clone()));
            own.extend(lookup.date.clone());
            lookup.by.iter().for_each(|(_, there)| self.add(&lookup.table, there));
            let asked = looked.iter().filter(|(alias, _)| *alias == lookup.alias);
            asked.for_each(|(_, column)| self.add(&lookup.table, column));
        }
        for table in &measured.tables {
            self.measured.insert(table.clone());
            if let Some(order) = plan.order(table) {
                self.add(table, order);
            }
            own.iter().for_each(|column| self.add(table, column));
        }
        if let Some(convert) = &measured.convert {
            ["currency", "rate"]
                .iter()
                .for_each(|column| self.first(plan, &convert.rates, &(*column).into()));
        }
    }
}

/// Columns an expression reads: own ones, and (alias, column) of looked-up rows.
fn columns(expression: &RowExpr, own: &mut BTreeSet<Id>, looked: &mut BTreeSet<(Id, Id)>) {
    match expression {
        RowExpr::Column(name) => {
            own.insert(name.clone());
        }
        RowExpr::Looked(alias, name) => {
            looked.insert((alias.clone(), name.clone()));
        }
        RowExpr::Number(_) | RowExpr::Text(_) | RowExpr::Date(_) | RowExpr::Bool(_) | RowExpr::Null => {}
        RowExpr::Negative(inner)
        | RowExpr::Not(inner)
        | RowExpr::IsNull(inner, _)
        | RowExpr::Like(inner, _, _) => columns(inner, own, looked),
        RowExpr::Binary(_, left, right) => {
            columns(left, own, looked);
            columns(right, own, looked);
        }
        RowExpr::In(inner, items, _) => {
            columns(inner, own, looked);
            items.iter().for_each(|item| columns(item, own, looked));
        }
        RowExpr::Call(_, items) => items.iter().for_each(|item| columns(item, own, looked)),
        RowExpr::Case(branches, rest) => {
            for (when, then) in branches {
                columns(when, own, looked);
                columns(then, own, looked);
            }
            if let Some(rest) = rest {
                columns(rest, own, looked);
            }
        }
    }
}
