//! What a version store asks of the disk beyond writing: waiting until bytes and names are safe, names taken only if they
//! are free, copies, locks on a file. Every failure to sync is a failure: after the first one the system may forget it.

use super::write::{Folder, Stands, patient};
use cap_fs_ext::{FollowSymlinks, OpenOptionsFollowExt, OpenOptionsMaybeDirExt};
use cap_std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};

/// A file or something else below a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The way to it, with `/`.
    pub path: String,
    /// What it is; folders are not listed, their files are.
    pub stands: Stands,
    /// Size in bytes.
    pub size: u64,
}

/// What came of asking for a lock.
#[derive(Debug)]
pub enum Lock {
    /// It is ours until the handle is dropped.
    Held(std::fs::File),
    /// Somebody else holds it.
    Taken,
    /// The file system has no locks, or hands them to everybody.
    Lies(std::fs::File),
}

impl Lock {
    /// The handle, where there is one.
    pub fn file(&self) -> Option<&std::fs::File> {
        match self {
            Lock::Held(file) | Lock::Lies(file) => Some(file),
            Lock::Taken => None,
        }
    }
}

impl Folder {
    /// Writes a file that must not be there yet, and that nobody changes afterwards.
    pub fn create_fixed(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let (folder, name) = self.parent(path)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).follow(FollowSymlinks::No);
        #[cfg(unix)]
        cap_std::fs::OpenOptionsExt::mode(&mut options, 0o444);
        self.announce("create", path)?;
        let mut file = folder.dir.open_with(name, &options)?;
        self.announce("write", path)?;
        file.write_all(bytes)?;
        whole(&file, bytes.len() as u64)
    }

    /// Writes a file whole in place of another, so that nobody but the user may read it.
    pub fn put_secret(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        let folder = self.make(above)?;
        let part = format!(".{name}.kpress-part");
        folder.remove_all(&part)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).follow(FollowSymlinks::No);
        #[cfg(unix)]
        cap_std::fs::OpenOptionsExt::mode(&mut options, 0o600);
        folder.announce("create", &part)?;
        let mut file = folder.dir.open_with(&part, &options)?;
        folder.announce("write", &part)?;
        let written =
            file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| folder.rename(&part, name));
        if written.is_err() {
            // What is left of the attempt; nobody shall find it.
            let _ = folder.remove(&part);
        }
        written
    }

    /// Copies a file of this folder to a place in `goal` that must be free. Where the file system can, the copy shares
    /// the bytes until one of the two is changed.
    pub fn copy(&self, from: &str, goal: &Folder, to: &str) -> io::Result<()> {
        let ((source, old), (folder, new)) = (self.parent(from)?, goal.parent(to)?);
        let mut reading = source.dir.open_with(old, &reading())?.into_std();
        let size = reading.metadata()?.len();
        let mut options = OpenOptions::new();
        options.write(true).create_new(true).follow(FollowSymlinks::No);
        goal.announce("create", to)?;
        let mut writing = folder.dir.open_with(new, &options)?.into_std();
        goal.announce("write", to)?;
        io::copy(&mut reading, &mut writing)?;
        whole(&File::from_std(writing), size)
    }

    /// Waits until the bytes of a file are on the disk.
    pub fn sync_file(&self, path: &str) -> io::Result<()> {
        let (folder, name) = self.parent(path)?;
        self.announce("sync", path)?;
        tolerated(folder.dir.open_with(name, &reading())?.sync_all())
    }

    /// Waits until the names in a folder are on the disk; `""` is the folder itself.
    pub fn sync_folder(&self, path: &str) -> io::Result<()> {
        let folder = self.at(path)?;
        self.announce("sync the folder", path)?;
        #[cfg(unix)]
        return tolerated(folder.handle()?.sync_all());
        #[cfg(not(unix))]
        Ok(drop(folder))
    }

    /// Waits until everything below this folder is on the disk: at once where the system can, else file by file.
    pub fn settle(&self) -> io::Result<()> {
        self.announce("sync all", "")?;
        #[cfg(any(target_os = "linux", target_os = "android"))]
        return tolerated(rustix::fs::syncfs(self.handle()?).map_err(io::Error::from));
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        {
            let all = self.walk()?;
            all.iter()
                .filter(|one| one.stands == Stands::File)
                .try_for_each(|one| self.sync_file(&one.path))?;
            let mut folders: Vec<&str> =
                all.iter().filter_map(|one| Some(one.path.rsplit_once('/')?.0)).collect();
            folders.dedup();
            folders.into_iter().chain([""]).try_for_each(|folder| self.sync_folder(folder))
        }
    }

    /// As [`Folder::settle`], of several folders: once for each disk that they are on.
    pub fn settle_all<'f>(folders: impl IntoIterator<Item = &'f Folder>) -> io::Result<()> {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        {
            let mut disks = std::collections::BTreeSet::new();
            for folder in folders {
                if disks.insert(rustix::fs::fstat(&*folder.dir)?.st_dev) {
                    folder.settle()?;
                }
            }
            Ok(())
        }
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        folders.into_iter().try_for_each(Folder::settle)
    }

    /// This folder, opened so that the system takes orders about it.
    #[cfg(unix)]
    fn handle(&self) -> io::Result<std::fs::File> {
        let mut options = OpenOptions::new();
        options.read(true).maybe_dir(true);
        Ok(self.dir.open_with(".", &options)?.into_std())
    }

    /// Gives a file a name that must be free: of several that try, one gets it. `false`: somebody was first.
    pub fn claim(&self, from: &str, to: &str) -> io::Result<bool> {
        let ((source, old), (goal, new)) = (self.parent(from)?, self.parent(to)?);
        self.announce_both("link", from, to)?;
        match source.dir.hard_link(old, &goal.dir, new) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(error) => match take(&source, old, &goal, new) {
                Some(taken) => taken,
                None => Err(error),
            },
        }
    }

    /// Renames a file or folder to a name that must be free.
    pub fn rename_new(&self, from: &str, to: &str) -> io::Result<()> {
        if self.stands(to)? != Stands::Nothing {
            return Err(io::Error::new(ErrorKind::AlreadyExists, "something stands there already"));
        }
        self.rename(from, to)
    }

    /// The size of a regular file; `None` if nothing stands there.
    pub fn size(&self, path: &str) -> io::Result<Option<u64>> {
        let (folder, name) = match self.parent(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            parent => parent?,
        };
        match folder.seen(name) {
            Ok((Stands::File, size)) => Ok(Some(size)),
            Ok(_) => Err(io::Error::other("it is not a regular file")),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The size of a regular file at the end of a way of several folders, for whoever asks for many: one opening instead of one
    /// for each folder. A link on the way is followed only within this folder; nothing is read from where it leads.
    pub fn size_at(&self, path: &str) -> io::Result<Option<u64>> {
        match self.dir.symlink_metadata(path) {
            Ok(meta) => Ok(meta.is_file().then(|| meta.len())),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What stands under a name directly in this folder, and its size. Links are seen as such.
    fn seen(&self, name: &str) -> io::Result<(Stands, u64)> {
        #[cfg(unix)]
        {
            if name.is_empty() || name.contains('/') || name == "." || name == ".." {
                return Err(io::Error::from(ErrorKind::InvalidInput));
            }
            // One call where the library opens, asks and closes: a tree has thousands of files.
            let stat = rustix::fs::statat(&*self.dir, name, rustix::fs::AtFlags::SYMLINK_NOFOLLOW)?;
            let stands = match rustix::fs::FileType::from_raw_mode(stat.st_mode) {
                rustix::fs::FileType::RegularFile => Stands::File,
                rustix::fs::FileType::Directory => Stands::Folder,
                _ => Stands::Other,
            };
            Ok((stands, u64::try_from(stat.st_size).unwrap_or(0)))
        }
        #[cfg(not(unix))]
        {
            let meta = self.dir.symlink_metadata(name)?;
            let stands = match meta {
                _ if meta.is_dir() => Stands::Folder,
                _ if meta.is_file() => Stands::File,
                _ => Stands::Other,
            };
            Ok((stands, meta.len()))
        }
    }

    /// Whether a file may be written by anybody.
    pub fn is_writable(&self, path: &str) -> io::Result<bool> {
        let (folder, name) = self.parent(path)?;
        Ok(!folder.dir.symlink_metadata(name)?.permissions().readonly())
    }

    /// Everything below this folder but folders, sorted by path. Links are listed, never followed.
    pub fn walk(&self) -> io::Result<Vec<Found>> {
        let mut found = Vec::new();
        self.walk_into("", &mut found)?;
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }

    /// Everything directly in this folder, folders too, sorted by name. Links are listed, never followed.
    pub fn level(&self) -> io::Result<Vec<Found>> {
        let mut found = Vec::new();
        for path in self.names()? {
            let (stands, size) = self.seen(&path)?;
            found.push(Found { path, stands, size });
        }
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }

    fn walk_into(&self, way: &str, found: &mut Vec<Found>) -> io::Result<()> {
        for name in self.names()? {
            let (stands, size) = self.seen(&name)?;
            let path = format!("{way}{name}");
            if stands == Stands::Folder {
                self.at(&name)?.walk_into(&format!("{path}/"), found)?;
            } else {
                found.push(Found { path, stands, size });
            }
        }
        Ok(())
    }

    /// Removes a folder with all that is in it, or a file; links go, what they lead to stays. Nothing there: nothing done.
    /// Somebody else may remove the same at the same time.
    pub fn remove_all(&self, path: &str) -> io::Result<()> {
        let all = || match self.stands(path)? {
            Stands::Nothing => Ok(()),
            Stands::File | Stands::Other => self.remove(path),
            Stands::Folder => {
                for name in self.at(path)?.names()? {
                    self.remove_all(&format!("{path}/{name}"))?;
                }
                self.remove_folder(path)
            }
        };
        match all() {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            done => done,
        }
    }

    /// Asks for the lock that a file stands for; the file is made and never removed.
    pub fn lock_file(&self, path: &str) -> io::Result<Lock> {
        let (folder, name) = self.parent(path)?;
        let open = || {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false).follow(FollowSymlinks::No);
            folder.dir.open_with(name, &options).map(File::into_std)
        };
        let told = self.announce("lock", path);
        let file = open()?;
        match told {
            Err(error) if error.kind() == ErrorKind::Unsupported => return Ok(Lock::Lies(file)),
            told => told?,
        }
        match patient(|| file.try_lock()) {
            // A lock that a second asker gets as well keeps nobody out.
            Ok(()) => match open()?.try_lock() {
                Ok(()) => Ok(Lock::Lies(file)),
                Err(_) => Ok(Lock::Held(file)),
            },
            Err(std::fs::TryLockError::WouldBlock) => Ok(Lock::Taken),
            Err(std::fs::TryLockError::Error(_)) => Ok(Lock::Lies(file)),
        }
    }

    /// How many bytes an ordinary user may still write; `None` where the system does not say.
    pub fn free_space(&self) -> Option<u64> {
        #[cfg(unix)]
        {
            let told = rustix::fs::fstatvfs(self.handle().ok()?).ok()?;
            Some(told.f_bavail.saturating_mul(told.f_frsize))
        }
        #[cfg(not(unix))]
        None
    }
}

/// What is written in a lock file; it is held open, so it is not opened again.
pub fn note(mut file: &std::fs::File, text: &str) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    file.set_len(0)?;
    file.write_all(text.as_bytes())
}

/// What was written in a lock file.
pub fn noted(mut file: &std::fs::File) -> io::Result<String> {
    let mut text = String::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_string(&mut text)?;
    Ok(text)
}

fn reading() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).follow(FollowSymlinks::No).maybe_dir(false);
    options
}

/// Takes a name only if it is free, where the file system has no second names.
fn take(source: &Folder, old: &str, goal: &Folder, new: &str) -> Option<io::Result<bool>> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        let flags = rustix::fs::RenameFlags::NOREPLACE;
        match rustix::fs::renameat_with(&source.dir, old, &goal.dir, new, flags) {
            Ok(()) => Some(Ok(true)),
            Err(rustix::io::Errno::EXIST) => Some(Ok(false)),
            Err(_) => None,
        }
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    {
        let _ = (source, old, goal, new);
        None
    }
}

/// A file system that knows no waiting is believed; every other failure counts.
fn tolerated(synced: io::Result<()>) -> io::Result<()> {
    match synced {
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidInput) => Ok(()),
        synced => synced,
    }
}

/// Whether as many bytes arrived as were written; asked of the open file, which costs no way through folders.
pub(super) fn whole(file: &File, size: u64) -> io::Result<()> {
    match file.metadata()?.len() {
        written if written == size => Ok(()),
        written => Err(io::Error::other(format!("only {written} of {size} bytes arrived"))),
    }
}
