//! What stands below the figures of a target: what it is, what became of its value, what stands behind it, what follows
//! from it, who accepted it.

use super::lead::same_words;
use super::{amount, owner_cell};
use crate::plan::{Id, Metric, Origin, Promise, Target, TargetValue};
use crate::report::context::{Context, ends, metric_path, target_path};
use crate::report::{Arg, Block, Cell, TableColumn, TableSpec, Text};
use crate::unit::{Decimal, Quantity, Unit};

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
        facts.push((Text::key("target-note"), vec![Cell::Text(Text::Words(note.clone()))]));
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
            revision.reason.as_ref().map_or(Cell::Empty, |why| Cell::Text(Text::Words(why.clone()))),
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

/// The kinds that everybody has are said in the language of the page.
fn kind_of(kind: &Id) -> Text {
    match &**kind {
        "budget" => Text::key("resource-budget"),
        "people" => Text::key("resource-people"),
        "tool" => Text::key("resource-tool"),
        _ => same_words(kind),
    }
}

/// What was asked for and what was granted.
pub(super) fn resources(target: &Target) -> Option<Block> {
    let head = |key, numeric| TableColumn { title: Text::key(key), numeric, link: None };
    let granted = |share: Option<Decimal>| match share {
        None => Cell::Text(Text::key("resource-open")),
        Some(share) if share.is_zero() => Cell::Text(Text::key("resource-refused")),
        Some(share) => Cell::Number(Quantity::Exact(share), Unit::Percent),
    };
    let rows: Vec<_> = target
        .resources
        .iter()
        .map(|one| {
            vec![
                Cell::Text(Text::Words(one.text.clone())),
                one.kind.as_ref().map_or(Cell::Empty, |kind| Cell::Text(kind_of(kind))),
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

/// What follows from the target for smaller ones: sales → units → sessions → ad budget. A step that cannot be worked out
/// ends the chain.
pub(super) fn chain(context: &Context<'_>, metric: &Metric, target: &Target) -> Option<Block> {
    let judged = context.judged(target)?;
    if judged.derived.is_empty() {
        return None;
    }
    let head = |key, numeric| TableColumn { title: Text::key(key), numeric, link: None };
    let unit = |id: &str| context.plan.metrics.get(id).map_or(Unit::Count, |metric| metric.unit.clone());
    let link = |id: &str| Cell::Link(metric_path(id), context.metric_name(id));
    let start = judged.in_force.map_or(Cell::Empty, |now| plain_amount(now.value, &metric.unit));
    let mut rows = vec![vec![link(&metric.id), start, Cell::Empty, Cell::Empty, Cell::Empty]];
    for step in &judged.derived {
        rows.push(vec![
            link(&step.metric),
            Cell::Number(step.value, unit(&step.metric)),
            link(&step.per),
            Cell::Number(step.assumed, unit(&step.per)),
            step.measured.map_or_else(|| Cell::Text(Text::key("chain-written")), Cell::Period),
        ]);
    }
    Some(Block::Table(TableSpec {
        id: "chain".to_owned(),
        title: Some(Text::key("chain-title")),
        columns: vec![
            head("table-metric", false),
            head("chain-needed", true),
            head("chain-assumption", false),
            head("chain-assumed", true),
            head("chain-from", false),
        ],
        rows,
        total: false,
    }))
}

/// Whether it can be reached: what history says, and how much better it wants to be than before.
pub(super) fn reach(context: &Context<'_>, target: &Target) -> Option<Block> {
    let judged = context.judged(target)?;
    let metric = context.plan.metrics.get(&target.metric)?;
    let share = |value: f64| Decimal::try_from(value).ok().map(Quantity::Exact);
    let mut rows = Vec::new();
    if let Some(grown) = &judged.grown {
        let baseline =
            grown.baseline.value.map_or(Cell::Empty, |value| Cell::Number(value, metric.unit.clone()));
        let args = vec![
            ("rate", Arg::Figure(Quantity::Exact(grown.rate), Unit::Percent)),
            ("baseline", Arg::Period(grown.baseline.period)),
        ];
        rows.push((
            Text::key("reach-baseline"),
            vec![baseline, Cell::Text(Text::Key("target-growth", args))],
        ));
    }
    if let Some(better) = &judged.improvement {
        let mut cells =
            vec![Cell::Number(better.share, Unit::Percent), Cell::Number(better.from, metric.unit.clone())];
        cells.extend(better.period.map(Cell::Period));
        rows.push((Text::key("reach-improvement"), cells));
    }
    if let Some(history) = &judged.plausible {
        let mut cells = Vec::new();
        if let Some(z) = history.z.and_then(share) {
            cells.push(Cell::Text(Text::Key("reach-z", vec![("z", Arg::Number(z, 1))])));
        }
        if let Some(percentile) = history.percentile.and_then(|one| share(one * 100.0)) {
            cells
                .push(Cell::Text(Text::Key("reach-percentile", vec![("share", Arg::Number(percentile, 0))])));
        }
        cells.push(Cell::Text(Text::Key(
            "reach-periods",
            vec![("count", Arg::Count(u64::from(history.periods)))],
        )));
        rows.push((Text::key("reach-history"), cells));
    }
    if let Some(probability) = target.probability {
        rows.push((Text::key("reach-own"), vec![Cell::Number(Quantity::Exact(probability), Unit::Percent)]));
    }
    (!rows.is_empty()).then_some(Block::Facts(rows))
}
