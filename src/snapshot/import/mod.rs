//! Kinds of data files, one importer each. An importer makes grids of cells, as written; what the cells mean is decided
//! afterwards, once for all kinds.

mod archive;
mod json;
mod parquet;
mod private;
mod text;
mod workbook;

pub use private::{Freed, without_personal};

use super::container::Kind;
use super::rules::{DATA_LIMIT, FILE_UNREADABLE};
use crate::diag::{Finding, Place};
use crate::plan::{FileFormat, TableSpec};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// An open file.
pub(super) struct File<'a> {
    /// Path in the workspace.
    pub path: &'a str,
    /// Its bytes, unpacked.
    pub bytes: &'a [u8],
    /// How it is to be read.
    pub format: &'a FileFormat,
    /// What its tables are.
    pub tables: &'a [TableSpec],
}

/// The grids of a file.
pub(super) struct Grids {
    /// One for each table that the file holds, with the place of the table among those of the source.
    pub grids: Vec<(usize, Grid)>,
    /// Encoding, and how it was decided.
    pub encoding: String,
    /// Numbers may have exponents.
    pub exponents: bool,
    /// What was wrong without making the file useless.
    pub found: Vec<Finding>,
}

/// A kind of file. To add one: a file beside this one, a line in [`IMPORTERS`], a case.
pub(super) trait Importer: Sync {
    /// What it reads.
    fn kind(&self) -> Kind;
    /// Reads a file. A finding of error level means that the file is not used.
    fn read(&self, file: &File<'_>) -> Result<Grids, Finding>;
}

/// All importers.
pub(super) static IMPORTERS: &[&dyn Importer] =
    &[&text::Text, &json::Json, &parquet::ParquetFile, &workbook::Workbook];

/// Reads a file of this kind.
pub(super) fn read(kind: Kind, file: &File<'_>) -> Result<Grids, Finding> {
    let importer =
        IMPORTERS.iter().find(|importer| importer.kind() == kind).expect("every kind has an importer");
    match kind {
        Kind::Text | Kind::Json => importer.read(file),
        // The readers of other people meet damaged bytes here, and some of them panic.
        Kind::Parquet | Kind::Workbook => catch_unwind(AssertUnwindSafe(|| importer.read(file)))
            .unwrap_or_else(|_| {
                let message = format!("the file is no {} that can be read: it is damaged", kind.name());
                Err(Finding::new(&FILE_UNREADABLE, Place::file(file.path), message).hint("download it again"))
            }),
    }
}

/// Cells as written, row by row. An empty cell is a missing one.
#[derive(Clone, Debug, Default)]
pub(super) struct Grid {
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
    text: String,
    cells: Vec<(u32, u32)>,
    /// A cell found no room any more.
    full: bool,
}

impl Grid {
    /// A grid without rows.
    pub(super) fn new(header: Vec<String>, header_line: u32) -> Grid {
        Grid { header, header_line, ..Grid::default() }
    }

    /// Makes room for what this text holds, at a guess: every cell that is not empty has a letter at least.
    fn expect(&mut self, text: &str) {
        let rows = text.bytes().filter(|byte| *byte == b'\n').count();
        self.text.reserve(text.len().min(TEXT_BYTES));
        self.cells.reserve((rows * self.header.len()).min(text.len()));
        self.lines.reserve(rows);
    }

    /// How many rows.
    pub(super) fn rows(&self) -> usize {
        self.lines.len()
    }

    /// Where a cell stands, for findings; the sheet of a workbook is named as spreadsheets do: `Sheet!label`.
    pub(super) fn place(&self, path: &str, row: usize, column: usize) -> Place {
        Place::cell(path, self.lines[row], row as u64 + 1, &self.label(column))
    }

    /// The label of a column, with the sheet it is on.
    pub(super) fn label(&self, column: usize) -> Cow<'_, str> {
        let label = self.header.get(column).map_or("", |label| label.trim());
        match &self.sheet {
            Some(sheet) => Cow::Owned(format!("{sheet}!{label}")),
            None => Cow::Borrowed(label),
        }
    }

    /// A cell.
    pub(super) fn cell(&self, row: usize, column: usize) -> &str {
        let (from, to) = self.cells[row * self.header.len() + column];
        &self.text[from as usize..to as usize]
    }

    /// The cells of a column, top to bottom.
    pub(super) fn column(&self, column: usize) -> impl Iterator<Item = &str> {
        (0..self.rows()).map(move |row| self.cell(row, column))
    }

    /// Gives empty cells of a column the text of the cell above.
    pub(super) fn fill_down(&mut self, column: usize) {
        let width = self.header.len();
        for row in 1..self.rows() {
            if self.cell(row, column).trim().is_empty() {
                self.cells[row * width + column] = self.cells[(row - 1) * width + column];
            }
        }
    }

    /// Adds a column with one text in all rows.
    pub(super) fn add_constant(&mut self, label: &str, text: &str) {
        let span = self.push_text(text);
        let width = self.header.len();
        let mut cells = Vec::with_capacity(self.cells.len() + self.rows());
        for row in 0..self.rows() {
            cells.extend_from_slice(&self.cells[row * width..(row + 1) * width]);
            cells.push(span);
        }
        self.cells = cells;
        self.header.push(label.to_owned());
    }

    fn push_text(&mut self, text: &str) -> (u32, u32) {
        let from = self.text.len();
        if from + text.len() > TEXT_BYTES {
            self.full = true;
            return (0, 0);
        }
        self.text.push_str(text);
        (offset(from), offset(self.text.len()))
    }

    /// Adds a row: its cells by column; columns left out are empty.
    fn push_row<'a>(&mut self, line: u32, cells: impl IntoIterator<Item = (usize, &'a str)>) {
        let base = self.cells.len();
        self.cells.resize(base + self.header.len(), (0, 0));
        for (column, text) in cells {
            self.cells[base + column] = self.push_text(text);
        }
        self.lines.push(line);
    }

    /// Whether the grid still fits the limits of files.
    fn fits(&self, path: &str) -> Result<(), Finding> {
        let refuse = |message: String| Err(Finding::new(&DATA_LIMIT, Place::file(path), message));
        match self.header.len() {
            width if width > super::container::COLUMNS => refuse(format!(
                "{width} columns, more than the {} a table may have",
                super::container::COLUMNS
            )),
            _ if self.cells.len() > EMPTY_CELLS + FILLED * self.text.len() => {
                refuse(format!("{} cells, nearly all of them empty", self.cells.len()))
            }
            _ if self.full => refuse(format!("more than {TEXT_BYTES} bytes of cells in one file")),
            _ => Ok(()),
        }
    }
}

/// Cells of one file are addressed by 32 bits.
const TEXT_BYTES: usize = u32::MAX as usize;

/// A wide table may be mostly empty, but short rows below a header of thousands of labels must not fill the memory:
/// so many cells may be empty in any table …
const EMPTY_CELLS: usize = 1 << 25;
/// … and so many for each byte of the others.
const FILLED: usize = 16;

fn offset(at: usize) -> u32 {
    u32::try_from(at).expect("`push_text` takes nothing beyond `TEXT_BYTES`")
}
