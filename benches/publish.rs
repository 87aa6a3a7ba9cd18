//! Times the publishing of 10,000 pages of which 100 changed, beside copying the tree with `cp -r` and hashing the pages.
//! Run with `cargo bench --bench publish`; the figures are medians of a few runs, to be read as ratios.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark measures time, prints and uses files of its own"
)]

use kpress::inputs::Hash;
use kpress::versions::{About, Staging, Told, VersionId, VersionStore, Who};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Pages of the site.
const PAGES: usize = 10_000;
/// Pages that say something else in the next version.
const CHANGED: usize = 100;
/// Bytes of a page.
const BYTES: usize = 8 * 1024;
/// Odd, so that the median is one of the runs.
const RUNS: usize = 5;

fn main() {
    let place = std::env::temp_dir().join(format!("kpress-bench-publish-{}", std::process::id()));
    fs::create_dir_all(&place).expect("a folder of this run");
    let pages = site(0);
    let first = timed(|| publish(&place, 0, &pages));
    let mut publishing = Vec::new();
    let mut copying = Vec::new();
    for run in 1..=RUNS {
        let pages = site(run);
        let hashing = timed(|| {
            let hashes: Vec<Hash> = pages.iter().map(|(_, bytes)| Hash::of(bytes)).collect();
            assert_eq!(hashes.len(), PAGES);
        });
        let goal = place.join("copy");
        let copied = timed(|| {
            let done =
                Command::new("cp").arg("-r").arg(place.join(".kpress/web/all/v/v0")).arg(&goal).status();
            assert!(done.expect("cp starts").success());
        });
        fs::remove_dir_all(&goal).expect("a folder of this run");
        // What was written so far is no burden of the next figure.
        assert!(Command::new("sync").status().expect("sync starts").success());
        publishing.push(timed(|| publish(&place, run, &pages)));
        copying.push(copied + hashing);
    }
    let (published, copied) = (median(publishing), median(copying));
    println!("{PAGES} pages of {BYTES} bytes, {CHANGED} changed");
    println!("first publish        {:>8.0} ms", millis(first));
    println!("next publish         {:>8.0} ms", millis(published));
    println!("cp -r and hashing    {:>8.0} ms", millis(copied));
    println!("ratio                {:>8.2}", published.as_secs_f64() / copied.as_secs_f64());
    let begun = Instant::now();
    rollback(&place);
    println!("rollback             {:>8.0} ms", millis(begun.elapsed()));
    fs::remove_dir_all(&place).expect("a folder of this run");
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

fn open(place: &Path, run: usize) -> VersionStore {
    let who = Who {
        pid: std::process::id(),
        started: 0,
        host: "bench".to_owned(),
        by: "bench".to_owned(),
        now: 1_800_000_000,
        token: format!("t{run}"),
    };
    VersionStore::open(place, &who, &|_, _| false, None).expect("a version store")
}

fn publish(place: &Path, run: usize, pages: &[(String, Vec<u8>)]) {
    let mut store = open(place, run);
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
    let mut store = open(place, 99);
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
