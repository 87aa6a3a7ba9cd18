//! Where launches are: the phase by the calendar, the phase whose gate is still shut, and every figure against its
//! target.

use super::{InForce, Standing, standing::standing};
use crate::measure::{Facts, Point, State};
use crate::plan::sums::{self, Along};
use crate::plan::{Better, Gate, Id, Launch, LaunchPhase, Metric, Plan, TargetValue};
use crate::time::Date;
use crate::unit::Decimal;

/// Where a launch is.
#[derive(Clone, Debug, PartialEq)]
pub struct LaunchState {
    /// Id of the launch.
    pub launch: Id,
    /// Days since launch; negative before it.
    pub day: i32,
    /// The phase this day lies in; `None` before the launch and after its last phase.
    pub planned: Option<usize>,
    /// How many phases are left behind: their gates held, one after the other.
    pub passed: usize,
    /// How the two relate.
    pub timing: Timing,
    /// Its phases, in order.
    pub phases: Vec<PhaseState>,
}

/// How a launch keeps to its days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// It has not begun.
    Ahead,
    /// It is in the phase it should be in.
    InTime,
    /// Its gate opened before the day.
    Early,
    /// So many days ago its gate should have opened.
    Late(u32),
    /// All gates are behind it.
    Done,
}

/// A phase of a launch.
#[derive(Clone, Debug, PartialEq)]
pub struct PhaseState {
    /// Its targets, in order.
    pub targets: Vec<LaunchFigure>,
    /// Its conditions, in order.
    pub gates: Vec<GateState>,
    /// Whether all conditions hold; `None` if some figure is not known, or the phase has not begun.
    pub open: Option<bool>,
    /// The phase in whose window the conditions were seen as they are: its own, or a later one.
    pub seen_in: usize,
}

/// A figure against its target.
#[derive(Clone, Debug, PartialEq)]
pub struct LaunchFigure {
    /// The metric.
    pub metric: Id,
    /// What it shall be at the end of the phase.
    pub target: Decimal,
    /// What it is.
    pub point: Option<Point>,
    /// Where it stands; before the end of the phase only `on` and `exceed` are said.
    pub standing: Standing,
}

/// A condition, and whether it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct GateState {
    /// The metric.
    pub metric: Id,
    /// The condition.
    pub gate: Gate,
    /// What the figure is.
    pub point: Option<Point>,
    /// `None` without a figure.
    pub holds: Option<bool>,
}

/// All launches of the plan, in the order of their ids.
pub fn launches(plan: &Plan, facts: &Facts, as_of: Date) -> Vec<LaunchState> {
    plan.launches.values().map(|launch| of(plan, launch, facts, as_of)).collect()
}

fn of(plan: &Plan, launch: &Launch, facts: &Facts, as_of: Date) -> LaunchState {
    let phases: Vec<PhaseState> =
        launch.phases.iter().map(|phase| phase_of(plan, launch, phase, facts, as_of)).collect();
    let day = launch.date.until(as_of).map_or(0, |span| span.get_days());
    let number = u32::try_from(day).ok();
    let within = |phase: &LaunchPhase| number.is_some_and(|day| phase.days.0 <= day && day <= phase.days.1);
    let planned = launch.phases.iter().position(within);
    let passed = phases.iter().take_while(|phase| phase.open == Some(true)).count();
    let timing = match (number, launch.phases.get(passed)) {
        (None, _) => Timing::Ahead,
        (Some(_), None) => Timing::Done,
        (Some(day), Some(waiting)) if day > waiting.days.1 => Timing::Late(day - waiting.days.1),
        (Some(day), Some(waiting)) if day < waiting.days.0 => Timing::Early,
        (Some(_), Some(_)) => Timing::InTime,
    };
    LaunchState { launch: launch.id.clone(), day, planned, passed, timing, phases }
}

