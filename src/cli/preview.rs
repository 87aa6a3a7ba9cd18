//! `kpress preview`: a live site that follows every save, until Ctrl-C.

use super::build::day;
use super::stop::Stop;
use super::terminal::{Terminal, counted};
use super::{Trouble, workspace};
use crate::build::{OnError, OnFailedPlugin, Options, Store};
use crate::preview::{Editor, Setup, Told, preview};
use crate::time::Date;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The workspace; otherwise the nearest parent folder with a `kpress.yaml`
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Change targets and weights of days in the page; written back to their files, comments kept
    #[arg(long)]
    edit: bool,
    /// Open the site in the browser
    #[arg(long)]
    open: bool,
    /// Listen at this port and no other; otherwise the first free one from 4400
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// A `Host` to let in besides those of loopback, as `name:port`: that of a proxy on this machine
    #[arg(long, value_name = "HOST")]
    allow_host: Vec<String>,
    /// What opens a file at its line: vscode, cursor, windsurf, zed, idea, sublime, textmate, or an address with `{file}`,
    /// `{line}` and `{column}`
    #[arg(long, value_name = "EDITOR", default_value = "vscode", value_parser = editor)]
    editor: Editor,
    /// Show the site as this audience sees it; otherwise as the first that `sees: all`. A page can change to another
    #[arg(long, value_name = "NAME")]
    audience: Option<String>,
    /// Data counts up to this day
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Date>,
}

fn editor(text: &str) -> Result<Editor, String> {
    let why = "known are vscode, cursor, windsurf, zed, idea, sublime, textmate, and addresses with `{file}`";
    Editor::parse(text).ok_or_else(|| why.to_owned())
}

/// Previews until a signal comes.
pub(crate) fn run(
    arguments: &Arguments,
    option: Option<&Path>,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<u8, Trouble> {
    let workspace = workspace::open(arguments.folder.as_deref(), option)?;
    let place = workspace.place.canonicalize().map_err(|error| {
        Trouble::usage(format!("cannot open the workspace `{}`: {error}", workspace.place.display()))
    })?;
    let store = Store::open(&workspace.place, &workspace::maker()).remembering();
    let store = super::plugins::with(store, terminal, stop, false)?;
    let options = Options {
        as_of: arguments.as_of,
        on_error: OnError::KeepGoing,
        audience: arguments.audience.clone(),
        on_failed_plugin: OnFailedPlugin::Warn,
        maker: workspace::maker(),
    };
    let stopped = || stop.code().is_some();
    let tell = |told: &Told<'_>| say(told, arguments, terminal, &workspace);
    let setup = Setup {
        place,
        store: &store,
        options,
        edits: arguments.edit,
        port: arguments.port,
        hosts: arguments.allow_host.clone(),
        editor: arguments.editor.clone(),
        random,
        stopped: &stopped,
        tell: &tell,
    };
    preview(&setup, &workspace.disk).map_err(|error| {
        let port = arguments.port.map_or_else(String::new, |port| format!(" at port {port}"));
        Trouble::usage(format!("cannot listen{port}: {error}")).hint("name another port with `--port`")
    })?;
    Ok(stop.code().unwrap_or(0))
}

fn random() -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes)
}

/// What happened, in a line or two.
fn say(told: &Told<'_>, arguments: &Arguments, terminal: &Terminal, workspace: &workspace::Workspace) {
    match told {
        Told::Ready(address) => {
            terminal.say(&format!("preview at {address}\n"));
            if arguments.open {
                open(address);
            }
        }
        Told::Looking => terminal.say("the system does not tell about changes; looking every 2 s\n"),
        Told::Found(found) => terminal.findings(found, &workspace.disk),
        Told::Failed(why) => terminal.trouble(why, None),
        Told::Built { line, changed, pages, found, keeps } => {
            terminal.findings(found, &workspace.disk);
            let counted = counted(found);
            let counted = if counted.is_empty() { String::new() } else { format!("; {counted}") };
            let what = match (keeps, changed) {
                (true, _) => "the last good pages stay".to_owned(),
                (false, []) => format!("none of {pages} pages changed"),
                (false, [one]) => {
                    format!("1 of {pages} pages changed: {}", if one.is_empty() { "/" } else { one })
                }
                (false, more) => format!("{} of {pages} pages changed", more.len()),
            };
            terminal.say(&format!("{what} ({line}){counted}\n"));
        }
    }
}

/// Has the system open an address. Where it has nothing to do so, the address is on the terminal.
fn open(address: &str) {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let quiet = std::process::Stdio::null;
    let _ = std::process::Command::new(program)
        .arg(address)
        .stdin(quiet())
        .stdout(quiet())
        .stderr(quiet())
        .spawn();
}
