//! Two states of a workspace beside each other: what is written differently, and what that does to figures and targets.
//! Definitions come before the numbers they move. Where a number cannot be had on one side it is a dash with its reason.

mod effect;
mod side;
#[cfg(test)]
mod tests;

pub use crate::plan::changed::{Changed, How, KeyChange};
pub use effect::{Figures, Shown, Span, WINDOW};
pub use side::{AlertSaid, FoundSaid, Gap, HERE, Measured, Side};

use crate::assess::Standing;
use crate::plan::changed;
use crate::plan::written::About;
use crate::report::record::TargetSaid;
use std::collections::{BTreeMap, BTreeSet};

/// What differs between two sides.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diff {
    /// The name of the earlier side.
    pub base: String,
    /// The name of the later side.
    pub head: String,
    /// What is written differently, in the order of [`About`].
    pub definitions: Vec<Changed>,
    /// Targets that ask for something else now, whoever changed them.
    pub targets: Vec<Asked>,
    /// Targets that stand elsewhere.
    pub standings: Vec<Flip>,
    /// Targets whose parts do not add up to them on one of the sides.
    pub gaps: Vec<GapChange>,
    /// Figures of the last periods that differ.
    pub figures: Vec<Figures>,
    /// Alerts that one side raises in these periods, and the other does not.
    pub alerts: Vec<(AlertSaid, Only)>,
    /// What one side finds wrong, and the other does not.
    pub found: Vec<(FoundSaid, Only)>,
    /// What a reader has to know to read the figures.
    pub notes: Vec<Note>,
}

/// On which side something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Only {
    /// The earlier one.
    Base,
    /// The later one.
    Head,
}

/// A target that asks for something else.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub target: TargetSaid,
    /// The unit of its metric, as written.
    pub unit: String,
    /// What it asked, as digits; a range as `low..high`; `None` where it was not there, or its value is not known.
    pub was: Option<String>,
    /// What it asks.
    pub now: Option<String>,
}

/// A target that stands elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Flip {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub target: TargetSaid,
    /// Where it stood.
    pub was: Standing,
    /// Where it stands.
    pub now: Standing,
}

/// A gap between a target and the sum of its parts.
#[derive(Clone, Debug, PartialEq)]
pub struct GapChange {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub target: TargetSaid,
    /// The unit of its metric.
    pub unit: String,
    /// The gap of the earlier side, where there was one.
    pub was: Option<Gap>,
    /// The gap of the later side, where there is one.
    pub now: Option<Gap>,
}

/// What a reader has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// Weeks or years are cut in another way: a period of the same name may hold other days.
    OtherCalendar,
    /// One side is a published version: it is known by what it said, not by what was written.
    Published,
    /// Commits before the base were not fetched.
    Shallow,
}

impl Diff {
    /// Whether anything differs.
    pub fn is_empty(&self) -> bool {
        self.definitions.is_empty()
            && self.targets.is_empty()
            && self.standings.is_empty()
            && self.gaps.is_empty()
            && self.figures.is_empty()
            && self.alerts.is_empty()
            && self.found.is_empty()
    }
}

/// Lays two sides beside each other.
pub fn compare(base: &Side, head: &Side) -> Diff {
    let (was, now) = side::of_both(base, head);
    let definitions = changed::compare(&was, &now);
    let renamed: BTreeMap<String, String> = definitions
        .iter()
        .filter(|one| one.about == About::Metric)
        .filter_map(|one| Some((one.was_id.clone()?, one.id.clone())))
        .collect();
    let base = &side::renamed(base, &renamed, head);
    let mut notes = Vec::new();
    if base.calendar != head.calendar {
        notes.push(Note::OtherCalendar);
    }
    let published = base.written.is_none() || head.written.is_none();
    if published {
        notes.push(Note::Published);
    }
    Diff {
        base: base.name.clone(),
        head: head.name.clone(),
        definitions,
        targets: asked(base, head),
        standings: flips(base, head),
        // A version keeps no gaps, alerts and findings: those of the other side are no news.
        gaps: if published { Vec::new() } else { gaps(base, head) },
        figures: effect::figures(base, head),
        alerts: if published { Vec::new() } else { only(&base.alerts, &head.alerts) },
        found: if published { Vec::new() } else { only(&base.found, &head.found) },
        notes,
    }
}

/// What one side has and the other has not.
fn only<K: Ord, T: Clone>(base: &BTreeMap<K, T>, head: &BTreeMap<K, T>) -> Vec<(T, Only)> {
    let gone =
        base.iter().filter(|(key, _)| !head.contains_key(key)).map(|(_, one)| (one.clone(), Only::Base));
    let new =
        head.iter().filter(|(key, _)| !base.contains_key(key)).map(|(_, one)| (one.clone(), Only::Head));
    new.chain(gone).collect()
}

fn unit_of(metric: &str, base: &Side, head: &Side) -> String {
    let said = head.record.metrics.get(metric).or_else(|| base.record.metrics.get(metric));
    said.map_or_else(String::new, |said| said.unit.clone())
}

/// Every target of both sides, in order, with what each side says of it.
fn targets<'s>(
    base: &'s Side,
    head: &'s Side,
) -> Vec<(&'s String, Option<&'s TargetSaid>, Option<&'s TargetSaid>)> {
    let ids: BTreeSet<&String> = base.record.targets.keys().chain(head.record.targets.keys()).collect();
    ids.into_iter().map(|id| (id, base.record.targets.get(id), head.record.targets.get(id))).collect()
}

fn asked(base: &Side, head: &Side) -> Vec<Asked> {
    let value =
        |said: Option<&TargetSaid>| said.map(|one| one.value.clone()).filter(|value| !value.is_empty());
    let all = targets(base, head).into_iter().filter_map(|(id, was, now)| {
        let target = now.or(was)?.clone();
        let (was, now) = (value(was), value(now));
        let unit = unit_of(&target.metric, base, head);
        (was != now).then_some(Asked { id: id.clone(), target, unit, was, now })
    });
    all.collect()
}

fn flips(base: &Side, head: &Side) -> Vec<Flip> {
    let standing = |said: &TargetSaid| said.standing.as_deref().and_then(side::standing);
    let all = targets(base, head).into_iter().filter_map(|(id, was, now)| {
        let (was, target) = (was?, now?);
        let (was, now) = (standing(was)?, standing(target)?);
        (was != now).then_some(Flip { id: id.clone(), target: target.clone(), was, now })
    });
    all.collect()
}

fn gaps(base: &Side, head: &Side) -> Vec<GapChange> {
    let all = targets(base, head).into_iter().filter_map(|(id, was, now)| {
        let target = now.or(was)?.clone();
        let (was, now) = (base.gaps.get(id).cloned(), head.gaps.get(id).cloned());
        let unit = unit_of(&target.metric, base, head);
        (was != now).then_some(GapChange { id: id.clone(), target, unit, was, now })
    });
    all.collect()
}
