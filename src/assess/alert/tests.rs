//! Alerts of a shop whose numbers can be checked by hand: one case per kind, then the states.

use super::*;
use crate::inputs::Memory;
use crate::measure::{Days, Point, Series, State};
use crate::plan::load;
use crate::time::{Grain, Period, plus_days};
use crate::unit::{Decimal, Quantity, Ratio};

const HEAD: &str = "site: {title: T, languages: [en], currency: JPY}\nsources: {s: {files: d.csv, date: date, store: {from: column, column: store}, basis: {tax: inclusive}}}\n";
const METRICS: &str = "metrics:\n  sales: {source: s, value: sum(a), unit: JPY, better: higher, owner: li}\n  booked: {source: s, value: sum(b), unit: JPY}\n  clicks: {source: s, value: sum(c), unit: count}\n  spend: {source: s, value: sum(d), unit: JPY}\n  acos: {value: spend / sales, unit: percent, better: lower, owner: li}\n  roas: {value: sales / spend, unit: ratio, better: higher, reciprocal_of: acos}\n";
const PEOPLE: &str = "people: {li: {name: Li}, bo: {name: Bo}}\n";
/// A Monday.
const FIRST: Date = Date::constant(2026, 1, 5);

fn plan(alerts: &str) -> Plan {
    let files = [
        ("kpress.yaml", HEAD),
        ("metrics/m.yaml", METRICS),
        ("people.yaml", PEOPLE),
        ("alerts/a.yaml", alerts),
        (
            "targets/t.yaml",
            "targets: [{metric: sales, period: 2026-01-05..2026-02-01, value: 2800, owner: li}]\n",
        ),
    ];
    let read = load(&Memory::of(files.map(|(name, text)| (name, text.as_bytes()))));
    let wrong: Vec<_> = read.found.iter().filter(|one| one.level == crate::diag::Level::Error).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    read.value
}

fn points(plan: &Plan, grain: Grain, values: &[Option<Quantity>]) -> Series {
    let step = if grain == Grain::Week { 7 } else { 1 };
    let point = |(at, value): (usize, &Option<Quantity>)| {
        let day = plus_days(FIRST, i32::try_from(at).expect("few") * step);
        let state = if value.is_some() { State::Complete } else { State::Partial };
        let days = Days { observed: 1, expected: 1 };
        Point { period: plan.site.calendar.period(grain, day), value: *value, state, days }
    };
    Series { points: values.iter().enumerate().map(point).collect() }
}

fn whole(values: &[i64]) -> Vec<Option<Quantity>> {
    values.iter().map(|value| (*value >= 0).then(|| Quantity::from(*value))).collect()
}

/// Facts of the company: days of each metric; −1 is a day that is not complete.
fn facts(plan: &Plan, grain: Grain, all: &[(&str, &[i64])]) -> Facts {
    let mut facts = Facts::default();
    for (metric, values) in all {
        facts.series.insert(((*metric).into(), Scope::company(), grain), points(plan, grain, &whole(values)));
    }
    let percent = |values: &[i64]| {
        let one = |value: &i64| Ratio::of(Decimal::from(*value), Decimal::from(100)).map(Quantity::Ratio);
        values.iter().map(one).collect::<Vec<_>>()
    };
    if let Some((_, values)) = all.iter().find(|(metric, _)| *metric == "acos") {
        facts.series.insert(("acos".into(), Scope::company(), grain), points(plan, grain, &percent(values)));
    }
    facts
}

/// Names with the state of each alert, oldest first.
fn told(plan: &Plan, facts: &Facts, fresh: &Freshness, as_of: Date) -> Vec<String> {
    let raised = alerts(plan, facts, fresh, Some(as_of)).value;
    let one = |raised: &Raised| format!("{} {}", raised.id, raised.state().name());
    raised.iter().rev().map(one).collect()
}

