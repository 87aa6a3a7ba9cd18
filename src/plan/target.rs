//! What is promised: a value for a metric, a scope and a period, how it is spread over the days, and what became of
//! the promise since: revisions, status, acknowledgements.

use super::{Id, Level, Scope, Words};
use crate::diag::Place;
use crate::time::{Date, Grain, Period};
use crate::unit::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A target of one metric in one scope over one period.
#[derive(Clone, Debug)]
pub struct Target {
    /// Written, or made from metric, scope and period.
    pub id: Id,
    /// The metric.
    pub metric: Id,
    /// For whom.
    pub scope: Scope,
    /// When.
    pub period: Period,
    /// How much, in the metric's unit (percent as plain ratio), as first promised.
    pub value: Promise,
    /// More than asked.
    pub stretch: Option<Decimal>,
    /// Beyond this it is off target; for a range both ends.
    pub red: Option<TargetValue>,
    /// Who answers for it.
    pub owner: Option<Id>,
    /// The target this one is a part of.
    pub parent: Option<Id>,
    /// Where it came from.
    pub origin: Origin,
    /// The metric of [`super::Plan::series`] that holds its days, if its value is [`Promise::Series`].
    pub series: Option<Id>,
    /// Whether it is pursued.
    pub status: Status,
    /// How it is spread over months and days.
    pub phase: Phase,
    /// A path from another value towards `value`; only for metrics that do not add up over time.
    pub glide: Option<Glide>,
    /// Later values, in the order of their dates; the first one is kept in `value`.
    pub revisions: Vec<Revision>,
    /// What stands behind it.
    pub resources: Vec<Resource>,
    /// By how much the children may promise more than this target (0.05: by 5 %).
    pub buffer: Decimal,
    /// Where it started: of key results, lower-is-better attainment, and SMART.
    pub baseline: Option<Baseline>,
    /// Smaller targets worked out backwards from this one (numbers.md §2.2), in order.
    pub derive: Vec<Derive>,
    /// How a child in another metric serves its parent.
    pub contributes: Option<Arc<str>>,
    /// Strategies it belongs to.
    pub tags: Vec<Id>,
    /// How often it is looked at.
    pub cadence: Option<Grain>,
    /// Days on which it is looked at besides.
    pub checkpoints: Vec<Date>,
    /// How it is forecast.
    pub forecast: ForecastRule,
    /// Importance among its siblings, from a day on; the first has no day.
    pub weight: Vec<(Option<Date>, Decimal)>,
    /// Who saw and accepted it, and when.
    pub acks: Vec<Ack>,
    /// Who has to accept it.
    pub signers: Vec<Id>,
    /// How sure its authors are, 0 to 1.
    pub probability: Option<Decimal>,
    /// Letters of SMART its authors answer themselves, with their sentence.
    pub smart: BTreeMap<char, Arc<str>>,
    /// Why.
    pub note: Option<Words>,
    /// Where it is written.
    pub place: Place,
}

/// How much is promised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TargetValue {
    /// This much.
    Of(Decimal),
    /// Between two ends, both included.
    Between(Decimal, Decimal),
}

/// How much is promised, as it is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Promise {
    /// A number or a range.
    Value(TargetValue),
    /// More than a past period by a share; the amount is known once the past is measured.
    Growth(Growth),
    /// A part (by [`Origin::Split`]) of what its parent promises at the time, which is known only then.
    Part,
    /// Day by day what a source says (`series` of the target).
    Series,
}

impl Promise {
    /// The value, unless it has to be measured first.
    pub fn stated(self) -> Option<TargetValue> {
        match self {
            Promise::Value(value) => Some(value),
            Promise::Growth(_) | Promise::Part | Promise::Series => None,
        }
    }
}

/// Growth on a stated baseline (numbers.md §5.3).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Growth {
    /// 0.05 is 5 % more.
    pub rate: Decimal,
    /// Whether the average of a day grows (`of: daily_average`), else the total does.
    pub daily_average: bool,
    /// The past period.
    pub baseline: Period,
}

