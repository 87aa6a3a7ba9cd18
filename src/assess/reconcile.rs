//! Whether figures that should agree do: two reports about one thing, or a sum that should be zero. What is not complete on
//! both sides is shown and not judged.

use crate::diag::{Family, Finding, Level, Place, Rule};
use crate::measure::trace::Row;
use crate::measure::{Facts, Point};
use crate::plan::{Definition, Id, Metric, Plan, Reconcile, Scope};
use crate::time::Period;
use crate::unit::{Decimal, Quantity, Tax, Unit};
use std::collections::{BTreeMap, BTreeSet};

/// Rules raised here.
pub static RULES: &[&Rule] = &[&SOURCES_DISAGREE, &INVARIANT_BROKEN, &CATEGORY_UNMAPPED];

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

/// Amounts of a kind that nobody knows.
pub static CATEGORY_UNMAPPED: Rule = Rule {
    name: "category-unmapped",
    level: Level::Warning,
    family: Family::Data,
    about: "finds amounts of a kind that no step of profit names: a fee or transaction type that is new",
    why: "Amazon adds kinds without notice; the amount counts among the others, and nobody knows what was paid for",
    example: "promo_fees: {where: \"… or description like '%クーポン%'\"}        # the new kind goes into the step it belongs to",
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
    /// Stores of which one side knows nothing at all: there is nothing to compare.
    pub one_sided: Vec<Scope>,
}

/// Holds every check against the figures. Stores are compared each for itself; where there are none, the company.
pub fn reconcile<'p>(plan: &'p Plan, facts: &Facts) -> Vec<Reconciled<'p>> {
    plan.reconciles
        .iter()
        .map(|check| {
            let (fed, one_sided): (Vec<Scope>, Vec<Scope>) =
                scopes(check, facts).into_iter().partition(|scope| is_fed(facts, check, scope));
            let mut pairs: Vec<Pair> =
                fed.iter().flat_map(|scope| of_scope(plan, facts, check, scope)).collect();
            pairs.sort_by(|a, b| b.period.start.cmp(&a.period.start).then_with(|| a.scope.cmp(&b.scope)));
            Reconciled { check, pairs, one_sided }
        })
        .collect()
}

/// What differs, for each check and scope once.
pub fn found(plan: &Plan, all: &[Reconciled<'_>]) -> Vec<Finding> {
    let mut found = Vec::new();
    // Amounts without a category are told by kind, from their rows ([`unmapped`]).
    for Reconciled { check, pairs, .. } in all.iter().filter(|one| one.check.categories.is_empty()) {
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

/// Whether both sides have a value in any period.
fn is_fed(facts: &Facts, check: &Reconcile, scope: &Scope) -> bool {
    check.metrics().all(|metric| {
        let series = facts.series(metric, scope, check.grain);
        series.is_some_and(|series| series.points.iter().any(|point| point.value.is_some()))
    })
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

/// What differs in a period, with how many do.
pub fn finding(plan: &Plan, check: &Reconcile, pair: &Pair, periods: usize) -> Finding {
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
    let rule = match (&check.right, check.categories.is_empty()) {
        (Some(_), _) => &SOURCES_DISAGREE,
        (None, true) => &INVARIANT_BROKEN,
        (None, false) => &CATEGORY_UNMAPPED,
    };
    let mut finding = Finding::new(rule, check.place.clone(), message);
    finding.level = check.level;
    finding.hint("the page `data/reconciliation` lists every period with its files")
}

/// Kinds that are told one by one; more would be no list that somebody works through.
const KINDS: usize = 12;

/// The kinds of amounts that no step holds, each with its rows: those of the periods that were looked into.
pub fn unmapped(plan: &Plan, check: &Reconcile, rows: &[&Row]) -> Vec<Finding> {
    let mut kinds: BTreeMap<&[String], Vec<&Row>> = BTreeMap::new();
    rows.iter().for_each(|row| kinds.entry(row.category.as_slice()).or_default().push(row));
    let sum = |rows: &[&Row]| rows.iter().filter_map(|row| row.adds).sum::<Decimal>();
    let mut kinds: Vec<(&[String], Vec<&Row>)> = kinds.into_iter().collect();
    // The most money first.
    kinds.sort_by(|(a, x), (b, y)| sum(y).abs().cmp(&sum(x).abs()).then_with(|| a.cmp(b)));
    let unit = plan.metrics.get(&check.left).map(|metric| metric.unit.to_string()).unwrap_or_default();
    let one = |(kind, rows): &(&[String], Vec<&Row>)| {
        let said: Vec<&str> = kind.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
        let days = || rows.iter().filter_map(|row| row.day);
        let when = match (days().min(), days().max()) {
            (Some(first), Some(last)) if first != last => format!(" from {first} to {last}"),
            (Some(day), _) => format!(" on {day}"),
            _ => String::new(),
        };
        let count = if rows.len() == 1 { "1 row".to_owned() } else { format!("{} rows", rows.len()) };
        let message = format!(
            "`{}`: {count} of the kind `{}`{when}, {} {unit} in all, belong to no step",
            check.id,
            said.join(" · "),
            sum(rows).normalize()
        );
        let first = rows.iter().min_by_key(|row| (row.day, row.line)).expect("a kind is seen in a row");
        let place = Place::at(&first.file, first.line, 0, 0);
        let mut finding = Finding::new(&CATEGORY_UNMAPPED, place, message);
        finding.level = check.level;
        finding.hint(line_to_write(plan, check, kind))
    };
    let mut found: Vec<Finding> = kinds.iter().take(KINDS).map(one).collect();
    if kinds.len() > KINDS {
        let message = format!("`{}`: {} more kinds belong to no step", check.id, kinds.len() - KINDS);
        let mut finding = Finding::new(&CATEGORY_UNMAPPED, check.place.clone(), message);
        finding.level = check.level;
        found.push(finding.hint("the page `data/reconciliation` lists their rows"));
    }
    found
}

/// The condition by which a step takes a kind of rows in, and where it may be written.
fn line_to_write(plan: &Plan, check: &Reconcile, kind: &[String]) -> String {
    let named = check.categories.iter().zip(kind).rfind(|(_, cell)| !cell.is_empty());
    let condition = named.map_or_else(
        || format!("{} is null", check.categories.join(" is null and ")),
        |(column, cell)| format!("{column} like '%{}%'", cell.replace('\'', "''")),
    );
    let steps = steps(plan, check);
    let into = match steps.is_empty() {
        true => "the step of profit it belongs to".to_owned(),
        false => format!("the step it belongs to ({})", steps.join(", ")),
    };
    format!(
        "write `or {condition}` into `where:` of {into}, and take it out of `{}` in the same way",
        check.left
    )
}

/// The parts of the figure that the check concerns first which choose rows of the same tables.
fn steps(plan: &Plan, check: &Reconcile) -> Vec<String> {
    let source = |id: &Id| match plan.metrics.get(id).map(|metric| &metric.definition) {
        Some(Definition::Source(measured)) => Some(measured),
        _ => None,
    };
    let Some(own) = source(&check.left) else { return Vec::new() };
    let concerned = check.concerns.first().and_then(|id| plan.metrics.get(id));
    let parts = concerned.map(crate::measure::operands).unwrap_or_default();
    let chooses =
        |id: &Id| source(id).is_some_and(|other| other.tables == own.tables && other.filter.is_some());
    let all: BTreeSet<Id> = parts.into_iter().filter(|id| chooses(id)).collect();
    all.iter().map(|id| format!("`{id}`")).collect()
}
