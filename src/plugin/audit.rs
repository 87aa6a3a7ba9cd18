//! The page for a pull request: what each plugin is, what it may reach, with which secret, and what changed since somebody
//! approved it. Written for a reader who has never seen a plugin; changed lines are marked.

use super::approval::{Difference, differences};
use super::approved::Seen;
use super::may;
use crate::diag::{Finding, printable};
use crate::plan::failure::{bytes as amount, grouped};
use crate::plan::plugin::{Plugin, PluginKind};
use crate::snapshot::Locked;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;

/// A plugin as it is audited.
#[derive(Debug)]
pub struct Entry<'a> {
    /// What the site says of it.
    pub plugin: &'a Plugin,
    /// What it is now; `None` where it cannot be loaded.
    pub seen: Option<Seen>,
    /// What was approved.
    pub locked: Option<&'a Locked>,
    /// Why it cannot be loaded, and notes.
    pub found: Vec<Finding>,
}

/// Whether a line was there when the plugin was approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Same,
    New,
    Gone,
}

const WHAT: &str = "what it is";
const MIND: &str = "what to mind";

/// A part of the page about one plugin.
struct Part {
    title: &'static str,
    /// The words are kpress's own; else they may be anything.
    own: bool,
    lines: Vec<(Mark, String)>,
}

/// How the page is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For a terminal.
    Text,
    /// For a pull request.
    Markdown,
}

impl Entry<'_> {
    fn state(&self) -> (&'static str, Vec<Difference>) {
        let Some(seen) = &self.seen else { return ("cannot be loaded and does not run", Vec::new()) };
        let Some(locked) = self.locked else { return ("not approved: it does not run", Vec::new()) };
        match differences(Some(locked), &seen.locked) {
            none if none.is_empty() => ("approved as it is", none),
            some => ("changed since it was approved: it does not run", some),
        }
    }

    fn parts(&self, changes: &[Difference]) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut add = |title: &'static str, lines: Vec<(Mark, String)>| {
            if !lines.is_empty() {
                let own = matches!(title, WHAT | MIND);
                parts.push(Part { title, own, lines });
            }
        };
        add(
            "why it cannot be loaded",
            self.found.iter().map(|found| (Mark::Same, found.message.clone())).collect(),
        );
        let Some(seen) = &self.seen else { return parts };
        let now = &seen.locked;
        let kinds = seen.loaded.kinds.iter().filter(|kind| self.plugin.may_be(**kind));
        let kinds: Vec<PluginKind> = kinds.copied().collect();
        add(WHAT, kinds.iter().map(|kind| (Mark::Same, may::of_kind(*kind).to_owned())).collect());
        add("what it calls itself", told(seen));
        let reach = self.marked(&now.may, |locked| &locked.may);
        add(
            "what it may reach",
            if reach.is_empty() { vec![(Mark::Same, "nothing outside itself".to_owned())] } else { reach },
        );
        add(
            "what it asks for and does not get",
            self.marked(&now.wants_not_granted, |locked| &locked.wants_not_granted),
        );
        add("why it asks", reasons(seen));
        add("interfaces it imports", self.marked(&now.imports, |locked| &locked.imports));
        add("interfaces it exports", self.marked(&now.exports, |locked| &locked.exports));
        add(
            "what changed since it was approved",
            changes.iter().map(|change| (Mark::New, change.to_string())).collect(),
        );
        add(MIND, minds(seen));
        parts
    }

    /// Lines of now against those of then.
    fn marked(&self, now: &[String], of: impl Fn(&Locked) -> &Vec<String>) -> Vec<(Mark, String)> {
        let then: BTreeSet<&String> =
            self.locked.map(|locked| of(locked).iter().collect()).unwrap_or_default();
        // Where nothing was approved everything is new, and the state says so once.
        let mark = |line: &String| {
            if self.locked.is_none() || then.contains(line) { Mark::Same } else { Mark::New }
        };
        let mut lines: Vec<(Mark, String)> = now.iter().map(|line| (mark(line), line.clone())).collect();
        let gone = then.iter().filter(|line| !now.contains(line));
        lines.extend(gone.map(|line| (Mark::Gone, (*line).clone())));
        lines
    }

    fn head(&self) -> Vec<(&'static str, String)> {
        let mut head = vec![("file", printable(&self.plugin.file))];
        if let Some(seen) = &self.seen {
            let sizes = format!("{}, {} bytes", amount(seen.loaded.size), grouped(seen.loaded.size));
            head.push(("size", sizes));
            head.push(("sha256", seen.loaded.sha256.to_string()));
            head.push(("signature", seen.locked.signature.clone().unwrap_or_else(|| "none".to_owned())));
        }
        if let Some(locked) = self.locked {
            head.push(("approved by", printable(locked.approved_by.as_deref().unwrap_or("unknown"))));
        }
        head
    }

    /// As an object, for programs.
    pub fn value(&self) -> Value {
        let (state, changes) = self.state();
        let marked = |lines: Vec<(Mark, String)>| -> Value {
            let line = |(mark, text): (Mark, String)| match mark {
                Mark::Same => json!({"text": text}),
                Mark::New => json!({"text": text, "mark": "new"}),
                Mark::Gone => json!({"text": text, "mark": "gone"}),
            };
            lines.into_iter().map(line).collect::<Vec<Value>>().into()
        };
        let parts: serde_json::Map<String, Value> = self
            .parts(&changes)
            .into_iter()
            .map(|part| (part.title.replace(' ', "_"), marked(part.lines)))
            .collect();
        let head: serde_json::Map<String, Value> =
            self.head().into_iter().map(|(key, text)| (key.replace(' ', "_"), text.into())).collect();
        json!({
            "plugin": &*self.plugin.id,
            "runs": self.seen.is_some() && self.locked.is_some() && changes.is_empty(),
            "state": state,
            "about": head,
            "parts": parts,
        })
    }
}

