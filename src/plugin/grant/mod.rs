//! What a plugin may do: what it asks for, narrowed by what the site grants. Neither side widens the other, and whatever is
//! refused says which of the two lacks it.

mod meet;
mod told;
mod weigh;

pub use weigh::{Weighed, weigh};

use super::reach::http::Reach;
use crate::diag::{Family, Level, Rule};
use crate::inputs::Hash;
use crate::plan::plugin::{LimitName, SecretFrom};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A grant that comes to nothing.
pub static PLUGIN_GRANT_INVALID: Rule = Rule {
    name: "plugin-grant-invalid",
    level: Level::Error,
    family: Family::Config,
    about: "a grant or a limit that a plugin cannot be given: a name it does not have, nothing in common with what it asks for, a limit above the cap",
    why: "a line that grants nothing looks as if it did",
    example: "http: {spapi: {methods: [PUT]}} for a plugin that asks for GET and POST",
};

/// What the sources of a component ask for, as they describe themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Servers. Several of one name are alternatives, the first of them the usual one.
    pub hosts: Vec<WantedHost>,
    /// Secrets.
    pub secrets: Vec<WantedSecret>,
    /// Folders.
    pub folders: Vec<WantedFolder>,
}

/// A server that a plugin asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedHost {
    /// The plugin's name for it.
    pub grant: String,
    /// `https://host`, a pattern, or `*`: the one that the site names.
    pub origin: String,
    /// `GET`, `HEAD`, `POST`, `PUT`.
    pub methods: Vec<String>,
    /// Patterns.
    pub paths: Vec<String>,
    /// For people.
    pub reason: String,
}

/// A secret that a plugin asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedSecret {
    /// The plugin's name for it.
    pub name: String,
    /// The servers it is sent to, by the plugin's names.
    pub used_on: Vec<String>,
    /// Whether it comes from a response.
    pub captured: bool,
    /// For people.
    pub reason: String,
}

/// A folder that a plugin asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedFolder {
    /// The plugin's name for it.
    pub grant: String,
    /// For people.
    pub reason: String,
}

/// What both sides agree on.
#[derive(Clone, Debug, Default)]
pub struct Effective {
    /// Servers, by the plugin's names.
    pub http: BTreeMap<String, Reach>,
    /// Secrets, by the plugin's names.
    pub secrets: BTreeMap<String, Secret>,
    /// Folders, by the plugin's names.
    pub folders: BTreeMap<String, Shelf>,
    /// Limits that the site sets.
    pub limits: BTreeMap<LimitName, u64>,
}

/// A secret that may be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// Where its value comes from.
    pub from: SecretFrom,
    /// The servers it may be sent to.
    pub only: BTreeSet<String>,
}

/// A folder that may be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelf {
    /// A path below the workspace.
    pub folder: String,
    /// Which files of it; `None`: all.
    pub glob: Option<String>,
}

impl Effective {
    /// What is agreed on as canonical JSON (RFC 8785): keys sorted, lists sorted, no space.
    pub fn canonical(&self) -> String {
        let sorted = |texts: &[String]| texts.iter().cloned().collect::<BTreeSet<String>>();
        let http = self.http.iter().map(|(name, reach)| {
            let methods: Vec<&str> = reach.methods().map(super::reach::http::Method::name).collect();
            let paths = json!({"plugin": sorted(&reach.plugin.paths), "site": sorted(&reach.site.paths)});
            (name.clone(), json!({"methods": methods, "origin": reach.origin.to_string(), "paths": paths}))
        });
        let secrets = self.secrets.iter().map(|(name, secret)| {
            let from = match &secret.from {
                SecretFrom::Env(name) => json!({"env": &**name}),
                SecretFrom::Keyring(name) => json!({"keyring": &**name}),
                SecretFrom::Captured => json!("captured"),
            };
            (name.clone(), json!({"from": from, "only": secret.only}))
        });
        let folders = self
            .folders
            .iter()
            .map(|(name, shelf)| (name.clone(), json!({"folder": shelf.folder, "glob": shelf.glob})));
        let limits = self.limits.iter().map(|(name, value)| (name.key().to_owned(), json!(value)));
        let all = json!({
            "files": folders.collect::<Map<String, Value>>(),
            "http": http.collect::<Map<String, Value>>(),
            "limits": limits.collect::<Map<String, Value>>(),
            "secrets": secrets.collect::<Map<String, Value>>(),
        });
        all.to_string()
    }

    /// The hash of [`Effective::canonical`], as `kpress.lock` keeps it.
    pub fn sha256(&self) -> String {
        Hash::of(self.canonical().as_bytes()).to_string()
    }
}

impl Wishes {
    /// The smallest block of `kpress.yaml` that grants all of it, ready to copy; empty where nothing is asked for.
    pub fn block(&self) -> String {
        told::block(self)
    }
}

#[cfg(test)]
mod tests;
