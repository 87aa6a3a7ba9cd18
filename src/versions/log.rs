//! The log: one file per commit, each naming the hash of the one before. It is the truth; everything else is made from it.

use super::halt::Halt;
use super::id::number;
use super::manifest::{Span, canonical, named};
use crate::inputs::Hash;
use crate::site::Folder;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Folder of the log in the version store.
pub(super) const LOG: &str = "log";
/// The format of an entry.
const FORMAT: &str = "kpress-log/1";

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Op {
    /// A version came.
    Publish,
    /// A name points to a version; `latest` is what readers see.
    Alias,
    /// A version is kept whatever the policy says, or no longer.
    Pin,
    /// A version is taken back.
    Retract,
    /// Versions go.
    Prune,
}

/// One commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// [`FORMAT`].
    pub format: String,
    /// Counted from 1 without gap.
    pub seq: u64,
    /// Hash of the entry before.
    pub prev: Option<String>,
    /// What happened.
    pub op: Op,
    /// The version it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The versions that go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<String>,
    /// Of a version that came: its manifest for each audience.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub manifests: BTreeMap<String, String>,
    /// Of a version that came: its period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Span>,
    /// Of a version that came: the one that it takes the place of, with its names; that one is taken back by the same entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
    /// Of a version that came: its time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// Of a version that came: the commit of the workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub git: Option<String>,
    /// Of a draft: when it may go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft_until: Option<String>,
    /// Whether its manifests are signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<String>,
    /// The name that points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Why: of a pin or a retraction. A pin without reason is taken off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who.
    pub by: String,
    /// When, by the clock of the machine; nothing is ordered by it.
    pub at: String,
}

impl Entry {
    /// An entry with nothing but its operation.
    pub fn of(op: Op, by: &str, at: &str) -> Entry {
        Entry {
            format: FORMAT.to_owned(),
            seq: 0,
            prev: None,
            op,
            version: None,
            versions: Vec::new(),
            manifests: BTreeMap::new(),
            period: None,
            replaces: None,
            created: None,
            git: None,
            draft_until: None,
            signed: None,
            alias: None,
            reason: None,
            by: by.to_owned(),
            at: at.to_owned(),
        }
    }

    /// As it is stored.
    pub fn bytes(&self) -> Vec<u8> {
        canonical(self)
    }
}

/// A version, as the log tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its id.
    pub id: String,
    /// The entry that published it.
    pub seq: u64,
    /// Its manifest for each audience, as digits.
    pub manifests: BTreeMap<String, String>,
    /// Its period.
    pub period: Option<Span>,
    /// Its time.
    pub created: String,
    /// When it was committed.
    pub at: String,
    /// The commit of the workspace.
    pub git: Option<String>,
    /// Of a draft: when it may go.
    pub draft_until: Option<String>,
    /// How it is signed.
    pub signed: Option<String>,
    /// Why it is kept.
    pub pinned: Option<String>,
    /// Why it was taken back.
    pub retracted: Option<String>,
    /// The entry that let it go, and when that was.
    pub pruned: Option<(u64, String)>,
}

impl Known {
    /// Whether its files stand in the published tree.
    pub fn is_there(&self) -> bool {
        self.pruned.is_none() && self.retracted.is_none()
    }

    /// Whether readers are offered it.
    pub fn is_offered(&self) -> bool {
        self.is_there() && self.draft_until.is_none()
    }

    /// `published`, `draft`, `retracted` or `pruned`.
    pub fn status(&self) -> &'static str {
        match self {
            Known { pruned: Some(_), .. } => "pruned",
            Known { retracted: Some(_), .. } => "retracted",
            Known { draft_until: Some(_), .. } => "draft",
            _ => "published",
        }
    }

    /// Sorts for readers: by the end of the period, then by number.
    fn order(&self) -> (&str, u64, u64) {
        (self.period.as_ref().map_or("", |period| &period.end), number(&self.id), self.seq)
    }
}

/// Everything the log says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Number and hash of the last entry; 0 before the first.
    pub head: (u64, Option<String>),
    /// All versions that ever were, by id.
    pub versions: BTreeMap<String, Known>,
    /// Names that point; `latest` is what readers see.
    pub aliases: BTreeMap<String, String>,
    /// What readers saw before.
    pub previous: Option<String>,
}

/// The name of what readers see.
pub const LATEST: &str = "latest";

impl State {
    /// What readers see.
    pub fn current(&self) -> Option<&Known> {
        self.versions.get(self.aliases.get(LATEST)?)
    }

    /// Versions in the order for readers, the newest first.
    pub fn ordered(&self) -> Vec<&Known> {
        let mut all: Vec<&Known> = self.versions.values().collect();
        all.sort_by(|a, b| b.order().cmp(&a.order()));
        all
    }

    /// The names that point to a version.
    pub fn aliases_of(&self, id: &str) -> Vec<&str> {
        self.aliases.iter().filter(|(_, at)| *at == id).map(|(name, _)| name.as_str()).collect()
    }

    /// Takes the next entry in.
    ///
    /// # Errors
    /// Why it cannot follow.
    pub fn take(&mut self, entry: Entry, hash: &Hash) -> Result<(), String> {
        if entry.format != FORMAT {
            return Err(format!("its format is `{}`, and this kpress knows `{FORMAT}`", entry.format));
        }
        if entry.seq != self.head.0 + 1 {
            return Err(format!("it says it is number {}", entry.seq));
        }
        if entry.prev != self.head.1 {
            return Err("it does not follow the entry before it".to_owned());
        }
        self.apply(&entry)?;
        self.head = (entry.seq, Some(named(hash)));
        Ok(())
    }

