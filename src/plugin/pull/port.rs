//! The port for sources. Whoever runs components implements it; what pulls knows only pages, tables and cursors, and
//! nothing of how a component is loaded, metered or stopped.

use super::doors::Doors;
use crate::measure::plugged::port::{ColumnType, Field, RunContext};
use crate::plan::failure::Failure;
use crate::plugin::grant::{WantedFolder, WantedHost, WantedSecret, Wishes};

/// Sources of one component.
pub trait SourcePort: Send + Sync {
    /// What they say of themselves.
    ///
    /// # Errors
    /// Why they do not.
    fn describe(&self) -> Result<Vec<SourceInfo>, Failure>;

    /// The page at a cursor. The doors come back whatever happens: what was captured through them is for the next page.
    fn next_page(&self, asked: &Asked<'_>, doors: Doors) -> (Result<Page, Ended>, Doors);
}

/// What a source says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceInfo {
    /// Its name within the component.
    pub id: String,
    /// For people.
    pub title: String,
    /// The tables it gives.
    pub tables: Vec<TableInfo>,
    /// JSON Schema of its parameters.
    pub params_schema: String,
    /// Servers it asks for.
    pub hosts: Vec<WantedHost>,
    /// Secrets it asks for.
    pub secrets: Vec<WantedSecret>,
    /// Folders it asks for.
    pub folders: Vec<WantedFolder>,
}

/// A table of a source.
#[derive(Clone, Debug, PartialEq)]
pub struct TableInfo {
    /// Its name.
    pub name: String,
    /// Its columns; none where it comes as documents only.
    pub fields: Vec<Field>,
    /// Columns that tell its rows apart.
    pub primary_key: Vec<String>,
}

/// All that the sources of a component ask for together; the same wish once.
pub fn wishes(sources: &[SourceInfo]) -> Wishes {
    fn once<T: Clone + PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
        all.fold(Vec::new(), |mut kept, one| {
            if !kept.contains(&one) {
                kept.push(one);
            }
            kept
        })
    }
    Wishes {
        hosts: once(sources.iter().flat_map(|source| source.hosts.iter().cloned())),
        secrets: once(sources.iter().flat_map(|source| source.secrets.iter().cloned())),
        folders: once(sources.iter().flat_map(|source| source.folders.iter().cloned())),
    }
}

/// What one call asks for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Which source of the component.
    pub id: &'a str,
    /// What it may know of the world.
    pub context: &'a RunContext,
    /// First day, since 1970-01-01; `None`: as far back as it goes.
    pub since: Option<i32>,
    /// Last day.
    pub until: i32,
    /// Where the page before ended.
    pub cursor: Option<&'a [u8]>,
}

/// What one call gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// Rows, by table.
    pub batches: Vec<Batch>,
    /// Where the next page begins.
    pub cursor: Option<Vec<u8>>,
    /// Whether this was the last one.
    pub done: bool,
    /// Rows that could not be used.
    pub rows_dropped: u64,
}

/// Rows of a table, as they came over the boundary: not checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Which table.
    pub table: String,
    /// How many rows.
    pub rows: u32,
    /// Its columns.
    pub columns: Vec<Column>,
}

/// A column as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its form.
    pub ty: ColumnType,
    /// The cells.
    pub values: Vec<u8>,
    /// `Utf8`: where texts begin and end.
    pub offsets: Vec<u8>,
    /// `DictUtf8`: offsets and bytes of the dictionary.
    pub dict: Option<(Vec<u8>, Vec<u8>)>,
    /// A bit per row; empty: no cell is missing.
    pub validity: Vec<u8>,
}

/// Why there is no page.
#[derive(Clone, Debug)]
pub enum Ended {
    /// The plugin says so.
    Said(Said),
    /// It was stopped, or crashed.
    Broke(Box<Failure>),
}

/// What a plugin answers instead of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Name of a parameter, and what is wrong with it.
    InvalidParams(Vec<(String, String)>),
    /// An input is not there.
    MissingInput(String),
    /// The data contradict what it needs.
    BadData(String),
    /// It does not do that.
    Unsupported(String),
    /// A grant is missing.
    CapabilityDenied(String),
    /// Again in so many seconds, at the same cursor.
    RetryLater(u32),
    /// Anything else.
    Failed(String),
}
