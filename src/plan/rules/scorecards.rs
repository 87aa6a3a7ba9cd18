//! Checks of scorecards across files: who is scored, by how many items, held against which targets, and what for.

use crate::diag::{Family, Finding, Level, Place, Rule, did_you_mean};
use crate::plan::formula::check::{TOO_FEW_CORE_METRICS, TOO_MANY_CORE_METRICS};
use crate::plan::scorecard::{
    self, BONUS, COMMISSION, Incentive, Item, Reward, RuleSet, ScoreFn, Scorecard, Whom,
};
use crate::plan::{Id, Person, Plan};
use crate::time::Date;
use crate::unit::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// Rules raised about scorecards.
pub static RULES: &[&Rule] = &[
    &SCORE_WITHOUT_CONSEQUENCE,
    &LADDER_UNORDERED,
    &ITEM_WITHOUT_TARGET,
    &SCALES_MIXED,
    &VETO_WITHOUT_EFFECT,
    &SEVERAL_SCORECARDS,
    &ITEM_TOO_COARSE,
];

/// A score that leads to nothing.
pub static SCORE_WITHOUT_CONSEQUENCE: Rule = Rule {
    name: "score-without-consequence",
    level: Level::Warning,
    family: Family::Config,
    about: "a scorecard item without incentive or stated reason, or with one the card does not pay",
    why: "people are measured by it and do not know what for",
    example: "{metric: acos, weight: 40%, score: linear}        # add: incentive: bonus, or {none: \"why\"}",
};

/// Bands, tiers, steps, versions out of order.
pub static LADDER_UNORDERED: Rule = Rule {
    name: "ladder-unordered",
    level: Level::Error,
    family: Family::Config,
    about: "bands, tiers, steps or dated rules that do not rise one after the other, or leave out the lowest values",
    why: "which of them holds for a value would depend on how the list is read",
    example: "bands: [{min: 100, k: 1.1}, {min: 60, k: 0.5}]        # add: {min: 0, k: 0}",
};

/// Nothing to be held against.
pub static ITEM_WITHOUT_TARGET: Rule = Rule {
    name: "item-without-target",
    level: Level::Warning,
    family: Family::Config,
    about: "a scorecard item whose score needs a target, a red line or a range, and a person without one",
    why: "the item is never scored, and its weight silently moves to the others",
    example: "{metric: acos, score: target_red}        # add a target with `red:` for the person, or write {target_red: {target: 22%, red: 30%}}",
};

/// 6.67 and 100 for the same thing.
pub static SCALES_MIXED: Rule = Rule {
    name: "scales-mixed",
    level: Level::Warning,
    family: Family::Config,
    about: "a scorecard on which reaching the target is worth two thirds on one item and everything on another",
    why: "`target_red` gives 6.67 of 10 at the target, `linear`, `binary` and `range` give all: the same work counts unlike",
    example: "items: [{metric: acos, score: target_red}, {metric: gmv, score: linear}]        # one function for both",
};

/// A gate before nothing.
pub static VETO_WITHOUT_EFFECT: Rule = Rule {
    name: "veto-without-effect",
    level: Level::Warning,
    family: Family::Config,
    about: "a gate on a scorecard without bands, or whose commission is not multiplied by the coefficient",
    why: "a gate caps the coefficient; where none is used it protects nothing",
    example: "{veto: {metric: odr, …}, commission: {of: profit, …}}        # add: coefficient: true to the commission",
};

/// Two cards for one person.
pub static SEVERAL_SCORECARDS: Rule = Rule {
    name: "several-scorecards",
    level: Level::Error,
    family: Family::Config,
    about: "two scorecards for the same person and length of period",
    why: "they would have one address, and a person has one score a period",
    example: "scorecards/ads.yaml and scorecards/team.yaml both say `role: advertising, period: month`",
};

/// A month asked of a week.
pub static ITEM_TOO_COARSE: Rule = Rule {
    name: "item-too-coarse",
    level: Level::Error,
    family: Family::Config,
    about: "a scorecard item whose metric has no value for periods as short as the card's",
    why: "the item would never be scored",
    example: "{period: week, items: [{metric: storage_fees}]}        # `storage_fees` is measured by month",
};

/// As many items as a person keeps in mind (features.md §22, `core: 3..5`).
const ITEMS: std::ops::RangeInclusive<usize> = 3..=5;

/// The finding for weights that do not add up, from a day on.
pub(in crate::plan) fn not_whole(place: &Place, sum: Decimal, day: Option<Date>) -> Finding {
    let percent = sum.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(sum).normalize();
    let from = day.map_or_else(String::new, |day| format!(" from {day} on"));
    let told = format!("the weights add up to {percent} %{from}");
    Finding::new(&super::targets::WEIGHTS_NOT_WHOLE, place.clone(), told)
        .hint("they are taken relative to their sum; write what you mean")
}

