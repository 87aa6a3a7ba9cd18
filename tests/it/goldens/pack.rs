//! Layouts of the pack beyond `tests/data/amazon-jp`: files of `tests/data/pack`, each with sums that can be added by hand.

use super::*;

fn of_pack(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/data/pack/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|why| panic!("{path}: {why}"))
}

/// Reads one file by a preset; what is found beyond notes is returned as the names of its rules.
fn by_preset(preset: &str, more: &str, name: &str) -> (Option<Frame>, Vec<&'static str>) {
    let bytes = of_pack(name);
    let checked =
        read(&format!("preset: {preset}, files: \"data/**/*\"{more}"), &[(&format!("data/{name}"), &bytes)]);
    let grave = checked.found.into_iter().filter(|finding| finding.level != Level::Note);
    let names = grave.map(|finding| finding.rule.name).filter(|name| *name != "day-missing").collect();
    (checked.value.tables.into_values().next().map(|table| table.frame), names)
}

fn clean(preset: &str, more: &str, name: &str) -> Frame {
    let (frame, grave) = by_preset(preset, more, name);
    assert!(grave.is_empty(), "{name}: {grave:?}");
    frame.unwrap_or_else(|| panic!("{name}: no table"))
}

/// Sums of columns, as `name=sum`.
fn sums(frame: &Frame, names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("{name}={}", sum(frame, name))).collect()
}

#[test]
fn account_health_in_the_spelling_of_its_example() {
    let frame = clean(
        "amazon/account-health",
        ", period: 2020-11-18",
        "accountHealthReport-2020-11-18.example1.json",
    );
    assert_eq!(frame.rows, 1);
    let read = ["late_shipment", "late_shipment_target", "late_shipment_status", "late_shipment_late"]
        .map(|name| cell(&frame, name, 0));
    assert_eq!(read, ["0.03203973037", "0.04", "GOOD", "27896"]);
    assert_eq!(cell(&frame, "product_safety_customer_complaints", 0), "165");
    assert_ne!(cell(&frame, "cancellation", 0), "-", "the example spells its key otherwise than the schema");
    assert_eq!(cell(&frame, "date", 0), "2020-11-18");
}

#[test]
fn planning_in_two_layouts() {
    let frame = clean("amazon/inventory-planning", "", "planning.txt");
    let names = [
        "available",
        "inv_age_0_to_90_days",
        "inv_age_91_to_180_days",
        "inv_age_365_plus_days",
        "units_shipped_t30",
        "estimated_excess_quantity",
        "inbound_quantity",
        "reserved_quantity",
    ];
    let golden = [
        "available=200",
        "inv_age_0_to_90_days=160",
        "inv_age_91_to_180_days=20",
        "inv_age_365_plus_days=4",
        "units_shipped_t30=100",
        "estimated_excess_quantity=20",
        "inbound_quantity=40",
        "reserved_quantity=8",
    ];
    assert_eq!(sums(&frame, &names), golden);
    assert_eq!(cell(&frame, "date", 0), "2026-05-31");
    let drifted = clean("amazon/inventory-planning", "", "planning.drifted.txt");
    assert_eq!(
        sums(&drifted, &names),
        golden,
        "other order, another label, a column more, a byte order mark"
    );
}

#[test]
fn reserved_stock_is_of_the_day_its_file_is_declared_to_be_of() {
    let frame = clean("amazon/reserved-inventory", ", period: 2026-05-31", "reserved.cp932.txt");
    assert_eq!(
        sums(&frame, &["reserved_qty", "reserved_customerorders", "reserved_fc_transfers"]),
        ["reserved_qty=8", "reserved_customerorders=6", "reserved_fc_transfers=1"]
    );
    assert_eq!(cell(&frame, "product_name", 1), "マグ①");
}

#[test]
fn movements_of_the_ledger_keep_equal_rows() {
    let frame = clean("amazon/ledger-detail", "", "ledger-detail.txt");
    assert_eq!(frame.rows, 4);
    assert_eq!(sum(&frame, "quantity"), "95", "100 received, twice 2 shipped, 1 lost");
    assert_eq!(cell(&frame, "title", 0), "Café kettle");
}

