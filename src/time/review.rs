//! The windows of a review (periods.md §5): six weeks, twelve months and what the month, quarter and year came to so far,
//! each with the windows it is compared with. Slots come from the calendar, never from the data.

use super::{Calendar, Date, Grain, Period, days_between, plus_days};

/// How last year is laid beside this one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Align {
    /// The same dates, whole months against whole months.
    #[default]
    Date,
    /// 364 days earlier, so that weekdays match.
    Weekday,
    /// The same dates, moved so that a named sale event meets itself. The plan knows the events.
    Event,
}

impl Align {
    /// As they are written in YAML.
    pub const NAMES: &[&str] = &["date", "weekday", "event"];

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Align> {
        [Align::Date, Align::Weekday, Align::Event].into_iter().find(|align| align.name() == name)
    }

    /// As it is written in YAML.
    pub fn name(self) -> &'static str {
        match self {
            Align::Date => "date",
            Align::Weekday => "weekday",
            Align::Event => "event",
        }
    }
}

/// Which twelve months stand on the axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Months {
    /// The twelve that are over.
    #[default]
    Trailing,
    /// Those of the fiscal year.
    FiscalYear,
}

impl Months {
    /// As they are written in YAML.
    pub const NAMES: &[&str] = &["trailing", "fiscal_year"];

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Months> {
        match name {
            "trailing" => Some(Months::Trailing),
            "fiscal_year" => Some(Months::FiscalYear),
            _ => None,
        }
    }

    /// As it is written in YAML.
    pub fn name(self) -> &'static str {
        match self {
            Months::Trailing => "trailing",
            Months::FiscalYear => "fiscal_year",
        }
    }
}

/// A window with those it is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its days; a month that still runs on the last day is whole here, and measured to date.
    pub period: Period,
    /// What growth against the period before is measured from.
    pub before: Period,
    /// What is drawn a year earlier: always whole.
    pub prior: Period,
    /// What growth against the year before is measured from: where the period runs, as many days of the prior one.
    pub base: Period,
}

/// The windows of a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// The last day that counts.
    pub last: Date,
    /// Six weeks.
    pub weeks: Vec<Slot>,
    /// Twelve months.
    pub months: Vec<Slot>,
    /// Month, quarter and year to date; `before` is not used.
    pub to_date: Vec<Slot>,
}

/// Weeks on the axis.
const WEEKS: usize = 6;
/// Months on the axis.
const MONTHS: usize = 12;

/// The last day of the last whole period that ends on or before `as_of`.
pub fn last_day(calendar: &Calendar, grain: Grain, as_of: Date) -> Date {
    let current = calendar.period(grain, as_of);
    if current.end <= as_of { current.end } else { plus_days(current.start, -1) }
}

impl Calendar {
    /// The windows of a review whose last day is `last`.
    pub fn review(&self, last: Date, months: Months, align: Align) -> Review {
        let week = self.period(Grain::Week, last_day(self, Grain::Week, last));
        let axis = match months {
            Months::Trailing => self.period(Grain::Month, last_day(self, Grain::Month, last)),
            Months::FiscalYear => {
                let year = self.period(Grain::Year, last);
                self.period(Grain::Month, year.end)
            }
        };
        let month = |period: Period| self.month(period, last, align);
        Review {
            last,
            weeks: self.back(week, WEEKS).into_iter().map(|week| self.week(week)).collect(),
            months: self.back(axis, MONTHS).into_iter().map(month).collect(),
            to_date: [Grain::Month, Grain::Quarter, Grain::Year]
                .map(|grain| self.span_to_date(grain, last, align))
                .into(),
        }
    }

    /// The last `count` periods up to one, in the order of time.
    fn back(&self, period: Period, count: usize) -> Vec<Period> {
        let mut all: Vec<Period> =
            std::iter::successors(Some(period), |period| Some(self.previous(*period))).take(count).collect();
        all.reverse();
        all
    }

    fn week(&self, period: Period) -> Slot {
        let prior = self.previous_year(period);
        Slot { period, before: self.previous(period), prior, base: prior }
    }

    fn month(&self, period: Period, last: Date, align: Align) -> Slot {
        let (before, prior) = (self.previous(period), self.earlier(period, align));
        if !(period.start <= last && last < period.end) {
            return Slot { period, before, prior, base: prior };
        }
        let gone = days_between(period.start, last);
        Slot {
            period,
            before: Period::range(before.start, within(before, gone)),
            prior,
            base: self.span_to_date(Grain::Month, last, align).base,
        }
    }

    fn earlier(&self, period: Period, align: Align) -> Period {
        match align {
            Align::Date | Align::Event => self.previous_year(period),
            Align::Weekday => Period::range(plus_days(period.start, -364), plus_days(period.end, -364)),
        }
    }

