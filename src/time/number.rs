//! A company's own week numbers: one week is known by its number, all others are counted from it.
//! Years have 52 weeks unless they are listed as long.

use super::{Date, days_between, plus_days};

/// More long years than this are a hundred years of numbering.
pub const LONG_YEARS: usize = 18;

/// One week whose number is known (`site.week.number`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbering {
    /// The last day of that week.
    pub week_ending: Date,
    /// Its number, 1 to 53.
    pub is: i8,
    /// Years of 53 weeks; 0 where none is listed.
    pub long: [i16; LONG_YEARS],
}

impl Numbering {
    fn weeks(&self, year: i16) -> i8 {
        if self.long.contains(&year) { 53 } else { 52 }
    }

    /// Year and number of the week that ends on `end`. The anchor lies in the year of its fourth day.
    pub(super) fn of(&self, end: Date) -> (i16, i8) {
        let mut year = plus_days(self.week_ending, -3).iso_week_date().year();
        let mut number = self.is;
        for _ in 0..days_between(self.week_ending, end) / 7 {
            number += 1;
            if number > self.weeks(year) {
                (year, number) = (year + 1, 1);
            }
        }
        for _ in 0..days_between(end, self.week_ending) / 7 {
            number -= 1;
            if number < 1 {
                year -= 1;
                number = self.weeks(year);
            }
        }
        (year, number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_are_counted_from_the_one_that_is_known() {
        let day = |text: &str| text.parse::<Date>().expect("a date");
        let mut own = Numbering { week_ending: day("2022-04-30"), is: 16, long: [0; LONG_YEARS] };
        let number = |own: &Numbering, text: &str| own.of(day(text));
        assert_eq!(number(&own, "2022-04-30"), (2022, 16));
        assert_eq!(number(&own, "2022-03-26"), (2022, 11));
        assert_eq!(number(&own, "2022-01-15"), (2022, 1));
        assert_eq!(number(&own, "2022-01-08"), (2021, 52));
        assert_eq!(number(&own, "2023-01-07"), (2022, 52));
        assert_eq!(number(&own, "2023-01-14"), (2023, 1));
        own.long[0] = 2022;
        assert_eq!(number(&own, "2023-01-14"), (2022, 53));
        assert_eq!(number(&own, "2023-01-21"), (2023, 1));
        own = Numbering { week_ending: day("2021-09-25"), is: 53, long: [0; LONG_YEARS] };
        assert_eq!(number(&own, "2021-10-02"), (2022, 1));
        assert_eq!(number(&own, "2021-09-18"), (2021, 52));
    }
}
