//! Parts rounded for display so that what is shown adds up (largest remainder, numbers.md N8).

/// A value in whole steps of what is displayed, and the parts of it that add up to it. What rounding leaves over goes to
/// the largest remainders, ties to the first. `parts` must add up to `total` but for rounding errors; what they lack by
/// more than that is theirs to show as a part of its own.
pub fn steps(total: f64, parts: &[f64], step: f64) -> (i64, Vec<i64>) {
    let whole = round(total / step);
    let floors: Vec<i64> = parts.iter().map(|part| floor(part / step)).collect();
    let mut shown = floors.clone();
    let mut left = whole - floors.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    let rest = |at: &usize| parts[*at] / step - (parts[*at] / step).floor();
    order.sort_by(|a, b| rest(b).total_cmp(&rest(a)).then_with(|| a.cmp(b)));
    let mut place = 0;
    while left != 0 && !order.is_empty() {
        let at =
            if left > 0 { order[place % order.len()] } else { order[order.len() - 1 - place % order.len()] };
        shown[at] += left.signum();
        left -= left.signum();
        place += 1;
    }
    (whole, shown)
}

/// The power of ten a change is displayed in: four digits that count, never finer than `finest` (1 yen).
pub fn step(change: f64, finest: f64) -> f64 {
    if change.abs() <= 0.0 || !change.is_finite() {
        return finest;
    }
    10_f64.powi(exponent(change) - 3).max(finest)
}

/// `floor(log10 |value|)`, exact at powers of ten.
fn exponent(value: f64) -> i32 {
    let text = format!("{:e}", value.abs());
    text.rsplit_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "casts of floats saturate; no figure on a page comes near"
)]
fn round(value: f64) -> i64 {
    value.round() as i64
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "casts of floats saturate; no figure on a page comes near"
)]
fn floor(value: f64) -> i64 {
    value.floor() as i64
}
