//! How a reader of each language names a day and a period: `wk 46`, `11月`, `2026年度第3四半期`.
//! Ids (`2026-W46`) are for addresses and files; these are for eyes.

use super::{Calendar, Date, Grain, Period};
use crate::unit::Lang;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The month's short name.
fn month(day: Date, lang: Lang) -> String {
    let english = usize::try_from(day.month() - 1).ok().and_then(|place| MONTHS.get(place));
    match lang {
        Lang::Zh | Lang::Ja => format!("{}月", day.month()),
        Lang::En => (*english.expect("a month is 1 to 12")).to_owned(),
    }
}

/// A day in full: `9 Nov 2026`, `2026年11月9日`.
pub fn day_label(day: Date, lang: Lang) -> String {
    match lang {
        Lang::Zh | Lang::Ja => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        Lang::En => format!("{} {} {}", day.day(), month(day, lang), day.year()),
    }
}

impl Calendar {
    /// A period in full, unmistakable on its own: `wk 46, 2026`, `Nov 2026`, `2026年度`.
    pub fn label(&self, period: Period, lang: Lang) -> String {
        let day = period.start;
        match (period.grain, lang) {
            (Some(Grain::Day), _) => day_label(day, lang),
            (Some(Grain::Week), _) => {
                let (year, week) = self.week_number(period.end);
                match lang {
                    Lang::Zh => format!("{year}年第{week}周"),
                    Lang::Ja => format!("{year}年第{week}週"),
                    Lang::En => format!("wk {week}, {year}"),
                }
            }
            (Some(Grain::Month), _) if self.retail.is_some() => {
                let (year, number) = (self.year_label(day, lang), self.month_number(day));
                match lang {
                    Lang::Zh | Lang::Ja => format!("{year}第{number}期"),
                    Lang::En => format!("{year} P{number:02}"),
                }
            }
            (Some(Grain::Month), Lang::En) => format!("{} {}", month(day, lang), day.year()),
            (Some(Grain::Month), _) => format!("{}年{}月", day.year(), day.month()),
            (Some(Grain::Quarter), _) => self.quarter_label(day, lang),
            (Some(Grain::Year), _) => self.year_label(day, lang),
            (None, _) => {
                format!("{} – {}", day_label(period.start, lang), day_label(period.end, lang))
            }
        }
    }

    fn quarter_label(&self, day: Date, lang: Lang) -> String {
        let (year, quarter) = (self.year_label(day, lang), self.quarter_number(day));
        match lang {
            Lang::Zh => format!("{year}第{quarter}季度"),
            Lang::Ja => format!("{year}第{quarter}四半期"),
            Lang::En => format!("{year} Q{quarter}"),
        }
    }

    fn year_label(&self, day: Date, lang: Lang) -> String {
        match (self.fiscal_name(day), lang) {
            (("", year), Lang::En) => year.to_string(),
            (("", year), _) => format!("{year}年"),
            ((fiscal, year), Lang::En) => format!("{fiscal}{year}"),
            ((_, year), Lang::Ja) => format!("{year}年度"),
            ((_, year), Lang::Zh) => format!("{year}财年"),
        }
    }

    /// A period as short as an axis or a column head wants it: `wk 46`, `11月`, `Q3`.
    pub fn short_label(&self, period: Period, lang: Lang) -> String {
        let day = period.start;
        match (period.grain, lang) {
            (Some(Grain::Day), Lang::En) => format!("{} {}", day.day(), month(day, lang)),
            (Some(Grain::Day), _) => format!("{}/{}", day.month(), day.day()),
            (Some(Grain::Week), Lang::Zh) => format!("{}周", self.week_of(period)),
            (Some(Grain::Week), Lang::Ja) => format!("{}週", self.week_of(period)),
            (Some(Grain::Week), Lang::En) => format!("wk {}", self.week_of(period)),
            (Some(Grain::Month), _) if self.retail.is_some() => format!("P{}", self.month_number(day)),
            (Some(Grain::Month), _) => month(day, lang),
            (Some(Grain::Quarter), _) => format!("Q{}", self.quarter_number(day)),
            (Some(Grain::Year), _) => self.year_label(day, lang),
            (None, _) => {
                let ends = [period.start, period.end].map(|day| self.period(Grain::Day, day));
                ends.map(|day| self.short_label(day, lang)).join("–")
            }
        }
    }

    /// The year that a short label leaves out, to stand below the first slot of each year: `2026`.
    /// `None` where the label says it already.
    pub fn label_year(&self, period: Period) -> Option<i16> {
        match period.grain {
            Some(Grain::Week) => Some(self.week_number(period.end).0),
            Some(Grain::Month) if self.retail.is_some() => Some(self.fiscal_name(period.start).1),
            Some(Grain::Day | Grain::Month) | None => Some(period.start.year()),
            Some(Grain::Quarter) => Some(self.fiscal_name(period.start).1),
            Some(Grain::Year) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Weekday;

    #[test]
    fn periods_are_named_as_readers_name_them() {
        let fiscal = Calendar { fiscal_starts: 4, week_starts: Weekday::Monday, ..Calendar::default() };
        let day = "2026-11-09".parse().expect("a date");
        for (grain, en, ja, zh) in [
            (Grain::Day, "9 Nov 2026", "2026年11月9日", "2026年11月9日"),
            (Grain::Week, "wk 46, 2026", "2026年第46週", "2026年第46周"),
            (Grain::Month, "Nov 2026", "2026年11月", "2026年11月"),
            (Grain::Quarter, "FY2026 Q3", "2026年度第3四半期", "2026财年第3季度"),
            (Grain::Year, "FY2026", "2026年度", "2026财年"),
        ] {
            let period = fiscal.period(grain, day);
            let labels = [Lang::En, Lang::Ja, Lang::Zh].map(|lang| fiscal.label(period, lang));
            assert_eq!(labels, [en, ja, zh]);
        }
        assert_eq!(fiscal.short_label(fiscal.period(Grain::Week, day), Lang::En), "wk 46");
        let range = Period::range(day, "2026-11-15".parse().expect("a date"));
        let short = [Lang::En, Lang::Ja].map(|lang| fiscal.short_label(range, lang));
        assert_eq!(short, ["9 Nov–15 Nov", "11/9–11/15"]);
        assert_eq!(Calendar::default().label(fiscal.period(Grain::Year, day), Lang::En), "2026");
    }
}
