//! Builds the tree of a file from parser events, within fixed budgets.
//! An alias counts all nodes of what it repeats, so that a bomb is refused before it grows.

use super::text::{count, is_control};
use super::tree::{Content, Key, Node};
use super::{problem, text};
use crate::diag::{Finding, Place};
use granit_parser::{Event, Parser, ScalarStyle, Span};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Deeper nesting than this has no meaning in any file of a workspace (publishing.md §16, as all budgets here).
const DEPTH: usize = 32;
/// All nodes of a file, repeated ones counted each time.
const NODES: usize = 50_000;
/// All parser events of a file.
const EVENTS: usize = 200_000;
/// Anchors of a file.
const ANCHORS: usize = 256;
/// Aliases of a file.
const ALIASES: usize = 1024;
/// Bytes of all scalars, repeated ones counted each time.
const SCALAR_BYTES: usize = 4 * 1024 * 1024;
/// Merge keys (`<<`) of a file.
const MERGES: usize = 256;

/// The tree of `source`, whose file is named `file`. `None` if it cannot be parsed; an empty file is `Null`.
pub(super) fn parse(file: &Arc<str>, source: &str, found: &mut Vec<Finding>) -> Option<Node> {
    let options = granit_parser::options! { emit_comments: false, disallow_directives: true };
    let mut builder = Builder {
        file,
        source,
        found,
        spent: Spent::default(),
        open: Vec::new(),
        anchors: BTreeMap::new(),
        root: None,
        documents: 0,
    };
    for (seen, next) in Parser::new_from_str_with_options(source, options).enumerate() {
        let step = match next {
            Ok((event, span)) if seen < EVENTS => builder.take(event, span),
            Ok((_, span)) => Err(problem::budget(builder.place(&span), "more than 200,000 parts")),
            Err(broken) => {
                let at = broken.marker();
                let place = Place::at(file, count(at.line()), count(at.col() + 1), 1);
                Err(problem::syntax(broken.kind(), place, source))
            }
        };
        if let Err(finding) = step {
            builder.found.push(*finding);
            return None;
        }
    }
    builder.root.or_else(|| Some(Node { content: Content::Null, place: Place::at(file, 1, 1, 1) }))
}

/// What was used of the budgets.
#[derive(Default)]
struct Spent {
    nodes: usize,
    anchors: usize,
    aliases: usize,
    scalar_bytes: usize,
    merges: usize,
}

/// How much a subtree weighs when it is repeated.
#[derive(Clone, Copy, Default)]
struct Weight {
    nodes: usize,
    bytes: usize,
    depth: usize,
}

struct Anchored {
    node: Node,
    weight: Weight,
}

/// A list or map that is not closed yet.
struct Open {
    place: Place,
    anchor: usize,
    began: Weight,
    deepest: usize,
    inside: Inside,
}

enum Inside {
    Seq(Vec<Node>),
    Map(Vec<(Key, Node)>, Option<Key>),
}

struct Builder<'a> {
    file: &'a Arc<str>,
    source: &'a str,
    found: &'a mut Vec<Finding>,
    spent: Spent,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Anchored>,
    root: Option<Node>,
    documents: usize,
}

