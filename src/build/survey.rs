//! Everything from the files to the standings: what `check`, `values` and `explain` need, and the first half of a build.

use super::{Stage, Watch, guess, stop};
use crate::assess::{self, Judged};
use crate::diag::{Checked, Finding};
use crate::inputs::{Inputs, Listing, ProjectPath, Stamp, Unreadable};
use crate::measure::{self, Facts};
use crate::plan::{self, AsOf, Demand, Plan};
use crate::report::{self, Report};
use crate::site::Failed;
use crate::snapshot::{self, Snapshot};
use crate::time::Date;

/// A workspace, read and measured.
#[derive(Debug)]
pub struct Survey {
    /// What people wrote.
    pub plan: Plan,
    /// What was recorded.
    pub snapshot: Snapshot,
    /// What the numbers are.
    pub facts: Facts,
    /// How targets stand.
    pub judged: Vec<Judged>,
    /// Everything found so far.
    pub found: Vec<Finding>,
}

/// Reads and measures a workspace. `wish` adds to what the pages need.
///
/// # Errors
/// [`Failed::Interrupted`] if somebody asked to stop.
pub fn survey(
    inputs: &dyn Inputs,
    cache: &dyn snapshot::Cache,
    as_of: Option<Date>,
    wish: impl FnOnce(&Plan, &mut Demand),
    watch: &dyn Watch,
) -> Result<Survey, Failed> {
    let inputs = &Interruptible { inner: inputs, watch };
    let mut found = Vec::new();
    watch.begin(Stage::Plan);
    let mut plan = plan::load(inputs).into_value(&mut found);
    if let Some(day) = as_of {
        plan.site.as_of = AsOf::On(day);
    }
    let lock = snapshot::Lock::read(inputs).into_value(&mut found);
    stop(watch)?;
    watch.begin(Stage::Snapshot);
    let snapshot = snapshot::take(&plan, inputs, &lock, cache).into_value(&mut found);
    stop(watch)?;
    watch.begin(Stage::Measure);
    guess::complete(&mut plan, &snapshot);
    let mut demand = plan::demand::demand(&plan);
    wish(&plan, &mut demand);
    let facts = measure::measure(&plan, &demand, &snapshot).into_value(&mut found);
    stop(watch)?;
    watch.begin(Stage::Assess);
    let judged = assess::assess(&plan, &facts);
    Ok(Survey { plan, snapshot, facts, judged, found })
}

/// What the pages of a surveyed workspace say.
///
/// # Errors
/// [`Failed::Interrupted`] if somebody asked to stop.
pub fn pages(survey: &Survey, watch: &dyn Watch) -> Result<Checked<Report>, Failed> {
    watch.begin(Stage::Report);
    let provenance = report::Provenance::default();
    let report = report::report(&survey.plan, &survey.facts, &survey.judged, &provenance);
    stop(watch)?;
    Ok(report)
}

/// Reads nothing more once somebody asked to stop, so that a long stage ends soon; its result is then thrown away.
struct Interruptible<'a> {
    inner: &'a dyn Inputs,
    watch: &'a dyn Watch,
}

impl Inputs for Interruptible<'_> {
    fn list(&self, folder: &ProjectPath) -> Listing {
        self.inner.list(folder)
    }

    fn read(&self, path: &ProjectPath, limit: u64) -> Result<crate::inputs::Bytes, Unreadable> {
        match self.watch.stopped() {
            true => Err(Unreadable::Failed("interrupted".to_owned())),
            false => self.inner.read(path, limit),
        }
    }

    fn stamp(&self, path: &ProjectPath) -> Option<Stamp> {
        self.inner.stamp(path)
    }
}
