//! Pages under the name of an alias, `latest/zh/metrics/acos/`, for links that shall not name a version, on hosts where nothing can be told to
//! lead elsewhere. They name no version either: what an alias points to is read from the pointers when somebody comes, so that a
//! publish switches all of them at once and writes only those of pages that are new.

use super::{Deploying, Memory, Remote};
use crate::inputs::Hash;
use crate::versions::manifest::Manifest;
use crate::versions::pointer;
use crate::versions::sealed::audience_of;
use crate::versions::{Halt, Known};
use std::collections::{BTreeMap, BTreeSet};

/// What every page of a site is called in its folder.
const PAGE: &str = "index.html";

/// The stubs of one alias, by path below the folder of the audience.
type Stubs = BTreeMap<String, Vec<u8>>;

/// The stubs that shall stand on a host for an audience, by alias; none of encrypted trees, whose pages have no addresses.
///
/// # Errors
/// [`crate::versions::Kind::Damaged`].
pub(super) fn due(about: &Deploying<'_>, tree: &str) -> Result<BTreeMap<String, Stubs>, Halt> {
    let (state, mut all) = (&about.archive.state, BTreeMap::new());
    if !about.deploy.stubs || audience_of(tree).1 {
        return Ok(all);
    }
    let Some(current) = pointer::current_of(state, tree) else { return Ok(all) };
    for (alias, id) in &state.aliases {
        // An audience that has no part in the version of an alias sees its own newest one.
        let known = state.versions.get(id).filter(|known| known.manifests.contains_key(tree));
        let known: &Known = known.unwrap_or(current);
        let (made, _) = about.archive.manifest(&known.manifests[tree])?;
        all.insert(alias.clone(), stubs(alias, &made));
    }
    Ok(all)
}

fn stubs(alias: &str, made: &Manifest) -> Stubs {
    let pages = made.files.iter().map(|file| file.p.as_str());
    let pages = pages.filter(|path| path.rsplit('/').next() == Some(PAGE));
    let script = made.assets.iter().find(|asset| asset.p.starts_with("a/lost."));
    let script = script.map(|asset| asset.p.as_str());
    pages.map(|page| (format!("{alias}/{page}"), pointer::stub(made.title(), alias, page, script))).collect()
}

/// What tells whether the stubs of an alias changed.
fn digest(stubs: &Stubs) -> String {
    Hash::of_parts(stubs.iter().flat_map(|(path, bytes)| [path.as_bytes(), bytes.as_slice()])).to_string()
}

/// Brings the stubs of an audience in line: those that are missing or others come, those that nothing leads to any more go. A file that
/// kpress did not write stays.
///
/// # Errors
/// [`crate::versions::Kind::Transport`].
pub(super) fn bring(
    about: &Deploying<'_>,
    remote: &mut dyn Remote,
    memory: &mut Memory,
    tree: &str,
) -> Result<usize, Halt> {
    let due = due(about, tree)?;
    let prefix = format!("{tree}/");
    let before: Vec<String> =
        memory.stubs.keys().filter_map(|key| key.strip_prefix(&prefix)).map(str::to_owned).collect();
    let names: BTreeSet<String> = due.keys().cloned().chain(before).collect();
    let mut written = 0;
    for alias in names {
        let key = format!("{prefix}{alias}");
        let none = Stubs::new();
        let wanted = due.get(&alias).unwrap_or(&none);
        let now = digest(wanted);
        if memory.stubs.get(&key) == Some(&now) {
            continue;
        }
        let there = remote.list(&key)?;
        let as_known = memory.stubs.contains_key(&key);
        for (path, bytes) in wanted {
            let size = there.get(path.strip_prefix(&format!("{alias}/")).unwrap_or(path));
            let place = format!("{prefix}{path}");
            // Of the same size it is most often the same.
            if size == Some(&(bytes.len() as u64)) && remote.read(&place)?.as_deref() == Some(bytes) {
                continue;
            }
            remote.replace(&place, bytes)?;
            written += 1;
        }
        if as_known {
            let gone: Vec<&String> =
                there.keys().filter(|path| !wanted.contains_key(&format!("{alias}/{path}"))).collect();
            for path in gone.into_iter().filter(|path| path.rsplit('/').next() == Some(PAGE)) {
                let ours =
                    remote.read(&format!("{key}/{path}"))?.is_some_and(|bytes| pointer::is_stub(&bytes));
                if ours {
                    remote.remove(&key, std::slice::from_ref(path))?;
                }
            }
        }
        match wanted.is_empty() {
            true => drop(memory.stubs.remove(&key)),
            false => drop(memory.stubs.insert(key, now)),
        }
        (about.save)(memory);
    }
    Ok(written)
}
