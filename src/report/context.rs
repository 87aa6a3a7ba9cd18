//! What every page kind is given: plan, facts and standings, with the questions pages ask of them.

use super::{About, AlertLine, Provenance, Text};
use crate::assess::spc::Watched;
use crate::assess::{self, Asked, Judged, Scored, Seasons, Targets};
use crate::measure::{Facts, Point};
use crate::plan::sums::{self, Along, Kind};
use crate::plan::{
    Definition, Id, Importance, Level, Metric, Plan, Scope, Stage, Target, TargetValue, Words,
};
use crate::time::{Date, Grain, Period, days_between};
use crate::unit::Quantity;
use std::collections::{BTreeMap, BTreeSet};

/// Plan, facts and standings.
pub struct Context<'a> {
    /// What people wrote.
    pub plan: &'a Plan,
    /// What was measured.
    pub facts: &'a Facts,
    /// Where the data came from.
    pub provenance: &'a Provenance,
    /// What people reached by their scorecards.
    pub scores: Vec<Scored>,
    /// Every metric under its limits.
    pub watched: Watched,
    /// Alerts that were raised, the newest first.
    pub alerts: Vec<AlertLine>,
    /// What reviews asked somebody to do.
    pub actions: Vec<assess::action::Action>,
    /// Checks that fail, and which figures they put in doubt.
    pub doubts: Vec<super::doubt::Doubt>,
    /// Calendars as they count, with what history taught them.
    pub seasons: Seasons,
    /// What widgets of plugins made.
    pub drawn: super::widget::Drawn,
    /// How the definitions came to be, if somebody asked.
    pub past: Option<&'a super::history::Past>,
    /// Whether nobody wants the pages any more.
    pub stopped: &'a (dyn Fn() -> bool + Sync),
    judged: BTreeMap<&'a str, &'a Judged>,
    targets: Targets<'a>,
}

