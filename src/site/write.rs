//! The only way files go out: below a folder handle, one component after the other, no link followed.
//! A file is written beside its place and renamed, so that nobody ever reads half of it.

use super::durable::whole;
use crate::diag::{Finding, printable};
use crate::inputs::ProjectPath;
use cap_fs_ext::{DirExt, FollowSymlinks, OpenOptionsFollowExt, OpenOptionsMaybeDirExt};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, MetadataExt, OpenOptions};
use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::sync::Arc;

/// Asked before every operation that changes the disk; tests let it fail or stop at the n-th.
pub trait Probe: Send + Sync {
    /// `Err` becomes the result of the operation, which is then not done.
    fn before(&self, operation: &'static str, path: &str) -> io::Result<()>;
}

/// Lets everything pass.
#[derive(Debug)]
struct Unwatched;

impl Probe for Unwatched {
    fn before(&self, _operation: &'static str, _path: &str) -> io::Result<()> {
        Ok(())
    }
}

/// Why something could not be written.
#[derive(Debug)]
pub enum Failed {
    /// The place is refused: exit code 12.
    Refused(Box<Finding>),
    /// Another kpress writes there: exit code 21.
    Locked(String),
    /// No space is left, or no quota: exit code 30.
    NoSpace(String),
    /// The system said no: exit code 31.
    Io(String),
    /// The user stopped it.
    Interrupted,
}

impl Failed {
    /// What became of `operation` on `path`.
    pub fn of(operation: &str, path: &str, error: &io::Error) -> Failed {
        let text = format!("cannot {operation} `{}`: {error}", printable(path));
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Failed::NoSpace(text),
            _ => Failed::Io(text),
        }
    }

    /// The exit code of publishing.md §10; that of an interruption depends on the signal and is added above.
    pub fn exit_code(&self) -> u8 {
        match self {
            Failed::Refused(finding) => finding.rule.family.exit_code(),
            Failed::Locked(_) => 21,
            Failed::NoSpace(_) => 30,
            Failed::Io(_) => 31,
            Failed::Interrupted => 130,
        }
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failed::Refused(finding) => out.write_str(&finding.message),
            Failed::Locked(text) | Failed::NoSpace(text) | Failed::Io(text) => out.write_str(text),
            Failed::Interrupted => out.write_str("interrupted"),
        }
    }
}

/// What stands at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// Nothing.
    Nothing,
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A link, a device, a socket, or something below one.
    Other,
}

/// What writing a file waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    ForTheDisk,
    ForNothing,
}

/// A folder below which files are written.
#[derive(Clone)]
pub struct Folder {
    pub(super) dir: Arc<Dir>,
    pub(super) probe: Arc<dyn Probe>,
    /// The way to it from the folder that was opened first: what a probe is told.
    at: Arc<str>,
}

impl fmt::Debug for Folder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.dir, out)
    }
}

impl Folder {
    /// Opens a folder of the machine.
    pub fn open(path: &Path) -> io::Result<Folder> {
        let dir = Dir::open_ambient_dir(path, ambient_authority())?;
        Ok(Folder { dir: Arc::new(dir), probe: Arc::new(Unwatched), at: "".into() })
    }

    /// The same folder, with every change announced to `probe`.
    #[must_use]
    pub fn watched(self, probe: Arc<dyn Probe>) -> Folder {
        Folder { probe, ..self }
    }

