//! Shares a target out over the members of a level, and its parts further: children that add up to their parent to the
//! smallest unit, in every revision. A written target takes the place of the part it stands for.

use super::amount::UNIT_MISMATCH;
use super::shares::largest_remainder;
use super::yaml::check::UNFIT_VALUE;
use super::{
    Baseline, Id, Level, Metric, Months, Origin, Person, Phase, Promise, Revision, Scope, Store, Target,
    TargetValue, Team,
};
use crate::diag::{Finding, Place};
use crate::time::{Date, Period};
use crate::unit::{Decimal, Unit};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// `split:` as it is written.
#[derive(Clone, Debug)]
pub struct Split {
    /// The level of the parts.
    pub level: Level,
    /// Member → share, relative to their sum.
    pub shares: Shares,
    /// Who answers for a part, where it is said.
    pub owners: BTreeMap<Id, Id>,
    /// What written parts leave is shared out among the others; else these keep their shares.
    pub rescale: bool,
    /// A part stands for its member alone (a store), not for its part of the parent's scope (what a team sells there).
    pub alone: bool,
    /// How the parts are shared out further.
    pub then: Option<Box<Split>>,
    /// Where it is written.
    pub place: Place,
}

/// The shares of a split.
#[derive(Clone, Debug)]
pub enum Shares {
    /// The same below every member of the level above.
    All(Vec<(Id, Decimal)>),
    /// By member of the level above.
    Below(BTreeMap<Id, Vec<(Id, Decimal)>>),
}

impl Split {
    fn shares(&self, above: Option<&Id>) -> &[(Id, Decimal)] {
        match &self.shares {
            Shares::All(shares) => shares,
            Shares::Below(by) => above.and_then(|above| by.get(above)).map_or(&[], Vec::as_slice),
        }
    }

    /// Ids of all targets it makes below a parent.
    pub fn ids(&self, parent: &Id) -> Vec<Id> {
        let mut all = Vec::new();
        self.gather(parent, None, &mut all);
        all
    }

    fn scope(&self, parent: &Scope, member: &Id) -> Scope {
        if self.alone { Scope::of(&self.level, member) } else { parent.within(&self.level, member) }
    }

    fn gather(&self, parent: &Id, above: Option<&Id>, all: &mut Vec<Id>) {
        for (member, _) in self.shares(above) {
            let id = child_id(parent, member);
            if let Some(then) = &self.then {
                then.gather(&id, Some(member), all);
            }
            all.push(id);
        }
    }
}

fn child_id(parent: &Id, member: &Id) -> Id {
    format!("{parent}/{member}").into()
}

/// Who and what the parts are for.
pub struct Members<'a> {
    /// For units.
    pub metrics: &'a BTreeMap<Id, Metric>,
    /// For their calendars.
    pub stores: &'a BTreeMap<Id, Store>,
    /// For their leads.
    pub teams: &'a BTreeMap<Id, Team>,
    /// Who can own a part.
    pub people: &'a BTreeMap<Id, Person>,
}

/// A written target and how it is shared out.
pub struct Written {
    /// The target.
    pub target: Target,
    /// Its split, and the member above it if the split came from above.
    pub split: Option<(Split, Option<Id>)>,
}

/// Makes the parts of all splits. For each written target, in order, it and its parts; a written target that takes the
/// place of a part has the parent of that part, and what the part would have been shared out into.
pub fn grow(mut written: Vec<Written>, members: &Members<'_>, found: &mut Vec<Finding>) -> Vec<Vec<Target>> {
    let places: BTreeMap<(Id, Scope, Period), usize> = written
        .iter()
        .enumerate()
        .rev()
        .map(|(at, one)| ((one.target.metric.clone(), one.target.scope.clone(), one.target.period), at))
        .collect();
    let ids: BTreeMap<Id, usize> =
        written.iter().enumerate().map(|(at, one)| (one.target.id.clone(), at)).collect();
    let mut made: Vec<Vec<Target>> = written.iter().map(|_| Vec::new()).collect();
    let mut open: Vec<usize> = (0..written.len()).rev().collect();
    let mut done = BTreeSet::new();
    while let Some(root) = open.pop() {
        let Some((split, above)) = written[root].split.clone() else { continue };
        if !done.insert(root) {
            continue;
        }
        let mut grower =
            Grower { written: &mut written, places: &places, ids: &ids, members, found, open: &mut open };
        let parent = grower.written[root].target.clone();
        made[root] = grower.children(&parent, &split, above.as_ref(), root);
    }
    let both = written.into_iter().zip(made);
    both.map(|(one, made)| std::iter::once(one.target).chain(made).collect()).collect()
}

struct Grower<'a, 'm> {
    written: &'a mut Vec<Written>,
    places: &'a BTreeMap<(Id, Scope, Period), usize>,
    ids: &'a BTreeMap<Id, usize>,
    members: &'a Members<'m>,
    found: &'a mut Vec<Finding>,
    open: &'a mut Vec<usize>,
}

