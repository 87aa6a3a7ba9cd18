//! Actions, decisions and attendance as tables: what reviews, the register, the home page and the pages of people share.

use super::context::{Context, daily_path, metric_path, person_path, review_path};
use super::{Arg, Cell, TableColumn, TableSpec, Text};
use crate::assess::action::{Action, Effect, EffectVerdict, effect};
use crate::plan::review::{ActionStatus, Expected, Review};
use crate::plan::{Id, Metric, Words};
use crate::time::{Date, days_between};
use crate::unit::{Quantity, Unit};

pub(super) fn head(key: &'static str, numeric: bool) -> TableColumn {
    TableColumn { title: Text::key(key), numeric, link: None }
}

/// What a review is called: its own title, else its period; with its scope where that is not the company.
pub(super) fn title(context: &Context<'_>, review: &Review) -> Text {
    let named = if review.title.is_empty() {
        Text::Key("period-named", vec![("period", Arg::Period(review.period))])
    } else {
        Text::Words(review.title.clone())
    };
    if review.scope.members().next().is_none() {
        return named;
    }
    let whose = context.scope_name(&review.scope);
    Text::Key("review-of", vec![("name", Arg::Said(Box::new(named))), ("whose", Arg::Said(Box::new(whose)))])
}

/// The way to a review or the note of a day.
pub(super) fn link(context: &Context<'_>, review: &Review) -> Cell {
    Cell::Link(path(review), title(context, review))
}

/// Where a review stands.
pub(super) fn path(review: &Review) -> String {
    if review.is_daily() { daily_path(&review.id) } else { review_path(&review.id) }
}

pub(super) fn person(context: &Context<'_>, id: &Id) -> Cell {
    let name = Text::Words(context.person_name(id));
    if context.plan.people.contains_key(id) { Cell::Link(person_path(id), name) } else { Cell::Text(name) }
}

pub(super) fn owner(context: &Context<'_>, id: Option<&Id>) -> Cell {
    id.map_or(Cell::Text(Text::key("action-nobody")), |id| person(context, id))
}

fn words(text: &Words) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(Text::Words(text.clone())) }
}

/// Open actions: those overdue first, then by their day.
pub(super) fn by_urgency<'a>(actions: impl Iterator<Item = &'a Action>) -> Vec<&'a Action> {
    let mut all: Vec<&Action> = actions.filter(|one| one.is_open()).collect();
    all.sort_by_key(|one| (one.due.is_none(), one.due, one.id.clone()));
    all
}

/// Where an action stands on a day, in words.
pub(super) fn state(one: &Action, on: Date) -> Text {
    let base = match (one.status, &one.closed, one.due) {
        (ActionStatus::Done, Some((_, day)), _) => Text::Key("action-done", vec![("day", Arg::Date(*day))]),
        (ActionStatus::Dropped, Some((_, day)), _) => {
            Text::Key("action-dropped", vec![("day", Arg::Date(*day))])
        }
        (ActionStatus::Blocked, _, due) if due.is_none_or(|due| due >= on) => Text::key("action-blocked"),
        (_, _, Some(due)) if one.is_overdue(on) => {
            Text::Key("action-overdue", vec![("count", Arg::Count(u64::from(days_between(due, on))))])
        }
        _ => Text::key("action-open"),
    };
    if one.reopened && one.is_open() {
        return Text::Key("action-reopened", vec![("state", Arg::Said(Box::new(base)))]);
    }
    base
}

/// How old an action is, in reviews and days.
fn age(context: &Context<'_>, one: &Action, on: Date) -> Text {
    let reviews = one.reviews_since(context.plan, on) as u64;
    Text::Key(
        "action-age",
        vec![("reviews", Arg::Count(reviews)), ("days", Arg::Count(u64::from(one.age(on))))],
    )
}

/// By when; moved days say how often.
fn due(one: &Action) -> Cell {
    match (one.due, one.moved) {
        (None, _) => Cell::Empty,
        (Some(due), 0) => Cell::Date(due),
        (Some(due), moved) => {
            let holes = vec![("day", Arg::Date(due)), ("count", Arg::Count(moved as u64))];
            Cell::Text(Text::Key("action-moved", holes))
        }
    }
}