#[test]
fn brands_and_display_from_console_and_api() {
    let names = ["impressions", "clicks", "cost", "sales_14d", "orders_14d", "units_14d"];
    let brands = clean("amazon/ads-sb-console", "", "sb-console.ja.csv");
    assert_eq!(
        sums(&brands, &names),
        ["impressions=20000", "clicks=200", "cost=9600", "sales_14d=48000", "orders_14d=16", "units_14d=17"]
    );
    assert_eq!(cell(&brands, "ctr", 0).trim_end_matches('0'), "0.01");
    let api = clean("amazon/ads-sb-api", "", "sb-api.json");
    assert_eq!(
        sums(&api, &names),
        ["impressions=12000", "clicks=120", "cost=6000", "sales_14d=30000", "orders_14d=10", "units_14d=11"]
    );
    assert_eq!(cell(&api, "campaign_id", 0), "254927681919372001", "digits stay, though beyond 2^53");
    for (preset, name) in
        [("amazon/ads-sd-console", "sd-console.en.csv"), ("amazon/ads-sd-api", "sd-api.json")]
    {
        assert_eq!(
            sums(&clean(preset, "", name), &names),
            ["impressions=5000", "clicks=25", "cost=1000", "sales_14d=4000", "orders_14d=2", "units_14d=2"],
            "{preset}"
        );
    }
}

#[test]
fn brand_analytics_rows_are_of_the_week_they_name() {
    let cases = [
        ("amazon/search-terms", "SearchTerms", 12, "2021-06-06", "2021-06-12"),
        ("amazon/search-query", "SearchQueryPerformance", 2, "2025-01-05", "2025-01-11"),
        ("amazon/search-catalog", "SearchCatalogPerformance", 2, "2025-01-05", "2025-01-11"),
        ("amazon/market-basket", "MarketBasketAnalysis", 6, "2021-06-06", "2021-06-12"),
        ("amazon/repeat-purchase", "RepeatPurchase", 3, "2021-06-06", "2021-06-12"),
    ];
    for (preset, report, rows, first, last) in cases {
        let frame = clean(preset, "", &format!("sellingPartner{report}Report.example1.json"));
        assert_eq!(frame.rows, rows, "{preset}");
        assert_eq!([cell(&frame, "date", 0), cell(&frame, "date_end", 0)], [first, last], "{preset}");
    }
    let terms = clean("amazon/search-terms", "", "sellingPartnerSearchTermsReport.example1.json");
    let shares = sums(&terms, &["click_share", "conversion_share"]);
    assert_eq!(shares, ["click_share=0.7126", "conversion_share=0.9014"], "of all rows, as a check of scale");
    let query = clean("amazon/search-query", "", "sellingPartnerSearchQueryPerformanceReport.example1.json");
    assert_eq!(
        [cell(&query, "asin_impression_count", 0), cell(&query, "search_query_volume", 0)],
        ["765", "15000"]
    );
}

#[test]
fn a_week_of_amazon_is_no_week_of_a_site_that_begins_on_monday() {
    let name = "sellingPartnerSearchQueryPerformanceReport.example1.json";
    let pattern = "period: {from: path, pattern: \"data/{period}.json\"}";
    let told = |path: &str, preset: &str, bytes: &[u8]| {
        let checked = read(&format!("preset: {preset}, files: \"data/*\", {pattern}"), &[(path, bytes)]);
        let differs = checked.found.iter().find(|finding| finding.rule.name == "period-differs");
        (
            differs.map(|finding| format!("{} | {:?}", finding.message, finding.hint)),
            checked.value.tables.len(),
        )
    };
    // The rows are of Sunday 5 to Saturday 11 January 2025; the site's week 2 is of Monday 6 to Sunday 12.
    let (said, tables) = told("data/2025-W02.json", "amazon/search-query", &of_pack(name));
    let said = said.expect("a finding");
    assert!(said.contains("the rows are of 2025-01-05 to 2025-01-11, but the file is declared to be of 2025-01-06 to 2025-01-12"), "{said}");
    assert!(said.contains("2025-01-05..2025-01-11.json"), "{said}");
    assert_eq!(tables, 0, "not used");
    assert_eq!(told("data/2025-01-05..2025-01-11.json", "amazon/search-query", &of_pack(name)), (None, 1));
    let terms = of_pack("sellingPartnerSearchTermsReport.example1.json");
    assert!(told("data/2021-W23.json", "amazon/search-terms", &terms).0.is_some());
    assert_eq!(told("data/2021-06-06..2021-06-12.json", "amazon/search-terms", &terms), (None, 1));
}

#[test]
fn a_day_of_no_row_of_a_file_is_not_its_day() {
    let csv = b"date,asin,bsr\n2026-05-01,B0TEST0001,12\n";
    let source = "preset: own/tracker, files: \"data/*\", period: 2026-06";
    let checked = read(source, &[("data/t.csv", csv)]);
    assert!(rules(&checked.found).contains(&"period-differs"), "{:#?}", checked.found);
    assert!(checked.value.tables.is_empty());
}

#[test]
fn tables_kept_by_hand() {
    let tracker = clean("own/tracker", "", "tracker.csv");
    assert_eq!(
        sums(&tracker, &["bsr", "rating_count", "organic_rank"]),
        ["bsr=2800", "rating_count=212", "organic_rank=8"]
    );
    let unranked = (0..tracker.rows).filter(|row| cell(&tracker, "keyword", *row) == "ケトル おしゃれ");
    let ranks: Vec<String> = unranked.map(|row| cell(&tracker, "organic_rank", row)).collect();
    assert_eq!(ranks, ["-"], "an empty rank is unknown");
    assert_eq!(sum(&clean("own/cash", "", "cash.zh.csv"), "cash_balance"), "2250000");
    assert_eq!(sum(&clean("own/ipi", "", "ipi.ja.csv"), "ipi"), "1108");
}

