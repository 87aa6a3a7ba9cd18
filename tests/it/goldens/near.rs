//! Reports that look alike are told apart by `kpress data inspect`, even after their labels drifted: the right preset, or that it is
//! not clear with the right one named. Never another one without a word.

use super::*;
use kpress::plan::packs::PRESETS;
use kpress::plan::{Id, Source};
use std::collections::BTreeSet;

/// A source of every preset of the program.
fn every_preset() -> BTreeMap<Id, Source> {
    let files = |name: &str| if name == "own/actions" { "" } else { ", files: \"data/*\"" };
    let line = |(number, preset): (usize, &kpress::plan::packs::Preset)| {
        format!("  s{number}: {{preset: {}{}}}\n", preset.name, files(preset.name))
    };
    let lines: String = PRESETS.iter().enumerate().map(line).collect();
    let head = format!("site: {{title: T, languages: [en], currency: JPY}}\nsources:\n{lines}");
    let plan = kpress::plan::load(&Memory::of([("kpress.yaml", head.as_bytes())])).value;
    let sources = plan.sources.into_values();
    sources.filter_map(|source| Some((source.preset.clone()?, source))).collect()
}

/// What is seen: the preset, and the message where it is not clear.
fn seen(presets: &BTreeMap<Id, Source>, name: &str, text: &str) -> (String, Option<String>) {
    let seen = kpress::snapshot::inspect(
        name,
        &text.as_bytes().into(),
        presets,
        ("UTC", &kpress::time::Zone::utc()),
    );
    let unclear = seen.found.into_iter().find(|one| one.rule.name == "preset-unclear");
    (seen.preset.map(|(preset, _)| preset).unwrap_or_default(), unclear.map(|one| one.message))
}

/// A header with one row, as CSV.
fn file(labels: &[&str]) -> String {
    let row: Vec<&str> = labels.iter().map(|label| value(label)).collect();
    format!("{}\n{}\n", labels.join(","), row.join(","))
}

fn value(label: &str) -> &'static str {
    let has = |words: &[&str]| words.iter().any(|word| label.contains(word));
    match label {
        "日付" | "日期" | "Date" | "Start Date" | "開始日" => "2026-05-01",
        "終了日" | "End Date" => "2026-05-01",
        _ if has(&["ASIN"]) => "B0TEST0001",
        _ if has(&["率", "CTR", "ACOS", "Percentage", "Rate", "百分比"]) => "5.00%",
        _ => "1",
    }
}

