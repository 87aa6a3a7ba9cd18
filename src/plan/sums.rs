//! Whether values of a metric add up: over time, so that a month can be held against the target of a month only; and
//! over stores, so that a share of the whole has a meaning. Where neither is certain, nothing is claimed.

use super::formula::{Aggregate, Arithmetic, MetricUse, Op, When};
use super::{Definition, Measured, Metric, OverTime, Plan};
use crate::unit::Unit;

/// How the values of parts relate to that of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The whole is the sum of its parts: sales, units.
    Sum,
    /// The whole is of the size of its parts: rates, prices, stock over time.
    Level,
    /// Neither can be said.
    Unclear,
}

/// Along what the parts lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    /// Months of a year.
    Time,
    /// Members of a level: stores of the company.
    Members,
}

/// Formulas nested deeper than this are not looked into.
const DEPTH: u32 = 32;

/// What kind of values a metric has.
pub fn kind(plan: &Plan, metric: &Metric, along: Along) -> Kind {
    of_metric(plan, metric, along, 0)
}

fn of_metric(plan: &Plan, metric: &Metric, along: Along, depth: u32) -> Kind {
    match metric.unit {
        Unit::Percent | Unit::Factor | Unit::Stars | Unit::Rank | Unit::Score => return Kind::Level,
        Unit::Money(_) | Unit::Count | Unit::Days | Unit::Weeks => {}
    }
    if depth > DEPTH {
        return Kind::Unclear;
    }
    // A figure of a plugin is never added up by anybody else.
    if metric.is_plugged() {
        return Kind::Unclear;
    }
    match &metric.definition {
        Definition::Source(measured) => of_rows(measured, along),
        Definition::Derived(formula) => {
            let part = |used: &MetricUse| match (used.when, plan.metrics.get(&used.metric)) {
                (When::Same | When::YearEarlier, Some(part)) => of_metric(plan, part, along, depth + 1),
                _ => Kind::Unclear,
            };
            of_formula(formula, &part).unwrap_or(Kind::Unclear)
        }
    }
}

fn of_rows(measured: &Measured, along: Along) -> Kind {
    let value = of_formula(&measured.value, &|leaf| match leaf.aggregate {
        Aggregate::Sum | Aggregate::Count => Kind::Sum,
        Aggregate::CountDistinct => Kind::Unclear,
        _ => Kind::Level,
    });
    let value = value.unwrap_or(Kind::Unclear);
    match (along, measured.over_time) {
        (_, OverTime::Sum | OverTime::Rows) => value,
        // A stock is not added over months, but over stores.
        (Along::Members, OverTime::First | OverTime::Last) => value,
        (Along::Members, OverTime::Mean | OverTime::Min | OverTime::Max) => Kind::Unclear,
        (Along::Time, _) => Kind::Level,
    }
}

/// The kind of a formula's value; `None` for a plain number.
fn of_formula<L>(formula: &Arithmetic<L>, leaf: &impl Fn(&L) -> Kind) -> Option<Kind> {
    let of = |inner: &Arithmetic<L>| of_formula(inner, leaf);
    let alike = |kinds: Vec<Option<Kind>>| {
        let mut kinds = kinds.into_iter().flatten();
        let first = kinds.next()?;
        Some(if kinds.all(|other| other == first) { first } else { Kind::Unclear })
    };
    match formula {
        Arithmetic::Leaf(used) => Some(leaf(used)),
        Arithmetic::Number(_) => None,
        Arithmetic::Negative(inner) => of(inner),
        Arithmetic::NullIf(inner, _) => of(inner),
        Arithmetic::Binary(op, left, right) => of_two(*op, of(left), of(right)),
        // The first of several with a value, sums or numbers among them: `coalesce(refunds, 0)`.
        Arithmetic::Coalesce(items) => alike(items.iter().map(of).collect()),
        Arithmetic::Extreme(_, items) => match alike(items.iter().map(of).collect()) {
            Some(Kind::Sum) => Some(Kind::Unclear),
            other => other,
        },
        Arithmetic::Case(..) => Some(Kind::Unclear),
    }
}

fn of_two(op: Op, left: Option<Kind>, right: Option<Kind>) -> Option<Kind> {
    Some(match (op, left, right) {
        (_, None, None) => return None,
        (Op::Add | Op::Subtract | Op::Multiply | Op::Divide, Some(Kind::Level), None | Some(Kind::Level)) => {
            Kind::Level
        }
        (Op::Add | Op::Subtract | Op::Multiply | Op::Divide, None, Some(Kind::Level)) => Kind::Level,
        (Op::Add | Op::Subtract, Some(Kind::Sum), Some(Kind::Sum)) => Kind::Sum,
        (Op::Multiply | Op::Divide, Some(Kind::Sum), None) | (Op::Multiply, None, Some(Kind::Sum)) => {
            Kind::Sum
        }
        (Op::Divide, Some(Kind::Sum), Some(Kind::Sum)) => Kind::Level,
        _ => Kind::Unclear,
    })
}
