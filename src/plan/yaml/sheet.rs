//! Changes one cell of a table of targets: every other byte of the file stays as it is.

use super::format::target::table::{Cell, cells};
use super::pen::Unwritable;

/// The cells of the row in which something begins at a line and column, with the names of their columns.
pub fn row(source: &str, place: (u32, u32)) -> Option<Vec<(String, String)>> {
    let rows = cells(source).ok()?;
    let names = rows.first()?.iter().map(|cell| cell.text.clone());
    Some(names.zip(rows[number(&rows, place)?].iter().map(|cell| cell.text.clone())).collect())
}

/// The table with another text in a column of that row, and where the cell begins.
///
/// # Errors
/// Where there is no such cell, or where more than it would differ.
pub fn set(
    source: &str,
    place: (u32, u32),
    column: &str,
    value: &str,
) -> Result<(String, (u32, u32)), Unwritable> {
    let rows = cells(source).map_err(|_| Unwritable::Broken)?;
    let row = number(&rows, place).ok_or(Unwritable::Missing)?;
    let at = rows[0].iter().position(|cell| cell.text == column).ok_or(Unwritable::Missing)?;
    let cell = rows[row].get(at).ok_or(Unwritable::Missing)?;
    let old = &source[cell.range.clone()];
    let core = old.trim();
    let needs = core.starts_with('"') || value.contains([',', '"', '\n']) || value != value.trim();
    let new = if needs { format!("\"{}\"", value.replace('"', "\"\"")) } else { value.to_owned() };
    let (before, after) = match core {
        "" => (old, ""),
        core => old.split_once(core).ok_or(Unwritable::NotOne)?,
    };
    let range = &cell.range;
    let text = [&source[..range.start], before, &new, after, &source[range.end..]].concat();
    let meant = (row, at, value.trim());
    if is_as_meant(&rows, &text, meant) {
        Ok((text, (cell.line, cell.column)))
    } else {
        Err(Unwritable::NotOne)
    }
}

/// Whether a table says the same as before but for one cell.
fn is_as_meant(before: &[Vec<Cell>], text: &str, (row, at, value): (usize, usize, &str)) -> bool {
    let Ok(after) = cells(text) else { return false };
    let same = |number: usize, (old, new): (&Vec<Cell>, &Vec<Cell>)| {
        let pairs = old.iter().zip(new).enumerate();
        let mut told = pairs.map(|(place, (old, new))| {
            new.text == if (number, place) == (row, at) { value } else { old.text.as_str() }
        });
        old.len() == new.len() && told.all(|same| same)
    };
    before.len() == after.len()
        && before.iter().zip(&after).enumerate().all(|(number, pair)| same(number, pair))
}

fn number(rows: &[Vec<Cell>], place: (u32, u32)) -> Option<usize> {
    let rows = rows.iter().enumerate().skip(1);
    let begins = |cell: &Cell| (cell.line, cell.column) == place;
    rows.filter(|(_, row)| row.iter().any(begins)).map(|(number, _)| number).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "metric,period,value,red,note\r\n\
                         sales,2025-11, 1_000 ,,\"first, \"\"best\"\"\"\r\n\
                         \"sales\",2025-12,\"2,000\",900,本店\r\n";

    fn check(line: u32, column: &str, value: &str, from: &str, to: &str) {
        let (text, _) = set(TABLE, (line, 1), column, value).expect("a cell");
        assert_eq!(text, TABLE.replacen(from, to, 1));
    }

    #[test]
    fn a_cell_is_changed_and_no_other_byte() {
        check(2, "value", "1_100", " 1_000 ", " 1_100 ");
        check(2, "red", "800", " 1_000 ,,", " 1_000 ,800,");
        check(2, "note", "a \"b\"", "\"first, \"\"best\"\"\"", "\"a \"\"b\"\"\"");
        check(3, "value", "2,100", "\"2,000\"", "\"2,100\"");
        check(3, "note", "本店, 駅", "本店", "\"本店, 駅\"");
    }

    #[test]
    fn what_is_no_cell_is_not_written() {
        assert_eq!(set(TABLE, (9, 1), "value", "1"), Err(Unwritable::Missing));
        assert_eq!(set(TABLE, (2, 1), "stretch", "1"), Err(Unwritable::Missing));
        assert_eq!(set("a,b\n\"", (2, 1), "a", "1"), Err(Unwritable::Broken));
        assert_eq!(row(TABLE, (3, 1)).map(|row| row[3].clone()), Some(("red".to_owned(), "900".to_owned())));
    }
}