    /// The folder at `path` (with `/`), made where it is missing.
    pub fn make(&self, path: &str) -> io::Result<Folder> {
        let mut folder = self.clone();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            folder = match folder.inner(part) {
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    folder.announce("make the folder", part)?;
                    folder.dir.create_dir(part)?;
                    folder.inner(part)?
                }
                opened => opened?,
            };
        }
        Ok(folder)
    }

    /// The folder of this name directly in this one, made; to be asked for where it is not there as far as is known.
    pub fn make_new(&self, name: &str) -> io::Result<Folder> {
        self.announce("make the folder", name)?;
        match self.dir.create_dir(name) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => self.inner(name),
            made => made.and_then(|()| self.inner(name)),
        }
    }

    /// The folder at `path`, which must be there.
    pub fn at(&self, path: &str) -> io::Result<Folder> {
        path.split('/')
            .filter(|part| !part.is_empty())
            .try_fold(self.clone(), |folder, part| folder.inner(part))
    }

    fn inner(&self, name: &str) -> io::Result<Folder> {
        let dir = Arc::new(self.dir.open_dir_nofollow(name)?);
        Ok(Folder { dir, probe: self.probe.clone(), at: self.named(name).into() })
    }

    /// The way to `path` from the folder that was opened first.
    fn named(&self, path: &str) -> String {
        if self.at.is_empty() { path.to_owned() } else { format!("{}/{path}", self.at) }
    }

    /// Asks before something is changed.
    pub(super) fn announce(&self, operation: &'static str, path: &str) -> io::Result<()> {
        self.probe.before(operation, &self.named(path))
    }

    /// Asks before something gets another name: both are told, with an arrow between them.
    pub(super) fn announce_both(&self, operation: &'static str, from: &str, to: &str) -> io::Result<()> {
        self.probe.before(operation, &format!("{} -> {}", self.named(from), self.named(to)))
    }

    /// The folder that holds `path`, and the name in it.
    pub(super) fn parent<'p>(&self, path: &'p str) -> io::Result<(Folder, &'p str)> {
        match path.rsplit_once('/') {
            Some((folder, name)) => Ok((self.at(folder)?, name)),
            None => Ok((self.clone(), path)),
        }
    }

    /// What stands at `path`; links are seen as such, also on the way.
    pub fn stands(&self, path: &str) -> io::Result<Stands> {
        let (folder, name) = match self.parent(path) {
            Ok(found) => found,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Stands::Nothing),
            Err(error) if is_in_the_way(&error) => return Ok(Stands::Other),
            Err(error) => return Err(error),
        };
        match folder.dir.symlink_metadata(name) {
            Ok(meta) if meta.is_file() => Ok(Stands::File),
            Ok(meta) if meta.is_dir() => Ok(Stands::Folder),
            Ok(_) => Ok(Stands::Other),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Stands::Nothing),
            Err(error) => Err(error),
        }
    }

    /// Inode, size, modification and status change in nanoseconds: equal stamps mean equal bytes, unless somebody
    /// wants to deceive.
    pub fn stamp(&self, path: &str) -> io::Result<[i128; 4]> {
        let (folder, name) = self.parent(path)?;
        let meta = folder.dir.symlink_metadata(name)?;
        if !meta.is_file() {
            return Err(io::Error::other("it is not a regular file"));
        }
        let nanos = |seconds: i64, rest: i64| i128::from(seconds) * 1_000_000_000 + i128::from(rest);
        let times = (nanos(meta.mtime(), meta.mtime_nsec()), nanos(meta.ctime(), meta.ctime_nsec()));
        Ok([i128::from(meta.ino()), i128::from(meta.len()), times.0, times.1])
    }

    /// The bytes of a regular file.
    pub fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let (folder, name) = self.parent(path)?;
        if !folder.dir.symlink_metadata(name)?.is_file() {
            return Err(io::Error::other("it is not a regular file"));
        }
        let mut options = OpenOptions::new();
        options.read(true).follow(FollowSymlinks::No).maybe_dir(false);
        let mut bytes = Vec::new();
        folder.dir.open_with(name, &options)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Names in the folder, sorted; names that are not Unicode are shown as well as can be.
    pub fn names(&self) -> io::Result<Vec<String>> {
        let entries = self.dir.entries()?;
        let name =
            |entry: io::Result<cap_std::fs::DirEntry>| Ok(entry?.file_name().to_string_lossy().into_owned());
        let mut names = entries.map(name).collect::<io::Result<Vec<String>>>()?;
        names.sort();
        Ok(names)
    }

    /// Writes a file that must not be there yet, and sees that it came whole.
    pub fn create(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let file = self.new_file(path, bytes)?;
        whole(&file, bytes.len() as u64)
    }

    /// Begins a file that must not be there yet, to be written part by part. What is not synced may be cut short.
    pub fn begin(&self, path: &str) -> io::Result<File> {
        let (folder, name) = self.parent(path)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).follow(FollowSymlinks::No);
        self.announce("create", path)?;
        folder.dir.open_with(name, &options)
    }

    /// Opens a regular file to be read part by part.
    pub fn open_file(&self, path: &str) -> io::Result<File> {
        let (folder, name) = self.parent(path)?;
        let mut options = OpenOptions::new();
        options.read(true).follow(FollowSymlinks::No).maybe_dir(false);
        folder.dir.open_with(name, &options)
    }

    /// Adds lines to the end of a file, which is made if it is missing.
    pub fn append(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let (folder, name) = self.parent(path)?;
        let mut options = OpenOptions::new();
        options.append(true).create(true).follow(FollowSymlinks::No);
        self.announce("append", path)?;
        folder.dir.open_with(name, &options)?.write_all(bytes)
    }

    fn new_file(&self, path: &str, bytes: &[u8]) -> io::Result<File> {
        let mut file = self.begin(path)?;
        self.announce("write", path)?;
        file.write_all(bytes)?;
        Ok(file)
    }

    /// Writes a file whole: beside its place first, then renamed over it; its folders are made. On failure nothing is
    /// left behind.
    pub fn put(&self, path: &ProjectPath, bytes: &[u8]) -> Result<(), Failed> {
        self.put_as(path, bytes, Wait::ForTheDisk)
    }

    /// As [`Folder::put`], but many files fast: after a loss of power the file may be cut short or empty. Only for what can
    /// be made again and is seen to be damaged.
    pub fn put_unsynced(&self, path: &ProjectPath, bytes: &[u8]) -> Result<(), Failed> {
        self.put_as(path, bytes, Wait::ForNothing)
    }

    fn put_as(&self, path: &ProjectPath, bytes: &[u8], wait: Wait) -> Result<(), Failed> {
        let (folder, name) = path.as_str().rsplit_once('/').unwrap_or(("", path.as_str()));
        let part = format!(".{name}.kpress-part");
        let folder = self.make(folder).map_err(|error| Failed::of("write", path.as_str(), &error))?;
        let written = folder.put_beside(&part, name, bytes, wait);
        if written.is_err() {
            // What is left of the attempt; it may never have been made.
            let _ = folder.remove(&part);
        }
        written.map_err(|error| Failed::of("write", path.as_str(), &error))
    }

    fn put_beside(&self, part: &str, name: &str, bytes: &[u8], wait: Wait) -> io::Result<()> {
        if self.stands(part)? != Stands::Nothing {
            self.remove(part)?;
        }
        let file = self.new_file(part, bytes)?;
        if wait == Wait::ForTheDisk {
            self.announce("sync", part)?;
            file.sync_data()?;
        }
        drop(file);
        self.rename(part, name)
    }

    /// Renames below this folder; a file at the new place is replaced.
    pub fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let ((source, old), (goal, new)) = (self.parent(from)?, self.parent(to)?);
        self.announce_both("rename", from, to)?;
        source.dir.rename(old, &goal.dir, new)
    }

    /// A second name for the same file.
    pub fn link(&self, from: &str, to: &str) -> io::Result<()> {
        let ((source, old), (goal, new)) = (self.parent(from)?, self.parent(to)?);
        self.announce_both("link", from, to)?;
        source.dir.hard_link(old, &goal.dir, new)
    }

    /// Removes a file or a link, never what the link leads to.
    pub fn remove(&self, path: &str) -> io::Result<()> {
        let (folder, name) = self.parent(path)?;
        self.announce("remove", path)?;
        folder.dir.remove_file(name)
    }

    /// Removes an empty folder.
    pub fn remove_folder(&self, path: &str) -> io::Result<()> {
        let (folder, name) = self.parent(path)?;
        self.announce("remove the folder", path)?;
        folder.dir.remove_dir(name)
    }

    /// Removes a folder of plain files; does nothing if it is not there.
    pub fn purge(&self, path: &str) -> io::Result<()> {
        let inner = match self.at(path) {
            Ok(inner) => inner,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        inner.names()?.iter().try_for_each(|name| inner.remove(name))?;
        self.remove_folder(path)
    }

    /// Keeps other programs that ask from writing here, until the result is dropped. `None`: one holds it already.
    pub fn lock(&self) -> io::Result<Option<std::fs::File>> {
        let mut options = OpenOptions::new();
        // The handle itself cannot be locked where it is only a name for the folder (O_PATH).
        options.read(true).maybe_dir(true);
        let file = self.dir.open_with(".", &options)?.into_std();
        match patient(|| file.try_lock()) {
            Ok(()) => Ok(Some(file)),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            // A file system without locks: one writer at a time is then the user's care.
            Err(std::fs::TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {
                Ok(Some(file))
            }
            Err(std::fs::TryLockError::Error(error)) => Err(error),
        }
    }
}

/// Asks for a lock again for a moment: a program that another thread starts holds copies of our handles until it runs.
pub(super) fn patient(
    ask: impl Fn() -> Result<(), std::fs::TryLockError>,
) -> Result<(), std::fs::TryLockError> {
    /// Together as long as starting a program takes on a busy machine.
    const PAUSES: [u64; 4] = [5, 10, 20, 40];
    for pause in PAUSES {
        match ask() {
            Err(std::fs::TryLockError::WouldBlock) => {
                std::thread::sleep(std::time::Duration::from_millis(pause));
            }
            asked => return asked,
        }
    }
    ask()
}

/// Whether a path could not be walked because something that is no folder stands in it.
fn is_in_the_way(error: &io::Error) -> bool {
    /// What Linux (40) and the BSD family (62) answer when a link stands where none may be followed.
    const ELOOP: &[i32] = &[40, 62];
    error.kind() == ErrorKind::NotADirectory || error.raw_os_error().is_some_and(|code| ELOOP.contains(&code))
}
