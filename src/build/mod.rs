//! Ties the stages: what people wrote and what was recorded become a site on disk.
//! Everything wrong is found first; with an error the old site stays as it is, unless it is built all the same on request.

mod behind;
mod cache;
mod compare;
#[cfg(feature = "preview")]
pub mod draft;
mod guess;
mod kept;
#[cfg(feature = "plugins")]
mod loading;
mod memo;
mod narrow;
mod past;
mod plugins;
pub mod publish;
pub mod rebuild;
mod register;
pub mod rekey;
mod rules;
mod series;
mod survey;
mod told;
pub mod wbr;

pub use cache::Store;
pub use compare::side;
#[cfg(feature = "plugins")]
pub use loading::Loading;
pub use past::tell;
pub use plugins::{Plugins, Ready, Runner};
pub use rules::{rule, rules};
pub use survey::{LOCK, LOCK_UNREADABLE, Origin, Survey, lock, pages, survey};

use crate::diag::{Family, Finding, Level, has_errors};
use crate::inputs::{Inputs, Record};
use crate::plan::audience::Audience;
use crate::render::{self, Layout, Sink, Theme};
use crate::report::Report;
use crate::site::{self, Around, Failed, Output};
use crate::time::Date;
use std::path::Path;

/// A stage of a build, for progress and timings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Whether anything changed since the last build.
    Memo,
    /// Reading what people wrote.
    Plan,
    /// Reading data.
    Snapshot,
    /// Computing figures.
    Measure,
    /// Comparing them with targets.
    Assess,
    /// Laying out pages.
    Report,
    /// Making files of them.
    Render,
    /// Bringing them into place.
    Site,
}

impl Stage {
    /// Its module.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Memo => "memo",
            Stage::Plan => "plan",
            Stage::Snapshot => "snapshot",
            Stage::Measure => "measure",
            Stage::Assess => "assess",
            Stage::Report => "report",
            Stage::Render => "render",
            Stage::Site => "site",
        }
    }

    /// What is being done, for the progress line.
    pub fn doing(self) -> &'static str {
        match self {
            Stage::Memo => "looking for changes",
            Stage::Plan => "reading definitions",
            Stage::Snapshot => "reading data",
            Stage::Measure => "computing figures",
            Stage::Assess => "comparing with targets",
            Stage::Report => "laying out pages",
            Stage::Render => "writing pages",
            Stage::Site => "bringing the site into place",
        }
    }
}

/// Who watches a build: shows progress, and may ask it to stop.
pub trait Watch: Sync {
    /// A stage begins.
    fn begin(&self, stage: Stage);

    /// The stage that began is about these alone.
    fn about(&self, _what: &str) {}

    /// Whether somebody asked to stop. The build then ends before the next step, and nothing is changed.
    fn stopped(&self) -> bool;
}

/// What happens when something of error level is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnError {
    /// The old site stays.
    KeepOld,
    /// The site is built all the same; what is broken says so in its place.
    KeepGoing,
}

/// What happens when a plugin fails: it costs its own metric, and usually the build as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFailedPlugin {
    /// An error like any other.
    Error,
    /// A warning: the dash and its reason are enough.
    Warn,
}

impl OnFailedPlugin {
    /// Findings with the levels that follow from it. What is not approved, or wrongly wired, stays an error.
    fn levelled(self, mut found: Vec<Finding>) -> Vec<Finding> {
        let of_plugins = |finding: &&mut Finding| {
            let rule = finding.rule;
            rule.family == Family::Data && rule.name.starts_with("plugin-") && finding.level == Level::Error
        };
        if self == OnFailedPlugin::Warn {
            found.iter_mut().filter(of_plugins).for_each(|finding| finding.level = Level::Warning);
        }
        found
    }
}

/// How a site is built.
#[derive(Clone, Debug)]
pub struct Options {
    /// Data counts up to this day, whatever the workspace says.
    pub as_of: Option<Date>,
    /// What an error means.
    pub on_error: OnError,
    /// For this audience alone; all of them if absent.
    pub audience: Option<String>,
    /// What it means that a plugin fails.
    pub on_failed_plugin: OnFailedPlugin,
    /// Which kpress builds: a memo of another one is not believed.
    pub maker: String,
}

