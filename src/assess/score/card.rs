//! One card over one period: its items, their weights, and the score they add up to.

use super::held::Found;
use super::points::points;
use super::{Basis, DIGITS, Desk, Gate, Held, Scored, ScoredItem, Verdict, movement, pay};
use crate::assess::{InForce, Standing, standing};
use crate::measure::{Point, State};
use crate::plan::scorecard::{Item, Missing, RuleSet, ScoreFn, Scorecard, Whom, scope_in};
use crate::plan::{Id, Person, Scope};
use crate::time::Period;
use crate::unit::Decimal;

impl Desk<'_> {
    pub(super) fn scored(
        &self,
        card: &Scorecard,
        person: &Person,
        period: Period,
        earlier: &[Scored],
    ) -> Scored {
        let (version, rules) = card.rules(period);
        let mut items: Vec<ScoredItem> =
            rules.items.iter().map(|item| self.item(item, person, period)).collect();
        weigh(rules, period, &mut items);
        without_value(rules, earlier, &mut items);
        let score = add_up(rules, period, &mut items);
        let gates: Vec<Gate> = rules.vetoes.iter().map(|veto| self.gate(veto, person, period)).collect();
        let band = score.and_then(|score| band(rules, score));
        let coefficient = band.map(|band| rules.bands[band].k).map(|k| {
            let caps = rules.vetoes.iter().zip(&gates).filter(|(_, gate)| gate.closed == Some(true));
            caps.fold(k, |k, (veto, _)| k.min(veto.cap))
        });
        let over = period.end <= self.as_of;
        let mut one = Scored {
            card: card.id.clone(),
            person: person.id.clone(),
            period,
            version,
            verdict: Verdict::Final,
            coverage: items.iter().filter(|item| is_measured(item)).map(|item| item.weight).sum(),
            items,
            score,
            gates,
            band,
            coefficient,
            pay: None,
            movement: None,
            signed: signed(self, card, person, period),
        };
        if over {
            one.pay = pay::pay(self, rules, person, &one);
        }
        one.verdict = verdict(&one, over);
        one.movement = earlier
            .last()
            .filter(|last| self.plan.site.calendar.previous(period) == last.period)
            .and_then(|last| movement::between(last, &one));
        one
    }

    /// The figure of a metric for what a person answers for.
    pub(super) fn figure(
        &self,
        metric: &Id,
        person: &Person,
        written: Option<&Scope>,
        period: Period,
    ) -> (Scope, Option<Point>) {
        let scope = scope_in(self.plan, person, metric, written, period);
        let point = self.facts.at(metric, &scope, period).copied();
        (scope, point)
    }

    fn gate(&self, veto: &crate::plan::scorecard::Veto, person: &Person, period: Period) -> Gate {
        let (scope, actual) = self.figure(&veto.metric, person, veto.scope.as_ref(), period);
        let closed = actual.and_then(|point| point.value).map(|value| veto.when.holds(value));
        Gate { scope, actual, closed }
    }

    fn item(&self, item: &Item, person: &Person, period: Period) -> ScoredItem {
        let mut made = ScoredItem {
            id: item.id.clone(),
            scope: item.scope.clone().unwrap_or_default(),
            actual: None,
            held: None,
            standing: None,
            given: None,
            score: None,
            basis: Basis::NoValue,
            path: Vec::new(),
            weight: Decimal::ZERO,
            part: None,
        };
        match item.metric.as_ref().and_then(|metric| self.plan.metrics.get(metric)) {
            Some(metric) => {
                let (scope, actual) = self.figure(&metric.id, person, item.scope.as_ref(), period);
                let found = self.held(item, metric, &scope, period, actual.as_ref());
                (made.scope, made.actual) = (scope, actual);
                let value = actual.and_then(|point| point.value);
                made.basis = match found {
                    _ if item.score == ScoreFn::Unscored => Basis::Unscored,
                    Found::Paused => Basis::Paused,
                    _ if value.is_none() && actual.is_some_and(|point| point.state == State::Future) => {
                        Basis::TooEarly
                    }
                    _ if value.is_none() => Basis::NoValue,
                    Found::TooEarly => Basis::TooEarly,
                    Found::Against(_) => Basis::Measured,
                    Found::Nothing if item.score.needs_target() => Basis::NoTarget,
                    Found::Nothing => Basis::Measured,
                };
                if let Found::Against(held) = found {
                    made.standing =
                        value.map(|value| standing::standing(metric.better, &in_force(&held), value));
                    made.held = Some(held);
                }
                if made.basis == Basis::Measured {
                    let word = made.standing.map(Standing::name);
                    made.score = points(&item.score, metric.better, value, made.held.as_ref(), word);
                    if made.score.is_none() {
                        made.basis = Basis::NoTarget;
                    }
                }
            }
            None => by_hand(item, person, period, &mut made),
        }
        made
    }
}

