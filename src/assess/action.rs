//! What became of actions: where each stands, how old it is, how many were closed in time, and whether the metric moved after
//! it. Reviews say what was done; whether it helped is asked of the figures.

use super::spc::{Control, SignalRule, control};
use crate::diag::{Family, Finding, Level, Rule};
use crate::measure::{Facts, Series};
use crate::plan::review::{ActionStatus, Entry, Expected, Review, in_order, mentions};
use crate::plan::{Better, Id, LimitBaseline, Limits, Metric, Plan, Scope, Words};
use crate::time::{Date, Period, days_between, plus_days};
use std::sync::Arc;

/// Rules raised here.
pub static RULES: &[&Rule] = &[&ACTION_OVERDUE];

/// Its day has passed.
static ACTION_OVERDUE: Rule = Rule {
    name: "action-overdue",
    level: Level::Warning,
    family: Family::Data,
    about: "finds an action that is still open after the day it was due",
    why: "a date nobody keeps and nobody moves means nothing",
    example: "{id: a12, due: 2026-11-30, status: open}        # close it in a review, or move `due` with a `reason`",
};

/// Days after its end before an effect is asked for, where the action does not say.
const LAG: u32 = 14;
/// Periods that are looked at after the lag, at most.
const AFTER: usize = 8;
/// Periods before the action that its limits are made of, at most: half a year of weeks.
const BEFORE: usize = 26;
/// So many times its own spread a difference of means has to be, to be more than chance.
const BEYOND: f64 = 2.0;
/// Mean moving range over the standard deviation of a normal process (numbers.md §3.1).
const D2: f64 = std::f64::consts::FRAC_2_SQRT_PI;

/// An action over all reviews.
#[derive(Clone, Debug)]
pub struct Action {
    /// Its name.
    pub id: Id,
    /// What is to be done.
    pub title: Words,
    /// Who does it.
    pub owner: Option<Id>,
    /// Where.
    pub scope: Scope,
    /// What it shall move.
    pub metric: Option<Id>,
    /// By how much.
    pub expected: Option<Expected>,
    /// The same as written.
    pub expected_text: Arc<str>,
    /// Days before an effect can show.
    pub lag: u32,
    /// What the figures after it are held against, where that is said.
    pub before: Option<Period>,
    /// The review it began in.
    pub began: Id,
    /// When.
    pub created: Date,
    /// By when, as it was first said.
    pub due_first: Option<Date>,
    /// By when, as it is said now.
    pub due: Option<Date>,
    /// How often the day was moved.
    pub moved: usize,
    /// Where it stands.
    pub status: ActionStatus,
    /// The review that closed it, and when.
    pub closed: Option<(Id, Date)>,
    /// It was closed, and is open again.
    pub reopened: bool,
    /// What shows that it was done.
    pub evidence: Words,
    /// What was said last about why it is late, dropped or blocked.
    pub reason: Words,
    /// Where it is written first.
    pub place: crate::diag::Place,
}

impl Action {
    /// Whether something is left to do.
    pub fn is_open(&self) -> bool {
        !self.status.is_closed()
    }

    /// Whether its day has passed.
    pub fn is_overdue(&self, as_of: Date) -> bool {
        self.is_open() && self.due.is_some_and(|due| due < as_of)
    }

    /// How many days it has been open, up to its end.
    pub fn age(&self, as_of: Date) -> u32 {
        days_between(self.created, self.closed.as_ref().map_or(as_of, |(_, day)| *day))
    }

    /// How many reviews of the row it began in have been held since, up to one of them or to all.
    pub fn reviews_since(&self, plan: &Plan, until: Date) -> usize {
        let Some(began) = plan.reviews.get(&self.began) else { return 0 };
        let end = self.closed.as_ref().map_or(until, |(_, day)| *day);
        let row = plan.reviews.values().filter(|review| review.is_of_row(began));
        row.filter(|review| review.date > began.date && review.date <= end).count()
    }
}

