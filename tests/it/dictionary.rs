//! The metrics of the pack, computed from small reports whose figures can be checked by hand: `tests/data/pack/shop` is May 2026
//! of one store, laid over what `kpress init --pack amazon-jp` writes.

use crate::folder::Temp;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Metric, how it comes about, and its value in May 2026.
const MAY: &[(&str, &str, f64)] = &[
    ("gmv", "31 days of 1,000", 31_000.0),
    ("gmv_ex_tax", "22,000 / 1.10 + 10,800 / 1.08", 30_000.0),
    ("shipped_sales", "31 × 900", 27_900.0),
    ("net_sales", "40,000 − 1,000 + 21,000 − 1,000 refunded", 59_000.0),
    ("orders", "five numbers, a sixth was cancelled", 5.0),
    ("order_items", "31 × 2", 62.0),
    ("units", "31 × 2", 62.0),
    ("aov", "30,000 / 5", 6_000.0),
    ("asp", "31,000 / 62", 500.0),
    ("upt", "62 / 5", 12.4),
    ("b2b_share", "100 of each 1,000", 0.1),
    ("gmv_yoy", "1,000 after 800", 0.25),
    ("sessions", "31 × 20", 620.0),
    ("page_views", "31 × 40", 1_240.0),
    ("unit_session_pct", "62 / 620", 0.1),
    ("order_item_session_pct", "62 / 620", 0.1),
    ("buy_box_pct", "90 % on all days", 0.9),
    ("organic_sales", "31,000 − 24,800", 6_200.0),
    ("organic_share", "6,200 / 31,000", 0.2),
    ("impressions", "31 × (1,000 + 400 + 600)", 62_000.0),
    ("clicks", "31 × (10 + 4 + 6)", 620.0),
    ("ad_spend", "31 × (100 + 40 + 60)", 6_200.0),
    ("ad_sales", "31 × (500 + 200 + 100)", 24_800.0),
    ("ad_orders", "31 × (1 + 2 + 1)", 124.0),
    ("ctr", "620 / 62,000", 0.01),
    ("cpc", "6,200 / 620", 10.0),
    ("ad_cvr", "124 / 620", 0.2),
    ("cpa", "6,200 / 124", 50.0),
    ("acos", "6,200 / 24,800", 0.25),
    ("roas", "24,800 / 6,200", 4.0),
    ("tacos", "6,200 / 31,000", 0.2),
    ("breakeven_acos", "(31,900 − 600) / 59,000", 31_300.0 / 59_000.0),
    ("ad_sales_share", "24,800 / 31,000", 0.8),
    ("out_of_budget_pct", "5 % and 15 %", 0.1),
    ("inv_units", "162 − 31 × 2", 100.0),
    ("inv_value", "100 × (8 + 2) CNY × 20", 20_000.0),
    ("inv_turnover", "365 / 65", 365.0 / 65.0),
    ("inv_days", "130 on average / 2 a day", 65.0),
    ("days_of_cover", "100 / 2 a day", 50.0),
    ("weeks_of_cover", "(100 + 40) / (60 / 30 × 7)", 10.0),
    ("sell_through", "186 / mean of 100, 140, 180 and 200", 1.2),
    ("active_sku_rate", "one of two", 0.5),
    ("stock_to_sales", "100 / 62", 100.0 / 62.0),
    ("stockout_rate", "one of two on all days", 0.5),
    ("aged_inv_share", "(20 + 10 + 6 + 4) / 100", 0.4),
    ("excess_units", "as reported", 20.0),
    ("ipi", "the newest", 548.0),
    ("gmroi", "47,000 / (130 × 200)", 47.0 / 26.0),
    ("inv_recon_gap", "one unit that no movement explains", 1.0),
    ("refund_rate", "1 / 62", 1.0 / 62.0),
    ("return_rate", "4 / 62", 4.0 / 62.0),
    ("defect_return_share", "2 / 4", 0.5),
    ("rating", "4.5 and 4.0, 110 each", 4.25),
    ("reviews_new", "220 − 90", 130.0),
    ("review_rate", "130 / 62", 130.0 / 62.0),
    ("neg_feedback_rate", "one of four", 0.25),
    ("odr", "as reported", 0.002),
    ("cancel_rate", "as reported", 0.0125),
    ("late_ship_rate", "as reported", 0.032),
    ("otdr", "as reported", 0.97),
    ("vtr", "as reported", 0.99),
    ("policy_violations", "2 + 1", 3.0),
    ("bsr", "median of 1,500, 1,300 and 900", 1_300.0),
    ("kw_rank", "median of 8, 6 and 14", 8.0),
    ("kw_top10_share", "two of three", 2.0 / 3.0),
    ("cogs", "(40 + 21 − 1) × 10 CNY × 20", 12_000.0),
    ("amazon_fees", "4,000 + 2,100 − 100 + 6,000 + 3,100", 15_100.0),
    ("points_cost", "400 + 200", 600.0),
    ("gross_margin", "47,000 / 59,000", 47.0 / 59.0),
    ("cm1", "59,000 − 12,000 − 15,100", 31_900.0),
    ("cm2", "31,900 − 6,200 − 600 − 300 − 80 − 500", 24_220.0),
    ("net_profit", "24,220 − 8,000 − 48", 16_172.0),
    ("net_margin", "16,172 / 59,000", 16_172.0 / 59_000.0),
    ("net_proceeds", "12,000 − 500", 11_500.0),
    ("fx_loss_jpy", "152.40 / 0.05 − 3,000", 48.0),
    ("return_handling", "as posted", 300.0),
    ("promo_fees", "as posted", 80.0),
    ("fx_loss", "152.40 − 3,000 × 0.05", 2.4),
    ("cash_receivable", "as entered", 118_000.0),
    ("cash_runway", "1,000,000 / ((1,800,000 − 1,000,000) / 8)", 10.0),
    ("ccc", "65 + 118,000 / 59,000 × 30 − 12,000 / 12,000 × 30", 95.0),
    ("sales_per_head", "31,000 / 2.5", 12_400.0),
    ("profit_per_head", "16,172 / 2.5", 6_468.8),
];

