//! What the numbers are: rows become values of metrics per scope and period.
//! Knows no targets; is given the demand and returns [`Facts`], small enough to keep in memory.

mod combine;
mod cover;
mod engine;
pub mod extend;
mod facts;
mod found;
pub mod kept;
mod need;
mod over_time;
pub mod plugged;
mod reading;
#[cfg(test)]
mod tests;

pub use combine::value_of;
pub use facts::{Days, Facts, Point, Series, State};
pub use found::RULES;

use crate::diag::{Checked, Finding};
use crate::plan::formula::{Derived, MetricUse};
use crate::plan::{Definition, Demand, EVERY, Id, Metric, Plan, Scope};
use crate::snapshot::Snapshot;
use crate::time::{Date, Period};
use engine::{Columns, Levels};
use need::{Needs, seen_from};
use over_time::Part;
use reading::{NOT_KNOWN, Readings};
use std::collections::{BTreeMap, BTreeSet};

/// Measures what is demanded. A metric that cannot be computed is a finding and has no values; without an as-of date
/// there is no data and nothing is measured.
pub fn measure(plan: &Plan, demand: &Demand, snapshot: &Snapshot) -> Checked<Facts> {
    let Some(as_of) = snapshot.as_of else { return Checked { value: Facts::default(), found: Vec::new() } };
    let needs = Needs::of(plan, demand, snapshot, as_of);
    let probes = reading::probes(plan, snapshot);
    let engine = Columns { plan, snapshot };
    let Checked { value: readings, mut found } = Readings::ask(plan, &needs, &probes, as_of, &engine);
    let mut measured = Measuring { plan, readings, as_of, values: BTreeMap::new(), found: Vec::new() };
    for metric in &needs.order {
        if let (Some(metric), Some(by_levels)) = (plan.metrics.get(metric), needs.of.get(metric)) {
            by_levels.iter().for_each(|(levels, periods)| measured.metric(metric, levels, periods));
        }
    }
    found.append(&mut measured.found);
    crate::diag::sort(&mut found);
    let mut facts = facts(plan, demand, snapshot, &measured, as_of);
    for (day, asked) in &demand.reviews {
        // What is wrong with a definition was said above.
        facts.on.insert(*day, measure(plan, asked, &snapshot.until(*day)).value);
    }
    Checked { value: facts, found }
}

/// What sources say of targets day by day (`plan.series`), under the name of the series. Targets lie ahead of the as-of
/// date by nature: they are measured up to their own last day.
pub fn ahead(plan: &Plan, snapshot: &Snapshot) -> Checked<Facts> {
    if plan.series.is_empty() {
        return Checked { value: Facts::default(), found: Vec::new() };
    }
    let days = snapshot.ahead.values().flat_map(|table| table.days.values());
    let last = days.filter_map(|days| days.last()).max().copied();
    let series = Plan { metrics: plan.series.clone(), targets: Vec::new(), ..plan.clone() };
    let tables = Snapshot { tables: snapshot.ahead.clone(), as_of: last, ..Snapshot::default() };
    let mut demand = crate::plan::demand::of_series(plan);
    if let Some(as_of) = snapshot.as_of {
        crate::plan::demand::reviews_ahead(plan, &mut demand, as_of);
    }
    measure(&series, &demand, &tables)
}

/// Values of one metric for one combination of levels.
#[derive(Default)]
struct Values {
    /// Sorted.
    periods: Vec<Period>,
    /// In the order of the periods.
    by_scope: BTreeMap<Scope, Vec<Part>>,
}

impl Values {
    fn at(&self, scope: &Scope, period: Period) -> Option<Part> {
        self.of(scope)?.at(period)
    }

    fn of(&self, scope: &Scope) -> Option<InScope<'_>> {
        Some(InScope { periods: &self.periods, parts: self.by_scope.get(scope)? })
    }
}

/// Values of one metric in one scope.
#[derive(Clone, Copy)]
struct InScope<'a> {
    /// Sorted.
    periods: &'a [Period],
    /// In the order of the periods.
    parts: &'a [Part],
}

impl InScope<'_> {
    fn at(&self, period: Period) -> Option<Part> {
        let place = self.periods.binary_search(&period).ok()?;
        self.parts.get(place).copied()
    }
}

/// Values as they come to be known, operands first.
struct Measuring<'a> {
    plan: &'a Plan,
    readings: Readings<'a>,
    as_of: Date,
    values: BTreeMap<(Id, Levels), Values>,
    found: Vec<Finding>,
}

