//! Changes one value of a file and not a byte besides: comments, order, quotes, line ends and the width of every space stay.
//! What comes out is read again and compared with what was meant, so a change that reaches further (an anchor that others
//! repeat) is refused instead of written.

use super::read;
use super::tree::{Content, Node};
use granit_parser::{Event, Parser, ScalarStyle, Span};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// The way to a value: keys and places in lists, as text.
pub type Path = Vec<String>;

/// Why a value is not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unwritable {
    /// The file cannot be read as YAML.
    Broken,
    /// There is no such value in the file itself.
    Missing,
    /// It is a map, a list, a text of several lines, or nothing.
    NotOne,
    /// Something else of the file would change with it.
    Shared,
}

impl fmt::Display for Unwritable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Unwritable::Broken => "the file cannot be read",
            Unwritable::Missing => "the file does not hold this value itself",
            Unwritable::NotOne => "it is no single value on one line",
            Unwritable::Shared => "another value of the file would change with it",
        })
    }
}

/// Where something stands in a text.
#[derive(Clone, Debug)]
struct Spot {
    path: Path,
    range: Range<usize>,
    /// Where its entry begins: at the key in a map, at itself in a list.
    entry: usize,
    style: Style,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    Double,
    Block,
    Alias,
    Map,
    Seq,
}

/// A map or list that is being read.
struct Open {
    path: Path,
    entry: usize,
    start: usize,
    is_map: bool,
    key: Option<(String, usize)>,
    next: usize,
}

/// The text with another value at a path.
///
/// # Errors
/// Where that cannot be done without changing something else.
pub fn set(source: &str, path: &[String], value: &str) -> Result<String, Unwritable> {
    let spots = spots(source).ok_or(Unwritable::Broken)?;
    let spot = spots.iter().find(|spot| spot.path == path).ok_or(Unwritable::Missing)?;
    let was = &source[spot.range.clone()];
    let text = match spot.style {
        Style::Map | Style::Seq | Style::Block => return Err(Unwritable::NotOne),
        _ if was.is_empty() || was.contains('\n') => return Err(Unwritable::NotOne),
        Style::Single => format!("'{}'", value.replace('\'', "''")),
        Style::Plain | Style::Alias if is_plain(value) => value.to_owned(),
        Style::Double | Style::Plain | Style::Alias => quoted(value),
    };
    let out = [&source[..spot.range.start], &text, &source[spot.range.end..]].concat();
    checked(source, out, path, &Meant::Set(value))
}

/// The text with one more entry in a map. `raw` is YAML in one line.
///
/// # Errors
/// Where that cannot be done without changing something else.
pub fn add(source: &str, map: &[String], key: &str, raw: &str) -> Result<String, Unwritable> {
    let out = inserted(source, map, Style::Map, &format!("{key}: {raw}"))?;
    checked(source, out, map, &Meant::Key(key))
}

/// The text with one more item at the end of a list. `raw` is YAML in one line.
///
/// # Errors
/// Where that cannot be done without changing something else.
pub fn push(source: &str, list: &[String], raw: &str) -> Result<String, Unwritable> {
    let out = inserted(source, list, Style::Seq, raw)?;
    checked(source, out, list, &Meant::Item)
}

/// The single values below a path, each with its way from there and its text as written, quotes included.
pub fn leaves(source: &str, below: &[String]) -> Vec<(Path, String)> {
    let single =
        |spot: &Spot| matches!(spot.style, Style::Plain | Style::Single | Style::Double | Style::Alias);
    let spots = spots(source).unwrap_or_default().into_iter();
    let within =
        spots.filter(|spot| single(spot) && spot.path.len() > below.len() && spot.path.starts_with(below));
    let one = |spot: Spot| (spot.path[below.len()..].to_vec(), source[spot.range].to_owned());
    within.map(one).filter(|(_, text)| !text.is_empty() && !text.contains('\n')).collect()
}

/// Line and column of everything at a path and below it, as findings name places.
pub fn places(source: &str, path: &[String]) -> Vec<(u32, u32)> {
    let spots = spots(source).unwrap_or_default().into_iter();
    let within = spots.filter(|spot| spot.path.starts_with(path));
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let place = |spot: Spot| {
        let before = &source[..spot.range.start];
        let line = before.matches('\n').count() + 1;
        let column = before[before.rfind('\n').map_or(0, |at| at + 1)..].chars().count() + 1;
        (count(line), count(column))
    };
    within.map(place).collect()
}

