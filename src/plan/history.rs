//! How definitions came to be what they are: what each commit changed in metrics, targets, calendars and whoever answers
//! for them, newest first. Read only where the workspace is the root of its repository, or says that it is its history.
//!
//! The same commit tells the same history in every clone: the line of first parents, the day where the author was, nothing
//! of reflogs, settings or the time zone of whoever builds.

use super::changed::{Changed, How, compare};
use super::written::{About, is_written, written};
use super::yaml::tree::{Content, Node};
use super::yaml::{self, print};
use crate::inputs::git::{Commit, NoGit, Repository, Within};
use crate::inputs::{Inputs, Memory, ProjectPath};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Changes further back than this nobody reads on a page; the repository has them all.
const STEPS: usize = 500;
/// A file of definitions is never larger.
const FILE_BYTES: u64 = 4 << 20;

/// What is known of the history of a workspace.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Whether it could be read, and if not why.
    pub known: Known,
    /// What changed, newest first. What is not committed yet comes before all commits.
    pub steps: Vec<Step>,
}

/// Whether there is a history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Known {
    /// Nobody asked.
    #[default]
    NotAsked,
    /// The workspace lies in no repository, or nothing was committed yet.
    Nothing,
    /// It lies in a larger repository, which is not its history, or the repository is damaged.
    Apart(NoGit),
    /// It was read, back from this commit.
    Since {
        /// The commit at hand.
        head: Commit,
        /// Whether earlier commits were not fetched.
        is_shallow: bool,
        /// Whether there are more changes than are told.
        is_cut: bool,
    },
}

/// What one commit changed.
#[derive(Clone, Debug)]
pub struct Step {
    /// The commit; `None` of what is not committed yet.
    pub commit: Option<Commit>,
    /// What it changed, in the order of [`About`].
    pub changed: Vec<Changed>,
    /// Definitions as they stood before, as YAML: of metrics, targets and calendars that it changed.
    pub before: BTreeMap<(About, String), Arc<str>>,
}

/// A change of one definition, with where it came from.
#[derive(Clone, Copy, Debug)]
pub struct Told<'h> {
    /// The commit that made it.
    pub step: &'h Step,
    /// What it changed.
    pub changed: &'h Changed,
}

impl Told<'_> {
    /// The definition before, as YAML.
    pub fn before(&self) -> Option<&Arc<str>> {
        let id = self.changed.was_id.as_ref().unwrap_or(&self.changed.id);
        self.step.before.get(&(self.changed.about, id.clone()))
    }

    /// What the change is called in ids and addresses: the first digits of its commit.
    pub fn mark(&self) -> &str {
        self.step.commit.as_ref().map_or("now", Commit::short)
    }

    /// Whether one of these keys, or a part of one, differs.
    pub fn touches(&self, keys: &[&str]) -> bool {
        self.changed.keys.iter().any(|change| keys.contains(&change.key.split('.').next().unwrap_or("")))
    }
}

/// Keys of a metric that decide its figures.
pub const FIGURE_KEYS: &[&str] = &[
    "source",
    "value",
    "where",
    "lookup",
    "dated_by",
    "unit",
    "tax",
    "basis",
    "grain",
    "over_time",
    "not_additive_over",
    "fx",
    "plugin",
    "inputs",
    "config",
];

impl History {
    /// What commits changed, if this was read at the same commit and far from where changes are cut off.
    fn committed(&self, head: &Commit, is_shallow: bool) -> Option<impl Iterator<Item = &Step>> {
        let was = matches!(&self.known, Known::Since { head: was, is_shallow: cloned, is_cut: false }
            if was.id == head.id && *cloned == is_shallow);
        let committed = self.steps.iter().filter(|step| step.commit.is_some());
        (was && self.steps.len() < STEPS).then_some(committed)
    }

    /// The changes of one definition, newest first; under the names it had before as well.
    pub fn of(&self, about: About, id: &str) -> Vec<Told<'_>> {
        let mut name = id.to_owned();
        let mut told = Vec::new();
        for step in &self.steps {
            let own = step.changed.iter().find(|one| one.about == about && one.id == name);
            if let Some(changed) = own {
                told.push(Told { step, changed });
                if let Some(was) = &changed.was_id {
                    name.clone_from(was);
                }
            }
        }
        told
    }

    /// The commit at hand, if the history was read.
    pub fn head(&self) -> Option<&Commit> {
        match &self.known {
            Known::Since { head, .. } => Some(head),
            Known::NotAsked | Known::Nothing | Known::Apart(_) => None,
        }
    }
}

/// Whether a file says what a figure means, who answers for it or what is asked of it.
fn is_definition(path: &ProjectPath) -> bool {
    let top = path.components().next().unwrap_or("");
    let other = ["content", "themes", "plugins", "dashboards", "annotations", "reviews", "kpress.lock"];
    is_written(path) && !other.contains(&top)
}

/// Reads the history of a workspace.
pub fn read(inputs: &dyn Inputs, within: Within) -> History {
    read_after(&History::default(), inputs, within)
}

