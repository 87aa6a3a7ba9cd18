//! `alerts/*.yaml`, and `alerts:` of a metric: what is to be told, and what somebody took.

use super::{GRAINS, Item, Reader, date, flag, grain, ids, scope, words};
use crate::diag::Finding;
use crate::plan::load::Draft;
use crate::plan::yaml::check::{MISSING_KEY, UNFIT_VALUE};
use crate::plan::yaml::shape::{self, Kind, Known, Shape, optional, required, whole};
use crate::plan::yaml::tree::Node;
use crate::plan::yaml::{self, File};
use crate::plan::{
    Acknowledged, Alert, AlertTest, ChangeFrom, Condition, Id, Severity, Share, SignalSide, SignalTest,
    Whose, amount, condition, packs,
};
use crate::time::Grain;
use crate::unit::{Decimal, Unit};
use std::collections::BTreeMap;

const TEXT: Kind = Kind::Of(&shape::TEXT);

/// `alerts/*.yaml`.
pub static FILE: Shape = Shape {
    name: "a file of alerts",
    about: "What is to be told, and what somebody took.",
    fields: &[
        optional("alerts", Kind::Entries(&[&ALERT]), "What is to be told."),
        optional("acknowledged", Kind::Entries(&[&ACKNOWLEDGED]), "What somebody took."),
    ],
};

const KINDS: &[&str] = &[
    "threshold",
    "signal",
    "pace",
    "attainment",
    "change",
    "streak",
    "stale",
    "reconciliation",
    "gate",
    "composite",
];

/// An alert of a file.
pub static ALERT: Shape = Shape {
    name: "an alert",
    about: "Something to be told, and to whom.",
    fields: &[
        optional(
            "id",
            Kind::Of(&shape::IDENT),
            "Its name; metric and kind if absent. One of a pack is replaced by its name.",
        ),
        optional("title", Kind::Words, "Name to show; that of the metric if absent."),
        optional("metric", Kind::Ref(Known::Metric), "What is looked at."),
        optional(
            "kind",
            Kind::Enum(KINDS),
            "What must be true; `threshold` with `when`, else `signal`, if absent.",
        ),
        optional(
            "when",
            TEXT,
            "Comparison with a number: `\"> 30%\"`; of a pace, attainment or change with a share; of a signal what else must hold.",
        ),
        optional(
            "beyond",
            TEXT,
            "More than so far off in either direction, for an attainment or change: `15%`.",
        ),
        optional(
            "against",
            Kind::Enum(&["previous", "same_weekday", "mean_7d", "previous_year"]),
            "What a change is measured against; the period before if absent.",
        ),
        optional("rules", Kind::Many(&Kind::Enum(SIGNALS)), "Rules of the limits; all if absent."),
        optional(
            "distance",
            TEXT,
            "Of a signal: only at least so far from the centre, as a part of it: `25%`.",
        ),
        optional(
            "min_points",
            Kind::Of(&shape::COUNT),
            "Of a signal: only where limits are made of so many points; where they are firm if absent.",
        ),
        optional(
            "side",
            Kind::Enum(&["concern", "high", "low", "any"]),
            "Which signals; those that concern if absent.",
        ),
        optional("for", TEXT, "At how many points: `3 days`, `2 of 3 weeks`; one if absent."),
        optional("grain", Kind::Enum(GRAINS), "How finely; that of the limits or of `for`, else a day."),
        optional("scope", Kind::Scope, "For whom; the company if absent."),
        optional("for_each", Kind::Ref(Known::Level), "For each member of this level."),
        optional("source", Kind::Ref(Known::Source), "For `stale`: the source."),
        optional("max_age", Kind::Of(&shape::DAYS), "For `stale`: more days without rows are too many."),
        optional("with", Kind::Ref(Known::Metric), "For `reconciliation`: the metric it should agree with."),
        optional("relative", TEXT, "For `reconciliation`: they may differ by this part: `0.5%`."),
        optional("absolute", Kind::Amount, "For `reconciliation`: they may differ by this much."),
        optional("launch", TEXT, "For `gate`: the launch; any if absent."),
        optional("all", Kind::Many(&TEXT), "For `composite`: all of these alerts."),
        optional("any", Kind::Many(&TEXT), "For `composite`: any of these alerts."),
        optional(
            "min_volume",
            Kind::Map(&Kind::Amount),
            "Nothing is said with less than this: `{clicks: 100}`.",
        ),
        optional(
            "unless",
            Kind::Many(&TEXT),
            "Not while one of these alerts holds for the same: it follows from them.",
        ),
        optional("clear_when", TEXT, "It is over only when this holds: `\"< 25%\"`."),
        optional(
            "dedupe",
            Kind::Of(&shape::DAYS),
            "Raised again within so many days it is the same alert; 7d if absent.",
        ),
        optional("mute_until", Kind::Of(&shape::DATE), "Nothing is raised up to this day."),
        optional("severity", Kind::Enum(Severity::NAMES), "How urgent; medium if absent."),
        optional(
            "respond_within",
            Kind::Of(&shape::DAYS),
            "Within how many days somebody should have taken it.",
        ),
        optional("owner", Kind::Ref(Known::Person), "Who is told; the owner of the metric if absent."),
        optional("sop", TEXT, "What to do: a file below `content/`."),
        optional("off", Kind::Of(&shape::BOOL), "An alert of a pack that is not wanted."),
    ],
};

