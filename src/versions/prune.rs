//! Lets old versions go, in two phases: first they are no longer offered, and after a while their files are removed.
//! It counts by the log and by periods, never by file times; what readers see, and what somebody pinned, stays.

use super::archive::{OBJECTS, WEB, object};
use super::halt::{Halt, Kind};
use super::id::number;
use super::log::{Known, Op, State};
use super::manifest::{self, Manifest};
use super::store::{TRASH, VersionStore};
use super::web::{PART, parent};
use crate::site::{Folder, Stands};
use crate::time::{Calendar, Grain, days_between, parse_date, utc_seconds};
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// Days until the files of a pruned version are removed: somebody may have it open.
pub const GRACE: i64 = 7;
/// Days until shared files that no version needs are removed.
pub const GRACE_SHARED: i64 = 30;
/// Seconds of a day.
const DAY: i64 = 86_400;

/// Which versions stay. What no line keeps, goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// The last so many by the log.
    pub last: Option<usize>,
    /// Those whose period ends at most so many days before the newest.
    pub within_days: Option<u32>,
    /// The last of each of so many weeks.
    pub weekly: Option<usize>,
    /// The last of each of so many months.
    pub monthly: Option<usize>,
    /// The last of each of so many quarters.
    pub quarterly: Option<usize>,
    /// The last of each of so many years.
    pub yearly: Option<usize>,
    /// The last version of a period may go, too.
    pub include_closed: bool,
    /// It is meant that nothing is kept by any of these lines.
    pub remove_all: bool,
}

/// A version, and why it stays; `None`: it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The version.
    pub id: String,
    /// Why it stays.
    pub kept: Option<String>,
}

impl Policy {
    fn is_empty(&self) -> bool {
        let counts = [self.last, self.weekly, self.monthly, self.quarterly, self.yearly];
        counts.iter().all(Option::is_none) && self.within_days.is_none()
    }

    /// Decides about every version, the newest first. `now` ends drafts and nothing else.
    ///
    /// # Errors
    /// Usage: nothing is said about what to keep, or nothing would be kept by it.
    pub fn judge(&self, state: &State, now: i64) -> Result<Vec<Verdict>, Halt> {
        if self.is_empty() {
            return Err(Halt::new(Kind::Usage, "nothing is said about what to keep")
                .hint("for example `--keep-last 10 --keep-weekly 26 --keep-monthly 24`"));
        }
        let mut all: Vec<&Known> = state.versions.values().filter(|known| known.pruned.is_none()).collect();
        all.sort_by_key(|known| std::cmp::Reverse(known.seq));
        let full: Vec<&Known> = all.iter().copied().filter(|known| known.draft_until.is_none()).collect();
        let mut kept: BTreeMap<&str, String> = BTreeMap::new();
        self.by_policy(&full, &mut kept);
        if kept.is_empty() && !full.is_empty() && !self.remove_all {
            return Err(Halt::new(
                Kind::Usage,
                "this would keep no version but those that are never removed",
            )
            .hint("keep some, or say `--unsafe-allow-remove-all`"));
        }
        for known in &all {
            if let Some(why) = protected(state, known, now) {
                kept.insert(&known.id, why);
            }
        }
        if !self.include_closed {
            for known in
                last_of_each(&full, usize::MAX, |known| known.period.as_ref().map(|period| period.id.clone()))
            {
                kept.entry(&known.id).or_insert_with(|| "the last of its period".to_owned());
            }
        }
        Ok(all
            .iter()
            .map(|known| Verdict { id: known.id.clone(), kept: kept.get(known.id.as_str()).cloned() })
            .collect())
    }

    fn by_policy<'s>(&self, full: &[&'s Known], kept: &mut BTreeMap<&'s str, String>) {
        for known in full.iter().take(self.last.unwrap_or(0)) {
            kept.insert(&known.id, "one of the last".to_owned());
        }
        let end = |known: &Known| parse_date(&known.period.as_ref()?.end);
        if let (Some(days), Some(newest)) =
            (self.within_days, full.iter().filter_map(|known| end(known)).max())
        {
            for known in
                full.iter().filter(|known| end(known).is_some_and(|end| days_between(end, newest) <= days))
            {
                kept.entry(&known.id).or_insert_with(|| "its period is recent".to_owned());
            }
        }
        let calendar = Calendar::default();
        let buckets = [
            (self.weekly, Grain::Week, "the last of its week"),
            (self.monthly, Grain::Month, "the last of its month"),
            (self.quarterly, Grain::Quarter, "the last of its quarter"),
            (self.yearly, Grain::Year, "the last of its year"),
        ];
        for (count, grain, why) in buckets {
            let name = |known: &Known| Some(calendar.period(grain, end(known)?).start.to_string());
            for known in last_of_each(full, count.unwrap_or(0), name) {
                kept.entry(&known.id).or_insert_with(|| why.to_owned());
            }
        }
    }
}

