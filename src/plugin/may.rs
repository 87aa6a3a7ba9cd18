//! What a plugin may do, in words: one line for each server, secret, folder and limit. The lock keeps these lines, so that
//! a reviewer sees in its diff what changed; what counts is the hash beside them.

use super::grant::Effective;
use crate::plan::plugin::{LimitName, Measure, PluginKind, SecretFrom};
use std::collections::BTreeSet;

/// Everything that is granted, a line each, in one order.
pub fn lines(effective: &Effective) -> Vec<String> {
    let mut out = Vec::new();
    for (name, reach) in &effective.http {
        let methods: Vec<&str> = reach.methods().map(super::reach::http::Method::name).collect();
        let list = |paths: &[String]| {
            paths
                .iter()
                .map(String::as_str)
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>()
                .join(" ")
        };
        let (site, asked) = (list(&reach.site.paths), list(&reach.plugin.paths));
        let within = if site == asked { String::new() } else { format!(" within {asked}") };
        out.push(format!("server {name}: {} {} {site}{within}", methods.join(" "), reach.origin));
    }
    for (name, secret) in &effective.secrets {
        let from = match &secret.from {
            SecretFrom::Env(variable) => format!("from the variable {variable}"),
            SecretFrom::Keyring(entry) => format!("from the key ring entry {entry}"),
            SecretFrom::Captured => "captured from a response".to_owned(),
        };
        let only: Vec<&str> = secret.only.iter().map(String::as_str).collect();
        out.push(format!("secret {name}: {from}, sent to {} only", only.join(", ")));
    }
    for (name, shelf) in &effective.folders {
        let glob = shelf.glob.as_deref().map(|glob| format!(", {glob} only")).unwrap_or_default();
        out.push(format!("folder {name}: reads {}{glob}", shelf.folder));
    }
    for (&name, &value) in &effective.limits {
        out.push(format!("limit {}: {}", name.key(), amount(name, value)));
    }
    out
}

fn amount(name: LimitName, value: u64) -> String {
    use crate::plan::failure::{bytes, grouped};
    match name.measure() {
        Measure::Bytes => bytes(value),
        Measure::Time if value.is_multiple_of(1_000) => format!("{} s", grouped(value / 1_000)),
        Measure::Time => format!("{} ms", grouped(value)),
        Measure::Count => grouped(value),
    }
}

/// What a plugin of a kind does, and what it sees, for somebody who has never seen one.
pub fn of_kind(kind: PluginKind) -> &'static str {
    match kind {
        PluginKind::Metric => {
            "metric: computes figures in `check`, `build` and `preview` from the columns that its `inputs:` name. \
             It reaches nothing: no network, no file, no secret, no clock."
        }
        PluginKind::Source => {
            "source: fetches rows and documents in `kpress data pull`, never in a build. It reaches what is listed below, and \
             nothing else."
        }
        PluginKind::Widget => {
            "widget: makes a block of a dashboard from the metrics that its `inputs:` name. It gives data; HTML, scripts and \
             addresses are not taken from it. It reaches nothing."
        }
        PluginKind::Rule => {
            "rule: checks what people wrote, and sees all of it: metrics, targets, owners. It can point at lines and suggest \
             an edit; it reaches nothing and writes nothing."
        }
    }
}
