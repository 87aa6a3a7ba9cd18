//! The normal distribution: its share below a value, and the value below which a share lies.
//! Series and continued fraction of Abramowitz & Stegun, *Handbook of Mathematical Functions* (1964), 7.1.6 and 7.1.14;
//! both are exact to the last digits of a float, and no table of coefficients has to be believed.

/// √π.
const ROOT_PI: f64 = 1.772_453_850_905_516;

/// Up to here the series is quick and exact; beyond it the continued fraction is.
const SERIES: f64 = 2.5;

/// The error function, 2/√π · ∫₀ˣ e^(−t²) dt.
pub(super) fn erf(x: f64) -> f64 {
    if x < 0.0 {
        return -erf(-x);
    }
    if x < SERIES { series(x) } else { 1.0 - fraction(x) }
}

/// 1 − erf x, without the loss of digits that subtracting would bring for large `x`.
pub(super) fn erfc(x: f64) -> f64 {
    if x < SERIES { 1.0 - erf(x) } else { fraction(x) }
}

/// 7.1.6: erf x = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)). All terms are positive.
fn series(x: f64) -> f64 {
    let (mut term, mut sum, mut n) = (x, x, 0.0);
    while term > sum * f64::EPSILON / 4.0 {
        n += 1.0;
        term *= 2.0 * x * x / (2.0 * n + 1.0);
        sum += term;
    }
    2.0 / ROOT_PI * (-x * x).exp() * sum
}

/// 7.1.14: erfc x = e^(−x²)/√π · 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …)))), from the inside out.
fn fraction(x: f64) -> f64 {
    /// Enough for the last digit at [`SERIES`], and more than enough beyond it.
    const DEPTH: u32 = 120;
    let inner = (1..=DEPTH).rev().fold(x, |inner, n| x + f64::from(n) / 2.0 / inner);
    (-x * x).exp() / ROOT_PI / inner
}

/// Φ: the share of a standard normal distribution below `z`.
pub(super) fn share_below(z: f64) -> f64 {
    erfc(-z / std::f64::consts::SQRT_2) / 2.0
}

/// The `z` between whose negative and itself a share of 0 to 1 lies, to four decimals as tables print it: 1.2816 for 0.8.
/// `None` for shares that have none.
pub(super) fn z_of(share: f64) -> Option<f64> {
    if !(share > 0.0 && share < 1.0) {
        return None;
    }
    let printed = |z: f64| (z * 1e4).round() / 1e4;
    let (mut low, mut high) = (0.0, 40.0);
    // Halved until both ends print the same; a value between two that print apart ends with the digits of a float.
    for _ in 0..60 {
        if printed(low).total_cmp(&printed(high)).is_eq() {
            break;
        }
        let middle = (low + high) / 2.0;
        let inside = erf(middle / std::f64::consts::SQRT_2);
        (low, high) = if inside < share { (middle, high) } else { (low, middle) };
    }
    Some(printed(low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_function_is_that_of_the_tables() {
        // Abramowitz & Stegun, table 7.1 (ten digits), and more digits from Wolfram's erf.
        for (x, expected) in [
            (0.0, 0.0),
            (0.02, 0.022_564_574_691_845),
            (0.5, 0.520_499_877_813_046_5),
            (1.0, 0.842_700_792_949_714_9),
            (1.5, 0.966_105_146_475_310_7),
            (2.0, 0.995_322_265_018_952_7),
            (3.0, 0.999_977_909_503_001_4),
            (-1.0, -0.842_700_792_949_714_9),
        ] {
            assert!((erf(x) - expected).abs() < 1e-12, "erf {x} = {}", erf(x));
        }
        // Table 7.3: erfc of large arguments, relative.
        for (x, expected) in [
            (2.0, 0.004_677_734_981_047_266),
            (3.0, 2.209_049_699_858_544e-5),
            (5.0, 1.537_459_794_428_035e-12),
        ] {
            assert!((erfc(x) / expected - 1.0).abs() < 1e-12, "erfc {x} = {}", erfc(x));
        }
    }

    #[test]
    fn both_ways_meet_where_one_takes_over() {
        for x in [2.2, 2.4, 2.5, 2.6, 3.0] {
            assert!((series(x) + fraction(x) - 1.0).abs() < 1e-14, "{x}");
        }
    }

    #[test]
    fn shares_and_values_are_those_of_the_tables() {
        for (z, expected) in [
            (0.0, 0.5),
            (1.0, 0.841_344_746_068_542_9),
            (-1.0, 0.158_655_253_931_457_1),
            (1.959_963_984_540_054, 0.975),
            (2.326_347_874_040_841, 0.99),
        ] {
            assert!((share_below(z) - expected).abs() < 1e-12, "{z}: {}", share_below(z));
        }
        let z = |share: f64| z_of(share).map(|z| z.to_string());
        assert_eq!(z(0.8).as_deref(), Some("1.2816"));
        assert_eq!(z(0.95).as_deref(), Some("1.96"));
        assert_eq!(z(0.9).as_deref(), Some("1.6449"));
        assert_eq!((z(0.0), z(1.0)), (None, None));
    }
}
