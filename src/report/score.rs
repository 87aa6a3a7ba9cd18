//! What a page says of a scorecard besides tables: the score with its ladder, and who signs.
//! Scores are hundredths of full ones, rounded so that none seems to lie in another band than it does.

use super::Text;
use crate::plan::Words;
use crate::plan::scorecard::Band;
use crate::time::{Date, Period};
use crate::unit::{Currency, Decimal, Quantity};

/// The head of a scorecard.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreHead {
    /// Whose card, where the page does not say.
    pub title: Option<Text>,
    /// Page to open.
    pub link: Option<String>,
    /// When.
    pub period: Period,
    /// The score as shown, 100 is full.
    pub score: Option<Decimal>,
    /// Name of the verdict.
    pub verdict: &'static str,
    /// Whether it may change colour a reader's mind: only what is final does.
    pub is_final: bool,
    /// Since the period before, in the same hundredths.
    pub change: Option<(Period, Decimal)>,
    /// Share of the weight that was measured.
    pub coverage: Quantity,
    /// The coefficient, and that of the band where a gate holds it down.
    pub coefficient: Option<(Decimal, Option<Decimal>)>,
    /// What is paid.
    pub pay: Option<(Decimal, Currency)>,
    /// Bands, the highest first.
    pub ladder: Vec<Rung>,
    /// How far it is to the next band.
    pub to_next: Option<Decimal>,
}

/// A band on the ladder.
#[derive(Clone, Debug, PartialEq)]
pub struct Rung {
    /// Its lower bound.
    pub min: Decimal,
    /// Where the next one begins.
    pub below: Option<Decimal>,
    /// Its coefficient.
    pub k: Decimal,
    /// Its name.
    pub name: Words,
    /// Where in it the score lies, 0 to 100, if it does.
    pub at: Option<u32>,
}

/// A line to sign on.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    /// As what.
    pub role: Text,
    /// Who.
    pub name: Words,
    /// When it was signed, if it was.
    pub date: Option<Date>,
}

/// Decimals of a score as it is shown.
pub(super) const SHOWN: u32 = 1;

/// A score in hundredths as it is shown: rounded, unless that would lift it over the bound of a band.
pub fn shown(score: Decimal, bands: &[Band]) -> Decimal {
    let exact = score * Decimal::ONE_HUNDRED;
    let near = round(exact);
    let lifted = bands.iter().any(|band| exact < band.min && band.min <= near);
    let step = Decimal::new(1, SHOWN);
    if lifted { near - step } else { near }
}

/// Half away from zero.
pub(super) fn round(value: Decimal) -> Decimal {
    let scale = Decimal::from(10_u32.pow(SHOWN));
    let half = Decimal::new(5, 1);
    let whole = (value.abs() * scale + half).trunc() / scale;
    if value.is_sign_negative() { -whole } else { whole }
}

/// Parts as they are shown beside their total, so that what is printed adds up (numbers.md N8): the steps left over go to
/// the largest remainders. Parts may be negative.
pub(super) fn adding_up(parts: &[Decimal], total: Decimal) -> Vec<Decimal> {
    let scale = Decimal::from(10_u32.pow(SHOWN));
    let scaled: Vec<Decimal> = parts.iter().map(|part| part * scale).collect();
    let mut whole: Vec<Decimal> = scaled.iter().map(Decimal::floor).collect();
    let mut order: Vec<usize> = (0..parts.len()).filter(|at| !parts[*at].is_zero()).collect();
    order.sort_by(|a, b| (scaled[*b] - whole[*b]).cmp(&(scaled[*a] - whole[*a])).then(a.cmp(b)));
    let mut left = total * scale - whole.iter().sum::<Decimal>();
    for at in order.iter().cycle().take(order.len() * 2) {
        if left < Decimal::ONE {
            break;
        }
        whole[*at] += Decimal::ONE;
        left -= Decimal::ONE;
    }
    // A total that was not lifted over a bound may lie a step below its parts.
    for at in order.iter().rev().cycle().take(order.len() * 2) {
        if left > -Decimal::ONE {
            break;
        }
        whole[*at] -= Decimal::ONE;
        left += Decimal::ONE;
    }
    whole.into_iter().map(|steps| steps / scale).collect()
}

/// The bands of a card, the highest first, with the place of the score.
pub(super) fn ladder(bands: &[Band], here: Option<usize>, score: Option<Decimal>) -> Vec<Rung> {
    let rung = |(at, band): (usize, &Band)| {
        let below = bands.get(at + 1).map(|next| next.min);
        let place = score.filter(|_| here == Some(at)).map(|score| {
            let width = below.unwrap_or(band.min + Decimal::TEN) - band.min;
            let share = (score * Decimal::ONE_HUNDRED - band.min) / width;
            let whole = (share * Decimal::ONE_HUNDRED).clamp(Decimal::ZERO, Decimal::ONE_HUNDRED).trunc();
            whole.normalize().to_string().parse().unwrap_or(0)
        });
        Rung { min: band.min, below, k: band.k, name: band.name.clone(), at: place }
    };
    bands.iter().enumerate().map(rung).rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    fn bands(bounds: &[&str]) -> Vec<Band> {
        let band = |min: &&str| Band { min: number(min), k: Decimal::ONE, name: Words::default() };
        bounds.iter().map(band).collect()
    }

    #[test]
    fn a_score_never_seems_to_lie_in_the_next_band() {
        let bands = bands(&["0", "90", "100"]);
        let of = |score: &str| shown(number(score), &bands).normalize().to_string();
        assert_eq!(of("0.984"), "98.4");
        assert_eq!(of("0.9"), "90");
        assert_eq!(of("0.8996"), "89.9");
        assert_eq!(of("0.8994"), "89.9");
        assert_eq!(of("0.98449"), "98.4");
        assert_eq!(of("0.9845"), "98.5");
    }

    #[test]
    fn what_is_printed_adds_up() {
        let check = |parts: &[&str], total: &str, expected: &[&str]| {
            let parts: Vec<Decimal> = parts.iter().map(|part| number(part)).collect();
            let shown = adding_up(&parts, number(total));
            assert_eq!(shown.iter().sum::<Decimal>(), number(total));
            let shown: Vec<String> = shown.iter().map(|part| part.normalize().to_string()).collect();
            assert_eq!(shown, expected);
        };
        check(&["33.333", "33.333", "33.334"], "100", &["33.3", "33.3", "33.4"]);
        check(&["-3.04", "2.42", "1.52"], "0.9", &["-3", "2.4", "1.5"]);
        check(&["44.98", "44.98"], "89.9", &["45", "44.9"]);
    }

    #[test]
    fn the_ladder_shows_where_the_score_lies() {
        let rungs = ladder(&bands(&["0", "90", "100"]), Some(1), Some(number("0.984")));
        assert_eq!(rungs.iter().map(|rung| rung.at).collect::<Vec<_>>(), [None, Some(84), None]);
        assert_eq!((rungs[1].min, rungs[1].below), (number("90"), Some(number("100"))));
    }
}
