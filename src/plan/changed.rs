//! What is written differently: pieces that are new, gone, renamed or changed, key by key.

use super::written::{About, Piece, Written};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A piece of writing that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// What it is about.
    pub about: About,
    /// Its id, as it is now.
    pub id: String,
    /// Its id before, if it was another one.
    pub was_id: Option<String>,
    /// In what way it differs.
    pub how: How,
    /// Where it stands; where it stood, of one that is gone.
    pub file: Arc<str>,
    /// Its line; 0 for the file as a whole.
    pub line: u32,
    /// What differs in it.
    pub keys: Vec<KeyChange>,
}

/// In what way a piece differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It is there now.
    New,
    /// It is there no more.
    Gone,
    /// It has another id; its keys may differ as well.
    Renamed,
    /// Its keys differ.
    Changed,
}

impl How {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            How::New => "new",
            How::Gone => "gone",
            How::Renamed => "renamed",
            How::Changed => "changed",
        }
    }
}

/// A key whose value differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyChange {
    /// The way to it: `phase.days`.
    pub key: String,
    /// What it said; of a list only the items that are gone.
    pub was: Vec<String>,
    /// What it says; of a list only the items that are new.
    pub now: Vec<String>,
}

/// Former ids of a metric stand under this key.
const ALIASES: &str = "aliases";

/// What differs, in the order of [`About`] and of ids.
pub fn compare(was: &Written, now: &Written) -> Vec<Changed> {
    let renamed = renames(was, now);
    let old_of: BTreeMap<&(About, String), &(About, String)> =
        renamed.iter().map(|(old, new)| (new, old)).collect();
    let gone_names: BTreeSet<&(About, String)> = renamed.keys().collect();
    let all: BTreeSet<&(About, String)> = was.keys().chain(now.keys()).collect();
    let mut changed = Vec::new();
    for key in all {
        let one = |how, was_id, piece: &Piece, keys| Changed {
            about: key.0,
            id: key.1.clone(),
            was_id,
            how,
            file: piece.file.clone(),
            line: piece.line,
            keys,
        };
        let empty = Piece::default();
        match (was.get(key), now.get(key)) {
            (Some(old), Some(new)) => {
                let keys = keys(old, new);
                if !keys.is_empty() {
                    changed.push(one(How::Changed, None, new, keys));
                }
            }
            (None, Some(new)) => match old_of.get(key).and_then(|old| Some((old, was.get(*old)?))) {
                Some((old_key, old)) => {
                    let keys = keys(old, new).into_iter().filter(|change| change.key != ALIASES).collect();
                    changed.push(one(How::Renamed, Some(old_key.1.clone()), new, keys));
                }
                None => changed.push(one(How::New, None, new, keys(&empty, new))),
            },
            (Some(_), None) if gone_names.contains(key) => {}
            (Some(old), None) => changed.push(one(How::Gone, None, old, keys(old, &empty))),
            (None, None) => {}
        }
    }
    changed
}

/// Old → new of pieces that have another id: metrics that name their former one, and pieces that say the same as one that
/// is gone, once renamed metrics are called by their new name.
fn renames(was: &Written, now: &Written) -> BTreeMap<(About, String), (About, String)> {
    let mut renamed: BTreeMap<(About, String), (About, String)> = BTreeMap::new();
    let new: Vec<(&(About, String), &Piece)> =
        now.iter().filter(|(key, _)| !was.contains_key(*key)).collect();
    let mut gone: BTreeMap<&(About, String), &Piece> =
        was.iter().filter(|(key, _)| !now.contains_key(*key)).collect();
    let mut taken: BTreeSet<&(About, String)> = BTreeSet::new();
    for (key, piece) in new.iter().filter(|(key, _)| key.0 == About::Metric) {
        let former = piece.get(ALIASES).unwrap_or_default();
        let former = former.iter().flat_map(|list| list.trim_matches(['[', ']']).split(", "));
        for old in former.map(|id| (About::Metric, id.to_owned())) {
            if gone.remove(&old).is_some() {
                renamed.insert(old, (*key).clone());
                taken.insert(key);
                break;
            }
        }
    }
    // Metrics first: what a target says depends on their names.
    for about in
        [About::Metric].into_iter().chain(About::ALL.iter().copied().filter(|one| *one != About::Metric))
    {
        for (key, piece) in new.iter().filter(|(key, _)| key.0 == about) {
            if taken.contains(key) || about == About::Text {
                continue;
            }
            let same = |old: &Piece| called_anew(old, &renamed) == piece.keys && !piece.keys.is_empty();
            let found =
                gone.iter().find(|(old, piece)| old.0 == about && same(piece)).map(|(old, _)| (*old).clone());
            if let Some(old) = found {
                gone.remove(&old);
                renamed.insert(old, (*key).clone());
                taken.insert(key);
            }
        }
    }
    renamed
}

/// The keys of a piece in which a renamed metric goes by its new name.
fn called_anew(
    piece: &Piece,
    renamed: &BTreeMap<(About, String), (About, String)>,
) -> Vec<(String, Vec<String>)> {
    let name = |value: &String| {
        let known = renamed.get(&(About::Metric, value.clone()));
        known.map_or_else(|| value.clone(), |(_, new)| new.clone())
    };
    let anew = |(key, values): &(String, Vec<String>)| match key.as_str() {
        "metric" => (key.clone(), values.iter().map(name).collect()),
        _ => (key.clone(), values.clone()),
    };
    piece.keys.iter().map(anew).collect()
}

/// Keys that differ, those of the later side first.
fn keys(was: &Piece, now: &Piece) -> Vec<KeyChange> {
    let mut changes = Vec::new();
    for (key, new) in &now.keys {
        let old = was.get(key).unwrap_or_default();
        if old != new.as_slice() {
            changes.push(change(key, old, new));
        }
    }
    for (key, old) in was.keys.iter().filter(|(key, _)| now.get(key).is_none()) {
        changes.push(change(key, old, &[]));
    }
    changes
}

/// What of two lists differs, by their lines; where only the order does, both are told whole.
fn change(key: &str, was: &[String], now: &[String]) -> KeyChange {
    let told = similar::capture_diff_slices(similar::Algorithm::Myers, was, now);
    let (mut gone, mut new) = (Vec::new(), Vec::new());
    for op in told {
        if op.tag() != similar::DiffTag::Equal {
            gone.extend_from_slice(&was[op.old_range()]);
            new.extend_from_slice(&now[op.new_range()]);
        }
    }
    KeyChange { key: key.to_owned(), was: gone, now: new }
}
