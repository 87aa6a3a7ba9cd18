//! What a workspace means that says nothing: every column of numbers is summed, and one page shows it.
//! Nothing here overrules what somebody wrote.

use super::formula::{Aggregate, AggregateOf, Arithmetic, RowExpr};
use super::{
    Better, BlockSpec, Compare, Dashboard, Definition, Id, Importance, Level, Measured, Metric, OverTime,
    Plan, Review, Scope, SeriesSpec, TableBy, TableRef, Words,
};
use crate::diag::Place;
use crate::time::Grain;
use crate::unit::{Lang, Unit};
use std::collections::BTreeMap;
use std::sync::Arc;

/// As many figures as one page and one head hold.
const FIGURES: usize = 5;

/// Makes a metric of every column of numbers, if the workspace defines none (`plan.guess_metrics`). `columns` names
/// source, table and column. Ids and numbers that are keys or dimensions are left out.
pub fn metrics(plan: &mut Plan, columns: &[(Id, Id, Id)]) {
    if !plan.guess_metrics {
        return;
    }
    for (source, table, column) in columns {
        let Some(declared) = plan.sources.get(source) else { continue };
        let is_name = declared.key.contains(column) || declared.dimensions.contains(column);
        if is_name || &**column == "id" || column.ends_with("_id") {
            continue;
        }
        let short = name_of(column);
        let id: Id = if plan.metrics.contains_key(short.as_str()) {
            format!("{source}_{short}").into()
        } else {
            short.into()
        };
        let basis = declared.basis;
        let importance = (plan.metrics.len() < FIGURES).then_some(Importance::Core);
        let table = TableRef { source: source.clone(), table: table.clone() };
        let place = declared.place.clone();
        let metric = summed(&id, column, table, place);
        plan.metrics.entry(id).or_insert(Metric { basis, importance, ..metric });
    }
    dashboard(plan);
}

fn summed(id: &Id, column: &Id, table: TableRef, place: Place) -> Metric {
    let value = Arithmetic::Leaf(AggregateOf {
        aggregate: Aggregate::Sum,
        of: Some(RowExpr::Column(column.clone())),
    });
    let measured = Measured {
        tables: vec![table],
        value,
        filter: None,
        lookups: Vec::new(),
        dated_by: None,
        over_time: OverTime::Sum,
        settles: None,
        not_additive_over: Vec::new(),
        convert: None,
    };
    Metric {
        id: id.clone(),
        name: Words::same(column),
        description: Words::default(),
        definition: Definition::Source(Box::new(measured)),
        formula: Arc::from(format!("sum({column})")),
        formula_at: place.clone(),
        // What a number counts, nobody said; a currency would be a guess.
        unit: Unit::Count,
        better: Better::Neutral,
        says_better: false,
        plugged: None,
        basis: Default::default(),
        owner: None,
        importance: None,
        adopt_from: None,
        grain: Grain::Day,
        causes: None,
        compare_in: None,
        align: None,
        decimals: None,
        tags: Vec::new(),
        limits: Some(super::Limits::default()),
        reciprocal_of: None,
        place,
    }
}

/// Letters and digits of a column, everything else as one `_`.
fn name_of(column: &str) -> String {
    let words = column.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.map(str::to_lowercase).collect::<Vec<_>>().join("_");
    if name.is_empty() { "column".to_owned() } else { name }
}

/// Adds the page `overview` if no page is defined: cards, lines and a table of the most important metrics.
pub fn dashboard(plan: &mut Plan) {
    if !plan.dashboards.is_empty() || plan.metrics.is_empty() {
        return;
    }
    let mut order: Vec<&Metric> = plan.metrics.values().collect();
    order.sort_by_key(|metric| (rank(metric.importance), metric.id.clone()));
    let chosen: Vec<Id> = order.iter().take(FIGURES).map(|metric| metric.id.clone()).collect();
    let place = Place::file("kpress.yaml");
    let cards = chosen.iter().map(|metric| BlockSpec::Card {
        metric: metric.clone(),
        scope: None,
        compare: vec![Compare::Previous, Compare::PreviousYear, Compare::Target],
        grain: Grain::Month,
        place: place.clone(),
    });
    let lines = chosen.iter().map(|metric| BlockSpec::Chart {
        kind: "line".into(),
        title: Words::default(),
        series: vec![SeriesSpec::Metric(metric.clone())],
        by: None,
        scope: None,
        grain: Grain::Week,
        last: 26,
        place: place.clone(),
    });
    let by =
        if plan.stores.len() > 1 { TableBy::Members(Level::from("store")) } else { TableBy::Periods(12) };
    let table = BlockSpec::Table {
        title: Words::default(),
        total: matches!(by, TableBy::Members(_)),
        by,
        columns: chosen.clone(),
        delta: true,
        sort: None,
        scope: None,
        grain: Grain::Month,
        place: place.clone(),
    };
    let blocks = cards.chain(lines).chain([table]).collect();
    let texts = [(Lang::Zh, "总览"), (Lang::Ja, "概要"), (Lang::En, "Overview")];
    let title =
        Words { any: None, by_lang: texts.into_iter().map(|(lang, text)| (lang, text.into())).collect() };
    let page = Dashboard {
        id: "overview".into(),
        title,
        for_each: None,
        scope: Scope::company(),
        review: Review::default(),
        order: None,
        blocks,
        place,
    };
    plan.dashboards = BTreeMap::from([(page.id.clone(), page)]);
}

/// The most important first; those without a level last.
fn rank(importance: Option<Importance>) -> u8 {
    match importance {
        Some(Importance::Core) => 0,
        Some(Importance::Survival) => 1,
        Some(Importance::Guardrail) => 2,
        Some(Importance::Advanced) => 3,
        None => 4,
    }
}
