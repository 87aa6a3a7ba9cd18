//! Files as they were read last, for a process that reads a workspace again and again: what has the same bytes is not
//! parsed twice. What comes back is what reading would give, findings included.

use super::yaml::format::article::{self, OneText};
use super::yaml::text::{FILE_BYTES, decode};
use super::yaml::{self, File};
use crate::diag::Finding;
use crate::inputs::{Bytes, Inputs, ProjectPath};
use crate::time::Calendar;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// What was read last, by file; a memo without a place remembers nothing.
#[derive(Debug, Default)]
pub struct Memo(Option<Mutex<Kept>>);

/// A file as it was read: its bytes, what they say, and what was wrong.
type OneFile = (Bytes, Option<Arc<File>>, Vec<Finding>);

#[derive(Debug, Default)]
struct Kept {
    files: BTreeMap<ProjectPath, OneFile>,
    texts: BTreeMap<ProjectPath, (Bytes, Calendar, Option<OneText>, Vec<Finding>)>,
}

impl Memo {
    /// One that remembers.
    pub fn remembering() -> Memo {
        Memo(Some(Mutex::default()))
    }

    /// Reads and parses a definition file.
    pub(super) fn open(
        &self,
        inputs: &dyn Inputs,
        path: &ProjectPath,
        found: &mut Vec<Finding>,
    ) -> Option<Arc<File>> {
        let (Some(kept), Ok(bytes)) = (&self.0, inputs.read(path, FILE_BYTES)) else {
            return yaml::open(inputs, path, found).map(Arc::new);
        };
        let mut kept = kept.lock().expect("no reader panics while it holds the lock");
        if let Some((_, file, said)) = kept.files.get(path).filter(|(known, ..)| known.is_same(&bytes)) {
            found.extend(said.iter().cloned());
            return file.clone();
        }
        let mut said = Vec::new();
        let file = decode(&path.shared(), &bytes, &mut said).and_then(|text| {
            let root = yaml::parse(&path.shared(), &text, &mut said)?;
            Some(Arc::new(File { path: path.shared(), text, root }))
        });
        found.extend(said.iter().cloned());
        kept.files.insert(path.clone(), (bytes, file.clone(), said));
        file
    }

    /// Reads one language of an article. Findings of its encoding go to `found`, as do those of its head.
    pub(super) fn text(
        &self,
        inputs: &dyn Inputs,
        path: &ProjectPath,
        calendar: Calendar,
        found: &mut Vec<Finding>,
    ) -> Option<OneText> {
        let (Some(kept), Ok(bytes)) = (&self.0, inputs.read(path, FILE_BYTES)) else {
            let text = yaml::text(inputs, path, found)?;
            return Some(article::one(&path.shared(), &text, calendar, found));
        };
        let mut kept = kept.lock().expect("no reader panics while it holds the lock");
        let is_same = |(known, of, ..): &&(Bytes, Calendar, Option<OneText>, Vec<Finding>)| {
            *of == calendar && known.is_same(&bytes)
        };
        if let Some((.., one, said)) = kept.texts.get(path).filter(is_same) {
            found.extend(said.iter().cloned());
            return one.clone();
        }
        let mut said = Vec::new();
        let one = decode(&path.shared(), &bytes, &mut said)
            .map(|text| article::one(&path.shared(), &text, calendar, &mut said));
        found.extend(said.iter().cloned());
        kept.texts.insert(path.clone(), (bytes, calendar, one.clone(), said));
        one
    }
}

impl Memo {
    /// An article as it was read last, and as it is now; `None` if it was never read, or if either has a finding.
    pub fn again(
        &self,
        inputs: &dyn Inputs,
        path: &ProjectPath,
        calendar: Calendar,
    ) -> Option<(OneText, OneText)> {
        let known = self.0.as_ref()?.lock().expect("no reader panics while it holds the lock");
        let (_, of, was, said) = known.texts.get(path)?;
        let was = was.clone().filter(|_| said.is_empty() && *of == calendar)?;
        drop(known);
        let mut found = Vec::new();
        let now = self.text(inputs, path, calendar, &mut found)?;
        found.is_empty().then_some((was, now))
    }
}
