//! A workspace of two stores with round numbers, laid out; what the pages say is checked through `report.json`.

use super::{Coverage, Page, Provenance, Report, report, wire};
use crate::assess::assess;
use crate::inputs::Memory;
use crate::measure::{Days, Facts, Point, Series, State};
use crate::plan::{Plan, Scope, TableRef, load};
use crate::time::{Date, Grain};
use crate::unit::{Decimal, Quantity};
use serde_json::Value;

const SITE: &str = "
site: {title: Shop, languages: [en, ja], currency: JPY}
sources:
  sales: {files: \"data/*.csv\", date: date, store: {from: column, column: store}, basis: {tax: inclusive}}
";
const METRICS: &str = "
metrics:
  gmv: {source: sales, value: sum(sales), unit: JPY, better: higher, level: core, owner: aki, description: All sales.}
  orders: {source: sales, value: sum(orders), unit: count, better: higher, owner: aki}
  aov: {value: gmv / orders, unit: JPY, better: higher, level: core, owner: aki}
";
const TARGETS: &str = "
targets:
  - {id: gmv-nov, metric: gmv, period: 2025-11, value: 1000, owner: aki}
  - {id: aov-year, metric: aov, period: 2025, value: 20, owner: aki}
";
const PAGE: &str = "
title: Sales
blocks:
  - {block: card, metric: gmv, compare: [previous, target]}
  - {block: line, series: [{metric: gmv}], grain: month, last: 3}
  - {block: table, by: store, columns: [gmv, aov], total: true, sort: {by: gmv, order: descending}}
  - {block: text, markdown: 'Sold {{ metric(\"gmv\", period=\"2025-10\") }}, not {{ metric(\"gvm\") }}.'}
";

fn workspace() -> Plan {
    let files = [
        ("kpress.yaml", SITE),
        ("metrics/all.yaml", METRICS),
        ("targets/all.yaml", TARGETS),
        ("dashboards/sales.yaml", PAGE),
        ("stores.yaml", "stores: {a: {name: Akiba}, b: {name: Biwa}}"),
        ("people.yaml", "people: {aki: {name: Aki}}"),
    ];
    let checked = load(&Memory::of(files.map(|(name, text)| (name, text.as_bytes()))));
    let errors: Vec<_> = checked.found.iter().filter(|one| one.level == crate::diag::Level::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    checked.value
}

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// Months October to December 2025; December is running on the 10th.
fn facts(plan: &Plan) -> Facts {
    let mut facts = Facts::default();
    facts.members.insert("store".into(), vec!["a".into(), "b".into()]);
    let store = |id: &str| Scope::of("store", id);
    let all = [
        (Scope::company(), [(500, 40), (900, 60), (300, 15)]),
        (store("a"), [(200, 20), (600, 30), (200, 10)]),
        (store("b"), [(300, 20), (300, 30), (100, 5)]),
    ];
    let months = plan.site.calendar.periods(Grain::Month, day("2025-10-01"), day("2025-12-10"));
    for (scope, values) in all {
        let point = |at: usize, value| Point {
            period: months[at],
            value,
            state: if at == 2 { State::Running } else { State::Complete },
            days: Days { observed: months[at].days(), expected: months[at].days() },
        };
        let number = |n: i64| Quantity::Exact(Decimal::from(n));
        for (metric, pick) in [("gmv", 0), ("orders", 1), ("aov", 2)] {
            let value = |(gmv, orders): (i64, i64)| match pick {
                0 => Some(number(gmv)),
                1 => Some(number(orders)),
                _ => number(gmv).over(number(orders)),
            };
            let points = values.iter().enumerate().map(|(at, pair)| point(at, value(*pair))).collect();
            facts.series.insert((metric.into(), scope.clone(), Grain::Month), Series { points });
        }
    }
    facts
}

fn laid_out() -> (Report, Vec<crate::diag::Finding>) {
    let plan = workspace();
    let facts = facts(&plan);
    let file = crate::snapshot::FileRecord {
        path: "data/sales.csv".into(),
        sha256: crate::inputs::Hash::of(b"x"),
        bytes: 1,
        rows: 142,
        left_out: [("repeated".to_owned(), 2)].into(),
        totals: None,
        encoding: "utf-8".into(),
        days: Some((day("2025-10-01"), day("2025-12-10"))),
        dropped: vec!["buyer-email".to_owned()],
        ignored: vec!["Colour".to_owned()],
        columns: [("Sales".to_owned(), "sales".to_owned()), ("Note".to_owned(), "note".to_owned())].into(),
        aside: Vec::new(),
    };
    let november = |days: std::ops::RangeInclusive<i8>| days.map(|at| Date::constant(2025, 11, at)).collect();
    let coverage = Coverage {
        days: [("a".into(), november(1..=30)), ("b".into(), november(8..=20))].into(),
        every_day: true,
        needed: [crate::plan::Id::from("sales")].into(),
    };
    let table = TableRef { source: "sales".into(), table: "sales".into() };
    let provenance = Provenance {
        as_of: Some(day("2025-12-10")),
        files: [("sales".into(), vec![file])].into(),
        tables: [(table, coverage)].into(),
        days: [("sales".into(), (day("2025-10-01"), day("2025-12-10")))].into(),
        ..Provenance::default()
    };
    let checked = report(&plan, &facts, &assess(&plan, &facts, provenance.as_of).value, &provenance);
    (checked.value, checked.found)
}

fn said(path: &str) -> Value {
    let (report, _) = laid_out();
    let page: &Page =
        report.pages.iter().find(|page| page.path == path).unwrap_or_else(|| panic!("no page `{path}`"));
    wire::page(&report, page)
}

/// The first block of a kind.
fn block<'v>(page: &'v Value, kind: &str) -> &'v Value {
    let blocks = page["blocks"].as_array().expect("blocks");
    blocks.iter().find(|block| block["block"] == kind).unwrap_or_else(|| panic!("no {kind} in {page:#}"))
}

