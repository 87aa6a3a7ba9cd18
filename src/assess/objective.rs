//! How far objectives are: progress of each key result from its baseline to its target, and the standing of the weakest
//! (numbers.md §5.11).

use super::Standing;
use crate::measure::{Facts, Point, State};
use crate::plan::{Id, KeyResult, Objective, Plan};
use crate::time::{Date, Period, days_between};
use crate::unit::{Decimal, Quantity};
use std::cmp::Ordering;

/// How far an objective is.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// Id of the objective.
    pub objective: Id,
    /// Weighted mean of its key results, 0 and more; `None` unless all of them have a value.
    pub progress: Option<Quantity>,
    /// Share of the period that is over, 0 to 1.
    pub elapsed: Decimal,
    /// That of its weakest key result.
    pub standing: Standing,
    /// Its key results, in their order.
    pub key_results: Vec<KeyProgress>,
}

/// How far a key result is.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyProgress {
    /// Id within the objective.
    pub id: Id,
    /// The metric over the objective's period, so far.
    pub point: Option<Point>,
    /// 0 at the baseline or beyond, 1 at the target.
    pub progress: Option<Quantity>,
    /// Where it stands for the time that is over.
    pub standing: Standing,
    /// How sure its people were at the last check-in that spoke of it, 0 to 1.
    pub confidence: Option<Decimal>,
}

/// Before this many days have passed it is too early to say.
const SOONEST: u32 = 3;

/// All objectives of the plan, in the order of their ids.
pub fn objectives(plan: &Plan, facts: &Facts, as_of: Date) -> Vec<Progress> {
    plan.objectives.values().map(|objective| of(objective, facts, as_of)).collect()
}

fn of(objective: &Objective, facts: &Facts, as_of: Date) -> Progress {
    let passed = passed(objective.period, as_of);
    let elapsed = Decimal::from(passed) / Decimal::from(objective.period.days());
    let key_results: Vec<KeyProgress> = objective
        .key_results
        .iter()
        .map(|result| {
            let point = facts.at(&result.metric, &result.scope, objective.period).copied();
            let progress = point.and_then(|point| point.value).and_then(|value| progress(result, value));
            let said = |check_in: &&crate::plan::CheckIn| check_in.date <= as_of;
            let confidence = objective.check_ins.iter().filter(said).rev().find_map(|check_in| {
                check_in.confidence.iter().find(|(id, _)| *id == result.id).map(|(_, sure)| *sure)
            });
            let standing = match (progress, point) {
                (Some(progress), Some(point)) if passed >= SOONEST && is_told(point.state) => {
                    standing(progress, objective.ambition.goal(), elapsed)
                }
                (Some(_), _) => Standing::TooEarly,
                (None, _) if passed < SOONEST => Standing::TooEarly,
                (None, _) => Standing::NoData,
            };
            KeyProgress { id: result.id.clone(), point, progress, standing, confidence }
        })
        .collect();
    Progress {
        objective: objective.id.clone(),
        progress: mean(objective, &key_results),
        elapsed,
        standing: weakest(&key_results),
        key_results,
    }
}

/// Days of a period that are over.
fn passed(period: Period, as_of: Date) -> u32 {
    if as_of < period.start { 0 } else { days_between(period.start, as_of.min(period.end)) + 1 }
}

/// A running period is told by its value to date; one that is over only when its figures are settled.
fn is_told(state: State) -> bool {
    matches!(state, State::Complete | State::Running)
}

/// Linear from baseline to target; what went the other way is no progress.
fn progress(result: &KeyResult, value: Quantity) -> Option<Quantity> {
    let way = Quantity::Exact(result.target - result.baseline);
    let done = value.minus(Quantity::Exact(result.baseline))?.over(way)?;
    Some(if done.is_negative() { Quantity::ZERO } else { done })
}

/// What is reached against what the time that is over asks: all of it, seven tenths, or less.
fn standing(progress: Quantity, goal: Decimal, elapsed: Decimal) -> Standing {
    let due = goal * elapsed;
    let reached = |share: Decimal| progress.compare(Quantity::Exact(share)) != Ordering::Less;
    if goal < Decimal::ONE && reached(Decimal::ONE) {
        Standing::Exceed
    } else if reached(due) {
        Standing::On
    } else if reached(due * Decimal::new(7, 1)) {
        Standing::Near
    } else {
        Standing::Off
    }
}

fn mean(objective: &Objective, all: &[KeyProgress]) -> Option<Quantity> {
    let weights = objective.key_results.iter().map(|result| Quantity::Exact(result.weight));
    let mut sum = Quantity::ZERO;
    for (weight, result) in weights.zip(all) {
        sum = sum.plus(result.progress?.times(weight)?)?;
    }
    let whole: Decimal = objective.key_results.iter().map(|result| result.weight).sum();
    sum.over(Quantity::Exact(whole))
}