const SIGNALS: &[&str] = &["outside", "trend", "near", "run", "mr_outside", "anhoej"];

static ACKNOWLEDGED: Shape = Shape {
    name: "an acknowledgement",
    about: "Somebody took an alert.",
    fields: &[
        required(
            "alert",
            TEXT,
            "Which, as the page and `kpress alerts` name it: `sessions-signal/jp1/2025-W37`.",
        ),
        required("by", Kind::Ref(Known::Person), "Who."),
        required("date", Kind::Of(&shape::DATE), "When."),
        optional("note", Kind::Words, "What is done about it."),
    ],
};

/// What is known of metrics before alerts are read.
pub(in crate::plan) struct Metrics {
    /// Unit, shortest period, and the period of the limits.
    pub(in crate::plan) by: BTreeMap<Id, (Unit, Grain, Grain)>,
}

/// Reads a file of alerts.
pub(in crate::plan) fn read(reader: &mut Reader, file: &File, metrics: &Metrics, draft: &mut Draft) {
    reader.file(file, &FILE);
    for node in file.root.get("alerts").map(Node::items).unwrap_or_default() {
        one(reader, file, node, None, metrics, draft);
    }
    for node in file.root.get("acknowledged").map(Node::items).unwrap_or_default() {
        draft.acknowledged.extend(reader.item(file, node, &ACKNOWLEDGED, |_, node| acknowledged(node)));
    }
}

/// Reads the alerts of a metric.
pub(in crate::plan) fn of_metric(
    reader: &mut Reader,
    file: &File,
    (metric, node): (&Id, &Node),
    metrics: &Metrics,
    draft: &mut Draft,
) {
    for node in node.get("alerts").map(Node::items).unwrap_or_default() {
        one(reader, file, node, Some(metric), metrics, draft);
    }
}

/// Reads those alerts of a pack whose metrics the workspace has.
pub(in crate::plan) fn of_pack(reader: &mut Reader, pack: &str, metrics: &Metrics, draft: &mut Draft) {
    let Some((path, text)) = packs::alerts(pack) else { return };
    let (path, text): (Id, Id) = (path.into(), text.into());
    let Some(root) = yaml::parse(&path, &text, &mut reader.found) else { return };
    let file = &File { path, text, root };
    for node in file.root.get("alerts").map(Node::items).unwrap_or_default() {
        let known = |key: &str| node.text_of(key).is_none_or(|metric| metrics.by.contains_key(metric));
        let volume = node.get("min_volume").map(Node::entries).unwrap_or_default();
        if known("metric")
            && known("with")
            && volume.iter().all(|(key, _)| metrics.by.contains_key(&key.text))
        {
            one(reader, file, node, None, metrics, draft);
        }
    }
}

