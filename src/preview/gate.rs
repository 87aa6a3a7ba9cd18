//! Who may ask what: the host that was meant, the page that asks, and the token that only the user of this machine has.
//! Any page of the web can send requests to a loopback address; none of them may read or change anything (publishing.md §12).

use super::ticket::Secret;
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode, Uri};

/// The header that carries the token; a page of another origin cannot send it.
pub(super) const TOKEN: &str = "x-kpress-token";

/// What is held against each request.
pub(super) struct Gate {
    /// `127.0.0.1:4400` and its like, and what `--allow-host` adds.
    hosts: Vec<String>,
    port: u16,
    /// In the address that is printed, and then in a header of each edit.
    token: Secret,
    /// In a cookie: lets events be followed, never anything be changed.
    session: Secret,
}

impl Gate {
    /// The gate of a server that listens at `port`.
    pub(super) fn of(port: u16, more: &[String], token: Secret, session: Secret) -> Gate {
        let own = ["127.0.0.1", "localhost", "[::1]"].map(|host| format!("{host}:{port}"));
        Gate { hosts: own.into_iter().chain(more.iter().cloned()).collect(), port, token, session }
    }

    /// Whether the request is meant for this server.
    ///
    /// # Errors
    /// 400 for what no browser sends, 403 for another host.
    pub(super) fn host(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), StatusCode> {
        let mut hosts = headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return Err(StatusCode::BAD_REQUEST) };
        // Proxies are asked in the absolute form; nobody asks a preview as a proxy.
        if uri.authority().is_some() || uri.scheme().is_some() {
            return Err(StatusCode::BAD_REQUEST);
        }
        let host = host.to_str().map_err(|_| StatusCode::BAD_REQUEST)?;
        if host.contains('@') {
            return Err(StatusCode::BAD_REQUEST);
        }
        let known = self.hosts.iter().any(|known| known == host);
        if known { Ok(()) } else { Err(StatusCode::FORBIDDEN) }
    }

    /// Whether what asks is a page of this server, or somebody who opens an address.
    ///
    /// # Errors
    /// 403 for what a page of another origin asks.
    pub(super) fn reader(&self, headers: &HeaderMap) -> Result<(), StatusCode> {
        let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
        if headers.contains_key(ORIGIN) && !self.is_own_origin(headers) {
            return Err(StatusCode::FORBIDDEN);
        }
        match (text("sec-fetch-site"), text("sec-fetch-mode")) {
            (None | Some("same-origin" | "none"), _) | (_, Some("navigate")) => Ok(()),
            _ => Err(StatusCode::FORBIDDEN),
        }
    }

    /// Whether a page of this server asks, and its user holds the session.
    ///
    /// # Errors
    /// 403 otherwise, before anything is sent.
    pub(super) fn follower(&self, headers: &HeaderMap) -> Result<(), StatusCode> {
        let site = headers.get("sec-fetch-site").map(|value| value.as_bytes());
        // Browsers leave the origin out where a page reads from its own.
        let own = match headers.contains_key(ORIGIN) {
            true => self.is_own_origin(headers),
            false => site == Some(b"same-origin"),
        };
        if own && self.has_session(headers) { Ok(()) } else { Err(StatusCode::FORBIDDEN) }
    }

    /// Whether a page of this server sends JSON. Forms and scripts of other pages cannot, without being asked for leave.
    ///
    /// # Errors
    /// 403 otherwise.
    pub(super) fn sender(&self, headers: &HeaderMap) -> Result<(), StatusCode> {
        let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let json = kind.split(';').next().unwrap_or("").trim().eq_ignore_ascii_case("application/json");
        let site = headers.get("sec-fetch-site").is_none_or(|value| value == "same-origin");
        if json && site && self.is_own_origin(headers) { Ok(()) } else { Err(StatusCode::FORBIDDEN) }
    }

    /// Whether a page of this server sends JSON for somebody who holds session and token.
    ///
    /// # Errors
    /// 403 otherwise.
    pub(super) fn editor(&self, headers: &HeaderMap) -> Result<(), StatusCode> {
        self.sender(headers)?;
        let token = headers.get(TOKEN).is_some_and(|value| self.token.is(value.as_bytes()));
        if token && self.has_session(headers) { Ok(()) } else { Err(StatusCode::FORBIDDEN) }
    }

    /// Whether this is the token of this start.
    pub(super) fn is_token(&self, text: &str) -> bool {
        self.token.is(text.as_bytes())
    }

    /// The token, for an address that is printed and for a page that was let in again.
    pub(super) fn token(&self) -> &Secret {
        &self.token
    }

    /// The cookie of the session. Cookies of all ports share one jar, so its name says the port.
    pub(super) fn cookie(&self) -> String {
        format!("kpress-{}={}; HttpOnly; SameSite=Strict; Path=/", self.port, self.session.text())
    }

    fn has_session(&self, headers: &HeaderMap) -> bool {
        let name = format!("kpress-{}", self.port);
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs =
            cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.any(|(key, value)| key == name && self.session.is(value.as_bytes()))
    }

    fn is_own_origin(&self, headers: &HeaderMap) -> bool {
        let mut origins = headers.get_all(ORIGIN).iter();
        let (Some(origin), None) = (origins.next(), origins.next()) else { return false };
        let host = origin.to_str().ok().and_then(|origin| origin.strip_prefix("http://"));
        // Of the hosts that are let in, the one that was asked: a page on one of them reads nothing of another.
        host.is_some_and(|host| headers.get(HOST).is_some_and(|asked| asked.as_bytes() == host.as_bytes()))
    }
}
