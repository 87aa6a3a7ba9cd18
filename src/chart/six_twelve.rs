//! Six weeks and twelve months side by side, this year over last (C. Bryar and B. Carr, *Working Backwards*, 2021, chapter 6).
//! 19 slots, one of them empty; weeks and months are never joined, a missing value is a gap, and every chart of a site has
//! the same size, so that the eye learns them once. On a phone the months stand below the weeks.

use super::frame::is_open;
use super::scale::{Scale, Zero, tick_label, value_label};
use super::svg::{Anchor, Svg, at, text_width};
use super::{Scene, Width};
use crate::measure::{Point, State};
use crate::report::deck::{SixRole, SixSeries, SixTwelve};
use crate::time::Period;
use crate::unit::Quantity;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Size of letters.
const FONT: f64 = 12.0;
/// From one flag to the next of a slot.
const FLAG: f64 = 15.0;
/// Slots of the wide chart: six weeks, an empty one, twelve months.
const SLOTS: usize = 19;

/// The class that colours a series.
pub fn six_class(role: SixRole) -> &'static str {
    match role {
        SixRole::Current(0) => "s0",
        SixRole::Current(1) => "s1",
        SixRole::Current(_) => "s2",
        SixRole::Prior(0) => "prior",
        SixRole::Prior(_) => "prior second",
        SixRole::Target => "target",
    }
}

/// The drawing.
pub fn six_twelve(spec: &SixTwelve, scene: &Scene<'_>) -> String {
    let wide = scene.width == Width::Wide;
    let size = if wide { (960.0, 286.0) } else { (344.0, 420.0) };
    let id = format!("{}-{}", spec.id, if wide { "w" } else { "n" });
    let class = if wide { "chart six wide" } else { "chart six narrow" };
    let mut svg = Svg::new(class, &id, size, &(scene.say)(&spec.title), "");
    let panels = panels(spec, scene, size);
    for panel in &panels {
        panel.axis(&mut svg);
        panel.slots(&mut svg);
    }
    // Series by series over both panels: this year lies on top everywhere.
    for series in &spec.series {
        for panel in &panels {
            panel.series(&mut svg, series);
        }
    }
    for panel in &panels {
        let taken = panel.labels(&mut svg);
        panel.flags(&mut svg, taken);
        panel.hints(&mut svg);
    }
    svg.finish()
}

fn float(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(0))
}

/// A part of the drawing that holds letters.
#[derive(Clone, Copy, Debug)]
struct Room {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Room {
    fn meets(&self, other: &Room) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
}

/// Which half of the chart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Weeks,
    Months,
}

/// Weeks or months, with their axis and their place.
struct Panel<'a> {
    spec: &'a SixTwelve,
    scene: &'a Scene<'a>,
    half: Half,
    scale: Scale,
    /// Left and right edge of the plot.
    sides: (f64, f64),
    /// Where the first slot begins, and how wide one is.
    from: f64,
    slot: f64,
    /// Whether its ticks stand left, right or nowhere.
    ticks: Option<Anchor>,
}

