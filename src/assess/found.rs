//! What history and figures say against targets: beyond what the past suggests, reached before they begin, without means,
//! made to be beaten; growth without a baseline, and days that cannot be asked for anything.

use super::phase::Unphased;
use super::{Course, Judged, Verdict, history};
use crate::diag::{Family, Finding, Level, Rule};
use crate::measure::Facts;
use crate::plan::rules::promised::{RATIO_DIFFERS, STRETCH_WITHOUT_RESOURCES};
use crate::plan::rules::tree::CHILDREN_DIFFER;
use crate::plan::{Baseline, Better, Origin, Plan, Promise, Target, TargetValue};
use crate::time::{Date, Period};
use crate::unit::{Decimal, Quantity};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Rules raised here.
pub static RULES: &[&Rule] = &[
    &NOT_PHASED,
    &BASELINE_MISSING,
    &PHASED_APART,
    &IMPLAUSIBLE,
    &ALREADY_MET,
    &STRETCH_WITHOUT_RESOURCES,
    &SANDBAGGED,
    &NOT_SMART,
];

/// No day can be asked for anything.
pub(super) static NOT_PHASED: Rule = Rule {
    name: "target-not-phased",
    level: Level::Error,
    family: Family::Config,
    about: "a target that cannot be spread over the days of its period",
    why: "without a plan for its days nobody sees in time whether it will be reached",
    example: "phase: {months: [1, 1, 1]} for a period of two months        # write a weight for each month",
};

/// 5 % more than what?
pub(super) static BASELINE_MISSING: Rule = Rule {
    name: "growth-without-baseline",
    level: Level::Warning,
    family: Family::Config,
    about: "a target of growth whose baseline is not measured, or not complete",
    why: "how much is asked is not known until then, so it has no plan and no standing",
    example: "value: {growth: 5%, baseline: 2025-Q4}        # the data begin in 2026",
};

/// One calendar above, another below.
pub(super) static PHASED_APART: Rule = Rule {
    name: "parts-phased-apart",
    level: Level::Note,
    family: Family::Config,
    about: "a target whose parts add up to it over its whole period, and not in each of its months: they are phased by other weights or by another calendar",
    why: "in such a month the parts can all be reached and the whole missed, or the other way round",
    example: "gmv-2026: {phase: {months: [1, 1, 2, …]}}, a part of it: {phase: {months: [1, 1, 1, …]}}        # write one `phase:` for both",
};

/// Three sigma and more.
pub(super) static IMPLAUSIBLE: Rule = Rule {
    name: "target-implausible",
    level: Level::Warning,
    family: Family::Config,
    about: "a target beyond what past periods suggest: three times their routine variation, or more growth than ever",
    why: "a target nobody believes in is not worked for",
    example: "value: 9_000_000        # the last 24 months were 3.9 to 4.4 million",
};

/// Nothing to do.
pub(super) static ALREADY_MET: Rule = Rule {
    name: "target-already-met",
    level: Level::Warning,
    family: Family::Config,
    about: "a target that its baseline, or the same period a year before, already reached",
    why: "it asks for nothing, unless holding the level is the aim, and then it should say so",
    example: "{metric: gmv, value: 8_000_000}        # a year before: 8.4 million; raise it, or add a `note:`",
};

/// Made to be beaten.
pub(super) static SANDBAGGED: Rule = Rule {
    name: "target-sandbagged",
    level: Level::Note,
    family: Family::Config,
    about: "a target that the period before beat by more than 20 %, or that its authors are all but sure of",
    why: "what is reached without effort moves nothing, and teaches people to promise little",
    example: "{metric: units, value: 800, probability: 97%}        # last month: 1,030",
};

/// A letter fails.
pub(super) static NOT_SMART: Rule = Rule {
    name: "target-not-smart",
    level: Level::Note,
    family: Family::Config,
    about: "a target one of whose letters S, M, A, R, T does not hold",
    why: "it may be misunderstood, not measured, out of reach, beside the point or forgotten",
    example: "{metric: gmv, period: 2026, value: 120_000_000}        # T: add `cadence: month` and `checkpoints:`",
};

