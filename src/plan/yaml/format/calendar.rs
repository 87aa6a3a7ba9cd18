//! `calendar/*.yaml`: which days count more. Lists of holidays and events that come with the program are taken in by
//! name; what is written in the file wins over them.

use super::target::weight;
use super::{Item, Reader, date, flag, ids, scope, words, words_or};
use crate::diag::{Finding, Place, did_you_mean};
use crate::plan::calendars;
use crate::plan::rules::known::UNKNOWN_NAME;
use crate::plan::yaml::File;
use crate::plan::yaml::check::UNFIT_VALUE;
use crate::plan::yaml::shape::{self, Kind, Known, Shape, optional, required};
use crate::plan::yaml::tree::Node;
use crate::plan::{Event, Holiday, Id, Learn, Overlap, Season};
use crate::time::{Date, Period, parse_date};
use crate::unit::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const TEXT: Kind = Kind::Of(&shape::TEXT);
const DATE: Kind = Kind::Of(&shape::DATE);

/// `calendar/*.yaml`; the name of the calendar is that of the file.
pub static FILE: Shape = Shape {
    name: "a calendar",
    about: "Which days count more: weekdays, holidays, sale events. Targets are spread by it.",
    fields: &[
        optional("name", Kind::Words, "Name to show."),
        optional(
            "include",
            Kind::Many(&Kind::Enum(calendars::EVENT_LISTS)),
            "Events that come with the program; their weights are yours.",
        ),
        optional("days", Kind::Object(&WEEK), "Weights of the weekdays; 1 for those that are absent."),
        optional(
            "holidays",
            Kind::OneOf(&[Kind::Enum(calendars::HOLIDAY_LISTS), Kind::Object(&HOLIDAYS)]),
            "Holidays; a list by name is `list:` alone.",
        ),
        optional(
            "events",
            Kind::List(&Kind::Object(&EVENT)),
            "Sale events and seasons; one of the same id and days as an included one replaces it.",
        ),
        optional(
            "weights",
            Kind::Map(&Kind::Amount),
            "Event → weight, for every year that has none of its own.",
        ),
        optional(
            "overlap",
            Kind::Enum(&["product", "max"]),
            "Where holiday and events meet: their weights multiply (if absent), or the largest counts.",
        ),
        optional(
            "learn",
            Kind::Object(&LEARN),
            "Weights that are not written are learned from this history.",
        ),
    ],
};

static WEEK: Shape = Shape {
    name: "`days`",
    about: "Weights of the weekdays.",
    fields: &[
        optional("mon", Kind::Amount, "Monday."),
        optional("tue", Kind::Amount, "Tuesday."),
        optional("wed", Kind::Amount, "Wednesday."),
        optional("thu", Kind::Amount, "Thursday."),
        optional("fri", Kind::Amount, "Friday."),
        optional("sat", Kind::Amount, "Saturday."),
        optional("sun", Kind::Amount, "Sunday."),
    ],
};

static HOLIDAYS: Shape = Shape {
    name: "`holidays`",
    about: "Days off.",
    fields: &[
        optional(
            "list",
            Kind::Enum(calendars::HOLIDAY_LISTS),
            "A list that comes with the program: `jp` has the holidays of Japan from 2018 to 2031.",
        ),
        optional("weight", Kind::Amount, "Weight of each."),
        optional("more", Kind::Map(&Kind::Words), "Date → name of further ones."),
        optional("without", Kind::Many(&DATE), "Days of the list that are none here."),
    ],
};

static EVENT: Shape = Shape {
    name: "an event",
    about: "Days on which more or less is sold.",
    fields: &[
        required("id", Kind::Of(&shape::IDENT), "Its name, such as `prime-day`; the same every year."),
        required("from", DATE, "First day."),
        optional("to", DATE, "Last day; the first if absent."),
        optional("weight", Kind::Amount, "Weight of each of its days."),
        optional("stores", Kind::Many(&Kind::Ref(Known::Store)), "Only in these stores."),
        optional("categories", Kind::Many(&TEXT), "Only in these categories."),
        optional("kind", Kind::Of(&shape::IDENT), "`sale` (if absent), `season` …"),
        optional("name", Kind::Words, "Name to show."),
        optional("confidence", Kind::Enum(&["high", "medium", "low"]), "How sure its days are."),
        optional("note", TEXT, "Why it has no weight."),
    ],
};

