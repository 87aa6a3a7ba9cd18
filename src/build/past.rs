//! How definitions came to be: the history of the repository, and what former definitions say of the data of now. Each
//! former definition is a metric, a target or a calendar of its own for once, beside everything else as it is today.

use super::behind::behind;
use super::kept::{self, Measured};
use super::{Ready, Stage, Store, Survey, Watch, stop, survey};
use crate::assess::{self, Targets};
use crate::diag::Checked;
use crate::inputs::git::Within;
use crate::inputs::{Inputs, Listing, Memory, ProjectPath, Record, Stamp, Unreadable};
use crate::measure::{self, Facts};
use crate::plan::history::{self, FIGURE_KEYS, History};
use crate::plan::rules::governed;
use crate::plan::written::About;
use crate::plan::yaml::tree::{Content, Key, Node};
use crate::plan::yaml::{self, print};
use crate::plan::{self, AsOf, Definition, Demand, Id, Plan, Target, TargetValue};
use crate::report::history::{self as told, Former, Past, Restated, Shadow, recent_periods};
use crate::site::Failed;
use crate::snapshot;
use crate::time::{Date, Grain, Period};
use crate::unit::Quantity;
use std::collections::{BTreeMap, BTreeSet};

/// Older changes of one definition than so many are told, and not measured again.
const EACH: usize = 6;
/// More former definitions than this are not measured in one build.
const ALL: usize = 80;
/// Periods over which a former definition is laid beside the one that replaced it.
const PERIODS: u32 = 13;
/// What was measured of former definitions, in the cache.
const KEPT: &str = "facts-former";
/// Keys that say how a target hangs together with others, or what became of it.
const ASIDE: &[&str] = &[
    "id",
    "parent",
    "split",
    "ack",
    "sign",
    "owner",
    "note",
    "status",
    "tags",
    "contributes",
    "smart",
    "derive",
    "resources",
    "weight",
    "buffer",
    "baseline",
    "checkpoints",
    "cadence",
    "forecast",
    "probability",
];

/// Reads the history of a workspace, measures former definitions, and finds what is not governed.
///
/// # Errors
/// [`Failed::Interrupted`] if somebody asked to stop.
pub fn tell(
    survey: &mut Survey,
    inputs: &dyn Inputs,
    store: &Store,
    watch: &dyn Watch,
) -> Result<(), Failed> {
    let now = Now { plan: &survey.plan, facts: &survey.facts, as_of: survey.snapshot.as_of };
    let past = told(now, &History::default(), (inputs, store), watch)?;
    let files = (&survey.snapshot.files, survey.snapshot.as_of);
    let behind = behind((&survey.plan, &survey.facts), files, (inputs, store), watch)?;
    survey.behind = behind.into_value(&mut survey.found);
    survey.past = past.into_value(&mut survey.found);
    Ok(())
}

/// A workspace of today.
#[derive(Clone, Copy)]
pub(super) struct Now<'a> {
    /// What people wrote.
    pub plan: &'a Plan,
    /// What the numbers are.
    pub facts: &'a Facts,
    /// Up to which day data counts.
    pub as_of: Option<Date>,
}

/// The history of a workspace, as it goes on from what was read `before`, and what is not governed.
pub(super) fn told(
    now: Now<'_>,
    before: &History,
    (inputs, store): (&dyn Inputs, &Store),
    watch: &dyn Watch,
) -> Result<Checked<Past>, Failed> {
    let within = if now.plan.site.history { Within::Subfolder } else { Within::RootOnly };
    let history = history::read_after(before, inputs, within);
    let found = governed::check(now.plan, &history, now.as_of);
    stop(watch)?;
    let wanted = wanted(now.plan, &history);
    let restated = match now.as_of {
        Some(as_of) if !wanted.is_empty() => restate(now, &wanted, as_of, (inputs, store), watch)?,
        _ => Restated::default(),
    };
    Ok(Checked { value: Past { history, restated }, found })
}

/// A former definition that is to be laid beside the one that replaced it.
struct Wanted {
    /// What it was a definition of, by its name of today.
    shadow: Shadow,
    /// Its name for once.
    name: Id,
    /// As it stood.
    node: Node,
}

/// The former definitions of everything that is defined today, newest first of each.
fn wanted(plan: &Plan, history: &History) -> Vec<Wanted> {
    let mut all = Vec::new();
    let metrics = plan.metrics.values().filter(|metric| !metric.is_plugged()).map(|metric| &metric.id);
    let targets = plan.targets.iter().map(|target| &target.id);
    let each = metrics.map(|id| (About::Metric, id)).chain(targets.map(|id| (About::Target, id)));
    for (about, id) in each.chain(plan.seasons.keys().map(|id| (About::Calendar, id))) {
        let changes = history.of(about, id).into_iter().filter(|told| match about {
            About::Metric => told.touches(FIGURE_KEYS),
            About::Target => told.touches(governed::ASKED_KEYS),
            _ => true,
        });
        for told in changes.take(EACH) {
            let Some(text) = told.before() else { continue };
            let Some(node) = yaml::parse(&"history.yaml".into(), text, &mut Vec::new()) else { continue };
            let shadow = Shadow { about, id: id.clone(), mark: told.mark().into() };
            let name: Id = match about {
                About::Metric => format!("{id}_was_{}", told.mark()).into(),
                _ => format!("{id}-was-{}", told.mark()).into(),
            };
            all.push(Wanted { shadow, name, node });
        }
    }
    all.truncate(ALL);
    all
}

