//! Selected rows become one cell: the aggregates. Sums are exact; floats are added in the order of the rows, which is
//! a total one, so that every machine gets the same bits.

use super::eval::{Evaluator, Unfit};
use super::rates::Rates;
use super::rows::Rows;
use super::value::{Cells, Units, Vals};
use super::{Cell, Form, Part, pick};
use crate::plan::formula::{Aggregate, RowExpr};
use crate::plan::{Id, Plan};
use crate::snapshot::{Numbers, Snapshot};
use crate::time::Date;
use crate::unit::Decimal;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// What a part does with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    /// Not selected.
    Out,
    /// Selected, but the cell is blank.
    Blank,
    /// Selected, with a value.
    Value,
    /// Something that was looked up for it is not known.
    Unknown,
}

/// A part whose formulas were computed for every row.
pub(super) struct Ready<'a> {
    aggregate: Aggregate,
    rows: Vec<Row>,
    /// The cells of the table itself, where every row is selected and its cells are added up; `rows` is empty then.
    plain: Option<&'a [i64]>,
    vals: Vals<'a>,
    /// For `count(distinct …)`: a number per different value.
    codes: Vec<u32>,
    days: &'a [Option<Date>],
    order: Option<&'a [Option<u32>]>,
    pub(super) form: Form,
    /// Results that did not fit, in formulas and sums.
    pub(super) overflows: RefCell<u64>,
    /// Days on which `first` or `last` had several values to choose from.
    pub(super) ambiguous: RefCell<BTreeSet<Date>>,
    /// Rows of which something looked up is missing.
    pub(super) unknown: Vec<u32>,
    /// Days without an exchange rate.
    pub(super) no_rate: BTreeSet<Date>,
}

