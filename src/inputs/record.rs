//! Notes every read: the watch list of the preview, and the inputs named in provenance.

use super::git::{NoGit, Repository, Within};
use super::{Bytes, Hash, Inputs, Listing, ProjectPath, Stamp, Unreadable};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Reads through to other inputs and remembers what was read.
pub struct Record<'a> {
    inner: &'a dyn Inputs,
    seen: Mutex<BTreeMap<ProjectPath, Recorded>>,
}

/// What was read of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// Size in bytes.
    pub size: u64,
    /// Hash of its bytes.
    pub hash: Hash,
    /// Its stamp when it was read.
    pub stamp: Option<Stamp>,
}

impl<'a> Record<'a> {
    /// Records the reads of `inner`.
    pub fn of(inner: &'a dyn Inputs) -> Record<'a> {
        Record { inner, seen: Mutex::default() }
    }

    /// Notes a file that was read before and is known to be the same: what is made stands on it.
    pub fn note(&self, path: &ProjectPath, read: &Recorded) {
        let mut seen = self.seen.lock().expect("no reader panics while it holds the lock");
        seen.entry(path.clone()).or_insert_with(|| read.clone());
    }

    /// Everything that was read, by path.
    pub fn into_seen(self) -> BTreeMap<ProjectPath, Recorded> {
        self.seen.into_inner().expect("no reader panics while it holds the lock")
    }

    /// Everything read so far, by path.
    pub fn seen(&self) -> BTreeMap<ProjectPath, Recorded> {
        self.seen.lock().expect("no reader panics while it holds the lock").clone()
    }
}

impl Inputs for Record<'_> {
    fn list(&self, folder: &ProjectPath) -> Listing {
        self.inner.list(folder)
    }

    fn read(&self, path: &ProjectPath, limit: u64) -> Result<Bytes, Unreadable> {
        self.read_hashed(path, limit).map(|(bytes, _)| bytes)
    }

    fn read_hashed(&self, path: &ProjectPath, limit: u64) -> Result<(Bytes, Hash), Unreadable> {
        let stamp = self.inner.stamp(path);
        let (bytes, hash) = self.inner.read_hashed(path, limit)?;
        let read = Recorded { size: bytes.len() as u64, hash, stamp };
        self.seen.lock().expect("no reader panics while it holds the lock").insert(path.clone(), read);
        Ok((bytes, hash))
    }

    fn stamp(&self, path: &ProjectPath) -> Option<Stamp> {
        self.inner.stamp(path)
    }

    fn repository(&self, within: Within) -> Result<Option<Repository>, NoGit> {
        self.inner.repository(within)
    }
}
