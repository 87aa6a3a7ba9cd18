//! Cells become typed columns. A cell that cannot be read is missing and named, with file, row and column; more than
//! one in a hundred is an error.

use super::dates::{self, Moment, Order, Read};
use super::few::{self, guessed};
use super::import::Grid;
use super::number::{self, Exact, Form, is_missing, is_rounded_id, is_sheet_error, unguarded};
use super::numbers::Numbers;
use super::rules::{
    DATE_ORDER, DATE_UNREADABLE, LOST_CHARACTERS, NUMBER_UNREADABLE, SCALE_OUT_OF_RANGE, SPREADSHEET_DAMAGE,
};
use super::table::Column;
use crate::diag::{Finding, Level, Place, Rule};
use crate::plan::{ColumnKind, DateForm, PercentScale};
use crate::time::{Date, Zone};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How many bad cells of a column are listed one by one.
const LISTED: u64 = 20;
/// More bad cells than one in so many rows is an error.
const ERROR_SHARE: u64 = 100;
/// Shares that may exceed the whole: units per visit, advertising cost of sales, refunds of earlier orders.
pub(super) const UNBOUNDED: &[&str] = &["unit_session", "order_item_session", "acos", "refund"];

/// What is needed to read the cells of a file.
pub(super) struct Reading<'a> {
    /// Path of the file.
    pub path: &'a str,
    /// How numbers are written.
    pub form: Form<'a>,
    /// Whose days are meant.
    pub store: &'a Zone,
    /// Zone of instants without one.
    pub written: Option<&'a Zone>,
    /// Numbers stay floats.
    pub float: bool,
}

/// A column, and what else its cells told.
pub(super) struct Typed {
    /// The values.
    pub column: Column,
    /// Last days, where a cell names a range.
    pub ends: Option<Vec<Option<Date>>>,
    /// Instants in nanoseconds since 1970, in a column of instants.
    pub instants: Option<Numbers>,
}

impl Typed {
    pub(super) fn of(column: Column) -> Typed {
        Typed { column, ends: None, instants: None }
    }
}

/// Reads a column of a grid. Where nothing but whole numbers was seen on the way, they need not be read again.
pub(super) fn taken(
    grid: &mut Grid,
    at: usize,
    name: &str,
    kind: &ColumnKind,
    reading: &Reading<'_>,
    found: &mut Vec<Finding>,
) -> Typed {
    let is_number = matches!(kind, ColumnKind::Guess | ColumnKind::Number) && !reading.float;
    match is_number.then(|| grid.take_whole(at)).flatten() {
        Some(rows) => Typed::of(Column::Number { scale: 0, rows }),
        None => typed(grid, at, name, kind, reading, found),
    }
}

/// Reads a column of a grid.
pub(super) fn typed(
    grid: &Grid,
    at: usize,
    name: &str,
    kind: &ColumnKind,
    reading: &Reading<'_>,
    found: &mut Vec<Finding>,
) -> Typed {
    if *kind == ColumnKind::Guess {
        let kind = if grid.numbers.contains(&at) { ColumnKind::Number } else { guessed(grid, at, reading) };
        return typed(grid, at, name, &kind, reading, found);
    }
    let typed = few::typed(grid, at, name, kind, reading)
        .unwrap_or_else(|| row_by_row(grid, at, name, kind, reading, found));
    match kind {
        ColumnKind::Date(form) if dates::is_exchangeable(form) || dates::begins_with_short_year(form) => {
            not_exchanged(grid, at, typed, form, reading, found)
        }
        _ => typed,
    }
}

