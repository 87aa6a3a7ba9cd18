//! Signals and alerts: what somebody asked to be told, and what is more than routine variation.

use super::{PageKind, page};
use crate::assess::alert::AlertState;
use crate::assess::spc::Variation;
use crate::diag::Finding;
use crate::plan::{Severity, Words};
use crate::report::alert::{self, AlertLine, Shown};
use crate::report::context::Context;
use crate::report::{Arg, Block, Page, TableSpec, Text, limit};
use std::collections::BTreeMap;

/// Alerts that are over stay on the page for so many; all of them are in the history of `kpress alerts --all`.
const OVER: usize = 30;

pub(super) struct Alerts;

impl PageKind for Alerts {
    fn name(&self) -> &'static str {
        "alerts"
    }

    fn tops(&self) -> &'static [&'static str] {
        &["alerts"]
    }

    fn pages(&self, context: &Context<'_>, _found: &mut Vec<Finding>) -> Vec<Page> {
        if context.watched.by.is_empty() && context.plan.alerts.is_empty() {
            return Vec::new();
        }
        let mut made = page("alerts", self.name(), Text::key("nav-alerts"), &[("", Text::key("nav-home"))]);
        made.blocks.extend(alerts(context));
        made.blocks.push(Block::Heading(Text::key("alerts-signals")));
        let signals = limit::new_signals(context);
        let chance = limit::by_chance(context, signals.len());
        if signals.is_empty() {
            made.blocks.push(info(Text::key("alerts-no-signals")));
        }
        // What concerns is read first; what got better, or has no good side, is opened by who asks.
        let concern = signals.partition_point(|signal| matches!(signal.variation, Variation::Concern(_)));
        let (concern, others) = signals.split_at(concern);
        made.blocks.extend(limit::table(context, "signals", concern).map(Block::Table));
        made.blocks.extend(limit::table(context, "signals-others", others).map(|table| {
            let title = Text::Key("alerts-others", vec![("count", Arg::Count(others.len() as u64))]);
            Block::Fold(TableSpec { title: Some(title), ..table })
        }));
        made.blocks.push(info(chance));
        vec![made]
    }
}

fn info(text: Text) -> Block {
    Block::Notice { tone: "info", text, details: Vec::new() }
}

/// Open alerts, the most urgent first, how many each owner has, and those that are over.
fn alerts(context: &Context<'_>) -> Vec<Block> {
    if context.plan.alerts.is_empty() {
        return Vec::new();
    }
    let mut open: Vec<&AlertLine> =
        context.alerts.iter().filter(|line| line.state != AlertState::Resolved).collect();
    open.sort_by_key(|line| (line.state, std::cmp::Reverse(line.severity)));
    let over: Vec<&AlertLine> =
        context.alerts.iter().filter(|line| line.state == AlertState::Resolved).take(OVER).collect();
    let mut blocks = vec![Block::Heading(Text::key("alerts-open"))];
    match alert::table("alerts", None, &open, Shown::Open) {
        Some(table) => {
            blocks.push(Block::Facts(owners(&open)));
            blocks.push(Block::Table(table));
        }
        None => blocks.push(info(Text::key("alerts-none"))),
    }
    blocks.extend(
        alert::table("alerts-over", Some(Text::key("alerts-over")), &over, Shown::Over).map(Block::Table),
    );
    blocks.extend(causes(open.iter().chain(&over)));
    blocks
}

/// How many open alerts each owner has, by name.
fn owners(open: &[&AlertLine]) -> Vec<(Text, Vec<crate::report::Cell>)> {
    let mut by: BTreeMap<Option<&Words>, u64> = BTreeMap::new();
    for line in open {
        *by.entry(line.owner.as_ref().map(|(_, name)| name)).or_default() += 1;
    }
    let row = |(owner, count): (Option<&Words>, u64)| {
        let name = owner.map_or(Text::key("alerts-nobody"), |name| Text::Words(name.clone()));
        let count = Text::Key("alerts-count", vec![("count", Arg::Count(count))]);
        (name, vec![crate::report::Cell::Text(count)])
    };
    by.into_iter().map(row).collect()
}

/// What the gravest alerts came from, the newest first.
fn causes<'l>(lines: impl Iterator<Item = &'l &'l AlertLine>) -> Vec<Block> {
    /// More stories than this are not read in the morning.
    const MOST: usize = 6;
    let told = lines.filter(|line| line.severity == Severity::High);
    let told = told.filter_map(|line| Some((line, line.why.as_ref()?))).take(MOST);
    let mut blocks: Vec<Block> = told
        .flat_map(|(line, why)| {
            let who = Text::Key(
                "alerts-why-of",
                vec![
                    ("name", Arg::Said(Box::new(line.title.clone()))),
                    ("whose", Arg::Said(Box::new(line.whose.clone()))),
                ],
            );
            [Block::Heading(who), Block::Story(Box::new(why.clone()))]
        })
        .collect();
    if !blocks.is_empty() {
        blocks.insert(0, Block::Heading(Text::key("alerts-why")));
    }
    blocks
}
