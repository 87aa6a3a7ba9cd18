//! Queries of Data Kiosk: those that come with this plugin, and how one is filled and sent.

/// Sales and visits by day, or by child ASIN.
const SALES: &str = "orderedProductSales{amount currencyCode} totalOrderItems unitsOrdered unitsRefunded unitsShipped ordersShipped shippedProductSales{amount currencyCode} refundRate";
const TRAFFIC: &str = "browserPageViews mobileAppPageViews pageViews browserSessions mobileAppSessions sessions buyBoxPercentage unitSessionPercentage";

/// The text of a query by its name.
pub fn named(name: &str) -> Option<String> {
    let within = r#"startDate:"{since}",endDate:"{until}",marketplaceIds:["{marketplace}"]"#;
    Some(match name {
        "sales-traffic-by-date" => format!(
            "query{{analytics_salesAndTraffic_2024_04_24{{salesAndTrafficByDate(aggregateBy:DAY,{within}){{startDate endDate marketplaceId sales{{{SALES}}} traffic{{{TRAFFIC}}}}}}}}}"
        ),
        "sales-traffic-by-asin" => format!(
            "query{{analytics_salesAndTraffic_2024_04_24{{salesAndTrafficByAsin(aggregateBy:CHILD,{within}){{startDate endDate marketplaceId parentAsin childAsin sales{{{SALES}}} traffic{{{TRAFFIC}}}}}}}}}"
        ),
        "economics" => format!(
            "query{{analytics_economics_2024_03_15{{economics(aggregateBy:{{date:DAY,productId:CHILD_ASIN}},{within}){{startDate endDate marketplaceId parentAsin childAsin sales{{orderedProductSales{{amount currencyCode}} netProductSales{{amount currencyCode}} unitsOrdered netUnitsSold}} netProceeds{{total{{amount currencyCode}}}}}}}}}}"
        ),
        _ => return None,
    })
}

/// A query with the days and the marketplace in their places.
pub fn filled(query: &str, since: &str, until: &str, marketplace: &str) -> String {
    query.replace("{since}", since).replace("{until}", until).replace("{marketplace}", marketplace)
}

/// The body of a request; `token` is that of a further page.
pub fn body(query: &str, token: Option<&str>) -> String {
    let query = query.split_whitespace().collect::<Vec<_>>().join(" ");
    match token {
        Some(token) => serde_json::json!({"query": query, "paginationToken": token}).to_string(),
        None => serde_json::json!({"query": query}).to_string(),
    }
}
