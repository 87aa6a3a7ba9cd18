//! Columns while they are computed with: cells of one kind, read from the table, made, or the same for every row.
//! Numbers are whole numbers with a common power of ten; what no longer fits becomes missing and is counted.

use crate::snapshot::{Column, Numbers};
use crate::time::Date;
use std::cell::Cell;
use std::sync::Arc;

/// Cells of a column.
#[derive(Clone, Debug)]
pub(super) enum Cells<'a, T: Copy> {
    /// Those of the table.
    Slice(&'a [Option<T>]),
    /// Computed ones.
    Own(Vec<Option<T>>),
    /// The same in every row.
    All(Option<T>),
}

impl<T: Copy> Cells<'_, T> {
    #[inline]
    pub(super) fn get(&self, row: usize) -> Option<T> {
        match self {
            Cells::Slice(cells) => cells[row],
            Cells::Own(cells) => cells[row],
            Cells::All(cell) => *cell,
        }
    }
}

/// Units of numbers.
#[derive(Clone, Debug)]
pub(super) enum Units<'a> {
    /// Those of the table.
    Table(&'a Numbers),
    /// Computed ones.
    Own(Numbers),
    /// The same in every row.
    All(Option<i128>),
}

impl Units<'_> {
    #[inline]
    pub(super) fn get(&self, row: usize) -> Option<i128> {
        match self {
            Units::Table(units) => units.get(row),
            Units::Own(units) => units.get(row),
            Units::All(units) => *units,
        }
    }
}

/// Values of one kind, one per row.
#[derive(Clone, Debug)]
pub(super) enum Vals<'a> {
    /// Nothing in any row, of no kind.
    Null,
    /// `cell / 10^scale`
    Number(u32, Units<'a>),
    /// Binary floats.
    Float(Cells<'a, f64>),
    /// Index into different texts.
    Text(Arc<Vec<Arc<str>>>, Cells<'a, u32>),
    /// Days.
    Date(Cells<'a, Date>),
    /// Yes or no.
    Bool(Cells<'a, bool>),
}

impl<'a> Vals<'a> {
    /// The cells of a column of a table.
    pub(super) fn of(column: &'a Column) -> Vals<'a> {
        match column {
            // A column without any cell has no kind of its own: it may stand where a number is wanted.
            Column::Text { values, .. } if values.is_empty() => Vals::Null,
            Column::Text { values, rows } => Vals::Text(values.clone(), Cells::Slice(rows)),
            Column::Number { scale, rows } => Vals::Number(*scale, Units::Table(rows)),
            Column::Float(rows) => Vals::Float(Cells::Slice(rows)),
            Column::Date(rows) => Vals::Date(Cells::Slice(rows)),
            Column::Bool(rows) => Vals::Bool(Cells::Slice(rows)),
        }
    }

    /// The cells of another table's column, each row's at the place that was looked up for it.
    pub(super) fn looked_up(column: &Column, matches: &[Option<u32>]) -> Vals<'a> {
        fn gather<T: Copy>(from: &[Option<T>], matches: &[Option<u32>]) -> Cells<'static, T> {
            Cells::Own(matches.iter().map(|at| at.and_then(|at| from[at as usize])).collect())
        }
        match column {
            Column::Text { values, .. } if values.is_empty() => Vals::Null,
            Column::Text { values, rows } => Vals::Text(values.clone(), gather(rows, matches)),
            Column::Number { scale, rows } => {
                let units = matches.iter().map(|at| at.and_then(|at| rows.get(at as usize)));
                Vals::Number(*scale, Units::Own(units.collect()))
            }
            Column::Float(rows) => Vals::Float(gather(rows, matches)),
            Column::Date(rows) => Vals::Date(gather(rows, matches)),
            Column::Bool(rows) => Vals::Bool(gather(rows, matches)),
        }
    }

    /// The same text in every row.
    pub(super) fn text(text: &str) -> Vals<'a> {
        Vals::Text(Arc::new(vec![text.into()]), Cells::All(Some(0)))
    }

    /// Texts, of which equal ones are kept once.
    pub(super) fn texts(texts: &[Option<String>]) -> Vals<'a> {
        let mut values: Vec<Arc<str>> = texts.iter().flatten().map(|text| text.as_str().into()).collect();
        values.sort();
        values.dedup();
        let code = |text: &String| {
            let at = values.binary_search_by(|value| value.as_ref().cmp(text)).ok()?;
            u32::try_from(at).ok()
        };
        let cells = texts.iter().map(|text| text.as_ref().and_then(code)).collect();
        Vals::Text(Arc::new(values), Cells::Own(cells))
    }

    /// Whether a row has no value.
    #[inline]
    pub(super) fn is_null(&self, row: usize) -> bool {
        match self {
            Vals::Null => true,
            Vals::Number(_, cells) => cells.get(row).is_none(),
            Vals::Float(cells) => cells.get(row).is_none(),
            Vals::Text(_, cells) => cells.get(row).is_none(),
            Vals::Date(cells) => cells.get(row).is_none(),
            Vals::Bool(cells) => cells.get(row).is_none(),
        }
    }

    /// What kind of values they are, in a word for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Vals::Null => "nothing",
            Vals::Number(..) | Vals::Float(_) => "numbers",
            Vals::Text(..) => "text",
            Vals::Date(_) => "dates",
            Vals::Bool(_) => "yes or no",
        }
    }

    /// The text of a row.
    #[inline]
    pub(super) fn text_at(&self, row: usize) -> Option<&str> {
        match self {
            Vals::Text(values, cells) => cells.get(row).map(|code| values[code as usize].as_ref()),
            _ => None,
        }
    }

    /// The number of a row as a float.
    #[inline]
    pub(super) fn float_at(&self, row: usize) -> Option<f64> {
        match self {
            Vals::Number(scale, cells) => cells.get(row).map(|cell| float(cell, *scale)),
            Vals::Float(cells) => cells.get(row),
            _ => None,
        }
    }
}

