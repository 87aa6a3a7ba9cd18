//! Alerts as code: what somebody asked to be told, when, and how urgently. Whether one is raised is decided from the data
//! alone; who took it stands in a file.

use super::condition::Comparison;
use super::{Condition, Id, Level, Scope, Words};
use crate::diag::Place;
use crate::time::{Date, Grain};
use crate::unit::Decimal;
use std::sync::Arc;

/// Something to be told.
#[derive(Clone, Debug)]
pub struct Alert {
    /// Its name.
    pub id: Id,
    /// Name to show; empty: that of the metric.
    pub title: Words,
    /// What is looked at; `None` for alerts on sources, launches and other alerts.
    pub metric: Option<Id>,
    /// For whom.
    pub whose: Whose,
    /// How finely.
    pub grain: Grain,
    /// What must be true.
    pub test: AlertTest,
    /// At so many of the last so many points.
    pub hold: (u32, u32),
    /// With less behind it nothing is said: metrics with the least they must be.
    pub min_volume: Vec<(Id, Condition)>,
    /// Not while one of these alerts holds in the same scope: it follows from them.
    pub unless: Vec<Id>,
    /// It is over only when this holds; else as soon as the test fails.
    pub clear_when: Option<Condition>,
    /// Raised again within so many days after its end it is the same alert.
    pub dedupe: u32,
    /// Nothing is raised up to this day.
    pub mute_until: Option<Date>,
    /// How urgent.
    pub severity: Severity,
    /// Within how many days somebody should have taken it.
    pub respond_within: Option<u32>,
    /// Who is told; the owner of the metric if nobody is named.
    pub owner: Option<Id>,
    /// What to do.
    pub sop: Option<Arc<str>>,
    /// Where it is written.
    pub place: Place,
}

/// For whom an alert looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// One scope.
    Scope(Scope),
    /// Each member of a level.
    Each(Level),
}

/// How urgent, most urgent last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// When there is time.
    Low,
    /// This week.
    Medium,
    /// Today.
    High,
}

impl Severity {
    /// Names, most urgent last.
    pub const NAMES: &[&str] = &["low", "medium", "high"];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
        }
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Severity> {
        [Severity::Low, Severity::Medium, Severity::High].into_iter().find(|one| one.name() == name)
    }
}

/// What must be true for an alert.
#[derive(Clone, Debug, PartialEq)]
pub enum AlertTest {
    /// The figure, compared with a fixed number.
    Threshold(Condition),
    /// The newest point is a signal under the limits of the metric.
    Signal(SignalTest),
    /// What was reached by now over what the plan of the target asks by now.
    Pace(Share),
    /// The figure of a period over its target.
    Attainment(Share),
    /// The change against something.
    Change(ChangeFrom, Share),
    /// A source has no rows for so many days.
    Stale {
        /// The source.
        source: Id,
        /// More days than this are too many.
        max_age: u32,
    },
    /// Two metrics that should agree do not.
    Reconcile {
        /// The other one.
        other: Id,
        /// They may differ by this part of the first.
        relative: Option<Decimal>,
        /// They may differ by this much.
        absolute: Option<Decimal>,
    },
    /// The gate of a launch is still shut after its day.
    Gate {
        /// The launch; `None`: any.
        launch: Option<Id>,
    },
    /// Other alerts, together.
    Composite {
        /// Every one of them; else any.
        all: bool,
        /// Their names.
        of: Vec<Id>,
    },
}

impl AlertTest {
    /// As it is written.
    pub fn name(&self) -> &'static str {
        match self {
            AlertTest::Threshold(_) => "threshold",
            AlertTest::Signal(_) => "signal",
            AlertTest::Pace(_) => "pace",
            AlertTest::Attainment(_) => "attainment",
            AlertTest::Change(..) => "change",
            AlertTest::Stale { .. } => "stale",
            AlertTest::Reconcile { .. } => "reconciliation",
            AlertTest::Gate { .. } => "gate",
            AlertTest::Composite { .. } => "composite",
        }
    }
}

/// Which signals are told.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalTest {
    /// Names of rules; empty: all that the limits have.
    pub rules: Vec<Id>,
    /// On which side.
    pub side: SignalSide,
    /// Only where the figure is so much, too: what matters may be more than what is unusual.
    pub only: Option<Condition>,
    /// Only at least so far from the centre, as a part of it.
    pub distance: Option<Decimal>,
    /// Only where the limits are made of so many points.
    pub min_points: u32,
}

/// Signals of one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignalSide {
    /// Those in the bad direction; for metrics without one all.
    Concern,
    /// High ones.
    High,
    /// Low ones.
    Low,
    /// All.
    Any,
}

/// With what a figure is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeFrom {
    /// The period before.
    Previous,
    /// The same weekday of the week before.
    SameWeekday,
    /// The mean of the seven days before.
    Mean7,
    /// The same period a year earlier.
    PreviousYear,
}

/// A comparison of a share or of a change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Share {
    /// `< 90%`, `> 10%`.
    Is(Condition),
    /// A difference in the unit of a rate: `> 2 pp`.
    Points(Condition),
    /// More than so far away, in either direction.
    Beyond(Decimal),
}

impl Share {
    /// Whether a change by `part` of what was, and by `points`, is one to be told.
    pub fn holds(self, part: Option<crate::unit::Quantity>, points: crate::unit::Quantity) -> bool {
        use crate::unit::Quantity;
        match self {
            Share::Is(condition) => part.is_some_and(|part| condition.holds(part)),
            Share::Points(condition) => condition.holds(points),
            Share::Beyond(limit) => {
                part.is_some_and(|part| {
                    let above = Condition { op: Comparison::Above, value: limit };
                    let below = Condition { op: Comparison::Below, value: -limit };
                    above.holds(part) || below.holds(part)
                }) && !matches!(points, Quantity::Approximate(value) if value.is_nan())
            }
        }
    }
}

/// Somebody took an alert.
#[derive(Clone, Debug, PartialEq)]
pub struct Acknowledged {
    /// Which: `sessions-signal/jp1/2025-W37`.
    pub alert: Id,
    /// Who.
    pub by: Id,
    /// When.
    pub date: Date,
    /// What is done about it.
    pub note: Words,
    /// Where it is written.
    pub place: Place,
}
