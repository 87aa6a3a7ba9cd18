//! Figures that were measured before: an edit of a target touches no table, and nothing else is taken for the same.

use crate::folder::{Temp, tree};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A workspace with a target, a series of targets, a season and an article, built once.
fn shop() -> Temp {
    let temp = Temp::new("kept");
    run(temp.path(), &["init", "shop"]);
    temp.write("shop/targets/2025.yaml", TARGETS);
    temp.write("shop/plan/orders.csv", "date,orders\n2025-12-01,40\n2025-12-02,41\n");
    let site = temp.read("shop/kpress.yaml");
    temp.write("shop/kpress.yaml", format!("{site}  plan: {{files: \"plan/*.csv\", date: date}}\n"));
    assert!(build(&temp, &[]).contains("measure"), "the first build measures");
    temp
}

const TARGETS: &str = "targets:
  - {id: sales-12, metric: sales, period: 2025-12, value: 4_900_000, stretch: 5_500_000, red: 4_000_000}
  - {id: by-hand, metric: conversion, period: 2025-12, value: 4.3%, red: 4.0%}
  - {id: orders-plan, metric: orders, series: {source: plan, value: sum(orders)}}
";

fn run(place: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kpress"))
        .current_dir(place)
        .env("HOME", "/nonexistent")
        .args(arguments)
        .output()
        .expect("kpress starts");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn build(temp: &Temp, more: &[&str]) -> String {
    run(temp.path(), &[&["build", "shop", "--timings"], more].concat())
}

fn site(temp: &Temp) -> BTreeMap<String, Vec<u8>> {
    tree(&temp.path().join("shop/public"))
}

/// What a build says besides how long it took.
fn findings(said: &str) -> Vec<&str> {
    said.lines().filter(|line| !line.contains(" ms") && !line.starts_with("built")).collect()
}

/// Builds after an edit, checks which stages ran, and that a build which remembers nothing gives the same bytes and says
/// the same.
fn check(temp: &Temp, edit: &str, touches_tables: bool, more: &[&str]) {
    let said = build(temp, more);
    for stage in ["snapshot", "measure"] {
        assert_eq!(said.contains(stage), touches_tables, "{edit}: {said}");
        assert!(!said.contains("only"), "{edit}: {said}");
    }
    is_as_if_built_anew(temp, edit, &said, more);
}

/// What stands behind the name of a stage and its time.
fn about<'s>(said: &'s str, stage: &str) -> Option<&'s str> {
    let line = said.lines().find(|line| line.starts_with(stage))?;
    line.split_once(" ms").map(|(_, about)| about.trim())
}

/// Builds after an edit, checks that only these sources were read and only these metrics measured, and the same as `check`.
fn check_part(temp: &Temp, edit: &str, sources: &str, metrics: &str) {
    let said = build(temp, &[]);
    assert_eq!(about(&said, "snapshot"), Some(format!("only {sources}").trim_end()), "{edit}: {said}");
    assert_eq!(about(&said, "measure"), Some(format!("only {metrics}").trim_end()), "{edit}: {said}");
    // What was added is kept with the rest.
    temp.write("shop/content/note.md", format!("---\ntitle: {edit}\n---\nText.\n"));
    let after = build(temp, &[]);
    assert!(after.contains("report") && about(&after, "snapshot").is_none(), "{edit}: {after}");
    is_as_if_built_anew(temp, edit, &after, &[]);
}

fn is_as_if_built_anew(temp: &Temp, edit: &str, said: &str, more: &[&str]) {
    assert!(said.contains("report"), "{edit} is not seen at all: {said}");
    let with = site(temp);
    fs::remove_dir_all(temp.path().join("shop/.kpress/cache")).expect("the cache");
    fs::remove_dir_all(temp.path().join("shop/public")).expect("the site");
    let anew = build(temp, more);
    assert_eq!(findings(said), findings(&anew), "{edit}");
    let without = site(temp);
    let different: Vec<&String> =
        with.keys().chain(without.keys()).filter(|path| with.get(*path) != without.get(*path)).collect();
    assert!(different.is_empty(), "{edit}: {different:?}");
}

fn replace(temp: &Temp, file: &str, from: &str, to: &str) {
    let text = temp.read(file);
    assert!(text.contains(from), "`{from}` stands in {file}");
    temp.write(file, text.replace(from, to));
}

#[test]
fn an_edit_of_a_target_touches_no_table() {
    let temp = shop();
    let targets = "shop/targets/2025.yaml";
    let edits = [
        ("its value", "4_900_000", "4_950_000"),
        ("its stretch", "5_500_000", "5_600_000"),
        ("its red line", "red: 4.0%", "red: 3.9%"),
        ("its status", "4_950_000,", "4_950_000, status: {state: paused, reason: no stock},"),
        ("its note", "metric: sales,", "metric: sales, note: after the fair,"),
    ];
    for (edit, from, to) in edits {
        replace(&temp, targets, from, to);
        check(&temp, edit, false, &[]);
    }
    temp.write("shop/content/note.md", "---\ntitle: A note\n---\nText.\n");
    check(&temp, "an article", false, &[]);
}

