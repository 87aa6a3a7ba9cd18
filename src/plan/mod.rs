//! What people wrote: metrics, targets, people, stores, sources, pages. Everything in a [`Plan`] is resolved and
//! checked; what was wrong is a finding, and only the part it belongs to is left out.

mod alert;
pub mod amount;
pub mod aspects;
pub mod audience;
pub mod calendars;
pub mod care;
pub mod cause;
pub mod changed;
pub mod condition;
pub mod deck;
pub mod demand;
pub mod deploy;
pub mod diagnosis;
pub mod edit;
pub mod failure;
pub mod formula;
pub mod group;
pub mod guess;
pub mod handbook;
pub mod history;
pub mod limits;
mod load;
mod memo;
mod metric;
mod objective;
pub mod packs;
mod page;
pub mod plugged;
pub mod plugin;
pub mod pull;
mod reconcile;
pub mod review;
pub mod rules;
mod scope;
pub mod scorecard;
mod season;
pub mod shares;
pub mod shortcode;
mod source;
pub mod split;
pub mod sums;
mod target;
#[cfg(test)]
mod tests;
mod usage;
pub mod windows;
mod words;
pub mod written;
pub mod yaml;

pub use alert::{Acknowledged, Alert, AlertTest, ChangeFrom, Severity, Share, SignalSide, SignalTest, Whose};
pub use cause::{Against, Causes, Drill, First, Identity, Lever, Method, Volume, causes_of, told_apart_by};
pub use condition::Condition;
pub use deck::{Drawn, GrowthOver, Partial, Review, ReviewBlock, ReviewKind, RowSpec, What};
pub use demand::Demand;
pub use limits::{
    Average, Baseline as LimitBaseline, ControlChart, Deseason, Gap, Limits, Near, NearLine, Preset, Rebase,
    SeasonPart, SignalRules, Trended,
};
pub use load::{load, load_with};
pub use memo::Memo;
pub use metric::{
    Better, CompareIn, Conversion, Definition, FxMode, Importance, Lookup, Measured, Metric, OverTime, Stage,
    TableRef,
};
pub use objective::{Ambition, CheckIn, Gate, Initiative, KeyResult, Launch, LaunchPhase, Objective};
pub use page::{
    Annotation, Article, BlockSpec, ChartSort, Compare, Dashboard, SeriesSpec, TableBy, WidgetBlock,
};
pub use plugged::{Param, Plugged, PluginFailed};
pub use reconcile::Reconcile;
pub use scope::{Level, Scope};
pub use scorecard::Scorecard;
pub use season::{Event, Holiday, Learn, Overlap, Season};
pub use source::{
    Absent, Across, ColumnKind, ColumnSpec, DateForm, Duplicates, Fetched, FileFormat, Invariant,
    PercentScale, PeriodOf, Quarantine, Quoting, Source, StoreOf, TableSpec, Word,
};
pub use target::{
    Ack, Baseline, Curve, Derive, ForecastMethod, ForecastRule, Glide, Growth, Months, Origin, Phase,
    Promise, Resource, Revision, Rounding, Status, StatusKind, Target, TargetValue,
};
pub use usage::{EVERY, metric_named, metrics_of_block};
pub use words::Words;

use crate::diag::Place;
use crate::time::{Align, Calendar, Date, Period, Zone};
use crate::unit::{Currency, Lang};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A name people gave to a metric, store, person, column …; unique after case folding within its kind.
pub type Id = Arc<str>;

