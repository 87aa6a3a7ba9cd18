//! What is worked out over everything, once, whatever of it is shown to whom.

use super::Provenance;
use crate::assess::alert::Raised;
use crate::assess::spc::Watched;
use crate::assess::{self, Judged, Scored, Seasons};
use crate::diag::Checked;
use crate::measure::Facts;
use crate::plan::Plan;

/// What is worked out over the whole plan, before any of it is kept from anybody: a score or a limit is the same for
/// everybody who sees it.
#[derive(Clone, Debug)]
pub struct Whole {
    /// Every metric under its limits.
    pub watched: Watched,
    /// Every alert that was raised, the newest first.
    pub raised: Vec<Raised>,
    /// What people reached by their scorecards.
    pub scores: Vec<Scored>,
    /// Calendars as they count.
    pub seasons: Seasons,
}

impl Whole {
    /// Works it out.
    pub fn of(plan: &Plan, facts: &Facts, judged: &[Judged], provenance: &Provenance) -> Checked<Whole> {
        let mut found = Vec::new();
        let as_of = provenance.as_of;
        let watched = assess::spc::watch(plan, facts, as_of).into_value(&mut found);
        let raised = assess::alert::alerts(plan, facts, &provenance.fresh(), as_of);
        let value = Whole {
            watched,
            raised: raised.into_value(&mut found),
            scores: assess::scores(plan, facts, judged, as_of),
            seasons: assess::seasons(plan, facts),
        };
        Checked { value, found }
    }
}
