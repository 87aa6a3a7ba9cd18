//! Figures whose source still moves are shown and not judged: on cards, in decks, on scorecards and by alerts. Every test has
//! the same figures twice, once settled and once within the provisional tail.

use crate::folder::Temp;
use serde_json::Value;
use std::process::Command;

fn kpress(temp: &Temp, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kpress"))
        .args(arguments)
        .current_dir(temp.path())
        .env("HOME", "/nonexistent")
        .output()
        .expect("kpress starts");
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

/// Ten orders a day of eleven that are asked, and 2 on each day of the last week: Monday 22 to Sunday 28 June 2026.
fn shop(provisional: &str) -> Temp {
    let temp = Temp::new("settled");
    temp.write(
        "kpress.yaml",
        format!(
            "site: {{title: T, languages: [en], currency: JPY, week: {{starts: monday}}, as_of: 2026-06-28}}\n\
             sources: {{s: {{files: data/s.csv, date: date{provisional}}}}}\n"
        ),
    );
    temp.write(
        "metrics/all.yaml",
        "metrics:\n  orders: {name: Orders, source: s, value: sum(orders), unit: count, better: higher, owner: li, level: core, limits: off, \
         alerts: [{when: \"< 50\", grain: week, severity: high}]}\n",
    );
    temp.write("people.yaml", "people: {li: {name: Li, role: lead}}\n");
    temp.write(
        "targets/all.yaml",
        "targets:\n  - {id: orders-w26, metric: orders, period: 2026-W26, value: 77, owner: li}\n  \
         - {id: orders-w25, metric: orders, period: 2026-W25, value: 77, owner: li}\n",
    );
    temp.write(
        "dashboards/one.yaml",
        "title: One\nblocks: [{block: card, metric: orders, grain: week, compare: [previous, target]}]\n",
    );
    temp.write(
        "dashboards/weekly.yaml",
        "deck: week\nblocks: [{block: six-twelve, series: [{metric: orders}, {target: orders-w26}]}]\n",
    );
    temp.write("reviews/2026-W26.md", "---\nattendees: [li]\n---\n\nAs usual.\n");
    temp.write(
        "scorecards/li.yaml",
        "person: li\nperiod: week\nfrom: 2026-06-01\nitems: [{metric: orders, weight: 100%, score: {steps: [{from: 0, score: 0.2}, {from: 70, score: 1}]}, incentive: bonus}]\n\
         bands: [{min: 0, k: 0}, {min: 90, k: 1}]\nbonus: 1000 JPY\n",
    );
    let mut rows = "date,orders\n".to_owned();
    for (month, days) in [(5, 31), (6, 28)] {
        for day in 1..=days {
            let orders = if (month, day) >= (6, 22) { 2 } else { 10 };
            rows.push_str(&format!("2026-{month:02}-{day:02},{orders}\n"));
        }
    }
    temp.write("data/s.csv", rows);
    temp
}

const SETTLED: &str = "";
const MOVING: &str = ", provisional: 3d";

fn page(provisional: &str, path: &str) -> Value {
    let temp = shop(provisional);
    let said = kpress(&temp, &["build", "--keep-going"]);
    assert!(said.contains("→ public/"), "{said}");
    serde_json::from_str(&temp.read(&format!("public/en/{path}/report.json"))).expect("JSON")
}

/// 14 of 77: off, unless it still moves.
#[test]
fn a_card_shows_it_without_a_colour() {
    let card = |provisional: &str| {
        let page = page(provisional, "dashboards/one");
        let cards = page["blocks"]
            .as_array()
            .and_then(|all| all.iter().find(|block| block["block"] == "cards"))
            .cloned();
        cards.unwrap_or_else(|| panic!("no cards: {page:#}"))["cards"][0].clone()
    };
    let settled = card(SETTLED);
    assert_eq!(settled["value"].as_f64(), Some(14.0));
    assert_eq!((&settled["state"], &settled["standing"]), (&"complete".into(), &"off".into()));
    let moving = card(MOVING);
    assert_eq!((moving["value"].as_f64(), &moving["state"]), (Some(14.0), &"provisional".into()));
    assert_eq!(moving["standing"], "too-early", "{moving:#}");
    // The page shows no red, green or yellow for it, nor for the change against the week before.
    for (provisional, tone) in [(SETTLED, true), (MOVING, false)] {
        let temp = shop(provisional);
        kpress(&temp, &["build", "--keep-going"]);
        let html = temp.read("public/en/dashboards/one/index.html");
        let body = html.split("<main").nth(1).expect("a page");
        assert_eq!(body.contains("bad"), tone, "{provisional}: {body}");
        assert!(body.contains(">14<") || body.contains("14"), "the figure is there");
    }
}

#[test]
fn a_deck_does_not_list_it_among_the_exceptions() {
    let why = |provisional: &str| {
        let review = page(provisional, "reviews/2026-w26").to_string();
        review.matches("deck-why-week").count() + review.matches("deck-why-target").count()
    };
    assert!(why(SETTLED) > 0, "the target of the week was missed");
    assert_eq!(why(MOVING), 0);
}

#[test]
fn a_scorecard_does_not_settle_it() {
    let verdict = |provisional: &str| page(provisional, "people/li/scorecard/2026-w26").to_string();
    let settled = verdict(SETTLED);
    assert!(settled.contains("score-final") && !settled.contains("score-moving"), "{settled}");
    let moving = verdict(MOVING);
    assert!(moving.contains("score-moving") && !moving.contains("score-final"), "{moving}");
}

#[test]
fn an_alert_is_not_raised_by_it() {
    let raised = |provisional: &str| kpress(&shop(provisional), &["alerts", "--format", "json"]);
    let settled = raised(SETTLED);
    assert!(settled.contains("2026-W26"), "14 orders in a week are less than 50: {settled}");
    let moving = raised(MOVING);
    assert!(!moving.contains("2026-W26"), "{moving}");
}