/// All actions up to the as-of date, by id, with what is overdue.
pub fn actions(plan: &Plan, as_of: Date) -> (Vec<Action>, Vec<Finding>) {
    let held = held(plan, as_of);
    let all: Vec<Action> = mentions(&held).into_values().filter_map(|mentioned| action(&mentioned)).collect();
    let overdue = all.iter().filter(|one| one.is_overdue(as_of));
    let found = overdue.map(|one| {
        let due = one.due.map_or_else(String::new, |due| due.to_string());
        let told = format!("the action `{}` was due on {due} and is still {}", one.id, one.status.name());
        Finding::new(&ACTION_OVERDUE, one.place.clone(), told)
            .hint("close it in a review, or move `due` there with a `reason`")
    });
    let found = found.collect();
    (all, found)
}

/// Reviews whose period is over at the as-of date, in order.
pub fn held(plan: &Plan, as_of: Date) -> Vec<&Review> {
    in_order(plan.reviews.values().filter(|review| review.period.end <= as_of))
}

/// The actions as a review finds them: what was said before it, and on its own day.
pub fn at_review(plan: &Plan, review: &Review, with_own: Own) -> Vec<Action> {
    let all = in_order(plan.reviews.values());
    let Some(place) = all.iter().position(|one| one.id == review.id) else { return Vec::new() };
    let until = match with_own {
        Own::Before => place,
        Own::With => place + 1,
    };
    let told = mentions(&all[..until]);
    told.into_values()
        .filter_map(|mentioned| action(&mentioned))
        .filter(|one| one.scope_of(plan, review))
        .collect()
}

/// Whether what a review itself says counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// As it was before.
    Before,
    /// As it is after it.
    With,
}

impl Action {
    /// Whether the action began in reviews for the same people as `review`.
    fn scope_of(&self, plan: &Plan, review: &Review) -> bool {
        plan.reviews.get(&self.began).is_some_and(|began| began.scope == review.scope)
    }
}

fn action(mentioned: &[(&Review, &Entry)]) -> Option<Action> {
    let (began, first) = mentioned.first()?;
    let mut one = Action {
        id: first.id.clone(),
        title: first.title.clone(),
        owner: first.owner.clone(),
        scope: first.scope.clone().unwrap_or_else(|| began.scope.clone()),
        metric: first.metric.clone(),
        expected: first.expected,
        expected_text: first.expected_text.clone(),
        lag: first.lag.unwrap_or(LAG),
        before: first.before,
        began: began.id.clone(),
        created: began.date,
        due_first: first.due,
        due: first.due,
        moved: 0,
        status: ActionStatus::Open,
        closed: None,
        reopened: false,
        evidence: Words::default(),
        reason: Words::default(),
        place: first.place.clone(),
    };
    for (review, entry) in mentioned {
        if let Some(due) = entry.due.filter(|due| Some(*due) != one.due) {
            one.moved += usize::from(one.due.is_some());
            one.due = Some(due);
        }
        if let Some(owner) = &entry.owner {
            one.owner = Some(owner.clone());
        }
        one.reopened |= one.status.is_closed() && !entry.status.is_closed();
        one.closed = match (entry.status.is_closed(), one.closed.take()) {
            (true, Some(known)) => Some(known),
            // Nothing is done before it began, or after the review that says so.
            (true, None) => {
                let day = entry.done.map_or(review.date, |day| day.clamp(one.created, review.date));
                Some((review.id.clone(), day))
            }
            (false, _) => None,
        };
        one.status = entry.status;
        if !entry.evidence.is_empty() {
            one.evidence = entry.evidence.clone();
        }
        if !entry.reason.is_empty() {
            one.reason = entry.reason.clone();
        }
    }
    Some(one)
}

/// Of the actions due in a period: how many were closed by their day. Dropped ones were decided upon in time, too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Closure {
    /// Due in the period.
    pub due: u32,
    /// Closed on their day or before.
    pub on_time: u32,
    /// Closed later.
    pub late: u32,
    /// Still open.
    pub open: u32,
}