fn phase_of(plan: &Plan, launch: &Launch, phase: &LaunchPhase, facts: &Facts, as_of: Date) -> PhaseState {
    let begun = launch.span(phase).start <= as_of;
    let over = launch.span(phase).end <= as_of;
    let point = |metric: &Id| {
        let metric = plan.metrics.get(metric).filter(|_| begun)?;
        value(plan, launch, phase, metric, facts)
    };
    let targets = phase
        .targets
        .iter()
        .map(|(metric, target)| {
            let point = point(metric);
            let standing = match (plan.metrics.get(metric), point) {
                (Some(metric), Some(point)) => {
                    // What adds up and should stay low may still rise before the end.
                    let may_rise = adds(plan, metric) && metric.better == Better::Lower;
                    stands(metric, *target, &point, over || !may_rise, over)
                }
                _ if begun => Standing::NoData,
                _ => Standing::TooEarly,
            };
            LaunchFigure { metric: metric.clone(), target: *target, point, standing }
        })
        .collect();
    // What was missed by the end of the phase may have come since: the windows of later phases are looked at in turn.
    let later = launch.phases.iter().enumerate().skip_while(|(_, other)| other.days.0 < phase.days.0);
    let mut windows = later.filter(|(_, other)| launch.span(other).start <= as_of);
    let own = launch.phases.iter().position(|other| other.days.0 >= phase.days.0).unwrap_or(0);
    let mut seen_in = own;
    let mut gates = gates(plan, launch, phase, windows.next().map(|(_, window)| window), facts);
    let mut open = if gates.is_empty() { Some(over) } else { opened(&gates).filter(|_| begun) };
    for (at, window) in windows {
        if open == Some(true) {
            break;
        }
        let seen = self::gates(plan, launch, phase, Some(window), facts);
        // A window without figures says nothing against what the one before it says.
        if !seen.is_empty()
            && let Some(known) = opened(&seen)
        {
            (gates, open, seen_in) = (seen, Some(known), at);
        }
    }
    PhaseState { targets, gates, open, seen_in }
}

/// The conditions of a phase, seen at the end of a window; before the first one begins there are no figures.
fn gates(
    plan: &Plan,
    launch: &Launch,
    phase: &LaunchPhase,
    window: Option<&LaunchPhase>,
    facts: &Facts,
) -> Vec<GateState> {
    let gate = |(metric, gate): &(Id, Gate)| {
        let known = plan.metrics.get(metric);
        let point = window.zip(known).and_then(|(window, metric)| value(plan, launch, window, metric, facts));
        let holds = point.and_then(|point| point.value).map(|value| gate.condition.holds(value));
        GateState { metric: metric.clone(), gate: gate.clone(), point, holds }
    };
    phase.exit.iter().map(gate).collect()
}

/// Whether all hold; one that fails is enough to know.
fn opened(gates: &[GateState]) -> Option<bool> {
    if gates.iter().any(|gate| gate.holds == Some(false)) {
        return Some(false);
    }
    gates.iter().all(|gate| gate.holds == Some(true)).then_some(true)
}

/// Sums count from the launch, everything else over the phase.
fn value(plan: &Plan, launch: &Launch, phase: &LaunchPhase, metric: &Metric, facts: &Facts) -> Option<Point> {
    let period = if adds(plan, metric) { launch.until(phase) } else { launch.span(phase) };
    facts.at(&metric.id, &launch.scope, period).copied().filter(|point| point.value.is_some())
}

fn adds(plan: &Plan, metric: &Metric) -> bool {
    sums::kind(plan, metric, Along::Time) == sums::Kind::Sum
}

