//! The comparison of two states in words: one sheet, written as text, Markdown, HTML or JSON.

mod html;
mod json;
mod markdown;
mod text;

pub use html::html;
pub use json::json;
pub use markdown::{COMMENT_BYTES, markdown};
pub use text::text;

use super::Voice;
use crate::diff::{Changed, Diff, Figures, Gap, HERE, How, Note, Only, Shown, Span};
use crate::plan::written::About;
use crate::report::record::TargetSaid;
use crate::report::{Arg, Text};
use crate::time::Calendar;
use crate::unit::{Decimal, Digits, Quantity, Style, Unit, number, quantity, rounded};
use std::str::FromStr;

/// Longer texts than this are cut in a table; the file has the rest.
const CELL_CHARS: usize = 400;
/// More lines of a list than this are counted, not shown.
const CELL_LINES: usize = 12;

/// A comparison in words.
struct Sheet {
    title: String,
    lead: Vec<String>,
    sections: Vec<Section>,
}

/// A heading with its tables.
struct Section {
    title: String,
    /// Whether its tables stand open where they can be folded.
    open: bool,
    tables: Vec<Table>,
}

/// A table with its heading.
struct Table {
    title: Vec<Bit>,
    columns: Vec<Column>,
    rows: Vec<Vec<Bit>>,
}

struct Column {
    title: String,
    numeric: bool,
}

/// A piece of text.
#[derive(Clone, Debug, PartialEq)]
enum Bit {
    /// Words of the program, or a number.
    Plain(String),
    /// What people wrote, as they wrote it; a line each.
    Code(Vec<String>),
}

impl Bit {
    fn code(text: &str) -> Bit {
        Bit::Code(vec![text.to_owned()])
    }

    /// Values of a key, cut to what a table can hold.
    fn values(values: &[String]) -> Bit {
        let cut = |text: &String| match text.char_indices().nth(CELL_CHARS) {
            Some((at, _)) => format!("{}…", &text[..at]),
            None => text.clone(),
        };
        let mut lines: Vec<String> = values.iter().take(CELL_LINES).map(cut).collect();
        if values.len() > CELL_LINES {
            lines.push(format!("… +{}", values.len() - CELL_LINES));
        }
        Bit::Code(lines)
    }
}

/// Says things of a comparison in one language.
struct Words<'a> {
    voice: &'a Voice,
    calendar: &'a Calendar,
}

