//! Names across files: what is used must exist. What uses an unknown name is left out of the plan, with a finding
//! that offers the nearest known one.

use crate::diag::{Family, Finding, Level as Grave, Rule, did_you_mean};
use crate::plan::calendars;
use crate::plan::load::Draft;
use crate::plan::review::Review;
use crate::plan::split::Members;
use crate::plan::yaml::check::Use;
use crate::plan::yaml::format::{Item, Reader, alert};
use crate::plan::yaml::shape::Known;
use crate::plan::{Dashboard, Id, Plan, Season, Site};
use std::collections::{BTreeMap, BTreeSet};

/// Rules raised about names.
pub static RULES: &[&Rule] = &[&UNKNOWN_NAME, &DUPLICATE_ID, &PLUGIN_ID_TAKEN];

/// A name of nothing.
pub static UNKNOWN_NAME: Rule = Rule {
    name: "unknown-name",
    level: Grave::Error,
    family: Family::Config,
    about: "a metric, store, person, team, source, table, level or target that is defined nowhere",
    why: "what refers to it would silently be empty",
    example: "owner: li.nia        # did you mean `li.na`?",
};

/// One id in two files.
pub static DUPLICATE_ID: Rule = Rule {
    name: "duplicate-id",
    level: Grave::Error,
    family: Family::Config,
    about: "one id defined in two places, or two ids that differ only in case",
    why: "one of the two would silently win",
    example: "metrics/a.yaml and metrics/b.yaml both define `gmv`",
};

/// One id of two owners, one of them a plugin.
pub static PLUGIN_ID_TAKEN: Rule = Rule {
    name: "plugin-id-taken",
    level: Grave::Error,
    family: Family::Config,
    about: "an id that two plugins, or a plugin and a formula, define",
    why: "a card would show the one or the other, and nobody could tell which",
    example: "metrics/a.yaml: {cover: {plugin: tacos}} and metrics/b.yaml: {cover: {plugin: forward-cover}}; rename one of them",
};

/// Levels every workspace has.
const LEVELS: &[&str] =
    &["store", "marketplace", "category", "sku", "asin", "person", "team", "source", "campaign"];

/// All names, by what they name.
struct Names(BTreeMap<Known, BTreeSet<Id>>);

impl Names {
    fn of(draft: &Draft) -> Names {
        let mut names: BTreeMap<Known, BTreeSet<Id>> = BTreeMap::new();
        let mut add = |known: Known, name: &str| {
            names.entry(known).or_default().insert(name.into());
        };
        LEVELS.iter().for_each(|level| add(Known::Level, level));
        for source in draft.sources.iter().map(|item| &item.value) {
            add(Known::Source, &source.id);
            add(Known::Table, &source.id);
            source
                .tables
                .iter()
                .for_each(|table| add(Known::Table, &format!("{}.{}", source.id, table.name)));
            source.dimensions.iter().chain(source.scopes.keys()).for_each(|level| add(Known::Level, level));
        }
        draft.metrics.iter().for_each(|item| add(Known::Metric, &item.value.id));
        draft.broken.keys().for_each(|id| add(Known::Metric, id));
        draft.stores.iter().for_each(|item| add(Known::Store, &item.value.id));
        draft.people.iter().for_each(|item| add(Known::Person, &item.value.id));
        draft.teams.iter().for_each(|item| add(Known::Team, &item.value.id));
        for item in &draft.targets {
            add(Known::Target, &item.value.target.id);
            add(Known::Target, &item.value.target.metric);
            let parts = item.value.split.iter().flat_map(|split| split.ids(&item.value.target.id));
            parts.for_each(|id| add(Known::Target, &id));
        }
        draft.seasons.iter().for_each(|item| add(Known::Season, &item.value.id));
        calendars::names().for_each(|name| add(Known::Season, name));
        Names(names)
    }

    fn has(&self, known: Known, name: &str) -> bool {
        self.0.get(&known).is_some_and(|names| names.contains(name))
    }

    fn all(&self, known: Known) -> impl Iterator<Item = &str> {
        self.0.get(&known).into_iter().flatten().map(|name| &**name)
    }
}

/// The metrics that can be read; of an id that a plugin shares with others, its own finding.
fn metrics(plan: &mut Plan, reader: &Reader, draft: &mut Draft, found: &mut Vec<Finding>) {
    for item in &draft.metrics {
        if let Some(why) = reader.broken(item.number) {
            plan.broken.insert(item.value.id.clone(), why.clone());
        }
    }
    let metrics = whole(reader, std::mem::take(&mut draft.metrics));
    let plugged: BTreeSet<Id> =
        metrics.iter().filter(|metric| metric.is_plugged()).map(|metric| metric.id.clone()).collect();
    let first = found.len();
    plan.metrics = by_id(metrics, |metric| (&metric.id, &metric.place), found);
    for finding in &mut found[first..] {
        if plugged.iter().any(|id| finding.message.starts_with(&format!("`{id}` "))) {
            finding.rule = &PLUGIN_ID_TAKEN;
        }
    }
    plan.metrics.retain(|id, _| !plan.broken.contains_key(id));
    super::units::infer(&mut plan.metrics, &draft.unitless);
}

