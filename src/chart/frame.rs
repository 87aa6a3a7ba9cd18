//! What charts over slots share: axes, grid, marks, and the forms of lines, points, bars and targets.
//! A missing value is a gap in every form; nothing is drawn between two points that are not neighbours.

use super::scale::{Scale, Zero, tick_label, value_label};
use super::svg::{Anchor, Svg, at, fitted, text_width};
use super::{Scene, Width, series_class};
use crate::measure::State;
use crate::report::{Axis, ChartSeries, ChartSpec, SeriesRole, Text};
use crate::unit::Quantity;

/// Size of all letters in a chart; at the widths the styles allow it is never below 11 px on the screen.
const FONT: f64 = 12.0;
/// Height of a line of letters.
const LINE: f64 = 15.0;
/// Names at line ends may take this much of a wide chart; longer ones go into the legend.
const END_LABELS: f64 = 124.0;
/// More lines than this are not told apart by names at their ends.
const END_LABELS_AT_MOST: usize = 5;

/// A chart over slots in the making.
pub(super) struct Frame<'a> {
    pub(super) svg: Svg,
    pub(super) spec: &'a ChartSpec,
    pub(super) scene: &'a Scene<'a>,
    left: Scale,
    right: Option<Scale>,
    /// Left and right edge of the plot.
    sides: (f64, f64),
    /// Width of one slot.
    pub(super) slot: f64,
    size: (f64, f64),
}

/// The size of a drawing.
pub(super) fn size(width: Width) -> (f64, f64) {
    match width {
        Width::Wide => (560.0, 248.0),
        Width::Narrow => (344.0, 232.0),
    }
}

/// How many slots a chart has.
pub(super) fn slots(spec: &ChartSpec) -> usize {
    match &spec.axis {
        Axis::Time(_, periods) => periods.len(),
        Axis::Members(members) => members.len(),
        Axis::Tree(branches) => branches.len(),
    }
}

/// A value of a series, if the slot has one that a drawing can show.
pub(super) fn value(series: &ChartSeries, slot: usize) -> Option<f64> {
    series.values.get(slot).copied().flatten().map(Quantity::as_f64).filter(|value| value.is_finite())
}

/// The state of a slot; without one the value is as good as any.
pub(super) fn state(series: &ChartSeries, slot: usize) -> State {
    series.states.get(slot).copied().unwrap_or(State::Complete)
}

/// Not yet what it will be: drawn hollow.
pub(super) fn is_open(state: State) -> bool {
    matches!(state, State::Provisional | State::Partial | State::Running)
}

/// Still moving: the way to it is drawn dashed.
fn is_moving(state: State) -> bool {
    matches!(state, State::Provisional | State::Running)
}

/// Whether a series is measured on the right axis: it has another unit than the first.
pub(super) fn is_right(spec: &ChartSpec, series: &ChartSeries) -> bool {
    spec.series.first().is_some_and(|first| first.unit != series.unit)
}

/// The label of a slot in full.
pub(super) fn slot_label(spec: &ChartSpec, scene: &Scene<'_>, slot: usize) -> String {
    match &spec.axis {
        Axis::Time(_, periods) => {
            periods.get(slot).map_or_else(String::new, |p| scene.calendar.label(*p, scene.lang))
        }
        Axis::Members(members) => members.get(slot).map_or_else(String::new, |member| (scene.say)(member)),
        Axis::Tree(branches) => branches.get(slot).map_or_else(String::new, |one| (scene.say)(&one.name)),
    }
}

/// Names and last values to stand at the ends of lines, and the room they need; `None` if they do not fit.
pub(super) fn end_labels(spec: &ChartSpec, scene: &Scene<'_>) -> Option<(f64, Vec<String>)> {
    let crowded = scene.width == Width::Narrow || spec.series.len() > END_LABELS_AT_MOST;
    if crowded || spec.series.iter().any(|series| is_right(spec, series)) {
        return None;
    }
    let label = |series: &ChartSeries| {
        let name = (scene.say)(&series.name);
        let last = series.values.iter().rev().flatten().next();
        last.map_or(name.clone(), |last| format!("{name} {}", value_label(*last, &series.unit, scene.lang)))
    };
    let labels: Vec<String> = spec.series.iter().map(label).collect();
    // They are bold, and wider for it.
    let widest = labels.iter().map(|text| text_width(text, FONT)).fold(0.0, f64::max);
    (widest <= END_LABELS).then_some((widest * 1.1 + 12.0, labels))
}

