//! Rows that are not used: a page per source that has any, with file, line, the rule each of them breaks and what stands in it;
//! and the same as a table for spreadsheets. Data of buyers is covered up before it comes here.

use super::data::{count, head, plain};
use super::{PageKind, page};
use crate::diag::Finding;
use crate::plan::{Id, Source, Words};
use crate::report::context::{Context, source_path};
use crate::report::{Arg, Block, Cell, Page, Sheet, TableSpec, Text};
use crate::snapshot::{FileRecord, Reason, SetAside};
use std::collections::BTreeMap;

/// More rows than these nobody reads on a page; the table for spreadsheets has all.
const LISTED: usize = 200;

/// Columns of the table for spreadsheets before those of the rows themselves.
const HEADS: [&str; 8] = ["file", "table", "line", "row", "rule", "about", "store", "day"];

pub(super) struct SetAsides;

impl PageKind for SetAsides {
    fn name(&self) -> &'static str {
        "set-aside"
    }

    fn tops(&self) -> &'static [&'static str] {
        &["data"]
    }

    fn pages(&self, context: &Context<'_>, _found: &mut Vec<Finding>) -> Vec<Page> {
        let some = context.plan.sources.values().filter(|source| has_any(context, source));
        some.map(|source| of(context, source)).collect()
    }
}

/// Where the rows of a source stand that are not used.
pub(super) fn path(source: &Id) -> String {
    format!("{}/set-aside", source_path(source))
}

/// Whether a row of a source is not used.
pub(super) fn has_any(context: &Context<'_>, source: &Source) -> bool {
    files(context, source).iter().any(|file| !file.aside.is_empty())
}

fn files<'c>(context: &Context<'c>, source: &Source) -> &'c [FileRecord] {
    context.provenance.files.get(&source.id).map_or(&[][..], |files| files)
}

fn of(context: &Context<'_>, source: &Source) -> Page {
    let (place, own) = (source_path(&source.id), Text::Words(Words::same(&source.id)));
    let above = [("", Text::key("nav-home")), ("data", Text::key("nav-data")), (&*place, own)];
    let title = Text::Key("aside-title", vec![("source", Arg::Text(source.id.to_string()))]);
    let mut made = page(path(&source.id), "set-aside", title, &above);
    made.provenance = true;
    let with: Vec<&FileRecord> =
        files(context, source).iter().filter(|file| !file.aside.is_empty()).collect();
    let rows: Vec<(&FileRecord, &SetAside)> =
        with.iter().flat_map(|file| file.aside.iter().map(move |row| (*file, row))).collect();
    made.blocks.push(Block::Notice { tone: "info", text: Text::key("aside-about"), details: Vec::new() });
    made.blocks.push(Block::Table(by_file(context, &with)));
    if rows.len() > LISTED {
        let numbers = vec![("listed", Arg::Count(LISTED as u64)), ("rows", Arg::Count(rows.len() as u64))];
        let text = Text::Key("aside-more", numbers);
        made.blocks.push(Block::Notice { tone: "info", text, details: Vec::new() });
    }
    made.blocks.push(Block::Table(table(&rows)));
    made.sheet = Some(sheet(&rows));
    made
}

/// One row per file: how much of it is not used, and whether the others count.
fn by_file(context: &Context<'_>, files: &[&FileRecord]) -> TableSpec {
    let is_refused = |file: &FileRecord| {
        let found = context.provenance.found.iter();
        found.filter(|one| one.rule.name == "quarantine-limit").any(|one| *one.place.file == file.path)
    };
    let row = |file: &&FileRecord| {
        let aside = file.left_out.get("set aside").copied().unwrap_or(file.aside.len() as u64);
        let key = if is_refused(file) { "aside-file-refused" } else { "aside-others-count" };
        vec![Cell::Code(file.path.clone()), count(file.rows), count(aside), Cell::Text(Text::key(key))]
    };
    TableSpec {
        id: "files".to_owned(),
        title: None,
        columns: vec![
            head("data-file", false),
            head("data-rows", true),
            head("aside-rows", true),
            head("aside-others", false),
        ],
        rows: files.iter().map(row).collect(),
        total: false,
    }
}

fn table(rows: &[(&FileRecord, &SetAside)]) -> TableSpec {
    let has_stores = rows.iter().any(|(_, row)| row.store.is_some());
    let row = |(file, row): &(&FileRecord, &SetAside)| {
        let cells: Vec<String> = row.cells.iter().map(|(label, cell)| format!("{label}: {cell}")).collect();
        let store = row.store.as_deref().map_or(Cell::Empty, plain);
        let day = row.day.map_or(Cell::Empty, Cell::Date);
        let first = [Cell::Code(place(file, row)), Cell::Text(why(row))];
        let last = [day, plain(&cells.join(" · "))];
        first.into_iter().chain(has_stores.then_some(store)).chain(last).collect()
    };
    let first = [head("aside-place", false), head("aside-rule", false)];
    let store = has_stores.then(|| head("level-store", false));
    let last = [head("aside-day", false), head("aside-fields", false)];
    TableSpec {
        id: "rows".to_owned(),
        title: Some(Text::key("aside-rows")),
        columns: first.into_iter().chain(store).chain(last).collect(),
        rows: rows.iter().take(LISTED).map(row).collect(),
        total: false,
    }
}

/// File and line; files without lines count their rows.
fn place(file: &FileRecord, row: &SetAside) -> String {
    match row.line {
        0 => format!("{} #{}", file.path, row.row),
        line => format!("{}:{line}", file.path),
    }
}

/// The rule that a row breaks, in words.
fn why(row: &SetAside) -> Text {
    let key = match row.reason {
        Reason::Cells => "aside-cells",
        Reason::Empty => "aside-empty",
        Reason::Unreadable => "aside-unreadable",
        Reason::Invariant => "aside-invariant",
        Reason::Conflict => "aside-conflict",
        Reason::Foreign => "aside-foreign",
        Reason::Stray => "aside-stray",
    };
    Text::Key(key, vec![("about", Arg::Text(row.about.clone()))])
}

/// All rows, each field in a column of its own.
fn sheet(rows: &[(&FileRecord, &SetAside)]) -> Sheet {
    let mut labels: BTreeMap<&str, usize> = BTreeMap::new();
    let mut heads: Vec<String> = HEADS.map(str::to_owned).to_vec();
    for (label, _) in rows.iter().flat_map(|(_, row)| &row.cells) {
        labels.entry(label.as_str()).or_insert_with(|| {
            heads.push(label.clone());
            heads.len() - 1
        });
    }
    let line = |(file, row): &(&FileRecord, &SetAside)| {
        let mut cells = vec![String::new(); heads.len()];
        let line = if row.line == 0 { String::new() } else { row.line.to_string() };
        let day = row.day.map_or_else(String::new, |day| day.to_string());
        let own = [
            file.path.clone(),
            row.table.clone(),
            line,
            row.row.to_string(),
            row.reason.name().to_owned(),
            row.about.clone(),
            row.store.clone().unwrap_or_default(),
            day,
        ];
        cells.iter_mut().zip(own).for_each(|(cell, own)| *cell = own);
        for (label, cell) in &row.cells {
            cells[labels[label.as_str()]].clone_from(cell);
        }
        cells
    };
    Sheet { rows: rows.iter().map(line).collect(), heads }
}
