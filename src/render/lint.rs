//! Reads every finished page once more and finds what the content policy would block or an attacker would want:
//! inline script and style, handlers, foreign frames, scripted addresses. It guards against templates of a site, and us.

use super::link::is_allowed;
use crate::diag::{Family, Finding, Level, Place, Rule};
use std::borrow::Cow;

/// A page that breaks the rules of output.
pub(super) static PAGE_UNSAFE: Rule = Rule {
    name: "page-unsafe",
    level: Level::Error,
    family: Family::Config,
    about: "a finished page with inline script, inline style, an event handler, a frame or a scripted address",
    why: "the content policy of the site blocks it in every browser, and data that reaches it could run as code",
    example: "`<p style=\"color: red\">` in a template of the site; write `<p class=\"late\">` and a rule in `css/site.css`",
};

/// A start tag with its attributes: names in lower case, values as they are written.
#[derive(Debug, Default)]
pub(crate) struct Tag<'a> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) attributes: Vec<(Cow<'a, str>, &'a str)>,
    /// For elements that hold raw text: what they hold.
    pub(crate) raw: &'a str,
}

impl<'a> Tag<'a> {
    /// The value of an attribute.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
    }
}

fn in_lower_case(name: &str) -> Cow<'_, str> {
    match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => name.to_ascii_lowercase().into(),
        false => name.into(),
    }
}

/// All start tags of a page, in order, by the tokenizer rules of HTML that matter here.
pub(crate) fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut all = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
        } else if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let (mut tag, after) = start_tag(rest);
            rest = after;
            if matches!(&*tag.name, "script" | "style" | "textarea" | "title" | "xmp" | "iframe" | "noscript")
            {
                // SVG's `<title>` is no raw text, but it holds text only, so that both readings agree.
                let end = end_of_raw(rest, &tag.name);
                (tag.raw, rest) = rest.split_at(end);
            }
            all.push(tag);
        }
    }
    all
}

/// Where the raw text of an element ends: at its own end tag, in whatever case.
fn end_of_raw(text: &str, name: &str) -> usize {
    let closes =
        |at: &usize| text.get(at + 2..at + 2 + name.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(name));
    text.match_indices("</").map(|(at, _)| at).find(closes).unwrap_or(text.len())
}

/// Reads a start tag from its name on; returns what follows its `>`.
fn start_tag(text: &str) -> (Tag<'_>, &str) {
    let end = text.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>')).unwrap_or(text.len());
    let mut tag = Tag { name: in_lower_case(&text[..end]), ..Tag::default() };
    let mut rest = &text[end..];
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            return (tag, "");
        }
        if let Some(after) = rest.strip_prefix('>') {
            return (tag, after);
        }
        let end = rest[1..].find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '='));
        let end = end.map_or(rest.len(), |end| end + 1);
        let name = in_lower_case(&rest[..end]);
        rest = rest[end..].trim_start_matches(|c: char| c.is_ascii_whitespace());
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            (value, rest) = attribute_value(after.trim_start_matches(|c: char| c.is_ascii_whitespace()));
        }
        tag.attributes.push((name, value));
    }
}

fn attribute_value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    let end = text.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(text.len());
    text.split_at(end)
}

/// What is wrong with a page, one phrase each; empty for a good one.
pub(crate) fn problems(html: &str) -> Vec<String> {
    let mut all = Vec::new();
    for tag in tags(html) {
        let name = &*tag.name;
        for (attribute, value) in &tag.attributes {
            if attribute.starts_with("on") || matches!(&**attribute, "style" | "srcdoc" | "formaction") {
                all.push(format!("attribute `{attribute}` on `<{name}>`"));
            }
            let leads = matches!(&**attribute, "href" | "src" | "action" | "xlink:href" | "data" | "poster");
            let image = name == "img" && value.starts_with("data:image/");
            if leads && !image && !is_allowed(value) {
                all.push(format!("address `{value}` on `<{name}>`"));
            }
        }
        match name {
            "style" | "iframe" | "frame" | "object" | "embed" | "base" | "applet" | "form" => {
                all.push(format!("element `<{name}>`"));
            }
            "script" if tag.get("src").is_none() && tag.get("type") != Some("application/json") => {
                all.push("inline script".to_owned());
            }
            "script" if tag.get("src").is_some() && !tag.raw.trim().is_empty() => {
                all.push("a script with both `src` and content".to_owned());
            }
            _ => {}
        }
    }
    all
}

/// The findings of a page, at the template that made it.
pub(super) fn check(html: &str, page: &str, template: &str, found: &mut Vec<Finding>) {
    for problem in problems(html) {
        let message = format!("page `{page}` holds {problem}");
        let hint = "use classes and `css/site.css` for looks, and `js/kpress.js` for behaviour";
        found.push(Finding::new(&PAGE_UNSAFE, Place::file(template), message).hint(hint));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_pages_pass() {
        let good = "<!doctype html><title>a < b</title><script src=\"k.js\" defer></script>\
            <script type=\"application/json\">{\"a\":\"\\u003cscript\"}</script><a href='x/index.html'>on style=1</a>\
            <!-- <style> --><svg><title>t</title><path class=\"x\" d=\"M0 0\"/></svg><img src=\"data:image/png;base64,AA\">";
        assert_eq!(problems(good), Vec::<String>::new());
    }

    #[test]
    fn every_way_of_smuggling_is_seen() {
        for bad in [
            "<script>alert(1)</script>",
            "<SCRIPT type=module>1</SCRIPT>",
            "<script src=a>x</script>",
            "<p style=\"a\">",
            "<img src=x onerror=alert(1)>",
            "<img/src=\"x\"/onerror=alert(1)>",
            "<svg\nonload = 'x'>",
            "<style>a{}</style>",
            "<a href=\"javascript:alert(1)\">",
            "<a href=JaVa&#9;Script:alert(1)>",
            "<a href=\"data:text/html,x\">",
            "<base href=/x>",
            "<iframe src=x>",
            "<form action=x>",
        ] {
            assert_ne!(problems(bad), Vec::<String>::new(), "{bad}");
        }
    }
}
