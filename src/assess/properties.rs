//! What must hold for any tree, calendar and revision: days, months and parts add up to the whole over every cut of time,
//! past days stay, and a change moves its own branch only. Every seed makes another plan.

use super::tests::base;
use super::{Course, DayPlan, Judged, assess};
use crate::diag::Place;
use crate::measure::Facts;
use crate::plan::shares::largest_remainder;
use crate::plan::{Id, Months, Plan, Promise, Revision, Rounding, Scope, Season, Target, TargetValue};
use crate::time::{Calendar, Date, Grain, Period, plus_days};
use crate::unit::Decimal;
use std::collections::BTreeSet;

/// Enough to meet leap years, empty weights, ties and negative totals many times over.
const SEEDS: u64 = 150;

/// Numbers that look random and are the same on every machine (splitmix64: Steele, Lea & Flood, 2014).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// Whether something that happens once in `n` times does.
    pub(super) fn once_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// Two decimals, sometimes 0, never all 0 in a row of several.
    fn weight(&mut self) -> Decimal {
        let hundredths = if self.once_in(6) { 0 } else { 1 + self.below(400) };
        Decimal::from(hundredths) / Decimal::ONE_HUNDRED
    }
}

fn season(dice: &mut Dice) -> Season {
    let mut season = Season::even("random".into(), Place::default());
    season.weekdays = std::array::from_fn(|at| if at == 0 { Decimal::ONE } else { dice.weight() });
    season
}

fn target(id: &str, scope: Scope, period: Period, value: Decimal, parent: Option<&Id>) -> Target {
    let promise = Promise::Value(TargetValue::Of(value));
    let plain = Target::plain(id.into(), "gmv".into(), scope, period, promise, Place::default());
    Target { parent: parent.cloned(), ..plain }
}

fn revised(target: &mut Target, date: Date, value: Decimal) {
    target.revisions.push(Revision {
        date,
        value: Promise::Value(TargetValue::Of(value)),
        stretch: None,
        red: None,
        reason: None,
        by: None,
        place: Place::default(),
    });
}

/// A year shared out over stores and their people, with revisions that are shared out alike.
fn tree(dice: &mut Dice) -> Plan {
    let mut plan = base();
    plan.seasons.insert("random".into(), season(dice));
    plan.site.season = Some("random".into());
    let start = Date::constant(2023, 1, 1 + i8::try_from(dice.below(28)).expect("small"));
    let period = Period::range(start, plus_days(start, 40 + i32::try_from(dice.below(400)).expect("small")));
    let sign = if dice.once_in(8) { -Decimal::ONE } else { Decimal::ONE };
    let size = 10 + dice.below(30);
    let value = sign * Decimal::from(dice.below(1 << size));
    let mut whole = target("whole", Scope::company(), period, value, None);
    let months = Calendar::default().periods(Grain::Month, period.start, period.end).len();
    if dice.once_in(2) {
        // A month of a day or two must have a weight.
        no_idle_days(&mut plan);
        whole.phase.months = Months::Weights((0..months).map(|_| dice.weight() + Decimal::ONE).collect());
    }
    if dice.once_in(3) {
        whole.phase.rounding = Rounding::Cumulative;
    }
    let mut dates = BTreeSet::new();
    for _ in 0..dice.below(4) {
        // A week of days is left, so that one of them has a weight.
        let days = u64::from(period.days() - 8);
        dates.insert(plus_days(period.start, i32::try_from(1 + dice.below(days)).expect("small")));
    }
    for date in dates {
        let value = Decimal::from(dice.below(1 << 30));
        revised(&mut whole, date, value);
    }
    let stores = 1 + dice.below(4);
    let parts = share(dice, &whole, "store", stores);
    let mut all = vec![whole];
    for part in parts {
        let people = dice.below(4);
        let below = share(dice, &part, "person", people);
        all.push(part);
        all.extend(below);
    }
    plan.targets = all;
    plan
}

