//! Actions across reviews: each has an owner, none disappears, and a review says what became of those before it.

use super::known::twice;
use crate::diag::{Family, Finding, Level, Rule, did_you_mean};
use crate::plan::review::{Entry, Review, in_order, mentions};
use crate::plan::{Id, Plan};
use std::collections::BTreeSet;

/// Rules raised here.
pub static RULES: &[&Rule] =
    &[&ACTION_WITHOUT_OWNER, &ACTION_VANISHED, &REVIEW_LEAVES_ACTIONS_OPEN, &REVIEW_HEADING];

/// Nobody does it.
static ACTION_WITHOUT_OWNER: Rule = Rule {
    name: "action-without-owner",
    level: Level::Error,
    family: Family::Config,
    about: "finds an action of a review that nobody owns",
    why: "what everybody should do is done by nobody",
    example: "{id: a12, title: lower bids, due: 2026-11-30}        # add `owner: li.na`",
};

/// It was there, and is gone.
static ACTION_VANISHED: Rule = Rule {
    name: "action-vanished",
    level: Level::Error,
    family: Family::Config,
    about: "finds an action that a later review speaks of and no earlier one holds",
    why: "an action that disappears from the files was neither done nor dropped; nobody would ask for it again",
    example: "2026-W47: {id: a12, from: 2026-W46, status: done}        # and 2026-W46 has no `a12` any more",
};

/// Nobody asked.
static REVIEW_LEAVES_ACTIONS_OPEN: Rule = Rule {
    name: "review-leaves-actions-open",
    level: Level::Warning,
    family: Family::Config,
    about: "finds a review that does not say what became of actions open since an earlier one",
    why: "an action nobody asks about is forgotten",
    example: "actions: [{id: a12, from: 2026-W46, status: open, reason: waits for the supplier}]",
};

/// A heading like a metric.
static REVIEW_HEADING: Rule = Rule {
    name: "review-heading-unknown",
    level: Level::Warning,
    family: Family::Config,
    about: "finds a heading in a review that looks like the name of a metric and is none",
    why: "the comment would stand beside no figure",
    example: "## unit_sesion_pct        # did you mean `unit_session_pct`?",
};

/// Checks actions across all reviews, and headings.
pub(super) fn check(plan: &Plan, found: &mut Vec<Finding>) {
    let held = in_order(plan.reviews.values());
    actions(plan, &held, found);
    for (at, review) in held.iter().enumerate() {
        left_open(&held[..at], review, &plan.lost_actions, found);
    }
    plan.reviews.values().for_each(|review| headings(plan, review, found));
}

fn actions(plan: &Plan, held: &[&Review], found: &mut Vec<Finding>) {
    for (id, mentioned) in mentions(held) {
        if plan.lost_actions.contains(id) {
            continue;
        }
        for (at, (review, entry)) in mentioned.iter().enumerate() {
            match mentioned[..at].first() {
                None => first(plan, review, entry, found),
                Some((_, begun)) => {
                    let same = entry.title.is_empty() || entry.title == begun.title;
                    if entry.from.is_none() && !same {
                        found.push(twice(id, &entry.place, &begun.place));
                    }
                }
            }
        }
    }
}

/// The first time an action is spoken of: it begins here, or what it began with is gone.
fn first(plan: &Plan, review: &Review, entry: &Entry, found: &mut Vec<Finding>) {
    let from = entry.from.as_ref().filter(|from| **from != review.id);
    if from.is_some() || entry.title.is_empty() {
        let told = match from {
            Some(from) if !plan.reviews.contains_key(from) => {
                format!("`{}` began in the review `{from}`, which is not there", entry.id)
            }
            Some(from) => format!("`{}` began in the review `{from}`, which does not hold it", entry.id),
            None => format!("no earlier review holds the action `{}`", entry.id),
        };
        let hint = from
            .filter(|from| !plan.reviews.contains_key(*from))
            .and_then(|from| did_you_mean(from, plan.reviews.keys().map(|id| &**id)));
        let hint = hint.unwrap_or_else(|| {
            "restore it in the review it began in, and close it here as `done` or `dropped`; a new one has a `title`"
                .to_owned()
        });
        found.push(Finding::new(&ACTION_VANISHED, entry.place.clone(), told).hint(hint));
    } else if entry.owner.is_none() {
        let told = format!("nobody owns the action `{}`", entry.id);
        found.push(
            Finding::new(&ACTION_WITHOUT_OWNER, entry.place.clone(), told)
                .hint("add `owner:` with one person of `people.yaml`"),
        );
    }
}

/// Actions that began earlier in the same row of reviews and were open: this one has to say something about each.
fn left_open(before: &[&Review], review: &Review, lost: &BTreeSet<Id>, found: &mut Vec<Finding>) {
    let row: Vec<&Review> = before.iter().copied().filter(|other| other.is_of_row(review)).collect();
    let began: BTreeSet<&Id> = row.iter().flat_map(|other| other.actions.iter().map(|one| &one.id)).collect();
    let all = mentions(before);
    let open = |id: &&&Id| {
        let last = all.get(**id).and_then(|mentioned| mentioned.last());
        last.is_some_and(|(_, entry)| !entry.status.is_closed())
    };
    let silent: Vec<&str> = began
        .iter()
        .filter(open)
        .filter(|id| !lost.contains(**id) && !review.actions.iter().any(|one| one.id == ***id))
        .map(|id| &***id)
        .collect();
    if silent.is_empty() {
        return;
    }
    let told = format!("the review does not say what became of `{}`", silent.join("`, `"));
    found.push(
        Finding::new(&REVIEW_LEAVES_ACTIONS_OPEN, review.place.clone(), told)
            .hint(format!("set a status for each: `actions: [{{id: {}, status: open}}]`", silent[0])),
    );
}

/// A heading of one word that is nearly a metric.
fn headings(plan: &Plan, review: &Review, found: &mut Vec<Finding>) {
    for section in review.text.values().flatten().filter(|section| section.metric.is_none()) {
        let Some(name) = section.text.strip_prefix("## ").and_then(|rest| rest.lines().next()) else {
            continue;
        };
        let name = name.trim();
        let like_an_id = name.len() > 2 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        let near = like_an_id.then(|| did_you_mean(name, plan.metrics.keys().map(|id| &**id))).flatten();
        if let Some(hint) = near {
            let told = format!("there is no metric `{name}`");
            found.push(Finding::new(&REVIEW_HEADING, section.place.clone(), told).hint(hint));
        }
    }
}
