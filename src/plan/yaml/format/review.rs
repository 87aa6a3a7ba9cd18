//! `reviews/*.md`: a head with actions and decisions, and a text whose headings name metrics. A file named by a day is the note
//! of that day.

use super::{Item, Reader, date, ids, scope, words};
use crate::diag::{Finding, Place};
use crate::plan::amount::{self, AmountUnit};
use crate::plan::review::{ActionStatus, Decision, DecisionKind, Entry, Expected, LogLine, Review, Section};
use crate::plan::rules::names::UNFIT_NAME;
use crate::plan::yaml::check::UNFIT_VALUE;
use crate::plan::yaml::shape::{self, Kind, Known, Shape, optional, required};
use crate::plan::yaml::tree::Node;
use crate::plan::yaml::{self, File};
use crate::plan::{Id, Words};
use crate::time::plus_days;
use crate::unit::{Lang, Unit};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The head of a review.
pub static FRONT: Shape = Shape {
    name: "the head of a review",
    about: "Between two lines `---` at the top of `reviews/2026-W46.md`; the text below has a heading for each metric.",
    fields: &[
        optional(
            "period",
            Kind::Of(&shape::PERIOD),
            "What it looks back on; the name of the file if absent. A day is a daily note.",
        ),
        optional("date", Kind::Of(&shape::DATE), "The day it was held; the day after the period if absent."),
        optional("title", Kind::Words, "Title; the period if absent."),
        optional("scope", Kind::Scope, "For whom; the company if absent."),
        optional(
            "deck",
            Kind::Of(&shape::TEXT),
            "The deck to look at; the one of the same length if absent.",
        ),
        optional("attendees", Kind::Many(&Kind::Ref(Known::Person)), "Who was there."),
        optional("absent", Kind::Many(&Kind::Ref(Known::Person)), "Who was asked and was not there."),
        optional("sponsor", Kind::Ref(Known::Person), "Who of the management stands behind it."),
        optional("decisions", Kind::Entries(&[&DECISION]), "What was decided."),
        optional(
            "actions",
            Kind::Entries(&[&ACTION]),
            "Actions that begin here, and what became of earlier ones.",
        ),
        optional("log", Kind::List(&Kind::Object(&LOG)), "Of a day: what was done."),
        optional("issues", Kind::Many(&Kind::Words), "Of a day: what went wrong."),
        optional("tomorrow", Kind::Many(&Kind::Words), "Of a day: what is to be done tomorrow."),
    ],
};

static DECISION: Shape = Shape {
    name: "a decision",
    about: "Something a review decided.",
    fields: &[
        required("id", Kind::Of(&shape::IDENT), "Its name."),
        required("text", Kind::Words, "What."),
        optional("by", Kind::Ref(Known::Person), "Who decided."),
        optional("kind", Kind::Enum(DecisionKind::NAMES), "What changes: strategy, a target, resources."),
        optional("changes", Kind::Many(&Kind::Of(&shape::TEXT)), "Targets and metrics it changes."),
    ],
};

static ACTION: Shape = Shape {
    name: "an action",
    about: "Something to be done, or what became of it: the same id in a later review.",
    fields: &[
        required("id", Kind::Of(&shape::IDENT), "Its name, the same in every review."),
        optional("from", Kind::Of(&shape::TEXT), "The review it began in, where this is a later one."),
        optional("title", Kind::Words, "What is to be done."),
        optional("owner", Kind::Ref(Known::Person), "Who does it."),
        optional("due", Kind::Of(&shape::DATE), "By when; a later review may move it with a `reason`."),
        optional("metric", Kind::Ref(Known::Metric), "What it shall move."),
        optional("scope", Kind::Scope, "Where; that of the review if absent."),
        optional(
            "expected_effect",
            Kind::Of(&shape::TEXT),
            "By how much: `-2 pp`, `+5%` of what it was, `+300000`.",
        ),
        optional("effect", Kind::Object(&EFFECT), "When an effect can show."),
        optional("status", Kind::Enum(ActionStatus::NAMES), "Where it stands; open if absent."),
        optional(
            "done",
            Kind::Of(&shape::DATE),
            "The day it was done or dropped; that of the review if absent.",
        ),
        optional("evidence", Kind::Words, "What shows that it was done."),
        optional("reason", Kind::Words, "Why it is late, dropped or blocked."),
    ],
};

static EFFECT: Shape = Shape {
    name: "`effect`",
    about: "When an effect can show.",
    fields: &[
        optional("lag", Kind::Of(&shape::DAYS), "Days after the end of the action: `14d`, the default."),
        optional(
            "before",
            Kind::Of(&shape::PERIOD),
            "What the figures after it are held against, such as the weeks of an incident; the half year before it began if absent.",
        ),
    ],
};

static LOG: Shape = Shape {
    name: "a line of the log",
    about: "Something done on a day.",
    fields: &[
        optional("time", Kind::Of(&shape::TEXT), "When: `\"10:30\"`."),
        required("action", Kind::Words, "What."),
        optional("by", Kind::Ref(Known::Person), "Who."),
        optional("expected", Kind::Words, "What it shall bring."),
    ],
};

