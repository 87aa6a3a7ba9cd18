//! A page per source of data: how its files are read, which days and columns they have, what was found in them, and
//! every file with its hash.

use super::data::{count, findings, head, plain};
use super::{PageKind, aside, page};
use crate::diag::Finding;
use crate::plan::{Id, Metric, Source, StoreOf, TableRef, Words};
use crate::report::context::{Context, metric_path, source_path};
use crate::report::{Arg, Block, Cell, Coverage, DayStrip, Page, TableColumn, TableSpec, Text};
use crate::snapshot::FileRecord;
use crate::time::{Date, Grain, Period};
use std::collections::{BTreeMap, BTreeSet};

/// Months of the calendar; older ones are there, but nobody loads them again.
const MONTHS: usize = 36;

pub(super) struct Sources;

impl PageKind for Sources {
    fn name(&self) -> &'static str {
        "source"
    }

    fn tops(&self) -> &'static [&'static str] {
        &["data"]
    }

    fn pages(&self, context: &Context<'_>, _found: &mut Vec<Finding>) -> Vec<Page> {
        context.plan.sources.values().map(|source| of(context, source)).collect()
    }
}

fn of(context: &Context<'_>, source: &Source) -> Page {
    let above = [("", Text::key("nav-home")), ("data", Text::key("nav-data"))];
    let title = Text::Words(Words::same(&source.id));
    let mut made = page(source_path(&source.id), "source", title, &above);
    made.provenance = true;
    let files = context.provenance.files.get(&source.id).map_or(&[][..], |files| files);
    made.blocks.push(Block::Facts(facts(context, source, files)));
    if aside::has_any(context, source) {
        let about = Some(Text::key("aside-about"));
        made.blocks.push(Block::Links(vec![(aside::path(&source.id), Text::key("aside-rows"), about)]));
    }
    if files.is_empty() {
        let text = Text::key("data-no-files");
        made.blocks.push(Block::Notice { tone: "warning", text, details: Vec::new() });
    }
    let tables: Vec<(&TableRef, &Coverage)> =
        context.provenance.tables.iter().filter(|(table, _)| table.source == source.id).collect();
    for (table, coverage) in &tables {
        let alone = (tables.len() > 1).then_some(&table.table);
        made.blocks.extend(calendar(context, source, alone, coverage).map(Block::Table));
    }
    made.blocks.extend(columns(files, &tables).map(Block::Table));
    made.blocks.push(Block::Heading(Text::key("data-findings")));
    let about = |finding: &&Finding| concerns(finding, source, files);
    made.blocks.push(findings(context.provenance.found.iter().filter(about)));
    if !files.is_empty() {
        made.blocks.push(Block::Table(lineage(files)));
    }
    made
}

/// Whether a finding is about a file of the source, or names the source.
fn concerns(finding: &Finding, source: &Source, files: &[FileRecord]) -> bool {
    let named = [format!("`{}`", source.id), format!("`{}.", source.id)];
    files.iter().any(|file| file.path == *finding.place.file)
        || named.iter().any(|name| finding.message.contains(name))
        || finding.place == source.files_place
}

fn facts(context: &Context<'_>, source: &Source, files: &[FileRecord]) -> Vec<(Text, Vec<Cell>)> {
    let code = |text: &str| Cell::Code(text.to_owned());
    let preset = source.preset.as_ref().map_or(Cell::Text(Text::key("data-own")), |preset| code(preset));
    let mut rows = vec![
        (Text::key("data-preset"), vec![preset]),
        (Text::key("data-pattern"), vec![code(&source.files), count(files.len() as u64)]),
        (Text::key("data-rows"), vec![count(files.iter().map(|file| file.rows).sum())]),
    ];
    let left = reasons(files);
    if !left.is_empty() {
        rows.push((Text::key("data-left-out"), vec![plain(&left)]));
    }
    if let Some((first, last)) = context.provenance.days.get(&source.id) {
        rows.push((Text::key("data-first"), vec![Cell::Date(*first)]));
        rows.push((Text::key("data-last"), vec![Cell::Date(*last)]));
    }
    if let Some(day) = context.provenance.provisional_from.get(&source.id) {
        rows.push((Text::key("data-provisional-from"), vec![Cell::Date(*day)]));
    }
    let store = match &source.store {
        StoreOf::None => None,
        StoreOf::Fixed(store) => Some(Cell::Text(Text::Words(context.member_name("store", store)))),
        StoreOf::Path(pattern) => Some(code(pattern)),
        StoreOf::Column(column) => Some(code(column)),
    };
    rows.extend(store.map(|store| (Text::key("data-store"), vec![store])));
    let uses = |metric: &&Metric| context.sources_of(metric).contains(&source.id);
    let metrics: Vec<Cell> = context
        .plan
        .metrics
        .values()
        .filter(uses)
        .map(|metric| Cell::Link(metric_path(&metric.id), context.metric_name(&metric.id)))
        .collect();
    if !metrics.is_empty() {
        rows.push((Text::key("fact-used-by"), metrics));
    }
    rows.push((Text::key("fact-place"), vec![Cell::Code(source.place.to_string())]));
    rows
}

