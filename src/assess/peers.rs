//! Members beside one another: rank with ties, percentile, index, and the funnel that says who differs by more than chance
//! given how much stands behind each figure.

use crate::plan::Better;
use crate::unit::Quantity;
use std::cmp::Ordering;

/// A member among others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Dense: equal values share a rank, and the next one follows without a gap. 1 is best.
    pub rank: u32,
    /// Share of the others that are worse, ties by half; `None` without others.
    pub percentile: Option<f64>,
}

/// Which of two values is better comes first.
pub fn better_first(better: Better, a: Quantity, b: Quantity) -> Ordering {
    if better == Better::Lower { a.compare(b) } else { b.compare(a) }
}

/// Rank and percentile of each value, in their order. Members without a value have no place; within a range, or where
/// neither way is good, nobody has.
pub fn places(better: Better, values: &[Option<Quantity>]) -> Vec<Option<Place>> {
    let known: Vec<Quantity> = values.iter().flatten().copied().collect();
    let place = |value: Quantity| {
        let mut ahead: Vec<Quantity> = Vec::new();
        let (mut worse, mut equal) = (0_u32, 0_u32);
        for other in &known {
            match better_first(better, *other, value) {
                Ordering::Less if ahead.iter().all(|one| one != other) => ahead.push(*other),
                Ordering::Less => {}
                Ordering::Equal => equal += 1,
                Ordering::Greater => worse += 1,
            }
        }
        let others = u32::try_from(known.len()).unwrap_or(u32::MAX) - 1;
        let beaten = f64::from(worse) + f64::from(equal - 1) / 2.0;
        Place {
            rank: u32::try_from(ahead.len()).unwrap_or(u32::MAX) + 1,
            percentile: (others > 0).then(|| beaten / f64::from(others)),
        }
    };
    let ranked = matches!(better, Better::Higher | Better::Lower);
    values.iter().map(|value| value.filter(|_| ranked).map(place)).collect()
}

/// The middle value, or the mean of the two middle ones; `None` of nothing.
pub fn median(values: &[Quantity]) -> Option<Quantity> {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| a.compare(*b));
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        odd if odd % 2 == 1 => sorted.get(middle).copied(),
        _ => sorted[middle - 1].plus(sorted[middle])?.over(Quantity::from(2)),
    }
}

/// A rate with the count behind it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counted {
    /// How often it happened.
    pub events: f64,
    /// Of how many.
    pub of: f64,
}

/// A funnel: the rate of all, and how far a member's own may be off by chance.
#[derive(Clone, Debug, PartialEq)]
pub struct Funnel {
    /// The rate of all members together.
    pub center: f64,
    /// Lower and upper limit of each member, by its own count.
    pub limits: Vec<(f64, f64)>,
}

/// Limits at three deviations, each by its own count: of shares p̄ ± 3·√(p̄(1 − p̄)/n) within 0 and 1, of events per unit
/// (which may be more than one) ū ± 3·√(ū/n) above 0 (numbers.md §3.1). `None` without a count.
pub fn funnel(members: &[Counted]) -> Option<Funnel> {
    let (events, of) = members.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.events, sum.1 + one.of));
    if members.iter().any(|one| one.of <= 0.0 || one.events < 0.0) || of <= 0.0 {
        return None;
    }
    let center = events / of;
    let shares = members.iter().all(|one| one.events <= one.of);
    let spread = if shares { center * (1.0 - center) } else { center };
    let limits = members.iter().map(|one| {
        let half = 3.0 * (spread / one.of).sqrt();
        let high = center + half;
        ((center - half).max(0.0), if shares { high.min(1.0) } else { high })
    });
    Some(Funnel { center, limits: limits.collect() })
}

/// What the last unit of input brought: the change of one figure over that of another. `None` where the input hardly
/// moved, as then the quotient is noise.
pub fn marginal(output: (Quantity, Quantity), input: (Quantity, Quantity)) -> Option<Quantity> {
    /// Of the input before.
    const HARDLY: f64 = 0.01;
    let moved = input.1.minus(input.0)?;
    if moved.as_f64().abs() <= HARDLY * input.0.as_f64().abs() {
        return None;
    }
    output.1.minus(output.0)?.over(moved)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(values: &[i64]) -> Vec<Option<Quantity>> {
        values.iter().map(|value| Some(Quantity::from(*value))).collect()
    }

    #[test]
    fn equal_values_share_a_rank_and_the_next_follows_without_a_gap() {
        let mut values = all(&[10, 20, 30, 20]);
        values.push(None);
        let said = |better| -> Vec<Option<(u32, f64)>> {
            let places = places(better, &values);
            places.iter().map(|one| one.and_then(|one| Some((one.rank, one.percentile?)))).collect()
        };
        let half = Some((2, 0.5));
        assert_eq!(said(Better::Higher), [Some((3, 0.0)), half, Some((1, 1.0)), half, None]);
        assert_eq!(said(Better::Lower), [Some((1, 1.0)), half, Some((3, 0.0)), half, None]);
        assert_eq!(said(Better::Range), [None; 5]);
        // Alone there is a rank, but nobody to be compared with.
        assert_eq!(places(Better::Higher, &all(&[5])), [Some(Place { rank: 1, percentile: None })]);
    }

    #[test]
    fn the_median_of_two_is_their_mean() {
        let median = |values: &[i64]| median(&all(values).into_iter().flatten().collect::<Vec<_>>());
        assert_eq!(median(&[20, 30]), Some(Quantity::from(25)));
        assert_eq!(median(&[30, 10, 20]), Some(Quantity::from(20)));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn the_funnel_is_narrow_where_much_stands_behind_a_figure() {
        // p̄ = 0.1: n = 100 → 0.01 and 0.19; n = 25 → 0 (clipped) and 0.28 (numbers.md §3.1).
        let members = [Counted { events: 10.0, of: 100.0 }, Counted { events: 2.5, of: 25.0 }];
        let funnel = funnel(&members).expect("counts");
        let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
        assert!(near(funnel.center, 0.1), "{funnel:?}");
        assert!(near(funnel.limits[0].0, 0.01) && near(funnel.limits[0].1, 0.19), "{funnel:?}");
        assert!(near(funnel.limits[1].0, 0.0) && near(funnel.limits[1].1, 0.28), "{funnel:?}");
        // Two units per visit are no share: ū = 2, n = 18 → 2 ± 1.
        let more = super::funnel(&[Counted { events: 36.0, of: 18.0 }]).expect("counts");
        assert!(near(more.limits[0].0, 1.0) && near(more.limits[0].1, 3.0), "{more:?}");
        assert!(super::funnel(&[Counted { events: 0.0, of: 0.0 }]).is_none());
    }

    #[test]
    fn what_hardly_moved_has_no_margin() {
        let q = Quantity::from;
        assert_eq!(marginal((q(1000), q(1300)), (q(200), q(300))), Some(q(3)));
        assert_eq!(marginal((q(1000), q(1300)), (q(200), q(201))), None);
        // Less spent, less sold: that margin is one as well.
        assert_eq!(marginal((q(1000), q(900)), (q(200), q(150))), Some(q(2)));
    }
}