type Step = Result<(), Box<Finding>>;

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Step {
        let place = self.place(&span);
        if let Some(tag) = event.tag().filter(|tag| !tag.is_yaml_core_schema_tag("str")) {
            let place = span.tag_span().map_or(place, |tag| self.place(&tag));
            return Err(problem::tag(&tag.original(), place));
        }
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 { Err(problem::documents(place)) } else { Ok(()) }
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(&text, style != ScalarStyle::Plain || tag.is_some(), anchor, place)
            }
            Event::SequenceStart(_, anchor, _) => self.begin(Inside::Seq(Vec::new()), anchor, place),
            Event::MappingStart(_, anchor, _) => self.begin(Inside::Map(Vec::new(), None), anchor, place),
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(anchor) => self.alias(anchor, place),
            _ => Ok(()),
        }
    }

    /// Where a span stands. A place is one line: of a longer scalar the first line is marked.
    fn place(&self, span: &Span) -> Place {
        let slice = span.slice(self.source).unwrap_or("");
        let width = slice.lines().next().unwrap_or("").chars().count().max(1);
        Place::at(self.file, count(span.start.line()), count(span.start.col() + 1), count(width))
    }

    fn scalar(&mut self, text: &str, quoted: bool, anchor: usize, place: Place) -> Step {
        if let Some(c) = text.chars().find(|c| is_control(*c)) {
            let told = format!("a text holds the control character U+{:04X}", u32::from(c));
            return Err(Box::new(Finding::new(&text::CONTROL_CHARACTER, place, told).hint("remove it")));
        }
        let weight = Weight { nodes: 1, bytes: text.len(), depth: 0 };
        self.spend(weight, &place)?;
        let content = match text {
            "" | "~" | "null" | "Null" | "NULL" if !quoted => Content::Null,
            _ => Content::Scalar { text: text.into(), quoted },
        };
        self.keep(anchor, Node { content, place }, weight)
    }

    fn begin(&mut self, inside: Inside, anchor: usize, mut place: Place) -> Step {
        place.width = 1;
        let began = Weight { nodes: self.spent.nodes, bytes: self.spent.scalar_bytes, depth: 0 };
        self.spend(Weight { nodes: 1, bytes: 0, depth: 1 }, &place)?;
        if matches!(self.open.last(), Some(Open { inside: Inside::Map(_, None), .. })) {
            return Err(problem::key(place));
        }
        self.open.push(Open { place, anchor, began, deepest: 0, inside });
        Ok(())
    }

    fn end(&mut self) -> Step {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let content = match open.inside {
            Inside::Seq(items) => Content::Seq(items),
            Inside::Map(entries, _) => Content::Map(self.merged(entries)?),
        };
        let weight = Weight {
            nodes: self.spent.nodes - open.began.nodes,
            bytes: self.spent.scalar_bytes - open.began.bytes,
            depth: open.deepest + 1,
        };
        self.keep(open.anchor, Node { content, place: open.place }, weight)
    }

    fn alias(&mut self, anchor: usize, place: Place) -> Step {
        self.spent.aliases += 1;
        if self.spent.aliases > ALIASES {
            return Err(problem::budget(place, "more than 1,024 aliases (`*name`)"));
        }
        let Some(anchored) = self.anchors.get(&anchor) else {
            return Err(problem::endless(place));
        };
        let weight = anchored.weight;
        let node = anchored.node.clone();
        self.spend(weight, &place)?;
        // A key names the alias, a value keeps the place where it was written.
        let node = match &self.open.last() {
            Some(Open { inside: Inside::Map(_, None), .. }) => Node { place, ..node },
            _ => node,
        };
        self.keep(0, node, weight)
    }

    /// Takes `weight` from the budgets.
    fn spend(&mut self, weight: Weight, place: &Place) -> Step {
        self.spent.nodes += weight.nodes;
        self.spent.scalar_bytes += weight.bytes;
        let over = if self.open.len() + weight.depth > DEPTH {
            "more than 32 levels of nesting"
        } else if self.spent.nodes > NODES {
            "more than 50,000 values"
        } else if self.spent.scalar_bytes > SCALAR_BYTES {
            "more than 4 MiB of text"
        } else {
            return Ok(());
        };
        Err(problem::budget(place.clone(), over))
    }

    /// Puts a finished node where it belongs.
    fn keep(&mut self, anchor: usize, node: Node, weight: Weight) -> Step {
        if anchor > 0 {
            self.spent.anchors += 1;
            if self.spent.anchors > ANCHORS {
                return Err(problem::budget(node.place, "more than 256 anchors (`&name`)"));
            }
            self.anchors.insert(anchor, Anchored { node: node.clone(), weight });
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        open.deepest = open.deepest.max(weight.depth);
        match &mut open.inside {
            Inside::Seq(items) => items.push(node),
            Inside::Map(entries, waiting) => match waiting.take() {
                Some(key) => add(entries, key, node, self.found),
                None => *waiting = Some(as_key(node)?),
            },
        }
        Ok(())
    }

    /// Entries of `<<: *defaults` stand behind those written out.
    fn merged(&mut self, entries: Vec<(Key, Node)>) -> Result<Vec<(Key, Node)>, Box<Finding>> {
        if !entries.iter().any(|(key, _)| &*key.text == "<<") {
            return Ok(entries);
        }
        let (merges, mut own): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|(key, _)| &*key.text == "<<");
        for (key, value) in merges {
            for part in value.one_or_many() {
                self.spent.merges += 1;
                if self.spent.merges > MERGES {
                    return Err(problem::budget(key.place, "more than 256 merge keys (`<<`)"));
                }
                let Content::Map(more) = &part.content else {
                    return Err(problem::merge(part.place.clone()));
                };
                let new = more.iter().filter(|(name, _)| !own.iter().any(|(have, _)| have.text == name.text));
                let new: Vec<_> = new.cloned().collect();
                own.extend(new);
            }
        }
        Ok(own)
    }
}

/// Adds an entry; a key that stands there already is a finding, and the first one stays.
fn add(entries: &mut Vec<(Key, Node)>, key: Key, value: Node, found: &mut Vec<Finding>) {
    match entries.iter().find(|(name, _)| name.text == key.text && &*key.text != "<<") {
        Some((first, _)) => found.push(problem::twice(&key, first)),
        None => entries.push((key, value)),
    }
}

fn as_key(node: Node) -> Result<Key, Box<Finding>> {
    match node.content {
        Content::Scalar { text, .. } => Ok(Key { text, place: node.place }),
        _ => Err(problem::key(node.place)),
    }
}
