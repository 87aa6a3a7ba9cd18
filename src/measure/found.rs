//! The findings of measuring: what could not be computed, and which figures are short of something.

use super::engine::Part;
use crate::diag::{Family, Finding, Level, Rule};
use crate::plan::{Id, Lookup, Metric};
use crate::time::Date;
use std::collections::BTreeSet;

/// How many keys a finding names; more would hide the message.
const NAMED_KEYS: usize = 5;

/// Every rule of this stage.
pub static RULES: &[&Rule] = &[
    &AMBIGUOUS_ORDER,
    &COST_UNKNOWN,
    &FORMULA_UNFIT,
    &LOOKUP_AMBIGUOUS,
    &LOOKUP_MISSING,
    &NOT_ADDITIVE,
    &NUMBER_OVERFLOW,
    &RATE_MISSING,
];

static AMBIGUOUS_ORDER: Rule = Rule {
    name: "ambiguous-order",
    level: Level::Error,
    family: Family::Data,
    about: "`first` or `last` meets several different values on one day",
    why: "rows of one day have no order, so either value could be meant",
    example: "`last(stock)` over rows of several SKUs: write `sum(stock)` with `over_time: last`; or name the column of the time: `order: counted_at`",
};

static COST_UNKNOWN: Rule = Rule {
    name: "cost-unknown",
    level: Level::Warning,
    family: Family::Data,
    about: "a row needs a cost that the cost table does not hold for its key and day",
    why: "the cost is missing, not zero: the figures of those days are partial and profit looks better than it is",
    example: "SKU `A-1` was sold, but `erp_cost` has no row for it; add one with its `valid_from`",
};

static FORMULA_UNFIT: Rule = Rule {
    name: "formula-unfit",
    level: Level::Error,
    family: Family::Config,
    about: "a formula cannot be computed on the columns that the data has",
    why: "the metric has no value until formula and data agree",
    example: "`sum(status)` where `status` holds text",
};

/// Two looked-up rows fit.
pub(crate) static LOOKUP_AMBIGUOUS: Rule = Rule {
    name: "lookup-ambiguous",
    level: Level::Error,
    family: Family::Data,
    about: "a lookup finds two rows for one key",
    why: "which of them is meant would be a guess; the value is left missing",
    example: "two costs of SKU `A-1` without a `valid_from` column to tell them apart",
};

/// No looked-up row fits.
pub(crate) static LOOKUP_MISSING: Rule = Rule {
    name: "lookup-missing",
    level: Level::Warning,
    family: Family::Data,
    about: "a row needs something from another table that does not hold its key",
    why: "the value is missing, not zero: the figures of those days are partial",
    example: "a return whose order is not among the orders; load the older order report",
};

static NOT_ADDITIVE: Rule = Rule {
    name: "not-additive",
    level: Level::Error,
    family: Family::Config,
    about: "a sum over members of a level that a metric does not add over",
    why: "one visit may see several products: visits added over products count it several times",
    example: "sessions of a store from rows per ASIN; take them from the table by date",
};

static NUMBER_OVERFLOW: Rule = Rule {
    name: "number-overflow",
    level: Level::Error,
    family: Family::Data,
    about: "a number outgrows the digits that exact arithmetic has",
    why: "a rounded sum would be a wrong one; the value is left missing",
    example: "an amount of 40 digits from a damaged cell",
};

static RATE_MISSING: Rule = Rule {
    name: "rate-missing",
    level: Level::Warning,
    family: Family::Data,
    about: "an amount in another currency has no exchange rate on its day or in its month",
    why: "the amount is missing, not zero: the figures of those days are partial",
    example: "`fx` ends in June, the fees run to July; add the rates",
};

/// Whether a finding is about rows and what they lack, whatever they are added up by.
pub(super) fn of_rows_alone(finding: &Finding) -> bool {
    [&COST_UNKNOWN, &LOOKUP_MISSING, &RATE_MISSING].into_iter().any(|rule| *rule == *finding.rule)
}

pub(super) fn unfit(part: &Part<'_>, why: &str) -> Finding {
    Finding::new(&FORMULA_UNFIT, part.place.clone(), format!("`{}` cannot be computed: {why}", part.metric))
        .hint("`kpress data inspect` shows which columns a file has and what they hold")
}

pub(super) fn overflow(part: &Part<'_>, count: u64) -> Finding {
    let message =
        format!("`{}` meets numbers too long to compute with exactly ({count} results)", part.metric);
    Finding::new(&NUMBER_OVERFLOW, part.place.clone(), message)
        .hint("look for damaged cells, or say `float: true` on the source if approximate figures will do")
}

pub(super) fn ambiguous_order(part: &Part<'_>, day: Date, days: usize) -> Finding {
    let message = format!(
        "`{}` has several values on {day} and no order to choose by ({days} days in all)",
        part.metric
    );
    Finding::new(&AMBIGUOUS_ORDER, part.place.clone(), message)
        .hint("aggregate the rows of a day with `sum`, `avg` or `max`, and say `over_time: last`; or name the column of their order in the source: `order: time`")
}

pub(super) fn no_rate(part: &Part<'_>, day: Date, days: usize) -> Finding {
    let rates = part.convert.map_or("", |conversion| &conversion.rates);
    let message =
        format!("`{}` needs a rate on {day} that `{rates}` does not hold ({days} days in all)", part.metric);
    Finding::new(&RATE_MISSING, part.place.clone(), message)
        .hint("add the missing rates, or choose another `fx` mode")
}

pub(super) fn unknown(
    part: &Part<'_>,
    lookup: &Lookup,
    columns: &[&Id],
    keys: &BTreeSet<String>,
    rows: usize,
) -> Finding {
    let rule = if columns.iter().any(|name| name.contains("cost")) { &COST_UNKNOWN } else { &LOOKUP_MISSING };
    let named: Vec<String> = keys.iter().take(NAMED_KEYS).map(|key| format!("`{key}`")).collect();
    let more = keys.len().saturating_sub(NAMED_KEYS);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let message = format!(
        "`{}` finds no `{}` in `{}` for {}{more}, {rows} rows",
        part.metric,
        columns.iter().map(|name| name.as_ref()).collect::<Vec<_>>().join("`, `"),
        lookup.table.source,
        named.join(", "),
    );
    Finding::new(rule, part.place.clone(), message)
        .hint("add the missing rows; those days count as partial until then")
}

pub(super) fn not_additive(metric: &Metric, level: &Id, scope: &str) -> Finding {
    let message = format!("`{}` does not add over `{level}`, so it has no value for {scope}", metric.id);
    Finding::new(&NOT_ADDITIVE, metric.place.clone(), message)
        .hint("take it from a table that holds the total, or ask for it by that level")
}
