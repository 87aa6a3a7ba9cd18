//! The cases that need a plugin at work: calls that never end, answers that are none, allocators that lie. Each runs through
//! the same port as the figures of a site.

use super::guest::{ANSWER, Guest, ZEROS, column};
use super::{load, told};
use kpress::measure::plugged::port::{
    Batch, Buffers, ColumnType, Evaluation, MetricName, MetricPort, Outcome, RunContext,
};
use kpress::plan::failure::Failure;
use kpress::plan::plugin::{Limit, LimitName};
use kpress::plugin::engine::Engine;
use kpress::plugin::host::Host;
use kpress::plugin::run::Cancel;
use kpress::time::parse_date;
use kpress::unit::Quantity;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const LOOP: &str = "(loop $again (br $again)) unreachable";

fn guest() -> Guest {
    Guest::default()
}

fn context() -> RunContext {
    RunContext {
        as_of: parse_date("2026-01-31").expect("a day"),
        timezone: "Asia/Tokyo".into(),
        locale: "ja".into(),
        currency: "JPY".into(),
        params: vec![("top".into(), "3".into())],
    }
}

/// A host with this guest as the plugin `evil`, within these limits.
fn host(guest: &Guest, limits: &[(LimitName, u64)], cancel: &Cancel) -> Host<'static> {
    let mut host = Host::new(Engine::shared(), cancel, None);
    let place = kpress::diag::Place::file("kpress.yaml");
    let limits: Vec<Limit> = limits
        .iter()
        .map(|(name, value)| Limit { name: *name, value: *value, place: place.clone() })
        .collect();
    host.take("evil", load(&guest.component()), &limits);
    host
}

/// A hundred rows of one column, in one group.
fn feed(evaluation: &mut dyn Evaluation) -> Result<(), Failure> {
    let (values, ids) = (vec![0; 800], vec![0; 400]);
    let value = Buffers {
        name: "value",
        ty: ColumnType::Float64,
        values: &values,
        offsets: &[],
        dict: None,
        validity: &[],
    };
    evaluation.update(&Batch { rows: 100, columns: vec![value] }, &ids)
}

/// One evaluation from begin to end, on a thread with room for a component.
fn evaluate(host: &Host<'_>) -> Result<Outcome, Failure> {
    let name = MetricName::parse("evil");
    let mut result = None;
    host.within(&mut || {
        result = Some(host.begin(&name, &context(), 1).and_then(|mut evaluation| {
            feed(&mut *evaluation)?;
            evaluation.finish()
        }));
    })?;
    result.expect("the work was done")
}

fn of(guest: &Guest, limits: &[(LimitName, u64)]) -> Result<Outcome, Failure> {
    evaluate(&host(guest, limits, &Cancel::never()))
}

/// A run that ends with these words; the next plugin gives its figure.
fn fails(case: &str, guest: &Guest, expected: &str) {
    let failure = of(guest, &[]).expect_err(case);
    assert_eq!(told(&failure), expected, "case {case}");
    goes_on(case);
}

fn goes_on(case: &str) {
    let outcome = of(&guest(), &[]).unwrap_or_else(|failure| panic!("after case {case}: {}", told(&failure)));
    assert_eq!(outcome.values, [Some(Quantity::Approximate(0.0))], "after case {case}");
}

#[test]
fn case_1_a_loop_ends_with_its_fuel_or_with_its_time() {
    let guest = Guest { update: LOOP.to_owned(), ..guest() };
    fails("1", &guest, "plugin-out-of-fuel: plugin `evil` used up its fuel in `update`, at row 0");
    let begun = Instant::now();
    let vast = [(LimitName::Fuel, 1_000_000_000_000), (LimitName::Wall, 300)];
    let failure = of(&guest, &vast).expect_err("it never ends");
    assert_eq!(told(&failure), "plugin-timeout: plugin `evil` took too long in `update`, at row 0");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    goes_on("1 vast");
}

