//! Checks across files: names that must exist, units that must agree, pages that must not collide.

pub(super) mod audiences;
pub mod branches;
pub mod causes;
pub mod columns;
pub mod decks;
pub mod events;
pub mod governed;
pub mod known;
pub mod levels;
pub mod names;
pub mod options;
pub mod port;
pub mod promise;
pub mod promised;
pub mod reviews;
pub mod scorecards;
pub mod suppress;
pub mod targets;
pub mod tree;
pub(super) mod units;

use super::Plan;
use crate::diag::{Finding, Rule};

/// All rules raised by this module and those below `plan`.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    let here = [
        columns::RULES,
        known::RULES,
        levels::RULES,
        port::RULES,
        names::RULES,
        promise::RULES,
        scorecards::RULES,
        promised::RULES,
        branches::RULES,
        causes::RULES,
        reviews::RULES,
        decks::RULES,
        events::RULES,
        governed::RULES,
        targets::RULES,
        suppress::RULES,
        tree::RULES,
        super::load::RULES,
    ];
    use super::yaml::format::{diagnosis, launch, objective, protect, reconcile};
    let aims = [objective::RULES, launch::RULES, diagnosis::RULES, protect::RULES, reconcile::RULES];
    let formula = [super::formula::RULES, super::formula::check::RULES, super::amount::RULES];
    here.into_iter().chain(super::yaml::RULES.iter().copied()).chain(formula).chain(aims).flatten().copied()
}

/// Checks of a plan whose names are resolved.
pub fn check(plan: &Plan, found: &mut Vec<Finding>) {
    let pages = plan.dashboards.values().map(|page| (&*page.id, &page.place));
    let articles = plan.articles.values().filter_map(|article| {
        let (_, place) = article.body.values().next()?;
        Some((&*article.id, place))
    });
    names::pages(pages, found);
    names::pages(articles, found);
    tree::check(plan, found);
    scorecards::check(plan, found);
    branches::check(plan, found);
    causes::check(plan, found);
    reviews::check(plan, found);
    decks::check(plan, found);
    promised::check(plan, found);
    events::check(plan, found);
}
