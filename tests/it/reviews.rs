//! A team holds its weekly review from the site: the file it starts from, the page as an agenda with the deck, actions that
//! carry over, and where they are found again.

use crate::folder::Temp;
use serde_json::Value;
use std::fs;
use std::process::Command;

const SITE: &str =
    "site: {title: T, languages: [en], currency: JPY, week: {starts: monday}, as_of: 2026-11-18}
sources: {s: {files: \"data/*.csv\", date: date, dimension: [store]}}
";
const METRICS: &str = "metrics:
  visits: {source: s, value: sum(visits), unit: count, better: higher, owner: li, level: core}
  orders: {source: s, value: sum(orders), unit: count, better: higher, owner: li, level: core}
  rate: {value: orders / visits, unit: percent, better: higher, owner: wang, level: core, limits: off}
";
const DECK: &str = "deck: week
blocks:
  - {block: six-twelve, metric: visits}
  - {block: six-twelve, metric: rate}
  - {block: six-twelve, series: [{metric: orders}, {target: orders}]}
";
const FIRST: &str = "---
attendees: [li, wang]
sponsor: li
decisions:
  - {id: d1, text: Free shipping in November, by: li, kind: resources}
  - {id: d2, text: Rate is the figure of the quarter, by: li}
actions:
  - {id: a1, title: New pictures, owner: wang, due: 2026-11-13, metric: rate, expected_effect: +1 pp}
  - {id: a2, title: Lower bids, owner: li, due: 2026-12-01, metric: visits}
---

All as usual.

## rate

A **quiet** week.
";
/// What `kpress new review 2026-W46` writes: figures, signals, and the actions that are left.
const BEGUN: &str = "---
period: 2026-W46
date: 2026-11-16
attendees: [li, wang]
sponsor: li
# Figures
#   orders: 63; target 70, difference −7; period before 73; last year 74
#   rate: 8.74%; period before 10.1%; last year 10.3%
#   visits: 721; period before 721; last year 721
# Signals
#   orders, Company, wk 46, 2026: below the lower limit
#   orders, east, wk 46, 2026: below the lower limit
decisions: []
actions:
  # Left from before: a status for each: open, blocked, done, dropped
  - {id: a1, from: 2026-W45, title: \"New pictures\", due: 2026-11-13, status: open}
  - {id: a2, from: 2026-W45, title: \"Lower bids\", due: 2026-12-01, status: open}
  # - {id: , title: , owner: , due: , metric: , expected_effect: , effect: {lag: 14d}}
---

## orders


## rate


## visits

";

/// One store, ten or eleven orders a day; from 9 November 2026 on nine.
fn table() -> String {
    let mut text = "date,store,visits,orders\n".to_owned();
    let (mut day, mut at) = (jiff::civil::date(2025, 1, 1), 0);
    while day <= jiff::civil::date(2026, 11, 18) {
        let orders = if day >= jiff::civil::date(2026, 11, 9) { 9 } else { 10 + at % 2 };
        text.push_str(&format!("{day},east,{},{orders}\n", 100 + (at + 3) % 7));
        day = day.tomorrow().expect("a day");
        at += 1;
    }
    text
}

fn workspace() -> Temp {
    let temp = Temp::new("reviews");
    temp.write("kpress.yaml", SITE);
    temp.write("metrics/m.yaml", METRICS);
    temp.write(
        "targets/t.yaml",
        "targets:\n  - {id: orders-2026, metric: orders, period: 2026, value: 3650}\n",
    );
    temp.write("people.yaml", "people: {li: {name: Li Na}, wang: {name: Wang Fang}}\n");
    temp.write("dashboards/weekly.yaml", format!("title: Weekly\n{DECK}"));
    temp.write("dashboards/by-store.yaml", format!("title: \"Week of {{name}}\"\nfor_each: store\n{DECK}"));
    temp.write("data/s.csv", table());
    temp.write("reviews/2026-W45.md", FIRST);
    temp
}

fn kpress(temp: &Temp, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_kpress"))
        .args(arguments)
        .current_dir(temp.path())
        .env("HOME", "/nonexistent")
        .output()
        .expect("kpress starts");
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    (output.status.code(), said)
}

fn built(temp: &Temp) {
    let (code, said) = kpress(temp, &["build"]);
    assert_eq!(code, Some(0), "{said}");
}

fn page(temp: &Temp, path: &str) -> Value {
    let text = temp.read(&format!("public/en/{path}/report.json"));
    serde_json::from_str(&text).expect("JSON")
}

/// Headings, tables and blocks of decks of a page, in order.
fn order(page: &Value) -> Vec<String> {
    let name = |block: &Value| match block["block"].as_str()? {
        "heading" => Some(block["title"]["key"].as_str().unwrap_or("words").to_owned()),
        "table" => Some(format!("table {}", block["id"].as_str()?)),
        "review" => Some(format!("block {}", block["number"])),
        _ => None,
    };
    page["blocks"].as_array().expect("blocks").iter().filter_map(name).collect()
}

fn block<'p>(page: &'p Value, id: &str) -> &'p Value {
    let all = page["blocks"].as_array().expect("blocks");
    all.iter().find(|block| block["id"] == id).unwrap_or_else(|| panic!("{id}: {page:#}"))
}

#[test]
fn a_review_begins_with_its_figures_and_what_is_left() {
    let temp = workspace();
    let (code, said) = kpress(&temp, &["new", "review", "2026-W46"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(temp.read("reviews/2026-W46.md"), BEGUN);
    let (code, said) = kpress(&temp, &["new", "review", "2026-W46"]);
    assert!(code == Some(12) && said.contains("is there already"), "{said}");
    // One for a store has a name and a scope of its own.
    let (_, said) = kpress(&temp, &["new", "review", "2026-W46", "--scope", "store:east"]);
    let own = temp.read("reviews/2026-W46-east.md");
    assert!(own.contains("scope: {store: east}\n") && own.contains("actions: []"), "{said} {own}");
}

/// The second review.
const HELD: &str = "---
attendees: [li, wang]
decisions:
  - {id: d3, text: Ask the warehouse, by: wang}
  - {id: d4, text: One more person in December, by: li, kind: resources}
actions:
  - {id: a1, from: 2026-W45, status: open, due: 2026-11-27, reason: the photographer is ill}
  - {id: a2, from: 2026-W45, status: done, done: 2026-11-12, evidence: since the 12th}
  - {id: a3, title: Find out why, owner: li, due: 2026-11-20, metric: orders}
---

Orders fell.

## orders

Ten a day became *nine*.
";

#[test]
fn the_page_of_a_review_is_the_agenda_and_shows_the_deck() {
    let temp = workspace();
    temp.write("reviews/2026-W46.md", HELD);
    temp.write(
        "reviews/2026-W46-east.md",
        "---\nscope: {store: east}\nperiod: 2026-W46\n---\n\n## rate\n\nOnly one store.\n",
    );
    built(&temp);
    let review = page(&temp, "reviews/2026-w46");
    assert_eq!(
        order(&review),
        [
            "table exceptions",
            "review-signals",
            "table signals",
            "review-figures",
            "table figures",
            "review-comments",
            "nav-decisions",
            "table decisions",
            "review-left",
            "table left",
            "review-begun",
            "table begun",
            "review-resources",
            "table resources",
            "words",
            "block 1",
            "block 2",
            "block 3",
        ]
    );
    let exceptions = block(&review, "exceptions")["rows"].to_string();
    assert!(exceptions.contains("deck-why-signal") && exceptions.contains("deck-why-week"), "{exceptions}");
    // Seventy were asked, seventy-three sold the week before: both reasons are new.
    assert!(
        exceptions.contains("deck-since-new") && exceptions.contains("Ten a day became nine."),
        "{exceptions}"
    );
    let blocks = review["blocks"].as_array().expect("blocks");
    let below = |number: u64| {
        let own = blocks.iter().find(|block| block["number"] == number).expect("a block of the deck");
        own["below"].to_string()
    };
    assert!(below(2).contains("New pictures") && below(2).contains("Wang Fang"), "{}", below(2));
    assert!(below(3).contains("deck-comment") && below(3).contains("Find out why"), "{}", below(3));
    assert!(!below(1).contains("Lower bids"), "it is done: {}", below(1));
    // The deck of the company for the company, that of the store for the store.
    let html = temp.read("public/en/reviews/2026-w46/index.html");
    assert!(html.contains("dashboards/weekly/index.html"), "{html}");
    let own = temp.read("public/en/reviews/2026-w46-east/index.html");
    assert!(own.contains("dashboards/by-store/east/index.html") && own.contains("Week of east"), "{own}");
    // The week before is shown as it was then.
    let before = page(&temp, "reviews/2026-w45");
    let chart = &before["blocks"].as_array().expect("blocks").iter().find(|block| block["number"] == 3);
    let chart = &chart.expect("a block")["chart"];
    assert_eq!(
        (&chart["weeks"][5], chart["months"][11].as_str()),
        (&Value::from("2026-W45"), Some("2026-10"))
    );
    assert!(block(&before, "resources")["rows"].to_string().contains("Free shipping"));
}

#[test]
fn actions_are_found_again_in_the_register_and_with_their_owner() {
    let temp = workspace();
    built(&temp);
    let register = page(&temp, "actions");
    let open = block(&register, "actions-open")["rows"].to_string();
    assert!(open.contains("New pictures") && open.contains("action-overdue"), "{open}");
    let own = page(&temp, "people/wang");
    let open = block(&own, "actions")["rows"].to_string();
    assert!(open.contains("New pictures") && !open.contains("Lower bids"), "{open}");
    // One was due, none was closed in time.
    let facts: Vec<&Value> =
        own["blocks"].as_array().expect("blocks").iter().filter(|block| block["block"] == "facts").collect();
    assert!(facts.iter().any(|facts| facts.to_string().contains("actions-closure")), "{facts:?}");
    let decisions = block(&page(&temp, "decisions"), "decisions")["rows"].to_string();
    assert!(
        decisions.contains("Free shipping") && decisions.contains("figure of the quarter"),
        "{decisions}"
    );
    let home = block(&page(&temp, "."), "overdue")["rows"].to_string();
    assert!(home.contains("New pictures"), "{home}");
    // What is wrong with actions is found before anything is built.
    temp.write(
        "reviews/2026-W46.md",
        "---\nactions:\n  - {id: a9, from: 2026-W45, status: done}\n  - {id: a4, title: Somebody should, due: 2026-11-20}\n---\n",
    );
    let (_, said) = kpress(&temp, &["check"]);
    for line in [
        "error[action-vanished]: `a9` began in the review `2026-W45`, which does not hold it",
        "error[action-without-owner]: nobody owns the action `a4`",
        "warning[review-leaves-actions-open]: the review does not say what became of `a1`, `a2`",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    fs::remove_file(temp.path().join("reviews/2026-W45.md")).expect("a file");
    let (_, said) = kpress(&temp, &["check"]);
    assert!(said.contains("`a9` began in the review `2026-W45`, which is not there"), "{said}");
}

/// What a review agreed on is a source like any other: the rate counts by the day first said, whatever was moved later.
#[test]
fn the_closure_rate_is_a_metric() {
    let temp = workspace();
    temp.write("kpress.yaml", SITE.replace("sources: {s:", "sources: {actions: {preset: own/actions}, s:"));
    temp.write(
        "metrics/closure.yaml",
        "metrics:
  due: {source: actions, value: sum(due), unit: count, better: neutral, owner: li, limits: off}
  on_time: {source: actions, value: sum(on_time), unit: count, better: higher, owner: li, limits: off}
  closure: {value: on_time / due, unit: percent, better: higher, owner: li, limits: off}
",
    );
    let closure = |period: &str| {
        let (code, said) = kpress(&temp, &["values", "--metric", "closure", "--grain", "week"]);
        assert_eq!(code, Some(0), "{said}");
        let lines = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let line = lines.into_iter().find(|line| line["period"] == period);
        line.map(|line| line["value"].to_string())
    };
    // `a1` is due on 13 November. `a2` lies after the as-of day and does not count yet.
    assert_eq!(closure("2026-W46").as_deref(), Some("0"));
    assert_eq!(closure("2026-W48"), None, "a week that lies ahead");
    assert_eq!(closure("2026-W45").as_deref(), Some("null"), "nothing was due");
    let (_, said) = kpress(&temp, &["check"]);
    assert!(!said.contains("dated after"), "{said}");
    let said_of_a1 = |entry: &str| {
        temp.write(
            "reviews/2026-W46.md",
            format!("---\nperiod: 2026-W46\ndate: 2026-11-16\nactions:\n  - {{id: a1, from: 2026-W45, {entry}}}\n---\n"),
        );
    };
    said_of_a1("due: 2026-11-30, status: done, done: 2026-11-14");
    assert_eq!(closure("2026-W46").as_deref(), Some("0"), "a day later than first said is late");
    said_of_a1("status: done, done: 2026-11-13");
    assert_eq!(closure("2026-W46").as_deref(), Some("1"), "an edit of a review is measured anew");

    built(&temp);
    let (code, again) = kpress(&temp, &["build"]);
    assert!(code == Some(0) && again.contains("nothing changed"), "{again}");
    let (code, accepted) = kpress(&temp, &["data", "accept"]);
    assert_eq!(code, Some(0), "{accepted}");
    assert!(!temp.read("kpress.lock").contains("due_first"), "a layout of kpress is nobody's to accept");
    let (code, said) = kpress(&temp, &["check"]);
    assert!(code == Some(0) && !said.contains("column"), "{said}");
}
