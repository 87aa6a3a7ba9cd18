//! What a preview shows, and to whom: everything, as its author sees it, or what an audience that sees a part is told,
//! cut by the same functions as for a tree that is written.

use super::{Base, Eyes, Facts, Hidden, Narrow, Sees, Survey, UNFIT_VALUE, chosen, cut};
use crate::build::{Stage, Watch};
use crate::diag::{Finding, Place};
use crate::plan::edit::{Entry, Subject};
use crate::plan::{Id, Plan};
use crate::report::Report;
use crate::time::Period;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What an audience that sees a part is shown.
pub struct Part {
    audience: Id,
    report: Arc<Report>,
    plan: Plan,
    scores: BTreeSet<(Period, Id, Id)>,
    hidden: Hidden,
    found: Vec<Finding>,
}

/// Leaves out of the plan what the author does not see, or gives what an audience that sees a part is shown. Without a name
/// that is the first audience that sees everything, or the first of all. To an audience that nobody knows nothing is shown.
pub(in crate::build) fn shown(survey: &mut Survey, name: Option<&str>, watch: &dyn Watch) -> Option<Part> {
    if survey.plan.audiences.is_none() && name.is_none() {
        return None;
    }
    let chosen = chosen(&survey.plan, name, &mut survey.found).unwrap_or_default();
    let author = chosen.iter().find(|audience| audience.sees == Sees::All);
    match (author, chosen.first()) {
        (Some(audience), _) => {
            let eyes = Eyes::of(&survey.plan, audience);
            survey.plan = cut::cut(&survey.plan, &Facts::default(), &eyes);
            None
        }
        (None, Some(audience)) => {
            watch.begin(Stage::Report);
            watch.about(&audience.id);
            let base = Base::of(survey);
            let mut found = Vec::new();
            let narrow = base.narrow(audience).into_value(&mut found);
            Some(Part::of(&base, narrow, found))
        }
        (None, None) => {
            if name.is_none() {
                let told = "`audiences:` names nobody, so nobody sees anything";
                survey.found.push(Finding::new(&UNFIT_VALUE, Place::file("kpress.yaml"), told));
            }
            let audiences = survey.plan.audiences.take();
            survey.plan = Plan { audiences, ..Plan::bare(survey.plan.site.clone()) };
            None
        }
    }
}

impl Part {
    fn of(base: &Base<'_>, narrow: Narrow, found: Vec<Finding>) -> Part {
        let scored = |one: &crate::assess::Scored| base.scored(one.clone(), &narrow.plan, &narrow.eyes);
        let scores = base.whole.scores.iter().filter_map(scored);
        let scores = scores.map(|one| (one.period, one.person, one.card)).collect();
        let Narrow { eyes, plan, report, hidden, .. } = narrow;
        Part { audience: eyes.audience.id.clone(), report: Arc::new(report), plan, scores, hidden, found }
    }

    /// Whose it is.
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// What its pages say.
    pub(in crate::build) fn report(&self) -> &Arc<Report> {
        &self.report
    }

    /// What is wrong with it that is not wrong with the whole.
    pub(in crate::build) fn found(&self) -> &[Finding] {
        &self.found
    }

    /// Whether something may be changed by who looks at this part: what it may not see is not for it to change either.
    pub fn shows(&self, subject: &Subject) -> bool {
        match subject {
            Subject::Target(id) => self.shows_target(id),
            Subject::Calendar(id) => self.plan.seasons.contains_key(id),
            Subject::Alert(id) => self.plan.alerts.iter().any(|alert| alert.id == *id),
        }
    }

    /// Whether one value of it may: what is written beside them may name others, and lines of a template or a split hold for
    /// others, too.
    pub fn may_change(&self, entry: &Entry, path: &[String]) -> bool {
        /// What a target, a calendar or an alert says about itself.
        const OWN: &[&str] =
            &["value", "between", "stretch", "red", "status", "phase", "glide", "weight", "days", "weights"];
        let is_own = |key: &String| OWN.contains(&key.as_str()) || path.len() == 1 && key != "owner";
        let is_told = path.first().map(String::as_str) == Some("status") && path.len() > 1;
        entry.made_by.is_none() && !is_told && path.first().is_some_and(is_own)
    }

    /// Whether a target is among what it sees.
    pub fn shows_target(&self, id: &Id) -> bool {
        self.plan.targets.iter().any(|target| target.id == *id)
    }

    /// Whether a period of a scorecard is: when, whose, which.
    pub fn shows_score(&self, key: &(Period, Id, Id)) -> bool {
        self.scores.contains(key)
    }

    /// What a file gives away: nothing of that kind would be published.
    pub fn leak(&self, path: &str, bytes: &[u8]) -> Option<Finding> {
        self.hidden.find(path, bytes)
    }
}
