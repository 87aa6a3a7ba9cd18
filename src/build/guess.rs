//! A workspace without definitions: every column of numbers that can be added up becomes a metric, and one page shows them.
//! What must not be added (rates, prices, ranks, stocks) is left to a definition by a person: no figure is better than a wrong one.

use crate::diag::Place;
use crate::plan::formula::{Aggregate, AggregateOf, Arithmetic, RowExpr};
use crate::plan::{
    Better, BlockSpec, ChartSort, Compare, Dashboard, Definition, Id, Importance, Measured, Metric, OverTime, Plan, Scope,
    SeriesSpec, Source, StoreOf, TableBy, TableRef, TableSpec, Words,
};
use crate::snapshot::{Column, Snapshot, Table};
use crate::time::Grain;
use crate::unit::{Basis, Unit};

/// More cards than this are a table.
const CARDS: usize = 6;
/// More lines below each other than this nobody scrolls through.
const LINES: usize = 4;
/// Weeks on a chart: half a year.
const WEEKS: u32 = 26;
/// Months in the table: a year and the month to compare with.
const MONTHS: u32 = 13;

/// Words in a column's name that say its cells are no amounts to be added up.
const NOT_ADDED: &[&str] = &[
    "rate", "ratio", "percent", "pct", "%", "price", "avg", "average", "mean", "median", "rank", "rating", "score", "stock",
    "inventory", "balance", "cumulative", "id", "year", "month", "week", "day", "acos", "roas", "ctr", "cvr", "cpc", "率",
    "单价", "单位成本", "均", "単価", "平均", "順位", "排名", "评分", "評価", "库存", "在庫", "残高", "余额", "累計", "累计",
];

/// Words that say the cells are money of the site.
const MONEY: &[&str] = &[
    "sales", "revenue", "amount", "cost", "spend", "fee", "fees", "profit", "gmv", "turnover", "expense", "売上", "金額",
    "费用", "費用", "销售额", "金额", "成本", "利润", "利益", "原価", "营收", "花费",
];

/// Completes a plan in which nothing is defined; any other is left as it is.
pub(super) fn complete(plan: &mut Plan, snapshot: &Snapshot) {
    if !plan.guess_metrics {
        return;
    }
    let mut metrics: Vec<Metric> = Vec::new();
    for source in plan.sources.values() {
        for spec in source.tables.iter().filter(|spec| spec.date.is_some()) {
            let place = TableRef { source: source.id.clone(), table: spec.name.clone() };
            if let Some(table) = snapshot.tables.get(&place) {
                metrics.extend(added(plan, source, spec, &place, table));
            }
        }
    }
    let taken = |metrics: &[Metric], id: &Id| metrics.iter().filter(|other| other.id == *id).count() > 1;
    let doubles: Vec<bool> = metrics.iter().map(|metric| taken(&metrics, &metric.id)).collect();
    for (metric, double) in metrics.iter_mut().zip(doubles) {
        if let (true, Definition::Source(measured)) = (double, &metric.definition) {
            metric.id = format!("{}_{}", measured.tables[0].source, metric.id).into();
        }
    }
    for metric in metrics.iter_mut().take(CARDS) {
        metric.importance = Some(Importance::Core);
    }
    let ids: Vec<Id> = metrics.iter().map(|metric| metric.id.clone()).collect();
    if plan.dashboards.is_empty() && !ids.is_empty() {
        let page = dashboard(plan, &ids);
        plan.dashboards.insert(page.id.clone(), page);
    }
    plan.metrics.extend(metrics.into_iter().map(|metric| (metric.id.clone(), metric)));
}

/// A metric for each column of a table that can be added up.
fn added(plan: &Plan, source: &Source, spec: &TableSpec, place: &TableRef, table: &Table) -> Vec<Metric> {
    let names = |name: &str| {
        let named = |other: &Id| **other == *name;
        let store = matches!(&source.store, StoreOf::Column(column) if **column == *name);
        store || name == "date" || name == "store" || source.dimensions.iter().chain(&source.key).chain(&spec.key).any(named)
    };
    let columns = table.frame.columns.iter().filter(|(name, column)| !names(name) && can_be_added(name, column));
    columns.map(|(name, column)| metric(plan, source, place, name, column)).collect()
}

