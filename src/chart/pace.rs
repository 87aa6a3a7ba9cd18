//! The course of a target: what was reached so far against what the plan asks, day by day added up, with where it is
//! going and how sure that is. Slots stand where their last day stands in time, so that a slot may be a day or a week.

use super::scale::{Scale, Zero, tick_label, value_label};
use super::svg::{Anchor, Svg, at, fitted, text_width};
use super::{ChartKind, Scene, Width, series_class};
use crate::report::{Axis, ChartSeries, ChartSpec, SeriesRole};
use crate::time::{Date, Grain, Period, day_label, days_between, plus_days};
use crate::unit::Quantity;

/// The course of a target.
pub(super) struct Pace;

/// Size of the letters.
const FONT: f64 = 12.0;
/// Height of a line of letters.
const LINE: f64 = 15.0;
/// Room for the names of events, above everything.
const HEAD: f64 = 34.0;

impl ChartKind for Pace {
    fn name(&self) -> &'static str {
        "pace"
    }

    fn about(&self) -> &'static str {
        "what was reached so far against the plan of a target, added up, with the forecast and how sure it is"
    }

    fn svg(&self, spec: &ChartSpec, scene: &Scene<'_>) -> String {
        let Axis::Time(_, periods) = &spec.axis else { return super::line::Line.svg(spec, scene) };
        let mut drawing = Drawing::open(spec, scene, periods);
        drawing.events();
        drawing.grid();
        drawing.days();
        drawing.fan();
        for role in [SeriesRole::Even, SeriesRole::First, SeriesRole::Target, SeriesRole::Forecast] {
            drawing.line_of(role);
        }
        drawing.levels();
        drawing.today();
        drawing.line_of(SeriesRole::Actual(0));
        drawing.newest();
        drawing.ends();
        drawing.svg.finish()
    }
}

/// A drawing in the making.
struct Drawing<'a> {
    svg: Svg,
    spec: &'a ChartSpec,
    scene: &'a Scene<'a>,
    periods: &'a [Period],
    scale: Scale,
    /// Left and right edge of the plot.
    sides: (f64, f64),
    size: (f64, f64),
}

