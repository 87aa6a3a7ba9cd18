//! From one figure to another by steps: whole bars at both ends, between them what each part added or took away.
//! Steps add up as they are labelled; where the axis does not begin at zero it says so.

use super::frame::{about, size, slot_label, slots, value};
use super::scale::{Scale, Zero, tick_label};
use super::svg::{Anchor, Svg, fitted, text_width};
use super::{ChartKind, Scene, Width, series_class};
use crate::report::{Arg, ChartSeries, ChartSpec, SeriesRole, Text};
use crate::unit::{Digits, Lang, Quantity, Style, Unit, number, quantity};

/// A waterfall. The first series holds whole figures; each other series holds steps, coloured by its role. A slot has a
/// value in one of them.
pub(super) struct Waterfall;

/// Height of a row and of its bar.
const ROW: (f64, f64) = (27.0, 17.0);

impl ChartKind for Waterfall {
    fn name(&self) -> &'static str {
        "waterfall"
    }

    fn about(&self) -> &'static str {
        "from one figure to another by what each part added or took away"
    }

    fn svg(&self, spec: &ChartSpec, scene: &Scene<'_>) -> String {
        let plot = Plot::of(spec, scene);
        let (class, suffix) =
            if scene.width == Width::Wide { ("chart wide lying", "w") } else { ("chart narrow lying", "n") };
        let id = format!("{}-{suffix}", spec.id);
        let mut svg = Svg::new(class, &id, plot.size, &(scene.say)(&spec.title), &about(spec, scene));
        plot.draw(&mut svg);
        svg.finish()
    }
}

/// A bar: from one running figure to the next.
struct Bar<'a> {
    slot: usize,
    series: &'a ChartSeries,
    exact: Quantity,
    from: f64,
    to: f64,
    /// A whole figure, not a step.
    whole: bool,
}

struct Plot<'a> {
    spec: &'a ChartSpec,
    scene: &'a Scene<'a>,
    size: (f64, f64),
    bars: Vec<Bar<'a>>,
    names: f64,
    scale: Scale,
}

/// What a slot holds: the series and its value.
fn held(spec: &ChartSpec, slot: usize) -> Option<(usize, &ChartSeries, f64)> {
    let mut with = spec.series.iter().enumerate().filter(|(_, series)| series.role != SeriesRole::Target);
    with.find_map(|(place, series)| Some((place, series, value(series, slot)?)))
}

fn bars(spec: &ChartSpec) -> Vec<Bar<'_>> {
    let mut running = 0.0;
    let bar = |slot: usize| {
        let (place, series, value) = held(spec, slot)?;
        let whole = place == 0;
        let from = if whole { 0.0 } else { running };
        running = if whole { value } else { running + value };
        let exact = series.values.get(slot).copied().flatten()?;
        Some(Bar { slot, series, exact, from, to: running, whole })
    };
    (0..slots(spec)).filter_map(bar).collect()
}

