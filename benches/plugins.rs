//! Times a metric of a plugin over ten million rows in a thousand groups beside the same sums in a native loop and in
//! Polars, with every limit on and with each left out; what a kept component costs to start; and a hundred plugins in one
//! build. Rows are timed on the processor, the others by the clock. Run with `cargo bench --bench plugins`; the figures to watch are the ratios to the native loop.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark measures time and prints")]

use kpress::inputs::Disk;
use kpress::measure::plugged::port::{
    BATCH_ROWS, Batch, Buffers, ColumnType, MetricName, MetricPort, RunContext,
};
use kpress::plugin::engine::{Engine, Switches};
use kpress::plugin::host::Host;
use kpress::plugin::load::cache::{Cache, Homes};
use kpress::plugin::load::compile::Compiler;
use kpress::plugin::load::{Loaded, Loader, store};
use kpress::plugin::run::Cancel;
use kpress::time::Date;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const ROWS: usize = 10_000_000;
const GROUPS: u32 = 1_000;
/// Odd, so that the median is one of the runs.
const RUNS: usize = 5;
const KEPT_RUNS: usize = 21;
const PLUGINS: usize = 100;

fn main() {
    let place = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-plugins");
    let _ = std::fs::remove_dir_all(&place);
    std::fs::create_dir_all(&place).expect("a folder for the bench");
    let loaded = start_up(&place);
    over_rows(&loaded);
    many(&place);
    let _ = std::fs::remove_dir_all(&place);
}

fn median(runs: usize, mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let begun = Instant::now();
            work();
            begun.elapsed()
        })
        .collect();
    times.sort();
    times[runs / 2]
}

/// The same in time on the processor, of all threads together: what else the machine does hardly counts. By the clock
/// where the system does not tell.
fn median_cpu(runs: usize, mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let (clock, begun) = (Instant::now(), on_processor());
            work();
            match begun.zip(on_processor()) {
                Some((begun, ended)) => ended.saturating_sub(begun),
                None => clock.elapsed(),
            }
        })
        .collect();
    times.sort();
    times[runs / 2]
}

/// Time that threads of this process spent on a processor; a thread that ended is in it no more.
fn on_processor() -> Option<Duration> {
    let of = |place: &Path| -> Option<u64> {
        std::fs::read_to_string(place.join("schedstat")).ok()?.split(' ').next()?.parse().ok()
    };
    let threads = std::fs::read_dir("/proc/self/task").ok()?.flatten();
    Some(Duration::from_nanos(threads.filter_map(|thread| of(&thread.path())).sum()))
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// From the file to a component that has described itself, compiled anew and kept.
fn start_up(place: &Path) -> Loaded {
    let homes = Homes { cache: Some(place.join("cache")), state: Some(place.join("state")) };
    std::fs::create_dir_all(place.join("cache")).expect("a folder");
    std::fs::create_dir_all(place.join("state")).expect("a folder");
    let loader = Loader {
        engine: Engine::shared(),
        compiler: Compiler::of(Path::new(env!("CARGO_BIN_EXE_kpress"))),
        cache: Cache::open(&homes),
        stop: &|| false,
        compiling: &|_| (),
    };
    let disk = Disk::open(&root().join("plugins/dist")).expect("the committed components");
    let load = || {
        let stored = store::read("concentration", "concentration.wasm", &disk).expect("a component");
        loader.load("concentration", &stored, &mut Vec::new()).expect("it loads")
    };
    let begun = Instant::now();
    let loaded = load();
    let first = begun.elapsed();
    let kept = median(KEPT_RUNS, || drop(load()));
    println!(
        "plugins start  compiled in a child {:>7.1} ms   kept {:>6.2} ms (aim 5 ms)",
        ms(first),
        ms(kept)
    );
    loaded
}

/// Values in hundredths, and the group of each row.
struct Rows {
    values: Vec<i64>,
    groups: Vec<u32>,
    value_bytes: Vec<u8>,
    group_bytes: Vec<u8>,
}

impl Rows {
    fn new() -> Rows {
        let mut seed = 1_u64;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            seed >> 33
        };
        let values: Vec<i64> = (0..ROWS).map(|_| i64::try_from(next() % 1_000_000).expect("small")).collect();
        let groups: Vec<u32> =
            (0..ROWS).map(|_| u32::try_from(next() % u64::from(GROUPS)).expect("small")).collect();
        let value_bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        let group_bytes = groups.iter().flat_map(|group| group.to_le_bytes()).collect();
        Rows { values, groups, value_bytes, group_bytes }
    }
}

