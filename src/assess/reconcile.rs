//! Whether figures that should agree do: two reports about one thing, or a sum that should be zero. What is not complete on
//! both sides is shown and not judged.

use crate::diag::{Family, Finding, Level, Rule};
use crate::measure::{Facts, Point};
use crate::plan::{Id, Metric, Plan, Reconcile, Scope};
use crate::time::Period;
use crate::unit::{Quantity, Tax, Unit};
use std::collections::BTreeSet;

/// Rules raised here.
pub static RULES: &[&Rule] = &[&SOURCES_DISAGREE, &INVARIANT_BROKEN];

/// Two reports, two figures.
pub static SOURCES_DISAGREE: Rule = Rule {
    name: "sources-disagree",
    level: Level::Warning,
    family: Family::Data,
    about: "finds two figures about one thing that are further apart than `reconcile:` allows",
    why: "one of the two reports is not whole, or they count differently; until that is known both are doubtful",
    example: "{id: sales-by-asin, left: gmv, right: gmv_by_asin, relative: 1%}        # the page `data/reconciliation` lists periods and files",
};

/// What should be zero.
pub static INVARIANT_BROKEN: Rule = Rule {
    name: "invariant-broken",
    level: Level::Warning,
    family: Family::Data,
    about: "finds a figure that `reconcile:` says is zero, and is not",
    why: "rows that do not add up were read wrongly, or the report was cut",
    example: "{id: ledger-identity, left: ledger_gap}        # the page `data/reconciliation` lists periods and files",
};

/// Why a pair is not judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unjudged {
    /// A side has no value.
    Missing,
    /// A side is not complete, or still moves.
    Open,
    /// One holds tax and the other does not, or nobody said.
    Basis,
}

/// What became of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Within what is allowed.
    Agrees,
    /// Further apart.
    Differs,
    /// Not judged.
    Unjudged(Unjudged),
}

/// Both sides of a check, for one scope and period.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// For whom.
    pub scope: Scope,
    /// When.
    pub period: Period,
    /// What is reconciled.
    pub left: Option<Point>,
    /// What it should agree with; `None` also where it should be zero.
    pub right: Option<Point>,
    /// Left less right, in their unit.
    pub gap: Option<Quantity>,
    /// How far they may be apart.
    pub allowed: Option<Quantity>,
    /// What became of it.
    pub verdict: Verdict,
}

/// A check with all its pairs, the newest period first.
#[derive(Clone, Debug, PartialEq)]
pub struct Reconciled<'p> {
    /// What was asked.
    pub check: &'p Reconcile,
    /// Every store and period with a value on either side.
    pub pairs: Vec<Pair>,
}

/// Holds every check against the figures. Stores are compared each for itself; where there are none, the company.
pub fn reconcile<'p>(plan: &'p Plan, facts: &Facts) -> Vec<Reconciled<'p>> {
    plan.reconciles
        .iter()
        .map(|check| {
            let mut pairs: Vec<Pair> =
                scopes(check, facts).iter().flat_map(|scope| of_scope(plan, facts, check, scope)).collect();
            pairs.sort_by(|a, b| b.period.start.cmp(&a.period.start).then_with(|| a.scope.cmp(&b.scope)));
            Reconciled { check, pairs }
        })
        .collect()
}

