//! Answers what pages ask: tries changes without writing them, writes one, takes it back.
//! Nothing is written that the workspace would then refuse, nor over what an editor saved meanwhile.

use super::ask::{Answer, Asked, Edit, No, Wish};
use super::edition::Edition;
use super::held::Held;
use super::laid::Laid;
use super::{Setup, clock, compare, wire};
use crate::build::Options;
use crate::build::draft::{Draft, first};
use crate::diag::{Finding, Level};
use crate::inputs::{Hash, Inputs, ProjectPath};
use crate::plan::edit::{self, Change, Entry, Refused, Subject, Written};
use crate::plan::yaml::text::FILE_BYTES;
use crate::report::target_path;
use crate::site::Folder;
use crate::unit::Lang;
use axum::http::StatusCode;
use serde_json::{Value, json};
use similar::TextDiff;
use std::sync::Arc;

/// Changes that can be taken back.
const UNDOS: usize = 200;

/// What was written, so that it can be taken back.
#[derive(Default)]
pub(super) struct Journal(Vec<Written>);

/// Everything it takes to answer.
pub(super) struct Desk<'a> {
    pub(super) setup: &'a Setup<'a>,
    pub(super) options: &'a Options,
    pub(super) held: &'a Held<'a>,
    pub(super) disk: &'a dyn Inputs,
    pub(super) edition: Arc<Edition>,
}

