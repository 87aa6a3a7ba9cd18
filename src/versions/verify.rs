//! Looks whether everything is as it was committed: the log, manifests, objects, refs, and the published tree.
//! Each problem names the versions it touches; nothing is repaired here, and nothing is written.

use super::archive::{Archive, MANIFESTS, OBJECTS, WEB, object};
use super::halt::Halt;
use super::log::{self, Known};
use super::manifest::{self, FileOf, Manifest};
use super::pointer::{self, Pointers, Seen};
use super::server::Host;
use super::web::PART;
use crate::inputs::Hash;
use crate::site::{Folder, Probe, Stands};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// How deep to look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Depth {
    /// Names, sizes, and everything small.
    Structure,
    /// Every byte.
    Everything,
    /// Every byte of one part of so many: `2/10` is the second tenth. Parts never overlap, and together are everything.
    Part(u32, u32),
    /// Every byte of so many bytes, taken in an order that `seed` decides.
    Bytes(u64, u64),
}

/// What to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// Only these versions; otherwise all, and what belongs to none.
    pub versions: Option<Vec<String>>,
    /// How deep.
    pub depth: Depth,
    /// Also files that no manifest knows.
    pub extra: bool,
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// Where: a path in the workspace, or an address on a host.
    pub place: String,
    /// What.
    pub what: String,
    /// The versions it touches.
    pub versions: Vec<String>,
}

/// What came of looking.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Everything that is wrong, sorted by place.
    pub problems: Vec<Problem>,
    /// Files looked at.
    pub files: usize,
    /// Bytes hashed.
    pub bytes: u64,
}

/// Looks.
///
/// # Errors
/// If there is no version store, or it cannot be read at all.
pub fn verify(
    workspace: &Path,
    asked: &Asked,
    probe: Option<Arc<dyn Probe>>,
) -> Result<Option<Verified>, Halt> {
    let Some((archive, found)) = Archive::open_damaged(workspace, probe)? else { return Ok(None) };
    let mut look = Look { archive: &archive, asked, verified: Verified::default(), sampled: 0 };
    for (place, what) in found {
        look.problem(place, what, &[]);
    }
    look.store()?;
    for audience in archive.audiences() {
        look.web(&audience)?;
    }
    let mut verified = look.verified;
    verified.problems.sort();
    verified.problems.dedup();
    Ok(Some(verified))
}

struct Look<'a> {
    archive: &'a Archive,
    asked: &'a Asked,
    verified: Verified,
    sampled: u64,
}

