//! The formula language: a checked tree, built from an allow-list. Nothing else can be in it.

mod arithmetic;
pub mod check;
mod derived;
mod parse;
mod print;
mod row;
mod source;
#[cfg(test)]
mod tests;

pub use derived::parse_derived;
pub use parse::locate;
pub use print::name;
pub use row::parse_filter;
pub use source::parse_source;

use super::Id;
use crate::diag::Rule;
use crate::time::Date;
use crate::unit::Decimal;
use std::sync::Arc;

/// What reading a formula may find.
pub static RULES: &[&Rule] = &[
    &parse::FORMULA_UNREADABLE,
    &parse::FORMULA_NOT_ALLOWED,
    &parse::FORMULA_TOO_LONG,
    &parse::UNKNOWN_FUNCTION,
    &parse::AGGREGATE_MISPLACED,
];

/// An expression over the cells of one row.
#[derive(Clone, Debug, PartialEq)]
pub enum RowExpr {
    /// A column of the row.
    Column(Id),
    /// A column of a looked-up row: alias, column.
    Looked(Id, Id),
    /// A number.
    Number(Decimal),
    /// A text.
    Text(Arc<str>),
    /// A date.
    Date(Date),
    /// True or false.
    Bool(bool),
    /// Nothing.
    Null,
    /// `-x`
    Negative(Box<RowExpr>),
    /// `not x`
    Not(Box<RowExpr>),
    /// `a + b`, `a = b`, `a and b` …
    Binary(Op, Box<RowExpr>, Box<RowExpr>),
    /// `x is null`, and with `true`: `x is not null`
    IsNull(Box<RowExpr>, bool),
    /// `x in (…)`, and with `true`: `not in`
    In(Box<RowExpr>, Vec<RowExpr>, bool),
    /// `x like 'a%'`, and with `true`: `not like`
    Like(Box<RowExpr>, Arc<str>, bool),
    /// `case when … then … else … end`
    Case(Vec<(RowExpr, RowExpr)>, Option<Box<RowExpr>>),
    /// A function of the list.
    Call(Function, Vec<RowExpr>),
}

/// Operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `=`
    Equal,
    /// `<>`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `and`
    And,
    /// `or`
    Or,
}

/// Functions over a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// The first that is not null.
    Coalesce,
    /// Null if both are equal.
    NullIf,
    /// Absolute value.
    Abs,
    /// Rounded half away from zero to n decimals.
    Round,
    /// The smaller.
    Least,
    /// The greater.
    Greatest,
    /// Lower case.
    Lower,
    /// Upper case.
    Upper,
    /// Without spaces at both ends.
    Trim,
    /// Number of characters.
    Length,
    /// `substring(text, from, count)`, counted from 1.
    Substring,
    /// Texts joined.
    Concat,
    /// Year of a date.
    Year,
    /// Month of a date, 1 to 12.
    Month,
    /// Day of a date, 1 to 31.
    Day,
    /// ISO weekday of a date, 1 = Monday.
    Weekday,
}

/// How many rows become one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aggregate {
    /// Added up.
    Sum,
    /// Rows in which the expression is not null; `count(*)` counts all.
    Count,
    /// Different values.
    CountDistinct,
    /// Mean over the rows.
    Avg,
    /// Least.
    Min,
    /// Greatest.
    Max,
    /// Middle value; the mean of the two middle ones.
    Median,
    /// By the order of date, then row.
    First,
    /// By the order of date, then row.
    Last,
}

/// Arithmetic over leaves: aggregates of a source, or other metrics.
#[derive(Clone, Debug, PartialEq)]
pub enum Arithmetic<L> {
    /// An aggregate, or a metric.
    Leaf(L),
    /// A number.
    Number(Decimal),
    /// `-x`
    Negative(Box<Arithmetic<L>>),
    /// `a + b` …; only the four of arithmetic
    Binary(Op, Box<Arithmetic<L>>, Box<Arithmetic<L>>),
    /// The first with a value.
    Coalesce(Vec<Arithmetic<L>>),
    /// Empty if both are equal.
    NullIf(Box<Arithmetic<L>>, Box<Arithmetic<L>>),
    /// Least or greatest of several.
    Extreme(Function, Vec<Arithmetic<L>>),
    /// `case when a > b then … end`: comparison of two values, result; and the rest.
    Case(Vec<(Condition<L>, Arithmetic<L>)>, Option<Box<Arithmetic<L>>>),
}

/// A comparison of two values.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition<L> {
    /// One of the six comparisons.
    pub op: Op,
    /// Left.
    pub left: Arithmetic<L>,
    /// Right.
    pub right: Arithmetic<L>,
}

/// An aggregate over rows.
#[derive(Clone, Debug, PartialEq)]
pub struct AggregateOf {
    /// How.
    pub aggregate: Aggregate,
    /// Of what; `None` is `count(*)`.
    pub of: Option<RowExpr>,
}

/// A metric in a formula over metrics.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricUse {
    /// Which.
    pub metric: Id,
    /// At which time, seen from the period asked for.
    pub when: When,
}

/// Which period of a metric is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// The one asked for.
    Same,
    /// That many periods of a grain earlier: `prev(gmv, '1 week')`.
    Earlier(u32, crate::time::Grain),
    /// That many of the periods asked for earlier: `prev(ratings, '1 period')`.
    Before(u32),
    /// The last so many periods of a grain up to this one: `rolling(gmv, '8 weeks')`.
    Rolling(u32, crate::time::Grain),
    /// `same_period_last_year(gmv)`
    YearEarlier,
}

/// A formula over the rows of a source.
pub type Value = Arithmetic<AggregateOf>;
/// A formula over metrics.
pub type Derived = Arithmetic<MetricUse>;

impl<L> Arithmetic<L> {
    /// Calls `each` for every leaf, left to right.
    pub fn leaves<'a>(&'a self, each: &mut impl FnMut(&'a L)) {
        match self {
            Arithmetic::Leaf(leaf) => each(leaf),
            Arithmetic::Number(_) => {}
            Arithmetic::Negative(inner) => inner.leaves(each),
            Arithmetic::Binary(_, left, right) | Arithmetic::NullIf(left, right) => {
                left.leaves(each);
                right.leaves(each);
            }
            Arithmetic::Coalesce(items) | Arithmetic::Extreme(_, items) => {
                items.iter().for_each(|item| item.leaves(each));
            }
            Arithmetic::Case(branches, rest) => {
                for (condition, value) in branches {
                    condition.left.leaves(each);
                    condition.right.leaves(each);
                    value.leaves(each);
                }
                if let Some(rest) = rest {
                    rest.leaves(each);
                }
            }
        }
    }
}