#[test]
fn every_page_is_there_and_every_way_in_leads_somewhere() {
    let (report, _) = laid_out();
    let paths: Vec<&str> = report.pages.iter().map(|page| &*page.path).collect();
    for path in [
        "",
        "compare",
        "dashboards/sales",
        "data",
        "metrics",
        "metrics/aov",
        "people/aki",
        "stores/a",
        "targets/gmv-nov",
    ] {
        assert!(paths.contains(&path), "{path} is not among {paths:?}");
    }
    let mut nav: Vec<&str> = report.nav.iter().map(|item| &*item.path).collect();
    nav.retain(|path| !paths.contains(path));
    assert!(nav.is_empty(), "{nav:?} lead nowhere");
}

#[test]
fn a_card_shows_the_last_month_that_is_over_with_its_target() {
    let page = said("");
    let cards = block(&page, "cards")["cards"].as_array().expect("cards").clone();
    let gmv = cards.iter().find(|card| card["metric"] == "gmv").expect("gmv is core");
    assert_eq!((&gmv["period"], &gmv["value"]), (&"2025-11".into(), &900.0.into()));
    assert_eq!(
        (&gmv["target"], &gmv["standing"], &gmv["attainment"]),
        (&1000.0.into(), &"off".into(), &0.9.into())
    );
    // A rate is held against the target of the year that contains the month: 15 of 20.
    let aov = cards.iter().find(|card| card["metric"] == "aov").expect("aov is core");
    assert_eq!(
        (&aov["value"], &aov["numerator"], &aov["denominator"]),
        (&15.0.into(), &"900".into(), &"60".into())
    );
    assert_eq!(aov["standing"], "off");
}

#[test]
fn a_target_over_a_running_year_is_too_early_to_judge_and_one_without_data_says_so() {
    let page = said("targets");
    let trees = page["blocks"].as_array().expect("blocks").iter().filter(|block| block["block"] == "tree");
    let nodes: Vec<Value> = trees
        .flat_map(|tree| [&tree["roots"], &tree["past"]])
        .flat_map(|list| list.as_array().expect("a list").clone())
        .collect();
    let standing = |path: &str| {
        nodes.iter().find(|node| node["path"] == path).unwrap_or_else(|| panic!("{path}"))["standing"].clone()
    };
    assert_eq!(standing("targets/gmv-nov"), "off");
    assert_eq!(standing("targets/aov-year"), "no-data");
}

