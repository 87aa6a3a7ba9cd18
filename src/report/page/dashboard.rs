//! Dashboards people composed: one page, or one per member of a level.

use super::{PageKind, page, titled};
use crate::diag::Finding;
use crate::plan::{BlockSpec, Dashboard, Id, SeriesSpec, TableBy, Words};
use crate::report::block::blocks;
use crate::report::context::{Context, dashboard_path};
use crate::report::{Arg, Block, Page, Text};
use crate::time::Grain;
use std::collections::BTreeSet;

pub(super) struct Dashboards;

impl PageKind for Dashboards {
    fn name(&self) -> &'static str {
        "dashboard"
    }

    fn tops(&self) -> &'static [&'static str] {
        &["dashboards"]
    }

    fn pages(&self, context: &Context<'_>, found: &mut Vec<Finding>) -> Vec<Page> {
        let all = context.plan.dashboards.values();
        all.flat_map(|dashboard| match &dashboard.for_each {
            None => vec![one(context, dashboard, found)],
            Some(level) => context
                .members(level)
                .iter()
                .map(|member| of_member(context, dashboard, level, member, found))
                .collect(),
        })
        .collect()
    }
}

fn one(context: &Context<'_>, dashboard: &Dashboard, found: &mut Vec<Finding>) -> Page {
    let title = titled(&dashboard.title, &dashboard.id);
    let mut made =
        page(dashboard_path(&dashboard.id, None), kind(dashboard), title, &[("", Text::key("nav-home"))]);
    made.blocks.extend(period(context, dashboard));
    made.blocks.extend(blocks(context, dashboard, &dashboard.scope, found));
    made.blocks.extend(super::awaited::notice(context, dashboard));
    made
}

fn of_member(
    context: &Context<'_>,
    dashboard: &Dashboard,
    level: &str,
    member: &str,
    found: &mut Vec<Finding>,
) -> Page {
    let name = context.member_name(level, member);
    let title = Text::Words(with_name(&dashboard.title, &name));
    let path = dashboard_path(&dashboard.id, Some(member));
    let mut made = page(path, kind(dashboard), title, &[("", Text::key("nav-home"))]);
    let others = context.members(&level.into()).into_iter().filter(|other| **other != *member);
    let link = |other: Id| {
        let name = Text::Words(context.member_name(level, &other));
        (dashboard_path(&dashboard.id, Some(&other)), name, None)
    };
    let others: Vec<_> = others.map(link).collect();
    if !others.is_empty() {
        made.blocks.push(Block::Links(others));
    }
    made.blocks.extend(period(context, dashboard));
    made.blocks.extend(blocks(context, dashboard, &dashboard.scope.within(level, member), found));
    made
}

/// A deck is printed on broad paper.
fn kind(dashboard: &Dashboard) -> &'static str {
    if dashboard.review.deck.is_some() { "deck" } else { "dashboard" }
}

/// Which period the cards and rows of members are about, said once at the top if it is one.
fn period(context: &Context<'_>, dashboard: &Dashboard) -> Option<Block> {
    let grain = |block: &BlockSpec| match block {
        BlockSpec::Card { grain, .. } | BlockSpec::Table { by: TableBy::Members(_), grain, .. } => {
            Some(*grain)
        }
        _ => None,
    };
    if let (Some(deck), Some(as_of)) = (dashboard.review.deck, context.as_of()) {
        let last = dashboard.review.last(&context.plan.site.calendar, as_of);
        let period = context.plan.site.calendar.period(deck, last);
        return Some(Block::Heading(Text::Key(
            "deck-period",
            vec![("period", Arg::Period(period)), ("day", Arg::Date(last))],
        )));
    }
    let grains: BTreeSet<Grain> = dashboard.blocks.iter().filter_map(grain).collect();
    let one = grains.first().filter(|_| grains.len() == 1)?;
    let period = context.last_complete(*one)?;
    Some(Block::Heading(Text::Key("home-period", vec![("period", Arg::Period(period))])))
}

/// Dashboards that show a metric, with their titles; of one page per member, the first.
pub(super) fn with(context: &Context<'_>, metric: &Id) -> Vec<(String, Text)> {
    let drawn = |series: &SeriesSpec| matches!(series, SeriesSpec::Metric(id) if id == metric);
    let shows = |block: &BlockSpec| match block {
        BlockSpec::Card { metric: shown, .. } | BlockSpec::Causes { metric: shown, .. } => shown == metric,
        BlockSpec::Chart { series, .. } => series.iter().any(drawn),
        BlockSpec::Table { columns, .. } => columns.contains(metric),
        BlockSpec::Review(block) => {
            block.drawn().iter().any(|drawn| drawn.what == crate::plan::What::Metric(metric.clone()))
        }
        BlockSpec::Widget(widget) => widget.metrics().any(|shown| shown == metric),
        BlockSpec::Text { .. } => false,
    };
    let all = context.plan.dashboards.values();
    all.filter(|dashboard| dashboard.blocks.iter().any(shows))
        .filter_map(|dashboard| match &dashboard.for_each {
            None => Some((dashboard_path(&dashboard.id, None), titled(&dashboard.title, &dashboard.id))),
            Some(level) => {
                let first = context.members(level).into_iter().next()?;
                let title = with_name(&dashboard.title, &context.member_name(level, &first));
                Some((dashboard_path(&dashboard.id, Some(&first)), Text::Words(title)))
            }
        })
        .collect()
}

/// The title with `{name}` put in, or the name after it.
pub(super) fn with_name(title: &Words, name: &Words) -> Words {
    let put = |text: &str, name: &str| {
        if text.contains("{name}") { text.replace("{name}", name) } else { format!("{text} · {name}") }
    };
    let mut both = Words::default();
    for lang in crate::unit::Lang::ALL {
        both.by_lang.insert(*lang, put(title.in_lang(*lang), name.in_lang(*lang)).into());
    }
    both
}
