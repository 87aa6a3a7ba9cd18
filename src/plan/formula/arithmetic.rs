//! Arithmetic between leaves, the same for aggregates of a source and for metrics.
//! Only the leaves differ: the two readers bring them in through [`Leaves`].

use super::parse::{AGGREGATE_MISPLACED, Call, FORMULA_NOT_ALLOWED, FORMULA_UNREADABLE, Script, span_of};
use super::{Arithmetic, Condition, Function, Op};
use crate::unit::Decimal;
use sqlparser::ast::{BinaryOperator, CaseWhen, Expr, Ident, UnaryOperator, Value as Literal, ValueWithSpan};

/// What a name and a call mean in a formula.
pub(super) trait Leaves {
    /// An aggregate, or the use of a metric.
    type Leaf: Clone;
    /// A bare or dotted name.
    fn name(&mut self, script: &mut Script<'_>, parts: &[Ident], expr: &Expr) -> Option<Self::Leaf>;
    /// A call that is not one of [`BETWEEN_VALUES`].
    fn call(&mut self, script: &mut Script<'_>, call: &Call<'_>) -> Option<Self::Leaf>;
}

/// Functions between values that are already one number each.
pub(super) const BETWEEN_VALUES: &[&str] = &["coalesce", "nullif", "least", "greatest"];

type Read<L> = Option<Arithmetic<<L as Leaves>::Leaf>>;

/// Builds the checked tree of `expr`, or leaves findings.
pub(super) fn arithmetic<L: Leaves>(script: &mut Script<'_>, leaves: &mut L, expr: &Expr) -> Read<L> {
    match expr {
        Expr::Nested(inner) => arithmetic(script, leaves, inner),
        Expr::Value(value) => number(script, value).map(Arithmetic::Number),
        Expr::Identifier(name) => leaves.name(script, std::slice::from_ref(name), expr).map(Arithmetic::Leaf),
        Expr::CompoundIdentifier(parts) => leaves.name(script, parts, expr).map(Arithmetic::Leaf),
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => {
            Some(Arithmetic::Negative(Box::new(arithmetic(script, leaves, expr)?)))
        }
        Expr::UnaryOp { op: UnaryOperator::Plus, expr } => arithmetic(script, leaves, expr),
        Expr::BinaryOp { .. } => chain(script, leaves, expr),
        Expr::Function(function) => {
            let call = script.call(function)?;
            between_values(script, leaves, &call)
        }
        Expr::Case { operand, conditions, else_result, .. } => {
            case(script, leaves, operand.as_deref(), conditions, else_result.as_deref())
        }
        other => script.not_allowed(other),
    }
}

/// `a + b - c …` leans to the left; its spine is walked without recursion, so that a long sum needs no deep stack.
fn chain<L: Leaves>(script: &mut Script<'_>, leaves: &mut L, expr: &Expr) -> Read<L> {
    let (first, rest) = spine(expr);
    let mut sum = arithmetic(script, leaves, first);
    for (op, right, whole) in rest {
        let right = arithmetic(script, leaves, right);
        let op = match four(op) {
            Some(op) => Some(op),
            None => refuse_operator(script, op, whole),
        };
        sum = sum
            .zip(right)
            .zip(op)
            .map(|((left, right), op)| Arithmetic::Binary(op, Box::new(left), Box::new(right)));
    }
    sum
}

type Link<'e> = (&'e BinaryOperator, &'e Expr, &'e Expr);

/// The leftmost operand, then each operator with its right side and the whole it ends.
pub(super) fn spine(expr: &Expr) -> (&Expr, Vec<Link<'_>>) {
    let mut links = Vec::new();
    let mut first = expr;
    while let Expr::BinaryOp { left, op, right } = first {
        links.push((op, &**right, first));
        first = left;
    }
    links.reverse();
    (first, links)
}

/// The four of arithmetic.
pub(super) fn four(op: &BinaryOperator) -> Option<Op> {
    Some(match op {
        BinaryOperator::Plus => Op::Add,
        BinaryOperator::Minus => Op::Subtract,
        BinaryOperator::Multiply => Op::Multiply,
        BinaryOperator::Divide => Op::Divide,
        _ => return None,
    })
}

/// The six comparisons.
pub(super) fn comparison(op: &BinaryOperator) -> Option<Op> {
    Some(match op {
        BinaryOperator::Eq => Op::Equal,
        BinaryOperator::NotEq => Op::Unequal,
        BinaryOperator::Lt => Op::Less,
        BinaryOperator::LtEq => Op::LessOrEqual,
        BinaryOperator::Gt => Op::Greater,
        BinaryOperator::GtEq => Op::GreaterOrEqual,
        _ => return None,
    })
}

fn refuse_operator<T>(script: &mut Script<'_>, op: &BinaryOperator, whole: &Expr) -> Option<T> {
    if comparison(op).is_some() || matches!(op, BinaryOperator::And | BinaryOperator::Or) {
        let hint = "comparisons stand in `case when a > b then … end`; rows are chosen with `where:`";
        return script.refuse(&FORMULA_NOT_ALLOWED, span_of(whole), &format!("`{op}` gives no number"), hint);
    }
    operator_outside(script, op, whole)
}

