//! Columns that stand in no file: what the row before said, and how far the rows of an entry are from balancing. Worked out
//! once all files are joined, so that the last day of one file and the first of the next are seen together.

use super::frame::compare;
use super::numbers::Numbers;
use super::rules::BALANCE_VANISHED;
use super::table::{Column, Frame};
use crate::diag::Finding;
use crate::plan::{Across, Id, Source, TableSpec};
use crate::time::{Date, plus_days};
use crate::unit::Decimal;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Days with rows, by store.
type Days = BTreeMap<Arc<str>, Vec<Date>>;

/// Fills these columns of a table. `days` are those its files speak about.
pub(super) fn fill(table: &TableSpec, days: &Days, frame: &mut Frame) {
    for column in &table.columns {
        let rows = match &column.across {
            None => continue,
            Some(Across::Carried { of, by }) => carried(frame, of, by, days),
            Some(Across::Balance { of, against, by }) => balance(frame, of, against, by),
            Some(Across::Total { of, by }) => total(frame, of, by),
        };
        if let Some(rows) = rows {
            frame.columns.insert(column.name.clone(), rows);
        }
    }
}

/// Rows of one kind after each other, in the order of their days; and where two are of one kind.
fn in_order(frame: &Frame, by: &[Id]) -> (Vec<usize>, impl Fn(usize, usize) -> bool) {
    let names = by.iter().map(|name| &**name).chain(["store"]);
    let columns: Vec<&Column> = names.filter_map(|name| frame.columns.get(name)).collect();
    let days = frame.dates("date");
    let mut rows: Vec<usize> = (0..frame.rows).collect();
    rows.sort_by(|a, b| {
        let of_day = || days.map_or(Ordering::Equal, |days| days[*a].cmp(&days[*b]));
        compare(&columns, *a, *b).then_with(of_day).then(a.cmp(b))
    });
    let alike = move |a: usize, b: usize| compare(&columns, a, b).is_eq();
    (rows, alike)
}

fn carried(frame: &Frame, of: &Id, by: &[Id], covered: &Days) -> Option<Column> {
    let Column::Number { scale, rows: values } = frame.columns.get(of)? else { return None };
    let starts = frame.dates("date")?;
    let ends = frame.dates("date_end").unwrap_or(starts);
    let (order, alike) = in_order(frame, by);
    let stores = frame.columns.get("store");
    let mut out: Vec<Option<i128>> = vec![None; frame.rows];
    for pair in order.windows(2).filter(|pair| alike(pair[0], pair[1])) {
        let (before, row) = (pair[0], pair[1]);
        let (Some(end), Some(start)) = (ends[before], starts[row]) else { continue };
        let store = stores.and_then(|stores| stores.text(row)).map_or("", |store| &**store);
        if end < start && is_covered(covered.get(store), end, start) {
            out[row] = values.get(before);
        }
    }
    Some(Column::Number { scale: *scale, rows: Numbers::from_iter(out) })
}

/// Whether every day after one and before another has rows: where a file is missing, nobody knows what happened in between.
fn is_covered(days: Option<&Vec<Date>>, after: Date, before: Date) -> bool {
    let first = plus_days(after, 1);
    if first == before {
        return true;
    }
    let Some(days) = days else { return false };
    let there = days.partition_point(|day| *day < before) - days.partition_point(|day| *day < first);
    usize::try_from(crate::time::days_between(first, before)).is_ok_and(|all| all == there)
}

fn balance(frame: &Frame, of: &Id, against: &Id, by: &[Id]) -> Option<Column> {
    let (Column::Number { scale, rows: plus }, Column::Number { scale: other, rows: minus }) =
        (frame.columns.get(of)?, frame.columns.get(against)?)
    else {
        return None;
    };
    let common = *scale.max(other);
    let raised = |units: i128, own: u32| units.checked_mul(10_i128.checked_pow(common - own)?);
    let (order, alike) = in_order(frame, by);
    let days = frame.dates("date");
    let same_day = |a: usize, b: usize| days.is_none_or(|days| days[a] == days[b]);
    let mut out: Vec<Option<i128>> = vec![Some(0); frame.rows];
    for entry in order.chunk_by(|a, b| alike(*a, *b) && same_day(*a, *b)) {
        // An empty cell is a side that the row does not have.
        let side = |values: &Numbers, own: u32| {
            entry
                .iter()
                .filter_map(|row| values.get(*row))
                .try_fold(0_i128, |sum, units| sum.checked_add(raised(units, own)?))
        };
        out[entry[0]] = side(plus, *scale).zip(side(minus, *other)).and_then(|(a, b)| a.checked_sub(b));
    }
    Some(Column::Number { scale: common, rows: Numbers::from_iter(out) })
}

fn total(frame: &Frame, of: &Id, by: &[Id]) -> Option<Column> {
    let Column::Number { scale, rows: values } = frame.columns.get(of)? else { return None };
    let (order, alike) = in_order(frame, by);
    let days = frame.dates("date");
    let same_day = |a: usize, b: usize| days.is_none_or(|days| days[a] == days[b]);
    let mut out: Vec<Option<i128>> = vec![None; frame.rows];
    for group in order.chunk_by(|a, b| alike(*a, *b) && same_day(*a, *b)) {
        out[group[0]] = group
            .iter()
            .try_fold(0_i128, |sum, row| values.get(*row).and_then(|units| sum.checked_add(units)));
    }
    Some(Column::Number { scale: *scale, rows: Numbers::from_iter(out) })
}

