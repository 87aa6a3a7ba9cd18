//! Times the preview on a generated site of 1,000 pages, 200 targets and 1,000,000 rows: from the save of a file until a
//! client has the changed page. Run with `cargo bench --bench preview`; p50 and p95 over 200 edits of each kind, and the
//! memory of the preview before and after 1,000 edits. `-- --edits 40 --many 200` ends sooner; `--pause 300` waits so many
//! milliseconds before each edit, in which the pages that nobody looks at are laid out.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark makes files of its own, measures time and prints"
)]

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const ROWS: usize = 1_000_000;
const TARGETS: usize = 200;
/// With the pages of metrics, targets and lists there are a thousand.
const ARTICLES: usize = 780;
/// Edits of each kind that are timed, unless `--edits` says otherwise.
const EDITS: usize = 200;
/// Edits after which memory is looked at, unless `--many` says otherwise.
const MANY: usize = 1000;
const DAYS: usize = 365;

fn main() {
    // `cargo test --benches` asks only whether it runs.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let (edits, many) = (option("--edits").unwrap_or(EDITS), option("--many").unwrap_or(MANY));
    let pause = Duration::from_millis(option("--pause").unwrap_or(0) as u64);
    let place = std::env::temp_dir().join(format!("kpress-bench-preview-{}", std::process::id()));
    workspace(&place);
    let begun = Instant::now();
    let mut preview = Preview::start(&place);
    preview.get("/en/targets/t0/index.html");
    println!("first page                       {:>9.1} ms", millis(begun.elapsed()));
    preview.wait_until_made();
    println!("all pages                        {:>9.1} ms", millis(begun.elapsed()));
    let kinds: [(&str, &str, f64, Edit); 3] = [
        ("a target", "/en/targets/t0/index.html", 50.0, target),
        ("a metric formula", "/en/metrics/m0/index.html", 150.0, formula),
        ("a text", "/en/a0/index.html", 30.0, text),
    ];
    for (name, page, aim, edit) in kinds {
        preview.follow(page);
        let timed = |n| {
            std::thread::sleep(pause);
            preview.edit(&place, page, edit, n)
        };
        let mut times: Vec<f64> = (0..edits).map(timed).collect();
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[(share * (edits - 1) as f64) as usize];
        let (middle, most, last) = (at(0.5), at(0.95), at(1.0));
        println!("{name:<20} p50 {middle:>8.1} ms   p95 {most:>8.1} ms   most {last:>8.1} ms   aim {aim} ms");
    }
    preview.follow("/en/targets/t0/index.html");
    let before = preview.memory();
    for n in 0..many {
        preview.edit(&place, "/en/targets/t0/index.html", target, edits + n);
        // A line half way tells growth from a first step.
        if n + 1 == many.div_ceil(2) {
            println!("memory after {:>6} edits        {:>9} KiB", n + 1, preview.memory());
        }
    }
    println!("memory                           {before:>9} KiB, after {many} edits {} KiB", preview.memory());
    drop(preview);
    fs::remove_dir_all(&place).expect("the folder of the benchmark");
}

/// The number after a name on the command line.
fn option(name: &str) -> Option<usize> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1)?.parse().ok().filter(|number| *number > 0)
}

/// Writes the n-th edit.
type Edit = fn(&Path, usize);

fn target(place: &Path, n: usize) {
    let mut text = "targets:\n".to_owned();
    for number in 0..TARGETS {
        let value = if number == 0 { 30_000_000 + n } else { 1_000_000 + number };
        // Twelve months and eight weeks of each metric: nothing is promised twice.
        let period = match number / 10 {
            month @ 0..12 => format!("2025-{:02}", month + 1),
            week => format!("2025-W{week}"),
        };
        let metric = number % 10;
        writeln!(text, "  - {{id: t{number}, metric: m{metric}, period: {period}, value: {value}}}")
            .expect("a string takes it");
    }
    fs::write(place.join("targets/all.yaml"), text).expect("a file");
}

fn formula(place: &Path, n: usize) {
    let mut text = "metrics:\n".to_owned();
    for number in 0..10 {
        let plus = if number == 0 { n + 1 } else { 1 };
        writeln!(text, "  m{number}: {{source: s, value: sum(sales) * {plus}, unit: JPY, better: higher}}")
            .expect("a string takes it");
    }
    fs::write(place.join("metrics/all.yaml"), text).expect("a file");
}

fn text(place: &Path, n: usize) {
    article(place, 0, n);
}

fn article(place: &Path, number: usize, n: usize) {
    let text = format!(
        "---\ntitle: Article {number}\n---\n\nParagraph number {n} of an article.\n\n{}\n",
        "Words. ".repeat(200)
    );
    fs::write(place.join(format!("content/a{number}.md")), text).expect("a file");
}

