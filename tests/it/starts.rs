//! What `kpress init` writes gives a site at once, and goes on doing so when the samples make room for reports.

use crate::folder::{Temp, tree};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn kpress(place: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kpress"))
        .args(arguments)
        .current_dir(place)
        .env("HOME", "/nonexistent")
        .output()
        .expect("kpress starts")
}

fn succeeds(place: &Path, arguments: &[&str]) -> String {
    let output = kpress(place, arguments);
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
    said
}

fn started() -> Temp {
    let temp = Temp::new("start");
    succeeds(temp.path(), &["init", "--pack", "amazon-jp", "shop"]);
    temp
}

#[test]
fn a_pack_starts_with_a_site() {
    let temp = started();
    let shop = temp.path().join("shop");
    let checked = succeeds(&shop, &["check"]);
    assert!(!checked.contains("source-without-files") && !checked.contains("error["), "{checked}");
    let built = succeeds(&shop, &["build"]);
    assert!(built.ends_with("→ public/\n"), "{built}");
    let metrics = fs::read_dir(shop.join("metrics")).expect("metrics").flatten();
    let text: String = metrics.map(|file| fs::read_to_string(file.path()).expect("text")).collect();
    let named = text.matches("\n    name: {zh: ").count();
    assert!(named >= 25, "{named} metrics have a name in three languages");
    let page = temp.read("shop/public/en/dashboards/overview/index.html");
    assert!(page.contains("274,720"), "the sales of December, which are the sum of the sample's 31 days");
}

#[test]
fn every_file_of_the_pack_is_compiled_in() {
    let temp = started();
    let ignored = |path: &String| path != ".gitignore";
    let written: Vec<String> = tree(&temp.path().join("shop")).into_keys().filter(ignored).collect();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/packs/amazon-jp/start");
    assert_eq!(written, tree(&kept).into_keys().collect::<Vec<_>>());
}

#[test]
fn reports_may_be_missing() {
    let temp = started();
    let data = temp.path().join("shop/data");
    for report in ["ads", "ledger", "returns", "transactions", "orders", "fx", "erp", "products"] {
        let kept = temp.path().join("kept");
        fs::rename(data.join(report), &kept).expect("moved away");
        succeeds(temp.path(), &["check", "shop"]);
        fs::rename(&kept, data.join(report)).expect("moved back");
    }
    fs::remove_dir_all(&data).expect("the samples");
    let checked = succeeds(temp.path(), &["build", "shop"]);
    assert_eq!(
        checked.matches("source-without-files").count(),
        1,
        "only the report nobody can do without: {checked}"
    );
}

#[test]
fn what_shows_a_dash_leaves_as_no_figure() {
    let temp = started();
    let share = |workspace: &str| {
        let arguments =
            ["values", "-C", workspace, "--metric", "tacos", "--grain", "month", "--format", "jsonl"];
        String::from_utf8_lossy(&kpress(temp.path(), &arguments).stdout).into_owned()
    };
    assert!(!share("shop").contains("0.08"), "whether tax is in sales is not declared: {}", share("shop"));
    let head =
        temp.read("shop/kpress.yaml").replace("# basis: {tax: inclusive}\n", "basis: {tax: exclusive}\n");
    temp.write("shop/kpress.yaml", head);
    assert!(
        share("shop").contains("\"numerator\":\"34524\",\"denominator\":\"274720\""),
        "{}",
        share("shop")
    );
}

#[test]
fn sample_scorecards_start_with_a_site_and_say_that_they_are_examples() {
    let temp = Temp::new("start-cn");
    succeeds(temp.path(), &["init", "--pack", "cn-classic", "shop"]);
    let written: Vec<String> =
        tree(&temp.path().join("shop")).into_keys().filter(|path| path != ".gitignore").collect();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/packs/cn-classic/start");
    assert_eq!(written, tree(&kept).into_keys().collect::<Vec<_>>());
    let checked = succeeds(&temp.path().join("shop"), &["check", "--deny", "warnings"]);
    assert!(!checked.contains("error["), "{checked}");
    succeeds(&temp.path().join("shop"), &["build"]);
    let card = temp.read("shop/public/zh/people/ops/scorecard/2025-12/index.html");
    for said in ["示例", "绩效", "3,000.00"] {
        assert!(card.contains(said), "{said}");
    }
    for language in ["（示例）", "（例）", "(example)"] {
        let cards = fs::read_dir(temp.path().join("shop/scorecards")).expect("cards").flatten();
        for card in cards {
            let text = fs::read_to_string(card.path()).expect("text");
            assert!(text.contains(language), "{}: {language}", card.path().display());
        }
    }
}
