//! `kpress check`: everything that is wrong, and nothing written.

use super::progress::Progress;
use super::stop::Stop;
use super::terminal::{self, Terminal, counted};
use super::{Trouble, workspace};
use crate::build::{self, Store};
use crate::diag::{Finding, Format, Level, exit_code, sort};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The workspace; otherwise the nearest parent folder with a `kpress.yaml`
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// How findings are printed: for people to stderr, else to stdout
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
    /// Warnings count as errors
    #[arg(long, value_name = "LEVEL")]
    deny: Option<Deny>,
    /// Only what `kpress.lock` approves counts, and nobody here can approve more; so it is in CI
    #[arg(long)]
    locked: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// For people
    Text,
    /// One JSON object a line
    Json,
    /// Annotations beside the changed lines of a pull request
    Github,
    /// One SARIF document, for code scanning
    Sarif,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Deny {
    /// All warnings
    Warnings,
}

/// Checks.
pub(crate) fn run(
    arguments: &Arguments,
    option: Option<&Path>,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<u8, Trouble> {
    let workspace = workspace::open(arguments.folder.as_deref(), option)?;
    let progress = Progress::new(terminal, stop);
    let store = Store::read_only(&workspace.place, &workspace::maker());
    let store = super::plugins::with(store, terminal, stop, arguments.locked)?;
    let found = build::check(&workspace.disk, &store, &progress);
    progress.clear();
    let mut found = found?;
    if arguments.deny.is_some() {
        found.iter_mut().for_each(deny);
    }
    sort(&mut found);
    let print = |format| terminal::print(&found, format, terminal.colour, &workspace.disk);
    match arguments.format {
        Form::Text => {
            terminal.say(&print(Format::Text));
            let counted = counted(&found);
            terminal.say(&format!("{}\n", if counted.is_empty() { "nothing found" } else { &counted }));
        }
        Form::Json => {
            super::send(terminal, print(Format::Json).as_bytes())?;
        }
        Form::Github => {
            super::send(terminal, print(Format::Github).as_bytes())?;
        }
        Form::Sarif => {
            super::send(terminal, print(Format::Sarif).as_bytes())?;
        }
    }
    Ok(exit_code(&found))
}

fn deny(finding: &mut Finding) {
    if finding.level == Level::Warning {
        finding.level = Level::Error;
    }
}