/// Days that look read the wrong way round are none: a month of them would be spread over a year.
fn not_exchanged(
    grid: &Grid,
    at: usize,
    typed: Typed,
    form: &DateForm,
    reading: &Reading<'_>,
    found: &mut Vec<Finding>,
) -> Typed {
    let Column::Date(days) = &typed.column else { return typed };
    // Days with a year of four figures in front are what they say.
    let is_whole =
        |row: usize| grid.cell(row, at).trim().chars().take_while(char::is_ascii_digit).count() == 4;
    let known: BTreeSet<Date> = days.iter().flatten().copied().collect();
    let label = grid.label(at);
    let turned = if dates::is_exchangeable(form) {
        dates::look_exchanged(&known).map(|turned| (turned, "day first", "%d/%m/%Y"))
    } else {
        dates::look_month_first(&known).map(|turned| (turned, "month first", "%m/%d/%y"))
    };
    let Some(((from, to), how, better)) = turned.filter(|_| !(0..grid.rows()).any(is_whole)) else {
        return typed;
    };
    let (first, last) = (known.first().copied().unwrap_or(from), known.last().copied().unwrap_or(to));
    let message = format!(
        "the days of the column `{label}` would be {first} to {last}, {} days in all; {how} they are {from} to {to}",
        known.len()
    );
    let place = Place::cell(reading.path, grid.header_line, 0, &label);
    found.push(Finding::new(&DATE_ORDER, place, message).hint(format!(
        "{how}? then `columns: {{date: {{form: \"{better}\"}}}}` on the source; else write the days as `2026-03-01`"
    )));
    let column = Column::Date(vec![None; days.len()]);
    Typed { column, ..typed }
}

fn row_by_row(
    grid: &Grid,
    at: usize,
    name: &str,
    kind: &ColumnKind,
    reading: &Reading<'_>,
    found: &mut Vec<Finding>,
) -> Typed {
    let mut bad = Bad::of(grid, at, reading.path);
    let typed = match kind {
        ColumnKind::Text => Typed::of(texts(grid, at, name, &mut bad, found)),
        ColumnKind::Ident => Typed::of(idents(grid, at, &mut bad, found)),
        ColumnKind::Number => Typed::of(numbers(grid, at, &mut bad, reading, found)),
        ColumnKind::Percent(scale) => Typed::of(shares(grid, at, name, *scale, &mut bad, reading, found)),
        ColumnKind::Date(form) => moments(grid, at, form, false, &mut bad, reading, found),
        ColumnKind::Instant(form) => moments(grid, at, form, true, &mut bad, reading, found),
        ColumnKind::Bool | ColumnKind::Guess => Typed::of(bools(grid, at, &mut bad, found)),
    };
    bad.close(found);
    typed
}

/// Bad cells of a column: the first are listed, all are counted.
struct Bad<'a> {
    grid: &'a Grid,
    at: usize,
    path: &'a str,
    count: BTreeMap<&'static str, (&'static Rule, u64)>,
}

impl<'a> Bad<'a> {
    fn of(grid: &'a Grid, at: usize, path: &'a str) -> Bad<'a> {
        Bad { grid, at, path, count: BTreeMap::new() }
    }

    fn label(&self) -> std::borrow::Cow<'a, str> {
        self.grid.label(self.at)
    }

    fn cell(&mut self, row: usize, rule: &'static Rule, what: &str, hint: &str, found: &mut Vec<Finding>) {
        let (_, count) = self.count.entry(rule.name).or_insert((rule, 0));
        *count += 1;
        if *count > LISTED {
            return;
        }
        let place = self.grid.place(self.path, row, self.at);
        let cell = shown(self.grid.cell(row, self.at));
        found.push(Finding::new(rule, place, format!("`{cell}` {what}")).hint(hint));
    }

    /// Says how many there were in all.
    fn close(self, found: &mut Vec<Finding>) {
        let rows = self.grid.rows() as u64;
        let label = self.label();
        for (rule, count) in self.count.into_values() {
            let grave = rule.level == Level::Warning
                && count * ERROR_SHARE > rows
                && (*rule == NUMBER_UNREADABLE || *rule == DATE_UNREADABLE);
            if count <= LISTED && !grave {
                continue;
            }
            let message = format!("{count} of {rows} cells of the column `{label}` cannot be used");
            let place = Place::cell(self.path, self.grid.header_line, 0, &label);
            let mut finding = Finding::new(rule, place, message);
            if grave {
                finding.level = Level::Error;
                finding = finding.hint(
                    "more than 1 % of the rows: declare how the column is written, or load the file again",
                );
            }
            found.push(finding);
        }
    }
}

