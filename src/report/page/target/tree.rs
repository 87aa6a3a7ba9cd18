//! `/targets/`: how many stand where, then the trees by metric with their picture, then where members differ from the
//! template they were made from.

use super::list::{running, urgency};
use super::{course::metric_arg, lead::same_words, parts};
use crate::assess::{Judged, Rollup, Standing};
use crate::measure::State;
use crate::plan::{Id, Metric, Origin, Target, Words};
use crate::report::context::{Context, about, ends, target_path};
use crate::report::goal::{Gap, Lead, Node, Tree};
use crate::report::page::page;
use crate::report::{
    Arg, Axis, Block, Branch, Cell, ChartSeries, ChartSpec, Page, SeriesRole, TableColumn, TableSpec, Text,
};
use crate::unit::Quantity;
use std::collections::{BTreeMap, BTreeSet};

/// The page of all targets.
pub(super) fn index(context: &Context<'_>) -> Page {
    let mut made = page("targets", "targets", Text::key("nav-targets"), &[("", Text::key("nav-home"))]);
    let now: Vec<&Target> = context.plan.targets.iter().filter(|one| running(context, one)).collect();
    made.blocks.push(summary(context, &now));
    let family = Family::of(context);
    let metrics = family.metrics(context);
    if metrics.len() > 1 {
        let link = |metric: &&Metric| {
            let count = family.count(metric);
            let about = Text::Key("tree-count", vec![("count", Arg::Count(count as u64))]);
            (format!("targets#tree-{}", metric.id), context.metric_name(&metric.id), Some(about))
        };
        made.blocks.push(Block::Links(metrics.iter().map(link).collect()));
    }
    for metric in metrics {
        made.blocks.push(Block::Heading(context.metric_name(&metric.id)));
        let tree = family.tree(context, metric);
        made.blocks
            .extend(tree.roots.first().and_then(|root| picture(context, metric, root)).map(Block::Chart));
        made.blocks.push(Block::Tree(tree));
    }
    made.blocks.extend(drift(context).map(Block::Table));
    made
}

/// How many targets run, and how many of them stand where.
pub(in crate::report) fn summary(context: &Context<'_>, all: &[&Target]) -> Block {
    let count = |standing: Standing| {
        let stands = |target: &&&Target| context.judged(target).is_some_and(|one| one.standing == standing);
        all.iter().filter(stands).count() as u64
    };
    let mut said = vec![Text::Key("targets-running", vec![("count", Arg::Count(all.len() as u64))])];
    for (standing, key) in [
        (Standing::Off, "targets-off"),
        (Standing::Near, "targets-near"),
        (Standing::On, "targets-on"),
        (Standing::Exceed, "targets-exceed"),
    ] {
        let here = count(standing);
        if here > 0 {
            said.push(Text::Key(key, vec![("count", Arg::Count(here))]));
        }
    }
    Block::Lead(Lead { standing: None, said, figures: Vec::new() })
}

/// Who is part of whom.
struct Family<'a> {
    roots: Vec<&'a Target>,
    parts: BTreeMap<&'a str, Vec<&'a Target>>,
}

