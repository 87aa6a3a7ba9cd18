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

/// All shortcodes of a text, first to last.
pub fn shortcodes(text: &str) -> Vec<Shortcode> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find("{{").map(|open| at + open) {
        let inner = open + 2;
        match text[inner..].find("}}").filter(|length| *length <= MOST_BYTES) {
            Some(length) => match read(&text[inner..inner + length]) {
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

/// Reads ` metric("gmv", scope="store:jp1") `.
fn read(text: &str) -> Option<Shortcode> {
    let (name, rest) = text.trim().split_once('(')?;
    let mut rest = rest.strip_suffix(')')?.trim();
    let name = word(name.trim_end())?.to_owned();
    let metric = string(&mut rest)?;
    let mut args = BTreeMap::new();
    while !rest.is_empty() {
        let (key, value) = rest.strip_prefix(',')?.split_once('=')?;
        let key = word(key.trim())?;
        rest = value.trim_start();
        let value = if rest.starts_with('"') { string(&mut rest)? } else { bare(&mut rest)? };
        if args.insert(key.to_owned(), value).is_some() {
            return None;
        }
    }
    Some(Shortcode { name, metric, args, range: 0..0 })
}

fn word(text: &str) -> Option<&str> {
    let fit = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    (!text.is_empty() && text.chars().all(fit)).then_some(text)
}

/// Takes `"…"` and the spaces behind it.
fn string(rest: &mut &str) -> Option<String> {
    let (value, behind) = rest.strip_prefix('"')?.split_once('"')?;
    *rest = behind.trim_start();
    Some(value.to_owned())
}

/// Takes a number or word up to the next comma.
fn bare(rest: &mut &str) -> Option<String> {
    let end = rest.find(',').unwrap_or(rest.len());
    let (value, behind) = rest.split_at(end);
    *rest = behind;
    word(value.trim()).map(str::to_owned)
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
            "{{ metric(gmv) }}",
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
