//! How the work of people is scored (`scorecards/*.yaml`): items with weights and score functions, gates, bands, and what
//! a score is worth. Rules are kept in versions, so that a period is always scored by those it began under.

use super::condition::Condition;
use super::{Id, Person, Plan, Scope, Target, TargetValue, Words};
use crate::diag::Place;
use crate::time::{Date, Grain, Period};
use crate::unit::{Currency, Decimal};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The rules by which one person, or everybody of a role, is scored.
#[derive(Clone, Debug)]
pub struct Scorecard {
    /// Name of its file.
    pub id: Id,
    /// Name to show.
    pub title: Words,
    /// What it is for, in words.
    pub about: Words,
    /// Who is scored.
    pub whom: Whom,
    /// How long a period is.
    pub period: Grain,
    /// First day it holds for; the first period with a score if absent.
    pub from: Option<Date>,
    /// Its rules, in the order of their first days; the first has none. Never empty.
    pub versions: Vec<RuleSet>,
    /// Who signed which period.
    pub signed: Vec<SignOff>,
    /// Where it is written.
    pub place: Place,
}

/// Who is scored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Everybody of a role, each on a card of their own.
    Role(Id),
    /// One person; the card stands in place of the role's.
    Person(Id),
}

/// Rules that hold from a day on.
#[derive(Clone, Debug)]
pub struct RuleSet {
    /// First day they hold; `None` for those the card began with.
    pub from: Option<Date>,
    /// Whether they hold for the period that had begun already; otherwise they wait for the next.
    pub retroactive: bool,
    /// Why they were changed.
    pub note: Words,
    /// Headings that share a weight among their items.
    pub groups: Vec<Group>,
    /// What is scored.
    pub items: Vec<Item>,
    /// What becomes of an item without a value.
    pub missing: Missing,
    /// Gates: what holds the coefficient down, whatever the score.
    pub vetoes: Vec<Veto>,
    /// What coefficient a score earns, the lowest band first.
    pub bands: Vec<Band>,
    /// What is paid.
    pub reward: Option<Reward>,
    /// What is taken off it.
    pub deductions: Vec<Deduction>,
    /// Where they are written.
    pub place: Place,
}

/// Items under one heading, with a weight of their own among all others.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its heading.
    pub title: Words,
    /// Its weight, from a day on.
    pub weight: Weight,
}

/// Relative weights, each from a day on; the first has no day or the earliest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weight(pub Vec<(Option<Date>, Decimal)>);

impl Weight {
    /// The weight on a day: the last that had begun; zero before the first.
    pub fn on(&self, day: Date) -> Decimal {
        let begun = self.0.iter().rev().find(|(from, _)| from.is_none_or(|from| from <= day));
        begun.map_or(Decimal::ZERO, |(_, weight)| *weight)
    }
}

/// One line of a scorecard.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its name on the card: the metric, unless another is written. Movement from period to period goes by it.
    pub id: Id,
    /// Name to show; that of the metric if empty.
    pub title: Words,
    /// What is measured; `None` where somebody judges by hand.
    pub metric: Option<Id>,
    /// For whom; what the person answers for if absent.
    pub scope: Option<Scope>,
    /// How much it counts among its siblings.
    pub weight: Weight,
    /// How a value becomes points.
    pub score: ScoreFn,
    /// What it leads to.
    pub incentive: Option<Incentive>,
    /// Which of the groups it stands in.
    pub group: Option<usize>,
    /// Judgements by hand.
    pub given: Vec<Given>,
    /// Where it is written.
    pub place: Place,
}

/// What an item leads to.
#[derive(Clone, Debug, PartialEq)]
pub enum Incentive {
    /// A rule, by its name: `bonus`, `commission`, or one the team knows.
    Named(Words),
    /// Nothing, for this reason.
    Nothing(Words),
}

/// A judgement by hand of one item, person and period.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// Of whom.
    pub person: Id,
    /// When.
    pub period: Period,
    /// The word.
    pub state: Id,
    /// Who judged.
    pub by: Option<Id>,
}

/// How a value becomes points (numbers.md §5.8). Points are shares: 1 is full, whatever scale they were written in.
#[derive(Clone, Debug, PartialEq)]
pub enum ScoreFn {
    /// Two thirds at the target, one third at the red line, on a straight line between 0 and 1.
    TargetRed {
        /// In place of the target's value.
        target: Option<Decimal>,
        /// In place of the target's red line.
        red: Option<Decimal>,
    },
    /// Nothing at the base, 1 at the target; without a base the attainment.
    Linear {
        /// Where points begin.
        base: Option<Decimal>,
        /// In place of the target's value.
        target: Option<Decimal>,
        /// No more than this.
        cap: Decimal,
        /// No less than this.
        floor: Decimal,
    },
    /// All or nothing.
    Binary {
        /// In place of the target's value.
        target: Option<Decimal>,
    },
    /// The points of the last step whose value is reached, the lowest first.
    Steps(Vec<(Decimal, Decimal)>),
    /// Full within a range, nothing from its red ends on.
    Range {
        /// In place of the target's range.
        between: Option<(Decimal, Decimal)>,
        /// In place of the target's red ends.
        red: Option<(Decimal, Decimal)>,
    },
    /// By a word: a standing of the target, or one given by hand.
    State(BTreeMap<Id, Decimal>),
    /// Shown and not scored.
    Unscored,
}

