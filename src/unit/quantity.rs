//! One measured or planned number. Exact as long as it can be; says so when it no longer is.

use rust_decimal::{Decimal, prelude::ToPrimitive};
use std::cmp::Ordering;

/// A fraction with both parts kept. The denominator is never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    num: Decimal,
    den: Decimal,
}

impl Ratio {
    /// `num / den`; `None` when the denominator is zero: ACoS without sales is not 0 %.
    pub fn of(num: Decimal, den: Decimal) -> Option<Ratio> {
        (!den.is_zero()).then_some(Ratio { num, den })
    }

    /// The part above the line.
    pub fn numerator(self) -> Decimal {
        self.num
    }

    /// The part below the line; never zero.
    pub fn denominator(self) -> Decimal {
        self.den
    }
}

/// A number with the way it was come by.
#[derive(Clone, Copy, Debug)]
pub enum Quantity {
    /// A sum, count or written number, exact.
    Exact(Decimal),
    /// One division of two exact numbers, not yet carried out.
    Ratio(Ratio),
    /// A binary float: the source said `float: true`, or the exact parts outgrew 28 digits.
    Approximate(f64),
}

impl Quantity {
    /// Zero, exactly.
    pub const ZERO: Quantity = Quantity::Exact(Decimal::ZERO);

    /// The value as a float, divided once. `None` for what no float can show.
    pub fn as_f64(self) -> f64 {
        match self {
            Quantity::Exact(value) => value.to_f64().unwrap_or(f64::NAN),
            Quantity::Ratio(ratio) => {
                ratio.num.to_f64().unwrap_or(f64::NAN) / ratio.den.to_f64().unwrap_or(f64::NAN)
            }
            Quantity::Approximate(value) => value,
        }
    }

    /// The value as a decimal: exact numbers as they are, ratios and floats to 28 digits. `None` if it overflows.
    pub fn as_decimal(self) -> Option<Decimal> {
        match self {
            Quantity::Exact(value) => Some(value),
            Quantity::Ratio(ratio) => ratio.num.checked_div(ratio.den),
            Quantity::Approximate(value) => Decimal::from_f64_retain(value),
        }
    }

    /// Whether no binary float was involved.
    pub fn is_exact(self) -> bool {
        !matches!(self, Quantity::Approximate(_))
    }

    /// The two parts of the fraction; an exact number has the denominator 1.
    fn parts(self) -> Option<(Decimal, Decimal)> {
        match self {
            Quantity::Exact(value) => Some((value, Decimal::ONE)),
            Quantity::Ratio(ratio) => Some((ratio.num, ratio.den)),
            Quantity::Approximate(_) => None,
        }
    }

    fn from_parts(num: Decimal, den: Decimal) -> Option<Quantity> {
        if den == Decimal::ONE {
            Some(Quantity::Exact(num))
        } else {
            Ratio::of(num, den).map(Quantity::Ratio)
        }
    }

    fn from_f64(value: f64) -> Option<Quantity> {
        value.is_finite().then_some(Quantity::Approximate(value))
    }

    /// Combines exactly if `exact` can, else as floats.
    fn combine(
        self,
        other: Quantity,
        exact: impl Fn((Decimal, Decimal), (Decimal, Decimal)) -> Option<Quantity>,
        float: impl Fn(f64, f64) -> f64,
    ) -> Option<Quantity> {
        let exactly = self.parts().zip(other.parts()).and_then(|(a, b)| exact(a, b));
        exactly.or_else(|| Quantity::from_f64(float(self.as_f64(), other.as_f64())))
    }

    /// `self + other`.
    #[must_use]
    pub fn plus(self, other: Quantity) -> Option<Quantity> {
        self.combine(other, sum, |a, b| a + b)
    }

    /// `self − other`.
    #[must_use]
    pub fn minus(self, other: Quantity) -> Option<Quantity> {
        self.combine(other, |a, b| sum(a, (-b.0, b.1)), |a, b| a - b)
    }

    /// `self × other`.
    #[must_use]
    pub fn times(self, other: Quantity) -> Option<Quantity> {
        let exact = |a: (Decimal, Decimal), b: (Decimal, Decimal)| {
            Quantity::from_parts(exact_product(a.0, b.0)?, exact_product(a.1, b.1)?)
        };
        self.combine(other, exact, |a, b| a * b)
    }