fn can_be_added(name: &str, column: &Column) -> bool {
    matches!(column, Column::Number { .. } | Column::Float(_)) && !says(name, NOT_ADDED)
}

/// Whether one of the words stands in the name: Latin words as a whole, others anywhere.
fn says(name: &str, words: &[&str]) -> bool {
    let name = name.to_lowercase();
    let parts: Vec<&str> = name.split(|c: char| !c.is_alphanumeric() && c != '%').collect();
    words.iter().any(|word| if word.is_ascii() { parts.contains(word) } else { name.contains(word) })
}

fn metric(plan: &Plan, source: &Source, place: &TableRef, name: &Id, column: &Column) -> Metric {
    let money = says(name, MONEY);
    let unit = if money { Unit::Money(source.currency.unwrap_or(plan.site.currency)) } else { Unit::Count };
    let decimals = match column {
        Column::Number { scale, .. } if !money => Some((*scale).min(2)),
        _ => None,
    };
    let of = Some(RowExpr::Column(name.clone()));
    Metric {
        id: name.clone(),
        name: Words::same(&name.replace('_', " ")),
        description: Words::default(),
        definition: Definition::Source(Box::new(Measured {
            tables: vec![place.clone()],
            value: Arithmetic::Leaf(AggregateOf { aggregate: Aggregate::Sum, of }),
            filter: None,
            lookups: Vec::new(),
            dated_by: None,
            over_time: OverTime::Sum,
            not_additive_over: Vec::new(),
            convert: None,
        })),
        formula: format!("sum({name})").into(),
        unit,
        better: Better::Neutral,
        basis: if money { source.basis } else { Basis::default() },
        owner: None,
        importance: None,
        grain: Grain::Day,
        decimals,
        tags: Vec::new(),
        place: source.place.clone(),
    }
}

/// One page: cards, lines, the months, and a table per way of cutting the rows.
fn dashboard(plan: &Plan, metrics: &[Id]) -> Dashboard {
    let place = Place::default();
    let mut blocks: Vec<BlockSpec> = metrics
        .iter()
        .take(CARDS)
        .map(|metric| BlockSpec::Card {
            metric: metric.clone(),
            scope: None,
            compare: vec![Compare::Previous, Compare::PreviousYear],
            grain: Grain::Month,
            place: place.clone(),
        })
        .collect();
    blocks.extend(metrics.iter().take(LINES).map(|metric| BlockSpec::Chart {
        kind: "line".into(),
        title: Words::default(),
        series: vec![SeriesSpec::Metric(metric.clone())],
        by: None,
        scope: None,
        grain: Grain::Week,
        last: WEEKS,
        place: place.clone(),
    }));
    let table = |by: TableBy, total: bool, sort: Option<ChartSort>| BlockSpec::Table {
        title: Words::default(),
        by,
        columns: metrics.iter().take(CARDS).cloned().collect(),
        total,
        delta: total,
        sort,
        scope: None,
        grain: Grain::Month,
        place: place.clone(),
    };
    blocks.push(table(TableBy::Periods(MONTHS), false, None));
    let mut levels: Vec<Id> = plan.sources.values().flat_map(|source| source.dimensions.clone()).collect();
    if plan.sources.values().any(|source| source.store != StoreOf::None) {
        levels.insert(0, "store".into());
    }
    levels.dedup();
    let greatest = || metrics.first().map(|metric| ChartSort { by: metric.clone(), descending: true });
    blocks.extend(levels.into_iter().map(|level| table(TableBy::Members(level), true, greatest())));
    let title = plan.site.title.clone();
    Dashboard { id: "overview".into(), title, for_each: None, scope: Scope::company(), blocks, place }
}
