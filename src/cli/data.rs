//! `kpress data`: what a file is, and accepting a changed layout.

use super::terminal::{Terminal, counted, print};
use super::{Trouble, workspace};
use crate::build;
use crate::diag::{Finding, Format, exit_code, has_errors};
use crate::inputs::{Disk, Inputs, Memory, ProjectPath};
use crate::plan::{self, Id, Source};
use crate::site::{Failed, Folder};
use crate::snapshot;
use crate::time::{Date, Zone, instant_day};
use clap::{Args, Subcommand, ValueEnum};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Say what a file is: encoding, columns, preset, rows, problems
    Inspect {
        /// The file; it need not lie in a workspace
        file: PathBuf,
        /// How it is printed
        #[arg(long, value_enum, default_value_t = Form::Text)]
        format: Form,
    },
    /// Accept the columns the files have now: writes `kpress.lock`
    Accept,
    /// Fetch what sources with a plugin have, and write it below `data/`
    #[cfg(feature = "plugins")]
    Pull(super::pull::Arguments),
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// For people
    Text,
    /// One JSON object
    Json,
}

/// A file larger than this is no report a person would look at whole.
const LARGEST: u64 = 1 << 30;

/// Runs the verb.
#[cfg_attr(not(feature = "plugins"), expect(unused_variables, reason = "only a pull can be stopped"))]
pub(crate) fn run(
    arguments: &Arguments,
    option: Option<&Path>,
    terminal: &Terminal,
    stop: &super::stop::Stop,
) -> Result<u8, Trouble> {
    match &arguments.verb {
        Verb::Inspect { file, format } => inspect(file, *format, option, terminal),
        Verb::Accept => accept(option, terminal),
        #[cfg(feature = "plugins")]
        Verb::Pull(verb) => super::pull::run(verb, option, terminal, stop),
    }
}

fn inspect(file: &Path, format: Form, option: Option<&Path>, terminal: &Terminal) -> Result<u8, Trouble> {
    let shown = file.display();
    let name = file.file_name().and_then(|name| name.to_str()).and_then(|name| ProjectPath::parse(name).ok());
    let name =
        name.ok_or_else(|| Trouble::usage(format!("`{shown}` is no file with a name that can be used")))?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let bytes = Disk::open(folder)
        .map_err(|error| error.to_string())
        .and_then(|disk| disk.read(&name, LARGEST).map_err(|why| why.to_string()))
        .map_err(|why| Trouble::usage(format!("cannot read `{shown}`: {why}")))?;
    let (zone_name, zone) = zone(option);
    let seen = snapshot::inspect(name.as_str(), &bytes, &presets(), (&zone_name, &zone));
    let text = match format {
        Form::Text => seen.text(),
        Form::Json => seen.json(),
    };
    super::send(terminal, text.as_bytes())?;
    Ok(exit_code(&seen.found))
}

/// Whose days are shown: those of the workspace, where there is one; else of the marketplace the presets are for.
fn zone(option: Option<&Path>) -> (String, Zone) {
    const JAPAN: &str = "Asia/Tokyo";
    match workspace::open(None, option) {
        Ok(workspace) => {
            let site = plan::load(&workspace.disk).value.site;
            (site.zone_name.to_string(), site.zone)
        }
        Err(_) => (JAPAN.to_owned(), Zone::named(JAPAN).unwrap_or_else(Zone::utc)),
    }
}

/// Every preset as a source, by its name: a workspace that names them all is read in memory.
fn presets() -> BTreeMap<Id, Source> {
    let line = |(at, name): (usize, &str)| format!("  p{at}: {{preset: {name}, files: \"data/p{at}/*\"}}\n");
    let sources: String = plan::packs::preset_names().enumerate().map(line).collect();
    let head = format!(
        "site: {{title: t, languages: [en], currency: JPY}}\npacks: [amazon-jp]\nsources:\n{sources}"
    );
    let memory = Memory::of([("kpress.yaml", head.as_bytes())]);
    let sources = plan::load(&memory).value.sources.into_values();
    sources.filter_map(|source| Some((source.preset.clone()?, source))).collect()
}

fn accept(option: Option<&Path>, terminal: &Terminal) -> Result<u8, Trouble> {
    let workspace = workspace::open(None, option)?;
    let mut found: Vec<Finding> = Vec::new();
    let plan = plan::load(&workspace.disk).into_value(&mut found);
    // A damaged lock is what this command replaces.
    let lock = build::lock(&workspace.disk, &mut Vec::new());
    let text = snapshot::accept(&plan, &workspace.disk, &lock, today(&plan.site.zone)).into_value(&mut found);
    if has_errors(&found) {
        terminal.say(&print(&found, Format::Text, terminal.colour, &workspace.disk));
        terminal.say(&format!("{}; nothing accepted\n", counted(&found)));
        return Ok(exit_code(&found));
    }
    let path = ProjectPath::parse(build::LOCK).expect("the name of the lock is a path");
    let place = workspace.place.to_string_lossy().into_owned();
    let folder = Folder::open(&workspace.place).map_err(|error| Failed::of("open", &place, &error))?;
    if folder.read(build::LOCK).is_ok_and(|old| old == text.as_bytes()) {
        terminal.say("kpress.lock is as it was\n");
        return Ok(0);
    }
    folder.put(&path, text.as_bytes())?;
    terminal.say("wrote kpress.lock\n");
    Ok(0)
}

/// The day written beside what was accepted.
#[expect(
    clippy::disallowed_methods,
    reason = "the door through which the clock comes in; no figure depends on it"
)]
fn today(zone: &Zone) -> Date {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or(0);
    instant_day(seconds, zone).unwrap_or(Date::ZERO)
}
