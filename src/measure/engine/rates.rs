//! Exchange rates by day: of the day, the mean of the month, or the last of the month (numbers.md N5).

use super::eval::Unfit;
use super::value::{power, rounded};
use crate::plan::{Conversion, FxMode, Plan};
use crate::snapshot::{Column, Snapshot};
use crate::time::Date;
use std::collections::BTreeMap;

/// Decimals of a mean rate; the rest is rounded half away from zero.
const MEAN_DECIMALS: u32 = 12;

/// Rates of one currency.
#[derive(Debug)]
pub(super) struct Rates {
    /// Power of ten of all rates.
    pub(super) scale: u32,
    by_day: BTreeMap<Date, i128>,
    mode: FxMode,
    /// A rate holds until the next one: the source says `valid_from`.
    lasting: bool,
}

impl Rates {
    /// Reads the table of rates.
    pub(super) fn of(plan: &Plan, snapshot: &Snapshot, conversion: &Conversion) -> Result<Rates, Unfit> {
        let source = plan.sources.get(&conversion.rates);
        let table = snapshot.tables.iter().find(|(name, _)| name.source == conversion.rates);
        let Some((_, table)) = table else {
            // Rates that need not be there convert nothing: amounts in other currencies are missing.
            return if source.is_some_and(|source| source.optional) {
                Ok(Rates { scale: 0, by_day: BTreeMap::new(), mode: conversion.mode, lasting: false })
            } else {
                Err(format!("the rates `{}` hold no data", conversion.rates))
            };
        };
        let frame = &table.frame;
        let valid_from = source.and_then(|source| source.valid_from.clone());
        let date = valid_from.as_ref().map_or("date", |name| name);
        let lack = |name: &str| {
            format!("the rates `{}` have no column `{name}` of the right kind", conversion.rates)
        };
        let Some(Column::Date(days)) = frame.columns.get(date) else { return Err(lack(date)) };
        let Some(Column::Number { scale, rows: rates }) = frame.columns.get("rate") else {
            return Err(lack("rate"));
        };
        let Some(Column::Text { values, rows: codes }) = frame.columns.get("currency") else {
            return Err(lack("currency"));
        };
        let mut by_day = BTreeMap::new();
        for row in 0..frame.rows {
            let (Some(day), Some(rate), Some(code)) = (days[row], rates.get(row), codes[row]) else {
                continue;
            };
            if values[code as usize].as_ref() == conversion.from.code()
                && by_day.insert(day, rate).is_some_and(|other| other != rate)
            {
                return Err(format!(
                    "the rates `{}` hold two rates for {} on {day}",
                    conversion.rates, conversion.from
                ));
            }
        }
        let rates = Rates { scale: *scale, by_day, mode: conversion.mode, lasting: valid_from.is_some() };
        Ok(rates.prepared())
    }

    /// For means: all rates with the decimals of a mean.
    fn prepared(self) -> Rates {
        if self.mode != FxMode::MonthAvg {
            return self;
        }
        let mut sums: BTreeMap<Date, (i128, i128)> = BTreeMap::new();
        for (day, rate) in &self.by_day {
            let (sum, count) = sums.entry(day.first_of_month()).or_default();
            (*sum, *count) = (*sum + rate, *count + 1);
        }
        let scale = self.scale.max(MEAN_DECIMALS);
        let more = power(scale - self.scale);
        let mean = |(sum, count): (i128, i128)| rounded(sum.checked_mul(more?)?, count);
        let by_day = sums.into_iter().filter_map(|(month, parts)| Some((month, mean(parts)?))).collect();
        Rates { scale, by_day, ..self }
    }

    /// The rate on a day; `None` if there is none.
    pub(super) fn on(&self, day: Date) -> Option<i128> {
        match self.mode {
            FxMode::DailyMid if self.lasting => self.by_day.range(..=day).next_back().map(|(_, rate)| *rate),
            FxMode::DailyMid => self.by_day.get(&day).copied(),
            FxMode::MonthAvg => self.by_day.get(&day.first_of_month()).copied(),
            FxMode::MonthEnd => {
                let month = self.by_day.range(day.first_of_month()..=day.last_of_month());
                month.last().map(|(_, rate)| *rate)
            }
        }
    }
}