#[test]
fn case_2_an_endless_loop_is_metered_wherever_it_stands() {
    let spent = |call: &str| format!("plugin-out-of-fuel: plugin `evil` used up its fuel in `{call}`");
    let body = || LOOP.to_owned();
    fails("2 begin", &Guest { begin: body(), ..guest() }, &spent("begin"));
    fails("2 finish", &Guest { finish: body(), ..guest() }, &spent("finish"));
    // The host asks for memory to put the parameters of `begin` into.
    fails("2 cabi_realloc", &Guest { realloc: body(), ..guest() }, &spent("begin"));
    for (call, guest) in [
        ("export-state", Guest { export_state: body(), ..guest() }),
        ("merge-state", Guest { merge_state: body(), ..guest() }),
    ] {
        let host = host(&guest, &[], &Cancel::never());
        let mut result = None;
        host.within(&mut || {
            let mut evaluation = host.begin(&MetricName::parse("evil"), &context(), 1).expect("it begins");
            let state = evaluation.export_state();
            result = Some(state.and_then(|state| evaluation.merge_state(&state)));
        })
        .expect("a thread");
        let failure = result.expect("it was done").expect_err(call);
        assert_eq!(told(&failure), spent(call));
        goes_on(&format!("2 {call}"));
    }
}

#[test]
fn case_7_many_loops_on_few_processors_all_end_in_time() {
    let guest = Guest { update: LOOP.to_owned(), ..guest() };
    let limits = [(LimitName::Fuel, 1_000_000_000_000), (LimitName::Wall, 1_000)];
    let host = host(&guest, &limits, &Cancel::never());
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..64).map(|_| scope.spawn(|| evaluate(&host))).collect();
        // Meanwhile another plugin answers.
        goes_on("7, meanwhile");
        for run in runs {
            let failure = run.join().expect("no panic").expect_err("it never ends");
            assert!(
                [
                    "plugin-timeout: plugin `evil` took too long in `update`, at row 0",
                    "plugin-timeout: plugin `evil` took too long before `update`",
                    "plugin-timeout: plugin `evil` took too long in `begin`",
                    "plugin-timeout: plugin `evil` took too long before `begin`"
                ]
                .contains(&told(&failure).as_str()),
                "{}",
                told(&failure)
            );
        }
    });
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}

#[test]
fn case_8_a_run_that_nobody_waits_for_is_stopped_once() {
    let flag = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&flag);
    let cancel = Cancel::when(move || asked.load(Ordering::Relaxed));
    let guest = Guest { update: LOOP.to_owned(), ..guest() };
    let host = host(&guest, &[(LimitName::Fuel, 1_000_000_000_000)], &cancel);
    let begun = Instant::now();
    let failure = std::thread::scope(|scope| {
        let run = scope.spawn(|| evaluate(&host));
        std::thread::sleep(Duration::from_millis(200));
        flag.store(true, Ordering::Relaxed);
        run.join().expect("no panic").expect_err("it never ends")
    });
    assert_eq!(told(&failure), "plugin-cancelled: plugin `evil` was stopped in `update`, at row 0");
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    // What is begun afterwards is not begun at all.
    let failure = evaluate(&host).expect_err("nobody waits");
    assert_eq!(told(&failure), "plugin-cancelled: plugin `evil` was stopped before `instantiate`");
    flag.store(false, Ordering::Relaxed);
    goes_on("8");
}

#[test]
fn case_14_memory_that_is_never_given_back_ends_at_the_cap() {
    // Each batch takes 1,200 bytes and this takes 40 MiB more of it.
    let update = format!(
        "(if (i32.eq (i32.const -1) (memory.grow (i32.const 640))) (then unreachable)) (i32.const {ANSWER})"
    );
    let guest = Guest { update, ..guest() };
    let host = host(&guest, &[], &Cancel::never());
    let run = || {
        let mut result = None;
        host.within(&mut || {
            let mut evaluation = host.begin(&MetricName::parse("evil"), &context(), 1).expect("it begins");
            let rows = (0..20).try_for_each(|_| feed(&mut *evaluation));
            result = Some((rows, evaluation.finish()));
        })
        .expect("a thread");
        result.expect("it was done")
    };
    for _ in 0..2 {
        let (rows, finished) = run();
        let failure = rows.expect_err("it takes more and more");
        let words = "plugin-out-of-memory: plugin `evil` ran out of memory (256 MiB) in `update`, at row 600";
        assert_eq!(told(&failure), words, "the next run starts clean and ends at the same row");
        assert!(failure.account.is_some_and(|account| account.peak_memory <= 256 << 20));
        // Case 34: it is not entered again.
        assert_eq!(finished.map_err(|failure| told(&failure)).expect_err("it has failed"), words);
    }
    goes_on("14");
}

