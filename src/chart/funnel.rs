//! A funnel plot: each member's rate by how much stands behind it, between limits that narrow as the count grows.
//! Who lies outside differs by more than chance would explain (Spiegelhalter 2005, *Statistics in Medicine* 24:1185).

use super::frame::{about, size, slots, value};
use super::scale::{Scale, Zero, tick_label, value_label};
use super::svg::{Anchor, Svg, at, fitted, text_width};
use super::{ChartKind, Scene, Width, series_class};
use crate::report::{ChartSeries, ChartSpec, SeriesRole};
use crate::unit::Unit;

/// A funnel plot. Its first measured series is the rate, its second the count; centre and limits belong to each member.
pub(super) struct Funnel;

/// Points of a curve.
const CURVE: u32 = 48;
/// Room for the labels of the count below.
const BELOW: f64 = 24.0;

impl ChartKind for Funnel {
    fn name(&self) -> &'static str {
        "funnel"
    }

    fn about(&self) -> &'static str {
        "members' rates by the count behind them, between limits by that count: who is outside differs by more than chance"
    }

    fn svg(&self, spec: &ChartSpec, scene: &Scene<'_>) -> String {
        let (width, height) = size(scene.width);
        let (class, suffix) = if scene.width == Width::Wide {
            ("chart wide funnel", "w")
        } else {
            ("chart narrow funnel", "n")
        };
        let id = format!("{}-{suffix}", spec.id);
        let mut svg = Svg::new(class, &id, (width, height), &(scene.say)(&spec.title), &about(spec, scene));
        if let Some(plot) = Plot::of(spec, scene, (width, height)) {
            plot.ground(&mut svg);
            plot.limits(&mut svg);
            plot.members(&mut svg);
        }
        svg.finish()
    }
}

fn of(spec: &ChartSpec, role: SeriesRole) -> Option<&ChartSeries> {
    spec.series.iter().find(|series| series.role == role)
}

struct Plot<'a> {
    spec: &'a ChartSpec,
    scene: &'a Scene<'a>,
    rate: &'a ChartSeries,
    count: &'a ChartSeries,
    center: f64,
    /// How far a limit is from the centre, times the root of the count.
    spread: f64,
    /// Whether the upper limit ends at one.
    share: bool,
    across: Scale,
    up: Scale,
    sides: (f64, f64),
}

