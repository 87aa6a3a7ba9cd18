//! Objectives with key results (`objectives/*.yaml`), and products being launched (`launches/*.yaml`): what shall be
//! reached, and by which figures it is told.

use super::condition::Condition;
use super::{Id, Scope, Words};
use crate::diag::Place;
use crate::time::{Date, Period, plus_days};
use crate::unit::Decimal;
use std::sync::Arc;

/// Something to reach in a period, told by key results.
#[derive(Clone, Debug)]
pub struct Objective {
    /// Its name in the address.
    pub id: Id,
    /// What shall be reached.
    pub title: Words,
    /// When.
    pub period: Period,
    /// Who answers for it.
    pub owner: Option<Id>,
    /// How high it is hung.
    pub ambition: Ambition,
    /// The objective it serves.
    pub parent: Option<Id>,
    /// By what it is told, in order; never empty.
    pub key_results: Vec<KeyResult>,
    /// What its people thought of it, in the order of the days.
    pub check_ins: Vec<CheckIn>,
    /// What is done for it; moves no progress.
    pub initiatives: Vec<Initiative>,
    /// Where it is written.
    pub place: Place,
}

/// How high an objective is hung.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ambition {
    /// To be reached in full.
    #[default]
    Committed,
    /// Seven tenths count as reached.
    Aspirational,
}

impl Ambition {
    /// As it is written in YAML.
    pub fn name(self) -> &'static str {
        match self {
            Ambition::Committed => "committed",
            Ambition::Aspirational => "aspirational",
        }
    }

    /// The progress at which it counts as reached.
    pub fn goal(self) -> Decimal {
        match self {
            Ambition::Committed => Decimal::ONE,
            Ambition::Aspirational => Decimal::new(7, 1),
        }
    }
}

/// A figure that tells how far an objective is.
#[derive(Clone, Debug)]
pub struct KeyResult {
    /// Its name within the objective.
    pub id: Id,
    /// What it says; the metric's name if empty.
    pub title: Words,
    /// The metric; its value over the objective's period counts.
    pub metric: Id,
    /// For whom.
    pub scope: Scope,
    /// Where it starts, in the metric's unit: no progress.
    pub baseline: Decimal,
    /// Where it shall be: full progress. Never equal to `baseline`.
    pub target: Decimal,
    /// Who answers for it.
    pub owner: Option<Id>,
    /// Importance among its siblings; positive.
    pub weight: Decimal,
    /// Where it is written.
    pub place: Place,
}

/// What people thought of an objective on a day.
#[derive(Clone, Debug)]
pub struct CheckIn {
    /// When.
    pub date: Date,
    /// How sure they were of each key result, 0 to 1.
    pub confidence: Vec<(Id, Decimal)>,
    /// What they said.
    pub note: Words,
}

/// Something done for an objective.
#[derive(Clone, Debug)]
pub struct Initiative {
    /// What.
    pub title: Words,
    /// Who.
    pub owner: Option<Id>,
    /// Whether it is done.
    pub done: bool,
}

/// A product being launched.
#[derive(Clone, Debug)]
pub struct Launch {
    /// Its name in the address: that of its file.
    pub id: Id,
    /// Name to show.
    pub title: Words,
    /// For which rows: store, and SKU or ASIN.
    pub scope: Scope,
    /// Who answers for it.
    pub owner: Option<Id>,
    /// Day 0.
    pub date: Date,
    /// What shall be reached when, in the order of the days.
    pub phases: Vec<LaunchPhase>,
    /// Where it is written.
    pub place: Place,
}

/// A stretch of days of a launch.
#[derive(Clone, Debug)]
pub struct LaunchPhase {
    /// Its name.
    pub id: Id,
    /// Name to show.
    pub title: Words,
    /// First and last day since launch.
    pub days: (u32, u32),
    /// What shall be reached at its end: metric and value, in the metric's unit.
    pub targets: Vec<(Id, Decimal)>,
    /// What must hold to leave it: all of these.
    pub exit: Vec<(Id, Gate)>,
}

/// A condition to leave a phase.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    /// What must hold.
    pub condition: Condition,
    /// As it was written.
    pub written: Arc<str>,
}

/// Days of a week of a launch.
const WEEK: u32 = 7;

impl Launch {
    /// The day with a number since launch.
    fn day(&self, number: u32) -> Date {
        plus_days(self.date, i32::try_from(number).unwrap_or(i32::MAX))
    }

    /// The days of a phase.
    pub fn span(&self, phase: &LaunchPhase) -> Period {
        Period::range(self.day(phase.days.0), self.day(phase.days.1))
    }

    /// The days from launch to the end of a phase: counts run from the launch, not from the phase.
    pub fn until(&self, phase: &LaunchPhase) -> Period {
        Period::range(self.date, self.day(phase.days.1))
    }

    /// Weeks since launch, whole ones, up to the end of the last phase.
    pub fn weeks(&self) -> Vec<Period> {
        let last = self.phases.iter().map(|phase| phase.days.1 + 1).max().unwrap_or(0);
        let week = |number: u32| Period::range(self.day(number * WEEK), self.day(number * WEEK + WEEK - 1));
        (0..last.div_ceil(WEEK)).map(week).collect()
    }

    /// Metrics with a target or a condition, each once, in the order they are written.
    pub fn metrics(&self) -> Vec<Id> {
        let mut all: Vec<Id> = Vec::new();
        for phase in &self.phases {
            let here = phase
                .targets
                .iter()
                .map(|(metric, _)| metric)
                .chain(phase.exit.iter().map(|(metric, _)| metric));
            for metric in here {
                if !all.contains(metric) {
                    all.push(metric.clone());
                }
            }
        }
        all
    }
}
