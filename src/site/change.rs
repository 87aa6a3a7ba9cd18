//! Brings many files into an output folder as one step: staged first, then renamed into place along a written journal.
//! Before the journal stands, the old site is whole; from then on the new one is, if need be after the next run.

use super::write::{Folder, Stands};
use crate::inputs::ProjectPath;
use std::io::{self, ErrorKind};

/// The folder in the output that holds what is not in place yet. Gone when a build ends.
pub(super) const STAGE: &str = ".kpress-stage";
/// The journal: its presence means "go forward".
const COMMIT: &str = ".kpress-stage/commit";
/// The journal while it is written.
const PART: &str = ".kpress-stage/commit-part";
/// The journal after a failure: its presence means "go back".
const UNDO: &str = ".kpress-stage/undo";

/// How many files changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// New or with other bytes.
    pub written: usize,
    /// No longer produced.
    pub removed: usize,
    /// As they were.
    pub kept: usize,
}

/// One file that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// Nothing stands at the path yet.
    New(String),
    /// A file of an earlier build is replaced.
    Over(String),
    /// A file of an earlier build is no longer produced.
    Drop(String),
}

/// What is to change, in order. The new bytes of step `n` are staged by [`Change::stage`].
#[derive(Clone, Debug, Default)]
pub(super) struct Change {
    steps: Vec<Step>,
}

/// Where the new bytes of a step wait.
fn fresh(number: usize) -> String {
    format!("{STAGE}/new-{number}")
}

/// Where the old file of a step is kept until all is done.
fn kept(number: usize) -> String {
    format!("{STAGE}/old-{number}")
}

impl Change {
    /// Stages a file that will stand at `path`, in place of an earlier one or not.
    pub(super) fn stage(
        &mut self,
        folder: &Folder,
        path: &str,
        bytes: &[u8],
        replaces: bool,
    ) -> io::Result<()> {
        folder.create(&fresh(self.steps.len()), bytes)?;
        let step = if replaces { Step::Over } else { Step::New };
        self.steps.push(step(path.to_owned()));
        Ok(())
    }

    /// The file at `path` is no longer produced.
    pub(super) fn drop(&mut self, path: &str) {
        self.steps.push(Step::Drop(path.to_owned()));
    }

    /// Whether nothing changes.
    pub(super) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Brings everything into place. After an error the folder is as it was before.
    pub(super) fn commit(&self, folder: &Folder) -> io::Result<()> {
        folder.create(PART, self.print().as_bytes())?;
        folder.rename(PART, COMMIT)?;
        match self.forward(folder) {
            Ok(()) => {
                // The new site is whole; leftovers of the stage are swept by the next run if they cannot be now.
                let _ = sweep(folder, COMMIT);
                Ok(())
            }
            Err(error) => {
                folder.rename(COMMIT, UNDO)?;
                self.backward(folder)?;
                sweep(folder, UNDO)?;
                Err(error)
            }
        }
    }

    /// May be run again from wherever it was stopped.
    fn forward(&self, folder: &Folder) -> io::Result<()> {
        for (number, step) in self.steps.iter().enumerate() {
            match step {
                Step::New(path) | Step::Over(path) if folder.stands(&fresh(number))? == Stands::File => {
                    if matches!(step, Step::Over(_)) {
                        keep(folder, path, &kept(number))?;
                    }
                    folder.make(path.rsplit_once('/').map_or("", |(parent, _)| parent))?;
                    folder.rename(&fresh(number), path)?;
                }
                Step::Drop(path) if folder.stands(path)? == Stands::File => {
                    folder.rename(path, &kept(number))?;
                    clear_parents(folder, path);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// May be run again from wherever it was stopped.
    fn backward(&self, folder: &Folder) -> io::Result<()> {
        for (number, step) in self.steps.iter().enumerate().rev() {
            match step {
                Step::New(path) => {
                    let moved = folder.stands(&fresh(number))? == Stands::Nothing;
                    if moved && folder.stands(path)? == Stands::File {
                        folder.rename(path, &fresh(number))?;
                    }
                    clear_parents(folder, path);
                }
                Step::Over(path) | Step::Drop(path) if folder.stands(&kept(number))? == Stands::File => {
                    folder.make(path.rsplit_once('/').map_or("", |(parent, _)| parent))?;
                    folder.rename(&kept(number), path)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn print(&self) -> String {
        let line = |step: &Step| match step {
            Step::New(path) => format!("new {path}\n"),
            Step::Over(path) => format!("over {path}\n"),
            Step::Drop(path) => format!("drop {path}\n"),
        };
        self.steps.iter().map(line).collect()
    }

    fn read(text: &str) -> Option<Change> {
        let step = |line: &str| {
            let (kind, path) = line.split_once(' ')?;
            let path = ProjectPath::parse(path).ok()?.as_str().to_owned();
            match kind {
                "new" => Some(Step::New(path)),
                "over" => Some(Step::Over(path)),
                "drop" => Some(Step::Drop(path)),
                _ => None,
            }
        };
        text.lines().map(step).collect::<Option<Vec<Step>>>().map(|steps| Change { steps })
    }
}

/// Finishes, or takes back, what an earlier run left half done.
pub(super) fn recover(folder: &Folder) -> io::Result<()> {
    let journal = |name: &str| match folder.stands(name)? {
        Stands::File => {
            let text = String::from_utf8_lossy(&folder.read(name)?).into_owned();
            Change::read(&text)
                .map(Some)
                .ok_or_else(|| io::Error::other("its journal cannot be read; remove the folder by hand"))
        }
        _ => Ok(None),
    };
    if let Some(change) = journal(UNDO)? {
        change.backward(folder)?;
        return sweep(folder, UNDO);
    }
    if let Some(change) = journal(COMMIT)? {
        change.forward(folder)?;
        return sweep(folder, COMMIT);
    }
    folder.purge(STAGE)
}

/// Ends a change: without its journal, what is left in the stage means nothing.
fn sweep(folder: &Folder, journal: &str) -> io::Result<()> {
    folder.remove(journal)?;
    folder.purge(STAGE)
}

/// Gives the old file a second name, so that at no moment nothing stands at its path. A file system that knows no
/// second names gets the plain move.
fn keep(folder: &Folder, path: &str, kept: &str) -> io::Result<()> {
    match folder.link(path, kept) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::PermissionDenied) => {
            folder.rename(path, kept)
        }
        linked => linked,
    }
}

/// Removes the folders above `path` that became empty. One that is not, or that resists, stays.
fn clear_parents(folder: &Folder, path: &str) {
    let mut path = path;
    while let Some((parent, _)) = path.rsplit_once('/') {
        match folder.remove_folder(parent) {
            // Only part of the way may have been made.
            Err(error) if error.kind() != ErrorKind::NotFound => return,
            _ => path = parent,
        }
    }
}
