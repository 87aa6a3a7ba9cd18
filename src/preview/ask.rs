//! What pages ask of the builder: which values may be changed, what a change would do, and to write it.
//! Only the builder knows the state of the files, so it answers between two builds.

use crate::plan::edit::{Change, Refused, Subject};
use crate::unit::Lang;
use axum::http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::oneshot;

/// Changes that are tried together.
pub(super) const CHANGES: usize = 64;

/// A question, and where the answer goes.
pub(super) struct Ask {
    pub(super) wish: Wish,
    pub(super) reply: oneshot::Sender<Answer>,
}

/// What comes back: JSON, or why not.
pub(super) type Answer = Result<Value, No>;

/// Why not: a status, and more for the page to show.
#[derive(Debug)]
pub(super) struct No {
    pub(super) status: StatusCode,
    pub(super) told: Value,
}

/// What is asked.
pub(super) enum Wish {
    /// The values of the target whose page stands at a file, or what else may be changed there.
    Fields(Asked),
    /// The page as it would be with these changes; nothing is written.
    WhatIf(Vec<Edit>, String),
    /// The targets that would differ with these changes, beside the files.
    Compare(Vec<Edit>, Lang),
    /// Write changes of one file together, if it is still the one with this hash.
    Write(Vec<Edit>, String),
    /// Take the last written one back.
    Undo,
    /// Show from now on what this audience is shown.
    Show(String),
}

/// Whose values are asked for.
pub(super) enum Asked {
    /// Of the page at a path below the language.
    Page(String),
    /// Of a subject.
    Subject(Subject),
}

/// One change of one subject.
#[derive(Clone)]
pub(super) struct Edit {
    pub(super) subject: Subject,
    pub(super) change: Change,
}

impl No {
    /// A refusal by its name.
    pub(super) fn named(status: StatusCode, name: &str) -> No {
        No { status, told: json!({ "no": name }) }
    }
}

impl From<Refused> for No {
    fn from(refused: Refused) -> No {
        No::named(StatusCode::BAD_REQUEST, refused.name())
    }
}

impl Edit {
    /// Reads an edit; `None` for one with a key that is not known, or an id that looks like a path.
    pub(super) fn parse(value: &Value) -> Option<Edit> {
        let fields = value.as_object()?;
        let text = |key: &str| fields.get(key)?.as_str().map(str::to_owned);
        let subject = subject_of(&text("kind")?, &text("id")?)?;
        let known = |keys: &[&str]| fields.keys().all(|key| keys.contains(&key.as_str()));
        let change = if fields.contains_key("path") {
            known(&["kind", "id", "path", "text"]).then_some(())?;
            let path: Option<Vec<String>> =
                fields["path"].as_array()?.iter().map(|key| key.as_str().map(str::to_owned)).collect();
            Change::Set(path.filter(|path| !path.is_empty())?, text("text")?)
        } else if fields.contains_key("key") {
            known(&["kind", "id", "key", "text"]).then_some(())?;
            Change::Add(text("key")?, text("text")?)
        } else {
            known(&["kind", "id", "date", "value", "reason"]).then_some(())?;
            Change::Revise { date: text("date")?, value: text("value")?, reason: text("reason")? }
        };
        Some(Edit { subject, change })
    }

    /// Reads several.
    pub(super) fn several(value: &Value) -> Option<Vec<Edit>> {
        let edits = value.as_array()?;
        (edits.len() <= CHANGES).then(|| edits.iter().map(Edit::parse).collect::<Option<_>>())?
    }
}

/// A target, a calendar or an alert by its id.
pub(super) fn subject_of(kind: &str, id: &str) -> Option<Subject> {
    let looks_like_path = id.is_empty() || id.contains("..") || id.contains('\\') || id.starts_with('/');
    match kind {
        _ if looks_like_path => None,
        "target" => Some(Subject::Target(id.into())),
        "calendar" if !id.contains('/') => Some(Subject::Calendar(id.into())),
        "alert" => Some(Subject::Alert(id.into())),
        _ => None,
    }
}
