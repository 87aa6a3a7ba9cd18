//! A folder on disk. Every file is opened below the folder's handle, component by component, no link followed.

use super::git::{NoGit, Repository, Within};
use super::{Bytes, Inputs, Listing, ProjectPath, Stamp, Unreadable};
use cap_fs_ext::{DirExt, FollowSymlinks, OpenOptionsFollowExt, OpenOptionsMaybeDirExt};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, Metadata, MetadataExt, OpenOptions, OpenOptionsExt};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// A folder that is read as a workspace.
#[derive(Debug)]
pub struct Disk {
    root: Dir,
    place: PathBuf,
}

impl Disk {
    /// Opens the folder.
    pub fn open(folder: &Path) -> std::io::Result<Disk> {
        Ok(Disk { root: Dir::open_ambient_dir(folder, ambient_authority())?, place: folder.to_owned() })
    }

    /// The folder that holds `path`, and the name of the file in it.
    fn parent<'p>(&self, path: &'p ProjectPath) -> Result<(Dir, &'p str), Unreadable> {
        let mut dir = self.root.try_clone().map_err(failed)?;
        let mut parts: Vec<&str> = path.components().collect();
        let name = parts.pop().unwrap_or(".");
        for part in parts {
            dir = dir.open_dir_nofollow(part).map_err(failed)?;
        }
        Ok((dir, name))
    }

    fn folder(&self, path: &ProjectPath) -> Result<Dir, Unreadable> {
        if path.as_str().is_empty() {
            return self.root.try_clone().map_err(failed);
        }
        let (dir, name) = self.parent(path)?;
        dir.open_dir_nofollow(name).map_err(failed)
    }

    fn file(&self, path: &ProjectPath) -> Result<File, Unreadable> {
        let (dir, name) = self.parent(path)?;
        let mut options = OpenOptions::new();
        // A FIFO would block for ever when opened for reading without this flag.
        options.read(true).follow(FollowSymlinks::No).maybe_dir(true).custom_flags(NONBLOCK);
        let file = dir.open_with(name, &options).map_err(failed)?;
        let kind = file.metadata().map_err(failed)?.file_type();
        if kind.is_file() {
            Ok(file)
        } else {
            Err(Unreadable::Refused("it is not a regular file".to_owned()))
        }
    }
}

/// `O_NONBLOCK` of Linux and Android; opening a FIFO returns at once with it.
#[cfg(target_os = "linux")]
const NONBLOCK: i32 = 0o4000;
/// `O_NONBLOCK` of the BSD family, macOS included.
#[cfg(not(target_os = "linux"))]
const NONBLOCK: i32 = 0x0004;

fn failed(error: std::io::Error) -> Unreadable {
    /// What Linux (40) and the BSD family (62) answer when a link stands where none may be followed.
    const ELOOP: &[i32] = &[40, 62];
    let link = error.raw_os_error().is_some_and(|code| ELOOP.contains(&code));
    match error.kind() {
        ErrorKind::NotFound => Unreadable::Missing,
        kind if link || kind == ErrorKind::NotADirectory => {
            Unreadable::Refused("it lies behind a link".to_owned())
        }
        _ => Unreadable::Failed(error.to_string()),
    }
}

/// Whether nobody wrote to a file between two looks at it, as far as its size and times tell.
fn is_same(before: &Metadata, after: &Metadata) -> bool {
    let told = |meta: &Metadata| (meta.len(), meta.mtime(), meta.mtime_nsec());
    told(before) == told(after)
}

impl Inputs for Disk {
    fn list(&self, folder: &ProjectPath) -> Listing {
        let mut listing = Listing::default();
        if let Ok(dir) = self.folder(folder) {
            walk(&dir, folder, &mut listing);
        }
        listing.files.sort();
        listing.refused.sort();
        listing
    }

    fn read(&self, path: &ProjectPath, limit: u64) -> Result<Bytes, Unreadable> {
        let mut file = self.file(path)?;
        let before = file.metadata().map_err(failed)?;
        let size = before.len();
        if size > limit {
            return Err(Unreadable::TooLarge { bytes: size, limit });
        }
        // Read to where it stays, with room for the byte that must not come: a large file is not in memory twice.
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0).saturating_add(1));
        let changed = || Unreadable::Failed("it changed while it was read; run again".to_owned());
        let read = file.by_ref().take(size + 1).read_to_end(&mut bytes).map_err(failed)?;
        match read as u64 == size && is_same(&before, &file.metadata().map_err(failed)?) {
            true => Ok(bytes.into()),
            false => Err(changed()),
        }
    }

    fn stamp(&self, path: &ProjectPath) -> Option<Stamp> {
        let meta = self.file(path).ok()?.metadata().ok()?;
        let nanos = |seconds: i64, rest: i64| i128::from(seconds) * 1_000_000_000 + i128::from(rest);
        Some(Stamp {
            identity: (meta.dev(), meta.ino()),
            size: meta.len(),
            times: (nanos(meta.mtime(), meta.mtime_nsec()), nanos(meta.ctime(), meta.ctime_nsec())),
        })
    }

    fn repository(&self, within: Within) -> Result<Option<Repository>, NoGit> {
        Repository::of(&self.place, within)
    }
}

/// Adds what `dir` holds. Output and caches are not inputs; neither is what Git and editors hide.
fn walk(dir: &Dir, at: &ProjectPath, listing: &mut Listing) {
    let Ok(entries) = dir.entries() else { return };
    for entry in entries.flatten() {
        let raw = entry.file_name();
        let name = raw.to_string_lossy();
        if name.starts_with('.') || (at.as_str().is_empty() && name == "public") {
            continue;
        }
        let shown = if at.as_str().is_empty() { name.to_string() } else { format!("{at}/{name}") };
        let path = match raw.to_str().map(|name| at.below(name)) {
            Some(Ok(path)) => path,
            Some(Err(why)) => {
                listing.refused.push((shown, why.0));
                continue;
            }
            None => {
                listing.refused.push((shown, "the name is not Unicode".to_owned()));
                continue;
            }
        };
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => match dir.open_dir_nofollow(&*name) {
                Ok(inner) => walk(&inner, &path, listing),
                Err(error) => listing.refused.push((shown, error.to_string())),
            },
            Ok(kind) if kind.is_file() => listing.files.push(path),
            Ok(_) => listing.refused.push((shown, "it is a link or a device".to_owned())),
            Err(error) => listing.refused.push((shown, error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Hostile case 49.
    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test makes and removes a folder of its own")]
    fn a_file_written_to_between_two_looks_is_another_file() {
        let folder = std::env::temp_dir().join(format!("kpress-disk-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let dir = Dir::open_ambient_dir(&folder, ambient_authority()).expect("the folder");
        dir.write("a.csv", "date,n\n2026-05-01,1\n").expect("a file");
        let looked = dir.open("a.csv").and_then(|file| file.metadata()).expect("its size and times");
        assert!(is_same(&looked, &dir.metadata("a.csv").expect("again")));
        // Of the same size, a moment later.
        std::thread::sleep(std::time::Duration::from_millis(20));
        dir.write("a.csv", "date,n\n2026-05-01,2\n").expect("another text");
        assert!(!is_same(&looked, &dir.metadata("a.csv").expect("again")));
        std::fs::remove_dir_all(&folder).expect("removed");
    }
}
