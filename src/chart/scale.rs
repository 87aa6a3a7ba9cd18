//! From values to pixels: round ticks, and an axis that starts at zero unless that hides the movement.

use super::svg::at;
use crate::unit::{Decimal, Digits, Lang, Quantity, Style, Unit, quantity};

/// One value axis.
#[derive(Clone, Debug)]
pub(super) struct Scale {
    /// Lowest and highest tick.
    pub(super) range: (f64, f64),
    /// The pixels of lowest and highest.
    pub(super) pixels: (f64, f64),
    /// Values with a grid line.
    pub(super) ticks: Vec<f64>,
}

/// Whether the axis must begin at zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zero {
    /// Bars: their length is the value.
    Always,
    /// Lines: only if the smallest is below half the largest (periods.md §7).
    IfFar,
}

impl Scale {
    /// An axis that holds all `values`, with about `wanted` steps.
    pub(super) fn of(
        values: impl Iterator<Item = f64>,
        zero: Zero,
        wanted: usize,
        pixels: (f64, f64),
    ) -> Scale {
        let finite = values.filter(|value| value.is_finite());
        let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
        let (low, high) = if low > high { (0.0, 1.0) } else { (low, high) };
        let from_zero = zero == Zero::Always || (low >= 0.0 && low < high / 2.0);
        let (low, high) = if from_zero { (low.min(0.0), high.max(0.0)) } else { (low, high) };
        let (low, high) = if high - low <= f64::EPSILON * high.abs() { widened(low) } else { (low, high) };
        let step = nice_step((high - low) / f64::from(u32::try_from(wanted.max(1)).unwrap_or(1)));
        let (first, last) = ((low / step + 1e-9).floor(), (high / step - 1e-9).ceil());
        let mut ticks = Vec::new();
        let mut place = first;
        while place <= last + 0.5 && ticks.len() < 32 {
            ticks.push(place * step);
            place += 1.0;
        }
        let range = (first * step, (last * step).max(first * step + step));
        Scale { range, pixels, ticks }
    }

    /// The pixel of a value.
    pub(super) fn pixel(&self, value: f64) -> f64 {
        let share = (value - self.range.0) / (self.range.1 - self.range.0);
        self.pixels.0 + share * (self.pixels.1 - self.pixels.0)
    }

    /// The pixel of zero, or of the end nearest to it.
    pub(super) fn base(&self) -> f64 {
        self.pixel(0.0_f64.clamp(self.range.0, self.range.1))
    }

    /// Whether the axis starts elsewhere than at zero, which must be said.
    pub(super) fn is_cut(&self) -> bool {
        self.range.0 > 0.0
    }
}

/// A flat series gets room above and below.
fn widened(value: f64) -> (f64, f64) {
    if value == 0.0 { (0.0, 1.0) } else { ((value * 0.8).min(value * 1.2), (value * 0.8).max(value * 1.2)) }
}

/// The smallest of 1, 2, 2.5, 5 × 10ⁿ that is not below `rough`.
fn nice_step(rough: f64) -> f64 {
    let power = 10_f64.powf(rough.abs().max(1e-12).log10().floor());
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0];
    power * steps.into_iter().find(|step| step * power >= rough * (1.0 - 1e-9)).unwrap_or(10.0)
}

/// A tick as a reader expects it, without zeros that say nothing: `5万円`, `¥2.5M`, `22%`.
pub(super) fn tick_label(value: f64, unit: &Unit, lang: Lang) -> String {
    // A tick is a small multiple of a round step: twelve digits hold it.
    let rounded: Option<Decimal> = format!("{value:.10}").parse().ok();
    let exact = Quantity::Exact(rounded.unwrap_or_default().normalize());
    let shown = quantity(exact, unit, lang, Style::Compact, Digits::Exactly(4));
    shown.map_or_else(
        || at(value),
        |shown| shown.before.clone() + &without_zeros(&shown.digits) + &shown.after,
    )
}

/// `2.5000万` → `2.5万`, `5.0000` → `5`.
fn without_zeros(digits: &str) -> String {
    let Some((whole, rest)) = digits.split_once('.') else { return digits.to_owned() };
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (fraction, word) = rest.split_at(end);
    let kept = fraction.trim_end_matches('0');
    if kept.is_empty() { format!("{whole}{word}") } else { format!("{whole}.{kept}{word}") }
}

/// A value beside its point: compact, as on cards.
pub(super) fn value_label(value: Quantity, unit: &Unit, lang: Lang) -> String {
    quantity(value, unit, lang, Style::Compact, Digits::Auto)
        .map_or_else(|| "–".to_owned(), |shown| shown.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::Currency;

    fn scale(values: &[f64], zero: Zero) -> Scale {
        Scale::of(values.iter().copied(), zero, 4, (100.0, 0.0))
    }

    #[test]
    fn axes_start_at_zero_unless_that_hides_the_movement() {
        assert_eq!(scale(&[10.0, 98.0], Zero::IfFar).ticks, [0.0, 25.0, 50.0, 75.0, 100.0]);
        assert_eq!(scale(&[82.0, 98.0], Zero::IfFar).ticks, [80.0, 85.0, 90.0, 95.0, 100.0]);
        assert_eq!(scale(&[82.0, 98.0], Zero::Always).range, (0.0, 100.0));
        assert_eq!(scale(&[-5.0, 4.0], Zero::Always).ticks, [-5.0, -2.5, 0.0, 2.5, 5.0]);
    }

    #[test]
    fn nothing_and_a_flat_line_still_have_an_axis() {
        assert_eq!(scale(&[], Zero::IfFar).range, (0.0, 1.0));
        assert_eq!(scale(&[f64::NAN], Zero::IfFar).range, (0.0, 1.0));
        let flat = scale(&[0.2, 0.2], Zero::IfFar);
        assert!(flat.range.0 < 0.2 && flat.range.1 > 0.2);
    }

    #[test]
    fn ticks_carry_the_unit_and_no_idle_zeros() {
        let yen = Unit::Money(Currency::parse("JPY").expect("a code"));
        assert_eq!(tick_label(50_000.0, &yen, Lang::Ja), "5万円");
        assert_eq!(tick_label(2_500_000.0, &yen, Lang::En), "¥2.5M");
        assert_eq!(tick_label(0.225, &Unit::Percent, Lang::Zh), "22.5%");
        assert_eq!(tick_label(0.0, &Unit::Count, Lang::En), "0");
        assert_eq!(tick_label(0.1 + 0.2, &Unit::Factor, Lang::En), "0.3×");
    }
}
