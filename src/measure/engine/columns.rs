//! Answers from columns in memory. One pass sorts the rows by scope and day; after it every aggregate is a walk over
//! a stretch of rows, whether of a day or of a longer window.

use super::gather::Gathered;
use super::group::{Grouper, Groups};
use super::rows::{self, Rows};
use super::total::{Ready, Stamps, looked_columns};
use super::{Answer, Ask, Cell, Engine, Grouped, Levels, Part, RowsOf, Window};
use crate::diag::{Checked, Finding};
use crate::measure::found;
use crate::plan::Plan;
use crate::snapshot::{Column, Frame, Snapshot};
use crate::time::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The tables of a snapshot.
pub(crate) struct Columns<'a> {
    /// Lookups, stores and people are declared here.
    pub(crate) plan: &'a Plan,
    /// The data.
    pub(crate) snapshot: &'a Snapshot,
}

impl Engine for Columns<'_> {
    fn aggregate(&self, ask: &Ask<'_>) -> Checked<Answer> {
        let mut found = Vec::new();
        let rows = Rows::of(self.plan, self.snapshot, ask.rows, &mut found);
        let mut grouper = Grouper::new(self.plan, self.snapshot, &rows);
        let mut answer =
            Answer { recorded: rows::recorded(self.snapshot, ask.rows.tables), ..Answer::default() };
        let mut sorted = BTreeMap::new();
        for levels in ask.by.keys() {
            if let Some(groups) = grouper.groups(levels, &mut found) {
                let stretches = Stretches::of(&groups, &rows.days);
                answer.groups.insert(levels.clone(), stretches.empty(ask.parts.len(), &groups));
                sorted.insert(levels, (groups, stretches));
            }
        }
        // Part by part, so that only one computed column is in memory at a time.
        for (at, part) in ask.parts.iter().enumerate() {
            let ready = match Ready::of(self.plan, self.snapshot, &rows, part) {
                Ok(ready) => ready,
                Err(why) => {
                    found.push(found::unfit(part, &why));
                    answer.forms.push(None);
                    continue;
                }
            };
            answer.forms.push(Some(ready.form));
            let mut stamps = Stamps::default();
            for (levels, (groups, stretches)) in &sorted {
                if ask.by.get(*levels).is_some_and(|parts| parts.contains(&at)) {
                    let grouped = answer.groups.get_mut(*levels).expect("made above for the same levels");
                    grouped.cells[at] = stretches.per_day(groups, &ready, &mut stamps);
                    grouped.windows[at] = stretches.per_window(groups, &ready, &part.windows, &mut stamps);
                }
            }
            found.extend(remarks(&rows, ask, part, &ready));
        }
        Checked { value: answer, found }
    }

    fn gather<'r>(
        &'r self,
        of: RowsOf<'r>,
        part: &Part<'_>,
        levels: &Levels,
    ) -> Checked<Option<Gathered<'r>>> {
        self.gathered(of, part, levels)
    }
}

/// What is to be said about a part that was computed.
fn remarks(rows: &Rows<'_>, ask: &Ask<'_>, part: &Part<'_>, ready: &Ready<'_>) -> Vec<Finding> {
    let mut said = Vec::new();
    let overflows = *ready.overflows.borrow();
    if overflows > 0 {
        said.push(found::overflow(part, overflows));
    }
    let ambiguous = ready.ambiguous.borrow();
    if let Some(day) = ambiguous.first() {
        said.push(found::ambiguous_order(part, *day, ambiguous.len()));
    }
    if let Some(day) = ready.no_rate.first() {
        said.push(found::no_rate(part, *day, ready.no_rate.len()));
    }
    if !ready.unknown.is_empty() {
        let mut used = looked_columns(part.of);
        used.extend(looked_columns(part.filter));
        for lookup in ask.rows.lookups {
            let columns: Vec<_> =
                used.iter().filter(|(alias, _)| **alias == lookup.alias).map(|(_, name)| *name).collect();
            if !columns.is_empty() {
                let keys: BTreeSet<String> =
                    ready.unknown.iter().map(|row| rows.key_of(lookup, *row as usize)).collect();
                said.push(found::unknown(part, lookup, &columns, &keys, ready.unknown.len()));
            }
        }
    }
    said
}

/// Where each day of each scope begins among the sorted rows.
struct Stretches {
    /// Day of each stretch.
    days: Vec<Date>,
    /// First row of each stretch; one more than days.
    rows: Vec<usize>,
    /// First stretch of each scope; one more than scopes.
    starts: Vec<usize>,
}

impl Stretches {
    fn of(groups: &Groups, days: &[Option<Date>]) -> Stretches {
        let mut stretches = Stretches { days: Vec::new(), rows: Vec::new(), starts: vec![0] };
        for bounds in groups.starts.windows(2) {
            let mut last = None;
            for at in bounds[0]..bounds[1] {
                let day = days[groups.rows[at] as usize];
                if let (true, Some(day)) = (day != last, day) {
                    stretches.days.push(day);
                    stretches.rows.push(at);
                }
                last = day;
            }
            stretches.starts.push(stretches.days.len());
        }
        stretches.rows.push(groups.rows.len());
        stretches
    }

    fn empty(&self, parts: usize, groups: &Groups) -> Grouped {
        Grouped {
            scopes: groups.scopes.clone(),
            starts: self.starts.clone(),
            days: self.days.clone(),
            cells: vec![Vec::new(); parts],
            windows: vec![Vec::new(); parts],
        }
    }

