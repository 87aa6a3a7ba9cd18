//! What the meeting talks about: blocks with a new signal, a missed target, figures that are not whole, a changed definition
//! or something new. Everything else is in the deck and needs no minute; that there is nothing is a result, too.

use super::part::owner;
use crate::assess::deck::{BoxCell, Desk, Figures, Role};
use crate::measure::State;
use crate::plan::{Better, BlockSpec, Dashboard, Metric, ReviewBlock, Scope, Words};
use crate::report::context::Context;
use crate::report::{Arg, Block, Cell, TableColumn, TableSpec, Text};
use crate::time::Period;
use crate::unit::Quantity;

/// The list at the top of a deck.
pub(super) fn exceptions(
    context: &Context<'_>,
    desk: &Desk<'_>,
    dashboard: &Dashboard,
    page: &Scope,
    parts: &[super::ReviewPart],
) -> Block {
    let mut rows = Vec::new();
    let reviews = dashboard.blocks.iter().filter_map(|block| match block {
        BlockSpec::Review(block) => Some(&**block),
        _ => None,
    });
    for (block, part) in reviews.zip(parts) {
        let reasons = reasons(context, desk, block, block.scope.as_ref().unwrap_or(page));
        let Some(number) = part.number.filter(|_| !reasons.is_empty()) else { continue };
        let owner = owner(context, block).unwrap_or_else(|| Words::same("–"));
        rows.push(vec![
            Cell::Text(Text::Key(
                "deck-block",
                vec![
                    ("number", Arg::Count(number.into())),
                    ("title", Arg::Said(Box::new(part.title.clone()))),
                ],
            )),
            Cell::Text(joined(reasons)),
            Cell::Text(Text::Words(owner)),
        ]);
    }
    if rows.is_empty() {
        let text = Text::key("deck-no-exception");
        return Block::Notice { tone: "info", text, details: Vec::new() };
    }
    let column = |key| TableColumn { title: Text::key(key), numeric: false, link: None };
    Block::Table(TableSpec {
        id: "exceptions".to_owned(),
        title: Some(Text::key("deck-exceptions")),
        columns: vec![column("deck-column-block"), column("deck-column-why"), column("deck-column-owner")],
        rows,
        total: false,
    })
}

/// Several reasons as one text.
fn joined(reasons: Vec<Text>) -> Text {
    reasons
        .into_iter()
        .reduce(|all, next| {
            Text::Key(
                "deck-and",
                vec![("one", Arg::Said(Box::new(all))), ("other", Arg::Said(Box::new(next)))],
            )
        })
        .expect("there is a reason")
}

fn reasons(context: &Context<'_>, desk: &Desk<'_>, block: &ReviewBlock, scope: &Scope) -> Vec<Text> {
    let mut found = Vec::new();
    let mut add = |text: Text| {
        if !found.contains(&text) {
            found.push(text);
        }
    };
    let series: Vec<_> = block.drawn().into_iter().cloned().collect();
    for one in desk.chart(block, &series, scope).iter().filter(|one| one.role == Role::Actual) {
        let Some(metric) = context.plan.metrics.get(&one.metric) else { continue };
        let Some(week) = one.weeks.last() else { continue };
        if let Some(text) = signal(context, metric, scope, week.period) {
            add(text);
        }
        missed(metric, one).into_iter().for_each(&mut add);
        let late = one.weeks.last().into_iter().chain(one.to_date.first());
        if late.clone().any(|point| point.state == State::Missing) {
            add(Text::key("deck-why-missing"));
        } else if late.clone().any(|point| point.state == State::Partial) {
            add(Text::Key(
                "deck-why-partial",
                vec![
                    ("observed", Arg::Count(week.days.observed.into())),
                    ("expected", Arg::Count(week.days.expected.into())),
                ],
            ));
        }
        for note in &context.plan.annotations {
            let about =
                note.metrics.contains(&metric.id) && (note.scope.is_company() || note.scope == *scope);
            let new = note.period.start >= week.period.start && note.period.start <= week.period.end;
            if about && new {
                let key = if matches!(&*note.kind, "change" | "rebase") {
                    "deck-why-change"
                } else {
                    "deck-why-new"
                };
                add(Text::Key(key, vec![("text", Arg::Words(note.text.clone()))]));
            }
        }
    }
    found
}

/// A signal of the limits in the week that is reviewed.
fn signal(context: &Context<'_>, metric: &Metric, scope: &Scope, week: Period) -> Option<Text> {
    let watch = context.watched.of(&metric.id, scope)?;
    let at = watch.control.periods.iter().position(|period| period.end == week.end)?;
    watch.control.flags.get(at)?.fired().next().is_some().then(|| Text::key("deck-why-signal"))
}

/// A target that the week or the month to date does not reach, by the direction of good.
fn missed(metric: &Metric, one: &Figures) -> Vec<Text> {
    let Some(reached) = &one.reached else { return Vec::new() };
    let below = |at: usize| match reached.get(at) {
        Some(BoxCell::Level(point)) if point.state.is_judged() => point
            .value
            .filter(|share| metric.better != Better::Neutral && share.compare(Quantity::from(1)).is_lt()),
        _ => None,
    };
    let text = |key, share: Quantity| {
        Text::Key(key, vec![("share", Arg::Figure(share, crate::unit::Unit::Percent))])
    };
    [(0, "deck-why-week"), (3, "deck-why-month")]
        .into_iter()
        .filter_map(|(at, key)| Some(text(key, below(at)?)))
        .collect()
}