/// The same; what commits changed is taken over from what was read before at the same commit.
pub fn read_after(before: &History, inputs: &dyn Inputs, within: Within) -> History {
    let none = |known| History { known, steps: Vec::new() };
    let repository = match inputs.repository(within) {
        Ok(Some(repository)) => repository,
        Ok(None) => return none(Known::Nothing),
        Err(no) => return none(Known::Apart(no)),
    };
    // A repository without a commit has no history yet.
    let Ok(head) = repository.commit("HEAD") else { return none(Known::Nothing) };
    let is_shallow = repository.is_shallow();
    let steps = match before.committed(&head, is_shallow) {
        Some(committed) => open(inputs, &repository, &head)
            .map(|open| (open.into_iter().chain(committed.cloned()).collect(), false)),
        None => steps(inputs, &repository, &head),
    };
    match steps {
        Ok((steps, is_cut)) => History { known: Known::Since { head, is_shallow, is_cut }, steps },
        Err(no) => none(Known::Apart(no)),
    }
}

fn steps(inputs: &dyn Inputs, repository: &Repository, head: &Commit) -> Result<(Vec<Step>, bool), NoGit> {
    let mut steps: Vec<Step> = open(inputs, repository, head)?.into_iter().collect();
    let line = repository.line(head);
    for (at, commit) in line.iter().enumerate() {
        let parent = line.get(at + 1);
        // Where the clone was cut off, what the commit changed is not known.
        if parent.is_none() && !commit.parents.is_empty() {
            break;
        }
        let (old, new) = repository.between(parent, commit, is_definition)?;
        steps.extend(step(Some(commit), &old, &new));
        if steps.len() > STEPS {
            return Ok((steps, true));
        }
    }
    Ok((steps, false))
}

/// What is not committed yet.
fn open(inputs: &dyn Inputs, repository: &Repository, head: &Commit) -> Result<Option<Step>, NoGit> {
    let committed = repository.inputs(head, is_definition)?;
    let (mut old, mut new) = (Memory::default(), Memory::default());
    let (was, now) = (committed.list(&ProjectPath::root()).files, inputs.list(&ProjectPath::root()).files);
    let paths: BTreeSet<ProjectPath> = was.into_iter().chain(now).filter(is_definition).collect();
    for path in paths {
        let (was, now) = (committed.read(&path, FILE_BYTES).ok(), inputs.read(&path, FILE_BYTES).ok());
        // Git may have written other line ends than it keeps.
        let plain = |bytes: &Option<crate::inputs::Bytes>| {
            bytes
                .as_ref()
                .map(|bytes| bytes.iter().copied().filter(|byte| *byte != b'\r').collect::<Vec<u8>>())
        };
        if plain(&was) == plain(&now) {
            continue;
        }
        was.into_iter().for_each(|bytes| old.put(path.clone(), bytes));
        now.into_iter().for_each(|bytes| new.put(path.clone(), bytes));
    }
    Ok(step(None, &old, &new))
}

/// What one step changed; `None` if nothing that counts.
fn step(commit: Option<&Commit>, old: &dyn Inputs, new: &dyn Inputs) -> Option<Step> {
    let changed = compare(&written(old), &written(new));
    if changed.is_empty() {
        return None;
    }
    let wanted: BTreeSet<(About, &str)> = changed
        .iter()
        .filter(|one| matches!(one.how, How::Changed | How::Renamed))
        .map(|one| (one.about, one.was_id.as_deref().unwrap_or(&one.id)))
        .collect();
    let mut before = BTreeMap::new();
    for (key, node) in definitions(old) {
        if wanted.contains(&(key.0, &*key.1)) {
            before.insert(key, print::print(&node).into());
        }
    }
    Some(Step { commit: commit.cloned(), changed, before })
}

/// Metrics, targets and calendars, each as a tree.
fn definitions(inputs: &dyn Inputs) -> Vec<((About, String), Node)> {
    let mut all = Vec::new();
    for path in inputs.list(&ProjectPath::root()).files {
        let Some((top, name)) = path.as_str().split_once('/') else { continue };
        if !["metrics", "targets", "calendar"].contains(&top) || !name.ends_with(".yaml") {
            continue;
        }
        let Some(file) = yaml::open(inputs, &path, &mut Vec::new()) else { continue };
        match (top, file.root.get(top).map(|node| &node.content)) {
            ("metrics", Some(Content::Map(entries))) => {
                let each =
                    entries.iter().map(|(id, node)| ((About::Metric, id.text.to_string()), node.clone()));
                all.extend(each);
            }
            ("targets", Some(Content::Seq(items))) => {
                let id = |node: &Node| super::written::named(node);
                all.extend(items.iter().map(|node| ((About::Target, id(node)), node.clone())));
            }
            ("calendar", _) => {
                let id = name.strip_suffix(".yaml").unwrap_or(name).to_owned();
                all.push(((About::Calendar, id), file.root));
            }
            _ => {}
        }
    }
    all
}