/// The index of concentration, natively: what the plugin computes.
fn native(rows: &Rows) -> Vec<f64> {
    let mut sums = vec![(0.0_f64, 0.0_f64); GROUPS as usize];
    for (value, group) in rows.values.iter().zip(&rows.groups) {
        let value = *value as f64 / 100.0;
        let (sum, squares) = &mut sums[*group as usize];
        *sum += value;
        *squares += value * value;
    }
    sums.iter().map(|(sum, squares)| squares / (sum * sum)).collect()
}

/// The sums of values and of their squares by group, as polars does it.
fn in_polars(frame: &polars::prelude::DataFrame) -> usize {
    use polars::prelude::DataType;
    let cast = frame.column("units").expect("a column").as_materialized_series().cast(&DataType::Float64);
    let values = (&cast.expect("whole numbers are floats") / 100.0).with_name("value".into());
    let squares = (&values * &values).expect("of one length").with_name("square".into());
    let mut frame = frame.clone();
    frame.with_column(values.into()).expect("of one length");
    frame.with_column(squares.into()).expect("of one length");
    let grouped = frame.group_by(["group"]).expect("a column").select(["value", "square"]);
    #[expect(deprecated, reason = "the eager engine is what kpress links")]
    grouped.sum().expect("sums").height()
}

fn frame(rows: &Rows) -> polars::prelude::DataFrame {
    use polars::prelude::{DataFrame, NamedFrom, Series};
    let columns = vec![
        Series::new("group".into(), rows.groups.clone()).into(),
        Series::new("units".into(), rows.values.clone()).into(),
    ];
    DataFrame::new(rows.values.len(), columns).expect("columns of one length")
}

/// The figures, and the time on the processor.
fn component(host: &Host<'_>, rows: &Rows) -> (Vec<f64>, Duration) {
    let name = MetricName::parse("concentration/index");
    let context = RunContext {
        as_of: Date::constant(2026, 1, 31),
        timezone: "Asia/Tokyo".into(),
        locale: "ja".into(),
        currency: "JPY".into(),
        params: Vec::new(),
    };
    let (mut figures, mut time) = (Vec::new(), Duration::ZERO);
    let mut evaluate = || {
        let mut evaluation = host.begin(&name, &context, GROUPS).expect("it begins");
        let batches = rows.value_bytes.chunks(BATCH_ROWS * 8).zip(rows.group_bytes.chunks(BATCH_ROWS * 4));
        for (values, groups) in batches {
            let ty = ColumnType::Decimal64(2);
            let column = Buffers { name: "value", ty, values, offsets: &[], dict: None, validity: &[] };
            let count = u32::try_from(groups.len() / 4).expect("a batch is small");
            evaluation.update(&Batch { rows: count, columns: vec![column] }, groups).expect("it takes rows");
        }
        let outcome = evaluation.finish().expect("it ends");
        figures = outcome.values.iter().map(|value| value.expect("a figure").as_f64()).collect();
    };
    // Measured where it runs: the thread is gone afterwards.
    let mut work = || time = median_cpu(1, &mut evaluate);
    host.within(&mut work).expect("a thread");
    (figures, time)
}

