//! Rows that are not used: those that cannot be read, lack what names them, break what must hold in every row, or contradict
//! another row. Each is kept with its line, its reason and its cells, and shown on a page of its own; a file with too many of
//! them is refused. Totals that people or programs write below a table are no rows, and are counted.

use super::FileRecord;
use super::foreign::Named;
use super::header::{Choice, Taken, folded};
use super::import::Grid;
use super::number::is_missing;
use super::rules::{EQUAL_ROWS, QUARANTINE_LIMIT, ROW_SET_ASIDE, TOTALS_LEFT_OUT};
use super::table::{Column, Frame};
use crate::diag::{Finding, Level, Place};
use crate::plan::{ColumnKind, Duplicates, Invariant, Quarantine, TableSpec};
use crate::time::{Date, days_between, parse_date};
use crate::unit::Decimal;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// So many rows are listed as findings; the page has all.
const LISTED: usize = 20;
/// Longer cells are cut: a page is no place for a text of a thousand words.
const CELL: usize = 80;
/// What stands in the place of data of buyers, even where a source keeps the column for its formulas.
const COVERED: &str = "•••";
/// Of a file that is refused so many rows are kept: all of them say the same.
const KEPT_OF_REFUSED: usize = 200;
/// Why a row is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// It has more or fewer cells than the header: what stands where is not known.
    Cells,
    /// A cell without which the row belongs nowhere is empty.
    Empty,
    /// Such a cell cannot be read.
    Unreadable,
    /// It breaks an invariant.
    Invariant,
    /// Another row of the file says otherwise.
    Conflict,
    /// It is of another currency or marketplace than its source.
    Foreign,
    /// Its day is years away from those of all other rows.
    Stray,
}

impl Reason {
    const ALL: [Reason; 7] = [
        Reason::Cells,
        Reason::Empty,
        Reason::Unreadable,
        Reason::Invariant,
        Reason::Conflict,
        Reason::Foreign,
        Reason::Stray,
    ];

    /// As it is written in records.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Cells => "cells",
            Reason::Empty => "empty",
            Reason::Unreadable => "unreadable",
            Reason::Invariant => "invariant",
            Reason::Conflict => "conflict",
            Reason::Foreign => "foreign",
            Reason::Stray => "stray",
        }
    }
}

/// A row that is not used.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct SetAside {
    /// The table it is of.
    pub table: String,
    /// The line it begins on; 0 where there are no lines.
    pub line: u32,
    /// Its number among the data rows, counted from 1.
    pub row: u64,
    /// Why.
    pub reason: Reason,
    /// The columns that are the reason, or what does not hold.
    pub about: String,
    /// Its store, where it is known.
    pub store: Option<String>,
    /// Its day, where it can be read.
    pub day: Option<Date>,
    /// Its cells by label, without personal columns.
    pub cells: Vec<(String, String)>,
}

/// What was found of the rows of one table of a file.
#[derive(Default)]
struct Found {
    aside: BTreeMap<usize, (Reason, String)>,
    again: BTreeSet<usize>,
    equal: usize,
}

/// A table of a file, as far as its rows are judged.
pub(super) struct Rows<'a> {
    /// Path of the file.
    pub path: &'a str,
    /// How its table is declared.
    pub table: &'a TableSpec,
    /// The cells.
    pub grid: &'a Grid,
    /// Which columns were taken.
    pub choice: &'a Choice,
    /// What was read of them.
    pub frame: &'a Frame,
    /// Where they name their currency and marketplace.
    pub named: Option<&'a Named>,
}

/// A column without whose cells a row belongs nowhere.
struct Needed<'a> {
    column: &'a Column,
    /// Its place in the file.
    at: usize,
    /// It tells what the row is about, so that an empty cell is a fault, too.
    is_name: bool,
}