/// Rows left out of all files, by reason.
fn reasons(files: &[FileRecord]) -> String {
    let mut all: BTreeMap<&str, u64> = BTreeMap::new();
    for (reason, rows) in files.iter().flat_map(|file| &file.left_out) {
        *all.entry(reason).or_default() += rows;
    }
    said(all.into_iter())
}

fn said<'r>(reasons: impl Iterator<Item = (&'r str, u64)>) -> String {
    let all: Vec<String> =
        reasons.filter(|(_, rows)| *rows > 0).map(|(reason, rows)| format!("{reason}: {rows}")).collect();
    all.join(", ")
}

/// A row per month, newest first, with a strip of days for each store.
fn calendar(
    context: &Context<'_>,
    source: &Source,
    table: Option<&Id>,
    coverage: &Coverage,
) -> Option<TableSpec> {
    let days = || coverage.days.values().flatten().copied();
    let (first, last) = (days().min()?, days().max()?);
    let last = context.as_of().map_or(last, |as_of| if coverage.every_day { as_of.max(last) } else { last });
    let together = source.is_loaded_together();
    let any: BTreeSet<Date> = days().collect();
    let strip = |month: Period, own: &BTreeSet<Date>| {
        let begun = own.first().copied().unwrap_or(last);
        let day = |day: Date| match own.contains(&day) {
            true => Some(true),
            false => {
                let due =
                    coverage.every_day && begun <= day && day <= last && !(together && any.contains(&day));
                due.then_some(false)
            }
        };
        Cell::Days(DayStrip { month, days: month.each_day().map(day).collect() })
    };
    let stores: Vec<BTreeSet<Date>> =
        coverage.days.values().map(|days| days.iter().copied().collect()).collect();
    let mut months = context.plan.site.calendar.periods(Grain::Month, first, last);
    months.reverse();
    months.truncate(MONTHS);
    let row = |month: &Period| {
        std::iter::once(Cell::Period(*month)).chain(stores.iter().map(|own| strip(*month, own))).collect()
    };
    let name = |store: &std::sync::Arc<str>| TableColumn {
        title: match &**store {
            "" => Text::key("data-days"),
            store => Text::Words(context.member_name("store", store)),
        },
        numeric: false,
        link: None,
    };
    let id = table.map_or_else(|| "days".to_owned(), |table| format!("days-{table}"));
    let title = match table {
        Some(table) => Text::Key("data-days-of", vec![("table", Arg::Text(table.to_string()))]),
        None => Text::key("data-days"),
    };
    let columns =
        std::iter::once(head("table-period", false)).chain(coverage.days.keys().map(name)).collect();
    Some(TableSpec { id, title: Some(title), columns, rows: months.iter().map(row).collect(), total: false })
}

/// Every column of the files: used, read for nothing, unknown, or dropped because it tells who bought.
fn columns(files: &[FileRecord], tables: &[(&TableRef, &Coverage)]) -> Option<TableSpec> {
    let needed = |name: &str| tables.iter().any(|(_, coverage)| coverage.needed.contains(name));
    let mut all: BTreeMap<(u8, &str), (&str, &'static str)> = BTreeMap::new();
    for file in files {
        for (label, name) in &file.columns {
            let (order, key) = if needed(name) { (0, "column-used") } else { (1, "column-read") };
            all.insert((order, label), (name, key));
        }
        let ignored = file.ignored.iter().map(|label| ((2, label.as_str()), ("", "column-ignored")));
        let personal = file.dropped.iter().map(|label| ((3, label.as_str()), ("", "column-personal")));
        all.extend(ignored.chain(personal));
    }
    let row = |((_, label), (name, key)): (&(u8, &str), &(&str, &'static str))| {
        let name = if name.is_empty() { Cell::Empty } else { Cell::Code((*name).to_owned()) };
        vec![Cell::Code((*label).to_owned()), name, Cell::Text(Text::key(key))]
    };
    let rows: Vec<_> = all.iter().map(row).collect();
    (!rows.is_empty()).then(|| TableSpec {
        id: "columns".to_owned(),
        title: Some(Text::key("data-columns")),
        columns: vec![head("data-column", false), head("data-name", false), head("data-use", false)],
        rows,
        total: false,
    })
}

/// One row per file.
fn lineage(files: &[FileRecord]) -> TableSpec {
    let date = |day: Option<Date>| day.map_or(Cell::Empty, Cell::Date);
    let row = |file: &FileRecord| {
        let left = said(file.left_out.iter().map(|(reason, rows)| (reason.as_str(), *rows)));
        vec![
            Cell::Code(file.path.clone()),
            count(file.rows),
            if left.is_empty() { Cell::Empty } else { plain(&left) },
            date(file.days.map(|days| days.0)),
            date(file.days.map(|days| days.1)),
            // A mark leaves no doubt; what was guessed is said to be.
            plain(file.encoding.strip_suffix(" (byte order mark)").unwrap_or(&file.encoding)),
            count(file.bytes),
            Cell::Code(file.sha256.to_string()),
        ]
    };
    TableSpec {
        id: "files".to_owned(),
        title: Some(Text::key("data-files")),
        columns: vec![
            head("data-file", false),
            head("data-rows", true),
            head("data-left-out", false),
            head("data-day-first", false),
            head("data-day-last", false),
            head("data-encoding", false),
            head("data-bytes", true),
            head("data-hash", false),
        ],
        rows: files.iter().map(row).collect(),
        total: false,
    }
}