/// A cell for a message: not longer than a line.
fn shown(cell: &str) -> String {
    /// Longer cells are cut.
    const SHOWN: usize = 40;
    match cell.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &cell[..end]),
        None => cell.to_owned(),
    }
}

/// Texts by their different values.
#[derive(Default)]
struct Words<'a> {
    known: BTreeMap<&'a str, u32>,
    /// By id.
    words: Vec<&'a str>,
    /// What came after a word the last time: a report lists its products in the same order every day.
    follows: Vec<u32>,
    rows: Vec<Option<u32>>,
    last: Option<u32>,
}

impl<'a> Words<'a> {
    fn push(&mut self, word: Option<&'a str>) {
        let Some(word) = word else { return self.rows.push(None) };
        let likely = self.last.map(|last| self.follows[last as usize]);
        let id = match likely.filter(|id| self.words[*id as usize] == word) {
            Some(id) => id,
            None => self.id(word),
        };
        if let Some(last) = self.last {
            self.follows[last as usize] = id;
        }
        self.last = Some(id);
        self.rows.push(Some(id));
    }

    fn id(&mut self, word: &'a str) -> u32 {
        let next = u32::try_from(self.words.len()).expect("a grid has fewer cells than 2^32");
        let id = *self.known.entry(word).or_insert(next);
        if id == next {
            self.words.push(word);
            self.follows.push(id);
        }
        id
    }

    fn column(self) -> Column {
        let mut place = vec![0; self.known.len()];
        let mut values = Vec::with_capacity(self.known.len());
        for (at, (word, id)) in self.known.iter().enumerate() {
            place[*id as usize] = u32::try_from(at).expect("as many as ids");
            values.push(Arc::from(*word));
        }
        let rows = self.rows.into_iter().map(|id| id.map(|id| place[id as usize])).collect();
        Column::Text { values: Arc::new(values), rows }
    }
}

fn texts(grid: &Grid, at: usize, name: &str, bad: &mut Bad<'_>, found: &mut Vec<Finding>) -> Column {
    let mut words = Words::default();
    let mut lost = 0;
    for (row, cell) in grid.column(at).enumerate() {
        let text = unguarded(cell.trim());
        lost += usize::from(text.contains("??"));
        words.push((!text.is_empty() && !failed(row, text, bad, found)).then_some(text));
    }
    if lost * 100 > grid.rows() {
        let message = format!(
            "{lost} of {} texts of the column `{name}` hold `??`: characters were lost before the download",
            grid.rows()
        );
        let place = Place::cell(bad.path, grid.header_line, 0, &bad.label());
        found.push(
            Finding::new(&LOST_CHARACTERS, place, message)
                .hint("load the report again, in UTF-8 or Shift_JIS"),
        );
    }
    words.column()
}

/// Whether a text is a spreadsheet's error, which is named.
fn failed(row: usize, text: &str, bad: &mut Bad<'_>, found: &mut Vec<Finding>) -> bool {
    let failed = is_sheet_error(text);
    if failed {
        bad.cell(
            row,
            &SPREADSHEET_DAMAGE,
            "is what a spreadsheet writes where a formula failed",
            "the value counts as missing; correct the formula, or write the value into the cell",
            found,
        );
    }
    failed
}

fn idents(grid: &Grid, at: usize, bad: &mut Bad<'_>, found: &mut Vec<Finding>) -> Column {
    let mut words = Words::default();
    for (row, cell) in grid.column(at).enumerate() {
        let text = unguarded(cell.trim()).trim();
        let damaged = is_rounded_id(text);
        if damaged {
            bad.cell(
                row,
                &SPREADSHEET_DAMAGE,
                "was rounded by a spreadsheet; its digits are gone",
                "download the file again and do not save it from a spreadsheet",
                found,
            );
        }
        let lost = damaged || failed(row, text, bad, found);
        words.push((!number::is_dashes(text) && !lost).then_some(text));
    }
    words.column()
}

