//! Whether a target is specific, measurable, attainable, relevant and timed (numbers.md §5.10): a verdict for each letter
//! with the key of a sentence that says why. Its authors may answer a letter themselves.

use super::{Judged, Letter, Verdict, found, history};
use crate::measure::Facts;
use crate::plan::{Better, Plan, Target};
use crate::time::Date;
use crate::unit::Decimal;
use std::collections::BTreeSet;

/// Share of past periods that must have data: nine of ten.
const COVERED: (usize, usize) = (9, 10);
/// A period of this many days is its own checkpoint.
const SHORT: u32 = 31;
/// Within this many days it is looked at once or twice anyway.
const QUARTER: u32 = 92;

/// What is known of the tree a target hangs in.
struct Around<'a> {
    plan: &'a Plan,
    facts: &'a Facts,
    as_of: Option<Date>,
    /// Targets with parts.
    parents: BTreeSet<&'a str>,
}

/// Gives every target that is pursued its letters.
pub(super) fn answer(plan: &Plan, facts: &Facts, as_of: Option<Date>, judged: &mut [Judged]) {
    let parents = plan.targets.iter().filter_map(|target| target.parent.as_deref()).collect();
    let around = Around { plan, facts, as_of, parents };
    for (target, one) in plan.targets.iter().zip(judged) {
        if target.status.kind.is_judged() {
            one.smart = letters(&around, target, one);
        }
    }
}

/// The five letters of a target.
fn letters(around: &Around<'_>, target: &Target, judged: &Judged) -> Vec<Letter> {
    let all = [
        ('S', specific(around, target)),
        ('M', measurable(around, target, judged)),
        ('A', attainable(around, target, judged)),
        ('R', relevant(around, target)),
        ('T', timed(target)),
    ];
    let letter = |(letter, (verdict, key)): (char, (Verdict, &'static str))| {
        let own =
            target.smart.get(&letter).or_else(|| target.smart.get(&letter.to_ascii_lowercase())).cloned();
        // An answer of its own turns a failure into a doubt: somebody thought of it, the figures still say no.
        let verdict = if own.is_some() { verdict.min(Verdict::Doubt) } else { verdict };
        Letter { letter, verdict, key, own }
    };
    all.into_iter().map(letter).collect()
}

/// Name, definition, scope and one owner.
fn specific(around: &Around<'_>, target: &Target) -> (Verdict, &'static str) {
    let metric = around.plan.metrics.get(&target.metric);
    let owner = target.owner.as_ref().or(metric.and_then(|metric| metric.owner.as_ref()));
    match metric {
        _ if owner.is_none() => (Verdict::Fail, "smart-s-owner"),
        Some(metric) if metric.description.is_empty() => (Verdict::Doubt, "smart-s-definition"),
        _ => (Verdict::Pass, "smart-s"),
    }
}

/// The formula computes, nine of ten periods have data, and there is something to start from.
fn measurable(around: &Around<'_>, target: &Target, judged: &Judged) -> (Verdict, &'static str) {
    let Some((covered, all)) = history::coverage(around.facts, target, around.as_of) else {
        return (Verdict::Fail, "smart-m-data");
    };
    if covered * COVERED.1 < all * COVERED.0 {
        return (Verdict::Fail, "smart-m-gaps");
    }
    if judged.improvement.is_none() && judged.plausible.is_none() && judged.grown.is_none() {
        return (Verdict::Doubt, "smart-m-baseline");
    }
    (Verdict::Pass, "smart-m")
}

/// Neither met already nor out of reach, and with the means where much more is wanted.
fn attainable(around: &Around<'_>, target: &Target, judged: &Judged) -> (Verdict, &'static str) {
    let better = around.plan.metrics.get(&target.metric).map_or(Better::Neutral, |metric| metric.better);
    let lacks_means = found::lacks_resources(around.plan, judged);
    match (found::is_implausible(around.plan, better, judged), lacks_means) {
        (true, true) => (Verdict::Fail, "smart-a-implausible"),
        (true, false) => (Verdict::Doubt, "smart-a-implausible"),
        (false, true) => (Verdict::Doubt, "smart-a-resources"),
        (false, false) if found::is_met(judged) => (Verdict::Doubt, "smart-a-met"),
        (false, false) if judged.improvement.is_none() && judged.plausible.is_none() => {
            (Verdict::Doubt, "smart-a-unknown")
        }
        (false, false) => (Verdict::Pass, "smart-a"),
    }
}

/// Part of a greater whole or of a strategy, or a whole itself; and it weighs something.
fn relevant(around: &Around<'_>, target: &Target) -> (Verdict, &'static str) {
    let weightless = target.weight.last().is_some_and(|(_, weight)| *weight <= Decimal::ZERO);
    let is_root = target.scope.is_company() && around.parents.contains(&*target.id);
    if weightless {
        return (Verdict::Fail, "smart-r-weight");
    }
    match target.parent.is_some() || !target.tags.is_empty() || is_root {
        true => (Verdict::Pass, "smart-r"),
        false => (Verdict::Doubt, "smart-r-parent"),
    }
}

/// An end, and days on which somebody looks at it before.
fn timed(target: &Target) -> (Verdict, &'static str) {
    let looked_at = (target.cadence.is_some(), !target.checkpoints.is_empty());
    match looked_at {
        (false, false) if target.period.days() <= QUARTER => (Verdict::Doubt, "smart-t-cadence"),
        (false, false) => (Verdict::Fail, "smart-t-cadence"),
        (true, true) => (Verdict::Pass, "smart-t"),
        _ if target.period.days() <= SHORT => (Verdict::Pass, "smart-t"),
        (true, false) => (Verdict::Doubt, "smart-t-checkpoint"),
        (false, true) => (Verdict::Doubt, "smart-t-cadence"),
    }
}