impl Grower<'_, '_> {
    fn children(&mut self, parent: &Target, split: &Split, above: Option<&Id>, root: usize) -> Vec<Target> {
        let Some(decimals) = self.decimals(parent, split) else { return Vec::new() };
        let shares = split.shares(above);
        let standing: Vec<Option<usize>> =
            shares.iter().map(|(member, _)| self.stands_for(parent, split, member, root)).collect();
        let Some(cut) = self.cut(parent, split, shares, &standing, decimals) else { return Vec::new() };
        let mut all = Vec::new();
        for (at, (member, _)) in shares.iter().enumerate() {
            match standing[at] {
                Some(place) => self.adopt(place, parent, split, member),
                None => {
                    let child = self.child(parent, split, &cut, at, member);
                    let below =
                        split.then.as_ref().map(|then| self.children(&child, then, Some(member), root));
                    all.push(child);
                    all.extend(below.unwrap_or_default());
                }
            }
        }
        all
    }

    /// The written target that stands for a part, if any.
    fn stands_for(&self, parent: &Target, split: &Split, member: &Id, root: usize) -> Option<usize> {
        let scope = split.scope(&parent.scope, member);
        let by_address = self.places.get(&(parent.metric.clone(), scope, parent.period));
        let by_id = self.ids.get(&child_id(&parent.id, member));
        by_address.or(by_id).copied().filter(|place| *place != root)
    }

    fn adopt(&mut self, place: usize, parent: &Target, split: &Split, member: &Id) {
        let one = &mut self.written[place];
        one.target.parent.get_or_insert_with(|| parent.id.clone());
        if let (None, Some(then)) = (&one.split, &split.then) {
            one.split = Some(((**then).clone(), Some(member.clone())));
            self.open.push(place);
        }
    }

    /// Decimals of the smallest unit; `None` with a finding if parts of it would not add up.
    fn decimals(&mut self, parent: &Target, split: &Split) -> Option<u32> {
        let told = match &self.members.metrics.get(&parent.metric)?.unit {
            Unit::Money(currency) => return Some(currency.decimals()),
            Unit::Count => return Some(0),
            other => format!("a target in {other} cannot be shared out: its parts do not add up to it"),
        };
        let finding = Finding::new(&UNIT_MISMATCH, split.place.clone(), told);
        self.found.push(finding.hint("write a target for each member, or use `for_each`"));
        None
    }

    /// The amounts of the parts; of those that written targets stand for, too, unless the rest is rescaled.
    fn cut(
        &mut self,
        parent: &Target,
        split: &Split,
        shares: &[(Id, Decimal)],
        standing: &[Option<usize>],
        decimals: u32,
    ) -> Option<Cut> {
        let weights: Vec<Decimal> = shares.iter().map(|(_, share)| *share).collect();
        let members: Arc<[Id]> = shares.iter().map(|(member, _)| member.clone()).collect();
        let whole = Cut { weights: weights.into(), members, taken: None, decimals };
        if let Promise::Value(TargetValue::Between(..)) = parent.value {
            return self.refuse(split, "a range cannot be shared out".to_owned());
        }
        if !split.rescale || standing.iter().all(Option::is_none) {
            return match whole.check(parent) {
                true => Some(whole),
                false => self.refuse(split, format!("the shares cannot divide `{}`", parent.id)),
            };
        }
        let written: Vec<Target> =
            standing.iter().flatten().map(|place| self.written[*place].target.clone()).collect();
        let left = standing.iter().zip(whole.weights.iter());
        let left = left.map(|(standing, weight)| if standing.is_some() { Decimal::ZERO } else { *weight });
        let rest =
            Cut { weights: left.collect(), members: whole.members.clone(), taken: Some(written), decimals };
        match rest.check(parent) {
            true => Some(rest),
            false => {
                let told = format!("what the written parts leave of `{}` cannot be shared out", parent.id);
                self.refuse(split, told)
            }
        }
    }

    fn refuse(&mut self, split: &Split, told: String) -> Option<Cut> {
        let hint = "parts need an amount that is stated, and written parts may not be more than the whole";
        self.found.push(Finding::new(&UNFIT_VALUE, split.place.clone(), told).hint(hint));
        None
    }

