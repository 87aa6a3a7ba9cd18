//! The output folder of a site. Takes the files of a build one by one, compares each with what stands there, and
//! brings all changes into place as one step.

use super::change::{self, Change, Counts, STAGE};
use super::list::{self, LIST};
use super::refuse::{self, Around};
use super::write::{Failed, Folder, Probe, Stands};
use crate::inputs::{Hash, ProjectPath};
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An output folder while it is written. Dropped without [`Output::commit`], it leaves everything as it was.
#[derive(Debug)]
pub struct Output {
    folder: Folder,
    place: PathBuf,
    /// Folders made for it, outermost first: removed again if nothing comes of the build.
    made: Option<(Folder, Vec<String>)>,
    before: list::Files,
    files: BTreeMap<String, Hash>,
    folded: BTreeMap<String, String>,
    change: Change,
    counts: Counts,
    failed: Option<Failed>,
    /// Held, never read: the lock lasts as long as this handle.
    _lock: Option<File>,
}

/// What a build left in its output folder.
#[derive(Clone, Debug)]
pub struct Written {
    /// How many files changed.
    pub counts: Counts,
    /// Every file, by path.
    pub files: BTreeMap<String, Hash>,
}

impl Output {
    /// Opens `place` (made if missing) after checking that it may be written, and finishes what an interrupted run left.
    ///
    /// # Errors
    /// [`Failed::Refused`] for a folder that holds or is something else, [`Failed::Locked`] while another kpress writes.
    pub fn open(place: &Path, around: &Around<'_>) -> Result<Output, Failed> {
        Output::open_watched(place, around, None)
    }

    /// As [`Output::open`], with every change to the disk announced to `probe`.
    pub fn open_watched(
        place: &Path,
        around: &Around<'_>,
        probe: Option<Arc<dyn Probe>>,
    ) -> Result<Output, Failed> {
        let refuse = |why: &str| Failed::Refused(Box::new(refuse::refused(place, why)));
        let failed =
            |error: &io::Error| Failed::of("open the output folder", &place.to_string_lossy(), error);
        let absolute = refuse::absolute(place).map_err(|error| failed(&error))?;
        let workspace = around.workspace.canonicalize().map_err(|error| failed(&error))?;
        let home = around.home.and_then(|home| home.canonicalize().ok());
        let around = Around { workspace: &workspace, home: home.as_deref() };
        if let Some(why) = refuse::position(&absolute, &around) {
            return Err(refuse(why));
        }
        let (ground, rest) = existing(&absolute);
        let mut ground = Folder::open(&ground).map_err(|error| failed(&error))?;
        if let Some(probe) = probe {
            ground = ground.watched(probe);
        }
        match ground.stands(&rest).map_err(|error| failed(&error))? {
            Stands::Nothing => Output::make(ground, &rest, place),
            Stands::Folder => {
                let folder = ground.at(&rest).map_err(|error| failed(&error))?;
                Output::reopen(folder, place).map_err(|problem| match problem {
                    Problem::Foreign(why) => refuse(why),
                    Problem::Failed(problem) => problem,
                })
            }
            Stands::File | Stands::Other => Err(refuse("it is a link or no folder")),
        }
    }

    fn make(ground: Folder, rest: &str, place: &Path) -> Result<Output, Failed> {
        let missing: Vec<String> = rest
            .match_indices('/')
            .map(|(end, _)| &rest[..end])
            .chain([rest])
            .filter(|path| matches!(ground.stands(path), Ok(Stands::Nothing)))
            .map(str::to_owned)
            .collect();
        let made = ground.make(rest).and_then(|folder| Ok((folder.lock()?, folder)));
        match made {
            Ok((lock, folder)) => {
                Ok(Output::of(folder, place, Some((ground, missing)), lock, list::Files::new()))
            }
            Err(error) => {
                remove_folders(&ground, &missing);
                Err(Failed::of("make the output folder", &place.to_string_lossy(), &error))
            }
        }
    }

    fn reopen(folder: Folder, place: &Path) -> Result<Output, Problem> {
        let failed = |error: io::Error| {
            Problem::Failed(Failed::of("open the output folder", &place.to_string_lossy(), &error))
        };
        let names = folder.names().map_err(failed)?;
        let has = |name: &str| names.iter().any(|other| other == name);
        if has("current.json") && has("v") {
            return Err(Problem::Foreign("it holds published versions"));
        }
        if !has(LIST) && names.iter().any(|name| name != STAGE) {
            return Err(Problem::Foreign("it holds files that kpress did not write"));
        }
        let Some(lock) = folder.lock().map_err(failed)? else {
            let text = format!("another kpress is writing to `{}`", place.display());
            return Err(Problem::Failed(Failed::Locked(text)));
        };
        change::recover(&folder).map_err(failed)?;
        let before = match folder.stands(LIST).map_err(failed)? {
            Stands::File => list::read(&String::from_utf8_lossy(&folder.read(LIST).map_err(failed)?)),
            Stands::Nothing => list::Files::new(),
            Stands::Folder | Stands::Other => return Err(Problem::Foreign("its `.kpress-files` is no file")),
        };
        Ok(Output::of(folder, place, None, Some(lock), before))
    }

    fn of(
        folder: Folder,
        place: &Path,
        made: Option<(Folder, Vec<String>)>,
        lock: Option<File>,
        before: list::Files,
    ) -> Output {
        Output {
            folder,
            place: place.to_owned(),
            made,
            before,
            files: BTreeMap::new(),
            folded: BTreeMap::new(),
            change: Change::default(),
            counts: Counts::default(),
            failed: None,
            _lock: lock,
        }
    }

