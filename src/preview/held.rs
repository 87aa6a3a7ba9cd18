//! A workspace on disk, of which small files are kept in memory until something happens to them.
//! Whether anything happened is told by looking: events only say where to look.

use crate::inputs::git::{NoGit, Repository, Within};
use crate::inputs::{Bytes, Hash, Inputs, Listing, ProjectPath, Recorded, Stamp, Unreadable};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Definition files are at most this large; tables are read when they are needed and not kept.
const KEPT_BYTES: u64 = 1 << 20;

/// The files of a workspace.
pub(super) struct Held<'a> {
    disk: &'a dyn Inputs,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    files: BTreeMap<ProjectPath, (Bytes, Hash)>,
    stamps: BTreeMap<ProjectPath, Option<Stamp>>,
    lists: BTreeMap<ProjectPath, Listing>,
}

impl<'a> Held<'a> {
    /// Nothing is known yet.
    pub(super) fn of(disk: &'a dyn Inputs) -> Held<'a> {
        Held { disk, kept: Mutex::default() }
    }

    /// Forgets everything.
    pub(super) fn forget_all(&self) {
        *self.kept() = Kept::default();
    }

    /// Forgets files, and what folders hold unless all of these are files that were there before.
    pub(super) fn forget(&self, paths: &[ProjectPath]) {
        let mut kept = self.kept();
        for path in paths {
            kept.files.remove(path);
            kept.stamps.remove(path);
        }
        let all = kept.lists.get(&ProjectPath::root());
        let stays = |path: &ProjectPath| {
            all.is_some_and(|all| all.files.binary_search(path).is_ok()) && self.disk.stamp(path).is_some()
        };
        if !paths.iter().all(stays) {
            kept.lists.clear();
        }
    }

    /// Those of these that are others than they were when the last build read them, or are new, or gone.
    pub(super) fn news(
        &self,
        paths: &[ProjectPath],
        read: &BTreeMap<ProjectPath, Recorded>,
    ) -> Vec<ProjectPath> {
        let before: Option<Listing> = self.kept().lists.get(&ProjectPath::root()).cloned();
        let differs = |path: &ProjectPath| match read.get(path) {
            Some(was) => !self
                .disk
                .read(path, was.size)
                .is_ok_and(|bytes| bytes.len() as u64 == was.size && Hash::of(&bytes) == was.hash),
            None => {
                let was = before.as_ref().is_some_and(|all| all.files.binary_search(path).is_ok());
                was != self.disk.stamp(path).is_some()
            }
        };
        paths.iter().filter(|path| differs(path)).cloned().collect()
    }

    /// The same where nobody knows at which paths something happened: everything is looked at.
    pub(super) fn is_other(&self, read: &BTreeMap<ProjectPath, Recorded>) -> bool {
        let before = self.kept().lists.get(&ProjectPath::root()).cloned();
        let paths: Vec<ProjectPath> = read.keys().cloned().collect();
        before != Some(self.disk.list(&ProjectPath::root())) || !self.news(&paths, read).is_empty()
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().expect("no reader panics while it holds the lock")
    }
}

impl Inputs for Held<'_> {
    fn list(&self, folder: &ProjectPath) -> Listing {
        if let Some(known) = self.kept().lists.get(folder) {
            return known.clone();
        }
        let listing = self.disk.list(folder);
        self.kept().lists.insert(folder.clone(), listing.clone());
        listing
    }

    fn read(&self, path: &ProjectPath, limit: u64) -> Result<Bytes, Unreadable> {
        self.read_hashed(path, limit).map(|(bytes, _)| bytes)
    }

    /// A hash is taken once for each reading of the disk: a build notes that of every file it stands on.
    fn read_hashed(&self, path: &ProjectPath, limit: u64) -> Result<(Bytes, Hash), Unreadable> {
        if let Some(known) = self.kept().files.get(path) {
            return match known.0.len() as u64 {
                bytes if bytes > limit => Err(Unreadable::TooLarge { bytes, limit }),
                _ => Ok(known.clone()),
            };
        }
        let read = self.disk.read_hashed(path, limit)?;
        if read.0.len() as u64 <= KEPT_BYTES {
            self.kept().files.insert(path.clone(), read.clone());
        }
        Ok(read)
    }

    fn repository(&self, within: Within) -> Result<Option<Repository>, NoGit> {
        self.disk.repository(within)
    }

    fn stamp(&self, path: &ProjectPath) -> Option<Stamp> {
        if let Some(known) = self.kept().stamps.get(path) {
            return known.clone();
        }
        let stamp = self.disk.stamp(path);
        self.kept().stamps.insert(path.clone(), stamp.clone());
        stamp
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::{Memory, Record};

    fn path(text: &str) -> ProjectPath {
        ProjectPath::parse(text).expect("a path")
    }

    #[test]
    fn only_what_was_read_or_came_or_went_is_news() {
        let before = Memory::of([("a.yaml", b"a".as_slice()), ("notes.txt", b"n".as_slice())]);
        let record = Record::of(&before);
        record.read(&path("a.yaml"), 9).expect("a file");
        let read = record.seen();
        let news = |now: &Memory, name: &str| {
            let held = Held::of(now);
            held.kept().lists.insert(ProjectPath::root(), before.list(&ProjectPath::root()));
            !held.news(&[path(name)], &read).is_empty()
        };
        assert!(!news(&before, "a.yaml"), "written again with the same bytes");
        let now = Memory::of([("a.yaml", b"b".as_slice()), ("notes.txt", b"m".as_slice())]);
        assert!(news(&now, "a.yaml"), "written with others");
        assert!(news(&Memory::of([]), "a.yaml"), "gone");
    }
}
