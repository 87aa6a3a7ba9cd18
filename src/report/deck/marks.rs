//! What happened, on the points of a chart: notes from files, events of the calendar, changes of definitions. Each is kept,
//! also several a day (periods.md §7).

use super::Happened;
use crate::plan::{Id, Scope, Words};
use crate::report::Text;
use crate::report::context::Context;
use crate::time::{Date, Period, Review, Slot};

/// Something that happened, and the days of it.
pub(super) struct Event {
    pub(super) happened: Happened,
    pub(super) period: Period,
}

/// What concerns metrics in a scope, in the order of time. What lies after the last day has not happened; an event of the
/// calendar is announced and may lie ahead.
pub(super) fn events(context: &Context<'_>, metrics: &[&Id], scope: &Scope, last: Date) -> Vec<Event> {
    let plan = context.plan;
    let notes = plan.annotations.iter().filter(|note| {
        note.period.start <= last
            && (note.metrics.is_empty() || note.metrics.iter().any(|metric| metrics.contains(&metric)))
            && (note.scope.is_company() || note.scope == *scope)
    });
    let mut all: Vec<Event> = notes
        .map(|note| Event {
            happened: Happened {
                day: note.period.start,
                kind: note.kind.to_string(),
                text: Text::Words(note.text.clone()),
            },
            period: note.period,
        })
        .collect();
    let store = scope.member("store");
    let own = store.and_then(|store| plan.stores.get(store)).and_then(|store| store.season.as_ref());
    let season = own.or(plan.site.season.as_ref()).and_then(|season| plan.seasons.get(season));
    let sales = season.into_iter().flat_map(|season| &season.events);
    // What somebody noted about the same days says more than the calendar, and is told once.
    let noted: Vec<Period> =
        all.iter().filter(|event| event.happened.kind == "event").map(|event| event.period).collect();
    let here = sales.filter(|event| {
        &*event.kind == "sale"
            && !noted.contains(&event.period)
            && (event.stores.is_empty() || store.is_none_or(|store| event.stores.contains(store)))
    });
    all.extend(here.map(|event| Event {
        happened: Happened {
            day: event.period.start,
            kind: "event".to_owned(),
            text: Text::Words(if event.name.is_empty() {
                Words::same(&event.id)
            } else {
                event.name.clone()
            }),
        },
        period: event.period,
    }));
    all.sort_by_key(|event| (event.period, event.happened.kind.clone()));
    all
}

/// Flags on slots, and the texts they stand for: those that lie in a window of the chart.
pub(super) fn flags(
    events: Vec<Event>,
    review: &Review,
    with_prior: bool,
) -> (Vec<(usize, usize, bool)>, Vec<Happened>) {
    let (mut flags, mut notes) = (Vec::new(), Vec::new());
    for event in events {
        let touches = |period: Period| event.period.start <= period.end && period.start <= event.period.end;
        let number = notes.len() + 1;
        let mut own = Vec::new();
        let mut look = |slots: &[Slot], from: usize| {
            for (at, slot) in slots.iter().enumerate() {
                if touches(slot.period) && event.period.start <= review.last {
                    own.push((from + at, number, false));
                } else if with_prior && touches(slot.prior) {
                    own.push((from + at, number, true));
                }
            }
        };
        look(&review.weeks, 0);
        look(&review.months, 7);
        if !own.is_empty() {
            flags.extend(own);
            notes.push(event.happened);
        }
    }
    (flags, notes)
}
