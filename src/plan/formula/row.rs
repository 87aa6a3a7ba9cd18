//! Reads an expression over the cells of one row: what stands inside an aggregate, and the `where:` of a metric.
//! Kinds are told as far as the text alone shows them, so that `sum(a = b)` is refused before any file is read.

use super::arithmetic::{comparison, exact, four, operator_outside, spine};
use super::parse::{
    AGGREGATE_MISPLACED, Call, FORMULA_NOT_ALLOWED, FORMULA_TOO_LONG, FORMULA_UNREADABLE, Script,
    UNKNOWN_FUNCTION, span_of,
};
use super::{Function, Op, RowExpr};
use crate::diag::{Checked, Place, did_you_mean};
use crate::plan::Id;
use crate::unit::Decimal;
use sqlparser::ast::{
    BinaryOperator, CaseWhen, DataType, DateTimeField, Expr, Ident, InTarget, Spanned, UnaryOperator,
    Value as Literal, ValueWithSpan,
};

/// The functions over a row: name, meaning, least and greatest number of arguments, what they take, what they give.
pub(super) const FUNCTIONS: &[(&str, Function, usize, usize, Kind, Kind)] = &[
    ("coalesce", Function::Coalesce, 2, usize::MAX, Kind::Any, Kind::Any),
    ("nullif", Function::NullIf, 2, 2, Kind::Any, Kind::Any),
    ("abs", Function::Abs, 1, 1, Kind::Number, Kind::Number),
    ("round", Function::Round, 1, 2, Kind::Number, Kind::Number),
    ("least", Function::Least, 2, usize::MAX, Kind::Any, Kind::Any),
    ("greatest", Function::Greatest, 2, usize::MAX, Kind::Any, Kind::Any),
    ("lower", Function::Lower, 1, 1, Kind::Text, Kind::Text),
    ("upper", Function::Upper, 1, 1, Kind::Text, Kind::Text),
    ("trim", Function::Trim, 1, 1, Kind::Text, Kind::Text),
    ("length", Function::Length, 1, 1, Kind::Text, Kind::Number),
    ("substring", Function::Substring, 2, 3, Kind::Any, Kind::Text),
    ("concat", Function::Concat, 2, usize::MAX, Kind::Any, Kind::Text),
    ("year", Function::Year, 1, 1, Kind::Day, Kind::Number),
    ("month", Function::Month, 1, 1, Kind::Day, Kind::Number),
    ("day", Function::Day, 1, 1, Kind::Day, Kind::Number),
    ("weekday", Function::Weekday, 1, 1, Kind::Day, Kind::Number),
];

/// `between` and `case x when` repeat their operand; one of more parts than this would let nested ones explode.
const MOST_REPEATED: usize = 40;

/// What an expression gives, as far as the text shows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A column: seen when the file is read.
    Any,
    Number,
    Text,
    Day,
    Truth,
}

impl Kind {
    pub(super) fn may_be(self, other: Kind) -> bool {
        self == other || self == Kind::Any || other == Kind::Any
    }

    pub(super) fn told(self) -> &'static str {
        match self {
            Kind::Any => "a value",
            Kind::Number => "a number",
            Kind::Text => "a text",
            Kind::Day => "a date",
            Kind::Truth => "a condition",
        }
    }
}

/// Reads the `where:` of a metric. `None` if anything was found.
pub fn parse_filter(text: &str, at: &Place, lookups: &[Id]) -> Checked<Option<RowExpr>> {
    let (mut script, expr) = Script::read(text, at);
    let read = expr.and_then(|expr| {
        let (filter, kind) = Rows { script: &mut script, lookups }.row(&expr)?;
        if kind.may_be(Kind::Truth) {
            return Some(filter);
        }
        let message = format!("`where` needs a condition, not {}", kind.told());
        let hint = "write for example `order_status <> 'Cancelled'`";
        script.refuse(&FORMULA_UNREADABLE, span_of(&expr), &message, hint)
    });
    Checked { value: read.filter(|_| script.found.is_empty()), found: script.found }
}

type Read = Option<(RowExpr, Kind)>;

