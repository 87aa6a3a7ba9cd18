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
pub const ENTRY: &str = "handbook";

/// The articles of a pack in some languages; none of a pack without a handbook.
pub(super) fn of_pack<'a>(pack: &'a str, langs: &'a [Lang]) -> impl Iterator<Item = Text> + 'a {
    let texts: &[(&str, [&str; 3])] = if pack == "amazon-jp" { AMAZON_JP } else { &[] };
    texts.iter().flat_map(move |&(name, [zh, ja, en])| {
        langs.iter().map(move |lang| Text {
            id: name.to_owned(),
            lang: *lang,
            path: format!("content/packs/{pack}/{name}.{}.md", lang.code()),
            text: match lang {
                Lang::Zh => zh,
                Lang::Ja => ja,
                Lang::En => en,
            },
        })
    })
}

/// Every text of every handbook.
pub fn texts() -> impl Iterator<Item = &'static str> {
    AMAZON_JP.iter().flat_map(|(_, texts)| texts.iter().copied())
}

/// The names of articles, each with its text in Chinese, Japanese and English.
macro_rules! texts {
    ($($name:literal),* $(,)?) => {
        &[$(($name, [
            include_str!(concat!("../../content/packs/amazon-jp/", $name, ".zh.md")),
            include_str!(concat!("../../content/packs/amazon-jp/", $name, ".ja.md")),
            include_str!(concat!("../../content/packs/amazon-jp/", $name, ".en.md")),
        ])),*]
    };
}

/// The handbook of the pack `amazon-jp`, by name.
#[rustfmt::skip] // One name a line would be a page of names.
static AMAZON_JP: &[(&str, [&str; 3])] = texts![
    "handbook", "handbook/acos", "handbook/action_closure_rate", "handbook/active_sku_rate", "handbook/ad_cvr",
    "handbook/ad_orders", "handbook/ad_sales", "handbook/ad_sales_share", "handbook/ad_spend",
    "handbook/aged_inv_share", "handbook/amazon_fees", "handbook/aov", "handbook/asp", "handbook/b2b_share",
    "handbook/breakeven_acos", "handbook/bsr", "handbook/buy_box_pct", "handbook/cancel_rate",
    "handbook/cash_receivable", "handbook/cash_runway", "handbook/ccc", "handbook/clicks", "handbook/cm1",
    "handbook/cm2", "handbook/cogs", "handbook/cpa", "handbook/cpc", "handbook/ctr", "handbook/days_of_cover",
    "handbook/defect_return_share", "handbook/excess_units", "handbook/fx_loss", "handbook/gmroi",
    "handbook/gmv", "handbook/gmv_ex_tax", "handbook/gmv_yoy", "handbook/gross_margin", "handbook/group/ads",
    "handbook/group/cash", "handbook/group/health", "handbook/group/inventory", "handbook/group/people",
    "handbook/group/profit", "handbook/group/quality", "handbook/group/rank", "handbook/group/sales",
    "handbook/group/traffic", "handbook/impressions", "handbook/inv_days", "handbook/inv_recon_gap",
    "handbook/inv_turnover", "handbook/inv_units", "handbook/inv_value", "handbook/ipi", "handbook/kw_rank",
    "handbook/kw_top10_share", "handbook/late_ship_rate", "handbook/neg_feedback_rate", "handbook/net_margin",
    "handbook/net_proceeds", "handbook/net_profit", "handbook/net_sales", "handbook/odr",
    "handbook/order_item_session_pct", "handbook/order_items", "handbook/orders", "handbook/organic_sales",
    "handbook/organic_share", "handbook/otdr", "handbook/out_of_budget_pct", "handbook/page_views",
    "handbook/points_cost", "handbook/policy_violations", "handbook/profit_per_head", "handbook/rating",
    "handbook/refund_rate", "handbook/return_rate", "handbook/review_rate", "handbook/reviews_new",
    "handbook/roas", "handbook/role/advertising", "handbook/role/boss", "handbook/role/finance",
    "handbook/role/operator", "handbook/role/purchasing", "handbook/role/team-lead", "handbook/sales_per_head",
    "handbook/sell_through", "handbook/sessions", "handbook/shipped_sales", "handbook/sop/account-health",
    "handbook/sop/bids", "handbook/sop/conversion-drop", "handbook/sop/coupon-deal",
    "handbook/sop/featured-offer-loss", "handbook/sop/month-close", "handbook/sop/negative-review",
    "handbook/sop/new-asin", "handbook/sop/price-change", "handbook/sop/prime-day", "handbook/sop/restock",
    "handbook/sop/return-spike", "handbook/sop/review-deck", "handbook/sop/traffic-drop",
    "handbook/sop/weekly-ads", "handbook/stock_to_sales", "handbook/stockout_rate", "handbook/tacos",
    "handbook/target_attainment", "handbook/unit_session_pct", "handbook/units", "handbook/upt", "handbook/vtr",
    "handbook/weeks_of_cover",
];
