//! The plan of a target from its months down to its days, with what was reached on those that are over and what is
//! needed on those that are left.

use crate::assess::{Course, DayPlan, Judged};
use crate::measure::State;
use crate::plan::{Metric, Scope, Season, Target, Words};
use crate::report::Block;
use crate::report::context::Context;
use crate::report::goal::{Plan, Stretch};
use crate::time::{Date, Grain, Period, days_between, plus_days};
use crate::unit::{Decimal, Quantity};

/// What a plan is held against.
pub(super) struct Days<'a> {
    context: &'a Context<'a>,
    target: &'a Target,
    metric: &'a Metric,
    plan: &'a DayPlan,
    judged: &'a Judged,
    season: Option<&'a Season>,
    /// For whom, with the store of a person: whose events these are.
    scope: Scope,
    /// The last day that counts; `None` before the first.
    pub(super) reached: Option<Date>,
    /// What was reached up to each day that counts; `None` from the first day on that is not known.
    pub(super) so_far: Vec<Option<Quantity>>,
}

/// The calendar that gives days of a target their weights.
pub(in crate::report) fn season<'c>(context: &'c Context<'_>, target: &Target) -> Option<&'c Season> {
    let plan = context.plan;
    let own = target.phase.days.as_ref();
    let of_store = || plan.store_of(&target.scope).and_then(|id| plan.stores.get(id)?.season.as_ref());
    own.or_else(of_store).or(plan.site.season.as_ref()).and_then(|id| context.seasons.in_force.get(id))
}

