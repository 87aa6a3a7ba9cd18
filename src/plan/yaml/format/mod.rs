//! The files of a workspace, one module per kind: its description and what becomes of it.
//! A broken entry costs only itself.

pub mod alert;
pub mod annotation;
pub mod article;
pub mod audience;
pub mod block;
pub mod calendar;
pub mod cause;
mod config;
pub mod dashboard;
pub mod deck;
pub mod deploy;
pub mod diagnosis;
pub mod ftp;
pub mod launch;
pub mod limits;
pub mod metric;
pub mod objective;
pub mod people;
pub mod plugged;
pub mod plugin;
pub mod protect;
pub mod pulled;
pub mod reconcile;
pub mod review;
pub mod scorecard;
pub mod site;
pub mod source;
pub mod table;
pub mod target;
mod widget;

use super::File;
use super::check::{Checker, Use};
use super::shape::{Known, Shape};
use super::tree::Node;
use crate::diag::{Finding, Level as Grave, Place};
use crate::plan::{Id, Scope, Words};
use crate::time::{Calendar, Date, Grain, Period, parse_date, parse_period};
use crate::unit::Lang;
use std::sync::Arc;

/// A kind of file: where it lies and what it says.
pub struct FileKind {
    /// Folder or file name without extension; also the name in the JSON Schema.
    pub name: &'static str,
    /// Its top level.
    pub shape: &'static Shape,
}

/// All kinds of files, in the order of the manual.
pub static FILES: &[FileKind] = &[
    FileKind { name: "kpress", shape: &site::FILE },
    FileKind { name: "metrics", shape: &metric::FILE },
    FileKind { name: "targets", shape: &target::FILE },
    FileKind { name: "calendar", shape: &calendar::FILE },
    FileKind { name: "people", shape: &people::PEOPLE_FILE },
    FileKind { name: "stores", shape: &people::STORES_FILE },
    FileKind { name: "scorecards", shape: &scorecard::FILE },
    FileKind { name: "dashboards", shape: &dashboard::FILE },
    FileKind { name: "objectives", shape: &objective::FILE },
    FileKind { name: "launches", shape: &launch::FILE },
    FileKind { name: "diagnosis", shape: &diagnosis::FILE },
    FileKind { name: "annotations", shape: &annotation::FILE },
    FileKind { name: "alerts", shape: &alert::FILE },
    FileKind { name: "reviews", shape: &review::FRONT },
];

/// Words for the grains, as they are written.
pub const GRAINS: &[&str] = &["day", "week", "month", "quarter", "year"];

/// An entry that could be read, with its number in the reader.
#[derive(Clone, Debug)]
pub struct Item<T> {
    /// Findings about its names come under this number.
    pub number: usize,
    /// What it says.
    pub value: T,
}

/// Reads entries and remembers which are broken, and why.
pub struct Reader {
    /// For period names.
    pub calendar: Calendar,
    /// Everything found.
    pub found: Vec<Finding>,
    /// Names used, to be resolved once all files are read.
    pub uses: Vec<Use>,
    /// Per entry the first error about it.
    broken: Vec<Option<Arc<str>>>,
}

impl Reader {
    /// A reader for a site's calendar.
    pub fn new(calendar: Calendar) -> Reader {
        Reader { calendar, found: Vec::new(), uses: Vec::new(), broken: vec![None] }
    }

    /// Checks the top level of a file. Names used there belong to no entry.
    pub fn file(&mut self, file: &File, shape: &Shape) {
        self.checker(&file.text, 0).object(&file.root, shape);
    }

    /// Checks one entry and reads it; `None` if something about it is wrong.
    pub fn item<T>(
        &mut self,
        file: &File,
        node: &Node,
        shape: &Shape,
        read: impl FnOnce(&mut Reader, &Node) -> Option<T>,
    ) -> Result<Item<T>, Arc<str>> {
        let number = self.broken.len();
        self.broken.push(None);
        let before = self.found.len();
        self.checker(&file.text, number).object(node, shape);
        let value = if self.error_since(before).is_none() { read(self, node) } else { None };
        match (self.error_since(before), value) {
            (None, Some(value)) => Ok(Item { number, value }),
            (why, _) => {
                let why: Arc<str> = why.map_or("it cannot be read", |finding| &finding.message).into();
                self.broken[number] = Some(why.clone());
                Err(why)
            }
        }
    }

