//! `kpress plugin approve` and `kpress plugin lock`: show what changed, then write it into `kpress.lock`.

use super::place::{Site, nothing_written, refuse_in_ci, with_loader};
use crate::cli::Trouble;
use crate::cli::stop::Stop;
use crate::cli::terminal::Terminal;
use crate::diag::printable;
use crate::plan::Id;
use crate::plan::plugin::Plugin;
use crate::plugin::approval::{Difference, differences, short};
use crate::plugin::approved;
use crate::plugin::load::store;
use crate::snapshot::Locked;
use clap::Args;
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The plugin, as `kpress.yaml` names it
    name: String,
}

/// Approves one plugin.
pub(super) fn approve(
    arguments: &Arguments,
    option: Option<&Path>,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<u8, Trouble> {
    refuse_in_ci("approve")?;
    let site = Site::open(option)?;
    let named = site.named(Some(&arguments.name))?;
    write(&site, &named, terminal, stop)
}

/// Approves all plugins, and forgets those that are gone.
pub(super) fn lock(option: Option<&Path>, terminal: &Terminal, stop: &Stop) -> Result<u8, Trouble> {
    refuse_in_ci("lock")?;
    let mut site = Site::open(option)?;
    let gone: Vec<String> = site
        .lock
        .plugins
        .keys()
        .filter(|name| !site.plan.plugins.contains_key(name.as_str()))
        .cloned()
        .collect();
    for name in gone {
        terminal.say(&format!("plugin `{}` is gone from kpress.yaml\n", printable(&name)));
        site.lock.plugins.remove(&name);
    }
    let named = site.named(None)?;
    write(&site, &named, terminal, stop)
}

fn write(site: &Site, named: &[(Id, Plugin)], terminal: &Terminal, stop: &Stop) -> Result<u8, Trouble> {
    let mut found = site.found.clone();
    let mut lock = site.lock.clone();
    let who = author(&site.workspace.place);
    let mut told = String::new();
    with_loader(terminal, stop, |loader| {
        for (name, plugin) in named {
            let stored = match store::read(name, &plugin.file, &site.workspace.disk) {
                Ok(stored) => stored,
                Err(why) => {
                    found.push(why.finding(plugin.file_at.clone()));
                    continue;
                }
            };
            let Some(seen) = approved::seen(&site.plan, plugin, &stored, loader, &mut found) else {
                continue;
            };
            let old = lock.plugins.get(&**name);
            let changes = differences(old, &seen.locked);
            told.push_str(&account(name, &changes, &seen.locked));
            // An approval that changes nothing stays with whoever gave it.
            let approved_by =
                if changes.is_empty() { old.and_then(|old| old.approved_by.clone()) } else { who.clone() };
            lock.plugins.insert(name.to_string(), Locked { approved_by, ..seen.locked });
        }
        Ok(())
    })?;
    let code = site.tell(&mut found, terminal);
    if nothing_written(&found, terminal) {
        return Ok(code);
    }
    terminal.say(&told);
    site.write(&lock, terminal)?;
    Ok(code)
}

/// What a person approves, in a few lines.
fn account(name: &str, changes: &[Difference], now: &Locked) -> String {
    let mut out = String::new();
    let hash = short(&now.sha256);
    match changes {
        [] => {
            let _ = writeln!(out, "plugin `{name}` {hash}: as it was approved");
            return out;
        }
        [Difference::New] => {
            let _ = writeln!(out, "plugin `{name}` {hash}: new, {} bytes", now.size);
            for export in &now.exports {
                let _ = writeln!(out, "  is {}", printable(export));
            }
        }
        changes => {
            let _ = writeln!(out, "plugin `{name}` {hash}: changed");
            for change in changes {
                let _ = writeln!(out, "  {}", printable(&change.to_string()));
            }
        }
    }
    for line in &now.may {
        let _ = writeln!(out, "  may: {}", printable(line));
    }
    for line in &now.wants_not_granted {
        let _ = writeln!(out, "  asks in vain for: {}", printable(line));
    }
    if now.may.is_empty() {
        out.push_str("  may reach nothing outside itself\n");
    }
    out
}

/// Who is at work, as Git knows; `None` without Git.
fn author(place: &Path) -> Option<String> {
    let mut asked = Command::new("git");
    asked.args(["var", "GIT_AUTHOR_IDENT"]).current_dir(place).stdin(Stdio::null()).stderr(Stdio::null());
    let told = asked.output().ok().filter(|told| told.status.success())?;
    let text = String::from_utf8(told.stdout).ok()?;
    // `Li Na <li.na@example.com> 1764115200 +0900`
    let name = text.rsplit_once('<').map(|(name, _)| name.trim().to_owned())?;
    (!name.is_empty() && name.len() <= 100).then_some(name)
}