#[test]
fn a_needed_column_that_is_gone_is_told() {
    let damaged =
        String::from_utf8(of_pack("planning.txt")).expect("text").replace("\"available\"", "\"on-hand\"");
    let checked =
        read("preset: amazon/inventory-planning, files: \"data/*\"", &[("data/p.txt", damaged.as_bytes())]);
    assert!(rules(&checked.found).contains(&"column-missing"), "{:#?}", checked.found);
    assert!(rules(&checked.found).contains(&"column-unknown"), "{:#?}", checked.found);
}

#[test]
fn reports_of_vendors_as_their_examples_have_them() {
    let of = |preset: &str, report: &str, rows: usize, names: &[&str], golden: &[&str]| {
        let frame = clean(preset, "", &format!("{report}Report.example1.json"));
        assert_eq!(frame.rows, rows, "{preset}");
        assert_eq!(sums(&frame, names), golden, "{preset}");
        frame
    };
    let sales = of(
        "amazon/vendor-sales",
        "vendorSales",
        4,
        &["ordered_revenue", "ordered_units", "shipped_units"],
        &["ordered_revenue=1500", "ordered_units=75", "shipped_units=10"],
    );
    assert_eq!([cell(&sales, "date", 0), cell(&sales, "date_end", 0)], ["2021-06-06", "2021-06-12"]);
    of("amazon/vendor-traffic", "vendorTraffic", 2, &["glance_views"], &["glance_views=350"]);
    of(
        "amazon/vendor-inventory",
        "vendorInventory",
        4,
        &["sellable_units", "open_purchase_order_units", "sell_through_rate"],
        &["sellable_units=7070", "open_purchase_order_units=272", "sell_through_rate=2.416"],
    );
    of("amazon/vendor-margin", "vendorNetPureProductMargin", 4, &["margin"], &["margin=0.4936"]);
    of(
        "amazon/vendor-forecast",
        "vendorForecasting",
        27,
        &["mean_units", "p90_units"],
        &["mean_units=83.7", "p90_units=8118.9"],
    );
}

#[test]
fn coupons_and_promotions_stand_on_the_day_they_began() {
    let coupons = clean("amazon/coupons", "", "sellerCouponReport.example1.json");
    assert_eq!(
        sums(&coupons, &["clips", "redemptions", "budget_spent", "budget_used", "sales"]),
        ["clips=13", "redemptions=1", "budget_spent=42.29", "budget_used=0.004", "sales=62.1"]
    );
    // 05:59:59 GMT is the afternoon of the same day in Tokyo.
    assert_eq!(cell(&coupons, "date", 0), "2021-11-26");
    let promotions = clean("amazon/promotions", "", "promotionReport.example1.json");
    assert_eq!(
        sums(&promotions, &["units", "spent", "revenue", "glance_views"]),
        ["units=121", "spent=9338.2", "revenue=32917.01", "glance_views=41084"]
    );
}

#[test]
fn ranks_of_the_catalog_are_of_the_day_in_tokyo() {
    let ranks = clean("amazon/sales-rank", "", "sales-rank.csv");
    assert_eq!((ranks.rows, sum(&ranks, "rank")), (3, "3700".to_owned()));
    let evening = (0..ranks.rows).find(|row| cell(&ranks, "rank", *row) == "1500").expect("a rank");
    assert_eq!(cell(&ranks, "date", evening), "2026-05-02", "20:00 GMT is 5:00 of the next day");
    assert_eq!(cell(&ranks, "category", evening), "ケトル");
}

#[test]
fn profit_rows_of_lingxing() {
    let profit = clean("lingxing/profit", "", "lingxing.json");
    assert_eq!(
        sums(&profit, &["sales", "refunds", "points_granted", "purchase_cost", "ads_cost", "gross_profit"]),
        [
            "sales=14000",
            "refunds=-1000",
            "points_granted=-100",
            "purchase_cost=-2500",
            "ads_cost=-1200",
            "gross_profit=3700"
        ]
    );
    assert_eq!(cell(&profit, "person", 0), "李娜,王芳");
    assert_eq!(cell(&profit, "cost_known", 1), "0", "no cost: the profit of that row is none");
}

