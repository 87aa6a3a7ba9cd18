//! Checked trees as text again: every operation in parentheses, so that the reading is beyond doubt.
//! `kpress explain` shows it, and the tests compare it.

use super::{Aggregate, AggregateOf, Arithmetic, Function, MetricUse, Op, RowExpr, When};
use std::fmt::{self, Display, Formatter};

impl Display for Op {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Op::Add => "+",
            Op::Subtract => "-",
            Op::Multiply => "*",
            Op::Divide => "/",
            Op::Equal => "=",
            Op::Unequal => "<>",
            Op::Less => "<",
            Op::LessOrEqual => "<=",
            Op::Greater => ">",
            Op::GreaterOrEqual => ">=",
            Op::And => "and",
            Op::Or => "or",
        })
    }
}

impl Display for Function {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let named = super::row::FUNCTIONS.iter().find(|(_, function, ..)| function == self);
        out.write_str(named.map_or("", |(name, ..)| name))
    }
}

impl Display for RowExpr {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let not = |negated: &bool| if *negated { "not " } else { "" };
        match self {
            RowExpr::Column(name) => write!(out, "{}", Name(name)),
            RowExpr::Looked(alias, name) => write!(out, "{}.{}", Name(alias), Name(name)),
            RowExpr::Number(number) => write!(out, "{number}"),
            RowExpr::Text(text) => write!(out, "{}", Quoted(text)),
            RowExpr::Date(date) => write!(out, "date '{date}'"),
            RowExpr::Bool(value) => write!(out, "{value}"),
            RowExpr::Null => out.write_str("null"),
            RowExpr::Negative(of) => write!(out, "(-{of})"),
            RowExpr::Not(of) => write!(out, "(not {of})"),
            RowExpr::Binary(op, a, b) => write!(out, "({a} {op} {b})"),
            RowExpr::IsNull(of, negated) => write!(out, "({of} is {}null)", not(negated)),
            RowExpr::In(of, items, negated) => write!(out, "({of} {}in ({}))", not(negated), List(items)),
            RowExpr::Like(of, pattern, negated) => {
                write!(out, "({of} {}like {})", not(negated), Quoted(pattern))
            }
            RowExpr::Call(function, args) => write!(out, "{function}({})", List(args)),
            RowExpr::Case(branches, rest) => {
                out.write_str("case")?;
                branches.iter().try_for_each(|(when, then)| write!(out, " when {when} then {then}"))?;
                end(out, rest.as_deref())
            }
        }
    }
}

impl<L: Display> Display for Arithmetic<L> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Arithmetic::Leaf(leaf) => leaf.fmt(out),
            Arithmetic::Number(number) => write!(out, "{number}"),
            Arithmetic::Negative(of) => write!(out, "(-{of})"),
            Arithmetic::Binary(op, a, b) => write!(out, "({a} {op} {b})"),
            Arithmetic::Coalesce(items) => write!(out, "coalesce({})", List(items)),
            Arithmetic::NullIf(a, b) => write!(out, "nullif({a}, {b})"),
            Arithmetic::Extreme(function, items) => write!(out, "{function}({})", List(items)),
            Arithmetic::Case(branches, rest) => {
                out.write_str("case")?;
                for (when, then) in branches {
                    write!(out, " when {} {} {} then {then}", when.left, when.op, when.right)?;
                }
                end(out, rest.as_deref())
            }
        }
    }
}

impl Display for AggregateOf {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let (name, distinct) = match self.aggregate {
            Aggregate::CountDistinct => ("count", "distinct "),
            other => {
                let named = super::source::AGGREGATES.iter().find(|(_, aggregate)| *aggregate == other);
                (named.map_or("", |(name, _)| name), "")
            }
        };
        match &self.of {
            Some(of) => write!(out, "{name}({distinct}{of})"),
            None => write!(out, "{name}(*)"),
        }
    }
}

impl Display for MetricUse {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let metric = Name(&self.metric);
        let s = |count: u32| if count == 1 { "" } else { "s" };
        match self.when {
            When::Same => write!(out, "{metric}"),
            When::Earlier(count, grain) => write!(out, "prev({metric}, '{count} {grain}{}')", s(count)),
            When::Before(count) => write!(out, "prev({metric}, '{count} period{}')", s(count)),
            When::Rolling(count, grain) => write!(out, "rolling({metric}, '{count} {grain}{}')", s(count)),
            When::YearEarlier => write!(out, "same_period_last_year({metric})"),
        }
    }
}

fn end(out: &mut Formatter<'_>, rest: Option<&impl Display>) -> fmt::Result {
    match rest {
        Some(rest) => write!(out, " else {rest} end"),
        None => out.write_str(" end"),
    }
}

/// Words of the language that cannot be names without quotes.
const RESERVED: &[&str] = &[
    "all",
    "and",
    "any",
    "array",
    "as",
    "between",
    "case",
    "cast",
    "convert",
    "distinct",
    "else",
    "end",
    "exists",
    "extract",
    "false",
    "for",
    "from",
    "in",
    "interval",
    "is",
    "lambda",
    "like",
    "not",
    "null",
    "or",
    "over",
    "position",
    "select",
    "substring",
    "then",
    "trim",
    "true",
    "when",
];

/// A name as it stands in a formula: in double quotes unless it is a plain word.
pub fn name(name: &str) -> String {
    Name(name).to_string()
}

/// A name, in double quotes unless it is a plain word.
struct Name<'a>(&'a str);

impl Display for Name<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let plain = !RESERVED.contains(&self.0.to_lowercase().as_str())
            && self.0.chars().all(|c| c.is_alphanumeric() || c == '_')
            && !self.0.starts_with(|c: char| c.is_numeric());
        if plain { out.write_str(self.0) } else { write!(out, "\"{}\"", self.0.replace('"', "\"\"")) }
    }
}

struct Quoted<'a>(&'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "'{}'", self.0.replace('\'', "''"))
    }
}

struct List<'a, T>(&'a [T]);

impl<T: Display> Display for List<'_, T> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        for (at, item) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(out, "{comma}{item}")?;
        }
        Ok(())
    }
}