impl<'a> Drawing<'a> {
    fn open(spec: &'a ChartSpec, scene: &'a Scene<'a>, periods: &'a [Period]) -> Drawing<'a> {
        let wide = scene.width == Width::Wide;
        let size = if wide { (560.0, 296.0) } else { (344.0, 272.0) };
        let pixels = (size.1 - 2.0 * LINE - 6.0, HEAD);
        let values = spec.series.iter().flat_map(|series| {
            series.values.iter().flatten().map(|value| value.as_f64()).filter(|value| value.is_finite())
        });
        let scale = Scale::of(values, Zero::Always, if wide { 5 } else { 4 }, pixels);
        let label = |tick: &f64| {
            spec.series.first().map_or_else(String::new, |one| tick_label(*tick, &one.unit, scene.lang))
        };
        let room = scale.ticks.iter().map(|tick| text_width(&label(tick), FONT)).fold(0.0, f64::max) + 10.0;
        let right = if wide { size.0 - 124.0 } else { size.0 - 10.0 };
        let suffix = if wide { "w" } else { "n" };
        let class = if wide { "chart wide pace" } else { "chart narrow pace" };
        let (title, about) = ((scene.say)(&spec.title), super::frame::about(spec, scene));
        let svg = Svg::new(class, &format!("{}-{suffix}", spec.id), size, &title, &about);
        Drawing { svg, spec, scene, periods, scale, sides: (room, right), size }
    }

    fn days_in_all(&self) -> f64 {
        let ends = self.periods.first().zip(self.periods.last());
        f64::from(ends.map_or(1, |(first, last)| days_between(first.start, last.end) + 1))
    }

    /// The end of a day; the day before the first one is the left edge.
    fn x(&self, day: Date) -> f64 {
        let Some(first) = self.periods.first() else { return self.sides.0 };
        let before = plus_days(first.start, -1);
        let since = if day < before { 0 } else { days_between(before, day) };
        self.sides.0 + (self.sides.1 - self.sides.0) * (f64::from(since) / self.days_in_all()).min(1.0)
    }

    fn series(&self, role: SeriesRole) -> Option<&'a ChartSeries> {
        self.spec.series.iter().find(|series| series.role == role)
    }

    /// The points of a series that it has, from left to right.
    fn points(&self, series: &ChartSeries) -> Vec<(f64, f64)> {
        let point = |(period, value): (&Period, &Option<Quantity>)| {
            let value = value.as_ref()?.as_f64();
            value.is_finite().then(|| (self.x(period.end), self.scale.pixel(value)))
        };
        self.periods.iter().zip(&series.values).filter_map(point).collect()
    }

    fn bottom(&self) -> f64 {
        self.scale.pixels.0
    }

    /// Bands with their names above them; a name that would touch the one before it is a number, told below the chart.
    fn events(&mut self) {
        let mut taken = [self.sides.0, self.sides.0];
        for (place, mark) in self.spec.marks.iter().enumerate() {
            let ends = self.periods.get(mark.slots.0).zip(self.periods.get(mark.slots.1));
            let Some((first, last)) = ends else { continue };
            let (from, to) = (self.x(plus_days(first.start, -1)), self.x(last.end));
            self.svg.rect("event", (from, HEAD), (to - from, self.bottom() - HEAD));
            let name = format!("{} {}", place + 1, mark.text.in_lang(self.scene.lang));
            let (wide, number) = (text_width(&name, 11.0), (place + 1).to_string());
            let free = |taken: &[f64; 2], width: f64| {
                (0..2).find(|row| {
                    let left = (from + to - width) / 2.0;
                    left >= taken[*row] && left + width <= self.size.0
                })
            };
            /// Of more events than this only the numbers stand above the chart.
            const NAMED: usize = 5;
            let (text, row) = match free(&taken, wide) {
                Some(row) if self.spec.marks.len() <= NAMED => (name, row),
                _ => (number, free(&taken, 14.0).unwrap_or(1)),
            };
            let width = text_width(&text, 11.0);
            taken[row] = f64::midpoint(from, to) + width / 2.0 + 6.0;
            let y = [24.0, 10.0][row];
            self.svg.text("event-name", (f64::midpoint(from, to), y), Anchor::Middle, &text);
        }
    }

    fn grid(&mut self) {
        let unit = self.spec.series.first().map(|series| series.unit.clone());
        for tick in self.scale.ticks.clone() {
            let y = self.scale.pixel(tick);
            let class = if tick.abs() < 1e-12 { "base" } else { "grid" };
            self.svg.line(class, (self.sides.0, y), (self.sides.1, y));
            if let Some(unit) = &unit {
                let label = tick_label(tick, unit, self.scene.lang);
                self.svg.text("tick", (self.sides.0 - 6.0, y + 4.0), Anchor::End, &label);
            }
        }
    }

    /// Names of months, or of every seventh day in a short period.
    fn days(&mut self) {
        /// Up to so many days single days are named.
        const SHORT: f64 = 62.0;
        let Some((first, last)) = self.periods.first().zip(self.periods.last()) else { return };
        let short = self.days_in_all() <= SHORT;
        let calendar = self.scene.calendar;
        let ticks: Vec<Period> = if short {
            let day = |at: i32| calendar.period(Grain::Day, plus_days(first.start, at));
            (0..).step_by(7).map(day).take_while(|day| day.start <= last.end).collect()
        } else {
            calendar.periods(Grain::Month, first.start, last.end)
        };
        let y = self.bottom() + LINE + 2.0;
        let (mut free, mut year) = (0.0, None);
        for tick in ticks {
            let x = self.x(plus_days(tick.start.max(first.start), if short { 0 } else { -1 }));
            self.svg.line("base", (x, self.bottom()), (x, self.bottom() + 4.0));
            let label = calendar.short_label(tick, self.scene.lang);
            let half = text_width(&label, FONT) / 2.0;
            let middle = if short { x } else { x + half + 2.0 };
            if middle - half < free || middle + half > self.size.0 {
                continue;
            }
            free = middle + half + 6.0;
            self.svg.text("tick", (middle, y), Anchor::Middle, &label);
            let own = calendar.label_year(tick);
            // The day up to which data counts is named in the same line, and goes before.
            let today = self.last_reached().map(|(period, _)| self.x(period.end));
            let covered = today.is_some_and(|today| (today - middle).abs() < 56.0);
            if own != year && !covered {
                year = own;
                let text = own.map_or_else(String::new, |year| year.to_string());
                self.svg.text("tick year", (middle, y + LINE - 1.0), Anchor::Middle, &text);
            }
        }
    }

    /// Where it may go, between the lower and the upper end.
    fn fan(&mut self) {
        let (Some(low), Some(high)) = (self.series(SeriesRole::Low), self.series(SeriesRole::High)) else {
            return;
        };
        let (low, high) = (self.points(low), self.points(high));
        let there = high.iter().chain(low.iter().rev());
        let path: String = there
            .enumerate()
            .map(|(place, (x, y))| format!("{}{} {}", if place == 0 { "M" } else { "L" }, at(*x), at(*y)))
            .collect();
        if low.len() > 1 {
            self.svg.path("fan", &(path + "Z"));
        }
    }

    fn line_of(&mut self, role: SeriesRole) {
        let Some(series) = self.series(role) else { return };
        let mut path = String::new();
        // What adds up begins with nothing, on the eve of the first day.
        let from_start = series.values.first().is_some_and(Option::is_some);
        if from_start {
            path += &format!("M{} {}", at(self.sides.0), at(self.scale.pixel(0.0)));
        }
        let mut down = from_start;
        for (period, value) in self.periods.iter().zip(&series.values) {
            let value = value.map(Quantity::as_f64).filter(|value| value.is_finite());
            let Some(value) = value else {
                down = false;
                continue;
            };
            let pen = if down { "L" } else { "M" };
            path += &format!("{pen}{} {}", at(self.x(period.end)), at(self.scale.pixel(value)));
            down = true;
        }
        self.svg.path(&format!("ln {}", series_class(role)), &path);
    }

    /// Stretch and red line hold for the end alone, and are drawn there.
    fn levels(&mut self) {
        for role in [SeriesRole::Stretch, SeriesRole::Red] {
            let last = self.series(role).and_then(|series| series.values.iter().flatten().next_back());
            if let Some(value) = last.map(|value| value.as_f64()).filter(|value| value.is_finite()) {
                let (y, from) =
                    (self.scale.pixel(value), self.sides.1 - (self.sides.1 - self.sides.0) * 0.18);
                self.svg.line(&format!("ln {}", series_class(role)), (from, y), (self.sides.1, y));
            }
        }
    }

    /// The last slot with something reached.
    fn last_reached(&self) -> Option<(Period, Quantity)> {
        let series = self.series(SeriesRole::Actual(0))?;
        let all = self.periods.iter().zip(&series.values);
        all.filter_map(|(period, value)| Some((*period, (*value)?))).next_back()
    }

    fn today(&mut self) {
        let Some((period, _)) = self.last_reached() else { return };
        if self.periods.last().is_some_and(|last| period.end == last.end) {
            return;
        }
        let x = self.x(period.end);
        self.svg.line("today", (x, HEAD), (x, self.bottom() + 4.0));
        let label = day_label(period.end, self.scene.lang);
        let half = text_width(&label, 11.0) / 2.0;
        let middle = x.clamp(self.sides.0 + half, self.size.0 - half);
        self.svg.text("today-name", (middle, self.size.1 - 3.0), Anchor::Middle, &label);
    }

    fn newest(&mut self) {
        let Some((period, value)) = self.last_reached() else { return };
        let place = (self.x(period.end), self.scale.pixel(value.as_f64()));
        self.svg.circle("pt s0", place, 4.0);
        let unit = self.spec.series.first().map(|series| series.unit.clone());
        let ended = self.periods.last().is_some_and(|last| last.end == period.end);
        if let Some(unit) = unit.filter(|_| !ended || self.scene.width == Width::Narrow) {
            let label = value_label(value, &unit, self.scene.lang);
            let room = text_width(&label, FONT * 1.07) + 10.0;
            // Left of the line, where nothing else is: above it the way so far, below it nothing.
            let (x, anchor) = if place.0 - room > self.sides.0 {
                (place.0 - 9.0, Anchor::End)
            } else {
                (place.0 + 9.0, Anchor::Start)
            };
            self.svg.text("end s0", (x, place.1 - 6.0), anchor, &label);
        }
    }

    /// What stands at the end of the period, beside it, pushed apart where names would touch.
    fn ends(&mut self) {
        if self.scene.width == Width::Narrow {
            return;
        }
        let mut roles = vec![SeriesRole::Target, SeriesRole::First, SeriesRole::Forecast];
        roles.extend([SeriesRole::Stretch, SeriesRole::Red]);
        if self
            .last_reached()
            .is_some_and(|(period, _)| Some(period.end) == self.periods.last().map(|l| l.end))
        {
            roles.push(SeriesRole::Actual(0));
        }
        let mut ends: Vec<(f64, SeriesRole, String)> = Vec::new();
        for role in roles {
            let Some(series) = self.series(role) else { continue };
            let Some(last) = series.values.last().copied().flatten() else { continue };
            let value = value_label(last, &series.unit, self.scene.lang);
            let name = (self.scene.say)(&series.name);
            let room = 118.0 - text_width(&value, FONT * 1.07) - 6.0;
            let text =
                if room > 24.0 { format!("{} {value}", fitted(&name, FONT * 1.07, room)) } else { value };
            ends.push((self.scale.pixel(last.as_f64()), role, text));
        }
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        for place in 1..ends.len() {
            ends[place].0 = ends[place].0.max(ends[place - 1].0 + LINE);
        }
        let low = self.bottom();
        for place in (0..ends.len()).rev() {
            let below = ends.get(place + 1).map_or(low, |next| next.0 - LINE);
            ends[place].0 = ends[place].0.min(below);
        }
        for (y, role, text) in ends {
            self.svg.text(
                &format!("end {}", series_class(role)),
                (self.sides.1 + 6.0, y + 4.0),
                Anchor::Start,
                &text,
            );
        }
    }
}
