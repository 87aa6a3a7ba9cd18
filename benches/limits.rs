//! Times process limits and signals of ten thousand series of three years of weeks, beside a peer that only adds them up.
//! Run with `cargo bench --bench limits`; the figures to watch are the ratio to the limit and to the peer.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark measures time and prints")]

use kpress::assess::spc::{Control, control, signal};
use kpress::measure::{Days, Point, Series, State};
use kpress::plan::{Better, Limits, Preset, Scope};
use kpress::time::{Calendar, Date, Grain, NamedBy, Weekday, plus_days};
use kpress::unit::{Decimal, Quantity};
use std::time::{Duration, Instant};

/// What the issue promises, on one core.
const LIMIT: Duration = Duration::from_millis(300);
/// Odd, so that the median is one of the runs.
const RUNS: usize = 9;
const SERIES: usize = 10_000;
const WEEKS: usize = 156;
const CALENDAR: Calendar = Calendar {
    week_starts: Weekday::Monday,
    fiscal_starts: 4,
    named_by: NamedBy::Start,
    numbering: None,
    retail: None,
};

fn main() {
    let all = series();
    let peer = median(|| all.iter().map(added).sum::<f64>() > 0.0);
    for (name, limits) in [("wheeler", Limits::default()), ("nhs", Preset::Nhs.limits())] {
        let time = median(|| speaking(&all, &limits) > 0);
        println!(
            "limits {SERIES} × {WEEKS} {name:<8} {:>7.1} ms   {:.2} of the limit of {} ms   {:.1} × adding up ({:.1} ms)",
            time.as_secs_f64() * 1000.0,
            time.as_secs_f64() / LIMIT.as_secs_f64(),
            LIMIT.as_millis(),
            time.as_secs_f64() / peer.as_secs_f64(),
            peer.as_secs_f64() * 1000.0
        );
    }
}

fn median(work: impl Fn() -> bool) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let begun = Instant::now();
            assert!(work());
            begun.elapsed()
        })
        .collect();
    times.sort();
    times[RUNS / 2]
}

/// Weekly sales that wander, each series its own way.
fn series() -> Vec<Series> {
    let first = Date::constant(2023, 1, 2);
    let days = i32::try_from(7 * WEEKS).expect("three years");
    let periods = CALENDAR.periods(Grain::Week, first, plus_days(first, days - 1));
    let mut seed = 1_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(seed >> 44).expect("20 bits")
    };
    let mut one = |_| {
        let point = |period| {
            let value = Some(Quantity::Exact(Decimal::from(5_000_000 + next())));
            Point { period, value, state: State::Complete, days: Days { observed: 7, expected: 7 } }
        };
        Series { points: periods.iter().copied().map(point).collect() }
    };
    (0..SERIES).map(&mut one).collect()
}

fn added(series: &Series) -> f64 {
    series.points.iter().filter_map(|point| point.value).map(Quantity::as_f64).sum()
}

/// How many series speak; each has its limits and every rule is applied to every point.
fn speaking(all: &[Series], limits: &Limits) -> usize {
    let (id, scope) = ("m".into(), Scope::company());
    let told = |series: &Series| {
        let control: Control = control(series, limits, &CALENDAR);
        assert_eq!(control.segments[0].points, WEEKS);
        signal(&control, (&id, &scope, Grain::Week), Better::Higher, None).is_some()
    };
    all.iter().filter(|series| told(series)).count()
}
