//! Times the publishing of 10,000 pages of which 100 changed, beside copying the tree with `cp -r` and hashing the pages.
//! Run with `cargo bench --bench publish`; the figures are medians of a few runs, to be read as ratios.
//!
//! What is compared: on one side everything from opening the version store to the last pointer, with pages that are in memory
//! already; on the other `cp -r` of the tree of the version before, whose files are in memory as well, and one SHA-256 over each
//! page. `cp -r` promises nothing for the moment after it: its bytes are on the disk when the system sees fit. A publish waits
//! for them. So waiting is told apart, and set beside the `sync` that makes of the copy something that outlasts a loss of power.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark measures time, prints and uses files of its own"
)]

use kpress::inputs::Hash;
use kpress::site::Probe;
use kpress::versions::{About, Staging, Told, VersionId, VersionStore, Who};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Pages of the site.
const PAGES: usize = 10_000;
/// Pages that say something else in the next version.
const CHANGED: usize = 100;
/// Bytes of a page.
const BYTES: usize = 8 * 1024;
/// Odd, so that the median is one of the runs.
const RUNS: usize = 5;

/// How long each part of a run took.
#[derive(Clone, Copy, Debug, Default)]
struct Run {
    published: Duration,
    waited: Duration,
    hashed: Duration,
    copied: Duration,
    synced: Duration,
}

fn main() {
    let place = std::env::temp_dir().join(format!("kpress-bench-publish-{}", std::process::id()));
    fs::create_dir_all(&place).expect("a folder of this run");
    let pages = site(0);
    let first = timed(|| publish(&place, 0, &pages, None));
    let runs: Vec<Run> = (1..=RUNS).map(|run| one(&place, run)).collect();
    println!("{PAGES} pages of {BYTES} bytes, {CHANGED} changed; medians of {RUNS} runs");
    println!("first publish                       {:>8.0} ms", millis(first));
    let line = |name: &str, of: fn(&Run) -> Duration| {
        let told = median(runs.iter().map(of).collect());
        println!("{name:<35} {:>8.0} ms", millis(told));
        told.as_secs_f64()
    };
    let published = line("next publish", |run| run.published);
    let waited = line("  of it waiting for the disk", |run| run.waited);
    let hashed = line("hashing the pages", |run| run.hashed);
    let copied = line("cp -r", |run| run.copied);
    let synced = line("sync after it", |run| run.synced);
    let ratio = |name: &str, ratio: f64| println!("{name:<35} {ratio:>8.2}");
    ratio("publish / (cp -r + hashing)", published / (copied + hashed));
    ratio("without waiting / (cp -r + hashing)", (published - waited) / (copied + hashed));
    ratio("publish / (cp -r + hashing + sync)", published / (copied + hashed + synced));
    let rolled = timed(|| rollback(&place));
    println!("rollback                            {:>8.0} ms", millis(rolled));
    fs::remove_dir_all(&place).expect("a folder of this run");
}

fn one(place: &Path, number: usize) -> Run {
    let pages = site(number);
    let mut run = Run {
        hashed: timed(|| {
            let hashes: Vec<Hash> = pages.iter().map(|(_, bytes)| Hash::of(bytes)).collect();
            assert_eq!(hashes.len(), PAGES);
        }),
        ..Run::default()
    };
    // The copies stay until the end: some file systems are slow to give out numbers of files that were just removed, and who
    // comes next would pay for it.
    let goal = place.join(format!("copy-{number}"));
    sync();
    run.copied = timed(|| {
        let done = Command::new("cp").arg("-r").arg(place.join(".kpress/web/all/v/v0")).arg(&goal).status();
        assert!(done.expect("cp starts").success());
    });
    run.synced = timed(sync);
    let waits = Arc::new(Waits::default());
    run.published = timed(|| publish(place, number, &pages, Some(Arc::clone(&waits))));
    run.waited = waits.total();
    run
}

fn sync() {
    assert!(Command::new("sync").status().expect("sync starts").success());
}

/// Adds up how long the disk was waited for: from the moment that a wait is announced to the next operation.
#[derive(Default)]
struct Waits(Mutex<(Duration, Option<Instant>)>);

impl Waits {
    fn total(&self) -> Duration {
        let (total, open) = *self.0.lock().expect("nobody panics with it");
        total + open.map_or(Duration::ZERO, |since| since.elapsed())
    }
}

impl Probe for Waits {
    fn before(&self, operation: &'static str, _: &str) -> std::io::Result<()> {
        let mut waits = self.0.lock().expect("nobody panics with it");
        if let Some(since) = waits.1.take() {
            waits.0 += since.elapsed();
        }
        waits.1 = operation.starts_with("sync").then(Instant::now);
        Ok(())
    }
}

fn site(run: usize) -> Vec<(String, Vec<u8>)> {
    let page = |number: usize| {
        let said = if number.is_multiple_of(PAGES / CHANGED) { run } else { 0 };
        let mut text = format!("page {number} says {said}\n");
        while text.len() < BYTES {
            text += &format!("{} ", text.len().wrapping_mul(number + 7));
        }
        text.truncate(BYTES);
        (format!("zh/pages/{}/{number}/index.html", number / 100), text.into_bytes())
    };
    (0..PAGES).map(page).collect()
}

fn open(place: &Path, run: usize, probe: Option<Arc<dyn Probe>>) -> VersionStore {
    let who = Who {
        pid: std::process::id(),
        started: 0,
        host: "bench".to_owned(),
        by: "bench".to_owned(),
        now: 1_800_000_000,
        token: format!("t{run}"),
    };
    VersionStore::open(place, &who, &|_, _| false, probe).expect("a version store")
}

fn publish(place: &Path, run: usize, pages: &[(String, Vec<u8>)], waits: Option<Arc<Waits>>) {
    let mut store = open(place, run, waits.map(|waits| waits as Arc<dyn Probe>));
    let audience = "all".to_owned();
    let mut staging = Staging::begin(&mut store, std::slice::from_ref(&audience)).expect("there is space");
    for (path, bytes) in pages {
        staging.take(&audience, path, bytes);
    }
    let about = About {
        id: VersionId::parse(&format!("v{run}")).expect("a name"),
        site: "Bench".to_owned(),
        period: None,
        created: ("2026-11-16T00:00:00Z".to_owned(), "SOURCE_DATE_EPOCH".to_owned()),
        source: kpress::versions::manifest::Source::default(),
        supersedes: None,
        against: None,
        draft_until: None,
    };
    staging.commit(&about, &BTreeMap::from([(audience, Told::default())]), None).expect("published");
}

fn rollback(place: &Path) {
    let mut store = open(place, 99, None);
    let mut entry = store.entry(kpress::versions::Op::Alias);
    (entry.version, entry.alias) = (Some("v0".to_owned()), Some("latest".to_owned()));
    store.record(entry).expect("rolled back");
}

fn timed(act: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    act();
    begun.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