/// Checks all cards.
pub(in crate::plan) fn check(plan: &Plan, found: &mut Vec<Finding>) {
    for card in plan.scorecards.values() {
        whom(plan, card, found);
        for rules in &card.versions {
            consequences(rules, found);
            unpaid(rules, found);
            number(card, rules, found);
            scales(rules, found);
            gates(rules, found);
            grains(plan, card, rules, found);
        }
    }
    several(plan, found);
    targets(plan, found);
    found.dedup();
}

fn whom(plan: &Plan, card: &Scorecard, found: &mut Vec<Finding>) {
    let Whom::Role(role) = &card.whom else { return };
    let roles: BTreeSet<&Id> = plan.people.values().filter_map(|person| person.role.as_ref()).collect();
    if !roles.contains(role) {
        let told = format!("nobody has the role `{role}`");
        let hint = did_you_mean(role, roles.iter().map(|role| &***role));
        let hint = hint.unwrap_or_else(|| format!("write `role: {role}` on a person in `people.yaml`"));
        found.push(Finding::new(&super::known::UNKNOWN_NAME, card.place.clone(), told).hint(hint));
    }
}

/// A bonus is multiplied by the coefficient of a band; without bands nothing is ever paid.
fn unpaid(rules: &RuleSet, found: &mut Vec<Finding>) {
    let needs = match &rules.reward {
        Some(Reward::Bonus { .. }) => true,
        Some(Reward::Commission(commission)) => commission.coefficient,
        None => false,
    };
    if needs && rules.bands.is_empty() {
        let told = "the reward is multiplied by a coefficient, and no band gives one";
        let hint = "add `bands: [{min: 90, k: 1.0}, {min: 0, k: 0}]`";
        found.push(Finding::new(&SCORE_WITHOUT_CONSEQUENCE, rules.place.clone(), told).hint(hint));
    }
}

/// What carries weight leads to something the card pays, or says why not.
fn consequences(rules: &RuleSet, found: &mut Vec<Finding>) {
    for item in rules.items.iter().filter(|item| item.score != ScoreFn::Unscored) {
        let named = |words: &crate::plan::Words| scorecard::plain(words).map(|text| text.to_string());
        let (told, hint) = match &item.incentive {
            None => (
                format!("`{}` is scored, and nothing follows from it", item.id),
                "add `incentive: bonus`, or `incentive: {none: \"why\"}`",
            ),
            Some(Incentive::Named(words)) => match (named(words).as_deref(), &rules.reward) {
                (Some(BONUS), Some(Reward::Bonus { .. }))
                | (Some(COMMISSION), Some(Reward::Commission(_))) => {
                    continue;
                }
                (Some(name @ (BONUS | COMMISSION)), _) => (
                    format!("`{}` leads to a {name}, but the card pays none", item.id),
                    "add `bonus:` or `commission:` to the card, or name what really follows",
                ),
                _ => continue,
            },
            Some(Incentive::Nothing(_)) => continue,
        };
        found.push(Finding::new(&SCORE_WITHOUT_CONSEQUENCE, item.place.clone(), told).hint(hint));
    }
}

fn number(card: &Scorecard, rules: &RuleSet, found: &mut Vec<Finding>) {
    let scored: Vec<&Item> = rules.items.iter().filter(|item| item.score != ScoreFn::Unscored).collect();
    let count = scored.len();
    if let Some(over) = scored.get(*ITEMS.end()) {
        let told = format!("the scorecard `{}` scores {count} items, more than {}", card.id, ITEMS.end());
        let hint = "keep three to five; show the others with `score: unscored`";
        found.push(Finding::new(&TOO_MANY_CORE_METRICS, over.place.clone(), told).hint(hint));
    }
    if count < *ITEMS.start() {
        let told = format!("the scorecard `{}` scores {count} of at least {} items", card.id, ITEMS.start());
        let hint = "three to five items keep one figure from being driven at the cost of the rest";
        found.push(Finding::new(&TOO_FEW_CORE_METRICS, card.place.clone(), told).hint(hint));
    }
}

fn scales(rules: &RuleSet, found: &mut Vec<Finding>) {
    let mut points = rules.items.iter().filter_map(|item| Some((item, item.score.at_target()?)));
    let Some((first, at)) = points.next() else { return };
    if let Some((other, _)) = points.find(|(_, points)| *points != at) {
        let told = format!(
            "the target is worth two thirds on one of `{}` and `{}`, all on the other",
            first.id, other.id
        );
        let finding = Finding::new(&SCALES_MIXED, other.place.clone(), told);
        found.push(finding.hint("score both with `target_red`, or none"));
    }
}

