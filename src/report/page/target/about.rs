//! What stands below the figures of a target: what it is, what became of its value, what stands behind it, what follows
//! from it, who accepted it.

use super::lead::same_words;
use super::{amount, owner_cell};
use crate::plan::{Derive, Metric, Origin, Promise, Target, TargetValue};
use crate::report::context::{Context, ends, metric_path, target_path};
use crate::report::{Arg, Block, Cell, TableColumn, TableSpec, Text};
use crate::unit::{Quantity, Unit};

/// Label and value: metric, scope, period, owner, whole, note, place.
pub(super) fn facts(context: &Context<'_>, metric: &Metric, target: &Target) -> Block {
    let mut facts = vec![
        (
            Text::key("table-metric"),
            vec![Cell::Link(metric_path(&metric.id), context.metric_name(&metric.id))],
        ),
        (Text::key("table-scope"), vec![Cell::Text(context.scope_name(&target.scope))]),
        (Text::key("table-period"), vec![Cell::Period(target.period)]),
    ];
    let now = context.judged(target).and_then(|judged| judged.in_force);
    facts.extend(now.map(|now| (Text::key("card-target"), vec![amount(&now, &metric.unit)])));
    if let Some(stretch) = now.and_then(|now| now.stretch) {
        let value = Cell::Number(Quantity::Exact(stretch), metric.unit.clone());
        facts.push((Text::key("target-stretch"), vec![value]));
    }
    if let Some(red) = now.and_then(|now| now.red) {
        facts.push((Text::key("target-red"), vec![plain_amount(red, &metric.unit)]));
    }
    if let Some(owner) = &target.owner {
        facts.push((Text::key("card-owner"), vec![owner_cell(context, owner)]));
    }
    if let Some(whole) = &target.parent {
        let title = context.plan.targets.iter().find(|one| one.id == *whole);
        let title = title.map_or_else(|| same_words(whole), |whole| super::title(context, whole));
        facts.push((Text::key("target-parent"), vec![Cell::Link(target_path(whole), title)]));
    }
    match &target.origin {
        Origin::Written => {}
        Origin::Split { share, .. } => {
            let share = Cell::Number(Quantity::Exact(*share), Unit::Factor);
            facts.push((Text::key("target-share"), vec![share]));
        }
        Origin::Template { of, drift } => {
            let mut cells = vec![Cell::Code(of.to_string())];
            if !drift.is_empty() {
                cells.push(Cell::Text(Text::Key("drift-by", vec![("keys", Arg::Text(drift.join(", ")))])));
            }
            facts.push((Text::key("drift-template"), cells));
        }
    }
    if let Some(serves) = &target.contributes {
        facts.push((Text::key("target-contributes"), vec![Cell::Text(same_words(serves))]));
    }
    let season = super::days::season(context, target);
    if let Some(season) = season {
        let path = "calendar".to_owned();
        facts.push((Text::key("nav-calendar"), vec![Cell::Link(path, same_words(&season.id))]));
    }
    if let Some(note) = &target.note {
        facts.push((Text::key("target-note"), vec![Cell::Text(same_words(note))]));
    }
    facts.extend(accepted(context, target));
    facts.push((Text::key("fact-place"), vec![Cell::Code(target.place.to_string())]));
    Block::Facts(facts)
}

fn plain_amount(value: TargetValue, unit: &Unit) -> Cell {
    match ends(value) {
        (low, Some(high)) => Cell::Range(low, high, unit.clone()),
        (value, None) => Cell::Number(value, unit.clone()),
    }
}

/// Who accepted it, and when; that nobody did is said where it has an owner.
fn accepted(context: &Context<'_>, target: &Target) -> Option<(Text, Vec<Cell>)> {
    let label = Text::key("target-accepted");
    if target.acks.is_empty() {
        target.owner.as_ref()?;
        return Some((label, vec![Cell::Text(Text::key("target-not-accepted"))]));
    }
    let by = target.acks.iter().map(|ack| {
        let args = vec![("name", Arg::Words(context.person_name(&ack.by))), ("day", Arg::Date(ack.date))];
        Cell::Text(Text::Key("target-accepted-by", args))
    });
    Some((label, by.collect()))
}

/// From the first value to that in force: when, from what to what, why, by whom.
pub(super) fn revisions(context: &Context<'_>, metric: &Metric, target: &Target) -> Option<Block> {
    if target.revisions.is_empty() {
        return None;
    }
    let head = |key, numeric| TableColumn { title: Text::key(key), numeric, link: None };
    let value = |promise: Promise| match promise {
        // Worked out from that of the whole, or told by a source day by day.
        Promise::Part | Promise::Series => Cell::Empty,
        Promise::Value(value) => plain_amount(value, &metric.unit),
        Promise::Growth(growth) => {
            let args = vec![
                ("rate", Arg::Figure(Quantity::Exact(growth.rate), Unit::Percent)),
                ("baseline", Arg::Period(growth.baseline)),
            ];
            Cell::Text(Text::Key("target-growth", args))
        }
    };
    let mut before = target.value;
    let mut rows = Vec::new();
    for revision in &target.revisions {
        rows.push(vec![
            Cell::Date(revision.date),
            value(before),
            value(revision.value),
            revision.reason.as_ref().map_or(Cell::Empty, |why| Cell::Text(same_words(why))),
            revision.by.as_ref().map_or(Cell::Empty, |by| owner_cell(context, by)),
        ]);
        before = revision.value;
    }
    Some(Block::Table(TableSpec {
        id: "revisions".to_owned(),
        title: Some(Text::key("target-revisions")),
        columns: vec![
            head("table-date", false),
            head("target-before", true),
            head("target-after", true),
            head("target-reason", false),
            head("target-by", false),
        ],
        rows,
        total: false,
    }))
}

