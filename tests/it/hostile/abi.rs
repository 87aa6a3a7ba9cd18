//! Cases 18 to 34: answers that are no values of the interface, and allocators that lie.

use super::guest::{Guest, Metric};
use super::{describes, load, refused};

fn guest() -> Guest {
    Guest::default()
}

/// A guest that changes the four bytes at `at` before it answers. The list of metrics lies at 1024, the first at 1032.
fn poking(at: u32, value: i64) -> Guest {
    let describe = format!("(i32.store (i32.const {at}) (i32.const {value})) (i32.const 1024)");
    Guest { describe, ..guest() }
}

fn broken(what: &str) -> String {
    format!("plugin-abi-broken: plugin `evil` broke its interface ({what}) in `describe`")
}

#[test]
fn case_18_and_19_lists_lie_within_memory() {
    let outside = broken("list pointer/length out of bounds of memory");
    describes("18 pointer", &poking(1024, 0x7fff_fff0), &outside);
    describes("18 length", &poking(1028, 0x00ff_ffff), &outside);
    describes("19", &poking(1028, 0xffff_ffff), &outside);
    let outside = broken("string pointer/length out of bounds of memory");
    describes("18 text", &poking(1036, 0x0fff_ffff), &outside);
}

#[test]
fn case_20_and_21_answers_lie_in_memory_and_even() {
    let describe = |at: &str| Guest { describe: at.to_owned(), ..guest() };
    describes("20", &describe("(i32.const 0x7ffffffc)"), &broken("pointer out of bounds of memory"));
    describes("21", &describe("(i32.const 1025)"), &broken("return pointer not aligned"));
}

#[test]
fn case_23_texts_are_utf_8() {
    // The title begins at 1040; its first byte becomes one that begins nothing.
    let describe = "(i32.store8 (i32.load (i32.const 1040)) (i32.const 0xff)) (i32.const 1024)".to_owned();
    let guest = Guest { describe, ..guest() };
    describes("23", &guest, &broken("invalid utf-8 sequence of 1 bytes from index 0"));
}

#[test]
fn case_22_tags_within_a_description() {
    // One input, made here: its unit is neither there nor not there.
    let describe = "
      (i32.store (i32.const 8192) (i32.const 64)) (i32.store (i32.const 8196) (i32.const 5))
      (i32.store8 (i32.const 8204) (i32.const 9))
      (i32.store (i32.const 1056) (i32.const 8192)) (i32.store (i32.const 1060) (i32.const 1))
      (i32.const 1024)";
    let guest = Guest { describe: describe.to_owned(), ..guest() };
    describes("22", &guest, &broken("invalid option discriminant"));
}

