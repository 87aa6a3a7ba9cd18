//! Two icons of a card: what the newest point is (variation), and whether the target can be relied on (assurance).

use super::{Control, Lines};
use crate::plan::Better;

/// What the newest judged point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variation {
    /// Routine variation.
    Common,
    /// A signal in the good direction: 1 high, −1 low.
    Improvement(i8),
    /// A signal in the bad direction.
    Concern(i8),
    /// A signal of a metric without a good direction.
    Neutral(i8),
}

impl Variation {
    /// As it stands in `report.json`.
    pub fn name(self) -> &'static str {
        match self {
            Variation::Common => "common",
            Variation::Improvement(1) => "improvement-high",
            Variation::Improvement(_) => "improvement-low",
            Variation::Concern(1) => "concern-high",
            Variation::Concern(_) => "concern-low",
            Variation::Neutral(1) => "neutral-high",
            Variation::Neutral(_) => "neutral-low",
        }
    }
}

/// Whether a target is reached by the process as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assurance {
    /// Always, by itself.
    ConsistentPass,
    /// Never, without a change.
    ConsistentFail,
    /// Now and then.
    HitOrMiss,
    /// No direction is good, or there is no target.
    None,
}

impl Assurance {
    /// As it stands in `report.json`.
    pub fn name(self) -> &'static str {
        match self {
            Assurance::ConsistentPass => "consistent_pass",
            Assurance::ConsistentFail => "consistent_fail",
            Assurance::HitOrMiss => "hit_or_miss",
            Assurance::None => "none",
        }
    }
}

/// What the newest judged point is; `None` without limits. `range` is what a range metric should stay in.
pub fn variation(control: &Control, better: Better, range: Option<(f64, f64)>) -> Option<Variation> {
    let at = control.newest()?;
    control.segment(at).filter(|segment| segment.state.has_limits())?;
    let Some((_, side)) = control.flags[at].fired().next() else { return Some(Variation::Common) };
    let value = control.judged[at]? * control.season[at];
    Some(meaning(side, better, value, range))
}

/// What a signal on one side means.
pub fn meaning(side: i8, better: Better, value: f64, range: Option<(f64, f64)>) -> Variation {
    match (better, range) {
        (Better::Higher, _) if side > 0 => Variation::Improvement(side),
        (Better::Higher, _) => Variation::Concern(side),
        (Better::Lower, _) if side < 0 => Variation::Improvement(side),
        (Better::Lower, _) => Variation::Concern(side),
        (Better::Range, Some((low, high))) => match side {
            1 if value > high => Variation::Concern(side),
            -1 if value < low => Variation::Concern(side),
            1 if value < low => Variation::Improvement(side),
            -1 if value > high => Variation::Improvement(side),
            _ => Variation::Neutral(side),
        },
        (Better::Range | Better::Neutral, _) => Variation::Neutral(side),
    }
}

/// Whether a target lies beyond the limits of the newest segment.
pub fn assurance(lines: Lines, target: (f64, Option<f64>), better: Better) -> Assurance {
    let above = |value: f64| lines.upper.is_some_and(|upper| value > upper);
    let below = |value: f64| lines.lower.is_some_and(|lower| value < lower);
    match (better, target) {
        (Better::Higher, (target, _)) if above(target) => Assurance::ConsistentFail,
        (Better::Higher, (target, _)) if below(target) => Assurance::ConsistentPass,
        (Better::Lower, (target, _)) if below(target) => Assurance::ConsistentFail,
        (Better::Lower, (target, _)) if above(target) => Assurance::ConsistentPass,
        (Better::Range, (low, Some(high))) if below(low) && above(high) => Assurance::ConsistentPass,
        (Better::Range, (low, Some(high))) if above(low) || below(high) => Assurance::ConsistentFail,
        (Better::Neutral, _) | (Better::Range, (_, None)) => Assurance::None,
        _ => Assurance::HitOrMiss,
    }
}