const BY_DATE_JA: &[&str] = &[
    "日付",
    "注文商品の売上額",
    "注文商品の売上額 - B2B",
    "注文された商品点数",
    "注文点数 - B2B",
    "注文品目総数",
    "注文品目総数 - B2B",
    "ページビュー - 合計",
    "ページビュー - 合計 - B2B",
    "セッション数 - 合計",
    "セッション数 - 合計 - B2B",
    "おすすめ出品（おすすめ商品）の獲得率",
    "ユニットセッション率",
    "平均出品数",
    "親商品の平均数",
];
const BY_DATE_EN: &[&str] = &[
    "Date",
    "Ordered Product Sales",
    "Ordered Product Sales - B2B",
    "Units Ordered",
    "Units Ordered - B2B",
    "Total Order Items",
    "Page Views - Total",
    "Sessions - Total",
    "Featured Offer (Buy Box) Percentage",
    "Unit Session Percentage",
    "Order Item Session Percentage",
    "Average Offer Count",
    "Average Parent Items",
];
const BY_DATE_ZH: &[&str] = &[
    "日期",
    "已订购商品销售额",
    "已订购商品销售额 - B2B",
    "已订购商品数量",
    "已订购商品数量 - B2B",
    "订单商品总数",
    "页面浏览量 - 总计",
    "会话数 - 总计",
    "推荐报价（推荐报价展示位）百分比",
    "商品会话百分比",
];
const BY_ASIN_JA: &[&str] = &[
    "（親）ASIN",
    "（子）ASIN",
    "タイトル",
    "SKU",
    "セッション数 - 合計",
    "セッション率 - 合計",
    "ページビュー - 合計",
    "ページビュー率 - 合計",
    "おすすめ出品（おすすめ商品）の獲得率",
    "注文された商品点数",
    "ユニットセッション率",
    "注文商品の売上額",
    "注文品目総数",
];
const BY_ASIN_EN: &[&str] = &[
    "(Parent) ASIN",
    "(Child) ASIN",
    "Title",
    "SKU",
    "Sessions - Total",
    "Session Percentage - Total",
    "Page Views - Total",
    "Page Views Percentage - Total",
    "Featured Offer (Buy Box) Percentage",
    "Units Ordered",
    "Unit Session Percentage",
    "Ordered Product Sales",
    "Total Order Items",
];
const BY_ASIN_ZH: &[&str] = &[
    "（父）ASIN",
    "（子）ASIN",
    "标题",
    "SKU",
    "会话数 - 总计",
    "会话百分比 - 总计",
    "页面浏览量 - 总计",
    "页面浏览量百分比 - 总计",
    "推荐报价（推荐报价展示位）百分比",
    "已订购商品数量",
    "商品会话百分比",
    "已订购商品销售额",
    "订单商品总数",
];
const SP_JA: &[&str] = &[
    "日付",
    "ポートフォリオ名",
    "通貨",
    "キャンペーン名",
    "広告グループ名",
    "宣伝SKU",
    "宣伝 ASIN",
    "インプレッション",
    "クリック数",
    "クリックスルー率（CTR）",
    "平均クリック単価 (CPC)",
    "広告費",
    "広告がクリックされてから7日間の総売上高",
    "広告費売上高比率（ACOS）合計",
    "広告費用対効果（ROAS）合計",
    "広告がクリックされてから7日間の合計注文数",
    "広告がクリックされてから7日間の合計販売数",
    "広告がクリックされてから7日間のコンバージョン率",
];
const SB_JA: &[&str] = &[
    "日付",
    "ポートフォリオ名",
    "通貨",
    "キャンペーン名",
    "インプレッション",
    "クリック数",
    "クリックスルー率（CTR）",
    "平均クリック単価 (CPC)",
    "費用",
    "広告がクリックされてから14日間の総売上高",
    "広告費売上高比率（ACOS）合計",
    "広告費用対効果（ROAS）合計",
    "広告がクリックされてから14日間の合計注文数",
    "広告がクリックされてから14日間の合計販売数",
    "広告がクリックされてから14日間のコンバージョン率",
];
const SD_EN: &[&str] = &[
    "Date",
    "Portfolio name",
    "Currency",
    "Campaign Name",
    "Impressions",
    "Clicks",
    "Click-Thru Rate (CTR)",
    "Cost Per Click (CPC)",
    "Spend",
    "14 Day Total Sales",
    "Total Advertising Cost of Sales (ACOS)",
    "Total Return on Advertising Spend (ROAS)",
    "14 Day Total Orders (#)",
    "14 Day Total Units (#)",
    "14 Day Conversion Rate",
];
const SP_EN: &[&str] = &[
    "Start Date",
    "End Date",
    "Portfolio name",
    "Currency",
    "Campaign Name",
    "Ad Group Name",
    "Advertised SKU",
    "Advertised ASIN",
    "Impressions",
    "Clicks",
    "Click-Thru Rate (CTR)",
    "Cost Per Click (CPC)",
    "Spend",
    "7 Day Total Sales",
    "Total Advertising Cost of Sales (ACOS)",
    "Total Return on Advertising Spend (ROAS)",
    "7 Day Total Orders (#)",
    "7 Day Total Units (#)",
    "7 Day Conversion Rate",
];

/// A header, the preset it is of, a name that says so, and the name of a near one.
type Case = (&'static [&'static str], &'static str, &'static str, &'static str);

const CASES: &[Case] = &[
    (BY_DATE_JA, "amazon/business-report-date", "report.csv", "SponsoredProducts.csv"),
    (BY_DATE_EN, "amazon/business-report-date", "report.csv", "SponsoredProducts.csv"),
    (BY_DATE_ZH, "amazon/business-report-date", "report.csv", "SponsoredProducts.csv"),
    (BY_ASIN_JA, "amazon/business-report-asin", "report.csv", "SponsoredProducts.csv"),
    (BY_ASIN_EN, "amazon/business-report-asin", "report.csv", "SponsoredProducts.csv"),
    (BY_ASIN_ZH, "amazon/business-report-asin", "report.csv", "SponsoredProducts.csv"),
    (SP_JA, "amazon/ads-sp-console", "SponsoredProducts_2026-05.csv", "SponsoredBrands_2026-05.csv"),
    (SP_EN, "amazon/ads-sp-console", "商品推广_2026-05.csv", "展示型推广_2026-05.csv"),
    (SB_JA, "amazon/ads-sb-console", "スポンサーブランド_2026-05.csv", "SponsoredProducts_2026-05.csv"),
    (SD_EN, "amazon/ads-sd-console", "Sponsored Display report.csv", "SP_2026-05.csv"),
];

