//! Limits and rules against the published vectors, and the cases one can check by hand.

use super::lines::xmr;
use super::rules::{crossings_needed, longest_allowed, run, trend};
use super::*;
use crate::plan::{
    Annotation, Average, Better, ControlChart, Deseason, LimitBaseline, Preset, Rebase, Scope, SeasonPart,
    Trended, Words,
};
use crate::time::{Date, Grain, NamedBy, Weekday, plus_days};
use std::collections::BTreeMap;

const SERIES: &str = include_str!("../../../tests/data/vectors/xmr_series.csv");
const LIMITS: &str = include_str!("../../../tests/data/vectors/xmr_limits.csv");
const FLAGS: &str = include_str!("../../../tests/data/vectors/xmr_flags.csv");
const RULES: &str = include_str!("../../../tests/data/vectors/xmr_rules.csv");
const CALENDAR: Calendar = Calendar {
    week_starts: Weekday::Monday,
    fiscal_starts: 4,
    named_by: NamedBy::Start,
    numbering: None,
    retail: None,
};

/// Rows of a vector file by the names of its head; quoted cells may hold commas.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let cells = |line: &str| {
        let (mut cells, mut quoted) = (vec![String::new()], false);
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(String::new()),
                other => cells.last_mut().expect("one cell").push(other),
            }
        }
        cells
    };
    let mut lines = text.lines();
    let head = cells(lines.next().expect("a head"));
    lines.map(|line| head.iter().cloned().zip(cells(line)).collect()).collect()
}

fn number(text: &str) -> Option<f64> {
    (!text.is_empty()).then(|| text.parse().expect("a number"))
}

