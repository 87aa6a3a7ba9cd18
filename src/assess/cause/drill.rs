//! Whose change it was: the members of a level, the greatest effects first, until most of the change is told; new and lost
//! ones marked, the others together. Rows add up to the change of the whole, columns to the effects of its parts.

use super::between::{Between, Side};
use super::product::{Factor, split};
use super::rate::{self, Member};
use super::surprise::surprise;
use super::volume::{self, Effects, Item, Sold};
use crate::plan::sums::{Along, Kind, kind};
use crate::plan::{
    Causes, Definition, Drill, Id, Identity, Level, Metric, Plan, Scope, Volume, told_apart_by,
};

/// Members are named until they cover this part of all effects.
const COVER: f64 = 0.8;
/// More rows than this are not read, however little each did.
const MOST: usize = 12;

/// A change told apart by the members of a level.
#[derive(Clone, Debug, PartialEq)]
pub struct Drilled {
    /// The level.
    pub by: Level,
    /// The metric whose members are told: the one explained, or the one that stands for it.
    pub of: Id,
    /// What the columns are.
    pub columns: Columns,
    /// Members with the greatest effects, those first.
    pub rows: Vec<Row>,
    /// All others together, with what belongs to no member.
    pub rest: Option<Rest>,
    /// How much the columns of the members lack to the effects on the whole: weight moved between members. They add up to
    /// nothing.
    pub shift: Option<Vec<f64>>,
    /// The figure of the whole on both sides: that of the metric whose members are told.
    pub sides: (f64, f64),
    /// How far the members' shares moved, 0 to 1; of a rate, those of both its sides in the mean. `None` without shares.
    pub surprise: Option<f64>,
}

impl Drilled {
    /// The change of the whole.
    pub fn change(&self) -> f64 {
        self.sides.1 - self.sides.0
    }
}

/// What is told of each member.
#[derive(Clone, Debug, PartialEq)]
pub enum Columns {
    /// Its change alone.
    Change,
    /// The effect of each of these parts.
    Parts(Vec<Id>),
    /// Its own rate, and its weight.
    RateAndMix,
}

/// A member.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Which.
    pub member: Id,
    /// Its figure on both sides; `None` where there is none.
    pub sides: (Option<f64>, Option<f64>),
    /// What it did to the whole.
    pub effect: f64,
    /// Told by column.
    pub cells: Vec<f64>,
    /// Whether it came or went.
    pub presence: Presence,
}

/// Whether a member took part on both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// On both.
    Both,
    /// Only now.
    New,
    /// Only before.
    Lost,
}

/// Members that are not named.
#[derive(Clone, Debug, PartialEq)]
pub struct Rest {
    /// How many.
    pub members: usize,
    /// What they did, and what belongs to no member.
    pub effect: f64,
    /// Told by column.
    pub cells: Vec<f64>,
}

/// Members of a level that have data, in a scope that does not name the level yet.
fn members<'a>(between: &Between<'a>, level: &Level, scope: &Scope) -> &'a [Id] {
    let free = scope.member(level).is_none();
    between.known.facts.members.get(level).filter(|_| free).map_or(&[], Vec::as_slice)
}

/// The change of a metric by the members of a level; `None` where its members do not add up to it, or are not known.
pub(super) fn drill(
    between: &Between<'_>,
    metric: &Metric,
    causes: &Causes,
    wanted: &Drill,
    scope: &Scope,
    whole: (f64, f64),
    effects: &[(Id, f64)],
) -> Option<Drilled> {
    let plan = between.known.plan;
    let shown = match &wanted.of {
        Some(other) => plan.metrics.get(other)?,
        None => metric,
    };
    let all = members(between, &wanted.by, scope);
    if all.len() < 2 || !told_apart(plan, shown, &wanted.by) {
        return None;
    }
    // What stands for the metric has a whole of its own; members of what is not known are not known.
    let value = |side| between.value(&shown.id, scope, side);
    let whole = if wanted.of.is_some() { (value(Side::Was)?, value(Side::Now)?) } else { whole };
    if adds_up(plan, shown, &wanted.by) {
        let parts = if wanted.of.is_none() { factors(causes) } else { None };
        let told = parts.and_then(|parts| by_parts(between, shown, &parts, (&wanted.by, all, scope)));
        let (columns, rows) = match told {
            Some((columns, rows)) => (columns, rows),
            None => (Columns::Change, by_change(between, shown, (&wanted.by, all, scope))?),
        };
        return Some(finish((wanted, shown), columns, rows, whole, effects, causes.min_volume));
    }
    let rows = by_rate(between, shown, (&wanted.by, all, scope), whole)?;
    Some(finish((wanted, shown), Columns::RateAndMix, rows, whole, effects, causes.min_volume))
}

