//! Machine code of components that were compiled before, sealed with a key of the user: who can write into the folder can
//! still not make kpress load what it did not compile itself. What does not check out is deleted and compiled anew.

use super::artefact::Artefact;
use super::compile::ARTEFACT_BYTES_MAX;
use crate::diag::{Family, Level, Rule};
use crate::inputs::Hash;
use crate::plan::failure::Failure;
use crate::plugin::engine::Engine;
use cap_fs_ext::{DirExt, FollowSymlinks, OpenOptionsFollowExt};
use cap_std::ambient_authority;
use cap_std::fs::{
    Dir, DirBuilder, DirBuilderExt, Metadata, MetadataExt, OpenOptions, OpenOptionsExt, Permissions,
    PermissionsExt,
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::hash::{Hash as _, Hasher};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// An entry of the cache that nobody can vouch for.
pub static PLUGIN_CACHE_DISCARDED: Rule = Rule {
    name: "plugin-cache-discarded",
    level: Level::Note,
    family: Family::Data,
    about: "compiled code of a plugin that was damaged or is not ours; it was deleted and compiled anew",
    why: "loading machine code means trusting it, so only what kpress itself has sealed is loaded",
    example: "a file below ~/.cache/kpress/plugins of another user, or with a flipped bit",
};

/// Where a user keeps what can be made again, and what cannot. Never a folder of the workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Homes {
    /// `$XDG_CACHE_HOME`, or `~/.cache`.
    pub cache: Option<PathBuf>,
    /// `$XDG_STATE_HOME`, or `~/.local/state`.
    pub state: Option<PathBuf>,
}

const MAGIC: &[u8] = b"kpress plugin code 1\n";
const KEY: &str = "plugin-cache.key";
const KEY_BYTES: usize = 32;
const SEAL_BYTES: usize = 32;
/// More plugins than a workspace has; the oldest entries go.
const ENTRIES_MAX: usize = 64;

/// `O_NONBLOCK`: opening a FIFO returns at once with it.
#[cfg(target_os = "linux")]
const NONBLOCK: i32 = 0o4000;
/// `O_NONBLOCK` of the BSD family, macOS included.
#[cfg(not(target_os = "linux"))]
const NONBLOCK: i32 = 0x0004;

/// Compiled code of earlier runs.
pub struct Cache {
    folder: Dir,
    key: Zeroizing<[u8; KEY_BYTES]>,
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Cache").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// Why an entry was not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discarded(&'static str);

impl Discarded {
    /// As a note of the plugin.
    pub fn told(&self, name: &str) -> Failure {
        let message = format!("the compiled code of plugin `{name}` was discarded: {}", self.0);
        Failure::new(&PLUGIN_CACHE_DISCARDED, message, "it was compiled anew; nothing has to be done")
    }
}

impl Cache {
    /// Opens the cache of the user, making folders and key where they are missing. `None` where there is no place for
    /// it: then components are compiled each time.
    pub fn open(homes: &Homes) -> Option<Cache> {
        let key = key(&own_folder(homes.state.as_deref()?, &["kpress"]).ok()?).ok()?;
        let folder = own_folder(homes.cache.as_deref()?, &["kpress", "plugins"]).ok()?;
        Some(Cache { folder, key })
    }

    /// The entry of a component for this engine, this version of kpress and this machine.
    pub fn entry(sha256: &str, engine: &Engine) -> String {
        let mut compatible = Digest::default();
        engine.wasmtime().precompile_compatibility_hash().hash(&mut compatible);
        let parts = [
            sha256.as_bytes(),
            &compatible.0,
            env!("CARGO_PKG_VERSION").as_bytes(),
            std::env::consts::ARCH.as_bytes(),
            std::env::consts::OS.as_bytes(),
        ];
        Hash::of_parts(parts).to_string()
    }

    /// The code of an entry. `Ok(None)`: it was never compiled.
    ///
    /// # Errors
    /// There is something, and it does not check out; it is deleted.
    pub fn get(&self, entry: &str) -> Result<Option<Artefact>, Discarded> {
        let safe = self.is_safe();
        match self.read(entry) {
            Ok(None) => Ok(None),
            Ok(Some(bytes)) if safe => Ok(Some(Artefact::unsealed(bytes))),
            Ok(Some(_)) => Err(self.discard(entry, Discarded("others can write into its folder"))),
            Err(why) => Err(self.discard(entry, why)),
        }
    }

    /// Keeps the code of an entry. That it cannot be kept costs time only.
    pub fn put(&self, entry: &str, artefact: &Artefact) {
        if self.is_safe() && self.write(entry, artefact.bytes()).is_ok() {
            self.prune();
        }
    }

    /// Whether only this user writes here. A folder of ours that others can write to is closed to them.
    fn is_safe(&self) -> bool {
        let Ok(meta) = self.folder.dir_metadata() else { return false };
        if !is_ours(&meta) {
            return false;
        }
        if meta.mode() & 0o077 == 0 {
            return true;
        }
        let _ = self.folder.set_permissions(".", Permissions::from_mode(0o700));
        false
    }

    fn discard(&self, entry: &str, why: Discarded) -> Discarded {
        // A folder in its place stays, and is no entry either.
        let _ = self.folder.remove_file(entry);
        why
    }

