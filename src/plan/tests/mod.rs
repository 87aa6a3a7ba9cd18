//! Small workspaces in memory: what they become, and what is found in them.

mod hostile;

use super::*;
use crate::diag::{Checked, Finding};
use crate::inputs::Memory;
use crate::unit::Decimal;

const HEAD: &str = "site: {title: Shop, languages: [en, ja], timezone: Asia/Tokyo, currency: JPY, fiscal_year: {starts: april}}
sources:
  sales: {files: \"data/sales/*.csv\", date: date, dimension: [category]}
";
const PEOPLE: &str = "people: {ceo: {name: Boss}, li.na: {name: Li Na, covers: {store: [jp1]}}}\n";
const STORES: &str = "stores: {jp1: {name: JP1, currency: JPY}, jp2: {}}\n";
const METRICS: &str = "metrics:
  gmv: {source: sales, value: sum(amount), unit: JPY, better: higher, owner: ceo, level: core}
  spend: {source: sales, value: sum(spend), unit: JPY}
  acos: {value: spend / gmv, unit: percent, better: lower, owner: ceo, level: guardrail}
";

/// A workspace with the usual files and some more; a file of the same name replaces the usual one.
fn workspace(more: &[(&str, &str)]) -> Checked<Plan> {
    let usual = [
        ("kpress.yaml", HEAD),
        ("people.yaml", PEOPLE),
        ("stores.yaml", STORES),
        ("metrics/a.yaml", METRICS),
    ];
    let files = usual.iter().chain(more).map(|(name, text)| (*name, text.as_bytes()));
    load(&Memory::of(files))
}

fn seen(found: &[Finding]) -> Vec<String> {
    found
        .iter()
        .map(|finding| format!("{} {}: {}", finding.rule.name, finding.place, finding.message))
        .collect()
}

#[test]
fn keys_and_names_are_corrected() {
    check(
        "targets/a.yaml",
        "targets: [{metric: gvm, period: 2026, value: 1}]\n",
        &["unknown-name targets/a.yaml:1:20: there is no metric `gvm`"],
    );
}

/// The findings of a workspace in which one file was added or replaced.
fn check(name: &str, text: &str, expected: &[&str]) {
    assert_eq!(seen(&workspace(&[(name, text)]).found), expected, "{name}: {text}");
}

#[test]
fn a_small_workspace_has_nothing_to_say() {
    let plan = workspace(&[(
        "targets/a.yaml",
        "targets:
  - {id: gmv-2026, metric: gmv, period: 2026-04..2027-03, value: 120_000_001, stretch: 138_000_000, owner: ceo, split: {by: store, share: {jp1: 0.6, jp2: 0.4}}}
  - {metric: acos, scope: {store: jp1}, period: 2026-Q4, value: 22%, red: 30%}
  - {for_each: store, metric: acos, period: 2026-Q3, value: 12%, overrides: {jp2: {value: 0.14}}}
",
    )]);
    assert_eq!(seen(&plan.found), Vec::<String>::new());
    let plan = plan.value;
    let targets: Vec<(String, String, String)> = plan
        .targets
        .iter()
        .map(|target| {
            let TargetValue::Of(value) = target.value else { panic!("a value") };
            (target.id.to_string(), target.scope.to_string(), value.to_string())
        })
        .collect();
    let expected = [
        ("gmv-2026", "company", "120000001"),
        ("gmv-2026/jp1", "store:jp1", "72000001"),
        ("gmv-2026/jp2", "store:jp2", "48000000"),
        ("acos-FY2026-Q3-jp1", "store:jp1", "0.22"),
        ("acos-FY2026-Q2-jp1", "store:jp1", "0.12"),
        ("acos-FY2026-Q2-jp2", "store:jp2", "0.14"),
    ];
    let expected: Vec<_> =
        expected.iter().map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned())).collect();
    assert_eq!(targets, expected);
    assert_eq!(plan.targets[1].stretch, Some(Decimal::from(82_800_000)));
    assert_eq!(plan.targets[0].period.grain, Some(crate::time::Grain::Year));
}
