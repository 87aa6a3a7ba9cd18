//! The launch board: products by day since launch with the gate they stand before, and a page for each with its phases
//! and its weeks.

use super::objective::owner;
use super::{PageKind, page};
use crate::assess::{self, GateState, LaunchFigure, LaunchState, PhaseState, Timing};
use crate::diag::Finding;
use crate::measure::{Point, State};
use crate::plan::{Id, Launch, LaunchPhase, Metric, Words};
use crate::report::context::{Context, about, launch_path, metric_path};
use crate::report::{
    Arg, Axis, Block, Cell, ChartSeries, ChartSpec, Page, SeriesRole, TableColumn, TableSpec, Text,
};
use crate::time::{Grain, Period};
use crate::unit::{Quantity, Unit};
use std::collections::BTreeMap;

pub(super) struct Launches;

impl PageKind for Launches {
    fn name(&self) -> &'static str {
        "launch"
    }

    fn tops(&self) -> &'static [&'static str] {
        &["launch"]
    }

    fn pages(&self, context: &Context<'_>, _found: &mut Vec<Finding>) -> Vec<Page> {
        let plan = context.plan;
        let Some(as_of) = context.as_of().filter(|_| !plan.launches.is_empty()) else { return Vec::new() };
        let states = assess::launches(plan, context.facts, as_of);
        let by_id: BTreeMap<&Id, &LaunchState> = states.iter().map(|state| (&state.launch, state)).collect();
        let both: Vec<(&Launch, &LaunchState)> =
            plan.launches.values().filter_map(|one| Some((one, *by_id.get(&one.id)?))).collect();
        let each = both.iter().map(|(launch, state)| of(context, launch, state));
        std::iter::once(board(context, &both)).chain(each).collect()
    }
}

fn head(key: &'static str, numeric: bool) -> TableColumn {
    TableColumn { title: Text::key(key), numeric, link: None }
}

fn day(number: i32) -> Cell {
    Cell::Number(Quantity::from(i64::from(number)), Unit::Count)
}

fn words(title: &Words) -> Cell {
    Cell::Text(Text::Words(title.clone()))
}

fn timing(timing: Timing) -> Text {
    match timing {
        Timing::Ahead => Text::key("launch-ahead"),
        Timing::InTime => Text::key("launch-in-time"),
        Timing::Early => Text::key("launch-early"),
        Timing::Late(days) => Text::Key("launch-late", vec![("count", Arg::Count(u64::from(days)))]),
        Timing::Done => Text::key("launch-done"),
    }
}

/// The newest launch first; those that wait at a gate longest are told by their timing.
fn board(context: &Context<'_>, all: &[(&Launch, &LaunchState)]) -> Page {
    let mut made = page("launch", "launches", Text::key("nav-launch"), &[("", Text::key("nav-home"))]);
    let mut ordered = all.to_vec();
    ordered.sort_by_key(|(launch, _)| std::cmp::Reverse(launch.date));
    let row = |(launch, state): &(&Launch, &LaunchState)| {
        let planned = state.planned.map_or(Cell::Empty, |at| words(&launch.phases[at].title));
        let waiting = state.phases.get(state.passed);
        let gates = waiting.map_or(Cell::Empty, |phase| Cell::Text(held(phase)));
        let missing: Vec<Text> = waiting
            .into_iter()
            .flat_map(|phase| &phase.gates)
            .filter(|gate| gate.holds != Some(true))
            .map(|gate| context.metric_name(&gate.metric))
            .collect();
        vec![
            Cell::Link(launch_path(&launch.id), Text::Words(launch.title.clone())),
            Cell::Text(context.scope_name(&launch.scope.only("store"))),
            owner(context, launch.owner.as_ref()),
            Cell::Date(launch.date),
            day(state.day),
            planned,
            Cell::Text(timing(state.timing)),
            gates,
            missing.into_iter().next().map_or(Cell::Empty, Cell::Text),
        ]
    };
    made.blocks.push(Block::Table(TableSpec {
        id: "launches".to_owned(),
        title: None,
        columns: vec![
            head("launch-product", false),
            head("level-store", false),
            head("card-owner", false),
            head("launch-date", false),
            head("launch-day", true),
            head("launch-phase", false),
            head("launch-timing", false),
            head("launch-gates", false),
            head("launch-missing", false),
        ],
        rows: ordered.iter().map(row).collect(),
        total: false,
    }));
    if let Some(as_of) = context.as_of() {
        let launches: Vec<&Launch> = all.iter().map(|(launch, _)| *launch).collect();
        made.blocks.extend(super::aligned::blocks(context, &launches, as_of));
    }
    made
}

