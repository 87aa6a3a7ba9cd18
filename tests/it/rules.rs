//! Every rule has a case: in `examples/broken`, where a workspace can raise it by itself, or in the test named here.

use crate::folder::Temp;
use kpress::build::rules;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Rules that no file of a workspace raises by itself (a plugin at work, an import, a damaged file, a limit), with the file
/// whose tests raise them.
const ELSEWHERE: &[(&str, &str)] = &[
    ("another-report", "tests/it/drift.rs"),
    ("audience-leak", "tests/it/versions/audiences.rs"),
    ("audiences-add-up", "tests/it/versions/audiences.rs"),
    ("balance-vanished", "tests/it/drift.rs"),
    ("category-unmapped", "tests/it/cohort.rs"),
    ("changed-after-sign-off", "tests/it/history.rs"),
    ("counted-twice", "tests/it/dictionary.rs"),
    ("data-limit", "src/snapshot/import/text.rs"),
    ("definition-changed-silently", "tests/it/history.rs"),
    ("equal-rows", "tests/it/aside.rs"),
    ("extra-week", "tests/it/decks.rs"),
    ("figure-restated", "tests/it/versions/restated.rs"),
    ("file-cut", "tests/it/aside.rs"),
    ("file-not-read", "tests/it/strange.rs"),
    ("file-too-large", "src/plan/tests/hostile.rs"),
    ("file-unreadable", "src/snapshot/container.rs"),
    ("formula-too-long", "src/plan/formula/tests/hostile.rs"),
    ("header-changed", "tests/it/goldens/cases.rs"),
    ("history-shallow", "tests/it/history.rs"),
    ("history-unreadable", "tests/it/history.rs"),
    ("invariant-broken", "tests/it/reconciled.rs"),
    ("lock-unreadable", "tests/it/rules.rs"),
    ("marketplace-differs", "tests/it/strange.rs"),
    ("no-workspace", "src/plan/tests/mod.rs"),
    ("not-readable", "src/plan/tests/mod.rs"),
    ("not-signed", "tests/it/history.rs"),
    ("number-overflow", "src/measure/tests/money.rs"),
    ("output-refused", "src/site/refuse.rs"),
    ("page-unsafe", "src/render/tests.rs"),
    ("period-differs", "tests/it/goldens/pack.rs"),
    ("preset-unclear", "tests/it/goldens/pack.rs"),
    ("raw-code-marker", "src/render/tests.rs"),
    ("recalibration-overdue", "tests/it/history.rs"),
    ("reconcile-silent", "tests/it/reconciled.rs"),
    ("reconcile-unlike", "tests/it/reconciled.rs"),
    ("sources-disagree", "tests/it/reconciled.rs"),
    ("stale-source", "tests/it/reconciled.rs"),
    ("strings-unreadable", "tests/it/rules.rs"),
    ("summary-mismatch", "tests/it/reconciled.rs"),
    ("template-error", "src/render/tests.rs"),
    ("theme-unreadable", "tests/it/rules.rs"),
    ("too-many-pains", "tests/it/diagnosis.rs"),
    ("totals-left-out", "tests/it/aside.rs"),
    ("unknown-column", "src/plan/tests/mod.rs"),
    ("value-implausible", "tests/it/strange.rs"),
    ("value-unknown", "tests/it/drift.rs"),
    ("wbr-database-source", "tests/it/wbr.rs"),
    ("wbr-left-out", "tests/it/wbr.rs"),
    ("wbr-target-used-as-metric", "tests/it/wbr.rs"),
    ("wbr-unfit-value", "tests/it/wbr.rs"),
    ("wbr-unknown-key", "tests/it/wbr.rs"),
    ("wbr-unsupported-query", "tests/it/wbr.rs"),
    ("week-number-differs", "tests/it/wbr.rs"),
];

/// Rules that no test raises by name. The list may only get shorter.
const UNTRIED: &[&str] = &[];

