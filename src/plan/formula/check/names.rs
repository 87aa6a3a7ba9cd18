//! Names in formulas over metrics: those that stand for nothing, and those that lead back to where they began.
//! Gives the order in which metrics can be computed, operands first.

use super::{Verdict, operands, place_of};
use crate::diag::{Family, Finding, Level, Rule, did_you_mean};
use crate::plan::{Id, Metric};
use std::collections::{BTreeMap, BTreeSet};

/// A name nobody defined.
pub(super) static UNKNOWN_METRIC: Rule = Rule {
    name: "unknown-metric",
    level: Level::Error,
    family: Family::Config,
    about: "finds the name of a metric that is not defined",
    why: "without it the figure cannot be computed, and a misspelt name would silently show nothing",
    example: "value: ad_spend / ad_slaes      →  value: ad_spend / ad_sales",
};

/// A metric that needs itself.
pub(in crate::plan) static CYCLE: Rule = Rule {
    name: "cycle",
    level: Level::Error,
    family: Family::Config,
    about: "finds metrics that are made of themselves, and prints the circle link by link",
    why: "there is no order in which such metrics could be computed",
    example: "a: {value: b + 1}, b: {value: a - 1}      →  one of them comes from a source",
};

/// Of a longer circle only the links at both ends are printed.
const MOST_LINKS: usize = 12;

pub(super) fn check(metrics: &BTreeMap<Id, Metric>, verdict: &mut Verdict) {
    for (id, metric) in metrics {
        for name in operands(metric) {
            if !metrics.contains_key(name) && !verdict.broken.contains_key(name) {
                verdict.say(id, unknown(metric, name, metrics));
            }
        }
    }
    for circle in Walk::through(metrics).circles {
        let finding = circular(&circle, metrics);
        for id in &circle {
            verdict.broken.entry(id.clone()).or_insert_with(|| finding.message.as_str().into());
        }
        verdict.found.push(finding);
    }
}

fn unknown(metric: &Metric, name: &Id, metrics: &BTreeMap<Id, Metric>) -> Finding {
    let finding =
        Finding::new(&UNKNOWN_METRIC, place_of(metric, name), format!("there is no metric `{name}`"));
    let others = metrics.keys().filter(|id| **id != metric.id).map(|id| &**id);
    match did_you_mean(name, others) {
        Some(hint) => finding.hint(hint),
        None => {
            finding.hint("define it in `metrics/`; a formula over the columns of a source needs `source:`")
        }
    }
}

/// `a → b → a`, with the place of every link.
fn circular(circle: &[Id], metrics: &BTreeMap<Id, Metric>) -> Finding {
    let next = |at: usize| &circle[(at + 1) % circle.len()];
    let mut links: Vec<String> = circle.iter().map(ToString::to_string).collect();
    if links.len() > MOST_LINKS {
        let more = format!("… ({} more)", links.len() - MOST_LINKS);
        links.splice(MOST_LINKS / 2..links.len() - MOST_LINKS / 2, [more]);
    }
    let message = format!("`{0}` is made of itself: {1} → {0}", circle[0], links.join(" → "));
    let first = place_of(&metrics[&circle[0]], next(0));
    let finding = Finding::new(&CYCLE, first, message)
        .hint("break the circle: one of these metrics must come from a source, or be written out");
    (1..circle.len().min(MOST_LINKS)).fold(finding, |finding, at| {
        let (id, next) = (&circle[at], next(at));
        finding.related(place_of(&metrics[id], next), format!("`{id}` uses `{next}`"))
    })
}

/// All metrics, each behind those it is made of; among equals by name. Metrics of a circle are left out.
pub fn order(metrics: &BTreeMap<Id, Metric>) -> Vec<Id> {
    Walk::through(metrics).order
}

/// Metrics taken one by one as soon as all their operands were; what is left over then holds circles.
struct Walk<'m> {
    /// Metric → operands that are not taken yet.
    waits: BTreeMap<&'m Id, BTreeSet<&'m Id>>,
    /// Metric → metrics made of it.
    users: BTreeMap<&'m Id, Vec<&'m Id>>,
    order: Vec<Id>,
    circles: Vec<Vec<Id>>,
}

impl<'m> Walk<'m> {
    fn through(metrics: &'m BTreeMap<Id, Metric>) -> Walk<'m> {
        let known = |metric: &'m Metric| {
            operands(metric).into_iter().filter(|id| metrics.contains_key(*id)).collect()
        };
        let waits: BTreeMap<&Id, BTreeSet<&Id>> =
            metrics.iter().map(|(id, metric)| (id, known(metric))).collect();
        let mut users: BTreeMap<&Id, Vec<&Id>> = BTreeMap::new();
        for (id, operands) in &waits {
            operands.iter().for_each(|operand| users.entry(operand).or_default().push(id));
        }
        let ready = waits.iter().filter(|(_, operands)| operands.is_empty()).map(|(id, _)| *id).collect();
        let mut walk = Walk { waits, users, order: Vec::new(), circles: Vec::new() };
        walk.take(ready, true);
        while let Some(circle) = walk.circle() {
            walk.take(circle.iter().copied().collect(), false);
            walk.circles.push(circle.into_iter().cloned().collect());
        }
        walk
    }

    /// Takes these metrics, and then all that wait for nothing any more. `first_too`: whether the given ones count as
    /// ordered (those of a circle do not).
    fn take(&mut self, mut ready: BTreeSet<&'m Id>, first_too: bool) {
        let circular = if first_too { BTreeSet::new() } else { ready.clone() };
        while let Some(id) = ready.pop_first() {
            self.waits.remove(id);
            if !circular.contains(id) {
                self.order.push(id.clone());
            }
            for user in self.users.get(id).into_iter().flatten() {
                if let Some(operands) = self.waits.get_mut(user) {
                    operands.remove(id);
                    if operands.is_empty() && !circular.contains(user) {
                        ready.insert(user);
                    }
                }
            }
        }
    }

    /// A circle among the waiting, beginning with its first name.
    fn circle(&self) -> Option<Vec<&'m Id>> {
        let (mut at, _) = self.waits.first_key_value()?;
        let mut path: Vec<&'m Id> = Vec::new();
        let mut seen = BTreeSet::new();
        while seen.insert(*at) {
            path.push(at);
            // Whoever still waits, waits for somebody who waits: else it would have been taken.
            at = self.waits.get(*at)?.first()?;
        }
        let begin = path.iter().position(|id| id == at)?;
        let mut circle = path.split_off(begin);
        let smallest = circle.iter().enumerate().min_by_key(|(_, id)| **id).map_or(0, |(at, _)| at);
        circle.rotate_left(smallest);
        Some(circle)
    }
}
