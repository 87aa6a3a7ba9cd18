//! Any JSON or CSV over HTTPS, by configuration alone: which path, with which query, page by page. The document is stored as
//! it comes and read like a file dropped into `data/`; nothing of it is understood here but what leads to the next page.

use kpress_plugin::http::{Request, Response, StoreAs};
use kpress_plugin::source::{Info, Page, Source, Window};
use kpress_plugin::{Context, Error};
use serde_json::Value;

/// The schema of `config:`.
const SCHEMA: &str = r#"{"type":"object","additionalProperties":false,"required":["path"],"properties":{
"path":{"type":"string","pattern":"^/","description":"below the origin that the site grants; {since}, {until} and {day} stand for days, {page} for the number of a page"},
"query":{"type":"object","additionalProperties":{"type":["string","number"]},"description":"the same words may stand in its values"},
"format":{"type":"string","enum":["json","jsonl","csv","tsv"],"description":"what the server answers; json if absent"},
"accept":{"type":"string","description":"the header, where the server wants another one"},
"auth":{"type":"string","description":"how the secret `token` is sent: bearer, or the name of a header; not at all if absent"},
"per_day":{"type":"boolean","description":"one request for each day"},
"pages":{"type":"object","additionalProperties":false,"properties":{
"from":{"type":"integer","description":"the number of the first page; 1 if absent"},
"next":{"type":"string","description":"JSON pointer to the mark of the next page, which then stands for {next} in the query; absent on the last page"},
"rows":{"type":"string","description":"JSON pointer to the rows: a page without any is the last"}}},
"store":{"type":"string"}}}"#;

/// The name of the one server.
const SERVER: &str = "server";
const TABLE: &str = "rows";
/// Days that a first pull goes back, where the site does not say.
const FIRST: i32 = 30;
/// Pages of one answer.
const PAGES: i64 = 10_000;
/// What is looked into for the next page; larger pages are stored only.
const LOOKED_AT: u32 = 16 << 20;

struct Table;

impl Source for Table {
    fn info() -> Info {
        Info::new("table", "A table over HTTPS")
            .table(TABLE, Vec::new(), &[])
            .params(SCHEMA)
            .host(SERVER, "*", &["GET"], &["/**"], "the table; the site says which server")
            .secret("token", &[SERVER], "if the server wants to know who asks")
    }

    fn next_page(context: &Context, window: Window, cursor: Option<&[u8]>) -> Result<Page, Error> {
        let config = Config::read(context)?;
        let place = Place::read(cursor, &config, window)?;
        config.fetch(place, window)
    }
}

/// Where a pull is: the day under way, the number of the page, the mark that the server gave for it.
struct Place {
    day: i32,
    page: i64,
    next: Option<String>,
}

impl Place {
    fn read(cursor: Option<&[u8]>, config: &Config, window: Window) -> Result<Place, Error> {
        let Some(cursor) = cursor else {
            let day = window.since.unwrap_or(window.until - FIRST + 1);
            return Ok(Place { day, page: config.first, next: None });
        };
        let json: Value = serde_json::from_slice(cursor).map_err(|_| "the cursor cannot be read")?;
        let number = |key: &str| json[key].as_i64().ok_or("the cursor cannot be read");
        let day = i32::try_from(number("day")?).map_err(|_| "the cursor cannot be read")?;
        Ok(Place { day, page: number("page")?, next: json["next"].as_str().map(str::to_owned) })
    }

    fn page(&self) -> Page {
        let json = serde_json::json!({"day": self.day, "page": self.page, "next": self.next});
        Page::with_more(json.to_string().into_bytes())
    }
}

/// The config, read.
struct Config {
    path: String,
    query: Vec<(String, String)>,
    format: String,
    accept: Option<String>,
    auth: Option<String>,
    per_day: bool,
    first: i64,
    next: Option<String>,
    rows: Option<String>,
}

