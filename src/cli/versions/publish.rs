//! `kpress publish`: the site as a version that stays as it is.

use super::super::progress::Progress;
use super::super::stop::Stop;
use super::super::terminal::{Terminal, counted};
use super::super::{Trouble, workspace};
use super::{open, sign, size, tell};
use crate::build::Store;
use crate::build::publish::{self, Commit, Plan, Published, Wish};
use crate::diag::exit_code;
use crate::time::{Date, Period, parse_period};
use crate::versions::{Manifest, VersionId};
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Seconds of a day.
const DAY: i64 = 86_400;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Copy to this deploy target only; otherwise to all below `publish:`
    #[arg(value_name = "DEPLOY")]
    deploy: Option<String>,
    /// Name of the version; otherwise the next number of its period, as `2026-w46.1`
    #[arg(long = "as", value_name = "ID", value_parser = VersionId::parse)]
    id: Option<VersionId>,
    /// The period it reports on; otherwise the week of the last day of data
    #[arg(long, value_name = "PERIOD")]
    period: Option<String>,
    /// Data counts up to this day
    #[arg(long, value_name = "DATE", value_parser = super::super::build::day)]
    as_of: Option<Date>,
    /// To look at only: readers are not led to it, and it goes after a while
    #[arg(long)]
    draft: bool,
    /// How long a draft stays
    #[arg(long, value_name = "DAYS", default_value = "14d", value_parser = days, requires = "draft")]
    ttl: i64,
    /// Sign with this SSH or minisign key; without a name that in `KPRESS_SIGN_KEY`
    #[arg(long, value_name = "KEY", num_args = 0..=1)]
    sign: Option<Option<PathBuf>>,
    /// Wait so many seconds while another kpress works with the version store
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub(super) wait: u64,
    /// Make no version; copy what was published to the deploy targets
    #[arg(long, conflicts_with_all = ["id", "period", "as_of", "draft", "sign", "dry_run"])]
    deploy_only: bool,
    /// Encrypt again what somebody could open who may read no more; no new figures, and no version but those
    #[arg(long, conflicts_with_all = ["id", "period", "as_of", "draft", "deploy_only"])]
    rekey_all: bool,
    /// Make the version here; copy it nowhere
    #[arg(long, conflicts_with_all = ["deploy", "deploy_only"])]
    pub(super) no_deploy: bool,
    /// Say what would be published; publish nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// For programs
    #[arg(long)]
    pub(super) json: bool,
    /// Refused, with what to do instead
    #[arg(long, value_name = "NAME", hide = true)]
    audience: Option<String>,
}

/// Reads a number of days: `14d`.
pub(crate) fn days(text: &str) -> Result<i64, String> {
    text.strip_suffix('d')
        .and_then(|days| days.parse::<u16>().ok())
        .map(i64::from)
        .ok_or_else(|| "a number of days is written as `14d`".to_owned())
}

