//! Exchange rates, page by page: `GET /v1/rates?page=0` answers `{"rates": [{"day", "currency", "rate"}], "more": true}`.
//! Change the origin, the path and `rows_of` to what your server says.

use kpress_plugin::http::Request;
use kpress_plugin::source::{Info, Page, Source, Window};
use kpress_plugin::{Context, Error, column, date_field, decimal_field, text_field};

/// Digits behind the point of a rate.
const SCALE: u8 = 6;

struct Rates;

impl Source for Rates {
    fn info() -> Info {
        Info::new("rates", "Exchange rates")
            .table(
                "rates",
                vec![date_field("day"), text_field("currency"), decimal_field("rate", SCALE)],
                &["day", "currency"],
            )
            .host("api", "https://api.example.com", &["GET"], &["/v1/rates"], "the rates of each day")
            .secret("token", &["api"], "the server wants to know who asks")
    }

    fn next_page(_: &Context, window: Window, cursor: Option<&[u8]>) -> Result<Page, Error> {
        // All that is known between two pages is the cursor: here the number of the page.
        let page: u32 = match cursor {
            None => 0,
            Some(bytes) => {
                let text = std::str::from_utf8(bytes).map_err(|_| "the cursor is not a number")?;
                text.parse().map_err(|_| "the cursor is not a number")?
            }
        };
        let mut request = Request::get("api", "/v1/rates")
            .query("page", &page.to_string())
            .query("until", &window.until.to_string())
            .secret_header("authorization", "token");
        if let Some(since) = window.since {
            request = request.query("since", &since.to_string());
        }
        let answer = send(request)?;
        let (rows, more) = rows_of(&answer)?;
        let next = if more { Page::with_more((page + 1).to_string().into_bytes()) } else { Page::last() };
        let columns = vec![
            column::dates("day", rows.iter().map(|row| Some(row.day))),
            column::coded_texts("currency", rows.iter().map(|row| Some(&row.currency))),
            column::decimals("rate", SCALE, rows.iter().map(|row| Some(row.rate))),
        ];
        Ok(next.rows("rates", u32::try_from(rows.len()).map_err(|_| "too many rows")?, columns))
    }
}

#[cfg(target_family = "wasm")]
fn send(request: Request) -> Result<String, Error> {
    let answer = request.send()?;
    match answer.status() {
        200 => answer.text().map(str::to_owned),
        429 => Err(Error::retry_later(answer.retry_after().unwrap_or(60))),
        status => Err(Error::failed(format!("the server answered {status}"))),
    }
}

/// Only a host can send; the tests below give the answer themselves.
#[cfg(not(target_family = "wasm"))]
fn send(_: Request) -> Result<String, Error> {
    Err(Error::unsupported("requests are sent by the host"))
}

#[derive(Debug, PartialEq)]
struct Row {
    /// Since 1970-01-01.
    day: i32,
    currency: String,
    /// In units of 10^-6.
    rate: i64,
}

/// The rows of an answer, and whether there are more.
fn rows_of(answer: &str) -> Result<(Vec<Row>, bool), Error> {
    let answer: serde_json::Value =
        serde_json::from_str(answer).map_err(|why| Error::bad_data(format!("the answer is not JSON: {why}")))?;
    let rates = answer["rates"].as_array().ok_or_else(|| Error::bad_data("the answer has no `rates`"))?;
    let row = |rate: &serde_json::Value| {
        Some(Row {
            day: i32::try_from(rate["day"].as_i64()?).ok()?,
            currency: rate["currency"].as_str()?.to_owned(),
            rate: column::decimal_of(rate["rate"].as_str()?, SCALE)?,
        })
    };
    let rows: Option<Vec<Row>> = rates.iter().map(row).collect();
    let rows = rows.ok_or_else(|| Error::bad_data("a rate lacks its day, currency or value"))?;
    Ok((rows, answer["more"].as_bool().unwrap_or(false)))
}

kpress_plugin::export_sources!(Rates);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_becomes_rows() {
        let answer = r#"{"rates": [{"day": 20000, "currency": "USD", "rate": "148.35"}], "more": true}"#;
        let row = Row { day: 20_000, currency: "USD".to_owned(), rate: 148_350_000 };
        assert_eq!(rows_of(answer).expect("rows"), (vec![row], true));
        let told = rows_of(r#"{"rates": [{"day": 20000}]}"#).expect_err("a row without a rate").to_string();
        assert_eq!(told, "a rate lacks its day, currency or value");
    }
}
