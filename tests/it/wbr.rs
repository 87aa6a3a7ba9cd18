//! Decks of wbr-app, imported and read back: every figure of the recorded scenarios, the traps in which other tools go
//! wrong, and that order, cuts and later rows change nothing.

use crate::folder::Temp;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const BOX: [&str; 9] = ["last_week", "wow", "yoy", "mtd", "mtd_yoy", "qtd", "qtd_yoy", "ytd", "ytd_yoy"];
/// The names of the same nine figures in the traps.
const CELLS: [&str; 9] = ["LastWk", "WOW", "YOY", "MTD", "MTD_YOY", "QTD", "QTD_YOY", "YTD", "YTD_YOY"];

fn data(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/wbr").join(path)
}

fn run(arguments: &[&str], place: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kpress"))
        .current_dir(place)
        .env("HOME", "/nonexistent")
        .args(arguments)
        .output()
        .expect("kpress starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).expect("figures are UTF-8")
}

/// The figures of a deck, imported from a configuration and a table.
fn deck(config: &Path, table: &Path) -> String {
    let temp = Temp::new("wbr");
    let text = |path: &Path| path.to_string_lossy().into_owned();
    run(&["init", "site", "--from-wbr", &text(config), &text(table)], temp.path());
    run(&["values", "--deck", "weekly", "--format", "json"], &temp.path().join("site"))
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("the file is there")).expect("it is JSON")
}

/// Lower case, everything but letters and digits as `_`.
fn id(name: &str) -> String {
    name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

fn series<'v>(deck: &'v Value, title: Option<&str>, name: &str) -> &'v Value {
    let blocks = deck["blocks"].as_array().expect("blocks");
    let found = blocks
        .iter()
        .filter(|block| title.is_none_or(|title| block["title"] == title))
        .flat_map(|block| block["series"].as_array().into_iter().flatten())
        .find(|series| series["metric"] == id(name));
    found.unwrap_or_else(|| panic!("no series `{name}`"))
}

fn same(found: &Value, scale: f64, wanted: &Value, what: &str) {
    match (found.as_f64(), wanted.as_f64()) {
        (None, None) => {}
        (Some(found), Some(wanted)) => {
            let (found, tolerance) = (found * scale, 1e-9 * wanted.abs() + 1e-12);
            assert!((found - wanted).abs() <= tolerance, "{what}: {found} for {wanted}");
        }
        _ => panic!("{what}: {found} for {wanted}"),
    }
}

/// The state of each drawn value of a case, and its coverage: those listed, else complete.
fn check_states(case: &Value, one: &Value, what: &str) {
    let lists = [
        ("cy_6_weeks", "weeks"),
        ("py_6_weeks", "weeks_previous_year"),
        ("cy_monthly", "months"),
        ("py_monthly", "months_previous_year"),
    ];
    for (name, key) in lists {
        for (at, state) in one["states"][key].as_array().into_iter().flatten().enumerate() {
            let listed = case["states"].as_array().into_iter().flatten().find(|listed| {
                let place = listed["at"].as_str().unwrap_or_default();
                let inner =
                    place.strip_prefix(name).and_then(|rest| rest.strip_prefix('[')?.strip_suffix(']'));
                inner.is_some_and(|inner| {
                    let (from, to) = inner.split_once("..").unwrap_or((inner, inner));
                    (from.parse().unwrap_or(99)..=to.parse().unwrap_or(0)).contains(&at)
                })
            });
            let wanted = listed.map_or("complete", |listed| listed["state"].as_str().unwrap_or_default());
            assert_eq!(state, wanted, "{what} {name}[{at}]");
            if let Some(listed) = listed.filter(|listed| listed["observed"].is_u64()) {
                let days = &one["days"][key][at];
                assert_eq!(
                    (&days[0], &days[1]),
                    (&listed["observed"], &listed["expected"]),
                    "{what} {name}[{at}]"
                );
            }
        }
    }
}

