//! What a source says of its files: how old the newest rows may be, and how many rows a file has.

use super::rules::{ROW_COUNT, STALE_SOURCE};
use crate::diag::{Finding, Place};
use crate::plan::{Source, TableRef};
use crate::snapshot::FileRecord;
use crate::time::{Date, days_between};
use std::collections::BTreeMap;
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
            _ => continue,
        };
        let message = format!("this file of `{}` has {} rows; {told}", source.id, file.rows);
        let finding = Finding::new(&ROW_COUNT, Place::file(&file.path), message);
        found.push(finding.hint("download it again, or write other limits in `rows:` of the source"));
    }
}
