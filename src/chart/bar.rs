//! Bars: amounts per period, upright; or members against each other, lying, so that names have room.

use super::frame::{Frame, is_open, state, value};
use super::scale::{Scale, Zero, value_label};
use super::svg::{Anchor, Svg, fitted, text_width};
use super::{ChartKind, Scene, Width, series_class};
use crate::report::{Axis, ChartSeries, ChartSpec, SeriesRole};

/// A bar chart.
pub(super) struct Bar;

impl ChartKind for Bar {
    fn name(&self) -> &'static str {
        "bar"
    }

    fn about(&self) -> &'static str {
        "amounts per period, or members against each other; bars always start at zero"
    }

    fn svg(&self, spec: &ChartSpec, scene: &Scene<'_>) -> String {
        match &spec.axis {
            Axis::Members(_) => lying(spec, scene),
            Axis::Time(..) | Axis::Tree(_) => {
                let all: Vec<&ChartSeries> =
                    spec.series.iter().filter(|s| s.role != SeriesRole::Target).collect();
                upright(spec, scene, &all, &[])
            }
        }
    }
}

/// Bars side by side in each slot, lines over them, targets across them.
pub(super) fn upright(
    spec: &ChartSpec,
    scene: &Scene<'_>,
    bars: &[&ChartSeries],
    lines: &[&ChartSeries],
) -> String {
    let mut frame = Frame::open(spec, scene, Zero::Always, 10.0);
    let count = f64::from(u32::try_from(bars.len().max(1)).unwrap_or(1));
    let room = frame.slot * 0.72;
    let thick = (room / count).min(36.0);
    for (place, series) in bars.iter().enumerate() {
        let offset = thick * (f64::from(u32::try_from(place).unwrap_or(0)) - count / 2.0);
        let scale = frame.scale(series).clone();
        for slot in 0..super::frame::slots(spec) {
            let Some(value) = value(series, slot) else { continue };
            let open = if is_open(state(series, slot)) { " open" } else { "" };
            let (x, y) = (frame.x(slot) + offset, scale.pixel(value));
            let gap = (thick * 0.06).min(1.0);
            // Lines over bars need a quieter ground.
            let pale = if lines.is_empty() { "" } else { " pale" };
            let class = format!("br {}{open}{pale}", series_class(series.role));
            frame.svg.rect(&class, (x + gap, scale.base()), (thick - 2.0 * gap, y - scale.base()));
        }
    }
    for series in lines {
        frame.draw_line(series);
    }
    for series in spec.series.iter().filter(|series| series.role == SeriesRole::Target) {
        frame.draw_target(series);
    }
    frame.finish()
}

/// Height of one lying bar.
const ROW_BAR: f64 = 16.0;

/// One row per member: name, bars with their values, the target as an upright stroke.
fn lying(spec: &ChartSpec, scene: &Scene<'_>) -> String {
    let Axis::Members(members) = &spec.axis else { return String::new() };
    let names: Vec<String> = members.iter().map(|member| (scene.say)(member)).collect();
    let bars: Vec<&ChartSeries> = spec.series.iter().filter(|s| s.role != SeriesRole::Target).collect();
    let width = super::frame::size(scene.width).0;
    let name_room =
        names.iter().map(|name| text_width(name, 12.0)).fold(0.0, f64::max).min(width * 0.34) + 10.0;
    let per_row = f64::from(u32::try_from(bars.len().max(1)).unwrap_or(1)) * ROW_BAR + 10.0;
    let height = per_row * f64::from(u32::try_from(names.len().max(1)).unwrap_or(1)) + 8.0;
    let all = spec.series.iter().flat_map(|series| (0..names.len()).filter_map(|slot| value(series, slot)));
    let scale = Scale::of(all, Zero::Always, 4, (name_room, width - 76.0));
    let (suffix, class) =
        if scene.width == Width::Wide { ("w", "chart wide lying") } else { ("n", "chart narrow lying") };
    let title = (scene.say)(&spec.title);
    let mut svg = Svg::new(class, &format!("{}-{suffix}", spec.id), (width, height), &title, "");
    svg.line("base", (scale.base(), 2.0), (scale.base(), height - 4.0));
    let mut top = 6.0;
    for (slot, name) in names.iter().enumerate() {
        let middle = top + (per_row - 10.0) / 2.0 + 4.0;
        svg.text("tick name", (name_room - 10.0, middle), Anchor::End, &fitted(name, 12.0, name_room - 10.0));
        row(&mut svg, spec, scene, &bars, &scale, (slot, top));
        top += per_row;
    }
    svg.finish()
}

fn row(
    svg: &mut Svg,
    spec: &ChartSpec,
    scene: &Scene<'_>,
    bars: &[&ChartSeries],
    scale: &Scale,
    at: (usize, f64),
) {
    let (slot, mut top) = at;
    let first_top = top;
    let targets = spec.series.iter().filter(|series| series.role == SeriesRole::Target);
    let target = targets.filter_map(|series| value(series, slot)).map(|value| scale.pixel(value)).next();
    for series in bars {
        match (value(series, slot), series.values.get(slot).copied().flatten()) {
            (Some(value), Some(exact)) => {
                let open = if is_open(state(series, slot)) { " open" } else { "" };
                let end = scale.pixel(value);
                let class = format!("br {}{open}", series_class(series.role));
                svg.rect(&class, (scale.base(), top), (end - scale.base(), ROW_BAR - 3.0));
                let label = value_label(exact, &series.unit, scene.lang);
                // A target just behind the bar's end would cross its figure.
                let clear = target.filter(|x| *x > end - 4.0 && *x < end + 70.0).map_or(end, |x| x.max(end));
                svg.text("val", (clear.max(scale.base()) + 6.0, top + 11.0), Anchor::Start, &label);
            }
            _ => svg.text("val", (scale.base() + 6.0, top + 11.0), Anchor::Start, "–"),
        }
        top += ROW_BAR;
    }
    if let Some(x) = target {
        svg.line("ln target", (x, first_top - 3.0), (x, top));
    }
}
