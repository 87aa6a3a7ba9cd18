//! Targets: the tree of all of them, and a page for each, the answer first: where it stands, what is needed, its course,
//! the plan down to the day, then what stands behind it.

mod about;
mod course;
mod days;
mod lead;
mod levels;
mod list;
mod tree;

pub(super) use days::season as season_of;
pub(super) use list::{running, table};
pub(super) use tree::{by_urgency, summary};

use super::{PageKind, page};
use crate::assess::{InForce, Rollup};
use crate::diag::Finding;
use crate::plan::{Id, Target};
use crate::report::context::{Context, ends, person_path, same, target_path};
use crate::report::{Arg, Block, Cell, Page, Text};
use crate::unit::{Quantity, Unit};

pub(super) struct Targets;

impl PageKind for Targets {
    fn name(&self) -> &'static str {
        "target"
    }

    fn tops(&self) -> &'static [&'static str] {
        &["targets"]
    }

    fn pages(&self, context: &Context<'_>, _found: &mut Vec<Finding>) -> Vec<Page> {
        if context.plan.targets.is_empty() {
            return Vec::new();
        }
        let each = context.plan.targets.iter().take_while(|_| !(context.stopped)());
        let each = each.map(|target| of(context, target));
        std::iter::once(tree::index(context)).chain(each).collect()
    }

    fn page(&self, context: &Context<'_>, path: &str, _found: &mut Vec<Finding>) -> Option<Page> {
        if path == "targets" {
            return (!context.plan.targets.is_empty()).then(|| tree::index(context));
        }
        let target = context.plan.targets.iter().find(|target| target_path(&target.id) == path)?;
        Some(of(context, target))
    }
}

fn parts<'a>(context: &Context<'a>, whole: &Target) -> Vec<&'a Target> {
    context.plan.targets.iter().filter(|target| target.parent.as_ref() == Some(&whole.id)).collect()
}

/// Whether two targets are for the same days.
fn same_days(a: &Target, b: &Target) -> bool {
    same(a.period, b.period)
}

/// How much is promised: both ends of a range; beside a revised value the first one.
fn amount(now: &InForce, unit: &Unit) -> Cell {
    if now.original != now.value {
        return Cell::Revised { now: ends(now.value), was: ends(now.original), unit: unit.clone() };
    }
    match ends(now.value) {
        (low, Some(high)) => Cell::Range(low, high, unit.clone()),
        (value, None) => Cell::Number(value, unit.clone()),
    }
}

fn owner_cell(context: &Context<'_>, owner: &Id) -> Cell {
    let name = Text::Words(context.person_name(owner));
    if context.plan.people.contains_key(owner) {
        Cell::Link(person_path(owner), name)
    } else {
        Cell::Text(name)
    }
}

fn of(context: &Context<'_>, target: &Target) -> Page {
    let above = [("", Text::key("nav-home")), ("targets", Text::key("nav-targets"))];
    let mut made = page(target_path(&target.id), "target", title(context, target), &above);
    let Some(metric) = context.plan.metrics.get(&target.metric) else { return made };
    made.blocks.extend(lead::banner(target));
    made.blocks.extend(lead::lead(context, metric, target));
    let days = days::Days::of(context, metric, target);
    match &days {
        Some(days) => made.blocks.extend(course::pace(context, metric, target, days)),
        None => made.blocks.extend(course::level(context, metric, target)),
    }
    if let Some(parts) = tree::below(context, target) {
        made.blocks.push(Block::Heading(Text::key("target-parts")));
        made.blocks.push(parts);
        made.blocks.extend(rest(context, target));
    }
    match &days {
        Some(days) => made.blocks.extend([Block::Heading(Text::key("plan-title")), days.block()]),
        None => made.blocks.extend(levels::plan(context, metric, target)),
    }
    made.blocks.extend(about::revisions(context, metric, target));
    made.blocks.extend(about::resources(target));
    made.blocks.extend(about::chain(context, metric, target));
    if let Some(judged) = context.judged(target).filter(|judged| !judged.smart.is_empty()) {
        made.blocks.push(Block::Heading(Text::key("smart-title")));
        made.blocks.push(Block::Smart(judged.smart.clone()));
    }
    made.blocks.extend(about::reach(context, target));
    made.blocks.push(Block::Heading(Text::key("target-about")));
    made.blocks.push(about::facts(context, metric, target));
    made.blocks.extend(crate::report::history::of_target(context, target, &metric.unit));
    made
}

/// Metric, for whom if not for all, and when: no two targets have the same.
pub(in crate::report) fn title(context: &Context<'_>, target: &Target) -> Text {
    let words = |text: Text| match text {
        Text::Words(words) => Arg::Words(words),
        Text::Key(..) => Arg::Text(target.scope.to_string()),
    };
    let mut args =
        vec![("metric", words(context.metric_name(&target.metric))), ("period", Arg::Period(target.period))];
    if target.scope.is_company() {
        return Text::Key("target-title", args);
    }
    args.push(("scope", words(context.scope_name(&target.scope))));
    Text::Key("target-title-scope", args)
}

/// The sum of the parts, what is left to the whole, and who has no part in it.
fn rest(context: &Context<'_>, whole: &Target) -> Option<Block> {
    let rollup = context.judged(whole)?.rollup.as_ref()?;
    let unit = context.plan.metrics.get(&whole.metric)?.unit.clone();
    let row = |key, value: Quantity| (Text::key(key), vec![Cell::Number(value, unit.clone())]);
    let mut rows = vec![row("target-parts-sum", rollup.sum?)];
    let left = |gap| (Text::key("target-parts-left"), vec![Cell::Gap(gap, unit.clone())]);
    rows.extend(rollup.gap.map(left));
    let months = months_apart(rollup, &unit);
    if !months.is_empty() {
        rows.push((Text::key("target-parts-months"), months));
    }
    let uncovered = tree::gap(context, whole, rollup).map(|gap| gap.uncovered).unwrap_or_default();
    if !uncovered.is_empty() {
        let names = uncovered.into_iter().map(|name| Cell::Text(Text::Words(name))).collect();
        rows.push((Text::key("tree-uncovered"), names));
    }
    Some(Block::Facts(rows))
}

/// Months in which the parts ask for more or less than the whole.
fn months_apart(rollup: &Rollup, unit: &Unit) -> Vec<Cell> {
    let told = rollup.months_apart(unit);
    told.map(|(month, gap)| {
        let args = vec![("month", Arg::Period(month)), ("gap", Arg::Figure(gap, unit.clone()))];
        Cell::Text(Text::Key("target-parts-month", args))
    })
    .collect()
}
