//! How far a team is with its figures: five areas, each judged by a few checks. Some are answered in `diagnosis.yaml`,
//! the others are seen in what the workspace holds, so that nobody has to take the answers on trust. What is not answered
//! is not judged.

use crate::measure::Facts;
use crate::plan::diagnosis::{Diagnosis, Habit};
use crate::plan::rules::governed::due;
use crate::plan::scorecard::Whom;
use crate::plan::{Id, Importance, Metric, Plan, Reconcile, Stage, StatusKind, Target};
use crate::time::{Date, Grain, plus_days};
use std::collections::BTreeMap;

/// Points of one check.
pub const POINTS: u32 = 25;
/// A team of fewer people needs no scorecards: everybody sees what the others do (features STA-05).
pub const SCORED_TEAM: u32 = 3;
/// Reviews of so many days back count: eight weeks.
const REVIEWS: i32 = 56;
/// Rows so many days older than the newest of all are old: a month, and the days until its report can be had.
const FRESH: u32 = 35;
/// So many comparisons of figures cover sales, money and advertising.
const COMPARED: usize = 3;
/// Fewer orders a month: a day has fewer than ten, and chance moves its figures more than any measure.
const SMALL: u32 = 300;
/// From this maturity on all metrics are offered.
const MATURE: u32 = 70;
/// So many figures at once are led by; more are looked at by nobody.
const FEW: std::ops::RangeInclusive<usize> = 3..=5;

/// What is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// Whether there are figures, fresh ones, that agree.
    Data,
    /// Whether it is said what shall be reached.
    Targets,
    /// Whether figures are looked at together, and something follows.
    Cadence,
    /// Whether somebody answers for each.
    Ownership,
    /// Whether it makes a difference to people.
    Incentives,
}

impl Area {
    /// All of them, in the order they are built up.
    pub const ALL: [Area; 5] = [Area::Data, Area::Targets, Area::Cadence, Area::Ownership, Area::Incentives];
}

/// One check of an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// Leading metrics that have figures.
    Figures,
    /// Sources that are not old.
    Fresh,
    /// Figures that are compared with each other.
    Reconciled,
    /// Tools that bring figures: answered.
    Tools,
    /// Leading metrics with a target.
    CoreTargets,
    /// Targets that are broken down.
    BrokenDown,
    /// Targets with something behind them.
    Resourced,
    /// Few figures at once: answered.
    FewMetrics,
    /// How often figures are looked at: answered.
    Rhythm,
    /// Reviews that were written.
    Reviews,
    /// Actions that were closed when they were due.
    Closed,
    /// Definitions that were looked at.
    Looked,
    /// Who answers for figures: answered.
    Named,
    /// Metrics with an owner.
    MetricOwners,
    /// Targets with an owner.
    TargetOwners,
    /// People of the team that are listed: answered and seen.
    Listed,
    /// What good figures lead to: answered.
    Linked,
    /// People with a scorecard.
    Cards,
    /// Lines of scorecards that lead to something.
    Consequence,
    /// Targets that were accepted.
    Signed,
}

/// Whether a check is answered by the team or seen in the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// In `diagnosis.yaml`.
    Answered,
    /// In the files of the workspace.
    Seen,
}

impl Check {
    /// Who tells.
    pub fn told(self) -> Told {
        match self {
            Check::Tools | Check::FewMetrics | Check::Rhythm | Check::Named | Check::Linked => Told::Answered,
            _ => Told::Seen,
        }
    }
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The check.
    pub check: Check,
    /// So many of so many; `None`: not answered, or nothing to look at.
    pub reached: Option<(u32, u32)>,
}

impl Line {
    /// Of [`POINTS`], rounded half up; all of nothing is nothing.
    pub fn points(&self) -> Option<u32> {
        let (part, whole) = self.reached?;
        Some(if whole == 0 { 0 } else { rounded(part.min(whole) * POINTS, whole) })
    }
}

/// An area with its checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Which.
    pub area: Area,
    /// Its checks.
    pub lines: Vec<Line>,
}

