//! Where data comes from, and how its files are to be read. A preset of a pack and the user's own lines are merged
//! into one [`Source`] here, so that reading files knows no presets.

use super::Id;
use super::pull::Pull;
use crate::diag::Place;
use crate::time::{Period, Zone};
use crate::unit::{Basis, Currency, Decimal};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A source: a set of files of one layout, holding one or more tables.
#[derive(Clone, Debug)]
pub struct Source {
    /// Key under `sources:`.
    pub id: Id,
    /// Preset it was made from, if any.
    pub preset: Option<Id>,
    /// Glob below the workspace.
    pub files: Arc<str>,
    /// Place of that glob.
    pub files_place: Place,
    /// Its tables; the first is meant where none is named. Never empty.
    pub tables: Vec<TableSpec>,
    /// How a row's store is known.
    pub store: StoreOf,
    /// Columns that are scopes.
    pub dimensions: Vec<Id>,
    /// Scopes looked up elsewhere: level → (source, column), joined by that source's `key`.
    pub scopes: BTreeMap<Id, (Id, Id)>,
    /// Columns by which other sources look rows up.
    pub key: Vec<Id>,
    /// For a lookup with history: the column of the day a row is valid from.
    pub valid_from: Option<Id>,
    /// What no row means: for a segment on a day on which the source has rows, and for a day inside a file.
    pub absent: Option<Absent>,
    /// The newest days that still move.
    pub provisional: u32,
    /// More days between the newest rows and the as-of date are too many.
    pub max_age: Option<u32>,
    /// The least and the most rows of a file.
    pub rows: (Option<u32>, Option<u32>),
    /// How many rows of a file may be set aside before the file is refused.
    pub quarantine: Quarantine,
    /// Tax and attribution of its amounts.
    pub basis: Basis,
    /// Currency of amounts that name none.
    pub currency: Option<Currency>,
    /// The source of the same figures by another way: of a store and day only one of the two may have rows.
    pub instead_of: Option<Id>,
    /// Left out of `as_of: latest_complete`.
    pub optional: bool,
    /// Numbers stay binary floats; metrics on them are approximate.
    pub float: bool,
    /// How the bytes become cells.
    pub format: FileFormat,
    /// Period of files without dates; where rows have dates, the days the file is about.
    pub period: PeriodOf,
    /// Where a path names the day on which the file was fetched.
    pub fetched: Option<Fetched>,
    /// Personal columns kept on purpose.
    pub keep: Vec<Id>,
    /// Parts of file names by which reports with the same columns are told apart.
    pub file_names: Vec<Arc<str>>,
    /// What its preset does not declare, and why (see [`super::aspects`]).
    pub without: BTreeMap<Id, Arc<str>>,
    /// How it is fetched; `None`: its files come by hand.
    pub pull: Option<Pull>,
    /// Where the source is defined.
    pub place: Place,
}

/// Where a path names the day on which the file was fetched: of two files over one day the one fetched later counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Fetched {
    /// The path with `{fetched}` in the place of the day.
    pub pattern: Arc<str>,
    /// How the day is written.
    pub form: DateForm,
}

impl Source {
    /// Whether one file holds all stores and no rows of a store mean that nothing happened there, so that only days
    /// without any rows are missing. A file for each store can fail to arrive for one.
    pub fn is_loaded_together(&self) -> bool {
        let by_file = matches!(self.store, StoreOf::Fixed(_) | StoreOf::Path(_));
        self.absent == Some(Absent::Zero) && !by_file
    }
}

/// How many rows of a file may be set aside because they cannot be used. Beyond that the file is not to be trusted.
#[derive(Clone, Debug, PartialEq)]
pub struct Quarantine {
    /// More rows than these are too many.
    pub most: u32,
    /// A greater part of the rows is too much; one row alone is never.
    pub share: Decimal,
}

impl Default for Quarantine {
    /// A list of a thousand rows nobody reads, and of more than one row in a hundred a whole report is suspect.
    fn default() -> Quarantine {
        Quarantine { most: 1_000, share: Decimal::new(1, 2) }
    }
}

/// How a row's store is known.
#[derive(Clone, Debug, PartialEq)]
pub enum StoreOf {
    /// The source knows no stores.
    None,
    /// All rows are of one store.
    Fixed(Id),
    /// The part of the path at `{store}` in the pattern.
    Path(Arc<str>),
    /// A column.
    Column(Id),
}

