//! How much of a target was reached, by its direction (numbers.md §5.6), and the bounds a score puts on that.

use super::InForce;
use crate::plan::{Better, TargetValue};
use crate::unit::{Decimal, Quantity};
use std::cmp::Ordering;

/// Between what an attainment counts: 0 to 1.2 unless a scorecard says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Nothing below counts.
    pub floor: Decimal,
    /// Nothing above counts.
    pub cap: Decimal,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds { floor: Decimal::ZERO, cap: Decimal::new(12, 1) }
    }
}

impl Bounds {
    /// An attainment within the bounds.
    pub fn hold(self, attainment: Quantity) -> Quantity {
        let (floor, cap) = (Quantity::Exact(self.floor), Quantity::Exact(self.cap));
        match (attainment.compare(floor), attainment.compare(cap)) {
            (Ordering::Less, _) => floor,
            (_, Ordering::Greater) => cap,
            _ => attainment,
        }
    }
}

/// How much of a target is reached, without bounds. Higher is better: actual over target. Lower: the way from the
/// baseline, or target over actual without one; nothing at all, where less was hoped for, is the cap, for nothing better
/// is possible. A range: 1 inside, down to 0 at its red ends. `None` where nothing can be divided.
pub fn attainment(
    better: Better,
    wanted: &InForce,
    value: Quantity,
    base: Option<Quantity>,
) -> Option<Quantity> {
    match (wanted.value, better) {
        (TargetValue::Between(low, high), _) => in_range(value, (low, high), wanted.red),
        (TargetValue::Of(target), Better::Lower) => {
            let target = Quantity::Exact(target);
            if let Some(base) = base.filter(|base| base.compare(target) == Ordering::Greater) {
                return base.minus(value)?.over(base.minus(target)?);
            }
            if value.is_zero() && target.compare(Quantity::ZERO) == Ordering::Greater {
                return Some(Quantity::Exact(Bounds::default().cap));
            }
            target.over(value)
        }
        (TargetValue::Of(target), _) => value.over(Quantity::Exact(target)),
    }
}

/// 1 inside, in proportion outside, 0 at the red ends and beyond; `None` outside without red ends.
fn in_range(value: Quantity, range: (Decimal, Decimal), red: Option<TargetValue>) -> Option<Quantity> {
    let (low, high) = (Quantity::Exact(range.0), Quantity::Exact(range.1));
    let below = value.compare(low) == Ordering::Less;
    if !below && value.compare(high) != Ordering::Greater {
        return Some(Quantity::from(1));
    }
    let Some(TargetValue::Between(red_low, red_high)) = red else { return None };
    let (end, red) = if below { (low, red_low) } else { (high, red_high) };
    let red = Quantity::Exact(red);
    let share = value.minus(red)?.over(end.minus(red)?)?;
    Some(if share.is_negative() { Quantity::ZERO } else { share })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    fn value(text: &str) -> TargetValue {
        match text.split_once("..") {
            Some((low, high)) => TargetValue::Between(number(low), number(high)),
            None => TargetValue::Of(number(text)),
        }
    }

    /// Target, red line, baseline, value: attainment, and what of it counts.
    fn check(better: Better, all: [&str; 4], expected: (&str, &str)) {
        let [wanted, red, base, actual] = all;
        let wanted = InForce {
            value: value(wanted),
            original: value(wanted),
            stretch: None,
            red: (!red.is_empty()).then(|| value(red)),
            since: None,
        };
        let base = (!base.is_empty()).then(|| Quantity::Exact(number(base)));
        let reached = attainment(better, &wanted, Quantity::Exact(number(actual)), base);
        let shown = |quantity: Option<Quantity>| {
            quantity
                .and_then(Quantity::as_decimal)
                .map_or("-".to_owned(), |value| value.normalize().to_string())
        };
        let counts = reached.map(|reached| Bounds::default().hold(reached));
        assert_eq!((shown(reached).as_str(), shown(counts).as_str()), expected, "{better:?} {all:?}");
    }

    #[test]
    fn each_direction_has_its_own_share() {
        check(Better::Higher, ["100", "", "", "80"], ("0.8", "0.8"));
        check(Better::Higher, ["100", "", "", "130"], ("1.3", "1.2"));
        check(Better::Higher, ["100", "", "", "-5"], ("-0.05", "0"));
        check(Better::Higher, ["0", "", "", "5"], ("-", "-"));
        check(Better::Lower, ["0.20", "", "", "0.25"], ("0.8", "0.8"));
        check(Better::Lower, ["20", "", "", "0"], ("1.2", "1.2"));
        check(Better::Lower, ["0", "", "", "0"], ("-", "-"));
        // numbers.md §5.8: base 35 %, target 25 %.
        check(Better::Lower, ["0.25", "", "0.35", "0.30"], ("0.5", "0.5"));
        check(Better::Lower, ["0.25", "", "0.35", "0.20"], ("1.5", "1.2"));
        check(Better::Lower, ["0.25", "", "0.35", "0.40"], ("-0.5", "0"));
    }

    #[test]
    fn a_range_counts_whole_inside_and_in_part_outside() {
        for (actual, expected) in
            [("45", "1"), ("30", "1"), ("25", "0.5"), ("75", "0.5"), ("90", "0"), ("95", "0")]
        {
            check(Better::Range, ["30..60", "20..90", "", actual], (expected, expected));
        }
        check(Better::Range, ["30..60", "", "", "25"], ("-", "-"));
    }
}
