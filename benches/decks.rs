//! Times a deck of 400 charts over 730 days of 400 metrics, and ten metrics over a million rows of products.
//! Run with `cargo bench --bench decks`; the figures are medians: processor time and peak memory of the whole command, with
//! and without what an earlier run kept. The figures to watch are the ratios to the limits.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark measures time, prints and uses files of its own"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// What the issue promises of the whole command.
struct Limit {
    /// Of processor time, user and system.
    seconds: f64,
    /// At the peak, where memory is promised.
    megabytes: Option<f64>,
}

const DECK: Limit = Limit { seconds: 0.5, megabytes: None };
const PRODUCTS: Limit = Limit { seconds: 0.4, megabytes: Some(300.0) };
/// Odd, so that the median is one of the runs.
const RUNS: usize = 5;

fn main() {
    let place = std::env::temp_dir().join(format!("kpress-bench-decks-{}", std::process::id()));
    let (deck, products) = (place.join("deck"), place.join("products"));
    write_deck(&deck);
    write_products(&products);
    let list = ["values", "--deck", "weekly", "--format", "json"];
    for (kept, what) in [(Kept::Nothing, "first time"), (Kept::All, "again")] {
        told(&format!("400 charts, {what}"), &DECK, measured(&deck, &list, kept));
        told(&format!("1,000,000 rows, {what}"), &PRODUCTS, measured(&products, &list, kept));
    }
    fs::remove_dir_all(&place).expect("a folder of this run");
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

fn day(number: i32) -> String {
    jiff::civil::date(2024, 11, 17).saturating_add(jiff::ToSpan::days(number)).to_string()
}

const HEAD: &str = "site: {title: B, languages: [en], week: {starts: sunday}, as_of: 2026-11-14}\n";

fn write_deck(folder: &Path) {
    let mut rows = "Date".to_owned();
    (0..400).for_each(|metric| write!(rows, ",c{metric}").expect("a text grows"));
    for number in 0..730 {
        write!(rows, "\n{}", day(number)).expect("a text grows");
        (0..400).for_each(|metric| {
            write!(rows, ",{}", 1000 + (number * 37 + metric * 101) % 997).expect("a text grows");
        });
    }
    let each = |line: fn(i32) -> String| (0..400).map(line).collect::<String>();
    write(folder, "kpress.yaml", &format!("{HEAD}sources: {{s: {{files: \"data/*.csv\", date: Date}}}}\n"));
    write(folder, "data/s.csv", &rows);
    let metrics = each(|at| format!("  m{at}: {{source: s, value: sum(c{at}), limits: off}}\n"));
    write(folder, "metrics/m.yaml", &format!("metrics:\n{metrics}"));
    let blocks = each(|at| format!("  - {{block: six-twelve, metric: m{at}}}\n"));
    write(folder, "dashboards/weekly.yaml", &format!("deck: week\nblocks:\n{blocks}"));
}

fn write_products(folder: &Path) {
    let names: Vec<String> = (0..10).map(|at| format!("c{at}")).collect();
    let mut rows = format!("Date,sku,{}", names.join(","));
    for row in 0..1_000_000_i32 {
        let number = row / 1370;
        write!(rows, "\n{},sku{}", day(number), row % 1370).expect("a text grows");
        (0..10).for_each(|metric| write!(rows, ",{}", (row * 7 + metric * 13) % 97).expect("a text grows"));
    }
    let source = "sources: {s: {files: \"data/*.csv\", date: Date, dimension: [sku]}}\n";
    write(folder, "kpress.yaml", &format!("{HEAD}{source}"));
    write(folder, "data/s.csv", &rows);
    let each = |line: fn(i32) -> String| (0..10).map(line).collect::<String>();
    let metrics = each(|at| format!("  m{at}: {{source: s, value: sum(c{at}), limits: off}}\n"));
    write(folder, "metrics/m.yaml", &format!("metrics:\n{metrics}"));
    let blocks = each(|at| format!("  - {{block: six-twelve, metric: m{at}}}\n"));
    write(folder, "dashboards/weekly.yaml", &format!("deck: week\nblocks:\n{blocks}"));
}

/// What is there from an earlier run.
#[derive(Clone, Copy, PartialEq)]
enum Kept {
    Nothing,
    All,
}

fn told(what: &str, limit: &Limit, (seconds, megabytes): (f64, f64)) {
    let memory = limit
        .megabytes
        .map_or_else(String::new, |most| format!("   {:.2} of the limit of {most} MB", megabytes / most));
    println!(
        "{what:<28} {seconds:>6.2} s of processor   {:.2} of the limit of {} s   {megabytes:>6.0} MB{memory}",
        seconds / limit.seconds,
        limit.seconds
    );
}

/// Seconds of processor and megabytes at the peak, as GNU time tells them.
fn measured(folder: &Path, arguments: &[&str], kept: Kept) -> (f64, f64) {
    let mut seen: Vec<(f64, f64)> = (0..RUNS)
        .map(|_| {
            if kept == Kept::Nothing {
                let _ = fs::remove_dir_all(folder.join(".kpress"));
            }
            measure(folder, arguments)
        })
        .collect();
    seen.sort_by(|a, b| a.0.total_cmp(&b.0));
    seen[RUNS / 2]
}

fn measure(folder: &Path, arguments: &[&str]) -> (f64, f64) {
    let output = Command::new("/usr/bin/time")
        .args(["-f", "%U %S %M", env!("CARGO_BIN_EXE_kpress")])
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .expect("GNU time measures the program");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let last: Vec<f64> =
        said.lines().last().unwrap_or_default().split(' ').filter_map(|part| part.parse().ok()).collect();
    let [user, system, peak] = last.as_slice() else { panic!("no figures: {said}") };
    (user + system, peak / 1024.0)
}
