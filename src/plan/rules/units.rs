//! Units of metrics over metrics that name none: they follow from the parts.

use crate::plan::formula::{Arithmetic, Derived, Op, check};
use crate::plan::{Definition, Id, Metric};
use crate::unit::Unit;
use std::collections::{BTreeMap, BTreeSet};

/// Gives each metric of `unitless` the unit that follows from its formula: yen less yen is yen, yen by orders is yen,
/// yen by yen is a plain factor.
pub(in crate::plan) fn infer(metrics: &mut BTreeMap<Id, Metric>, unitless: &BTreeSet<Id>) {
    for id in check::order(metrics) {
        let unit = match &metrics[&id].definition {
            Definition::Derived(formula) if unitless.contains(&id) && !metrics[&id].is_plugged() => {
                of(formula, metrics)
            }
            _ => continue,
        };
        if let (Some(unit), Some(metric)) = (unit, metrics.get_mut(&id)) {
            metric.unit = unit;
        }
    }
}

/// The unit of a formula; `None` for plain numbers and for metrics that do not exist.
fn of(formula: &Derived, metrics: &BTreeMap<Id, Metric>) -> Option<Unit> {
    let of = |part: &Derived| of(part, metrics);
    match formula {
        Arithmetic::Leaf(leaf) => metrics.get(&leaf.metric).map(|metric| metric.unit.clone()),
        Arithmetic::Number(_) => None,
        Arithmetic::Negative(inner) | Arithmetic::NullIf(inner, _) => of(inner),
        Arithmetic::Binary(op, left, right) => match (op, of(left), of(right)) {
            (Op::Divide, Some(above), Some(below)) if above == below => Some(Unit::Factor),
            (Op::Divide, Some(above), Some(Unit::Count) | None) => Some(above),
            (Op::Divide, ..) => Some(Unit::Factor),
            (Op::Multiply, Some(Unit::Count | Unit::Factor | Unit::Percent), Some(other)) => Some(other),
            (_, Some(unit), _) | (_, None, Some(unit)) => Some(unit),
            (_, None, None) => None,
        },
        Arithmetic::Coalesce(parts) | Arithmetic::Extreme(_, parts) => parts.iter().find_map(of),
        Arithmetic::Case(branches, rest) => branches
            .iter()
            .find_map(|(_, value)| of(value))
            .or_else(|| rest.as_ref().and_then(|rest| of(rest))),
    }
}
