//! The list of files kpress wrote into an output folder: what may be replaced and removed, and nothing else.
//! It has the form of `sha256sum`, so that `sha256sum -c .kpress-files` tells whether the site is as it was written.

use crate::inputs::{Hash, ProjectPath};
use std::collections::BTreeMap;

/// Name of the list in the output folder.
pub const LIST: &str = ".kpress-files";

/// Files by path, each with the hash of its bytes as hex digits.
pub(super) type Files = BTreeMap<String, String>;

/// The list as text.
pub(super) fn print(files: &BTreeMap<String, Hash>) -> String {
    files.iter().map(|(path, hash)| format!("{hash}  {path}\n")).collect()
}

/// Reads a list. Lines that name no path below the folder are not believed.
pub(super) fn read(text: &str) -> Files {
    let line = |line: &str| {
        let (hash, path) = line.split_once("  ")?;
        ProjectPath::parse(path).ok().map(|path| (path.as_str().to_owned(), hash.to_owned()))
    };
    text.lines().filter_map(line).collect()
}
