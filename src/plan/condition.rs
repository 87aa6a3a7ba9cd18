//! Conditions on one figure, as people write them: `>= 30`, `<= 35%`, `> 1200 CNY`. Read into an exact number and a
//! comparison; used by gates of launches and scorecards.

use super::amount::{self, AMOUNT_UNREADABLE};
use crate::diag::{Checked, Finding, Place, printable};
use crate::unit::{Decimal, Quantity, Unit};
use std::cmp::Ordering;
use std::fmt;

/// A comparison with a fixed number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Condition {
    /// How it is compared.
    pub op: Comparison,
    /// With what, in the metric's unit (percent as plain ratio).
    pub value: Decimal,
}

/// How a figure is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `>=`
    AtLeast,
    /// `>`
    Above,
    /// `<=`
    AtMost,
    /// `<`
    Below,
    /// `=`
    Equal,
}

/// Longer signs first: `>=` is not `>` and a stray `=`.
const SIGNS: &[(&str, Comparison)] = &[
    (">=", Comparison::AtLeast),
    ("<=", Comparison::AtMost),
    ("≥", Comparison::AtLeast),
    ("≤", Comparison::AtMost),
    (">", Comparison::Above),
    ("<", Comparison::Below),
    ("=", Comparison::Equal),
];

impl Condition {
    /// Whether it holds for a figure. Ratios are compared by their parts, not by a rounded quotient.
    pub fn holds(self, figure: Quantity) -> bool {
        let order = figure.compare(Quantity::Exact(self.value));
        match self.op {
            Comparison::AtLeast => order != Ordering::Less,
            Comparison::Above => order == Ordering::Greater,
            Comparison::AtMost => order != Ordering::Greater,
            Comparison::Below => order == Ordering::Less,
            Comparison::Equal => order == Ordering::Equal,
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Comparison::AtLeast => "≥",
            Comparison::Above => ">",
            Comparison::AtMost => "≤",
            Comparison::Below => "<",
            Comparison::Equal => "=",
        })
    }
}

/// Reads a condition on `metric`, which is measured in `unit`. `None` with a finding if it is none.
pub fn parse_for(text: &str, at: &Place, metric: &str, unit: &Unit) -> Checked<Option<Condition>> {
    let sign = SIGNS.iter().find_map(|(sign, op)| Some((*op, text.trim().strip_prefix(sign)?)));
    let Some((op, rest)) = sign else {
        let message = format!("`{}` is no condition: it begins with no comparison", printable(text));
        let finding = Finding::new(&AMOUNT_UNREADABLE, at.clone(), message)
            .hint("write `\">= 30\"`, `\"<= 35%\"`, `\"> 4.2\"`, in quotes");
        return Checked { value: None, found: vec![finding] };
    };
    let read = amount::parse_for(rest.trim(), at, metric, unit, "the condition");
    Checked { value: read.value.map(|value| Condition { op, value }), found: read.found }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, figure: &str, expected: Option<bool>) {
        let read = parse_for(text, &Place::file("launches/a.yaml"), "m", &Unit::Percent);
        assert_eq!(read.value.is_none(), read.found.len() == 1, "either a condition or a finding: {text}");
        let figure = Quantity::Exact(figure.parse().expect("a decimal"));
        assert_eq!(read.value.map(|condition| condition.holds(figure)), expected, "{figure:?} {text}");
    }

    #[test]
    fn a_condition_is_a_comparison_and_an_amount() {
        check(">= 1%", "0.01", Some(true));
        check("> 1%", "0.01", Some(false));
        check("<= 35%", "0.351", Some(false));
        check("<35%", "0.3499", Some(true));
        check("≥ 0.3", "0.3", Some(true));
        check("= 0", "0", Some(true));
        check("35%", "0.35", None);
        check(">= 35", "0.35", None);
        check(">= 1200 CNY", "0.35", None);
        check("=> 1%", "0.35", None);
    }

    #[test]
    fn a_ratio_is_compared_by_its_parts() {
        let third = crate::unit::Ratio::of(Decimal::ONE, Decimal::from(3)).expect("three");
        let condition = Condition {
            op: Comparison::AtMost,
            value: "0.3333333333333333333333333333".parse().expect("a decimal"),
        };
        assert!(!condition.holds(Quantity::Ratio(third)), "a third is more than any of its decimals");
    }
}
