//! What `kpress.lock` says of plugins against what they are now. A plugin runs only where nothing differs: neither its
//! bytes, nor what it asks for, nor what it may do, nor what compiles it.

use crate::diag::{Family, Finding, Level, Place, Rule};
use crate::snapshot::{Lock, Locked};
use std::collections::BTreeSet;
use std::fmt;

/// A plugin that nobody approved.
pub static PLUGIN_NOT_LOCKED: Rule = Rule {
    name: "plugin-not-locked",
    level: Level::Error,
    family: Family::Config,
    about: "a plugin that is not in `kpress.lock`",
    why: "no plugin runs before somebody has looked at what it asks for",
    example: "plugins: {tacos: {file: plugins/tacos.wasm}}    # then: kpress plugin check plugins/tacos.wasm, kpress plugin approve tacos",
};

/// A plugin whose bytes are others than the approved ones.
pub static PLUGIN_HASH_MISMATCH: Rule = Rule {
    name: "plugin-hash-mismatch",
    level: Level::Error,
    family: Family::Config,
    about: "a plugin whose bytes differ from those approved in `kpress.lock`",
    why: "an update may do anything that the version before it did not",
    example: "plugins/tacos.wasm was built anew; look at the change, then `kpress plugin approve tacos`",
};

/// A plugin that is approved for something else.
pub static PLUGIN_LOCK_STALE: Rule = Rule {
    name: "plugin-lock-stale",
    level: Level::Error,
    family: Family::Config,
    about: "a plugin whose imports, wishes, description, grants or engine differ from what was approved",
    why: "what a plugin may do changes only together with the approval that a reviewer sees",
    example: "a new line below `grant:` in kpress.yaml; then `kpress plugin approve amazon-sp-api`",
};

/// What somebody may do about it: on a machine where a person sits, or where only the lock counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A person can approve.
    Open,
    /// `--locked`: nobody is there; the change belongs into the pull request.
    Locked,
}

impl Mode {
    /// The way out that ends a finding.
    pub fn hint(self, name: &str) -> String {
        match self {
            Mode::Open => {
                format!("look at `kpress plugin audit {name}`, then run `kpress plugin approve {name}`")
            }
            Mode::Locked => {
                format!(
                    "run `kpress plugin approve {name}` on your machine and commit `kpress.lock` with the change"
                )
            }
        }
    }
}

/// One thing that is not as it was approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Nothing was approved so far.
    New,
    /// Hash and size in bytes, old and new.
    Bytes(Box<(String, u64, String, u64)>),
    /// What compiles and meters it, old and new.
    Engine(String, String),
    /// A list: its name, what came, what went.
    List(&'static str, Vec<String>, Vec<String>),
    /// The hash of its description, old and new.
    Describe(String, String),
    /// The hash of what it may do, old and new.
    Grants(String, String),
    /// Who signed it, old and new.
    Signature(Option<String>, Option<String>),
}

/// All that differs between what was approved and what is there, in the order in which a reviewer wants to know it.
pub fn differences(old: Option<&Locked>, new: &Locked) -> Vec<Difference> {
    let Some(old) = old else { return vec![Difference::New] };
    let mut found = Vec::new();
    if old.sha256 != new.sha256 {
        let both = (old.sha256.clone(), old.size, new.sha256.clone(), new.size);
        found.push(Difference::Bytes(Box::new(both)));
    }
    let lists = [
        ("imports", &old.imports, &new.imports),
        ("exports", &old.exports, &new.exports),
        ("may", &old.may, &new.may),
        ("asks in vain for", &old.wants_not_granted, &new.wants_not_granted),
    ];
    for (name, old, new) in lists {
        let (before, after): (BTreeSet<&String>, BTreeSet<&String>) =
            (old.iter().collect(), new.iter().collect());
        let only = |one: &BTreeSet<&String>, other: &BTreeSet<&String>| {
            one.difference(other).map(|&text| text.clone()).collect::<Vec<String>>()
        };
        if before != after {
            found.push(Difference::List(name, only(&after, &before), only(&before, &after)));
        }
    }
    if old.describe != new.describe {
        found.push(Difference::Describe(old.describe.clone(), new.describe.clone()));
    }
    if old.grants != new.grants {
        found.push(Difference::Grants(old.grants.clone(), new.grants.clone()));
    }
    if old.engine != new.engine {
        found.push(Difference::Engine(old.engine.clone(), new.engine.clone()));
    }
    if old.signature != new.signature {
        found.push(Difference::Signature(old.signature.clone(), new.signature.clone()));
    }
    found
}