/// What no row for a segment means on a day on which the source has rows for others (periods.md §4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// Observed, zero.
    Zero,
    /// Not observed.
    Missing,
}

/// Which days the rows of a file without dates belong to.
#[derive(Clone, Debug, PartialEq)]
pub enum PeriodOf {
    /// The rows carry dates.
    Rows,
    /// This period.
    Fixed(Period),
    /// The part of the path at `{period}` in the pattern, read as a period name (`202607` and `2026-07` alike).
    Path(Arc<str>),
}

/// How the bytes of a file become cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileFormat {
    /// A WHATWG encoding label; `None`: detected.
    pub encoding: Option<Arc<str>>,
    /// cp1252 may be tried as the last guess.
    pub latin: bool,
    /// `,` or a tab; `None`: detected.
    pub delimiter: Option<char>,
    /// How cells are quoted.
    pub quoting: Quoting,
    /// Character between groups of three digits; `None`: `,`.
    pub group: Option<char>,
    /// Decimal point; `None`: `.`.
    pub decimal: Option<char>,
    /// Sheet of a workbook; `None`: the first that is not hidden.
    pub sheet: Option<Arc<str>>,
    /// Zone of instants that carry none.
    pub zone: Option<Zone>,
}

/// How cells of a text file are quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Quoting {
    /// As RFC 4180: quotes protect delimiters and line ends.
    #[default]
    Minimal,
    /// A quote is a character like any other (Amazon's flat files).
    None,
}

/// One table of a source.
#[derive(Clone, Debug)]
pub struct TableSpec {
    /// `by_date`, `by_asin`; a source with one table calls it `rows`.
    pub name: Id,
    /// Known columns. Without any, all columns of the file are taken under their own names, and their kinds are seen
    /// from the cells.
    pub columns: Vec<ColumnSpec>,
    /// Whether columns that are not declared are taken too, under their snake_case names.
    pub open: bool,
    /// The column with the day of a row.
    pub date: Option<Id>,
    /// A cell that only the header line holds; `None`: the first line is the header.
    pub header: Option<Arc<str>>,
    /// In JSON: the keys that lead to the array of rows.
    pub json_path: Vec<Arc<str>>,
    /// The first data row holds totals.
    pub summary_row: bool,
    /// Of a first row with totals: the column with the total, and the column whose rows add up to it.
    pub totals: Option<(Id, Id)>,
    /// Column → values of rows that are left out (and counted): transfers in the transaction report.
    pub skip: BTreeMap<Id, Vec<Arc<str>>>,
    /// Columns that name a row.
    pub key: Vec<Id>,
    /// What is done with rows of one key.
    pub duplicates: Duplicates,
    /// The column that puts the rows of one day in order, for `first` and `last`.
    pub order: Option<Id>,
    /// Empty cells of these columns take the value of the row above.
    pub fill_down: Vec<Id>,
    /// A row that stands in one file again, equal in every cell, counts once.
    pub once: bool,
    /// Columns by which the rows of one file differ: unlike rows with the same values contradict each other.
    pub unique: Vec<Id>,
    /// What must hold in every row.
    pub invariants: Vec<Invariant>,
    /// A label that nobody knows, in the place of a column that the file seems to lack, is that column.
    pub by_position: bool,
    /// Columns that only another report has: a file with one of them cuts its figures otherwise, and is not used.
    pub refuse: Vec<Id>,
}

impl TableSpec {
    /// A table nothing is known of yet.
    pub fn unknown(name: &str) -> TableSpec {
        TableSpec {
            name: name.into(),
            columns: Vec::new(),
            open: false,
            date: None,
            header: None,
            json_path: Vec::new(),
            summary_row: false,
            totals: None,
            skip: BTreeMap::new(),
            key: Vec::new(),
            duplicates: Duplicates::Keep,
            order: None,
            fill_down: Vec::new(),
            once: false,
            unique: Vec::new(),
            invariants: Vec::new(),
            by_position: false,
            refuse: Vec::new(),
        }
    }
}

/// What must hold in every row; a row with a missing part is not judged.
#[derive(Clone, Debug, PartialEq)]
pub enum Invariant {
    /// Some columns add up to another.
    Sum {
        /// The parts.
        of: Vec<Id>,
        /// The whole.
        whole: Id,
    },
    /// A column has no value below or above.
    Bounds {
        /// The column.
        column: Id,
        /// Its least value.
        least: Option<Decimal>,
        /// Its greatest value.
        most: Option<Decimal>,
    },
}

