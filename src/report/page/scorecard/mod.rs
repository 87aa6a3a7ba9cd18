//! Scorecards: everybody's newest score in one table, and a page for each person and period that shows how score and
//! money come about, down to the line one signs on.

mod scale;
mod sheet;

use super::{PageKind, page};
use crate::assess::Scored;
use crate::assess::score::Verdict;
use crate::diag::Finding;
use crate::plan::scorecard::Scorecard;
use crate::plan::{Id, Words};
use crate::report::context::{Context, person_path, scorecard_path};
use crate::report::score::{ScoreHead, ladder, round, shown};
use crate::report::{Arg, Block, Cell, Page, TableColumn, TableSpec, Text};
use crate::time::{Grain, Period};
use crate::unit::{Decimal, Quantity, Unit};
use std::collections::BTreeMap;

pub(super) struct Scorecards;

impl PageKind for Scorecards {
    fn name(&self) -> &'static str {
        "scorecard"
    }

    fn tops(&self) -> &'static [&'static str] {
        &["people", "scorecards"]
    }

    fn pages(&self, context: &Context<'_>, _found: &mut Vec<Finding>) -> Vec<Page> {
        if context.scores.is_empty() {
            return Vec::new();
        }
        let each = context.scores.iter().filter_map(|one| sheet::page_of(context, one));
        std::iter::once(index(context)).chain(each).collect()
    }
}

pub(super) fn head(key: &'static str, numeric: bool) -> TableColumn {
    TableColumn { title: Text::key(key), numeric, link: None }
}

/// The card a score was made by.
fn card_of<'a>(context: &Context<'a>, one: &Scored) -> Option<&'a Scorecard> {
    context.plan.scorecards.get(&one.card)
}

/// The newest card of each person and length of period.
fn newest<'c>(context: &'c Context<'_>) -> Vec<&'c Scored> {
    let mut last: BTreeMap<(&Id, &Id), &Scored> = BTreeMap::new();
    for one in &context.scores {
        last.insert((&one.person, &one.card), one);
    }
    last.into_values().collect()
}

/// The cards of a person that a page about them begins with: the newest one, and the last final one where that is not.
pub(super) fn heads_of(context: &Context<'_>, person: &Id) -> Vec<Block> {
    let mut blocks = Vec::new();
    for newest in newest(context).into_iter().filter(|one| one.person == *person) {
        let same = |one: &&Scored| one.person == *person && one.card == newest.card;
        let settled = context.scores.iter().filter(same).rfind(|one| one.verdict == Verdict::Final);
        let both = [Some(newest), settled.filter(|settled| settled.period != newest.period)];
        for one in both.into_iter().flatten() {
            let title = card_of(context, one).map(|card| super::titled(&card.title, &card.id));
            blocks.push(Block::Score(Box::new(ScoreHead {
                title,
                link: Some(scorecard_path(context, one)),
                ladder: Vec::new(),
                ..head_of(context, one)
            })));
        }
    }
    blocks
}

/// The score with everything that stands beside it.
fn head_of(context: &Context<'_>, one: &Scored) -> ScoreHead {
    let rules = card_of(context, one).and_then(|card| card.versions.get(one.version));
    let bands = rules.map_or(&[][..], |rules| &rules.bands);
    let shown_score = one.score.map(|score| shown(score, bands));
    let next = one.score.and_then(|score| {
        let exact = score * Decimal::ONE_HUNDRED;
        bands.iter().find(|band| band.min > exact).map(|band| band.min - exact)
    });
    let of_band = one.band.and_then(|band| bands.get(band)).map(|band| band.k);
    ScoreHead {
        title: None,
        link: None,
        period: one.period,
        score: shown_score,
        verdict: one.verdict.name(),
        is_final: one.verdict == Verdict::Final,
        change: change_of(context, one),
        coverage: Quantity::Exact(one.coverage),
        coefficient: one.coefficient.map(|k| (k, of_band.filter(|of_band| *of_band != k))),
        pay: one.pay.as_ref().map(|pay| (pay.net, pay.currency)),
        ladder: ladder(bands, one.band, one.score),
        // Rounded up: what is left is never said to be nothing.
        to_next: next.map(|left| round(left).max(Decimal::new(1, 1))),
    }
}

/// The shown difference to the score shown before.
fn change_of(context: &Context<'_>, one: &Scored) -> Option<(Period, Decimal)> {
    let movement = one.movement.as_ref()?;
    let before = context
        .scores
        .iter()
        .find(|other| other.person == one.person && other.card == one.card && other.period == movement.since);
    let show = |one: &Scored, score: Decimal| {
        let bands = card_of(context, one).and_then(|card| card.versions.get(one.version));
        shown(score, bands.map_or(&[][..], |rules| &rules.bands))
    };
    let from = before
        .map_or_else(|| round(movement.from * Decimal::ONE_HUNDRED), |other| show(other, movement.from));
    Some((movement.since, show(one, movement.to) - from))
}

