//! What people reach by their scorecards (numbers.md §5.8, §5.9): gates, score, band, reward, deductions, in this order,
//! and what moved since the period before. All in decimals: a score of exactly 90 is in the band from 90.

mod card;
mod held;
mod movement;
mod pay;
mod points;
#[cfg(test)]
mod tests;

pub use movement::{Moved, Movement};
pub use pay::{CutPart, Earned, Pay, TierPart};
pub use points::points;

use super::{Judged, Standing};
use crate::measure::{Facts, Point};
use crate::plan::scorecard::{Scorecard, assigned, scopes};
use crate::plan::{Id, Person, Plan, Scope, TargetValue};
use crate::time::{Date, Period, plus_days};
use crate::unit::Decimal;
use std::collections::BTreeMap;

/// The scorecard of one person over one period.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// Its rules.
    pub card: Id,
    /// Whose it is.
    pub person: Id,
    /// When.
    pub period: Period,
    /// Which of the versions of the rules holds.
    pub version: usize,
    /// How final it is.
    pub verdict: Verdict,
    /// In the order of the rules.
    pub items: Vec<ScoredItem>,
    /// 1 is full; to [`DIGITS`] decimals. `None`: nothing could be scored.
    pub score: Option<Decimal>,
    /// Share of the weight that was really measured.
    pub coverage: Decimal,
    /// In the order of the rules.
    pub gates: Vec<Gate>,
    /// Which band the score lies in.
    pub band: Option<usize>,
    /// The coefficient: that of the band, held down by closed gates.
    pub coefficient: Option<Decimal>,
    /// What is paid; `None` while the period is not over, or where something it needs is not known.
    pub pay: Option<Pay>,
    /// What moved since the period before, if that has a score.
    pub movement: Option<Movement>,
    /// Who signed, in the order of the file.
    pub signed: Vec<(Id, Date)>,
}

/// Decimals a score is kept to: far beyond what is shown, and short of where thirds would miss a bound.
pub const DIGITS: u32 = 16;

/// How final a score is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The period is over, and nothing moves any more.
    Final,
    /// The period is over, but a figure still moves, lacks days, or a gate or deduction has no figure.
    Moving,
    /// The period is not over: the score so far, and no money.
    Running,
    /// The period is not over, and nothing can be said yet.
    TooEarly,
    /// The period is over, and nothing could be scored.
    NoData,
}

impl Verdict {
    /// As it stands in `report.json`; also the key of its words.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Final => "final",
            Verdict::Moving => "moving",
            Verdict::Running => "running",
            Verdict::TooEarly => "too-early",
            Verdict::NoData => "no-data",
        }
    }
}

/// One line of a card.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoredItem {
    /// Its name on the card.
    pub id: Id,
    /// For whom it was measured.
    pub scope: Scope,
    /// What was measured.
    pub actual: Option<Point>,
    /// What it is held against, with the target's id where there is one.
    pub held: Option<Held>,
    /// Where that stands; by hand-given words there is none.
    pub standing: Option<Standing>,
    /// The word given by hand, and who gave it.
    pub given: Option<(Id, Option<Id>)>,
    /// Its points, 1 is full; `None` if it is not scored.
    pub score: Option<Decimal>,
    /// Where the points come from, or why there are none.
    pub basis: Basis,
    /// Its shares from the top of the card down: of the card, or of the card and of its group.
    pub path: Vec<Decimal>,
    /// The product of them.
    pub weight: Decimal,
    /// What it brings to the score after items without points are left out. All of them add up to the score exactly.
    pub part: Option<Decimal>,
}

/// What an item is held against.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// The target, unless the values stand in the score itself.
    pub target: Option<Id>,
    /// How much.
    pub value: TargetValue,
    /// More than asked.
    pub stretch: Option<Decimal>,
    /// The red line or red ends.
    pub red: Option<TargetValue>,
    /// Up to which day, where a running sum is held against what was asked so far.
    pub until: Option<Date>,
}

