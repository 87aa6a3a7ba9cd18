//! The verbs on published versions: `publish`, `versions`, `rollback`, `retract`, `prune`, `verify`.
//! What they have in common: who asks, the lock and how long to wait for it, and JSON for programs.

mod deploy;
pub(crate) mod list;
pub(crate) mod prune;
pub(crate) mod publish;
mod rekey;
mod sign;
pub(crate) mod verify;
mod who;

pub(crate) use deploy::chosen;

use super::Trouble;
use super::stop::Stop;
use super::terminal::Terminal;
use super::workspace::Workspace;
use crate::versions::{Halt, Kind, VersionStore};
use std::time::Duration;

/// How often the lock is asked for again.
const PAUSE: Duration = Duration::from_millis(200);

impl From<Halt> for Trouble {
    fn from(halt: Halt) -> Trouble {
        Trouble { code: halt.kind.exit_code(), text: halt.text, hint: halt.hint }
    }
}

/// Opens the version store for writing, waiting up to so many seconds while somebody else works with it.
pub(crate) fn open(workspace: &Workspace, wait: u64, stop: &Stop) -> Result<VersionStore, Trouble> {
    let who = who::who();
    let tries = Duration::from_secs(wait).as_millis() / PAUSE.as_millis();
    for _ in 0..tries {
        match VersionStore::open(&workspace.place, &who, &who::is_alive, None) {
            Err(halt) if halt.kind == Kind::Locked && stop.code().is_none() => std::thread::sleep(PAUSE),
            opened => return Ok(opened?),
        }
    }
    Ok(VersionStore::open(&workspace.place, &who, &who::is_alive, None)?)
}

/// The deploy targets of a workspace. What is wrong with it was said by whoever published.
pub(crate) fn deploys(workspace: &Workspace) -> Vec<crate::plan::deploy::Deploy> {
    crate::plan::load(&workspace.disk).value.deploys
}

impl Workspace {
    /// What a deploy needs of it.
    fn ground(&self) -> deploy::Ground<'_> {
        deploy::Ground { place: &self.place, inputs: &self.disk }
    }
}

/// Prints what happened: one JSON object for programs, or a line for people.
pub(crate) fn tell(
    terminal: &Terminal,
    json: bool,
    value: &serde_json::Value,
    text: &str,
) -> Result<u8, Trouble> {
    if json {
        return super::send(terminal, format!("{value:#}\n").as_bytes());
    }
    terminal.say(text);
    Ok(0)
}

/// `1.2 MB`, for people.
pub(crate) fn size(bytes: u64) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB"];
    let (mut value, mut unit) = (bytes, 0);
    while value >= 10_000 && unit + 1 < units.len() {
        (value, unit) = (value / 1000, unit + 1);
    }
    format!("{value} {}", units[unit])
}
