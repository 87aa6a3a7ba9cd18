//! The rows a figure is made of: which of them count, what each adds, and where it stands in the files.

use super::engine::{Columns, Counting, Levels, Part, RowsOf};
use super::reading;
use crate::plan::formula::{MetricUse, When};
use crate::plan::rules::columns::each_column;
use crate::plan::{ColumnKind, Definition, Id, Measured, Metric, OverTime, Plan, Scope, TableRef, TableSpec};
use crate::snapshot::trace::{Days, FILE, LINE};
use crate::snapshot::{Column, FileRecord, Frame, Snapshot};
use crate::time::{Date, Period};
use crate::unit::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A row that counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Where it comes from.
    pub source: Id,
    /// Path of its file.
    pub file: Arc<str>,
    /// The line it begins on; 0 where there are no lines.
    pub line: u32,
    /// Its day.
    pub day: Option<Date>,
    /// What names it, by column: nothing that names a buyer.
    pub keys: Vec<(Id, String)>,
    /// The numbers the formula is made of, by column.
    pub cells: Vec<(Id, String)>,
    /// Of what kind it is, where that was asked.
    pub category: Vec<String>,
    /// What it adds, exactly; `None` where something is not known, or several parts of a formula look at it.
    pub adds: Option<Decimal>,
}

/// A figure whose rows are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted<'a> {
    /// Which metric.
    pub metric: &'a Id,
    /// For whom.
    pub scope: &'a Scope,
    /// When.
    pub period: Period,
    /// Columns that say of what kind a row is.
    pub categories: &'a [Id],
}

