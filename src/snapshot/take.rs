//! All files of all sources, one after the other step: read at once, joined per table, cut at the as-of day.

use super::cache::{self, Cache, NoCache};
use super::file::{self, Context, Decoded, Part};
use super::join::{Joined, join, reason};
use super::lock::{Lock, labels};
use super::rules::{
    COLUMN_MISSING, COLUMN_UNKNOWN, DATE_ORDER, DUPLICATE_ROWS, PERSONAL_DROPPED, ROWS_AFTER_AS_OF,
    ROWS_RESTATED, SOURCE_EMPTY,
};
use super::table::{Frame, Table};
use super::used::Used;
use super::{FileRecord, SetAside, Snapshot, across, asof, covered, dates, limits, path, plausible};
use crate::diag::{Checked, Finding, Level, Place};
use crate::inputs::{Bytes, Hash, Inputs, PATH_REFUSED, ProjectPath, matching};
use crate::parallel;
use crate::plan::review::REGISTER;
use crate::plan::{AsOf, ColumnKind, Definition, Id, Plan, Source, TableRef};
use crate::time::{Date, Grain, plus_days};
use std::collections::{BTreeMap, BTreeSet};

/// Reads all data of a workspace.
pub fn take(plan: &Plan, inputs: &dyn Inputs, lock: &Lock, cache: &dyn Cache) -> Checked<Snapshot> {
    take_of(plan, inputs, lock, cache, None)
}

/// Everything of a plan that decides which rows are taken and up to which day, as text. How formulas compute on the
/// columns has no say in it.
pub fn decides(plan: &Plan) -> String {
    let metrics = plan.metrics.values().map(|metric| {
        let (mut tables, mut used) = (Vec::new(), BTreeSet::new());
        match &metric.definition {
            Definition::Source(measured) => tables.clone_from(&measured.tables),
            Definition::Derived(formula) => formula.leaves(&mut |leaf| {
                used.insert(leaf.metric.clone());
            }),
        }
        (&metric.id, metric.grain, metric.importance, tables, used)
    });
    let around = (&plan.site, &plan.sources, &plan.stores, &plan.series);
    format!("{around:?}\n{:?}\n{:?}", Used::of(plan), metrics.collect::<Vec<_>>())
}

/// Fills the rows of some sources into an outline that was made of the same files. `None` if their tables are not what
/// the outline says of them.
pub fn refill(
    outline: &Snapshot,
    sources: &BTreeSet<Id>,
    plan: &Plan,
    inputs: &dyn Inputs,
    lock: &Lock,
    cache: &dyn Cache,
) -> Option<Snapshot> {
    let read = take_of(plan, inputs, lock, cache, Some((sources, outline.as_of))).value;
    let mut filled = outline.clone();
    for (reference, table) in read.tables {
        let known = filled.tables.get_mut(&reference).filter(|known| {
            known.days == table.days
                && known.provisional_from == table.provisional_from
                && known.every_day == table.every_day
                && known.needed == table.needed
        })?;
        *known = table;
    }
    Some(filled)
}

