//! A figure that was published and is another one now: every page that shows it says what it was, in which version, and which
//! source was fetched again. The note stays until the figure moves again, so that nothing new is published for it.

use crate::folder::Temp;
use std::fmt::Write;
use std::process::Command;

const CONFIG: &str = "site: {title: Shop, languages: [en, ja, zh], currency: JPY}
sources:
  sales:
    files: \"data/sales-*.csv\"
    date: date
    fetched: {pattern: \"data/sales-{fetched}.csv\", form: \"%Y-%m-%d\"}
    columns: {date: {kind: date}, sales: {kind: number}}
    basis: {tax: exclusive}
";
const METRICS: &str = "metrics:\n  gmv: {name: Sales, source: sales, value: sum(sales), unit: JPY, better: higher, level: core}\n";
const DECK: &str =
    "title: Week\ndeck: week\nblocks: [{block: six-twelve, title: Sales, series: [{metric: gmv}]}]\n";

/// Ten yen a day; on one day another amount.
fn days(first: u32, last: u32, other: (u32, u32)) -> String {
    let mut text = String::from("date,sales\n");
    for day in first..=last {
        let amount = if day == other.0 { other.1 } else { 10 };
        writeln!(text, "2026-05-{day:02},{amount}").expect("text takes all");
    }
    text
}

/// Runs a command that must end well; what it said.
fn done(temp: &Temp, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kpress"));
    command.current_dir(temp.path()).env("HOME", "/nonexistent").env_remove("SOURCE_DATE_EPOCH");
    let output = command.args(arguments).output().expect("kpress starts");
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
    said
}

#[test]
fn pages_say_what_a_figure_was() {
    let temp = Temp::new("restated");
    temp.write("kpress.yaml", CONFIG);
    temp.write("metrics/all.yaml", METRICS);
    temp.write("dashboards/week.yaml", DECK);
    // The weeks 19 and 20: 70 yen each.
    temp.write("data/sales-2026-05-18.csv", days(4, 17, (0, 0)));
    done(&temp, &["publish"]);
    let first = "2026-w20.1";
    // Fetched again a week later: 16 yen on 12 May, so week 20 is 76.
    temp.write("data/sales-2026-05-26.csv", days(11, 24, (12, 16)));
    let said = done(&temp, &["publish"]);
    assert!(said.contains("figure-restated") && said.contains(first), "{said}");
    let read = |lang: &str, page: &str| {
        let web = temp.path().join(".kpress/web");
        let files = crate::folder::tree(&web);
        let end = format!("2026-w21.1/{lang}/{page}/index.html");
        let found = files.iter().find(|(path, _)| path.ends_with(&end)).expect("the page");
        String::from_utf8_lossy(found.1).into_owned()
    };
    for page in ["metrics/gmv", "dashboards/week"] {
        let text = read("en", page);
        assert!(text.contains("Restated") && text.contains(first), "{page}: {text}");
        assert!(
            text.contains("70") && text.contains("76") && text.contains("source sales was fetched again"),
            "{page}"
        );
    }
    assert!(read("zh", "metrics/gmv").contains("更正") && read("ja", "metrics/gmv").contains("修正"));
    // Nothing moved since: the notes are the same, and no version is made.
    done(&temp, &["publish"]);
    let versions = done(&temp, &["versions"]);
    assert!(versions.contains("2026-w21.1") && !versions.contains("2026-w21.2"), "{versions}");
}
