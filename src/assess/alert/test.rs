//! Whether the test of an alert holds, period by period. A point that is not complete is not asked; one with too little
//! behind it says no.

use super::{Freshness, rule_of};
use crate::assess::spc::{self, LimitState, Segment, SignalRule, Variation, meaning};
use crate::assess::{Judged, LaunchState, Targets, assess, launches};
use crate::measure::{Facts, Point};
use crate::plan::{
    Alert, AlertTest, ChangeFrom, Id, Launch, Limits, Metric, Plan, Scope, SignalSide, SignalTest,
};
use crate::time::{Date, Grain, Period, plus_days};
use crate::unit::{Decimal, Quantity};
use std::collections::BTreeMap;

/// One look at a period.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// When.
    pub period: Period,
    /// Whether the test holds.
    pub holds: bool,
    /// Whether it is over where it was raised; `None`: as soon as the test fails.
    pub cleared: Option<bool>,
    /// What was heard.
    pub heard: Heard,
}

/// What a test looked at, for the sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// A figure.
    Figure(Quantity),
    /// A figure and what it is held against: the other metric, the centre, what was before.
    Against(Quantity, Quantity),
    /// A figure and its centre, with the rule that fired and its side.
    Signal(Quantity, Quantity, SignalRule, i8),
    /// A share of a plan or target.
    Share(Quantity),
    /// A number of days.
    Days(u32),
    /// Only that it holds.
    Nothing,
}

/// What tests look at.
pub(super) struct Given<'a> {
    plan: &'a Plan,
    facts: &'a Facts,
    fresh: &'a Freshness,
    as_of: Date,
    /// How targets stood at the ends of weeks, oldest first; only where an alert asks for a pace.
    stood: Vec<(Period, Vec<Judged>)>,
    /// How targets stand; only where an alert asks for an attainment.
    stands: Vec<Judged>,
}

