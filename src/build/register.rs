//! The actions of all reviews as a table, so that a closure rate is a metric like any other: with targets, limits, decks.
//! The table exists in memory only; its one truth stays in `reviews/` (docs/decisions/025).

use crate::assess::action::{self, Action};
use crate::inputs::{Inputs, Memory, Overlay, ProjectPath};
use crate::plan::review::REGISTER;
use crate::plan::{AsOf, PeriodOf, Plan};
use crate::time::{Date, Period};
use std::fmt::Write;

/// The table speaks about days up to here; those after the as-of day are cut.
const FAR: Date = Date::constant(2199, 12, 31);

/// The inputs with the register laid over them, where a source asks for it. That source then knows from which day on it
/// speaks: the first review, or an action that was due before.
pub(super) fn over<'a>(plan: &mut Plan, inputs: &'a dyn Inputs) -> Overlay<'a> {
    let mut files = Memory::default();
    let asked = plan.sources.values().any(|source| &*source.files == REGISTER);
    if asked {
        let until = match plan.site.as_of {
            AsOf::On(day) => day,
            AsOf::LatestComplete => FAR,
        };
        let (actions, _) = action::actions(plan, until);
        let held = plan.reviews.values().map(|review| review.period.start);
        let first = held.chain(actions.iter().filter_map(|one| one.due_first)).min();
        for source in plan.sources.values_mut().filter(|source| &*source.files == REGISTER) {
            if let Some(first) = first {
                source.period = PeriodOf::Fixed(Period::range(first, FAR));
            }
        }
        let path = ProjectPath::parse(REGISTER).expect("the register has a fit name");
        files.put(path, table(&actions).into_bytes().into());
    }
    Overlay::of(inputs, files)
}

/// The rows, by the day first said: moving a day does not help.
fn table(actions: &[Action]) -> String {
    let mut text = String::from("action,due_first,owner,due,on_time,moved\n");
    for one in actions {
        let Some(due) = one.due_first else { continue };
        let on_time = one.closed.as_ref().is_some_and(|(_, day)| *day <= due);
        let owner = one.owner.as_deref().unwrap_or_default();
        let (on_time, moved) = (u8::from(on_time), one.moved);
        let _ = writeln!(text, "\"{}\",{due},\"{owner}\",1,{on_time},{moved}", one.id);
    }
    text
}