impl<'a> Plot<'a> {
    fn of(spec: &'a ChartSpec, scene: &'a Scene<'a>, (width, height): (f64, f64)) -> Option<Plot<'a>> {
        let (rate, count) = (of(spec, SeriesRole::Actual(0))?, of(spec, SeriesRole::Actual(1))?);
        let center = of(spec, SeriesRole::Center).and_then(|series| value(series, 0))?;
        let upper = spec.series.iter().rfind(|series| series.role == SeriesRole::Limit)?;
        let all = || 0..slots(spec);
        let wide = |slot: usize| Some((value(upper, slot)? - center) * value(count, slot)?.sqrt());
        // A limit that was cut off at one says too little: the widest is whole.
        let spread = all().filter_map(wide).fold(0.0, f64::max);
        let counts: Vec<f64> = all().filter_map(|slot| value(count, slot)).collect();
        let (least, most) = (
            counts.iter().copied().fold(f64::INFINITY, f64::min),
            counts.iter().copied().fold(0.0, f64::max),
        );
        if !(spread > 0.0 && least.is_finite() && most > 0.0) {
            return None;
        }
        let rates = all().filter_map(|slot| value(rate, slot));
        let edge = spread / least.sqrt();
        let up = Scale::of(
            rates.chain([(center - edge).max(0.0), center + edge]),
            Zero::IfFar,
            4,
            (height - BELOW, 14.0),
        );
        let label = |tick: &f64| text_width(&tick_label(*tick, &rate.unit, scene.lang), 12.0);
        let left = up.ticks.iter().map(label).fold(0.0, f64::max) + 10.0;
        let sides = (left, width - 12.0);
        let across = Scale::of(counts.iter().copied().chain([0.0, most * 1.08]), Zero::Always, 4, sides);
        let share = rate.unit == Unit::Percent && all().filter_map(|s| value(rate, s)).all(|v| v <= 1.0);
        Some(Plot { spec, scene, rate, count, center, spread, share, across, up, sides })
    }

    /// Grid and both axes.
    fn ground(&self, svg: &mut Svg) {
        for tick in &self.up.ticks {
            let y = self.up.pixel(*tick);
            svg.line(if tick.abs() < 1e-12 { "base" } else { "grid" }, (self.sides.0, y), (self.sides.1, y));
            let label = tick_label(*tick, &self.rate.unit, self.scene.lang);
            svg.text("tick", (self.sides.0 - 6.0, y + 4.0), Anchor::End, &label);
        }
        let y = self.up.pixels.0 + 16.0;
        // What runs along stands at its end, where no tick is.
        let name = (self.scene.say)(&self.count.name);
        let room = text_width(&name, 12.0) + 16.0;
        svg.text("tick note", (self.sides.1, y), Anchor::End, &name);
        let mut free = self.sides.0;
        for tick in self.across.ticks.iter().filter(|tick| **tick > 0.0) {
            let label = tick_label(*tick, &self.count.unit, self.scene.lang);
            let (x, half) = (self.across.pixel(*tick), text_width(&label, 12.0) / 2.0);
            if x - half >= free && x + half <= self.sides.1 - room {
                svg.text("tick", (x, y), Anchor::Middle, &label);
                free = x + half + 10.0;
            }
        }
    }

    /// The centre, and the limits that narrow to the right.
    fn limits(&self, svg: &mut Svg) {
        let y = self.up.pixel(self.center);
        svg.line("ln center", (self.sides.0, y), (self.sides.1, y));
        for side in [1.0, -1.0] {
            let (from, to) = (self.sides.0 + 1.0, self.sides.1);
            let mut path = String::new();
            for step in 0..=CURVE {
                let x = from + (to - from) * f64::from(step) / f64::from(CURVE);
                let part = (x - self.across.pixels.0) / (self.across.pixels.1 - self.across.pixels.0);
                let count = self.across.range.0 + part * (self.across.range.1 - self.across.range.0);
                if count <= 0.0 {
                    continue;
                }
                let limit = self.center + side * self.spread / count.sqrt();
                let limit = if self.share { limit.clamp(0.0, 1.0) } else { limit.max(0.0) };
                if limit > self.up.range.1 || limit < self.up.range.0 {
                    continue;
                }
                let start = if path.is_empty() { 'M' } else { 'L' };
                path += &format!("{start}{} {}", at(x), at(self.up.pixel(limit)));
            }
            svg.path("ln limit", &path);
        }
    }

    /// A point per member with its name; outside of the limits in the colour of a signal.
    fn members(&self, svg: &mut Svg) {
        let mut taken: Vec<(f64, f64, f64)> = Vec::new();
        for slot in 0..slots(self.spec) {
            let (Some(rate), Some(count)) = (value(self.rate, slot), value(self.count, slot)) else {
                continue;
            };
            let (x, y) = (self.across.pixel(count), self.up.pixel(rate));
            let outside = (rate - self.center).abs() * count.sqrt() > self.spread;
            let class = if outside { "sig".to_owned() } else { series_class(SeriesRole::Actual(0)) };
            svg.circle(&format!("pt {class}"), (x, y), if outside { 4.5 } else { 3.5 });
            let name = super::frame::slot_label(self.spec, self.scene, slot);
            let name = fitted(&name, 12.0, 120.0);
            let width = text_width(&name, 12.0);
            // Beside its point, right or left; where both are taken, below.
            let free = |start: f64, line: f64| {
                let clear = |(from, to, at): &(f64, f64, f64)| {
                    start >= *to || start + width <= *from || (line - at).abs() >= 13.0
                };
                start >= self.sides.0 && start + width <= self.sides.1 && taken.iter().all(clear)
            };
            let (right, left) = (x + 8.0, x - 8.0 - width);
            let places = (0..8).flat_map(|step| {
                let line = y + 4.0 + 13.0 * f64::from(step);
                [(right, line), (left, line)]
            });
            let (start, line) =
                places.into_iter().find(|(start, line)| free(*start, *line)).unwrap_or((right, y + 4.0));
            taken.push((start, start + width, line));
            svg.text("tick name", (start, line), Anchor::Start, &name);
            let exact = self.rate.values.get(slot).copied().flatten();
            if let Some(exact) = exact.filter(|_| self.scene.width == Width::Wide) {
                let shown = value_label(exact, &self.rate.unit, self.scene.lang);
                svg.hint((x - 8.0, y - 8.0), (16.0, 16.0), &format!("{name}\n{shown}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{scene, spec};
    use super::*;
    use crate::measure::State;
    use crate::plan::Words;
    use crate::report::{Axis, Text};
    use crate::unit::Quantity;

    fn stores(rates: &[(f64, f64)]) -> ChartSpec {
        let mut made = spec("funnel", "x");
        let pattern = made.series.remove(0);
        let center = 0.1;
        let series = |role, values: Vec<f64>| ChartSeries {
            role,
            values: values.into_iter().map(|value| Some(Quantity::Approximate(value))).collect(),
            states: vec![State::Complete; rates.len()],
            ..pattern.clone()
        };
        let upper = rates.iter().map(|(_, n)| center + 3.0 * (center * 0.9 / n).sqrt()).collect();
        made.series = vec![
            series(SeriesRole::Actual(0), rates.iter().map(|(rate, _)| *rate).collect()),
            ChartSeries {
                unit: Unit::Count,
                ..series(SeriesRole::Actual(1), rates.iter().map(|(_, n)| *n).collect())
            },
            series(SeriesRole::Center, vec![center; rates.len()]),
            series(SeriesRole::Limit, upper),
        ];
        made.axis =
            Axis::Members((0..rates.len()).map(|at| Text::Words(Words::same(&format!("S{at}")))).collect());
        made.marks.clear();
        made.bands.clear();
        made
    }

    #[test]
    fn who_is_outside_is_marked_by_its_own_count() {
        // The limits of n = 100 are 1 % and 19 %, those of n = 2,500 are 8.2 % and 11.8 %.
        let svg = Funnel.svg(&stores(&[(0.15, 100.0), (0.15, 2500.0)]), &scene());
        assert_eq!(svg.matches("class=\"pt sig\"").count(), 1, "{svg}");
        assert_eq!(svg.matches("class=\"pt s0\"").count(), 1);
        assert_eq!(svg.matches("class=\"ln limit\"").count(), 2);
        assert!(svg.contains(">S0<") && svg.contains(">S1<"));
    }
}
