//! What is remembered of a host between two runs, and what runs that broke left there. Everything of it can be lost: the host
//! is asked again.

use super::{Deploying, PROBE, Remote, UNFINISHED, whole};
use crate::versions::Halt;
use crate::versions::pointer::{CURRENT, INDEX, LOST, VERSIONS};
use crate::versions::server::Host;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a run left unfinished may be in use by another for so long, in seconds: a day.
const GRACE: i64 = 24 * 60 * 60;

/// What is remembered of a deploy target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The highest number seen there.
    pub seq: u64,
    /// The version readers saw.
    pub version: String,
    /// What the host can do; `None`: it is tried.
    pub abilities: Option<Abilities>,
    /// Bytes of the longest path, below the folder of a version, that the host was seen to take.
    pub longest: usize,
    /// By audience, the hash of `current.json` as it was left.
    pub pointers: BTreeMap<String, String>,
    /// By audience and version, the hash of the manifest of what came whole.
    pub whole: BTreeMap<String, BTreeMap<String, String>>,
    /// By audience and alias, `company/latest`, what the pages under its name are known by.
    pub stubs: BTreeMap<String, String>,
    /// Versions that came, and that no visitor has read yet: `company/2026-w46.1`.
    pub unread: BTreeSet<String>,
    /// When it was last looked for what runs that broke have left, in seconds since 1970.
    pub tidied: i64,
    /// What is unfinished on the host, by path.
    pub parts: BTreeMap<String, Part>,
}

/// What a host can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Abilities {
    /// It renames folders.
    pub folders: bool,
    /// It tells `a` from `A`. Names of versions and pages are safe on those that do not.
    #[serde(default)]
    pub cases: bool,
    /// So many seconds its clock is ahead of ours; `None`: nobody can ask.
    #[serde(default)]
    pub clock: Option<i64>,
}

/// Something unfinished on a host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Part {
    /// When it was first seen, in seconds since 1970.
    pub since: i64,
    /// How many files were sent to it.
    pub files: usize,
}

/// Whether it is time to look for left-overs, though nothing came.
pub(super) fn is_due(about: &Deploying<'_>, memory: &Memory) -> bool {
    !memory.parts.is_empty() || about.now - memory.tidied >= GRACE
}

/// R9: removes what runs that broke have left for longer than a day, and nothing that could be somebody else's.
pub(super) fn tidy(about: &Deploying<'_>, remote: &mut dyn Remote, memory: &mut Memory) -> Result<(), Halt> {
    let mut found: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
    probes(remote, "", &mut found)?;
    for audience in about.trees()? {
        probes(remote, &audience, &mut found)?;
        versions(about, remote, &audience, &mut found)?;
    }
    memory.tidied = about.now;
    memory.parts.retain(|path, _| found.contains_key(path));
    for (path, (folder, files)) in found {
        let since = memory.parts.entry(path.clone()).or_insert(Part { since: about.now, files: 0 }).since;
        if about.now - since >= GRACE {
            remote.remove(&folder, &files)?;
            memory.parts.remove(&path);
        }
    }
    Ok(())
}

/// Names in which something was tried, and pointers that were not whole.
fn probes(
    remote: &mut dyn Remote,
    at: &str,
    found: &mut BTreeMap<String, (String, Vec<String>)>,
) -> Result<(), Halt> {
    let below = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}/{name}") };
    for (name, size) in remote.names(at)? {
        let path = below(&name);
        if size.is_none() && name.starts_with(PROBE) {
            let own = super::probe::FILES
                .iter()
                .flat_map(|file| [(*file).to_owned(), format!("{file}{UNFINISHED}")]);
            let tried = remote.list(&path)?.into_keys().filter(|file| super::probe::is_padding(file));
            found.insert(path.clone(), (path, own.chain(tried).collect()));
        } else if let Some(pointer) =
            name.strip_suffix(UNFINISHED).filter(|_| size.is_some() && !at.is_empty())
        {
            let server = crate::versions::server::files(&Host::default());
            let known = [INDEX, CURRENT, VERSIONS, LOST];
            if known.contains(&pointer) || server.iter().any(|(other, _)| other == pointer) {
                found.insert(path, (at.to_owned(), vec![name]));
            }
        }
    }
    Ok(())
}

/// Versions that were not whole: of those that this version store knows, the files of their manifest.
fn versions(
    about: &Deploying<'_>,
    remote: &mut dyn Remote,
    audience: &str,
    found: &mut BTreeMap<String, (String, Vec<String>)>,
) -> Result<(), Halt> {
    for (name, size) in remote.names(&format!("{audience}/v"))? {
        let known = super::bring::part_of(&name, |id| about.archive.state.versions.get(id));
        let Some(digits) = known.filter(|_| size.is_none()).and_then(|known| known.manifests.get(audience))
        else {
            continue;
        };
        let (made, bytes) = about.archive.manifest(digits)?;
        let files = whole(about.archive, &made, &bytes, digits).into_iter().map(|file| file.p).collect();
        let path = format!("{audience}/v/{name}");
        found.insert(path.clone(), (path, files));
    }
    Ok(())
}
