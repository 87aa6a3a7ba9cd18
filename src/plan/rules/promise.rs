//! Rules about one target by itself: its dates, its weights, its reasons. They are raised where it is read.

use crate::diag::{Family, Level, Rule};

/// Rules raised while targets are read.
pub static RULES: &[&Rule] = &[
    &BOUNDS_CROSSED,
    &PERIOD_MISSING,
    &OUTSIDE_PERIOD,
    &BASELINE_NOT_PAST,
    &WEIGHTS_AND_MONTHS,
    &REVISIONS_OUT_OF_ORDER,
    &REVISION_WITHOUT_REASON,
    &STATUS_WITHOUT_REASON,
    &TEMPLATE_DRIFT,
];

/// A range the wrong way round.
pub static BOUNDS_CROSSED: Rule = Rule {
    name: "bounds-crossed",
    level: Level::Error,
    family: Family::Config,
    about: "a range whose first end is greater than its second",
    why: "no value lies in it, so every period would be off target",
    example: "between: [60, 30]        # write: between: [30, 60]",
};

/// When?
pub static PERIOD_MISSING: Rule = Rule {
    name: "target-without-period",
    level: Level::Error,
    family: Family::Config,
    about: "a target without a period",
    why: "without an end nobody can say whether it was reached",
    example: "{metric: gmv, value: 120_000_000}        # add: period: 2026-Q4",
};

/// In March of a year that ends in February.
pub static OUTSIDE_PERIOD: Rule = Rule {
    name: "outside-target-period",
    level: Level::Error,
    family: Family::Config,
    about: "a revision, a checkpoint or the value of a part whose days are not days of the target",
    why: "it would have no effect, and whoever wrote it believes that it has",
    example: "{period: 2026-Q4, revisions: [{date: 2027-01-10, value: 90}]}        # the target is over by then",
};

/// Growth over what is yet to come.
pub static BASELINE_NOT_PAST: Rule = Rule {
    name: "baseline-not-past",
    level: Level::Error,
    family: Family::Config,
    about: "growth on a baseline that is not over when the target begins",
    why: "a target that moves with what it is measured by cannot be missed",
    example: "{period: 2026-Q4, value: {growth: 5%, baseline: 2026-Q4}}        # baseline: 2025-Q4",
};

/// Eleven weights for twelve months.
pub static WEIGHTS_AND_MONTHS: Rule = Rule {
    name: "months-differ-from-target",
    level: Level::Error,
    family: Family::Config,
    about: "weights of months that are not as many as the months of the target, or amounts of months that do not fit into it",
    why: "every month behind the missing one would get the weight of its neighbour",
    example: "{period: 2026, phase: {months: [0.9, 1.0, 1.1]}}        # twelve weights, or amounts by month",
};

/// September after October.
pub static REVISIONS_OUT_OF_ORDER: Rule = Rule {
    name: "revisions-out-of-order",
    level: Level::Error,
    family: Family::Config,
    about: "revisions or dated weights that do not stand in the order of their dates, or two of one day",
    why: "which of them holds would depend on how the list is read",
    example: "revisions: [{date: 2026-10-01, …}, {date: 2026-09-10, …}]",
};

/// Just so.
pub static REVISION_WITHOUT_REASON: Rule = Rule {
    name: "revision-without-reason",
    level: Level::Warning,
    family: Family::Config,
    about: "a revision that does not say why",
    why: "a target that moves without a reason is no promise",
    example: "revisions: [{date: 2026-09-10, value: 112_000_000}]        # add: reason: \"jp2 delayed\"",
};

/// Put aside, and nobody knows why.
pub static STATUS_WITHOUT_REASON: Rule = Rule {
    name: "status-without-reason",
    level: Level::Warning,
    family: Family::Config,
    about: "a target that is paused, disputed or dropped and does not say why",
    why: "it is taken out of scores; whoever reads the tree later wants to know what happened",
    example: "status: paused        # write: status: {state: paused, reason: \"no stock until May\", date: 2026-03-01}",
};

/// One shop is different.
pub static TEMPLATE_DRIFT: Rule = Rule {
    name: "template-drift",
    level: Level::Note,
    family: Family::Config,
    about: "members of a template whose target differs from it without a note",
    why: "exceptions pile up until nobody knows the rule; a `note:` in the override says that it is meant",
    example: "overrides: {jp2: {value: 14%}}        # accept it with: note: \"bags sell at a lower margin\"",
};
