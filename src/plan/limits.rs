//! What a workspace says about process limits: which chart, which baseline, which rules (numbers.md §3).
//! A preset fills everything; each key written beside it changes one thing.

use super::Words;
use crate::diag::Place;
use crate::time::{Date, Grain};
use std::sync::Arc;

/// How the limits of a metric are drawn and read.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// How limits follow from the values.
    pub chart: ControlChart,
    /// Mean or median in the middle.
    pub center: Average,
    /// Mean or median of the moving ranges.
    pub spread: Average,
    /// Multiples of the moving range: to the limits, and to the limit of the range itself.
    pub factors: (f64, f64),
    /// How finely; `None`: a week, or the metric's own grain if that is longer.
    pub grain: Option<Grain>,
    /// Which points the limits are made of.
    pub baseline: Baseline,
    /// The limits stay as they are once there are so many points.
    pub lock_after: Option<u32>,
    /// Great moving ranges are left out, once.
    pub screen: bool,
    /// When a point is a signal.
    pub rules: SignalRules,
    /// A season taken out before judging.
    pub deseason: Option<Deseason>,
    /// The centre follows a straight line.
    pub trended: Trended,
    /// What a missing period does.
    pub gap: Gap,
    /// No value can be lower.
    pub min: Option<f64>,
    /// No value can be higher.
    pub max: Option<f64>,
    /// Where limits begin anew, oldest first.
    pub rebase: Vec<Rebase>,
    /// Fewer points than this give no limits.
    pub possible_at: u32,
    /// From so many points on the limits are firm.
    pub firm_at: u32,
    /// Fewer possible values of the moving range than this are told as coarse.
    pub coarse_below: u32,
    /// Where it is written; `None`: the default.
    pub place: Option<Place>,
}

/// Which chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlChart {
    /// Individual values and moving ranges.
    Xmr,
    /// Shares of a count.
    P,
    /// Shares of a very large or very unequal count (Laney).
    PPrime,
    /// Events per unit.
    U,
    /// Events per unit of a very large or very unequal count (Laney).
    UPrime,
    /// How many went well between two rare events.
    G,
    /// How long it took between two rare events.
    T,
    /// Only the median; no limits.
    Run,
}

/// Names of charts; `median_xmr` is XmR by medians.
pub const CHARTS: &[&str] = &["xmr", "median_xmr", "p", "pprime", "u", "uprime", "g", "t", "run"];

/// Mean or median.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Average {
    /// The sum over the number.
    Mean,
    /// The one in the middle.
    Median,
}

/// Which points limits are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Baseline {
    /// Every point of the segment.
    All,
    /// The first so many of each segment.
    First(u32),
    /// Those of these days; a segment that has none of them takes all of its own.
    Days(Date, Date),
}

/// A new beginning.
#[derive(Clone, Debug, PartialEq)]
pub struct Rebase {
    /// The period with this day is the first of the new segment.
    pub on: Date,
    /// Why.
    pub reason: Words,
    /// The change it belongs to: a pull request, a ticket.
    pub change: Option<Arc<str>>,
}

/// What a missing period does to its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// They are no neighbours: no moving range, no run across it.
    Break,
    /// They are treated as neighbours.
    Bridge,
}

/// Whether the centre is a line over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trended {
    /// It is level.
    No,
    /// It rises or falls; moving ranges as they are.
    Line,
    /// It rises or falls; the slope is taken out of the moving range.
    Reduced,
}

/// A season to take out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deseason {
    /// What repeats.
    pub by: SeasonPart,
    /// Whole cycles needed.
    pub min_cycles: u32,
}

/// The parts of a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeasonPart {
    /// Seven in a week.
    Weekday,
    /// Twelve in a year.
    Month,
    /// Four in a year.
    Quarter,
}

/// When a point is a signal.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalRules {
    /// Beyond a limit.
    pub outside: bool,
    /// A moving range beyond its limit.
    pub mr_outside: bool,
    /// So many on one side of the centre.
    pub run: Option<u32>,
    /// Several of a few near a limit.
    pub near: Vec<Near>,
    /// So many rising or falling.
    pub trend: Option<u32>,
    /// Longest run and crossings for the number of points (Anhøj).
    pub anhoej: bool,
}

