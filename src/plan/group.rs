//! Figures of a group: a sum in the currency of the site over stores that sell in several. Nobody declares it: a metric
//! that adds up converted amounts of stores is one, and its parts are the countries.

use super::formula::{Arithmetic, Op, When};
use super::{Conversion, Definition, Id, Measured, Metric, Plan};
use crate::unit::{Currency, Unit};
use std::collections::BTreeSet;

/// A metric of the group with its parts, one for each currency.
#[derive(Clone, Debug)]
pub struct Grouped<'p> {
    /// The sum, in the currency of the site.
    pub metric: &'p Metric,
    /// What it adds up.
    pub parts: Vec<Part<'p>>,
}

/// What the stores of one currency add to a sum.
#[derive(Clone, Debug)]
pub struct Part<'p> {
    /// In the currency of the site.
    pub base: &'p Metric,
    /// The currency the stores sell in.
    pub currency: Currency,
    /// By which rates it is converted; `None`: it is in the currency of the site already.
    pub conversion: Option<&'p Conversion>,
    /// The same in the own currency; `None`: no metric says so.
    pub own: Option<&'p Metric>,
}

/// The currency a store sells in.
pub fn currency_of(plan: &Plan, store: &super::Store) -> Currency {
    store.currency.unwrap_or(plan.site.currency)
}

/// The currencies stores sell in.
fn currencies(plan: &Plan) -> BTreeSet<Currency> {
    plan.stores.values().map(|store| currency_of(plan, store)).collect()
}

/// Whether the stores are of several countries.
pub fn is_group(plan: &Plan) -> bool {
    let places: BTreeSet<(Option<&Id>, Currency)> =
        plan.stores.values().map(|store| (store.marketplace.as_ref(), currency_of(plan, store))).collect();
    places.len() > 1
}

/// Metrics of the group, in the order of their ids.
pub fn grouped(plan: &Plan) -> Vec<Grouped<'_>> {
    let known = currencies(plan);
    let all = plan.metrics.values().filter(|metric| metric.unit == Unit::Money(plan.site.currency));
    all.filter_map(|metric| of_metric(plan, metric, &known)).collect()
}

fn of_metric<'p>(plan: &'p Plan, metric: &'p Metric, known: &BTreeSet<Currency>) -> Option<Grouped<'p>> {
    let Definition::Derived(formula) = &metric.definition else { return None };
    let mut names = Vec::new();
    if !addends(formula, &mut names) {
        return None;
    }
    let part = |id: &&'p Id| part(plan, plan.metrics.get(*id)?, known);
    let parts: Vec<Part<'p>> = names.iter().map(part).collect::<Option<_>>()?;
    let different: BTreeSet<Currency> = parts.iter().map(|part| part.currency).collect();
    (different.len() == parts.len() && parts.iter().any(|part| part.conversion.is_some()))
        .then_some(Grouped { metric, parts })
}

/// The metrics of a formula that adds up metrics of the same period and does nothing else.
fn addends<'p>(formula: &'p Arithmetic<super::formula::MetricUse>, names: &mut Vec<&'p Id>) -> bool {
    match formula {
        Arithmetic::Leaf(used) if used.when == When::Same => {
            names.push(&used.metric);
            true
        }
        Arithmetic::Binary(Op::Add, a, b) => addends(a, names) && addends(b, names),
        _ => false,
    }
}

fn part<'p>(plan: &'p Plan, base: &'p Metric, known: &BTreeSet<Currency>) -> Option<Part<'p>> {
    let Definition::Source(measured) = &base.definition else { return None };
    let conversion = measured.convert.as_ref();
    let currency = conversion.map_or(plan.site.currency, |conversion| conversion.from);
    if !known.contains(&currency) {
        return None;
    }
    let own = match conversion {
        None => Some(base),
        Some(_) => plan.metrics.values().find(|other| is_twin(other, measured, currency)),
    };
    Some(Part { base, currency, conversion, own })
}

/// Whether a metric measures the same in the own currency.
fn is_twin(other: &Metric, measured: &Measured, currency: Currency) -> bool {
    let Definition::Source(own) = &other.definition else { return false };
    other.unit == Unit::Money(currency)
        && own.convert.is_none()
        && own.tables == measured.tables
        && own.value == measured.value
        && own.filter == measured.filter
        && own.lookups == measured.lookups
        && own.dated_by == measured.dated_by
}
