//! A year of days: a column a week, a row a weekday, the darker the more a day counts.
//! One path per shade keeps a year of squares small.

use super::scale::value_label;
use super::svg::{Anchor, Svg, at, text_width};
use super::{ChartKind, Scene, Width};
use crate::report::{Axis, ChartSpec};
use crate::time::{Date, Grain, Period, days_between};
use crate::unit::Quantity;

/// A year of days.
pub(super) struct Year;

/// Shades from the lightest to the darkest.
const SHADES: usize = 5;

impl ChartKind for Year {
    fn name(&self) -> &'static str {
        "year"
    }

    fn about(&self) -> &'static str {
        "a square for every day of a year, the darker the more it counts"
    }

    fn svg(&self, spec: &ChartSpec, scene: &Scene<'_>) -> String {
        let days = match &spec.axis {
            Axis::Time(Grain::Day, days) if !days.is_empty() => days.as_slice(),
            _ => return super::bar::Bar.svg(spec, scene),
        };
        // A phone has two halves of a year below each other.
        let per_row = if scene.width == Width::Wide { 54 } else { 27 };
        let grid = Grid::of(days, scene, per_row);
        let (suffix, class) =
            if scene.width == Width::Wide { ("w", "chart wide year") } else { ("n", "chart narrow year") };
        let (title, about) = ((scene.say)(&spec.title), super::frame::about(spec, scene));
        let keys = keys(spec, scene);
        let size = grid.size(days, places(&keys, grid.width()).1);
        let mut svg = Svg::new(class, &format!("{}-{suffix}", spec.id), size, &title, &about);
        squares(&mut svg, spec, &grid, days);
        names(&mut svg, scene, &grid, days);
        shades(&mut svg, &keys, &grid, days);
        svg.finish()
    }

    fn option(&self, spec: &ChartSpec, scene: &Scene<'_>) -> serde_json::Value {
        match &spec.axis {
            Axis::Time(Grain::Day, _) => serde_json::Value::Null,
            _ => super::option::option(spec, scene),
        }
    }
}

/// Where squares stand.
struct Grid {
    first: Date,
    /// Days from the start of the first week to the first day.
    lead: u32,
    /// Width of a week and height of a day.
    step: f64,
    /// Weeks beside each other.
    per_row: u32,
}

impl Grid {
    fn of(days: &[Period], scene: &Scene<'_>, per_row: u32) -> Grid {
        let first = days[0].start;
        let week = scene.calendar.period(Grain::Week, first);
        let width = super::frame::size(scene.width).0;
        Grid { first, lead: days_between(week.start, first), step: width / f64::from(per_row), per_row }
    }

    fn block(&self) -> f64 {
        self.step * 7.0 + 26.0
    }

    fn week(&self, day: Date) -> u32 {
        (days_between(self.first, day) + self.lead) / 7
    }

    fn corner(&self, day: Date) -> (f64, f64) {
        let (week, weekday) = (self.week(day), (days_between(self.first, day) + self.lead) % 7);
        let (block, column) = (week / self.per_row, week % self.per_row);
        (
            self.step * f64::from(column),
            self.block() * f64::from(block) + 18.0 + self.step * f64::from(weekday),
        )
    }

    fn blocks(&self, days: &[Period]) -> f64 {
        f64::from(days.last().map_or(0, |last| self.week(last.start)) / self.per_row + 1)
    }

    fn width(&self) -> f64 {
        self.step * f64::from(self.per_row)
    }

    /// With so many lines of keys below the squares.
    fn size(&self, days: &[Period], lines: f64) -> (f64, f64) {
        (self.width(), self.block() * self.blocks(days) + 2.0 + 18.0 * lines)
    }
}