/// `points` of `window` beyond a line on one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Near {
    /// How many.
    pub points: u32,
    /// Of how many.
    pub window: u32,
    /// Beyond which line.
    pub line: NearLine,
    /// Points beyond the limit do not count, and the whole window is on one side of the centre.
    pub strict: bool,
    /// The whole window is marked, not only the points beyond the line.
    pub mark_all: bool,
}

/// A line between centre and limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NearLine {
    /// Halfway.
    Quarter,
    /// Two thirds of the way.
    TwoSigma,
    /// One third of the way.
    OneSigma,
}

impl NearLine {
    /// Its part of the way from the centre to the limit.
    pub fn part(self) -> f64 {
        match self {
            NearLine::Quarter => 0.5,
            NearLine::TwoSigma => 2.0 / 3.0,
            NearLine::OneSigma => 1.0 / 3.0,
        }
    }
}

/// A named set of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Wheeler, *Understanding Variation*.
    Wheeler,
    /// NHS, *Making Data Count*.
    Nhs,
    /// Nelson 1984.
    Nelson,
    /// Only `outside`; the rest is what the workspace says.
    Custom,
}

impl Preset {
    /// Names, in the order of the manual.
    pub const NAMES: &[&str] = &["wheeler", "nhs", "nelson", "custom"];

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Preset> {
        Some(match name {
            "wheeler" => Preset::Wheeler,
            "nhs" => Preset::Nhs,
            "nelson" => Preset::Nelson,
            "custom" => Preset::Custom,
            _ => return None,
        })
    }

    /// The rules of the set.
    pub fn rules(self) -> SignalRules {
        let near = |points, window, line, strict| Near { points, window, line, strict, mark_all: false };
        let bare = SignalRules {
            outside: true,
            mr_outside: false,
            run: None,
            near: Vec::new(),
            trend: None,
            anhoej: false,
        };
        match self {
            Preset::Wheeler => SignalRules {
                mr_outside: true,
                run: Some(8),
                near: vec![near(3, 4, NearLine::Quarter, false)],
                ..bare
            },
            Preset::Nhs => SignalRules {
                run: Some(7),
                near: vec![near(2, 3, NearLine::TwoSigma, true)],
                trend: Some(7),
                ..bare
            },
            Preset::Nelson => SignalRules {
                run: Some(9),
                near: vec![near(2, 3, NearLine::TwoSigma, false), near(4, 5, NearLine::OneSigma, false)],
                trend: Some(6),
                ..bare
            },
            Preset::Custom => bare,
        }
    }

    /// Everything the set says.
    pub fn limits(self) -> Limits {
        Limits {
            chart: ControlChart::Xmr,
            center: Average::Mean,
            spread: Average::Mean,
            factors: (2.66, if self == Preset::Wheeler { 3.268 } else { 3.267 }),
            grain: None,
            baseline: Baseline::All,
            lock_after: None,
            screen: self == Preset::Nhs,
            rules: self.rules(),
            deseason: None,
            trended: Trended::No,
            gap: Gap::Break,
            min: None,
            max: None,
            rebase: Vec::new(),
            possible_at: POSSIBLE_AT,
            firm_at: FIRM_AT,
            coarse_below: COARSE_BELOW,
            place: None,
        }
    }
}

impl Limits {
    /// How finely the limits of a metric with this shortest period are drawn.
    pub fn grain(&self, shortest: Grain) -> Grain {
        self.grain.unwrap_or(Grain::Week).max(shortest)
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Preset::Wheeler.limits()
    }
}

/// Five or six values give useful limits (Wheeler; Barr).
pub const POSSIBLE_AT: u32 = 5;
/// A common middle between five and the twenty to thirty of health care; a site may say otherwise.
pub const FIRM_AT: u32 = 12;
/// Wheeler's rule of thumb for data that are rounded too much.
pub const COARSE_BELOW: u32 = 4;
/// Factors that belong to the median of the moving ranges.
pub const MEDIAN_FACTORS: (f64, f64) = (3.145, 3.865);
