//! Times whole builds of the flagship example, cold and with nothing changed, and weighs its pages.
//! Run with `cargo bench --bench build`; the figures are medians of one run, to be read as ratios.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark measures time, prints and uses files of its own"
)]

use flate2::{Compression, write::GzEncoder};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Odd, so that the median is one of the runs.
const RUNS: usize = 7;

fn main() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/amazon-jp");
    let work = std::env::temp_dir().join(format!("kpress-bench-{}", std::process::id()));
    copy(&example, &work);
    let cold = median(|| {
        remove(&work.join(".kpress"));
        remove(&work.join("public"));
        build(&work)
    });
    let data_kept = median(|| {
        remove(&work.join("public"));
        build(&work)
    });
    let unchanged = median(|| build(&work));
    let hello = median(|| run(Command::new(env!("CARGO_BIN_EXE_kpress")).arg("--version")));
    println!("cold build                 {:>8.1} ms", millis(cold));
    println!(
        "site removed, cache kept   {:>8.1} ms  {:.2} of cold",
        millis(data_kept),
        ratio(data_kept, cold)
    );
    println!(
        "nothing changed            {:>8.1} ms  {:.3} of cold",
        millis(unchanged),
        ratio(unchanged, cold)
    );
    println!("the program alone          {:>8.1} ms", millis(hello));
    let pages = weigh(&work.join("public"));
    let (heaviest, bytes) = pages.iter().max_by_key(|(_, bytes)| *bytes).expect("the example has pages");
    println!("pages                      {:>8}", pages.len());
    println!(
        "heaviest page              {:>8.1} kB gzip with style and script: {}",
        *bytes as f64 / 1000.0,
        heaviest.display()
    );
    remove(&work);
}

fn build(work: &Path) -> Duration {
    run(Command::new(env!("CARGO_BIN_EXE_kpress")).args(["build", "-C"]).arg(work))
}

fn run(command: &mut Command) -> Duration {
    let begun = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("the program starts");
    assert!(status.success(), "{command:?} failed: {status}");
    begun.elapsed()
}

fn median(mut once: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS).map(|_| once()).collect();
    times.sort();
    times[RUNS / 2]
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64()
}

/// Compressed size of each page, with the style sheets and scripts it names; the vendored chart library is left out.
fn weigh(site: &Path) -> Vec<(PathBuf, usize)> {
    let files = all(site);
    let shared: usize = files
        .iter()
        .filter(|path| path.extension().is_some_and(|kind| kind == "css" || kind == "js"))
        .filter(|path| {
            !path.to_string_lossy().contains("echarts") && !path.to_string_lossy().contains("options")
        })
        .map(|path| zipped(path))
        .sum();
    let pages = files.iter().filter(|path| path.extension().is_some_and(|kind| kind == "html"));
    pages
        .map(|path| (path.strip_prefix(site).expect("below the site").to_owned(), zipped(path) + shared))
        .collect()
}

fn zipped(path: &Path) -> usize {
    let mut zip = GzEncoder::new(Vec::new(), Compression::default());
    zip.write_all(&fs::read(path).expect("a file of the site")).expect("memory takes it");
    zip.finish().expect("memory takes it").len()
}

fn all(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    entries
        .flat_map(|entry| if entry.path().is_dir() { all(&entry.path()) } else { vec![entry.path()] })
        .collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a temporary folder");
    for entry in fs::read_dir(from).expect("the example").flatten() {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let name = entry.file_name();
        match source.is_dir() {
            true if name == "public" || name == ".kpress" => {}
            true => copy(&source, &target),
            false => drop(fs::copy(&source, &target).expect("a file of the example")),
        }
    }
}

fn remove(folder: &Path) {
    if folder.exists() {
        fs::remove_dir_all(folder).expect("a folder of this run");
    }
}
