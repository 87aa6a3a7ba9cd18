//! What a replay tells: documents by report type, how often each is asked for before it is ready, and troubles, each once or
//! more often, at the requests they fit. And the state of the server: tokens, reports under way.

use super::answer::{Answer, Asked};
use crate::time::{Period, numbered_day, parse_date};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// A scenario.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scenario {
    /// By report type, `reportTypeId`, or the name of a dataset of Data Kiosk.
    pub reports: BTreeMap<String, Told>,
    /// Reports that Amazon made by itself.
    pub listed: Vec<Listed>,
    /// What goes wrong.
    pub troubles: Vec<Trouble>,
}

/// A report.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Told {
    /// What its document begins with; `{from}` and `{to}` stand for its days, `{marketplace}` for where.
    pub head: String,
    /// What it holds for each day, `{day}`.
    pub each_day: String,
    /// What stands between two days.
    pub between: String,
    /// What it ends with.
    pub tail: String,
    /// Questions before it is ready.
    pub polls: u32,
    /// What its document is said to be.
    pub content_type: Option<String>,
    /// Whether the document is not packed.
    pub plain: bool,
    /// Days on which there is nothing: the report is cancelled.
    pub no_data: Vec<String>,
}

/// A report that is there already.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Its type.
    pub report: String,
    /// First day.
    pub from: String,
    /// Last day; it is made the day after.
    pub to: String,
    /// Its document.
    pub document: String,
}

/// What goes wrong.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trouble {
    /// Which requests: `POST /reports/2021-06-30/reports`, the beginning is enough.
    pub at: String,
    /// What happens.
    pub what: What,
    /// How often.
    #[serde(default = "once")]
    pub times: u32,
    /// After how many requests that fit.
    #[serde(default)]
    pub after: u32,
}

fn once() -> u32 {
    1
}

/// Kinds of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// 429, with the rate of the server: one request a second.
    Throttle,
    /// All tokens are worth nothing any more.
    ExpireToken,
    /// The token is refused, also a fresh one.
    RefuseToken,
    /// 500.
    Broken,
    /// 503.
    Unavailable,
    /// The report ends as FATAL, with a document that says why.
    Fatal,
    /// The report ends as FATAL, without a document.
    FatalSilent,
    /// The report ends as CANCELLED.
    Cancelled,
    /// The link is too old.
    ExpiredUrl,
    /// The document ends before it is whole.
    Cut,
    /// The packed document ends before it is whole, and nothing says so.
    CutPacked,
    /// The same report was asked for before.
    Duplicate,
}

/// Whoever meets it may come back soon.
fn again(mut answer: Answer) -> Answer {
    answer.headers.push(("Retry-After", "1".to_owned()));
    answer
}

/// A report under way.
#[derive(Clone, Debug)]
pub(super) struct Under {
    pub(super) kind: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) marketplace: String,
    pub(super) polls: u32,
    /// The next page of a query.
    pub(super) token: Option<String>,
}

/// What the server knows.
#[derive(Debug)]
pub(super) struct State {
    pub(super) scenario: Scenario,
    pub(super) files: SocketAddr,
    pub(super) token: Option<String>,
    pub(super) tokens: u32,
    pub(super) reports: Vec<Under>,
    /// Documents by id: bytes and what they are said to be.
    pub(super) documents: BTreeMap<String, (Vec<u8>, Option<String>)>,
    pub(super) log: Vec<String>,
    pub(super) mistakes: Vec<String>,
}

impl State {
    pub(super) fn new(scenario: Scenario, files: SocketAddr) -> State {
        State {
            scenario,
            files,
            token: None,
            tokens: 0,
            reports: Vec::new(),
            documents: BTreeMap::new(),
            log: Vec::new(),
            mistakes: Vec::new(),
        }
    }

    /// The trouble that a request runs into, taken off the list.
    pub(super) fn meets(&mut self, asked: &Asked, wanted: &[What]) -> Option<What> {
        let line = format!("{} {}", asked.method, asked.path);
        for trouble in &mut self.scenario.troubles {
            if trouble.times == 0 || !line.starts_with(&trouble.at) || !wanted.contains(&trouble.what) {
                continue;
            }
            if trouble.after > 0 {
                trouble.after -= 1;
                continue;
            }
            trouble.times -= 1;
            return Some(trouble.what);
        }
        None
    }

    /// Troubles that have nothing to do with what is asked for.
    pub(super) fn trouble(&mut self, asked: &Asked) -> Option<Answer> {
        let all = [What::Throttle, What::ExpireToken, What::RefuseToken, What::Broken, What::Unavailable];
        Some(match self.meets(asked, &all)? {
            What::Throttle => {
                let mut answer = Answer::error(
                    429,
                    "QuotaExceeded",
                    "You exceeded your quota for the requested resource.",
                );
                answer.headers.push(("x-amzn-RateLimit-Limit", "1.0".to_owned()));
                answer
            }
            What::ExpireToken => {
                self.token = None;
                super::answer::expired_token()
            }
            What::RefuseToken => {
                Answer::error(401, "Unauthorized", "Access to requested resource is denied.")
            }
            What::Broken => again(Answer::error(500, "InternalFailure", "We encountered an internal error.")),
            _ => again(Answer::error(503, "ServiceUnavailable", "Service is unavailable.")),
        })
    }

    /// Whether a request brings a token that counts.
    pub(super) fn knows_token(&self, asked: &Asked) -> bool {
        let brought = asked.headers.get("x-amz-access-token").cloned().or_else(|| {
            asked
                .headers
                .get("authorization")
                .and_then(|text| text.strip_prefix("Bearer "))
                .map(str::to_owned)
        });
        brought.is_some() && brought == self.token
    }

    /// The document of a report; `None` where there is nothing on any of its days.
    pub(super) fn document(&self, under: &Under) -> Option<(Vec<u8>, Option<String>)> {
        let told = self.scenario.reports.get(&under.kind)?;
        let days = parse_date(under.from.get(..10)?).zip(parse_date(under.to.get(..10)?));
        let days: Vec<String> = match days {
            Some((from, to)) => Period::range(from, to).each_day().map(|day| day.to_string()).collect(),
            None => vec![numbered_day(0).to_string()],
        };
        let days: Vec<&String> = days.iter().filter(|day| !told.no_data.contains(day)).collect();
        if days.is_empty() {
            return None;
        }
        let fill = |text: &str| {
            text.replace("{from}", under.from.get(..10).unwrap_or_default())
                .replace("{to}", under.to.get(..10).unwrap_or_default())
                .replace("{marketplace}", &under.marketplace)
        };
        let rows: Vec<String> = days
            .iter()
            .map(|day| {
                // A figure that tells one day from another.
                let number: u32 = day
                    .bytes()
                    .filter(u8::is_ascii_digit)
                    .fold(0, |sum, digit| (sum * 10 + u32::from(digit - b'0')) % 97);
                told.each_day.replace("{day}", day).replace("{n}", &number.to_string())
            })
            .collect();
        let text = format!("{}{}{}", fill(&told.head), rows.join(&told.between), fill(&told.tail));
        Some((text.into_bytes(), told.content_type.clone()))
    }
}