fn check(alert: &str, all: &[(&str, &[i64])], expected: &[&str]) {
    let plan = plan(&format!("alerts:\n  - {alert}\n"));
    let count = all.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
    let as_of = plus_days(FIRST, i32::try_from(count).expect("few") - 1);
    assert_eq!(told(&plan, &facts(&plan, Grain::Day, all), &Freshness::new(), as_of), expected, "{alert}");
}

#[test]
fn a_threshold_is_crossed_and_over() {
    let days: &[i64] = &[20, 31, 35, 20, 20];
    check("{id: a, metric: acos, when: \"> 30%\"}", &[("acos", days)], &["a/company/2026-01-06 resolved"]);
    check(
        "{id: a, metric: acos, when: \"> 30%\", for: 2 days}",
        &[("acos", days)],
        &["a/company/2026-01-07 resolved"],
    );
    check("{id: a, metric: acos, when: \"> 30%\", for: 3 days}", &[("acos", days)], &[]);
    check("{id: a, metric: acos, when: \"> 40%\"}", &[("acos", days)], &[]);
    check(
        "{metric: acos, when: \"> 30%\"}",
        &[("acos", &[20, 20, 31])],
        &["acos-threshold/company/2026-01-07 new"],
    );
}

#[test]
fn a_streak_is_some_of_some() {
    let days: &[i64] = &[31, 20, 31, 20, 20, 20, 31];
    check(
        "{id: a, metric: acos, kind: streak, when: \"> 30%\", for: 2 of 3 days, dedupe: 0d}",
        &[("acos", days)],
        &["a/company/2026-01-07 resolved"],
    );
}

#[test]
fn with_too_little_behind_it_nothing_is_said() {
    let alert = "{id: a, metric: acos, when: \"> 30%\", min_volume: {clicks: 100}}";
    check(alert, &[("acos", &[31, 31]), ("clicks", &[99, 99])], &[]);
    check(alert, &[("acos", &[31, 31]), ("clicks", &[99, 100])], &["a/company/2026-01-06 new"]);
}

#[test]
fn it_is_over_only_when_the_clearing_condition_holds() {
    let days: &[i64] = &[31, 29, 31, 24];
    check(
        "{id: a, metric: acos, when: \"> 30%\", dedupe: 0d}",
        &[("acos", days)],
        &["a/company/2026-01-05 resolved", "a/company/2026-01-07 resolved"],
    );
    check(
        "{id: a, metric: acos, when: \"> 30%\", clear_when: \"< 25%\", dedupe: 0d}",
        &[("acos", days)],
        &["a/company/2026-01-05 resolved"],
    );
    check(
        "{id: a, metric: acos, when: \"> 30%\", clear_when: \"< 25%\"}",
        &[("acos", &days[..3])],
        &["a/company/2026-01-05 new"],
    );
}

#[test]
fn raised_again_soon_it_is_the_same_one() {
    let days: &[i64] = &[31, 20, 31, 20];
    check(
        "{id: a, metric: acos, when: \"> 30%\", dedupe: 3d}",
        &[("acos", days)],
        &["a/company/2026-01-05 resolved"],
    );
    check(
        "{id: a, metric: acos, when: \"> 30%\", dedupe: 3d}",
        &[("acos", &days[..3])],
        &["a/company/2026-01-05 new"],
    );
}

#[test]
fn muted_up_to_a_day() {
    let days: &[i64] = &[31, 31, 31];
    check(
        "{id: a, metric: acos, when: \"> 30%\", mute_until: 2026-01-06}",
        &[("acos", days)],
        &["a/company/2026-01-07 new"],
    );
    check("{id: a, metric: acos, when: \"> 30%\", mute_until: 2026-02-06}", &[("acos", days)], &[]);
}

#[test]
fn what_is_not_complete_neither_raises_nor_ends() {
    let alert = "{id: a, metric: sales, when: \"> 30\"}";
    check(alert, &[("sales", &[20, -1])], &[]);
    check(alert, &[("sales", &[40, -1])], &["a/company/2026-01-05 new"]);
}

