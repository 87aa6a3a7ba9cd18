//! Metrics over rows: which aggregates they need of which rows, asked once for all metrics that share them, and the
//! values that come of the answers.

use super::combine::{combine, money_leaves};
use super::cover::{Covers, Known, can_be_empty};
use super::engine::{Answer, Ask, Engine, Levels, Part as Asked, RowsOf, Window};
use super::found;
use super::need::Needs;
use super::over_time::{Nothing, Observed, Part, Time};
use super::{Days, State};
use crate::diag::{Checked, Finding, Level};
use crate::parallel;
use crate::plan::formula::{Aggregate, AggregateOf, RowExpr};
use crate::plan::{Absent, Definition, Id, Measured, Metric, OverTime, Plan, Scope};
use crate::snapshot::Snapshot;
use crate::time::{Date, Period};
use crate::unit::Quantity;
use std::collections::{BTreeMap, BTreeSet};

/// The answers for all metrics over rows.
pub(super) struct Readings<'a> {
    answers: Vec<Answer>,
    /// By ask and part: the windows asked for, sorted.
    windows: Vec<Vec<Vec<Window>>>,
    covers: Known,
    of: BTreeMap<&'a Id, Reading<'a>>,
}

/// Where the aggregates of one metric are answered.
pub(super) struct Reading<'a> {
    metric: &'a Metric,
    measured: &'a Measured,
    ask: usize,
    /// The part of each aggregate, in the order of the formula.
    parts: Vec<usize>,
    /// Parts that count the members a metric does not add over.
    probes: Vec<(Id, usize)>,
}

/// Formulas that only measuring itself asks: how many members of a level there are.
pub(super) fn probes(plan: &Plan, snapshot: &Snapshot) -> BTreeMap<Id, RowExpr> {
    let measured = plan.metrics.values().filter_map(|metric| match &metric.definition {
        Definition::Source(measured) => Some(measured),
        Definition::Derived(_) => None,
    });
    let levels = measured.flat_map(|measured| {
        let known = |level: &&Id| {
            let tables = measured.tables.iter().filter_map(|table| snapshot.tables.get(table));
            tables.into_iter().any(|table| table.frame.columns.contains_key(*level))
        };
        measured.not_additive_over.iter().filter(known).cloned().collect::<Vec<_>>()
    });
    levels.map(|level| (level.clone(), RowExpr::Column(level))).collect()
}