static LEARN: Shape = Shape {
    name: "`learn`",
    about: "Where weights are learned from.",
    fields: &[
        required("metric", Kind::Ref(Known::Metric), "A metric that adds up over days."),
        optional("scope", Kind::Scope, "For whom; the company if absent."),
        optional("from", DATE, "First day of the history; with `to`."),
        optional("to", DATE, "Last day of the history; with `from`."),
    ],
};

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Reads a calendar.
///
/// # Errors
/// What is wrong with it, if it cannot be used.
pub fn read(reader: &mut Reader, file: &File, id: &Id) -> Result<Item<Season>, Arc<str>> {
    reader.item(file, &file.root, &FILE, |reader, node| season(reader, node, id))
}

/// The calendar a node describes.
pub(in crate::plan) fn season(reader: &mut Reader, node: &Node, id: &Id) -> Option<Season> {
    let mut season = Season::even(id.clone(), node.place.clone());
    season.name = words_or(node.get("name"), id);
    if let Some(days) = node.get("days") {
        season.weekdays_written = true;
        for (at, key) in WEEKDAYS.iter().enumerate() {
            if let Some(day) = days.get(key) {
                season.weekdays[at] = weight(reader, day)?;
            }
        }
    }
    holidays(reader, node.get("holidays"), &mut season)?;
    season.events = events(reader, node)?;
    weights(reader, node, &mut season.events)?;
    if node.text_of("overlap").is_some_and(|word| &**word == "max") {
        season.overlap = Overlap::Max;
    }
    season.learn = match node.get("learn") {
        Some(learn) => Some(learned(reader, learn)?),
        None => None,
    };
    let nothing = season.weekdays.iter().all(Decimal::is_zero);
    if nothing {
        let place = node.get("days").map_or(&node.place, |days| &days.place);
        let finding = Finding::new(&UNFIT_VALUE, place.clone(), "no day of the week counts anything");
        reader.found.push(finding.hint("give at least one weekday a weight"));
    }
    (!nothing).then_some(season)
}

fn holidays(reader: &mut Reader, node: Option<&Node>, season: &mut Season) -> Option<()> {
    let Some(node) = node else { return Some(()) };
    if let Some(list) = node.text().or_else(|| node.text_of("list")) {
        season.holidays = calendars::holidays(list);
    }
    season.holiday_weight = match node.get("weight") {
        Some(written) => Some(weight(reader, written)?),
        None => None,
    };
    for (key, name) in node.get("more").map(Node::entries).unwrap_or_default() {
        let Some(day) = parse_date(&key.text) else {
            let told = format!("`{}` is not a date", key.text);
            let finding = Finding::new(&UNFIT_VALUE, key.place.clone(), told);
            reader.found.push(finding.hint("write `2026-05-01: 会社の休日`"));
            return None;
        };
        season.holidays.insert(day, Holiday { name: words(Some(name)), computed: false });
    }
    for item in node.get("without").map(Node::one_or_many).unwrap_or_default() {
        let day = date(Some(item))?;
        if season.holidays.remove(&day).is_none() {
            let finding =
                Finding::new(&UNFIT_VALUE, item.place.clone(), format!("{day} is no holiday of the list"));
            reader.found.push(finding.hint("remove the line"));
            return None;
        }
    }
    Some(())
}

/// Included events, without those the file has of its own, and the file's; in the order of their days.
fn events(reader: &mut Reader, node: &Node) -> Option<Vec<Event>> {
    let mut own: Vec<Event> = Vec::new();
    for item in node.get("events").map(Node::items).unwrap_or_default() {
        let event = event(reader, item)?;
        if let Some(first) = own.iter().find(|other| meet(other, &event)) {
            let told = format!("`{}` is there twice for the same days", event.id);
            let finding = Finding::new(&UNFIT_VALUE, event.place.clone(), told);
            let finding = finding.related(first.place.clone(), "the first is here");
            reader.found.push(finding.hint("keep one of the two, or give them different stores"));
            return None;
        }
        own.push(event);
    }
    let place = node.get("include").map_or(&node.place, |include| &include.place);
    // A list named twice would count its events twice.
    let lists: BTreeSet<Id> = ids(node.get("include")).into_iter().collect();
    let included = lists.iter().flat_map(|list| calendars::events(list, place));
    let mut all: Vec<Event> =
        included.filter(|event| !own.iter().any(|own| own.id == event.id && days_meet(own, event))).collect();
    all.extend(own);
    all.sort_by(|a, b| (a.period.start, a.period.end, &a.id).cmp(&(b.period.start, b.period.end, &b.id)));
    Some(all)
}