impl<'a> Plot<'a> {
    fn of(spec: &'a ChartSpec, scene: &'a Scene<'a>) -> Plot<'a> {
        let bars = bars(spec);
        let width = size(scene.width).0;
        let name = |slot: usize| text_width(&slot_label(spec, scene, slot), 12.0);
        let names = bars.iter().map(|bar| name(bar.slot)).fold(0.0, f64::max).min(width * 0.36);
        // A reader's own font may be a little wider than the one that widths were taken from.
        let names = names * 1.1 + 10.0;
        let label = |bar: &Bar<'_>| text_width(&label(bar, scene.lang), 12.0);
        let room = bars.iter().map(label).fold(0.0, f64::max) + 14.0;
        // A whole bar from zero would hide small steps: the axis may begin where the steps are.
        let steps = bars.iter().flat_map(|bar| [bar.to, if bar.whole { bar.to } else { bar.from }]);
        let scale = Scale::of(steps, Zero::IfFar, 4, (names, width - room));
        let count = f64::from(u32::try_from(bars.len()).unwrap_or(u32::MAX));
        let note = if scale.is_cut() { 18.0 } else { 0.0 };
        Plot { spec, scene, size: (width, count * ROW.0 + 10.0 + note), bars, names, scale }
    }

    fn draw(&self, svg: &mut Svg) {
        let mut top = 6.0;
        let base = self.scale.base();
        svg.line(
            "base",
            (base, 2.0),
            (base, top + ROW.0 * f64::from(u32::try_from(self.bars.len()).unwrap_or(0))),
        );
        for (place, bar) in self.bars.iter().enumerate() {
            let name = slot_label(self.spec, self.scene, bar.slot);
            let name = fitted(&name, 12.0, (self.names - 10.0) / 1.1);
            svg.text("tick name", (self.names - 10.0, top + 13.0), Anchor::End, &name);
            let from = if bar.whole { base } else { self.scale.pixel(bar.from) };
            let to = self.scale.pixel(bar.to);
            let class = format!("br {}", series_class(bar.series.role));
            svg.rect(&class, (from.min(to), top), ((to - from).abs().max(1.0), ROW.1));
            if place + 1 < self.bars.len() {
                svg.line("tie", (to, top + ROW.1), (to, top + ROW.0));
            }
            svg.text("val", (from.max(to) + 6.0, top + 13.0), Anchor::Start, &label(bar, self.scene.lang));
            top += ROW.0;
        }
        if let Some(series) = self.spec.series.first().filter(|_| self.scale.is_cut()) {
            let from = Arg::Text(tick_label(self.scale.range.0, &series.unit, self.scene.lang));
            let text = (self.scene.say)(&Text::Key("chart-axis-from", vec![("value", from)]));
            svg.text("tick note", (self.size.0 - 2.0, top + 14.0), Anchor::End, &text);
        }
    }
}

/// All digits, so that the steps can be added up; with its sign if it is a step.
fn label(bar: &Bar<'_>, lang: Lang) -> String {
    let unit = &bar.series.unit;
    if *unit == Unit::Percent {
        let hundred = bar.exact.times(Quantity::from(100)).and_then(Quantity::as_decimal).unwrap_or_default();
        let after = if bar.whole { "%" } else { " pp" };
        return number(hundred, 2, lang, !bar.whole) + after;
    }
    let size = if bar.exact.is_negative() { Quantity::ZERO.minus(bar.exact) } else { Some(bar.exact) };
    let shown = size.and_then(|size| quantity(size, unit, lang, Style::Full, Digits::Auto));
    let sign = match (bar.exact.is_negative(), bar.whole) {
        (true, _) => "−",
        (false, false) => "+",
        (false, true) => "",
    };
    shown.map_or_else(|| "–".to_owned(), |shown| format!("{sign}{shown}"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{scene, spec};
    use super::*;
    use crate::measure::State;
    use crate::plan::Words;
    use crate::report::Axis;

    /// From 100 by −30 and +10 to 80.
    fn steps() -> ChartSpec {
        let mut made = spec("waterfall", "x");
        let pattern = made.series.remove(0);
        let series = |role, values: [Option<i64>; 4]| ChartSeries {
            role,
            unit: Unit::Count,
            values: values.into_iter().map(|value| value.map(Quantity::from)).collect(),
            states: vec![State::Complete; 4],
            ..pattern.clone()
        };
        made.series = vec![
            series(SeriesRole::Actual(0), [Some(100), None, None, Some(80)]),
            series(SeriesRole::SignalBad, [None, Some(-30), None, None]),
            series(SeriesRole::SignalGood, [None, None, Some(10), None]),
        ];
        let name = |name: &&str| Text::Words(Words::same(name));
        made.axis = Axis::Members(["before", "traffic", "price", "now"].iter().map(name).collect());
        made.marks.clear();
        made.bands.clear();
        made
    }

    #[test]
    fn steps_start_where_the_one_before_ends() {
        let spec = steps();
        let ends: Vec<(f64, f64)> = bars(&spec).iter().map(|bar| (bar.from, bar.to)).collect();
        assert_eq!(ends, [(0.0, 100.0), (100.0, 70.0), (70.0, 80.0), (0.0, 80.0)]);
        let svg = Waterfall.svg(&spec, &scene());
        for label in [">100<", ">−30<", ">+10<", ">80<", ">traffic<"] {
            assert!(svg.contains(label), "{label}: {svg}");
        }
        assert_eq!(svg.matches("class=\"tie\"").count(), 3);
        // 70 is more than half of 100: the axis begins later, and says so.
        assert!(svg.contains("chart-axis-from"));
    }
}
