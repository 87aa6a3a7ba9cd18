//! Arithmetic over values: parts are aggregated first, then combined. A missing operand makes the result empty, nothing
//! is divided by zero, and the result is as complete as its worst operand (periods.md §3.2).

use super::over_time::Part;
use super::{Days, State};
use crate::plan::formula::{Arithmetic, Condition, Derived, Function, MetricUse, Op};
use crate::unit::Quantity;
use std::cmp::Ordering;

/// The value of a formula; `leaf` gives those it is made of.
pub(super) fn combine<L>(formula: &Arithmetic<L>, leaf: &impl Fn(&L) -> Part) -> Part {
    match formula {
        Arithmetic::Leaf(one) => leaf(one),
        Arithmetic::Number(number) => constant(Quantity::Exact(*number)),
        Arithmetic::Negative(inner) => {
            let inner = combine(inner, leaf);
            joined(constant(Quantity::ZERO), inner, Quantity::minus)
        }
        Arithmetic::Binary(op, left, right) => {
            let (left, right) = (combine(left, leaf), combine(right, leaf));
            joined(
                left,
                right,
                match op {
                    Op::Add => Quantity::plus,
                    Op::Subtract => Quantity::minus,
                    Op::Multiply => Quantity::times,
                    _ => Quantity::over,
                },
            )
        }
        Arithmetic::Coalesce(items) => first_with_value(items.iter().map(|item| combine(item, leaf))),
        Arithmetic::NullIf(left, right) => {
            let (left, right) = (combine(left, leaf), combine(right, leaf));
            match (left.value, right.value) {
                (Some(a), Some(b)) if a == b => {
                    Part { value: None, state: State::Undefined, ..worse(left, right) }
                }
                _ => left,
            }
        }
        Arithmetic::Extreme(function, items) => {
            let wanted = if *function == Function::Least { Ordering::Less } else { Ordering::Greater };
            let better = |a: Quantity, b: Quantity| Some(if b.compare(a) == wanted { b } else { a });
            items
                .iter()
                .map(|item| combine(item, leaf))
                .reduce(|a, b| joined(a, b, better))
                .unwrap_or(NOTHING)
        }
        Arithmetic::Case(branches, rest) => case(branches, rest.as_deref(), leaf),
    }
}

/// The value of a formula over metrics whose values are known otherwise: sums up to a day, targets. `None` where one of
/// them is missing or nothing can be divided.
pub fn value_of(formula: &Derived, leaf: &impl Fn(&MetricUse) -> Option<Quantity>) -> Option<Quantity> {
    let part = |used: &MetricUse| match leaf(used) {
        Some(value) => constant(value),
        None => Part { state: State::Missing, ..NOTHING },
    };
    combine(formula, &part).value
}

/// A formula without any result.
const NOTHING: Part = Part { value: None, state: State::Undefined, days: Days { observed: 0, expected: 0 } };

fn constant(value: Quantity) -> Part {
    Part { value: Some(value), state: State::Complete, days: Days::default() }
}

fn case<L>(
    branches: &[(Condition<L>, Arithmetic<L>)],
    rest: Option<&Arithmetic<L>>,
    leaf: &impl Fn(&L) -> Part,
) -> Part {
    let mut sides: Option<Part> = None;
    for (condition, then) in branches {
        let (left, right) = (combine(&condition.left, leaf), combine(&condition.right, leaf));
        let both = joined(left, right, |a, _| Some(a));
        let so_far = sides.map_or(both, |sides| worse(sides, both));
        // Which branch holds cannot be said without both sides: another branch would be a guess.
        let (Some(a), Some(b)) = (left.value, right.value) else { return Part { value: None, ..so_far } };
        if holds(condition.op, a.compare(b)) {
            return joined(so_far, combine(then, leaf), |_, value| Some(value));
        }
        sides = Some(so_far);
    }
    match (rest, sides) {
        (Some(rest), Some(sides)) => joined(sides, combine(rest, leaf), |_, value| Some(value)),
        (Some(rest), None) => combine(rest, leaf),
        (None, sides) => Part { value: None, state: State::Undefined, ..sides.unwrap_or(NOTHING) },
    }
}

