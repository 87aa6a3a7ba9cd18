//! A value against its target: exceed, on, near, off; or why it cannot be said.

use super::{
    Course, Derived, Forecast, Grown, Improvement, InForce, Letter, NoPace, Pace, Plausible, Rollup,
};
use crate::diag::Checked;
use crate::measure::{Facts, Point};
use crate::plan::{Better, Metric, Plan, Target, TargetValue};
use crate::time::Date;
use crate::unit::{Decimal, Quantity};
use std::cmp::Ordering;
use std::sync::Arc;

/// Where a closed period stands against its target (reference: decisions, "Standing").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// The stretch is reached.
    Exceed,
    /// The target is reached.
    On,
    /// Between target and red line; without one within 5 %.
    Near,
    /// Beyond the red line.
    Off,
    /// There is no value.
    NoData,
    /// Put aside, disputed or given up: shown, but not judged.
    Paused,
    /// The period is not over, or its figure still moves or lacks days: shown, but not judged (periods.md §4.5).
    TooEarly,
}

impl Standing {
    /// As it stands in `report.json`; also the key of its word and shape.
    pub fn name(self) -> &'static str {
        match self {
            Standing::Exceed => "exceed",
            Standing::On => "on",
            Standing::Near => "near",
            Standing::Off => "off",
            Standing::NoData => "no-data",
            Standing::Paused => "paused",
            Standing::TooEarly => "too-early",
        }
    }
}

/// A target with what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// Id of the target.
    pub target: crate::plan::Id,
    /// What was measured in its period; `None` if nothing was asked or there is no data.
    pub actual: Option<Point>,
    /// Where it stands.
    pub standing: Standing,
    /// Actual over target; target over actual where lower is better. `None` for ranges and where a part is missing.
    pub attainment: Option<Quantity>,
    /// Its values; `None` while they have to be measured first and are not (growth without a baseline).
    pub in_force: Option<InForce>,
    /// The same as `attainment`, against the value first promised; `None` while nothing was revised.
    pub attainment_original: Option<Quantity>,
    /// What it asks of each day.
    pub course: Option<Arc<Course>>,
    /// Where it stands in a running period.
    pub pace: Option<Pace>,
    /// Why it has none.
    pub no_pace: Option<NoPace>,
    /// Where it will end.
    pub forecast: Option<Forecast>,
    /// Against its children, if it has any.
    pub rollup: Option<Rollup>,
    /// What a growth rests on.
    pub grown: Option<Grown>,
    /// Smaller targets worked out backwards, in order; up to the first that cannot be.
    pub derived: Vec<Derived>,
    /// Against history.
    pub plausible: Option<Plausible>,
    /// Against its baseline or the year before.
    pub improvement: Option<Improvement>,
    /// The letters S, M, A, R, T; empty for a target that is not pursued.
    pub smart: Vec<Letter>,
}

/// All targets of the plan, in its order, as they stand on the day data counts up to.
pub fn assess(plan: &Plan, facts: &Facts, _as_of: Option<Date>) -> Checked<Vec<Judged>> {
    let metric = |target: &Target| {
        plan.metrics.get(&target.metric).expect("a `Plan` holds only targets of its metrics")
    };
    let judged = plan.targets.iter();
    Checked::clean(
        judged
            .map(|target| {
                judge(metric(target), target, facts.at(&target.metric, &target.scope, target.period))
            })
            .collect(),
    )
}

/// One target against one point.
pub fn judge(metric: &Metric, target: &Target, actual: Option<&Point>) -> Judged {
    let in_force = target.value.stated().map(|value| InForce {
        value,
        original: value,
        stretch: target.stretch,
        red: target.red,
        since: None,
    });
    let judged = |standing, attainment| Judged {
        target: target.id.clone(),
        actual: actual.copied(),
        standing,
        attainment,
        in_force,
        attainment_original: None,
        course: None,
        pace: None,
        no_pace: None,
        forecast: None,
        rollup: None,
        grown: None,
        derived: Vec::new(),
        plausible: None,
        improvement: None,
        smart: Vec::new(),
    };
    let Some(now) = in_force else { return judged(Standing::NoData, None) };
    let Some((point, value)) = actual.and_then(|point| Some((point, point.value?))) else {
        return judged(Standing::NoData, None);
    };
    let attainment = attainment(metric.better, now.value, value);
    if !point.state.is_judged() {
        return judged(Standing::TooEarly, attainment);
    }
    judged(standing(metric.better, &now, value), attainment)
}