impl<'a> Context<'a> {
    /// Brings them together.
    pub fn new(
        plan: &'a Plan,
        facts: &'a Facts,
        judged: &'a [Judged],
        provenance: &'a Provenance,
        watched: Watched,
    ) -> Context<'a> {
        let worked_out =
            (assess::scores(plan, facts, judged, provenance.as_of), assess::seasons(plan, facts));
        Context::ready((plan, facts, judged), provenance, watched, worked_out)
    }

    /// The same with scores and calendars that were worked out over the whole of what this may be a part of.
    pub fn ready(
        (plan, facts, judged): (&'a Plan, &'a Facts, &'a [Judged]),
        provenance: &'a Provenance,
        watched: Watched,
        (scores, seasons): (Vec<Scored>, Seasons),
    ) -> Context<'a> {
        let targets = Targets::new(plan, judged);
        let judged = judged.iter().map(|one| (&*one.target, one)).collect();
        Context {
            plan,
            facts,
            provenance,
            scores,
            watched,
            alerts: Vec::new(),
            actions: Vec::new(),
            doubts: super::doubt::all(plan, facts, provenance.as_of),
            seasons,
            drawn: super::widget::Drawn::default(),
            past: None,
            stopped: &|| false,
            judged,
            targets,
        }
    }

    /// Targets, to be asked for.
    pub(super) fn targets(&self) -> &Targets<'_> {
        &self.targets
    }

    /// Up to which day data counts.
    pub fn as_of(&self) -> Option<Date> {
        self.provenance.as_of
    }

    /// What became of a target.
    pub fn judged(&self, target: &Target) -> Option<&'a Judged> {
        self.judged.get(&*target.id).copied()
    }

    /// Name of a metric; its id where it has none.
    pub fn metric_name(&self, id: &str) -> Text {
        let name = self.plan.metrics.get(id).map(|metric| &metric.name).filter(|name| !name.is_empty());
        Text::Words(name.cloned().unwrap_or_else(|| Words::same(id)))
    }

    /// Name of a person or team; the id where it has none.
    pub fn person_name(&self, id: &str) -> Words {
        let person = self.plan.people.get(id).map(|person| &person.name);
        let name =
            person.or_else(|| self.plan.teams.get(id).map(|team| &team.name)).filter(|name| !name.is_empty());
        name.cloned().unwrap_or_else(|| Words::same(id))
    }

    /// Name of a member of a level.
    pub fn member_name(&self, level: &str, member: &str) -> Words {
        let stored = match level {
            "store" => self.plan.stores.get(member).map(|store| store.name.clone()),
            "person" | "team" => Some(self.person_name(member)),
            _ => None,
        };
        stored.filter(|name| !name.is_empty()).unwrap_or_else(|| Words::same(member))
    }

    /// For whom: the company, or its members joined.
    pub fn scope_name(&self, scope: &Scope) -> Text {
        let mut members: Vec<_> = scope.members().collect();
        // From the wide to the narrow: the store before its product.
        members.sort_by_key(|(level, _)| !matches!(&***level, "store" | "marketplace"));
        let names: Vec<Words> =
            members.iter().map(|(level, member)| self.member_name(level, member)).collect();
        match names.as_slice() {
            [] => Text::key("scope-company"),
            [name] => Text::Words(name.clone()),
            names => Text::Words(Words::joined(names, " · ")),
        }
    }

    /// Members of a level, in the order of the plan for stores and people, else by name.
    pub fn members(&self, level: &Level) -> Vec<Id> {
        let with_data = self.facts.members.get(level).cloned().unwrap_or_default();
        match &**level {
            "store" if !self.plan.stores.is_empty() => self.plan.stores.keys().cloned().collect(),
            _ => with_data,
        }
    }

    /// Stores, if there are several or any is described.
    pub fn stores(&self) -> Vec<Id> {
        self.members(&"store".into())
    }

    /// Metrics of an importance, in the order of their ids.
    pub fn metrics_of(&self, importance: Importance) -> Vec<&'a Metric> {
        self.plan.metrics.values().filter(|metric| metric.importance == Some(importance)).collect()
    }

    /// The metrics a short page shows: the core ones; where none is core, the first few.
    pub fn leading_metrics(&self) -> Vec<&'a Metric> {
        /// More cards than this are not taken in at a glance.
        const FEW: usize = 8;
        let stage = self.plan.site.stage;
        let of = |importance| {
            self.metrics_of(importance).into_iter().filter(|metric: &&Metric| metric.is_offered(stage))
        };
        // Who starts looks first at what keeps the company alive.
        let survival = of(Importance::Survival).filter(|_| stage == Some(Stage::Startup));
        let leading: Vec<&Metric> = survival.chain(of(Importance::Core)).collect();
        if leading.is_empty() { self.plan.metrics.values().take(FEW).collect() } else { leading }
    }

    /// Whether the values of stores add up to that of the company, so that a share of it has a meaning.
    pub(super) fn adds_up_over(&self, metric: &Metric, level: &str) -> bool {
        let denied = match &metric.definition {
            Definition::Source(measured) => {
                measured.not_additive_over.iter().any(|denied| &**denied == level)
            }
            Definition::Derived(_) => false,
        };
        !denied && sums::kind(self.plan, metric, Along::Members) == Kind::Sum
    }

    /// Whether the values of months add up to that of the year.
    pub(super) fn adds_up_over_time(&self, metric: &Metric) -> bool {
        sums::kind(self.plan, metric, Along::Time) == Kind::Sum
    }

    /// Why a figure is not shown to these readers though its metric is: it would give away another, or it is not for them.
    pub(super) fn withheld(&self, metric: &str, scope: &Scope) -> Option<Text> {
        let cut = self.plan.cut.as_ref().filter(|cut| cut.is_part)?;
        let kept_back = cut.withheld.contains(&(metric.into(), scope.clone()));
        let is_absent = || !self.facts.series.keys().any(|(known, of, _)| **known == *metric && of == scope);
        if kept_back {
            return Some(Text::key("audience-withheld"));
        }
        is_absent().then(|| Text::key("audience-not-shown"))
    }

    /// Why a metric that was understood has no values: the basis of its amounts is not declared.
    pub(super) fn dashed(&self, metric: &str) -> Option<Text> {
        self.plan.dashed.contains(metric).then(|| Text::key("trouble-basis"))
    }

    /// The last period of `grain` that is over at the as-of date.
    pub fn last_complete(&self, grain: Grain) -> Option<Period> {
        let as_of = self.as_of()?;
        let calendar = self.plan.site.calendar;
        let current = calendar.period(grain, as_of);
        Some(if current.end <= as_of { current } else { calendar.previous(current) })
    }

    /// The last `count` periods of `grain`, the one that holds the as-of date included.
    pub fn recent(&self, grain: Grain, count: u32) -> Vec<Period> {
        let Some(as_of) = self.as_of() else { return Vec::new() };
        /// No page shows more; a text may ask for any number.
        const MOST: u32 = 1000;
        let count = count.min(MOST);
        let calendar = self.plan.site.calendar;
        let mut periods: Vec<Period> = std::iter::successors(Some(calendar.period(grain, as_of)), |period| {
            Some(calendar.previous(*period))
        })
        .take(count as usize)
        .collect();
        periods.reverse();
        periods
    }

    /// Month where there are several months of data, else week: the grain of cards that name none.
    pub fn card_grain(&self) -> Grain {
        /// With less than this, a month has nothing to be compared with.
        const TWO_MONTHS: u32 = 62;
        let first = self.provenance.days.values().map(|(first, _)| *first).min();
        let span = first.zip(self.as_of()).map_or(0, |(first, last)| days_between(first, last));
        if span >= TWO_MONTHS { Grain::Month } else { Grain::Week }
    }

    /// The point of a metric, if it was measured.
    pub fn point(&self, metric: &str, scope: &Scope, period: Period) -> Option<&'a Point> {
        self.facts.at(metric, scope, period)
    }

    /// What is asked of a figure: by the target of its period, else by what longer targets ask of its days.
    pub fn target_for(&self, metric: &Metric, scope: &Scope, period: Period) -> Option<Asked<'a>> {
        self.targets.of(&metric.id, scope, period)
    }

    /// What a target asks of a period within its own.
    pub fn asked_by(&self, target: &str, period: Period) -> Option<Asked<'a>> {
        self.targets.of_target(target, period)
    }

    /// Metrics that use this one in their formula.
    pub fn used_by(&self, id: &str) -> BTreeSet<Id> {
        let uses = |metric: &&Metric| {
            let mut found = false;
            if let Definition::Derived(formula) = &metric.definition {
                formula.leaves(&mut |leaf| found |= &*leaf.metric == id);
            }
            found
        };
        self.plan.metrics.values().filter(uses).map(|metric| metric.id.clone()).collect()
    }

    /// Sources a metric is computed from, through other metrics as well.
    pub fn sources_of(&self, metric: &Metric) -> BTreeSet<Id> {
        let mut found = BTreeSet::new();
        let (mut open, mut seen) = (vec![metric.id.clone()], BTreeSet::new());
        while let Some(id) = open.pop() {
            let Some(metric) = self.plan.metrics.get(&id).filter(|_| seen.insert(id.clone())) else {
                continue;
            };
            match &metric.definition {
                Definition::Source(measured) => {
                    found.extend(measured.tables.iter().map(|table| table.source.clone()))
                }
                Definition::Derived(formula) => formula.leaves(&mut |leaf| open.push(leaf.metric.clone())),
            }
        }
        found
    }
}

