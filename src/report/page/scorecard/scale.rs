//! From which figure on an item brings how many points: what the score of each item was read off.

use super::{head, plain, points};
use crate::assess::Scored;
use crate::assess::score::{Held, ScoredItem};
use crate::plan::scorecard::{Item, RuleSet, ScoreFn};
use crate::plan::{Metric, TargetValue};
use crate::report::context::Context;
use crate::report::score::round;
use crate::report::{Arg, Cell, TableSpec, Text};
use crate::unit::{Decimal, Quantity, Unit};

/// Every item with the figures its points hang on, as they were in force in the period; `None` if nothing is scored.
pub(super) fn scale(
    context: &Context<'_>,
    rules: &RuleSet,
    one: &Scored,
    name: impl Fn(&Item, &ScoredItem) -> Text,
) -> Option<TableSpec> {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for (item, scored) in rules.items.iter().zip(&one.items) {
        let metric = item.metric.as_ref().and_then(|id| context.plan.metrics.get(id));
        let unit = metric.map_or(Unit::Count, |metric: &Metric| metric.unit.clone());
        for (figure, score) in marks(&item.score, scored.held.as_ref(), &unit) {
            let score = points(round(score * Decimal::ONE_HUNDRED));
            rows.push(vec![Cell::Text(name(item, scored)), figure, score]);
        }
    }
    (!rows.is_empty()).then(|| TableSpec {
        id: "scale".to_owned(),
        title: Some(Text::key("score-scale")),
        columns: vec![head("score-item", false), head("table-actual", true), head("score-points", true)],
        rows,
        total: false,
    })
}

/// The figures at which a score function has a corner, with the points there.
fn marks(score: &ScoreFn, held: Option<&Held>, unit: &Unit) -> Vec<(Cell, Decimal)> {
    let at = |value: Decimal| Cell::Number(Quantity::Exact(value), unit.clone());
    let range = |(low, high): (Decimal, Decimal)| {
        Cell::Range(Quantity::Exact(low), Quantity::Exact(high), unit.clone())
    };
    let single = |value: Option<TargetValue>| match value {
        Some(TargetValue::Of(value)) => Some(value),
        _ => None,
    };
    let both = |value: Option<TargetValue>| match value {
        Some(TargetValue::Between(low, high)) => Some((low, high)),
        _ => None,
    };
    let (value, line) = (held.map(|held| held.value), held.and_then(|held| held.red));
    let third = |count: u32| Decimal::from(count) / Decimal::from(3);
    let told: Vec<Option<(Cell, Decimal)>> = match score {
        ScoreFn::Unscored => Vec::new(),
        ScoreFn::Steps(steps) => {
            let from = |value: Decimal| {
                let value = ("value", Arg::Figure(Quantity::Exact(value), unit.clone()));
                Cell::Text(Text::Key("score-when", vec![("sign", Arg::Text("≥".to_owned())), value]))
            };
            steps.iter().map(|(value, score)| Some((from(*value), *score))).collect()
        }
        ScoreFn::State(words) => {
            words.iter().map(|(word, score)| Some((Cell::Text(plain(word)), *score))).collect()
        }
        ScoreFn::Binary { target } => vec![target.or(single(value)).map(|value| (at(value), Decimal::ONE))],
        ScoreFn::Linear { base, target, cap, .. } => {
            let most = Cell::Text(Text::key("score-at-most"));
            vec![
                base.map(|base| (at(base), Decimal::ZERO)),
                target.or(single(value)).map(|value| (at(value), Decimal::ONE)),
                Some((most, *cap)),
            ]
        }
        ScoreFn::TargetRed { target, red } => vec![
            red.or(single(line)).map(|red| (at(red), third(1))),
            target.or(single(value)).map(|value| (at(value), third(2))),
        ],
        ScoreFn::Range { between, red } => vec![
            between.or(both(value)).map(|inside| (range(inside), Decimal::ONE)),
            red.or(both(line)).map(|ends| (range(ends), Decimal::ZERO)),
        ],
    };
    told.into_iter().flatten().collect()
}
