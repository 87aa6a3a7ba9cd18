//! The text of `kpress.lock`: the part of TOML that kpress itself writes, one value a line, blocks and keys in one order, so
//! that a change of one source or plugin is a change of its lines only.

use super::{Accept, Accepted, Lock, Locked};
use crate::plan::Id;
use crate::time::parse_date;
use serde_json::Value;
use std::fmt::Write;

/// The form of the file; goes up when an older kpress would misread it.
pub(super) const VERSION: u64 = 1;

/// First lines of the file.
const HEAD: &str = "\
# What people accepted: columns of data files, and what plugins may do. kpress writes this file:
# `kpress data accept` and `kpress plugin approve`.
";

/// The text of a lock.
pub(super) fn print(lock: &Lock) -> String {
    let mut out = format!("{HEAD}version = {VERSION}\n");
    for (id, accepted) in &lock.sources {
        out.push_str("\n[[source]]\n");
        line(&mut out, "name", &quoted(id));
        if let Some(preset) = &accepted.preset {
            line(&mut out, "preset", &quoted(preset));
        }
        for layout in &accepted.layouts {
            out.push_str("[[source.layout]]\n");
            line(&mut out, "accepted", &layout.accepted.to_string());
            line(&mut out, "table", &quoted(&layout.table));
            line(&mut out, "hash", &quoted(&layout.hash().short()));
            line(&mut out, "headers", &list(&layout.headers));
        }
    }
    for (name, locked) in &lock.plugins {
        out.push_str("\n[[plugin]]\n");
        line(&mut out, "name", &quoted(name));
        plugin(&mut out, locked);
    }
    out
}

fn plugin(out: &mut String, locked: &Locked) {
    line(out, "sha256", &quoted(&locked.sha256));
    line(out, "size", &locked.size.to_string());
    line(out, "engine", &quoted(&locked.engine));
    line(out, "exports", &list(&locked.exports));
    line(out, "imports", &list(&locked.imports));
    line(out, "describe-sha256", &quoted(&locked.describe));
    line(out, "grants-sha256", &quoted(&locked.grants));
    if !locked.may.is_empty() {
        // One a line: a change of one grant is a change of its line only.
        let lines: String = locked.may.iter().map(|text| format!("  {},\n", quoted(text))).collect();
        line(out, "may", &format!("[\n{lines}]"));
    }
    if !locked.wants_not_granted.is_empty() {
        line(out, "wants-not-granted", &list(&locked.wants_not_granted));
    }
    if let Some(who) = &locked.approved_by {
        line(out, "approved-by", &quoted(who));
    }
    if let Some(signature) = &locked.signature {
        line(out, "signature", &quoted(signature));
    }
}

fn line(out: &mut String, key: &str, value: &str) {
    let _ = writeln!(out, "{key} = {value}");
}