/// Which figure is meant.
pub(super) fn about(metric: &Id, scope: &Scope) -> About {
    About::new((metric.clone(), scope.clone()))
}

/// Whether two periods hold the same days.
pub(super) fn same(a: Period, b: Period) -> bool {
    (a.start, a.end) == (b.start, b.end)
}

/// Both ends of a target's value.
pub(super) fn ends(value: TargetValue) -> (Quantity, Option<Quantity>) {
    match value {
        TargetValue::Of(value) => (Quantity::Exact(value), None),
        TargetValue::Between(low, high) => (Quantity::Exact(low), Some(Quantity::Exact(high))),
    }
}

/// A part of an address made of a name: letters and digits kept, everything else a hyphen.
pub fn slug(name: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || c == '_' || c == '.' { c } else { '-' };
    name.to_lowercase().chars().map(plain).collect::<String>().trim_matches('-').to_owned()
}

/// Address of a metric's page.
pub(super) fn metric_path(id: &str) -> String {
    format!("metrics/{}", slug(id))
}

/// Address of the page that says why a metric moved.
pub(super) fn causes_path(id: &str) -> String {
    format!("causes/{}", slug(id))
}

/// Address of a source's page.
pub(super) fn source_path(id: &str) -> String {
    format!("data/{}", slug(id))
}

/// Address of a target's page.
pub fn target_path(id: &str) -> String {
    format!("targets/{}", slug(id))
}

/// Address of a store's page.
pub(super) fn store_path(id: &str) -> String {
    format!("stores/{}", slug(id))
}

/// Address of an objective's page.
pub(super) fn objective_path(id: &str) -> String {
    format!("objectives/{}", slug(id))
}

/// Address of the scorecard of a person over a period.
pub(super) fn scorecard_path(context: &Context<'_>, one: &Scored) -> String {
    let period = context.plan.site.calendar.id(one.period);
    format!("{}/scorecard/{}", person_path(&one.person), slug(&period))
}

/// Address of a review.
pub(super) fn review_path(id: &str) -> String {
    format!("reviews/{}", slug(id))
}

/// Address of the note of a day.
pub(super) fn daily_path(id: &str) -> String {
    format!("daily/{}", slug(id))
}

/// Address of a launch's page.
pub(super) fn launch_path(id: &str) -> String {
    format!("launch/{}", slug(id))
}

/// Address of a person's page.
pub(super) fn person_path(id: &str) -> String {
    format!("people/{}", slug(id))
}

/// Address of a dashboard, or of its page for a member.
pub(super) fn dashboard_path(id: &str, member: Option<&str>) -> String {
    match member {
        Some(member) => format!("dashboards/{}/{}", slug(id), slug(member)),
        None => format!("dashboards/{}", slug(id)),
    }
}