#[test]
fn a_table_is_sorted_and_ends_with_the_whole() {
    let page = said("dashboards/sales");
    let rows = block(&page, "table")["rows"].as_array().expect("rows").clone();
    let gmv: Vec<f64> = rows.iter().map(|row| row[1]["value"].as_f64().expect("a value")).collect();
    assert_eq!(gmv, [600.0, 300.0, 900.0]);
    // The whole of a ratio is a ratio of sums: 900 / 60, not the mean of 20 and 10.
    assert_eq!(rows[2][2]["value"], 15.0);
}

#[test]
fn stores_are_ranked_with_gap_and_share() {
    let page = said("compare");
    let table = page["blocks"]
        .as_array()
        .expect("blocks")
        .iter()
        .find(|block| block["id"] == "rank-gmv")
        .expect("gmv is core")
        .clone();
    let second = &table["rows"][1];
    assert_eq!(second[1]["key"], "compare-rank-last", "{second}");
    assert_eq!(second[3]["gap"], -300.0);
    assert_eq!(second[7]["value"], 1.0 / 3.0, "{second}");
}

#[test]
fn texts_of_the_interface_come_with_what_they_speak_of() {
    let page = said("compare");
    let heading = block(&page, "heading");
    assert_eq!(heading["title"]["key"], "home-period");
    assert_eq!(heading["title"]["args"]["period"], "2025-11");
    // Without arguments there is nothing to say about them.
    assert_eq!(page["title"], serde_json::json!({ "key": "nav-compare" }));
}

#[test]
fn an_unknown_shortcode_is_a_finding_at_its_place() {
    let (_, found) = laid_out();
    let finding = found.iter().find(|one| one.rule.name == "shortcode-unknown").expect("`gvm` is no metric");
    assert_eq!(finding.hint.as_deref(), Some("did you mean `gmv`?"));
    assert_eq!(&*finding.place.file, "dashboards/sales.yaml");
}

#[test]
fn sales_of_a_month_are_held_against_their_part_of_the_target_of_the_year() {
    let mut plan = workspace();
    for (target, metric) in [("gmv-nov", "gmv"), ("aov-year", "aov")] {
        let target = plan.targets.iter_mut().find(|one| &*one.id == target).expect("it is written");
        assert_eq!(&*target.metric, metric);
        target.period = plan.site.calendar.period(Grain::Year, day("2025-01-01"));
    }
    let facts = facts(&plan);
    let judged = assess(&plan, &facts, Some(day("2025-12-10"))).value;
    let rows = super::values(&plan, &facts, &judged, &|_, _, _| true);
    let november = |metric: &str| {
        let of = |row: &&super::Row<'_>| &**row.metric == metric && row.scope.is_company();
        rows.iter().filter(of).nth(1).expect("October, November, December")
    };
    let gmv = november("gmv");
    // 1,000 over 365 days: 3 on the first 270 of them, then 2.
    assert_eq!(gmv.target, Some((Quantity::from(60), None)));
    assert_eq!(gmv.standing.map(|standing| standing.name()), Some("on"));
    assert_eq!(gmv.previous, Some(Quantity::from(500)));
    let aov = november("aov");
    assert_eq!(aov.target, Some((Quantity::from(20), None)));
    assert_eq!(aov.standing.map(|standing| standing.name()), Some("off"));
}