/// Reads the data of some sources up to a day that is known, or of all.
#[expect(clippy::too_many_lines, reason = "one step after the other over all tables")]
fn take_of(
    plan: &Plan,
    inputs: &dyn Inputs,
    lock: &Lock,
    cache: &dyn Cache,
    some: Option<(&BTreeSet<Id>, Option<Date>)>,
) -> Checked<Snapshot> {
    let mut found = Vec::new();
    let used = Used::of(plan);
    let is_wanted = |source: &&Source| some.is_none_or(|(sources, _)| sources.contains(&source.id));
    let wanted: Vec<&Source> = plan.sources.values().filter(is_wanted).collect();
    let mut files = read_all(plan, &wanted, inputs, &used, cache, &mut found);
    let mut snapshot = Snapshot::default();
    let mut open = Vec::new();
    for source in wanted {
        let id = &source.id;
        let read = files.remove(id).unwrap_or_default();
        found.extend(check_lock(source, &read, lock));
        let (records, tables) = split(source, read, &mut found);
        limits::rows(source, &records, &mut found);
        snapshot.files.insert(id.clone(), records);
        open.extend(tables);
    }
    let covered: Vec<Vec<covered::Span>> =
        open.iter().map(|(reference, parts)| covered_by(plan, &snapshot, reference, parts)).collect();
    let (references, parts): (Vec<TableRef>, Vec<Parts>) = open.into_iter().unzip();
    let mut joined = parallel::each_of(references.iter().zip(parts).collect(), |(reference, parts)| {
        joined(plan, reference, parts)
    });
    let last_days: BTreeMap<TableRef, Date> = references
        .iter()
        .zip(&joined)
        .filter_map(|(reference, table)| Some((reference.clone(), asof::last_day(&table.frame)?)))
        .collect();
    snapshot.as_of = match some {
        Some((_, as_of)) => as_of,
        None => asof::decide(plan, &last_days),
    };
    let daily = asof::fed_by(plan, plan.metrics.values().collect());
    let ahead = ahead(plan);
    for (reference, table) in references.iter().zip(&mut joined) {
        let source = &plan.sources[&reference.source];
        if ahead.contains(reference) {
            let (frame, needed) = (table.frame.clone(), used.needed(source, reference));
            let days = asof::days(&frame);
            let kept = Table { frame, days, provisional_from: None, every_day: false, needed };
            snapshot.ahead.insert(reference.clone(), kept);
        }
        cut(source, table, snapshot.as_of, &mut found);
        asof::too_coarse(plan, reference, &mut table.frame, &mut found);
        let records = snapshot.files.entry(reference.source.clone()).or_default();
        tell_left_out(source, table, records, &mut found);
        found.extend(implausible(source, reference, &used, table, records));
    }
    let open: Vec<Vec<OpenDay>> = references
        .iter()
        .zip(&joined)
        .map(|(reference, table)| open_days(&snapshot.files[&reference.source], reference, table))
        .collect();
    let sorted = parallel::each_of(joined, |mut table| {
        table.sort();
        table.frame
    });
    for (((reference, mut frame), covered), open) in references.into_iter().zip(sorted).zip(covered).zip(open)
    {
        let source = &plan.sources[&reference.source];
        let mut days = asof::days(&frame);
        covered::fill(&covered, snapshot.as_of, &mut days);
        let every_day = daily.get(&reference) == Some(&Grain::Day);
        found.extend(exchanged(source, &reference, &frame));
        if every_day {
            asof::missing(source, &reference, &days, snapshot.as_of, &mut found);
        }
        limits::stale(source, &reference, &days, snapshot.as_of, &mut found);
        if let Some(spec) = source.tables.iter().find(|table| table.name == reference.table) {
            across::fill(spec, &days, &mut frame);
            found.extend(across::vanished(source, spec, &days, &frame, snapshot.as_of));
        }
        let provisional_from = provisional_from(source, &days);
        let needed = used.needed(source, &reference);
        for (day, store) in open {
            let stores = days.iter_mut().filter(|(own, _)| store.as_ref().is_none_or(|store| store == *own));
            stores.for_each(|(_, days)| days.retain(|own| *own != day));
        }
        snapshot.tables.insert(reference, Table { frame, days, provisional_from, every_day, needed });
    }
    limits::twice(plan, &snapshot, &mut found);
    Checked { value: snapshot, found }
}

/// A day and a store of which a row is not used.
type OpenDay = (Date, Option<std::sync::Arc<str>>);

