//! Packs that come with the program: presets that know the layout of reports.
//! Each preset is a file below `content/packs`, compiled in; this table is the one place that lists them.

/// The layout of a report.
pub struct Preset {
    /// Its name in `preset:`.
    pub name: &'static str,
    /// Where its text lies in the source of the program, for findings about it.
    pub path: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// Packs that can be named in `packs:`. `cn-classic` holds no presets: its sample scorecards are written into a workspace by
/// `kpress init`, where everybody sees and changes them; its alerts hold where the pack is named.
pub const NAMES: &[&str] = &["amazon-jp", "cn-classic"];

/// The alerts of a pack: where they lie, and what they say. They hold for the metrics a workspace has.
pub fn alerts(pack: &str) -> Option<(&'static str, &'static str)> {
    Some(match pack {
        "amazon-jp" => {
            ("content/packs/amazon-jp/alerts.yaml", include_str!("../../content/packs/amazon-jp/alerts.yaml"))
        }
        "cn-classic" => (
            "content/packs/cn-classic/alerts.yaml",
            include_str!("../../content/packs/cn-classic/alerts.yaml"),
        ),
        _ => return None,
    })
}

/// A preset of the pack `amazon-jp`, by its name and the name of its file.
macro_rules! preset {
    ($name:literal, $file:literal) => {
        Preset {
            name: $name,
            path: concat!("content/packs/amazon-jp/sources/", $file, ".yaml"),
            text: include_str!(concat!("../../content/packs/amazon-jp/sources/", $file, ".yaml")),
        }
    };
}

/// All presets, by name.
pub static PRESETS: &[Preset] = &[
    preset!("amazon/sales-traffic", "sales-traffic"),
    preset!("amazon/business-report-date", "business-report-date"),
    preset!("amazon/business-report-asin", "business-report-asin"),
    preset!("amazon/orders", "orders"),
    preset!("amazon/settlement", "settlement"),
    preset!("amazon/transactions-jp", "transactions-jp"),
    preset!("amazon/transactions", "transactions-jp"),
    preset!("amazon/fba-inventory", "fba-inventory"),
    preset!("amazon/ledger-summary", "ledger-summary"),
    preset!("amazon/returns", "returns"),
    preset!("amazon/feedback", "feedback"),
    preset!("amazon/ads-sp-console", "ads-sp-console"),
    preset!("amazon/ads-sp-api", "ads-sp-api"),
    preset!("amazon/ads-sb-console", "ads-sb-console"),
    preset!("amazon/ads-sb-api", "ads-sb-api"),
    preset!("amazon/ads-sd-console", "ads-sd-console"),
    preset!("amazon/ads-sd-api", "ads-sd-api"),
    preset!("amazon/inventory-planning", "inventory-planning"),
    preset!("amazon/reserved-inventory", "reserved-inventory"),
    preset!("amazon/ledger-detail", "ledger-detail"),
    preset!("amazon/account-health", "account-health"),
    preset!("amazon/search-terms", "search-terms"),
    preset!("amazon/search-query", "search-query"),
    preset!("amazon/search-catalog", "search-catalog"),
    preset!("amazon/market-basket", "market-basket"),
    preset!("amazon/repeat-purchase", "repeat-purchase"),
    preset!("amazon/vendor-sales", "vendor-sales"),
    preset!("amazon/vendor-traffic", "vendor-traffic"),
    preset!("amazon/vendor-inventory", "vendor-inventory"),
    preset!("amazon/vendor-margin", "vendor-margin"),
    preset!("amazon/vendor-forecast", "vendor-forecast"),
    preset!("amazon/coupons", "coupons"),
    preset!("amazon/promotions", "promotions"),
    preset!("amazon/sales-rank", "sales-rank"),
    preset!("own/tracker", "tracker"),
    preset!("own/cash", "cash"),
    preset!("own/ipi", "ipi"),
    preset!("own/actions", "actions"),
    preset!("own/headcount", "headcount"),
    preset!("own/overhead", "overhead"),
    preset!("own/ads-invoices", "ads-invoices"),
    preset!("amazon/ads-budget", "ads-budget"),
    preset!("amazon/kiosk-economics", "kiosk-economics"),
    preset!("erp/cost", "erp-cost"),
    preset!("lingxing/profit", "lingxing-profit"),
    preset!("lingxing/ads", "lingxing-ads"),
    preset!("own/fx", "fx"),
    preset!("yayoi/journal", "yayoi-journal"),
    preset!("moneyforward/journal", "moneyforward-journal"),
    preset!("freee/deals", "freee-deals"),
];

/// The preset of this name.
pub fn preset(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

/// All names, for "did you mean".
pub fn preset_names() -> impl Iterator<Item = &'static str> {
    PRESETS.iter().map(|preset| preset.name)
}
