//! Measured numbers: one value per metric, scope and period, with how complete it is.

use crate::plan::{Id, PluginFailed, Scope};
use crate::time::{Date, Grain, Period};
use crate::unit::Quantity;
use std::collections::BTreeMap;

/// How complete a value is (periods.md §4.1). Where two apply, the later one of this order wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// The period is over and everything expected is there.
    Complete,
    /// Complete, but its source still moves.
    Provisional,
    /// Some expected observations are missing.
    Partial,
    /// The period is not over at the as-of date.
    Running,
    /// Nothing was observed in a period after the first observation.
    Missing,
    /// The period lies before the first observation, or there is none.
    NoData,
    /// Observed, but the formula has no result: nothing is divided by zero.
    Undefined,
    /// The period begins after the as-of date.
    Future,
    /// The metric has no value at this grain.
    OtherGrain,
}

impl State {
    /// As it stands in `report.json` and `kpress values`.
    pub fn name(self) -> &'static str {
        match self {
            State::Complete => "complete",
            State::Provisional => "provisional",
            State::Partial => "partial",
            State::Running => "running",
            State::Missing => "missing",
            State::NoData => "no-data",
            State::Undefined => "undefined",
            State::Future => "future",
            State::OtherGrain => "other-grain",
        }
    }

    /// Whether the value may be judged: coloured, alerted on, taken into limits (periods.md §4.5).
    pub fn is_judged(self) -> bool {
        self == State::Complete
    }
}

/// Observations there are, and those the grain promises up to as-of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Days {
    /// There are.
    pub observed: u32,
    /// There should be.
    pub expected: u32,
}

/// The value of a metric in one period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// When.
    pub period: Period,
    /// How much; `None` is a dash, never a zero.
    pub value: Option<Quantity>,
    /// How complete.
    pub state: State,
    /// How many days of how many.
    pub days: Days,
}

/// The points of one grain, in the order of time, without gaps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// First to last.
    pub points: Vec<Point>,
}

impl Series {
    /// The point of a period.
    pub fn at(&self, period: Period) -> Option<&Point> {
        let place = self.points.binary_search_by(|point| point.period.start.cmp(&period.start)).ok()?;
        self.points.get(place)
    }

    /// The last `count` points.
    pub fn last(&self, count: usize) -> &[Point] {
        &self.points[self.points.len().saturating_sub(count)..]
    }
}

/// Everything that was measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Metrics whose plugin failed, and why; they have no values.
    pub failed: BTreeMap<Id, PluginFailed>,
    /// Series by metric, scope and grain.
    pub series: BTreeMap<(Id, Scope, Grain), Series>,
    /// Single periods that are no grain's (targets over a range of days).
    pub periods: BTreeMap<(Id, Scope, Period), Point>,
    /// Members with data, by level; sorted.
    pub members: BTreeMap<crate::plan::Level, Vec<Id>>,
    /// The figures as they were on an earlier day, for decks whose last period ended before the as-of date.
    pub on: BTreeMap<Date, Facts>,
}

impl Facts {
    /// The figures as they were on a day; those of now where nothing else was asked for.
    pub fn as_of(&self, day: Date) -> &Facts {
        self.on.get(&day).unwrap_or(self)
    }

    /// The series of a metric in a scope, if it was asked for.
    pub fn series(&self, metric: &str, scope: &Scope, grain: Grain) -> Option<&Series> {
        self.series.get(&(metric.into(), scope.clone(), grain))
    }

    /// The value of a metric in a scope over a period, from its series or measured on its own.
    pub fn at(&self, metric: &str, scope: &Scope, period: Period) -> Option<&Point> {
        let single = || self.periods.get(&(metric.into(), scope.clone(), period));
        match period.grain {
            Some(grain) => {
                self.series(metric, scope, grain).and_then(|series| series.at(period)).or_else(single)
            }
            None => single(),
        }
    }
}
