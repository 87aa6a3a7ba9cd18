//! A deploy target that speaks SFTP and nothing else, through the `sftp` of OpenSSH: batches of commands, one after the
//! other, over one connection. Equal files are copied on the host where its server can (`copy-data`), and sent where it cannot.

use super::master::{Master, options};
use super::shell::{fed, lost, reason, split};
use super::{Like, Local, Remote};
use crate::site::Folder;
use crate::versions::manifest::FileOf;
use crate::versions::{Halt, Kind};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where files wait that come from the host.
const SCRATCH: &str = ".kpress/tmp-sftp";
/// Commands in one connection: enough to make connecting cheap, few enough to go on from after a break.
const BATCH: usize = 400;

/// The host.
pub(super) struct Host {
    host: String,
    root: String,
    /// Where files wait that come from the host.
    scratch: Folder,
    place: PathBuf,
    /// The connection that its commands share.
    master: Option<Master>,
    sent: u64,
}

/// A text as one word of `sftp`, without wildcards.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        if matches!(c, '"' | '\\' | '*' | '?' | '[') {
            out.push('\\');
        }
        out.push(c);
    }
    out + "\""
}

impl Host {
    pub(super) fn open(place: &str, workspace: &Path) -> Result<Host, Halt> {
        // `user@host/path` is what people write, `user@host:path` what programs take.
        let written = match place.split_once('/') {
            Some((host, path)) if !host.is_empty() && !host.contains(':') => format!("{host}:{path}"),
            _ => place.to_owned(),
        };
        let (Some(host), root) = split(&written) else {
            return Err(Halt::new(
                Kind::Config,
                format!("`{place}` names no host; write `user@host/folder`"),
            ));
        };
        if host.starts_with('-') || root.contains('\n') {
            return Err(Halt::new(Kind::Config, format!("`{place}` is no place on a host")));
        }
        let ground = Folder::open(workspace).and_then(|ground| ground.make(SCRATCH));
        let scratch = ground.map_err(|error| Halt::io("make", SCRATCH, &error))?;
        let master = Master::open(&host);
        let mut opened = Host { host, root, scratch, place: workspace.join(SCRATCH), master, sent: 0 };
        opened.batch("ls -1 .\n")?;
        Ok(opened)
    }

    /// Runs commands in the folder of the deploy target. A `-` before one lets it fail.
    fn batch(&mut self, commands: &str) -> Result<String, Halt> {
        let script = format!("cd {}\n{commands}", quoted(&self.root));
        let mut command = Command::new("sftp");
        command
            .args(["-b", "-", "-o", "LogLevel=ERROR"])
            .args(options(self.master.as_ref()))
            .arg("--")
            .arg(&self.host);
        let output = fed(&mut command, Some(script.as_bytes()))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(lost(reason(&String::from_utf8_lossy(&output.stderr))))
    }

    /// The commands that bring a waiting file beside its place, and the one that gives it its name.
    fn replacing(&self, path: &str, waiting: &str) -> (String, String) {
        let mut commands = String::new();
        // Writing to a `String` cannot fail.
        if let Some((folder, _)) = path.rsplit_once('/') {
            for (end, _) in folder.match_indices('/').chain([(folder.len(), "")]) {
                let _ = writeln!(commands, "-mkdir {}", quoted(&folder[..end]));
            }
        }
        let (part, source) = (format!("{path}.kpress-part"), self.place.join(waiting));
        let _ = writeln!(commands, "put {} {}", quoted(&source.to_string_lossy()), quoted(&part));
        (commands, format!("rename {} {}\n", quoted(&part), quoted(path)))
    }

    /// What stands directly in folders: files with sizes, and folders.
    fn look(&mut self, folders: &[String]) -> Result<Vec<(String, Option<u64>)>, Halt> {
        let commands: String =
            folders.iter().map(|folder| format!("-ls -lna {}\n", quoted(folder))).collect();
        let told = self.batch(&commands)?;
        let mut found = Vec::new();
        let mut at: Option<&String> = None;
        let mut next = folders.iter();
        for line in told.lines() {
            if line.starts_with("sftp> ") {
                at = if line.contains("ls -lna ") { next.next() } else { at };
                continue;
            }
            let Some(folder) = at else { continue };
            let mut fields = line.split_whitespace();
            let (Some(mode), Some(size)) = (fields.next(), fields.nth(3)) else { continue };
            // Month, day, time or year; the rest is the name, which may hold spaces.
            let Some(name) = after_fields(line, 8) else { continue };
            let name = name.rsplit('/').next().unwrap_or(name);
            if matches!(name, "." | "..") {
                continue;
            }
            let size = size.parse::<u64>().ok().filter(|_| mode.starts_with('-'));
            if size.is_some() || mode.starts_with('d') {
                found.push((format!("{folder}/{name}"), size));
            }
        }
        Ok(found)
    }
}

