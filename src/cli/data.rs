//! `kpress data`: what a file is, and accepting a changed layout.

use super::stop::Stop;
use super::terminal::Terminal;
use super::{Trouble, workspace};
use clap::{Args, Subcommand};
use std::path::Path;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Accept the columns the files have now: writes `kpress.lock`
    Accept,
}

/// Runs the verb.
pub(crate) fn run(
    arguments: &Arguments,
    option: Option<&Path>,
    _terminal: &Terminal,
    _stop: &Stop,
) -> Result<u8, Trouble> {
    let _workspace = workspace::open(None, option)?;
    match arguments.verb {
        Verb::Accept => Ok(0),
    }
}
