//! The file format: bytes → tree → checked against its description → plan.
//! The descriptions (`Shape`) drive the checker, the JSON Schema and the manual alike.

pub mod check;
mod cut;
pub mod format;
pub mod pen;
pub mod print;
mod problem;
mod read;
pub mod schema;
pub mod shape;
pub mod sheet;
pub mod text;
pub mod tree;

use crate::diag::{Finding, Rule};
use crate::inputs::{Inputs, ProjectPath, Unreadable};
use std::sync::Arc;

/// Rules raised below this module.
pub static RULES: &[&[&Rule]] =
    &[text::RULES, problem::RULES, check::RULES, cut::RULES, format::target::table::RULES];

/// A definition file: its name, its text, its tree.
#[derive(Clone, Debug)]
pub struct File {
    /// Path in the workspace.
    pub path: Arc<str>,
    /// What it says, without a byte order mark.
    pub text: Arc<str>,
    /// As a tree.
    pub root: tree::Node,
}

/// Reads the text of a file of the workspace. `None` if there is none or if it was refused.
pub fn text(inputs: &dyn Inputs, path: &ProjectPath, found: &mut Vec<Finding>) -> Option<Arc<str>> {
    match inputs.read(path, text::FILE_BYTES) {
        Ok(bytes) => text::decode(&path.shared(), &bytes, found),
        Err(Unreadable::Missing) => None,
        Err(why) => {
            let rule = match why {
                Unreadable::TooLarge { .. } => &text::FILE_TOO_LARGE,
                Unreadable::Refused(_) => &crate::inputs::PATH_REFUSED,
                _ => &text::NOT_READABLE,
            };
            let place = crate::diag::Place::file(path.as_str());
            found.push(Finding::new(rule, place, format!("`{path}` cannot be read: {why}")));
            None
        }
    }
}

/// Reads and parses a file of the workspace.
pub fn open(inputs: &dyn Inputs, path: &ProjectPath, found: &mut Vec<Finding>) -> Option<File> {
    let text = text(inputs, path, found)?;
    let root = read::parse(&path.shared(), &text, found)?;
    Some(File { path: path.shared(), text, root })
}

/// Parses a text that is no file of its own: a preset, the front matter of an article.
pub fn parse(file: &Arc<str>, text: &str, found: &mut Vec<Finding>) -> Option<tree::Node> {
    read::parse(file, text, found)
}
