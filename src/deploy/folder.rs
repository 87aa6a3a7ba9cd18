//! A deploy target that is a folder: another disk, a mounted share, a stick.
//! Where the file system cannot rename over a file, the file is written in place: a few kilobytes, read whole or not.

use super::{Like, Local, Remote};
use crate::inputs::ProjectPath;
use crate::site::{Folder, Stands};
use crate::versions::manifest::FileOf;
use crate::versions::{Halt, Kind};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// The folder.
pub(super) struct Host {
    folder: Folder,
    shown: String,
    sent: u64,
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

impl Host {
    pub(super) fn open(place: &Path) -> Result<Host, Halt> {
        let shown = place.display().to_string();
        let folder = Folder::open(place).map_err(|error| {
            Halt::new(Kind::Transport, format!("cannot open the folder `{shown}`: {error}"))
                .hint("is the disk mounted? kpress makes no folder there, so that nothing is written beside a missing disk")
        })?;
        Ok(Host { folder, shown, sent: 0 })
    }

    fn io(&self, path: &str) -> impl Fn(io::Error) -> Halt {
        let place = format!("{}/{path}", self.shown);
        move |error| Halt::io("write", &place, &error)
    }
}

impl Remote for Host {
    fn read(&mut self, path: &str) -> Result<Option<Vec<u8>>, Halt> {
        match self.folder.stands(path).map_err(self.io(path))? {
            Stands::File => self.folder.read(path).map(Some).map_err(self.io(path)),
            _ => Ok(None),
        }
    }

    fn list(&mut self, folder: &str) -> Result<BTreeMap<String, u64>, Halt> {
        match self.folder.stands(folder).map_err(self.io(folder))? {
            Stands::Folder => {
                let all = self.folder.at(folder).and_then(|folder| folder.walk()).map_err(self.io(folder))?;
                Ok(all.into_iter().map(|one| (one.path, one.size)).collect())
            }
            _ => Ok(BTreeMap::new()),
        }
    }

    fn names(&mut self, folder: &str) -> Result<Vec<(String, Option<u64>)>, Halt> {
        let level = match folder {
            "" => self.folder.level(),
            _ if self.folder.stands(folder).map_err(self.io(folder))? != Stands::Folder => Ok(Vec::new()),
            _ => self.folder.at(folder).and_then(|at| at.level()),
        };
        let level = level.map_err(self.io(folder))?;
        Ok(level
            .into_iter()
            .map(|one| (one.path, (one.stands != Stands::Folder).then_some(one.size)))
            .collect())
    }

    fn put(
        &mut self,
        from: &Local<'_>,
        to: &str,
        files: &[FileOf],
        _like: Option<&Like<'_>>,
    ) -> Result<(), Halt> {
        let goal = self.folder.make(to).map_err(self.io(to))?;
        for file in files {
            let bring = || -> io::Result<()> {
                goal.make(parent(&file.p))?;
                // What an interrupted run left of it.
                goal.remove_all(&file.p)?;
                from.folder.copy(&file.p, &goal, &file.p)
            };
            bring().map_err(self.io(&format!("{to}/{}", file.p)))?;
            self.sent += file.n;
        }
        goal.settle().map_err(self.io(to))
    }

    fn place(&mut self, from: &str, to: &str) -> Result<(), Halt> {
        if self.folder.stands(to).map_err(self.io(to))? != Stands::Nothing {
            return Err(super::taken(to));
        }
        self.folder.rename_new(from, to).map_err(self.io(to))?;
        self.folder.sync_folder(parent(to)).map_err(self.io(to))
    }

    fn replace(&mut self, path: &str, bytes: &[u8]) -> Result<(), Halt> {
        let checked = ProjectPath::parse(path).map_err(|why| Halt::new(Kind::Path, why.0))?;
        match self.folder.put(&checked, bytes) {
            Ok(()) => {}
            Err(crate::site::Failed::Io(_)) => {
                // Some file systems do not rename over a file.
                let folder = self.folder.make(parent(path)).map_err(self.io(path))?;
                let name = path.rsplit('/').next().unwrap_or(path);
                folder.remove_all(name).and_then(|()| folder.create(name, bytes)).map_err(self.io(path))?;
            }
            Err(failed) => return Err(failed.into()),
        }
        self.sent += bytes.len() as u64;
        self.folder.sync_folder(parent(path)).map_err(self.io(path))
    }

    fn remove(&mut self, folder: &str, files: &[String]) -> Result<(), Halt> {
        for file in files {
            let path = format!("{folder}/{file}");
            if self.folder.stands(&path).map_err(self.io(&path))? == Stands::File {
                self.folder.remove(&path).map_err(self.io(&path))?;
            }
            let mut above = parent(&path).to_owned();
            // One that still holds something stays.
            while above.len() >= folder.len()
                && above.contains('/')
                && self.folder.remove_folder(&above).is_ok()
            {
                above = parent(&above).to_owned();
            }
        }
        // The folder itself, if it lies at the top.
        let _ = self.folder.remove_folder(folder);
        Ok(())
    }

    fn sent(&self) -> u64 {
        self.sent
    }
}