    /// Takes a file of the site. The first failure is kept and told by [`Output::commit`]; later files are then ignored.
    pub fn take(&mut self, path: &str, bytes: &[u8]) {
        if self.failed.is_none() {
            self.failed = self.try_take(path, bytes).err();
        }
    }

    /// Whether a file could not be taken: there is no use in making more.
    pub fn has_failed(&self) -> bool {
        self.failed.is_some()
    }

    fn try_take(&mut self, path: &str, bytes: &[u8]) -> Result<(), Failed> {
        let io = |error: io::Error| Failed::of("write", path, &error);
        ProjectPath::parse(path).map_err(|why| self.foreign(path, &why.0))?;
        if path.starts_with(".kpress-") {
            return Err(self.foreign(path, "the name is kept for kpress itself"));
        }
        if let Some(other) = self.folded.insert(path.to_lowercase(), path.to_owned()) {
            return Err(
                self.foreign(path, &format!("`{other}` has the same address where case does not count"))
            );
        }
        self.files.insert(path.to_owned(), Hash::of(bytes));
        match (self.folder.stands(path).map_err(io)?, self.before.contains_key(path)) {
            (Stands::File, true) if self.folder.read(path).map_err(io)? == bytes => {
                self.counts.kept += 1;
                Ok(())
            }
            (Stands::File, true) => self.stage(path, bytes, true),
            (Stands::Nothing, _) => self.stage(path, bytes, false),
            _ => Err(self
                .foreign(path, "something that kpress did not write stands there, or is a link on the way")),
        }
    }

    fn stage(&mut self, path: &str, bytes: &[u8], replaces: bool) -> Result<(), Failed> {
        self.counts.written += 1;
        let staged =
            self.folder.make(STAGE).and_then(|_| self.change.stage(&self.folder, path, bytes, replaces));
        staged.map_err(|error| Failed::of("write", path, &error))
    }

    fn foreign(&self, path: &str, why: &str) -> Failed {
        Failed::Refused(Box::new(refuse::refused(&self.place.join(path), why)))
    }

    /// Brings the site into place: all of it, or on an error nothing. Files of earlier builds that were not taken this
    /// time are removed, unless somebody changed them.
    pub fn commit(mut self) -> Result<Written, Failed> {
        if let Some(failed) = self.failed.take() {
            return Err(failed);
        }
        self.commit_all().map_err(|error| Failed::of("write", &self.place.to_string_lossy(), &error))?;
        self.made = None;
        Ok(Written { counts: self.counts, files: std::mem::take(&mut self.files) })
    }

    fn commit_all(&mut self) -> io::Result<()> {
        let gone: Vec<(String, String)> = self
            .before
            .iter()
            .filter(|(path, _)| !self.files.contains_key(*path))
            .map(|(path, hash)| (path.clone(), hash.clone()))
            .collect();
        for (path, hash) in gone {
            if self.folder.stands(&path)? == Stands::File
                && Hash::of(&self.folder.read(&path)?).to_string() == hash
            {
                self.change.drop(&path);
                self.counts.removed += 1;
            }
        }
        let list = list::print(&self.files);
        let known = self.folder.stands(LIST)? == Stands::File;
        if !known || self.folder.read(LIST)? != list.as_bytes() {
            self.folder.make(STAGE)?;
            self.change.stage(&self.folder, LIST, list.as_bytes(), known)?;
        }
        if self.change.is_empty() {
            return Ok(());
        }
        self.folder.make(STAGE)?;
        self.change.commit(&self.folder)
    }
}

/// Whether every file of an earlier build is still as that build left it: same stamps, and none missing.
pub fn is_intact(place: &Path, stamps: &BTreeMap<String, [i128; 4]>) -> bool {
    let Ok(folder) = Folder::open(place) else { return false };
    !stamps.is_empty() && stamps.iter().all(|(path, stamp)| folder.stamp(path).is_ok_and(|now| now == *stamp))
}

/// The stamps of the files of a build, its list included.
pub fn stamps(place: &Path, written: &Written) -> io::Result<BTreeMap<String, [i128; 4]>> {
    let folder = Folder::open(place)?;
    let paths = written.files.keys().map(String::as_str).chain([LIST]);
    paths.map(|path| Ok((path.to_owned(), folder.stamp(path)?))).collect()
}

impl Drop for Output {
    fn drop(&mut self) {
        // A journal that could not be worked off stays for the next run; anything else in the stage is worthless.
        let journal = [Stands::File, Stands::Other];
        let stands = |name: &str| {
            self.folder.stands(&format!("{STAGE}/{name}")).is_ok_and(|stands| journal.contains(&stands))
        };
        if !stands("commit") && !stands("undo") {
            let _ = self.folder.purge(STAGE);
        }
        if let Some((ground, made)) = &self.made {
            remove_folders(ground, made);
        }
    }
}

/// Why an existing folder was not taken.
enum Problem {
    Foreign(&'static str),
    Failed(Failed),
}

/// The nearest folder above `path` that is there, and the way from it.
fn existing(path: &Path) -> (PathBuf, String) {
    let above = path.ancestors().skip(1).find(|at| at.is_dir()).unwrap_or(Path::new("/"));
    let rest = path.strip_prefix(above).unwrap_or(path);
    (above.to_owned(), rest.to_string_lossy().into_owned())
}

/// Removes folders that were made for nothing, innermost first; one that is not empty stays.
fn remove_folders(ground: &Folder, made: &[String]) {
    for path in made.iter().rev() {
        if ground.remove_folder(path).is_err() {
            return;
        }
    }
}