fn check_scenario(name: &str) {
    let expected = json(&data(name).join("expected.json"));
    let text = deck(&data(name).join("config.yaml"), &data(name).join("original.csv"));
    let deck: Value = serde_json::from_str(&text).expect("JSON");
    for case in expected["cases"].as_array().expect("cases") {
        let metric = case["metric"].as_str().expect("a name");
        let one = series(&deck, case["title"].as_str(), metric);
        let what = format!("{name} {} {metric}", case["case"]);
        let labels: Vec<&Value> = ["weeks", "months"]
            .iter()
            .flat_map(|part| one["labels"][part].as_array().into_iter().flatten())
            .collect();
        assert_eq!(labels, case["x_axis"].as_array().expect("labels").iter().collect::<Vec<_>>(), "{what}");
        for (list, key) in [
            ("cy_6_weeks", "weeks"),
            ("py_6_weeks", "weeks_previous_year"),
            ("cy_monthly", "months"),
            ("py_monthly", "months_previous_year"),
        ] {
            match case[list].as_array() {
                Some(wanted) => wanted.iter().enumerate().for_each(|(at, wanted)| {
                    same(&one[key][at], 1.0, wanted, &format!("{what} {list}[{at}]"))
                }),
                None => assert!(one[key].is_null(), "{what} {list}"),
            }
        }
        let growth = ["wow", "mom", "yoy"].iter().any(|end| id(metric).ends_with(end));
        let scale = if case["box_scale"] == "bps" { 10_000.0 } else { 100.0 };
        for (at, key) in BOX.iter().enumerate() {
            let level = [0, 3, 5, 7].contains(&at);
            same(
                &one["box"][key],
                if level { 1.0 } else { scale },
                &case["box_totals"][at],
                &format!("{what} {key}"),
            );
        }
        if !growth {
            check_states(case, one, &what);
        }
    }
}

#[test]
fn recorded_scenarios_agree() {
    for name in ["scenario_1", "scenario_2", "scenario_3", "scenario_4", "scenario_7"] {
        check_scenario(name);
    }
}

fn check_cell(value: &Value, state: &Value, days: &Value, cell: &Value, what: &str) {
    assert_eq!(state, &cell["state"], "{what}");
    if cell["observed"].is_u64() {
        assert_eq!((&days[0], &days[1]), (&cell["observed"], &cell["expected"]), "{what}");
    }
    same(value, 1.0, &cell["value"], what);
}

fn check_trap(folder: &Path) {
    let wanted = json(&folder.join("correct.json"));
    let text = deck(&folder.join("config.yaml"), &folder.join("data.csv"));
    let deck: Value = serde_json::from_str(&text).expect("JSON");
    let one = series(&deck, None, wanted["metric"].as_str().expect("a name"));
    let (name, correct) = (wanted["id"].to_string(), &wanted["correct"]);
    for part in ["weeks", "months"] {
        if correct[part]["labels"].is_array() {
            assert_eq!(one["labels"][part], correct[part]["labels"], "{name}");
        }
        for (side, key) in [("current", part.to_owned()), ("prior", format!("{part}_previous_year"))] {
            for (at, cell) in correct[part][side].as_array().into_iter().flatten().enumerate() {
                let what = format!("{name} {key}[{at}]");
                check_cell(&one[&key][at], &one["states"][&key][at], &one["days"][&key][at], cell, &what);
            }
        }
    }
    let scale = if correct["box"]["comparison"] == "bps" { 10_000.0 } else { 100.0 };
    for (at, (key, cell)) in BOX.iter().zip(CELLS).enumerate() {
        let Some(cell) = correct["box"]["cells"].get(cell) else { continue };
        let what = format!("{name} {key}");
        assert_eq!(one["box_states"][key], cell["state"], "{what}");
        if [0, 3, 5, 7].contains(&at) {
            check_cell(&one["box"][key], &one["box_states"][key], &one["box_days"][key], cell, &what);
        } else {
            same(&one["box"][key], scale, &cell["value"], &what);
            same(&one["box_differences"][key], 1.0, &cell["difference"], &what);
        }
    }
    if let Some(target) = correct.get("target") {
        let drawn = series(&deck, None, target["metric"].as_str().expect("a name"));
        assert_eq!(drawn["role"], "target");
        let weeks = target["weeks"].as_array().expect("weeks");
        weeks.iter().enumerate().for_each(|(at, week)| same(&drawn["weeks"][at], 1.0, week, "a target"));
        for (key, cell) in BOX.iter().zip(CELLS) {
            if let Some(wanted) = target["attainment"].get(cell) {
                same(&one["attainment"][key], 1.0, wanted, &format!("{name} attainment {key}"));
            }
        }
    }
}

