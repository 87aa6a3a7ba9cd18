//! Who answers for what: a list of people, and a page for each with metrics and targets of their own.

use super::review::count;
use super::{PageKind, page};
use crate::assess::action::{Action, closure};
use crate::diag::Finding;
use crate::plan::{Id, Person, Scope, Target, Words};
use crate::report::context::{Context, person_path};
use crate::report::draw::{self, ALL_COMPARISONS};
use crate::report::review;
use crate::report::{Arg, Block, Cell, Page, TableColumn, TableSpec, Text};
use crate::time::Period;
use crate::unit::{Quantity, Unit};

pub(super) struct People;

impl PageKind for People {
    fn name(&self) -> &'static str {
        "person"
    }

    fn tops(&self) -> &'static [&'static str] {
        &["people"]
    }

    fn pages(&self, context: &Context<'_>, _found: &mut Vec<Finding>) -> Vec<Page> {
        if context.plan.people.is_empty() {
            return Vec::new();
        }
        let each = context.plan.people.values().map(|person| of(context, person));
        std::iter::once(index(context)).chain(each).collect()
    }
}

fn metrics_of(context: &Context<'_>, person: &Id) -> Vec<Id> {
    let own = context.plan.metrics.values().filter(|metric| metric.owner.as_ref() == Some(person));
    own.map(|metric| metric.id.clone()).collect()
}

fn targets_of<'a>(context: &Context<'a>, person: &Id) -> Vec<&'a Target> {
    context.plan.targets.iter().filter(|target| target.owner.as_ref() == Some(person)).collect()
}

fn index(context: &Context<'_>) -> Page {
    let mut made = page("people", "people", Text::key("nav-people"), &[("", Text::key("nav-home"))]);
    let head = |key, numeric| TableColumn { title: Text::key(key), numeric, link: None };
    let row = |person: &Person| {
        let team = person.team.as_ref().map(|team| Cell::Text(Text::Words(context.person_name(team))));
        vec![
            Cell::Link(person_path(&person.id), Text::Words(context.person_name(&person.id))),
            team.unwrap_or(Cell::Empty),
            covers(person),
            count(metrics_of(context, &person.id).len()),
            count(targets_of(context, &person.id).len()),
        ]
    };
    made.blocks.push(Block::Table(TableSpec {
        id: "people".to_owned(),
        title: None,
        columns: vec![
            head("table-person", false),
            head("table-team", false),
            head("table-covers", false),
            head("nav-metrics", true),
            head("nav-targets", true),
        ],
        rows: context.plan.people.values().map(row).collect(),
        total: false,
    }));
    made
}

/// What the person's figures are made of.
fn covers(person: &Person) -> Cell {
    let all: Vec<String> =
        person.covers.iter().map(|(level, members)| format!("{level}: {}", members.join(", "))).collect();
    if all.is_empty() { Cell::Empty } else { Cell::Text(Text::Words(Words::same(&all.join(" · ")))) }
}

fn of(context: &Context<'_>, person: &Person) -> Page {
    let above = [("", Text::key("nav-home")), ("people", Text::key("nav-people"))];
    let mut made =
        page(person_path(&person.id), "person", Text::Words(context.person_name(&person.id)), &above);
    made.blocks.extend(super::scorecard::heads_of(context, &person.id));
    let (now, other): (Vec<&Target>, Vec<&Target>) = targets_of(context, &person.id)
        .into_iter()
        .partition(|target| super::target::running(context, target));
    let now = super::target::by_urgency(context, now);
    if let Some(table) = own_table(context, "targets", &now) {
        made.blocks.push(super::target::summary(context, &now));
        made.blocks.push(Block::Table(TableSpec { title: Some(Text::key("person-now")), ..table }));
    }
    if let Some(table) = own_table(context, "other-targets", &other) {
        made.blocks.push(Block::Table(TableSpec { title: Some(Text::key("person-other")), ..table }));
    }
    made.blocks.extend(actions(context, &person.id));
    let own = metrics_of(context, &person.id);
    if !own.is_empty() {
        made.blocks.push(Block::Heading(Text::key("nav-metrics")));
        let grain = context.card_grain();
        let cards = own.iter().map(|id| draw::card(context, id, &Scope::company(), grain, ALL_COMPARISONS));
        made.blocks.push(Block::Cards(cards.collect()));
    }
    if made.blocks.is_empty() {
        made.blocks.push(Block::Notice {
            tone: "info",
            text: Text::key("person-nothing"),
            details: Vec::new(),
        });
    }
    made
}

/// What reviews asked this person to do: what is open, the most urgent first, and how much was closed in time.
fn actions(context: &Context<'_>, person: &Id) -> Vec<Block> {
    let Some(as_of) = context.as_of() else { return Vec::new() };
    let own: Vec<Action> =
        context.actions.iter().filter(|one| one.owner.as_ref() == Some(person)).cloned().collect();
    let Some(first) = own.iter().map(|one| one.due_first.unwrap_or(one.created)).min() else {
        return Vec::new();
    };
    let open = review::by_urgency(own.iter());
    let mut blocks = vec![Block::Heading(Text::key("nav-actions"))];
    blocks.extend(review::open_table(context, "actions", None, &open, as_of).map(Block::Table));
    let told = closure(&own, Period::range(first.min(as_of), as_of), as_of);
    let whole = |number: u32| Quantity::from(i64::from(number));
    let mut facts = vec![(Text::key("actions-open"), vec![count(open.len())])];
    if let Some(rate) = whole(told.on_time).over(whole(told.due)) {
        let holes =
            vec![("there", Arg::Count(u64::from(told.on_time))), ("asked", Arg::Count(u64::from(told.due)))];
        let cells = vec![Cell::Number(rate, Unit::Percent), Cell::Text(Text::Key("review-present", holes))];
        facts.push((Text::key("actions-closure"), cells));
    }
    blocks.push(Block::Facts(facts));
    blocks
}

/// Without the last column: whose targets they are, the page says.
fn own_table(context: &Context<'_>, id: &str, targets: &[&Target]) -> Option<TableSpec> {
    let mut table = super::target::table(context, id, targets)?;
    table.columns.pop();
    table.rows.iter_mut().for_each(|row| {
        row.pop();
    });
    Some(table)
}