/// What came of a build.
#[derive(Debug)]
pub struct Outcome {
    /// Everything found.
    pub found: Vec<Finding>,
    /// The site; `None` if errors kept it from being written.
    pub site: Option<Built>,
}

/// A site that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Built {
    /// How many pages, each counted once for all languages.
    pub pages: usize,
    /// How many languages.
    pub languages: usize,
    /// The audience it is for, where a build for the author chose one.
    pub audience: Option<String>,
    /// How many files were written and removed; `None` if nothing had changed at all.
    pub changed: Option<(usize, usize)>,
}

/// Builds the site of a workspace into a folder.
///
/// # Errors
/// What kept it from being written; findings are no error here but part of the [`Outcome`].
pub fn build(
    inputs: &dyn Inputs,
    place: &Path,
    around: &Around<'_>,
    store: &Store,
    options: &Options,
    watch: &dyn Watch,
) -> Result<Outcome, Failed> {
    watch.begin(Stage::Memo);
    let key = memo::key(options, place, inputs);
    // Opened first: a folder that is refused is told before an hour of work, and an interrupted build is finished.
    let mut output = Output::open(place, around)?;
    if let Some(outcome) = memo::recall(inputs, place, store, &key) {
        return Ok(outcome);
    }
    let begun = store.tick();
    let record = Record::of(inputs);
    let mut survey = survey(&record, store, options.as_of, |_, _| {}, watch)?;
    tell(&mut survey, &record, store, watch)?;
    survey.read.iter().for_each(|(path, read)| record.note(path, read));
    let author = options.audience.is_none().then(|| narrow::author(&mut survey)).flatten();
    let checked = pages(&survey, watch)?;
    let (said, origin) = (rules::Said::of(&survey.plan, survey.snapshot.as_of), survey.origin);
    let all_ran = survey.plan.failed.is_empty();
    let mut found = options.on_failed_plugin.levelled(survey.found.clone());
    let report = checked.into_value(&mut found);
    let given_up = |found: &[Finding]| has_errors(found) && options.on_error == OnError::KeepOld;
    found = rules::levelled(found, &said);
    let chosen = match &author {
        Some(_) => None,
        None => narrow::chosen(&survey.plan, options.audience.as_deref(), &mut found),
    };
    if given_up(&found) {
        return Ok(Outcome { found: finish(found), site: None });
    }
    watch.begin(Stage::Render);
    let mut sink = Guarded { output: &mut output, watch, folder: String::new() };
    let theme = Theme::of(&record).into_value(&mut found);
    let readers = Readers::of(author.as_ref(), chosen.as_deref());
    let made = press((&survey, &report), readers, &theme, &mut sink, watch)?;
    let leaks = narrow::leaks(&made);
    found.extend(rules::levelled(made, &said));
    stop(watch)?;
    if leaks || given_up(&found) {
        return Ok(Outcome { found: finish(found), site: None });
    }
    watch.begin(Stage::Site);
    let written = output.commit()?;
    let counts = written.counts;
    let built = Built {
        pages: report.pages.len(),
        languages: report.languages.len(),
        audience: author.map(|hidden| hidden.audience().to_owned()),
        changed: Some((counts.written, counts.removed)),
    };
    let outcome = Outcome { found: finish(found), site: Some(built) };
    // A plugin that failed may have met a slow machine: it is asked again.
    if !has_errors(&outcome.found) && all_ran {
        let stamps = site::stamps(place, &written).unwrap_or_default();
        memo::remember(&record, store, (&key, begun), &outcome, &stamps);
    }
    // The columns of files are not asked for where no table is read, and still wanted.
    if origin == Origin::Read {
        store.sweep();
    }
    Ok(outcome)
}

