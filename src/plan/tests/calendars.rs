//! Calendars as they are written: weights of days, events, lists that come with the program, and what is refused.

use super::*;
use crate::time::Date;

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// The calendar of numbers.md §5.1.
const JP: &str = "days: {mon: 1.00, tue: 0.95, wed: 0.95, thu: 0.95, fri: 1.00, sat: 1.15, sun: 1.20}
holidays: {list: jp, weight: 1.10}
events:
  - {id: prime-day-early, from: 2025-07-08, to: 2025-07-10, weight: 1.5}
  - {id: prime-day, from: 2025-07-11, to: 2025-07-14, weight: 3}
overlap: product
";

#[test]
fn the_weights_of_july_2025_are_those_of_the_reference() {
    let plan = workspace(&[("calendar/jp.yaml", JP)]);
    assert_eq!(seen(&plan.found), Vec::<String>::new());
    let season = &plan.value.seasons["jp"];
    let mut sum = Decimal::ZERO;
    for row in include_str!("../../../tests/data/calendars/phasing_days_2025_07.csv").lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let weight: Decimal = cells[3].parse().expect("a weight");
        assert_eq!(season.weight(day(cells[0]), &Scope::company()), weight, "{row}");
        sum += weight;
    }
    assert_eq!(sum, Decimal::new(41_875, 3));
}

#[test]
fn what_is_included_has_the_weights_of_the_file() {
    let text = "include: [amazon-jp, jp-seasons, amazon-jp]
weights: {prime-day: 3, golden-week: 1.2}
events:
  - {id: prime-day, from: 2025-07-11, to: 2025-07-13, weight: 4, stores: jp1}
overlap: max
learn: {metric: gmv, from: 2023-04-01, to: 2025-03-31}
";
    let read = workspace(&[("calendar/mine.yaml", text)]);
    assert_eq!(seen(&read.found), Vec::<String>::new());
    let season = &read.value.seasons["mine"];
    let weight = |on: &str, store: &str| season.weight(day(on), &Scope::of("store", store)).to_string();
    assert_eq!(weight("2024-07-16", "jp2"), "3", "by name");
    assert_eq!((weight("2025-07-12", "jp1"), weight("2025-07-12", "jp2")), ("4".to_owned(), "1".to_owned()));
    assert_eq!(weight("2025-05-05", "jp1"), "1.2");
    assert!(
        season.learn.as_ref().is_some_and(|learn| learn.period.is_some_and(|period| period.days() == 731))
    );
}

#[test]
fn a_period_is_laid_beside_the_one_with_the_same_event() {
    // Prime Day of 2024 was on 16 and 17 July, that of 2025 began on the 11th.
    let calendar = "include: [amazon-jp]
weights: {prime-day: 3, prime-day-early: 1.5}
";
    let site = HEAD.replace("site: {", "site: {calendar: mine, ");
    let plan = load(&Memory::of(
        [("kpress.yaml", &*site), ("calendar/mine.yaml", calendar)]
            .map(|(name, text)| (name, text.as_bytes())),
    ))
    .value;
    let aligned = |on: &str, grain| {
        let now = plan.site.calendar.period(grain, day(on));
        let found = plan.same_event_last_year(now, &Scope::company());
        found.map(|(then, event)| format!("{} {}..{}", event.id, then.start, then.end))
    };
    use crate::time::Grain::{Day, Month, Quarter, Week};
    let said = |text: &str| Some(text.to_owned());
    assert_eq!(aligned("2025-07-12", Week), said("prime-day 2024-07-15..2024-07-21"));
    // The week after it began, as far from the beginning.
    assert_eq!(aligned("2025-07-14", Week), said("prime-day 2024-07-22..2024-07-28"));
    assert_eq!(aligned("2025-07-12", Day), said("prime-day 2024-07-17..2024-07-17"));
    assert_eq!(aligned("2025-07-12", Month), said("prime-day 2024-07-01..2024-07-31"));
    assert_eq!(aligned("2025-07-12", Quarter), None);
    assert_eq!(aligned("2025-06-02", Week), None);
}

#[test]
fn a_calendar_that_cannot_be_meant_is_refused() {
    let refused = |text: &str, expected: &str| {
        let found = seen(&workspace(&[("calendar/c.yaml", text)]).found);
        assert!(found.len() == 1 && found[0].contains(expected), "{text}: {found:?}");
    };
    refused("days: {mon: -1}\n", "less than nothing");
    refused("days: {monday: 1}\n", "`monday` is no key of `days`");
    refused(
        "days: {mon: 0, tue: 0, wed: 0, thu: 0, fri: 0, sat: 0, sun: 0}\n",
        "no day of the week counts anything",
    );
    refused("holidays: {list: cn}\n", "`list` cannot be `cn`");
    refused("holidays: {list: jp, without: 2025-07-22}\n", "is no holiday of the list");
    refused("holidays: {more: {2025-7-22: x}}\n", "`2025-7-22` is not a date");
    refused(
        "events: [{id: a, from: 2025-07-10, to: 2025-07-08}]\n",
        "it begins on 2025-07-10 and ends on 2025-07-08",
    );
    refused(
        "events: [{id: a, from: 2025-07-10}, {id: a, from: 2025-07-08, to: 2025-07-10}]\n",
        "there twice",
    );
    refused("events: [{from: 2025-07-10}]\n", "missing-key");
    refused("events: [{id: a, from: 2025-07-10, stores: jp9}]\n", "there is no store `jp9`");
    refused("weights: {prime-day: 3}\n", "there is no event `prime-day`");
    refused("include: [amazon-jp]\nweights: {prme-day: 3}\n", "there is no event `prme-day`");
    refused("learn: {metric: gmw}\n", "there is no metric `gmw`");
    refused("learn: {metric: gmv, from: 2025-01-01}\n", "a history has a first and a last day");
}

#[test]
fn a_calendar_is_named_by_site_store_and_target() {
    let plan = workspace(&[
        ("kpress.yaml", &HEAD.replace("currency: JPY", "currency: JPY, calendar: jp-amazon")),
        ("stores.yaml", "stores: {jp1: {calendar: mine}, jp2: {}}\n"),
        ("calendar/mine.yaml", "days: {sun: 2}\n"),
        (
            "targets/a.yaml",
            "targets: [{id: g, metric: gmv, period: 2025-02, value: 10, phase: {days: jp}, split: {by: store, share: {jp1: 0.5, jp2: 0.5}}}]\n",
        ),
    ]);
    assert_eq!(seen(&plan.found), Vec::<String>::new());
    let plan = plan.value;
    assert_eq!(plan.seasons.keys().map(|id| &**id).collect::<Vec<_>>(), ["jp", "jp-amazon", "mine"]);
    let of = |at: usize| plan.season_of(&plan.targets[at]).map(|season| season.id.to_string());
    assert_eq!(
        [of(0), of(1), of(2)],
        [Some("jp".to_owned()), Some("mine".to_owned()), Some("jp".to_owned())]
    );
}