/// Builds row expressions.
pub(super) struct Rows<'s, 'a, 'l> {
    pub(super) script: &'s mut Script<'a>,
    pub(super) lookups: &'l [Id],
}

impl Rows<'_, '_, '_> {
    /// The checked tree of `expr` and its kind, or findings.
    pub(super) fn row(&mut self, expr: &Expr) -> Read {
        match expr {
            Expr::Nested(inner) => self.row(inner),
            Expr::Identifier(name) => Some((RowExpr::Column(name.value.as_str().into()), Kind::Any)),
            Expr::CompoundIdentifier(parts) => self.looked(parts, expr),
            Expr::Value(literal) => self.literal(literal),
            Expr::TypedString(typed) if typed.data_type == DataType::Date => self.date(&typed.value),
            Expr::UnaryOp { op, expr: inner } => self.signed(op, inner, expr),
            Expr::BinaryOp { .. } => self.chain(expr),
            Expr::IsNull(inner) => self.is_null(inner, false),
            Expr::IsNotNull(inner) => self.is_null(inner, true),
            Expr::In { expr, target: InTarget::List(list), negated, global: false } => {
                self.one_of(expr, list, *negated)
            }
            Expr::Between { expr, negated, low, high } => self.between(expr, low, high, *negated),
            Expr::Like { negated, any: false, expr, pattern, escape_char: None } => {
                self.like(expr, pattern, *negated)
            }
            Expr::Case { operand, conditions, else_result, .. } => {
                self.case(operand.as_deref(), conditions, else_result.as_deref())
            }
            _ => self.function(expr),
        }
    }

    fn function(&mut self, expr: &Expr) -> Read {
        let span = expr.span();
        let (name, args): (&str, Vec<&Expr>) = match expr {
            Expr::Function(function) => {
                let call = self.script.call(function)?;
                return self.call(&call);
            }
            Expr::Substring { expr, substring_from: Some(from), substring_for, .. } => {
                ("substring", [&**expr, from].into_iter().chain(substring_for.as_deref()).collect())
            }
            Expr::Trim { trim_where: None, trim_what: None, trim_characters: None, expr } => {
                ("trim", vec![expr])
            }
            Expr::Extract { field: DateTimeField::Year, expr, .. } => ("year", vec![expr]),
            Expr::Extract { field: DateTimeField::Month, expr, .. } => ("month", vec![expr]),
            Expr::Extract { field: DateTimeField::Day, expr, .. } => ("day", vec![expr]),
            other => return self.script.not_allowed(other),
        };
        self.call(&Call { name: name.to_owned(), span, distinct: false, star: false, args })
    }

    fn call(&mut self, call: &Call<'_>) -> Read {
        if super::source::AGGREGATES.iter().any(|(name, _)| *name == call.name) {
            let message =
                format!("the aggregate `{}` stands inside an aggregate or a condition on rows", call.name);
            let hint = "rows become one value once; ratios of sums are written `sum(a) / sum(b)`";
            return self.script.refuse(&AGGREGATE_MISPLACED, call.span, &message, hint);
        }
        let Some((_, function, least, most, takes, gives)) =
            FUNCTIONS.iter().find(|(name, ..)| *name == call.name)
        else {
            let known: Vec<&str> = FUNCTIONS.iter().map(|(name, ..)| *name).collect();
            return self.script.unknown_function(call, &known);
        };
        self.script.arity(call, *least, *most)?;
        let args: Vec<Read> = call.args.iter().map(|arg| self.row(arg)).collect();
        let args: Vec<(RowExpr, Kind)> = args.into_iter().collect::<Option<_>>()?;
        for ((_, kind), arg) in args.iter().zip(&call.args) {
            if !kind.may_be(*takes) || *kind == Kind::Truth {
                return self.wrong_kind(arg, *takes, *kind);
            }
        }
        self.whole_numbers(*function, call, &args)?;
        let gives = match gives {
            Kind::Any => self.common(call, &args)?,
            gives => *gives,
        };
        Some((RowExpr::Call(*function, args.into_iter().map(|(arg, _)| arg).collect()), gives))
    }

    /// Decimals and positions are written numbers.
    fn whole_numbers(&mut self, function: Function, call: &Call<'_>, args: &[(RowExpr, Kind)]) -> Option<()> {
        let (least, most) = match function {
            Function::Round => (Decimal::ZERO, Decimal::from(28)),
            Function::Substring => (Decimal::ONE, Decimal::from(1_048_576)),
            _ => return Some(()),
        };
        for ((arg, _), expr) in args.iter().zip(&call.args).skip(1) {
            let fit = matches!(arg, RowExpr::Number(n) if n.fract().is_zero() && least <= *n && *n <= most);
            if !fit {
                let message = format!("`{}` takes a whole number from {least} to {most} here", call.name);
                return self.script.refuse(&UNKNOWN_FUNCTION, span_of(expr), &message, "");
            }
        }
        Some(())
    }

    /// The kind all arguments share.
    fn common(&mut self, call: &Call<'_>, args: &[(RowExpr, Kind)]) -> Option<Kind> {
        let mut all = Kind::Any;
        for ((_, kind), arg) in args.iter().zip(&call.args) {
            if !kind.may_be(all) {
                return self.wrong_kind(arg, all, *kind);
            }
            all = if all == Kind::Any { *kind } else { all };
        }
        Some(all)
    }

    fn wrong_kind<T>(&mut self, expr: &Expr, wanted: Kind, given: Kind) -> Option<T> {
        let message = format!("`{expr}` is {}, where {} is needed", given.told(), wanted.told());
        let hint = match (wanted, given) {
            (Kind::Day, Kind::Text) => "a date is written `date '2026-01-31'`",
            (Kind::Number, Kind::Text) => "numbers stand without quotes",
            _ => "",
        };
        self.script.refuse(&FORMULA_UNREADABLE, span_of(expr), &message, hint)
    }

    /// A sub-expression of a wanted kind.
    fn of_kind(&mut self, expr: &Expr, wanted: Kind) -> Option<RowExpr> {
        let (read, kind) = self.row(expr)?;
        if kind.may_be(wanted) && !(wanted == Kind::Any && kind == Kind::Truth) {
            return Some(read);
        }
        self.wrong_kind(expr, wanted, kind)
    }

    fn looked(&mut self, parts: &[Ident], expr: &Expr) -> Read {
        let [alias, column] = parts else { return self.script.not_allowed(expr) };
        let known = self.lookups.iter().find(|lookup| ***lookup == alias.value);
        if let Some(alias) = known {
            return Some((RowExpr::Looked(alias.clone(), column.value.as_str().into()), Kind::Any));
        }
        let hint = did_you_mean(&alias.value, self.lookups.iter().map(|name| &**name)).unwrap_or_else(|| {
            format!("columns of another source come from `lookup: {{{}: {{in: …, by: {{…}}}}}}`", alias.value)
        });
        self.script.refuse(
            &FORMULA_NOT_ALLOWED,
            alias.span,
            &format!("there is no lookup `{}`", alias.value),
            &hint,
        )
    }

    fn literal(&mut self, literal: &ValueWithSpan) -> Read {
        Some(match &literal.value {
            Literal::Number(digits, false) => {
                (RowExpr::Number(exact(self.script, digits, literal)?), Kind::Number)
            }
            Literal::SingleQuotedString(text) => (RowExpr::Text(text.as_str().into()), Kind::Text),
            Literal::Boolean(value) => (RowExpr::Bool(*value), Kind::Truth),
            Literal::Null => (RowExpr::Null, Kind::Any),
            _ => return self.script.not_allowed(&Expr::Value(literal.clone())),
        })
    }

    fn date(&mut self, literal: &ValueWithSpan) -> Read {
        let date = match &literal.value {
            Literal::SingleQuotedString(text) => crate::time::parse_date(text),
            _ => None,
        };
        match date {
            Some(date) => Some((RowExpr::Date(date), Kind::Day)),
            None => {
                let message = format!("{} is no date", literal.value);
                self.script.refuse(&FORMULA_UNREADABLE, literal.span, &message, "write `date '2026-01-31'`")
            }
        }
    }

    fn signed(&mut self, op: &UnaryOperator, inner: &Expr, whole: &Expr) -> Read {
        match op {
            UnaryOperator::Minus => {
                Some((RowExpr::Negative(Box::new(self.of_kind(inner, Kind::Number)?)), Kind::Number))
            }
            UnaryOperator::Plus => Some((self.of_kind(inner, Kind::Number)?, Kind::Number)),
            UnaryOperator::Not => {
                Some((RowExpr::Not(Box::new(self.of_kind(inner, Kind::Truth)?)), Kind::Truth))
            }
            _ => self.script.not_allowed(whole),
        }
    }

    /// `a + b + c …`, walked along its spine without recursion.
    fn chain(&mut self, expr: &Expr) -> Read {
        let (first, links) = spine(expr);
        let mut left = self.row(first);
        let mut left_expr = first;
        for (op, right_expr, whole) in links {
            let right = self.row(right_expr);
            left = match left.zip(right) {
                Some((left, right)) => self.binary(op, (left, left_expr), (right, right_expr), whole),
                None => None,
            };
            left_expr = whole;
        }
        left
    }

    fn binary(&mut self, op: &BinaryOperator, left: Side<'_>, right: Side<'_>, whole: &Expr) -> Read {
        let ((a, a_kind), a_expr) = left;
        let ((b, b_kind), b_expr) = right;
        if *op == BinaryOperator::StringConcat {
            return Some((RowExpr::Call(Function::Concat, vec![a, b]), Kind::Text));
        }
        let (op, takes, gives) = match op {
            BinaryOperator::And => (Op::And, Kind::Truth, Kind::Truth),
            BinaryOperator::Or => (Op::Or, Kind::Truth, Kind::Truth),
            op => match (four(op), comparison(op)) {
                (Some(op), _) => (op, Kind::Number, Kind::Number),
                (_, Some(op)) => (op, Kind::Any, Kind::Truth),
                _ => return operator_outside(self.script, op, whole),
            },
        };
        for (kind, expr) in [(a_kind, a_expr), (b_kind, b_expr)] {
            if !kind.may_be(takes) {
                return self.wrong_kind(expr, takes, kind);
            }
        }
        if takes == Kind::Any && !a_kind.may_be(b_kind) {
            return self.wrong_kind(b_expr, a_kind, b_kind);
        }
        if takes == Kind::Any && (a == RowExpr::Null || b == RowExpr::Null) {
            let hint = "nothing is equal to null; write `x is null` or `x is not null`";
            return self.script.refuse(
                &FORMULA_NOT_ALLOWED,
                span_of(whole),
                "a comparison with `null`",
                hint,
            );
        }
        Some((RowExpr::Binary(op, Box::new(a), Box::new(b)), gives))
    }

    fn is_null(&mut self, inner: &Expr, negated: bool) -> Read {
        let inner = self.of_kind(inner, Kind::Any)?;
        Some((RowExpr::IsNull(Box::new(inner), negated), Kind::Truth))
    }

    fn one_of(&mut self, expr: &Expr, list: &[Expr], negated: bool) -> Read {
        let of = self.row(expr);
        let items: Vec<Read> = list.iter().map(|item| self.row(item)).collect();
        let items: Vec<(RowExpr, Kind)> = items.into_iter().collect::<Option<_>>()?;
        let (of, kind) = of?;
        for ((item, item_kind), written) in items.iter().zip(list) {
            if *item == RowExpr::Null {
                let hint = "write `x in (…) or x is null`";
                return self.script.refuse(&FORMULA_NOT_ALLOWED, span_of(written), "`null` in a list", hint);
            }
            if !item_kind.may_be(kind) {
                return self.wrong_kind(written, kind, *item_kind);
            }
        }
        let items = items.into_iter().map(|(item, _)| item).collect();
        Some((RowExpr::In(Box::new(of), items, negated), Kind::Truth))
    }

    fn between(&mut self, expr: &Expr, low: &Expr, high: &Expr, negated: bool) -> Read {
        let (of, kind) = self.repeated(expr)?;
        let (low, high) = (self.of_kind(low, kind), self.of_kind(high, kind));
        let (low, high) = low.zip(high)?;
        let least = RowExpr::Binary(Op::GreaterOrEqual, Box::new(of.clone()), Box::new(low));
        let most = RowExpr::Binary(Op::LessOrEqual, Box::new(of), Box::new(high));
        let both = RowExpr::Binary(Op::And, Box::new(least), Box::new(most));
        Some((if negated { RowExpr::Not(Box::new(both)) } else { both }, Kind::Truth))
    }

    /// An operand that the tree will hold several times.
    fn repeated(&mut self, expr: &Expr) -> Read {
        let (of, kind) = self.row(expr)?;
        if size(&of) > MOST_REPEATED {
            let hint = "write the comparisons out: `x >= a and x <= b`";
            return self.script.refuse(
                &FORMULA_TOO_LONG,
                span_of(expr),
                "this operand is too long to be repeated",
                hint,
            );
        }
        Some((of, kind))
    }

    fn like(&mut self, expr: &Expr, pattern: &Expr, negated: bool) -> Read {
        let of = self.of_kind(expr, Kind::Text)?;
        match pattern {
            Expr::Value(ValueWithSpan { value: Literal::SingleQuotedString(text), .. }) => {
                Some((RowExpr::Like(Box::new(of), text.as_str().into(), negated), Kind::Truth))
            }
            other => {
                let hint =
                    "write for example `sku like 'KT-%'`: `%` stands for any text, `_` for one character";
                self.script.refuse(
                    &FORMULA_NOT_ALLOWED,
                    span_of(other),
                    "the pattern of `like` is a written text",
                    hint,
                )
            }
        }
    }

    fn case(&mut self, operand: Option<&Expr>, branches: &[CaseWhen], rest: Option<&Expr>) -> Read {
        let mut read = Vec::new();
        let mut kind = Kind::Any;
        let operand = match operand {
            Some(operand) => Some((self.repeated(operand)?, operand)),
            None => None,
        };
        for branch in branches {
            let condition = match &operand {
                Some(left) => {
                    let whole = &branch.condition;
                    let right = self.row(whole);
                    right.and_then(|right| {
                        self.binary(&BinaryOperator::Eq, left.clone(), (right, whole), whole)
                    })
                }
                None => {
                    self.of_kind(&branch.condition, Kind::Truth).map(|condition| (condition, Kind::Truth))
                }
            };
            let result = self.result(&branch.result, &mut kind);
            read.push(condition.zip(result).map(|((condition, _), result)| (condition, result)));
        }
        let rest = match rest {
            Some(rest) => Some(Box::new(self.result(rest, &mut kind)?)),
            None => None,
        };
        Some((RowExpr::Case(read.into_iter().collect::<Option<_>>()?, rest), kind))
    }

    /// A result of a case; all of them are of one kind.
    fn result(&mut self, expr: &Expr, all: &mut Kind) -> Option<RowExpr> {
        let (read, kind) = self.row(expr)?;
        if !kind.may_be(*all) {
            return self.wrong_kind(expr, *all, kind);
        }
        if *all == Kind::Any {
            *all = kind;
        }
        Some(read)
    }
}

type Side<'e> = ((RowExpr, Kind), &'e Expr);

/// How many parts an expression has.
fn size(expr: &RowExpr) -> usize {
    let mut parts = 1;
    match expr {
        RowExpr::Negative(a) | RowExpr::Not(a) | RowExpr::IsNull(a, _) | RowExpr::Like(a, ..) => {
            parts += size(a)
        }
        RowExpr::Binary(_, a, b) => parts += size(a) + size(b),
        RowExpr::In(a, list, _) => parts += size(a) + list.iter().map(size).sum::<usize>(),
        RowExpr::Call(_, args) => parts += args.iter().map(size).sum::<usize>(),
        RowExpr::Case(branches, rest) => {
            parts += branches.iter().map(|(when, then)| size(when) + size(then)).sum::<usize>();
            parts += rest.as_deref().map_or(0, size);
        }
        _ => {}
    }
    parts
}
