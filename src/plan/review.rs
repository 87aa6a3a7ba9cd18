//! What people wrote after a period: a comment on each metric, what was decided, what is to be done by whom until when; and the
//! note of a day. Actions live over several reviews: each review says what became of those before it.

use super::{Dashboard, Id, Plan, Scope, Words};
use crate::diag::Place;
use crate::time::{Date, Grain, Period};
use crate::unit::{Decimal, Lang};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Levels of single products, the one that is shown first: the note of a day lists them.
pub const PRODUCTS: &[&str] = &["sku", "asin"];
/// What the note of a day says of each product, by the names of the dictionary: units, sales, cost of advertising, share of
/// sales without it, featured offer, new reviews (features.md §20).
pub const PER_PRODUCT: &[&str] = &[
    "units",
    "order_units",
    "gmv",
    "order_sales",
    "ad_spend",
    "organic_share",
    "buy_box_pct",
    "reviews_new",
];

/// The table of all actions, as the preset `own/actions` reads it. No such file exists: `build` writes it in memory.
pub const REGISTER: &str = "reviews/register.csv";

/// A review that was held, or the note of a day.
#[derive(Clone, Debug)]
pub struct Review {
    /// Its file without ending and language: the address.
    pub id: Id,
    /// What it looks back on.
    pub period: Period,
    /// The day it was held; the day after the period if nobody says.
    pub date: Date,
    /// For whom.
    pub scope: Scope,
    /// Its title; empty: the period.
    pub title: Words,
    /// The deck that is looked at; `None`: the one of the period's length, if there is one.
    pub deck: Option<Id>,
    /// Who was there.
    pub attendees: Vec<Id>,
    /// Who was asked and was not there.
    pub absent: Vec<Id>,
    /// Who of the management stands behind it.
    pub sponsor: Option<Id>,
    /// What was decided.
    pub decisions: Vec<Decision>,
    /// Actions that begin here, and what became of earlier ones.
    pub actions: Vec<Entry>,
    /// Of a day: what was done.
    pub log: Vec<LogLine>,
    /// Of a day: what went wrong.
    pub issues: Vec<Words>,
    /// Of a day: what is to be done tomorrow.
    pub tomorrow: Vec<Words>,
    /// The text by language, cut at its headings.
    pub text: BTreeMap<Lang, Vec<Section>>,
    /// Where it is written.
    pub place: Place,
}

/// A part of the text below one heading.
#[derive(Clone, Debug)]
pub struct Section {
    /// The metric the heading names; `None`: free text, its heading with it.
    pub metric: Option<Id>,
    /// Markdown.
    pub text: Arc<str>,
    /// Where it begins.
    pub place: Place,
}

/// Something that was decided.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Its name.
    pub id: Id,
    /// What.
    pub text: Words,
    /// Who decided.
    pub by: Option<Id>,
    /// What kind of thing changes.
    pub kind: DecisionKind,
    /// Targets and metrics it changes.
    pub changes: Vec<Id>,
    /// Where it is written.
    pub place: Place,
}

/// What a decision is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum DecisionKind {
    /// Anything else.
    #[default]
    Other,
    /// Where the business goes.
    Strategy,
    /// A target.
    Target,
    /// Money, tools, people.
    Resources,
}

impl DecisionKind {
    /// Names, in the order of the manual.
    pub const NAMES: &[&str] = &["other", "strategy", "target", "resources"];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            DecisionKind::Other => "other",
            DecisionKind::Strategy => "strategy",
            DecisionKind::Target => "target",
            DecisionKind::Resources => "resources",
        }
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Option<DecisionKind> {
        let all =
            [DecisionKind::Other, DecisionKind::Strategy, DecisionKind::Target, DecisionKind::Resources];
        all.into_iter().find(|kind| kind.name() == name)
    }
}

/// What one review says about an action: that it begins, or what became of it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name, the same in every review.
    pub id: Id,
    /// The review it began in, where this is a later one.
    pub from: Option<Id>,
    /// What is to be done.
    pub title: Words,
    /// Who does it.
    pub owner: Option<Id>,
    /// By when.
    pub due: Option<Date>,
    /// What it shall move.
    pub metric: Option<Id>,
    /// Where; that of the review if absent.
    pub scope: Option<Scope>,
    /// By how much.
    pub expected: Option<Expected>,
    /// The expected effect as written.
    pub expected_text: Arc<str>,
    /// Days after its end before an effect can show.
    pub lag: Option<u32>,
    /// What the figures after it are held against; the half year before it began if absent.
    pub before: Option<Period>,
    /// Where it stands.
    pub status: ActionStatus,
    /// The day it was done or given up, where that is not the day of the review.
    pub done: Option<Date>,
    /// What shows that it was done.
    pub evidence: Words,
    /// Why it is late, dropped or blocked.
    pub reason: Words,
    /// Where it is written.
    pub place: Place,
}

