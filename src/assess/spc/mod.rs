//! Process limits: what a series does by itself, and which points are more than that (numbers.md §3).
//! A series goes in; limits, computed once per segment, and signals come out. No table, no clock, no neighbour is looked at.

mod icon;
mod lines;
mod rules;
mod season;
mod signal;
#[cfg(test)]
mod tests;
mod watch;
#[cfg(test)]
mod worked;

pub use icon::{Assurance, Variation, assurance, meaning, variation};
pub use rules::{Flags, SignalRule};
pub use signal::{Signal, expected_by_chance, rebase_suggested, signal};
pub use watch::{RULES, Watch, Watched, rebase_of, watch};

use crate::measure::{Point, Series};
use crate::plan::{Gap, LimitBaseline as Baseline, Limits};
use crate::time::{Calendar, Period};
use crate::unit::Quantity;

/// A series with its limits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Control {
    /// When, point by point.
    pub periods: Vec<Period>,
    /// What is judged: complete values only, the season taken out if there is one.
    pub judged: Vec<Option<f64>>,
    /// By how much the season multiplies each point; all 1 without a season.
    pub season: Vec<f64>,
    /// Distance to the point before; empty at the first of a segment and beside a gap.
    pub ranges: Vec<Option<f64>>,
    /// Limits at each point, on the scale of the figures themselves.
    pub lines: Vec<Option<Lines>>,
    /// What the rules say of each point.
    pub flags: Vec<Flags>,
    /// The stretches with limits of their own, oldest first.
    pub segments: Vec<Segment>,
}

/// Centre and limits at one point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lines {
    /// The middle.
    pub center: f64,
    /// Lower natural process limit; `None` where nothing is too little.
    pub lower: Option<f64>,
    /// Upper natural process limit; `None` where nothing is too much.
    pub upper: Option<f64>,
}

/// A stretch with limits of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Its first point.
    pub first: usize,
    /// Its last point.
    pub last: usize,
    /// How many complete points its limits are made of.
    pub points: usize,
    /// How firm its limits are.
    pub state: LimitState,
    /// The middle of the season-free values; `None` without limits.
    pub center: Option<f64>,
    /// Mean or median of the moving ranges the limits come from.
    pub range: Option<f64>,
    /// Upper limit of the moving range.
    pub range_limit: Option<f64>,
    /// Which entry of `rebase` it begins with.
    pub rebase: Option<usize>,
    /// The moving range has too few possible values.
    pub coarse: bool,
}

/// How firm limits are (numbers.md §3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitState {
    /// Too few points.
    TooFew,
    /// No point moves.
    NoVariation,
    /// The chart needs a count behind each value, and there is none.
    NoCount,
    /// The season needs more whole cycles.
    NoCycle,
    /// Few points: they change with each new one.
    Provisional,
    /// Enough points.
    Firm,
    /// Frozen at the first points.
    Locked,
}

impl LimitState {
    /// As it stands in `report.json`.
    pub fn name(self) -> &'static str {
        match self {
            LimitState::TooFew => "too-few",
            LimitState::NoVariation => "no-variation",
            LimitState::NoCount => "no-count",
            LimitState::NoCycle => "no-cycle",
            LimitState::Provisional => "provisional",
            LimitState::Firm => "firm",
            LimitState::Locked => "locked",
        }
    }

    /// Whether there are limits.
    pub fn has_limits(self) -> bool {
        matches!(self, LimitState::Provisional | LimitState::Firm | LimitState::Locked)
    }
}

impl Control {
    /// The last point that can be judged.
    pub fn newest(&self) -> Option<usize> {
        self.judged.iter().rposition(Option::is_some)
    }

    /// The stretch a point belongs to.
    pub fn segment(&self, at: usize) -> Option<&Segment> {
        self.segments.iter().find(|segment| segment.first <= at && at <= segment.last)
    }

    /// Limits at a period.
    pub fn at(&self, period: Period) -> Option<usize> {
        self.periods.binary_search_by(|one| one.start.cmp(&period.start)).ok()
    }
}

/// A series as parts of what was asked of each period; periods without a target are left out.
pub fn of_ratios(series: &Series, asked: &dyn Fn(Period) -> Option<Quantity>) -> Series {
    let part = |point: &Point| {
        let value = asked(point.period).and_then(|asked| point.value?.over(asked));
        value.map(|value| Point { value: Some(value), ..*point })
    };
    Series { points: series.points.iter().filter_map(part).collect() }
}

/// A value that may be judged, with the count behind it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// How much.
    pub value: f64,
    /// Numerator and denominator, where the value is a fraction.
    pub parts: Option<(f64, f64)>,
    /// Decimals of an exact value.
    pub scale: Option<u32>,
}