/// The first eight digits of a hash, enough to tell two apart.
pub fn short(hash: &str) -> &str {
    hash.get(..8).unwrap_or(hash)
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let none = |signature: &Option<String>| signature.clone().unwrap_or_else(|| "none".to_owned());
        match self {
            Difference::New => out.write_str("not approved so far"),
            Difference::Bytes(both) => {
                let (old, size, new, now) = &**both;
                write!(out, "bytes: sha256 {} → {}, {size} → {now} bytes", short(old), short(new))
            }
            Difference::Engine(old, new) => write!(out, "engine: {old} → {new}"),
            Difference::List(name, came, went) => {
                let came = came.iter().map(|text| format!("+ {text}"));
                let all: Vec<String> = came.chain(went.iter().map(|text| format!("− {text}"))).collect();
                write!(out, "{name}: {}", all.join(", "))
            }
            Difference::Describe(old, new) => {
                write!(out, "what it says and asks for: {} → {}", short(old), short(new))
            }
            Difference::Grants(old, new) => write!(out, "grants and limits: {} → {}", short(old), short(new)),
            Difference::Signature(old, new) => write!(out, "signature: {} → {}", none(old), none(new)),
        }
    }
}

/// What was approved of a plugin, if its bytes are the approved ones. This is asked before anything else looks at them.
///
/// # Errors
/// `plugin-not-locked` or `plugin-hash-mismatch`.
pub fn bytes<'l>(
    lock: &'l Lock,
    name: &str,
    place: &Place,
    sha256: &str,
    size: u64,
    mode: Mode,
) -> Result<&'l Locked, Finding> {
    let Some(locked) = lock.plugins.get(name) else {
        let message = format!("plugin `{name}` is not in `kpress.lock`");
        return Err(Finding::new(&PLUGIN_NOT_LOCKED, place.clone(), message).hint(mode.hint(name)));
    };
    if locked.sha256 == sha256 {
        return Ok(locked);
    }
    let new = Locked { sha256: sha256.to_owned(), size, ..locked.clone() };
    let told: Vec<String> = differences(Some(locked), &new).iter().map(ToString::to_string).collect();
    let message = format!("plugin `{name}` is not what was approved: {}", told.join("; "));
    Err(Finding::new(&PLUGIN_HASH_MISMATCH, place.clone(), message).hint(mode.hint(name)))
}

/// Whether the rest is as approved, once the plugin was looked into; `now` is what approving it would write.
///
/// # Errors
/// `plugin-lock-stale`, with all that differs.
pub fn rest(locked: &Locked, now: &Locked, name: &str, place: &Place, mode: Mode) -> Result<(), Finding> {
    let told: Vec<String> = differences(Some(locked), now).iter().map(ToString::to_string).collect();
    if told.is_empty() {
        return Ok(());
    }
    let message = format!("plugin `{name}` is approved for something else: {}", told.join("; "));
    Err(Finding::new(&PLUGIN_LOCK_STALE, place.clone(), message).hint(mode.hint(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locked() -> Locked {
        Locked {
            sha256: "9f3a1c02".repeat(8),
            size: 1_000,
            engine: "wasmtime-48.0".to_owned(),
            exports: vec!["kpress:plugin/source@0.1.0".to_owned()],
            imports: vec!["kpress:plugin/log@0.1.0".to_owned()],
            describe: "aa".repeat(32),
            grants: "bb".repeat(32),
            ..Locked::default()
        }
    }

    fn check(now: &Locked) -> Result<(), String> {
        let mut lock = Lock::default();
        lock.plugins.insert("ads".to_owned(), locked());
        let place = Place::file("kpress.yaml");
        let approved = bytes(&lock, "ads", &place, &now.sha256, now.size, Mode::Open);
        let result = approved.and_then(|approved| rest(approved, now, "ads", &place, Mode::Open));
        result.map_err(|found| format!("{}: {}", found.rule.name, found.message))
    }

    #[test]
    fn a_plugin_runs_only_as_it_was_approved() {
        assert_eq!(check(&locked()), Ok(()));
        let told = check(&Locked { sha256: "12345678".repeat(8), size: 1_001, ..locked() });
        assert_eq!(
            told,
            Err("plugin-hash-mismatch: plugin `ads` is not what was approved: \
                 bytes: sha256 9f3a1c02 → 12345678, 1000 → 1001 bytes"
                .to_owned())
        );
        let wider = Locked {
            imports: vec!["kpress:plugin/http@0.1.0".to_owned(), "kpress:plugin/log@0.1.0".to_owned()],
            grants: "cc".repeat(32),
            engine: "wasmtime-49.0".to_owned(),
            ..locked()
        };
        assert_eq!(
            check(&wider),
            Err("plugin-lock-stale: plugin `ads` is approved for something else: \
                 imports: + kpress:plugin/http@0.1.0; grants and limits: bbbbbbbb → cccccccc; \
                 engine: wasmtime-48.0 → wasmtime-49.0"
                .to_owned())
        );
    }

    #[test]
    fn what_nobody_approved_does_not_run() {
        let place = Place::file("kpress.yaml");
        let found = bytes(&Lock::default(), "ads", &place, "00", 1, Mode::Locked).expect_err("not approved");
        assert_eq!(found.rule.name, "plugin-not-locked");
        assert_eq!(
            found.hint.as_deref(),
            Some("run `kpress plugin approve ads` on your machine and commit `kpress.lock` with the change")
        );
        assert_eq!(differences(None, &locked()), [Difference::New]);
    }
}
