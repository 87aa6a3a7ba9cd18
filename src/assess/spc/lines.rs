//! Limits of one stretch: each chart has its own way from values to a centre and the distance of its limits.

use super::rules::{self, Judge};
use super::{Control, LimitState, Lines, Reading, Segment, neighbours};
use crate::plan::{Average, ControlChart, Limits, Trended};

/// What a moving range of independent normal values is of their deviation, as Laney's charts round it.
const D2: f64 = 1.128;
/// Nelson (1982): a moving range from here on is no routine variation.
const SCREEN: f64 = 3.267;
/// Times between events become nearly normal by this root.
const TIME_ROOT: f64 = 3.6;

/// What limits are made from.
pub(super) struct Found {
    /// The value in the middle.
    pub(super) center: f64,
    /// Mean or median of the moving ranges, screened if wanted; `None` for charts without.
    pub(super) range: Option<f64>,
    /// Limit of the moving range.
    pub(super) range_limit: Option<f64>,
}

/// Draws the limits of one stretch and flags its points.
pub(super) fn draw(
    control: &mut Control,
    readings: &[Option<Reading>],
    (first, last, rebase): (usize, usize, Option<usize>),
    baseline: &[usize],
    limits: &Limits,
    season_known: bool,
) {
    let chains = neighbours(&control.judged, (first, last), limits.gap);
    for pair in chains.iter().flat_map(|chain| chain.windows(2)) {
        control.ranges[pair[1]] =
            control.judged[pair[0]].zip(control.judged[pair[1]]).map(|(a, b)| (b - a).abs());
    }
    let mut segment = Segment {
        first,
        last,
        points: baseline.len(),
        state: state(baseline.len(), limits),
        center: None,
        range: None,
        range_limit: None,
        rebase,
        coarse: false,
    };
    if !season_known {
        segment.state = LimitState::NoCycle;
    }
    if segment.state.has_limits() {
        match judge(control, readings, (first, last), (&chains, baseline), limits) {
            Ok((found, judge)) => {
                segment.center = Some(found.center);
                segment.range = found.range;
                segment.range_limit = found.range_limit;
                segment.coarse =
                    found.range_limit.is_some_and(|limit| coarse(limit, readings, baseline, limits));
                show(control, (first, last), &judge, limits);
                rules::flag(control, (first, last), &chains, &judge, limits);
            }
            Err(state) => segment.state = state,
        }
    }
    control.segments.push(segment);
}

fn state(points: usize, limits: &Limits) -> LimitState {
    match points {
        points if points < limits.possible_at as usize => LimitState::TooFew,
        points if limits.lock_after.is_some_and(|lock| points >= lock as usize) => LimitState::Locked,
        points if points < limits.firm_at as usize => LimitState::Provisional,
        _ => LimitState::Firm,
    }
}

/// Centre and distances at every point of a stretch, in the scale the rules work on.
fn judge(
    control: &Control,
    readings: &[Option<Reading>],
    (first, last): (usize, usize),
    (chains, baseline): (&[Vec<usize>], &[usize]),
    limits: &Limits,
) -> Result<(Found, Judge), LimitState> {
    let judged = &control.judged;
    match limits.chart {
        ControlChart::Xmr => individuals(judged, (first, last), (chains, baseline), limits),
        ControlChart::T => {
            let rooted: Vec<Option<f64>> = judged
                .iter()
                .map(|one| one.filter(|value| *value >= 0.0).map(|value| value.powf(1.0 / TIME_ROOT)))
                .collect();
            let (mut found, mut judge) = individuals(&rooted, (first, last), (chains, baseline), limits)?;
            found.center = found.center.powf(TIME_ROOT);
            (found.range, found.range_limit) = (None, None);
            judge.rooted = true;
            Ok((found, judge))
        }
        ControlChart::P | ControlChart::PPrime | ControlChart::U | ControlChart::UPrime => {
            counts(readings, (first, last), (chains, baseline), limits)
        }
        ControlChart::G => {
            let center = mean(baseline.iter().filter_map(|at| judged[*at])).ok_or(LimitState::TooFew)?;
            if center <= 0.0 {
                return Err(LimitState::NoVariation);
            }
            let up = 3.0 * (center * (center + 1.0)).sqrt();
            let judge = Judge::level(judged, (first, last), center, (f64::INFINITY, up));
            Ok((Found { center, range: None, range_limit: None }, judge))
        }
        ControlChart::Run => {
            let values = baseline.iter().filter_map(|at| judged[*at]).collect();
            let center = median(values).ok_or(LimitState::TooFew)?;
            let judge = Judge::level(judged, (first, last), center, (f64::INFINITY, f64::INFINITY));
            Ok((Found { center, range: None, range_limit: None }, judge))
        }
    }
}

