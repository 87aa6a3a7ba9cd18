//! The handbook of a pack: articles that come with the program. What a metric means, how it is computed, how it is misread
//! and what to do; procedures and pages by role. Each is a file below `content/packs`, compiled in; this table is the one
//! place that lists them.

use crate::unit::Lang;

/// One article of a handbook in one language.
pub(super) struct Text {
    /// Its address, as that of `content/handbook/acos.zh.md` in a workspace.
    pub(super) id: String,
    /// Its language.
    pub(super) lang: Lang,
    /// Where it lies in the source of the program, for findings about it.
    pub(super) path: String,
    /// Front matter and Markdown.
    pub(super) text: &'static str,
}

/// Where the articles of a handbook stand on a site; behind it the id of the metric an article is about.
pub const PLACE: &str = "handbook/";

/// The article a handbook is opened at: the one of them that stands in the navigation.
pub const ENTRY: &str = "handbook/index";

/// The articles of a pack in some languages; none of a pack without a handbook.
pub(super) fn of_pack<'a>(pack: &'a str, langs: &'a [Lang]) -> impl Iterator<Item = Text> + 'a {
    let texts: &[(&str, [&str; 3])] = if pack == "amazon-jp" { AMAZON_JP } else { &[] };
    texts.iter().flat_map(move |&(name, [zh, ja, en])| {
        langs.iter().map(move |lang| Text {
            id: format!("{PLACE}{name}"),
            lang: *lang,
            path: format!("content/packs/{pack}/handbook/{name}.{}.md", lang.code()),
            text: match lang {
                Lang::Zh => zh,
                Lang::Ja => ja,
                Lang::En => en,
            },
        })
    })
}

/// The names of articles, each with its text in Chinese, Japanese and English.
macro_rules! texts {
    ($($name:literal),* $(,)?) => {
        &[$(($name, [
            include_str!(concat!("../../content/packs/amazon-jp/handbook/", $name, ".zh.md")),
            include_str!(concat!("../../content/packs/amazon-jp/handbook/", $name, ".ja.md")),
            include_str!(concat!("../../content/packs/amazon-jp/handbook/", $name, ".en.md")),
        ])),*]
    };
}

/// The handbook of the pack `amazon-jp`, by name.
#[rustfmt::skip] // One name a line would be a page of names.
static AMAZON_JP: &[(&str, [&str; 3])] = texts![
    "acos", "action_closure_rate", "active_sku_rate", "ad_cvr", "ad_orders", "ad_sales", "ad_sales_share",
    "ad_spend", "aged_inv_share", "amazon_fees", "aov", "asp", "b2b_share", "breakeven_acos", "bsr",
    "buy_box_pct", "cancel_rate", "cash_receivable", "cash_runway", "ccc", "clicks", "cm1", "cm2", "cogs",
    "cpa", "cpc", "ctr", "days_of_cover", "defect_return_share", "excess_units", "fx_loss", "gmroi", "gmv",
    "gmv_ex_tax", "gmv_yoy", "gross_margin", "group/ads", "group/cash", "group/health", "group/inventory",
    "group/people", "group/profit", "group/quality", "group/rank", "group/sales", "group/traffic",
    "impressions", "index", "inv_days", "inv_recon_gap", "inv_turnover", "inv_units", "inv_value", "ipi",
    "kw_rank", "kw_top10_share", "late_ship_rate", "neg_feedback_rate", "net_margin", "net_proceeds",
    "net_profit", "net_sales", "odr", "order_item_session_pct", "order_items", "orders", "organic_sales",
    "organic_share", "otdr", "out_of_budget_pct", "page_views", "points_cost", "policy_violations",
    "profit_per_head", "rating", "refund_rate", "return_rate", "review_rate", "reviews_new", "roas",
    "role/advertising", "role/boss", "role/finance", "role/operator", "role/purchasing", "role/team-lead",
    "sales_per_head", "sell_through", "sessions", "shipped_sales", "sop/account-health", "sop/bids",
    "sop/conversion-drop", "sop/coupon-deal", "sop/featured-offer-loss", "sop/month-close",
    "sop/negative-review", "sop/new-asin", "sop/price-change", "sop/prime-day", "sop/restock",
    "sop/return-spike", "sop/review-deck", "sop/traffic-drop", "sop/weekly-ads", "stock_to_sales",
    "stockout_rate", "tacos", "target_attainment", "unit_session_pct", "units", "upt", "vtr", "weeks_of_cover",
];
