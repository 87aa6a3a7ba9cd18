//! What stands around a target: resources, where it started, what follows from it, how it is forecast.

use super::Around;
use super::value::{About, share, share_of_one};
use crate::diag::Finding;
use crate::plan::amount;
use crate::plan::yaml::check::{MISSING_KEY, UNFIT_VALUE};
use crate::plan::yaml::format::{Reader, whole, words};
use crate::plan::yaml::tree::Node;
use crate::plan::{Baseline, Derive, ForecastMethod, ForecastRule, Resource, Words};
use crate::time::parse_period;
use crate::unit::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Reads `resources:`, sentences or maps.
pub(super) fn resources(reader: &mut Reader, node: &Node) -> Option<Vec<Resource>> {
    let each = node.get("resources").map(Node::one_or_many).unwrap_or_default();
    each.iter().map(|item| resource(reader, item)).collect()
}

fn resource(reader: &mut Reader, node: &Node) -> Option<Resource> {
    if let Some(text) = node.text() {
        return Some(Resource { kind: None, text: Words::same(text), amount: None, granted: None });
    }
    let (kind, amount) = (node.text_of("kind").cloned(), node.text_of("amount").cloned());
    let text = node.get("text").map(|text| words(Some(text)));
    let text = text.or_else(|| kind.as_ref().map(|kind| Words::same(kind)));
    let Some(text) = text else {
        let finding = Finding::new(&MISSING_KEY, node.place.clone(), "a resource does not say what it is");
        reader.found.push(finding.hint("add `text:` or `kind:`"));
        return None;
    };
    let granted = match node.get("granted") {
        None => None,
        Some(granted) => Some(match granted.text().map(|text| &**text) {
            Some("true") => Decimal::ONE,
            Some("false") => Decimal::ZERO,
            _ => share_of_one(reader, granted)?,
        }),
    };
    Some(Resource { kind, text, amount, granted })
}

/// Reads `baseline:`: an amount, or the period it was measured in. `Some(None)` if there is none.
pub(super) fn baseline(reader: &mut Reader, node: &Node, about: About<'_>) -> Option<Option<Baseline>> {
    let Some(node) = node.get("baseline") else { return Some(None) };
    if let Some(period) = node.get("period") {
        return reader.period(period).map(|period| Some(Baseline::Period(period)));
    }
    let text = node.text()?;
    let is_amount = amount::parse(text, &node.place).value.is_some();
    match parse_period(text, &reader.calendar).filter(|_| !is_amount) {
        Some(period) => Some(Some(Baseline::Period(period))),
        None => about.amount(reader, node).map(|value| Some(Baseline::Value(value))),
    }
}

/// Reads `derive:`.
pub(super) fn derive(reader: &mut Reader, node: &Node, around: &Around<'_>) -> Option<Vec<Derive>> {
    let each = node.get("derive").map(Node::items).unwrap_or_default();
    each.iter().map(|item| step(reader, item, around)).collect()
}

fn step(reader: &mut Reader, node: &Node, around: &Around<'_>) -> Option<Derive> {
    let (per, times) = match (node.text_of("divide_by"), node.text_of("times")) {
        (Some(per), None) => (per, false),
        (None, Some(per)) => (per, true),
        _ => {
            let told = "a step divides by one metric, or multiplies with one";
            let finding = Finding::new(&UNFIT_VALUE, node.place.clone(), told);
            reader.found.push(finding.hint("write `{metric: units, divide_by: asp, assume: 2500}`"));
            return None;
        }
    };
    let assume = match (node.get("assume"), around.units.get(per)) {
        (None, _) => None,
        (Some(assume), Some(unit)) => {
            let read = amount::parse_for(assume.text()?, &assume.place, per, unit, "the assumption");
            Some(read.into_value(&mut reader.found)?)
        }
        (Some(assume), None) => amount::parse(assume.text()?, &assume.place).value.map(|read| read.value),
    };
    if let (Some(zero), false) = (assume, times)
        && zero.is_zero()
    {
        let place = node.get("assume").map_or(&node.place, |assume| &assume.place);
        let finding = Finding::new(&UNFIT_VALUE, place.clone(), "nothing can be divided by 0");
        reader.found.push(finding.hint(format!("write what `{per}` will be")));
        return None;
    }
    let metric = node.text_of("metric")?.clone();
    Some(Derive { metric, from: node.text_of("from").cloned(), per: per.clone(), times, assume })
}

/// Reads `forecast:`; what it leaves out is as usual.
pub(super) fn forecast(reader: &mut Reader, node: &Node) -> Option<ForecastRule> {
    let usual = ForecastRule::default();
    let Some(node) = node.get("forecast") else { return Some(usual) };
    let method = match node.text_of("method").map(|word| &**word) {
        Some("linear") => ForecastMethod::Linear,
        Some("recent") => ForecastMethod::Recent,
        _ => ForecastMethod::Seasonal,
    };
    let interval = match node.get("interval") {
        Some(interval) => share_of_one(reader, interval)?,
        None => usual.interval,
    };
    let near = match node.get("near") {
        Some(near) => share_of_one(reader, near)?,
        None => usual.near,
    };
    let window = whole(node.get("window")).unwrap_or(usual.window);
    if interval.is_zero() || interval == Decimal::ONE || window < 2 {
        let told = "an interval holds more than none and less than all, its window at least two days";
        let finding = Finding::new(&UNFIT_VALUE, node.place.clone(), told);
        reader.found.push(finding.hint("usual are `interval: 80%` and `window: 28`"));
        return None;
    }
    Some(ForecastRule { method, interval, window, near })
}

/// Reads a share under a key; `none` if the key is absent.
pub(super) fn share_or(reader: &mut Reader, node: &Node, key: &str, none: Decimal) -> Option<Decimal> {
    match node.get(key) {
        Some(value) => share(reader, value),
        None => Some(none),
    }
}

/// Reads `smart:`.
pub(super) fn smart(node: &Node) -> BTreeMap<char, Arc<str>> {
    let entries = node.get("smart").map(Node::entries).unwrap_or_default();
    entries
        .iter()
        .filter_map(|(key, value)| Some((key.text.chars().next()?, value.text()?.clone())))
        .collect()
}
