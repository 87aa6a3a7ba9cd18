//! Rows with the file and the line they stand on. Tables in memory do not know them, so the few files that somebody wants to
//! look into are read again.

use super::across;
use super::asof;
use super::file::{self, Context, Part};
use super::join::{join, reason};
use super::table::{Column, Table};
use super::used::Used;
use super::{FileRecord, Snapshot};
use crate::inputs::{Inputs, ProjectPath};
use crate::parallel;
use crate::plan::{Id, Plan, Source, TableRef};
use crate::time::{Date, plus_days};
use std::collections::{BTreeMap, BTreeSet};

/// The column with the place of a row's file among those of its source.
pub const FILE: &str = "^file";
/// The column with the line on which a row begins.
pub const LINE: &str = "^line";

/// A column that is carried over from the row before needs that row: reports of a month begin where the last one ended.
const BEFORE: i32 = 40;

/// Which files of a source are read: those with rows of these days, or all.
pub type Days = Option<(Date, Date)>;

/// Reads the files of some sources again. `files` are those the snapshot stands on; what has changed since is left out.
pub fn trace(
    plan: &Plan,
    inputs: &dyn Inputs,
    files: &BTreeMap<Id, Vec<FileRecord>>,
    wanted: &BTreeMap<Id, Days>,
    as_of: Option<Date>,
) -> Snapshot {
    let used = Used::of(plan);
    let mut traced = Snapshot { as_of, ..Snapshot::default() };
    for (id, days) in wanted {
        let (Some(source), Some(records)) = (plan.sources.get(id), files.get(id)) else { continue };
        let context = Context { plan, source, used: &used };
        let near = |record: &&(u32, &FileRecord)| meets(record.1.days, *days);
        let near: Vec<(u32, &FileRecord)> = (0..).zip(records).filter(|record| near(&record)).collect();
        let read = parallel::each(&near, |(number, record)| (*number, parts(&context, inputs, record)));
        let mut tables: BTreeMap<usize, Vec<(u32, Part)>> = BTreeMap::new();
        for (number, parts) in read {
            parts.into_iter().for_each(|part| tables.entry(part.table).or_default().push((number, part)));
        }
        for (at, parts) in tables {
            let table = TableRef { source: id.clone(), table: source.tables[at].name.clone() };
            traced.tables.insert(table, table_of(source, at, parts, as_of));
        }
    }
    traced
}

fn meets(own: Days, wanted: Days) -> bool {
    own.zip(wanted).is_none_or(|((first, last), (from, to))| first <= to && last >= plus_days(from, -BEFORE))
}

fn parts(context: &Context<'_>, inputs: &dyn Inputs, record: &FileRecord) -> Vec<Part> {
    let Ok(path) = ProjectPath::parse(&record.path) else { return Vec::new() };
    match file::bytes(inputs, &path) {
        Ok((bytes, hash)) if hash == record.sha256 => file::decode(context, &record.path, bytes, hash).parts,
        _ => Vec::new(),
    }
}

fn table_of(source: &Source, at: usize, parts: Vec<(u32, Part)>, as_of: Option<Date>) -> Table {
    let spec = &source.tables[at];
    let mut joined = join(parts, spec);
    if let Some(as_of) = as_of {
        let rows = asof::until(&joined.frame, as_of);
        joined.keep(&rows, reason::AFTER);
    }
    joined.sort();
    let mut frame = joined.frame;
    let days = asof::days(&frame);
    across::fill(spec, &days, &mut frame);
    let number = |cells: &[u32]| Column::Number {
        scale: 0,
        rows: cells.iter().map(|cell| Some(i128::from(*cell))).collect(),
    };
    if joined.lines.len() == frame.rows {
        frame.columns.insert(FILE.into(), number(&joined.files));
        frame.columns.insert(LINE.into(), number(&joined.lines));
    }
    Table { frame, days, provisional_from: None, every_day: false, needed: BTreeSet::new() }
}