/// Of the dictionary, but not of reports: the one is computed from `reviews/*.md` (tests of reviews), the other is the
/// standing of every target, not a metric of its own (tests of targets).
const ELSEWHERE: [&str; 2] = ["action_closure_rate", "target_attainment"];

fn kpress(place: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kpress"))
        .args(arguments)
        .current_dir(place)
        .env("HOME", "/nonexistent")
        .output()
        .expect("kpress starts");
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}

/// The start of the pack with the reports of May 2026 in the place of its samples.
fn shop() -> Temp {
    let temp = Temp::new("dictionary");
    kpress(temp.path(), &["init", "--pack", "amazon-jp", "shop"]);
    let shop = temp.path().join("shop");
    fs::remove_dir_all(shop.join("data")).expect("the samples");
    fs::remove_dir_all(shop.join("targets")).expect("targets of the samples");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pack/shop"), &shop);
    let head = temp.read("shop/kpress.yaml").replace("as_of: latest_complete", "as_of: 2026-05-31");
    temp.write("shop/kpress.yaml", head.replace("# basis: {tax: inclusive}\n", "basis: {tax: exclusive}\n"));
    temp
}

/// Figures of the company in May 2026.
fn may(shop: &Path) -> BTreeMap<String, Value> {
    let said = kpress(shop, &["values", "--grain", "month", "--from", "2026-05-01", "--format", "jsonl"]);
    let rows = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut values: BTreeMap<String, Value> = BTreeMap::new();
    for row in rows.filter(|row| row["period"] == "2026-05") {
        let name = row["metric"].as_str().expect("a name").to_owned();
        // The whole company comes first.
        values.entry(name).or_insert(row);
    }
    values
}

