//! Which values of which file somebody may change in the page, and the file with one of them changed.
//! Addressed by the id of a target or calendar, never by a path; what is changed is on a list of keys (decisions.md).

use super::yaml::pen::{self, Path, Unwritable};
use super::yaml::{self, sheet, text::FILE_BYTES};
use super::{Alert, Id, Origin, Plan, Target, packs};
use crate::inputs::{Hash, Inputs, ProjectPath};
use std::sync::Arc;

/// What is edited.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A target.
    Target(Id),
    /// The weights of days in a calendar.
    Calendar(Id),
    /// The lines of an alert, beyond which it is raised.
    Alert(Id),
}

/// What is to become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A value that is written, by its way from the target.
    Set(Path, String),
    /// A key that is not written yet.
    Add(String, String),
    /// Another value from a day on, with the reason.
    Revise {
        /// First day it holds for.
        date: String,
        /// How much.
        value: String,
        /// Why; never empty.
        reason: String,
    },
}

/// Why something is not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no such target or calendar.
    Unknown,
    /// This may not be changed in a page.
    NotAllowed,
    /// It stands in a table, or comes with kpress.
    Elsewhere,
    /// The audience that looks at the page may not see it.
    NotSeen,
    /// A revision without a reason.
    NoReason,
    /// The file cannot be read.
    Unreadable,
    /// The value cannot be written without changing something else.
    Pen(Unwritable),
}

impl Refused {
    /// Its name on the wire; the page has words for it.
    pub fn name(self) -> &'static str {
        match self {
            Refused::Unknown => "unknown",
            Refused::NotAllowed => "not-allowed",
            Refused::Elsewhere => "elsewhere",
            Refused::NotSeen => "not-seen",
            Refused::NoReason => "no-reason",
            Refused::Unreadable => "unreadable",
            Refused::Pen(Unwritable::Shared) => "shared",
            Refused::Pen(_) => "not-one",
        }
    }
}

/// A value that may be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its way from the target or the calendar.
    pub path: Path,
    /// As written, without quotes.
    pub text: String,
}

/// Where a subject is written, and what of it may be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its file.
    pub file: ProjectPath,
    /// Hash of the file.
    pub hash: Hash,
    /// Values that are written.
    pub fields: Vec<Field>,
    /// Keys that may be added.
    pub more: Vec<&'static str>,
    /// The template or split that makes it: what is changed there holds for all that it makes.
    pub made_by: Option<Id>,
    /// The line its definition begins on.
    pub line: u32,
    text: String,
    base: Path,
    /// In a table: where its row has the name of the target.
    row: Option<(u32, u32)>,
}

/// A file before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Which.
    pub file: ProjectPath,
    /// Its bytes before.
    pub before: Vec<u8>,
    /// Its bytes after.
    pub after: Vec<u8>,
    /// Line and column of what was changed: an error there says that it cannot be read.
    pub places: Vec<(u32, u32)>,
}

const MARK: &str = "\u{feff}";
/// Where alerts of a workspace are written.
const FOLDERS: &[&str] = &["alerts/", "metrics/"];

/// What of a subject may be changed.
///
/// # Errors
/// Where nothing may.
pub fn entry(plan: &Plan, inputs: &dyn Inputs, subject: &Subject) -> Result<Entry, Refused> {
    match subject {
        Subject::Target(id) => of_target(plan, inputs, id),
        Subject::Calendar(id) => of_calendar(plan, inputs, id),
        Subject::Alert(id) => of_alert(plan, inputs, id),
    }
}

/// The file in which a subject is written.
///
/// # Errors
/// Where it is written in none.
pub fn file(plan: &Plan, subject: &Subject) -> Result<ProjectPath, Refused> {
    let path = match subject {
        Subject::Target(id) => written_by(plan, id)?.place.file.to_string(),
        Subject::Calendar(id) => format!("calendar/{id}.yaml"),
        Subject::Alert(id) => alert(plan, id)?.place.file.to_string(),
    };
    ProjectPath::parse(&path).map_err(|_| Refused::Elsewhere)
}

