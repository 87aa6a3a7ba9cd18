//! The figures of a review deck: series over six weeks and twelve months, the box line, what is asked and how far off it is
//! (periods.md §5–8). Pages and `kpress values --deck` read them from here, so that both say the same.

mod found;
mod like;
mod line;

pub use found::{RULES, extra_weeks};
pub use line::{BOX, BoxCell};

use super::{Change, ChangeKind, InForce, Targets, attainment, compare_in};
use crate::measure::{Days, Facts, Point, State};
use crate::plan::deck::windows;
use crate::plan::{
    Drawn, GrowthOver, Id, Metric, Partial, Plan, Review, ReviewBlock, Scope, Target, TargetValue, What,
    metric_named,
};
use crate::time::{self, Date, Grain, Period, Slot, days_between};
use crate::unit::{Quantity, Unit};

/// What a series of a deck is drawn and read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A metric.
    Actual,
    /// How a metric grows.
    Growth(GrowthOver),
    /// What is asked.
    Target,
    /// How far off it is, or how much of it is reached.
    Variance,
}

/// A series with everything a chart, a box line and a table say of it.
#[derive(Clone, Debug)]
pub struct Figures {
    /// The metric it is about.
    pub metric: Id,
    /// Name in files: the metric, with `wow`, `mom` or `yoy` behind it for growth; a target by its id.
    pub name: Id,
    /// What it is.
    pub role: Role,
    /// Unit of its figures; growth is a share, or a difference in the metric's unit.
    pub unit: Unit,
    /// How changes of the metric are told.
    pub kind: ChangeKind,
    /// Six weeks.
    pub weeks: Vec<Point>,
    /// The same a year earlier; empty for targets and growth.
    pub weeks_prior: Vec<Point>,
    /// Twelve months.
    pub months: Vec<Point>,
    /// The same a year earlier.
    pub months_prior: Vec<Point>,
    /// Month, quarter and year to date.
    pub to_date: Vec<Point>,
    /// The nine figures, for metrics and growth against the year before.
    pub line: Option<Vec<BoxCell>>,
    /// Attainment of the target of the same chart below the figures, and the gap below the changes.
    pub reached: Option<Vec<BoxCell>>,
    /// The windows behind it.
    pub review: time::Review,
}

/// Plan, facts as of the deck's last day, and targets.
pub struct Desk<'a> {
    plan: &'a Plan,
    /// As of the last day.
    facts: &'a Facts,
    /// As of now: series of targets, and days.
    now: &'a Facts,
    targets: &'a Targets<'a>,
    page: &'a Review,
    /// The last day of its windows.
    pub last: Date,
}