/// Fewer periods with growth to compare say nothing of the growth asked for.
const GROWTHS: u32 = 13;
/// The period before beat the target by more than this share.
const BEATEN: Decimal = Decimal::from_parts(12, 0, 0, false, 1);
/// Authors this sure do not ask for much.
const SURE: Decimal = Decimal::from_parts(95, 0, 0, false, 2);

/// Whether a target is harder than anything past suggests.
pub(super) fn is_implausible(plan: &Plan, better: Better, judged: &Judged) -> bool {
    let Some(past) = judged.plausible else { return false };
    let most = as_f64(plan.options.implausible_z);
    let highest = as_f64(plan.options.implausible_percentile);
    match better {
        Better::Higher => {
            past.z.is_some_and(|z| z > most)
                || past.periods >= GROWTHS && past.percentile.is_some_and(|share| share > highest)
        }
        Better::Lower => past.z.is_some_and(|z| z < -most),
        Better::Range | Better::Neutral => false,
    }
}

fn as_f64(option: Decimal) -> f64 {
    Quantity::Exact(option).as_f64()
}

/// Whether what was before is enough.
pub(super) fn is_met(judged: &Judged) -> bool {
    judged.improvement.is_some_and(|step| step.share.is_zero() || step.share.is_negative())
}

/// Whether much more is asked and nothing is given, neither to it nor to what it is a part of.
pub(super) fn lacks_resources(plan: &Plan, judged: &Judged) -> bool {
    let most = Quantity::Exact(plan.options.stretch_above);
    let stretched = judged.improvement.is_some_and(|step| step.share.compare(most) == Ordering::Greater);
    stretched && !judged.has_resources
}

/// The finding for a target whose days cannot be asked for anything.
pub(super) fn unphased(target: &Target, why: &Unphased) -> Option<Finding> {
    let id = &target.id;
    let (told, hint) = match why {
        Unphased::NoAmount => return None,
        Unphased::NoWeight => (
            format!("no day of `{id}` has a weight"),
            "give days of its calendar, or of its months, a weight above 0".to_owned(),
        ),
        Unphased::MonthsWanted(given, wanted) => (
            format!("`{id}` has {given} weights for {wanted} months"),
            "write one weight for each month of its period".to_owned(),
        ),
        // Of a written value that is said when it is read.
        Unphased::LeftOver(_) if target.value.stated().is_some() && target.revisions.is_empty() => {
            return None;
        }
        Unphased::LeftOver(left) => (
            format!("the months of `{id}` leave {} over", left.normalize()),
            "change a month, or leave one out: it takes what is left".to_owned(),
        ),
        Unphased::TooGreat => (
            format!("`{id}` cannot be counted in steps of its unit"),
            "write fewer digits in its value or in the weights of its calendar".to_owned(),
        ),
    };
    Some(Finding::new(&NOT_PHASED, target.place.clone(), told).hint(hint))
}

/// Everything found on targets that are pursued and not over. Parts a split made have nobody else to turn to: what holds
/// for them is said of the target that is written.
pub(super) fn all(plan: &Plan, facts: &Facts, as_of: Option<Date>, judged: &[Judged]) -> Vec<Finding> {
    let mut found = Vec::new();
    let places: BTreeMap<&str, usize> =
        judged.iter().enumerate().map(|(at, one)| (&*one.target, at)).collect();
    for (at, (target, one)) in plan.targets.iter().zip(judged).enumerate() {
        let over = as_of.is_some_and(|as_of| target.period.end <= as_of);
        if over || !target.status.kind.is_judged() {
            continue;
        }
        found.extend(no_baseline(target, one));
        found.extend(differs(plan, &places, at, one));
        found.extend(phased_apart(plan, judged, &places, at));
        if !matches!(target.origin, Origin::Split { .. }) {
            found.extend(against_history(plan, facts, target, one));
        }
    }
    found
}

