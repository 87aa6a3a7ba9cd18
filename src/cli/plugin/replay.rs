//! `kpress plugin replay`: answers on this machine as Amazon's interfaces do, from a scenario in a file.

use crate::cli::Trouble;
use crate::cli::stop::Stop;
use crate::cli::terminal::Terminal;
use crate::inputs::{Disk, Inputs, ProjectPath};
use crate::plugin::replay::{Scenario, Server};
use clap::Args;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A scenario is written by hand.
const SCENARIO_BYTES: u64 = 16 << 20;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The scenario, a JSON file
    scenario: PathBuf,
    /// The port of the interfaces; documents are at the next one; any that is free if absent
    #[arg(long, default_value_t = 0)]
    port: u16,
}

/// Serves until it is stopped.
pub(super) fn run(arguments: &Arguments, terminal: &Terminal, stop: &Stop) -> Result<u8, Trouble> {
    let server = Server::start(scenario(&arguments.scenario)?, arguments.port)
        .map_err(|error| Trouble::usage(format!("cannot listen: {error}")))?;
    let text = format!("api http://{}\ndocuments http://{}\n", server.api, server.files);
    crate::cli::send(terminal, text.as_bytes())?;
    let mut shown = 0;
    while stop.code().is_none() {
        std::thread::sleep(Duration::from_millis(100));
        let log = server.log();
        log.iter().skip(shown).for_each(|line| terminal.say(&format!("{line}\n")));
        shown = log.len();
    }
    Ok(0)
}

fn scenario(file: &Path) -> Result<Scenario, Trouble> {
    let shown = file.display();
    let told = |why: String| Trouble::usage(format!("cannot read `{shown}`: {why}"));
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let path = ProjectPath::parse(name).map_err(|why| told(why.0))?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let disk = Disk::open(folder).map_err(|error| told(error.to_string()))?;
    let bytes = disk.read(&path, SCENARIO_BYTES).map_err(|why| told(why.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|why| told(why.to_string()))
}
