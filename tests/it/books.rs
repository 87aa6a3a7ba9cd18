//! Books that must close: the inventory ledger from one day to the next, and every entry of a journal. And days: a file that
//! holds several stores has the days of each.

use crate::folder::Temp;
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

/// The findings of a rule, without their hints.
fn found<'s>(said: &'s str, rule: &str) -> Vec<&'s str> {
    let (error, warning) = (format!("error[{rule}]"), format!("warning[{rule}]"));
    said.lines().filter(|line| line.starts_with(&error) || line.starts_with(&warning)).collect()
}

/// A workspace with the pack and one check of one metric.
fn shop(source: &str, value: &str) -> Temp {
    let temp = Temp::new("books");
    temp.write(
        "kpress.yaml",
        format!(
            "site: {{title: Shop, languages: [en], currency: JPY, as_of: 2026-05-10}}\npacks: [amazon-jp]\n\
             sources: {{book: {{{source}}}}}\nreconcile: [{{id: book, left: gap, grain: day}}]\n"
        ),
    );
    temp.write(
        "metrics/all.yaml",
        format!(
            "metrics: {{gap: {{source: book, value: \"{value}\", unit: count, better: lower, owner: me}}}}\n"
        ),
    );
    temp.write("people.yaml", "people: {me: {name: Me, role: lead}}\n");
    temp
}

const LEDGER: &str = "preset: amazon/ledger-summary, files: \"data/*.txt\", provisional: 0";
const BREAKS: &str = "sum(abs(starting_balance - coalesce(carried_balance, starting_balance)))";
const HEAD: &str = "\"Date\"\t\"FNSKU\"\t\"ASIN\"\t\"MSKU\"\t\"Title\"\t\"Disposition\"\t\"Starting Warehouse Balance\"\t\"Customer Shipments\"\t\"Ending Warehouse Balance\"\t\"Location\"\n";

/// A row of the ledger: day of May, FNSKU, disposition, location, opening, shipped, closing.
fn row(
    day: u32,
    fnsku: &str,
    state: &str,
    location: &str,
    (open, shipped, close): (i32, i32, i32),
) -> String {
    format!(
        "\"05/{day:02}/2026\"\t\"{fnsku}\"\t\"B0{fnsku}\"\t\"S-{fnsku}\"\t\"x\"\t\"{state}\"\t\"{open}\"\t\"{shipped}\"\t\"{close}\"\t\"{location}\"\n"
    )
}

/// Each day opens as the day before closed, by FNSKU, disposition and location; every row adds up in itself.
#[test]
fn each_day_of_the_ledger_opens_as_the_day_before_closed() {
    let temp = shop(LEDGER, BREAKS);
    let may = |second: i32| {
        [
            row(1, "X1", "SELLABLE", "JP", (10, -2, 8)),
            row(2, "X1", "SELLABLE", "JP", (8, -3, 5)),
            row(3, "X1", "SELLABLE", "JP", (second, 0, second)),
            // Other stock of the same product: neither is the day before of the other.
            row(1, "X1", "DEFECTIVE", "JP", (3, 0, 3)),
            row(2, "X1", "DEFECTIVE", "JP", (3, 0, 3)),
            row(1, "X1", "SELLABLE", "US", (70, 0, 70)),
            row(2, "X1", "SELLABLE", "US", (70, 0, 70)),
        ]
        .concat()
    };
    temp.write("data/a.txt", format!("{HEAD}{}", may(5)));
    assert!(found(&kpress(&temp, &["check"]), "invariant-broken").is_empty());
    // Two units vanish over night: 5 on the evening of the second, 3 on the morning of the third.
    temp.write("data/a.txt", format!("{HEAD}{}", may(3)));
    let said = kpress(&temp, &["check"]);
    assert_eq!(
        found(&said, "invariant-broken"),
        ["warning[invariant-broken]: `book`: `gap` in 2026-05-03 is 2 and should be 0"],
        "{said}"
    );
    kpress(&temp, &["build", "--keep-going"]);
    let rows = temp.read("public/en/data/reconciliation/figures.csv");
    let line = rows.lines().nth(1).expect("one row");
    assert!(
        line.contains("data/a.txt,4,2026-05-03")
            && line.contains("fnsku X1; sku S-X1; disposition SELLABLE; location JP"),
        "{line}"
    );
    assert!(line.ends_with("starting_balance 3; carried_balance 5,2") && rows.lines().count() == 2, "{rows}");
}

