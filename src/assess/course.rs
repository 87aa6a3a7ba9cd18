//! What a target asks of each day, and what that says of the days so far: the shapes handed to pages and scores.
//! How they are computed stands in the files beside this one.

use crate::measure::Point;
use crate::plan::{Id, TargetValue};
use crate::time::{Date, Period};
use crate::unit::{Decimal, Quantity, Unit};
use std::sync::Arc;

/// What a target asks over its period.
#[derive(Clone, Debug, PartialEq)]
pub enum Course {
    /// It adds up over days: an amount a day.
    Sum(DayPlan),
    /// It does not: a level a day, the same for days next to each other.
    Level(LevelPlan),
}

/// Amounts a day in whole steps of the smallest unit; they add up to the target exactly.
#[derive(Clone, Debug, PartialEq)]
pub struct DayPlan {
    /// First to last day.
    pub period: Period,
    /// Decimals of the smallest unit: a step is 10^-decimals.
    pub decimals: u32,
    /// Steps asked of the days before each day, and of all days at the end: one more entry than days. In force now.
    pub before: Arc<[i64]>,
    /// The same as first promised; the same array while nothing was revised.
    pub original: Arc<[i64]>,
}

impl DayPlan {
    /// What is asked of the days of `period` that lie in the target's own; `None` if there are none.
    pub fn sum(&self, period: Period) -> Option<Decimal> {
        self.over(&self.before, period)
    }

    /// What was first asked of these days.
    pub fn original_sum(&self, period: Period) -> Option<Decimal> {
        self.over(&self.original, period)
    }

    fn over(&self, before: &[i64], period: Period) -> Option<Decimal> {
        let (first, last) = (period.start.max(self.period.start), period.end.min(self.period.end));
        if first > last {
            return None;
        }
        let place = |day: Date| crate::time::days_between(self.period.start, day) as usize;
        let steps = before.get(place(last) + 1)? - before.get(place(first))?;
        Some(Decimal::from_i128_with_scale(i128::from(steps), self.decimals))
    }
}

/// Steps as a float.
#[expect(clippy::cast_precision_loss, reason = "steps are amounts of money or counts, far below 2^53")]
pub(super) fn as_f64(steps: i64) -> f64 {
    steps as f64
}

/// Levels by stretches of days, in order and without gaps.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelPlan {
    /// First to last day.
    pub period: Period,
    /// First day and level from there on; the first entry is the period's start.
    pub from: Vec<(Date, Decimal)>,
    /// The same as first promised.
    pub original: Vec<(Date, Decimal)>,
}

impl LevelPlan {
    /// The level on a day of the period; `None` outside it.
    pub fn at(&self, day: Date) -> Option<Decimal> {
        if !self.period.contains(day) {
            return None;
        }
        self.from.iter().rev().find(|(from, _)| *from <= day).map(|(_, level)| *level)
    }
}

/// Where a running target stands (numbers.md §5.4), after complete days only.
#[derive(Clone, Debug, PartialEq)]
pub struct Pace {
    /// The last day that counts: all days up to it are complete and settled.
    pub as_of: Date,
    /// Complete days, and days of the period.
    pub days: (u32, u32),
    /// What was reached by then.
    pub actual: Quantity,
    /// What was asked by then: by the weights of the days.
    pub expected: Quantity,
    /// What an even pace would ask.
    pub expected_linear: Quantity,
    /// Actual over expected; `None` where nothing was asked yet.
    pub index: Option<Quantity>,
    /// The same against the even pace.
    pub index_linear: Option<Quantity>,
    /// Actual minus expected.
    pub gap: Quantity,
    /// Days ahead of the plan, negative when behind.
    pub days_ahead: Option<f64>,
    /// What is left to reach, and what the plan asks of the days left; `None` for what does not add up.
    pub left: Option<(Quantity, Quantity)>,
    /// Left to reach, on each day left evenly.
    pub required_per_day: Option<Quantity>,
    /// Left to reach over what the plan asks of the days left.
    pub required_uplift: Option<Quantity>,
    /// What each day left has to bring, by its weight; adds up to what is left to reach exactly. Empty once reached.
    pub rescaled: Vec<Decimal>,
    /// For a ratio: what it may still be over the days left (numbers.md §5.4).
    pub allowed_rest: Option<Quantity>,
}

/// Why a target has no pace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPace {
    /// Its period has not begun.
    NotBegun,
    /// It is over: the figure says it all.
    Over,
    /// None of its days is complete and settled yet.
    Unsettled,
    /// This day lacks data, while later ones have some: what was reached is not known.
    Gap(Date),
    /// Nothing was measured in its days.
    NoData,
    /// The metric has no value a day, or a period value that no days add up to.
    NoDays,
    /// Nothing is asked of single days: a range, or a value that is not known yet.
    NoPlan,
    /// It is put aside, disputed or given up.
    NotPursued,
}

