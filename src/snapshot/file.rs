//! One file: opened, split into cells, its columns chosen and read. Rules that look at several files come afterwards.

use super::cells::{Reading, taken as taken_of, typed};
use super::container::{DECOMPRESSED, Kind, foreign, unpack};
use super::foreign::Named;
use super::header::{Choice, Taken, choose, folded, is_same};
use super::import::{File, Grid, read};
use super::number::Form;
use super::numbers::Numbers;
use super::path;
use super::rules::{
    ANOTHER_REPORT, DATE_UNREADABLE, FILE_UNREADABLE, PERIOD_UNDECLARED, STORE_UNKNOWN, TRAFFIC_NOT_LOADED,
};
use super::table::{Column, Frame};
use super::used::Used;
use super::words::{spelled, unknown};
use super::{FileRecord, aside, frame};
use crate::diag::{Finding, Place};
use crate::inputs::{Bytes, Hash, Inputs, ProjectPath};
use crate::plan::{ColumnKind, Duplicates, PeriodOf, Plan, Source, StoreOf, TableRef, TableSpec};
use crate::time::{Date, Period, Zone};
use crate::unit::Currency;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A table of a file.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// Its place among the tables of the source.
    pub table: usize,
    /// Columns, with `date` and `store` where they are known.
    pub frame: Frame,
    /// What tells which of two rows is newer, if the source names such a column.
    pub order: Option<Numbers>,
    /// Labels of the file, in its order.
    pub header: Vec<String>,
    /// The line each row begins on; none where the part comes from the cache.
    pub lines: Vec<u32>,
}

/// A file, read.
#[derive(Clone, Debug)]
pub(super) struct Decoded {
    /// Its tables.
    pub parts: Vec<Part>,
    /// Where it comes from.
    pub record: FileRecord,
    /// What was wrong.
    pub found: Vec<Finding>,
}

/// What all files of a source have in common.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    /// The workspace's plan.
    pub plan: &'a Plan,
    /// The source.
    pub source: &'a Source,
    /// Which columns are needed.
    pub used: &'a Used,
}

/// Reads the bytes of a file, and their hash.
pub(super) fn bytes(inputs: &dyn Inputs, path: &ProjectPath) -> Result<(Bytes, Hash), Finding> {
    inputs
        .read_hashed(path, DECOMPRESSED)
        .map_err(|why| Finding::new(&FILE_UNREADABLE, Place::file(path.as_str()), why.to_string()))
}

/// Reads a file whose bytes have this hash.
pub(super) fn decode(context: &Context<'_>, path: &str, bytes: Bytes, hash: Hash) -> Decoded {
    let mut decoded = Decoded { parts: Vec::new(), record: record(path, &bytes, hash), found: Vec::new() };
    if let Err(found) = fill(context, path, bytes, &mut decoded) {
        decoded.parts.clear();
        decoded.found.push(found);
    }
    decoded
}

fn record(path: &str, bytes: &Bytes, sha256: Hash) -> FileRecord {
    FileRecord {
        path: path.to_owned(),
        sha256,
        bytes: bytes.len() as u64,
        rows: 0,
        left_out: BTreeMap::new(),
        totals: None,
        encoding: String::new(),
        days: None,
        dropped: Vec::new(),
        ignored: Vec::new(),
        columns: BTreeMap::new(),
        aside: Vec::new(),
    }
}

fn fill(context: &Context<'_>, path: &str, bytes: Bytes, decoded: &mut Decoded) -> Result<(), Finding> {
    let source = context.source;
    let unpacked = unpack(path, bytes)?;
    foreign(path, &unpacked)?;
    let kind = Kind::of(&unpacked);
    // The grids have the text afterwards: a large file is not in memory twice.
    let file = File { path, bytes: unpacked, format: &source.format, tables: &source.tables };
    let grids = read(kind, file)?;
    decoded.record.encoding = grids.encoding;
    decoded.found.extend(grids.found);
    for (table, grid) in grids.grids {
        if let Some(part) = part(context, path, table, grid, grids.exponents, decoded)? {
            decoded.parts.push(part);
        }
    }
    Ok(())
}

