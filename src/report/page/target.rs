//! Targets: all of them with what became of them, and a page for each with its parts.

use super::{PageKind, page};
use crate::diag::Finding;
use crate::plan::{Id, Metric, SeriesSpec, Target, TargetValue, Words};
use crate::report::context::{Context, about, ends, metric_path, person_path, same, target_path};
use crate::report::draw::{self, OverTime};
use crate::report::{Arg, Axis, Block, Cell, Page, TableColumn, TableSpec, Text};
use crate::time::{Grain, days_between};
use crate::unit::{Quantity, Unit};

pub(super) struct Targets;

impl PageKind for Targets {
    fn name(&self) -> &'static str {
        "target"
    }

    fn pages(&self, context: &Context<'_>, _found: &mut Vec<Finding>) -> Vec<Page> {
        if context.plan.targets.is_empty() {
            return Vec::new();
        }
        let each = context.plan.targets.iter().map(|target| of(context, target));
        std::iter::once(index(context)).chain(each).collect()
    }
}

/// Targets that are part of no other, each followed by its parts.
fn index(context: &Context<'_>) -> Page {
    let mut made = page("targets", "targets", Text::key("nav-targets"), &[("", Text::key("nav-home"))]);
    let mut ordered: Vec<&Target> = Vec::new();
    let there = |id: &Id| context.plan.targets.iter().any(|target| target.id == *id);
    let roots = |target: &&Target| target.parent.as_ref().is_none_or(|parent| !there(parent));
    let mut open: Vec<&Target> = context.plan.targets.iter().filter(roots).collect();
    open.reverse();
    while let Some(target) = open.pop() {
        ordered.push(target);
        // Parts of parts as well; a target that were its own ancestor would never be reached.
        open.extend(parts(context, target).into_iter().rev());
    }
    made.blocks.extend(table(context, "targets", &ordered).map(Block::Table));
    made
}

fn parts<'a>(context: &Context<'a>, whole: &Target) -> Vec<&'a Target> {
    context.plan.targets.iter().filter(|target| target.parent.as_ref() == Some(&whole.id)).collect()
}

/// A table of targets; `None` without any.
pub(super) fn table(context: &Context<'_>, id: &str, targets: &[&Target]) -> Option<TableSpec> {
    let head = |key, numeric| TableColumn { title: Text::key(key), numeric, link: None };
    let columns = vec![
        head("table-metric", false),
        head("table-scope", false),
        head("table-period", false),
        head("card-target", true),
        head("table-actual", true),
        head("card-attainment", true),
        head("table-standing", false),
        head("card-owner", false),
    ];
    let rows = targets.iter().filter_map(|target| row(context, target)).collect::<Vec<_>>();
    (!rows.is_empty()).then(|| TableSpec { id: id.to_owned(), title: None, columns, rows, total: false })
}

fn row(context: &Context<'_>, target: &Target) -> Option<Vec<Cell>> {
    let metric = context.plan.metrics.get(&target.metric)?;
    let judged = context.judged(target)?;
    let actual = judged.actual.map_or(Cell::Empty, |point| Cell::Figure {
        about: about(&target.metric, &target.scope),
        point,
        unit: metric.unit.clone(),
        decimals: metric.decimals,
        change: None,
    });
    Some(vec![
        Cell::Link(target_path(&target.id), context.metric_name(&target.metric)),
        Cell::Text(context.scope_name(&target.scope)),
        Cell::Period(target.period),
        context.value_of(target).map_or(Cell::Empty, |value| amount(value, &metric.unit)),
        actual,
        judged.attainment.map_or(Cell::Empty, |part| Cell::Number(part, Unit::Percent)),
        Cell::Standing(judged.standing),
        target.owner.as_ref().map_or(Cell::Empty, |owner| owner_cell(context, owner)),
    ])
}