/// `units / 10^scale` as the nearest float: powers of ten up to 22 are exact, so one division rounds once.
#[expect(clippy::cast_precision_loss, reason = "a float is asked for")]
pub(super) fn float(units: i128, scale: u32) -> f64 {
    units as f64 / 10f64.powi(i32::try_from(scale).unwrap_or(i32::MAX))
}

/// Arithmetic that notices when a number outgrows its digits.
#[derive(Debug, Default)]
pub(super) struct Exact {
    overflows: Cell<u64>,
}

/// Decimals that a division within a row keeps; the rest is rounded half away from zero.
pub(super) const DIVISION_DECIMALS: u32 = 9;

impl Exact {
    /// How many results did not fit.
    pub(super) fn overflows(&self) -> u64 {
        self.overflows.get()
    }

    /// The result, or nothing and a mark that it did not fit.
    #[inline]
    pub(super) fn noted<T>(&self, result: Option<T>) -> Option<T> {
        if result.is_none() {
            self.overflows.set(self.overflows.get() + 1);
        }
        result
    }

    /// `units` with `more` decimals added.
    #[inline]
    pub(super) fn scaled(&self, units: i128, more: u32) -> Option<i128> {
        if more == 0 {
            return Some(units);
        }
        self.noted(power(more).and_then(|power| units.checked_mul(power)))
    }

    /// `a / b` with [`DIVISION_DECIMALS`]; nothing where `b` is zero.
    pub(super) fn quotient(&self, a: (i128, u32), b: (i128, u32)) -> Option<i128> {
        if b.0 == 0 {
            return None;
        }
        let above = power(DIVISION_DECIMALS + b.1).and_then(|power| a.0.checked_mul(power));
        let below = power(a.1).and_then(|power| b.0.checked_mul(power));
        self.noted(above.zip(below).and_then(|(above, below)| rounded(above, below)))
    }
}

/// `above / below`, rounded half away from zero.
pub(super) fn rounded(above: i128, below: i128) -> Option<i128> {
    let (whole, rest) = (above.checked_div(below)?, above.checked_rem(below)?);
    let twice = rest.unsigned_abs().checked_mul(2)?;
    let away = if (above < 0) == (below < 0) { 1 } else { -1 };
    Some(if twice >= below.unsigned_abs() { whole + away } else { whole })
}

/// Ten to a power.
pub(super) fn power(of: u32) -> Option<i128> {
    10i128.checked_pow(of)
}
