//! `kpress diff`: what a change of definitions means, and what it does to the numbers.

use super::progress::Progress;
use super::stop::Stop;
use super::terminal::Terminal;
use super::workspace::Workspace;
use super::{Trouble, workspace};
use crate::build::{self, Store, publish::RECORD};
use crate::diff::{self, Note, Side};
use crate::inputs::Inputs;
use crate::inputs::git::{Commit, NoGit, Over, Repository, Within};
use crate::plan::written::is_written;
use crate::render::diff as render;
use crate::render::{Theme, Voice};
use crate::report::record::Record;
use crate::time::{Calendar, Date};
use crate::unit::Lang;
use crate::versions::Archive;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// The two sides differ: as `git diff --exit-code`.
const DIFFERENT: u8 = 1;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The earlier side: a commit (`main`, `HEAD~2`), a published version (`2026-W36`), or both sides at once: `main...HEAD`
    /// compares with where the two parted. The last commit if absent
    #[arg(value_name = "BASE")]
    base: Option<String>,
    /// The later side; the files as they are now if absent
    #[arg(value_name = "HEAD")]
    head: Option<String>,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
    /// Language of the words; otherwise English for text, the site's first for Markdown and HTML
    #[arg(long, value_name = "LANG", value_parser = super::alerts::lang)]
    lang: Option<Lang>,
    /// Markdown of at most so many bytes; the default fits a comment on GitHub
    #[arg(long, value_name = "BYTES", default_value_t = render::COMMENT_BYTES)]
    most: usize,
    /// Data counts up to this day, on both sides
    #[arg(long, value_name = "DATE", value_parser = super::build::day)]
    as_of: Option<Date>,
    /// The file; otherwise it is printed
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people
    Text,
    /// For a comment under a pull request
    #[value(alias = "md")]
    Markdown,
    /// One JSON object
    Json,
    /// A page that stands alone
    Html,
}

impl From<NoGit> for Trouble {
    fn from(no: NoGit) -> Trouble {
        let trouble = Trouble::usage(no.why);
        match no.hint {
            Some(hint) => trouble.hint(hint),
            None => trouble,
        }
    }
}

/// What stands on a side.
enum What {
    /// The files as they are.
    Here,
    /// A commit of the repository.
    Commit(Commit),
    /// A published version, with its name.
    Version(String, Box<Record>),
}

/// Compares.
pub(crate) fn run(
    arguments: &Arguments,
    option: Option<&Path>,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<u8, Trouble> {
    let workspace = workspace::open(None, option)?;
    let plan = crate::plan::load(&workspace.disk).value;
    let within = if plan.site.history { Within::Subfolder } else { Within::RootOnly };
    let places = Places { workspace: &workspace, within };
    let (base, head) = places.sides(arguments)?;
    let progress = Progress::new(terminal, stop);
    let side = |what: What, store: Store| -> Result<Side, Trouble> {
        places.side(what, store, (arguments.as_of, plan.site.calendar), (terminal, stop, &progress))
    };
    // The files as they are come first: what they take is kept for the next build, and serves the other side.
    let open = || Store::open(&workspace.place, &workspace::maker());
    let sides = side(head, open()).and_then(|head| Ok((side(base, open().aside())?, head)));
    progress.clear();
    let (base, head) = sides?;
    let mut compared = diff::compare(&base, &head);
    if places.repository().ok().flatten().is_some_and(|repository| repository.is_shallow()) {
        compared.notes.push(Note::Shallow);
    }
    let own = match arguments.format {
        Form::Text | Form::Json => Lang::En,
        Form::Markdown | Form::Html => plan.site.languages.first().copied().unwrap_or(Lang::En),
    };
    let theme = Theme::of(&workspace.disk).value;
    let calendar = head.calendar;
    let voice = Voice::of(&theme, arguments.lang.unwrap_or(own), calendar);
    let text = match arguments.format {
        Form::Text => render::text(&compared, &voice, &calendar),
        Form::Markdown => render::markdown(&compared, &voice, &calendar, arguments.most),
        Form::Json => render::json(&compared),
        Form::Html => render::html(&compared, &voice, &calendar),
    };
    match &arguments.out {
        Some(file) => super::export::put(file, text.as_bytes())?,
        None => {
            super::send(terminal, text.as_bytes())?;
        }
    }
    Ok(if compared.is_empty() { 0 } else { DIFFERENT })
}

/// Where the sides come from.
struct Places<'a> {
    workspace: &'a Workspace,
    within: Within,
}