fn metric_of<'a>(context: &Context<'a>, one: &Action) -> Option<&'a Metric> {
    context.plan.metrics.get(one.metric.as_ref()?)
}

/// The metric with the effect that is expected.
fn aim(context: &Context<'_>, one: &Action) -> Vec<Cell> {
    let Some(metric) = metric_of(context, one) else { return vec![Cell::Empty, Cell::Empty] };
    let expected = match one.expected {
        Some(Expected::By(by)) => Cell::Gap(Quantity::Exact(by), metric.unit.clone()),
        // `+5%` says the same in every language.
        Some(Expected::Part(_)) => Cell::Text(Text::Words(Words::same(&one.expected_text))),
        None => Cell::Empty,
    };
    vec![Cell::Link(metric_path(&metric.id), context.metric_name(&metric.id)), expected]
}

/// Open actions as a table; `None` without any.
pub(super) fn open_table(
    context: &Context<'_>,
    id: &str,
    title: Option<Text>,
    all: &[&Action],
    on: Date,
) -> Option<TableSpec> {
    if all.is_empty() {
        return None;
    }
    let row = |one: &&Action| {
        let mut cells = vec![
            words(&one.title),
            Cell::Code(one.id.to_string()),
            owner(context, one.owner.as_ref()),
            due(one),
        ];
        cells.extend(aim(context, one));
        cells.extend([Cell::Text(age(context, one, on)), Cell::Text(state(one, on)), words(&one.reason)]);
        cells
    };
    let columns = [
        "action-title",
        "action-id",
        "card-owner",
        "action-due",
        "table-metric",
        "action-expected",
        "action-aged",
        "alert-state",
        "action-reason",
    ];
    let table = TableSpec {
        id: id.to_owned(),
        title,
        columns: columns.into_iter().map(|key| head(key, false)).collect(),
        rows: all.iter().map(row).collect(),
        total: false,
    };
    Some(filled(table))
}

/// Whether a metric moved after actions, as of a day; only those that can be asked. `None` without any.
pub(super) fn effects_table(
    context: &Context<'_>,
    id: &str,
    title: Option<Text>,
    all: &[&Action],
    on: Date,
) -> Option<TableSpec> {
    let told: Vec<(&Action, Effect)> = all
        .iter()
        .filter_map(|one| Some((*one, effect(context.plan, context.facts, one, on)?)))
        // What is still to be done is not asked whether it helped, before its day has passed.
        .filter(|(one, told)| match told.verdict {
            EffectVerdict::NotAsked => false,
            EffectVerdict::TooEarly => !one.is_open(),
            _ => true,
        })
        .collect();
    if told.is_empty() {
        return None;
    }
    let row = |(one, told): &(&Action, Effect)| {
        let unit = metric_of(context, one).map_or(Unit::Count, |metric| metric.unit.clone());
        let number = |value: Option<f64>| {
            value.map_or(Cell::Empty, |value| Cell::Number(Quantity::Approximate(value), unit.clone()))
        };
        let gap = told.means.map(|(was, now)| now - was);
        let mut cells = vec![words(&one.title), owner(context, one.owner.as_ref())];
        cells.extend(aim(context, one));
        cells.extend([
            number(told.means.map(|means| means.0)),
            number(told.means.map(|means| means.1)),
            gap.map_or(Cell::Empty, |gap| Cell::Gap(Quantity::Approximate(gap), unit.clone())),
            Cell::Text(verdict(told)),
            Cell::Text(state(one, on)),
        ]);
        cells
    };
    let names = [
        ("action-title", false),
        ("card-owner", false),
        ("table-metric", false),
        ("action-expected", false),
        ("causes-was", true),
        ("causes-now", true),
        ("causes-change", true),
        ("action-effect", false),
        ("alert-state", false),
    ];
    Some(filled(TableSpec {
        id: id.to_owned(),
        title,
        columns: names.into_iter().map(|(key, numeric)| head(key, numeric)).collect(),
        rows: told.iter().map(row).collect(),
        total: false,
    }))
}