impl Judgement {
    /// 0 to 100: points of the checks that could be judged. `None` if none could.
    pub fn score(&self) -> Option<u32> {
        let points: Vec<u32> = self.lines.iter().filter_map(Line::points).collect();
        let judged = u32::try_from(points.len()).ok().filter(|judged| *judged > 0)?;
        Some(rounded(points.iter().sum::<u32>() * 100, judged * POINTS))
    }
}

/// What comes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maturity {
    /// Areas, in their order.
    pub areas: Vec<Judgement>,
    /// 0 to 100: the mean of the areas. `None` if none could be judged.
    pub score: Option<u32>,
    /// Where to begin.
    pub stage: Stage,
    /// Why there.
    pub because: Because,
    /// What to do next: the weakest check of the weakest areas first.
    pub next: Vec<(Area, Check)>,
}

/// Why a stage is recommended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// Fewer than three people.
    SmallTeam(u32),
    /// Fewer than ten orders a day.
    FewOrders(u32),
    /// Not mature yet.
    Growing,
    /// Every area stands.
    Standing,
}

/// What is known of the sources: which have rows, and the newest day of each.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// Sources with at least one row.
    pub with_rows: Vec<Id>,
    /// The newest day of those that have days.
    pub newest: BTreeMap<Id, Date>,
}

fn rounded(part: u32, whole: u32) -> u32 {
    (part * 2 + whole) / (whole * 2)
}

fn of(part: usize, whole: usize) -> (u32, u32) {
    (u32::try_from(part).unwrap_or(u32::MAX), u32::try_from(whole).unwrap_or(u32::MAX))
}

/// Judges a team by its answers and by what is seen.
pub fn maturity(plan: &Plan, said: &Diagnosis, (facts, read): (&Facts, &Read), as_of: Date) -> Maturity {
    let orders =
        last_month(plan, facts, "orders", as_of).and_then(|orders| u32::try_from(orders.as_decimal()?).ok());
    let areas: Vec<Judgement> = vec![
        Judgement { area: Area::Data, lines: data(plan, said, (facts, read)) },
        Judgement { area: Area::Targets, lines: targets(plan, said, as_of) },
        Judgement { area: Area::Cadence, lines: cadence(plan, said, as_of) },
        Judgement { area: Area::Ownership, lines: ownership(plan, said, as_of) },
        Judgement { area: Area::Incentives, lines: incentives(plan, said, as_of) },
    ];
    let scores: Vec<u32> = areas.iter().filter_map(Judgement::score).collect();
    let judged = u32::try_from(scores.len()).ok().filter(|judged| *judged > 0);
    let score = judged.map(|judged| rounded(scores.iter().sum(), judged));
    let (stage, because) = stage(said, said.monthly_orders.or(orders), score, &scores);
    let next = next(&areas);
    Maturity { areas, score, stage, because, next }
}

fn data(plan: &Plan, said: &Diagnosis, (facts, read): (&Facts, &Read)) -> Vec<Line> {
    let leading = leading(plan);
    let there = leading.iter().filter(|metric| has_figures(facts, &metric.id)).count();
    let newest = read.newest.values().max().copied();
    let is_fresh = |id: &Id, day: Date| {
        let age = plan.sources.get(id).and_then(|one| one.max_age).unwrap_or(FRESH);
        newest.is_some_and(|newest| plus_days(day, i32::try_from(age).unwrap_or(i32::MAX)) >= newest)
    };
    let fresh = read.newest.iter().filter(|(id, day)| is_fresh(id, **day)).count();
    let tools: Vec<&Id> = said.erp.iter().chain(&said.ads_tool).collect();
    let used = tools.iter().filter(|tool| &****tool != "none").count();
    vec![
        Line { check: Check::Figures, reached: Some(of(there, leading.len())) },
        Line { check: Check::Fresh, reached: Some(of(fresh, read.newest.len())) },
        Line {
            check: Check::Reconciled,
            reached: Some(of(compared(&plan.reconciles, read).min(COMPARED), COMPARED)),
        },
        Line { check: Check::Tools, reached: (!tools.is_empty()).then(|| of(used, tools.len())) },
    ]
}

