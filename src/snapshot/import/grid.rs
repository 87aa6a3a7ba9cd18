//! The cells of a table as they were written, before anything is known of them.

use super::super::container::COLUMNS;
use super::super::header::folded;
use super::super::numbers::Numbers;
use super::super::rules::DATA_LIMIT;
use super::lines::{DIGITS, Few, Lines};
use crate::diag::{Finding, Place};
use csv::StringRecord;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Cells as written, row by row. An empty cell is a missing one.
#[derive(Clone, Debug, Default)]
pub(in crate::snapshot) struct Grid {
    /// Labels of the columns.
    pub header: Vec<String>,
    /// Line of the header, counted from 1; 0 where there are no lines.
    pub header_line: u32,
    /// Line each row begins on.
    pub lines: Vec<u32>,
    /// Sheet of a workbook.
    pub sheet: Option<String>,
    /// Columns that the file itself says hold numbers.
    pub numbers: BTreeSet<usize>,
    /// Lines of rows of totals, which are no rows of data and not among them.
    pub totals: Vec<u32>,
    /// Rows that were written with fewer or more cells than the header has, and how many they have.
    pub odd: BTreeMap<usize, usize>,
    /// All cells, row by row, one after the other.
    text: String,
    /// Where each of them ends.
    ends: Vec<u32>,
    /// How many cells a row has in `ends`.
    width: usize,
    /// Columns whose cells stand elsewhere in `text`, row by row from and to.
    elsewhere: BTreeMap<usize, Vec<(u32, u32)>>,
    /// Columns of records that held nothing but whole numbers so far, read on the way.
    whole: Vec<Option<Numbers>>,
    /// The rows of `text`, where it was split as a whole and not cell by cell.
    split: Option<Lines>,
    /// A cell found no room any more.
    full: bool,
}

/// What the first cell of a row of totals says.
const TOTALS: &[&str] = &[
    "合計",
    "総計",
    "小計",
    "総合計",
    "合计",
    "总计",
    "总和",
    "小计",
    "total",
    "totals",
    "grand total",
    "subtotal",
    "sum",
    "計",
    "全体",
    "汇总",
];

/// Whether the first cell of a row that is not empty says that it holds totals.
pub(super) fn is_total<'a>(mut cells: impl Iterator<Item = &'a str>) -> bool {
    /// Most cells are longer, or digits.
    const LONG: usize = 24;
    let first = cells.find_map(|cell| Some(cell.trim()).filter(|cell| !cell.is_empty()));
    first.filter(|cell| cell.len() <= LONG && !cell.as_bytes()[0].is_ascii_digit()).is_some_and(|cell| {
        let plain = folded(cell).to_lowercase();
        let plain = plain.trim_end_matches(':').trim_end();
        // `合　計` is spread over its cell.
        TOTALS.contains(&plain) || !plain.is_ascii() && TOTALS.contains(&&*plain.replace(' ', ""))
    })
}

/// Cells of one file are addressed by 32 bits.
const TEXT_BYTES: usize = u32::MAX as usize;

/// A wide table may be mostly empty, but short rows below a header of thousands of labels must not fill the memory:
/// so many cells may be empty in any table …
const EMPTY_CELLS: usize = 1 << 25;
/// … and so many for each byte of the others.
const FILLED: usize = 16;

impl Grid {
    /// A grid without rows.
    pub(super) fn new(header: Vec<String>, header_line: u32) -> Grid {
        Grid { width: header.len(), header, header_line, ..Grid::default() }
    }

    /// Takes the rows of a text that was split, and the line of each; the text itself comes with [`Grid::take_text`].
    pub(super) fn take(&mut self, lines: Vec<u32>, split: Lines) {
        self.lines = lines;
        self.split = Some(split);
    }

    /// Whether the rows are those of a text that was split, and that must be there.
    pub(super) fn is_split(&self) -> bool {
        self.split.is_some()
    }

    /// Takes the text that was split, without the bytes before its header.
    pub(super) fn take_text(&mut self, mut text: String, start: usize) {
        text.drain(..start);
        self.text = text;
    }

    /// Makes room for the records of a text, at a guess: every cell that is not empty has a letter at least.
    pub(super) fn expect(&mut self, text: &str) {
        let rows = text.bytes().filter(|byte| *byte == b'\n').count();
        self.text.reserve(text.len().min(TEXT_BYTES));
        self.ends.reserve((rows * self.width).min(text.len()));
        self.lines.reserve(rows);
        // Room that is not used is never touched, and costs nothing.
        let most = (text.len() / self.width.max(1)).min(rows);
        self.whole = (0..self.width).map(|_| Some(Numbers::with_capacity(most))).collect();
    }

    /// How many rows.
    pub(in crate::snapshot) fn rows(&self) -> usize {
        self.lines.len()
    }

