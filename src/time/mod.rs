//! Days, weeks, months, quarters and fiscal years; how they are named, and which period came before.
//! A period is a union of whole calendar days of the store; no clock is read here.

mod instant;
mod label;
mod number;
mod parse;
mod retail;
mod review;

pub use instant::{
    Zone, day_number, http_seconds, instant_day, numbered_day, utc, utc_seconds, zoned_seconds,
};
pub use jiff::civil::{Date, Weekday};
pub use label::day_label;
pub use number::{LONG_YEARS, Numbering};
pub use parse::{parse_date, parse_period};
pub use retail::{Retail, YearEnd};
pub use review::{Align, Months, Review, Slot, last_day};

use jiff::ToSpan;
use std::fmt;

/// How finely time is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grain {
    /// A calendar day of the store.
    Day,
    /// Seven days from the site's first weekday.
    Week,
    /// A calendar month.
    Month,
    /// Three months of the fiscal year.
    Quarter,
    /// The fiscal year.
    Year,
}

impl Grain {
    /// All grains, finest first.
    pub const ALL: &[Grain] = &[Grain::Day, Grain::Week, Grain::Month, Grain::Quarter, Grain::Year];

    /// As it is written in YAML and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Grain::Day => "day",
            Grain::Week => "week",
            Grain::Month => "month",
            Grain::Quarter => "quarter",
            Grain::Year => "year",
        }
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Grain> {
        Grain::ALL.iter().copied().find(|grain| grain.name() == name)
    }
}

/// A stretch of whole days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
    /// `None` for a range of any days.
    pub grain: Option<Grain>,
}

impl Period {
    /// A range of days that is no week, month, quarter or year.
    pub fn range(start: Date, end: Date) -> Period {
        Period { start, end, grain: None }
    }

    /// How many days it has.
    pub fn days(self) -> u32 {
        days_between(self.start, self.end) + 1
    }

    /// Whether `day` lies in it.
    pub fn contains(self, day: Date) -> bool {
        self.start <= day && day <= self.end
    }

    /// Every day, first to last.
    pub fn each_day(self) -> impl Iterator<Item = Date> {
        self.start.series(1.day()).take_while(move |day| *day <= self.end)
    }
}

/// Days from `from` to `to`; 0 if `to` is not later.
pub fn days_between(from: Date, to: Date) -> u32 {
    let days = from.until(to).map_or(0, |span| span.get_days());
    u32::try_from(days).unwrap_or(0)
}

/// `day` moved by `days`.
pub fn plus_days(day: Date, days: i32) -> Date {
    day.saturating_add(days.days())
}

/// `day` moved by whole months; the day of the month is kept or becomes the month's last.
pub fn plus_months(day: Date, months: i32) -> Date {
    day.saturating_add(months.months())
}

/// Which calendar year names a fiscal year that lies in two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum NamedBy {
    /// The year it begins in, as the Japanese 年度.
    #[default]
    Start,
    /// The year it ends in.
    End,
}

/// How a site cuts time (`site.week`, `site.fiscal_year`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// First day of a week.
    pub week_starts: Weekday,
    /// First month of the fiscal year, 1 to 12.
    pub fiscal_starts: i8,
    /// Which year names the fiscal year.
    pub named_by: NamedBy,
    /// Own week numbers, where they differ from those of ISO 8601.
    pub numbering: Option<Numbering>,
    /// Years of whole weeks, in place of months.
    pub retail: Option<Retail>,
}

impl Default for Calendar {
    fn default() -> Calendar {
        Calendar {
            week_starts: Weekday::Monday,
            fiscal_starts: 1,
            named_by: NamedBy::Start,
            numbering: None,
            retail: None,
        }
    }
}

impl Calendar {
    /// The period of `grain` that holds `day`.
    pub fn period(&self, grain: Grain, day: Date) -> Period {
        if let (Some(retail), Grain::Month | Grain::Quarter | Grain::Year) = (&self.retail, grain) {
            return retail.part(grain, day).period;
        }
        let (start, end) = match grain {
            Grain::Day => (day, day),
            Grain::Week => {
                let since = day.weekday().since(self.week_starts);
                let start = plus_days(day, -i32::from(since));
                (start, plus_days(start, 6))
            }
            Grain::Month => (day.first_of_month(), day.last_of_month()),
            Grain::Quarter => months_from(self.fiscal_block(day, 3), 3),
            Grain::Year => months_from(self.fiscal_block(day, 12), 12),
        };
        Period { start, end, grain: Some(grain) }
    }