/// Whether a metric was ever measured, for anybody.
fn has_figures(facts: &Facts, metric: &Id) -> bool {
    let mut own = facts.series.iter().filter(|((known, ..), _)| known == metric);
    own.any(|(_, series)| series.points.iter().any(|point| point.value.is_some()))
}

/// Comparisons, if there are rows to compare.
fn compared(all: &[Reconcile], read: &Read) -> usize {
    if read.with_rows.is_empty() { 0 } else { all.len() }
}

/// Targets that are pursued on a day.
fn in_force(plan: &Plan, as_of: Date) -> Vec<&Target> {
    let covers = |target: &&Target| {
        target.status.kind == StatusKind::Active && target.period.start <= as_of && as_of <= target.period.end
    };
    plan.targets.iter().filter(covers).collect()
}

/// Metrics of a level that is led by; all of them where none has a level.
fn leading(plan: &Plan) -> Vec<&Metric> {
    let named: Vec<&Metric> = plan
        .metrics
        .values()
        .filter(|one| matches!(one.importance, Some(Importance::Survival | Importance::Core)))
        .collect();
    if named.is_empty() { plan.metrics.values().collect() } else { named }
}

fn targets(plan: &Plan, said: &Diagnosis, as_of: Date) -> Vec<Line> {
    let now = in_force(plan, as_of);
    let leading = leading(plan);
    let promised = leading.iter().filter(|metric| now.iter().any(|one| one.metric == metric.id)).count();
    let tops: Vec<&&Target> = now.iter().filter(|one| one.parent.is_none()).collect();
    let has_parts = |top: &&&&Target| now.iter().any(|one| one.parent.as_ref() == Some(&top.id));
    let resourced = now.iter().filter(|one| !one.resources.is_empty()).count();
    let few = said.existing_metrics.as_ref().map(|all| match all.len() {
        0 => (0, 2),
        few if FEW.contains(&few) => (2, 2),
        _ => (1, 2),
    });
    vec![
        Line { check: Check::CoreTargets, reached: Some(of(promised, leading.len())) },
        Line {
            check: Check::BrokenDown,
            reached: (!now.is_empty()).then(|| of(tops.iter().filter(has_parts).count(), tops.len())),
        },
        Line { check: Check::Resourced, reached: (!now.is_empty()).then(|| of(resourced, now.len())) },
        Line { check: Check::FewMetrics, reached: few },
    ]
}

fn habit(answer: Option<Habit>) -> Option<(u32, u32)> {
    answer.map(|habit| (habit as u32, Habit::Full as u32))
}

fn cadence(plan: &Plan, said: &Diagnosis, as_of: Date) -> Vec<Line> {
    let since = plus_days(as_of, 1 - REVIEWS);
    let held: Vec<_> = super::action::held(plan, as_of);
    let recent = held.iter().filter(|one| one.date >= since && one.period.grain != Some(Grain::Day)).count();
    // Who meets once a month writes two reviews in eight weeks; everybody else is asked for one a week.
    let asked = if said.cadence == Some(Habit::Half) { 2 } else { 8 };
    let actions = super::action::actions(plan, as_of).0;
    let is_due = |one: &&super::action::Action| one.due.is_some_and(|due| due < as_of);
    let closed = actions.iter().filter(is_due).filter(|one| !one.is_open()).count();
    let all_due = actions.iter().filter(is_due).count();
    let leading = leading(plan);
    let seen = |metric: &&&Metric| {
        let reviewed = plan.care.get(&metric.id).is_some_and(|care| care.reviewed.is_some());
        reviewed && due(plan, &metric.id).is_none_or(|due| due >= as_of)
    };
    vec![
        Line { check: Check::Rhythm, reached: habit(said.cadence) },
        Line { check: Check::Reviews, reached: Some(of(recent.min(asked), asked)) },
        Line { check: Check::Closed, reached: (all_due > 0).then(|| of(closed, all_due)) },
        Line { check: Check::Looked, reached: Some(of(leading.iter().filter(seen).count(), leading.len())) },
    ]
}

