//! How definitions are looked after: when one was last looked at, by whom it is helped, what changed in it and why, and
//! what changed in the business so that all of them have to be looked at again.

use super::yaml::File;
use super::yaml::format::{date, ids, people::entries, words};
use super::yaml::tree::Node;
use super::{Id, Words};
use crate::diag::Place;
use crate::time::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How a metric is looked after.
#[derive(Clone, Debug, PartialEq)]
pub struct Care {
    /// When its definition was last looked at.
    pub reviewed: Option<Date>,
    /// After so many days it should be again.
    pub recalibrate: Option<u32>,
    /// Who helps the owner.
    pub contributors: Vec<Id>,
    /// What changed in it, in the order of the file.
    pub changes: Vec<ChangeNote>,
    /// Where the metric is defined.
    pub place: Place,
}

/// Why a definition was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeNote {
    /// When.
    pub date: Date,
    /// Why.
    pub reason: Words,
    /// Who decided it.
    pub by: Option<Id>,
}

/// The business goes another way: definitions made for the former one have to be looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct StrategyChange {
    /// When.
    pub date: Date,
    /// Which way it went.
    pub from: Option<Arc<str>>,
    /// Which way it goes.
    pub to: Arc<str>,
    /// Why.
    pub reason: Option<Arc<str>>,
    /// Where it is written.
    pub place: Place,
}

/// Reads what a file of metrics says of their care.
pub(super) fn of_metrics(file: &File) -> BTreeMap<Id, Care> {
    let care = |node: &Node, place: &Place| Care {
        reviewed: date(node.get("reviewed")),
        recalibrate: node.text_of("recalibrate").and_then(|text| text.strip_suffix('d')?.parse().ok()),
        contributors: ids(node.get("contributors")),
        changes: node
            .get("changes")
            .map(Node::one_or_many)
            .unwrap_or_default()
            .iter()
            .filter_map(note)
            .collect(),
        place: place.clone(),
    };
    entries(file, "metrics").iter().map(|(key, node)| (key.text.clone(), care(node, &key.place))).collect()
}

fn note(node: &Node) -> Option<ChangeNote> {
    let reason = words(Some(node.get("reason")?));
    Some(ChangeNote { date: date(node.get("date"))?, reason, by: node.text_of("by").cloned() })
}

/// Reads `strategy_changes:` of `kpress.yaml`, first to last.
pub(super) fn strategy(file: &File) -> Vec<StrategyChange> {
    let items = file.root.get("strategy_changes").map(Node::one_or_many).unwrap_or_default();
    let one = |node: &Node| {
        Some(StrategyChange {
            date: date(node.get("date"))?,
            from: node.text_of("from").cloned(),
            to: node.text_of("to")?.clone(),
            reason: node.text_of("reason").cloned(),
            place: node.place.clone(),
        })
    };
    let mut all: Vec<StrategyChange> = items.iter().filter_map(one).collect();
    all.sort_by_key(|change| change.date);
    all
}
