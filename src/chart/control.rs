//! A process under its limits: the figure, the centre, how far it strays by itself, and the points that are more than that.
//! Limits made of few points are dashed; where they begin anew the levels break.

use super::frame::{Frame, slots, state, value};
use super::line::say_cut;
use super::scale::Zero;
use super::svg::at;
use super::{ChartKind, Scene, series_class};
use crate::measure::State;
use crate::report::{ChartSeries, ChartSpec, SeriesRole};

/// A process-behaviour chart.
pub(super) struct Control;

impl ChartKind for Control {
    fn name(&self) -> &'static str {
        "control"
    }

    fn about(&self) -> &'static str {
        "values under their process limits: centre, limits, and the signals that are more than routine variation"
    }

    fn svg(&self, spec: &ChartSpec, scene: &Scene<'_>) -> String {
        let mut frame = Frame::open(spec, scene, Zero::IfFar, 10.0);
        band(&mut frame);
        for series in
            spec.series.iter().filter(|one| matches!(one.role, SeriesRole::Center | SeriesRole::Limit))
        {
            level(&mut frame, series);
        }
        for series in spec.series.iter().filter(|one| one.role == SeriesRole::Target) {
            frame.draw_target(series);
        }
        for series in
            spec.series.iter().filter(|one| matches!(one.role, SeriesRole::Actual(_) | SeriesRole::Prior))
        {
            frame.draw_line(series);
        }
        for series in &spec.series {
            signals(&mut frame, series);
        }
        say_cut(&mut frame);
        frame.finish()
    }
}

/// What is routine, shaded from limit to limit.
fn band(frame: &mut Frame<'_>) {
    let limits: Vec<&ChartSeries> =
        frame.spec.series.iter().filter(|one| one.role == SeriesRole::Limit).collect();
    let [upper, lower] = limits[..] else { return };
    let scale = frame.scale(upper).clone();
    for slot in 0..slots(frame.spec) {
        if let (Some(high), Some(low)) = (value(upper, slot), value(lower, slot)) {
            let (x, top, bottom) = (frame.x(slot) - frame.slot / 2.0, scale.pixel(high), scale.pixel(low));
            // A hair wider, so that no seam shows between neighbours.
            frame.svg.rect("routine", (x, top), (frame.slot + 0.2, bottom - top));
        }
    }
}

/// A level across its slots, with steps where neighbours differ; dashed while limits are provisional. Where a new segment
/// begins far from the old one nothing joins the two.
fn level(frame: &mut Frame<'_>, series: &ChartSeries) {
    let scale = frame.scale(series).clone();
    let class = series_class(series.role);
    let half = frame.slot / 2.0;
    for (kind, wanted) in [("ln", false), ("ln dash", true)] {
        let height = |slot: usize| {
            let moves = state(series, slot) == State::Provisional;
            value(series, slot).filter(|_| moves == wanted).map(|value| scale.pixel(value))
        };
        let mut path = String::new();
        let mut before: Option<f64> = None;
        for slot in 0..slots(frame.spec) {
            let here = height(slot);
            if let Some(y) = here {
                if before.is_none_or(|before| (before - y).abs() > 0.05) {
                    path += &format!("M{} {}", at(frame.x(slot) - half), at(y));
                }
                path += &format!("H{}", at(frame.x(slot) + half));
            }
            before = here;
        }
        frame.svg.path(&format!("{kind} {class}"), &path);
    }
}

/// Marks on the points that are signals: a diamond where it is bad, a ring where it is good, a square where it is neither.
fn signals(frame: &mut Frame<'_>, series: &ChartSeries) {
    if !matches!(series.role, SeriesRole::Signal | SeriesRole::SignalGood | SeriesRole::SignalBad) {
        return;
    }
    let class = format!("pt {}", series_class(series.role));
    let scale = frame.scale(series).clone();
    // On a dense chart marks stand close together.
    let size = if frame.slot < 7.0 { 3.6 } else { 4.6 };
    for slot in 0..slots(frame.spec) {
        let Some(value) = value(series, slot) else { continue };
        let (x, y) = (frame.x(slot), scale.pixel(value));
        match series.role {
            SeriesRole::SignalBad => {
                let size = size + 0.8;
                let path = format!(
                    "M{} {}L{} {}L{} {}L{} {}Z",
                    at(x),
                    at(y - size),
                    at(x + size),
                    at(y),
                    at(x),
                    at(y + size),
                    at(x - size),
                    at(y)
                );
                frame.svg.path(&class, &path);
            }
            SeriesRole::SignalGood => frame.svg.circle(&class, (x, y), size),
            _ => frame.svg.rect(&class, (x - size, y - size), (2.0 * size, 2.0 * size)),
        }
    }
}
