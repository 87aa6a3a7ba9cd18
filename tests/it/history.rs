//! How definitions came to be, in repositories made by script: on the pages, in findings, and the same in every clone.

use crate::diffs::repo::{Repo, git, kpress};
use crate::folder::{Temp, tree};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

const METRICS: &str = "metrics/sales.yaml";
const TARGETS: &str = "targets/2026.yaml";

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.clone(), output.stderr.clone()].concat()).into_owned()
}

/// Findings of a rule, each with its hint.
fn found(place: &Path, rule: &str) -> Vec<String> {
    let said = printed(&kpress(place, &["check"]));
    let mut all = Vec::new();
    for part in said.split("\n\n").collect::<Vec<_>>().join("\n").split('\n') {
        if let Some((head, message)) = part.split_once("]: ")
            && head.ends_with(&format!("[{rule}"))
        {
            all.push(message.to_owned());
        }
    }
    all
}

fn page(place: &Path, path: &str) -> Value {
    let file = place.join("public").join(path).join("report.json");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_str(&text).expect("report.json is JSON")
}

fn build(place: &Path) {
    // Whether targets add up is no matter here.
    let output = kpress(place, &["build", "--keep-going"]);
    let said = printed(&output);
    assert!(place.join("public").is_dir(), "{said}");
}

/// Ids of the blocks of a page.
fn ids(page: &Value) -> Vec<String> {
    let blocks = page["blocks"].as_array().expect("blocks");
    blocks.iter().filter_map(|block| block["id"].as_str()).map(str::to_owned).collect()
}

fn block<'p>(page: &'p Value, starts: &str) -> &'p Value {
    let blocks = page["blocks"].as_array().expect("blocks");
    let own = |block: &&Value| block["id"].as_str().is_some_and(|id| id.starts_with(starts));
    blocks.iter().find(own).unwrap_or_else(|| panic!("no `{starts}` among {:?}", ids(page)))
}

#[test]
fn a_changed_formula_is_told_with_both_series() {
    let repo = Repo::shop();
    repo.edit(METRICS, "value: orders / visits", "value: orders / (visits * 2)");
    repo.commit("visits are counted twice");
    build(repo.path());
    let page = page(repo.path(), "en/metrics/conversion");
    let history = block(&page, "history-conversion").to_string();
    for part in
        ["2026-11-09", "Li Na", "visits are counted twice", "orders / visits", "orders / (visits * 2)"]
    {
        assert!(history.contains(part), "no `{part}` in {history}");
    }
    let chart = block(&page, "restated-conversion-");
    let values = |at: usize| -> Vec<Option<f64>> {
        let values = chart["series"][at]["values"].as_array().expect("values");
        values.iter().map(|value| value.as_f64().or_else(|| value.as_str()?.parse().ok())).collect()
    };
    let (now, was) = (values(0), values(1));
    assert_eq!((now.len(), was.len()), (13, 13));
    let pairs: Vec<(f64, f64)> = now.iter().zip(&was).filter_map(|(a, b)| Some(((*a)?, (*b)?))).collect();
    assert!(pairs.len() >= 12, "{now:?} {was:?}");
    for (now, was) in pairs {
        assert!((was - 2.0 * now).abs() < 1e-12, "the old definition says twice as much: {was} and {now}");
    }
}

#[test]
fn a_target_and_a_calendar_are_told_with_what_they_ask() {
    let repo = Repo::shop();
    repo.edit(TARGETS, "period: 2026-10, value: 210_000,", "period: 2026-10, value: 240_000,");
    repo.commit("more");
    repo.edit("calendar/days.yaml", "weight: 3", "weight: 5");
    repo.commit("the festival counts more");
    build(repo.path());
    let target = page(repo.path(), "en/targets/gmv-oct");
    let chart = block(&target, "restated-gmv-oct-");
    let sum = |at: usize| -> f64 {
        let values = chart["series"][at]["values"].as_array().expect("values");
        values.iter().filter_map(|value| value.as_f64().or_else(|| value.as_str()?.parse().ok())).sum()
    };
    assert_eq!((sum(0).round(), sum(1).round()), (240_000.0, 210_000.0), "{chart}");
    let calendar = page(repo.path(), "en/calendar");
    block(&calendar, "restated-days-");
    let changes = page(repo.path(), "en/governance/changes");
    let told = block(&changes, "changes").to_string();
    for part in ["the festival counts more", "210_000 → 240_000", "the shop"] {
        assert!(told.contains(part), "no `{part}` in {told}");
    }
}