impl Rows<'_> {
    /// Takes the rows out of `keep` that cannot be used. An error if they are too many.
    pub(super) fn sort_out(
        &self,
        keep: &mut Vec<usize>,
        limits: &Quarantine,
        record: &mut FileRecord,
        found: &mut Vec<Finding>,
    ) -> Result<(), Finding> {
        let rows = self.found(keep);
        self.tell(&rows, found);
        let mut count = |reason: &str, rows: usize| {
            if rows > 0 {
                *record.left_out.entry(reason.to_owned()).or_default() += rows as u64;
            }
        };
        count("totals", self.grid.totals.len());
        count("repeated", rows.again.len());
        count("set aside", rows.aside.len());
        let (all, aside) = (keep.len(), rows.aside.len());
        let most = limits.share * Decimal::from(all as u64);
        let is_refused =
            aside > 1 && (Decimal::from(aside as u64) > most || aside as u64 > u64::from(limits.most));
        let kept = if is_refused { KEPT_OF_REFUSED } else { aside };
        record.aside.extend(rows.aside.iter().take(kept).map(|(row, why)| self.record(*row, why)));
        record.rows += self.grid.totals.len() as u64;
        keep.retain(|row| !rows.aside.contains_key(row) && !rows.again.contains(row));
        if is_refused {
            let message = format!("{aside} of {all} rows cannot be used: the file is refused");
            let finding = Finding::new(&QUARANTINE_LIMIT, Place::file(self.path), message);
            return Err(finding.hint(
                "download it again, or mend the rows that are named; `quarantine: {share: 5%}` of the source allows more",
            ));
        }
        Ok(())
    }

    fn found(&self, keep: &[usize]) -> Found {
        let mut found = Found::default();
        let is_declared = !self.table.columns.is_empty();
        // Rows of JSON and Parquet know their columns; nobody writes totals below them.
        let is_sheet = self.grid.header_line > 0;
        let needed = self.needed();
        for row in keep.iter().copied() {
            if let Some(why) = self.unfit(row, &needed) {
                found.aside.insert(row, why);
            }
        }
        self.stray(keep, &mut found);
        if is_declared && is_sheet {
            self.repeated(keep, &mut found);
        }
        if !self.table.unique.is_empty() {
            self.conflicts(keep, &mut found);
        }
        found
    }

    /// Why a row cannot be used.
    fn unfit(&self, row: usize, needed: &[Needed<'_>]) -> Option<(Reason, String)> {
        let width = self.grid.header.len();
        match self.grid.odd.get(&row).copied() {
            Some(cells) if cells > width => return Some((Reason::Cells, format!("{cells} / {width}"))),
            Some(cells) if self.lacks_what_counts(cells) => {
                return Some((Reason::Cells, format!("{cells} / {width}")));
            }
            _ => {}
        }
        if let Some(other) = self.named.and_then(|named| named.other(self.grid, row)) {
            return Some((Reason::Foreign, other.to_owned()));
        }
        let unnamed = needed.iter().find_map(|needed| self.unread(row, needed));
        unnamed.or_else(|| {
            let broken = self.table.invariants.iter().find(|invariant| self.breaks(row, invariant));
            broken.map(|invariant| (Reason::Invariant, written(invariant)))
        })
    }

    /// Whether a row that ends early lacks a number, a share or a day: texts at the end may be empty.
    fn lacks_what_counts(&self, cells: usize) -> bool {
        let counts = |taken: &Taken| {
            !matches!(taken.kind, ColumnKind::Text | ColumnKind::Ident | ColumnKind::Bool | ColumnKind::Guess)
        };
        self.choice.taken.iter().any(|taken| taken.at >= cells && counts(taken))
    }

    /// The columns without whose cells a row belongs nowhere.
    fn needed(&self) -> Vec<Needed<'_>> {
        let of = |taken: &Taken| {
            let spec = self.table.columns.iter().find(|column| column.name == taken.name);
            let required = spec.is_some_and(|column| column.required);
            let is_day = self.table.date.as_ref() == Some(&taken.name);
            let names =
                matches!(taken.kind, ColumnKind::Ident | ColumnKind::Date(_) | ColumnKind::Instant(_));
            let counts = matches!(taken.kind, ColumnKind::Number | ColumnKind::Percent(_));
            let column = self.frame.columns.get(&taken.name)?;
            let is_needed = required && (names || counts) || is_day;
            is_needed.then_some(Needed { column, at: taken.at, is_name: required && names })
        };
        self.choice.taken.iter().filter_map(of).collect()
    }

    /// A cell without which the row belongs nowhere: empty, or not to be read.
    fn unread(&self, row: usize, needed: &Needed<'_>) -> Option<(Reason, String)> {
        if !needed.column.is_missing(row) {
            return None;
        }
        let label = self.label(needed.at);
        match is_missing(self.grid.cell(row, needed.at)) {
            true => needed.is_name.then_some((Reason::Empty, label)),
            false => Some((Reason::Unreadable, label)),
        }
    }

    fn breaks(&self, row: usize, invariant: &Invariant) -> bool {
        let number = |name: &str| match self.frame.columns.get(name)? {
            Column::Number { scale, rows } => Decimal::try_from_i128_with_scale(rows.get(row)?, *scale).ok(),
            _ => None,
        };
        match invariant {
            Invariant::Sum { of, whole } => {
                let sum = of.iter().map(|name| number(name)).sum::<Option<Decimal>>();
                sum.zip(number(whole)).is_some_and(|(sum, whole)| sum != whole)
            }
            Invariant::Bounds { column, least, most } => number(column).is_some_and(|value| {
                least.is_some_and(|least| value < least) || most.is_some_and(|most| value > most)
            }),
        }
    }

    /// Few rows whose days are years before or after all others: `2062` for `2026`. They would stretch every page to there.
    fn stray(&self, keep: &[usize], found: &mut Found) {
        /// No report has rows so many days apart, with nothing between them.
        const APART: u32 = 5 * 366;
        /// One row in so many is a mistake, more are a file of several times.
        const FEW: usize = 20;
        let column = self.table.date.as_ref().and_then(|name| self.frame.columns.get(name));
        let Some(Column::Date(days)) = column else { return };
        let open = keep.iter().filter(|row| !found.aside.contains_key(row));
        let dated = open.filter_map(|row| Some((days[*row]?, *row)));
        let widen = |ends: Option<(Date, Date)>, (day, _): (Date, usize)| {
            Some(ends.map_or((day, day), |(first, last)| (first.min(day), last.max(day))))
        };
        if dated.clone().fold(None, widen).is_none_or(|(first, last)| days_between(first, last) <= APART) {
            return;
        }
        let mut dated: Vec<(Date, usize)> = dated.collect();
        dated.sort_unstable();
        let few = dated.len() / FEW;
        let is_gap = |at: &usize| days_between(dated[*at - 1].0, dated[*at].0) > APART;
        let before = (1..=few).rev().find(is_gap).unwrap_or(0);
        let after = (dated.len().saturating_sub(few).max(1)..dated.len()).find(is_gap).unwrap_or(dated.len());
        let strays = dated[..before].iter().chain(&dated[after..]);
        found.aside.extend(strays.map(|(day, row)| (*row, (Reason::Stray, day.to_string()))));
    }

    /// Rows that are equal in every cell of the file to one above.
    fn repeated(&self, keep: &[usize], found: &mut Found) {
        let once = self.table.once;
        if !once && self.table.duplicates != Duplicates::Keep {
            return;
        }
        let open = keep.iter().copied().filter(|row| !found.aside.contains_key(row));
        let mut by_hash: Vec<(u64, usize)> = open.map(|row| (self.hash(row), row)).collect();
        by_hash.sort_unstable();
        let again = by_hash.windows(2).filter(|pair| pair[0].0 == pair[1].0);
        let again =
            again.filter(|pair| self.cells(pair[0].1).eq(self.cells(pair[1].1))).map(|pair| pair[1].1);
        match once {
            true => found.again.extend(again),
            false => found.equal = again.count(),
        }
    }

    fn cells(&self, row: usize) -> impl Iterator<Item = &str> {
        (0..self.grid.header.len()).map(move |at| self.grid.cell(row, at))
    }

    /// A number that rows with equal cells have in common.
    fn hash(&self, row: usize) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.cells(row).for_each(|cell| cell.hash(&mut hasher));
        hasher.finish()
    }

    /// Unlike rows with the same values where every row has its own: nobody knows which is right.
    fn conflicts(&self, keep: &[usize], found: &mut Found) {
        // The first of them must be there; reports may lack the others.
        let first = self.table.unique.first().and_then(|name| self.frame.columns.get(name));
        if first.is_none() {
            return;
        }
        let columns: Vec<&Column> =
            self.table.unique.iter().filter_map(|name| self.frame.columns.get(name)).collect();
        let is_open = |row: &&usize| !found.aside.contains_key(row) && !found.again.contains(row);
        let mut rows: Vec<usize> = keep.iter().filter(is_open).copied().collect();
        let order = |a: usize, b: usize| {
            columns.iter().map(|column| column.compare(a, b)).find(|order| order.is_ne())
        };
        rows.sort_by(|a, b| order(*a, *b).unwrap_or(a.cmp(b)));
        let about = self.table.unique.join(", ");
        for pair in rows.windows(2).filter(|pair| order(pair[0], pair[1]).is_none()) {
            for row in pair {
                found.aside.insert(*row, (Reason::Conflict, about.clone()));
            }
        }
    }

    fn label(&self, at: usize) -> String {
        self.grid.header.get(at).map_or_else(String::new, |label| folded(label))
    }

    fn record(&self, row: usize, (reason, about): &(Reason, String)) -> SetAside {
        let day = self.table.date.as_ref().and_then(|name| match self.frame.columns.get(name)? {
            Column::Date(days) => days[row],
            _ => None,
        });
        let is_personal = |taken: &Taken| {
            let spec = self.table.columns.iter().find(|column| column.name == taken.name);
            spec.is_some_and(|column| column.personal) || super::personal::is_personal(&self.label(taken.at))
        };
        // Where cells slipped into their neighbours, an address may stand in any column.
        let has_slipped = *reason == Reason::Cells
            && (!self.choice.personal.is_empty() || self.choice.taken.iter().any(is_personal));
        let mut seen = BTreeSet::new();
        let taken = self.choice.taken.iter().filter(|taken| seen.insert(taken.at));
        let cells = taken.map(|taken| {
            let cell = self.grid.cell(row, taken.at);
            let cell: String = match has_slipped || is_personal(taken) {
                true if !cell.is_empty() => COVERED.to_owned(),
                _ => cell.chars().take(CELL).collect(),
            };
            (self.label(taken.at), cell)
        });
        SetAside {
            table: self.table.name.to_string(),
            line: self.grid.lines[row],
            row: row as u64 + 1,
            reason: *reason,
            about: about.clone(),
            store: None,
            // A row with cells in the wrong places has no day that can be trusted.
            day: day.filter(|_| *reason != Reason::Cells),
            cells: cells.filter(|(_, cell)| !cell.is_empty()).collect(),
        }
    }

    fn tell(&self, rows: &Found, found: &mut Vec<Finding>) {
        let at = |row: usize| Place::at(&self.path.into(), self.grid.lines[row], 0, 0);
        for (row, (reason, about)) in rows.aside.iter().take(LISTED) {
            let what = match reason {
                Reason::Cells => format!("it has not the cells of the header ({about})"),
                Reason::Empty => format!("`{about}` is empty"),
                Reason::Unreadable => format!("`{about}` cannot be read"),
                Reason::Invariant => format!("`{about}` does not hold"),
                Reason::Conflict => format!("another row with the same {about} says otherwise"),
                Reason::Foreign => format!("it is of {about}, and the source is not"),
                Reason::Stray => format!("its day, {about}, is years away from all others of the file"),
            };
            let message = format!("row {} is not used: {what}", row + 1);
            let hint = match reason {
                Reason::Foreign => {
                    "is the file of several marketplaces? Keep the rows of each in a source or store of its own"
                }
                _ => {
                    "mend the row or download the file again; the page of the source leads to all rows that are not used"
                }
            };
            found.push(Finding::new(&ROW_SET_ASIDE, at(*row), message).hint(hint));
        }
        if rows.aside.len() > LISTED {
            let message = format!("{} rows in all are not used", rows.aside.len());
            found.push(Finding::new(&ROW_SET_ASIDE, Place::file(self.path), message));
        }
        if let Some(first) = self.grid.totals.first() {
            let totals = self.grid.totals.len();
            let message = format!("{totals} rows of totals are no rows of data and were left out");
            found.push(Finding::new(&TOTALS_LEFT_OUT, Place::at(&self.path.into(), *first, 0, 0), message));
        }
        if let Some(first) = rows.again.first() {
            let message = format!(
                "{} rows stand in the file again, equal in every cell; each counts once",
                rows.again.len()
            );
            let mut finding = Finding::new(&EQUAL_ROWS, at(*first), message);
            finding.level = Level::Note;
            found.push(finding);
        }
        if rows.equal > 0 {
            let message = format!(
                "{} rows are equal in every cell to another; all count, as this report may repeat rows",
                rows.equal
            );
            found.push(Finding::new(&EQUAL_ROWS, Place::file(self.path), message));
        }
    }
}