/// Actual over target, turned round where lower is better (numbers.md §5.6).
fn attainment(better: Better, target: TargetValue, value: Quantity) -> Option<Quantity> {
    match (target, better) {
        (TargetValue::Between(..), _) => None,
        (TargetValue::Of(target), Better::Lower) => Quantity::Exact(target).over(value),
        (TargetValue::Of(target), _) => value.over(Quantity::Exact(target)),
    }
}

pub(super) fn standing(better: Better, target: &InForce, value: Quantity) -> Standing {
    match target.value {
        TargetValue::Between(low, high) => in_range(value, (low, high), target.red),
        TargetValue::Of(wanted) => {
            // For a lower-is-better metric every comparison is turned round. On a threshold counts as the better side.
            let reached = |threshold: Decimal| {
                let order = value.compare(Quantity::Exact(threshold));
                if better == Better::Lower { order != Ordering::Greater } else { order != Ordering::Less }
            };
            let red = match target.red {
                Some(TargetValue::Of(red)) => red,
                _ => default_red(better, wanted),
            };
            match target.stretch {
                Some(stretch) if reached(stretch) => Standing::Exceed,
                _ if reached(wanted) => Standing::On,
                _ if reached(red) => Standing::Near,
                _ => Standing::Off,
            }
        }
    }
}

/// Without a red line, within 5 % of the target still counts as near.
fn default_red(better: Better, wanted: Decimal) -> Decimal {
    let slack = wanted.abs() * Decimal::new(5, 2);
    if better == Better::Lower { wanted + slack } else { wanted - slack }
}

