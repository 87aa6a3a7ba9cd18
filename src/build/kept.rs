//! Keeps what was measured, under the digest of everything it was made of, so that an edit of a target reads no table.
//! Believed only if program, definitions, accepted layouts and each data file are the same; another demand adds to it.

use super::memo::{ReadFile, Said, is_as_recorded, is_unchanged};
use super::{Stage, Store, Watch};
use crate::diag::{Checked, Finding, has_errors};
use crate::inputs::{Hash, Inputs, ProjectPath, Recorded, matching};
use crate::measure::extend::Extension;
use crate::measure::{self, Facts};
use crate::plan::{BlockSpec, Demand, Id, Metric, Plan, demand};
use crate::snapshot::{self, Lock, Snapshot};
use crate::time::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Everything between the definitions and the standings.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    /// Once recalled, without rows.
    pub snapshot: Snapshot,
    /// What series of targets say.
    pub ahead: Facts,
    /// What the numbers are, `ahead` aside.
    pub facts: Facts,
    /// What was found on the way to `ahead`.
    pub taken: Vec<Finding>,
    /// What was found on the way from there to the facts.
    pub told: Vec<Finding>,
    /// The data files it stands on.
    pub read: BTreeMap<ProjectPath, Recorded>,
    /// Before the first of them was read, by the clock of the file system; where there is none, only bytes tell.
    pub begun: Option<i128>,
}

/// What was measured last, in memory.
#[derive(Clone, Debug)]
pub(super) struct Recent {
    key: Key,
    measured: Measured,
    demand: Demand,
    /// The rows it was measured on, where there is room for them.
    tables: Option<Tables>,
}

/// Rows in memory.
#[derive(Clone, Debug)]
struct Tables {
    /// What decides which rows are taken.
    decides: Hash,
    snapshot: Arc<Snapshot>,
}

/// More cells than this are not held in memory: at eight bytes each a quarter of a gigabyte.
const CELLS: usize = 32 << 20;

/// The digest of what figures depend on besides the bytes of data files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// All of it.
    pub whole: Hash,
    /// All but the metrics.
    around: Hash,
    /// Each metric, and what its formula uses.
    metrics: BTreeMap<Id, (Hash, BTreeSet<Id>)>,
}

/// What an entry says of itself; four bodies follow: demand, outline, `ahead` and facts.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    key: String,
    begun: Option<i128>,
    read: BTreeMap<String, ReadFile>,
    taken: Vec<Said>,
    told: Vec<Said>,
    bodies: [usize; 4],
}

/// The digest of what figures depend on besides the bytes of data files: the program, every part of the plan that
/// `snapshot` and `measure` read, as it was written and resolved, the accepted layouts, and which files each source has.
/// Targets count by what is measured for their series only; values of targets are no part of it.
pub(super) fn key(plan: &Plan, lock: &Lock, inputs: &dyn Inputs, store: &Store, plugins: &str) -> Key {
    let definitions = format!(
        "{:?}",
        (
            &plan.site,
            &plan.sources,
            &plan.series,
            &plan.dashed,
            plan.broken.keys(),
            &plan.people,
            &plan.teams,
            &plan.stores
        )
    );
    let files: Vec<String> = plan
        .sources
        .values()
        .map(|source| {
            let listing = matching(inputs, &source.files).unwrap_or_default();
            format!("{:?} {:?}", listing.files, listing.refused)
        })
        .collect();
    // Decks look at series of targets over windows of their own.
    let decks: Vec<_> = plan
        .dashboards
        .values()
        .filter(|_| !plan.series.is_empty())
        .map(|page| {
            let reviews = page.blocks.iter().filter(|block| matches!(block, BlockSpec::Review(_)));
            (page.review, reviews.collect::<Vec<_>>())
        })
        .filter(|(_, reviews)| !reviews.is_empty())
        .collect();
    let events = (!decks.is_empty()).then_some(&plan.seasons);
    let aside = format!("{lock:?}\n{:?}\n{files:?}\n{decks:?}{events:?}", demand::of_series(plan));
    let parts = [store.maker(), &definitions, &aside, plugins];
    let around = Hash::of_parts(parts.map(str::as_bytes));
    let metric = |metric: &Metric| {
        let said = Hash::of(format!("{metric:?}").as_bytes());
        (metric.id.clone(), (said, measure::operands(metric)))
    };
    let metrics: BTreeMap<Id, (Hash, BTreeSet<Id>)> = plan.metrics.values().map(metric).collect();
    let digests = metrics.values().map(|(said, _)| said.bytes().as_slice());
    let whole = Hash::of_parts([around.bytes().as_slice()].into_iter().chain(digests));
    Key { whole, around, metrics }
}

