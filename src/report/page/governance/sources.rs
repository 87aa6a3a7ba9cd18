//! Where figures come from: each source with what stands on it and who covers it.

use super::{Part, counted, head, number, people, plain};
use crate::plan::{Id, Person, Source};
use crate::report::context::{Context, source_path};
use crate::report::{Block, Cell, TableSpec, Text};
use std::collections::BTreeSet;

pub(super) fn part(context: &Context<'_>) -> Option<Part> {
    let plan = context.plan;
    if plan.sources.is_empty() {
        return None;
    }
    let uses: Vec<(&Id, BTreeSet<Id>)> =
        plan.metrics.values().map(|metric| (&metric.id, context.sources_of(metric))).collect();
    let row = |(id, source): (&Id, &Source)| {
        let metrics: Vec<&Id> =
            uses.iter().filter(|(_, used)| used.contains(id)).map(|(id, _)| *id).collect();
        let owners: BTreeSet<&Id> =
            metrics.iter().filter_map(|metric| plan.metrics.get(*metric)?.owner.as_ref()).collect();
        let covers = |person: &&Person| person.covers.get("source").is_some_and(|all| all.contains(id));
        let keepers: Vec<&Id> = plan.people.values().filter(covers).map(|person| &person.id).collect();
        vec![
            Cell::Link(source_path(id), Text::Words(crate::plan::Words::same(id))),
            source.preset.as_ref().map_or(Cell::Empty, |preset| plain(preset)),
            people(context, keepers),
            number(metrics.len()),
            people(context, owners),
            context.provenance.days.get(id).map_or(Cell::Empty, |(_, last)| Cell::Date(*last)),
        ]
    };
    Some(Part {
        name: "sources",
        title: "governance-sources",
        line: counted("governance-source-count", plan.sources.len()),
        about: "governance-sources-about",
        blocks: vec![Block::Table(TableSpec {
            id: "sources".to_owned(),
            title: None,
            columns: vec![
                head("data-source", false),
                head("data-preset", false),
                head("sources-keeper", false),
                head("nav-metrics", true),
                head("sources-owners", false),
                head("data-last", false),
            ],
            rows: plan.sources.iter().map(row).collect(),
            total: false,
        })],
        provenance: false,
    })
}