    /// `self / other`; `None` when `other` is zero.
    #[must_use]
    pub fn over(self, other: Quantity) -> Option<Quantity> {
        if other.is_zero() {
            return None;
        }
        let exact = |a: (Decimal, Decimal), b: (Decimal, Decimal)| {
            let (num, den) = (exact_product(a.0, b.1)?, exact_product(a.1, b.0)?);
            // The sign stands above the line, so that equal values have equal parts.
            if den.is_sign_negative() {
                Quantity::from_parts(-num, -den)
            } else {
                Quantity::from_parts(num, den)
            }
        };
        self.combine(other, exact, |a, b| a / b)
    }

    /// Whether the value is zero.
    pub fn is_zero(self) -> bool {
        match self {
            Quantity::Exact(value) => value.is_zero(),
            Quantity::Ratio(ratio) => ratio.num.is_zero(),
            // A float is zero only if it is exactly so; there is no tolerance to choose here.
            Quantity::Approximate(value) => value.abs() <= 0.0,
        }
    }

    /// Whether the value is below zero.
    pub fn is_negative(self) -> bool {
        self.compare(Quantity::ZERO) == Ordering::Less
    }

    /// Orders two values, exactly where both are exact.
    pub fn compare(self, other: Quantity) -> Ordering {
        let exactly = self.minus(other).and_then(|difference| match difference {
            Quantity::Exact(value) => Some(value.cmp(&Decimal::ZERO)),
            Quantity::Ratio(ratio) => {
                let above = ratio.num.cmp(&Decimal::ZERO);
                Some(if ratio.den.is_sign_negative() { above.reverse() } else { above })
            }
            Quantity::Approximate(_) => None,
        });
        exactly.unwrap_or_else(|| self.as_f64().total_cmp(&other.as_f64()))
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Quantity) -> bool {
        self.compare(*other) == Ordering::Equal
    }
}

impl From<Decimal> for Quantity {
    fn from(value: Decimal) -> Quantity {
        Quantity::Exact(value)
    }
}

impl From<i64> for Quantity {
    fn from(value: i64) -> Quantity {
        Quantity::Exact(Decimal::from(value))
    }
}

/// `a + b` of two fractions, or `None` if 28 digits do not hold it exactly.
fn sum(a: (Decimal, Decimal), b: (Decimal, Decimal)) -> Option<Quantity> {
    if a.1 == b.1 {
        return Quantity::from_parts(exact_sum(a.0, b.0)?, a.1);
    }
    let num = exact_sum(exact_product(a.0, b.1)?, exact_product(b.0, a.1)?)?;
    Quantity::from_parts(num, exact_product(a.1, b.1)?)
}

/// The sum, or `None` if rounding would be needed. (`rust_decimal` rounds silently where scales do not fit.)
fn exact_sum(a: Decimal, b: Decimal) -> Option<Decimal> {
    let total = a.checked_add(b)?;
    (total.scale() >= a.normalize().scale().max(b.normalize().scale())).then_some(total)
}

/// The product without trailing zeros, or `None` if rounding would be needed.
fn exact_product(a: Decimal, b: Decimal) -> Option<Decimal> {
    let (a, b) = (a.normalize(), b.normalize());
    let product = a.checked_mul(b)?;
    (product.is_zero() || product.scale() == a.scale() + b.scale()).then(|| product.normalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn q(text: &str) -> Quantity {
        Quantity::Exact(text.parse().expect("a decimal"))
    }

    #[test]
    fn a_ratio_of_sums_is_not_a_mean_of_ratios() {
        // Stores 50/1000 and 9/100 (numbers.md N1).
        let rate = q("50").plus(q("9")).and_then(|n| n.over(q("1000").plus(q("100"))?)).expect("1100 visits");
        assert!((rate.as_f64() - 0.053_636_363_636_363_64).abs() < 1e-15);
        assert!(rate.is_exact());
    }

    #[test]
    fn nothing_is_divided_by_zero() {
        assert!(q("5").over(Quantity::ZERO).is_none());
    }

    #[test]
    fn thirds_add_up_exactly() {
        let third = q("1").over(q("3")).expect("3 is not zero");
        let one = third.plus(third).and_then(|two| two.plus(third)).expect("small numbers");
        assert_eq!(one, q("1"));
    }

    #[test]
    fn what_outgrows_28_digits_says_that_it_is_a_float() {
        let large = q("79228162514264337593543950335");
        assert!(!large.times(q("10.1")).expect("finite").is_exact());
    }
}