#[test]
fn whether_values_add_up_follows_from_the_formula() {
    use crate::plan::sums::{Along, Kind, kind};
    let metrics = "
metrics:
  gmv: {source: sales, value: sum(sales), unit: JPY}
  cost: {source: sales, value: sum(cost), unit: JPY}
  orders: {source: sales, value: sum(orders), unit: count}
  buyers: {source: sales, value: count(distinct buyer), unit: count}
  stock: {source: sales, value: sum(stock), over_time: last, unit: count}
  pace: {source: sales, value: sum(sales), over_time: mean, unit: JPY}
  profit: {value: gmv - cost, unit: JPY}
  net: {value: \"profit * 0.9 - coalesce(cost, 0)\", unit: JPY}
  aov: {value: \"gmv / nullif(buyers, 0)\", unit: JPY}
  price: {value: \"gmv / nullif(orders, 0)\", unit: JPY}
  rate: {value: profit / gmv, unit: percent}
  odd: {value: gmv + price, unit: JPY}
";
    let files = [("kpress.yaml", SITE), ("metrics/all.yaml", metrics)];
    let plan = load(&Memory::of(files.map(|(name, text)| (name, text.as_bytes())))).value;
    for (id, over_time, over_stores) in [
        ("gmv", Kind::Sum, Kind::Sum),
        ("profit", Kind::Sum, Kind::Sum),
        ("net", Kind::Sum, Kind::Sum),
        ("stock", Kind::Level, Kind::Sum),
        ("pace", Kind::Level, Kind::Unclear),
        ("price", Kind::Level, Kind::Level),
        ("rate", Kind::Level, Kind::Level),
        // A buyer of two months is counted once in the year: less than the sum, more than a month.
        ("buyers", Kind::Unclear, Kind::Unclear),
        ("aov", Kind::Unclear, Kind::Unclear),
        ("odd", Kind::Unclear, Kind::Unclear),
    ] {
        let metric = plan.metrics.get(id).unwrap_or_else(|| panic!("{id}: {:?}", plan.broken));
        let found = (kind(&plan, metric, Along::Time), kind(&plan, metric, Along::Members));
        assert_eq!(found, (over_time, over_stores), "{id}");
    }
}

#[test]
fn an_article_does_not_take_the_place_of_the_data_page() {
    let mut plan = workspace();
    let words = crate::plan::Words::same("Ours");
    let body = [(
        crate::unit::Lang::En,
        ("Text.".into(), crate::diag::Place::at(&"content/data.md".into(), 3, 1, 1)),
    )];
    plan.articles.insert(
        "data".into(),
        crate::plan::Article {
            id: "data".into(),
            title: words,
            body: body.into(),
            order: None,
            from_pack: false,
            audience: Vec::new(),
            audience_at: None,
        },
    );
    let checked = report(&plan, &Facts::default(), &[], &Provenance::default());
    let kinds: Vec<&str> =
        checked.value.pages.iter().filter(|page| page.path == "data").map(|page| page.kind).collect();
    assert_eq!(kinds, ["data"]);
    let finding = checked.found.iter().find(|one| one.rule.name == "address-taken").expect("it says so");
    assert_eq!(&*finding.place.file, "content/data.md");
}

#[test]
fn hashes_and_rows_stand_on_the_pages_of_data_alone() {
    let (report, _) = laid_out();
    let hash = crate::inputs::Hash::of(b"x").to_string();
    for page in &report.pages {
        let shows = wire::page(&report, page).to_string().contains(&hash);
        assert_eq!(shows, page.path == "data/sales", "{}", page.path);
        // How much was found is counted over the data files, too.
        let counts = matches!(&*page.path, "governance" | "governance/rules");
        assert_eq!(page.provenance, counts || page.path == "data" || page.path.starts_with("data/"));
    }
}

#[test]
fn a_source_says_which_days_and_columns_it_has() {
    let page = said("data/sales");
    let table = |id: &str| {
        let blocks = page["blocks"].as_array().expect("blocks");
        blocks.iter().find(|block| block["id"] == id).unwrap_or_else(|| panic!("no {id} in {page}"))["rows"]
            .clone()
    };
    // December is due up to the 10th, November of the second store from its first day on.
    let days =
        |row: usize, store: usize| table("days")[row][store]["days"].as_str().expect("days").to_owned();
    assert_eq!(days(0, 1), format!("{}{}", "0".repeat(10), "-".repeat(21)));
    assert_eq!(days(1, 1), "1".repeat(30));
    assert_eq!(days(1, 2), format!("{}{}{}", "-".repeat(7), "1".repeat(13), "0".repeat(10)));
    let columns = table("columns");
    let said: Vec<(&Value, &Value)> =
        columns.as_array().expect("rows").iter().map(|row| (&row[0], &row[2]["key"])).collect();
    let expected = [
        ("Sales", "column-used"),
        ("Note", "column-read"),
        ("Colour", "column-ignored"),
        ("buyer-email", "column-personal"),
    ];
    let expected: Vec<(Value, Value)> =
        expected.iter().map(|(label, key)| ((*label).into(), (*key).into())).collect();
    assert_eq!(said, expected.iter().map(|(label, key)| (label, key)).collect::<Vec<_>>());
    assert_eq!(table("files")[0][7], crate::inputs::Hash::of(b"x").to_string());
}

/// What the card of sales on the dashboard says, with another state of November.
fn november_card(state: State, targets: &[(&str, &str)]) -> Value {
    let mut plan = workspace();
    for (target, month) in targets {
        let mut more = plan.targets.iter().find(|one| &*one.id == "gmv-nov").expect("it is written").clone();
        more.id = (*target).into();
        more.period = plan.site.calendar.period(Grain::Month, day(month));
        plan.targets.push(more);
    }
    let mut facts = facts(&plan);
    for series in facts.series.values_mut() {
        series.points[1].state = state;
    }
    let provenance = Provenance { as_of: Some(day("2025-12-10")), ..Provenance::default() };
    let report = report(&plan, &facts, &assess(&plan, &facts, provenance.as_of).value, &provenance).value;
    let page = report.pages.iter().find(|page| page.path == "dashboards/sales").expect("a dashboard");
    block(&wire::page(&report, page), "cards")["cards"][0].clone()
}

#[test]
fn a_figure_that_still_moves_has_the_last_settled_one_beside_it() {
    for state in [State::Provisional, State::Partial] {
        let card = november_card(state, &[("gmv-oct", "2025-10-01")]);
        assert_eq!((&card["period"], &card["value"]), (&"2025-11".into(), &900.0.into()));
        assert_eq!(card["standing"], "too-early");
        // 500 of 1000 in October.
        let settled = &card["settled"];
        assert_eq!((&settled["period"], &settled["value"]), (&"2025-10".into(), &500.0.into()));
        assert_eq!((&settled["state"], &settled["standing"]), (&"complete".into(), &"off".into()));
        assert_eq!((&settled["target_period"], &settled["attainment"]), (&"2025-10".into(), &0.5.into()));
    }
    // Without a target of its own it is a figure and no judgement.
    let settled = &november_card(State::Provisional, &[])["settled"];
    assert_eq!((&settled["value"], &settled["standing"]), (&500.0.into(), &Value::Null));
}

#[test]
fn a_figure_that_can_be_judged_needs_no_earlier_one() {
    let card = november_card(State::Complete, &[("gmv-oct", "2025-10-01")]);
    assert_eq!((&card["standing"], &card["settled"]), (&"off".into(), &Value::Null));
}

#[test]
fn a_metric_that_could_not_be_understood_has_a_page_that_says_why() {
    let metrics = "metrics:\n  gmv: {source: sales, value: sum(sales), unit: JPY, better: higher, level: core}\n  lost: {source: sales, value: summ(sales), unit: JPY}\n";
    let board = "title: Sales\nblocks:\n  - {block: card, metric: lost}\n  - {block: line, series: [{metric: lost}], grain: month, last: 3}\n";
    let files = [("kpress.yaml", SITE), ("metrics/all.yaml", metrics), ("dashboards/sales.yaml", board)];
    let checked = load(&Memory::of(files.map(|(name, text)| (name, text.as_bytes()))));
    let provenance = Provenance { found: checked.found, ..Provenance::default() };
    let report = report(&checked.value, &Facts::default(), &[], &provenance).value;
    let said = |path: &str| {
        let page = report.pages.iter().find(|page| page.path == path);
        wire::page(&report, page.unwrap_or_else(|| panic!("no page `{path}`"))).to_string()
    };
    let why = "there is no function `summ` here";
    let page = said("metrics/lost");
    for part in [
        why,
        "metrics/all.yaml:3:",
        "did you mean `sum`?",
        "unknown-function",
        "\"path\":\"dashboards/sales\"",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(said("metrics").contains(why));
    // The chart of it leads there, and so does the card.
    assert!(said("dashboards/sales").contains("\"path\":\"metrics/lost\""));
    let board = report.pages.iter().find(|page| page.path == "dashboards/sales").expect("a dashboard");
    let card = board.blocks.iter().find_map(|block| match block {
        super::Block::Cards(cards) => cards.first(),
        _ => None,
    });
    assert_eq!(card.and_then(|card| card.link.as_deref()), Some("metrics/lost"));
    let home = said("");
    assert!(home.contains("\"key\":\"notice-errors\"") && home.contains("\"path\":\"data\""), "{home}");
}