fn ownership(plan: &Plan, said: &Diagnosis, as_of: Date) -> Vec<Line> {
    let leading = leading(plan);
    let now = in_force(plan, as_of);
    let owned = leading.iter().filter(|metric| metric.owner.is_some()).count();
    let held = now.iter().filter(|target| target.owner.is_some()).count();
    let listed = said.team_size.filter(|team| *team > 0);
    let people = u32::try_from(plan.people.len()).unwrap_or(u32::MAX);
    vec![
        Line { check: Check::Named, reached: habit(said.owners) },
        Line { check: Check::MetricOwners, reached: Some(of(owned, leading.len())) },
        Line { check: Check::TargetOwners, reached: (!now.is_empty()).then(|| of(held, now.len())) },
        Line { check: Check::Listed, reached: listed.map(|team| (people.min(team), team)) },
    ]
}

fn incentives(plan: &Plan, said: &Diagnosis, as_of: Date) -> Vec<Line> {
    let none = |check| Line { check, reached: None };
    if said.team_size.is_some_and(|team| team < SCORED_TEAM) {
        return [Check::Linked, Check::Cards, Check::Consequence, Check::Signed].map(none).into();
    }
    let now = in_force(plan, as_of);
    let is_scored = |person: &&crate::plan::Person| {
        plan.scorecards.values().any(|card| match &card.whom {
            Whom::Person(id) => *id == person.id,
            Whom::Role(role) => person.role.as_ref() == Some(role),
        })
    };
    let scored = plan.people.values().filter(is_scored).count();
    let items: Vec<_> = plan
        .scorecards
        .values()
        .filter_map(|card| card.versions.last())
        .flat_map(|rules| &rules.items)
        .collect();
    let led = items.iter().filter(|item| item.incentive.is_some()).count();
    let signed = now.iter().filter(|target| !target.acks.is_empty()).count();
    vec![
        Line { check: Check::Linked, reached: habit(said.incentives) },
        Line { check: Check::Cards, reached: Some(of(scored, plan.people.len())) },
        Line { check: Check::Consequence, reached: (!items.is_empty()).then(|| of(led, items.len())) },
        Line { check: Check::Signed, reached: (!now.is_empty()).then(|| of(signed, now.len())) },
    ]
}

/// Small sellers look at what keeps them alive; who grows begins with the core three; all metrics are for those in whom
/// no area is weak.
fn stage(said: &Diagnosis, orders: Option<u32>, score: Option<u32>, scores: &[u32]) -> (Stage, Because) {
    if let Some(team) = said.team_size.filter(|team| *team < SCORED_TEAM) {
        return (Stage::Startup, Because::SmallTeam(team));
    }
    if let Some(orders) = orders.filter(|orders| *orders < SMALL) {
        return (Stage::Startup, Because::FewOrders(orders));
    }
    let stands = score.is_some_and(|score| score >= MATURE) && scores.iter().all(|one| one * 2 >= 100);
    if stands { (Stage::Mature, Because::Standing) } else { (Stage::Growth, Because::Growing) }
}

/// Three steps: of the weakest areas the weakest check each; if fewer areas have one, further checks of these.
fn next(areas: &[Judgement]) -> Vec<(Area, Check)> {
    const STEPS: usize = 3;
    let mut ordered: Vec<&Judgement> = areas.iter().filter(|one| one.score().is_some()).collect();
    ordered.sort_by_key(|one| (one.score(), one.area));
    let weak = |one: &Judgement| {
        let mut lines: Vec<(u32, Check)> = one
            .lines
            .iter()
            .filter_map(|line| Some((line.points()?, line.check)))
            .filter(|(points, _)| *points < POINTS)
            .collect();
        lines.sort_unstable();
        lines.into_iter().map(move |(_, check)| (one.area, check)).collect::<Vec<_>>()
    };
    let weak: Vec<Vec<(Area, Check)>> = ordered.into_iter().map(weak).collect();
    let rounds = weak.iter().map(Vec::len).max().unwrap_or(0);
    let by_round = (0..rounds).flat_map(|round| weak.iter().filter_map(move |lines| lines.get(round)));
    by_round.take(STEPS).copied().collect()
}

