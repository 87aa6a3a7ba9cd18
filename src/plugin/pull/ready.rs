//! From what was approved to what can be fetched: which source of a component is meant, whether its `config:` fits, which
//! folders are open, which secrets have values.

use super::port::{SourceInfo, SourcePort};
use super::unit::Unit;
use crate::diag::{Family, Finding, Level, Rule};
use crate::plan::Param;
use crate::plan::failure::Failure;
use crate::plan::plugin::SecretFrom;
use crate::plan::pull::Pull;
use crate::plan::rules::known::UNKNOWN_NAME;
use crate::plugin::failure::PLUGIN_PARAMS_INVALID;
use crate::plugin::grant::Effective;
use crate::plugin::params;
use crate::plugin::reach::folder::Folder as Granted;
use crate::plugin::reach::vault::{Granted as Secret, Vault};
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use zeroize::Zeroizing;

/// A secret without a value.
pub static PLUGIN_SECRET_UNSET: Rule = Rule {
    name: "plugin-secret-unset",
    level: Level::Error,
    family: Family::Config,
    about: "a secret that is granted to a plugin and has no value on this machine, or one too short to be kept from showing",
    why: "without it the server refuses, and says less clearly why",
    example: "secrets: {refresh-token: {env: SPAPI_REFRESH_TOKEN}} and no such environment variable",
};

/// Which source of a component a pull is about.
///
/// # Errors
/// There is none, or it is not clear which.
pub fn source(port: &dyn SourcePort, pull: &Pull) -> Result<SourceInfo, Box<Finding>> {
    let told = |failure: Failure| Box::new(failure.finding(pull.place.clone()));
    let mut all = port.describe().map_err(told)?;
    let plugin = &pull.plugin;
    let names: Vec<String> = all.iter().map(|info| format!("`{plugin}/{}`", info.id)).collect();
    let (at, message) = match &pull.id {
        Some(id) => {
            let at = all.iter().position(|info| *info.id == **id);
            (at, format!("plugin `{plugin}` has no source `{id}`"))
        }
        None => {
            let at = (all.len() == 1).then_some(0);
            (at, format!("plugin `{plugin}` has {} sources, and none is named", all.len()))
        }
    };
    match at {
        Some(at) => Ok(all.swap_remove(at)),
        None => {
            let hint = if names.is_empty() {
                "it is no source".to_owned()
            } else {
                format!("it has {}", names.join(", "))
            };
            Err(told(Failure::new(&UNKNOWN_NAME, message, hint)))
        }
    }
}

/// What is wrong with a `config:`, against the schema of the plugin.
pub fn config(unit: &Unit<'_>) -> Vec<Finding> {
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let pull = unit.pull;
    let mut params: Vec<Param> = pull
        .config
        .iter()
        .zip(&pull.config_at)
        .map(|((name, value), place)| Param {
            name: name.clone(),
            value: plain(value).into(),
            json: value.to_string().into(),
            place: place.clone(),
        })
        .collect();
    // What a store says of itself is there by the time the plugin runs.
    let own =
        unit.of_store().into_iter().filter(|(name, _)| pull.config.iter().all(|(known, _)| known != name));
    let own: Vec<Param> = own
        .map(|(name, value)| Param {
            json: Value::from(&*value).to_string().into(),
            name,
            value,
            place: pull.place.clone(),
        })
        .collect();
    params.extend(own);
    let wrong = params::check(&params, &unit.info.params_schema);
    let finding = |(param, why): (Option<&Param>, String)| {
        let place = param.map_or(&pull.place, |param| &param.place).clone();
        let what = param.map_or_else(|| "`config:`".to_owned(), |param| format!("`{}`", param.name));
        let told = format!("`{}`: {what} does not fit plugin `{}`: {why}", unit.source.id, unit.name());
        Finding::new(&PLUGIN_PARAMS_INVALID, place, told)
            .hint("`kpress plugin check` prints the schema of what it takes")
    };
    wrong.into_iter().map(finding).collect()
}

/// The vault of what is granted. `value` looks up variables and the key ring.
pub fn vault(
    unit: &Unit<'_>,
    effective: &Effective,
    value: &dyn Fn(&SecretFrom) -> Option<Zeroizing<String>>,
) -> Result<Vault, Vec<Finding>> {
    let mut granted = BTreeMap::new();
    let mut values = BTreeMap::new();
    let mut found = Vec::new();
    let unset = |told: String, hint: &str| {
        Finding::new(&PLUGIN_SECRET_UNSET, unit.pull.place.clone(), told).hint(hint.to_owned())
    };
    for (name, secret) in &effective.secrets {
        let captured = secret.from == SecretFrom::Captured;
        granted.insert(name.clone(), Secret { only: secret.only.clone(), captured });
        if captured {
            continue;
        }
        let from = of_store(unit, &secret.from);
        match value(&from) {
            Some(value) => drop(values.insert(name.clone(), value)),
            None => {
                let (what, hint) = match &from {
                    SecretFrom::Keyring(entry) => {
                        (format!("no entry `{entry}` of the key ring"), "store it there, as service `kpress`")
                    }
                    SecretFrom::Env(variable) => (
                        format!("no environment variable `{variable}`"),
                        "set it, or write it into `.env`, which Git must ignore",
                    ),
                    SecretFrom::Captured => (String::new(), ""),
                };
                let told = format!("`{}`: there is {what} for the secret `{name}`", unit.label());
                found.push(unset(told, hint));
            }
        }
    }
    if !found.is_empty() {
        return Err(found);
    }
    Vault::new(granted, values).map_err(|name| {
        let told = format!("`{}`: the secret `{name}` is shorter than 6 characters", unit.label());
        vec![unset(told, "it could not be kept from showing; is it the right one?")]
    })
}

/// `SPAPI_REFRESH_TOKEN_{store}` is `SPAPI_REFRESH_TOKEN_JP1` for the store `jp1`.
fn of_store(unit: &Unit<'_>, from: &SecretFrom) -> SecretFrom {
    let Some(store) = unit.store else { return from.clone() };
    let upper: String =
        store.id.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    match from {
        SecretFrom::Env(name) => SecretFrom::Env(name.replace("{store}", &upper).into()),
        SecretFrom::Keyring(name) => SecretFrom::Keyring(name.replace("{store}", &store.id).into()),
        SecretFrom::Captured => SecretFrom::Captured,
    }
}

/// The granted folders, opened; one that is not there is empty to the plugin.
pub fn folders(workspace: &Path, effective: &Effective) -> BTreeMap<String, Granted> {
    let open = |(name, shelf): (&String, &crate::plugin::grant::Shelf)| {
        let mut dir = Dir::open_ambient_dir(workspace, ambient_authority()).ok()?;
        for part in shelf.folder.split('/').filter(|part| !part.is_empty()) {
            dir = cap_fs_ext::DirExt::open_dir_nofollow(&dir, part).ok()?;
        }
        Some((name.clone(), Granted::new(dir, shelf.glob.clone())))
    };
    effective.folders.iter().filter_map(open).collect()
}
