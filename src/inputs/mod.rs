//! The only way files come in. A path is a [`ProjectPath`]: relative, checked, opened below a folder handle, never joined.

mod bytes;
mod disk;
pub mod git;
mod memory;
mod overlay;
mod path;
mod record;

pub use bytes::Bytes;
pub use disk::Disk;
pub use memory::Memory;
pub use overlay::Overlay;
pub use path::{PATH_REFUSED, ProjectPath, RULES, Refused};
pub use record::{Record, Recorded};

use sha2::{Digest, Sha256};
use std::fmt;

/// A SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// The hash of some bytes.
    pub fn of(bytes: &[u8]) -> Hash {
        Hash(Sha256::digest(bytes).into())
    }

    /// The hash of several parts, each preceded by its length, so that no two part lists are alike.
    pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Hash {
        let mut state = Sha256::new();
        for part in parts {
            state.update((part.len() as u64).to_be_bytes());
            state.update(part);
        }
        Hash(state.finalize().into())
    }

    /// A hash from its 64 hex digits, as [`fmt::Display`] shows it.
    pub fn parse(text: &str) -> Option<Hash> {
        let digits = text.as_bytes();
        let mut bytes = [0; 32];
        (digits.len() == 64).then_some(())?;
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let value = |digit: u8| char::from(digit).to_digit(16);
            *byte = u8::try_from(value(pair[0])? * 16 + value(pair[1])?).ok()?;
        }
        Some(Hash(bytes))
    }

    /// Its 32 bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first 16 hex digits: long enough for a file name, short enough to read.
    pub fn short(&self) -> String {
        self.to_string()[..16].to_owned()
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// Why a file could not be had.
#[derive(Clone, Debug, PartialEq)]
pub enum Unreadable {
    /// There is no such file.
    Missing,
    /// It is no regular file, lies behind a link, or outside the workspace.
    Refused(String),
    /// It is larger than it may be.
    TooLarge {
        /// Its size in bytes.
        bytes: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The operating system said no.
    Failed(String),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unreadable::Missing => out.write_str("there is no such file"),
            Unreadable::Refused(why) => write!(out, "refused: {why}"),
            Unreadable::TooLarge { bytes, limit } => {
                write!(out, "{bytes} bytes, more than the {limit} allowed")
            }
            Unreadable::Failed(why) => out.write_str(why),
        }
    }
}

/// A workspace that can be read: a folder, memory, a Git commit.
pub trait Inputs: Sync {
    /// All regular files below `folder` (the empty path is the workspace), sorted by path. What is refused (links,
    /// devices, unfit names) is listed in `refused` with the reason. Hidden folders, `public/` and
    /// `.kpress/` are never entered.
    fn list(&self, folder: &ProjectPath) -> Listing;

    /// The bytes of a file of at most `limit` bytes.
    fn read(&self, path: &ProjectPath, limit: u64) -> Result<Bytes, Unreadable>;

    /// The bytes of a file, as [`Inputs::read`] gives them, and their hash.
    ///
    /// # Errors
    /// As of [`Inputs::read`].
    fn read_hashed(&self, path: &ProjectPath, limit: u64) -> Result<(Bytes, Hash), Unreadable> {
        let bytes = self.read(path, limit)?;
        let hash = Hash::of(&bytes);
        Ok((bytes, hash))
    }

    /// What tells cheaply whether a file changed; `None` where only its bytes tell.
    fn stamp(&self, path: &ProjectPath) -> Option<Stamp>;

    /// The repository around the workspace; `None` where there is none, or where these files are no folder on disk.
    ///
    /// # Errors
    /// If it is damaged, or if the workspace is only a part of it and may not be.
    fn repository(&self, _within: git::Within) -> Result<Option<git::Repository>, git::NoGit> {
        Ok(None)
    }
}

/// What a folder holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    /// Regular files, sorted.
    pub files: Vec<ProjectPath>,
    /// What was left out, with the reason, sorted by name.
    pub refused: Vec<(String, String)>,
}

/// Device, inode, size and times of a file: equal stamps that are older than the record mean equal bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Stamp {
    /// Device and inode.
    pub identity: (u64, u64),
    /// Size in bytes.
    pub size: u64,
    /// Modification and status change, in nanoseconds since 1970.
    pub times: (i128, i128),
}

/// What matches `pattern` (`data/**/*.{csv,xlsx}`), sorted; among what was left out also folders it would look into.
/// `None` if the pattern itself cannot be read.
pub fn matching(inputs: &dyn Inputs, pattern: &str) -> Option<Listing> {
    let matchers: Vec<glob::Pattern> = alternatives(pattern)
        .iter()
        .map(|pattern| glob::Pattern::new(pattern).ok())
        .collect::<Option<_>>()?;
    let options = glob::MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: true,
    };
    let is_one = |path: &str| matchers.iter().any(|matcher| matcher.matches_with(path, options));
    // `REPORT.CSV` is what `*.csv` means.
    let plain = |path: &str| {
        let (before, ending) = path.rsplit_once('.').filter(|(_, ending)| !ending.contains('/'))?;
        ending
            .bytes()
            .any(|byte| byte.is_ascii_uppercase())
            .then(|| format!("{before}.{}", ending.to_lowercase()))
    };
    let fits = |path: &str| is_one(path) || plain(path).is_some_and(|plain| is_one(&plain));
    // Only the folder before the first wildcard is listed.
    let fixed = pattern.split(['*', '?', '[', '{']).next().unwrap_or("");
    let folder = fixed.rsplit_once('/').map_or("", |(folder, _)| folder);
    let folder = if folder.is_empty() { ProjectPath::root() } else { ProjectPath::parse(folder).ok()? };
    let mut listing = inputs.list(&folder);
    listing.files.retain(|path| fits(path.as_str()) && !is_open_elsewhere(path.as_str()));
    let into_folders = pattern[fixed.len()..].contains('/');
    listing.refused.retain(|(name, _)| into_folders || fits(name));
    Some(listing)
}

/// Whether a spreadsheet has written the file beside one that is open in it (`~$report.xlsx`).
fn is_open_elsewhere(path: &str) -> bool {
    path.rsplit_once('/').map_or(path, |(_, name)| name).starts_with("~$")
}

/// The patterns that `a.{csv,xlsx}` stands for.
fn alternatives(pattern: &str) -> Vec<String> {
    /// More than anybody writes; a hostile pattern doubles with every pair of braces.
    const MOST: usize = 64;
    let mut open = vec![pattern.to_owned()];
    let mut whole = Vec::new();
    while let Some(next) = open.pop() {
        let braces = next.find('{').and_then(|from| Some((from, from + next[from..].find('}')?)));
        match braces {
            Some((from, to)) if open.len() + whole.len() < MOST => {
                let parts = next[from + 1..to].split(',');
                open.extend(parts.map(|part| format!("{}{part}{}", &next[..from], &next[to + 1..])));
            }
            _ => whole.push(next),
        }
    }
    whole
}
