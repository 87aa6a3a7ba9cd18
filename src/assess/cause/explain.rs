//! A figure explained: against what, whether it is worth it, what each part did, and whose change it was.

use super::between::{Base, Between, Known, Side, Verdict};
use super::drill::{ByVolume, Drilled, by_volume, drill};
use super::tree::{Cause, PartOf, Splitting, Unsplit, split_metric};
use crate::diag::{Family, Finding, Level, Rule};
use crate::plan::{Against, Causes, First, Id, Method, Metric, Scope};
use crate::time::Period;

/// Rules raised here.
pub static RULES: &[&Rule] = &[&CAUSES_DO_NOT_CLOSE];

/// The parts are not the whole.
pub static CAUSES_DO_NOT_CLOSE: Rule = Rule {
    name: "causes-do-not-close",
    level: Level::Error,
    family: Family::Data,
    about: "finds an identity under `causes:` that does not give the metric in a period it is to explain",
    why: "a change told by parts that are not the whole is told wrongly, so it is not told at all",
    example: "gmv: {causes: orders * asp}        # units * asp; or `tolerance: 1%` where sources differ a little",
};

/// What a change came from.
#[derive(Clone, Debug)]
pub struct Explained {
    /// Whose.
    pub metric: Id,
    /// For whom.
    pub scope: Scope,
    /// The period.
    pub period: Period,
    /// Compared with what.
    pub against: Against,
    /// The same, as periods.
    pub base: Base,
    /// Both figures.
    pub sides: (f64, f64),
    /// Whether it is worth it.
    pub verdict: Verdict,
    /// What each part did and how products were split, or why nothing is told apart.
    pub causes: Result<(Vec<Cause>, Method), Unsplit>,
    /// Whose change it was, by level.
    pub drilled: Vec<Drilled>,
    /// Price, volume and mix.
    pub volume: Option<ByVolume>,
}

impl Explained {
    /// By how much it moved.
    pub fn change(&self) -> f64 {
        self.sides.1 - self.sides.0
    }
}

/// Explains a figure against one base; `None` where one of the two figures is not known.
pub fn explain(
    known: Known<'_>,
    metric: &Metric,
    causes: &Causes,
    scope: &Scope,
    period: Period,
    against: Against,
) -> Option<Explained> {
    let base = known.base(metric, scope, period, against)?;
    explain_against(known, metric, causes, scope, period, (against, base))
}

/// Explains a figure against any base.
pub fn explain_against(
    known: Known<'_>,
    metric: &Metric,
    causes: &Causes,
    scope: &Scope,
    period: Period,
    (against, base): (Against, Base),
) -> Option<Explained> {
    let verdict = known.verdict(metric, scope, period, &base);
    let between = Between { known, base, now: period };
    let value = |id: &str, side| between.value(id, scope, side);
    let sides = (value(&metric.id, Side::Was)?, value(&metric.id, Side::Now)?);
    let (was, now) = (|id: &Id| value(id, Side::Was), |id: &Id| value(id, Side::Now));
    let with = Splitting { plan: known.plan, was: &was, now: &now };
    let told = split_metric(&with, causes, sides);
    let effects: Vec<(Id, f64)> = told.iter().flat_map(|(parts, _)| parts).filter_map(named).collect();
    let mut drilled: Vec<Drilled> = causes
        .drill
        .iter()
        .filter_map(|wanted| drill(&between, metric, causes, wanted, scope, sides, &effects))
        .collect();
    if causes.first == First::Surprise {
        // What cannot be said of a level is no surprise; equal ones stay as written.
        let size = |one: &Drilled| one.surprise.unwrap_or(-1.0);
        drilled.sort_by(|a, b| size(b).total_cmp(&size(a)));
    }
    let volume = causes.volume.as_ref().and_then(|wanted| by_volume(&between, metric, wanted, scope, sides));
    Some(Explained {
        metric: metric.id.clone(),
        scope: scope.clone(),
        period,
        against,
        base: between.base,
        sides,
        verdict,
        causes: told,
        drilled,
        volume,
    })
}

fn named(cause: &Cause) -> Option<(Id, f64)> {
    match &cause.of {
        PartOf::Metric(id) => Some((id.clone(), cause.effect)),
        PartOf::Group(_) | PartOf::Rest => None,
    }
}

/// Looks for complete periods in which an identity does not give its metric, for the company and each store; said once per
/// metric, for the newest.
pub fn closes(known: Known<'_>) -> Vec<Finding> {
    let stores =
        known.facts.members.get("store").into_iter().flatten().map(|store| Scope::of("store", store));
    let scopes: Vec<Scope> = std::iter::once(Scope::company()).chain(stores).collect();
    let metrics = known.plan.metrics.values();
    metrics.filter_map(|metric| scopes.iter().find_map(|scope| open(known, metric, scope))).collect()
}

/// A year of weeks: what lies further back is explained by nobody.
const PERIODS: usize = 53;

fn open(known: Known<'_>, metric: &Metric, scope: &Scope) -> Option<Finding> {
    let causes = metric.causes.as_ref()?;
    let identity = causes.identity.as_ref()?;
    let series = known.facts.series(&metric.id, scope, causes.grain)?;
    let judged = series.points.iter().rev().take(PERIODS).filter(|point| point.state.is_judged());
    for point in judged {
        let value = |id: &Id| {
            let part = known.facts.at(id, scope, point.period)?;
            part.value.filter(|_| part.state.is_judged()).map(crate::unit::Quantity::as_f64)
        };
        let (Some(whole), Some(parts)) = (point.value, identity.value(&value)) else { continue };
        let whole = whole.as_f64();
        let gap = parts - whole;
        if gap.abs() > causes.tolerance * whole.abs().max(f64::MIN_POSITIVE) {
            let whose = if scope.is_company() { String::new() } else { format!(" of `{scope}`") };
            let told = format!(
                "the causes of `{}`{whose} do not give it: in {} they come to {}, it is {}",
                metric.id,
                known.plan.site.calendar.id(point.period),
                plain(parts),
                plain(whole)
            );
            let finding = Finding::new(&CAUSES_DO_NOT_CLOSE, causes.formula_at.clone(), told);
            let part = 100.0 * gap.abs() / whole.abs();
            let hint = if part.is_finite() && part < 5.0 {
                format!(
                    "fix the identity; where two sources differ a little, allow it: `tolerance: {:.1}%`",
                    part.max(0.1) * 1.2
                )
            } else {
                "fix the identity or the source; changes are not explained until then".to_owned()
            };
            return Some(finding.hint(hint));
        }
    }
    None
}

/// As many digits as tell two figures apart.
fn plain(value: f64) -> String {
    if value.abs() >= 100.0 { format!("{value:.0}") } else { format!("{value:.4}") }
}
