//! The two sides of a comparison: a period, and what it is compared with. Asked for any metric and scope, so that the whole
//! and its parts are always looked at from the same side.

use crate::assess::spc::{SignalRule, Watched};
use crate::assess::{Standing, Targets};
use crate::measure::{Facts, State};
use crate::plan::{Against, Id, Metric, Plan, Scope, TargetValue};
use crate::time::{Grain, Period};
use crate::unit::{Quantity, Ratio};

/// What causes are told from.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// Definitions and identities.
    pub plan: &'a Plan,
    /// Figures.
    pub facts: &'a Facts,
    /// Promises.
    pub targets: &'a Targets<'a>,
    /// Limits.
    pub watched: &'a Watched,
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Base {
    /// Another period.
    Period(Period),
    /// The mean of these periods.
    Mean(Vec<Period>),
    /// What was promised for the period itself.
    Target,
}

/// Which side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What is compared with.
    Was,
    /// The period itself.
    Now,
}

/// Both sides.
pub struct Between<'a> {
    /// Where figures come from.
    pub known: Known<'a>,
    /// What is compared with.
    pub base: Base,
    /// The period itself.
    pub now: Period,
}

/// With fewer periods than this a mean is no baseline.
const FEWEST: usize = 5;

impl<'a> Known<'a> {
    /// What a period of a metric is compared with; `None` where there is none of the kind.
    pub fn base(&self, metric: &Metric, scope: &Scope, now: Period, against: Against) -> Option<Base> {
        let calendar = &self.plan.site.calendar;
        match against {
            Against::Previous => Some(Base::Period(calendar.previous(now))),
            Against::PreviousYear => Some(Base::Period(calendar.previous_year(now))),
            Against::Event => {
                let aligned = self.plan.same_event_last_year(now, scope)?.0;
                // Where it lies on the same days, the year before says it already.
                (aligned != calendar.previous_year(now)).then_some(Base::Period(aligned))
            }
            Against::Target => self.targets.of(&metric.id, scope, now).map(|_| Base::Target),
            Against::Baseline => self.before(metric, scope, now).map(Base::Mean),
        }
    }

    /// The complete periods since the limits in force began, up to before `now`.
    fn before(&self, metric: &Metric, scope: &Scope, now: Period) -> Option<Vec<Period>> {
        let watch = self.watched.of(&metric.id, scope).filter(|watch| Some(watch.grain) == now.grain)?;
        let at = watch.control.at(now)?;
        let first = watch.control.segment(at)?.first;
        let judged = (first..at).filter(|at| watch.control.judged[*at].is_some());
        let periods: Vec<Period> = judged.map(|at| watch.control.periods[at]).collect();
        (periods.len() >= FEWEST).then_some(periods)
    }

    /// The last period of `grain` that can be judged, up to `until`.
    pub fn newest(&self, metric: &str, scope: &Scope, grain: Grain) -> Option<Period> {
        let series = self.facts.series(metric, scope, grain)?;
        let judged =
            series.points.iter().rev().find(|point| point.state.is_judged() && point.value.is_some());
        judged.map(|point| point.period)
    }

    /// Whether a change is more than routine variation.
    pub fn verdict(&self, metric: &Metric, scope: &Scope, now: Period, base: &Base) -> Verdict {
        if *base == Base::Target {
            let point = self.facts.at(&metric.id, scope, now);
            let stands = self.targets.of(&metric.id, scope, now).map(|asked| asked.stands(metric, point).0);
            return match stands {
                Some(Standing::Off | Standing::Near) => Verdict::OffTarget,
                _ => Verdict::Noise,
            };
        }
        let Some(watch) = self.watched.of(&metric.id, scope).filter(|watch| Some(watch.grain) == now.grain)
        else {
            return Verdict::NoLimits;
        };
        let control = &watch.control;
        let has_limits = control.at(now).is_some_and(|at| control.lines[at].is_some());
        // Of two points that both lie inside the limits none says anything against the other (numbers.md §3.5); a run
        // speaks about the level before it.
        let beyond = |period: Period, rules: &[SignalRule]| {
            control.at(period).is_some_and(|at| rules.iter().any(|rule| control.flags[at].of(*rule) != 0))
        };
        let speaks = match base {
            Base::Period(period) => {
                let step = *period == self.plan.site.calendar.previous(now);
                let rules = [SignalRule::Outside, SignalRule::MrOutside];
                beyond(now, &rules[..if step { 2 } else { 1 }]) || beyond(*period, &rules[..1])
            }
            Base::Mean(_) | Base::Target => {
                control.at(now).is_some_and(|at| control.flags[at].fired().next().is_some())
            }
        };
        match speaks {
            true => Verdict::Signal,
            false if has_limits => Verdict::Noise,
            false => Verdict::NoLimits,
        }
    }
}