#[test]
fn changes_against_each_thing() {
    let days: &[i64] = &[100, 100, 100, 100, 100, 100, 100, 116, 100];
    let change = |rest: &str| format!("{{id: a, metric: sales, kind: change, grain: day, {rest}}}");
    check(&change("beyond: 15%, against: mean_7d"), &[("sales", days)], &["a/company/2026-01-12 resolved"]);
    check(&change("beyond: 16%, against: mean_7d"), &[("sales", days)], &[]);
    check(
        &change("when: \"> 10%\", against: same_weekday"),
        &[("sales", days)],
        &["a/company/2026-01-12 resolved"],
    );
    check(&change("when: \"< -10%\""), &[("sales", days)], &["a/company/2026-01-13 new"]);
    // A mean of six days is not asked.
    check(&change("beyond: 15%, against: mean_7d"), &[("sales", &[1, 1, -1, 1, 1, 1, 1, 9])], &[]);
    // A rate may also change by points: 20 % to 23 %.
    let points = "{id: a, metric: acos, kind: change, when: \"> 2 pp\"}";
    check(points, &[("acos", &[20, 22, 25])], &["a/company/2026-01-07 new"]);
}

#[test]
fn sources_that_disagree_and_sources_that_stopped() {
    let alert = "{id: a, metric: sales, kind: reconciliation, with: booked, relative: 1%, absolute: 5}";
    check(alert, &[("sales", &[1000, 1000]), ("booked", &[1010, 989])], &["a/company/2026-01-06 new"]);
    check(alert, &[("sales", &[100, 100]), ("booked", &[105, 94])], &["a/company/2026-01-06 new"]);
    let plan = plan("alerts: [{kind: stale, source: s, max_age: 2d}]\n");
    let fresh = Freshness::from([("s".into(), FIRST)]);
    let at = |days| told(&plan, &Facts::default(), &fresh, plus_days(FIRST, days));
    assert_eq!(at(2), Vec::<String>::new());
    assert_eq!(at(3), ["s-stale/company/2026-01-08 new"]);
    assert_eq!(at(9), ["s-stale/company/2026-01-08 new"], "one alert over several days");
}

#[test]
fn a_signal_is_raised_once_under_the_limits_of_its_time() {
    let plan = plan("alerts: [{metric: sales, kind: signal, rules: [outside], side: low}]\n");
    let calm: Vec<i64> = (0..12).map(|at| 100 + 2 * (at % 2)).collect();
    let weeks = |more: &[i64]| {
        let all: Vec<i64> = calm.iter().chain(more).copied().collect();
        let as_of = plus_days(FIRST, 7 * i32::try_from(all.len()).expect("few") - 1);
        told(&plan, &facts(&plan, Grain::Week, &[("sales", &all)]), &Freshness::new(), as_of)
    };
    assert_eq!(weeks(&[]), Vec::<String>::new());
    assert_eq!(weeks(&[60]), ["sales-signal/company/2026-W14 new"]);
    assert_eq!(weeks(&[60, 101]), ["sales-signal/company/2026-W14 resolved"]);
    // What comes later moves the limits but not what was told.
    assert_eq!(
        weeks(&[60, 101, 0, 300, 0, 300]).first().map(String::as_str),
        Some("sales-signal/company/2026-W14 resolved")
    );
    assert_eq!(weeks(&[160]), Vec::<String>::new(), "the other side");
}

