//! When each definition was last looked at, when it is due again, and which way the business went since.

use super::{Part, counted, head, number, person, plain};
use crate::plan::rules::governed::{due, unseen_since};
use crate::plan::{Id, Metric};
use crate::report::context::{Context, metric_path};
use crate::report::{Block, Cell, TableSpec, Text};
use crate::time::{Date, days_between};
use std::collections::BTreeSet;

/// How a definition stands, the most urgent first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Overdue,
    Strategy,
    Never,
    Fine,
}

pub(super) fn part(context: &Context<'_>) -> Option<Part> {
    let plan = context.plan;
    let as_of = context.as_of()?;
    let last = plan.strategy.iter().rfind(|change| change.date <= as_of);
    let unseen: BTreeSet<&Id> =
        last.map(|change| unseen_since(plan, change.date).collect()).unwrap_or_default();
    let state = |metric: &Metric| {
        let reviewed = plan.care.get(&metric.id).and_then(|care| care.reviewed);
        match (due(plan, &metric.id), reviewed) {
            (Some(due), _) if due < as_of => State::Overdue,
            _ if unseen.contains(&metric.id) => State::Strategy,
            (_, None) => State::Never,
            _ => State::Fine,
        }
    };
    let mut metrics: Vec<(State, &Metric)> =
        plan.metrics.values().map(|metric| (state(metric), metric)).collect();
    metrics.sort_by(|a, b| (a.0, &a.1.id).cmp(&(b.0, &b.1.id)));
    let open = metrics.iter().filter(|(state, _)| *state < State::Never).count();
    let table = TableSpec {
        id: "calibration".to_owned(),
        title: None,
        columns: vec![
            head("table-metric", false),
            head("card-owner", false),
            head("calibration-reviewed", false),
            head("calibration-days", true),
            head("calibration-due", false),
            head("calibration-state", false),
        ],
        rows: metrics.iter().map(|(state, metric)| row(context, metric, *state, as_of)).collect(),
        total: false,
    };
    let mut blocks: Vec<Block> = strategy(context).into_iter().collect();
    blocks.push(Block::Table(table));
    Some(Part {
        name: "calibration",
        title: "governance-calibration",
        line: counted("governance-due", open),
        about: "governance-calibration-about",
        blocks,
        provenance: false,
    })
}

fn row(context: &Context<'_>, metric: &Metric, state: State, as_of: Date) -> Vec<Cell> {
    let reviewed = context.plan.care.get(&metric.id).and_then(|care| care.reviewed);
    // The day itself is none since.
    let since = reviewed.filter(|day| *day <= as_of).map(|day| days_between(day, as_of) - 1);
    let word = match state {
        State::Overdue => "calibration-overdue",
        State::Strategy => "calibration-strategy",
        State::Never => "calibration-never",
        State::Fine => "calibration-fine",
    };
    vec![
        Cell::Link(metric_path(&metric.id), context.metric_name(&metric.id)),
        metric.owner.as_ref().map_or(Cell::Empty, |owner| person(context, owner)),
        reviewed.map_or(Cell::Empty, Cell::Date),
        since.map_or(Cell::Empty, |days| number(days as usize)),
        due(context.plan, &metric.id).map_or(Cell::Empty, Cell::Date),
        Cell::Text(Text::key(word)),
    ]
}

/// Which way the business went, newest first.
fn strategy(context: &Context<'_>) -> Option<Block> {
    let row = |change: &crate::plan::care::StrategyChange| {
        let said = |text: &Option<std::sync::Arc<str>>| text.as_ref().map_or(Cell::Empty, |text| plain(text));
        vec![Cell::Date(change.date), said(&change.from), plain(&change.to), said(&change.reason)]
    };
    let rows: Vec<Vec<Cell>> = context.plan.strategy.iter().rev().map(row).collect();
    (!rows.is_empty()).then(|| {
        Block::Table(TableSpec {
            id: "strategy".to_owned(),
            title: Some(Text::key("calibration-changes")),
            columns: vec![
                head("table-date", false),
                head("calibration-from", false),
                head("calibration-to", false),
                head("history-why", false),
            ],
            rows,
            total: false,
        })
    })
}
