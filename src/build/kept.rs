//! Keeps what was measured, under the digest of everything it was made of, so that an edit of a target reads no table.
//! Believed only if program, definitions, accepted layouts and each data file are the same; another demand adds to it.

use super::memo::{ReadFile, Said, is_as_recorded, is_unchanged};
use super::{Stage, Store, Watch};
use crate::diag::{Finding, has_errors};
use crate::inputs::{Hash, Inputs, ProjectPath, Recorded, matching};
use crate::measure::extend::Extension;
use crate::measure::{self, Facts};
use crate::plan::{BlockSpec, Demand, Id, Plan, demand};
use crate::snapshot::{self, Lock, Snapshot};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
}

/// What was measured last, in memory.
#[derive(Clone, Debug)]
pub(super) struct Recent {
    key: Hash,
    measured: Measured,
    demand: Demand,
    /// When its entry was written, by the clock of the file system.
    written: i128,
}

/// What an entry says of itself; four bodies follow: demand, outline, `ahead` and facts.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    key: String,
    read: BTreeMap<String, ReadFile>,
    taken: Vec<Said>,
    told: Vec<Said>,
    bodies: [usize; 4],
}

/// The digest of what figures depend on besides the bytes of data files: the program, every part of the plan that
/// `snapshot` and `measure` read, as it was written and resolved, the accepted layouts, and which files each source has.
/// Targets count by what is measured for their series only; values of targets are no part of it.
pub(super) fn key(plan: &Plan, lock: &Lock, inputs: &dyn Inputs, store: &Store, plugins: &str) -> Hash {
    let definitions = format!(
        "{:?}",
        (
            &plan.site,
            &plan.sources,
            &plan.metrics,
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
    Hash::of_parts(parts.map(str::as_bytes))
}

/// What was measured before, with its demand, if it would be measured alike now.
pub(super) fn recall(inputs: &dyn Inputs, store: &Store, key: &Hash) -> Option<(Measured, Demand)> {
    let same = |recent: &Recent| {
        let unchanged =
            |(path, read): (&ProjectPath, &Recorded)| is_as_recorded(inputs, path, read, recent.written);
        recent.key == *key && recent.measured.read.iter().all(unchanged)
    };
    if let Some(recent) = store.recent().and_then(|recent| recent.as_ref().filter(|one| same(one)).cloned()) {
        return Some((recent.measured, recent.demand));
    }
    let (name, found) =
        store.facts().iter().find_map(|name| Some((name, recall_of(inputs, store, key, name)?)))?;
    if let (Some(mut recent), Some(written)) = (store.recent(), store.written(name)) {
        let (measured, demand) = found.clone();
        *recent = Some(Recent { key: *key, measured, demand, written });
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
    let written = store.written(name)?;
    let (length, rest) = kept.split_first_chunk::<8>()?;
    let (head, bodies) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    let head: Head = serde_json::from_slice(head).ok()?;
    let same = head.key == key.to_string()
        && head.read.iter().all(|(path, file)| is_unchanged(inputs, path, file, written));
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
    };
    Some((measured, measure::kept::unpack_demand(demand)?))
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
    if plan.metrics.values().any(crate::plan::Metric::is_plugged) {
        return None;
    }
    let extension = Extension::of(plan, before, now)?;
    let sources = extension.sources(plan);
    let names = |ids: &mut dyn Iterator<Item = &Id>| ids.map(|id| &**id).collect::<Vec<_>>().join(", ");
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
pub(super) fn keep(measured: &Measured, demand: &Demand, store: &Store, key: &Hash) {
    keep_as(measured, demand, store, key, store.facts()[0]);
}

/// The same, under a name of its own.
pub(super) fn keep_as(measured: &Measured, demand: &Demand, store: &Store, key: &Hash, name: &str) {
    let failed = !measured.facts.failed.is_empty();
    if failed || has_errors(&measured.taken) || has_errors(&measured.told) {
        return;
    }
    if let Some(mut recent) = store.recent() {
        *recent = None;
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
