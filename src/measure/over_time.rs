//! Day values become a period value (periods.md §3.1, §4): which days count, which are missing, and how complete the
//! result is.

use super::cover::Cover;
use super::engine::{Cell, Form, decimal};
use super::{Days, State};
use crate::plan::OverTime;
use crate::time::{Calendar, Date, Grain, Period, days_between};
use crate::unit::Quantity;

/// A value on its way: how much, how complete.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Part {
    pub(super) value: Option<Quantity>,
    pub(super) state: State,
    pub(super) days: Days,
}

/// What one slot (a day; a week or month at those grains) came to.
#[derive(Clone, Copy, Debug)]
struct Slotted {
    end: Date,
    value: Option<Quantity>,
    /// For exact forms: the value without its scale.
    units: i128,
    /// Nothing of it is missing.
    whole: bool,
}

/// The observations of one aggregate in one scope, slot by slot.
pub(super) struct Observed<'a> {
    slots: Vec<Slotted>,
    first: Option<Date>,
    over: OverTime,
    form: Form,
    nothing: Nothing,
    time: Time<'a>,
    provisional_from: Option<Date>,
}

/// What it is worth that there is nothing to see.
#[derive(Clone, Copy)]
pub(super) struct Nothing {
    /// No row of the scope, on a day on which the source has rows.
    pub(super) no_rows: Option<Quantity>,
    /// Rows, but none with a value: nothing for a sum, zero for a count (`count(case when … end)`).
    pub(super) no_values: Option<Quantity>,
}

/// How the site and the metric cut time.
#[derive(Clone, Copy)]
pub(super) struct Time<'a> {
    pub(super) calendar: &'a Calendar,
    pub(super) grain: Grain,
    pub(super) as_of: Date,
}