fn no_idle_days(plan: &mut Plan) {
    for weight in plan.seasons.values_mut().flat_map(|season| &mut season.weekdays) {
        *weight += Decimal::new(1, 2);
    }
}

/// Children of a target, every value and revision shared out by the same weights.
fn share(dice: &mut Dice, whole: &Target, level: &str, count: u64) -> Vec<Target> {
    if count == 0 {
        return Vec::new();
    }
    let weights: Vec<Decimal> = (0..count).map(|_| dice.weight() + Decimal::new(1, 2)).collect();
    let parts = |promise: Promise| match promise.stated() {
        Some(TargetValue::Of(value)) => largest_remainder(value, &weights, 0).expect("weights above 0"),
        _ => panic!("only plain values are made"),
    };
    let (values, later) =
        (parts(whole.value), whole.revisions.iter().map(|one| (one.date, parts(one.value))));
    let later: Vec<_> = later.collect();
    let child = |at: usize| {
        let id = format!("{}/{at}", whole.id);
        let scope = whole.scope.within(level, &format!("m{at}"));
        let mut child = target(&id, scope, whole.period, values[at], Some(&whole.id));
        child.phase = whole.phase.clone();
        later.iter().for_each(|(date, values)| revised(&mut child, *date, values[at]));
        child
    };
    (0..values.len()).map(child).collect()
}

fn judged(plan: &Plan) -> Vec<Judged> {
    assess(plan, &Facts::default(), None).value
}

fn days(judged: &Judged) -> &DayPlan {
    match judged.course.as_deref() {
        Some(Course::Sum(plan)) => plan,
        other => panic!("{} has no plan of days: {other:?}", judged.target),
    }
}

fn amount(judged: &Judged) -> Decimal {
    match judged.in_force.map(|now| now.value) {
        Some(TargetValue::Of(value)) => value,
        other => panic!("{} has no value: {other:?}", judged.target),
    }
}

/// Cuts of a period: weeks, months, quarters, and pieces of any length.
pub(super) fn cuts(dice: &mut Dice, calendar: Calendar, period: Period) -> Vec<Vec<Period>> {
    let mut all: Vec<Vec<Period>> = [Grain::Day, Grain::Week, Grain::Month, Grain::Quarter, Grain::Year]
        .map(|grain| calendar.periods(grain, period.start, period.end))
        .into();
    let (mut pieces, mut from) = (Vec::new(), period.start);
    while from <= period.end {
        let to = plus_days(from, i32::try_from(dice.below(60)).expect("small")).min(period.end);
        pieces.push(Period::range(from, to));
        from = plus_days(to, 1);
    }
    all.push(pieces);
    all
}

#[test]
fn every_cut_of_time_adds_up_to_the_target() {
    for seed in 0..SEEDS {
        let mut dice = Dice(seed);
        let plan = tree(&mut dice);
        for one in judged(&plan) {
            let (plan, value) = (days(&one), amount(&one));
            for cut in cuts(&mut dice, Calendar::default(), plan.period) {
                let sum: Decimal = cut.iter().map(|part| plan.sum(*part).expect("a day at least")).sum();
                assert_eq!(sum, value, "seed {seed}, {}, {} parts", one.target, cut.len());
                let first: Decimal = cut.iter().filter_map(|part| plan.original_sum(*part)).sum();
                assert_eq!(TargetValue::Of(first), one.in_force.expect("a value").original, "seed {seed}");
            }
        }
    }
}

#[test]
fn parts_add_up_to_the_whole_on_every_level() {
    for seed in 0..SEEDS {
        let plan = tree(&mut Dice(seed));
        let all = judged(&plan);
        for one in &all {
            let Some(rollup) = &one.rollup else { continue };
            let gap = rollup.gap.map(crate::unit::Quantity::is_zero);
            assert_eq!((gap, rollup.differs), (Some(true), false), "seed {seed}, {}", one.target);
            let parts = all.iter().filter(|part| rollup.children.contains(&part.target));
            assert_eq!(parts.map(amount).sum::<Decimal>(), amount(one), "seed {seed}, {}", one.target);
        }
    }
}

