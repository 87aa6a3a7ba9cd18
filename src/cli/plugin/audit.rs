//! `kpress plugin audit`: the page for the pull request.

use super::place::{Site, with_loader};
use crate::cli::Trouble;
use crate::cli::stop::Stop;
use crate::cli::terminal::Terminal;
use crate::diag::exit_code;
use crate::plugin::approved;
use crate::plugin::audit::{self, Entry};
use crate::plugin::load::store;
use clap::{Args, ValueEnum};
use serde_json::Value;
use std::path::Path;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// One plugin; otherwise all
    name: Option<String>,
    /// How the page is written
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// For a terminal
    Text,
    /// Markdown, for a pull request
    Md,
    /// An array of objects
    Json,
}

/// Prints the page.
pub(super) fn run(
    arguments: &Arguments,
    option: Option<&Path>,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<u8, Trouble> {
    let site = Site::open(option)?;
    let named = site.named(arguments.name.as_deref())?;
    let mut entries = Vec::new();
    with_loader(terminal, stop, |loader| {
        for (name, plugin) in &named {
            let mut found = Vec::new();
            let seen = match store::read(name, &plugin.file, &site.workspace.disk) {
                Ok(stored) => approved::seen(&site.plan, plugin, &stored, loader, &mut found),
                Err(why) => {
                    found.push(why.finding(plugin.file_at.clone()));
                    None
                }
            };
            entries.push(Entry { plugin, seen, locked: site.lock.plugins.get(&**name), found });
        }
        Ok(())
    })?;
    let text = match arguments.format {
        Form::Text => audit::page(&entries, audit::Form::Text),
        Form::Md => audit::page(&entries, audit::Form::Markdown),
        Form::Json => format!("{}\n", Value::from(entries.iter().map(Entry::value).collect::<Vec<Value>>())),
    };
    crate::cli::send(terminal, text.as_bytes())?;
    let mut found = site.found.clone();
    found.extend(entries.iter().flat_map(|entry| entry.found.iter().cloned()));
    site.tell(&mut found, terminal);
    Ok(exit_code(&found))
}
