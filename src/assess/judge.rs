//! Judges every target: what it asks of each day, what was reached, where that leads (numbers.md §5.3 to §5.6).
//! A period that is over is judged by its figure, a running one by its forecast, a rate by its value to date.

use super::forecast::{self, FEWEST_DAYS};
use super::learn::seasons;
use super::plans::Planning;
use super::resolve::{self, Resolved};
use super::standing::standing_near;
use super::weigh::Weighing;
use super::{Course, InForce, Judged, NoPace, Pace, Standing, attain, found, pace, series, smart, tree};
use super::{history, to_date};
use crate::diag::{Checked, Finding};
use crate::measure::{Facts, Point, State};
use crate::plan::sums::{Along, Kind, kind};
use crate::plan::{Definition, Id, Metric, OverTime, Plan, Target, TargetValue};
use crate::time::{Date, Period};
use crate::unit::Quantity;
use std::collections::BTreeMap;
use std::sync::Arc;

/// All targets of the plan, in its order, as they stand on the day data counts up to.
pub fn assess(plan: &Plan, facts: &Facts, as_of: Option<Date>) -> Checked<Vec<Judged>> {
    let seasons = seasons(plan, facts).in_force;
    let weighing = Weighing::of(plan, &seasons);
    let values = resolve::all(plan, facts, as_of, &weighing);
    let kinds: BTreeMap<&Id, Kind> =
        plan.metrics.values().map(|metric| (&metric.id, kind(plan, metric, Along::Time))).collect();
    let mut by_metric: BTreeMap<&Id, Vec<usize>> = BTreeMap::new();
    for (at, target) in plan.targets.iter().enumerate() {
        by_metric.entry(&target.metric).or_default().push(at);
    }
    let mut found: Vec<Finding> = Vec::new();
    let planning = Planning { plan, facts, weighing: &weighing, values: &values, kinds: &kinds };
    let courses = planning.all(&mut found);
    let judging = Judging { plan, facts, as_of, weighing, values, kinds, courses, by_metric };
    let mut judged = each(plan.targets.len(), |at| judging.target(at));
    let tree = tree::Tree::of(plan, &judged);
    let rollups: Vec<_> = (0..judged.len()).map(|at| tree.rollup(at)).collect();
    for (one, rollup) in judged.iter_mut().zip(rollups) {
        one.rollup = rollup;
    }
    history::look_back(plan, facts, &mut judged);
    smart::answer(plan, facts, as_of, &mut judged);
    found.extend(found::all(plan, facts, as_of, &judged));
    Checked { value: judged, found }
}

/// Applies `work` to every number below `count`, on as many threads as the machine has cores; results in order.
pub(super) fn each<R: Send>(count: usize, work: impl Fn(usize) -> R + Sync) -> Vec<R> {
    /// With fewer targets a thread costs more than it saves.
    const FEW: usize = 512;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    if threads <= 1 || count < FEW {
        return (0..count).map(work).collect();
    }
    let (size, work) = (count.div_ceil(threads), &work);
    std::thread::scope(|scope| {
        let part = |at: usize| scope.spawn(move || (at..count.min(at + size)).map(work).collect::<Vec<R>>());
        let running: Vec<_> = (0..count).step_by(size).map(part).collect();
        running.into_iter().flat_map(|thread| thread.join().expect("arithmetic does not panic")).collect()
    })
}

/// What judging a target needs to know of the others.
struct Judging<'a> {
    plan: &'a Plan,
    facts: &'a Facts,
    as_of: Option<Date>,
    weighing: Weighing<'a>,
    values: Vec<Resolved>,
    kinds: BTreeMap<&'a Id, Kind>,
    courses: Vec<Option<Arc<Course>>>,
    by_metric: BTreeMap<&'a Id, Vec<usize>>,
}