/// Months of a target, made targets of their own, ask the same of every single day.
#[test]
fn months_of_a_plan_are_its_parts_over_every_cut() {
    for seed in 0..SEEDS {
        let mut dice = Dice(seed);
        let mut plan = tree(&mut dice);
        plan.targets.truncate(1);
        no_idle_days(&mut plan);
        plan.targets[0].revisions.clear();
        plan.targets[0].phase.rounding = Rounding::LargestRemainder;
        let period = plan.targets[0].period;
        let months = Calendar::default().periods(Grain::Month, period.start, period.end);
        plan.targets[0].phase.months =
            Months::Weights(months.iter().map(|_| Decimal::ONE + dice.weight()).collect());
        let whole = judged(&plan).remove(0);
        for (at, month) in months.iter().enumerate() {
            let month = Period::range(month.start.max(period.start), month.end.min(period.end));
            let value = days(&whole).sum(month).expect("days of the target");
            let id = format!("month-{at}");
            plan.targets.push(target(&id, Scope::company(), month, value, Some(&"whole".into())));
        }
        let all = judged(&plan);
        let rollup = all[0].rollup.as_ref().expect("it has months");
        assert_eq!((rollup.differs, rollup.months.len()), (false, 0), "seed {seed}");
        for cut in cuts(&mut dice, Calendar::default(), period).into_iter().flatten() {
            let parts: Decimal = all[1..].iter().filter_map(|month| days(month).sum(cut)).sum();
            assert_eq!(Some(parts), days(&all[0]).sum(cut), "seed {seed}, {cut:?}");
        }
    }
}

#[test]
fn a_change_moves_its_own_branch_only() {
    for seed in 0..SEEDS {
        let mut dice = Dice(seed);
        let mut plan = tree(&mut dice);
        let before = judged(&plan);
        let at = usize::try_from(dice.below(plan.targets.len() as u64)).expect("small");
        plan.targets[at].value = Promise::Value(TargetValue::Of(Decimal::from(dice.below(1 << 20))));
        for (place, (was, is)) in before.iter().zip(judged(&plan)).enumerate() {
            let moved = was.course != is.course || was.in_force != is.in_force;
            let unrevised = plan.targets[at].revisions.is_empty();
            assert!(!moved || place == at, "seed {seed}: {} moved with {}", is.target, plan.targets[at].id);
            assert!(moved || place != at || !unrevised || amount(was) == amount(&is), "seed {seed}");
        }
    }
}

#[test]
fn days_before_a_revision_stay_as_they_were() {
    let mut seen = 0;
    for seed in 0..SEEDS {
        let mut plan = tree(&mut Dice(seed));
        let after = judged(&plan);
        let dates: Vec<Option<Date>> =
            plan.targets.iter_mut().map(|target| target.revisions.pop().map(|one| one.date)).collect();
        for ((date, was), is) in dates.into_iter().zip(judged(&plan)).zip(after) {
            let Some(date) = date else { continue };
            for past in days(&was).period.each_day().take_while(|past| *past < date) {
                let past = Period::range(past, past);
                assert_eq!(days(&was).sum(past), days(&is).sum(past), "seed {seed}, {}", is.target);
            }
            assert_eq!(days(&was).original, days(&is).original, "seed {seed}: the first promise is kept");
            seen += 1;
        }
    }
    assert!(seen > 300, "only {seen} revisions were looked at");
}

#[test]
fn days_without_a_weight_are_asked_for_nothing() {
    for seed in 0..SEEDS {
        let plan = tree(&mut Dice(seed));
        let season = &plan.seasons["random"];
        for one in judged(&plan).iter().filter(|one| one.in_force.is_some_and(|now| now.since.is_none())) {
            let idle =
                days(one).period.each_day().filter(|day| season.weight(*day, &Scope::company()).is_zero());
            for day in idle {
                assert_eq!(days(one).sum(Period::range(day, day)), Some(Decimal::ZERO), "seed {seed}, {day}");
            }
        }
    }
}
