//! Versions that are built again: from their commit and the data they were made from, whatever came later.

use super::commands::ends;
use crate::folder::Temp;
use std::fs;
use std::process::Command;

fn git(temp: &Temp, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=Li", "-c", "user.email=li@shop"]).args(arguments);
    let output = command.current_dir(temp.path()).output().expect("git starts");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A workspace with one table, in a repository that does not hold the data.
fn shop() -> Temp {
    let temp = Temp::new("again");
    temp.write(
        "kpress.yaml",
        "site: {title: {en: Shop, ja: ショップ}, languages: [en, ja], timezone: Asia/Tokyo}\n\
         sources:\n  sales: {files: \"data/*.csv\", date: date}\n",
    );
    temp.write(
        "metrics/sales.yaml",
        "metrics:\n  gmv: {source: sales, value: sum(amount), unit: JPY, better: higher, level: core}\n",
    );
    temp.write(".gitignore", "data/\n.kpress/\n");
    let rows: String = (1..=15).map(|day| format!("2026-11-{day:02},{}\n", day * 10)).collect();
    temp.write("data/nov.csv", format!("date,amount\n{rows}"));
    git(&temp, &["init", "-q"]);
    git(&temp, &["add", "."]);
    git(&temp, &["commit", "-qm", "first"]);
    temp
}

#[test]
fn a_version_is_built_again_from_its_commit_and_its_data() {
    let temp = shop();
    ends(&temp, &["publish"], 0);
    ends(&temp, &["verify", "--rebuild"], 0);
    // Definitions move on, and data come: the old version is still what it was made from.
    temp.write(
        "metrics/sales.yaml",
        "metrics:\n  gmv: {source: sales, value: sum(amount) * 2, unit: JPY, better: higher, level: core}\n",
    );
    git(&temp, &["commit", "-qam", "counted twice"]);
    temp.write("data/more.csv", "date,amount\n2026-11-16,500\n");
    ends(&temp, &["publish"], 0);
    let said = ends(&temp, &["verify", "2026-w46.1", "--rebuild", "--json"], 0);
    let told: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(told["ok"], true);
    ends(&temp, &["verify", "2026-w47.1", "--rebuild"], 0);
    ends(&temp, &["verify", "--paranoid"], 0);
    // Data that were changed afterwards are no ground to build on.
    temp.write("data/nov.csv", "date,amount\n2026-11-01,1\n");
    assert!(ends(&temp, &["verify", "2026-w46.1", "--rebuild"], 11).contains("data/nov.csv"));
    fs::remove_file(temp.path().join("data/nov.csv")).expect("ours");
    assert!(ends(&temp, &["verify", "--paranoid"], 11).contains("is gone"));
}

#[test]
fn pages_that_were_not_made_from_what_a_version_says_are_named() {
    let temp = shop();
    // A version that says it was made from a commit, and was made from other files.
    temp.write(
        "metrics/sales.yaml",
        "metrics:\n  gmv: {source: sales, value: sum(amount) * 3, unit: JPY, better: higher, level: core}\n",
    );
    git(&temp, &["update-index", "--assume-unchanged", "metrics/sales.yaml"]);
    ends(&temp, &["publish"], 0);
    let said = ends(&temp, &["verify", "--rebuild"], 1);
    assert!(said.contains("en/index.html: is another when the version is built again"), "{said}");
    ends(&temp, &["verify", "--read-data"], 0);
    // A draft of files that no commit holds cannot be built again.
    git(&temp, &["update-index", "--no-assume-unchanged", "metrics/sales.yaml"]);
    ends(&temp, &["publish", "--draft", "--as", "pr-1.1"], 0);
    assert!(ends(&temp, &["verify", "pr-1.1", "--rebuild"], 2).contains("no commit holds"));
}