    fn child(&self, parent: &Target, split: &Split, cut: &Cut, at: usize, member: &Id) -> Target {
        let part = |total: Decimal| cut.part(total, parent.period.start, at);
        let red_part = |red: TargetValue| match red {
            TargetValue::Of(red) => cut.plain(red, at).map(TargetValue::Of),
            TargetValue::Between(..) => None,
        };
        let revision = |revision: &Revision| Revision {
            value: promise_part(revision.value, |total| cut.part(total, revision.date, at)),
            stretch: revision.stretch.and_then(|stretch| cut.plain(stretch, at)),
            red: revision.red.and_then(red_part),
            ..revision.clone()
        };
        let value = promise_part(parent.value, part);
        let id = child_id(&parent.id, member);
        let scope = split.scope(&parent.scope, member);
        let origin = Origin::Split {
            level: split.level.clone(),
            share: cut.weights[at],
            shares: cut.weights.clone(),
            members: cut.members.clone(),
            at,
        };
        Target {
            stretch: parent.stretch.and_then(|stretch| cut.plain(stretch, at)),
            red: parent.red.and_then(red_part),
            owner: self.owner(parent, split, member),
            parent: Some(parent.id.clone()),
            origin,
            status: parent.status.clone(),
            phase: self.phase(parent, split, cut, at, member),
            revisions: parent.revisions.iter().map(revision).collect(),
            baseline: match parent.baseline {
                Some(Baseline::Value(value)) => cut.plain(value, at).map(Baseline::Value),
                other => other,
            },
            tags: parent.tags.clone(),
            cadence: parent.cadence,
            checkpoints: parent.checkpoints.clone(),
            forecast: parent.forecast,
            ..Target::plain(id, parent.metric.clone(), scope, parent.period, value, parent.place.clone())
        }
    }

    fn owner(&self, parent: &Target, split: &Split, member: &Id) -> Option<Id> {
        let own = match &*split.level {
            "person" => self.members.people.get(member).map(|person| person.id.clone()),
            "team" => self.members.teams.get(member).and_then(|team| team.lead.clone()),
            _ => None,
        };
        split.owners.get(member).cloned().or(own).or_else(|| parent.owner.clone())
    }

    /// The parent's phasing, with the member's own calendar.
    fn phase(&self, parent: &Target, split: &Split, cut: &Cut, at: usize, member: &Id) -> Phase {
        let own = match &*split.level {
            "store" => self.members.stores.get(member).and_then(|store| store.season.clone()),
            _ => None,
        };
        let months = match &parent.phase.months {
            Months::Amounts(amounts) => months_part(parent, amounts, cut, at),
            other => other.clone(),
        };
        Phase { months, days: own.or_else(|| parent.phase.days.clone()), ..parent.phase.clone() }
    }
}

/// How a total is cut.
struct Cut {
    weights: Arc<[Decimal]>,
    members: Arc<[Id]>,
    /// Written targets whose amounts go off the total first.
    taken: Option<Vec<Target>>,
    decimals: u32,
}

impl Cut {
    /// One part of a total, after nothing was taken off.
    fn plain(&self, total: Decimal, at: usize) -> Option<Decimal> {
        largest_remainder(total, &self.weights, self.decimals)?.get(at).copied()
    }

    /// One part of what is left of a total that holds from a day on.
    fn part(&self, total: Decimal, from: Date, at: usize) -> Option<Decimal> {
        self.plain(self.left(total, from)?, at)
    }

    fn left(&self, total: Decimal, from: Date) -> Option<Decimal> {
        let taken = self.taken.iter().flatten();
        let left = taken
            .map(|target| in_force(target, from))
            .try_fold(total, |left, taken| left.checked_sub(taken?));
        left.filter(|left| self.taken.is_none() || *left >= Decimal::ZERO)
    }

    /// Whether every promise of a parent can be cut this way.
    fn check(&self, parent: &Target) -> bool {
        let first = (parent.value, parent.period.start);
        let later = parent.revisions.iter().map(|revision| (revision.value, revision.date));
        std::iter::once(first).chain(later).all(|(promise, from)| match promise {
            Promise::Value(TargetValue::Of(total)) => self.part(total, from, 0).is_some(),
            Promise::Value(TargetValue::Between(..)) | Promise::Series => false,
            Promise::Growth(_) | Promise::Part => {
                self.taken.is_none() && self.plain(Decimal::ONE, 0).is_some()
            }
        })
    }
}

fn promise_part(promise: Promise, part: impl Fn(Decimal) -> Option<Decimal>) -> Promise {
    match promise {
        Promise::Value(TargetValue::Of(total)) => match part(total) {
            Some(part) => Promise::Value(TargetValue::Of(part)),
            None => Promise::Part,
        },
        _ => Promise::Part,
    }
}

/// The amount a target states for a day on which revisions may already hold.
fn in_force(target: &Target, day: Date) -> Option<Decimal> {
    let revised = target.revisions.iter().rev().find(|revision| revision.date <= day);
    match revised.map_or(target.value, |revision| revision.value).stated()? {
        TargetValue::Of(value) => Some(value),
        TargetValue::Between(..) => None,
    }
}

/// Months of a part: where all months are stated their amounts are weights (rounding each would not keep the part),
/// else the stated ones are cut and the others take what is left of the part.
fn months_part(parent: &Target, amounts: &[(Period, Decimal)], cut: &Cut, at: usize) -> Months {
    let days: u32 = amounts.iter().map(|(month, _)| month.days()).sum();
    if days == parent.period.days() {
        return Months::Weights(amounts.iter().map(|(_, amount)| *amount).collect());
    }
    let parts = amounts.iter().filter_map(|(month, amount)| Some((*month, cut.plain(*amount, at)?)));
    Months::Amounts(parts.collect())
}
