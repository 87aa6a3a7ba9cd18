//! Findings: what is wrong, where exactly, and the way out.
//! Every stage returns a [`Checked`] value, so that one run tells everything it found.

mod print;
mod sarif;
mod suggest;

use std::fmt;
use std::sync::Arc;

pub use print::{Format, Printer};
pub use suggest::{did_you_mean, nearest};

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing is written (without `--keep-going`).
    Error,
    /// The site is written, and says so.
    Warning,
    /// Good to know.
    Note,
}

/// What kind of thing is wrong; decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Definitions, templates, lock file, content: exit code 10.
    Config,
    /// Snapshots: exit code 11.
    Data,
    /// A path or link that is refused: exit code 12.
    Path,
    /// A limit was hit: exit code 13.
    Limit,
    /// Readers would see what they may not: exit code 40.
    Leak,
}

impl Family {
    /// The exit code of a command that ends with an error of this family (publishing.md §10).
    pub fn exit_code(self) -> u8 {
        match self {
            Family::Config => 10,
            Family::Data => 11,
            Family::Path => 12,
            Family::Limit => 13,
            Family::Leak => 40,
        }
    }
}

/// A kind of finding. Each is a `static` beside the code that raises it, listed once in that module's `RULES`;
/// `kpress explain RULE` and the manual are made from it.
#[derive(Debug)]
pub struct Rule {
    /// Kebab-case name, stable: people write it in `rules:`.
    pub name: &'static str,
    /// The level unless `rules:` says otherwise.
    pub level: Level,
    /// Decides the exit code.
    pub family: Family,
    /// What it finds, in one sentence.
    pub about: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// A small example of what raises it, and of the way out.
    pub example: &'static str,
}

/// Where in a file something stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Place {
    /// Path in the workspace, with `/`; empty if the finding belongs to no file.
    pub file: Arc<str>,
    /// Line, counted from 1; 0 if the finding is about the file as a whole. In data files: the line the row begins on.
    pub line: u32,
    /// Column in characters, counted from 1; 0 if unknown.
    pub column: u32,
    /// How many characters to mark.
    pub width: u32,
    /// In data files: the row (header not counted, from 1) and the column's name.
    pub cell: Option<(u64, Arc<str>)>,
}

impl Place {
    /// The file as a whole.
    pub fn file(path: &str) -> Place {
        Place { file: path.into(), ..Place::default() }
    }

    /// A stretch of one line of a text file.
    pub fn at(file: &Arc<str>, line: u32, column: u32, width: u32) -> Place {
        Place { file: file.clone(), line, column, width, cell: None }
    }

    /// A cell of a data file; row 0 means the column as a whole.
    pub fn cell(file: &str, line: u32, row: u64, column: &str) -> Place {
        Place { file: file.into(), line, column: 0, width: 0, cell: Some((row, column.into())) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&printable(&self.file))?;
        match (self.line, self.column) {
            (0, _) => Ok(()),
            (line, 0) => write!(out, ":{line}"),
            (line, column) => write!(out, ":{line}:{column}"),
        }?;
        match &self.cell {
            Some((0, column)) => write!(out, " (column `{}`)", printable(column)),
            Some((row, column)) => write!(out, " (row {row}, column `{}`)", printable(column)),
            None => Ok(()),
        }
    }
}

/// Characters that are not seen, or change how others are seen: control characters, and those that turn the direction of
/// writing. What joins letters is none: several scripts, and emoji, need it.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Shows hidden characters escaped: a file name must not move the cursor of a terminal, nor turn the words around it.
pub fn printable(text: &str) -> String {
    let shown = |c: char| if is_hidden(c) { c.escape_default().collect() } else { c.to_string() };
    text.chars().map(shown).collect()
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Its kind.
    pub rule: &'static Rule,
    /// The level in force (the rule's, or what `rules:` made of it).
    pub level: Level,
    /// Lower case, no full stop, backticks round what the user typed.
    pub message: String,
    /// Where.
    pub place: Place,
    /// The way out.
    pub hint: Option<String>,
    /// Other places that belong to it, each with a word on what it is (the first of two equal keys).
    pub related: Vec<(Place, String)>,
    /// What else is known, a line each: what a plugin used, what it logged.
    pub notes: Vec<String>,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Rule) -> bool {
        self.name == other.name
    }
}

impl Finding {
    /// A finding of `rule` at `place`.
    pub fn new(rule: &'static Rule, place: Place, message: impl Into<String>) -> Finding {
        Finding {
            rule,
            level: rule.level,
            message: message.into(),
            place,
            hint: None,
            related: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Adds the way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Finding {
        self.hint = Some(hint.into());
        self
    }

    /// Adds a place that belongs to it.
    #[must_use]
    pub fn related(mut self, place: Place, what: impl Into<String>) -> Finding {
        self.related.push((place, what.into()));
        self
    }
}

/// A value, and everything found wrong on the way to it.
#[derive(Clone, Debug, Default)]
pub struct Checked<T> {
    /// What could be made of the input.
    pub value: T,
    /// All findings, in the order of the input.
    pub found: Vec<Finding>,
}

impl<T> Checked<T> {
    /// A value with nothing to say about it.
    pub fn clean(value: T) -> Checked<T> {
        Checked { value, found: Vec::new() }
    }

    /// Moves the findings to `all` and hands out the value.
    pub fn into_value(self, all: &mut Vec<Finding>) -> T {
        all.extend(self.found);
        self.value
    }
}

/// Whether something of error level is among the findings.
pub fn has_errors(found: &[Finding]) -> bool {
    found.iter().any(|finding| finding.level == Level::Error)
}

/// The exit code for these findings: 0 without errors, else the lowest code of the errors.
pub fn exit_code(found: &[Finding]) -> u8 {
    let errors = found.iter().filter(|finding| finding.level == Level::Error);
    errors.map(|finding| finding.rule.family.exit_code()).min().unwrap_or(0)
}

/// Puts findings into the order in which they are shown: by file, place, rule, message; equal ones once.
pub fn sort(found: &mut Vec<Finding>) {
    found.sort_by(|a, b| (&a.place, a.rule.name, &a.message).cmp(&(&b.place, b.rule.name, &b.message)));
    found.dedup();
}
