//! A page for each metric that could not be understood: what is wrong, where it stands, and the way out.

use super::{PageKind, page};
use crate::diag::Finding;
use crate::plan::{Id, Words};
use crate::report::context::{Context, metric_path};
use crate::report::draw::broken;
use crate::report::{Block, Cell, Page, TableColumn, TableSpec, Text};

pub(super) struct Broken;

impl PageKind for Broken {
    fn name(&self) -> &'static str {
        "broken"
    }

    fn tops(&self) -> &'static [&'static str] {
        &["metrics"]
    }

    fn pages(&self, context: &Context<'_>, _found: &mut Vec<Finding>) -> Vec<Page> {
        broken(context).map(|(id, why)| of(context, id, why)).collect()
    }
}

fn words(text: &str) -> Cell {
    Cell::Text(Text::Words(Words::same(text)))
}

fn of(context: &Context<'_>, id: &Id, why: &str) -> Page {
    let above = [("", Text::key("nav-home")), ("metrics", Text::key("nav-metrics"))];
    let mut made = page(metric_path(id), "broken", context.metric_name(id), &above);
    let text = match context.plan.failed.contains_key(id) {
        true => crate::report::draw::trouble(context, id),
        false => Text::key("notice-broken-metric"),
    };
    made.blocks.push(Block::Notice { tone: "error", text, details: vec![why.to_owned()] });
    let about = context.provenance.found.iter().filter(|finding| finding.message == why);
    for finding in about {
        made.blocks.push(Block::Facts(explained(finding)));
    }
    let boards = super::dashboard::with(context, id);
    if !boards.is_empty() {
        made.blocks.push(Block::Heading(Text::key("fact-dashboards")));
        let link = |(path, title)| (path, title, None);
        made.blocks.push(Block::Links(boards.into_iter().map(link).collect()));
    }
    made
}

/// Where it is, which rule says so and why, and what to do.
fn explained(finding: &Finding) -> Vec<(Text, Vec<Cell>)> {
    let mut rows = vec![
        (Text::key("data-place"), vec![Cell::Code(finding.place.to_string())]),
        (Text::key("data-rule"), vec![super::data::rule(finding.rule.name), words(finding.rule.about)]),
        (Text::key("fact-why"), vec![words(finding.rule.why)]),
        (Text::key("rules-fix"), vec![super::data::way_out(finding.rule.name)]),
    ];
    rows.extend(finding.hint.as_ref().map(|hint| (Text::key("fact-hint"), vec![words(hint)])));
    if !finding.notes.is_empty() {
        let notes = finding.notes.iter().map(|note| Cell::Code(note.clone())).collect();
        rows.push((Text::key("fact-notes"), notes));
    }
    rows
}

/// All of them, for the list of metrics; `None` where all could be understood.
pub(super) fn list(context: &Context<'_>) -> Option<TableSpec> {
    let head = |key| TableColumn { title: Text::key(key), numeric: false, link: None };
    let row = |(id, why): (&Id, &str)| vec![Cell::Link(metric_path(id), context.metric_name(id)), words(why)];
    let rows: Vec<_> = broken(context).map(row).collect();
    (!rows.is_empty()).then(|| TableSpec {
        id: "broken".to_owned(),
        title: Some(Text::key("metrics-broken")),
        columns: vec![head("table-metric"), head("data-message")],
        rows,
        total: false,
    })
}
