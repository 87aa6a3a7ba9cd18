//! Files of text that were cut on their way.

use super::{File, Grid};
use crate::diag::{Finding, Level, Place};
use crate::snapshot::rules::FILE_CUT;

/// A file without a line end at its end: one that ends within a row was cut on its way, others may be whole, for many programs
/// write no line end after the last row.
pub(super) fn cut(
    file: &File<'_>,
    table: usize,
    grid: &Grid,
    found: &mut Vec<Finding>,
) -> Result<(), Finding> {
    let Some(last) = grid.rows().checked_sub(1) else { return Ok(()) };
    let place = Place::at(&file.path.into(), grid.lines[last], 0, 0);
    let has_columns = !file.tables[table].columns.is_empty();
    if let Some(cells) = grid.odd.get(&last).filter(|cells| has_columns && **cells < grid.header.len()) {
        let message = format!(
            "the file ends within a row: {cells} of {} cells, and no line end; rows after it are lost",
            grid.header.len()
        );
        return Err(Finding::new(&FILE_CUT, place, message)
            .hint("download it again; if the row is whole, write a line end after it"));
    }
    if is_short(grid, last) {
        let told = "the last row has no line end, and its last cell is shorter than those above: it may have been cut";
        let mut finding = Finding::new(&FILE_CUT, place, told);
        finding.level = Level::Note;
        found.push(finding.hint("compare the last row with the report; a line end after it ends this note"));
    }
    Ok(())
}

/// Whether the last cell of the last row is shorter than that of every other row. Most programs that write no line end after
/// the last row write the row whole, and a note on each of their files would be read by nobody.
fn is_short(grid: &Grid, last: usize) -> bool {
    let Some(at) = grid.header.len().checked_sub(1) else { return false };
    let size = |row: usize| grid.cell(row, at).trim().len();
    last > 0 && (0..last).all(|row| size(row) > size(last))
}
