//! Exchanges as they are recorded and played again. A recording holds no secret: of a request the names of secrets, of an
//! answer what the guest saw.

use super::exchange::{Body, HttpError, Request, Target, Value};
use super::vault::shown;

/// An answer as it was recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// The status.
    pub status: u16,
    /// Headers, masked.
    pub headers: Vec<(String, String)>,
    /// The body, masked.
    pub body: Vec<u8>,
    /// Links that were kept, by name, without their queries.
    pub links: Vec<(String, String)>,
    /// Names of the secrets that were kept.
    pub secrets: Vec<String>,
    /// The document that was stored.
    pub document: Option<Vec<u8>>,
}

/// What stands between a request and the network.
pub trait Tape {
    /// What was recorded; `None`: the request is to be sent.
    ///
    /// # Errors
    /// [`HttpError::Offline`] where nothing was recorded and nothing may be sent.
    fn replay(&mut self, asked: &str) -> Result<Option<Recorded>, HttpError>;

    /// Whether answers are to be recorded.
    fn records(&self) -> bool;

    /// Keeps an answer.
    fn record(&mut self, asked: &str, answer: Recorded);
}

/// Nothing recorded, nothing played.
#[derive(Clone, Copy, Debug)]
pub struct NoTape;

impl Tape for NoTape {
    fn replay(&mut self, _: &str) -> Result<Option<Recorded>, HttpError> {
        Ok(None)
    }

    fn records(&self) -> bool {
        false
    }

    fn record(&mut self, _: &str, _: Recorded) {}
}

/// A request in words: equal words are the same request. Secrets stand in it by name, moments not at all.
pub(super) fn asked(request: &Request) -> String {
    let target = match &request.target {
        Target::Path(path) => path.clone(),
        Target::Link(name) => format!("link {}", shown(name)),
    };
    let mut lines = vec![format!("{} {} {target}", request.method.name(), shown(&request.grant))];
    lines.extend(request.query.iter().map(|(name, value)| format!("? {name}={value}")));
    lines.extend(request.headers.iter().map(|(name, value)| format!("{name}: {}", spoken(value))));
    match &request.body {
        Body::Empty => {}
        Body::Bytes(bytes) => lines.push(String::from_utf8_lossy(bytes).into_owned()),
        Body::Form(fields) => {
            lines.extend(fields.iter().map(|(name, value)| format!("& {name}={}", spoken(value))));
        }
    }
    lines.join("\n")
}

fn spoken(value: &Value) -> String {
    match value {
        Value::Literal(text) => text.clone(),
        Value::Secret(name) => format!("<secret {}>", shown(name)),
        Value::SentAt(_) => "<moment>".to_owned(),
    }
}