/// Whether a change deserves causes (numbers.md §4.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A rule fired at one of the two periods.
    Signal,
    /// The target is missed by more than its tolerance.
    OffTarget,
    /// Routine variation: nothing to explain.
    Noise,
    /// There are no limits to tell it by.
    NoLimits,
}

impl Verdict {
    /// As it stands in `report.json`.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Signal => "signal",
            Verdict::OffTarget => "off-target",
            Verdict::Noise => "noise",
            Verdict::NoLimits => "no-limits",
        }
    }

    /// Whether causes are told.
    pub fn deserves_causes(self) -> bool {
        matches!(self, Verdict::Signal | Verdict::OffTarget)
    }
}

impl Between<'_> {
    /// The figure of a metric on one side. Only complete figures: what is not all there explains nothing.
    pub fn quantity(&self, metric: &str, scope: &Scope, side: Side) -> Option<Quantity> {
        let at = |period: Period| {
            let point = self.known.facts.at(metric, scope, period)?;
            point.value.filter(|_| point.state.is_judged())
        };
        self.side(metric, scope, side, &at)
    }

    fn side(
        &self,
        metric: &str,
        scope: &Scope,
        side: Side,
        at: &dyn Fn(Period) -> Option<Quantity>,
    ) -> Option<Quantity> {
        match (side, &self.base) {
            (Side::Now, _) => at(self.now),
            (Side::Was, Base::Period(period)) => at(*period),
            (Side::Was, Base::Mean(periods)) => {
                mean(periods.iter().map(|period| at(*period)).collect::<Option<Vec<_>>>()?)
            }
            (Side::Was, Base::Target) => {
                let asked = self.known.targets.of(&Id::from(metric), scope, self.now)?;
                match asked.in_force.value {
                    TargetValue::Of(value) => Some(Quantity::Exact(value)),
                    TargetValue::Between(..) => None,
                }
            }
        }
    }

    /// The figure of a member of something whose own figure is complete. A day without an amount (all of a product's orders
    /// cancelled) leaves a member partial and takes nothing from the whole; whoever asks checks that members add up.
    pub fn member(&self, metric: &str, scope: &Scope, side: Side) -> Option<Quantity> {
        let at = |period: Period| {
            let point = self.known.facts.at(metric, scope, period)?;
            point.value.filter(|_| point.state <= State::Partial)
        };
        self.side(metric, scope, side, &at)
    }

    /// The same as a number.
    pub fn value(&self, metric: &str, scope: &Scope, side: Side) -> Option<f64> {
        self.quantity(metric, scope, side).map(Quantity::as_f64).filter(|value| value.is_finite())
    }

    /// The figure of a member as a number.
    pub fn member_value(&self, metric: &str, scope: &Scope, side: Side) -> Option<f64> {
        self.member(metric, scope, side).map(Quantity::as_f64).filter(|value| value.is_finite())
    }

    /// Numerator and denominator of the rate of a member on one side.
    pub fn parts(&self, metric: &str, scope: &Scope, side: Side) -> Option<(f64, f64)> {
        let float = |part| Quantity::Exact(part).as_f64();
        match self.member(metric, scope, side)? {
            Quantity::Ratio(ratio) => Some((float(ratio.numerator()), float(ratio.denominator()))),
            // Something over one.
            Quantity::Exact(value) => Some((float(value), 1.0)),
            Quantity::Approximate(_) => None,
        }
    }
}

/// The mean over periods: of rates by their sums (numbers.md N1), of amounts by their number.
fn mean(values: Vec<Quantity>) -> Option<Quantity> {
    use crate::unit::Decimal;
    let parts = |value: &Quantity| match value {
        Quantity::Exact(value) => Some((*value, Decimal::ONE)),
        Quantity::Ratio(ratio) => Some((ratio.numerator(), ratio.denominator())),
        Quantity::Approximate(_) => None,
    };
    let sum = |sum: (Decimal, Decimal), value: &Quantity| {
        let (num, den) = parts(value)?;
        Some((sum.0.checked_add(num)?, sum.1.checked_add(den)?))
    };
    match values.iter().try_fold((Decimal::ZERO, Decimal::ZERO), sum) {
        Some((num, den)) => Ratio::of(num, den).map(Quantity::Ratio),
        None => {
            let count = f64::from(u32::try_from(values.len()).ok()?);
            let sum: f64 = values.iter().map(|value| value.as_f64()).sum();
            (count > 0.0 && sum.is_finite()).then_some(Quantity::Approximate(sum / count))
        }
    }
}