/// What was measured before, with its demand, if it would be measured alike now.
pub(super) fn recall(inputs: &dyn Inputs, store: &Store, key: &Key) -> Option<(Measured, Demand)> {
    let same = |recent: &Recent| recent.key == *key && recent.reads_the_same(inputs, store);
    if let Some(recent) = store.recent().and_then(|recent| recent.as_ref().filter(|one| same(one)).cloned()) {
        return Some((recent.measured, recent.demand));
    }
    let found = store.facts().iter().find_map(|name| recall_of(inputs, store, &key.whole, name))?;
    if let Some(mut recent) = store.recent() {
        let (measured, demand) = found.clone();
        *recent = Some(Recent { key: key.clone(), measured, demand, tables: None });
    }
    Some(found)
}

pub(super) fn recall_of(
    inputs: &dyn Inputs,
    store: &Store,
    key: &Hash,
    name: &str,
) -> Option<(Measured, Demand)> {
    let kept = store.get(name)?;
    let (length, rest) = kept.split_first_chunk::<8>()?;
    let (head, bodies) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    let head: Head = serde_json::from_slice(head).ok()?;
    let same = head.key == key.to_string()
        && head.read.iter().all(|(path, file)| is_unchanged(inputs, path, file, (store, head.begun)));
    if !same {
        return None;
    }
    let (demand, rest) = bodies.split_at_checked(head.bodies[0])?;
    let (outline, rest) = rest.split_at_checked(head.bodies[1])?;
    let (ahead, facts) = rest.split_at_checked(head.bodies[2])?;
    let read = |(path, file): (String, ReadFile)| Some((ProjectPath::parse(&path).ok()?, file.recall()?));
    let measured = Measured {
        snapshot: snapshot::outline::unpack(outline)?,
        ahead: measure::kept::unpack(ahead)?,
        facts: measure::kept::unpack(facts)?,
        taken: head.taken.into_iter().map(Said::recall).collect::<Option<_>>()?,
        told: head.told.into_iter().map(Said::recall).collect::<Option<_>>()?,
        read: head.read.into_iter().map(read).collect::<Option<_>>()?,
        begun: head.begun,
    };
    Some((measured, measure::kept::unpack_demand(demand)?))
}

impl Measured {
    /// The same without what its snapshot says.
    fn clone_without_rows(&self) -> Measured {
        Measured {
            snapshot: Snapshot::default(),
            ahead: self.ahead.clone(),
            facts: self.facts.clone(),
            taken: self.taken.clone(),
            told: self.told.clone(),
            read: self.read.clone(),
            begun: self.begun,
        }
    }
}

impl Recent {
    /// What series of targets say.
    pub(super) fn ahead(&self) -> &Facts {
        &self.measured.ahead
    }

    /// Up to which day data counts.
    pub(super) fn as_of(&self) -> Option<Date> {
        self.measured.snapshot.as_of
    }

    /// Whether the data files are those it stands on.
    fn reads_the_same(&self, inputs: &dyn Inputs, store: &Store) -> bool {
        let (mut read, since) = (self.measured.read.iter(), (store, self.measured.begun));
        read.all(|(path, read)| is_as_recorded(inputs, path, read, since))
    }
}

/// What was measured last, where only metrics are defined otherwise now and its rows are in memory.
pub(super) fn redefined(inputs: &dyn Inputs, store: &Store, key: &Key, plan: &Plan) -> Option<Recent> {
    let recent = store.recent()?;
    let recent = recent.as_ref().filter(|recent| recent.key.around == key.around)?;
    let decides = recent.tables.as_ref()?.decides;
    let plugged = plan.metrics.values().any(Metric::is_plugged);
    let same = !plugged && decides == Hash::of(snapshot::decides(plan).as_bytes());
    (same && recent.reads_the_same(inputs, store)).then(|| recent.clone())
}

/// The figures of metrics that are defined otherwise than in `recent`, and of what hangs together with them; the others
/// stay. Where that cannot be told apart, all are measured again, on the rows in memory. What comes is remembered.
pub(super) fn redefine(
    recent: Recent,
    (key, demand): (&Key, &Demand),
    plan: &Plan,
    store: &Store,
    watch: &dyn Watch,
) -> Option<Measured> {
    let (was, now) = (&recent.key.metrics, &key.metrics);
    let ids: BTreeSet<&Id> = was.keys().chain(now.keys()).collect();
    let others: Vec<&Id> = ids.into_iter().filter(|id| was.get(*id) != now.get(*id)).collect();
    let used = others.iter().filter_map(|id| was.get(*id)).flat_map(|(_, used)| used);
    let others: BTreeSet<Id> = others.iter().copied().chain(used).cloned().collect();
    let snapshot = Arc::clone(&recent.tables.as_ref()?.snapshot);
    let before = &recent.measured;
    watch.begin(Stage::Measure);
    let is_silent = before.told.is_empty() && demand.reviews.is_empty();
    let extension = Extension::of(plan, &recent.demand, demand, &others).filter(|_| is_silent);
    let facts = extension.and_then(|extension| {
        watch.about(&names(&mut extension.metrics()));
        extension.add(plan, &snapshot, demand, &before.facts, &[])
    });
    let Checked { value: facts, found: told } = match facts {
        Some(facts) => Checked { value: facts, found: Vec::new() },
        None => measure::measure(plan, demand, &snapshot),
    };
    if watch.stopped() || !facts.failed.is_empty() {
        return None;
    }
    let measured = Measured { facts, told, ..recent.measured };
    if !has_errors(&measured.told)
        && let Some(mut place) = store.recent()
    {
        let (key, demand) = (key.clone(), demand.clone());
        *place = Some(Recent { key, measured: measured.clone(), demand, tables: recent.tables });
    }
    Some(measured)
}

