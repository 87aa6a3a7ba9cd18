//! A site that is built into memory: everything up to the pages, which are then made one at a time as they are asked for.

use super::{Options, Store, Survey, Watch, pages, rules, survey};
use crate::assess::Judged;
use crate::diag::{self, Checked, Finding};
use crate::inputs::{Inputs, ProjectPath, Record, Recorded};
use crate::measure::Facts;
use crate::plan::Plan;
use crate::render::Theme;
use crate::report::Report;
use crate::site::Failed;
use crate::time::Date;
use std::collections::BTreeMap;

/// A site before its pages are made.
pub struct Draft {
    /// What people wrote.
    pub plan: Plan,
    /// How targets stand.
    pub judged: Vec<Judged>,
    /// What the numbers are.
    pub facts: Facts,
    /// Up to which day data counts.
    pub as_of: Option<Date>,
    /// What the pages say.
    pub report: Report,
    /// How they look.
    pub theme: Theme,
    /// Everything found so far, in the levels that the workspace gives.
    pub found: Vec<Finding>,
    /// Every file that it stands on.
    pub read: BTreeMap<ProjectPath, Recorded>,
    said: rules::Said,
}

/// Reads, measures and lays out a workspace.
///
/// # Errors
/// [`Failed::Interrupted`] if somebody asked to stop.
pub fn draft(
    inputs: &dyn Inputs,
    store: &Store,
    options: &Options,
    watch: &dyn Watch,
) -> Result<Draft, Failed> {
    let record = Record::of(inputs);
    let survey = survey(&record, store, options.as_of, |_, _| {}, watch)?;
    survey.read.iter().for_each(|(path, read)| record.note(path, read));
    let checked: Checked<Report> = pages(&survey, watch)?;
    let said = rules::Said::of(&survey.plan, survey.snapshot.as_of);
    let Survey { plan, judged, facts, snapshot, found, .. } = survey;
    let mut found = options.on_failed_plugin.levelled(found);
    let report = checked.into_value(&mut found);
    let theme = Theme::of(&record).into_value(&mut found);
    let mut found = rules::levelled(found, &said);
    diag::sort(&mut found);
    Ok(Draft { plan, judged, facts, as_of: snapshot.as_of, report, theme, found, read: record.seen(), said })
}

impl Draft {
    /// Findings of making pages, in the levels that the workspace gives.
    pub fn levelled(&self, found: Vec<Finding>) -> Vec<Finding> {
        rules::levelled(found, &self.said)
    }
}
