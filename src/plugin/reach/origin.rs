//! Where a request may go: origins and patterns of paths, as granted, against addresses that are already taken apart.
//! Nothing here compares text that somebody else may read differently: hosts come out of the URL parser alone.

use std::net::IpAddr;
use url::{Host, Url};

/// The longest address that leaves, and the longest link that is kept, in bytes.
pub const URL_BYTES_MAX: usize = 8 * 1024;

/// Scheme, host and port of a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// As granted, without a star.
    base: Url,
    /// Whether one label more stands in front of the host.
    any_label: bool,
}

impl Origin {
    /// Reads `https://host`, `https://host:port`, `https://*.two.labels`, or `http://127.0.0.1:port` for tests.
    ///
    /// # Errors
    /// What is wrong with it, to end a sentence that begins with the origin.
    pub fn parse(text: &str) -> Result<Origin, String> {
        let (plain, any_label) = match text.split_once("://*.") {
            Some((scheme, rest)) => (format!("{scheme}://{rest}"), true),
            None => (text.to_owned(), false),
        };
        let base = Url::parse(&plain).map_err(|why| format!("is no origin: {why}"))?;
        let clean = base.origin().ascii_serialization();
        if plain.strip_suffix('/').unwrap_or(&plain) != clean {
            return Err(format!("is no plain origin; scheme, host and port are meant: `{clean}`"));
        }
        let origin = Origin { base, any_label };
        match (origin.base.scheme(), origin.base.host()) {
            ("https", Some(Host::Domain(host))) if any_label && host.split('.').count() < 2 => {
                Err("needs at least two labels after the star".to_owned())
            }
            ("https", Some(Host::Domain(host))) if host.contains('*') => {
                Err("has a star that is not the whole first label".to_owned())
            }
            ("https", Some(Host::Domain(_))) => Ok(origin),
            _ if any_label => Err("has a star, which only names over https may have".to_owned()),
            ("https", Some(_)) => Ok(origin),
            ("http", _) if origin.is_loopback() => Ok(origin),
            _ => Err("must begin with `https://`; plain http is for loopback addresses".to_owned()),
        }
    }

    /// Whether it is a pattern, which only links reach.
    pub fn is_pattern(&self) -> bool {
        self.any_label
    }

    /// Whether it names this machine by address.
    pub fn is_loopback(&self) -> bool {
        match self.base.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            _ => false,
        }
    }

    /// The base of addresses below it.
    pub fn url(&self) -> &Url {
        &self.base
    }

    /// Whether an address lies at this origin.
    pub fn holds(&self, url: &Url) -> bool {
        if url.scheme() != self.base.scheme()
            || url.port_or_known_default() != self.base.port_or_known_default()
        {
            return false;
        }
        match (url.host(), self.base.host()) {
            (Some(Host::Domain(host)), Some(Host::Domain(base))) if self.any_label => host
                .strip_suffix(base)
                .and_then(|front| front.strip_suffix('.'))
                .is_some_and(|label| !label.is_empty() && !label.contains('.')),
            (host, base) => host == base,
        }
    }
}

/// As it is written in a grant.
impl std::fmt::Display for Origin {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let clean = self.base.origin().ascii_serialization();
        match clean.split_once("://") {
            Some((scheme, rest)) if self.any_label => write!(out, "{scheme}://*.{rest}"),
            _ => out.write_str(&clean),
        }
    }
}

/// The address of `path`, not encoded, below an origin.
///
/// # Errors
/// What is wrong with the path.
pub fn below(origin: &Origin, path: &str, query: &[(String, String)]) -> Result<Url, String> {
    let rest = path.strip_prefix('/').ok_or("a path begins with `/`")?;
    segments_are_plain(rest)?;
    let mut url = origin.url().clone();
    url.path_segments_mut().map_err(|()| "the origin takes no path")?.clear().extend(rest.split('/'));
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    if url.as_str().len() > URL_BYTES_MAX {
        return Err(format!("the address is longer than {URL_BYTES_MAX} bytes"));
    }
    Ok(url)
}

/// Refuses what one server reads as one path and another as another.
fn segments_are_plain(path: &str) -> Result<(), String> {
    let count = path.split('/').count();
    for (at, segment) in path.split('/').enumerate() {
        let decoded = decode(segment);
        if segment.is_empty() && at + 1 < count {
            return Err("a path has no `//`".to_owned());
        }
        if matches!(decoded.as_slice(), b"." | b"..") {
            return Err("a path has no `.` or `..`, also not encoded".to_owned());
        }
        if decoded.iter().any(|&byte| byte < 0x20 || byte == 0x7f || b"\\;/".contains(&byte)) {
            return Err(r"a path has no control character, `\`, `;` or encoded `/`".to_owned());
        }
    }
    Ok(())
}

