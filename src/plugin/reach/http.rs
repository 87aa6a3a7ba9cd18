//! Requests of a guest: built, checked against the grants and sent by the host, hop by hop. The guest gives a grant, a
//! path and names of secrets; it gets a response in which none of them can be read.

pub use super::exchange::{
    Body, Budget, Capture, Clock, Documents, HttpError, Logged, Method, NoDocuments, Reach, Request,
    Response, Share, StoreAs, Stored, Target, Value,
};
use super::moment::moment;
use super::origin::{self, is_public};
use super::tape::{self, Recorded, Tape};
use super::vault::{CAPTURED_BYTES_MAX, MASK, Vault, shown};
use super::wire::{Arrived, Leaving, Resolve, Wire};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;
use url::{Host, Url};
use zeroize::Zeroizing;

/// The bytes of a body, the names of the secrets in it, and whether it is a form.
type FilledBody = (Zeroizing<Vec<u8>>, Vec<String>, bool);

/// Redirects of one request.
pub const REDIRECTS_MAX: usize = 3;
/// Headers of a request or response.
pub const HEADERS_MAX: usize = 64;
/// Name and value of one header, in bytes.
pub const HEADER_BYTES_MAX: usize = 8 * 1024;

/// The door to the network, for one page of one source.
pub struct Http<'a> {
    /// What is granted, by the names of the guest.
    pub reach: &'a BTreeMap<String, Reach>,
    /// Secrets and links.
    pub vault: &'a mut Vault,
    /// The network.
    pub wire: &'a dyn Wire,
    /// Names of hosts.
    pub names: &'a dyn Resolve,
    /// Time.
    pub clock: &'a dyn Clock,
    /// What is left.
    pub budget: &'a mut Budget,
    /// Until when the page must be done, in the time of the clock.
    pub deadline_ms: i64,
    /// Where documents are put.
    pub documents: &'a mut dyn Documents,
    /// What is recorded, or played again.
    pub tape: &'a mut dyn Tape,
    /// What was done.
    pub log: &'a mut Vec<Logged>,
    /// What was refused.
    pub denied: &'a mut Vec<String>,
}

/// A header as the guest wrote it, filled in, and the secret in it.
struct Filled {
    name: String,
    value: Zeroizing<String>,
    secret: Option<String>,
}

/// A request on its way through redirects.
struct Hop {
    grant: String,
    method: Method,
    url: Url,
    headers: Vec<Filled>,
    body: Zeroizing<Vec<u8>>,
    /// Secrets in the body.
    body_secrets: Vec<String>,
    is_link: bool,
}

