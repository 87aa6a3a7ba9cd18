//! A review deck: a page whose windows end with the last whole week, month or quarter, made of blocks that are read in the
//! same order every time (periods.md §7–9).

use super::{Event, Id, Metric, Plan, Scope, Words};
use crate::diag::Place;
use crate::time::{self, Align, Calendar, Date, Grain, Months, Period, days_between, last_day, plus_days};
use crate::unit::Pattern;
use std::sync::Arc;

/// How a deck cuts time and compares; a block may say otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Review {
    /// The windows end with the last whole period of this grain; `None`: with the as-of date.
    pub deck: Option<Grain>,
    /// Which twelve months.
    pub months: Months,
    /// How last year is laid beside this one.
    pub align: Align,
    /// What happens where days are missing on one side.
    pub partial: Partial,
    /// Number of the first block.
    pub number_from: u32,
}

impl Default for Review {
    fn default() -> Review {
        Review {
            deck: None,
            months: Months::Trailing,
            align: Align::Date,
            partial: Partial::AsIs,
            number_from: 1,
        }
    }
}

/// What a comparison does where days are missing on one side (periods.md §6.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Partial {
    /// It is made of the values as they are, and says so.
    #[default]
    AsIs,
    /// Only days that both sides have.
    LikeForLike,
    /// It is not made.
    Hide,
}

impl Partial {
    /// As they are written in YAML.
    pub const NAMES: &[&str] = &["as-is", "like-for-like", "hide"];

    /// Reads a name.
    pub fn parse(name: &str) -> Option<Partial> {
        match name {
            "as-is" => Some(Partial::AsIs),
            "like-for-like" => Some(Partial::LikeForLike),
            "hide" => Some(Partial::Hide),
            _ => None,
        }
    }
}

/// A block of a review.
#[derive(Clone, Debug)]
pub struct ReviewBlock {
    /// What it shows.
    pub kind: ReviewKind,
    /// Heading; empty: the names of what is shown.
    pub title: Words,
    /// Who explains it; the owner of the first metric if nobody is named.
    pub owner: Option<Id>,
    /// Scope, if not the page's.
    pub scope: Option<Scope>,
    /// Which twelve months, if not those of the deck.
    pub months: Option<Months>,
    /// How last year is laid beside this one, if not as in the deck.
    pub align: Option<Align>,
    /// What happens where days are missing, if not as in the deck.
    pub partial: Option<Partial>,
    /// How its figures are written.
    pub format: Option<Pattern>,
    /// Where it is written.
    pub place: Place,
}

/// What a block of a review shows.
#[derive(Clone, Debug)]
pub enum ReviewKind {
    /// Six weeks and twelve months of up to three series, with the box line.
    SixTwelve {
        /// What is drawn.
        series: Vec<Drawn>,
        /// One axis or two, if not by the rule.
        axes: Option<u32>,
        /// Whether the axis starts at zero, if not by the rule.
        zero: Option<bool>,
    },
    /// Rows over six weeks, quarter and year to date.
    Weeks(Vec<RowSpec>),
    /// Rows over twelve months.
    Months(Vec<RowSpec>),
    /// Metrics with the nine figures of the box line.
    Metrics(Vec<Drawn>),
    /// A heading between blocks.
    Section,
    /// A picture of the site, or a card that leads to a page.
    Embed {
        /// Address or path.
        source: Arc<str>,
        /// Height in pixels.
        height: Option<u32>,
        /// Width in pixels.
        width: Option<u32>,
    },
}

/// A series or row of figures.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// Which figures.
    pub what: What,
    /// Its name in files, if not that of the metric or target.
    pub id: Option<Id>,
    /// How they grow, in place of the figures.
    pub growth: Option<GrowthOver>,
    /// Its name in the legend; empty: that of the metric.
    pub label: Words,
    /// Whether the year before is drawn, if not by the rule.
    pub prior: Option<bool>,
    /// How its figures are written, if not as the block says.
    pub format: Option<Pattern>,
    /// Where it is written.
    pub place: Place,
}

/// Which figures.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Those of a metric.
    Metric(Id),
    /// What a target asks, or the targets of a metric.
    Target(Id),
    /// Actual minus target.
    Variance(Id),
    /// Actual minus target, over the target.
    VariancePercent(Id),
    /// Actual over target, by the direction of good.
    Attainment(Id),
}

impl What {
    /// The name it refers to: a metric or a target.
    pub fn name(&self) -> &Id {
        match self {
            What::Metric(id)
            | What::Target(id)
            | What::Variance(id)
            | What::VariancePercent(id)
            | What::Attainment(id) => id,
        }
    }
}

