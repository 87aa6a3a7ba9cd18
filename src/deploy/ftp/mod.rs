//! A deploy target that speaks FTP over TLS. Files go one by one in binary; what the host cannot do is found out when it is
//! first asked, and done in another way or refused.

mod line;
mod listing;

use super::{Like, Local, Remote};
use crate::diag::printable;
use crate::plan::deploy::Ftp;
use crate::versions::manifest::FileOf;
use crate::versions::{Halt, Kind};
use line::Line;
use listing::{Entry, Listing};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Read, Write};
use suppaftp::FtpError;

/// No file that is read from a host is larger.
const MOST: u64 = 64 << 20;
/// What ends the name of a small file until it is whole.
const UNFINISHED: &str = ".kpress-part";

/// How a small file takes the place of another, from the best way to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Over {
    /// The host renames over a file.
    Rename,
    /// It does not, and writes over it: for the time of one packet it is half there.
    Write,
    /// Neither: for a moment there is none.
    Remove,
}

/// The host.
pub(super) struct Host {
    line: Line,
    listing: Listing,
    over: Over,
    /// Folders that are known to be there.
    made: BTreeSet<String>,
    /// A folder that the host refused to make, and what it said: it may be there already.
    unmade: Option<(String, String)>,
    sent: u64,
}

/// Whether the host answered, and its answer is a no that will stay one.
fn refused(error: &FtpError) -> bool {
    matches!(error, FtpError::UnexpectedResponse(answer) if (500..600).contains(&answer.status.code()) && answer.status.code() != 530)
}

/// Whether a host says that a connection must continue the session of the first one.
fn wants_one_session(said: &str) -> bool {
    let said = said.to_lowercase();
    said.contains("session") && (said.contains("reuse") || said.contains("resum"))
}