fn workspace(place: &Path) {
    for folder in ["data", "metrics", "targets", "content"] {
        fs::create_dir_all(place.join(folder)).expect("a folder");
    }
    let head = "site: {title: T, languages: [en], currency: JPY}\nsources: {s: {files: data/*.csv, date: date, dimension: [sku]}}\n";
    fs::write(place.join("kpress.yaml"), head).expect("a file");
    formula(place, 0);
    target(place, 0);
    (0..ARTICLES).for_each(|number| article(place, number, 0));
    let mut rows = "date,sku,sales\n".to_owned();
    let year: Vec<String> = (0..DAYS).map(day).collect();
    for row in 0..ROWS {
        writeln!(rows, "{},p{},{}", year[row * DAYS / ROWS], row % (ROWS / DAYS + 1), 500 + row % 977)
            .expect("a string takes it");
    }
    fs::write(place.join("data/all.csv"), rows).expect("a file");
}

/// The n-th day of 2025.
fn day(n: usize) -> String {
    const MONTHS: [usize; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let (mut left, mut month) = (n, 0);
    while left >= MONTHS[month] {
        left -= MONTHS[month];
        month += 1;
    }
    format!("2025-{:02}-{:02}", month + 1, left + 1)
}

struct Preview {
    child: Child,
    port: u16,
    session: String,
    events: Option<BufReader<TcpStream>>,
    /// The edition that was told last.
    edition: u64,
}

impl Preview {
    fn start(place: &Path) -> Preview {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_kpress"));
        let mut child = Command::new(program)
            .args(["preview", "--port", "0", "-C"])
            .arg(place)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let first = lines.next().expect("a line").expect("text");
        std::thread::spawn(move || lines.for_each(drop));
        let address = first.strip_prefix("preview at http://127.0.0.1:").expect("the address");
        let (port, token) = address.split_once("/#kpress=").expect("a token");
        let mut preview = Preview {
            child,
            port: port.parse().expect("a port"),
            session: String::new(),
            events: None,
            edition: 0,
        };
        let body = format!("{{\"token\": \"{token}\"}}");
        let answer = preview.send(&format!(
            "POST /__kpress/token HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        ));
        let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie");
        preview.session = cookie.split(';').next().expect("a pair").to_owned();
        preview
    }

    fn send(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("a connection");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("answered");
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn get(&self, path: &str) -> String {
        let port = self.port;
        let answer =
            self.send(&format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"));
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {}", answer.lines().next().unwrap_or_default());
        answer
    }

    /// Follows the preview as the page at a path does.
    fn follow(&mut self, page: &str) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(120))).expect("a limit");
        let (port, session) = (self.port, &self.session);
        write!(stream, "GET /__kpress/events?page={page} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {session}\r\nSec-Fetch-Site: same-origin\r\n\r\n")
            .expect("sent");
        self.events = Some(BufReader::new(stream));
        // What was told last comes first.
        self.edition = 0;
        self.heard_next();
    }

    /// Reads events until an edition is done that is newer than the last one. The rest of the pages of an edition is told
    /// under its number: that is no answer to an edit.
    fn heard_next(&mut self) {
        let events = self.events.as_mut().expect("it follows");
        let mut line = String::new();
        loop {
            line.clear();
            assert!(events.read_line(&mut line).expect("an event") > 0, "the preview ended");
            let number = Some(&line).filter(|line| line.contains("\"kind\":\"done\"")).and_then(|line| {
                let rest = line.split_once("\"edition\":")?.1;
                rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
            });
            if let Some(number) = number.filter(|number| *number > self.edition) {
                self.edition = number;
                return;
            }
        }
    }

    /// From the save of a file until the changed page is here, in milliseconds.
    fn edit(&mut self, place: &Path, page: &str, edit: Edit, n: usize) -> f64 {
        let before = self.get(page);
        let begun = Instant::now();
        edit(place, n + 1);
        self.heard_next();
        let after = self.get(page);
        let took = millis(begun.elapsed());
        let body = |answer: &str| answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
        assert_ne!(body(&before), body(&after), "the edit changes {page}");
        took
    }

    /// Waits until every page is made.
    fn wait_until_made(&mut self) {
        self.follow("/en/targets/t0/index.html");
        let events = self.events.as_mut().expect("it follows");
        let mut line = String::new();
        let number = |line: &str, key: &str| -> Option<usize> {
            let rest = line.split_once(&format!("\"{key}\":"))?.1;
            rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
        };
        // The last message on the way says that all are made; one that came too late for it waits for the pulse.
        while !line.contains("\"kind\":\"made\"") || number(&line, "made") != number(&line, "all") {
            line.clear();
            assert!(events.read_line(&mut line).expect("an event") > 0, "the preview ended");
            if line.starts_with(": still here") {
                break;
            }
        }
    }

    /// Resident memory in KiB.
    fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn millis(took: Duration) -> f64 {
    took.as_secs_f64() * 1000.0
}
