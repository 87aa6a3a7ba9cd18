//! What pages of targets say beyond cards and tables: the answer at the top, the tree, the plan day by day, SMART.
//! Like every block they hold values and words and no HTML.

use super::{About, Cell, Text};
use crate::assess::Standing;
use crate::measure::Point;
use crate::plan::{Id, StatusKind, Words};
use crate::time::Period;
use crate::unit::{Decimal, Quantity, Unit};

/// The answer at the top of a page: where it stands, in sentences, and the few figures they rest on.
#[derive(Clone, Debug, PartialEq)]
pub struct Lead {
    /// Where it stands.
    pub standing: Option<Standing>,
    /// Sentences, read one after the other.
    pub said: Vec<Text>,
    /// Figures, the most needed first.
    pub figures: Vec<LeadFigure>,
}

/// A large figure of a [`Lead`].
#[derive(Clone, Debug, PartialEq)]
pub struct LeadFigure {
    /// What it is.
    pub label: Text,
    /// How much.
    pub value: Cell,
    /// What it is held against, smaller below it.
    pub note: Option<Text>,
}

/// Targets of a metric with their parts below them.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// Stable id on the page.
    pub id: String,
    /// Targets that are part of no other and run now or later, the longest first.
    pub roots: Vec<Node>,
    /// Those whose time is over, the newest first.
    pub past: Vec<Node>,
}

/// A target in a [`Tree`].
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Id of the target.
    pub target: Id,
    /// Its page.
    pub path: String,
    /// What tells it from the target it is a part of: for whom, when, which metric.
    pub name: Vec<Text>,
    /// Who answers for it, with the page if there is one.
    pub owner: Option<(Id, Words)>,
    /// Unit of its figures.
    pub unit: Unit,
    /// Decimals, if the metric fixes them.
    pub decimals: Option<u32>,
    /// How much; both ends of a range. `None` while it has to be measured first.
    pub value: Option<(Quantity, Option<Quantity>)>,
    /// As first promised, where that was another value.
    pub original: Option<(Quantity, Option<Quantity>)>,
    /// What was measured.
    pub actual: Option<Point>,
    /// Which figure that is.
    pub about: About,
    /// Actual over target.
    pub attainment: Option<Quantity>,
    /// Actual over what the plan asks by now.
    pub index: Option<Quantity>,
    /// Where it will end.
    pub forecast: Option<Quantity>,
    /// Where it stands.
    pub standing: Standing,
    /// Whether it is pursued.
    pub status: StatusKind,
    /// Why it is not.
    pub reason: Option<Words>,
    /// How its parts differ from it.
    pub gap: Option<Gap>,
    /// Its parts.
    pub children: Vec<Node>,
}

/// How the parts of a target differ from the whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// What the parts add up to, or imply.
    pub sum: Option<Quantity>,
    /// The whole minus that: positive is not handed on, negative is promised twice.
    pub left: Option<Quantity>,
    /// Members that no part covers.
    pub uncovered: Vec<Words>,
    /// Parts whose scopes share members.
    pub overlapping: Vec<(Id, Id)>,
}

/// A plan from the year down to the day.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Stable id on the page.
    pub id: String,
    /// Unit of its figures.
    pub unit: Unit,
    /// Decimals, if the metric fixes them.
    pub decimals: Option<u32>,
    /// Whether it was revised, so that there is a first plan beside that in force.
    pub revised: bool,
    /// Months, or weeks of a shorter plan, in order.
    pub rows: Vec<Stretch>,
    /// All of it.
    pub total: Stretch,
}

/// Some days of a [`Plan`].
#[derive(Clone, Debug, PartialEq)]
pub struct Stretch {
    /// First to last day.
    pub period: Period,
    /// What is asked of them.
    pub plan: Option<Quantity>,
    /// What was first asked of them, where that was something else.
    pub original: Option<Quantity>,
    /// What was reached on those that are over; `None` if it is not known of each of them.
    pub actual: Option<Quantity>,
    /// That minus what was asked of the same days.
    pub difference: Option<Quantity>,
    /// The same from the first day of the plan on.
    pub so_far: Option<Quantity>,
    /// What the days left have to bring to reach the target.
    pub needed: Option<Quantity>,
    /// Weight of a single day, where it is not 1.
    pub weight: Option<Decimal>,
    /// Events and holidays.
    pub events: Vec<Words>,
    /// Whether the last day that counts is among them.
    pub now: bool,
    /// Weeks of a month, days of a week.
    pub parts: Vec<Stretch>,
}
