//! One of the two states: what was written, what the figures are, where targets stand.

use crate::assess::Standing;
use crate::assess::alert::Raised;
use crate::assess::{Judged, Rollup};
use crate::diag::{Finding, Level};
use crate::measure::Facts;
use crate::plan::written::{About, Piece, Written};
use crate::plan::{Id, Plan, Severity};
use crate::report::record::{Record, TargetSaid};
use crate::time::{Calendar, Date};
use std::collections::{BTreeMap, BTreeSet};

/// What the files of a workspace are called that are compared as they are; each language has its own words for it.
pub const HERE: &str = "the files as they are";

/// A state of a workspace.
#[derive(Clone, Debug)]
pub struct Side {
    /// What it is called: a commit, a version, the files as they are.
    pub name: String,
    /// What was written; `None` of a version, which is known by what it said.
    pub written: Option<Written>,
    /// What it said.
    pub record: Record,
    /// Why a metric has no figures, by its id.
    pub reasons: BTreeMap<String, Reason>,
    /// Targets whose parts do not add up to them.
    pub gaps: BTreeMap<String, Gap>,
    /// Alerts raised in the last periods, by their address.
    pub alerts: BTreeMap<String, AlertSaid>,
    /// What was found wrong, by rule, file and words.
    pub found: BTreeMap<(String, String, String), FoundSaid>,
    /// How weeks and years are cut.
    pub calendar: Calendar,
}

/// Why a metric has no figures at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its definition cannot be understood; what was found says why.
    Broken(String),
    /// The basis of its amounts is not declared.
    NoBasis,
    /// Nothing was read for it.
    NoData,
}

/// By how much the parts of a target miss it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The target minus its parts, as digits; `None` where they do not add up to anything.
    pub amount: Option<String>,
}

/// An alert that was raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertSaid {
    /// Its address.
    pub id: String,
    /// How urgent.
    pub severity: Severity,
    /// The period that raised it, by its name.
    pub period: String,
}

/// Something that was found wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundSaid {
    /// How grave.
    pub level: Level,
    /// The name of the rule.
    pub rule: String,
    /// Where.
    pub place: String,
    /// In words.
    pub message: String,
}

/// What was measured and judged of a workspace.
#[derive(Clone, Copy, Debug)]
pub struct Measured<'a> {
    /// The definitions.
    pub plan: &'a Plan,
    /// The figures.
    pub facts: &'a Facts,
    /// Where targets stand.
    pub judged: &'a [Judged],
    /// Alerts that were ever raised.
    pub raised: &'a [Raised],
    /// What was found.
    pub found: &'a [Finding],
    /// Alerts that ended before this day are history.
    pub since: Option<Date>,
}

impl Side {
    /// A workspace that was read and measured.
    pub fn of(name: String, written: Written, measured: &Measured<'_>) -> Side {
        let Measured { plan, facts, judged, raised, found, since } = *measured;
        let calendar = plan.site.calendar;
        let broken = plan.broken.iter().map(|(id, why)| (id.to_string(), Reason::Broken(why.to_string())));
        let dashed = plan.dashed.iter().map(|id| (id.to_string(), Reason::NoBasis));
        // Every metric has a page of its own, so one without any figure has no data.
        let measured: BTreeSet<&Id> = facts.series.keys().map(|(id, ..)| id).collect();
        let empty = plan.metrics.keys().filter(|id| !measured.contains(id));
        let empty = empty.map(|id| (id.to_string(), Reason::NoData));
        let recent = |one: &&Raised| since.is_none_or(|day| one.opened.end >= day);
        let alert = |one: &Raised| {
            let said =
                AlertSaid { id: one.id.to_string(), severity: one.severity, period: calendar.id(one.opened) };
            (said.id.clone(), said)
        };
        let gap = |one: &Judged| Some((one.target.to_string(), gap_of(one.rollup.as_ref()?)?));
        Side {
            name,
            written: Some(written),
            record: Record::of(plan, facts, judged, &[], &|_| BTreeMap::new()),
            reasons: empty.chain(dashed).chain(broken).collect(),
            gaps: judged.iter().filter_map(gap).collect(),
            alerts: raised.iter().filter(recent).map(alert).collect(),
            found: found.iter().map(told).collect(),
            calendar,
        }
    }

    /// A version that was published: its definitions and figures as it said them.
    pub fn published(name: String, record: Record, calendar: Calendar) -> Side {
        Side {
            name,
            written: None,
            record,
            reasons: BTreeMap::new(),
            gaps: BTreeMap::new(),
            alerts: BTreeMap::new(),
            found: BTreeMap::new(),
            calendar,
        }
    }
}

fn gap_of(rollup: &Rollup) -> Option<Gap> {
    let amount =
        rollup.gap.and_then(crate::unit::Quantity::as_decimal).map(|gap| gap.normalize().to_string());
    rollup.differs.then_some(Gap { amount })
}

