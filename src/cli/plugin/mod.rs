//! `kpress plugin`: start a plugin, build it, look into it, run it once, approve it.

mod build;
mod new;

use super::Trouble;
use super::terminal::Terminal;
use crate::plugin::starter;
use clap::{Args, Subcommand, ValueEnum};

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
pub(crate) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<u8, Trouble> {
    match &arguments.verb {
        Verb::New(verb) => new::run(verb, terminal),
        Verb::Build(verb) => build::run(verb, terminal),
    }
}
