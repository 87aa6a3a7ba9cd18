//! Remembers the inputs and the files of the last build. If none of them changed, there is nothing to do.

use super::{Built, OnError, Options, Outcome, Store, rules};
use crate::diag::{Finding, Level, Place};
use crate::inputs::git::Within;
use crate::inputs::{Hash, Inputs, ProjectPath, Record, Recorded, Stamp};
use crate::site;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard};

/// Name of the memo in the cache.
const NAME: &str = "build.json";
/// A file that changed this shortly before it was read may change again within the same tick of the clock of the file
/// system: only its bytes tell. Two seconds is the coarsest clock in use (FAT).
const TICK_NANOSECONDS: i128 = 2_000_000_000;

/// What the last build read, made and said.
#[derive(Debug, Serialize, Deserialize)]
struct Memo {
    key: String,
    /// Before anything was read, by the clock of the file system.
    begun: Option<i128>,
    listing: String,
    read: BTreeMap<String, ReadFile>,
    made: BTreeMap<String, [i128; 4]>,
    found: Vec<Said>,
    pages: usize,
    languages: usize,
    audience: Option<String>,
}

/// A file that was read.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ReadFile {
    size: u64,
    hash: String,
    stamp: Option<Stamp>,
}

/// A finding, so that a build with nothing to do still warns.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Said {
    rule: String,
    level: Level,
    message: String,
    place: Spot,
    hint: Option<String>,
    related: Vec<(Spot, String)>,
    notes: Vec<String>,
}

/// A place in a file.
#[derive(Debug, Serialize, Deserialize)]
struct Spot {
    file: String,
    at: (u32, u32, u32),
    cell: Option<(u64, String)>,
}

/// What must be the same for a memo to be believed, inputs aside.
pub(super) fn key(options: &Options, place: &Path, inputs: &dyn Inputs) -> String {
    // Pages tell the history up to the commit at hand, as far as it was fetched.
    let repository = inputs.repository(Within::Subfolder).ok().flatten();
    let head =
        repository.map(|known| (known.commit("HEAD").ok().map(|commit| commit.id), known.is_shallow()));
    let keep_going = options.on_error == OnError::KeepGoing;
    let parts = format!(
        "{}\n{:?}\n{keep_going}\n{}\n{head:?}\n{:?}",
        options.maker,
        options.as_of,
        place.display(),
        options.audience
    );
    Hash::of(parts.as_bytes()).to_string()
}

/// The names of all files of the workspace and of what is refused: a glob may match a new one.
fn listing(inputs: &dyn Inputs) -> String {
    let all = inputs.list(&ProjectPath::root());
    let refused = all.refused.iter().flat_map(|(name, why)| [name.as_bytes(), why.as_bytes()]);
    Hash::of_parts(
        all.files.iter().map(|path| path.as_str().as_bytes()).chain([b"\0".as_slice()]).chain(refused),
    )
    .to_string()
}

/// The outcome of the last build, if a build now would do the same.
pub(super) fn recall(inputs: &dyn Inputs, place: &Path, store: &Store, key: &str) -> Option<Outcome> {
    let memo: Memo = serde_json::from_slice(&store.get(NAME)?).ok()?;
    if memo.key != key || memo.listing != listing(inputs) || !site::is_intact(place, &memo.made) {
        return None;
    }
    let same = memo.read.iter().all(|(path, file)| is_unchanged(inputs, path, file, (store, memo.begun)));
    let found = memo.found.into_iter().map(Said::recall).collect::<Option<Vec<Finding>>>()?;
    let Memo { pages, languages, audience, .. } = memo;
    let built = Built { pages, languages, audience, changed: None };
    same.then_some(Outcome { found, site: Some(built) })
}

/// Whether a file is still as it was when it was recorded, for something whose files were read from `begun` on.
pub(super) fn is_unchanged(
    inputs: &dyn Inputs,
    path: &str,
    file: &ReadFile,
    (store, begun): (&Store, Option<i128>),
) -> bool {
    let (Ok(path), Some(hash)) = (ProjectPath::parse(path), Hash::parse(&file.hash)) else { return false };
    is_same(inputs, &path, (file.size, &hash, file.stamp.as_ref()), (store, begun))
}

/// The same for what is in memory.
pub(super) fn is_as_recorded(
    inputs: &dyn Inputs,
    path: &ProjectPath,
    file: &Recorded,
    (store, begun): (&Store, Option<i128>),
) -> bool {
    is_same(inputs, path, (file.size, &file.hash, file.stamp.as_ref()), (store, begun))
}