/// For whom files are made.
#[derive(Clone, Copy)]
enum Readers<'a> {
    /// For everybody, without a folder of its own.
    Everybody,
    /// For the author, as an audience that sees everything: what is hidden from it are texts for others.
    Author(&'a narrow::Hidden),
    /// For each of these, in a folder of its own.
    Each(&'a [Audience]),
}

impl<'a> Readers<'a> {
    fn of(author: Option<&'a narrow::Hidden>, each: Option<&'a [Audience]>) -> Readers<'a> {
        match (author, each) {
            (Some(hidden), _) => Readers::Author(hidden),
            (None, Some(each)) => Readers::Each(each),
            (None, None) => Readers::Everybody,
        }
    }
}

/// Makes the files of those who read them.
fn press(
    (survey, report): (&Survey, &Report),
    readers: Readers<'_>,
    theme: &Theme,
    sink: &mut dyn Folders,
    watch: &dyn Watch,
) -> Result<Vec<Finding>, Failed> {
    let audiences = match readers {
        Readers::Everybody => return Ok(render::render(report, theme, sink.of("")).found),
        Readers::Author(hidden) => {
            return Ok(narrow::press((report, hidden), theme, Layout::Folder, sink.of("")));
        }
        Readers::Each(audiences) => audiences,
    };
    let base = narrow::Base::of(survey);
    let (mut found, mut eyes) = (Vec::new(), Vec::new());
    for audience in audiences {
        let narrow = base.narrow(audience).into_value(&mut found);
        let into = sink.of(&audience.id);
        found.extend(narrow::press((&narrow.report, &narrow.hidden), theme, Layout::Folder, into));
        eyes.push(narrow.eyes);
        stop(watch)?;
    }
    found.extend(base.pooled(&eyes));
    Ok(found)
}

/// Takes the files of several trees.
trait Folders {
    /// The sink of one of them.
    fn of(&mut self, folder: &str) -> &mut dyn Sink;
}

/// Everything wrong with a workspace, that of laying out and writing pages included. Nothing is written.
///
/// # Errors
/// [`Failed::Interrupted`] if somebody asked to stop.
pub fn check(inputs: &dyn Inputs, store: &Store, watch: &dyn Watch) -> Result<Vec<Finding>, Failed> {
    let mut survey = survey(inputs, store, None, |_, _| {}, watch)?;
    tell(&mut survey, inputs, store, watch)?;
    let checked = pages(&survey, watch)?;
    let said = rules::Said::of(&survey.plan, survey.snapshot.as_of);
    let mut found = survey.found.clone();
    let report = checked.into_value(&mut found);
    watch.begin(Stage::Render);
    let theme = Theme::of(inputs).into_value(&mut found);
    let readers = Readers::of(None, survey.plan.audiences.as_deref());
    found.extend(press((&survey, &report), readers, &theme, &mut Nowhere, watch)?);
    stop(watch)?;
    let idle = said.idle(&found);
    found.extend(idle);
    Ok(finish(rules::levelled(found, &said)))
}

/// Findings in the order in which they are shown.
fn finish(mut found: Vec<Finding>) -> Vec<Finding> {
    crate::diag::sort(&mut found);
    found
}

/// Ends the build if somebody asked for it.
fn stop(watch: &dyn Watch) -> Result<(), Failed> {
    if watch.stopped() { Err(Failed::Interrupted) } else { Ok(()) }
}

/// Whether the command should end as if a warning were an error.
pub fn has_warnings(found: &[Finding]) -> bool {
    found.iter().any(|finding| finding.level == Level::Warning)
}

/// Hands files to the output until somebody asks to stop.
struct Guarded<'a> {
    output: &'a mut Output,
    watch: &'a dyn Watch,
    /// With a `/` at its end, or nothing.
    folder: String,
}

impl Folders for Guarded<'_> {
    fn of(&mut self, folder: &str) -> &mut dyn Sink {
        self.folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        self
    }
}

impl Sink for Guarded<'_> {
    fn file(&mut self, path: &str, bytes: &[u8]) {
        if !self.watch.stopped() {
            self.output.take(&format!("{}{path}", self.folder), bytes);
        }
    }
}

/// Takes files and forgets them.
struct Nowhere;

impl Folders for Nowhere {
    fn of(&mut self, _folder: &str) -> &mut dyn Sink {
        self
    }
}

impl Sink for Nowhere {
    fn file(&mut self, _path: &str, _bytes: &[u8]) {}
}
