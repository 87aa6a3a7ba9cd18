//! Texts without a single quote: every row is a line, and its cells lie between delimiters. That is split in one pass, on
//! which columns of whole numbers are read and columns of few different cells are told by number, so that most cells are
//! never looked at again. Where cells begin is noted of the other columns only.

use crate::snapshot::numbers::Numbers;
use std::collections::BTreeMap;

/// A column with more different cells than this is not told by number.
const DIFFERENT: usize = 1 << 14;
/// So many digits fit 64 bits, and a float.
pub(super) const DIGITS: usize = 15;

/// The rows of a text that was split.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    delimiter: u8,
    /// Where the last row ends; what was put behind it belongs to no row.
    end: usize,
    /// Where each row begins.
    begins: Vec<u32>,
    columns: Vec<Kept>,
}

/// What is kept of the cells of a column.
#[derive(Clone, Debug)]
enum Kept {
    /// Whole numbers or nothing, read.
    Whole(Numbers),
    /// The different cells, and which of them each row has.
    Few { words: Vec<(u32, u32)>, ids: Vec<u32> },
    /// Where each begins.
    Many(Vec<u32>),
    /// They are looked for from the beginning of the row.
    Nothing,
}

/// The different cells of a column, and which of them each row has.
pub(in crate::snapshot) struct Few<'g> {
    /// In the order of their first rows.
    pub words: Vec<&'g str>,
    /// Place in `words`, by row.
    pub ids: &'g [u32],
}

impl Lines {
    /// Where a cell begins and ends; columns beyond the last cell of a row are empty.
    pub(super) fn span(&self, text: &str, row: usize, column: usize) -> (u32, u32) {
        let text = &text.as_bytes()[..self.end];
        match &self.columns[column] {
            Kept::Few { words, ids } => words[ids[row] as usize],
            Kept::Many(begins) => (begins[row], narrow(stop(text, begins[row] as usize, self.delimiter))),
            Kept::Whole(_) | Kept::Nothing => {
                let (from, to) = find(text, self.begins[row] as usize, column, self.delimiter);
                (narrow(from), narrow(to))
            }
        }
    }

    /// Takes the numbers of a column of whole ones.
    pub(super) fn take_whole(&mut self, column: usize) -> Option<Numbers> {
        let kept = self.columns.get_mut(column).filter(|kept| matches!(kept, Kept::Whole(_)))?;
        match std::mem::replace(kept, Kept::Nothing) {
            Kept::Whole(numbers) => Some(numbers),
            _ => None,
        }
    }

    /// The different cells of a column, if there are few.
    pub(super) fn few<'g>(&'g self, text: &'g str, column: usize) -> Option<Few<'g>> {
        match self.columns.get(column)? {
            Kept::Few { words, ids } => {
                let words = words.iter().map(|(from, to)| &text[*from as usize..*to as usize]).collect();
                Some(Few { words, ids })
            }
            _ => None,
        }
    }
}

/// Places fit 32 bits: longer texts are not split here.
fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Whether a line ends here: at its end, or before the `\r` in front of it.
fn ends_line(text: &[u8], at: usize) -> bool {
    match text.get(at) {
        None | Some(b'\n') => true,
        Some(b'\r') => matches!(text.get(at + 1), None | Some(b'\n')),
        Some(_) => false,
    }
}

/// Where the cell that begins at `from` ends.
fn stop(text: &[u8], from: usize, delimiter: u8) -> usize {
    let mut at = from;
    while text.get(at) != Some(&delimiter) && !ends_line(text, at) {
        at += 1;
    }
    at
}

/// Where a cell of the row that begins at `from` begins and ends.
fn find(text: &[u8], from: usize, column: usize, delimiter: u8) -> (usize, usize) {
    let (mut from, mut to) = (from, stop(text, from, delimiter));
    for _ in 0..column {
        if text.get(to) != Some(&delimiter) {
            return (to, to);
        }
        from = to + 1;
        to = stop(text, from, delimiter);
    }
    (from, to)
}

/// A text while it is split.
pub(super) struct Splitter<'t> {
    whole: &'t str,
    text: &'t [u8],
    delimiter: u8,
    begins: Vec<u32>,
    columns: Vec<Open<'t>>,
    filled: usize,
}

enum Open<'t> {
    Whole(Numbers),
    Few(Box<Different<'t>>),
    Many(Vec<u32>),
}

/// What was found in a line beside its cells.
pub(super) struct Line {
    /// Where the next one begins.
    pub next: usize,
    /// How many cells it has.
    pub cells: usize,
    /// The longest of them, and its bytes.
    pub longest: (usize, usize),
    /// A cell beyond the last column holds something.
    pub over: bool,
}

