//! Workspaces that come with the program: a small one, and the start of each pack.

use super::Files;

/// A file of a start, compiled in.
macro_rules! start {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/content/packs/", $name)))),*]
    };
}

/// Files of all starts: `<pack>/start/<path in the workspace>`.
static FILES: &[(&str, &[u8])] = start![
    "small/start/kpress.yaml",
    "small/start/data/sales.csv",
    "small/start/metrics/sales.yaml",
    "small/start/targets/2025.yaml",
    "small/start/dashboards/overview.yaml",
    "amazon-jp/start/README.md",
    "amazon-jp/start/kpress.yaml",
    "amazon-jp/start/stores.yaml",
    "amazon-jp/start/people.yaml",
    "amazon-jp/start/dashboards/ads.yaml",
    "amazon-jp/start/dashboards/comparison.yaml",
    "amazon-jp/start/dashboards/finance.yaml",
    "amazon-jp/start/dashboards/health.yaml",
    "amazon-jp/start/dashboards/inventory.yaml",
    "amazon-jp/start/dashboards/operations.yaml",
    "amazon-jp/start/dashboards/overview.yaml",
    "amazon-jp/start/dashboards/profit.yaml",
    "amazon-jp/start/dashboards/quality.yaml",
    "amazon-jp/start/dashboards/sales.yaml",
    "amazon-jp/start/data/ads/jp1/SponsoredProducts-2025-11_12.csv",
    "amazon-jp/start/data/ads_sb/jp1/SponsoredBrands-2025-11_12.csv",
    "amazon-jp/start/data/ads_sd/jp1/SponsoredDisplay-2025-11_12.csv",
    "amazon-jp/start/data/erp/cost.csv",
    "amazon-jp/start/data/fx/fx.csv",
    "amazon-jp/start/data/ledger/jp1/LedgerSummary-2025-11_12.txt",
    "amazon-jp/start/data/orders/jp1/AllOrders-2025-12.txt",
    "amazon-jp/start/data/products/products.csv",
    "amazon-jp/start/data/returns/jp1/CustomerReturns-2025-12.txt",
    "amazon-jp/start/data/sales_traffic/jp1/BusinessReport-2025-11.csv",
    "amazon-jp/start/data/sales_traffic/jp1/BusinessReport-2025-12.csv",
    "amazon-jp/start/data/transactions/jp1/2025DecMonthlyTransaction.csv",
    "amazon-jp/start/launches/jp1-bottle.yaml",
    "amazon-jp/start/launches/jp1-pan.yaml",
    "amazon-jp/start/metrics/ads.yaml",
    "amazon-jp/start/metrics/checks.yaml",
    "amazon-jp/start/metrics/finance.yaml",
    "amazon-jp/start/metrics/health.yaml",
    "amazon-jp/start/metrics/inventory.yaml",
    "amazon-jp/start/metrics/profit.yaml",
    "amazon-jp/start/metrics/quality.yaml",
    "amazon-jp/start/metrics/sales.yaml",
    "amazon-jp/start/metrics/traffic.yaml",
    "amazon-jp/start/targets/2025.yaml",
    "cn-classic/start/README.md",
    "cn-classic/start/dashboards/overview.yaml",
    "cn-classic/start/data/sales.csv",
    "cn-classic/start/kpress.yaml",
    "cn-classic/start/launches/b0sample02.yaml",
    "cn-classic/start/metrics/shop.yaml",
    "cn-classic/start/people.yaml",
    "cn-classic/start/scorecards/advertising.yaml",
    "cn-classic/start/scorecards/lead.yaml",
    "cn-classic/start/scorecards/operations.yaml",
    "cn-classic/start/scorecards/purchasing.yaml",
    "cn-classic/start/stores.yaml",
    "cn-classic/start/targets/2025.yaml",
];

/// The start of a pack; `None` if there is no such pack.
pub(super) fn files(pack: &str) -> Option<Files> {
    let prefix = format!("{pack}/start/");
    let below = |(name, bytes): &(&str, &[u8])| {
        name.strip_prefix(&prefix).map(|name| (name.to_owned(), bytes.to_vec()))
    };
    let files: Files = FILES.iter().filter_map(below).collect();
    let known = crate::plan::packs::NAMES.contains(&pack) || pack == SMALL;
    (known && !files.is_empty()).then_some(files)
}

/// The start that is written where nothing is asked for.
const SMALL: &str = "small";

/// A shop with two stores and a month of sales.
pub(super) fn small() -> Files {
    files(SMALL).expect("the small start is compiled in")
}
