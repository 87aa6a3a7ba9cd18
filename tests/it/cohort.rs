//! Figures of the pack whose first definition was weak: returns by the day of their order, and amounts of the transaction
//! report that no step of profit holds.

use crate::folder::Temp;
use std::path::Path;
use std::process::Command;

fn kpress(place: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kpress"));
    let output = command.args(arguments).current_dir(place).env("HOME", "/nonexistent").output();
    let output = output.expect("kpress starts");
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

/// Value and state of a metric of the company, month by month.
fn months(shop: &Path, metric: &str) -> Vec<(String, Option<f64>, String)> {
    let asked = ["values", "--metric", metric, "--grain", "month", "--scope", "company", "--format", "jsonl"];
    let said = kpress(shop, &asked);
    let line = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).ok()?;
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        Some((text("period"), value["value"].as_f64(), text("state")))
    };
    said.lines().filter_map(line).collect()
}

#[test]
fn returns_belong_to_the_month_of_their_order() {
    let temp = Temp::new("cohort");
    kpress(temp.path(), &["init", "--pack", "amazon-jp", "shop"]);
    let shop = temp.path().join("shop");
    let head = temp.read("shop/kpress.yaml").replace("as_of: latest_complete", "as_of: 2026-02-10");
    temp.write("shop/kpress.yaml", head);
    // Ten units ordered in December, five in January, five more that were never shipped.
    temp.write(
        "shop/data/orders/jp1/AllOrders-2025-12.txt",
        "amazon-order-id\tpurchase-date\tlast-updated-date\torder-status\tsku\tasin\tquantity\tcurrency\titem-price
503-0000001-1000000\t2025-12-10T03:00:00+00:00\t2025-12-11T03:00:00+00:00\tShipped\tS1\tB0S1\t10\tJPY\t1000
503-0000002-1000000\t2026-01-20T03:00:00+00:00\t2026-01-21T03:00:00+00:00\tShipped\tS1\tB0S1\t5\tJPY\t500
503-0000003-1000000\t2026-01-21T03:00:00+00:00\t2026-01-21T03:00:00+00:00\tCancelled\tS1\tB0S1\t5\tJPY\t
503-0000004-1000000\t2025-12-01T03:00:00+00:00\t2025-12-01T03:00:00+00:00\tCancelled\tS1\tB0S1\t1\tJPY\t
503-0000005-1000000\t2026-02-10T03:00:00+00:00\t2026-02-10T03:00:00+00:00\tShipped\tS1\tB0S1\t1\tJPY\t100
",
    );
    // Two came back in January: one of the December order, one of the January order. What was cancelled on 1 December and the
    // order of 10 February hold the days between them together.
    temp.write(
        "shop/data/returns/jp1/CustomerReturns-2025-12.txt",
        "return-date\torder-id\tsku\tasin\tfnsku\tproduct-name\tquantity\tfulfillment-center-id\tdetailed-disposition\treason\tstatus
2026-01-03T03:00:00+00:00\t503-0000001-1000000\tS1\tB0S1\tX1\tx\t1\tNRT5\tSELLABLE\tUNWANTED_ITEM\tUnit returned
2026-01-25T03:00:00+00:00\t503-0000002-1000000\tS1\tB0S1\tX1\tx\t1\tNRT5\tSELLABLE\tDEFECTIVE\tUnit returned
2026-02-10T03:00:00+00:00\t503-0000005-1000000\tS1\tB0S1\tX1\tx\t1\tNRT5\tSELLABLE\tDEFECTIVE\tUnit returned
2025-12-01T03:00:00+00:00\t503-0000004-1000000\tS1\tB0S1\tX1\tx\t0\tNRT5\tSELLABLE\tDEFECTIVE\tUnit returned
",
    );
    let value = |metric: &str, month: &str| {
        let all = months(&shop, metric);
        let found = all.iter().find(|(period, ..)| period == month).cloned();
        found.unwrap_or_else(|| panic!("{metric} of {month}: {all:?}"))
    };
    assert_eq!(value("returned_units", "2026-01").1, Some(2.0), "by the day they came back");
    assert_eq!(value("return_rate_cohort", "2025-12").1, Some(0.1), "1 of 10");
    let january = value("return_rate_cohort", "2026-01");
    // The last thirty days of orders may still come back: from 12 January on.
    assert_eq!((january.1, january.2.as_str()), (Some(0.2), "provisional"), "1 of 5");
}

#[test]
fn an_amount_that_no_step_holds_is_found() {
    let temp = Temp::new("unmapped");
    kpress(temp.path(), &["init", "--pack", "amazon-jp", "shop"]);
    let shop = temp.path().join("shop");
    let file = "shop/data/transactions/jp1/2025DecMonthlyTransaction.csv";
    let report = temp.read(file);
    let stock =
        report.lines().find(|line| line.contains("在庫保管手数料")).expect("a row of storage").to_owned();
    let fee = |name: &str| {
        let row = stock.replace("FBA 在庫関連の手数料", "注文外料金").replace("在庫保管手数料", name);
        // Two rows in November, which no longer moves at the end of December.
        let early = row.replace("2025/12/15", "2025/11/03");
        let late = row.replace("2025/12/15", "2025/11/20");
        temp.write(file, format!("{}\r\n{early}\r\n{late}\r\n", report.trim_end()));
        kpress(&shop, &["check"])
    };
    let cm2 = || months(&shop, "cm2").into_iter().find(|(month, ..)| month == "2025-11").expect("November").1;
    assert!(!fee("クーポン利用料").contains("unmapped"), "coupons have a step");
    assert!(!fee("月額登録料").contains("unmapped"), "the subscription is among the other costs");
    let with_known = cm2();
    let found = fee("謎の料金");
    let line =
        found.lines().find(|line| line.contains("[category-unmapped]")).unwrap_or_else(|| panic!("{found}"));
    assert!(
        line.contains("2 rows of the kind `注文外料金 · 謎の料金` from 2025-11-03 to 2025-11-20"),
        "{line}"
    );
    // File and line of the first row, and the line to write.
    let first = report.trim_end().lines().count() + 1;
    assert!(found.contains(&format!("{}:{first}", file.trim_start_matches("shop/"))), "{found}");
    assert!(found.contains("or description like '%謎の料金%'") && found.contains("`other_costs`"), "{found}");
    // Nobody knows what it was for, but it was paid: the margin holds it all the same.
    assert_eq!(cm2(), with_known, "an unknown fee costs what a known one of the same amount costs");
    let page = || {
        kpress(&shop, &["build", "--keep-going"]);
        std::fs::read_to_string(shop.join("public/en/dashboards/profit/index.html"))
            .expect("the page of profit")
    };
    assert!(
        page().contains("Every amount has") || page().contains("does not hold for"),
        "the ladder says so"
    );
    fee("月額登録料");
    assert!(!page().contains("does not hold for"), "and no longer once it is known");
}
