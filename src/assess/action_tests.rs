//! Actions of a shop with two people: carried over, moved, closed late, opened again; and whether the figures moved after them.

use super::*;
use crate::inputs::Memory;
use crate::measure::{Days, Point, State};
use crate::plan::load;
use crate::time::Grain;
use crate::unit::{Decimal, Quantity};

const HEAD: &str =
    "site: {title: T, languages: [en], currency: JPY}\nsources: {s: {files: d.csv, date: date}}\n";
const METRICS: &str = "metrics:\n  sales: {source: s, value: sum(a), unit: count, better: higher}\n  cost: {source: s, value: sum(b), unit: count, better: lower}\n";
const PEOPLE: &str = "people: {li: {name: Li}, bo: {name: Bo}}\n";

fn plan(reviews: &[(&str, &str)]) -> (Plan, Vec<String>) {
    let texts: Vec<(String, String)> = reviews
        .iter()
        .map(|(id, front)| (format!("reviews/{id}.md"), format!("---\n{front}\n---\n## sales\nSo it was.\n")))
        .collect();
    let mut files = vec![("kpress.yaml", HEAD), ("metrics/m.yaml", METRICS), ("people.yaml", PEOPLE)];
    files.extend(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let read = load(&Memory::of(files.iter().map(|(name, text)| (*name, text.as_bytes()))));
    let rules = read.found.iter().filter(|one| one.level != Level::Note).map(|one| one.rule.name.to_owned());
    (read.value, rules.filter(|name| name != "no-owner").collect())
}

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

const W1: (&str, &str) = (
    "2026-W01",
    "actions: [{id: a1, title: Lower bids, owner: li, due: 2026-01-15, metric: cost}, {id: a2, title: New photos, owner: bo, due: 2026-01-12}]",
);

#[test]
fn an_action_is_carried_over_until_a_review_closes_it() {
    let w2 = (
        "2026-W02",
        "actions: [{id: a1, status: open, due: 2026-01-22, reason: no time}, {id: a2, status: done, evidence: online}]",
    );
    let w3 = ("2026-W03", "actions: [{id: a1, from: 2026-W01, status: done}]");
    let (plan, found) = plan(&[W1, w2, w3]);
    assert_eq!(found, Vec::<String>::new());
    let at = |on: &str| {
        let (all, overdue) = actions(&plan, day(on));
        let told: Vec<String> = all
            .iter()
            .map(|one| {
                let state = if one.is_overdue(day(on)) { "overdue" } else { one.status.name() };
                format!("{} {state} {}r {}d", one.id, one.reviews_since(&plan, day(on)), one.age(day(on)))
            })
            .collect();
        (told.join(", "), overdue.len())
    };
    // The first week ends on 4 January; its review is held the day after.
    assert_eq!(at("2026-01-04"), ("a1 open 0r 0d, a2 open 0r 0d".to_owned(), 0));
    assert_eq!(at("2026-01-10"), ("a1 open 0r 5d, a2 open 0r 5d".to_owned(), 0));
    // What a review after the as-of date says is not known yet.
    assert_eq!(at("2026-01-11"), ("a1 open 0r 6d, a2 done 1r 7d".to_owned(), 0));
    assert_eq!(at("2026-01-30"), ("a1 done 2r 14d, a2 done 1r 7d".to_owned(), 0));
    let (all, _) = actions(&plan, day("2026-01-30"));
    assert_eq!((all[0].moved, all[0].due_first), (1, Some(day("2026-01-15"))));
    // By the day first said: a1 was due on the 15th and closed on the 19th, however often it was moved.
    let month = plan.site.calendar.period(Grain::Month, day("2026-01-15"));
    let told = closure(&all, month, day("2026-01-30"));
    assert_eq!(told, Closure { due: 2, on_time: 1, late: 1, open: 0 });
    assert_eq!(closure(&all, month, day("2026-01-13")).due, 1);
    // Done on the 14th, and the review of the 19th heard of it: in time. A day before it began is none.
    let early = ("2026-W03", "actions: [{id: a1, status: done, done: 2026-01-14}]");
    let (plan, _) = self::plan(&[W1, w2, early]);
    assert_eq!(closure(&actions(&plan, day("2026-01-30")).0, month, day("2026-01-30")).on_time, 2);
}

#[test]
fn what_is_overdue_and_what_nobody_asked_about_is_found() {
    let (told, found) =
        plan(&[W1, ("2026-W02", "actions: [{id: a2, status: done}]"), ("2026-W03", "attendees: [li]")]);
    assert_eq!(found, ["review-leaves-actions-open", "review-leaves-actions-open"]);
    let overdue: Vec<_> = actions(&told, day("2026-01-31")).1;
    assert_eq!(overdue.len(), 1);
    assert!(overdue[0].message.contains("`a1` was due on 2026-01-15"), "{}", overdue[0].message);
    // A store's own reviews are another row.
    let store = ("2026-W02-jp1", "period: 2026-W02\nscope: {store: jp1}");
    assert_eq!(plan(&[W1, store]).1, Vec::<String>::new());
}

#[test]
fn what_disappears_or_nobody_owns_is_an_error() {
    let gone = (
        "2026-W02",
        "actions: [{id: a1, status: open}, {id: a2, status: done}, {id: a9, from: 2026-W01, status: done}]",
    );
    assert_eq!(plan(&[W1, gone]).1, ["action-vanished"]);
    assert_eq!(plan(&[("2026-W01", "actions: [{id: a1, status: done}]")]).1, ["action-vanished"]);
    assert_eq!(
        plan(&[("2026-W01", "actions: [{id: a1, title: Do it, due: 2026-02-01}]")]).1,
        ["action-without-owner"]
    );
    let taken = ("2026-W02", "actions: [{id: a1, title: Another thing, owner: bo}, {id: a2, status: done}]");
    assert_eq!(plan(&[W1, taken]).1, ["duplicate-id"]);
}

#[test]
fn what_was_closed_may_be_opened_again() {
    let w2 = ("2026-W02", "actions: [{id: a1, status: done}, {id: a2, status: dropped, reason: no use}]");
    let w3 = ("2026-W03", "actions: [{id: a1, status: blocked, reason: it came back}]");
    let (plan, found) = plan(&[W1, w2, w3]);
    assert_eq!(found, Vec::<String>::new());
    let (all, _) = actions(&plan, day("2026-01-19"));
    assert!(all[0].reopened && all[0].is_open() && all[0].closed.is_none());
    assert_eq!(all[1].status, ActionStatus::Dropped);
    let own = &plan.reviews["2026-W03"];
    let open = |own: Own, at: &Review| at_review(&plan, at, own).iter().filter(|one| one.is_open()).count();
    assert_eq!((open(Own::Before, own), open(Own::With, own)), (0, 1));
}

/// Weekly values from the first week of 2026 on.
fn facts(plan: &Plan, metric: &str, values: &[i64]) -> Facts {
    let mut facts = Facts::default();
    let weeks = plan.site.calendar.periods(Grain::Week, day("2025-12-29"), day("2027-12-31"));
    let points = weeks.iter().zip(values).map(|(week, value)| Point {
        period: *week,
        value: Some(Quantity::Exact(Decimal::from(*value))),
        state: State::Complete,
        days: Days::default(),
    });
    let series = Series { points: points.collect() };
    facts.series.insert((metric.into(), Scope::company(), Grain::Week), series);
    facts
}

/// Twelve calm weeks around 100, an action in week 12 that is done in week 13, and what came after its lag of a week.
fn told(expected: &str, after: &[i64]) -> (EffectVerdict, (usize, usize)) {
    let begun = format!(
        "actions: [{{id: a, title: T, owner: li, due: 2026-04-06, metric: cost, {expected} effect: {{lag: 7d}}}}]"
    );
    let (plan, found) = plan(&[("2026-W12", &begun), ("2026-W14", "actions: [{id: a, status: done}]")]);
    assert_eq!(found, Vec::<String>::new());
    let calm = (0..16).map(|at| 100 + 4 * (at % 2));
    let values: Vec<i64> = calm.chain(after.iter().copied()).collect();
    let as_of = plus_days(day("2025-12-29"), 7 * i32::try_from(values.len()).expect("few") - 1);
    let (all, _) = actions(&plan, as_of);
    let effect = effect(&plan, &facts(&plan, "cost", &values), &all[0], as_of).expect("an effect");
    (effect.verdict, effect.counts)
}

#[test]
fn whether_it_helped_is_asked_of_the_figures() {
    // Done on 6 April, a week of lag: from the week of 20 April on, the seventeenth of the year.
    assert_eq!(told("", &[]).0, EffectVerdict::TooEarly);
    assert_eq!(told("", &[80]), (EffectVerdict::Effective, (12, 1)), "below the lower limit");
    assert_eq!(told("", &[130]).0, EffectVerdict::NotEffective, "above the upper one");
    assert_eq!(told("", &[101, 100, 103]).0, EffectVerdict::Unclear);
    // Ten were hoped for and nothing came: ten can be ruled out.
    assert_eq!(told("expected_effect: -10,", &[102, 100, 104, 102]).0, EffectVerdict::NotEffective);
    // Five less in each of four weeks is more than chance, and more than half of eight.
    assert_eq!(told("expected_effect: \"-8%\",", &[97, 96, 97, 96]).0, EffectVerdict::Effective);
    // A wish that goes the other way than the metric's good side counts as the wish.
    assert_eq!(told("expected_effect: +20,", &[130, 128]).0, EffectVerdict::Effective);
}

#[test]
fn without_a_metric_nothing_is_asked() {
    let (plan, _) = plan(&[W1, ("2026-W02", "actions: [{id: a1, status: dropped}, {id: a2, status: done}]")]);
    let (all, _) = actions(&plan, day("2026-06-30"));
    let verdict =
        |at: usize| effect(&plan, &Facts::default(), &all[at], day("2026-06-30")).map(|one| one.verdict);
    assert_eq!((verdict(0), verdict(1)), (None, Some(EffectVerdict::NotAsked)));
}
