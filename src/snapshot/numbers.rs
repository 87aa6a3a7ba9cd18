//! The cells of a column of numbers, eight bytes each. Nearly all units fit 64 bits; a column with one that does not
//! takes thirty-two for each of its cells. Nobody who reads cells sees which of the two it is.

use super::frame::retain;
use std::cmp::Ordering;

/// Whole numbers or nothing, one per row.
#[derive(Clone, Debug)]
pub struct Numbers(Kept);

#[derive(Clone, Debug)]
enum Kept {
    /// [`MISSING`] stands for nothing.
    Small(Vec<i64>),
    /// Of a column with a number that `Small` cannot hold.
    Wide(Vec<Option<i128>>),
}

const MISSING: i64 = Numbers::MISSING;

/// A cell as it is kept; `None` if it needs more bits.
fn small(cell: Option<i128>) -> Option<i64> {
    match cell {
        None => Some(MISSING),
        Some(units) => i64::try_from(units).ok().filter(|units| *units != MISSING),
    }
}

fn cell(kept: i64) -> Option<i128> {
    (kept != MISSING).then(|| i128::from(kept))
}

fn wide(rows: &[i64]) -> Vec<Option<i128>> {
    rows.iter().copied().map(cell).collect()
}

impl Default for Numbers {
    fn default() -> Numbers {
        Numbers(Kept::Small(Vec::new()))
    }
}

impl Numbers {
    /// Stands for nothing in [`Numbers::small`].
    pub const MISSING: i64 = i64::MIN;

    /// No rows, and room for so many.
    pub fn with_capacity(rows: usize) -> Numbers {
        Numbers(Kept::Small(Vec::with_capacity(rows)))
    }

