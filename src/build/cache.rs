//! What was worked out before, below `.kpress/cache`: it may be removed at any time, and never decides a figure.
//! Who runs the plugins of the workspace goes along with it.

use super::Plugins;
use super::kept::Recent;
use super::memo::Looked;
use crate::inputs::{Hash, ProjectPath};
use crate::plan::Memo;
use crate::site::{Folder, write::Stands};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;

/// Where it lies in the workspace.
const PLACE: &str = ".kpress/cache";

/// An entry begins with the hash of the rest, in so many hex digits: it may have been cut short with the power.
const HASH: usize = 64;

/// The cache of a workspace. Where it cannot be written, everything is worked out anew each time.
#[derive(Debug)]
pub struct Store {
    folder: Option<Folder>,
    access: Access,
    maker: String,
    used: Mutex<BTreeSet<String>>,
    is_aside: bool,
    plugins: Option<Box<dyn Plugins + Send>>,
    recent: Option<Mutex<Option<Recent>>>,
    definitions: Memo,
    looked: Looked,
}

/// What may be done with the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    Read,
    Write,
}

impl Store {
    /// The cache of the workspace, made if it is missing. What another `maker` worked out is not believed.
    pub fn open(workspace: &Path, maker: &str) -> Store {
        let folder = Folder::open(workspace).and_then(|root| {
            let ignore = ".kpress/.gitignore";
            root.make(".kpress")?;
            if root.stands(ignore)? == Stands::Nothing {
                root.create(ignore, b"*\n")?;
            }
            root.make(PLACE)
        });
        Store {
            folder: folder.ok(),
            access: Access::Write,
            maker: maker.to_owned(),
            used: Mutex::default(),
            is_aside: false,
            plugins: None,
            recent: None,
            definitions: Memo::default(),
            looked: Looked::default(),
        }
    }

    /// The cache as it is: nothing is written, not even the folder.
    pub fn read_only(workspace: &Path, maker: &str) -> Store {
        let folder = Folder::open(workspace).and_then(|root| root.at(PLACE));
        Store {
            folder: folder.ok(),
            access: Access::Read,
            maker: maker.to_owned(),
            used: Mutex::default(),
            is_aside: false,
            plugins: None,
            recent: None,
            definitions: Memo::default(),
            looked: Looked::default(),
        }
    }

    /// No cache at all.
    pub fn none() -> Store {
        Store {
            folder: None,
            access: Access::Read,
            maker: String::new(),
            used: Mutex::default(),
            is_aside: false,
            plugins: None,
            recent: None,
            definitions: Memo::default(),
            looked: Looked::default(),
        }
    }

    /// For a state of the workspace that is not the one at hand: what it takes is kept beside what the next build wants.
    #[must_use]
    pub fn aside(self) -> Store {
        Store { is_aside: true, ..self }
    }

    /// With what was read and measured last kept in memory as well, for a process that builds again and again.
    #[must_use]
    pub fn remembering(self) -> Store {
        Store { recent: Some(Mutex::default()), definitions: Memo::remembering(), ..self }
    }

    /// Files of definitions as they were read last.
    pub(super) fn definitions(&self) -> &Memo {
        &self.definitions
    }

    /// The place in memory for what was measured last, if it has one.
    pub(super) fn recent(&self) -> Option<std::sync::MutexGuard<'_, Option<Recent>>> {
        Some(self.recent.as_ref()?.lock().expect("no user panics while it holds the lock"))
    }

    /// Where figures are kept: read from all of these, written to the first.
    pub(super) fn facts(&self) -> &'static [&'static str] {
        if self.is_aside { &["facts-aside", "facts"] } else { &["facts"] }
    }

    /// With somebody who runs plugins.
    #[must_use]
    pub fn with_plugins(self, plugins: impl Plugins + Send + 'static) -> Store {
        Store { plugins: Some(Box::new(plugins)), ..self }
    }

    /// Who runs plugins.
    pub(super) fn plugins(&self) -> Option<&dyn Plugins> {
        self.plugins.as_deref().map(|plugins| plugins as &dyn Plugins)
    }

    /// Which kpress works with it.
    pub(super) fn maker(&self) -> &str {
        &self.maker
    }

    /// The bytes kept under a name, unless they were damaged since.
    pub fn get(&self, name: &str) -> Option<Vec<u8>> {
        self.note(name);
        let mut kept = self.folder.as_ref()?.read(name).ok()?;
        let bytes = kept.split_off(HASH.min(kept.len()));
        (Hash::of(&bytes).to_string().as_bytes() == kept).then_some(bytes)
    }

    /// Keeps bytes under a name. A failure costs time on the next run, nothing else.
    pub fn put(&self, name: &str, bytes: &[u8]) {
        self.note(name);
        if let (Access::Write, Some(folder), Ok(path)) = (self.access, &self.folder, ProjectPath::parse(name))
        {
            let _ = folder.put_unsynced(&path, &[Hash::of(bytes).to_string().as_bytes(), bytes].concat());
        }
    }

    /// The clock of the file system, in nanoseconds since 1970: when a small entry is written. `None` where none can be.
    pub(super) fn tick(&self) -> Option<i128> {
        const NAME: &str = "tick";
        let (Access::Write, Some(folder)) = (self.access, &self.folder) else { return None };
        self.note(NAME);
        folder.put_unsynced(&ProjectPath::parse(NAME).ok()?, b"").ok()?;
        folder.stamp(NAME).ok().map(|[.., modified, _]| modified)
    }

    /// What this process knows of files whose stamps tell too little.
    pub(super) fn looked(&self) -> &Looked {
        &self.looked
    }

    /// Removes entries nobody asked for since the cache was opened: they belong to files that are gone or changed.
    pub(super) fn sweep(&self) {
        let (Access::Write, Some(folder)) = (self.access, &self.folder) else { return };
        let used = self.used.lock().expect("no user panics while it holds the lock");
        for name in folder.names().unwrap_or_default() {
            if !used.contains(&name) {
                let _ = folder.remove(&name);
            }
        }
    }

    fn note(&self, name: &str) {
        self.used.lock().expect("no user panics while it holds the lock").insert(name.to_owned());
    }
}

impl crate::snapshot::Cache for Store {
    fn get(&self, key: &Hash) -> Option<Vec<u8>> {
        Store::get(self, &data(key))
    }

    fn put(&self, key: &Hash, bytes: &[u8]) {
        Store::put(self, &data(key), bytes);
    }
}

/// The name of an entry of `snapshot`.
fn data(key: &Hash) -> String {
    format!("data-{key}")
}