    /// Where a cell stands, for findings; the sheet of a workbook is named as spreadsheets do: `Sheet!label`.
    pub(in crate::snapshot) fn place(&self, path: &str, row: usize, column: usize) -> Place {
        Place::cell(path, self.lines[row], row as u64 + 1, &self.label(column))
    }

    /// The label of a column, with the sheet it is on.
    pub(in crate::snapshot) fn label(&self, column: usize) -> Cow<'_, str> {
        let label = self.header.get(column).map_or("", |label| label.trim());
        match &self.sheet {
            Some(sheet) => Cow::Owned(format!("{sheet}!{label}")),
            None => Cow::Borrowed(label),
        }
    }

    /// A cell.
    pub(in crate::snapshot) fn cell(&self, row: usize, column: usize) -> &str {
        let (from, to) = match self.elsewhere.get(&column) {
            Some(spans) => spans[row],
            None => self.span(row, column),
        };
        &self.text[from as usize..to as usize]
    }

    /// Where a cell that stands in its row begins and ends.
    fn span(&self, row: usize, column: usize) -> (u32, u32) {
        if let Some(split) = &self.split {
            return split.span(&self.text, row, column);
        }
        let at = row * self.width + column;
        (at.checked_sub(1).map_or(0, |before| self.ends[before]), self.ends[at])
    }

    /// The cells of a column, top to bottom.
    pub(in crate::snapshot) fn column(&self, column: usize) -> impl Iterator<Item = &str> {
        let elsewhere = self.elsewhere.get(&column);
        (0..self.rows()).map(move |row| {
            let (from, to) = elsewhere.map_or_else(|| self.span(row, column), |spans| spans[row]);
            &self.text[from as usize..to as usize]
        })
    }

    /// The different cells of a column, where they are known and few.
    pub(in crate::snapshot) fn few(&self, column: usize) -> Option<Few<'_>> {
        let split = self.split.as_ref().filter(|_| !self.elsewhere.contains_key(&column))?;
        split.few(&self.text, column)
    }

    /// Takes the numbers of a column that holds nothing but whole ones, or nothing: digits without sign, group or zeros in
    /// front, as most columns of most reports do. They are what reading its cells one by one would give.
    pub(in crate::snapshot) fn take_whole(&mut self, column: usize) -> Option<Numbers> {
        let known = match &mut self.split {
            Some(_) if self.elsewhere.contains_key(&column) => None,
            Some(split) => split.take_whole(column),
            None => self.whole.get_mut(column)?.take(),
        };
        known.filter(|cells| cells.iter().any(|cell| cell.is_some()))
    }

    /// Gives empty cells of a column the text of the cell above.
    pub(in crate::snapshot) fn fill_down(&mut self, column: usize) {
        let mut spans: Vec<(u32, u32)> = Vec::with_capacity(self.rows());
        for row in 0..self.rows() {
            let own = self.span(row, column);
            let above = spans.last().copied().filter(|_| self.cell(row, column).trim().is_empty());
            spans.push(above.unwrap_or(own));
        }
        self.elsewhere.insert(column, spans);
        if let Some(whole) = self.whole.get_mut(column) {
            *whole = None;
        }
    }

    /// Adds a column with one text in all rows.
    pub(super) fn add_constant(&mut self, label: &str, text: &str) {
        let from = self.end();
        self.push_text(text);
        self.elsewhere.insert(self.header.len(), vec![(from, self.end()); self.rows()]);
        self.header.push(label.to_owned());
    }

    fn end(&self) -> u32 {
        u32::try_from(self.text.len()).expect("`push_text` takes nothing beyond `TEXT_BYTES`")
    }

    fn push_text(&mut self, text: &str) {
        if self.text.len() + text.len() > TEXT_BYTES {
            self.full = true;
        } else {
            self.text.push_str(text);
        }
    }

    /// Adds a row: its cells by column; columns left out are empty.
    pub(super) fn push_row<'a>(&mut self, line: u32, cells: impl IntoIterator<Item = (usize, &'a str)>) {
        let mut row = vec![""; self.width];
        cells.into_iter().for_each(|(column, text)| row[column] = text);
        for text in row {
            self.push_text(text);
            self.ends.push(self.end());
        }
        self.lines.push(line);
    }

    /// Adds a record of a text; cells beyond the header are left out. Lines end in `\n`: the `\r` of a CRLF line is at
    /// the end of the last cell, and is taken off.
    pub(super) fn push_record(&mut self, line: u32, record: &StringRecord) {
        let last = self.width.min(record.len()).checked_sub(1).and_then(|last| record.range(last));
        let mut stop = last.as_ref().map_or(0, |last| last.end);
        let cells = record.as_slice();
        if stop == cells.len() && last.is_some_and(|last| cells[last].ends_with('\r')) {
            stop -= 1;
        }
        let base = self.text.len();
        self.push_text(&cells[..stop]);
        let room = self.text.len() - base;
        let mut from = 0;
        for column in 0..self.width {
            let to = record.range(column).map_or(room, |range| range.end.min(room));
            self.ends.push(u32::try_from(base + to).expect("`push_text` takes nothing beyond `TEXT_BYTES`"));
            if let Some(whole @ Some(_)) = self.whole.get_mut(column) {
                read_whole(whole, &cells.as_bytes()[from..to]);
            }
            from = to;
        }
        self.lines.push(line);
    }

    /// Whether the grid still fits the limits of files.
    pub(super) fn fits(&self, path: &str) -> Result<(), Finding> {
        let refuse = |message: String| Err(Finding::new(&DATA_LIMIT, Place::file(path), message));
        match self.header.len() {
            width if width > COLUMNS => {
                refuse(format!("{width} columns, more than the {COLUMNS} a table may have"))
            }
            _ if self.ends.len() > most_cells(self.text.len()) => refuse(nearly_empty(self.ends.len())),
            _ if self.full => refuse(format!("more than {TEXT_BYTES} bytes of cells in one file")),
            _ => Ok(()),
        }
    }
}

