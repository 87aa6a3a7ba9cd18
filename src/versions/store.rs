//! The version store for writing: one process at a time, and what an earlier one left half done is finished first.
//! Where locks do not work, the log still lets only one of two publishers win.

use super::archive::{self, Archive, FORMAT, FORMAT_TEXT, MANIFESTS, OBJECTS, PLACE, PRIVATE, WEB};
use super::halt::{Halt, Kind};
use super::log::{self, Entry, LOG};
use super::manifest::canonical;
use super::web;
use crate::inputs::Hash;
use crate::site::write::Stands;
use crate::site::{Folder, Lock, Probe, note, noted};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// The file whose lock keeps others out. It is never removed.
const LOCK: &str = "lock";
/// Folder of what is being made.
pub(super) const TMP: &str = "tmp";
/// Folder of what is on its way out.
pub(super) const TRASH: &str = "trash";
/// Folder of what can be made again from the log.
const REFS: &str = "refs";

/// Who publishes, and when: read from the machine once, where the command begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// Number of the process.
    pub pid: u32,
    /// When the process began, as the system counts it; tells a number that was given out again.
    pub started: u64,
    /// The machine.
    pub host: String,
    /// The person.
    pub by: String,
    /// Seconds since 1970.
    pub now: i64,
    /// Something no other run has.
    pub token: String,
}

impl Who {
    /// The time in UTC.
    pub fn at(&self) -> String {
        crate::time::utc(self.now)
    }

    /// The name of what this run makes before it is in place.
    pub(super) fn tx(&self) -> String {
        format!("{}-{}", self.pid, self.token)
    }
}

/// Whether processes are known to be alive.
pub type IsAlive<'a> = &'a dyn Fn(u32, u64) -> bool;

/// A version store, ours alone.
#[derive(Debug)]
pub struct VersionStore {
    /// What can be read in it.
    pub archive: Archive,
    /// Who works with it.
    pub who: Who,
    /// Whether the lock really keeps others out.
    pub(super) is_alone: bool,
    /// Digits of manifests of which this run wrote every file of the tree, each by its length, and put it into place.
    pub(super) placed: BTreeSet<String>,
    /// Held, never read; the note in it is emptied at the end.
    lock: std::fs::File,
}

impl VersionStore {
    /// Opens the version store of a workspace, made if it is missing, and finishes what was left half done.
    ///
    /// # Errors
    /// [`Kind::Locked`] while somebody else works with it; [`Kind::Damaged`].
    pub fn open(
        workspace: &Path,
        who: &Who,
        is_alive: IsAlive<'_>,
        probe: Option<Arc<dyn Probe>>,
    ) -> Result<VersionStore, Halt> {
        let shown = workspace.display().to_string();
        let mut ground = Folder::open(workspace).map_err(|error| Halt::io("open", &shown, &error))?;
        if let Some(probe) = probe {
            ground = ground.watched(probe);
        }
        let store = make(&ground).map_err(|error| Halt::io("make", PLACE, &error))?;
        let (lock, is_alone) = locked(&store, who, is_alive)?;
        let begun = begin(&store);
        let archive = begun.and_then(|()| {
            archive::known_format(&store)?;
            let state = log::read(&store)?;
            Ok(Archive::of(store, ground, state))
        });
        let mut opened =
            VersionStore { archive: archive?, who: who.clone(), is_alone, placed: BTreeSet::new(), lock };
        opened.recover(is_alive)?;
        Ok(opened)
    }

    /// Step 1: drops what dead processes were making, and brings everything outside in line with the log.
    fn recover(&mut self, is_alive: IsAlive<'_>) -> Result<(), Halt> {
        let store = &self.archive.store;
        let io = |error: std::io::Error| Halt::io("tidy up", TMP, &error);
        let left = store.at(TMP).map_err(io)?.names().map_err(io)?;
        let dead = |name: &&String| self.is_alone || !is_running(name, is_alive);
        let unclean = !left.is_empty();
        for name in left.iter().filter(dead) {
            store.remove_all(&format!("{TMP}/{name}")).map_err(io)?;
        }
        if self.is_alone {
            // What was on its way out when a `prune` stopped.
            let out = store.at(TRASH).and_then(|trash| trash.names()).map_err(io)?;
            out.iter().try_for_each(|name| store.remove_all(&format!("{TRASH}/{name}"))).map_err(io)?;
        }
        self.archive.no_entry_lost()?;
        if unclean {
            self.rehash_recent()?;
        }
        web::sweep(self, is_alive)?;
        self.settle()
    }