fn numbers(
    grid: &Grid,
    at: usize,
    bad: &mut Bad<'_>,
    reading: &Reading<'_>,
    found: &mut Vec<Finding>,
) -> Column {
    let mut cells = Written::with_capacity(grid.rows());
    for (row, cell) in grid.column(at).enumerate() {
        cells.push(number::number(cell, &reading.form).unwrap_or_else(|()| {
            bad.cell(
                row,
                &NUMBER_UNREADABLE,
                "is no number",
                "the value counts as missing; correct the cell, or declare how numbers are written",
                found,
            );
            None
        }));
    }
    exact(cells, bad, reading, found)
}

fn shares(
    grid: &Grid,
    at: usize,
    name: &str,
    scale: PercentScale,
    bad: &mut Bad<'_>,
    reading: &Reading<'_>,
    found: &mut Vec<Finding>,
) -> Column {
    let unbounded = UNBOUNDED.iter().any(|part| name.contains(part));
    let mut cells = Written::with_capacity(grid.rows());
    for (row, cell) in grid.column(at).enumerate() {
        let read = number::share(cell, scale, &reading.form);
        match read {
            Err(()) => bad.cell(
                row,
                &NUMBER_UNREADABLE,
                "is no share in the declared scale",
                "the value counts as missing; declare the scale of the column",
                found,
            ),
            Ok(Some((units, digits))) if !unbounded && (units < 0 || units > 10_i128.pow(digits.min(38))) => {
                bad.cell(
                    row,
                    &SCALE_OUT_OF_RANGE,
                    "lies outside 0 to 100 %",
                    "is the scale of the column right? `sign`, `hundred` or `one`",
                    found,
                );
            }
            Ok(_) => {}
        }
        cells.push(read.unwrap_or(None));
    }
    exact(cells, bad, reading, found)
}

/// Numbers as they are written, each on its own power of ten.
struct Written {
    units: Numbers,
    scales: Vec<u32>,
}

impl Written {
    fn with_capacity(rows: usize) -> Written {
        Written { units: Numbers::with_capacity(rows), scales: Vec::with_capacity(rows) }
    }

    fn push(&mut self, cell: Option<Exact>) {
        self.units.push(cell.map(|(units, _)| units));
        self.scales.push(cell.map_or(0, |(_, scale)| scale));
    }

    fn cells(&self) -> impl Iterator<Item = Option<Exact>> {
        self.units.iter().zip(&self.scales).map(|(units, scale)| units.map(|units| (units, *scale)))
    }
}

/// Puts numbers on one power of ten.
fn exact(written: Written, bad: &mut Bad<'_>, reading: &Reading<'_>, found: &mut Vec<Finding>) -> Column {
    if reading.float {
        return Column::Float(written.cells().map(|cell| cell.and_then(float)).collect());
    }
    let scale = written.scales.iter().copied().max().unwrap_or(0);
    if scale == 0 {
        return Column::Number { scale, rows: written.units };
    }
    let mut rows = Numbers::with_capacity(written.units.len());
    for (row, cell) in written.cells().enumerate() {
        let raised = cell.map(|cell| raised(cell, scale));
        if raised == Some(None) {
            bad.cell(
                row,
                &NUMBER_UNREADABLE,
                "has more digits than can be kept beside the other values",
                "the value counts as missing",
                found,
            );
        }
        rows.push(raised.flatten());
    }
    Column::Number { scale, rows }
}

/// A number as the nearest float.
pub(super) fn float((units, scale): Exact) -> Option<f64> {
    format!("{units}e-{scale}").parse().ok()
}

/// The units of a number on a power of ten that is not below its own; `None` if they are too many.
pub(super) fn raised((units, own): Exact, scale: u32) -> Option<i128> {
    10_i128.checked_pow(scale - own).and_then(|power| units.checked_mul(power))
}

/// The order of day and month in a column, if a value proves it.
fn order(grid: &Grid, at: usize, form: &DateForm) -> Option<Order> {
    if *form != DateForm::Plain {
        return None;
    }
    grid.column(at).find_map(dates::proves)
}

