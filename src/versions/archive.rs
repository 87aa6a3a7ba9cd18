//! The version store for reading: the log, manifests and objects, each checked before it is believed.
//! Nothing is locked and nothing is written, so it may be read while somebody publishes.

use super::halt::{Halt, Kind};
use super::log::{self, Known, State};
use super::manifest::Manifest;
use super::sealed::{HEADER, Header};
use crate::inputs::Hash;
use crate::site::{Folder, Probe, Stands};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Where the version store lies in a workspace.
pub const PLACE: &str = ".kpress/store";
/// Where the published tree lies in a workspace, one folder per audience.
pub const WEB: &str = ".kpress/web";
/// The file that says what the folder is.
pub(super) const FORMAT: &str = "FORMAT";
/// What stands in it.
pub(super) const FORMAT_TEXT: &str = "kpress-store 1\n";
/// Folder of the objects.
pub(super) const OBJECTS: &str = "objects";
/// Folder of the manifests.
pub(super) const MANIFESTS: &str = "manifests";
/// Folder of what only this machine knows of encrypted trees; by the digits of their manifests.
pub(super) const PRIVATE: &str = "private";
/// Endings of detached signatures.
pub const SIGNATURES: &[&str] = &["sshsig", "minisig"];

/// A version store that is read.
#[derive(Clone, Debug)]
pub struct Archive {
    /// Its folder.
    pub(super) store: Folder,
    /// The workspace.
    pub(super) ground: Folder,
    /// What its log says.
    pub state: State,
    /// Manifests that were read, by digits.
    read: Read,
}

/// Manifests with their bytes, by their digits.
type Manifests = BTreeMap<String, (Arc<Manifest>, Arc<[u8]>)>;

/// Manifests in memory. What is named by its hash says the same as long as it is kept.
type Read = Arc<Mutex<Manifests>>;

/// So many manifests are kept: those of the current and of the next version for some audiences. One of 10,000 pages takes 6 MB,
/// and `prune` reads those of all versions that ever were.
const KEPT: usize = 12;

/// Where an object lies below its folder.
pub(super) fn object(digits: &str) -> String {
    format!("{}/{digits}", digits.get(..2).unwrap_or("00"))
}

impl Archive {
    /// Opens the version store of a workspace; `None` where nothing was ever published.
    ///
    /// # Errors
    /// [`Kind::Damaged`] if its log cannot be believed or its format is newer.
    pub fn open(workspace: &Path, probe: Option<Arc<dyn Probe>>) -> Result<Option<Archive>, Halt> {
        let Some(mut archive) = Archive::open_unread(workspace, probe)? else { return Ok(None) };
        archive.refresh()?;
        archive.no_entry_lost()?;
        Ok(Some(archive))
    }

