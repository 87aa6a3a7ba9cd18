//! `objectives/*.yaml`: what shall be reached, told by key results.

use super::{Item, Reader, date, flag, scope, words};
use crate::diag::{Family, Finding, Level as Grave, Rule};
use crate::plan::amount;
use crate::plan::rules::known::twice;
use crate::plan::yaml::File;
use crate::plan::yaml::check::UNFIT_VALUE;
use crate::plan::yaml::shape::{self, Kind, Known, Shape, optional, required};
use crate::plan::yaml::tree::Node;
use crate::plan::{Ambition, CheckIn, Id, Initiative, KeyResult, Objective};
use crate::unit::{Decimal, Unit};
use std::collections::{BTreeMap, BTreeSet};

/// Rules raised here.
pub static RULES: &[&Rule] = &[&KEY_RESULT_STANDS, &CHECK_IN_UNKNOWN];

/// A key result whose baseline is its target.
pub static KEY_RESULT_STANDS: Rule = Rule {
    name: "key-result-stands-still",
    level: Grave::Error,
    family: Family::Config,
    about: "finds a key result whose baseline equals its target",
    why: "progress runs from one to the other; over no distance it has no meaning",
    example: "{metric: acos, baseline: 22%, target: 22%}      →  baseline: 26%",
};

/// A check-in about a key result that is not there.
pub static CHECK_IN_UNKNOWN: Rule = Rule {
    name: "check-in-unknown",
    level: Grave::Error,
    family: Family::Config,
    about: "finds a check-in that speaks of a key result the objective does not have, or is out of 0 to 1",
    why: "the confidence would be shown nowhere",
    example: "confidence: {kr3: 0.5}        # the objective has kr1 and kr2",
};

/// `objectives/*.yaml`.
pub static FILE: Shape = Shape {
    name: "a file of objectives",
    about: "What shall be reached, told by key results on metrics.",
    fields: &[optional("objectives", Kind::Entries(&[&OBJECTIVE]), "Objectives.")],
};

static OBJECTIVE: Shape = Shape {
    name: "an objective",
    about: "Something to reach in a period; its status is that of its weakest key result.",
    fields: &[
        required("id", Kind::Of(&shape::IDENT), "Its name in the address."),
        required("title", Kind::Words, "What shall be reached."),
        required("period", Kind::Of(&shape::PERIOD), "When."),
        optional("owner", Kind::Ref(Known::Person), "Who answers for it."),
        optional(
            "kind",
            Kind::Enum(&["committed", "aspirational"]),
            "Committed is to be reached in full; of an aspirational one seven tenths count as reached.",
        ),
        optional("parent", Kind::Of(&shape::TEXT), "The objective it serves."),
        required("key_results", Kind::List(&Kind::Object(&KEY_RESULT)), "By what it is told."),
        optional("check_ins", Kind::List(&Kind::Object(&CHECK_IN)), "What its people thought of it."),
        optional(
            "initiatives",
            Kind::List(&Kind::Object(&INITIATIVE)),
            "What is done for it; moves no progress.",
        ),
    ],
};

static KEY_RESULT: Shape = Shape {
    name: "a key result",
    about: "Progress is linear from baseline to target; below the baseline it is none.",
    fields: &[
        optional("id", Kind::Of(&shape::IDENT), "Its name within the objective; `kr1`, `kr2` … if absent."),
        optional("title", Kind::Words, "What it says; the metric's name if absent."),
        required("metric", Kind::Ref(Known::Metric), "The metric, over the objective's period."),
        optional("scope", Kind::Scope, "For whom; the company if absent."),
        required("baseline", Kind::Amount, "Where it starts."),
        required("target", Kind::Amount, "Where it shall be."),
        optional("owner", Kind::Ref(Known::Person), "Who answers for it."),
        optional("weight", Kind::Amount, "Importance among its siblings; 1 if absent."),
    ],
};

static CHECK_IN: Shape = Shape {
    name: "a check-in",
    about: "What people thought of an objective on a day.",
    fields: &[
        required("date", Kind::Of(&shape::DATE), "When."),
        optional("confidence", Kind::Map(&Kind::Amount), "Key result → how sure, 0 to 1."),
        optional("note", Kind::Words, "What they said."),
    ],
};

static INITIATIVE: Shape = Shape {
    name: "an initiative",
    about: "Something done for an objective.",
    fields: &[
        required("title", Kind::Words, "What."),
        optional("owner", Kind::Ref(Known::Person), "Who."),
        optional("done", Kind::Of(&shape::BOOL), "Whether it is done."),
    ],
};