fn is_same(
    inputs: &dyn Inputs,
    path: &ProjectPath,
    (size, hash, stamp): (u64, &Hash, Option<&Stamp>),
    (store, begun): (&Store, Option<i128>),
) -> bool {
    let now = inputs.stamp(path);
    match &now {
        Some(now) if now.size != size => false,
        Some(now) if stamp == Some(now) && begun.is_some_and(|begun| is_settled(now, begun)) => true,
        _ => store.looked().hash(inputs, path, (size, now), &|| store.tick()) == Some(*hash),
    }
}

/// Whether a file that was read at `begun` or later has these bytes as long as it has this stamp.
fn is_settled(stamp: &Stamp, begun: i128) -> bool {
    stamp.times.0.max(stamp.times.1) + TICK_NANOSECONDS < begun
}

/// Files whose bytes this process has looked at because their stamps told too little: the stamp a file had, the hash of its
/// bytes, and when it was read. The next look at such a file reads it again only if it was too young for its stamp to tell.
#[derive(Debug, Default)]
pub(super) struct Looked(Mutex<BTreeMap<ProjectPath, (Stamp, Hash, i128)>>);

impl Looked {
    fn hash(
        &self,
        inputs: &dyn Inputs,
        path: &ProjectPath,
        (size, now): (u64, Option<Stamp>),
        tick: &dyn Fn() -> Option<i128>,
    ) -> Option<Hash> {
        let known = self.known().get(path).cloned();
        if let Some((stamp, hash, at)) = known
            && now.as_ref() == Some(&stamp)
            && is_settled(&stamp, at)
        {
            return Some(hash);
        }
        // The clock comes before the bytes: what is written to the file after them has a later stamp.
        let at = now.as_ref().and_then(|_| tick());
        let hash = Hash::of(&inputs.read(path, size).ok()?);
        if let (Some(now), Some(at)) = (now, at) {
            self.known().insert(path.clone(), (now, hash, at));
        }
        Some(hash)
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<ProjectPath, (Stamp, Hash, i128)>> {
        self.0.lock().expect("no reader panics while it holds the lock")
    }
}

/// Keeps what a build read, made and said.
pub(super) fn remember(
    record: &Record<'_>,
    store: &Store,
    (key, begun): (&str, Option<i128>),
    outcome: &Outcome,
    made: &BTreeMap<String, [i128; 4]>,
) {
    let Some(built) = &outcome.site else { return };
    let file = |(path, read): (ProjectPath, Recorded)| (path.as_str().to_owned(), ReadFile::of(&read));
    let memo = Memo {
        key: key.to_owned(),
        begun,
        listing: listing(record),
        read: record.seen().into_iter().map(file).collect(),
        made: made.clone(),
        found: outcome.found.iter().map(Said::of).collect(),
        pages: built.pages,
        languages: built.languages,
        audience: built.audience.clone(),
    };
    if let Ok(bytes) = serde_json::to_vec(&memo) {
        store.put(NAME, &bytes);
    }
}

impl ReadFile {
    pub(super) fn of(read: &Recorded) -> ReadFile {
        ReadFile { size: read.size, hash: read.hash.to_string(), stamp: read.stamp.clone() }
    }

    pub(super) fn recall(self) -> Option<Recorded> {
        Some(Recorded { size: self.size, hash: Hash::parse(&self.hash)?, stamp: self.stamp })
    }
}

impl Said {
    pub(super) fn of(finding: &Finding) -> Said {
        let related = finding.related.iter().map(|(place, what)| (Spot::of(place), what.clone()));
        Said {
            rule: finding.rule.name.to_owned(),
            level: finding.level,
            message: finding.message.clone(),
            place: Spot::of(&finding.place),
            hint: finding.hint.clone(),
            related: related.collect(),
            notes: finding.notes.clone(),
        }
    }

    pub(super) fn recall(self) -> Option<Finding> {
        Some(Finding {
            rule: rules::rule(&self.rule)?,
            level: self.level,
            message: self.message,
            place: self.place.recall(),
            hint: self.hint,
            related: self.related.into_iter().map(|(spot, what)| (spot.recall(), what)).collect(),
            notes: self.notes,
        })
    }
}

impl Spot {
    fn of(place: &Place) -> Spot {
        Spot {
            file: place.file.to_string(),
            at: (place.line, place.column, place.width),
            cell: place.cell.as_ref().map(|(row, column)| (*row, column.to_string())),
        }
    }

    fn recall(self) -> Place {
        let (line, column, width) = self.at;
        let cell = self.cell.map(|(row, column)| (row, column.into()));
        Place { file: self.file.into(), line, column, width, cell }
    }
}
