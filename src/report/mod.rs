//! What the pages say: values, states and words, without HTML and without a language chosen.
//! `report.json` beside each page is exactly this; rendering adds nothing to it.

mod block;
mod context;
mod draw;
pub mod page;
mod shortcode;
#[cfg(test)]
mod tests;
pub mod wire;

pub use context::Context;
pub use shortcode::{RULES, SHORTCODE_UNKNOWN};

use crate::assess::{Change, Judged, Standing};
use crate::diag::Checked;
use crate::measure::{Facts, Point, State};
use crate::plan::{Better, Plan, Words};
use crate::snapshot::FileRecord;
use crate::time::{Date, Grain, Period};
use crate::unit::{Lang, Quantity, Unit};
use std::collections::BTreeMap;

/// A site, ready to be rendered.
#[derive(Clone, Debug)]
pub struct Report {
    /// Title of the site.
    pub title: Words,
    /// Languages; the first is the default.
    pub languages: Vec<Lang>,
    /// Up to which day data counts; `None` without data.
    pub as_of: Option<Date>,
    /// How periods are named.
    pub calendar: crate::time::Calendar,
    /// The ways in, in order.
    pub nav: Vec<NavItem>,
    /// All pages, sorted by path.
    pub pages: Vec<Page>,
}

/// Where the figures come from: what the data page shows, and nothing else does.
#[derive(Clone, Debug, Default)]
pub struct Provenance {
    /// Up to which day data counts.
    pub as_of: Option<Date>,
    /// Files read, by source.
    pub files: BTreeMap<crate::plan::Id, Vec<FileRecord>>,
    /// From this day on a source still moves.
    pub provisional_from: BTreeMap<crate::plan::Id, Date>,
    /// What was found wrong so far.
    pub found: Vec<crate::diag::Finding>,
}

/// Lays out every page of the site.
pub fn report(plan: &Plan, facts: &Facts, judged: &[Judged], provenance: &Provenance) -> Checked<Report> {
    let context = Context::new(plan, facts, judged, provenance);
    let mut found = Vec::new();
    let mut pages: Vec<Page> = Vec::new();
    for kind in page::PAGE_KINDS {
        pages.extend(kind.pages(&context, &mut found));
    }
    pages.sort_by(|a, b| a.path.cmp(&b.path));
    let nav = page::navigation(&context, &pages);
    let value = Report {
        title: plan.site.title.clone(),
        languages: plan.site.languages.clone(),
        as_of: provenance.as_of,
        calendar: plan.site.calendar,
        nav,
        pages,
    };
    Checked { value, found }
}

/// A way in.
#[derive(Clone, Debug, PartialEq)]
pub struct NavItem {
    /// Path of the page, `""` for home.
    pub path: String,
    /// Words to show.
    pub title: Text,
    /// Pages below it.
    pub children: Vec<NavItem>,
}

/// Words of the user, or a string of the interface by its key in `i18n/*.ftl`, with arguments.
#[derive(Clone, Debug, PartialEq)]
pub enum Text {
    /// What people wrote.
    Words(Words),
    /// `nav-home` …
    Key(&'static str, Vec<(&'static str, Arg)>),
}

/// An argument of an interface string.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// Words of the user.
    Words(Words),
    /// A plain text: an id, a file name.
    Text(String),
    /// A number of things; chooses the plural form.
    Count(u64),
    /// A day, shown by the rules of the language.
    Date(Date),
    /// A period, shown by the rules of the language.
    Period(Period),
    /// A figure.
    Figure(Quantity, Unit),
}

impl Text {
    /// A string of the interface without arguments.
    pub fn key(key: &'static str) -> Text {
        Text::Key(key, Vec::new())
    }
}

/// One page.
#[derive(Clone, Debug)]
pub struct Page {
    /// Address below the language: `metrics/acos`; `""` is home.
    pub path: String,
    /// Name in the registry of page kinds; chooses the template.
    pub kind: &'static str,
    /// Title.
    pub title: Text,
    /// Where the reader is: pages above this one.
    pub crumbs: Vec<(String, Text)>,
    /// What it says, in order.
    pub blocks: Vec<Block>,
    /// Whether the page holds provenance (hashes, row counts) and may differ where no figure does.
    pub provenance: bool,
}

/// A part of a page.
#[derive(Clone, Debug)]
pub enum Block {
    /// A heading between blocks.
    Heading(Text),
    /// Cards side by side.
    Cards(Vec<Card>),
    /// A chart with its table behind it.
    Chart(ChartSpec),
    /// A table.
    Table(TableSpec),
    /// Markdown with shortcodes already resolved to inline parts.
    Prose(Prose),
    /// Label and value pairs: definition, basis, owner.
    Facts(Vec<(Text, Vec<Cell>)>),
    /// A short message with a tone: `info`, `warning`, `error`.
    Notice {
        /// `info`, `warning` or `error`.
        tone: &'static str,
        /// What it says.
        text: Text,
        /// Details, one a line (findings of a broken card).
        details: Vec<String>,
    },
    /// Links to pages, each with a line below it.
    Links(Vec<(String, Text, Option<Text>)>),
}