/// Days that are not whole because a row of theirs is not used, unless a later file brought the day again.
fn open_days(records: &[FileRecord], reference: &TableRef, table: &Joined) -> Vec<OpenDay> {
    let aside: Vec<(usize, &SetAside)> = (0..)
        .zip(records)
        .flat_map(|(file, record)| record.aside.iter().map(move |aside| (file, aside)))
        .filter(|(_, aside)| aside.table == *reference.table)
        .collect();
    let (Some(days), false) = (table.frame.dates("date"), aside.is_empty()) else { return Vec::new() };
    let stores = table.frame.columns.get("store");
    let mut open = Vec::new();
    for (file, aside) in aside {
        let Some(day) = aside.day else { continue };
        let store = aside.store.as_deref();
        let is_later = |row: usize| {
            days[row] == Some(day)
                && table.files[row] as usize > file
                && stores.and_then(|stores| stores.text(row)).map(|store| &**store) == store
        };
        if !(0..table.frame.rows).any(is_later) {
            open.push((day, store.map(Into::into)));
        }
    }
    open
}

/// Days of all files together that look read the wrong way round: a file of one day cannot tell.
fn exchanged(source: &Source, reference: &TableRef, frame: &Frame) -> Option<Finding> {
    let table = source.tables.iter().find(|table| table.name == reference.table)?;
    let column = table.columns.iter().find(|column| Some(&column.name) == table.date.as_ref())?;
    let ColumnKind::Date(form) = &column.kind else { return None };
    let days: BTreeSet<Date> = frame.dates("date")?.iter().flatten().copied().collect();
    let (from, to) = dates::look_exchanged(&days).filter(|_| dates::is_exchangeable(form))?;
    let message = format!(
        "the days of the files of `{}` fall on the same day of {} months; with the day first they are {from} to {to}",
        source.id,
        days.len()
    );
    Some(Finding::new(&DATE_ORDER, source.place.clone(), message).hint(
        "day first? then `columns: {date: {form: \"%d/%m/%Y\"}}` on the source; else write the days as `2026-03-01`",
    ))
}

/// The parts of a table as one.
fn joined(plan: &Plan, reference: &TableRef, parts: Parts) -> Joined {
    let tables = &plan.sources[&reference.source].tables;
    let spec = tables.iter().find(|table| table.name == reference.table);
    join(parts, spec.expect("parts name tables of their source"))
}

/// Accepts the columns of all files as they are, and returns the new text of `kpress.lock`.
pub fn accept(plan: &Plan, inputs: &dyn Inputs, lock: &Lock, today: Date) -> Checked<String> {
    let mut found = Vec::new();
    let mut lock = lock.clone();
    lock.sources.retain(|id, _| plan.sources.contains_key(id));
    let all: Vec<&Source> = plan.sources.values().filter(|source| !is_own(source)).collect();
    for (id, read) in read_all(plan, &all, inputs, &Used::of(plan), &NoCache, &mut found) {
        let source = &plan.sources[&id];
        let seen = read
            .iter()
            .flat_map(|decoded| &decoded.parts)
            .map(|part| (source.tables[part.table].name.to_string(), labels(&part.header)));
        let seen: BTreeSet<(String, Vec<String>)> = seen.collect();
        found.extend(
            read.iter()
                .flat_map(|decoded| decoded.found.clone())
                .filter(|finding| finding.level == Level::Error),
        );
        lock.accept(&id, source.preset.as_deref(), &seen, today);
    }
    Checked { value: lock.print(), found }
}

/// The files of a source, the newest last: by the day they were fetched where their paths name it (files that do not come
/// first), then by path, numbers by their value and copies behind their originals. As of a given day, only what was fetched by then counts (amazon-data.md §3.1).
fn ordered(
    plan: &Plan,
    source: &Source,
    paths: Vec<ProjectPath>,
    found: &mut Vec<Finding>,
) -> Vec<ProjectPath> {
    let mut paths = paths;
    paths.sort_by_cached_key(|path| (path::order(path.as_str()), path.clone()));
    let Some(known) = &source.fetched else { return paths };
    let mut dated: Vec<(Option<Date>, ProjectPath)> =
        paths.into_iter().map(|path| (path::fetched(path.as_str(), known), path)).collect();
    if let AsOf::On(as_of) = plan.site.as_of {
        let all = dated.len();
        dated.retain(|(fetched, _)| fetched.is_none_or(|fetched| fetched <= as_of));
        if dated.len() < all {
            let message = format!(
                "{} files of `{}` were fetched after {as_of} and were left out",
                all - dated.len(),
                source.id
            );
            let mut finding = Finding::new(&ROWS_AFTER_AS_OF, source.place.clone(), message);
            finding.level = Level::Warning;
            let hint = "a later `as_of` of the site takes them in; `as_of: latest_complete` takes all files";
            found.push(finding.hint(hint));
        }
    }
    // Files of one day stay in the order of their names.
    dated.sort_by_key(|(fetched, _)| *fetched);
    dated.into_iter().map(|(_, path)| path).collect()
}

