//! Sums. Floats in four lanes: inside a plugin every addition waits for the one before it, and four chains wait at once.

/// The sum of floats, in four lanes of every fourth value, added pairwise at the end. The order is fixed, so the result is
/// the same on every machine; it differs from a sum in row order by rounding.
pub fn floats(values: impl Iterator<Item = f64>) -> f64 {
    let mut lanes = [0.0; 4];
    let mut values = values;
    'all: loop {
        for lane in &mut lanes {
            match values.next() {
                Some(value) => *lane += value,
                None => break 'all,
            }
        }
    }
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])
}

/// The sum of whole numbers or unscaled decimals, exact; `None` where it leaves the range of `i64`.
pub fn exact(values: impl Iterator<Item = i64>) -> Option<i64> {
    i64::try_from(values.map(i128::from).sum::<i128>()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_add_up() {
        assert_eq!(floats([1.0, 2.0, 3.0, 4.0, 5.0].into_iter()).to_bits(), 15.0_f64.to_bits());
        assert_eq!(floats(std::iter::empty()).to_bits(), 0.0_f64.to_bits());
        assert_eq!(exact([i64::MAX, 1, -1].into_iter()), Some(i64::MAX));
        assert_eq!(exact([i64::MAX, 1].into_iter()), None);
    }
}