impl Desk<'_> {
    /// Answers one wish.
    pub(super) fn answer(&self, journal: &mut Journal, wish: &Wish) -> Answer {
        match wish {
            Wish::Fields(asked) => self.fields(asked),
            Wish::WhatIf(edits, page) => self.what_if(edits, page),
            Wish::Compare(edits, lang) => self.compare(edits, *lang),
            Wish::Write(edits, hash) => self.write(journal, edits, hash),
            Wish::Undo => self.undo(journal),
            Wish::Show(_) => Err(No::named(StatusCode::BAD_REQUEST, "unknown")),
        }
    }

    fn fields(&self, asked: &Asked) -> Answer {
        let plan = &self.edition.draft.base.plan;
        let subject = match asked {
            Asked::Subject(subject) => subject.clone(),
            Asked::Page(page) => {
                let here = |id: &&crate::plan::Id| target_path(id) == *page;
                let target = plan.targets.iter().map(|target| &target.id).find(here);
                match target {
                    Some(id) => Subject::Target(id.clone()),
                    None => return self.choices(page),
                }
            }
        };
        let entry = self.entry(self.held, &subject)?;
        let (kind, id) = match &subject {
            Subject::Target(id) => ("target", id),
            Subject::Calendar(id) => ("calendar", id),
            Subject::Alert(id) => ("alert", id),
        };
        let fields = entry.fields.iter().map(|field| json!({ "path": field.path, "text": field.text }));
        Ok(json!({
            "kind": kind,
            "id": &**id,
            "file": entry.file.as_str(),
            "line": entry.line,
            "open": self.setup.editor.link(&self.setup.place, entry.file.as_str(), entry.line, 1),
            "hash": entry.hash.to_string(),
            "fields": fields.collect::<Vec<_>>(),
            "more": entry.more,
            "made_by": entry.made_by.as_deref(),
            // Sets of changes are kept by the browser, which knows a port and no workspace.
            "workspace": Hash::of(self.setup.place.to_string_lossy().as_bytes()).short(),
            "today": self.edition.draft.base.as_of().map(|day| day.to_string()),
        }))
    }

    /// What of a subject may be changed in this edition: of a part, only what its audience sees.
    fn entry(&self, inputs: &dyn Inputs, subject: &Subject) -> Result<Entry, Refused> {
        let draft = &self.edition.draft;
        let Some(part) = draft.part() else { return edit::entry(&draft.base.plan, inputs, subject) };
        if !part.shows(subject) {
            return Err(Refused::NotSeen);
        }
        let mut entry = edit::entry(&draft.base.plan, inputs, subject)?;
        if entry.made_by.is_some() {
            return Err(Refused::NotSeen);
        }
        let fields = std::mem::take(&mut entry.fields).into_iter();
        entry.fields = fields.filter(|field| part.may_change(&entry, &field.path)).collect();
        entry.more = entry.more.iter().copied().filter(|key| *key != "owner").collect();
        Ok(entry)
    }

    /// Whether a change is one of these.
    fn may(&self, inputs: &dyn Inputs, Edit { subject, change }: &Edit) -> Result<(), Refused> {
        if self.edition.draft.part().is_none() {
            return Ok(());
        }
        let entry = self.entry(inputs, subject)?;
        let is_among = match change {
            Change::Set(path, _) => entry.fields.iter().any(|field| field.path == *path),
            Change::Add(key, _) => entry.more.iter().any(|known| known == key),
            Change::Revise { .. } => true,
        };
        if is_among { Ok(()) } else { Err(Refused::NotSeen) }
    }

    /// What may be changed on a page that is none of a target: calendars, or the lines of alerts.
    fn choices(&self, page: &str) -> Answer {
        let plan = &self.edition.draft.base.plan;
        let (kind, all): (&str, Vec<Subject>) = match page {
            "alerts" => ("alert", plan.alerts.iter().map(|alert| Subject::Alert(alert.id.clone())).collect()),
            _ => ("calendar", plan.seasons.keys().cloned().map(Subject::Calendar).collect()),
        };
        let has_fields = |entry: Entry| !entry.fields.is_empty();
        let may = |subject: &&Subject| self.entry(self.held, subject).is_ok_and(has_fields);
        let id = |subject: &Subject| match subject {
            Subject::Target(id) | Subject::Calendar(id) | Subject::Alert(id) => id.to_string(),
        };
        // Those of packs are no files of the workspace: a copy there takes their place.
        let copy = |subject: &Subject| match subject {
            Subject::Alert(id) => edit::own_copy(plan, id).map(|text| json!({ "id": &**id, "text": text })),
            Subject::Target(_) | Subject::Calendar(_) => None,
        };
        let part = self.edition.draft.part();
        let seen = |subject: &&Subject| part.is_none_or(|part| part.shows(subject));
        let packed: Vec<Value> = all.iter().filter(seen).filter_map(copy).collect();
        let choices: Vec<String> = all.iter().filter(may).map(id).collect();
        Ok(json!({ "kind": kind, "choices": choices, "packed": packed }))
    }

    /// The page with changes that are not written.
    fn what_if(&self, edits: &[Edit], page: &str) -> Answer {
        let (laid, written) = self.laid(self.held, edits)?;
        let drafted = self.try_out(&laid, Some(page))?;
        let news = self.news(&drafted);
        let lost = edits.iter().zip(&written).any(|(edit, written)| is_lost(&drafted, &news, edit, written));
        let diff: String =
            laid.texts().map(|(path, after)| self.diff(path, after)).collect::<Result<_, No>>()?;
        let findings = self.shown(&news);
        if lost {
            return Ok(json!({ "findings": findings, "diff": diff, "broken": true }));
        }
        // A sum that no longer fits is told and shown: mending the parts is the next step.
        let edition = Edition::next(Some(&self.edition), drafted);
        let leaf = edition.file(page).ok_or_else(|| No::named(StatusCode::NOT_FOUND, "unknown"))?;
        let html = String::from_utf8_lossy(&leaf.made.bytes);
        let scores = edition
            .studio
            .page_at(page)
            .map(|(lang, _)| compare::score_rows(&self.edition, &edition.draft, lang));
        Ok(json!({ "html": html, "scores": scores, "findings": findings, "diff": diff, "broken": false }))
    }

    /// What changes would do to all targets, beside the files, and the patch that would make them.
    fn compare(&self, edits: &[Edit], lang: Lang) -> Answer {
        let (laid, _) = self.laid(self.held, edits)?;
        let drafted = self.try_out(&laid, None)?;
        let patch: String =
            laid.texts().map(|(path, after)| self.diff(path, after)).collect::<Result<_, No>>()?;
        let rows = compare::rows(&self.edition, &drafted, lang);
        let scores = compare::score_rows(&self.edition, &drafted, lang);
        let findings = self.shown(&self.news(&drafted));
        Ok(json!({ "rows": rows, "scores": scores, "findings": findings, "patch": patch }))
    }

    /// The workspace with changes, and the file that each of them changes.
    fn laid<'i>(&self, under: &'i dyn Inputs, edits: &[Edit]) -> Result<(Laid<'i>, Vec<Written>), No> {
        let (mut laid, mut all) = (Laid::over(under), Vec::new());
        for edit @ Edit { subject, change } in edits {
            self.may(&laid, edit)?;
            let written = edit::apply(&self.edition.draft.base.plan, &laid, subject, change)?;
            laid.lay(&written.file, &written.after);
            all.push(written);
        }
        Ok((laid, all))
    }

    /// The workspace with changes; of its pages the one at a file alone is laid out anew, if any.
    fn try_out(&self, laid: &Laid<'_>, file: Option<&str>) -> Result<Draft, No> {
        let clock = clock::Clock::start(self.setup.stopped);
        let page = file.and_then(|file| self.edition.studio.page_of(file));
        let around = (laid as &dyn Inputs, self.setup.store);
        first(&self.edition.draft, page.as_slice(), around, self.options, &clock)
            .map_err(|_| No::named(StatusCode::SERVICE_UNAVAILABLE, "failed"))
    }

    /// What a draft finds that was not found before; where it stands does not count.
    fn news(&self, draft: &Draft) -> Vec<Finding> {
        let known = &self.edition.draft.found;
        let same = |a: &Finding, b: &Finding| a.rule == b.rule && a.message == b.message;
        draft.found.iter().filter(|one| !known.iter().any(|old| same(one, old))).cloned().collect()
    }

    fn shown(&self, found: &[Finding]) -> Value {
        wire::findings(found, &self.edition.studio, &self.setup.editor, &self.setup.place)
    }

    /// Writes changes of one file as one, if it is as the page knew it and the workspace takes them.
    fn write(&self, journal: &mut Journal, edits: &[Edit], hash: &str) -> Answer {
        // As it is on disk now, not as it was read: an editor may have saved a moment ago.
        let of = |edit: &Edit| edit::file(&self.edition.draft.base.plan, &edit.subject);
        let file = of(edits.first().ok_or_else(|| No::named(StatusCode::BAD_REQUEST, "unknown"))?)?;
        let now = self.disk.read(&file, FILE_BYTES).map_err(|_| Refused::Unreadable)?;
        if Hash::of(&now).to_string() != hash {
            return Err(No::named(StatusCode::CONFLICT, "conflict"));
        }
        let (laid, all) = self.laid(self.disk, edits)?;
        if all.iter().any(|written| written.file != file) {
            return Err(No::named(StatusCode::BAD_REQUEST, "elsewhere"));
        }
        let drafted = self.try_out(&laid, None)?;
        let news = self.news(&drafted);
        if edits.iter().zip(&all).any(|(edit, written)| is_lost(&drafted, &news, edit, written)) {
            let told = json!({ "no": "invalid", "findings": self.shown(&news) });
            return Err(No { status: StatusCode::BAD_REQUEST, told });
        }
        let places = all.iter().flat_map(|written| written.places.clone()).collect();
        let after = all.into_iter().next_back().map(|written| written.after).unwrap_or_default();
        let written = Written { file, before: now.to_vec(), after, places };
        self.put(&written.file, &written.before, &written.after)?;
        let diff = diff_of(&written.file, &written.before, &written.after);
        let hash = Hash::of(&written.after).to_string();
        journal.0.push(written);
        if journal.0.len() > UNDOS {
            journal.0.remove(0);
        }
        Ok(json!({ "diff": diff, "hash": hash, "undo": journal.0.len() }))
    }

    fn undo(&self, journal: &mut Journal) -> Answer {
        let Some(Written { file, before, after, .. }) = journal.0.last() else {
            return Err(No::named(StatusCode::NOT_FOUND, "nothing-to-undo"));
        };
        self.put(file, after, before)?;
        let diff = diff_of(file, after, before);
        journal.0.pop();
        Ok(json!({ "diff": diff, "undo": journal.0.len() }))
    }

    /// Writes a file that still holds `before`.
    fn put(&self, file: &ProjectPath, before: &[u8], after: &[u8]) -> Result<(), No> {
        let now = self.disk.read(file, before.len() as u64);
        if !now.is_ok_and(|now| *now == *before) {
            return Err(No::named(StatusCode::CONFLICT, "conflict"));
        }
        let folder = Folder::open(&self.setup.place);
        let folder = folder.map_err(|_| No::named(StatusCode::INTERNAL_SERVER_ERROR, "failed"))?;
        folder.put(file, after).map_err(|_| No::named(StatusCode::INTERNAL_SERVER_ERROR, "failed"))
    }

    fn diff(&self, path: &ProjectPath, after: &[u8]) -> Result<String, No> {
        let before = self.held.read(path, u64::MAX);
        let before = before.map_err(|_| No::named(StatusCode::BAD_REQUEST, "unreadable"))?;
        Ok(diff_of(path, &before, after))
    }
}

/// Whether what was written cannot be read: an error stands at the very place, or its subject is gone from the plan.
fn is_lost(draft: &Draft, news: &[Finding], edit: &Edit, written: &Written) -> bool {
    let plan = &draft.base.plan;
    let is_there = match &edit.subject {
        Subject::Target(id) => plan.targets.iter().any(|target| target.id == *id),
        Subject::Calendar(id) => plan.seasons.contains_key(id),
        Subject::Alert(id) => plan.alerts.iter().any(|alert| alert.id == *id),
    };
    let is_here = |finding: &&Finding| {
        let place = &finding.place;
        *place.file == *written.file.as_str() && written.places.contains(&(place.line, place.column))
    };
    !is_there || news.iter().filter(is_here).any(|finding| finding.level == Level::Error)
}

/// What changed in a file, as `git apply` takes it.
fn diff_of(path: &ProjectPath, before: &[u8], after: &[u8]) -> String {
    let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
    let diff = TextDiff::from_lines(&*before, &*after);
    diff.unified_diff().context_radius(3).header(&format!("a/{path}"), &format!("b/{path}")).to_string()
}
