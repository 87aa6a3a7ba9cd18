//! The tables of a deck: the one given on the command line, or the CSV files it names. What lies in a database or behind an
//! address is told, never fetched.

use super::found::{DATABASE_SOURCE, LEFT_OUT};
use super::metric::Metric;
use super::name::{fresh, id, quoted};
use super::setup::{day, unfit};
use super::{Table, keys};
use crate::build::Store;
use crate::diag::{Finding, Place};
use crate::inputs::{Inputs, Memory, ProjectPath};
use crate::plan;
use crate::plan::yaml::tree::Node;
use crate::snapshot::{self, Frame, Lock};
use crate::time::{Date, Grain, days_between};
use std::collections::BTreeSet;

/// A table with what its cells say.
pub(super) struct Source {
    /// Its id in the workspace.
    pub(super) id: String,
    /// The name before a column (`shop.Visits`), where it has one.
    pub(super) prefix: Option<String>,
    /// Path and bytes in the workspace; none for a stub.
    pub(super) file: Option<Table>,
    /// The column of days.
    pub(super) date: String,
    /// The form of the days, where the cells leave it open.
    pub(super) form: Option<&'static str>,
    /// The query of a stub.
    pub(super) query: Option<String>,
    /// Names of the columns, as the file writes them.
    head: Vec<String>,
    frame: Frame,
}

/// All tables.
pub(super) struct Tables {
    pub(super) all: Vec<Source>,
    /// Prefixes that are declared, also where a table of the command line takes their place.
    prefixes: BTreeSet<String>,
}

/// A table larger than this needs a source declared by hand.
const LARGEST: u64 = 256 << 20;

/// The names of columns stand within the first bytes of a table.
const HEAD: usize = 1 << 20;

/// Reads the tables.
pub(super) fn read(
    root: &Node,
    inputs: &dyn Inputs,
    table: Option<Table>,
    found: &mut Vec<Finding>,
) -> Tables {
    let mut tables = Tables { all: Vec::new(), prefixes: BTreeSet::new() };
    let mut taken = BTreeSet::new();
    let given = table.is_some();
    if let Some((name, bytes)) = table {
        taken.insert("wbr".to_owned());
        tables.all.extend(source("wbr", None, &name, bytes, found));
    }
    let Some(declared) = root.get("data_sources") else {
        if !given {
            let told = "there is no table: name a CSV file after the configuration".to_owned();
            unfit(found, &root.place, told, "`kpress init SITE --from-wbr config.yaml data.csv`");
        }
        return tables;
    };
    if declared.entries().is_empty() {
        left_out(found, &declared.place, "`data_sources` is no map; it is ignored");
        return tables;
    }
    for (connection, inner) in declared.entries().iter().filter(|(key, _)| &*key.text != "__line__") {
        if inner.entries().is_empty() {
            left_out(found, &inner.place, &format!("`{}` is no map; it is ignored", connection.text));
            continue;
        }
        for (key, entry) in inner.entries().iter().filter(|(key, _)| &*key.text != "__line__") {
            tables.prefixes.insert(key.text.to_string());
            if &*connection.text == "csv_files" {
                keys(entry, "a CSV file", &["url_or_path"], found);
                let path = entry.text_of("url_or_path").or(entry.text());
                if let Some(path) = path.filter(|_| !given) {
                    let own = fresh(&id(&key.text), &taken);
                    taken.insert(own.clone());
                    let read = local(inputs, path, &entry.place, found);
                    tables.all.extend(
                        read.and_then(|(name, bytes)| source(&own, Some(&key.text), &name, bytes, found)),
                    );
                }
            } else {
                keys(entry, "a query", &["query", "description"], found);
                let told = format!("`{}` comes from the database `{}`", key.text, connection.text);
                let finding = Finding::new(&DATABASE_SOURCE, key.place.clone(), told);
                found.push(finding.hint(format!(
                    "export its result to `data/{}/`, or declare an `engine` under `sources:`",
                    id(&key.text)
                )));
                if !given {
                    let own = fresh(&id(&key.text), &taken);
                    taken.insert(own.clone());
                    tables.all.push(stub(own, &key.text, entry.text_of("query").map(ToString::to_string)));
                }
            }
        }
    }
    tables
}

fn stub(id: String, prefix: &str, query: Option<String>) -> Source {
    let query = query.unwrap_or_default();
    let prefix = Some(prefix.to_owned());
    Source {
        id,
        prefix,
        file: None,
        date: "Date".to_owned(),
        form: None,
        query: Some(query),
        head: Vec::new(),
        frame: Frame::default(),
    }
}

fn left_out(found: &mut Vec<Finding>, place: &Place, told: &str) {
    found.push(Finding::new(&LEFT_OUT, place.clone(), told));
}

fn is_address(path: &str) -> bool {
    path.contains("://")
}

