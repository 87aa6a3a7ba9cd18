//! A review deck as a page: blocks in the order of the meeting, exceptions first, each with its owner, its chart, its box
//! line and its tables. The figures come from `assess::deck`, the same that `kpress values --deck` prints.

mod exceptions;
mod marks;
mod meeting;
mod part;

use super::context::Context;
use super::{Block, Cell, Text};
use crate::assess::Change;
use crate::assess::deck::Desk;
use crate::measure::Point;
use crate::plan::review::Review;
use crate::plan::{Better, BlockSpec, Dashboard, Scope, Words};
use crate::time::{Date, Period};
use crate::unit::{Pattern, Quantity, Unit};
use meeting::Meeting;
use std::collections::BTreeMap;

/// The blocks of a deck, by their place on the page, and what stands before the first.
pub(super) struct Parts {
    pub(super) first: Option<Block>,
    pub(super) by_place: BTreeMap<usize, Block>,
}

/// Every block of a deck on its own page, with the exceptions; nothing before there is data.
pub(super) fn parts(context: &Context<'_>, dashboard: &Dashboard, scope: &Scope) -> Parts {
    let Some(as_of) = context.as_of() else { return Parts { first: None, by_place: BTreeMap::new() } };
    let meeting = Meeting::now(context, dashboard, scope, as_of);
    laid_out(context, (dashboard, scope), &meeting, as_of)
}

/// The deck a review looks at, as it was at the end of the period.
pub(super) fn parts_of(
    context: &Context<'_>,
    review: &Review,
    dashboard: &Dashboard,
    scope: &Scope,
) -> Parts {
    let meeting = Meeting::held(context, review);
    laid_out(context, (dashboard, scope), &meeting, review.period.end)
}

fn laid_out(
    context: &Context<'_>,
    (dashboard, scope): (&Dashboard, &Scope),
    meeting: &Meeting<'_>,
    as_of: Date,
) -> Parts {
    let mut parts = Parts { first: None, by_place: BTreeMap::new() };
    let desk = Desk::new(context.plan, context.facts, context.targets(), &dashboard.review, as_of);
    let numbers = part::numbered(dashboard);
    let mut all = Vec::new();
    for (at, (block, number)) in dashboard.blocks.iter().zip(numbers).enumerate() {
        if let BlockSpec::Review(block) = block {
            let made = part::part(context, &desk, block, scope, meeting, (at, number));
            parts.by_place.insert(at, Block::Review(Box::new(made.clone())));
            all.push(made);
        }
    }
    if dashboard.review.deck.is_some() {
        parts.first = Some(exceptions::exceptions(context, &desk, (dashboard, scope), meeting, &all));
    }
    parts
}

/// A block of a deck.
#[derive(Clone, Debug, PartialEq)]
pub struct ReviewPart {
    /// Stable id on the page: its anchor.
    pub id: String,
    /// Number by which a meeting calls it; headings have none.
    pub number: Option<u32>,
    /// Heading; empty: a rule.
    pub title: Text,
    /// Who explains it.
    pub owner: Option<Words>,
    /// Six weeks and twelve months.
    pub chart: Option<SixTwelve>,
    /// The box line, or a table of periods.
    pub tables: Vec<PeriodTable>,
    /// What happened, in the order of the flags.
    pub notes: Vec<Happened>,
    /// What the review says about it, what is still to be done, and data that is late.
    pub below: Vec<(Text, Vec<Cell>)>,
    /// A picture or card.
    pub embed: Option<Embed>,
    /// Which figures it shows: those of the chart and the tables, by their periods.
    pub shows: Vec<(super::About, Vec<Period>)>,
}

impl ReviewPart {
    /// Whether there is a chart or a table in it.
    pub fn has_figures(&self) -> bool {
        self.chart.is_some() || self.tables.iter().any(|table| !table.rows.is_empty())
    }
}

/// Something that happened, below a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Happened {
    /// First day.
    pub day: Date,
    /// `event`, `change`, `incident`, `rebase`, `note`.
    pub kind: String,
    /// What.
    pub text: Text,
}

/// A picture of the site, or a card that leads somewhere. Never a frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Embed {
    /// Address or path as written.
    pub source: String,
    /// Whether it is a picture of the site.
    pub picture: bool,
    /// Width and height in pixels, where they are written.
    pub size: (Option<u32>, Option<u32>),
}

/// Six weeks and twelve months side by side: 19 slots, one of them empty.
#[derive(Clone, Debug, PartialEq)]
pub struct SixTwelve {
    /// Stable id on the page.
    pub id: String,
    /// Heading.
    pub title: Text,
    /// Six weeks.
    pub weeks: Vec<Period>,
    /// Twelve months.
    pub months: Vec<Period>,
    /// The series, drawn in this order.
    pub series: Vec<SixSeries>,
    /// Whether weeks and months have an axis each.
    pub two_axes: bool,
    /// Whether the axis starts at zero, where somebody says so.
    pub zero: Option<bool>,
    /// Numbered flags: slot (weeks 0 to 5, months 7 to 18), number, and whether it stands on the line of the year before.
    pub flags: Vec<(usize, usize, bool)>,
}

/// What a line of the chart is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SixRole {
    /// This year: first or second metric.
    Current(u8),
    /// The year before of the first or second metric.
    Prior(u8),
    /// What is asked.
    Target,
}

/// A series of the chart.
#[derive(Clone, Debug, PartialEq)]
pub struct SixSeries {
    /// Name in the legend.
    pub name: Text,
    /// What it is.
    pub role: SixRole,
    /// Unit.
    pub unit: Unit,
    /// How its figures are written, if not as the unit has it.
    pub pattern: Option<Pattern>,
    /// Six weeks.
    pub weeks: Vec<Point>,
    /// Twelve months.
    pub months: Vec<Point>,
}

/// A table whose columns are periods or the nine figures of the box line.
#[derive(Clone, Debug, PartialEq)]
pub struct PeriodTable {
    /// Stable id on the page.
    pub id: String,
    /// What it is, for those who hear it.
    pub caption: Text,
    /// `box`, `weeks` or `months`.
    pub kind: &'static str,
    /// Heads of the columns after the name.
    pub heads: Vec<Head>,
    /// Rows.
    pub rows: Vec<PeriodRow>,
}

/// Head of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Head {
    /// Words.
    Text(Text),
    /// A period, by its short name.
    Period(Period),
}

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub struct PeriodRow {
    /// Its name.
    pub name: Text,
    /// Unit and other things said small beside the name.
    pub small: Option<Text>,
    /// Cells; none: a heading.
    pub cells: Vec<PeriodCell>,
    /// `strong`, `italic`, `shade`, `left`, `center`, `right`, `second`.
    pub looks: Vec<&'static str>,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum PeriodCell {
    /// Nothing.
    Empty,
    /// A figure.
    Value {
        /// How much, how complete.
        point: Point,
        /// Its unit.
        unit: Unit,
        /// How it is written, if not as the unit has it.
        pattern: Option<Pattern>,
        /// Decimals the metric fixes.
        decimals: Option<u32>,
    },
    /// A change, with the coverage of both sides.
    Change {
        /// What came of it.
        change: Change,
        /// Unit of the metric.
        unit: Unit,
        /// Which way is good.
        better: Better,
        /// Both windows.
        sides: (Point, Point),
    },
    /// How far off a target.
    Gap(Quantity, Unit),
}