/// A segment without percent signs.
fn decode(segment: &str) -> Vec<u8> {
    let bytes = segment.as_bytes();
    let hex = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = bytes.get(at + 1).copied().and_then(hex).zip(bytes.get(at + 2).copied().and_then(hex));
        match (bytes[at], pair) {
            (b'%', Some((high, low))) => {
                out.push(high * 16 + low);
                at += 3;
            }
            (byte, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    out
}

/// A link that a server handed out.
///
/// # Errors
/// What is wrong with it.
pub fn link(text: &str) -> Result<Url, String> {
    if text.len() > URL_BYTES_MAX {
        return Err(format!("a link is longer than {URL_BYTES_MAX} bytes"));
    }
    // The parser drops tabs and newlines and reads `\` as `/`; whoever sends such a link means something else.
    if text.bytes().any(|byte| byte <= 0x20 || byte == 0x7f || byte == b'\\') {
        return Err("a link holds a space, a control character or a `\\`".to_owned());
    }
    let url = Url::parse(text).map_err(|why| format!("a link is no absolute address: {why}"))?;
    if !url.username().is_empty() || url.password().is_some() || text_has_user(text) {
        return Err("a link holds a user name".to_owned());
    }
    if url.fragment().is_some() {
        return Err("a link holds a fragment".to_owned());
    }
    Ok(url)
}

/// Whether an `@` stands before the path, also with an empty name.
fn text_has_user(text: &str) -> bool {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().is_some_and(|authority| authority.contains('@'))
}

/// Whether the path of an address fits one of the patterns: `*` within a segment, `**` across segments.
pub fn fits(patterns: &[String], url: &Url) -> bool {
    let path = url.path().strip_prefix('/').unwrap_or_default();
    if segments_are_plain(path).is_err() {
        return false;
    }
    let decoded: Vec<Vec<u8>> = path.split('/').map(decode).collect();
    patterns.iter().any(|pattern| fits_one(pattern.strip_prefix('/').unwrap_or(pattern), &decoded))
}

fn fits_one(pattern: &str, path: &[Vec<u8>]) -> bool {
    let pattern: Vec<&str> = pattern.split('/').collect();
    greedy(
        &pattern,
        path,
        |segment| *segment == "**",
        |segment, text| greedy(segment.as_bytes(), text, |byte| *byte == b'*', |one, other| one == other),
    )
}

/// Whether `text` fits a pattern with wildcards that stand for any run. Only the last wildcard is ever tried again, so
/// the work is at most the product of both lengths.
pub(crate) fn greedy<P, T>(
    pattern: &[P],
    text: &[T],
    is_wild: impl Fn(&P) -> bool,
    same: impl Fn(&P, &T) -> bool,
) -> bool {
    let (mut at, mut seen, mut again) = (0, 0, None);
    while seen < text.len() {
        match pattern.get(at) {
            Some(part) if is_wild(part) => {
                again = Some((at, seen));
                at += 1;
            }
            Some(part) if same(part, &text[seen]) => {
                at += 1;
                seen += 1;
            }
            _ => {
                let Some((wild, from)) = again else { return false };
                again = Some((wild, from + 1));
                at = wild + 1;
                seen = from + 1;
            }
        }
    }
    pattern[at..].iter().all(is_wild)
}

/// Whether an address of the network is one that a plugin may reach: of the public internet, and of nothing else.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            !(a == 0
                || a == 10
                || a == 127
                || a >= 224
                || (a == 100 && (64..128).contains(&b))
                || (a == 169 && b == 254)
                || (a == 172 && (16..32).contains(&b))
                || (a == 192 && b == 168)
                || (a == 192 && b == 0 && (c == 0 || c == 2))
                || (a == 192 && b == 88 && c == 99)
                || (a == 198 && (b == 18 || b == 19))
                || (a == 198 && b == 51 && c == 100)
                || (a == 203 && b == 0 && c == 113))
        }
        IpAddr::V6(ip) => {
            // Only global unicast is public; what carries an address of version 4 is looked through or refused.
            let [a, b, ..] = ip.segments();
            let documentation = (a == 0x2001 && b == 0xdb8) || a & 0xfff0 == 0x3ff0;
            let special = (a == 0x2001 && b < 0x200) || a == 0x2002;
            a & 0xe000 == 0x2000 && !documentation && !special
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> Origin {
        Origin::parse(text).expect("an origin")
    }

    #[test]
    fn origins_are_written_plainly() {
        for good in [
            "https://good.com",
            "https://good.com:8443",
            "https://*.s3.us-west-2.amazonaws.com",
            "http://127.0.0.1:81",
            "http://[::1]:81",
        ] {
            assert_eq!(origin(good).to_string(), good);
        }
        let bad = [
            "http://good.com",
            "https://GOOD.com",
            "https://u@good.com",
            "https://good.com/x",
            "https://*.com",
            "https://*",
            "https://a.*.com",
            "https://2130706433",
            "https://0x7f.1",
            "ftp://good.com",
            "good.com",
            "http://localhost",
            "https://good.com:443",
            "https://good.com#x",
            "https://*.1.2.3.4",
            "https://例え.jp",
        ];
        for bad in bad {
            assert!(Origin::parse(bad).is_err(), "{bad}");
        }
    }

    // Hostile case 40, as captured links.
    #[test]
    fn links_that_look_like_a_granted_one_are_others() {
        let granted = origin("https://good.com");
        let patterns = ["/a/**".to_owned()];
        let may = |text: &str| link(text).is_ok_and(|url| granted.holds(&url) && fits(&patterns, &url));
        assert!(may("https://good.com/a/b?x=1"));
        let long = format!("https://good.com/a/?{}", "x".repeat(8192));
        let bad = [
            "https://good.com@evil.com/a/b",
            "https://good.com.evil.com/a/b",
            "https://GOOD.com./a/b",
            "https://xn--god-sna.com/a/b",
            "https://good.com:444/a/b",
            "//good.com/a/b",
            "https:\\\\good.com\\a\\b",
            "https://good.com/a/%2e%2e/b",
            "https://good.com/a/../b",
            "https://good.com/a;x/b",
            "https://good.com/a/\tb",
            "https://good.com/a/\nb",
            "https://good.com/a/b#c",
            "http://good.com/a/b",
            "https://@good.com/a/b",
            "https://good.com//a/b",
            "https://good.com/a/%2fb",
            "https://good.com/a/%5cb",
            "file:///a/b",
            &long,
        ];
        for bad in bad {
            assert!(!may(bad), "{bad}");
        }
    }

    // Hostile case 40, as paths.
    #[test]
    fn paths_are_built_by_the_host() {
        let granted = origin("https://good.com");
        let query = [("q".to_owned(), "a&b=c#d".to_owned())];
        let url = below(&granted, "/reports/日 本?x#y", &query).expect("an address");
        assert_eq!(url.as_str(), "https://good.com/reports/%E6%97%A5%20%E6%9C%AC%3Fx%23y?q=a%26b%3Dc%23d");
        for bad in [
            "reports",
            "//evil.com/x",
            "/a//b",
            "/a/../b",
            "/a/%2e%2e/b",
            "/a/%2E./b",
            "/a\\b",
            "/a;b",
            "/a\tb",
            "/a\nb",
            "/.",
            "@evil.com",
        ] {
            assert!(below(&granted, bad, &[]).is_err(), "{bad}");
        }
        let long = [("q".to_owned(), "x".repeat(URL_BYTES_MAX))];
        assert_eq!(below(&granted, "/a", &long), Err("the address is longer than 8192 bytes".to_owned()));
    }

    #[test]
    fn patterns_of_paths() {
        let fit = |pattern: &str, path: &str| {
            let url = below(&origin("https://good.com"), path, &[]).expect("an address");
            fits(&[pattern.to_owned()], &url)
        };
        assert!(
            fit("/a/*/c", "/a/b/c")
                && fit("/a/**", "/a/b/c")
                && fit("/**/c", "/a/b/c")
                && fit("/r*t", "/rabbit")
        );
        assert!(
            !fit("/a/*", "/a/b/c") && !fit("/a", "/a/b") && !fit("/a/*/c", "/a/c") && !fit("/r*t", "/r/t")
        );
        let deep = "/a".repeat(1_000);
        assert!(!fit("/**/**/**/**/**/b", &deep));
    }

    #[test]
    fn one_label_before_a_pattern() {
        let granted = origin("https://*.s3.example.com");
        let holds = |text: &str| granted.holds(&Url::parse(text).expect("an address"));
        assert!(holds("https://bucket.s3.example.com/x"));
        assert!(!holds("https://s3.example.com/x") && !holds("https://a.b.s3.example.com/x"));
        assert!(!holds("https://evils3.example.com/x") && !holds("https://.s3.example.com/x"));
    }

    // Hostile case 42.
    #[test]
    fn addresses_of_the_public_internet() {
        let private = [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.31.0.1",
            "192.168.1.1",
            "192.0.0.1",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
            "::127.0.0.1",
        ];
        for text in private {
            assert!(!is_public(text.parse().expect("an address")), "{text}");
        }
        for text in ["8.8.8.8", "54.240.248.0", "2606:4700::1111", "100.128.0.1"] {
            assert!(is_public(text.parse().expect("an address")), "{text}");
        }
    }
}
