//! Cases 1 to 8: what never ends, what ends too late, and what ends the stack.

use super::describes;
use super::guest::Guest;

const LOOP: &str = "(loop $again (br $again)) unreachable";

fn guest() -> Guest {
    Guest::default()
}

#[test]
fn case_2_an_endless_loop_is_metered_wherever_it_stands() {
    let spent = "plugin-out-of-fuel: plugin `evil` used up its fuel in `describe`";
    let start = LOOP.replace("unreachable", "");
    describes("2 start", &Guest { start: Some(start.clone()), ..guest() }, spent);
    describes("2 describe", &Guest { describe: LOOP.to_owned(), ..guest() }, spent);
    describes("2 post", &Guest { described: Some(start), ..guest() }, spent);
}

#[test]
fn case_3_bulk_work_is_charged_by_the_byte() {
    let spent = "plugin-out-of-fuel: plugin `evil` used up its fuel in `describe`";
    for operation in [
        "(memory.fill (i32.const 0) (i32.const 7) (i32.const 62914560))",
        "(memory.copy (i32.const 0) (i32.const 1048576) (i32.const 61865984))",
    ] {
        let describe = format!("(loop $again {operation} (br $again)) unreachable");
        let begun = std::time::Instant::now();
        describes("3", &Guest { memory: "1000".to_owned(), describe, ..guest() }, spent);
        assert!(begun.elapsed().as_secs() < 20, "case 3: bulk work is free: {:?}", begun.elapsed());
    }
}

#[test]
fn case_4_calls_of_the_host_cost_fuel() {
    let describe =
        "(loop $again (call $log (i32.const 2) (i32.const 64) (i32.const 5)) (br $again)) unreachable";
    let failure = super::load(&Guest { describe: describe.to_owned(), ..guest() }.component());
    let failure = failure.expect_err("case 4: it never ends");
    assert_eq!(super::told(&failure), "plugin-out-of-fuel: plugin `evil` used up its fuel in `describe`");
    let account = failure.account.expect("it ran");
    assert!(account.host_calls < 51_000, "{} calls for 500,000,000 of fuel", account.host_calls);
    assert_eq!(account.log.len(), 64, "what is beyond is dropped");
    super::goes_on("4");
}

#[test]
fn case_5_there_is_no_clock_to_wait_for() {
    let clock = "(component (import \"wasi:clocks/monotonic-clock@0.2.0\" (instance)))";
    super::refused(
        "5",
        &wat::parse_str(clock).expect("a component"),
        "plugin-import-refused: plugin `evil` imports `wasi:clocks/monotonic-clock@0.2.0`",
    );
}

#[test]
fn case_6_recursion_ends_at_its_own_stack() {
    let overflow = "plugin-stack-overflow: plugin `evil` ran out of stack in `describe`";
    let deep = "(func $deep (param i32) (result i32)
        (i32.add (call $deep (i32.add (local.get 0) (i32.const 1))) (local.get 0)))";
    let mutual = "(func $deep (param i32) (result i32) (i32.add (call $other (local.get 0)) (i32.const 1)))
        (func $other (param i32) (result i32) (i32.add (call $deep (local.get 0)) (i32.const 1)))";
    for more in [deep, mutual] {
        let describe = "(call $deep (i32.const 0))".to_owned();
        describes("6", &Guest { more: more.to_owned(), describe, ..guest() }, overflow);
    }
}