/// Where a target came from.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Origin {
    /// It stands in a file as it is.
    #[default]
    Written,
    /// A `split` of its parent, with this share of all shares.
    Split {
        /// The level it was split over.
        level: Level,
        /// Its share as written.
        share: Decimal,
        /// The shares of all parts, in order; the parts of a total are those of
        /// [`super::shares::largest_remainder`].
        shares: Arc<[Decimal]>,
        /// The members of all parts, in order.
        members: Arc<[Id]>,
        /// Which of them is its own.
        at: usize,
    },
    /// A template (`for_each`): id of the template, and the keys an override changed.
    Template {
        /// Metric and period of the template, or its `id`.
        of: Id,
        /// Names of the keys that differ.
        drift: Vec<&'static str>,
    },
}

/// Whether a target is pursued. Paused, disputed and dropped ones are shown and not judged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Status {
    /// Which.
    pub kind: StatusKind,
    /// Why.
    pub reason: Option<Arc<str>>,
    /// Since when.
    pub date: Option<Date>,
}

/// Kinds of status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum StatusKind {
    /// Pursued.
    #[default]
    Active,
    /// Put aside for a time.
    Paused,
    /// Its owner and its author disagree.
    Disputed,
    /// Declared reached.
    Achieved,
    /// Given up.
    Dropped,
}

impl StatusKind {
    /// All of them.
    pub const ALL: &[StatusKind] = &[
        StatusKind::Active,
        StatusKind::Paused,
        StatusKind::Disputed,
        StatusKind::Achieved,
        StatusKind::Dropped,
    ];

    /// As it is written in YAML.
    pub fn name(self) -> &'static str {
        match self {
            StatusKind::Active => "active",
            StatusKind::Paused => "paused",
            StatusKind::Disputed => "disputed",
            StatusKind::Achieved => "achieved",
            StatusKind::Dropped => "dropped",
        }
    }

    /// Whether it is judged and scored.
    pub fn is_judged(self) -> bool {
        matches!(self, StatusKind::Active | StatusKind::Achieved)
    }
}

/// How a target is spread over its days (numbers.md §5.3).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Phase {
    /// Over the months (or the periods of a 4-4-5 year) it covers.
    pub months: Months,
    /// Calendar of day weights; the store's own, then `site.calendar`, then even days if absent.
    pub days: Option<Id>,
    /// How fractions of the smallest unit are shared out.
    pub rounding: Rounding,
    /// Values of parts of the period, for metrics that do not add up; parts in order, not overlapping.
    pub explicit: Vec<(Period, Decimal)>,
    /// A stock is judged by its last day, not by a sum.
    pub end_of_period: bool,
}

/// How a target is spread over months.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Months {
    /// Straight to days (`anchor: year`).
    #[default]
    None,
    /// Relative weights of the months of its period, in order; their number is that of the months.
    Weights(Vec<Decimal>),
    /// Amounts of some months; the others share the remainder by the weights of their days.
    Amounts(Vec<(Period, Decimal)>),
}

/// How fractions of the smallest unit are shared out; both keep the sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rounding {
    /// To the largest fractional parts (numbers.md §5.2).
    #[default]
    LargestRemainder,
    /// Each running total is rounded: smooth from day to day.
    Cumulative,
}

/// A path towards a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Glide {
    /// The value on the eve of the period.
    pub from: Decimal,
    /// Its form.
    pub curve: Curve,
}

/// Form of a path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Curve {
    /// The same step each day.
    #[default]
    Linear,
    /// The same step at the start of each month.
    Steps,
}

/// A later value. Days before `date` keep what they had.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    /// First day it holds for.
    pub date: Date,
    /// How much for the whole period.
    pub value: Promise,
    /// Stretch from then on, if it changes.
    pub stretch: Option<Decimal>,
    /// Red line from then on, if it changes.
    pub red: Option<TargetValue>,
    /// Why.
    pub reason: Option<Words>,
    /// Who decided.
    pub by: Option<Id>,
    /// Where it is written.
    pub place: Place,
}

