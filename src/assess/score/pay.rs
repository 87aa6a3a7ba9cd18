//! What a score is worth: bonus times coefficient, or a commission in marginal tiers, less deductions for whole steps.
//! Every line is rounded to the coin and the next goes on from there, so that the statement adds up as it is printed.

use super::{Desk, Scored};
use crate::measure::Point;
use crate::plan::scorecard::{Beyond, Commission, Cut, Deduction, Reward, RuleSet};
use crate::plan::{Person, Scope, shares};
use crate::unit::{Currency, Decimal, Quantity, Unit};
use std::cmp::Ordering;

/// The money of a card, line by line.
#[derive(Clone, Debug, PartialEq)]
pub struct Pay {
    /// In which currency.
    pub currency: Currency,
    /// Where it comes from.
    pub earned: Earned,
    /// The coefficient it is multiplied by, if it is.
    pub coefficient: Option<Decimal>,
    /// Bonus or commission, after the coefficient.
    pub gross: Decimal,
    /// What is taken off, in the order of the rules.
    pub cuts: Vec<CutPart>,
    /// What is left; never below zero.
    pub net: Decimal,
}

/// Where the money comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Earned {
    /// A fixed amount.
    Bonus(Decimal),
    /// A share of a figure.
    Commission {
        /// For whom it was measured.
        scope: Scope,
        /// The figure.
        of: Point,
        /// The stretches it reached.
        tiers: Vec<TierPart>,
        /// All of them together.
        sum: Decimal,
    },
}

/// One stretch of a commission.
#[derive(Clone, Debug, PartialEq)]
pub struct TierPart {
    /// Its first and last amount.
    pub from: Decimal,
    /// Where it ends: at the next tier, or at the figure.
    pub to: Decimal,
    /// Its rate.
    pub rate: Decimal,
    /// What it brings; all of them add up to the commission.
    pub amount: Decimal,
}

/// One deduction.
#[derive(Clone, Debug, PartialEq)]
pub struct CutPart {
    /// For whom it was measured.
    pub scope: Scope,
    /// The figure it looked at.
    pub actual: Option<Point>,
    /// Whole steps beyond the limit; `None` without a figure.
    pub steps: Option<Decimal>,
    /// The share they cost, where they cost a share.
    pub share: Option<Decimal>,
    /// What is taken off.
    pub amount: Decimal,
}

impl Pay {
    /// Whether a figure behind it is not final or not there.
    pub(super) fn moves(&self) -> bool {
        let open = |point: &Point| !point.state.is_judged();
        let base = match &self.earned {
            Earned::Bonus(_) => false,
            Earned::Commission { of, .. } => open(of),
        };
        base || self.cuts.iter().any(|cut| cut.actual.as_ref().is_none_or(open) || cut.steps.is_none())
    }
}

/// The money of a card; `None` if it pays none, or what it needs is not known.
pub(super) fn pay(desk: &Desk<'_>, rules: &RuleSet, person: &Person, one: &Scored) -> Option<Pay> {
    let (currency, earned, coefficient, amount) = match rules.reward.as_ref()? {
        Reward::Bonus { amount, currency } => {
            (*currency, Earned::Bonus(*amount), Some(one.coefficient?), *amount)
        }
        Reward::Commission(commission) => {
            let (currency, earned, sum) = commissioned(desk, commission, person, one)?;
            let coefficient = if commission.coefficient { Some(one.coefficient?) } else { None };
            (currency, earned, coefficient, sum)
        }
    };
    let coin = |amount: Decimal| to_coin(amount, currency);
    let gross = coin(coefficient.map_or(Some(amount), |k| amount.checked_mul(k))?);
    let cuts: Vec<CutPart> =
        rules.deductions.iter().map(|cut| taken(desk, cut, person, one, gross, currency)).collect();
    let all: Decimal = cuts.iter().map(|cut| cut.amount).sum();
    Some(Pay { currency, earned, coefficient, gross, net: (gross - all).max(Decimal::ZERO), cuts })
}

