//! A workspace in memory: tests, and edits that are not saved.

use super::{Bytes, Inputs, Listing, ProjectPath, Stamp, Unreadable};
use std::collections::BTreeMap;

/// Files by path.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<ProjectPath, Bytes>,
}

impl Memory {
    /// A workspace of these files. Panics on a path that would be refused: tests name their own files.
    pub fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Memory {
        let path = |text: &str| ProjectPath::parse(text).unwrap_or_else(|why| panic!("{text}: {}", why.0));
        Memory { files: files.into_iter().map(|(name, bytes)| (path(name), bytes.into())).collect() }
    }

    /// Adds or replaces a file.
    pub fn put(&mut self, path: ProjectPath, bytes: Bytes) {
        self.files.insert(path, bytes);
    }
}

impl Inputs for Memory {
    fn list(&self, folder: &ProjectPath) -> Listing {
        let prefix = if folder.as_str().is_empty() { String::new() } else { format!("{folder}/") };
        let files = self.files.keys().filter(|path| path.as_str().starts_with(&prefix));
        Listing { files: files.cloned().collect(), refused: Vec::new() }
    }

    fn read(&self, path: &ProjectPath, limit: u64) -> Result<Bytes, Unreadable> {
        let bytes = self.files.get(path).ok_or(Unreadable::Missing)?;
        match bytes.len() as u64 {
            size if size > limit => Err(Unreadable::TooLarge { bytes: size, limit }),
            _ => Ok(bytes.clone()),
        }
    }

    fn stamp(&self, _path: &ProjectPath) -> Option<Stamp> {
        None
    }
}
