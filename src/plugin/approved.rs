//! All plugins of a workspace, loaded and held against the lock. Only what comes out of here runs.

use super::approval::{self, Mode};
use super::engine::ENGINE;
use super::grant::{self, Weighed};
use super::load::{Loaded, Loader, store};
use super::{may, signature};
use crate::diag::{Checked, Finding, has_errors};
use crate::inputs::{Hash, Inputs};
use crate::plan::failure::Failure;
use crate::plan::plugin::{Plugin, PluginKind};
use crate::plan::{Id, Plan};
use crate::snapshot::{Lock, Locked};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A plugin that may run.
#[derive(Clone, Debug)]
pub struct Approved {
    /// What can be called.
    pub loaded: Loaded,
    /// What it may reach.
    pub weighed: Weighed,
}

/// A plugin that was loaded; whether it may run is not said.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What can be called.
    pub loaded: Loaded,
    /// What it would be granted.
    pub weighed: Weighed,
    /// What approving it would write. Who approves it is not in it.
    pub locked: Locked,
}

/// All plugins of a plan that may run, by name; what keeps the others from it is found.
pub fn all(
    plan: &Plan,
    lock: &Lock,
    inputs: &dyn Inputs,
    loader: &Loader<'_>,
    mode: Mode,
) -> Checked<BTreeMap<Id, Approved>> {
    let mut out = Checked::clean(BTreeMap::new());
    for (name, plugin) in &plan.plugins {
        if let Some(approved) = one(plan, plugin, lock, inputs, (loader, mode), &mut out.found) {
            out.value.insert(name.clone(), approved);
        }
    }
    out
}

/// One of them; what keeps it from running is found.
pub fn one(
    plan: &Plan,
    plugin: &Plugin,
    lock: &Lock,
    inputs: &dyn Inputs,
    (loader, mode): (&Loader<'_>, Mode),
    found: &mut Vec<Finding>,
) -> Option<Approved> {
    let name = &*plugin.id;
    let stored = match store::read(name, &plugin.file, inputs) {
        Ok(stored) => stored,
        Err(why) => {
            found.push(why.finding(plugin.file_at.clone()));
            return None;
        }
    };
    let locked = match approval::bytes(lock, name, &plugin.file_at, &stored.sha256, stored.size(), mode) {
        Ok(locked) => locked,
        Err(why) => {
            found.push(why);
            return None;
        }
    };
    let seen = seen(plan, plugin, &stored, loader, found)?;
    let now = Locked { approved_by: locked.approved_by.clone(), ..seen.locked };
    match approval::rest(locked, &now, name, &plugin.place, mode) {
        Ok(()) => Some(Approved { loaded: seen.loaded, weighed: seen.weighed }),
        Err(why) => {
            found.push(why);
            None
        }
    }
}

/// Loads a plugin and weighs what it is granted, whatever the lock says of it. `None` where it cannot be loaded, is not
/// signed as the site wants it, or its grant is wrong; that is found.
pub fn seen(
    plan: &Plan,
    plugin: &Plugin,
    stored: &store::Stored,
    loader: &Loader<'_>,
    found: &mut Vec<Finding>,
) -> Option<Seen> {
    let name = &*plugin.id;
    let trusted: Vec<String> = plan.plugin_host.trusted_keys.iter().map(|(key, _)| key.to_string()).collect();
    let signed =
        signature::check(name, &plugin.file_at, &stored.bytes, stored.signature.as_deref(), &trusted);
    let signature = signed.map_err(|why| found.push(why)).ok()?;
    let mut notes = Vec::new();
    let loaded = loader.load(name, stored, &mut notes);
    found.extend(notes.iter().map(|note| note.finding(plugin.file_at.clone())));
    let loaded = loaded.map_err(|why| found.push(why.finding(plugin.file_at.clone()))).ok()?;
    used(plugin, &loaded).map_err(|why| found.push(why.finding(plugin.place.clone()))).ok()?;
    let weighed = grant::weigh(plugin, &loaded.descriptor.wishes());
    let wrong = has_errors(&weighed.found);
    found.extend(weighed.found.iter().cloned());
    if wrong {
        return None;
    }
    let locked = locked(plugin, &loaded, &weighed, signature);
    Some(Seen { loaded, weighed, locked })
}

/// What it may be used for is something it is; and what only a source may import is not there for another use.
fn used(plugin: &Plugin, loaded: &Loaded) -> Result<(), Failure> {
    let Some(uses) = &plugin.uses else { return Ok(()) };
    let name = &*plugin.id;
    if let Some(lacking) = uses.iter().find(|kind| !loaded.kinds.contains(kind)) {
        let exports: Vec<&str> = loaded.kinds.iter().map(|kind| kind.name()).collect();
        return Err(Failure::new(
            &super::load::scan::PLUGIN_API_UNKNOWN,
            format!("plugin `{name}` is to be used as {}, and is none", lacking.name()),
            format!("it is {}", exports.join(", ")),
        ));
    }
    let reaches = |import: &&String| {
        ["http", "files", "secrets"].iter().any(|own| import.starts_with(&format!("kpress:plugin/{own}@")))
    };
    match loaded.imports.iter().find(reaches) {
        Some(import) if !uses.contains(&PluginKind::Source) => Err(Failure::new(
            &super::load::scan::PLUGIN_IMPORT_REFUSED,
            format!("plugin `{name}` imports `{import}`, and is not used as a source"),
            "only a source reaches servers, files and secrets: add `source` to `use:`, or take a component without it",
        )),
        _ => Ok(()),
    }
}

/// What approving a plugin writes.
fn locked(plugin: &Plugin, loaded: &Loaded, weighed: &Weighed, signature: Option<String>) -> Locked {
    let uses: Vec<&str> =
        loaded.kinds.iter().filter(|kind| plugin.may_be(**kind)).map(|kind| kind.name()).collect();
    let effective: Value = serde_json::from_str(&weighed.effective.canonical()).unwrap_or_default();
    let grants = json!({"grants": effective, "use": uses}).to_string();
    let mut may = may::lines(&weighed.effective);
    if plugin.uses.is_some() {
        may.insert(0, format!("used as {} only", uses.join(", ")));
    }
    Locked {
        sha256: loaded.sha256.to_string(),
        size: loaded.size,
        engine: ENGINE.to_owned(),
        exports: loaded.exports.clone(),
        imports: loaded.imports.clone(),
        describe: loaded.descriptor.sha256(),
        grants: Hash::of(grants.as_bytes()).to_string(),
        may,
        wants_not_granted: weighed.not_granted.clone(),
        approved_by: None,
        signature,
    }
}
