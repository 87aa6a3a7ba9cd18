//! The published tree on this machine, one folder per audience: versions that are never changed, shared files, pointers.
//! Whoever writes a pointer first makes sure that the version it names stands there whole.

use super::archive::WEB;
use super::halt::{Halt, Kind};
use super::log::Known;
use super::manifest::{self, FileOf, Manifest};
use super::pointer::{self, Pointers, Seen};
use super::server::Host;
use super::store::{IsAlive, VersionStore, is_running};
use crate::inputs::{Hash, ProjectPath};
use crate::site::Folder;
use crate::site::write::Stands;
use std::collections::BTreeMap;
use std::io;

/// What begins the name of something that is not in place yet.
pub(super) const PART: &str = ".part-";
/// What is left of a version that was taken back.
const TOMBSTONE: &str = "index.html";
/// So many times somebody may publish while pointers are written, before we give up.
const TRIES: usize = 8;

/// Writes a file whole, waits for it, and puts it in place.
pub(super) fn put(folder: &Folder, path: &str, bytes: &[u8]) -> Result<(), Halt> {
    let path = ProjectPath::parse(path).map_err(|why| Halt::new(Kind::Path, why.0))?;
    folder.put(&path, bytes).map_err(Halt::from)
}

/// Removes what dead processes left beside versions and shared files.
pub(super) fn sweep(store: &VersionStore, is_alive: IsAlive<'_>) -> Result<(), Halt> {
    let io = |error: io::Error| Halt::io("tidy up", WEB, &error);
    let web = store.archive.ground.make(WEB).map_err(io)?;
    for audience in web.names().map_err(io)? {
        for place in ["v", "a"] {
            let Ok(folder) = web.at(&format!("{audience}/{place}")) else { continue };
            for name in folder.names().map_err(io)? {
                let dead = |made: &str| store.is_alone || !is_running(made, is_alive);
                if name.strip_prefix(PART).is_some_and(dead) {
                    discard(&folder, &name, &store.who.tx()).map_err(io)?;
                }
            }
        }
    }
    Ok(())
}

/// Removes something unfinished for good. It first takes a name of ours: whoever made it may live after all, where locks do not
/// work, and must not give a name to a version of which half is gone already.
fn discard(folder: &Folder, name: &str, tx: &str) -> io::Result<()> {
    let ours = format!("{PART}{tx}-gone");
    folder.remove_all(&ours)?;
    match folder.rename(name, &ours) {
        // It was put in place meanwhile, or somebody else removes it.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        renamed => renamed.and_then(|()| folder.remove_all(&ours)),
    }
}

/// Brings every audience's folder in line with the log: versions that are missing, then the pointers.
pub(super) fn bring(store: &mut VersionStore) -> Result<(), Halt> {
    for _ in 0..TRIES {
        store.archive.refresh()?;
        for audience in store.archive.audiences() {
            bring_audience(store, &audience)?;
        }
        // Somebody whom the lock did not keep out may have committed since.
        let head = store.archive.state.head.clone();
        store.archive.refresh()?;
        if store.archive.state.head == head {
            return Ok(());
        }
    }
    Err(Halt::new(Kind::Locked, "others publish faster than the pointers can be written"))
}

