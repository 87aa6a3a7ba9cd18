//! The questionnaire: `kpress new diagnosis` writes it, `diagnosis.yaml` gives a page in three languages, and a wrong answer
//! has a line.

use crate::folder::Temp;
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

fn said(output: Output) -> String {
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

#[test]
fn a_pack_asks_nothing_and_answers_give_a_page() {
    let temp = Temp::new("diagnosis");
    said(kpress(temp.path(), &["init", "--pack", "amazon-jp", "shop"]));
    let shop = temp.path().join("shop");
    assert!(!shop.join("diagnosis.yaml").exists());
    assert_eq!(kpress(&shop, &["new", "diagnosis"]).status.code(), Some(0));
    // What the workspace knows is filled in; an empty questionnaire is sound.
    let asked = temp.read("shop/diagnosis.yaml");
    assert!(asked.contains("\nstores: 1\n") && asked.contains("\nerp:\n"), "{asked}");
    let again = kpress(&shop, &["new", "diagnosis"]);
    assert_eq!(again.status.code(), Some(12), "answers are never written over");
    let built = kpress(&shop, &["build"]);
    assert_eq!(built.status.code(), Some(0), "{}", said(built));
    temp.write(
        "shop/diagnosis.yaml",
        "team_size: 2\nlifetime: long\npains: [cash]\nmonthly_orders: 120\ncadence: monthly\n",
    );
    let built = kpress(&shop, &["build"]);
    assert_eq!(built.status.code(), Some(0), "{}", said(built));
    for (lang, stage, article) in [
        ("zh", "起步期：先看生存指标", "handbook/group/cash"),
        ("ja", "立ち上げ期：まず生き残るための指標", "handbook/group/cash"),
        ("en", "Startup: survival metrics first", "handbook/group/cash"),
    ] {
        let page = temp.read(&format!("shop/public/{lang}/diagnosis/index.html"));
        assert!(page.contains(stage) && page.contains(article), "{lang}");
        assert!(page.contains("stage: startup"), "the line to write is on the page");
    }
}

#[test]
fn a_wrong_answer_has_a_line() {
    let temp = Temp::new("diagnosis-wrong");
    said(kpress(temp.path(), &["init", "shop"]));
    temp.write(
        "shop/diagnosis.yaml",
        "team_size: four\npains: [ads, stock, cash, data]\nbudget: 30%\ncadence: yearly\nteam: 3\n",
    );
    let found = said(kpress(&temp.path().join("shop"), &["check"]));
    for (rule, line) in [
        ("unfit-value", "diagnosis.yaml:1:12"),
        ("unfit-value", "diagnosis.yaml:4:10"),
        ("unknown-key", "diagnosis.yaml:5:1"),
    ] {
        assert!(found.contains(rule) && found.contains(line), "{rule} at {line}: {found}");
    }
    temp.write("shop/diagnosis.yaml", "pains: [ads, stock, cash, data]\nbudget: 30%\n");
    let found = said(kpress(&temp.path().join("shop"), &["check"]));
    assert!(found.contains("too-many-pains") && found.contains("diagnosis.yaml:1:8"), "{found}");
    assert!(found.contains("unit-mismatch") && found.contains("diagnosis.yaml:2:9"), "{found}");
}