fn holds(op: Op, order: Ordering) -> bool {
    match op {
        Op::Equal => order.is_eq(),
        Op::Unequal => order.is_ne(),
        Op::Less => order.is_lt(),
        Op::LessOrEqual => order.is_le(),
        Op::Greater => order.is_gt(),
        _ => order.is_ge(),
    }
}

/// Two parts become one; without one of the values there is none.
fn joined(left: Part, right: Part, with: impl Fn(Quantity, Quantity) -> Option<Quantity>) -> Part {
    let worse = worse(left, right);
    let (Some(a), Some(b)) = (left.value, right.value) else { return Part { value: None, ..worse } };
    match with(a, b) {
        Some(value) => Part { value: Some(value), ..worse },
        None => Part { value: None, state: State::Undefined, ..worse },
    }
}

/// The later state and the lower coverage. A constant, which covers nothing, has no say.
pub(super) fn worse(left: Part, right: Part) -> Part {
    let state = left.state.max(right.state);
    let days = match (left.days, right.days) {
        (none, days) | (days, none) if none.expected == 0 => days,
        (a, b) => {
            // a/b against c/d without dividing; at equal coverage the one that promises more.
            let (a_share, b_share) = (
                u64::from(a.observed) * u64::from(b.expected),
                u64::from(b.observed) * u64::from(a.expected),
            );
            if (a_share, b.expected) <= (b_share, a.expected) { a } else { b }
        }
    };
    Part { value: None, state, days }
}

fn first_with_value(items: impl Iterator<Item = Part>) -> Part {
    let mut before: Option<Part> = None;
    for item in items {
        if item.value.is_some() {
            return match before {
                Some(before) => {
                    // The gap was filled on purpose; that it was one still shows.
                    let state = if before.state == State::Missing {
                        item.state.max(State::Partial)
                    } else {
                        item.state
                    };
                    let days = if item.days.expected == 0 { before.days } else { item.days };
                    Part { state, days, ..item }
                }
                None => item,
            };
        }
        before = Some(before.map_or(item, |before| worse(before, item)));
    }
    before.map_or(NOTHING, |part| Part { value: None, ..part })
}

/// Which leaves carry the unit of the result, in order: converting a currency multiplies them by a rate. What something
/// is divided by keeps its own unit, and of a product one factor is money.
pub(super) fn money_leaves<L>(formula: &Arithmetic<L>) -> Vec<bool> {
    fn walk<L>(formula: &Arithmetic<L>, money: bool, into: &mut Vec<bool>) {
        match formula {
            Arithmetic::Leaf(_) => into.push(money),
            Arithmetic::Number(_) => {}
            Arithmetic::Negative(inner) => walk(inner, money, into),
            Arithmetic::Binary(op, left, right) => {
                let mut has_leaf = false;
                left.leaves(&mut |_| has_leaf = true);
                let right_too = match op {
                    Op::Divide => false,
                    Op::Multiply => !has_leaf,
                    _ => true,
                };
                walk(left, money, into);
                walk(right, money && right_too, into);
            }
            Arithmetic::NullIf(left, right) => {
                walk(left, money, into);
                walk(right, money, into);
            }
            Arithmetic::Coalesce(items) | Arithmetic::Extreme(_, items) => {
                items.iter().for_each(|item| walk(item, money, into));
            }
            Arithmetic::Case(branches, rest) => {
                for (condition, then) in branches {
                    walk(&condition.left, money, into);
                    walk(&condition.right, money, into);
                    walk(then, money, into);
                }
                if let Some(rest) = rest {
                    walk(rest, money, into);
                }
            }
        }
    }
    let mut into = Vec::new();
    walk(formula, true, &mut into);
    into
}