fn no_baseline(target: &Target, judged: &Judged) -> Option<Finding> {
    let Promise::Growth(growth) = target.value else { return None };
    if judged.in_force.is_some() {
        return None;
    }
    let (first, last) = (growth.baseline.start, growth.baseline.end);
    let told = format!("the baseline of `{}`, {first} to {last}, has no complete figure", target.id);
    let hint = "name a period with data for every day, or write the amount";
    Some(Finding::new(&BASELINE_MISSING, target.place.clone(), told).hint(hint))
}

/// Sums of parts that are known only now; what is written is compared when it is read.
fn differs(plan: &Plan, places: &BTreeMap<&str, usize>, at: usize, judged: &Judged) -> Option<Finding> {
    let rollup = judged.rollup.as_ref().filter(|rollup| rollup.differs)?;
    let whole = &plan.targets[at];
    let parts = rollup.children.iter().filter_map(|id| places.get(&**id)).map(|at| &plan.targets[*at]);
    let stated = |target: &Target| target.value.stated().is_some() && target.revisions.is_empty();
    let by_parts = parts.clone().all(|part| part.parent.as_ref() == Some(&whole.id));
    if stated(whole) && parts.clone().all(stated) && !(rollup.implied && by_parts) {
        return None;
    }
    let show =
        |quantity: Quantity| quantity.as_decimal().map(|value| value.round_dp(6).normalize().to_string());
    let (sum, gap) = (show(rollup.sum?)?, show(rollup.gap?)?);
    let (rule, told) = match rollup.implied {
        true => (&RATIO_DIFFERS, format!("`{}` is not {sum}, which its parts imply: by {gap}", whole.id)),
        false => (&CHILDREN_DIFFER, format!("the parts of `{}` add up to {sum}, and leave {gap}", whole.id)),
    };
    let finding = Finding::new(rule, whole.place.clone(), told);
    Some(finding.hint("give what is left to a part, change the whole, or allow more with `buffer:`"))
}

/// Written parts that make up the whole and not its months: the greatest month is told, and the parts spread otherwise.
fn phased_apart(
    plan: &Plan,
    judged: &[Judged],
    places: &BTreeMap<&str, usize>,
    at: usize,
) -> Option<Finding> {
    /// Shares of a month nearer than this differ by rounding.
    const NEAR: Decimal = Decimal::from_parts(1, 0, 0, false, 4);
    let (whole, rollup) = (&plan.targets[at], judged[at].rollup.as_ref()?);
    let unit = &plan.metrics.get(&whole.metric)?.unit;
    // A gap of the whole is told by itself, and shows in its months, too.
    rollup.gap.filter(|gap| gap.is_zero())?;
    let months: Vec<(Period, Quantity)> = rollup.months_apart(unit).collect();
    let size = |gap: Quantity| gap.as_f64().abs();
    let (month, gap) = months.iter().rev().copied().max_by(|a, b| size(a.1).total_cmp(&size(b.1)))?;
    let share = |at: usize| match judged[at].course.as_deref() {
        Some(Course::Sum(days)) => days.sum(month)?.checked_div(days.sum(days.period)?),
        _ => None,
    };
    let more = if gap.is_negative() { "more" } else { "less" };
    let by = Quantity::ZERO.minus(gap).filter(|_| gap.is_negative()).unwrap_or(gap).as_decimal()?.normalize();
    let (id, month) = (&whole.id, plan.site.calendar.id(month));
    let told = match months.len() {
        1 => format!("the parts of `{id}` add up to it, but ask for {by} {more} in {month}"),
        count => format!(
            "the parts of `{id}` add up to it, but not in {count} of its months: in {month} they ask for {by} {more}"
        ),
    };
    let own = share(at)?;
    // Parts that a split made keep the calendar of the whole, or that of their store, as it was meant.
    let written = |part: &usize| plan.targets[*part].place != whole.place;
    let parts = rollup.children.iter().filter_map(|id| places.get(&**id)).copied().filter(written);
    let apart: Vec<usize> =
        parts.filter(|part| share(*part).is_some_and(|share| (share - own).abs() > NEAR)).collect();
    if apart.is_empty() {
        return None;
    }
    let finding = Finding::new(&PHASED_APART, whole.place.clone(), told)
        .hint("give its parts the same `phase:` and calendar, or leave it if theirs is another season");
    Some(apart.into_iter().fold(finding, |finding, part| {
        finding.related(plan.targets[part].place.clone(), "phased by other weights")
    }))
}