/// Looks every used name up and builds the plan from what is whole.
pub(in crate::plan) fn resolve(
    site: Site,
    mut reader: Reader,
    mut draft: Draft,
    found: &mut Vec<Finding>,
) -> Plan {
    let names = Names::of(&draft);
    let seasons = seasons(&site, &reader, &mut draft);
    // A workspace that lists no stores takes them from the data.
    let stores_known = !draft.stores.is_empty();
    for used in std::mem::take(&mut reader.uses) {
        let free = used.known == Known::Store && !stores_known;
        if free || names.has(used.known, &used.name) {
            continue;
        }
        if is_lost(&used, &draft) {
            if matches!(used.known, Known::Source | Known::Table) {
                reader.lose(used.item, &format!("it is made of `{}`, which cannot be read", used.name));
            }
        } else {
            let finding = unknown(&used, &names);
            reader.spoil(used.item, finding);
        }
    }
    let mut plan = Plan::bare(site);
    plan.sources = by_id(
        whole(&reader, std::mem::take(&mut draft.sources)),
        |source| (&source.id, &source.place),
        found,
    );
    let plugins = whole(&reader, std::mem::take(&mut draft.plugins));
    plan.plugins = by_id(plugins, |plugin| (&plugin.id, &plugin.place), found);
    plan.stores = by_id(all(std::mem::take(&mut draft.stores)), |store| (&store.id, &store.place), found);
    plan.people = by_id(all(std::mem::take(&mut draft.people)), |person| (&person.id, &person.place), found);
    plan.teams = by_id(all(std::mem::take(&mut draft.teams)), |team| (&team.id, &team.place), found);
    plan.audiences = draft.audiences.take().map(|all| whole(&reader, all));
    plan.broken = std::mem::take(&mut draft.broken);
    metrics(&mut plan, &reader, &mut draft, found);
    plan.objectives = by_id(
        whole(&reader, std::mem::take(&mut draft.objectives)),
        |objective| (&objective.id, &objective.place),
        found,
    );
    plan.launches = by_id(
        whole(&reader, std::mem::take(&mut draft.launches)),
        |launch| (&launch.id, &launch.place),
        found,
    );
    plan.diagnosis = draft.diagnosis.take();
    plan.scorecards =
        by_id(whole(&reader, std::mem::take(&mut draft.scorecards)), |card| (&card.id, &card.place), found);
    plan.annotations = whole(&reader, std::mem::take(&mut draft.annotations));
    plan.annotations.sort_by_key(|a| (a.date, a.period.end));
    let alerts = alert::settle(std::mem::take(&mut draft.alerts), &draft.alerts_off);
    plan.alerts = whole(&reader, alerts);
    plan.reconciles = whole(&reader, std::mem::take(&mut draft.reconciles));
    plan.acknowledged = whole(&reader, std::mem::take(&mut draft.acknowledged));
    plan.articles = std::mem::take(&mut draft.articles);
    for (id, drafted) in std::mem::take(&mut draft.reviews) {
        let lost = drafted.actions.iter().filter(|item| reader.broken(item.number).is_some());
        plan.lost_actions.extend(lost.map(|item| item.value.id.clone()).chain(drafted.lost.clone()));
        let (actions, decisions) = (whole(&reader, drafted.actions), whole(&reader, drafted.decisions));
        plan.reviews.insert(id, Review { actions, decisions, ..drafted.review });
    }
    plan.dashboards = dashboards(&reader, &mut draft);
    plan.seasons = seasons;
    let mut targets = whole(&reader, draft.targets);
    let series = targets.iter_mut().filter_map(|drafted| drafted.series.take());
    plan.series = series.map(|series| (series.id.clone(), series)).collect();
    let members =
        Members { metrics: &plan.metrics, stores: &plan.stores, teams: &plan.teams, people: &plan.people };
    plan.targets = super::targets::assemble(targets, &members, found);
    found.append(&mut reader.found);
    plan
}

/// Calendars that are written, and those of the program that something uses.
fn seasons(site: &Site, reader: &Reader, draft: &mut Draft) -> BTreeMap<Id, Season> {
    let mut seasons: BTreeMap<Id, Season> =
        draft.seasons.drain(..).map(|item| (item.value.id.clone(), item.value)).collect();
    let named = reader.uses.iter().filter(|used| used.known == Known::Season).map(|used| &used.name);
    for name in named.chain(&site.season) {
        if !seasons.contains_key(name)
            && let Some(season) = calendars::season(name, &site.calendar)
        {
            seasons.insert(name.clone(), season);
        }
    }
    seasons
}

/// Whether something is meant that was written but cannot be read.
fn is_lost(used: &Use, draft: &Draft) -> bool {
    let (known, name) = match used.known {
        Known::Table => (Known::Source, used.name.split('.').next().unwrap_or("")),
        known => (known, &*used.name),
    };
    draft.lost.contains(&(known, name.into()))
}