/// Reads one table. `None` if its rows belong to no period.
fn part(
    context: &Context<'_>,
    path: &str,
    at: usize,
    mut grid: Grid,
    exponents: bool,
    decoded: &mut Decoded,
) -> Result<Option<Part>, Finding> {
    let source = context.source;
    let table = &source.tables[at];
    let reference = TableRef { source: source.id.clone(), table: table.name.clone() };
    let used = context.used.columns(&reference);
    let place = Place::at(&path.into(), grid.header_line, 0, 0);
    refused(&place, table, &grid)?;
    let choice = choose(&place, &grid.header, table, &used, &source.keep, &mut decoded.found);
    for name in &table.fill_down {
        if let Some(taken) = choice.taken.iter().find(|taken| taken.name == *name) {
            grid.fill_down(taken.at);
        }
    }
    decoded.record.rows += grid.rows() as u64;
    let mut keep = kept_rows(&grid, table, &choice, &mut decoded.record);
    of_own_marketplace(context, path, &grid, &choice, &mut keep, &mut decoded.record);
    let (mut frame, order) = columns(context, path, table, &mut grid, &choice, exponents, &mut decoded.found);
    let named = named(context, path, table, &grid, &choice)?;
    let rows =
        aside::Rows { path, table, grid: &grid, choice: &choice, frame: &frame, named: named.as_ref() };
    let first = decoded.record.aside.len();
    rows.sort_out(&mut keep, &source.quarantine, &mut decoded.record, &mut decoded.found)?;
    decoded.found.extend(super::totals::check(path, table, &frame, &keep, &mut decoded.record));
    if table.summary_row && grid.rows() > 0 && !holds_total(&grid, table, &choice) {
        decoded.found.push(super::totals::lacking(path, grid.lines[0]));
    }
    let label = |at: usize| grid.header.get(at).map(|label| folded(label));
    let is_own = |taken: &&Taken| {
        table.columns.iter().all(|column| column.name != taken.name || column.same_as.is_empty())
    };
    let taken = choice.taken.iter().filter(is_own);
    let taken = taken.filter_map(|taken| Some((label(taken.at)?, taken.name.to_string())));
    decoded.record.columns.extend(taken);
    decoded.record.ignored.extend(choice.ignored);
    decoded.record.dropped.extend(choice.personal);
    dates(context, path, table, &grid, &keep, &mut frame, &mut decoded.found)?;
    if let Some(period) = period(context.plan, source, path).ok().flatten()
        && let Some(differs) = super::declared::differs(path, period, &frame, &keep)
    {
        decoded.found.push(differs);
        return Ok(None);
    }
    if !frame.columns.contains_key("date")
        && source.period == PeriodOf::Rows
        && context.used.is_measured(&reference)
    {
        let message = "the rows carry no dates, and the source declares no period; the file is not used";
        let finding = Finding::new(&PERIOD_UNDECLARED, Place::file(path), message);
        decoded
            .found
            .push(finding.hint("`period: 2026-07`, or `period: {from: path, pattern: \"…/{period}.csv\"}`"));
        return Ok(None);
    }
    stores(context, path, &mut frame, &mut decoded.found)?;
    if let Some(stores) = frame.columns.get("store") {
        for aside in &mut decoded.record.aside[first..] {
            let row = usize::try_from(aside.row - 1).unwrap_or(usize::MAX);
            aside.store = stores.text(row).map(ToString::to_string);
        }
    }
    traffic(path, &grid, &mut frame, &mut decoded.found);
    frame.rearrange(&keep);
    let order = order.map(|order| order.gather(&keep));
    decoded.record.days = spanned(decoded.record.days, &frame);
    let header =
        grid.header.iter().filter(|label| !label.starts_with('^')).map(|label| folded(label)).collect();
    let lines = keep.iter().map(|row| grid.lines.get(*row).copied().unwrap_or(0)).collect();
    Ok(Some(Part { table: at, frame, order, header, lines }))
}