/// Points in hundredths.
fn points(value: Decimal) -> Cell {
    Cell::Number(Quantity::Exact(value), Unit::Score)
}

fn verdict(one: &Scored) -> Cell {
    Cell::Text(Text::key(verdict_key(one)))
}

fn verdict_key(one: &Scored) -> &'static str {
    match one.verdict {
        Verdict::Final => "score-final",
        Verdict::Moving => "score-moving",
        Verdict::Running => "score-running",
        Verdict::TooEarly => "score-too-early",
        Verdict::NoData => "score-no-data",
    }
}

fn person_cell(context: &Context<'_>, one: &Scored) -> Cell {
    Cell::Link(scorecard_path(context, one), Text::Words(context.person_name(&one.person)))
}

/// Everybody's newest card, and the scores of the last periods.
fn index(context: &Context<'_>) -> Page {
    let mut made =
        page("scorecards", "scorecards", Text::key("nav-scorecards"), &[("", Text::key("nav-home"))]);
    let rows = newest(context).into_iter().map(|one| {
        let head = head_of(context, one);
        let card = card_of(context, one).map(|card| super::titled(&card.title, &card.id));
        vec![
            person_cell(context, one),
            card.map_or(Cell::Empty, Cell::Text),
            Cell::Period(one.period),
            head.score.map_or(Cell::Empty, points),
            head.coefficient.map_or(Cell::Empty, |(k, _)| Cell::Number(Quantity::Exact(k), Unit::Factor)),
            head.change.map_or(Cell::Empty, |(_, by)| Cell::Gap(Quantity::Exact(by), Unit::Score)),
            Cell::Number(head.coverage, Unit::Percent),
            head.pay.map_or(Cell::Empty, |(net, currency)| {
                Cell::Number(Quantity::Exact(net), Unit::Money(currency))
            }),
            Cell::Text(Text::key(if one.verdict == Verdict::Moving || one.verdict == Verdict::Running {
                "score-preliminary"
            } else {
                verdict_key(one)
            })),
        ]
    });
    made.blocks.push(Block::Table(TableSpec {
        id: "scores".to_owned(),
        title: None,
        columns: vec![
            head("table-person", false),
            head("score-card", false),
            head("table-period", false),
            head("score-score", true),
            head("score-coefficient", true),
            head("score-change", true),
            head("score-coverage", true),
            head("score-pay", true),
            head("objective-state", false),
        ],
        rows: rows.collect(),
        total: false,
    }));
    made.blocks.extend(Grain::ALL.iter().filter_map(|grain| history(context, *grain)));
    made
}

/// Scores of people by period; `None` if there is but one period.
fn history(context: &Context<'_>, grain: Grain) -> Option<Block> {
    /// As many periods as a page holds beside each other.
    const SHOWN: usize = 6;
    let scores: Vec<&Scored> = context.scores.iter().filter(|one| one.period.grain == Some(grain)).collect();
    let mut periods: Vec<Period> = scores.iter().map(|one| one.period).collect();
    periods.sort_by_key(|period| period.start);
    periods.dedup();
    let periods = &periods[periods.len().saturating_sub(SHOWN)..];
    if periods.len() < 2 {
        return None;
    }
    let mut people: Vec<&Id> = scores.iter().map(|one| &one.person).collect();
    people.sort();
    people.dedup();
    let row = |person: &&Id| {
        let name = Cell::Link(person_path(person), Text::Words(context.person_name(person)));
        let cells = periods.iter().map(|period| {
            let one = scores.iter().find(|one| one.person == **person && one.period == *period);
            let score = one.and_then(|one| Some((one, head_of(context, one).score?)));
            score.map_or(Cell::Empty, |(one, score)| {
                let value = Arg::Figure(Quantity::Exact(score), Unit::Score);
                Cell::Link(scorecard_path(context, one), Text::Key("score-value", vec![("value", value)]))
            })
        });
        std::iter::once(name).chain(cells).collect()
    };
    let column = |period: &Period| TableColumn {
        title: Text::Key("period-named", vec![("period", Arg::Period(*period))]),
        numeric: true,
        link: None,
    };
    Some(Block::Table(TableSpec {
        id: format!("history-{}", grain.name()),
        title: Some(Text::Key("score-history", vec![("grain", Arg::Text(grain.name().to_owned()))])),
        columns: std::iter::once(head("table-person", false)).chain(periods.iter().map(column)).collect(),
        rows: people.iter().map(row).collect(),
        total: false,
    }))
}

/// Words that are the same in every language.
fn plain(text: &str) -> Text {
    Text::Words(Words::same(text))
}
