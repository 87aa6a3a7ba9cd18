//! A YAML file as a tree: every scalar as it was written, everything with its place.

use crate::diag::Place;
use std::sync::Arc;

/// A value in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub content: Content,
    /// Where it begins; the width covers a scalar, and the first character of anything else.
    pub place: Place,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Nothing: an empty value, `~` or `null`.
    Null,
    /// A word, number or text, as written. `1_000` and `no` are still texts here.
    Scalar {
        /// The text, escapes resolved.
        text: Arc<str>,
        /// Whether it stood in quotes or in a block: then it is text even if it looks like something else.
        quoted: bool,
    },
    /// A list.
    Seq(Vec<Node>),
    /// A map, in the order of the file. No key stands twice.
    Map(Vec<(Key, Node)>),
}

/// The key of an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// As written.
    pub text: Arc<str>,
    /// Where.
    pub place: Place,
}

impl Node {
    /// The text of a scalar.
    pub fn text(&self) -> Option<&Arc<str>> {
        match &self.content {
            Content::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The entries of a map; none for anything else.
    pub fn entries(&self) -> &[(Key, Node)] {
        match &self.content {
            Content::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none for anything else.
    pub fn items(&self) -> &[Node] {
        match &self.content {
            Content::Seq(items) => items,
            _ => &[],
        }
    }

    /// A list as its items, anything else as the one item it is.
    pub fn one_or_many(&self) -> &[Node] {
        match &self.content {
            Content::Seq(items) => items,
            Content::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// The value under a key; empty values count as absent.
    pub fn get(&self, key: &str) -> Option<&Node> {
        let found = self.entries().iter().find(|(name, _)| &*name.text == key);
        found.map(|(_, value)| value).filter(|value| value.content != Content::Null)
    }

    /// The text under a key.
    pub fn text_of(&self, key: &str) -> Option<&Arc<str>> {
        self.get(key).and_then(Node::text)
    }

    /// What it is, for a message.
    pub fn kind(&self) -> &'static str {
        match &self.content {
            Content::Null => "nothing",
            Content::Scalar { .. } => "a single value",
            Content::Seq(_) => "a list",
            Content::Map(_) => "a map",
        }
    }
}
