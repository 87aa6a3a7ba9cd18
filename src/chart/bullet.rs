//! A value against its target on one bar, over bands from poor to good.
//! After Stephen Few, "Bullet Graph Design Specification" (2006).

use super::frame::{is_open, slot_label, slots, state, value};
use super::scale::{Scale, Zero, tick_label, value_label};
use super::svg::{Anchor, Svg, fitted, text_width};
use super::{ChartKind, Scene, Width, series_class};
use crate::report::{Axis, ChartSeries, ChartSpec, SeriesRole};
use crate::unit::Quantity;

/// A bullet graph.
pub(super) struct Bullet;

/// Height of one row.
const ROW: f64 = 40.0;

impl ChartKind for Bullet {
    fn name(&self) -> &'static str {
        "bullet"
    }

    fn about(&self) -> &'static str {
        "a value as a bar, its target as a stroke across, bands behind from poor to good"
    }

    fn svg(&self, spec: &ChartSpec, scene: &Scene<'_>) -> String {
        let rows = rows(spec);
        let width = super::frame::size(scene.width).0;
        let names: Vec<String> = rows.iter().map(|slot| slot_label(spec, scene, *slot)).collect();
        let room =
            names.iter().map(|name| text_width(name, 12.0)).fold(0.0, f64::max).min(width * 0.3) + 12.0;
        let measured =
            spec.series.iter().flat_map(|series| rows.iter().filter_map(|slot| value(series, *slot)));
        let bands = spec.bands.iter().map(|end| end.as_f64());
        let scale = Scale::of(measured.chain(bands), Zero::Always, 4, (room, width - 72.0));
        let height = ROW * f64::from(u32::try_from(rows.len().max(1)).unwrap_or(1)) + 26.0;
        let (suffix, class) = if scene.width == Width::Wide {
            ("w", "chart wide bullet")
        } else {
            ("n", "chart narrow bullet")
        };
        let title = (scene.say)(&spec.title);
        let mut svg = Svg::new(class, &format!("{}-{suffix}", spec.id), (width, height), &title, "");
        let mut top = 6.0;
        for (slot, name) in rows.iter().zip(&names) {
            draw_bands(&mut svg, &spec.bands, &scale, top);
            draw_row(&mut svg, spec, scene, &scale, (*slot, top));
            svg.text("tick name", (room - 8.0, top + 17.0), Anchor::End, &fitted(name, 12.0, room - 10.0));
            top += ROW;
        }
        if let Some(series) = spec.series.first() {
            // A label that would touch the one before is left out.
            let mut free = 0.0;
            for tick in &scale.ticks {
                let label = tick_label(*tick, &series.unit, scene.lang);
                let (x, half) = (scale.pixel(*tick), text_width(&label, 12.0) / 2.0);
                if x - half >= free {
                    svg.text("tick", (x, top + 8.0), Anchor::Middle, &label);
                    free = x + half + 8.0;
                }
            }
        }
        svg.finish()
    }
}

/// Every member has a row; of a time axis the newest slot with a value.
fn rows(spec: &ChartSpec) -> Vec<usize> {
    let measured = |slot: &usize| {
        spec.series
            .iter()
            .any(|series| matches!(series.role, SeriesRole::Actual(_)) && value(series, *slot).is_some())
    };
    match &spec.axis {
        Axis::Members(members) => (0..members.len()).collect(),
        Axis::Time(..) | Axis::Tree(_) => (0..slots(spec)).rev().find(measured).into_iter().collect(),
    }
}

fn draw_bands(svg: &mut Svg, bands: &[Quantity], scale: &Scale, top: f64) {
    let mut from = scale.base();
    for (place, end) in bands.iter().map(|end| end.as_f64()).filter(|end| end.is_finite()).enumerate() {
        let to = scale.pixel(end.clamp(scale.range.0, scale.range.1));
        svg.rect(&format!("band b{}", place.min(3)), (from, top), (to - from, 26.0));
        from = to;
    }
}

fn draw_row(svg: &mut Svg, spec: &ChartSpec, scene: &Scene<'_>, scale: &Scale, at: (usize, f64)) {
    let (slot, top) = at;
    let of = |wanted: fn(SeriesRole) -> bool| spec.series.iter().find(|series| wanted(series.role));
    let exact = |series: &ChartSeries| series.values.get(slot).copied().flatten();
    if let Some(series) = of(|role| matches!(role, SeriesRole::Actual(_))) {
        let mut label = "–".to_owned();
        let mut end = scale.base();
        if let Some((value, exact)) = value(series, slot).zip(exact(series)) {
            end = scale.pixel(value);
            let open = if is_open(state(series, slot)) { " open" } else { "" };
            let class = format!("br {}{open}", series_class(series.role));
            svg.rect(&class, (scale.base(), top + 8.0), (end - scale.base(), 10.0));
            label = value_label(exact, &series.unit, scene.lang);
        }
        let x = end.max(scale.pixels.1);
        svg.text("val", (x + 8.0, top + 17.0), Anchor::Start, &label);
    }
    if let Some(y) = of(|role| role == SeriesRole::Prior).and_then(|series| value(series, slot)) {
        svg.line("ln prior", (scale.pixel(y), top + 6.0), (scale.pixel(y), top + 20.0));
    }
    if let Some(target) = of(|role| role == SeriesRole::Target).and_then(|series| value(series, slot)) {
        svg.line("goal", (scale.pixel(target), top + 2.0), (scale.pixel(target), top + 24.0));
    }
}
