//! Every golden value of `expected.json`, file by file.

use super::*;

/// Sums of the business report against one object of expected.json.
fn business(frame: &Frame, keep: &dyn Fn(usize) -> bool, golden: &Value) {
    for (key, name) in [
        ("sum_ordered_product_sales_jpy", "ordered_sales"),
        ("sum_units", "units"),
        ("sum_order_items", "order_items"),
        ("sum_pageviews", "page_views"),
        ("sum_sessions", "sessions"),
    ] {
        assert_eq!(sum_where(frame, name, keep), golden[key].to_string(), "{key}");
    }
    let part = |name: &str| sum_where(frame, name, keep).parse::<f64>().expect("a sum");
    near(part("units") / part("sessions"), &golden["cvr_recomputed"]);
}

#[test]
fn business_report_by_date() {
    let name = "BusinessReport-ByDate.utf8bom.csv";
    let golden = expected(name);
    let table = table_of("amazon/business-report-date", "", name);
    assert_eq!(table.frame.rows, 181);
    business(&table.frame, &|_| true, &golden);
    assert_eq!(
        sum(&table.frame, "ordered_sales_b2b"),
        golden["sum_ordered_product_sales_b2b_jpy"].to_string()
    );
    for (wanted, golden) in golden["by_month"].as_object().expect("months") {
        business(&table.frame, &|row| month(&table.frame, row) == *wanted, golden);
    }
    let Column::Date(days) = column(&table.frame, "date") else { panic!("dates") };
    let within = |from: &str, to: &str| {
        let (from, to) = (day(from), day(to));
        move |row: usize| days[row].is_some_and(|day| from <= day && day <= to)
    };
    business(&table.frame, &within("2026-05-18", "2026-05-24"), &golden["week_monday_2026_05_18"]);
    business(&table.frame, &within("2026-05-17", "2026-05-23"), &golden["week_sunday_2026_05_17"]);
    assert_eq!(sum_where(&table.frame, "sessions", within("2026-03-12", "2026-03-12")), "320");
    assert_eq!(table.provisional_from, Some(day("2026-06-28")));
}

#[test]
fn cp932_twin_of_january() {
    let january = table_of("amazon/business-report-date", "", "BusinessReport-ByDate.cp932.csv").frame;
    let half_year = table_of("amazon/business-report-date", "", "BusinessReport-ByDate.utf8bom.csv").frame;
    business(&january, &|_| true, &expected("BusinessReport-ByDate.cp932.csv"));
    for name in january.columns.keys() {
        for row in 0..31 {
            let cells =
                [&january, &half_year].map(|frame| cell(frame, name, row).trim_end_matches('0').to_owned());
            assert_eq!(cells[0], cells[1], "{name} of row {row}");
        }
    }
}

fn by_child(name: &str) -> Frame {
    table_of("amazon/business-report-asin", ", period: 2026-07", name).frame
}

#[test]
fn business_report_by_child_in_four_wordings() {
    let twins = ["with-sku.202607", "halfwidth", "en", "zh"]
        .map(|kind| by_child(&format!("BusinessReport-ByChild.{kind}.csv")));
    for twin in &twins {
        assert_eq!(twin.columns, twins[0].columns);
    }
    let golden = expected("BusinessReport-ByChild.en.csv");
    check_children(&twins[0], &golden);
}

fn check_children(frame: &Frame, golden: &Value) {
    let names = [
        ("sum_sales", "ordered_sales"),
        ("sum_units", "units"),
        ("sum_order_items", "order_items"),
        ("sum_pageviews", "page_views"),
        ("sum_sessions", "sessions"),
    ];
    for (key, name) in names {
        assert_eq!(sum(frame, name), golden[key].to_string());
        for (asin, child) in golden["by_child"].as_object().expect("children") {
            let of_child = |row: usize| cell(frame, "asin", row) == *asin;
            assert_eq!(sum_where(frame, name, of_child), child[key].to_string(), "{key} of {asin}");
        }
    }
    assert_eq!(frame.rows, 4, "the child under two parents is one row");
    let merged = (0..4).find(|row| cell(frame, "asin", *row) == "B0SYN00002").expect("the child");
    assert_eq!(
        (cell(frame, "parent_asin", merged), cell(frame, "unit_session_pct", merged)),
        ("-".to_owned(), "-".to_owned())
    );
    assert_eq!(
        (cell(frame, "date", 0), cell(frame, "date_end", 0)),
        ("2026-07-01".to_owned(), "2026-07-31".to_owned())
    );
}