impl Reading {
    fn of(point: &Point) -> Option<Reading> {
        let quantity = point.value.filter(|_| point.state.is_judged())?;
        let value = quantity.as_f64();
        let float = |part| Quantity::Exact(part).as_f64();
        let (parts, scale) = match quantity {
            Quantity::Exact(exact) => (None, Some(exact.normalize().scale())),
            Quantity::Ratio(ratio) => (Some((float(ratio.numerator()), float(ratio.denominator()))), None),
            Quantity::Approximate(_) => (None, None),
        };
        value.is_finite().then_some(Reading { value, parts, scale })
    }
}

/// Limits and flags of a series. Points that are not complete are neither taken into limits nor judged.
pub fn control(series: &Series, limits: &Limits, calendar: &Calendar) -> Control {
    let readings: Vec<Option<Reading>> = series.points.iter().map(Reading::of).collect();
    let periods = series.points.iter().map(|point| point.period).collect();
    of(periods, &readings, limits, calendar)
}

/// Every point that can be judged as the newest one of its time, under the limits of that time, oldest first.
pub fn as_newest(
    series: &Series,
    limits: &Limits,
    calendar: &Calendar,
    look: &mut dyn FnMut(&Control, usize),
) {
    let readings: Vec<Option<Reading>> = series.points.iter().map(Reading::of).collect();
    let periods: Vec<Period> = series.points.iter().map(|point| point.period).collect();
    for at in (0..readings.len()).filter(|at| readings[*at].is_some()) {
        look(&of(periods[..=at].to_vec(), &readings[..=at], limits, calendar), at);
    }
}

/// Limits and flags of readings, one for each period in order; `None` is a period that is not judged.
pub fn of(
    periods: Vec<Period>,
    readings: &[Option<Reading>],
    limits: &Limits,
    calendar: &Calendar,
) -> Control {
    let count = readings.len();
    let season = match limits.deseason {
        Some(deseason) => season::factors(&periods, readings, deseason, calendar),
        None => Some(vec![1.0; count]),
    };
    let known = season.is_some();
    let season = season.unwrap_or_else(|| vec![1.0; count]);
    let judged: Vec<Option<f64>> =
        readings.iter().zip(&season).map(|(one, factor)| Some(one.as_ref()?.value / factor)).collect();
    let mut control = Control {
        periods,
        judged,
        season,
        ranges: vec![None; count],
        lines: vec![None; count],
        flags: vec![Flags::default(); count],
        segments: Vec::new(),
    };
    for (first, last, rebase) in cuts(&control.periods, limits) {
        let baseline = baseline(&control, (first, last), limits);
        lines::draw(&mut control, readings, (first, last, rebase), &baseline, limits, known);
    }
    control
}

/// First and last point of each stretch, with the rebase it begins with.
fn cuts(periods: &[Period], limits: &Limits) -> Vec<(usize, usize, Option<usize>)> {
    let mut starts: Vec<(usize, Option<usize>)> = vec![(0, None)];
    for (entry, rebase) in limits.rebase.iter().enumerate() {
        let Some(at) = periods.iter().position(|period| period.end >= rebase.on) else { continue };
        match starts.last_mut() {
            // Two beginnings in one period are one; the later reason stands.
            Some(newest) if newest.0 == at => newest.1 = Some(entry),
            _ => starts.push((at, Some(entry))),
        }
    }
    let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([periods.len()]);
    let cut = starts.iter().zip(ends).filter(|((first, _), end)| first < end);
    cut.map(|((first, rebase), end)| (*first, end - 1, *rebase)).collect()
}

/// The points of a stretch that its limits are made of.
fn baseline(control: &Control, (first, last): (usize, usize), limits: &Limits) -> Vec<usize> {
    let mut points: Vec<usize> = (first..=last).filter(|at| control.judged[*at].is_some()).collect();
    match limits.baseline {
        Baseline::All => {}
        Baseline::First(count) => points.truncate(count as usize),
        Baseline::Days(from, to) => {
            let inside = |at: &&usize| {
                let period = control.periods[**at];
                period.start >= from && period.end <= to
            };
            let named: Vec<usize> = points.iter().filter(inside).copied().collect();
            if !named.is_empty() {
                points = named;
            }
        }
    }
    if let Some(count) = limits.lock_after {
        points.truncate(count as usize);
    }
    points
}

/// Points of a stretch that follow each other: cut at gaps, or with gaps left out.
fn neighbours(judged: &[Option<f64>], (first, last): (usize, usize), gap: Gap) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for (at, value) in judged.iter().enumerate().take(last + 1).skip(first) {
        match (value, gap) {
            (Some(_), _) => all.last_mut().expect("there is one from the start").push(at),
            (None, Gap::Bridge) => {}
            (None, Gap::Break) => all.push(Vec::new()),
        }
    }
    all.retain(|one: &Vec<usize>| !one.is_empty());
    all
}
