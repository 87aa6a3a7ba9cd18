//! `kpress.lock`: what people accepted. The column lists of each source, because a report that loses a column can turn one
//! figure into another without a word; and of each plugin its bytes, what it asks for and what it may do.

mod text;

use super::header::folded;
use super::rules::HEADER_CHANGED;
use crate::diag::{Finding, Place, nearest};
use crate::inputs::Hash;
use crate::plan::Id;
use crate::time::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What was accepted, by source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lock {
    /// By the source's id.
    pub sources: BTreeMap<Id, Accepted>,
    /// By the plugin's name in `kpress.yaml`. Only the module `plugin` knows what they mean.
    pub plugins: BTreeMap<String, Locked>,
}

/// What was approved of one plugin. Hashes are 64 hexadecimal digits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Locked {
    /// Of the component file.
    pub sha256: String,
    /// Of the component file, in bytes.
    pub size: u64,
    /// What compiles and meters it, as `wasmtime-48.0`: another one counts fuel otherwise.
    pub engine: String,
    /// Interfaces, as `kpress:plugin/metric@0.1.0`, sorted.
    pub exports: Vec<String>,
    /// Interfaces, sorted.
    pub imports: Vec<String>,
    /// Of the canonical JSON (RFC 8785) of what it says of itself.
    pub describe: String,
    /// Of the canonical JSON of the effective grants and limits.
    pub grants: String,
    /// What it may reach and how far it may go, a line each, for whoever reads the diff of the lock: the hash counts.
    pub may: Vec<String>,
    /// What it asks for and does not get, sorted.
    pub wants_not_granted: Vec<String>,
    /// Who approved it, for information.
    pub approved_by: Option<String>,
    /// Who signed it, as `minisign:RW…` (the public key).
    pub signature: Option<String>,
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

impl Lock {
    /// Reads the text of `kpress.lock`.
    ///
    /// # Errors
    /// The number of the line that cannot be read; line 1 also where the file is of a version this kpress does not know.
    pub fn parse(text: &str) -> Result<Lock, u32> {
        text::parse(text)
    }

    /// The text of `kpress.lock`.
    pub fn print(&self) -> String {
        text::print(self)
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

/// The labels of a file as they are locked.
pub(super) fn labels(header: &[String]) -> Vec<String> {
    header.iter().map(|label| folded(label)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_date;

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
        assert_eq!(Lock::parse(""), Ok(Lock::default()));
        assert_eq!(Lock::parse("sources:\n  nonsense"), Err(1));
        assert_eq!(Lock::parse("version = 2\n"), Err(1));
        assert_eq!(Lock::parse("version = 1\n\n[[source]]\npreset = \"x\"\n"), Err(4));
        assert_eq!(Lock::parse("version = 1\n[[source]]\nname = \"x\"\n<<<<<<< main\n"), Err(4));
        assert_eq!(Lock::parse("version = 1\n[[plugin]]\nname = \"x\"\n[[plugin]]\nname = \"x\"\n"), Err(5));
        assert_eq!(Lock::parse("version = 1\n[[plugin]]\n"), Err(2));
    }

    #[test]
    fn one_file_holds_sources_and_plugins_in_one_order() {
        let mut lock = Lock::default();
        let locked = Locked {
            sha256: "ab".repeat(32),
            size: 67_686,
            engine: "wasmtime-48.0".to_owned(),
            exports: list(&["kpress:plugin/metric@0.1.0"]),
            imports: list(&["kpress:plugin/log@0.1.0"]),
            describe: "cd".repeat(32),
            grants: "ef".repeat(32),
            may: list(&["server api: GET https://api.example.com /v1/**"]),
            wants_not_granted: list(&["https://example.com"]),
            approved_by: Some("li.na \"李娜\"".to_owned()),
            signature: Some("minisign:RWx".to_owned()),
        };
        lock.plugins.insert("tacos".to_owned(), locked.clone());
        lock.plugins
            .insert("cover".to_owned(), Locked { signature: None, wants_not_granted: Vec::new(), ..locked });
        let seen = [("rows".to_owned(), list(&["SKU"]))].into_iter().collect();
        lock.accept(&"sales".into(), None, &seen, day("2026-01-31"));
        let text = lock.print();
        assert_eq!(Lock::parse(&text), Ok(lock.clone()));
        let blocks: Vec<&str> =
            text.lines().filter(|line| line.starts_with("[[") || line.starts_with("name")).collect();
        assert_eq!(
            blocks,
            [
                "[[source]]",
                "name = \"sales\"",
                "[[source.layout]]",
                "[[plugin]]",
                "name = \"cover\"",
                "[[plugin]]",
                "name = \"tacos\""
            ]
        );
        // A change of one plugin changes its lines only.
        lock.plugins.get_mut("tacos").expect("locked above").size = 1;
        let other = lock.print();
        assert_eq!(text.lines().zip(other.lines()).filter(|(old, new)| old != new).count(), 1);
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
