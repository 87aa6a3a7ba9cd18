//! A whole over its parts over theirs: as wide as their share, coloured by where they stand.
//! What no part takes over is left open; parts that together ask for more than the whole share its width.

use super::svg::{Anchor, Svg, fitted};
use super::{ChartKind, Scene, Width};
use crate::assess::Standing;
use crate::report::{Axis, Branch, ChartSpec};
use crate::unit::Quantity;

/// A partition.
pub(super) struct Partition;

/// Height of a level of the tree.
const ROW: f64 = 44.0;
/// A part narrower than this has no border, which would be all that is seen of it.
const THIN: f64 = 10.0;

impl ChartKind for Partition {
    fn name(&self) -> &'static str {
        "partition"
    }

    fn about(&self) -> &'static str {
        "targets above their parts: as wide as their share, coloured by where they stand"
    }

    fn svg(&self, spec: &ChartSpec, scene: &Scene<'_>) -> String {
        let Axis::Tree(branches) = &spec.axis else { return super::bar::Bar.svg(spec, scene) };
        let wide = scene.width == Width::Wide;
        let width = if wide { 560.0 } else { 344.0 };
        let depth = depths(branches);
        let rows = depth.iter().max().map_or(1, |deepest| deepest + 1);
        let size = (width, ROW * f64::from(u32::try_from(rows).unwrap_or(1)) + 2.0);
        let (suffix, class) = if wide { ("w", "chart wide parts") } else { ("n", "chart narrow parts") };
        let title = (scene.say)(&spec.title);
        let mut svg = Svg::new(class, &format!("{}-{suffix}", spec.id), size, &title, "");
        let spans = spans(branches, &values(spec, branches.len()), width);
        for (slot, branch) in branches.iter().enumerate() {
            let (Some(span), Some(level)) = (spans.get(slot), depth.get(slot)) else { continue };
            let top = ROW * f64::from(u32::try_from(*level).unwrap_or(0)) + 1.0;
            draw(&mut svg, spec, scene, (slot, branch), (*span, top));
        }
        svg.finish()
    }

    fn option(&self, spec: &ChartSpec, scene: &Scene<'_>) -> serde_json::Value {
        match &spec.axis {
            // The chart library of the theme has no chart of parts; the table has all there is to read.
            Axis::Tree(_) => serde_json::Value::Null,
            _ => super::option::option(spec, scene),
        }
    }
}

/// How many wholes stand above each.
fn depths(branches: &[Branch]) -> Vec<usize> {
    let mut depths: Vec<usize> = Vec::new();
    for branch in branches {
        let above = branch.parent.and_then(|parent| depths.get(parent)).map_or(0, |depth| depth + 1);
        depths.push(above);
    }
    depths
}

/// What each is worth; nothing below zero has a width.
fn values(spec: &ChartSpec, count: usize) -> Vec<f64> {
    let all = spec.series.first().map(|series| series.values.as_slice()).unwrap_or_default();
    let value = |slot: usize| all.get(slot).copied().flatten().map_or(0.0, Quantity::as_f64);
    (0..count)
        .map(|slot| Some(value(slot)).filter(|value| value.is_finite()).unwrap_or(0.0).max(0.0))
        .collect()
}

/// Left and right edge of each.
fn spans(branches: &[Branch], values: &[f64], width: f64) -> Vec<(f64, f64)> {
    let mut spans: Vec<(f64, f64)> = Vec::new();
    let worth = |slot: usize| values.get(slot).copied().unwrap_or(0.0);
    let sum_below = |parent: Option<usize>| -> f64 {
        branches.iter().enumerate().filter(|(_, one)| one.parent == parent).map(|(slot, _)| worth(slot)).sum()
    };
    // Where the next part of each whole begins; the last entry is that of the wholes themselves.
    let mut free: Vec<f64> = Vec::new();
    let mut free_root = 0.0;
    for (slot, branch) in branches.iter().enumerate() {
        let known = branch.parent.and_then(|parent| Some((parent, *spans.get(parent)?)));
        let (room, whole) = match known {
            Some((parent, (from, to))) => (to - from, worth(parent).max(sum_below(Some(parent)))),
            None => (width, sum_below(None)),
        };
        let size = if whole > 0.0 { room * worth(slot) / whole } else { 0.0 };
        let from = match known {
            Some((parent, _)) => free.get(parent).copied().unwrap_or(0.0),
            None => free_root,
        };
        match known {
            Some((parent, _)) => {
                if let Some(next) = free.get_mut(parent) {
                    *next = from + size;
                }
            }
            None => free_root = from + size,
        }
        spans.push((from, from + size));
        free.push(from);
    }
    spans
}