/// Reads a file of objectives.
pub fn read(reader: &mut Reader, file: &File, units: &BTreeMap<Id, Unit>, all: &mut Vec<Item<Objective>>) {
    reader.file(file, &FILE);
    for node in file.root.get("objectives").map(Node::items).unwrap_or_default() {
        let read = |reader: &mut Reader, node: &Node| objective(reader, node, units);
        let Ok(item) = reader.item(file, node, &OBJECTIVE, read) else { continue };
        let place = &item.value.place;
        let same = |other: &&Item<Objective>| {
            other.value.id == item.value.id && other.value.place.file == place.file
        };
        match all.iter().find(same) {
            Some(first) => reader.found.push(twice(&item.value.id, place, &first.value.place)),
            None => all.push(item),
        }
    }
}

fn objective(reader: &mut Reader, node: &Node, units: &BTreeMap<Id, Unit>) -> Option<Objective> {
    let list = |key: &str| node.get(key).map(Node::items).unwrap_or_default();
    let key_results: Option<Vec<KeyResult>> = list("key_results")
        .iter()
        .enumerate()
        .map(|(at, node)| key_result(reader, node, at, units))
        .collect();
    let key_results = key_results?;
    if key_results.is_empty() {
        let told = Finding::new(&UNFIT_VALUE, node.place.clone(), "an objective needs a key result");
        reader.found.push(told.hint("add `key_results: [{metric: acos, baseline: 26%, target: 22%}]`"));
        return None;
    }
    let names: BTreeSet<&Id> = key_results.iter().map(|result| &result.id).collect();
    let mut check_ins: Vec<CheckIn> =
        list("check_ins").iter().filter_map(|node| check_in(reader, node, &names)).collect();
    check_ins.sort_by_key(|check_in| check_in.date);
    let initiative = |node: &Node| Initiative {
        title: words(node.get("title")),
        owner: node.text_of("owner").cloned(),
        done: flag(node.get("done")),
    };
    Some(Objective {
        id: node.text_of("id")?.clone(),
        title: words(node.get("title")),
        period: node.get("period").and_then(|period| reader.period(period))?,
        owner: node.text_of("owner").cloned(),
        ambition: match node.text_of("kind").map(|kind| &**kind) {
            Some("aspirational") => Ambition::Aspirational,
            _ => Ambition::Committed,
        },
        parent: node.text_of("parent").cloned(),
        key_results,
        check_ins,
        initiatives: list("initiatives").iter().map(initiative).collect(),
        place: super::place_of(node, "id"),
    })
}

fn key_result(reader: &mut Reader, node: &Node, at: usize, units: &BTreeMap<Id, Unit>) -> Option<KeyResult> {
    let metric = node.text_of("metric")?.clone();
    let (baseline, target) = match units.get(&metric) {
        Some(unit) => {
            let mut amount = |key: &str, what: &str| {
                let node = node.get(key)?;
                amount::parse_for(node.text()?, &node.place, &metric, unit, what)
                    .into_value(&mut reader.found)
            };
            (amount("baseline", "the baseline")?, amount("target", "the target")?)
        }
        // An unknown metric is a finding of its own.
        None => (Decimal::ZERO, Decimal::ONE),
    };
    if baseline == target {
        let place = super::place_of(node, "target");
        let told = "the baseline of this key result is its target".to_owned();
        reader.found.push(
            Finding::new(&KEY_RESULT_STANDS, place, told).hint("write where the figure stood at the start"),
        );
        return None;
    }
    let weight = match node.get("weight") {
        Some(weight) => {
            let read = amount::parse(weight.text()?, &weight.place).value?.value;
            if read <= Decimal::ZERO {
                let told = Finding::new(&UNFIT_VALUE, weight.place.clone(), "a weight is more than nothing");
                reader.found.push(told.hint("write `weight: 2`, or leave the key result out"));
                return None;
            }
            read
        }
        None => Decimal::ONE,
    };
    Some(KeyResult {
        id: node.text_of("id").cloned().unwrap_or_else(|| format!("kr{}", at + 1).into()),
        title: words(node.get("title")),
        metric,
        scope: scope(node.get("scope")).unwrap_or_default(),
        baseline,
        target,
        owner: node.text_of("owner").cloned(),
        weight,
        place: node.place.clone(),
    })
}

fn check_in(reader: &mut Reader, node: &Node, names: &BTreeSet<&Id>) -> Option<CheckIn> {
    let mut confidence = Vec::new();
    for (key, value) in node.get("confidence").map(Node::entries).unwrap_or_default() {
        let sure = amount::parse(value.text()?, &value.place).value?.value;
        let told = if !names.contains(&key.text) {
            format!("the objective has no key result `{}`", key.text)
        } else if sure < Decimal::ZERO || sure > Decimal::ONE {
            format!("a confidence lies between 0 and 1, not at {sure}")
        } else {
            confidence.push((key.text.clone(), sure));
            continue;
        };
        let known: Vec<&str> = names.iter().map(|name| &***name).collect();
        reader.found.push(
            Finding::new(&CHECK_IN_UNKNOWN, key.place.clone(), told)
                .hint(format!("its key results are {}", known.join(", "))),
        );
    }
    Some(CheckIn { date: date(node.get("date"))?, confidence, note: words(node.get("note")) })
}
