//! Takes a season out: what each weekday, month or quarter usually is of the whole, from whole cycles only.

use super::Reading;
use super::lines::mean;
use crate::plan::{Deseason, SeasonPart};
use crate::time::{Calendar, Grain, Period, plus_days, plus_months};

/// By how much the season multiplies each point; `None` without enough whole cycles, or if a part is zero.
pub(super) fn factors(
    periods: &[Period],
    readings: &[Option<Reading>],
    wanted: Deseason,
    calendar: &Calendar,
) -> Option<Vec<f64>> {
    let first = readings.iter().position(Option::is_some)?;
    let last = readings.iter().rposition(Option::is_some)?;
    // Whole cycles from the first point on: a half one would pass its own season for the level.
    let ends = (1..).map(|cycle| match wanted.by {
        SeasonPart::Weekday => plus_days(periods[first].start, 7 * cycle),
        SeasonPart::Month | SeasonPart::Quarter => plus_months(periods[first].start, 12 * cycle),
    });
    let after = plus_days(periods[last].end, 1);
    let (cycles, end) = ends.take_while(|end| *end <= after).enumerate().last()?;
    if cycles + 1 < wanted.min_cycles as usize {
        return None;
    }
    let part = |period: &Period| match wanted.by {
        SeasonPart::Weekday => period.start.weekday().to_monday_zero_offset(),
        SeasonPart::Month => middle(period).month() - 1,
        SeasonPart::Quarter => calendar.period(Grain::Quarter, middle(period)).start.month() - 1,
    };
    let inside: Vec<(i8, f64)> = periods
        .iter()
        .zip(readings)
        .filter(|(period, _)| period.start < end)
        .filter_map(|(period, reading)| Some((part(period), reading.as_ref()?.value)))
        .collect();
    let whole = mean(inside.iter().map(|one| one.1))?;
    let mut of_part = [None; 12];
    for (number, factor) in (0_i8..).zip(&mut of_part) {
        *factor = mean(inside.iter().filter(|one| one.0 == number).map(|one| one.1)).map(|part| part / whole);
    }
    let factor = |period: &Period| {
        let factor: Option<f64> = of_part[usize::try_from(part(period)).ok()?];
        factor.filter(|factor| factor.is_finite() && *factor > 0.0)
    };
    periods.iter().map(factor).collect()
}

/// The day that says which month a week belongs to.
fn middle(period: &Period) -> crate::time::Date {
    plus_days(period.start, i32::try_from(period.days() / 2).unwrap_or(0))
}
