//! What is asked of the data, and what it answers: these aggregates of these tables, filtered, by these levels, per
//! day or over a window of days. Columns in memory answer today; a database can answer the same question.

mod columns;
mod eval;
mod gather;
mod group;
mod pick;
mod rates;
mod rows;
mod total;
mod value;

pub(crate) use columns::Columns;
pub(crate) use gather::{Counting, Gathered};

use crate::diag::{Checked, Place};
use crate::plan::formula::{Aggregate, RowExpr};
use crate::plan::{Conversion, Id, Level, Lookup, Scope, TableRef};
use crate::time::Date;
use crate::unit::{Decimal, Quantity};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A combination of levels; the empty one is the company.
pub(crate) type Levels = BTreeSet<Level>;

/// First and last day, both included.
pub(crate) type Window = (Date, Date);

/// Answers what is asked of data, wherever it lies.
pub(crate) trait Engine: Sync {
    /// The aggregates per scope and day, and over the windows asked for. A part that cannot be computed is a finding
    /// at its place and has no cells.
    fn aggregate(&self, ask: &Ask<'_>) -> Checked<Answer>;

    /// The rows themselves that meet the filter of `part`, by the scopes of a combination of levels; nothing where the
    /// rows do not know a level, or lie where only aggregates can be had.
    fn gather<'r>(
        &'r self,
        of: RowsOf<'r>,
        part: &Part<'_>,
        levels: &Levels,
    ) -> Checked<Option<Gathered<'r>>>;
}

/// One reading of the rows of some tables.
#[derive(Clone, Debug)]
pub(crate) struct Ask<'a> {
    /// Which rows.
    pub(crate) rows: RowsOf<'a>,
    /// What is computed of them.
    pub(crate) parts: Vec<Part<'a>>,
    /// By which levels, and which of the parts (their indices) for each.
    pub(crate) by: BTreeMap<Levels, BTreeSet<usize>>,
}

/// Rows with what is looked up for them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RowsOf<'a> {
    /// Union of these tables' rows.
    pub(crate) tables: &'a [TableRef],
    /// Rows looked up elsewhere.
    pub(crate) lookups: &'a [Lookup],
    /// Alias and column that date a row instead of its own date.
    pub(crate) dated_by: Option<&'a (Id, Id)>,
}

/// One aggregate over selected rows.
#[derive(Clone, Debug)]
pub(crate) struct Part<'a> {
    /// How.
    pub(crate) aggregate: Aggregate,
    /// Of what; `None` counts rows.
    pub(crate) of: Option<&'a RowExpr>,
    /// Which rows.
    pub(crate) filter: Option<&'a RowExpr>,
    /// Each row's amount is multiplied by a rate.
    pub(crate) convert: Option<&'a Conversion>,
    /// Windows over which it is computed again from all rows, sorted.
    pub(crate) windows: BTreeSet<Window>,
    /// Name of the metric that asked first, for findings.
    pub(crate) metric: &'a Id,
    /// Where that metric is defined.
    pub(crate) place: &'a Place,
}

impl Part<'_> {
    /// Whether both compute the same of a row set, windows aside.
    pub(crate) fn same(&self, other: &Part<'_>) -> bool {
        self.aggregate == other.aggregate
            && self.of == other.of
            && self.filter == other.filter
            && self.convert == other.convert
    }
}

/// What came of an [`Ask`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    /// By combination of levels; one that the tables do not know is absent.
    pub(crate) groups: BTreeMap<Levels, Grouped>,
    /// How the cells of each part are read; `None` if the part could not be computed.
    pub(crate) forms: Vec<Option<Form>>,
    /// On which days each table and store has rows.
    pub(crate) recorded: Vec<Recorded>,
}

/// Days with rows of one store in one table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Recorded {
    /// Which table.
    pub(crate) table: TableRef,
    /// Which store; `""` where the table knows none.
    pub(crate) store: Arc<str>,
    /// Sorted.
    pub(crate) days: Vec<Date>,
    /// From this day on rows still move.
    pub(crate) provisional_from: Option<Date>,
}

/// How a cell becomes a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `units / 10^scale`
    Exact(u32),
    /// `units / 10^scale / seen`
    Mean(u32),
    /// The bits of a float.
    Float,
}

/// What the selected rows of one scope on one day, or in one window, come to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Cell {
    /// See [`Form`]; meaningless where nothing was seen.
    pub(crate) units: i128,
    /// Rows selected.
    pub(crate) rows: u32,
    /// Rows selected with a value; 0: no value.
    pub(crate) seen: u32,
    /// Rows for which something that was looked up is not known.
    pub(crate) unknown: u32,
}

impl Cell {
    /// The value; `None` where nothing was seen or 28 digits do not hold it.
    pub(crate) fn value(&self, form: Form) -> Option<Quantity> {
        if self.seen == 0 {
            return None;
        }
        match form {
            Form::Exact(scale) => decimal(self.units, scale).map(Quantity::Exact),
            Form::Mean(scale) => {
                Quantity::Exact(decimal(self.units, scale)?).over(i64::from(self.seen).into())
            }
            Form::Float => Some(Quantity::Approximate(f64::from_bits(u64::try_from(self.units).ok()?))),
        }
    }

    /// A float as cells hold it.
    pub(crate) fn bits(value: f64) -> i128 {
        i128::from(value.to_bits())
    }
}

/// `units / 10^scale`, if a decimal of 28 digits holds it.
pub(crate) fn decimal(mut units: i128, mut scale: u32) -> Option<Decimal> {
    loop {
        if scale <= 28
            && let Ok(value) = Decimal::try_from_i128_with_scale(units, scale)
        {
            return Some(value);
        }
        if scale == 0 || units % 10 != 0 {
            return None;
        }
        (units, scale) = (units / 10, scale - 1);
    }
}

/// Cells of all scopes of one combination of levels.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grouped {
    /// Place of each scope in `starts`.
    pub(crate) scopes: BTreeMap<Scope, usize>,
    /// Where the days of a scope begin; one more than scopes.
    pub(crate) starts: Vec<usize>,
    /// Days with rows, ascending within each scope.
    pub(crate) days: Vec<Date>,
    /// By part: a cell for each of `days`; empty if not asked or not computed.
    pub(crate) cells: Vec<Vec<Cell>>,
    /// By part: cells over windows, scope by scope, in the order of the part's windows.
    pub(crate) windows: Vec<Vec<Cell>>,
}

impl Grouped {
    /// Days and cells of a scope; both empty where it has no rows.
    pub(crate) fn of(&self, scope: &Scope, part: usize) -> (&[Date], &[Cell]) {
        match (self.scopes.get(scope), self.cells.get(part)) {
            (Some(&at), Some(cells)) if !cells.is_empty() => {
                let range = self.starts[at]..self.starts[at + 1];
                (&self.days[range.clone()], &cells[range])
            }
            _ => (&[], &[]),
        }
    }

    /// The cell of a scope over the window at `place` of `count`.
    pub(crate) fn window(&self, scope: &Scope, part: usize, (place, count): (usize, usize)) -> Cell {
        let at = self.scopes.get(scope).map(|at| at * count + place);
        at.and_then(|at| self.windows.get(part)?.get(at)).copied().unwrap_or_default()
    }
}