impl Http<'_> {
    /// Does what a guest asks for.
    ///
    /// # Errors
    /// Why it is refused, or what went wrong; masked.
    pub fn fetch(&mut self, request: &Request) -> Result<Response, HttpError> {
        let outcome = self.look_up_or_send(request);
        self.documents.abandon();
        match &outcome {
            Err(HttpError::Denied(why)) => self.denied.push(why.clone()),
            Err(HttpError::UnknownGrant(name)) => self.denied.push(format!("there is no grant `{name}`")),
            _ => {}
        }
        outcome
    }

    fn look_up_or_send(&mut self, request: &Request) -> Result<Response, HttpError> {
        let hop = self.first(request)?;
        self.check(&hop)?;
        if let Some(store) = &request.store {
            if request.method != Method::Get || !request.captures.is_empty() {
                let why = "a document is stored of a GET, and nothing is captured from it";
                return Err(HttpError::Denied(why.to_owned()));
            }
            self.documents.begin(store)?;
        }
        let asked = self.vault.mask_text(&tape::asked(request));
        if let Some(recorded) = self.tape.replay(&asked)? {
            return self.play(&hop, recorded);
        }
        let response = self.send_and_follow(request, hop)?;
        if self.tape.records() {
            let recorded = self.recorded(request, &response);
            self.tape.record(&asked, recorded);
        }
        Ok(response)
    }

    /// Sends a request and follows where it is led.
    fn send_and_follow(&mut self, request: &Request, mut hop: Hop) -> Result<Response, HttpError> {
        let asked = i64::from(if request.timeout_ms == 0 { u32::MAX } else { request.timeout_ms });
        let stores = request.store.is_some();
        let most = if stores { self.budget.document_time } else { self.budget.request_time };
        let most = i64::try_from(most.as_millis()).unwrap_or(i64::MAX);
        let until = self.clock.now_ms().saturating_add(asked.min(most));
        // A document may take longer than a page: only what computes is held to the time of the page.
        let until = if stores { until } else { until.min(self.deadline_ms) };
        for _ in 0..=REDIRECTS_MAX {
            let arrived = self.send(&hop, until, stores)?;
            match redirect(&arrived) {
                Some(to) => hop = self.follow(hop, arrived.status, to)?,
                None => return self.hand_over(request, arrived),
            }
        }
        Err(HttpError::Denied(format!("more than {REDIRECTS_MAX} redirects")))
    }

    /// A recorded answer as if it had come now.
    fn play(&mut self, hop: &Hop, recorded: Recorded) -> Result<Response, HttpError> {
        for name in recorded.secrets {
            self.vault.may_capture(&name).map_err(HttpError::Denied)?;
            self.vault.keep_secret(&name, format!("recorded {name}"));
        }
        for (name, link) in recorded.links {
            self.vault.keep_link(&name, link).map_err(HttpError::Denied)?;
        }
        let received = (recorded.body.len() + recorded.document.as_ref().map_or(0, Vec::len)) as u64;
        self.note(hop, Ok(recorded.status), received);
        let mut stored = None;
        if let Some(document) = recorded.document {
            let full =
                |_| HttpError::Protocol("the document could not be written to this machine".to_owned());
            self.documents.file().write_all(&document).map_err(full)?;
            stored = Some(self.documents.keep(content_type(&recorded.headers))?);
        }
        let Recorded { status, headers, body, .. } = recorded;
        Ok(Response { status, headers, body, truncated: false, stored })
    }

    /// What is recorded of an answer: what the guest saw, and what was captured by name.
    fn recorded(&mut self, request: &Request, response: &Response) -> Recorded {
        let names = |is_link: bool| {
            let own = request.captures.iter().filter(move |capture| capture.is_link == is_link);
            own.map(|capture| capture.name.clone())
        };
        let plain = |name: String| {
            let mut link = Url::parse(self.vault.link(&name)?).ok()?;
            link.set_query(None);
            Some((name, link.to_string()))
        };
        let success = (200..300).contains(&response.status);
        Recorded {
            status: response.status,
            headers: response.headers.clone(),
            body: response.body.clone(),
            links: names(true).filter_map(plain).collect(),
            secrets: names(false).filter(|name| success && self.vault.available(name)).collect(),
            document: response.stored.as_ref().and_then(|_| self.documents.last()),
        }
    }

    fn first(&self, request: &Request) -> Result<Hop, HttpError> {
        let denied = HttpError::Denied;
        let unknown = || HttpError::UnknownGrant(shown(&request.grant));
        let reach = self.reach.get(&request.grant).ok_or_else(unknown)?;
        let (url, is_link) = match &request.target {
            Target::Path(_) if reach.origin.is_pattern() => {
                return Err(denied(format!("`{}` is reached by a captured link only", reach.origin)));
            }
            Target::Path(path) => {
                (origin::below(&reach.origin, path, &request.query).map_err(denied)?, false)
            }
            Target::Link(_) if !request.query.is_empty() => {
                return Err(denied("a link is sent as it is, without a query".to_owned()));
            }
            Target::Link(name) => {
                let link = self.vault.link(name);
                let link = link.ok_or_else(|| denied(format!("no link `{}` was captured", shown(name))))?;
                (origin::link(link).map_err(denied)?, true)
            }
        };
        let headers = self.headers(&request.headers, &request.grant)?;
        let (body, body_secrets, form) = self.body(&request.body, &request.grant)?;
        let mut hop = Hop {
            grant: request.grant.clone(),
            method: request.method,
            url,
            headers,
            body,
            body_secrets,
            is_link,
        };
        if form && !hop.headers.iter().any(|header| header.name == "content-type") {
            let value = Zeroizing::new("application/x-www-form-urlencoded".to_owned());
            hop.headers.push(Filled { name: "content-type".to_owned(), value, secret: None });
        }
        if matches!(hop.method, Method::Get | Method::Head) && !hop.body.is_empty() {
            return Err(denied(format!("a {} has no body", hop.method.name())));
        }
        Ok(hop)
    }

    /// Headers, checked and filled in.
    fn headers(&self, headers: &[(String, Value)], grant: &str) -> Result<Vec<Filled>, HttpError> {
        if headers.len() > HEADERS_MAX {
            return Err(HttpError::Denied(format!("more than {HEADERS_MAX} headers")));
        }
        let mut filled: Vec<Filled> = Vec::new();
        for (name, value) in headers {
            let refuse = |why: &str| HttpError::Denied(format!("the header `{}` {why}", shown(name)));
            let parsed = http::HeaderName::from_bytes(name.as_bytes()).map_err(|_| refuse("is no header"))?;
            let name = parsed.as_str().to_owned();
            if is_ours(&name) {
                return Err(refuse("is set by the host"));
            }
            if filled.iter().any(|other| other.name == name) {
                return Err(refuse("is given twice"));
            }
            let (value, secret) = self.fill(value, grant)?;
            if http::HeaderValue::from_str(&value).is_err() {
                return Err(refuse("has a value with a control character"));
            }
            if name.len() + value.len() > HEADER_BYTES_MAX {
                return Err(refuse("is longer than 8192 bytes"));
            }
            filled.push(Filled { name, value, secret });
        }
        Ok(filled)
    }

    fn fill(&self, value: &Value, grant: &str) -> Result<(Zeroizing<String>, Option<String>), HttpError> {
        match value {
            Value::Literal(text) => Ok((Zeroizing::new(text.clone()), None)),
            Value::SentAt(format) => Ok((Zeroizing::new(moment(self.clock.now_ms(), *format)), None)),
            Value::Secret(text) => {
                // `Bearer access-token`: a scheme of RFC 9110 before the name of the secret, which itself holds no space.
                let (scheme, name) =
                    text.split_once(' ').map_or((None, text.as_str()), |(a, b)| (Some(a), b));
                let value = self.vault.value(name, grant).map_err(HttpError::Denied)?;
                let is_scheme = |scheme: &str| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
                let value = match scheme {
                    None => value.clone(),
                    Some(scheme) if is_scheme(scheme) => {
                        Zeroizing::new(format!("{scheme} {}", value.as_str()))
                    }
                    Some(_) => {
                        return Err(HttpError::Denied("a secret has a scheme that is none".to_owned()));
                    }
                };
                Ok((value, Some(name.to_owned())))
            }
        }
    }

    /// The bytes of a body, the secrets in it, and whether it is a form.
    fn body(&self, body: &Body, grant: &str) -> Result<FilledBody, HttpError> {
        let fields = match body {
            Body::Empty => return Ok((Zeroizing::default(), Vec::new(), false)),
            Body::Bytes(bytes) => return Ok((Zeroizing::new(bytes.clone()), Vec::new(), false)),
            Body::Form(fields) => fields,
        };
        let mut secrets = Vec::new();
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in fields {
            let (value, secret) = self.fill(value, grant)?;
            form.append_pair(name, &value);
            secrets.extend(secret);
        }
        Ok((Zeroizing::new(form.finish().into_bytes()), secrets, true))
    }

    /// One hop: checked as if it were the first.
    fn send(&mut self, hop: &Hop, until: i64, stores: bool) -> Result<Arrived, HttpError> {
        self.check(hop)?;
        let sent = hop.body.len() as u64;
        if self.budget.requests == 0 || self.budget.bytes < sent {
            return Err(HttpError::BudgetExhausted);
        }
        self.budget.requests -= 1;
        self.budget.bytes -= sent;
        let left = u64::try_from(until - self.clock.now_ms()).unwrap_or(0);
        if left == 0 {
            return Err(HttpError::Timeout);
        }
        let within = Duration::from_millis(left);
        let addresses = self.addresses(hop, within)?;
        let leaving = Leaving {
            method: hop.method.name(),
            url: hop.url.clone(),
            headers: hop.headers.iter().map(|one| (one.name.clone(), one.value.clone())).collect(),
            body: hop.body.clone(),
            addresses,
            within,
            body_max: if stores { self.budget.document } else { self.budget.body.min(self.budget.bytes) },
            answer_max: self.budget.body.min(self.budget.bytes),
        };
        let store = if stores { Some(self.documents.file()) } else { None };
        let outcome = self.wire.exchange(&leaving, store);
        let received = outcome.as_ref().map_or(0, |arrived| arrived.body.len() as u64);
        self.budget.bytes = match &outcome {
            Err(HttpError::TooLarge(_)) => self.budget.bytes.saturating_sub(leaving.answer_max),
            _ => self.budget.bytes.saturating_sub(received),
        };
        let stored = outcome.as_ref().ok().and_then(|arrived| arrived.stored).unwrap_or(0);
        let status = outcome.as_ref().map(|arrived| arrived.status).map_err(Clone::clone);
        self.note(hop, status, received + stored);
        outcome
    }

    /// A line of the log.
    fn note(&mut self, hop: &Hop, outcome: Result<u16, HttpError>, received: u64) {
        let mut url = hop.url.clone();
        if hop.is_link {
            url.set_query(None);
        }
        let url = self.vault.mask_text(url.as_str());
        let sent = hop.body.len() as u64;
        self.log.push(Logged { method: hop.method.name(), url, outcome, sent, received });
    }

    /// Whether the grant of a hop holds its method and address.
    fn check(&self, hop: &Hop) -> Result<(), HttpError> {
        let reach = self.reach.get(&hop.grant).ok_or_else(|| HttpError::UnknownGrant(shown(&hop.grant)))?;
        reach.holds(hop.method, &hop.url).map_err(|(what, side)| {
            let what = shorter(&self.vault.mask_text(&what));
            HttpError::Denied(format!("{what} is not within the grant `{}`: {side}", hop.grant))
        })
    }

    /// Resolved once, and checked; nothing else is connected to.
    fn addresses(&self, hop: &Hop, within: Duration) -> Result<Vec<SocketAddr>, HttpError> {
        let port = hop.url.port_or_known_default().unwrap_or(443);
        let loopback = self.reach.get(&hop.grant).is_some_and(|reach| reach.origin.is_loopback());
        let found = match hop.url.host() {
            Some(Host::Ipv4(ip)) => vec![ip.into()],
            Some(Host::Ipv6(ip)) => vec![ip.into()],
            Some(Host::Domain(name)) => self.names.resolve(name, port, within),
            None => Vec::new(),
        };
        if found.is_empty() {
            return Err(HttpError::Dns);
        }
        match found.iter().find(|ip| !(is_public(**ip) || (loopback && ip.is_loopback()))) {
            Some(ip) => {
                let host = hop.url.host_str().unwrap_or_default();
                Err(HttpError::Denied(format!(
                    "`{}` leads to {ip}, which is not of the public internet",
                    shown(host)
                )))
            }
            None => Ok(found.into_iter().map(|ip| SocketAddr::new(ip, port)).collect()),
        }
    }

    /// The next hop of a redirect: of whatever grant holds it, without what is not for that grant.
    fn follow(&self, hop: Hop, status: u16, to: &str) -> Result<Hop, HttpError> {
        let url = hop.url.join(to).map_err(|_| HttpError::Protocol("a redirect to no address".to_owned()))?;
        let url = origin::link(url.as_str()).map_err(HttpError::Denied)?;
        let method = match (status, hop.method) {
            (303, Method::Post | Method::Put) | (301 | 302, Method::Post) => Method::Get,
            (_, method) => method,
        };
        let within = |grant: &str| {
            self.reach.get(grant).is_some_and(|reach| {
                (hop.is_link || !reach.origin.is_pattern()) && reach.holds(method, &url).is_ok()
            })
        };
        let grant = std::iter::once(&hop.grant).chain(self.reach.keys()).find(|grant| within(grant)).cloned();
        let host = url.origin().ascii_serialization();
        let grant = grant.ok_or_else(|| {
            HttpError::Denied(format!("a redirect to `{}` is not within a grant", shown(&host)))
        })?;
        let same = url.origin() == hop.url.origin();
        let keeps = method == hop.method;
        if keeps && !hop.body.is_empty() && !same {
            return Err(HttpError::Denied("a redirect would carry a body to another origin".to_owned()));
        }
        if keeps && hop.body_secrets.iter().any(|name| !self.vault.may(name, &grant)) {
            return Err(HttpError::Denied("a redirect would carry a secret to another grant".to_owned()));
        }
        let travels = |header: &Filled| {
            let secret = header.secret.as_ref().is_none_or(|name| same && self.vault.may(name, &grant));
            let content = keeps || !header.name.starts_with("content-");
            // To another origin goes only what says how the answer is wanted.
            let plain = matches!(header.name.as_str(), "accept" | "accept-language" | "user-agent");
            content && secret && (same || plain)
        };
        let headers: Vec<Filled> = hop.headers.into_iter().filter(travels).collect();
        Ok(Hop {
            grant,
            method,
            url,
            headers,
            body: if keeps { hop.body } else { Zeroizing::default() },
            body_secrets: if keeps { hop.body_secrets } else { Vec::new() },
            is_link: hop.is_link,
        })
    }

    /// Takes out what is captured, and masks the rest.
    fn hand_over(&mut self, request: &Request, arrived: Arrived) -> Result<Response, HttpError> {
        let Arrived { status, headers, mut body, stored } = arrived;
        if headers.len() > HEADERS_MAX {
            return Err(HttpError::Protocol(format!("more than {HEADERS_MAX} headers")));
        }
        let stored = match stored {
            Some(_) => Some(self.documents.keep(content_type(&headers))?),
            None => None,
        };
        if (200..300).contains(&status) && !request.captures.is_empty() {
            body = self.capture(&request.captures, body)?;
        }
        let mut body = self.vault.mask(&body);
        let wanted = usize::try_from(request.max_bytes).unwrap_or(usize::MAX);
        let truncated = wanted > 0 && body.len() > wanted;
        if truncated {
            body.truncate(wanted);
        }
        let hidden = ["set-cookie", "authorization", "www-authenticate"];
        let headers = headers.into_iter().filter(|(name, _)| !hidden.contains(&name.as_str()));
        let headers = headers.map(|(name, value)| (name, self.vault.mask_text(&value))).collect();
        Ok(Response { status, headers, body, truncated, stored })
    }

    fn capture(&mut self, captures: &[Capture], body: Vec<u8>) -> Result<Vec<u8>, HttpError> {
        let not_json = |_| HttpError::Protocol("a capture from a response that is no JSON".to_owned());
        let mut json: serde_json::Value = serde_json::from_slice(&body).map_err(not_json)?;
        let mut taken = Vec::new();
        for capture in captures {
            let refuse =
                |why: &str| HttpError::Denied(format!("the capture `{}` {why}", shown(&capture.name)));
            if !capture.is_link {
                self.vault.may_capture(&capture.name).map_err(HttpError::Denied)?;
            }
            let found = match json.pointer(&capture.pointer) {
                _ if capture.pointer.is_empty() => return Err(refuse("takes the whole body")),
                // Not there: the guest asks whether it is available.
                None | Some(serde_json::Value::Null) => continue,
                Some(serde_json::Value::String(text)) => text.clone(),
                Some(_) => return Err(refuse("is no text")),
            };
            if found.len() > CAPTURED_BYTES_MAX {
                return Err(refuse("is longer than 8192 bytes"));
            }
            if !capture.is_link && found.len() < super::vault::SECRET_BYTES_MIN {
                return Err(refuse("is too short for a secret"));
            }
            if capture.is_link {
                origin::link(&found).map_err(HttpError::Denied)?;
            }
            taken.push((capture, found));
        }
        for (capture, found) in taken {
            // However the server wrote it, it does not stand in what the guest gets.
            if let Some(place) = json.pointer_mut(&capture.pointer) {
                *place = serde_json::Value::String(MASK.to_owned());
            }
            if capture.is_link {
                self.vault.keep_link(&capture.name, found).map_err(HttpError::Denied)?;
            } else {
                self.vault.keep_secret(&capture.name, found);
            }
        }
        Ok(json.to_string().into_bytes())
    }
}

/// Text as it may be shown: escaped and not longer than a line; what is in backticks stays so.
fn shorter(text: &str) -> String {
    text.chars().take(200).flat_map(char::escape_debug).collect()
}

/// Headers that a guest may not set.
fn is_ours(name: &str) -> bool {
    let ours = [
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "cookie",
        "te",
        "upgrade",
        "trailer",
        "expect",
        "keep-alive",
    ];
    ours.contains(&name) || name.starts_with("proxy-")
}

/// What a body is said to be.
fn content_type(headers: &[(String, String)]) -> Option<&str> {
    headers.iter().find(|(name, _)| name == "content-type").map(|(_, value)| value.as_str())
}

/// Where a response sends the request on.
fn redirect(arrived: &Arrived) -> Option<&str> {
    let location = arrived.headers.iter().find(|(name, _)| name == "location");
    location.map(|(_, to)| to.as_str()).filter(|_| matches!(arrived.status, 301 | 302 | 303 | 307 | 308))
}

#[cfg(test)]
#[path = "http_tests.rs"]
mod tests;