fn draw(
    svg: &mut Svg,
    spec: &ChartSpec,
    scene: &Scene<'_>,
    (slot, branch): (usize, &Branch),
    ((from, to), top): ((f64, f64), f64),
) {
    /// A line of paper between neighbours.
    const SEAM: f64 = 1.0;
    let (from, to) = (from + SEAM / 2.0, to - SEAM / 2.0);
    if to <= from {
        return;
    }
    let thin = if to - from < THIN { " thin" } else { "" };
    svg.rect(&format!("part {}{thin}", branch.standing.name()), (from, top), (to - from, ROW - 2.0));
    let name = (scene.say)(&branch.name);
    let series = spec.series.first();
    let value = series.and_then(|series| {
        let value = series.values.get(slot).copied().flatten()?;
        Some(super::scale::value_label(value, &series.unit, scene.lang))
    });
    let room = to - from - 8.0;
    if to - from >= THIN * 2.0 {
        shape(svg, branch.standing, (from + 10.0, top + 14.0));
    }
    // Cut to a letter or two a name says nothing; pointing at it tells it whole.
    let fits = |text: &str, size: f64, room: f64| {
        fitted(text, size, room).chars().count() >= 4 || fitted(text, size, room) == text
    };
    if fits(&name, 12.0, room - 14.0) {
        svg.text("part-name", (from + 19.0, top + 18.0), Anchor::Start, &fitted(&name, 12.0, room - 14.0));
        if let Some(value) = value.as_deref().filter(|value| fits(value, 11.5, room)) {
            svg.text("part-value", (from + 5.0, top + 34.0), Anchor::Start, &fitted(value, 11.5, room));
        }
    } else if fits(&name, 11.0, room) {
        svg.text("part-value", (from + 4.0, top + 34.0), Anchor::Start, &fitted(&name, 11.0, room));
    }
    let told = value.map_or(name.clone(), |value| format!("{name}\n{value}"));
    svg.hint((from, top), (to - from, ROW - 2.0), &told);
}

/// The shape of a standing, small: colour alone would tell not everyone.
fn shape(svg: &mut Svg, standing: Standing, (x, y): (f64, f64)) {
    let class = format!("mark {}", standing.name());
    let path = |commands: &[(f64, f64)]| {
        let points = commands.iter().enumerate().map(|(place, (dx, dy))| {
            let pen = if place == 0 { "M" } else { "L" };
            format!("{pen}{} {}", super::svg::at(x + dx), super::svg::at(y + dy))
        });
        points.collect::<String>() + "Z"
    };
    match standing {
        Standing::Exceed => {
            svg.path(
                &class,
                &path(&[
                    (0.0, -5.5),
                    (1.6, -1.7),
                    (5.4, -1.5),
                    (2.4, 1.0),
                    (3.4, 4.7),
                    (0.0, 2.6),
                    (-3.4, 4.7),
                    (-2.4, 1.0),
                    (-5.4, -1.5),
                    (-1.6, -1.7),
                ]),
            );
        }
        Standing::On => svg.circle(&class, (x, y), 4.5),
        Standing::Near => svg.path(&class, &path(&[(0.0, -5.0), (5.2, 4.2), (-5.2, 4.2)])),
        Standing::Off => svg.path(&class, &path(&[(0.0, -5.4), (5.4, 0.0), (0.0, 5.4), (-5.4, 0.0)])),
        Standing::TooEarly => svg.circle(&format!("{class} open"), (x, y), 4.0),
        Standing::NoData | Standing::Paused => svg.line(&format!("{class} open"), (x - 4.5, y), (x + 4.5, y)),
    }
}
