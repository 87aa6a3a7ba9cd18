//! The change of a product, split over its factors: LMDI-I (Ang 2005, *Energy Policy* 33:867) where logarithms exist,
//! Shapley where they do not. The effects add up to the change, whatever the order of the factors.

use super::shapley::mean_of_rest;
use crate::plan::Method;

/// A factor before and now, and whether it stands below the line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Factor {
    /// Before.
    pub was: f64,
    /// Now.
    pub now: f64,
    /// The product is divided by it.
    pub below: bool,
}

/// What a factor did: its effect, and the effect of one unit of it, by which the parts of the factor share its effect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// In the unit of the product.
    pub effect: f64,
    /// Per unit of the factor: `effect = each × (now − was)`.
    pub each: f64,
}

/// The logarithmic mean; between the geometric and the arithmetic mean of both. Both must be positive.
pub fn log_mean(a: f64, b: f64) -> f64 {
    let log = log_ratio(b, a);
    // Where both are (nearly) equal the quotient is one of rounding errors; its limit is their mean.
    if log.abs() < 1e-9 { f64::midpoint(a, b) } else { (a - b) / log }
}

/// `ln(now / was)`, exact where both are nearly equal and where they lie far apart.
fn log_ratio(was: f64, now: f64) -> f64 {
    let apart = (now - was) / was;
    if apart.abs() < 0.5 { apart.ln_1p() } else { (now / was).ln() }
}

/// The effect of a factor on a product `whole`, each as (before, now), with the rules for zeros of Ang, Zhang & Choi 1998:
/// what begins with the factor is its effect, what ends with it too, and any other zero has none.
pub fn lmdi_effect(whole: (f64, f64), factor: (f64, f64)) -> f64 {
    let zero = |value: f64| value.abs() <= 0.0;
    let (whole_was, whole_now) = whole;
    let (was, now) = factor;
    match (zero(whole_was), zero(whole_now), zero(was), zero(now)) {
        (false, false, false, false) => log_mean(whole_now, whole_was) * log_ratio(was, now),
        (true, false, true, false) => whole_now,
        (false, true, false, true) => -whole_was,
        _ => 0.0,
    }
}

/// The value of the product before (`false`) or now; `None` where it would be divided by zero.
pub(super) fn value(factors: &[Factor], now: bool) -> Option<f64> {
    let product = factors.iter().try_fold(1.0, |product: f64, factor| {
        let value = if now { factor.now } else { factor.was };
        match factor.below {
            true if value.abs() <= 0.0 => None,
            true => Some(product / value),
            false => Some(product * value),
        }
    })?;
    product.is_finite().then_some(product)
}

/// Whether the logarithms, or the rules for a single zero, say it all: nothing negative, no zero below the line, at most
/// one zero before and one now.
fn has_logs(factors: &[Factor]) -> bool {
    let zeros = |of: fn(&Factor) -> f64| factors.iter().filter(|factor| of(factor).abs() <= 0.0).count();
    let fits = |factor: &Factor| {
        factor.was >= 0.0 && factor.now >= 0.0 && (!factor.below || (factor.was > 0.0 && factor.now > 0.0))
    };
    factors.iter().all(fits) && zeros(|factor| factor.was) <= 1 && zeros(|factor| factor.now) <= 1
}

/// What each factor did, in their order, and how it was found. `None` where the product has no value, where LMDI is asked
/// for and undefined, or where there are too many factors for Shapley.
pub fn split(factors: &[Factor], method: Method) -> Option<(Vec<Part>, Method)> {
    let (was, now) = (value(factors, false)?, value(factors, true)?);
    match method {
        Method::Auto | Method::Lmdi if has_logs(factors) => Some((lmdi(factors, (was, now)), Method::Lmdi)),
        Method::Lmdi => None,
        Method::Auto | Method::Shapley => Some((shapley(factors)?, Method::Shapley)),
        Method::Sequential => Some((one_by_one(factors)?, Method::Sequential)),
    }
}

fn lmdi(factors: &[Factor], whole: (f64, f64)) -> Vec<Part> {
    let part = |factor: &Factor| {
        let sign = if factor.below { -1.0 } else { 1.0 };
        let effect = sign * lmdi_effect(whole, (factor.was, factor.now));
        let all_positive = [whole.0, whole.1, factor.was, factor.now].iter().all(|value| *value > 0.0);
        let each = if all_positive {
            sign * log_mean(whole.1, whole.0) / log_mean(factor.now, factor.was)
        } else {
            per_unit(effect, factor)
        };
        Part { effect, each }
    };
    factors.iter().map(part).collect()
}

/// The effect of one unit; none where the factor stays, as then nothing of it can be told.
fn per_unit(effect: f64, factor: &Factor) -> f64 {
    let moved = factor.now - factor.was;
    if moved.abs() > 0.0 { effect / moved } else { 0.0 }
}

fn shapley(factors: &[Factor]) -> Option<Vec<Part>> {
    let each_alone = |at: usize| {
        let rest: Vec<Factor> =
            factors.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, f)| *f).collect();
        // A product is linear in each factor (or its reciprocal): what a unit does is the mean of all the rest.
        let rest = mean_of_rest(rest.len(), &|chosen| {
            rest.iter().enumerate().try_fold(1.0, |product: f64, (i, factor)| {
                let value = if chosen & (1 << i) == 0 { factor.was } else { factor.now };
                let product = if factor.below { product / value } else { product * value };
                product.is_finite().then_some(product)
            })
        })?;
        let factor = factors[at];
        let each = if factor.below { -rest / (factor.was * factor.now) } else { rest };
        Some(Part { effect: each * (factor.now - factor.was), each })
    };
    (0..factors.len()).map(each_alone).collect()
}

fn one_by_one(factors: &[Factor]) -> Option<Vec<Part>> {
    let mut at: Vec<Factor> = factors.iter().map(|factor| Factor { now: factor.was, ..*factor }).collect();
    let mut parts = Vec::new();
    for (place, factor) in factors.iter().enumerate() {
        let before = value(&at, true)?;
        at[place].now = factor.now;
        let effect = value(&at, true)? - before;
        parts.push(Part { effect, each: per_unit(effect, factor) });
    }
    Some(parts)
}

/// Factors of several items (stores, products) whose products add up: the effect of each factor over all items, and by
/// what it multiplied the whole. Items must have their factors in one order. `None` where an item has no value, or the
/// whole is not positive (then nothing can be multiplied) or a factor has no logarithm.
pub fn over_items(items: &[Vec<Factor>]) -> Option<Vec<(f64, f64)>> {
    let count = items.first()?.len();
    let wholes: Vec<(f64, f64)> =
        items.iter().map(|item| Some((value(item, false)?, value(item, true)?))).collect::<Option<_>>()?;
    let sum = |of: fn(&(f64, f64)) -> f64| wholes.iter().map(of).sum::<f64>();
    let all = (sum(|whole| whole.0), sum(|whole| whole.1));
    if !(all.0 > 0.0 && all.1 > 0.0) || items.iter().any(|item| item.len() != count || !has_logs(item)) {
        return None;
    }
    let mean = log_mean(all.1, all.0);
    let mut effects = vec![0.0; count];
    for (item, whole) in items.iter().zip(&wholes) {
        for (effect, part) in effects.iter_mut().zip(lmdi(item, *whole)) {
            *effect += part.effect;
        }
    }
    Some(effects.into_iter().map(|effect| (effect, (effect / mean).exp())).collect())
}