fn days_meet(one: &Event, other: &Event) -> bool {
    one.period.start <= other.period.end && other.period.start <= one.period.end
}

/// Whether two events are one: the same id on the same days for the same stores and categories.
fn meet(one: &Event, other: &Event) -> bool {
    let apart = |a: &[Id], b: &[Id]| !a.is_empty() && !b.is_empty() && !a.iter().any(|id| b.contains(id));
    one.id == other.id
        && days_meet(one, other)
        && !apart(&one.stores, &other.stores)
        && !apart(&one.categories, &other.categories)
}

/// Reads an event.
pub(in crate::plan) fn event(reader: &mut Reader, node: &Node) -> Option<Event> {
    let id = node.text_of("id")?.clone();
    let from = date(node.get("from"))?;
    let to = date(node.get("to")).unwrap_or(from);
    let period = range(reader, node, from, to)?;
    let weight = match node.get("weight") {
        Some(written) => Some(weight(reader, written)?),
        None => None,
    };
    Some(Event {
        name: words_or(node.get("name"), &id),
        period,
        weight,
        stores: ids(node.get("stores")),
        categories: ids(node.get("categories")),
        kind: node.text_of("kind").cloned().unwrap_or_else(|| "sale".into()),
        confidence: node.text_of("confidence").cloned(),
        note: node.text_of("note").cloned(),
        place: node.get("id").unwrap_or(node).place.clone(),
        id,
    })
}

fn range(reader: &mut Reader, node: &Node, from: Date, to: Date) -> Option<Period> {
    if from > to {
        let place = node.get("to").unwrap_or(node).place.clone();
        let told = format!("it begins on {from} and ends on {to}");
        let finding = Finding::new(&crate::plan::rules::promise::BOUNDS_CROSSED, place, told);
        reader.found.push(finding.hint("write the earlier day first"));
        return None;
    }
    Some(Period::range(from, to))
}

/// Weights by the name of an event, for those that have none of their own.
fn weights(reader: &mut Reader, node: &Node, events: &mut [Event]) -> Option<()> {
    for (key, written) in node.get("weights").map(Node::entries).unwrap_or_default() {
        let value = weight(reader, written)?;
        if !events.iter().any(|event| event.id == key.text) {
            reader.found.push(no_event(&key.text, &key.place, events));
            return None;
        }
        for event in events.iter_mut().filter(|event| event.id == key.text) {
            event.weight.get_or_insert(value);
        }
    }
    Some(())
}

fn no_event(name: &str, place: &Place, events: &[Event]) -> Finding {
    let finding = Finding::new(&UNKNOWN_NAME, place.clone(), format!("there is no event `{name}`"));
    let known = did_you_mean(name, events.iter().map(|event| &*event.id));
    let lists = calendars::EVENT_LISTS.iter().map(|list| format!("`{list}`")).collect::<Vec<_>>().join(", ");
    finding.hint(known.unwrap_or_else(|| format!("write it under `events:`, or `include:` one of {lists}")))
}

fn learned(reader: &mut Reader, node: &Node) -> Option<Learn> {
    let period = match (date(node.get("from")), date(node.get("to"))) {
        (None, None) => None,
        (Some(from), Some(to)) => Some(range(reader, node, from, to)?),
        _ => {
            let told = "a history has a first and a last day";
            let finding = Finding::new(&UNFIT_VALUE, node.place.clone(), told);
            reader.found.push(finding.hint("write both `from:` and `to:`, or neither for all that is known"));
            return None;
        }
    };
    let scope = scope(node.get("scope")).unwrap_or_default();
    Some(Learn { metric: node.text_of("metric")?.clone(), scope, period })
}

/// A list of holidays: date → name in each language; `computed: true` where it is not announced yet.
pub(in crate::plan) fn holiday_list(node: &Node) -> BTreeMap<Date, Holiday> {
    let each = node.get("holidays").map(Node::entries).unwrap_or_default();
    let holiday = |node: &Node| Holiday { name: words(Some(node)), computed: flag(node.get("computed")) };
    each.iter().filter_map(|(day, node)| Some((parse_date(&day.text)?, holiday(node)))).collect()
}
