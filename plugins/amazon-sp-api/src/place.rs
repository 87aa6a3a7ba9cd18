//! Where a pull is: the cursor. It is read back after minutes or days, by another instance or another program, so it holds
//! all there is to know.

use serde::{Deserialize, Serialize};

/// A pull under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The days of the report under way.
    pub from: i32,
    /// Both inclusive.
    pub to: i32,
    /// What is next.
    pub step: Step,
    /// How often this step went wrong in a way that may pass.
    pub tries: u32,
}

/// What is next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// List what Amazon made; the token of the next page of the list, and what was found so far.
    List(Option<String>, Vec<Made>),
    /// Ask for a report, or for the next page of a query.
    Create(Option<String>),
    /// Ask whether it is ready.
    Poll(String),
    /// Fetch a document, then go on with the others, or with the next page.
    Fetch(Vec<Made>, Option<String>),
    /// It ended badly, for this reason; the next pull asks anew.
    Broken(String),
}

/// A document that is ready.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Its id.
    pub document: String,
    /// The days it is about, where they are known.
    pub days: Option<(i32, i32)>,
}

impl Place {
    /// As the host keeps it.
    pub fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// As it was kept.
    pub fn read(bytes: &[u8]) -> Result<Place, String> {
        serde_json::from_slice(bytes).map_err(|why| format!("the cursor cannot be read: {why}"))
    }

    /// The same days, another step.
    pub fn then(self, step: Step) -> Place {
        Place { step, tries: 0, ..self }
    }
}