/// The target whose lines say what a target is. A part has none of its own: its split stands with the target above it.
fn written_by<'p>(plan: &'p Plan, id: &Id) -> Result<&'p Target, Refused> {
    let named = |id: &Id| plan.targets.iter().find(|target| target.id == *id).ok_or(Refused::Unknown);
    let mut target = named(id)?;
    while matches!(target.origin, Origin::Split { .. }) {
        target = named(target.parent.as_ref().ok_or(Refused::Elsewhere)?)?;
    }
    Ok(target)
}

/// The file of a subject with a change.
///
/// # Errors
/// Where the change may not or cannot be made.
pub fn apply(
    plan: &Plan,
    inputs: &dyn Inputs,
    subject: &Subject,
    change: &Change,
) -> Result<Written, Refused> {
    let entry = entry(plan, inputs, subject)?;
    if let Some(row) = entry.row {
        return in_table(entry, row, change);
    }
    let way = |path: &[String]| [&entry.base, path].concat();
    let body = entry.text.strip_prefix(MARK).unwrap_or(&entry.text);
    let text = match change {
        Change::Set(path, value) => {
            if !entry.fields.iter().any(|field| field.path == *path) || !is_value(value) {
                return Err(Refused::NotAllowed);
            }
            pen::set(body, &way(path), value)
        }
        Change::Add(key, value) => {
            let key = entry.more.iter().find(|known| *known == key).ok_or(Refused::NotAllowed)?;
            if !is_value(value) {
                return Err(Refused::NotAllowed);
            }
            pen::add(body, &entry.base, key, &pen::literal(value))
        }
        Change::Revise { date, value, reason } => {
            if reason.trim().is_empty() {
                return Err(Refused::NoReason);
            }
            if !matches!(subject, Subject::Target(_))
                || entry.made_by.is_some()
                || ![date, value].iter().all(|text| is_value(text))
            {
                return Err(Refused::NotAllowed);
            }
            let (date, value) = (pen::literal(date), pen::literal(value));
            let item = format!("{{date: {date}, value: {value}, reason: {}}}", pen::quoted(reason.trim()));
            match pen::push(body, &way(&["revisions".to_owned()]), &item) {
                Err(Unwritable::Missing) => pen::add(body, &entry.base, "revisions", &format!("[{item}]")),
                done => done,
            }
        }
    };
    let text = text.map_err(Refused::Pen)?;
    let changed = match change {
        Change::Set(path, _) => way(path),
        Change::Add(key, _) => way(std::slice::from_ref(key)),
        Change::Revise { .. } => way(&["revisions".to_owned()]),
    };
    let places = pen::places(&text, &changed);
    let mark = if entry.text.starts_with(MARK) { MARK } else { "" };
    Ok(Written {
        file: entry.file,
        before: entry.text.into_bytes(),
        after: [mark, &text].concat().into_bytes(),
        places,
    })
}

/// A table of targets with another cell.
fn in_table(entry: Entry, row: (u32, u32), change: &Change) -> Result<Written, Refused> {
    let Change::Set(path, value) = change else { return Err(Refused::NotAllowed) };
    if !entry.fields.iter().any(|field| field.path == *path) || !is_value(value) {
        return Err(Refused::NotAllowed);
    }
    let body = entry.text.strip_prefix(MARK).unwrap_or(&entry.text);
    let mark = &entry.text[..entry.text.len() - body.len()];
    let (text, place) = sheet::set(body, row, &path[0], value).map_err(Refused::Pen)?;
    let after = [mark, &text].concat().into_bytes();
    Ok(Written { file: entry.file, before: entry.text.into_bytes(), after, places: vec![place] })
}