/// What differs, for each check and scope once.
pub fn found(plan: &Plan, all: &[Reconciled<'_>]) -> Vec<Finding> {
    let mut found = Vec::new();
    for Reconciled { check, pairs } in all {
        let differs: Vec<&Pair> = pairs.iter().filter(|pair| pair.verdict == Verdict::Differs).collect();
        let scopes: BTreeSet<&Scope> = differs.iter().map(|pair| &pair.scope).collect();
        for scope in scopes {
            let own: Vec<&&Pair> = differs.iter().filter(|pair| pair.scope == *scope).collect();
            found.extend(own.first().map(|newest| finding(plan, check, newest, own.len())));
        }
    }
    found
}

/// The stores of either side; the company where there are none, or where one of the two figures is not told by store: then no
/// store would ever be judged.
fn scopes(check: &Reconcile, facts: &Facts) -> BTreeSet<Scope> {
    let stores = |metric: &Id| -> BTreeSet<Scope> {
        let own = facts.series.iter().filter(|((id, _, grain), series)| {
            id == metric && *grain == check.grain && series.points.iter().any(|point| point.value.is_some())
        });
        let all = own.map(|((_, scope, _), _)| scope.clone());
        all.filter(|scope| scope.levels().map(|level| &**level).eq(["store"])).collect()
    };
    let sides: Vec<BTreeSet<Scope>> = check.metrics().map(stores).collect();
    match sides.iter().all(|stores| !stores.is_empty()) {
        true => sides.into_iter().flatten().collect(),
        false => BTreeSet::from([Scope::company()]),
    }
}

fn of_scope(plan: &Plan, facts: &Facts, check: &Reconcile, scope: &Scope) -> Vec<Pair> {
    let points = |metric: &Id| {
        facts.series(metric, scope, check.grain).map_or(&[][..], |series| &series.points).iter()
    };
    let with_value = |point: &&Point| point.value.is_some();
    let periods: BTreeSet<Period> =
        check.metrics().flat_map(points).filter(with_value).map(|point| point.period).collect();
    let at = |metric: &Id, period: Period| facts.at(metric, scope, period).copied();
    let unlike = is_unlike(plan, check);
    periods
        .into_iter()
        .map(|period| {
            let left = at(&check.left, period);
            let right = check.right.as_ref().and_then(|right| at(right, period));
            pair(check, (scope.clone(), period), (left, right), unlike)
        })
        .collect()
}

/// Whether tax is inside one side only, or nobody said of one of them.
fn is_unlike(plan: &Plan, check: &Reconcile) -> bool {
    let tax = |id: &Id| plan.metrics.get(id).filter(is_money).map(|metric| metric.basis.tax);
    let Some(right) = &check.right else { return false };
    match (tax(&check.left), tax(right)) {
        (Some(left), Some(right)) => left != right || left == Tax::Unknown,
        _ => false,
    }
}

/// Whether tax has a say.
fn is_money(metric: &&Metric) -> bool {
    matches!(metric.unit, Unit::Money(_))
}

fn pair(
    check: &Reconcile,
    (scope, period): (Scope, Period),
    (left, right): (Option<Point>, Option<Point>),
    unlike: bool,
) -> Pair {
    let value = |point: &Option<Point>| point.and_then(|point| point.value);
    let other = if check.right.is_some() { value(&right) } else { Some(Quantity::ZERO) };
    let both = value(&left).zip(other);
    let gap = both.filter(|_| !unlike).and_then(|(left, right)| left.minus(right));
    let allowed = both.and_then(|(left, right)| check.allowed(left, right));
    let is_open = |point: &Option<Point>| point.is_some_and(|point| !point.state.is_judged());
    let apart = gap.and_then(|gap| if gap.is_negative() { Quantity::ZERO.minus(gap) } else { Some(gap) });
    let verdict = match apart.zip(allowed) {
        _ if unlike => Verdict::Unjudged(Unjudged::Basis),
        None => Verdict::Unjudged(Unjudged::Missing),
        Some(_) if is_open(&left) || is_open(&right) => Verdict::Unjudged(Unjudged::Open),
        Some((apart, allowed)) if apart.compare(allowed).is_gt() => Verdict::Differs,
        Some(_) => Verdict::Agrees,
    };
    Pair { scope, period, left, right, gap, allowed, verdict }
}

fn finding(plan: &Plan, check: &Reconcile, pair: &Pair, periods: usize) -> Finding {
    let number = |quantity: Option<Quantity>| {
        let value = quantity.and_then(Quantity::as_decimal).map(|value| value.round_dp(6).normalize());
        value.map_or_else(|| "—".to_owned(), |value| value.to_string())
    };
    let value = |point: Option<Point>| number(point.and_then(|point| point.value));
    let members: Vec<&str> = pair.scope.members().map(|(_, member)| &**member).collect();
    let whose = if members.is_empty() { String::new() } else { format!(" of {}", members.join(" ")) };
    let when = plan.site.calendar.id(pair.period);
    let mut message = match &check.right {
        Some(right) => format!(
            "`{}`: `{}`{whose} in {when} is {}, `{right}` is {}: {} apart, {} allowed",
            check.id,
            check.left,
            value(pair.left),
            value(pair.right),
            number(pair.gap),
            number(pair.allowed)
        ),
        None => format!(
            "`{}`: `{}`{whose} in {when} is {} and should be 0",
            check.id,
            check.left,
            value(pair.left)
        ),
    };
    if periods > 1 {
        message.push_str(&format!(" (and {} earlier periods)", periods - 1));
    }
    let rule = if check.right.is_some() { &SOURCES_DISAGREE } else { &INVARIANT_BROKEN };
    let mut finding = Finding::new(rule, check.place.clone(), message);
    finding.level = check.level;
    finding.hint("the page `data/reconciliation` lists every period with its files")
}
