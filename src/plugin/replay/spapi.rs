//! The Selling Partner API as a replay tells it (amazon-data.md §9): tokens, reports, Data Kiosk, and the documents.

use super::answer::{Answer, Asked};
use super::scenario::{State, Under, What};
use crate::time::{parse_date, plus_days};
use serde_json::{Value, json};
use std::io::Write;

const REPORTS: &str = "/reports/2021-06-30/reports";
const DOCUMENTS: &str = "/reports/2021-06-30/documents/";
const QUERIES: &str = "/dataKiosk/2023-11-15/queries";
const RESULTS: &str = "/dataKiosk/2023-11-15/documents/";
/// A page of a list: small, so that paging is met.
const PAGE: usize = 2;

/// A token for a refresh token.
pub(super) fn token(state: &mut State, asked: &Asked) -> Answer {
    let form = asked.form();
    let has = |name: &str| form.get(name).is_some_and(|value| !value.is_empty());
    if form.get("grant_type").map(String::as_str) != Some("refresh_token")
        || !["refresh_token", "client_id", "client_secret"].into_iter().all(has)
    {
        let body = json!({"error": "invalid_request", "error_description": "The request is missing a required parameter."});
        return Answer::json(400, &body);
    }
    state.tokens += 1;
    let token = format!("Atza|replay-{}", state.tokens);
    state.token = Some(token.clone());
    let refresh = form.get("refresh_token");
    Answer::json(
        200,
        &json!({"access_token": token, "token_type": "bearer", "expires_in": 3600, "refresh_token": refresh}),
    )
}

/// Everything behind a token.
pub(super) fn answer(state: &mut State, asked: &Asked) -> Answer {
    let path = asked.path.as_str();
    match (asked.method.as_str(), path) {
        ("POST", REPORTS) => create(state, asked),
        ("GET", REPORTS) => list(state, asked),
        ("POST", QUERIES) => query(state, asked),
        _ => {
            let below = |prefix: &str| path.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('/'));
            if let Some(id) = below(REPORTS) {
                return poll(state, asked, id, false);
            }
            if let Some(id) = below(QUERIES) {
                return poll(state, asked, id, true);
            }
            let id = path.strip_prefix(DOCUMENTS).or_else(|| path.strip_prefix(RESULTS));
            match id {
                Some(id) => link(state, id, path.starts_with(RESULTS)),
                None => Answer::error(404, "NotFound", "Resource not found."),
            }
        }
    }
}

fn create(state: &mut State, asked: &Asked) -> Answer {
    let body = asked.json();
    let kind = body["reportType"].as_str().unwrap_or_default().to_owned();
    let Some(told) = state.scenario.reports.get(&kind) else {
        return Answer::error(400, "InvalidInput", "The report type is not valid.");
    };
    let polls = told.polls;
    let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
    let marketplace = body["marketplaceIds"][0].as_str().unwrap_or_default().to_owned();
    let (from, to) = (text("dataStartTime"), text("dataEndTime"));
    state.reports.push(Under { kind, from, to, marketplace, polls, token: None });
    Answer::json(202, &json!({"reportId": format!("ID{}", state.reports.len())}))
}

/// Data Kiosk: the dataset is the word before the first bracket of the inner query.
fn query(state: &mut State, asked: &Asked) -> Answer {
    let body = asked.json();
    let text = body["query"].as_str().unwrap_or_default();
    let known = state.scenario.reports.keys().find(|kind| text.contains(&format!("{kind}(")));
    let Some(kind) = known.cloned() else {
        return Answer::error(400, "InvalidInput", "The query is not valid.");
    };
    let argument = |name: &str| {
        let rest = text.split(&format!("{name}:\"")).nth(1).unwrap_or_default();
        rest.split('"').next().unwrap_or_default().to_owned()
    };
    let (from, to) = (argument("startDate"), argument("endDate"));
    let polls = state.scenario.reports[&kind].polls;
    // The first half of the days comes first, the other with a token.
    let (from, to, token) = match (parse_date(&from), parse_date(&to), body["paginationToken"].as_str()) {
        (Some(first), Some(last), None) if first < last => {
            (from, first.to_string(), Some(plus_days(first, 1).to_string()))
        }
        (_, _, Some(token)) => (token.to_owned(), to, None),
        _ => (from, to, None),
    };
    state.reports.push(Under { kind, from, to, marketplace: String::new(), polls, token });
    Answer::json(202, &json!({"queryId": format!("{}", state.reports.len())}))
}

fn poll(state: &mut State, asked: &Asked, id: &str, is_query: bool) -> Answer {
    let number: Option<usize> = id.trim_start_matches("ID").parse().ok();
    let Some(at) = number.and_then(|number| number.checked_sub(1)).filter(|at| *at < state.reports.len())
    else {
        return Answer::error(404, "NotFound", "The report does not exist.");
    };
    let mut body = if is_query { json!({"queryId": id}) } else { json!({"reportId": id}) };
    let status = |status: &str, body: &mut Value| body["processingStatus"] = status.into();
    match state.meets(asked, &[What::Fatal, What::FatalSilent, What::Cancelled]) {
        Some(What::Cancelled) => {
            status("CANCELLED", &mut body);
            return Answer::json(200, &body);
        }
        Some(what) => {
            status("FATAL", &mut body);
            if what == What::Fatal {
                let key = if is_query { "errorDocumentId" } else { "reportDocumentId" };
                body[key] = "reason".into();
                let text = br#"{"errorDetails":"the date range is not allowed"}"#;
                state.documents.insert("reason".to_owned(), (text.to_vec(), None));
            }
            return Answer::json(200, &body);
        }
        None => {}
    }
    let under = &mut state.reports[at];
    if under.polls > 0 {
        under.polls -= 1;
        status(if under.polls > 0 { "IN_QUEUE" } else { "IN_PROGRESS" }, &mut body);
        return Answer::json(200, &body);
    }
    let under = under.clone();
    let Some((bytes, said)) = state.document(&under) else {
        status(if is_query { "DONE" } else { "CANCELLED" }, &mut body);
        return Answer::json(200, &body);
    };
    let plain = state.scenario.reports.get(&under.kind).is_some_and(|told| told.plain);
    let bytes = if plain { bytes } else { packed(&bytes) };
    let document = format!("doc-{}", at + 1);
    state.documents.insert(document.clone(), (bytes, said));
    status("DONE", &mut body);
    body[if is_query { "dataDocumentId" } else { "reportDocumentId" }] = document.into();
    if let Some(token) = under.token {
        body["pagination"] = json!({"nextToken": token});
    }
    Answer::json(200, &body)
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    // Writing into memory does not fail.
    let _ = out.write_all(bytes);
    out.finish().unwrap_or_default()
}