/// Three more sources by category: spending, sales of it, and names that only a lookup knows.
fn with_categories(temp: &Temp) {
    let (mut spent, mut sold) = (String::from("date,sku,spent\n"), String::from("date,sku,pieces\n"));
    for day in 1..=31 {
        // One product is advertised and not sold on some days, and the other way round.
        spent += &format!("2025-12-{day:02},A,{}\n", day * 10);
        sold += &format!("2025-12-{day:02},B,{}\n2025-12-{day:02},C,1\n", day % 4);
    }
    temp.write("shop/ads/1.csv", spent);
    temp.write("shop/sold/1.csv", sold);
    temp.write("shop/products/1.csv", "sku,category\nA,bags\nB,bags\nC,tea\n");
    let scopes = "scopes: {category: products.category}";
    let sources = format!(
        "  ads: {{files: \"ads/*.csv\", dimension: [sku], {scopes}}}\n  sold: {{files: \"sold/*.csv\", dimension: [sku], {scopes}}}\n  products: {{files: \"products/*.csv\", key: [sku], dimension: [category]}}\n"
    );
    let site = temp.read("shop/kpress.yaml");
    temp.write("shop/kpress.yaml", format!("{site}{sources}"));
    temp.write(
        "shop/metrics/more.yaml",
        "metrics:
  spent: {source: ads, value: sum(spent), unit: JPY, better: lower}
  pieces: {source: sold, value: sum(pieces), unit: count, better: higher}
  per_piece: {value: spent / pieces, unit: JPY, better: lower}
  twice: {value: 2 * pieces, unit: count, better: higher}
",
    );
    assert!(build(temp, &[]).contains("measure"), "the figures are new");
}

#[test]
fn a_target_on_a_scope_that_was_never_measured_reads_only_that() {
    let temp = shop();
    with_categories(&temp);
    let targets = |more: &str| temp.write("shop/targets/more.yaml", format!("targets:\n{more}"));
    let pieces = "  - {metric: pieces, scope: {category: tea}, period: 2025-12, value: 31}\n";
    targets(pieces);
    check_part(&temp, "a sum", "products, sold", "pieces");
    targets(&pieces.replace("tea", "bags"));
    check(&temp, "another member of what is measured", false, &[]);
    let quotient = "  - {metric: per_piece, scope: {category: bags}, period: 2025-12, value: 90}\n";
    targets(&format!("{pieces}{quotient}"));
    check_part(&temp, "a quotient fills its parts up", "ads, products, sold", "per_piece, pieces, spent");
    let more = "  - {metric: twice, scope: {category: bags}, period: 2025-12, value: 90}\n";
    targets(&format!("{pieces}{quotient}{more}"));
    check_part(&temp, "beside a quotient", "ads, products, sold", "per_piece, pieces, spent, twice");
    let days = "  - {metric: spent, scope: {sku: A}, period: 2025-12-03..2025-12-09, value: 900}\n";
    targets(&format!("{pieces}{quotient}{days}"));
    check_part(&temp, "other days", "ads, products, sold", "per_piece, pieces, spent");
    targets(pieces);
    check_part(&temp, "what is no longer asked for", "products, sold", "pieces");
    targets("  - {metric: sales, period: 2025-11-03..2025-11-10, value: 900}\n");
    check_part(&temp, "eight days of sales and nothing else", "sales", "sales");
    targets("  - {metric: sales, period: 2025-11-03..2025-11-09, value: 900}\n");
    check(&temp, "a week, which is measured anyway", false, &[]);
}

#[test]
fn whatever_a_figure_is_made_of_is_read_again() {
    let temp = shop();
    let first = temp.read("shop/data/sales.csv").lines().nth(1).expect("a row").to_owned();
    let (start, last) = first.split_at(first.len() - 1);
    let other = if last == "9" { "8" } else { "9" };
    replace(&temp, "shop/data/sales.csv", &first, &format!("{start}{other}"));
    check(&temp, "a cell", true, &[]);
    replace(&temp, "shop/plan/orders.csv", "41", "42");
    check(&temp, "a day of a series", true, &[]);
    temp.write("shop/data/more.csv", "date,store,visits,orders,sales\n2025-12-31,main,1,1,900\n");
    check(&temp, "a new file", true, &[]);
    fs::remove_file(temp.path().join("shop/data/more.csv")).expect("the new file");
    check(&temp, "a file that is gone", true, &[]);
    replace(&temp, "shop/metrics/sales.yaml", "value: orders / visits", "value: 2 * orders / visits");
    check(&temp, "a formula", true, &[]);
    replace(&temp, "shop/kpress.yaml", "Asia/Tokyo", "Asia/Shanghai");
    check(&temp, "the zone", true, &[]);
    check(&temp, "the day", true, &["--as-of", "2025-12-15"]);
    run(&temp.path().join("shop"), &["data", "accept"]);
    check(&temp, "the accepted columns", true, &[]);
}

#[test]
fn a_damaged_entry_is_worked_out_anew() {
    let temp = shop();
    let entry = temp.path().join("shop/.kpress/cache/facts");
    let whole = fs::read(&entry).expect("what was measured");
    for (damage, bytes) in [
        ("cut short", whole[..whole.len() / 2].to_vec()),
        ("a byte", {
            let mut bytes = whole.clone();
            bytes[whole.len() - 9] ^= 1;
            bytes
        }),
        ("nothing", Vec::new()),
    ] {
        fs::write(&entry, bytes).expect("the damage");
        let article = format!("---\ntitle: {damage}\n---\nText.\n");
        temp.write("shop/content/note.md", article);
        check(&temp, damage, true, &[]);
    }
}

#[test]
fn data_that_changes_after_an_edit_is_seen() {
    let temp = shop();
    replace(&temp, "shop/targets/2025.yaml", "4_900_000", "4_950_000");
    build(&temp, &[]);
    // The last build read no table; what it stands on is watched all the same.
    replace(&temp, "shop/plan/orders.csv", "41", "43");
    check(&temp, "a cell after an edit", true, &[]);
    let said = build(&temp, &[]);
    assert!(said.contains("nothing changed"), "{said}");
}