#[test]
fn traps_are_not_stepped_into() {
    let mut folders: Vec<PathBuf> = fs::read_dir(data("traps"))
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    folders.sort();
    assert_eq!(folders.len(), 10);
    folders.iter().for_each(|folder| check_trap(folder));
}

#[test]
fn order_and_later_rows_change_nothing() {
    let temp = Temp::new("wbr-rows");
    let config = data("scenario_7/config.yaml");
    let table = fs::read_to_string(data("scenario_7/original.csv")).expect("the table");
    let rewritten = |name: &str, change: &dyn Fn(&mut Vec<String>)| {
        let mut lines: Vec<String> = table.lines().map(ToOwned::to_owned).collect();
        let head = lines.remove(0);
        change(&mut lines);
        let path = temp.path().join(name);
        fs::write(&path, format!("{head}\n{}\n", lines.join("\n"))).expect("a table");
        deck(&config, &path)
    };
    let first = rewritten("same.csv", &|_| {});
    assert_eq!(first, rewritten("reversed.csv", &|lines| lines.reverse()));
    // Every third row, then the others.
    let dealt = |lines: &mut Vec<String>| {
        let (third, rest): (Vec<_>, Vec<_>) = lines.iter().enumerate().partition(|(at, _)| at % 3 == 0);
        *lines = third.into_iter().chain(rest).map(|(_, line)| line.clone()).collect();
    };
    assert_eq!(first, rewritten("dealt.csv", &dealt));
    let (blank, large) = (",".repeat(30), format!("{}{}", ",99999999".repeat(14), ",".repeat(16)));
    let later = [format!("3/26/2023{blank}"), format!("12/31/2023{large}")];
    assert_eq!(first, rewritten("later.csv", &|lines| lines.extend(later.clone())));
}

#[test]
fn a_row_cut_in_halves_is_the_same_row() {
    let temp = Temp::new("wbr-halves");
    let config = data("traps/T01_zero_week/config.yaml");
    let table = fs::read_to_string(data("traps/T01_zero_week/data.csv")).expect("the table");
    let halves: Vec<String> = table
        .lines()
        .enumerate()
        .map(|(at, line)| match line.split_once(',') {
            Some((day, amount)) if at > 0 => {
                let amount: f64 = amount.parse().expect("a number");
                format!("{day},{}\n{day},{}", amount / 4.0, amount * 3.0 / 4.0)
            }
            _ => line.to_owned(),
        })
        .collect();
    let path = temp.path().join("halves.csv");
    fs::write(&path, halves.join("\n")).expect("a table");
    assert_eq!(deck(&config, &data("traps/T01_zero_week/data.csv")), deck(&config, &path));
}

