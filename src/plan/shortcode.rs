//! Shortcodes in running text: `{{ metric("gmv", scope="store:jp1") }}`, `{{ chart("acos", last=26) }}`.
//! Only a name, one metric and named arguments; what does not fit this form is left as it is written.

use std::collections::BTreeMap;
use std::ops::Range;

/// A shortcode longer than this (in bytes) is text that happens to hold two braces.
const MOST_BYTES: usize = 500;

/// One shortcode of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortcode {
    /// `metric`, `chart`.
    pub name: String,
    /// The metric it is about.
    pub metric: String,
    /// Named arguments as written, without their quotes.
    pub args: BTreeMap<String, String>,
    /// Bytes of the text it takes, braces included.
    pub range: Range<usize>,
}

/// All shortcodes of a text, first to last. What stands in code is shown as it is written.
pub fn shortcodes(text: &str) -> Vec<Shortcode> {
    // Most texts hold none, and are asked for them several times in a build.
    if !text.contains('{') {
        return Vec::new();
    }
    let code = code(text);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find("{{").map(|open| at + open) {
        if let Some(span) = code.iter().find(|span| span.contains(&open)) {
            at = span.end;
            continue;
        }
        let inner = open + 2;
        match text[inner..].find("}}").filter(|length| *length <= MOST_BYTES) {
            Some(length) => match parse(&text[inner..inner + length]) {
                Some(shortcode) => {
                    at = inner + length + 2;
                    found.push(Shortcode { range: open..at, ..shortcode });
                }
                None => at = inner,
            },
            None => at = inner,
        }
    }
    found
}

/// The bytes of a text that are code: from a run of backticks to the next of the same length. Less than three open no code
/// that goes beyond a blank line.
pub fn code(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find('`').map(|open| at + open) {
        let ticks = text[open..].bytes().take_while(|byte| *byte == b'`').count();
        let inner = open + ticks;
        let rest = &text[inner..];
        let rest = if ticks < 3 { rest.split("\n\n").next().unwrap_or(rest) } else { rest };
        at = match closing(rest, ticks) {
            Some(length) => {
                spans.push(open..inner + length);
                inner + length
            }
            None => inner,
        };
    }
    spans
}

/// Where the next run of exactly so many backticks ends.
fn closing(text: &str, ticks: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(start) = text[at..].find('`').map(|start| at + start) {
        let length = text[start..].bytes().take_while(|byte| *byte == b'`').count();
        at = start + length;
        if length == ticks {
            return Some(at);
        }
    }
    None
}

/// Reads what stands between the braces: ` metric("gmv", scope="store:jp1") `. The range is left empty.
pub fn parse(text: &str) -> Option<Shortcode> {
    let (name, rest) = text.trim().split_once('(')?;
    let name = name.trim_end();
    if !is_word(name) {
        return None;
    }
    let mut arguments = split(rest.strip_suffix(')')?).into_iter();
    let metric = unquoted(arguments.next()?)?;
    let mut args = BTreeMap::new();
    for argument in arguments {
        let (key, value) = argument.split_once('=')?;
        let fits = is_word(key.trim()) && args.insert(key.trim().to_owned(), unquoted(value)?).is_none();
        if !fits {
            return None;
        }
    }
    Some(Shortcode { name: name.to_owned(), metric, args, range: 0..0 })
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// Arguments between commas that stand outside quotes.
fn split(text: &str) -> Vec<&str> {
    let mut quoted = false;
    let comma = move |c: char| {
        quoted ^= c == '"';
        c == ',' && !quoted
    };
    text.split(comma).collect()
}

/// A value in double quotes, or bare.
fn unquoted(text: &str) -> Option<String> {
    let text = text.trim();
    let value = match text.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"')?,
        None => text,
    };
    (!value.is_empty() && !value.contains('"')).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let one = |found: &Shortcode| {
            let args: String = found.args.iter().map(|(key, value)| format!(" {key}={value}")).collect();
            format!("{} {}{args} [{}]", found.name, found.metric, &text[found.range.clone()])
        };
        assert_eq!(shortcodes(text).iter().map(one).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn code_is_shown_as_it_is_written() {
        let names = |text: &str| shortcodes(text).into_iter().map(|one| one.metric).collect::<Vec<_>>();
        assert_eq!(names("`{{ metric(\"a\") }}` {{ metric(\"b\") }}"), ["b"]);
        assert_eq!(names("```\n{{ metric(\"a\") }}\n\n`\n```\n{{ metric(\"b\") }}"), ["b"]);
        assert_eq!(names("`` ` {{ metric(\"a\") }} `` 5` {{ metric(\"b\") }}\n\n` x"), ["b"]);
    }

    #[test]
    fn forms() {
        check("GMV {{ metric(\"gmv\") }} 元", &["metric gmv [{{ metric(\"gmv\") }}]"]);
        check(
            "{{metric(\"gmv\", scope=\"store:jp1,category:a\", last=26)}}",
            &[
                "metric gmv last=26 scope=store:jp1,category:a [{{metric(\"gmv\", scope=\"store:jp1,category:a\", last=26)}}]",
            ],
        );
        check(
            "{{ chart(\"a\") }}{{ chart(\"b\") }}",
            &["chart a [{{ chart(\"a\") }}]", "chart b [{{ chart(\"b\") }}]"],
        );
    }

    #[test]
    fn what_is_no_shortcode_is_left_alone() {
        for text in [
            "{{",
            "{{}}",
            "{{ metric() }}",
            "{{ metric(\"gmv }}",
            "{{ metric(\"gmv\" x=1) }}",
            "}}",
            "{{ a(\"b\", c=) }}",
        ] {
            check(text, &[]);
        }
        check("{{ {{ metric(\"gmv\") }}", &["metric gmv [{{ metric(\"gmv\") }}]"]);
        check("{{ metric(\"gmv\", a=1, a=2) }}", &[]);
    }
}