impl<'a> Frame<'a> {
    /// Opens a chart, with axes, grid and marks drawn.
    pub(super) fn open(spec: &'a ChartSpec, scene: &'a Scene<'a>, zero: Zero, right_room: f64) -> Frame<'a> {
        let size = size(scene.width);
        let top = if spec.marks.is_empty() { 12.0 } else { 26.0 };
        let pixels = (size.1 - 2.0 * LINE - 8.0, top);
        let scale = |right: bool| {
            let drawn = spec.series.iter().filter(|series| is_right(spec, series) == right);
            let values = drawn.flat_map(|series| (0..slots(spec)).filter_map(|slot| value(series, slot)));
            let zero = if right { Zero::IfFar } else { zero };
            Scale::of(values, zero, if scene.width == Width::Wide { 4 } else { 3 }, pixels)
        };
        let left = scale(false);
        // What is said about the axis has a line of its own.
        let size = (size.0, size.1 + if left.is_cut() { LINE - 2.0 } else { 0.0 });
        let right = spec.series.iter().any(|series| is_right(spec, series)).then(|| scale(true));
        let widest = |scale: &Scale, unit| {
            scale
                .ticks
                .iter()
                .map(|tick| text_width(&tick_label(*tick, unit, scene.lang), FONT))
                .fold(0.0, f64::max)
        };
        let unit =
            |right: bool| spec.series.iter().find(|series| is_right(spec, series) == right).map(|s| &s.unit);
        let start = unit(false).map_or(8.0, |unit| widest(&left, unit) + 10.0);
        let end_room =
            right.as_ref().zip(unit(true)).map_or(right_room, |(scale, unit)| widest(scale, unit) + 10.0);
        let sides = (start, size.0 - end_room.max(10.0));
        let slot = (sides.1 - sides.0) / f64::from(u32::try_from(slots(spec).max(1)).unwrap_or(1));
        let wide = if scene.width == Width::Wide { "wide" } else { "narrow" };
        let id = format!("{}-{}", spec.id, if scene.width == Width::Wide { "w" } else { "n" });
        let (title, about) = ((scene.say)(&spec.title), about(spec, scene));
        let svg = Svg::new(&format!("chart {wide}"), &id, size, &title, &about);
        let mut frame = Frame { svg, spec, scene, left, right, sides, slot, size };
        frame.bands();
        frame.grid();
        frame.slot_labels();
        frame.flags();
        frame
    }

    /// The middle of a slot.
    pub(super) fn x(&self, slot: usize) -> f64 {
        self.sides.0 + self.slot * (f64::from(u32::try_from(slot).unwrap_or(0)) + 0.5)
    }

    /// The scale of a series.
    pub(super) fn scale(&self, series: &ChartSeries) -> &Scale {
        match &self.right {
            Some(right) if is_right(self.spec, series) => right,
            _ => &self.left,
        }
    }

    fn bottom(&self) -> f64 {
        self.left.pixels.0
    }

    fn grid(&mut self) {
        let lang = self.scene.lang;
        let (left, right, sides) = (self.left.clone(), self.right.clone(), self.sides);
        let unit = |right: bool| {
            self.spec.series.iter().find(|s| is_right(self.spec, s) == right).map(|s| s.unit.clone())
        };
        for tick in &left.ticks {
            let y = left.pixel(*tick);
            let class = if tick.abs() < 1e-12 { "base" } else { "grid" };
            self.svg.line(class, (sides.0, y), (sides.1, y));
            if let Some(unit) = unit(false) {
                self.svg.text("tick", (sides.0 - 6.0, y + 4.0), Anchor::End, &tick_label(*tick, &unit, lang));
            }
        }
        let Some((right, unit)) = right.zip(unit(true)) else { return };
        for tick in &right.ticks {
            let label = tick_label(*tick, &unit, lang);
            self.svg.text("tick", (sides.1 + 6.0, right.pixel(*tick) + 4.0), Anchor::Start, &label);
        }
    }

    fn slot_labels(&mut self) {
        let count = slots(self.spec);
        let spec = self.spec;
        let short: Vec<String> = match &spec.axis {
            Axis::Time(_, periods) => {
                periods.iter().map(|p| self.scene.calendar.short_label(*p, self.scene.lang)).collect()
            }
            Axis::Members(members) => {
                let names: Vec<String> = members.iter().map(|member| (self.scene.say)(member)).collect();
                // Weeks since a launch are thinned out like days; names are cut.
                let is_counted = names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
                let room = if is_counted { f64::INFINITY } else { self.slot - 6.0 };
                names.iter().map(|name| fitted(name, FONT, room)).collect()
            }
            Axis::Tree(_) => Vec::new(),
        };
        let widest = short.iter().map(|text| text_width(text, FONT)).fold(0.0, f64::max) + 10.0;
        let every = (1..=count.max(1))
            .find(|every| self.slot * f64::from(u32::try_from(*every).unwrap_or(1)) >= widest);
        let every = every.unwrap_or(count.max(1));
        let (y, mut year_shown) = (self.bottom() + LINE + 3.0, None);
        for (slot, text) in short.iter().enumerate() {
            // Counted from the newest: the last slot always has its label.
            if !(count - 1 - slot).is_multiple_of(every) {
                continue;
            }
            let x = self.x(slot);
            let half = text_width(text, FONT) / 2.0;
            let x = x.clamp(half, (self.size.0 - half).max(half));
            self.svg.text("tick", (x, y), Anchor::Middle, text);
            let year = match &spec.axis {
                Axis::Time(_, periods) => self.scene.calendar.label_year(periods[slot]),
                Axis::Members(_) | Axis::Tree(_) => None,
            };
            if year != year_shown {
                year_shown = year;
                if let Some(year) = year {
                    let x = x.clamp(16.0, self.size.0 - 16.0);
                    self.svg.text("tick year", (x, y + LINE - 1.0), Anchor::Middle, &year.to_string());
                }
            }
        }
    }

    /// Events as bands behind everything.
    fn bands(&mut self) {
        let (top, bottom, slot) = (self.left.pixels.1, self.bottom(), self.slot);
        for mark in &self.spec.marks {
            let (first, last) = (self.x(mark.slots.0) - slot / 2.0, self.x(mark.slots.1) + slot / 2.0);
            self.svg.rect("event", (first, top), (last - first, bottom - top));
        }
    }

    /// Numbered flags above the bands; the texts stand below the chart.
    fn flags(&mut self) {
        let mut taken = f64::NEG_INFINITY;
        for (number, mark) in self.spec.marks.iter().enumerate() {
            let middle = f64::midpoint(self.x(mark.slots.0), self.x(mark.slots.1));
            let x = middle.max(taken + 17.0);
            taken = x;
            self.svg.circle("flag", (x, 12.0), 8.0);
            self.svg.text("flag-no", (x, 16.0), Anchor::Middle, &(number + 1).to_string());
        }
    }

    /// A line: straight segments between neighbours, dashed where the value still moves.
    pub(super) fn draw_line(&mut self, series: &ChartSeries) {
        let scale = self.scale(series).clone();
        let point = |slot: usize| value(series, slot).map(|value| (self.x(slot), scale.pixel(value)));
        let (solid, dashed) = runs(series, slots(self.spec), &point);
        let class = series_class(series.role);
        self.svg.path(&format!("ln {class}"), &solid);
        self.svg.path(&format!("ln dash {class}"), &dashed);
        self.draw_points(series, &scale);
    }

    /// Points: squares for the second measured series, circles for the others; hollow where the value is open.
    /// On a dense line only those that say something: open ones, ends and lonely ones.
    fn draw_points(&mut self, series: &ChartSeries, scale: &Scale) {
        let lonely = |slot: usize| {
            (slot == 0 || value(series, slot - 1).is_none()) && value(series, slot + 1).is_none()
        };
        let newest = (0..slots(self.spec)).rev().find(|slot| value(series, *slot).is_some());
        for slot in 0..slots(self.spec) {
            let Some(value) = value(series, slot) else { continue };
            let open = is_open(state(series, slot));
            let shown = match series.role {
                SeriesRole::Prior => lonely(slot),
                _ => open || lonely(slot) || Some(slot) == newest || self.slot >= 16.0,
            };
            if !shown {
                continue;
            }
            let class = format!("pt {}{}", series_class(series.role), if open { " open" } else { "" });
            let place = (self.x(slot), scale.pixel(value));
            match series.role {
                SeriesRole::Actual(1) => self.svg.rect(&class, (place.0 - 2.8, place.1 - 2.8), (5.6, 5.6)),
                _ => self.svg.circle(&class, place, 3.2),
            }
        }
    }

    /// A target: a level across each of its slots. Equal neighbours join to a line; nothing is drawn in between.
    pub(super) fn draw_target(&mut self, series: &ChartSeries) {
        let scale = self.scale(series).clone();
        let level = |slot: usize| value(series, slot).map(|value| scale.pixel(value));
        let path = levels(slots(self.spec), self.slot / 2.0, &|slot| self.x(slot), &level);
        self.svg.path("ln target", &path);
    }

    /// Names at the ends of lines, pushed apart where they would touch.
    pub(super) fn draw_end_labels(&mut self, labels: &[String]) {
        let newest = |series: &ChartSeries| (0..slots(self.spec)).rev().find_map(|slot| value(series, slot));
        let series = self.spec.series.iter().zip(labels);
        let mut ends: Vec<(f64, String, &str)> = series
            .filter_map(|(series, label)| {
                Some((self.scale(series).pixel(newest(series)?), series_class(series.role), label.as_str()))
            })
            .collect();
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        for place in 1..ends.len() {
            ends[place].0 = ends[place].0.max(ends[place - 1].0 + LINE);
        }
        // Above the names of the axis.
        let limit = self.bottom() - 5.0;
        for place in (0..ends.len()).rev() {
            let below = ends.get(place + 1).map_or(limit, |next| next.0 - LINE);
            ends[place].0 = ends[place].0.min(below);
        }
        for (y, class, label) in ends {
            self.svg.text(&format!("end {class}"), (self.sides.1 + 8.0, y + 4.0), Anchor::Start, label);
        }
    }

    /// Values when a slot is pointed at; a screen reader has the table.
    pub(super) fn draw_hints(&mut self) {
        if self.scene.width == Width::Narrow {
            return;
        }
        let (top, height) = (self.left.pixels.1, self.bottom() - self.left.pixels.1);
        for slot in 0..slots(self.spec) {
            let told = self.spec.series.iter().filter_map(|series| {
                let value = series.values.get(slot).copied().flatten()?;
                Some(format!(
                    "\n{} {}",
                    (self.scene.say)(&series.name),
                    value_label(value, &series.unit, self.scene.lang)
                ))
            });
            let told: String = told.collect();
            if !told.is_empty() {
                let text = slot_label(self.spec, self.scene, slot) + &told;
                self.svg.hint((self.x(slot) - self.slot / 2.0, top), (self.slot, height), &text);
            }
        }
    }

    /// Closes the drawing.
    pub(super) fn finish(mut self) -> String {
        self.draw_hints();
        self.svg.finish()
    }

    /// The lowest value of the left axis if it is not zero.
    pub(super) fn cut(&self) -> Option<f64> {
        self.left.is_cut().then_some(self.left.range.0)
    }

    /// A line of words at the lower right.
    pub(super) fn say_below(&mut self, text: &str) {
        self.svg.text("tick note", (self.size.0 - 2.0, self.size.1 - 3.0), Anchor::End, text);
    }
}

/// The commands of a line, solid and dashed: between neighbours only, dashed where the value still moves.
pub(super) fn runs(
    series: &ChartSeries,
    count: usize,
    point: &dyn Fn(usize) -> Option<(f64, f64)>,
) -> (String, String) {
    let (mut solid, mut dashed) = (String::new(), String::new());
    let mut pen_down = false;
    for slot in 1..count {
        let (Some(from), Some(to)) = (point(slot - 1), point(slot)) else {
            pen_down = false;
            continue;
        };
        if is_moving(state(series, slot)) || is_moving(state(series, slot - 1)) {
            dashed += &format!("M{} {}L{} {}", at(from.0), at(from.1), at(to.0), at(to.1));
            pen_down = false;
        } else {
            if !pen_down {
                solid += &format!("M{} {}", at(from.0), at(from.1));
            }
            solid += &format!("L{} {}", at(to.0), at(to.1));
            pen_down = true;
        }
    }
    (solid, dashed)
}

/// The commands of levels across slots, each `half` to both sides of its middle. Equal neighbours join; nothing stands
/// between others.
pub(super) fn levels(
    count: usize,
    half: f64,
    middle: &dyn Fn(usize) -> f64,
    height: &dyn Fn(usize) -> Option<f64>,
) -> String {
    let mut path = String::new();
    let mut level: Option<f64> = None;
    for slot in 0..count {
        let here = height(slot);
        if let Some(y) = here {
            if level.is_none_or(|before| (before - y).abs() > 0.05) {
                path += &format!("M{} {}", at(middle(slot) - half), at(y));
            }
            path += &format!("H{}", at(middle(slot) + half));
        }
        level = here;
    }
    path
}

/// What a screen reader says of a chart: each series with its first and last value.
pub(super) fn about(spec: &ChartSpec, scene: &Scene<'_>) -> String {
    let tell = |series: &ChartSeries| {
        let mut with_value =
            (0..slots(spec)).filter_map(|slot| Some((slot, series.values.get(slot).copied().flatten()?)));
        let first = with_value.next();
        let last = with_value.next_back();
        let show = |(slot, value): (usize, Quantity)| {
            format!("{} {}", slot_label(spec, scene, slot), value_label(value, &series.unit, scene.lang))
        };
        let name = (scene.say)(&series.name);
        match (first, last) {
            (Some(first), Some(last)) => format!("{name}: {} → {}", show(first), show(last)),
            (Some(only), None) => format!("{name}: {}", show(only)),
            _ => format!("{name}: {}", (scene.say)(&Text::key("state-no-data"))),
        }
    };
    spec.series.iter().map(tell).collect::<Vec<_>>().join("; ")
}