fn restate(
    now: Now<'_>,
    wanted: &[Wanted],
    as_of: Date,
    (inputs, store): (&dyn Inputs, &Store),
    watch: &dyn Watch,
) -> Result<Restated, Failed> {
    let mut plan =
        plan::load_with(&Beside { inner: inputs, more: files(now.plan, wanted) }, store.definitions()).value;
    plan.site.as_of = AsOf::On(as_of);
    stop(watch)?;
    let facts = measured(&plan, wanted, (inputs, store), watch)?;
    let mut restated = Restated::default();
    for one in wanted.iter().filter(|one| one.shadow.about == About::Metric) {
        let Some(metric) = plan.metrics.get(&one.name) else { continue };
        let grain = Grain::Week.max(metric.grain);
        let periods = recent_periods(&plan.site.calendar, as_of, grain, PERIODS);
        let point = |period: &Period| facts.at(&one.name, &plan::Scope::company(), *period);
        let values = periods.iter().map(|period| point(period).and_then(|point| point.value)).collect();
        let former = Former { unit: metric.unit.clone(), periods, values };
        restated.insert(one.shadow.clone(), former);
    }
    targets(&plan, now, wanted, &mut restated);
    calendars(&plan, now, wanted, as_of, &mut restated);
    Ok(restated)
}

/// Former definitions as files beside those of today.
fn files(today: &Plan, wanted: &[Wanted]) -> Memory {
    let mut more = Memory::default();
    let place = crate::diag::Place::default();
    let key = |text: &str| Key { text: text.into(), place: place.clone() };
    let text = |text: &str| Node {
        content: Content::Scalar { text: text.into(), quoted: true },
        place: place.clone(),
    };
    let map = |entries| Node { content: Content::Map(entries), place: place.clone() };
    let (mut metrics, mut targets) = (Vec::new(), Vec::new());
    for one in wanted {
        let kept = |keep: &dyn Fn(&str) -> bool| -> Vec<(Key, Node)> {
            one.node.entries().iter().filter(|(key, _)| keep(&key.text)).cloned().collect()
        };
        match one.shadow.about {
            About::Metric => {
                let body = kept(&|key| FIGURE_KEYS.contains(&key) || key == "decimals");
                metrics.push((key(&one.name), map(body)));
            }
            About::Target => {
                let Some(target) = today.targets.iter().find(|target| target.id == one.shadow.id) else {
                    continue;
                };
                let mut body = vec![(key("id"), text(&one.name)), (key("metric"), text(&target.metric))];
                body.extend(kept(&|key| key != "metric" && !ASIDE.contains(&key)));
                targets.push(map(body));
            }
            _ => put(&mut more, &format!("calendar/{}.yaml", one.name), &one.node),
        }
    }
    let list = |items| Node { content: Content::Seq(items), place: place.clone() };
    // Names that nobody gives a file of their own.
    put(&mut more, "metrics/former-definitions-of-history.yaml", &map(vec![(key("metrics"), map(metrics))]));
    put(&mut more, "targets/former-definitions-of-history.yaml", &map(vec![(key("targets"), list(targets))]));
    more
}

fn put(more: &mut Memory, name: &str, node: &Node) {
    if let Ok(path) = ProjectPath::parse(name) {
        more.put(path, print::print(node).into_bytes().into());
    }
}

/// What former metrics say of the data of now.
fn measured(
    plan: &Plan,
    wanted: &[Wanted],
    (inputs, store): (&dyn Inputs, &Store),
    watch: &dyn Watch,
) -> Result<Facts, Failed> {
    let former = wanted.iter().filter(|one| one.shadow.about == About::Metric);
    let former: Vec<&Id> =
        former.map(|one| &one.name).filter(|name| plan.metrics.contains_key(*name)).collect();
    if former.is_empty() {
        return Ok(Facts::default());
    }
    let only = only(plan, &former);
    let grain = |id: &&Id| ((*id).clone(), Grain::Week.max(only.metrics[*id].grain));
    let demand: Demand = plan::demand::of_company(&only, former.iter().map(grain));
    let lock = survey::lock(inputs, &mut Vec::new());
    let key = kept::key(&only, &lock, inputs, store, KEPT).whole;
    let recalled = kept::recall_of(inputs, store, &key, KEPT).filter(|(_, before)| *before == demand);
    if let Some((measured, _)) = recalled {
        return Ok(measured.facts);
    }
    watch.begin(Stage::Snapshot);
    let (data, begun) = (Record::of(inputs), store.tick());
    let Checked { value: snapshot, found: taken } = snapshot::take(&only, &data, &lock, store);
    stop(watch)?;
    watch.begin(Stage::Measure);
    let host = Ready::nobody().host;
    let Checked { value: facts, found: told } = measure::measure_with(&only, &demand, &snapshot, &*host);
    stop(watch)?;
    let (ahead, read) = (Facts::default(), data.seen());
    let measured = Measured { snapshot, ahead, facts, taken, told, read, begun };
    kept::keep_as(&measured, &demand, store, &key, KEPT);
    Ok(measured.facts)
}

