//! Series of targets bring their own dates: once their rows are known, so is the period of such a target.

use crate::diag::{Family, Finding, Level, Rule};
use crate::measure::Facts;
use crate::plan::{Plan, Promise, Target};
use crate::time::{Date, Grain, parse_period};

/// Rules raised here.
pub(super) static RULES: &[&Rule] = &[&SERIES_EMPTY];

/// Targets without a row.
static SERIES_EMPTY: Rule = Rule {
    name: "series-empty",
    level: Level::Warning,
    family: Family::Data,
    about: "a series of targets whose source has no row for it",
    why: "the target is on no page, and nobody misses it",
    example: "{id: orders-plan, metric: orders, series: {source: plan, value: sum(orders)}}        # and data/plan/ is empty",
};

/// Gives each series without a period the days from its first to its last; one without a day is a finding and no
/// target.
pub(super) fn date(plan: &mut Plan, ahead: &Facts, found: &mut Vec<Finding>) {
    let calendar = plan.site.calendar;
    plan.targets.retain_mut(|target| {
        let (Promise::Series, Some(series)) = (target.value, &target.series) else { return true };
        let points = ahead.series(series, &target.scope, Grain::Day).map(|series| series.points.as_slice());
        let with_value = points.unwrap_or_default().iter().filter(|point| point.value.is_some());
        let days: Vec<Date> = with_value.map(|point| point.period.start).collect();
        let (Some(first), Some(last)) = (days.first(), days.last()) else {
            let told = format!("`{}` has no row in its source", target.id);
            let finding = Finding::new(&SERIES_EMPTY, target.place.clone(), told);
            found.push(finding.hint("load the file with the targets, or remove the series"));
            return false;
        };
        if target.period == Target::UNDATED {
            target.period = parse_period(&format!("{first}..{last}"), &calendar).unwrap_or(target.period);
        }
        true
    });
}
