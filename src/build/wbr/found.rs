//! What can be wrong with a deck of the other dialect.

use crate::diag::{Family, Level, Rule};

/// Rules raised by the import.
pub(in crate::build) static RULES: &[&Rule] =
    &[&UNKNOWN_KEY, &UNSUPPORTED_QUERY, &DATABASE_SOURCE, &TARGET_AS_METRIC, &WEEK_NUMBER, &UNFIT, &LEFT_OUT];

pub(super) static UNKNOWN_KEY: Rule = Rule {
    name: "wbr-unknown-key",
    level: Level::Warning,
    family: Family::Config,
    about: "a key of an imported deck that its dialect does not know",
    why: "it had no effect where it was written, and has none here; often it is a typing error",
    example: "box_total_scaling: bps        # `metric_comparison_method: bps` is meant",
};

pub(super) static UNSUPPORTED_QUERY: Rule = Rule {
    name: "wbr-unsupported-query",
    level: Level::Error,
    family: Family::Config,
    about: "a filter of an imported deck that is more than comparisons joined by `and`, `or`, `not`",
    why: "it is read by a small grammar and never run as code",
    example: "query: \"Country.str.startswith('J')\"        # write `Country in ['JP', 'JO']`",
};

pub(super) static DATABASE_SOURCE: Rule = Rule {
    name: "wbr-database-source",
    level: Level::Warning,
    family: Family::Config,
    about: "a database, query or address that an imported deck takes its data from",
    why: "nothing is fetched during an import, and credentials are neither read nor copied",
    example: "data_sources: {redshift: {sales: {query: SELECT …}}}        # export the result to data/sales/",
};

pub(super) static TARGET_AS_METRIC: Rule = Rule {
    name: "wbr-target-used-as-metric",
    level: Level::Note,
    family: Family::Config,
    about: "a target line of an imported deck whose figures are used as a metric as well",
    why: "a target lies ahead of the as-of date and a metric does not, so both are kept",
    example: "Orders Target: {line_style: target} on one chart, and an operand of another metric",
};

pub(super) static WEEK_NUMBER: Rule = Rule {
    name: "week-number-differs",
    level: Level::Note,
    family: Family::Config,
    about: "a week number of an imported deck that is not that of ISO 8601",
    why: "the weeks keep the numbers of the deck, counted from the one given",
    example: "week_ending: 30-APR-2022 and week_number: 16        # week 17 by ISO 8601",
};

pub(super) static UNFIT: Rule = Rule {
    name: "wbr-unfit-value",
    level: Level::Error,
    family: Family::Config,
    about: "a value of an imported deck that cannot be understood",
    why: "what it belongs to is left out, so that no wrong figure is shown",
    example: "aggf: average        # `mean` is meant",
};

pub(super) static LEFT_OUT: Rule = Rule {
    name: "wbr-left-out",
    level: Level::Note,
    family: Family::Config,
    about: "a part of an imported deck that has no counterpart here",
    why: "the import says what it leaves out",
    example: "style: \"color: red\"        # emphasis, alignment and shade are carried over, colours are not",
};
