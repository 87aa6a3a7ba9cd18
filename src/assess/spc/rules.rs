//! The rules that tell a signal from noise. A value equal to the centre breaks a run, and comparisons are strict.

use super::Control;
use crate::plan::{Limits, Near};

/// Floats this near to each other are equal: a mean of equal values is not always that value.
pub(super) const NEARLY: f64 = 1e-12;

/// A rule that can fire, in the order in which one label is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignalRule {
    /// Beyond a limit.
    Outside,
    /// Rising or falling for long.
    Trend,
    /// Several of a few near a limit.
    Near,
    /// Long on one side of the centre.
    Run,
    /// A great step from the point before.
    MrOutside,
    /// Runs too long or crossings too few for so many points.
    Anhoej,
}

impl SignalRule {
    /// All, in the order in which one label is chosen.
    pub const ALL: &[SignalRule] = &[
        SignalRule::Outside,
        SignalRule::Trend,
        SignalRule::Near,
        SignalRule::Run,
        SignalRule::MrOutside,
        SignalRule::Anhoej,
    ];

    /// As it is written in YAML and `report.json`.
    pub fn name(self) -> &'static str {
        match self {
            SignalRule::Outside => "outside",
            SignalRule::Trend => "trend",
            SignalRule::Near => "near",
            SignalRule::Run => "run",
            SignalRule::MrOutside => "mr_outside",
            SignalRule::Anhoej => "anhoej",
        }
    }
}

/// What the rules say of a point: −1 low or falling, 0 nothing, 1 high or rising.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags([i8; 6]);

impl Flags {
    /// What one rule says.
    pub fn of(self, rule: SignalRule) -> i8 {
        self.0[rule as usize]
    }

    pub(super) fn set(&mut self, rule: SignalRule, side: i8) {
        self.0[rule as usize] = side;
    }

    /// The rules that fired, with their side, in the order in which one label is chosen.
    pub fn fired(self) -> impl Iterator<Item = (SignalRule, i8)> {
        SignalRule::ALL.iter().map(move |rule| (*rule, self.of(*rule))).filter(|(_, side)| *side != 0)
    }
}

/// Values of a stretch with their centre and the distances of the limits, in the scale that is judged.
pub(super) struct Judge {
    pub(super) values: Vec<Option<f64>>,
    pub(super) center: Vec<f64>,
    pub(super) down: Vec<f64>,
    pub(super) up: Vec<f64>,
    pub(super) range_limit: Option<f64>,
    /// What values cannot be below or above.
    pub(super) floor: Option<f64>,
    pub(super) ceiling: Option<f64>,
    /// Values are roots of what is shown.
    pub(super) rooted: bool,
}

impl Judge {
    /// One centre and the same distances everywhere.
    pub(super) fn level(
        values: &[Option<f64>],
        (first, last): (usize, usize),
        center: f64,
        (down, up): (f64, f64),
    ) -> Judge {
        let count = last - first + 1;
        Judge {
            values: values[first..=last].to_vec(),
            center: vec![center; count],
            down: vec![down; count],
            up: vec![up; count],
            range_limit: None,
            floor: None,
            ceiling: None,
            rooted: false,
        }
    }

    pub(super) fn at(&self, at: usize) -> (f64, f64, f64) {
        (self.center[at], self.down[at], self.up[at])
    }

    /// On which side a value lies beyond a line that is `part` of the way to the limit; 0 on or within it.
    fn beyond(&self, at: usize, part: f64) -> i8 {
        let Some(value) = self.values[at] else { return 0 };
        let (center, down, up) = self.at(at);
        let (low, high) =
            if part > 0.0 { (center - part * down, center + part * up) } else { (center, center) };
        if above(value, high) {
            1
        } else if above(low, value) {
            -1
        } else {
            0
        }
    }
}

/// Strictly greater, rounding of floats aside. Nothing is greater than infinity or NaN.
fn above(a: f64, b: f64) -> bool {
    a - b > NEARLY * a.abs().max(b.abs()).min(f64::MAX)
}

/// Flags the points of a stretch.
pub(super) fn flag(
    control: &mut Control,
    (first, _): (usize, usize),
    chains: &[Vec<usize>],
    judge: &Judge,
    limits: &Limits,
) {
    let rules = &limits.rules;
    for chain in chains {
        let own: Vec<usize> = chain.iter().map(|at| at - first).collect();
        let sides: Vec<i8> = own.iter().map(|at| judge.beyond(*at, 0.0)).collect();
        let outside: Vec<i8> = own.iter().map(|at| beyond_limit(judge, *at, limits)).collect();
        let mut put = |rule, flags: &[i8]| {
            for (at, side) in chain.iter().zip(flags).filter(|(_, side)| **side != 0) {
                if control.flags[*at].of(rule) == 0 {
                    control.flags[*at].set(rule, *side);
                }
            }
        };
        if rules.outside {
            put(SignalRule::Outside, &outside);
        }
        if let Some(count) = rules.run {
            put(SignalRule::Run, &run(&sides, count as usize));
        }
        if let Some(count) = rules.trend {
            let values: Vec<f64> = own.iter().filter_map(|at| judge.values[*at]).collect();
            put(SignalRule::Trend, &trend(&values, count as usize));
        }
        for wanted in &rules.near {
            let line: Vec<i8> = own.iter().map(|at| judge.beyond(*at, wanted.line.part())).collect();
            put(SignalRule::Near, &near(&line, &outside, &sides, wanted));
        }
        if rules.mr_outside
            && let Some(limit) = judge.range_limit
        {
            let steps: Vec<i8> = std::iter::once(0)
                .chain(own.windows(2).map(|pair| step(judge.values[pair[0]], judge.values[pair[1]], limit)))
                .collect();
            put(SignalRule::MrOutside, &steps);
        }
    }
    if rules.anhoej {
        let points: Vec<usize> = chains.iter().flatten().copied().collect();
        let sides: Vec<i8> = points.iter().map(|at| judge.beyond(at - first, 0.0)).collect();
        for (at, side) in points.iter().zip(anhoej(&sides)) {
            control.flags[*at].set(SignalRule::Anhoej, side);
        }
    }
}

