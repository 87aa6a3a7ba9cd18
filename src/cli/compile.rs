//! `kpress __compile`: the child in which a component is compiled. People have no use for it, so the help does not name it.

use super::Trouble;
use super::terminal::Terminal;
use crate::plugin::load::compile::{Bounds, SAID, child};
use clap::Args;
use std::time::Duration;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Seconds of processor time
    #[arg(long, default_value_t = Bounds::USUAL.cpu.as_secs())]
    cpu: u64,
    /// Bytes of address space
    #[arg(long, default_value_t = Bounds::USUAL.memory)]
    memory: u64,
}

/// A component on stdin becomes an artefact on stdout.
pub(crate) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<u8, Trouble> {
    let bounds =
        Bounds { cpu: Duration::from_secs(arguments.cpu), memory: arguments.memory, ..Bounds::USUAL };
    match child(std::io::stdin().lock(), std::io::stdout().lock(), bounds) {
        Ok(()) => Ok(0),
        Err(why) => {
            terminal.say(&format!("{why}\n"));
            Ok(SAID)
        }
    }
}