impl<'a> Desk<'a> {
    /// A desk for one deck.
    pub fn new(
        plan: &'a Plan,
        facts: &'a Facts,
        targets: &'a Targets<'a>,
        page: &'a Review,
        as_of: Date,
    ) -> Desk<'a> {
        let last = page.last(&plan.site.calendar, as_of);
        Desk { plan, facts: facts.as_of(last), now: facts, targets, page, last }
    }

    /// The windows of a block, for a metric.
    pub fn windows(&self, block: &ReviewBlock, metric: &Metric, scope: &Scope) -> time::Review {
        windows(self.plan, (self.page, block), metric, scope, self.last)
    }

    /// The figures of one series or row; `None` if its metric cannot be measured.
    pub fn figures(&self, block: &ReviewBlock, drawn: &Drawn, scope: &Scope) -> Option<Figures> {
        let id = match &drawn.what {
            What::Metric(id) => id,
            other => metric_named(self.plan, other.name())?,
        };
        let metric = self.plan.metrics.get(id)?;
        let at = At {
            desk: self,
            metric,
            scope,
            kind: ChangeKind::of_metric(metric),
            partial: block.partial.unwrap_or(self.page.partial),
            review: self.windows(block, metric, scope),
        };
        let mut made = match (&drawn.what, drawn.growth) {
            (What::Metric(_), None) => at.actual(),
            (What::Metric(_), Some(growth)) => at.growth(growth),
            (What::Target(name), _) => at.target(name),
            (what, _) => at.variance(what),
        };
        if let Some(id) = &drawn.id {
            made.name = id.clone();
        }
        Some(made)
    }

    /// The series of a chart; a metric with a target on the chart, or whose target is drawn, knows how much is reached.
    pub fn chart(&self, block: &ReviewBlock, series: &[Drawn], scope: &Scope) -> Vec<Figures> {
        let mut all: Vec<Figures> =
            series.iter().filter_map(|drawn| self.figures(block, drawn, scope)).collect();
        for drawn in series {
            let What::Target(name) = &drawn.what else { continue };
            let Some(metric) = metric_named(self.plan, name).and_then(|id| self.plan.metrics.get(id)) else {
                continue;
            };
            let review = self.windows(block, metric, scope);
            for one in all.iter_mut().filter(|one| one.role == Role::Actual && one.metric == metric.id) {
                one.reached = Some(self.reached(metric, name, scope, &review, one));
            }
        }
        all
    }

    /// What a target asks of a period, in a scope.
    fn asked(&self, name: &str, scope: &Scope, period: Period) -> Option<InForce> {
        let named = self.plan.targets.iter().find(|target| *target.id == *name);
        let metric = named.map_or_else(|| metric_named(self.plan, name), |target| Some(&target.metric))?;
        let target = named.filter(|target| target.scope == *scope);
        let own =
            |target: &&Target| target.metric == *metric && target.scope == *scope && target.series.is_some();
        if let Some(series) =
            target.or_else(|| self.plan.targets.iter().find(own)).and_then(|t| t.series.as_ref())
        {
            let value = self.now.at(series, scope, period)?.value?.as_decimal()?;
            let value = TargetValue::Of(value);
            return Some(InForce { value, original: value, stretch: None, red: None, since: None });
        }
        match target {
            Some(target) => self.targets.of_target(&target.id, period),
            None => self.targets.of(metric, scope, period),
        }
        .map(|asked| asked.in_force)
    }

    /// How much of a target a figure reaches, by the direction of good.
    pub fn share(&self, metric: &Metric, name: &str, scope: &Scope, point: &Point) -> Option<Quantity> {
        let asked = self.asked(name, scope, point.period)?;
        attainment(metric.better, &asked, point.value?, None)
    }

    fn reached(
        &self,
        metric: &Metric,
        name: &str,
        scope: &Scope,
        review: &time::Review,
        of: &Figures,
    ) -> Vec<BoxCell> {
        let week = review.weeks.last().map(|slot| slot.period).zip(of.weeks.last());
        let to_date = review.to_date.iter().map(|slot| slot.period).zip(&of.to_date);
        let both = |(period, point): (Period, &Point)| {
            let asked = self.asked(name, scope, period).zip(point.value);
            let state = if asked.is_some() { point.state } else { State::NoData };
            let point = |value| Point { period, value, state, days: point.days };
            let share = asked.and_then(|(asked, value)| attainment(metric.better, &asked, value, None));
            let gap = asked.and_then(|(asked, value)| gap(value, asked.value));
            (BoxCell::Level(point(share)), BoxCell::Level(point(gap)))
        };
        let mut cells = Vec::with_capacity(BOX.len());
        if let Some((share, gap)) = week.map(both) {
            cells.extend([share, gap.clone(), gap]);
        }
        for (share, gap) in to_date.map(both) {
            cells.extend([share, gap]);
        }
        cells
    }
}

/// How far a value is from what is asked: from the nearer end of a range, nothing inside.
fn gap(value: Quantity, asked: TargetValue) -> Option<Quantity> {
    match asked {
        TargetValue::Of(asked) => value.minus(Quantity::Exact(asked)),
        TargetValue::Between(low, high) => {
            let (low, high) = (Quantity::Exact(low), Quantity::Exact(high));
            if value.compare(low).is_lt() {
                value.minus(low)
            } else if value.compare(high).is_gt() {
                value.minus(high)
            } else {
                Some(Quantity::ZERO)
            }
        }
    }
}

/// One metric in one scope, as a block looks at it.
struct At<'a> {
    desk: &'a Desk<'a>,
    metric: &'a Metric,
    scope: &'a Scope,
    kind: ChangeKind,
    partial: Partial,
    review: time::Review,
}

/// A point of which nothing is known.
fn nothing(period: Period, state: State) -> Point {
    Point { period, value: None, state, days: Days::default() }
}

