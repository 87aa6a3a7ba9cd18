//! What people wrote, key by key, without its form: comments, quotes and the order of keys do not count. Two states of a
//! workspace are compared by it, so nothing that stands in a file can change unseen.

use super::yaml::{self, tree::Content, tree::Node};
use crate::inputs::{Hash, Inputs, ProjectPath};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

/// What a piece of writing is about, in the order in which people look at it: definitions before what they move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// A metric.
    Metric,
    /// A target, or a table of them.
    Target,
    /// A calendar of day weights, or the weeks and years of the site.
    Calendar,
    /// An objective.
    Objective,
    /// A launch.
    Launch,
    /// A scorecard.
    Scorecard,
    /// An alert.
    Alert,
    /// A person.
    Person,
    /// A team.
    Team,
    /// A store.
    Store,
    /// A source of data.
    Source,
    /// A plugin: where it runs, what it may do, the component itself.
    Plugin,
    /// What was accepted in `kpress.lock`.
    Lock,
    /// How grave a rule is.
    Rule,
    /// Title, languages, time.
    Site,
    /// Where versions are copied to.
    Deploy,
    /// What happened.
    Annotation,
    /// A page of blocks.
    Dashboard,
    /// A review.
    Review,
    /// An article, or a file of the theme.
    Text,
}

impl About {
    /// All of them, in their order.
    pub const ALL: &[About] = &[
        About::Metric,
        About::Target,
        About::Calendar,
        About::Objective,
        About::Launch,
        About::Scorecard,
        About::Alert,
        About::Person,
        About::Team,
        About::Store,
        About::Source,
        About::Plugin,
        About::Lock,
        About::Rule,
        About::Site,
        About::Deploy,
        About::Annotation,
        About::Dashboard,
        About::Review,
        About::Text,
    ];

    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            About::Metric => "metric",
            About::Target => "target",
            About::Calendar => "calendar",
            About::Objective => "objective",
            About::Launch => "launch",
            About::Scorecard => "scorecard",
            About::Alert => "alert",
            About::Person => "person",
            About::Team => "team",
            About::Store => "store",
            About::Source => "source",
            About::Plugin => "plugin",
            About::Lock => "lock",
            About::Rule => "rule",
            About::Site => "site",
            About::Deploy => "deploy",
            About::Annotation => "annotation",
            About::Dashboard => "dashboard",
            About::Review => "review",
            About::Text => "text",
        }
    }
}

/// One piece of writing: a metric, a target, a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// The file it stands in.
    pub file: Arc<str>,
    /// Its line.
    pub line: u32,
    /// Keys with their values, in the order of the file. A list has an item a line.
    pub keys: Vec<(String, Vec<String>)>,
}

impl Piece {
    /// The values of a key.
    pub fn get(&self, key: &str) -> Option<&[String]> {
        self.keys.iter().find(|(known, _)| known == key).map(|(_, values)| values.as_slice())
    }
}

/// Everything that was written, by what it is about and its id.
pub type Written = BTreeMap<(About, String), Piece>;

/// Larger files than this are known by their hash only.
const READ: u64 = 4 << 20;
/// The largest component of a plugin.
const COMPONENT: u64 = 64 << 20;

/// Whether what stands in a file was written by people (or accepted by them); everything else is data.
pub fn is_written(path: &ProjectPath) -> bool {
    let top = path.components().next().unwrap_or("");
    let here = path.components().count() == 1;
    match here {
        true => [".yaml", ".yml", ".lock"].iter().any(|end| top.ends_with(end)),
        false => super::load::FOLDERS.contains(&top) || ["content", "themes", "plugins"].contains(&top),
    }
}