    fn checker<'a>(&'a mut self, source: &'a str, item: usize) -> Checker<'a> {
        Checker { calendar: self.calendar, source, item, found: &mut self.found, uses: &mut self.uses }
    }

    fn error_since(&self, before: usize) -> Option<&Finding> {
        self.found[before..].iter().find(|finding| finding.level == Grave::Error)
    }

    /// Marks an entry as broken by a finding made later.
    pub fn spoil(&mut self, number: usize, finding: Finding) {
        if finding.level == Grave::Error && number > 0 {
            self.broken[number].get_or_insert_with(|| finding.message.as_str().into());
        }
        self.found.push(finding);
    }

    /// Marks an entry as broken by something that has a finding already.
    pub fn lose(&mut self, number: usize, why: &str) {
        if number > 0 {
            self.broken[number].get_or_insert_with(|| why.into());
        }
    }

    /// Why an entry is broken, if it is.
    pub fn broken(&self, number: usize) -> Option<&Arc<str>> {
        self.broken[number].as_ref()
    }

    /// The number of the entry being read.
    pub fn current(&self) -> usize {
        self.broken.len() - 1
    }

    /// Notes that an entry uses a name that a node holds.
    pub fn note(&mut self, known: Known, node: &Node, item: usize) {
        if let Some(name) = node.text() {
            self.note_name(known, name, &node.place, item);
        }
    }

    /// Notes that an entry uses a name.
    pub fn note_name(&mut self, known: Known, name: &Id, place: &Place, item: usize) {
        self.uses.push(Use { known, name: name.clone(), place: place.clone(), item });
    }

    /// Reads a period.
    pub fn period(&self, node: &Node) -> Option<Period> {
        parse_period(node.text()?, &self.calendar)
    }
}

/// A text, in one language or several.
pub fn words(node: Option<&Node>) -> Words {
    let Some(node) = node else { return Words::default() };
    match node.text() {
        Some(text) => Words::same(text),
        None => {
            let texts = node
                .entries()
                .iter()
                .filter_map(|(key, value)| Some((Lang::parse(&key.text)?, value.text()?.clone())));
            Words { any: None, by_lang: texts.collect() }
        }
    }
}

/// Words, or those made from `id` if nothing is written.
pub fn words_or(node: Option<&Node>, id: &str) -> Words {
    let words = words(node);
    if words.is_empty() { Words::same(id) } else { words }
}

/// One or several names.
pub fn ids(node: Option<&Node>) -> Vec<Id> {
    node.map(|node| node.one_or_many().iter().filter_map(|item| item.text().cloned()).collect())
        .unwrap_or_default()
}

/// A scope; nothing is the company.
pub fn scope(node: Option<&Node>) -> Option<Scope> {
    node.map(|node| {
        node.entries()
            .iter()
            .filter_map(|(level, member)| Some((level.text.clone(), member.text()?.clone())))
            .collect()
    })
}

/// A date.
pub fn date(node: Option<&Node>) -> Option<Date> {
    parse_date(node?.text()?)
}

/// A grain.
pub fn grain(node: Option<&Node>) -> Option<Grain> {
    Grain::parse(node?.text()?)
}

/// A whole number.
pub fn whole(node: Option<&Node>) -> Option<u32> {
    super::shape::whole(node?.text()?)
}

/// `true` or `false`.
pub fn flag(node: Option<&Node>) -> bool {
    node.and_then(Node::text).is_some_and(|text| &**text == "true")
}

/// The place of a key's value, or of the whole entry.
pub fn place_of(node: &Node, key: &str) -> Place {
    node.get(key).map_or(&node.place, |value| &value.place).clone()
}
