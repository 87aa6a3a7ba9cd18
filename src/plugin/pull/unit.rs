//! One source for one store: page after page until the plugin is done, each page written down before the next is asked
//! for, waits as the plugin asks for them, and at the end everything moved into `data/` at once.

use super::commit;
use super::doors::{Budgets, Doors, World};
use super::port::{Asked, Ended, Page, Said, SourceInfo, SourcePort};
use super::rows;
use super::said::{self, Around, PLUGIN_NO_PROGRESS};
use super::stage::{Stage, Staged};
use super::state::State;
use crate::diag::Finding;
use crate::inputs::{Hash, ProjectPath};
use crate::measure::plugged::port::RunContext;
use crate::plan::failure::Failure;
use crate::plan::pull::Pull;
use crate::plan::{Id, Site, Source, Store};
use crate::plugin::failure::PLUGIN_OUTPUT_TOO_LARGE;
use crate::plugin::limits::{CURSOR_BYTES_MAX, FILE_OPENS_MAX, Limits};
use crate::plugin::reach::exchange::{HttpError, Logged, Reach};
use crate::plugin::reach::folder::{self, Folder as Granted};
use crate::plugin::reach::http;
use crate::plugin::reach::tape::{NoTape, Tape};
use crate::plugin::reach::vault::Vault;
use crate::site::{Failed, Folder};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Bodies of a whole pull; documents do not count.
const PULL_BYTES_MAX: u64 = 1 << 30;
/// The largest document (decisions: plugins).
const DOCUMENT_BYTES_MAX: u64 = 4 << 30;
/// The longest that fetching one may take.
const DOCUMENT_TIME: Duration = Duration::from_secs(30 * 60);
/// Where requests are logged.
pub const LOG: &str = ".kpress/pull.log";

/// What is fetched.
pub struct Unit<'a> {
    /// The site.
    pub site: &'a Site,
    /// The source.
    pub source: &'a Source,
    /// Its lines about fetching.
    pub pull: &'a Pull,
    /// For which store.
    pub store: Option<&'a Store>,
    /// Where its data lies: `data/returns/jp1`.
    pub folder: String,
    /// The component.
    pub sha256: &'a str,
    /// The source within the component.
    pub info: &'a SourceInfo,
}

impl Unit<'_> {
    /// The plugin as a user names it: `amazon-sp-api` or `http-table/rows`.
    pub fn name(&self) -> String {
        match &self.pull.id {
            Some(id) => format!("{}/{id}", self.pull.plugin),
            None => self.pull.plugin.to_string(),
        }
    }

    /// The source as a user names it: `returns` or `returns (jp1)`.
    pub fn label(&self) -> String {
        match self.store {
            Some(store) => format!("{} ({})", self.source.id, store.id),
            None => self.source.id.to_string(),
        }
    }

    /// Where its state lies.
    fn stage(&self) -> String {
        let store = self.store.map(|store| format!("@{}", store.id)).unwrap_or_default();
        format!(".kpress/pull/{}{store}", self.source.id)
    }

    /// What a store says of itself, as far as the plugin asks for it by name.
    pub fn of_store(&self) -> Vec<(Id, Arc<str>)> {
        let Some(store) = self.store else { return Vec::new() };
        let schema: Value = serde_json::from_str(&self.info.params_schema).unwrap_or_default();
        let own = [
            ("store", Some(store.id.clone())),
            ("marketplace", store.marketplace.clone()),
            ("currency", store.currency.map(|currency| currency.code().into())),
        ];
        let asked = |name: &str| schema["properties"].get(name).is_some();
        own.into_iter()
            .filter_map(|(name, value)| Some((name.into(), value.filter(|_| asked(name))?)))
            .collect()
    }

    /// What the plugin is told: `config:`, and of the store what it asks for by name.
    fn params(&self) -> Vec<(Arc<str>, Arc<str>)> {
        let text = |value: &Value| match value {
            Value::String(text) => text.as_str().into(),
            other => other.to_string().into(),
        };
        let mut params: BTreeMap<Arc<str>, Arc<str>> = self.of_store().into_iter().collect();
        params.extend(self.pull.config.iter().map(|(name, value)| (name.clone(), text(value))));
        params.into_iter().collect()
    }
}