/// One figure with its comparisons.
#[derive(Clone, Debug)]
pub struct Card {
    /// Metric id: address and anchor.
    pub metric: crate::plan::Id,
    /// Name of the metric.
    pub title: Text,
    /// For whom, if not the page's scope.
    pub scope: Option<Text>,
    /// Unit.
    pub unit: Unit,
    /// Decimals, if the metric fixes them.
    pub decimals: Option<u32>,
    /// The figure.
    pub point: Option<Point>,
    /// Label and change, in the order asked for.
    pub changes: Vec<(Text, Change)>,
    /// Target of the same period.
    pub target: Option<CardTarget>,
    /// Last values, oldest first, for the sparkline.
    pub trend: Vec<Point>,
    /// Which way is good.
    pub better: Better,
    /// Who answers.
    pub owner: Option<Words>,
    /// Page to open.
    pub link: Option<String>,
    /// Why there is no figure (a finding).
    pub trouble: Option<String>,
}

/// The target on a card.
#[derive(Clone, Debug)]
pub struct CardTarget {
    /// How much; both ends for a range.
    pub value: (Quantity, Option<Quantity>),
    /// Where it stands.
    pub standing: Standing,
    /// Actual over target.
    pub attainment: Option<Quantity>,
    /// Period of the target.
    pub period: Period,
}

/// What a chart shows. The painter and the interactive option are made from this alone.
#[derive(Clone, Debug)]
pub struct ChartSpec {
    /// Stable id on the page, from names: anchor and file name.
    pub id: String,
    /// Name in `CHART_KINDS`.
    pub kind: &'static str,
    /// Heading.
    pub title: Text,
    /// What stands along the axis.
    pub axis: Axis,
    /// The series, drawn in this order.
    pub series: Vec<ChartSeries>,
    /// What happened: at a slot, or from one to another.
    pub marks: Vec<Mark>,
    /// For a bullet: ends of the bands, from poor to good.
    pub bands: Vec<Quantity>,
}

/// The slots of a chart.
#[derive(Clone, Debug, PartialEq)]
pub enum Axis {
    /// Periods of one grain, in order.
    Time(Grain, Vec<Period>),
    /// Members: stores, categories.
    Members(Vec<Text>),
}

/// One series of a chart.
#[derive(Clone, Debug)]
pub struct ChartSeries {
    /// Name in the legend.
    pub name: Text,
    /// Its part in the chart.
    pub role: SeriesRole,
    /// Unit; series of another unit than the first use the right axis.
    pub unit: Unit,
    /// Drawn as bars (in a combo) instead of a line.
    pub bars: bool,
    /// One value per slot; `None` is a gap, never bridged.
    pub values: Vec<Option<Quantity>>,
    /// One state per slot.
    pub states: Vec<State>,
}

/// The part a series plays; decides colour and form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeriesRole {
    /// A measured series; the number is its place among them, from 0.
    Actual(u8),
    /// The same a year earlier.
    Prior,
    /// What was promised.
    Target,
}

/// Something that happened, on a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// First and last slot.
    pub slots: (usize, usize),
    /// `event`, `change`, `incident`, `rebase`, `note`.
    pub kind: String,
    /// What.
    pub text: Words,
}

/// A table.
#[derive(Clone, Debug)]
pub struct TableSpec {
    /// Stable id on the page.
    pub id: String,
    /// Heading; `None`: the page says it.
    pub title: Option<Text>,
    /// Column heads; the first is that of the row names.
    pub columns: Vec<TableColumn>,
    /// Rows.
    pub rows: Vec<Vec<Cell>>,
    /// The last row is the whole.
    pub total: bool,
}

/// Head of a column.
#[derive(Clone, Debug)]
pub struct TableColumn {
    /// Words.
    pub title: Text,
    /// Numbers stand right.
    pub numeric: bool,
    /// Page to open.
    pub link: Option<String>,
}

/// A cell.
#[derive(Clone, Debug)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words.
    Text(Text),
    /// Words that lead to a page.
    Link(String, Text),
    /// Code: a formula, a hash, a path.
    Code(String),
    /// A figure, with the change against the period before.
    Figure {
        /// The value.
        point: Point,
        /// Its unit.
        unit: Unit,
        /// Decimals, if the metric fixes them.
        decimals: Option<u32>,
        /// Change beside it, and which way is good.
        change: Option<(Change, Better)>,
    },
    /// A plain figure without a period (a target, a number of rows).
    Number(Quantity, Unit),
    /// A standing: shape, colour and word.
    Standing(Standing),
    /// A day.
    Date(Date),
    /// A period.
    Period(Period),
}

/// Markdown, with figures and charts put in at its shortcodes.
#[derive(Clone, Debug, Default)]
pub struct Prose {
    /// Markdown by language; `\u{e000}N\u{e001}` stands for part N.
    pub markdown: BTreeMap<Lang, String>,
    /// Words for the languages that have no text of their own.
    pub fallback: Option<String>,
    /// Where the first line of each language's text stands: findings about links and raw HTML point there.
    pub places: BTreeMap<Lang, crate::diag::Place>,
    /// What the shortcodes became.
    pub parts: Vec<Part>,
}

/// What a shortcode became.
#[derive(Clone, Debug)]
pub enum Part {
    /// A figure in the running text.
    Figure(Cell),
    /// A chart between paragraphs.
    Chart(Box<ChartSpec>),
    /// A shortcode that could not be resolved; shown literally.
    Literal(String),
}
