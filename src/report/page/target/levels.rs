//! The plan of a target that does not add up over days: what is asked of each month, or week, and what became of it.

use crate::plan::{Metric, Target, TargetValue};
use crate::report::context::{Context, ends};
use crate::report::draw::{self, Delta};
use crate::report::{Block, Cell, TableColumn, TableSpec, Text};
use crate::time::Grain;
use crate::unit::Quantity;

/// Up to this many days weeks are shown, beyond it months; as on the chart above.
const LONG: u32 = 100;

/// The levels of a target, one row for each part of its period; `None` if the period has no parts.
pub(super) fn plan(context: &Context<'_>, metric: &Metric, target: &Target) -> Option<Block> {
    let grain = if target.period.days() > LONG { Grain::Month } else { Grain::Week };
    let periods =
        context.plan.site.calendar.periods(grain.max(metric.grain), target.period.start, target.period.end);
    let row = |period| {
        let asked = context.asked_by(&target.id, period)?;
        let point = context.point(&metric.id, &target.scope, period);
        let wanted = match ends(asked.in_force.value) {
            (low, Some(high)) => Cell::Range(low, high, metric.unit.clone()),
            (value, None) => Cell::Number(value, metric.unit.clone()),
        };
        let difference = match asked.in_force.value {
            TargetValue::Of(value) => point.and_then(|point| point.value?.minus(Quantity::Exact(value))),
            TargetValue::Between(..) => None,
        };
        // A part that lies ahead has no standing yet, not even a missing one.
        let standing =
            point.filter(|point| point.value.is_some()).map(|point| asked.stands(metric, Some(point)).0);
        Some(vec![
            Cell::Period(period),
            wanted,
            draw::figure(context, metric, &target.scope, period, Delta::Left),
            difference.map_or(Cell::Empty, |gap| Cell::Gap(gap, metric.unit.clone())),
            standing.map_or(Cell::Empty, Cell::Standing),
        ])
    };
    let rows: Vec<Vec<Cell>> = periods.into_iter().filter_map(row).collect();
    let head = |key, numeric| TableColumn { title: Text::key(key), numeric, link: None };
    (rows.len() > 1).then(|| {
        Block::Table(TableSpec {
            id: "plan-levels".to_owned(),
            title: Some(Text::key("plan-levels")),
            columns: vec![
                head("table-period", false),
                head("card-target", true),
                head("table-actual", true),
                head("plan-difference", true),
                head("table-standing", false),
            ],
            rows,
            total: false,
        })
    })
}
