//! `targets/*.yaml`: what is promised. Templates (`for_each`) and splits become targets of their own here.

use super::{Item, Reader, ids, scope};
use crate::diag::{Finding, Place};
use crate::plan::amount::{self, UNIT_MISMATCH};
use crate::plan::rules::targets::{BOUNDS_CROSSED, PERIOD_MISSING};
use crate::plan::yaml::File;
use crate::plan::yaml::check::{MISSING_KEY, UNFIT_VALUE};
use crate::plan::yaml::shape::{self, Kind, Known, Shape, later, optional, required};
use crate::plan::yaml::tree::{Content, Node};
use crate::plan::{Id, Promise, Resource, Scope, Target, TargetValue};
use crate::time::Period;
use crate::unit::{Decimal, Unit};
use std::collections::BTreeMap;
use std::sync::Arc;

const AMOUNT: Kind = Kind::Amount;
const TWO: Kind = Kind::List(&AMOUNT);

/// `targets/*.yaml`.
pub static FILE: Shape = Shape {
    name: "a file of targets",
    about: "What is promised.",
    fields: &[optional("targets", Kind::Entries(&[&TARGET]), "Targets.")],
};

static TARGET: Shape = Shape {
    name: "a target",
    about: "A value for a metric, a scope and a period.",
    fields: &[
        optional("id", Kind::Of(&shape::IDENT), "Its name; made from metric, period and scope if absent."),
        required("metric", Kind::Ref(Known::Metric), "The metric."),
        optional("scope", Kind::Scope, "For whom; the company if absent."),
        optional("period", Kind::Of(&shape::PERIOD), "When."),
        optional("value", AMOUNT, "How much; or `between:`."),
        optional("between", TWO, "Between which two values, both included."),
        optional("stretch", AMOUNT, "More than asked."),
        optional("red", Kind::OneOf(&[AMOUNT, TWO]), "Beyond this it is off target."),
        optional("owner", Kind::Ref(Known::Person), "Who answers for it."),
        optional("parent", Kind::Of(&shape::TEXT), "The target this one is a part of."),
        optional("resources", Kind::Many(&Kind::Of(&shape::TEXT)), "What was promised in return."),
        optional("split", Kind::Object(&SPLIT), "Shares it out over the members of a level."),
        optional("for_each", Kind::Ref(Known::Level), "One target for each member of this level."),
        optional("overrides", Kind::Map(&Kind::Object(&OVERRIDE)), "What differs for a member."),
        later("phase", "How it is spread over months and days."),
        later("glide", "A path towards the value."),
        later("revisions", "Later values, the first one kept."),
        later("series", "Targets day by day from a source."),
        later("status", "Active, paused, dropped."),
        later("buffer", "How much children may go over."),
        later("note", "Why."),
        later("probability", "How sure it is."),
    ],
};

static SPLIT: Shape = Shape {
    name: "`split`",
    about: "Shares a target out over the members of a level; the parts add up exactly.",
    fields: &[
        required("by", Kind::Ref(Known::Level), "The level."),
        required("share", Kind::Map(&AMOUNT), "Member → share; shares are relative to their sum."),
    ],
};

static OVERRIDE: Shape = Shape {
    name: "an override",
    about: "What differs for one member of a template.",
    fields: &[
        optional("value", AMOUNT, "How much."),
        optional("between", TWO, "Between which two values."),
        optional("stretch", AMOUNT, "More than asked."),
        optional("red", Kind::OneOf(&[AMOUNT, TWO]), "Beyond this it is off target."),
        optional("owner", Kind::Ref(Known::Person), "Who answers for it."),
    ],
};

/// A target, and whether a split or template made it.
#[derive(Clone, Debug)]
pub struct Drafted {
    /// The target.
    pub target: Target,
    /// A written target for the same metric, period and scope replaces it.
    pub generated: bool,
    /// Where `parent:` was written.
    pub parent_place: Option<Place>,
}

/// What targets are checked against while they are read.
pub struct Around<'a> {
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
    if node.get("series").is_some() {
        return None;
    }
    let Some(period) = node.get("period").and_then(|period| reader.period(period)) else {
        let told = Finding::new(&PERIOD_MISSING, node.place.clone(), "a target needs a period");
        reader.found.push(told.hint("add `period:` such as `2026-Q4`"));
        return None;
    };
    let metric = node.text_of("metric")?.clone();
    let unit = around.units.get(&metric);
    match node.get("for_each") {
        Some(level) => for_each(reader, node, level, &metric, period, around),
        None => {
            let scope = scope(node.get("scope")).unwrap_or_default();
            let bounds = bounds(reader, node, None, &metric, unit)?;
            let id = node.text_of("id").cloned().unwrap_or_else(|| made_id(reader, &metric, period, &scope));
            let parent = target(node, &id, &metric, scope, period, bounds);
            let children = match node.get("split") {
                Some(split) => split_up(reader, split, &parent, unit)?,
                None => Vec::new(),
            };
            let parent_place = node.get("parent").map(|parent| parent.place.clone());
            Some(
                std::iter::once(Drafted { target: parent, generated: false, parent_place })
                    .chain(children)
                    .collect(),
            )
        }
    }
}