/// Reports that are there, page by page.
fn list(state: &mut State, asked: &Asked) -> Answer {
    let token = asked.parameter("nextToken");
    if token.is_some() && asked.query.len() > 1 {
        state.mistakes.push("`nextToken` was not sent alone".to_owned());
        return Answer::error(400, "InvalidInput", "NextToken must be sent alone.");
    }
    let (kinds, since, until, from) = match token {
        // The token says all that the first question said.
        Some(token) => {
            let mut parts = token.split('|').map(str::to_owned);
            let mut next = || parts.next().unwrap_or_default();
            (next(), next(), next(), next().parse::<usize>().unwrap_or(0))
        }
        None => {
            let text = |name: &str| asked.parameter(name).unwrap_or_default().to_owned();
            let day = |name: &str| text(name).get(..10).unwrap_or_default().to_owned();
            (text("reportTypes"), day("createdSince"), day("createdUntil"), 0)
        }
    };
    let created = |to: &str| parse_date(to).map(|day| plus_days(day, 1).to_string()).unwrap_or_default();
    let fits: Vec<(usize, Value)> = state
        .scenario
        .listed
        .iter()
        .enumerate()
        .filter(|(_, one)| kinds.split(',').any(|kind| kind == one.report))
        .filter(|(_, one)| created(&one.to) >= since && created(&one.to) <= until)
        .map(|(at, one)| {
            let value = json!({
                "reportId": format!("L{at}"), "reportType": one.report, "processingStatus": "DONE",
                "dataStartTime": format!("{}T00:00:00+00:00", one.from),
                "dataEndTime": format!("{}T00:00:00+00:00", one.to),
                "createdTime": format!("{}T01:02:03+00:00", created(&one.to)),
                "reportDocumentId": format!("listed-{at}"),
            });
            (at, value)
        })
        .collect();
    for (at, _) in &fits {
        let bytes = packed(state.scenario.listed[*at].document.as_bytes());
        state.documents.insert(format!("listed-{at}"), (bytes, None));
    }
    let page: Vec<&Value> = fits.iter().skip(from).take(PAGE).map(|(_, value)| value).collect();
    let mut body = json!({"reports": page});
    if from + PAGE < fits.len() {
        body["nextToken"] = format!("{kinds}|{since}|{until}|{}", from + PAGE).into();
    }
    Answer::json(200, &body)
}

/// A link to a document, signed anew each time.
fn link(state: &mut State, id: &str, is_query: bool) -> Answer {
    let Some((bytes, _)) = state.documents.get(id) else {
        return Answer::error(404, "NotFound", "The document does not exist.");
    };
    let url = format!("http://{}/files/{id}?X-Amz-Signature=replay-{}", state.files, state.log.len());
    if is_query {
        return Answer::json(200, &json!({"documentId": id, "documentUrl": url}));
    }
    let mut body = json!({"reportDocumentId": id, "url": url});
    if bytes.starts_with(&[0x1f, 0x8b]) {
        body["compressionAlgorithm"] = "GZIP".into();
    }
    Answer::json(200, &body)
}

/// A document. It stands at another origin and wants no authorisation but its link.
pub(super) fn file(state: &mut State, asked: &Asked) -> Answer {
    let leaked = ["authorization", "x-amz-access-token"].iter().any(|name| asked.headers.contains_key(*name));
    if leaked {
        state.mistakes.push("an authorisation was sent along with a link".to_owned());
        return Answer::error(400, "InvalidRequest", "Only one auth mechanism allowed.");
    }
    let troubles = [What::ExpiredUrl, What::Cut, What::CutPacked, What::Broken];
    let trouble = state.meets(asked, &troubles);
    let id = asked.path.strip_prefix("/files/").unwrap_or_default();
    let Some((bytes, said)) = state.documents.get(id).cloned() else {
        return Answer::error(404, "NoSuchKey", "The specified key does not exist.");
    };
    let said = said.unwrap_or_else(|| "text/plain; charset=UTF-8".to_owned());
    let mut answer = Answer { status: 200, headers: vec![("Content-Type", said)], body: bytes, cut: false };
    match trouble {
        Some(What::ExpiredUrl) => {
            let text = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";
            answer = Answer { status: 403, headers: Vec::new(), body: text.into(), cut: false };
        }
        Some(What::Cut) => {
            answer.body.truncate(answer.body.len() / 2);
            answer.cut = true;
        }
        Some(What::CutPacked) => answer.body.truncate(answer.body.len() / 2),
        Some(_) => answer = Answer::error(500, "InternalError", "We encountered an internal error."),
        None => {}
    }
    answer
}