#[test]
fn every_key_of_the_dialect_is_carried_over_or_told() {
    let temp = Temp::new("wbr-keys");
    let write = |name: &str, text: &str| fs::write(temp.path().join(name), text).expect("a file");
    write("config.yaml", KEYS);
    write(
        "events.csv",
        "Date,MetricName,EventDescription\n2021-09-20,Orders,\"Sale, part 1\"\n2021-09-21,OrdersYOY,Second\n",
    );
    let mut rows = "Date,Visits,Orders,Orders__Target,Country\n".to_owned();
    let mut day = jiff::civil::date(2020, 1, 1);
    while day <= jiff::civil::date(2021, 12, 31) {
        let (visits, plan) = (if day > jiff::civil::date(2021, 9, 25) { "," } else { "100,10" }, 12);
        let country = if day.day() % 2 == 0 { "JP" } else { "US" };
        rows.push_str(&format!("{day},{visits},{plan},{country}\n"));
        day = day.tomorrow().expect("a day");
    }
    write("data.csv", &rows);
    let output = Command::new(env!("CARGO_BIN_EXE_kpress"))
        .current_dir(temp.path())
        .args(["init", "site", "--from-wbr", "config.yaml", "data.csv"])
        .output()
        .expect("kpress starts");
    let told = String::from_utf8_lossy(&output.stderr);
    for rule in ["wbr-unknown-key", "wbr-database-source", "wbr-left-out", "week-number-differs"] {
        assert!(told.contains(rule), "{rule}: {told}");
    }
    assert!(told.contains("did you mean `metric_comparison_method`?"), "{told}");
    assert!(!told.contains("error["), "{told}");
    let site = temp.path().join("site");
    let notes = fs::read_to_string(site.join("annotations/wbr.yaml")).expect("events");
    assert!(notes.contains("Sale, part 1") && notes.matches("metrics: [orders]").count() == 2, "{notes}");
    let deck: Value =
        serde_json::from_str(&run(&["values", "--deck", "weekly", "--format", "json"], &site)).expect("JSON");
    let kinds: Vec<&str> = deck["blocks"]
        .as_array()
        .expect("blocks")
        .iter()
        .filter_map(|block| block["kind"].as_str())
        .collect();
    assert_eq!(kinds, ["heading", "six-twelve", "six-weeks-table", "twelve-months-table", "embed"]);
    let chart = &deck["blocks"][1];
    assert_eq!((chart["number"].as_u64(), chart["title"].as_str()), (Some(7), Some("Orders")));
    let target = &chart["series"][1];
    assert_eq!(target["metric"], "orders_target");
    // Plan values are known in advance: December is drawn, the actual is not.
    assert_eq!(target["months"][11], 12 * 31);
    assert!(chart["series"][0]["months"][11].is_null());
    let rows = deck["blocks"][2]["rows"].as_array().expect("rows");
    let weeks: Vec<(&str, &Value)> =
        rows.iter().map(|row| (row["header"].as_str().unwrap_or_default(), &row["weeks"][5])).collect();
    let number = |at: usize| weeks[at].1.as_f64().expect("a number");
    assert_eq!((number(0), number(1), number(2)), (70.0, 84.0, -14.0));
    assert!((number(3) + 14.0 / 84.0).abs() < 1e-12 && (number(4) - 70.0 / 84.0).abs() < 1e-12, "{weeks:?}");
    assert_eq!(weeks[5].0, "Where");
    let months = deck["blocks"][3]["rows"][0]["months"].as_array().expect("months");
    assert_eq!(months.len(), 12);
    assert_eq!(deck["blocks"][4]["source"], "https://example.com/board");
    let table = fs::read(site.join("data/wbr/data.csv")).expect("the table");
    assert_eq!(table, fs::read(temp.path().join("data.csv")).expect("the table"));
    run(&["build"], &site);
}

#[test]
fn what_an_import_cannot_take_over_is_told_at_its_line() {
    let temp = Temp::new("wbr-unfit");
    let write = |name: &str, text: &str| fs::write(temp.path().join(name), text).expect("a file");
    write("config.yaml", UNFIT);
    write("data.csv", "Date,Orders,Plan,Country\n2021-09-24,10,12,JP\n2021-09-25,10,12,US\n");
    let output = Command::new(env!("CARGO_BIN_EXE_kpress"))
        .current_dir(temp.path())
        .args(["init", "site", "--from-wbr", "config.yaml", "data.csv"])
        .output()
        .expect("kpress starts");
    let told = String::from_utf8_lossy(&output.stderr);
    for (rule, line, what) in [
        ("error[wbr-unfit-value]", 3, "average"),
        ("error[wbr-unsupported-query]", 4, "the filter `Country.str.startswith('J')` is not understood"),
        (
            "note[wbr-target-used-as-metric]",
            5,
            "`Orders Target` is a target on a chart and a metric elsewhere",
        ),
    ] {
        let place = format!("config.yaml:{line}:");
        let finding = told.split("\n\n").find(|finding| finding.contains(rule) && finding.contains(&place));
        assert!(finding.is_some_and(|finding| finding.contains(what)), "{rule} at line {line}: {told}");
    }
}