/// A file with a column that only another report has: its rows cut the same figures otherwise, and would replace those of
/// their days.
fn refused(place: &Place, table: &TableSpec, grid: &Grid) -> Result<(), Finding> {
    let held =
        table.refuse.iter().find_map(|name| Some((name, super::header::held(&grid.header, table, name)?)));
    let Some((name, label)) = held else { return Ok(()) };
    let message = format!(
        "this file is another report: it has the column `{label}` (`{name}`), and would take the place of the report of the same days; the file is not used"
    );
    let finding = Finding::new(&ANOTHER_REPORT, place.clone(), message);
    Err(finding.hint(
        "move it out of this folder; a source of its own takes it: the same `preset:`, a folder of its own, and `refuse: []`",
    ))
}

/// Where a file names currency and marketplace; an error if they are not those of its store.
fn named(
    context: &Context<'_>,
    path: &str,
    table: &TableSpec,
    grid: &Grid,
    choice: &Choice,
) -> Result<Option<Named>, Finding> {
    let own = store(context.plan, context.source, path).ok().flatten();
    let own = own.and_then(|id| context.plan.stores.get(&id));
    let named = Named::of(context.source, table, choice, own);
    match named.as_ref().and_then(|named| named.refuse(path, grid, context.source)) {
        Some(refused) => Err(refused),
        None => Ok(named),
    }
}

/// Rows that are no totals and of no kind the table leaves out.
fn kept_rows(grid: &Grid, table: &TableSpec, choice: &Choice, record: &mut FileRecord) -> Vec<usize> {
    let mut count = |reason: String| *record.left_out.entry(reason).or_default() += 1;
    let skips: Vec<(usize, Vec<String>)> = table
        .skip
        .iter()
        .filter_map(|(name, values)| {
            let taken = choice.taken.iter().find(|taken| taken.name == *name)?;
            Some((taken.at, values.iter().map(ToString::to_string).collect()))
        })
        .collect();
    let first = usize::from(table.summary_row && grid.rows() > 0 && holds_total(grid, table, choice));
    if first > 0 {
        count("totals".to_owned());
    }
    let keeps = |row: &usize| {
        for (at, values) in &skips {
            let cell = grid.cell(*row, *at);
            if let Some(kind) = values.iter().find(|value| is_same(value, cell)) {
                count(format!("kind {kind}"));
                return false;
            }
        }
        true
    };
    (first..grid.rows()).filter(keeps).collect()
}

/// Leaves out rows of other marketplaces where a report has one for each: an account in several countries has the state of all
/// of them in one file.
fn of_own_marketplace(
    context: &Context<'_>,
    path: &str,
    grid: &Grid,
    choice: &Choice,
    keep: &mut Vec<usize>,
    record: &mut FileRecord,
) {
    let own = store(context.plan, context.source, path).ok().flatten();
    let own = own.and_then(|id| context.plan.stores.get(&id)?.marketplace.clone());
    let taken = choice.taken.iter().find(|taken| &*taken.name == "marketplace_id");
    let (Some(own), Some(taken)) = (own, taken) else { return };
    let is_own = |row: &usize| is_same(grid.cell(*row, taken.at), &own);
    if !keep.iter().any(is_own) {
        return;
    }
    let all = keep.len();
    keep.retain(is_own);
    if keep.len() < all {
        *record.left_out.entry("other marketplaces".to_owned()).or_default() += (all - keep.len()) as u64;
    }
}

/// Whether the first row of a report with totals holds one. Without it, the file was sorted, or its beginning was cut off.
fn holds_total(grid: &Grid, table: &TableSpec, choice: &Choice) -> bool {
    let total = table.totals.as_ref().map(|(total, _)| total);
    let taken = choice.taken.iter().find(|taken| Some(&taken.name) == total);
    taken.is_none_or(|taken| !grid.cell(0, taken.at).trim().is_empty())
}

type Order = Option<Numbers>;