fn told(finding: &Finding) -> ((String, String, String), FoundSaid) {
    let key = (finding.rule.name.to_owned(), finding.place.file.to_string(), finding.message.clone());
    let said = FoundSaid {
        level: finding.level,
        rule: finding.rule.name.to_owned(),
        place: finding.place.to_string(),
        message: finding.message.clone(),
    };
    (key, said)
}

/// What was written on both sides. Where one is a version, both are told by what versions keep.
pub(super) fn of_both(base: &Side, head: &Side) -> (Written, Written) {
    match (&base.written, &head.written) {
        (Some(was), Some(now)) => (was.clone(), now.clone()),
        _ => (written_of(base), written_of(head)),
    }
}

/// Definitions as a version keeps them.
fn written_of(side: &Side) -> Written {
    let key =
        |name: &str, value: &str| (!value.is_empty()).then(|| (name.to_owned(), vec![value.to_owned()]));
    let piece = |keys: Vec<Option<(String, Vec<String>)>>| Piece {
        file: "".into(),
        line: 0,
        keys: keys.into_iter().flatten().collect(),
    };
    let owner = |owner: &Option<String>| owner.clone().unwrap_or_default();
    let metrics = side.record.metrics.iter().map(|(id, one)| {
        let keys = vec![
            key("formula", &one.formula),
            key("unit", &one.unit),
            key("better", &one.better),
            key("basis", &one.basis),
            key("owner", &owner(&one.owner)),
        ];
        ((About::Metric, id.clone()), piece(keys))
    });
    let targets = side.record.targets.iter().map(|(id, one)| {
        let keys = vec![
            key("metric", &one.metric),
            key("scope", &one.scope),
            key("period", &one.period),
            key("value", &one.value),
            key("owner", &owner(&one.owner)),
            key("status", &one.status),
        ];
        ((About::Target, id.clone()), piece(keys))
    });
    metrics.chain(targets).collect()
}

/// A standing by its name.
pub(super) fn standing(name: &str) -> Option<Standing> {
    use Standing::{Exceed, Near, NoData, Off, On, Paused, TooEarly};
    [Exceed, On, Near, Off, NoData, Paused, TooEarly].into_iter().find(|one| one.name() == name)
}

/// A side in which metrics go by the names the later side has for them, and what was named after them too.
pub(super) fn renamed(side: &Side, names: &BTreeMap<String, String>, head: &Side) -> Side {
    if names.is_empty() {
        return side.clone();
    }
    let mut side = side.clone();
    let name = |old: &str| names.get(old).cloned().unwrap_or_else(|| old.to_owned());
    let record = &mut side.record;
    record.metrics =
        std::mem::take(&mut record.metrics).into_iter().map(|(id, said)| (name(&id), said)).collect();
    record.targets.values_mut().for_each(|said| said.metric = name(&said.metric));
    // A target without an id of its own is named after its metric: it is the one for the same scope and period.
    let heads = &head.record.targets;
    let address = |said: &TargetSaid| (said.metric.clone(), said.scope.clone(), said.period.clone());
    let new: BTreeMap<_, &String> = heads
        .iter()
        .filter(|(id, _)| !record.targets.contains_key(*id))
        .map(|(id, said)| (address(said), id))
        .collect();
    let moved: BTreeMap<String, String> = record
        .targets
        .iter()
        .filter(|(id, said)| !heads.contains_key(*id) && names.values().any(|name| *name == said.metric))
        .filter_map(|(id, said)| Some((id.clone(), (*new.get(&address(said))?).clone())))
        .collect();
    let target = |id: String| moved.get(&id).cloned().unwrap_or(id);
    record.targets =
        std::mem::take(&mut record.targets).into_iter().map(|(id, said)| (target(id), said)).collect();
    let figures = std::mem::take(&mut record.figures).into_iter();
    record.figures = figures
        .map(|(key, said)| match key.split_once('|') {
            Some((id, rest)) => (format!("{}|{rest}", name(id)), said),
            None => (key, said),
        })
        .collect();
    side.reasons = std::mem::take(&mut side.reasons).into_iter().map(|(id, why)| (name(&id), why)).collect();
    side.gaps = std::mem::take(&mut side.gaps).into_iter().map(|(id, gap)| (target(id), gap)).collect();
    let alert = |id: &str| {
        let made = names
            .iter()
            .find_map(|(old, new)| Some(format!("{new}-{}", id.strip_prefix(old)?.strip_prefix('-')?)));
        made.filter(|made| head.alerts.contains_key(made)).unwrap_or_else(|| id.to_owned())
    };
    let alerts = std::mem::take(&mut side.alerts).into_values();
    side.alerts = alerts.map(|one| (alert(&one.id), AlertSaid { id: alert(&one.id), ..one })).collect();
    side
}
