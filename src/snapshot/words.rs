//! Cells that name a kind (of transaction, of stock) as the preset spells them: reports write spaces, widths and capitals
//! otherwise from month to month, and a filter by the name would find nothing and show a zero.

use super::header::is_same;
use super::rules::VALUE_UNKNOWN;
use super::table::Column;
use crate::diag::{Finding, Place};
use crate::plan::{ColumnSpec, Word};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Whether a cell is this word, or one of its other names.
fn is(word: &Word, cell: &str) -> bool {
    std::iter::once(&word.name).chain(&word.aliases).any(|name| is_same(name, cell))
}

/// Cells of a column that are none of its words, where it says that there are no others: each value once, at its first row.
/// `place` is that of a row in the column.
pub(super) fn unknown(
    column: &Column,
    spec: &ColumnSpec,
    source: &str,
    place: impl Fn(usize) -> Place,
) -> Vec<Finding> {
    /// More values are counted.
    const LISTED: usize = 10;
    let (Column::Text { values, rows }, true) = (column, spec.closed) else { return Vec::new() };
    let mut seen: BTreeMap<u32, (usize, u64)> = BTreeMap::new();
    for (row, id) in rows.iter().enumerate() {
        if let Some(id) = id {
            seen.entry(*id).or_insert((row, 0)).1 += 1;
        }
    }
    seen.retain(|id, _| !spec.words.iter().any(|word| is(word, &values[*id as usize])));
    let mut seen: Vec<(usize, u64, &Arc<str>)> =
        seen.into_iter().map(|(id, (row, count))| (row, count, &values[id as usize])).collect();
    seen.sort_unstable();
    let known: Vec<&str> = spec.words.iter().map(|word| &*word.name).collect();
    let one = |(row, count, value): &(usize, u64, &Arc<str>)| {
        let rows = if *count == 1 { "1 row".to_owned() } else { format!("{count} rows") };
        let message = format!(
            "`{value}` is an unknown value of `{}` of `{source}`, in {rows}: no figure of one of its values counts them",
            spec.name
        );
        let first = known.first().copied().unwrap_or("VALUE");
        Finding::new(&VALUE_UNKNOWN, place(*row), message).hint(format!(
            "say which it is, on the source: `columns: {{{}: {{words: {{{first}: [\"{value}\"]}}}}}}`; known are {}",
            spec.name,
            known.join(", ")
        ))
    };
    let mut found: Vec<Finding> = seen.iter().take(LISTED).map(one).collect();
    if let Some((row, ..)) = seen.get(LISTED) {
        let message = format!("`{}` has {} more unknown values", spec.name, seen.len() - LISTED);
        found.push(Finding::new(&VALUE_UNKNOWN, place(*row), message).hint("is this the right column?"));
    }
    found
}

/// A column in which every cell of the same letters as a word is that word.
pub(super) fn spelled(column: Column, words: &[Word]) -> Column {
    let Column::Text { values, rows } = &column else { return column };
    let word =
        |value: &Arc<str>| words.iter().find(|word| is(word, value)).map_or(value, |word| &word.name).clone();
    let named: Vec<Arc<str>> = values.iter().map(word).collect();
    if named == **values {
        return column;
    }
    let different: BTreeMap<&Arc<str>, ()> = named.iter().map(|word| (word, ())).collect();
    let places: BTreeMap<&Arc<str>, u32> = different.into_keys().zip(0..).collect();
    let rows = rows.iter().map(|id| id.map(|id| places[&named[id as usize]])).collect();
    Column::Text { values: Arc::new(places.keys().map(|word| (*word).clone()).collect()), rows }
}