    /// The first day of the block of `months` months, counted from the fiscal year's first, that holds `day`.
    fn fiscal_block(&self, day: Date, months: i8) -> Date {
        let into = (day.month() - self.fiscal_starts).rem_euclid(months);
        plus_months(day.first_of_month(), -i32::from(into))
    }

    /// The period just before. A plain range moves by its own length.
    pub fn previous(&self, period: Period) -> Period {
        match period.grain {
            Some(grain) => self.period(grain, plus_days(period.start, -1)),
            None => {
                let days = i32::try_from(period.days()).unwrap_or(i32::MAX);
                Period::range(plus_days(period.start, -days), plus_days(period.end, -days))
            }
        }
    }

    /// The period just after.
    pub fn next(&self, period: Period) -> Period {
        match period.grain {
            Some(grain) => self.period(grain, plus_days(period.end, 1)),
            None => {
                let days = i32::try_from(period.days()).unwrap_or(i32::MAX);
                Period::range(plus_days(period.start, days), plus_days(period.end, days))
            }
        }
    }

    /// The same period one year earlier: weeks and days by 364 days, so that weekdays match; months, quarters and
    /// years by the calendar (periods.md §5.4).
    pub fn previous_year(&self, period: Period) -> Period {
        match period.grain {
            Some(Grain::Day | Grain::Week) => Period {
                start: plus_days(period.start, -364),
                end: plus_days(period.end, -364),
                grain: period.grain,
            },
            Some(grain) => match &self.retail {
                Some(retail) => {
                    let part = retail.part(grain, period.start);
                    let earlier = retail.numbered(part.year - 1, grain, part.number);
                    earlier.map_or(period, |part| part.period)
                }
                None => self.period(grain, plus_months(period.start, -12)),
            },
            None => Period::range(plus_months(period.start, -12), year_earlier(period.end)),
        }
    }

    /// All periods of `grain` that touch the days from `first` to `last`.
    pub fn periods(&self, grain: Grain, first: Date, last: Date) -> Vec<Period> {
        let begin = self.period(grain, first);
        std::iter::successors(Some(begin), |period| Some(self.next(*period)))
            .take_while(|period| period.start <= last)
            .collect()
    }

    /// The year and number of the week that ends on `end`: the site's own, else those of [`Calendar::iso_week`].
    fn week_number(&self, end: Date) -> (i16, i8) {
        self.numbering.map_or_else(|| Calendar::iso_week(end), |own| own.of(end))
    }

    /// The ISO year and number of the week that ends on `end`: those of its fourth day (periods.md §1.2).
    pub fn iso_week(end: Date) -> (i16, i8) {
        let iso = plus_days(end, -3).iso_week_date();
        (iso.year(), iso.week())
    }

    /// The stable name: `2026-11-09`, `2026-W46`, `2026-11`, `FY2026-Q3`, `FY2026`, `A..B`. Where the fiscal year is
    /// the calendar year, quarters and years are `2026-Q4` and `2026`.
    pub fn id(&self, period: Period) -> String {
        match period.grain {
            Some(Grain::Day) => period.start.to_string(),
            Some(Grain::Week) => {
                let (year, week) = Calendar::iso_week(period.end);
                format!("{year}-W{week:02}")
            }
            Some(Grain::Month) if self.retail.is_some() => {
                let (fiscal, year) = self.fiscal_name(period.start);
                format!("{fiscal}{year}-P{:02}", self.month_number(period.start))
            }
            Some(Grain::Month) => format!("{}-{:02}", period.start.year(), period.start.month()),
            Some(Grain::Quarter) => {
                let (fiscal, year) = self.fiscal_name(period.start);
                format!("{fiscal}{year}-Q{}", self.quarter_number(period.start))
            }
            Some(Grain::Year) => {
                let (fiscal, year) = self.fiscal_name(period.start);
                format!("{fiscal}{year}")
            }
            None => format!("{}..{}", period.start, period.end),
        }
    }