/// All that a unit is run with.
pub struct Run<'a> {
    /// The workspace.
    pub workspace: &'a Folder,
    /// What runs pages.
    pub port: &'a dyn SourcePort,
    /// Granted servers.
    pub reach: Arc<BTreeMap<String, Reach>>,
    /// Granted folders.
    pub folders: Arc<BTreeMap<String, Granted>>,
    /// Granted secrets, with their values.
    pub vault: Vault,
    /// Recording or playing.
    pub tape: Box<dyn Tape + Send>,
    /// The network and time.
    pub world: World,
    /// How far it may go.
    pub limits: Limits,
    /// Language of texts.
    pub locale: &'a str,
    /// Days to fetch, if somebody said so.
    pub window: (Option<i32>, i32),
    /// Whether days are fetched again that were fetched before.
    pub again: bool,
    /// Waits; `false`: stop now.
    pub wait: &'a dyn Fn(Duration) -> bool,
    /// Tells what happens.
    pub say: &'a dyn Fn(&str),
}

/// What became of a unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Days that were fetched; none: nothing was new.
    pub windows: Vec<(Option<i32>, i32)>,
    /// Files that were written.
    pub files: Vec<String>,
    /// Rows in them, where they are known.
    pub rows: u64,
    /// Rows that could not be used.
    pub dropped: u64,
    /// Requests, bytes sent, bytes received.
    pub requests: (u64, u64, u64),
    /// What went wrong.
    pub found: Vec<Finding>,
    /// Whether somebody stopped it.
    pub stopped: bool,
}

/// Fetches all that is due.
///
/// # Errors
/// A disk that fails.
pub fn fetch(unit: &Unit<'_>, run: Run<'_>) -> Result<Outcome, Failed> {
    let mut outcome = Outcome::default();
    let path = unit.stage();
    let stage = run.workspace.make(&path).map_err(|error| Failed::of("write", &path, &error))?;
    let mut work = Work { unit, run, stage, path, spent: 0, outcome: &mut outcome };
    // What was left undone comes first, with the days it began with.
    if let Some(state) = State::read(&work.stage) {
        if let Some(commit) = &state.commit {
            commit::finish(work.run.workspace, &work.path, commit)?;
            work.note(&state, commit);
        } else if state.key == work.key() {
            let pages = state.pages;
            (work.run.say)(&format!("{}: goes on after page {pages}", unit.label()));
            let mut state = state;
            state.resumed += 1;
            if !work.pages(state)? {
                return Ok(outcome);
            }
        } else {
            (work.run.say)(&format!(
                "{}: begins anew, since the plugin or its `config:` changed",
                unit.label()
            ));
        }
    }
    let (wanted, until) = work.run.window;
    let (last, _) = commit::known(work.run.workspace, &unit.folder);
    let first = unit.pull.since.map(crate::time::day_number);
    let since = match (wanted, last) {
        (Some(since), _) => Some(since),
        (None, Some(last)) if last >= until && !work.run.again => {
            // Nothing is due; what is left of the stage is an empty folder.
            let _ = work.run.workspace.purge(&work.path);
            return Ok(outcome);
        }
        (None, Some(last)) => {
            let back = i32::try_from(unit.pull.refetch).unwrap_or(i32::MAX);
            Some((last + 1).saturating_sub(back).max(first.unwrap_or(i32::MIN)))
        }
        (None, None) => first,
    };
    if since.is_none_or(|since| since <= until) {
        work.run.workspace.make(&work.path).map_err(|error| Failed::of("write", &work.path, &error))?;
        work.stage = run_stage(work.run.workspace, &work.path)?;
        let state = State::new(&work.key(), since, until);
        state.sweep(&work.stage).map_err(|error| Failed::of("write", &work.path, &error))?;
        work.pages(state)?;
    }
    Ok(outcome)
}

fn run_stage(workspace: &Folder, path: &str) -> Result<Folder, Failed> {
    workspace.make(path).map_err(|error| Failed::of("write", path, &error))
}

struct Work<'a, 'o> {
    unit: &'a Unit<'a>,
    run: Run<'a>,
    stage: Folder,
    path: String,
    /// Bytes of bodies so far.
    spent: u64,
    outcome: &'o mut Outcome,
}

impl Work<'_, '_> {
    /// What a cursor means something to.
    fn key(&self) -> String {
        let params = self.unit.params();
        let mut parts: Vec<&[u8]> = vec![self.unit.sha256.as_bytes(), self.unit.info.id.as_bytes()];
        for (name, value) in &params {
            parts.extend([name.as_bytes(), value.as_bytes()]);
        }
        Hash::of_parts(parts).to_string()
    }

