//! A commit of the repository that a workspace lies in, read from Git objects: no checkout, and nothing of the repository is
//! run, no hook, no filter, no submodule. Neither the settings of the user nor the environment have a say.

use super::{Bytes, Inputs, Listing, ProjectPath, Stamp, Unreadable};
use crate::time::{Date, Zone, instant_day, numbered_day};
use gix::ObjectId;
use gix::bstr::ByteSlice;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// More files than this no workspace has; a tree that holds itself over and over would never end.
const FILES: usize = 200_000;
/// A component of a plugin may be so large, and nothing that people write is.
const FILE_BYTES: u64 = 64 << 20;
/// All definitions of a commit are held at once; those of ten thousand targets take a few megabytes.
const ALL_BYTES: u64 = 512 << 20;
/// More commits than this nobody reads on a page.
const COMMITS: usize = 20_000;
/// The names of commits are shown with so many digits.
const SHORT: usize = 10;

/// Why the repository could not be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoGit {
    /// What is wrong, lower case and without a full stop.
    pub why: String,
    /// The way out.
    pub hint: Option<&'static str>,
}

impl NoGit {
    fn new(why: impl Into<String>) -> NoGit {
        NoGit { why: why.into(), hint: None }
    }

    fn of(doing: &str, error: &gix::Error) -> NoGit {
        NoGit::new(format!("cannot {doing}: {error}"))
    }
}

impl fmt::Display for NoGit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.why)
    }
}

/// Whether the workspace may be a folder inside a larger repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// It must be the root: a workspace that merely lies in somebody's repository has no history of its own there.
    RootOnly,
    /// It says that the repository is its history (`site: {history: git}`).
    Subfolder,
}

/// The repository of a workspace.
pub struct Repository {
    repo: gix::ThreadSafeRepository,
    prefix: String,
    /// What `HEAD` stands for, where that is not what it is now.
    head: Option<String>,
}

impl fmt::Debug for Repository {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Repository").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its name in full, in hex digits.
    pub id: String,
    /// Who wrote it, the name alone.
    pub author: String,
    /// When it was written: the day where its author was.
    pub day: Date,
    /// The first line of its message.
    pub title: String,
    /// The commits it was made from.
    pub parents: Vec<String>,
}

impl Commit {
    /// The first digits of its name.
    pub fn short(&self) -> &str {
        self.id.get(..SHORT).unwrap_or(&self.id)
    }
}

impl Repository {
    /// The repository of a workspace: `None` where there is none.
    ///
    /// # Errors
    /// If it is damaged, or if the workspace is only a part of it and may not be.
    pub fn of(workspace: &Path, within: Within) -> Result<Option<Repository>, NoGit> {
        let place = workspace
            .canonicalize()
            .map_err(|error| NoGit::new(format!("cannot open `{}`: {error}", workspace.display())))?;
        let holds = |folder: &&Path| folder.join(".git").exists();
        let Some(root) = place.ancestors().find(holds) else { return Ok(None) };
        let prefix = place.strip_prefix(root).map(Path::to_path_buf).unwrap_or_default();
        if within == Within::RootOnly && prefix != PathBuf::new() {
            return Err(NoGit {
                why: format!(
                    "the workspace is the folder `{}` of a repository, not its root",
                    prefix.display()
                ),
                hint: Some(
                    "if the repository is its history, say so in `kpress.yaml`: `site: {history: git}`",
                ),
            });
        }
        let prefix = prefix.to_str().map(|text| text.replace('\\', "/"));
        let prefix = prefix.ok_or_else(|| NoGit::new("the path of the workspace is not Unicode"))?;
        // Replaced objects are settings of one clone: the same commit is to say the same everywhere.
        let options = gix::open::Options::isolated().config_overrides(["core.useReplaceRefs=false"]);
        let repo = options.open(root).map_err(|error| NoGit::of("open the repository", &error))?;
        Ok(Some(Repository { repo, prefix, head: None }))
    }

    /// The repository as it was when a commit was the last.
    #[must_use]
    pub fn as_of(self, commit: &Commit) -> Repository {
        Repository { head: Some(commit.id.clone()), ..self }
    }

    /// Whether commits before some of those here were not fetched.
    pub fn is_shallow(&self) -> bool {
        // What cannot be told counts as shallow: then a missing commit is no surprise.
        self.repo.to_thread_local().is_shallow().unwrap_or(true)
    }