fn moments(
    grid: &Grid,
    at: usize,
    form: &DateForm,
    is_instant: bool,
    bad: &mut Bad<'_>,
    reading: &Reading<'_>,
    found: &mut Vec<Finding>,
) -> Typed {
    let order = order(grid, at, form);
    let mut out = Moments::default();
    let mut last: (&str, Result<Option<Moment>, &str>) = ("", Ok(None));
    let mut unclear = 0_u64;
    for (row, cell) in grid.column(at).enumerate() {
        if cell != last.0 || row == 0 {
            last = (cell, read(cell, form, order, &mut unclear));
        }
        match last.1 {
            Ok(moment) => {
                let known = out.push(moment, is_instant, reading);
                if !known {
                    bad.cell(
                        row,
                        &DATE_UNREADABLE,
                        "names a time but no zone",
                        "declare it: `format: {zone: Asia/Tokyo}`",
                        found,
                    );
                }
            }
            Err(what) => {
                out.push(None, is_instant, reading);
                if !what.is_empty() {
                    bad.cell(
                        row,
                        &DATE_UNREADABLE,
                        what,
                        "the row belongs to no day; correct the cell, or declare the form of the column",
                        found,
                    );
                }
            }
        }
    }
    if unclear > 0 {
        let place = Place::cell(reading.path, grid.header_line, 0, &bad.label());
        let message = format!(
            "day and month cannot be told apart in the column `{}`: no value is above 12",
            bad.label()
        );
        found.push(
            Finding::new(&DATE_ORDER, place, message)
                .hint("declare the form: `\"%m/%d/%Y\"` or `\"%d/%m/%Y\"`"),
        );
    }
    out.typed(is_instant)
}

/// Reads a cell; an unclear one is counted, and has no message of its own.
fn read<'a>(
    cell: &str,
    form: &DateForm,
    order: Option<Order>,
    unclear: &mut u64,
) -> Result<Option<Moment>, &'a str> {
    let text = unguarded(cell.trim());
    if is_missing(text) {
        return Ok(None);
    }
    match dates::read(text, form, order) {
        Read::At(moment) => Ok(Some(moment)),
        Read::No => Err("is no date in the form of its column"),
        Read::Unclear => {
            *unclear += 1;
            Err("")
        }
    }
}

#[derive(Default)]
pub(super) struct Moments {
    days: Vec<Option<Date>>,
    ends: Vec<Option<Date>>,
    instants: Numbers,
    ranges: bool,
    last: Option<(Moment, Option<Date>, Option<i128>)>,
}

impl Moments {
    /// Adds a cell; `false` if its day cannot be known for want of a zone.
    pub(super) fn push(&mut self, moment: Option<Moment>, is_instant: bool, reading: &Reading<'_>) -> bool {
        let (day, order) = match (moment, self.last) {
            (None, _) => (None, None),
            (Some(moment), Some((last, day, order))) if last == moment => (day, order),
            (Some(moment), _) if is_instant => {
                (moment.day_in(reading.store, reading.written), moment.order(reading.written))
            }
            (Some(moment), _) => (Some(moment.day), None),
        };
        self.last = moment.map(|moment| (moment, day, order));
        self.ranges |= moment.is_some_and(|moment| moment.end != moment.day);
        self.days.push(day);
        self.ends
            .push(moment.and_then(|moment| if moment.end == moment.day { day } else { Some(moment.end) }));
        self.instants.push(order);
        moment.is_none() || day.is_some()
    }

    pub(super) fn typed(self, is_instant: bool) -> Typed {
        let ends = self.ranges.then_some(self.ends);
        Typed { column: Column::Date(self.days), ends, instants: is_instant.then_some(self.instants) }
    }
}

pub(super) fn yes_or_no(cell: &str) -> Option<bool> {
    match cell.trim() {
        "TRUE" | "True" | "true" | "Yes" | "yes" | "YES" => Some(true),
        "FALSE" | "False" | "false" | "No" | "no" | "NO" => Some(false),
        _ => None,
    }
}

fn bools(grid: &Grid, at: usize, bad: &mut Bad<'_>, found: &mut Vec<Finding>) -> Column {
    let mut rows = Vec::with_capacity(grid.rows());
    for (row, cell) in grid.column(at).enumerate() {
        let value = yes_or_no(cell);
        if value.is_none() && !is_missing(cell) {
            bad.cell(row, &NUMBER_UNREADABLE, "is neither yes nor no", "the value counts as missing", found);
        }
        rows.push(value);
    }
    Column::Bool(rows)
}