/// How much is promised, and where it gets red.
struct Bounds {
    value: TargetValue,
    stretch: Option<Decimal>,
    red: Option<TargetValue>,
}

fn target(node: &Node, id: &Id, metric: &Id, scope: Scope, period: Period, bounds: Bounds) -> Target {
    let place = node.get("id").or_else(|| node.get("metric")).unwrap_or(node).place.clone();
    let value = Promise::Value(bounds.value);
    Target {
        stretch: bounds.stretch,
        red: bounds.red,
        owner: node.text_of("owner").cloned(),
        parent: node.text_of("parent").cloned(),
        resources: ids(node.get("resources")).into_iter().map(sentence).collect(),
        ..Target::plain(id.clone(), metric.clone(), scope, period, value, place)
    }
}

/// A resource in words.
fn sentence(text: Arc<str>) -> Resource {
    Resource { kind: None, text, amount: None, granted: None }
}

/// `acos-2026-Q4-jp1`
fn made_id(reader: &Reader, metric: &Id, period: Period, scope: &Scope) -> Id {
    let members: String = scope.members().map(|(_, member)| format!("-{member}")).collect();
    format!("{metric}-{}{members}", reader.calendar.id(period)).into()
}

/// One target for each member of a level that is known without data.
fn for_each(
    reader: &mut Reader,
    node: &Node,
    level: &Node,
    metric: &Id,
    period: Period,
    around: &Around<'_>,
) -> Option<Vec<Drafted>> {
    let level_name = level.text()?;
    let Some(members) = around.members.get(&**level_name) else {
        let told = format!(
            "a target cannot be written for each `{level_name}`: its members are known only from data"
        );
        reader.found.push(
            Finding::new(&UNFIT_VALUE, level.place.clone(), told)
                .hint("known here: `store`, `person`, `team`"),
        );
        return None;
    };
    let overrides = node.get("overrides");
    for (member, _) in overrides.map(Node::entries).unwrap_or_default() {
        if !members.contains(&member.text) {
            let known = [("store", Known::Store), ("person", Known::Person), ("team", Known::Team)];
            let known = known
                .iter()
                .find(|(name, _)| *name == &**level_name)
                .map_or(Known::Store, |(_, known)| *known);
            let item = reader.current();
            reader.note_name(known, &member.text, &member.place, item);
        }
    }
    let outer = scope(node.get("scope")).unwrap_or_default();
    let unit = around.units.get(metric);
    let base = node.text_of("id").cloned();
    let mut all = Vec::new();
    for member in members {
        let over = overrides.and_then(|overrides| overrides.get(member));
        let bounds = bounds(reader, node, over, metric, unit)?;
        let scope = outer.within(level_name, member);
        let id = match &base {
            Some(base) => format!("{base}/{member}").into(),
            None => made_id(reader, metric, period, &scope),
        };
        let mut target = target(node, &id, metric, scope, period, bounds);
        if let Some(owner) = over.and_then(|over| over.text_of("owner")) {
            target.owner = Some(owner.clone());
        }
        all.push(Drafted { target, generated: true, parent_place: None });
    }
    Some(all)
}

fn bounds(
    reader: &mut Reader,
    node: &Node,
    over: Option<&Node>,
    metric: &Id,
    unit: Option<&Unit>,
) -> Option<Bounds> {
    let get = |key: &str| over.and_then(|over| over.get(key)).or_else(|| node.get(key));
    // An override of one of the two replaces the other, too.
    let own =
        over.filter(|over| over.get("value").is_some() || over.get("between").is_some()).unwrap_or(node);
    let value = match (own.get("value"), own.get("between")) {
        (Some(value), None) => TargetValue::Of(in_unit(reader, value, metric, unit)?),
        (None, Some(between)) => ends(reader, between, metric, unit)?,
        (Some(_), Some(between)) => {
            let told = Finding::new(
                &UNFIT_VALUE,
                between.place.clone(),
                "`value` and `between` say two different things",
            );
            reader.found.push(told.hint("keep one of the two"));
            return None;
        }
        (None, None) => {
            let told = Finding::new(&MISSING_KEY, node.place.clone(), "a target needs `value` or `between`");
            reader.found.push(told.hint("add `value: 22%`, or `between: [30, 60]`"));
            return None;
        }
    };
    let stretch = match get("stretch") {
        Some(stretch) => Some(in_unit(reader, stretch, metric, unit)?),
        None => None,
    };
    let red = match get("red") {
        Some(red) if matches!(red.content, Content::Seq(_)) => Some(ends(reader, red, metric, unit)?),
        Some(red) => Some(TargetValue::Of(in_unit(reader, red, metric, unit)?)),
        None => None,
    };
    Some(Bounds { value, stretch, red })
}