fn in_force(held: &Held) -> InForce {
    InForce { value: held.value, original: held.value, stretch: held.stretch, red: held.red, since: None }
}

/// The word somebody gave for the period.
fn by_hand(item: &Item, person: &Person, period: Period, made: &mut ScoredItem) {
    if item.score == ScoreFn::Unscored {
        made.basis = Basis::Unscored;
        return;
    }
    let same = |given: &&crate::plan::scorecard::Given| {
        given.person == person.id && (given.period.start, given.period.end) == (period.start, period.end)
    };
    if let Some(given) = item.given.iter().find(same) {
        made.given = Some((given.state.clone(), given.by.clone()));
        made.basis = Basis::Given;
        made.score = points(&item.score, crate::plan::Better::Neutral, None, None, Some(&given.state));
    }
}

/// Whether the points come from this period.
fn is_measured(item: &ScoredItem) -> bool {
    item.score.is_some() && matches!(item.basis, Basis::Measured | Basis::Given)
}

/// Shares of the card from the top down, before anything is left out.
fn weigh(rules: &RuleSet, period: Period, items: &mut [ScoredItem]) {
    let whole = |group: Option<usize>| siblings(rules, period, items_all(rules), group);
    let share = |part: Decimal, of: Decimal| part.checked_div(of).unwrap_or_default().round_dp(DIGITS);
    let made: Vec<Vec<Decimal>> = rules
        .items
        .iter()
        .map(|item| {
            let own = share(weight(item, period), whole(item.group));
            match item.group {
                Some(group) => vec![share(rules.groups[group].weight.on(period.start), whole(None)), own],
                None => vec![own],
            }
        })
        .collect();
    for (item, path) in items.iter_mut().zip(made) {
        item.weight = path.iter().fold(Decimal::ONE, |product, share| product * share).round_dp(DIGITS);
        item.path = path;
    }
}

fn items_all(rules: &RuleSet) -> Vec<bool> {
    rules.items.iter().map(|item| item.score != ScoreFn::Unscored).collect()
}

/// The weight of an item in a period; nothing if it is only shown.
fn weight(item: &Item, period: Period) -> Decimal {
    if item.score == ScoreFn::Unscored { Decimal::ZERO } else { item.weight.on(period.start) }
}

/// The weights of all that count in a group, or at the top: items of their own and groups that hold one that counts.
fn siblings(rules: &RuleSet, period: Period, counts: Vec<bool>, group: Option<usize>) -> Decimal {
    let own = rules.items.iter().zip(&counts).filter(|(item, counts)| **counts && item.group == group);
    let items: Decimal = own.map(|(item, _)| weight(item, period)).sum();
    if group.is_some() {
        return items;
    }
    let alive = |at: usize| {
        rules
            .items
            .iter()
            .zip(&counts)
            .any(|(item, counts)| *counts && item.group == Some(at) && !weight(item, period).is_zero())
    };
    let groups = rules.groups.iter().enumerate().filter(|(at, _)| alive(*at));
    items + groups.map(|(_, group)| group.weight.on(period.start)).sum::<Decimal>()
}

