//! The page of one review, in the order of its agenda: signals, figures against targets, what they came from, comments,
//! decisions, what is left from before, what begins, and what earlier actions brought.

use super::super::dashboard::with_name;
use super::page;
use crate::assess::action::{Action, Own, at_review};
use crate::diag::{Finding, Place};
use crate::plan::review::{Review, Section, deck, with_deck};
use crate::plan::{Dashboard, Id, Metric, Scope};
use crate::report::cause;
use crate::report::context::{Context, dashboard_path, ends, metric_path, review_path};
use crate::report::deck::{Parts, parts_of};
use crate::report::draw::{self, Delta};
use crate::report::limit::rule_text;
use crate::report::review::{
    About, Shown, by_urgency, decisions_table, effects_table, filled, head, open_table, person, title,
};
use crate::report::shortcode::of_texts;
use crate::report::{Arg, Block, Cell, Page, TableSpec, Text};
use crate::time::Date;
use crate::unit::{Lang, Quantity};
use std::collections::BTreeMap;

pub(super) fn page_of(context: &Context<'_>, review: &Review, found: &mut Vec<Finding>) -> Page {
    let above = [("", Text::key("nav-home")), ("reviews", Text::key("nav-reviews"))];
    let mut made = page(review_path(&review.id), "review", title(context, review), &above);
    made.blocks.push(Block::Facts(facts(context, review)));
    let parts = parts(review);
    let free = |part: &&Part<'_>| part.metric.is_none();
    let opening = parts.iter().take_while(free).count();
    made.blocks.extend(parts[..opening].iter().map(|part| prose(context, part, review, found)));
    let mut deck = embedded(context, review);
    made.blocks.extend(deck.as_mut().and_then(|(_, parts)| parts.first.take()));
    let metrics = metrics(context, review);
    heading(&mut made, "review-signals", signals(context, review, &metrics));
    heading(
        &mut made,
        "review-figures",
        figures(context, review, &metrics).map(Block::Table).into_iter().collect(),
    );
    heading(&mut made, "nav-causes", causes(context, review, &metrics));
    let said: Vec<Block> =
        parts[opening..].iter().flat_map(|part| comment(context, part, review, found)).collect();
    heading(&mut made, "review-comments", said);
    let decided = |id, about: About| decisions_table(context, id, &[review], (Shown::Here, about));
    let table = decided("decisions", About::NotResources);
    heading(&mut made, "nav-decisions", table.map(Block::Table).into_iter().collect());
    made.blocks.extend(actions(context, review));
    let table = decided("resources", About::Resources);
    heading(&mut made, "review-resources", table.map(Block::Table).into_iter().collect());
    if let Some((name, parts)) = deck {
        made.blocks.push(Block::Heading(name));
        made.blocks.extend(parts.by_place.into_values());
    }
    made
}

/// The deck that was looked at, below everything that was said: of the newest reviews.
fn embedded(context: &Context<'_>, review: &Review) -> Option<(Text, Parts)> {
    let shown = with_deck(context.plan, context.as_of()?);
    let (_, page, scope) = shown.into_iter().find(|(one, _, _)| one.id == review.id)?;
    Some((deck_name(context, page, &scope), parts_of(context, review, page, &scope)))
}

/// What a deck is called; of one for each member of a level, with the member.
fn deck_name(context: &Context<'_>, page: &Dashboard, scope: &Scope) -> Text {
    let level = page.for_each.as_ref();
    match level.and_then(|level| Some((level, scope.member(level)?))) {
        Some((level, member)) => Text::Words(with_name(&page.title, &context.member_name(level, member))),
        None => super::super::titled(&page.title, &page.id),
    }
}

fn heading(made: &mut Page, key: &'static str, blocks: Vec<Block>) {
    if !blocks.is_empty() {
        made.blocks.push(Block::Heading(Text::key(key)));
        made.blocks.extend(blocks);
    }
}

fn facts(context: &Context<'_>, review: &Review) -> Vec<(Text, Vec<Cell>)> {
    let mut rows = vec![
        (Text::key("chart-slot"), vec![Cell::Period(review.period)]),
        (Text::key("review-date"), vec![Cell::Date(review.date)]),
        (Text::key("table-scope"), vec![Cell::Text(context.scope_name(&review.scope))]),
    ];
    let people = |all: &[Id]| all.iter().map(|id| person(context, id)).collect::<Vec<_>>();
    for (key, all) in [("review-attendees", &review.attendees), ("review-absent", &review.absent)] {
        if !all.is_empty() {
            rows.push((Text::key(key), people(all)));
        }
    }
    rows.extend(review.sponsor.iter().map(|id| (Text::key("attendance-sponsor"), vec![person(context, id)])));
    if let Some(deck) = deck(context.plan, review) {
        let (deck, member) = deck;
        let name = deck_name(context, deck, &review.scope);
        let path = dashboard_path(&deck.id, member.map(|member| &**member));
        rows.push((Text::key("review-deck"), vec![Cell::Link(path, name)]));
    }
    rows
}

