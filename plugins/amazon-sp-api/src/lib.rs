//! Reports and Data Kiosk of the Selling Partner API. Documents are stored by the host and read by the presets of a pack;
//! here is only what is asked for, in which order, and what an answer means.

mod config;
mod kiosk;
mod place;
mod reports;

use amazon::{days, refused, text, with_token};
use config::{Config, Wanted};
use kpress_plugin::http::{CaptureKind, HttpError, Request, Response, StoreAs, TimeFormat, Value};
use kpress_plugin::source::{Info, Page, Source, Window, secret_available};
use kpress_plugin::{Context, Error, log};
use place::{Made, Place, Step};
use reports::Way;

const REPORTS: &str = "/reports/2021-06-30/reports";
const DOCUMENTS: &str = "/reports/2021-06-30/documents";
const QUERIES: &str = "/dataKiosk/2023-11-15/queries";
const RESULTS: &str = "/dataKiosk/2023-11-15/documents";
/// How often what may pass by itself is tried again.
const TRIES: u32 = 3;
/// Days that a first pull goes back, where the site does not say.
const FIRST: i32 = 30;
/// A settlement is listed for so many days.
const LISTED_FOR: i32 = 89;
/// The table of all documents.
const TABLE: &str = "report";

struct SpApi;

impl Source for SpApi {
    fn info() -> Info {
        let paths = [
            REPORTS,
            "/reports/2021-06-30/reports/*",
            "/reports/2021-06-30/documents/*",
            QUERIES,
            "/dataKiosk/2023-11-15/queries/*",
            "/dataKiosk/2023-11-15/documents/*",
        ];
        let mut info = Info::new("sp-api", "Selling Partner API").table(TABLE, Vec::new(), &[]).params(config::SCHEMA);
        for origin in [
            "https://sellingpartnerapi-fe.amazon.com",
            "https://sellingpartnerapi-na.amazon.com",
            "https://sellingpartnerapi-eu.amazon.com",
            "https://sandbox.sellingpartnerapi-fe.amazon.com",
        ] {
            info = info.host("spapi", origin, &["GET", "POST"], &paths, "asks for reports and fetches their links");
        }
        for origin in [
            "https://*.s3.us-west-2.amazonaws.com",
            "https://*.s3.amazonaws.com",
            "https://*.s3.eu-west-1.amazonaws.com",
            "*",
        ] {
            info = info.host("documents", origin, &["GET"], &["/**"], "reports themselves, by links that Amazon hands out");
        }
        info.host("lwa", "https://api.amazon.com", &["POST"], &["/auth/o2/token"], "a token for an hour")
            .secret("client-secret", &["lwa"], "of the application in Seller Central")
            .secret("refresh-token", &["lwa"], "of the seller who authorised the application")
            .captured_secret(amazon::TOKEN, &["spapi"], "the token itself")
    }

    fn next_page(context: &Context, window: Window, cursor: Option<&[u8]>) -> Result<Page, Error> {
        let config = Config::read(context)?;
        let place = match cursor {
            Some(bytes) => Place::read(bytes)?,
            None => match first(&config, window) {
                Some(place) => place,
                None => return Ok(Page::last()),
            },
        };
        Pull { context, config, window }.step(place)
    }
}

/// Where a pull begins; `None`: not even one report fits into the window.
fn first(config: &Config, window: Window) -> Option<Place> {
    let begin = |from: i32, to: i32, step: Step| Place { from, to, step, tries: 0 };
    let since = window.since.unwrap_or(window.until - FIRST + 1);
    match &config.wanted {
        Wanted::Report(report) => match report.way {
            Way::Listed => {
                let from = since.max(window.until - LISTED_FOR);
                Some(begin(from, window.until, Step::List(None, Vec::new())))
            }
            Way::Now => Some(begin(window.until, window.until, Step::Create(None))),
            _ => chunk(config, since, window.until).map(|(from, to)| begin(from, to, Step::Create(None))),
        },
        Wanted::Query(_) => Some(begin(since, window.until, Step::Create(None))),
    }
}

/// The days of the next report, from a day on.
fn chunk(config: &Config, from: i32, until: i32) -> Option<(i32, i32)> {
    let Wanted::Report(report) = &config.wanted else { return None };
    match report.way {
        Way::Days(most) | Way::Moments(most) => {
            let most = config.days.unwrap_or(most).max(1);
            (from <= until).then(|| (from, until.min(from + most - 1)))
        }
        Way::Weeks => {
            // Amazon refuses weeks that are not over. The one that a day lies in is fetched whole.
            let sunday = days::sunday(from);
            (sunday + 6 <= until).then_some((sunday, sunday + 6))
        }
        Way::Now | Way::Listed => None,
    }
}

struct Pull<'a> {
    context: &'a Context,
    config: Config,
    window: Window,
}

