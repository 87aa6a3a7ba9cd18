//! The register of all actions with how many were closed in time, and everything that was decided.

use super::{count, held, page};
use crate::assess::action::{Action, closure};
use crate::diag::Finding;
use crate::plan::review::Review;
use crate::report::context::Context;
use crate::report::page::PageKind;
use crate::report::review::{
    About, Shown, by_urgency, decisions_table, effects_table, filled, head, open_table, owner, state,
};
use crate::report::{Arg, Block, Cell, Page, TableSpec, Text};
use crate::time::{Date, Grain, Period};
use crate::unit::{Quantity, Unit};
use std::collections::BTreeSet;

pub(in crate::report::page) struct Actions;

impl PageKind for Actions {
    fn name(&self) -> &'static str {
        "actions"
    }

    fn tops(&self) -> &'static [&'static str] {
        &["actions"]
    }

    fn pages(&self, context: &Context<'_>, _found: &mut Vec<Finding>) -> Vec<Page> {
        let (Some(as_of), false) = (context.as_of(), context.actions.is_empty()) else { return Vec::new() };
        let mut made = page("actions", "actions", Text::key("nav-actions"), &[("", Text::key("nav-home"))]);
        let open = by_urgency(context.actions.iter());
        made.blocks.push(Block::Facts(facts(context, &open, as_of)));
        made.blocks.push(Block::Heading(Text::key("actions-open")));
        match open_table(context, "actions-open", None, &open, as_of) {
            Some(table) => made.blocks.push(Block::Table(table)),
            None => made.blocks.push(none("actions-none")),
        }
        let mut rest: Vec<&Action> = context.actions.iter().filter(|one| !one.is_open()).collect();
        rest.sort_by_key(|one| (one.closed.as_ref().map(|(_, day)| std::cmp::Reverse(*day)), one.id.clone()));
        let asked: Vec<&Action> = rest.iter().chain(&open).copied().collect();
        let title = Some(Text::key("actions-effects"));
        made.blocks.extend(effects_table(context, "actions-effects", title, &asked, as_of).map(Block::Table));
        made.blocks.extend(rates(context, as_of).map(Block::Table));
        made.blocks.extend(closed(context, &rest, as_of).map(Block::Table));
        vec![made]
    }
}

fn none(key: &'static str) -> Block {
    Block::Notice { tone: "info", text: Text::key(key), details: Vec::new() }
}

fn facts(context: &Context<'_>, open: &[&Action], as_of: Date) -> Vec<(Text, Vec<Cell>)> {
    let overdue = open.iter().filter(|one| one.is_overdue(as_of)).count();
    let first = context.actions.iter().filter_map(|one| one.due_first).min().unwrap_or(as_of);
    let all = closure(&context.actions, Period::range(first.min(as_of), as_of), as_of);
    let mut rows = vec![
        (Text::key("actions-open"), vec![count(open.len())]),
        (Text::key("actions-overdue"), vec![count(overdue)]),
    ];
    if let Some(rate) = rate(all.on_time, all.due) {
        let holes =
            vec![("there", Arg::Count(u64::from(all.on_time))), ("asked", Arg::Count(u64::from(all.due)))];
        let cells = vec![Cell::Number(rate, Unit::Percent), Cell::Text(Text::Key("review-present", holes))];
        rows.push((Text::key("actions-closure"), cells));
    }
    rows
}

fn rate(part: u32, whole: u32) -> Option<Quantity> {
    Quantity::from(i64::from(part)).over(Quantity::from(i64::from(whole)))
}