#[test]
fn the_same_commit_gives_the_same_bytes_in_every_clone() {
    let repo = Repo::shop();
    repo.edit(METRICS, "value: sum(sales)", "value: sum(sales) - 1");
    repo.commit("one yen less");
    build(repo.path());
    let other = Temp::new("clone");
    git(other.path(), &["clone", "-q", &repo.path().display().to_string(), "there"]);
    let there = other.path().join("there");
    git(&there, &["config", "core.abbrev", "7"]);
    git(&there, &["config", "log.date", "iso"]);
    git(&there, &["config", "user.name", "Somebody Else"]);
    git(&there, &["reset", "-q", "--hard", "HEAD~1"]);
    git(&there, &["reset", "-q", "--hard", "origin/main"]);
    let output = Command::new(env!("CARGO_BIN_EXE_kpress"))
        .arg("build")
        .current_dir(&there)
        .env("HOME", "/nonexistent")
        .env("TZ", "America/Los_Angeles")
        .env("GIT_AUTHOR_NAME", "Nobody")
        .output()
        .expect("kpress starts");
    assert!(output.status.success(), "{}", printed(&output));
    assert!(tree(&repo.path().join("public")) == tree(&there.join("public")), "the bytes differ");
}

#[test]
fn a_shallow_clone_is_found_and_told() {
    let repo = Repo::shop();
    repo.edit(METRICS, "value: sum(sales)", "value: sum(sales) - 1");
    repo.commit("one yen less");
    assert!(found(repo.path(), "history-shallow").is_empty(), "a whole clone");
    let other = Temp::new("shallow");
    let from = format!("file://{}", repo.path().display());
    git(other.path(), &["clone", "-q", "--depth", "1", &from, "there"]);
    let there = other.path().join("there");
    assert_eq!(found(&there, "history-shallow").len(), 1);
    build(&there);
    assert!(
        !ids(&page(&there, "en/metrics/gmv")).iter().any(|id| id.starts_with("history")),
        "nothing is invented"
    );
}

#[test]
fn a_part_of_a_repository_has_no_history_unless_it_says_so() {
    let repo = Repo::shop();
    let outer = Temp::new("outer");
    let inner = outer.path().join("kpi");
    std::fs::create_dir_all(&inner).expect("a folder");
    for (name, bytes) in tree(repo.path()).into_iter().filter(|(name, _)| !name.starts_with(".git/")) {
        outer.write(&format!("kpi/{name}"), bytes);
    }
    git(outer.path(), &["init", "-q", "-b", "main"]);
    git(outer.path(), &["add", "-A"]);
    git(outer.path(), &["commit", "-q", "-m", "all"]);
    let edit = |old: &str, new: &str| {
        outer.write("kpi/metrics/sales.yaml", outer.read("kpi/metrics/sales.yaml").replace(old, new));
    };
    edit("value: sum(sales)", "value: sum(sales) - 1");
    assert!(found(&inner, "definition-changed-silently").is_empty(), "not its history");
    let config = outer.read("kpi/kpress.yaml").replace("site: {", "site: {history: git, ");
    outer.write("kpi/kpress.yaml", config);
    assert_eq!(found(&inner, "definition-changed-silently").len(), 1);
    std::fs::remove_dir_all(outer.path().join(".git")).expect("the repository goes");
    assert_eq!(found(&inner, "history-unreadable").len(), 1);
}

#[test]
fn a_definition_changed_without_a_note_is_found() {
    let repo = Repo::shop();
    repo.edit(METRICS, "value: sum(sales), unit", "value: sum(sales) - 1, unit");
    let open = found(repo.path(), "definition-changed-silently");
    assert!(open.len() == 1 && open[0].contains("not committed yet"), "{open:?}");
    repo.commit("one yen less");
    let told = found(repo.path(), "definition-changed-silently");
    assert!(told.len() == 1 && told[0].contains("one yen less"), "{told:?}");
    // A note of that day, a few days late as well.
    repo.edit(
        METRICS,
        "owner: li, level: core}",
        "owner: li, level: core, changes: [{date: 2026-11-12, reason: rounding}]}",
    );
    assert!(found(repo.path(), "definition-changed-silently").is_empty());
    // An owner is no part of the meaning.
    repo.edit(METRICS, "unit: count, better: higher, owner: wang", "unit: count, better: higher, owner: li");
    assert!(found(repo.path(), "definition-changed-silently").is_empty());
}