impl<'a> Observed<'a> {
    /// Lays the cells of a scope (ascending days) into the slots of its source.
    pub(super) fn of(
        (days, cells): (&[Date], &[Cell]),
        form: Form,
        over: OverTime,
        nothing: Nothing,
        cover: &Cover,
        time: Time<'a>,
    ) -> Observed<'a> {
        let mut observed = Observed {
            slots: Vec::with_capacity(cover.slots.len()),
            first: None,
            over,
            form,
            nothing,
            time,
            provisional_from: cover.provisional_from,
        };
        let mut at =
            days.partition_point(|day| cover.slots.first().is_some_and(|slot| *day < slot.period.start));
        for slot in &cover.slots {
            let from = at;
            while days.get(at).is_some_and(|day| *day <= slot.period.end) {
                at += 1;
            }
            let (value, units, known) = observed.slot_value(&cells[from..at], slot.any);
            let end = slot.period.end;
            observed.slots.push(Slotted { end, value, units, whole: value.is_some() && known && slot.all });
        }
        observed.first = observed.slots.iter().find(|slot| slot.value.is_some()).map(|slot| slot.end);
        observed
    }

    /// Value, units, and whether everything looked up was known.
    fn slot_value(&self, cells: &[Cell], source_has_rows: bool) -> (Option<Quantity>, i128, bool) {
        let known = cells.iter().all(|cell| cell.unknown == 0);
        let seen: Vec<(Quantity, i128)> =
            cells.iter().filter_map(|cell| Some((cell.value(self.form)?, cell.units))).collect();
        match seen.as_slice() {
            [(value, units)] => (Some(*value), *units, known),
            [] if source_has_rows && cells.iter().all(|cell| cell.rows == 0) => {
                (self.nothing.no_rows, 0, known)
            }
            [] if cells.iter().any(|cell| cell.rows > 0) => (self.nothing.no_values, 0, known),
            [] => (None, 0, known),
            several => {
                let units = several.iter().map(|(_, units)| units).sum();
                (fold(self.over, self.form, several.iter().copied()), units, known)
            }
        }
    }

    /// The value over a period. `again` is the cell over all its rows, where that was asked for.
    pub(super) fn over(&self, period: Period, again: Option<Cell>) -> Part {
        let as_of = self.time.as_of;
        if period.grain.is_some_and(|grain| grain < self.time.grain) {
            return Part { value: None, state: State::OtherGrain, days: Days::default() };
        }
        let from = self.slots.partition_point(|slot| slot.end < period.start);
        let to = self.slots.partition_point(|slot| slot.end <= period.end);
        let slots = &self.slots[from.min(to)..to];
        let observed = count(slots.iter().filter(|slot| slot.whole));
        // A week that still runs at as-of promises nothing yet; if its observation is there, it is one of one.
        let early = count(slots.iter().filter(|slot| slot.whole && slot.end > as_of));
        let expected = self.promised(period) + early;
        let days = Days { observed, expected };
        if period.start > as_of {
            return Part { value: None, state: State::Future, days: Days::default() };
        }
        let Some(value) = self.value_of(slots, again) else {
            let seen_before = self.first.is_some_and(|first| first < period.start);
            let any = slots.iter().any(|slot| slot.value.is_some());
            let state = match (any, seen_before) {
                (true, _) => State::Undefined,
                (false, true) => State::Missing,
                (false, false) => State::NoData,
            };
            return Part { value: None, state, days };
        };
        Part { value: Some(value), state: self.state(period, slots, days), days }
    }

    fn state(&self, period: Period, slots: &[Slotted], days: Days) -> State {
        let as_of = self.time.as_of;
        let lacking = match self.over {
            OverTime::Last => !self.is_there(slots.last(), period.end.min(as_of), period),
            OverTime::First => !self.is_there(slots.first(), period.start, period),
            _ => days.observed < days.expected,
        };
        if period.end > as_of {
            State::Running
        } else if lacking {
            State::Partial
        } else if self.provisional_from.is_some_and(|from| from <= period.end) {
            State::Provisional
        } else {
            State::Complete
        }
    }

    /// Whether the slot is the one that holds `day` (or, at coarser grains, the outermost one promised), and whole.
    fn is_there(&self, slot: Option<&Slotted>, day: Date, period: Period) -> bool {
        let wanted = match self.time.grain {
            Grain::Day => Some(day),
            _ if day == period.start => self.promises(period).next().map(|slot| slot.end),
            _ => self.promises(period).last().map(|slot| slot.end),
        };
        slot.is_some_and(|slot| slot.whole && wanted.is_none_or(|wanted| slot.end == wanted))
    }

    fn promises(&self, period: Period) -> impl Iterator<Item = Period> {
        let until = period.end.min(self.time.as_of);
        let slots = self.time.calendar.periods(self.time.grain, period.start, until);
        slots.into_iter().filter(move |slot| slot.end >= period.start && slot.end <= until)
    }

    /// How many observations the grain promises in the period up to as-of.
    fn promised(&self, period: Period) -> u32 {
        let until = period.end.min(self.time.as_of);
        match self.time.grain {
            _ if until < period.start => 0,
            Grain::Day => days_between(period.start, until) + 1,
            _ => count(self.promises(period)),
        }
    }

    fn value_of(&self, slots: &[Slotted], again: Option<Cell>) -> Option<Quantity> {
        let values = slots.iter().filter_map(|slot| Some((slot.value?, slot.units)));
        match (self.over, again) {
            (OverTime::Rows, Some(cell)) if cell.seen > 0 => cell.value(self.form),
            (OverTime::Rows, _) => {
                // Nothing to see in the whole period, though the source has rows.
                let rows = again.is_some_and(|cell| cell.rows > 0);
                let nothing = if rows { self.nothing.no_values } else { self.nothing.no_rows };
                slots.iter().any(|slot| slot.value.is_some()).then_some(nothing).flatten()
            }
            (over, _) => fold(over, self.form, values),
        }
    }
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

/// Several values, in the order of time, become one.
fn fold(over: OverTime, form: Form, mut values: impl Iterator<Item = (Quantity, i128)>) -> Option<Quantity> {
    match over {
        OverTime::First => values.next().map(|(value, _)| value),
        OverTime::Last => values.last().map(|(value, _)| value),
        OverTime::Min => {
            values.map(|(value, _)| value).reduce(|a, b| if b.compare(a).is_lt() { b } else { a })
        }
        OverTime::Max => {
            values.map(|(value, _)| value).reduce(|a, b| if b.compare(a).is_gt() { b } else { a })
        }
        OverTime::Sum | OverTime::Mean | OverTime::Rows => {
            let (total, count) = match form {
                Form::Exact(scale) => {
                    let first = values.next()?.1;
                    let (total, count) = values.try_fold((first, 1i64), |(sum, count), (_, units)| {
                        Some((sum.checked_add(units)?, count + 1))
                    })?;
                    (Quantity::Exact(decimal(total, scale)?), count)
                }
                _ => {
                    let first = values.next()?.0;
                    values.try_fold((first, 1i64), |(sum, count), (value, _)| {
                        Some((sum.plus(value)?, count + 1))
                    })?
                }
            };
            if over == OverTime::Mean && count > 1 { total.over(count.into()) } else { Some(total) }
        }
    }
}