/// Off before unknown before too early before near: what is known to be bad is not hidden by what is not known.
fn weakest(all: &[KeyProgress]) -> Standing {
    const ORDER: &[Standing] = &[
        Standing::Off,
        Standing::NoData,
        Standing::TooEarly,
        Standing::Near,
        Standing::On,
        Standing::Exceed,
    ];
    let there = |standing: &&Standing| all.iter().any(|result| result.standing == **standing);
    ORDER.iter().find(there).copied().unwrap_or(Standing::NoData)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::Memory;
    use crate::measure::{Days, Series};
    use crate::plan::load;
    use crate::time::Grain;
    use std::fmt::Write as _;

    /// An objective of the last quarter of 2026 whose key results start at 0 and end at 100, and what they came to.
    fn told(kind: &str, weights: &[&str], values: &[&str], state: State, as_of: &str) -> String {
        let site =
            "site: {title: T, languages: [en], currency: JPY}\nsources: {s: {files: data/*.csv, date: date}}";
        let mut metrics = "metrics:\n".to_owned();
        let mut results = String::new();
        for (at, weight) in weights.iter().enumerate() {
            writeln!(metrics, "  m{at}: {{source: s, value: sum(x{at}), unit: count}}").expect("a string");
            write!(results, "{{metric: m{at}, baseline: 0, target: 100, weight: {weight}}}, ")
                .expect("a string");
        }
        let objectives = format!(
            "objectives: [{{id: o, title: O, period: 2026-Q4, kind: {kind}, key_results: [{results}]}}]"
        );
        let files = [("kpress.yaml", site), ("metrics/a.yaml", &metrics), ("objectives/o.yaml", &objectives)];
        let read = load(&Memory::of(files.map(|(name, text)| (name, text.as_bytes()))));
        assert!(read.value.objectives.contains_key("o"), "{:#?}", read.found);
        let period = read.value.objectives["o"].period;
        let mut facts = Facts::default();
        for (at, value) in values.iter().enumerate() {
            let value = value.parse::<Decimal>().ok().map(Quantity::Exact);
            let point = Point { period, value, state, days: Days::default() };
            let key = (Id::from(format!("m{at}")), crate::plan::Scope::company(), Grain::Quarter);
            facts.series.insert(key, Series { points: vec![point] });
        }
        let all = objectives_of(&read.value, &facts, as_of);
        let parts: Vec<&str> = all.key_results.iter().map(|result| result.standing.name()).collect();
        let progress = all.progress.map_or("-".to_owned(), |progress| format!("{:.4}", progress.as_f64()));
        format!("{progress} {} [{}]", all.standing.name(), parts.join(" "))
    }

    fn objectives_of(plan: &Plan, facts: &Facts, as_of: &str) -> Progress {
        objectives(plan, facts, as_of.parse().expect("a date")).remove(0)
    }

    #[test]
    fn an_objective_is_the_mean_of_its_key_results_and_stands_as_the_weakest() {
        let closed =
            |values: &[&str]| told("committed", &["1", "1", "1"], values, State::Complete, "2026-12-31");
        assert_eq!(closed(&["100", "0", "0"]), "0.3333 off [on off off]");
        assert_eq!(
            closed(&["100", "-40", "0"]),
            "0.3333 off [on off off]",
            "what went backwards counts as nothing"
        );
        assert_eq!(closed(&["100", "100", "70"]), "0.9000 near [on on near]");
        assert_eq!(closed(&["100", "120", "100"]), "1.0667 on [on on on]");
        assert_eq!(closed(&["100", "", "100"]), "- no-data [on no-data on]");
        let weighted = told("committed", &["2", "1"], &["100", "40"], State::Complete, "2026-12-31");
        assert_eq!(weighted, "0.8000 off [on off]");
    }

    #[test]
    fn a_running_one_is_held_against_the_time_that_is_over() {
        // 46 of 92 days are over on 15 November.
        let half = |values: &[&str]| told("committed", &["1"], values, State::Running, "2026-11-15");
        assert_eq!(half(&["50"]), "0.5000 on [on]");
        assert_eq!(half(&["49"]), "0.4900 near [near]");
        assert_eq!(half(&["34"]), "0.3400 off [off]");
        assert_eq!(
            told("committed", &["1"], &["1"], State::Running, "2026-10-02"),
            "0.0100 too-early [too-early]"
        );
        assert_eq!(
            told("committed", &["1"], &["9"], State::Provisional, "2026-12-31"),
            "0.0900 too-early [too-early]"
        );
    }

    #[test]
    fn seven_tenths_of_an_aspirational_one_are_enough() {
        let closed = |value: &str| told("aspirational", &["1"], &[value], State::Complete, "2026-12-31");
        assert_eq!(closed("70"), "0.7000 on [on]");
        assert_eq!(closed("49"), "0.4900 near [near]");
        assert_eq!(closed("100"), "1.0000 exceed [exceed]");
    }
}