    /// Step 9 and the last part of step 1: refs and pointers say what the log says.
    pub(super) fn settle(&mut self) -> Result<(), Halt> {
        self.write_refs()?;
        web::bring(self)
    }

    /// Commits an entry: step 7. Nothing of it counts before, and nothing can take it back afterwards.
    ///
    /// # Errors
    /// [`Kind::Locked`] if somebody else committed first.
    pub(super) fn commit(&mut self, mut entry: Entry, tx: &str) -> Result<u64, Halt> {
        (entry.seq, entry.prev) = (self.archive.state.head.0 + 1, self.archive.state.head.1.clone());
        // Tried on what is known, so that no entry ever stands in the log that cannot follow.
        let mut tried = self.archive.state.clone();
        tried.take(entry.clone(), &Hash::of(&entry.bytes())).map_err(Halt::damaged)?;
        let part = format!("{TMP}/{tx}/entry");
        let place = format!("{LOG}/{}", log::file(entry.seq));
        let store = &self.archive.store;
        let io = |error: std::io::Error| Halt::io("write", &place, &error);
        let taken = store
            .create_fixed(&part, &entry.bytes())
            .and_then(|()| store.sync_file(&part))
            .and_then(|()| store.claim(&part, &place))
            .map_err(io)?;
        if !taken {
            return Err(Halt::new(Kind::Locked, "somebody else published at the same moment, and was first")
                .hint("run the command again; it then begins from what they published"));
        }
        store.sync_folder(LOG).map_err(io)?;
        self.archive.state = tried;
        Ok(entry.seq)
    }

    /// Commits an entry that brings no files with it, and lets readers see the outcome.
    ///
    /// # Errors
    /// As [`VersionStore::commit`]; afterwards what kept the pointers from being written.
    pub fn record(&mut self, entry: Entry) -> Result<u64, Halt> {
        let tx = self.who.tx();
        let io = |error: std::io::Error| Halt::io("make", TMP, &error);
        self.archive.store.make(&format!("{TMP}/{tx}")).map_err(io)?;
        let committed = self.commit(entry, &tx);
        // What cannot be removed now is removed by the next run.
        let _ = self.archive.store.remove_all(&format!("{TMP}/{tx}"));
        let seq = committed?;
        self.settle()?;
        Ok(seq)
    }

    /// An entry of this run.
    pub fn entry(&self, op: log::Op) -> Entry {
        Entry::of(op, &self.who.by, &self.who.at())
    }

    /// After a run that did not come to its end: objects that came since the last commit are what they are named by, or go.
    fn rehash_recent(&self) -> Result<(), Halt> {
        let store = &self.archive.store;
        let io = |error: std::io::Error| Halt::io("check", OBJECTS, &error);
        let stamp = |path: &str| store.stamp(path).map(|[.., modified, _]| modified);
        let last = match self.archive.state.head.0 {
            0 => i128::MIN,
            // The coarsest clock of a file system counts by two seconds.
            head => stamp(&format!("{LOG}/{}", log::file(head))).map_err(io)? - 2_000_000_000,
        };
        for one in store.at(OBJECTS).map_err(io)?.walk().map_err(io)? {
            let path = format!("{OBJECTS}/{}", one.path);
            let name = one.path.rsplit('/').next().unwrap_or("");
            if stamp(&path).map_err(io)? >= last
                && Hash::of(&store.read(&path).map_err(io)?).to_string() != name
            {
                store.remove(&path).map_err(io)?;
            }
        }
        Ok(())
    }

    /// Writes what can be made again from the log.
    fn write_refs(&self) -> Result<(), Halt> {
        for (path, bytes) in refs(&self.archive.state) {
            if !self.archive.store.read(&path).is_ok_and(|there| there == bytes) {
                web::put(&self.archive.store, &path, &bytes)?;
            }
        }
        Ok(())
    }
}

