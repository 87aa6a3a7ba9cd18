//! All rules of all modules, for `kpress explain RULE`, the manual and the levels of `rules:`.

use crate::diag::{Family, Finding, Level, Rule};
use crate::plan::rules::levels::Levels;
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
        report::RULES,
        render::RULES,
        site::RULES,
        super::survey::RULES,
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

/// Findings with the levels `rules:` gave them; what is off is left out. A refused path and a limit stay errors: whoever may
/// write `rules:` in a pull request must not be able to switch off what protects the reader of it.
pub(super) fn levelled(found: Vec<Finding>, levels: &Levels) -> Vec<Finding> {
    let level = |mut finding: Finding| {
        let fixed =
            matches!(finding.rule.family, Family::Path | Family::Limit) && finding.rule.level == Level::Error;
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
