//! The box line: nine figures of a metric, or of how it grows against the year before (periods.md §6.5).

use super::{At, Figures};
use crate::assess::{Change, compare_in};
use crate::measure::{Point, State};
use crate::time::Slot;

/// Names of the nine figures, in their order.
pub const BOX: [&str; 9] = ["last_week", "wow", "yoy", "mtd", "mtd_yoy", "qtd", "qtd_yoy", "ytd", "ytd_yoy"];

/// One of the nine figures.
#[derive(Clone, Debug, PartialEq)]
pub enum BoxCell {
    /// A value.
    Level(Point),
    /// A change, with both sides of it.
    Change {
        /// What came of it.
        change: Change,
        /// The side that is compared.
        now: Point,
        /// What it is compared with.
        base: Point,
    },
    /// Nothing: growth has no growth against the year before.
    Nothing,
}

impl BoxCell {
    /// `complete` … `other-grain`, `n/a` or `n/m`.
    pub fn state(&self) -> &'static str {
        match self {
            BoxCell::Level(point) => point.state.name(),
            BoxCell::Change { change: Change::By { state, .. }, .. } => state.name(),
            BoxCell::Change { change: Change::NotMeaningful { .. }, .. } => "n/m",
            BoxCell::Change { change: Change::NotAvailable, .. } | BoxCell::Nothing => "n/a",
        }
    }
}

fn change(at: &At<'_>, now: &Slot, base: crate::time::Period) -> BoxCell {
    BoxCell::Change { change: at.change(now.period, base), now: at.point(now.period), base: at.point(base) }
}

/// The nine figures of a metric.
pub(super) fn of_metric(at: &At<'_>) -> Vec<BoxCell> {
    let mut cells = Vec::with_capacity(BOX.len());
    if let Some(week) = at.review.weeks.last() {
        cells.push(BoxCell::Level(at.point(week.period)));
        cells.push(change(at, week, week.before));
        cells.push(change(at, week, week.base));
    }
    for slot in &at.review.to_date {
        cells.push(BoxCell::Level(at.point(slot.period)));
        cells.push(change(at, slot, slot.base));
    }
    cells
}

/// The nine figures of growth against the year before: growth of each window, and how it changed from week to week.
pub(super) fn of_growth(at: &At<'_>, growth: &Figures) -> Vec<BoxCell> {
    let mut cells = Vec::with_capacity(BOX.len());
    if let [.., before, now] = growth.weeks.as_slice() {
        cells.push(BoxCell::Level(*now));
        cells.push(BoxCell::Change { change: compare_in(now, before, at.kind), now: *now, base: *before });
        cells.push(BoxCell::Nothing);
    }
    for point in &growth.to_date {
        let state = if point.state == State::OtherGrain { State::NoData } else { point.state };
        cells.push(BoxCell::Level(Point { state, ..*point }));
        cells.push(BoxCell::Nothing);
    }
    cells
}