#[test]
fn a_month_later_the_sku_column_is_gone() {
    let name = "BusinessReport-ByChild.no-sku.202608.csv";
    check_children(&by_child(name), &expected(name));
}

#[test]
fn a_file_without_a_period_is_not_used_where_days_are_needed() {
    let bytes = golden("BusinessReport-ByChild.en.csv");
    let head = "site: {title: T, languages: [en], timezone: Asia/Tokyo, currency: JPY}\nsources:\n  s: {preset: amazon/business-report-asin, files: \"data/*.csv\"}\n";
    let metrics = "metrics:\n  gmv: {source: s, value: sum(ordered_sales), unit: JPY, grain: month}\n";
    let inputs = Memory::of([
        ("kpress.yaml", head.as_bytes()),
        ("metrics/m.yaml", metrics.as_bytes()),
        ("data/r.csv", &bytes),
    ]);
    let plan = kpress::plan::load(&inputs).value;
    let checked = take(&plan, &inputs, &Lock::default(), &NoCache);
    assert!(rules(&checked.found).contains(&"period-undeclared"), "{:#?}", checked.found);
    assert!(checked.value.tables.is_empty());
}

#[test]
fn orders_by_days_of_tokyo() {
    let name = "AllOrders.cp932.txt";
    let golden = expected(name);
    let bytes = golden_orders();
    let checked = read("preset: amazon/orders, files: \"data/*\"", &[("data/o.txt", &bytes)]);
    let told: Vec<&str> = rules(&checked.found);
    assert!(told.contains(&"duplicate-rows") && told.contains(&"personal-data-dropped"), "{told:?}");
    let record = checked.value.files["s"][0].clone();
    assert_eq!(
        (record.rows, record.left_out.get("repeated")),
        (401, golden["duplicate_rows"].as_u64().as_ref())
    );
    assert_eq!(record.dropped, ["ship-city", "ship-state", "ship-postal-code"]);
    assert!(record.encoding.starts_with("cp932"));
    let frame = only(checked.value).frame;
    assert!(!frame.columns.keys().any(|name| name.contains("ship_city") || name.contains("postal")));
    assert_eq!(sum(&frame, "item_price"), golden["sum_item_price_dedup"].to_string());
    assert_eq!(sum(&frame, "item_tax"), golden["sum_item_tax_dedup"].to_string());
    assert_eq!(
        sum(&frame, "item_promotion_discount"),
        golden["sum_item_promotion_discount_dedup"].to_string()
    );
    assert_eq!(sum(&frame, "quantity"), golden["sum_quantity_dedup"].to_string());
    assert_eq!(counts(&frame, "order_status"), as_counts(&golden["rows_by_status_dedup"]));
    by_day(&frame, &golden["item_price_by_jst_day_dedup"]);
    let pending =
        (0..frame.rows).find(|row| cell(&frame, "order_status", *row) == "Pending").expect("a pending order");
    assert_eq!(cell(&frame, "item_price", pending), "-", "a price that is not known is not 0");
}

fn golden_orders() -> Vec<u8> {
    golden("AllOrders.cp932.txt")
}

fn by_day(frame: &Frame, golden: &Value) {
    for (wanted, price) in golden.as_object().expect("days") {
        assert_eq!(
            sum_where(frame, "item_price", |row| cell(frame, "date", row) == *wanted),
            price.to_string(),
            "{wanted}"
        );
    }
}

#[test]
fn the_same_orders_by_days_of_greenwich() {
    let head = "site: {title: T, languages: [en], timezone: UTC, currency: JPY}\nsources:\n  s: {preset: amazon/orders, files: \"data/*\"}\n";
    let inputs = Memory::of([("kpress.yaml", head.as_bytes()), ("data/o.txt", &golden_orders())]);
    let plan = kpress::plan::load(&inputs).value;
    let frame = only(take(&plan, &inputs, &Lock::default(), &NoCache).value).frame;
    by_day(&frame, &expected("AllOrders.cp932.txt")["item_price_by_utc_day_dedup"]);
}

