//! Rows as they are, for whoever computes of them himself: which of them count, in which scopes they lie, in the order
//! of the table.

use super::columns::Columns;
use super::eval::Evaluator;
use super::group::Grouper;
use super::rows::Rows;
use super::total::Ready;
use super::{Levels, Part, RowsOf};
use crate::diag::Checked;
use crate::measure::found;
use crate::plan::Scope;
use crate::snapshot::Frame;
use crate::time::Date;
use crate::unit::Decimal;
use std::borrow::Cow;

/// Rows of some tables, told apart by scope.
pub(crate) struct Gathered<'a> {
    /// All rows; which of them count is below.
    pub(crate) frame: Cow<'a, Frame>,
    /// The day of every row.
    pub(crate) days: Vec<Option<Date>>,
    /// Sorted.
    pub(crate) scopes: Vec<Scope>,
    /// Row and number of its scope, in the order of the rows; a row that lies in several scopes is there for each.
    pub(crate) rows: Vec<(u32, u32)>,
}

/// Rows that count, each with what it adds.
pub(crate) struct Counting<'a> {
    /// All rows; which of them count is below.
    pub(crate) frame: Cow<'a, Frame>,
    /// The day of every row.
    pub(crate) days: Vec<Option<Date>>,
    /// Sorted.
    pub(crate) scopes: Vec<Scope>,
    /// Row, number of its scope, and what it adds; `None` where something that was looked up for it is not known.
    pub(crate) rows: Vec<(u32, u32, Option<Decimal>)>,
}

impl Columns<'_> {
    /// The rows that count for a part; `None` where they do not know a level, or the part cannot be computed.
    pub(crate) fn counting<'r>(
        &'r self,
        of: RowsOf<'r>,
        part: &Part<'_>,
        levels: &Levels,
    ) -> Option<Counting<'r>> {
        // What is wrong was told when the figure was measured.
        let mut found = Vec::new();
        let rows = Rows::of(self.plan, self.snapshot, of, &mut found);
        let groups = Grouper::new(self.plan, self.snapshot, &rows).groups(levels, &mut found)?;
        let ready = Ready::of(self.plan, self.snapshot, &rows, part).ok()?;
        let mut picked = Vec::new();
        for (number, place) in (0..).zip(groups.scopes.values()) {
            let own = &groups.rows[groups.starts[*place]..groups.starts[place + 1]];
            picked.extend(own.iter().filter_map(|row| Some((*row, number, ready.adds(*row)?))));
        }
        picked.sort_unstable();
        let scopes = groups.scopes.keys().cloned().collect();
        drop(ready);
        let (frame, days) = rows.into_parts();
        Some(Counting { frame, days, scopes, rows: picked })
    }

    /// See [`super::Engine::gather`].
    pub(super) fn gathered<'r>(
        &'r self,
        of: RowsOf<'r>,
        part: &Part<'_>,
        levels: &Levels,
    ) -> Checked<Option<Gathered<'r>>> {
        let mut found = Vec::new();
        let rows = Rows::of(self.plan, self.snapshot, of, &mut found);
        let Some(groups) = Grouper::new(self.plan, self.snapshot, &rows).groups(levels, &mut found) else {
            return Checked { value: None, found };
        };
        let counts = match part.filter.map(|filter| Evaluator::new(&rows).bools(filter)).transpose() {
            Ok(None) => None,
            Ok(Some(filter)) => {
                Some((0..rows.len()).map(|row| filter.get(row) == Some(true)).collect::<Vec<_>>())
            }
            Err(why) => {
                found.push(found::unfit(part, &why));
                return Checked { value: None, found };
            }
        };
        let mut picked = Vec::new();
        for (number, place) in groups.scopes.values().enumerate() {
            let number = u32::try_from(number).expect("there are fewer scopes than rows");
            let own = &groups.rows[groups.starts[*place]..groups.starts[place + 1]];
            let counting =
                own.iter().filter(|row| counts.as_ref().is_none_or(|counts| counts[**row as usize]));
            picked.extend(counting.map(|row| (*row, number)));
        }
        picked.sort_unstable();
        let scopes = groups.scopes.keys().cloned().collect();
        let (frame, days) = rows.into_parts();
        Checked { value: Some(Gathered { frame, days, scopes, rows: picked }), found }
    }
}
