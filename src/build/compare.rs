//! One side of a comparison: read, measured and judged as for a build, without a page laid out.

use super::{Stage, Store, Survey, Watch, rules, survey};
use crate::assess::alert;
use crate::diff::{Measured, Side};
use crate::inputs::Inputs;
use crate::plan::written::written;
use crate::report::Provenance;
use crate::site::Failed;
use crate::time::{Date, plus_days};

/// Alerts are compared over as many days as figures are, in weeks.
const DAYS: i32 = 7 * 13;

/// Measures a workspace for a comparison.
///
/// # Errors
/// [`Failed::Interrupted`] if somebody asked to stop.
pub fn side(
    name: String,
    inputs: &dyn Inputs,
    store: &Store,
    as_of: Option<Date>,
    watch: &dyn Watch,
) -> Result<Side, Failed> {
    watch.begin(Stage::Plan);
    let written = written(inputs);
    let surveyed = survey(inputs, store, as_of, |_, _| {}, watch)?;
    let provenance = Provenance::of(&surveyed.snapshot, &surveyed.found);
    let Survey { plan, facts, judged, snapshot, found, .. } = surveyed;
    let raised = alert::alerts(&plan, &facts, &provenance.fresh(), snapshot.as_of).value;
    let found = super::finish(rules::levelled(found, &rules::Said::of(&plan, snapshot.as_of)));
    let measured = Measured {
        plan: &plan,
        facts: &facts,
        judged: &judged,
        raised: &raised,
        found: &found,
        since: snapshot.as_of.map(|day| plus_days(day, -DAYS)),
    };
    Ok(Side::of(name, written, &measured))
}
