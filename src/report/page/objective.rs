//! Objectives: all of them with what became of them, and a page for each with key results, check-ins and initiatives.

use super::{PageKind, page};
use crate::assess::{self, Progress};
use crate::diag::Finding;
use crate::plan::{Ambition, CheckIn, Id, KeyResult, Objective, SeriesSpec};
use crate::report::context::{Context, about, metric_path, objective_path, person_path};
use crate::report::draw::{self, OverTime};
use crate::report::{Axis, Block, Cell, Page, TableColumn, TableSpec, Text};
use crate::time::{Grain, days_between};
use crate::unit::{Quantity, Unit};
use std::collections::BTreeMap;

pub(super) struct Objectives;

impl PageKind for Objectives {
    fn name(&self) -> &'static str {
        "objective"
    }

    fn tops(&self) -> &'static [&'static str] {
        &["objectives"]
    }

    fn pages(&self, context: &Context<'_>, _found: &mut Vec<Finding>) -> Vec<Page> {
        let plan = context.plan;
        let Some(as_of) = context.as_of().filter(|_| !plan.objectives.is_empty()) else { return Vec::new() };
        let all = assess::objectives(plan, context.facts, as_of);
        let progress: BTreeMap<&Id, &Progress> = all.iter().map(|one| (&one.objective, one)).collect();
        let each = plan.objectives.values().filter_map(|one| Some(of(context, one, progress.get(&one.id)?)));
        let listed: Vec<&Objective> = plan.objectives.values().collect();
        std::iter::once(index(context, &listed, &progress)).chain(each).collect()
    }
}

fn head(key: &'static str, numeric: bool) -> TableColumn {
    TableColumn { title: Text::key(key), numeric, link: None }
}

fn share(value: Option<Quantity>) -> Cell {
    value.map_or(Cell::Empty, |value| Cell::Number(value, Unit::Percent))
}

/// A person by name, with the way to the page.
pub(super) fn owner(context: &Context<'_>, owner: Option<&Id>) -> Cell {
    owner.map_or(Cell::Empty, |owner| Cell::Link(person_path(owner), Text::Words(context.person_name(owner))))
}

fn title(objective: &Objective) -> Text {
    super::titled(&objective.title, &objective.id)
}

/// Objectives that serve no other, each followed by those that serve it.
fn index(context: &Context<'_>, all: &[&Objective], progress: &BTreeMap<&Id, &Progress>) -> Page {
    let above = [("", Text::key("nav-home"))];
    let mut made = page("objectives", "objectives", Text::key("nav-objectives"), &above);
    let there = |id: &Id| all.iter().any(|one| one.id == *id);
    let root = |one: &&&Objective| one.parent.as_ref().is_none_or(|parent| !there(parent));
    let mut open: Vec<&Objective> = all.iter().filter(root).rev().copied().collect();
    let mut ordered: Vec<&Objective> = Vec::new();
    while let Some(one) = open.pop() {
        ordered.push(one);
        open.extend(all.iter().rev().filter(|other| other.parent.as_ref() == Some(&one.id)));
    }
    let row = |one: &&Objective| {
        let told = progress.get(&one.id)?;
        Some(vec![
            Cell::Link(objective_path(&one.id), title(one)),
            owner(context, one.owner.as_ref()),
            Cell::Period(one.period),
            share(told.progress),
            share(Some(Quantity::Exact(told.elapsed))),
            Cell::Standing(told.standing),
        ])
    };
    made.blocks.push(Block::Table(TableSpec {
        id: "objectives".to_owned(),
        title: None,
        columns: vec![
            head("objective-objective", false),
            head("card-owner", false),
            head("table-period", false),
            head("objective-progress", true),
            head("objective-elapsed", true),
            head("table-standing", false),
        ],
        rows: ordered.iter().filter_map(row).collect(),
        total: false,
    }));
    made
}

fn of(context: &Context<'_>, objective: &Objective, told: &Progress) -> Page {
    let above = [("", Text::key("nav-home")), ("objectives", Text::key("nav-objectives"))];
    let mut made = page(objective_path(&objective.id), "objective", title(objective), &above);
    let mut facts = vec![
        (Text::key("table-standing"), vec![Cell::Standing(told.standing)]),
        (Text::key("objective-progress"), vec![share(told.progress)]),
        (Text::key("objective-elapsed"), vec![share(Some(Quantity::Exact(told.elapsed)))]),
        (Text::key("table-period"), vec![Cell::Period(objective.period)]),
        (Text::key("card-owner"), vec![owner(context, objective.owner.as_ref())]),
        (Text::key("objective-kind"), vec![Cell::Text(Text::key(kind(objective.ambition)))]),
    ];
    if let Some(parent) = objective.parent.as_ref().and_then(|parent| context.plan.objectives.get(parent)) {
        facts.push((
            Text::key("objective-parent"),
            vec![Cell::Link(objective_path(&parent.id), title(parent))],
        ));
    }
    facts.push((Text::key("fact-place"), vec![Cell::Code(objective.place.to_string())]));
    made.blocks.push(Block::Facts(facts));
    made.blocks.push(Block::Heading(Text::key("objective-key-results")));
    made.blocks.push(Block::Table(key_results(context, objective, told)));
    made.blocks.extend(objective.key_results.iter().filter_map(|result| course(context, objective, result)));
    made.blocks.extend(check_ins(context, objective));
    made.blocks.extend(initiatives(context, objective));
    made
}