/// Where a running target will end (numbers.md §5.5).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forecast {
    /// By the method of the target.
    pub value: f64,
    /// Over the target.
    pub attainment: Option<f64>,
    /// Lower and upper end of the interval; `None` with too few days to tell the spread.
    pub interval: Option<(f64, f64)>,
    /// Probability to reach the target, 0 to 1.
    pub probability: Option<f64>,
    /// At an even pace, by the plan's weights, and by the last weeks.
    pub methods: [Option<f64>; 3],
}

/// A target against the sum of its children (numbers.md §5.7).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rollup {
    /// Children, in the order of the plan.
    pub children: Vec<Id>,
    /// What they add up to; for a ratio what their parts imply. `None` if they do not add up to anything.
    pub sum: Option<Quantity>,
    /// The target minus that: positive is not handed on, negative is promised twice.
    pub gap: Option<Quantity>,
    /// Whether the gap is one: beyond the buffer, or (for ratios) the tolerance.
    pub differs: bool,
    /// The same for each month in which they differ.
    pub months: Vec<(Period, Quantity)>,
    /// The sum is that of what the parts' numerators and denominators imply.
    pub implied: bool,
    /// Members of the level below that no child covers.
    pub uncovered: Vec<Id>,
    /// Children whose scopes share members.
    pub overlapping: Vec<(Id, Id)>,
    /// Share of the target that children hold, 0 to 1 and beyond.
    pub coverage: Option<Quantity>,
}

impl Rollup {
    /// Months in which the parts ask for more or less than the whole: positive is not handed on. What rounding the days of
    /// each part by itself makes of it is left out.
    pub fn months_apart(&self, unit: &Unit) -> impl Iterator<Item = (Period, Quantity)> + '_ {
        let few = Decimal::from(self.children.len() as u64 + 1);
        let step = match unit {
            Unit::Money(currency) => few * Decimal::new(1, currency.decimals()),
            _ => few,
        };
        let least = Quantity::Exact(step).as_f64();
        self.months.iter().copied().filter(move |(_, gap)| gap.as_f64().abs() > least)
    }
}

/// The values of a target: growth resolved, revisions applied.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InForce {
    /// What counts now.
    pub value: TargetValue,
    /// As first promised.
    pub original: TargetValue,
    /// More than asked.
    pub stretch: Option<Decimal>,
    /// Red line.
    pub red: Option<TargetValue>,
    /// The day the value came into force; `None` for the first one.
    pub since: Option<Date>,
}

/// What a target of growth rests on (numbers.md §5.3).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grown {
    /// What was measured in the baseline.
    pub baseline: Point,
    /// Days of it with data, and days of the target that count; the average of a day is meant if set.
    pub days: Option<(u32, u32)>,
    /// 0.05 is 5 % more.
    pub rate: Decimal,
}

/// A smaller target worked out backwards (numbers.md §2.2).
#[derive(Clone, Debug, PartialEq)]
pub struct Derived {
    /// Its metric.
    pub metric: Id,
    /// How much.
    pub value: Quantity,
    /// The metric that links it to the one before.
    pub per: Id,
    /// What is assumed of that.
    pub assumed: Quantity,
    /// The period it was measured in; `None` where it was written.
    pub measured: Option<Period>,
}

/// A target held against history: whether it can be reached (numbers.md §5.10).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plausible {
    /// Periods of the past it rests on.
    pub periods: u32,
    /// How far it is from their mean, in units of their routine variation; positive is upwards.
    pub z: Option<f64>,
    /// The growth it asks for over the period before.
    pub growth: Option<f64>,
    /// Share of past growths below it, 0 to 1.
    pub percentile: Option<f64>,
}

/// How much better than before a target wants it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Improvement {
    /// The value before.
    pub from: Quantity,
    /// When it was measured; `None` if written.
    pub period: Option<Period>,
    /// A share of `from`; positive is better.
    pub share: Quantity,
}

/// One letter of SMART.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// `S`, `M`, `A`, `R`, `T`.
    pub letter: char,
    /// How it fares.
    pub verdict: Verdict,
    /// Key of the sentence that says why.
    pub key: &'static str,
    /// What its authors say instead.
    pub own: Option<Arc<str>>,
}

/// How a letter of SMART fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It holds.
    Pass,
    /// It holds with a doubt.
    Doubt,
    /// It does not.
    Fail,
}
