//! Kinds of data files, one importer each. An importer makes grids of cells, as written; what the cells mean is decided
//! afterwards, once for all kinds.

mod archive;
mod cut;
mod grid;
mod json;
mod lines;
mod parquet;
mod private;
mod text;
mod workbook;

pub(super) use grid::Grid;
use grid::is_total;
pub(super) use lines::Few;
pub use private::{Freed, without_personal};

use super::container::Kind;
use super::rules::FILE_UNREADABLE;
use crate::diag::{Finding, Place};
use crate::inputs::Bytes;
use crate::plan::{FileFormat, TableSpec};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// An open file.
pub(super) struct File<'a> {
    /// Path in the workspace.
    pub path: &'a str,
    /// Its bytes, unpacked.
    pub bytes: Bytes,
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
    fn read(&self, file: File<'_>) -> Result<Grids, Finding>;
}

/// All importers.
pub(super) static IMPORTERS: &[&dyn Importer] =
    &[&text::Text, &json::Json, &parquet::ParquetFile, &workbook::Workbook];

/// Reads a file of this kind.
pub(super) fn read(kind: Kind, file: File<'_>) -> Result<Grids, Finding> {
    let importer =
        IMPORTERS.iter().find(|importer| importer.kind() == kind).expect("every kind has an importer");
    let path = file.path;
    match kind {
        Kind::Text | Kind::Json => importer.read(file),
        // The readers of other people meet damaged bytes here, and some of them panic.
        Kind::Parquet | Kind::Workbook => catch_unwind(AssertUnwindSafe(|| importer.read(file)))
            .unwrap_or_else(|_| {
                let message = format!("the file is no {} that can be read: it is damaged", kind.name());
                Err(Finding::new(&FILE_UNREADABLE, Place::file(path), message).hint("download it again"))
            }),
    }
}
