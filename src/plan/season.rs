//! Which days count more: weekdays, holidays, sale events (`calendar/*.yaml`). What a day's weight is follows from this
//! alone, in exact decimals (numbers.md §5.1).

use super::{Id, Scope, Words};
use crate::diag::Place;
use crate::time::{Calendar, Date, Grain, Period, days_between, plus_days};
use crate::unit::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Weights of days, by which a target is spread.
#[derive(Clone, Debug)]
pub struct Season {
    /// Name of the calendar: that of its file, or as written.
    pub id: Id,
    /// Name to show.
    pub name: Words,
    /// Weights of the weekdays, Monday first.
    pub weekdays: [Decimal; 7],
    /// Whether the weights of weekdays were written; learned ones do not replace them.
    pub weekdays_written: bool,
    /// Holidays with their names; the list is data.
    pub holidays: BTreeMap<Date, Holiday>,
    /// Weight of a holiday, if one is stated.
    pub holiday_weight: Option<Decimal>,
    /// Sale events and seasons, in the order of their days.
    pub events: Vec<Event>,
    /// What happens where several weights meet.
    pub overlap: Overlap,
    /// From which metric weights are learned, if any.
    pub learn: Option<Learn>,
    /// Where it is written.
    pub place: Place,
}

/// A day off.
#[derive(Clone, Debug)]
pub struct Holiday {
    /// Its name.
    pub name: Words,
    /// Worked out (equinoxes not announced yet) instead of announced.
    pub computed: bool,
}

/// Days on which more or less is sold.
#[derive(Clone, Debug)]
pub struct Event {
    /// Name within the calendar (`prime-day`); the same name comes back every year.
    pub id: Id,
    /// Its name to show.
    pub name: Words,
    /// First to last day.
    pub period: Period,
    /// Weight of each of its days; `None`: known, but without a weight (finding `event-not-weighted`, unless `note`).
    pub weight: Option<Decimal>,
    /// Only these stores; all if empty.
    pub stores: Vec<Id>,
    /// Only these categories; all if empty.
    pub categories: Vec<Id>,
    /// `sale`, `season` …
    pub kind: Id,
    /// How sure the dates are: `high`, `medium`, `low`; announced ones have none.
    pub confidence: Option<Id>,
    /// Why it has no weight.
    pub note: Option<Arc<str>>,
    /// Where it is written.
    pub place: Place,
}

/// What happens where several weights meet on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overlap {
    /// They multiply.
    #[default]
    Product,
    /// The largest of holiday and events counts, times the weekday.
    Max,
}

/// Where weights are learned from.
#[derive(Clone, Debug, PartialEq)]
pub struct Learn {
    /// A metric that adds up over days.
    pub metric: Id,
    /// For whom its history is read.
    pub scope: Scope,
    /// The days of history; all that is known if absent.
    pub period: Option<Period>,
}

impl Event {
    /// Whether it happens in a scope: a store or category it is not for has no part in it.
    pub fn concerns(&self, scope: &Scope) -> bool {
        let within = |level: &str, members: &[Id]| {
            members.is_empty() || scope.member(level).is_none_or(|member| members.contains(member))
        };
        within("store", &self.stores) && within("category", &self.categories)
    }
}

/// The period that lies to the event of the year before as `now` lies to that of its own year.
pub(super) fn same_event<'s>(
    season: &'s Season,
    calendar: &Calendar,
    now: Period,
    scope: &Scope,
) -> Option<(Period, &'s Event)> {
    /// Sale events move by some months between years; twice in one year is another matter.
    const A_YEAR: std::ops::RangeInclusive<u32> = 250..=480;
    let grain = now.grain.filter(|grain| *grain <= Grain::Month)?;
    let inside = |event: &Event| {
        let (first, last) = (event.period.start.max(now.start), event.period.end.min(now.end));
        (first <= last).then(|| days_between(first, last) + 1)
    };
    let here = season.events.iter().filter(|event| event.concerns(scope));
    let here = here.filter_map(|event| Some((inside(event)?, event)));
    // Of equal ones the heavier, then the one written first.
    let (_, event) = here.reduce(|best, one| {
        let more = (one.0, one.1.weight) > (best.0, best.1.weight);
        if more { one } else { best }
    })?;
    let earlier = season.events.iter().filter(|one| {
        one.id == event.id
            && one.period.start < event.period.start
            && A_YEAR.contains(&days_between(one.period.start, event.period.start))
    });
    let then = earlier.min_by_key(|one| days_between(one.period.start, event.period.start).abs_diff(365))?;
    if grain == Grain::Day {
        let back = i32::try_from(days_between(then.period.start, event.period.start)).ok()?;
        return Some((calendar.period(grain, plus_days(now.start, -back)), then));
    }
    // How many periods `now` is after the one in which its event began.
    let (mut own, mut other) =
        (calendar.period(grain, event.period.start), calendar.period(grain, then.period.start));
    while own.start < now.start {
        (own, other) = (calendar.next(own), calendar.next(other));
    }
    Some((other, then))
}

impl Season {
    /// A calendar in which every day counts the same.
    pub fn even(id: Id, place: Place) -> Season {
        Season {
            name: Words::same(&id),
            id,
            weekdays: [Decimal::ONE; 7],
            weekdays_written: false,
            holidays: BTreeMap::new(),
            holiday_weight: None,
            events: Vec::new(),
            overlap: Overlap::Product,
            learn: None,
            place,
        }
    }

    /// The weight of a day in a scope: weekday × holiday × events, or × the largest of them.
    pub fn weight(&self, day: Date, scope: &Scope) -> Decimal {
        let weekday = self.weekdays[usize::try_from(day.weekday().to_monday_zero_offset()).expect("0 to 6")];
        let holiday = self.holidays.get(&day).and(self.holiday_weight);
        let events = self
            .events
            .iter()
            .filter(|event| event.period.contains(day) && event.concerns(scope))
            .filter_map(|event| event.weight);
        let all = holiday.into_iter().chain(events);
        match self.overlap {
            Overlap::Product => all.fold(weekday, |product, weight| product * weight),
            Overlap::Max => weekday * all.max().unwrap_or(Decimal::ONE),
        }
    }
}