impl Pull<'_> {
    fn step(&self, place: Place) -> Result<Page, Error> {
        match place.step.clone() {
            Step::List(token, found) => self.list(place, token, found),
            Step::Create(token) => self.create(place, token),
            Step::Poll(id) => self.poll(place, &id),
            Step::Fetch(made, token) => self.fetch(place, made, token),
            // Tokens do not outlive a pull: with one, this is still the pull in which it broke.
            Step::Broken(why) if secret_available(amazon::TOKEN) => Err(Error::failed(why)),
            Step::Broken(_) => self.create(place.then(Step::Create(None)), None),
        }
    }

    fn send(&self, make: impl Fn() -> Request) -> Result<Response, Error> {
        with_token(self.context, || {
            make()
                .secret_header("x-amz-access-token", amazon::TOKEN)
                .header_value("x-amz-date", Value::SentAt(TimeFormat::Iso8601Basic))
                .header("user-agent", "kpress/0.1 (Language=Rust)")
        })
    }

    fn get(&self, path: &str) -> Result<Response, Error> {
        self.send(|| Request::get("spapi", path).header("accept", "application/json"))
    }

    /// One page of the list of reports that Amazon made by itself.
    fn list(&self, place: Place, token: Option<String>, mut found: Vec<Made>) -> Result<Page, Error> {
        let Wanted::Report(report) = &self.config.wanted else {
            return Err(Error::unsupported("queries are not listed"));
        };
        let offset = &self.config.offset;
        let answer = self.send(|| {
            let request = Request::get("spapi", REPORTS).header("accept", "application/json");
            match &token {
                // It is sent alone: with anything else Amazon answers 400.
                Some(token) => request.query("nextToken", token),
                None => request
                    .query("reportTypes", report.name)
                    .query("processingStatuses", "DONE")
                    .query("marketplaceIds", &self.config.marketplace)
                    .query("pageSize", "100")
                    .query("createdSince", &format!("{}T00:00:00{offset}", days::iso(place.from)))
                    .query("createdUntil", &format!("{}T23:59:59{offset}", days::iso(place.to))),
            }
        })?;
        if !answer.is_success() {
            return Err(refused("the list of reports", &answer));
        }
        let json = amazon::json(&answer)?;
        for report in json["reports"].as_array().into_iter().flatten() {
            let day = |key: &str| report[key].as_str().and_then(days::parse);
            if let Some(document) = report["reportDocumentId"].as_str() {
                let days = day("dataStartTime").zip(day("dataEndTime")).filter(|(from, to)| from <= to);
                found.push(Made { document: document.to_owned(), days });
            }
        }
        let step = match json["nextToken"].as_str() {
            Some(next) => Step::List(Some(next.to_owned()), found),
            None if found.is_empty() => {
                log::info("Amazon made no report in these days");
                return Ok(Page::last());
            }
            None => Step::Fetch(found, None),
        };
        Ok(Page::with_more(place.then(step).bytes()))
    }

    /// Asks for a report or a query.
    fn create(&self, place: Place, token: Option<String>) -> Result<Page, Error> {
        let (path, body, key) = match &self.config.wanted {
            Wanted::Report(report) => {
                let body = self.config.specification(report, place.from, place.to);
                (REPORTS, body, "reportId")
            }
            Wanted::Query(query) => {
                let text = kiosk::filled(query, &days::iso(place.from), &days::iso(place.to), &self.config.marketplace);
                (QUERIES, kiosk::body(&text, token.as_deref()), "queryId")
            }
        };
        let answer = self.send(|| Request::post("spapi", path).json(&body))?;
        match answer.status() {
            200 | 202 => {
                let id = text(&amazon::json(&answer)?, key)?.to_owned();
                Ok(Page::with_more(place.then(Step::Poll(id)).bytes()))
            }
            _ => Err(refused("the report", &answer)),
        }
    }

    /// Asks whether a report or query is ready.
    fn poll(&self, place: Place, id: &str) -> Result<Page, Error> {
        let is_query = matches!(self.config.wanted, Wanted::Query(_));
        let answer = self.get(&format!("{}/{id}", if is_query { QUERIES } else { REPORTS }))?;
        if answer.status() == 404 {
            // Reports live 90 days: whoever comes back later asks anew.
            return Ok(Page::with_more(place.then(Step::Create(None)).bytes()));
        }
        if !answer.is_success() {
            return Err(refused("the state of the report", &answer));
        }
        let json = amazon::json(&answer)?;
        let document = json["reportDocumentId"].as_str().or_else(|| json["dataDocumentId"].as_str());
        let next = json["pagination"]["nextToken"].as_str().map(str::to_owned);
        let asked = (place.from, place.to);
        match text(&json, "processingStatus")? {
            "IN_QUEUE" | "IN_PROGRESS" => Err(Error::retry_later(self.config.poll)),
            "DONE" => match document {
                Some(document) => {
                    let days = match &self.config.wanted {
                        Wanted::Report(report) if report.way == Way::Now => None,
                        _ => Some(asked),
                    };
                    let made = Made { document: document.to_owned(), days };
                    Ok(Page::with_more(place.then(Step::Fetch(vec![made], next)).bytes()))
                }
                None => self.nothing(place, "has no data"),
            },
            "CANCELLED" => self.nothing(place, "was cancelled by Amazon, which it also does when there is no data"),
            status => {
                let why = self.reason(&json, document)?;
                let told = format!("the report of {} to {} ended as {status}{why}", days::iso(asked.0), days::iso(asked.1));
                Ok(Page::with_more(place.then(Step::Broken(told)).bytes()))
            }
        }
    }

    /// A report without data is no report of zeros: its days stay missing.
    fn nothing(&self, place: Place, why: &str) -> Result<Page, Error> {
        log::warning(&format!("the report of {} to {} {why}", days::iso(place.from), days::iso(place.to)));
        Ok(self.next(place))
    }

    /// What a document says that explains why a report failed.
    fn reason(&self, json: &serde_json::Value, document: Option<&str>) -> Result<String, Error> {
        let failed = json["errorDocumentId"].as_str().or(document);
        let Some(document) = failed else { return Ok(" without a reason".to_owned()) };
        let is_query = matches!(self.config.wanted, Wanted::Query(_));
        let link = if is_query { "/documentUrl" } else { "/url" };
        let answer = self.link(document, link)?;
        if !answer.is_success() {
            return Ok(String::new());
        }
        match amazon::send(Request::link("documents", "document").max_bytes(2_000)) {
            Ok(answer) if answer.is_success() => match answer.text() {
                Ok(text) if text.chars().all(|c| !c.is_control() || c.is_whitespace()) => {
                    Ok(format!(": {}", text.split_whitespace().collect::<Vec<_>>().join(" ")))
                }
                _ => Ok(", with a reason that is packed".to_owned()),
            },
            _ => Ok(String::new()),
        }
    }

    /// Has the link of a document captured.
    fn link(&self, document: &str, pointer: &str) -> Result<Response, Error> {
        let is_query = matches!(self.config.wanted, Wanted::Query(_));
        let path = format!("{}/{document}", if is_query { RESULTS } else { DOCUMENTS });
        self.send(|| Request::get("spapi", &path).capture(CaptureKind::Link, "document", pointer))
    }

    /// Fetches the first of some documents.
    fn fetch(&self, place: Place, mut made: Vec<Made>, token: Option<String>) -> Result<Page, Error> {
        let Some(document) = made.first().cloned() else { return Ok(self.after(place, made, token)) };
        let is_query = matches!(self.config.wanted, Wanted::Query(_));
        let answer = self.link(&document.document, if is_query { "/documentUrl" } else { "/url" })?;
        if !answer.is_success() {
            return Err(refused("the link of the report", &answer));
        }
        let (from, to) = document.days.unzip();
        let extension = match &self.config.wanted {
            Wanted::Report(report) => report.extension,
            Wanted::Query(_) => "jsonl",
        };
        let name = format!("report.{extension}");
        let store = StoreAs { table: TABLE.to_owned(), period_from: from, period_to: to, name };
        // Without any header of ours: the link is signed, and another authorisation would spoil it.
        let request = Request::link("documents", "document").store(store).timeout_ms(1_800_000);
        let why = match amazon::send(request) {
            Ok(answer) if answer.is_success() => {
                made.remove(0);
                return Ok(self.after(place, made, token));
            }
            // The link lives five minutes; a new one is asked for.
            Ok(answer) => format!("status {}", answer.status()),
            Err(HttpError::Protocol(why)) => why,
            Err(HttpError::Timeout) => "it did not come in time".to_owned(),
            Err(HttpError::Connect) => "no connection".to_owned(),
            Err(other) => return Err(other.into()),
        };
        if place.tries + 1 >= TRIES {
            return Err(Error::failed(format!("the document could not be fetched in {TRIES} attempts: {why}")));
        }
        log::warning(&format!("the document is fetched again: {why}"));
        let tries = place.tries + 1;
        Ok(Page::with_more(Place { tries, ..place }.bytes()))
    }

    /// What comes after a document.
    fn after(&self, place: Place, made: Vec<Made>, token: Option<String>) -> Page {
        match (made.is_empty(), token) {
            (false, token) => Page::with_more(place.then(Step::Fetch(made, token)).bytes()),
            (true, Some(token)) => Page::with_more(place.then(Step::Create(Some(token))).bytes()),
            (true, None) => self.next(place),
        }
    }

    /// The next report, or the end.
    fn next(&self, place: Place) -> Page {
        match chunk(&self.config, place.to + 1, self.window.until) {
            Some((from, to)) => {
                Page::with_more(Place { from, to, step: Step::Create(None), tries: 0 }.bytes())
            }
            None => Page::last(),
        }
    }
}

kpress_plugin::export_sources!(SpApi);
