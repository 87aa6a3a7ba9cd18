//! Reads a formula over metrics: their period values, combined.
//! Metrics of other times are named by `prev`, `rolling` and `same_period_last_year`.

use super::arithmetic::{BETWEEN_VALUES, Leaves, arithmetic};
use super::parse::{AGGREGATE_MISPLACED, Call, FORMULA_NOT_ALLOWED, FORMULA_UNREADABLE, Script, span_of};
use super::{Derived, MetricUse, When};
use crate::diag::{Checked, Place};
use crate::time::Grain;
use sqlparser::ast::{Expr, Ident, Value as Literal};
use sqlparser::tokenizer::Span;

/// Functions that look at other periods of a metric.
pub(super) const OVER_TIME: &[&str] = &["prev", "rolling", "same_period_last_year"];

/// Ten years of days: further back no series of this program reaches in one step.
const MOST_PERIODS: u32 = 3_660;

/// Reads the `value:` of a metric without a `source:`. `at` is the place of the scalar. Whether the metrics exist is
/// checked by [`super::check`]. The value is `None` if anything was found.
pub fn parse_derived(text: &str, at: &Place) -> Checked<Option<Derived>> {
    let (mut script, expr) = Script::read(text, at);
    let mut leaves = Metrics { any: false };
    let value = expr.and_then(|expr| arithmetic(&mut script, &mut leaves, &expr));
    if value.is_some() && !leaves.any {
        let hint =
            "name the metrics it is made of: `ad_spend / ad_sales`; a formula over columns needs `source:`";
        let _: Option<()> =
            script.refuse(&AGGREGATE_MISPLACED, Span::empty(), "the formula names no metric", hint);
    }
    Checked { value: value.filter(|_| script.found.is_empty()), found: script.found }
}

struct Metrics {
    any: bool,
}

impl Leaves for Metrics {
    type Leaf = MetricUse;

    fn name(&mut self, script: &mut Script<'_>, parts: &[Ident], expr: &Expr) -> Option<MetricUse> {
        self.any = true;
        match parts {
            [name] => Some(MetricUse { metric: name.value.as_str().into(), when: When::Same }),
            _ => {
                let name = parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(".");
                let hint =
                    "a metric goes by its own name; a column of a source needs `source:` and an aggregate";
                script.refuse(&FORMULA_NOT_ALLOWED, span_of(expr), &format!("`{name}` is no metric"), hint)
            }
        }
    }

    fn call(&mut self, script: &mut Script<'_>, call: &Call<'_>) -> Option<MetricUse> {
        self.any = true;
        match call.name.as_str() {
            "prev" => {
                if let Some(count) = own_periods(call) {
                    let metric = metric(script, call, call.args[0])?;
                    return Some(MetricUse { metric, when: When::Before(count) });
                }
                let (metric, count, grain) = metric_and_span(script, call)?;
                Some(MetricUse { metric, when: When::Earlier(count, grain) })
            }
            "rolling" => {
                let (metric, count, grain) = metric_and_span(script, call)?;
                Some(MetricUse { metric, when: When::Rolling(count, grain) })
            }
            "same_period_last_year" => {
                script.arity(call, 1, 1)?;
                let metric = metric(script, call, call.args[0])?;
                Some(MetricUse { metric, when: When::YearEarlier })
            }
            _ => unknown(script, call),
        }
    }
}

fn metric_and_span(script: &mut Script<'_>, call: &Call<'_>) -> Option<(crate::plan::Id, u32, Grain)> {
    if call.args.len() == 1 {
        let hint = format!("write how far: `{}({}, '1 week')`", call.name, call.args[0]);
        return script.refuse(
            &FORMULA_UNREADABLE,
            call.span,
            &format!("`{}` needs a span", call.name),
            &hint,
        );
    }
    script.arity(call, 2, 2)?;
    let metric = metric(script, call, call.args[0]);
    let (count, grain) = span(script, call.args[1])?;
    Some((metric?, count, grain))
}

fn metric(script: &mut Script<'_>, call: &Call<'_>, arg: &Expr) -> Option<crate::plan::Id> {
    match arg {
        Expr::Identifier(name) => Some(name.value.as_str().into()),
        Expr::Nested(inner) => metric(script, call, inner),
        other => {
            let hint = "make the formula inside a metric of its own and name it here";
            let message = format!("`{}` takes the name of a metric", call.name);
            script.refuse(&FORMULA_NOT_ALLOWED, span_of(other), &message, hint)
        }
    }
}

/// `'1 period'`: as long as the period that is asked for.
fn own_periods(call: &Call<'_>) -> Option<u32> {
    let [_, Expr::Value(literal)] = &call.args[..] else { return None };
    let Literal::SingleQuotedString(text) = &literal.value else { return None };
    let (count, word) = text.split_once(' ')?;
    let count = count.parse().ok().filter(|count| (1..=MOST_PERIODS).contains(count))?;
    ["period", "periods"].contains(&word).then_some(count)
}

/// Reads `'1 week'`, `'8 weeks'`.
fn span(script: &mut Script<'_>, arg: &Expr) -> Option<(u32, Grain)> {
    let text = match arg {
        Expr::Value(literal) => match &literal.value {
            Literal::SingleQuotedString(text) => Some(text.as_str()),
            _ => None,
        },
        _ => None,
    };
    let read = text.and_then(|text| {
        let (count, grain) = text.trim().split_once(' ')?;
        let digits = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
        let count: u32 = digits.then(|| count.parse().ok()).flatten()?;
        let grain = grain.trim();
        let grain = Grain::parse(grain.strip_suffix('s').unwrap_or(grain))?;
        (1..=MOST_PERIODS).contains(&count).then_some((count, grain))
    });
    match read {
        Some(read) => Some(read),
        None => {
            let hint = "a span is a text: `'1 day'`, `'8 weeks'`, `'3 months'`, `'1 quarter'`, `'1 year'`";
            script.refuse(&FORMULA_UNREADABLE, span_of(arg), &format!("`{arg}` is no span of time"), hint)
        }
    }
}

fn unknown(script: &mut Script<'_>, call: &Call<'_>) -> Option<MetricUse> {
    if super::source::AGGREGATES.iter().any(|(name, _)| *name == call.name) {
        let hint =
            "with `source:` beside it the formula is one over rows; over metrics nothing is aggregated again";
        let message = format!("the aggregate `{}` needs a source", call.name);
        return script.refuse(&AGGREGATE_MISPLACED, call.span, &message, hint);
    }
    if super::row::FUNCTIONS.iter().any(|(name, ..)| *name == call.name) {
        let hint = match call.name.as_str() {
            "round" => "figures are rounded when they are shown: `decimals:` on the metric",
            "abs" => "write `greatest(x, -x)`",
            _ => "over metrics there is arithmetic, coalesce, nullif, case, least, greatest, prev, rolling",
        };
        let message = format!("`{}` works on rows, not on metrics", call.name);
        return script.refuse(&AGGREGATE_MISPLACED, call.span, &message, hint);
    }
    let known: Vec<&str> = BETWEEN_VALUES.iter().chain(OVER_TIME).copied().collect();
    script.unknown_function(call, &known)
}
