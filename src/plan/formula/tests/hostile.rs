//! Formulas nobody writes by accident: too long, too deep, random. They are refused in good time, at a place that
//! exists, and never end the program.

use super::{parse_derived, parse_filter, parse_source, place, shown};
use crate::diag::Place;

/// Words and signs random formulas are made of.
const VOCABULARY: &[&str] = &[
    "sum",
    "count",
    "(",
    ")",
    "(",
    ")",
    ",",
    "a",
    "b",
    "c.d",
    "\"x y\"",
    "'t'",
    "1",
    "0.5",
    "1e9",
    "*",
    "+",
    "-",
    "/",
    "=",
    "<>",
    "<",
    "and",
    "or",
    "not",
    "in",
    "between",
    "like",
    "is",
    "null",
    "case",
    "when",
    "then",
    "else",
    "end",
    "distinct",
    "coalesce",
    "nullif",
    "prev",
    "rolling",
    "'1 week'",
    "date",
    "'2026-01-01'",
    "extract",
    "from",
    "cast",
    "as",
    "select",
    "exists",
    "over",
    "interval",
    "::",
    "[",
    "]",
    "{",
    "}",
    ";",
    "--",
    "/*",
    "%",
    "||",
    "^",
    "@",
    "$1",
    "?",
    "日本",
    "ー",
    "１",
    "substring",
    "trim",
    "for",
    "position",
    "any",
    "all",
    "array",
    "lambda",
    "->",
    "\u{0}",
    "\u{202e}",
    "`",
    "\"",
    "'",
    "\\",
    "\n",
    "X'00'",
    "E'\\n'",
    "N'x'",
    "true",
    "false",
    "unknown",
    "convert",
];

/// A row of numbers that looks random and is the same everywhere (Knuth, MMIX).
fn numbers(seed: u64) -> impl Iterator<Item = usize> {
    let next = |state: &u64| {
        Some(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407))
    };
    std::iter::successors(Some(seed), next)
        .skip(1)
        .map(|state| usize::try_from(state >> 33).expect("31 bits"))
}

#[test]
fn random_formulas_give_a_tree_or_a_finding_on_their_line() {
    let mut numbers = numbers(20_260_701);
    let mut draw = |below: usize| numbers.next().expect("endless") % below;
    for _ in 0..12_000 {
        let words: Vec<&str> = (0..=draw(14)).map(|_| VOCABULARY[draw(VOCABULARY.len())]).collect();
        let text = words.join(" ");
        let at = place(&text);
        let lookups = ["c".into()];
        let source = parse_source(&text, &at, &lookups);
        let filter = parse_filter(&text, &at, &lookups);
        let derived = parse_derived(&text, &at);
        let whole = [source.value.is_some(), filter.value.is_some(), derived.value.is_some()];
        for (read, found) in whole.iter().zip([&source.found, &filter.found, &derived.found]) {
            assert_eq!(*read, found.is_empty(), "{text:?}");
            for finding in found {
                let end = finding.place.column + finding.place.width;
                assert!(finding.place.line == 3 && finding.place.column >= at.column, "{text:?} {finding:?}");
                assert!(end <= at.column + at.width + 1, "{text:?} {finding:?}");
            }
        }
    }
}

#[test]
fn what_is_printed_reads_the_same_again() {
    let mut numbers = numbers(7);
    let mut draw = |below: usize| numbers.next().expect("endless") % below;
    let mut trees = 0;
    for _ in 0..6_000 {
        let words: Vec<&str> = (0..=draw(6)).map(|_| VOCABULARY[draw(41)]).collect();
        let text = format!("sum({})", words.join(" "));
        if let Some(tree) = parse_source(&text, &place(&text), &["c".into()]).value {
            let printed = tree.to_string();
            let again = parse_source(&printed, &place(&printed), &["c".into()]);
            assert_eq!(again.value.as_ref(), Some(&tree), "{text:?} printed as {printed:?}");
            trees += 1;
        }
    }
    assert!(trees > 50, "only {trees} random formulas were right: the test says nothing");
}

#[test]
fn long_formulas_are_read_up_to_the_limit_and_refused_beyond_it() {
    let sum = |terms: usize| vec!["a"; terms].join(" + ");
    assert!(parse_derived(&sum(200), &Place::default()).value.is_some());
    let refused = |text: &str| {
        let read = shown(parse_derived(text, &place(text)));
        assert!(read.starts_with("formula-too-long "), "{read}");
    };
    refused(&sum(201));
    refused(&"a".repeat(4_001));
    refused(&format!("{}a{}", "(".repeat(120), ")".repeat(120)));
    refused(&format!("{}a", "- ".repeat(200)));
    refused(&format!("{}a{}", "coalesce(1, ".repeat(60), ")".repeat(60)));
    let deep = format!("sum({}a{})", "not ".repeat(150), "");
    assert!(parse_source(&deep, &place(&deep), &[]).value.is_none());
}

#[test]
fn operands_that_repeat_do_not_multiply() {
    let mut text = "x".to_owned();
    for _ in 0..30 {
        text = format!("({text} between 1 and 2)");
    }
    assert!(parse_filter(&text, &place(&text), &[]).value.is_none());
    let mut text = "x".to_owned();
    for _ in 0..30 {
        text = format!("case {text} when 1 then 1 when 2 then 2 end");
    }
    let text = format!("sum({text})");
    assert!(parse_source(&text, &place(&text), &[]).value.is_none());
}

#[test]
fn places_are_exact_where_the_scalar_can_be_counted_through() {
    let column = |text: &str, width: u32| {
        let at = Place::at(&"metrics/a.yaml".into(), 3, 10, width);
        let found = parse_source(text, &at, &[]).found;
        (found[0].place.line, found[0].place.column, found[0].place.width)
    };
    // Plain, quoted, with escapes, over several lines.
    assert_eq!(column("sum(a) / summ(b)", 16), (3, 19, 4));
    assert_eq!(column("sum(a) / summ(b)", 18), (3, 20, 4));
    assert_eq!(column("sum(a) / summ(b)", 22), (3, 10, 22));
    assert_eq!(column("sum(a) /\nsumm(b)", 16), (3, 10, 16));
    // Characters, not bytes.
    assert_eq!(column("sum(売上) / summ(b)", 17), (3, 20, 4));
}

#[test]
fn names_are_found_in_a_formula() {
    let text = "ad_spend / nullif(ad_sales, 0)";
    assert_eq!(
        super::super::locate(text, &place(text), "ad_sales"),
        Place::at(&"metrics/a.yaml".into(), 3, 28, 8)
    );
    assert_eq!(super::super::locate(text, &place(text), "gmv"), place(text));
}
