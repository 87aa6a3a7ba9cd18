//! `audiences:` in `kpress.yaml`: who sees what.

use super::{Item, Reader, flag, ids, words, words_or};
use crate::diag::{Finding, Place};
use crate::plan::audience::{Audience, Figures, Picked, Sees, Within};
use crate::plan::yaml::File;
use crate::plan::yaml::check::UNFIT_VALUE;
use crate::plan::yaml::shape::{self, Kind, Known, Shape, optional, required};
use crate::plan::yaml::tree::{Key, Node};

/// An entry of `audiences:`.
pub static AUDIENCE: Shape = Shape {
    name: "an audience",
    about: "Readers who get a tree of their own. What they may not see is not in it.",
    fields: &[
        required("sees", Kind::OneOf(&[Kind::Enum(&["all"]), Kind::Object(&SEES)]), "What they see."),
        optional("name", Kind::Words, "Name to show."),
        optional("banner", Kind::Words, "What stands at the foot of every page: how secret it is."),
    ],
};

static SEES: Shape = Shape {
    name: "`sees`",
    about: "Either `owner`, or a cut through the figures by metric, scope and people.",
    fields: &[
        optional(
            "metrics",
            Kind::OneOf(&[Kind::Object(&METRICS), Kind::Many(&Kind::Ref(Known::Metric))]),
            "Which metrics; all if absent.",
        ),
        optional(
            "scopes",
            Kind::Map(&Kind::Many(&Kind::Of(&shape::TEXT))),
            "Where: level → members, each with everything below it; `company: true` adds the total of the company. Everywhere if absent.",
        ),
        optional(
            "people",
            Kind::Many(&Kind::Ref(Known::Person)),
            "Whose names, pages and scorecards; nobody's if absent.",
        ),
        optional(
            "owner",
            Kind::Ref(Known::Person),
            "What this person answers for, and the people of a team the person leads.",
        ),
    ],
};

static METRICS: Shape = Shape {
    name: "`metrics`",
    about: "Metrics by name or label.",
    fields: &[
        optional("ids", Kind::Many(&Kind::Ref(Known::Metric)), "By name."),
        optional("tags", Kind::Many(&Kind::Of(&shape::TEXT)), "Those with one of these labels."),
        optional("except", Kind::Many(&Kind::Ref(Known::Metric)), "Never these."),
    ],
};

/// Reads one audience; nothing of it counts if a part of it cannot be read.
pub fn read(reader: &mut Reader, file: &File, key: &Key, node: &Node) -> Option<Item<Audience>> {
    reader.item(file, node, &AUDIENCE, |reader, node| audience(reader, key, node)).ok()
}

fn unfit(reader: &mut Reader, place: &Place, told: String, hint: &str) {
    reader.found.push(Finding::new(&UNFIT_VALUE, place.clone(), told).hint(hint));
}

fn audience(reader: &mut Reader, key: &Key, node: &Node) -> Option<Audience> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    let taken = matches!(&*key.text, "all" | "a" | "v" | "latest");
    if key.text.is_empty() || taken || !key.text.chars().all(plain) {
        let told = format!("`{}` cannot name an audience", key.text);
        let hint = "small letters, digits, `-` and `_`, as in `team-ads`; not `all`, `a`, `v` or `latest`";
        unfit(reader, &key.place, told, hint);
        return None;
    }
    let sees = sees(reader, key, node.get("sees")?)?;
    Some(Audience {
        id: key.text.clone(),
        name: words_or(node.get("name"), &key.text),
        sees,
        banner: words(node.get("banner")),
        place: key.place.clone(),
    })
}

fn sees(reader: &mut Reader, key: &Key, node: &Node) -> Option<Sees> {
    if node.text().is_some() {
        return Some(Sees::All);
    }
    let cut = ["metrics", "scopes", "people"].iter().any(|part| node.get(part).is_some());
    if let Some(owner) = node.text_of("owner") {
        if cut {
            let told = format!("`sees` of `{}` names an owner and something else", key.text);
            unfit(reader, &node.place, told, "make two audiences of it, or leave one out");
            return None;
        }
        return Some(Sees::Owner(owner.clone()));
    }
    if !cut {
        let told = format!("`sees` of `{}` says nothing", key.text);
        unfit(reader, &node.place, told, "write `all`, `owner`, or one of `metrics`, `scopes` and `people`");
        return None;
    }
    let picked = |node: &Node| Picked {
        ids: if node.entries().is_empty() { ids(Some(node)) } else { ids(node.get("ids")) },
        tags: ids(node.get("tags")),
        except: ids(node.get("except")),
    };
    if let Some(empty) = node.get("metrics").filter(|node| picked(node) == Picked::default()) {
        let told = format!("`metrics` of `{}` names none", key.text);
        unfit(reader, &empty.place, told, "leave it out for all metrics, or name some");
        return None;
    }
    let scopes = node.get("scopes").map(|node| within(reader, node));
    Some(Sees::Figures(Box::new(Figures {
        metrics: node.get("metrics").map(picked),
        scopes,
        people: ids(node.get("people")),
    })))
}

fn within(reader: &mut Reader, node: &Node) -> Within {
    let item = reader.current();
    let mut within = Within { company: flag(node.get("company")), ..Within::default() };
    for (level, members) in node.entries().iter().filter(|(level, _)| &*level.text != "company") {
        let known = match &*level.text {
            "store" => Some(Known::Store),
            "person" => Some(Known::Person),
            "team" => Some(Known::Team),
            _ => None,
        };
        match known {
            Some(known) => members.one_or_many().iter().for_each(|member| reader.note(known, member, item)),
            None => reader.note_name(Known::Level, &level.text, &level.place, item),
        }
        within.of.insert(level.text.clone(), ids(Some(members)));
    }
    within
}