impl<'a> Given<'a> {
    pub(super) fn of(plan: &'a Plan, facts: &'a Facts, fresh: &'a Freshness, as_of: Date) -> Given<'a> {
        let asks = |wanted: fn(&AlertTest) -> bool| plan.alerts.iter().any(|alert| wanted(&alert.test));
        let attained = asks(|test| matches!(test, AlertTest::Attainment(_)));
        let stands = if attained { assess(plan, facts, Some(as_of)).value } else { Vec::new() };
        let stood = if asks(|test| matches!(test, AlertTest::Pace(_))) {
            stood(plan, facts, as_of)
        } else {
            Vec::new()
        };
        Given { plan, facts, fresh, as_of, stood, stands }
    }
}

/// How targets stood at the end of each week in which one ran.
fn stood(plan: &Plan, facts: &Facts, as_of: Date) -> Vec<(Period, Vec<Judged>)> {
    let first = plan.targets.iter().map(|target| target.period.start).min();
    let Some(first) = first.filter(|first| *first <= as_of) else { return Vec::new() };
    let weeks = plan.site.calendar.periods(Grain::Week, first, as_of);
    let over = weeks.into_iter().filter(|week| week.end <= as_of);
    over.map(|week| (week, assess(plan, facts, Some(week.end)).value)).collect()
}

/// All looks of one alert in one scope, oldest first.
pub(super) fn probes(given: &Given<'_>, alert: &Alert, scope: &Scope) -> Vec<Probe> {
    let metric = alert.metric.as_ref().and_then(|metric| given.plan.metrics.get(metric));
    match (&alert.test, metric) {
        (AlertTest::Stale { source, max_age }, _) => stale(given, source, *max_age),
        (AlertTest::Gate { launch }, _) => gates(given, launch.as_ref()),
        (AlertTest::Composite { .. }, _) | (_, None) => Vec::new(),
        (AlertTest::Signal(wanted), Some(metric)) => {
            let Some(limits) = &metric.limits else { return Vec::new() };
            signals(given, alert, scope, metric, limits, wanted)
        }
        (AlertTest::Pace(share), Some(metric)) => {
            let looks = given.stood.iter().filter_map(|(week, judged)| {
                let own = |one: &&crate::plan::Target| one.metric == metric.id && one.scope == *scope;
                let index = given.plan.targets.iter().zip(judged).filter(|(target, _)| own(target));
                let index =
                    index.filter_map(|(target, one)| Some((target.period.days(), one.pace.as_ref()?.index?)));
                let (_, index) = index.min_by_key(|(days, _)| *days)?;
                Some(Probe {
                    period: *week,
                    holds: share.holds(Some(index), index),
                    cleared: None,
                    heard: Heard::Share(index),
                })
            });
            looks.collect()
        }
        (test, Some(metric)) => figures(given, alert, scope, metric, test),
    }
}

/// Tests of one complete figure after the other.
fn figures(given: &Given<'_>, alert: &Alert, scope: &Scope, metric: &Metric, test: &AlertTest) -> Vec<Probe> {
    let Some(series) = given.facts.series(&metric.id, scope, alert.grain) else { return Vec::new() };
    let targets = Targets::new(given.plan, &given.stands);
    let look = |point: &Point| {
        let value = judged(point)?;
        let (holds, heard) = match test {
            AlertTest::Threshold(condition) => (condition.holds(value), Heard::Figure(value)),
            AlertTest::Change(against, share) => {
                let before = before(given, metric, scope, point.period, *against)?;
                let points = value.minus(before)?;
                let size = if before.is_negative() { Quantity::ZERO.minus(before)? } else { before };
                (share.holds(points.over(size), points), Heard::Against(value, before))
            }
            AlertTest::Attainment(share) => {
                let asked = targets.of(&metric.id, scope, point.period)?;
                let (_, attained) = asked.stands(metric, Some(point));
                let attained = attained?;
                let off = attained.minus(Quantity::from(1))?;
                let holds = match share {
                    crate::plan::Share::Beyond(_) => share.holds(Some(off), off),
                    _ => share.holds(Some(attained), attained),
                };
                (holds, Heard::Share(attained))
            }
            AlertTest::Reconcile { other, relative, absolute } => {
                let other = judged(given.facts.at(other, scope, point.period)?)?;
                let gap = value.minus(other)?;
                let gap = if gap.is_negative() { Quantity::ZERO.minus(gap)? } else { gap };
                let size = if value.is_negative() { Quantity::ZERO.minus(value)? } else { value };
                let of_size = relative.and_then(|part| size.times(Quantity::Exact(part)));
                let allowed = [of_size, absolute.map(Quantity::Exact)].into_iter().flatten();
                let allowed = allowed.max_by(|a, b| a.compare(*b)).unwrap_or(Quantity::ZERO);
                (gap.compare(allowed).is_gt(), Heard::Against(value, other))
            }
            _ => return None,
        };
        let holds = holds && is_enough(given, alert, scope, point.period);
        let cleared = alert.clear_when.map(|condition| condition.holds(value));
        Some(Probe { period: point.period, holds, cleared, heard })
    };
    series.points.iter().filter_map(look).collect()
}

/// The value of a complete point.
fn judged(point: &Point) -> Option<Quantity> {
    point.value.filter(|_| point.state.is_judged())
}

/// Whether there is enough behind a figure.
fn is_enough(given: &Given<'_>, alert: &Alert, scope: &Scope, period: Period) -> bool {
    alert.min_volume.iter().all(|(metric, least)| {
        let value = given.facts.at(metric, scope, period).and_then(|point| point.value);
        value.is_some_and(|value| least.holds(value))
    })
}

/// What a change is measured against, where that is complete.
fn before(
    given: &Given<'_>,
    metric: &Metric,
    scope: &Scope,
    period: Period,
    against: ChangeFrom,
) -> Option<Quantity> {
    let calendar = given.plan.site.calendar;
    let at = |period: Period| judged(given.facts.at(&metric.id, scope, period)?);
    let day = |back: i32| calendar.period(Grain::Day, plus_days(period.start, -back));
    match against {
        ChangeFrom::Previous => at(calendar.previous(period)),
        ChangeFrom::PreviousYear => at(calendar.previous_year(period)),
        ChangeFrom::SameWeekday => at(day(7)),
        ChangeFrom::Mean7 => {
            let week: Option<Vec<Quantity>> = (1..=7).map(|back| at(day(back))).collect();
            let sum = week?.into_iter().try_fold(Quantity::ZERO, Quantity::plus)?;
            sum.over(Quantity::from(7))
        }
    }
}

/// Each point as the newest one of its time, under the limits of that time; provisional limits raise nothing.
fn signals(
    given: &Given<'_>,
    alert: &Alert,
    scope: &Scope,
    metric: &Metric,
    limits: &Limits,
    test: &SignalTest,
) -> Vec<Probe> {
    let Some(series) = given.facts.series(&metric.id, scope, alert.grain) else { return Vec::new() };
    let wanted: Vec<SignalRule> = test.rules.iter().filter_map(|name| rule_of(name)).collect();
    let mut looks = Vec::new();
    spc::as_newest(series, limits, &given.plan.site.calendar, &mut |control, at| {
        let segment = control.segment(at);
        let firm = |one: &Segment| {
            matches!(one.state, LimitState::Firm | LimitState::Locked)
                && one.points >= test.min_points as usize
        };
        if !segment.is_some_and(firm) {
            return;
        }
        let (Some(value), Some(lines)) = (series.points[at].value, control.lines[at]) else { return };
        let concerns = |side_of: i8| match test.side {
            SignalSide::Any => true,
            SignalSide::High => side_of > 0,
            SignalSide::Low => side_of < 0,
            SignalSide::Concern => {
                let means = meaning(side_of, metric.better, value.as_f64(), None);
                matches!(means, Variation::Concern(_) | Variation::Neutral(_))
            }
        };
        let fired = control.flags[at]
            .fired()
            .find(|(rule, side_of)| (wanted.is_empty() || wanted.contains(rule)) && concerns(*side_of));
        let period = series.points[at].period;
        let far = test.distance.is_none_or(|part| is_far(value, lines.center, part));
        let matters = far && test.only.is_none_or(|only| only.holds(value));
        let holds = fired.is_some() && matters && is_enough(given, alert, scope, period);
        let center = Quantity::Approximate(lines.center);
        let heard = fired
            .map_or(Heard::Against(value, center), |(rule, side)| Heard::Signal(value, center, rule, side));
        let cleared = alert.clear_when.map(|condition| condition.holds(value));
        looks.push(Probe { period, holds, cleared, heard });
    });
    looks
}

/// Whether a figure lies at least a part of the centre away from it.
fn is_far(value: Quantity, center: f64, part: Decimal) -> bool {
    (value.as_f64() - center).abs() >= Quantity::Exact(part).as_f64() * center.abs()
}

/// The day on which the last rows of a source had become too old.
fn stale(given: &Given<'_>, source: &Id, max_age: u32) -> Vec<Probe> {
    let Some(last) = given.fresh.get(source) else { return Vec::new() };
    let late = plus_days(*last, i32::try_from(max_age).unwrap_or(i32::MAX).saturating_add(1));
    if late > given.as_of {
        return Vec::new();
    }
    let day = |day| given.plan.site.calendar.period(Grain::Day, day);
    let age = |day: Date| Heard::Days(crate::time::days_between(*last, day));
    let all = crate::time::days_between(late, given.as_of);
    let looks = (0..=all).map(|back| plus_days(late, i32::try_from(back).unwrap_or(0)));
    looks.map(|on| Probe { period: day(on), holds: true, cleared: None, heard: age(on) }).collect()
}

/// Launches whose gate is still shut after its day. A gate that opened late was shut up to the end of the window in which
/// it was seen open: that is as finely as launches are measured.
fn gates(given: &Given<'_>, wanted: Option<&Id>) -> Vec<Probe> {
    let asked = |id: &Id| wanted.is_none_or(|one| one == id);
    let first = given.plan.launches.values().filter(|one| asked(&one.id)).map(|one| one.date).min();
    let Some(first) = first.filter(|first| *first <= given.as_of) else { return Vec::new() };
    let mut by_day: BTreeMap<Date, u32> = BTreeMap::new();
    for state in launches(given.plan, given.facts, given.as_of) {
        let Some(launch) = given.plan.launches.get(&state.launch).filter(|one| asked(&one.id)) else {
            continue;
        };
        for (due, shut) in shut(launch, &state, given.as_of) {
            for day in shut {
                let late = crate::time::days_between(due, day);
                let known = by_day.entry(day).or_insert(late);
                *known = late.max(*known);
            }
        }
    }
    // The day before the first late one says that it was not late then.
    let look = |on: Date| {
        let late = by_day.get(&on);
        Probe {
            period: given.plan.site.calendar.period(Grain::Day, on),
            holds: late.is_some(),
            cleared: None,
            heard: late.map_or(Heard::Nothing, |days| Heard::Days(*days)),
        }
    };
    Period::range(first, given.as_of).each_day().map(look).collect()
}

/// The days on which a gate should have been open and was not, each with the day it was due.
fn shut(launch: &Launch, state: &LaunchState, as_of: Date) -> Vec<(Date, Vec<Date>)> {
    let mut all = Vec::new();
    for (phase, reached) in launch.phases.iter().zip(&state.phases) {
        let due = launch.span(phase).end;
        let until = match reached.open {
            Some(true) => match launch.phases.get(reached.seen_in) {
                Some(window) if launch.span(window).end > due => {
                    plus_days(launch.span(window).end.min(as_of), -1)
                }
                _ => continue,
            },
            _ => as_of,
        };
        let first = plus_days(due, 1);
        if first <= until {
            all.push((due, Period::range(first, until).each_day().collect()));
        }
        // What comes after a gate that is still shut waits for it.
        if reached.open != Some(true) {
            break;
        }
    }
    all
}

/// Looks at what follows from something else: silent while that holds.
pub(super) fn unless(probes: &[Probe], causes: &[&[Probe]]) -> Vec<Probe> {
    let explained = |end: Date| causes.iter().any(|cause| said(cause, end) == Some(true));
    let look = |probe: &Probe| Probe { holds: probe.holds && !explained(probe.period.end), ..probe.clone() };
    probes.iter().map(look).collect()
}

/// What an alert said last, up to a day.
fn said(part: &[Probe], end: Date) -> Option<bool> {
    part.iter().rev().find(|probe| probe.period.end <= end).map(|one| one.holds)
}

/// Several alerts as one: at each end of a period of the first, what each of them said last.
pub(super) fn together(parts: &[&[Probe]], all: bool) -> Vec<Probe> {
    let Some(first) = parts.first() else { return Vec::new() };
    let look = |probe: &Probe| {
        let verdicts: Vec<Option<bool>> = parts.iter().map(|part| said(part, probe.period.end)).collect();
        let holds =
            if all { verdicts.iter().all(|one| *one == Some(true)) } else { verdicts.contains(&Some(true)) };
        Probe { holds, cleared: None, heard: Heard::Nothing, period: probe.period }
    };
    first.iter().map(look).collect()
}