fn bring_audience(store: &VersionStore, audience: &str) -> Result<(), Halt> {
    let archive = &store.archive;
    let shown = format!("{WEB}/{audience}");
    let io = |error: io::Error| Halt::io("write", &shown, &error);
    let folder = archive.ground.make(&shown).map_err(io)?;
    folder.make("v").map_err(io)?;
    for known in archive.state.versions.values() {
        let Some(digits) = known.manifests.get(audience) else { continue };
        if known.is_there() {
            if folder.stands(&format!("v/{}/{}", known.id, manifest::NAME)).map_err(io)? != Stands::File {
                materialise(store, &folder, known, digits)?;
            }
        } else if known.pruned.is_none() {
            bury(store, &folder, known, digits)?;
        }
    }
    let Some(current) = pointer::current_of(&archive.state, audience) else { return withdraw(&folder) };
    let digits =
        current.manifests.get(audience).expect("the current version of an audience has a part for it");
    let (made, bytes) = archive.manifest(digits)?;
    let signature = archive.signatures(digits).first().map(|(_, bytes)| Hash::of(bytes));
    let seen =
        Seen { state: &archive.state, audience, current, manifest: &made, signature: signature.as_ref() };
    let mut pointers = Pointers::of(&seen, &Host::default()).files;
    pointers.retain(|(name, bytes)| !folder.read(name).is_ok_and(|there| there == *bytes));
    // Only who writes a pointer looks at what it names, and not at what it made itself a moment ago.
    if !pointers.is_empty() && !store.placed.contains(digits) {
        whole(&folder, &made, bytes.len() as u64)?;
    }
    point(&folder, &pointers)
}

/// Writes pointers that say something new, each whole, the page at the root last.
fn point(folder: &Folder, pointers: &[(String, Vec<u8>)]) -> Result<(), Halt> {
    pointers.iter().try_for_each(|(name, bytes)| put(folder, name, bytes))?;
    match pointers {
        [] => Ok(()),
        _ => folder.sync_folder("").map_err(|error| Halt::io("write", WEB, &error)),
    }
}

/// Nothing is left that an audience may see.
fn withdraw(folder: &Folder) -> Result<(), Halt> {
    for name in [pointer::INDEX, pointer::CURRENT, pointer::VERSIONS] {
        if folder.stands(name).is_ok_and(|stands| stands == Stands::File) {
            folder.remove(name).map_err(|error| Halt::io("remove", name, &error))?;
        }
    }
    Ok(())
}

/// Where a version waits until it is put in place.
pub(super) fn part(tx: &str) -> String {
    format!("v/{PART}{tx}")
}

/// Makes a version that was committed, but did not come into place, from the objects.
fn materialise(store: &VersionStore, folder: &Folder, known: &Known, digits: &str) -> Result<(), Halt> {
    let archive = &store.archive;
    let (made, bytes) = archive.manifest(digits)?;
    let part = part(&store.who.tx());
    let io =
        |error: io::Error| Halt::io("write", &format!("{WEB}/{}/v/{}", made.tree_name(), known.id), &error);
    folder.remove_all(&part).map_err(io)?;
    let stage = folder.make(&part).map_err(io)?;
    let make = || -> Result<(), Halt> {
        for file in &made.files {
            let bytes = archive.object(file.digits())?;
            stage.make(parent(&file.p)).and_then(|_| stage.create(&file.p, &bytes)).map_err(io)?;
        }
        complete(&stage, &made, &bytes, digits, &archive.signatures(digits)).map_err(io)?;
        assets(store, folder, &made.assets, &BTreeMap::new())?;
        folder.settle().map_err(io)?;
        in_place(folder, &part, &known.id).map(drop)
    };
    let done = make();
    if done.is_err() {
        // What cannot be removed now is removed by the next run.
        let _ = folder.remove_all(&part);
    }
    done
}

/// Whose tree stands under the name of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stood {
    /// The one that this run made.
    Ours,
    /// One that somebody made whom the lock did not keep out.
    Theirs,
}

/// Step 8: the version gets its name.
pub(super) fn in_place(folder: &Folder, part: &str, id: &str) -> Result<Stood, Halt> {
    let io = |error: io::Error| Halt::io("put into place", &format!("v/{id}"), &error);
    let stood = match folder.rename_new(part, &format!("v/{id}")) {
        // Somebody whom the lock did not keep out made the same version from the same objects.
        Err(_) if folder.stands(&format!("v/{id}/{}", manifest::NAME)).map_err(io)? == Stands::File => {
            folder.remove_all(part).map_err(io)?;
            Stood::Theirs
        }
        renamed => renamed.map(|()| Stood::Ours).map_err(io)?,
    };
    folder.sync_folder("v").map_err(io)?;
    Ok(stood)
}

