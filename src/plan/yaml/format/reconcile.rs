//! `reconcile:` of `kpress.yaml`: which figures must agree, and how far apart they may be.

use super::{GRAINS, Item, Reader, grain, words, words_or};
use crate::diag::{Family, Finding, Level as Grave, Rule};
use crate::plan::yaml::File;
use crate::plan::yaml::shape::{self, Kind, Known, Shape, optional, required};
use crate::plan::yaml::tree::Node;
use crate::plan::{Id, Reconcile, amount};
use crate::time::Grain;
use crate::unit::{Decimal, Unit};
use std::collections::BTreeMap;

/// Rules raised here.
pub static RULES: &[&Rule] = &[&RECONCILE_UNLIKE];

/// Yen against pieces.
pub static RECONCILE_UNLIKE: Rule = Rule {
    name: "reconcile-unlike",
    level: Grave::Error,
    family: Family::Config,
    about: "finds figures that shall be reconciled and have different units, or a check finer than one of them is measured",
    why: "what is counted differently never agrees, so the check would say nothing",
    example: "{id: sales, left: gmv, right: units}        # JPY against a count: name two metrics of one unit",
};

/// One check.
pub static RECONCILE: Shape = Shape {
    name: "a reconciliation",
    about: "Two figures that should agree, or one that should be zero.",
    fields: &[
        required("id", Kind::Of(&shape::IDENT), "Its name, also in findings."),
        optional("name", Kind::Words, "Name to show; the id if absent."),
        required("left", Kind::Ref(Known::Metric), "What is reconciled."),
        optional(
            "right",
            Kind::Ref(Known::Metric),
            "What it should agree with; without it, `left` should be zero.",
        ),
        optional(
            "relative",
            Kind::Of(&shape::TEXT),
            "They may differ by this part of the greater one: `1%`.",
        ),
        optional(
            "absolute",
            Kind::Amount,
            "They may differ by this much. With both tolerances the wider counts.",
        ),
        optional("grain", Kind::Enum(GRAINS), "Over which periods; months if absent."),
        optional(
            "severity",
            Kind::Enum(&["error", "warning", "note"]),
            "How grave a difference is; a warning if absent.",
        ),
        optional("note", Kind::Words, "What a difference comes from, and what to do."),
    ],
};

/// What is known of metrics: unit and shortest period.
pub(in crate::plan) type Metrics = BTreeMap<Id, (Unit, Grain)>;

/// Reads the checks of `kpress.yaml`.
pub(in crate::plan) fn read(
    reader: &mut Reader,
    file: &File,
    metrics: &Metrics,
    all: &mut Vec<Item<Reconcile>>,
) {
    for node in file.root.get("reconcile").map(Node::items).unwrap_or_default() {
        all.extend(reader.item(file, node, &RECONCILE, |reader, node| one(reader, node, metrics)));
    }
}

fn one(reader: &mut Reader, node: &Node, metrics: &Metrics) -> Option<Reconcile> {
    let id = node.text_of("id")?.clone();
    let left = node.text_of("left")?.clone();
    let right = node.text_of("right").cloned();
    let grain = grain(node.get("grain")).unwrap_or(Grain::Month);
    let known = |id: &Id| metrics.get(id).map(|(unit, finest)| (id.clone(), unit.clone(), *finest));
    let sides: Vec<(Id, Unit, Grain)> = std::iter::once(&left).chain(&right).filter_map(known).collect();
    if let [(a, unit, _), (b, other, _)] = &sides[..]
        && unit != other
    {
        let told = format!("`{a}` is measured in {unit}, `{b}` in {other}");
        let finding = Finding::new(&RECONCILE_UNLIKE, node.place.clone(), told);
        reader.found.push(finding.hint("name two metrics of one unit"));
        return None;
    }
    if let Some((metric, _, finest)) = sides.iter().find(|(.., finest)| *finest > grain) {
        let told = format!("`{metric}` has no value by the {grain}");
        let finding = Finding::new(&RECONCILE_UNLIKE, node.place.clone(), told);
        reader.found.push(finding.hint(format!("write `grain: {finest}`, or a longer one")));
        return None;
    }
    // A name that is defined nowhere is told where it stands; its unit cannot be known.
    let unit = sides.first().map_or(Unit::Count, |(_, unit, _)| unit.clone());
    let relative = tolerance(reader, node, "relative", (&id, &Unit::Percent))?;
    let absolute = tolerance(reader, node, "absolute", (&id, &unit))?;
    let level = match node.text_of("severity").map(|level| &**level) {
        Some("error") => Grave::Error,
        Some("note") => Grave::Note,
        _ => Grave::Warning,
    };
    Some(Reconcile {
        name: words_or(node.get("name"), &id),
        note: words(node.get("note")),
        place: node.place.clone(),
        id,
        left,
        right,
        relative,
        absolute,
        grain,
        level,
    })
}

/// A tolerance, `Some(None)` where none is written; without its sign.
fn tolerance(
    reader: &mut Reader,
    node: &Node,
    key: &str,
    (id, unit): (&Id, &Unit),
) -> Option<Option<Decimal>> {
    let Some(given) = node.get(key) else { return Some(None) };
    let read = amount::parse_for(given.text()?, &given.place, id, unit, "its tolerance");
    read.into_value(&mut reader.found).map(|value| Some(value.abs()))
}