#[test]
fn a_signal_may_have_to_be_far_and_rest_on_many_points() {
    let far = |alert: &str, last: i64| {
        let plan = plan(&format!("alerts: [{alert}]\n"));
        let mut all: Vec<i64> = (0..12).map(|at| 100 + 2 * (at % 2)).collect();
        all.push(last);
        let as_of = plus_days(FIRST, 7 * 13 - 1);
        told(&plan, &facts(&plan, Grain::Week, &[("sales", &all)]), &Freshness::new(), as_of).len()
    };
    assert_eq!(far("{metric: sales, rules: [outside], distance: 25%}", 80), 0);
    assert_eq!(far("{metric: sales, rules: [outside], distance: 15%}", 80), 1);
    assert_eq!(far("{metric: sales, rules: [outside], min_points: 14}", 80), 0);
    assert_eq!(far("{metric: sales, rules: [outside], min_points: 13}", 80), 1);
    assert_eq!(far("{metric: sales, rules: [outside], when: \"< 70\"}", 80), 0);
}

#[test]
fn a_plan_that_is_not_kept() {
    // 100 a day are asked; 50 come.
    let alert = "alerts: [{metric: sales, kind: pace, when: \"< 90%\"}, {metric: sales, kind: attainment, when: \"< 70%\", grain: week}]\n";
    let plan = plan(alert);
    let mut facts = facts(&plan, Grain::Day, &[("sales", &[50; 14])]);
    let weeks = points(&plan, Grain::Week, &whole(&[350, 690]));
    facts.series.insert(("sales".into(), Scope::company(), Grain::Week), weeks);
    let whole_time = plan.targets[0].period;
    let so_far = Point {
        period: whole_time,
        value: Some(Quantity::from(700)),
        state: State::Running,
        days: Days::default(),
    };
    facts.periods.insert(("sales".into(), Scope::company(), whole_time), so_far);
    let all = told(&plan, &facts, &Freshness::new(), plus_days(FIRST, 13));
    assert!(all.contains(&"sales-attainment/company/2026-W02 resolved".to_owned()), "{all:?}");
    assert!(all.iter().any(|one| one.starts_with("sales-pace/company/2026-W0")), "{all:?}");
}

/// A launch on Monday whose gate is due after five days: thirty reviews.
const LAUNCH: &str = "asin: B0\nstore: jp1\nlaunch_date: 2026-01-05\nphases:\n  - {id: launch, from_day: 0, to_day: 4, exit: {sales: \">= 30\"}}\n  - {id: growth, from_day: 5, to_day: 13, exit: {sales: \">= 90\"}}\n";

#[test]
fn a_gate_that_stays_shut_and_one_that_opened_late() {
    let text = "alerts: [{id: g, kind: gate, launch: b0}]\n";
    let alerts_of = |text: &str| {
        let files = [
            ("kpress.yaml", HEAD),
            ("metrics/m.yaml", METRICS),
            ("people.yaml", PEOPLE),
            ("alerts/a.yaml", text),
            ("launches/b0.yaml", LAUNCH),
        ];
        load(&Memory::of(files.map(|(name, text)| (name, text.as_bytes())))).value
    };
    let plan = alerts_of(text);
    let launch = plan.launches["b0"].clone();
    // What was sold from the launch to the end of each phase.
    let seen = |values: &[i64], days: i32| {
        let as_of = plus_days(FIRST, days);
        let mut facts = Facts::default();
        for (phase, value) in launch.phases.iter().zip(values) {
            let period = launch.until(phase);
            let state = if period.end > as_of { State::Running } else { State::Complete };
            let point = Point { period, value: Some(Quantity::from(*value)), state, days: Days::default() };
            facts.periods.insert(("sales".into(), launch.scope.clone(), period), point);
        }
        told(&plan, &facts, &Freshness::new(), as_of)
    };
    assert_eq!(seen(&[12], 4), Vec::<String>::new(), "the day is not over");
    assert_eq!(seen(&[30], 9), Vec::<String>::new(), "in time");
    assert_eq!(seen(&[12, 20], 5), ["g/company/2026-01-10 new"]);
    assert_eq!(seen(&[12, 20], 9), ["g/company/2026-01-10 new"], "one alert over several days");
    // It opened in the second week; the next gate is open as well.
    assert_eq!(seen(&[12, 95], 9), ["g/company/2026-01-10 resolved"]);
    // The second gate is shut the day after the first was seen open: soon after its end it is the same alert.
    assert_eq!(seen(&[12, 50], 20), ["g/company/2026-01-10 new"]);
}

