//! The files of `tests/data/amazon-jp` give the figures of its `expected.json`, whatever their language and encoding;
//! and the traps that no file holds are small cases at the end.

use kpress::diag::{Checked, Finding, Level};
use kpress::inputs::{Hash, Memory, ProjectPath};
use kpress::plan::{Plan, TableRef};
use kpress::snapshot::{Cache, Column, Frame, Lock, NoCache, Snapshot, Table, accept, take};
use kpress::time::Date;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Mutex;

mod cases;
mod drift;
mod files;
mod near;
mod pack;
mod tables;

/// The bytes of a golden file.
fn golden(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/data/amazon-jp/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|why| panic!("{path}: {why}"))
}

/// What a golden file must give.
fn expected(name: &str) -> Value {
    let all: Value = serde_json::from_slice(&golden("expected.json")).expect("expected.json is JSON");
    all[name]["golden"].clone()
}

/// A workspace of one source `s` and these files.
fn workspace(source: &str, files: &[(&str, &[u8])]) -> (Plan, Memory) {
    let head = format!(
        "site:\n  title: Test\n  languages: [en]\n  timezone: Asia/Tokyo\n  currency: JPY\nsources:\n  s: {{{source}}}\n"
    );
    let mut inputs = Memory::of([("kpress.yaml", head.as_bytes())]);
    for (path, bytes) in files {
        inputs.put(ProjectPath::parse(path).expect("a path"), (*bytes).into());
    }
    let loaded = kpress::plan::load(&inputs);
    let errors: Vec<&Finding> = loaded.found.iter().filter(|finding| finding.level == Level::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    (loaded.value, inputs)
}

fn read(source: &str, files: &[(&str, &[u8])]) -> Checked<Snapshot> {
    let (plan, inputs) = workspace(source, files);
    take(&plan, &inputs, &Lock::default(), &NoCache)
}

/// Reads one golden file by a preset; nothing worse than a note may be found.
fn table_of(preset: &str, more: &str, name: &str) -> Table {
    let bytes = golden(name);
    let checked =
        read(&format!("preset: {preset}, files: \"data/**/*\"{more}"), &[(&format!("data/{name}"), &bytes)]);
    let grave: Vec<String> = checked
        .found
        .iter()
        .filter(|finding| finding.level != Level::Note && finding.rule.name != "day-missing")
        .map(|finding| format!("{}: {}", finding.rule.name, finding.message))
        .collect();
    assert!(grave.is_empty(), "{name}: {grave:#?}");
    only(checked.value)
}

/// The first table of the snapshot.
fn only(snapshot: Snapshot) -> Table {
    snapshot.tables.into_values().next().expect("a table")
}

fn rules(found: &[Finding]) -> Vec<&'static str> {
    found.iter().map(|finding| finding.rule.name).collect()
}

fn column<'a>(frame: &'a Frame, name: &str) -> &'a Column {
    frame.columns.get(name).unwrap_or_else(|| panic!("no column `{name}` among {:?}", frame.columns.keys()))
}

/// A cell as text; `-` is a missing one.
fn cell(frame: &Frame, name: &str, row: usize) -> String {
    let missing = || "-".to_owned();
    match column(frame, name) {
        text @ Column::Text { .. } => text.text(row).map_or_else(missing, ToString::to_string),
        Column::Number { scale, rows } => rows.get(row).map_or_else(missing, |units| decimal(units, *scale)),
        Column::Float(rows) => rows[row].map_or_else(missing, |value| value.to_string()),
        Column::Date(rows) => rows[row].map_or_else(missing, |day| day.to_string()),
        Column::Bool(rows) => rows[row].map_or_else(missing, |value| value.to_string()),
    }
}

fn decimal(units: i128, scale: u32) -> String {
    let ten = 10_i128.pow(scale);
    let sign = if units < 0 { "-" } else { "" };
    let (whole, part) = (units.abs() / ten, units.abs() % ten);
    if scale == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{part:0>width$}", width = scale as usize)
    }
}

/// The exact sum over rows that `keep` chooses, as text without zeros at the end.
fn sum_where(frame: &Frame, name: &str, keep: impl Fn(usize) -> bool) -> String {
    let Column::Number { scale, rows } = column(frame, name) else { panic!("`{name}` is no number") };
    let total: i128 =
        rows.iter().enumerate().filter(|(row, _)| keep(*row)).filter_map(|(_, units)| units).sum();
    let text = decimal(total, *scale);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

fn sum(frame: &Frame, name: &str) -> String {
    sum_where(frame, name, |_| true)
}

/// How many rows have each value.
fn counts(frame: &Frame, name: &str) -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    (0..frame.rows).for_each(|row| *found.entry(cell(frame, name, row)).or_default() += 1);
    found
}

fn as_counts(value: &Value) -> BTreeMap<String, u64> {
    let object = value.as_object().expect("an object of counts");
    object.iter().map(|(key, count)| (key.clone(), count.as_u64().expect("a count"))).collect()
}

fn month(frame: &Frame, row: usize) -> String {
    cell(frame, "date", row)[..7].to_owned()
}

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// A quotient as expected.json writes it.
fn over(frame: &Frame, above: &str, below: &str) -> f64 {
    let number = |name: &str| sum(frame, name).parse::<f64>().expect("a sum");
    number(above) / number(below)
}

fn near(found: f64, expected: &Value) {
    let expected = expected.as_f64().expect("a number");
    assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
}