/// A plan that defines these metrics, what they are made of, and the sources they stand on; nothing else.
fn only(plan: &Plan, metrics: &[&Id]) -> Plan {
    let (mut open, mut kept): (Vec<Id>, BTreeSet<Id>) =
        (metrics.iter().map(|id| (*id).clone()).collect(), BTreeSet::new());
    while let Some(id) = open.pop() {
        let Some(metric) = plan.metrics.get(&id).filter(|_| kept.insert(id.clone())) else { continue };
        if let Definition::Derived(formula) = &metric.definition {
            formula.leaves(&mut |leaf| open.push(leaf.metric.clone()));
        }
    }
    let mut only = Plan::bare(plan.site.clone());
    only.metrics = plan
        .metrics
        .iter()
        .filter(|(id, _)| kept.contains(*id))
        .map(|(id, one)| (id.clone(), one.clone()))
        .collect();
    // What else figures depend on: who covers what, which stores there are, how sources are read.
    only.sources.clone_from(&plan.sources);
    only.people.clone_from(&plan.people);
    only.teams.clone_from(&plan.teams);
    only.stores.clone_from(&plan.stores);
    only.dashed.clone_from(&plan.dashed);
    only.broken.clone_from(&plan.broken);
    only
}

/// What former targets asked of the parts of their period.
fn targets(plan: &Plan, now: Now<'_>, wanted: &[Wanted], restated: &mut Restated) {
    let names: BTreeSet<&Id> = wanted.iter().map(|one| &one.name).collect();
    let former: Vec<Target> =
        plan.targets.iter().filter(|target| names.contains(&target.id)).cloned().collect();
    if former.is_empty() {
        return;
    }
    let mut alone = plan.clone();
    alone.targets = former;
    let judged = assess::assess(&alone, now.facts, now.as_of).value;
    let asked = Targets::new(&alone, &judged);
    for one in wanted.iter().filter(|one| one.shadow.about == About::Target) {
        let Some(target) = alone.targets.iter().find(|target| target.id == one.name) else { continue };
        let Some(metric) = plan.metrics.get(&target.metric) else { continue };
        let periods = told::parts_of(&plan.site.calendar, target.period);
        let value = |period: &Period| match asked.of_target(&one.name, *period)?.in_force.value {
            TargetValue::Of(value) => Some(Quantity::Exact(value)),
            TargetValue::Between(..) => None,
        };
        let values = periods.iter().map(value).collect();
        let former = Former { unit: metric.unit.clone(), periods, values };
        restated.insert(one.shadow.clone(), former);
    }
}

/// What former calendars made of the last months: the weights of their days, added up.
fn calendars(plan: &Plan, now: Now<'_>, wanted: &[Wanted], as_of: Date, restated: &mut Restated) {
    let seasons = assess::seasons(plan, now.facts).in_force;
    for one in wanted.iter().filter(|one| one.shadow.about == About::Calendar) {
        let Some(season) = seasons.get(&one.name) else { continue };
        let periods = recent_periods(&plan.site.calendar, as_of, Grain::Month, PERIODS);
        let values = periods.iter().map(|month| told::weight(season, *month)).collect();
        let former = Former { unit: crate::unit::Unit::Days, periods, values };
        restated.insert(one.shadow.clone(), former);
    }
}

/// The files of a workspace, with some more.
struct Beside<'a> {
    inner: &'a dyn Inputs,
    more: Memory,
}

impl Inputs for Beside<'_> {
    fn list(&self, folder: &ProjectPath) -> Listing {
        let mut all = self.inner.list(folder);
        let more: BTreeMap<ProjectPath, ()> =
            self.more.list(folder).files.into_iter().chain(all.files).map(|path| (path, ())).collect();
        all.files = more.into_keys().collect();
        all
    }

    fn read(&self, path: &ProjectPath, limit: u64) -> Result<crate::inputs::Bytes, Unreadable> {
        match self.more.read(path, limit) {
            Err(Unreadable::Missing) => self.inner.read(path, limit),
            read => read,
        }
    }

    fn stamp(&self, path: &ProjectPath) -> Option<Stamp> {
        self.inner.stamp(path)
    }
}