/// A workspace, read and checked.
#[derive(Clone, Debug)]
pub struct Plan {
    /// `kpress.yaml`: title, languages, time.
    pub site: Site,
    /// Where data comes from.
    pub sources: BTreeMap<Id, Source>,
    /// Components that compute, fetch, show or check.
    pub plugins: BTreeMap<Id, plugin::Plugin>,
    /// What holds for all of them.
    pub plugin_host: plugin::PluginHost,
    /// Where versions are copied to, by name.
    pub deploys: Vec<deploy::Deploy>,
    /// Who sees what; `None`: there is one tree, for everybody.
    pub audiences: Option<Vec<audience::Audience>>,
    /// Of a plan cut to what an audience may see: what the cut left to be said.
    pub cut: Option<Box<Cut>>,
    /// What is measured.
    pub metrics: BTreeMap<Id, Metric>,
    /// Metrics that were written but could not be understood, with the message of the finding. Pages show it in their
    /// place when the site is built all the same.
    pub broken: BTreeMap<Id, Arc<str>>,
    /// Of these, the ones whose plugin failed.
    pub failed: BTreeMap<Id, PluginFailed>,
    /// Metrics that show a dash because the basis of their amounts is not declared, and those made of them.
    pub dashed: BTreeSet<Id>,
    /// How they are looked after; a broken one as well.
    pub care: BTreeMap<Id, care::Care>,
    /// When the business went another way, first to last.
    pub strategy: Vec<care::StrategyChange>,
    /// What is promised, in the order of the files.
    pub targets: Vec<Target>,
    /// How people are scored, by the name of the file.
    pub scorecards: BTreeMap<Id, Scorecard>,
    /// What a source says of targets day by day, by the name in [`Target::series`]. They are measured like metrics and
    /// shown as targets only; their names hold a `/`, so no metric has one.
    pub series: BTreeMap<Id, Metric>,
    /// Which days count more, by the name of the calendar.
    pub seasons: BTreeMap<Id, Season>,
    /// What shall be reached, told by key results.
    pub objectives: BTreeMap<Id, Objective>,
    /// Products being launched.
    pub launches: BTreeMap<Id, Launch>,
    /// What the team says of itself.
    pub diagnosis: Option<diagnosis::Diagnosis>,
    /// Who answers for it.
    pub people: BTreeMap<Id, Person>,
    /// Groups of people.
    pub teams: BTreeMap<Id, Team>,
    /// Where it is sold.
    pub stores: BTreeMap<Id, Store>,
    /// Pages made of blocks, by their name in the address.
    pub dashboards: BTreeMap<Id, Dashboard>,
    /// Articles, by their path in the address.
    pub articles: BTreeMap<Id, Article>,
    /// What happened, for the charts.
    pub annotations: Vec<Annotation>,
    /// What is to be told: alerts of packs, of metrics and of files, in this order.
    pub alerts: Vec<Alert>,
    /// Figures that must agree with each other, in the order they are written.
    pub reconciles: Vec<Reconcile>,
    /// Reviews and notes of days, by the name of their file.
    pub reviews: BTreeMap<Id, review::Review>,
    /// Actions that were written but cannot be read: nobody asks what became of them.
    pub lost_actions: BTreeSet<Id>,
    /// Alerts that somebody took.
    pub acknowledged: Vec<Acknowledged>,
    /// What `rules:` made of the levels of findings (`None` is off), and where it says so.
    pub levels: rules::levels::Levels,
    /// Numbers that rules go by.
    pub options: rules::options::Options,
    /// Findings somebody lets stand for a while.
    pub suppressions: Vec<rules::suppress::Suppression>,
    /// Nothing is defined below `metrics/`: every column of numbers becomes a metric once the data is known
    /// (`plan::guess`).
    pub guess_metrics: bool,
}

impl Plan {
    /// The column that puts the rows of one day of a table in order.
    pub fn order(&self, table: &TableRef) -> Option<&Id> {
        let spec = self.sources.get(&table.source)?.tables.iter().find(|spec| spec.name == table.table)?;
        spec.order.as_ref()
    }

    /// A workspace in which nothing is defined.
    pub fn bare(site: Site) -> Plan {
        Plan {
            site,
            sources: BTreeMap::new(),
            plugins: BTreeMap::new(),
            deploys: Vec::new(),
            audiences: None,
            cut: None,
            plugin_host: plugin::PluginHost::default(),
            metrics: BTreeMap::new(),
            care: BTreeMap::new(),
            strategy: Vec::new(),
            broken: BTreeMap::new(),
            failed: BTreeMap::new(),
            dashed: BTreeSet::new(),
            targets: Vec::new(),
            scorecards: BTreeMap::new(),
            series: BTreeMap::new(),
            seasons: BTreeMap::new(),
            objectives: BTreeMap::new(),
            launches: BTreeMap::new(),
            diagnosis: None,
            people: BTreeMap::new(),
            teams: BTreeMap::new(),
            stores: BTreeMap::new(),
            dashboards: BTreeMap::new(),
            articles: BTreeMap::new(),
            annotations: Vec::new(),
            alerts: Vec::new(),
            reconciles: Vec::new(),
            reviews: BTreeMap::new(),
            lost_actions: BTreeSet::new(),
            acknowledged: Vec::new(),
            levels: BTreeMap::new(),
            options: rules::options::Options::default(),
            suppressions: Vec::new(),
            guess_metrics: false,
        }
    }

    /// The store a scope lies in: its own, or the only one its person covers.
    pub fn store_of<'s>(&'s self, scope: &'s Scope) -> Option<&'s Id> {
        let covered = || {
            let covers = self.people.get(scope.member("person")?)?.covers.get("store")?;
            let mut stores = covers.iter();
            stores.next().filter(|_| stores.next().is_none())
        };
        scope.member("store").or_else(covered)
    }

    /// A scope with the store it lies in: what happens in other stores is none of its business.
    pub fn placed(&self, scope: &Scope) -> Scope {
        self.store_of(scope).map_or_else(|| scope.clone(), |store| scope.within("store", store))
    }