/// What follows so many fields of a line.
fn after_fields(line: &str, count: usize) -> Option<&str> {
    let mut rest = line.trim_start();
    for _ in 0..count {
        rest = rest[rest.find(char::is_whitespace)?..].trim_start();
    }
    Some(rest).filter(|rest| !rest.is_empty())
}

/// Every folder above the files, the outermost first.
fn folders(to: &str, files: &[FileOf]) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut climb = |path: &str| {
        let mut path = path;
        while !path.is_empty() {
            all.insert(path.to_owned());
            path = path.rsplit_once('/').map_or("", |(above, _)| above);
        }
    };
    climb(to);
    for file in files {
        if let Some((folder, _)) = file.p.rsplit_once('/') {
            climb(&format!("{to}/{folder}"));
        }
    }
    all
}

impl Remote for Host {
    fn read(&mut self, path: &str) -> Result<Option<Vec<u8>>, Halt> {
        let io = |error: std::io::Error| Halt::io("read", SCRATCH, &error);
        self.scratch.remove_all("got").map_err(io)?;
        let goal = self.place.join("got");
        self.batch(&format!("-get {} {}\n", quoted(path), quoted(&goal.to_string_lossy())))?;
        match self.scratch.size("got").map_err(io)? {
            Some(_) => {
                let bytes = self.scratch.read("got").map_err(io)?;
                self.scratch.remove("got").map_err(io)?;
                Ok(Some(bytes))
            }
            None => Ok(None),
        }
    }

    fn read_all(&mut self, paths: &[String]) -> Result<Vec<Option<Vec<u8>>>, Halt> {
        let io = |error: std::io::Error| Halt::io("read", SCRATCH, &error);
        let name = |number: usize| format!("got-{number}");
        let mut commands = String::new();
        for (number, path) in paths.iter().enumerate() {
            self.scratch.remove_all(&name(number)).map_err(io)?;
            let goal = self.place.join(name(number));
            let _ = writeln!(commands, "-get {} {}", quoted(path), quoted(&goal.to_string_lossy()));
        }
        self.batch(&commands)?;
        let mut all = Vec::new();
        for number in 0..paths.len() {
            let there = self.scratch.size(&name(number)).map_err(io)?.is_some();
            all.push(if there { Some(self.scratch.read(&name(number)).map_err(io)?) } else { None });
            self.scratch.remove_all(&name(number)).map_err(io)?;
        }
        Ok(all)
    }

    fn sizes(&mut self, folder: &str, files: &[FileOf]) -> Result<BTreeMap<String, u64>, Halt> {
        let mut found = BTreeMap::new();
        // Which folders there are is known: no need to look for them level by level.
        let all: Vec<String> =
            folders(folder, files).into_iter().filter(|path| path.starts_with(folder)).collect();
        for few in all.chunks(BATCH) {
            for (path, size) in self.look(few)? {
                let below = path.strip_prefix(folder).map(|below| below.trim_start_matches('/').to_owned());
                found.extend(below.zip(size));
            }
        }
        Ok(found)
    }

    fn names(&mut self, folder: &str) -> Result<Vec<(String, Option<u64>)>, Halt> {
        let folder = if folder.is_empty() { "." } else { folder };
        let found = self.look(&[folder.to_owned()])?;
        let own =
            |(path, size): (String, Option<u64>)| (path.rsplit('/').next().unwrap_or("").to_owned(), size);
        Ok(found.into_iter().map(own).collect())
    }

    fn list(&mut self, folder: &str) -> Result<BTreeMap<String, u64>, Halt> {
        let mut found = BTreeMap::new();
        let mut level = vec![folder.to_owned()];
        while !level.is_empty() {
            let mut deeper = Vec::new();
            for few in level.chunks(BATCH) {
                for (path, size) in self.look(few)? {
                    match size {
                        Some(size) => {
                            let below = path.strip_prefix(folder).unwrap_or(&path).trim_start_matches('/');
                            found.insert(below.to_owned(), size);
                        }
                        None => deeper.push(path),
                    }
                }
            }
            level = deeper;
        }
        Ok(found)
    }