impl Look<'_> {
    fn problem(&mut self, place: impl Into<String>, what: impl Into<String>, versions: &[&str]) {
        let versions = versions.iter().map(|id| (*id).to_owned()).collect();
        self.verified.problems.push(Problem { place: place.into(), what: what.into(), versions });
    }

    /// Versions that are looked at.
    fn chosen(&self) -> Vec<&Known> {
        let mine = |known: &&Known| self.asked.versions.as_ref().is_none_or(|ids| ids.contains(&known.id));
        self.archive.state.versions.values().filter(|known| known.pruned.is_none()).filter(mine).collect()
    }

    /// Whether the bytes of a file are hashed.
    fn reads(&mut self, digits: &str, size: u64) -> bool {
        let number = u64::from_str_radix(digits.get(..15).unwrap_or("0"), 16).unwrap_or(0);
        match self.asked.depth {
            Depth::Structure => false,
            Depth::Everything => true,
            Depth::Part(part, of) => number % u64::from(of.max(1)) == u64::from(part.saturating_sub(1)),
            Depth::Bytes(limit, seed) => {
                let chosen = self.sampled < limit && (number ^ seed).is_multiple_of(3);
                self.sampled += if chosen { size } else { 0 };
                chosen
            }
        }
    }

    /// Manifests, objects and refs.
    fn store(&mut self) -> Result<(), Halt> {
        let archive = self.archive;
        let mut objects: BTreeMap<String, (u64, BTreeSet<String>)> = BTreeMap::new();
        let chosen: Vec<Known> = self.chosen().into_iter().cloned().collect();
        for known in &chosen {
            for (audience, digits) in &known.manifests {
                self.verified.files += 1;
                let (made, _) = match archive.manifest(digits) {
                    Ok(read) => read,
                    Err(halt) => {
                        self.problem(
                            format!("{}/{MANIFESTS}/{digits}.json", super::PLACE),
                            halt.text,
                            &[&known.id],
                        );
                        continue;
                    }
                };
                if made.version != known.id || made.tree_name() != *audience || made.seq != known.seq {
                    let place = format!("{}/{MANIFESTS}/{digits}.json", super::PLACE);
                    self.problem(place, "belongs to another version than the log says", &[&known.id]);
                }
                if known.signed.is_some() && archive.signatures(digits).is_empty() {
                    let place = format!("{}/{MANIFESTS}/{digits}.json", super::PLACE);
                    self.problem(place, "was signed, and its signature is gone", &[&known.id]);
                }
                for file in made.files.iter().chain(&made.assets) {
                    let entry = objects.entry(file.digits().to_owned()).or_insert((file.n, BTreeSet::new()));
                    entry.1.insert(known.id.clone());
                }
            }
        }
        for (digits, (size, ids)) in objects {
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let reads = self.reads(&digits, size);
            let path = format!("{OBJECTS}/{}", object(&digits));
            let place = format!("{}/{path}", super::PLACE);
            self.file(&archive.store, &path, &place, (&digits, size), reads, &ids);
            if archive.store.is_writable(&path).unwrap_or(false) {
                self.problem(place, "was made writable", &ids);
            }
        }
        if self.asked.versions.is_none() {
            self.refs();
        }
        Ok(())
    }

    /// What can be made again from the log, if it is there, says the same.
    fn refs(&mut self) {
        for (name, bytes) in super::store::refs(&self.archive.state) {
            match self.archive.store.read(&name) {
                Ok(there) if there != bytes => {
                    self.problem(format!("{}/{name}", super::PLACE), "says something else than the log", &[]);
                }
                _ => {}
            }
        }
    }

    /// One file: there, of its size, and if asked of its bytes.
    fn file(
        &mut self,
        folder: &Folder,
        path: &str,
        place: &str,
        (digits, size): (&str, u64),
        reads: bool,
        ids: &[&str],
    ) {
        self.verified.files += 1;
        let what = match folder.size(path) {
            Ok(None) => "is missing".to_owned(),
            Ok(Some(there)) if there != size => format!("has {there} bytes instead of {size}"),
            Ok(Some(_)) if !reads => return,
            Ok(Some(_)) => match folder.read(path) {
                Ok(bytes) => {
                    self.verified.bytes += size;
                    if Hash::of(&bytes).to_string() == digits {
                        return;
                    }
                    "was changed: its bytes are not those that were published".to_owned()
                }
                Err(error) => format!("cannot be read: {error}"),
            },
            Err(error) => format!("cannot be read: {error}"),
        };
        self.problem(place, what, ids);
    }

    /// The published tree of an audience.
    fn web(&mut self, audience: &str) -> Result<(), Halt> {
        let shown = format!("{WEB}/{audience}");
        let archive = self.archive;
        let Some(folder) = archive.web(audience) else {
            self.problem(shown, "is missing; the next `kpress publish` makes it again", &[]);
            return Ok(());
        };
        let mut known_files: BTreeSet<String> = BTreeSet::new();
        let chosen: Vec<Known> = self.chosen().into_iter().cloned().collect();
        for known in &chosen {
            let Some(digits) = known.manifests.get(audience) else { continue };
            if !known.is_there() {
                known_files.insert(format!("v/{}/index.html", known.id));
                continue;
            }
            let Ok((made, bytes)) = archive.manifest(digits) else { continue };
            for (path, hash, size) in expected(archive, &made, &bytes, digits) {
                let reads = self.reads(&hash, size);
                self.file(&folder, &path, &format!("{shown}/{path}"), (&hash, size), reads, &[&known.id]);
                known_files.insert(path);
            }
        }
        // Files of versions that went wait for the end of their grace.
        for known in archive.state.versions.values().filter(|known| known.pruned.is_some()) {
            let Some(digits) = known.manifests.get(audience) else { continue };
            if let Ok((made, bytes)) = archive.manifest(digits) {
                known_files
                    .extend(expected(archive, &made, &bytes, digits).into_iter().map(|(path, ..)| path));
            }
        }
        if self.asked.versions.is_none() {
            self.pointers(&folder, audience, &shown, &mut known_files);
            if self.asked.extra {
                self.extra(&folder, &shown, &known_files);
            }
        }
        Ok(())
    }

    fn pointers(&mut self, folder: &Folder, audience: &str, shown: &str, known_files: &mut BTreeSet<String>) {
        let state = &self.archive.state;
        let Some(current) = pointer::current_of(state, audience) else { return };
        let Some(digits) = current.manifests.get(audience) else { return };
        let Ok((manifest, _)) = self.archive.manifest(digits) else { return };
        let signature = self.archive.signatures(digits).first().map(|(_, bytes)| Hash::of(bytes));
        let seen = Seen { state, audience, current, manifest: &manifest, signature: signature.as_ref() };
        for (name, bytes) in Pointers::of(&seen, &Host::default()).files {
            self.verified.files += 1;
            if !folder.read(&name).is_ok_and(|there| there == bytes) {
                self.problem(format!("{shown}/{name}"), "does not say what the log says", &[&current.id]);
            }
            known_files.insert(name);
        }
    }

    fn extra(&mut self, folder: &Folder, shown: &str, known_files: &BTreeSet<String>) {
        for one in folder.walk().unwrap_or_default() {
            // What is in the making is no stranger.
            let ours = one.path.split('/').any(|part| part.starts_with(PART));
            if one.stands != Stands::File || !(known_files.contains(&one.path) || ours) {
                self.problem(format!("{shown}/{}", one.path), "is in no manifest", &[]);
            }
        }
    }
}

