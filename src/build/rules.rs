//! All rules of all modules, for `kpress explain RULE`, the manual and the levels of `rules:`.

use crate::diag::{Finding, Rule};
use crate::plan::Plan;
use crate::plan::rules::levels::{Levels, is_fixed};
use crate::plan::rules::suppress::{self, Suppression};
use crate::time::Date;
use crate::{assess, inputs, measure, plan, render, report, site, snapshot};

/// Every rule, sorted by name. What two stages raise (a sum that means nothing is seen in the plan and again in the data)
/// stands once, as the first of them explains it.
pub fn rules() -> Vec<&'static Rule> {
    let mut rules = listed();
    rules.dedup_by_key(|rule| rule.name);
    rules
}

/// The rules of all modules, in the order of the stages where names are equal.
fn listed() -> Vec<&'static Rule> {
    let modules = [
        inputs::RULES,
        snapshot::RULES,
        measure::RULES,
        measure::plugged::RULES,
        assess::RULES,
        assess::spc::RULES,
        assess::cause::RULES,
        assess::alert::RULES,
        assess::action::RULES,
        assess::deck::RULES,
        assess::reconcile::RULES,
        report::RULES,
        render::RULES,
        site::RULES,
        super::survey::RULES,
        super::narrow::RULES,
        super::series::RULES,
        super::wbr::RULES,
    ];
    let mut rules: Vec<&Rule> = plan::rules::all().chain(modules.into_iter().flatten().copied()).collect();
    #[cfg(feature = "plugins")]
    rules.extend(crate::plugin::RULES.iter().copied().flatten());
    rules.sort_by_key(|rule| rule.name);
    rules
}

/// The rule of a name.
pub fn rule(name: &str) -> Option<&'static Rule> {
    rules().into_iter().find(|rule| rule.name == name)
}

/// What a workspace says of findings: their levels, and which of them stand for a while.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    levels: Levels,
    suppressions: Vec<Suppression>,
    as_of: Option<Date>,
}

impl Said {
    /// What the plan says, as of a day.
    pub(super) fn of(plan: &Plan, as_of: Option<Date>) -> Said {
        Said { levels: plan.levels.clone(), suppressions: plan.suppressions.clone(), as_of }
    }

    /// Findings about exceptions that are over or fit nothing; `found` is all there is.
    pub(super) fn idle(&self, found: &[Finding]) -> Vec<Finding> {
        suppress::check(found, &self.suppressions, &rules(), self.as_of)
    }
}

/// Findings with the levels `rules:` gave them; what is off, and what stands for a while, is left out. What is
/// fixed stays an error.
pub(super) fn levelled(mut found: Vec<Finding>, said: &Said) -> Vec<Finding> {
    suppress::apply(&mut found, &said.suppressions, said.as_of);
    let levels = &said.levels;
    let level = |mut finding: Finding| {
        let fixed = is_fixed(finding.rule);
        match levels.get(finding.rule.name) {
            Some((level, _)) if !fixed => level.map(|level| {
                finding.level = level;
                finding
            }),
            _ => Some(finding),
        }
    };
    found.into_iter().filter_map(level).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kebab_case_and_mean_one_thing() {
        for pair in listed().windows(2).filter(|pair| pair[0].name == pair[1].name) {
            let name = pair[0].name;
            assert_eq!((pair[0].level, pair[0].family), (pair[1].level, pair[1].family), "{name}");
        }
        for name in rules().iter().map(|rule| rule.name) {
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{name}");
        }
    }

    #[test]
    fn every_rule_explains_itself() {
        for rule in rules() {
            for text in [rule.about, rule.why, rule.example] {
                assert!(!text.is_empty(), "{}", rule.name);
            }
        }
    }
}
