//! Paths in a workspace: relative, NFC, of safe components, on every system alike (publishing.md §17).

use crate::diag::{Family, Level, Rule};
use std::fmt;
use std::sync::Arc;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Rules raised about paths.
pub static RULES: &[&Rule] = &[&PATH_REFUSED];

/// A path that leads out of the workspace, or that some system cannot hold.
pub static PATH_REFUSED: Rule = Rule {
    name: "path-refused",
    level: Level::Error,
    family: Family::Path,
    about: "a path that leads outside the workspace, through a link, or that some file system cannot hold",
    why: "what a pull request may name must not reach beyond the folder that is reviewed",
    example: "files: ../../etc/passwd        # refused\nfiles: \"data/sales/*.csv\"       # below the workspace",
};

/// The longest name of a file or folder that file systems hold, in bytes.
const NAME_BYTES: usize = 255;
/// Deeper nesting than this is a mistake or an attack.
const DEPTH: usize = 32;

/// A relative path with `/`, of components that are safe on every system. The empty path is the workspace itself.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProjectPath(Arc<str>);

/// Why a path was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub String);

impl ProjectPath {
    /// The workspace.
    pub fn root() -> ProjectPath {
        ProjectPath("".into())
    }

    /// Checks a path as it was written by a person.
    pub fn parse(text: &str) -> Result<ProjectPath, Refused> {
        let refuse = |why: &str| Err(Refused(why.to_owned()));
        if text.is_empty() {
            return refuse("the path is empty");
        }
        if text.starts_with('/') || text.starts_with('\\') || text.starts_with('~') {
            return refuse("paths are relative to the workspace");
        }
        if text.contains("://") || text.as_bytes().get(1) == Some(&b':') {
            return refuse("a path in the workspace is meant, not an address or a drive");
        }
        if !is_nfc(text) {
            let composed: String = text.nfc().collect();
            return Err(Refused(format!(
                "the name is not in composed Unicode form (NFC); write `{composed}`"
            )));
        }
        let parts: Vec<&str> = text.split('/').collect();
        if parts.len() > DEPTH {
            return Err(Refused(format!("more than {DEPTH} folders deep")));
        }
        parts.iter().try_for_each(|part| component(part)).map(|()| ProjectPath(text.into()))
    }

    /// The path as text with `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path shared, for places in findings.
    pub fn shared(&self) -> Arc<str> {
        self.0.clone()
    }

    /// Folder and file name components.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/').filter(|part| !part.is_empty())
    }

    /// The last component.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or("")
    }

    /// A path below this one.
    pub fn below(&self, name: &str) -> Result<ProjectPath, Refused> {
        if self.0.is_empty() {
            ProjectPath::parse(name)
        } else {
            ProjectPath::parse(&format!("{}/{name}", self.0))
        }
    }
}

/// Checks one component. Public names of pages follow the same rule.
fn component(part: &str) -> Result<(), Refused> {
    let refuse = |why: &str| Err(Refused(format!("`{}` {why}", part.escape_default())));
    match part {
        "" => return refuse("is an empty name"),
        "." | ".." => return refuse("leads elsewhere"),
        _ => {}
    }
    if part.len() > NAME_BYTES {
        return Err(Refused(format!("a name of {} bytes is longer than {NAME_BYTES}", part.len())));
    }
    if part.chars().any(|c| c.is_control() || "\\:*?\"<>|".contains(c)) {
        return refuse("holds a character that not every file system takes");
    }
    // Overrides of the writing direction let a name look like another.
    if part.chars().any(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')) {
        return refuse("holds a control of the writing direction");
    }
    if part.ends_with('.') || part.ends_with(' ') {
        return refuse("ends in a dot or a space");
    }
    if is_device(part) {
        return refuse("is the name of a device on Windows");
    }
    if part.len() <= 12 && part.as_bytes().windows(2).any(|two| two[0] == b'~' && two[1].is_ascii_digit()) {
        return refuse("looks like a short name of Windows");
    }
    Ok(())
}

/// Device names of Windows, also with an extension or a superscript digit.
fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or("").trim_end().to_lowercase();
    let digit = |c: char| matches!(c, '1'..='9' | '¹' | '²' | '³');
    match stem.as_str() {
        "con" | "prn" | "aux" | "nul" => true,
        _ => {
            let mut rest =
                stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt")).unwrap_or("").chars();
            matches!((rest.next(), rest.next()), (Some(c), None) if digit(c))
        }
    }
}

impl fmt::Display for ProjectPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Debug for ProjectPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_outside_is_refused() {
        for path in [
            "../../etc/passwd",
            "/etc/passwd",
            "C:\\x",
            "\\\\srv\\x",
            "file:///x",
            "~/x",
            "a/../../b",
            "a//b",
            "",
            "a/./b",
        ] {
            assert!(ProjectPath::parse(path).is_err(), "{path}");
        }
    }

    #[test]
    fn what_some_system_cannot_hold_is_refused() {
        let long = "x".repeat(300);
        for path in [
            "CON",
            "com¹",
            "nul.txt",
            "x.",
            "x ",
            "a\nb",
            "a\"b",
            "か\u{3099}",
            "PROGRA~1",
            "a\u{202e}b",
            &long,
        ] {
            assert!(ProjectPath::parse(path).is_err(), "{path}");
        }
        for path in ["data/広告/2025-07.csv", "it's 100%.csv", ".hidden", "a/b/c", "期間別レポート.csv"]
        {
            assert!(ProjectPath::parse(path).is_ok(), "{path}");
        }
    }
}