/// A part of the text in every language it is written in.
struct Part<'a> {
    metric: Option<&'a Id>,
    texts: BTreeMap<Lang, (&'a str, &'a Place)>,
}

/// The parts of a text, in the order of its first language; comments on one metric belong together in all languages, free
/// parts by their number.
fn parts(review: &Review) -> Vec<Part<'_>> {
    let Some(first) = review.text.values().max_by_key(|sections| sections.len()) else { return Vec::new() };
    let mut free = 0;
    let mut all = Vec::new();
    for section in first {
        let number = free;
        let same = |other: &&Section| match &section.metric {
            Some(metric) => other.metric.as_ref() == Some(metric),
            None => other.metric.is_none(),
        };
        let at = if section.metric.is_some() { 0 } else { number };
        let texts = review.text.iter().filter_map(|(lang, sections)| {
            let found = sections.iter().filter(same).nth(at)?;
            Some((*lang, (&*found.text, &found.place)))
        });
        all.push(Part { metric: section.metric.as_ref(), texts: texts.collect() });
        free += usize::from(section.metric.is_none());
    }
    all
}

fn prose(context: &Context<'_>, part: &Part<'_>, review: &Review, found: &mut Vec<Finding>) -> Block {
    Block::Prose(of_texts(context, &part.texts, &review.scope, found))
}

/// A comment with the figure it is about.
fn comment(context: &Context<'_>, part: &Part<'_>, review: &Review, found: &mut Vec<Finding>) -> Vec<Block> {
    let text = prose(context, part, review, found);
    let Some(metric) = part.metric.and_then(|id| context.plan.metrics.get(id)) else { return vec![text] };
    let name = Cell::Link(metric_path(&metric.id), context.metric_name(&metric.id));
    let figure = draw::figure(context, metric, &review.scope, review.period, Delta::Shown);
    let owner = metric.owner.as_ref().map(|owner| person(context, owner));
    let about: Vec<Cell> = [name, figure].into_iter().chain(owner).collect();
    vec![Block::Facts(vec![(context.metric_name(&metric.id), about[1..].to_vec())]), text]
}

/// The leading metrics and those somebody commented on, each once.
fn metrics<'a>(context: &Context<'a>, review: &Review) -> Vec<&'a Metric> {
    let mut all = context.leading_metrics();
    for metric in review.commented().into_iter().filter_map(|id| context.plan.metrics.get(id)) {
        if all.iter().all(|known| known.id != metric.id) {
            all.push(metric);
        }
    }
    all
}

/// Scopes a review speaks of: its own, and each store where it is the company's.
fn scopes(context: &Context<'_>, review: &Review) -> Vec<Scope> {
    let whole = review.scope.members().next().is_none();
    let stores = if whole { context.stores() } else { Vec::new() };
    let each = stores.iter().map(|store| Scope::of("store", store));
    std::iter::once(review.scope.clone()).chain(each).collect()
}

/// What was more than routine variation in the period.
fn signals(context: &Context<'_>, review: &Review, metrics: &[&Metric]) -> Vec<Block> {
    let mut rows = Vec::new();
    for metric in metrics {
        for scope in scopes(context, review) {
            let Some(watch) = context.watched.of(&metric.id, &scope) else { continue };
            let control = &watch.control;
            for (at, period) in control.periods.iter().enumerate() {
                let inside = review.period.start <= period.start && period.end <= review.period.end;
                let (true, Some((rule, side)), Some(lines), Some(value)) =
                    (inside, control.flags[at].fired().next(), control.lines[at], control.judged[at])
                else {
                    continue;
                };
                let number = |value: f64| Cell::Number(Quantity::Approximate(value), metric.unit.clone());
                rows.push(vec![
                    Cell::Link(metric_path(&metric.id), context.metric_name(&metric.id)),
                    Cell::Text(context.scope_name(&scope)),
                    Cell::Period(*period),
                    Cell::Text(rule_text(rule, side)),
                    number(value * control.season[at]),
                    number(lines.center),
                ]);
            }
        }
    }
    if rows.is_empty() {
        let text = Text::key("review-no-signals");
        return vec![Block::Notice { tone: "info", text, details: Vec::new() }];
    }
    vec![Block::Table(TableSpec {
        id: "signals".to_owned(),
        title: None,
        columns: vec![
            head("table-metric", false),
            head("table-scope", false),
            head("chart-slot", false),
            head("signal-what", false),
            head("table-value", true),
            head("series-center", true),
        ],
        rows,
        total: false,
    })]
}

