//! Cells that name a kind (of transaction, of stock) as the preset spells them: reports write spaces, widths and capitals
//! otherwise from month to month, and a filter by the name would find nothing and show a zero.

use super::header::is_same;
use super::table::Column;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A column in which every cell of the same letters as a word is that word.
pub(super) fn spelled(column: Column, words: &[Arc<str>]) -> Column {
    let Column::Text { values, rows } = &column else { return column };
    let word = |value: &Arc<str>| words.iter().find(|word| is_same(word, value)).unwrap_or(value).clone();
    let named: Vec<Arc<str>> = values.iter().map(word).collect();
    if named == **values {
        return column;
    }
    let different: BTreeMap<&Arc<str>, ()> = named.iter().map(|word| (word, ())).collect();
    let places: BTreeMap<&Arc<str>, u32> = different.into_keys().zip(0..).collect();
    let rows = rows.iter().map(|id| id.map(|id| places[&named[id as usize]])).collect();
    Column::Text { values: Arc::new(places.keys().map(|word| (*word).clone()).collect()), rows }
}
