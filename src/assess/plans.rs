//! What every target asks of its days. A target of its own is spread by its own weights; the parts of a split are spread
//! together with the whole, so that they add up to it on every day that they have a calendar in common.

use super::branch::{self, Part};
use super::judge::each;
use super::phase::{self, Unphased, Versions};
use super::resolve::Resolved;
use super::weigh::Weighing;
use super::{Course, found, level, series};
use crate::diag::Finding;
use crate::measure::Facts;
use crate::plan::shares::{self, Weights};
use crate::plan::sums::Kind;
use crate::plan::{Id, Metric, Origin, Plan, Target, TargetValue};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a course is worked out from.
pub(super) struct Planning<'a> {
    pub(super) plan: &'a Plan,
    pub(super) facts: &'a Facts,
    pub(super) weighing: &'a Weighing<'a>,
    pub(super) values: &'a [Resolved],
    /// Whether values of a metric add up over time.
    pub(super) kinds: &'a BTreeMap<&'a Id, Kind>,
}

/// What one target asks of its days, and its versions if it is a sum.
type Made = Result<Option<(Arc<Course>, Option<Versions>)>, Unphased>;

impl Planning<'_> {
    /// The courses of all targets, in their order; `None` where nothing can be said of single days.
    pub(super) fn all(&self, found: &mut Vec<Finding>) -> Vec<Option<Arc<Course>>> {
        let count = self.plan.targets.len();
        let place: BTreeMap<&Id, usize> = (0..count).map(|at| (&self.plan.targets[at].id, at)).collect();
        let whole_of = |at: usize| {
            let target = &self.plan.targets[at];
            let parent = target.parent.as_ref().filter(|_| matches!(target.origin, Origin::Split { .. }))?;
            place.get(parent).copied()
        };
        let mut families: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        (0..count).for_each(|at| families.entry(whole_of(at).unwrap_or(usize::MAX)).or_default().push(at));
        let alone = families.remove(&usize::MAX).unwrap_or_default();
        let mut courses: Vec<Option<Arc<Course>>> = vec![None; count];
        let mut versions: BTreeMap<usize, Versions> = BTreeMap::new();
        let mut keep = |at: usize, made: Made, versions: &mut BTreeMap<usize, Versions>| match made {
            Ok(Some((course, days))) => {
                courses[at] = Some(course);
                versions.extend(days.filter(|_| families.contains_key(&at)).map(|days| (at, days)));
            }
            Ok(None) => {}
            Err(why) => found.extend(found::unphased(&self.plan.targets[at], &why)),
        };
        for (at, made) in alone.iter().zip(each(alone.len(), |at| self.one(alone[at]))) {
            keep(*at, made, &mut versions);
        }
        // Level by level: the parts of a part follow it.
        let mut open: Vec<usize> = alone;
        while !open.is_empty() {
            let wholes: Vec<usize> = open.into_iter().filter(|at| families.contains_key(at)).collect();
            let made = each(wholes.len(), |at| {
                let whole = wholes[at];
                self.parts(versions.get(&whole), whole, &families[&whole])
            });
            let parts: Vec<usize> = wholes.iter().flat_map(|whole| families[whole].iter().copied()).collect();
            for (at, made) in parts.iter().zip(made.into_iter().flatten()) {
                keep(*at, made, &mut versions);
            }
            open = parts;
        }
        courses
    }

    fn metric(&self, target: &Target) -> &Metric {
        self.plan.metrics.get(&target.metric).expect("a `Plan` holds only targets of its metrics")
    }

    /// What a target asks of its days by itself.
    fn one(&self, at: usize) -> Made {
        let (target, values) = (&self.plan.targets[at], &self.values[at]);
        let metric = self.metric(target);
        let levels =
            target.phase.end_of_period || !target.phase.explicit.is_empty() || target.glide.is_some();
        match self.kinds.get(&metric.id) {
            _ if !matches!(values.original, Some(TargetValue::Of(_))) => Ok(None),
            Some(Kind::Sum) if target.series.is_some() => {
                let plan = series::day_plan(self.facts, metric, target);
                plan.map(|plan| Some((Arc::new(Course::Sum(plan)), None)))
            }
            Some(Kind::Sum) => {
                let days = self.weighing.days(target).ok_or(Unphased::TooGreat)?;
                match phase::versions(&self.plan.site.calendar, metric, target, values, &days) {
                    Ok(versions) => summed(target, versions),
                    Err(Unphased::NoAmount) => Ok(None),
                    Err(why) => Err(why),
                }
            }
            Some(Kind::Unclear) if !levels => Ok(None),
            _ => {
                let plan = level::level_plan(target, values);
                Ok(plan.map(|plan| (Arc::new(Course::Level(plan)), None)))
            }
        }
    }

    /// The parts of a split; those that do not follow the whole step by step are spread by themselves.
    fn parts(&self, versions: Option<&Versions>, whole: usize, parts: &[usize]) -> Vec<Made> {
        let alone = || parts.iter().map(|at| self.one(*at)).collect();
        let Some(versions) = versions else { return alone() };
        let own: Vec<Option<Arc<Weights>>> = parts.iter().map(|at| self.own_days(whole, *at)).collect();
        // By their place among the shares; a part whose place a written target takes is not made, but has its share.
        let mut rows: BTreeMap<usize, (Option<usize>, Part<'_>)> = BTreeMap::new();
        for (place, at) in parts.iter().enumerate() {
            if let (Some(share), Some(totals)) = (self.share(*at), self.totals(versions, whole, *at)) {
                let rounding = self.plan.targets[*at].phase.rounding;
                rows.insert(share, (Some(place), Part { totals, own: own[place].as_deref(), rounding }));
            }
        }
        let rounding = self.plan.targets[whole].phase.rounding;
        let all = self.shares_of_whole(versions, whole, parts, &rows);
        let instead =
            if rows.len() < all.len() { self.written_instead(whole, parts) } else { BTreeMap::new() };
        for (share, totals) in all.into_iter().enumerate() {
            let own = instead.get(&share).and_then(Option::as_deref);
            rows.entry(share).or_insert((None, Part { totals, own, rounding }));
        }
        let (places, rows): (Vec<Option<usize>>, Vec<Part<'_>>) = rows.into_values().unzip();
        let pieces = phase::pieces(&self.plan.site.calendar, &self.plan.targets[whole]);
        let made = places.into_iter().zip(branch::parts(versions, &pieces, &rows));
        let mut made: BTreeMap<usize, Versions> = made.filter_map(|(place, made)| place.zip(made)).collect();
        let one = |(place, at): (usize, &usize)| match made.remove(&place) {
            Some(versions) => summed(&self.plan.targets[*at], versions),
            None => self.one(*at),
        };
        parts.iter().enumerate().map(one).collect()
    }

    /// The place of a part among the shares of its split.
    fn share(&self, part: usize) -> Option<usize> {
        match &self.plan.targets[part].origin {
            Origin::Split { at, .. } => Some(*at),
            Origin::Written | Origin::Template { .. } => None,
        }
    }

    /// The weights of days, where they are its own, of what is written in the place of a part, by its place among the shares.
    fn written_instead(&self, whole: usize, parts: &[usize]) -> BTreeMap<usize, Option<Arc<Weights>>> {
        let first = parts.first().map(|at| &self.plan.targets[*at].origin);
        let Some(Origin::Split { level, members, .. }) = first else { return BTreeMap::new() };
        let id = &self.plan.targets[whole].id;
        let written = |(_, one): &(usize, &Target)| {
            one.parent.as_ref() == Some(id) && !matches!(one.origin, Origin::Split { .. })
        };
        let place = |(at, one): (usize, &Target)| {
            let member = one.scope.member(level)?;
            let share = members.iter().position(|known| known == member)?;
            Some((share, self.own_days(whole, at)))
        };
        self.plan.targets.iter().enumerate().filter(written).filter_map(place).collect()
    }

    /// What all shares of the whole come to in each of its versions: so that what is written in the place of a part moves
    /// no other. Nothing where the parts are something else, as what written ones leave over.
    fn shares_of_whole(
        &self,
        versions: &Versions,
        whole: usize,
        parts: &[usize],
        rows: &BTreeMap<usize, (Option<usize>, Part<'_>)>,
    ) -> Vec<Vec<i128>> {
        let (target, values) = (&self.plan.targets[whole], &self.values[whole]);
        let Some(Origin::Split { shares, .. }) = parts.first().map(|at| &self.plan.targets[*at].origin)
        else {
            return Vec::new();
        };
        let decimals = phase::decimals(&self.metric(target).unit);
        let all = values.original.into_iter().chain(values.revisions.iter().map(|step| step.value));
        let cut = |value: TargetValue| match value {
            TargetValue::Of(value) => shares::largest_remainder(value, shares, decimals)?
                .into_iter()
                .map(|part| shares::steps(part, versions.decimals))
                .collect::<Option<Vec<i128>>>(),
            TargetValue::Between(..) => None,
        };
        let Some(cuts) = all.map(cut).collect::<Option<Vec<_>>>() else { return Vec::new() };
        let totals = |share: usize| cuts.iter().map(|cut| cut[share]).collect::<Vec<i128>>();
        let all: Vec<Vec<i128>> = (0..shares.len()).map(totals).collect();
        let plain = rows.iter().all(|(share, (_, row))| all.get(*share) == Some(&row.totals));
        if plain { all } else { Vec::new() }
    }

    /// The weights of the days of a part, if they are others than those of the whole.
    fn own_days(&self, whole: usize, part: usize) -> Option<Arc<Weights>> {
        let (whole, part) = (&self.plan.targets[whole], &self.plan.targets[part]);
        if self.weighing.alike(whole, part) { None } else { self.weighing.days(part) }
    }

    /// The totals of a part in the versions of the whole; `None` if it was revised otherwise, or is finer.
    fn totals(&self, versions: &Versions, whole: usize, part: usize) -> Option<Vec<i128>> {
        let (theirs, values) = (&self.values[whole], &self.values[part]);
        let same = theirs.revisions.len() == values.revisions.len()
            && theirs.revisions.iter().zip(&values.revisions).all(|(one, other)| one.date == other.date);
        let first = values
            .original
            .filter(|_| same && self.plan.targets[whole].period == self.plan.targets[part].period);
        let all = std::iter::once(first?).chain(values.revisions.iter().map(|step| step.value));
        all.map(|value| match value {
            TargetValue::Of(value) => shares::steps(value, versions.decimals),
            TargetValue::Between(..) => None,
        })
        .collect()
    }
}

fn summed(target: &Target, versions: Versions) -> Made {
    let course = Arc::new(Course::Sum(versions.plan(target.period)?));
    Ok(Some((course, Some(versions))))
}