/// What was written in a workspace. What cannot be read is left out: `plan::load` says why.
pub fn written(inputs: &dyn Inputs) -> Written {
    let mut all = Written::new();
    for path in inputs.list(&ProjectPath::root()).files.iter().filter(|path| is_written(path)) {
        let name = path.as_str();
        let top = path.components().next().unwrap_or("");
        if name.ends_with(".yaml") && !matches!(top, "content" | "themes" | "plugins" | "reviews") {
            if let Some(file) = yaml::open(inputs, path, &mut Vec::new()) {
                of_file(&mut all, &file);
            }
        } else if top == "plugins" {
            if let Some(bytes) = name.ends_with(".wasm").then(|| inputs.read(path, COMPONENT).ok()).flatten()
            {
                let digest = vec![Hash::of(&bytes).to_string()];
                add(&mut all, About::Plugin, name, (&path.shared(), 0), vec![("sha256".to_owned(), digest)]);
            }
        } else {
            let about = match top {
                "kpress.lock" => About::Lock,
                "targets" => About::Target,
                "reviews" => About::Review,
                _ => About::Text,
            };
            let Ok(bytes) = inputs.read(path, READ) else { continue };
            let value = match std::str::from_utf8(&bytes) {
                Ok(text) => ("text".to_owned(), text.lines().map(str::to_owned).collect()),
                Err(_) => ("sha256".to_owned(), vec![Hash::of(&bytes).to_string()]),
            };
            add(&mut all, about, name, (&path.shared(), 0), vec![value]);
        }
    }
    all
}

/// Where the pieces of a file stand: under this key, one by id or one an item.
fn places(name: &str) -> (&'static [(&'static str, About)], About) {
    match name.split('/').next().unwrap_or("") {
        "metrics" => (&[("metrics", About::Metric)], About::Metric),
        "targets" => (&[("targets", About::Target)], About::Target),
        "calendar" => (&[], About::Calendar),
        "objectives" => (&[("objectives", About::Objective)], About::Objective),
        "launches" => (&[], About::Launch),
        "scorecards" => (&[], About::Scorecard),
        "alerts" => (&[("alerts", About::Alert)], About::Alert),
        "annotations" => (&[("annotations", About::Annotation)], About::Annotation),
        "dashboards" => (&[], About::Dashboard),
        "diagnosis.yaml" => (&[], About::Site),
        "people.yaml" => (&[("people", About::Person), ("teams", About::Team)], About::Site),
        "stores.yaml" => (&[("stores", About::Store)], About::Site),
        "kpress.yaml" => (
            &[
                ("sources", About::Source),
                ("plugins", About::Plugin),
                ("publish", About::Deploy),
                ("rules", About::Rule),
            ],
            About::Site,
        ),
        _ => (&[], About::Text),
    }
}

fn of_file(all: &mut Written, file: &yaml::File) {
    let (pieces, rest) = places(&file.path);
    let mut loose = Vec::new();
    for (key, node) in file.root.entries() {
        let about = pieces.iter().find(|(name, _)| *name == &*key.text).map(|(_, about)| *about);
        match (about, &node.content) {
            (Some(about), Content::Map(entries)) => {
                for (id, body) in entries {
                    let mut keys = Vec::new();
                    flatten(&mut keys, "", body);
                    add(all, about, &id.text, (&file.path, id.place.line), keys);
                }
            }
            (Some(about), Content::Seq(items)) => {
                for item in items {
                    let mut keys = Vec::new();
                    flatten(&mut keys, "", item);
                    add(all, about, &named(item), (&file.path, item.place.line), keys);
                }
            }
            // The years and weeks of a site are its calendar.
            _ if &*key.text == "site" && &*file.path == "kpress.yaml" => {
                let is_time = |key: &str| ["week", "fiscal_year", "calendar"].contains(&key);
                for (key, node) in node.entries() {
                    let about = if is_time(&key.text) { About::Calendar } else { About::Site };
                    let mut keys = Vec::new();
                    flatten(&mut keys, &key.text, node);
                    add(all, about, "site", (&file.path, key.place.line), keys);
                }
            }
            _ => flatten(&mut loose, &key.text, node),
        }
    }
    if !loose.is_empty() {
        let id = file.path.split_once('/').map_or(&*file.path, |(_, name)| name);
        add(all, rest, id.strip_suffix(".yaml").unwrap_or(id), (&file.path, 1), loose);
    }
}

/// Adds a piece. A second one of the same id goes on where the first ended: nothing is lost.
fn add(
    all: &mut Written,
    about: About,
    id: &str,
    (file, line): (&Arc<str>, u32),
    keys: Vec<(String, Vec<String>)>,
) {
    let piece = all.entry((about, id.to_owned())).or_insert_with(|| Piece {
        file: file.clone(),
        line,
        keys: Vec::new(),
    });
    piece.keys.extend(keys);
}