impl<'a> Days<'a> {
    /// The days of a target that adds up; `None` for others.
    pub(super) fn of(context: &'a Context<'a>, metric: &'a Metric, target: &'a Target) -> Option<Days<'a>> {
        let judged = context.judged(target)?;
        let Some(Course::Sum(plan)) = judged.course.as_deref() else { return None };
        let counts = judged.pace.as_ref().map(|pace| pace.as_of).or(context.as_of());
        let reached = counts.map(|day| day.min(plan.period.end)).filter(|day| *day >= plan.period.start);
        let (season, scope) = (season(context, target), context.plan.placed(&target.scope));
        let mut days =
            Days { context, target, metric, plan, judged, season, scope, reached, so_far: Vec::new() };
        let mut sum = Some(Quantity::ZERO);
        if let Some(last) = reached {
            for day in Period::range(plan.period.start, last).each_day() {
                sum = sum.and_then(|sum| sum.plus(days.on(day)?));
                days.so_far.push(sum);
            }
        }
        Some(days)
    }

    /// What was measured on a day, if it is known in full.
    fn on(&self, day: Date) -> Option<Quantity> {
        let period = self.context.plan.site.calendar.period(Grain::Day, day);
        let point = self.context.point(&self.metric.id, &self.target.scope, period)?;
        point.value.filter(|_| matches!(point.state, State::Complete | State::Provisional))
    }

    /// What was reached from the start up to a day; nothing on the eve of the first.
    pub(super) fn up_to(&self, day: Date) -> Option<Quantity> {
        if day < self.plan.period.start {
            return Some(Quantity::ZERO);
        }
        self.so_far.get(days_between(self.plan.period.start, day) as usize).copied().flatten()
    }

    fn asked(&self, from: Date, to: Date) -> Option<Quantity> {
        self.plan.sum(Period::range(from, to)).map(Quantity::Exact)
    }

    /// What days after the last that counts have to bring.
    fn needed(&self, period: Period) -> Option<Quantity> {
        let pace = self.judged.pace.as_ref()?;
        let (first, last) = (period.start, period.end.min(self.plan.period.end));
        if first <= pace.as_of || pace.rescaled.is_empty() {
            return None;
        }
        let place = |day| days_between(pace.as_of, day).saturating_sub(1) as usize;
        let days = pace.rescaled.get(place(first)..=place(last))?;
        Some(Quantity::Exact(days.iter().copied().sum::<Decimal>()))
    }

    fn stretch(&self, period: Period, parts: Vec<Stretch>) -> Stretch {
        let (first, last) = (period.start.max(self.plan.period.start), period.end.min(self.plan.period.end));
        let plan = self.plan.sum(period);
        let over = self.reached.map(|day| day.min(last)).filter(|day| *day >= first);
        let before = plus_days(first, -1);
        let actual = over.and_then(|day| self.up_to(day)?.minus(self.up_to(before)?));
        // A day that is not known stops the sum from the start, not what later months are known for by themselves.
        let actual = actual.or_else(|| self.alone(first, over?));
        let difference = over.and_then(|day| actual?.minus(self.asked(first, day)?));
        let so_far = over.and_then(|day| self.up_to(day)?.minus(self.asked(self.plan.period.start, day)?));
        let original = self.plan.original_sum(period).filter(|first| plan != Some(*first));
        let single = first == last;
        let weight = self.season.filter(|_| single).map(|season| season.weight(first, &self.scope));
        Stretch {
            period,
            plan: plan.map(Quantity::Exact),
            original: original.map(Quantity::Exact),
            actual,
            difference,
            so_far,
            needed: self.needed(Period { start: first, end: last, grain: None }),
            weight: weight.filter(|weight| *weight != Decimal::ONE),
            events: self.events(Period::range(first, last)),
            now: self.reached.is_some_and(|day| first <= day && day <= last),
            parts,
        }
    }

    /// The sum of some days on their own.
    fn alone(&self, first: Date, last: Date) -> Option<Quantity> {
        let mut days = Period::range(first, last).each_day();
        days.try_fold(Quantity::ZERO, |sum, day| sum.plus(self.on(day)?))
    }

    /// Names of events that touch these days, of a single day its holiday too.
    fn events(&self, period: Period) -> Vec<Words> {
        let Some(season) = self.season else { return Vec::new() };
        let touches = |event: &&crate::plan::Event| {
            event.period.start <= period.end
                && period.start <= event.period.end
                && event.concerns(&self.scope)
        };
        let mut names: Vec<Words> =
            season.events.iter().filter(touches).map(|event| event.name.clone()).collect();
        if period.start == period.end {
            names.extend(season.holidays.get(&period.start).map(|holiday| holiday.name.clone()));
        }
        names.dedup();
        names
    }

    /// The whole plan.
    pub(super) fn block(&self) -> Block {
        /// Up to so many days weeks come first, beyond it months.
        const SHORT: u32 = 62;
        let (calendar, whole) = (self.context.plan.site.calendar, self.plan.period);
        let cut = |part: Period| Period::range(part.start.max(whole.start), part.end.min(whole.end));
        let rows = if whole.days() <= SHORT {
            self.weeks(whole)
        } else {
            let months = calendar.periods(Grain::Month, whole.start, whole.end).into_iter();
            let named = |month: Period| if cut(month).days() == month.days() { month } else { cut(month) };
            months.map(|month| self.stretch(named(month), self.weeks(cut(month)))).collect()
        };
        Block::Plan(Box::new(Plan {
            id: "plan".to_owned(),
            unit: self.metric.unit.clone(),
            decimals: self.metric.decimals,
            revised: self.plan.original != self.plan.before,
            rows,
            // Every event is told at its days already.
            total: Stretch { events: Vec::new(), ..self.stretch(whole, Vec::new()) },
        }))
    }

    /// The weeks of some days, cut where these begin and end.
    fn weeks(&self, whole: Period) -> Vec<Stretch> {
        let calendar = self.context.plan.site.calendar;
        let cut = |week: Period| Period::range(week.start.max(whole.start), week.end.min(whole.end));
        let day = |day: Date| self.stretch(calendar.period(Grain::Day, day), Vec::new());
        let weeks = calendar.periods(Grain::Week, whole.start, whole.end).into_iter().map(cut);
        weeks.map(|week| self.stretch(week, week.each_day().map(day).collect())).collect()
    }
}