impl<'a> Ready<'a> {
    /// Computes the formulas of a part.
    pub(super) fn of(
        plan: &Plan,
        snapshot: &Snapshot,
        rows: &'a Rows<'a>,
        part: &Part<'_>,
    ) -> Result<Ready<'a>, Unfit> {
        let evaluator = Evaluator::new(rows);
        let filter = part.filter.map(|filter| evaluator.bools(filter)).transpose()?;
        let mut vals = match part.of {
            Some(of) => evaluator.eval(of)?,
            None => Vals::Bool(Cells::All(Some(true))),
        };
        let mut no_rate = BTreeSet::new();
        let mut no_rate_rows = BTreeSet::new();
        if let Some(conversion) = part.convert {
            let rates = Rates::of(plan, snapshot, conversion)?;
            let mut per_row = Numbers::with_capacity(rows.len());
            for (row, day) in rows.days.iter().enumerate() {
                let rate = day.and_then(|day| rates.on(day));
                if let (None, Some(day), false) = (rate, day, vals.is_null(row))
                    && filter.as_ref().is_none_or(|filter| filter.get(row) == Some(true))
                {
                    no_rate.insert(*day);
                    no_rate_rows.insert(row);
                }
                per_row.push(rate);
            }
            vals = evaluator.times(&vals, &Vals::Number(rates.scale, Units::Own(per_row)))?;
        }
        let plain = plain(part, &vals);
        let gaps = |expr: Option<&RowExpr>| -> Result<Vec<Vals<'a>>, Unfit> {
            looked_columns(expr).into_iter().map(|(alias, name)| rows.looked(alias, name)).collect()
        };
        let (in_filter, in_value) = (gaps(part.filter)?, gaps(part.of)?);
        let class = |row: usize| {
            let gap = |gaps: &[Vals<'_>]| gaps.iter().any(|vals| vals.is_null(row));
            match filter.as_ref().map_or(Some(true), |filter| filter.get(row)) {
                Some(false) => Row::Out,
                None if gap(&in_filter) => Row::Unknown,
                None => Row::Out,
                Some(true) if !vals.is_null(row) => Row::Value,
                Some(true) if gap(&in_value) || no_rate_rows.contains(&row) => Row::Unknown,
                Some(true) => Row::Blank,
            }
        };
        let classes: Vec<Row> =
            if plain.is_some() { Vec::new() } else { (0..rows.len()).map(class).collect() };
        let form = form(part.aggregate, &vals)?;
        let codes =
            if part.aggregate == Aggregate::CountDistinct { ranked(&vals, rows.len()) } else { Vec::new() };
        let is_unknown =
            |row: &u32| classes[*row as usize] == Row::Unknown && !no_rate_rows.contains(&(*row as usize));
        let unknown = match plain {
            Some(_) => Vec::new(),
            None => rows.by_day.iter().copied().filter(is_unknown).collect(),
        };
        Ok(Ready {
            aggregate: part.aggregate,
            rows: classes,
            plain,
            codes,
            days: &rows.days,
            order: rows.order.as_deref(),
            form,
            overflows: RefCell::new(evaluator.exact.overflows()),
            ambiguous: RefCell::default(),
            unknown,
            no_rate,
            vals,
        })
    }

    /// What a row adds: nothing at all if it does not count; an unknown amount where what was looked up for it is not known,
    /// or where rows do not add up.
    pub(super) fn adds(&self, row: u32) -> Option<Option<Decimal>> {
        let at = row as usize;
        if self.plain.is_none() {
            match self.rows[at] {
                Row::Out | Row::Blank => return None,
                Row::Unknown => return Some(None),
                Row::Value => {}
            }
        }
        match (self.aggregate, &self.vals) {
            (Aggregate::Count, _) => Some(Some(Decimal::ONE)),
            (Aggregate::Sum, Vals::Number(scale, cells)) => {
                cells.get(at).map(|units| super::decimal(units, *scale))
            }
            _ => Some(None),
        }
    }

    /// The cell that some rows, in the order of days, come to.
    pub(super) fn total(&self, rows: &[u32], stamps: &mut Stamps) -> Cell {
        if let Some(cells) = self.plain {
            return added(cells, rows);
        }
        let mut cell = Cell::default();
        for row in rows {
            match self.rows[*row as usize] {
                Row::Out => continue,
                Row::Value => cell.seen += 1,
                Row::Unknown => cell.unknown += 1,
                Row::Blank => {}
            }
            cell.rows += 1;
        }
        if cell.seen == 0 {
            return cell;
        }
        match self.units(rows, cell.seen, stamps) {
            Some(units) => cell.units = units,
            None => cell.seen = 0,
        }
        cell
    }

    /// Whether a cell has rows and values, without the value.
    fn selected<'r>(&'r self, rows: &'r [u32]) -> impl DoubleEndedIterator<Item = usize> + 'r {
        rows.iter().map(|row| *row as usize).filter(|row| self.rows[*row] == Row::Value)
    }

    fn units(&self, rows: &[u32], seen: u32, stamps: &mut Stamps) -> Option<i128> {
        match (self.aggregate, &self.vals) {
            (Aggregate::Count, _) => Some(i128::from(seen)),
            (Aggregate::CountDistinct, _) => {
                Some(stamps.different(self.selected(rows).map(|row| self.codes[row])))
            }
            (Aggregate::First, _) => self.end(self.selected(rows), false),
            (Aggregate::Last, _) => self.end(self.selected(rows).rev(), true),
            (aggregate, Vals::Number(_, cells)) => {
                self.exactly(aggregate, self.selected(rows).filter_map(|row| cells.get(row)))
            }
            (aggregate, Vals::Float(cells)) => {
                let value = floating(aggregate, self.selected(rows).filter_map(|row| cells.get(row)), seen);
                value.is_finite().then(|| Cell::bits(value))
            }
            _ => None,
        }
    }

    fn exactly(&self, aggregate: Aggregate, mut numbers: impl Iterator<Item = i128>) -> Option<i128> {
        let result = match aggregate {
            Aggregate::Min => numbers.min(),
            Aggregate::Max => numbers.max(),
            Aggregate::Median => {
                let mut numbers: Vec<i128> = numbers.collect();
                numbers.sort_unstable();
                let middle = numbers.len() / 2;
                // One decimal more, so that the mean of the two middle ones is exact.
                if numbers.len() % 2 == 1 {
                    numbers[middle].checked_mul(10)
                } else {
                    numbers[middle - 1].checked_add(numbers[middle]).and_then(|sum| sum.checked_mul(5))
                }
            }
            _ => numbers.try_fold(0i128, |sum, number| sum.checked_add(number)),
        };
        if result.is_none() {
            *self.overflows.borrow_mut() += 1;
        }
        result
    }

    /// The value of the first of `ordered`. If its day has others, the order column decides; nothing if it cannot.
    fn end(&self, mut ordered: impl Iterator<Item = usize>, last: bool) -> Option<i128> {
        let first = ordered.next()?;
        let day = self.days[first];
        let same: Vec<usize> =
            [first].into_iter().chain(ordered.take_while(|row| self.days[*row] == day)).collect();
        let place = |row: &usize| self.order.and_then(|order| order[*row]);
        let chosen: Vec<usize> = match same.iter().map(place).collect::<Option<BTreeSet<u32>>>() {
            Some(places) => {
                let at = if last { places.last() } else { places.first() }.copied();
                same.into_iter().filter(|row| place(row) == at).collect()
            }
            None => same,
        };
        let values: BTreeSet<i128> = chosen.into_iter().map(|row| self.bits(row)).collect::<Option<_>>()?;
        if values.len() > 1 {
            self.ambiguous.borrow_mut().extend(day);
            return None;
        }
        values.first().copied()
    }

    fn bits(&self, row: usize) -> Option<i128> {
        match &self.vals {
            Vals::Number(_, cells) => cells.get(row),
            Vals::Float(cells) => cells.get(row).map(Cell::bits),
            _ => None,
        }
    }
}

/// The cells of a part that adds up a column as it stands in its table, without any condition.
fn plain<'a>(part: &Part<'_>, vals: &Vals<'a>) -> Option<&'a [i64]> {
    let is_plain = part.filter.is_none()
        && part.convert.is_none()
        && matches!(part.aggregate, Aggregate::Sum | Aggregate::Avg)
        && matches!(part.of, Some(RowExpr::Column(_)));
    match vals {
        Vals::Number(_, Units::Table(units)) if is_plain => units.small(),
        _ => None,
    }
}

