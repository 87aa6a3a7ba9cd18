//! What became of a target since it was promised: revisions, status, acknowledgements, weights by date.

use super::value::{About, weight};
use crate::diag::{Finding, Place};
use crate::plan::rules::promise::{
    OUTSIDE_PERIOD, REVISION_WITHOUT_REASON, REVISIONS_OUT_OF_ORDER, STATUS_WITHOUT_REASON,
};
use crate::plan::yaml::check::MISSING_KEY;
use crate::plan::yaml::format::{Reader, date, place_of, words};
use crate::plan::yaml::tree::Node;
use crate::plan::{Ack, Promise, Revision, Status, StatusKind};
use crate::time::Date;
use crate::unit::Decimal;

/// Reads `revisions:`; what a revision leaves out stays as it was.
pub(super) fn revisions(
    reader: &mut Reader,
    node: &Node,
    about: About<'_>,
    first: Promise,
) -> Option<Vec<Revision>> {
    let mut all: Vec<Revision> = Vec::new();
    let mut value = first;
    for item in node.get("revisions").map(Node::items).unwrap_or_default() {
        let revision = revision(reader, item, about, value)?;
        let place = place_of(item, "date");
        if all.last().is_some_and(|before| before.date >= revision.date) {
            let told = format!("the revision of {} stands behind a later or equal one", revision.date);
            let finding = Finding::new(&REVISIONS_OUT_OF_ORDER, place, told);
            reader.found.push(finding.hint("write them in the order of their dates, one for a day"));
            return None;
        }
        if !about.period.contains(revision.date) {
            let told = format!("the revision of {} is outside the period of the target", revision.date);
            let hint = format!(
                "it goes from {} to {}; a value that never held before is the `value` itself",
                about.period.start, about.period.end
            );
            reader.found.push(Finding::new(&OUTSIDE_PERIOD, place, told).hint(hint));
            return None;
        }
        if revision.reason.is_none() {
            let told = format!("the revision of {} does not say why", revision.date);
            let finding = Finding::new(&REVISION_WITHOUT_REASON, place, told);
            reader.found.push(finding.hint("add `reason: \"…\"`"));
        }
        value = revision.value;
        all.push(revision);
    }
    Some(all)
}

fn revision(reader: &mut Reader, node: &Node, about: About<'_>, before: Promise) -> Option<Revision> {
    let value = about.promise(reader, node)?;
    let (stretch, red) = (about.amount_of(reader, node, "stretch")?, about.red(reader, node)?);
    if value.is_none() && stretch.is_none() && red.is_none() {
        let finding = Finding::new(&MISSING_KEY, node.place.clone(), "a revision changes nothing");
        reader.found.push(finding.hint("add `value:`, `stretch:` or `red:`"));
        return None;
    }
    Some(Revision {
        date: date(node.get("date"))?,
        value: value.unwrap_or(before),
        stretch,
        red,
        reason: node.get("reason").map(|reason| words(Some(reason))),
        by: node.text_of("by").cloned(),
        place: place_of(node, "date"),
    })
}

/// Reads `status:`, a word or a map.
pub(super) fn status(reader: &mut Reader, node: &Node) -> Status {
    let Some(node) = node.get("status") else { return Status::default() };
    let word = node.text().or_else(|| node.text_of("state"));
    let kind = StatusKind::ALL.iter().copied().find(|kind| word.is_some_and(|word| **word == *kind.name()));
    let status = Status {
        kind: kind.unwrap_or_default(),
        reason: node.text_of("reason").cloned(),
        date: date(node.get("date")),
    };
    if !status.kind.is_judged() && status.reason.is_none() {
        let told = format!("the target is {} without a reason", status.kind.name());
        let finding = Finding::new(&STATUS_WITHOUT_REASON, node.place.clone(), told);
        let form = format!("write `status: {{state: {}, reason: …, date: …}}`", status.kind.name());
        reader.found.push(finding.hint(form));
    }
    status
}

/// Reads `ack:`.
pub(super) fn acks(node: &Node) -> Vec<Ack> {
    let each = node.get("ack").map(Node::one_or_many).unwrap_or_default();
    each.iter()
        .filter_map(|item| Some(Ack { by: item.text_of("by")?.clone(), date: date(item.get("date"))? }))
        .collect()
}

/// Reads `weight:`, a number or a list of them by date.
pub(super) fn weights(reader: &mut Reader, node: &Node) -> Option<Vec<(Option<Date>, Decimal)>> {
    let Some(node) = node.get("weight") else { return Some(Vec::new()) };
    if node.text().is_some() {
        return Some(vec![(None, weight(reader, node)?)]);
    }
    let mut all: Vec<(Option<Date>, Decimal)> = Vec::new();
    for item in node.items() {
        let from = date(item.get("date"));
        let value = weight(reader, item.get("value")?)?;
        if all.last().is_some_and(|(before, _)| *before >= from) {
            disordered(reader, item.place.clone());
            return None;
        }
        all.push((from, value));
    }
    Some(all)
}

fn disordered(reader: &mut Reader, place: Place) {
    let told = "a weight stands behind a later or equal one";
    let finding = Finding::new(&REVISIONS_OUT_OF_ORDER, place, told);
    reader.found.push(finding.hint("the first has no `date:`, the others follow in the order of theirs"));
}
