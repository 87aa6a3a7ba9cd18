//! Whether a target can be meant as it stands: resources for a demanding one, months that fit into it, a path only
//! where values do not add up, a ratio that is what its parts promise.

use super::promise::WEIGHTS_AND_MONTHS;
use crate::diag::{Family, Finding, Level, Rule};
use crate::plan::formula::{Arithmetic, MetricUse, Op, When};
use crate::plan::sums::{Along, Kind, kind};
use crate::plan::{
    Baseline, Better, Definition, Id, Metric, Months, Plan, Promise, Scope, Target, TargetValue,
};
use crate::time::Period;
use crate::unit::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// Rules raised here.
pub static RULES: &[&Rule] =
    &[&STRETCH_WITHOUT_RESOURCES, &PHASE_UNFIT, &SPLIT_UNFIT, &RATIO_DIFFERS, &WITHOUT_DIRECTION];

/// More with nothing.
pub static STRETCH_WITHOUT_RESOURCES: Rule = Rule {
    name: "stretch-without-resources",
    level: Level::Warning,
    family: Family::Config,
    about: "a target that asks for an improvement of more than 10 % on its baseline and names no resources, neither its own nor those of a target above it",
    why: "who asks for more and gives nothing hopes",
    example: "{metric: gmv, value: {growth: 25%, baseline: 2025}, …}        # add: resources: [\"ad budget +400k JPY a month\"]",
};

/// A path for what is added up.
pub static PHASE_UNFIT: Rule = Rule {
    name: "phase-unfit",
    level: Level::Warning,
    family: Family::Config,
    about: "a glide, values of parts or an end of period for a metric that adds up over days; months for one that does not",
    why: "it has no effect: sums are spread over days, rates and stocks have a level on each day",
    example: "{metric: gmv, value: 120, glide: {from: 100}}        # sums have `phase:`, rates have `glide:`",
};

/// Half a price for each of two.
pub static SPLIT_UNFIT: Rule = Rule {
    name: "split-unfit",
    level: Level::Error,
    family: Family::Config,
    about: "a split of a metric whose parts do not add up to the whole: a price, a mean, a value per order",
    why: "each part would be asked for a fraction of the price",
    example: "{metric: aov, value: 4_000, split: {by: store, …}}        # write a target for each, or use `for_each`",
};

/// 20 % of 100 is not 25.
pub static RATIO_DIFFERS: Rule = Rule {
    name: "ratio-differs-from-parts",
    level: Level::Warning,
    family: Family::Config,
    about: "a target of a ratio that differs from the targets of its parts by more than 0.5 pp",
    why: "whoever reaches both parts misses the ratio, or the other way round",
    example: "ad_spend 20, ad_sales 100, acos 25%        # the parts promise 20 %",
};

/// More, or less?
pub static WITHOUT_DIRECTION: Rule = Rule {
    name: "target-without-direction",
    level: Level::Warning,
    family: Family::Config,
    about: "a target of a metric that does not say which way is good, or a stretch where neither way is",
    why: "without a good side a target is a plan to be kept: more than was asked counts as missed, like less",
    example: "orders: {source: shop, value: sum(orders)}        # with a target: add `better: higher`",
};

/// Checks each target.
pub(in crate::plan) fn check(plan: &Plan, found: &mut Vec<Finding>) {
    let by_id: BTreeMap<&Id, &Target> = plan.targets.iter().map(|target| (&target.id, target)).collect();
    let stated: BTreeMap<(&Id, &Scope, Period), Decimal> = plan
        .targets
        .iter()
        .filter_map(|target| Some(((&target.metric, &target.scope, target.period), number(target.value)?)))
        .collect();
    let mut aims = BTreeSet::new();
    for target in &plan.targets {
        let Some(metric) = plan.metrics.get(&target.metric) else { continue };
        if target.status.kind.is_judged() {
            found.extend(stretch(plan, metric, target, &by_id));
            found.extend(ratio(plan, metric, target, &stated));
        }
        if let crate::plan::Origin::Split { level, at: 0, .. } = &target.origin
            && kind(plan, metric, Along::Members) == Kind::Level
        {
            let told =
                format!("`{}` cannot be shared out by {level}: its values do not add up", target.metric);
            let finding = Finding::new(&SPLIT_UNFIT, target.place.clone(), told);
            found.push(finding.hint("write a target for each member, or use `for_each`"));
        }
        // What a split made is told once, where its parent is written.
        if !matches!(target.origin, crate::plan::Origin::Split { .. }) {
            found.extend(unfit(plan, metric, target));
            let is_first = aims.insert(&target.metric);
            found.extend(aimless(metric, target).filter(|finding| is_first || finding.place == target.place));
            found.extend(months(target));
        }
    }
}

fn number(promise: Promise) -> Option<Decimal> {
    match promise.stated()? {
        TargetValue::Of(value) => Some(value),
        TargetValue::Between(..) => None,
    }
}

fn stretch(plan: &Plan, metric: &Metric, target: &Target, by_id: &BTreeMap<&Id, &Target>) -> Option<Finding> {
    let asked = asked(metric, target)?;
    if asked <= plan.options.stretch_above || backed(target, by_id) {
        return None;
    }
    let percent = (asked * Decimal::ONE_HUNDRED).round_dp(1).normalize();
    let told = format!("`{}` asks for {percent} % more than its baseline and names no resources", target.id);
    let finding = Finding::new(&STRETCH_WITHOUT_RESOURCES, target.place.clone(), told);
    Some(finding.hint("name budget, tool or people under `resources:`, or lower the target"))
}