fn verdict(told: &Effect) -> Text {
    let counts =
        || vec![("before", Arg::Count(told.counts.0 as u64)), ("after", Arg::Count(told.counts.1 as u64))];
    match told.verdict {
        EffectVerdict::TooEarly => Text::Key("effect-too-early", vec![("day", Arg::Date(told.from))]),
        EffectVerdict::NotAsked => Text::key("effect-not-asked"),
        EffectVerdict::Effective => Text::Key("effect-effective", counts()),
        EffectVerdict::NotEffective => Text::Key("effect-not-effective", counts()),
        EffectVerdict::Unclear => Text::Key("effect-unclear", counts()),
    }
}

/// What was decided; `None` without any.
pub(super) fn decisions_table(
    context: &Context<'_>,
    id: &str,
    reviews: &[&Review],
    (with_review, about): (Shown, About),
) -> Option<TableSpec> {
    let change = |name: &Id| {
        let target = context.plan.targets.iter().find(|target| target.id == *name);
        match (target, context.plan.metrics.contains_key(name)) {
            (Some(target), _) => {
                let said = super::page::target_title(context, target);
                Cell::Link(super::context::target_path(&target.id), said)
            }
            (None, true) => Cell::Link(metric_path(name), context.metric_name(name)),
            (None, false) => Cell::Code(name.to_string()),
        }
    };
    let row = |review: &Review, one: &crate::plan::review::Decision| {
        let mut cells = vec![
            words(&one.text),
            Cell::Code(one.id.to_string()),
            Cell::Text(Text::key(kind_key(one.kind))),
            one.by.as_ref().map_or(Cell::Empty, |by| person(context, by)),
            // The first has a cell of its own; a table holds one thing a cell.
            one.changes.first().map_or(Cell::Empty, change),
        ];
        if with_review == Shown::Everywhere {
            cells.extend([link(context, review), Cell::Date(review.date)]);
        }
        cells
    };
    let wanted = |one: &&crate::plan::review::Decision| match about {
        About::Everything => true,
        About::Resources => one.kind == crate::plan::review::DecisionKind::Resources,
        About::NotResources => one.kind != crate::plan::review::DecisionKind::Resources,
    };
    let own = |review: &&Review| -> Vec<Vec<Cell>> {
        review.decisions.iter().filter(wanted).map(|one| row(review, one)).collect()
    };
    let rows: Vec<Vec<Cell>> = reviews.iter().flat_map(own).collect();
    let mut columns = vec!["decision-text", "action-id", "decision-kind", "decision-by", "decision-changes"];
    if with_review == Shown::Everywhere {
        columns.extend(["review-name", "review-date"]);
    }
    let columns = columns.into_iter().map(|key| head(key, false)).collect();
    let table = TableSpec { id: id.to_owned(), title: None, columns, rows, total: false };
    (!table.rows.is_empty()).then(|| filled(table))
}

/// Whether a table stands on the page of its review or on one about all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// On its own.
    Here,
    /// Among those of other reviews.
    Everywhere,
}

/// Which decisions: a review ends with what changes in money and people, so these stand apart there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// All.
    Everything,
    /// Money, tools, people.
    Resources,
    /// All others.
    NotResources,
}

fn kind_key(kind: crate::plan::review::DecisionKind) -> &'static str {
    use crate::plan::review::DecisionKind as Kind;
    match kind {
        Kind::Other => "decision-other",
        Kind::Strategy => "decision-strategy",
        Kind::Target => "decision-target",
        Kind::Resources => "decision-resources",
    }
}

/// A table without the columns that no row fills.
pub(super) fn filled(mut table: TableSpec) -> TableSpec {
    let said = |place: usize| {
        table.rows.iter().any(|row| row.get(place).is_some_and(|cell| !matches!(cell, Cell::Empty)))
    };
    let kept: Vec<bool> = (0..table.columns.len()).map(|place| place == 0 || said(place)).collect();
    let mut keep = kept.iter();
    table.columns.retain(|_| *keep.next().unwrap_or(&true));
    for row in &mut table.rows {
        let mut keep = kept.iter();
        row.retain(|_| *keep.next().unwrap_or(&true));
    }
    table
}