/// A review with its entries, each of which stands and falls on its own.
#[derive(Clone, Debug)]
pub struct Drafted {
    /// The head and the text; without entries.
    pub review: Review,
    /// Its actions.
    pub actions: Vec<Item<Entry>>,
    /// Its decisions.
    pub decisions: Vec<Item<Decision>>,
    /// Actions that cannot be read.
    pub lost: Vec<Id>,
}

/// Reads one language of a review. A second file of the same name in another language adds its text.
pub fn read(
    reader: &mut Reader,
    path: &Arc<str>,
    text: &Arc<str>,
    (default, units): (Lang, &BTreeMap<Id, Unit>),
    all: &mut BTreeMap<Id, Drafted>,
) {
    let (id, lang) = super::article::address(path.strip_prefix("reviews/").unwrap_or(path));
    let (front, body, first) = super::article::split(text);
    let sections = sections(body, path, first, units);
    if let (Some(known), Some(lang)) = (all.get_mut(&id), lang)
        && front.is_none()
    {
        known.review.text.insert(lang, sections);
        return;
    }
    // One line feed in front keeps the line numbers of the file.
    let shifted: Arc<str> = format!("\n{}", front.unwrap_or("{}")).into();
    let Some(root) = yaml::parse(path, &shifted, &mut reader.found) else { return };
    let file = File { path: path.clone(), text: shifted, root };
    reader.file(&file, &FRONT);
    let named = id.rsplit('/').next().unwrap_or(&id);
    let written = file.root.get("period").and_then(|period| reader.period(period));
    let Some(period) = written.or_else(|| crate::time::parse_period(named, &reader.calendar)) else {
        let told = format!("`{named}` is no period, and `period:` does not say which it is about");
        let finding = Finding::new(&UNFIT_VALUE, Place::file(path), told);
        reader.found.push(finding.hint("name the file `2026-W46.md`, or add `period: 2026-W46`"));
        return;
    };
    if let Err(why) = crate::plan::rules::names::fits(&id.replace('/', "-")) {
        reader.found.push(Finding::new(&UNFIT_NAME, Place::file(path), format!("`{id}` {why}")));
        return;
    }
    let review = head(&file.root, (id.clone(), period), path);
    let entries = |key: &str| file.root.get(key).map(|node| node.items().to_vec()).unwrap_or_default();
    let (actions, decisions) = (entries("actions"), entries("decisions"));
    let mut lost = Vec::new();
    let actions = actions.iter().filter_map(|node| {
        let read = reader.item(&file, node, &ACTION, |reader, node| action(reader, node, units));
        lost.extend(node.text_of("id").filter(|_| read.is_err()).cloned());
        read.ok()
    });
    let actions = actions.collect();
    let decisions = decisions
        .iter()
        .filter_map(|node| reader.item(&file, node, &DECISION, |_, node| decision(node)).ok());
    let decisions = decisions.collect();
    let mut drafted = Drafted { review, actions, decisions, lost };
    drafted.review.text.insert(lang.unwrap_or(default), sections);
    if let Some(earlier) = all.get(&id) {
        let finding = crate::plan::rules::known::twice(&id, &drafted.review.place, &earlier.review.place);
        reader.found.push(finding);
        return;
    }
    all.insert(id, drafted);
}

fn head(root: &Node, (id, period): (Id, crate::time::Period), path: &Arc<str>) -> Review {
    let log = |node: &Node| LogLine {
        time: node.text_of("time").cloned().unwrap_or_default(),
        action: words(node.get("action")),
        by: node.text_of("by").cloned(),
        expected: words(node.get("expected")),
    };
    let list = |key: &str| -> Vec<Words> {
        let node = root.get(key);
        match node {
            Some(node) if !node.items().is_empty() => {
                node.items().iter().map(|one| words(Some(one))).collect()
            }
            Some(node) if node.text().is_some() || !node.entries().is_empty() => vec![words(Some(node))],
            _ => Vec::new(),
        }
    };
    Review {
        id,
        period,
        date: date(root.get("date")).unwrap_or_else(|| plus_days(period.end, 1)),
        scope: scope(root.get("scope")).unwrap_or_default(),
        title: words(root.get("title")),
        deck: root.text_of("deck").cloned(),
        attendees: ids(root.get("attendees")),
        absent: ids(root.get("absent")),
        sponsor: root.text_of("sponsor").cloned(),
        decisions: Vec::new(),
        actions: Vec::new(),
        log: root.get("log").map(Node::items).unwrap_or_default().iter().map(log).collect(),
        issues: list("issues"),
        tomorrow: list("tomorrow"),
        text: BTreeMap::new(),
        place: Place::file(path),
    }
}

fn decision(node: &Node) -> Option<Decision> {
    Some(Decision {
        id: node.text_of("id")?.clone(),
        text: words(node.get("text")),
        by: node.text_of("by").cloned(),
        kind: node.text_of("kind").and_then(|kind| DecisionKind::parse(kind)).unwrap_or_default(),
        changes: ids(node.get("changes")),
        place: super::place_of(node, "id"),
    })
}