#[test]
fn case_15_a_result_of_200_mib_is_not_taken() {
    let finish = format!("(drop (memory.grow (i32.const 3300))) {}", column(1, 209_715_200, 0, ZEROS));
    fails(
        "15",
        &Guest { finish, ..guest() },
        "plugin-output-too-large: plugin `evil` gave more than it may in `finish`",
    );
}

#[test]
fn case_22_tags_are_those_of_the_type() {
    let result = format!("(i32.store8 (i32.const {ANSWER}) (i32.const 9)) (i32.const {ANSWER})");
    fails(
        "22",
        &Guest { begin: result, ..guest() },
        "plugin-abi-broken: plugin `evil` broke its interface (invalid expected discriminant) in `begin`",
    );
}

#[test]
fn case_25_an_allocator_that_lies_hurts_only_its_own_memory() {
    let realloc = |body: &str| Guest { realloc: body.to_owned(), ..guest() };
    let broken =
        |what: &str| format!("plugin-abi-broken: plugin `evil` broke its interface ({what}) in `begin`");
    fails("25 outside", &realloc("(i32.const 0x7ffffff0)"), &broken("realloc return: beyond end of memory"));
    fails(
        "25 odd",
        &realloc("(i32.add (i32.const 131073) (local.get $size))"),
        &broken("realloc return: result not aligned"),
    );
    // Null, or the same buffer twice: what is overwritten is the guest's own, and the host does not mind.
    for body in ["(i32.const 0)", "(i32.const 131072)"] {
        let outcome = of(&realloc(body), &[]);
        assert!(
            outcome.as_ref().map(|outcome| outcome.values.len() == 1).unwrap_or(true),
            "case 25: {outcome:?}"
        );
        goes_on("25");
    }
}

#[test]
fn case_26_an_allocator_may_not_call_the_host() {
    let body = "(call $log (i32.const 0) (i32.const 64) (i32.const 5)) (i32.const 131072)";
    fails(
        "26",
        &Guest { realloc: body.to_owned(), ..guest() },
        "plugin-trapped: plugin `evil` crashed (cannot leave component instance) in `begin`",
    );
}

#[test]
fn case_31_a_result_is_looked_at_before_it_is_believed() {
    let none = |what: &str| {
        format!("plugin-output-invalid: plugin `evil` returned no result: column `value` {what}")
    };
    let finish = |body: String| Guest { finish: body, ..guest() };
    fails("31 rows", &finish(column(1, 16, 0, ZEROS)), &none("has 16 bytes of values for 1 rows of 8"));
    fails("31 validity", &finish(column(1, 8, 2, ZEROS)), &none("has 2 bytes of validity for 1 rows"));
    // A bit past the end: the byte at 64 is `v`, 0x76.
    let past = format!("(i32.store8 (i32.const {ZEROS}) (i32.const 2)) {}", column(1, 8, 1, ZEROS));
    fails("31 bits", &finish(past), &none("has bits of validity set past its 1 rows"));
    fails("31 text", &finish(column(5, 8, 0, ZEROS)), &none("has 0 bytes of offsets for 1 rows"));
    fails("31 dictionary", &finish(column(6, 4, 0, ZEROS)), &none("has no dictionary"));
    fails("31 dates", &finish(column(3, 4, 0, ZEROS)), &none("holds date32, and a metric gives numbers"));
    // 255 decimals: the payload of the type lies one byte behind its tag.
    let scale = column(7, 8, 0, ZEROS).replace(
        "(i32.store8 (i32.const 4172) (i32.const 7))",
        "(i32.store8 (i32.const 4172) (i32.const 7)) (i32.store8 (i32.const 4173) (i32.const 255))",
    );
    assert!(scale.contains("255"), "the column lies elsewhere");
    fails("31 scale", &finish(scale), &none("has 255 decimals, and at most 18 fit"));
    for (bits, value, not_finite) in [
        ("0x7ff0000000000000", None, 1),
        ("0xfff0000000000000", None, 1),
        ("0x7ff8000000000000", None, 1),
        ("0x8000000000000000", Some(0.0_f64), 0),
    ] {
        let body = format!("(i64.store (i32.const {ZEROS}) (i64.const {bits})) {}", column(1, 8, 0, ZEROS));
        let outcome = of(&finish(body), &[]).expect("a number, or nothing");
        let given = outcome.values[0].map(|value| value.as_f64().to_bits());
        assert_eq!((given, outcome.not_finite), (value.map(f64::to_bits), not_finite), "{bits}");
    }
    goes_on("31");
}