/// Rules of plugins that no component raises here. The list may only get shorter.
#[cfg(feature = "plugins")]
const PLUGINS_UNTRIED: &[&str] = &[
    // A component that differs from run to run cannot be made: see the hostile case 33.
    "plugin-not-deterministic",
    // Of a kpress that was built without plugins.
    "plugin-not-run",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The rules of findings as they are printed.
fn raised(printed: &str) -> BTreeSet<String> {
    let name = |line: &str| {
        let rest = ["error[", "warning[", "note["].iter().find_map(|level| line.strip_prefix(level))?;
        rest.split_once(']').map(|(name, _)| name.to_owned())
    };
    printed.lines().filter_map(name).collect()
}

#[test]
fn every_rule_has_a_case() {
    let broken = root().join("tests/cases/broken/out/found.txt");
    let raised = raised(&fs::read_to_string(broken).expect("what `examples/broken` raises"));
    let elsewhere: BTreeMap<&str, &str> = ELSEWHERE.iter().copied().collect();
    let of_plugins = |name: &str| name.starts_with("plugin-");
    // What happens to plugins is tried by the tests of plugins, see below: a workspace without components raises next to
    // none of it.
    let names: Vec<&str> = rules().iter().map(|rule| rule.name).filter(|name| !of_plugins(name)).collect();
    let without: Vec<&&str> = names
        .iter()
        .filter(|name| !raised.contains(**name) && !elsewhere.contains_key(**name) && !UNTRIED.contains(name))
        .collect();
    assert!(without.is_empty(), "rules without a case in examples/broken: {without:?}");
    let twice: Vec<&str> =
        elsewhere.keys().chain(UNTRIED).copied().filter(|name| raised.contains(*name)).collect();
    assert!(twice.is_empty(), "listed here, and raised by examples/broken as well: {twice:?}");
    let gone: Vec<&str> =
        elsewhere.keys().chain(UNTRIED).copied().filter(|name| !names.contains(name)).collect();
    assert!(gone.is_empty(), "no rules any more: {gone:?}");
    for (name, file) in elsewhere {
        let text = fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(text.contains(name), "{file} does not raise {name}");
    }
}

#[test]
#[cfg(feature = "plugins")]
fn every_rule_of_plugins_is_raised_by_name() {
    let mut text = String::new();
    for file in ["hostile", "plugged.rs", "pull.rs", "widgets.rs"] {
        let place = root().join("tests/it").join(file);
        if place.is_dir() {
            crate::hostile::table::sources(&place, &mut text);
        } else {
            text += &fs::read_to_string(place).expect("tests");
        }
    }
    // As it is printed by a command, or told by a failure.
    let raised = |name: &str| text.contains(&format!("[{name}]")) || text.contains(&format!("{name}: "));
    let rules = rules();
    let names = rules.iter().map(|rule| rule.name).filter(|name| name.starts_with("plugin-"));
    let mut untried: Vec<&str> = names.filter(|name| !raised(name)).collect();
    untried.sort_unstable();
    assert_eq!(untried, PLUGINS_UNTRIED);
}

/// What a rule is called on pages and what to do is said in every language, of every rule and of nothing else.
#[test]
#[cfg(feature = "plugins")]
fn every_rule_has_a_title_in_every_language() {
    let told = |lang: &str, key: &str| -> BTreeSet<String> {
        let path = root().join(format!("themes/default/i18n/{lang}.ftl"));
        let text = fs::read_to_string(path).expect("the strings of a language");
        let (_, rest) = text.split_once(&format!("{key} = {{ $rule ->\n")).expect("a list of rules");
        let all = rest.lines().map_while(|line| line.strip_prefix("    [")?.split_once(']'));
        all.map(|(name, said)| {
            assert!(!said.trim().is_empty(), "{key} of {name} in {lang}");
            name.to_owned()
        })
        .collect()
    };
    let english = told("en", "rule-title");
    for lang in ["zh", "ja", "en"] {
        for key in ["rule-title", "rule-fix"] {
            assert_eq!(told(lang, key), english, "{key} in {lang}");
        }
    }
    let known: BTreeSet<String> = rules().iter().map(|rule| rule.name.to_owned()).collect();
    let gone: Vec<&String> = english.difference(&known).collect();
    let untold: Vec<&String> = known.difference(&english).collect();
    assert!(gone.is_empty() && untold.is_empty(), "no rules any more: {gone:?}, without a title: {untold:?}");
}

#[test]
fn broken_locks_and_themes_are_found() {
    let temp = Temp::new("rules");
    temp.write(
        "kpress.yaml",
        "site: {title: T, languages: [en]}\nsources: {s: {files: data/a.csv, date: date}}\n",
    );
    temp.write("data/a.csv", "date,v\n2025-12-01,1\n");
    temp.write("metrics/a.yaml", "metrics: {v: {source: s, value: sum(v), unit: count, better: higher}}\n");
    let found = |file: &str, text: &[u8]| {
        temp.write(file, text);
        let output =
            Command::new(env!("CARGO_BIN_EXE_kpress")).arg("check").current_dir(temp.path()).output();
        let output = output.expect("kpress starts");
        fs::remove_file(temp.path().join(file)).expect("it was just written");
        raised(&String::from_utf8_lossy(&[output.stdout, output.stderr].concat()))
    };
    let has = |file: &str, text: &[u8], rule: &str| {
        let found = found(file, text);
        assert!(found.contains(rule), "{file}: {found:?}");
    };
    assert!(!found("notes.txt", b"").iter().any(|rule| rule.contains("unreadable")), "sound without them");
    has("kpress.lock", b"<<<<<<< HEAD\n", "lock-unreadable");
    has("themes/ours/i18n/en.ftl", b"nav-home Home\n", "strings-unreadable");
    has("themes/ours/css/site.css", &vec![b' '; (1 << 20) + 1], "theme-unreadable");
}

/// What `kpress check` finds in an example.
fn found_in(example: &str) -> BTreeSet<String> {
    let temp = Temp::copy_of("passing", &root().join("examples").join(example));
    let output = Command::new(env!("CARGO_BIN_EXE_kpress")).arg("check").current_dir(temp.path()).output();
    let output = output.expect("kpress starts");
    raised(&String::from_utf8_lossy(&[output.stdout, output.stderr].concat()))
}

/// A rule that found something everywhere would be noise: each leaves one of two sound workspaces alone.
#[test]
fn every_rule_has_a_passing_case() {
    let (large, small) = (found_in("amazon-jp"), found_in("single-store"));
    let always: Vec<&str> = rules()
        .iter()
        .map(|rule| rule.name)
        .filter(|name| large.contains(*name) && small.contains(*name))
        .collect();
    assert!(always.is_empty(), "rules that no example passes: {always:?}");
}

/// What somebody sees who asks for a rule by its name: what it finds, why that matters, and what to write.
#[test]
fn every_rule_is_explained_when_asked_for() {
    for rule in rules() {
        let output =
            Command::new(env!("CARGO_BIN_EXE_kpress")).args(["explain", rule.name]).current_dir("/").output();
        let output = output.expect("kpress starts");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{}: {said}", rule.name);
        let example = rule.example.lines().next().unwrap_or("").trim();
        for part in [rule.name, rule.about, rule.why, example] {
            assert!(said.contains(part), "`kpress explain {}` does not say `{part}`:\n{said}", rule.name);
        }
    }
}
