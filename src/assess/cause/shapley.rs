//! Shapley: what each input of a function does on average over all orders in which the inputs could have changed.
//! Needs no logarithm, so it holds for zeros and for values that change their sign.

/// More inputs than this are not told apart: 256 evaluations at most.
pub const MOST: usize = 8;

/// The effect of each input on `f`, from `was` to `now`; they add up to the change. `f` is asked for every mixture of
/// both. `None` for too many inputs, or where `f` has no value for one of the mixtures.
pub fn shapley(was: &[f64], now: &[f64], f: &dyn Fn(&[f64]) -> Option<f64>) -> Option<Vec<f64>> {
    let count = was.len();
    if count > MOST || now.len() != count {
        return None;
    }
    let mixture = |chosen: usize| {
        let inputs: Vec<f64> =
            (0..count).map(|i| if chosen & (1 << i) == 0 { was[i] } else { now[i] }).collect();
        f(&inputs)
    };
    let values: Vec<f64> = (0..1 << count).map(mixture).collect::<Option<_>>()?;
    let effect = |input: usize| {
        let without = (0..values.len()).filter(|chosen| chosen & (1 << input) == 0);
        without.map(|chosen| weight(chosen, count) * (values[chosen | (1 << input)] - values[chosen])).sum()
    };
    Some((0..count).map(effect).collect())
}

/// `|S|! (n − |S| − 1)! / n!`
fn weight(chosen: usize, count: usize) -> f64 {
    let factorial = |n: u32| (1..=n).map(f64::from).product::<f64>();
    let (size, count) = (chosen.count_ones(), u32::try_from(count).unwrap_or(u32::MAX));
    factorial(size) * factorial(count - size - 1) / factorial(count)
}

/// What the other inputs of a product come to on average, while one of them changes: `others` of them, each before or now
/// as the bits of the argument say.
pub(super) fn mean_of_rest(others: usize, rest: &dyn Fn(usize) -> Option<f64>) -> Option<f64> {
    if others >= MOST {
        return None;
    }
    let mut mean = 0.0;
    for chosen in 0..1_usize << others {
        mean += weight(chosen, others + 1) * rest(chosen)?;
    }
    Some(mean)
}
