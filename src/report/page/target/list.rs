//! Targets as a table: how much, how far, how fast, what is needed a day. The same on the pages of persons and stores,
//! and on the first page.

use super::owner_cell;
use crate::assess::{Judged, Standing};
use crate::plan::{Better, Target};
use crate::report::context::{Context, ends, target_path};
use crate::report::{Cell, TableColumn, TableSpec, Text};
use crate::unit::Unit;

/// Whether the period of a target has begun and is not over.
pub(in crate::report) fn running(context: &Context<'_>, target: &Target) -> bool {
    context.as_of().is_some_and(|as_of| target.period.contains(as_of))
}

/// Off pace first, then by how far behind.
pub(super) fn urgency(context: &Context<'_>, target: &Target, judged: Option<&Judged>) -> (u8, f64) {
    let Some(judged) = judged else { return (9, 0.0) };
    let place = match judged.standing {
        Standing::Off => 0,
        Standing::Near => 1,
        Standing::On => 2,
        Standing::Exceed => 3,
        Standing::TooEarly => 4,
        Standing::NoData => 5,
        Standing::Paused => 6,
    };
    let better = context.plan.metrics.get(&target.metric).map(|metric| metric.better);
    let pace = judged.pace.as_ref().and_then(|pace| pace.index).or(judged.attainment);
    let pace = pace.map_or(1.0, crate::unit::Quantity::as_f64);
    // Attainment is turned round for what should be low; a pace is not. Of a plan to be kept the farthest comes first.
    let turned =
        better == Some(Better::Lower) && judged.pace.as_ref().is_some_and(|pace| pace.index.is_some());
    match better {
        Some(Better::Neutral) => (place, 1.0 - (pace - 1.0).abs()),
        _ => (place, if turned { -pace } else { pace }),
    }
}

/// A table of targets; `None` without any. Columns that no target fills are left out.
pub(in crate::report) fn table(context: &Context<'_>, id: &str, targets: &[&Target]) -> Option<TableSpec> {
    let head = |key, numeric| TableColumn { title: Text::key(key), numeric, link: None };
    let mut columns = vec![
        head("table-metric", false),
        head("table-scope", false),
        head("table-period", false),
        head("table-standing", false),
        head("card-target", true),
        head("table-actual", true),
        head("card-attainment", true),
        head("target-pace", true),
        head("lead-needed", true),
        head("target-forecast", true),
        head("card-owner", false),
    ];
    let mut rows = targets.iter().filter_map(|target| row(context, target)).collect::<Vec<_>>();
    // The name of a target stands first and always.
    for column in (1..columns.len()).rev() {
        if rows.iter().all(|row| matches!(row.get(column), Some(Cell::Empty) | None)) {
            columns.remove(column);
            rows.iter_mut().for_each(|row| {
                row.remove(column);
            });
        }
    }
    (!rows.is_empty()).then(|| TableSpec { id: id.to_owned(), title: None, columns, rows, total: false })
}

fn row(context: &Context<'_>, target: &Target) -> Option<Vec<Cell>> {
    let metric = context.plan.metrics.get(&target.metric)?;
    let judged = context.judged(target)?;
    let brief = |value| Cell::Brief(value, metric.unit.clone());
    let actual = judged.actual.and_then(|point| point.value).map_or(Cell::Empty, brief);
    // What counts now; how it was revised, its page says.
    let asked = judged.in_force.map_or(Cell::Empty, |now| match ends(now.value) {
        (low, Some(high)) => Cell::Range(low, high, metric.unit.clone()),
        (value, None) => brief(value),
    });
    let pace = judged.pace.as_ref();
    let needed = pace.and_then(|pace| pace.required_per_day);
    let forecast = judged.forecast.filter(|one| one.value.is_finite());
    Some(vec![
        Cell::Link(target_path(&target.id), context.metric_name(&target.metric)),
        Cell::Text(context.scope_name(&target.scope)),
        Cell::Period(target.period),
        Cell::Standing(judged.standing),
        asked,
        actual,
        judged.attainment.map_or(Cell::Empty, |part| Cell::Number(part, Unit::Percent)),
        pace.and_then(|pace| pace.index).map_or(Cell::Empty, |index| Cell::Plain(index, 3)),
        needed.filter(|need| !need.is_negative()).map_or(Cell::Empty, brief),
        forecast.map_or(Cell::Empty, |one| brief(crate::unit::Quantity::Approximate(one.value))),
        target.owner.as_ref().map_or(Cell::Empty, |owner| owner_cell(context, owner)),
    ])
}
