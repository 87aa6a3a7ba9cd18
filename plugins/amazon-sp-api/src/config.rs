//! What the user says below `config:`.

use crate::kiosk;
use crate::reports::{self, REPORTS, Report, Way};
use amazon::days;
use kpress_plugin::{Context, Error};
use serde_json::{Map, Value, json};

/// The schema of it.
pub const SCHEMA: &str = r#"{"type":"object","additionalProperties":false,"required":["client_id"],"properties":{
"report":{"type":"string","description":"the type of a report, as GET_SALES_AND_TRAFFIC_REPORT"},
"query":{"type":"string","description":"Data Kiosk: sales-traffic-by-date, sales-traffic-by-asin, economics, or a text in GraphQL with {since}, {until} and {marketplace}"},
"options":{"type":"object","description":"reportOptions, beside or instead of the usual ones"},
"marketplace":{"type":"string","description":"its id; that of the store, or Japan"},
"client_id":{"type":"string","description":"of the application, as amzn1.application-oa2-client.…"},
"days":{"type":"integer","minimum":1,"maximum":31,"description":"days of one report"},
"poll":{"type":"integer","minimum":1,"maximum":300,"description":"seconds between two questions whether a report is ready"},
"utc_offset":{"type":"string","pattern":"^[+-][0-9]{2}:[0-9]{2}$","description":"of the marketplace; +09:00 for Japan"},
"store":{"type":"string"}}}"#;

/// Amazon.co.jp.
const JAPAN: &str = "A1VC38T7YXB528";
/// Seconds between two questions.
const POLL: u32 = 30;

/// What is asked for.
pub enum Wanted {
    /// A report.
    Report(&'static Report),
    /// A query, with holes for the days.
    Query(String),
}

/// The config, read.
pub struct Config {
    /// What is asked for.
    pub wanted: Wanted,
    /// Where.
    pub marketplace: String,
    /// Days of one report.
    pub days: Option<i32>,
    /// Seconds between two questions.
    pub poll: u32,
    /// Of the marketplace's clock.
    pub offset: String,
    options: Map<String, Value>,
}

impl Config {
    /// Reads it.
    pub fn read(context: &Context) -> Result<Config, Error> {
        let wanted = match (context.param("report"), context.param("query")) {
            (Some(name), None) => match reports::of(name) {
                Some(report) => Wanted::Report(report),
                None => {
                    let known: Vec<&str> = REPORTS.iter().map(|report| report.name).collect();
                    return Err(Error::invalid_param("report", format!("there is no `{name}`; known are {}", known.join(", "))));
                }
            },
            (None, Some(query)) if query.trim_start().starts_with("query") => Wanted::Query(query.to_owned()),
            (None, Some(name)) => match kiosk::named(name) {
                Some(query) => Wanted::Query(query),
                None => return Err(Error::invalid_param("query", format!("there is no query `{name}`"))),
            },
            _ => return Err(Error::invalid_param("report", "give a `report` or a `query`")),
        };
        let options = match context.param("options") {
            None => Map::new(),
            Some(text) => serde_json::from_str(text)
                .map_err(|_| Error::invalid_param("options", "is a map, as {asinGranularity: SKU}"))?,
        };
        let days = match context.param("days") {
            None => None,
            Some(_) => Some(context.required("days")?),
        };
        Ok(Config {
            wanted,
            marketplace: context.param("marketplace").unwrap_or(JAPAN).to_owned(),
            days,
            poll: context.param_or("poll", POLL)?,
            offset: context.param("utc_offset").unwrap_or("+09:00").to_owned(),
            options,
        })
    }

    /// The body that asks for a report.
    pub fn specification(&self, report: &Report, from: i32, to: i32) -> String {
        let mut options = Map::new();
        options.extend(report.options.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value))));
        options.extend(self.options.clone());
        let mut body = json!({"reportType": report.name, "marketplaceIds": [self.marketplace]});
        if !options.is_empty() {
            body["reportOptions"] = Value::Object(options);
        }
        let (from, to) = (days::iso(from), days::iso(to));
        match report.way {
            Way::Days(_) | Way::Weeks => {
                body["dataStartTime"] = from.into();
                body["dataEndTime"] = to.into();
            }
            Way::Moments(_) => {
                body["dataStartTime"] = format!("{from}T00:00:00{}", self.offset).into();
                body["dataEndTime"] = format!("{to}T23:59:59{}", self.offset).into();
            }
            Way::Now | Way::Listed => {}
        }
        body.to_string()
    }
}
