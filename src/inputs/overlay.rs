//! A workspace with files laid over it that exist only in memory.

use super::{Bytes, Hash, Inputs, Listing, Memory, ProjectPath, Stamp, Unreadable};

/// Files in memory before those of other inputs.
pub struct Overlay<'a> {
    inner: &'a dyn Inputs,
    over: Memory,
}

impl<'a> Overlay<'a> {
    /// Lays `over` over `inner`.
    pub fn of(inner: &'a dyn Inputs, over: Memory) -> Overlay<'a> {
        Overlay { inner, over }
    }

    fn holds(&self, path: &ProjectPath) -> bool {
        !matches!(self.over.read(path, 0), Err(Unreadable::Missing))
    }
}

impl Inputs for Overlay<'_> {
    fn list(&self, folder: &ProjectPath) -> Listing {
        let mut all = self.inner.list(folder);
        all.files.extend(self.over.list(folder).files);
        all.files.sort();
        all.files.dedup();
        all
    }

    fn read(&self, path: &ProjectPath, limit: u64) -> Result<Bytes, Unreadable> {
        if self.holds(path) { self.over.read(path, limit) } else { self.inner.read(path, limit) }
    }

    fn read_hashed(&self, path: &ProjectPath, limit: u64) -> Result<(Bytes, Hash), Unreadable> {
        if self.holds(path) {
            self.over.read_hashed(path, limit)
        } else {
            self.inner.read_hashed(path, limit)
        }
    }

    fn stamp(&self, path: &ProjectPath) -> Option<Stamp> {
        if self.holds(path) { None } else { self.inner.stamp(path) }
    }
}