impl<'a> Readings<'a> {
    /// Asks the engine for everything that the needs contain.
    pub(super) fn ask(
        plan: &'a Plan,
        needs: &Needs,
        probes: &'a BTreeMap<Id, RowExpr>,
        as_of: Date,
        engine: &dyn Engine,
    ) -> Checked<Readings<'a>> {
        let mut asks: Vec<Ask<'a>> = Vec::new();
        let mut of = BTreeMap::new();
        for id in &needs.order {
            let Some(metric) = plan.metrics.get(id) else { continue };
            let (Definition::Source(measured), Some(need)) = (&metric.definition, needs.of.get(id)) else {
                continue;
            };
            of.insert(&metric.id, reading(metric, measured, need, probes, as_of, plan, &mut asks));
        }
        let mut found = Vec::new();
        let answers = parallel::each(&asks, |ask| engine.aggregate(ask));
        let answers = answers.into_iter().map(|answer| answer.into_value(&mut found)).collect();
        let windows = |part: &Asked<'_>| part.windows.iter().copied().collect();
        let windows = asks.iter().map(|ask| ask.parts.iter().map(windows).collect()).collect();
        Checked { value: Readings { answers, windows, covers: Known::default(), of }, found }
    }

    /// The reading of a metric over rows.
    pub(super) fn of(&self, metric: &Id) -> Option<&Reading<'a>> {
        self.of.get(metric)
    }

    /// Scopes with rows, of a combination of levels; the company always is one.
    pub(super) fn scopes(&self, reading: &Reading<'_>, levels: &Levels) -> BTreeSet<Scope> {
        let answered = self.answers[reading.ask].groups.get(levels);
        let mut scopes: BTreeSet<Scope> =
            answered.map(|grouped| grouped.scopes.keys().cloned().collect()).unwrap_or_default();
        if levels.is_empty() {
            scopes.insert(Scope::company());
        }
        scopes
    }

    /// The values of a metric in some scopes over some periods. A scope without rows gets what absence is worth.
    #[expect(
        clippy::too_many_arguments,
        reason = "scopes and periods of one metric, with all they are cut by"
    )]
    pub(super) fn values(
        &self,
        plan: &Plan,
        reading: &Reading<'_>,
        levels: &Levels,
        scopes: &BTreeSet<Scope>,
        periods: &[Period],
        as_of: Date,
        found: &mut Vec<Finding>,
    ) -> BTreeMap<Scope, Vec<Part>> {
        let answer = &self.answers[reading.ask];
        let time = Time { calendar: &plan.site.calendar, grain: reading.metric.grain, as_of };
        let covers = Covers {
            plan,
            measured: reading.measured,
            answer,
            ask: reading.ask,
            grain: reading.metric.grain,
            as_of,
            known: &self.covers,
        };
        let mut values = BTreeMap::new();
        for scope in scopes {
            let known = answer.groups.get(levels).is_some_and(|grouped| grouped.scopes.contains_key(scope));
            let parts = if !known && !can_be_empty(answer, levels) {
                vec![NOT_KNOWN; periods.len()]
            } else if let Some(level) = self.adds_wrongly(reading, levels, scope) {
                let mut finding = found::not_additive(reading.metric, level, &scope.to_string());
                // Nobody asks for the company in particular; a dash there is no mistake of the definitions.
                finding.level = if scope.is_company() { Level::Warning } else { finding.level };
                found.push(finding);
                vec![Part { state: State::Undefined, ..NOT_KNOWN }; periods.len()]
            } else {
                self.in_scope(plan, reading, levels, scope, periods, &covers.of(scope), time)
            };
            values.insert(scope.clone(), parts);
        }
        values
    }

    /// A level the metric does not add over and of which the scope has several members.
    fn adds_wrongly<'r>(&self, reading: &'r Reading<'_>, levels: &Levels, scope: &Scope) -> Option<&'r Id> {
        let grouped = self.answers[reading.ask].groups.get(levels)?;
        let several =
            |part: usize| grouped.window(scope, part, (0, self.windows[reading.ask][part].len())).units > 1;
        reading
            .probes
            .iter()
            .find(|(level, part)| !levels.contains(level) && several(*part))
            .map(|(level, _)| level)
    }

    #[expect(clippy::too_many_arguments, reason = "one scope of one metric, with all it is cut by")]
    fn in_scope(
        &self,
        plan: &Plan,
        reading: &Reading<'_>,
        levels: &Levels,
        scope: &Scope,
        periods: &[Period],
        cover: &super::cover::Cover,
        time: Time<'_>,
    ) -> Vec<Part> {
        let answer = &self.answers[reading.ask];
        let Some(grouped) = answer.groups.get(levels) else { return vec![NOT_KNOWN; periods.len()] };
        let mut observed: Vec<(&AggregateOf, Option<(usize, Observed<'_>)>)> = Vec::new();
        let over = reading.measured.over_time;
        reading.measured.value.leaves(&mut |leaf| {
            let part = reading.parts[observed.len()];
            let nothing = nothing(plan, reading.measured, leaf.aggregate);
            let lay = |form| Observed::of(grouped.of(scope, part), form, over, nothing, cover, time);
            observed.push((leaf, answer.forms[part].map(|form| (part, lay(form)))));
        });
        let value = |period: &Period| {
            let rows_of = || window(plan, reading.metric, *period, time.as_of);
            let window = (over == OverTime::Rows).then(rows_of);
            combine(&reading.measured.value, &|leaf: &AggregateOf| {
                // By identity, not by counting: `coalesce` and `case` leave out what they do not need.
                let found = observed.iter().find(|(other, _)| std::ptr::eq(*other, leaf));
                let Some((_, Some((part, observed)))) = found else { return NOT_KNOWN };
                let windows = &self.windows[reading.ask][*part];
                let again = window.map(|window| match windows.binary_search(&window) {
                    Ok(place) => grouped.window(scope, *part, (place, windows.len())),
                    Err(_) => super::engine::Cell::default(),
                });
                observed.over(*period, again)
            })
        };
        periods.iter().map(value).collect()
    }
}

/// The rows do not know the scope, or the formula cannot be computed.
pub(super) const NOT_KNOWN: Part =
    Part { value: None, state: State::NoData, days: Days { observed: 0, expected: 0 } };

fn reading<'a>(
    metric: &'a Metric,
    measured: &'a Measured,
    need: &BTreeMap<Levels, BTreeSet<Period>>,
    probes: &'a BTreeMap<Id, RowExpr>,
    as_of: Date,
    plan: &Plan,
    asks: &mut Vec<Ask<'a>>,
) -> Reading<'a> {
    let rows =
        RowsOf { tables: &measured.tables, lookups: &measured.lookups, dated_by: measured.dated_by.as_ref() };
    let ask = asks.iter().position(|ask| ask.rows == rows).unwrap_or_else(|| {
        asks.push(Ask { rows, parts: Vec::new(), by: BTreeMap::new() });
        asks.len() - 1
    });
    let into = &mut asks[ask];
    let money = money_leaves(&measured.value);
    let again = measured.over_time == OverTime::Rows;
    let periods = need.values().flatten().filter(|_| again);
    let windows: BTreeSet<Window> = periods.map(|period| window(plan, metric, *period, as_of)).collect();
    let mut add = |aggregate, of, filter, convert, windows: BTreeSet<Window>| {
        let part =
            Asked { aggregate, of, filter, convert, windows, metric: &metric.id, place: &metric.place };
        let at = match into.parts.iter().position(|other| other.same(&part)) {
            Some(at) => {
                into.parts[at].windows.extend(part.windows);
                at
            }
            None => {
                into.parts.push(part);
                into.parts.len() - 1
            }
        };
        for levels in need.keys() {
            into.by.entry(levels.clone()).or_default().insert(at);
        }
        at
    };
    let mut parts = Vec::new();
    measured.value.leaves(&mut |leaf: &'a AggregateOf| {
        let counts = matches!(leaf.aggregate, Aggregate::Count | Aggregate::CountDistinct);
        let convert = measured.convert.as_ref().filter(|_| money[parts.len()] && !counts);
        parts.push(add(leaf.aggregate, leaf.of.as_ref(), measured.filter.as_ref(), convert, windows.clone()));
    });
    let all = BTreeSet::from([(Date::MIN, Date::MAX)]);
    let known = measured.not_additive_over.iter().filter_map(|level| Some((level, probes.get(level)?)));
    let probes = known.filter(|(level, _)| !need.keys().all(|levels| levels.contains(*level)));
    let probes = probes.map(|(level, expr)| {
        (
            level.clone(),
            add(Aggregate::CountDistinct, Some(expr), measured.filter.as_ref(), None, all.clone()),
        )
    });
    let probes = probes.collect();
    Reading { metric, measured, ask, parts, probes }
}

