//! The target of a figure: that of exactly its period, else what longer (or several shorter) targets ask of its days, so
//! that a card of a month knows its part of the year.

use super::standing::standing_near;
use super::{Course, InForce, Judged, Standing, attain, forecast};
use crate::measure::{Point, State};
use crate::plan::{Id, Metric, Plan, Scope, Target, TargetValue};
use crate::time::{Date, Period, plus_days};
use crate::unit::{Decimal, Quantity, rounded};
use std::collections::BTreeMap;

/// Decimals of a red or stretch line that is a part of another.
const FINE: u32 = 6;

/// Targets of a plan with what became of them, ready to be asked for.
pub struct Targets<'a> {
    targets: &'a [Target],
    judged: &'a [Judged],
    /// By metric and scope; shortest first, of equal ones the earlier.
    by_address: BTreeMap<(&'a Id, &'a Scope), Vec<usize>>,
}

/// What is asked of a figure.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The target; where several have a part in it, the first.
    pub target: &'a Target,
    /// What it asks of the figure's period.
    pub in_force: InForce,
    /// What became of it, if the figure's period is its own.
    pub own: Option<&'a Judged>,
}

impl<'a> Targets<'a> {
    /// `judged` is in the order of the plan's targets, or empty where nothing is judged yet.
    pub fn new(plan: &'a Plan, judged: &'a [Judged]) -> Targets<'a> {
        let mut by_address: BTreeMap<(&Id, &Scope), Vec<usize>> = BTreeMap::new();
        for (at, target) in plan.targets.iter().enumerate() {
            by_address.entry((&target.metric, &target.scope)).or_default().push(at);
        }
        for places in by_address.values_mut() {
            places.sort_by_key(|at| (plan.targets[*at].period.days(), plan.targets[*at].period.start));
        }
        Targets { targets: &plan.targets, judged, by_address }
    }

    /// What is asked of a metric in a scope over a period; `None` where nothing is.
    pub fn of(&self, metric: &Id, scope: &Scope, period: Period) -> Option<Asked<'a>> {
        let places = self.by_address.get(&(metric, scope))?;
        let own = |at: &&usize| same(self.targets[**at].period, period);
        if let Some(at) = places.iter().find(own) {
            return self.own(*at);
        }
        let holds = |at: &&usize| {
            let whole = self.targets[**at].period;
            whole.start <= period.start && period.end <= whole.end
        };
        places
            .iter()
            .filter(holds)
            .find_map(|at| self.part(*at, period))
            .or_else(|| self.joined(places, period))
    }

    /// What a target asks of a period within its own; all of it if that is its own.
    pub fn of_target(&self, id: &str, period: Period) -> Option<Asked<'a>> {
        let at = self.targets.iter().position(|target| &*target.id == id)?;
        if same(self.targets[at].period, period) { self.own(at) } else { self.part(at, period) }
    }

    fn own(&self, at: usize) -> Option<Asked<'a>> {
        let target = &self.targets[at];
        let own = self.judged.get(at);
        let in_force = match own {
            Some(judged) => judged.in_force,
            None => target.value.stated().map(|value| InForce {
                value,
                original: value,
                stretch: target.stretch,
                red: target.red,
                since: None,
            }),
        }?;
        Some(Asked { target, in_force, own })
    }

    fn part(&self, at: usize, period: Period) -> Option<Asked<'a>> {
        let (target, judged) = (&self.targets[at], self.judged.get(at)?);
        let whole = judged.in_force?;
        let inside = target.period.start <= period.start && period.end <= target.period.end;
        let in_force = match judged.course.as_deref() {
            _ if !inside => None,
            Some(Course::Sum(plan)) => {
                let (value, original) = (plan.sum(period)?, plan.original_sum(period)?);
                Some(InForce { value: TargetValue::Of(value), ..scaled(whole, value, original) })
            }
            Some(Course::Level(plan)) => {
                let at_end = target.phase.end_of_period;
                let value = if at_end { plan.at(period.end)? } else { plan.mean(period)? };
                Some(InForce { value: TargetValue::Of(value), ..whole })
            }
            // A range of a rate holds for every part of its time.
            None => {
                matches!(whole.value, TargetValue::Between(..)).then_some(whole).filter(|_| judged.is_level)
            }
        };
        Some(Asked { target, in_force: in_force?, own: None })
    }

    /// What several targets, one after the other, ask of a period none of them holds alone.
    fn joined(&self, places: &[usize], period: Period) -> Option<Asked<'a>> {
        let (mut day, mut sum, mut first): (Date, Decimal, Option<&Target>) =
            (period.start, Decimal::ZERO, None);
        while day <= period.end {
            let (at, plan) =
                places.iter().find_map(|at| match self.judged.get(*at)?.course.as_deref()? {
                    Course::Sum(plan) if plan.period.contains(day) => Some((*at, plan)),
                    _ => None,
                })?;
            let end = plan.period.end.min(period.end);
            sum += plan.sum(Period::range(day, end))?;
            first.get_or_insert(&self.targets[at]);
            day = plus_days(end, 1);
        }
        let value = TargetValue::Of(sum);
        let in_force = InForce { value, original: value, stretch: None, red: None, since: None };
        Some(Asked { target: first?, in_force, own: None })
    }
}

/// Stretch and red line of a part, in the proportion of the part to the whole.
fn scaled(whole: InForce, part: Decimal, original: Decimal) -> InForce {
    let TargetValue::Of(all) = whole.value else { return whole };
    let of = |line: Decimal| {
        let share = line.checked_mul(part)?.checked_div(all)?;
        Some(rounded(share, FINE))
    };
    let red = match whole.red {
        Some(TargetValue::Of(red)) => of(red).map(TargetValue::Of),
        _ => None,
    };
    InForce { original: TargetValue::Of(original), stretch: whole.stretch.and_then(of), red, ..whole }
}

impl Asked<'_> {
    /// Where a figure of the asked period stands, and how much of the target it is.
    pub fn stands(&self, metric: &Metric, point: Option<&Point>) -> (Standing, Option<Quantity>) {
        if let Some(own) = self.own.filter(|own| own.actual.as_ref() == point) {
            // A target that runs is judged by its pace up to what is settled; a figure that still moves is not judged.
            let is_moving = point.is_some_and(|point| point.state == State::Provisional);
            let standing = match own.standing {
                Standing::Exceed | Standing::On | Standing::Near | Standing::Off if is_moving => {
                    Standing::TooEarly
                }
                standing => standing,
            };
            return (standing, own.attainment);
        }
        let reached = point.and_then(|point| Some((point.state, point.value?)));
        let attainment =
            reached.and_then(|(_, value)| attain::attainment(metric.better, &self.in_force, value, None));
        let standing = match reached {
            _ if !self.target.status.kind.is_judged() => Standing::Paused,
            None => Standing::NoData,
            Some((state, _)) if !state.is_judged() => Standing::TooEarly,
            Some((_, value)) => {
                standing_near(metric.better, &self.in_force, value, forecast::near(self.target))
            }
        };
        (standing, attainment)
    }
}

/// Whether two periods hold the same days.
fn same(a: Period, b: Period) -> bool {
    (a.start, a.end) == (b.start, b.end)
}
