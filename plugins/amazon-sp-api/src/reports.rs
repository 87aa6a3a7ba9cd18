//! The reports that can be fetched: how they are asked for, over how many days at once, and what is said besides.

/// How a report comes to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Asked for over days of the calendar, at most so many at once.
    Days(i32),
    /// As Days, with moments of the clock instead of dates.
    Moments(i32),
    /// Asked for over whole weeks, Sunday to Saturday, one at a time.
    Weeks,
    /// How things stand when it is asked for.
    Now,
    /// Made by Amazon by itself: only listed and fetched.
    Listed,
}

/// A report.
#[derive(Debug)]
pub struct Report {
    /// Its type.
    pub name: &'static str,
    /// How it comes to be.
    pub way: Way,
    /// What its documents end in.
    pub extension: &'static str,
    /// Options that it has unless the user says otherwise.
    pub options: &'static [(&'static str, &'static str)],
}

const fn report(name: &'static str, way: Way, extension: &'static str) -> Report {
    Report { name, way, extension, options: &[] }
}

const WEEK: &[(&str, &str)] = &[("reportPeriod", "WEEK")];

const fn weekly(name: &'static str) -> Report {
    Report { name, way: Way::Weeks, extension: "json", options: WEEK }
}

/// All of them.
pub static REPORTS: &[Report] = &[
    // One day at a time: by ASIN the report is one sum over its days. By child, since by SKU it leaves out visits without
    // an order.
    Report {
        name: "GET_SALES_AND_TRAFFIC_REPORT",
        way: Way::Days(1),
        extension: "json",
        options: &[("dateGranularity", "DAY"), ("asinGranularity", "CHILD")],
    },
    report("GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL", Way::Moments(30), "txt"),
    report("GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL", Way::Moments(30), "txt"),
    report("GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2", Way::Listed, "txt"),
    report("GET_FBA_MYI_UNSUPPRESSED_INVENTORY_DATA", Way::Now, "txt"),
    report("GET_FBA_INVENTORY_PLANNING_DATA", Way::Now, "txt"),
    report("GET_RESERVED_INVENTORY_DATA", Way::Now, "txt"),
    Report {
        name: "GET_LEDGER_SUMMARY_VIEW_DATA",
        way: Way::Moments(30),
        extension: "txt",
        options: &[("aggregateByLocation", "COUNTRY"), ("aggregatedByTimePeriod", "DAILY")],
    },
    report("GET_LEDGER_DETAIL_VIEW_DATA", Way::Moments(30), "txt"),
    report("GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA", Way::Moments(30), "txt"),
    report("GET_SELLER_FEEDBACK_DATA", Way::Moments(30), "txt"),
    report("GET_V2_SELLER_PERFORMANCE_REPORT", Way::Now, "json"),
    weekly("GET_BRAND_ANALYTICS_SEARCH_TERMS_REPORT"),
    weekly("GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT"),
    weekly("GET_BRAND_ANALYTICS_SEARCH_CATALOG_PERFORMANCE_REPORT"),
    weekly("GET_BRAND_ANALYTICS_MARKET_BASKET_REPORT"),
    weekly("GET_BRAND_ANALYTICS_REPEAT_PURCHASE_REPORT"),
    weekly("GET_VENDOR_SALES_REPORT"),
    weekly("GET_VENDOR_TRAFFIC_REPORT"),
    weekly("GET_VENDOR_INVENTORY_REPORT"),
    weekly("GET_VENDOR_NET_PURE_PRODUCT_MARGIN_REPORT"),
    report("GET_VENDOR_FORECASTING_REPORT", Way::Now, "json"),
    report("GET_PROMOTION_PERFORMANCE_REPORT", Way::Moments(30), "json"),
    report("GET_COUPON_PERFORMANCE_REPORT", Way::Moments(30), "json"),
];

/// The report of a type.
pub fn of(name: &str) -> Option<&'static Report> {
    REPORTS.iter().find(|report| report.name == name)
}
