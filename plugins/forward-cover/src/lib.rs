//! How many days the stock lasts against a forecast that is phased day by day: a sale ahead, a peak, a quiet month count
//! as they are planned, which a mean of the past cannot say. All of it in whole numbers, so every machine says the same.

use kpress_plugin::metric::{Groups, Info, Metric};
use kpress_plugin::{Batch, Column, Context, Error, column, date_field, decimal_field};
use std::collections::BTreeMap;

/// Decimals of the answer: a tenth of a day.
const TENTHS: u8 = 1;

/// What is known of one group.
#[derive(Clone, Default)]
struct Known {
    /// The newest day with stock, and what was there.
    stock: Option<(i32, i64)>,
    /// The newest day on which a forecast was made, and what it says of each day.
    forecast: Option<(i32, BTreeMap<i32, i64>)>,
}

impl Known {
    /// Stock of several products or places on one day is added up; an older day is forgotten.
    fn stock(&mut self, date: i32, units: i64) -> Result<(), Error> {
        let newest = self.stock.map_or(date, |(newest, _)| newest);
        if date < newest {
            return Ok(());
        }
        let before = if date == newest { self.stock.map_or(0, |(_, units)| units) } else { 0 };
        self.stock = Some((date, before.checked_add(units).ok_or_else(too_large)?));
        Ok(())
    }

    /// The same, of a forecast: the newest one counts.
    fn forecast(&mut self, date: i32, day: i32, units: i64) -> Result<(), Error> {
        let (newest, days) = self.forecast.get_or_insert_with(|| (date, BTreeMap::new()));
        if date < *newest {
            return Ok(());
        }
        if date > *newest {
            (*newest, *days) = (date, BTreeMap::new());
        }
        let planned = days.entry(day).or_insert(0);
        *planned = planned.checked_add(units).ok_or_else(too_large)?;
        Ok(())
    }

    /// Tenths of days until nothing is left, rounded down. Nothing where there is no stock or no forecast, where the
    /// forecast has a gap, or where it ends before the stock does: the answer would be a guess.
    fn cover(&self) -> Option<i64> {
        let (date, stock) = self.stock?;
        let (_, days) = self.forecast.as_ref()?;
        let mut left = stock.max(0);
        let mut tenths = 0;
        let mut day = date;
        loop {
            if left == 0 {
                return Some(tenths);
            }
            day = day.checked_add(1)?;
            let planned = (*days.get(&day)?).max(0);
            if planned > left {
                let part = i128::from(left) * 10 / i128::from(planned);
                return i64::try_from(part).ok().and_then(|part| tenths.checked_add(part));
            }
            left -= planned;
            tenths += 10;
        }
    }
}

fn too_large() -> Error {
    Error::bad_data("the sum is too large")
}

struct ForwardCover(Vec<Known>);

impl Metric for ForwardCover {
    fn info() -> Info {
        Info::new("forward-cover", "Days until stock runs out against the forecast")
            .unit("days")
            .input(date_field("date"))
            .input(decimal_field("stock", 2).nullable())
            .input(date_field("day").nullable())
            .input(decimal_field("forecast", 2).nullable())
    }

    fn begin(_: &Context, groups: usize) -> Result<Self, Error> {
        Ok(ForwardCover(vec![Known::default(); groups]))
    }

    fn update(&mut self, rows: Batch<'_>, groups: Groups<'_>) -> Result<(), Error> {
        let (dates, days) = (rows.dates("date")?, rows.dates("day")?);
        let (stocks, forecasts) = (rows.decimals("stock")?, rows.decimals("forecast")?);
        let ahead = days.iter().zip(forecasts.iter());
        for (((date, stock), (day, forecast)), group) in
            dates.iter().zip(stocks.iter()).zip(ahead).zip(groups.iter())
        {
            let Some(date) = date else { continue };
            if let Some(stock) = stock {
                self.0[group].stock(date, stock)?;
            }
            if let (Some(day), Some(forecast)) = (day, forecast) {
                self.0[group].forecast(date, day, forecast)?;
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Column, Error> {
        Ok(column::decimals("days", TENTHS, self.0.iter().map(Known::cover)))
    }
}

kpress_plugin::export_metrics!(ForwardCover);

#[cfg(test)]
mod tests {
    use super::*;

    fn cover(stock: i64, planned: &[(i32, i64)]) -> Option<i64> {
        let mut known = Known::default();
        known.stock(10, stock).ok()?;
        planned.iter().try_for_each(|(day, units)| known.forecast(9, *day, *units)).ok()?;
        known.cover()
    }

    #[test]
    fn the_forecast_is_taken_day_by_day() {
        // 100 pieces; 30, 30, then a sale of 80: two days, and half of the third.
        assert_eq!(cover(100, &[(11, 30), (12, 30), (13, 80)]), Some(25));
        assert_eq!(cover(60, &[(11, 30), (12, 30)]), Some(20));
        assert_eq!(cover(0, &[]), Some(0));
        // A day on which nothing is planned passes.
        assert_eq!(cover(30, &[(11, 0), (12, 30)]), Some(20));
    }

    #[test]
    fn a_guess_is_no_answer() {
        assert_eq!(cover(100, &[(11, 30), (12, 30)]), None);
        assert_eq!(cover(100, &[(11, 30), (13, 80)]), None);
        assert_eq!(Known::default().cover(), None);
    }

    #[test]
    fn the_newest_counts_and_one_day_is_added_up() {
        let mut known = Known::default();
        for (date, units) in [(1, 900), (10, 60), (10, 40), (9, 500)] {
            assert!(known.stock(date, units).is_ok());
        }
        for (date, day, units) in [(1, 11, 1), (9, 11, 50), (9, 11, 50), (2, 12, 7)] {
            assert!(known.forecast(date, day, units).is_ok());
        }
        assert_eq!(known.cover(), Some(10));
    }
}
