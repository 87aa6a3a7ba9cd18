//! Columns by rows: gathering, putting files one under the other, and the total order of rows.

use super::numbers::Numbers;
use super::table::{Column, Frame};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

impl Column {
    /// How many rows.
    pub fn len(&self) -> usize {
        match self {
            Column::Text { rows, .. } => rows.len(),
            Column::Number { rows, .. } => rows.len(),
            Column::Float(rows) => rows.len(),
            Column::Date(rows) => rows.len(),
            Column::Bool(rows) => rows.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A column with one text, or none, in all rows.
    pub fn constant(text: Option<&str>, count: usize) -> Column {
        let values: Vec<Arc<str>> = text.map(Arc::from).into_iter().collect();
        Column::Text { values: Arc::new(values), rows: vec![text.map(|_| 0); count] }
    }

    /// The text of a row.
    pub fn text(&self, row: usize) -> Option<&Arc<str>> {
        match self {
            Column::Text { values, rows } => rows[row].map(|id| &values[id as usize]),
            _ => None,
        }
    }

    /// These rows, in this order.
    pub fn gather(&self, rows: &[usize]) -> Column {
        match self {
            Column::Text { values, rows: own } => {
                Column::Text { values: values.clone(), rows: rows.iter().map(|row| own[*row]).collect() }
                    .compacted()
            }
            Column::Number { scale, rows: own } => Column::Number { scale: *scale, rows: own.gather(rows) },
            Column::Float(own) => Column::Float(rows.iter().map(|row| own[*row]).collect()),
            Column::Date(own) => Column::Date(rows.iter().map(|row| own[*row]).collect()),
            Column::Bool(own) => Column::Bool(rows.iter().map(|row| own[*row]).collect()),
        }
    }

    /// Keeps these rows, which come in the order they have.
    fn retain(&mut self, kept: &[usize]) {
        match self {
            Column::Text { values, rows } => {
                retain(rows, kept);
                let column = Column::Text { values: std::mem::take(values), rows: std::mem::take(rows) };
                *self = column.compacted();
            }
            Column::Number { rows, .. } => rows.retain(kept),
            Column::Float(rows) => retain(rows, kept),
            Column::Date(rows) => retain(rows, kept),
            Column::Bool(rows) => retain(rows, kept),
        }
    }

    /// Without values that no row has.
    fn compacted(self) -> Column {
        let Column::Text { values, rows } = self else { return self };
        let mut place: Vec<Option<u32>> = vec![None; values.len()];
        rows.iter().flatten().for_each(|id| place[*id as usize] = Some(0));
        if place.iter().all(Option::is_some) {
            return Column::Text { values, rows };
        }
        let mut kept = Vec::new();
        for (at, slot) in place.iter_mut().enumerate().filter(|(_, slot)| slot.is_some()) {
            *slot = u32::try_from(kept.len()).ok();
            kept.push(values[at].clone());
        }
        let rows = rows.into_iter().map(|id| id.and_then(|id| place[id as usize])).collect();
        Column::Text { values: Arc::new(kept), rows }
    }

    /// Whether every cell is missing.
    pub fn is_blank(&self) -> bool {
        (0..self.len()).all(|row| self.is_missing(row))
    }

    /// Whether a cell is missing.
    pub fn is_missing(&self, row: usize) -> bool {
        match self {
            Column::Text { rows, .. } => rows[row].is_none(),
            Column::Number { rows, .. } => rows.get(row).is_none(),
            Column::Float(rows) => rows[row].is_none(),
            Column::Date(rows) => rows[row].is_none(),
            Column::Bool(rows) => rows[row].is_none(),
        }
    }

    /// Which of two rows comes first; missing cells before all others.
    pub fn compare(&self, a: usize, b: usize) -> Ordering {
        match self {
            Column::Text { rows, .. } => rows[a].cmp(&rows[b]),
            Column::Number { rows, .. } => rows.compare(a, b),
            Column::Float(rows) => match (rows[a], rows[b]) {
                (Some(a), Some(b)) => a.total_cmp(&b),
                (a, b) => a.is_some().cmp(&b.is_some()),
            },
            Column::Date(rows) => rows[a].cmp(&rows[b]),
            Column::Bool(rows) => rows[a].cmp(&rows[b]),
        }
    }

    /// A number that ranks rows as [`Column::compare`] does, as far as 32 bits tell: unlike cells may share one.
    fn begins(&self, row: usize) -> u32 {
        match self {
            Column::Text { rows, .. } => rows[row].map_or(0, |id| id.saturating_add(1)),
            Column::Number { rows, .. } => rows.get(row).map_or(0, |units| {
                let near = units.clamp(i128::from(i32::MIN), i128::from(i32::MAX));
                u32::try_from(near - i128::from(i32::MIN)).unwrap_or(u32::MAX)
            }),
            Column::Date(rows) => rows[row].map_or(0, |day| {
                let year = u32::from(day.year().abs_diff(i16::MIN));
                year << 16 | u32::from(day.month().unsigned_abs()) << 8 | u32::from(day.day().unsigned_abs())
            }),
            Column::Bool(rows) => rows[row].map_or(0, |yes| 1 + u32::from(yes)),
            Column::Float(_) => 0,
        }
    }

    /// Whether unlike cells never share what [`Column::begins`] gives.
    fn is_told_by_its_beginning(&self) -> bool {
        // The lowest would be taken for a missing cell.
        let within = |units: i128| i32::try_from(units).is_ok_and(|units| units > i32::MIN);
        match self {
            Column::Text { values, .. } => u32::try_from(values.len()).is_ok(),
            Column::Number { rows, .. } => rows.iter().flatten().all(within),
            Column::Date(_) | Column::Bool(_) => true,
            Column::Float(_) => false,
        }
    }

    fn same_kind(&self, other: &Column) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    /// A cell as text, for columns that are of one kind in one file and of another in the next.
    fn as_text(&self, row: usize) -> Option<String> {
        match self {
            Column::Text { .. } => self.text(row).map(ToString::to_string),
            Column::Number { scale, rows } => rows.get(row).map(|units| decimal(units, *scale)),
            Column::Float(rows) => rows[row].map(|value| value.to_string()),
            Column::Date(rows) => rows[row].map(|day| day.to_string()),
            Column::Bool(rows) => rows[row].map(|value| value.to_string()),
        }
    }

    fn into_text(self) -> Column {
        let cells: Vec<Option<String>> = (0..self.len()).map(|row| self.as_text(row)).collect();
        texts(&cells.iter().map(Option::as_deref).collect::<Vec<_>>())
    }
}

/// Keeps the rows at these places, which ascend, without room for a second column.
pub(super) fn retain<T: Copy>(rows: &mut Vec<T>, kept: &[usize]) {
    // What stays where it is at the beginning is not moved.
    let first = kept.iter().enumerate().take_while(|(to, from)| to == *from).count();
    for (to, from) in kept.iter().enumerate().skip(first) {
        rows[to] = rows[*from];
    }
    rows.truncate(kept.len());
}

/// `12345` at scale 2 is `123.45`.
pub(super) fn decimal(units: i128, scale: u32) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = scale as usize + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale as usize);
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// A column of these texts.
pub(super) fn texts(cells: &[Option<&str>]) -> Column {
    let different: BTreeMap<&str, u32> = cells.iter().flatten().map(|text| (*text, 0)).collect();
    let places: BTreeMap<&str, u32> = different.keys().zip(0..).map(|(text, at)| (*text, at)).collect();
    let values = places.keys().map(|text| Arc::from(*text)).collect();
    let rows = cells.iter().map(|cell| cell.and_then(|text| places.get(text).copied())).collect();
    Column::Text { values: Arc::new(values), rows }
}

/// Puts frames one under the other. A column that a frame lacks is missing in its rows.
pub(super) fn stacked(frames: Vec<Frame>) -> Frame {
    let names: std::collections::BTreeSet<Arc<str>> =
        frames.iter().flat_map(|frame| frame.columns.keys().cloned()).collect();
    let rows = frames.iter().map(|frame| frame.rows).sum();
    let mut frames = frames;
    let columns = names.into_iter().map(|name| {
        let parts = frames
            .iter_mut()
            .map(|frame| (frame.columns.remove(&name).filter(|column| !column.is_blank()), frame.rows))
            .collect();
        (name, joined(parts))
    });
    Frame { rows, columns: columns.collect() }
}

/// One column of the parts, each with its number of rows.
fn joined(mut parts: Vec<(Option<Column>, usize)>) -> Column {
    if let [(only @ Some(_), _)] = parts.as_mut_slice() {
        return only.take().unwrap_or_else(|| Column::constant(None, 0));
    }
    let Some(first) = parts.iter().find_map(|(column, _)| column.as_ref()) else {
        return Column::constant(None, parts.iter().map(|(_, count)| count).sum());
    };
    let alike = parts.iter().flat_map(|(column, _)| column).all(|column| column.same_kind(first));
    if !alike {
        for (column, _) in &mut parts {
            *column = column.take().map(Column::into_text);
        }
        return joined_texts(&parts);
    }
    match first {
        Column::Text { .. } => joined_texts(&parts),
        Column::Number { .. } => joined_numbers(parts),
        Column::Float(_) => {
            Column::Float(flat(
                parts,
                |column| if let Column::Float(rows) = column { rows } else { Vec::new() },
            ))
        }
        Column::Date(_) => {
            Column::Date(flat(
                parts,
                |column| if let Column::Date(rows) = column { rows } else { Vec::new() },
            ))
        }
        Column::Bool(_) => {
            Column::Bool(flat(
                parts,
                |column| if let Column::Bool(rows) = column { rows } else { Vec::new() },
            ))
        }
    }
}

fn flat<T: Clone>(
    parts: Vec<(Option<Column>, usize)>,
    of: impl Fn(Column) -> Vec<Option<T>>,
) -> Vec<Option<T>> {
    let mut out = Vec::new();
    for (column, count) in parts {
        match column {
            Some(column) => out.extend(of(column)),
            None => out.resize(out.len() + count, None),
        }
    }
    out
}

fn joined_texts(parts: &[(Option<Column>, usize)]) -> Column {
    let texts = parts.iter().filter_map(|(column, _)| match column {
        Some(Column::Text { values, .. }) => Some(values),
        _ => None,
    });
    let mut values: Vec<Arc<str>> = texts.flat_map(|values| values.iter().cloned()).collect();
    values.sort();
    values.dedup();
    let mut rows = Vec::new();
    for (column, count) in parts {
        match column {
            Some(Column::Text { values: own, rows: ids }) => {
                let place: Vec<u32> = own
                    .iter()
                    .map(|value| u32::try_from(values.binary_search(value).unwrap_or(0)).unwrap_or(0))
                    .collect();
                rows.extend(ids.iter().map(|id| id.map(|id| place[id as usize])));
            }
            _ => rows.resize(rows.len() + count, None),
        }
    }
    Column::Text { values: Arc::new(values), rows }
}

/// Numbers of several files on one power of ten; as texts where that would need more digits than there are.
fn joined_numbers(parts: Vec<(Option<Column>, usize)>) -> Column {
    let scales = parts.iter().filter_map(|(column, _)| {
        if let Some(Column::Number { scale, .. }) = column { Some(*scale) } else { None }
    });
    let scale = scales.max().unwrap_or(0);
    let mut rows = Numbers::default();
    for (column, count) in parts {
        match column {
            Some(Column::Number { scale: own, rows: cells }) => {
                let power = 10_i128.checked_pow(scale - own);
                rows.extend(cells.iter().map(|cell| cell.and_then(|units| units.checked_mul(power?))));
            }
            _ => rows.push_missing(count),
        }
    }
    Column::Number { scale, rows }
}

impl Frame {
    /// These rows, in this order.
    pub fn gather(&self, rows: &[usize]) -> Frame {
        let columns = self.columns.iter().map(|(name, column)| (name.clone(), column.gather(rows)));
        Frame { rows: rows.len(), columns: columns.collect() }
    }