    fn put(
        &mut self,
        from: &Local<'_>,
        to: &str,
        files: &[FileOf],
        like: Option<&Like<'_>>,
    ) -> Result<(), Halt> {
        if files.is_empty() {
            return Ok(());
        }
        let mut commands = String::new();
        // Writing to a `String` cannot fail, here and below.
        for folder in folders(to, files) {
            let _ = writeln!(commands, "-mkdir {}", quoted(&folder));
        }
        self.batch(&commands)?;
        let twin =
            |file: &FileOf| like.and_then(|like| Some((like.folder, *like.by_hash.get(file.h.as_str())?)));
        let copies: Vec<&FileOf> = files.iter().filter(|file| twin(file).is_some()).collect();
        for few in copies.chunks(BATCH) {
            let line = |file: &&FileOf| {
                let (folder, path) = twin(file).expect("only those with a twin");
                format!(
                    "-copy {} {}\n",
                    quoted(&format!("{folder}/{path}")),
                    quoted(&format!("{to}/{}", file.p))
                )
            };
            self.batch(&few.iter().map(line).collect::<String>())?;
        }
        let there = if copies.is_empty() { BTreeMap::new() } else { self.sizes(to, files)? };
        let missing: Vec<&FileOf> =
            files.iter().filter(|file| twin(file).is_none() || there.get(&file.p) != Some(&file.n)).collect();
        for few in missing.chunks(BATCH) {
            let line = |file: &&FileOf| {
                let source = from.place.join(&file.p);
                format!("put {} {}\n", quoted(&source.to_string_lossy()), quoted(&format!("{to}/{}", file.p)))
            };
            self.batch(&few.iter().map(line).collect::<String>())?;
            self.sent += few.iter().map(|file| file.n).sum::<u64>();
        }
        Ok(())
    }

    fn place(&mut self, from: &str, to: &str) -> Result<(), Halt> {
        if !self.names(to)?.is_empty() {
            return Err(super::taken(to));
        }
        // No server renames over a folder that holds something: of two that come at once one is told so.
        self.batch(&format!("rename {} {}\n", quoted(from), quoted(to))).map(drop)
    }

    fn replace_all(&mut self, files: &[(String, &[u8])]) -> Result<(), Halt> {
        let io = |error: std::io::Error| Halt::io("write", SCRATCH, &error);
        let mut commands = String::new();
        for (number, (path, bytes)) in files.iter().enumerate() {
            let name = format!("put-{number}");
            self.scratch.remove_all(&name).and_then(|()| self.scratch.create(&name, bytes)).map_err(io)?;
            let (put, rename) = self.replacing(path, &name);
            commands += &(put + &rename);
        }
        let together = self.batch(&commands);
        for number in 0..files.len() {
            self.scratch.remove_all(&format!("put-{number}")).map_err(io)?;
        }
        if together.is_err() {
            // A server that does not rename over a file is asked for each, and says what else it was.
            return files.iter().try_for_each(|(path, bytes)| self.replace(path, bytes));
        }
        self.sent += files.iter().map(|(_, bytes)| bytes.len() as u64).sum::<u64>();
        Ok(())
    }

    fn replace(&mut self, path: &str, bytes: &[u8]) -> Result<(), Halt> {
        let io = |error: std::io::Error| Halt::io("write", SCRATCH, &error);
        self.scratch.remove_all("put").and_then(|()| self.scratch.create("put", bytes)).map_err(io)?;
        let (commands, rename) = self.replacing(path, "put");
        if self.batch(&format!("{commands}{rename}")).is_err() {
            // A server that does not rename over a file: for a moment there is none. Whatever else it was is told now.
            self.batch(&format!("{commands}-rm {}\n{rename}", quoted(path)))?;
        }
        self.sent += bytes.len() as u64;
        self.scratch.remove("put").map_err(io)
    }

    fn remove(&mut self, folder: &str, files: &[String]) -> Result<(), Halt> {
        let as_files: Vec<FileOf> = files.iter().map(|path| FileOf::of(path, b"")).collect();
        // The deepest folders first; one that still holds something stays.
        let all = folders(folder, &as_files);
        let below = all.iter().rev().filter(|path| path.starts_with(folder));
        let gone = files.iter().map(|file| format!("-rm {}\n", quoted(&format!("{folder}/{file}"))));
        let lines: Vec<String> = gone.chain(below.map(|path| format!("-rmdir {}\n", quoted(path)))).collect();
        for few in lines.chunks(BATCH) {
            self.batch(&few.concat())?;
        }
        Ok(())
    }

    fn sent(&self) -> u64 {
        self.sent
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        for name in ["got", "put"] {
            // Nothing secret is in it.
            let _ = self.scratch.remove_all(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_spaces_and_lose_their_wildcards() {
        let line = "-rw-r--r--    ? 0        0            5120 Nov 26 04:20 v/x/a b.html";
        assert_eq!(after_fields(line, 8), Some("v/x/a b.html"));
        assert_eq!(quoted("a*\"b"), "\"a\\*\\\"b\"");
        let files = [FileOf::of("zh/a/index.html", b"")];
        assert_eq!(
            folders("all/v", &files).into_iter().collect::<Vec<_>>(),
            ["all", "all/v", "all/v/zh", "all/v/zh/a"]
        );
    }
}
