//! What a change does to figures: the last periods of every metric and scope, old and new beside each other.

use super::Side;
use super::side::Reason;
use crate::report::record::FigureSaid;
use crate::time::{Grain, Period, parse_period};
use crate::unit::{Decimal, Quantity, Unit};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

/// So many periods back figures are compared: a quarter of weeks.
pub const WINDOW: usize = 13;

/// Quotients carry 28 digits, and the last of them depend on the order of the arithmetic: this much of a value is none.
const SAME: (i64, u32) = (1, 12);

/// Figures of a metric in one scope.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// The metric.
    pub metric: String,
    /// For whom.
    pub scope: String,
    /// How long its periods are.
    pub grain: Grain,
    /// Its unit on the later side.
    pub unit: Option<Unit>,
    /// How many of the last periods were compared.
    pub compared: usize,
    /// Those that differ, first to last.
    pub spans: Vec<Span>,
}

/// One period.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Its name: `2026-W36`.
    pub id: String,
    /// Its days, where both sides cut time alike.
    pub period: Option<Period>,
    /// What it was.
    pub was: Shown,
    /// What it is.
    pub now: Shown,
    /// New minus old; `None` where one is not known, or they are not of one unit.
    pub difference: Option<Decimal>,
}

/// A figure, or why there is none.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// Its value, in this unit.
    Value(Decimal, Option<Unit>),
    /// The metric is not defined on this side.
    NotDefined,
    /// Its definition cannot be understood.
    Broken(String),
    /// The basis of its amounts is not declared.
    NoBasis,
    /// What is known of the period: `missing`, `undefined`, as in `report.json`.
    State(String),
    /// It is not measured here: no page and no target of this side asks for it.
    NotAsked,
}

impl Shown {
    /// The value, if there is one.
    pub fn value(&self) -> Option<Decimal> {
        match self {
            Shown::Value(value, _) => Some(*value),
            _ => None,
        }
    }
}

/// Figures by period, of one metric, scope and grain.
type Series<'s> = BTreeMap<&'s str, &'s FigureSaid>;

/// Everything a side says, by metric and scope, of the shortest grain it keeps.
fn series(side: &Side) -> BTreeMap<(&str, &str), BTreeMap<Grain, Series<'_>>> {
    let mut all: BTreeMap<(&str, &str), BTreeMap<Grain, Series<'_>>> = BTreeMap::new();
    for (key, said) in &side.record.figures {
        let mut parts = key.split('|');
        let (Some(metric), Some(scope), Some(grain), Some(period)) =
            (parts.next(), parts.next(), parts.next().and_then(Grain::parse), parts.next())
        else {
            continue;
        };
        all.entry((metric, scope)).or_default().entry(grain).or_default().insert(period, said);
    }
    all
}

/// Figures of the last [`WINDOW`] periods that differ.
pub(super) fn figures(base: &Side, head: &Side) -> Vec<Figures> {
    let (was, now) = (series(base), series(head));
    let all: BTreeSet<&(&str, &str)> = was.keys().chain(now.keys()).collect();
    let none = BTreeMap::new();
    let mut figures = Vec::new();
    for key in all {
        let (old, new) = (was.get(key).unwrap_or(&none), now.get(key).unwrap_or(&none));
        // The shortest periods that both have; of what only one has, its own.
        let common = old.keys().find(|grain| new.contains_key(grain));
        let Some(grain) = common.or_else(|| new.keys().next()).or_else(|| old.keys().next()) else {
            continue;
        };
        let empty = Series::new();
        let (old, new) = (old.get(grain).unwrap_or(&empty), new.get(grain).unwrap_or(&empty));
        figures.extend(one(base, head, *key, *grain, (old, new)));
    }
    // The company first, then its stores, then what they are made of: a comment may be cut at its end.
    figures
        .sort_by(|a, b| (depth(&a.scope), &a.metric, &a.scope).cmp(&(depth(&b.scope), &b.metric, &b.scope)));
    figures
}

