//! Rate and mix: a ratio moves because its members' ratios moved, or because weight moved between members.
//! Centred on the whole, so that a member heavier than before counts by how far it lies from the rest.

/// A member before and now: numerator and denominator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Member {
    /// Numerator and denominator before; both 0 where it was not there.
    pub was: (f64, f64),
    /// Numerator and denominator now.
    pub now: (f64, f64),
}

/// What a member did to the ratio of all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// Its own ratio moved.
    pub rate: f64,
    /// Its weight moved.
    pub mix: f64,
}

/// The effect of each member, in their order; all rates and mixes together are the change of the whole. `None` where the
/// whole has no denominator on one side, or a member has a numerator without a denominator: its ratio is not known.
pub fn split(members: &[Member]) -> Option<Vec<Effect>> {
    let sum = |of: fn(&Member) -> f64| members.iter().map(of).sum::<f64>();
    let (weight_was, weight_now) = (sum(|m| m.was.1), sum(|m| m.now.1));
    if weight_was.abs() <= 0.0 || weight_now.abs() <= 0.0 {
        return None;
    }
    let whole = f64::midpoint(sum(|m| m.was.0) / weight_was, sum(|m| m.now.0) / weight_now);
    let each = |member: &Member| {
        let ratio = |(num, den): (f64, f64)| match den.abs() > 0.0 {
            true => Some(Some(num / den)),
            false => (num.abs() <= 0.0).then_some(None),
        };
        let (was, now) = (ratio(member.was)?, ratio(member.now)?);
        // A member without weight on one side has no ratio there: it comes or goes with the ratio it has.
        let (was, now) = match (was, now) {
            (Some(was), Some(now)) => (was, now),
            (Some(one), None) | (None, Some(one)) => (one, one),
            (None, None) => (whole, whole),
        };
        let weight = (member.was.1 / weight_was, member.now.1 / weight_now);
        Some(Effect {
            rate: f64::midpoint(weight.0, weight.1) * (now - was),
            mix: (f64::midpoint(was, now) - whole) * (weight.1 - weight.0),
        })
    };
    members.iter().map(each).collect()
}