/// By how much a metric shall move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expected {
    /// In the unit of the metric; of a rate, points: −2 pp is −0.02.
    By(Decimal),
    /// As a part of what it was: 5 % is 0.05.
    Part(Decimal),
}

/// Where an action stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum ActionStatus {
    /// It is being done, or waits.
    #[default]
    Open,
    /// It cannot go on.
    Blocked,
    /// It is done.
    Done,
    /// It will not be done.
    Dropped,
}

impl ActionStatus {
    /// Names, in the order of the manual.
    pub const NAMES: &[&str] = &["open", "blocked", "done", "dropped"];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            ActionStatus::Open => "open",
            ActionStatus::Blocked => "blocked",
            ActionStatus::Done => "done",
            ActionStatus::Dropped => "dropped",
        }
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Option<ActionStatus> {
        let all = [ActionStatus::Open, ActionStatus::Blocked, ActionStatus::Done, ActionStatus::Dropped];
        all.into_iter().find(|status| status.name() == name)
    }

    /// Whether nothing is left to do.
    pub fn is_closed(self) -> bool {
        matches!(self, ActionStatus::Done | ActionStatus::Dropped)
    }
}

/// Something done on a day.
#[derive(Clone, Debug)]
pub struct LogLine {
    /// `10:30`.
    pub time: Arc<str>,
    /// What.
    pub action: Words,
    /// Who.
    pub by: Option<Id>,
    /// What it shall bring.
    pub expected: Words,
}

impl Review {
    /// Whether it is the note of a day.
    pub fn is_daily(&self) -> bool {
        self.period.grain == Some(Grain::Day)
    }

    /// Metrics that are commented on, each once, in the order of the text.
    pub fn commented(&self) -> Vec<&Id> {
        let mut all: Vec<&Id> = Vec::new();
        for metric in self.text.values().flatten().filter_map(|section| section.metric.as_ref()) {
            if !all.contains(&metric) {
                all.push(metric);
            }
        }
        all
    }

    /// Whether two reviews belong to one row: the same length of period, for the same scope.
    pub fn is_of_row(&self, other: &Review) -> bool {
        self.period.grain == other.period.grain && self.scope == other.scope
    }
}

/// The deck a review looks at, and of a deck for each member of a level the member: the one it names, else the first whose
/// windows are as long as its period and that is about the same people.
pub fn deck<'p>(plan: &'p Plan, review: &'p Review) -> Option<(&'p Dashboard, Option<&'p Id>)> {
    let fits = |page: &'p Dashboard| match &page.for_each {
        None => (page.scope == review.scope || review.deck.is_some()).then_some((page, None)),
        Some(level) => {
            let member = review.scope.member(level)?;
            (page.scope.within(level, member) == review.scope).then_some((page, Some(member)))
        }
    };
    match &review.deck {
        Some(id) => fits(plan.dashboards.get(id)?),
        None => {
            let mut decks = plan
                .dashboards
                .values()
                .filter(|page| page.review.deck.is_some() && page.review.deck == review.period.grain);
            decks.find_map(fits)
        }
    }
}

/// Reviews whose page shows their deck whole: an older one is kept in the version of its time. The figures of each are measured
/// as of its own last day, so they are few.
pub const WITH_DECK: usize = 6;

/// Reviews that show their deck, with the deck and for whom it is; the newest of each length and scope.
pub fn with_deck(plan: &Plan, as_of: Date) -> Vec<(&Review, &Dashboard, Scope)> {
    let mut shown: Vec<(&Review, &Dashboard, Scope)> = Vec::new();
    let over = plan.reviews.values().filter(|review| review.period.end <= as_of);
    for review in in_order(over).into_iter().rev() {
        let Some((page, member)) = deck(plan, review).filter(|(page, _)| page.review.deck.is_some()) else {
            continue;
        };
        let of_row = shown.iter().filter(|(other, _, _)| other.is_of_row(review)).count();
        if of_row < WITH_DECK {
            let scope = if member.is_some() { review.scope.clone() } else { page.scope.clone() };
            shown.push((review, page, scope));
        }
    }
    shown
}

/// Reviews in the order they were held, longer periods after shorter ones; notes of days are none.
pub fn in_order<'p>(all: impl IntoIterator<Item = &'p Review>) -> Vec<&'p Review> {
    let mut held: Vec<&Review> = all.into_iter().filter(|review| !review.is_daily()).collect();
    held.sort_by(|a, b| {
        (a.date, a.period.end, a.period.days(), &a.id).cmp(&(b.date, b.period.end, b.period.days(), &b.id))
    });
    held
}

/// What reviews say about each action, in the order they were held.
pub fn mentions<'p>(reviews: &[&'p Review]) -> BTreeMap<&'p Id, Vec<(&'p Review, &'p Entry)>> {
    let mut all: BTreeMap<&Id, Vec<(&Review, &Entry)>> = BTreeMap::new();
    for review in reviews {
        for entry in &review.actions {
            all.entry(&entry.id).or_default().push((*review, entry));
        }
    }
    all
}