fn panels<'a>(spec: &'a SixTwelve, scene: &'a Scene<'a>, size: (f64, f64)) -> Vec<Panel<'a>> {
    let zero = if spec.zero == Some(true) { Zero::Always } else { Zero::IfFar };
    let values = |half: Option<Half>| {
        let all = spec.series.iter().flat_map(move |series| match half {
            Some(Half::Weeks) => series.weeks.iter().chain([].iter()),
            Some(Half::Months) => series.months.iter().chain([].iter()),
            None => series.weeks.iter().chain(series.months.iter()),
        });
        all.filter_map(|point| point.value).map(Quantity::as_f64)
    };
    let wanted = if scene.width == Width::Wide { 4 } else { 3 };
    let scale = |half: Half, pixels: (f64, f64)| {
        let seen = if spec.two_axes { Some(half) } else { None };
        Scale::of(values(seen), zero, wanted, pixels)
    };
    let widest = |scale: &Scale| {
        let unit = spec.series.iter().find(|series| series.role == SixRole::Current(0)).map(|one| &one.unit);
        let label =
            |tick: &f64| unit.map_or(0.0, |unit| text_width(&tick_label(*tick, unit, scene.lang), FONT));
        scale.ticks.iter().map(label).fold(0.0, f64::max) + 10.0
    };
    let panel = |half, scale: Scale, sides: (f64, f64), from: f64, slot: f64, ticks| Panel {
        spec,
        scene,
        half,
        scale,
        sides,
        from,
        slot,
        ticks,
    };
    if scene.width == Width::Wide {
        let pixels = (size.1 - 44.0, 44.0);
        let (weeks, months) = (scale(Half::Weeks, pixels), scale(Half::Months, pixels));
        let right = if spec.two_axes { widest(&months) } else { 12.0 };
        let sides = (widest(&weeks), size.0 - right);
        let slot = (sides.1 - sides.0) / f64::from(u32::try_from(SLOTS).unwrap_or(1));
        let middle = sides.0 + slot * 6.5;
        let ticks = spec.two_axes.then_some(Anchor::Start);
        let start = sides.0 + slot * 7.0;
        if spec.two_axes {
            vec![
                panel(Half::Weeks, weeks, (sides.0, middle - slot / 2.0), sides.0, slot, Some(Anchor::End)),
                panel(Half::Months, months, (middle + slot / 2.0, sides.1), start, slot, ticks),
            ]
        } else {
            vec![
                panel(Half::Weeks, weeks, sides, sides.0, slot, Some(Anchor::End)),
                panel(Half::Months, months, sides, start, slot, ticks),
            ]
        }
    } else {
        let (top, bottom) = ((168.0, 36.0), (size.1 - 40.0, 244.0));
        let (weeks, months) = (scale(Half::Weeks, top), scale(Half::Months, bottom));
        let left = widest(&weeks).max(widest(&months));
        let sides = (left, size.0 - 8.0);
        let room = sides.1 - sides.0;
        vec![
            panel(Half::Weeks, weeks, sides, sides.0, room / 6.0, Some(Anchor::End)),
            panel(Half::Months, months, sides, sides.0, room / 12.0, Some(Anchor::End)),
        ]
    }
}

