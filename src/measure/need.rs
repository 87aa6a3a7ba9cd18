//! Which periods of which metrics must be known: those demanded, and those that formulas over metrics reach back to.

use super::engine::Levels;
use crate::plan::formula::When;
use crate::plan::{Definition, Demand, Id, Metric, Plan};
use crate::snapshot::Snapshot;
use crate::time::{Calendar, Date, Grain, Period, plus_days, plus_months};
use std::collections::{BTreeMap, BTreeSet};

/// Periods by metric and combination of levels.
#[derive(Debug, Default)]
pub(super) struct Needs {
    /// Metrics, each after those its formula uses.
    pub(super) order: Vec<Id>,
    /// What is needed of each.
    pub(super) of: BTreeMap<Id, BTreeMap<Levels, BTreeSet<Period>>>,
}

impl Needs {
    /// Everything that must be known to meet the demand.
    pub(super) fn of(plan: &Plan, demand: &Demand, snapshot: &Snapshot, as_of: Date) -> Needs {
        let mut needs = Needs::default();
        let mut seen = BTreeSet::new();
        for metric in demand.needs.keys() {
            needs.put_in_order(plan, metric, &mut seen);
        }
        // Most metrics begin on the same day and are wanted at the same grains.
        let mut series: BTreeMap<(Option<Date>, &BTreeSet<Grain>), BTreeSet<Period>> = BTreeMap::new();
        for (metric, need) in &demand.needs {
            let first = first_day(plan, snapshot, metric);
            let periods = series
                .entry((first, &need.grains))
                .or_insert_with(|| periods_since(plan, first, need.grains.iter().copied(), as_of).collect());
            for levels in &need.levels {
                let of = needs.of.entry(metric.clone()).or_default().entry(levels.clone()).or_default();
                match of.is_empty() {
                    true => of.clone_from(periods),
                    false => of.extend(periods.iter().copied()),
                }
            }
            for (scope, period) in &need.periods {
                needs.add(metric, &scope.levels().cloned().collect(), [*period]);
            }
        }
        for metric in needs.order.clone().iter().rev() {
            needs.reach_back(plan, metric, as_of);
        }
        needs
    }

    fn add(&mut self, metric: &Id, levels: &Levels, periods: impl IntoIterator<Item = Period>) {
        self.of.entry(metric.clone()).or_default().entry(levels.clone()).or_default().extend(periods);
    }

    fn put_in_order(&mut self, plan: &Plan, metric: &Id, seen: &mut BTreeSet<Id>) {
        // A formula that runs in a circle is refused when it is read; here it must merely not run forever.
        if !seen.insert(metric.clone()) {
            return;
        }
        if let Some(metric) = plan.metrics.get(metric) {
            operands(metric).iter().for_each(|operand| self.put_in_order(plan, operand, seen));
            self.order.push(metric.id.clone());
        }
    }

    fn reach_back(&mut self, plan: &Plan, metric: &Id, as_of: Date) {
        let Some(Metric { definition: Definition::Derived(formula), .. }) = plan.metrics.get(metric) else {
            return;
        };
        let by_levels = self.of.get(metric).cloned().unwrap_or_default();
        let grain = plan.metrics.get(metric).filter(|metric| metric.is_plugged()).map(|metric| metric.grain);
        formula.leaves(&mut |leaf| {
            for (levels, periods) in &by_levels {
                let meant = periods.iter().map(|period| seen_from(&plan.site.calendar, *period, leaf.when));
                self.add(&leaf.metric, levels, meant);
                // A plugin is given what its periods are made of: days, or what the coarsest of its inputs has.
                if let Some(grain) = grain {
                    let slots = periods.iter().flat_map(|period| slots(plan, *period, grain, as_of));
                    self.add(&leaf.metric, levels, slots);
                }
            }
        });
    }
}

/// The slots of a grain that end in a period and lie before the as-of date.
pub(super) fn slots(plan: &Plan, period: Period, grain: Grain, as_of: Date) -> Vec<Period> {
    let until = period.end.min(as_of);
    let all = match until < period.start {
        true => Vec::new(),
        false => plan.site.calendar.periods(grain, period.start, until),
    };
    all.into_iter().filter(|slot| slot.end >= period.start && slot.end <= until).collect()
}

