//! `kpress publish --rekey-all`: versions that somebody could open who may read no more give way to ones under a fresh key.

use super::super::stop::Stop;
use super::super::terminal::Terminal;
use super::super::{Trouble, workspace::Workspace};
use super::publish::{self, Arguments};
use super::{open, tell};
use crate::build::rekey::{Rekeyed, rekey};
use crate::plan::deploy::Deploy;
use crate::versions::people::People;
use serde_json::json;

/// Encrypts again, and brings deploy targets in line.
pub(super) fn run(
    arguments: &Arguments,
    (all, targets): (&[Deploy], &[&Deploy]),
    workspace: &Workspace,
    terminal: &Terminal,
    stop: &Stop,
) -> Result<u8, Trouble> {
    if all.iter().all(|deploy| deploy.protect.encrypt.is_none()) {
        return Err(Trouble::usage("no deploy target is encrypted, so there is nothing to encrypt again")
            .hint("`protect: {encrypt: true}` below `publish:` asks for it"));
    }
    let people = match crate::cli::passwords::read(workspace)? {
        Some(people) => people,
        None => People::nobody()?,
    };
    let key = publish::key(arguments)?;
    let sign = publish::signer(key.as_deref());
    let signing = key.is_some().then_some(&sign as crate::versions::Sign<'_>);
    let mut versions = open(workspace, arguments.wait, stop)?;
    let rekeyed = rekey(&workspace.disk, &mut versions, &people, signing, arguments.dry_run)?;
    if !arguments.json {
        terminal.say(&text(&rekeyed));
    }
    let replaced = |(old, new): &(String, Option<String>)| json!({ "version": old, "now": new });
    let mut value = json!({
        "rekeyed": rekeyed.replaced.iter().map(replaced).collect::<Vec<_>>(),
        "still_open": rekeyed.lingering,
    });
    if !arguments.no_deploy && !arguments.dry_run {
        let deployed = super::deploy::run(targets, &versions.archive, &workspace.ground(), terminal)?;
        value["deployed"] = json!(deployed);
    }
    tell(terminal, arguments.json, &value, "")
}

fn text(rekeyed: &Rekeyed) -> String {
    let line = |(old, new): &(String, Option<String>)| match new {
        Some(new) => format!("version {old} is now {new}, under a fresh key\n"),
        None => format!("would encrypt version {old} again\n"),
    };
    let mut text: String = rekeyed.replaced.iter().map(line).collect();
    if text.is_empty() {
        text.push_str("every version opens for today's readers and for nobody else\n");
    }
    if !rekeyed.lingering.is_empty() {
        text.push_str(&format!(
            "warning: pruned, but still on hosts and open to whoever could read them: {}; \
             `kpress prune --apply --grace 0d` removes them, with the policy that let them go\n",
            rekeyed.lingering.join(", ")
        ));
    }
    text + "whoever has a copy of the old files and the old passphrase reads that copy for ever\n"
}