/// Growth against an earlier window (periods.md §6.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GrowthOver {
    /// Against the week before.
    Week,
    /// Against the month before.
    Month,
    /// Against the year before.
    Year,
}

impl GrowthOver {
    /// As they are written in YAML.
    pub const NAMES: &[&str] = &["wow", "mom", "yoy"];

    /// Reads a name.
    pub fn parse(name: &str) -> Option<GrowthOver> {
        [GrowthOver::Week, GrowthOver::Month, GrowthOver::Year]
            .into_iter()
            .find(|growth| growth.name() == name)
    }

    /// As it is written in YAML.
    pub fn name(self) -> &'static str {
        match self {
            GrowthOver::Week => "wow",
            GrowthOver::Month => "mom",
            GrowthOver::Year => "yoy",
        }
    }
}

/// A row of a table of periods.
#[derive(Clone, Debug)]
pub struct RowSpec {
    /// Its name; empty: that of the figures.
    pub header: Words,
    /// Its figures; `None`: a heading, or an empty row.
    pub drawn: Option<Drawn>,
    /// Set in bold.
    pub strong: bool,
    /// Set in italics.
    pub italic: bool,
    /// On a tinted ground.
    pub shade: bool,
    /// `left`, `center` or `right`, where it says so.
    pub align: Option<Id>,
}

impl ReviewBlock {
    /// Everything it shows.
    pub fn drawn(&self) -> Vec<&Drawn> {
        match &self.kind {
            ReviewKind::SixTwelve { series, .. } | ReviewKind::Metrics(series) => series.iter().collect(),
            ReviewKind::Weeks(rows) | ReviewKind::Months(rows) => {
                rows.iter().filter_map(|row| row.drawn.as_ref()).collect()
            }
            ReviewKind::Section | ReviewKind::Embed { .. } => Vec::new(),
        }
    }
}

impl Review {
    /// The last day of a deck's windows.
    pub fn last(&self, calendar: &Calendar, as_of: Date) -> Date {
        self.deck.map_or(as_of, |grain| last_day(calendar, grain, as_of))
    }
}

/// The windows over which a metric is looked at by a block.
pub fn windows(
    plan: &Plan,
    (page, block): (&Review, &ReviewBlock),
    metric: &Metric,
    scope: &Scope,
    last: Date,
) -> time::Review {
    let calendar = &plan.site.calendar;
    let align = block.align.or(metric.align).unwrap_or(page.align);
    let review = calendar.review(last, block.months.unwrap_or(page.months), align);
    let review = if metric.grain == Grain::Month { review.of_months(calendar) } else { review };
    match align {
        Align::Event => with_events(review, &events(plan, scope)),
        Align::Date | Align::Weekday => review,
    }
}

/// Sale events of the calendar of a scope, by name.
fn events<'a>(plan: &'a Plan, scope: &Scope) -> Vec<&'a Event> {
    let store = scope.member("store").and_then(|store| plan.stores.get(store));
    let season = store.and_then(|store| store.season.as_ref()).or(plan.site.season.as_ref());
    let season = season.and_then(|season| plan.seasons.get(season));
    season.map(|season| season.events.iter().collect()).unwrap_or_default()
}

/// Windows in which an event lies are compared with those in which it lay the year before, as many days before it and after.
fn with_events(mut review: time::Review, events: &[&Event]) -> time::Review {
    let moved = |period: Period, base: Period| {
        let now = events
            .iter()
            .filter(|event| event.period.start <= period.end && period.start <= event.period.end);
        let found = now.filter_map(|event| {
            let year = |other: &&&Event| {
                let gap = days_between(other.period.start, event.period.start);
                // The event of the year before: it may move by some months, but is never this year's.
                other.id == event.id && (EVENT_MOVES..=2 * 365 - EVENT_MOVES).contains(&gap)
            };
            let before = events
                .iter()
                .filter(year)
                .min_by_key(|other| days_between(other.period.start, event.period.start).abs_diff(365))?;
            Some((event.weight, days_between(before.period.start, event.period.start)))
        });
        let heaviest = found.max_by(|a, b| a.0.cmp(&b.0));
        heaviest.map_or(base, |(_, days)| {
            let days = -i32::try_from(days).unwrap_or(i32::MAX);
            Period::range(plus_days(period.start, days), plus_days(period.end, days))
        })
    };
    let last = review.last;
    for slot in review.weeks.iter_mut().chain(&mut review.months).chain(&mut review.to_date) {
        slot.prior = moved(slot.period, slot.prior);
        let to_date = Period { end: slot.period.end.min(last.max(slot.period.start)), ..slot.period };
        slot.base = moved(to_date, slot.base);
    }
    review
}

/// An event that moves by more than this is another one.
const EVENT_MOVES: u32 = 365 - 150;
