//! What a guest asks of the door to the network and what it gets: plain values, and the two sides of a granted server.

use super::moment::TimeFormat;
use super::origin::{self, Origin};
use std::collections::BTreeSet;
use std::time::Duration;
use url::Url;

/// A granted server: what both the site and the plugin name.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Where.
    pub origin: Origin,
    /// What the site grants there.
    pub site: Share,
    /// What the plugin asks for there.
    pub plugin: Share,
}

/// One side of a grant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// What may be done.
    pub methods: BTreeSet<Method>,
    /// Patterns of paths.
    pub paths: Vec<String>,
}

impl Reach {
    /// What both sides name.
    pub fn methods(&self) -> impl Iterator<Item = Method> {
        self.site.methods.intersection(&self.plugin.methods).copied()
    }

    /// Whether it holds an address, and if not, what is missing and on which side.
    ///
    /// # Errors
    /// A clause that begins with what is refused, and how the sentence ends.
    pub(super) fn holds(&self, method: Method, url: &Url) -> Result<(), (String, String)> {
        const NOT_ASKED: &str = "the plugin does not ask for it";
        if !self.origin.holds(url) {
            let what = format!("the host of `{}`", url.origin().ascii_serialization());
            return Err((what, format!("it is for `{}`", self.origin)));
        }
        let side =
            |plugin: bool| if plugin { "`kpress.yaml` does not grant it" } else { NOT_ASKED }.to_owned();
        let asked = self.plugin.methods.contains(&method);
        if !asked || !self.site.methods.contains(&method) {
            return Err((format!("the method {}", method.name()), side(asked)));
        }
        let asked = origin::fits(&self.plugin.paths, url);
        if !asked || !origin::fits(&self.site.paths, url) {
            return Err((format!("the path `{}`", url.path()), side(asked)));
        }
        Ok(())
    }
}

/// What is done to the thing at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Read.
    Get,
    /// Only ask.
    Head,
    /// Hand over.
    Post,
    /// Put in place.
    Put,
}

impl Method {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Put => "PUT",
        }
    }

    /// Reads one.
    pub fn parse(text: &str) -> Option<Method> {
        [Method::Get, Method::Head, Method::Post, Method::Put].into_iter().find(|one| one.name() == text)
    }
}

/// What stands in a header or form field.
#[derive(Clone, Debug)]
pub enum Value {
    /// This text.
    Literal(String),
    /// The secret of this name.
    Secret(String),
    /// The moment of sending.
    SentAt(TimeFormat),
}

/// The body of a request.
#[derive(Clone, Debug)]
pub enum Body {
    /// None.
    Empty,
    /// As given.
    Bytes(Vec<u8>),
    /// Encoded by the host.
    Form(Vec<(String, Value)>),
}

/// Where a request goes.
#[derive(Clone, Debug)]
pub enum Target {
    /// Below the origin of the grant, not encoded.
    Path(String),
    /// To a link that was captured under this name.
    Link(String),
}

/// One string to be taken out of a JSON response.
#[derive(Clone, Debug)]
pub struct Capture {
    /// Where it stands.
    pub pointer: String,
    /// A link, or else a secret.
    pub is_link: bool,
    /// Under which name it is kept.
    pub name: String,
}

/// What a guest asks for.
#[derive(Clone, Debug)]
pub struct Request {
    /// The grant it asks under.
    pub grant: String,
    /// What is done.
    pub method: Method,
    /// Where.
    pub target: Target,
    /// Names and values behind `?`.
    pub query: Vec<(String, String)>,
    /// Headers.
    pub headers: Vec<(String, Value)>,
    /// Body.
    pub body: Body,
    /// What is kept of the response.
    pub captures: Vec<Capture>,
    /// Milliseconds; 0: as long as the host allows.
    pub timeout_ms: u32,
    /// The longest body that the guest wants; 0: as much as the host allows.
    pub max_bytes: u32,
    /// Have the body stored as a document, instead of getting it.
    pub store: Option<StoreAs>,
}

/// A document that a guest has stored: which table of its source it holds, which days, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreAs {
    /// The table.
    pub table: String,
    /// First and last day that it is about, since 1970-01-01.
    pub days: Option<(i32, i32)>,
    /// A word and an extension, as `report.json`.
    pub name: String,
}

/// What became of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Of the bytes as they came, in hexadecimal digits.
    pub sha256: String,
    /// How many came.
    pub bytes: u64,
}

/// What a guest gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, masked.
    pub body: Vec<u8>,
    /// Whether it was cut at what the guest wanted.
    pub truncated: bool,
    /// The document that was stored of it.
    pub stored: Option<Stored>,
}

/// Why there is no response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HttpError {
    /// Not granted; what would be needed.
    Denied(String),
    /// No such grant.
    UnknownGrant(String),
    /// More than so many bytes.
    TooLarge(u32),
    /// Not in time.
    Timeout,
    /// Too many requests or bytes.
    BudgetExhausted,
    /// The name has no address.
    Dns,
    /// No trust.
    Tls,
    /// Nobody answers.
    Connect,
    /// Not HTTP as it should be.
    Protocol(String),
    /// `--offline`, and nothing recorded.
    Offline,
}

/// What is left to spend in a page.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Requests, redirects included.
    pub requests: u32,
    /// Bytes of bodies, out and in.
    pub bytes: u64,
    /// The longest body.
    pub body: u64,
    /// The longest one request may take with all its hops.
    pub request_time: Duration,
    /// The largest document; what is stored does not count as a body.
    pub document: u64,
    /// The longest that fetching a document may take.
    pub document_time: Duration,
}

/// One line of `pull.log`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Method.
    pub method: &'static str,
    /// Address; of a captured link without its query.
    pub url: String,
    /// Status, or what went wrong.
    pub outcome: Result<u16, HttpError>,
    /// Bytes of the body that left.
    pub sent: u64,
    /// Bytes of the body that came.
    pub received: u64,
}

/// Time, handed in.
pub trait Clock {
    /// Milliseconds since 1970 began, UTC.
    fn now_ms(&self) -> i64;
}

/// Where documents are put, for the source that fetches them. One is open at a time.
pub trait Documents {
    /// Begins a document.
    ///
    /// # Errors
    /// A table or a name that is none, or a disk that fails.
    fn begin(&mut self, store: &StoreAs) -> Result<(), HttpError>;

    /// Takes the next bytes of the open document.
    fn file(&mut self) -> &mut dyn std::io::Write;

    /// Ends the open document: it is kept if it is whole, and gone if not.
    ///
    /// # Errors
    /// What it lacks.
    fn keep(&mut self, content_type: Option<&str>) -> Result<Stored, HttpError>;

    /// Drops the open document, if one is open.
    fn abandon(&mut self);

    /// The bytes of the document that was kept last, for a recording.
    fn last(&mut self) -> Option<Vec<u8>>;
}

/// Takes no documents: for what no source runs in.
#[derive(Clone, Copy, Debug)]
pub struct NoDocuments;

impl Documents for NoDocuments {
    fn begin(&mut self, _: &StoreAs) -> Result<(), HttpError> {
        Err(HttpError::Denied("documents are stored by `kpress data pull` only".to_owned()))
    }

    fn file(&mut self) -> &mut dyn std::io::Write {
        self
    }

    fn keep(&mut self, _: Option<&str>) -> Result<Stored, HttpError> {
        Err(HttpError::Denied("documents are stored by `kpress data pull` only".to_owned()))
    }

    fn abandon(&mut self) {}

    fn last(&mut self) -> Option<Vec<u8>> {
        None
    }
}

impl std::io::Write for NoDocuments {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::Unsupported.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