impl ScoreFn {
    /// Points at the target: what two items must share to be added up with sense. `None`: as it is written.
    pub fn at_target(&self) -> Option<Decimal> {
        match self {
            ScoreFn::TargetRed { .. } => Some(Decimal::from(2) / Decimal::from(3)),
            ScoreFn::Linear { .. } | ScoreFn::Binary { .. } | ScoreFn::Range { .. } => Some(Decimal::ONE),
            ScoreFn::Steps(_) | ScoreFn::State(_) | ScoreFn::Unscored => None,
        }
    }

    /// Whether it cannot do without the value of a target.
    pub fn needs_target(&self) -> bool {
        match self {
            ScoreFn::TargetRed { target, red } => target.is_none() || red.is_none(),
            ScoreFn::Linear { target, .. } | ScoreFn::Binary { target } => target.is_none(),
            ScoreFn::Range { between, red } => between.is_none() || red.is_none(),
            ScoreFn::State(_) => true,
            ScoreFn::Steps(_) | ScoreFn::Unscored => false,
        }
    }
}

/// What becomes of an item that carries weight and has no value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// It is left out, and the others weigh more.
    #[default]
    Exclude,
    /// It counts as nothing reached.
    Zero,
    /// Its last score counts, for at most so many periods.
    Carry(u32),
}

/// A gate: while the condition holds, the coefficient is at most this.
#[derive(Clone, Debug)]
pub struct Veto {
    /// What is looked at.
    pub metric: Id,
    /// For whom; what the person answers for if absent.
    pub scope: Option<Scope>,
    /// When it closes.
    pub when: Condition,
    /// The coefficient is at most this.
    pub cap: Decimal,
    /// Where it is written.
    pub place: Place,
}

/// A band of scores, its lower bound included.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// From this score on, in hundredths: 90 is 90 % of full.
    pub min: Decimal,
    /// The coefficient.
    pub k: Decimal,
    /// What it is called.
    pub name: Words,
}

/// What a score is worth.
#[derive(Clone, Debug, PartialEq)]
pub enum Reward {
    /// An amount, times the coefficient.
    Bonus {
        /// At coefficient 1.
        amount: Decimal,
        /// Paid in.
        currency: Currency,
    },
    /// A share of a metric, by marginal tiers.
    Commission(Commission),
}

/// A share of a metric, by marginal tiers: each rate counts for its own stretch only.
#[derive(Clone, Debug, PartialEq)]
pub struct Commission {
    /// The metric, an amount of money.
    pub of: Id,
    /// For whom; what the person answers for if absent.
    pub scope: Option<Scope>,
    /// From which amount on, at which rate; the lowest first.
    pub tiers: Vec<(Decimal, Decimal)>,
    /// Whether it is multiplied by the coefficient.
    pub coefficient: bool,
    /// Where it is written.
    pub place: Place,
}

/// What is taken off the reward for each whole step beyond a limit.
#[derive(Clone, Debug)]
pub struct Deduction {
    /// What is looked at.
    pub metric: Id,
    /// For whom; what the person answers for if absent.
    pub scope: Option<Scope>,
    /// Which side of the limit is too far.
    pub beyond: Beyond,
    /// The size of a step.
    pub per: Decimal,
    /// What a step costs.
    pub cut: Cut,
    /// All its steps together cost no more than this share.
    pub at_most: Option<Decimal>,
    /// Where it is written.
    pub place: Place,
}

/// A limit with its bad side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beyond {
    /// Values above are too high.
    Above(Decimal),
    /// Values below are too low.
    Below(Decimal),
}

/// What one step costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// A share of the reward.
    Share(Decimal),
    /// An amount in the currency of the reward.
    Amount(Decimal),
}

/// Somebody signed a period.
#[derive(Clone, Debug, PartialEq)]
pub struct SignOff {
    /// Who.
    pub by: Id,
    /// Which period.
    pub period: Period,
    /// When.
    pub date: Date,
    /// On whose card; everybody's if absent.
    pub person: Option<Id>,
}

impl Scorecard {
    /// The rules in force for a period, and their place among the versions: those it began under, or later ones that say
    /// `retroactive: true`.
    pub fn rules(&self, period: Period) -> (usize, &RuleSet) {
        let holds = |rules: &RuleSet| {
            rules.from.is_none_or(|from| from <= period.start || rules.retroactive && from <= period.end)
        };
        let found = self.versions.iter().enumerate().rev().find(|(_, rules)| holds(rules));
        found.or_else(|| self.versions.iter().enumerate().next()).expect("a card has rules")
    }

