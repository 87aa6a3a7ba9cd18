//! Targets judged from their YAML and figures of days, against the worked examples of numbers.md and by hand.

use super::{Course, Judged, NoPace, Standing, Targets, assess};
use crate::inputs::Memory;
use crate::measure::{Days, Facts, Point, Series, State};
use crate::plan::{Plan, Scope, load};
use crate::time::{Date, Grain, Period, parse_period};
use crate::unit::{Decimal, Quantity};

const SITE: &str = "site: {title: T, languages: [en], currency: JPY, calendar: july}
sources: {s: {files: data/*.csv, date: date, basis: {tax: inclusive}}, c: {files: ads/*.csv, date: date, basis: {tax: inclusive}}}
";
const METRICS: &str = "metrics:
  gmv: {source: s, value: sum(sales), unit: JPY, better: higher, owner: li, level: core}
  units: {source: s, value: sum(units), unit: count, better: higher, owner: li}
  ad_spend: {source: c, value: sum(cost), unit: JPY, better: lower, owner: li}
  ad_sales: {source: c, value: sum(sales), unit: JPY, better: higher, owner: li}
  acos: {value: ad_spend / ad_sales, unit: percent, better: lower, owner: li}
  stock: {source: s, value: sum(stock), over_time: last, unit: count, better: lower, owner: li}
  asp: {value: gmv / units, unit: JPY, better: higher, owner: li}
  sessions: {source: s, value: sum(sessions), unit: count, better: higher, owner: li}
  conversion: {value: units / sessions, unit: percent, better: higher, owner: li}
";
const CALENDAR: &str = "days: {mon: 1.00, tue: 0.95, wed: 0.95, thu: 0.95, fri: 1.00, sat: 1.15, sun: 1.20}
holidays: {list: jp, weight: 1.10}
events:
  - {id: early, from: 2025-07-08, to: 2025-07-10, weight: 1.5}
  - {id: prime-day, from: 2025-07-11, to: 2025-07-14, weight: 3}
";

pub(super) fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

pub(super) fn number(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

/// A workspace without targets.
pub(super) fn base() -> Plan {
    let mut plan = plan("targets: [{id: t, metric: gmv, period: 2025, value: 1, owner: li}]");
    plan.targets.clear();
    plan
}

/// A workspace with these targets.
fn plan(targets: &str) -> Plan {
    let files = [
        ("kpress.yaml", SITE),
        ("metrics/a.yaml", METRICS),
        ("calendar/july.yaml", CALENDAR),
        ("calendar/even.yaml", "days: {mon: 1, tue: 1, wed: 1, thu: 1, fri: 1, sat: 1, sun: 1}"),
        (
            "calendar/fair.yaml",
            "events: [{id: fair, from: 2025-07-01, to: 2025-07-01, weight: 3, stores: jp1}]",
        ),
        ("people.yaml", "people: {li: {name: Li}, mo: {name: Mo, covers: {store: [jp2]}}}"),
        ("stores.yaml", "stores: {jp1: {}, jp2: {}, jp3: {}}"),
        ("targets/a.yaml", targets),
    ];
    let read = load(&Memory::of(files.map(|(name, text)| (name, text.as_bytes()))));
    let errors: Vec<_> = read.found.iter().filter(|one| one.level == crate::diag::Level::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    read.value
}

/// Figures of days and periods.
struct Figures<'a> {
    plan: &'a Plan,
    facts: Facts,
}

impl<'a> Figures<'a> {
    fn of(plan: &'a Plan) -> Figures<'a> {
        Figures { plan, facts: Facts::default() }
    }

    /// Day values of a metric from a day on; `-` is a day without one, `~1` one that still moves.
    fn days(mut self, metric: &str, scope: &Scope, first: &str, values: &[&str]) -> Figures<'a> {
        let calendar = self.plan.site.calendar;
        let mut at = calendar.period(Grain::Day, day(first));
        let mut points = Vec::new();
        for value in values {
            let (state, text) = match value.strip_prefix('~') {
                Some(moving) => (State::Provisional, moving),
                None if *value == "-" => (State::Missing, "-"),
                None => (State::Complete, *value),
            };
            let value = text.parse().ok().map(Quantity::Exact);
            points.push(Point { period: at, value, state, days: Days { observed: 1, expected: 1 } });
            at = calendar.next(at);
        }
        self.facts.series.insert((metric.into(), scope.clone(), Grain::Day), Series { points });
        self
    }

    /// The value of a period.
    fn period(mut self, metric: &str, scope: &Scope, name: &str, value: &str, state: State) -> Figures<'a> {
        let period = parse_period(name, &self.plan.site.calendar).expect("a period");
        let days = Days { observed: period.days(), expected: period.days() };
        let point = Point { period, value: value.parse().ok().map(Quantity::Exact), state, days };
        match period.grain {
            Some(grain) => {
                let key = (metric.into(), scope.clone(), grain);
                let points = &mut self.facts.series.entry(key).or_default().points;
                points.push(point);
                points.sort_by_key(|point| point.period.start);
            }
            None => {
                self.facts.periods.insert((metric.into(), scope.clone(), period), point);
            }
        }
        self
    }

    fn judged(&self, as_of: &str) -> Vec<Judged> {
        assess(self.plan, &self.facts, Some(day(as_of))).value
    }

    /// Names of the rules that raise something, in order.
    fn found(&self, as_of: &str) -> Vec<&'static str> {
        let found = assess(self.plan, &self.facts, Some(day(as_of))).found;
        found.iter().map(|one| one.rule.name).filter(|name| *name != "target-not-smart").collect()
    }
}

fn sum(judged: &Judged, period: &str) -> String {
    let Some(Course::Sum(plan)) = judged.course.as_deref() else { panic!("{} has no days", judged.target) };
    let period = parse_period(period, &crate::time::Calendar::default()).expect("a period");
    plan.sum(period).map_or("-".to_owned(), |sum| sum.to_string())
}

fn near(got: Quantity, expected: f64) {
    let got = got.as_f64();
    assert!((got - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{got} instead of {expected}");
}

/// Rows of a vector: its cells, without the head.
fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().skip(1).map(|line| line.split(',').collect())
}

const JULY: &str = "targets: [{id: t, metric: gmv, period: 2025-07, value: 10_416_667, owner: li}]";

/// 6,100,000 in the first fifteen days of July 2025.
fn july(plan: &Plan) -> Figures<'_> {
    let mut values = vec!["400000"; 14];
    values.push("500000");
    Figures::of(plan).days("gmv", &Scope::company(), "2025-07-01", &values).period(
        "gmv",
        &Scope::company(),
        "2025-07",
        "6100000",
        State::Running,
    )
}

#[test]
fn days_of_july_are_those_of_the_vector() {
    let plan = plan(JULY);
    let judged = &july(&plan).judged("2025-07-15")[0];
    let vector = include_str!("../../tests/data/vectors/phasing_days_2025_07.csv");
    let mut count = 0;
    for row in rows(vector) {
        assert_eq!((row[0], sum(judged, row[0]).as_str()), (row[0], row[4]));
        assert_eq!(sum(judged, &format!("2025-07-01..{}", row[0])), row[5]);
        count += 1;
    }
    assert_eq!(count, 31);
    let weeks = [("01", "05"), ("06", "12"), ("13", "19"), ("20", "26"), ("27", "31")];
    let weeks = weeks.map(|(from, to)| sum(judged, &format!("2025-07-{from}..2025-07-{to}")));
    assert_eq!(weeks, ["1243781", "3215176", "2885572", "1815920", "1256218"]);
}

#[test]
fn the_pace_of_july_is_that_of_the_vector() {
    let plan = plan(JULY);
    let judged = &july(&plan).judged("2025-07-15")[0];
    let pace = judged.pace.as_ref().expect("fifteen days");
    let forecast = judged.forecast.expect("fifteen days");
    assert_eq!((pace.as_of, pace.days), (day("2025-07-15"), (15, 31)));
    let value = |figure: &str| match figure {
        "period_target" => judged.in_force.map(|now| match now.value {
            crate::plan::TargetValue::Of(value) => Quantity::Exact(value),
            crate::plan::TargetValue::Between(..) => Quantity::ZERO,
        }),
        "expected_to_date_seasonal" => Some(pace.expected),
        "expected_to_date_linear" => Some(pace.expected_linear),
        "actual_to_date" => Some(pace.actual),
        "attainment_of_period" => judged.attainment,
        "pace_index_seasonal" => pace.index,
        "pace_index_linear" => pace.index_linear,
        "gap_to_pace" => Some(pace.gap),
        "forecast_linear" => forecast.methods[0].map(Quantity::Approximate),
        "forecast_seasonal" => Some(Quantity::Approximate(forecast.value)),
        "forecast_attainment_seasonal" => forecast.attainment.map(Quantity::Approximate),
        "required_per_day_linear" => pace.required_per_day,
        "required_uplift_factor" => pace.required_uplift,
        "remaining_target" => pace.left.map(|(_, asked)| asked),
        "remaining_gap" => pace.left.map(|(reach, _)| reach),
        _ => None,
    };
    let vector = include_str!("../../tests/data/vectors/pacing_2025_07_15.csv");
    let mut count = 0;
    for row in rows(vector).filter(|row| row[0] != "as_of") {
        let got = value(row[0]).unwrap_or_else(|| panic!("{} has no value", row[0]));
        near(got, row[1].parse().expect("a number"));
        count += 1;
    }
    assert_eq!(count, 15);
    // Behind by the plan, ahead by an even pace: the point of seasonal targets.
    assert!(pace.index.is_some_and(|index| index.as_f64() < 1.0));
    assert!(pace.index_linear.is_some_and(|index| index.as_f64() > 1.2));
    assert!((pace.days_ahead.expect("it is within the month") + 1.0010).abs() < 5e-5);
    let rescaled: Vec<String> = pace.rescaled.iter().take(5).map(ToString::to_string).collect();
    assert_eq!(rescaled, ["250051", "250051", "263211", "302693", "315854"]);
    assert_eq!(pace.rescaled.iter().sum::<Decimal>(), number("4316667"));
    // 96 % of the target without a red line.
    assert_eq!(judged.standing, Standing::Near);
}

#[test]
fn a_revision_leaves_past_days_and_keeps_the_original() {
    let revised = JULY.replace(
        "owner: li}",
        "owner: li, revisions: [{date: 2025-07-16, value: 11_000_000, reason: more, by: li}]}",
    );
    let plan = plan(&revised);
    let figures = july(&plan);
    let before = &figures.judged("2025-07-15")[0];
    assert_eq!(sum(before, "2025-07"), "10416667", "it is not in force yet");
    let judged = &figures.judged("2025-07-16")[0];
    assert_eq!(sum(judged, "2025-07"), "11000000");
    assert_eq!(sum(judged, "2025-07-01..2025-07-15"), "6337067");
    let rest: Vec<String> = (16..=21).map(|at| sum(judged, &format!("2025-07-{at}"))).collect();
    assert_eq!(rest, ["270109", "270109", "284325", "326974", "341190", "312758"]);
    let Some(Course::Sum(days)) = judged.course.as_deref() else { panic!("it adds up") };
    let july = Period::range(day("2025-07-01"), day("2025-07-31"));
    assert_eq!(days.original_sum(july), Some(number("10416667")));
    near(judged.attainment.expect("a value"), 6_100_000.0 / 11_000_000.0);
    near(judged.attainment_original.expect("a first value"), 6_100_000.0 / 10_416_667.0);
}

/// Eight days of 100 that began with 90, 110, 100, 100 (numbers.md §5.5).
#[test]
fn the_interval_follows_from_the_spread_of_the_days() {
    let plan = plan(
        "targets: [{id: t, metric: units, period: 2025-09-01..2025-09-08, value: 800, owner: li, phase: {days: even}}]",
    );
    let scope = Scope::company();
    let figures = Figures::of(&plan).days("units", &scope, "2025-09-01", &["90", "110", "100", "100"]);
    let judged = &figures.judged("2025-09-04")[0];
    let forecast = judged.forecast.expect("four days");
    assert!((forecast.value - 800.0).abs() < 1e-9);
    let (low, high) = forecast.interval.expect("four days");
    assert!((low - (800.0 - 20.928_440)).abs() < 5e-7 && (high - 820.928_440).abs() < 5e-7, "{low} {high}");
    assert_eq!(forecast.probability, Some(0.5));
    assert_eq!(judged.standing, Standing::On);
    // No spread at all: certain.
    let steady = Figures::of(&plan).days("units", &scope, "2025-09-01", &["99", "99", "99"]);
    let forecast = steady.judged("2025-09-03")[0].forecast.expect("three days");
    assert_eq!((forecast.probability, forecast.value), (Some(0.0), 792.0));
}

#[test]
fn what_is_not_settled_is_not_judged_and_gaps_stop_the_count() {
    let plan =
        plan("targets: [{id: t, metric: units, period: 2025-09-01..2025-09-08, value: 800, owner: li}]");
    let check = |values: &[&str], as_of: &str, expected: (Standing, Option<NoPace>, Option<u32>)| {
        let figures = Figures::of(&plan).days("units", &Scope::company(), "2025-09-01", values);
        let judged = &figures.judged(as_of)[0];
        let days = judged.pace.as_ref().map(|pace| pace.days.0);
        assert_eq!((judged.standing, judged.no_pace, days), expected, "{values:?}");
    };
    check(&["100", "100"], "2025-09-02", (Standing::TooEarly, None, Some(2)));
    check(&["100", "100", "100", "~5", "~5"], "2025-09-05", (Standing::On, None, Some(3)));
    check(&["~100", "~100", "~100"], "2025-09-03", (Standing::TooEarly, Some(NoPace::Unsettled), None));
    let gap = Some(NoPace::Gap(day("2025-09-03")));
    check(&["100", "100", "-", "100"], "2025-09-04", (Standing::TooEarly, gap, None));
    // Today's file is not there yet: the day before counts.
    check(&["100", "100", "100", "-"], "2025-09-04", (Standing::On, None, Some(3)));
    check(&[], "2025-09-04", (Standing::NoData, Some(NoPace::NoData), None));
    check(&[], "2025-08-30", (Standing::TooEarly, Some(NoPace::NotBegun), None));
}

#[test]
fn nothing_asked_has_no_index_and_is_too_early() {
    let plan = plan("targets: [{id: t, metric: units, period: 2025-09-01..2025-09-08, value: 0, owner: li}]");
    let figures = Figures::of(&plan).days("units", &Scope::company(), "2025-09-01", &["1", "1", "1"]);
    let judged = &figures.judged("2025-09-03")[0];
    let pace = judged.pace.as_ref().expect("three days");
    assert_eq!((pace.index, judged.forecast, judged.standing), (None, None, Standing::TooEarly));
}

/// 20 % wanted, 240k spent for 1,000k of 2,000k expected: 16 % for the rest (numbers.md §5.4).
#[test]
fn a_rate_is_judged_by_its_value_to_date_and_says_what_it_may_still_be() {
    let text = "targets:
  - {id: t, metric: acos, period: 2025-09-01..2025-09-10, value: 20%, red: 26%, owner: li}
  - {id: s, metric: ad_sales, period: 2025-09-01..2025-09-10, value: 2_000_000, owner: li, phase: {days: even}}
";
    let plan = plan(text);
    let company = Scope::company();
    let figures = Figures::of(&plan).days("ad_spend", &company, "2025-09-01", &["48000"; 5]).days(
        "ad_sales",
        &company,
        "2025-09-01",
        &["200000", "200000", "200000", "200000", "200000", "~9"],
    );
    let judged = figures.judged("2025-09-06");
    let pace = judged[0].pace.as_ref().expect("five days");
    near(pace.actual, 0.24);
    near(pace.allowed_rest.expect("sales are planned"), 0.16);
    assert_eq!((pace.as_of, judged[0].standing), (day("2025-09-05"), Standing::Near));
}

#[test]
fn a_budget_is_better_unspent_and_a_closed_period_is_judged_by_its_figure() {
    let plan = plan("targets: [{id: t, metric: ad_spend, period: 2025-06, value: 1000, owner: li}]");
    let company = Scope::company();
    let of = |value: &str| {
        let figures = Figures::of(&plan).period("ad_spend", &company, "2025-06", value, State::Complete);
        let judged = figures.judged("2025-07-15").remove(0);
        (judged.standing, judged.no_pace)
    };
    let over = Some(NoPace::Over);
    assert_eq!(of("990"), (Standing::On, over));
    assert_eq!(of("1040"), (Standing::Near, over));
    assert_eq!(of("1100"), (Standing::Off, over));
}

#[test]
fn growth_is_resolved_when_its_baseline_is_complete() {
    let text = "targets:
  - {id: t, metric: units, period: 2025-09, value: {growth: 5%, of: daily_average, baseline: 2025-08}, owner: li, split: {by: store, share: {jp1: 0.6, jp2: 0.4}}}
";
    let plan = plan(text);
    let company = Scope::company();
    // 3,100 in 31 days: 100 a day, 105 wanted in each of 30.
    let figures = Figures::of(&plan).period("units", &company, "2025-08", "3100", State::Complete);
    let judged = figures.judged("2025-09-01");
    let values: Vec<String> = judged.iter().map(|one| sum(one, "2025-09")).collect();
    assert_eq!(values, ["3150", "1890", "1260"]);
    assert!(judged[0].rollup.as_ref().is_some_and(|rollup| !rollup.differs && rollup.uncovered.len() == 1));
    let open = Figures::of(&plan).period("units", &company, "2025-08", "2000", State::Provisional);
    assert_eq!(open.judged("2025-09-01")[0].in_force, None);
    assert_eq!(open.found("2025-09-01"), ["growth-without-baseline"]);
}

#[test]
fn a_month_knows_its_part_of_the_year_and_a_week_that_of_two_months() {
    let text = "targets:
  - {id: year, metric: gmv, period: 2025, value: 1200, stretch: 2400, owner: li, phase: {months: [1,1,1,1,1,1,1,1,1,1,1,1], days: even}}
  - {id: sep, metric: units, period: 2025-09, value: 300, owner: li, phase: {days: even}}
  - {id: oct, metric: units, period: 2025-10, value: 310, owner: li, phase: {days: even}}
  - {id: rate, metric: acos, period: 2025, value: 20%, glide: {from: 32%, curve: steps}, owner: li}
";
    let plan = plan(text);
    let judged = Figures::of(&plan).judged("2025-12-31");
    let targets = Targets::new(&plan, &judged);
    let asked = |metric: &str, period: &str| {
        let period = parse_period(period, &plan.site.calendar).expect("a period");
        let asked = targets.of(&metric.into(), &Scope::company(), period)?;
        let stretch = asked.in_force.stretch.map(|stretch| stretch.normalize().to_string());
        match asked.in_force.value {
            crate::plan::TargetValue::Of(value) => Some((value.normalize().to_string(), stretch)),
            crate::plan::TargetValue::Between(..) => None,
        }
    };
    let plain = |value: &str| Some((value.to_owned(), None));
    assert_eq!(asked("gmv", "2025-03"), Some(("100".to_owned(), Some("200".to_owned()))));
    assert_eq!(asked("gmv", "2025-Q2"), Some(("300".to_owned(), Some("600".to_owned()))));
    assert_eq!(asked("units", "2025-09"), plain("300"));
    assert_eq!(asked("units", "2025-W40"), plain("70"), "29 September to 5 October");
    assert_eq!(asked("units", "2025-W45"), None, "nothing is asked of November");
    assert_eq!(asked("acos", "2025-06"), plain("0.26"));
    assert_eq!(asked("acos", "2024-06"), None);
}

#[test]
fn inverse_planning_follows_its_assumptions() {
    let text = "targets:
  - id: t
    metric: gmv
    period: 2025-09
    value: 8_000_000
    owner: li
    derive:
      - {metric: units, divide_by: asp, assume: 2500}
      - {metric: sessions, divide_by: conversion}
";
    let plan = plan(text);
    let company = Scope::company();
    let figures = Figures::of(&plan).period("conversion", &company, "2025-07", "0.08", State::Complete);
    let judged = &figures.judged("2025-09-01")[0];
    let expected = |figure: &str| {
        let text = include_str!("../../tests/data/vectors/finance_worked.csv");
        let row = rows(text).find(|row| row[0] == figure).expect("a row");
        row[2].parse::<f64>().expect("a number")
    };
    near(judged.derived[0].value, expected("inverse_units"));
    near(judged.derived[1].value, expected("inverse_sessions"));
    assert_eq!(judged.derived[0].measured, None);
    assert_eq!(judged.derived[1].measured.map(|period| period.start), Some(day("2025-07-01")));
}

#[test]
fn history_speaks_against_targets() {
    let months = ["100", "104", "98", "101", "99", "103"];
    let with = |targets: &str, rules: &[&str]| {
        let plan = plan(targets);
        let company = Scope::company();
        let figures = months.iter().enumerate().fold(Figures::of(&plan), |figures, (at, value)| {
            figures.period("units", &company, &format!("2025-{:02}", at + 1), value, State::Complete)
        });
        let figures = figures.period("units", &company, "2024-07", "100", State::Complete);
        assert_eq!(figures.found("2025-07-02"), rules, "{targets}");
    };
    with("targets: [{id: t, metric: units, period: 2025-07, value: 105, owner: li}]", &[]);
    with(
        "targets: [{id: t, metric: units, period: 2025-07, value: 200, owner: li}]",
        &["target-implausible", "stretch-without-resources"],
    );
    with(
        "targets: [{id: t, metric: units, period: 2025-07, value: 200, owner: li, resources: [more ads]}]",
        &["target-implausible"],
    );
    with(
        "targets: [{id: t, metric: units, period: 2025-07, value: 100, owner: li}]",
        &["target-already-met"],
    );
    with("targets: [{id: t, metric: units, period: 2025-07, value: 100, owner: li, note: hold}]", &[]);
    with(
        "targets: [{id: t, metric: units, period: 2025-07, value: 80, owner: li, note: hold}]",
        &["target-sandbagged"],
    );
}

#[test]
fn an_event_of_another_store_is_none_of_a_persons_business() {
    let first = |scope: &str| {
        let plan = plan(&format!(
            "targets: [{{id: t, metric: units, scope: {{{scope}}}, period: 2025-07, value: 330, owner: li, phase: {{days: fair}}}}]"
        ));
        sum(&Figures::of(&plan).judged("2025-07-02")[0], "2025-07-01")
    };
    // 330 over thirty days and one that counts for three; or over thirty-one days, where twenty get one more.
    assert_eq!([first("store: jp1"), first("store: jp2"), first("person: mo")], ["30", "11", "11"]);
}

#[test]
fn parts_on_another_calendar_are_told_by_the_month() {
    let with = |of_part: &str, of_whole: &str| {
        let plan = plan(&format!(
            "targets:
  - {{id: t, metric: gmv, period: 2025-07..2025-08, value: 20_000_000, owner: li{of_whole}}}
  - {{id: a, metric: gmv, scope: {{store: jp1}}, period: 2025-07..2025-08, value: 12_000_000, owner: li, parent: t{of_part}}}
  - {{id: b, metric: gmv, scope: {{store: jp2}}, period: 2025-07..2025-08, value: 8_000_000, owner: li, parent: t}}
"
        ));
        let found = assess(&plan, &Facts::default(), Some(day("2025-07-02"))).found;
        let told = found.into_iter().filter(|one| one.rule.name == "parts-phased-apart");
        told.map(|one| (one.message, one.related.len())).collect::<Vec<_>>()
    };
    assert_eq!(with("", ""), []);
    // Half of twelve million, and the 24 yen that are left over on the first days, instead of the 41.875 of 74.125 that July
    // weighs; as much more in August.
    let told = with(", phase: {days: even}", "");
    let [(message, apart)] = &told[..] else { panic!("{told:?}") };
    let said =
        "the parts of `t` add up to it, but not in 2 of its months: in 2025-07 they ask for 779076 less";
    assert_eq!((message.as_str(), *apart), (said, 1));
    // Other days of equal months are no gap; the part without months is, and it asks for more in July.
    let told = with(", phase: {months: [1, 1], days: even}", ", phase: {months: [1, 1]}");
    assert!(told.len() == 1 && told[0].0.contains("in 2025-07 they ask for 5193"), "{told:?}");
}

#[test]
fn a_rate_that_follows_from_its_sides_is_held_against_them() {
    let text = |rate: &str| {
        format!(
            "targets:
  - {{id: rate, metric: acos, period: 2025-09, value: {rate}, owner: li}}
  - {{id: spend, metric: ad_spend, period: 2025-09, value: 200, owner: li}}
  - {{id: sales, metric: ad_sales, period: 2025-09, value: 1000, owner: li}}
"
        )
    };
    for (rate, differs) in [("20%", false), ("20.5%", false), ("20.6%", true)] {
        let plan = plan(&text(rate));
        let judged = Figures::of(&plan).judged("2025-09-01");
        let rollup = judged[0].rollup.as_ref().expect("both sides have targets");
        near(rollup.sum.expect("200 of 1,000"), 0.2);
        assert_eq!(rollup.differs, differs, "{rate}");
    }
}

#[test]
fn a_series_asks_what_its_source_says_of_each_day() {
    let text = "targets: [{id: t, metric: units, owner: li, series: {source: s, value: sum(wanted)}}]";
    let mut plan = plan(text);
    plan.targets[0].period = parse_period("2025-07-01..2025-07-06", &plan.site.calendar).expect("a period");
    let series = plan.targets[0].series.clone().expect("a series");
    let company = Scope::company();
    let figures = Figures::of(&plan)
        .days(&series, &company, "2025-07-01", &["10", "20", "30", "-", "25", "15"])
        .days("units", &company, "2025-07-01", &["11", "19", "36"]);
    let judged = figures.judged("2025-07-03").remove(0);
    assert_eq!(sum(&judged, "2025-07-01..2025-07-06"), "100");
    assert_eq!(sum(&judged, "2025-07-03..2025-07-05"), "55");
    let pace = judged.pace.expect("three complete days");
    near(pace.expected, 60.0);
    near(pace.index.expect("something was asked"), 1.1);
    // 34 are left: nothing on the day the source leaves out, the rest by 25 and 15.
    assert_eq!(pace.rescaled, [Decimal::ZERO, number("21"), number("13")]);
    near(Quantity::Approximate(judged.forecast.expect("a forecast").value), 110.0);
}
