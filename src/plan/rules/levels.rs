//! `rules:` in `kpress.yaml`: how grave the findings of a rule are, or that they are not shown.

use crate::diag::{Family, Finding, Level, Place, Rule, did_you_mean};
use crate::plan::Plan;
use crate::plan::yaml::File;
use crate::plan::yaml::check::UNFIT_VALUE;
use crate::plan::yaml::tree::Node;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rules raised here.
pub static RULES: &[&Rule] = &[&UNKNOWN_RULE];

/// A rule that does not exist.
pub static UNKNOWN_RULE: Rule = Rule {
    name: "unknown-rule",
    level: Level::Error,
    family: Family::Config,
    about: "a name under `rules:` that is no rule",
    why: "the rule somebody meant stays as it was",
    example: "rules: {no-ower: off}        # did you mean `no-owner`?",
};

/// What `rules:` says of each rule, and where: the level, or `None` for off.
pub type Levels = BTreeMap<Arc<str>, (Option<Level>, Place)>;

/// Reads the levels of `rules:`; options beside them are read by [`super::options`].
pub fn read(file: &File, found: &mut Vec<Finding>) -> Levels {
    let mut levels = Levels::new();
    for (key, node) in file.root.get("rules").map(Node::entries).unwrap_or_default() {
        // With options beside it the level has a key of its own.
        let level = match node.text().or_else(|| node.text_of("level")).map(|text| &**text) {
            Some("error") => Some(Level::Error),
            Some("warning") => Some(Level::Warning),
            Some("note") => Some(Level::Note),
            Some("off") => None,
            Some(_) if node.text().is_none() => {
                let finding = Finding::new(
                    &UNFIT_VALUE,
                    node.place.clone(),
                    format!("`{}` has no such level", key.text),
                );
                found.push(finding.hint("write `level: error`, `warning`, `note` or `off`"));
                continue;
            }
            Some(_) | None => continue,
        };
        levels.insert(key.text.clone(), (level, key.place.clone()));
    }
    levels
}

/// Whether the findings of a rule stay what they are: whoever may write `kpress.yaml` in a pull request must not be able to
/// switch off what protects the reader of it.
pub fn is_fixed(rule: &Rule) -> bool {
    let protects = matches!(rule.family, Family::Path | Family::Limit | Family::Leak);
    // `audience: lead` is such a value until it is acted on: lowered, everybody would see what it keeps back.
    (protects || rule.name == UNFIT_VALUE.name) && rule.level == Level::Error
}

/// Puts the levels in force. Refused paths and limits cannot be lowered: they protect the machine. Nor can values that
/// cannot be what their key asks for: they are not read, and some of them say who may see what.
pub fn apply(levels: &Levels, found: &mut Vec<Finding>) {
    found.retain_mut(|finding| {
        let fixed = is_fixed(finding.rule);
        match levels.get(finding.rule.name).map(|(level, _)| level) {
            Some(_) if fixed => true,
            Some(None) => false,
            Some(Some(level)) => {
                finding.level = *level;
                true
            }
            None => true,
        }
    });
}

/// Findings for names under `rules:` that are none of `all`; called where all rules are known.
pub fn unknown(plan: &Plan, all: &[&Rule]) -> Vec<Finding> {
    let levels = &plan.levels;
    // Which rules a plugin has is known once it is loaded.
    let of_plugin =
        |name: &str| name.split_once('/').is_some_and(|(plugin, _)| plan.plugins.contains_key(plugin));
    let known = |name: &str| all.iter().any(|rule| rule.name == name) || of_plugin(name);
    let wrong = levels.iter().filter(|(name, _)| !known(name)).map(|(name, (_, place))| {
        let finding = Finding::new(&UNKNOWN_RULE, place.clone(), format!("there is no rule `{name}`"));
        finding.hint(
            did_you_mean(name, all.iter().map(|rule| rule.name))
                .unwrap_or_else(|| "`kpress explain` lists them".to_owned()),
        )
    });
    wrong.collect()
}
