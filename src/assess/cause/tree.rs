//! An identity between two sides: what each part did, and what the parts of the parts did. Everything adds up to the change
//! of the whole, at every depth.

use super::product::{Factor, split};
use crate::plan::{Causes, Id, Identity, Lever, Method, Plan};

/// What a part of an identity did.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// What it is.
    pub of: PartOf,
    /// Its own value on both sides.
    pub sides: Option<(f64, f64)>,
    /// What it did to the whole, in the unit of the whole.
    pub effect: f64,
    /// What its own parts did; they add up to its effect.
    pub parts: Vec<Cause>,
    /// What can be done about it.
    pub lever: Lever,
}

/// What a part of an identity is.
#[derive(Clone, Debug, PartialEq)]
pub enum PartOf {
    /// A metric.
    Metric(Id),
    /// Several metrics taken together: a bracket in the identity.
    Group(Vec<Id>),
    /// What the identity does not hold, within its tolerance.
    Rest,
}

impl PartOf {
    /// As it stands in JSON and in tables for machines: `cpc`, `a / b`, `(rest)`.
    pub fn id(&self) -> String {
        match self {
            PartOf::Metric(id) => id.to_string(),
            PartOf::Group(ids) => ids.iter().map(|id| &**id).collect::<Vec<&str>>().join(" / "),
            PartOf::Rest => "(rest)".to_owned(),
        }
    }
}

/// Why nothing is told apart.
#[derive(Clone, Debug, PartialEq)]
pub enum Unsplit {
    /// A part is not known, before (`false`) or now.
    Missing(Id, bool),
    /// The identity has no value: something is divided by zero, before (`false`) or now.
    Undefined(bool),
    /// The parts do not give the whole: by how much they differ from it, before and now.
    NotClosed(f64, f64),
    /// Logarithms do not exist and there are too many factors for anything else.
    TooMany,
    /// Nothing says what it is made of.
    NoIdentity,
}

/// Identities nested deeper than this are not followed.
const DEPTH: usize = 6;

/// Splits are asked for with this.
pub(super) struct Splitting<'a> {
    pub(super) plan: &'a Plan,
    pub(super) was: &'a dyn Fn(&Id) -> Option<f64>,
    pub(super) now: &'a dyn Fn(&Id) -> Option<f64>,
}

/// The effects on a metric by its identity, with what the identity leaves over; and how products were split.
pub(super) fn split_metric(
    with: &Splitting<'_>,
    causes: &Causes,
    whole: (f64, f64),
) -> Result<(Vec<Cause>, Method), Unsplit> {
    let identity = causes.identity.as_ref().ok_or(Unsplit::NoIdentity)?;
    for part in causes_metrics(identity) {
        (with.was)(part).ok_or_else(|| Unsplit::Missing(part.clone(), false))?;
        (with.now)(part).ok_or_else(|| Unsplit::Missing(part.clone(), true))?;
    }
    let was = identity.value(with.was).ok_or(Unsplit::Undefined(false))?;
    let now = identity.value(with.now).ok_or(Unsplit::Undefined(true))?;
    let gaps = (was - whole.0, now - whole.1);
    let allowed = |value: f64| causes.tolerance * value.abs().max(f64::MIN_POSITIVE);
    if gaps.0.abs() > allowed(whole.0) || gaps.1.abs() > allowed(whole.1) {
        return Err(Unsplit::NotClosed(gaps.0, gaps.1));
    }
    let mut used = Method::Lmdi;
    let mut parts = with.parts(identity, causes, &mut used, 0)?;
    let told: f64 = parts.iter().map(|part| part.effect).sum();
    let rest = (whole.1 - whole.0) - told;
    // Rounding errors of floats are nobody's cause.
    if rest.abs() > 1e-9 * (whole.0.abs() + whole.1.abs()) {
        parts.push(Cause {
            of: PartOf::Rest,
            sides: None,
            effect: rest,
            parts: Vec::new(),
            lever: Lever::default(),
        });
    }
    Ok((parts, used))
}

fn causes_metrics(identity: &Identity) -> Vec<&Id> {
    let mut all = std::collections::BTreeSet::new();
    identity.metrics(&mut all);
    all.into_iter().collect()
}