/// The row of a target in a table. Its columns are what there is; an empty cell may be filled.
fn of_row(inputs: &dyn Inputs, target: &Target) -> Result<Entry, Refused> {
    let (file, hash, text) = open(inputs, &target.place.file)?;
    let row = (target.place.line, target.place.column);
    let cells = sheet::row(text.strip_prefix(MARK).unwrap_or(&text), row).ok_or(Refused::Unknown)?;
    let may = |name: &str| may_change(&[name.to_owned()]);
    let fields = cells.into_iter().filter(|(name, _)| may(name));
    let fields = fields.map(|(name, text)| Field { path: vec![name], text }).collect();
    let (line, base) = (row.0, Path::new());
    Ok(Entry { file, hash, fields, more: Vec::new(), made_by: None, line, text, base, row: Some(row) })
}

/// Whether a text is a value of one line.
fn is_value(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= 200 && !text.chars().any(crate::diag::is_hidden)
}

fn of_target(plan: &Plan, inputs: &dyn Inputs, id: &Id) -> Result<Entry, Refused> {
    let target = written_by(plan, id)?;
    let is_part = target.id != *id;
    if target.place.file.ends_with(".csv") && !is_part {
        return of_row(inputs, target);
    }
    if !target.place.file.ends_with(".yaml") {
        return Err(Refused::Elsewhere);
    }
    let (file, hash, text) = open(inputs, &target.place.file)?;
    let root =
        yaml::parse(&Arc::from(file.as_str()), text.strip_prefix(MARK).unwrap_or(&text), &mut Vec::new());
    let root = root.ok_or(Refused::Unreadable)?;
    let items = root.get("targets").ok_or(Refused::Unknown)?.items();
    let place = |node: &yaml::tree::Node| {
        let named = node.get("id").or_else(|| node.get("metric")).unwrap_or(node);
        (named.place.line, named.place.column)
    };
    let at = items.iter().position(|node| place(node) == (target.place.line, target.place.column));
    let base = vec!["targets".to_owned(), at.ok_or(Refused::Unknown)?.to_string()];
    let may = |path: &[String]| may_change(path) && (!is_part || path[0] == "split");
    let fields = fields(&text, &base, may);
    let made_by = match &target.origin {
        _ if is_part => Some(target.id.clone()),
        Origin::Template { of, .. } => Some(of.clone()),
        _ => None,
    };
    let written = |key: &str| items.get(at.unwrap_or(0)).is_some_and(|node| node.get(key).is_some());
    let more = ["stretch", "red", "owner", "status", "weight"].into_iter();
    let more = more.filter(|key| !is_part && !written(key)).collect();
    let line = target.place.line;
    Ok(Entry { file, hash, fields, more, made_by, line, text, base, row: None })
}

/// Keys of a target whose values may be changed: never what it measures, for whom and when.
fn may_change(path: &[String]) -> bool {
    let (first, last) = (path[0].as_str(), path[path.len() - 1].as_str());
    match first {
        "value" => path.len() == 1 || last == "growth",
        "status" => path.len() == 1 || last != "date",
        "stretch" | "red" | "between" | "owner" | "phase" | "glide" | "weight" => true,
        "split" => path.iter().any(|key| key == "share"),
        "resources" => matches!(last, "amount" | "granted"),
        "revisions" => {
            path.iter().skip(2).any(|key| matches!(key.as_str(), "value" | "between" | "stretch" | "red"))
        }
        "overrides" => {
            path.len() > 2 && matches!(path[2].as_str(), "value" | "stretch" | "red" | "between" | "owner")
        }
        _ => false,
    }
}

fn of_calendar(plan: &Plan, inputs: &dyn Inputs, id: &Id) -> Result<Entry, Refused> {
    if !plan.seasons.contains_key(id) {
        return Err(Refused::Unknown);
    }
    let (file, hash, text) = open(inputs, &format!("calendar/{id}.yaml")).map_err(|_| Refused::Elsewhere)?;
    let may = |path: &[String]| {
        matches!(path[0].as_str(), "days" | "weights") || path.last().is_some_and(|key| key == "weight")
    };
    let fields = fields(&text, &[], may);
    let (more, base) = (Vec::new(), Path::new());
    Ok(Entry { file, hash, fields, more, made_by: None, line: 1, text, base, row: None })
}