/// The sum of these rows: fewer than 2³² numbers of 64 bits fit 128.
fn added(cells: &[i64], rows: &[u32]) -> Cell {
    let mut cell = Cell::default();
    for row in rows {
        let units = cells[*row as usize];
        cell.rows += 1;
        if units != Numbers::MISSING {
            cell.seen += 1;
            cell.units += i128::from(units);
        }
    }
    cell
}

fn floating(aggregate: Aggregate, numbers: impl Iterator<Item = f64>, seen: u32) -> f64 {
    match aggregate {
        Aggregate::Min => numbers.fold(f64::INFINITY, f64::min),
        Aggregate::Max => numbers.fold(f64::NEG_INFINITY, f64::max),
        Aggregate::Avg => numbers.sum::<f64>() / f64::from(seen),
        Aggregate::Median => {
            let mut numbers: Vec<f64> = numbers.collect();
            numbers.sort_by(f64::total_cmp);
            let middle = numbers.len() / 2;
            if numbers.len() % 2 == 1 {
                numbers[middle]
            } else {
                f64::midpoint(numbers[middle - 1], numbers[middle])
            }
        }
        _ => numbers.sum(),
    }
}

fn form(aggregate: Aggregate, vals: &Vals<'_>) -> Result<Form, Unfit> {
    match (aggregate, vals) {
        (Aggregate::Count | Aggregate::CountDistinct, _) | (_, Vals::Null) => Ok(Form::Exact(0)),
        (Aggregate::Avg, Vals::Number(scale, _)) => Ok(Form::Mean(*scale)),
        (Aggregate::Median, Vals::Number(scale, _)) => Ok(Form::Exact(scale + 1)),
        (_, Vals::Number(scale, _)) => Ok(Form::Exact(*scale)),
        (_, Vals::Float(_)) => Ok(Form::Float),
        (_, other) => Err(format!("numbers are wanted, but the formula gives {}", other.kind())),
    }
}

/// A number per different value, counted from 0.
fn ranked(vals: &Vals<'_>, rows: usize) -> Vec<u32> {
    fn ranks<K: Ord>(rows: usize, key: impl Fn(usize) -> Option<K>) -> Vec<u32> {
        let mut seen = BTreeMap::new();
        let mut rank = |key: K| {
            let next = u32::try_from(seen.len()).unwrap_or(u32::MAX);
            *seen.entry(key).or_insert(next)
        };
        (0..rows).map(|row| key(row).map_or(0, &mut rank)).collect()
    }
    match vals {
        Vals::Text(values, cells) => {
            let of_value = ranks(values.len(), |code| Some(values[code].clone()));
            (0..rows).map(|row| cells.get(row).map_or(0, |code| of_value[code as usize])).collect()
        }
        Vals::Number(_, cells) => ranks(rows, |row| cells.get(row)),
        Vals::Date(cells) => ranks(rows, |row| cells.get(row)),
        other => ranks(rows, |row| pick::written(other, row)),
    }
}

/// Counts different codes in a time that depends on the rows at hand only.
#[derive(Default)]
pub(super) struct Stamps {
    last: Vec<u32>,
    round: u32,
}

impl Stamps {
    fn different(&mut self, codes: impl Iterator<Item = u32>) -> i128 {
        self.round += 1;
        let mut count = 0;
        for code in codes {
            let code = code as usize;
            if code >= self.last.len() {
                self.last.resize(code + 1, 0);
            }
            if self.last[code] != self.round {
                self.last[code] = self.round;
                count += 1;
            }
        }
        count
    }
}

/// Columns of lookups that an expression uses.
pub(super) fn looked_columns(expr: Option<&RowExpr>) -> BTreeSet<(&Id, &Id)> {
    fn walk<'e>(expr: &'e RowExpr, into: &mut BTreeSet<(&'e Id, &'e Id)>) {
        match expr {
            RowExpr::Looked(alias, name) => {
                into.insert((alias, name));
            }
            RowExpr::Negative(inner)
            | RowExpr::Not(inner)
            | RowExpr::IsNull(inner, _)
            | RowExpr::Like(inner, ..) => {
                walk(inner, into);
            }
            RowExpr::Binary(_, left, right) => {
                walk(left, into);
                walk(right, into);
            }
            RowExpr::In(inner, list, _) => {
                walk(inner, into);
                list.iter().for_each(|item| walk(item, into));
            }
            RowExpr::Case(branches, rest) => {
                for (when, then) in branches {
                    walk(when, into);
                    walk(then, into);
                }
                if let Some(rest) = rest {
                    walk(rest, into);
                }
            }
            RowExpr::Call(_, arguments) => arguments.iter().for_each(|argument| walk(argument, into)),
            RowExpr::Column(_)
            | RowExpr::Number(_)
            | RowExpr::Text(_)
            | RowExpr::Date(_)
            | RowExpr::Bool(_)
            | RowExpr::Null => {}
        }
    }
    let mut into = BTreeSet::new();
    if let Some(expr) = expr {
        walk(expr, &mut into);
    }
    into
}
