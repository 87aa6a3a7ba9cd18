//! `people.yaml` and `stores.yaml`: who answers for figures, and where things are sold.

use super::{Reader, date, ids, words_or};
use crate::plan::load::Draft;
use crate::plan::yaml::File;
use crate::plan::yaml::shape::{self, Kind, Known, Shape, later, optional};
use crate::plan::yaml::tree::{Key, Node};
use crate::plan::{Person, Store, Team};
use crate::time::Zone;
use crate::unit::Currency;

/// `people.yaml`.
pub static PEOPLE_FILE: Shape = Shape {
    name: "people.yaml",
    about: "Who answers for figures.",
    fields: &[
        optional("teams", Kind::Items(&TEAM), "Groups of people."),
        optional("people", Kind::Items(&PERSON), "People who own metrics and targets."),
        later("roles", "What each role does."),
    ],
};

static TEAM: Shape = Shape {
    name: "a team",
    about: "A group of people; its figures are the union of its members'.",
    fields: &[
        optional("name", Kind::Words, "Name to show."),
        optional("lead", Kind::Ref(Known::Person), "Who leads it."),
    ],
};

static PERSON: Shape = Shape {
    name: "a person",
    about: "Somebody who answers for figures.",
    fields: &[
        optional("name", Kind::Words, "Name to show."),
        optional("role", Kind::Of(&shape::IDENT), "Role: advertising, operations …"),
        optional("team", Kind::Ref(Known::Team), "Team the person belongs to."),
        optional(
            "covers",
            Kind::Map(&Kind::Many(&Kind::Of(&shape::TEXT))),
            "What the person answers for: level → members.",
        ),
        optional("from", Kind::Of(&shape::DATE), "First day of the cover."),
        optional("handle", Kind::Of(&shape::TEXT), "The name on the Git host, as `@lina`: for CODEOWNERS."),
    ],
};

/// `stores.yaml`.
pub static STORES_FILE: Shape = Shape {
    name: "stores.yaml",
    about: "Where things are sold.",
    fields: &[optional("stores", Kind::Items(&STORE), "Shops on a marketplace.")],
};

static STORE: Shape = Shape {
    name: "a store",
    about: "A shop on a marketplace.",
    fields: &[
        optional("name", Kind::Words, "Name to show."),
        optional(
            "marketplace",
            Kind::Of(&shape::TEXT),
            "Marketplace id, such as `A1VC38T7YXB528` for Japan.",
        ),
        optional("currency", Kind::Of(&shape::CURRENCY), "Currency of its amounts."),
        optional("timezone", Kind::Of(&shape::ZONE), "Whose days are meant, if not the site's."),
        optional("tax", Kind::Enum(&["taxable", "exempt"]), "Whether the seller collects consumption tax."),
        optional("calendar", Kind::Ref(Known::Season), "Its own calendar of day weights."),
        optional("tags", Kind::Many(&Kind::Of(&shape::TEXT)), "Free labels."),
    ],
};

/// Levels a cover can name besides the columns sources declare.
const COVERED: &[(&str, Known)] = &[("store", Known::Store), ("source", Known::Source)];

/// Reads teams and people.
pub(in crate::plan) fn people(reader: &mut Reader, file: &File, draft: &mut Draft) {
    reader.file(file, &PEOPLE_FILE);
    for (key, node) in entries(file, "teams") {
        let read = |_: &mut Reader, node: &Node| {
            Some(Team {
                id: key.text.clone(),
                name: words_or(node.get("name"), &key.text),
                lead: node.text_of("lead").cloned(),
                place: key.place.clone(),
            })
        };
        match reader.item(file, node, &TEAM, read) {
            Ok(team) => draft.teams.push(team),
            Err(_) => draft.lose(Known::Team, &key.text),
        }
    }
    for (key, node) in entries(file, "people") {
        match reader.item(file, node, &PERSON, |reader, node| Some(person(reader, key, node))) {
            Ok(person) => draft.people.push(person),
            Err(_) => draft.lose(Known::Person, &key.text),
        }
    }
}

fn person(reader: &mut Reader, key: &Key, node: &Node) -> Person {
    let item = reader.current();
    let covers = node.get("covers").map(Node::entries).unwrap_or_default();
    for (level, members) in covers {
        match COVERED.iter().find(|(name, _)| *name == &*level.text) {
            Some((_, known)) => {
                members.one_or_many().iter().for_each(|member| reader.note(*known, member, item))
            }
            None => reader.note_name(Known::Level, &level.text, &level.place, item),
        }
    }
    Person {
        id: key.text.clone(),
        name: words_or(node.get("name"), &key.text),
        team: node.text_of("team").cloned(),
        role: node.text_of("role").cloned(),
        covers: covers.iter().map(|(level, members)| (level.text.clone(), ids(Some(members)))).collect(),
        from: date(node.get("from")),
        place: key.place.clone(),
    }
}

/// Reads stores.
pub(in crate::plan) fn stores(reader: &mut Reader, file: &File, draft: &mut Draft) {
    reader.file(file, &STORES_FILE);
    for (key, node) in entries(file, "stores") {
        let read = |_: &mut Reader, node: &Node| {
            Some(Store {
                id: key.text.clone(),
                name: words_or(node.get("name"), &key.text),
                marketplace: node.text_of("marketplace").cloned(),
                currency: node.text_of("currency").and_then(|code| Currency::parse(code)),
                zone: node.text_of("timezone").and_then(|name| Some((name.clone(), Zone::named(name)?))),
                tax: node.text_of("tax").cloned(),
                tags: ids(node.get("tags")),
                season: node.text_of("calendar").cloned(),
                place: key.place.clone(),
            })
        };
        match reader.item(file, node, &STORE, read) {
            Ok(store) => draft.stores.push(store),
            Err(_) => draft.lose(Known::Store, &key.text),
        }
    }
}

/// The entries of a map of a file. An entry without a body (`jp1:`) counts as an empty map.
pub fn entries<'a>(file: &'a File, key: &str) -> &'a [(Key, Node)] {
    file.root.get(key).map(Node::entries).unwrap_or_default()
}
