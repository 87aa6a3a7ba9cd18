//! Pages people compose: dashboards of blocks, articles, and notes on what happened.

use super::{Id, Level, Review, ReviewBlock, Scope, Words};
use crate::diag::Place;
use crate::time::{Date, Grain, Period};
use crate::unit::Lang;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A page of blocks; with `for_each`, one page per member of a level.
#[derive(Clone, Debug)]
pub struct Dashboard {
    /// File name without extension: the address.
    pub id: Id,
    /// Title; `{name}` stands for the member.
    pub title: Words,
    /// One page per member of this level.
    pub for_each: Option<Level>,
    /// Scope of all blocks that name none.
    pub scope: Scope,
    /// Whether it is a review deck, and how its windows are cut.
    pub review: Review,
    /// Its place in the navigation, if it says so.
    pub order: Option<u32>,
    /// What is on it, in order.
    pub blocks: Vec<BlockSpec>,
    /// Where it is written.
    pub place: Place,
}

/// A block of a dashboard.
#[derive(Clone, Debug)]
pub enum BlockSpec {
    /// One figure with its comparisons.
    Card {
        /// The metric.
        metric: Id,
        /// Scope, if not the page's.
        scope: Option<Scope>,
        /// Compared with what, in this order.
        compare: Vec<Compare>,
        /// Length of the period; the running one is shown.
        grain: Grain,
        /// Where it is written.
        place: Place,
    },
    /// A chart of the registry: line, multiples, bar, combo, sparkline, bullet.
    Chart {
        /// Name in `CHART_KINDS`.
        kind: Id,
        /// Heading; empty: the names of the series.
        title: Words,
        /// What is drawn.
        series: Vec<SeriesSpec>,
        /// One series per member of this level instead.
        by: Option<Level>,
        /// Scope, if not the page's.
        scope: Option<Scope>,
        /// How finely.
        grain: Grain,
        /// How many periods.
        last: u32,
        /// Where it is written.
        place: Place,
    },
    /// Rows of members or periods, columns of metrics.
    Table {
        /// Heading; empty: none.
        title: Words,
        /// What the rows are.
        by: TableBy,
        /// Metrics.
        columns: Vec<Id>,
        /// Whether the last row is the whole.
        total: bool,
        /// Whether each figure carries its change against the period before.
        delta: bool,
        /// Row order.
        sort: Option<ChartSort>,
        /// Scope, if not the page's.
        scope: Option<Scope>,
        /// Length of the period.
        grain: Grain,
        /// Where it is written.
        place: Place,
    },
    /// Why a figure moved: the sentence, the waterfall and the table of parts.
    Causes {
        /// The metric.
        metric: Id,
        /// Scope, if not the page's.
        scope: Option<Scope>,
        /// Compared with what; empty: as the metric says.
        compare: Vec<super::Against>,
        /// Whether the members of each level follow.
        members: bool,
        /// Where it is written.
        place: Place,
    },
    /// A block of a review: six weeks and twelve months.
    Review(Box<ReviewBlock>),
    /// What a plugin makes of figures.
    Widget(Box<WidgetBlock>),
    /// Markdown with shortcodes.
    Text {
        /// The text in each language.
        markdown: Words,
        /// Where it is written.
        place: Place,
    },
}

/// A block that a plugin makes.
#[derive(Clone, Debug, PartialEq)]
pub struct WidgetBlock {
    /// Key under `plugins:`.
    pub plugin: Id,
    /// Which of its widgets; `None`: its only one.
    pub widget: Option<Id>,
    /// Metrics by the plugin's names for its inputs, in the order of their numbers.
    pub inputs: BTreeMap<Id, Vec<Id>>,
    /// What it is told besides, sorted by name.
    pub params: Vec<super::Param>,
    /// Rows for each member of this level; `None`: for the scope alone.
    pub by: Option<Level>,
    /// Scope, if not the page's.
    pub scope: Option<Scope>,
    /// How finely.
    pub grain: Grain,
    /// How many periods.
    pub last: u32,
    /// Where it is written.
    pub place: Place,
}

impl WidgetBlock {
    /// `concentration/largest`, as it is written.
    pub fn named(&self) -> String {
        match &self.widget {
            Some(widget) => format!("{}/{widget}", self.plugin),
            None => self.plugin.to_string(),
        }
    }

    /// All metrics that it is given.
    pub fn metrics(&self) -> impl Iterator<Item = &Id> {
        self.inputs.values().flatten()
    }
}

/// What a series of a chart shows.
#[derive(Clone, Debug, PartialEq)]
pub enum SeriesSpec {
    /// A metric.
    Metric(Id),
    /// The targets of a metric, or one target by id.
    Target(Id),
}

/// With what a card is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// The period before.
    Previous,
    /// The same period a year earlier.
    PreviousYear,
    /// The target of the same period.
    Target,
}

/// What the rows of a table are.
#[derive(Clone, Debug, PartialEq)]
pub enum TableBy {
    /// Members of a level.
    Members(Level),
    /// The last periods, newest first.
    Periods(u32),
}

/// Order of rows or bars.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartSort {
    /// By the values of this metric.
    pub by: Id,
    /// Greatest first.
    pub descending: bool,
}

/// An article in one or more languages.
#[derive(Clone, Debug)]
pub struct Article {
    /// Path below `content/` without language and extension: the address.
    pub id: Id,
    /// Title.
    pub title: Words,
    /// Its place in the navigation, if one of its languages says so.
    pub order: Option<u32>,
    /// Part of the handbook of a pack: reached from the page that opens it, not one by one from the navigation.
    pub from_pack: bool,
    /// Only these audiences see it; empty and without a place: everybody.
    pub audience: Vec<Id>,
    /// Where that is written.
    pub audience_at: Option<Place>,
    /// Markdown by language, with the place of its first line.
    pub body: BTreeMap<Lang, (Arc<str>, Place)>,
}

/// Something that happened, drawn on the charts of its metrics.
#[derive(Clone, Debug)]
pub struct Annotation {
    /// When.
    pub period: Period,
    /// `event`, `change`, `incident`, `rebase` or `note`.
    pub kind: Id,
    /// Where; the company if nothing is said.
    pub scope: Scope,
    /// Which metrics; empty: all.
    pub metrics: Vec<Id>,
    /// What.
    pub text: Words,
    /// First day, for sorting.
    pub date: Date,
}