    /// So many rows without a number.
    pub fn missing(rows: usize) -> Numbers {
        Numbers(Kept::Small(vec![MISSING; rows]))
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        match &self.0 {
            Kept::Small(rows) => rows.len(),
            Kept::Wide(rows) => rows.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of a row.
    #[inline]
    pub fn get(&self, row: usize) -> Option<i128> {
        match &self.0 {
            Kept::Small(rows) => cell(rows[row]),
            Kept::Wide(rows) => rows[row],
        }
    }

    /// Gives a row another number, or none.
    pub fn set(&mut self, row: usize, units: Option<i128>) {
        match (&mut self.0, small(units)) {
            (Kept::Small(rows), Some(units)) => rows[row] = units,
            (Kept::Wide(rows), _) => rows[row] = units,
            (Kept::Small(rows), None) => {
                let mut rows = wide(rows);
                rows[row] = units;
                self.0 = Kept::Wide(rows);
            }
        }
    }

    /// Adds a row.
    #[inline]
    pub fn push(&mut self, units: Option<i128>) {
        match (&mut self.0, small(units)) {
            (Kept::Small(rows), Some(units)) => rows.push(units),
            (Kept::Wide(rows), _) => rows.push(units),
            (Kept::Small(rows), None) => {
                let mut rows = wide(rows);
                rows.push(units);
                self.0 = Kept::Wide(rows);
            }
        }
    }

    /// Adds a row whose number has at most 63 bits; the lowest of 64 bits is none of them.
    #[inline]
    pub(super) fn push_small(&mut self, units: Option<i64>) {
        match &mut self.0 {
            Kept::Small(rows) => rows.push(units.unwrap_or(MISSING)),
            Kept::Wide(rows) => rows.push(units.map(i128::from)),
        }
    }

    /// Adds rows without a number.
    pub fn push_missing(&mut self, count: usize) {
        match &mut self.0 {
            Kept::Small(rows) => rows.resize(rows.len() + count, MISSING),
            Kept::Wide(rows) => rows.resize(rows.len() + count, None),
        }
    }

    /// The rows from the first to the last.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<i128>> + '_ {
        (0..self.len()).map(|row| self.get(row))
    }

    /// These rows, in this order.
    pub fn gather(&self, rows: &[usize]) -> Numbers {
        match &self.0 {
            Kept::Small(own) => Numbers(Kept::Small(rows.iter().map(|row| own[*row]).collect())),
            Kept::Wide(own) => rows.iter().map(|row| own[*row]).collect(),
        }
    }

    /// Keeps these rows, in this order. What was there is left in `spare`, and what was in `spare` is overwritten: the
    /// columns of a table can take turns with it.
    pub(super) fn rearrange(&mut self, rows: &[usize], spare: &mut Numbers) {
        if let (Kept::Small(own), Kept::Small(spare)) = (&mut self.0, &mut spare.0) {
            spare.clear();
            spare.extend(rows.iter().map(|row| own[*row]));
            std::mem::swap(own, spare);
        } else {
            *self = self.gather(rows);
        }
    }

    /// Keeps the rows at these places, which ascend.
    pub(super) fn retain(&mut self, kept: &[usize]) {
        match &mut self.0 {
            Kept::Small(rows) => retain(rows, kept),
            Kept::Wide(rows) => *self = kept.iter().map(|row| rows[*row]).collect(),
        }
    }

    /// The cells of 64 bits each, [`Numbers::MISSING`] where there is none; `None` if one of them needs more.
    pub fn small(&self) -> Option<&[i64]> {
        match &self.0 {
            Kept::Small(rows) => Some(rows),
            Kept::Wide(_) => None,
        }
    }

    /// Which of two rows has the smaller number; rows without one before all others.
    #[inline]
    pub fn compare(&self, a: usize, b: usize) -> Ordering {
        match &self.0 {
            // What stands for nothing is the smallest of all.
            Kept::Small(rows) => rows[a].cmp(&rows[b]),
            Kept::Wide(rows) => rows[a].cmp(&rows[b]),
        }
    }
}

impl PartialEq for Numbers {
    fn eq(&self, other: &Numbers) -> bool {
        match (&self.0, &other.0) {
            (Kept::Small(own), Kept::Small(other)) => own == other,
            _ => self.iter().eq(other.iter()),
        }
    }
}

impl Eq for Numbers {}

impl Extend<Option<i128>> for Numbers {
    fn extend<I: IntoIterator<Item = Option<i128>>>(&mut self, cells: I) {
        let cells = cells.into_iter();
        if let Kept::Small(rows) = &mut self.0 {
            rows.reserve(cells.size_hint().0);
        }
        cells.for_each(|units| self.push(units));
    }
}

impl FromIterator<Option<i128>> for Numbers {
    fn from_iter<I: IntoIterator<Item = Option<i128>>>(cells: I) -> Numbers {
        let mut numbers = Numbers::default();
        numbers.extend(cells);
        numbers
    }
}

impl From<Vec<Option<i128>>> for Numbers {
    fn from(cells: Vec<Option<i128>>) -> Numbers {
        cells.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// On either side of what eight bytes hold.
    const EDGES: [Option<i128>; 7] = [
        Some(i64::MAX as i128),
        None,
        Some(i64::MIN as i128 + 1),
        Some(0),
        Some(i64::MAX as i128 + 1),
        Some(i64::MIN as i128),
        Some(i128::MIN),
    ];

    fn is_small(numbers: &Numbers) -> bool {
        matches!(numbers.0, Kept::Small(_))
    }

    #[test]
    fn cells_come_back_whatever_they_need() {
        for count in 0..=EDGES.len() {
            let cells = &EDGES[..count];
            let numbers: Numbers = cells.iter().copied().collect();
            assert_eq!(numbers.len(), count);
            assert_eq!(numbers.iter().collect::<Vec<_>>(), cells);
            assert_eq!(is_small(&numbers), count <= 4, "{cells:?}");
        }
    }

    #[test]
    fn rows_rank_as_their_cells_do() {
        for cells in [&EDGES[..4], &EDGES[..]] {
            let numbers = Numbers::from(cells.to_vec());
            for a in 0..cells.len() {
                for b in 0..cells.len() {
                    assert_eq!(
                        numbers.compare(a, b),
                        cells[a].cmp(&cells[b]),
                        "{:?} {:?}",
                        cells[a],
                        cells[b]
                    );
                }
            }
        }
    }

    #[test]
    fn equal_cells_are_equal_in_either_form() {
        let mut was_wide = Numbers::from(vec![Some(1), Some(i128::MAX), None]);
        was_wide.set(1, Some(2));
        let never = Numbers::from(vec![Some(1), Some(2), None]);
        assert!(!is_small(&was_wide) && is_small(&never));
        assert_eq!(was_wide, never);
        assert!(is_small(&was_wide.gather(&[1, 2])), "what is gathered fits again");
        assert_ne!(never, Numbers::missing(3));
    }

    #[test]
    fn cells_are_changed_and_added() {
        let mut numbers = Numbers::missing(1);
        numbers.push(Some(5));
        numbers.set(0, Some(i128::from(i64::MIN)));
        numbers.push_missing(2);
        numbers.set(1, None);
        assert_eq!(numbers, Numbers::from(vec![Some(i128::from(i64::MIN)), None, None, None]));
    }
}