#[test]
fn settlement_adds_up_to_its_total() {
    let golden = expected("SettlementV2.txt");
    let bytes = super::golden("SettlementV2.txt");
    let checked = read(
        "preset: amazon/settlement, files: \"data/*\"",
        &[("data/a.txt", &bytes), ("data/b.txt", &bytes)],
    );
    let records = &checked.value.files["s"];
    assert_eq!(records[0].left_out.get("downloaded twice"), Some(&301));
    assert_eq!(records[1].left_out.get("totals"), Some(&1));
    let frame = only(checked.value).frame;
    assert_eq!(frame.rows, 301, "identical fee rows are legitimate");
    assert_eq!(sum(&frame, "amount"), golden["total_amount"].to_string());
    for (part, amount) in golden["sum_by_part"].as_object().expect("parts") {
        let is_part = |row: usize| {
            let own =
                ["transaction_type", "amount_type", "amount_description"].map(|name| cell(&frame, name, row));
            own.join("/") == *part
        };
        assert_eq!(sum_where(&frame, "amount", is_part), amount.to_string(), "{part}");
    }
}

#[test]
fn transactions_without_transfers() {
    let name = "2026MayMonthlyTransaction.csv";
    let golden = expected(name);
    let bytes = super::golden(name);
    let checked = read("preset: amazon/transactions-jp, files: \"data/*\"", &[("data/t.csv", &bytes)]);
    assert_eq!(checked.value.files["s"][0].left_out.get("kind 振込み"), Some(&1));
    let frame = only(checked.value).frame;
    let mut types = as_counts(&golden["rows_by_type"]);
    types.remove("振込み");
    assert_eq!(counts(&frame, "type"), types);
    assert_eq!(sum(&frame, "total"), golden["sum_total_excluding_振込み"].to_string());
    for (label, name) in [
        ("Amazonポイントの費用", "points"),
        ("FBA 手数料", "fba_fees"),
        ("商品の売上税", "product_sales_tax"),
        ("商品売上", "product_sales"),
        ("手数料", "selling_fees"),
    ] {
        assert_eq!(sum(&frame, name), golden["sum_by_column_excluding_振込み"][label].to_string(), "{label}");
    }
}

fn advertising(frame: &Frame, golden: &Value) {
    let names = [
        ("imp", "impressions"),
        ("clk", "clicks"),
        ("cost", "cost"),
        ("sales", "sales_7d"),
        ("orders", "orders_7d"),
    ];
    for (key, name) in names {
        assert_eq!(sum(frame, name), golden["totals"][key].to_string(), "{key}");
        for (wanted, golden) in golden["by_month"].as_object().expect("months") {
            assert_eq!(
                sum_where(frame, name, |row| month(frame, row) == *wanted),
                golden[key].to_string(),
                "{key} {wanted}"
            );
        }
    }
    for (key, above, below) in [
        ("acos", "cost", "sales_7d"),
        ("roas", "sales_7d", "cost"),
        ("cpc", "cost", "clicks"),
        ("ctr", "clicks", "impressions"),
        ("cvr", "orders_7d", "clicks"),
    ] {
        near(over(frame, above, below), &golden[key]);
    }
    let without = |name: &str| {
        (0..frame.rows).filter(|row| cell(frame, name, *row).parse::<f64>() == Ok(0.0)).count() as u64
    };
    assert_eq!(Some(without("cost")), golden["rows_without_cost"].as_u64());
    assert_eq!(Some(without("sales_7d")), golden["rows_without_sales"].as_u64());
}

#[test]
fn advertising_from_the_console_and_from_the_api() {
    let console = table_of("amazon/ads-sp-console", "", "SponsoredProducts-AdvertisedProduct.ja.csv").frame;
    advertising(&console, &expected("SponsoredProducts-AdvertisedProduct.ja.csv"));
    let missing = (0..console.rows).filter(|row| cell(&console, "cpc", *row) == "-").count();
    assert_eq!(missing, 6, "without clicks there is no cost per click");
    let api = table_of("amazon/ads-sp-api", "", "spAdvertisedProduct.json.gz").frame;
    advertising(&api, &expected("spAdvertisedProduct.json.gz"));
    assert_eq!(cell(&api, "campaign_id", 0).len(), 15, "ids keep all their digits");
    let acos = (0..api.rows).filter(|row| cell(&api, "acos_7d", *row) == "-").count();
    assert_eq!(acos, 52, "without sales there is no ACoS");
}

