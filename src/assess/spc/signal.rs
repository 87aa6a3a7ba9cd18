//! Signals: where a rule fires at the newest point that can be judged. Older ones are history and stay on the chart.

use super::{Control, SignalRule, Variation, meaning};
use crate::plan::{Annotation, Better, Id, Scope};
use crate::time::{Grain, Period};

/// A new signal of one series.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    /// Whose.
    pub metric: Id,
    /// For whom.
    pub scope: Scope,
    /// How finely it was looked at.
    pub grain: Grain,
    /// The point that speaks: the newest one that can be judged.
    pub period: Period,
    /// First period of the unbroken signal that this point belongs to.
    pub since: Period,
    /// All rules that fired, with their side, the telling one first.
    pub rules: Vec<(SignalRule, i8)>,
    /// What it means.
    pub variation: Variation,
    /// The figure and the centre it is compared with.
    pub value: (f64, f64),
}

/// The signal of a series at its newest point; `None` for routine variation.
pub fn signal(
    control: &Control,
    (metric, scope, grain): (&Id, &Scope, Grain),
    better: Better,
    range: Option<(f64, f64)>,
) -> Option<Signal> {
    let at = control.newest()?;
    let rules: Vec<(SignalRule, i8)> = control.flags[at].fired().collect();
    let (rule, side) = *rules.first()?;
    let first = control.segment(at)?.first;
    let same = |at: &usize| control.judged[*at].is_none() || control.flags[*at].of(rule) == side;
    let since = (first..=at).rev().take_while(same).filter(|at| control.judged[*at].is_some()).last()?;
    let value = control.judged[at]? * control.season[at];
    Some(Signal {
        metric: metric.clone(),
        scope: scope.clone(),
        grain,
        period: control.periods[at],
        since: control.periods[since],
        variation: meaning(side, better, value, range),
        value: (value, control.lines[at]?.center),
        rules,
    })
}

/// How often chance alone puts one of `points` outside, under a normal model.
pub fn expected_by_chance(points: usize) -> f64 {
    /// Two sides of three deviations.
    const RATE: f64 = 0.0027;
    points as f64 * RATE
}

/// A lasting shift that begins near a recorded change: the change, and the first period of the shift. Nothing is rebased.
pub fn rebase_suggested<'a>(control: &Control, notes: &[&'a Annotation]) -> Option<(&'a Annotation, Period)> {
    /// The shift that lasts is as long as Wheeler's run.
    const LASTING: usize = 8;
    /// A change works at once, or two periods later.
    const NEAR: usize = 2;
    /// With fewer points after it new limits would not be possible.
    const AFTER: usize = 5;
    let newest = control.newest()?;
    let segment = control.segment(newest)?;
    let points: Vec<usize> = (segment.first..=newest).filter(|at| control.judged[*at].is_some()).collect();
    let side = |at: usize| {
        let center = control.lines[at]?.center;
        let value = control.judged[at]? * control.season[at];
        value.partial_cmp(&center)
    };
    let now = side(newest).filter(|order| order.is_ne())?;
    let lasting = points.iter().rev().take_while(|at| side(**at) == Some(now)).count();
    let start = *points.get(points.len().checked_sub(lasting)?)?;
    if lasting < LASTING {
        return None;
    }
    let from = control.periods[start.saturating_sub(NEAR).max(segment.first)].start;
    let to = control.periods[(start + NEAR).min(newest)].end;
    let near = |note: &&&Annotation| {
        let after = points.iter().filter(|at| control.periods[**at].start > note.period.start).count();
        &*note.kind == "change" && (from..=to).contains(&note.period.start) && after >= AFTER
    };
    // A segment that begins with the shift has been rebased already.
    let rebased = segment.rebase.is_some() && start == points[0];
    let note = notes.iter().rev().find(near)?;
    (!rebased).then_some((*note, control.periods[start]))
}
