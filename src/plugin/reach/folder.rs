//! Folders of the workspace that a source may read: by relative paths, regular files, nothing behind a link. What lies
//! outside and what is not there get one and the same answer.

use super::origin::greedy;
use crate::inputs::ProjectPath;
use cap_fs_ext::{DirExt, FollowSymlinks, OpenOptionsFollowExt, OpenOptionsMaybeDirExt};
use cap_std::fs::{Dir, File, Metadata, MetadataExt, OpenOptions, OpenOptionsExt};
use sha2::{Digest, Sha256};
use std::io::{ErrorKind, Read, Seek, SeekFrom};

/// Entries that one listing looks at; a folder with more is not meant for a plugin.
pub const ENTRIES_MAX: usize = 10_000;
/// Folders within each other that a listing goes down.
const DEPTH_MAX: usize = 16;

/// `O_NONBLOCK`: opening a FIFO returns at once with it.
#[cfg(target_os = "linux")]
const NONBLOCK: i32 = 0o4000;
/// `O_NONBLOCK` of the BSD family, macOS included.
#[cfg(not(target_os = "linux"))]
const NONBLOCK: i32 = 0x0004;

/// Why a file cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileError {
    /// The grant is none, or the path is of a kind that no plugin may ask for.
    Denied,
    /// Not there, or outside.
    NotFound,
    /// So many bytes.
    TooLarge(u64),
    /// A folder, or something that is no file.
    NotAFile,
    /// Too many files or bytes.
    BudgetExhausted,
    /// The disk failed.
    Io(String),
}

/// A file of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Below the granted folder, with `/`.
    pub path: String,
    /// In bytes.
    pub size: u64,
    /// Milliseconds since 1970 began.
    pub modified_ms: i64,
    /// Of the bytes, in hexadecimal digits.
    pub sha256: String,
}

/// What is left to spend in a page.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Files that may still be opened.
    pub opens: u32,
    /// Bytes that may still be read, for hashing included.
    pub bytes: u64,
}

/// A granted folder.
#[derive(Debug)]
pub struct Folder {
    root: Dir,
    glob: Option<String>,
}

impl Folder {
    /// A folder that is already open, and which of its files are granted.
    pub fn new(root: Dir, glob: Option<String>) -> Folder {
        Folder { root, glob }
    }

    /// The granted files that fit a glob, sorted by path.
    ///
    /// # Errors
    /// A budget that is used up, or a disk that fails.
    pub fn list(&self, glob: &str, budget: &mut Budget) -> Result<Vec<Entry>, FileError> {
        let mut paths = Vec::new();
        let mut left = ENTRIES_MAX;
        walk(&self.root, "", 0, &mut left, &mut paths)?;
        paths.sort();
        let mut entries = Vec::new();
        for path in paths {
            if !fits(glob, &path) || !self.is_granted(&path) {
                continue;
            }
            // What went away in between, or turns out to be no plain file, is not there.
            match self.entry(&path, budget) {
                Ok(entry) => entries.push(entry),
                Err(FileError::BudgetExhausted) => return Err(FileError::BudgetExhausted),
                Err(_) => {}
            }
        }
        Ok(entries)
    }