    fn per_day(&self, groups: &Groups, ready: &Ready<'_>, stamps: &mut Stamps) -> Vec<Cell> {
        self.rows.windows(2).map(|bounds| ready.total(&groups.rows[bounds[0]..bounds[1]], stamps)).collect()
    }

    fn per_window(
        &self,
        groups: &Groups,
        ready: &Ready<'_>,
        windows: &BTreeSet<Window>,
        stamps: &mut Stamps,
    ) -> Vec<Cell> {
        let mut cells = Vec::with_capacity(windows.len() * groups.scopes.len());
        for bounds in self.starts.windows(2) {
            let days = &self.days[bounds[0]..bounds[1]];
            for (first, last) in windows {
                let from = bounds[0] + days.partition_point(|day| day < first);
                let to = bounds[0] + days.partition_point(|day| day <= last);
                cells.push(if from < to {
                    ready.total(&groups.rows[self.rows[from]..self.rows[to]], stamps)
                } else {
                    Cell::default()
                });
            }
        }
        cells
    }
}

/// The rows of several frames, one after the other. A column that a frame lacks is empty there; columns of unlike
/// kinds become text.
pub(super) fn union<'a>(frames: impl Iterator<Item = &'a Frame>) -> Frame {
    let frames: Vec<&Frame> = frames.collect();
    let names: BTreeSet<&Arc<str>> = frames.iter().flat_map(|frame| frame.columns.keys()).collect();
    let joined = |name: &Arc<str>| {
        let parts: Vec<(usize, Option<&Column>)> =
            frames.iter().map(|frame| (frame.rows, frame.columns.get(name))).collect();
        (name.clone(), stacked(&parts))
    };
    Frame {
        rows: frames.iter().map(|frame| frame.rows).sum(),
        columns: names.into_iter().map(joined).collect(),
    }
}

/// Cells of several columns of one kind, one after the other; `None` if one is of another kind.
fn all_cells<T: Clone>(
    parts: &[(usize, Option<&Column>)],
    cells: impl Fn(&Column) -> Option<Vec<Option<T>>>,
) -> Option<Vec<Option<T>>> {
    let mut all = Vec::new();
    for (rows, column) in parts {
        match column {
            Some(Column::Text { values, .. }) if values.is_empty() => all.extend(vec![None; *rows]),
            Some(column) => all.extend(cells(column)?),
            None => all.extend(vec![None; *rows]),
        }
    }
    Some(all)
}

fn stacked(parts: &[(usize, Option<&Column>)]) -> Column {
    let scales = parts
        .iter()
        .map(|(_, column)| if let Some(Column::Number { scale, .. }) = column { *scale } else { 0 });
    let scale = scales.max().unwrap_or(0);
    let numbers = all_cells(parts, |column| match column {
        Column::Number { scale: own, rows } => {
            let by = super::value::power(scale - own)?;
            // A number that does not fit the common power of ten makes the column text, and its formula a finding.
            rows.iter().map(|cell| cell.map_or(Some(None), |cell| cell.checked_mul(by).map(Some))).collect()
        }
        _ => None,
    });
    let dates =
        || all_cells(parts, |column| if let Column::Date(rows) = column { Some(rows.clone()) } else { None });
    let bools =
        || all_cells(parts, |column| if let Column::Bool(rows) = column { Some(rows.clone()) } else { None });
    let floats = || {
        all_cells(parts, |column| match column {
            Column::Float(rows) => Some(rows.clone()),
            Column::Number { scale, rows } => {
                Some(rows.iter().map(|cell| cell.map(|cell| super::value::float(cell, *scale))).collect())
            }
            _ => None,
        })
    };
    let number = numbers.map(|rows| Column::Number { scale, rows: rows.into() });
    let other = number.or_else(|| dates().map(Column::Date)).or_else(|| bools().map(Column::Bool));
    let is_text =
        parts.iter().all(|(_, column)| column.is_none_or(|column| matches!(column, Column::Text { .. })));
    match other {
        // Nothing but empty columns fit every kind: they stay text.
        Some(column) if !is_text => column,
        _ if !is_text && floats().is_some() => {
            floats().map(Column::Float).unwrap_or(Column::Float(Vec::new()))
        }
        _ => stacked_texts(parts),
    }
}

fn stacked_texts(parts: &[(usize, Option<&Column>)]) -> Column {
    let coded: Vec<_> =
        parts.iter().map(|(rows, column)| column.map(|column| rows::coded(column, *rows))).collect();
    let all: BTreeSet<Arc<str>> =
        coded.iter().flatten().flat_map(|(values, _)| values.iter().cloned()).collect();
    let values: Vec<Arc<str>> = all.into_iter().collect();
    let mut stacked = Vec::new();
    for ((rows, _), coded) in parts.iter().zip(&coded) {
        match coded {
            Some((own, codes)) => {
                let moved: Vec<Option<u32>> =
                    own.iter().map(|value| rows::place_of(&values, value)).collect();
                stacked.extend(codes.iter().map(|code| code.and_then(|code| moved[code as usize])));
            }
            None => stacked.extend(vec![None; *rows]),
        }
    }
    Column::Text { values: Arc::new(values), rows: stacked }
}
