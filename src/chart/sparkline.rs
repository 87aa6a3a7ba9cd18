//! A word-sized line: the last values, the newest as a point. The figure beside it says the rest.

use super::svg::{Svg, at};
use super::{ChartKind, Scene};
use crate::measure::State;
use crate::report::ChartSpec;
use crate::unit::Quantity;

/// A sparkline.
pub(super) struct Sparkline;

/// Width and height of a sparkline.
const SIZE: (f64, f64) = (132.0, 32.0);

impl ChartKind for Sparkline {
    fn name(&self) -> &'static str {
        "sparkline"
    }

    fn about(&self) -> &'static str {
        "a small line without axes, to stand beside a figure"
    }

    fn svg(&self, spec: &ChartSpec, scene: &Scene<'_>) -> String {
        let title = (scene.say)(&spec.title);
        let id = format!("{}-{:?}", spec.id, scene.width).to_lowercase();
        let width = if scene.width == super::Width::Wide { "wide" } else { "narrow" };
        let svg = Svg::new(&format!("chart spark {width}"), &id, (SIZE.0 * 2.0, SIZE.1 * 2.0), &title, "");
        let points: Vec<(Option<Quantity>, State)> = match spec.series.first() {
            Some(series) => {
                let states = series.states.iter().copied().chain(std::iter::repeat(State::Complete));
                series.values.iter().copied().zip(states).collect()
            }
            None => Vec::new(),
        };
        drawn(svg, (SIZE.0 * 2.0, SIZE.1 * 2.0), &points)
    }
}

/// The sparkline of a card: hidden from screen readers, who hear the figure. Empty without two values.
pub fn sparkline(points: &[(Option<Quantity>, State)]) -> String {
    if points.iter().filter(|(value, _)| value.is_some()).count() < 2 {
        return String::new();
    }
    drawn(Svg::hidden("spark", SIZE), SIZE, points)
}

fn drawn(mut svg: Svg, size: (f64, f64), points: &[(Option<Quantity>, State)]) -> String {
    let values: Vec<Option<f64>> = points
        .iter()
        .map(|(value, _)| value.map(Quantity::as_f64).filter(|value| value.is_finite()))
        .collect();
    let (low, high) =
        values.iter().flatten().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(*v), b.max(*v)));
    let steps = f64::from(u32::try_from(points.len().saturating_sub(1).max(1)).unwrap_or(1));
    let place = |slot: usize, value: f64| {
        let x = 4.0 + f64::from(u32::try_from(slot).unwrap_or(0)) / steps * (size.0 - 8.0);
        let share = if high > low { (value - low) / (high - low) } else { 0.5 };
        (x, size.1 - 4.0 - share * (size.1 - 8.0))
    };
    let (mut solid, mut dashed) = (String::new(), String::new());
    for slot in 1..values.len() {
        let (Some(from), Some(to)) = (values[slot - 1], values[slot]) else { continue };
        let (from, to) = (place(slot - 1, from), place(slot, to));
        let segment = format!("M{} {}L{} {}", at(from.0), at(from.1), at(to.0), at(to.1));
        let moving = matches!(points[slot].1, State::Running | State::Provisional);
        if moving { dashed += &segment } else { solid += &segment }
    }
    svg.path("ln s0", &joined(&solid));
    svg.path("ln dash s0", &dashed);
    if let Some((slot, value)) =
        values.iter().enumerate().rev().find_map(|(slot, value)| Some((slot, (*value)?)))
    {
        let open = if super::frame::is_open(points[slot].1) { " open" } else { "" };
        svg.circle(&format!("pt s0{open}"), place(slot, value), 2.6);
    }
    svg.finish()
}

/// Segments that follow each other become one line: smaller, and joined at their corners.
fn joined(segments: &str) -> String {
    let mut out = String::new();
    let mut end = "";
    for segment in segments.split('M').skip(1) {
        let Some((from, to)) = segment.split_once('L') else { continue };
        if from != end {
            out += "M";
            out += from;
        }
        out += "L";
        out += to;
        end = to;
    }
    out
}