impl<'a> Family<'a> {
    fn of(context: &Context<'a>) -> Family<'a> {
        let ids: BTreeSet<&str> = context.plan.targets.iter().map(|target| &*target.id).collect();
        let mut family = Family { roots: Vec::new(), parts: BTreeMap::new() };
        for target in &context.plan.targets {
            match target.parent.as_deref().filter(|parent| ids.contains(parent)) {
                Some(parent) => family.parts.entry(parent).or_default().push(target),
                None => family.roots.push(target),
            }
        }
        family
    }

    /// Metrics of the targets that are part of no other: the core ones that are handed on first, then the other core ones,
    /// then by the order of the plan.
    fn metrics(&self, context: &Context<'a>) -> Vec<&'a Metric> {
        let mut seen = BTreeSet::new();
        let mut all: Vec<&Metric> = self
            .roots
            .iter()
            .filter(|target| seen.insert(&target.metric))
            .filter_map(|target| context.plan.metrics.get(&target.metric))
            .collect();
        let handed_on = |metric: &Metric| {
            let own = self.roots.iter().filter(|root| root.metric == metric.id);
            own.map(|root| &*root.id).any(|root| self.parts.contains_key(root))
        };
        let core = |metric: &Metric| metric.importance == Some(crate::plan::Importance::Core);
        all.sort_by_key(|metric| (!core(metric), !handed_on(metric)));
        all
    }

    fn count(&self, metric: &Metric) -> usize {
        let mut open: Vec<&Target> =
            self.roots.iter().copied().filter(|root| root.metric == metric.id).collect();
        let mut count = 0;
        while let Some(target) = open.pop() {
            count += 1;
            open.extend(self.parts.get(&*target.id).into_iter().flatten());
        }
        count
    }

    fn tree(&self, context: &Context<'a>, metric: &Metric) -> Tree {
        let mut roots: Vec<&Target> =
            self.roots.iter().copied().filter(|root| root.metric == metric.id).collect();
        roots.sort_by_key(|target| {
            (std::cmp::Reverse(target.period.days()), target.period.start, target.scope.clone())
        });
        let over = |target: &&Target| context.as_of().is_some_and(|as_of| target.period.end < as_of);
        let (mut past, now): (Vec<&Target>, Vec<&Target>) = roots.into_iter().partition(over);
        past.sort_by_key(|target| std::cmp::Reverse(target.period.end));
        let nodes = |all: Vec<&Target>| all.iter().filter_map(|one| self.node(context, one, None)).collect();
        Tree { id: format!("tree-{}", metric.id), roots: nodes(now), past: nodes(past) }
    }

    fn node(&self, context: &Context<'a>, target: &Target, above: Option<&Target>) -> Option<Node> {
        let metric = context.plan.metrics.get(&target.metric)?;
        let judged = context.judged(target)?;
        let now = judged.in_force;
        // The plan has refused cycles: what reaches no root is in no tree.
        let below = self.parts.get(&*target.id).into_iter().flatten();
        Some(Node {
            target: target.id.clone(),
            path: target_path(&target.id),
            name: name(context, target, above),
            owner: target.owner.as_ref().map(|owner| (owner.clone(), context.person_name(owner))),
            unit: metric.unit.clone(),
            decimals: metric.decimals,
            value: now.map(|now| ends(now.value)),
            original: now.filter(|now| now.original != now.value).map(|now| ends(now.original)),
            actual: judged.actual,
            about: about(&target.metric, &target.scope),
            attainment: judged.attainment,
            index: judged.pace.as_ref().and_then(|pace| pace.index),
            forecast: judged
                .forecast
                .filter(|one| one.value.is_finite())
                .map(|one| Quantity::Approximate(one.value)),
            standing: judged.standing,
            status: target.status.kind,
            reason: target.status.reason.as_ref().map(|reason| Words::same(reason)),
            gap: judged.rollup.as_ref().and_then(|rollup| gap(context, target, rollup)),
            children: below.filter_map(|part| self.node(context, part, Some(target))).collect(),
        })
    }
}

/// What tells a target from the one it is a part of.
fn name(context: &Context<'_>, target: &Target, above: Option<&Target>) -> Vec<Text> {
    let mut name = Vec::new();
    if above.is_some_and(|above| above.metric != target.metric) {
        name.push(context.metric_name(&target.metric));
    }
    let scope_told = above.map_or(target.scope.is_company(), |above| above.scope == target.scope);
    if !scope_told {
        name.push(context.scope_name(&target.scope));
    }
    let time_told = above.is_some_and(|above| super::same_days(above, target));
    if !time_told || name.is_empty() {
        name.push(Text::Key("period-named", vec![("period", Arg::Period(target.period))]));
    }
    name
}

/// How the parts differ, where they do.
pub(super) fn gap(context: &Context<'_>, target: &Target, rollup: &Rollup) -> Option<Gap> {
    let level = || {
        let first = context.plan.targets.iter().find(|one| rollup.children.contains(&one.id))?;
        first.scope.levels().find(|level| target.scope.member(level).is_none()).cloned()
    };
    let level = level();
    let named = |member: &Id| context.member_name(level.as_deref().unwrap_or("store"), member);
    let differs = rollup.differs || !rollup.uncovered.is_empty() || !rollup.overlapping.is_empty();
    differs.then(|| Gap {
        sum: rollup.sum,
        left: rollup.gap.filter(|_| rollup.differs),
        uncovered: rollup.uncovered.iter().map(named).collect(),
        overlapping: rollup.overlapping.clone(),
    })
}

/// The parts of a target and theirs, as wide as their share; `None` where widths would say nothing.
fn picture(context: &Context<'_>, metric: &Metric, root: &Node) -> Option<ChartSpec> {
    /// More are not told apart in a drawing.
    const MOST: usize = 400;
    if root.children.is_empty() || !context.adds_up_over_time(metric) {
        return None;
    }
    let mut branches = Vec::new();
    let mut values = Vec::new();
    let mut open: Vec<(&Node, Option<usize>)> = vec![(root, None)];
    while let Some((node, parent)) = open.pop() {
        let (Some((value, None)), true) = (node.value, node.unit == root.unit) else { continue };
        let slot = branches.len();
        let joined = node.name.first().cloned().unwrap_or_else(|| same_words(&node.target));
        branches.push(Branch { name: joined, parent, standing: node.standing });
        values.push(Some(value));
        if branches.len() < MOST {
            open.extend(node.children.iter().rev().map(|child| (child, Some(slot))));
        }
    }
    let series = ChartSeries {
        name: Text::key("card-target"),
        about: Some(root.about.clone()),
        role: SeriesRole::Target,
        unit: root.unit.clone(),
        bars: true,
        states: vec![State::Complete; values.len()],
        values,
    };
    Some(ChartSpec {
        id: format!("parts-{}", metric.id),
        kind: "partition",
        title: Text::Key("chart-parts", vec![("metric", metric_arg(context, metric))]),
        axis: Axis::Tree(branches),
        series: vec![series],
        marks: Vec::new(),
        bands: Vec::new(),
    })
}

/// Members that differ from their template, and by which keys.
fn drift(context: &Context<'_>) -> Option<TableSpec> {
    let head = |key| TableColumn { title: Text::key(key), numeric: false, link: None };
    let row = |target: &Target| {
        let Origin::Template { of, drift } = &target.origin else { return None };
        (!drift.is_empty()).then(|| {
            vec![
                Cell::Link(target_path(&target.id), context.scope_name(&target.scope)),
                Cell::Code(of.to_string()),
                Cell::Code(drift.join(", ")),
                Cell::Period(target.period),
            ]
        })
    };
    let rows: Vec<_> = context.plan.targets.iter().filter_map(row).collect();
    (!rows.is_empty()).then(|| TableSpec {
        id: "drift".to_owned(),
        title: Some(Text::key("drift-title")),
        columns: vec![head("table-scope"), head("drift-template"), head("drift-keys"), head("table-period")],
        rows,
        total: false,
    })
}

/// The parts of a target as a tree of their own, for its page.
pub(super) fn below(context: &Context<'_>, target: &Target) -> Option<Block> {
    let family = Family::of(context);
    let mut all = parts(context, target);
    all.sort_by_key(|part| (part.period.start, part.scope.clone()));
    let roots: Vec<Node> = all.iter().filter_map(|part| family.node(context, part, Some(target))).collect();
    (!roots.is_empty()).then(|| Block::Tree(Tree { id: "parts".to_owned(), roots, past: Vec::new() }))
}

/// The most urgent targets first.
pub(in crate::report) fn by_urgency<'a>(
    context: &Context<'a>,
    mut targets: Vec<&'a Target>,
) -> Vec<&'a Target> {
    let judged = |target: &Target| -> Option<&Judged> { context.judged(target) };
    targets.sort_by(|a, b| {
        let (x, y) = (urgency(context, a, judged(a)), urgency(context, b, judged(b)));
        x.0.cmp(&y.0).then_with(|| x.1.total_cmp(&y.1)).then_with(|| a.id.cmp(&b.id))
    });
    targets
}
