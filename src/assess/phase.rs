//! Spreads targets that add up over their days: year to months to days, in whole steps whose sum is exact (numbers.md
//! §5.2, §5.3). Weeks, quarters and any other range are sums of days. A revision leaves the days before it as they were.

use super::DayPlan;
use super::resolve::Resolved;
use crate::plan::shares::{self, Weights, allocate};
use crate::plan::{Metric, Months, Rounding, Target, TargetValue};
use crate::time::{Calendar, Grain, Period, days_between};
use crate::unit::{Decimal, Unit};
use std::ops::Range;
use std::sync::Arc;

/// Why a target cannot be spread over its days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unphased {
    /// The days, or those left after a revision, have no weight.
    NoWeight,
    /// So many weights are given, for so many months.
    MonthsWanted(usize, usize),
    /// The months leave this much over, and no day is left for it.
    LeftOver(Decimal),
    /// More steps than can be counted.
    TooGreat,
    /// A range, or a value that is not known.
    NoAmount,
}

/// Decimals of the smallest step of a unit.
pub(super) fn decimals(unit: &Unit) -> u32 {
    match unit {
        Unit::Money(currency) => currency.decimals(),
        _ => 0,
    }
}

/// What a target asks of its days, as first promised and from each revision on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Versions {
    /// Decimals of a step.
    pub(super) decimals: u32,
    /// The place of the first day a version holds for, and steps of each day from there to the end. The first holds for all.
    pub(super) all: Vec<(usize, Vec<i128>)>,
}

impl Versions {
    /// The days as they count now, and as first promised.
    pub(super) fn plan(&self, period: Period) -> Result<DayPlan, Unphased> {
        let original: Arc<[i64]> = running(self.all.first().map_or(&[][..], |(_, days)| days))?.into();
        let before = if self.all.len() > 1 { running(&self.now())?.into() } else { original.clone() };
        Ok(DayPlan { period, decimals: self.decimals, before, original })
    }

    fn now(&self) -> Vec<i128> {
        let mut now = Vec::new();
        for (at, days) in &self.all {
            now.truncate(*at);
            now.extend(days);
        }
        now
    }
}

/// What a target asks of each day. `days` are the weights of its days.
pub(super) fn versions(
    calendar: &Calendar,
    metric: &Metric,
    target: &Target,
    values: &Resolved,
    days: &Weights,
) -> Result<Versions, Unphased> {
    let amount = |value: TargetValue| match value {
        TargetValue::Of(value) => Ok(value),
        TargetValue::Between(..) => Err(Unphased::NoAmount),
    };
    let first = amount(values.original.ok_or(Unphased::NoAmount)?)?;
    let later = values.revisions.iter().map(|step| Ok((step.date, amount(step.value)?)));
    let later = later.collect::<Result<Vec<_>, _>>()?;
    let fixed: &[(Period, Decimal)] = match &target.phase.months {
        Months::Amounts(amounts) => amounts,
        Months::None | Months::Weights(_) => &[],
    };
    let all = later.iter().map(|(_, value)| value).chain([&first]);
    let finest = all.chain(fixed.iter().map(|(_, value)| value)).map(|value| value.normalize().scale());
    let decimals = finest.max().unwrap_or(0).max(decimals(&metric.unit));
    let spread = Spread::of(calendar, target, days, decimals)?;
    let steps = |value: Decimal| shares::steps(value, decimals).ok_or(Unphased::TooGreat);
    let promised = spread.whole(steps(first)?)?;
    let mut now = if later.is_empty() { Vec::new() } else { promised.clone() };
    let mut all = vec![(0, promised)];
    for (date, value) in &later {
        let at = days_between(target.period.start, *date) as usize;
        let past: i128 = now[..at].iter().sum();
        let rest = spread.rest(steps(*value)? - past, at, &now)?;
        now.truncate(at);
        now.extend(&rest);
        all.push((at, rest));
    }
    Ok(Versions { decimals, all })
}

/// The stretches of days within which the parts of a target may follow calendars of their own: its months, or all of it.
pub(super) fn pieces(calendar: &Calendar, target: &Target) -> Vec<Days> {
    let whole = target.period;
    match target.phase.months {
        Months::None => std::iter::once(0..whole.days() as usize).collect(),
        Months::Weights(_) | Months::Amounts(_) => calendar
            .periods(Grain::Month, whole.start, whole.end)
            .into_iter()
            .map(|month| place(whole, month))
            .collect(),
    }
}

/// The days of a part of a period, counted from its first.
fn place(whole: Period, part: Period) -> Days {
    let (start, end) = (part.start.max(whole.start), part.end.min(whole.end));
    days_between(whole.start, start) as usize..days_between(whole.start, end) as usize + 1
}

/// What is left to reach, on the days from the `at`th on; adds up to `left`. In steps of the returned number of decimals.
pub(super) fn rescaled(
    calendar: &Calendar,
    target: &Target,
    days: &Weights,
    plan: &DayPlan,
    left: Decimal,
    at: usize,
) -> Option<Vec<Decimal>> {
    let decimals = plan.decimals.max(left.normalize().scale());
    let spread = Spread::of(calendar, target, days, decimals).ok()?;
    // Only amounts of months ask what was asked so far.
    let asked: Vec<i128> = match spread.months {
        Parts::Fixed(..) => {
            plan.before.windows(2).map(|pair| i128::from(pair[1]) - i128::from(pair[0])).collect()
        }
        Parts::None | Parts::Weighed(..) => Vec::new(),
    };
    let parts = spread.rest(shares::steps(left, decimals)?, at, &asked).ok()?;
    parts.into_iter().map(|part| shares::amount(part, decimals)).collect()
}