    fn span_to_date(&self, grain: Grain, last: Date, align: Align) -> Slot {
        let whole = self.period(grain, last);
        let period = Period::range(whole.start, last);
        let base = match align {
            Align::Weekday => self.earlier(period, align),
            Align::Date | Align::Event => {
                let month = self.period(Grain::Month, last);
                let prior = self.previous_year(month);
                // Whole months against whole months: also 28 against 29 February.
                let end = if last == month.end {
                    prior.end
                } else {
                    within(prior, days_between(month.start, last))
                };
                Period::range(self.previous_year(whole).start, end)
            }
        };
        Slot { period, before: period, prior: base, base }
    }
}

/// The day `gone` days into a period, or its last.
fn within(period: Period, gone: u32) -> Date {
    plus_days(period.start, i32::try_from(gone).unwrap_or(i32::MAX)).min(period.end)
}

impl Review {
    /// Every window of it, each once, in the order of time.
    pub fn windows(&self) -> Vec<Period> {
        let slots = self.weeks.iter().chain(&self.months);
        let mut all: Vec<Period> =
            slots.flat_map(|slot| [slot.period, slot.before, slot.prior, slot.base]).collect();
        all.extend(self.to_date.iter().flat_map(|slot| [slot.period, slot.base]));
        all.sort();
        all.dedup();
        all
    }

