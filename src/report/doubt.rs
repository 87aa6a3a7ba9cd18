//! Figures that a failing reconciliation puts in doubt: wherever they are shown, the page says so.

use super::context::Context;
use super::{Arg, Block, Text};
use crate::assess::reconcile::{Verdict, reconcile};
use crate::measure::Facts;
use crate::plan::{Id, Plan, Scope, Words};
use crate::time::{Date, Period, days_between};
use crate::unit::{Quantity, Unit};
use std::collections::BTreeSet;

/// Who looks at this year's figures need not read of what was wrong long ago; the page of reconciliations has it.
const RECENT_DAYS: u32 = 400;

/// A check that fails, for somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct Doubt {
    check: Words,
    concerns: Vec<Id>,
    scope: Scope,
    newest: Period,
    periods: u64,
    gap: Option<Quantity>,
    unit: Unit,
}

/// Every check that concerns figures and fails, by scope.
pub(super) fn all(plan: &Plan, facts: &Facts, as_of: Option<Date>) -> Vec<Doubt> {
    if plan.reconciles.iter().all(|check| check.concerns.is_empty()) {
        return Vec::new();
    }
    let is_recent = |period: Period| {
        as_of.is_none_or(|day| period.end >= day || days_between(period.end, day) <= RECENT_DAYS)
    };
    let mut found = Vec::new();
    for one in reconcile(plan, facts).iter().filter(|one| !one.check.concerns.is_empty()) {
        let differ =
            || one.pairs.iter().filter(|pair| pair.verdict == Verdict::Differs && is_recent(pair.period));
        let scopes: BTreeSet<&Scope> = differ().map(|pair| &pair.scope).collect();
        for scope in scopes {
            let own = || differ().filter(|pair| pair.scope == *scope);
            let Some(newest) = own().next() else { continue };
            found.push(Doubt {
                check: one.check.name.clone(),
                concerns: one.check.concerns.clone(),
                scope: scope.clone(),
                newest: newest.period,
                periods: own().count() as u64,
                gap: newest.gap,
                unit: plan.metrics.get(&one.check.left).map_or(Unit::Count, |metric| metric.unit.clone()),
            });
        }
    }
    found
}

/// What is to be said where these figures of a scope are shown, with the way to the rows.
pub(super) fn said<'m>(
    context: &Context<'_>,
    shown: impl Iterator<Item = &'m Id>,
    scope: &Scope,
) -> Vec<Block> {
    let shown: BTreeSet<&Id> = shown.collect();
    let touches = |doubt: &&Doubt| {
        let is_inside = scope.is_company() || doubt.scope.is_company() || doubt.scope == *scope;
        is_inside && doubt.concerns.iter().any(|metric| shown.contains(metric))
    };
    let mut blocks: Vec<Block> = Vec::new();
    for doubt in context.doubts.iter().filter(touches) {
        let names: Vec<Words> = doubt
            .concerns
            .iter()
            .filter(|metric| shown.contains(metric))
            .filter_map(|metric| Some(context.plan.metrics.get(metric)?.name.clone()))
            .collect();
        let mut args = vec![
            ("check", Arg::Words(doubt.check.clone())),
            ("metrics", Arg::Words(Words::joined(&names, ", "))),
            ("whose", Arg::Said(Box::new(context.scope_name(&doubt.scope)))),
            ("period", Arg::Period(doubt.newest)),
            ("count", Arg::Count(doubt.periods)),
        ];
        args.extend(doubt.gap.map(|gap| ("gap", Arg::Figure(gap, doubt.unit.clone()))));
        let text = Text::Key("doubt", args);
        blocks.push(Block::Notice { tone: "warning", text, details: Vec::new() });
    }
    if !blocks.is_empty() {
        let link = (super::page::RECONCILIATION.to_owned(), Text::key("nav-reconciliation"), None);
        blocks.push(Block::Links(vec![link]));
    }
    blocks
}