/// An invariant as people write it.
fn written(invariant: &Invariant) -> String {
    match invariant {
        Invariant::Sum { of, whole } => format!("{} = {whole}", of.join(" + ")),
        Invariant::Bounds { column, least: Some(least), most: None } => format!("{column} ≥ {least}"),
        Invariant::Bounds { column, least: None, most: Some(most) } => format!("{column} ≤ {most}"),
        Invariant::Bounds { column, least, most } => {
            let bound =
                |value: &Option<Decimal>| value.map_or_else(|| "…".to_owned(), |value| value.to_string());
            format!("{} ≤ {column} ≤ {}", bound(least), bound(most))
        }
    }
}

/// A row that is not used from what was kept of it.
pub(super) fn read(value: &Value) -> Option<SetAside> {
    let name = value["reason"].as_str()?;
    let cells = value["cells"]
        .as_array()?
        .iter()
        .map(|cell| Some((cell[0].as_str()?.to_owned(), cell[1].as_str()?.to_owned())));
    Some(SetAside {
        table: value["table"].as_str()?.to_owned(),
        line: u32::try_from(value["line"].as_u64()?).ok()?,
        row: value["row"].as_u64()?,
        reason: Reason::ALL.into_iter().find(|reason| reason.name() == name)?,
        about: value["about"].as_str()?.to_owned(),
        store: value["store"].as_str().map(str::to_owned),
        day: value["day"].as_str().and_then(parse_date),
        cells: cells.collect::<Option<_>>()?,
    })
}
