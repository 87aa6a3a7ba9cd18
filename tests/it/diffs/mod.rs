//! `kpress diff` over recorded repositories: each change as a reviewer would see it (`tests/data/diff/NAME.md`), and what no
//! repository may do to the reviewer. `UPDATE=1` rewrites the expected texts.

mod ready;
pub(crate) mod repo;

use crate::folder::{Temp, tree};
use repo::{Repo, git, kpress};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn expected(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/diff/{name}.md"))
}

/// What the comparison says as Markdown is what was reviewed.
#[track_caller]
fn told(name: &str, output: &Output) {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!text.is_empty(), "{name}: {}", said(output));
    if std::env::var_os("UPDATE").is_some() {
        fs::write(expected(name), &text).expect("the expected text");
    }
    let wanted = fs::read_to_string(expected(name)).unwrap_or_default();
    assert_eq!(text, wanted, "{name}; UPDATE=1 rewrites it");
}

/// The shop, changed and committed; then the last two commits beside each other.
#[track_caller]
fn check(name: &str, ends: i32, change: impl FnOnce(&Repo)) -> String {
    let repo = Repo::shop();
    change(&repo);
    repo.commit("a change");
    let output = repo.kpress(&["diff", "HEAD~1", "HEAD", "--format", "markdown"]);
    told(name, &output);
    assert_eq!(code(&output), ends, "{name}: {}", said(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Whether a text holds all of these.
#[track_caller]
fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
}

const METRICS: &str = "metrics/sales.yaml";
const TARGETS: &str = "targets/2026.yaml";

#[test]
fn form_alone_is_no_change() {
    let text = check("form", 0, |repo| {
        repo.edit(METRICS, "metrics:\n", "# What we measure.\nmetrics:\n");
        repo.edit(METRICS, "value: sum(sales), unit: JPY", "unit: \"JPY\", value: sum(sales)");
    });
    holds(&text, &["Nothing differs"]);
}

#[test]
fn a_metric_moved_to_another_file_is_no_change() {
    check("moved", 0, |repo| {
        let line = "  conversion: {value: orders / visits, unit: percent, better: higher, owner: wang}\n";
        repo.edit(METRICS, line, "");
        repo.0.write("metrics/rates.yaml", format!("metrics:\n{line}"));
    });
}

// Hostile case 85.
#[test]
fn a_formula_of_equal_values_is_a_change_that_moves_nothing() {
    let text = check("formula-equal", 1, |repo| {
        repo.edit(METRICS, "value: orders / visits", "value: (orders * 2) / (visits * 2)");
    });
    holds(&text, &["no figure changes", "orders / visits"]);
}

#[test]
fn a_formula_of_other_values_restates_thirteen_weeks() {
    let text = check("formula", 1, |repo| repo.edit(METRICS, "value: sum(sales)", "value: sum(sales) * 0.9"));
    holds(&text, &["<code>gmv</code>", "13 of 13 periods differ", "¥49,000", "¥44,100", "−4,900"]);
    let (definitions, figures) = (text.find("#### Definitions"), text.find("#### Figures"));
    assert!(definitions.is_some() && definitions < figures, "definitions come before the numbers they move");
}

#[test]
fn a_raised_target_turns_its_standing_and_leaves_a_gap() {
    let text = check("target-raised", 1, |repo| repo.edit(TARGETS, "value: 210_000", "value: 225_000"));
    holds(&text, &["¥210,000", "¥225,000", "On target", "Near", "¥15,000"]);
}

#[test]
fn a_lowered_target_too() {
    check("target-lowered", 1, |repo| repo.edit(TARGETS, "value: 60_000", "value: 40_000"));
}

#[test]
fn an_owner_is_swapped() {
    let text = check("owner", 1, |repo| {
        repo.edit(
            METRICS,
            "better: higher, owner: li, level: core",
            "better: higher, owner: wang, level: core",
        )
    });
    holds(&text, &["<code>owner</code>", "no figure changes"]);
}

// Hostile case 88.
#[test]
fn a_renamed_metric_is_followed_by_its_alias() {
    let text = check("renamed-alias", 1, |repo| {
        repo.edit(
            METRICS,
            "  gmv: {source: sales, value: sum(sales)",
            "  revenue: {aliases: [gmv], source: sales, value: sum(sales) * 1.1",
        );
        let targets = repo.0.read(TARGETS).replace("metric: gmv", "metric: revenue");
        repo.0.write(TARGETS, targets);
    });
    holds(&text, &["renamed ←", "<code>revenue</code>", "¥53,900"]);
    assert!(!text.contains("not defined on this side"), "{text}");
}

#[test]
fn a_renamed_metric_that_says_the_same_is_recognised() {
    let text = check("renamed", 1, |repo| {
        repo.edit(METRICS, "  visits: {", "  sessions: {");
        repo.edit(METRICS, "orders / visits", "orders / sessions");
    });
    holds(&text, &["renamed ←", "no figure changes"]);
}

#[test]
fn a_metric_that_is_gone_has_a_dash_and_its_reason() {
    let text = check("metric-gone", 1, |repo| {
        repo.edit(
            METRICS,
            "  conversion: {value: orders / visits, unit: percent, better: higher, owner: wang}\n",
            "",
        );
    });
    holds(&text, &["gone", "– (not defined on this side)"]);
}

#[test]
fn a_new_metric_has_no_past_here() {
    check("metric-new", 1, |repo| {
        repo.edit(METRICS, "  conversion:", "  asp: {value: gmv / orders, unit: JPY}\n  conversion:");
    });
}

#[test]
fn a_metric_that_cannot_be_understood_is_told_apart_from_one_without_data() {
    let text = check("broken", 1, |repo| repo.edit(METRICS, "orders / visits", "orders / vistis"));
    holds(&text, &["unknown-metric", "found now"]);
}

#[test]
fn children_no_longer_add_up() {
    let text = check("children", 1, |repo| repo.edit(TARGETS, "value: 150_000", "value: 140_000"));
    holds(&text, &["Parts that do not add up", "¥10,000", "children-differ-from-parent"]);
}

#[test]
fn an_event_moves() {
    check("event-moved", 1, |repo| {
        repo.0.write(TARGETS, format!("{}    phase: {{days: days}}\n", "targets:\n  - id: gmv-nov\n    metric: gmv\n    period: 2026-11\n    value: 200_000\n    owner: li\n"));
        repo.commit("a target by the calendar");
        repo.edit("calendar/days.yaml", "from: 2026-10-10", "from: 2026-11-03");
    });
}

#[test]
fn day_weights_change() {
    check("weights", 1, |repo| repo.edit("calendar/days.yaml", "sat: 1.5", "sat: 2"));
}

#[test]
fn the_basis_is_switched() {
    let text = check("basis", 1, |repo| repo.edit("kpress.yaml", "tax: inclusive", "tax: exclusive"));
    holds(&text, &["<code>basis.tax</code>"]);
}

#[test]
fn a_unit_changes_and_no_difference_is_made_of_two_units() {
    let text = check("unit", 1, |repo| repo.edit(METRICS, "visits), unit: count", "visits), unit: score"));
    holds(&text, &["<code>unit</code>"]);
}

#[test]
fn the_good_direction_turns() {
    check("direction", 1, |repo| {
        repo.edit(
            METRICS,
            "value: sum(sales), unit: JPY, better: higher",
            "value: sum(sales), unit: JPY, better: lower",
        )
    });
}

#[test]
fn a_band_moves() {
    let text = check("band", 1, |repo| {
        repo.edit(TARGETS, "value: 210_000, red: 200_000", "value: 225_000, red: 200_000");
        repo.commit("raised");
        repo.edit(TARGETS, "red: 200_000", "red: 220_000");
    });
    holds(&text, &["<code>red</code>", "Off target"]);
}

#[test]
fn an_alert_would_have_been_raised() {
    let text = check("alert", 1, |repo| repo.edit("alerts/orders.yaml", "< 90", "< 100"));
    holds(&text, &["would be raised", "few-orders"]);
}

#[test]
fn an_alert_is_dropped() {
    let text = check("alert-gone", 1, |repo| {
        repo.edit("alerts/orders.yaml", "< 90", "< 100");
        repo.commit("stricter");
        fs::remove_file(repo.path().join("alerts/orders.yaml")).expect("the alerts");
    });
    holds(&text, &["would no longer be raised"]);
}

#[test]
fn weeks_begin_on_another_day() {
    let text = check("week", 1, |repo| {
        repo.edit("kpress.yaml", "currency: JPY}", "currency: JPY, week: {starts: sunday}}")
    });
    holds(&text, &["Calendar", "<code>week.starts</code>", "cut in another way"]);
}

#[test]
fn years_begin_in_another_month() {
    check("year", 1, |repo| {
        repo.edit("kpress.yaml", "currency: JPY}", "currency: JPY, fiscal_year: {starts: april}}");
    });
}

#[test]
fn a_file_is_deleted() {
    let text =
        check("file-deleted", 1, |repo| fs::remove_file(repo.path().join(TARGETS)).expect("the targets"));
    holds(&text, &["<code>gmv-oct-b</code>", "gone"]);
}

#[test]
fn people_come_and_go() {
    check("people", 1, |repo| {
        repo.edit(
            "people.yaml",
            "  wang: {name: {en: Wang}",
            "  chen: {name: {en: Chen}, team: shop}\n  wang: {name: {en: Wang}",
        );
        repo.edit("people.yaml", "lead: li", "lead: chen");
    });
}

#[test]
fn a_rule_is_switched_off() {
    check("rule", 1, |repo| {
        let config = repo.0.read("kpress.yaml");
        repo.0.write("kpress.yaml", format!("{config}rules: {{children-differ-from-parent: off}}\n"));
    });
}

#[test]
fn a_plugin_is_updated() {
    let lock = |digit: &str| {
        format!(
            "version = 1\n\n[[plugin]]\nname = \"cover\"\nsha256 = \"{}\"\nsize = 8\nengine = \"wasmtime-48.0\"\nexports = []\nimports = []\ndescribe-sha256 = \"00\"\ngrants-sha256 = \"00\"\n",
            digit.repeat(64)
        )
    };
    let text = check("plugin", 1, |repo| {
        repo.0.write("plugins/cover.wasm", b"\0asm one");
        repo.0.write("kpress.lock", lock("1"));
        repo.commit("a plugin");
        repo.0.write("plugins/cover.wasm", b"\0asm two");
        repo.0.write("kpress.lock", lock("2"));
    });
    holds(&text, &["Plugin", "<code>sha256</code>", "kpress.lock"]);
}

#[test]
fn a_table_of_targets_and_an_article_change_by_the_line() {
    let text = check("lines", 1, |repo| {
        repo.0.write("content/note.md", "---\ntitle: Note\n---\n\nWe count returns.\n");
        repo.commit("a note");
        repo.0.write("content/note.md", "---\ntitle: Note\n---\n\nWe do not count returns.\n");
    });
    holds(&text, &["We do not count returns."]);
    assert!(!text.contains("title: Note"), "what is the same is not told: {text}");
}

// Hostile: what a pull request writes is shown, never obeyed.
#[test]
fn what_people_wrote_is_shown_and_not_obeyed() {
    let text = check("hostile", 1, |repo| {
        let evil = "</code></details> | <img src=x onerror=alert(1)> @boss [x](http://evil) `#1`";
        repo.edit(TARGETS, "red: 200_000, owner: li", &format!("red: 200_000, owner: li, note: '{evil}'"));
    });
    for part in ["<img", "@boss", "](http", "</code></details> |"] {
        assert!(!text.contains(part), "{part} in {text}");
    }
}

#[test]
fn of_a_merge_only_what_the_branch_did_is_told() {
    let repo = Repo::shop();
    repo.git(&["checkout", "-q", "-b", "topic"]);
    repo.edit(TARGETS, "value: 60_000", "value: 61_000");
    repo.commit("raise b");
    repo.git(&["checkout", "-q", "main"]);
    repo.edit(
        METRICS,
        "visits), unit: count, better: higher, owner: wang",
        "visits), unit: count, better: higher, owner: li",
    );
    repo.commit("another owner");
    let branch = repo.kpress(&["diff", "main...topic", "--format", "markdown"]);
    told("merge-branch", &branch);
    let text = String::from_utf8_lossy(&branch.stdout).into_owned();
    assert!(text.contains("61") && !text.contains("<code>owner</code>"), "{text}");
    repo.git(&["merge", "-q", "--no-edit", "topic"]);
    let merged = repo.kpress(&["diff", "main~1", "main", "--format", "markdown"]);
    told("merge-merged", &merged);
    let both = repo.kpress(&["diff", "topic..main", "--format", "markdown"]);
    holds(&String::from_utf8_lossy(&both.stdout), &["<code>owner</code>"]);
}

#[test]
fn a_shallow_clone_says_how_to_fetch_the_rest() {
    let repo = Repo::shop();
    repo.edit(TARGETS, "value: 60_000", "value: 61_000");
    repo.commit("raise b");
    let place = Temp::new("shallow");
    let from = format!("file://{}", repo.path().display());
    git(place.path(), &["clone", "-q", "--depth", "1", &from, "clone"]);
    let clone = place.path().join("clone");
    let output = kpress(&clone, &["diff", "HEAD~1", "HEAD"]);
    assert_eq!(code(&output), 2, "{}", said(&output));
    holds(&said(&output), &["there is no commit `HEAD~1`", "git fetch --unshallow"]);
    fs::write(clone.join(TARGETS), "targets: []\n").expect("another text");
    let here = kpress(&clone, &["diff", "--format", "markdown"]);
    holds(&String::from_utf8_lossy(&here.stdout), &["This clone is shallow", "gone"]);
}

#[test]
fn data_that_is_missing_on_one_side_is_a_dash_with_its_reason() {
    let text = check("data-missing", 1, |repo| {
        repo.edit("kpress.yaml", "files: \"data/*.csv\"", "files: \"old/*.csv\"");
        repo.commit("where it used to be");
        repo.edit("kpress.yaml", "files: \"old/*.csv\"", "files: \"data/*.csv\"");
    });
    holds(&text, &["<code>files</code>", "– ("]);
}

#[test]
fn files_that_are_not_committed_are_the_later_side() {
    let repo = Repo::shop();
    let same = repo.kpress(&["diff"]);
    assert_eq!(code(&same), 0, "{}", said(&same));
    repo.edit(TARGETS, "value: 60_000", "value: 61_000");
    let output = repo.kpress(&["diff"]);
    assert_eq!(code(&output), 1, "{}", said(&output));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    holds(&text, &["the files as they are", "value: 60_000 → 61_000", "¥60,000 → ¥61,000 (+1,000)"]);
    for (lang, words) in [("zh", "当前文件"), ("ja", "現在のファイル")] {
        let output = repo.kpress(&["diff", "--lang", lang]);
        holds(&String::from_utf8_lossy(&output.stdout), &[words]);
    }
}

#[test]
fn a_published_version_is_a_side() {
    let repo = Repo::shop();
    repo.edit("alerts/orders.yaml", "< 90", "< 100");
    repo.commit("stricter");
    let published = repo.kpress(&["publish", "--as", "first"]);
    assert_eq!(code(&published), 0, "{}", said(&published));
    repo.edit(METRICS, "value: sum(sales)", "value: sum(sales) * 0.9");
    let output = repo.kpress(&["diff", "first", "--format", "json"]);
    assert_eq!(code(&output), 1, "{}", said(&output));
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(told["base"], "first");
    assert_eq!(told["definitions"][0]["keys"][0]["key"], "formula");
    assert_eq!(told["figures"][0]["periods"].as_array().map(Vec::len), Some(13));
    assert_eq!(told["figures"][0]["periods"][0]["difference"], "-4900");
    // What a version does not keep is no news of the other side.
    assert_eq!(told["alerts"], serde_json::json!([]));
    assert_eq!(told["findings"], serde_json::json!([]));
}

#[test]
fn a_workspace_inside_a_repository_has_no_history_there_unless_it_says_so() {
    let repo = Repo(Temp::new("diff-inside"));
    repo.git(&["init", "-q", "-b", "main"]);
    let shop = Repo::shop();
    for (name, bytes) in tree(shop.path()).into_iter().filter(|(name, _)| !name.starts_with(".git/")) {
        repo.0.write(&format!("shop/{name}"), bytes);
    }
    repo.commit("a shop in a larger repository");
    let inside = repo.path().join("shop");
    let refused = kpress(&inside, &["diff"]);
    assert_eq!(code(&refused), 2, "{}", said(&refused));
    holds(&said(&refused), &["not its root", "history: git"]);
    repo.edit("shop/kpress.yaml", "currency: JPY}", "currency: JPY, history: git}");
    let allowed = kpress(&inside, &["diff"]);
    assert_eq!(code(&allowed), 1, "{}", said(&allowed));
    holds(&String::from_utf8_lossy(&allowed.stdout), &["history: – → git"]);
}

#[test]
fn nothing_of_the_repository_is_run_and_no_link_is_followed() {
    let repo = Repo::shop();
    let pwned = repo.path().join("pwned");
    let run = format!("touch {}", pwned.display());
    for (key, value) in [
        ("filter.evil.smudge", run.as_str()),
        ("filter.evil.clean", run.as_str()),
        ("core.fsmonitor", run.as_str()),
        ("core.sshCommand", run.as_str()),
        ("diff.external", run.as_str()),
    ] {
        repo.git(&["config", key, value]);
    }
    repo.0.write(".git/hooks/post-checkout", format!("#!/bin/sh\n{run}\n"));
    let blob = repo.git(&["hash-object", "-w", "--stdin-paths"]);
    assert!(blob.is_empty());
    repo.0.write(".gitattributes", "*.yaml filter=evil\n");
    std::os::unix::fs::symlink("/etc/passwd", repo.path().join("metrics/link.yaml")).expect("a link");
    // Recorded with plain objects: `git add` would run the filter itself.
    let hash = repo.git(&["hash-object", "-w", "--no-filters", "metrics/sales.yaml"]);
    repo.git(&["update-index", "--cacheinfo", &format!("100644,{},metrics/sales.yaml", hash.trim())]);
    let link = repo.git(&["hash-object", "-w", "--no-filters", "stores.yaml"]);
    repo.git(&["update-index", "--add", "--cacheinfo", &format!("120000,{},metrics/link.yaml", link.trim())]);
    repo.git(&["-c", "core.fsmonitor=", "commit", "-q", "-m", "a link"]);
    let _ = fs::remove_file(&pwned);
    fs::remove_file(repo.path().join("metrics/link.yaml")).expect("the link");
    let output = repo.kpress(&["diff", "HEAD~1", "HEAD", "--format", "json"]);
    assert_eq!(code(&output), 1, "{}", said(&output));
    holds(&String::from_utf8_lossy(&output.stdout), &["path-refused", "it is a link or a submodule"]);
    assert!(!pwned.exists(), "something of the repository was run");
}

#[test]
fn a_comment_never_grows_beyond_what_hosts_take() {
    let repo = Repo::shop();
    let many: String = (0..80)
        .map(|number| format!("  m{number}: {{source: sales, value: sum(sales) * {number}, unit: JPY}}\n"))
        .collect();
    repo.0.write("metrics/many.yaml", format!("metrics:\n{many}"));
    repo.commit("many");
    let output = repo.kpress(&["diff", "HEAD~1", "HEAD", "--format", "markdown"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.len() <= 65_536, "{} bytes", text.len());
    holds(&text, &["do not fit into this comment"]);
    assert_eq!(
        text.matches("<details").count(),
        text.matches("</details>").count(),
        "what is open is closed"
    );
    let small = repo.kpress(&["diff", "HEAD~1", "HEAD", "--format", "markdown", "--most", "2000"]);
    assert!(small.stdout.len() <= 2000, "{} bytes", small.stdout.len());
}

#[test]
fn the_page_and_other_languages_say_the_same() {
    let repo = Repo::shop();
    repo.edit(TARGETS, "value: 60_000", "value: 61_000");
    for (lang, heading) in [("en", "Definitions"), ("ja", "定義"), ("zh", "定义")] {
        let output = repo.kpress(&["diff", "--format", "html", "--lang", lang]);
        let page = String::from_utf8_lossy(&output.stdout).into_owned();
        holds(&page, &[&format!("<h2>{heading}</h2>"), "<code>61_000</code>", "default-src 'none'"]);
        assert!(!page.contains("<script") && !page.contains(" src="), "the page stands alone");
    }
    let file = repo.kpress(&["diff", "--format", "html", "--out", "out.html"]);
    assert_eq!(code(&file), 1, "{}", said(&file));
    assert!(repo.0.read("out.html").starts_with("<!doctype html>"));
}

#[test]
fn no_repository_and_no_commit_are_told() {
    let repo = Repo(Temp::new("diff-none"));
    repo.files();
    let output = repo.kpress(&["diff"]);
    // The target folder lies in the repository of kpress itself, of which this is no root.
    assert_eq!(code(&output), 2, "{}", said(&output));
    let shop = Repo::shop();
    let output = shop.kpress(&["diff", "nowhere"]);
    assert_eq!(code(&output), 2, "{}", said(&output));
    holds(&said(&output), &["there is no commit `nowhere`"]);
}

#[test]
fn the_same_commits_give_the_same_bytes_in_every_clone() {
    let repo = Repo::shop();
    repo.edit(METRICS, "value: sum(sales)", "value: sum(sales) * 0.9");
    repo.commit("a change");
    let place = Temp::new("clones");
    let from = repo.path().display().to_string();
    git(place.path(), &["clone", "-q", &from, "packed"]);
    git(&place.path().join("packed"), &["gc", "-q", "--aggressive"]);
    let arguments = ["diff", "main~1", "main", "--format", "json"];
    let one = repo.kpress(&arguments);
    let other = kpress(&place.path().join("packed"), &arguments);
    assert_eq!(code(&one), 1, "{}", said(&one));
    assert!(one.stdout == other.stdout);
}
