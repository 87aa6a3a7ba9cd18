//! `kpress plugin`: start a plugin, build it, look into it, run it once, approve it.

mod approve;
mod audit;
mod build;
mod check;
mod new;
pub(crate) mod place;
mod replay;
mod run;
mod trial;

use super::Trouble;
use super::stop::Stop;
use super::terminal::Terminal;
use crate::plugin::starter;
use clap::{Args, Subcommand, ValueEnum};
use std::path::Path;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Start a plugin: a folder that builds
    New(new::Arguments),
    /// Build the plugin of a folder into NAME.wasm
    Build(build::Arguments),
    /// What a component is, what it says of itself, and the lines that grant what it asks for
    Check(check::Arguments),
    /// One evaluation on a table: the result, and what it cost
    Run(run::Arguments),
    /// Show what changed of a plugin, then write it into `kpress.lock`: from then on it runs
    Approve(approve::Arguments),
    /// The same for all plugins of `kpress.yaml`; forgets those that are gone
    Lock,
    /// A page for the pull request: what each plugin may reach, and what changed
    Audit(audit::Arguments),
    /// Answer on this machine as Amazon's interfaces do, from a scenario in a file: to try a site without an account
    Replay(replay::Arguments),
}

/// What a plugin does.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// A figure computed from columns
    Metric,
    /// Rows or documents from elsewhere
    Source,
    /// A block of a dashboard
    Widget,
    /// A check of what people wrote
    Rule,
}

impl From<Kind> for starter::Kind {
    fn from(kind: Kind) -> starter::Kind {
        match kind {
            Kind::Metric => starter::Kind::Metric,
            Kind::Source => starter::Kind::Source,
            Kind::Widget => starter::Kind::Widget,
            Kind::Rule => starter::Kind::Rule,
        }
    }
}

/// Runs the verb.
pub(crate) fn run(
    arguments: &Arguments,
    option: Option<&Path>,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<u8, Trouble> {
    match &arguments.verb {
        Verb::New(verb) => new::run(verb, terminal),
        Verb::Build(verb) => build::run(verb, terminal),
        Verb::Check(verb) => check::run(verb, terminal, stop),
        Verb::Run(verb) => run::run(verb, option, terminal, stop),
        Verb::Approve(verb) => approve::approve(verb, option, terminal, stop),
        Verb::Lock => approve::lock(option, terminal, stop),
        Verb::Audit(verb) => audit::run(verb, option, terminal, stop),
        Verb::Replay(verb) => replay::run(verb, terminal, stop),
    }
}