impl Places<'_> {
    fn repository(&self) -> Result<Option<Repository>, NoGit> {
        Repository::of(&self.workspace.place, self.within)
    }

    /// The repository, which must be there.
    fn needed(&self) -> Result<Repository, Trouble> {
        self.repository()?.ok_or_else(|| {
            Trouble::usage("the workspace lies in no Git repository")
                .hint("name two published versions, or start a history with `git init`")
        })
    }

    /// What the arguments name.
    fn sides(&self, arguments: &Arguments) -> Result<(What, What), Trouble> {
        let base = arguments.base.as_deref().unwrap_or("HEAD");
        if let (None, Some((one, other))) = (&arguments.head, base.split_once("..")) {
            let or_head = |name: &str| if name.is_empty() { "HEAD".to_owned() } else { name.to_owned() };
            return match other.strip_prefix('.') {
                Some(other) => self.parted(&or_head(one), &or_head(other)),
                None => Ok((self.named(&or_head(one))?, self.named(&or_head(other))?)),
            };
        }
        let head = match &arguments.head {
            Some(head) => self.named(head)?,
            None => What::Here,
        };
        Ok((self.named(base)?, head))
    }

    /// From where two commits parted to the second of them.
    fn parted(&self, one: &str, other: &str) -> Result<(What, What), Trouble> {
        let repository = self.needed()?;
        let (first, second) = (repository.commit(one)?, repository.commit(other)?);
        let base = repository.merge_base(&first, &second)?;
        let base = base.ok_or_else(|| {
            let trouble = Trouble::usage(format!("`{one}` and `{other}` have no commit in common"));
            match repository.is_shallow() {
                true => trouble.hint("the clone is shallow: fetch the rest with `git fetch --unshallow`, in CI with `fetch-depth: 0`"),
                false => trouble.hint("name the two sides on their own"),
            }
        })?;
        Ok((What::Commit(base), What::Commit(second)))
    }

    /// A version of this name, else a commit.
    fn named(&self, name: &str) -> Result<What, Trouble> {
        if let Some(archive) = Archive::open(&self.workspace.place, None)?
            && let Ok(known) = archive.version(name)
        {
            let id = known.id.clone();
            let digits = known
                .manifests
                .get(build::publish::EVERYBODY)
                .ok_or_else(|| Trouble::usage(format!("the version `{id}` has no pages for everybody")))?;
            let (manifest, _) = archive.manifest(digits)?;
            let record = archive.file(&manifest, RECORD)?.ok_or_else(|| {
                Trouble::usage(format!("the version `{id}` keeps no record of what it said"))
            })?;
            let record = Record::read(&record).map_err(Trouble::usage)?;
            return Ok(What::Version(id, Box::new(record)));
        }
        Ok(What::Commit(self.needed()?.commit(name)?))
    }

    fn side(
        &self,
        what: What,
        store: Store,
        (as_of, calendar): (Option<Date>, Calendar),
        (terminal, stop, progress): (&Terminal, &Stop, &Progress<'_>),
    ) -> Result<Side, Trouble> {
        let measure = |name: String, inputs: &dyn Inputs| -> Result<Side, Trouble> {
            // Nobody is asked to approve anything here: only what the side's own lock approves runs.
            let store = super::plugins::with(store, terminal, stop, true)?;
            Ok(build::side(name, inputs, &store, as_of, progress)?)
        };
        match what {
            What::Here => measure(diff::HERE.to_owned(), &self.workspace.disk),
            What::Version(id, record) => Ok(Side::published(id, *record, calendar)),
            What::Commit(commit) => {
                let files = self.needed()?.inputs(&commit, is_written)?;
                let over = Over::of(&files, &self.workspace.disk, is_written);
                measure(commit.short().to_owned(), &over)
            }
        }
    }
}
