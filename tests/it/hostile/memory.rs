//! Cases 9 to 17: what wants more memory than there is, at once, bit by bit, or at the host's cost.

use super::guest::Guest;
use super::{describes, load, refused};

fn guest() -> Guest {
    Guest::default()
}

/// Describes itself if `condition` holds, and crashes otherwise.
fn describes_if(condition: &str) -> String {
    format!("(if (i32.eqz {condition}) (then unreachable)) (i32.const 1024)")
}

#[test]
fn case_9_what_is_refused_can_be_done_without() {
    // To 4 GiB: the answer is −1 and the guest goes on.
    let describe = describes_if("(i32.eq (i32.const -1) (memory.grow (i32.const 65528)))");
    assert!(load(&Guest { describe, ..guest() }.component()).is_ok(), "case 9: it goes on");
    let describe =
        "(if (i32.eq (i32.const -1) (memory.grow (i32.const 65528))) (then unreachable)) (i32.const 1024)";
    describes(
        "9",
        &Guest { describe: describe.to_owned(), ..guest() },
        "plugin-out-of-memory: plugin `evil` ran out of memory (256 MiB) in `describe`",
    );
}

#[test]
fn case_10_a_memory_that_begins_too_large_is_not_begun() {
    describes(
        "10",
        &Guest { memory: "16384".to_owned(), ..guest() },
        "plugin-too-complex: plugin `evil` asks for too much: memory minimum size of 16384 pages exceeds memory limits",
    );
}

#[test]
fn case_11_the_sum_of_all_memories_counts() {
    // Each alone fits: seven more of 40 MiB beside the first.
    let more = "(memory 640) ".repeat(7);
    describes(
        "11",
        &Guest { more, ..guest() },
        "plugin-out-of-memory: plugin `evil` ran out of memory (256 MiB) in `describe`",
    );
    let more = "(memory 1) ".repeat(8);
    describes(
        "11",
        &Guest { more, ..guest() },
        "plugin-too-complex: plugin `evil` has 9 memories, and no plugin has more than 8",
    );
}

#[test]
fn case_12_tables_have_limits_too() {
    let table = "(table $t 1 funcref)".to_owned();
    let describe =
        describes_if("(i32.eq (i32.const -1) (table.grow $t (ref.null func) (i32.const 100000000)))");
    assert!(load(&Guest { more: table, describe, ..guest() }.component()).is_ok(), "case 12: it goes on");
    describes(
        "12",
        &Guest { more: "(table 900000000 funcref)".to_owned(), ..guest() },
        "plugin-too-complex: plugin `evil` asks for too much: table minimum size of 900000000 elements exceeds table limits",
    );
}

#[test]
fn case_13_instances_are_counted_before_one_is_made() {
    let instances = |count: usize| {
        let each = "(core instance (instantiate $m))".repeat(count);
        let text = format!("(component (core module $m (func)) {each})");
        wat::parse_str(text).expect("a component")
    };
    refused(
        "13",
        &instances(600),
        "plugin-too-complex: plugin `evil` has 600 core instances, and no plugin has more than 512",
    );
}

#[test]
fn case_13_and_once_more_where_they_are_made() {
    use kpress::plugin::failure::{Account, Moment, of_error};
    let engine = kpress::plugin::engine::Engine::shared().wasmtime();
    let text =
        format!("(component (core module $m (func)) {})", "(core instance (instantiate $m))".repeat(300));
    let wasm = wat::parse_str(text).expect("a component");
    let component = wasmtime::component::Component::from_binary(engine, &wasm).expect("it is small");
    let mut store = wasmtime::Store::new(engine, wasmtime::StoreLimitsBuilder::new().instances(20).build());
    store.limiter(|limits| limits);
    store.set_fuel(1_000_000).expect("fuel is counted");
    store.set_epoch_deadline(1_000_000);
    let linker = wasmtime::component::Linker::new(engine);
    let error = linker.instantiate(&mut store, &component).expect_err("300 are more than 20");
    let failure = of_error(
        &error,
        Moment {
            plugin: "evil",
            call: "instantiate",
            row: None,
            cancelled: false,
            refused_memory: false,
            memory: 0,
            account: Account::default(),
        },
    );
    assert_eq!(
        super::told(&failure),
        "plugin-too-complex: plugin `evil` asks for too much (resource limit exceeded: instance count too high at 21) in `instantiate`"
    );
}

#[test]
fn case_15_an_answer_of_200_mib_is_not_taken() {
    // One metric whose title has 200 MiB of zeros.
    let describe = "
      (drop (memory.grow (i32.const 3300)))
      (i32.store (i32.const 1040) (i32.const 65536)) (i32.store (i32.const 1044) (i32.const 209715200))
      (i32.const 1024)";
    let expected = "plugin-output-too-large: plugin `evil` gave more than it may in `describe`";
    describes("15", &Guest { describe: describe.to_owned(), ..guest() }, expected);
}

#[test]
fn case_16_overlapping_lists_count_as_often_as_they_are_told() {
    // A million metrics that all lie at the same place.
    let describe = "
      (drop (memory.grow (i32.const 700)))
      (i32.store (i32.const 1024) (i32.const 131072)) (i32.store (i32.const 1028) (i32.const 1000000))
      (i32.const 1024)";
    describes(
        "16",
        &Guest { describe: describe.to_owned(), ..guest() },
        "plugin-output-too-large: plugin `evil` gave more than it may in `describe`",
    );
}