/// How much is promised; both ends of a range.
fn amount(value: TargetValue, unit: &Unit) -> Cell {
    match ends(value) {
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
    let judged = context.judged(target);
    let plain = |text: &str| Cell::Text(Text::Words(Words::same(text)));
    let mut facts = vec![
        (
            Text::key("table-metric"),
            vec![Cell::Link(metric_path(&metric.id), context.metric_name(&metric.id))],
        ),
        (Text::key("table-scope"), vec![Cell::Text(context.scope_name(&target.scope))]),
        (Text::key("table-period"), vec![Cell::Period(target.period)]),
        (
            Text::key("card-target"),
            vec![context.value_of(target).map_or(Cell::Empty, |value| amount(value, &metric.unit))],
        ),
    ];
    if let Some(stretch) = target.stretch {
        facts.push((
            Text::key("target-stretch"),
            vec![Cell::Number(Quantity::Exact(stretch), metric.unit.clone())],
        ));
    }
    if let Some(red) = target.red {
        facts.push((Text::key("target-red"), vec![amount(red, &metric.unit)]));
    }
    if let Some(judged) = judged {
        facts.push((Text::key("table-standing"), vec![Cell::Standing(judged.standing)]));
    }
    if let Some(owner) = &target.owner {
        facts.push((Text::key("card-owner"), vec![owner_cell(context, owner)]));
    }
    if let Some(whole) = &target.parent {
        facts.push((Text::key("target-parent"), vec![Cell::Link(target_path(whole), plain_text(whole))]));
    }
    if !target.resources.is_empty() {
        facts.push((
            Text::key("target-resources"),
            target.resources.iter().map(|one| plain(&one.text)).collect(),
        ));
    }
    facts.push((Text::key("fact-place"), vec![Cell::Code(target.place.to_string())]));
    made.blocks.extend(table(context, "standing", &[target]).map(Block::Table));
    made.blocks.push(Block::Facts(facts));
    made.blocks.extend(course(context, target));
    made.blocks.extend(division(context, target));
    made.blocks.extend(rest(context, metric, target));
    made
}

/// Metric, for whom if not for all, and when: no two targets have the same.
fn title(context: &Context<'_>, target: &Target) -> Text {
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

fn plain_text(text: &str) -> Text {
    Text::Words(Words::same(text))
}

/// The metric over the target's time, in months or weeks.
fn course(context: &Context<'_>, target: &Target) -> Option<Block> {
    /// Up to this many days weeks are shown, beyond it months.
    const LONG: u32 = 100;
    let grain = if target.period.days() > LONG { Grain::Month } else { Grain::Week };
    let reached = context.as_of()?.min(target.period.end);
    if reached < target.period.start {
        return None;
    }
    let behind = days_between(reached, context.as_of()?);
    let length = if grain == Grain::Month { 30 } else { 7 };
    let last = days_between(target.period.start, reached) / length + behind / length + 2;
    let series = [SeriesSpec::Metric(target.metric.clone()), SeriesSpec::Target(target.id.clone())];
    let wanted = OverTime {
        id: "course".to_owned(),
        kind: "line",
        title: context.metric_name(&target.metric),
        series: &series,
        scope: &target.scope,
        grain,
        last,
    };
    let mut chart = draw::over_time(context, &wanted)?;
    if let Axis::Time(_, periods) = &chart.axis {
        let end = periods.iter().take_while(|period| period.start <= target.period.end).count();
        let first = periods.iter().take_while(|period| period.end < target.period.start).count();
        draw::keep(&mut chart, first, end);
    }
    matches!(&chart.axis, Axis::Time(_, periods) if !periods.is_empty()).then_some(Block::Chart(chart))
}

/// The parts of a target.
fn division(context: &Context<'_>, whole: &Target) -> Option<Block> {
    let parts = parts(context, whole);
    let table = table(context, "parts", &parts)?;
    Some(Block::Table(TableSpec { title: Some(Text::key("target-parts")), ..table }))
}

/// The sum of the parts and what is left to the whole, where values add up from the parts to it.
fn rest(context: &Context<'_>, metric: &Metric, whole: &Target) -> Option<Block> {
    let parts = parts(context, whole);
    let first = parts.first()?;
    let over_time = parts.iter().all(|part| part.scope == whole.scope);
    let over_members = parts.iter().all(|part| same(part.period, whole.period));
    let level = first.scope.levels().find(|level| whole.scope.member(level).is_none());
    let adds = over_time && context.adds_up_over_time(metric)
        || over_members && level.is_some_and(|level| context.adds_up_over(metric, level));
    let exactly = |value: TargetValue| match ends(value) {
        (value, None) => Some(value),
        _ => None,
    };
    let alike = parts.iter().all(|part| part.metric == whole.metric);
    let sum = parts
        .iter()
        .try_fold(Quantity::ZERO, |sum, part| sum.plus(exactly(context.value_of(part)?)?))
        .filter(|_| adds && alike)?;
    let left = exactly(context.value_of(whole)?)?.minus(sum)?;
    let row = |key, value| (Text::key(key), vec![Cell::Number(value, metric.unit.clone())]);
    Some(Block::Facts(vec![row("target-parts-sum", sum), row("target-parts-left", left)]))
}