/// How far a scope is from the whole.
fn depth(scope: &str) -> usize {
    match scope {
        "company" => 0,
        one if one.starts_with("store:") && !one.contains(',') => 1,
        finer => 2 + finer.matches(',').count(),
    }
}

fn one(
    base: &Side,
    head: &Side,
    (metric, scope): (&str, &str),
    grain: Grain,
    (old, new): (&Series<'_>, &Series<'_>),
) -> Option<Figures> {
    let calendar = &head.calendar;
    let known = |said: Option<&&FigureSaid>| {
        said.is_some_and(|said| said.state != "future" && said.state != "no-data")
    };
    let ids: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    let mut ids: Vec<(Option<Period>, &str)> = ids
        .into_iter()
        .filter(|id| known(old.get(id)) || known(new.get(id)))
        .map(|id| (parse_period(id, calendar), id))
        .collect();
    ids.sort_by_key(|(period, id)| (period.map(|period| period.start), *id));
    let last = &ids[ids.len().saturating_sub(WINDOW)..];
    let unit = |side: &Side| side.record.metrics.get(metric).and_then(|said| Unit::parse(&said.unit));
    let (was_unit, unit) = (unit(base), unit(head));
    let same_days = base.calendar == head.calendar;
    let spans: Vec<Span> = last
        .iter()
        .filter_map(|(period, id)| {
            let was = shown((base, old), metric, was_unit.as_ref(), id);
            let now = shown((head, new), metric, unit.as_ref(), id);
            if same(&was, &now) {
                return None;
            }
            let difference = match (&was, &now) {
                (Shown::Value(was, one), Shown::Value(now, other)) if one == other => now.checked_sub(*was),
                _ => None,
            };
            Some(Span { id: (*id).to_owned(), period: period.filter(|_| same_days), was, now, difference })
        })
        .collect();
    (!spans.is_empty()).then(|| Figures {
        metric: metric.to_owned(),
        scope: scope.to_owned(),
        grain,
        unit: unit.or(was_unit),
        compared: last.len(),
        spans,
    })
}

fn shown((side, series): (&Side, &Series<'_>), metric: &str, unit: Option<&Unit>, id: &str) -> Shown {
    if let Some(why) = side.reasons.get(metric) {
        return match why {
            Reason::Broken(why) => Shown::Broken(why.clone()),
            Reason::NoBasis => Shown::NoBasis,
            Reason::NoData => Shown::State("no-data".to_owned()),
        };
    }
    if !side.record.metrics.contains_key(metric) {
        return Shown::NotDefined;
    }
    let Some(said) = series.get(id) else {
        // A series holds every period from its first figure on: one that it lacks lies outside its data.
        return if series.is_empty() { Shown::NotAsked } else { Shown::State("no-data".to_owned()) };
    };
    match said.value.as_deref().and_then(number) {
        Some(value) => Shown::Value(value, unit.cloned()),
        None => Shown::State(said.state.clone()),
    }
}

/// Digits, also those of a float with an exponent.
fn number(text: &str) -> Option<Decimal> {
    Decimal::from_str(text).ok().or_else(|| Quantity::Approximate(text.parse().ok()?).as_decimal())
}

/// Whether two figures say the same.
fn same(was: &Shown, now: &Shown) -> bool {
    match (was, now) {
        (Shown::Value(was, one), Shown::Value(now, other)) => {
            let larger = was.abs().max(now.abs());
            let noise = larger.checked_mul(Decimal::new(SAME.0, SAME.1)).unwrap_or_default();
            let apart = now.checked_sub(*was).map(|apart| apart.abs());
            one == other && apart.is_some_and(|apart| apart <= noise)
        }
        (Shown::Value(..), _) | (_, Shown::Value(..)) => false,
        // Two dashes are no change of a figure, whatever their reasons.
        _ => true,
    }
}
