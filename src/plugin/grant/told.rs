//! Grants as people write them: the smallest block that gives a plugin what it asks for, ready to copy.

use super::{WantedHost, Wishes};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The block below `grant:`; empty where nothing is asked for.
pub(super) fn block(wishes: &Wishes) -> String {
    let mut out = String::new();
    let hosts = usual(wishes);
    if !hosts.is_empty() {
        out.push_str("grant:\n  http:\n");
    }
    for (name, host) in &hosts {
        let origin = if host.origin == "*" { "https://…" } else { &host.origin };
        let (methods, paths) = (host.methods.join(", "), quoted(&host.paths));
        let _ = writeln!(
            out,
            "    {name}: {{origin: \"{origin}\", methods: [{methods}], paths: [{paths}]}}{}",
            comment(&host.reason)
        );
    }
    if !wishes.secrets.is_empty() {
        out.push_str(if out.is_empty() { "grant:\n  secrets:\n" } else { "  secrets:\n" });
    }
    for secret in &wishes.secrets {
        let only = secret.used_on.join(", ");
        let from = if secret.captured {
            "captured: true".to_owned()
        } else {
            format!("env: {}", variable(&secret.name))
        };
        let _ = writeln!(out, "    {}: {{{from}, only: [{only}]}}{}", secret.name, comment(&secret.reason));
    }
    if !wishes.folders.is_empty() {
        out.push_str(if out.is_empty() { "grant:\n  files:\n" } else { "  files:\n" });
    }
    for folder in &wishes.folders {
        let _ = writeln!(
            out,
            "    {name}: {{folder: data/{name}}}{}",
            comment(&folder.reason),
            name = folder.grant
        );
    }
    out
}

/// Of alternatives the first.
fn usual(wishes: &Wishes) -> BTreeMap<&str, &WantedHost> {
    let mut hosts = BTreeMap::new();
    for host in &wishes.hosts {
        hosts.entry(host.grant.as_str()).or_insert(host);
    }
    hosts
}

/// An environment variable for a secret: `client-secret` → `CLIENT_SECRET`.
fn variable(name: &str) -> String {
    name.to_uppercase().replace('-', "_")
}

fn quoted(texts: &[String]) -> String {
    let texts: BTreeSet<&String> = texts.iter().collect();
    texts.iter().map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(", ")
}

/// Why a plugin asks, in its own words, on one line.
fn comment(reason: &str) -> String {
    let plain: String = reason.chars().take(200).flat_map(char::escape_debug).collect();
    if plain.is_empty() { plain } else { format!("    # {plain}") }
}
