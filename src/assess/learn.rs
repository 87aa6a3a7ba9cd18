//! Weights of days learned from history: the mean share of comparable days over two years and more (numbers.md §5.1).
//! What somebody wrote is kept; what is learned says on how many days it rests.

use crate::measure::{Facts, State};
use crate::plan::{Event, Id, Overlap, Plan, Season};
use crate::time::{Date, Grain, days_between, plus_days};
use crate::unit::{Decimal, rounded};
use std::collections::{BTreeMap, BTreeSet};

/// History shorter than two years of whole weeks teaches nothing: a single year may have been an odd one.
const TWO_YEARS: u32 = 728;
/// Fewer weeks without holidays and events than this say little of weekdays.
const WEEKS: u32 = 52;
/// An ordinary level is that of the days this far before and after.
const AROUND: i32 = 28;
/// Fewer ordinary days around than this give no level.
const ORDINARY: u32 = 14;
/// Decimals of a learned weight.
const FINE: u32 = 4;

/// A weight with what it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LearnedWeight {
    /// The weight; an ordinary day has 1.
    pub weight: Decimal,
    /// Weeks (of weekdays) or days (of holidays and events) it is the mean of.
    pub n: u32,
    /// Years they lie in.
    pub years: u32,
}

/// What was learned for a calendar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learned {
    /// Days of history that are complete and settled.
    pub days: u32,
    /// Monday to Sunday; `None` while history is too short.
    pub weekdays: Option<[LearnedWeight; 7]>,
    /// Of a holiday.
    pub holidays: Option<LearnedWeight>,
    /// Of each day of an event, by its name.
    pub events: BTreeMap<Id, LearnedWeight>,
}

/// Calendars as they count: written weights, and learned ones where none is written.
#[derive(Clone, Debug, Default)]
pub struct Seasons {
    /// By name.
    pub in_force: BTreeMap<Id, Season>,
    /// What was learned for those that learn; also where a written weight wins.
    pub learned: BTreeMap<Id, Learned>,
}

/// The calendars of a plan with what history teaches them.
pub fn seasons(plan: &Plan, facts: &Facts) -> Seasons {
    let mut all = Seasons { in_force: plan.seasons.clone(), learned: BTreeMap::new() };
    for (id, season) in &mut all.in_force {
        if season.learn.is_some() {
            let learned = teach(season, &History::of(season, facts));
            all.learned.insert(id.clone(), learned);
        }
    }
    all
}

/// Days with their values.
struct History {
    first: Option<Date>,
    /// Day by day from the first; `None` where a day is not complete and settled.
    values: Vec<Option<f64>>,
}

impl History {
    fn of(season: &Season, facts: &Facts) -> History {
        let learn = season.learn.as_ref().expect("only calendars that learn have a history");
        let series = facts.series(&learn.metric, &learn.scope, Grain::Day);
        let points = series.map(|series| series.points.as_slice()).unwrap_or_default();
        let within = |day: Date| learn.period.is_none_or(|period| period.contains(day));
        let mut history = History { first: None, values: Vec::new() };
        for point in points.iter().filter(|point| within(point.period.start)) {
            history.first.get_or_insert(point.period.start);
            let value = point.value.filter(|_| point.state == State::Complete);
            history.values.push(value.map(|value| value.as_f64()));
        }
        history
    }

    fn at(&self, day: Date) -> Option<f64> {
        let first = self.first.filter(|first| *first <= day)?;
        self.values.get(days_between(first, day) as usize).copied().flatten()
    }

    fn days(&self) -> impl Iterator<Item = (Date, f64)> {
        let day = |(at, value): (usize, &Option<f64>)| {
            let at = i32::try_from(at).ok()?;
            Some((plus_days(self.first?, at), (*value)?))
        };
        self.values.iter().enumerate().filter_map(day)
    }
}

/// A mean in the making.
#[derive(Clone, Default)]
struct Mean {
    sum: f64,
    n: u32,
    years: BTreeSet<i16>,
}

impl Mean {
    fn add(&mut self, value: f64, day: Date) {
        self.sum += value;
        self.n += 1;
        self.years.insert(day.year());
    }

    fn learned(&self) -> Option<LearnedWeight> {
        let weight = Decimal::try_from(self.sum / f64::from(self.n)).ok().filter(|_| self.n > 0)?;
        let years = u32::try_from(self.years.len()).unwrap_or(u32::MAX);
        (!weight.is_sign_negative()).then(|| LearnedWeight {
            weight: rounded(weight, FINE).normalize(),
            n: self.n,
            years,
        })
    }
}

