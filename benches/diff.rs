//! Times `kpress diff`: 400 metrics over 13 weeks in memory, and the example with a past against one build with an empty cache.
//! Run with `cargo bench --bench diff`; the figures to watch are the ratios to their limits. Needs Git, Bash and Perl.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark measures time and prints")]

use kpress::build::{Stage, Store, Watch, side};
use kpress::diff::compare;
use kpress::inputs::Memory;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// What the manual promises for 400 metrics.
const LIMIT: Duration = Duration::from_secs(1);
/// A comparison of the example takes at most so many builds.
const BUILDS: f64 = 2.0;
/// Odd, so that the median is one of the runs.
const RUNS: usize = 5;
const METRICS: usize = 400;
/// Of these, so many have another formula on the later side.
const CHANGED: usize = 40;
const WEEKS: i64 = 13;

struct Quiet;

impl Watch for Quiet {
    fn begin(&self, _stage: Stage) {}

    fn stopped(&self) -> bool {
        false
    }
}

fn main() {
    many();
    example();
}

fn many() {
    let (was, now) = (workspace(0), workspace(CHANGED));
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let begun = Instant::now();
            let of = |name: &str, files: &Memory| {
                side(name.to_owned(), files, &Store::none(), None, &Quiet).expect("nobody stops it")
            };
            let told = compare(&of("base", &was), &of("head", &now));
            assert_eq!(told.definitions.len(), CHANGED, "each changed formula is told");
            assert!(told.figures.iter().filter(|one| one.scope == "company").count() >= CHANGED);
            begun.elapsed()
        })
        .collect();
    times.sort();
    let median = times[RUNS / 2];
    println!(
        "diff {METRICS} metrics, {WEEKS} weeks   {:>8.1} ms   {:.2} of the limit of {} ms",
        median.as_secs_f64() * 1000.0,
        median.as_secs_f64() / LIMIT.as_secs_f64(),
        LIMIT.as_millis()
    );
}

/// Metrics over one table; the first `changed` of them count something else.
fn workspace(changed: usize) -> Memory {
    let config =
        "site: {title: T, languages: [en], currency: JPY}\nsources: {s: {files: data/*.csv, date: date}}\n";
    let mut metrics = "metrics:\n".to_owned();
    for at in 0..METRICS {
        let more = if at < changed { " + 1" } else { "" };
        writeln!(metrics, "  m{at}: {{source: s, value: sum(n) * {}{more}, unit: count}}", at + 1)
            .expect("a string takes it");
    }
    let mut data = "date,n\n".to_owned();
    let first = kpress::time::Date::constant(2026, 1, 5);
    for day in 0..WEEKS * 7 {
        let day = kpress::time::plus_days(first, i32::try_from(day).expect("a few weeks"));
        writeln!(data, "{day},{}", 10 + day.day()).expect("a string takes it");
    }
    Memory::of([
        ("kpress.yaml", config.as_bytes()),
        ("metrics/a.yaml", metrics.as_bytes()),
        ("data/a.csv", data.as_bytes()),
    ])
}

fn example() {
    let place = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("diff-bench");
    let _ = std::fs::remove_dir_all(&place);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/amazon-jp/history.sh");
    let made = Command::new("bash").arg(script).arg(&place).status().expect("bash is installed");
    assert!(made.success(), "the repository of the example");
    let timed = |arguments: &[&str]| {
        let _ = std::fs::remove_dir_all(place.join(".kpress"));
        let begun = Instant::now();
        let mut command = Command::new(env!("CARGO_BIN_EXE_kpress"));
        let output = command.args(arguments).current_dir(&place).output().expect("kpress starts");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        // A comparison ends with 1 where something differs.
        assert!(matches!(output.status.code(), Some(0 | 1)), "{told}");
        begun.elapsed().as_secs_f64()
    };
    let build = timed(&["build"]);
    // Formulas, targets and a calendar: all of the figures have to be looked at on both sides.
    let diff = timed(&["diff", "HEAD~12", "HEAD"]);
    println!(
        "the example: build {build:.2} s, diff {diff:.2} s   {:.2} builds, of a limit of {BUILDS}",
        diff / build
    );
    let _ = std::fs::remove_dir_all(&place);
}
