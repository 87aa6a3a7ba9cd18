//! Builds, waits until something happened to what was read, and builds again.
//! Pages that somebody looks at come first; the others are made while nothing happens.

use super::ask::{Answer, Ask, No, Wish};
use super::clock::{Clock, Ran, now};
use super::editing::{Desk, Journal};
use super::edition::Edition;
use super::held::Held;
use super::shared::Shared;
use super::watch::{Batch, Watching};
use super::{Setup, Told, wire};
use crate::build::Options;
use crate::build::draft::{Draft, draft, first};
use crate::diag::has_errors;
use crate::inputs::{Inputs, ProjectPath, Recorded};
use crate::site::Failed;
use axum::http::StatusCode;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Between two looks whether the preview is to end.
const PATIENCE: Duration = Duration::from_millis(100);
/// Between two messages on how many pages are made.
const MENTION: Duration = Duration::from_millis(200);

/// What is another than the last build read.
enum News {
    /// Nothing.
    None,
    /// These files.
    At(Vec<ProjectPath>),
    /// Nobody knows what.
    Unknown,
}

/// Who builds.
pub(super) struct Builder<'a> {
    setup: &'a Setup<'a>,
    /// How it builds: as it was asked to, for the audience that a page chose last.
    options: Options,
    shared: &'a Shared,
    disk: &'a dyn Inputs,
    journal: Journal,
    /// What the files say now, even where it is broken and the edition before is still shown.
    latest: Option<Arc<Edition>>,
    /// What ran for it so far.
    ran: Ran,
    held: Held<'a>,
    read: Arc<BTreeMap<ProjectPath, Recorded>>,
    /// How much was found when it was told last.
    told: usize,
}

