//! Targets that a source says day by day: their days are what was measured, nothing is spread.

use super::DayPlan;
use super::phase::{self, Unphased};
use crate::measure::Facts;
use crate::plan::shares::{self, Weights};
use crate::plan::{Metric, Target};
use crate::time::{Grain, days_between};
use crate::unit::{Decimal, Quantity};
use std::sync::Arc;

/// What the source says of each day of the target's period, first to last; days it says nothing of ask for nothing.
/// `None` if the target is no series, or a day's amount is not exact.
fn days(facts: &Facts, target: &Target) -> Option<Vec<Decimal>> {
    let series = facts.series(target.series.as_ref()?, &target.scope, Grain::Day)?;
    let mut all = vec![Decimal::ZERO; usize::try_from(target.period.days()).ok()?];
    for point in series.points.iter().filter(|point| target.period.contains(point.period.start)) {
        let at = usize::try_from(days_between(target.period.start, point.period.start)).ok()?;
        match point.value {
            Some(Quantity::Exact(value)) => all[at] = value,
            Some(Quantity::Ratio(_) | Quantity::Approximate(_)) => return None,
            None => {}
        }
    }
    Some(all)
}

/// All days together.
pub(super) fn total(facts: &Facts, target: &Target) -> Option<Decimal> {
    days(facts, target)?.into_iter().try_fold(Decimal::ZERO, Decimal::checked_add)
}

/// What the source asks of each day.
pub(super) fn day_plan(facts: &Facts, metric: &Metric, target: &Target) -> Result<DayPlan, Unphased> {
    let days = days(facts, target).ok_or(Unphased::NoAmount)?;
    let finest = days.iter().map(|day| day.normalize().scale()).max().unwrap_or(0);
    let decimals = finest.max(phase::decimals(&metric.unit));
    let steps: Option<Vec<i128>> = days.iter().map(|day| shares::steps(*day, decimals)).collect();
    let before: Arc<[i64]> = phase::running(&steps.ok_or(Unphased::TooGreat)?)?.into();
    Ok(DayPlan { period: target.period, decimals, original: before.clone(), before })
}

/// Its days as weights, by which what is left to reach is shared out.
pub(super) fn weights(facts: &Facts, target: &Target) -> Option<Arc<Weights>> {
    Weights::of(&days(facts, target)?).map(Arc::new)
}
