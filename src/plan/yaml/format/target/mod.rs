//! `targets/*.yaml`: what is promised. A template (`for_each`) becomes a target for each member here; what a split
//! makes follows once all targets are known (`plan::split`).

mod history;
mod phase;
mod series;
mod shape;
mod split;
mod support;
pub(in crate::plan) mod table;
mod value;

pub use shape::FILE;
pub(super) use value::weight;

use super::{Item, Reader, date, grain, ids, scope, words};
use crate::diag::{Finding, Place};
use crate::plan::rules::promise::{OUTSIDE_PERIOD, PERIOD_MISSING, TEMPLATE_DRIFT};
use crate::plan::split::Split;
use crate::plan::yaml::File;
use crate::plan::yaml::check::UNFIT_VALUE;
use crate::plan::yaml::tree::{Content, Node};
use crate::plan::{Id, Metric, Origin, Promise, Scope, Source, Target};
use crate::time::{Date, Period};
use crate::unit::{Decimal, Unit};
use shape::{OVERRIDDEN, TARGET};
use std::collections::BTreeMap;
use value::About;

/// A target as it is written, or made from a template.
#[derive(Clone, Debug)]
pub struct Drafted {
    /// The target.
    pub target: Target,
    /// How it is shared out.
    pub split: Option<Split>,
    /// The metric that holds its days.
    pub series: Option<Metric>,
    /// It comes from a template: a written target for the same metric, period and scope replaces it.
    pub generated: bool,
    /// Where `parent:` was written.
    pub parent_place: Option<Place>,
}

/// What targets are checked against while they are read.
pub struct Around<'a> {
    /// Where series of targets lie.
    pub sources: &'a BTreeMap<Id, Source>,
    /// Units of the metrics that could be read.
    pub units: &'a BTreeMap<Id, Unit>,
    /// Members of the levels that are known without data.
    pub members: &'a BTreeMap<&'static str, Vec<Id>>,
}

/// Reads a file of targets.
pub fn read(reader: &mut Reader, file: &File, around: &Around<'_>, all: &mut Vec<Item<Drafted>>) {
    reader.file(file, &FILE);
    for node in file.root.get("targets").map(Node::items).unwrap_or_default() {
        let read = |reader: &mut Reader, node: &Node| targets(reader, node, around);
        if let Ok(Item { number, value }) = reader.item(file, node, &TARGET, read) {
            all.extend(value.into_iter().map(|value| Item { number, value }));
        }
    }
}

fn targets(reader: &mut Reader, node: &Node, around: &Around<'_>) -> Option<Vec<Drafted>> {
    if let Some(written) = node.get("series") {
        return series::read(reader, node, written, around).map(|one| vec![one]);
    }
    let Some(period) = node.get("period").and_then(|period| reader.period(period)) else {
        let told = Finding::new(&PERIOD_MISSING, node.place.clone(), "a target needs a period");
        reader.found.push(told.hint("add `period:` such as `2026-Q4`"));
        return None;
    };
    let scope = scope(node.get("scope")).unwrap_or_default();
    match node.get("for_each") {
        Some(level) => for_each(reader, node, level, &scope, period, around),
        None => {
            let metric = node.text_of("metric")?;
            let id = node.text_of("id").cloned().unwrap_or_else(|| made_id(reader, metric, period, &scope));
            Some(vec![drafted(reader, node, id, scope, period, around)?])
        }
    }
}

/// `acos-2026-Q4-jp1`
fn made_id(reader: &Reader, metric: &Id, period: Period, scope: &Scope) -> Id {
    let members: String = scope.members().map(|(_, member)| format!("-{member}")).collect();
    format!("{metric}-{}{members}", reader.calendar.id(period)).into()
}

fn drafted(
    reader: &mut Reader,
    node: &Node,
    id: Id,
    scope: Scope,
    period: Period,
    around: &Around<'_>,
) -> Option<Drafted> {
    let metric = node.text_of("metric")?;
    let about = About { metric, unit: around.units.get(metric), period };
    let value = match node.get("series") {
        Some(_) => Promise::Series,
        None => about.whole(reader, node)?,
    };
    let place = node.get("id").or_else(|| node.get("metric")).unwrap_or(node).place.clone();
    let target = Target {
        stretch: about.amount_of(reader, node, "stretch")?,
        red: about.red(reader, node)?,
        owner: node.text_of("owner").cloned(),
        parent: node.text_of("parent").cloned(),
        status: history::status(reader, node),
        phase: phase::phase(reader, node.get("phase"), about)?,
        glide: phase::glide(reader, node.get("glide"), about)?,
        revisions: history::revisions(reader, node, about, value)?,
        resources: support::resources(reader, node)?,
        buffer: support::share_or(reader, node, "buffer", Decimal::ZERO)?,
        baseline: support::baseline(reader, node, about)?,
        derive: support::derive(reader, node, around)?,
        contributes: node.text_of("contributes").cloned(),
        tags: ids(node.get("tags")),
        cadence: grain(node.get("cadence")),
        checkpoints: checkpoints(reader, node, period)?,
        forecast: support::forecast(reader, node)?,
        weight: history::weights(reader, node)?,
        acks: history::acks(node),
        signers: ids(node.get("sign")),
        probability: match node.get("probability") {
            Some(probability) => Some(value::share_of_one(reader, probability)?),
            None => None,
        },
        smart: support::smart(node),
        note: node.get("note").map(|note| words(Some(note))),
        ..Target::plain(id, metric.clone(), scope, period, value, place)
    };
    let split = match node.get("split") {
        Some(written) => Some(split::split(reader, written, None)?),
        None => None,
    };
    let parent_place = node.get("parent").map(|parent| parent.place.clone());
    Some(Drafted { target, split, series: None, generated: false, parent_place })
}