impl At<'_> {
    fn point(&self, period: Period) -> Point {
        let known = self.desk.facts.at(&self.metric.id, self.scope, period).copied();
        known.unwrap_or(nothing(period, State::NoData))
    }

    /// One window against another, as the block wants it where days are missing.
    fn change(&self, now: Period, base: Period) -> Change {
        let (now_point, base_point) = (self.point(now), self.point(base));
        let unlike = [now_point.state, base_point.state]
            .iter()
            .any(|state| matches!(state, State::Partial | State::Running));
        match self.partial {
            Partial::Hide if unlike => Change::NotAvailable,
            Partial::LikeForLike if unlike => {
                let now = Period::range(now.start, now.end.min(self.desk.last));
                match like::pair(self.desk.plan, self.desk.now, self.metric, self.scope, now, base) {
                    Some((value, other)) => {
                        let state = now_point.state.max(base_point.state);
                        let point = |value, point: Point| Point { value: Some(value), state, ..point };
                        compare_in(&point(value, now_point), &point(other, base_point), self.kind)
                    }
                    None => Change::NotAvailable,
                }
            }
            Partial::AsIs | Partial::Hide | Partial::LikeForLike => {
                compare_in(&now_point, &base_point, self.kind)
            }
        }
    }

    /// A change as a point of a series of growth: what is n/a or n/m is a gap.
    fn grown(&self, now: Period, base: Period) -> Point {
        let point = self.point(now);
        match self.change(now, base) {
            Change::By { amount, state, .. } => Point { value: Some(amount), state, ..point },
            Change::NotMeaningful { .. } => Point { value: None, state: State::Undefined, ..point },
            Change::NotAvailable => {
                let state = match (point.value, self.point(base).state) {
                    (Some(_), base) => base.max(State::Missing),
                    (None, _) => point.state,
                };
                Point { value: None, state, ..point }
            }
        }
    }

    fn figures(&self, name: Id, role: Role, unit: Unit, each: impl Fn(&Slot, Place) -> Point) -> Figures {
        let all = |slots: &[Slot], place| slots.iter().map(|slot| each(slot, place)).collect();
        Figures {
            metric: self.metric.id.clone(),
            name,
            role,
            unit,
            kind: self.kind,
            weeks: all(&self.review.weeks, Place::Week),
            weeks_prior: Vec::new(),
            months: all(&self.review.months, Place::Month),
            months_prior: Vec::new(),
            to_date: all(&self.review.to_date, Place::ToDate),
            line: None,
            reached: None,
            review: self.review.clone(),
        }
    }

    fn actual(&self) -> Figures {
        let id = self.metric.id.clone();
        let mut made =
            self.figures(id, Role::Actual, self.metric.unit.clone(), |slot, _| self.point(slot.period));
        let prior = |slots: &[Slot]| slots.iter().map(|slot| self.point(slot.prior)).collect();
        (made.weeks_prior, made.months_prior) = (prior(&self.review.weeks), prior(&self.review.months));
        made.line = Some(line::of_metric(self));
        made
    }

    fn growth(&self, over: GrowthOver) -> Figures {
        let unit = match self.kind {
            ChangeKind::Percent | ChangeKind::Points | ChangeKind::Bps => Unit::Percent,
            ChangeKind::Difference => self.metric.unit.clone(),
        };
        let name = format!("{}{}", self.metric.id, over.name()).into();
        let mut made = self.figures(name, Role::Growth(over), unit, |slot, place| match (over, place) {
            (GrowthOver::Week, Place::Week) | (GrowthOver::Month, Place::Month) => {
                self.grown(slot.period, slot.before)
            }
            (GrowthOver::Year, _) => self.grown(slot.period, slot.base),
            _ => nothing(slot.period, State::OtherGrain),
        });
        made.line = (over == GrowthOver::Year).then(|| line::of_growth(self, &made));
        made
    }

    fn target(&self, name: &Id) -> Figures {
        self.figures(name.clone(), Role::Target, self.metric.unit.clone(), |slot, place| {
            let value = self.desk.asked(name, self.scope, slot.period).map(|asked| match asked.value {
                TargetValue::Of(value) | TargetValue::Between(_, value) => Quantity::Exact(value),
            });
            let other = place == Place::Week && self.metric.grain == Grain::Month;
            let state = match value {
                Some(_) => State::Complete,
                None if other => State::OtherGrain,
                None => State::NoData,
            };
            Point { value, ..nothing(slot.period, state) }
        })
    }

    fn variance(&self, what: &What) -> Figures {
        let (suffix, unit) = match what {
            What::Variance(_) => ("variance", self.metric.unit.clone()),
            What::VariancePercent(_) => ("variance_percent", Unit::Percent),
            _ => ("attainment", Unit::Percent),
        };
        let name = format!("{}_{suffix}", what.name()).into();
        self.figures(name, Role::Variance, unit, |slot, _| {
            let point = self.point(slot.period);
            // To date against what is asked of the same days.
            let until = self.same_days(slot.period);
            let asked = self.desk.asked(what.name(), self.scope, until).zip(point.value);
            let value = asked.and_then(|(asked, value)| self.off(what, &asked, value));
            let state = if value.is_none() && point.value.is_some() { State::NoData } else { point.state };
            Point { value, state, ..point }
        })
    }

    fn same_days(&self, period: Period) -> Period {
        let runs = period.contains(self.desk.last) && period.end > self.desk.last;
        if runs && self.metric.grain != Grain::Month {
            Period::range(period.start, self.desk.last)
        } else {
            period
        }
    }

    fn off(&self, what: &What, asked: &InForce, value: Quantity) -> Option<Quantity> {
        let whole = match asked.value {
            TargetValue::Of(value) | TargetValue::Between(value, _) => Quantity::Exact(value),
        };
        match what {
            What::Variance(_) => gap(value, asked.value),
            What::VariancePercent(_) if whole.is_zero() => None,
            What::VariancePercent(_) => gap(value, asked.value)?.over(whole),
            _ => attainment(self.metric.better, asked, value, None),
        }
    }
}

/// Where a slot stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Week,
    Month,
    ToDate,
}

/// How many days of how many a running point has: observed to date, and the whole length.
pub fn running_days(point: &Point) -> Option<(u32, u32)> {
    let whole = days_between(point.period.start, point.period.end) + 1;
    (point.state == State::Running).then_some((point.days.observed, whole))
}