    /// The calendar a target is spread by: its own, that of its store, that of the site.
    pub fn season_of(&self, target: &Target) -> Option<&Season> {
        let store = self.store_of(&target.scope).and_then(|store| self.stores.get(store));
        let of_store = || store.and_then(|store| store.season.as_ref());
        self.seasons.get(target.phase.days.as_ref().or_else(of_store).or(self.site.season.as_ref())?)
    }

    /// The period of the year before that held the same event as `now`, with the event of then: as many days, weeks or months
    /// away from it. Of several events the one with most days in `now` counts. `None` without an event, or where it was not
    /// held; quarters and years hold every event of a year and need no moving.
    pub fn same_event_last_year(&self, now: Period, scope: &Scope) -> Option<(Period, &Event)> {
        let store = scope.member("store").and_then(|store| self.stores.get(store));
        let season = store.and_then(|store| store.season.as_ref()).or(self.site.season.as_ref())?;
        season::same_event(self.seasons.get(season)?, &self.site.calendar, now, scope)
    }
}

/// A plan cut to what an audience may see.
#[derive(Clone, Debug, PartialEq)]
pub struct Cut {
    /// Whose it is.
    pub audience: audience::Audience,
    /// Whether anything but articles was cut.
    pub is_part: bool,
    /// Figures that are withheld, since with others they would give away one that is kept from them.
    pub withheld: BTreeSet<(Id, Scope)>,
    /// How many targets are, for the same reason.
    pub targets: usize,
}

impl Plan {
    /// Whether it was cut to a part of the figures.
    pub fn is_part(&self) -> bool {
        self.cut.as_ref().is_some_and(|cut| cut.is_part)
    }
}

/// The head of `kpress.yaml`.
#[derive(Clone, Debug)]
pub struct Site {
    /// Name of the site.
    pub title: Words,
    /// Languages; the first is the default. Never empty.
    pub languages: Vec<Lang>,
    /// Whose days are meant.
    pub zone: Zone,
    /// Name of that zone.
    pub zone_name: Arc<str>,
    /// Currency of totals.
    pub currency: Currency,
    /// Weeks and fiscal years.
    pub calendar: Calendar,
    /// Up to which day data counts.
    pub as_of: AsOf,
    /// Calendar of day weights for targets that name none.
    pub season: Option<Id>,
    /// How far the company is; unsaid, all metrics count.
    pub stage: Option<Stage>,
    /// How stores are compared.
    pub compare: Comparing,
    /// How last year is laid beside this one.
    pub align: Align,
    /// What a comparison does where days are missing on one side.
    pub partial: Partial,
    /// The repository around the workspace is its history, also where it is only a folder of it.
    pub history: bool,
}

/// How stores are compared with each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparing {
    /// Which metrics, in this order; empty: the core ones.
    pub metrics: Vec<Id>,
    /// A rate over less than this is shown, but not ranked.
    pub min_volume: u32,
    /// Amounts are shown per unit of this metric as well: per visit, per head.
    pub per: Option<Id>,
}

/// Up to which day data counts (periods.md §2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum AsOf {
    /// The earliest, over all daily sources of core metrics, of the last day with data.
    #[default]
    LatestComplete,
    /// This day.
    On(Date),
}

/// Somebody who answers for figures.
#[derive(Clone, Debug)]
pub struct Person {
    /// Key in `people.yaml`.
    pub id: Id,
    /// Name to show.
    pub name: Words,
    /// Key of the team, if any.
    pub team: Option<Id>,
    /// Role (advertising, operations …).
    pub role: Option<Id>,
    /// What the person answers for: level → members. Empty: nothing of their own.
    pub covers: BTreeMap<Level, Vec<Id>>,
    /// First day of the cover.
    pub from: Option<Date>,
    /// Where the person is defined.
    pub place: Place,
}

/// A group of people; its figures are the union of its members'.
#[derive(Clone, Debug)]
pub struct Team {
    /// Key in `people.yaml`.
    pub id: Id,
    /// Name to show.
    pub name: Words,
    /// Who leads it.
    pub lead: Option<Id>,
    /// Where it is defined.
    pub place: Place,
}

/// A shop on a marketplace.
#[derive(Clone, Debug)]
pub struct Store {
    /// Key in `stores.yaml`.
    pub id: Id,
    /// Name to show.
    pub name: Words,
    /// Marketplace id.
    pub marketplace: Option<Id>,
    /// Currency of its amounts.
    pub currency: Option<Currency>,
    /// Whose days are meant, if not the site's: by name.
    pub zone: Option<(Id, Zone)>,
    /// Whether it collects consumption tax: `taxable`, `exempt`.
    pub tax: Option<Id>,
    /// Its own calendar of day weights.
    pub season: Option<Id>,
    /// Free labels.
    pub tags: Vec<Id>,
    /// Where it is defined.
    pub place: Place,
}