/// The closure rate of each quarter, and of each owner, by the day that was first said.
fn rates(context: &Context<'_>, as_of: Date) -> Option<TableSpec> {
    let calendar = context.plan.site.calendar;
    let due: Vec<Date> =
        context.actions.iter().filter_map(|one| one.due_first).filter(|due| *due <= as_of).collect();
    let first = *due.iter().min()?;
    let line = |name: Cell, own: &[Action], period: Period| {
        let told = closure(own, period, as_of);
        (told.due > 0).then(|| {
            vec![
                name,
                count(told.due as usize),
                count(told.on_time as usize),
                count(told.late as usize),
                count(told.open as usize),
                rate(told.on_time, told.due).map_or(Cell::Empty, |rate| Cell::Number(rate, Unit::Percent)),
            ]
        })
    };
    let mut rows: Vec<Vec<Cell>> = calendar
        .periods(Grain::Month, first, as_of)
        .into_iter()
        .rev()
        .filter_map(|month| line(Cell::Period(month), &context.actions, month))
        .collect();
    let owners: BTreeSet<_> = context.actions.iter().map(|one| one.owner.clone()).collect();
    let whole = Period::range(first, as_of);
    for id in owners {
        let own: Vec<Action> = context.actions.iter().filter(|one| one.owner == id).cloned().collect();
        rows.extend(line(owner(context, id.as_ref()), &own, whole));
    }
    Some(TableSpec {
        id: "closure".to_owned(),
        title: Some(Text::key("actions-closure")),
        columns: vec![
            head("closure-of", false),
            head("closure-due", true),
            head("closure-on-time", true),
            head("closure-late", true),
            head("closure-open", true),
            head("actions-closure", true),
        ],
        rows,
        total: false,
    })
}

/// Actions with nothing left to do, the newest first.
fn closed(context: &Context<'_>, all: &[&Action], as_of: Date) -> Option<TableSpec> {
    let words = |text: &crate::plan::Words| match text.is_empty() {
        true => Cell::Empty,
        false => Cell::Text(Text::Words(text.clone())),
    };
    let row = |one: &&Action| {
        vec![
            words(&one.title),
            Cell::Code(one.id.to_string()),
            owner(context, one.owner.as_ref()),
            one.due.map_or(Cell::Empty, Cell::Date),
            Cell::Text(state(one, as_of)),
            words(if one.evidence.is_empty() { &one.reason } else { &one.evidence }),
        ]
    };
    let names = ["action-title", "action-id", "card-owner", "action-due", "alert-state", "action-evidence"];
    let table = TableSpec {
        id: "actions-closed".to_owned(),
        title: Some(Text::key("actions-closed")),
        columns: names.into_iter().map(|key| head(key, false)).collect(),
        rows: all.iter().map(row).collect(),
        total: false,
    };
    (!table.rows.is_empty()).then(|| filled(table))
}

pub(in crate::report::page) struct Decisions;

impl PageKind for Decisions {
    fn name(&self) -> &'static str {
        "decisions"
    }

    fn tops(&self) -> &'static [&'static str] {
        &["decisions"]
    }

    fn pages(&self, context: &Context<'_>, _found: &mut Vec<Finding>) -> Vec<Page> {
        let reviews = held(context);
        let Some(table) =
            decisions_table(context, "decisions", &reviews, (Shown::Everywhere, About::Everything))
        else {
            return Vec::new();
        };
        let mut made =
            page("decisions", "decisions", Text::key("nav-decisions"), &[("", Text::key("nav-home"))]);
        made.blocks.push(Block::Table(table));
        made.blocks.extend(per_quarter(context, &reviews).map(Block::Table));
        vec![made]
    }
}

/// How many decisions each quarter brought, and how many of them moved a target or resources.
fn per_quarter(context: &Context<'_>, reviews: &[&Review]) -> Option<TableSpec> {
    use crate::plan::review::DecisionKind as Kind;
    let calendar = context.plan.site.calendar;
    let first = reviews.iter().map(|review| review.date).min()?;
    let last = reviews.iter().map(|review| review.date).max()?;
    let row = |quarter: Period| {
        let made = reviews.iter().filter(|review| quarter.contains(review.date));
        let all: Vec<Kind> = made.flat_map(|review| review.decisions.iter().map(|one| one.kind)).collect();
        let of = |kind: Kind| count(all.iter().filter(|one| **one == kind).count());
        vec![
            Cell::Period(quarter),
            count(all.len()),
            of(Kind::Strategy),
            of(Kind::Target),
            of(Kind::Resources),
        ]
    };
    Some(TableSpec {
        id: "decisions-quarters".to_owned(),
        title: Some(Text::key("decisions-quarters")),
        columns: vec![
            head("chart-slot", false),
            head("nav-decisions", true),
            head("decision-strategy", true),
            head("decision-target", true),
            head("decision-resources", true),
        ],
        rows: calendar.periods(Grain::Quarter, first, last).into_iter().rev().map(row).collect(),
        total: false,
    })
}