/// Refuses an operator the language does not have.
pub(super) fn operator_outside<T>(script: &mut Script<'_>, op: &BinaryOperator, whole: &Expr) -> Option<T> {
    let hint = match op {
        BinaryOperator::Modulo => "a share is written as a plain number: `0.22`, not `22%`",
        BinaryOperator::PGExp | BinaryOperator::BitwiseXor => "there are no powers; write `x * x`",
        _ => "operators are + - * / = <> < <= > >= and or not",
    };
    script.refuse(&FORMULA_NOT_ALLOWED, span_of(whole), &format!("there is no operator `{op}`"), hint)
}

fn between_values<L: Leaves>(script: &mut Script<'_>, leaves: &mut L, call: &Call<'_>) -> Read<L> {
    if !BETWEEN_VALUES.contains(&call.name.as_str()) {
        return leaves.call(script, call).map(Arithmetic::Leaf);
    }
    let most = if call.name == "nullif" { 2 } else { usize::MAX };
    script.arity(call, 2, most)?;
    let parts: Vec<_> = call.args.iter().map(|arg| arithmetic(script, leaves, arg)).collect();
    let mut parts: Vec<_> = parts.into_iter().collect::<Option<_>>()?;
    Some(match call.name.as_str() {
        "coalesce" => Arithmetic::Coalesce(parts),
        "least" => Arithmetic::Extreme(Function::Least, parts),
        "greatest" => Arithmetic::Extreme(Function::Greatest, parts),
        _ => {
            let second = parts.pop()?;
            Arithmetic::NullIf(Box::new(parts.pop()?), Box::new(second))
        }
    })
}

fn case<L: Leaves>(
    script: &mut Script<'_>,
    leaves: &mut L,
    operand: Option<&Expr>,
    branches: &[CaseWhen],
    rest: Option<&Expr>,
) -> Read<L> {
    let operand = match operand {
        Some(operand) => Some(repeated(script, leaves, operand)?),
        None => None,
    };
    let mut read = Vec::new();
    let mut whole = true;
    for branch in branches {
        let condition = match &operand {
            Some(left) => {
                let right = arithmetic(script, leaves, &branch.condition);
                right.map(|right| Condition { op: Op::Equal, left: Arithmetic::Leaf(left.clone()), right })
            }
            None => condition(script, leaves, &branch.condition),
        };
        match condition.zip(arithmetic(script, leaves, &branch.result)) {
            Some(branch) => read.push(branch),
            None => whole = false,
        }
    }
    let rest = match rest {
        // Without a value is what a case without `else` gives anyway.
        Some(Expr::Value(ValueWithSpan { value: Literal::Null, .. })) | None => None,
        Some(rest) => Some(Box::new(arithmetic(script, leaves, rest)?)),
    };
    whole.then_some(Arithmetic::Case(read, rest))
}

/// The operand of `case x when …`, which every branch repeats: one leaf.
fn repeated<L: Leaves>(script: &mut Script<'_>, leaves: &mut L, operand: &Expr) -> Option<L::Leaf> {
    match arithmetic(script, leaves, operand)? {
        Arithmetic::Leaf(leaf) => Some(leaf),
        _ => {
            let hint = "write `case when a - b = 0 then …`";
            let message = "behind `case` only a single name or aggregate can stand";
            script.refuse(&FORMULA_NOT_ALLOWED, span_of(operand), message, hint)
        }
    }
}

fn condition<L: Leaves>(script: &mut Script<'_>, leaves: &mut L, expr: &Expr) -> Option<Condition<L::Leaf>> {
    match expr {
        Expr::Nested(inner) => condition(script, leaves, inner),
        Expr::BinaryOp { left, op, right } if comparison(op).is_some() => {
            let sides = arithmetic(script, leaves, left).zip(arithmetic(script, leaves, right));
            sides.zip(comparison(op)).map(|((left, right), op)| Condition { op, left, right })
        }
        other => {
            let hint = "between values a condition is one comparison: `case when a > b then …`; nest a second `case`";
            script.refuse(
                &FORMULA_NOT_ALLOWED,
                span_of(other),
                "this condition cannot be used between values",
                hint,
            )
        }
    }
}

/// A number as it is written: exact, without exponent.
fn number(script: &mut Script<'_>, literal: &ValueWithSpan) -> Option<Decimal> {
    match &literal.value {
        Literal::Number(digits, false) => exact(script, digits, literal),
        Literal::Null => {
            let hint = "leave the `else` out: without it there is no value";
            script.refuse(&FORMULA_NOT_ALLOWED, literal.span, "`null` is no value to calculate with", hint)
        }
        other => {
            let message = format!("`{other}` is no number");
            script.refuse(
                &AGGREGATE_MISPLACED,
                literal.span,
                &message,
                "between values only numbers can stand",
            )
        }
    }
}

/// Digits and at most one point, kept to the last digit.
pub(super) fn exact(script: &mut Script<'_>, digits: &str, literal: &ValueWithSpan) -> Option<Decimal> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match plain.then(|| Decimal::from_str_exact(digits).ok()).flatten() {
        Some(number) => Some(number),
        None => {
            let hint = "write it with digits and at most one point: `1000`, `0.22`; up to 28 digits";
            script.refuse(
                &FORMULA_UNREADABLE,
                literal.span,
                &format!("`{digits}` cannot be read as a number"),
                hint,
            )
        }
    }
}
