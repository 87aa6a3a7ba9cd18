//! Rows that say themselves which days they are of, against the period the source declares or the path names. A file whose
//! rows are of other days is not used: a week of Amazon (Sunday to Saturday) taken for a week of the site would look whole
//! and hold one day of another week.

use super::rules::PERIOD_DIFFERS;
use super::table::Frame;
use crate::diag::{Finding, Place};
use crate::time::{Date, Period};

/// What is wrong if kept rows are of other days than `period`. Rows of several days lie within it, all of them; of rows of
/// single days at least one does, for reports reach over midnight. Rows without days are of the period.
pub(super) fn differs(path: &str, period: Period, frame: &Frame, keep: &[usize]) -> Option<Finding> {
    let (starts, ends) = (frame.dates("date")?, frame.dates("date_end"));
    let span = |row: usize| {
        let start = starts[row]?;
        Some((start, ends.and_then(|ends| ends[row]).unwrap_or(start)))
    };
    let spans: Vec<(Date, Date)> = keep.iter().filter_map(|row| span(*row)).collect();
    let inside = |(start, end): &(Date, Date)| period.start <= *start && *end <= period.end;
    let fits = match ends {
        Some(_) => spans.iter().all(inside),
        None => spans.is_empty() || spans.iter().any(inside),
    };
    if fits {
        return None;
    }
    let first = spans.iter().map(|(start, _)| *start).min()?;
    let last = spans.iter().map(|(_, end)| *end).max()?;
    let message = format!(
        "the rows are of {first} to {last}, but the file is declared to be of {} to {}; the file is not used",
        period.start, period.end
    );
    let days = if first == last { first.to_string() } else { format!("{first}..{last}") };
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    let ending = name.split_once('.').map(|(_, ending)| format!(".{ending}")).unwrap_or_default();
    Some(Finding::new(&PERIOD_DIFFERS, Place::file(path), message).hint(format!(
        "where the path names the period, name the file by the days of its rows, `{days}{ending}`; else correct `period:`"
    )))
}
