//! The head of a scorecard, the lines to sign on, and products of figures, as templates see them.

use super::figure::{gap, plain};
use super::view::Desk;
use crate::report::{ScoreHead, Signature};
use crate::time::day_label;
use crate::unit::{Decimal, Digits, Quantity, Style, Unit, number, quantity};
use minijinja::{Value, context};

/// Decimals of a coefficient: 0.95 is not 1.
const COEFFICIENT: u32 = 2;

impl Desk<'_> {
    pub(super) fn score(&self, head: &ScoreHead) -> Value {
        let points = |value: Decimal| number(value, 1, self.lang, false);
        // Bounds are written as whole numbers as a rule.
        let bound = |value: Decimal| number(value, value.normalize().scale(), self.lang, false);
        let factor = |value: Decimal| number(value, COEFFICIENT, self.lang, false);
        let rungs = head.ladder.iter().map(|rung| {
            context! {
                from => bound(rung.min),
                below => rung.below.map(bound),
                k => factor(rung.k),
                name => rung.name.in_lang(self.lang),
                at => rung.at,
            }
        });
        context! {
            kind => "score",
            title => head.title.as_ref().map(|title| self.say(title)),
            href => head.link.as_ref().map(|link| self.href(link)),
            period => self.report.calendar.label(head.period, self.lang),
            points => head.score.map(points),
            verdict => head.verdict,
            word => self.strings.key(&format!("score-{}", head.verdict)),
            open => !head.is_final,
            change => head.change.map(|(since, by)| context! {
                since => self.report.calendar.label(since, self.lang),
                by => gap(Quantity::Exact(by), &Unit::Score, self.lang),
            }),
            coverage => plain(head.coverage, &Unit::Percent, Some(0), Style::Full, self.lang),
            coefficient => head.coefficient.map(|(k, _)| factor(k)),
            of_band => head.coefficient.and_then(|(_, of_band)| of_band).map(factor),
            pay => head.pay.map(|(net, currency)| {
                plain(Quantity::Exact(net), &Unit::Money(currency), None, Style::Full, self.lang)
            }),
            to_next => head.to_next.map(points),
            ladder => rungs.collect::<Vec<_>>(),
        }
    }

    pub(super) fn signatures(&self, all: &[Signature]) -> Value {
        let line = |one: &Signature| {
            context! {
                role => self.say(&one.role),
                name => one.name.in_lang(self.lang),
                iso => one.date.map(|date| date.to_string()),
                date => one.date.map(|date| day_label(date, self.lang)),
            }
        };
        context! { kind => "signatures", lines => all.iter().map(line).collect::<Vec<_>>() }
    }

    /// `60% × 75% = 45%`; money times a share or a coefficient leaves its result to the next column.
    pub(super) fn product(&self, factors: &[(Quantity, Unit)]) -> Value {
        let shown = |value: Quantity, unit: &Unit| match (unit, value) {
            (Unit::Factor, Quantity::Exact(value)) => number(value, COEFFICIENT, self.lang, false),
            // Whole percents are written as such.
            (Unit::Percent, Quantity::Exact(value)) => {
                let hundredths = (value * Decimal::ONE_HUNDRED).round_dp(1).normalize();
                number(hundredths, hundredths.scale(), self.lang, false) + "%"
            }
            _ => quantity(value, unit, self.lang, Style::Full, Digits::Auto)
                .map_or_else(|| "–".to_owned(), |shown| shown.to_string()),
        };
        let parts: Vec<String> = factors.iter().map(|(value, unit)| shown(*value, unit)).collect();
        let mut text = parts.join(" × ");
        let all_shares = factors.len() > 1 && factors.iter().all(|(_, unit)| *unit == Unit::Percent);
        if let Some(whole) = crate::report::product(factors).filter(|_| all_shares) {
            text = format!("{text} = {}", shown(whole, &Unit::Percent));
        }
        context! { kind => "text", text => text }
    }
}