/// A limit at the edge of what is possible is no limit to fall below.
fn beyond_limit(judge: &Judge, at: usize, limits: &Limits) -> i8 {
    let side = judge.beyond(at, 1.0);
    let (center, down, up) = judge.at(at);
    let floor = limits.min.or(judge.floor).is_some_and(|floor| center - down <= floor);
    let ceiling = limits.max.or(judge.ceiling).is_some_and(|ceiling| center + up >= ceiling);
    match side {
        -1 if floor => 0,
        1 if ceiling => 0,
        side => side,
    }
}

/// The later of two points a great step apart: up or down.
fn step(before: Option<f64>, after: Option<f64>, limit: f64) -> i8 {
    let (Some(before), Some(after)) = (before, after) else { return 0 };
    match above((after - before).abs(), limit) {
        true if after > before => 1,
        true => -1,
        false => 0,
    }
}

/// At least `count` in a row on one side of the centre; all of them are flagged.
pub(super) fn run(sides: &[i8], count: usize) -> Vec<i8> {
    let mut flags = vec![0; sides.len()];
    let mut start = 0;
    for at in 0..sides.len() {
        if at > 0 && sides[at] != sides[at - 1] {
            start = at;
        }
        if sides[at] != 0 && at + 1 - start >= count {
            flags[start..=at].fill(sides[at]);
        }
    }
    flags
}

/// At least `count` points rising or falling; a turning point that ends one and begins the next belongs to the later.
pub(super) fn trend(values: &[f64], count: usize) -> Vec<i8> {
    let mut flags = vec![0; values.len()];
    let (mut start, mut way) = (0, 0);
    for at in 1..values.len() {
        let here = i8::from(above(values[at], values[at - 1])) - i8::from(above(values[at - 1], values[at]));
        if here != way {
            (start, way) = (at - 1, here);
        }
        if way != 0 && at + 1 - start >= count.max(2) {
            flags[start..=at].fill(way);
        }
    }
    flags
}

/// Enough points of a full window beyond a line on one side.
pub(super) fn near(line: &[i8], outside: &[i8], sides: &[i8], wanted: &Near) -> Vec<i8> {
    let mut flags = vec![0; line.len()];
    let window = wanted.window as usize;
    if window == 0 || line.len() < window {
        return flags;
    }
    for first in 0..=line.len() - window {
        let all = first..first + window;
        for side in [-1, 1] {
            let member = |at: &usize| line[*at] == side && !(wanted.strict && outside[*at] != 0);
            let count = all.clone().filter(member).count();
            let held = !wanted.strict || all.clone().all(|at| sides[at] == side);
            if count < wanted.points.max(1) as usize || !held {
                continue;
            }
            for at in all.clone().filter(|at| wanted.mark_all || member(at)) {
                flags[at] = side;
            }
        }
    }
    flags
}

/// The longest run chance allows among `points` that are not on the centre.
pub(super) fn longest_allowed(points: usize) -> usize {
    if points == 0 { 0 } else { (points as f64).log2().round() as usize + 3 }
}

/// The fewest crossings of the centre that chance lets expect: the smallest c with P(X ≤ c) ≥ 0.05 for n − 1 throws.
pub(super) fn crossings_needed(points: usize) -> usize {
    const RARE: f64 = 0.05;
    let throws = points.saturating_sub(1) as f64;
    // In logarithms: half to the power of a thousand is no float any more.
    let mut term = -throws * std::f64::consts::LN_2;
    let (mut sum, mut crossings) = (term.exp(), 0.0);
    while sum < RARE && crossings < throws {
        term += ((throws - crossings) / (crossings + 1.0)).ln();
        crossings += 1.0;
        sum += term.exp();
    }
    crossings as usize
}

/// Flags the longest run if it is too long, and the newest point if the centre is crossed too rarely.
fn anhoej(sides: &[i8]) -> Vec<i8> {
    let mut flags = vec![0; sides.len()];
    let useful: Vec<usize> = (0..sides.len()).filter(|at| sides[*at] != 0).collect();
    let (mut longest, mut start, mut crossings) = ((0, 0), 0, 0);
    for place in 0..useful.len() {
        if place > 0 && sides[useful[place]] != sides[useful[place - 1]] {
            (start, crossings) = (place, crossings + 1);
        }
        if place + 1 - start > longest.1 - longest.0 {
            longest = (start, place + 1);
        }
    }
    if longest.1 - longest.0 > longest_allowed(useful.len()) {
        for at in &useful[longest.0..longest.1] {
            flags[*at] = sides[*at];
        }
    }
    if crossings < crossings_needed(useful.len())
        && let Some(newest) = useful.last()
    {
        flags[*newest] = sides[*newest];
    }
    flags
}
