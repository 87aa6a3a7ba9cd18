//! Review decks as a meeting reads them: what drives comes before what is driven, a chart holds few series, a row has figures
//! at its grain, and one person explains each block (periods.md §6.4, §7, §9).

use crate::diag::{Family, Finding, Level, Rule};
use crate::plan::formula::check::NO_OWNER;
use crate::plan::usage::drawn_metric;
use crate::plan::{
    BlockSpec, Dashboard, Drawn, GrowthOver, Id, Metric, Plan, ReviewBlock, ReviewKind, RowSpec, What,
};
use crate::time::Grain;
use std::collections::BTreeMap;

/// Rules raised here.
pub static RULES: &[&Rule] = &[&TOO_MANY_SERIES, &DECK_ORDER, &GROWTH_AT_OTHER_GRAIN];

/// Metrics on a chart, and targets beside them.
const MOST: (usize, usize) = (2, 1);

/// Nobody reads four lines in a second.
static TOO_MANY_SERIES: Rule = Rule {
    name: "too-many-series",
    level: Level::Warning,
    family: Family::Config,
    about: "finds a 6–12 chart with more than two metrics and a target",
    why: "a chart is read in about a second; each line has its year before, so four metrics are eight lines",
    example: "series: [{metric: sessions}, {metric: units}, {metric: gmv}]        # make it two charts",
};

/// The effect stands before the cause.
static DECK_ORDER: Rule = Rule {
    name: "deck-order",
    level: Level::Note,
    family: Family::Config,
    about: "finds a metric that a deck shows before one of its `causes`",
    why: "a meeting that sees the result first argues about the result; what can be acted on comes first",
    example: "blocks: [{block: six-twelve, metric: gmv}, {block: six-twelve, metric: sessions}]        # gmv has `causes: sessions * …`",
};

/// Months do not grow from week to week.
static GROWTH_AT_OTHER_GRAIN: Rule = Rule {
    name: "growth-at-other-grain",
    level: Level::Warning,
    family: Family::Config,
    about: "finds a row of growth in a table of periods it has no figures for: week on week over months, month on month over weeks",
    why: "all its cells would be empty",
    example: "{block: twelve-months-table, rows: [{metric: gmv, growth: wow}]}        # write `growth: mom`",
};

/// Checks every deck.
pub(super) fn check(plan: &Plan, found: &mut Vec<Finding>) {
    for dashboard in plan.dashboards.values() {
        for block in blocks(dashboard) {
            series(plan, block, found);
            grains(plan, block, found);
        }
        if dashboard.review.deck.is_some() {
            order(plan, dashboard, found);
            if !plan.people.is_empty() {
                blocks(dashboard).for_each(|block| owner(plan, dashboard, block, found));
            }
        }
    }
}

fn blocks(dashboard: &Dashboard) -> impl Iterator<Item = &ReviewBlock> {
    dashboard.blocks.iter().filter_map(|block| match block {
        BlockSpec::Review(block) => Some(&**block),
        _ => None,
    })
}

fn series(plan: &Plan, block: &ReviewBlock, found: &mut Vec<Finding>) {
    let ReviewKind::SixTwelve { series, .. } = &block.kind else { return };
    let (targets, metrics): (Vec<&Drawn>, Vec<&Drawn>) =
        series.iter().partition(|drawn| matches!(drawn.what, What::Target(_)));
    let over = if metrics.len() > MOST.0 {
        (metrics[MOST.0], format!("{} metrics", metrics.len()))
    } else if targets.len() > MOST.1 {
        (targets[MOST.1], format!("{} targets", targets.len()))
    } else {
        return;
    };
    let name = drawn_metric(plan, over.0).map_or("", |id| id);
    let told = format!("`{name}` is one too many: the chart has {}", over.1);
    found.push(
        Finding::new(&TOO_MANY_SERIES, over.0.place.clone(), told)
            .hint("draw two metrics and a target at most, and the rest on a chart of their own"),
    );
}

fn grains(plan: &Plan, block: &ReviewBlock, found: &mut Vec<Finding>) {
    let (rows, weeks) = match &block.kind {
        ReviewKind::Weeks(rows) => (rows, true),
        ReviewKind::Months(rows) => (rows, false),
        _ => return,
    };
    for drawn in rows.iter().filter_map(|row: &RowSpec| row.drawn.as_ref()) {
        let metric = drawn_metric(plan, drawn).and_then(|id| plan.metrics.get(id));
        let monthly = metric.is_some_and(|metric: &Metric| metric.grain >= Grain::Month);
        let told = match (drawn.growth, weeks) {
            (Some(GrowthOver::Month), true) => "month on month has no figures for weeks",
            (Some(GrowthOver::Week), false) => "week on week has no figures for months",
            (Some(GrowthOver::Week), true) if monthly => "a monthly figure does not grow from week to week",
            _ => continue,
        };
        let hint = match (weeks, monthly) {
            (true, true) => "show it in a `twelve-months-table`",
            (true, false) => "write `growth: wow` or `growth: yoy`",
            (false, _) => "write `growth: mom` or `growth: yoy`",
        };
        found.push(Finding::new(&GROWTH_AT_OTHER_GRAIN, drawn.place.clone(), told).hint(hint));
    }
}

/// Where a deck first shows each metric: the number of the block, and the place.
fn shown<'p>(plan: &'p Plan, dashboard: &'p Dashboard) -> BTreeMap<&'p Id, (usize, &'p Drawn)> {
    let mut all = BTreeMap::new();
    for (at, block) in blocks(dashboard).enumerate() {
        for drawn in block.drawn() {
            if let Some(metric) = drawn_metric(plan, drawn) {
                all.entry(metric).or_insert((at, drawn));
            }
        }
    }
    all
}

fn order(plan: &Plan, dashboard: &Dashboard, found: &mut Vec<Finding>) {
    let shown = shown(plan, dashboard);
    for (id, (at, drawn)) in &shown {
        // What follows from a formula alone was not declared by anybody.
        let causes = plan.metrics.get(*id).and_then(|metric| metric.causes.as_ref());
        let Some(causes) = causes.filter(|causes| !causes.implied) else { continue };
        let late = |cause: &&Id| shown.get(*cause).is_some_and(|(of_cause, _)| of_cause > at);
        let late: Vec<&str> = causes.metrics().into_iter().filter(late).map(|cause| &**cause).collect();
        if !late.is_empty() {
            let told = format!("`{id}` stands before what it comes from: `{}`", late.join("`, `"));
            found.push(
                Finding::new(&DECK_ORDER, drawn.place.clone(), told)
                    .hint("move it below its causes: what can be acted on comes first"),
            );
        }
    }
}

fn owner(plan: &Plan, dashboard: &Dashboard, block: &ReviewBlock, found: &mut Vec<Finding>) {
    let owned = |drawn: &&Drawn| {
        let metric = drawn_metric(plan, drawn).and_then(|id| plan.metrics.get(id));
        // A name that is not known was told.
        metric.is_none_or(|metric| metric.owner.is_some())
    };
    let drawn = block.drawn();
    if block.owner.is_some() || drawn.is_empty() || drawn.iter().any(owned) {
        return;
    }
    let told = format!("nobody explains this block of the deck `{}`", dashboard.id);
    found.push(
        Finding::new(&NO_OWNER, block.place.clone(), told)
            .hint("add `owner:` to the block or to its metric; one person answers for it"),
    );
}
