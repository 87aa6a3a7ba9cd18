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
pub mod trace;

pub use combine::value_of;
pub use facts::{Days, Facts, Point, Series, State};
pub use found::RULES;
pub use need::operands;

use crate::diag::{Checked, Finding};
use crate::plan::formula::{Aggregate, Derived, MetricUse};
use crate::plan::{Definition, Demand, EVERY, Id, Measured, Metric, Plan, Scope};
use crate::snapshot::Snapshot;
use crate::time::{Date, Grain, Period};
use crate::unit::Quantity;
use engine::{Columns, Engine, Levels, Part as Asked, RowsOf};
use need::{Needs, seen_from};
use over_time::Part;
use plugged::Joined;
use plugged::port::{MetricPort, NoPlugins};
use reading::{NOT_KNOWN, Readings};
use std::collections::{BTreeMap, BTreeSet};

/// Measures what is demanded. A metric that cannot be computed is a finding and has no values; without an as-of date
/// there is no data and nothing is measured.
pub fn measure(plan: &Plan, demand: &Demand, snapshot: &Snapshot) -> Checked<Facts> {
    measure_with(plan, demand, snapshot, &NoPlugins)
}

/// The same, with somebody who runs plugins. A metric whose plugin fails has no values and is named in the facts.
pub fn measure_with(
    plan: &Plan,
    demand: &Demand,
    snapshot: &Snapshot,
    plugins: &dyn MetricPort,
) -> Checked<Facts> {
    let Some(as_of) = snapshot.as_of else { return Checked { value: Facts::default(), found: Vec::new() } };
    let needs = Needs::of(plan, demand, snapshot, as_of);
    let probes = reading::probes(plan, snapshot);
    let engine = Columns { plan, snapshot };
    let Checked { value: readings, mut found } = Readings::ask(plan, &needs, &probes, as_of, &engine);
    let joined = Joined::new(plan, plugins, as_of);
    let (values, said) = (BTreeMap::new(), Vec::new());
    let mut measured =
        Measuring { plan, readings, as_of, values, plugins: joined, engine: &engine, found: said };
    for metric in &needs.order {
        if let (Some(metric), Some(by_levels)) = (plan.metrics.get(metric), needs.of.get(metric)) {
            by_levels.iter().for_each(|(levels, periods)| measured.metric(metric, levels, periods));
        }
    }
    found.append(&mut measured.found);
    let mut facts = facts(plan, demand, snapshot, &measured, as_of);
    let (of_plugins, failed) = measured.plugins.finish();
    found.extend(of_plugins);
    facts.failed = failed;
    crate::diag::sort(&mut found);
    for (day, asked) in &demand.reviews {
        // What is wrong with a definition was said above.
        facts.on.insert(*day, measure_with(plan, asked, &snapshot.until(*day), plugins).value);
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
    plugins: Joined<'a>,
    engine: &'a dyn Engine,
    found: Vec<Finding>,
}

impl<'a> Measuring<'a> {
    fn metric(&mut self, metric: &'a Metric, levels: &Levels, periods: &BTreeSet<Period>) {
        let periods: Vec<Period> = periods.iter().copied().collect();
        let by_scope = match &metric.definition {
            _ if self.plugins.failed.contains_key(&metric.id) => BTreeMap::new(),
            Definition::Source(measured) if metric.is_plugged() => {
                self.plugged_rows(metric, measured, levels, &periods)
            }
            Definition::Derived(_) if metric.is_plugged() => self.plugged_metrics(metric, levels, &periods),
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
        let operands = operands(metric);
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

    /// What a plugin makes of rows: where there are any, its figures take the place of their number.
    fn plugged_rows(
        &mut self,
        metric: &'a Metric,
        measured: &'a Measured,
        levels: &Levels,
        periods: &[Period],
    ) -> BTreeMap<Scope, Vec<Part>> {
        let mut values = self.of_rows(&metric.id, levels, periods, None);
        let rows = RowsOf {
            tables: &measured.tables,
            lookups: &measured.lookups,
            dated_by: measured.dated_by.as_ref(),
        };
        let part = Asked {
            aggregate: Aggregate::Count,
            of: None,
            filter: measured.filter.as_ref(),
            convert: None,
            windows: BTreeSet::new(),
            metric: &metric.id,
            place: &metric.place,
        };
        // What can be found here was found when the rows were counted.
        let engine = self.engine;
        let gathered = engine.gather(rows, &part, levels).value;
        let window = |period: &Period| (*period, reading::window(self.plan, metric, *period, self.as_of));
        let windows: Vec<_> = periods.iter().map(window).collect();
        self.plugins.over_rows(metric, gathered.as_ref(), &windows, &mut values);
        values
    }

    /// What a plugin makes of the figures of other metrics, slot by slot.
    fn plugged_metrics(
        &mut self,
        metric: &'a Metric,
        levels: &Levels,
        periods: &[Period],
    ) -> BTreeMap<Scope, Vec<Part>> {
        let Some(plugged) = metric.plugged.as_deref() else { return BTreeMap::new() };
        let key = |operand: &Id| (operand.clone(), levels.clone());
        let known = plugged.metrics.iter().filter_map(|operand| self.values.get(&key(operand)));
        let scopes: BTreeSet<Scope> = known.flat_map(|values| values.by_scope.keys().cloned()).collect();
        plugged.metrics.iter().for_each(|operand| self.fill(operand, levels, &scopes));
        let slots: BTreeSet<Period> = periods
            .iter()
            .flat_map(|period| need::slots(self.plan, *period, metric.grain, self.as_of))
            .collect();
        let at = |operand: &Id, scope: &Scope, period: Period| {
            self.values.get(&key(operand)).and_then(|values| values.at(scope, period)).unwrap_or(NOT_KNOWN)
        };
        let of_operand = |operand: &Id| -> BTreeMap<Scope, BTreeMap<Period, Option<Quantity>>> {
            let of_scope = |scope: &Scope| {
                let values = slots.iter().map(|slot| (*slot, at(operand, scope, *slot).value));
                (scope.clone(), values.collect())
            };
            scopes.iter().map(of_scope).collect()
        };
        let given: Vec<_> = plugged.metrics.iter().map(of_operand).collect();
        let inputs: Vec<plugged::Input<'_>> = given.iter().map(|values| plugged::Input { values }).collect();
        let stands = |scope: &Scope, period: &Period| {
            if period.grain.is_some_and(|grain| grain < metric.grain) {
                return Part { state: State::OtherGrain, ..NOT_KNOWN };
            }
            let parts = plugged.metrics.iter().map(|operand| at(operand, scope, *period));
            parts.reduce(combine::worse).map_or(NOT_KNOWN, |part| Part { value: None, ..part })
        };
        let of_scope = |scope: &Scope| {
            (scope.clone(), periods.iter().map(|period| stands(scope, period)).collect::<Vec<Part>>())
        };
        let mut values: BTreeMap<Scope, Vec<Part>> = scopes.iter().map(of_scope).collect();
        let window = |period: &Period| (*period, (period.start, period.end.min(self.as_of)));
        let windows: Vec<_> = periods.iter().map(window).collect();
        self.plugins.over_metrics(metric, &inputs, &windows, &mut values);
        values
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
        let plugged = self.plan.metrics.get(metric).is_some_and(Metric::is_plugged);
        let more = match self.plan.metrics.get(metric).map(|metric| &metric.definition) {
            Some(Definition::Source(_)) if !plugged => self.of_rows(metric, levels, &periods, Some(&lacking)),
            // What nothing is worth to a plugin only the plugin knows.
            Some(_) | None => BTreeMap::new(),
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
    // Most metrics begin on the same day.
    let mut known: BTreeMap<(Option<Date>, Grain), Vec<Period>> = BTreeMap::new();
    for (metric, need) in &demand.needs {
        let first = need::first_day(plan, snapshot, metric);
        for levels in &need.levels {
            let Some(values) = measured.values.get(&(metric.clone(), levels.clone())) else { continue };
            for grain in &need.grains {
                let periods = known
                    .entry((first, *grain))
                    .or_insert_with(|| need::periods_since(plan, first, [*grain], as_of).collect());
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