/// What an item of a list is known by: its id, or what it is about.
pub(super) fn named(item: &Node) -> String {
    if let Some(id) = item.text_of("id") {
        return id.to_string();
    }
    let part = |key: &&str| item.get(key).map(flow);
    let parts: Vec<String> =
        ["metric", "series", "for_each", "scope", "period", "date", "range", "alert", "by"]
            .iter()
            .filter_map(part)
            .collect();
    match parts.is_empty() {
        true => flow(item),
        false => parts.join(" · "),
    }
}

/// The scalars of a node by the way to them.
fn flatten(keys: &mut Vec<(String, Vec<String>)>, at: &str, node: &Node) {
    match &node.content {
        Content::Map(entries) if !entries.is_empty() => {
            for (key, inner) in entries {
                let way = if at.is_empty() { key.text.to_string() } else { format!("{at}.{}", key.text) };
                flatten(keys, &way, inner);
            }
        }
        Content::Seq(items) if items.iter().any(|item| item.text().is_none()) => {
            keys.push((at.to_owned(), items.iter().map(flow).collect()));
        }
        Content::Null => {}
        _ => keys.push((at.to_owned(), vec![flow(node)])),
    }
}

/// A node on one line.
fn flow(node: &Node) -> String {
    match &node.content {
        Content::Null => String::new(),
        Content::Scalar { text, .. } => text.to_string(),
        Content::Seq(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Content::Map(entries) => {
            let mut out = String::new();
            for (key, value) in entries {
                let comma = if out.is_empty() { "" } else { ", " };
                let _ = write!(out, "{comma}{}: {}", key.text, flow(value));
            }
            format!("{{{out}}}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::Memory;

    fn of(files: &[(&str, &str)]) -> Written {
        written(&Memory::of(files.iter().map(|(name, text)| (*name, text.as_bytes()))))
    }

    #[test]
    fn form_and_place_do_not_count() {
        let one = of(&[("metrics/a.yaml", "metrics:\n  gmv: {value: \"sum(sales)\", unit: JPY}\n")]);
        let other = of(&[(
            "metrics/b.yaml",
            "# moved\nmetrics:\n  gmv:\n    value: sum(sales) # as it was\n    unit: JPY\n",
        )]);
        let key = (About::Metric, "gmv".to_owned());
        assert_eq!(one[&key].keys, other[&key].keys);
        assert_eq!((one.len(), &*other[&key].file, other[&key].line), (1, "metrics/b.yaml", 3));
    }

    #[test]
    fn every_kind_of_file_has_its_pieces() {
        let all = of(&[
            (
                "kpress.yaml",
                "site: {title: T, week: {starts: sunday}}\nsources: {s: {files: data/*.csv}}\nrules: {no-owner: off}\n",
            ),
            (
                "targets/a.yaml",
                "targets:\n- {metric: gmv, period: 2026, value: 5}\n- {id: t, value: 6, phase: {months: [1, 2]}}\n",
            ),
            ("calendar/jp.yaml", "events:\n- {name: a, date: 2026-07-11}\n"),
            ("people.yaml", "people: {li: {team: ads}}\nteams: {ads: {lead: li}}\n"),
            ("content/note.md", "a\nb\n"),
            ("kpress.lock", "version = 1\n"),
            ("data/x.yaml", "no: definition\n"),
        ]);
        let keys: Vec<String> = all.keys().map(|(about, id)| format!("{} {id}", about.name())).collect();
        let expected = "target gmv · 2026|target t|calendar jp|calendar site|person li|team ads|source s|lock kpress.lock|rule no-owner|site site|text content/note.md";
        assert_eq!(keys.join("|"), expected);
        let piece = &all[&(About::Target, "t".to_owned())];
        assert_eq!(piece.get("phase.months"), Some(&["[1, 2]".to_owned()][..]));
        let events = &all[&(About::Calendar, "jp".to_owned())];
        assert_eq!(events.get("events"), Some(&["{name: a, date: 2026-07-11}".to_owned()][..]));
    }
}
