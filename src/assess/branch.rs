//! The parts of a split, day by day: what they ask of a day adds up to what the whole asks of it, and the days of each
//! add up to the part. Parts of one table with whole numbers in every margin, each within a step of its exact share.

use super::phase::Versions;
use crate::plan::Rounding;
use crate::plan::shares::{Weights, allocate};
use std::ops::Range;

/// A part of a split.
pub(super) struct Part<'a> {
    /// Its total in each version of the whole, in steps of it.
    pub(super) totals: Vec<i128>,
    /// Weights of its days where its calendar is another one than that of the whole.
    pub(super) own: Option<&'a Weights>,
    /// How its days are rounded.
    pub(super) rounding: Rounding,
}

/// What each part asks of each day, in every version. `None` for a part whose own days cannot take what falls to them, and
/// for all of them where numbers are too great. `pieces` are the stretches of days within which calendars may differ: the
/// months of a target that is spread over months first, else all its days.
pub(super) fn parts(whole: &Versions, pieces: &[Range<usize>], parts: &[Part<'_>]) -> Vec<Option<Versions>> {
    let mut made: Vec<Option<Versions>> =
        parts.iter().map(|_| Some(Versions { decimals: whole.decimals, all: Vec::new() })).collect();
    // Days so far of each part, and of the whole.
    let mut now: Vec<Vec<i128>> = vec![Vec::new(); parts.len()];
    let mut of_whole: Vec<i128> = Vec::new();
    for (version, (from, asked)) in whole.all.iter().enumerate() {
        let from = *from;
        let sum =
            |days: &[i128], range: Range<usize>| days.get(range).unwrap_or_default().iter().sum::<i128>();
        let totals = parts.iter().zip(&now);
        let totals: Vec<i128> =
            totals.map(|(part, days)| part.totals[version] - sum(days, 0..from)).collect();
        let complete = sum(&of_whole, 0..from) + asked.iter().sum::<i128>()
            == parts.iter().map(|part| part.totals[version]).sum::<i128>();
        let begun =
            pieces.iter().find(|piece| piece.contains(&from)).map_or(from..from, |piece| piece.start..from);
        // By their own calendars the parts may have asked for more of a month that has begun than the whole did, or less.
        let late = match complete {
            true => {
                sum(&of_whole, begun.clone()) - now.iter().map(|days| sum(days, begun.clone())).sum::<i128>()
            }
            false => 0,
        };
        let pieces = pieces.iter().filter(|piece| piece.end > from);
        let pieces: Vec<Range<usize>> = pieces.map(|piece| piece.start.max(from)..piece.end).collect();
        let Some(rest) = version_of((asked, from, late), &pieces, parts, &totals) else {
            return parts.iter().map(|_| None).collect();
        };
        of_whole.truncate(from);
        of_whole.extend(asked);
        for ((days, rest), made) in now.iter_mut().zip(rest).zip(&mut made) {
            match (rest, made.as_mut()) {
                (Some(rest), Some(versions)) => {
                    days.truncate(from);
                    days.extend(&rest);
                    versions.all.push((from, rest));
                }
                _ => *made = None,
            }
        }
    }
    made
}

/// The days from `from` on of each part. The first piece of all parts takes `late` more than the whole asks of it.
fn version_of(
    (asked, from, late): (&[i128], usize, i128),
    pieces: &[Range<usize>],
    parts: &[Part<'_>],
    totals: &[i128],
) -> Option<Vec<Option<Vec<i128>>>> {
    let days_of = |piece: &Range<usize>| &asked[piece.start - from..piece.end - from];
    let mut by_piece: Vec<i128> = pieces.iter().map(|piece| days_of(piece).iter().sum()).collect();
    *by_piece.first_mut()? += late;
    let by_piece = table(totals, &by_piece)?;
    let mut all: Vec<Option<Vec<i128>>> = vec![Some(Vec::with_capacity(asked.len())); parts.len()];
    let shared: Vec<usize> = (0..parts.len()).filter(|at| parts[*at].own.is_none()).collect();
    for (column, piece) in pieces.iter().enumerate() {
        let rows: Vec<i128> = shared.iter().map(|at| by_piece[*at][column]).collect();
        for (at, row) in shared.iter().zip(table(&rows, days_of(piece))?) {
            all[*at].as_mut()?.extend(row);
        }
        for (at, part) in parts.iter().enumerate() {
            let Some(own) = part.own else { continue };
            let total = by_piece[at][column];
            let spread = allocate(total, &own.get()[piece.clone()], part.rounding)
                .or_else(|| (total == 0).then(|| vec![0; piece.len()]));
            match (spread, all[at].as_mut()) {
                (Some(spread), Some(days)) => days.extend(spread),
                _ => all[at] = None,
            }
        }
    }
    Some(all)
}

/// A table whose rows add up to `rows` and whose columns add up to `columns`, in proportion as far as whole steps allow.
/// What `rows` leave of the columns is one more row, which is not returned.
fn table(rows: &[i128], columns: &[i128]) -> Option<Vec<Vec<i128>>> {
    let total: i128 = columns.iter().sum();
    let rest = total - rows.iter().sum::<i128>();
    let rows: Vec<i128> = rows.iter().copied().chain([rest]).collect();
    let mut cells = match total.signum() {
        0 => without_proportions(&rows, columns),
        sign if rows.iter().chain(columns).all(|part| part * sign >= 0) => {
            let turned = |all: &[i128]| all.iter().map(|part| part * sign).collect::<Vec<i128>>();
            let mut cells = steady(&turned(&rows), &turned(columns))?;
            cells.iter_mut().flatten().for_each(|cell| *cell *= sign);
            cells
        }
        _ => mixed(&rows, columns, total)?,
    };
    cells.pop();
    Some(cells)
}

/// Shares that keep step with the columns: after each column every row has its share of all columns so far, rounded down
/// or up, and never less than before. That is to apportion a house that grows by each column (Balinski & Young 1975, the
/// quota method); of the rows that may have one more, those get it first which must have it earliest.
fn steady(rows: &[i128], columns: &[i128]) -> Option<Vec<Vec<i128>>> {
    let total: i128 = columns.iter().sum();
    let mut cells = vec![Vec::with_capacity(columns.len()); rows.len()];
    let (mut so_far, mut given) = (0, vec![0_i128; rows.len()]);
    let (mut now, mut open) = (given.clone(), Vec::with_capacity(rows.len()));
    for column in columns {
        so_far += column;
        let mut left = so_far;
        open.clear();
        for (at, row) in rows.iter().enumerate() {
            let (least, cut) = share(*row, so_far, total)?;
            now[at] = least.max(given[at]);
            left -= now[at];
            if cut > 0 && now[at] == least {
                open.push(at);
            }
        }
        let left = usize::try_from(left).ok().filter(|left| *left <= open.len())?;
        if left > 0 {
            let due = |one: &usize, other: &usize| {
                let (one, other) = (*one, *other);
                let (early, late) =
                    ((now[one] + 1).checked_mul(rows[other]), (now[other] + 1).checked_mul(rows[one]));
                early.cmp(&late).then(one.cmp(&other))
            };
            open.sort_unstable_by(due);
            open[..left].iter().for_each(|at| now[*at] += 1);
        }
        for ((cells, now), given) in cells.iter_mut().zip(&now).zip(&mut given) {
            cells.push(now - *given);
            *given = *now;
        }
    }
    Some(cells)
}

/// Shares where some are less than nothing (a part was revised down to less than it was asked so far).
///
/// Cells are rounded down first; the steps then missing are a table of noughts and ones with known margins, which is made
/// column by column, always from the rows that lack most (Gale 1957; Ryser 1957). One exists, as the fractions that were
/// cut off are such a table with parts of ones.
fn mixed(rows: &[i128], columns: &[i128], total: i128) -> Option<Vec<Vec<i128>>> {
    let mut cells = vec![vec![0_i128; columns.len()]; rows.len()];
    let mut cut = cells.clone();
    for ((row, cells), cut) in rows.iter().zip(&mut cells).zip(&mut cut) {
        for ((column, cell), cut) in columns.iter().zip(cells).zip(cut) {
            (*cell, *cut) = share(*row, *column, total)?;
        }
    }
    let mut lacks: Vec<i128> =
        rows.iter().zip(&cells).map(|(row, cells)| row - cells.iter().sum::<i128>()).collect();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    for (at, column) in columns.iter().enumerate() {
        let missing = column - cells.iter().map(|cells| cells[at]).sum::<i128>();
        let missing = usize::try_from(missing).ok()?;
        order.sort_unstable_by_key(|row| (std::cmp::Reverse((lacks[*row], cut[*row][at])), *row));
        for row in order.get(..missing)? {
            cells[*row][at] += 1;
            lacks[*row] -= 1;
        }
    }
    Some(cells)
}

/// Rows and columns that both add up to nothing have no proportions: the first row takes the columns, and what the others
/// need is moved on the last day.
fn without_proportions(rows: &[i128], columns: &[i128]) -> Vec<Vec<i128>> {
    let mut cells = vec![vec![0; columns.len()]; rows.len()];
    if let (Some(last), Some((first, others))) = (columns.len().checked_sub(1), cells.split_first_mut()) {
        first.copy_from_slice(columns);
        for (cells, row) in others.iter_mut().zip(&rows[1..]) {
            cells[last] += row;
            first[last] -= row;
        }
    }
    cells
}

/// `row × column / total` rounded down, and what was cut off, in parts of `total`.
fn share(row: i128, column: i128, total: i128) -> Option<(i128, i128)> {
    let product = row.checked_mul(column)?;
    let (product, total) =
        if total < 0 { (product.checked_neg()?, total.checked_neg()?) } else { (product, total) };
    // Most amounts are small enough for the fast division of the processor.
    if let (Ok(product), Ok(total)) = (i64::try_from(product), i64::try_from(total)) {
        return Some((product.div_euclid(total).into(), product.rem_euclid(total).into()));
    }
    Some((product.div_euclid(total), product.rem_euclid(total)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows: &[i128], columns: &[i128], expected: &[&[i128]]) {
        assert_eq!(table(rows, columns).expect("small numbers"), expected, "{rows:?} {columns:?}");
    }

    #[test]
    fn both_margins_of_a_table_are_kept() {
        check(&[5, 5], &[3, 3, 4], &[&[2, 1, 2], &[1, 2, 2]]);
        check(&[1, 1, 1], &[1, 0, 2], &[&[1, 0, 0], &[0, 0, 1], &[0, 0, 1]]);
        // Seven of ten a day are seven on every day.
        check(&[28, 12], &[10, 10, 10, 10], &[&[7, 7, 7, 7], &[3, 3, 3, 3]]);
        // A part that is not there takes its share of every day.
        check(&[6], &[4, 4, 4], &[&[2, 2, 2]]);
        check(&[-5, -5], &[-10], &[&[-5], &[-5]]);
        check(&[-1, 6], &[3, 2], &[&[-1, 0], &[4, 2]]);
        // Nothing in all, and yet one has to give what the other gets.
        check(&[1, -1], &[0, 0], &[&[0, 1], &[0, -1]]);
    }

    #[test]
    fn no_running_total_is_a_step_from_its_share() {
        let mut seed = 7_u64;
        let mut next = |limit: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i128::from((seed >> 33) % limit)
        };
        for _ in 0..2000 {
            let limit = [2, 5, 1000, 1 << 30][usize::try_from(next(4)).expect("small")];
            let columns: Vec<i128> = (0..1 + next(40)).map(|_| next(limit)).collect();
            let (total, count) = (columns.iter().sum::<i128>(), 1 + next(6));
            let mut left = total;
            let rows: Vec<i128> = (0..count)
                .map(|_| {
                    let row = next(u64::try_from(left + 1).expect("not negative"));
                    left -= row;
                    row
                })
                .collect();
            let cells = table(&rows, &columns).expect("small numbers");
            for (row, cells) in rows.iter().zip(&cells) {
                assert_eq!(cells.iter().sum::<i128>(), *row, "{rows:?} {columns:?}");
                let (mut upto, mut all) = (0, 0);
                for (cell, column) in cells.iter().zip(&columns) {
                    (upto, all) = (upto + cell, all + column);
                    assert!(total == 0 || (upto * total - row * all).abs() < total, "{rows:?} {columns:?}");
                    assert!(*cell >= 0 && (*column > 0 || *cell == 0));
                }
            }
            for (at, column) in columns.iter().enumerate() {
                let sum: i128 = cells.iter().map(|cells| cells[at]).sum();
                assert!(sum <= *column && (left > 0 || sum == *column), "{rows:?} {columns:?}");
            }
        }
    }
}