fn gates(rules: &RuleSet, found: &mut Vec<Finding>) {
    let used = !rules.bands.is_empty()
        && match &rules.reward {
            Some(Reward::Commission(commission)) => commission.coefficient,
            Some(Reward::Bonus { .. }) | None => true,
        };
    if let Some(veto) = rules.vetoes.first().filter(|_| !used) {
        let told = format!("the gate on `{}` caps a coefficient that nothing uses", veto.metric);
        let hint = "add `bands:`, and `coefficient: true` to a commission";
        found.push(Finding::new(&VETO_WITHOUT_EFFECT, veto.place.clone(), told).hint(hint));
    }
}

fn grains(plan: &Plan, card: &Scorecard, rules: &RuleSet, found: &mut Vec<Finding>) {
    for (metric, place) in metrics(rules) {
        if let Some(metric) = plan.metrics.get(metric).filter(|metric| metric.grain > card.period) {
            let (id, grain, period) = (&metric.id, metric.grain.name(), card.period.name());
            let told = format!("`{id}` has no value for a {period}: it is measured by {grain}");
            let hint = format!("write `period: {grain}` on the card, or use another metric");
            found.push(Finding::new(&ITEM_TOO_COARSE, place.clone(), told).hint(hint));
        }
    }
}

/// Every metric a set of rules looks at, with its place.
pub(in crate::plan) fn metrics(rules: &RuleSet) -> Vec<(&Id, &Place)> {
    let items = rules.items.iter().filter_map(|item| Some((item.metric.as_ref()?, &item.place)));
    let gates = rules.vetoes.iter().map(|veto| (&veto.metric, &veto.place));
    let cuts = rules.deductions.iter().map(|cut| (&cut.metric, &cut.place));
    let share = match &rules.reward {
        Some(Reward::Commission(commission)) => Some((&commission.of, &commission.place)),
        Some(Reward::Bonus { .. }) | None => None,
    };
    items.chain(gates).chain(cuts).chain(share).collect()
}

fn several(plan: &Plan, found: &mut Vec<Finding>) {
    let mut first: BTreeMap<(&Id, crate::time::Grain), &Scorecard> = BTreeMap::new();
    let mut told: BTreeSet<&Id> = BTreeSet::new();
    for (card, person) in scorecard::meant(plan) {
        match first.get(&(&person.id, card.period)) {
            Some(other) if told.insert(&card.id) => {
                let period = card.period.name();
                let message =
                    format!("`{}` and `{}` both score `{}` by {period}", other.id, card.id, person.id);
                let finding = Finding::new(&SEVERAL_SCORECARDS, card.place.clone(), message);
                let finding = finding.related(other.place.clone(), "the other card");
                found.push(finding.hint("keep one; a card with `person:` stands in place of the role's"));
            }
            Some(_) => {}
            None => {
                first.insert((&person.id, card.period), card);
            }
        }
    }
}

/// Items that need a target, and the people who have none at all.
fn targets(plan: &Plan, found: &mut Vec<Finding>) {
    let mut without: BTreeMap<(&Place, &Id), Vec<&Id>> = BTreeMap::new();
    for (card, person) in scorecard::assigned(plan) {
        let Some(rules) = card.versions.last() else { continue };
        for item in rules.items.iter().filter(|item| item.score.needs_target()) {
            if let Some(metric) = &item.metric
                && !held_against(plan, person, item, metric)
            {
                without.entry((&item.place, &item.id)).or_default().push(&person.id);
            }
        }
    }
    for ((place, item), people) in without {
        let names: Vec<String> = people.iter().map(|id| format!("`{id}`")).collect();
        let told = format!("`{item}` cannot be scored: there is no target for {}", names.join(", "));
        let hint = "add a target with this owner or scope (and `red:` or `between:` where the score uses it), or write the values into the score";
        found.push(Finding::new(&ITEM_WITHOUT_TARGET, place.clone(), told).hint(hint));
    }
}

/// Whether any target of the metric stands in a scope the item is measured for, with what the score needs.
fn held_against(plan: &Plan, person: &Person, item: &Item, metric: &Id) -> bool {
    let scopes = scorecard::scopes(plan, person, metric, item.scope.as_ref());
    let red_needed =
        matches!(item.score, ScoreFn::TargetRed { red: None, .. } | ScoreFn::Range { red: None, .. });
    plan.targets.iter().any(|target| {
        target.metric == *metric && scopes.contains(&target.scope) && (!red_needed || target.red.is_some())
    })
}