/// Stores are known of every source; other levels have to stand in its rows.
fn told_apart(plan: &Plan, metric: &Metric, level: &Level) -> bool {
    &**level == "store" || told_apart_by(plan, metric, level)
}

fn adds_up(plan: &Plan, metric: &Metric, level: &Level) -> bool {
    let denied = match &metric.definition {
        Definition::Source(measured) => measured.not_additive_over.contains(level),
        Definition::Derived(_) => false,
    };
    !denied && kind(plan, metric, Along::Members) == Kind::Sum
}

/// The factors of a product of metrics, with those below the line.
fn factors(causes: &Causes) -> Option<Vec<(Id, bool)>> {
    let Identity::Product(parts) = causes.identity.as_ref()? else { return None };
    let factor = |(part, below): &(Identity, bool)| match part {
        Identity::Metric(id) => Some((id.clone(), *below)),
        _ => None,
    };
    parts.iter().map(factor).collect()
}

type Among<'m> = (&'m Level, &'m [Id], &'m Scope);

/// A row with its weight on both sides, by which small ones are told.
struct Weighed {
    row: Row,
    volume: f64,
    /// Of a rate: what is divided, before and now, and by what.
    parts: Option<[(f64, f64); 2]>,
}

impl Weighed {
    fn of(row: Row, volume: f64) -> Weighed {
        Weighed { row, volume, parts: None }
    }
}

/// How far shares moved between members.
fn moved(all: &[Weighed]) -> Option<f64> {
    let side = |at: usize| {
        let sides: Option<Vec<(f64, f64)>> = all.iter().map(|one| Some(one.parts?[at])).collect();
        surprise(&sides?)
    };
    if all.iter().any(|one| one.parts.is_some()) {
        return Some(f64::midpoint(side(0)?, side(1)?));
    }
    let whole = |one: &Weighed| (one.row.sides.0.unwrap_or(0.0), one.row.sides.1.unwrap_or(0.0));
    surprise(&all.iter().map(whole).collect::<Vec<_>>())
}

fn presence(was: Option<f64>, now: Option<f64>) -> Presence {
    let there = |value: Option<f64>| value.is_some_and(|value| value.abs() > 0.0);
    match (there(was), there(now)) {
        (false, true) => Presence::New,
        (true, false) => Presence::Lost,
        _ => Presence::Both,
    }
}

/// Each member's own change. A member that is not known on one side is part of the rest.
fn by_change(between: &Between<'_>, metric: &Metric, (level, all, scope): Among<'_>) -> Option<Vec<Weighed>> {
    let row = |member: &Id| {
        let inside = scope.within(level, member);
        let was = between.member_value(&metric.id, &inside, Side::Was);
        let now = between.member_value(&metric.id, &inside, Side::Now);
        let (from, to) = (
            was.or(absent(between, metric, &inside, Side::Was)),
            now.or(absent(between, metric, &inside, Side::Now)),
        );
        let effect = to? - from?;
        let row = Row {
            member: member.clone(),
            sides: (was, now),
            effect,
            cells: Vec::new(),
            presence: presence(was, now),
        };
        Some(Weighed::of(row, from?.abs().max(to?.abs())))
    };
    let rows: Vec<Weighed> = all.iter().filter_map(row).collect();
    (!rows.is_empty()).then_some(rows)
}

/// Nothing, where a member took no part on one side: it was not there yet, or has no row at all.
fn absent(between: &Between<'_>, metric: &Metric, scope: &Scope, side: Side) -> Option<f64> {
    use super::between::Base;
    use crate::measure::State;
    let period = match (side, &between.base) {
        (Side::Now, _) => between.now,
        (Side::Was, Base::Period(period)) => *period,
        (Side::Was, Base::Mean(_) | Base::Target) => return None,
    };
    match between.known.facts.at(&metric.id, scope, period) {
        Some(point) if point.state != State::NoData => None,
        _ => Some(0.0),
    }
}