fn one(
    reader: &mut Reader,
    file: &File,
    node: &Node,
    metric: Option<&Id>,
    metrics: &Metrics,
    draft: &mut Draft,
) {
    if flag(node.get("off")) {
        draft.alerts_off.extend(node.text_of("id").cloned());
    } else {
        draft
            .alerts
            .extend(reader.item(file, node, &ALERT, |reader, node| alert(reader, node, metric, metrics)));
    }
}

fn acknowledged(node: &Node) -> Option<Acknowledged> {
    Some(Acknowledged {
        alert: node.text_of("alert")?.clone(),
        by: node.text_of("by")?.clone(),
        date: date(node.get("date"))?,
        note: words(node.get("note")),
        place: node.place.clone(),
    })
}

/// Seven days: a weekend does not make two alerts of one.
const DEDUPE: u32 = 7;

fn alert(reader: &mut Reader, node: &Node, of: Option<&Id>, metrics: &Metrics) -> Option<Alert> {
    let metric = of.or_else(|| node.text_of("metric")).cloned();
    let kind = match node.text_of("kind").map(|kind| &**kind) {
        Some("streak") => "threshold",
        Some(kind) => kind,
        None if node.get("when").is_some() => "threshold",
        None => "signal",
    };
    let unmetered = matches!(kind, "stale" | "gate" | "composite");
    let Some(about) =
        metric.as_ref().and_then(|metric| metrics.by.get(metric)).or(unmetered.then_some(&BARE))
    else {
        // An unknown name has a finding of its own.
        if metric.is_none() {
            missing(reader, node, &format!("an alert of kind `{kind}` needs `metric`"), "add `metric: acos`");
        }
        return None;
    };
    let name = metric.as_deref().unwrap_or(kind);
    let test = test(reader, node, kind, (name, &about.0))?;
    let (hold, of_hold) = hold(reader, node)?;
    let usual = if kind == "signal" { about.2 } else { of_hold.unwrap_or(Grain::Day).max(about.1) };
    let clear_when = match node.get("clear_when") {
        Some(given) => Some(compared(reader, given, name, &about.0)?),
        None => None,
    };
    let id: Id = match node.text_of("id") {
        Some(id) => id.clone(),
        None => match test_subject(&test) {
            Some(subject) => format!("{subject}-{kind}").into(),
            None => format!("{name}-{kind}").into(),
        },
    };
    let scope = scope(node.get("scope")).unwrap_or_default();
    Some(Alert {
        id,
        title: words(node.get("title")),
        metric,
        whose: node.text_of("for_each").map_or(Whose::Scope(scope), |level| Whose::Each(level.clone())),
        grain: grain(node.get("grain")).unwrap_or(usual),
        test,
        hold,
        min_volume: min_volume(reader, node, metrics)?,
        unless: ids(node.get("unless")),
        clear_when,
        dedupe: node.text_of("dedupe").and_then(|text| shape::days(text)).unwrap_or(DEDUPE),
        mute_until: date(node.get("mute_until")),
        severity: node.text_of("severity").and_then(|name| Severity::parse(name)).unwrap_or(Severity::Medium),
        respond_within: node.text_of("respond_within").and_then(|text| shape::days(text)),
        owner: node.text_of("owner").cloned(),
        sop: node.text_of("sop").cloned(),
        place: node.place.clone(),
    })
}

/// For alerts that look at no metric.
static BARE: (Unit, Grain, Grain) = (Unit::Count, Grain::Day, Grain::Day);

fn test_subject(test: &AlertTest) -> Option<&Id> {
    match test {
        AlertTest::Stale { source, .. } => Some(source),
        AlertTest::Gate { launch } => launch.as_ref(),
        _ => None,
    }
}

fn missing(reader: &mut Reader, node: &Node, told: &str, hint: &str) {
    reader.found.push(Finding::new(&MISSING_KEY, node.place.clone(), told).hint(hint));
}