/// Which files have to be read for the rows of some figures.
pub fn sources(plan: &Plan, wanted: &[Wanted<'_>]) -> BTreeMap<Id, Days> {
    let mut all: BTreeMap<Id, Days> = BTreeMap::new();
    let mut add = |source: &Id, days: Days| {
        let known = all.entry(source.clone()).or_insert(days);
        *known = known.zip(days).map(|((a, b), (c, d))| (a.min(c), b.max(d)));
    };
    for one in wanted {
        for (metric, measured) in leaves(plan, one.metric) {
            // A row whose day stands elsewhere may lie in any file.
            let days = measured.dated_by.is_none().then(|| window(plan, metric, one.period));
            measured.tables.iter().for_each(|table| add(&table.source, days));
            measured.lookups.iter().for_each(|lookup| add(&lookup.table.source, None));
            let rates = measured.convert.as_ref().map(|convert| &convert.rates);
            rates.into_iter().for_each(|rates| add(rates, None));
            let scoped = measured.tables.iter().filter_map(|table| plan.sources.get(&table.source));
            let scoped = scoped.flat_map(|source| &source.scopes);
            let asked = scoped.filter(|(level, _)| one.scope.levels().any(|own| own == *level));
            asked.for_each(|(_, (other, _))| add(other, None));
        }
    }
    all
}

/// Rows that are read at once: those of a metric, by these levels and these columns of kinds.
type Asked<'w> = (&'w Id, Levels, &'w [Id]);

/// The rows of each figure, in the order of their days. `snapshot` was read for them ([`sources`]).
pub fn rows(
    plan: &Plan,
    snapshot: &Snapshot,
    files: &BTreeMap<Id, Vec<FileRecord>>,
    wanted: &[Wanted<'_>],
) -> Vec<Vec<Row>> {
    let mut known: BTreeMap<Asked<'_>, Vec<(Scope, Row)>> = BTreeMap::new();
    let mut found = Vec::new();
    for one in wanted {
        let levels: Levels = one.scope.levels().cloned().collect();
        let mut own = Vec::new();
        for (metric, measured) in leaves(plan, one.metric) {
            let all = known
                .entry((&metric.id, levels.clone(), one.categories))
                .or_insert_with(|| of_metric((plan, snapshot, files), metric, &levels, one.categories));
            let (first, last) = window(plan, metric, one.period);
            let within = |day: Option<Date>| day.is_some_and(|day| first <= day && day <= last);
            let here = || all.iter().filter(|(scope, row)| scope == one.scope && within(row.day));
            let newest = here().filter_map(|(_, row)| row.day).max();
            let counts = |row: &Row| measured.over_time != OverTime::Last || row.day == newest;
            own.extend(here().map(|(_, row)| row.clone()).filter(counts));
        }
        own.sort_by(|a, b| (a.day, &a.source, &a.file, a.line).cmp(&(b.day, &b.source, &b.file, b.line)));
        found.push(own);
    }
    found
}

/// The metrics of rows that a metric is made of, in its own period.
fn leaves<'p>(plan: &'p Plan, metric: &Id) -> Vec<(&'p Metric, &'p Measured)> {
    let (mut open, mut seen, mut all) = (vec![metric.clone()], BTreeSet::new(), Vec::new());
    while let Some(id) = open.pop() {
        let Some(metric) = plan.metrics.get(&id).filter(|metric| !metric.is_plugged()) else { continue };
        if !seen.insert(id) {
            continue;
        }
        match &metric.definition {
            Definition::Source(measured) => all.push((metric, &**measured)),
            Definition::Derived(formula) => formula.leaves(&mut |used: &MetricUse| {
                open.extend((used.when == When::Same).then(|| used.metric.clone()));
            }),
        }
    }
    all
}

fn window(plan: &Plan, metric: &Metric, period: Period) -> (Date, Date) {
    reading::window(plan, metric, period, period.end)
}

fn of_metric(
    (plan, snapshot, files): (&Plan, &Snapshot, &BTreeMap<Id, Vec<FileRecord>>),
    metric: &Metric,
    levels: &Levels,
    categories: &[Id],
) -> Vec<(Scope, Row)> {
    let Definition::Source(measured) = &metric.definition else { return Vec::new() };
    let mut parts = Vec::new();
    measured.value.leaves(&mut |leaf| parts.push(leaf));
    let engine = Columns { plan, snapshot };
    let mut all: BTreeMap<(usize, u32, u32), (Scope, Row)> = BTreeMap::new();
    for (at, table) in measured.tables.iter().enumerate() {
        let Some(spec) = plan
            .sources
            .get(&table.source)
            .and_then(|source| source.tables.iter().find(|spec| spec.name == table.table))
        else {
            continue;
        };
        let records = files.get(&table.source).map_or(&[][..], Vec::as_slice);
        let shown = Shown { categories, ..Shown::of(plan, spec, table, measured, records) };
        for leaf in &parts {
            let rows = RowsOf {
                tables: std::slice::from_ref(table),
                lookups: &measured.lookups,
                dated_by: measured.dated_by.as_ref(),
            };
            let part = Part {
                aggregate: leaf.aggregate,
                of: leaf.of.as_ref(),
                filter: measured.filter.as_ref(),
                convert: measured.convert.as_ref().filter(|_| parts.len() == 1),
                windows: BTreeSet::new(),
                metric: &metric.id,
                place: &metric.place,
            };
            let Some(counting) = engine.counting(rows, &part, levels) else { continue };
            let Counting { frame, days, scopes, rows } = counting;
            for (row, scope, adds) in rows {
                let place = (at, row, scope);
                let adds = adds.filter(|_| parts.len() == 1);
                let made = || shown.row(&frame, row as usize, days[row as usize], adds);
                all.entry(place).or_insert_with(|| (scopes[scope as usize].clone(), made()));
            }
        }
    }
    all.into_values().collect()
}

/// What is shown of the rows of a table.
struct Shown<'a> {
    source: &'a Id,
    files: Vec<Arc<str>>,
    keys: Vec<&'a Id>,
    cells: Vec<Id>,
    categories: &'a [Id],
}