/// Running totals, the first one 0.
pub(super) fn running(days: &[i128]) -> Result<Vec<i64>, Unphased> {
    let mut total = 0_i128;
    let mut before = Vec::with_capacity(days.len() + 1);
    before.push(0);
    for day in days {
        total += day;
        before.push(i64::try_from(total).map_err(|_| Unphased::TooGreat)?);
    }
    Ok(before)
}

/// How a target is spread: over months, and over the days of each.
struct Spread<'a> {
    /// Weights of all days.
    days: &'a [u128],
    months: Parts,
    rounding: Rounding,
}

/// Days that are counted from the first of the period.
pub(super) type Days = Range<usize>;

enum Parts {
    /// Straight to days.
    None,
    /// Months with their weights.
    Weighed(Vec<Days>, Weights),
    /// Months with their amounts; the days of no month share what is left.
    Fixed(Vec<(Days, i128)>, u32),
}

impl<'a> Spread<'a> {
    fn of(
        calendar: &Calendar,
        target: &Target,
        days: &'a Weights,
        decimals: u32,
    ) -> Result<Spread<'a>, Unphased> {
        let whole = target.period;
        let place = |part: Period| place(whole, part);
        let months = match &target.phase.months {
            Months::None => Parts::None,
            Months::Weights(weights) => {
                let months = calendar.periods(Grain::Month, whole.start, whole.end);
                if months.len() != weights.len() {
                    return Err(Unphased::MonthsWanted(weights.len(), months.len()));
                }
                let weights = Weights::of(weights).ok_or(Unphased::TooGreat)?;
                Parts::Weighed(months.into_iter().map(place).collect(), weights)
            }
            Months::Amounts(amounts) => {
                let fixed = amounts.iter().map(|(month, amount)| {
                    Ok((place(*month), shares::steps(*amount, decimals).ok_or(Unphased::TooGreat)?))
                });
                Parts::Fixed(fixed.collect::<Result<_, _>>()?, decimals)
            }
        };
        Ok(Spread { days: days.get(), months, rounding: target.phase.rounding })
    }

    /// A total over all days.
    fn whole(&self, total: i128) -> Result<Vec<i128>, Unphased> {
        match &self.months {
            Parts::None => self.share(total, self.days),
            Parts::Weighed(months, weights) => {
                let totals = self.share(total, weights.get())?;
                let mut days = Vec::with_capacity(self.days.len());
                for (month, total) in months.iter().zip(totals) {
                    days.extend(self.share(total, &self.days[month.clone()])?);
                }
                Ok(days)
            }
            Parts::Fixed(fixed, decimals) => self.around(fixed, total, *decimals),
        }
    }

    /// Months with amounts of their own, the rest of the total on the other days.
    fn around(&self, fixed: &[(Days, i128)], total: i128, decimals: u32) -> Result<Vec<i128>, Unphased> {
        let mut days = vec![0; self.days.len()];
        let mut free = self.days.to_vec();
        for (month, amount) in fixed {
            let parts = self.share(*amount, &self.days[month.clone()])?;
            days[month.clone()].copy_from_slice(&parts);
            free[month.clone()].fill(0);
        }
        let left = total - fixed.iter().map(|(_, amount)| amount).sum::<i128>();
        if left != 0 && free.iter().all(|weight| *weight == 0) {
            return Err(Unphased::LeftOver(shares::amount(left, decimals).ok_or(Unphased::TooGreat)?));
        }
        if left != 0 {
            let parts = self.share(left, &free)?;
            days.iter_mut().zip(parts).for_each(|(day, part)| *day += part);
        }
        Ok(days)
    }

    /// A total over the days from the `at`th on. Months keep their weights, the one that has begun by the days it has
    /// left; months with amounts keep the proportions of the plan so far.
    fn rest(&self, total: i128, at: usize, so_far: &[i128]) -> Result<Vec<i128>, Unphased> {
        match &self.months {
            Parts::None => self.share(total, &self.days[at..]),
            Parts::Fixed(..) => {
                let asked: Vec<u128> = so_far[at..].iter().map(|day| day.unsigned_abs()).collect();
                let weights = Weights::whole(asked).ok_or(Unphased::TooGreat)?;
                self.share(total, weights.get()).or_else(|_| self.share(total, &self.days[at..]))
            }
            Parts::Weighed(months, weights) => {
                let begun = months.iter().position(|month| at < month.end).ok_or(Unphased::NoWeight)?;
                let sum = |days: Days| self.days[days].iter().sum::<u128>();
                let (all, left) = (sum(months[begun].clone()), sum(at..months[begun].end));
                let of =
                    |(place, weight): (usize, &u128)| weight.checked_mul(if place == 0 { left } else { all });
                let weights = weights.get()[begun..].iter().enumerate().map(of).collect::<Option<Vec<_>>>();
                let weights = weights.and_then(Weights::whole).ok_or(Unphased::TooGreat)?;
                let mut days = Vec::with_capacity(self.days.len() - at);
                for (month, total) in months[begun..].iter().zip(self.share(total, weights.get())?) {
                    days.extend(self.share(total, &self.days[month.start.max(at)..month.end])?);
                }
                Ok(days)
            }
        }
    }

    /// Parts of a total; nothing needs no weight.
    fn share(&self, total: i128, weights: &[u128]) -> Result<Vec<i128>, Unphased> {
        match allocate(total, weights, self.rounding) {
            Some(parts) => Ok(parts),
            None if total == 0 => Ok(vec![0; weights.len()]),
            None => Err(Unphased::NoWeight),
        }
    }
}
