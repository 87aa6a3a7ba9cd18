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
    let place = std::env::temp_dir().join(format!("kpress-bench-{}", std::process::id()));
    let work = place.join("work");
    copy(&example, &work);
    let cold = median(|| {
        set_aside(&place, ".kpress");
        set_aside(&place, "public");
        build(&work)
    });
    let data_kept = median(|| {
        set_aside(&place, "public");
        build(&work)
    });
    let unchanged = median(|| build(&work));
    let hello = median(|| run(Command::new(env!("CARGO_BIN_EXE_kpress")).arg("--version")));
    for (what, cost) in [
        ("cold build", cold),
        ("site removed, cache kept", data_kept),
        ("nothing changed", unchanged),
        ("the program alone", hello),
    ] {
        let cpu = cost.cpu.map_or_else(|| "–".to_owned(), |cpu| format!("{:.0} ms", millis(cpu)));
        println!(
            "{what:<26} {:>8.1} ms  {:>8} of processor  {:.3} of cold",
            millis(cost.wall),
            cpu,
            cost.wall.as_secs_f64() / cold.wall.as_secs_f64()
        );
    }
    let pages = weigh(&work.join("public"));
    let (heaviest, bytes) = pages.iter().max_by_key(|(_, bytes)| *bytes).expect("the example has pages");
    println!("pages                      {:>8}", pages.len());
    println!(
        "heaviest page              {:>8.1} kB gzip with style and script: {}",
        *bytes as f64 / 1000.0,
        heaviest.display()
    );
    fs::remove_dir_all(&place).expect("a folder of this run");
}

/// What a run costs.
#[derive(Clone, Copy)]
struct Cost {
    wall: Duration,
    /// Of all its threads together, where the system tells; it hardly depends on what else runs on the machine.
    cpu: Option<Duration>,
}

fn build(work: &Path) -> Cost {
    run(Command::new(env!("CARGO_BIN_EXE_kpress")).args(["build", "-C"]).arg(work))
}

fn run(command: &mut Command) -> Cost {
    let (begun, before) = (Instant::now(), children());
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("the program starts");
    assert!(status.success(), "{command:?} failed: {status}");
    let cpu = children().zip(before).map(|(after, before)| after.saturating_sub(before));
    Cost { wall: begun.elapsed(), cpu }
}

/// Processor time of the programs that ran so far, in hundredths of a second as Linux counts them.
fn children() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the name, which may hold anything but is in parentheses, stand user and system time 14th and 15th.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<u64>().ok();
    Some(Duration::from_millis(10 * (ticks(13)? + ticks(14)?)))
}

/// Each median on its own.
fn median(mut once: impl FnMut() -> Cost) -> Cost {
    let costs: Vec<Cost> = (0..RUNS).map(|_| once()).collect();
    let mut walls: Vec<Duration> = costs.iter().map(|cost| cost.wall).collect();
    let mut cpus: Vec<Option<Duration>> = costs.iter().map(|cost| cost.cpu).collect();
    walls.sort();
    cpus.sort();
    Cost { wall: walls[RUNS / 2], cpu: cpus[RUNS / 2] }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Compressed size of each page, with the style sheets and scripts it names; the vendored chart library is left out.
fn weigh(site: &Path) -> Vec<(PathBuf, usize)> {
    let files = all(site);
    let shared: usize = files
        .iter()
        // Style and script of every page; charts and search load theirs only when asked.
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("kpress.")))
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

/// Takes a folder of the workspace away without deleting it: right after a thousand files were deleted, file systems
/// (ext4) are slow to make new ones, which no cold build on a fresh checkout has to bear.
fn set_aside(place: &Path, name: &str) {
    let folder = place.join("work").join(name);
    let aside = (0..).map(|number| place.join(format!("aside-{number}"))).find(|path| !path.exists());
    if folder.exists() {
        fs::rename(folder, aside.expect("numbers do not end")).expect("a folder of this run");
    }
}