    /// Whether somebody is meant.
    pub fn concerns(&self, person: &Person) -> bool {
        match &self.whom {
            Whom::Role(role) => person.role.as_ref() == Some(role),
            Whom::Person(id) => person.id == *id,
        }
    }
}

/// Every card with everybody it scores, by person: one for each length of period. A card for a person stands in place of
/// the one for the role.
pub fn assigned(plan: &Plan) -> Vec<(&Scorecard, &Person)> {
    let mut all = meant(plan);
    let mut seen = BTreeSet::new();
    all.retain(|(card, person)| seen.insert((person.id.clone(), card.period)));
    all
}

/// The same with cards of which one person has several by mistake.
pub(super) fn meant(plan: &Plan) -> Vec<(&Scorecard, &Person)> {
    let mut all = Vec::new();
    for person in plan.people.values() {
        let mine: Vec<&Scorecard> = plan.scorecards.values().filter(|card| card.concerns(person)).collect();
        let own = |card: &&&Scorecard| matches!(card.whom, Whom::Person(_));
        for card in &mine {
            let replaced = !own(&card) && mine.iter().filter(own).any(|other| other.period == card.period);
            if !replaced {
                all.push((*card, person));
            }
        }
    }
    all
}

/// Scopes an item of a person may be measured for: the written one; else those of the person's own targets of the metric,
/// the one store the person answers for, what the person covers, and the company.
pub fn scopes(plan: &Plan, person: &Person, metric: &str, written: Option<&Scope>) -> Vec<Scope> {
    if let Some(scope) = written {
        return vec![scope.clone()];
    }
    let mut all: Vec<Scope> = promised(plan, person, metric).map(|target| target.scope.clone()).collect();
    all.extend(one_store(person));
    all.extend((!person.covers.is_empty()).then(|| Scope::of("person", &person.id)));
    all.push(Scope::company());
    all.sort();
    all.dedup();
    all
}

/// For whom an item is measured in a period: the written scope; else that of the person's own target (the exact period
/// before a longer one, the widest if there are several); else the one store the person answers for, where it has a target;
/// else what the person covers; else the company.
pub fn scope_in(
    plan: &Plan,
    person: &Person,
    metric: &str,
    written: Option<&Scope>,
    period: Period,
) -> Scope {
    if let Some(scope) = written {
        return scope.clone();
    }
    let holds = |target: &&Target| target.period.start <= period.start && period.end <= target.period.end;
    let mine: Vec<&Target> = promised(plan, person, metric).filter(holds).collect();
    let shortest = mine.iter().map(|target| target.period.days()).min();
    let mut scopes: Vec<&Scope> = mine
        .iter()
        .filter(|target| Some(target.period.days()) == shortest)
        .map(|target| &target.scope)
        .collect();
    scopes.sort_by_key(|scope| scope.levels().count());
    scopes.dedup();
    match scopes.as_slice() {
        [one] => (*one).clone(),
        [one, other, ..] if one.levels().count() < other.levels().count() => (*one).clone(),
        _ => match one_store(person).filter(|store| target_of(plan, metric, store, period).is_some()) {
            Some(store) => store,
            None if person.covers.is_empty() => Scope::company(),
            None => Scope::of("person", &person.id),
        },
    }
}

/// The store of somebody who answers for a single one.
fn one_store(person: &Person) -> Option<Scope> {
    match person.covers.get("store").map(Vec::as_slice) {
        Some([store]) => Some(Scope::of("store", store)),
        _ => None,
    }
}

/// Targets of a metric that a person answers for.
fn promised<'p>(plan: &'p Plan, person: &'p Person, metric: &'p str) -> impl Iterator<Item = &'p Target> {
    let owner = plan.metrics.get(metric).and_then(|metric| metric.owner.as_ref());
    plan.targets.iter().filter(move |target| {
        // Who answers for a metric answers for its targets, unless they name somebody else.
        &*target.metric == metric && target.owner.as_ref().or(owner) == Some(&person.id)
    })
}

/// The target an item is held against: of this metric and scope, over exactly this period, or the shortest that contains
/// it.
pub fn target_of<'p>(plan: &'p Plan, metric: &str, scope: &Scope, period: Period) -> Option<&'p Target> {
    let fits = |target: &&Target| {
        &*target.metric == metric
            && target.scope == *scope
            && target.period.start <= period.start
            && period.end <= target.period.end
    };
    plan.targets.iter().filter(fits).min_by_key(|target| (target.period.days(), target.period.start))
}

/// Both ends of a range, or the same value twice.
pub fn ends(value: TargetValue) -> (Decimal, Decimal) {
    match value {
        TargetValue::Of(value) => (value, value),
        TargetValue::Between(low, high) => (low, high),
    }
}

/// What an incentive is called where it is the card's own reward.
pub const BONUS: &str = "bonus";
/// The same for a commission.
pub const COMMISSION: &str = "commission";

/// The text of words that are the same in every language.
pub fn plain(words: &Words) -> Option<&Arc<str>> {
    words.any.as_ref().filter(|_| words.by_lang.is_empty())
}