/// What was asked for and what was granted.
pub(super) fn resources(target: &Target) -> Option<Block> {
    let head = |key, numeric| TableColumn { title: Text::key(key), numeric, link: None };
    let granted = |share: Option<crate::unit::Decimal>| match share {
        None => Cell::Text(Text::key("resource-open")),
        Some(share) if share.is_zero() => Cell::Text(Text::key("resource-refused")),
        Some(share) => Cell::Number(Quantity::Exact(share), Unit::Percent),
    };
    let rows: Vec<_> = target
        .resources
        .iter()
        .map(|one| {
            vec![
                Cell::Text(same_words(&one.text)),
                one.kind.as_ref().map_or(Cell::Empty, |kind| Cell::Text(same_words(kind))),
                one.amount.as_ref().map_or(Cell::Empty, |amount| Cell::Text(same_words(amount))),
                granted(one.granted),
            ]
        })
        .collect();
    (!rows.is_empty()).then(|| {
        Block::Table(TableSpec {
            id: "resources".to_owned(),
            title: Some(Text::key("target-resources")),
            columns: vec![
                head("resource-what", false),
                head("resource-kind", false),
                head("resource-asked", true),
                head("resource-granted", true),
            ],
            rows,
            total: false,
        })
    })
}

/// What follows from the target for smaller ones: sales → units → sessions → ad budget. A step whose assumption is not
/// known ends the chain with a dash.
pub(super) fn chain(context: &Context<'_>, metric: &Metric, target: &Target) -> Option<Block> {
    if target.derive.is_empty() {
        return None;
    }
    let head = |key, numeric| TableColumn { title: Text::key(key), numeric, link: None };
    let unit = |id: &str| context.plan.metrics.get(id).map_or(Unit::Count, |metric| metric.unit.clone());
    let link = |id: &str| Cell::Link(metric_path(id), context.metric_name(id));
    let wanted =
        context.value_of(target).map(ends).filter(|(_, high)| high.is_none()).map(|(value, _)| value);
    let start = wanted.map_or(Cell::Empty, |value| Cell::Number(value, metric.unit.clone()));
    let mut rows = vec![vec![link(&metric.id), Cell::Empty, Cell::Empty, start]];
    let mut known = vec![(&metric.id, wanted)];
    for step in &target.derive {
        let (assumed, by) = assumption(context, target, step);
        // From the step it names, else from the one before it.
        let from = match &step.from {
            Some(named) => known.iter().rev().find(|(id, _)| *id == named),
            None => known.last(),
        };
        let value = from
            .and_then(|(_, value)| *value)
            .zip(assumed)
            .and_then(|(value, by)| if step.times { value.times(by) } else { value.over(by) });
        known.push((&step.metric, value));
        let sign = if step.times { "×" } else { "÷" };
        rows.push(vec![
            link(&step.metric),
            Cell::Text(Text::Key(
                "chain-by",
                vec![
                    ("sign", Arg::Text(sign.to_owned())),
                    ("metric", name_arg(context, &step.per)),
                    ("from", by),
                ],
            )),
            assumed.map_or(Cell::Empty, |value| Cell::Number(value, unit(&step.per))),
            value.map_or(Cell::Empty, |value| Cell::Number(value, unit(&step.metric))),
        ]);
    }
    Some(Block::Table(TableSpec {
        id: "chain".to_owned(),
        title: Some(Text::key("chain-title")),
        columns: vec![
            head("table-metric", false),
            head("chain-assumption", false),
            head("chain-assumed", true),
            head("chain-needed", true),
        ],
        rows,
        total: false,
    }))
}

/// What a step assumes, and where that comes from: written, measured a year earlier, or measured last.
fn assumption(context: &Context<'_>, target: &Target, step: &Derive) -> (Option<Quantity>, Arg) {
    if let Some(written) = step.assume {
        return (Some(Quantity::Exact(written)), Arg::Text("–".to_owned()));
    }
    let calendar = context.plan.site.calendar;
    let earlier = calendar.previous_year(target.period);
    let measured = |period| context.point(&step.per, &target.scope, period).and_then(|point| point.value);
    match measured(earlier) {
        Some(value) => (Some(value), Arg::Period(earlier)),
        None => {
            let grain = target.period.grain.unwrap_or(crate::time::Grain::Month);
            let last = context.last_complete(grain);
            let value = last.and_then(measured);
            (value, last.map_or_else(|| Arg::Text("–".to_owned()), Arg::Period))
        }
    }
}

fn name_arg(context: &Context<'_>, metric: &str) -> Arg {
    match context.metric_name(metric) {
        Text::Words(words) => Arg::Words(words),
        Text::Key(..) => Arg::Text(metric.to_owned()),
    }
}
