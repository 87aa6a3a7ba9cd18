//! `kpress completions SHELL`: a script that completes commands.

use super::Trouble;
use super::terminal::Terminal;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// For which shell
    shell: Shell,
}

/// Prints the script.
pub(crate) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<u8, Trouble> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::Arguments::command(), "kpress", &mut script);
    super::send(terminal, &script)
}