/// Publishes.
pub(crate) fn run(
    arguments: &Arguments,
    option: Option<&Path>,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<u8, Trouble> {
    if let Some(audience) = &arguments.audience {
        // One log entry switches all of them: readers who talk about a figure talk about the same version.
        let text = "a version is made for all audiences at once: `publish` takes no `--audience`";
        let hint = format!(
            "to copy the pages of one audience only, write `audiences: [{audience}]` beside `to:` of a deploy target; to look at them, `kpress build --audience {audience}`"
        );
        return Err(Trouble::usage(text).hint(hint));
    }
    let workspace = workspace::open(None, option)?;
    let all = super::deploys(&workspace);
    let targets = super::deploy::chosen(&all, arguments.deploy.as_deref())?;
    if arguments.deploy_only {
        let versions = open(&workspace, arguments.wait, stop)?;
        let deployed = super::deploy::run(&targets, &versions.archive, &workspace.ground(), terminal)?;
        return tell(terminal, arguments.json, &json!({ "published": null, "deployed": deployed }), "");
    }
    if arguments.rekey_all {
        return super::rekey::run(arguments, (&all, &targets), &workspace, terminal, stop);
    }
    let encrypts = all.iter().any(|deploy| deploy.protect.encrypt.is_some());
    let people = if encrypts { crate::cli::passwords::read(&workspace)? } else { None };
    let wish = Wish { people, ..wish(arguments, &workspace.place)? };
    let key = key(arguments)?;
    let sign = signer(key.as_deref());
    let mut versions = open(&workspace, arguments.wait, stop)?;
    let store = Store::open(&workspace.place, &workspace::maker());
    let store = crate::cli::plugins::with(store, terminal, stop, false)?;
    let progress = Progress::new(terminal, stop);
    let signing = key.is_some().then_some(&sign as crate::versions::Sign<'_>);
    let outcome = publish::publish(&workspace.disk, &mut versions, &store, &wish, signing, &progress);
    progress.clear();
    let (found, published) = outcome?;
    terminal.findings(&found, &workspace.disk);
    let counted = counted(&found);
    let (mut value, text) = match &published {
        Published::Nothing => (json!({ "published": null }), format!("{counted}; nothing published\n")),
        Published::Unchanged(id) => (
            json!({ "published": null, "same_as": id }),
            format!("nothing changed since version {id}; nothing to publish\n"),
        ),
        Published::Version(plan) => (value(plan), text(plan)),
    };
    if !arguments.json {
        terminal.say(&text);
    }
    // A draft is for those who have it here; what was published before goes where it is not yet.
    let copies =
        !arguments.no_deploy && !arguments.dry_run && !arguments.draft && published != Published::Nothing;
    if copies {
        let deployed = super::deploy::run(&targets, &versions.archive, &workspace.ground(), terminal)?;
        value["deployed"] = json!(deployed);
    }
    tell(terminal, arguments.json, &value, "")?;
    Ok(exit_code(&found))
}

/// Signs with a key; only called where there is one.
pub(super) fn signer(
    key: Option<&Path>,
) -> impl Fn(&[u8], &Manifest) -> Result<(&'static str, Vec<u8>), crate::versions::Halt> {
    move |bytes, manifest| sign::sign(key.expect("there is a key"), bytes, manifest)
}

fn value(plan: &Plan) -> serde_json::Value {
    json!({
        "published": plan.seq.map(|_| &plan.id),
        "version": plan.id,
        "seq": plan.seq,
        "audiences": plan.audiences,
        "pages": plan.pages,
        "files": {
            "new": plan.amount.new.0, "new_bytes": plan.amount.new.1,
            "reused": plan.amount.reused.0, "reused_bytes": plan.amount.reused.1,
            "removed": plan.removed,
        },
        "metrics_changed": plan.metrics,
    })
}

fn text(plan: &Plan) -> String {
    let ((new, new_bytes), (reused, _)) = (plan.amount.new, plan.amount.reused);
    let begin = match plan.seq {
        Some(seq) => format!("published version {} (entry {seq})", plan.id),
        None => format!("would publish version {}", plan.id),
    };
    let metrics = match plan.metrics.as_slice() {
        _ if plan.is_first => "the first version of this site".to_owned(),
        [] => "no metric says anything else than before".to_owned(),
        few if few.len() <= 6 => format!("metrics that say something else: {}", few.join(", ")),
        many => format!("{} metrics say something else", many.len()),
    };
    format!(
        "{begin}: {} pages; {new} files new ({}), {reused} as before, {} gone\n{metrics}\n",
        plan.pages,
        size(new_bytes),
        plan.removed
    )
}

fn wish(arguments: &Arguments, place: &Path) -> Result<Wish, Trouble> {
    let commit = commit(place);
    if !arguments.draft && !commit.changed.is_empty() {
        let first = commit.changed.first().map_or("", String::as_str);
        let more = match commit.changed.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        return Err(Trouble::usage(format!("`{first}`{more} differ from the last commit")).hint(
            "commit them first, so that the version names what it was made from; or publish a `--draft`",
        ));
    }
    let now = super::who::who().now;
    Ok(Wish {
        as_of: arguments.as_of,
        id: arguments.id.clone(),
        period: arguments.period.as_deref().map(period).transpose()?,
        draft_until: arguments.draft.then(|| crate::time::utc(now + arguments.ttl * DAY)),
        commit,
        epoch: epoch()?,
        dry_run: arguments.dry_run,
        people: None,
    })
}

/// Reads a period of the command line.
fn period(text: &str) -> Result<Period, Trouble> {
    let wrong =
        || Trouble::usage(format!("`{text}` is no period")).hint("write 2026-W46, 2026-10 or 2026-Q3");
    parse_period(text, &crate::time::Calendar::default()).ok_or_else(wrong)
}

/// `SOURCE_DATE_EPOCH`.
#[expect(clippy::disallowed_methods, reason = "the door through which the environment comes in")]
fn epoch() -> Result<Option<i64>, Trouble> {
    let Ok(text) = std::env::var("SOURCE_DATE_EPOCH") else { return Ok(None) };
    let seconds = text.parse::<i64>().ok().filter(|seconds| (0..=253_402_300_799).contains(seconds));
    let wrong = || Trouble::usage(format!("`SOURCE_DATE_EPOCH` is `{text}`, which is no number of seconds"));
    seconds.map(Some).ok_or_else(wrong)
}

/// The key to sign with.
#[expect(clippy::disallowed_methods, reason = "the door through which the environment comes in")]
pub(super) fn key(arguments: &Arguments) -> Result<Option<PathBuf>, Trouble> {
    match &arguments.sign {
        None => Ok(None),
        Some(Some(key)) => Ok(Some(key.clone())),
        Some(None) => match std::env::var_os("KPRESS_SIGN_KEY").filter(|key| !key.is_empty()) {
            Some(key) => Ok(Some(PathBuf::from(key))),
            None => Err(Trouble::usage("`--sign` names no key")
                .hint("write `--sign KEY`, or put it in `KPRESS_SIGN_KEY`")),
        },
    }
}

/// What Git knows of the workspace, where it is the root of a repository.
fn commit(place: &Path) -> Commit {
    let git = |arguments: &[&str]| -> Option<String> {
        let mut command = Command::new("git");
        // What a repository configures to be run while looking is not run.
        command.arg("-C").arg(place).args(["-c", "core.fsmonitor=false", "-c", "core.quotePath=false"]);
        let output = command.args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let root = git(&["rev-parse", "--show-toplevel"])
        .and_then(|root| Path::new(root.trim_end()).canonicalize().ok());
    if root.is_none() || root != place.canonicalize().ok() {
        return Commit::default();
    }
    let line = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let status = git(&["status", "--porcelain", "--untracked-files=all"]).unwrap_or_default();
    let name = |line: &str| line.get(3..).unwrap_or("").to_owned();
    Commit {
        id: line(git(&["rev-parse", "HEAD"])),
        seconds: line(git(&["log", "-1", "--format=%ct"])).and_then(|text| text.parse().ok()),
        changed: status.lines().map(name).collect(),
    }
}