    /// The commit of a name: a branch, a tag, `HEAD~2`, the first digits of its own.
    ///
    /// # Errors
    /// If there is no such commit, or no such one in a shallow clone.
    pub fn commit(&self, name: &str) -> Result<Commit, NoGit> {
        let repo = self.repo.to_thread_local();
        let name = self.head.as_deref().filter(|_| name == "HEAD").unwrap_or(name);
        let found = repo.rev_parse_single(name).and_then(|id| id.object()).and_then(|it| it.peel_to_commit());
        match found {
            Ok(commit) => told(&commit).map_err(|error| NoGit::of("read the commit", &error)),
            Err(_) => Err(NoGit {
                why: format!("there is no commit `{name}` in this repository"),
                hint: self.is_shallow().then_some(
                    "the clone is shallow: fetch the rest with `git fetch --unshallow`, in CI with `fetch-depth: 0`",
                ),
            }),
        }
    }

    /// The last commit that two have in common; `None` if there is none.
    ///
    /// # Errors
    /// If the history between them is not here.
    pub fn merge_base(&self, one: &Commit, other: &Commit) -> Result<Option<Commit>, NoGit> {
        let repo = self.repo.to_thread_local();
        let base = repo
            .merge_base(object(&one.id)?, object(&other.id)?)
            .map_err(|error| NoGit::of("find where the two parted", &error))?;
        let Some(base) = base else { return Ok(None) };
        let commit = base.object().and_then(|it| it.peel_to_commit());
        commit.and_then(|one| told(&one)).map(Some).map_err(|error| NoGit::of("read the commit", &error))
    }

    /// Commits from one back, the first parent of each: what happened to the branch, a merge as one step. At the edge of a
    /// shallow clone it ends.
    pub fn line(&self, from: &Commit) -> Vec<Commit> {
        let mut line = vec![from.clone()];
        while line.len() < COMMITS
            && let Some(parent) = line.last().and_then(|commit| commit.parents.first())
            && let Ok(parent) = self.commit(parent)
        {
            line.push(parent);
        }
        line
    }

    /// The files of the workspace in a commit, those that are wanted.
    ///
    /// # Errors
    /// If the workspace did not exist then, or its objects are not here.
    pub fn inputs(&self, commit: &Commit, is_wanted: fn(&ProjectPath) -> bool) -> Result<Git, NoGit> {
        let repo = self.repo.to_thread_local();
        let tree = self.folder(&repo, commit)?.ok_or_else(|| {
            NoGit::new(format!("there is no folder `{}` in commit `{}`", self.prefix, commit.short()))
        })?;
        let mut files = Git::default();
        files.walk(&repo, &tree, &ProjectPath::root(), is_wanted)?;
        Ok(files)
    }

    /// What differs between two commits: the files of the first that are other or gone in the second, and the other way
    /// round. Folders that are the same are not looked into. Without a first commit everything is new.
    ///
    /// # Errors
    /// If objects are not here.
    pub fn between(
        &self,
        was: Option<&Commit>,
        now: &Commit,
        is_wanted: fn(&ProjectPath) -> bool,
    ) -> Result<(Git, Git), NoGit> {
        let repo = self.repo.to_thread_local();
        let old = was.map(|was| self.folder(&repo, was)).transpose()?.flatten();
        let new = self.folder(&repo, now)?;
        let (mut gone, mut came) = (Git::default(), Git::default());
        let sides = (&mut gone, &mut came);
        differing(&repo, (old.as_ref(), new.as_ref()), &ProjectPath::root(), is_wanted, sides)?;
        Ok((gone, came))
    }

    /// The folder of the workspace in a commit; `None` if it did not exist then.
    fn folder<'r>(&self, repo: &'r gix::Repository, commit: &Commit) -> Result<Option<gix::Tree<'r>>, NoGit> {
        let damaged = |error: gix::Error| NoGit::of("read the tree of the commit", &error);
        let mut tree = repo.find_commit(object(&commit.id)?).and_then(|it| it.tree()).map_err(damaged)?;
        for name in self.prefix.split('/').filter(|name| !name.is_empty()) {
            let entry = tree.lookup_entry([name]).map_err(damaged)?;
            let Some(entry) = entry.filter(|entry| entry.mode().is_tree()) else { return Ok(None) };
            tree = entry.object().map(gix::Object::into_tree).map_err(damaged)?;
        }
        Ok(Some(tree))
    }
}

/// Whether anything in a folder can be wanted: what is wanted is told by the folder at the top.
fn is_wanted_inside(folder: &ProjectPath, is_wanted: fn(&ProjectPath) -> bool) -> bool {
    folder.below("any.yaml").is_ok_and(|inside| is_wanted(&inside))
}

