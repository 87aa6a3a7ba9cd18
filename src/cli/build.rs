//! `kpress build`: the site, whole or not at all.

use super::progress::Progress;
use super::stop::Stop;
use super::terminal::{Terminal, counted};
use super::{Trouble, workspace};
use crate::build::{self, Built, OnError, OnFailedPlugin, Options, Store};
use crate::diag::{exit_code, printable};
use crate::site::Around;
use crate::time::{Date, parse_date};
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The workspace; otherwise the nearest parent folder with a `kpress.yaml`
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// The output folder; otherwise `public` in the workspace
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Data counts up to this day
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Date>,
    /// Build the tree of this audience; otherwise what the first audience that sees everything sees
    #[arg(long, value_name = "NAME")]
    audience: Option<String>,
    /// Build in spite of errors; what is broken says so in its place
    #[arg(long)]
    keep_going: bool,
    /// A plugin that fails costs its metric only, not the build
    #[arg(long)]
    allow_failed_plugins: bool,
    /// Only what `kpress.lock` approves counts, and nobody here can approve more; so it is in CI
    #[arg(long)]
    locked: bool,
    /// Say which stages ran, and how long each took
    #[arg(long)]
    timings: bool,
}

/// Reads a day of the command line.
pub(crate) fn day(text: &str) -> Result<Date, String> {
    parse_date(text).ok_or_else(|| "a day is written as 2026-11-09".to_owned())
}

/// Builds.
pub(crate) fn run(
    arguments: &Arguments,
    option: Option<&Path>,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<u8, Trouble> {
    let workspace = workspace::open(arguments.folder.as_deref(), option)?;
    let place = arguments.out.clone().unwrap_or_else(|| workspace.place.join("public"));
    let home = workspace::home();
    let around = Around { workspace: &workspace.place, home: home.as_deref() };
    let on_error = if arguments.keep_going { OnError::KeepGoing } else { OnError::KeepOld };
    let on_failed_plugin =
        if arguments.allow_failed_plugins { OnFailedPlugin::Warn } else { OnFailedPlugin::Error };
    let options = Options {
        as_of: arguments.as_of,
        on_error,
        audience: arguments.audience.clone(),
        on_failed_plugin,
        maker: workspace::maker(),
    };
    let store = Store::open(&workspace.place, &workspace::maker());
    let store = super::plugins::with(store, terminal, stop, arguments.locked)?;
    let progress = Progress::new(terminal, stop);
    let outcome = build::build(&workspace.disk, &place, &around, &store, &options, &progress);
    progress.clear();
    let outcome = outcome?;
    terminal.findings(&outcome.found, &workspace.disk);
    if arguments.timings {
        terminal.say(&progress.timings());
    }
    let counted = counted(&outcome.found);
    terminal.say(&match &outcome.site {
        Some(site) => summary(site, &counted, &place),
        None => format!("{counted}; nothing written\n"),
    });
    Ok(exit_code(&outcome.found))
}

/// `built 124 pages in 3 languages, 2 warnings → public/`
fn summary(site: &Built, counted: &str, place: &Path) -> String {
    let many =
        |count: usize, name: &str| if count == 1 { format!("1 {name}") } else { format!("{count} {name}s") };
    let of = site.audience.as_ref().map(|name| format!(" for {name}")).unwrap_or_default();
    let made = format!("{} in {}{of}", many(site.pages, "page"), many(site.languages, "language"));
    let what = match site.changed {
        None => format!("nothing changed: {made}"),
        Some((0, 0)) => format!("built {made}, all files as before"),
        Some(_) => format!("built {made}"),
    };
    let counted = if counted.is_empty() { String::new() } else { format!(", {counted}") };
    format!(
        "{what}{counted} → {}/\n",
        printable(workspace::from_here(place).to_string_lossy().trim_end_matches('/'))
    )
}