/// Individual values and moving ranges.
fn individuals(
    values: &[Option<f64>],
    (first, last): (usize, usize),
    (chains, baseline): (&[Vec<usize>], &[usize]),
    limits: &Limits,
) -> Result<(Found, Judge), LimitState> {
    let own: Vec<f64> = baseline.iter().filter_map(|at| values[*at]).collect();
    let ranges = ranges(values, chains, baseline);
    let mut found = xmr(&own, &ranges, limits).ok_or(LimitState::NoVariation)?;
    let mut judge = Judge::level(values, (first, last), found.center, (0.0, 0.0));
    if limits.trended != Trended::No {
        let points: Vec<(f64, f64)> =
            baseline.iter().filter_map(|at| Some(((at - first) as f64, values[*at]?))).collect();
        let (slope, start) = line(&points).ok_or(LimitState::TooFew)?;
        judge.center = (first..=last).map(|at| start + slope * (at - first) as f64).collect();
        if limits.trended == Trended::Reduced {
            let rest = found.range.map(|range| range - slope.abs()).filter(|range| *range > 0.0);
            found.range = Some(rest.ok_or(LimitState::NoVariation)?);
            found.range_limit = found.range.map(|range| range * limits.factors.1);
        }
    }
    let spread = limits.factors.0 * found.range.unwrap_or_default();
    judge.down = vec![spread; judge.center.len()];
    judge.up.clone_from(&judge.down);
    judge.range_limit = found.range_limit;
    Ok((found, judge))
}

/// Centre, moving range and its limit; `None` if nothing moves.
pub(super) fn xmr(values: &[f64], ranges: &[f64], limits: &Limits) -> Option<Found> {
    let of = |average, values: &[f64]| match average {
        Average::Mean => mean(values.iter().copied()),
        Average::Median => median(values.to_vec()),
    };
    let center = of(limits.center, values)?;
    let mut range = of(limits.spread, ranges)?;
    if limits.screen {
        let edge = SCREEN * range;
        let kept: Vec<f64> = ranges.iter().copied().filter(|one| *one < edge).collect();
        range = of(limits.spread, &kept).unwrap_or_default();
    }
    // Rounding of floats must not pass for variation.
    let noise = center.abs() * rules::NEARLY;
    (range > noise).then_some(Found {
        center,
        range: Some(range),
        range_limit: Some(limits.factors.1 * range),
    })
}

/// Moving ranges between neighbours that both belong to the baseline.
fn ranges(values: &[Option<f64>], chains: &[Vec<usize>], baseline: &[usize]) -> Vec<f64> {
    let own = |at: &usize| baseline.binary_search(at).is_ok();
    let pairs = chains.iter().flat_map(|chain| chain.windows(2)).filter(|pair| pair.iter().all(own));
    pairs.filter_map(|pair| Some((values[pair[1]]? - values[pair[0]]?).abs())).collect()
}