#[test]
fn case_24_no_type_of_the_interface_holds_a_character() {
    // So one cannot be handed over at all, let alone half of one.
    let text = "(component
        (core module $m (memory (export \"m\") 1) (func (export \"f\") (result i32) (i32.const 0xd800)))
        (core instance $i (instantiate $m))
        (func $f (result char) (canon lift (core func $i \"f\")))
        (instance $x (export \"describe\" (func $f)))
        (export \"kpress:plugin/metric@0.1.0\" (instance $x)))";
    refused(
        "24",
        &wat::parse_str(text).expect("a component"),
        "plugin-api-unknown: plugin `evil`: its `kpress:plugin/metric@0.1.0` has another `describe`: expected `list` found `char`",
    );
}

#[test]
fn case_27_what_crashes_after_its_answer_has_answered_nothing() {
    let guest = Guest { described: Some("unreachable".to_owned()), ..guest() };
    let failure = load(&guest.component()).expect_err("it crashes");
    assert!(
        super::told(&failure)
            .starts_with("plugin-trapped: plugin `evil` crashed (wasm `unreachable` instruction executed)"),
        "{}",
        super::told(&failure)
    );
    super::goes_on("27");
}

#[test]
fn case_28_and_29_the_types_are_looked_at_before_any_code_runs() {
    // It would run for ever if it were run.
    let metric = |functions: &str| {
        let text = format!(
            "(component
               (core module $m (func $loop (loop $again (br $again))) (start $loop)
                 (func (export \"f\") (param i32) (result i32) unreachable))
               (core instance $i (instantiate $m))
               (func $f (param \"a\" u32) (result u32) (canon lift (core func $i \"f\")))
               (instance $x {functions})
               (export \"kpress:plugin/metric@0.1.0\" (instance $x)))"
        );
        wat::parse_str(text).expect("a component")
    };
    refused(
        "28",
        &metric("(export \"describe\" (func $f))"),
        "plugin-api-unknown: plugin `evil`: its `kpress:plugin/metric@0.1.0` has another `describe`: expected 0-tuple, found 1-tuple",
    );
    refused(
        "29",
        &metric(""),
        "plugin-api-unknown: plugin `evil`: its `kpress:plugin/metric@0.1.0` has no function `describe`",
    );
}

#[test]
fn case_30_names_and_texts_of_a_description() {
    let wrong = |metrics: Vec<Metric>, expected: &str| {
        let expected =
            format!("plugin-descriptor-invalid: plugin `evil` describes itself wrongly: {expected}");
        describes("30", &Guest { metrics, ..guest() }, &expected);
    };
    let metric = |id: &str| Metric { id: id.to_owned(), ..Metric::default() };
    let titled = |title: &str| vec![Metric { title: title.to_owned(), ..Metric::default() }];
    wrong(vec![metric("a"), metric("a")], "metric `a` twice");
    wrong(vec![metric("../../x")], "a metric is called `../../x`");
    wrong(vec![metric("\u{202e}a")], "a metric is called `\\u{202e}a`");
    wrong(vec![metric("")], "a metric is called ``");
    wrong(vec![metric(&"a".repeat(51))], &format!("a metric is called `{}`", "a".repeat(51)));
    wrong(titled("\u{202e}live"), "the title of metric `evil` holds the character U+202E");
    wrong(titled("a\u{200b}b"), "the title of metric `evil` holds the character U+200B");
    wrong(titled("\u{1b}[31mred"), "the title of metric `evil` holds the character U+001B");
    wrong(
        titled("\u{1b}]8;;https://evil.example\u{7}x"),
        "the title of metric `evil` holds the character U+001B",
    );
    let schema = |schema: &str| vec![Metric { schema: schema.to_owned(), ..Metric::default() }];
    wrong(
        schema("{"),
        "the schema of metric `evil` is no JSON: EOF while parsing an object at line 1 column 1",
    );
    wrong(schema("[]"), "the schema of metric `evil` is no object");
    let deep = format!("{}1{}", "{\"a\":".repeat(20), "}".repeat(20));
    wrong(schema(&deep), "the schema of metric `evil` is nested deeper than 16");
    wrong(vec![], "it exports `metric` and describes no metric");
    // 100,000 of them: each of 44 bytes, all at the same place.
    let many = "(drop (memory.grow (i32.const 100)))
      (i32.store (i32.const 1024) (i32.const 131072)) (i32.store (i32.const 1028) (i32.const 100000)) (i32.const 1024)";
    describes(
        "30 many",
        &Guest { describe: many.to_owned(), ..guest() },
        "plugin-output-too-large: plugin `evil` describes 100,000 metrics, and no plugin has more than 200",
    );
    // An id of a megabyte.
    let long = "(drop (memory.grow (i32.const 40)))
      (memory.fill (i32.const 131072) (i32.const 97) (i32.const 1000000))
      (i32.store (i32.const 1032) (i32.const 131072)) (i32.store (i32.const 1036) (i32.const 1000000)) (i32.const 1024)";
    let shown = format!("a metric is called `{}…`", "a".repeat(60));
    describes(
        "30 long",
        &Guest { describe: long.to_owned(), ..guest() },
        &format!("plugin-descriptor-invalid: plugin `evil` describes itself wrongly: {shown}"),
    );
}

#[test]
fn a_well_behaved_guest_is_loaded() {
    let loaded = load(&guest().component()).expect("nothing is wrong with it");
    assert_eq!(loaded.exports, ["kpress:plugin/metric@0.1.0"]);
    assert!(loaded.descriptor.metrics[0].mergeable);
}
