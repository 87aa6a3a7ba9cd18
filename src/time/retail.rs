//! Years of whole weeks: twelve periods of four or five weeks, quarters of thirteen, and a 53rd week in the last period
//! where the year needs one (4-4-5, 4-5-4, 5-4-4).

use super::{Date, Grain, Period, Weekday, days_between, plus_days};

/// How the years of a site are cut into whole weeks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retail {
    /// Weeks of the three periods of a quarter.
    pub pattern: [u8; 3],
    /// The weekday a year ends on.
    pub weekday: Weekday,
    /// Which of them.
    pub ends: YearEnd,
}

/// The day a year of whole weeks ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YearEnd {
    /// The weekday nearest to this month and day.
    Nearest(i8, i8),
    /// The last such weekday of this month.
    LastOf(i8),
}

impl YearEnd {
    /// The month it lies in, or next to.
    pub fn month(self) -> i8 {
        match self {
            YearEnd::Nearest(month, _) | YearEnd::LastOf(month) => month,
        }
    }
}

/// A period of such a year: its year (the calendar year it ends in), its number and its days.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) year: i16,
    pub(super) number: i8,
    pub(super) period: Period,
}

impl Retail {
    /// The last day of the year that ends in (or next to) the calendar year `year`.
    fn last_day(&self, year: i16) -> Date {
        match self.ends {
            YearEnd::Nearest(month, day) => {
                let last = Date::new(year, month, 1).map_or(day, |first| first.days_in_month());
                let wanted = Date::new(year, month, day.min(last)).unwrap_or(Date::MAX);
                let first = plus_days(wanted, -3);
                plus_days(first, i32::from(self.weekday.since(first.weekday())))
            }
            YearEnd::LastOf(month) => {
                let end = Date::new(year, month, 1).map_or(Date::MAX, |first| first.last_of_month());
                plus_days(end, -i32::from(end.weekday().since(self.weekday)))
            }
        }
    }

    /// The year that holds a day.
    pub(super) fn year(&self, day: Date) -> Part {
        let year = (day.year() - 1..=day.year() + 2).find(|year| day <= self.last_day(*year));
        self.whole(year.unwrap_or(day.year()))
    }

    fn whole(&self, year: i16) -> Part {
        let (start, end) = (plus_days(self.last_day(year - 1), 1), self.last_day(year));
        Part { year, number: 1, period: Period { start, end, grain: Some(Grain::Year) } }
    }

    /// The period, quarter or year of a year, by its number.
    pub(super) fn numbered(&self, year: i16, grain: Grain, number: i8) -> Option<Part> {
        let whole = self.whole(year);
        if grain == Grain::Year {
            return (number == 1).then_some(whole);
        }
        self.parts(whole, grain).into_iter().find(|part| part.number == number)
    }

    /// The periods or quarters of a year.
    fn parts(&self, whole: Part, grain: Grain) -> Vec<Part> {
        let quarter: u8 = self.pattern.iter().sum();
        let weeks: Vec<u8> = match grain {
            Grain::Quarter => vec![quarter; 4],
            _ => self.pattern.repeat(4),
        };
        let mut start = whole.period.start;
        let count = weeks.len();
        let cut = |(place, weeks): (usize, u8)| {
            let end = if place + 1 == count {
                whole.period.end
            } else {
                plus_days(start, i32::from(weeks) * 7 - 1)
            };
            let period = Period { start, end, grain: Some(grain) };
            start = plus_days(end, 1);
            Part { year: whole.year, number: i8::try_from(place + 1).unwrap_or(i8::MAX), period }
        };
        weeks.into_iter().enumerate().map(cut).collect()
    }

    /// The period, quarter or year that holds a day.
    pub(super) fn part(&self, grain: Grain, day: Date) -> Part {
        let whole = self.year(day);
        if grain == Grain::Year {
            return whole;
        }
        self.parts(whole, grain).into_iter().find(|part| part.period.contains(day)).unwrap_or(whole)
    }

    /// Whether the year that holds a day has 53 weeks.
    pub fn is_long(&self, day: Date) -> bool {
        let whole = self.year(day).period;
        days_between(whole.start, whole.end) > 52 * 7
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn the_retail_calendar_of_the_us_is_met() {
        // National Retail Federation 4-5-4: years end on the Saturday nearest to 31 January; 2023 has 53 weeks.
        let nrf = Retail { pattern: [4, 5, 4], weekday: Weekday::Saturday, ends: YearEnd::Nearest(1, 31) };
        let year = |text: &str| {
            let part = nrf.year(day(text));
            (part.period.start.to_string(), part.period.end.to_string())
        };
        assert_eq!(year("2022-06-01"), ("2022-01-30".to_owned(), "2023-01-28".to_owned()));
        assert_eq!(year("2023-06-01"), ("2023-01-29".to_owned(), "2024-02-03".to_owned()));
        assert_eq!(year("2024-06-01"), ("2024-02-04".to_owned(), "2025-02-01".to_owned()));
        assert!(nrf.is_long(day("2023-06-01")) && !nrf.is_long(day("2024-06-01")));
        let march = nrf.part(Grain::Month, day("2024-03-10"));
        assert_eq!((march.number, march.period.start), (2, day("2024-03-03")));
        let last = nrf.part(Grain::Month, day("2024-02-03"));
        assert_eq!((last.number, last.period.start, last.period.days()), (12, day("2023-12-31"), 35));
    }

    #[test]
    fn every_day_lies_in_exactly_one_period() {
        for pattern in [[4, 4, 5], [4, 5, 4], [5, 4, 4]] {
            for ends in [YearEnd::Nearest(1, 31), YearEnd::Nearest(12, 31), YearEnd::LastOf(9)] {
                let retail = Retail { pattern, weekday: Weekday::Saturday, ends };
                for grain in [Grain::Month, Grain::Quarter, Grain::Year] {
                    let mut at = day("2019-01-01");
                    while at < day("2034-01-01") {
                        let part = retail.part(grain, at);
                        assert!(part.period.contains(at), "{at}");
                        assert_eq!(part.period.days() % 7, 0);
                        let after = retail.part(grain, plus_days(part.period.end, 1));
                        assert_eq!(after.period.start, plus_days(part.period.end, 1));
                        at = plus_days(part.period.end, 1);
                    }
                }
            }
        }
    }
}