    /// 1 to 4, counted from the fiscal year's first month.
    pub fn quarter_number(&self, day: Date) -> i8 {
        if let Some(retail) = &self.retail {
            return retail.part(Grain::Quarter, day).number;
        }
        (day.month() - self.fiscal_starts).rem_euclid(12) / 3 + 1
    }

    /// 1 to 12, counted from the fiscal year's first month.
    pub fn month_number(&self, day: Date) -> i8 {
        match &self.retail {
            Some(retail) => retail.part(Grain::Month, day).number,
            None => (day.month() - self.fiscal_starts).rem_euclid(12) + 1,
        }
    }

    /// The week's number, 1 to 53.
    pub fn week_of(&self, period: Period) -> i8 {
        self.week_number(period.end).1
    }

    /// `FY` where the fiscal year is not the calendar year, and the year that names it.
    pub fn fiscal_name(&self, day: Date) -> (&'static str, i16) {
        if let Some(retail) = &self.retail {
            let ends = retail.year(day).year;
            let whole = retail.ends.month() == 12 || self.named_by == NamedBy::End;
            return ("FY", if whole { ends } else { ends - 1 });
        }
        let begins = self.fiscal_block(day, 12).year();
        match (self.fiscal_starts, self.named_by) {
            (1, _) => ("", begins),
            (_, NamedBy::Start) => ("FY", begins),
            (_, NamedBy::End) => ("FY", begins + 1),
        }
    }
}

/// The same day one year earlier; the last day of a month stays the last day.
fn year_earlier(day: Date) -> Date {
    let earlier = plus_months(day, -12);
    if day == day.last_of_month() { earlier.last_of_month() } else { earlier }
}

fn months_from(start: Date, months: i32) -> (Date, Date) {
    (start, plus_days(plus_months(start, months), -1))
}

impl fmt::Display for Grain {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn starting(weekday: Weekday) -> Calendar {
        Calendar { week_starts: weekday, ..Calendar::default() }
    }

    #[test]
    fn week_ids_come_from_the_fourth_day() {
        // The table of periods.md §1.2.
        for (end, id) in [
            ("2020-12-26", "2020-W52"),
            ("2021-01-02", "2020-W53"),
            ("2021-01-09", "2021-W01"),
            ("2021-01-03", "2020-W53"),
            ("2026-12-27", "2026-W52"),
            ("2027-01-03", "2026-W53"),
            ("2026-01-02", "2026-W01"),
            ("2026-11-15", "2026-W46"),
        ] {
            let end = day(end);
            let calendar = starting(plus_days(end, 1).weekday());
            assert_eq!(calendar.id(calendar.period(Grain::Week, end)), id);
        }
    }

    #[test]
    fn fiscal_years_end_where_the_reference_says() {
        // Year end month, day, days of quarter and year to date: the table of periods.md §1.3.
        for (ends, at, quarter, year) in [
            (1, "2026-01-31", 92, 365),
            (1, "2026-02-01", 1, 1),
            (2, "2024-02-29", 91, 366),
            (3, "2025-12-31", 92, 275),
            (3, "2026-03-31", 90, 365),
            (3, "2026-04-01", 1, 1),
            (6, "2025-06-30", 91, 365),
            (9, "2025-12-07", 68, 68),
            (11, "2025-11-30", 91, 365),
            (11, "2025-12-06", 6, 6),
            (12, "2025-12-28", 89, 362),
        ] {
            let calendar = Calendar { fiscal_starts: ends % 12 + 1, ..Calendar::default() };
            let at = day(at);
            let to_date = |grain| days_between(calendar.period(grain, at).start, at) + 1;
            assert_eq!((to_date(Grain::Quarter), to_date(Grain::Year)), (quarter, year), "{at} ends {ends}");
        }
    }

    #[test]
    fn a_year_earlier_keeps_weekdays_for_weeks_and_whole_months_for_months() {
        let calendar = Calendar::default();
        let week = calendar.period(Grain::Week, day("2025-11-12"));
        assert_eq!(calendar.previous_year(week).start, day("2024-11-11"));
        let february = calendar.period(Grain::Month, day("2025-02-10"));
        assert_eq!(calendar.previous_year(february).days(), 29);
    }
}