fn over_rows(loaded: &Loaded) {
    let rows = Rows::new();
    let expected = native(&rows);
    let native_time = median_cpu(RUNS, || assert_eq!(native(&rows).len(), GROUPS as usize));
    let frame = frame(&rows);
    let polars_time = median_cpu(RUNS, || assert_eq!(in_polars(&frame), GROUPS as usize));
    println!(
        "plugins {ROWS} rows, {GROUPS} groups: native loop {:.1} ms, polars {:.1} ms",
        ms(native_time),
        ms(polars_time)
    );
    let bytes = std::fs::read(root().join("plugins/dist/concentration.wasm")).expect("a component");
    let sets = [
        ("every limit", Switches::ALL),
        ("without fuel", Switches { fuel: false, ..Switches::ALL }),
        ("without the clock", Switches { epoch: false, ..Switches::ALL }),
        ("without nan", Switches { nan: false, ..Switches::ALL }),
        ("nan only", Switches { fuel: false, epoch: false, nan: true }),
        ("no metering", Switches { fuel: false, epoch: false, nan: false }),
    ];
    for (name, switches) in sets {
        let engine = Engine::with(switches);
        let component_of =
            wasmtime::component::Component::new(engine.wasmtime(), &bytes).expect("it compiles");
        let mut host = Host::new(&engine, &Cancel::never(), None);
        host.take("concentration", Ok(Loaded { component: component_of, ..loaded.clone() }), &[]);
        let (figures, _) = component(&host, &rows);
        assert!(figures.iter().zip(&expected).all(|(a, b)| a.to_bits() == b.to_bits()), "bit for bit");
        let mut times: Vec<Duration> = (0..RUNS).map(|_| component(&host, &rows).1).collect();
        times.sort();
        let time = times[RUNS / 2];
        println!(
            "plugins {name:<18} {:>7.1} ms   {:.2} × native   {:.2} × polars",
            ms(time),
            time.as_secs_f64() / native_time.as_secs_f64(),
            time.as_secs_f64() / polars_time.as_secs_f64()
        );
    }
}

/// A hundred plugins in one workspace, each computing a metric.
fn many(place: &Path) {
    let shop = place.join("shop");
    std::fs::create_dir_all(shop.join("plugins")).expect("a folder");
    std::fs::create_dir_all(shop.join("metrics")).expect("a folder");
    std::fs::create_dir_all(shop.join("data")).expect("a folder");
    let bytes = std::fs::read(root().join("plugins/dist/concentration.wasm")).expect("a component");
    let mut head =
        "site: {title: Shop, languages: [en], timezone: Asia/Tokyo, currency: JPY, as_of: 2026-01-31}\n\
        sources: {sales: {files: data/*.csv, columns: {date: {}, store: {}, amount: {}}}}\nplugins:\n"
            .to_owned();
    let mut metrics = "metrics:\n".to_owned();
    for number in 0..PLUGINS {
        std::fs::write(shop.join(format!("plugins/p{number}.wasm")), &bytes).expect("a file");
        writeln!(head, "  p{number}: {{file: plugins/p{number}.wasm}}").expect("text takes all");
        writeln!(
            metrics,
            "  m{number}: {{plugin: p{number}/largest, source: sales, inputs: {{value: amount}}, unit: JPY}}"
        )
        .expect("text takes all");
    }
    let mut rows = "date,store,amount\n".to_owned();
    for day in 1..=31 {
        for store in 1..=3 {
            writeln!(rows, "2026-01-{day:02},jp{store},{}", day * 100 + store).expect("text takes all");
        }
    }
    std::fs::write(shop.join("kpress.yaml"), head).expect("a file");
    std::fs::write(shop.join("metrics/a.yaml"), metrics).expect("a file");
    std::fs::write(shop.join("data/a.csv"), rows).expect("a file");
    let kpress = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_kpress"))
            .args(arguments)
            .current_dir(&shop)
            .env_remove("CI")
            .env("HOME", place)
            .env("XDG_CACHE_HOME", place.join("cache"))
            .env("XDG_STATE_HOME", place.join("state"))
            .output()
            .expect("kpress runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    kpress(&["plugin", "lock"]);
    let begun = Instant::now();
    kpress(&["build"]);
    let first = begun.elapsed();
    std::fs::remove_dir_all(shop.join(".kpress")).expect("the cache of figures");
    let kept = median(3, || {
        let _ = std::fs::remove_dir_all(shop.join(".kpress"));
        kpress(&["build"]);
    });
    println!(
        "plugins {PLUGINS} in one build: {:.0} ms, again without kept figures {:.0} ms",
        ms(first),
        ms(kept)
    );
}