/// Shares and rates of counts: the limits follow from the count behind each point.
fn counts(
    readings: &[Option<Reading>],
    (first, last): (usize, usize),
    (chains, baseline): (&[Vec<usize>], &[usize]),
    limits: &Limits,
) -> Result<(Found, Judge), LimitState> {
    let parts = |at: usize| readings[at].and_then(|reading| reading.parts).filter(|(_, count)| *count > 0.0);
    let all: Vec<(f64, f64)> = baseline.iter().filter_map(|at| parts(*at)).collect();
    if all.len() < baseline.len() {
        return Err(LimitState::NoCount);
    }
    let (events, count) = all.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let center = events / count;
    let share = matches!(limits.chart, ControlChart::P | ControlChart::PPrime);
    let variance = if share { center * (1.0 - center) } else { center };
    if variance.is_nan() || variance <= 0.0 {
        return Err(LimitState::NoVariation);
    }
    let deviation = |at: usize| parts(at).map(|(_, count)| (variance / count).sqrt());
    let mut widen = 1.0;
    if matches!(limits.chart, ControlChart::PPrime | ControlChart::UPrime) {
        let score = |at: usize| Some((readings[at]?.value - center) / deviation(at)?);
        let scores: Vec<Option<f64>> = (0..readings.len()).map(score).collect();
        let moving = mean(ranges(&scores, chains, baseline).into_iter()).ok_or(LimitState::TooFew)?;
        widen = moving / D2;
        if widen <= 0.0 {
            return Err(LimitState::NoVariation);
        }
    }
    let values: Vec<Option<f64>> = readings.iter().map(|reading| Some(reading.as_ref()?.value)).collect();
    let mut judge = Judge::level(&values, (first, last), center, (f64::NAN, f64::NAN));
    judge.up = (first..=last).map(|at| deviation(at).map_or(f64::NAN, |one| 3.0 * one * widen)).collect();
    judge.down.clone_from(&judge.up);
    judge.floor = Some(0.0);
    judge.ceiling = share.then_some(1.0);
    Ok((Found { center, range: None, range_limit: None }, judge))
}

/// Puts the limits on the scale of the figures: clipped to what is possible, season and root undone.
fn show(control: &mut Control, (first, last): (usize, usize), judge: &Judge, limits: &Limits) {
    for at in first..=last {
        let (center, down, up) = judge.at(at - first);
        if center.is_nan() || up.is_nan() {
            continue;
        }
        let back = |value: f64| {
            let value = if judge.rooted { value.max(0.0).powf(TIME_ROOT) } else { value };
            value * control.season[at]
        };
        let floor = limits.min.or(judge.floor);
        let ceiling = limits.max.or(judge.ceiling);
        let lower = (down.is_finite() && !(judge.rooted && center - down <= 0.0)).then(|| {
            let value = back(center - down);
            floor.map_or(value, |floor| value.max(floor))
        });
        let upper = up.is_finite().then(|| {
            let value = back(center + up);
            ceiling.map_or(value, |ceiling| value.min(ceiling))
        });
        control.lines[at] = Some(Lines { center: back(center), lower, upper });
    }
}

/// Whether the moving range has fewer possible values than the limits can be read from.
fn coarse(range_limit: f64, readings: &[Option<Reading>], baseline: &[usize], limits: &Limits) -> bool {
    let scales = baseline.iter().map(|at| readings[*at].and_then(|reading| reading.scale));
    let Some(scale) = scales.collect::<Option<Vec<u32>>>().and_then(|all| all.into_iter().max()) else {
        return false;
    };
    let step = 0.1_f64.powi(i32::try_from(scale).unwrap_or(i32::MAX));
    limits.deseason.is_none() && (range_limit / step).floor() + 1.0 < f64::from(limits.coarse_below)
}

pub(super) fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then(|| sum / count)
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values.get(middle).copied()
    } else {
        middle.checked_sub(1).map(|before| f64::midpoint(values[before], values[middle]))
    }
}

/// Slope and start of the line through points, by least squares.
fn line(points: &[(f64, f64)]) -> Option<(f64, f64)> {
    let time = mean(points.iter().map(|one| one.0))?;
    let value = mean(points.iter().map(|one| one.1))?;
    let wide: f64 = points.iter().map(|one| (one.0 - time).powi(2)).sum();
    let both: f64 = points.iter().map(|one| (one.0 - time) * (one.1 - value)).sum();
    (wide > 0.0).then(|| (both / wide, value - both / wide * time))
}