/// Before its end a phase can be ahead of its target (`sure`: and stay so), but not behind it.
fn stands(metric: &Metric, target: Decimal, point: &Point, sure: bool, over: bool) -> Standing {
    let Some(value) = point.value else { return Standing::NoData };
    let settled = point.state == State::Complete;
    let wanted = TargetValue::Of(target);
    let standing = standing(
        metric.better,
        &InForce { value: wanted, original: wanted, stretch: None, red: None, since: None },
        value,
    );
    match standing {
        Standing::Exceed | Standing::On if sure && (settled || point.state == State::Running) => standing,
        _ if over && settled => standing,
        _ => Standing::TooEarly,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::Memory;
    use crate::measure::Days;
    use crate::plan::load;
    use crate::time::Period;
    use crate::unit::Quantity;

    const SITE: &str = "site: {title: T, languages: [en], currency: JPY}
sources: {s: {files: data/*.csv, date: date}}
";
    const METRICS: &str = "metrics:
  reviews: {source: s, value: sum(n), unit: count, better: higher}
  rating: {source: s, value: avg(stars), unit: stars, better: higher}
  cost: {source: s, value: sum(cost), unit: JPY, better: lower}
";
    const LAUNCH: &str = "asin: B0
store: jp1
launch_date: 2026-09-01
phases:
  - {id: launch, from_day: 0, to_day: 55, targets: {reviews: 30, cost: 1000}, exit: {reviews: \">= 30\", rating: \">= 4.0\"}}
  - {id: growth, from_day: 56, to_day: 139, targets: {reviews: 90}, exit: {reviews: \">= 90\"}}
";

    /// Values as `metric phase value`: counts from the launch, others over the phase.
    fn state(values: &[(&str, usize, &str)], as_of: &str) -> LaunchState {
        let files = [("kpress.yaml", SITE), ("metrics/a.yaml", METRICS), ("launches/b0.yaml", LAUNCH)];
        let read = load(&Memory::of(files.map(|(name, text)| (name, text.as_bytes()))));
        let plan = read.value;
        let launch = plan.launches.get("b0").unwrap_or_else(|| panic!("{:#?}", read.found)).clone();
        let as_of: Date = as_of.parse().expect("a date");
        let mut facts = Facts::default();
        for (metric, phase, value) in values {
            let phase = &launch.phases[*phase];
            let period: Period = if *metric == "rating" { launch.span(phase) } else { launch.until(phase) };
            let value = Quantity::Exact(value.parse().expect("a decimal"));
            let state = if period.end > as_of { State::Running } else { State::Complete };
            let point = Point { period, value: Some(value), state, days: Days::default() };
            facts.periods.insert(((*metric).into(), launch.scope.clone(), period), point);
        }
        launches(&plan, &facts, as_of).remove(0)
    }

    fn said(values: &[(&str, usize, &str)], as_of: &str) -> String {
        let state = state(values, as_of);
        let open: Vec<_> = state
            .phases
            .iter()
            .map(|phase| phase.open.map_or("?", |open| if open { "open" } else { "shut" }))
            .collect();
        format!("day {} phase {:?} {:?} {}", state.day, state.planned, state.timing, open.join(" "))
    }

    #[test]
    fn a_gate_is_open_when_every_condition_holds() {
        assert_eq!(said(&[], "2026-08-30"), "day -2 phase None Ahead ? ?");
        assert_eq!(said(&[("reviews", 0, "12")], "2026-09-21"), "day 20 phase Some(0) InTime shut ?");
        assert_eq!(said(&[("reviews", 0, "31")], "2026-09-21"), "day 20 phase Some(0) InTime ? ?");
        let both = [("reviews", 0, "31"), ("rating", 0, "4.2")];
        assert_eq!(said(&both, "2026-09-21"), "day 20 phase Some(0) Early open ?");
        let missed = [("reviews", 0, "28"), ("rating", 0, "4.2")];
        assert_eq!(said(&missed, "2026-11-05"), "day 65 phase Some(1) Late(10) shut ?");
        // Ten days late, but now it is there.
        let late = [("reviews", 0, "28"), ("rating", 0, "4.2"), ("reviews", 1, "33"), ("rating", 1, "4.1")];
        assert_eq!(said(&late, "2026-11-05"), "day 65 phase Some(1) InTime open shut");
        let done = [("reviews", 0, "31"), ("rating", 0, "4.2"), ("reviews", 1, "95")];
        assert_eq!(said(&done, "2027-02-01"), "day 153 phase None Done open open");
    }

    #[test]
    fn before_its_end_a_phase_is_not_behind_and_a_budget_not_kept() {
        let standings = |values: &[(&str, usize, &str)], as_of| {
            let phase = state(values, as_of).phases.remove(0);
            phase.targets.iter().map(|figure| figure.standing.name()).collect::<Vec<_>>()
        };
        assert_eq!(
            standings(&[("reviews", 0, "12"), ("cost", 0, "100")], "2026-09-21"),
            ["too-early", "too-early"]
        );
        assert_eq!(standings(&[("reviews", 0, "30"), ("cost", 0, "100")], "2026-09-21"), ["on", "too-early"]);
        assert_eq!(standings(&[("reviews", 0, "12"), ("cost", 0, "990")], "2026-10-26"), ["off", "on"]);
        assert_eq!(standings(&[], "2026-10-26"), ["no-data", "no-data"]);
    }
}