impl Splitting<'_> {
    /// What the direct parts of an identity did.
    fn parts(
        &self,
        identity: &Identity,
        causes: &Causes,
        used: &mut Method,
        depth: usize,
    ) -> Result<Vec<Cause>, Unsplit> {
        let sides = |part: &Identity| -> Result<(f64, f64), Unsplit> {
            let was = part.value(self.was).ok_or(Unsplit::Undefined(false))?;
            Ok((was, part.value(self.now).ok_or(Unsplit::Undefined(true))?))
        };
        match identity {
            Identity::Number(_) => Ok(Vec::new()),
            Identity::Metric(_) => {
                let (was, now) = sides(identity)?;
                Ok(vec![self.part(identity, (was, now), (now - was, 1.0), causes, used, depth)])
            }
            Identity::Sum(parts) => {
                let signed = |(part, off): &(Identity, bool)| {
                    let (was, now) = sides(part)?;
                    let sign = if *off { -1.0 } else { 1.0 };
                    Ok(self.part(part, (was, now), (sign * (now - was), sign), causes, used, depth))
                };
                let mut signed = signed;
                parts.iter().filter(|(part, _)| !is_number(part)).map(&mut signed).collect()
            }
            Identity::Product(parts) => {
                let factor = |(part, below): &(Identity, bool)| {
                    let (was, now) = sides(part)?;
                    Ok(Factor { was, now, below: *below })
                };
                let factors: Vec<Factor> = parts.iter().map(factor).collect::<Result<_, Unsplit>>()?;
                let (effects, method) = split(&factors, causes.method).ok_or(Unsplit::TooMany)?;
                if *used == Method::Lmdi {
                    *used = method;
                }
                let all = parts.iter().zip(&factors).zip(&effects);
                let told = all.filter(|(((part, _), _), _)| !is_number(part));
                Ok(told
                    .map(|(((part, _), factor), one)| {
                        self.part(part, (factor.was, factor.now), (one.effect, one.each), causes, used, depth)
                    })
                    .collect())
            }
        }
    }

    /// A part with its own parts, where it has some and they close.
    fn part(
        &self,
        part: &Identity,
        sides: (f64, f64),
        (effect, each): (f64, f64),
        causes: &Causes,
        used: &mut Method,
        depth: usize,
    ) -> Cause {
        let (of, parts) = match part {
            Identity::Metric(id) => (PartOf::Metric(id.clone()), self.inside(id, sides, causes, depth)),
            group => {
                let ids = causes_metrics(group).into_iter().cloned().collect();
                (PartOf::Group(ids), self.parts(group, causes, used, depth + 1).unwrap_or_default())
            }
        };
        let lever = match &of {
            PartOf::Metric(id) => self.lever(id, causes),
            PartOf::Group(_) | PartOf::Rest => Lever::default(),
        };
        let parts = parts.into_iter().map(|part| scaled(part, each)).collect();
        Cause { of, sides: Some(sides), effect, parts, lever }
    }

    /// What the parts of a part did, by the identity written on its own metric.
    fn inside(&self, id: &Id, sides: (f64, f64), above: &Causes, depth: usize) -> Vec<Cause> {
        let own = self.plan.metrics.get(id).and_then(|metric| metric.causes.as_ref());
        let Some(own) = own.filter(|own| own.identity.is_some() && depth < DEPTH) else { return Vec::new() };
        // Levers of the whole reach its parts' parts as well.
        let mut own = (**own).clone();
        for (part, lever) in &above.levers {
            own.levers.entry(part.clone()).or_insert_with(|| lever.clone());
        }
        let inner = Splitting { plan: self.plan, was: self.was, now: self.now };
        split_metric(&inner, &own, sides).map(|(parts, _)| parts).unwrap_or_default()
    }

    fn lever(&self, id: &Id, causes: &Causes) -> Lever {
        let written = causes.levers.get(id).cloned().unwrap_or_default();
        let owner = || self.plan.metrics.get(id).and_then(|metric| metric.owner.clone());
        Lever { owner: written.owner.clone().or_else(owner), ..written }
    }
}

fn is_number(part: &Identity) -> bool {
    matches!(part, Identity::Number(_))
}

fn scaled(part: Cause, by: f64) -> Cause {
    let parts = part.parts.into_iter().map(|inner| scaled(inner, by)).collect();
    Cause { effect: part.effect * by, parts, ..part }
}