/// The days whose rows make up a period: at the grain of weeks or months, those of the weeks that end in it.
pub(super) fn window(plan: &Plan, metric: &Metric, period: Period, as_of: Date) -> Window {
    let calendar = &plan.site.calendar;
    let first = calendar.period(metric.grain, period.start);
    // The first slot that ends within the period, and the last.
    let first = if first.end < period.start { calendar.next(first) } else { first };
    let last = calendar.period(metric.grain, period.end);
    let last = if last.end > period.end { calendar.previous(last) } else { last };
    (first.start, last.end.min(as_of).max(first.start.min(last.end)))
}

/// What a segment without rows is worth on a day on which the source has rows, and rows without values (periods.md §4.2).
fn nothing(plan: &Plan, measured: &Measured, aggregate: Aggregate) -> Nothing {
    let declared = measured.tables.iter().filter_map(|table| plan.sources.get(&table.source)?.absent).next();
    let zero = match (declared, aggregate) {
        // The mean or the least of nothing is not zero, whatever the source says.
        (_, Aggregate::Avg | Aggregate::Median | Aggregate::Min | Aggregate::Max) => false,
        (Some(Absent::Zero), _) => true,
        (Some(Absent::Missing), _) => false,
        (None, Aggregate::Sum | Aggregate::Count | Aggregate::CountDistinct) => true,
        (None, _) => false,
    };
    let counts = matches!(aggregate, Aggregate::Count | Aggregate::CountDistinct);
    Nothing { no_rows: zero.then_some(Quantity::ZERO), no_values: counts.then_some(Quantity::ZERO) }
}