/// An alert of this workspace: those of packs come with kpress.
fn alert<'p>(plan: &'p Plan, id: &Id) -> Result<&'p Alert, Refused> {
    let alert = plan.alerts.iter().find(|alert| alert.id == *id).ok_or(Refused::Unknown)?;
    let is_here = FOLDERS.iter().any(|folder| alert.place.file.starts_with(folder));
    if is_here { Ok(alert) } else { Err(Refused::Elsewhere) }
}

/// An alert of a pack as a file of the workspace would say it: there it takes the place of the pack's, and can be changed.
/// `None` for one that is the workspace's own.
pub fn own_copy(plan: &Plan, id: &Id) -> Option<String> {
    let alert = plan.alerts.iter().find(|alert| alert.id == *id)?;
    let pack = alert.place.file.strip_prefix("content/packs/")?.split('/').next()?;
    let (_, text) = packs::alerts(pack)?;
    let first = usize::try_from(alert.place.line).ok()?.checked_sub(1)?;
    let mut lines = text.lines().skip(first);
    let begin = lines.next()?;
    let depth = begin.len() - begin.trim_start().len();
    let is_of_it = |line: &&str| !line.trim().is_empty() && line.len() - line.trim_start().len() > depth;
    let more = lines.take_while(is_of_it).map(|line| format!("{line}\n"));
    Some(format!("alerts:\n{begin}\n{}", more.collect::<String>()))
}

/// Alerts stand in files of their own, or with the metric they look at.
fn of_alert(plan: &Plan, inputs: &dyn Inputs, id: &Id) -> Result<Entry, Refused> {
    const LINES: &[&str] =
        &["when", "beyond", "distance", "clear_when", "tolerance", "min_volume", "min_points", "mute_until"];
    let place = &alert(plan, id)?.place;
    let (file, hash, text) = open(inputs, &place.file)?;
    let root = yaml::parse(&place.file, text.strip_prefix(MARK).unwrap_or(&text), &mut Vec::new());
    let root = root.ok_or(Refused::Unreadable)?;
    let metrics = root.get("metrics").map(|node| node.entries()).unwrap_or_default();
    let with_metric =
        metrics.iter().map(|(key, node)| (vec!["metrics".to_owned(), key.text.to_string()], node));
    let mut lists = std::iter::once((Path::new(), &root)).chain(with_metric);
    let here = |node: &yaml::tree::Node| (node.place.line, node.place.column) == (place.line, place.column);
    let base = lists.find_map(|(way, node)| {
        let at = node.get("alerts")?.items().iter().position(here)?;
        Some([way, vec!["alerts".to_owned(), at.to_string()]].concat())
    });
    let base = base.ok_or(Refused::Elsewhere)?;
    let fields = fields(&text, &base, |path| LINES.contains(&path[0].as_str()));
    let (more, line) = (Vec::new(), place.line);
    Ok(Entry { file, hash, fields, more, made_by: None, line, text, base, row: None })
}

fn open(inputs: &dyn Inputs, file: &str) -> Result<(ProjectPath, Hash, String), Refused> {
    let path = ProjectPath::parse(file).map_err(|_| Refused::Elsewhere)?;
    let bytes = inputs.read(&path, FILE_BYTES).map_err(|_| Refused::Unreadable)?;
    let text = String::from_utf8(bytes.to_vec()).map_err(|_| Refused::Unreadable)?;
    Ok((path, Hash::of(&bytes), text))
}

fn fields(text: &str, base: &[String], may: impl Fn(&[String]) -> bool) -> Vec<Field> {
    let leaves = pen::leaves(text.strip_prefix(MARK).unwrap_or(text), base).into_iter();
    let field =
        |(path, text): (Path, String)| Field { path, text: text.trim_matches(['"', '\'']).to_owned() };
    // What repeats another value is changed where that one stands.
    leaves.filter(|(path, text)| may(path) && !text.starts_with('*')).map(field).collect()
}
