//! Small multiples: a panel per member, all on one axis, so that size and course can be compared at a glance.
//! Targets of a member stand in its panel.

use super::frame::{about, is_open, levels, runs, size, slot_label, slots, state, value};
use super::scale::{Scale, Zero, tick_label, value_label};
use super::svg::{Anchor, Svg, fitted, text_width};
use super::{ChartKind, Scene, Width, series_class};
use crate::measure::State;
use crate::report::{Arg, Axis, ChartSeries, ChartSpec, SeriesRole, Text};
use crate::unit::Quantity;

/// Small multiples.
pub(super) struct Multiples;

/// More panels are not taken in; the numbers behind the chart have all members.
const PANELS: usize = 24;
/// Height of a plot, without its name above and the slots below.
const PLOT: f64 = 84.0;
/// Height of the name above a plot.
const NAME: f64 = 20.0;
/// Room for the numbers of events above a plot.
const FLAGS: f64 = 14.0;
/// Height of the labels of slots below a column of panels, and of the note below all.
const LABELS: f64 = 17.0;
/// Room between panels.
const GAP: (f64, f64) = (16.0, 10.0);
/// More hints than this make a page heavy, and nobody points that finely.
const HINTS: usize = 400;

impl ChartKind for Multiples {
    fn name(&self) -> &'static str {
        "multiples"
    }

    fn about(&self) -> &'static str {
        "one small chart per member of a level, all on one axis"
    }

    fn svg(&self, spec: &ChartSpec, scene: &Scene<'_>) -> String {
        let panels: Vec<&ChartSeries> = spec.series.iter().filter(|series| is_member(series)).collect();
        let shown = panels.len().min(PANELS);
        let layout = Layout::of(spec, scene, shown);
        let (wide, suffix) =
            if scene.width == Width::Wide { ("chart wide", "w") } else { ("chart narrow", "n") };
        let id = format!("{}-{suffix}", spec.id);
        let mut svg = Svg::new(wide, &id, layout.size, &(scene.say)(&spec.title), &about(spec, scene));
        for (place, series) in panels.iter().take(shown).enumerate() {
            layout.panel(&mut svg, place, series);
        }
        layout.below(&mut svg, panels.len() - shown);
        svg.finish()
    }
}

fn is_member(series: &ChartSeries) -> bool {
    matches!(series.role, SeriesRole::Actual(_))
}

/// Where the panels stand, and the axis they share.
struct Layout<'a> {
    spec: &'a ChartSpec,
    scene: &'a Scene<'a>,
    size: (f64, f64),
    panels: usize,
    columns: usize,
    /// Left edge of the first panel.
    left: f64,
    width: f64,
    /// Height of what stands above a plot.
    head: f64,
    /// From the lowest value, at the bottom of a plot, to its top.
    scale: Scale,
}