/// Metrics that are not what they should be.
fn unlike(values: &BTreeMap<String, Value>, wanted: &[(&str, &str, f64)]) -> Vec<String> {
    let differs = |(metric, _, wanted): &&(&str, &str, f64)| {
        let found = values.get(*metric).and_then(|row| row["value"].as_f64());
        found.is_none_or(|found| (found - wanted).abs() > wanted.abs() * 1e-9)
    };
    let told = |(metric, how, wanted): &(&str, &str, f64)| {
        format!("{metric} = {how} = {wanted}, not {:?}", values.get(*metric))
    };
    wanted.iter().filter(differs).map(told).collect()
}

#[test]
fn every_metric_of_the_dictionary_is_computed_from_reports() {
    let dictionary = include_str!("../data/handbook/metrics.txt");
    let tried: BTreeSet<&str> = MAY.iter().map(|(metric, ..)| *metric).chain(ELSEWHERE).collect();
    let without: Vec<&str> = dictionary.lines().filter(|line| !tried.contains(line)).collect();
    assert!(without.is_empty(), "metrics of the dictionary without a figure here: {without:?}");
    let temp = shop();
    let unlike = unlike(&may(&temp.path().join("shop")), MAY);
    assert!(unlike.is_empty(), "{unlike:#?}");
}

/// What a shop has that advertises with Sponsored Products alone: the reports of the others are no part of anything.
const PRODUCTS_ALONE: &[(&str, &str, f64)] = &[
    ("impressions", "31 × 1,000", 31_000.0),
    ("clicks", "31 × 10", 310.0),
    ("ad_spend", "31 × 100", 3_100.0),
    ("ad_sales", "31 × 500", 15_500.0),
    ("ad_orders", "31 × 1", 31.0),
    ("ctr", "310 / 31,000", 0.01),
    ("cpc", "3,100 / 310", 10.0),
    ("ad_cvr", "31 / 310", 0.1),
    ("cpa", "3,100 / 31", 100.0),
    ("acos", "3,100 / 15,500", 0.2),
    ("roas", "15,500 / 3,100", 5.0),
    ("tacos", "3,100 / 31,000", 0.1),
    ("organic_sales", "31,000 − 15,500", 15_500.0),
    ("cm2", "31,900 − 3,100 − 600 − 300 − 80 − 500", 27_320.0),
];

#[test]
fn a_shop_without_brands_and_display_has_the_figures_of_products() {
    let temp = shop();
    let shop = temp.path().join("shop");
    let whole = may(&shop);
    for kind in ["ads_sb", "ads_sd"] {
        fs::remove_dir_all(shop.join("data").join(kind)).expect("reports of the other types");
    }
    let alone = may(&shop);
    let unlike = unlike(&alone, PRODUCTS_ALONE);
    assert!(unlike.is_empty(), "{unlike:#?}");
    for (metric, ..) in PRODUCTS_ALONE {
        for part in ["state", "days"] {
            assert_eq!(alone[*metric][part], whole[*metric][part], "{metric}: {part}");
        }
    }
    // A workspace made before there were other types measures Sponsored Products by the same preset, as it did.
    let path = "shop/metrics/ads.yaml";
    let older = temp.read(path).replace(", ads_sb, ads_sb_api, ads_sd, ads_sd_api]", "]");
    temp.write(path, older.replace("    basis: {attribution: mixed}\n", ""));
    assert_eq!(may(&shop)["ad_sales"], alone["ad_sales"]);
}