fn columns(
    context: &Context<'_>,
    path: &str,
    table: &TableSpec,
    grid: &mut Grid,
    choice: &Choice,
    exponents: bool,
    found: &mut Vec<Finding>,
) -> (Frame, Order) {
    let source = context.source;
    let zone = zone(context.plan, source, path);
    let newest = match &table.duplicates {
        Duplicates::Latest(column) => column.as_ref(),
        _ => None,
    };
    let mut frame = Frame { rows: grid.rows(), columns: BTreeMap::new() };
    let mut order = None;
    for taken in &choice.taken {
        let spec = table.columns.iter().find(|column| column.name == taken.name);
        let currency = spec.and_then(|column| column.currency).or(source.currency);
        let code = currency.as_ref().map(Currency::code);
        let form = Form { exponent: exponents, ..Form::of(&source.format, code) };
        let written: Option<&Zone> = source.format.zone.as_ref();
        let reading = Reading { path, form, store: zone, written, float: source.float };
        let read = taken_of(grid, taken.at, &taken.name, &taken.kind, &reading, found);
        if Some(&taken.name) == newest {
            order = Some(read.instants.unwrap_or_else(|| ranks(&read.column)));
        }
        if Some(&taken.name) == table.date.as_ref()
            && let Some(ends) = read.ends
        {
            frame.columns.insert("date_end".into(), Column::Date(ends));
        }
        let words = spec.map_or(&[][..], |column| &column.words);
        if let Some(spec) = spec {
            let place = |row: usize| grid.place(path, row, taken.at);
            found.extend(unknown(&read.column, spec, &source.id, place));
        }
        frame.columns.insert(taken.name.clone(), spelled(read.column, words));
    }
    for column in table.columns.iter().filter(|column| column.optional || column.value.is_some()) {
        let absent = || Column::constant(column.value.as_deref(), grid.rows());
        frame.columns.entry(column.name.clone()).or_insert_with(absent);
    }
    own_days(context, path, grid, choice, &mut frame);
    (frame, order)
}

/// Where a column names the store, each row has the days of its own store: instants of stores with another zone than the
/// site's are read again.
fn own_days(context: &Context<'_>, path: &str, grid: &Grid, choice: &Choice, frame: &mut Frame) {
    let (plan, source) = (context.plan, context.source);
    let StoreOf::Column(name) = &source.store else { return };
    let Some(stores) = frame.columns.get(name).cloned() else { return };
    let zone_of = |row: usize| {
        let store = stores.text(row).and_then(|store| plan.stores.get(&known(plan, store)));
        store
            .and_then(|store| store.zone.as_ref())
            .map(|(_, zone)| zone)
            .filter(|zone| **zone != plan.site.zone)
    };
    let zones: Vec<Option<&Zone>> = (0..frame.rows).map(zone_of).collect();
    let mut others: Vec<&Zone> = Vec::new();
    for zone in zones.iter().flatten() {
        if !others.contains(zone) {
            others.push(zone);
        }
    }
    for zone in others {
        let form = Form::of(&source.format, None);
        let written = source.format.zone.as_ref();
        let reading = Reading { path, form, store: zone, written, float: source.float };
        for taken in choice.taken.iter().filter(|taken| may_be_instant(&taken.kind)) {
            let Some(Column::Date(days)) = frame.columns.get_mut(&taken.name) else { continue };
            // What cannot be read was told the first time.
            let again = typed(grid, taken.at, &taken.name, &taken.kind, &reading, &mut Vec::new());
            let Column::Date(own) = again.column else { continue };
            for (row, day) in days.iter_mut().enumerate().filter(|(row, _)| zones[*row] == Some(zone)) {
                *day = own[row];
            }
        }
    }
}

/// Whether the cells of a column may be points in time, which become days by a zone.
fn may_be_instant(kind: &ColumnKind) -> bool {
    matches!(kind, ColumnKind::Instant(_) | ColumnKind::Guess)
}

/// Whose days are meant: those of the store of the file, where it has a zone of its own; else those of the site.
fn zone<'p>(plan: &'p Plan, source: &Source, path: &str) -> &'p Zone {
    let named = store(plan, source, path).ok().flatten();
    let own = named.and_then(|id| plan.stores.get(&id)?.zone.as_ref());
    own.map_or(&plan.site.zone, |(_, zone)| zone)
}

/// The order of the values of a column that holds no instants.
fn ranks(column: &Column) -> Numbers {
    match column {
        Column::Number { rows, .. } => rows.clone(),
        Column::Date(rows) => rows
            .iter()
            .map(|day| {
                day.map(|day| {
                    i128::from(day.year()) * 10_000 + i128::from(day.month()) * 100 + i128::from(day.day())
                })
            })
            .collect(),
        Column::Text { rows, .. } => rows.iter().map(|id| id.map(i128::from)).collect(),
        Column::Bool(rows) => rows.iter().map(|value| value.map(i128::from)).collect(),
        Column::Float(rows) => rows.iter().map(|value| value.map(|value| value as i128)).collect(),
    }
}