#[test]
fn a_target_changed_after_its_sign_off_is_found() {
    let repo = Repo::shop();
    repo.edit(TARGETS, "red: 200_000, owner: li}", "red: 200_000, owner: li, sign: [li, wang]}");
    assert_eq!(found(repo.path(), "not-signed"), ["`gmv-oct` is not signed by `li`, `wang`"]);
    repo.edit(
        TARGETS,
        "sign: [li, wang]}",
        "sign: [li, wang], ack: [{by: li, date: 2026-11-01}, {by: wang, date: 2026-11-01}]}",
    );
    repo.commit("both sign");
    assert!(found(repo.path(), "not-signed").is_empty());
    assert!(found(repo.path(), "changed-after-sign-off").is_empty());
    repo.edit(TARGETS, "value: 210_000", "value: 190_000");
    repo.commit("less");
    let told = found(repo.path(), "changed-after-sign-off");
    assert!(told.len() == 1 && told[0].contains("after `li` had signed"), "{told:?}");
    repo.edit(
        TARGETS,
        "{by: li, date: 2026-11-01}, {by: wang, date: 2026-11-01}",
        "{by: li, date: 2026-11-08}, {by: wang, date: 2026-11-08}",
    );
    repo.commit("both sign again");
    assert!(found(repo.path(), "changed-after-sign-off").is_empty());
    build(repo.path());
    assert!(block(&page(repo.path(), "en/governance/sign-off"), "signed").to_string().contains("2026-11-08"));
}

#[test]
fn old_definitions_and_a_new_strategy_want_a_review() {
    let repo = Repo::shop();
    let review = |text: &str| {
        let old = repo.0.read(METRICS);
        let line = old.lines().find(|line| line.trim_start().starts_with("gmv:")).expect("gmv").to_owned();
        let new = format!(
            "  gmv: {{source: sales, value: sum(sales), unit: JPY, better: higher, owner: li, level: core{text}}}"
        );
        repo.edit(METRICS, &line, &new);
    };
    review(", reviewed: 2026-08-01, recalibrate: 30d");
    let told = found(repo.path(), "recalibration-overdue");
    assert!(told.len() == 1 && told[0].contains("due to be looked at again on 2026-08-31"), "{told:?}");
    review(", reviewed: 2026-11-01, recalibrate: 30d");
    assert!(found(repo.path(), "recalibration-overdue").is_empty());
    let config = repo.0.read("kpress.yaml");
    repo.0.write(
        "kpress.yaml",
        format!("{config}strategy_changes: [{{date: 2026-11-02, to: fewer and dearer}}]\n"),
    );
    let told = found(repo.path(), "recalibration-overdue");
    let all = ["`conversion`", "`gmv`", "`orders`", "`visits`"];
    assert!(told.len() == 1 && all.iter().all(|name| told[0].contains(name)), "{told:?}");
    build(repo.path());
    let page = page(repo.path(), "en/governance/calibration").to_string();
    assert!(page.contains("fewer and dearer") && page.contains("calibration-strategy"), "{page}");
}

#[test]
fn the_example_has_a_past_of_its_own() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/amazon-jp/history.sh");
    let temp = Temp::new("example-history");
    let made = Command::new("bash").arg(script).arg(temp.path()).env("HOME", "/nonexistent").output();
    let made = made.expect("bash is installed");
    assert!(made.status.success(), "{}", printed(&made));
    build(temp.path());
    let pages = [
        "metrics/acos",
        "metrics/inv_days",
        "metrics/orders",
        "metrics/return_rate",
        "metrics/days_of_cover",
        "metrics/defect_returns",
        "targets/gmv-2025",
        "targets/acos-2025",
        "targets/ad-spend-2025",
        "targets/units-2025",
        "targets/sessions-2025",
        "targets/cm2-2025",
        "calendar",
    ];
    let mut changes = BTreeSet::new();
    for path in pages {
        let page = page(temp.path(), &format!("zh/{path}"));
        let restated: Vec<String> = ids(&page).into_iter().filter(|id| id.starts_with("restated-")).collect();
        assert!(!restated.is_empty(), "{path} has no restated series: {:?}", ids(&page));
        changes.extend(restated.into_iter().map(|id| format!("{path} {id}")));
    }
    assert!(changes.len() >= 12, "{changes:?}");
    // The renamed one is followed, and the owner is told without figures.
    assert!(block(&page(temp.path(), "zh/metrics/cpa"), "history-cpa").to_string().contains("ad_order_cost"));
    assert!(
        block(&page(temp.path(), "zh/metrics/organic_sales"), "history-organic_sales")
            .to_string()
            .contains("sato")
    );
}
