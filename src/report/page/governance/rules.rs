//! Which rules found something, which of them were given another level, and what stands for a while.

use super::{Part, counted, head, number, plain};
use crate::diag::{Level, Rule};
use crate::report::context::Context;
use crate::report::page::data;
use crate::report::{Block, Cell, TableSpec, Text};
use std::collections::BTreeMap;

pub(super) fn part(context: &Context<'_>) -> Option<Part> {
    let found = &context.provenance.found;
    let mut by_rule: BTreeMap<&str, (&Rule, usize)> = BTreeMap::new();
    for finding in found {
        by_rule.entry(finding.rule.name).or_insert((finding.rule, 0)).1 += 1;
    }
    let mut rules: Vec<(&Rule, usize)> = by_rule.into_values().collect();
    rules.sort_by_key(|(rule, count)| (level(context, rule), std::cmp::Reverse(*count), rule.name));
    let row = |(rule, count): &(&Rule, usize)| {
        vec![
            data::rule(rule.name),
            Cell::Text(Text::key(word(level(context, rule)))),
            number(*count),
            data::way_out(rule.name),
        ]
    };
    let mut blocks = Vec::new();
    if rules.is_empty() {
        let text = Text::key("data-no-findings");
        blocks.push(Block::Notice { tone: "info", text, details: Vec::new() });
    } else {
        blocks.push(Block::Table(TableSpec {
            id: "rules".to_owned(),
            title: None,
            columns: vec![
                head("rules-rule", false),
                head("rules-level", false),
                head("rules-count", true),
                head("rules-fix", false),
            ],
            rows: rules.iter().map(row).collect(),
            total: false,
        }));
    }
    blocks.extend(levels(context));
    blocks.extend(suppressed(context));
    let line = counted("governance-findings", found.len());
    let (name, title, about) = ("rules", "governance-rules", "governance-rules-about");
    Some(Part { name, title, line, about, blocks, provenance: true })
}

/// The level that holds; `None` is off.
fn level(context: &Context<'_>, rule: &Rule) -> Option<Level> {
    context.plan.levels.get(rule.name).map_or(Some(rule.level), |(level, _)| *level)
}

fn word(level: Option<Level>) -> &'static str {
    match level {
        Some(Level::Error) => "level-error",
        Some(Level::Warning) => "level-warning",
        Some(Level::Note) => "level-note",
        None => "level-off",
    }
}

/// What the workspace made of the levels of rules.
fn levels(context: &Context<'_>) -> Option<Block> {
    let row = |(name, (level, place)): (&std::sync::Arc<str>, &(Option<Level>, crate::diag::Place))| {
        vec![data::rule(name), Cell::Text(Text::key(word(*level))), Cell::Code(place.to_string())]
    };
    let rows: Vec<Vec<Cell>> = context.plan.levels.iter().map(row).collect();
    (!rows.is_empty()).then(|| {
        Block::Table(TableSpec {
            id: "levels".to_owned(),
            title: Some(Text::key("governance-levels")),
            columns: vec![head("rules-rule", false), head("rules-level", false), head("fact-place", false)],
            rows,
            total: false,
        })
    })
}

/// What stands for a while, with its reason.
fn suppressed(context: &Context<'_>) -> Option<Block> {
    let row = |one: &crate::plan::rules::suppress::Suppression| {
        let about = one.about.as_ref().or(one.file.as_ref());
        vec![
            data::rule(&one.rule),
            about.map_or(Cell::Empty, |about| Cell::Code(about.to_string())),
            plain(&one.reason),
            Cell::Date(one.until),
        ]
    };
    let rows: Vec<Vec<Cell>> = context.plan.suppressions.iter().map(row).collect();
    (!rows.is_empty()).then(|| {
        Block::Table(TableSpec {
            id: "suppressed".to_owned(),
            title: Some(Text::key("governance-suppressed")),
            columns: vec![
                head("rules-rule", false),
                head("rules-where", false),
                head("history-why", false),
                head("rules-until", false),
            ],
            rows,
            total: false,
        })
    })
}