/// What is measured of a metric over the last month that is over, where it is measured at all.
pub fn last_month(plan: &Plan, facts: &Facts, metric: &str, as_of: Date) -> Option<crate::unit::Quantity> {
    let calendar = plan.site.calendar;
    let current = calendar.period(Grain::Month, as_of);
    let month = if current.end <= as_of { current } else { calendar.previous(current) };
    facts.at(metric, &crate::plan::Scope::company(), month)?.value
}

#[cfg(test)]
mod tests {
    use super::{Area, Because, Check, Judgement, Line, next, stage};
    use crate::plan::Stage;
    use crate::plan::diagnosis::Diagnosis;

    fn said(team: Option<u32>) -> Diagnosis {
        Diagnosis {
            stores: None,
            categories: Vec::new(),
            lifetime: None,
            team_size: team,
            erp: None,
            ads_tool: None,
            existing_metrics: None,
            pains: Vec::new(),
            monthly_gmv: None,
            monthly_orders: None,
            budget: None,
            start: None,
            cadence: None,
            owners: None,
            incentives: None,
            place: crate::diag::Place::default(),
        }
    }

    fn area(area: Area, lines: &[(Check, Option<(u32, u32)>)]) -> Judgement {
        let lines = lines.iter().map(|(check, reached)| Line { check: *check, reached: *reached }).collect();
        Judgement { area, lines }
    }

    #[test]
    fn points_and_scores_can_be_checked_by_hand() {
        // 2 of 3 metrics: 16.67 → 17 points; 1 of 2 is 12.5 → 13; nothing to compare: 0; a question left open: not judged.
        let data = area(
            Area::Data,
            &[
                (Check::Figures, Some((2, 3))),
                (Check::Fresh, Some((1, 2))),
                (Check::Reconciled, Some((0, 0))),
                (Check::Tools, None),
            ],
        );
        assert_eq!(
            data.lines.iter().map(Line::points).collect::<Vec<_>>(),
            [Some(17), Some(13), Some(0), None]
        );
        // 30 of 75 points.
        assert_eq!(data.score(), Some(40));
        assert_eq!(area(Area::Cadence, &[(Check::Rhythm, None)]).score(), None);
    }

    #[test]
    fn a_small_seller_begins_with_what_keeps_him_alive() {
        assert_eq!(
            stage(&said(Some(2)), Some(9000), Some(90), &[90]),
            (Stage::Startup, Because::SmallTeam(2))
        );
        assert_eq!(
            stage(&said(Some(3)), Some(299), Some(90), &[90]),
            (Stage::Startup, Because::FewOrders(299))
        );
        assert_eq!(stage(&said(Some(3)), Some(300), Some(69), &[69]), (Stage::Growth, Because::Growing));
        assert_eq!(stage(&said(Some(3)), Some(300), Some(70), &[95, 49]), (Stage::Growth, Because::Growing));
        assert_eq!(stage(&said(Some(3)), Some(300), Some(70), &[90, 50]), (Stage::Mature, Because::Standing));
        assert_eq!(stage(&said(None), None, None, &[]), (Stage::Growth, Because::Growing));
    }

    #[test]
    fn the_next_steps_come_from_the_weakest_areas() {
        let areas = [
            area(Area::Data, &[(Check::Figures, Some((1, 1))), (Check::Fresh, Some((1, 1)))]),
            area(Area::Targets, &[(Check::CoreTargets, Some((1, 2))), (Check::BrokenDown, Some((0, 1)))]),
            area(Area::Cadence, &[(Check::Rhythm, Some((0, 2))), (Check::Reviews, Some((0, 8)))]),
        ];
        let steps = [
            (Area::Cadence, Check::Rhythm),
            (Area::Targets, Check::BrokenDown),
            (Area::Cadence, Check::Reviews),
        ];
        assert_eq!(next(&areas), steps);
    }
}