/// Reads every file of these sources, in parallel; results by source, the newest file last.
fn read_all(
    plan: &Plan,
    sources: &[&Source],
    inputs: &dyn Inputs,
    used: &Used,
    cache: &dyn Cache,
    found: &mut Vec<Finding>,
) -> BTreeMap<Id, Vec<Decoded>> {
    let mut jobs: Vec<(Context<'_>, Hash, ProjectPath)> = Vec::new();
    for source in sources.iter().copied() {
        let listing = matching(inputs, &source.files).unwrap_or_default();
        for (name, why) in listing.refused {
            let shown = crate::diag::printable(&name);
            let message = format!("`{shown}` is not read for `{}`: {why}", source.id);
            found.push(
                Finding::new(&PATH_REFUSED, Place::file(&shown), message)
                    .hint("rename it, or put the file itself in its place; or take it out of `data/`"),
            );
        }
        let paths = listing.files;
        if paths.is_empty() && !source.optional {
            let message = format!("no file matches `{}`", source.files);
            found.push(
                Finding::new(&SOURCE_EMPTY, source.files_place.clone(), message)
                    .hint("`*` stands for a part of one name, `**` for any folders"),
            );
        }
        let context = Context { plan, source, used };
        let reading = cache::reading(&context);
        let paths = ordered(plan, source, paths, found);
        jobs.extend(paths.into_iter().map(|path| (context, reading, path)));
    }
    let read =
        parallel::each(&jobs, |(context, reading, path)| read_one(context, reading, inputs, path, cache));
    let mut by_source: BTreeMap<Id, Vec<Decoded>> = BTreeMap::new();
    for ((context, ..), decoded) in jobs.iter().zip(read) {
        by_source.entry(context.source.id.clone()).or_default().push(decoded);
    }
    by_source
}

fn read_one(
    context: &Context<'_>,
    reading: &Hash,
    inputs: &dyn Inputs,
    path: &ProjectPath,
    cache: &dyn Cache,
) -> Decoded {
    let (bytes, hash) = match file::bytes(inputs, path) {
        Ok(read) => read,
        Err(finding) => {
            let nothing: Bytes = b"".as_slice().into();
            let hash = Hash::of(&nothing);
            return Decoded { found: vec![finding], ..file::decode(context, path.as_str(), nothing, hash) };
        }
    };
    let key = cache::key(reading, path.as_str(), &hash);
    if let Some(known) = cache.get(&key).and_then(|kept| cache::load(&kept, hash)) {
        return known;
    }
    let decoded = file::decode(context, path.as_str(), bytes, hash);
    if let Some(kept) = cache::store(&decoded) {
        cache.put(&key, &kept);
    }
    decoded
}

/// Whether kpress itself writes the files of a source: their layout is nobody's to accept.
fn is_own(source: &Source) -> bool {
    &*source.files == REGISTER
}

fn check_lock(source: &Source, read: &[Decoded], lock: &Lock) -> Vec<Finding> {
    if is_own(source) {
        return Vec::new();
    }
    let parts = read.iter().flat_map(|decoded| decoded.parts.iter().map(move |part| (decoded, part)));
    let checked = parts.filter_map(|(decoded, part)| {
        let table = &source.tables[part.table].name;
        lock.check(&source.id, table, &decoded.record.path, &labels(&part.header))
    });
    checked.collect()
}

type Parts = Vec<(u32, Part)>;

/// The records of a source's files, and the parts of each of its tables.
fn split(
    source: &Source,
    read: Vec<Decoded>,
    found: &mut Vec<Finding>,
) -> (Vec<FileRecord>, Vec<(TableRef, Parts)>) {
    let mut records = Vec::new();
    let mut tables: BTreeMap<usize, Parts> = BTreeMap::new();
    let mut unknown: BTreeMap<String, (Finding, usize)> = BTreeMap::new();
    for (file, decoded) in (0..).zip(read) {
        for finding in decoded.found {
            // What all files of a source have, or lack, is told once.
            if *finding.rule == COLUMN_UNKNOWN || *finding.rule == COLUMN_MISSING {
                unknown.entry(finding.message.clone()).or_insert((finding, 0)).1 += 1;
            } else {
                found.push(finding);
            }
        }
        for part in decoded.parts {
            tables.entry(part.table).or_default().push((file, part));
        }
        records.push(decoded.record);
    }
    for (mut finding, files) in unknown.into_values() {
        if files > 1 {
            finding.message.push_str(&format!(" (in {files} files)"));
        }
        found.push(finding);
    }
    let dropped: BTreeSet<&String> = records.iter().flat_map(|record| &record.dropped).collect();
    if !dropped.is_empty() {
        let names: Vec<String> = dropped.iter().map(|label| format!("`{label}`")).collect();
        let message =
            format!("`{}` holds data of buyers, which was dropped: {}", source.id, names.join(", "));
        found.push(
            Finding::new(&PERSONAL_DROPPED, source.place.clone(), message)
                .hint("`keep:` names a column that is needed and allowed"),
        );
    }
    let reference =
        |table: usize| TableRef { source: source.id.clone(), table: source.tables[table].name.clone() };
    (records, tables.into_iter().map(|(table, parts)| (reference(table), parts)).collect())
}

/// Tables of series of targets.
fn ahead(plan: &Plan) -> BTreeSet<TableRef> {
    let tables = plan.series.values().filter_map(|metric| match &metric.definition {
        Definition::Source(measured) => Some(measured.tables.clone()),
        Definition::Derived(_) => None,
    });
    tables.flatten().collect()
}

fn covered_by(
    plan: &Plan,
    snapshot: &Snapshot,
    reference: &TableRef,
    parts: &[(u32, Part)],
) -> Vec<covered::Span> {
    let records = snapshot.files.get(&reference.source).map_or(&[][..], Vec::as_slice);
    let paths: Vec<&str> = records.iter().map(|record| record.path.as_str()).collect();
    covered::spans(plan, &plan.sources[&reference.source], parts, &paths)
}

/// Cuts the rows after the as-of day.
fn cut(source: &Source, table: &mut Joined, as_of: Option<Date>, found: &mut Vec<Finding>) {
    let Some(as_of) = as_of else { return };
    let rows = asof::until(&table.frame, as_of);
    let after = table.frame.rows - rows.len();
    // An action that is due later is nothing that came too early.
    if after > 0 && !is_own(source) {
        let message = format!("{after} rows of `{}` are dated after {as_of} and were left out", source.id);
        found.push(Finding::new(&ROWS_AFTER_AS_OF, source.place.clone(), message));
    }
    table.keep(&rows, reason::AFTER);
}

/// Tells what was left out, and counts it in the records of the files.
fn tell_left_out(source: &Source, table: &Joined, records: &mut [FileRecord], found: &mut Vec<Finding>) {
    let mut totals: BTreeMap<&str, u64> = BTreeMap::new();
    for ((file, why), count) in &table.left_out {
        *totals.entry(why).or_default() += count;
        let Some(record) = records.get_mut(*file as usize) else { continue };
        *record.left_out.entry((*why).to_owned()).or_default() += count;
        let whole = *why == reason::RESTATED && *count + lost(record, why) >= record.rows;
        if whole {
            let message = format!("every row of this file was replaced by a later file of `{}`", source.id);
            let mut finding = Finding::new(&ROWS_RESTATED, Place::file(&record.path), message);
            finding.level = Level::Warning;
            found.push(
                finding.hint(
                    "if both files count, they belong to two sources, or `store:` must tell them apart",
                ),
            );
        }
    }
    found
        .extend(table.unlike.iter().filter_map(|((file, later), name)| parted(records, *file, *later, name)));
    let repeated: u64 = [reason::REPEATED, reason::SUPERSEDED, reason::SAME_FILE]
        .iter()
        .filter_map(|why| totals.get(why))
        .sum();
    if repeated > 0 {
        let message = match repeated {
            1 => format!("1 row of `{}` came more than once and counts once", source.id),
            _ => format!("{repeated} rows of `{}` came more than once and count once", source.id),
        };
        found.push(
            Finding::new(&DUPLICATE_ROWS, source.place.clone(), message)
                .hint("nothing to do if downloads overlap; the data page says how many rows each file lost"),
        );
    }
    if let Some(count) = totals.get(reason::RESTATED) {
        let message =
            format!("{count} rows of `{}` were replaced by later files over the same days", source.id);
        found
            .push(Finding::new(&ROWS_RESTATED, source.place.clone(), message).hint(gave_way(table, records)));
    }
}

/// Days that stand out of a table so far that they should be looked at.
fn implausible(
    source: &Source,
    reference: &TableRef,
    used: &Used,
    table: &Joined,
    records: &[FileRecord],
) -> Vec<Finding> {
    let spec = source.tables.iter().find(|table| table.name == reference.table);
    spec.map_or_else(Vec::new, |spec| {
        plausible::found(source, spec, &used.columns(reference), table, records)
    })
}

/// Two files over the same days that look like two parts of one report.
fn parted(records: &[FileRecord], file: u32, later: u32, name: &Id) -> Option<Finding> {
    let (file, later) = (records.get(file as usize)?, records.get(later as usize)?);
    let message = format!(
        "`{}` holds the same days and no `{name}` of this file: of two files over one day the later counts, and this one does not",
        later.path
    );
    let mut finding = Finding::new(&ROWS_RESTATED, Place::file(&file.path), message);
    finding.level = Level::Warning;
    Some(finding.hint(
        "parts of one report? download it whole, or put both into one file; two reports that both count are two sources",
    ))
}

/// Which files gave rows to later ones, and how later is told.
fn gave_way(table: &Joined, records: &[FileRecord]) -> String {
    /// More names make a hint nobody reads.
    const SHOWN: usize = 3;
    let restated = table.left_out.iter().filter(|((_, why), _)| *why == reason::RESTATED);
    let mut files: Vec<String> = restated
        .filter_map(|((file, _), count)| Some(format!("{count} of `{}`", records.get(*file as usize)?.path)))
        .collect();
    let more = files.len().saturating_sub(SHOWN);
    files.truncate(SHOWN);
    if more > 0 {
        files.push(format!("{more} files more"));
    }
    format!(
        "{}; the later file is the one fetched later where its name says when, else the one whose name comes last",
        files.join(", ")
    )
}

/// Rows of a file that were left out for other reasons.
fn lost(record: &FileRecord, why: &str) -> u64 {
    record.left_out.iter().filter(|(reason, _)| *reason != why).map(|(_, count)| count).sum()
}

/// The first of the newest days that still move.
fn provisional_from(source: &Source, days: &BTreeMap<std::sync::Arc<str>, Vec<Date>>) -> Option<Date> {
    let newest = days.values().filter_map(|days| days.last()).max()?;
    let span = i32::try_from(source.provisional).unwrap_or(i32::MAX);
    (span > 0).then(|| plus_days(*newest, 1 - span))
}
