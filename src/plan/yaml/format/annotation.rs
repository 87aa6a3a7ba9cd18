//! `annotations/*.yaml`: what happened, for the charts.

use super::{Item, Reader, date, ids, scope, words};
use crate::diag::Finding;
use crate::plan::Annotation;
use crate::plan::yaml::File;
use crate::plan::yaml::check::MISSING_KEY;
use crate::plan::yaml::shape::{self, Kind, Known, Shape, optional, required};
use crate::plan::yaml::tree::Node;
use crate::time::Grain;

/// `annotations/*.yaml`.
pub static FILE: Shape = Shape {
    name: "a file of annotations",
    about: "What happened, drawn on the charts.",
    fields: &[optional("annotations", Kind::Entries(&[&ANNOTATION]), "What happened.")],
};

static ANNOTATION: Shape = Shape {
    name: "an annotation",
    about: "Something that happened on a day or over several.",
    fields: &[
        optional("date", Kind::Of(&shape::DATE), "The day; or `range:`."),
        optional("range", Kind::Of(&shape::RANGE), "The days; or `date:`."),
        optional(
            "kind",
            Kind::Enum(&["event", "change", "incident", "rebase", "note"]),
            "What kind of thing it is; a note if absent.",
        ),
        optional("scope", Kind::Scope, "Where; the company if absent."),
        optional("metrics", Kind::Many(&Kind::Ref(Known::Metric)), "Which metrics; all if absent."),
        required("text", Kind::Words, "What happened."),
        optional("source", Kind::Of(&shape::TEXT), "Where that is known from."),
    ],
};

/// Reads a file of annotations.
pub fn read(reader: &mut Reader, file: &File, all: &mut Vec<Item<Annotation>>) {
    reader.file(file, &FILE);
    for node in file.root.get("annotations").map(Node::items).unwrap_or_default() {
        all.extend(reader.item(file, node, &ANNOTATION, annotation));
    }
}

fn annotation(reader: &mut Reader, node: &Node) -> Option<Annotation> {
    let day = date(node.get("date")).map(|day| reader.calendar.period(Grain::Day, day));
    let range = node.get("range").and_then(|range| reader.period(range));
    let Some(period) = range.or(day) else {
        let told = Finding::new(&MISSING_KEY, node.place.clone(), "an annotation needs `date` or `range`");
        reader.found.push(told.hint("add `date: 2026-11-09`, or `range: 2026-11-20..2026-12-01`"));
        return None;
    };
    Some(Annotation {
        period,
        kind: node.text_of("kind").cloned().unwrap_or_else(|| "note".into()),
        scope: scope(node.get("scope")).unwrap_or_default(),
        metrics: ids(node.get("metrics")),
        text: words(node.get("text")),
        date: period.start,
    })
}