/// Holds what two folders do not have in common.
fn differing(
    repo: &gix::Repository,
    (old, new): (Option<&gix::Tree<'_>>, Option<&gix::Tree<'_>>),
    at: &ProjectPath,
    is_wanted: fn(&ProjectPath) -> bool,
    (gone, came): (&mut Git, &mut Git),
) -> Result<(), NoGit> {
    let (was, now) = (entries(old)?, entries(new)?);
    let names: std::collections::BTreeSet<&String> = was.keys().chain(now.keys()).collect();
    for name in names.into_iter().filter(|name| was.get(*name) != now.get(*name)) {
        let is_hidden = name.starts_with('.') || (at.as_str().is_empty() && name == "public");
        let Some(path) = at.below(name).ok().filter(|_| !is_hidden) else { continue };
        let (was, now) = (was.get(name), now.get(name));
        let tree = |entry: Option<&(Kind, ObjectId)>| match entry {
            Some((Kind::Folder, id)) => {
                let tree =
                    repo.find_object(*id).map_err(|_| NoGit::new("a folder of the commit is not here"));
                tree.map(|object| object.try_into_tree().ok())
            }
            _ => Ok(None),
        };
        let (inner_old, inner_new) = (tree(was)?, tree(now)?);
        if (inner_old.is_some() || inner_new.is_some()) && is_wanted_inside(&path, is_wanted) {
            let both = (inner_old.as_ref(), inner_new.as_ref());
            differing(repo, both, &path, is_wanted, (&mut *gone, &mut *came))?;
        }
        for (entry, side) in [(was, &mut *gone), (now, &mut *came)] {
            if let Some((Kind::File, id)) = entry
                && is_wanted(&path)
            {
                let held = side.hold(repo, *id)?;
                side.files.insert(path.clone(), held);
            }
        }
    }
    Ok(())
}

/// What an entry of a folder is, as far as a workspace is concerned.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
    /// A link or a submodule.
    Other,
}

/// The entries of a folder whose names are text.
fn entries(tree: Option<&gix::Tree<'_>>) -> Result<BTreeMap<String, (Kind, ObjectId)>, NoGit> {
    let mut all = BTreeMap::new();
    for entry in tree.iter().flat_map(|tree| tree.iter()) {
        let entry = entry.map_err(|error| NoGit::of("read a tree", &error))?;
        let kind = match entry.mode() {
            mode if mode.is_tree() => Kind::Folder,
            mode if mode.is_blob() => Kind::File,
            _ => Kind::Other,
        };
        if let Ok(name) = entry.filename().to_str() {
            all.insert(name.to_owned(), (kind, entry.object_id()));
        }
        if all.len() > FILES {
            return Err(NoGit::new(format!("the commit holds more than {FILES} files")));
        }
    }
    Ok(all)
}

fn object(id: &str) -> Result<ObjectId, NoGit> {
    ObjectId::from_hex(id.as_bytes()).map_err(|_| NoGit::new(format!("`{id}` is not the name of a commit")))
}

fn told(commit: &gix::Commit<'_>) -> Result<Commit, gix::Error> {
    let author = commit.author()?;
    // The first line of the message as it stands; whatever is no text there is replaced.
    let message = commit.message_raw_sloppy().to_str_lossy().into_owned();
    let (seconds, offset) = author.time().map_or((0, 0), |time| (time.seconds, time.offset));
    Ok(Commit {
        id: commit.id.to_string(),
        author: author.name.to_str_lossy().trim().to_owned(),
        day: instant_day(seconds.saturating_add(i64::from(offset)), &Zone::utc()).unwrap_or(numbered_day(0)),
        title: message.lines().next().unwrap_or("").trim().to_owned(),
        parents: commit.parent_ids().map(|id| id.to_string()).collect(),
    })
}

/// What is held of a file.
#[derive(Clone, Debug)]
enum Held {
    /// Its bytes.
    Bytes(Bytes),
    /// Its size; it is larger than any file that people write.
    TooLarge(u64),
    /// Its object was not fetched.
    Lost,
}

/// The files of a commit, as far as they were wanted. They are read at once: handles of the repository stay on one thread.
#[derive(Clone, Debug, Default)]
pub struct Git {
    files: BTreeMap<ProjectPath, Held>,
    refused: Vec<(String, String)>,
    seen: usize,
    bytes: u64,
}

impl Git {
    /// Adds what a tree holds, by the rules of a folder on disk.
    fn walk(
        &mut self,
        repo: &gix::Repository,
        tree: &gix::Tree<'_>,
        at: &ProjectPath,
        is_wanted: fn(&ProjectPath) -> bool,
    ) -> Result<(), NoGit> {
        for entry in tree.iter() {
            let entry = entry.map_err(|error| NoGit::of("read a tree", &error))?;
            self.seen += 1;
            if self.seen > FILES {
                return Err(NoGit::new(format!("the commit holds more than {FILES} files")));
            }
            let raw = entry.filename();
            let name = raw.to_str_lossy();
            if name.starts_with('.') || (at.as_str().is_empty() && name == "public") {
                continue;
            }
            let shown = if at.as_str().is_empty() { name.to_string() } else { format!("{at}/{name}") };
            let path = match raw.to_str().map(|name| at.below(name)) {
                Ok(Ok(path)) => path,
                Ok(Err(why)) => {
                    self.refused.push((shown, why.0));
                    continue;
                }
                Err(_) => {
                    self.refused.push((shown, "the name is not Unicode".to_owned()));
                    continue;
                }
            };
            let mode = entry.mode();
            if mode.is_tree() {
                if !is_wanted_inside(&path, is_wanted) {
                    continue;
                }
                let inner = entry.object().map_err(|error| NoGit::of("read a tree", &error))?;
                self.walk(repo, &inner.into_tree(), &path, is_wanted)?;
            } else if mode.is_blob() {
                if is_wanted(&path) {
                    let held = self.hold(repo, entry.object_id())?;
                    self.files.insert(path, held);
                }
            } else {
                self.refused.push((shown, "it is a link or a submodule".to_owned()));
            }
        }
        Ok(())
    }