impl<'a> Layout<'a> {
    fn of(spec: &'a ChartSpec, scene: &'a Scene<'a>, panels: usize) -> Layout<'a> {
        let most = if scene.width == Width::Wide { 3 } else { 2 };
        let columns = if panels == 4 { 2 } else { panels.clamp(1, most) };
        let all =
            spec.series.iter().flat_map(|series| (0..slots(spec)).filter_map(|slot| value(series, slot)));
        let scale = Scale::of(all, Zero::IfFar, 2, (PLOT, 0.0));
        let label = |tick: &f64| {
            let unit = spec.series.first().map(|series| &series.unit);
            unit.map_or(0.0, |unit| text_width(&tick_label(*tick, unit, scene.lang), 12.0))
        };
        let left = scale.ticks.iter().map(label).fold(0.0, f64::max) + 10.0;
        let total = size(scene.width).0;
        let width = (total - left - 4.0 - GAP.0 * number(columns - 1)) / number(columns);
        let head = NAME + if spec.marks.is_empty() { 0.0 } else { FLAGS };
        let rows = panels.div_ceil(columns).max(1);
        let note = if scale.is_cut() || panels == PANELS { LABELS } else { 0.0 };
        let height = number(rows) * (head + PLOT + GAP.1) + LABELS + note;
        Layout { spec, scene, size: (total, height), panels, columns, left, width, head, scale }
    }

    /// The upper left corner of a plot.
    fn corner(&self, place: usize) -> (f64, f64) {
        let (column, row) = (number(place % self.columns), number(place / self.columns));
        (self.left + column * (self.width + GAP.0), row * (self.head + PLOT + GAP.1) + self.head)
    }

    fn slot(&self) -> f64 {
        self.width / number(slots(self.spec).max(1))
    }

    fn panel(&self, svg: &mut Svg, place: usize, series: &ChartSeries) {
        let (x, y) = self.corner(place);
        self.ground(svg, place, series, (x, y));
        let middle = |slot: usize| x + self.slot() * (number(slot) + 0.5);
        let height = |slot: usize| value(series, slot).map(|value| y + self.scale.pixel(value));
        for target in self.spec.series.iter().filter(|other| {
            other.role == SeriesRole::Target && other.about.is_some() && other.about == series.about
        }) {
            let level = |slot: usize| value(target, slot).map(|value| y + self.scale.pixel(value));
            svg.path("ln target", &levels(slots(self.spec), self.slot() / 2.0, &middle, &level));
        }
        let class = series_class(SeriesRole::Actual(0));
        let point = |slot: usize| Some((middle(slot), height(slot)?));
        let (solid, dashed) = runs(series, slots(self.spec), &point);
        svg.path(&format!("ln {class}"), &solid);
        svg.path(&format!("ln dash {class}"), &dashed);
        let newest = (0..slots(self.spec)).rev().find(|slot| height(*slot).is_some());
        for slot in 0..slots(self.spec) {
            let lonely = (slot == 0 || height(slot - 1).is_none()) && height(slot + 1).is_none();
            let open = is_open(state(series, slot));
            let Some(at) = point(slot).filter(|_| lonely || open || Some(slot) == newest) else { continue };
            svg.circle(&format!("pt {class}{}", if open { " open" } else { "" }), at, 2.8);
        }
        self.hints(svg, series, (x, y));
    }

    /// What stands behind the line of a panel: name and newest value, grid, events, and the slots of the lowest panels.
    fn ground(&self, svg: &mut Svg, place: usize, series: &ChartSeries, (x, y): (f64, f64)) {
        let (lang, right) = (self.scene.lang, x + self.width);
        let newest =
            newest(series).map_or_else(|| "–".to_owned(), |last| value_label(last, &series.unit, lang));
        let room = self.width - text_width(&newest, 12.5) - 10.0;
        let top = y - self.head + 13.0;
        svg.text("name end", (x, top), Anchor::Start, &fitted(&(self.scene.say)(&series.name), 12.5, room));
        svg.text("val", (right, top), Anchor::End, &newest);
        for tick in &self.scale.ticks {
            let at = y + self.scale.pixel(*tick);
            svg.line(if tick.abs() < 1e-12 { "base" } else { "grid" }, (x, at), (right, at));
            if place.is_multiple_of(self.columns) {
                svg.text("tick", (x - 6.0, at + 4.0), Anchor::End, &tick_label(*tick, &series.unit, lang));
            }
        }
        let mut taken = f64::NEG_INFINITY;
        for (number_of, mark) in self.spec.marks.iter().enumerate() {
            let edge = |slot: usize| x + self.slot() * number(slot);
            let (first, last) = (edge(mark.slots.0), edge(mark.slots.1 + 1));
            svg.rect("event", (first, y), (last - first, PLOT));
            let at = f64::midpoint(first, last).max(taken + 11.0);
            taken = at;
            svg.text("flag-no", (at, y - 3.0), Anchor::Middle, &(number_of + 1).to_string());
        }
        if place + self.columns >= self.panels {
            self.slot_labels(svg, (x, y + PLOT + 14.0));
        }
    }

    /// The first and the last slot.
    fn slot_labels(&self, svg: &mut Svg, (x, y): (f64, f64)) {
        let Axis::Time(_, periods) = &self.spec.axis else { return };
        let label = |at: usize| {
            periods.get(at).map(|period| self.scene.calendar.short_label(*period, self.scene.lang))
        };
        let (first, last) = (label(0), label(periods.len().wrapping_sub(1)));
        if let Some(first) = first.filter(|_| periods.len() > 1) {
            svg.text("tick", (x, y), Anchor::Start, &first);
        }
        if let Some(last) = last {
            svg.text("tick", (x + self.width, y), Anchor::End, &last);
        }
    }

    fn hints(&self, svg: &mut Svg, series: &ChartSeries, (x, y): (f64, f64)) {
        if self.scene.width == Width::Narrow || self.panels * slots(self.spec) > HINTS {
            return;
        }
        for slot in 0..slots(self.spec) {
            let Some(value) = series.values.get(slot).copied().flatten() else { continue };
            let value = value_label(value, &series.unit, self.scene.lang);
            let when = slot_label(self.spec, self.scene, slot);
            let told = format!("{when}\n{} {value}", (self.scene.say)(&series.name));
            svg.hint((x + self.slot() * number(slot), y), (self.slot(), PLOT), &told);
        }
    }

    /// Where the axis starts if not at zero, and how many members have no panel.
    fn below(&self, svg: &mut Svg, left_out: usize) {
        let y = self.size.1 - 4.0;
        if let Some(series) = self.spec.series.first().filter(|_| self.scale.is_cut()) {
            let from = Arg::Text(tick_label(self.scale.range.0, &series.unit, self.scene.lang));
            let text = (self.scene.say)(&Text::Key("chart-axis-from", vec![("value", from)]));
            svg.text("tick note", (self.size.0 - 2.0, y), Anchor::End, &text);
        }
        if left_out > 0 {
            let more = vec![("count", Arg::Count(left_out as u64))];
            svg.text("tick note", (2.0, y), Anchor::Start, &(self.scene.say)(&Text::Key("chart-more", more)));
        }
    }
}

/// The newest value of a whole period, to stand beside the name; three days of a week say little about a store.
fn newest(series: &ChartSeries) -> Option<Quantity> {
    let whole = |slot: usize| !matches!(state(series, slot), State::Running | State::Partial);
    let mut values = series.values.iter().enumerate().filter_map(|(slot, value)| Some((slot, (*value)?)));
    let found = values.clone().rev().find(|(slot, _)| whole(*slot)).or_else(|| values.next_back());
    found.map(|(_, value)| value)
}

/// A place or a count as a coordinate.
fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{scene, spec};
    use super::*;
    use crate::plan::{Scope, Words};
    use crate::unit::Decimal;

