//! The weights of the days of targets: each combination of calendar, stores concerned and period is worked out once.

use crate::plan::shares::Weights;
use crate::plan::{Id, Plan, Season, Target};
use crate::time::{Date, Period};
use crate::unit::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the weights of a target's days depend on.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    season: Option<&'a Id>,
    /// Members that events of the calendar are limited to.
    limited: [Option<&'a Id>; 2],
    start: Date,
    end: Date,
}

/// Weights of days, each worked out once. `None`: one is negative, or they have too many digits.
pub(super) struct Weighing<'a> {
    plan: &'a Plan,
    seasons: &'a BTreeMap<Id, Season>,
    known: BTreeMap<Key<'a>, Option<Arc<Weights>>>,
}

impl<'a> Weighing<'a> {
    /// Works out those of all targets.
    pub(super) fn of(plan: &'a Plan, seasons: &'a BTreeMap<Id, Season>) -> Weighing<'a> {
        let mut all = Weighing { plan, seasons, known: BTreeMap::new() };
        for target in &plan.targets {
            let key = all.key(target, target.period);
            if !all.known.contains_key(&key) {
                let weights = all.weigh(target, target.period).map(Arc::new);
                all.known.insert(key, weights);
            }
        }
        all
    }

    /// The weights of the days of a target, first to last.
    pub(super) fn days(&self, target: &Target) -> Option<Arc<Weights>> {
        self.known.get(&self.key(target, target.period)).cloned().flatten()
    }

    /// Whether the days of two targets weigh alike.
    pub(super) fn alike(&self, one: &'a Target, other: &'a Target) -> bool {
        self.key(one, one.period) == self.key(other, other.period) || self.days(one) == self.days(other)
    }

    /// How many days of the target count.
    pub(super) fn active(&self, target: &Target) -> Option<u32> {
        let days = self.days(target)?;
        u32::try_from(days.get().iter().filter(|weight| **weight > 0).count()).ok()
    }

    /// The calendar of a target, with what it learned.
    fn season(&self, target: &'a Target) -> Option<(&'a Id, &'a Season)> {
        self.seasons.get_key_value(&self.plan.season_of(target)?.id)
    }

    fn key(&self, target: &'a Target, period: Period) -> Key<'a> {
        let season = self.season(target);
        let limits = |by_store: bool| {
            let has = |season: &Season| {
                season.events.iter().any(|event| {
                    if by_store { !event.stores.is_empty() } else { !event.categories.is_empty() }
                })
            };
            let member =
                if by_store { self.plan.store_of(&target.scope) } else { target.scope.member("category") };
            season.filter(|(_, season)| has(season)).and(member)
        };
        Key {
            season: season.map(|(id, _)| id),
            limited: [limits(true), limits(false)],
            start: period.start,
            end: period.end,
        }
    }

    fn weigh(&self, target: &'a Target, period: Period) -> Option<Weights> {
        match self.season(target) {
            Some((_, season)) => {
                let scope = self.plan.placed(&target.scope);
                let weight = |day: Date| season.weight(day, &scope);
                Weights::of(&period.each_day().map(weight).collect::<Vec<Decimal>>())
            }
            None => Weights::whole(vec![1; period.days() as usize]),
        }
    }
}
