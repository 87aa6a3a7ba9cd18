//! The end of a pull: names, provenance, and moving what lies on the stage into `data/`. Everything is decided and written
//! down before the first file moves, so that whoever is killed on the way moves the rest the next time and nothing twice.

use super::port::TableInfo;
use super::rows;
use super::state::{Commit, State};
use super::unit::Unit;
use crate::inputs::{Hash, ProjectPath};
use crate::plugin::reach::moment::{TimeFormat, moment};
use crate::site::{Failed, Folder, Stands};
use crate::time::{instant_day, numbered_day, zoned_seconds};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Read;

/// Where the provenance of a source lies, beside its data; hidden, so that no glob reads it as data.
pub const PROVENANCE: &str = ".pulled";

/// The last day that was ever fetched into a folder, and the stamp of the newest pull.
pub fn known(workspace: &Folder, folder: &str) -> (Option<i32>, Option<String>) {
    let Ok(pulls) = workspace.at(&format!("{folder}/{PROVENANCE}")) else { return (None, None) };
    let names = pulls.names().unwrap_or_default();
    let until = |name: &String| {
        let text: Value = serde_json::from_slice(&pulls.read(name).ok()?).ok()?;
        let day = crate::time::parse_date(text["window"]["until"].as_str()?)?;
        Some(crate::time::day_number(day))
    };
    let last = names.iter().filter(|name| name.ends_with(".json")).filter_map(until).max();
    (last, names.last().and_then(|name| name.strip_suffix(".json")).map(str::to_owned))
}

/// The stamp of a pull: the wall clock of the site, later than that of any pull before, so that names sort by age.
fn stamp(unit: &Unit<'_>, now_ms: i64, newest: Option<&str>) -> String {
    let mut seconds = now_ms.div_euclid(1000);
    loop {
        let zone = &unit.site.zone;
        let local =
            instant_day(seconds, zone).and_then(|day| Some((day, seconds - zoned_seconds(day, 0, zone)?)));
        let text = match local {
            Some((day, rest)) => {
                let day = day.to_string().replace('-', "");
                format!("{day}T{:02}{:02}{:02}", rest / 3600, rest / 60 % 60, rest % 60)
            }
            None => moment(seconds * 1000, TimeFormat::Iso8601Basic).trim_end_matches('Z').to_owned(),
        };
        if newest.is_none_or(|newest| *text > *newest) {
            return text;
        }
        seconds += 1;
    }
}

fn day(number: i32) -> String {
    numbered_day(number).to_string()
}

/// Decides what moves where, and writes the rows of each table as one file onto the stage.
///
/// # Errors
/// A disk that fails.
pub fn prepare(
    unit: &Unit<'_>,
    workspace: &Folder,
    stage: &Folder,
    state: &State,
    tables: &[TableInfo],
    now_ms: i64,
) -> Result<Commit, Failed> {
    let (_, newest) = known(workspace, &unit.folder);
    let stamp = stamp(unit, now_ms, newest.as_deref());
    // What has no days of its own says how things stand at the moment of fetching.
    let today = stamp.get(..8).map(|digits| format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..8]));
    let today = today.unwrap_or_default();
    let mut commit = Commit::default();
    let mut files = Vec::new();
    for document in &state.documents {
        let days = document.days.map(|(from, to)| (day(from), day(to)));
        let (from, to) = days.clone().unwrap_or_else(|| (today.clone(), today.clone()));
        let name = named(&stamp, (&from, &to), &document.name, &document.sha256, &document.file);
        let path = format!("{}/{}/{name}", unit.folder, document.table);
        let private = super::private::without(unit.source, stage, &document.file)?;
        let mut record = json!({
            "path": path, "table": document.table, "sha256": document.sha256, "bytes": document.bytes,
            "days": days.map(|(from, to)| [from, to]), "content_type": document.content_type,
        });
        let mut file = document.file.clone();
        if let Some(private) = private {
            file = private.file;
            record["as_it_came"] = json!({"sha256": document.sha256, "bytes": document.bytes});
            record["sha256"] = private.sha256.into();
            record["bytes"] = private.bytes.into();
            record["dropped_columns"] = private.dropped.into();
        }
        files.push(record);
        commit.moves.insert(file, path);
    }
    let mut dropped = state.dropped;
    for (table, rows) in all_rows(stage, state, tables)? {
        let info = tables.iter().find(|info| info.name == table);
        let Some(info) = info.filter(|_| !rows.is_empty()) else { continue };
        let (rows, twice) = rows::sorted(rows, info);
        dropped += twice;
        let text: String = rows.iter().map(|row| rows::line(row, info)).collect();
        let sha256 = Hash::of(text.as_bytes()).to_string();
        let file = format!("rows-{table}");
        put(stage, &file, text.as_bytes())?;
        let from = state.since.map(day).unwrap_or_else(|| day(state.until));
        let name = named(&stamp, (&from, &day(state.until)), &format!("{table}.jsonl"), &sha256, "");
        let path = format!("{}/{table}/{name}", unit.folder);
        files.push(json!({
            "path": path, "table": table, "sha256": sha256, "bytes": text.len(), "rows": rows.len(),
        }));
        commit.moves.insert(file, path);
    }
    let text = provenance(unit, state, dropped, now_ms, files);
    commit.provenance = (format!("{}/{PROVENANCE}/{stamp}.json", unit.folder), text);
    Ok(commit)
}