fn test(reader: &mut Reader, node: &Node, kind: &str, (name, unit): (&str, &Unit)) -> Option<AlertTest> {
    Some(match kind {
        "threshold" => {
            let Some(given) = node.get("when") else {
                missing(reader, node, "an alert on a threshold needs `when`", "add `when: \"> 30%\"`");
                return None;
            };
            AlertTest::Threshold(compared(reader, given, name, unit)?)
        }
        "pace" => AlertTest::Pace(share(reader, node, kind)?),
        "attainment" => AlertTest::Attainment(share(reader, node, kind)?),
        "change" => {
            let against = match node.text_of("against").map(|word| &**word) {
                Some("same_weekday") => ChangeFrom::SameWeekday,
                Some("mean_7d") => ChangeFrom::Mean7,
                Some("previous_year") => ChangeFrom::PreviousYear,
                _ => ChangeFrom::Previous,
            };
            AlertTest::Change(against, share(reader, node, kind)?)
        }
        "stale" => match (node.text_of("source"), node.text_of("max_age").and_then(|text| shape::days(text)))
        {
            (Some(source), Some(max_age)) => AlertTest::Stale { source: source.clone(), max_age },
            _ => {
                missing(
                    reader,
                    node,
                    "an alert on a stale source needs `source` and `max_age`",
                    "add `source: ads` and `max_age: 3d`",
                );
                return None;
            }
        },
        "reconciliation" => reconcile(reader, node, (name, unit))?,
        "gate" => AlertTest::Gate { launch: node.text_of("launch").cloned() },
        "composite" => match (ids(node.get("all")), ids(node.get("any"))) {
            (all, any) if all.is_empty() && any.is_empty() => {
                missing(
                    reader,
                    node,
                    "an alert made of others needs `all` or `any`",
                    "add `all: [acos-threshold, sessions-signal]`",
                );
                return None;
            }
            (all, any) if all.is_empty() => AlertTest::Composite { all: false, of: any },
            (all, _) => AlertTest::Composite { all: true, of: all },
        },
        _ => AlertTest::Signal(signal(reader, node, (name, unit))?),
    })
}

fn signal(reader: &mut Reader, node: &Node, (name, unit): (&str, &Unit)) -> Option<SignalTest> {
    let side = match node.text_of("side").map(|word| &**word) {
        Some("high") => SignalSide::High,
        Some("low") => SignalSide::Low,
        Some("any") => SignalSide::Any,
        _ => SignalSide::Concern,
    };
    let only = match node.get("when") {
        Some(given) => Some(compared(reader, given, name, unit)?),
        None => None,
    };
    let distance = match node.get("distance") {
        Some(given) => {
            let read = amount::parse_for(given.text()?, &given.place, name, &Unit::Percent, "its distance");
            Some(read.into_value(&mut reader.found)?)
        }
        None => None,
    };
    let min_points = super::whole(node.get("min_points")).unwrap_or(0);
    Some(SignalTest { rules: ids(node.get("rules")), side, only, distance, min_points })
}

fn reconcile(reader: &mut Reader, node: &Node, (name, unit): (&str, &Unit)) -> Option<AlertTest> {
    let Some(other) = node.text_of("with") else {
        missing(
            reader,
            node,
            "a reconciliation needs `with`",
            "name the metric it should agree with: `with: orders_gmv`",
        );
        return None;
    };
    let part = |reader: &mut Reader, key: &str, unit: &Unit| match node.get(key) {
        Some(given) => {
            let read = amount::parse_for(given.text()?, &given.place, name, unit, "its tolerance");
            read.into_value(&mut reader.found).map(Some)
        }
        None => Some(None),
    };
    let relative = part(reader, "relative", &Unit::Percent)?;
    let absolute = part(reader, "absolute", unit)?;
    Some(AlertTest::Reconcile { other: other.clone(), relative, absolute })
}