    /// Opens it without a look into the log.
    pub(super) fn open_unread(
        workspace: &Path,
        probe: Option<Arc<dyn Probe>>,
    ) -> Result<Option<Archive>, Halt> {
        let shown = workspace.display().to_string();
        let mut ground = Folder::open(workspace).map_err(|error| Halt::io("open", &shown, &error))?;
        if let Some(probe) = probe {
            ground = ground.watched(probe);
        }
        match ground.at(PLACE) {
            Ok(store) if store.stands(FORMAT).is_ok_and(|stands| stands == Stands::File) => {
                known_format(&store)?;
                Ok(Some(Archive::of(store, ground, State::default())))
            }
            Ok(store)
                if store.at(log::LOG).and_then(|log| log.names()).is_ok_and(|names| !names.is_empty()) =>
            {
                Err(Halt::damaged(format!("`{PLACE}/{FORMAT}` is missing, and there is a log")))
            }
            Ok(_) => Ok(None),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Halt::io("open", PLACE, &error)),
        }
    }

    /// A version store whose folders are open.
    pub(super) fn of(store: Folder, ground: Folder, state: State) -> Archive {
        Archive { store, ground, state, read: Read::default() }
    }

    /// The log never ends before what was read from it once.
    pub(super) fn no_entry_lost(&self) -> Result<(), Halt> {
        let Ok(bytes) = self.store.read("refs/current.json") else { return Ok(()) };
        let seen =
            serde_json::from_slice::<serde_json::Value>(&bytes).ok().and_then(|head| head["seq"].as_u64());
        match (seen, self.state.head.0) {
            (Some(seen), head) if seen > head => Err(Halt::damaged(format!(
                "the log ends with entry {head}, but entry {seen} was seen before"
            ))),
            _ => Ok(()),
        }
    }

    /// Reads the log again.
    pub(super) fn refresh(&mut self) -> Result<(), Halt> {
        self.state = log::read(&self.store)?;
        Ok(())
    }

    /// A version that can be had.
    ///
    /// # Errors
    /// Usage, with the nearest name, if it never was or is gone.
    pub fn version(&self, name: &str) -> Result<&Known, Halt> {
        let id = self.state.aliases.get(name).map_or(name, String::as_str);
        match self.state.versions.get(id) {
            Some(known) if known.pruned.is_some() => {
                Err(Halt::new(Kind::Usage, format!("the version `{id}` was pruned")))
            }
            Some(known) => Ok(known),
            None => {
                let halt = Halt::new(Kind::Usage, format!("there is no version `{name}`"));
                let names = self.state.versions.keys().chain(self.state.aliases.keys());
                Err(match crate::diag::did_you_mean(name, names.map(String::as_str)) {
                    Some(hint) => halt.hint(hint),
                    None => halt.hint("`kpress versions` lists them"),
                })
            }
        }
    }

    /// The manifest of a version for an audience, with its bytes. It is read once: to read one of thousands of files takes longer
    /// than to ask a host for it.
    ///
    /// # Errors
    /// [`Kind::Damaged`] if it is not what the log says.
    pub fn manifest(&self, digits: &str) -> Result<(Arc<Manifest>, Arc<[u8]>), Halt> {
        if let Some((manifest, bytes)) = self.kept().get(digits) {
            return Ok((Arc::clone(manifest), Arc::clone(bytes)));
        }
        let (manifest, bytes) = self.read_manifest(digits)?;
        Ok(self.keep(digits, manifest, bytes))
    }

    /// Keeps a manifest in memory that was written or read just now.
    pub(super) fn keep(
        &self,
        digits: &str,
        manifest: Manifest,
        bytes: Vec<u8>,
    ) -> (Arc<Manifest>, Arc<[u8]>) {
        let both = (Arc::new(manifest), Arc::from(bytes));
        let mut kept = self.kept();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(digits.to_owned(), both.clone());
        both
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Manifests> {
        // Nothing is ever half put in.
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read_manifest(&self, digits: &str) -> Result<(Manifest, Vec<u8>), Halt> {
        let path = format!("{MANIFESTS}/{digits}.json");
        let wrong = |why: String| Halt::damaged(format!("the manifest `{path}` {why}"));
        let bytes = self.store.read(&path).map_err(|error| wrong(format!("cannot be read: {error}")))?;
        if Hash::of(&bytes).to_string() != digits {
            return Err(wrong("was changed: its bytes are not those it is named by".to_owned()));
        }
        let manifest = Manifest::read(&bytes).map_err(|why| wrong(format!("cannot be understood: {why}")))?;
        Ok((manifest, bytes))
    }

    /// The signatures beside a manifest: ending and bytes.
    pub fn signatures(&self, digits: &str) -> Vec<(&'static str, Vec<u8>)> {
        let one = |ending: &&'static str| {
            let bytes = self.store.read(&format!("{MANIFESTS}/{digits}.json.{ending}")).ok()?;
            Some((*ending, bytes))
        };
        SIGNATURES.iter().filter_map(one).collect()
    }

    /// The bytes of an object.
    ///
    /// # Errors
    /// [`Kind::Damaged`] if they are not those it is named by.
    pub fn object(&self, digits: &str) -> Result<Vec<u8>, Halt> {
        let path = format!("{OBJECTS}/{}", object(digits));
        let bytes = self
            .store
            .read(&path)
            .map_err(|error| Halt::damaged(format!("the object `{path}` cannot be read: {error}")))?;
        if Hash::of(&bytes).to_string() != digits {
            return Err(Halt::damaged(format!("the object `{path}` was changed")));
        }
        Ok(bytes)
    }

    /// The bytes of a file of a version; `None` if the version has no such file.
    ///
    /// # Errors
    /// [`Kind::Damaged`].
    pub fn file(&self, manifest: &Manifest, path: &str) -> Result<Option<Vec<u8>>, Halt> {
        let found = manifest.files.iter().find(|file| file.p == path);
        found.map(|file| self.object(file.digits())).transpose()
    }

    /// Parameters and slots of an encrypted tree; `None` of a plain one.
    ///
    /// # Errors
    /// [`Kind::Damaged`].
    pub fn header(&self, manifest: &Manifest) -> Result<Option<Header>, Halt> {
        if manifest.encryption.is_none() {
            return Ok(None);
        }
        Ok(self.file(manifest, HEADER)?.as_deref().and_then(Header::read))
    }

    /// The published tree of an audience, where it stands.
    pub fn web(&self, audience: &str) -> Option<Folder> {
        self.ground.at(&format!("{WEB}/{audience}")).ok()
    }

    /// Whether a file stands at a path of the workspace.
    pub fn ground_has(&self, path: &str) -> bool {
        self.ground.stands(path).is_ok_and(|stands| stands == Stands::File)
    }

    /// Every audience that any version was made for.
    pub fn audiences(&self) -> Vec<String> {
        let all = self.state.versions.values().flat_map(|known| known.manifests.keys().cloned());
        let mut all: Vec<String> = all.collect();
        all.sort();
        all.dedup();
        all
    }
}

/// Refuses a version store that a newer kpress made.
pub(super) fn known_format(store: &Folder) -> Result<(), Halt> {
    let text = store.read(FORMAT).map_err(|error| Halt::io("read", FORMAT, &error))?;
    match String::from_utf8_lossy(&text) {
        text if text == FORMAT_TEXT => Ok(()),
        text => {
            let said = format!(
                "the version store says `{}` of itself, and this kpress knows `kpress-store 1`",
                text.trim()
            );
            Err(Halt::new(Kind::Damaged, said).hint("use the kpress that wrote it, or a newer one"))
        }
    }
}