#[test]
fn advertising_of_lingxing_holds_all_types() {
    let ads = clean("lingxing/ads", "", "lingxing-ads.csv");
    assert_eq!(ads.rows, 4, "the row of totals is no row");
    assert_eq!(
        sums(
            &ads,
            &["impressions", "clicks", "cost", "attributed_sales", "attributed_orders", "attributed_units"]
        ),
        [
            "impressions=3200",
            "clicks=32",
            "cost=320",
            "attributed_sales=1300",
            "attributed_orders=4",
            "attributed_units=5"
        ]
    );
    let kinds = counts(&ads, "ad_type");
    assert_eq!(kinds, BTreeMap::from([("SB".to_owned(), 1), ("SD".to_owned(), 1), ("SP".to_owned(), 2)]));
    assert_eq!(cell(&ads, "acos", 2), "有花费无销售额", "a remark and no number");
    assert_eq!([cell(&ads, "date", 3), cell(&ads, "direct_sales", 0)], ["2026-05-02", "400"]);
}

#[test]
fn journals_rates_and_feedback() {
    let journal = clean("yayoi/journal", "", "yayoi.cp932.csv");
    assert_eq!(
        sums(&journal, &["debit_amount", "credit_amount"]),
        ["debit_amount=14300", "credit_amount=14300"]
    );
    assert_eq!([cell(&journal, "summary", 0), cell(&journal, "summary", 1)], ["①五月分", "髙島屋"]);
    let rates = clean("own/fx", "", "fx.ja.csv");
    assert_eq!((rates.rows, sum(&rates, "rate")), (3, "186.5".to_owned()));
    let feedback = clean("amazon/feedback", "", "feedback.ja.txt");
    assert_eq!((feedback.rows, sum(&feedback, "rating")), (3, "8".to_owned()));
    assert_eq!(cell(&feedback, "date", 0), "2026-05-02");
    assert!(!feedback.columns.contains_key("rater_email"), "who bought is left out");
}

#[test]
fn reports_of_advertising_are_told_apart_by_columns_and_by_their_names() {
    let names = ["sp-console", "sb-console", "sd-console", "sp-api", "sb-api", "sd-api"];
    let line = |name: &&str| format!("  {name}: {{preset: amazon/ads-{name}, files: \"{name}/*\"}}\n");
    let lines: String = names.iter().map(line).collect();
    let head = format!("site: {{title: T, languages: [en], currency: JPY}}\nsources:\n{lines}");
    let plan = kpress::plan::load(&Memory::of([("kpress.yaml", head.as_bytes())])).value;
    let presets =
        plan.sources.into_values().filter_map(|source| Some((source.preset.clone()?, source))).collect();
    let told = |name: &str, bytes: &[u8]| {
        let seen =
            kpress::snapshot::inspect(name, &bytes.into(), &presets, ("UTC", &kpress::time::Zone::utc()));
        let unclear = seen.found.iter().any(|one| one.rule.name == "preset-unclear");
        (seen.preset.map(|(preset, _)| preset).unwrap_or_default(), unclear)
    };
    let is = |preset: &str, unclear: bool| (preset.to_owned(), unclear);
    let (brands, display) = (of_pack("sb-console.ja.csv"), of_pack("sd-console.en.csv"));
    let products = golden("SponsoredProducts-AdvertisedProduct.ja.csv");
    // Seven days are of Sponsored Products; fourteen may be of both others.
    assert_eq!(told("report.csv", &products), is("amazon/ads-sp-console", false));
    assert_eq!(told("スポンサーブランド_キャンペーン.csv", &brands), is("amazon/ads-sb-console", false));
    assert_eq!(told("Sponsored Display campaign report.csv", &display), is("amazon/ads-sd-console", false));
    // The layout of 2026 names neither window nor product.
    let newer = golden("ads-console-guarded.csv");
    assert!(told("report.csv", &newer).1);
    assert_eq!(told("SP_2026-07.csv", &newer), is("amazon/ads-sp-console", false));
    assert_eq!(told("Sponsored_Brands_2026-07.csv", &newer), is("amazon/ads-sb-console", false));
    let only_display = "[{\"date\":\"2026-05-01\",\"campaignId\":1,\"impressions\":1,\"impressionsViews\":1,\"clicks\":0,\"cost\":0}]";
    assert_eq!(told("x.json", only_display.as_bytes()), is("amazon/ads-sd-api", false));
}

#[test]
fn actions_of_the_reviews_as_kpress_registers_them() {
    let register =
        "action,due_first,owner,due,on_time,moved\na1,2026-05-08,li.na,1,1,0\na2,2026-05-20,ceo,1,0,2\n";
    let checked = read("preset: own/actions", &[("reviews/register.csv", register.as_bytes())]);
    let frame = only(checked.value).frame;
    assert_eq!(sums(&frame, &["due", "on_time", "moved"]), ["due=2", "on_time=1", "moved=2"]);
    assert_eq!([cell(&frame, "date", 0), cell(&frame, "owner", 1)], ["2026-05-08", "ceo"]);
}