fn action(reader: &mut Reader, node: &Node, units: &BTreeMap<Id, Unit>) -> Option<Entry> {
    let metric = node.text_of("metric").cloned();
    let expected = match node.get("expected_effect") {
        Some(written) => Some(effect(reader, written, metric.as_ref(), units)?),
        None => None,
    };
    let lag = node.get("effect").and_then(|effect| effect.get("lag")).and_then(Node::text);
    let before = node.get("effect").and_then(|effect| effect.get("before"));
    let before = before.and_then(|period| reader.period(period));
    Some(Entry {
        id: node.text_of("id")?.clone(),
        from: node.text_of("from").cloned(),
        title: words(node.get("title")),
        owner: node.text_of("owner").cloned(),
        due: date(node.get("due")),
        metric,
        scope: scope(node.get("scope")),
        expected,
        expected_text: node.text_of("expected_effect").cloned().unwrap_or_default(),
        lag: lag.and_then(|text| shape::days(text)),
        before,
        status: node.text_of("status").and_then(|status| ActionStatus::parse(status)).unwrap_or_default(),
        done: date(node.get("done")),
        evidence: words(node.get("evidence")),
        reason: words(node.get("reason")),
        place: super::place_of(node, "id"),
    })
}

/// `-2 pp`, `+5%`, `+300000 JPY`: a difference in the unit of the metric, or a part of what it was.
fn effect(
    reader: &mut Reader,
    node: &Node,
    metric: Option<&Id>,
    units: &BTreeMap<Id, Unit>,
) -> Option<Expected> {
    let text = node.text()?;
    let bare = text.trim().strip_prefix('+').unwrap_or(text.trim()).replace('−', "-");
    let amount = amount::parse(&bare, &node.place).into_value(&mut reader.found)?;
    let unit = metric.and_then(|metric| units.get(metric));
    let fits = match (amount.unit, unit) {
        (Some(AmountUnit::Percent), _) => return Some(Expected::Part(amount.value)),
        (Some(AmountUnit::Points), Some(Unit::Percent)) | (None, _) | (_, None) => true,
        (Some(AmountUnit::Points), Some(_)) => false,
        (Some(AmountUnit::Money(currency)), Some(unit)) => *unit == Unit::Money(currency),
    };
    if !fits {
        let unit = unit.map_or_else(String::new, Unit::to_string);
        let told = format!("the metric is measured in {unit}, but the expected effect is `{text}`");
        let finding = Finding::new(&UNFIT_VALUE, node.place.clone(), told);
        reader
            .found
            .push(finding.hint("write `-2 pp` for a rate, `+5%` for a part of what it was, or an amount"));
        return None;
    }
    Some(Expected::By(amount.value))
}

/// The text cut at its headings of the second level: those that name a metric are comments on it.
fn sections(body: &str, path: &Arc<str>, first: u32, units: &BTreeMap<Id, Unit>) -> Vec<Section> {
    let mut all: Vec<Section> = Vec::new();
    let mut open: (Option<Id>, String, u32) = (None, String::new(), first);
    let mut fenced = false;
    let mut close = |(metric, text, line): (Option<Id>, String, u32)| {
        if metric.is_some() || !text.trim().is_empty() {
            all.push(Section { metric, text: text.into(), place: Place::at(path, line, 1, 1) });
        }
    };
    for (at, line) in body.split_inclusive('\n').enumerate() {
        fenced ^= line.trim_start().starts_with("```");
        let number = first + u32::try_from(at).unwrap_or(u32::MAX);
        let Some(title) = line.strip_prefix("## ").filter(|_| !fenced) else {
            open.1 += line;
            continue;
        };
        let name = title.split_whitespace().next().unwrap_or_default().trim_matches('`');
        let metric = units.get_key_value(name).map(|(id, _)| id.clone());
        let keep = if metric.is_some() { String::new() } else { line.to_owned() };
        let start = if metric.is_some() { number + 1 } else { number };
        close(std::mem::replace(&mut open, (metric, keep, start)));
    }
    close(open);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_that_name_a_metric_begin_a_comment() {
        let units = BTreeMap::from([("acos".into(), Unit::Percent), ("gmv".into(), Unit::Count)]);
        let text =
            "In short.\n\n## gmv\nUp.\n```\n## acos\n```\n## Next week\nMore.\n## acos down again\nBids.\n";
        let cut = sections(text, &"reviews/a.md".into(), 5, &units);
        let told: Vec<(Option<&str>, &str, u32)> =
            cut.iter().map(|one| (one.metric.as_deref(), &*one.text, one.place.line)).collect();
        assert_eq!(
            told,
            [
                (None, "In short.\n\n", 5),
                (Some("gmv"), "Up.\n```\n## acos\n```\n", 8),
                (None, "## Next week\nMore.\n", 12),
                (Some("acos"), "Bids.\n", 15)
            ]
        );
    }
}