#[test]
fn advertising_against_sales() {
    let all: Value = serde_json::from_slice(&golden("expected.json")).expect("JSON");
    let golden = &all["_across_files"]["tacos_2026_05"];
    let console = table_of("amazon/ads-sp-console", "", "SponsoredProducts-AdvertisedProduct.ja.csv").frame;
    let report = table_of("amazon/business-report-date", "", "BusinessReport-ByDate.utf8bom.csv").frame;
    let may = |frame: &Frame, name: &str| sum_where(frame, name, |row| month(frame, row) == "2026-05");
    let (spend, sales) = (may(&console, "cost"), may(&report, "ordered_sales"));
    assert_eq!((&spend, &sales), (&golden["ad_spend"].to_string(), &golden["ordered_sales"].to_string()));
    near(spend.parse::<f64>().expect("yen") / sales.parse::<f64>().expect("yen"), &golden["ratio"]);
}

#[test]
fn the_newer_console_guards_its_ids() {
    let frame = table_of("amazon/ads-sp-console", "", "ads-console-guarded.csv").frame;
    let golden = expected("ads-console-guarded.csv");
    for (key, name) in [
        ("advertiser_account_id", "account_id"),
        ("campaign_id", "campaign_id"),
        ("from", "date"),
        ("to", "date_end"),
    ] {
        assert_eq!(cell(&frame, name, 0), golden[key].as_str().expect("a text"), "{key}");
    }
    for key in ["clicks", "cost", "impressions", "purchases", "sales"] {
        assert_eq!(sum(&frame, key), golden[key].to_string(), "{key}");
    }
}

#[test]
fn stock_as_of_now() {
    let frame =
        table_of("amazon/fba-inventory", ", period: 2026-06-30", "FBA_MYI_UNSUPPRESSED.cp932.txt").frame;
    let golden = expected("FBA_MYI_UNSUPPRESSED.cp932.txt");
    for (key, name) in [
        ("sum_fulfillable", "afn_fulfillable_quantity"),
        ("sum_total", "afn_total_quantity"),
        ("sum_warehouse", "afn_warehouse_quantity"),
    ] {
        assert_eq!(sum(&frame, name), golden[key].to_string(), "{key}");
    }
    let out: Vec<String> = (0..frame.rows)
        .filter(|row| cell(&frame, "afn_fulfillable_quantity", *row) == "0")
        .map(|row| cell(&frame, "sku", row))
        .collect();
    assert_eq!(serde_json::to_value(out).expect("texts"), golden["out_of_stock_skus"]);
    assert_eq!(cell(&frame, "date", 0), "2026-06-30");
}

#[test]
fn ledger_of_may() {
    let frame = table_of("amazon/ledger-summary", "", "LedgerSummary.daily.txt").frame;
    let golden = expected("LedgerSummary.daily.txt");
    assert_eq!(frame.rows, 31);
    assert_eq!(sum(&frame, "ending_balance"), golden["sum_ending_balance"].to_string());
    assert_eq!(sum(&frame, "receipts"), golden["sum_receipts"].to_string());
    assert_eq!(sum(&frame, "customer_shipments"), format!("-{}", golden["sum_customer_shipments"]));
    assert_eq!(cell(&frame, "ending_balance", 30), golden["closing_balance"].to_string());
    let ending = sum(&frame, "ending_balance").parse::<f64>().expect("units");
    near(ending / 31.0, &golden["average_ending_balance"]);
    near(ending / 378.0, &golden["turnover_days"]);
}

#[test]
fn returns_and_feedback() {
    let returns = table_of("amazon/returns", "", "FBA_CustomerReturns.txt").frame;
    let golden = expected("FBA_CustomerReturns.txt");
    assert_eq!(counts(&returns, "reason"), as_counts(&golden["by_reason"]));
    assert_eq!(counts(&returns, "detailed_disposition"), as_counts(&golden["by_disposition"]));
    assert_eq!(sum(&returns, "quantity"), golden["sum_quantity"].to_string());
    assert!(!returns.columns.contains_key("customer_comments"));
    let feedback = table_of("amazon/feedback", "", "SellerFeedback.ja.cp932.txt").frame;
    let golden = expected("SellerFeedback.ja.cp932.txt");
    assert_eq!(counts(&feedback, "rating"), as_counts(&golden["by_rating"]));
    assert_eq!(
        (cell(&feedback, "date", 0), cell(&feedback, "date", 9)),
        ("2026-05-01".to_owned(), "2026-05-10".to_owned())
    );
    assert!(!feedback.columns.contains_key("rater_email"));
}