fn compared(reader: &mut Reader, given: &Node, name: &str, unit: &Unit) -> Option<Condition> {
    condition::parse_for(given.text()?, &given.place, name, unit).into_value(&mut reader.found)
}

/// `when: "< 90%"`, `when: "> 2 pp"` or `beyond: 15%`.
fn share(reader: &mut Reader, node: &Node, kind: &str) -> Option<Share> {
    if let Some(given) = node.get("beyond") {
        let read = amount::parse_for(given.text()?, &given.place, kind, &Unit::Percent, "its distance");
        let value: Decimal = read.into_value(&mut reader.found)?;
        return Some(Share::Beyond(value.abs()));
    }
    let Some(given) = node.get("when") else {
        let told = format!("an alert of kind `{kind}` needs `when` or `beyond`");
        missing(reader, node, &told, "add `when: \"< 90%\"` or `beyond: 15%`");
        return None;
    };
    let text = given.text()?;
    match text.trim_end().strip_suffix("pp") {
        Some(number) if kind == "change" => {
            let written = format!("{}%", number.trim_end());
            let read = condition::parse_for(&written, &given.place, kind, &Unit::Percent);
            read.into_value(&mut reader.found).map(Share::Points)
        }
        _ => compared(reader, given, kind, &Unit::Percent).map(Share::Is),
    }
}

/// `3 days`, `2 of 3 weeks`, `3`: how many of how many, and of what.
fn hold(reader: &mut Reader, node: &Node) -> Option<((u32, u32), Option<Grain>)> {
    let Some(given) = node.get("for") else { return Some(((1, 1), None)) };
    let text = given.text()?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let unit = |word: &str| Grain::parse(word.strip_suffix('s').unwrap_or(word));
    let read = match words[..] {
        [count] => whole(count).map(|count| ((count, count), None)),
        [count, of] => whole(count).zip(unit(of)).map(|(count, grain)| ((count, count), Some(grain))),
        [count, "of", all] => whole(count).zip(whole(all)).map(|hold| (hold, None)),
        [count, "of", all, of] => {
            whole(count).zip(whole(all)).zip(unit(of)).map(|(hold, grain)| (hold, Some(grain)))
        }
        _ => None,
    };
    let read = read.filter(|((count, all), _)| *count > 0 && count <= all);
    if read.is_none() {
        let told = format!("`{text}` is no number of points");
        let finding = Finding::new(&UNFIT_VALUE, given.place.clone(), told);
        reader.found.push(finding.hint("write `3 days`, `2 of 3 weeks`, or a number of points of the grain"));
    }
    read
}

fn min_volume(reader: &mut Reader, node: &Node, metrics: &Metrics) -> Option<Vec<(Id, Condition)>> {
    let item = reader.current();
    let mut all = Vec::new();
    for (key, value) in node.get("min_volume").map(Node::entries).unwrap_or_default() {
        reader.note_name(Known::Metric, &key.text, &key.place, item);
        let Some((unit, ..)) = metrics.by.get(&key.text) else { continue };
        let read = amount::parse_for(value.text()?, &value.place, &key.text, unit, "its least");
        let least = read.into_value(&mut reader.found)?;
        all.push((key.text.clone(), Condition { op: condition::Comparison::AtLeast, value: least }));
    }
    Some(all)
}

/// Alerts by name: those of the workspace replace those of packs, and those switched off are gone.
pub(in crate::plan) fn settle(all: Vec<Item<Alert>>, off: &[Id]) -> Vec<Item<Alert>> {
    let mut kept: Vec<Item<Alert>> = Vec::new();
    for item in all.into_iter().rev() {
        let replaced = is_packed(&item.value) && kept.iter().any(|other| other.value.id == item.value.id);
        let unwanted = is_packed(&item.value) && off.contains(&item.value.id);
        if !replaced && !unwanted {
            kept.push(item);
        }
    }
    kept.reverse();
    kept
}

/// Whether an alert comes with a pack.
fn is_packed(alert: &Alert) -> bool {
    alert.place.file.starts_with("content/packs/")
}