/// The improvement a target asks for, where both ends are stated; `None` if it asks for none.
fn asked(metric: &Metric, target: &Target) -> Option<Decimal> {
    if let Promise::Growth(growth) = target.value {
        return (metric.better != Better::Lower).then_some(growth.rate);
    }
    let (value, Some(Baseline::Value(from))) = (number(target.value)?, target.baseline) else { return None };
    let change = (value - from).checked_div(from.abs())?;
    match metric.better {
        Better::Lower => Some(-change),
        _ => Some(change),
    }
}

/// Whether a target, or one above it, names resources.
fn backed(target: &Target, by_id: &BTreeMap<&Id, &Target>) -> bool {
    let above = |target: &&Target| target.parent.as_ref().and_then(|parent| by_id.get(parent)).copied();
    // No target is its own ancestor once the tree is assembled.
    std::iter::successors(Some(target), above).any(|target| !target.resources.is_empty())
}

fn unfit(plan: &Plan, metric: &Metric, target: &Target) -> Option<Finding> {
    let phase = &target.phase;
    let told = match kind(plan, metric, Along::Time) {
        Kind::Sum if target.glide.is_some() => "`glide` has no effect",
        Kind::Sum if !phase.explicit.is_empty() => "`phase.explicit` has no effect",
        Kind::Sum if phase.end_of_period => "`phase.at` has no effect",
        Kind::Level if phase.months != Months::None => "`phase.months` has no effect",
        _ => return None,
    };
    let (what, hint) = match kind(plan, metric, Along::Time) {
        Kind::Sum => ("adds up over days", "amounts of months are written `phase: {months: {2026-04: …}}`"),
        _ => (
            "does not add up over days",
            "values of parts are written `phase: {explicit: {2026-04: …}}`, a path `glide:`",
        ),
    };
    let told = format!("{told}: `{}` {what}", target.metric);
    Some(Finding::new(&PHASE_UNFIT, target.place.clone(), told).hint(hint))
}

/// A single value where no side of it is said to be good. What lacks on the metric is told there.
fn aimless(metric: &Metric, target: &Target) -> Option<Finding> {
    let of_range = matches!(target.value, Promise::Value(TargetValue::Between(..)));
    if metric.better != Better::Neutral || of_range {
        return None;
    }
    let id = &target.metric;
    if !metric.says_better {
        let told = format!("`{id}` has a target and does not say which way is good");
        let hint = "write `better: higher` or `better: lower`; `better: neutral` if it is a plan to be kept";
        return Some(Finding::new(&WITHOUT_DIRECTION, metric.place.clone(), told).hint(hint));
    }
    target.stretch?;
    let told = format!("`stretch` has no effect: neither way is good for `{id}`");
    let hint = "leave it out, or write `better: higher` or `better: lower` on the metric";
    Some(Finding::new(&WITHOUT_DIRECTION, target.place.clone(), told).hint(hint))
}

/// Amounts of months against the target, and against every revision.
fn months(target: &Target) -> Option<Finding> {
    let Months::Amounts(amounts) = &target.phase.months else { return None };
    let whole = number(target.value)?;
    let sum = amounts.iter().try_fold(Decimal::ZERO, |sum, (_, amount)| sum.checked_add(*amount))?;
    let days: u32 = amounts.iter().map(|(month, _)| month.days()).sum();
    let all = days == target.period.days();
    let (sum, whole) = (sum.normalize(), whole.normalize());
    let told = match (all, sum.cmp(&whole)) {
        (true, std::cmp::Ordering::Less | std::cmp::Ordering::Greater) => {
            format!("the months of `{}` add up to {sum}, not to {whole}", target.id)
        }
        (false, std::cmp::Ordering::Greater) => {
            format!("some months of `{}` already add up to {sum}, more than {whole}", target.id)
        }
        _ => return None,
    };
    let finding = Finding::new(&WEIGHTS_AND_MONTHS, target.place.clone(), told);
    Some(finding.hint("change the months or the value; weights instead of amounts always fit"))
}

type Stated<'p> = BTreeMap<(&'p Id, &'p Scope, Period), Decimal>;

/// A ratio of two metrics against the targets of both for the same scope and period.
fn ratio(plan: &Plan, metric: &Metric, target: &Target, stated: &Stated<'_>) -> Option<Finding> {
    let Definition::Derived(Arithmetic::Binary(Op::Divide, above, below)) = &metric.definition else {
        return None;
    };
    let part = |side: &Arithmetic<MetricUse>| match side {
        Arithmetic::Leaf(MetricUse { metric, when: When::Same }) => {
            stated.get(&(metric, &target.scope, target.period)).map(|value| (metric.clone(), *value))
        }
        _ => None,
    };
    let ((above, top), (below, bottom)) = (part(above)?, part(below)?);
    let (implied, promised) = (top.checked_div(bottom)?, number(target.value)?);
    let wide = match metric.unit {
        crate::unit::Unit::Percent => plan.options.ratio_tolerance,
        // Prices and factors: the same share of the value.
        _ => promised.abs() * plan.options.ratio_tolerance,
    };
    if (implied - promised).abs() <= wide {
        return None;
    }
    let shown = |value: Decimal| match metric.unit {
        crate::unit::Unit::Percent => format!("{} %", (value * Decimal::ONE_HUNDRED).round_dp(2).normalize()),
        _ => value.round_dp(2).normalize().to_string(),
    };
    let told = format!(
        "`{}` is {}, but the targets of `{above}` and `{below}` promise {}",
        target.id,
        shown(promised),
        shown(implied)
    );
    let finding = Finding::new(&RATIO_DIFFERS, target.place.clone(), told);
    Some(
        finding.hint("change one of the three; without a target of its own the ratio follows from its parts"),
    )
}
