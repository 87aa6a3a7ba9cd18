//! Shares a total out in whole steps of its smallest unit, so that the parts add up to it exactly (numbers.md §5.2).
//! Weights are exact decimals; all arithmetic is rational and in whole numbers, nothing is rounded on the way.

use super::Rounding;
use crate::unit::Decimal;

/// Relative weights as whole numbers on one scale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weights(Vec<u128>);

/// Sums of weights stay below this, so that twice a remainder fits 128 bits.
const MOST: u128 = 1 << 126;

impl Weights {
    /// Exact weights; `None` if one is negative or 38 digits do not hold them on one scale.
    pub fn of(weights: &[Decimal]) -> Option<Weights> {
        let scale = weights.iter().map(|weight| weight.normalize().scale()).max().unwrap_or(0);
        let whole = |weight: &Decimal| {
            let weight = weight.normalize();
            let up = 10_u128.checked_pow(scale - weight.scale())?;
            u128::try_from(weight.mantissa()).ok()?.checked_mul(up)
        };
        Weights::whole(weights.iter().map(whole).collect::<Option<Vec<u128>>>()?)
    }

    /// Whole numbers; `None` if they are too many or too great to be added up.
    pub fn whole(mut weights: Vec<u128>) -> Option<Weights> {
        let divisor = weights.iter().fold(0, |divisor, weight| gcd(divisor, *weight));
        if divisor > 1 {
            weights.iter_mut().for_each(|weight| *weight /= divisor);
        }
        let sum = weights.iter().try_fold(0_u128, |sum, weight| sum.checked_add(*weight))?;
        (sum < MOST).then_some(Weights(weights))
    }