fn against_history(plan: &Plan, facts: &Facts, target: &Target, judged: &Judged) -> Vec<Finding> {
    let mut found = Vec::new();
    let better = plan.metrics.get(&target.metric).map_or(Better::Neutral, |metric| metric.better);
    let mut tell = |rule, told: String, hint: &str| {
        found.push(Finding::new(rule, target.place.clone(), told).hint(hint));
    };
    let id = &target.id;
    if is_implausible(plan, better, judged) {
        let past = judged.plausible.expect("it was found implausible by its past");
        let told = match past.z {
            Some(z) if z.abs() > as_f64(plan.options.implausible_z) => {
                format!("`{id}` is {z:+.1} times the routine variation of {} past periods away", past.periods)
            }
            _ => format!("`{id}` asks for more growth than nearly all of {} past periods had", past.periods),
        };
        tell(&IMPLAUSIBLE, told, "check the baseline, add resources, or revise it");
    }
    let percent = |share: Quantity| share.as_f64() * 100.0;
    match judged.improvement {
        Some(step) if is_met(judged) && target.note.is_none() && !target.smart.contains_key(&'A') => {
            let told = format!("`{id}` was reached before it begins, by {:.1} %", -percent(step.share) + 0.0);
            tell(&ALREADY_MET, told, "raise it, or say in `note:` why it should only hold");
        }
        // Where both ends are written, it was said when they were read.
        Some(step) if lacks_resources(plan, judged) && !is_stated(target) => {
            let told =
                format!("`{id}` wants {:.1} % more than before, with nothing behind it", percent(step.share));
            tell(
                &STRETCH_WITHOUT_RESOURCES,
                told,
                "name budget, tool or people in `resources:`, or lower it",
            );
        }
        _ => {}
    }
    if is_sandbagged(plan, facts, target, better, judged) {
        let told = format!("`{id}` will be reached without effort");
        tell(&SANDBAGGED, told, "raise it, or use what was meant as the target for `red:`");
    }
    let failed: Vec<char> =
        judged.smart.iter().filter(|one| one.verdict == Verdict::Fail).map(|one| one.letter).collect();
    // Parts hang on what they are a part of; the page of each says how it fares.
    if !failed.is_empty() && target.parent.is_none() {
        let letters = failed.iter().map(char::to_string).collect::<Vec<_>>().join(", ");
        tell(&NOT_SMART, format!("`{id}` is not SMART: {letters}"), "its page says what is missing");
    }
    found
}

/// Whether the improvement a target asks for is written.
fn is_stated(target: &Target) -> bool {
    matches!(target.value, Promise::Growth(_)) || matches!(target.baseline, Some(Baseline::Value(_)))
}

fn is_sandbagged(plan: &Plan, facts: &Facts, target: &Target, better: Better, judged: &Judged) -> bool {
    let sure = target.probability.is_some_and(|sure| sure >= SURE);
    let wanted = match judged.in_force.map(|now| now.value) {
        Some(TargetValue::Of(value)) if value > Decimal::ZERO => Quantity::Exact(value),
        _ => return sure,
    };
    let beaten = history::period_before(plan, facts, target).is_some_and(|before| {
        let share = match better {
            Better::Higher => before.over(wanted),
            Better::Lower => wanted.over(before),
            Better::Range | Better::Neutral => None,
        };
        share.is_some_and(|share| share.compare(Quantity::Exact(BEATEN)) == Ordering::Greater)
    });
    sure || beaten && is_met(judged)
}