/// A file beside the configuration.
fn local(inputs: &dyn Inputs, path: &str, place: &Place, found: &mut Vec<Finding>) -> Option<Table> {
    if is_address(path) {
        let finding = Finding::new(&DATABASE_SOURCE, place.clone(), format!("`{path}` is not fetched"));
        found.push(finding.hint("save it beside the configuration and name the file"));
        return None;
    }
    let parsed = ProjectPath::parse(path.trim_start_matches("./"));
    let read = parsed.map_err(|why| why.0).and_then(|path| {
        let bytes = inputs.read(&path, LARGEST).map_err(|why| why.to_string())?;
        Ok((path.name().to_owned(), bytes.to_vec()))
    });
    match read {
        Ok(table) => Some(table),
        Err(why) => {
            unfit(
                found,
                place,
                format!("`{path}` cannot be read: {why}"),
                "name a file beside the configuration",
            );
            None
        }
    }
}

/// A table as a source: its column of days is found, and their form declared where the cells leave it open.
fn source(
    id: &str,
    prefix: Option<&str>,
    name: &str,
    bytes: Vec<u8>,
    found: &mut Vec<Finding>,
) -> Option<Source> {
    let path = format!("data/{id}/{name}");
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).into_owned();
    let first = rows(text.trim_start_matches('\u{feff}')).into_iter().next().unwrap_or_default();
    let head: Vec<String> = first.iter().map(|label| label.trim().to_owned()).collect();
    let date = head.iter().find(|label| label.eq_ignore_ascii_case("date")).cloned();
    let Some(date) = date else {
        let told = format!("`{name}` has no column `Date`");
        unfit(found, &Place::file(name), told, "the dialect dates its rows by a column of this name");
        return None;
    };
    let (mut told, mut form) = (Vec::new(), None);
    let mut frame = frame_of(&path, &bytes, id, (&date, form), &head, &mut told)?;
    if told.iter().any(|finding| finding.rule.name == "date-order-undeclared") {
        // The dialect writes the month first.
        form = Some("%m/%d/%Y");
        told.clear();
        frame = frame_of(&path, &bytes, id, (&date, form), &head, &mut told)?;
    }
    found.extend(told.into_iter().filter(|finding| finding.level == crate::diag::Level::Error));
    Some(Source {
        id: id.to_owned(),
        prefix: prefix.map(ToOwned::to_owned),
        file: Some((path, bytes)),
        date,
        form,
        query: None,
        head,
        frame,
    })
}

fn frame_of(
    path: &str,
    bytes: &[u8],
    id: &str,
    (date, form): (&str, Option<&str>),
    columns: &[String],
    found: &mut Vec<Finding>,
) -> Option<Frame> {
    let mut memory = Memory::default();
    let head =
        format!("site: {{title: T, languages: [en]}}\nsources:\n  {id}: {}\n", declared(path, date, form));
    memory.put(ProjectPath::parse("kpress.yaml").ok()?, head.as_bytes().into());
    // Columns that formulas name keep their names.
    let named: BTreeSet<&String> = columns.iter().filter(|label| !label.is_empty()).collect();
    let metric = |(place, label): (usize, &&String)| {
        let value = quoted(&format!("count({})", plan::formula::name(label)));
        format!("  m{place}: {{source: {id}, value: {value}}}\n")
    };
    let metrics: String = named.iter().enumerate().map(metric).collect();
    memory.put(ProjectPath::parse("metrics/m.yaml").ok()?, format!("metrics:\n{metrics}").as_bytes().into());
    let path = match ProjectPath::parse(path) {
        Ok(path) => path,
        Err(why) => {
            unfit(found, &Place::file(path), format!("`{path}`: {}", why.0), "rename the file");
            return None;
        }
    };
    memory.put(path, bytes.into());
    let plan = plan::load(&memory).value;
    let snapshot = snapshot::take(&plan, &memory, &Lock::default(), &Store::none()).into_value(found);
    Some(snapshot.tables.into_values().next().map(|table| table.frame).unwrap_or_default())
}

/// What stands under `sources:`.
pub(super) fn declared(path: &str, date: &str, form: Option<&str>) -> String {
    let folder = path.rsplit_once('/').map_or("data", |(folder, _)| folder);
    let form = form.map_or_else(String::new, |form| {
        format!(", columns: {{{}: {{kind: {{date: {}}}}}}}", quoted(date), quoted(form))
    });
    format!("{{files: {}, date: {}{form}}}", quoted(&format!("{folder}/*.csv")), quoted(date))
}

impl Tables {
    /// The source and the name of a column, by its name in the deck.
    ///
    /// # Errors
    /// The names of the columns there are.
    pub(super) fn column(&self, name: &str) -> Result<(&Source, String), Vec<String>> {
        let has = |source: &&Source, column: &str| {
            source.query.is_some() || source.head.iter().any(|label| label == column)
        };
        if let Some(source) =
            self.all.iter().filter(|source| source.query.is_none()).find(|source| has(source, name))
        {
            return Ok((source, name.to_owned()));
        }
        if let Some((prefix, column)) =
            name.split_once('.').filter(|(prefix, _)| self.prefixes.contains(*prefix))
        {
            let own = |source: &&Source| source.prefix.as_deref().is_none_or(|known| known == prefix);
            if let Some(source) = self.all.iter().filter(own).find(|source| has(source, column)) {
                return Ok((source, column.to_owned()));
            }
        }
        if let [only] = self.all.as_slice()
            && only.query.is_some()
        {
            return Ok((only, name.to_owned()));
        }
        Err(self.all.iter().flat_map(|source| source.head.iter().cloned()).collect())
    }
}