/// What stands behind a target.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// `budget`, `tool`, `people` …; absent for a plain sentence.
    pub kind: Option<Id>,
    /// What, in words.
    pub text: Words,
    /// How much was asked, as written.
    pub amount: Option<Arc<str>>,
    /// Whether (or how much of it) was granted: 0 to 1; unknown if absent.
    pub granted: Option<Decimal>,
}

/// Where a target started.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Baseline {
    /// A number, in the metric's unit.
    Value(Decimal),
    /// What was measured in this period.
    Period(Period),
}

/// One step of planning backwards: this metric's target is the one before divided (or multiplied) by an assumption.
#[derive(Clone, Debug, PartialEq)]
pub struct Derive {
    /// The metric worked out: units from sales, sessions from units, ad budget from sales.
    pub metric: Id,
    /// The step it follows from; the one before, or the target itself, if absent.
    pub from: Option<Id>,
    /// The metric whose value links both (average price, conversion, ad share).
    pub per: Id,
    /// Divided by it (units = sales / price) or multiplied (budget = sales × share).
    pub times: bool,
    /// The assumption; what was measured in the same period a year before, else lately, if absent.
    pub assume: Option<Decimal>,
}

/// How a target is forecast (numbers.md §5.5).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ForecastRule {
    /// How.
    pub method: ForecastMethod,
    /// Share of outcomes the interval shall hold, 0.8 unless stated.
    pub interval: Decimal,
    /// Days the recent speed is taken from, 28 unless stated.
    pub window: u32,
    /// From this share of the target on a forecast is `near`, 0.95 unless stated.
    pub near: Decimal,
}

impl Default for ForecastRule {
    fn default() -> ForecastRule {
        ForecastRule {
            method: ForecastMethod::Seasonal,
            interval: Decimal::new(8, 1),
            window: 28,
            near: Decimal::new(95, 2),
        }
    }
}

/// Ways to forecast.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForecastMethod {
    /// At the pace of the days so far.
    Linear,
    /// At the share of the plan reached so far.
    #[default]
    Seasonal,
    /// At the share of the plan reached lately.
    Recent,
}

impl ForecastMethod {
    /// As it is written in YAML.
    pub fn name(self) -> &'static str {
        match self {
            ForecastMethod::Linear => "linear",
            ForecastMethod::Seasonal => "seasonal",
            ForecastMethod::Recent => "recent",
        }
    }
}

/// Somebody accepted a target.
#[derive(Clone, Debug, PartialEq)]
pub struct Ack {
    /// Who.
    pub by: Id,
    /// When.
    pub date: Date,
}

impl Origin {
    /// The part of `total` that falls to a target a split made, in steps of 10^-`decimals`; `None` for others.
    pub fn part(&self, total: Decimal, decimals: u32) -> Option<Decimal> {
        match self {
            Origin::Split { shares, at, .. } => {
                super::shares::largest_remainder(total, shares, decimals)?.get(*at).copied()
            }
            Origin::Written | Origin::Template { .. } => None,
        }
    }
}

impl Target {
    /// The period of a series whose rows are not known yet: no day of any data.
    pub const UNDATED: Period =
        Period { start: Date::constant(1900, 1, 1), end: Date::constant(1900, 1, 1), grain: None };

    /// A target in which only the address and the value are written.
    pub fn plain(id: Id, metric: Id, scope: Scope, period: Period, value: Promise, place: Place) -> Target {
        Target {
            id,
            metric,
            scope,
            period,
            value,
            stretch: None,
            red: None,
            owner: None,
            parent: None,
            origin: Origin::Written,
            series: None,
            status: Status::default(),
            phase: Phase::default(),
            glide: None,
            revisions: Vec::new(),
            resources: Vec::new(),
            buffer: Decimal::ZERO,
            baseline: None,
            derive: Vec::new(),
            contributes: None,
            tags: Vec::new(),
            cadence: None,
            checkpoints: Vec::new(),
            forecast: ForecastRule::default(),
            weight: Vec::new(),
            acks: Vec::new(),
            signers: Vec::new(),
            probability: None,
            smart: BTreeMap::new(),
            note: None,
            place,
        }
    }
}