/// Of each bucket the version with the highest number in the log; the newest buckets only.
fn last_of_each<'s>(
    full: &[&'s Known],
    count: usize,
    bucket: impl Fn(&Known) -> Option<String>,
) -> Vec<&'s Known> {
    let mut buckets: BTreeMap<String, &'s Known> = BTreeMap::new();
    for known in full {
        let Some(name) = bucket(known) else { continue };
        let last = buckets.entry(name).or_insert(known);
        if (known.seq, number(&known.id)) > (last.seq, number(&last.id)) {
            *last = known;
        }
    }
    buckets.into_values().rev().take(count).collect()
}

/// Why a version is never removed, whatever the policy.
fn protected(state: &State, known: &Known, now: i64) -> Option<String> {
    let is = |name: Option<&str>| name == Some(known.id.as_str());
    if is(state.current().map(|current| current.id.as_str())) {
        return Some("readers see it".to_owned());
    }
    if is(state.previous.as_deref()) {
        return Some("readers saw it before".to_owned());
    }
    if let Some(alias) = state.aliases_of(&known.id).first() {
        return Some(format!("`{alias}` points to it"));
    }
    if let Some(reason) = &known.pinned {
        return Some(format!("pinned: {reason}"));
    }
    let until = known.draft_until.as_deref().and_then(utc_seconds);
    until.filter(|until| *until > now).map(|_| "a draft that is still looked at".to_owned())
}

/// What removing came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Freed {
    /// Objects removed from the store.
    pub objects: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Versions whose files went from the published tree.
    pub versions: usize,
}

/// Phase 1: the versions are no longer offered.
///
/// # Errors
/// As committing does.
pub fn hide(store: &mut VersionStore, ids: Vec<String>) -> Result<(), Halt> {
    alone(store)?;
    if ids.is_empty() {
        return Ok(());
    }
    let mut entry = store.entry(Op::Prune);
    entry.versions = ids;
    store.record(entry).map(drop)
}

fn alone(store: &VersionStore) -> Result<(), Halt> {
    if store.is_alone {
        return Ok(());
    }
    Err(Halt::new(
        Kind::Locked,
        "locks do not work on this file system, so nothing is removed: somebody may be publishing",
    )
    .hint("move the workspace to a local disk to prune it"))
}

/// Phase 2: files of versions that were pruned long enough ago are removed, then objects that no version needs.
///
/// # Errors
/// What kept a file from being removed; running it again goes on from there.
pub fn remove(store: &mut VersionStore, grace: i64, grace_shared: i64) -> Result<Freed, Halt> {
    alone(store)?;
    let (state, now) = (&store.archive.state, store.who.now);
    let over = |at: &str, days: i64| utc_seconds(at).is_none_or(|at| at + days * DAY <= now);
    let pruned = |known: &&Known, days: i64| known.pruned.as_ref().is_some_and(|(_, at)| over(at, days));
    let mut freed = Freed::default();
    for known in state.versions.values().filter(|known| pruned(known, grace)) {
        for (audience, digits) in &known.manifests {
            if let Some(folder) = store.archive.web(audience)
                && clear(&folder, &store.archive.manifest(digits)?.0)?
            {
                freed.versions += 1;
            }
        }
    }
    let needed = |days: i64| -> Result<(BTreeSet<String>, BTreeSet<String>), Halt> {
        let (mut objects, mut shared) = (BTreeSet::new(), BTreeSet::new());
        for known in state.versions.values().filter(|known| !pruned(known, days)) {
            for (audience, digits) in &known.manifests {
                let (made, _) = store.archive.manifest(digits)?;
                objects.extend(made.files.iter().chain(&made.assets).map(|file| file.digits().to_owned()));
                shared.extend(made.assets.iter().map(|asset| format!("{audience}/{}", asset.p)));
            }
        }
        Ok((objects, shared))
    };
    shared_files(store, &needed(grace_shared)?.1)?;
    objects(store, &needed(grace.min(grace_shared))?.0, &mut freed)?;
    Ok(freed)
}

/// Removes the files of a version that its manifest lists, and the folders that became empty; a stranger's file stays.
fn clear(folder: &Folder, made: &Manifest) -> Result<bool, Halt> {
    let root = format!("v/{}", made.version);
    let io = |error: io::Error| Halt::io("remove", &root, &error);
    if folder.stands(&root).map_err(io)? != Stands::Folder {
        return Ok(false);
    }
    let own = [manifest::NAME, manifest::SUMS, "manifest.json.sshsig", "manifest.json.minisig"];
    let listed = made.files.iter().map(|file| file.p.as_str());
    let mut folders: BTreeSet<String> = BTreeSet::new();
    for path in own.into_iter().chain(listed) {
        let path = format!("{root}/{path}");
        if folder.stands(&path).map_err(io)? == Stands::File {
            folder.remove(&path).map_err(io)?;
        }
        let mut above = parent(&path);
        while above.len() > 1 {
            folders.insert(above.to_owned());
            above = parent(above);
        }
    }
    // The deepest first; one that still holds something stays.
    for path in folders.iter().rev().filter(|path| path.as_str() != "v") {
        match folder.remove_folder(path) {
            Err(error)
                if !matches!(error.kind(), io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotFound) =>
            {
                return Err(io(error));
            }
            _ => {}
        }
    }
    Ok(true)
}

