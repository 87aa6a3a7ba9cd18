//! Reads a formula over the rows of a source: aggregates, and arithmetic between them.
//! A column outside of an aggregate, and an aggregate inside of one, are refused.

use super::arithmetic::{BETWEEN_VALUES, Leaves, arithmetic};
use super::parse::{AGGREGATE_MISPLACED, Call, Script, UNKNOWN_FUNCTION, span_of};
use super::row::{Kind, Rows};
use super::{Aggregate, AggregateOf, Value};
use crate::diag::{Checked, Place};
use crate::plan::Id;
use sqlparser::ast::{Expr, Ident};
use sqlparser::tokenizer::Span;

/// The aggregates by name; `count(distinct …)` is told by its keyword.
pub(super) const AGGREGATES: &[(&str, Aggregate)] = &[
    ("sum", Aggregate::Sum),
    ("count", Aggregate::Count),
    ("avg", Aggregate::Avg),
    ("min", Aggregate::Min),
    ("max", Aggregate::Max),
    ("median", Aggregate::Median),
    ("first", Aggregate::First),
    ("last", Aggregate::Last),
];

/// Reads the `value:` of a metric with a `source:`. `at` is the place of the scalar; `lookups` the names behind which
/// `name.column` is allowed. The value is `None` if anything was found.
pub fn parse_source(text: &str, at: &Place, lookups: &[Id]) -> Checked<Option<Value>> {
    let (mut script, expr) = Script::read(text, at);
    let mut leaves = Aggregates { lookups, any: false };
    let value = expr.and_then(|expr| arithmetic(&mut script, &mut leaves, &expr));
    if value.is_some() && !leaves.any {
        let hint = "write for example `sum(sales)` or `count(*)`";
        let _: Option<()> = script.refuse(
            &AGGREGATE_MISPLACED,
            Span::empty(),
            "a formula over a source needs an aggregate",
            hint,
        );
    }
    Checked { value: value.filter(|_| script.found.is_empty()), found: script.found }
}

struct Aggregates<'l> {
    lookups: &'l [Id],
    any: bool,
}

impl Leaves for Aggregates<'_> {
    type Leaf = AggregateOf;

    fn name(&mut self, script: &mut Script<'_>, parts: &[Ident], expr: &Expr) -> Option<AggregateOf> {
        self.any = true;
        let name = parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(".");
        let hint = format!(
            "`{name}` is a column, with a value in every row: write `sum({name})`; a formula over metrics has no `source:`"
        );
        script.refuse(
            &AGGREGATE_MISPLACED,
            span_of(expr),
            &format!("`{name}` stands outside of an aggregate"),
            &hint,
        )
    }

    fn call(&mut self, script: &mut Script<'_>, call: &Call<'_>) -> Option<AggregateOf> {
        self.any = true;
        let Some((_, aggregate)) = AGGREGATES.iter().find(|(name, _)| *name == call.name) else {
            return self.unknown(script, call);
        };
        if call.star && *aggregate == Aggregate::Count && !call.distinct {
            return Some(AggregateOf { aggregate: Aggregate::Count, of: None });
        }
        let aggregate = match (call.distinct, aggregate) {
            (true, Aggregate::Count) => Aggregate::CountDistinct,
            (_, aggregate) => *aggregate,
        };
        if aggregate != Aggregate::CountDistinct {
            script.arity(call, 1, 1)?;
        }
        let [of] = call.args.as_slice() else {
            let hint = "join several columns first: `count(distinct concat(a, '/', b))`";
            return script.refuse(
                &UNKNOWN_FUNCTION,
                call.span,
                "`count(distinct …)` takes one argument",
                hint,
            );
        };
        let (of, kind) = Rows { script, lookups: self.lookups }.row(of)?;
        let adds = matches!(aggregate, Aggregate::Sum | Aggregate::Avg | Aggregate::Median);
        if adds && !kind.may_be(Kind::Number) || kind == Kind::Truth && aggregate != Aggregate::CountDistinct
        {
            let hint =
                "to count rows write `count(*)` with `where:`, or `sum(case when … then 1 else 0 end)`";
            let message = format!("`{}` needs numbers, not {}", call.name, kind.told());
            return script.refuse(&AGGREGATE_MISPLACED, call.span, &message, hint);
        }
        Some(AggregateOf { aggregate, of: Some(of) })
    }
}

impl Aggregates<'_> {
    fn unknown(&self, script: &mut Script<'_>, call: &Call<'_>) -> Option<AggregateOf> {
        if super::row::FUNCTIONS.iter().any(|(name, ..)| *name == call.name) {
            let hint = match call.name.as_str() {
                "round" => "figures are rounded when they are shown: `decimals:` on the metric".to_owned(),
                "abs" => "write `greatest(x, -x)`".to_owned(),
                name => format!("inside an aggregate it can be used: `sum({name}(…))`"),
            };
            let message = format!("`{}` works on rows, not on aggregates", call.name);
            return script.refuse(&AGGREGATE_MISPLACED, call.span, &message, &hint);
        }
        if super::derived::OVER_TIME.contains(&call.name.as_str()) {
            let message = format!("`{}` works on metrics, not on the rows of a source", call.name);
            let hint = "define the metric first, then another one without `source:` that uses it";
            return script.refuse(&AGGREGATE_MISPLACED, call.span, &message, hint);
        }
        let known: Vec<&str> =
            AGGREGATES.iter().map(|(name, _)| *name).chain(BETWEEN_VALUES.iter().copied()).collect();
        script.unknown_function(call, &known)
    }
}