/// What is told of an error.
fn told(what: &str, error: FtpError) -> Halt {
    match error {
        FtpError::UnexpectedResponse(answer) => {
            let said = printable(String::from_utf8_lossy(&answer.body).trim());
            match answer.status.code() {
                _ if wants_one_session(&said) => {
                    Halt::new(Kind::Transport, format!("the host takes files only over a TLS session that it knows: {said}"))
                        .hint("nothing was switched. It speaks TLS 1.3 only, where kpress cannot continue one session for every file: allow TLS 1.2, or a session for each (`require_ssl_reuse=NO` of vsftpd, `TLSOptions NoSessionReuseRequired` of ProFTPD), or use `sftp:`")
                }
                421 | 425 | 426 => super::shell::lost(&said),
                530 | 430 | 332 => Halt::new(Kind::Transport, format!("the host lets nobody in: {said}"))
                    .hint("is the password right, and may this user write there?"),
                452 | 552 => super::shell::lost(&format!("{said} (quota)")),
                _ => Halt::new(Kind::Transport, format!("the host refuses to {what}: {said}"))
                    .hint("nothing was switched; may this user do that, and is such a name allowed there?"),
            }
        }
        FtpError::ConnectionError(error) => super::shell::lost(&printable(&error.to_string())),
        FtpError::SecureError(said) => line::untrusted(&said),
        other => super::shell::lost(&printable(&other.to_string())),
    }
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The folders above a path, and the path: `a`, `a/b`, `a/b/c`.
fn whole_path(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').map(|(end, _)| end).filter(|end| *end > 0);
    ends.chain([path.len()]).map(|end| &path[..end]).filter(|path| !path.is_empty())
}

/// Whether less came than the host has; one that tells no size is believed.
fn is_cut(came: u64, size: Option<u64>) -> bool {
    size.is_some_and(|size| size != came)
}

impl Host {
    pub(super) fn open(ftp: &Ftp, password: &str) -> Result<Host, Halt> {
        let mut line = line::open(ftp, password)?;
        let features = line.feat().unwrap_or_default();
        let knows = |name: &str| features.keys().any(|key| key.eq_ignore_ascii_case(name));
        if knows("UTF8") {
            // Hosts that answer no have it switched on already.
            let _ = line.opts("UTF8", Some("ON"));
        }
        if knows("EPSV") {
            line.set_mode(suppaftp::Mode::ExtendedPassive);
        }
        if !ftp.folder.is_empty() {
            line.cwd(&ftp.folder).map_err(|error| match refused(&error) {
                true => {
                    Halt::new(Kind::Transport, format!("there is no folder `{}` on the host", ftp.folder))
                        .hint("make it on the host first")
                }
                false => told("open the folder", error),
            })?;
        }
        let listing = if knows("MLSD") || knows("MLST") { Listing::Facts } else { Listing::Lines };
        Ok(Host { line, listing, over: Over::Rename, made: BTreeSet::new(), unmade: None, sent: 0 })
    }

    /// Makes a folder and those above it, where they are not there.
    fn make(&mut self, folder: &str) -> Result<(), Halt> {
        for path in whole_path(folder) {
            if !self.made.contains(path) {
                match self.line.mkdir(path) {
                    Ok(()) => {}
                    // It is there, or what is put into it will be refused.
                    Err(error) if refused(&error) => self.unmade = Some((path.to_owned(), error.to_string())),
                    Err(error) => return Err(told("make a folder", error)),
                }
                self.made.insert(path.to_owned());
            }
        }
        Ok(())
    }

    fn store(&mut self, path: &str, bytes: &[u8]) -> Result<(), FtpError> {
        let mut stream = self.line.put_with_stream(path)?;
        stream.write_all(bytes).and_then(|()| stream.flush()).map_err(FtpError::ConnectionError)?;
        stream.finish()?;
        self.sent += bytes.len() as u64;
        Ok(())
    }

    /// What is told of a file that was not stored: often the folder is what the host refused.
    fn unstored(&self, path: &str, error: FtpError) -> Halt {
        match &self.unmade {
            Some((folder, said)) if refused(&error) && path.starts_with(&format!("{folder}/")) => {
                let text =
                    format!("the host refuses to make the folder `{folder}`: {}", printable(said.trim()));
                Halt::new(Kind::Transport, text)
                    .hint("nothing was switched; may this user do that, and is such a name allowed there?")
            }
            _ => told(&format!("write `{path}`"), error),
        }
    }

    /// The size of a file as the host tells it.
    fn size(&mut self, path: &str) -> Result<Option<u64>, Halt> {
        match self.line.size(path) {
            Ok(size) => Ok(Some(size as u64)),
            Err(error) if refused(&error) => {
                let found = self.level(parent(path))?.into_iter().find(|(other, _)| other == name(path));
                Ok(found.and_then(|(_, size)| size))
            }
            Err(error) => Err(told("tell a size", error)),
        }
    }

    /// Stores a small file and makes sure that it is whole: hosts whose disk is full may say that all went well.
    fn store_whole(&mut self, path: &str, bytes: &[u8]) -> Result<(), Halt> {
        self.store(path, bytes).map_err(|error| self.unstored(path, error))?;
        if self.size(path)? == Some(bytes.len() as u64) {
            return Ok(());
        }
        Err(Halt::new(Kind::Check, format!("`{path}` did not arrive whole"))
            .hint("nothing was switched; is the disk or the quota of the host full?"))
    }

    fn delete(&mut self, path: &str) -> Result<(), Halt> {
        match self.line.rm(path) {
            Err(error) if !refused(&error) => Err(told("remove a file", error)),
            // One that is not there need not go.
            _ => Ok(()),
        }
    }

    /// What stands directly in a folder; nothing if there is none.
    fn level(&mut self, folder: &str) -> Result<Vec<Entry>, Halt> {
        listing::level(&mut self.line, &mut self.listing, folder)
    }
}

impl Remote for Host {
    fn read(&mut self, path: &str) -> Result<Option<Vec<u8>>, Halt> {
        let mut stream = match self.line.retr_as_stream(path) {
            Ok(stream) => stream,
            Err(error) if refused(&error) => {
                // A no may mean many things, and a file that cannot be read must not be taken for one that is not there.
                let there = self.level(parent(path))?.iter().any(|(other, _)| other == name(path));
                return if there { Err(told(&format!("read `{path}`"), error)) } else { Ok(None) };
            }
            Err(error) => return Err(told("read a file", error)),
        };
        let mut bytes = Vec::new();
        let ended = match (&mut stream).take(MOST + 1).read_to_end(&mut bytes) {
            Ok(_) => true,
            // Many hosts end a transfer without the farewell of TLS. So may somebody on the way.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => false,
            Err(error) => return Err(told("read a file", FtpError::ConnectionError(error))),
        };
        let size = bytes.len() as u64;
        if size > MOST {
            return Err(Halt::new(
                Kind::Limit,
                format!("`{path}` on the host has more than {} MB", MOST >> 20),
            )
            .hint("it is not of kpress; move it away, or deploy to another place"));
        }
        // That all was sent says only that it left the host.
        stream.finish().map_err(|error| told("read a file", error))?;
        if !ended && is_cut(size, self.size(path)?) {
            return Err(super::shell::lost(&format!("`{path}` came in part")));
        }
        Ok(Some(bytes))
    }

    fn names(&mut self, folder: &str) -> Result<Vec<Entry>, Halt> {
        self.level(folder)
    }

    fn list(&mut self, folder: &str) -> Result<BTreeMap<String, u64>, Halt> {
        let mut found = BTreeMap::new();
        let mut open = vec![String::new()];
        while let Some(below) = open.pop() {
            let at = if below.is_empty() { folder.to_owned() } else { format!("{folder}/{below}") };
            for (name, size) in self.level(&at)? {
                let path = if below.is_empty() { name } else { format!("{below}/{name}") };
                match size {
                    Some(size) => drop(found.insert(path, size)),
                    None => open.push(path),
                }
            }
        }
        Ok(found)
    }

    fn put(
        &mut self,
        from: &Local<'_>,
        to: &str,
        files: &[FileOf],
        _like: Option<&Like<'_>>,
    ) -> Result<(), Halt> {
        for file in files {
            let path = format!("{to}/{}", file.p);
            self.make(parent(&path))?;
            let bytes = from.folder.read(&file.p).map_err(|error| Halt::io("read", &file.p, &error))?;
            self.store(&path, &bytes).map_err(|error| self.unstored(&path, error))?;
        }
        Ok(())
    }

    fn place(&mut self, from: &str, to: &str) -> Result<(), Halt> {
        if !self.level(to)?.is_empty() {
            return Err(super::taken(to));
        }
        self.made.retain(|path| path != from && !path.starts_with(&format!("{from}/")));
        self.line.rename(from, to).map_err(|error| told(&format!("rename `{from}`"), error))
    }

    fn replace(&mut self, path: &str, bytes: &[u8]) -> Result<(), Halt> {
        self.make(parent(path))?;
        if self.over == Over::Write {
            match self.store(path, bytes) {
                Ok(()) if self.size(path)? == Some(bytes.len() as u64) => return Ok(()),
                Ok(()) => {
                    return Err(Halt::new(Kind::Check, format!("`{path}` did not arrive whole"))
                        .hint("is the disk or the quota of the host full? run the command again, it writes the file anew"));
                }
                Err(error) if refused(&error) => self.over = Over::Remove,
                Err(error) => return Err(told(&format!("write `{path}`"), error)),
            }
        }
        let part = format!("{path}{UNFINISHED}");
        self.store_whole(&part, bytes)?;
        if self.over == Over::Remove {
            self.delete(path)?;
        }
        match self.line.rename(part.as_str(), path) {
            Ok(()) => Ok(()),
            Err(error) if refused(&error) && self.over == Over::Rename => {
                self.delete(&part)?;
                self.over = Over::Write;
                self.replace(path, bytes)
            }
            Err(error) => Err(told(&format!("write `{path}`"), error)),
        }
    }

    fn remove(&mut self, folder: &str, files: &[String]) -> Result<(), Halt> {
        let mut above = BTreeSet::from([folder.to_owned()]);
        for file in files {
            let path = format!("{folder}/{file}");
            self.delete(&path)?;
            above
                .extend(whole_path(parent(&path)).filter(|path| path.starts_with(folder)).map(str::to_owned));
        }
        // The deepest first; one that still holds something stays.
        for path in above.iter().rev() {
            match self.line.rmdir(path) {
                Err(error) if !refused(&error) => return Err(told("remove a folder", error)),
                _ => drop(self.made.remove(path)),
            }
        }
        Ok(())
    }

    fn sent(&self) -> u64 {
        self.sent
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // Nobody waits for the farewell.
        let _ = self.line.quit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_that_want_one_session_say_so_in_their_own_words() {
        for said in [
            "522 SSL connection failed: session reuse required",
            "425 Unable to build data connection: TLS session of data connection has not resumed or the session does not match the control connection",
            "522 SSL connection failed; session reuse required: see require_ssl_reuse option in vsftpd.conf man page",
        ] {
            assert!(wants_one_session(said), "{said}");
        }
        assert!(!wants_one_session("425 Unable to build data connection: Operation not permitted"));
    }
}
