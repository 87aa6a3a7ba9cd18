//! `launches/*.yaml`: a product being launched, one file each: phases by day since launch, with targets and gates.

use super::{Item, Reader, date, whole, words, words_or};
use crate::diag::{Family, Finding, Level as Grave, Rule};
use crate::plan::yaml::File;
use crate::plan::yaml::check::MISSING_KEY;
use crate::plan::yaml::shape::{self, Kind, Known, Shape, optional, required};
use crate::plan::yaml::tree::{Key, Node};
use crate::plan::{Gate, Id, Launch, LaunchPhase, Scope, amount, condition};
use crate::unit::{Decimal, Unit};
use std::collections::BTreeMap;

/// Rules raised here.
pub static RULES: &[&Rule] = &[&PHASES_CROSS];

/// Phases of a launch that do not follow each other.
pub static PHASES_CROSS: Rule = Rule {
    name: "phases-cross",
    level: Grave::Error,
    family: Family::Config,
    about: "finds phases of a launch that overlap, leave a gap, end before they begin, or do not begin at day 0",
    why: "a day must lie in one phase, or nobody knows which gate is due",
    example: "{id: growth, from_day: 50}      # the phase before ends on day 55: from_day: 56",
};

/// `launches/*.yaml`: one launch a file.
pub static FILE: Shape = Shape {
    name: "a launch",
    about: "A product being launched: phases by day since launch.",
    fields: &[
        optional("title", Kind::Words, "Name to show; SKU or ASIN if absent."),
        optional("asin", Kind::Of(&shape::TEXT), "The product; or `sku:`."),
        optional("sku", Kind::Of(&shape::TEXT), "The product; or `asin:`."),
        optional("store", Kind::Ref(Known::Store), "The store."),
        optional("owner", Kind::Ref(Known::Person), "Who answers for it."),
        required("launch_date", Kind::Of(&shape::DATE), "Day 0; counts run from here."),
        required("phases", Kind::List(&Kind::Object(&PHASE)), "What shall be reached when."),
    ],
};

static PHASE: Shape = Shape {
    name: "a phase",
    about: "A stretch of days since launch; they follow each other without gaps, from day 0.",
    fields: &[
        required("id", Kind::Of(&shape::IDENT), "Its name."),
        optional("title", Kind::Words, "Name to show."),
        required("from_day", Kind::Of(&shape::COUNT), "First day since launch."),
        required("to_day", Kind::Of(&shape::COUNT), "Last day since launch."),
        optional(
            "targets",
            Kind::Map(&Kind::Amount),
            "Metric → value at the end of the phase; sums count from the launch, everything else over the phase.",
        ),
        optional(
            "exit",
            Kind::Map(&Kind::Of(&shape::TEXT)),
            "Metric → condition such as `\">= 30\"`; all must hold to leave the phase.",
        ),
    ],
};

/// Reads a launch; its name is that of its file.
pub fn read(
    reader: &mut Reader,
    file: &File,
    id: &Id,
    units: &BTreeMap<Id, Unit>,
    all: &mut Vec<Item<Launch>>,
) {
    let read = |reader: &mut Reader, node: &Node| launch(reader, node, id, units);
    all.extend(reader.item(file, &file.root, &FILE, read));
}

fn launch(reader: &mut Reader, node: &Node, id: &Id, units: &BTreeMap<Id, Unit>) -> Option<Launch> {
    let mut scope = Scope::company();
    for level in ["store", "sku", "asin"] {
        if let Some(member) = node.text_of(level) {
            scope = scope.within(level, member);
        }
    }
    let product = node.text_of("sku").or_else(|| node.text_of("asin"));
    let Some(product) = product else {
        let told = Finding::new(&MISSING_KEY, node.place.clone(), "a launch needs `sku` or `asin`");
        reader.found.push(told.hint("add the product: `asin: B0EXAMPLE1`"));
        return None;
    };
    let mut phases = Vec::new();
    let mut next = 0;
    for node in node.get("phases").map(Node::items).unwrap_or_default() {
        let phase = phase(reader, node, units)?;
        if phase.days.0 != next || phase.days.1 < phase.days.0 {
            let told = format!(
                "the phase `{}` runs from day {} to day {}, but day {next} is next",
                phase.id, phase.days.0, phase.days.1
            );
            let place = super::place_of(node, "from_day");
            reader.found.push(
                Finding::new(&PHASES_CROSS, place, told)
                    .hint(format!("write `from_day: {next}` and a later `to_day`")),
            );
            return None;
        }
        next = phase.days.1 + 1;
        phases.push(phase);
    }
    Some(Launch {
        id: id.clone(),
        title: words_or(node.get("title"), product),
        scope,
        owner: node.text_of("owner").cloned(),
        date: date(node.get("launch_date"))?,
        phases,
        place: node.place.clone(),
    })
}

fn phase(reader: &mut Reader, node: &Node, units: &BTreeMap<Id, Unit>) -> Option<LaunchPhase> {
    let item = reader.current();
    let mut targets: Vec<(Id, Decimal)> = Vec::new();
    let mut exit = Vec::new();
    for (key, value) in entries(node, "targets") {
        reader.note_name(Known::Metric, &key.text, &key.place, item);
        let Some(unit) = units.get(&key.text) else { continue };
        let read = amount::parse_for(value.text()?, &value.place, &key.text, unit, "its target");
        targets.push((key.text.clone(), read.into_value(&mut reader.found)?));
    }
    for (key, value) in entries(node, "exit") {
        reader.note_name(Known::Metric, &key.text, &key.place, item);
        let Some(unit) = units.get(&key.text) else { continue };
        let written = value.text()?;
        let read = condition::parse_for(written, &value.place, &key.text, unit);
        let condition = read.into_value(&mut reader.found)?;
        exit.push((key.text.clone(), Gate { condition, written: written.clone() }));
    }
    let id = node.text_of("id")?.clone();
    Some(LaunchPhase {
        title: match words(node.get("title")) {
            title if title.is_empty() => words_or(None, &id),
            title => title,
        },
        id,
        days: (whole(node.get("from_day"))?, whole(node.get("to_day"))?),
        targets,
        exit,
    })
}

fn entries<'a>(node: &'a Node, key: &str) -> &'a [(Key, Node)] {
    node.get(key).map(Node::entries).unwrap_or_default()
}