#[test]
fn types_of_advertising_stand_side_by_side_and_add_up() {
    let temp = shop();
    let shop = temp.path().join("shop");
    kpress(&shop, &["build"]);
    let report: Value =
        serde_json::from_str(&temp.read("shop/public/en/dashboards/ads/report.json")).expect("JSON");
    let text = report.to_string();
    for kind in ["\"SP\"", "\"SB\"", "\"SD\""] {
        assert!(text.contains(kind), "{kind}: {text}");
    }
    let page = temp.read("shop/public/en/metrics/ad_sales/index.html");
    for said in
        ["unlike windows", "7 days after the click (ads)", "14 days after the click (ads_sb, ads_sd_api)"]
    {
        assert!(page.contains(said), "{said}");
    }
    // Cost and clicks know no window.
    assert!(!temp.read("shop/public/en/metrics/ad_spend/index.html").contains("after the click"));
    let acos = temp.read("shop/public/en/metrics/acos/index.html");
    assert!(acos.contains("unlike windows"), "what is made of such sales says so");
    let said = kpress(&shop, &["explain", "acos", "--period", "2026-05"]);
    assert!(said.contains("attribution mixed: ads 7d, ads_api 7d, ads_sb 14d"), "{said}");
    fs::remove_dir_all(shop.join("data/ads_sb")).expect("one type less");
    fs::remove_dir_all(shop.join("data/ads_sd")).expect("another");
    kpress(&shop, &["build"]);
    let page = temp.read("shop/public/en/metrics/ad_sales/index.html");
    assert!(page.contains("7 days after the click") && !page.contains("unlike windows"));
}

/// A second report over the same days replaces them, whatever it is; the same figures from two sources are an error.
#[test]
fn nothing_is_counted_twice() {
    let temp = shop();
    let shop = temp.path().join("shop");
    let products = temp.read("shop/data/ads/jp1/2026-05.csv");
    // The same days by campaign: no SKU, the same total.
    let campaigns: String = products.replace(",宣伝SKU,宣伝 ASIN", "").replace(",KP-001,B0T1", "");
    temp.write("shop/data/ads/jp1/2026-05-campaigns.csv", &campaigns);
    let both = may(&shop);
    assert_eq!(both["ad_spend"]["value"].as_f64(), Some(6_200.0));
    fs::remove_file(shop.join("data/ads/jp1/2026-05-campaigns.csv")).expect("it was just written");
    let rows: Vec<Value> = (1..=31)
        .map(|day| serde_json::json!({"date": format!("2026-05-{day:02}"), "campaignId": 1, "impressions": 1000, "clicks": 10, "cost": 100, "sales7d": 500, "purchases7d": 1}))
        .collect();
    temp.write("shop/data/ads/jp1/spCampaigns.json", Value::from(rows).to_string());
    let said = kpress(&shop, &["check"]);
    let told = "error[counted-twice]: `ads` and `ads_api` both have rows of the store `jp1` on 31 days, the first is 2026-05-01";
    assert!(said.contains(told), "{said}");
    // Held against each other instead, the report by campaign agrees, and a tenth less does not.
    fs::remove_file(shop.join("data/ads/jp1/spCampaigns.json")).expect("it was just written");
    temp.write("shop/data/ads_check/jp1/campaigns.csv", &campaigns);
    let path = "shop/kpress.yaml";
    let settled = temp
        .read(path)
        .replace("preset: amazon/ads-sp-console\n", "preset: amazon/ads-sp-console\n    provisional: 0\n");
    temp.write(path, settled);
    assert!(!kpress(&shop, &["check"]).contains("`ads-console-api`"));
    temp.write("shop/data/ads_check/jp1/campaigns.csv", campaigns.replace("￥100", "￥90"));
    let said = kpress(&shop, &["check"]);
    assert!(
        said.contains("`ads-console-api`: `ad_spend_sp` of jp1 in 2026-05 is 3100, `ad_spend_check` is 2790"),
        "{said}"
    );
}