/// How many cells a table may have whose cells hold so many bytes.
pub(super) fn most_cells(bytes: usize) -> usize {
    EMPTY_CELLS + FILLED * bytes
}

/// What is said of a table that has more.
pub(super) fn nearly_empty(cells: usize) -> String {
    format!("{cells} cells, nearly all of them empty")
}

/// Puts a cell behind a column of whole numbers, or gives the column up.
fn read_whole(column: &mut Option<Numbers>, cell: &[u8]) {
    // Looked at first: numbers of parcels have more digits than any number of this machine.
    let is_plain = cell.len() <= DIGITS && (cell.len() < 2 || cell[0] != b'0');
    let digit = |sum: i64, byte: &u8| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0'));
    let digits = if is_plain { cell.iter().try_fold(0, digit) } else { None };
    match (column.as_mut(), digits) {
        (Some(column), Some(_)) if cell.is_empty() => column.push(None),
        (Some(column), Some(units)) => column.push(Some(i128::from(units))),
        _ => *column = None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(rows: &[&[&str]]) -> Grid {
        let mut grid = Grid::new(vec!["a".to_owned(), "b".to_owned()], 1);
        grid.expect(&"x,y\n".repeat(rows.len()));
        for (line, row) in (2..).zip(rows) {
            grid.push_record(line, &StringRecord::from(row.to_vec()));
        }
        grid
    }

    fn cells(grid: &Grid) -> Vec<Vec<&str>> {
        (0..grid.rows())
            .map(|row| (0..grid.header.len()).map(|column| grid.cell(row, column)).collect())
            .collect()
    }

    #[test]
    fn records_are_cut_and_filled_up_to_the_header() {
        let grid = grid(&[&["1", "x\r"], &["2\r"], &["3", "y", "z\r"], &["4", "\r"], &["\r"]]);
        assert_eq!(cells(&grid), [["1", "x"], ["2", ""], ["3", "y"], ["4", ""], ["", ""]]);
        assert_eq!(grid.column(1).collect::<Vec<_>>(), ["x", "", "y", "", ""]);
    }

    #[test]
    fn whole_numbers_are_read_on_the_way() {
        let whole = |cells: &[&str]| {
            let rows: Vec<[&str; 2]> = cells.iter().map(|cell| [*cell, "x"]).collect();
            let rows: Vec<&[&str]> = rows.iter().map(<[&str; 2]>::as_slice).collect();
            let mut grid = grid(&rows);
            assert_eq!(grid.take_whole(1), None, "texts are none");
            grid.take_whole(0).map(|cells| cells.iter().collect::<Vec<_>>())
        };
        assert_eq!(
            whole(&["0", "", "999999999999999"]),
            Some(vec![Some(0), None, Some(999_999_999_999_999)])
        );
        for other in ["01", "-1", "1.0", " 1", "1000000000000000", "1,000", "１", "x"] {
            assert_eq!(whole(&["1", other]), None, "{other}");
        }
        assert_eq!(whole(&["", ""]), None, "nothing at all is no number");
    }

    #[test]
    fn columns_that_stand_elsewhere() {
        let mut grid = grid(&[&["1", "x"], &["", "y"], &["", ""]]);
        grid.fill_down(0);
        grid.fill_down(1);
        grid.add_constant("c", "k");
        assert_eq!(cells(&grid), [["1", "x", "k"], ["1", "y", "k"], ["1", "y", "k"]]);
        assert_eq!(grid.take_whole(0), None, "what was filled down is read from its cells");
    }
}
