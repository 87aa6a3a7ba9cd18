//! `suppress:` in `kpress.yaml`: findings somebody looked at and lets stand, with the reason and the day until which it holds.
//! After that day the finding is back, so that no exception outlives its reason unseen.

use crate::diag::{Family, Finding, Level as Grave, Place, Rule, did_you_mean};
use crate::plan::rules::levels::{UNKNOWN_RULE, is_fixed};
use crate::plan::yaml::File;
use crate::plan::yaml::shape::{self, Kind, Shape, optional, required};
use crate::plan::yaml::tree::Node;
use crate::time::{Date, parse_date};
use std::sync::Arc;

/// Rules raised here.
pub static RULES: &[&Rule] = &[&SUPPRESSION_OVER, &SUPPRESSION_IDLE];

/// An exception whose day has passed.
pub static SUPPRESSION_OVER: Rule = Rule {
    name: "suppression-over",
    level: Grave::Warning,
    family: Family::Config,
    about: "an exception under `suppress:` whose last day is past",
    why: "what it let stand is shown again, and somebody should decide anew",
    example: "{rule: target-implausible, in: targets/2026.yaml, until: 2026-03-31, reason: …}   # mend the finding, or give the exception another day",
};

/// An exception that nothing needs.
pub static SUPPRESSION_IDLE: Rule = Rule {
    name: "suppression-idle",
    level: Grave::Note,
    family: Family::Config,
    about: "an exception under `suppress:` that fits nothing that is found",
    why: "it would hide the next finding of its kind, for a reason that is no longer true",
    example: "{rule: no-owner, in: metrics/old.yaml, …}   # the file has an owner now: remove the line",
};

/// One exception.
pub static SUPPRESS: Shape = Shape {
    name: "an exception",
    about: "Findings that stand for a while, with the reason.",
    fields: &[
        required("rule", Kind::Of(&shape::TEXT), "The rule."),
        optional("in", Kind::Of(&shape::TEXT), "Only in this file."),
        optional("about", Kind::Of(&shape::TEXT), "Only where the message names this: an id in backticks."),
        required("reason", Kind::Of(&shape::TEXT), "Why it stands."),
        required(
            "until",
            Kind::Of(&shape::DATE),
            "The last day it holds, by the day up to which data counts.",
        ),
    ],
};

/// Findings that stand for a while.
#[derive(Clone, Debug, PartialEq)]
pub struct Suppression {
    /// The rule.
    pub rule: Arc<str>,
    /// Only in this file.
    pub file: Option<Arc<str>>,
    /// Only where the message names this.
    pub about: Option<Arc<str>>,
    /// Why it stands.
    pub reason: Arc<str>,
    /// The last day it holds.
    pub until: Date,
    /// Where it is written.
    pub place: Place,
}

impl Suppression {
    fn fits(&self, finding: &Finding) -> bool {
        let named = |id: &Arc<str>| finding.message.contains(&format!("`{id}`"));
        *finding.rule.name == *self.rule
            && self.file.as_ref().is_none_or(|file| *finding.place.file == **file)
            && self.about.as_ref().is_none_or(named)
    }
}

/// Reads them. One without a reason or a day is no exception: the shape of the file says so.
pub fn read(file: &File) -> Vec<Suppression> {
    let one = |node: &Node| {
        Some(Suppression {
            rule: node.text_of("rule")?.clone(),
            file: node.text_of("in").cloned(),
            about: node.text_of("about").cloned(),
            reason: node.text_of("reason").filter(|reason| !reason.trim().is_empty())?.clone(),
            until: parse_date(node.text_of("until")?)?,
            place: node.place.clone(),
        })
    };
    file.root.get("suppress").map(Node::items).unwrap_or_default().iter().filter_map(one).collect()
}

/// Takes out what stands. What protects the machine is never suppressed.
pub fn apply(found: &mut Vec<Finding>, all: &[Suppression], as_of: Option<Date>) {
    let holds = |one: &&Suppression| as_of.is_none_or(|day| day <= one.until);
    let stands = |finding: &Finding| all.iter().filter(holds).any(|one| one.fits(finding));
    found.retain(|finding| is_fixed(finding.rule) || !stands(finding));
}

/// Findings about the exceptions themselves; `found` is everything there is before any is taken out.
pub fn check(found: &[Finding], all: &[Suppression], rules: &[&Rule], as_of: Option<Date>) -> Vec<Finding> {
    let mut told = Vec::new();
    for one in all {
        let rule = &one.rule;
        if !rules.iter().any(|known| *known.name == **rule) && !rule.contains('/') {
            let finding =
                Finding::new(&UNKNOWN_RULE, one.place.clone(), format!("there is no rule `{rule}`"));
            let hint = did_you_mean(rule, rules.iter().map(|known| known.name));
            told.push(finding.hint(hint.unwrap_or_else(|| "`kpress explain` lists them".to_owned())));
        } else if !found.iter().any(|finding| one.fits(finding)) {
            let message = format!("nothing is found that this exception of `{rule}` fits");
            told.push(Finding::new(&SUPPRESSION_IDLE, one.place.clone(), message).hint("remove it"));
        } else if as_of.is_some_and(|day| one.until < day) {
            let message = format!("this exception of `{rule}` ended on {}", one.until);
            let hint = format!("mend what it let stand ({}), or give it another day", one.reason);
            told.push(Finding::new(&SUPPRESSION_OVER, one.place.clone(), message).hint(hint));
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::rules::known::UNKNOWN_NAME;

    fn suppression(until: &str, file: Option<&str>, about: Option<&str>) -> Suppression {
        Suppression {
            rule: "unknown-name".into(),
            file: file.map(Into::into),
            about: about.map(Into::into),
            reason: "it comes next week".into(),
            until: parse_date(until).expect("a day"),
            place: Place::file("kpress.yaml"),
        }
    }

    fn check(one: Suppression, left: usize, told: &[&str]) {
        let finding = |file: &str, id: &str| {
            Finding::new(&UNKNOWN_NAME, Place::file(file), format!("there is no person `{id}`"))
        };
        let mut found = vec![finding("metrics/a.yaml", "li"), finding("metrics/b.yaml", "wang")];
        let as_of = parse_date("2026-11-09");
        let about = super::check(&found, std::slice::from_ref(&one), &[&UNKNOWN_NAME], as_of);
        apply(&mut found, &[one], as_of);
        assert_eq!(found.len(), left);
        assert_eq!(about.iter().map(|one| one.rule.name).collect::<Vec<_>>(), told);
    }

    #[test]
    fn an_exception_holds_for_what_it_names_until_its_day() {
        check(suppression("2026-11-09", None, None), 0, &[]);
        check(suppression("2026-11-09", Some("metrics/a.yaml"), None), 1, &[]);
        check(suppression("2026-11-09", None, Some("wang")), 1, &[]);
        check(suppression("2026-11-08", None, None), 2, &["suppression-over"]);
        check(suppression("2026-12-31", Some("metrics/c.yaml"), None), 2, &["suppression-idle"]);
    }

    #[test]
    fn a_rule_that_is_none_is_told() {
        let one = Suppression { rule: "unknown-nam".into(), ..suppression("2026-12-31", None, None) };
        check(one, 2, &["unknown-rule"]);
    }
}
