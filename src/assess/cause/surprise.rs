//! How far the shares of members moved: the Jensen–Shannon divergence between the two divisions of the whole, as in Adtributor
//! (Bhagwan et al. 2014, NSDI). Nothing moved is 0, members that have nothing to do with those before are 1.

/// Divergence in bits between the shares before and now, 0 to 1; `None` where a member is below zero or a side is empty, as
/// then there are no shares.
pub fn surprise(sides: &[(f64, f64)]) -> Option<f64> {
    let total = sides.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let fits = sides.iter().all(|one| one.0 >= 0.0 && one.1 >= 0.0) && total.0 > 0.0 && total.1 > 0.0;
    if !fits || !(total.0 + total.1).is_finite() {
        return None;
    }
    let part = |share: f64, middle: f64| if share > 0.0 { share * (share / middle).log2() } else { 0.0 };
    let each = sides.iter().map(|(was, now)| {
        let (p, q) = (was / total.0, now / total.1);
        let middle = f64::midpoint(p, q);
        f64::midpoint(part(p, middle), part(q, middle))
    });
    Some(each.sum::<f64>().clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(sides: &[(f64, f64)], expected: f64) {
        let told = surprise(sides).expect("shares");
        assert!((told - expected).abs() < 1e-12, "{told}");
    }

    #[test]
    fn what_kept_its_share_surprises_nobody() {
        near(&[(10.0, 5.0), (20.0, 10.0)], 0.0);
        near(&[(10.0, 0.0), (0.0, 7.0)], 1.0);
        // p = (1/2, 1/2), q = (3/4, 1/4).
        near(&[(1.0, 3.0), (1.0, 1.0)], SHIFTED);
        // Swapped in time it is the same.
        near(&[(3.0, 1.0), (1.0, 1.0)], SHIFTED);
    }

    /// ½·[½·log₂(½ ÷ ⅝) + ½·log₂(½ ÷ ⅜)] + ½·[¾·log₂(¾ ÷ ⅝) + ¼·log₂(¼ ÷ ⅜)].
    const SHIFTED: f64 = 0.048_794_940_695_398_5;

    #[test]
    fn without_shares_there_is_none() {
        assert_eq!(surprise(&[(-1.0, 1.0), (2.0, 1.0)]), None);
        assert_eq!(surprise(&[(0.0, 1.0)]), None);
        assert_eq!(surprise(&[]), None);
    }
}