/// Learns, and fills in what is not written.
fn teach(season: &mut Season, history: &History) -> Learned {
    let days = u32::try_from(history.values.iter().flatten().count()).unwrap_or(u32::MAX);
    let mut learned = Learned { days, ..Learned::default() };
    if u32::try_from(history.values.len()).unwrap_or(u32::MAX) < TWO_YEARS {
        return learned;
    }
    learned.weekdays = weekdays(season, history);
    if let Some(weights) = learned.weekdays.filter(|_| !season.weekdays_written) {
        season.weekdays = weights.map(|learned| learned.weight);
    }
    learned.holidays = holidays(season, history);
    season.holiday_weight = season.holiday_weight.or(learned.holidays.map(|learned| learned.weight));
    learned.events = events(season, history);
    for event in season.events.iter_mut().filter(|event| event.weight.is_none() && event.note.is_none()) {
        event.weight = learned.events.get(&event.id).map(|learned| learned.weight);
    }
    learned
}

fn on(season: &Season, day: Date) -> impl Iterator<Item = &Event> {
    let scope = season.learn.as_ref().map(|learn| &learn.scope);
    season
        .events
        .iter()
        .filter(move |event| event.period.contains(day) && scope.is_none_or(|scope| event.concerns(scope)))
}

fn is_ordinary(season: &Season, day: Date) -> bool {
    !season.holidays.contains_key(&day) && on(season, day).next().is_none()
}

fn weekday(day: Date) -> usize {
    usize::try_from(day.weekday().to_monday_zero_offset()).expect("0 to 6")
}

/// The mean share of each weekday in weeks of ordinary days, seven times over.
fn weekdays(season: &Season, history: &History) -> Option<[LearnedWeight; 7]> {
    let mut means: [Mean; 7] = std::array::from_fn(|_| Mean::default());
    for (monday, _) in history.days().filter(|(day, _)| weekday(*day) == 0) {
        let week: Option<Vec<f64>> = (0..7)
            .map(|at| {
                history.at(plus_days(monday, at)).filter(|_| is_ordinary(season, plus_days(monday, at)))
            })
            .collect();
        let Some(week) = week else { continue };
        let sum: f64 = week.iter().sum();
        if sum > 0.0 {
            means.iter_mut().zip(&week).for_each(|(mean, value)| mean.add(value / sum * 7.0, monday));
        }
    }
    let learned: Option<Vec<LearnedWeight>> = means.iter().map(Mean::learned).collect();
    learned?.try_into().ok().filter(|weights: &[LearnedWeight; 7]| weights[0].n >= WEEKS)
}

/// A day's value without its weekday.
fn plain(season: &Season, day: Date, value: f64) -> Option<f64> {
    use crate::unit::Quantity;
    let weight = Quantity::Exact(season.weekdays[weekday(day)]).as_f64();
    (weight > 0.0).then_some(value / weight)
}

/// The level of ordinary days around a day, without weekdays.
fn level(season: &Season, history: &History, day: Date) -> Option<f64> {
    let (mut sum, mut n) = (0.0, 0);
    for at in -AROUND..=AROUND {
        let other = plus_days(day, at);
        let value = history.at(other).filter(|_| is_ordinary(season, other));
        if let Some(value) = value.and_then(|value| plain(season, other, value)) {
            sum += value;
            n += 1;
        }
    }
    (n >= ORDINARY && sum > 0.0).then(|| sum / f64::from(n))
}

/// Holidays on which no event falls, against the ordinary days around them.
fn holidays(season: &Season, history: &History) -> Option<LearnedWeight> {
    let mut mean = Mean::default();
    for day in season.holidays.keys().filter(|day| on(season, **day).next().is_none()) {
        let value = history.at(*day).and_then(|value| plain(season, *day, value));
        if let Some((value, level)) = value.zip(level(season, history, *day)) {
            mean.add(value / level, *day);
        }
    }
    mean.learned().filter(|learned| learned.years >= 2)
}