/// Gives the rows their days: from their own column, else from the period of the file.
fn dates(
    context: &Context<'_>,
    path: &str,
    table: &TableSpec,
    grid: &Grid,
    keep: &[usize],
    frame: &mut Frame,
    found: &mut Vec<Finding>,
) -> Result<(), Finding> {
    if let Some(column) = table.date.as_ref().and_then(|name| frame.columns.get(name)).cloned() {
        let Column::Date(days) = &column else {
            let message = format!("the column `{}` has no dates", table.date.as_deref().unwrap_or_default());
            let place = Place::at(&path.into(), grid.header_line, 0, 0);
            return Err(Finding::new(&DATE_UNREADABLE, place, message)
                .hint("`kind: date` and `form:` say how its dates are written"));
        };
        undated(path, grid, keep, days, found);
        frame.columns.insert("date".into(), column);
    } else if let Some(period) = period(context.plan, context.source, path)? {
        let days = |day: Date| Column::Date(vec![Some(day); frame.rows]);
        let (start, end) = (days(period.start), days(period.end));
        frame.columns.insert("date".into(), start);
        frame.columns.insert("date_end".into(), end);
    }
    let whole_days = frame.dates("date_end").is_some_and(|ends| frame.dates("date") == Some(ends));
    if whole_days {
        frame.columns.remove("date_end");
    }
    Ok(())
}

/// Names rows whose date cell is empty: they count for no day.
fn undated(path: &str, grid: &Grid, keep: &[usize], days: &[Option<Date>], found: &mut Vec<Finding>) {
    let told = found
        .iter()
        .any(|finding| *finding.rule == super::rules::DATE_ORDER || *finding.rule == DATE_UNREADABLE);
    let mut without = keep.iter().filter(|row| days[**row].is_none());
    if let (false, Some(first)) = (told, without.next()) {
        let message = format!("{} rows have no date and belong to no day", without.count() + 1);
        found.push(Finding::new(
            &DATE_UNREADABLE,
            Place::at(&path.into(), grid.lines[*first], 0, 0),
            message,
        ));
    }
}

/// The period a file is of: the one its source declares, or the one its path names.
pub(super) fn period(plan: &Plan, source: &Source, path: &str) -> Result<Option<Period>, Finding> {
    let calendar = &plan.site.calendar;
    match &source.period {
        PeriodOf::Rows => Ok(None),
        PeriodOf::Fixed(period) => Ok(Some(*period)),
        PeriodOf::Path(pattern) => {
            let found = path::part(path, pattern, "period", &|text| path::period(text, calendar).is_some());
            let period = found.and_then(|text| path::period(text, calendar));
            period.map(Some).ok_or_else(|| {
                let message =
                    format!("the path names no period at `{{period}}` of `{pattern}`; the file is not used");
                let finding = Finding::new(&PERIOD_UNDECLARED, Place::file(path), message);
                let name = path.rsplit('/').next().unwrap_or(path);
                finding.hint(match name.starts_with("BusinessReport-") {
                    true => "the day in the name of a download is that on which it was made: rename the file to the days its rows are about, `2026-07.csv`",
                    false => "periods look like `2026-07`, `202607` or `2026-07-01`",
                })
            })
        }
    }
}

/// Gives the rows their store.
fn stores(
    context: &Context<'_>,
    path: &str,
    frame: &mut Frame,
    found: &mut Vec<Finding>,
) -> Result<(), Finding> {
    let rows = frame.rows;
    let column = match &context.source.store {
        StoreOf::None => return Ok(()),
        StoreOf::Fixed(_) | StoreOf::Path(_) => {
            Column::constant(store(context.plan, context.source, path)?.as_deref(), rows)
        }
        StoreOf::Column(name) => {
            let Some(column @ Column::Text { .. }) = frame.columns.get(name) else {
                let message = format!("the column `{name}`, which names the store, is not in the file");
                return Err(Finding::new(&STORE_UNKNOWN, Place::file(path), message));
            };
            let cells: Vec<Option<Arc<str>>> =
                (0..rows).map(|row| column.text(row).map(|store| known(context.plan, store))).collect();
            frame::texts(&cells.iter().map(Option::as_deref).collect::<Vec<_>>())
        }
    };
    strangers(context, path, &column, found);
    frame.columns.insert("store".into(), column);
    Ok(())
}

