//! The figures themselves, one row per metric, scope and period, each with its target and what it is compared with.
//! Spreadsheets and BI tools read them; nothing is formatted here.

use super::context::ends;
use super::{Context, Provenance};
use crate::assess::spc::{Control, LimitState, Lines, Watched, control};
use crate::assess::{Judged, Standing};
use crate::measure::{Facts, Point};
use crate::plan::{Id, Plan, Scope};
use crate::time::Grain;
use crate::unit::{Quantity, Unit};

/// One figure with everything needed to read it alone.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// Its process limits; `None` where there are none.
    pub control: Option<Limited>,
    /// The metric.
    pub metric: &'a Id,
    /// For whom.
    pub scope: &'a Scope,
    /// How long its period is.
    pub grain: Grain,
    /// The value with its period and state.
    pub point: &'a Point,
    /// What it is measured in; a percentage is the plain ratio.
    pub unit: &'a Unit,
    /// The target it is held against, both ends of a range.
    pub target: Option<(Quantity, Option<Quantity>)>,
    /// Actual over target, turned round where lower is better.
    pub attainment: Option<Quantity>,
    /// Where it stands; `None` without a target.
    pub standing: Option<Standing>,
    /// Of a target that runs over this very period: what is asked by now, how fast, what is left a day, where it ends.
    pub course: Option<Ahead>,
    /// The value of the period before.
    pub previous: Option<Quantity>,
    /// The value of the same period a year earlier.
    pub previous_year: Option<Quantity>,
}

/// Figures of a target in a running period (numbers.md §5.4–5.5).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ahead {
    /// What the plan asks by the last complete day.
    pub expected: Quantity,
    /// Actual over that.
    pub index: Option<Quantity>,
    /// What each day left has to bring, evenly.
    pub required_per_day: Option<Quantity>,
    /// Where it will end.
    pub forecast: Option<Quantity>,
    /// Between these two with the probability the target names.
    pub interval: Option<(Quantity, Quantity)>,
    /// Probability to reach the target, 0 to 1.
    pub probability: Option<Quantity>,
}

fn ahead(judged: &Judged) -> Option<Ahead> {
    let pace = judged.pace.as_ref()?;
    let float = |value: f64| value.is_finite().then_some(Quantity::Approximate(value));
    let forecast = judged.forecast;
    Some(Ahead {
        expected: pace.expected,
        index: pace.index,
        required_per_day: pace.required_per_day,
        forecast: forecast.and_then(|one| float(one.value)),
        interval: forecast.and_then(|one| one.interval).and_then(|(low, high)| float(low).zip(float(high))),
        probability: forecast.and_then(|one| one.probability).and_then(float),
    })
}

/// A figure under its limits.
#[derive(Clone, Debug)]
pub struct Limited {
    /// Number of the segment, from 1.
    pub segment: usize,
    /// Centre and limits at this point.
    pub lines: Lines,
    /// What the limits come from: mean or median of the moving ranges, and the limit of the range itself.
    pub ranges: Option<(f64, f64)>,
    /// How firm they are.
    pub state: LimitState,
    /// Rules that fired.
    pub signals: Vec<&'static str>,
}

fn under(control: &Control, at: usize) -> Option<Limited> {
    let segment = control.segments.iter().position(|one| one.first <= at && at <= one.last)?;
    let own = &control.segments[segment];
    Some(Limited {
        segment: segment + 1,
        lines: control.lines[at]?,
        ranges: own.range.zip(own.range_limit),
        state: own.state,
        signals: control.flags[at].fired().map(|(rule, _)| rule.name()).collect(),
    })
}

/// The measured figures of the series that are `wanted`, sorted by metric, scope, grain and time.
pub fn values<'a>(
    plan: &'a Plan,
    facts: &'a Facts,
    judged: &'a [Judged],
    wanted: &dyn Fn(&Id, &Scope, Grain) -> bool,
) -> Vec<Row<'a>> {
    let provenance = Provenance::default();
    let context = Context::new(plan, facts, judged, &provenance, Watched::default());
    let mut rows = Vec::new();
    for ((id, scope, grain), series) in &facts.series {
        let Some(metric) = plan.metrics.get(id).filter(|_| wanted(id, scope, *grain)) else { continue };
        // Most series have no target at all: looked for once, not for each point.
        let promised = plan.targets.iter().any(|target| target.metric == *id && target.scope == *scope);
        let limits = metric.limits.as_ref();
        let control = limits.map(|limits| control(series, limits, &plan.site.calendar));
        let value = |period| facts.at(id, scope, period).and_then(|point| point.value);
        for (place, point) in series.points.iter().enumerate() {
            let asked = promised.then(|| context.target_for(metric, scope, point.period)).flatten();
            let stands = asked.map(|asked| asked.stands(metric, Some(point)));
            rows.push(Row {
                control: control.as_ref().and_then(|control| under(control, place)),
                metric: id,
                scope,
                grain: *grain,
                point,
                unit: &metric.unit,
                target: asked.map(|asked| ends(asked.in_force.value)),
                attainment: stands.and_then(|(_, attainment)| attainment),
                standing: stands.map(|(standing, _)| standing),
                course: asked.and_then(|asked| asked.own).and_then(ahead),
                previous: value(plan.site.calendar.previous(point.period)),
                previous_year: value(plan.site.calendar.previous_year(point.period)),
            });
        }
    }
    rows
}
