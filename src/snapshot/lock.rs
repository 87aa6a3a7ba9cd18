//! `kpress.lock`: the column lists that people accepted, per source. Another list is a finding until it is accepted,
//! because a report that loses a column can turn one figure into another without a word.

use super::header::folded;
use super::rules::HEADER_CHANGED;
use crate::diag::{Finding, Place, nearest};
use crate::inputs::Hash;
use crate::plan::Id;
use crate::time::{Date, parse_date};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// What was accepted, by source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lock {
    /// By the source's id.
    pub sources: BTreeMap<Id, Accepted>,
}

/// The layouts of a source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Accepted {
    /// Its preset when it was accepted.
    pub preset: Option<String>,
    /// Column lists; files of several years may have several.
    pub layouts: Vec<Accept>,
}

/// One column list.
#[derive(Clone, Debug, PartialEq)]
pub struct Accept {
    /// The day it was accepted.
    pub accepted: Date,
    /// The table of the source.
    pub table: String,
    /// Labels in the order of the file.
    pub headers: Vec<String>,
}

impl Accept {
    /// The hash of the labels, to compare at a glance.
    pub fn hash(&self) -> Hash {
        Hash::of_parts(self.headers.iter().map(String::as_bytes))
    }
}

/// First line of the file.
const HEAD: &str = "# Columns of data files as they were accepted: `kpress data accept` writes this file.\n";

impl Lock {
    /// Reads the text of `kpress.lock`; the line of what cannot be read, if anything.
    pub fn parse(text: &str) -> Result<Lock, u32> {
        let mut lock = Lock::default();
        let mut source: Option<Id> = None;
        for (at, line) in text.lines().enumerate() {
            let wrong = || u32::try_from(at + 1).unwrap_or(u32::MAX);
            let content = line.trim_end();
            if content.trim_start().starts_with('#')
                || content.trim().is_empty()
                || content == "sources:"
                || content == "    layouts:"
            {
                continue;
            }
            if let Some(name) = content
                .strip_prefix("  ")
                .filter(|rest| !rest.starts_with(' '))
                .and_then(|rest| rest.strip_suffix(':'))
            {
                let id: Id = unquoted(name).ok_or_else(wrong)?.into();
                lock.sources.entry(id.clone()).or_default();
                source = Some(id);
                continue;
            }
            let accepted = source.as_ref().and_then(|id| lock.sources.get_mut(id)).ok_or_else(wrong)?;
            if let Some(preset) = content.strip_prefix("    preset: ") {
                accepted.preset = Some(unquoted(preset).ok_or_else(wrong)?);
            } else {
                accepted.layouts.push(layout(content).ok_or_else(wrong)?);
            }
        }
        Ok(lock)
    }

    /// The text of `kpress.lock`.
    pub fn print(&self) -> String {
        let mut out = format!("{HEAD}sources:\n");
        for (id, accepted) in &self.sources {
            let _ = writeln!(out, "  {}:", quoted(id));
            if let Some(preset) = &accepted.preset {
                let _ = writeln!(out, "    preset: {}", quoted(preset));
            }
            out.push_str("    layouts:\n");
            for layout in &accepted.layouts {
                let labels: Vec<String> = layout.headers.iter().map(|label| quoted(label)).collect();
                let (day, table, hash) = (layout.accepted, quoted(&layout.table), layout.hash().short());
                let _ = writeln!(
                    out,
                    "      - {{accepted: {day}, table: {table}, hash: {}, headers: [{}]}}",
                    quoted(&hash),
                    labels.join(", ")
                );
            }
        }
        out
    }

    /// Takes the column lists of a source in, as accepted on `day`. Lists no file has any more go.
    pub fn accept(
        &mut self,
        source: &Id,
        preset: Option<&str>,
        seen: &BTreeSet<(String, Vec<String>)>,
        day: Date,
    ) {
        let known = self.sources.entry(source.clone()).or_default();
        let accepted_on = |table: &str, headers: &[String]| {
            let old = known.layouts.iter().find(|layout| layout.table == table && layout.headers == headers);
            old.map_or(day, |layout| layout.accepted)
        };
        let layouts = seen.iter().map(|(table, headers)| Accept {
            accepted: accepted_on(table, headers),
            table: table.clone(),
            headers: headers.clone(),
        });
        let layouts: Vec<Accept> = layouts.collect();
        *known = Accepted { preset: preset.map(str::to_owned), layouts };
    }

