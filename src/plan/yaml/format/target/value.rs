//! Amounts of a target: in the unit of its metric, as numbers, ranges or growth on a past period.

use crate::diag::Finding;
use crate::plan::amount;
use crate::plan::rules::promise::{BASELINE_NOT_PAST, BOUNDS_CROSSED};
use crate::plan::yaml::check::{MISSING_KEY, UNFIT_VALUE};
use crate::plan::yaml::format::Reader;
use crate::plan::yaml::tree::{Content, Node};
use crate::plan::{Growth, Id, Promise, TargetValue};
use crate::time::Period;
use crate::unit::{Decimal, Unit};

/// What a target is about, for reading its amounts.
#[derive(Clone, Copy)]
pub(super) struct About<'a> {
    pub(super) metric: &'a Id,
    /// `None` if the metric could not be read, which is a finding of its own.
    pub(super) unit: Option<&'a Unit>,
    pub(super) period: Period,
}

impl About<'_> {
    /// An amount in the unit of its metric.
    pub(super) fn amount(self, reader: &mut Reader, node: &Node) -> Option<Decimal> {
        let text = node.text()?;
        match self.unit {
            Some(unit) => amount::parse_for(text, &node.place, self.metric, unit, "its target")
                .into_value(&mut reader.found),
            None => amount::parse(text, &node.place).value.map(|amount| amount.value),
        }
    }

    /// The value of a key, if it is there: `Some(None)` if it is not, `None` if it is unfit.
    pub(super) fn amount_of(self, reader: &mut Reader, node: &Node, key: &str) -> Option<Option<Decimal>> {
        match node.get(key) {
            Some(value) => self.amount(reader, value).map(Some),
            None => Some(None),
        }
    }

    /// A number, or growth on a past period.
    fn number_or_growth(self, reader: &mut Reader, node: &Node) -> Option<Promise> {
        match node.content {
            Content::Map(_) => self.growth(reader, node).map(Promise::Growth),
            _ => self.amount(reader, node).map(|value| Promise::Value(TargetValue::Of(value))),
        }
    }

    fn growth(self, reader: &mut Reader, node: &Node) -> Option<Growth> {
        let rate = share(reader, node.get("growth")?)?;
        if rate <= Decimal::NEGATIVE_ONE {
            let told = "growth of -100 % or less leaves nothing";
            let finding = Finding::new(&UNFIT_VALUE, node.place.clone(), told);
            reader.found.push(finding.hint("write how much more: `5%`, or less: `-5%`"));
            return None;
        }
        let at = node.get("baseline")?;
        let baseline = reader.period(at)?;
        if baseline.end >= self.period.start {
            let told = format!(
                "the baseline ends on {}, the period of the target begins on {}",
                baseline.end, self.period.start
            );
            let hint = "growth is measured against a period that is over when the target begins";
            reader.found.push(Finding::new(&BASELINE_NOT_PAST, at.place.clone(), told).hint(hint));
            return None;
        }
        let daily_average = node.text_of("of").is_none_or(|of| &**of == "daily_average");
        Some(Growth { rate, daily_average, baseline })
    }

    /// `value` or `between` of a target or a revision. `Some(None)` if there is neither.
    pub(super) fn promise(self, reader: &mut Reader, node: &Node) -> Option<Option<Promise>> {
        match (node.get("value"), node.get("between")) {
            (Some(value), None) => self.number_or_growth(reader, value).map(Some),
            (None, Some(between)) => self.ends(reader, between).map(|range| Some(Promise::Value(range))),
            (Some(_), Some(between)) => {
                let told = "`value` and `between` say two different things";
                let finding = Finding::new(&UNFIT_VALUE, between.place.clone(), told);
                reader.found.push(finding.hint("keep one of the two"));
                None
            }
            (None, None) => Some(None),
        }
    }

    /// The promise of a target, which has to be there.
    pub(super) fn whole(self, reader: &mut Reader, node: &Node) -> Option<Promise> {
        let promise = self.promise(reader, node)?;
        if promise.is_none() {
            let told = Finding::new(&MISSING_KEY, node.place.clone(), "a target needs `value` or `between`");
            reader.found.push(told.hint("add `value: 22%`, or `between: [30, 60]`"));
        }
        promise
    }

    /// A red line: one value, or both ends. `Some(None)` if there is none.
    pub(super) fn red(self, reader: &mut Reader, node: &Node) -> Option<Option<TargetValue>> {
        match node.get("red") {
            Some(red) if matches!(red.content, Content::Seq(_)) => self.ends(reader, red).map(Some),
            Some(red) => self.amount(reader, red).map(|red| Some(TargetValue::Of(red))),
            None => Some(None),
        }
    }

    /// Two ends, the lower one first.
    fn ends(self, reader: &mut Reader, node: &Node) -> Option<TargetValue> {
        let [low, high] = node.items() else {
            let told = Finding::new(&UNFIT_VALUE, node.place.clone(), "a range has two ends");
            reader.found.push(told.hint("write `[30, 60]`"));
            return None;
        };
        let (from, to) = (self.amount(reader, low)?, self.amount(reader, high)?);
        if from > to {
            let told = format!("the range begins at {from} and ends at {to}");
            let finding = Finding::new(&BOUNDS_CROSSED, node.place.clone(), told);
            reader.found.push(finding.hint("write the smaller end first"));
            return None;
        }
        Some(TargetValue::Between(from, to))
    }
}

/// A share as written: `0.6` or `60%`. Anything with another unit is a finding.
pub(super) fn share(reader: &mut Reader, node: &Node) -> Option<Decimal> {
    let amount = amount::parse(node.text()?, &node.place).into_value(&mut reader.found)?;
    if let Some(amount::AmountUnit::Points | amount::AmountUnit::Money(_)) = amount.unit {
        let told = format!("`{}` is no share", node.text().map_or("", |text| text));
        let finding = Finding::new(&UNFIT_VALUE, node.place.clone(), told);
        reader.found.push(finding.hint("write `0.6` or `60%`"));
        return None;
    }
    Some(amount.value)
}

/// A share between nothing and the whole.
pub(super) fn share_of_one(reader: &mut Reader, node: &Node) -> Option<Decimal> {
    let value = share(reader, node)?;
    if value < Decimal::ZERO || value > Decimal::ONE {
        let told = format!("`{}` is not between 0 and 100 %", node.text().map_or("", |text| text));
        let finding = Finding::new(&UNFIT_VALUE, node.place.clone(), told);
        reader.found.push(finding.hint("write `0.8` or `80%`"));
        return None;
    }
    Some(value)
}

/// A weight or share that may not be less than nothing.
pub(in crate::plan::yaml::format) fn weight(reader: &mut Reader, node: &Node) -> Option<Decimal> {
    let value = share(reader, node)?;
    if value < Decimal::ZERO {
        let told = format!("a weight of {value} is less than nothing");
        let finding = Finding::new(&UNFIT_VALUE, node.place.clone(), told);
        reader.found.push(finding.hint("weights are 0 or more"));
        return None;
    }
    Some(value)
}