#[test]
fn case_32_a_state_fits_only_the_metric_it_is_of() {
    let host = host(&guest(), &[], &Cancel::never());
    let mut results = Vec::new();
    host.within(&mut || {
        let begin = |params: &str| {
            let context = RunContext { params: vec![("top".into(), params.into())], ..context() };
            host.begin(&MetricName::parse("evil"), &context, 1).expect("it begins")
        };
        let state = begin("3").export_state().expect("a state");
        results.push(begin("3").merge_state(&state));
        results.push(begin("4").merge_state(&state));
        results.push(begin("3").merge_state(b"bytes of another"));
    })
    .expect("a thread");
    let told: Vec<String> = results
        .into_iter()
        .map(|result| result.map_or_else(|failure| told(&failure), |()| "taken".to_owned()))
        .collect();
    let refused = "plugin-output-invalid: plugin `evil` was handed the state of another metric";
    assert_eq!(told, ["taken", refused, refused]);
}

#[test]
fn case_34_what_trapped_is_not_entered_again() {
    let guest = Guest { update: "unreachable".to_owned(), ..guest() };
    let host = host(&guest, &[], &Cancel::never());
    let (mut said, mut fresh) = (Vec::new(), Vec::new());
    host.within(&mut || {
        let mut evaluation = host.begin(&MetricName::parse("evil"), &context(), 1).expect("it begins");
        said.push(feed(&mut *evaluation).map_err(|failure| told(&failure)));
        said.push(feed(&mut *evaluation).map_err(|failure| told(&failure)));
        said.push(evaluation.finish().map(|_| ()).map_err(|failure| told(&failure)));
        // Another evaluation has an instance of its own: it gets as far as the first did.
        let mut other = host.begin(&MetricName::parse("evil"), &context(), 1).expect("it begins anew");
        fresh.push(feed(&mut *other).map_err(|failure| told(&failure)));
    })
    .expect("a thread");
    let trapped = "plugin-trapped: plugin `evil` crashed (wasm `unreachable` instruction executed) in `update`, at row 0";
    assert_eq!(said, vec![Err(trapped.to_owned()); 3]);
    assert_eq!(fresh, [Err(trapped.to_owned())]);
    goes_on("34");
}

#[test]
fn a_plugin_that_says_why_is_quoted() {
    for (tag, expected) in [
        (1, "plugin-input-missing: plugin `evil` misses the input `value`"),
        (2, "plugin-data-rejected: plugin `evil` refuses the data: value"),
        (3, "plugin-unsupported: plugin `evil` does not support this: value"),
        (4, "plugin-capability-missing: plugin `evil` misses a grant: value"),
        // Of a metric, which cannot wait for anything, the number is the address of the text.
        (5, "plugin-retry-later: plugin `evil` is to be asked again in 64 s"),
        (6, "plugin-failed: plugin `evil` failed: value"),
    ] {
        let begin = format!(
            "(i32.store8 (i32.const {ANSWER}) (i32.const 1)) (i32.store8 (i32.const {}) (i32.const {tag}))
             (i32.store (i32.const {}) (i32.const 64)) (i32.store (i32.const {}) (i32.const 5)) (i32.const {ANSWER})",
            ANSWER + 4,
            ANSWER + 8,
            ANSWER + 12
        );
        fails("said", &Guest { begin, ..guest() }, expected);
    }
    let crash = Guest { update: "unreachable".to_owned(), ..guest() };
    let failure = of(&crash, &[]).expect_err("it crashes");
    assert!(
        told(&failure)
            .starts_with("plugin-trapped: plugin `evil` crashed (wasm `unreachable` instruction executed)"),
        "{}",
        told(&failure)
    );
    goes_on("34");
}