impl Judging<'_> {
    fn metric(&self, target: &Target) -> &Metric {
        self.plan.metrics.get(&target.metric).expect("a `Plan` holds only targets of its metrics")
    }

    fn target(&self, at: usize) -> Judged {
        let (target, values) = (&self.plan.targets[at], &self.values[at]);
        let metric = self.metric(target);
        let point = self.facts.at(&target.metric, &target.scope, target.period);
        let mut judged = Judged::unknown(target);
        judged.actual = point.copied();
        judged.in_force = values.in_force;
        judged.grown = values.grown;
        judged.course = self.courses[at].clone();
        judged.is_level = self.kinds.get(&metric.id) == Some(&Kind::Level);
        let base = self.base(target);
        if let (Some(now), Some(value)) = (values.in_force, point.and_then(|point| point.value)) {
            let asked = self.asked(target, at, now, target.period);
            judged.attainment = attain::attainment(metric.better, &asked, value, base);
            let first = InForce { value: now.original, ..now };
            judged.attainment_original = (now.original != now.value)
                .then(|| attain::attainment(metric.better, &first, value, base))
                .flatten();
        }
        if !target.status.kind.is_judged() {
            judged.standing = Standing::Paused;
            judged.no_pace = Some(NoPace::NotPursued);
            return judged;
        }
        let Some(now) = values.in_force else {
            judged.no_pace = Some(NoPace::NoPlan);
            return judged;
        };
        match point.and_then(|point| Some((point, point.value?))) {
            Some((Point { state: State::Complete, .. }, value)) => {
                let asked = self.asked(target, at, now, target.period);
                judged.standing = standing_near(metric.better, &asked, value, forecast::near(target));
                judged.no_pace = Some(NoPace::Over);
            }
            reached => self.running(at, now, reached.is_some(), &mut judged),
        }
        judged
    }

    /// A period that runs, or whose figure still moves.
    fn running(&self, at: usize, now: InForce, is_measured: bool, judged: &mut Judged) {
        let (target, metric) = (&self.plan.targets[at], self.metric(&self.plan.targets[at]));
        let too_early = |judged: &mut Judged, why: NoPace| {
            judged.no_pace = Some(why);
            judged.standing = match why {
                NoPace::NoData => Standing::NoData,
                NoPace::NoDays if !is_measured => Standing::NoData,
                _ => Standing::TooEarly,
            };
        };
        let near = forecast::near(target);
        match judged.course.as_deref() {
            Some(Course::Sum(_)) => match self.sum_pace(at, metric) {
                Ok((pace, forecast)) => {
                    judged.standing = forecast.map_or(Standing::TooEarly, |forecast| {
                        standing_near(metric.better, &now, Quantity::Approximate(forecast.value), near)
                    });
                    (judged.pace, judged.forecast) = (Some(pace), forecast);
                }
                Err(why) => too_early(judged, why),
            },
            // A range of a rate is asked of every day; one of a sum only at the end.
            _ if self.kinds.get(&metric.id) == Some(&Kind::Level) || judged.course.is_some() => {
                match self.level_pace(at, now, metric) {
                    Ok((pace, reached, asked)) => {
                        judged.pace = pace;
                        judged.standing = if reached.days < FEWEST_DAYS {
                            Standing::TooEarly
                        } else {
                            standing_near(metric.better, &asked, reached.value, near)
                        };
                    }
                    Err(why) => too_early(judged, why),
                }
            }
            _ => match self.as_of {
                Some(as_of) if as_of < target.period.start => too_early(judged, NoPace::NotBegun),
                Some(_) if !is_measured => too_early(judged, NoPace::NoData),
                _ => too_early(judged, NoPace::NoPlan),
            },
        }
    }

    fn sum_pace(&self, at: usize, metric: &Metric) -> Result<(Pace, Option<super::Forecast>), NoPace> {
        let target = &self.plan.targets[at];
        let Some(Course::Sum(asked)) = self.courses[at].as_deref() else { return Err(NoPace::NoPlan) };
        let days = pace::days(self.facts, target, self.as_of)?;
        let weights = match &target.series {
            Some(_) => series::weights(self.facts, target),
            None => self.weighing.days(target),
        };
        let weights = weights.ok_or(NoPace::NoPlan)?;
        let pace = pace::of_sum(self.plan, metric, target, asked, days, &weights)?;
        let forecast = forecast::of_sum(metric.better, target, asked, &pace, days);
        Ok((pace, forecast))
    }

    fn level_pace(
        &self,
        at: usize,
        now: InForce,
        metric: &Metric,
    ) -> Result<(Option<Pace>, to_date::ToDate, InForce), NoPace> {
        let target = &self.plan.targets[at];
        let as_of = self.as_of.ok_or(NoPace::NoData)?;
        let reached = to_date::level(self.plan, self.facts, metric, &target.scope, target.period, as_of)?;
        let asked = self.asked(target, at, now, Period::range(target.period.start, reached.day));
        let pace = match asked.value {
            TargetValue::Of(value) => {
                let den = self.denominator(target, metric, &reached);
                Some(pace::of_level(target, &reached, value, den)?)
            }
            TargetValue::Between(..) => None,
        };
        Ok((pace, reached, asked))
    }

    /// What stands below the line of a quotient, over the whole period.
    fn denominator(&self, target: &Target, metric: &Metric, reached: &to_date::ToDate) -> Option<Quantity> {
        let (_, den) = to_date::quotient(metric)?;
        let same = |at: &&usize| {
            let other = &self.plan.targets[**at];
            other.scope == target.scope && other.period == target.period
        };
        let of_target = self.by_metric.get(den).and_then(|places| places.iter().find(same));
        let of_target = of_target.and_then(|at| self.courses[*at].as_deref());
        let of_target = match of_target {
            Some(Course::Sum(plan)) => Some(plan),
            _ => None,
        };
        pace::denominator(reached, of_target, &*self.weighing.days(target)?, target.period)
    }

    /// What is asked over the days so far: of a level that changes, its mean; of a stock, that of the last day.
    fn asked(&self, target: &Target, at: usize, now: InForce, days: Period) -> InForce {
        let Some(Course::Level(plan)) = self.courses[at].as_deref() else { return now };
        let at_end = target.phase.end_of_period || is_stock(self.metric(target));
        let asked = if at_end { plan.at(days.end) } else { plan.mean(days) };
        asked.map_or(now, |value| InForce { value: TargetValue::Of(value), ..now })
    }

    /// Where a target started, if it says so.
    fn base(&self, target: &Target) -> Option<Quantity> {
        history::baseline(self.facts, target).map(|(value, _)| value)
    }
}

/// Whether a metric's value over a period is that of its last day.
pub(super) fn is_stock(metric: &Metric) -> bool {
    matches!(&metric.definition, Definition::Source(measured) if measured.over_time == OverTime::Last)
}
