//! Stores of two countries: each in its own currency and by its own days, a total in yen with the rate on the page, and a
//! dash with the line to write where a rate is not there.

use crate::folder::Temp;
use std::process::Command;

const HEAD: &str = "site:
  title: Two countries
  languages: [en, zh, ja]
  timezone: Asia/Tokyo
  currency: JPY
sources:
  jp: {files: data/jp.csv, date: at, store: jp1, absent: zero, currency: JPY, basis: {tax: exclusive}, columns: {at: {kind: {instant: rfc3339}}, sales: {kind: number}}}
  us: {files: data/us.csv, date: at, store: us1, absent: zero, currency: USD, basis: {tax: exclusive}, columns: {at: {kind: {instant: rfc3339}}, sales: {kind: number}}}
  fx: {files: data/fx.csv, key: [currency], valid_from: date}
";
const STORES: &str = "stores:
  jp1: {name: JP1, marketplace: A1VC38T7YXB528, currency: JPY, tax: taxable}
  us1: {name: US1, marketplace: ATVPDKIKX0DER, currency: USD, timezone: America/Los_Angeles, tax: exempt}
";
const METRICS: &str = "metrics:
  gmv_jp: {name: Sales JP, source: jp, value: sum(sales), unit: JPY, better: higher, level: core}
  gmv_us: {name: Sales US, source: us, value: sum(sales), unit: USD, better: higher, level: core}
  gmv_us_jpy: {name: Sales US in yen, source: us, value: sum(sales), unit: JPY, fx: month_avg, better: higher}
  gmv_group: {name: Sales of the group, value: gmv_jp + gmv_us_jpy, unit: JPY, better: higher, level: core}
";
// The last row of January is the first of February in Tokyo, but the evening of 31 January in Los Angeles.
const US: &str = "at,sales
2025-11-15T18:00:00Z,10.00
2026-01-10T18:00:00Z,1000.00
2026-02-01T05:00:00Z,500.50
2026-02-10T18:00:00Z,200.00
2026-03-02T18:00:00Z,1.00
";
const JP: &str = "at,sales
2025-11-15T03:00:00Z,1000
2026-01-10T03:00:00Z,100000
2026-01-31T14:00:00Z,50000
2026-02-10T03:00:00Z,30000
2026-03-02T03:00:00Z,1
";
const FX: &str = "date,currency,rate\n2026-01-05,USD,150\n2026-01-20,USD,152\n";

fn workspace() -> Temp {
    let temp = Temp::new("group");
    for (name, text) in [
        ("kpress.yaml", HEAD),
        ("stores.yaml", STORES),
        ("metrics/all.yaml", METRICS),
        ("data/jp.csv", JP),
        ("data/us.csv", US),
        ("data/fx.csv", FX),
    ] {
        temp.write(name, text);
    }
    temp
}

fn built(temp: &Temp, as_of: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kpress"))
        .args(["build", "--as-of", as_of])
        .current_dir(temp.path())
        .env("HOME", "/nonexistent")
        .output()
        .expect("kpress starts");
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    temp.read("public/en/group/report.json")
}

/// The cells of a row that begins with a store: own currency, rate, currency of the site, share.
fn row(report: &str, table: &str, store: &str) -> serde_json::Value {
    let report: serde_json::Value = serde_json::from_str(report).expect("JSON");
    let blocks = report["blocks"].as_array().expect("blocks");
    let table = blocks.iter().find(|block| block["id"] == table).expect("the table");
    let mut rows = table["rows"].as_array().expect("rows").iter();
    rows.rfind(|row| row[0]["text"] == store || row[0]["key"] == store).expect("the row").clone()
}

#[test]
fn each_country_keeps_its_currency_and_its_days() {
    let temp = workspace();
    let report = built(&temp, "2026-01-31");
    // 150,000 yen in Japan; 1,000.00 + 500.50 dollars at (150 + 152) / 2 = 151 are 226,575.5 yen; 376,575.5 in all.
    let table = "group-table-gmv_group";
    let us = row(&report, table, "US1");
    assert_eq!(us[1]["value"], 1500.5, "{us}");
    assert_eq!(us[3]["value"], 226_575.5, "{us}");
    assert!(us[2].to_string().contains("151"), "{us}");
    assert_eq!(row(&report, table, "JP1")[3]["value"], 150_000.0);
    assert_eq!(row(&report, table, "table-total")[3]["value"], 376_575.5);
    assert!(
        report.contains("2026-01-20") && report.contains("group-month-avg"),
        "rate and its day: {report}"
    );
    for lang in ["zh", "ja"] {
        assert!(temp.read(&format!("public/{lang}/group/index.html")).contains("America/Los_Angeles"));
    }
}

#[test]
fn a_rate_that_is_not_there_is_a_dash_with_the_line_to_write() {
    let temp = workspace();
    let report = built(&temp, "2026-02-28");
    let table = "group-table-gmv_group";
    let us = row(&report, table, "US1");
    assert_eq!(us[1]["value"], 200.0, "the own currency needs no rate: {us}");
    assert!(us[3] == "–" && us[2] == "–", "{us}");
    assert_eq!(row(&report, table, "table-total")[3], "–", "no total without it");
    assert!(report.contains("group-no-rate") && report.contains("2026-02-01,USD,"), "{report}");
}