fn in_range(value: Quantity, range: (Decimal, Decimal), red: Option<TargetValue>) -> Standing {
    let within = |(low, high): (Decimal, Decimal)| {
        value.compare(Quantity::Exact(low)) != Ordering::Less
            && value.compare(Quantity::Exact(high)) != Ordering::Greater
    };
    let slack = |at: Decimal| at.abs() * Decimal::new(5, 2);
    let outer = match red {
        Some(TargetValue::Between(low, high)) => (low, high),
        _ => (range.0 - slack(range.0), range.1 + slack(range.1)),
    };
    if within(range) {
        Standing::On
    } else if within(outer) {
        Standing::Near
    } else {
        Standing::Off
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{Days, State};
    use crate::plan::{Scope, load};
    use crate::time::{Calendar, Grain};

    /// `a`, of which `better` is good; only that matters here.
    fn metric(better: &str) -> Metric {
        let text = format!(
            "metrics: {{a: {{source: s, value: sum(x), unit: count, better: {better}, owner: li, level: core}}}}"
        );
        let site =
            "site: {title: T, languages: [en], currency: JPY}\nsources: {s: {files: data/*.csv, date: date}}";
        let files =
            [("kpress.yaml", site), ("metrics/a.yaml", &text), ("people.yaml", "people: {li: {name: Li}}")];
        let read = load(&crate::inputs::Memory::of(files.map(|(name, text)| (name, text.as_bytes()))));
        read.value.metrics.get("a").unwrap_or_else(|| panic!("{:#?}", read.found)).clone()
    }

    fn number(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    fn november() -> crate::time::Period {
        Calendar::default().period(Grain::Month, "2025-11-01".parse().expect("a date"))
    }

    /// `"100"`, or `"30..60"`.
    fn value(text: &str) -> TargetValue {
        match text.split_once("..") {
            Some((low, high)) => TargetValue::Between(number(low), number(high)),
            None => TargetValue::Of(number(text)),
        }
    }

    fn target(wanted: &str, stretch: &str, red: &str) -> Target {
        let place = crate::diag::Place::at(&"targets/a.yaml".into(), 1, 1, 1);
        let value_of = crate::plan::Promise::Value(value(wanted));
        let plain = Target::plain("t".into(), "a".into(), Scope::company(), november(), value_of, place);
        Target {
            stretch: (!stretch.is_empty()).then(|| number(stretch)),
            red: (!red.is_empty()).then(|| value(red)),
            ..plain
        }
    }

    fn point(value: &str, state: State) -> Point {
        let value = (!value.is_empty()).then(|| Quantity::Exact(number(value)));
        Point { period: november(), value, state, days: Days { observed: 30, expected: 30 } }
    }

    /// Target, stretch and red line; then values, each with its standing.
    fn check(better: &str, (wanted, stretch, red): (&str, &str, &str), expected: &[(&str, &str)]) {
        let (metric, target) = (metric(better), target(wanted, stretch, red));
        for (value, standing) in expected {
            let judged = judge(&metric, &target, Some(&point(value, State::Complete)));
            assert_eq!(judged.standing.name(), *standing, "{value} of {wanted}, {better} is better");
        }
    }

    #[test]
    fn on_a_threshold_counts_as_the_better_side() {
        let all =
            [("120", "exceed"), ("119", "on"), ("100", "on"), ("99", "near"), ("80", "near"), ("79", "off")];
        check("higher", ("100", "120", "80"), &all);
        let all =
            [("20", "exceed"), ("21", "on"), ("22", "on"), ("23", "near"), ("30", "near"), ("31", "off")];
        check("lower", ("22", "20", "30"), &all);
    }

    #[test]
    fn without_a_red_line_five_percent_short_is_near() {
        check("higher", ("100", "", ""), &[("100", "on"), ("95", "near"), ("94.9", "off"), ("500", "on")]);
        check("lower", ("100", "", ""), &[("100", "on"), ("105", "near"), ("105.1", "off"), ("0", "on")]);
        // Five percent of a loss are still on its worse side.
        check("higher", ("-100", "", ""), &[("-100", "on"), ("-105", "near"), ("-106", "off")]);
    }

    #[test]
    fn a_range_holds_both_its_ends() {
        let all = [
            ("30", "on"),
            ("60", "on"),
            ("29", "near"),
            ("20", "near"),
            ("90", "near"),
            ("91", "off"),
            ("19", "off"),
        ];
        check("range", ("30..60", "", "20..90"), &all);
        check(
            "range",
            ("30..60", "", ""),
            &[("28.5", "near"), ("28.4", "off"), ("63", "near"), ("63.1", "off")],
        );
    }

    #[test]
    fn attainment_is_turned_round_where_lower_is_better_and_a_range_has_none() {
        let of = |better, wanted, actual| {
            judge(&metric(better), &target(wanted, "", ""), Some(&point(actual, State::Complete))).attainment
        };
        assert_eq!(of("higher", "100", "80"), Some(Quantity::Exact(number("0.8"))));
        assert_eq!(of("lower", "20", "25"), Some(Quantity::Exact(number("0.8"))));
        assert_eq!(of("lower", "20", "0"), None);
        assert_eq!(of("higher", "0", "5"), None);
        assert_eq!(of("range", "30..60", "45"), None);
    }

    #[test]
    fn only_a_complete_figure_is_judged() {
        let (metric, target) = (metric("higher"), target("100", "", ""));
        let of = |point: Option<&Point>| {
            let judged = judge(&metric, &target, point);
            (judged.standing.name(), judged.attainment.map(Quantity::as_f64))
        };
        for state in [State::Running, State::Partial, State::Provisional] {
            // The value to date has its attainment all the same.
            assert_eq!(of(Some(&point("50", state))), ("too-early", Some(0.5)), "{state:?}");
        }
        assert_eq!(of(Some(&point("", State::Missing))), ("no-data", None));
        assert_eq!(of(Some(&point("", State::Undefined))), ("no-data", None));
        assert_eq!(of(None), ("no-data", None));
        // Nothing sold is a value.
        assert_eq!(of(Some(&point("0", State::Complete))), ("off", Some(0.0)));
    }
}