    /// Keeps these rows, in this order, one column after the other, so that no second table exists beside this one.
    pub(super) fn rearrange(&mut self, rows: &[usize]) {
        if rows.len() == self.rows && rows.iter().enumerate().all(|(at, row)| at == *row) {
            return;
        }
        let are_in_order = rows.is_sorted_by(|a, b| a < b);
        let mut spare = Numbers::default();
        for column in self.columns.values_mut() {
            match column {
                _ if are_in_order => column.retain(rows),
                Column::Number { rows: own, .. } => own.rearrange(rows, &mut spare),
                _ => *column = column.gather(rows),
            }
        }
        self.rows = rows.len();
    }

    /// The columns in the order in which they rank rows: date, store, then every other column by name, those of texts
    /// before the others: they name what a row is about, and tell most rows apart.
    pub fn ranked(&self) -> Vec<&Column> {
        let first = ["date", "store"].iter().filter_map(|name| self.columns.get(*name));
        let rest = self.columns.iter().filter(|(name, _)| !matches!(&***name, "date" | "store"));
        let (texts, others): (Vec<&Column>, Vec<&Column>) =
            rest.map(|(_, column)| column).partition(|column| matches!(column, Column::Text { .. }));
        first.chain(texts).chain(others).collect()
    }

    /// The days of the rows, if they have any.
    pub fn dates(&self, name: &str) -> Option<&[Option<crate::time::Date>]> {
        match self.columns.get(name) {
            Some(Column::Date(rows)) => Some(rows),
            _ => None,
        }
    }
}

/// Which of two rows comes first by these columns.
pub(super) fn compare(columns: &[&Column], a: usize, b: usize) -> Ordering {
    columns.iter().map(|column| column.compare(a, b)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// The rows in the order of these columns; equal ones stay as they are.
pub(super) fn sorted(columns: &[&Column], rows: usize) -> Vec<usize> {
    // Most rows are told apart by their first two columns: those are looked at without going into any column. The second
    // has a say only where the first leaves nothing open.
    let first = columns.first();
    let second = columns.get(1).filter(|_| first.is_some_and(|column| column.is_told_by_its_beginning()));
    let begins =
        |column: Option<&&Column>, row: usize| u64::from(column.map_or(0, |column| column.begins(row)));
    // What the first column tells, what the second tells, the row.
    let key = |row: usize| {
        u128::from(begins(first, row)) << 96 | u128::from(begins(second, row)) << 64 | row as u128
    };
    let mut keyed: Vec<u128> = (0..rows).map(key).collect();
    // Files mostly come in the order of their first column.
    match keyed.is_sorted_by_key(|key| key >> 96) {
        true => keyed.chunk_by_mut(|a, b| a >> 96 == b >> 96).for_each(<[u128]>::sort_unstable),
        false => keyed.sort_unstable(),
    }
    let mut order: Vec<usize> = keyed.iter().map(|key| *key as u64 as usize).collect();
    let mut from = 0;
    for alike in keyed.chunk_by(|a, b| a >> 64 == b >> 64) {
        let to = from + alike.len();
        if alike.len() > 1 {
            order[from..to].sort_by(|a, b| compare(columns, *a, *b));
        }
        from = to;
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_below_one_another() {
        let one = |name: &str, column: Column| Frame {
            rows: column.len(),
            columns: BTreeMap::from([(name.into(), column)]),
        };
        let stack = stacked(vec![
            one("a", Column::Number { scale: 0, rows: vec![Some(12), None].into() }),
            one("b", texts(&[Some("x")])),
            one("a", Column::Number { scale: 2, rows: vec![Some(5)].into() }),
        ]);
        assert_eq!(
            stack.columns["a"],
            Column::Number { scale: 2, rows: vec![Some(1200), None, None, Some(5)].into() }
        );
        assert_eq!(stack.columns["b"].text(2).map(|text| &**text), Some("x"));
    }

    #[test]
    fn rows_are_sorted_by_all_columns() {
        let day = |day: i8| Some(crate::time::Date::constant(2026, 1, day));
        let far = i128::from(i64::MAX);
        let kinds = [
            Column::Date(vec![day(2), day(1), None, day(2), day(1), day(2)]),
            Column::Number {
                scale: 0,
                rows: vec![Some(far), Some(far - 1), None, Some(-far), Some(0), Some(far)].into(),
            },
            Column::Number {
                scale: 0,
                rows: vec![Some(i128::MAX), None, Some(i128::MIN), Some(1), Some(2), Some(1)].into(),
            },
            Column::Float(vec![Some(0.5), None, Some(-0.5), Some(f64::MAX), Some(-0.0), Some(0.0)]),
            Column::Bool(vec![Some(true), None, Some(false), None, Some(true), Some(false)]),
            texts(&[Some("b"), None, Some("a"), Some("b"), Some("a"), None]),
        ];
        for first in &kinds {
            for second in &kinds {
                for third in &kinds {
                    let columns = [first, second, third];
                    let mut plainly: Vec<usize> = (0..6).collect();
                    plainly.sort_by(|a, b| compare(&columns, *a, *b));
                    assert_eq!(sorted(&columns, 6), plainly, "{columns:?}");
                }
            }
        }
    }

    #[test]
    fn unlike_kinds_become_text() {
        let parts = vec![
            (Some(Column::Number { scale: 1, rows: vec![Some(-15)].into() }), 1),
            (Some(texts(&[Some("x")])), 1),
        ];
        assert_eq!(joined(parts), texts(&[Some("-1.5"), Some("x")]));
        assert_eq!(decimal(5, 3), "0.005");
    }
}