/// A header as it may look after a year: one or two neighbours gone, or called otherwise; or the columns the other way round.
fn drifted(labels: &'static [&'static str]) -> Vec<Vec<&'static str>> {
    let mut all = vec![labels.to_vec(), labels.iter().rev().copied().collect()];
    for first in 0..labels.len() {
        for second in first..labels.len().min(first + 2) {
            let is_hit = |at: usize| at == first || at == second;
            all.push(
                labels.iter().enumerate().filter(|(at, _)| !is_hit(*at)).map(|(_, label)| *label).collect(),
            );
            let renamed = |(at, label): (usize, &&'static str)| match () {
                () if at == first => "2027年の新しい列",
                () if at == second => "Another new label",
                () => *label,
            };
            all.push(labels.iter().enumerate().map(renamed).collect());
        }
    }
    all
}

#[test]
fn near_reports_with_drifted_headers_are_told_apart_or_said_to_be_unclear() {
    let all = every_preset();
    for (labels, right, named, _) in CASES {
        let (preset, message) = seen(&all, named, &file(labels));
        assert_eq!((preset.as_str(), message), (*right, None), "{named}, among all presets");
    }
    // Only these know half of the labels of such a file, whatever became of it.
    let near = |name: &Id| {
        ["amazon/ads-", "amazon/business-report", "lingxing/ads"].iter().any(|part| name.starts_with(part))
    };
    let presets: BTreeMap<Id, Source> = all.into_iter().filter(|(name, _)| near(name)).collect();
    let (mut tried, mut unclear) = (0, 0);
    for (labels, right, named, other) in CASES {
        for header in drifted(labels) {
            tried += 1;
            let text = file(&header);
            let told = |name: &str| {
                let (preset, message) = seen(&presets, name, &text);
                (preset == *right, message.clone().unwrap_or_default().contains(right), preset, message)
            };
            let what = || header.join(",");
            // Without a name that says so: the right one, or that several fit, the right one among them.
            let (is_right, names_right, preset, message) = told("download (3).csv");
            assert!(
                (is_right && message.is_none()) || names_right,
                "{right} is taken for {preset}: {message:?}\n{}",
                what()
            );
            unclear += usize::from(message.is_some());
            // With the name of the report, it is that report.
            let (is_right, _, preset, message) = told(named);
            assert!(
                is_right || message.is_some(),
                "{named} is taken for {preset} without a word\n{}",
                what()
            );
            if named.len() > "report.csv".len() {
                assert!(is_right, "{named} is taken for {preset}: {message:?}\n{}", what());
            }
            // With the name of another report: the columns win, or it is said that the name contradicts them.
            let (is_right, _, preset, message) = told(other);
            assert!(
                is_right || message.is_some(),
                "{right} called {other} is taken for {preset}: {message:?}\n{}",
                what()
            );
        }
    }
    assert!(tried > 500, "{tried}");
    // Brands and Display have the same labels: without a name nobody can tell. All others are clear nearly always.
    assert!(unclear < tried / 3, "{unclear} of {tried} are unclear");
}

#[test]
fn reports_of_the_interface_are_told_apart_by_their_keys_and_names() {
    let presets = every_preset();
    let row = |keys: &[&str]| {
        let cells: Vec<String> = keys
            .iter()
            .map(|key| format!("\"{key}\":{}", if *key == "date" { "\"2026-05-01\"" } else { "1" }))
            .collect();
        format!("[{{{}}}]", cells.join(","))
    };
    let sp = [
        "date",
        "campaignId",
        "impressions",
        "clicks",
        "cost",
        "sales7d",
        "purchases7d",
        "unitsSoldClicks7d",
    ];
    let sb = ["date", "campaignId", "impressions", "clicks", "cost", "sales", "purchases", "unitsSold"];
    let (preset, message) = seen(&presets, "spAdvertisedProduct.json", &row(&sp));
    assert_eq!((preset.as_str(), message), ("amazon/ads-sp-api", None));
    for (name, right) in
        [("sbCampaigns-2026-05.json", "amazon/ads-sb-api"), ("sdCampaigns-2026-05.json", "amazon/ads-sd-api")]
    {
        for gone in 0..sb.len() {
            let keys: Vec<&str> =
                sb.iter().enumerate().filter(|(at, _)| *at != gone).map(|(_, key)| *key).collect();
            let (preset, message) = seen(&presets, name, &row(&keys));
            assert_eq!((preset.as_str(), message), (right, None), "without {}", sb[gone]);
        }
    }
    let message = seen(&presets, "download.json", &row(&sb)).1.expect("nobody can tell");
    let named: BTreeSet<bool> =
        ["amazon/ads-sb-api", "amazon/ads-sd-api"].iter().map(|name| message.contains(name)).collect();
    assert_eq!(named, BTreeSet::from([true]), "{message}");
    // Keys of Brands under the name of Products: the name is not believed without a word.
    let (preset, message) = seen(&presets, "spCampaigns.json", &row(&sb));
    assert!(preset != "amazon/ads-sp-api" || message.is_some(), "{preset}");
}
