//! How far a pull has come: the cursor of the plugin, what lies on the stage, and, at the end, what is to be moved where.
//! Written as one file, whole or not at all, after each page; whoever is killed in between repeats that page.

use super::stage::Staged;
use crate::inputs::ProjectPath;
use crate::site::{Failed, Folder};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The state of a pull, beside its stage.
pub const FILE: &str = "state.json";
/// The form of the file; another one is not read, and the pull begins anew.
const VERSION: u32 = 1;

/// How far a pull has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    version: u32,
    /// What the cursor means something to: component, source, parameters.
    pub key: String,
    /// First day that is fetched.
    pub since: Option<i32>,
    /// Last day.
    pub until: i32,
    /// The cursor, in hexadecimal digits.
    cursor: Option<String>,
    /// Pages that are done.
    pub pages: u64,
    /// Documents on the stage.
    pub documents: Vec<Staged>,
    /// Files of rows on the stage: table, and how many rows.
    pub rows: Vec<(String, String, u64)>,
    /// Rows that the plugin could not use.
    pub dropped: u64,
    /// Requests so far: how many, bytes sent, bytes received.
    pub requests: (u64, u64, u64),
    /// A hash over all of them.
    pub digest: String,
    /// How often it was taken up again.
    pub resumed: u32,
    /// Set once all pages are there: what remains is to move files.
    pub commit: Option<Commit>,
}

/// What is left to do once all is fetched.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// From the stage to a path of the workspace.
    pub moves: BTreeMap<String, String>,
    /// The path of the provenance, and its text.
    pub provenance: (String, String),
}

impl State {
    /// A pull that begins.
    pub fn new(key: &str, since: Option<i32>, until: i32) -> State {
        State { version: VERSION, key: key.to_owned(), since, until, ..State::default() }
    }

    /// The state that was left behind, if it can be read.
    pub fn read(stage: &Folder) -> Option<State> {
        let state: State = serde_json::from_slice(&stage.read(FILE).ok()?).ok()?;
        (state.version == VERSION).then_some(state)
    }

    /// Writes it down.
    ///
    /// # Errors
    /// A disk that fails.
    pub fn write(&self, stage: &Folder) -> Result<(), Failed> {
        let text = serde_json::to_string(self).expect("a state is plain values");
        let path = ProjectPath::parse(FILE).expect("the name of the state is a path");
        stage.put(&path, text.as_bytes())
    }

    /// Where the next page begins.
    pub fn cursor(&self) -> Option<Vec<u8>> {
        let digits = self.cursor.as_ref()?.as_bytes();
        let value = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        digits.chunks(2).map(|pair| Some(value(pair[0])? * 16 + value(*pair.get(1)?)?)).collect()
    }

    /// Takes the cursor of a page.
    pub fn set_cursor(&mut self, cursor: Option<&[u8]>) {
        self.cursor = cursor.map(|bytes| bytes.iter().map(|byte| format!("{byte:02x}")).collect());
    }

    /// Removes from the stage what this state does not name.
    ///
    /// # Errors
    /// A disk that fails.
    pub fn sweep(&self, stage: &Folder) -> std::io::Result<()> {
        for name in stage.names()? {
            let known = name == FILE
                || self.documents.iter().any(|document| document.file == name)
                || self.rows.iter().any(|(file, ..)| *file == name)
                || self.commit.as_ref().is_some_and(|commit| commit.moves.contains_key(&name));
            if !known {
                stage.remove(&name)?;
            }
        }
        Ok(())
    }
}
