//! What a source says of its files: how old the newest rows may be, how many rows a file has, and which other source brings
//! the same figures.

use super::rules::{COUNTED_TWICE, ROW_COUNT, STALE_SOURCE};
use super::{FileRecord, Snapshot};
use crate::diag::{Finding, Place};
use crate::plan::{Absent, Plan, Source, TableRef};
use crate::time::{Date, days_between};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Stores whose newest rows are older than the source allows, by their days in one table. A store without any rows is told
/// elsewhere.
pub(super) fn stale(
    source: &Source,
    table: &TableRef,
    days: &BTreeMap<Arc<str>, Vec<Date>>,
    as_of: Option<Date>,
    found: &mut Vec<Finding>,
) {
    let Some((most, as_of)) = source.max_age.zip(as_of) else { return };
    for (store, days) in days {
        let Some(newest) = days.last().filter(|newest| **newest < as_of) else { continue };
        let age = days_between(*newest, as_of);
        if age <= most {
            continue;
        }
        let of = if store.is_empty() { String::new() } else { format!(" for the store `{store}`") };
        let message = format!(
            "the newest rows of `{}.{}`{of} are of {newest}, {age} days before {as_of}; {most} are allowed",
            table.source, table.table
        );
        let finding = Finding::new(&STALE_SOURCE, source.place.clone(), message);
        found.push(finding.hint("load the newest report, or raise `max_age`"));
    }
}

/// Files with fewer or more rows than the source says.
pub(super) fn rows(source: &Source, files: &[FileRecord], found: &mut Vec<Finding>) {
    let (least, most) = source.rows;
    for file in files {
        let told = match (least, most) {
            (Some(least), _) if file.rows < u64::from(least) => format!("at least {least} are expected"),
            (_, Some(most)) if file.rows > u64::from(most) => format!("at most {most} are expected"),
            // A header without rows is a report of nothing; where no row does not mean zero, its days stay missing.
            _ if is_hollow(source, file) => "it has only a header".to_owned(),
            _ => continue,
        };
        let message = format!("this file of `{}` has {} rows; {told}", source.id, file.rows);
        let finding = Finding::new(&ROW_COUNT, Place::file(&file.path), message);
        found.push(finding.hint("download it again, or write other limits in `rows:` of the source"));
    }
}

/// Days of a store for which two sources stand that bring the same figures: a sum over both would count them twice.
pub(super) fn twice(plan: &Plan, snapshot: &Snapshot, found: &mut Vec<Finding>) {
    let days = |source: &Source| -> BTreeMap<Arc<str>, Vec<Date>> {
        let first = source.tables.first();
        let reference = first.map(|table| TableRef { source: source.id.clone(), table: table.name.clone() });
        let table = reference.and_then(|reference| snapshot.tables.get(&reference));
        table.map(|table| table.days.clone()).unwrap_or_default()
    };
    for source in plan.sources.values() {
        let Some(other) = source.instead_of.as_ref().and_then(|other| plan.sources.get(other)) else {
            continue;
        };
        let of_other = days(other);
        for (store, own) in days(source) {
            let known: BTreeSet<Date> = of_other.get(&store).into_iter().flatten().copied().collect();
            let both: Vec<Date> = own.into_iter().filter(|day| known.contains(day)).collect();
            let Some(first) = both.first() else { continue };
            let of = if store.is_empty() { String::new() } else { format!(" of the store `{store}`") };
            let message = format!(
                "`{}` and `{}` both have rows{of} on {} days, the first is {first}: their figures would count twice",
                other.id,
                source.id,
                both.len()
            );
            let finding = Finding::new(&COUNTED_TWICE, source.place.clone(), message);
            found.push(finding.hint(
                "take the files of one of the two out of `data/`; to compare them, put them where another source reads them",
            ));
        }
    }
}

/// A file of columns and no row, of a source in which no row is no zero.
fn is_hollow(source: &Source, file: &FileRecord) -> bool {
    file.rows == 0 && !file.columns.is_empty() && source.absent != Some(Absent::Zero)
}
