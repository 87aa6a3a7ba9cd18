//! Formulas over rows, column by column. Nothing is null three-valued: `null = null` is unknown, and a row is selected
//! only where the condition is true.

use super::pick;
use super::rows::Rows;
use super::value::{Cells, DIVISION_DECIMALS, Exact, Units, Vals, power, rounded};
use crate::plan::formula::{Function, Op, RowExpr};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why a formula cannot be computed on these columns.
pub(super) type Unfit = String;

/// Computes expressions over some rows.
pub(super) struct Evaluator<'a> {
    /// The rows.
    pub(super) rows: &'a Rows<'a>,
    /// Notes what outgrew its digits.
    pub(super) exact: Exact,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(rows: &'a Rows<'a>) -> Evaluator<'a> {
        Evaluator { rows, exact: Exact::default() }
    }

    /// The value of an expression in every row.
    pub(super) fn eval(&self, expr: &RowExpr) -> Result<Vals<'a>, Unfit> {
        Ok(match expr {
            RowExpr::Column(name) => self.rows.column(name)?,
            RowExpr::Looked(alias, name) => self.rows.looked(alias, name)?,
            RowExpr::Number(number) => Vals::Number(number.scale(), Units::All(Some(number.mantissa()))),
            RowExpr::Text(text) => Vals::text(text),
            RowExpr::Date(date) => Vals::Date(Cells::All(Some(*date))),
            RowExpr::Bool(yes) => Vals::Bool(Cells::All(Some(*yes))),
            RowExpr::Null => Vals::Null,
            RowExpr::Negative(inner) => self.negative(&self.eval(inner)?)?,
            RowExpr::Not(inner) => {
                let inner = self.bools(inner)?;
                self.made(|row| inner.get(row).map(|yes| !yes))
            }
            RowExpr::Binary(Op::And, left, right) => self.both(left, right)?,
            RowExpr::Binary(Op::Or, left, right) => self.either(left, right)?,
            RowExpr::Binary(op @ (Op::Add | Op::Subtract | Op::Multiply | Op::Divide), left, right) => {
                self.arithmetic(*op, &self.eval(left)?, &self.eval(right)?)?
            }
            RowExpr::Binary(op, left, right) => self.compared(*op, &self.eval(left)?, &self.eval(right)?)?,
            RowExpr::IsNull(inner, negated) => {
                let inner = self.eval(inner)?;
                self.made(|row| Some(inner.is_null(row) != *negated))
            }
            RowExpr::In(inner, list, negated) => self.one_of(inner, list, *negated)?,
            RowExpr::Like(inner, pattern, negated) => self.like(&self.eval(inner)?, pattern, *negated)?,
            RowExpr::Case(branches, rest) => self.case(branches, rest.as_deref())?,
            RowExpr::Call(function, arguments) => self.call(*function, arguments)?,
        })
    }

    /// The condition of an expression in every row.
    pub(super) fn bools(&self, expr: &RowExpr) -> Result<Cells<'a, bool>, Unfit> {
        match self.eval(expr)? {
            Vals::Bool(cells) => Ok(cells),
            Vals::Null => Ok(Cells::All(None)),
            other => Err(format!("a condition is wanted, but here are {}", other.kind())),
        }
    }

    fn made(&self, each: impl Fn(usize) -> Option<bool>) -> Vals<'a> {
        Vals::Bool(Cells::Own((0..self.rows.len()).map(each).collect()))
    }

    fn both(&self, left: &RowExpr, right: &RowExpr) -> Result<Vals<'a>, Unfit> {
        let (left, right) = (self.bools(left)?, self.bools(right)?);
        Ok(self.made(|row| match (left.get(row), right.get(row)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }))
    }

    fn either(&self, left: &RowExpr, right: &RowExpr) -> Result<Vals<'a>, Unfit> {
        let (left, right) = (self.bools(left)?, self.bools(right)?);
        Ok(self.made(|row| match (left.get(row), right.get(row)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        }))
    }

    fn negative(&self, vals: &Vals<'_>) -> Result<Vals<'a>, Unfit> {
        self.arithmetic(Op::Subtract, &Vals::Number(0, Units::All(Some(0))), vals)
    }

    /// `left × right` in every row.
    pub(super) fn times(&self, left: &Vals<'_>, right: &Vals<'_>) -> Result<Vals<'a>, Unfit> {
        self.arithmetic(Op::Multiply, left, right)
    }

    fn numbers(&self, scale: u32, each: impl Fn(usize) -> Option<i128>) -> Vals<'a> {
        Vals::Number(scale, Units::Own((0..self.rows.len()).map(each).collect()))
    }

    fn floats(&self, each: impl Fn(usize) -> Option<f64>) -> Vals<'a> {
        let finite = |value: f64| value.is_finite().then_some(value);
        Vals::Float(Cells::Own((0..self.rows.len()).map(|row| each(row).and_then(finite)).collect()))
    }

    fn arithmetic(&self, op: Op, left: &Vals<'_>, right: &Vals<'_>) -> Result<Vals<'a>, Unfit> {
        match (left, right) {
            (Vals::Null, Vals::Null | Vals::Number(..) | Vals::Float(_))
            | (Vals::Number(..) | Vals::Float(_), Vals::Null) => Ok(Vals::Null),
            (Vals::Number(ls, l), Vals::Number(rs, r)) => Ok(self.exactly(op, (*ls, l), (*rs, r))),
            (Vals::Number(..) | Vals::Float(_), Vals::Number(..) | Vals::Float(_)) => {
                Ok(self.floats(|row| {
                    let (a, b) = (left.float_at(row)?, right.float_at(row)?);
                    match op {
                        Op::Add => Some(a + b),
                        Op::Subtract => Some(a - b),
                        Op::Multiply => Some(a * b),
                        _ => Some(a / b), // Infinite where `b` is zero, which becomes nothing.
                    }
                }))
            }
            (Vals::Number(..) | Vals::Float(_) | Vals::Null, other) | (other, _) => {
                Err(format!("numbers are wanted, but here are {}", other.kind()))
            }
        }
    }

    fn exactly(&self, op: Op, (ls, l): (u32, &Units<'_>), (rs, r): (u32, &Units<'_>)) -> Vals<'a> {
        let exact = &self.exact;
        let scale = ls.max(rs);
        let aligned = |row: usize| {
            let (a, b) = (l.get(row)?, r.get(row)?);
            exact.scaled(a, scale - ls).zip(exact.scaled(b, scale - rs))
        };
        match op {
            Op::Add => {
                self.numbers(scale, |row| aligned(row).and_then(|(a, b)| exact.noted(a.checked_add(b))))
            }
            Op::Subtract => {
                self.numbers(scale, |row| aligned(row).and_then(|(a, b)| exact.noted(a.checked_sub(b))))
            }
            Op::Multiply => self.numbers(ls + rs, |row| exact.noted(l.get(row)?.checked_mul(r.get(row)?))),
            _ => self.numbers(DIVISION_DECIMALS, |row| exact.quotient((l.get(row)?, ls), (r.get(row)?, rs))),
        }
    }

    fn compared(&self, op: Op, left: &Vals<'_>, right: &Vals<'_>) -> Result<Vals<'a>, Unfit> {
        let order = self.ordering(left, right)?;
        Ok(self.made(|row| {
            let order = order(row)?;
            Some(match op {
                Op::Equal => order == Ordering::Equal,
                Op::Unequal => order != Ordering::Equal,
                Op::Less => order == Ordering::Less,
                Op::LessOrEqual => order != Ordering::Greater,
                Op::Greater => order == Ordering::Greater,
                _ => order != Ordering::Less,
            })
        }))
    }

    /// How two values stand to each other in a row.
    pub(super) fn ordering<'v>(
        &'v self,
        left: &'v Vals<'_>,
        right: &'v Vals<'_>,
    ) -> Result<Box<dyn Fn(usize) -> Option<Ordering> + 'v>, Unfit> {
        Ok(match (left, right) {
            (Vals::Null, _) | (_, Vals::Null) => Box::new(|_| None),
            (Vals::Number(ls, l), Vals::Number(rs, r)) => {
                let scale = *ls.max(rs);
                Box::new(move |row| {
                    let (a, b) = (l.get(row)?, r.get(row)?);
                    let (a, b) = (self.exact.scaled(a, scale - ls), self.exact.scaled(b, scale - rs));
                    Some(a?.cmp(&b?))
                })
            }
            (Vals::Number(..) | Vals::Float(_), Vals::Number(..) | Vals::Float(_)) => {
                Box::new(|row| left.float_at(row)?.partial_cmp(&right.float_at(row)?))
            }
            (Vals::Text(..), Vals::Text(..)) => {
                Box::new(|row| Some(left.text_at(row)?.cmp(right.text_at(row)?)))
            }
            (Vals::Date(l), Vals::Date(r)) => Box::new(|row| Some(l.get(row)?.cmp(&r.get(row)?))),
            (Vals::Bool(l), Vals::Bool(r)) => Box::new(|row| Some(l.get(row)?.cmp(&r.get(row)?))),
            (Vals::Date(l), Vals::Text(texts, Cells::All(_))) => {
                let day = written_day(texts)?;
                Box::new(move |row| Some(l.get(row)?.cmp(&day)))
            }
            (Vals::Text(texts, Cells::All(_)), Vals::Date(r)) => {
                let day = written_day(texts)?;
                Box::new(move |row| Some(day.cmp(&r.get(row)?)))
            }
            _ => return Err(format!("{} cannot be compared with {}", left.kind(), right.kind())),
        })
    }

    fn one_of(&self, inner: &RowExpr, list: &[RowExpr], negated: bool) -> Result<Vals<'a>, Unfit> {
        let inner = self.eval(inner)?;
        let items = list.iter().map(|item| self.eval(item)).collect::<Result<Vec<_>, _>>()?;
        let orders = items.iter().map(|item| self.ordering(&inner, item)).collect::<Result<Vec<_>, _>>()?;
        Ok(self.made(|row| {
            let mut unknown = false;
            for order in &orders {
                match order(row) {
                    Some(Ordering::Equal) => return Some(!negated),
                    None => unknown = true,
                    Some(_) => {}
                }
            }
            (!unknown).then_some(negated)
        }))
    }

    fn like(&self, inner: &Vals<'_>, pattern: &str, negated: bool) -> Result<Vals<'a>, Unfit> {
        let pattern: Vec<char> = pattern.chars().collect();
        match inner {
            Vals::Null => Ok(Vals::Null),
            Vals::Text(values, cells) => {
                let matched: Vec<bool> =
                    values.iter().map(|value| is_like(value, &pattern) != negated).collect();
                Ok(self.made(|row| cells.get(row).map(|code| matched[code as usize])))
            }
            other => Err(format!("`like` wants text, but here are {}", other.kind())),
        }
    }

    fn case(&self, branches: &[(RowExpr, RowExpr)], rest: Option<&RowExpr>) -> Result<Vals<'a>, Unfit> {
        let conditions = branches.iter().map(|(when, _)| self.bools(when)).collect::<Result<Vec<_>, _>>()?;
        let mut values = branches.iter().map(|(_, then)| self.eval(then)).collect::<Result<Vec<_>, _>>()?;
        values.push(rest.map_or(Ok(Vals::Null), |rest| self.eval(rest))?);
        let choice = |row: usize| {
            Some(conditions.iter().position(|when| when.get(row) == Some(true)).unwrap_or(conditions.len()))
        };
        pick::picked(&self.exact, &values, self.rows.len(), choice)
    }

    fn call(&self, function: Function, arguments: &[RowExpr]) -> Result<Vals<'a>, Unfit> {
        let values = arguments.iter().map(|argument| self.eval(argument)).collect::<Result<Vec<_>, _>>()?;
        let first = values.first().ok_or("a function without anything to work on")?;
        let count = self.rows.len();
        match function {
            Function::Coalesce => pick::picked(&self.exact, &values, count, |row| {
                values.iter().position(|value| !value.is_null(row))
            }),
            Function::NullIf => {
                let order = self.ordering(first, values.get(1).unwrap_or(&Vals::Null))?;
                let unlike = |row: usize| (order(row) != Some(Ordering::Equal)).then_some(0);
                pick::picked(&self.exact, &values[..1], count, unlike)
            }
            Function::Least => self.extreme(&values, Ordering::Less),
            Function::Greatest => self.extreme(&values, Ordering::Greater),
            Function::Abs | Function::Round => self.reshaped(function, first, arguments.get(1)),
            Function::Year | Function::Month | Function::Day | Function::Weekday => {
                self.date_part(function, first)
            }
            Function::Concat => Ok(self.joined(&values)),
            Function::Substring => self.substring(first, &arguments[1..]),
            Function::Lower => mapped(first, |text| text.to_lowercase()),
            Function::Upper => mapped(first, |text| text.to_uppercase()),
            Function::Trim => mapped(first, |text| text.trim().to_owned()),
            Function::Length => match first {
                Vals::Null => Ok(Vals::Null),
                Vals::Text(values, cells) => {
                    let lengths: Vec<i128> = values.iter().map(|text| text.chars().count() as i128).collect();
                    Ok(self.numbers(0, |row| cells.get(row).map(|code| lengths[code as usize])))
                }
                other => Err(format!("`length` wants text, but here are {}", other.kind())),
            },
        }
    }

    /// The least or greatest of the values there are in a row; nothing if one is missing.
    fn extreme(&self, values: &[Vals<'a>], wanted: Ordering) -> Result<Vals<'a>, Unfit> {
        let mut orders = BTreeMap::new();
        for (i, a) in values.iter().enumerate() {
            for (j, b) in values.iter().enumerate().skip(i + 1) {
                orders.insert((i, j), self.ordering(a, b)?);
            }
        }
        let choice = |row: usize| {
            let mut best = (!values[0].is_null(row)).then_some(0)?;
            for other in 1..values.len() {
                // The better of two is the later one only where it stands on the wanted side.
                if orders[&(best, other)](row)?.reverse() == wanted {
                    best = other;
                }
            }
            Some(best)
        };
        pick::picked(&self.exact, values, self.rows.len(), choice)
    }

    fn reshaped(
        &self,
        function: Function,
        vals: &Vals<'_>,
        digits: Option<&RowExpr>,
    ) -> Result<Vals<'a>, Unfit> {
        let digits = digits.map_or(Ok(0), whole)?;
        match (function, vals) {
            (_, Vals::Null) => Ok(Vals::Null),
            (Function::Abs, Vals::Number(scale, cells)) => {
                Ok(self.numbers(*scale, |row| self.exact.noted(cells.get(row)?.checked_abs())))
            }
            (Function::Abs, Vals::Float(cells)) => Ok(self.floats(|row| cells.get(row).map(f64::abs))),
            (_, Vals::Number(scale, cells)) => {
                let drop = scale.saturating_sub(digits);
                let by = power(drop).ok_or("too many decimals to round")?;
                Ok(self.numbers(scale - drop, |row| self.exact.noted(rounded(cells.get(row)?, by))))
            }
            (_, Vals::Float(cells)) => {
                let by = 10f64.powi(i32::try_from(digits).unwrap_or(i32::MAX));
                Ok(self.floats(|row| cells.get(row).map(|value| (value * by).round() / by)))
            }
            (_, other) => Err(format!("numbers are wanted, but here are {}", other.kind())),
        }
    }

    fn date_part(&self, function: Function, vals: &Vals<'_>) -> Result<Vals<'a>, Unfit> {
        match vals {
            Vals::Null => Ok(Vals::Null),
            Vals::Date(cells) => Ok(self.numbers(0, |row| {
                let day = cells.get(row)?;
                Some(match function {
                    Function::Year => day.year().into(),
                    Function::Month => day.month().into(),
                    Function::Day => day.day().into(),
                    _ => day.weekday().to_monday_one_offset().into(),
                })
            })),
            other => Err(format!("dates are wanted, but here are {}", other.kind())),
        }
    }

    fn joined(&self, values: &[Vals<'_>]) -> Vals<'a> {
        let texts: Vec<Option<String>> = (0..self.rows.len())
            .map(|row| values.iter().map(|value| pick::written(value, row)).collect::<Option<Vec<_>>>())
            .map(|parts| parts.map(|parts| parts.concat()))
            .collect();
        Vals::texts(&texts)
    }

    fn substring(&self, vals: &Vals<'a>, bounds: &[RowExpr]) -> Result<Vals<'a>, Unfit> {
        let from = bounds.first().map_or(Ok(1), whole)?.max(1) as usize - 1;
        let count = bounds.get(1).map(whole).transpose()?.map_or(usize::MAX, |count| count as usize);
        mapped(vals, |text| text.chars().skip(from).take(count).collect())
    }
}

/// A function of texts, applied once to each different text.
fn mapped<'a>(vals: &Vals<'a>, to: impl Fn(&str) -> String) -> Result<Vals<'a>, Unfit> {
    match vals {
        Vals::Null => Ok(Vals::Null),
        Vals::Text(values, cells) => {
            let mapped: Vec<Arc<str>> = values.iter().map(|text| to(text).into()).collect();
            Ok(Vals::Text(Arc::new(mapped), cells.clone()))
        }
        other => Err(format!("text is wanted, but here are {}", other.kind())),
    }
}

/// A written whole number of a formula, not negative.
fn whole(expr: &RowExpr) -> Result<u32, Unfit> {
    match expr {
        RowExpr::Number(number) => {
            let number = number.normalize();
            let whole = (number.scale() == 0).then(|| u32::try_from(number.mantissa()).ok()).flatten();
            whole.ok_or_else(|| format!("a whole number is wanted, not `{number}`"))
        }
        _ => Err("a written whole number is wanted here".to_owned()),
    }
}

fn written_day(texts: &[Arc<str>]) -> Result<crate::time::Date, Unfit> {
    let text = texts.first().map_or("", |text| text);
    crate::time::parse_date(text).ok_or_else(|| format!("`{text}` is no date; write it as `2026-11-09`"))
}

/// Whether a text fits a pattern of `%` (any characters) and `_` (one character).
fn is_like(text: &str, pattern: &[char]) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut in_pattern) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(in_pattern) {
            Some('%') => {
                retry = Some((at, in_pattern + 1));
                in_pattern += 1;
            }
            Some(c) if *c == '_' || *c == text[at] => {
                at += 1;
                in_pattern += 1;
            }
            _ => match retry {
                Some((from, after)) => {
                    retry = Some((from + 1, after));
                    (at, in_pattern) = (from + 1, after);
                }
                None => return false,
            },
        }
    }
    pattern[in_pattern..].iter().all(|c| *c == '%')
}
