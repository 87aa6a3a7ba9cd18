//! Whether definitions and targets are governed: looked at in time, changed with a reason, signed by whom it takes. What
//! happened is told by the history of the repository; without one only what stands in the files is checked.

use crate::diag::{Family, Finding, Level, Place, Rule};
use crate::plan::changed::How;
use crate::plan::history::{FIGURE_KEYS, History, Known, Told};
use crate::plan::written::About;
use crate::plan::{Id, Plan, Target};
use crate::time::{Date, days_between};

/// Rules raised here.
pub static RULES: &[&Rule] = &[
    &RECALIBRATION_OVERDUE,
    &DEFINITION_CHANGED_SILENTLY,
    &CHANGED_AFTER_SIGN_OFF,
    &NOT_SIGNED,
    &HISTORY_SHALLOW,
    &HISTORY_UNREADABLE,
];

/// A definition nobody looked at for long.
pub static RECALIBRATION_OVERDUE: Rule = Rule {
    name: "recalibration-overdue",
    level: Level::Warning,
    family: Family::Config,
    about: "a metric whose `reviewed` is older than its `recalibrate`, or than a change of strategy",
    why: "a definition made for another business keeps giving numbers, and nobody sees that they answer a question no longer asked",
    example: "acos: {reviewed: 2026-01-10, recalibrate: 90d}   # due on 2026-04-10: look at it and set `reviewed`",
};

/// A definition that differs from before, and nobody said why.
pub static DEFINITION_CHANGED_SILENTLY: Rule = Rule {
    name: "definition-changed-silently",
    level: Level::Warning,
    family: Family::Config,
    about: "a commit, or an edit not committed yet, that changes what a metric measures or which way is good, without a note in `changes:`",
    why: "a figure under an old name and a new meaning is compared with its own past, and success is redefined without a word",
    example: "gmv:\n  value: sum(sales) - sum(refunds)   # was: sum(sales)\n  changes: [{date: 2026-03-01, reason: refunds are no sales, by: ceo}]",
};

/// A target changed after it was signed.
pub static CHANGED_AFTER_SIGN_OFF: Rule = Rule {
    name: "changed-after-sign-off",
    level: Level::Warning,
    family: Family::Config,
    about: "a target that was changed after somebody accepted it",
    why: "whoever signed answers for a number that was another one then",
    example: "{id: gmv, value: 5_000_000, sign: ceo, ack: {by: ceo, date: 2026-01-05}}   # 4,000,000 when it was signed: sign again",
};

/// A target that lacks a signature.
pub static NOT_SIGNED: Rule = Rule {
    name: "not-signed",
    level: Level::Note,
    family: Family::Config,
    about: "a target that says who has to sign it, and is not signed by all of them",
    why: "until then it is a proposal, and nobody promised it",
    example: "{id: gmv, sign: [ceo, li.na], ack: [{by: ceo, date: 2026-01-05}]}   # li.na has not signed yet",
};

/// A clone without its past.
pub static HISTORY_SHALLOW: Rule = Rule {
    name: "history-shallow",
    level: Level::Warning,
    family: Family::Config,
    about: "a clone that holds only the newest commits",
    why: "pages would tell a history that begins in the middle, and another one in every clone",
    example: "actions/checkout fetches one commit   # add `with: {fetch-depth: 0}`, or run `git fetch --unshallow`",
};

/// A history that was asked for and is not there.
pub static HISTORY_UNREADABLE: Rule = Rule {
    name: "history-unreadable",
    level: Level::Warning,
    family: Family::Config,
    about: "`site: {history: git}` in a folder of no repository, or in one that is damaged",
    why: "pages would say that nothing ever changed",
    example: "site: {history: git}   # unpacked from an archive, without `.git`: clone the repository, or remove the line",
};