/// A text in double quotes. JSON's escapes are TOML's too, but TOML wants the delete character escaped as well.
fn quoted(text: &str) -> String {
    Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

/// Where the reader is.
enum At {
    Head,
    Source(Id),
    Layout(Id),
    Plugin(String),
}

/// Reads a lock; the number of the line that cannot be read, if any.
pub(super) fn parse(text: &str) -> Result<Lock, u32> {
    let mut lock = Lock::default();
    let mut at = At::Head;
    // The name of a block comes first; until then it belongs to nobody.
    let mut fresh = false;
    let mut version = None;
    let mut lines = text.lines().enumerate();
    while let Some((number, content)) = lines.next() {
        let wrong = || u32::try_from(number + 1).unwrap_or(u32::MAX);
        let content = content.trim();
        match content {
            "" => continue,
            _ if content.starts_with('#') => continue,
            "[[source]]" => (at, fresh) = (At::Source("".into()), true),
            "[[plugin]]" => (at, fresh) = (At::Plugin(String::new()), true),
            "[[source.layout]]" => at = layout(&mut lock, &at, fresh).ok_or_else(wrong)?,
            _ => {
                let (key, value) = content.split_once(" = ").ok_or_else(wrong)?;
                let value = match value.trim() {
                    "[" => items(&mut lines).ok_or_else(wrong)?,
                    value => value.to_owned(),
                };
                let value = value.as_str();
                match (&at, fresh, key) {
                    (At::Head, _, "version") => version = value.parse().ok(),
                    (At::Source(_) | At::Plugin(_), true, "name") => {
                        at = named(&mut lock, &at, text_of(value).ok_or_else(wrong)?).ok_or_else(wrong)?;
                        fresh = false;
                    }
                    (_, true, _) => return Err(wrong()),
                    _ => set(&mut lock, &at, key, value).ok_or_else(wrong)?,
                }
            }
        }
        if version != Some(VERSION) {
            return Err(wrong());
        }
    }
    if fresh { Err(u32::try_from(text.lines().count()).unwrap_or(u32::MAX)) } else { Ok(lock) }
}

/// A list of one item a line, as it would stand on one line.
fn items<'t>(lines: &mut impl Iterator<Item = (usize, &'t str)>) -> Option<String> {
    let mut all = Vec::new();
    loop {
        match lines.next()?.1.trim() {
            "]" => return Some(format!("[{}]", all.join(", "))),
            item => all.push(item.strip_suffix(',')?),
        }
    }
}

/// Begins a block; `None` if there is one of this name already.
fn named(lock: &mut Lock, at: &At, name: String) -> Option<At> {
    match at {
        At::Plugin(_) => {
            let old = lock.plugins.insert(name.clone(), Locked::default());
            old.is_none().then_some(At::Plugin(name))
        }
        _ => {
            let id: Id = name.as_str().into();
            let old = lock.sources.insert(id.clone(), Accepted::default());
            old.is_none().then_some(At::Source(id))
        }
    }
}

fn layout(lock: &mut Lock, at: &At, fresh: bool) -> Option<At> {
    let (At::Source(id) | At::Layout(id), false) = (at, fresh) else { return None };
    let accept = Accept { accepted: crate::time::Date::ZERO, table: String::new(), headers: Vec::new() };
    lock.sources.get_mut(id)?.layouts.push(accept);
    Some(At::Layout(id.clone()))
}

fn set(lock: &mut Lock, at: &At, key: &str, value: &str) -> Option<()> {
    match at {
        At::Head => return None,
        At::Source(id) => match key {
            "preset" => lock.sources.get_mut(id)?.preset = Some(text_of(value)?),
            _ => return None,
        },
        At::Layout(id) => {
            let layout = lock.sources.get_mut(id)?.layouts.last_mut()?;
            match key {
                "accepted" => layout.accepted = parse_date(value)?,
                "table" => layout.table = text_of(value)?,
                "headers" => layout.headers = texts_of(value)?,
                // For people: computed from the labels whenever the file is written.
                "hash" => drop(text_of(value)?),
                _ => return None,
            }
        }
        At::Plugin(name) => {
            let locked = lock.plugins.get_mut(name)?;
            match key {
                "sha256" => locked.sha256 = text_of(value)?,
                "size" => locked.size = value.parse().ok()?,
                "engine" => locked.engine = text_of(value)?,
                "exports" => locked.exports = texts_of(value)?,
                "imports" => locked.imports = texts_of(value)?,
                "describe-sha256" => locked.describe = text_of(value)?,
                "grants-sha256" => locked.grants = text_of(value)?,
                "may" => locked.may = texts_of(value)?,
                "wants-not-granted" => locked.wants_not_granted = texts_of(value)?,
                "approved-by" => locked.approved_by = Some(text_of(value)?),
                "signature" => locked.signature = Some(text_of(value)?),
                _ => return None,
            }
        }
    }
    Some(())
}

fn text_of(value: &str) -> Option<String> {
    serde_json::from_str(value).ok()
}

fn texts_of(value: &str) -> Option<Vec<String>> {
    serde_json::from_str(value).ok()
}