impl<'t> Splitter<'t> {
    /// `rows` at the most, each of `width` columns.
    pub(super) fn new(text: &'t str, delimiter: u8, width: usize, rows: usize) -> Splitter<'t> {
        // Room that is not used is never touched, and costs nothing.
        let most = (text.len() / width.max(1)).min(rows);
        Splitter {
            whole: text,
            text: text.as_bytes(),
            delimiter,
            begins: Vec::with_capacity(rows),
            columns: (0..width).map(|_| Open::Whole(Numbers::with_capacity(most))).collect(),
            filled: 0,
        }
    }

    /// Where the line behind the one that begins at `from` begins.
    pub(super) fn after(&self, from: usize) -> usize {
        let rest = &self.text[from..];
        from + rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1)
    }

    /// Whether a line holds nothing but white space.
    pub(super) fn is_blank(&self, from: usize) -> bool {
        let mut line = self.text[from..].iter().take_while(|byte| **byte != b'\n');
        line.all(|byte| byte.is_ascii_whitespace() || *byte == self.delimiter)
    }

    /// The cells of the line that begins at `from`.
    pub(super) fn cells(&self, from: usize) -> impl Iterator<Item = &'t str> {
        let line = &self.whole[from..self.after(from)];
        line.trim_end_matches(['\r', '\n']).split(char::from(self.delimiter))
    }

    /// Takes the line that begins at `from` as a row.
    pub(super) fn row(&mut self, from: usize) -> Line {
        let (text, delimiter) = (self.text, self.delimiter);
        self.begins.push(narrow(from));
        let mut line = Line { next: from, cells: 0, longest: (0, 0), over: false };
        let mut begin = from;
        loop {
            let (mut at, mut units, mut is_digits) = (begin, 0_i64, true);
            while let Some(byte) = text.get(at).copied() {
                let digit = byte.wrapping_sub(b'0');
                if digit <= 9 {
                    units = units.wrapping_mul(10).wrapping_add(i64::from(digit));
                } else if byte == delimiter || byte <= b'\r' && ends_line(text, at) {
                    break;
                } else {
                    is_digits = false;
                }
                at += 1;
            }
            let length = at - begin;
            // One zero is a number, zeros in front of one are not.
            let is_plain = is_digits && length <= DIGITS && (length < 2 || text[begin] != b'0');
            self.cell(line.cells, begin, at, is_plain.then_some(units), &mut line.over);
            self.filled += length;
            if length > line.longest.1 {
                line.longest = (line.cells, length);
            }
            line.cells += 1;
            begin = at + 1;
            if text.get(at) != Some(&delimiter) {
                break;
            }
        }
        let end = begin - 1;
        for column in line.cells..self.columns.len() {
            self.cell(column, end, end, Some(0), &mut line.over);
        }
        line.next = (begin + usize::from(text.get(end) == Some(&b'\r'))).min(text.len());
        line
    }

    fn cell(&mut self, column: usize, from: usize, to: usize, units: Option<i64>, over: &mut bool) {
        let text = self.text;
        let Some(open) = self.columns.get_mut(column) else {
            *over |= text[from..to].iter().any(|byte| !byte.is_ascii_whitespace());
            return;
        };
        match (open, units) {
            (Open::Whole(numbers), Some(units)) => numbers.push_small((from < to).then_some(units)),
            (Open::Whole(_), None) => {
                self.give_up(column);
                self.cell(column, from, to, None, over);
            }
            (Open::Few(known), _) => {
                if !known.push(&text[from..to], from) {
                    self.give_up(column);
                    self.cell(column, from, to, None, over);
                }
            }
            (Open::Many(begins), _) => begins.push(narrow(from)),
        }
    }

    /// Keeps less of a column: its cells are not whole numbers, or too many are different. The last row is not in it yet.
    fn give_up(&mut self, column: usize) {
        let (text, delimiter) = (self.text, self.delimiter);
        let rows = &self.begins[..self.begins.len().saturating_sub(1)];
        let cells = rows.iter().map(|begin| find(text, *begin as usize, column, delimiter));
        let many = |cells: &mut dyn Iterator<Item = (usize, usize)>| {
            let mut begins = Vec::with_capacity(self.begins.capacity());
            begins.extend(cells.map(|(from, _)| narrow(from)));
            Open::Many(begins)
        };
        self.columns[column] = match &self.columns[column] {
            Open::Whole(_) => {
                let mut known = Box::new(Different::with_capacity(self.begins.capacity()));
                match cells.clone().all(|(from, to)| known.push(&text[from..to], from)) {
                    true => Open::Few(known),
                    false => many(&mut cells.into_iter()),
                }
            }
            _ => many(&mut cells.into_iter()),
        };
    }

    /// How many bytes the cells of all rows have.
    pub(super) fn filled(&self) -> usize {
        self.filled
    }

    /// The rows.
    pub(super) fn finish(self) -> Lines {
        let kept = |open| match open {
            Open::Whole(numbers) => Kept::Whole(numbers),
            Open::Few(known) => Kept::Few { words: known.words, ids: known.ids },
            Open::Many(begins) => Kept::Many(begins),
        };
        Lines {
            delimiter: self.delimiter,
            end: self.text.len(),
            begins: self.begins,
            columns: self.columns.into_iter().map(kept).collect(),
        }
    }
}