fn close(got: f64, expected: f64, what: &str) {
    assert!((got - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{what}: {got} instead of {expected}");
}

fn weeks(count: usize) -> Vec<Period> {
    CALENDAR.periods(
        Grain::Week,
        Date::constant(2024, 1, 1),
        plus_days(Date::constant(2024, 1, 1), 7 * count as i32 - 1),
    )
}

pub(super) fn reading(value: f64) -> Option<Reading> {
    Some(Reading { value, parts: None, scale: None })
}

fn values(id: &str) -> Vec<Option<Reading>> {
    let of = rows(SERIES).into_iter().filter(|row| row["vector_id"] == id);
    of.map(|row| {
        let parts = number(&row["numerator"]).zip(number(&row["denominator"]));
        let value = number(&row["value"]).or(parts.map(|(num, den)| num / den)).expect("a value");
        Some(Reading { value, parts, scale: None })
    })
    .collect()
}

pub(super) fn controlled(readings: &[Option<Reading>], limits: &Limits) -> Control {
    of(weeks(readings.len()), readings, limits, &CALENDAR)
}

fn plain(values: &[f64], limits: &Limits) -> Control {
    controlled(&values.iter().copied().map(reading).collect::<Vec<_>>(), limits)
}

/// `qicharts2`, `nhs_noscreen` and their like differ from a preset only by what their row says.
fn preset(name: &str) -> Limits {
    let base = Preset::parse(name).or_else(|| name.split('_').next().and_then(Preset::parse));
    Limits { possible_at: 2, ..base.unwrap_or(Preset::Wheeler).limits() }
}

#[test]
fn limits_agree_with_the_vectors() {
    let average = |text: &str| if text == "median" { Average::Median } else { Average::Mean };
    for row in rows(LIMITS) {
        let what = format!("{} {}", row["vector_id"], row["preset"]);
        let number = |key: &str| number(&row[key]).unwrap_or_else(|| panic!("{what} {key}"));
        let readings = values(&row["vector_id"]);
        assert_eq!(readings.len(), number("n") as usize, "{what}");
        let limits = Limits {
            factors: (number("npl_factor"), number("url_factor")),
            screen: row["screen_mr"] == "1",
            center: average(&row["center_stat"]),
            spread: average(&row["mr_stat"]),
            baseline: LimitBaseline::First(number("baseline_n") as u32),
            ..preset(&row["preset"])
        };
        let control = controlled(&readings, &limits);
        let [segment] = &control.segments[..] else { panic!("{what}: one segment") };
        close(segment.center.expect("a centre"), number("center"), &what);
        close(segment.range.expect("a range"), number("mr_stat_value"), &what);
        close(segment.range_limit.expect("a limit"), number("url"), &what);
        for lines in &control.lines {
            let lines = lines.expect("limits hold for the whole segment");
            close(lines.lower.expect("a limit"), number("lnpl"), &what);
            close(lines.upper.expect("a limit"), number("unpl"), &what);
        }
    }
}

#[test]
fn flags_agree_with_the_vectors() {
    let mut all: BTreeMap<(String, String), Vec<BTreeMap<String, String>>> = BTreeMap::new();
    for row in rows(FLAGS) {
        all.entry((row["vector_id"].clone(), row["preset"].clone())).or_default().push(row);
    }
    let baselines: BTreeMap<String, u32> = rows(LIMITS)
        .into_iter()
        .map(|row| (row["vector_id"].clone(), row["baseline_n"].parse().expect("n")))
        .collect();
    let mut seen = 0;
    for ((id, name), rows) in all {
        let mut limits = preset(&name);
        // Computed in the vectors also where the preset does not raise it.
        limits.rules.mr_outside = true;
        limits.baseline = LimitBaseline::First(baselines[&id]);
        let control = controlled(&values(&id), &limits);
        for row in rows {
            let at = row["i"].parse::<usize>().expect("a place") - 1;
            let cases = [
                ("r_outside", SignalRule::Outside),
                ("r_run", SignalRule::Run),
                ("r_near", SignalRule::Near),
                ("r_trend", SignalRule::Trend),
                ("mr_outside", SignalRule::MrOutside),
            ];
            for (column, rule) in cases {
                if row[column].is_empty() {
                    continue;
                }
                let expected: i8 = row[column].parse().expect("a flag");
                let got = control.flags[at].of(rule);
                // A range has no side of its own in the vectors.
                let got = if rule == SignalRule::MrOutside { got.abs() } else { got };
                assert_eq!(got, expected.clamp(-1, 1), "{id} {name} point {} {column}", at + 1);
                seen += 1;
            }
            if let Some(range) = number(&row["mr"]) {
                close(control.ranges[at].expect("a range"), range, "range");
            }
        }
    }
    assert!(seen > 400, "{seen} flags compared");
}

#[test]
fn rules_agree_with_the_vectors() {
    for row in rows(RULES) {
        let param = |name: &str| {
            row["params"].split([';', ' ']).find_map(|one| one.strip_prefix(name)?.strip_prefix('='))
        };
        let count: usize = param("n").expect("n").parse().expect("a number");
        let values: Vec<f64> = row["values"].split(' ').map(|one| one.parse().expect("a value")).collect();
        let expected: Vec<i8> = row["expected"].split(' ').map(|one| one.parse().expect("a flag")).collect();
        let got = match row["rule"].as_str() {
            "run" => {
                let center: f64 =
                    row["limits"].strip_prefix("center=").expect("a centre").parse().expect("a number");
                let side = |value: &f64| i8::from(*value > center) - i8::from(*value < center);
                run(&values.iter().map(side).collect::<Vec<_>>(), count)
            }
            "trend" => trend(&values, count),
            other => panic!("no test for the rule `{other}`"),
        };
        assert_eq!(got, expected, "{row:?}");
    }
}

/// Centre and limits of the first point.
fn check(values: &[f64], limits: &Limits, center: f64, lower: Option<f64>, upper: Option<f64>) {
    let control = plain(values, limits);
    let lines = control.lines[0].expect("limits");
    close(lines.center, center, "centre");
    assert_eq!((lines.lower.is_some(), lines.upper.is_some()), (lower.is_some(), upper.is_some()));
    close(lines.lower.unwrap_or_default(), lower.unwrap_or_default(), "lower");
    close(lines.upper.unwrap_or_default(), upper.unwrap_or_default(), "upper");
}

const TEN: [f64; 10] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0];

#[test]
fn one_to_ten_by_hand() {
    check(&TEN, &Limits::default(), 5.5, Some(2.84), Some(8.16));
    let median = Limits {
        center: Average::Median,
        spread: Average::Median,
        factors: crate::plan::limits::MEDIAN_FACTORS,
        ..Limits::default()
    };
    check(&TEN, &median, 5.5, Some(2.355), Some(8.645));
    close(plain(&TEN, &median).segments[0].range_limit.expect("a limit"), 3.865, "range limit");
    // Lowest and highest possible values.
    check(&TEN, &Limits { min: Some(3.0), max: Some(8.0), ..Limits::default() }, 5.5, Some(3.0), Some(8.0));
}

#[test]
fn a_trend_has_a_sloping_centre() {
    let values = [1.0, 3.0, 2.0, 4.0, 3.0, 5.0];
    let control = plain(&values, &Limits { trended: Trended::Line, ..Limits::default() });
    for (at, lines) in control.lines.iter().enumerate() {
        let center = 0.628_571_428_571_428_6 * at as f64 + 1.428_571_428_571_428_6;
        let lines = lines.expect("limits");
        close(lines.center, center, "centre");
        close(lines.upper.expect("a limit"), center + 4.256, "upper");
    }
    let reduced = plain(&values, &Limits { trended: Trended::Reduced, ..Limits::default() });
    close(reduced.segments[0].range.expect("a range"), 1.6 - 0.628_571_428_571_428_6, "range");
}

#[test]
fn a_season_is_taken_out_of_what_is_judged() {
    let deseason = Some(Deseason { by: SeasonPart::Quarter, min_cycles: 2 });
    let periods = CALENDAR.periods(Grain::Quarter, Date::constant(2024, 1, 1), Date::constant(2025, 12, 31));
    let shown = [80.0, 120.0, 80.0, 120.0, 100.0, 150.0, 100.0, 150.0].map(reading);
    let limits = Limits { deseason, ..Limits::default() };
    let control = of(periods.clone(), &shown, &limits, &CALENDAR);
    let judged: Vec<f64> = control.judged.iter().flatten().map(|value| value.round()).collect();
    assert_eq!(judged, [100.0, 100.0, 100.0, 100.0, 125.0, 125.0, 125.0, 125.0]);
    close(control.season[0], 0.8, "first quarter");
    close(control.season[1], 1.2, "second quarter");
    // What is drawn follows the season: a limit of a strong quarter is higher.
    let (weak, strong) = (control.lines[0].expect("limits"), control.lines[1].expect("limits"));
    close(weak.center / 0.8, strong.center / 1.2, "centre");
    let short = of(periods[..7].to_vec(), &shown[..7], &limits, &CALENDAR);
    assert_eq!(short.segments[0].state, LimitState::NoCycle);
    assert!(short.lines.iter().all(Option::is_none));
}

fn shares(parts: &[(f64, f64)]) -> Vec<Option<Reading>> {
    parts
        .iter()
        .map(|(num, den)| Some(Reading { value: num / den, parts: Some((*num, *den)), scale: None }))
        .collect()
}

#[test]
fn shares_have_limits_by_their_own_count() {
    let limits = |chart| Limits { chart, ..Limits::default() };
    let parts = [(10.0, 100.0), (10.0, 100.0), (2.5, 25.0), (10.0, 100.0), (10.0, 100.0)];
    let control = controlled(&shares(&parts), &limits(ControlChart::P));
    let (wide, narrow) = (control.lines[2].expect("limits"), control.lines[0].expect("limits"));
    close(narrow.lower.expect("a limit"), 0.01, "n = 100");
    close(narrow.upper.expect("a limit"), 0.19, "n = 100");
    close(wide.lower.expect("a limit"), 0.0, "n = 25, clipped");
    close(wide.upper.expect("a limit"), 0.28, "n = 25");
    let laney = Limits { possible_at: 4, ..limits(ControlChart::PPrime) };
    let control = controlled(&shares(&[(50.0, 100.0), (60.0, 100.0), (50.0, 100.0), (60.0, 100.0)]), &laney);
    let lines = control.lines[0].expect("limits");
    close(lines.center, 0.55, "centre");
    close(lines.lower.expect("a limit"), 0.284_042_553_191_489_4, "lower");
    close(lines.upper.expect("a limit"), 0.815_957_446_808_510_6, "upper");
    // Without a count behind them there are none.
    assert_eq!(plain(&TEN, &limits(ControlChart::P)).segments[0].state, LimitState::NoCount);
}

#[test]
fn rates_and_rare_events_by_hand() {
    let limits = |chart| Limits { chart, ..Limits::default() };
    // Four faults a unit, one unit each: 4 ± 3 · 2, and none below zero.
    let control = controlled(&shares(&[(4.0, 1.0); 5]), &limits(ControlChart::U));
    let lines = control.lines[0].expect("limits");
    assert_eq!((lines.center, lines.lower, lines.upper), (4.0, Some(0.0), Some(10.0)));
    let control = controlled(
        &shares(&[(50.0, 100.0), (60.0, 100.0), (50.0, 100.0), (60.0, 100.0), (55.0, 100.0)]),
        &limits(ControlChart::UPrime),
    );
    let lines = control.lines[0].expect("limits");
    // Equal counts: as XmR, with 3/1.128 times the mean range of (10, 10, 10, 5) %.
    close(lines.upper.expect("a limit"), 0.55 + 3.0 / 1.128 * 0.0875, "upper");
    // 8 between events: 8 + 3 · √72.
    check(&[8.0; 6], &limits(ControlChart::G), 8.0, None, Some(8.0 + 3.0 * 72_f64.sqrt()));
    // Times whose roots are 1, 2, 1, 2, 1, 2: root 1.5 ± 2.66, so no lower limit.
    let times: Vec<f64> = [1.0_f64, 2.0, 1.0, 2.0, 1.0, 2.0].iter().map(|root| root.powf(3.6)).collect();
    check(&times, &limits(ControlChart::T), 1.5_f64.powf(3.6), None, Some(4.16_f64.powf(3.6)));
    check(&[1.0, 2.0, 9.0, 3.0, 4.0], &limits(ControlChart::Run), 3.0, None, None);
}

#[test]
fn states_follow_the_number_of_points() {
    let state = |count: usize, limits: &Limits| {
        let values: Vec<f64> = (0..count).map(|at| (at % 3) as f64).collect();
        plain(&values, limits).segments[0].state
    };
    let plain_limits = Limits::default();
    assert_eq!(state(4, &plain_limits), LimitState::TooFew);
    assert_eq!(state(5, &plain_limits), LimitState::Provisional);
    assert_eq!(state(11, &plain_limits), LimitState::Provisional);
    assert_eq!(state(12, &plain_limits), LimitState::Firm);
    let locked = Limits { lock_after: Some(12), ..Limits::default() };
    assert_eq!(state(11, &locked), LimitState::Provisional);
    assert_eq!(state(12, &locked), LimitState::Locked);
    let mut values: Vec<f64> = (0..12).map(|at| f64::from(at % 3)).collect();
    let before = plain(&values, &locked).segments[0].clone();
    values.extend([90.0; 6]);
    let after = plain(&values, &locked).segments[0].clone();
    assert_eq!((before.center, before.range), (after.center, after.range), "locked limits stay");
    // Screening leaves nothing that moves: every point would be outside.
    let still = Limits { screen: true, ..Limits::default() };
    assert_eq!(plain(&[1.0, 1.0, 1.0, 1.0, 2.0], &still).segments[0].state, LimitState::NoVariation);
    let exact = |value: i64| Some(Reading { value: value as f64, parts: None, scale: Some(0) });
    let coarse = controlled(&[0, 1, 0, 0, 1, 0, 0].map(exact), &Limits::default());
    assert!(coarse.segments[0].coarse, "a range of 0 or 1 only");
    let fine = controlled(&[10, 31, 22, 15, 43, 20, 31].map(exact), &Limits::default());
    assert!(!fine.segments[0].coarse);
}

#[test]
fn what_is_not_complete_is_neither_taken_nor_judged() {
    let mut readings: Vec<Option<Reading>> = TEN.map(reading).to_vec();
    readings[4] = None;
    let broken = controlled(&readings, &Limits::default());
    assert_eq!((broken.ranges[4], broken.ranges[5]), (None, None));
    assert_eq!(broken.flags[4], Flags::default());
    assert!(broken.lines[4].is_some(), "limits run on");
    let bridged = controlled(&readings, &Limits { gap: Gap::Bridge, ..Limits::default() });
    assert_eq!(bridged.ranges[5], Some(2.0));
    assert_eq!(broken.segments[0].points, 9);
    // A gap breaks a run of eight.
    let mut rules = Preset::Custom.limits();
    rules.rules.run = Some(8);
    rules.baseline = LimitBaseline::First(6);
    let mut values: Vec<Option<Reading>> = [4.0, 6.0, 4.0, 6.0, 4.0, 6.0].map(reading).to_vec();
    values.extend([5.5; 8].map(reading));
    let fired = |readings: &[Option<Reading>], limits: &Limits| {
        controlled(readings, limits).flags.iter().filter(|flags| flags.of(SignalRule::Run) == 1).count()
    };
    // The sixth of the first points stands above the centre, too.
    assert_eq!(fired(&values, &rules), 9);
    values[10] = None;
    assert_eq!(fired(&values, &rules), 0);
    assert_eq!(fired(&values, &Limits { gap: Gap::Bridge, ..rules }), 8);
}

#[test]
fn a_floor_has_no_low_signal() {
    let values = [5.0, 9.0, 5.0, 9.0, 5.0, 9.0, 0.0];
    let flag = |min| {
        let limits = Limits { baseline: LimitBaseline::First(6), min, ..Preset::Custom.limits() };
        plain(&values, &limits).flags[6].of(SignalRule::Outside)
    };
    // 7 − 2.66 · 4 is below zero, and so is no limit once nothing can be.
    assert_eq!((flag(None), flag(Some(0.0))), (0, 0));
    let limits = Limits { baseline: LimitBaseline::First(6), min: Some(0.0), ..Preset::Custom.limits() };
    let control = plain(&[8.0, 9.0, 8.0, 9.0, 8.0, 9.0, 1.0], &limits);
    assert_eq!(control.flags[6].of(SignalRule::Outside), -1, "a limit above the floor is one");
}

pub(super) fn rebase(on: Date) -> Rebase {
    Rebase { on, reason: Words::same("rebuilt"), change: None }
}

#[test]
fn a_rebase_begins_anew_and_nothing_crosses_it() {
    let mut values = vec![10.0, 12.0, 10.0, 12.0, 10.0, 12.0, 10.0, 12.0];
    values.extend([30.0, 32.0, 30.0, 32.0, 30.0, 32.0]);
    let on = weeks(9)[8].start;
    // The day lies within the week: the week is the first of the new segment.
    let limits = Limits { rebase: vec![rebase(plus_days(on, 3))], ..Limits::default() };
    let control = plain(&values, &limits);
    assert_eq!(
        control.segments.iter().map(|one| (one.first, one.last)).collect::<Vec<_>>(),
        [(0, 7), (8, 13)]
    );
    assert_eq!(control.segments.iter().map(|one| one.center).collect::<Vec<_>>(), [Some(11.0), Some(31.0)]);
    assert_eq!(control.ranges[8], None);
    assert!(control.flags.iter().all(|flags| flags.fired().next().is_none()));
    // Segments are independent: other values before leave the later limits as they are.
    let mut other = values.clone();
    other[2] = 99.0;
    assert_eq!(plain(&other, &limits).segments[1], control.segments[1]);
    let late = Limits { rebase: vec![rebase(Date::constant(2030, 1, 1))], ..Limits::default() };
    assert_eq!(plain(&values, &late).segments.len(), 1);
}

#[test]
fn a_rebase_is_suggested_only_near_a_recorded_change() {
    let mut values: Vec<f64> = (0..12).map(|at| 10.0 + f64::from(at % 2)).collect();
    values.extend((0..9).map(|at| 20.0 + f64::from(at % 2)));
    let limits = Limits { baseline: LimitBaseline::First(12), ..Limits::default() };
    let control = plain(&values, &limits);
    let note = |kind: &str, week: usize| Annotation {
        period: Period::range(weeks(21)[week].start, weeks(21)[week].start),
        kind: kind.into(),
        scope: Scope::company(),
        metrics: Vec::new(),
        text: Words::same("x"),
        date: weeks(21)[week].start,
    };
    let suggested = |note: &Annotation| rebase_suggested(&control, &[note]).map(|(_, period)| period);
    // The twelfth value stands above the centre already.
    assert_eq!(suggested(&note("change", 12)), Some(weeks(12)[11]));
    assert_eq!(suggested(&note("change", 3)), None, "too far");
    assert_eq!(suggested(&note("event", 12)), None, "not a change");
    assert!(control.lines[20].expect("limits").center < 11.0, "nothing is rebased");
}

#[test]
fn runs_and_crossings_for_the_number_of_points() {
    for (points, longest, crossings) in [(9, 6, 2), (120, 10, 51), (200, 11, 88)] {
        assert_eq!((longest_allowed(points), crossings_needed(points)), (longest, crossings), "{points}");
    }
    assert!(crossings_needed(20_000) > 9_000, "no underflow");
    let mut limits = Preset::Custom.limits();
    limits.rules.anhoej = true;
    let control = plain(&TEN, &limits);
    assert_ne!(control.flags[9].of(SignalRule::Anhoej), 0, "one crossing in ten points");
}

#[test]
fn icons_say_what_a_signal_means_and_whether_the_target_holds() {
    let limits = Limits { baseline: LimitBaseline::First(6), ..Preset::Custom.limits() };
    let last = |value: f64| plain(&[4.0, 6.0, 4.0, 6.0, 4.0, 6.0, value], &limits);
    let icon = |value, better, range| variation(&last(value), better, range).expect("limits").name();
    assert_eq!(icon(5.0, Better::Higher, None), "common");
    assert_eq!(icon(50.0, Better::Higher, None), "improvement-high");
    assert_eq!(icon(50.0, Better::Lower, None), "concern-high");
    assert_eq!(icon(-50.0, Better::Higher, None), "concern-low");
    assert_eq!(icon(-50.0, Better::Lower, None), "improvement-low");
    assert_eq!(icon(50.0, Better::Neutral, None), "neutral-high");
    assert_eq!(icon(50.0, Better::Range, Some((3.0, 8.0))), "concern-high");
    assert_eq!(icon(50.0, Better::Range, Some((60.0, 80.0))), "improvement-high");
    assert_eq!(icon(50.0, Better::Range, None), "neutral-high");
    let lines = Lines { center: 5.0, lower: Some(2.0), upper: Some(8.0) };
    let held = |target, better| assurance(lines, (target, None), better).name();
    assert_eq!(held(9.0, Better::Higher), "consistent_fail");
    assert_eq!(held(1.0, Better::Higher), "consistent_pass");
    assert_eq!(held(8.0, Better::Higher), "hit_or_miss", "on the limit");
    assert_eq!(held(9.0, Better::Lower), "consistent_pass");
    assert_eq!(held(1.0, Better::Lower), "consistent_fail");
    assert_eq!(held(5.0, Better::Neutral), "none");
    assert_eq!(assurance(lines, (1.0, Some(9.0)), Better::Range).name(), "consistent_pass");
}

#[test]
fn only_the_newest_point_speaks() {
    let limits = Limits { baseline: LimitBaseline::First(6), ..Preset::Custom.limits() };
    let id = "m".into();
    let company = Scope::company();
    let told =
        |values: &[f64]| signal(&plain(values, &limits), (&id, &company, Grain::Week), Better::Higher, None);
    assert_eq!(told(&[4.0, 6.0, 4.0, 6.0, 4.0, 6.0, 50.0, 5.0]), None, "an old one is history");
    let new = told(&[4.0, 6.0, 4.0, 6.0, 4.0, 6.0, 50.0, 51.0]).expect("a signal");
    assert_eq!((new.since, new.period), (weeks(8)[6], weeks(8)[7]));
    assert_eq!(new.rules, [(SignalRule::Outside, 1)]);
    assert_eq!(new.variation, Variation::Improvement(1));
    close(expected_by_chance(1000), 2.7, "by chance");
}

#[test]
fn screening_drops_the_strictly_smaller_ones_only_once() {
    let ranges = [1.0, 1.0, 1.0, 1.0, 1.0, 9.0];
    let limits = Preset::Nhs.limits();
    let found = xmr(&[1.0, 2.0], &ranges, &limits).expect("limits");
    close(found.range.expect("a range"), 1.0, "the nine is left out");
    // A range on the edge is left out, too: 3.267 times a mean of one.
    let edge = [3.267, 0.0, 0.0, 0.0, 0.5, 2.233];
    let found = xmr(&[1.0, 2.0], &edge, &limits).expect("limits");
    close(found.range.expect("a range"), 2.733 / 5.0, "edge");
}