/// Metrics that a metric's formula uses, each once.
pub fn operands(metric: &Metric) -> BTreeSet<Id> {
    let mut used = BTreeSet::new();
    if let Definition::Derived(formula) = &metric.definition {
        formula.leaves(&mut |leaf| {
            used.insert(leaf.metric.clone());
        });
    }
    used
}

/// All periods of some grains from a day on to the as-of date; none without that day.
pub(super) fn periods_since(
    plan: &Plan,
    first: Option<Date>,
    grains: impl IntoIterator<Item = Grain>,
    as_of: Date,
) -> impl Iterator<Item = Period> {
    let of = move |grain| first.map(|first| plan.site.calendar.periods(grain, first, as_of));
    grains.into_iter().filter_map(of).flatten()
}

/// The first day with rows in a table that the metric, or a metric it uses, is measured on.
pub(super) fn first_day(plan: &Plan, snapshot: &Snapshot, metric: &Id) -> Option<Date> {
    first_day_of(plan, snapshot, metric, &mut BTreeSet::new())
}

fn first_day_of(plan: &Plan, snapshot: &Snapshot, metric: &Id, seen: &mut BTreeSet<Id>) -> Option<Date> {
    if !seen.insert(metric.clone()) {
        return None;
    }
    let metric = plan.metrics.get(metric)?;
    match &metric.definition {
        Definition::Source(measured) => {
            // Rows dated by what was looked up may lie before every own date.
            let dating = measured.dated_by.as_ref().map(|(alias, _)| alias);
            let looked = measured.lookups.iter().filter(|lookup| Some(&lookup.alias) == dating);
            let tables = measured.tables.iter().chain(looked.map(|lookup| &lookup.table));
            let days =
                tables.filter_map(|table| snapshot.tables.get(table)).flat_map(|table| table.days.values());
            days.filter_map(|days| days.first()).min().copied()
        }
        Definition::Derived(_) => {
            operands(metric).iter().filter_map(|operand| first_day_of(plan, snapshot, operand, seen)).min()
        }
    }
}

/// The period that is meant, seen from the one asked for.
pub(super) fn seen_from(calendar: &Calendar, period: Period, when: When) -> Period {
    match when {
        When::Same => period,
        When::YearEarlier => calendar.previous_year(period),
        When::Earlier(count, grain) if period.grain == Some(grain) => {
            (0..count).fold(period, |period, _| calendar.previous(period))
        }
        When::Earlier(count, grain) => {
            let (start, after) =
                (back(period.start, count, grain), back(plus_days(period.end, 1), count, grain));
            shaped(calendar, start, plus_days(after, -1), period.grain)
        }
        When::Before(count) => (0..count).fold(period, |period, _| calendar.previous(period)),
        When::Rolling(count, grain) if period.grain == Some(grain) => {
            let first = (1..count).fold(period, |period, _| calendar.previous(period));
            shaped(calendar, first.start, period.end, period.grain)
        }
        When::Rolling(count, grain) => {
            let start = back(plus_days(period.end, 1), count, grain);
            shaped(calendar, start, period.end, period.grain)
        }
    }
}

/// A day moved back by whole spans. Moving the day after a period's end keeps month ends month ends.
fn back(day: Date, count: u32, grain: Grain) -> Date {
    let count = i32::try_from(count).unwrap_or(i32::MAX);
    match grain {
        Grain::Day => plus_days(day, -count),
        Grain::Week => plus_days(day, count.saturating_mul(-7)),
        Grain::Month => plus_months(day, -count),
        Grain::Quarter => plus_months(day, count.saturating_mul(-3)),
        Grain::Year => plus_months(day, count.saturating_mul(-12)),
    }
}

/// The days as a period of the grain, if they are exactly one; else as a range.
fn shaped(calendar: &Calendar, start: Date, end: Date, grain: Option<Grain>) -> Period {
    let whole = grain.map(|grain| calendar.period(grain, start));
    whole.filter(|period| period.start == start && period.end == end).unwrap_or(Period::range(start, end))
}
