//! `kpress versions`: what was published; names that point to it; what is kept, taken back, or shown again.

use super::super::stop::Stop;
use super::super::terminal::Terminal;
use super::super::{Trouble, workspace};
use super::{open, size, tell};
use crate::build::publish;
use crate::diag::exit_code;
use crate::versions::{Archive, Halt, Kind, Known, LATEST, Op, VersionId};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// Also those that are gone
    #[arg(long)]
    all: bool,
    /// For programs
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Let a name point to a version: `reviewed`, or one of your own
    Alias {
        /// The name
        name: String,
        /// The version
        id: String,
    },
    /// Keep a version, whatever `prune` is told
    Pin {
        /// The version
        id: String,
        /// Why
        #[arg(long, value_name = "WHY")]
        reason: String,
    },
    /// Keep it no longer
    Unpin {
        /// The version
        id: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Rollback {
    /// The version that readers shall see; otherwise the one they saw before
    id: Option<String>,
    /// Wait so many seconds while another kpress works with the version store
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    wait: u64,
    /// Here only, not at the deploy targets
    #[arg(long)]
    no_deploy: bool,
    /// For programs
    #[arg(long)]
    json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Retract {
    /// The version
    id: String,
    /// Why; it stays in the log
    #[arg(long, value_name = "WHY")]
    reason: String,
    /// Here only, not at the deploy targets
    #[arg(long)]
    no_deploy: bool,
    /// For programs
    #[arg(long)]
    json: bool,
}

/// Nothing was ever published.
pub(super) fn none() -> Trouble {
    Trouble::usage("nothing was published from this workspace yet")
        .hint("`kpress publish` makes the first version")
}

/// Lists versions, or gives names.
pub(crate) fn run(
    arguments: &Arguments,
    option: Option<&Path>,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<u8, Trouble> {
    let workspace = workspace::open(None, option)?;
    let archive = Archive::open(&workspace.place, None)?;
    let Some(verb) = &arguments.verb else {
        let Some(archive) = archive else {
            return tell(terminal, arguments.json, &json!({ "versions": [] }), "nothing was published yet\n");
        };
        return list(arguments, &archive, terminal);
    };
    archive.ok_or_else(none)?;
    let mut versions = open(&workspace, 0, stop)?;
    let (op, id, alias, reason) = match verb {
        Verb::Alias { name, id } => (Op::Alias, id, Some(alias(name)?), None),
        Verb::Pin { id, reason } => (Op::Pin, id, None, Some(reason.clone())),
        Verb::Unpin { id } => (Op::Pin, id, None, None),
    };
    let known = versions.archive.version(id)?;
    if !known.is_there() {
        return Err(Trouble::usage(format!("the version `{}` was taken back", known.id)));
    }
    let leaks = alias.as_deref().map(|name| publish::named(&workspace.disk, name)).unwrap_or_default();
    if !leaks.is_empty() {
        terminal.findings(&leaks, &workspace.disk);
        return Ok(exit_code(&leaks));
    }
    let mut entry = versions.entry(op);
    entry.version = Some(known.id.clone());
    (entry.alias, entry.reason) = (alias, reason);
    let (id, seq) = (known.id.clone(), versions.record(entry)?);
    let text = match verb {
        Verb::Alias { name, .. } => format!("`{name}` is version {id}\n"),
        Verb::Pin { .. } => format!("version {id} is kept\n"),
        Verb::Unpin { .. } => format!("version {id} is no longer kept against `prune`\n"),
    };
    tell(terminal, arguments.json, &json!({ "version": id, "seq": seq }), &text)
}

/// Checks a name that shall point to a version.
fn alias(name: &str) -> Result<String, Trouble> {
    match name {
        LATEST => Err(Trouble::usage("`latest` is what readers see").hint("`kpress rollback ID` moves it")),
        "reviewed" => Ok(name.to_owned()),
        other => VersionId::parse(other).map(|id| id.to_string()).map_err(Trouble::usage),
    }
}

/// Shows an earlier version again.
pub(crate) fn rollback(
    arguments: &Rollback,
    option: Option<&Path>,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<u8, Trouble> {
    let workspace = workspace::open(None, option)?;
    Archive::open(&workspace.place, None)?.ok_or_else(none)?;
    let mut versions = open(&workspace, arguments.wait, stop)?;
    let state = &versions.archive.state;
    let before = state.current().map(|known| known.id.clone());
    let id = match (&arguments.id, &state.previous) {
        (Some(id), _) => id.clone(),
        (None, Some(previous)) => previous.clone(),
        (None, None) => return Err(Trouble::usage("there is no version before the one that readers see")),
    };
    let known = versions.archive.version(&id)?;
    if !known.is_there() {
        return Err(Trouble::usage(format!("the version `{}` was taken back", known.id)));
    }
    let id = known.id.clone();
    if before.as_ref() == Some(&id) {
        return tell(
            terminal,
            arguments.json,
            &json!({ "version": id, "seq": null }),
            &format!("readers see version {id} already\n"),
        );
    }
    let mut entry = versions.entry(Op::Alias);
    (entry.version, entry.alias) = (Some(id.clone()), Some(LATEST.to_owned()));
    let seq = versions.record(entry)?;
    let text =
        format!("readers see version {id} again, instead of {}\n", before.as_deref().unwrap_or("none"));
    tell(terminal, arguments.json, &json!({ "version": id, "before": before, "seq": seq }), &text)
}

/// Lets the hosts show the same.
fn deploy(
    only_here: bool,
    workspace: &workspace::Workspace,
    versions: &crate::versions::VersionStore,
    terminal: &Terminal,
) -> Result<(), Trouble> {
    if !only_here {
        let all = super::deploys(workspace);
        let targets = super::deploy::chosen(&all, None)?;
        super::deploy::run(&targets, &versions.archive, &workspace.ground(), terminal)?;
    }
    Ok(())
}

/// Takes a version back.
pub(crate) fn retract(
    arguments: &Retract,
    option: Option<&Path>,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<u8, Trouble> {
    let workspace = workspace::open(None, option)?;
    Archive::open(&workspace.place, None)?.ok_or_else(none)?;
    let mut versions = open(&workspace, 0, stop)?;
    let known = versions.archive.version(&arguments.id)?;
    if known.retracted.is_some() {
        return Err(Trouble::usage(format!("the version `{}` was taken back already", known.id)));
    }
    let id = known.id.clone();
    let others =
        versions.archive.state.versions.values().filter(|other| other.id != id && other.is_offered()).count();
    if others == 0 && versions.archive.state.current().is_some_and(|current| current.id == id) {
        return Err(Trouble::from(
            Halt::new(Kind::Usage, format!("`{id}` is the only version; readers would see nothing"))
                .hint("publish the corrected version first, then take this one back"),
        ));
    }
    let mut entry = versions.entry(Op::Retract);
    (entry.version, entry.reason) = (Some(id.clone()), Some(arguments.reason.clone()));
    let seq = versions.record(entry)?;
    let now = versions.archive.state.current().map(|known| known.id.clone());
    deploy(arguments.no_deploy, &workspace, &versions, terminal)?;
    let text = format!(
        "version {id} is taken back; readers see {}\nwhat was downloaded before cannot be called back\n",
        now.as_deref().unwrap_or("nothing")
    );
    tell(terminal, arguments.json, &json!({ "version": id, "current": now, "seq": seq }), &text)
}

/// What a version weighs: bytes that no other version has, and bytes it shares.
type Weight = BTreeMap<String, (u64, u64)>;

fn weights(archive: &Archive) -> Result<Weight, Halt> {
    let mut objects: BTreeMap<String, (u64, BTreeSet<&str>)> = BTreeMap::new();
    for known in archive.state.versions.values().filter(|known| known.pruned.is_none()) {
        for digits in known.manifests.values() {
            let (manifest, _) = archive.manifest(digits)?;
            for file in manifest.files.iter().chain(&manifest.assets) {
                objects.entry(file.h.clone()).or_insert((file.n, BTreeSet::new())).1.insert(&known.id);
            }
        }
    }
    let mut weights = Weight::new();
    for (size, ids) in objects.values() {
        for id in ids {
            let weight = weights.entry((*id).to_owned()).or_default();
            if ids.len() == 1 { weight.0 += size } else { weight.1 += size }
        }
    }
    Ok(weights)
}

fn list(arguments: &Arguments, archive: &Archive, terminal: &Terminal) -> Result<u8, Trouble> {
    let state = &archive.state;
    let shown: Vec<&Known> =
        state.ordered().into_iter().filter(|known| arguments.all || known.pruned.is_none()).collect();
    let weights = weights(archive)?;
    let weight = |known: &Known| weights.get(&known.id).copied().unwrap_or_default();
    let one = |known: &&Known| {
        let (unique, shared) = weight(known);
        json!({
            "version": known.id, "period": known.period.as_ref().map(|period| &period.id), "seq": known.seq,
            "created": known.created, "published": known.at, "git": known.git,
            "bytes": { "unique": unique, "shared": shared }, "status": known.status(),
            "aliases": state.aliases_of(&known.id), "pinned": known.pinned, "retracted": known.retracted,
            "draft_until": known.draft_until, "signed": known.signed,
            "audiences": known.manifests.keys().collect::<Vec<_>>(),
        })
    };
    let value: Value = json!({ "seq": state.head.0, "versions": shown.iter().map(one).collect::<Vec<_>>() });
    let mut text = String::new();
    for known in &shown {
        let (unique, shared) = weight(known);
        let mut marks: Vec<String> = state.aliases_of(&known.id).into_iter().map(str::to_owned).collect();
        marks.extend((known.status() != "published").then(|| known.status().to_owned()));
        marks.extend(known.pinned.is_some().then(|| "pinned".to_owned()));
        marks.extend(known.signed.as_ref().map(|_| "signed".to_owned()));
        let git = known.git.as_deref().and_then(|git| git.get(..7)).unwrap_or("-");
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            text,
            "{:<18} {:>4}  {}  {:<7}  {:>9} own, {:>9} shared  {}",
            known.id,
            known.seq,
            known.at,
            git,
            size(unique),
            size(shared),
            marks.join(", ")
        );
    }
    if arguments.json {
        return super::super::send(terminal, format!("{value:#}\n").as_bytes());
    }
    super::super::send(terminal, text.as_bytes())
}