const UNFIT: &str = r###"setup: {week_ending: 25-sep-2021, week_number: 38}
metrics:
  Orders: {column: Orders, aggf: average}
  OrdersJP: {filter: {base_column: Orders, query: "Country.str.startswith('J')"}, aggf: sum}
  Orders Target: {column: Plan, aggf: sum}
  Visits: {column: Orders, aggf: sum}
  Attained: {function: {divide: [{metric: {name: Visits}}, {metric: {name: Orders Target}}]}}
deck:
  - block:
      ui_type: 6_12Graph
      title: Orders
      metrics: {Visits: {line_style: primary}, Orders Target: {line_style: target}}
  - block:
      ui_type: 6_WeeksTable
      title: Weeks
      rows:
        - row: {header: Visits, metric: Visits}
        - row: {header: Ahead, metric: Attained}
        - row: {header: WoW, metric: Orders TargetWOW}
"###;

const KEYS: &str = r###"
setup:
  week_ending: 25-sep-2021
  week_number: 39
  title: Shop
  fiscal_year_end_month: December
  block_starting_number: 7
  tooltip: true
  x_axis_monthly_display: fiscal_year
  db_config_url: https://example.com/connections.yaml
data_sources:
  warehouse:
    shop: {query: "SELECT 1"}
annotations: [events.csv]
metrics:
  Orders: {column: shop.Orders, aggf: sum, comment: daily}
  Visits: {column: Visits, aggf: sum}
  Orders Target: {column: Orders__Target, aggf: sum}
  OrdersVariance: {function: {difference: [{metric: {name: Orders}}, {metric: {name: Orders Target}}]}}
  OrdersVariancePct:
    function:
      divide:
        - metric: {name: inner, function: {difference: [{metric: {name: Orders}}, {column: {name: Orders Target}}]}}
        - metric: {name: Orders Target}
  Attained: {function: {divide: [{metric: {name: Orders}}, {metric: {name: Orders Target}}]}}
  Conversion: {metrc_comparison_method: bps, metric_comparison_method: bps, function: {divide: [{metric: {name: Orders}}, {metric: {name: Visits}}]}}
  OrdersJP: {filter: {base_column: Orders, query: "Country == 'JP' and not (Visits < 5)"}, aggf: sum}
deck:
  - block: {ui_type: section, title: Customers}
  - block:
      ui_type: 6_12Graph
      title: Orders
      y_scaling: "##.1KK"
      axes: 2
      metrics:
        Orders Target: {line_style: target}
        Orders: {line_style: primary, legend_name: All orders, graph_prior_year_flag: true}
  - block:
      ui_type: 6_WeeksTable
      title: Weeks
      rows:
        - row: {header: Actual, metric: Orders, style: "font-weight: bold; background-color: #eee; color: red"}
        - row: {header: Plan, metric: Orders Target}
        - row: {header: Variance, metric: OrdersVariance}
        - row: {header: Variance %, metric: OrdersVariancePct, y_scaling: "##.1%"}
        - row: {header: Attained, metric: Attained, y_scaling: "##%"}
        - row: {header: Where}
        - row: {header: Japan, metric: OrdersJP}
        - row: {header: Conversion, metric: Conversion, y_scaling: "##.2%"}
        - row: {header: WoW, metric: OrdersWOW, y_scaling: "##.1%", style: "text-align: right"}
  - block:
      ui_type: 12_MonthsTable
      title: Months
      x_axis_monthly_display: trailing_twelve_months
      rows:
        - row: {header: Actual, metric: Orders}
        - row: {header: MoM, metric: OrdersMOM, y_scaling: "##.1%"}
  - block: {ui_type: embedded_content, source: "https://example.com/board", title: Board, name: board, height: 700px, width: 900px}
"###;