impl Config {
    fn read(context: &Context) -> Result<Config, Error> {
        let map = |key: &str| -> Result<Value, Error> {
            let read = |text: &str| {
                serde_json::from_str::<Value>(text).map_err(|_| Error::invalid_param(key, "is a map"))
            };
            Ok(context.param(key).map(read).transpose()?.unwrap_or_default())
        };
        let (query, pages) = (map("query")?, map("pages")?);
        let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let query = query.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), plain(value)));
        let format = context.param("format").unwrap_or("json").to_owned();
        let pointer = |key: &str| pages[key].as_str().map(str::to_owned);
        let config = Config {
            path: context.required("path")?,
            query: query.collect(),
            accept: context.param("accept").map(str::to_owned),
            auth: context.param("auth").map(str::to_owned),
            per_day: context.param_or("per_day", false)?,
            first: pages["from"].as_i64().unwrap_or(1),
            next: pointer("next"),
            rows: pointer("rows"),
            format,
        };
        if config.is_paged() && config.format != "json" {
            return Err(Error::invalid_param("pages", "only JSON says where the next page is"));
        }
        if config.rows.is_some() && config.next.is_none() && !config.names("{page}") {
            return Err(Error::invalid_param("pages", "write {page} into the path or the query: else every page is the same"));
        }
        if config.next.is_some() && !config.names("{next}") {
            return Err(Error::invalid_param("pages", "write {next} into the query: else every page is the same"));
        }
        Ok(config)
    }

    fn is_paged(&self) -> bool {
        self.next.is_some() || self.rows.is_some()
    }

    fn names(&self, word: &str) -> bool {
        self.path.contains(word) || self.query.iter().any(|(_, value)| value.contains(word))
    }

    /// A request for a page; parts of the query that stand for a mark that is not there are left out.
    fn request(&self, place: &Place, window: Window) -> Request {
        let since = window.since.unwrap_or(window.until - FIRST + 1);
        let fill = |text: &str| {
            text.replace("{since}", &iso(since))
                .replace("{until}", &iso(window.until))
                .replace("{day}", &iso(place.day))
                .replace("{page}", &place.page.to_string())
                .replace("{next}", place.next.as_deref().unwrap_or_default())
        };
        let mut request = Request::get(SERVER, &fill(&self.path));
        for (key, value) in &self.query {
            if place.next.is_some() || !value.contains("{next}") {
                request = request.query(key, &fill(value));
            }
        }
        let accept = self.accept.as_deref().unwrap_or(match self.format.as_str() {
            "csv" | "tsv" => "text/csv, text/plain",
            _ => "application/json",
        });
        request = request.header("accept", accept);
        match self.auth.as_deref() {
            None => request,
            Some("bearer") => request.secret_header("authorization", "Bearer token"),
            Some(header) => request.secret_header(header, "token"),
        }
    }

    fn fetch(&self, place: Place, window: Window) -> Result<Page, Error> {
        if place.page - self.first >= PAGES {
            return Err(Error::failed(format!("more than {PAGES} pages")));
        }
        let (last, next, seen) = match self.is_paged() {
            false => (true, None, None),
            true => {
                let answer = checked(send(self.request(&place, window).max_bytes(LOOKED_AT))?)?;
                if answer.is_truncated() {
                    return Err(Error::failed("a page is larger than 16 MiB: ask for smaller ones"));
                }
                let json: Value = serde_json::from_slice(answer.body())
                    .map_err(|why| Error::bad_data(format!("the answer is no JSON: {why}")))?;
                let rows = self.rows.as_ref().and_then(|at| json.pointer(at)).and_then(Value::as_array);
                if rows.is_some_and(Vec::is_empty) {
                    return Ok(self.after(place, window));
                }
                let mark = self.next.as_ref().and_then(|at| json.pointer(at)).filter(|mark| !mark.is_null());
                let mark = mark.map(|mark| mark.as_str().map_or_else(|| mark.to_string(), str::to_owned));
                let mark = mark.filter(|mark| !mark.is_empty());
                let seen = answer.body().len() as u64;
                (self.next.is_some() && mark.is_none(), mark, Some(seen))
            }
        };
        let (from, to) = if self.per_day {
            (place.day, place.day)
        } else {
            (window.since.unwrap_or(window.until - FIRST + 1), window.until)
        };
        let dated = ["{since}", "{until}", "{day}"].iter().any(|word| self.names(word));
        let store = StoreAs {
            table: TABLE.to_owned(),
            period_from: dated.then_some(from),
            period_to: dated.then_some(to),
            name: format!("rows.{}", self.format),
        };
        let kept = checked(send(self.request(&place, window).store(store).timeout_ms(600_000))?)?;
        // What was looked at and what is kept are two answers; if they differ, the mark belongs to another page.
        let differs = seen.zip(kept.stored()).is_some_and(|(seen, kept)| seen != kept.bytes);
        if differs {
            return Err(Error::failed("a page changed while it was read: pull again"));
        }
        if last {
            return Ok(self.after(place, window));
        }
        Ok(Place { page: place.page + 1, next, ..place }.page())
    }

    /// The next day, or the end.
    fn after(&self, place: Place, window: Window) -> Page {
        if self.per_day && place.day < window.until {
            return Place { day: place.day + 1, page: self.first, next: None }.page();
        }
        Page::last()
    }
}

/// An answer that can be used.
fn checked(answer: Response) -> Result<Response, Error> {
    match answer.status() {
        200..=299 => Ok(answer),
        429 | 503 => Err(Error::retry_later(answer.retry_after().unwrap_or(60))),
        401 | 403 => Err(Error::failed(format!("the server refuses (status {}): look at the secret `token` and at `auth`", answer.status()))),
        status => Err(Error::failed(format!("the server answered {status}"))),
    }
}

#[cfg(target_family = "wasm")]
fn send(request: Request) -> Result<Response, Error> {
    Ok(request.send()?)
}

/// Only a host can send.
#[cfg(not(target_family = "wasm"))]
fn send(_: Request) -> Result<Response, Error> {
    Err(Error::unsupported("requests are sent by the host"))
}

/// `2026-01-15`.
fn iso(day: i32) -> String {
    let day = day + 719_468;
    let (era, within) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (within - within / 1_460 + within / 36_524 - within / 146_096) / 365;
    let rest = within - (365 * year + year / 4 - year / 100);
    let month = (5 * rest + 2) / 153;
    let date = rest - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    format!("{:04}-{month:02}-{date:02}", year + era * 400 + i32::from(month <= 2))
}

kpress_plugin::export_sources!(Table);

#[cfg(test)]
mod tests {
    #[test]
    fn days_are_written_as_servers_read_them() {
        let told: Vec<String> = [0, 20_468, 19_782].map(super::iso).into();
        assert_eq!(told, ["1970-01-01", "2026-01-15", "2024-02-29"]);
    }
}
