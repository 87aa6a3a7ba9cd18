//! Figures that should agree are held against each other: three months of two stores, small enough to add up by hand.

use crate::folder::{Temp, tree};
use std::process::Command;

const HEAD: &str = "\
site: {title: Shop, languages: [zh, ja, en], currency: JPY, as_of: 2026-06-30}
sources:
  days: {files: \"data/days.csv\", date: date, absent: zero, basis: {tax: inclusive}, store: {from: column, column: store}}
  asins: {files: \"data/asins.csv\", date: date, absent: zero, basis: {tax: inclusive}, store: {from: column, column: store}}
reconcile:
  - {id: by-asin, name: {zh: 按日期与按 ASIN, ja: 日付別と ASIN 別, en: By date and by ASIN}, left: sales, right: asin_sales, relative: 1%}
  - {id: identity, left: gap, severity: error}
  - {id: amounts, left: sales, right: asin_sales, absolute: 30 JPY, severity: note}
";

const METRICS: &str = "\
metrics:
  sales: {name: Sales, source: days, value: sum(sales), unit: JPY, better: higher, owner: me}
  asin_sales: {name: Sales by ASIN, source: asins, value: sum(sales), unit: JPY, better: higher, owner: me}
  gap: {name: Gap, source: days, value: sum(abs(opening + moved - closing)), unit: count, better: lower, owner: me}
";

/// a: 1,000, 2,000, 3,000; b: 500 each month. In June two rows of a do not add up, one by +1 and one by −1.
const DAYS: &str = "\
date,store,sales,opening,moved,closing
2026-04-01,a,400,10,2,12
2026-04-30,a,600,12,0,12
2026-05-31,a,2000,12,-2,10
2026-06-10,a,1000,10,1,12
2026-06-30,a,2000,12,0,11
2026-04-01,b,500,5,0,5
2026-05-31,b,500,5,0,5
2026-06-30,b,500,5,0,5
";

/// April of a is 9 short of 1,000 (10 are allowed), May 25 short of 2,000 (20 are), June agrees; b agrees.
const ASINS: &str = "\
date,store,asin,sales
2026-04-01,a,A1,991
2026-05-31,a,A1,1500
2026-05-31,a,A2,475
2026-06-30,a,A1,3000
2026-04-01,b,B1,500
2026-05-31,b,B1,500
2026-06-30,b,B1,500
";

fn shop(head: &str) -> Temp {
    let temp = Temp::new("reconciled");
    temp.write("kpress.yaml", head);
    temp.write("metrics/all.yaml", METRICS);
    temp.write("people.yaml", "people: {me: {name: Me, role: lead}}\n");
    temp.write("stores.yaml", "stores: {a: {name: A, currency: JPY}, b: {name: B, currency: JPY}}\n");
    temp.write("data/days.csv", DAYS);
    temp.write("data/asins.csv", ASINS);
    temp
}

fn kpress(temp: &Temp, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kpress"))
        .args(arguments)
        .current_dir(temp.path())
        .env("HOME", "/nonexistent")
        .output()
        .expect("kpress starts");
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

/// The texts of all files below a folder, one after the other.
fn texts_below(temp: &Temp, folder: &str) -> String {
    let all = tree(&temp.path().join(folder)).into_values();
    all.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect::<Vec<_>>().join("\n")
}

/// What was found by these rules, without the places.
fn found(said: &str, rules: &[&str]) -> Vec<String> {
    let is_one = |line: &&str| rules.iter().any(|rule| line.contains(&format!("[{rule}]")));
    said.lines().filter(is_one).map(str::to_owned).collect()
}

#[test]
fn what_is_further_apart_than_allowed_is_found() {
    let temp = shop(HEAD);
    let said = kpress(&temp, &["check"]);
    assert_eq!(
        found(&said, &["sources-disagree", "invariant-broken"]),
        [
            "warning[sources-disagree]: `by-asin`: `sales` of a in 2026-05 is 2000, `asin_sales` is 1975: 25 apart, 20 allowed",
            "error[invariant-broken]: `identity`: `gap` of a in 2026-06 is 2 and should be 0",
        ],
        "{said}"
    );
}

#[test]
fn the_page_shows_both_sides_of_each_period_and_the_files() {
    let temp = shop(HEAD);
    let said = kpress(&temp, &["build", "--keep-going"]);
    assert!(said.contains("→ public/"), "{said}");
    for (language, words) in [("zh", "✗ 不一致"), ("ja", "照合"), ("en", "✗ differs")] {
        let page = temp.read(&format!("public/{language}/data/reconciliation/index.html"));
        for part in [words, "2,000", "1,975", "data/asins.csv", "data/days.csv"] {
            assert!(page.contains(part), "{language}: {part}");
        }
        assert!(temp.read(&format!("public/{language}/data/index.html")).contains("reconciliation"));
    }
    let page: serde_json::Value =
        serde_json::from_str(&temp.read("public/en/data/reconciliation/report.json")).expect("JSON");
    let text = page.to_string();
    // Three months of two stores for each of three checks; one month of one store is outside, another by the identity.
    assert_eq!(text.matches("reconcile-differs").count(), 4, "{text}");
    assert_eq!(text.matches("reconcile-agrees").count(), 17, "{text}");
}

#[test]
fn what_is_not_complete_or_on_another_basis_is_not_judged() {
    let open = HEAD.replace("as_of: 2026-06-30", "as_of: 2026-05-30");
    let temp = shop(&open);
    let said = kpress(&temp, &["check"]);
    assert!(found(&said, &["sources-disagree", "invariant-broken"]).is_empty(), "{said}");
    let unlike = HEAD.replacen("basis: {tax: inclusive}", "basis: {tax: exclusive}", 1);
    let temp = shop(&unlike);
    let said = kpress(&temp, &["build", "--keep-going"]);
    assert!(found(&said, &["sources-disagree"]).is_empty(), "{said}");
    let page = temp.read("public/en/data/reconciliation/report.json");
    assert_eq!(page.matches("reconcile-basis").count(), 12, "two checks of amounts, six pairs each: {page}");
}

#[test]
fn checks_that_cannot_hold_are_refused() {
    let told = |check: &str| {
        let head = HEAD.split("reconcile:").next().expect("a head");
        let temp = shop(&format!("{head}reconcile:\n  - {check}\n"));
        kpress(&temp, &["check"])
    };
    let units = told("{id: x, left: sales, right: gap}");
    assert!(units.contains("error[reconcile-unlike]: `sales` is measured in JPY, `gap` in count"), "{units}");
    let unknown = told("{id: x, left: sales, right: asin_sale}");
    assert!(
        unknown.contains("error[unknown-name]") && unknown.contains("did you mean `asin_sales`"),
        "{unknown}"
    );
    let tolerance = told("{id: x, left: sales, right: asin_sales, relative: lots}");
    assert!(tolerance.contains("error["), "{tolerance}");
    let without = told("{id: x, right: asin_sales}");
    assert!(without.contains("error[missing-key]"), "{without}");
    // One per cent was meant; as it stands 1,000 beside 0 would agree.
    let silent = told("{id: x, left: sales, right: asin_sales, relative: 1}");
    assert!(silent.contains("error[reconcile-silent]") && silent.contains("relative: 1%"), "{silent}");
    let silent = told("{id: x, left: sales, right: asin_sales, relative: 250%}");
    assert!(silent.contains("error[reconcile-silent]"), "{silent}");
    let wide = told("{id: x, left: sales, right: asin_sales, relative: 99%}");
    assert!(!wide.contains("reconcile-silent"), "{wide}");
}

/// May of a: 2,000 in one row here, 1,500 and 475 in two rows there. June of a: two rows that do not add up.
#[test]
fn what_disagrees_opens_down_to_the_rows_of_both_sides() {
    let temp = shop(HEAD);
    kpress(&temp, &["build", "--keep-going"]);
    let page = temp.read("public/en/data/reconciliation/index.html");
    for part in
        ["rows on both sides", "data/days.csv:4", "data/asins.csv:3", "data/asins.csv:4", "figures.csv"]
    {
        assert!(page.contains(part), "{part}");
    }
    // What agrees is not opened.
    assert!(
        !page.contains("data/days.csv:2") && !page.contains("data/asins.csv:2"),
        "April is within what is allowed"
    );
    let table = temp.read("public/en/data/reconciliation/figures.csv");
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(
        lines,
        [
            "check,scope,period,figure,source,file,line,date,keys,cells,adds",
            "by-asin,a,2026-05,sales,days,data/days.csv,4,2026-05-31,,sales 2000,2000",
            "by-asin,a,2026-05,asin_sales,asins,data/asins.csv,3,2026-05-31,asin A1,sales 1500,1500",
            "by-asin,a,2026-05,asin_sales,asins,data/asins.csv,4,2026-05-31,asin A2,sales 475,475",
            "identity,a,2026-06,gap,days,data/days.csv,5,2026-06-10,,opening 10; moved 1; closing 12,1",
            "identity,a,2026-06,gap,days,data/days.csv,6,2026-06-30,,opening 12; moved 0; closing 11,1",
        ]
    );
}

/// Lines are those of the file, also where cells hold line breaks, and where an earlier download says the same days.
#[test]
fn rows_are_found_where_they_stand() {
    let temp = shop(&HEAD.replace("data/asins.csv", "data/asins*.csv"));
    temp.write(
        "data/asins_2.csv",
        "date,store,asin,note,sales\n2026-05-31,a,A1,\"two\nlines\",1500\n2026-05-31,a,A2,x,470\n",
    );
    kpress(&temp, &["build", "--keep-going"]);
    let table = temp.read("public/en/data/reconciliation/figures.csv");
    assert!(table.contains(",data/asins_2.csv,4,2026-05-31,asin A2,sales 470,470"), "{table}");
    assert!(!table.contains("data/asins.csv,3"), "the later file counts: {table}");
}

#[test]
fn rows_are_not_for_audiences_that_see_a_part() {
    let head =
        format!("{HEAD}audiences:\n  boss: {{sees: all}}\n  shop-a: {{sees: {{scopes: {{store: [a]}}}}}}\n");
    let temp = shop(&head);
    let said = kpress(&temp, &["build", "--keep-going", "--audience", "shop-a"]);
    assert!(said.contains("→ public/"), "{said}");
    let all = texts_below(&temp, "public/shop-a");
    assert!(!temp.path().join("public/shop-a/en/data/reconciliation").exists(), "nor the page");
    for hidden in ["asins.csv:3", "days.csv:4", "rows on both sides"] {
        assert!(!all.contains(hidden), "{hidden}");
    }
    kpress(&temp, &["build", "--keep-going", "--audience", "boss"]);
    assert!(texts_below(&temp, "public/boss").contains("asins.csv:3"));
}

/// Order numbers are pseudonymous and cut to their end; a column with data of buyers is not there even if it is kept.
#[test]
fn rows_tell_nothing_of_buyers() {
    let temp = Temp::new("masked");
    temp.write(
        "kpress.yaml",
        "\
site: {title: Shop, languages: [en], currency: JPY, as_of: 2026-05-31}
sources:
  days: {files: data/days.csv, date: date, absent: zero, basis: {tax: inclusive}}
  orders:
    files: data/orders.csv
    date: date
    absent: zero
    basis: {tax: inclusive}
    keep: [ship_city]
    columns: {date: {kind: date}, order_id: {kind: ident}, sku: {kind: ident}, ship_city: {kind: ident, personal: true}, price: {kind: number}}
reconcile: [{id: orders, left: sales, right: ordered}]
",
    );
    temp.write(
        "metrics/all.yaml",
        "metrics:
  sales: {source: days, value: sum(sales), unit: JPY, better: higher, owner: me}
  ordered: {source: orders, value: sum(price), unit: JPY, better: higher, owner: me}
",
    );
    temp.write("people.yaml", "people: {me: {name: Me, role: lead}}\n");
    temp.write("data/days.csv", "date,sales\n2026-05-01,100\n2026-05-31,300\n");
    temp.write(
        "data/orders.csv",
        "date,order_id,sku,ship_city,price\n2026-05-01,503-1234567-7654321,S1,Kyoto,100\n2026-05-31,503-7777777-1111222,S2,Osaka,250\n",
    );
    kpress(&temp, &["build", "--keep-going"]);
    let table = temp.read("public/en/data/reconciliation/figures.csv");
    assert!(
        table.contains("orders,data/orders.csv,3,2026-05-31,order_id …1222; sku S2,price 250,250"),
        "{table}"
    );
    // The first of May agrees and is not listed.
    assert!(!table.contains("2026-05-01"), "{table}");
    let all = texts_below(&temp, "public");
    for hidden in ["7777777", "Osaka", "Kyoto"] {
        assert!(!all.contains(hidden), "{hidden}");
    }
}

/// Where one side knows nothing of a store there is nothing to compare; it is said once, not period by period.
#[test]
fn a_store_that_one_side_does_not_know_is_named_once() {
    let temp = shop(HEAD);
    let without = ASINS.lines().filter(|line| !line.contains(",b,")).collect::<Vec<_>>().join("\n");
    temp.write("data/asins.csv", without + "\n");
    kpress(&temp, &["build", "--keep-going"]);
    let page = temp.read("public/en/data/reconciliation/report.json");
    assert_eq!(page.matches("reconcile-one-sided").count(), 2, "two checks of amounts: {page}");
    assert_eq!(page.matches("reconcile-missing").count(), 0, "{page}");
}

/// A check that fails says so where the figures it concerns are shown.
#[test]
fn figures_in_doubt_say_so() {
    let head = HEAD.replace("relative: 1%}", "relative: 1%, concerns: [sales]}");
    let temp = shop(&head);
    temp.write("dashboards/one.yaml", "title: One\nblocks: [{block: card, metric: sales, grain: month}]\n");
    temp.write("dashboards/two.yaml", "title: Two\nblocks: [{block: card, metric: gap, grain: month}]\n");
    kpress(&temp, &["build", "--keep-going"]);
    let said = "does not hold for A in May 2026";
    for page in ["dashboards/one", "metrics/sales"] {
        let html = temp.read(&format!("public/en/{page}/index.html"));
        assert!(html.contains(said) && html.contains("data/reconciliation"), "{page}");
    }
    for page in ["dashboards/two", "metrics/gap"] {
        assert!(!temp.read(&format!("public/en/{page}/index.html")).contains(said), "{page}");
    }
}

#[test]
fn a_settlement_that_was_cut_is_told() {
    let whole = include_str!("../data/amazon-jp/SettlementV2.txt");
    let temp = Temp::new("settlement");
    temp.write(
        "kpress.yaml",
        "site: {title: Shop, languages: [en], currency: JPY}\npacks: [amazon-jp]\n\
         sources: {settlement: {preset: amazon/settlement, files: \"data/*.txt\"}}\n",
    );
    temp.write(
        "metrics/all.yaml",
        "metrics: {paid: {name: Paid, source: settlement, value: sum(amount), unit: JPY, better: higher, owner: me}}\n",
    );
    temp.write("people.yaml", "people: {me: {name: Me, role: lead}}\n");
    temp.write("data/settlement.txt", whole);
    let said = kpress(&temp, &["check"]);
    assert!(found(&said, &["summary-mismatch"]).is_empty(), "{said}");
    let cut = whole.trim_end().rsplit_once('\n').expect("many rows").0;
    temp.write("data/settlement.txt", cut);
    let said = kpress(&temp, &["check"]);
    assert_eq!(found(&said, &["summary-mismatch"]).len(), 1, "{said}");
}

#[test]
fn data_that_is_old_or_short_is_told() {
    let head = HEAD
        .replace("days: {files: \"data/days.csv\",", "days: {files: \"data/days.csv\", rows: {least: 9},")
        .replace(
            "asins: {files: \"data/asins.csv\",",
            "asins: {files: \"data/asins.csv\", max_age: 3d, rows: {least: 1, most: 100},",
        );
    let temp = shop(&head);
    let said = kpress(&temp, &["check"]);
    assert_eq!(
        found(&said, &["row-count", "stale-source"]),
        ["warning[row-count]: this file of `days` has 8 rows; at least 9 are expected"],
        "{said}"
    );
    // Five days later nothing new came for either store.
    let later = head.replace("as_of: 2026-06-30", "as_of: 2026-07-05").replace("least: 9", "least: 8");
    let temp = shop(&later);
    let said = kpress(&temp, &["check"]);
    assert_eq!(
        found(&said, &["row-count", "stale-source"]),
        ["a", "b"].map(|store| format!(
            "warning[stale-source]: the newest rows of `asins.rows` for the store `{store}` are of 2026-06-30, 5 days before 2026-07-05; 3 are allowed"
        )),
        "{said}"
    );
}

/// Numbers that no sum can hold are no reason to fall.
#[test]
fn totals_that_outgrow_all_digits_are_not_judged() {
    let temp = Temp::new("totals");
    temp.write(
        "kpress.yaml",
        "site: {title: T, languages: [en], as_of: 2026-06-30}\nsources:\n  s: {files: data/a.csv, date: date, summary_row: true, totals: {total: all, of: v}}\n",
    );
    let digits = "7".repeat(28);
    temp.write(
        "data/a.csv",
        "date,all,v\n2026-06-30,1,1\n".to_owned() + &format!("2026-06-30,,{digits}\n").repeat(13),
    );
    temp.write("metrics/a.yaml", "metrics: {n: {source: s, value: count(), unit: count, better: higher}, v: {source: s, value: sum(v), unit: count, better: higher}}\n");
    let said = kpress(&temp, &["check"]);
    assert!(!said.contains("panicked"), "{said}");
}

/// A book of the whole company has no stores: it is held against the sum of them.
#[test]
fn a_figure_without_stores_is_held_against_the_company() {
    let temp = shop(&HEAD.replace(
        "reconcile:\n",
        "  book: {files: \"data/book.csv\", date: date, absent: zero, basis: {tax: inclusive}}\nreconcile:\n  - {id: by-book, left: sales, right: booked}\n",
    ));
    temp.write(
        "metrics/book.yaml",
        "metrics:\n  booked: {name: Booked, source: book, value: sum(amount), unit: JPY, better: higher, owner: me}\n",
    );
    // 1,500 and 2,500 are right; 3,500 was booked as 3,400.
    temp.write("data/book.csv", "date,amount\n2026-04-30,1500\n2026-05-31,2500\n2026-06-30,3400\n");
    let said = kpress(&temp, &["check"]);
    let differs = found(&said, &["sources-disagree"]);
    assert!(
        differs
            .iter()
            .any(|line| line.contains("`by-book`: `sales` in 2026-06 is 3500, `booked` is 3400: 100 apart")),
        "{said}"
    );
}
