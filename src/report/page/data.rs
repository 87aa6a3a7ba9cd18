//! The data page: how fresh each source is, what was read and what was left out, and what was found. Only this page and
//! those of the sources below it hold provenance.

use super::{PageKind, page, reconciliation};
use crate::diag::{Finding, Level};
use crate::plan::{Id, Words};
use crate::report::context::{Context, source_path};
use crate::report::{Arg, Block, Cell, Page, TableColumn, TableSpec, Text};
use crate::unit::{Quantity, Unit};

/// More findings than this are counted, not listed: the command line has them all.
const LISTED: usize = 200;

pub(super) struct Data;

impl PageKind for Data {
    fn name(&self) -> &'static str {
        "data"
    }

    fn tops(&self) -> &'static [&'static str] {
        &["data"]
    }

    fn pages(&self, context: &Context<'_>, _found: &mut Vec<Finding>) -> Vec<Page> {
        let mut made = page("data", self.name(), Text::key("nav-data"), &[("", Text::key("nav-home"))]);
        made.provenance = true;
        made.blocks.push(Block::Heading(Text::key("data-sources")));
        made.blocks.push(Block::Table(sources(context)));
        made.blocks.extend(super::awaited::table(context).map(Block::Table));
        if !context.plan.reconciles.is_empty() {
            let about = Text::key("reconcile-about");
            let link = (reconciliation::PATH.to_owned(), Text::key("nav-reconciliation"), Some(about));
            made.blocks.push(Block::Links(vec![link]));
        }
        made.blocks.push(Block::Heading(Text::key("data-findings")));
        made.blocks.push(findings(&context.provenance.found));
        vec![made]
    }
}

pub(super) fn head(key: &'static str, numeric: bool) -> TableColumn {
    TableColumn { title: Text::key(key), numeric, link: None }
}

pub(super) fn count(n: u64) -> Cell {
    Cell::Number(Quantity::from(i64::try_from(n).unwrap_or(i64::MAX)), Unit::Count)
}

pub(super) fn plain(text: &str) -> Cell {
    Cell::Text(Text::Words(Words::same(text)))
}

/// One row per source: first and last day, age at the as-of date, files, rows, rows left out.
fn sources(context: &Context<'_>) -> TableSpec {
    let row = |(id, source): (&Id, &crate::plan::Source)| {
        let files = context.provenance.files.get(id).map_or(&[][..], |files| files);
        let days = |pick: fn((crate::time::Date, crate::time::Date)) -> crate::time::Date| {
            files.iter().filter_map(|file| file.days).map(pick)
        };
        let (first, last) = (days(|days| days.0).min(), days(|days| days.1).max());
        let date = |day: Option<crate::time::Date>| day.map_or(Cell::Empty, Cell::Date);
        let left: u64 = files.iter().flat_map(|file| file.left_out.values()).sum();
        vec![
            Cell::Link(source_path(id), Text::Words(Words::same(id))),
            source.preset.as_ref().map_or(Cell::Empty, |preset| plain(preset)),
            date(first),
            date(last),
            date(context.provenance.provisional_from.get(id).copied()),
            count(files.len() as u64),
            count(files.iter().map(|file| file.rows).sum()),
            count(left),
        ]
    };
    TableSpec {
        id: "sources".to_owned(),
        title: None,
        columns: vec![
            head("data-source", false),
            head("data-preset", false),
            head("data-first", false),
            head("data-last", false),
            head("data-provisional-from", false),
            head("data-file-count", true),
            head("data-rows", true),
            head("data-left-out", true),
        ],
        rows: context.plan.sources.iter().map(row).collect(),
        total: false,
    }
}

/// What a rule is called in the language of a page, and by its name.
pub(super) fn rule(name: &str) -> Cell {
    Cell::Named(Text::Key("rule-title", vec![("rule", Arg::Text(name.to_owned()))]), name.to_owned())
}

/// What to do about what it found.
pub(super) fn way_out(rule: &str) -> Cell {
    Cell::Text(Text::Key("rule-fix", vec![("rule", Arg::Text(rule.to_owned()))]))
}

/// Findings, the gravest first; or that there are none.
pub(super) fn findings<'f>(found: impl IntoIterator<Item = &'f Finding>) -> Block {
    let mut sorted: Vec<&Finding> = found.into_iter().collect();
    if sorted.is_empty() {
        return Block::Notice { tone: "info", text: Text::key("data-no-findings"), details: Vec::new() };
    }
    let level = |finding: &Finding| match finding.level {
        Level::Error => "level-error",
        Level::Warning => "level-warning",
        Level::Note => "level-note",
    };
    let row = |finding: &Finding| {
        vec![
            rule(finding.rule.name),
            Cell::Text(Text::key(level(finding))),
            way_out(finding.rule.name),
            Cell::Named(Text::Words(Words::same(&finding.message)), finding.place.to_string()),
        ]
    };
    sorted.sort_by(|a, b| {
        (a.level, a.rule.name, &a.place, &a.message).cmp(&(b.level, b.rule.name, &b.place, &b.message))
    });
    Block::Table(TableSpec {
        id: "findings".to_owned(),
        title: None,
        columns: vec![
            head("data-check", false),
            head("data-level", false),
            head("rules-fix", false),
            head("data-raw", false),
        ],
        rows: sorted.iter().take(LISTED).map(|finding| row(finding)).collect(),
        total: false,
    })
}