fn inserted(source: &str, path: &[String], style: Style, text: &str) -> Result<String, Unwritable> {
    let spots = spots(source).ok_or(Unwritable::Broken)?;
    let whole = spots.iter().find(|spot| spot.path == path).ok_or(Unwritable::Missing)?;
    if whole.style != style {
        return Err(Unwritable::NotOne);
    }
    let inside =
        || spots.iter().filter(|spot| spot.path.len() == path.len() + 1 && spot.path.starts_with(path));
    // The end of a block is told where the next one begins: what is in it says where it ends.
    let is_block = |spot: &Spot| {
        matches!(spot.style, Style::Map | Style::Seq) && !source[spot.range.start..].starts_with(['{', '['])
    };
    let below = |spot: &&Spot| spot.path.len() > path.len() && spot.path.starts_with(path);
    let last = spots.iter().filter(|spot| below(spot) && !is_block(spot));
    let end = last.map(|spot| spot.range.end).max();
    let is_flow = source[whole.range.start..].starts_with(['{', '[']);
    let (at, text) = match (end, inside().map(|spot| spot.entry).min()) {
        (Some(end), _) if is_flow => {
            let rest = &source[end..whole.range.end];
            // A comma may stand behind the last entry already.
            match rest.find(',') {
                Some(comma) => (end + comma + 1, format!(" {text}")),
                None => (end, format!(", {text}")),
            }
        }
        (None, _) if is_flow => (whole.range.start + 1, text.to_owned()),
        (Some(end), Some(first)) => {
            let begins = source[..first].rfind('\n').map_or(0, |at| at + 1);
            let before = &source[begins..first];
            // The dash of an item stands left of it.
            let dash = before.rfind('-').filter(|_| style == Style::Seq);
            let indent = " ".repeat(dash.unwrap_or_else(|| before.chars().count()));
            let end = if source[..end].ends_with('\n') { end - 1 } else { end };
            let line = source[end..].find('\n').map_or(source.len(), |at| end + at);
            let at = if source[..line].ends_with('\r') { line - 1 } else { line };
            let newline = if source.contains("\r\n") { "\r\n" } else { "\n" };
            let bullet = if style == Style::Seq { "- " } else { "" };
            (at, format!("{newline}{indent}{bullet}{text}"))
        }
        _ => return Err(Unwritable::NotOne),
    };
    Ok([&source[..at], &text, &source[at..]].concat())
}

/// Everything of a text with its place; `None` if it cannot be parsed.
fn spots(source: &str) -> Option<Vec<Spot>> {
    let options = granit_parser::options! { emit_comments: false, disallow_directives: true };
    let (mut all, mut open): (Vec<Spot>, Vec<Open>) = (Vec::new(), Vec::new());
    for next in Parser::new_from_str_with_options(source, options) {
        let (event, span) = next.ok()?;
        let style = match &event {
            Event::Scalar(text, style, ..) => {
                if let Some(top) = open.last_mut().filter(|top| top.is_map && top.key.is_none()) {
                    top.key = Some((text.to_string(), start(&span)?));
                    continue;
                }
                match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted => Style::Single,
                    ScalarStyle::DoubleQuoted => Style::Double,
                    _ => Style::Block,
                }
            }
            Event::Alias(..) => {
                if let Some(top) = open.last_mut().filter(|top| top.is_map && top.key.is_none()) {
                    // A key that repeats another: no way to it can be written down.
                    top.key = Some((String::new(), start(&span)?));
                    continue;
                }
                Style::Alias
            }
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                let (path, entry) = step(&mut open, start(&span)?);
                let is_map = matches!(event, Event::MappingStart(..));
                open.push(Open { path, entry, start: start(&span)?, is_map, key: None, next: 0 });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Open { path, entry, start, is_map, .. } = open.pop()?;
                let end = span.byte_range()?.end.max(start);
                let style = if is_map { Style::Map } else { Style::Seq };
                all.push(Spot { path, range: start..end, entry, style });
                continue;
            }
            _ => continue,
        };
        let (path, entry) = step(&mut open, start(&span)?);
        let mut range = span.byte_range()?;
        if style == Style::Plain {
            range.end = range.start + source.get(range.clone())?.trim_end().len();
        }
        all.push(Spot { path, range, entry, style });
    }
    Some(all)
}