/// The effect of each factor on each member; `None` unless all factors of all members are known.
fn by_parts(
    between: &Between<'_>,
    metric: &Metric,
    parts: &[(Id, bool)],
    (level, all, scope): Among<'_>,
) -> Option<(Columns, Vec<Weighed>)> {
    let plan = between.known.plan;
    if !parts.iter().all(|(id, _)| plan.metrics.get(id).is_some_and(|part| told_apart(plan, part, level))) {
        return None;
    }
    let mut rows = Vec::new();
    for member in all {
        let inside = scope.within(level, member);
        let value = |id: &Id, side| between.member_value(id, &inside, side);
        let (was, now) = (value(&metric.id, Side::Was)?, value(&metric.id, Side::Now)?);
        let factor = |(id, below): &(Id, bool)| {
            Some(Factor { was: value(id, Side::Was)?, now: value(id, Side::Now)?, below: *below })
        };
        let cells = match parts.iter().map(factor).collect::<Option<Vec<Factor>>>() {
            Some(factors) => {
                let (effects, _) = split(&factors, crate::plan::Method::Auto)?;
                effects.iter().map(|part| part.effect).collect()
            }
            // A member that begins or ends has no rate on one side: all of it is with the first factor.
            None if was.abs() <= 0.0 || now.abs() <= 0.0 => {
                std::iter::once(now - was).chain(std::iter::repeat_n(0.0, parts.len() - 1)).collect()
            }
            None => return None,
        };
        let cells: Vec<f64> = cells;
        // What does not close here does not close: it would look like a shift between members.
        if ((now - was) - cells.iter().sum::<f64>()).abs() > 1e-6 * (was.abs() + now.abs()) {
            return None;
        }
        let row = Row {
            member: member.clone(),
            sides: (Some(was), Some(now)),
            effect: now - was,
            cells,
            presence: presence(Some(was), Some(now)),
        };
        rows.push(Weighed::of(row, was.abs().max(now.abs())));
    }
    Some((Columns::Parts(parts.iter().map(|(id, _)| id.clone()).collect()), rows))
}

/// Own rate and weight of each member of a rate; `None` unless they give the rate of the whole.
fn by_rate(
    between: &Between<'_>,
    metric: &Metric,
    (level, all, scope): Among<'_>,
    whole: (f64, f64),
) -> Option<Vec<Weighed>> {
    let pair = |scope: &Scope, side| match between.parts(&metric.id, scope, side) {
        Some(parts) => Some(parts),
        None => no_weight(between, metric, scope, side).then_some((0.0, 0.0)),
    };
    let inside: Vec<Scope> = all.iter().map(|member| scope.within(level, member)).collect();
    let members: Vec<Member> = inside
        .iter()
        .map(|scope| Some(Member { was: pair(scope, Side::Was)?, now: pair(scope, Side::Now)? }))
        .collect::<Option<_>>()?;
    let ratio = |of: fn(&Member) -> (f64, f64)| {
        let (num, den) = members.iter().map(of).fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        num / den
    };
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-6 * b.abs().max(1e-9);
    if !near(ratio(|m| m.was), whole.0) || !near(ratio(|m| m.now), whole.1) {
        return None;
    }
    let effects = rate::split(&members)?;
    let rows =
        all.iter().zip(&inside).zip(members.iter().zip(&effects)).map(|((member, scope), (parts, one))| {
            let value = |side| between.member_value(&metric.id, scope, side);
            let row = Row {
                member: member.clone(),
                sides: (value(Side::Was), value(Side::Now)),
                effect: one.rate + one.mix,
                cells: vec![one.rate, one.mix],
                presence: presence(Some(parts.was.1), Some(parts.now.1)),
            };
            let volume = parts.was.1.abs().max(parts.now.1.abs());
            let both = [(parts.was.0, parts.now.0), (parts.was.1, parts.now.1)];
            Weighed { row, volume, parts: Some(both) }
        });
    Some(rows.collect())
}

/// Whether a rate has no value because there is nothing to divide by, not because something is missing.
fn no_weight(between: &Between<'_>, metric: &Metric, scope: &Scope, side: Side) -> bool {
    use super::between::Base;
    use crate::measure::State;
    let period = match (side, &between.base) {
        (Side::Now, _) => between.now,
        (Side::Was, Base::Period(period)) => *period,
        (Side::Was, Base::Mean(_) | Base::Target) => return false,
    };
    let state = between.known.facts.at(&metric.id, scope, period).map(|point| point.state);
    matches!(state, None | Some(State::NoData | State::Undefined))
}