/// Stock that is in the books of one day and in none of the next, though that day was loaded: what the day closed with is
/// not zero, and the day after has no row of the kind. Sums of stock are too small there and look right. One finding for each
/// column that carries a balance.
pub(super) fn vanished(
    source: &Source,
    table: &TableSpec,
    days: &Days,
    frame: &Frame,
    as_of: Option<Date>,
) -> Vec<Finding> {
    let carried = table.columns.iter().filter_map(|column| match &column.across {
        Some(Across::Carried { of, by }) => Some((of, by)),
        _ => None,
    });
    carried.filter_map(|(of, by)| gone(source, of, by, days, frame, as_of)).collect()
}

fn gone(
    source: &Source,
    of: &Id,
    by: &[Id],
    covered: &Days,
    frame: &Frame,
    as_of: Option<Date>,
) -> Option<Finding> {
    /// Kinds that are named.
    const NAMED: usize = 3;
    let Column::Number { scale, rows: values } = frame.columns.get(of)? else { return None };
    let starts = frame.dates("date")?;
    let ends = frame.dates("date_end").unwrap_or(starts);
    let stores = frame.columns.get("store");
    let (order, alike) = in_order(frame, by);
    let mut found: Vec<(Date, usize)> = Vec::new();
    for (at, row) in order.iter().copied().enumerate() {
        let (Some(end), true) = (ends[row], values.get(row).is_some_and(|units| units != 0)) else {
            continue;
        };
        let next = plus_days(end, 1);
        let store = stores.and_then(|stores| stores.text(row)).map_or("", |store| &**store);
        let is_loaded = as_of.is_none_or(|day| next <= day)
            && covered.get(store).is_some_and(|days| days.binary_search(&next).is_ok());
        let follows =
            order.get(at + 1).is_some_and(|after| alike(row, *after) && starts[*after] <= Some(next));
        if is_loaded && !follows {
            found.push((next, row));
        }
    }
    found.sort_unstable();
    let name = |(next, row): &(Date, usize)| {
        let cells = by.iter().filter_map(|name| frame.columns.get(name)?.text(*row));
        let cells: Vec<&str> = cells.map(|cell| &**cell).collect();
        let units = values.get(*row).and_then(|units| Decimal::try_from_i128_with_scale(units, *scale).ok());
        let units = units.map_or_else(String::new, |units| units.normalize().to_string());
        format!("{} closed {} with {units} and has no row on {next}", cells.join(" "), plus_days(*next, -1))
    };
    let shown: Vec<String> = found.iter().take(NAMED).map(name).collect();
    let more = found.len().saturating_sub(NAMED);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    (!found.is_empty()).then(|| {
        let message = format!("`{of}` of `{}` ends without reaching zero: {}{more}", source.id, shown.join("; "));
        Finding::new(&BALANCE_VANISHED, source.place.clone(), message).hint(
            "the report of that day was cut, or filtered: download it again, for all products and places; until then the stock of the day is too small",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::frame::texts;
    use super::*;

    fn day(day: i8) -> Option<Date> {
        Some(Date::constant(2026, 5, day))
    }

    fn number(rows: &[Option<i128>]) -> Column {
        Column::Number { scale: 0, rows: rows.iter().copied().collect() }
    }

    fn frame(columns: Vec<(&str, Column)>) -> Frame {
        let rows = columns[0].1.len();
        Frame { rows, columns: columns.into_iter().map(|(name, column)| (name.into(), column)).collect() }
    }

    #[test]
    fn what_the_row_before_said() {
        let table = frame(vec![
            ("date", Column::Date(vec![day(1), day(2), day(3), day(1), day(3), day(6)])),
            ("sku", texts(&[Some("a"), Some("a"), Some("a"), Some("b"), Some("b"), Some("b")])),
            ("end", number(&[Some(10), Some(8), Some(7), Some(5), Some(4), Some(4)])),
        ]);
        // The 4th and 5th were not loaded.
        let days =
            BTreeMap::from([("".into(), [day(1), day(2), day(3), day(6)].into_iter().flatten().collect())]);
        let made = carried(&table, &"end".into(), &["sku".into()], &days);
        // b has no row on the 2nd, which the files hold: nothing moved. Before the 6th a file is missing.
        assert_eq!(made, Some(number(&[None, Some(10), Some(8), None, Some(5), None])));
    }

    #[test]
    fn stock_of_a_product_over_its_warehouses() {
        let table = frame(vec![
            ("date", Column::Date(vec![day(1), day(1), day(1), day(2)])),
            ("sku", texts(&[Some("a"), Some("b"), Some("a"), Some("a")])),
            ("end", number(&[Some(0), Some(0), Some(9), Some(0)])),
        ]);
        let made = total(&table, &"end".into(), &["sku".into()]);
        // One warehouse without a is no stock-out of a.
        assert_eq!(made, Some(number(&[Some(9), Some(0), None, Some(0)])));
    }

    #[test]
    fn entries_balance_each_for_itself() {
        let table = frame(vec![
            ("date", Column::Date(vec![day(1), day(1), day(1), day(2)])),
            ("entry", texts(&[Some("1"), Some("1"), Some("2"), Some("1")])),
            ("debit", number(&[Some(1100), None, Some(500), Some(70)])),
            ("credit", number(&[Some(1000), Some(100), Some(480), Some(90)])),
        ]);
        let made = balance(&table, &"debit".into(), &"credit".into(), &["entry".into()]);
        // Entry 2 is 20 too much, and the other entry 1, a day later, 20 too little: in a month they would cancel out.
        assert_eq!(made, Some(number(&[Some(0), Some(0), Some(20), Some(-20)])));
    }
}