/// A note counts for a change if their days are at most so far apart: people write before they commit, and merge later.
const NOTE_DAYS: u32 = 7;
/// More metrics than this are counted, not named.
const NAMED: usize = 6;
/// Keys that say what a target asks.
pub const ASKED_KEYS: &[&str] = &[
    "metric",
    "scope",
    "period",
    "value",
    "between",
    "stretch",
    "red",
    "phase",
    "glide",
    "revisions",
    "split",
    "for_each",
    "overrides",
    "series",
];

/// Checks a plan beside its history, as of a day.
pub fn check(plan: &Plan, history: &History, as_of: Option<Date>) -> Vec<Finding> {
    let mut found: Vec<Finding> = clone(plan, history).into_iter().collect();
    found.extend(plan.care.keys().flat_map(|id| silent(plan, history, id)));
    found.extend(plan.targets.iter().flat_map(|target| signed(history, target)));
    if let Some(as_of) = as_of {
        found.extend(plan.care.keys().filter_map(|id| overdue(plan, id, as_of)));
        found.extend(strategy(plan, as_of));
    }
    found
}

/// When a metric is due to be looked at again.
pub fn due(plan: &Plan, metric: &str) -> Option<Date> {
    let care = plan.care.get(metric)?;
    let after = i32::try_from(care.recalibrate?).ok()?;
    Some(crate::time::plus_days(care.reviewed?, after))
}

/// Metrics nobody looked at since a change of strategy.
pub fn unseen_since(plan: &Plan, change: Date) -> impl Iterator<Item = &Id> {
    let seen =
        move |id: &Id| plan.care.get(id).and_then(|care| care.reviewed).is_some_and(|day| day >= change);
    plan.metrics.keys().filter(move |id| !seen(id))
}

fn overdue(plan: &Plan, id: &Id, as_of: Date) -> Option<Finding> {
    let (care, due) = (plan.care.get(id)?, due(plan, id)?);
    (due < as_of).then(|| {
        let late = days_between(due, as_of) - 1;
        let told = format!("`{id}` was due to be looked at again on {due}, {late} days before {as_of}");
        Finding::new(&RECALIBRATION_OVERDUE, care.place.clone(), told)
            .hint("look at the definition, then set `reviewed:` to that day")
    })
}

fn strategy(plan: &Plan, as_of: Date) -> Option<Finding> {
    let change = plan.strategy.iter().rfind(|change| change.date <= as_of)?;
    let unseen: Vec<&Id> = unseen_since(plan, change.date).collect();
    let (first, rest) = (unseen.iter().take(NAMED), unseen.len().saturating_sub(NAMED));
    let names = first.map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    (!unseen.is_empty()).then(|| {
        let told = format!(
            "since {} the business goes another way: {names}{more} were not looked at since",
            change.date
        );
        Finding::new(&RECALIBRATION_OVERDUE, change.place.clone(), told)
            .hint("look at each definition, then set its `reviewed:` to that day")
    })
}

fn clone(plan: &Plan, history: &History) -> Option<Finding> {
    let place = Place::file("kpress.yaml");
    match &history.known {
        Known::Since { is_shallow: true, .. } => Some(
            Finding::new(&HISTORY_SHALLOW, place, "the clone is shallow: earlier commits were not fetched")
                .hint("fetch the rest with `git fetch --unshallow`, in CI with `fetch-depth: 0`"),
        ),
        Known::Nothing if plan.site.history => Some(
            Finding::new(
                &HISTORY_UNREADABLE,
                place,
                "`site: {history: git}`, but there is no commit around the workspace",
            )
            .hint("make a first commit, or remove the line"),
        ),
        Known::Apart(no) if plan.site.history => {
            let told = format!("the history cannot be read: {}", no.why);
            Some(Finding::new(&HISTORY_UNREADABLE, place, told).hint("clone the repository anew"))
        }
        _ => None,
    }
}