fn unknown(used: &Use, names: &Names) -> Finding {
    let told = format!("there is no {} `{}`", used.known.word(), used.name);
    let hint = did_you_mean(&used.name, names.all(used.known));
    let hint = hint.unwrap_or_else(|| match used.known {
        Known::Person => "add the person to `people.yaml`".to_owned(),
        Known::Store => "add the store to `stores.yaml`".to_owned(),
        Known::Team => "add the team to `people.yaml`".to_owned(),
        Known::Source | Known::Table => "add it under `sources:` in `kpress.yaml`".to_owned(),
        Known::Metric => "define it in a file below `metrics/`".to_owned(),
        Known::Level => {
            "a level is `store`, `category` …, or a column a source declares as `dimension`".to_owned()
        }
        Known::Target => "define it in a file below `targets/`".to_owned(),
        Known::Season => "write it as a file below `calendar/`, or use `jp-amazon`".to_owned(),
    });
    Finding::new(&UNKNOWN_NAME, used.place.clone(), told).hint(hint)
}

/// Everybody: a person with an unknown team is still a person.
fn all<T>(items: Vec<Item<T>>) -> Vec<T> {
    items.into_iter().map(|item| item.value).collect()
}

/// Takes out names of people, teams and stores that do not exist. Called last: what lost its owner this way has a
/// finding already and is not asked for one.
pub(in crate::plan) fn owners(plan: &mut Plan) {
    let people = &plan.people;
    let known = |owner: &Option<Id>| owner.clone().filter(|owner| people.contains_key(owner));
    plan.metrics.values_mut().for_each(|metric| metric.owner = known(&metric.owner));
    plan.targets.iter_mut().for_each(|target| target.owner = known(&target.owner));
    plan.launches.values_mut().for_each(|launch| launch.owner = known(&launch.owner));
    for objective in plan.objectives.values_mut() {
        objective.owner = known(&objective.owner);
        objective.key_results.iter_mut().for_each(|result| result.owner = known(&result.owner));
    }
    for review in plan.reviews.values_mut() {
        review.sponsor = known(&review.sponsor);
        review.attendees.retain(|person| people.contains_key(person));
        review.absent.retain(|person| people.contains_key(person));
    }
    plan.teams.values_mut().for_each(|team| team.lead = known(&team.lead));
    let seasons = &plan.seasons;
    let calendar = |season: Option<Id>| season.filter(|season| seasons.contains_key(season));
    plan.site.season = calendar(plan.site.season.take());
    plan.stores.values_mut().for_each(|store| store.season = calendar(store.season.take()));
    plan.targets.iter_mut().for_each(|target| target.phase.days = calendar(target.phase.days.take()));
    let (teams, stores) = (&plan.teams, &plan.stores);
    for person in plan.people.values_mut() {
        person.team = person.team.take().filter(|team| teams.contains_key(team));
        if let Some(covered) = person.covers.get_mut("store").filter(|_| !stores.is_empty()) {
            covered.retain(|store| stores.contains_key(store));
        }
    }
}

/// What is not broken.
fn whole<T>(reader: &Reader, items: Vec<Item<T>>) -> Vec<T> {
    items.into_iter().filter(|item| reader.broken(item.number).is_none()).map(|item| item.value).collect()
}

/// By id; the second of two equal ones is a finding.
fn by_id<T>(
    all: Vec<T>,
    name: impl Fn(&T) -> (&Id, &crate::diag::Place),
    found: &mut Vec<Finding>,
) -> BTreeMap<Id, T> {
    let mut map: BTreeMap<Id, T> = BTreeMap::new();
    let mut folded: BTreeMap<String, crate::diag::Place> = BTreeMap::new();
    for item in all {
        let (id, place) = name(&item);
        if let Some(first) = folded.get(&id.to_lowercase()) {
            // Within one file the reader has named both already.
            if first.file != place.file {
                found.push(twice(id, place, first));
            }
            continue;
        }
        folded.insert(id.to_lowercase(), place.clone());
        map.insert(id.clone(), item);
    }
    map
}

/// The finding for an id that is defined again.
pub(in crate::plan) fn twice(id: &str, place: &crate::diag::Place, first: &crate::diag::Place) -> Finding {
    let told = format!("`{id}` is defined twice, here and in {first}");
    Finding::new(&DUPLICATE_ID, place.clone(), told)
        .related(first.clone(), "the first is here")
        .hint("rename or remove one of the two")
}

fn dashboards(reader: &Reader, draft: &mut Draft) -> BTreeMap<Id, Dashboard> {
    let pages = std::mem::take(&mut draft.dashboards).into_iter().map(|drafted| {
        let blocks = whole(reader, drafted.blocks);
        (drafted.page.id.clone(), Dashboard { blocks, ..drafted.page })
    });
    pages.collect()
}