/// What becomes of items that carry weight and have no value.
fn without_value(rules: &RuleSet, earlier: &[Scored], items: &mut [ScoredItem]) {
    for item in items.iter_mut().filter(|item| item.basis == Basis::NoValue) {
        match rules.missing {
            Missing::Exclude => {}
            Missing::Zero => (item.score, item.basis) = (Some(Decimal::ZERO), Basis::Zero),
            Missing::Carry(periods) => {
                let last = earlier.iter().rev().take(periods as usize).find_map(|one| {
                    let same = one.items.iter().find(|other| other.id == item.id && is_measured(other))?;
                    Some((same.score?, one.period))
                });
                if let Some((score, period)) = last {
                    (item.score, item.basis) = (Some(score), Basis::Carried(period));
                }
            }
        }
    }
}

/// The score: of each group the weighted mean of what has points, and of those the weighted mean. The parts of the items
/// are cut so that they add up to it; what rounding leaves over goes to the largest.
fn add_up(rules: &RuleSet, period: Period, items: &mut [ScoredItem]) -> Option<Decimal> {
    let counts: Vec<bool> = items.iter().map(|item| item.score.is_some()).collect();
    let top = siblings(rules, period, counts.clone(), None);
    let mut exact: Vec<Option<Decimal>> = Vec::new();
    for (item, scored) in rules.items.iter().zip(items.iter()) {
        let own = weight(item, period);
        let part = scored.score.filter(|_| !own.is_zero()).and_then(|score| match item.group {
            Some(group) => {
                let whole = siblings(rules, period, counts.clone(), Some(group));
                let inside = own.checked_mul(score)?.checked_div(whole)?;
                inside.checked_mul(rules.groups[group].weight.on(period.start))?.checked_div(top)
            }
            None => own.checked_mul(score)?.checked_div(top),
        });
        exact.push(part);
    }
    if exact.iter().all(Option::is_none) {
        return None;
    }
    let score = exact.iter().flatten().sum::<Decimal>().round_dp(DIGITS).normalize();
    for (item, part) in items.iter_mut().zip(&exact) {
        item.part = part.map(|part| part.round_dp(DIGITS).normalize());
    }
    let given: Decimal = items.iter().filter_map(|item| item.part).sum();
    if let Some(largest) =
        items.iter_mut().filter_map(|item| item.part.as_mut()).max_by_key(|part| part.abs())
    {
        *largest += score - given;
    }
    Some(score)
}

/// The last band whose lower bound is reached.
fn band(rules: &RuleSet, score: Decimal) -> Option<usize> {
    let hundredths = score.checked_mul(Decimal::ONE_HUNDRED)?;
    rules.bands.iter().rposition(|band| band.min <= hundredths)
}

fn verdict(one: &Scored, over: bool) -> Verdict {
    match (one.score, over) {
        (None, true) => Verdict::NoData,
        (None, false) => Verdict::TooEarly,
        (Some(_), false) => Verdict::Running,
        (Some(_), true) => {
            let moves = |point: &Point| point.value.is_some() && !point.state.is_judged();
            let items = one.items.iter().filter(|item| item.score.is_some());
            let open = items.filter_map(|item| item.actual.as_ref()).any(moves)
                || one
                    .gates
                    .iter()
                    .any(|gate| gate.closed.is_none() || gate.actual.as_ref().is_some_and(moves))
                || one.pay.as_ref().is_some_and(pay::Pay::moves);
            if open { Verdict::Moving } else { Verdict::Final }
        }
    }
}

/// Who signed this card: the person, and whoever is not scored by it for everybody.
fn signed(
    desk: &Desk<'_>,
    card: &Scorecard,
    person: &Person,
    period: Period,
) -> Vec<(Id, crate::time::Date)> {
    let is_scored = |id: &Id| match &card.whom {
        Whom::Person(of) => of == id,
        Whom::Role(_) => desk.plan.people.get(id).is_some_and(|person| card.concerns(person)),
    };
    let meant = card.signed.iter().filter(|sign| {
        let same = (sign.period.start, sign.period.end) == (period.start, period.end);
        let mine = match &sign.person {
            Some(of) => *of == person.id,
            None => sign.by == person.id || !is_scored(&sign.by),
        };
        same && mine
    });
    meant.map(|sign| (sign.by.clone(), sign.date)).collect()
}
