//! Times judging ten thousand targets of a year each, spread over a hundred files, in the middle of their time.
//! Run with `cargo bench --bench targets`; the figure to watch is the ratio to the limit.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark measures time and prints")]

use kpress::assess::{Course, Judged, assess};
use kpress::inputs::Memory;
use kpress::measure::{Days, Facts, Point, Series, State};
use kpress::plan::{Plan, Scope, load};
use kpress::time::{Date, Grain, Period};
use kpress::unit::{Decimal, Quantity};
use std::fmt::Write;
use std::time::{Duration, Instant};

/// What issue and manual promise.
const LIMIT: Duration = Duration::from_millis(200);
/// Odd, so that the median is one of the runs.
const RUNS: usize = 9;
const FILES: usize = 100;
const PER_FILE: usize = 100;
/// Each product has five years of targets that begin a month apart.
const STARTS: [&str; 5] = ["2025-01", "2025-02", "2025-03", "2025-04", "2025-05"];
const ENDS: [&str; 5] = ["2025-12", "2026-01", "2026-02", "2026-03", "2026-04"];

fn main() {
    let plan = workspace();
    let as_of = Date::constant(2025, 7, 15);
    let facts = facts(&plan, as_of);
    let judged = assess(&plan, &facts, Some(as_of)).value;
    check(&plan, &judged);
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let begun = Instant::now();
            let judged = assess(&plan, &facts, Some(as_of)).value;
            assert_eq!(judged.len(), FILES * PER_FILE);
            begun.elapsed()
        })
        .collect();
    times.sort();
    let median = times[RUNS / 2];
    println!(
        "assess {} targets of a year   {:>7.1} ms   {:.2} of the limit of {} ms",
        plan.targets.len(),
        median.as_secs_f64() * 1000.0,
        median.as_secs_f64() / LIMIT.as_secs_f64(),
        LIMIT.as_millis()
    );
}

fn workspace() -> Plan {
    let mut files = vec![
        (
            "kpress.yaml".to_owned(),
            "site: {title: T, languages: [en], currency: JPY, calendar: jp}\nsources: {s: {files: data/*.csv, date: date, dimension: [sku], basis: {tax: inclusive}}}\n".to_owned(),
        ),
        (
            "metrics/a.yaml".to_owned(),
            "metrics:\n  gmv: {source: s, value: sum(sales), unit: JPY, better: higher}\n".to_owned(),
        ),
        (
            "calendar/jp.yaml".to_owned(),
            "days: {mon: 1.00, tue: 0.95, wed: 0.95, thu: 0.95, fri: 1.00, sat: 1.15, sun: 1.20}\nholidays: {list: jp, weight: 1.10}\nevents: [{id: prime-day, from: 2025-07-11, to: 2025-07-14, weight: 3}]\n".to_owned(),
        ),
    ];
    for file in 0..FILES {
        let mut text = "targets:\n".to_owned();
        for at in 0..PER_FILE {
            let number = file * PER_FILE + at;
            let (sku, which) = (number / STARTS.len(), number % STARTS.len());
            let value = 3_000_000 + number * 37;
            writeln!(
                text,
                "  - {{id: t{number}, metric: gmv, scope: {{sku: p{sku}}}, period: {}..{}, value: {value}}}",
                STARTS[which], ENDS[which]
            )
            .expect("a string takes it");
        }
        files.push((format!("targets/{file:03}.yaml"), text));
    }
    let begun = Instant::now();
    let read = load(&Memory::of(files.iter().map(|(name, text)| (name.as_str(), text.as_bytes()))));
    println!("read {FILES} files                  {:>7.1} ms", begun.elapsed().as_secs_f64() * 1000.0);
    assert_eq!(read.value.targets.len(), FILES * PER_FILE, "{:?}", read.found.first());
    read.value
}

/// Sales of every product, every day of this year so far.
fn facts(plan: &Plan, as_of: Date) -> Facts {
    let mut facts = Facts::default();
    let calendar = plan.site.calendar;
    let year = Period::range(Date::constant(2025, 1, 1), as_of);
    for sku in 0..FILES * PER_FILE / STARTS.len() {
        let point = |(at, day): (usize, Date)| {
            let sales = Decimal::from(7000 + (at * 131 + sku * 17) % 2000);
            let days = Days { observed: 1, expected: 1 };
            let period = calendar.period(Grain::Day, day);
            Point { period, value: Some(Quantity::Exact(sales)), state: State::Complete, days }
        };
        let points = year.each_day().enumerate().map(point).collect();
        let scope = Scope::of("sku", &format!("p{sku}"));
        facts.series.insert(("gmv".into(), scope, Grain::Day), Series { points });
    }
    facts
}

/// What is timed is the whole work: each target has its days, a pace and a forecast.
fn check(plan: &Plan, judged: &[Judged]) {
    for (target, one) in plan.targets.iter().zip(judged) {
        let Some(Course::Sum(days)) = one.course.as_deref() else { panic!("{} has no days", target.id) };
        assert_eq!(days.before.len() as u32, target.period.days() + 1);
        assert!(one.pace.is_some() && one.forecast.is_some(), "{} has no pace: {:?}", target.id, one.no_pace);
    }
}
