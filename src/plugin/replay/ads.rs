//! The Ads API v3 as a replay tells it (amazon-data.md §11): profiles, and reports that are asked for once.

use super::answer::{Answer, Asked};
use super::scenario::{State, Under, What};
use serde_json::{Value, json};
use std::io::Write;

/// An id as Amazon's are.
fn id(at: usize) -> String {
    format!("00000000-0000-4000-8000-{:012}", at + 1)
}

/// Everything behind a token.
pub(super) fn answer(state: &mut State, asked: &Asked) -> Answer {
    match (asked.method.as_str(), asked.path.as_str()) {
        ("GET", "/v2/profiles") => {
            let profile = json!({"profileId": 1_234_567_890_123_456_u64, "countryCode": "JP", "currencyCode": "JPY",
                "timezone": "Asia/Tokyo", "accountInfo": {"type": "seller"}});
            Answer::json(200, &json!([profile]))
        }
        ("POST", "/reporting/reports") => create(state, asked),
        ("GET", path) => match path.strip_prefix("/reporting/reports/") {
            Some(id) => poll(state, asked, id),
            None => Answer::json(404, &json!({"code": "404", "detail": "Not found"})),
        },
        _ => Answer::json(404, &json!({"code": "404", "detail": "Not found"})),
    }
}

fn create(state: &mut State, asked: &Asked) -> Answer {
    if !asked.headers.contains_key("amazon-advertising-api-scope") {
        state.mistakes.push("a report was asked for without a profile".to_owned());
        return Answer::json(401, &json!({"code": "401", "detail": "Not authorized"}));
    }
    let body = asked.json();
    let kind = body["configuration"]["reportTypeId"].as_str().unwrap_or_default().to_owned();
    let Some(told) = state.scenario.reports.get(&kind) else {
        return Answer::json(
            400,
            &json!({"code": "400", "detail": "configuration reportTypeId is not valid"}),
        );
    };
    let polls = told.polls;
    let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
    let (from, to) = (text("startDate"), text("endDate"));
    let duplicate = state.meets(asked, &[What::Duplicate]).is_some();
    state.reports.push(Under { kind, from, to, marketplace: String::new(), polls, token: None });
    let id = id(state.reports.len() - 1);
    if duplicate {
        let detail = format!("The Request is a duplicate of : {id}");
        return Answer::json(425, &json!({"code": "425", "detail": detail}));
    }
    Answer::json(200, &pending(&id))
}

fn pending(id: &str) -> Value {
    json!({"reportId": id, "status": "PENDING", "url": null, "urlExpiresAt": null, "fileSize": null, "failureReason": null})
}

fn poll(state: &mut State, asked: &Asked, id_text: &str) -> Answer {
    let Some(at) = (0..state.reports.len()).find(|at| id(*at) == id_text) else {
        return Answer::json(404, &json!({"code": "404", "detail": "Not found"}));
    };
    let mut body = pending(id_text);
    if state.meets(asked, &[What::Fatal, What::FatalSilent]).is_some() {
        body["status"] = "FAILED".into();
        body["failureReason"] = "Report generation failed due to an internal error.".into();
        return Answer::json(200, &body);
    }
    let under = &mut state.reports[at];
    if under.polls > 0 {
        under.polls -= 1;
        body["status"] = "PROCESSING".into();
        return Answer::json(200, &body);
    }
    let under = under.clone();
    let (bytes, _) = state.document(&under).unwrap_or_else(|| (b"[]".to_vec(), None));
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let _ = packed.write_all(&bytes);
    let packed = packed.finish().unwrap_or_default();
    let document = format!("ads-{}", at + 1);
    body["status"] = "COMPLETED".into();
    body["fileSize"] = packed.len().into();
    let signature = state.log.len();
    body["url"] =
        format!("http://{}/files/{document}?X-Amz-Signature=replay-{signature}", state.files).into();
    state.documents.insert(document, (packed, Some("application/octet-stream".to_owned())));
    Answer::json(200, &body)
}