/// A type whose report ends early is short of days, and one that has none shows nothing.
#[test]
fn a_type_without_its_report_is_missing_and_not_zero() {
    let temp = shop();
    let shop = temp.path().join("shop");
    let path = "shop/data/ads_sb/jp1/2026-05.csv";
    let half: Vec<String> = temp.read(path).lines().take(16).map(|line| format!("{line}\r\n")).collect();
    temp.write(path, half.concat());
    fs::remove_dir_all(shop.join("data/ads_sd")).expect("reports of Sponsored Display");
    temp.write(
        "shop/dashboards/types.yaml",
        "title: Types\nblocks:\n  - {block: card, metric: ad_spend, scope: {ad_type: SB}, grain: month}\n  - {block: card, metric: ad_spend, scope: {ad_type: SD}, grain: month}\n",
    );
    let said = kpress(
        &shop,
        &["values", "--metric", "ad_spend", "--grain", "month", "--from", "2026-04-01", "--format", "jsonl"],
    );
    let rows: Vec<Value> = said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let of = |kind: &str, period: &str| {
        let row = rows
            .iter()
            .find(|row| row["scope"] == serde_json::json!({"ad_type": kind}) && row["period"] == period);
        row.map(|row| format!("{} {} {}", row["value"], row["state"], row["days"])).unwrap_or_default()
    };
    assert_eq!(of("SB", "2026-05"), "600 \"partial\" [15,31]", "{said}");
    assert!(of("SD", "2026-05").is_empty() || of("SD", "2026-05").starts_with("null"), "{said}");
    let whole = may(&shop);
    assert_eq!(whole["ad_spend"]["state"], "partial", "the whole lacks sixteen days of one type");
}

#[test]
fn the_pages_of_the_pack_show_what_the_reports_can_feed() {
    let temp = shop();
    let shop = temp.path().join("shop");
    let built = kpress(&shop, &["build"]);
    assert!(built.ends_with("→ public/\n") && !built.contains("error["), "{built}");
    for (page, figure) in [
        ("overview", "31,000"),
        ("sales", "30,000"),
        ("ads", "53.1%"),
        ("inventory", "65"),
        ("quality", "4.25"),
        ("health", "0.20%"),
        ("finance", "16,172"),
    ] {
        for language in ["zh", "ja", "en"] {
            let text = temp.read(&format!("shop/public/{language}/dashboards/{page}/index.html"));
            assert!(text.contains(figure), "{language}/{page}: {figure}");
        }
    }
}

/// Two months of the same shop: what the pack holds against each other, and what a second category does to a rank.
#[test]
fn reports_of_the_pack_are_held_against_each_other() {
    let temp = shop();
    let path = "shop/kpress.yaml";
    let settled = temp
        .read(path)
        .replace("preset: amazon/sales-traffic\n", "preset: amazon/sales-traffic\n    provisional: 0\n")
        .replace("preset: amazon/ledger-summary\n", "preset: amazon/ledger-summary\n    provisional: 0\n");
    temp.write(path, settled);
    let said = kpress(&temp.path().join("shop"), &["check"]);
    let told: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("[sources-disagree]") || line.contains("[invariant-broken]"))
        .collect();
    // 31,000 by date and 22,000 + 10,800 by ASIN; one unit of the ledger that no movement explains. 62 units agree.
    assert_eq!(
        told,
        [
            "warning[sources-disagree]: `sales-by-asin`: `gmv` of jp1 in 2026-05 is 31000, `gmv_by_asin` is 32800: -1800 apart, 328 allowed",
            "warning[invariant-broken]: `ledger-identity`: `ledger_gap` of jp1 in 2026-05 is 1 and should be 0",
            "warning[invariant-broken]: `ledger-continuity`: `ledger_break` of jp1 in 2026-05-31 is 1 and should be 0",
        ],
        "{said}"
    );
}

#[test]
fn ranks_of_two_categories_are_not_mixed() {
    let temp = shop();
    let path = "shop/data/tracker/jp1/tracker.csv";
    let two = temp.read(path).replace("B0T2,ホーム＆キッチン,900", "B0T2,おもちゃ,900");
    temp.write(path, two);
    let said = kpress(
        &temp.path().join("shop"),
        &["values", "--metric", "bsr", "--grain", "month", "--from", "2026-05-01", "--format", "jsonl"],
    );
    let rows: Vec<Value> = said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let company = rows.iter().find(|row| row["scope"] == serde_json::json!({})).expect("the company");
    assert!(company["value"].is_null(), "{company}");
}