    fn hold(&mut self, repo: &gix::Repository, id: ObjectId) -> Result<Held, NoGit> {
        let Ok(header) = repo.find_header(id) else { return Ok(Held::Lost) };
        if header.size() > FILE_BYTES {
            return Ok(Held::TooLarge(header.size()));
        }
        self.bytes += header.size();
        if self.bytes > ALL_BYTES {
            return Err(NoGit::new(format!("the definitions of the commit are more than {ALL_BYTES} bytes")));
        }
        let blob = repo.find_object(id).map(|mut blob| std::mem::take(&mut blob.data));
        Ok(blob.map_or(Held::Lost, |bytes| Held::Bytes(bytes.into())))
    }
}

impl Inputs for Git {
    fn list(&self, folder: &ProjectPath) -> Listing {
        let prefix = if folder.as_str().is_empty() { String::new() } else { format!("{folder}/") };
        let files = self.files.keys().filter(|path| path.as_str().starts_with(&prefix));
        let mut refused: Vec<_> =
            self.refused.iter().filter(|(name, _)| name.starts_with(&prefix)).cloned().collect();
        refused.sort();
        Listing { files: files.cloned().collect(), refused }
    }

    fn read(&self, path: &ProjectPath, limit: u64) -> Result<Bytes, Unreadable> {
        match self.files.get(path) {
            Some(Held::Bytes(bytes)) if bytes.len() as u64 <= limit => Ok(bytes.clone()),
            Some(Held::Bytes(bytes)) => Err(Unreadable::TooLarge { bytes: bytes.len() as u64, limit }),
            Some(Held::TooLarge(bytes)) => Err(Unreadable::TooLarge { bytes: *bytes, limit }),
            Some(Held::Lost) => Err(Unreadable::Failed("its content is not in this clone".to_owned())),
            None => {
                let refused = self.refused.iter().find(|(name, _)| name == path.as_str());
                Err(refused.map_or(Unreadable::Missing, |(_, why)| Unreadable::Refused(why.clone())))
            }
        }
    }

    fn stamp(&self, _path: &ProjectPath) -> Option<Stamp> {
        None
    }
}

/// What people wrote, from one place; everything else (data above all) from another: an old definition over the data of now.
pub struct Over<'a> {
    written: &'a dyn Inputs,
    rest: &'a dyn Inputs,
    is_written: fn(&ProjectPath) -> bool,
}

impl<'a> Over<'a> {
    /// `is_written` says what comes from `written`.
    pub fn of(
        written: &'a dyn Inputs,
        rest: &'a dyn Inputs,
        is_written: fn(&ProjectPath) -> bool,
    ) -> Over<'a> {
        Over { written, rest, is_written }
    }

    fn side(&self, path: &ProjectPath) -> &'a dyn Inputs {
        if (self.is_written)(path) { self.written } else { self.rest }
    }
}

impl Inputs for Over<'_> {
    fn list(&self, folder: &ProjectPath) -> Listing {
        let is_written = |name: &str| ProjectPath::parse(name).is_ok_and(|path| (self.is_written)(&path));
        let mut all = self.written.list(folder);
        all.files.retain(|path| (self.is_written)(path));
        all.refused.retain(|(name, _)| is_written(name));
        let rest = self.rest.list(folder);
        all.files.extend(rest.files.into_iter().filter(|path| !(self.is_written)(path)));
        all.refused.extend(rest.refused.into_iter().filter(|(name, _)| !is_written(name)));
        all.files.sort();
        all.refused.sort();
        all
    }

    fn read(&self, path: &ProjectPath, limit: u64) -> Result<Bytes, Unreadable> {
        match self.side(path).read(path, limit) {
            // Components are built, and often not committed; whatever runs must be the one that `kpress.lock` names.
            Err(Unreadable::Missing) if path.as_str().ends_with(".wasm") => self.rest.read(path, limit),
            read => read,
        }
    }

    fn stamp(&self, path: &ProjectPath) -> Option<Stamp> {
        self.side(path).stamp(path)
    }
}