/// How many conditions of a phase hold.
fn held(phase: &PhaseState) -> Text {
    let count = |all: usize| Arg::Count(u64::try_from(all).unwrap_or(u64::MAX));
    let holding = phase.gates.iter().filter(|gate| gate.holds == Some(true)).count();
    Text::Key("launch-held", vec![("holding", count(holding)), ("all", count(phase.gates.len()))])
}

fn of(context: &Context<'_>, launch: &Launch, state: &LaunchState) -> Page {
    let above = [("", Text::key("nav-home")), ("launch", Text::key("nav-launch"))];
    let mut made = page(launch_path(&launch.id), "launch", Text::Words(launch.title.clone()), &above);
    let mut facts = vec![
        (Text::key("launch-timing"), vec![Cell::Text(timing(state.timing))]),
        (Text::key("launch-day"), vec![day(state.day)]),
        (Text::key("launch-date"), vec![Cell::Date(launch.date)]),
    ];
    if let Some(at) = state.planned {
        facts.push((Text::key("launch-phase"), vec![words(&launch.phases[at].title)]));
    }
    facts.push((Text::key("table-scope"), vec![Cell::Text(context.scope_name(&launch.scope))]));
    facts.push((Text::key("card-owner"), vec![owner(context, launch.owner.as_ref())]));
    facts.push((Text::key("fact-place"), vec![Cell::Code(launch.place.to_string())]));
    made.blocks.push(Block::Facts(facts));
    for (at, (phase, told)) in launch.phases.iter().zip(&state.phases).enumerate() {
        made.blocks.push(Block::Heading(phase_title(phase)));
        made.blocks.extend(targets(context, launch, told, at));
        made.blocks.extend(gates(context, launch, told, at));
    }
    made.blocks.extend(weeks(context, launch));
    made
}

/// `Growth: days 56–139`
fn phase_title(phase: &LaunchPhase) -> Text {
    let day = |number: u32| Arg::Count(u64::from(number));
    Text::Key(
        "launch-phase-title",
        vec![
            ("phase", Arg::Words(phase.title.clone())),
            ("from", day(phase.days.0)),
            ("to", day(phase.days.1)),
        ],
    )
}

/// A metric's name, unit and figure.
fn figure(context: &Context<'_>, launch: &Launch, id: &Id, point: Option<Point>) -> (Cell, Unit, Cell) {
    let metric = context.plan.metrics.get(id);
    let unit = metric.map_or(Unit::Count, |metric| metric.unit.clone());
    let shown = point.map_or(Cell::Empty, |point| Cell::Figure {
        about: about(id, &launch.scope),
        point,
        unit: unit.clone(),
        decimals: metric.and_then(|metric| metric.decimals),
        change: None,
    });
    (Cell::Link(metric_path(id), context.metric_name(id)), unit, shown)
}

fn targets(context: &Context<'_>, launch: &Launch, phase: &PhaseState, at: usize) -> Option<Block> {
    let row = |told: &LaunchFigure| {
        let (name, unit, shown) = figure(context, launch, &told.metric, told.point);
        vec![name, Cell::Number(Quantity::Exact(told.target), unit), shown, Cell::Standing(told.standing)]
    };
    let rows: Vec<Vec<Cell>> = phase.targets.iter().map(row).collect();
    (!rows.is_empty()).then(|| {
        Block::Table(TableSpec {
            id: format!("targets-{at}"),
            title: None,
            columns: vec![
                head("table-metric", false),
                head("card-target", true),
                head("table-actual", true),
                head("table-standing", false),
            ],
            rows,
            total: false,
        })
    })
}