/// What is done when a row occurs again (amazon-data.md §3.3).
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Duplicates {
    /// Equal rows are legitimate. A later file replaces the days an earlier one covers for the same store.
    #[default]
    Keep,
    /// Rows that are equal in every column count once; then, per key, the row with the greatest value of this
    /// column, or of the later file.
    Latest(Option<Id>),
    /// Rows of one key are added up: every number but the ratios.
    Add,
    /// Whole files with the same value in this column count once.
    File(Id),
    /// A later file replaces all days of a store between its first and its last, also those of which it has no rows: what is
    /// gone from a report was taken back.
    Span,
}

/// A column a table may have.
#[derive(Clone, Debug)]
pub struct ColumnSpec {
    /// Canonical name, snake_case.
    pub name: Id,
    /// Labels it goes by; matched exactly after NFKC and trimming.
    pub aliases: Vec<Arc<str>>,
    /// What its cells hold.
    pub kind: ColumnKind,
    /// Currency of its amounts, where it is not the source's.
    pub currency: Option<Currency>,
    /// A file without it is an error even if no formula uses it.
    pub required: bool,
    /// Some layouts of a report lack it: there its cells are missing, whatever formula uses it.
    pub optional: bool,
    /// Personal data: dropped unless the source keeps it.
    pub personal: bool,
    /// It has the cells of the first of these columns that is in the file: one name for what reports call differently.
    pub same_as: Vec<Id>,
    /// What every row holds where the file has no such column: reports that are of one kind do not name it.
    pub value: Option<Arc<str>>,
    /// Whether its figures depend on the attribution window: sales and orders do, clicks and cost do not.
    pub attributed: bool,
    /// Values its cells have: a cell of the same letters is read as one of them.
    pub words: Vec<Word>,
    /// There are no others: a cell with another value is told.
    pub closed: bool,
    /// It stands in no file: it is worked out of several rows.
    pub across: Option<Across>,
}

/// A value that formulas ask for, and what reports in other languages write in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// As formulas name it.
    pub name: Arc<str>,
    /// What else it is called.
    pub aliases: Vec<Arc<str>>,
}

/// A number that is worked out of several rows of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Across {
    /// What a column says in the row before, of those with the same cells in `by`. Missing where the row before is not there:
    /// on the first day, and after days without a file.
    Carried {
        /// The column.
        of: Id,
        /// What rows that follow each other have in common, besides the store.
        by: Vec<Id>,
    },
    /// What two columns differ by over the rows of one day with the same cells in `by`: in the first of them, and zero in the
    /// others, so that its sum is right.
    Balance {
        /// Added up.
        of: Id,
        /// Taken away.
        against: Id,
        /// What rows that belong together have in common, besides day and store.
        by: Vec<Id>,
    },
    /// What a column adds up to over the rows of one day with the same cells in `by`: in the first of them, and missing in the
    /// others, so that each is counted once.
    Total {
        /// Added up; missing if it is missing in one of the rows.
        of: Id,
        /// What rows that belong together have in common, besides day and store.
        by: Vec<Id>,
    },
}

/// What the cells of a column hold.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnKind {
    /// Any text.
    Text,
    /// An identifier: text that a spreadsheet may have damaged.
    Ident,
    /// A number, with or without currency sign.
    Number,
    /// A share.
    Percent(PercentScale),
    /// A calendar day.
    Date(DateForm),
    /// A point in time; becomes the store's day.
    Instant(DateForm),
    /// Yes or no.
    Bool,
    /// Seen from the cells: a date, else a number, else text.
    Guess,
}

/// How a share is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PercentScale {
    /// `5.57%`
    Sign,
    /// `5.57`
    Hundred,
    /// `0.0557`
    One,
}

/// How dates are written. Day and month are never guessed from one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DateForm {
    /// ISO dates and all forms that cannot be misread; slash dates are decided once per column by a value above 12.
    Plain,
    /// RFC 3339, with and without seconds.
    Rfc3339,
    /// `%Y/%m/%d`, `%m/%d/%Y`, `%d.%m.%Y %H:%M:%S UTC` …, as strftime writes them; a trailing zone name is read.
    Pattern(Arc<str>),
    /// `Jan 5, 2026 - Jan 11, 2026`: a row over several days.
    Range,
}
