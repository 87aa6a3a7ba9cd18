//! The doors of one page: servers, secrets, folders, log. They are handed to whatever runs the page and come back with
//! what was captured and counted. Behind each stands a budget of its own, and one of calls for all of them.

use crate::plugin::reach::exchange::{Clock, Documents, HttpError, Logged, Reach, Request, Response};
use crate::plugin::reach::folder::{self, Entry, FileError, Folder};
use crate::plugin::reach::http::{self, Http};
use crate::plugin::reach::tape::Tape;
use crate::plugin::reach::vault::Vault;
use crate::plugin::reach::wire::{Resolve, Wire};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Lines that one call may log; what is beyond is dropped.
pub const LOG_LINES_MAX: usize = 64;
/// Bytes of a line.
pub const LOG_LINE_BYTES: usize = 1 << 10;

/// The network and time, or what stands in for them.
#[derive(Clone)]
pub struct World {
    /// The network.
    pub wire: Arc<dyn Wire + Send + Sync>,
    /// Names of hosts.
    pub names: Arc<dyn Resolve + Send + Sync>,
    /// Time.
    pub clock: Arc<dyn Clock + Send + Sync>,
}

impl fmt::Debug for World {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("World").finish_non_exhaustive()
    }
}

/// What is left to spend on a page.
#[derive(Clone, Copy, Debug)]
pub struct Budgets {
    /// Calls through any door.
    pub calls: u64,
    /// The network.
    pub http: http::Budget,
    /// Folders.
    pub files: folder::Budget,
}

/// The doors.
pub struct Doors {
    /// Granted servers.
    pub reach: Arc<BTreeMap<String, Reach>>,
    /// Secrets, captured ones included.
    pub vault: Vault,
    /// The network and time.
    pub world: World,
    /// Granted folders.
    pub folders: Arc<BTreeMap<String, Folder>>,
    /// Where documents are put.
    pub documents: Box<dyn Documents + Send>,
    /// What is recorded or played again.
    pub tape: Box<dyn Tape + Send>,
    /// What is left.
    pub budgets: Budgets,
    /// Until when the page must be done, in the time of the clock.
    pub deadline_ms: i64,
    /// Requests that were made.
    pub logged: Vec<Logged>,
    /// What was refused.
    pub denied: Vec<String>,
    /// Which budget was asked for more than was left of it, last.
    pub exhausted: Option<Exhausted>,
    /// What the plugin logged, masked and escaped.
    pub lines: Vec<String>,
}

/// What a plugin may use up on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exhausted {
    /// Calls to the host, of any kind.
    Calls,
    /// Requests, or their bytes.
    Requests,
    /// Files, or their bytes.
    Files,
}

impl fmt::Debug for Doors {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Doors").field("budgets", &self.budgets).finish_non_exhaustive()
    }
}

impl Doors {
    /// Takes one call off the budget; `false` if there is none left.
    fn call(&mut self) -> bool {
        let left = self.budgets.calls.checked_sub(1);
        self.budgets.calls = left.unwrap_or(0);
        if left.is_none() {
            self.exhausted = Some(Exhausted::Calls);
        }
        left.is_some()
    }

    /// Makes a request.
    ///
    /// # Errors
    /// Why there is no answer.
    pub fn fetch(&mut self, request: &Request) -> Result<Response, HttpError> {
        if !self.call() {
            return Err(HttpError::BudgetExhausted);
        }
        let mut door = Http {
            reach: &self.reach,
            vault: &mut self.vault,
            wire: &*self.world.wire,
            names: &*self.world.names,
            clock: &*self.world.clock,
            budget: &mut self.budgets.http,
            deadline_ms: self.deadline_ms,
            documents: &mut *self.documents,
            tape: &mut *self.tape,
            log: &mut self.logged,
            denied: &mut self.denied,
        };
        let answer = door.fetch(request);
        if answer.as_ref().err() == Some(&HttpError::BudgetExhausted) {
            self.exhausted = Some(Exhausted::Requests);
        }
        answer
    }

    /// Whether a secret can be used now. It takes the same steps for every name.
    pub fn available(&mut self, name: &str) -> bool {
        let known = self.vault.available(name);
        self.call() && known
    }

    /// The files of a granted folder.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn list(&mut self, grant: &str, glob: &str) -> Result<Vec<Entry>, FileError> {
        if !self.call() {
            return Err(FileError::BudgetExhausted);
        }
        let folder = self.folders.get(grant).ok_or(FileError::Denied);
        if folder.is_err() {
            self.denied.push(no_folder(grant));
        }
        let found = folder?.list(glob, &mut self.budgets.files);
        self.note_files(found.as_ref().err());
        found
    }

    /// A part of a file of a granted folder.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn read(&mut self, grant: &str, path: &str, offset: u64, most: u64) -> Result<Vec<u8>, FileError> {
        if !self.call() {
            return Err(FileError::BudgetExhausted);
        }
        let folder = self.folders.get(grant).ok_or(FileError::Denied);
        if folder.is_err() {
            self.denied.push(no_folder(grant));
        }
        let read = folder?.read(path, offset, most, &mut self.budgets.files);
        self.note_files(read.as_ref().err());
        read
    }

    fn note_files(&mut self, error: Option<&FileError>) {
        if error == Some(&FileError::BudgetExhausted) {
            self.exhausted = Some(Exhausted::Files);
        }
    }

    /// Keeps a line: a log, not a channel.
    pub fn log(&mut self, level: &str, message: &str) {
        if self.lines.len() >= LOG_LINES_MAX {
            return;
        }
        let masked = self.vault.mask_text(message);
        let mut end = masked.len().min(LOG_LINE_BYTES);
        while !masked.is_char_boundary(end) {
            end -= 1;
        }
        self.lines.push(format!("{level}: {}", crate::diag::printable(&masked[..end])));
    }

    /// Text of a plugin for people: without a secret, and escaped.
    pub fn shown(&self, text: &str) -> String {
        crate::diag::printable(&self.vault.mask_text(text))
    }
}

fn no_folder(grant: &str) -> String {
    format!("there is no folder `{}`", crate::plugin::reach::vault::shown(grant))
}
