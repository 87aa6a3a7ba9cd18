//! Reports v3 of the Amazon Ads API. The profile is looked up once, each report covers at most 31 days, and its document is
//! stored by the host and read by the presets of a pack.

mod config;

use amazon::{days, refused, text, with_token};
use config::Config;
use kpress_plugin::http::{CaptureKind, HttpError, Request, Response, StoreAs};
use kpress_plugin::source::{Info, Page, Source, Window, secret_available};
use kpress_plugin::{Context, Error, log};
use serde::{Deserialize, Serialize};

const REPORTS: &str = "/reporting/reports";
/// Amazon answers for so many days at once.
const MOST: i32 = 31;
/// Days that a first pull goes back, where the site does not say: all that Amazon keeps of every product.
const FIRST: i32 = 60;
/// How often what may pass by itself is tried again.
const TRIES: u32 = 3;
const TABLE: &str = "report";
const CREATE: &str = "application/vnd.createasyncreportrequest.v3+json";

/// Where a pull is.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Place {
    profile: String,
    from: i32,
    to: i32,
    step: Step,
    tries: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Step {
    Create,
    Poll(String),
    /// It ended badly, for this reason; the next pull asks anew.
    Broken(String),
}

impl Place {
    fn page(&self) -> Page {
        Page::with_more(serde_json::to_vec(self).unwrap_or_default())
    }

    fn then(self, step: Step) -> Page {
        Place { step, tries: 0, ..self }.page()
    }
}

struct Ads;

impl Source for Ads {
    fn info() -> Info {
        let mut info = Info::new("ads", "Amazon Ads").table(TABLE, Vec::new(), &[]).params(config::SCHEMA);
        for origin in [
            "https://advertising-api-fe.amazon.com",
            "https://advertising-api.amazon.com",
            "https://advertising-api-eu.amazon.com",
        ] {
            let paths = ["/v2/profiles", REPORTS, "/reporting/reports/*"];
            info = info.host("ads", origin, &["GET", "POST"], &paths, "asks for reports and fetches their links");
        }
        for origin in ["https://*.s3.us-west-2.amazonaws.com", "https://*.s3.amazonaws.com", "*"] {
            info = info.host("documents", origin, &["GET"], &["/**"], "reports themselves, by links that Amazon hands out");
        }
        info.host("lwa", "https://api.amazon.com", &["POST"], &["/auth/o2/token"], "a token for an hour")
            .secret("client-secret", &["lwa"], "of the application that may read advertising")
            .secret("refresh-token", &["lwa"], "of the advertiser who authorised the application")
            .captured_secret(amazon::TOKEN, &["ads"], "the token itself")
    }

    fn next_page(context: &Context, window: Window, cursor: Option<&[u8]>) -> Result<Page, Error> {
        let pull = Pull { context, config: Config::read(context)?, window };
        let Some(cursor) = cursor else { return pull.begin() };
        let place = serde_json::from_slice(cursor).map_err(|why| format!("the cursor cannot be read: {why}"))?;
        pull.step(place)
    }
}

struct Pull<'a> {
    context: &'a Context,
    config: Config,
    window: Window,
}