/// `20260116T080304_2026-01-15_2026-01-15_report-1a2b3c4d.json.gz`.
fn named(stamp: &str, days: (&str, &str), name: &str, sha256: &str, unique: &str) -> String {
    let (stem, extension) = name.split_once('.').unwrap_or((name, "txt"));
    // Two equal documents of one pull are two files all the same.
    let hash = Hash::of_parts([sha256.as_bytes(), unique.as_bytes()]).short();
    format!("{stamp}_{}_{}_{stem}-{}.{extension}", days.0, days.1, &hash[..8])
}

/// The rows of all pages, by table, in their order.
fn all_rows(
    stage: &Folder,
    state: &State,
    tables: &[TableInfo],
) -> Result<BTreeMap<String, Vec<rows::Row>>, Failed> {
    let mut all: BTreeMap<String, Vec<rows::Row>> = BTreeMap::new();
    for (file, table, _) in &state.rows {
        let Some(info) = tables.iter().find(|info| info.name == *table) else { continue };
        let bytes = stage.read(file).map_err(|error| Failed::of("read", file, &error))?;
        let text = String::from_utf8_lossy(&bytes);
        let read = rows::of_lines(&text, info).map_err(|line| {
            Failed::Io(format!("`{file}` below `.kpress/pull` is damaged at line {line}: remove the folder"))
        })?;
        all.entry(table.clone()).or_default().extend(read);
    }
    Ok(all)
}

/// All that a reviewer may ask about a pull, as JSON with one key a line.
fn provenance(unit: &Unit<'_>, state: &State, dropped: u64, now_ms: i64, files: Vec<Value>) -> String {
    let config: serde_json::Map<String, Value> =
        unit.pull.config.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
    let (requests, sent, received) = state.requests;
    let text = json!({
        "kpress": env!("CARGO_PKG_VERSION"),
        "source": &*unit.source.id,
        "store": unit.store.map(|store| &*store.id),
        "plugin": unit.name(),
        "component_sha256": unit.sha256,
        "config": config,
        "window": {"since": state.since.map(day), "until": day(state.until)},
        "fetched_at": moment(now_ms, TimeFormat::Rfc3339),
        "pages": state.pages,
        "resumed": state.resumed,
        "rows_dropped": dropped,
        "requests": {"count": requests, "sent": sent, "received": received, "digest": state.digest},
        "files": files,
    });
    let mut text = serde_json::to_string_pretty(&text).unwrap_or_default();
    text.push('\n');
    text
}

fn put(folder: &Folder, name: &str, bytes: &[u8]) -> Result<(), Failed> {
    let path = ProjectPath::parse(name).map_err(|why| Failed::Io(format!("`{name}`: {}", why.0)))?;
    folder.put(&path, bytes)
}

/// Moves what is on the stage, then writes the provenance, then clears the stage. May be done again at any point.
///
/// # Errors
/// A disk that fails; the stage then still says what is left to do.
pub fn finish(workspace: &Folder, stage_path: &str, commit: &Commit) -> Result<(), Failed> {
    for (file, path) in &commit.moves {
        let told = |error| Failed::of("write", path, &error);
        let from = format!("{stage_path}/{file}");
        match workspace.stands(&from).map_err(told)? {
            Stands::Nothing if workspace.stands(path).map_err(told)? == Stands::File => continue,
            Stands::Nothing => {
                let why = format!("`{from}` is gone; remove `{stage_path}` and pull again");
                return Err(Failed::Io(why));
            }
            _ => {}
        }
        let (folder, _) = path.rsplit_once('/').unwrap_or(("", path));
        workspace.make(folder).map_err(told)?;
        match workspace.rename(&from, path) {
            // Another file system: a copy, then the original goes.
            Err(error) if error.kind() == std::io::ErrorKind::CrossesDevices => {
                copy(workspace, &from, path)?;
                workspace.remove(&from).map_err(told)?;
            }
            moved => moved.map_err(told)?,
        }
    }
    let (path, text) = &commit.provenance;
    put(workspace, path, text.as_bytes())?;
    workspace.purge(stage_path).map_err(|error| Failed::of("remove", stage_path, &error))
}

fn copy(workspace: &Folder, from: &str, to: &str) -> Result<(), Failed> {
    let told = |error| Failed::of("copy", to, &error);
    let mut bytes = Vec::new();
    workspace.open_file(from).map_err(told)?.read_to_end(&mut bytes).map_err(told)?;
    put(workspace, to, &bytes)
}