    /// The same windows for a metric with one value a month: a month counts with the one observation it has, so what is
    /// to date ends with the month.
    #[must_use]
    pub fn of_months(mut self, calendar: &Calendar) -> Review {
        let end = calendar.period(Grain::Month, self.last).end;
        for slot in &mut self.to_date {
            let whole = |period: Period, end: Date| Period::range(period.start, end);
            let prior = calendar.period(Grain::Month, slot.base.end).end;
            (slot.period, slot.base) = (whole(slot.period, end), whole(slot.base, prior));
            (slot.before, slot.prior) = (slot.period, slot.base);
        }
        for slot in &mut self.months {
            if slot.period.contains(self.last) {
                (slot.before, slot.base) = (calendar.previous(slot.period), slot.prior);
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Weekday;

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    /// Last days of calendar months, counted by hand.
    fn month_days(year: i16, month: i8) -> i8 {
        match month {
            2 if (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    #[test]
    fn to_date_is_compared_with_the_same_dates_or_the_same_weekdays() {
        let calendar = Calendar::default();
        // The table of periods.md §5.4.
        for (last, from, to) in [
            ("2025-02-22", "2024-02-01", "2024-02-22"),
            ("2025-02-28", "2024-02-01", "2024-02-29"),
            ("2024-02-29", "2023-02-01", "2023-02-28"),
            ("2024-02-28", "2023-02-01", "2023-02-28"),
        ] {
            let month = calendar.review(day(last), Months::Trailing, Align::Date).to_date[0];
            assert_eq!(month.base, Period::range(day(from), day(to)), "{last}");
        }
        let month = calendar.review(day("2025-11-16"), Months::Trailing, Align::Weekday).to_date[0];
        assert_eq!(month.base, Period::range(day("2024-11-02"), day("2024-11-17")));
    }

    #[test]
    fn every_fiscal_year_end_and_every_day_of_eight_years() {
        let mut last = day("2019-01-01");
        while last <= day("2026-12-31") {
            for ends in 1..=12_i8 {
                let calendar = Calendar { fiscal_starts: ends % 12 + 1, ..Calendar::default() };
                check(&calendar, last, ends);
            }
            last = plus_days(last, 1);
        }
    }

    fn check(calendar: &Calendar, last: Date, ends: i8) {
        // A naive oracle: count days back until the first of the right month.
        let gone = |starts: &dyn Fn(i8) -> bool| {
            let (mut at, mut days) = (last, 1_u32);
            while !(at.day() == 1 && starts(at.month())) {
                at = plus_days(at, -1);
                days += 1;
            }
            days
        };
        let into = |month: i8| (month - ends - 1).rem_euclid(12);
        let review = calendar.review(last, Months::FiscalYear, Align::Date);
        let found: Vec<u32> = review.to_date.iter().map(|slot| slot.period.days()).collect();
        let expected =
            [gone(&|_| true), gone(&|month| into(month) % 3 == 0), gone(&|month| into(month) == 0)];
        assert_eq!(found, expected, "{last} ends {ends}");
        let trailing = calendar.review(last, Months::Trailing, Align::Date);
        assert!(trailing.months.last().is_some_and(|slot| slot.period.end <= last));
        assert_eq!(into(review.months[0].period.start.month()), 0);
        for slot in review.months.iter().chain(&trailing.months) {
            let (now, then) = (slot.period.start, slot.prior.start);
            assert_eq!((now.year() - 1, now.month(), 1), (then.year(), then.month(), then.day()));
            assert_eq!(i32::from(month_days(then.year(), then.month())), slot.prior.days() as i32);
        }
        assert_eq!((review.months.len(), trailing.months.len(), review.weeks.len()), (12, 12, 6));
    }

    /// Days since 1970 without a calendar library (Hinnant, `days_from_civil`), so that the oracle shares no code.
    fn number(year: i32, month: i32, day: i32) -> i32 {
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let of_era = year - era * 400;
        let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    fn numbered(day: Date) -> i32 {
        number(day.year().into(), day.month().into(), day.day().into())
    }

    /// First day of the block of `months` months that holds a day, as year and month.
    fn block(last: Date, ends: i8, months: i32) -> (i32, i32) {
        let at = i32::from(last.year()) * 12 + i32::from(last.month()) - 1;
        let into = (at - i32::from(ends)).rem_euclid(months);
        ((at - into).div_euclid(12), (at - into).rem_euclid(12) + 1)
    }

    #[test]
    fn every_fiscal_year_end_and_every_week_of_fifteen_years() {
        let mut seen = 0;
        for ends in 1..=12_i8 {
            for starts in 0..7 {
                let week_starts = Weekday::from_monday_zero_offset(starts).expect("a weekday");
                let calendar = Calendar { fiscal_starts: ends % 12 + 1, week_starts, ..Calendar::default() };
                let mut week = calendar.period(Grain::Week, day("2019-01-06"));
                while week.end <= day("2033-12-31") {
                    let last = week.end;
                    let month_end = month_days(last.year(), last.month()) == last.day();
                    let review = calendar.review(last, Months::Trailing, Align::Date);
                    for (slot, months) in review.to_date.iter().zip([1, 3, 12]) {
                        let (year, month) = block(last, ends, months);
                        let first = number(year, month, 1);
                        assert_eq!(numbered(slot.period.start), first, "{last} ends {ends}");
                        assert_eq!(
                            slot.period.days() as i32,
                            numbered(last) - first + 1,
                            "{last} ends {ends}"
                        );
                        // The year before: the same first day, to the same date or the end of the month.
                        let (of_year, of_month) = (last.year() - 1, last.month());
                        let longest = month_days(of_year, of_month);
                        let to = if month_end { longest } else { last.day().min(longest) };
                        assert_eq!(
                            numbered(slot.base.start),
                            number(year - 1, month, 1),
                            "{last} ends {ends}"
                        );
                        let to = number(of_year.into(), of_month.into(), to.into());
                        assert_eq!(numbered(slot.base.end), to, "{last} ends {ends}");
                    }
                    let weekdays = calendar.review(last, Months::FiscalYear, Align::Weekday);
                    for (slot, same) in weekdays.to_date.iter().zip(&review.to_date) {
                        assert_eq!(slot.period, same.period);
                        assert_eq!(numbered(slot.base.start), numbered(slot.period.start) - 364);
                        assert_eq!(numbered(slot.base.end), numbered(last) - 364);
                    }
                    week = calendar.next(week);
                    seen += 1;
                }
            }
        }
        assert!(seen > 12 * 7 * 780, "{seen}");
    }

    #[test]
    fn weeks_of_fifteen_years_for_every_first_day() {
        for starts in 0..7 {
            let week_starts = Weekday::from_monday_zero_offset(starts).expect("a weekday");
            let calendar = Calendar { week_starts, ..Calendar::default() };
            let mut week = calendar.period(Grain::Week, day("2019-01-05"));
            let mut ids = std::collections::BTreeSet::new();
            while week.end < day("2034-01-01") {
                let id = calendar.id(week);
                assert!(ids.insert(id.clone()), "{id} twice");
                assert!(ids.last() == Some(&id), "{id} after {:?}", ids.last());
                let review = calendar.review(week.end, Months::Trailing, Align::Date);
                assert_eq!(review.weeks[5].period, week);
                for (place, slot) in review.weeks.iter().enumerate() {
                    let back = 7 * (5 - i32::try_from(place).expect("small"));
                    assert_eq!(slot.period.end, plus_days(week.end, -back));
                    assert_eq!(days_between(slot.prior.end, slot.period.end), 364);
                    let thursday = plus_days(slot.period.end, -3).iso_week_date();
                    assert_eq!(calendar.week_of(slot.period), thursday.week());
                }
                week = calendar.next(week);
            }
        }
    }

    #[test]
    fn a_running_month_is_compared_with_as_many_days() {
        let review = Calendar::default().review(day("2023-03-30"), Months::FiscalYear, Align::Date);
        let march = review.months[2];
        assert_eq!(march.before, Period::range(day("2023-02-01"), day("2023-02-28")));
        assert_eq!(march.base, Period::range(day("2022-03-01"), day("2022-03-30")));
        assert_eq!(march.prior.days(), 31);
        let june = Calendar::default().review(day("2026-06-30"), Months::Trailing, Align::Date).months[11];
        assert_eq!((june.period.start, june.before.start), (day("2026-06-01"), day("2026-05-01")));
        assert_eq!(june.before.days(), 31);
    }
}
