//! Calendars that come with the program: holidays of Japan, seasons that follow from them, sale events as they were
//! announced. They are data below `content/calendars`, compiled in; this is the one place that lists them.

use super::yaml;
use super::yaml::format::{Reader, calendar};
use super::yaml::tree::Node;
use super::{Event, Holiday, Id, Season};
use crate::diag::Place;
use crate::time::{Calendar, Date};
use std::collections::BTreeMap;

/// Lists that `holidays:` can name.
pub const HOLIDAY_LISTS: &[&str] = &["jp"];
/// Lists that `include:` can name.
pub const EVENT_LISTS: &[&str] = &["amazon-jp", "jp-seasons", "rakuten"];

/// A text below `content/calendars`, by the name of its file.
macro_rules! shipped {
    ($($name:literal),*) => {
        &[$(($name, include_str!(concat!("../../content/calendars/", $name, ".yaml")))),*]
    };
}

static CALENDARS: &[(&str, &str)] = shipped!("jp-amazon", "jp");
static LISTS: &[(&str, &str)] = shipped!("holidays-jp", "amazon-jp", "jp-seasons", "rakuten");

/// Names of whole calendars.
pub fn names() -> impl Iterator<Item = &'static str> {
    CALENDARS.iter().map(|(name, _)| *name)
}

/// A calendar that comes with the program.
pub fn season(name: &Id, calendar: &Calendar) -> Option<Season> {
    let (file, text) = CALENDARS.iter().find(|(known, _)| **known == **name)?;
    let node = tree(file, text);
    let mut reader = Reader::new(*calendar);
    calendar::season(&mut reader, &node, name)
}

/// The holidays of a list; none if there is no such list.
pub fn holidays(list: &str) -> BTreeMap<Date, Holiday> {
    let name = format!("holidays-{list}");
    text(&name).map(|node| calendar::holiday_list(&node)).unwrap_or_default()
}

/// The events of a list, without weights. `place` is where it was included.
pub fn events(list: &str, place: &Place) -> Vec<Event> {
    let Some(node) = text(list) else { return Vec::new() };
    let mut reader = Reader::new(Calendar::default());
    let each = node.get("events").map(Node::items).unwrap_or_default();
    let events = each.iter().filter_map(|node| calendar::event(&mut reader, node));
    events.map(|event| Event { place: place.clone(), ..event }).collect()
}

fn text(list: &str) -> Option<Node> {
    LISTS.iter().find(|(known, _)| *known == list).map(|(file, text)| tree(file, text))
}

fn tree(file: &str, text: &str) -> Node {
    let path = format!("content/calendars/{file}.yaml").into();
    yaml::parse(&path, text, &mut Vec::new()).expect("calendars that come with the program can be read")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Scope;
    use crate::unit::{Decimal, Lang};

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn every_text_that_is_shipped_is_a_calendar_without_a_finding() {
        for name in names() {
            let season = season(&name.into(), &Calendar::default()).expect(name);
            assert!(season.holidays.len() > 200, "{name}");
            assert_eq!(
                season.weight(day("2025-07-12"), &Scope::company()),
                Decimal::ONE,
                "weights are the user's"
            );
        }
        for list in EVENT_LISTS {
            let events = events(list, &Place::default());
            assert!(!events.is_empty() && events.iter().all(|event| event.weight.is_none()), "{list}");
        }
        assert_eq!(season(&"no-such".into(), &Calendar::default()).map(|season| season.id), None);
    }

    #[test]
    fn holidays_have_names_and_what_is_only_computed_says_so() {
        let holidays = holidays("jp");
        assert_eq!(holidays.len(), 258);
        let marine = &holidays[&day("2025-07-21")];
        assert_eq!(
            [Lang::Zh, Lang::Ja, Lang::En].map(|lang| marine.name.in_lang(lang)),
            ["海之日", "海の日", "Marine Day"]
        );
        assert!(!holidays[&day("2026-03-20")].computed, "announced");
        assert!(holidays[&day("2030-03-20")].computed, "an equinox nobody has announced");
        assert!(!holidays[&day("2030-05-05")].computed, "fixed by law");
    }

    #[test]
    fn golden_week_and_prime_day_lie_where_they_lay() {
        let days = |list: &str, id: &str| -> Vec<String> {
            let events = events(list, &Place::default());
            let found = events.iter().filter(|event| &*event.id == id);
            found.map(|event| format!("{}..{}", event.period.start, event.period.end)).collect()
        };
        assert_eq!(
            days("jp-seasons", "golden-week")[1..3],
            ["2024-04-27..2024-05-06", "2025-04-29..2025-05-06"]
        );
        assert_eq!(days("jp-seasons", "silver-week"), ["2026-09-19..2026-09-23"]);
        assert!(days("amazon-jp", "prime-day").contains(&"2025-07-11..2025-07-14".to_owned()));
        assert!(days("amazon-jp", "prime-day-early").contains(&"2025-07-08..2025-07-10".to_owned()));
    }
}
