//! Limits and signals of every chart, preset and option against those of a second program.

use super::tests::{controlled, reading, rebase};
use super::{Control, Reading, SignalRule};
use crate::plan::{
    Average, ControlChart, Gap, LimitBaseline, Limits, Near, NearLine, Preset, SignalRules, Trended,
};
use std::collections::BTreeMap;

const WORKED: &str = include_str!("../../../tests/data/limits/worked.csv");

/// A week of a case: lower limit, centre, upper limit, and the rules that fired.
type Week = (Option<Reading>, [Option<f64>; 3], Vec<String>);

fn number(text: &str) -> Option<f64> {
    (!text.is_empty()).then(|| text.parse().expect("a number"))
}

fn cases() -> BTreeMap<String, Vec<Week>> {
    let mut all: BTreeMap<String, Vec<Week>> = BTreeMap::new();
    for line in WORKED.lines().skip(1) {
        let [case, _, num, den, lower, center, upper, flags] = line.split(',').collect::<Vec<_>>()[..] else {
            panic!("`{line}` has eight cells")
        };
        let value = match (number(num), number(den)) {
            (Some(num), Some(den)) => {
                Some(Reading { value: num / den, parts: Some((num, den)), scale: None })
            }
            (Some(num), None) => reading(num),
            (None, _) => None,
        };
        let flags = flags.split_whitespace().map(str::to_owned).collect();
        let week = (value, [lower, center, upper].map(number), flags);
        all.entry(case.to_owned()).or_default().push(week);
    }
    all
}

/// What the name of a case says of its limits.
fn limits(case: &str) -> Limits {
    let wheeler = Limits::default();
    let (name, preset) = match case.strip_suffix("-nhs") {
        Some(name) => (name, Preset::Nhs.limits()),
        None => (case, wheeler.clone()),
    };
    let chart = |chart| Limits { chart, ..preset.clone() };
    match name {
        "wheeler" => wheeler,
        "nhs" => Preset::Nhs.limits(),
        "nelson" => Preset::Nelson.limits(),
        "first" => Limits { baseline: LimitBaseline::First(8), ..wheeler },
        "locked" => Limits { lock_after: Some(12), ..wheeler },
        "custom" => {
            let near = Near { points: 2, window: 3, line: NearLine::TwoSigma, strict: true, mark_all: true };
            let rules =
                SignalRules { run: Some(5), trend: Some(5), near: vec![near], ..Preset::Custom.rules() };
            Limits { rules, ..Preset::Custom.limits() }
        }
        "screened" => Limits { screen: true, min: Some(0.0), ..wheeler },
        "median" => Limits {
            center: Average::Median,
            spread: Average::Median,
            factors: crate::plan::limits::MEDIAN_FACTORS,
            ..wheeler
        },
        "trended" => Limits { trended: Trended::Line, ..wheeler },
        "reduced" => Limits { trended: Trended::Reduced, ..wheeler },
        "rebase" => Limits { rebase: vec![rebase(crate::time::Date::constant(2024, 4, 1))], ..wheeler },
        "break" => Preset::Nhs.limits(),
        "bridge" => Limits { gap: Gap::Bridge, ..Preset::Nhs.limits() },
        "run" => {
            let rules = SignalRules { anhoej: true, ..wheeler.rules.clone() };
            Limits { chart: ControlChart::Run, rules, ..wheeler }
        }
        "p" => chart(ControlChart::P),
        "pprime" => chart(ControlChart::PPrime),
        "u" => chart(ControlChart::U),
        "uprime" => chart(ControlChart::UPrime),
        "g" => chart(ControlChart::G),
        "t" => chart(ControlChart::T),
        other => panic!("nothing is known of the case `{other}`"),
    }
}

fn compare(case: &str, control: &Control, weeks: &[Week]) {
    for (at, (value, expected, rules)) in weeks.iter().enumerate() {
        let what = format!("{case}, week {}", at + 1);
        let lines = control.lines[at];
        let got =
            [lines.and_then(|one| one.lower), lines.map(|one| one.center), lines.and_then(|one| one.upper)];
        // A missing week has limits on the chart and none in the second program, where nothing stands beside them.
        for (got, expected) in got.iter().zip(expected).filter(|_| value.is_some()) {
            let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * b.abs().max(1.0);
            let same = match (got, expected) {
                (Some(got), Some(expected)) => near(*got, *expected),
                (got, expected) => got.is_none() && expected.is_none(),
            };
            assert!(same, "{what}: {got:?} instead of {expected:?}");
        }
        let fired: Vec<&str> =
            control.flags[at].fired().map(|(rule, _): (SignalRule, i8)| rule.name()).collect();
        assert_eq!(&fired, rules, "{what}");
    }
}

#[test]
fn every_chart_preset_and_option_agrees_with_a_second_program() {
    let cases = cases();
    assert_eq!((cases.len(), cases.values().map(Vec::len).sum::<usize>()), (24, 624));
    for (case, weeks) in &cases {
        let readings: Vec<Option<Reading>> = weeks.iter().map(|week| week.0).collect();
        compare(case, &controlled(&readings, &limits(case)), weeks);
    }
    let fired: usize = cases.values().flatten().map(|week| week.2.len()).sum();
    assert!(fired > 100, "only {fired} signals compared");
}
