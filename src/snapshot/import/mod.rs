//! Kinds of data files, one importer each. An importer makes grids of cells, as written; what the cells mean is decided
//! afterwards, once for all kinds.

mod json;
mod parquet;
mod text;
mod workbook;

use super::container::Kind;
use super::rules::DATA_LIMIT;
use crate::diag::{Finding, Place};
use crate::plan::{FileFormat, TableSpec};

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

/// The importer of a kind.
pub(super) fn importer(kind: Kind) -> &'static dyn Importer {
    let known = IMPORTERS.iter().find(|importer| importer.kind() == kind);
    *known.expect("every kind has an importer")
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
    text: String,
    cells: Vec<(u32, u32)>,
}

impl Grid {
    /// A grid without rows.
    pub(super) fn new(header: Vec<String>, header_line: u32) -> Grid {
        Grid { header, header_line, ..Grid::default() }
    }

    /// How many rows.
    pub(super) fn rows(&self) -> usize {
        self.lines.len()
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
            _ if self.text.len() > TEXT_BYTES => {
                refuse(format!("more than {TEXT_BYTES} bytes of cells in one file"))
            }
            _ => Ok(()),
        }
    }
}

/// Cells of one file are addressed by 32 bits.
const TEXT_BYTES: usize = u32::MAX as usize - (2 << 20);

fn offset(at: usize) -> u32 {
    u32::try_from(at).expect("`fits` is asked after every row, and a row is shorter than the reserve")
}