fn kind(ambition: Ambition) -> &'static str {
    match ambition {
        Ambition::Committed => "objective-committed",
        Ambition::Aspirational => "objective-aspirational",
    }
}

fn name(context: &Context<'_>, result: &KeyResult) -> Text {
    if result.title.is_empty() {
        context.metric_name(&result.metric)
    } else {
        Text::Words(result.title.clone())
    }
}

fn key_results(context: &Context<'_>, objective: &Objective, told: &Progress) -> TableSpec {
    let weights: crate::unit::Decimal = objective.key_results.iter().map(|result| result.weight).sum();
    let row = |(result, state): (&KeyResult, &assess::KeyProgress)| {
        let metric = context.plan.metrics.get(&result.metric);
        let unit = metric.map_or(Unit::Count, |metric| metric.unit.clone());
        let number = |value| Cell::Number(Quantity::Exact(value), unit.clone());
        let now = state.point.map_or(Cell::Empty, |point| Cell::Figure {
            about: about(&result.metric, &result.scope),
            point,
            unit: unit.clone(),
            decimals: metric.and_then(|metric| metric.decimals),
            change: None,
        });
        vec![
            Cell::Link(metric_path(&result.metric), name(context, result)),
            Cell::Text(context.scope_name(&result.scope)),
            owner(context, result.owner.as_ref()),
            number(result.baseline),
            now,
            number(result.target),
            share(state.progress),
            share(state.confidence.map(Quantity::Exact)),
            share(Quantity::Exact(result.weight).over(Quantity::Exact(weights))),
            Cell::Standing(state.standing),
        ]
    };
    TableSpec {
        id: "key-results".to_owned(),
        title: None,
        columns: vec![
            head("objective-key-result", false),
            head("table-scope", false),
            head("card-owner", false),
            head("objective-baseline", true),
            head("table-actual", true),
            head("card-target", true),
            head("objective-progress", true),
            head("objective-confidence", true),
            head("objective-weight", true),
            head("table-standing", false),
        ],
        rows: objective.key_results.iter().zip(&told.key_results).map(row).collect(),
        total: false,
    }
}

/// A key result's metric up to now, from some time before the objective began.
fn course(context: &Context<'_>, objective: &Objective, result: &KeyResult) -> Option<Block> {
    /// Weeks shown before the objective began: what it came from.
    const BEFORE: u32 = 8;
    let as_of = context.as_of()?;
    let weeks = days_between(objective.period.start, as_of) / 7 + BEFORE + 1;
    let series = [SeriesSpec::Metric(result.metric.clone())];
    let wanted = OverTime {
        id: format!("course-{}", result.id),
        kind: "line",
        title: name(context, result),
        series: &series,
        scope: &result.scope,
        grain: Grain::Week,
        last: weeks,
    };
    let mut chart = draw::over_time(context, &wanted)?;
    if let Axis::Time(_, periods) = &chart.axis {
        let end = periods.iter().take_while(|period| period.start <= objective.period.end).count();
        draw::keep(&mut chart, 0, end);
    }
    matches!(&chart.axis, Axis::Time(_, periods) if !periods.is_empty()).then_some(Block::Chart(chart))
}

/// The newest first.
fn check_ins(context: &Context<'_>, objective: &Objective) -> Option<Block> {
    let as_of = context.as_of()?;
    let mut columns = vec![head("objective-date", false)];
    columns.extend(objective.key_results.iter().map(|result| TableColumn {
        title: name(context, result),
        numeric: true,
        link: None,
    }));
    columns.push(head("objective-note", false));
    let row = |check_in: &CheckIn| {
        let sure = |result: &KeyResult| {
            let said = check_in.confidence.iter().find(|(id, _)| *id == result.id);
            share(said.map(|(_, sure)| Quantity::Exact(*sure)))
        };
        let note = if check_in.note.is_empty() {
            Cell::Empty
        } else {
            Cell::Text(Text::Words(check_in.note.clone()))
        };
        std::iter::once(Cell::Date(check_in.date))
            .chain(objective.key_results.iter().map(sure))
            .chain([note])
            .collect()
    };
    let said = objective.check_ins.iter().rev().filter(|check_in| check_in.date <= as_of);
    let rows: Vec<Vec<Cell>> = said.map(row).collect();
    (!rows.is_empty()).then(|| {
        Block::Table(TableSpec {
            id: "check-ins".to_owned(),
            title: Some(Text::key("objective-check-ins")),
            columns,
            rows,
            total: false,
        })
    })
}

fn initiatives(context: &Context<'_>, objective: &Objective) -> Option<Block> {
    let row = |one: &crate::plan::Initiative| {
        let done = if one.done { "objective-done" } else { "objective-open" };
        vec![
            Cell::Text(Text::Words(one.title.clone())),
            owner(context, one.owner.as_ref()),
            Cell::Text(Text::key(done)),
        ]
    };
    let rows: Vec<Vec<Cell>> = objective.initiatives.iter().map(row).collect();
    (!rows.is_empty()).then(|| {
        Block::Table(TableSpec {
            id: "initiatives".to_owned(),
            title: Some(Text::key("objective-initiatives")),
            columns: vec![
                head("objective-initiative", false),
                head("card-owner", false),
                head("objective-state", false),
            ],
            rows,
            total: false,
        })
    })
}
