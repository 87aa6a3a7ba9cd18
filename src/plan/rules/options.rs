//! Options of rules under `rules:` in `kpress.yaml`: the numbers a rule goes by, where a site wants others.

use crate::diag::{Finding, Place, did_you_mean};
use crate::plan::amount;
use crate::plan::yaml::File;
use crate::plan::yaml::check::{UNFIT_VALUE, UNKNOWN_KEY};
use crate::plan::yaml::tree::Node;
use crate::unit::Decimal;

/// Numbers that rules go by.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Core metrics a person, a team or the site should have: at least, at most.
    pub core: (usize, usize),
    /// A target that asks for a greater improvement than this needs resources.
    pub stretch_above: Decimal,
    /// A ratio may differ from what the targets of its parts imply by this much.
    pub ratio_tolerance: Decimal,
    /// A target this many deviations from its history is implausible.
    pub implausible_z: Decimal,
    /// A target whose growth only this share of past growths reached or exceeded is plausible.
    pub implausible_percentile: Decimal,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            core: (3, 5),
            stretch_above: Decimal::new(10, 2),
            ratio_tolerance: Decimal::new(5, 3),
            implausible_z: Decimal::new(3, 0),
            implausible_percentile: Decimal::new(95, 2),
        }
    }
}

/// An option and where its number goes.
struct Known {
    rule: &'static str,
    key: &'static str,
    /// Reads the text into the options; `false` if it is none.
    take: fn(&mut Options, &str) -> bool,
    accepted: &'static str,
}

static KNOWN: &[Known] = &[
    Known { rule: "too-many-core-metrics", key: "core", take: core, accepted: "`3..5`" },
    Known {
        rule: "stretch-without-resources",
        key: "above",
        take: |options, text| number(&mut options.stretch_above, text),
        accepted: "`10%`",
    },
    Known {
        rule: "ratio-differs-from-parts",
        key: "tolerance",
        take: |options, text| number(&mut options.ratio_tolerance, text),
        accepted: "`0.5 pp`",
    },
    Known {
        rule: "target-implausible",
        key: "z",
        take: |options, text| number(&mut options.implausible_z, text),
        accepted: "a number such as `3`",
    },
    Known {
        rule: "target-implausible",
        key: "percentile",
        take: |options, text| number(&mut options.implausible_percentile, text),
        accepted: "`95%`",
    },
];

fn core(options: &mut Options, text: &str) -> bool {
    let ends = text.split_once("..").map(|(low, high)| (low.parse().ok(), high.parse().ok()));
    match ends {
        Some((Some(low), Some(high))) if low <= high => {
            options.core = (low, high);
            true
        }
        _ => false,
    }
}

fn number(into: &mut Decimal, text: &str) -> bool {
    let read = amount::parse(text, &Place::default()).value.map(|amount| amount.value);
    match read.filter(|value| *value >= Decimal::ZERO) {
        Some(value) => {
            *into = value;
            true
        }
        None => false,
    }
}

/// Reads the options of all rules. `level:` beside them is the level.
pub fn read(file: &File, found: &mut Vec<Finding>) -> Options {
    let mut options = Options::default();
    for (rule, node) in file.root.get("rules").map(Node::entries).unwrap_or_default() {
        let known: Vec<&Known> = KNOWN.iter().filter(|known| known.rule == &*rule.text).collect();
        for (key, value) in node.entries().iter().filter(|(key, _)| &*key.text != "level") {
            let Some(option) = known.iter().find(|known| known.key == &*key.text) else {
                let told = format!("the rule `{}` has no option `{}`", rule.text, key.text);
                let hint = did_you_mean(&key.text, known.iter().map(|known| known.key));
                let hint = hint.unwrap_or_else(|| {
                    "its level is written `level: error`, `warning`, `note` or `off`".to_owned()
                });
                found.push(Finding::new(&UNKNOWN_KEY, key.place.clone(), told).hint(hint));
                continue;
            };
            if !value.text().is_some_and(|text| (option.take)(&mut options, text)) {
                let told = format!("`{}` of `{}` cannot be read", key.text, rule.text);
                let hint = format!("it takes {}", option.accepted);
                found.push(Finding::new(&UNFIT_VALUE, value.place.clone(), told).hint(hint));
            }
        }
    }
    options
}
