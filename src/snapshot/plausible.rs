//! Days whose sum is many times that of an ordinary day: a digit too many, a column of another unit, a row of totals that looks
//! like data. The figure stays, because sale days are real; it is told, with the file it came from.

use super::FileRecord;
use super::join::Joined;
use super::rules::VALUE_IMPLAUSIBLE;
use super::table::Column;
use crate::diag::{Finding, Level, Place};
use crate::plan::{ColumnKind, ColumnSpec, Id, Source, TableSpec};
use crate::time::{Date, days_between};
use crate::unit::Decimal;
use std::collections::BTreeSet;

/// So many times its median a day is worth a note (amazon-data.md §7).
const MUCH: i128 = 10;
/// So many times no sale day is: this is a warning.
const TOO_MUCH: i128 = 100;
/// Fewer days have no ordinary one among them.
const DAYS: usize = 14;
/// A day of ten times very little is nothing to speak of.
const SMALL: i128 = 100;
/// Days by stores; more would take memory that no report is worth.
const SLOTS: usize = 1 << 22;
/// No such slot.
const NOWHERE: u32 = u32::MAX;

/// What is found of the numbers of a table that formulas use.
pub(super) fn found(
    source: &Source,
    spec: &TableSpec,
    used: &BTreeSet<Id>,
    table: &Joined,
    records: &[FileRecord],
) -> Vec<Finding> {
    let columns = spec.columns.iter().filter(|column| column.kind == ColumnKind::Number);
    let asked: Vec<_> = columns.filter(|column| used.contains(&column.name) || column.required).collect();
    let slots = (!asked.is_empty()).then(|| Slots::of(table)).flatten();
    let Some(slots) = slots else { return Vec::new() };
    let tell = |column: &ColumnSpec| {
        let Column::Number { scale, rows } = table.frame.columns.get(&column.name)? else { return None };
        let peak = slots.peak(|row| rows.get(row), *scale)?;
        let path = records.get(table.files[peak.row] as usize).map_or("", |record| record.path.as_str());
        Some(finding(source, &column.name, &peak, path))
    };
    asked.into_iter().filter_map(tell).collect()
}

/// The day that stands out most.
struct Peak {
    row: usize,
    day: Date,
    value: Decimal,
    times: i128,
}

fn finding(source: &Source, column: &str, peak: &Peak, path: &str) -> Finding {
    let message = format!(
        "`{column}` of `{}` comes to {} on {}, {} times its median day",
        source.id, peak.value, peak.day, peak.times
    );
    let mut found = Finding::new(&VALUE_IMPLAUSIBLE, Place::file(path), message);
    if peak.times < TOO_MUCH {
        found.level = Level::Note;
    }
    found.hint(
        "compare the day with the report; was a digit added, or a row of totals? A sale day may be real",
    )
}

/// The day and store of each row, as a place in a list.
struct Slots<'a> {
    days: &'a [Option<Date>],
    /// [`NOWHERE`] where a row has no day or no store.
    rows: Vec<u32>,
    count: usize,
}

impl Slots<'_> {
    /// `None` where rows have no days, or lie over several.
    fn of(table: &Joined) -> Option<Slots<'_>> {
        if table.frame.columns.contains_key("date_end") {
            return None;
        }
        let days = table.frame.dates("date")?;
        let (first, last) = (days.iter().flatten().min()?, days.iter().flatten().max()?);
        let span = usize::try_from(days_between(*first, *last)).ok()? + 1;
        let stores = match table.frame.columns.get("store") {
            Some(Column::Text { values, rows }) => Some((values.len(), rows)),
            _ => None,
        };
        let count =
            span.checked_mul(stores.map_or(1, |(count, _)| count.max(1))).filter(|count| *count <= SLOTS)?;
        // Rows of one day mostly stand together.
        let mut last = (*first, 0);
        let mut slot = |row: usize| {
            let day = days[row]?;
            if day != last.0 {
                last = (day, usize::try_from(days_between(*first, day)).ok()?);
            }
            let store = stores.map_or(Some(0), |(_, rows)| rows[row].map(|id| id as usize))?;
            u32::try_from(store * span + last.1).ok()
        };
        let rows = (0..table.frame.rows).map(|row| slot(row).unwrap_or(NOWHERE)).collect();
        Some(Slots { days, rows, count })
    }

    /// The day that is most times its median, if any is so many times.
    fn peak(&self, number: impl Fn(usize) -> Option<i128>, scale: u32) -> Option<Peak> {
        let mut sums = vec![0_i128; self.count];
        for (row, slot) in self.rows.iter().enumerate() {
            if let (Some(sum), Some(value)) = (sums.get_mut(*slot as usize), number(row)) {
                *sum = sum.saturating_add(value);
            }
        }
        let mut sizes: Vec<i128> =
            sums.iter().map(|sum| sum.saturating_abs()).filter(|size| *size > 0).collect();
        if sizes.len() < DAYS {
            return None;
        }
        sizes.sort_unstable();
        let (median, most) = (sizes[sizes.len() / 2], sizes[sizes.len() - 1]);
        let times = most / median;
        let is_small = most < SMALL.saturating_mul(10_i128.checked_pow(scale)?);
        if times < MUCH || times < TOO_MUCH && is_small {
            return None;
        }
        let slot = sums.iter().position(|sum| sum.saturating_abs() == most)?;
        let row = self.rows.iter().position(|own| *own as usize == slot)?;
        let value = Decimal::try_from_i128_with_scale(sums[slot], scale).ok()?.normalize();
        Some(Peak { row, day: self.days[row]?, value, times })
    }
}