/// Cells by number. A report lists its products in the same order every day: what came after a cell the last time is
/// looked at first.
struct Different<'t> {
    places: BTreeMap<&'t [u8], u32>,
    words: Vec<(u32, u32)>,
    texts: Vec<&'t [u8]>,
    follows: Vec<u32>,
    ids: Vec<u32>,
}

impl<'t> Different<'t> {
    fn with_capacity(rows: usize) -> Different<'t> {
        Different {
            places: BTreeMap::new(),
            words: Vec::new(),
            texts: Vec::new(),
            follows: Vec::new(),
            ids: Vec::with_capacity(rows),
        }
    }

    /// Adds a row; `false` if its cell is one too many.
    fn push(&mut self, cell: &'t [u8], from: usize) -> bool {
        let last = self.ids.last().map(|last| *last as usize);
        let likely = last.map(|last| self.follows[last]).filter(|id| self.texts[*id as usize] == cell);
        let id = match likely.or_else(|| self.places.get(cell).copied()) {
            Some(id) => id,
            None if self.words.len() == DIFFERENT => return false,
            None => {
                let next = narrow(self.words.len());
                self.places.insert(cell, next);
                self.words.push((narrow(from), narrow(from + cell.len())));
                self.texts.push(cell);
                self.follows.push(next);
                next
            }
        };
        if let Some(last) = last {
            self.follows[last] = id;
        }
        self.ids.push(id);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every row of a text below its header, cell by cell, in as many columns as are asked for.
    fn split(text: &str, width: usize) -> (Lines, Vec<Vec<String>>) {
        let mut splitter = Splitter::new(text, b',', width, 4);
        let (mut from, mut rows) = (0, 0);
        while from < text.len() {
            from = splitter.row(from).next;
            rows += 1;
        }
        let lines = splitter.finish();
        let cell = |row: usize, column: usize| {
            let (from, to) = lines.span(text, row, column);
            text[from as usize..to as usize].to_owned()
        };
        let cells = (0..rows).map(|row| (0..width).map(|column| cell(row, column)).collect()).collect();
        (lines, cells)
    }

    #[test]
    fn cells_lie_between_delimiters_whatever_ends_the_line() {
        let expected = [vec!["1", "x", "2"], vec!["", "y\r", ""], vec!["3", "", ""], vec!["4", "z", "5"]];
        let (_, cells) = split("1,x,2\r\n,y\r\r\n3\n4,z,5,6\r", 3);
        assert_eq!(cells, expected);
        let (_, cells) = split("1,x,2\n,y\r\r\n3\r\n4,z,5,6", 3);
        assert_eq!(cells, expected);
    }

    #[test]
    fn what_is_kept_of_a_column_gives_its_cells() {
        // A column of numbers in which a text comes late, and one of more different texts than are told by number.
        let rows = DIFFERENT + 3;
        let late = |row: usize| if row + 2 == rows { "none".to_owned() } else { (row % 7).to_string() };
        let expected: Vec<Vec<String>> =
            (0..rows).map(|row| vec![late(row), format!("x{row}"), row.to_string()]).collect();
        let text: String = expected.iter().map(|row| row.join(",") + "\r\n").collect();
        let (mut lines, cells) = split(&text, 3);
        assert_eq!(cells, expected);
        assert_eq!(lines.few(&text, 0).map(|few| few.words.len()), Some(8));
        assert!(lines.few(&text, 1).is_none() && lines.take_whole(1).is_none());
        let whole = lines.take_whole(2).map(|numbers| numbers.iter().collect::<Vec<_>>());
        assert_eq!(whole, Some((0..rows).map(|row| i128::try_from(row).ok()).collect()));
        let (from, to) = lines.span(&text, 1, 2);
        assert_eq!(&text[from as usize..to as usize], "1", "it is still there as it was written");
    }

    #[test]
    fn a_line_tells_what_is_beyond_the_header() {
        let mut splitter = Splitter::new("1,,\n1,2, x\n , \n", b',', 1, 3);
        let line = splitter.row(0);
        assert_eq!((line.cells, line.over, line.next), (3, false, 4));
        let line = splitter.row(4);
        assert_eq!((line.cells, line.over, line.longest), (3, true, (2, 2)));
        assert!(splitter.is_blank(11) && !splitter.is_blank(4));
    }
}