/// The evening before stands in another file; a day that was not loaded says nothing; a day on which nothing moved may have
/// no row.
#[test]
fn the_ledger_goes_on_from_file_to_file() {
    let temp = shop(LEDGER, BREAKS);
    let first = row(1, "X1", "SELLABLE", "JP", (10, -2, 8)) + &row(1, "X2", "SELLABLE", "JP", (4, 0, 4));
    temp.write("data/1.txt", format!("{HEAD}{first}"));
    temp.write("data/2.txt", format!("{HEAD}{}", row(2, "X1", "SELLABLE", "JP", (7, 0, 7))));
    let said = kpress(&temp, &["check"]);
    assert_eq!(
        found(&said, "invariant-broken"),
        ["warning[invariant-broken]: `book`: `gap` in 2026-05-02 is 1 and should be 0"],
        "{said}"
    );
    // X2 did not move on the second; on the third it opens with 4, as it should, or with 1.
    let third = |open: i32| {
        format!(
            "{HEAD}{}{}",
            row(3, "X1", "SELLABLE", "JP", (7, 0, 7)),
            row(3, "X2", "SELLABLE", "JP", (open, 0, open))
        )
    };
    temp.write("data/3.txt", third(4));
    assert_eq!(found(&kpress(&temp, &["check"]), "invariant-broken").len(), 1);
    temp.write("data/3.txt", third(1));
    let said = kpress(&temp, &["check"]);
    assert!(said.contains("`gap` in 2026-05-03 is 3 and should be 0 (and 1 earlier periods)"), "{said}");
    // Without the file of the second nobody knows what happened in between.
    std::fs::remove_file(temp.path().join("data/2.txt")).expect("it was written above");
    assert!(found(&kpress(&temp, &["check"]), "invariant-broken").is_empty());
}

/// 100 too much in one entry and 100 too little in another are two mistakes, not none.
#[test]
fn every_entry_of_a_journal_balances() {
    const HEAD: &str = "取引No,取引日,借方勘定科目,借方金額(円),貸方勘定科目,貸方金額(円),摘要\n";
    let temp = shop("preset: moneyforward/journal, files: \"data/*.csv\"", "sum(abs(entry_gap))");
    let rows = |one: i32, two: i32| {
        format!(
            "{HEAD}1,2026/05/01,売掛金,1100,売上高,{one},x\n1,2026/05/01,,,仮受消費税,100,x\n2,2026/05/01,仕入高,500,買掛金,{two},y\n"
        )
    };
    temp.write("data/a.csv", rows(1000, 500));
    let said = kpress(&temp, &["check"]);
    assert!(found(&said, "invariant-broken").is_empty(), "a compound entry balances as a whole: {said}");
    temp.write("data/a.csv", rows(900, 600));
    let said = kpress(&temp, &["check"]);
    assert_eq!(
        found(&said, "invariant-broken"),
        ["warning[invariant-broken]: `book`: `gap` in 2026-05-01 is 200 and should be 0"],
        "{said}"
    );
    let journal = shop("preset: yayoi/journal, files: \"data/*.csv\"", "sum(abs(entry_gap))");
    journal.write(
        "data/a.csv",
        "伝票No,決算,取引日付,借方勘定科目,借方金額,貸方勘定科目,貸方金額\n7,,2026/05/02,現金,300,売上高,290\n",
    );
    let said = kpress(&journal, &["check"]);
    assert!(said.contains("`gap` in 2026-05-02 is 10 and should be 0"), "{said}");
}

/// 15:30 UTC on the first is 00:30 on the second in Tokyo, and 08:30 on the first in Los Angeles.
#[test]
fn rows_have_the_days_of_their_own_store() {
    let temp = Temp::new("zones");
    temp.write(
        "kpress.yaml",
        "site: {title: Shop, languages: [en], currency: JPY, timezone: Asia/Tokyo, as_of: 2026-05-03}
sources:
  orders: {files: data/orders.csv, date: at, store: {from: column, column: shop}, columns: {at: {kind: instant}, shop: {kind: ident}, units: {kind: number}}}
",
    );
    temp.write("stores.yaml", "stores: {jp: {name: JP, currency: JPY}, us: {name: US, currency: JPY, timezone: America/Los_Angeles}}\n");
    temp.write(
        "metrics/all.yaml",
        "metrics: {units: {source: orders, value: sum(units), unit: count, better: higher, owner: me}}\n",
    );
    temp.write("people.yaml", "people: {me: {name: Me, role: lead}}\n");
    temp.write(
        "data/orders.csv",
        "at,shop,units\n2026-05-01T15:30:00Z,jp,3\n2026-05-01T15:30:00Z,us,5\n2026-05-02T15:30:00Z,US,7\n",
    );
    let day = |store: &str, day: &str| {
        let scope = format!("store:{store}");
        let said = kpress(
            &temp,
            &[
                "values", "--metric", "units", "--grain", "day", "--scope", &scope, "--from", day, "--to",
                day, "--format", "jsonl",
            ],
        );
        let line: serde_json::Value =
            serde_json::from_str(said.lines().next().unwrap_or("{}")).unwrap_or_default();
        line["value"].as_f64()
    };
    assert_eq!((day("jp", "2026-05-01"), day("jp", "2026-05-02")), (Some(0.0), Some(3.0)));
    assert_eq!((day("us", "2026-05-01"), day("us", "2026-05-02")), (Some(5.0), Some(7.0)));
}