/// Changes of one metric that nobody gave a reason for.
fn silent(plan: &Plan, history: &History, id: &Id) -> Vec<Finding> {
    let Some(care) = plan.care.get(id) else { return Vec::new() };
    let noted = |told: &Told<'_>| {
        let here = told.changed.keys.iter().any(|change| change.key == "changes" && !change.now.is_empty());
        let day = told.step.commit.as_ref().map(|commit| commit.day);
        let near = |day: Date| {
            care.changes.iter().any(|note| {
                let (first, last) = (note.date.min(day), note.date.max(day));
                days_between(first, last) <= NOTE_DAYS + 1
            })
        };
        here || day.is_some_and(near)
    };
    let meant = |told: &Told<'_>| told.touches(FIGURE_KEYS) || told.touches(&["better"]);
    let changes = history.of(About::Metric, id).into_iter().filter(|told| told.changed.how != How::New);
    changes
        .filter(|told| meant(told) && !noted(told))
        .map(|told| {
            let keys = told.changed.keys.iter().map(|change| change.key.as_str());
            let keys = keys.map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
            let when = match &told.step.commit {
                Some(commit) => format!("in commit {} of {} ({})", commit.short(), commit.day, commit.title),
                None => "and is not committed yet".to_owned(),
            };
            let message = format!("`{id}` changed {when} without a note: {keys}");
            let day = told.step.commit.as_ref().map_or("…".to_owned(), |commit| commit.day.to_string());
            Finding::new(&DEFINITION_CHANGED_SILENTLY, care.place.clone(), message)
                .hint(format!("add `changes: [{{date: {day}, reason: …}}]` to the metric"))
        })
        .collect()
}

/// Signatures that are missing, and changes after the last of them.
fn signed(history: &History, target: &Target) -> Vec<Finding> {
    let lacks: Vec<&Id> =
        target.signers.iter().filter(|who| !target.acks.iter().any(|ack| ack.by == **who)).collect();
    let mut found = Vec::new();
    if !lacks.is_empty() {
        let names = lacks.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
        let told = format!("`{}` is not signed by {names}", target.id);
        let hint = format!("whoever accepts it adds `ack: {{by: {}, date: …}}`", lacks[0]);
        found.push(Finding::new(&NOT_SIGNED, target.place.clone(), told).hint(hint));
    }
    found.extend(changed_since(history, target).map(|(by, when)| {
        let told = format!("`{}` was changed {when}, after `{by}` had signed it", target.id);
        Finding::new(&CHANGED_AFTER_SIGN_OFF, target.place.clone(), told)
            .hint("have it signed again: add a newer line to `ack:`, or take the change back")
    }));
    found
}

/// Who signed a target before it was changed, and when that was: told by commits where there are any, by the dates of
/// revisions where not.
pub fn changed_since(history: &History, target: &Target) -> Option<(Id, String)> {
    let told = history.of(About::Target, &target.id);
    for signer in target.acks.iter().map(|ack| &ack.by) {
        let latest = target.acks.iter().filter(|ack| ack.by == *signer).map(|ack| ack.date).max()?;
        if let Some(revision) = target.revisions.iter().rfind(|revision| revision.date > latest) {
            return Some((signer.clone(), format!("on {} by a revision", revision.date)));
        }
        let adds = |told: &&Told<'_>| {
            told.changed.keys.iter().any(|change| {
                change.key.starts_with("ack") && change.now.iter().any(|line| names(line, signer))
            })
        };
        let Some(at) = told.iter().position(|one| adds(&one)) else { continue };
        if let Some(after) = told[..at].iter().find(|one| one.touches(ASKED_KEYS)) {
            let when = match &after.step.commit {
                Some(commit) => format!("in commit {} of {}", commit.short(), commit.day),
                None => "and not committed yet".to_owned(),
            };
            return Some((signer.clone(), when));
        }
    }
    None
}

/// Whether a line of `ack:` is about a person: `{by: li, date: 2026-01-05}`, or `li` under `ack.by`.
fn names(line: &str, person: &str) -> bool {
    line == person
        || line.trim_matches(['{', '}']).split(", ").any(|part| part.strip_prefix("by: ") == Some(person))
}