fn gates(context: &Context<'_>, launch: &Launch, phase: &PhaseState, at: usize) -> Option<Block> {
    let row = |told: &GateState| {
        let (name, unit, shown) = figure(context, launch, &told.metric, told.point);
        let asked = vec![
            ("sign", Arg::Text(told.gate.condition.op.to_string())),
            ("value", Arg::Figure(Quantity::Exact(told.gate.condition.value), unit)),
        ];
        let holds = match told.holds {
            Some(true) => "launch-holds",
            Some(false) => "launch-fails",
            None => "launch-unknown",
        };
        vec![name, Cell::Text(Text::Key("launch-condition", asked)), shown, Cell::Text(Text::key(holds))]
    };
    let rows: Vec<Vec<Cell>> = phase.gates.iter().map(row).collect();
    (!rows.is_empty()).then(|| {
        Block::Table(TableSpec {
            id: format!("gates-{at}"),
            title: Some(held_title(phase)),
            columns: vec![
                head("table-metric", false),
                head("launch-asked", true),
                head("table-actual", true),
                head("launch-gate", false),
            ],
            rows,
            total: false,
        })
    })
}

fn held_title(phase: &PhaseState) -> Text {
    match held(phase) {
        Text::Key(_, args) => Text::Key("launch-exit", args),
        other => other,
    }
}

/// Week by week since launch: a chart per metric and a table of all.
fn weeks(context: &Context<'_>, launch: &Launch) -> Vec<Block> {
    let Some(as_of) = context.as_of() else { return Vec::new() };
    let weeks: Vec<Period> = launch.weeks().into_iter().filter(|week| week.start <= as_of).collect();
    let metrics: Vec<&Metric> =
        launch.metrics().iter().filter_map(|metric| context.plan.metrics.get(metric)).collect();
    let at = |metric: &Metric, week: Period| context.facts.at(&metric.id, &launch.scope, week).copied();
    let told: Vec<&Metric> = metrics
        .into_iter()
        .filter(|metric| {
            weeks.iter().any(|week| at(metric, *week).is_some_and(|point| point.value.is_some()))
        })
        .collect();
    if told.is_empty() {
        return Vec::new();
    }
    let chart = |metric: &&Metric| {
        let points: Vec<Option<Point>> = weeks.iter().map(|week| at(metric, *week)).collect();
        let series = ChartSeries {
            name: context.metric_name(&metric.id),
            about: Some(about(&metric.id, &launch.scope)),
            role: SeriesRole::Actual(0),
            unit: metric.unit.clone(),
            bars: false,
            values: points.iter().map(|point| point.and_then(|point| point.value)).collect(),
            states: points.iter().map(|point| point.map_or(State::NoData, |point| point.state)).collect(),
        };
        Block::Chart(ChartSpec {
            id: format!("weeks-{}", metric.id),
            kind: "line",
            title: context.metric_name(&metric.id),
            axis: Axis::Time(Grain::Week, weeks.clone()),
            series: vec![series],
            marks: Vec::new(),
            bands: Vec::new(),
        })
    };
    let mut columns = vec![head("launch-week", true), head("table-period", false)];
    columns.extend(told.iter().map(|metric| TableColumn {
        title: context.metric_name(&metric.id),
        numeric: true,
        link: Some(metric_path(&metric.id)),
    }));
    let row = |(number, week): (usize, &Period)| {
        let figure = |metric: &&Metric| {
            let point = at(metric, *week);
            figure(context, launch, &metric.id, point).2
        };
        let number = Quantity::from(i64::try_from(number + 1).unwrap_or(i64::MAX));
        [Cell::Number(number, Unit::Count), Cell::Period(*week)]
            .into_iter()
            .chain(told.iter().map(figure))
            .collect()
    };
    let table = TableSpec {
        id: "weeks".to_owned(),
        title: None,
        columns,
        rows: weeks.iter().enumerate().map(row).collect(),
        total: false,
    };
    std::iter::once(Block::Heading(Text::key("launch-weeks")))
        .chain(told.iter().map(chart))
        .chain([Block::Table(table)])
        .collect()
}