impl Measuring<'_> {
    fn metric(&mut self, metric: &Metric, levels: &Levels, periods: &BTreeSet<Period>) {
        let periods: Vec<Period> = periods.iter().copied().collect();
        let by_scope = match &metric.definition {
            Definition::Source(_) => self.of_rows(&metric.id, levels, &periods, None),
            Definition::Derived(formula) => self.derived(metric, formula, levels, &periods),
        };
        self.values.insert((metric.id.clone(), levels.clone()), Values { periods, by_scope });
    }

    fn of_rows(
        &mut self,
        metric: &Id,
        levels: &Levels,
        periods: &[Period],
        scopes: Option<&BTreeSet<Scope>>,
    ) -> BTreeMap<Scope, Vec<Part>> {
        let Some(reading) = self.readings.of(metric) else { return BTreeMap::new() };
        let own;
        let scopes = match scopes {
            Some(scopes) => scopes,
            None => {
                own = self.readings.scopes(reading, levels);
                &own
            }
        };
        self.readings.values(self.plan, reading, levels, scopes, periods, self.as_of, &mut self.found)
    }

    fn derived(
        &mut self,
        metric: &Metric,
        formula: &Derived,
        levels: &Levels,
        periods: &[Period],
    ) -> BTreeMap<Scope, Vec<Part>> {
        let operands = need::operands(metric);
        let key = |operand: &Id| (operand.clone(), levels.clone());
        let known = operands.iter().filter_map(|operand| self.values.get(&key(operand)));
        let scopes: BTreeSet<Scope> = known.flat_map(|values| values.by_scope.keys().cloned()).collect();
        operands.iter().for_each(|operand| self.fill(operand, levels, &scopes));
        let values_of = |operand| Some((operand, self.values.get(&key(operand))?));
        let known: BTreeMap<&Id, &Values> = operands.iter().filter_map(values_of).collect();
        let calendar = &self.plan.site.calendar;
        let value = |known: &BTreeMap<&Id, InScope<'_>>, period: Period| {
            if period.grain.is_some_and(|grain| grain < metric.grain) {
                return Part { state: State::OtherGrain, ..NOT_KNOWN };
            }
            if period.start > self.as_of {
                return Part { state: State::Future, ..NOT_KNOWN };
            }
            let part = combine::combine(formula, &|used: &MetricUse| {
                let values = known.get(&used.metric);
                values
                    .and_then(|values| values.at(seen_from(calendar, period, used.when)))
                    .unwrap_or(NOT_KNOWN)
            });
            // A constant where something is missing has no period of its own.
            let running = part.value.is_some() && period.end > self.as_of;
            Part { state: if running { part.state.max(State::Running) } else { part.state }, ..part }
        };
        let of_scope = |scope: &Scope| {
            let here =
                known.iter().filter_map(|(operand, values)| Some((*operand, values.of(scope)?))).collect();
            periods.iter().map(|period| value(&here, *period)).collect()
        };
        scopes.iter().map(|scope| (scope.clone(), of_scope(scope))).collect()
    }

    /// Gives an operand values in scopes in which it has no rows: no advertising for a product is no cost, while
    /// another operand sold it (periods.md §4.2).
    fn fill(&mut self, metric: &Id, levels: &Levels, scopes: &BTreeSet<Scope>) {
        let key = (metric.clone(), levels.clone());
        let Some(values) = self.values.get(&key) else { return };
        let lacking: BTreeSet<Scope> =
            scopes.iter().filter(|scope| !values.by_scope.contains_key(scope)).cloned().collect();
        if lacking.is_empty() {
            return;
        }
        let periods = values.periods.clone();
        let more = match self.plan.metrics.get(metric).map(|metric| &metric.definition) {
            Some(Definition::Source(_)) => self.of_rows(metric, levels, &periods, Some(&lacking)),
            Some(Definition::Derived(_)) | None => BTreeMap::new(),
        };
        if let Some(values) = self.values.get_mut(&key) {
            values.by_scope.extend(more);
        }
    }
}

fn point(period: Period, part: Part) -> Point {
    Point { period, value: part.value, state: part.state, days: part.days }
}

/// Of all that is known, what was demanded.
fn facts(plan: &Plan, demand: &Demand, snapshot: &Snapshot, measured: &Measuring<'_>, as_of: Date) -> Facts {
    let mut facts = Facts::default();
    for (metric, need) in &demand.needs {
        for levels in &need.levels {
            let Some(values) = measured.values.get(&(metric.clone(), levels.clone())) else { continue };
            for grain in &need.grains {
                let periods = need::series_periods(plan, snapshot, metric, &BTreeSet::from([*grain]), as_of);
                for scope in values.by_scope.keys() {
                    let Some(here) = values.of(scope) else { continue };
                    let at = |period: &Period| here.at(*period).map(|part| point(*period, part));
                    let points: Vec<Point> = periods.iter().filter_map(at).collect();
                    facts.series.insert((metric.clone(), scope.clone(), *grain), Series { points });
                }
            }
            for (level, member) in values.by_scope.keys().flat_map(Scope::members) {
                let members = facts.members.entry(level.clone()).or_default();
                if let Err(place) = members.binary_search(member) {
                    members.insert(place, member.clone());
                }
            }
        }
        for (scope, period) in &need.periods {
            let levels = scope.levels().cloned().collect();
            let values = measured.values.get(&(metric.clone(), levels));
            let Some(values) = values else { continue };
            // For every member of a level: those with data.
            let every = scope.members().any(|(_, member)| &**member == EVERY);
            let fits = |other: &&Scope| {
                let same =
                    |(level, member): (&Id, &Id)| &**member == EVERY || other.member(level) == Some(member);
                scope.members().all(same)
            };
            let scopes: Vec<&Scope> =
                if every { values.by_scope.keys().filter(fits).collect() } else { vec![scope] };
            for scope in scopes {
                if let Some(part) = values.at(scope, *period) {
                    facts.periods.insert((metric.clone(), scope.clone(), *period), point(*period, part));
                }
            }
        }
    }
    facts
}
