//! What figures wait for: sources that have no file yet, on the dashboards whose figures need one, and on the data page with
//! the folder and the metrics they would feed.

use super::data::head;
use crate::plan::{BlockSpec, Dashboard, Definition, Id, SeriesSpec};
use crate::report::context::{Context, metric_path, source_path};
use crate::report::{Block, Cell, TableSpec, Text};
use std::collections::{BTreeMap, BTreeSet};

/// More metrics of one source than this are not named one by one.
const NAMED: usize = 6;

/// Whether a source has a file. Those that a program fills need none.
fn has_files(context: &Context<'_>, source: &Id) -> bool {
    context.provenance.files.get(source).is_some_and(|files| !files.is_empty())
}

/// The sources without files that a metric cannot do without, through the metrics it is made of. Of several tables whose rows
/// are added up one is enough.
fn of_metric(context: &Context<'_>, metric: &Id, seen: &mut BTreeSet<Id>, waits: &mut BTreeSet<Id>) {
    let Some(metric) = context.plan.metrics.get(metric).filter(|_| seen.insert(metric.clone())) else {
        return;
    };
    match &metric.definition {
        Definition::Source(measured) => {
            if !measured.tables.iter().any(|table| has_files(context, &table.source)) {
                waits.extend(measured.tables.iter().map(|table| table.source.clone()));
            }
            let rates = measured.convert.iter().map(|conversion| &conversion.rates);
            let beside = measured.lookups.iter().map(|lookup| &lookup.table.source).chain(rates);
            waits.extend(beside.filter(|source| !has_files(context, source)).cloned());
        }
        Definition::Derived(formula) => {
            let mut parts = Vec::new();
            formula.leaves(&mut |leaf| parts.push(leaf.metric.clone()));
            parts.iter().for_each(|part| of_metric(context, part, seen, waits));
        }
    }
}

/// Says which files the figures of a dashboard wait for. Readers of a part are not told where figures come from.
pub(super) fn notice(context: &Context<'_>, dashboard: &Dashboard) -> Option<Block> {
    if context.plan.is_part() {
        return None;
    }
    let mut metrics: Vec<&Id> = Vec::new();
    for block in &dashboard.blocks {
        match block {
            BlockSpec::Card { metric, .. } | BlockSpec::Causes { metric, .. } => metrics.push(metric),
            BlockSpec::Chart { series, .. } => metrics.extend(series.iter().filter_map(|one| match one {
                SeriesSpec::Metric(id) => Some(id),
                SeriesSpec::Target(_) => None,
            })),
            BlockSpec::Table { columns, .. } => metrics.extend(columns),
            BlockSpec::Widget(widget) => metrics.extend(widget.metrics()),
            BlockSpec::Text { .. } | BlockSpec::Review(_) => {}
        }
    }
    let (mut seen, mut waits) = (BTreeSet::new(), BTreeSet::new());
    metrics.into_iter().for_each(|metric| of_metric(context, metric, &mut seen, &mut waits));
    let details: Vec<String> = waits.iter().filter_map(|id| place(context, id)).collect();
    (!details.is_empty()).then(|| Block::Notice { tone: "info", text: Text::key("awaited-here"), details })
}

/// `returns: data/returns/**/*.txt`; nothing of sources that no file feeds.
fn place(context: &Context<'_>, source: &Id) -> Option<String> {
    let known = context.plan.sources.get(source)?;
    (!known.files.is_empty()).then(|| format!("{source}: {}", known.files))
}

/// Every source without a file, with its folder and what it would feed.
pub(super) fn table(context: &Context<'_>) -> Option<TableSpec> {
    let mut feeds: BTreeMap<Id, Vec<&Id>> = BTreeMap::new();
    for metric in context.plan.metrics.keys() {
        let (mut seen, mut waits) = (BTreeSet::new(), BTreeSet::new());
        of_metric(context, metric, &mut seen, &mut waits);
        waits.into_iter().for_each(|source| feeds.entry(source).or_default().push(metric));
    }
    let row = |(id, metrics): (&Id, &Vec<&Id>)| {
        let files = context.plan.sources.get(id).filter(|source| !source.files.is_empty())?;
        let mut links: Vec<(String, Text)> =
            metrics.iter().map(|metric| (metric_path(metric), context.metric_name(metric))).collect();
        let more = links.len().saturating_sub(NAMED);
        links.truncate(NAMED);
        if more > 0 {
            let count = crate::report::Arg::Count(more as u64);
            links.push(("metrics".to_owned(), Text::Key("awaited-more", vec![("count", count)])));
        }
        Some(vec![
            Cell::Link(source_path(id), Text::Words(crate::plan::Words::same(id))),
            Cell::Code(files.files.to_string()),
            Cell::Links(links),
        ])
    };
    let rows: Vec<Vec<Cell>> = feeds.iter().filter_map(row).collect();
    (!rows.is_empty()).then(|| TableSpec {
        id: "awaited".to_owned(),
        title: Some(Text::key("awaited")),
        columns: vec![head("data-source", false), head("awaited-files", false), head("awaited-feeds", false)],
        rows,
        total: false,
    })
}