/// The store of all rows of a file, where the source or the path names one.
pub(super) fn store(plan: &Plan, source: &Source, path: &str) -> Result<Option<Arc<str>>, Finding> {
    match &source.store {
        StoreOf::None | StoreOf::Column(_) => Ok(None),
        StoreOf::Fixed(store) => Ok(Some(store.clone())),
        StoreOf::Path(pattern) => {
            let store = path::part(path, pattern, "store", &|_| true).ok_or_else(|| {
                let message = format!("the path names no store at `{{store}}` of `{pattern}`");
                Finding::new(&STORE_UNKNOWN, Place::file(path), message)
                    .hint("put the file into the folder of its store")
            })?;
            Ok(Some(known(plan, store)))
        }
    }
}

/// A store as `stores.yaml` writes it: ids are unique after case folding.
fn known(plan: &Plan, store: &str) -> Arc<str> {
    let folded = store.to_lowercase();
    let id = plan.stores.keys().find(|id| id.to_lowercase() == folded);
    id.cloned().unwrap_or_else(|| store.into())
}

/// Stores that `stores.yaml` does not name; without that file any name will do.
fn strangers(context: &Context<'_>, path: &str, column: &Column, found: &mut Vec<Finding>) {
    let Column::Text { values, .. } = column else { return };
    if context.plan.stores.is_empty() {
        return;
    }
    for store in values.iter().filter(|store| !context.plan.stores.contains_key(*store)) {
        let finding = Finding::new(
            &STORE_UNKNOWN,
            Place::file(path),
            format!("the store `{store}` is not in `stores.yaml`"),
        );
        let hint = crate::diag::did_you_mean(store, context.plan.stores.keys().map(|id| &**id));
        found.push(hint.into_iter().fold(finding, Finding::hint));
    }
}

/// Visits of 0 beside units are not loaded yet: missing, so that no conversion rate is infinite.
fn traffic(path: &str, grid: &Grid, frame: &mut Frame, found: &mut Vec<Finding>) {
    /// More rows are counted, not listed.
    const LISTED: usize = 20;
    let (Some(Column::Number { rows: visits, .. }), Some(Column::Number { rows: units, .. })) =
        (frame.columns.get("sessions"), frame.columns.get("units"))
    else {
        return;
    };
    let empty: Vec<usize> = (0..frame.rows)
        .filter(|row| visits.get(*row) == Some(0) && units.get(*row).is_some_and(|units| units > 0))
        .collect();
    for row in empty.iter().take(LISTED) {
        let place = Place::cell(path, grid.lines[*row], *row as u64 + 1, "sessions");
        let finding = Finding::new(
            &TRAFFIC_NOT_LOADED,
            place,
            "visits are 0 although units were sold: they are not loaded yet and count as missing",
        );
        found.push(finding.hint("load the report of this day again"));
    }
    if empty.len() > LISTED {
        found.push(Finding::new(
            &TRAFFIC_NOT_LOADED,
            Place::file(path),
            format!("{} rows in all have units but no visits", empty.len()),
        ));
    }
    for name in ["sessions", "page_views"] {
        if let Some(Column::Number { rows, .. }) = frame.columns.get_mut(name) {
            for row in &empty {
                if rows.get(*row) == Some(0) {
                    rows.set(*row, None);
                }
            }
        }
    }
}

/// First and last day of the rows.
fn spanned(known: Option<(Date, Date)>, frame: &Frame) -> Option<(Date, Date)> {
    let starts = frame.dates("date").into_iter().flatten().flatten();
    let ends = frame.dates("date_end").into_iter().flatten().flatten();
    let days: Vec<Date> =
        starts.chain(ends).copied().chain(known.iter().flat_map(|(from, to)| [*from, *to])).collect();
    Some((days.iter().min().copied()?, days.iter().max().copied()?))
}