    /// At most `most` bytes of a file, from `offset` on.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn read(
        &self,
        path: &str,
        offset: u64,
        most: u64,
        budget: &mut Budget,
    ) -> Result<Vec<u8>, FileError> {
        let path = ProjectPath::parse(path).map_err(|_| FileError::Denied)?;
        if !self.is_granted(path.as_str()) {
            return Err(FileError::NotFound);
        }
        let (mut file, _) = self.open(&path, budget)?;
        if most > budget.bytes {
            return Err(FileError::BudgetExhausted);
        }
        file.seek(SeekFrom::Start(offset)).map_err(|error| failed(&error))?;
        let mut bytes = Vec::new();
        // A file that grows meanwhile gives no more than was asked for.
        file.take(most).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
        budget.bytes -= bytes.len() as u64;
        Ok(bytes)
    }

    fn is_granted(&self, path: &str) -> bool {
        self.glob.as_deref().is_none_or(|glob| fits(glob, path))
    }

    fn entry(&self, path: &str, budget: &mut Budget) -> Result<Entry, FileError> {
        let parsed = ProjectPath::parse(path).map_err(|_| FileError::NotFound)?;
        let (file, meta) = self.open(&parsed, budget)?;
        let size = meta.len();
        if size > budget.bytes {
            return Err(FileError::BudgetExhausted);
        }
        budget.bytes -= size;
        let mut hash = Sha256::new();
        let mut part = vec![0_u8; 64 * 1024];
        let mut file = file.take(size);
        loop {
            match file.read(&mut part).map_err(|error| failed(&error))? {
                0 => break,
                read => hash.update(&part[..read]),
            }
        }
        let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let modified_ms = meta.mtime().saturating_mul(1000).saturating_add(meta.mtime_nsec() / 1_000_000);
        Ok(Entry { path: path.to_owned(), size, modified_ms, sha256 })
    }

    /// Opens segment by segment, follows nothing, and looks at what was opened.
    fn open(&self, path: &ProjectPath, budget: &mut Budget) -> Result<(File, Metadata), FileError> {
        if budget.opens == 0 {
            return Err(FileError::BudgetExhausted);
        }
        budget.opens -= 1;
        let mut parts: Vec<&str> = path.components().collect();
        let name = parts.pop().ok_or(FileError::Denied)?;
        let mut dir = self.root.try_clone().map_err(|error| failed(&error))?;
        for part in parts {
            dir = dir.open_dir_nofollow(part).map_err(|error| failed(&error))?;
        }
        let mut options = OpenOptions::new();
        options.read(true).follow(FollowSymlinks::No).maybe_dir(true).custom_flags(NONBLOCK);
        let file = dir.open_with(name, &options).map_err(|error| failed(&error))?;
        let meta = file.metadata().map_err(|error| failed(&error))?;
        let own = self.root.dir_metadata().map_err(|error| failed(&error))?;
        if !meta.file_type().is_file() {
            return Err(FileError::NotAFile);
        }
        // A second name of somebody else's file would lead out of the folder without a link to be seen.
        if meta.nlink() > 1 && meta.uid() != own.uid() {
            return Err(FileError::NotFound);
        }
        Ok((file, meta))
    }
}

/// One answer for what is not there, lies behind a link or may not be looked at.
fn failed(error: &std::io::Error) -> FileError {
    /// Too many links: Linux, BSD.
    const LINK: [i32; 2] = [40, 62];
    let link = error.raw_os_error().is_some_and(|code| LINK.contains(&code));
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::PermissionDenied => FileError::NotFound,
        _ if link => FileError::NotFound,
        kind => FileError::Io(kind.to_string()),
    }
}

/// Paths of what is below a folder; what has a name that no workspace holds is not there.
fn walk(
    dir: &Dir,
    at: &str,
    depth: usize,
    left: &mut usize,
    paths: &mut Vec<String>,
) -> Result<(), FileError> {
    for entry in dir.entries().map_err(|error| failed(&error))? {
        let entry = entry.map_err(|error| failed(&error))?;
        *left = left.checked_sub(1).ok_or(FileError::BudgetExhausted)?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let path = if at.is_empty() { name.to_owned() } else { format!("{at}/{name}") };
        let Ok(kind) = entry.file_type() else { continue };
        if ProjectPath::parse(&path).is_err() {
            continue;
        }
        if kind.is_file() {
            paths.push(path);
        } else if kind.is_dir()
            && depth < DEPTH_MAX
            && let Ok(inner) = dir.open_dir_nofollow(name)
        {
            walk(&inner, &path, depth + 1, left, paths)?;
        }
    }
    Ok(())
}

/// `*` and `?` within a name, `**` across folders; the work is bounded by the product of both lengths.
fn fits(glob: &str, path: &str) -> bool {
    let pattern: Vec<&str> = glob.split('/').collect();
    let parts: Vec<&str> = path.split('/').collect();
    let within = |segment: &&str, text: &&str| {
        let pattern: Vec<char> = segment.chars().collect();
        let text: Vec<char> = text.chars().collect();
        greedy(&pattern, &text, |c| *c == '*', |one, other| *one == '?' || one == other)
    };
    greedy(&pattern, &parts, |segment| *segment == "**", within)
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
