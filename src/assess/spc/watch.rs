//! Every metric under its limits, for the company and each store; and what is to be said about limits themselves.

use super::{Control, LimitState, control, rebase_suggested};
use crate::diag::{Checked, Family, Finding, Level, Rule};
use crate::measure::Facts;
use crate::parallel;
use crate::plan::{Annotation, Id, Limits, Metric, Plan, Scope};
use crate::time::{Date, Grain};
use std::collections::BTreeMap;

/// Rules raised here.
pub static RULES: &[&Rule] = &[&LIMITS_NOT_POSSIBLE, &COARSE_VALUES, &REBASE_SUGGESTED];

/// Four weeks are no history.
static LIMITS_NOT_POSSIBLE: Rule = Rule {
    name: "limits-not-possible",
    level: Level::Note,
    family: Family::Data,
    about: "finds `limits:` of a metric that cannot be drawn: fewer than 5 complete points, values that never move, no count behind a share, or too few whole cycles of a season",
    why: "without limits no signal can be told from noise, so the metric is not judged",
    example: "limits: {grain: month}        # three months so far: wait for two more, or write grain: week",
};

/// Zero or one.
static COARSE_VALUES: Rule = Rule {
    name: "coarse-values",
    level: Level::Warning,
    family: Family::Data,
    about: "finds limits over values that are so coarse that their moving range has only two or three possible values",
    why: "limits of such values lie too near or too far, and signals come and go by rounding",
    example: "complaints: 0, 1, 0, 0, 1 …        # measure finer, count over longer periods, or use chart: g",
};

/// Eight weeks on the other side.
static REBASE_SUGGESTED: Rule = Rule {
    name: "rebase-suggested",
    level: Level::Note,
    family: Family::Data,
    about: "finds a lasting shift that begins near a recorded change: the old limits may no longer be those of the process",
    why: "limits never begin anew by themselves; somebody has to say that the process is another one",
    example: "limits: {rebase: [{date: 2026-07-05, reason: \"ad campaigns rebuilt\"}]}",
};

/// A metric in a scope under its limits.
#[derive(Clone, Debug)]
pub struct Watch {
    /// How finely.
    pub grain: Grain,
    /// Limits and flags.
    pub control: Control,
}

/// All of them, by metric and scope.
#[derive(Clone, Debug, Default)]
pub struct Watched {
    /// The company and each store.
    pub by: BTreeMap<(Id, Scope), Watch>,
}

impl Watched {
    /// The limits of a metric in a scope.
    pub fn of(&self, metric: &str, scope: &Scope) -> Option<&Watch> {
        self.by.get(&(metric.into(), scope.clone()))
    }

    /// How many points were judged.
    pub fn points(&self) -> usize {
        self.by.values().map(|watch| watch.control.judged.iter().flatten().count()).sum()
    }
}

/// Puts every metric under its limits, for the company and each store. The as-of date cuts annotations, which say what
/// happened.
pub fn watch(plan: &Plan, facts: &Facts, as_of: Option<Date>) -> Checked<Watched> {
    let stores = facts.members.get("store").into_iter().flatten().map(|store| Scope::of("store", store));
    let scopes: Vec<Scope> = std::iter::once(Scope::company()).chain(stores).collect();
    let mut wanted: Vec<(&Metric, &Limits, &Scope)> = Vec::new();
    for metric in plan.metrics.values() {
        if let Some(limits) = &metric.limits {
            wanted.extend(scopes.iter().map(|scope| (metric, limits, scope)));
        }
    }
    let made = parallel::each(&wanted, |(metric, limits, scope)| {
        let grain = limits.grain(metric.grain);
        let series = facts.series(&metric.id, scope, grain)?;
        Some(Watch { grain, control: control(series, limits, &plan.site.calendar) })
    });
    let mut found = Vec::new();
    let mut by = BTreeMap::new();
    for ((metric, limits, scope), watch) in wanted.into_iter().zip(made) {
        let Some(watch) = watch else { continue };
        found.extend(told(metric, limits, scope, &watch));
        found.extend(suggested(plan, metric, scope, &watch, as_of));
        by.insert((metric.id.clone(), scope.clone()), watch);
    }
    Checked { value: Watched { by }, found }
}

/// What is wrong with limits that somebody asked for; said once, for the company.
fn told(metric: &Metric, limits: &Limits, scope: &Scope, watch: &Watch) -> Option<Finding> {
    let place = limits.place.as_ref().filter(|_| scope.is_company())?;
    let segment = watch.control.segments.last()?;
    if segment.coarse {
        let told = format!("the values of `{}` are too coarse for its limits", metric.id);
        let finding = Finding::new(&COARSE_VALUES, place.clone(), told);
        return Some(
            finding.hint(
                "measure finer, count over longer periods, or use a count chart: `chart: p`, `u` or `g`",
            ),
        );
    }
    let (why, hint) = match segment.state {
        LimitState::TooFew => (
            format!("there are {} complete points, {} are needed", segment.points, limits.possible_at),
            "wait for more periods, or pick a finer `grain`",
        ),
        LimitState::NoVariation => {
            ("its values never move".to_owned(), "look at another metric, or pick another grain")
        }
        LimitState::NoCount => (
            "this chart needs a count behind each value".to_owned(),
            "define the metric as one sum over another, or use `chart: xmr`",
        ),
        LimitState::NoCycle => {
            ("the season needs more whole cycles".to_owned(), "wait for them, or leave `deseason` out")
        }
        LimitState::Provisional | LimitState::Firm | LimitState::Locked => return None,
    };
    let told = format!("there are no limits of `{}`: {why}", metric.id);
    Some(Finding::new(&LIMITS_NOT_POSSIBLE, place.clone(), told).hint(hint))
}

fn suggested(
    plan: &Plan,
    metric: &Metric,
    scope: &Scope,
    watch: &Watch,
    as_of: Option<Date>,
) -> Option<Finding> {
    let (note, since) = rebase_of(plan, metric, scope, watch, as_of)?;
    let place = metric.limits.as_ref().and_then(|limits| limits.place.as_ref()).unwrap_or(&metric.place);
    let whose = if scope.is_company() { String::new() } else { format!(" of `{scope}`") };
    let told = format!(
        "`{}`{whose} has moved since {}, near the change of {}",
        metric.id,
        plan.site.calendar.id(since),
        note.date
    );
    let hint = format!(
        "if the process is another one now, add `rebase: [{{date: {}, reason: …}}]` to its `limits:`; else leave it",
        since.start
    );
    Some(Finding::new(&REBASE_SUGGESTED, place.clone(), told).hint(hint))
}

/// The change a lasting shift begins near, and the first period of the shift.
pub fn rebase_of<'p>(
    plan: &'p Plan,
    metric: &Metric,
    scope: &Scope,
    watch: &Watch,
    as_of: Option<Date>,
) -> Option<(&'p Annotation, crate::time::Period)> {
    let concerns = |note: &&Annotation| {
        as_of.is_some_and(|as_of| note.period.start <= as_of)
            && note.metrics.contains(&metric.id)
            && (note.scope.is_company() || note.scope == *scope)
    };
    let notes: Vec<&Annotation> = plan.annotations.iter().filter(concerns).collect();
    rebase_suggested(&watch.control, &notes)
}