/// Two ends, the lower one first.
fn ends(reader: &mut Reader, node: &Node, metric: &Id, unit: Option<&Unit>) -> Option<TargetValue> {
    let [low, high] = node.items() else {
        let told = Finding::new(&UNFIT_VALUE, node.place.clone(), "a range has two ends");
        reader.found.push(told.hint("write `[30, 60]`"));
        return None;
    };
    let (from, to) = (in_unit(reader, low, metric, unit)?, in_unit(reader, high, metric, unit)?);
    if from > to {
        let told = format!("the range begins at {from} and ends at {to}");
        reader.found.push(
            Finding::new(&BOUNDS_CROSSED, node.place.clone(), told).hint("write the smaller end first"),
        );
        return None;
    }
    Some(TargetValue::Between(from, to))
}

/// An amount in the unit of its metric.
fn in_unit(reader: &mut Reader, node: &Node, metric: &Id, unit: Option<&Unit>) -> Option<Decimal> {
    let text = node.text()?;
    match unit {
        Some(unit) => {
            amount::parse_for(text, &node.place, metric, unit, "its target").into_value(&mut reader.found)
        }
        // An unknown metric is a finding of its own.
        None => amount::parse(text, &node.place).value.map(|amount| amount.value),
    }
}

/// A share as written: `0.6` or `60%`.
fn weight(node: &Node) -> Option<Decimal> {
    amount::parse(node.text()?, &node.place).value.map(|amount| amount.value)
}

/// The children of a split; parts of the smallest unit that are left over go to the largest remainders.
fn split_up(reader: &mut Reader, split: &Node, parent: &Target, unit: Option<&Unit>) -> Option<Vec<Drafted>> {
    let level = split.text_of("by")?;
    let shares = split.get("share").map(Node::entries).unwrap_or_default();
    let weights: Vec<Decimal> = shares.iter().filter_map(|(_, share)| weight(share)).collect();
    let item = reader.current();
    for (member, _) in shares {
        let known = [("store", Known::Store), ("person", Known::Person), ("team", Known::Team)];
        if let Some((_, known)) = known.iter().find(|(name, _)| *name == &**level) {
            reader.note_name(*known, &member.text, &member.place, item);
        }
    }
    let step = match unit {
        None => return Some(Vec::new()),
        Some(Unit::Money(currency)) => currency.decimals(),
        Some(Unit::Count) => 0,
        Some(other) => {
            let told = format!("a target in {other} cannot be shared out: its parts do not add up to it");
            reader.found.push(
                Finding::new(&UNIT_MISMATCH, split.place.clone(), told)
                    .hint("write a target for each member, or use `for_each`"),
            );
            return None;
        }
    };
    let whole = split.get("share").map_or(&split.place, |share| &share.place);
    let sum: Decimal = weights.iter().sum();
    if sum.is_zero() {
        reader.found.push(
            Finding::new(&UNFIT_VALUE, whole.clone(), "the shares add up to nothing")
                .hint("write `share: {jp1: 0.6, jp2: 0.4}`"),
        );
        return None;
    }
    if sum != Decimal::ONE {
        reader.found.push(crate::plan::rules::targets::not_whole(whole, sum));
    }
    let share_out = |total: Decimal| crate::plan::shares::largest_remainder(total, &weights, step);
    let Promise::Value(TargetValue::Of(total)) = parent.value else { return Some(Vec::new()) };
    let (values, stretches) = (share_out(total)?, parent.stretch.and_then(share_out));
    let child = |(at, (member, _)): (usize, &(super::super::tree::Key, Node))| {
        let target = Target {
            id: Arc::from(format!("{}/{}", parent.id, member.text)),
            scope: parent.scope.within(level, &member.text),
            value: Promise::Value(TargetValue::Of(values[at])),
            stretch: stretches.as_ref().map(|parts| parts[at]),
            red: None,
            parent: Some(parent.id.clone()),
            resources: Vec::new(),
            ..parent.clone()
        };
        Drafted { target, generated: true, parent_place: None }
    };
    Some(shares.iter().enumerate().map(child).collect())
}
