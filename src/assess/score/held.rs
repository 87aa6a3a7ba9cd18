//! What an item is held against in a period: its target of that period, the part of a longer one, or the values written
//! into the score.

use super::{Desk, Held};
use crate::assess::{Course, InForce};
use crate::measure::{Point, State};
use crate::plan::scorecard::{Item, ScoreFn, target_of};
use crate::plan::sums::{Along, Kind, kind};
use crate::plan::{Metric, Scope, Target, TargetValue};
use crate::time::Period;
use crate::unit::Decimal;

/// What was found to hold an item against.
pub(super) enum Found {
    /// This.
    Against(Held),
    /// Its target is put aside.
    Paused,
    /// A sum of a period that is not over, and no plan of its days.
    TooEarly,
    /// Nothing.
    Nothing,
}

impl Desk<'_> {
    /// What an item is held against. A running sum is held against what was asked up to the as-of date.
    pub(super) fn held(
        &self,
        item: &Item,
        metric: &Metric,
        scope: &Scope,
        period: Period,
        point: Option<&Point>,
    ) -> Found {
        let running = point.is_some_and(|point| point.state == State::Running)
            && kind(self.plan, metric, Along::Time) != Kind::Level;
        let target = target_of(self.plan, &metric.id, scope, period);
        if target.is_some_and(|target| !target.status.kind.is_judged()) {
            return Found::Paused;
        }
        let asked = if running { Period::range(period.start, self.as_of) } else { period };
        let part = target.and_then(|target| Some((target, self.part(metric, target, asked)?)));
        let written = written(&item.score);
        if running && (part.is_none() || is_whole(&item.score)) {
            let later = target.is_some() || written.0.is_some() || !item.score.needs_target();
            return if later { Found::TooEarly } else { Found::Nothing };
        }
        let value = written.0.or_else(|| part.as_ref().map(|(_, now)| now.value));
        let red = written.1.or_else(|| part.as_ref().and_then(|(_, now)| now.red));
        let Some(value) = value else { return Found::Nothing };
        Found::Against(Held {
            target: part.as_ref().map(|(target, _)| target.id.clone()),
            value,
            stretch: part.as_ref().and_then(|(_, now)| now.stretch),
            red,
            until: running.then_some(self.as_of),
        })
    }

    /// What a target asks of some of its days; `None` for a sum whose days are not planned.
    fn part(&self, metric: &Metric, target: &Target, period: Period) -> Option<InForce> {
        let judged = self.judged.get(&*target.id)?;
        let now = judged.in_force?;
        if (target.period.start, target.period.end) == (period.start, period.end) {
            return Some(now);
        }
        match judged.course.as_deref() {
            Some(Course::Sum(plan)) => {
                let TargetValue::Of(whole) = now.value else { return None };
                let part = plan.sum(period)?;
                // Red line and stretch keep their distance in proportion.
                let scaled = |line: Decimal| line.checked_mul(part)?.checked_div(whole);
                let red = match now.red {
                    Some(TargetValue::Of(red)) => scaled(red).map(TargetValue::Of),
                    _ => None,
                };
                Some(InForce {
                    value: TargetValue::Of(part),
                    stretch: now.stretch.and_then(scaled),
                    red,
                    ..now
                })
            }
            Some(Course::Level(plan)) => {
                // A level of the last day: a glide is judged by where it should have come.
                let level = plan.at(period.end)?;
                match now.value {
                    TargetValue::Of(_) => Some(InForce { value: TargetValue::Of(level), ..now }),
                    TargetValue::Between(..) => Some(now),
                }
            }
            None => {
                (kind(self.plan, metric, Along::Time) == Kind::Level && target.glide.is_none()).then_some(now)
            }
        }
    }
}

/// Whether a score speaks of a whole period: what is written into it says nothing of a part.
fn is_whole(score: &ScoreFn) -> bool {
    match score {
        ScoreFn::Linear { base, target, .. } => target.is_some() || base.is_some_and(|base| !base.is_zero()),
        ScoreFn::TargetRed { target, red } => target.is_some() || red.is_some(),
        ScoreFn::Binary { target } => target.is_some(),
        ScoreFn::Range { .. } | ScoreFn::Steps(_) => true,
        ScoreFn::State(_) | ScoreFn::Unscored => false,
    }
}

/// Values that stand in the score itself.
fn written(score: &ScoreFn) -> (Option<TargetValue>, Option<TargetValue>) {
    let between = |(low, high): (Decimal, Decimal)| TargetValue::Between(low, high);
    match score {
        ScoreFn::TargetRed { target, red } => (target.map(TargetValue::Of), red.map(TargetValue::Of)),
        ScoreFn::Linear { target, .. } | ScoreFn::Binary { target } => (target.map(TargetValue::Of), None),
        ScoreFn::Range { between: wanted, red } => (wanted.map(between), red.map(between)),
        ScoreFn::Steps(_) | ScoreFn::State(_) | ScoreFn::Unscored => (None, None),
    }
}
