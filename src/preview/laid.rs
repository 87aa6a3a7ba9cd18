//! Unsaved texts laid over a workspace: what a change would do, without writing it.

use crate::inputs::git::{NoGit, Repository, Within};
use crate::inputs::{Bytes, Hash, Inputs, Listing, ProjectPath, Stamp, Unreadable};
use std::collections::BTreeMap;

/// Files of which some say something else.
pub(super) struct Laid<'a> {
    under: &'a dyn Inputs,
    over: BTreeMap<ProjectPath, Bytes>,
}

impl<'a> Laid<'a> {
    /// Nothing is laid over yet.
    pub(super) fn over(under: &'a dyn Inputs) -> Laid<'a> {
        Laid { under, over: BTreeMap::new() }
    }

    /// Lays a text over a file.
    pub(super) fn lay(&mut self, path: &ProjectPath, bytes: &[u8]) {
        self.over.insert(path.clone(), bytes.into());
    }

    /// What is laid over, by file.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&ProjectPath, &Bytes)> {
        self.over.iter()
    }
}

impl Inputs for Laid<'_> {
    fn list(&self, folder: &ProjectPath) -> Listing {
        self.under.list(folder)
    }

    fn read(&self, path: &ProjectPath, limit: u64) -> Result<Bytes, Unreadable> {
        match self.over.get(path) {
            Some(bytes) if bytes.len() as u64 > limit => {
                Err(Unreadable::TooLarge { bytes: bytes.len() as u64, limit })
            }
            Some(bytes) => Ok(bytes.clone()),
            None => self.under.read(path, limit),
        }
    }

    fn read_hashed(&self, path: &ProjectPath, limit: u64) -> Result<(Bytes, Hash), Unreadable> {
        if self.over.contains_key(path) {
            let bytes = self.read(path, limit)?;
            let hash = Hash::of(&bytes);
            return Ok((bytes, hash));
        }
        self.under.read_hashed(path, limit)
    }

    fn repository(&self, within: Within) -> Result<Option<Repository>, NoGit> {
        self.under.repository(within)
    }

    fn stamp(&self, path: &ProjectPath) -> Option<Stamp> {
        if self.over.contains_key(path) { None } else { self.under.stamp(path) }
    }
}