impl<'a> Builder<'a> {
    /// Nothing was built yet.
    pub(super) fn new(setup: &'a Setup<'a>, shared: &'a Shared, disk: &'a dyn Inputs) -> Builder<'a> {
        Builder {
            setup,
            options: setup.options.clone(),
            shared,
            disk,
            journal: Journal::default(),
            latest: None,
            ran: Ran::default(),
            held: Held::of(disk),
            read: Arc::default(),
            told: 0,
        }
    }

    /// Works until the preview is to end.
    pub(super) fn run(&mut self, watching: &mut Watching) {
        let stirring = watching.stirring();
        self.build(&News::Unknown);
        while !(self.setup.stopped)() {
            let batch = match self.is_begun() {
                true => {
                    let batch = watching.next(Duration::ZERO);
                    if batch.is_none() {
                        self.finish(&stirring);
                    }
                    batch
                }
                false => self.fill(watching).or_else(|| watching.next(PATIENCE)),
            };
            match batch.map(|batch| self.news(&batch)) {
                Some(News::None) | None => {}
                Some(news) => self.build(&news),
            }
            self.answer();
        }
    }

    /// Whether only the pages that somebody looks at are laid out as yet.
    fn is_begun(&self) -> bool {
        self.latest.as_ref().is_some_and(|latest| !latest.is_whole())
    }

    /// Answers what pages asked meanwhile.
    fn answer(&mut self) {
        while let Some(Ask { wish, reply }) = self.shared.asked() {
            let answer = match self.latest.clone() {
                Some(edition) => match &wish {
                    Wish::Show(audience) => self.turn(&edition, audience),
                    _ => {
                        let (setup, held, disk) = (self.setup, &self.held, self.disk);
                        let options = &self.options;
                        Desk { setup, options, held, disk, edition }.answer(&mut self.journal, &wish)
                    }
                },
                None => Err(No::named(StatusCode::SERVICE_UNAVAILABLE, "failed")),
            };
            // Whoever asked may have gone.
            let _ = reply.send(answer);
        }
    }

    /// Shows what another audience is shown. The pages of the one before say nothing of it, so none of them stays.
    fn turn(&mut self, edition: &Edition, audience: &str) -> Answer {
        if !edition.draft.audiences().iter().any(|known| *known.id == *audience) {
            return Err(No::named(StatusCode::NOT_FOUND, "unknown"));
        }
        self.options.audience = Some(audience.to_owned());
        self.latest = None;
        self.build(&News::Unknown);
        Ok(json!({ "audience": audience }))
    }

    /// What a build now would read that is another than the last one read.
    fn news(&self, batch: &Batch) -> News {
        match batch {
            Batch::Paths(paths) => {
                let news = self.held.news(paths, &self.read);
                self.held.forget(paths);
                if news.is_empty() { News::None } else { News::At(news) }
            }
            Batch::Anywhere => {
                let is_other = self.held.is_other(&self.read);
                self.held.forget_all();
                if is_other { News::Unknown } else { News::None }
            }
        }
    }

    /// Builds: first the pages that somebody looks at. The rest comes with [`Builder::finish`].
    fn build(&mut self, news: &News) {
        self.shared.mention(&json!({ "kind": "building" }));
        let clock = Clock::start(self.setup.stopped);
        let around = (&self.held as &dyn Inputs, self.setup.store);
        let drafted = match &self.latest {
            None => draft(around.0, around.1, &self.options, &clock),
            Some(latest) => match news {
                News::At(paths) => latest.draft.retold(around, paths, &clock),
                _ => None,
            }
            .map_or_else(|| self.first(latest, &clock), Ok),
        };
        self.take(drafted, clock.end());
    }

    /// The pages that somebody looks at; all of them where nobody looks at any.
    fn first(&self, latest: &Edition, clock: &Clock<'_>) -> Result<Draft, Failed> {
        let looked_at = self.shared.looked_at();
        let pages: BTreeSet<&str> = looked_at.iter().filter_map(|file| latest.studio.page_of(file)).collect();
        let pages: Vec<&str> = pages.into_iter().collect();
        let (store, options) = (self.setup.store, &self.options);
        match pages.is_empty() {
            true => draft(&self.held, store, options, clock),
            false => first(&latest.draft, &pages, (&self.held, store), options, clock),
        }
    }

    /// Lays out the pages that nobody looks at, unless something happens meanwhile that nobody waits for it with.
    fn finish(&mut self, stirring: &AtomicBool) {
        let Some(latest) = self.latest.clone() else { return };
        let (setup, shared) = (self.setup, self.shared);
        let is_disturbed = || (setup.stopped)() || stirring.load(Ordering::SeqCst) && !shared.is_waited_for();
        let clock = Clock::start(&is_disturbed);
        let drafted = latest.draft.whole((&self.held, setup.store), &self.options, &clock);
        if drafted.is_err() && !(setup.stopped)() {
            return;
        }
        let ran = clock.end().after(self.ran.clone());
        self.take(drafted, ran);
    }

    fn take(&mut self, drafted: Result<Draft, Failed>, ran: Ran) {
        match drafted {
            Ok(draft) => {
                self.read = Arc::clone(&draft.base.read);
                let before = self.shared.edition();
                self.show(Edition::next(before.as_deref(), draft), ran);
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
    fn show(&mut self, edition: Edition, ran: Ran) {
        let before = self.shared.edition();
        let looked_at = self.shared.looked_at();
        looked_at.iter().filter(|path| edition.is_settled(path)).for_each(|path| drop(edition.file(path)));
        let edition = Arc::new(edition);
        let found = edition.found();
        let is_alike = |before: &&Arc<Edition>| before.draft.audience() == edition.draft.audience();
        let sound = before.as_ref().filter(is_alike).is_some_and(|before| before.is_sound());
        let keeps = has_errors(&found) && sound;
        if edition.is_whole() {
            (self.setup.tell)(&Told::Built {
                line: ran.line(),
                changed: &edition.changed,
                pages: edition.studio.report().pages.len(),
                found: &found,
                keeps,
            });
        }
        let mut what = wire::done(&edition, &ran, &looked_at);
        what["findings"] = wire::findings(&found, &edition.studio, &self.setup.editor, &self.setup.place);
        what["broken"] = json!(has_errors(&found));
        if keeps {
            // The number stays: what is shown is the edition before.
            what["edition"] = json!(before.map_or(0, |before| before.number));
        } else {
            self.shared.publish(Arc::clone(&edition));
        }
        self.ran = if edition.is_whole() { Ran::default() } else { ran };
        self.latest = Some(edition);
        self.told = found.len();
        self.shared.tell(&what);
    }

    /// Makes pages that nobody asked for yet, until all are made or something happens.
    fn fill(&mut self, watching: &mut Watching) -> Option<Batch> {
        let edition = self.shared.edition()?;
        let missing = edition.missing();
        if missing.is_empty() {
            return None;
        }
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
        self.tell_again(&edition);
        None
    }

    /// Tells what is wrong once more, where making the last pages found more than was told: a template that fails on one page,
    /// or words that the audience may not read.
    fn tell_again(&mut self, edition: &Arc<Edition>) {
        let found = edition.found();
        let is_latest = self.latest.as_ref().is_some_and(|latest| Arc::ptr_eq(latest, edition));
        if found.len() <= self.told || !is_latest {
            return;
        }
        self.told = found.len();
        (self.setup.tell)(&Told::Found(&found));
        let mut what = wire::done(edition, &self.ran, &[]);
        what["findings"] = wire::findings(&found, &edition.studio, &self.setup.editor, &self.setup.place);
        what["broken"] = json!(has_errors(&found));
        self.shared.tell(&what);
    }
}
