//! Days that are known to differ and are counted like others: sale events and seasons in the period of a target without
//! a weight, a learned weight or a note.

use crate::diag::{Family, Finding, Level, Rule};
use crate::plan::sums::{Along, Kind, kind};
use crate::plan::{Event, Plan, Season, Target};
use std::collections::BTreeMap;

/// Rules raised here.
pub static RULES: &[&Rule] = &[&EVENT_NOT_WEIGHTED];

/// Prime Day like any Tuesday.
pub static EVENT_NOT_WEIGHTED: Rule = Rule {
    name: "event-not-weighted",
    level: Level::Warning,
    family: Family::Config,
    about: "a sale event or season of a calendar in the period of a target, without weight, annotation or note",
    why: "the days before it look behind and those after it look ahead, every year",
    example: "include: amazon-jp        # add: weights: {prime-day: 3, black-friday: 2}, or learn: {metric: gmv}",
};

/// More events than this are counted, not named.
const NAMED: usize = 4;

/// One finding for each calendar that targets are spread by.
pub(in crate::plan) fn check(plan: &Plan, found: &mut Vec<Finding>) {
    let spread = |target: &&Target| {
        target.status.kind.is_judged()
            && target.period.days() > 1
            && plan
                .metrics
                .get(&target.metric)
                .is_some_and(|metric| kind(plan, metric, Along::Time) == Kind::Sum)
    };
    let mut by_season: BTreeMap<&str, (&Season, Vec<&Target>)> = BTreeMap::new();
    for target in plan.targets.iter().filter(spread) {
        if let Some(season) = plan.season_of(target).filter(|season| season.learn.is_none()) {
            by_season.entry(&season.id).or_insert_with(|| (season, Vec::new())).1.push(target);
        }
    }
    for (season, targets) in by_season.values() {
        let mut open: Vec<(&Event, &Target)> = Vec::new();
        for event in season.events.iter().filter(|event| event.weight.is_none() && event.note.is_none()) {
            let covers =
                |target: &&&Target| meets(event, target) && event.concerns(&plan.placed(&target.scope));
            if let Some(target) = targets.iter().find(covers)
                && !annotated(plan, event)
            {
                open.push((event, *target));
            }
        }
        if let Some((_, target)) = open.first() {
            found.push(told(season, &open, target));
        }
    }
}

fn meets(event: &Event, target: &Target) -> bool {
    event.period.start <= target.period.end && target.period.start <= event.period.end
}

/// Whether somebody wrote down what happens on these days.
fn annotated(plan: &Plan, event: &Event) -> bool {
    plan.annotations.iter().any(|note| {
        note.period.start <= event.period.end
            && event.period.start <= note.period.end
            && note.kind.as_ref() != "rebase"
    })
}

fn told(season: &Season, open: &[(&Event, &Target)], target: &Target) -> Finding {
    let named = open
        .iter()
        .take(NAMED)
        .map(|(event, _)| format!("`{}` ({}..{})", event.id, event.period.start, event.period.end));
    let mut events = named.collect::<Vec<_>>().join(", ");
    if open.len() > NAMED {
        events = format!("{events} and {} more", open.len() - NAMED);
    }
    let told = format!("`{}` covers {events}, which `{}` gives no weight", target.id, season.id);
    let ids = open[0].0.id.clone();
    // A calendar of the program has no file of the workspace: there the target is the place.
    let place = if season.place.file.starts_with("content/") { &target.place } else { &season.place };
    let finding = Finding::new(&EVENT_NOT_WEIGHTED, place.clone(), told);
    finding.hint(format!(
        "in `calendar/{}.yaml` add `weights: {{{ids}: 2}}`, or `learn: {{metric: {}}}`, or an annotation saying why not",
        season.id, target.metric
    ))
}