/// The manifest, its signatures and the list of sums, beside the files of a version.
pub(super) fn complete(
    stage: &Folder,
    made: &Manifest,
    bytes: &[u8],
    digits: &str,
    signatures: &[(&'static str, Vec<u8>)],
) -> io::Result<()> {
    let hash = Hash::parse(digits).ok_or_else(|| io::Error::other("its manifest has no proper name"))?;
    stage.create(manifest::SUMS, made.sums(&hash).as_bytes())?;
    for (ending, signature) in signatures {
        stage.create(&format!("{}.{ending}", manifest::NAME), signature)?;
    }
    stage.create(manifest::NAME, bytes)
}

/// Shared files that are not there yet. Those in `fresh` come from memory, the others from the objects.
pub(super) fn assets(
    store: &VersionStore,
    folder: &Folder,
    assets: &[FileOf],
    fresh: &BTreeMap<String, Vec<u8>>,
) -> Result<(), Halt> {
    let io = |error: io::Error| Halt::io("write", "a", &error);
    folder.make("a").map_err(io)?;
    for asset in assets {
        if folder.size(&asset.p).map_err(io)? == Some(asset.n) {
            continue;
        }
        let from_store;
        let bytes = match fresh.get(&asset.p) {
            Some(bytes) => bytes,
            None => {
                from_store = store.archive.object(asset.digits())?;
                &from_store
            }
        };
        let part = format!("a/{PART}{}", store.who.tx());
        folder.remove_all(&part).map_err(io)?;
        folder.create(&part, bytes).and_then(|()| folder.sync_file(&part)).map_err(io)?;
        folder.rename(&part, &asset.p).map_err(io)?;
    }
    folder.sync_folder("a").map_err(io)
}

/// That a version stands there with every file, by size.
fn whole(folder: &Folder, made: &Manifest, manifest_bytes: u64) -> Result<(), Halt> {
    let place = format!("v/{}", made.version);
    let io = |error: io::Error| Halt::io("read", &place, &error);
    let version = folder.at(&place).map_err(io)?;
    let files =
        made.files.iter().map(|file| (file.p.as_str(), file.n)).chain([(manifest::NAME, manifest_bytes)]);
    for (path, size) in files {
        if version.size_at(path).map_err(io)? != Some(size) {
            return Err(Halt::new(
                Kind::Damaged,
                format!("`{WEB}/{}/{place}/{path}` is missing or was changed", made.tree_name()),
            )
            .hint(format!(
                "remove the folder `{WEB}/{}/{place}`; the next run makes it anew from the store",
                made.tree_name()
            )));
        }
    }
    Ok(())
}

/// Puts a notice in the place of a version that was taken back.
fn bury(store: &VersionStore, folder: &Folder, known: &Known, digits: &str) -> Result<(), Halt> {
    let place = format!("v/{}", known.id);
    let io = |error: io::Error| Halt::io("take back", &place, &error);
    let stands = |path: &str| folder.stands(path).map_err(io);
    let gone = format!("v/{PART}{}", store.who.tx());
    if stands(&format!("{place}/{}", manifest::NAME))? == Stands::File {
        folder.remove_all(&gone).map_err(io)?;
        folder.rename(&place, &gone).map_err(io)?;
    }
    if stands(&format!("{place}/{TOMBSTONE}"))? == Stands::Nothing {
        let (made, _) = store.archive.manifest(digits)?;
        folder.make(&place).map_err(io)?;
        put(folder, &format!("{place}/{TOMBSTONE}"), &pointer::tombstone(made.title(), &known.id))?;
        folder.sync_folder("v").map_err(io)?;
    }
    folder.remove_all(&gone).map_err(io)
}

/// The folder a path lies in.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}