/// Days of events that no other event shares, against the ordinary days around them. Where weights multiply, that of a
/// holiday is taken out first.
fn events(season: &Season, history: &History) -> BTreeMap<Id, LearnedWeight> {
    let mut means: BTreeMap<&Id, Mean> = BTreeMap::new();
    for (day, value) in history.days() {
        let here: Vec<&Event> = on(season, day).collect();
        let [event] = here.as_slice() else { continue };
        let holiday = season.holidays.contains_key(&day) && season.overlap == Overlap::Product;
        let factor = match (holiday, season.holiday_weight) {
            (false, _) => 1.0,
            (true, Some(weight)) => crate::unit::Quantity::Exact(weight).as_f64(),
            (true, None) => continue,
        };
        let value = plain(season, day, value).filter(|_| factor > 0.0).map(|value| value / factor);
        if let Some((value, level)) = value.zip(level(season, history, day)) {
            means.entry(&event.id).or_default().add(value / level, day);
        }
    }
    let learned = means.into_iter().filter_map(|(id, mean)| Some((id.clone(), mean.learned()?)));
    learned.filter(|(_, learned)| learned.years >= 2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Place;
    use crate::measure::{Days, Point, Series};
    use crate::plan::{Holiday, Learn, Scope, Words};
    use crate::time::{Calendar, Period};
    use crate::unit::Quantity;

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn number(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    /// Two years and a half; a holiday and a sale of three days each year, without weights.
    fn season() -> Season {
        let event = |year: i16| Event {
            id: "sale".into(),
            name: Words::same("Sale"),
            period: Period::range(Date::constant(year, 7, 8), Date::constant(year, 7, 10)),
            weight: None,
            stores: Vec::new(),
            categories: Vec::new(),
            kind: "sale".into(),
            confidence: None,
            note: None,
            place: Place::default(),
        };
        let holiday = |year: i16| {
            (Date::constant(year, 2, 11), Holiday { name: Words::same("Day off"), computed: false })
        };
        Season {
            holidays: [holiday(2023), holiday(2024), holiday(2025)].into(),
            events: vec![event(2023), event(2024), event(2025)],
            learn: Some(Learn { metric: "gmv".into(), scope: Scope::company(), period: None }),
            ..Season::even("jp".into(), Place::default())
        }
    }

    fn learned(season: Season, last: &str, value: impl Fn(Date) -> Decimal) -> (Season, Learned) {
        let calendar = Calendar::default();
        let point = |day: Date| Point {
            period: calendar.period(Grain::Day, day),
            value: Some(Quantity::Exact(value(day))),
            state: State::Complete,
            days: Days { observed: 1, expected: 1 },
        };
        let points = Period::range(day("2023-01-01"), day(last)).each_day().map(point).collect();
        let mut facts = Facts::default();
        facts.series.insert(("gmv".into(), Scope::company(), Grain::Day), Series { points });
        let history = History::of(&season, &facts);
        let mut season = season;
        let learned = teach(&mut season, &history);
        (season, learned)
    }

    #[test]
    fn a_constant_history_teaches_weights_of_one() {
        let (season, learned) = learned(season(), "2025-06-30", |_| number("1000"));
        assert_eq!(season.weekdays, [Decimal::ONE; 7]);
        assert_eq!(season.holiday_weight, Some(Decimal::ONE));
        assert!(season.events.iter().all(|event| event.weight == Some(Decimal::ONE)));
        let weekdays = learned.weekdays.expect("two years and a half");
        assert!(weekdays.iter().all(|weight| weight.n == weekdays[0].n && weight.n > 100), "{weekdays:?}");
        assert_eq!(learned.holidays.map(|weight| (weight.n, weight.years)), Some((3, 3)));
        let sale = learned.events["sale"];
        assert_eq!((sale.n, sale.years), (6, 2));
    }

    #[test]
    fn weights_that_made_the_history_are_found_again() {
        let weight = |day: Date| {
            let weekday = number(["1", "0.9", "0.9", "0.9", "1", "1.1", "1.2"][weekday(day)]);
            let holiday = if (day.month(), day.day()) == (2, 11) { number("1.3") } else { Decimal::ONE };
            let sale =
                if day.month() == 7 && (8..=10).contains(&day.day()) { number("3") } else { Decimal::ONE };
            number("1000") * weekday * holiday * sale
        };
        let (season, _) = learned(season(), "2025-06-30", weight);
        let shown: Vec<String> = season.weekdays.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["1", "0.9", "0.9", "0.9", "1", "1.1", "1.2"]);
        assert_eq!(season.holiday_weight, Some(number("1.3")));
        assert_eq!(season.events[0].weight, Some(number("3")));
    }

    #[test]
    fn what_is_written_wins_and_short_history_teaches_nothing() {
        let mut written = season();
        written.weekdays = [number("2"); 7];
        written.weekdays_written = true;
        written.holiday_weight = Some(number("5"));
        written.events[1].weight = Some(number("4"));
        written.events[2].note = Some("moved".into());
        let (season, found) = learned(written, "2025-06-30", |_| number("1000"));
        assert_eq!(season.weekdays[0], number("2"));
        assert_eq!(season.holiday_weight, Some(number("5")));
        let weights: Vec<_> = season.events.iter().map(|event| event.weight).collect();
        assert_eq!(weights, [Some(Decimal::ONE), Some(number("4")), None]);
        assert!(found.weekdays.is_some(), "what history says stands beside it");
        let (season, found) = learned(self::season(), "2024-12-01", |_| number("1000"));
        assert_eq!((season.holiday_weight, found.weekdays, found.days), (None, None, 701));
    }
}
