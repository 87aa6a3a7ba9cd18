//! Lines: how values move over time, with last year behind them and the target across them.

use super::frame::{Frame, end_labels};
use super::scale::{Zero, tick_label};
use super::{ChartKind, Scene};
use crate::report::{Arg, ChartSpec, SeriesRole, Text};

/// A line chart.
pub(super) struct Line;

impl ChartKind for Line {
    fn name(&self) -> &'static str {
        "line"
    }

    fn about(&self) -> &'static str {
        "values over time; last year pale behind them, targets as levels"
    }

    fn svg(&self, spec: &ChartSpec, scene: &Scene<'_>) -> String {
        let ends = end_labels(spec, scene);
        let room = ends.as_ref().map_or(10.0, |(room, _)| *room);
        let mut frame = Frame::open(spec, scene, Zero::IfFar, room);
        // What matters most is drawn last.
        for role in [0, 1, 2] {
            for series in spec.series.iter().rev().filter(|series| layer(series.role) == role) {
                match series.role {
                    SeriesRole::Actual(_) | SeriesRole::Prior => frame.draw_line(series),
                    _ => frame.draw_target(series),
                }
            }
        }
        if let Some((_, labels)) = ends {
            frame.draw_end_labels(&labels);
        }
        say_cut(&mut frame);
        frame.finish()
    }
}

/// From the back to the front.
pub(super) fn layer(role: SeriesRole) -> u8 {
    match role {
        SeriesRole::Prior => 0,
        SeriesRole::Actual(_) => 2,
        _ => 1,
    }
}

/// An axis that starts elsewhere than at zero says so.
pub(super) fn say_cut(frame: &mut Frame<'_>) {
    let Some((from, series)) = frame.cut().zip(frame.spec.series.first()) else { return };
    let from = Arg::Text(tick_label(from, &series.unit, frame.scene.lang));
    let text = (frame.scene.say)(&Text::Key("chart-axis-from", vec![("value", from)]));
    frame.say_below(&text);
}
