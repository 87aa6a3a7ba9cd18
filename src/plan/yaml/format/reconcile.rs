//! `reconcile:` of `kpress.yaml`: which figures must agree, and how far apart they may be.

use super::{GRAINS, Item, Reader, grain, ids, words, words_or};
use crate::diag::{Family, Finding, Level as Grave, Rule};
use crate::plan::yaml::File;
use crate::plan::yaml::shape::{self, Kind, Known, Shape, optional, required};
use crate::plan::yaml::tree::Node;
use crate::plan::{Id, Reconcile, amount};
use crate::time::Grain;
use crate::unit::{Decimal, Unit};
use std::collections::BTreeMap;

/// Rules raised here.
pub static RULES: &[&Rule] = &[&RECONCILE_UNLIKE, &RECONCILE_SILENT];

/// Yen against pieces.
pub static RECONCILE_UNLIKE: Rule = Rule {
    name: "reconcile-unlike",
    level: Grave::Error,
    family: Family::Config,
    about: "finds figures that shall be reconciled and have different units, or a check finer than one of them is measured",
    why: "what is counted differently never agrees, so the check would say nothing",
    example: "{id: sales, left: gmv, right: units}        # JPY against a count: name two metrics of one unit",
};

/// A tolerance that nothing exceeds.
pub static RECONCILE_SILENT: Rule = Rule {
    name: "reconcile-silent",
    level: Grave::Error,
    family: Family::Config,
    about: "finds a tolerance of `reconcile:` that lets any two figures agree",
    why: "a part is of the greater figure: 100 % of it allows a thousand beside nothing, and the check never speaks",
    example: "{id: sales, left: gmv, right: gmv_by_asin, relative: 1}        # one per cent is `relative: 1%`",
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
        optional(
            "categories",
            Kind::Many(&Kind::Of(&shape::TEXT)),
            "Without `right`: columns that say of what kind a row is. What is not zero is told by kind, with the line to write.",
        ),
        optional(
            "concerns",
            Kind::Many(&Kind::Ref(Known::Metric)),
            "Metrics that it puts in doubt: their pages and dashboards say so while it fails.",
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
    if relative.is_some_and(|part| part >= Decimal::ONE) {
        let written = node.get("relative").expect("it was read");
        let text = written.text().map(|text| &**text).unwrap_or_default();
        let told =
            format!("`{id}` allows a gap of `{text}`: no two figures are further apart than the whole");
        let finding = Finding::new(&RECONCILE_SILENT, written.place.clone(), told);
        let hint = match text.trim().ends_with('%') {
            true => "allow what you would not look into: `1%`, or `absolute: 1000`".to_owned(),
            false => format!("per cents have their sign: `relative: {}%`", text.trim()),
        };
        reader.found.push(finding.hint(hint));
        return None;
    }
    let absolute = tolerance(reader, node, "absolute", (&id, &unit))?;
    let level = match node.text_of("severity").map(|level| &**level) {
        Some("error") => Grave::Error,
        Some("note") => Grave::Note,
        _ => Grave::Warning,
    };
    Some(Reconcile {
        name: words_or(node.get("name"), &id),
        note: words(node.get("note")),
        categories: ids(node.get("categories")),
        concerns: ids(node.get("concerns")),
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
