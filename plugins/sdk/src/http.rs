//! Requests that the host makes for a source, within its grants. A guest names a grant and a path below its origin, or a link
//! that an earlier answer handed out; a secret is named and filled in by the host as the request leaves.

use crate::Error;
use crate::bindings::base::kpress::plugin::http as wire;
pub use wire::{Body, CaptureKind, FormField, HttpError, Method, StoreAs, Stored, Target, TimeFormat, Value};

/// A request being made.
#[derive(Clone, Debug)]
pub struct Request(wire::Request);

impl Request {
    /// Of a path below the origin of the grant, not encoded.
    pub fn new(method: Method, grant: &str, path: &str) -> Request {
        Request::to(method, grant, Target::Path(path.to_owned()))
    }

    /// A `GET` of a path.
    pub fn get(grant: &str, path: &str) -> Request {
        Request::new(Method::Get, grant, path)
    }

    /// A `POST` to a path.
    pub fn post(grant: &str, path: &str) -> Request {
        Request::new(Method::Post, grant, path)
    }

    /// A `GET` of a link that was captured under this name.
    pub fn link(grant: &str, name: &str) -> Request {
        Request::to(Method::Get, grant, Target::Link(name.to_owned()))
    }

    fn to(method: Method, grant: &str, target: Target) -> Request {
        Request(wire::Request {
            grant: grant.to_owned(),
            method,
            target,
            query: Vec::new(),
            headers: Vec::new(),
            body: Body::Empty,
            captures: Vec::new(),
            timeout_ms: 30_000,
            max_bytes: 16 << 20,
            store: None,
        })
    }

    /// A parameter of the query.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Request {
        self.0.query.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A header.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Request {
        self.header_value(name, Value::Literal(value.to_owned()))
    }

    /// A header that holds a secret; `Bearer access-token` sends the secret `access-token` behind the word `Bearer`.
    #[must_use]
    pub fn secret_header(self, name: &str, secret: &str) -> Request {
        self.header_value(name, Value::Secret(secret.to_owned()))
    }

    /// A header of any kind, as the time of sending.
    #[must_use]
    pub fn header_value(mut self, name: &str, value: Value) -> Request {
        self.0.headers.push(wire::Header { name: name.to_owned(), value });
        self
    }

    /// A body of JSON.
    #[must_use]
    pub fn json(mut self, body: &str) -> Request {
        self.0.body = Body::Bytes(body.as_bytes().to_vec());
        self.header("content-type", "application/json")
    }

    /// A body as it is; what it is, a header says.
    #[must_use]
    pub fn body(mut self, bytes: &[u8]) -> Request {
        self.0.body = Body::Bytes(bytes.to_vec());
        self
    }

    /// A field of a form.
    #[must_use]
    pub fn form(mut self, name: &str, value: Value) -> Request {
        let field = FormField { name: name.to_owned(), value };
        match &mut self.0.body {
            Body::Form(fields) => fields.push(field),
            body => *body = Body::Form(vec![field]),
        }
        self
    }

    /// Keeps a string of the JSON answer in the host, as a secret or a link of this name.
    #[must_use]
    pub fn capture(mut self, kind: CaptureKind, name: &str, json_pointer: &str) -> Request {
        let (json_pointer, name) = (json_pointer.to_owned(), name.to_owned());
        self.0.captures.push(wire::Capture { json_pointer, kind, name });
        self
    }

    /// Has the host store the answer as a document of a table, instead of handing it over.
    #[must_use]
    pub fn store(mut self, store: StoreAs) -> Request {
        self.0.store = Some(store);
        self
    }

    /// The largest answer that is taken, in bytes.
    #[must_use]
    pub fn max_bytes(mut self, bytes: u32) -> Request {
        self.0.max_bytes = bytes;
        self
    }

    /// How long it may take, in milliseconds.
    #[must_use]
    pub fn timeout_ms(mut self, millis: u32) -> Request {
        self.0.timeout_ms = millis;
        self
    }

    /// As the interface has it.
    pub fn into_inner(self) -> wire::Request {
        self.0
    }

    /// Has the host send it.
    #[cfg(target_family = "wasm")]
    pub fn send(self) -> Result<Response, HttpError> {
        wire::fetch(&self.0).map(Response)
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Response(wire::Response);

impl Response {
    /// Takes what the host handed over.
    pub fn new(raw: wire::Response) -> Response {
        Response(raw)
    }

    /// The status, as 200.
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// Whether the status is 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.0.status)
    }

    /// The first header of this name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let own = self.0.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        own.map(|(_, value)| value.as_str())
    }

    /// The body.
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// The body as text.
    pub fn text(&self) -> Result<&str, Error> {
        std::str::from_utf8(&self.0.body).map_err(|_| Error::failed("the answer is not UTF-8"))
    }

    /// Whether the body was cut at `max_bytes`.
    pub fn is_truncated(&self) -> bool {
        self.0.truncated
    }

    /// What the host stored, where [`Request::store`] asked for it.
    pub fn stored(&self) -> Option<&Stored> {
        self.0.stored.as_ref()
    }

    /// The seconds of `retry-after`.
    pub fn retry_after(&self) -> Option<u32> {
        self.header("retry-after")?.trim().parse().ok()
    }
}

impl From<HttpError> for Error {
    fn from(error: HttpError) -> Error {
        match error {
            HttpError::Denied(why) => Error::capability_denied(why),
            HttpError::UnknownGrant(name) => Error::capability_denied(format!("there is no grant `{name}`")),
            HttpError::TooLarge(bytes) => Error::failed(format!("the answer is larger than {bytes} bytes")),
            HttpError::Timeout => Error::failed("the server did not answer in time"),
            HttpError::BudgetExhausted => Error::failed("the budget of requests is used up"),
            HttpError::Dns => Error::failed("the host's name could not be resolved"),
            HttpError::Tls => Error::failed("no secure connection could be made"),
            HttpError::Connect => Error::failed("no connection could be made"),
            HttpError::Protocol(why) => {
                Error::failed(format!("the server answered outside the protocol: {why}"))
            }
            HttpError::Offline => Error::failed("the run is offline and there is no recorded answer"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_holds_literals_and_secrets() {
        let request = Request::post("lwa", "/auth/o2/token")
            .form("grant_type", Value::Literal("refresh_token".to_owned()))
            .form("refresh_token", Value::Secret("refresh-token".to_owned()))
            .capture(CaptureKind::Secret, "access-token", "/access_token")
            .into_inner();
        assert!(matches!(&request.body, Body::Form(fields) if fields.len() == 2));
        assert_eq!(request.captures[0].json_pointer, "/access_token");
    }
}