    fn read(&self, entry: &str) -> Result<Option<Vec<u8>>, Discarded> {
        let mut options = OpenOptions::new();
        options.read(true).follow(FollowSymlinks::No).custom_flags(NONBLOCK);
        let file = match self.folder.open_with(entry, &options) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(_) => return Err(Discarded("it cannot be opened")),
        };
        let meta = file.metadata().map_err(|_| Discarded("it cannot be read"))?;
        if !meta.is_file() {
            return Err(Discarded("it is no file"));
        }
        if !is_ours(&meta) {
            return Err(Discarded("it belongs to another user"));
        }
        if meta.mode() & 0o077 != 0 {
            return Err(Discarded("others can read or write it"));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(meta.len().min(ARTEFACT_BYTES_MAX)).unwrap_or(0));
        file.take(ARTEFACT_BYTES_MAX + 64)
            .read_to_end(&mut bytes)
            .map_err(|_| Discarded("it cannot be read"))?;
        let head = MAGIC.len() + SEAL_BYTES;
        if bytes.len() < head || !bytes.starts_with(MAGIC) {
            return Err(Discarded("it is of another form"));
        }
        let seal = &bytes[MAGIC.len()..head];
        if self.sealing(entry, &bytes[head..]).verify_slice(seal).is_err() {
            return Err(Discarded("its seal is not ours"));
        }
        bytes.drain(..head);
        Ok(Some(bytes))
    }

    fn write(&self, entry: &str, artefact: &[u8]) -> io::Result<()> {
        let seal = self.sealing(entry, artefact).finalize().into_bytes();
        put(&self.folder, entry, &[MAGIC, &seal, artefact])
    }

    /// The seal covers the name too: code of one plugin is never taken for that of another.
    fn sealing(&self, entry: &str, artefact: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&*self.key).expect("a key of any length is one");
        mac.update(&(entry.len() as u64).to_le_bytes());
        mac.update(entry.as_bytes());
        mac.update(artefact);
        mac
    }

    fn prune(&self) {
        let Ok(entries) = self.folder.entries() else { return };
        let mut known: Vec<((i64, i64), String)> = entries
            .flatten()
            .filter_map(|entry| {
                let meta = entry.metadata().ok()?;
                Some(((meta.mtime(), meta.mtime_nsec()), entry.file_name().into_string().ok()?))
            })
            .collect();
        known.sort();
        let over = known.len().saturating_sub(ENTRIES_MAX);
        for (_, name) in known.drain(..over) {
            let _ = self.folder.remove_file(name);
        }
    }
}

fn is_ours(meta: &Metadata) -> bool {
    meta.uid() == rustix::process::geteuid().as_raw()
}

/// Folders below one of the user's, made for this user alone.
fn own_folder(home: &Path, below: &[&str]) -> io::Result<Dir> {
    Dir::create_ambient_dir_all(home, ambient_authority())?;
    let mut dir = Dir::open_ambient_dir(home, ambient_authority())?;
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    for name in below {
        match dir.create_dir_with(name, &builder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            Ok(()) | Err(_) => dir = dir.open_dir_nofollow(name)?,
        }
    }
    Ok(dir)
}

/// The key of the user, made where there is none. One that others could read is none any more.
fn key(folder: &Dir) -> io::Result<Zeroizing<[u8; KEY_BYTES]>> {
    if let Some(key) = read_key(folder) {
        return Ok(key);
    }
    let _ = folder.remove_file(KEY);
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    getrandom::fill(&mut *key).map_err(|error| io::Error::other(error.to_string()))?;
    put(folder, KEY, &[&*key])?;
    // Another kpress may have made one in the same moment: what lies there now counts for both.
    read_key(folder).ok_or_else(|| io::Error::other("the key does not stay"))
}

fn read_key(folder: &Dir) -> Option<Zeroizing<[u8; KEY_BYTES]>> {
    let mut options = OpenOptions::new();
    options.read(true).follow(FollowSymlinks::No).custom_flags(NONBLOCK);
    let mut file = folder.open_with(KEY, &options).ok()?;
    let meta = file.metadata().ok()?;
    if !meta.is_file() || !is_ours(&meta) || meta.mode() & 0o077 != 0 || meta.len() != KEY_BYTES as u64 {
        return None;
    }
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    file.read_exact(&mut *key).ok()?;
    Some(key)
}

/// Writes a file for this user alone, beside its place, and renames it.
fn put(folder: &Dir, name: &str, parts: &[&[u8]]) -> io::Result<()> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|error| io::Error::other(error.to_string()))?;
    let beside = format!(".{:016x}", u64::from_le_bytes(random));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let written = folder.open_with(&beside, &options).and_then(|mut file| {
        parts.iter().try_for_each(|part| file.write_all(part))?;
        file.flush()
    });
    let moved = written.and_then(|()| folder.rename(&beside, folder, name));
    if moved.is_err() {
        let _ = folder.remove_file(&beside);
    }
    moved
}

/// Collects what hashes itself, so that a stable hash can be taken of it.
#[derive(Default)]
struct Digest(Vec<u8>);

impl Hasher for Digest {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}
