//! Names of versions: `2026-w46.1`. A name is a folder on every kind of host, so it is small letters, digits, `.`, `_`, `-`.

use crate::inputs::ProjectPath;
use std::fmt;

/// Names that mean something else beside versions.
const RESERVED: &[&str] = &["a", "v", "latest", "current", "reviewed", ".well-known", "index"];

/// The longest name.
const LENGTH: usize = 63;

/// The name of a version, as it was checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct VersionId(String);

impl VersionId {
    /// Checks a name.
    ///
    /// # Errors
    /// Why it cannot be one.
    pub fn parse(text: &str) -> Result<VersionId, String> {
        let refuse = |why: &str| Err(format!("`{}` cannot name a version: {why}", text.escape_default()));
        let edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let inner = |c: char| edge(c) || matches!(c, '.' | '_' | '-');
        if text.is_empty() || text.len() > LENGTH {
            return refuse("it has 1 to 63 characters");
        }
        if !text.chars().all(inner) {
            return refuse("only small letters, digits, `.`, `_` and `-` go into a folder on every host");
        }
        if !text.starts_with(edge) || !text.ends_with(edge) || text.contains("..") {
            return refuse("it begins and ends with a letter or digit, and holds no `..`");
        }
        if RESERVED.contains(&text) {
            return refuse("the name is kept for kpress itself");
        }
        match ProjectPath::parse(text) {
            Ok(_) => Ok(VersionId(text.to_owned())),
            Err(why) => refuse(&why.0),
        }
    }

    /// The next free number of a period: `2026-w46.2` where there is a `.1`.
    ///
    /// # Errors
    /// If the period's name cannot be part of one.
    pub fn next<'a>(period: &str, taken: impl Iterator<Item = &'a str>) -> Result<VersionId, String> {
        let period = period.to_lowercase();
        let number = |id: &str| id.strip_prefix(&period)?.strip_prefix('.')?.parse::<u64>().ok();
        let last = taken.filter_map(number).max().unwrap_or(0);
        VersionId::parse(&format!("{period}.{}", last + 1))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VersionId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// The number behind the last dot, for the order among versions of one period.
pub(super) fn number(id: &str) -> u64 {
    id.rsplit_once('.').and_then(|(_, number)| number.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_a_host_may_bend_are_refused() {
        let long = "x".repeat(64);
        for bad in [
            "",
            ".",
            "..",
            "a..b",
            "../x",
            "a/b",
            "A",
            "2026-W46.1",
            "x.",
            ".x",
            "x-",
            "a b",
            "com1",
            "com1.x",
            "nul",
            "latest",
            "v",
            "a",
            "current",
            "index",
            "aux.1",
            "é",
            "com¹",
            "x\n",
            &long,
        ] {
            assert!(VersionId::parse(bad).is_err(), "{bad}");
        }
        for good in ["2026-w46.1", "2026-10.2", "2026-q3.1", "pr-123.4", "x", "fy2026-p03.1", "a_b"] {
            assert!(VersionId::parse(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn the_next_number_is_free_and_counts_as_a_number() {
        let next =
            |taken: &[&str]| VersionId::next("2026-W46", taken.iter().copied()).expect("a name").to_string();
        assert_eq!(next(&[]), "2026-w46.1");
        assert_eq!(next(&["2026-w46.1", "2026-w46.10", "2026-w4.99", "2026-w46.x"]), "2026-w46.11");
        assert!(number("2026-w46.10") > number("2026-w46.9"));
    }
}