    /// Asks for pages until the last; `false` if it did not come so far.
    fn pages(&mut self, mut state: State) -> Result<bool, Failed> {
        let told = |error| Failed::of("write", ".kpress/pull", &error);
        state.sweep(&self.stage).map_err(told)?;
        state.write(&self.stage)?;
        loop {
            if !(self.run.wait)(Duration::ZERO) {
                self.outcome.stopped = true;
                return Ok(false);
            }
            if state.pages >= self.run.limits.pages {
                let why = format!("gave {} pages and is not done", state.pages);
                return Ok(self.broken(&PLUGIN_NO_PROGRESS, &why));
            }
            let (page, staged) = match self.page(&mut state)? {
                Some(page) => page,
                None => return Ok(false),
            };
            let is_last = page.done;
            if !is_last && page.cursor == state.cursor() {
                return Ok(self.broken(&PLUGIN_NO_PROGRESS, "gave the same cursor again and is not done"));
            }
            if !self.take(&mut state, page, staged)? {
                return Ok(false);
            }
            if is_last {
                let now = self.run.world.clock.now_ms();
                let commit = commit::prepare(
                    self.unit,
                    self.run.workspace,
                    &self.stage,
                    &state,
                    &self.unit.info.tables,
                    now,
                )?;
                state.commit = Some(commit.clone());
                state.write(&self.stage)?;
                commit::finish(self.run.workspace, &self.path, &commit)?;
                self.note(&state, &commit);
                return Ok(true);
            }
            state.write(&self.stage)?;
        }
    }

    /// Notes what a window brought.
    fn note(&mut self, state: &State, commit: &super::state::Commit) {
        self.outcome.windows.push((state.since, state.until));
        self.outcome.files.extend(commit.moves.values().cloned());
        self.outcome.rows += state.rows.iter().map(|(.., rows)| rows).sum::<u64>();
        self.outcome.dropped += state.dropped;
    }