    /// Stores with two slots each: `(first, second)` in percent.
    fn stores(values: &[(i64, i64)]) -> ChartSpec {
        let mut made = spec("multiples", "x");
        let pattern = made.series.remove(0);
        let cut = |slots: usize, values: &mut Vec<_>| values.truncate(slots);
        let percent = |value: i64| Some(Quantity::Exact(Decimal::new(value, 2)));
        made.series = (0_u8..)
            .zip(values)
            .map(|(place, (first, second))| ChartSeries {
                name: Text::Words(Words::same(&format!("S{place}"))),
                about: Some(std::sync::Arc::new((
                    "acos".into(),
                    Scope::of("store", &crate::plan::Id::from(format!("s{place}"))),
                ))),
                role: SeriesRole::Actual(place),
                values: vec![percent(*first), percent(*second)],
                ..pattern.clone()
            })
            .collect();
        if let Axis::Time(_, periods) = &mut made.axis {
            cut(2, periods);
        }
        made.marks.clear();
        made
    }

    /// The vertical places of a line's points, from the top of its panel.
    fn heights(svg: &str) -> Vec<Vec<f64>> {
        let paths = svg.split("class=\"ln s0\" d=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let points = |path: &str| {
            let points = path.split(['M', 'L']).filter(|point| !point.is_empty());
            points.filter_map(|point| point.split(' ').nth(1)?.parse().ok()).collect()
        };
        paths.map(points).collect()
    }

    #[test]
    fn all_panels_share_one_axis() {
        let svg = Multiples.svg(&stores(&[(0, 10), (0, 40), (20, 40)]), &scene());
        let drawn = heights(&svg);
        assert_eq!(drawn.len(), 3);
        // From 0 % to 40 %: ten percent are a quarter of the height in every panel.
        let rise: Vec<f64> = drawn.iter().map(|line| line[0] - line[1]).collect();
        assert_eq!(rise, [PLOT / 4.0, PLOT, PLOT / 2.0]);
        assert!((drawn[2][0] - (NAME + PLOT / 2.0)).abs() < 0.05, "{drawn:?}");
        // The labels of the axis stand once, at the left of the row.
        assert_eq!(svg.matches(">40%<").count(), 1, "{svg}");
    }

    #[test]
    fn a_target_stands_in_the_panel_of_its_store_alone() {
        let mut spec = stores(&[(10, 20), (30, 40)]);
        let target = ChartSeries {
            role: SeriesRole::Target,
            values: vec![Some(Quantity::Exact(Decimal::new(25, 2))); 2],
            ..spec.series[1].clone()
        };
        spec.series.push(target);
        let svg = Multiples.svg(&spec, &scene());
        let paths: Vec<&str> = svg.split("class=\"ln target\" d=\"M").skip(1).collect();
        assert_eq!(paths.len(), 1);
        let x: f64 = paths[0].split(' ').next().and_then(|x| x.parse().ok()).expect("a number");
        assert!(x > 280.0, "in the second of two panels: {x}");
    }

    #[test]
    fn the_value_beside_a_name_is_of_a_whole_period() {
        let mut spec = stores(&[(10, 20)]);
        spec.series[0].states = vec![State::Provisional, State::Running];
        assert!(Multiples.svg(&spec, &scene()).contains(">10.0%</text>"));
        spec.series[0].values[0] = None;
        assert!(Multiples.svg(&spec, &scene()).contains(">20.0%</text>"));
    }

    #[test]
    fn many_members_are_counted_where_they_have_no_panel() {
        let svg = Multiples.svg(&stores(&[(10, 20); 30]), &scene());
        assert_eq!(heights(&svg).len(), PANELS);
        assert!(svg.contains("chart-more"));
        assert!(!Multiples.svg(&stores(&[(10, 20); 24]), &scene()).contains("chart-more"));
    }
}