/// The shade of each day, by how its value stands among all values; a day of the lowest value has none.
fn shade_ends(spec: &ChartSpec) -> Vec<f64> {
    let all = spec.series.first().map(|series| series.values.as_slice()).unwrap_or_default();
    let mut values: Vec<f64> =
        all.iter().flatten().map(|value| value.as_f64()).filter(|v| v.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    values.dedup_by(|a, b| (*a - *b).abs() < 1e-12);
    let Some((low, high)) = values.first().copied().zip(values.last().copied()) else { return Vec::new() };
    // Sale days count several times as much as others: equal steps of the logarithm tell weekdays apart as well.
    let safe = |value: f64| value.max(1e-6).ln();
    let step = (safe(high) - safe(low)) / f64::from(u32::try_from(SHADES).unwrap_or(1));
    (1..=SHADES).map(|n| (safe(low) + step * f64::from(u32::try_from(n).unwrap_or(1))).exp()).collect()
}

fn shade(ends: &[f64], value: f64) -> usize {
    ends.iter().position(|end| value <= end * (1.0 + 1e-9)).unwrap_or(ends.len().saturating_sub(1))
}

fn squares(svg: &mut Svg, spec: &ChartSpec, grid: &Grid, days: &[Period]) {
    let ends = shade_ends(spec);
    let mut paths = vec![String::new(); SHADES];
    let side = at(grid.step - 1.6);
    let values = spec.series.first().map(|series| series.values.as_slice()).unwrap_or_default();
    for (period, value) in days.iter().zip(values) {
        let Some(value) = value.map(Quantity::as_f64).filter(|value| value.is_finite()) else { continue };
        let (x, y) = grid.corner(period.start);
        if let Some(path) = paths.get_mut(shade(&ends, value)) {
            *path += &format!("M{} {}h{side}v{side}h-{side}z", at(x), at(y));
        }
    }
    for (place, path) in paths.iter().enumerate() {
        svg.path(&format!("day d{place}"), path);
    }
}

/// Months above their first week.
fn names(svg: &mut Svg, scene: &Scene<'_>, grid: &Grid, days: &[Period]) {
    let mut free = (f64::NEG_INFINITY, 0.0);
    for period in days.iter().filter(|day| day.start.day() == 1) {
        let (x, y) = grid.corner(period.start);
        let top = y - f64::from((days_between(grid.first, period.start) + grid.lead) % 7) * grid.step;
        let label = scene.calendar.short_label(scene.calendar.period(Grain::Month, period.start), scene.lang);
        let same_row = (top - free.1).abs() < 1.0;
        if same_row && x < free.0 {
            continue;
        }
        let wide = text_width(&label, 12.0);
        free = (x + wide + 4.0, top);
        let x = x.min(grid.width() - wide);
        svg.text("tick", (x, top - 5.0), Anchor::Start, &label);
    }
}

/// What the shades mean: each with the least and the greatest weight it stands for.
fn keys(spec: &ChartSpec, scene: &Scene<'_>) -> Vec<(usize, String)> {
    let (Some(series), ends) = (spec.series.first(), shade_ends(spec)) else { return Vec::new() };
    let label = |place: usize| {
        let inside = series.values.iter().flatten().filter(|value| shade(&ends, value.as_f64()) == place);
        let (low, high) = inside.fold(None, |span: Option<(Quantity, Quantity)>, value| {
            let (low, high) = span.unwrap_or((*value, *value));
            let least = if value.as_f64() < low.as_f64() { *value } else { low };
            Some((least, if value.as_f64() > high.as_f64() { *value } else { high }))
        })?;
        let told = |value| value_label(value, &series.unit, scene.lang);
        let (low, high) = (told(low), told(high));
        Some((place, if low == high { low } else { format!("{low} – {high}") }))
    };
    (0..ends.len()).filter_map(label).collect()
}

/// Where each key stands below the squares, with the number of lines they take.
fn places(keys: &[(usize, String)], width: f64) -> (Vec<(f64, f64)>, f64) {
    let (mut x, mut line) = (0.0, 0.0);
    let mut all = Vec::new();
    for (_, label) in keys {
        let size = 15.0 + text_width(label, 12.0) + 12.0;
        if x > 0.0 && x + size > width {
            (x, line) = (0.0, line + 1.0);
        }
        all.push((x, line));
        x += size;
    }
    (all, line + 1.0)
}

fn shades(svg: &mut Svg, keys: &[(usize, String)], grid: &Grid, days: &[Period]) {
    let top = grid.block() * grid.blocks(days) + 2.0;
    let (places, _) = places(keys, grid.width());
    for ((place, label), (x, line)) in keys.iter().zip(places) {
        let y = top + line * 18.0;
        svg.rect(&format!("day d{place}"), (x, y), (11.0, 11.0));
        svg.text("tick", (x + 15.0, y + 10.0), Anchor::Start, label);
    }
}