fn start(span: &Span) -> Option<usize> {
    Some(span.byte_range()?.start)
}

/// The way to the next value, and where its entry begins.
fn step(open: &mut [Open], at: usize) -> (Path, usize) {
    let Some(top) = open.last_mut() else { return (Path::new(), at) };
    let mut path = top.path.clone();
    let entry = match top.key.take() {
        Some((key, began)) => {
            path.push(key);
            began
        }
        None => {
            path.push(top.next.to_string());
            at
        }
    };
    top.next += 1;
    (path, entry)
}

/// Whether a text needs no quotes anywhere in YAML, flow maps included.
fn is_plain(text: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-' | '/' | ' ');
    let first = text.chars().next();
    let begins = first.is_some_and(|c| c.is_alphanumeric())
        || (text.starts_with(['-', '+']) && text[1..].starts_with(|c: char| c.is_ascii_digit()));
    begins && text.chars().all(inside) && !text.ends_with(' ') && !text.eq_ignore_ascii_case("null")
}

/// A text as a value: in quotes where it needs them.
pub fn literal(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

/// A text in double quotes.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out += "\\n",
            '\t' => out += "\\t",
            c => out.push(c),
        }
    }
    out + "\""
}

/// What a change is to do.
enum Meant<'a> {
    Set(&'a str),
    Key(&'a str),
    Item,
}

/// The new text, if it differs from the old one in what was meant and nowhere else.
fn checked(source: &str, out: String, path: &[String], meant: &Meant<'_>) -> Result<String, Unwritable> {
    let parse = |text: &str| read::parse(&Arc::from("file"), text, &mut Vec::new());
    let before = parse(source).ok_or(Unwritable::Broken)?;
    let after = parse(&out).ok_or(Unwritable::Shared)?;
    if differs_as_meant(&before, &after, path, meant) { Ok(out) } else { Err(Unwritable::Shared) }
}

fn differs_as_meant(before: &Node, after: &Node, path: &[String], meant: &Meant<'_>) -> bool {
    let Some((first, rest)) = path.split_first() else {
        return match meant {
            Meant::Set(value) => after.text().is_some_and(|text| &**text == *value),
            Meant::Key(key) => {
                let (old, new) = (before.entries(), after.entries());
                let others = new.iter().filter(|(name, _)| &*name.text != *key);
                new.len() == old.len() + 1
                    && old.iter().zip(others).all(|(a, b)| a.0.text == b.0.text && is_alike(&a.1, &b.1))
            }
            Meant::Item => {
                let (old, new) = (before.items(), after.items());
                new.len() == old.len() + 1 && old.iter().zip(new).all(|(a, b)| is_alike(a, b))
            }
        };
    };
    match (&before.content, &after.content) {
        (Content::Map(a), Content::Map(b)) => {
            let one = |((ka, va), (kb, vb)): (&(super::tree::Key, Node), &(super::tree::Key, Node))| {
                ka.text == kb.text
                    && if *ka.text == **first {
                        differs_as_meant(va, vb, rest, meant)
                    } else {
                        is_alike(va, vb)
                    }
            };
            a.len() == b.len() && a.iter().zip(b).all(one)
        }
        (Content::Seq(a), Content::Seq(b)) => {
            let one = |(at, (va, vb)): (usize, (&Node, &Node))| match first.parse() == Ok(at) {
                true => differs_as_meant(va, vb, rest, meant),
                false => is_alike(va, vb),
            };
            a.len() == b.len() && a.iter().zip(b).enumerate().all(one)
        }
        _ => false,
    }
}

/// Whether two values say the same; where they stand does not count.
fn is_alike(a: &Node, b: &Node) -> bool {
    match (&a.content, &b.content) {
        (Content::Map(a), Content::Map(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0.text == b.0.text && is_alike(&a.1, &b.1))
        }
        (Content::Seq(a), Content::Seq(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_alike(a, b))
        }
        (a, b) => a == b,
    }
}

#[cfg(test)]
mod tests;