    /// Checks the columns of a file. A source that was never accepted has nothing to differ from.
    pub fn check(&self, source: &str, table: &str, path: &str, headers: &[String]) -> Option<Finding> {
        let accepted = self.sources.get(source)?;
        let own: Vec<&Accept> = accepted.layouts.iter().filter(|layout| layout.table == table).collect();
        if own.is_empty() || own.iter().any(|layout| layout.headers == headers) {
            return None;
        }
        let common = |layout: &&Accept| layout.headers.iter().filter(|label| headers.contains(label)).count();
        let nearest = own.into_iter().max_by_key(common)?;
        let message = format!(
            "the columns differ from those accepted on {}: {}",
            nearest.accepted,
            difference(&nearest.headers, headers)
        );
        let finding = Finding::new(&HEADER_CHANGED, Place::file(path), message);
        Some(finding.hint("check that every column still means the same, then run `kpress data accept`"))
    }
}

/// What became of the columns: renamed, removed, new, or in another order.
pub(super) fn difference(old: &[String], new: &[String]) -> String {
    let mut gone: Vec<&String> = old.iter().filter(|label| !new.contains(label)).collect();
    let mut come: Vec<&String> = new.iter().filter(|label| !old.contains(label)).collect();
    let mut told = Vec::new();
    gone.retain(|label| {
        let like = nearest(label, come.iter().map(|label| label.as_str())).map(str::to_owned);
        match like.and_then(|like| come.iter().position(|label| **label == like)) {
            Some(at) => {
                told.push(format!("`{label}` renamed to `{}`", come.remove(at)));
                false
            }
            None => true,
        }
    });
    told.extend(gone.iter().map(|label| format!("`{label}` removed")));
    told.extend(come.iter().map(|label| format!("`{label}` new")));
    if told.is_empty() { "another order".to_owned() } else { told.join(", ") }
}

/// A text in double quotes, readable as JSON and as YAML.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn unquoted(text: &str) -> Option<String> {
    serde_json::from_str(text.trim()).ok()
}

/// `      - {accepted: 2026-01-31, table: "rows", hash: "…", headers: ["a", "b"]}`
fn layout(line: &str) -> Option<Accept> {
    let body = line.trim_start().strip_prefix("- {accepted: ")?.strip_suffix("]}")?;
    let (day, rest) = body.split_once(", table: ")?;
    let (table, rest) = rest.split_once(", hash: ")?;
    let (_, headers) = rest.split_once(", headers: ")?;
    let headers: Vec<String> = serde_json::from_str(&format!("{headers}]")).ok()?;
    Some(Accept { accepted: parse_date(day)?, table: unquoted(table)?, headers })
}

/// The labels of a file as they are locked.
pub(super) fn labels(header: &[String]) -> Vec<String> {
    header.iter().map(|label| folded(label)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(labels: &[&str]) -> Vec<String> {
        labels.iter().map(|label| (*label).to_owned()).collect()
    }

    fn day(text: &str) -> Date {
        parse_date(text).expect("a date")
    }

    #[test]
    fn what_is_printed_is_read_again() {
        let mut lock = Lock::default();
        let seen = [("rows".to_owned(), list(&["日付", "a, \"b\"]}"]))].into_iter().collect();
        lock.accept(&"sales".into(), Some("amazon/orders"), &seen, day("2026-01-31"));
        assert_eq!(Lock::parse(&lock.print()), Ok(lock.clone()));
        lock.accept(&"sales".into(), Some("amazon/orders"), &seen, day("2026-02-28"));
        assert_eq!(lock.sources["sales"].layouts[0].accepted, day("2026-01-31"));
        assert_eq!(Lock::parse("sources:\n  nonsense"), Err(2));
        assert_eq!(Lock::parse(""), Ok(Lock::default()));
    }

    #[test]
    fn a_lost_column_is_named() {
        let mut lock = Lock::default();
        let seen = [("rows".to_owned(), list(&["SKU", "Sessions", "Sales"]))].into_iter().collect();
        lock.accept(&"sales".into(), None, &seen, day("2026-01-31"));
        let check = |headers: &[&str]| {
            lock.check("sales", "rows", "x.csv", &list(headers)).map(|found| found.message)
        };
        assert_eq!(check(&["SKU", "Sessions", "Sales"]), None);
        assert!(check(&["Session", "Sales", "Extra"]).is_some_and(|told| {
            told.ends_with("`Sessions` renamed to `Session`, `SKU` removed, `Extra` new")
        }));
        assert!(check(&["Sessions", "SKU", "Sales"]).is_some_and(|told| told.ends_with("another order")));
        assert_eq!(lock.check("other", "rows", "x.csv", &list(&["a"])), None);
    }
}
