//! A table that is tried on its own, outside a workspace: all of its columns, those that somebody waits for read as what
//! he waits for.

use super::cells::{Reading, typed};
use super::container::{Kind, foreign, unpack};
use super::header::choose;
use super::import::{self, File};
use super::number::Form;
use super::table::Frame;
use crate::diag::{Checked, Finding, Place};
use crate::inputs::Bytes;
use crate::plan::{ColumnKind, FileFormat, Id, TableSpec};
use crate::time::Zone;
use std::collections::{BTreeMap, BTreeSet};

/// Reads the first table of a file. `kinds` says what columns hold, by name; the others are seen from their cells.
///
/// # Errors
/// A file that is no table.
pub fn sample(
    path: &str,
    bytes: &Bytes,
    kinds: &BTreeMap<Id, ColumnKind>,
) -> Result<Checked<Frame>, Finding> {
    let unpacked = unpack(path, bytes.clone())?;
    foreign(path, &unpacked)?;
    let (table, format) = (any(), FileFormat::default());
    let kind = Kind::of(&unpacked);
    let file = File { path, bytes: unpacked, format: &format, tables: std::slice::from_ref(&table) };
    let grids = import::read(kind, file)?;
    let mut out = Checked { value: Frame::default(), found: grids.found };
    let Some((_, grid)) = grids.grids.into_iter().next() else { return Ok(out) };
    let place = Place::at(&path.into(), grid.header_line, 0, 0);
    let keep: Vec<Id> = kinds.keys().cloned().collect();
    let choice = choose(&place, &grid.header, &table, &BTreeSet::new(), &keep, &mut out.found);
    let zone = Zone::utc();
    let form = Form { exponent: grids.exponents, ..Form::of(&format, None) };
    let reading = Reading { path, form, store: &zone, written: Some(&zone), float: false };
    out.value.rows = grid.rows();
    for taken in &choice.taken {
        let kind = kinds.get(&taken.name).unwrap_or(&taken.kind);
        let read = typed(&grid, taken.at, &taken.name, kind, &reading, &mut out.found);
        out.value.columns.insert(taken.name.clone(), read.column);
    }
    Ok(out)
}

fn any() -> TableSpec {
    TableSpec { open: true, ..TableSpec::unknown("rows") }
}