impl Panel<'_> {
    fn periods(&self) -> &[Period] {
        match self.half {
            Half::Weeks => &self.spec.weeks,
            Half::Months => &self.spec.months,
        }
    }

    fn points<'s>(&self, series: &'s SixSeries) -> &'s [Point] {
        match self.half {
            Half::Weeks => &series.weeks,
            Half::Months => &series.months,
        }
    }

    fn x(&self, at: usize) -> f64 {
        self.from + self.slot * (f64::from(u32::try_from(at).unwrap_or(0)) + 0.5)
    }

    fn first(&self) -> Option<&SixSeries> {
        self.spec.series.iter().find(|series| series.role == SixRole::Current(0))
    }

    fn axis(&self, svg: &mut Svg) {
        let shared = self.half == Half::Months && self.ticks.is_none();
        let title = (self.scene.say)(&crate::report::Text::key(match self.half {
            Half::Weeks => "deck-axis-weeks",
            Half::Months => "deck-axis-months",
        }));
        let (top, name) = (self.scale.pixels.1 - 22.0, self.from);
        svg.text("axis", (name, top), Anchor::Start, &title);
        if shared {
            return;
        }
        for tick in &self.scale.ticks {
            let y = self.scale.pixel(*tick);
            let class = if tick.abs() < 1e-12 { "base" } else { "grid" };
            svg.line(class, (self.sides.0, y), (self.sides.1, y));
            let (Some(anchor), Some(first)) = (self.ticks, self.first()) else { continue };
            let label = match first
                .pattern
                .and_then(|pattern| pattern.show(Quantity::Approximate(*tick), self.scene.lang))
            {
                Some(label) => label,
                None => tick_label(*tick, &first.unit, self.scene.lang),
            };
            let x = if anchor == Anchor::End { self.sides.0 - 6.0 } else { self.sides.1 + 6.0 };
            svg.text("tick", (x, y + 4.0), anchor, &label);
        }
    }

    fn slots(&self, svg: &mut Svg) {
        let y = self.scale.pixels.0 + 18.0;
        let mut year = None;
        let short: Vec<String> = self
            .periods()
            .iter()
            .map(|period| self.scene.calendar.short_label(*period, self.scene.lang))
            .collect();
        let widest = short.iter().map(|text| text_width(text, FONT)).fold(0.0, f64::max) + 4.0;
        let every = if widest > self.slot { 2 } else { 1 };
        for (at, (period, text)) in self.periods().iter().zip(&short).enumerate() {
            if (short.len() - 1 - at).is_multiple_of(every) {
                svg.text("tick", (self.x(at), y), Anchor::Middle, text);
            }
            let own = self.scene.calendar.label_year(*period);
            if own != year && (short.len() - 1 - at).is_multiple_of(every) {
                year = own;
                if let Some(year) = own {
                    svg.text("tick year", (self.x(at), y + 15.0), Anchor::Middle, &year.to_string());
                }
            }
        }
        if self.scale.is_cut() && self.half == Half::Weeks {
            let from = self.scale.ticks.first().copied().unwrap_or(0.0);
            if let Some(first) = self.first() {
                let arg = crate::report::Arg::Text(tick_label(from, &first.unit, self.scene.lang));
                let text = crate::report::Text::Key("deck-axis-from", vec![("value", arg)]);
                let x = self.from
                    + text_width(&(self.scene.say)(&crate::report::Text::key("deck-axis-weeks")), FONT)
                        * 1.15
                    + 14.0;
                svg.text(
                    "tick note",
                    (x, self.scale.pixels.1 - 22.0),
                    Anchor::Start,
                    &(self.scene.say)(&text),
                );
            }
        }
    }

    fn series(&self, svg: &mut Svg, series: &SixSeries) {
        let points = self.points(series);
        let place = |at: usize| {
            let value = points.get(at)?.value?.as_f64();
            value.is_finite().then(|| (self.x(at), self.scale.pixel(value)))
        };
        let class = six_class(series.role);
        if series.role == SixRole::Target {
            for at_slot in 0..points.len() {
                if let Some((x, y)) = place(at_slot) {
                    let path = format!("M{} {}l5 9h-10z", at(x), at(y - 5.0));
                    svg.path("tri target", &path);
                }
            }
            return;
        }
        let (mut solid, mut dashed) = (String::new(), String::new());
        for (slot, point) in points.iter().enumerate().skip(1) {
            let (Some(from), Some(to)) = (place(slot - 1), place(slot)) else { continue };
            let moving = matches!(point.state, State::Running | State::Provisional);
            let into = if moving { &mut dashed } else { &mut solid };
            let _ = write!(into, "M{} {}L{} {}", at(from.0), at(from.1), at(to.0), at(to.1));
        }
        svg.path(&format!("ln {class}"), &solid);
        svg.path(&format!("ln dash {class}"), &dashed);
        for (slot, point) in points.iter().enumerate() {
            let Some((x, y)) = place(slot) else { continue };
            let open = if is_open(point.state) { " open" } else { "" };
            match series.role {
                SixRole::Current(0) => svg.circle(&format!("pt {class}{open}"), (x, y), 3.5),
                SixRole::Current(_) => svg.rect(&format!("pt {class}{open}"), (x - 3.0, y - 3.0), (6.0, 6.0)),
                SixRole::Prior(_) => {
                    let alone = (slot == 0 || place(slot - 1).is_none()) && place(slot + 1).is_none();
                    if alone {
                        svg.circle(&format!("pt {class}"), (x, y), 1.5);
                    }
                }
                SixRole::Target => {}
            }
        }
    }

    /// Values on the line of the first metric; the newest always, others where they do not touch a neighbour.
    /// Gives the room they take.
    fn labels(&self, svg: &mut Svg) -> Vec<Room> {
        let mut taken = Vec::new();
        let Some(first) = self.first() else { return taken };
        let points = self.points(first);
        let mut free = f64::INFINITY;
        for slot in (0..points.len()).rev() {
            let Some(value) = points[slot].value else { continue };
            let text = first
                .pattern
                .and_then(|pattern| pattern.show(value, self.scene.lang))
                .unwrap_or_else(|| value_label(value, &first.unit, self.scene.lang));
            let half = text_width(&text, FONT) / 2.0 + 2.0;
            let x = self.x(slot);
            if x + half > free {
                continue;
            }
            free = x - half;
            let y = self.scale.pixel(value.as_f64()) - 9.0;
            let y = y.max(12.0);
            svg.text("val", (x, y), Anchor::Middle, &text);
            taken.push(Room { left: x - half, top: y - FONT, right: x + half, bottom: y + 2.0 });
        }
        taken
    }

    /// Flags of a slot stand together below their point; above it, or further away, where they would cover a value or
    /// other flags.
    fn flags(&self, svg: &mut Svg, mut taken: Vec<Room>) {
        let (offset, count) = if self.half == Half::Weeks { (0, 6) } else { (7, 12) };
        let mut groups: BTreeMap<(usize, bool), Vec<usize>> = BTreeMap::new();
        for (slot, number, prior) in &self.spec.flags {
            if let Some(own) = slot.checked_sub(offset).filter(|own| *own < count.min(self.periods().len())) {
                groups.entry((own, *prior)).or_default().push(*number);
            }
        }
        for ((own, prior), numbers) in groups {
            let role = if prior { SixRole::Prior(0) } else { SixRole::Current(0) };
            let series = self.spec.series.iter().find(|series| series.role == role);
            let value = series.and_then(|series| self.points(series).get(own)?.value).map(Quantity::as_f64);
            let y = value.map_or(self.scale.pixels.0 - 8.0, |value| self.scale.pixel(value));
            let (first, across) = self.room(own, y, numbers.len(), &taken);
            for (at, number) in numbers.iter().enumerate() {
                let (x, y) = (first.0 + FLAG * float(at % across), first.1 + FLAG * float(at / across));
                svg.circle("flag", (x, y), 7.0);
                let digits = number.to_string();
                let class = if digits.len() > 1 { "flag-no small" } else { "flag-no" };
                svg.text(class, (x, y + 3.8), Anchor::Middle, &digits);
                taken.push(Room { left: x - 7.0, top: y - 7.0, right: x + 7.0, bottom: y + 7.0 });
            }
        }
    }

    /// Where the first of some flags of a slot stands, and how many stand beside each other.
    fn room(&self, own: usize, y: f64, count: usize, taken: &[Room]) -> ((f64, f64), usize) {
        let across = (1..=count).rev().find(|across| FLAG * float(*across) <= self.slot).unwrap_or(1);
        let width = FLAG * float(across - 1);
        let height = FLAG * float(count.div_ceil(across) - 1);
        let left = (self.x(own) - width / 2.0)
            .clamp(self.sides.0 + 7.0, (self.sides.1 - width - 7.0).max(self.sides.0 + 7.0));
        let (bottom, top) = (self.scale.pixels.0 - 7.0, self.scale.pixels.1 - 8.0);
        let fits = |first: &f64| {
            let room = Room {
                left: left - 7.0,
                top: first - 7.0,
                right: left + width + 7.0,
                bottom: first + height + 7.0,
            };
            *first >= top && first + height <= bottom && !taken.iter().any(|other| room.meets(other))
        };
        // Just below the point, over its value, then further and further away.
        let steps = (0..8_u32).flat_map(|step| {
            let away = f64::from(step) * FLAG;
            [y + FLAG + away, y - 29.0 - height - away]
        });
        let first = { steps }.find(fits).unwrap_or_else(|| (y + FLAG).min(bottom - height).max(top));
        ((left, first), across)
    }

    /// What a slot says when it is pointed at: every series, with its state.
    fn hints(&self, svg: &mut Svg) {
        for (slot, period) in self.periods().iter().enumerate() {
            let mut lines = vec![self.scene.calendar.label(*period, self.scene.lang)];
            for series in self.spec.series.iter().rev() {
                let Some(point) = self.points(series).get(slot) else { continue };
                let shown = point.value.map(|value| {
                    series
                        .pattern
                        .and_then(|pattern| pattern.show(value, self.scene.lang))
                        .unwrap_or_else(|| value_label(value, &series.unit, self.scene.lang))
                });
                let Some(shown) = shown else { continue };
                let whole = match point.state {
                    State::Partial => format!(" ({}/{})", point.days.observed, point.days.expected),
                    State::Running => format!(" ({}/{})", point.days.observed, point.period.days()),
                    _ => String::new(),
                };
                lines.push(format!("{}: {shown}{whole}", (self.scene.say)(&series.name)));
            }
            let height = self.scale.pixels.0 - self.scale.pixels.1;
            let corner = (self.x(slot) - self.slot / 2.0, self.scale.pixels.1);
            svg.hint(corner, (self.slot, height), &lines.join("\n"));
        }
    }
}
