//! Shares a total out in whole steps of its smallest unit, so that the parts add up to it exactly.

use crate::unit::Decimal;

/// Parts of `total` in the proportion of `weights`, each a multiple of 10^-`decimals`. What is left over goes, one
/// step each, to the largest remainders; of equal ones to the earlier. `None` if the weights add up to nothing, one is
/// negative, or 28 digits do not hold the numbers.
pub fn largest_remainder(total: Decimal, weights: &[Decimal], decimals: u32) -> Option<Vec<Decimal>> {
    let sum = weights.iter().try_fold(Decimal::ZERO, |sum, weight| sum.checked_add(*weight))?;
    if sum.is_zero() || weights.iter().any(|weight| weight.is_sign_negative() && !weight.is_zero()) {
        return None;
    }
    let unit = Decimal::new(1, decimals);
    let steps = total.checked_div(unit)?;
    // A total finer than the unit keeps its fraction in the last part.
    let whole = steps.trunc();
    let mut parts = Vec::with_capacity(weights.len());
    for (at, weight) in weights.iter().enumerate() {
        let exact = whole.checked_mul(*weight)?.checked_div(sum)?;
        parts.push((at, exact.trunc(), (exact - exact.trunc()).abs()));
    }
    let given: Decimal = parts.iter().map(|(_, part, _)| *part).sum();
    let mut left = whole - given;
    let step = if left.is_sign_negative() { -Decimal::ONE } else { Decimal::ONE };
    let mut order: Vec<usize> = (0..parts.len()).filter(|at| !weights[*at].is_zero()).collect();
    order.sort_by(|a, b| parts[*b].2.cmp(&parts[*a].2).then(a.cmp(b)));
    for at in order.iter().cycle().take(parts.len() * 2) {
        if left.is_zero() {
            break;
        }
        parts[*at].1 += step;
        left -= step;
    }
    let mut parts: Vec<Decimal> = parts.into_iter().map(|(_, part, _)| part * unit).collect();
    if let Some(last) = order.iter().max() {
        parts[*last] += total - whole * unit;
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(total: &str, weights: &[&str], decimals: u32, expected: &[&str]) {
        let number = |text: &&str| text.parse::<Decimal>().expect("a decimal");
        let parts =
            largest_remainder(number(&total), &weights.iter().map(number).collect::<Vec<_>>(), decimals);
        let parts = parts.expect("positive weights");
        assert_eq!(parts.iter().map(|part| part.normalize().to_string()).collect::<Vec<_>>(), expected);
        assert_eq!(parts.iter().sum::<Decimal>(), number(&total), "the parts add up");
    }

    #[test]
    fn parts_add_up_to_the_yen() {
        check("120000000", &["0.6", "0.4"], 0, &["72000000", "48000000"]);
        check("100", &["1", "1", "1"], 0, &["34", "33", "33"]);
        check("100", &["1", "1", "1"], 2, &["33.34", "33.33", "33.33"]);
        check("-100", &["1", "1", "1"], 0, &["-34", "-33", "-33"]);
        check("1", &["0", "1", "1"], 0, &["0", "1", "0"]);
    }

    #[test]
    fn nothing_is_shared_out_by_nothing() {
        assert_eq!(largest_remainder(Decimal::TEN, &[Decimal::ZERO], 0), None);
    }
}
