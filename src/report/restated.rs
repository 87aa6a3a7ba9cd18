//! Figures that were published and say something else now. The pages that show one say so beside it: what it was, in which
//! version, what it is, and what changed it. The note goes with the record, so that it is told until the figure moves again.

use super::changes::Before;
use super::context::Context;
use super::record::{FigureSaid, Record};
use super::{About, Arg, Axis, Block, Cell, Page, TableSpec, Text};
use crate::diag::{Family, Finding, Level, Rule};
use crate::plan::{Id, Scope};
use crate::snapshot::{FileRecord, fetched_on};
use crate::time::{Date, Period, parse_date, parse_period};
use crate::unit::{Decimal, Digits, Lang, Quantity, Style, quantity};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::sync::Arc;

/// More notes below one block nobody reads; the page of changes has them all.
const NOTES: usize = 3;

/// Rules raised here.
pub static RULES: &[&Rule] = &[&FIGURE_RESTATED];

/// A published figure that changed.
pub static FIGURE_RESTATED: Rule = Rule {
    name: "figure-restated",
    level: Level::Note,
    family: Family::Data,
    about: "figures of closed periods that an earlier version told otherwise",
    why: "somebody may have decided by the old figure; the pages that show it say what it was",
    example: "gmv of 2026-W20 was 61,200 in version 2026-w20.1 and is 60,400 now",
};

/// A figure that was published as another one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RestatedSaid {
    /// What it was.
    pub was: String,
    /// What it is.
    pub now: Option<String>,
    /// The version that told it first otherwise.
    pub version: String,
    /// The day that version was made.
    pub on: String,
    /// `definition`, `data`, `open`.
    pub because: String,
    /// The source whose files changed since.
    pub source: Option<String>,
    /// The day the newest of them was fetched, where its name tells.
    pub fetched: Option<String>,
}

/// What is known of the files now.
pub type Files = BTreeMap<Id, Vec<FileRecord>>;

/// The notes of a version: those of the version before that still hold, and the new ones.
pub(super) fn notes(
    context: &Context<'_>,
    before: &Before,
    now: &Record,
    files: &Files,
) -> BTreeMap<String, RestatedSaid> {
    let still = |(key, note): &(&String, &RestatedSaid)| {
        now.figures.get(*key).is_some_and(|figure| figure.value == note.now)
    };
    let kept = before.record.restated.iter().filter(still);
    let mut all: BTreeMap<String, RestatedSaid> =
        kept.map(|(key, note)| (key.clone(), note.clone())).collect();
    for (key, was) in &before.record.figures {
        let Some(told) = was.value.as_ref().filter(|_| is_closed(was)) else { continue };
        let Some(figure) = now.figures.get(key).filter(|figure| figure.value != was.value) else { continue };
        let id = key.split('|').next().unwrap_or("");
        let Some(metric) = context.plan.metrics.get(id) else { continue };
        let redefined = before.record.metrics.get(id) != now.metrics.get(id);
        let changed = if redefined || context.plan.is_part() {
            None
        } else {
            changed_source(context, metric, before, files)
        };
        let because = match (redefined, was.state.as_str()) {
            (true, _) => "definition",
            (false, "complete") => "data",
            (false, _) => "open",
        };
        all.insert(
            key.clone(),
            RestatedSaid {
                was: told.clone(),
                now: figure.value.clone(),
                version: before.version.clone(),
                on: before.on.clone(),
                because: because.to_owned(),
                source: changed.as_ref().map(|(source, _)| source.to_string()),
                fetched: changed.and_then(|(_, day)| day).map(|day| day.to_string()),
            },
        );
    }
    all
}

/// Whether nobody expected the figure to move: partial and running periods always do.
fn is_closed(said: &FigureSaid) -> bool {
    matches!(said.state.as_str(), "complete" | "provisional")
}

/// The source of a metric whose files are others than those of the version before, and the day its newest new file was
/// fetched.
fn changed_source(
    context: &Context<'_>,
    metric: &crate::plan::Metric,
    before: &Before,
    files: &Files,
) -> Option<(Id, Option<Date>)> {
    for id in context.sources_of(metric) {
        let new = |file: &&FileRecord| before.files.get(&file.path) != Some(&file.sha256.to_string());
        let changed: Vec<&FileRecord> = files.get(&id).into_iter().flatten().filter(new).collect();
        if changed.is_empty() {
            continue;
        }
        let source = context.plan.sources.get(&id);
        let day = |file: &&FileRecord| fetched_on(source?, &file.path);
        return Some((id, changed.iter().filter_map(day).max()));
    }
    None
}

/// One finding for each metric with new notes.
pub(super) fn findings(
    context: &Context<'_>,
    notes: &BTreeMap<String, RestatedSaid>,
    before: &Before,
) -> Vec<Finding> {
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for (key, _) in notes.iter().filter(|(_, note)| note.version == before.version) {
        *counted.entry(key.split('|').next().unwrap_or("")).or_default() += 1;
    }
    let finding = |(id, count): (&str, usize)| {
        let metric = context.plan.metrics.get(id)?;
        let told = format!("`{id}` says something else than version `{}`: {count} figures", before.version);
        Some(
            Finding::new(&FIGURE_RESTATED, metric.place.clone(), told)
                .hint("the pages that show them say what they were; `changes` lists them"),
        )
    };
    counted.into_iter().filter_map(finding).collect()
}