impl Words<'_> {
    fn key(&self, key: &'static str) -> String {
        self.voice.say(&Text::key(key))
    }

    fn with(&self, key: &'static str, args: Vec<(&'static str, Arg)>) -> String {
        self.voice.say(&Text::Key(key, args))
    }

    fn about(&self, about: About) -> String {
        self.key(crate::report::history::about_key(about))
    }

    fn columns(&self, keys: &[(&'static str, bool)]) -> Vec<Column> {
        keys.iter().map(|(key, numeric)| Column { title: self.key(key), numeric: *numeric }).collect()
    }

    fn count(&self, key: &'static str, count: usize) -> String {
        self.with(key, vec![("count", Arg::Count(u64::try_from(count).unwrap_or(u64::MAX)))])
    }
}

impl Sheet {
    fn of(diff: &Diff, voice: &Voice, calendar: &Calendar) -> Sheet {
        let words = &Words { voice, calendar };
        let name = |side: &str| match side {
            HERE => Arg::Said(Box::new(Text::key("diff-here"))),
            other => Arg::Text(other.to_owned()),
        };
        let sides = vec![("base", name(&diff.base)), ("head", name(&diff.head))];
        let mut lead = Vec::new();
        if diff.is_empty() {
            lead.push(words.key("diff-nothing"));
        } else {
            lead.push(summary(diff, words));
        }
        lead.extend(diff.notes.iter().map(|note| {
            words.key(match note {
                Note::OtherCalendar => "diff-note-calendar",
                Note::Published => "diff-note-published",
                Note::Shallow => "diff-note-shallow",
            })
        }));
        let sections = vec![
            Section {
                title: words.key("diff-definitions"),
                open: true,
                tables: diff.definitions.iter().map(|one| definition(one, words)).collect(),
            },
            Section { title: words.key("diff-asked"), open: true, tables: asked(diff, words) },
            Section { title: words.key("diff-standings"), open: true, tables: standings(diff, words) },
            Section { title: words.key("diff-gaps"), open: true, tables: gaps(diff, words) },
            Section {
                title: words.key("diff-figures"),
                open: false,
                tables: diff.figures.iter().map(|one| figures(one, words)).collect(),
            },
            Section { title: words.key("diff-alerts"), open: false, tables: alerts(diff, words) },
            Section { title: words.key("diff-found"), open: false, tables: found(diff, words) },
        ];
        Sheet {
            title: words.with("diff-title", sides),
            lead,
            sections: sections.into_iter().filter(|section| !section.tables.is_empty()).collect(),
        }
    }
}

/// How much differs, in one line; a definition that moves nothing says so.
fn summary(diff: &Diff, words: &Words<'_>) -> String {
    let periods: usize = diff.figures.iter().map(|one| one.spans.len()).sum();
    let mut parts = vec![words.count("diff-count-definitions", diff.definitions.len())];
    parts.push(match diff.figures.len() {
        0 => words.key("diff-count-no-figures"),
        count => words.with(
            "diff-count-figures",
            vec![
                ("count", Arg::Count(u64::try_from(count).unwrap_or(u64::MAX))),
                ("periods", Arg::Count(u64::try_from(periods).unwrap_or(u64::MAX))),
            ],
        ),
    });
    let counted = [
        ("diff-count-standings", diff.standings.len()),
        ("diff-count-gaps", diff.gaps.len()),
        ("diff-count-alerts", diff.alerts.len()),
    ];
    parts.extend(
        counted.into_iter().filter(|(_, count)| *count > 0).map(|(key, count)| words.count(key, count)),
    );
    parts.join(" · ")
}

fn definition(one: &Changed, words: &Words<'_>) -> Table {
    let how = words.key(match one.how {
        How::New => "changes-new",
        How::Gone => "changes-gone",
        How::Renamed => "changes-renamed",
        How::Changed => "diff-changed",
    });
    let place = match one.line {
        _ if one.file.is_empty() => None,
        0 => Some(one.file.to_string()),
        line => Some(format!("{}:{line}", one.file)),
    };
    let mut title = vec![Bit::Plain(words.about(one.about)), Bit::code(&one.id)];
    match &one.was_id {
        Some(was) => {
            title.push(Bit::Plain(format!("{how} ←")));
            title.push(Bit::code(was));
        }
        None => title.push(Bit::Plain(how)),
    }
    title.extend(place.map(|place| Bit::Plain(format!("({place})"))));
    let rows = one
        .keys
        .iter()
        .map(|change| vec![Bit::code(&change.key), Bit::values(&change.was), Bit::values(&change.now)]);
    Table {
        title,
        columns: words.columns(&[("changes-what", false), ("changes-before", false), ("changes-now", false)]),
        rows: rows.collect(),
    }
}

/// A value as digits in its unit; `low..high` for a range; a dash for none.
fn amount(digits: Option<&str>, unit: &str, words: &Words<'_>) -> String {
    let unit = Unit::parse(unit);
    let one = |text: &str| match (Decimal::from_str(text), &unit) {
        (Ok(value), Some(unit)) => shown(value, unit, words, None),
        _ => text.to_owned(),
    };
    match digits {
        None => "–".to_owned(),
        Some(range) => match range.split_once("..") {
            Some((low, high)) => format!("{} – {}", one(low), one(high)),
            None => one(range),
        },
    }
}

/// All digits that count, with so many decimals where two numbers are to be told apart.
fn shown(value: Decimal, unit: &Unit, words: &Words<'_>, decimals: Option<u32>) -> String {
    let digits = decimals.map_or(Digits::Auto, Digits::Exactly);
    quantity(Quantity::Exact(value), unit, words.voice.lang(), Style::Full, digits)
        .map_or_else(|| "–".to_owned(), |shown| shown.to_string())
}

/// Whose target it is, for when.
fn target(id: &str, said: &TargetSaid) -> Bit {
    let scope = if said.scope == "company" { String::new() } else { format!(" · {}", said.scope) };
    Bit::Code(vec![format!("{id}: {}{scope} · {}", said.metric, said.period)])
}

fn one_table(columns: Vec<Column>, rows: Vec<Vec<Bit>>) -> Vec<Table> {
    if rows.is_empty() { Vec::new() } else { vec![Table { title: Vec::new(), columns, rows }] }
}

fn asked(diff: &Diff, words: &Words<'_>) -> Vec<Table> {
    let rows = diff.targets.iter().map(|one| {
        let value =
            |digits: Option<&String>| Bit::Plain(amount(digits.map(String::as_str), &one.unit, words));
        let exact = |digits: &Option<String>| digits.as_ref().and_then(|text| Decimal::from_str(text).ok());
        let difference = exact(&one.now).zip(exact(&one.was)).and_then(|(now, was)| now.checked_sub(was));
        let unit = Unit::parse(&one.unit);
        let difference = difference.map_or("–".to_owned(), |by| signed(by, unit.as_ref(), words));
        vec![
            target(&one.id, &one.target),
            value(one.was.as_ref()),
            value(one.now.as_ref()),
            Bit::Plain(difference),
        ]
    });
    let columns = words.columns(&[
        ("changes-target", false),
        ("changes-before", true),
        ("changes-now", true),
        ("diff-difference", true),
    ]);
    one_table(columns, rows.collect())
}

fn standings(diff: &Diff, words: &Words<'_>) -> Vec<Table> {
    let standing = |one: crate::assess::Standing| Bit::Plain(words.key(super::figure::standing_key(one)));
    let rows = diff
        .standings
        .iter()
        .map(|one| vec![target(&one.id, &one.target), standing(one.was), standing(one.now)]);
    let columns =
        words.columns(&[("changes-target", false), ("changes-before", false), ("changes-now", false)]);
    one_table(columns, rows.collect())
}

fn gaps(diff: &Diff, words: &Words<'_>) -> Vec<Table> {
    let rows = diff.gaps.iter().map(|one| {
        let gap = |gap: Option<&Gap>| {
            Bit::Plain(match gap {
                None => words.key("diff-gap-none"),
                Some(gap) => amount(gap.amount.as_deref(), &one.unit, words),
            })
        };
        vec![target(&one.id, &one.target), gap(one.was.as_ref()), gap(one.now.as_ref())]
    });
    let columns =
        words.columns(&[("changes-target", false), ("changes-before", true), ("changes-now", true)]);
    one_table(columns, rows.collect())
}

fn figures(one: &Figures, words: &Words<'_>) -> Table {
    let head = vec![
        ("metric", Arg::Text(String::new())),
        ("differ", Arg::Count(u64::try_from(one.spans.len()).unwrap_or(u64::MAX))),
        ("all", Arg::Count(u64::try_from(one.compared).unwrap_or(u64::MAX))),
    ];
    let rows = one.spans.iter().map(|span| {
        let decimals = apart(span, one.unit.as_ref(), words);
        let label = span
            .period
            .map_or_else(|| span.id.clone(), |period| words.calendar.label(period, words.voice.lang()));
        let difference =
            span.difference.map_or_else(|| "–".to_owned(), |by| signed(by, one.unit.as_ref(), words));
        vec![
            Bit::Plain(label),
            Bit::Plain(figure(&span.was, decimals, words)),
            Bit::Plain(figure(&span.now, decimals, words)),
            Bit::Plain(difference),
        ]
    });
    Table {
        title: vec![
            Bit::code(&one.metric),
            Bit::code(&one.scope),
            Bit::Plain(words.with("diff-of-periods", head.into_iter().skip(1).collect())),
        ],
        columns: words.columns(&[
            ("table-period", false),
            ("changes-before", true),
            ("changes-now", true),
            ("diff-difference", true),
        ]),
        rows: rows.collect(),
    }
}

/// Decimals that tell two figures apart, where the usual ones would not.
fn apart(span: &Span, unit: Option<&Unit>, words: &Words<'_>) -> Option<u32> {
    /// With more nobody would see a difference, and none of them is measured so finely.
    const MOST: u32 = 8;
    let (was, now, unit) = (span.was.value()?, span.now.value()?, unit?);
    if shown(was, unit, words, None) != shown(now, unit, words, None) {
        return None;
    }
    (1..=MOST)
        .find(|decimals| shown(was, unit, words, Some(*decimals)) != shown(now, unit, words, Some(*decimals)))
}

/// A figure, or a dash with its reason.
fn figure(shown_: &Shown, decimals: Option<u32>, words: &Words<'_>) -> String {
    let why = match shown_ {
        Shown::Value(value, Some(unit)) => return shown(*value, unit, words, decimals),
        Shown::Value(value, None) => return value.normalize().to_string(),
        Shown::NotDefined => words.key("diff-why-not-defined"),
        Shown::Broken(why) => why.clone(),
        Shown::NoBasis => words.key("diff-why-no-basis"),
        Shown::NotAsked => words.key("diff-why-not-asked"),
        Shown::State(state) => match super::figure::state_named(state) {
            Some(key) => words.key(key),
            None => state.clone(),
        },
    };
    format!("– ({why})")
}

/// A difference with its sign: of percentages in points.
fn signed(by: Decimal, unit: Option<&Unit>, words: &Words<'_>) -> String {
    /// A difference is shown with as many decimals as it takes to be none of nothing.
    const MOST: u32 = 8;
    let lang = words.voice.lang();
    let enough = |value: Decimal, least: u32| {
        (least..=MOST).find(|decimals| !rounded(value, *decimals).is_zero()).unwrap_or(MOST)
    };
    match unit {
        Some(Unit::Percent) => {
            let points = by.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(by);
            format!("{} {}", number(points, enough(points, 2), lang, true), words.key("diff-points"))
        }
        unit => {
            let least = match unit {
                Some(Unit::Money(currency)) => currency.decimals(),
                _ if by.fract().is_zero() => 0,
                _ => 2,
            };
            number(by, enough(by, least), lang, true)
        }
    }
}

fn alerts(diff: &Diff, words: &Words<'_>) -> Vec<Table> {
    let rows = diff.alerts.iter().map(|(one, only)| {
        let what = words.key(match only {
            Only::Head => "diff-alert-raised",
            Only::Base => "diff-alert-silent",
        });
        vec![Bit::code(&one.id), Bit::code(one.severity.name()), Bit::Plain(what)]
    });
    let columns =
        words.columns(&[("diff-about-alert", false), ("diff-severity", false), ("changes-what", false)]);
    one_table(columns, rows.collect())
}

fn found(diff: &Diff, words: &Words<'_>) -> Vec<Table> {
    let rows = diff.found.iter().map(|(one, only)| {
        let what = words.key(match only {
            Only::Head => "diff-found-new",
            Only::Base => "diff-found-gone",
        });
        let level = words.key(match one.level {
            crate::diag::Level::Error => "level-error",
            crate::diag::Level::Warning => "level-warning",
            crate::diag::Level::Note => "level-note",
        });
        vec![
            Bit::Plain(what),
            Bit::Plain(level),
            Bit::code(&one.rule),
            Bit::Code(vec![one.message.clone(), one.place.clone()]),
        ]
    });
    let columns = words.columns(&[
        ("changes-what", false),
        ("diff-severity", false),
        ("diff-about-rule", false),
        ("diff-message", false),
    ]);
    one_table(columns, rows.collect())
}