    /// One page, with all the waits it asks for.
    fn page(&mut self, state: &mut State) -> Result<Option<(Page, Vec<Staged>)>, Failed> {
        let mut waited = Duration::ZERO;
        loop {
            let kept = Arc::new(Mutex::new(Vec::new()));
            let (ended, around) = self.call(state, &kept);
            self.log(&around)?;
            self.count(state, &around.logged);
            let ended = match ended {
                Ok(page) => {
                    let staged =
                        std::mem::take(&mut *kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
                    return Ok(Some((page, staged)));
                }
                Err(ended) => ended,
            };
            state.sweep(&self.stage).map_err(|error| Failed::of("write", ".kpress/pull", &error))?;
            if let Ended::Said(Said::RetryLater(seconds)) = &ended {
                let wait = Duration::from_secs(u64::from((*seconds).max(1)));
                // The longest wait holds for one and for all together that bring no page.
                if waited + wait <= self.run.limits.retry_wait {
                    waited += wait;
                    (self.run.say)(&format!("{}: waits {seconds} s", self.unit.label()));
                    if (self.run.wait)(wait) {
                        continue;
                    }
                    self.outcome.stopped = true;
                    return Ok(None);
                }
            }
            let name = self.unit.name();
            let found = said::finding(&name, self.unit.pull, &ended, &around, |text| {
                self.run.vault.mask_text(&escaped(text))
            });
            self.outcome.found.extend(found);
            return Ok(None);
        }
    }

    /// One call of the plugin.
    fn call(&mut self, state: &State, kept: &Arc<Mutex<Vec<Staged>>>) -> (Result<Page, Ended>, Around) {
        let limits = &self.run.limits;
        let bytes = limits.http_bytes.min(PULL_BYTES_MAX.saturating_sub(self.spent));
        let budgets = Budgets {
            calls: limits.host_calls,
            http: http::Budget {
                requests: u32::try_from(limits.http_requests).unwrap_or(u32::MAX),
                bytes,
                body: limits.http_body,
                request_time: limits.http_time,
                document: DOCUMENT_BYTES_MAX,
                document_time: DOCUMENT_TIME,
            },
            files: folder::Budget {
                opens: u32::try_from(FILE_OPENS_MAX).unwrap_or(u32::MAX),
                bytes: limits.file_bytes,
            },
        };
        let page_time = limits.wall_run + limits.http_time * 10;
        let now = self.run.world.clock.now_ms();
        let deadline_ms = now.saturating_add(i64::try_from(page_time.as_millis()).unwrap_or(i64::MAX));
        let documents = Stage::new(self.stage.clone(), &self.unit.info.tables, state.pages, kept.clone());
        let doors = Doors {
            reach: self.run.reach.clone(),
            vault: std::mem::take(&mut self.run.vault),
            world: self.run.world.clone(),
            folders: self.run.folders.clone(),
            documents: Box::new(documents),
            tape: std::mem::replace(&mut self.run.tape, Box::new(NoTape)),
            budgets,
            deadline_ms,
            logged: Vec::new(),
            denied: Vec::new(),
            exhausted: None,
            lines: Vec::new(),
        };
        let site = self.unit.site;
        let context = RunContext {
            as_of: crate::time::numbered_day(state.until),
            timezone: site.zone_name.clone(),
            locale: self.run.locale.into(),
            currency: site.currency.code().into(),
            params: self.unit.params(),
        };
        let cursor = state.cursor();
        let asked = Asked {
            id: &self.unit.info.id,
            context: &context,
            since: state.since,
            until: state.until,
            cursor: cursor.as_deref(),
        };
        let (ended, doors) = self.run.port.next_page(&asked, doors);
        self.spent += bytes.saturating_sub(doors.budgets.http.bytes);
        self.run.vault = doors.vault;
        self.run.tape = doors.tape;
        let Doors { denied, exhausted, logged, lines, .. } = doors;
        (ended, Around { denied, exhausted, logged, lines })
    }

    /// Puts a page on the stage.
    fn take(&mut self, state: &mut State, page: Page, staged: Vec<Staged>) -> Result<bool, Failed> {
        let read = match rows::read(&page.batches, &self.unit.info.tables) {
            Ok(read) => read,
            Err(why) => {
                let failure = rows::invalid(&self.unit.name(), &why);
                self.outcome.found.push(failure.finding(self.unit.pull.place.clone()));
                return Ok(false);
            }
        };
        if page.cursor.as_ref().is_some_and(|cursor| cursor.len() > CURSOR_BYTES_MAX) {
            let why = format!("gave a cursor of more than {CURSOR_BYTES_MAX} bytes");
            return Ok(self.broken(&PLUGIN_OUTPUT_TOO_LARGE, &why));
        }
        for (table, rows) in read {
            let info = self.unit.info.tables.iter().find(|info| info.name == table);
            let info = info.expect("rows are read of tables that are described");
            let file = format!("page-{}-{table}.jsonl", state.pages);
            let text: String = rows.iter().map(|row| rows::line(row, info)).collect();
            let path = ProjectPath::parse(&file).expect("names of tables are checked");
            self.stage.put(&path, text.as_bytes())?;
            state.rows.push((file, table, rows.len() as u64));
        }
        state.documents.extend(staged);
        state.dropped += page.rows_dropped;
        state.pages += 1;
        state.set_cursor(page.cursor.as_deref());
        Ok(true)
    }

    /// A finding; always `false`: the pull ends here.
    fn broken(&mut self, rule: &'static crate::diag::Rule, why: &str) -> bool {
        let told = format!("plugin `{}` {why}", self.unit.name());
        let failure = Failure::new(rule, told, "what was fetched is kept; this is a mistake of the plugin");
        self.outcome.found.push(failure.finding(self.unit.pull.place.clone()));
        false
    }

    /// Counts requests, and hashes what they were.
    fn count(&mut self, state: &mut State, logged: &[Logged]) {
        for line in logged {
            for (requests, sent, received) in [&mut state.requests, &mut self.outcome.requests] {
                *requests += 1;
                *sent += line.sent;
                *received += line.received;
            }
            let said = format!("{} {} {}", line.method, line.url, outcome_of(line));
            state.digest = Hash::of_parts([state.digest.as_bytes(), said.as_bytes()]).to_string();
        }
    }

    /// Lines of `pull.log`.
    fn log(&self, around: &Around) -> Result<(), Failed> {
        let mut text = String::new();
        let now = crate::plugin::reach::moment::moment(
            self.run.world.clock.now_ms(),
            crate::plugin::reach::moment::TimeFormat::Rfc3339,
        );
        let head = format!("{now} {} {}", self.unit.label(), self.unit.name());
        for line in &around.logged {
            let (sent, received) = (line.sent, line.received);
            let said = outcome_of(line);
            text.push_str(&format!(
                "{head} {} {} {said} sent={sent} received={received}\n",
                line.method, line.url
            ));
        }
        around.denied.iter().for_each(|why| text.push_str(&format!("{head} refused: {}\n", escaped(why))));
        around.lines.iter().for_each(|line| text.push_str(&format!("{head} says {line}\n")));
        if text.is_empty() {
            return Ok(());
        }
        self.run.workspace.append(LOG, text.as_bytes()).map_err(|error| Failed::of("write", LOG, &error))
    }
}

fn outcome_of(line: &Logged) -> String {
    match &line.outcome {
        Ok(status) => status.to_string(),
        Err(error) => said::told(error).replace(' ', "-"),
    }
}

fn escaped(text: &str) -> String {
    crate::diag::printable(text)
}

/// Nothing is sent while offline.
#[derive(Clone, Copy, Debug)]
pub struct Offline;

impl crate::plugin::reach::wire::Wire for Offline {
    fn exchange(
        &self,
        _: &crate::plugin::reach::wire::Leaving,
        _: Option<&mut dyn std::io::Write>,
    ) -> Result<crate::plugin::reach::wire::Arrived, HttpError> {
        Err(HttpError::Offline)
    }
}

#[cfg(test)]
#[path = "unit_tests.rs"]
mod tests;
