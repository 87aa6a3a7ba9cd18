//! What the plugins for Amazon's interfaces share: days and windows, the token of Login with Amazon, what an answer means,
//! and the config of the user.

pub mod days;

use kpress_plugin::http::{CaptureKind, HttpError, Request, Response, Value};
use kpress_plugin::source::secret_available;
use kpress_plugin::{Context, Error};

/// The secret that a token is kept as.
pub const TOKEN: &str = "access-token";
/// What a limited server is given, where it does not say how long.
const WAIT: u32 = 60;

/// Has the host send a request.
#[cfg(target_family = "wasm")]
pub fn send(request: Request) -> Result<Response, HttpError> {
    request.send()
}

/// Only a host can send.
#[cfg(not(target_family = "wasm"))]
pub fn send(_: Request) -> Result<Response, HttpError> {
    Err(HttpError::Offline)
}

/// Fetches a token and leaves it with the host; it is never seen here.
fn log_in(context: &Context) -> Result<(), Error> {
    let client: String = context.required("client_id")?;
    let literal = |text: &str| Value::Literal(text.to_owned());
    let request = Request::post("lwa", "/auth/o2/token")
        .form("grant_type", literal("refresh_token"))
        .form("refresh_token", Value::Secret("refresh-token".to_owned()))
        .form("client_id", literal(&client))
        .form("client_secret", Value::Secret("client-secret".to_owned()))
        .capture(CaptureKind::Secret, TOKEN, "/access_token");
    let answer = send(request)?;
    if answer.is_success() && secret_available(TOKEN) {
        return Ok(());
    }
    if let Some(wait) = wait_of(&answer) {
        return Err(Error::retry_later(wait));
    }
    Err(Error::failed(format!(
        "Amazon gives no token (status {}{}): look at `client_id` and at the secrets `client-secret` and `refresh-token`",
        answer.status(),
        said(&answer)
    )))
}

/// Sends a request with a token. An expired one is replaced once.
pub fn with_token(context: &Context, make: impl Fn() -> Request) -> Result<Response, Error> {
    let mut fresh = !secret_available(TOKEN);
    if fresh {
        log_in(context)?;
    }
    loop {
        let answer = send(make())?;
        if let Some(wait) = wait_of(&answer) {
            return Err(Error::retry_later(wait));
        }
        match answer.status() {
            401 | 403 if !fresh => {
                fresh = true;
                log_in(context)?;
            }
            401 | 403 => {
                return Err(Error::failed(format!(
                    "Amazon refuses a fresh token (status {}{}): look at the rights of the application, and at the secret `refresh-token`",
                    answer.status(),
                    said(&answer)
                )));
            }
            _ => return Ok(answer),
        }
    }
}

/// How long to wait after an answer that says so: too many requests, or trouble of the server.
fn wait_of(answer: &Response) -> Option<u32> {
    match answer.status() {
        429 => Some(answer.retry_after().or_else(|| pause(answer)).unwrap_or(WAIT).max(1)),
        500 | 502 | 503 | 504 => Some(answer.retry_after().unwrap_or(10).max(1)),
        _ => None,
    }
}

/// The rate of a server, 0.0167 a second, as the seconds between two requests: 60.
fn pause(answer: &Response) -> Option<u32> {
    let rate: f64 = answer.header("x-amzn-ratelimit-limit")?.trim().parse().ok()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 3600")]
    (rate > 0.0).then(|| (1.0 / rate).ceil().clamp(1.0, 3600.0) as u32)
}

/// What an answer says went wrong, with the id that Amazon's support asks for.
pub fn said(answer: &Response) -> String {
    let json = json(answer).unwrap_or_default();
    let first = &json["errors"][0];
    let texts = [&first["message"], &first["details"], &json["error_description"], &json["detail"], &json["message"]];
    let told = texts.iter().filter_map(|text| text.as_str()).filter(|text| !text.is_empty());
    let mut out: String = told.map(|text| format!(", {text}")).collect();
    if let Some(id) = answer.header("x-amzn-requestid") {
        out.push_str(&format!(", request {id}"));
    }
    out
}

/// An answer that is no success, as an error.
pub fn refused(what: &str, answer: &Response) -> Error {
    Error::failed(format!("{what} was refused (status {}{})", answer.status(), said(answer)))
}

/// The body as JSON.
pub fn json(answer: &Response) -> Result<serde_json::Value, Error> {
    serde_json::from_slice(answer.body()).map_err(|why| Error::bad_data(format!("the answer is no JSON: {why}")))
}

/// A text of a JSON answer that must be there.
pub fn text<'a>(json: &'a serde_json::Value, key: &str) -> Result<&'a str, Error> {
    json[key].as_str().ok_or_else(|| Error::bad_data(format!("the answer has no `{key}`")))
}