#[test]
fn alerts_made_of_others() {
    let parts = "  - {id: a, metric: acos, when: \"> 30%\"}\n  - {id: b, metric: sales, when: \"< 10\"}\n";
    let with = |rest: &str| {
        let plan = plan(&format!("alerts:\n{parts}  - {rest}\n"));
        let facts = facts(&plan, Grain::Day, &[("acos", &[31, 31, 20]), ("sales", &[20, 5, 5])]);
        let all = told(&plan, &facts, &Freshness::new(), plus_days(FIRST, 2));
        all.into_iter().filter(|one| one.starts_with("c/")).collect::<Vec<_>>()
    };
    assert_eq!(with("{id: c, kind: composite, all: [a, b]}"), ["c/company/2026-01-06 resolved"]);
    assert_eq!(with("{id: c, kind: composite, any: [a, b]}"), ["c/company/2026-01-05 new"]);
    // What follows from another is not told beside it.
    assert_eq!(with("{id: c, metric: sales, when: \"< 10\", unless: a}"), ["c/company/2026-01-07 new"]);
}

#[test]
fn a_metric_and_its_reciprocal_raise_one_alert() {
    let both = "alerts:\n  - {metric: acos, when: \"> 30%\"}\n  - {metric: roas, when: \"< 3.33\"}\n";
    let plan = plan(both);
    let facts = facts(&plan, Grain::Day, &[("acos", &[31]), ("roas", &[3])]);
    assert_eq!(told(&plan, &facts, &Freshness::new(), FIRST), ["acos-threshold/company/2026-01-05 new"]);
}

#[test]
fn somebody_takes_an_alert_and_nobody_takes_another() {
    let text = "alerts:\n  - {id: a, metric: acos, when: \"> 30%\", respond_within: 1d, severity: high}\nacknowledged:\n  - {alert: a/company/2026-01-05, by: bo, date: 2026-01-06, note: bids lowered}\n  - {alert: a/company/2025-01-05, by: bo, date: 2026-01-06}\n";
    let plan = plan(text);
    let facts = facts(&plan, Grain::Day, &[("acos", &[31, 31, 31])]);
    let checked = alerts(&plan, &facts, &Freshness::new(), Some(plus_days(FIRST, 2)));
    let [one] = &checked.value[..] else { panic!("one alert") };
    assert_eq!((one.state(), one.owner.as_deref()), (AlertState::Acknowledged, Some("li")));
    assert!(!one.is_overdue(plus_days(FIRST, 9)));
    assert_eq!(checked.found.iter().map(|one| one.rule.name).collect::<Vec<_>>(), ["acknowledged-nothing"]);
    let nobody = Raised { acknowledged: None, ..one.clone() };
    assert!(!nobody.is_overdue(plus_days(FIRST, 1)));
    assert!(nobody.is_overdue(plus_days(FIRST, 2)));
    // The same inputs give the same states.
    assert_eq!(alerts(&plan, &facts, &Freshness::new(), Some(plus_days(FIRST, 2))).value, checked.value);
}

#[test]
fn points_at_a_grain_of_a_week_are_those_of_the_week() {
    let plan = plan("alerts: [{metric: sales, when: \"< 10\", for: 2 weeks}]\n");
    assert_eq!(plan.alerts[0].grain, Grain::Week);
    let facts = facts(&plan, Grain::Week, &[("sales", &[5, 5])]);
    let last: Period = plan.site.calendar.period(Grain::Week, plus_days(FIRST, 7));
    let raised = alerts(&plan, &facts, &Freshness::new(), Some(last.end)).value;
    assert_eq!(raised.iter().map(|one| (one.since.start, one.opened)).collect::<Vec<_>>(), [(FIRST, last)]);
}