/// Everything that stands in the published tree because of a version: path, digits and size.
fn expected(archive: &Archive, made: &Manifest, bytes: &[u8], digits: &str) -> Vec<(String, String, u64)> {
    let root = format!("v/{}", made.version);
    let file = |file: &FileOf| (format!("{root}/{}", file.p), file.digits().to_owned(), file.n);
    let mut all: Vec<_> = made.files.iter().map(file).collect();
    all.extend(made.assets.iter().map(|asset| (asset.p.clone(), asset.digits().to_owned(), asset.n)));
    let mut small = |name: String, bytes: &[u8]| {
        all.push((format!("{root}/{name}"), Hash::of(bytes).to_string(), bytes.len() as u64));
    };
    if let Some(hash) = Hash::parse(digits) {
        small(manifest::SUMS.to_owned(), made.sums(&hash).as_bytes());
    }
    for (ending, signature) in archive.signatures(digits) {
        small(format!("{}.{ending}", manifest::NAME), &signature);
    }
    small(manifest::NAME.to_owned(), bytes);
    all
}

/// What is wrong with a store: what, and why.
type Damages = Vec<(String, String)>;

impl Archive {
    /// Opens a version store even if its log is damaged, as far as it can be believed; with what is wrong with it.
    fn open_damaged(
        workspace: &Path,
        probe: Option<Arc<dyn Probe>>,
    ) -> Result<Option<(Archive, Damages)>, Halt> {
        let halt = match Archive::open(workspace, probe.clone()) {
            Ok(archive) => return Ok(archive.map(|archive| (archive, Vec::new()))),
            Err(halt) => halt,
        };
        let Some(archive) = Archive::open_unread(workspace, probe)? else { return Err(halt) };
        let (state, mut problems) = log::read_until(&archive.store);
        if problems.is_empty() {
            problems.push((log::LOG.to_owned(), halt.text));
        }
        let place = |(name, why): (String, String)| (format!("{}/{name}", super::PLACE), why);
        let problems = problems.into_iter().map(place).collect();
        Ok(Some((Archive::of(archive.store, archive.ground, state), problems)))
    }
}