impl Source {
    /// How often a column has a value: the median gap between the days on which it has one.
    pub(super) fn grain(&self, column: &str) -> Grain {
        let (Some(days), Some(cells)) = (self.frame.dates("date"), self.frame.columns.get(column)) else {
            return Grain::Day;
        };
        let seen: BTreeSet<Date> = days
            .iter()
            .enumerate()
            .filter(|(row, _)| !cells.is_missing(*row))
            .filter_map(|(_, day)| *day)
            .collect();
        let days: Vec<Date> = seen.into_iter().collect();
        let mut gaps: Vec<u32> = days.windows(2).map(|pair| days_between(pair[0], pair[1])).collect();
        gaps.sort_unstable();
        match gaps.get(gaps.len() / 2) {
            Some(6..=8) => Grain::Week,
            Some(28..=31) => Grain::Month,
            _ => Grain::Day,
        }
    }
}

/// An event of a metric.
pub(super) struct Note {
    pub(super) day: Date,
    /// Id of the metric.
    pub(super) metric: String,
    pub(super) text: String,
}

/// Reads the files of events.
pub(super) fn annotations(
    root: &Node,
    inputs: &dyn Inputs,
    metrics: &[Metric],
    found: &mut Vec<Finding>,
) -> Vec<Note> {
    let Some(given) = root.get("annotations") else { return Vec::new() };
    if let Some(queries) = given.get("data_sources") {
        let finding =
            Finding::new(&DATABASE_SOURCE, queries.place.clone(), "events from a database are not read");
        found.push(finding.hint("export them as CSV with the columns `Date, MetricName, EventDescription`"));
    }
    if !given.entries().is_empty() {
        keys(given, "`annotations`", &["csv_files", "data_sources"], found);
    }
    let mut notes = Vec::new();
    for item in given.get("csv_files").unwrap_or(given).one_or_many() {
        let path = item.text().or_else(|| item.text_of("url_or_path"));
        let Some(path) = path else { continue };
        if let Some((name, bytes)) = local(inputs, path, &item.place, found) {
            events(&name, &bytes, metrics, &mut notes, found);
        }
    }
    notes.sort_by(|a, b| (a.day, &a.metric, &a.text).cmp(&(b.day, &b.metric, &b.text)));
    notes
}

fn events(name: &str, bytes: &[u8], metrics: &[Metric], notes: &mut Vec<Note>, found: &mut Vec<Finding>) {
    let text = String::from_utf8_lossy(bytes);
    let mut rows = rows(text.trim_start_matches('\u{feff}')).into_iter();
    let head = rows.next().unwrap_or_default();
    let place = |wanted: &str| head.iter().position(|name| name.trim().eq_ignore_ascii_case(wanted));
    let (Some(date), Some(metric), Some(told)) =
        (place("Date"), place("MetricName"), place("EventDescription"))
    else {
        let message = format!("`{name}` has not the columns `Date, MetricName, EventDescription`");
        unfit(found, &Place::file(name), message, "name them in its first line");
        return;
    };
    for (line, row) in rows.enumerate().filter(|(_, row)| row.iter().any(|cell| !cell.trim().is_empty())) {
        let at = Place::at(&name.into(), u32::try_from(line + 2).unwrap_or(u32::MAX), 1, 1);
        let cell = |place: usize| row.get(place).map_or("", |cell| cell.trim());
        let Some(day) = day(cell(date)) else {
            unfit(found, &at, format!("`{}` is no day", cell(date)), "write `2021-09-25`");
            continue;
        };
        let named = cell(metric);
        let known = |name: &str| metrics.iter().find(|metric| metric.name == name);
        // The growth of a metric is told on the metric.
        let base = || ["WOW", "MOM", "YOY"].iter().find_map(|end| known(named.strip_suffix(end)?));
        let Some(found_metric) = known(named).or_else(base) else {
            let hint = crate::diag::did_you_mean(named, metrics.iter().map(|metric| metric.name.as_str()));
            unfit(found, &at, format!("there is no metric `{named}`"), &hint.unwrap_or_default());
            continue;
        };
        notes.push(Note { day, metric: found_metric.id.clone(), text: cell(told).to_owned() });
    }
}

/// Rows of a CSV file; quoted cells may hold commas, quotes and line ends.
fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, quoted) {
            ('"', true) if chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            ('"', _) => quoted = !quoted,
            (',', false) => row.push(std::mem::take(&mut cell)),
            ('\n', false) => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            ('\r', false) => {}
            (other, _) => cell.push(other),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}