/// Puts the notes beside the figures, each once a page.
pub(super) fn mark(context: &Context<'_>, page: &mut Page, notes: &BTreeMap<String, RestatedSaid>) {
    let mut told: BTreeSet<&str> = BTreeSet::new();
    let mut blocks = Vec::with_capacity(page.blocks.len());
    for block in std::mem::take(&mut page.blocks) {
        let shown = shown(&block);
        blocks.push(block);
        let mut here: Vec<&str> = Vec::new();
        for (about, period) in shown {
            let key = key(context, &about, period);
            if let Some((key, said)) = notes.get_key_value(&key)
                && is_visible(context, key, said)
                && told.insert(key)
            {
                here.push(key);
            }
        }
        blocks.extend(here.iter().take(NOTES).filter_map(|key| note(context, key, &notes[*key])));
        if here.len() > NOTES {
            let count = Arg::Count((here.len() - NOTES) as u64);
            let text = Text::Key("restated-more", vec![("count", count)]);
            blocks.push(Block::Links(vec![(super::changes::PAGE.to_owned(), text, None)]));
        }
    }
    page.blocks = blocks;
}

/// As the record names it.
fn key(context: &Context<'_>, about: &About, period: Period) -> String {
    let grain = period.grain.map_or("", crate::time::Grain::name);
    format!("{}|{}|{grain}|{}", about.0, about.1, context.plan.site.calendar.id(period))
}

/// The figures a block shows.
fn shown(block: &Block) -> Vec<(About, Period)> {
    let of_table = |table: &TableSpec| {
        let cells = table.rows.iter().flatten();
        let figure = |cell: &Cell| match cell {
            Cell::Figure { about, point, .. } => Some((about.clone(), point.period)),
            _ => None,
        };
        cells.filter_map(figure).collect()
    };
    match block {
        Block::Cards(cards) => cards
            .iter()
            .flat_map(|card| {
                let about: About = Arc::new((card.metric.clone(), card.of.clone()));
                let settled = card.settled.as_ref().map(|settled| settled.point.period);
                let periods = card.point.iter().map(|point| point.period).chain(settled);
                periods.map(move |period| (about.clone(), period)).collect::<Vec<_>>()
            })
            .collect(),
        Block::Table(table) | Block::Fold(table) => of_table(table),
        Block::Chart(chart) => {
            let Axis::Time(_, periods) = &chart.axis else { return Vec::new() };
            let series = chart.series.iter().filter_map(|series| series.about.as_ref());
            series
                // The newest first: what is noted is cut to a few.
                .flat_map(|about| periods.iter().rev().map(move |period| (about.clone(), *period)))
                .collect()
        }
        Block::Review(part) => part
            .shows
            .iter()
            .flat_map(|(about, periods)| periods.iter().rev().map(move |period| (about.clone(), *period)))
            .collect(),
        _ => Vec::new(),
    }
}

/// Whether a reader can see the difference: a rate that moved behind the digits it is printed with reads like a mistake of the
/// note. The page of changes lists it all the same.
fn is_visible(context: &Context<'_>, key: &str, said: &RestatedSaid) -> bool {
    let metric = key.split('|').next().and_then(|id| context.plan.metrics.get(id));
    let printed = |digits: &str| {
        let value = Quantity::Exact(Decimal::from_str(digits).ok()?);
        quantity(value, &metric?.unit, Lang::En, Style::Full, Digits::Auto)
    };
    said.now.as_deref().map(printed) != Some(printed(&said.was))
}

fn note(context: &Context<'_>, key: &str, said: &RestatedSaid) -> Option<Block> {
    let mut parts = key.split('|');
    let (id, scope) = (parts.next()?, Scope::parse(parts.next()?)?);
    let metric = context.plan.metrics.get(id)?;
    let period = parse_period(parts.next_back()?, &context.plan.site.calendar)?;
    let figure = |digits: &str| {
        Decimal::from_str(digits).ok().map(|value| Arg::Exact(Quantity::Exact(value), metric.unit.clone()))
    };
    let now = match &said.now {
        Some(now) => figure(now)?,
        None => Arg::Text("–".to_owned()),
    };
    let on = parse_date(&said.on).map_or_else(|| Arg::Text(said.on.clone()), Arg::Date);
    let holes = vec![
        ("name", Arg::Said(Box::new(context.metric_name(id)))),
        ("scope", Arg::Said(Box::new(context.scope_name(&scope)))),
        ("period", Arg::Period(period)),
        ("was", figure(&said.was)?),
        ("version", Arg::Text(said.version.clone())),
        ("on", on),
        ("now", now),
        ("because", Arg::Said(Box::new(because(said)))),
    ];
    Some(Block::Notice { tone: "warning", text: Text::Key("restated-note", holes), details: Vec::new() })
}

fn because(said: &RestatedSaid) -> Text {
    let fetched = said.fetched.as_deref().and_then(parse_date);
    match (&*said.because, &said.source, fetched) {
        ("definition", ..) => Text::key("changes-because-definition"),
        (_, Some(source), Some(day)) => Text::Key(
            "restated-fetched",
            vec![("source", Arg::Text(source.clone())), ("day", Arg::Date(day))],
        ),
        (_, Some(source), None) => Text::Key("restated-source", vec![("source", Arg::Text(source.clone()))]),
        ("data", None, _) => Text::key("changes-because-data"),
        (_, None, _) => Text::key("changes-because-open"),
    }
}