/// The closure rate of a period: by the day that was first said, so that moving it does not help.
pub fn closure(actions: &[Action], period: Period, as_of: Date) -> Closure {
    let mut told = Closure::default();
    for one in actions {
        let Some(due) = one.due_first.filter(|due| period.contains(*due) && *due <= as_of) else { continue };
        told.due += 1;
        match &one.closed {
            Some((_, day)) if *day <= due => told.on_time += 1,
            Some(_) => told.late += 1,
            None => told.open += 1,
        }
    }
    told
}

/// Whether a metric moved after an action.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// Its mean before, and after the lag.
    pub means: Option<(f64, f64)>,
    /// How many periods each mean is made of.
    pub counts: (usize, usize),
    /// First day that can show an effect.
    pub from: Date,
    /// What that says.
    pub verdict: EffectVerdict,
}

/// What the figures say about an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EffectVerdict {
    /// It is too early to ask.
    TooEarly,
    /// There is nothing to ask: no metric, or no direction.
    NotAsked,
    /// A signal in the wanted direction, or a difference beyond chance that reaches half of what was expected.
    Effective,
    /// A signal the other way, or what was expected can be ruled out.
    NotEffective,
    /// The figures allow both.
    Unclear,
}

impl EffectVerdict {
    /// As it stands in `report.json`.
    pub fn name(self) -> &'static str {
        match self {
            EffectVerdict::TooEarly => "too-early",
            EffectVerdict::NotAsked => "not-asked",
            EffectVerdict::Effective => "effective",
            EffectVerdict::NotEffective => "not-effective",
            EffectVerdict::Unclear => "unclear",
        }
    }
}

/// Looks at the metric before the action began and after its end plus the lag. Limits are those of the time before it, as
/// its own rules say; a season is taken out where they do. `None` for an action that is dropped.
pub fn effect(plan: &Plan, facts: &Facts, action: &Action, as_of: Date) -> Option<Effect> {
    if action.status == ActionStatus::Dropped {
        return None;
    }
    // The day it was due, or the later one on which a review heard that it was done.
    let end = action.closed.as_ref().map(|(_, day)| *day).into_iter().chain(action.due).max()?;
    let from = plus_days(end, i32::try_from(action.lag).unwrap_or(i32::MAX));
    let nothing = |verdict| Some(Effect { means: None, counts: (0, 0), from, verdict });
    let metric = action.metric.as_ref().and_then(|metric| plan.metrics.get(metric));
    let Some((metric, wanted)) = metric.and_then(|metric| Some((metric, direction(action, metric)?))) else {
        return nothing(EffectVerdict::NotAsked);
    };
    if from >= as_of {
        return nothing(EffectVerdict::TooEarly);
    }
    let plain = Limits::default();
    let limits = metric.limits.as_ref().unwrap_or(&plain);
    let Some(series) = facts.series(&metric.id, &action.scope, limits.grain(metric.grain)) else {
        return nothing(EffectVerdict::Unclear);
    };
    Some(judge(plan, (series, limits), (action, wanted), (from, as_of)))
}

/// +1 where more is wanted, −1 where less is; what was expected says it, else which way is good.
fn direction(action: &Action, metric: &Metric) -> Option<f64> {
    match (action.expected, metric.better) {
        (Some(Expected::By(by) | Expected::Part(by)), _) if !by.is_zero() => {
            Some(if by.is_sign_negative() { -1.0 } else { 1.0 })
        }
        (_, Better::Higher) => Some(1.0),
        (_, Better::Lower) => Some(-1.0),
        _ => None,
    }
}