impl<'a> Shown<'a> {
    fn of(
        plan: &'a Plan,
        spec: &'a TableSpec,
        table: &'a TableRef,
        measured: &'a Measured,
        records: &[FileRecord],
    ) -> Shown<'a> {
        let is_plain = |name: &str| !matches!(name, "date" | "date_end" | "store");
        let personal = |name: &Id| {
            let column = spec.columns.iter().find(|column| column.name == *name);
            column.is_some_and(|column| {
                column.personal || column.aliases.iter().any(|label| names_buyer(label))
            }) || names_buyer(name)
        };
        let source = plan.sources.get(&table.source);
        let dimensions = source.map_or(&[][..], |source| &source.dimensions);
        let idents = spec.columns.iter().filter(|column| column.kind == ColumnKind::Ident);
        let names: Vec<&Id> = match spec.key.is_empty() {
            false => spec.key.iter().chain(dimensions).collect(),
            true => idents.map(|column| &column.name).chain(dimensions).collect(),
        };
        let mut keys: Vec<&Id> = Vec::new();
        for name in names {
            if is_plain(name) && spec.date.as_ref() != Some(name) && !personal(name) && !keys.contains(&name)
            {
                keys.push(name);
            }
        }
        let mut cells = Vec::new();
        measured.value.leaves(&mut |leaf| {
            if let Some(of) = &leaf.of {
                each_column(of, &mut |alias, column| {
                    let name: Id = column.into();
                    if alias.is_none() && !keys.contains(&&name) && !cells.contains(&name) && !personal(&name)
                    {
                        cells.push(name);
                    }
                });
            }
        });
        let files = records.iter().map(|record| record.path.as_str().into()).collect();
        Shown { source: &table.source, files, keys, cells, categories: &[] }
    }

    fn row(&self, frame: &Frame, row: usize, day: Option<Date>, adds: Option<Decimal>) -> Row {
        let text = |name: &str| written(frame.columns.get(name)?, row);
        let number = |name: &str| text(name).and_then(|text| text.parse::<u32>().ok());
        let named = |names: &mut dyn Iterator<Item = &Id>| {
            names.filter_map(|name| Some((name.clone(), text(name)?))).collect::<Vec<_>>()
        };
        let mut keys = match self.keys.is_empty() {
            // Nothing is declared of the columns: those that name things everywhere.
            true => NAMES.iter().filter_map(|name| Some(((*name).into(), text(name)?))).collect(),
            false => named(&mut self.keys.iter().copied()),
        };
        keys.iter_mut().filter(|(name, _)| is_order(name)).for_each(|(_, id)| *id = masked(id));
        let file = number(FILE).and_then(|at| self.files.get(at as usize)).cloned();
        Row {
            source: self.source.clone(),
            file: file.unwrap_or_else(|| "".into()),
            line: number(LINE).unwrap_or(0),
            day,
            keys,
            cells: named(&mut self.cells.iter()),
            category: self.categories.iter().map(|name| text(name).unwrap_or_default()).collect(),
            adds,
        }
    }
}

fn names_buyer(label: &str) -> bool {
    crate::snapshot::is_personal(label)
}

/// Columns that name things in files of which nothing is declared.
const NAMES: [&str; 6] = ["order_id", "sku", "asin", "parent_asin", "campaign_id", "category"];

/// Whether a column names an order: pseudonymous, used for counting and not shown (amazon-data.md §8).
fn is_order(name: &str) -> bool {
    name.contains("order_id") || name.contains("shipment_id") || name.contains("adjustment_id")
}

/// The end of a number by which whoever has the file finds the row.
fn masked(id: &str) -> String {
    /// As many digits as an account's number shows on a receipt.
    const SHOWN: usize = 4;
    let skipped = id.chars().count().saturating_sub(SHOWN);
    format!("…{}", id.chars().skip(skipped).collect::<String>())
}

/// A cell as text; `None` where it is empty.
fn written(column: &Column, row: usize) -> Option<String> {
    match column {
        Column::Text { .. } => column.text(row).map(ToString::to_string),
        Column::Number { scale, rows } => {
            let value = Decimal::try_from_i128_with_scale(rows.get(row)?, *scale).ok()?;
            Some(value.normalize().to_string())
        }
        Column::Float(rows) => rows[row].map(|value| value.to_string()),
        Column::Date(rows) => rows[row].map(|day| day.to_string()),
        Column::Bool(rows) => rows[row].map(|yes| yes.to_string()),
    }
}