    pub(super) fn apply(&mut self, entry: &Entry) -> Result<(), String> {
        let id = || entry.version.clone().ok_or("it names no version");
        match entry.op {
            Op::Publish => {
                let id = id()?;
                let known = Known::of(&id, entry);
                if known.draft_until.is_none() && entry.replaces.is_none() {
                    self.point(LATEST, &id);
                }
                if self.versions.insert(id.clone(), known).is_some() {
                    return Err("it publishes a version a second time".to_owned());
                }
                if let Some(old) = &entry.replaces {
                    self.replace(old, &id, entry.reason.as_deref())?;
                }
            }
            Op::Alias => {
                let (id, name) = (id()?, entry.alias.as_deref().ok_or("it names no alias")?);
                self.known(&id)?;
                self.point(name, &id);
            }
            Op::Pin => self.known(&id()?)?.pinned = entry.reason.clone(),
            Op::Retract => {
                let id = id()?;
                self.known(&id)?.retracted = Some(entry.reason.clone().unwrap_or_default());
                self.unpoint(&id);
            }
            Op::Prune => {
                for id in &entry.versions {
                    self.known(id)?.pruned = Some((entry.seq, entry.at.clone()));
                    self.unpoint(id);
                }
            }
        }
        Ok(())
    }

    fn known(&mut self, id: &str) -> Result<&mut Known, String> {
        self.versions.get_mut(id).ok_or_else(|| format!("it is about `{id}`, which was never published"))
    }

    /// A version takes the place of another, with all that points there. Readers never see anything between the two.
    fn replace(&mut self, old: &str, new: &str, reason: Option<&str>) -> Result<(), String> {
        let known = self.known(old)?;
        known.retracted = Some(reason.unwrap_or_default().to_owned());
        let pinned = known.pinned.take();
        self.known(new)?.pinned = pinned;
        for at in self.aliases.values_mut().chain(&mut self.previous).filter(|at| *at == old) {
            new.clone_into(at);
        }
        Ok(())
    }

    fn point(&mut self, name: &str, id: &str) {
        let before = self.aliases.insert(name.to_owned(), id.to_owned());
        if name == LATEST && before.as_deref() != Some(id) {
            self.previous = before;
        }
    }

    /// A version that goes loses its names; readers see the newest one left.
    fn unpoint(&mut self, id: &str) {
        let lost_latest = self.aliases.get(LATEST).is_some_and(|at| at == id);
        self.aliases.retain(|_, at| at != id);
        if self.previous.as_deref() == Some(id) {
            self.previous = None;
        }
        if lost_latest {
            let back = self.previous.take().filter(|id| self.versions.get(id).is_some_and(Known::is_offered));
            let newest =
                || self.ordered().into_iter().find(|known| known.is_offered()).map(|known| known.id.clone());
            if let Some(id) = back.or_else(newest) {
                self.aliases.insert(LATEST.to_owned(), id);
            }
        }
    }
}

impl Known {
    fn of(id: &str, entry: &Entry) -> Known {
        let digits = |hash: &String| super::manifest::digits(hash).to_owned();
        Known {
            id: id.to_owned(),
            seq: entry.seq,
            manifests: entry.manifests.iter().map(|(name, hash)| (name.clone(), digits(hash))).collect(),
            period: entry.period.clone(),
            created: entry.created.clone().unwrap_or_default(),
            at: entry.at.clone(),
            git: entry.git.clone(),
            draft_until: entry.draft_until.clone(),
            signed: entry.signed.clone(),
            pinned: None,
            retracted: None,
            pruned: None,
        }
    }
}

/// The file of an entry.
pub(super) fn file(seq: u64) -> String {
    format!("{seq:08}.json")
}

/// Reads the log from its beginning.
///
/// # Errors
/// [`super::halt::Kind::Damaged`] with the first entry that cannot be believed.
pub(super) fn read(store: &Folder) -> Result<State, Halt> {
    let (state, problems) = read_until(store);
    match problems.into_iter().next() {
        None => Ok(state),
        Some((name, why)) => Err(Halt::damaged(format!("the log entry `{name}` cannot be believed: {why}"))),
    }
}

/// Reads the log as far as it can be believed, with the entry that cannot and the reason.
pub(super) fn read_until(store: &Folder) -> (State, Vec<(String, String)>) {
    let mut state = State::default();
    let names = match store.at(LOG).and_then(|folder| folder.names()) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return (state, Vec::new()),
        Err(error) => return (state, vec![(LOG.to_owned(), error.to_string())]),
        Ok(names) => names,
    };
    for name in names {
        if let Err(why) = follow(store, &name, &mut state) {
            return (state, vec![(format!("{LOG}/{name}"), why)]);
        }
    }
    (state, Vec::new())
}

fn follow(store: &Folder, name: &str, state: &mut State) -> Result<(), String> {
    let due = file(state.head.0 + 1);
    if name != due {
        return Err(format!("`{due}` should stand there"));
    }
    let bytes = store.read(&format!("{LOG}/{name}")).map_err(|error| error.to_string())?;
    let entry: Entry = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    if entry.bytes() != bytes {
        return Err("it is not in the form that kpress writes".to_owned());
    }
    state.take(entry, &Hash::of(&bytes))
}
