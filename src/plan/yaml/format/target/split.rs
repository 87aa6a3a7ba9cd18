//! Reads `split:`: the level, the shares of its members, and how these are shared out further.

use super::value::weight;
use crate::diag::Finding;
use crate::plan::split::{Shares, Split};
use crate::plan::yaml::check::UNFIT_VALUE;
use crate::plan::yaml::format::Reader;
use crate::plan::yaml::shape::Known;
use crate::plan::yaml::tree::{Content, Key, Node};
use crate::plan::{Id, Level};
use crate::unit::Decimal;

/// Levels whose members are known without data.
const NAMED: &[(&str, Known)] = &[("store", Known::Store), ("person", Known::Person), ("team", Known::Team)];

/// What the members of a level are names of, where that is known without data.
pub(super) fn named(level: &str) -> Option<Known> {
    NAMED.iter().find(|(name, _)| *name == level).map(|(_, known)| *known)
}

/// Reads a split; `above` is the level it stands below.
pub(super) fn split(reader: &mut Reader, node: &Node, above: Option<&Level>) -> Option<Split> {
    let level = node.text_of("by")?.clone();
    let written = node.get("share")?;
    let shares = match written.entries().iter().any(|(_, share)| matches!(share.content, Content::Map(_))) {
        true => Shares::Below(below(reader, written, &level, above)?),
        false => Shares::All(members(reader, written, &level)?),
    };
    let owners = node.get("owners").map(Node::entries).unwrap_or_default();
    let owners = owners.iter().filter_map(|(key, owner)| Some((key.text.clone(), owner.text()?.clone())));
    let then = match node.get("then") {
        Some(then) => Some(Box::new(split(reader, then, Some(&level))?)),
        None => None,
    };
    Some(Split {
        owners: owners.collect(),
        alone: node.text_of("scope").is_some_and(|scope| &**scope == "member"),
        rescale: node.text_of("rest").is_some_and(|rest| &**rest == "rescale"),
        then,
        place: node.place.clone(),
        level,
        shares,
    })
}

/// Shares by member of the level above.
fn below(
    reader: &mut Reader,
    node: &Node,
    level: &Level,
    above: Option<&Level>,
) -> Option<std::collections::BTreeMap<Id, Vec<(Id, Decimal)>>> {
    let Some(above) = above else {
        let told = "shares by member belong below another split";
        let finding = Finding::new(&UNFIT_VALUE, node.place.clone(), told);
        reader.found.push(finding.hint("write `share: {jp1: 0.6, jp2: 0.4}`"));
        return None;
    };
    let each = node.entries().iter().map(|(key, shares)| {
        name(reader, above, key);
        Some((key.text.clone(), members(reader, shares, level)?))
    });
    each.collect()
}

/// Member → share. Names that must exist are noted; shares that are not whole are a finding.
fn members(reader: &mut Reader, node: &Node, level: &Level) -> Option<Vec<(Id, Decimal)>> {
    let mut shares = Vec::new();
    for (key, share) in node.entries() {
        name(reader, level, key);
        shares.push((key.text.clone(), weight(reader, share)?));
    }
    let sum = shares.iter().try_fold(Decimal::ZERO, |sum, (_, share)| sum.checked_add(*share))?;
    if sum.is_zero() {
        let finding = Finding::new(&UNFIT_VALUE, node.place.clone(), "the shares add up to nothing");
        reader.found.push(finding.hint("write `share: {jp1: 0.6, jp2: 0.4}`"));
        return None;
    }
    if sum != Decimal::ONE {
        reader.found.push(crate::plan::rules::targets::not_whole(&node.place, sum));
    }
    Some(shares)
}

fn name(reader: &mut Reader, level: &Level, key: &Key) {
    if let Some(known) = named(level) {
        let item = reader.current();
        reader.note_name(known, &key.text, &key.place, item);
    }
}