/// Days on which the target is looked at, in order; each within its period.
fn checkpoints(reader: &mut Reader, node: &Node, period: Period) -> Option<Vec<Date>> {
    let mut days = Vec::new();
    for item in node.get("checkpoints").map(Node::one_or_many).unwrap_or_default() {
        let day = date(Some(item))?;
        if !period.contains(day) {
            let told = format!("the checkpoint {day} is outside the period of the target");
            let hint = format!("it goes from {} to {}", period.start, period.end);
            reader.found.push(Finding::new(&OUTSIDE_PERIOD, item.place.clone(), told).hint(hint));
            return None;
        }
        days.push(day);
    }
    days.sort();
    Some(days)
}

/// One target for each member of a level that is known without data; what a member has of its own is its drift.
fn for_each(
    reader: &mut Reader,
    node: &Node,
    level: &Node,
    outer: &Scope,
    period: Period,
    around: &Around<'_>,
) -> Option<Vec<Drafted>> {
    let (name, metric) = (level.text()?, node.text_of("metric")?);
    let (Some(members), Some(known)) = (around.members.get(&**name), split::named(name)) else {
        let told =
            format!("a target cannot be written for each `{name}`: its members are known only from data");
        let finding = Finding::new(&UNFIT_VALUE, level.place.clone(), told);
        reader.found.push(finding.hint("known here: `store`, `person`, `team`"));
        return None;
    };
    let overrides = node.get("overrides");
    for (member, _) in overrides.map(Node::entries).unwrap_or_default() {
        if !members.contains(&member.text) {
            let item = reader.current();
            reader.note_name(known, &member.text, &member.place, item);
        }
    }
    let base = node.text_of("id");
    let of = base.cloned().unwrap_or_else(|| made_id(reader, metric, period, outer));
    let (mut all, mut drifting) = (Vec::new(), Vec::new());
    for member in members {
        let scope = outer.within(name, member);
        let id = match base {
            Some(base) => format!("{base}/{member}").into(),
            None => made_id(reader, metric, period, &scope),
        };
        let own = overrides.and_then(|overrides| overrides.get(member));
        let merged = own.map(|own| merged(node, own));
        let mut one = drafted(reader, merged.as_ref().unwrap_or(node), id, scope, period, around)?;
        let drift = drift(node, own);
        // That each member has its own owner is what a template is for; a status has a reason of its own.
        if drift.iter().any(|key| !["owner", "status"].contains(key))
            && own.is_some_and(|own| own.get("note").is_none())
        {
            drifting.push(format!("`{member}` ({})", drift.join(", ")));
        }
        one.target.origin = Origin::Template { of: of.clone(), drift };
        one.target.note =
            own.and_then(|own| own.get("note")).or(node.get("note")).map(|note| words(Some(note)));
        one.generated = true;
        all.push(one);
    }
    if let (Some(overrides), false) = (overrides, drifting.is_empty()) {
        let told = format!("`{of}` is not the same for {}", drifting.join(", "));
        let finding = Finding::new(&TEMPLATE_DRIFT, overrides.place.clone(), told);
        reader.found.push(finding.hint("say why with `note:` in the override, or remove it"));
    }
    Some(all)
}

/// A template with the keys of an override in place of its own. `value` and `between` replace each other.
fn merged(node: &Node, own: &Node) -> Node {
    let amounts = ["value", "between"];
    let amount = amounts.iter().any(|key| own.get(key).is_some());
    let replaced = |key: &str| own.get(key).is_some() || (amount && amounts.contains(&key));
    let kept = node.entries().iter().filter(|(key, _)| !replaced(&key.text));
    let entries = kept.chain(own.entries()).cloned().collect();
    Node { content: Content::Map(entries), place: node.place.clone() }
}

/// Keys an override says otherwise than its template; its note is no difference.
fn drift(node: &Node, own: Option<&Node>) -> Vec<&'static str> {
    let Some(own) = own else { return Vec::new() };
    let differs = |key: &&'static str| {
        *key != "note"
            && own.get(key).is_some_and(|value| node.get(key).is_none_or(|other| !alike(value, other)))
    };
    OVERRIDDEN.iter().map(|field| field.key).filter(differs).collect()
}

/// Whether two nodes say the same, wherever they stand.
fn alike(one: &Node, other: &Node) -> bool {
    match (&one.content, &other.content) {
        (Content::Map(a), Content::Map(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|((k, v), (l, w))| k.text == l.text && alike(v, w))
        }
        (Content::Seq(a), Content::Seq(b)) => a.len() == b.len() && a.iter().zip(b).all(|(v, w)| alike(v, w)),
        (Content::Scalar { text: a, .. }, Content::Scalar { text: b, .. }) => a == b,
        (a, b) => a == b,
    }
}
