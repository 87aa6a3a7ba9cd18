//! Targets against their parts (numbers.md §5.7): sums over the whole period and each month, what is not handed on or
//! promised twice, members without a part, and for rates what the parts of both sides of the line imply.

use super::to_date::quotient;
use super::{Course, DayPlan, Judged, Rollup};
use crate::plan::sums::{Along, Kind, kind};
use crate::plan::{Id, Level, Metric, Plan, Scope, StatusKind, Target, TargetValue};
use crate::time::{Grain, Period};
use crate::unit::{Decimal, Quantity, Unit};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Targets with their parts.
pub(super) struct Tree<'a> {
    plan: &'a Plan,
    judged: &'a [Judged],
    children: BTreeMap<&'a Id, Vec<usize>>,
    /// Targets by metric, in order.
    by_metric: BTreeMap<&'a Id, Vec<usize>>,
    /// Whether values add up over members, and over time.
    kinds: BTreeMap<&'a Id, (Kind, Kind)>,
}

impl<'a> Tree<'a> {
    /// The tree of a plan whose targets are resolved. A part that was given up holds nothing.
    pub(super) fn of(plan: &'a Plan, judged: &'a [Judged]) -> Tree<'a> {
        let mut children: BTreeMap<&Id, Vec<usize>> = BTreeMap::new();
        let mut by_metric: BTreeMap<&Id, Vec<usize>> = BTreeMap::new();
        for (at, target) in plan.targets.iter().enumerate() {
            by_metric.entry(&target.metric).or_default().push(at);
            if let Some(parent) = target.parent.as_ref().filter(|_| target.status.kind != StatusKind::Dropped)
            {
                children.entry(parent).or_default().push(at);
            }
        }
        let of = |metric: &'a Metric| {
            (&metric.id, (kind(plan, metric, Along::Members), kind(plan, metric, Along::Time)))
        };
        Tree { plan, judged, children, by_metric, kinds: plan.metrics.values().map(of).collect() }
    }

    /// A target against its parts; `None` if there are none, nor any other targets it follows from.
    pub(super) fn rollup(&self, at: usize) -> Option<Rollup> {
        let whole = &self.plan.targets[at];
        let metric = self.plan.metrics.get(&whole.metric)?;
        let all = self.children.get(&whole.id).map(Vec::as_slice).unwrap_or_default();
        let value = self.value(at);
        if all.is_empty() {
            let (num, den) = quotient(metric)?;
            let (num, den) = (self.same(num, whole)?, self.same(den, whole)?);
            let implied = self.value(num)?.over(self.value(den)?);
            let children = vec![self.plan.targets[num].id.clone(), self.plan.targets[den].id.clone()];
            return Some(of_rate(
                self.plan,
                metric,
                Rollup { children, ..Rollup::default() },
                value,
                implied,
            ));
        }
        let ids = all.iter().map(|at| self.plan.targets[*at].id.clone());
        let rollup = Rollup {
            children: ids.collect(),
            uncovered: self.uncovered(whole, all),
            overlapping: self.overlapping(all),
            ..Rollup::default()
        };
        let alike: Vec<usize> =
            all.iter().copied().filter(|at| self.plan.targets[*at].metric == whole.metric).collect();
        if alike.is_empty() {
            return Some(rollup);
        }
        if self.adds_up(whole, &alike) {
            return Some(self.summed(rollup, at, &alike));
        }
        Some(match quotient(metric) {
            Some(sides) => of_rate(self.plan, metric, rollup, value, self.implied(&alike, sides)),
            None => rollup,
        })
    }

    fn value(&self, at: usize) -> Option<Quantity> {
        match self.judged[at].in_force?.value {
            TargetValue::Of(value) => Some(Quantity::Exact(value)),
            TargetValue::Between(..) => None,
        }
    }

    fn days(&self, at: usize) -> Option<&DayPlan> {
        match self.judged[at].course.as_deref() {
            Some(Course::Sum(plan)) => Some(plan),
            _ => None,
        }
    }

    /// The target of another metric for the same scope and days.
    fn same(&self, metric: &Id, like: &Target) -> Option<usize> {
        let fits = |at: &&usize| {
            let other = &self.plan.targets[**at];
            other.scope == like.scope
                && (other.period.start, other.period.end) == (like.period.start, like.period.end)
        };
        self.by_metric.get(metric)?.iter().find(fits).copied()
    }

    /// Whether the values of the parts add up to that of the whole, over members, time or both.
    fn adds_up(&self, whole: &Target, parts: &[usize]) -> bool {
        let Some((members, time)) = self.kinds.get(&whole.metric) else { return false };
        parts.iter().all(|at| {
            let part = &self.plan.targets[*at];
            (part.scope == whole.scope || *members == Kind::Sum)
                && (part.period == whole.period || *time == Kind::Sum)
        })
    }

    fn summed(&self, rollup: Rollup, at: usize, parts: &[usize]) -> Rollup {
        let whole = &self.plan.targets[at];
        let total = |at: &usize| self.value(*at);
        let sum = parts.iter().try_fold(Quantity::ZERO, |sum, part| sum.plus(total(part)?));
        let value = self.value(at);
        let gap = value.zip(sum).and_then(|(value, sum)| value.minus(sum));
        let allowed = value.and_then(|value| value.times(Quantity::Exact(whole.buffer)));
        let differs = gap.zip(allowed).is_some_and(|(gap, allowed)| {
            let over = Quantity::ZERO.minus(gap).map(|over| over.compare(allowed));
            !gap.is_zero() && (!gap.is_negative() || over == Some(Ordering::Greater))
        });
        Rollup {
            sum,
            gap,
            differs,
            coverage: sum.zip(value).and_then(|(sum, value)| sum.over(value)),
            months: self.months(at, parts).unwrap_or_default(),
            ..rollup
        }
    }

    /// Months in which the parts ask for something else than the whole, with the difference; `None` where some day is
    /// not asked for anything of its own.
    fn months(&self, at: usize, parts: &[usize]) -> Option<Vec<(Period, Quantity)>> {
        let whole = self.days(at)?;
        let plans: Vec<&DayPlan> = parts.iter().map(|part| self.days(*part)).collect::<Option<_>>()?;
        let months = self.plan.site.calendar.periods(Grain::Month, whole.period.start, whole.period.end);
        let difference = |month: &Period| {
            let sum: Decimal = plans.iter().filter_map(|plan| plan.sum(*month)).sum();
            let gap = whole.sum(*month)? - sum;
            (!gap.is_zero()).then_some((*month, Quantity::Exact(gap)))
        };
        Some(months.iter().filter_map(difference).collect())
    }

    /// What the parts of a rate imply: the sum of what stands above the line over the sum of what stands below. Above, a
    /// part without a target of its own gives its rate times what stands below.
    fn implied(&self, parts: &[usize], (num, den): (&Id, &Id)) -> Option<Quantity> {
        let (mut above, mut below) = (Quantity::ZERO, Quantity::ZERO);
        for at in parts {
            let part = &self.plan.targets[*at];
            let under = self.value(self.same(den, part)?)?;
            let over = match self.same(num, part) {
                Some(at) => self.value(at)?,
                None => self.value(*at)?.times(under)?,
            };
            (above, below) = (above.plus(over)?, below.plus(under)?);
        }
        above.over(below)
    }

    /// Members of the one level by which the parts are narrower than the whole that no part names.
    fn uncovered(&self, whole: &Target, parts: &[usize]) -> Vec<Id> {
        let scopes: Vec<&Scope> = parts.iter().map(|at| &self.plan.targets[*at].scope).collect();
        let levels: BTreeSet<&Level> = scopes
            .iter()
            .flat_map(|scope| scope.levels())
            .filter(|level| whole.scope.member(level).is_none())
            .collect();
        let [level] = levels.into_iter().collect::<Vec<_>>()[..] else { return Vec::new() };
        let named: BTreeSet<&Id> = scopes.iter().filter_map(|scope| scope.member(level)).collect();
        if scopes.iter().any(|scope| **scope == whole.scope) {
            return Vec::new();
        }
        let all: Vec<&Id> = match &**level {
            "store" if whole.scope.member("team").is_none() => self.plan.stores.keys().collect(),
            "team" if whole.scope.is_company() => self.plan.teams.keys().collect(),
            "person" => self.people_of(&whole.scope),
            _ => Vec::new(),
        };
        all.into_iter().filter(|member| !named.contains(*member)).cloned().collect()
    }

    /// People whose covers lie in a scope, or who belong to its team.
    fn people_of(&self, scope: &Scope) -> Vec<&'a Id> {
        let within = |person: &&crate::plan::Person| {
            !person.covers.is_empty()
                && scope.members().all(|(level, member)| match &**level {
                    "team" => person.team.as_ref() == Some(member),
                    _ => person.covers.get(level).is_some_and(|covers| covers.contains(member)),
                })
        };
        self.plan.people.values().filter(within).map(|person| &person.id).collect()
    }

    /// Pairs of parts in the same metric and time whose scopes share members.
    fn overlapping(&self, parts: &[usize]) -> Vec<(Id, Id)> {
        let targets: Vec<(&Target, BTreeMap<&Level, Vec<&Id>>)> = parts
            .iter()
            .map(|at| &self.plan.targets[*at])
            .map(|one| (one, self.members(&one.scope)))
            .collect();
        let mut pairs = Vec::new();
        for (at, (one, members)) in targets.iter().enumerate() {
            for (other, others) in &targets[at + 1..] {
                let in_time = one.period.start <= other.period.end && other.period.start <= one.period.end;
                let apart = |(level, mine): (&&Level, &Vec<&Id>)| {
                    others.get(*level).is_some_and(|theirs| mine.iter().all(|id| !theirs.contains(id)))
                };
                if in_time && one.metric == other.metric && !members.iter().any(apart) {
                    pairs.push((one.id.clone(), other.id.clone()));
                }
            }
        }
        pairs
    }

    /// The members a scope stands for; a person for what the person covers.
    fn members<'s>(&'s self, scope: &'s Scope) -> BTreeMap<&'s Level, Vec<&'s Id>> {
        let mut members: BTreeMap<&Level, Vec<&Id>> = BTreeMap::new();
        for (level, member) in scope.members() {
            let person = self
                .plan
                .people
                .get(member)
                .filter(|person| &**level == "person" && !person.covers.is_empty());
            match person {
                Some(person) => {
                    members.extend(person.covers.iter().map(|(level, ids)| (level, ids.iter().collect())))
                }
                None => {
                    members.insert(level, vec![member]);
                }
            }
        }
        members
    }
}

/// A rate against the one implied; percentages may differ by points, everything else by a share of itself.
fn of_rate(
    plan: &Plan,
    metric: &Metric,
    rollup: Rollup,
    value: Option<Quantity>,
    implied: Option<Quantity>,
) -> Rollup {
    let gap = value.zip(implied).and_then(|(value, implied)| value.minus(implied));
    let tolerance = Quantity::Exact(plan.options.ratio_tolerance);
    let size = |of: Quantity| if of.is_negative() { Quantity::ZERO.minus(of) } else { Some(of) };
    let allowed = match metric.unit {
        Unit::Percent => Some(tolerance),
        _ => value.and_then(size).and_then(|size| size.times(tolerance)),
    };
    let differs = gap.and_then(size).zip(allowed).is_some_and(|(gap, allowed)| gap.compare(allowed).is_gt());
    Rollup { sum: implied, gap, differs, implied: implied.is_some(), ..rollup }
}
