//! Recorded exchanges as files: one JSON file each, numbered in the order they were made, documents beside them. Played
//! again, a request gets the answers it got before, in their order, the last of them as often as it is asked.

use crate::inputs::{Hash, ProjectPath};
use crate::plugin::reach::exchange::HttpError;
use crate::plugin::reach::tape::{Recorded, Tape};
use crate::site::Folder;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};

/// Writes what is exchanged.
#[derive(Debug)]
pub struct Recorder {
    folder: Folder,
    number: usize,
}

impl Recorder {
    /// Goes on after what a folder holds.
    pub fn new(folder: Folder) -> Recorder {
        let number =
            folder.names().map_or(0, |names| names.iter().filter(|name| name.ends_with(".json")).count());
        Recorder { folder, number }
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        let path = ProjectPath::parse(name).expect("a number and a hash are a name");
        // A recording that cannot be written is missed when it is played.
        let _ = self.folder.put(&path, bytes);
    }
}

impl Tape for Recorder {
    fn replay(&mut self, _: &str) -> Result<Option<Recorded>, HttpError> {
        Ok(None)
    }

    fn records(&self) -> bool {
        true
    }

    fn record(&mut self, asked: &str, answer: Recorded) {
        self.number += 1;
        let name = format!("{:05}-{}", self.number, &Hash::of(asked.as_bytes()).short()[..8]);
        let document = answer.document.as_ref().map(|bytes| {
            let file = format!("{name}.document");
            self.put(&file, bytes);
            file
        });
        let body = match std::str::from_utf8(&answer.body) {
            Ok(text) => json!({"text": text}),
            Err(_) => {
                let hex: String = answer.body.iter().map(|byte| format!("{byte:02x}")).collect();
                json!({"hex": hex})
            }
        };
        let text = json!({
            "asked": asked, "status": answer.status, "headers": answer.headers, "body": body,
            "links": answer.links, "secrets": answer.secrets, "document": document,
        });
        let text = serde_json::to_string_pretty(&text).unwrap_or_default();
        self.put(&format!("{name}.json"), format!("{text}\n").as_bytes());
    }
}

/// Plays what was recorded, and sends nothing.
#[derive(Debug, Default)]
pub struct Player {
    answers: BTreeMap<String, VecDeque<Recorded>>,
}

impl Player {
    /// All that a folder holds; what cannot be read is not there.
    pub fn new(folder: &Folder) -> Player {
        let mut answers: BTreeMap<String, VecDeque<Recorded>> = BTreeMap::new();
        let names = folder.names().unwrap_or_default();
        for name in names.iter().filter(|name| name.ends_with(".json")) {
            if let Some((asked, answer)) = read(folder, name) {
                answers.entry(asked).or_default().push_back(answer);
            }
        }
        Player { answers }
    }
}

fn read(folder: &Folder, name: &str) -> Option<(String, Recorded)> {
    let json: Value = serde_json::from_slice(&folder.read(name).ok()?).ok()?;
    let pairs = |key: &str| -> Option<Vec<(String, String)>> {
        let pair = |pair: &Value| Some((pair[0].as_str()?.to_owned(), pair[1].as_str()?.to_owned()));
        json[key].as_array()?.iter().map(pair).collect()
    };
    let body = match (json["body"]["text"].as_str(), json["body"]["hex"].as_str()) {
        (Some(text), _) => text.as_bytes().to_vec(),
        (None, hex) => {
            let hex = hex.unwrap_or_default();
            (0..hex.len() / 2)
                .filter_map(|at| u8::from_str_radix(hex.get(at * 2..at * 2 + 2)?, 16).ok())
                .collect()
        }
    };
    let document = match json["document"].as_str() {
        Some(file) => Some(folder.read(file).ok()?),
        None => None,
    };
    let secrets = json["secrets"].as_array()?.iter().filter_map(|name| Some(name.as_str()?.to_owned()));
    let answer = Recorded {
        status: u16::try_from(json["status"].as_u64()?).ok()?,
        headers: pairs("headers")?,
        body,
        links: pairs("links")?,
        secrets: secrets.collect(),
        document,
    };
    Some((json["asked"].as_str()?.to_owned(), answer))
}

impl Tape for Player {
    fn replay(&mut self, asked: &str) -> Result<Option<Recorded>, HttpError> {
        let answers = self.answers.get_mut(asked).ok_or(HttpError::Offline)?;
        let next = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        next.map(Some).ok_or(HttpError::Offline)
    }

    fn records(&self) -> bool {
        false
    }

    fn record(&mut self, _: &str, _: Recorded) {}
}