fn names(ids: &mut dyn Iterator<Item = &Id>) -> String {
    ids.map(|id| &**id).collect::<Vec<_>>().join(", ")
}

/// What a demand adds to what was measured for another one: only the sources that the difference stands on are read, and
/// only the difference is measured. `None` if that would not be the same as measuring all of it.
pub(super) fn extend(
    measured: &Measured,
    (before, now): (&Demand, &Demand),
    plan: &Plan,
    (inputs, lock, store): (&dyn Inputs, &Lock, &Store),
    watch: &dyn Watch,
) -> Option<Measured> {
    // What a plugin computes is not measured in parts.
    if plan.metrics.values().any(Metric::is_plugged) {
        return None;
    }
    let extension = Extension::of(plan, before, now, &BTreeSet::new())?;
    let sources = extension.sources(plan);
    let filled = if sources.is_empty() {
        measured.snapshot.clone()
    } else {
        watch.begin(Stage::Snapshot);
        watch.about(&names(&mut sources.iter()));
        snapshot::refill(&measured.snapshot, &sources, plan, inputs, lock, store)?
    };
    if extension.metrics().next().is_some() {
        watch.begin(Stage::Measure);
        watch.about(&names(&mut extension.metrics()));
    }
    let facts = extension.add(plan, &filled, now, &measured.facts, &measured.told)?;
    Some(Measured { facts, ..measured.clone() })
}

/// Keeps what was measured. Not after an error: what could not be read leaves no trace among the files that were.
pub(super) fn keep(measured: &Measured, demand: &Demand, store: &Store, key: &Key) {
    if let Some(mut recent) = store.recent() {
        *recent = None;
    }
    keep_as(measured, demand, store, &key.whole, store.facts()[0]);
}

/// Keeps in memory what was measured and kept a moment ago, with its rows. What is given back has none any more.
pub(super) fn hold(measured: Measured, demand: &Demand, plan: &Plan, store: &Store, key: &Key) -> Measured {
    let clean =
        !has_errors(&measured.taken) && !has_errors(&measured.told) && measured.facts.failed.is_empty();
    let Some(mut recent) = store.recent() else { return measured };
    let outline = snapshot::outline::unpack(&snapshot::outline::pack(&measured.snapshot));
    let Some(outline) = outline.filter(|_| clean) else { return measured };
    // What is said where a metric is defined would have to be said anew.
    let at_metric = |finding: &Finding| plan.metrics.values().any(|one| one.place.file == finding.place.file);
    let fits = measured.snapshot.cells() <= CELLS && !measured.taken.iter().any(at_metric);
    let decides = Hash::of(snapshot::decides(plan).as_bytes());
    let held = Measured { snapshot: outline, ..measured.clone_without_rows() };
    let tables = fits.then(|| Tables { decides, snapshot: Arc::new(measured.snapshot) });
    let (key, measured, demand) = (key.clone(), held.clone(), demand.clone());
    *recent = Some(Recent { key, measured, demand, tables });
    held
}

/// The same, under a name of its own.
pub(super) fn keep_as(measured: &Measured, demand: &Demand, store: &Store, key: &Hash, name: &str) {
    let failed = !measured.facts.failed.is_empty();
    if failed || has_errors(&measured.taken) || has_errors(&measured.told) {
        return;
    }
    let bodies = [
        measure::kept::pack_demand(demand),
        snapshot::outline::pack(&measured.snapshot),
        measure::kept::pack(&measured.ahead),
        measure::kept::pack(&measured.facts),
    ];
    let read = measured.read.iter().map(|(path, read)| (path.as_str().to_owned(), ReadFile::of(read)));
    let head = Head {
        key: key.to_string(),
        begun: measured.begun,
        read: read.collect(),
        taken: measured.taken.iter().map(Said::of).collect(),
        told: measured.told.iter().map(Said::of).collect(),
        bodies: [bodies[0].len(), bodies[1].len(), bodies[2].len(), bodies[3].len()],
    };
    let Ok(head) = serde_json::to_vec(&head) else { return };
    let bodies_length: usize = bodies.iter().map(Vec::len).sum();
    let mut out = Vec::with_capacity(8 + head.len() + bodies_length);
    out.extend((head.len() as u64).to_le_bytes());
    out.extend(head);
    bodies.iter().for_each(|body| out.extend(body));
    store.put(name, &out);
}