/// What can be made again from the log: paths in the version store, and bytes.
pub(super) fn refs(state: &log::State) -> Vec<(String, Vec<u8>)> {
    let current = serde_json::json!({
        "seq": state.head.0,
        "hash": state.head.1,
        "version": state.current().map(|known| &known.id),
    });
    let list: Vec<serde_json::Value> =
        state.ordered().iter().map(|known| super::pointer::listed(state, known, None)).collect();
    let path = |name: &str| format!("{REFS}/{name}");
    vec![(path("current.json"), canonical(&current)), (path("versions.json"), canonical(&list))]
}

impl Drop for VersionStore {
    fn drop(&mut self) {
        // Where locks do not work, the note is what keeps others waiting.
        let _ = note(&self.lock, "");
    }
}

/// Makes the folder of kpress in a workspace; Git is told to leave it alone.
///
/// # Errors
/// If it cannot be made.
pub fn ignored(ground: &Folder) -> std::io::Result<()> {
    ground.make(".kpress")?;
    let ignore = ".kpress/.gitignore";
    if ground.stands(ignore)? == Stands::Nothing {
        ground.create(ignore, b"*\n").or_else(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => Ok(()),
            _ => Err(error),
        })?;
    }
    Ok(())
}

/// The folder of the version store.
fn make(ground: &Folder) -> std::io::Result<Folder> {
    ignored(ground)?;
    ground.make(WEB)?;
    ground.make(PLACE)
}

/// The folders in it, and the file that says what it is.
fn begin(store: &Folder) -> Result<(), Halt> {
    let io = |error: std::io::Error| Halt::io("make", PLACE, &error);
    for folder in [OBJECTS, MANIFESTS, LOG, REFS, TMP, TRASH, PRIVATE, "deploy"] {
        store.make(folder).map_err(io)?;
    }
    let has_log = !store.at(LOG).and_then(|log| log.names()).map_err(io)?.is_empty();
    match store.stands(FORMAT).map_err(io)? {
        Stands::Nothing if has_log => {
            Err(Halt::damaged(format!("`{PLACE}/{FORMAT}` is missing, and there is a log")))
        }
        Stands::Nothing => {
            web::put(store, FORMAT, FORMAT_TEXT.as_bytes())?;
            store.sync_folder("").map_err(io)
        }
        _ => Ok(()),
    }
}

/// Takes the lock, or says who has it.
fn locked(store: &Folder, who: &Who, is_alive: IsAlive<'_>) -> Result<(std::fs::File, bool), Halt> {
    let io = |error: std::io::Error| Halt::io("lock", PLACE, &error);
    let lock = store.lock_file(LOCK).map_err(io)?;
    let holder = |text: &str| serde_json::from_str::<Who>(text).ok();
    let (file, is_alone) = match lock {
        Lock::Held(file) => (file, true),
        Lock::Lies(file) => {
            // Only the note tells. That of a dead process of this machine, or of a number given out again, is void.
            if let Some(other) = holder(&noted(&file).map_err(io)?) {
                let here = other.host == who.host;
                if (other.pid, other.started) != (who.pid, who.started)
                    && (!here || is_alive(other.pid, other.started))
                {
                    return Err(taken(Some(&other)));
                }
            }
            (file, false)
        }
        Lock::Taken => {
            let text = store.read(LOCK).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            return Err(taken(holder(&text.unwrap_or_default()).as_ref()));
        }
    };
    let text = serde_json::to_string(who).expect("plain data becomes JSON");
    note(&file, &text).map_err(io)?;
    Ok((file, is_alone))
}

fn taken(holder: Option<&Who>) -> Halt {
    let who = holder.map_or(String::new(), |who| {
        format!(": {} on {}, process {}, since {}", who.by, who.host, who.pid, who.at())
    });
    Halt::new(Kind::Locked, format!("another kpress works with the version store{who}")).hint(
        "wait for it, or give `--wait SECONDS`; if that machine is gone, empty the file `.kpress/store/lock`",
    )
}

/// Whether the process that made something is still there. Names are `<pid>-<token>`.
pub(super) fn is_running(name: &str, is_alive: IsAlive<'_>) -> bool {
    name.split_once('-').and_then(|(pid, _)| pid.parse().ok()).is_some_and(|pid| is_alive(pid, 0))
}