/// Target, actual, difference: 目标-实际-偏差.
fn figures(context: &Context<'_>, review: &Review, metrics: &[&Metric]) -> Option<TableSpec> {
    let row = |metric: &&Metric| {
        let point = context.point(&metric.id, &review.scope, review.period)?;
        let asked = context.target_for(metric, &review.scope, review.period);
        let (low, high) = asked.map_or((None, None), |asked| {
            let (low, high) = ends(asked.in_force.value);
            (Some(low), high)
        });
        let target = match (low, high) {
            (Some(low), Some(high)) => Cell::Range(low, high, metric.unit.clone()),
            (Some(low), None) => Cell::Number(low, metric.unit.clone()),
            (None, _) => Cell::Empty,
        };
        let off = point.value.zip(low.filter(|_| high.is_none())).and_then(|(now, target)| now.minus(target));
        let standing = asked.map(|asked| asked.stands(metric, Some(point)).0);
        let year = context.plan.site.calendar.previous_year(review.period);
        let owner = metric.owner.as_ref().map(|owner| person(context, owner));
        Some(vec![
            Cell::Link(metric_path(&metric.id), context.metric_name(&metric.id)),
            target,
            draw::figure(context, metric, &review.scope, review.period, Delta::Shown),
            off.map_or(Cell::Empty, |off| Cell::Gap(off, metric.unit.clone())),
            standing.map_or(Cell::Empty, Cell::Standing),
            draw::figure(context, metric, &review.scope, year, Delta::Left),
            owner.unwrap_or(Cell::Empty),
        ])
    };
    let rows: Vec<Vec<Cell>> = metrics.iter().filter_map(row).collect();
    let columns = vec![
        head("table-metric", false),
        head("figures-target", true),
        head("figures-actual", true),
        head("figures-off", true),
        head("figures-standing", false),
        head("compare-previous-year", true),
        head("card-owner", false),
    ];
    let table = TableSpec { id: "figures".to_owned(), title: None, columns, rows, total: false };
    (!table.rows.is_empty()).then(|| filled(table))
}

/// What changes came from that deserve it: of the whole, and of each store.
fn causes(context: &Context<'_>, review: &Review, metrics: &[&Metric]) -> Vec<Block> {
    let mut blocks = Vec::new();
    for metric in metrics {
        let Some(causes) = metric.causes.as_ref().filter(|one| Some(one.grain) == review.period.grain) else {
            continue;
        };
        for scope in scopes(context, review) {
            let told = cause::stories(context, metric, causes, &scope, review.period);
            let Some(one) = told.into_iter().next().filter(|one| one.verdict.deserves_causes()) else {
                continue;
            };
            let holes = vec![
                ("name", Arg::Said(Box::new(context.metric_name(&metric.id)))),
                ("whose", Arg::Said(Box::new(context.scope_name(&scope)))),
            ];
            blocks.push(Block::Facts(vec![(Text::Key("alerts-why-of", holes), Vec::new())]));
            blocks.push(Block::Story(Box::new(cause::story(context, metric, &one))));
        }
    }
    blocks
}

/// What was left from before, with its age and what became of it; what begins; and whether the figures moved after those
/// that were done, as far as the review could know.
fn actions(context: &Context<'_>, review: &Review) -> Vec<Block> {
    let before = at_review(context.plan, review, Own::Before);
    let after = at_review(context.plan, review, Own::With);
    let find = |id: &Id| after.iter().find(|one| one.id == *id);
    let carried: Vec<&Action> = by_urgency(before.iter());
    let carried: Vec<&Action> = carried.into_iter().filter_map(|one| find(&one.id)).collect();
    let new: Vec<&Action> = after.iter().filter(|one| one.began == review.id).collect();
    let mut blocks = Vec::new();
    for (key, id, all) in [("review-left", "left", &carried), ("review-begun", "begun", &new)] {
        if let Some(table) = open_table(context, id, None, all, review.date) {
            blocks.push(Block::Heading(Text::key(key)));
            blocks.push(Block::Table(table));
        }
    }
    let until: Date = review.period.end;
    let asked: Vec<&Action> = after
        .iter()
        .filter(|one| {
            let told = crate::assess::action::effect(context.plan, context.facts, one, until);
            told.is_some_and(|told| told.means.is_some())
        })
        .collect();
    if let Some(table) = effects_table(context, "effects", None, &asked, until) {
        blocks.push(Block::Heading(Text::key("actions-effects")));
        blocks.push(Block::Table(table));
    }
    blocks
}