/// The page.
pub fn page(entries: &[Entry<'_>], form: Form) -> String {
    let mut out = String::new();
    if form == Form::Markdown {
        out.push_str("# Plugins of this site\n\n");
        out.push_str(
            "A plugin is code of others that kpress runs in a sandbox. It sees what it is handed and reaches what is listed \
             here. It runs only as it was approved in `kpress.lock`; **new** marks what was not there then, ~~struck out~~ \
             what was.\n",
        );
    }
    for entry in entries {
        plugin(&mut out, entry, form);
    }
    if entries.is_empty() {
        out.push_str("kpress.yaml names no plugins\n");
    }
    out
}

fn plugin(out: &mut String, entry: &Entry<'_>, form: Form) {
    let (state, changes) = entry.state();
    let name = &*entry.plugin.id;
    match form {
        Form::Text => {
            let gap = if out.is_empty() { "" } else { "\n" };
            let _ = writeln!(out, "{gap}plugin {name}: {state}");
            for (key, text) in entry.head() {
                let _ = writeln!(out, "  {key:<12}{text}");
            }
        }
        Form::Markdown => {
            let _ = write!(out, "\n## `{name}`: {state}\n\n");
            for (key, text) in entry.head() {
                let _ = writeln!(out, "- {key}: {}", code(&text));
            }
        }
    }
    for part in entry.parts(&changes) {
        match form {
            Form::Text => {
                let _ = writeln!(out, "  {}", part.title);
            }
            Form::Markdown => {
                let _ = write!(out, "\n**{}**\n\n", capital(part.title));
            }
        }
        for (mark, text) in &part.lines {
            let shown = printable(text);
            let words = |text: &str| if part.own { text.to_owned() } else { words(text) };
            let _ = match (form, mark) {
                (Form::Text, Mark::Same) => writeln!(out, "    {shown}"),
                (Form::Text, Mark::New) => writeln!(out, "  + {shown}"),
                (Form::Text, Mark::Gone) => writeln!(out, "  - {shown}"),
                (Form::Markdown, Mark::Same) => writeln!(out, "- {}", words(&shown)),
                (Form::Markdown, Mark::New) => writeln!(out, "- **new** {}", words(&shown)),
                (Form::Markdown, Mark::Gone) => writeln!(out, "- ~~{}~~", words(&shown)),
            };
        }
    }
}

/// A text that may come from a plugin, for Markdown: nothing of it becomes a link, an image, HTML or a heading.
fn words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&') {
            out.push('\\');
        }
        out.push(c);
    }
    // An address stays text: pull requests make links of bare ones.
    out.replace("://", ":&#8203;//")
}

fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'"))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}

/// Its own words: what each of its parts is called.
fn told(seen: &Seen) -> Vec<(Mark, String)> {
    let all = &seen.loaded.descriptor;
    let line =
        |kind: PluginKind, id: &str, title: &str| (Mark::Same, format!("{} {id}: {title}", kind.name()));
    let mut lines = Vec::new();
    lines.extend(all.metrics.iter().map(|metric| line(PluginKind::Metric, &metric.id, &metric.title)));
    lines.extend(all.sources.iter().map(|source| line(PluginKind::Source, &source.id, &source.title)));
    lines.extend(all.widgets.iter().map(|widget| line(PluginKind::Widget, &widget.id, &widget.title)));
    lines.extend(all.rules.iter().map(|rule| line(PluginKind::Rule, &rule.name, &rule.title)));
    lines
}

/// Its own reasons for what it asks for.
fn reasons(seen: &Seen) -> Vec<(Mark, String)> {
    let wishes = seen.loaded.descriptor.wishes();
    let mut lines = Vec::new();
    let mut add = |what: String, reason: &str| {
        if !reason.is_empty() {
            lines.push((Mark::Same, format!("{what}: {reason}")));
        }
    };
    wishes.hosts.iter().for_each(|host| add(format!("server {} {}", host.grant, host.origin), &host.reason));
    wishes.secrets.iter().for_each(|secret| add(format!("secret {}", secret.name), &secret.reason));
    wishes.folders.iter().for_each(|folder| add(format!("folder {}", folder.grant), &folder.reason));
    lines
}

/// What the sandbox cannot prevent.
fn minds(seen: &Seen) -> Vec<(Mark, String)> {
    let effective = &seen.weighed.effective;
    let mut lines = Vec::new();
    if !effective.http.is_empty() {
        lines.push(
            "it decides what goes into path, query, headers and body of a request, so whatever it reads it can send to these \
             servers; GET alone makes that harder, not impossible. Every request is listed in `.kpress/pull.log`",
        );
    }
    if effective.http.values().any(|reach| reach.origin.is_pattern()) {
        lines.push("a server with `*` is reached only by a link that another of its servers handed out");
    }
    if !effective.secrets.is_empty() {
        lines.push("it never sees a secret: kpress puts it in as the request leaves, and blots it out of what comes back");
    }
    if !effective.folders.is_empty() && !effective.http.is_empty() {
        lines.push("it may both read files and reach servers: it can send those files there");
    }
    lines.into_iter().map(|line| (Mark::Same, line.to_owned())).collect()
}
