//! Addresses: relative ones between the pages of a site, and which addresses people may write at all.
//! Everything is relative, with `index.html` spelled out: a site works below any path, and from a folder.

use crate::unit::Lang;

/// How deep a page lies: the way back to the site's root.
pub(super) fn to_root(page: &str) -> String {
    let segments = page.split('/').filter(|segment| !segment.is_empty()).count();
    "../".repeat(segments + 1)
}

/// The file of a page.
pub(super) fn file_of(lang: Lang, page: &str) -> String {
    let slash = if page.is_empty() { "" } else { "/" };
    format!("{}/{page}{slash}index.html", lang.code())
}

/// The file beside a page that says the same to machines.
pub(super) fn data_of(lang: Lang, page: &str) -> String {
    let slash = if page.is_empty() { "" } else { "/" };
    format!("{}/{page}{slash}report.json", lang.code())
}

/// The file of this name beside a page, which says its figures or rows to spreadsheets.
pub(super) fn beside(lang: Lang, page: &str, name: &str) -> String {
    let slash = if page.is_empty() { "" } else { "/" };
    format!("{}/{page}{slash}{name}", lang.code())
}

/// The address of a page in a language, seen from another page. `page` may end with `#anchor`.
pub(super) fn href(from: &str, lang: Lang, page: &str) -> String {
    let (page, anchor) = page.split_once('#').map_or((page, None), |(page, anchor)| (page, Some(anchor)));
    let address = to_root(from) + &encoded(&file_of(lang, page.trim_matches('/')));
    match anchor {
        Some(anchor) => format!("{address}#{}", encoded(anchor)),
        None => address,
    }
}

/// The page and the anchor that a link to a Markdown file means, seen from the article at `page`: people link files, which
/// works where the files lie, too. `None` for links that lead elsewhere.
pub(super) fn article(page: &str, link: &str) -> Option<String> {
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let stem = path.strip_suffix(".md").filter(|stem| !stem.contains(':') && !stem.starts_with('/'))?;
    let stem = match stem.rsplit_once('.') {
        Some((bare, code)) if Lang::parse(code).is_some() => bare,
        _ => stem,
    };
    let mut segments: Vec<&str> = page.split('/').collect();
    segments.pop();
    for segment in stem.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()?),
            name => segments.push(name),
        }
    }
    let page = segments.join("/");
    Some(match anchor {
        // Headings carry this prefix, so that no heading takes the name of something else on the page.
        Some(anchor) => format!("{page}#h-{}", anchor.trim_start_matches("h-")),
        None => page,
    })
}

/// Percent-encodes what would end or bend a path.
fn encoded(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte))
            }
            other => out += &format!("%{other:02X}"),
        }
    }
    out
}

/// Whether a link may lead there: http, https, mailto, relative, or an anchor. Browsers drop control characters and
/// spaces before they look at the scheme, so they are dropped here too; entities are decoded first.
pub(super) fn is_allowed(address: &str) -> bool {
    let decoded = decode_entities(address);
    let bare: String =
        decoded.chars().filter(|c| !c.is_control() && !c.is_whitespace() && !is_invisible(*c)).collect();
    // `//host` and `\\host` are other sites under the page's scheme, which may be `file:`.
    if bare.starts_with("//") || bare.starts_with('\\') || bare.starts_with("/\\") {
        return false;
    }
    let end = bare.find(['/', '?', '#']).unwrap_or(bare.len());
    match bare[..end].split_once(':') {
        None => true,
        Some((scheme, _)) => matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https" | "mailto"),
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Decodes the character references that hide a scheme: numbers, and the names of its letters and marks.
fn decode_entities(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out += &rest[..start];
        rest = &rest[start..];
        match one_entity(rest) {
            Some((c, length)) => {
                out.push(c);
                rest = &rest[length..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

/// The character at the beginning of `text`, which begins with `&`, and how many bytes stand for it.
fn one_entity(text: &str) -> Option<(char, usize)> {
    const NAMED: [(&str, char); 8] = [
        ("&colon;", ':'),
        ("&Tab;", '\t'),
        ("&NewLine;", '\n'),
        ("&nbsp;", ' '),
        ("&amp;", '&'),
        ("&sol;", '/'),
        ("&bsol;", '\\'),
        ("&lpar;", '('),
    ];
    if let Some((name, c)) = NAMED.iter().find(|(name, _)| text.starts_with(name)) {
        return Some((*c, name.len()));
    }
    let digits = text.strip_prefix("&#")?;
    let (radix, digits) = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => (16, hex),
        None => (10, digits),
    };
    let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
    let code = u32::from_str_radix(&digits[..end], radix).ok()?;
    let semicolon = usize::from(digits[end..].starts_with(';'));
    let length = text.len() - digits.len() + end + semicolon;
    Some((char::from_u32(code).unwrap_or('\u{fffd}'), length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_files_and_climb_to_the_root() {
        assert_eq!(href("", Lang::Zh, "metrics/acos"), "../zh/metrics/acos/index.html");
        assert_eq!(href("metrics/acos", Lang::Zh, ""), "../../../zh/index.html");
        assert_eq!(href("a", Lang::En, "stores/jp 1#top ten"), "../../en/stores/jp%201/index.html#top%20ten");
        assert_eq!(href("", Lang::Ja, "c/50%?"), "../ja/c/50%25%3F/index.html");
    }

    #[test]
    fn links_to_markdown_files_mean_articles() {
        for (page, link, meant) in [
            ("a", "b.en.md", Some("b")),
            ("handbook/a", "b.ja.md#top", Some("handbook/b#h-top")),
            ("handbook/a", "../b.md", Some("b")),
            ("handbook/a", "./v1.2.md", Some("handbook/v1.2")),
            ("a", "../b.en.md", None),
            ("a", "https://a.example/b.md", None),
            ("a", "/b.md", None),
            ("a", "b.html", None),
            ("a", "#b", None),
        ] {
            assert_eq!(article(page, link).as_deref(), meant, "{page} {link}");
        }
    }

    #[test]
    fn only_harmless_schemes_pass() {
        for good in
            ["https://a.example/x:y", "http://a", "mailto:a@b", "../x", "#a", "x/y?z=a:b", "", "?a:b", "/x"]
        {
            assert!(is_allowed(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "JaVa&#9;Script:alert(1)",
            "JaVaScRiPt&colon;alert(1)",
            "java\tscript:alert(1)",
            " javascript:alert(1)",
            "&#106;avascript:alert(1)",
            "&#x6A&#x61;vascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "//evil.example",
            "\\\\evil",
            "java\u{200b}script:x",
        ] {
            assert!(!is_allowed(bad), "{bad}");
        }
    }
}
