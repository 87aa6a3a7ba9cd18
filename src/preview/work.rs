//! Builds, waits until something happened to what was read, and builds again.
//! Pages that somebody looks at come first; the others are made while nothing happens.

use super::ask::{Ask, No};
use super::clock::{Clock, Ran, now};
use super::editing::{Desk, Journal};
use super::edition::Edition;
use super::held::Held;
use super::shared::Shared;
use super::watch::{Batch, Watching};
use super::{Setup, Told, wire};
use crate::build::draft::draft;
use crate::diag::has_errors;
use crate::inputs::{Inputs, ProjectPath, Recorded};
use axum::http::StatusCode;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Between two looks whether the preview is to end.
const PATIENCE: Duration = Duration::from_millis(100);
/// Between two messages on how many pages are made.
const MENTION: Duration = Duration::from_millis(200);

/// Who builds.
pub(super) struct Builder<'a> {
    setup: &'a Setup<'a>,
    shared: &'a Shared,
    disk: &'a dyn Inputs,
    journal: Journal,
    /// What the files say now, even where it is broken and the edition before is still shown.
    latest: Option<Arc<Edition>>,
    held: Held<'a>,
    read: BTreeMap<ProjectPath, Recorded>,
}

impl<'a> Builder<'a> {
    /// Nothing was built yet.
    pub(super) fn new(setup: &'a Setup<'a>, shared: &'a Shared, disk: &'a dyn Inputs) -> Builder<'a> {
        Builder {
            setup,
            shared,
            disk,
            journal: Journal::default(),
            latest: None,
            held: Held::of(disk),
            read: BTreeMap::new(),
        }
    }

    /// Works until the preview is to end.
    pub(super) fn run(&mut self, watching: &mut Watching) {
        self.build();
        while !(self.setup.stopped)() {
            let batch = self.fill(watching).or_else(|| watching.next(PATIENCE));
            if batch.is_some_and(|batch| self.is_news(&batch)) {
                self.build();
            }
            self.answer();
        }
    }

    /// Answers what pages asked meanwhile.
    fn answer(&mut self) {
        while let Some(Ask { wish, reply }) = self.shared.asked() {
            let answer = match self.latest.clone() {
                Some(edition) => {
                    let (setup, held, disk) = (self.setup, &self.held, self.disk);
                    Desk { setup, held, disk, edition }.answer(&mut self.journal, &wish)
                }
                None => Err(No::named(StatusCode::SERVICE_UNAVAILABLE, "failed")),
            };
            // Whoever asked may have gone.
            let _ = reply.send(answer);
        }
    }

    /// Whether a build now would read something else.
    fn is_news(&self, batch: &Batch) -> bool {
        match batch {
            Batch::Paths(paths) => {
                let news = self.held.is_news(paths, &self.read);
                self.held.forget(paths);
                news
            }
            Batch::Anywhere => {
                let news = self.held.is_other(&self.read);
                self.held.forget_all();
                news
            }
        }
    }

    fn build(&mut self) {
        self.shared.mention(&json!({ "kind": "building" }));
        let clock = Clock::start(self.setup.stopped);
        let drafted = draft(&self.held, self.setup.store, &self.setup.options, &clock);
        let ran = clock.end();
        match drafted {
            Ok(draft) => {
                self.read.clone_from(&draft.read);
                let before = self.shared.edition();
                self.show(before, Edition::next(self.shared.edition().as_deref(), draft), &ran);
            }
            Err(failed) => {
                if !(self.setup.stopped)() {
                    self.shared.tell(&json!({ "kind": "failed", "text": failed.to_string() }));
                    (self.setup.tell)(&Told::Failed(failed.to_string()));
                }
            }
        }
    }

    /// Puts an edition in the place of the last one; a broken one only where there was no sound one.
    fn show(&mut self, before: Option<Arc<Edition>>, edition: Edition, ran: &Ran) {
        let looked_at = self.shared.looked_at();
        looked_at.iter().for_each(|path| drop(edition.file(path)));
        let edition = Arc::new(edition);
        let found = edition.found();
        let listed = wire::findings(&found, &self.setup.editor, &self.setup.place);
        let keeps = has_errors(&found) && before.as_ref().is_some_and(|before| before.is_sound());
        let told = Told::Built {
            line: ran.line(),
            changed: &edition.changed,
            pages: edition.studio.report().pages.len(),
            found: &found,
            keeps,
        };
        (self.setup.tell)(&told);
        let mut what = wire::done(&edition, ran, &looked_at);
        what["findings"] = listed;
        what["broken"] = json!(has_errors(&found));
        if keeps {
            // The number stays: what is shown is the edition before.
            what["edition"] = json!(before.map_or(0, |before| before.number));
        } else {
            self.shared.publish(Arc::clone(&edition));
        }
        self.latest = Some(edition);
        self.shared.tell(&what);
    }

    /// Makes pages that nobody asked for yet, until all are made or something happens.
    fn fill(&mut self, watching: &mut Watching) -> Option<Batch> {
        let edition = self.shared.edition()?;
        let missing = edition.missing();
        let mut told = now();
        for (at, path) in missing.iter().enumerate() {
            if (self.setup.stopped)() {
                return None;
            }
            edition.file(path);
            let is_last = at + 1 == missing.len();
            if is_last || now() - told > MENTION {
                told = now();
                let (made, all) = edition.progress();
                self.shared
                    .mention(&json!({ "kind": "made", "edition": edition.number, "made": made, "all": all }));
            }
            if let Some(batch) = watching.next(Duration::ZERO) {
                return Some(batch);
            }
            self.answer();
        }
        None
    }
}