    /// The numbers, in order.
    pub fn get(&self) -> &[u128] {
        &self.0
    }
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Parts of `total` steps in the proportion of `weights`, which add up to it; `None` if the weights add up to nothing.
/// Weights are those of [`Weights`] or some of them: their sum is below 2^126.
pub fn allocate(total: i128, weights: &[u128], rounding: Rounding) -> Option<Vec<i128>> {
    let sum: u128 = weights.iter().sum();
    if sum == 0 {
        return None;
    }
    let size = total.unsigned_abs();
    let parts = match rounding {
        Rounding::LargestRemainder => largest(size, weights, sum),
        Rounding::Cumulative => cumulative(size, weights, sum),
    };
    let sign = |part: u128| {
        let part = i128::try_from(part).expect("a part is not greater than the whole");
        if total < 0 { -part } else { part }
    };
    Some(parts.into_iter().map(sign).collect())
}

/// Floors first; what is left over goes, one step each, to the largest remainders, of equal ones to the earlier.
fn largest(total: u128, weights: &[u128], sum: u128) -> Vec<u128> {
    if let Some(parts) = largest_small(total, weights, sum) {
        return parts;
    }
    let (mut parts, rests): (Vec<u128>, Vec<u128>) =
        weights.iter().map(|weight| times_over(total, *weight, sum)).unzip();
    let left = total - parts.iter().sum::<u128>();
    hand_out(&mut parts, &rests, left);
    parts
}

/// The same where every product fits the fast division of the processor, as most totals and weights do.
fn largest_small(total: u128, weights: &[u128], sum: u128) -> Option<Vec<u128>> {
    let greatest = weights.iter().copied().max().unwrap_or(0);
    u64::try_from(total.checked_mul(greatest)?).ok()?;
    let (total, sum) = (u64::try_from(total).ok()?, u64::try_from(sum).ok()?);
    let (mut parts, mut rests) = (Vec::with_capacity(weights.len()), Vec::with_capacity(weights.len()));
    let mut left = total;
    for weight in weights {
        let product = total * u64::try_from(*weight).expect("not greater than the sum");
        left -= product / sum;
        parts.push(u128::from(product / sum));
        rests.push(product % sum);
    }
    hand_out(&mut parts, &rests, u128::from(left));
    Some(parts)
}

/// One more for each of the `left` greatest remainders.
fn hand_out<T: Copy + Ord>(parts: &mut [u128], rests: &[T], left: u128) {
    let left = usize::try_from(left).expect("less than one step is left over for each part");
    if left == 0 {
        return;
    }
    let mut sorted = rests.to_vec();
    let (_, least, _) = sorted.select_nth_unstable_by(left - 1, |a, b| b.cmp(a));
    let least = *least;
    let mut equal = left - rests.iter().filter(|rest| **rest > least).count();
    for (part, rest) in parts.iter_mut().zip(rests) {
        if *rest > least {
            *part += 1;
        } else if *rest == least && equal > 0 {
            (*part, equal) = (*part + 1, equal - 1);
        }
    }
}

/// Each running total is rounded, halves upwards.
fn cumulative(total: u128, weights: &[u128], sum: u128) -> Vec<u128> {
    let (mut running, mut before) = (0, 0);
    let mut part = |weight: &u128| {
        running += weight;
        let (whole, remainder) = times_over(total, running, sum);
        let upto = whole + u128::from(remainder * 2 >= sum);
        upto - std::mem::replace(&mut before, upto)
    };
    weights.iter().map(&mut part).collect()
}

/// `a × b / sum`, whole part and remainder, also where the product outgrows 128 bits; `b ≤ sum < 2^126`.
fn times_over(a: u128, b: u128, sum: u128) -> (u128, u128) {
    if let Some(product) = a.checked_mul(b) {
        return (product / sum, product % sum);
    }
    // Binary long multiplication from the top bit of `b` down, the division carried along.
    let (mut whole, mut remainder) = (0, 0);
    for bit in (0..u128::BITS - b.leading_zeros()).rev() {
        (whole, remainder) = (whole * 2, remainder * 2);
        if b >> bit & 1 == 1 {
            (whole, remainder) = (whole + a / sum, remainder + a % sum);
        }
        (whole, remainder) = (whole + remainder / sum, remainder % sum);
    }
    (whole, remainder)
}

/// `total` in steps of 10^-`decimals`; `None` if it is finer than a step or too great.
pub fn steps(total: Decimal, decimals: u32) -> Option<i128> {
    let total = total.normalize();
    let up = 10_i128.checked_pow(decimals.checked_sub(total.scale())?)?;
    total.mantissa().checked_mul(up)
}

/// Steps of 10^-`decimals` as an amount; `None` if 28 digits do not hold it.
pub fn amount(steps: i128, decimals: u32) -> Option<Decimal> {
    Decimal::try_from_i128_with_scale(steps, decimals).ok()
}

/// Parts of `total` in the proportion of `weights`, each a multiple of 10^-`decimals`, or of a finer step if the total
/// is finer. `None` if the weights add up to nothing, one is negative, or the numbers are too great.
pub fn largest_remainder(total: Decimal, weights: &[Decimal], decimals: u32) -> Option<Vec<Decimal>> {
    let decimals = decimals.max(total.normalize().scale());
    let weights = Weights::of(weights)?;
    let parts = allocate(steps(total, decimals)?, weights.get(), Rounding::LargestRemainder)?;
    parts.into_iter().map(|part| amount(part, decimals)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn number(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    fn check(total: &str, weights: &[&str], decimals: u32, expected: &[&str]) {
        let weights: Vec<Decimal> = weights.iter().map(|weight| number(weight)).collect();
        let parts = largest_remainder(number(total), &weights, decimals).expect("positive weights");
        assert_eq!(parts.iter().map(|part| part.normalize().to_string()).collect::<Vec<_>>(), expected);
        assert_eq!(parts.iter().sum::<Decimal>(), number(total), "the parts add up");
    }

    #[test]
    fn parts_add_up_to_the_yen() {
        check("120000000", &["0.6", "0.4"], 0, &["72000000", "48000000"]);
        check("100", &["1", "1", "1"], 2, &["33.34", "33.33", "33.33"]);
        check("1", &["0", "1", "1"], 0, &["0", "1", "0"]);
        check("0", &["1", "1"], 0, &["0", "0"]);
        // Finer than a yen: in its own steps.
        check("100.5", &["1", "1"], 0, &["50.3", "50.2"]);
    }

    #[test]
    fn the_vectors_of_the_reference_agree() {
        let text = include_str!("../../tests/data/vectors/largest_remainder.csv");
        let mut cases: BTreeMap<&str, Vec<Vec<&str>>> = BTreeMap::new();
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            cases.entry(cells[0]).or_default().push(cells);
        }
        assert_eq!(cases.len(), 6);
        for rows in cases.values() {
            let column = |at: usize| rows.iter().map(|row| row[at]).collect::<Vec<_>>();
            check(rows[0][1], &column(3), 0, &column(4));
        }
    }

    #[test]
    fn nothing_is_shared_out_by_nothing() {
        assert_eq!(largest_remainder(Decimal::TEN, &[Decimal::ZERO], 0), None);
        assert_eq!(largest_remainder(Decimal::TEN, &[], 0), None);
        assert_eq!(largest_remainder(Decimal::TEN, &[Decimal::TWO, -Decimal::ONE], 0), None);
    }

    #[test]
    fn running_totals_are_rounded_smoothly_and_keep_the_sum() {
        let parts = |total: i128| allocate(total, &[1; 7], Rounding::Cumulative).expect("positive weights");
        assert_eq!(parts(10), [1, 2, 1, 2, 1, 2, 1]);
        assert_eq!(parts(-10), [-1, -2, -1, -2, -1, -2, -1]);
        assert_eq!(parts(3).iter().sum::<i128>(), 3);
    }

    #[test]
    fn numbers_beyond_128_bits_are_shared_out_exactly() {
        // 10^28 − 1 by weights of 28 digits, against the same with everything divided by hand.
        let weights = Weights::of(&[
            number("0.9999999999999999999999999999"),
            number("0.0000000000000000000000000001"),
        ]);
        let weights = weights.expect("28 digits each");
        let total = 9_999_999_999_999_999_999_999_999_999_i128;
        let parts = allocate(total, weights.get(), Rounding::LargestRemainder).expect("positive weights");
        assert_eq!(parts, [total - 1, 1]);
        for (a, b, sum) in [(u128::MAX >> 1, MOST / 3, MOST / 2), (1 << 100, (1 << 90) + 7, (1 << 91) - 3)] {
            let (whole, remainder) = times_over(a, b, sum);
            // a × b = whole × sum + remainder, modulo 2^128.
            assert_eq!(a.wrapping_mul(b), whole.wrapping_mul(sum).wrapping_add(remainder));
            assert!(remainder < sum);
        }
    }

    #[test]
    fn slow_and_fast_division_agree() {
        let weights: Vec<u128> = (1..400).map(|at| at * at % 97 + 1).collect();
        let great: Vec<u128> = weights.iter().map(|weight| weight << 100).collect();
        let parts = |weights: &[u128]| allocate(123_456_789, weights, Rounding::LargestRemainder);
        assert_eq!(parts(&weights), parts(&great));
    }
}