fn judge(
    plan: &Plan,
    (series, limits): (&Series, &Limits),
    (action, wanted): (&Action, f64),
    (from, as_of): (Date, Date),
) -> Effect {
    let calendar = &plan.site.calendar;
    // Where limits begin anew is decided by people; before the action there is one stretch.
    let known = control(series, limits, calendar);
    let before_at = |at: &usize| known.periods[*at].end < action.created && known.judged[*at].is_some();
    let last = (0..known.periods.len()).rev().find(before_at);
    let first = last.and_then(|at| known.segment(at)).map_or(0, |segment| segment.first);
    let before: Vec<usize> = (first..known.periods.len()).filter(before_at).collect();
    let before = &before[before.len().saturating_sub(BEFORE)..];
    let after_at = |at: &usize| {
        let period = known.periods[*at];
        period.start > from && period.end <= as_of && known.judged[*at].is_some()
    };
    let after: Vec<usize> = (0..known.periods.len()).filter(after_at).take(AFTER).collect();
    let counts = (before.len(), after.len());
    let (Some(first), Some(last), false) = (before.first(), before.last(), after.is_empty()) else {
        let verdict = if after.is_empty() { EffectVerdict::TooEarly } else { EffectVerdict::Unclear };
        return Effect { means: None, counts, from, verdict };
    };
    let frozen = Limits {
        baseline: LimitBaseline::Days(known.periods[*first].start, known.periods[*last].end),
        lock_after: None,
        rebase: Vec::new(),
        ..limits.clone()
    };
    // The whole series: a season needs all its years.
    let told = control(series, &frozen, calendar);
    let mean = |of: &[usize]| {
        let values: Vec<f64> = of.iter().filter_map(|at| known.judged[*at]).collect();
        values.iter().sum::<f64>() / f64::from(u32::try_from(values.len()).unwrap_or(u32::MAX))
    };
    let named: Vec<usize> = match action.before {
        Some(span) => {
            let inside = |period: Period| span.start <= period.start && period.end <= span.end;
            (0..known.periods.len())
                .filter(|at| inside(known.periods[*at]) && known.judged[*at].is_some())
                .collect()
        }
        None => before.to_vec(),
    };
    if named.is_empty() {
        return Effect { means: None, counts, from, verdict: EffectVerdict::Unclear };
    }
    let counts = (named.len(), after.len());
    let means = (mean(&named), mean(&after));
    // Signals speak about the level of the half year; against a stretch that somebody named only the means do.
    let signals: Vec<f64> = match action.before {
        Some(_) => Vec::new(),
        None => after.iter().filter_map(|at| side(&told, *at)).collect(),
    };
    let verdict = weigh(
        action.expected,
        wanted,
        means,
        counts,
        (&signals, told.segments.first().and_then(|one| one.range)),
    );
    Effect { means: Some(means), counts, from, verdict }
}

/// The side of the gravest rule that fired at a point.
fn side(control: &Control, at: usize) -> Option<f64> {
    let fired = control.flags[at].fired().find(|(rule, _)| *rule != SignalRule::MrOutside);
    fired.map(|(_, side)| f64::from(side))
}

/// Signals speak first; then the difference of the means against its own spread.
fn weigh(
    expected: Option<Expected>,
    wanted: f64,
    (was, now): (f64, f64),
    counts: (usize, usize),
    (signals, range): (&[f64], Option<f64>),
) -> EffectVerdict {
    let moved = (now - was) * wanted;
    let exact = |value| crate::unit::Quantity::Exact(value).as_f64().abs();
    let hoped = expected.map(|one| match one {
        Expected::By(by) => exact(by),
        Expected::Part(part) => exact(part) * was.abs(),
    });
    let (with, against) =
        (signals.iter().any(|side| side * wanted > 0.0), signals.iter().any(|side| side * wanted < 0.0));
    let enough = hoped.is_none_or(|hoped| moved >= hoped / 2.0);
    let float = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let spread = range.map(|range| range / D2 * (1.0 / float(counts.0) + 1.0 / float(counts.1)).sqrt());
    match spread {
        _ if with && !against && moved > 0.0 => EffectVerdict::Effective,
        _ if against && !with && moved < 0.0 => EffectVerdict::NotEffective,
        Some(spread) if spread > 0.0 && enough && moved >= BEYOND * spread => EffectVerdict::Effective,
        // So far below what was hoped for that chance does not explain it.
        Some(spread) if spread > 0.0 && hoped.is_some_and(|hoped| hoped - moved >= BEYOND * spread) => {
            EffectVerdict::NotEffective
        }
        _ => EffectVerdict::Unclear,
    }
}

#[cfg(test)]
#[path = "action_tests.rs"]
mod tests;
