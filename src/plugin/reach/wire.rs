//! One exchange over the network, to an address that was checked; nothing is followed, unpacked or retried here.
//! Tests and `--offline` put something else in its place.

use super::http::HttpError;
use http::Uri;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::mpsc;
use std::time::Duration;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use url::Url;
use zeroize::Zeroizing;

/// Names to addresses; the only way it happens.
pub trait Resolve {
    /// All addresses of a host, within a time; none if it has no name.
    fn resolve(&self, host: &str, port: u16, within: Duration) -> Vec<IpAddr>;
}

/// The resolver of the machine.
#[derive(Clone, Copy, Debug)]
pub struct SystemNames;

impl Resolve for SystemNames {
    fn resolve(&self, host: &str, port: u16, within: Duration) -> Vec<IpAddr> {
        let (send, receive) = mpsc::channel();
        let name = host.to_owned();
        // The call of the system takes no deadline: a thread that comes too late speaks to nobody.
        std::thread::spawn(move || {
            let found = (name.as_str(), port).to_socket_addrs().map(|all| all.map(|one| one.ip()).collect());
            send.send(found.unwrap_or_default())
        });
        receive.recv_timeout(within).unwrap_or_default()
    }
}

/// A request as it leaves, secrets filled in.
pub struct Leaving {
    /// `GET`, `HEAD`, `POST` or `PUT`.
    pub method: &'static str,
    /// Where to.
    pub url: Url,
    /// Names and values.
    pub headers: Vec<(String, Zeroizing<String>)>,
    /// Its body.
    pub body: Zeroizing<Vec<u8>>,
    /// Addresses that were checked; no other is connected to.
    pub addresses: Vec<SocketAddr>,
    /// All it may take.
    pub within: Duration,
    /// The longest body that is taken.
    pub body_max: u64,
    /// The longest body that is handed over, where another one is stored.
    pub answer_max: u64,
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrived {
    /// The status.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body as it was sent.
    pub body: Vec<u8>,
    /// How much of it went elsewhere instead.
    pub stored: Option<u64>,
}

/// The network, or what stands in for it.
pub trait Wire {
    /// Makes one exchange. The body of a success goes into `store`, where there is one.
    ///
    /// # Errors
    /// What went wrong, without an address or a secret in it.
    fn exchange(&self, leaving: &Leaving, store: Option<&mut dyn Write>) -> Result<Arrived, HttpError>;
}

/// The network itself.
#[derive(Clone, Copy, Debug)]
pub struct Network;

/// Hands out what was checked before, whatever the name says now.
#[derive(Debug)]
struct Checked(Vec<SocketAddr>);

impl Resolver for Checked {
    fn resolve(
        &self,
        _: &Uri,
        _: &ureq::config::Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let mut all = self.empty();
        self.0.iter().take(16).for_each(|address| all.push(*address));
        if self.0.is_empty() { Err(ureq::Error::HostNotFound) } else { Ok(all) }
    }
}

impl Wire for Network {
    fn exchange(&self, leaving: &Leaving, store: Option<&mut dyn Write>) -> Result<Arrived, HttpError> {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent("")
            .accept("")
            .accept_encoding("")
            .max_idle_connections(0)
            .max_response_header_size(super::http::HEADERS_MAX * super::http::HEADER_BYTES_MAX)
            .timeout_global(Some(leaving.within))
            .build();
        let agent =
            ureq::Agent::with_parts(config, DefaultConnector::default(), Checked(leaving.addresses.clone()));
        let mut request = http::Request::builder().method(leaving.method).uri(leaving.url.as_str());
        for (name, value) in &leaving.headers {
            let mut value = http::HeaderValue::from_str(value)
                .map_err(|_| HttpError::Denied("a header has a control character".to_owned()))?;
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        let broken = |_| HttpError::Protocol("the request cannot be written".to_owned());
        let sent = if matches!(leaving.method, "GET" | "HEAD") {
            agent.run(request.body(()).map_err(broken)?)
        } else {
            agent.run(request.body(leaving.body.as_slice()).map_err(broken)?)
        };
        let response = sent.map_err(|error| told(&error))?;
        let (head, body) = response.into_parts();
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value)));
        let mut arrived =
            Arrived { status: head.status.as_u16(), headers: headers.collect(), ..Arrived::default() };
        match store.filter(|_| head.status.is_success()) {
            Some(store) => arrived.stored = Some(pour(body, store, leaving.body_max)?),
            // What goes wrong is told in a few words, however large the document would have been.
            None => arrived.body = read(body, leaving.body_max.min(leaving.answer_max))?,
        }
        Ok(arrived)
    }
}

/// A body, never more of it than is wanted and one byte.
fn read(mut body: ureq::Body, most: u64) -> Result<Vec<u8>, HttpError> {
    let mut bytes = Vec::new();
    let reader = body.with_config().limit(u64::MAX).reader();
    let done = reader.take(most.saturating_add(1)).read_to_end(&mut bytes);
    if bytes.len() as u64 > most {
        return Err(HttpError::TooLarge(u32::try_from(most).unwrap_or(u32::MAX)));
    }
    done.map_err(|error| broken_off(&error))?;
    Ok(bytes)
}

/// A body on its way into a file, part by part; how many bytes it was.
fn pour(mut body: ureq::Body, store: &mut dyn Write, most: u64) -> Result<u64, HttpError> {
    let mut reader = body.with_config().limit(u64::MAX).reader();
    let mut part = vec![0_u8; 64 * 1024];
    let mut poured = 0_u64;
    loop {
        let read = match reader.read(&mut part) {
            Ok(0) => return Ok(poured),
            Ok(read) => read,
            Err(error) => return Err(broken_off(&error)),
        };
        poured += read as u64;
        if poured > most {
            return Err(HttpError::TooLarge(u32::try_from(most).unwrap_or(u32::MAX)));
        }
        let full = |_| HttpError::Protocol("the document could not be written to this machine".to_owned());
        store.write_all(&part[..read]).map_err(full)?;
    }
}

/// Why a body ended.
fn broken_off(error: &std::io::Error) -> HttpError {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>()) {
        Some(inner) => told(inner),
        None if error.kind() == std::io::ErrorKind::TimedOut => HttpError::Timeout,
        None => HttpError::Protocol("the body ended before it was whole".to_owned()),
    }
}

/// In our words: texts of libraries may hold an address with a secret in it.
fn told(error: &ureq::Error) -> HttpError {
    match error {
        ureq::Error::Timeout(_) => HttpError::Timeout,
        ureq::Error::HostNotFound => HttpError::Dns,
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => HttpError::Tls,
        ureq::Error::ConnectionFailed => HttpError::Connect,
        ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => HttpError::Timeout,
        ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => HttpError::Connect,
        ureq::Error::Io(_) => HttpError::Protocol("the connection broke off".to_owned()),
        _ => HttpError::Protocol("the server does not speak HTTP as it should".to_owned()),
    }
}