/// Where points come from, or why there are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Measured.
    Measured,
    /// By a word somebody gave.
    Given,
    /// No value: counts as nothing reached.
    Zero,
    /// No value: the score of this earlier period counts.
    Carried(Period),
    /// No value: left out.
    NoValue,
    /// Nothing to hold it against, or no score for such a value: left out.
    NoTarget,
    /// Its target is paused, disputed or dropped: left out.
    Paused,
    /// A sum of a period that is not over, without a plan of its days.
    TooEarly,
    /// Only shown.
    Unscored,
}

impl Basis {
    /// As it stands in `report.json`; also the key of its words.
    pub fn name(self) -> &'static str {
        match self {
            Basis::Measured => "measured",
            Basis::Given => "given",
            Basis::Zero => "zero",
            Basis::Carried(_) => "carried",
            Basis::NoValue => "no-value",
            Basis::NoTarget => "no-target",
            Basis::Paused => "paused",
            Basis::TooEarly => "too-early",
            Basis::Unscored => "unscored",
        }
    }
}

/// A gate with what it looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    /// For whom.
    pub scope: Scope,
    /// What was measured.
    pub actual: Option<Point>,
    /// Whether it caps the coefficient; `None` without a value.
    pub closed: Option<bool>,
}

/// Everything scores are made from.
pub(super) struct Desk<'a> {
    pub(super) plan: &'a Plan,
    pub(super) facts: &'a Facts,
    pub(super) judged: BTreeMap<&'a str, &'a Judged>,
    pub(super) as_of: Date,
}

/// Of every card, its newest periods are kept.
const PERIODS: usize = 24;

/// Every card of everybody, by person and card, the oldest period first. Nothing without an as-of date.
pub fn scores(plan: &Plan, facts: &Facts, judged: &[Judged], as_of: Option<Date>) -> Vec<Scored> {
    let Some(as_of) = as_of else { return Vec::new() };
    let judged = judged.iter().map(|one| (&*one.target, one)).collect();
    let desk = Desk { plan, facts, judged, as_of };
    assigned(plan).into_iter().flat_map(|(card, person)| desk.history(card, person)).collect()
}

impl Desk<'_> {
    /// All periods of a card: scores that are carried and movement need the earlier ones.
    fn history(&self, card: &Scorecard, person: &Person) -> Vec<Scored> {
        let Some(first) = self.first_day(card, person) else { return Vec::new() };
        let mut all: Vec<Scored> = Vec::new();
        for period in self.plan.site.calendar.periods(card.period, first, self.as_of) {
            if period.start >= first {
                all.push(self.scored(card, person, period, &all));
            }
        }
        let begun = all.iter().position(|one| one.score.is_some()).unwrap_or(all.len());
        let from = if card.from.is_some() { 0 } else { begun };
        all.drain(..from.max(all.len().saturating_sub(PERIODS)));
        all
    }

    /// The first day that can be scored: with data, on the card, in the job.
    fn first_day(&self, card: &Scorecard, person: &Person) -> Option<Date> {
        let items = card.versions.iter().flat_map(|rules| &rules.items);
        let series = items.filter_map(|item| Some((item.metric.as_ref()?, item.scope.as_ref()))).flat_map(
            |(metric, written)| {
                let scopes = scopes(self.plan, person, metric, written);
                scopes.into_iter().filter_map(|scope| self.facts.series(metric, &scope, card.period))
            },
        );
        let data = series.filter_map(|series| series.points.first()).map(|point| point.period.start).min();
        // A card of judgements by hand alone begins with the first of them.
        let given = card.versions.iter().flat_map(|rules| &rules.items).flat_map(|item| &item.given);
        let first = data.or_else(|| given.map(|given| given.period.start).min())?;
        let wanted = [card.from, person.from].into_iter().flatten().max();
        // A long history is not scored from its very beginning where nobody says so.
        let days = i32::try_from(PERIODS).unwrap_or(i32::MAX).saturating_mul(366);
        Some(first.max(wanted.unwrap_or_else(|| plus_days(self.as_of, -days))))
    }
}
