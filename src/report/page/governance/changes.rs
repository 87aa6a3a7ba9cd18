//! Everything that changed in definitions, targets, calendars and owners, commit by commit, newest first.

use super::{Part, counted, head};
use crate::plan::changed::{Changed, How};
use crate::plan::history::{History, Known, Step, Told};
use crate::plan::written::About;
use crate::report::context::{Context, metric_path, person_path, source_path, store_path, target_path};
use crate::report::history::{about_key, brief, commit, how, known, whence, written};
use crate::report::{Arg, Block, Cell, TableSpec, Text};
use std::collections::BTreeMap;

/// More changes than this nobody reads on a page.
const LISTED: usize = 300;
/// More new things of one kind than this are counted.
const BEGUN: usize = 5;
/// Keys that are named of one change.
const KEYS: usize = 6;

pub(super) fn part(context: &Context<'_>) -> Option<Part> {
    let nothing = History::default();
    let history = context.past.map_or(&nothing, |past| &past.history);
    if history.known == Known::NotAsked {
        return None;
    }
    let all = || {
        history.steps.iter().flat_map(|step| step.changed.iter().map(move |changed| Told { step, changed }))
    };
    let mut blocks: Vec<Block> = known(context).into_iter().collect();
    let rows: Vec<Vec<Cell>> =
        history.steps.iter().flat_map(|step| rows(context, step)).take(LISTED).collect();
    if !rows.is_empty() {
        blocks.push(Block::Table(TableSpec {
            id: "changes".to_owned(),
            title: None,
            columns: vec![
                head("table-date", false),
                head("history-who", false),
                head("history-why", false),
                head("change-about", false),
                head("change-what", false),
                head("change-how", false),
                head("history-commit", false),
            ],
            rows,
            total: false,
        }));
    }
    Some(Part {
        name: "changes",
        title: "governance-changes",
        line: counted("governance-changed", all().count()),
        about: "governance-changes-about",
        blocks,
        provenance: false,
    })
}

/// A row for each change of a commit; where it begins many things of one kind, like a first commit, one row for all of them.
fn rows(context: &Context<'_>, step: &Step) -> Vec<Vec<Cell>> {
    let mut begun: BTreeMap<About, usize> = BTreeMap::new();
    for one in step.changed.iter().filter(|one| one.how == How::New) {
        *begun.entry(one.about).or_default() += 1;
    }
    let is_many = |about: About| begun.get(&about).is_some_and(|count| *count > BEGUN);
    let mut rows = Vec::new();
    let mut told_of: Option<About> = None;
    for changed in &step.changed {
        let told = Told { step, changed };
        if changed.how != How::New || !is_many(changed.about) {
            rows.push(row(context, &told));
        } else if told_of != Some(changed.about) {
            told_of = Some(changed.about);
            let count = begun.get(&changed.about).copied().unwrap_or_default() as u64;
            let mut row = whence(&told).to_vec();
            row.push(Cell::Text(Text::key(about_key(changed.about))));
            row.push(Cell::Text(Text::Key("change-many", vec![("count", Arg::Count(count))])));
            row.extend([Cell::Text(how(How::New)), commit(&told)]);
            rows.push(row);
        }
    }
    rows
}

fn row(context: &Context<'_>, told: &Told<'_>) -> Vec<Cell> {
    let mut row = whence(told).to_vec();
    row.push(Cell::Text(Text::key(about_key(told.changed.about))));
    row.push(subject(context, told.changed));
    let keys: Vec<&str> = told.changed.keys.iter().map(|change| change.key.as_str()).collect();
    row.push(match (told.changed.how, told.changed.keys.as_slice()) {
        (How::Changed, [one]) => written(&format!("{}: {} → {}", one.key, said(&one.was), said(&one.now))),
        (How::Changed, _) => {
            let more = if keys.len() > KEYS { ", …" } else { "" };
            written(&format!("{}{more}", keys[..keys.len().min(KEYS)].join(", ")))
        }
        (other, _) => Cell::Text(how(other)),
    });
    row.push(commit(told));
    row
}

fn said(lines: &[String]) -> String {
    if lines.is_empty() { "–".to_owned() } else { brief(lines) }
}

/// What changed, with the way to its page where it still has one.
fn subject(context: &Context<'_>, changed: &Changed) -> Cell {
    let id = changed.id.as_str();
    let plan = context.plan;
    let name = || Text::Words(crate::plan::Words::same(id));
    match changed.about {
        About::Metric if plan.metrics.contains_key(id) => {
            Cell::Link(metric_path(id), context.metric_name(id))
        }
        About::Target if plan.targets.iter().any(|target| &*target.id == id) => {
            Cell::Link(target_path(id), name())
        }
        About::Person if plan.people.contains_key(id) => {
            Cell::Link(person_path(id), Text::Words(context.person_name(id)))
        }
        About::Store if plan.stores.contains_key(id) => Cell::Link(store_path(id), name()),
        About::Source if plan.sources.contains_key(id) => Cell::Link(source_path(id), name()),
        About::Calendar if plan.seasons.contains_key(id) => Cell::Link("calendar".to_owned(), name()),
        _ => Cell::Code(id.to_owned()),
    }
}
