//! What the user says below `config:`, and the request it makes.

use kpress_plugin::{Context, Error};
use serde_json::{Value, json};

/// The schema of it.
pub const SCHEMA: &str = r#"{"type":"object","additionalProperties":false,"required":["client_id"],"properties":{
"report":{"type":"string","description":"a report type, as spCampaigns, spAdvertisedProduct, spSearchTerm; spAdvertisedProduct if absent"},
"client_id":{"type":"string","description":"of the application, as amzn1.application-oa2-client.…"},
"profile":{"type":["string","integer"],"description":"of the advertiser; the only one of the country if absent"},
"country":{"type":"string","pattern":"^[A-Z]{2}$","description":"JP if absent"},
"group_by":{"type":"array","items":{"type":"string"}},
"columns":{"type":"array","items":{"type":"string"},"description":"instead of the usual ones; one bad name fails the whole report"},
"time_unit":{"type":"string","enum":["DAILY","SUMMARY"]},
"filters":{"type":"array","items":{"type":"object"}},
"poll":{"type":"integer","minimum":1,"maximum":300,"description":"seconds between two questions whether a report is ready"},
"store":{"type":"string"}}}"#;

/// A report takes up to three hours, mostly minutes.
const POLL: u32 = 60;

/// A type of report: its product, what it is grouped by, and columns beside the common ones.
struct Kind {
    name: &'static str,
    product: &'static str,
    group_by: &'static str,
    columns: &'static [&'static str],
}

const SP: &str = "SPONSORED_PRODUCTS";
const SB: &str = "SPONSORED_BRANDS";
const SD: &str = "SPONSORED_DISPLAY";
const COMMON: &[&str] = &["impressions", "clicks", "cost", "campaignId", "campaignName"];
/// Of Sponsored Products: a sale counts for seven days after the click.
const SP_SALES: &[&str] = &[
    "campaignStatus", "campaignBudgetAmount", "campaignBudgetType", "campaignBudgetCurrencyCode", "clickThroughRate",
    "costPerClick", "purchases7d", "purchases14d", "unitsSoldClicks7d", "unitsSoldClicks14d", "sales7d", "sales14d",
];

static KINDS: &[Kind] = &[
    Kind { name: "spCampaigns", product: SP, group_by: "campaign", columns: SP_SALES },
    Kind {
        name: "spAdvertisedProduct",
        product: SP,
        group_by: "advertiser",
        columns: &["advertisedAsin", "advertisedSku", "adGroupId", "adGroupName"],
    },
    Kind {
        name: "spTargeting",
        product: SP,
        group_by: "targeting",
        columns: &["targeting", "matchType", "adGroupId", "adGroupName"],
    },
    Kind {
        name: "spSearchTerm",
        product: SP,
        group_by: "searchTerm",
        columns: &["searchTerm", "targeting", "matchType", "adGroupId", "adGroupName"],
    },
    Kind { name: "sbCampaigns", product: SB, group_by: "campaign", columns: &["purchases", "sales", "unitsSold"] },
    Kind { name: "sdCampaigns", product: SD, group_by: "campaign", columns: &["purchases", "sales", "unitsSold"] },
    Kind {
        name: "sdAdvertisedProduct",
        product: SD,
        group_by: "advertiser",
        columns: &["promotedAsin", "promotedSku", "adGroupId", "adGroupName", "purchases", "sales", "unitsSold"],
    },
];

/// The config, read.
pub struct Config {
    /// Of the application.
    pub client_id: String,
    /// Of the advertiser.
    pub profile: Option<String>,
    /// Of the advertiser.
    pub country: String,
    /// Seconds between two questions.
    pub poll: u32,
    kind: &'static Kind,
    group_by: Vec<String>,
    columns: Vec<String>,
    time_unit: String,
    filters: Value,
}

impl Config {
    /// Reads it.
    pub fn read(context: &Context) -> Result<Config, Error> {
        let name = context.param("report").unwrap_or("spAdvertisedProduct");
        let Some(kind) = KINDS.iter().find(|kind| kind.name == name) else {
            let known: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
            return Err(Error::invalid_param("report", format!("there is no `{name}`; known are {}", known.join(", "))));
        };
        let list = |key: &str| -> Result<Option<Vec<String>>, Error> {
            let read = |text: &str| {
                serde_json::from_str(text).map_err(|_| Error::invalid_param(key, "is a list of words"))
            };
            context.param(key).map(read).transpose()
        };
        let time_unit = context.param("time_unit").unwrap_or("DAILY").to_owned();
        let usual = || {
            let dates: &[&str] = if time_unit == "DAILY" { &["date"] } else { &["startDate", "endDate"] };
            let sales = if kind.product == SP { SP_SALES } else { &[] };
            let mut all: Vec<String> = Vec::new();
            for column in dates.iter().chain(COMMON).chain(kind.columns).chain(sales) {
                if !all.iter().any(|own| own == column) {
                    all.push((*column).to_owned());
                }
            }
            all
        };
        let filters = match context.param("filters") {
            None => Value::Null,
            Some(text) => serde_json::from_str(text).map_err(|_| Error::invalid_param("filters", "is a list"))?,
        };
        Ok(Config {
            client_id: context.required("client_id")?,
            profile: context.param("profile").map(str::to_owned),
            country: context.param("country").unwrap_or("JP").to_owned(),
            poll: context.param_or("poll", POLL)?,
            kind,
            group_by: list("group_by")?.unwrap_or_else(|| vec![kind.group_by.to_owned()]),
            columns: list("columns")?.unwrap_or_else(usual),
            time_unit,
            filters,
        })
    }

    /// The body that asks for a report.
    pub fn specification(&self, from: &str, to: &str) -> String {
        let mut configuration = json!({
            "adProduct": self.kind.product,
            "groupBy": self.group_by,
            "columns": self.columns,
            "reportTypeId": self.kind.name,
            "timeUnit": self.time_unit,
            "format": "GZIP_JSON",
        });
        if !self.filters.is_null() {
            configuration["filters"] = self.filters.clone();
        }
        let name = format!("kpress {} {from} {to}", self.kind.name);
        json!({"name": name, "startDate": from, "endDate": to, "configuration": configuration}).to_string()
    }
}