#[test]
fn costs_and_books() {
    let cost = table_of("erp/cost", "", "erp-cost.csv").frame;
    let golden = expected("erp-cost.csv");
    for row in 0..cost.rows {
        let parts = ["cost", "first_leg"].map(|name| cell(&cost, name, row).parse::<f64>().ok());
        let landed = parts[0].zip(parts[1]).map(|(cost, leg)| format!("{:.2}", cost + leg));
        assert_eq!(landed.as_deref(), golden["landed_cost_cny"][cell(&cost, "sku", row)].as_str());
    }
    let journal = table_of("moneyforward/journal", "", "mf-journal.cp932.csv").frame;
    let golden = expected("mf-journal.cp932.csv");
    assert_eq!(sum(&journal, "debit_amount"), golden["debit_total"].to_string());
    assert_eq!(sum(&journal, "credit_amount"), golden["credit_total"].to_string());
    assert_eq!(Some(counts(&journal, "entry").len() as u64), golden["entries"].as_u64());
    let second = |row: usize| cell(&journal, "entry", row) == "2";
    assert_eq!(sum_where(&journal, "debit_amount", second), golden["entry_2"]["debit"].to_string());
    assert_eq!(sum_where(&journal, "credit_amount", second), golden["entry_2"]["credit"].to_string());
    let deals = table_of("freee/deals", "", "freee-deals.csv").frame;
    let golden = expected("freee-deals.csv");
    assert_eq!(sum(&deals, "amount"), golden["amount_total"].to_string());
    assert_eq!(sum(&deals, "tax_amount"), golden["tax_total"].to_string());
    let inherited = &golden["row_2_inherits"];
    for row in 0..2 {
        assert_eq!(cell(&deals, "kind", row), inherited["収支区分"].as_str().expect("a text"));
        assert_eq!(cell(&deals, "date", row), inherited["発生日"].as_str().expect("a text"));
    }
}

#[test]
fn every_file_of_the_folder_is_what_it_was() {
    let all: Value = serde_json::from_slice(&golden("expected.json")).expect("JSON");
    for (name, about) in all.as_object().expect("files").iter().filter(|(name, _)| !name.starts_with('_')) {
        if let Some(hash) = about["sha256"].as_str() {
            assert_eq!(Hash::of(&golden(name)).to_string(), hash, "{name}");
        }
    }
}

/// What `kpress data inspect` says of every file: encoding, line ends, lines before the header, columns, rows.
#[test]
fn inspecting_tells_what_each_file_is() {
    let all: Value = serde_json::from_slice(&golden("expected.json")).expect("JSON");
    let mut looked = 0;
    for (name, about) in all.as_object().expect("files").iter().filter(|(name, _)| !name.starts_with('_')) {
        let temp = crate::folder::Temp::new("inspect");
        temp.write(name, golden(name));
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_kpress"))
            .args(["data", "inspect", "--format", "json", name])
            .current_dir(temp.path())
            .output()
            .expect("kpress starts");
        let seen: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{name}: {why}"));
        let encoding = match about["encoding"].as_str() {
            Some("utf-8-sig") => "UTF-8 (byte order mark)",
            Some("cp932") => "cp932 (guessed, confirmed by the header)",
            _ => "UTF-8 (detected)",
        };
        assert_eq!(seen["encoding"], encoding, "{name}");
        assert_eq!(seen["rows"], about["rows"], "{name}");
        assert_eq!(
            seen["header"].as_array().map(Vec::len),
            about["columns"].as_u64().map(|count| count as usize),
            "{name}"
        );
        if let Some(ends) = about["line_end"].as_str() {
            assert_eq!(seen["line_ends"].as_str().map(str::to_lowercase).as_deref(), Some(ends), "{name}");
            assert_eq!(
                seen["header_line"].as_u64(),
                about["preamble_lines"].as_u64().map(|lines| lines + 1),
                "{name}"
            );
        }
        looked += 1;
    }
    assert_eq!(looked, 20);
}