/// Removes shared files that no version needs.
fn shared_files(store: &VersionStore, needed: &BTreeSet<String>) -> Result<(), Halt> {
    let io = |error: io::Error| Halt::io("remove", WEB, &error);
    let mut ours: BTreeSet<String> = BTreeSet::new();
    for known in store.archive.state.versions.values() {
        for (audience, digits) in &known.manifests {
            let (made, _) = store.archive.manifest(digits)?;
            ours.extend(made.assets.iter().map(|asset| format!("{audience}/{}", asset.p)));
        }
    }
    let web = store.archive.ground.at(WEB).map_err(io)?;
    for path in ours.difference(needed) {
        if web.stands(path).map_err(io)? == Stands::File {
            web.remove(path).map_err(io)?;
        }
    }
    Ok(())
}

/// Objects that no version needs go by way of the trash, so that a run that stops half way leaves none half removed.
fn objects(store: &VersionStore, needed: &BTreeSet<String>, freed: &mut Freed) -> Result<(), Halt> {
    let folder = &store.archive.store;
    let io = |error: io::Error| Halt::io("remove", OBJECTS, &error);
    let trash = format!("{TRASH}/{}", store.archive.state.head.0);
    for one in folder.at(OBJECTS).and_then(|objects| objects.walk()).map_err(io)? {
        let name = one.path.rsplit('/').next().unwrap_or("");
        if needed.contains(name) || name.starts_with(PART) {
            continue;
        }
        folder.make(&trash).map_err(io)?;
        folder.rename(&format!("{OBJECTS}/{}", object(name)), &format!("{trash}/{name}")).map_err(io)?;
        freed.objects += 1;
        freed.bytes += one.size;
    }
    for old in folder.at(TRASH).and_then(|trash| trash.names()).map_err(io)? {
        folder.remove_all(&format!("{TRASH}/{old}")).map_err(io)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::versions::log::Entry;
    use crate::versions::manifest::Span;

    /// Versions in the order of the log: id, and the last day of the period.
    fn state(versions: &[(&str, &str)]) -> State {
        let mut state = State::default();
        for (id, end) in versions {
            let mut entry = Entry::of(Op::Publish, "li", "2026-11-16T00:00:00Z");
            (entry.seq, entry.prev) = (state.head.0 + 1, state.head.1.clone());
            entry.version = Some((*id).to_owned());
            let period = id.rsplit_once('.').map_or(*id, |(period, _)| period).to_uppercase();
            entry.period = Some(Span {
                id: period,
                kind: "week".into(),
                start: (*end).into(),
                end: (*end).into(),
                tz: "UTC".into(),
            });
            let hash = crate::inputs::Hash::of(&entry.bytes());
            state.take(entry, &hash).expect("it follows");
        }
        state
    }

    fn goes(policy: Policy, state: &State) -> Vec<String> {
        let verdicts = policy.judge(state, 0).expect("a policy");
        verdicts.into_iter().filter(|one| one.kept.is_none()).map(|one| one.id).collect()
    }

    #[test]
    fn corrected_versions_go_and_the_last_of_a_period_stays() {
        let state = state(&[
            ("2026-w44.1", "2026-11-01"),
            ("2026-w44.2", "2026-11-01"),
            ("2026-w45.1", "2026-11-08"),
            ("2026-w45.2", "2026-11-08"),
            ("2026-w46.1", "2026-11-15"),
        ]);
        let last = Policy { last: Some(1), ..Policy::default() };
        // w45.2 was seen before, w46.1 is seen now.
        assert_eq!(goes(last, &state), ["2026-w45.1", "2026-w44.1"]);
        assert_eq!(
            goes(Policy { include_closed: true, ..last }, &state),
            ["2026-w45.1", "2026-w44.2", "2026-w44.1"]
        );
        let weekly = Policy { weekly: Some(2), include_closed: true, ..Policy::default() };
        assert_eq!(goes(weekly, &state), ["2026-w45.1", "2026-w44.2", "2026-w44.1"]);
        let within = Policy { within_days: Some(7), include_closed: true, ..Policy::default() };
        assert_eq!(goes(within, &state), ["2026-w44.2", "2026-w44.1"]);
    }

    #[test]
    fn a_version_with_a_faked_time_pushes_no_other_out() {
        // The last in the log has a period far in the past.
        let state = state(&[
            ("2026-w45.1", "2026-11-08"),
            ("2026-w46.1", "2026-11-15"),
            ("1999-w01.1", "1999-01-10"),
        ]);
        let policy = Policy { weekly: Some(1), include_closed: true, ..Policy::default() };
        assert_eq!(goes(policy, &state), ["2026-w45.1"]);
    }

    #[test]
    fn a_policy_that_says_or_keeps_nothing_is_refused() {
        let state = state(&[("2026-w45.1", "2026-11-08"), ("2026-w46.1", "2026-11-15")]);
        for policy in [Policy::default(), Policy { last: Some(0), ..Policy::default() }] {
            assert_eq!(policy.judge(&state, 0).expect_err("refused").kind, Kind::Usage);
        }
    }
}