impl Pull<'_> {
    fn send(&self, make: impl Fn() -> Request) -> Result<Response, Error> {
        with_token(self.context, || {
            make()
                .secret_header("authorization", &format!("Bearer {}", amazon::TOKEN))
                .header("amazon-advertising-api-clientid", &self.config.client_id)
        })
    }

    /// Looks up the profile, unless it is given.
    fn begin(&self) -> Result<Page, Error> {
        let since = self.window.since.unwrap_or(self.window.until - FIRST + 1);
        if since > self.window.until {
            return Ok(Page::last());
        }
        let profile = match &self.config.profile {
            Some(profile) => profile.clone(),
            None => self.profile()?,
        };
        let to = self.window.until.min(since + MOST - 1);
        Ok(Place { profile, from: since, to, step: Step::Create, tries: 0 }.page())
    }

    /// The one profile of the country; several are for the user to choose from.
    fn profile(&self) -> Result<String, Error> {
        let answer = self.send(|| Request::get("ads", "/v2/profiles"))?;
        if !answer.is_success() {
            return Err(refused("the list of profiles", &answer));
        }
        let json = amazon::json(&answer)?;
        let own: Vec<String> = json
            .as_array()
            .into_iter()
            .flatten()
            .filter(|profile| profile["countryCode"].as_str() == Some(&self.config.country))
            .map(|profile| profile["profileId"].to_string().trim_matches('"').to_owned())
            .collect();
        match own.as_slice() {
            [one] => Ok(one.clone()),
            [] => Err(Error::invalid_param("profile", format!("there is no profile of {}", self.config.country))),
            several => Err(Error::invalid_param("profile", format!("there are several: {}; name one", several.join(", ")))),
        }
    }

    fn step(&self, place: Place) -> Result<Page, Error> {
        match place.step.clone() {
            Step::Create => self.create(place),
            Step::Poll(id) => self.poll(place, &id),
            // Tokens do not outlive a pull: with one, this is still the pull in which it broke.
            Step::Broken(why) if secret_available(amazon::TOKEN) => Err(Error::failed(why)),
            Step::Broken(_) => self.create(place),
        }
    }

    fn create(&self, place: Place) -> Result<Page, Error> {
        let body = self.config.specification(&days::iso(place.from), &days::iso(place.to));
        let answer = self.send(|| {
            Request::post("ads", REPORTS)
                .body(body.as_bytes())
                .header("content-type", CREATE)
                .header("accept", CREATE)
                .header("amazon-advertising-api-scope", &place.profile)
        })?;
        match answer.status() {
            200 | 202 => {
                let id = text(&amazon::json(&answer)?, "reportId")?.to_owned();
                Ok(place.then(Step::Poll(id)))
            }
            // The same report was asked for before: its id stands in the answer.
            425 => match existing(&amazon::said(&answer)) {
                Some(id) => Ok(place.then(Step::Poll(id))),
                None => Err(refused("the report", &answer)),
            },
            _ => Err(refused("the report", &answer)),
        }
    }

    fn poll(&self, place: Place, id: &str) -> Result<Page, Error> {
        let answer = self.send(|| {
            Request::get("ads", &format!("{REPORTS}/{id}"))
                .header("accept", CREATE)
                .header("amazon-advertising-api-scope", &place.profile)
                .capture(CaptureKind::Link, "document", "/url")
        })?;
        if answer.status() == 404 {
            return Ok(place.then(Step::Create));
        }
        if !answer.is_success() {
            return Err(refused("the state of the report", &answer));
        }
        let json = amazon::json(&answer)?;
        match text(&json, "status")? {
            "PENDING" | "PROCESSING" => Err(Error::retry_later(self.config.poll)),
            "COMPLETED" => self.fetch(place),
            status => {
                let why = json["failureReason"].as_str().unwrap_or("no reason is given");
                let days = (days::iso(place.from), days::iso(place.to));
                Ok(place.then(Step::Broken(format!("the report of {} to {} ended as {status}: {why}", days.0, days.1))))
            }
        }
    }

    /// Fetches the document of the link that was just handed out.
    fn fetch(&self, place: Place) -> Result<Page, Error> {
        let store = StoreAs {
            table: TABLE.to_owned(),
            period_from: Some(place.from),
            period_to: Some(place.to),
            name: "report.json".to_owned(),
        };
        let why = match amazon::send(Request::link("documents", "document").store(store).timeout_ms(1_800_000)) {
            Ok(answer) if answer.is_success() => {
                let from = place.to + 1;
                if from > self.window.until {
                    return Ok(Page::last());
                }
                let to = self.window.until.min(from + MOST - 1);
                return Ok(Place { from, to, ..place }.then(Step::Create));
            }
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
        Ok(Place { tries: place.tries + 1, ..place }.page())
    }
}

/// The id in `The Request is a duplicate of : 69fb…`.
fn existing(detail: &str) -> Option<String> {
    let like_id = |word: &&str| {
        word.len() == 36 && word.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
    };
    let words = detail.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words.filter(like_id).next_back().map(str::to_owned)
}

kpress_plugin::export_sources!(Ads);

#[cfg(test)]
mod tests {
    #[test]
    fn the_report_that_is_there_already_is_named() {
        let detail = ", The Request is a duplicate of : 69fb9a2e-7b5c-4a53-8a1c-3a2b6b6b3d11";
        assert_eq!(super::existing(detail).as_deref(), Some("69fb9a2e-7b5c-4a53-8a1c-3a2b6b6b3d11"));
        assert_eq!(super::existing("too early"), None);
    }
}