/// Rounded to the smallest coin, half away from zero.
fn to_coin(amount: Decimal, currency: Currency) -> Decimal {
    let places = currency.decimals();
    let step = Decimal::new(1, places);
    let half = step / Decimal::from(2);
    let whole = ((amount.abs() + half) / step).trunc() * step;
    if amount.is_sign_negative() { -whole } else { whole }.normalize()
}

fn commissioned(
    desk: &Desk<'_>,
    commission: &Commission,
    person: &Person,
    one: &Scored,
) -> Option<(Currency, Earned, Decimal)> {
    let metric = desk.plan.metrics.get(&commission.of)?;
    let Unit::Money(currency) = metric.unit else { return None };
    let (scope, point) = desk.figure(&metric.id, person, commission.scope.as_ref(), one.period);
    let of = point.filter(|point| point.value.is_some())?;
    // A loss earns nothing.
    let figure = of.value?.as_decimal()?.max(Decimal::ZERO);
    let (tiers, exact) = in_tiers(&commission.tiers, figure)?;
    let sum = to_coin(exact.iter().sum(), currency);
    let parts = shares::largest_remainder(sum, &exact, currency.decimals());
    // Rates of nothing share out nothing.
    let parts = parts.unwrap_or_else(|| vec![Decimal::ZERO; exact.len()]);
    let tiers = tiers
        .into_iter()
        .zip(parts)
        .map(|((from, to, rate), amount)| TierPart { from, to, rate, amount })
        .collect();
    Some((currency, Earned::Commission { scope, of, tiers, sum }, sum))
}

/// The stretches of an amount with their rates, and what each brings exactly.
type Stretches = (Vec<(Decimal, Decimal, Decimal)>, Vec<Decimal>);

fn in_tiers(tiers: &[(Decimal, Decimal)], figure: Decimal) -> Option<Stretches> {
    let mut stretches = (Vec::new(), Vec::new());
    for (at, (from, rate)) in tiers.iter().enumerate() {
        let next = tiers.get(at + 1).map(|(from, _)| *from);
        let to = next.map_or(figure, |next| next.min(figure));
        if to <= *from && at > 0 {
            break;
        }
        stretches.0.push((*from, to, *rate));
        stretches.1.push((to - from).checked_mul(*rate)?);
    }
    Some(stretches)
}

fn taken(
    desk: &Desk<'_>,
    cut: &Deduction,
    person: &Person,
    one: &Scored,
    gross: Decimal,
    currency: Currency,
) -> CutPart {
    let (scope, actual) = desk.figure(&cut.metric, person, cut.scope.as_ref(), one.period);
    let steps = actual.and_then(|point| point.value).and_then(|value| whole_steps(cut, value));
    let capped = |share: Decimal| share.min(cut.at_most.unwrap_or(Decimal::ONE)).min(Decimal::ONE);
    let (share, amount) = match (steps, cut.cut) {
        (None, _) => (None, Decimal::ZERO),
        (Some(steps), Cut::Share(share)) => {
            let share = capped(share.checked_mul(steps).unwrap_or(Decimal::ONE));
            (Some(share), gross.checked_mul(share).unwrap_or(gross))
        }
        (Some(steps), Cut::Amount(amount)) => {
            let most = gross.checked_mul(cut.at_most.unwrap_or(Decimal::ONE)).unwrap_or(gross);
            (None, amount.checked_mul(steps).unwrap_or(most).min(most))
        }
    };
    CutPart { scope, actual, steps, share, amount: to_coin(amount, currency) }
}

/// Whole steps beyond the limit: 3.4 points are three.
fn whole_steps(cut: &Deduction, value: Quantity) -> Option<Decimal> {
    let beyond = match cut.beyond {
        Beyond::Above(limit) => value.minus(Quantity::Exact(limit))?,
        Beyond::Below(limit) => Quantity::Exact(limit).minus(value)?,
    };
    if beyond.compare(Quantity::ZERO) != Ordering::Greater {
        return Some(Decimal::ZERO);
    }
    let steps = beyond.over(Quantity::Exact(cut.per))?;
    let floor = steps.as_decimal()?.floor();
    // A division that was rounded up to a whole number is taken back.
    let over = steps.compare(Quantity::Exact(floor)) == Ordering::Less;
    Some(if over { floor - Decimal::ONE } else { floor })
}