fn finish(
    (wanted, shown): (&Drill, &Metric),
    columns: Columns,
    mut all: Vec<Weighed>,
    whole: (f64, f64),
    effects: &[(Id, f64)],
    min_volume: f64,
) -> Drilled {
    let change = whole.1 - whole.0;
    let surprise = moved(&all);
    // Who took no part on either side is none of the others.
    all.retain(|one| one.volume > 0.0 || one.row.effect.abs() > 0.0);
    let width = all.iter().map(|one| one.row.cells.len()).max().unwrap_or(0);
    all.sort_by(|a, b| {
        b.row.effect.abs().total_cmp(&a.row.effect.abs()).then_with(|| a.row.member.cmp(&b.row.member))
    });
    let every: Vec<f64> = (0..width)
        .map(|at| all.iter().map(|one| one.row.cells.get(at).copied().unwrap_or(0.0)).sum())
        .collect();
    let sizes: f64 = all.iter().map(|one| one.row.effect.abs()).sum();
    let count = all.len();
    let mut rows: Vec<Row> = Vec::new();
    let mut told = 0.0;
    let mut left: Vec<Weighed> = Vec::new();
    for one in all {
        if one.volume < min_volume || rows.len() >= MOST || (told >= COVER * sizes && !rows.is_empty()) {
            left.push(one);
            continue;
        }
        told += one.row.effect.abs();
        rows.push(one.row);
    }
    // A single other has a name.
    if left.len() == 1 && left[0].volume >= min_volume {
        rows.extend(left.pop().map(|one| one.row));
    }
    let column = |at: usize| rows.iter().map(|row| row.cells.get(at).copied().unwrap_or(0.0)).sum::<f64>();
    let named: f64 = rows.iter().map(|row| row.effect).sum();
    let rest = Rest {
        members: count - rows.len(),
        effect: change - named,
        cells: (0..width).map(|at| every[at] - column(at)).collect(),
    };
    let matters = rest.members > 0 || rest.effect.abs() > 1e-9 * (whole.0.abs() + whole.1.abs());
    let shift = match &columns {
        Columns::Parts(parts) => {
            let of = |id: &Id| effects.iter().find(|(part, _)| part == id).map(|(_, effect)| *effect);
            let lacks: Option<Vec<f64>> =
                parts.iter().zip(&every).map(|(id, told)| Some(of(id)? - told)).collect();
            lacks.filter(|lacks| lacks.iter().any(|one| one.abs() > 1e-9 * (whole.0.abs() + whole.1.abs())))
        }
        Columns::Change | Columns::RateAndMix => None,
    };
    Drilled {
        by: wanted.by.clone(),
        of: shown.id.clone(),
        columns,
        rows,
        rest: matters.then_some(rest),
        shift,
        sides: whole,
        surprise,
    }
}

/// An amount by price, volume and mix.
#[derive(Clone, Debug, PartialEq)]
pub struct ByVolume {
    /// The items.
    pub by: Level,
    /// All together.
    pub whole: Effects,
    /// Items with the greatest effects, those first, with their amounts.
    pub rows: Vec<(Id, (f64, f64), Effects)>,
    /// How many others there are, and what they did.
    pub rest: Option<(usize, Effects)>,
    /// What belongs to no item.
    pub left_over: f64,
}

/// Price, volume and mix over the items of a level; `None` where an item is not known.
pub(super) fn by_volume(
    between: &Between<'_>,
    metric: &Metric,
    wanted: &Volume,
    scope: &Scope,
    whole: (f64, f64),
) -> Option<ByVolume> {
    let plan = between.known.plan;
    let units = plan.metrics.get(&wanted.units)?;
    let all = members(between, &wanted.by, scope);
    if all.is_empty() || !told_apart(plan, metric, &wanted.by) || !told_apart(plan, units, &wanted.by) {
        return None;
    }
    let side = |inside: &Scope, side| {
        let of = |metric: &Metric| {
            between.member_value(&metric.id, inside, side).or_else(|| absent(between, metric, inside, side))
        };
        let (amount, units) = (of(metric)?, of(units)?);
        Some((amount.abs() > 0.0 || units.abs() > 0.0).then_some(Sold { amount, units }))
    };
    let items: Vec<Item> = all
        .iter()
        .map(|member| {
            let inside = scope.within(&wanted.by, member);
            Some(Item { was: side(&inside, Side::Was)?, now: side(&inside, Side::Now)? })
        })
        .collect::<Option<_>>()?;
    let (each, sum) = volume::split(&items);
    let amount = |sold: Option<Sold>| sold.map_or(0.0, |sold| sold.amount);
    let mut rows: Vec<(Id, (f64, f64), Effects)> = all
        .iter()
        .zip(items.iter().zip(each))
        .map(|(member, (item, one))| (member.clone(), (amount(item.was), amount(item.now)), one))
        .collect();
    rows.sort_by(|a, b| {
        let size = |one: &Effects| one.of_item().abs();
        size(&b.2).total_cmp(&size(&a.2)).then_with(|| a.0.cmp(&b.0))
    });
    let sizes: f64 = rows.iter().map(|row| row.2.of_item().abs()).sum();
    let mut told = 0.0;
    let keep = rows
        .iter()
        .take(MOST)
        .take_while(|row| {
            let more = told < COVER * sizes;
            told += row.2.of_item().abs();
            more
        })
        .count();
    let others = rows.split_off(keep);
    let rest = others.iter().fold(Effects::default(), |sum, (_, _, one)| sum.plus(one));
    Some(ByVolume {
        by: wanted.by.clone(),
        left_over: (whole.1 - whole.0) - sum.total(),
        whole: sum,
        rows,
        rest: (!others.is_empty()).then_some((others.len(), rest)),
    })
}
