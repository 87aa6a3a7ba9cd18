//! Encrypts again what was published. Every version that somebody can open who may read no more, or whose passphrase was
//! renewed, gives way to one with the same pages under a fresh key; nothing is measured and no page is made anew.

use super::publish::shell;
use crate::inputs::Inputs;
use crate::render::Theme;
use crate::versions::manifest::Manifest;
use crate::versions::people::People;
use crate::versions::sealed::{Sealing, Shell, audience_of};
use crate::versions::{
    About, Archive, Halt, Kind, Known, Sign, Staging, Told, VERSION_SCRIPT, VersionId, VersionStore, WEB,
};
use std::collections::BTreeMap;

/// Why a version was taken back, in the log.
const REASON: &str = "encrypted again";

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rekeyed {
    /// Versions that gave way, each with the one in its place; without a name where that is only what would happen.
    pub replaced: Vec<(String, Option<String>)>,
    /// Versions that were pruned and stand on hosts until their grace is over: who could open them still can.
    pub lingering: Vec<String>,
}

/// Encrypts again every version that opens for others than `people`. Each gives way by one commit, so it can be stopped at any
/// moment and run again; a version that is for the right readers already is left alone.
///
/// # Errors
/// [`Kind::Config`] if nobody at all may read; otherwise what kept a version from being committed.
pub fn rekey(
    inputs: &dyn Inputs,
    versions: &mut VersionStore,
    people: &People,
    sign: Option<Sign<'_>>,
    dry_run: bool,
) -> Result<Rekeyed, Halt> {
    let plan = crate::plan::load(inputs).value;
    let shell = shell(&Theme::of(inputs).value, &plan.site.languages)?;
    let due = due(&versions.archive, people, &shell)?;
    let mut rekeyed = Rekeyed { replaced: Vec::new(), lingering: lingering(&versions.archive) };
    for known in due {
        let new = if dry_run { None } else { Some(replace(versions, &known, people, &shell, sign)?) };
        rekeyed.replaced.push((known.id, new));
    }
    Ok(rekeyed)
}

/// The versions that are to be encrypted again, oldest first.
fn due(archive: &Archive, people: &People, shell: &Shell) -> Result<Vec<Known>, Halt> {
    let mut all: Vec<&Known> = archive.state.versions.values().filter(|known| known.is_there()).collect();
    all.sort_by_key(|known| known.seq);
    let (mut due, mut unread) = (Vec::new(), None);
    let mut is_read = false;
    for known in all {
        let mut other = false;
        for (tree, digits) in &known.manifests {
            let (audience, is_encrypted) = audience_of(tree);
            if !is_encrypted {
                continue;
            }
            let (manifest, _) = archive.manifest(digits)?;
            let header = archive.header(&manifest)?;
            match sealing(people, audience, shell) {
                Ok(sealing) => {
                    is_read = true;
                    other |= !header.is_some_and(|header| sealing.is_for_the_same(&header));
                }
                // Nobody reads this audience any more: its encrypted pages go.
                Err(halt) if halt.kind == Kind::Config => {
                    other = true;
                    unread = Some(halt);
                }
                Err(halt) => return Err(halt),
            }
        }
        if other {
            due.push(known.clone());
        }
    }
    match unread {
        // A list of people that is empty is more likely lost than meant.
        Some(halt) if !is_read => Err(halt),
        _ => Ok(due),
    }
}

fn sealing(people: &People, audience: &str, shell: &Shell) -> Result<Sealing, Halt> {
    Sealing::of(people, audience, shell.clone())
}

/// Pruned versions with an encrypted tree that still stands.
fn lingering(archive: &Archive) -> Vec<String> {
    let stands = |known: &&Known| {
        let tree = |tree: &String| {
            audience_of(tree).1 && archive.ground_has(&format!("{WEB}/{tree}/v/{}/manifest.json", known.id))
        };
        known.pruned.is_some() && known.manifests.keys().any(tree)
    };
    archive.state.versions.values().filter(stands).map(|known| known.id.clone()).collect()
}

/// Puts a version with the same pages and a fresh key in the place of another; gives its name.
fn replace(
    versions: &mut VersionStore,
    old: &Known,
    people: &People,
    shell: &Shell,
    sign: Option<Sign<'_>>,
) -> Result<String, Halt> {
    let archive = versions.archive.clone();
    let mut plain: BTreeMap<String, Manifest> = BTreeMap::new();
    for (tree, digits) in old.manifests.iter().filter(|(tree, _)| !audience_of(tree).1) {
        plain.insert(tree.clone(), Manifest::clone(&archive.manifest(digits)?.0));
    }
    let about = about(&archive, old, &plain)?;
    let names: Vec<String> = plain.keys().cloned().collect();
    let mut staging = Staging::begin(versions, &names)?;
    let mut told: BTreeMap<String, Told> = BTreeMap::new();
    for (audience, made) in plain {
        for file in made.files.iter().chain(&made.assets).filter(|file| file.p != VERSION_SCRIPT) {
            staging.take(&audience, &file.p, &archive.object(file.digits())?);
        }
        told.insert(audience, said(made));
    }
    for tree in old.manifests.keys() {
        let (audience, is_encrypted) = audience_of(tree);
        if is_encrypted && people.readers(audience).next().is_some() {
            staging.encrypt(audience, sealing(people, audience, shell)?);
        }
    }
    staging.replace(&old.id, REASON);
    staging.commit(&about, &told, sign)?;
    Ok(about.id.to_string())
}

/// What the version in its place says of itself: the same, under the next name.
fn about(archive: &Archive, old: &Known, plain: &BTreeMap<String, Manifest>) -> Result<About, Halt> {
    // The widest audience is told most of what it was made from.
    let widest = plain.values().find(|made| !made.source.config.is_empty()).or_else(|| plain.values().next());
    let Some(made) = widest else {
        return Err(Halt::damaged(format!("the version `{}` has no pages to encrypt", old.id)));
    };
    let stem = match old.id.rsplit_once('.') {
        Some((stem, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => stem,
        _ => &old.id,
    };
    let taken = archive.state.versions.keys().map(String::as_str);
    Ok(About {
        id: VersionId::next(stem, taken).map_err(|why| Halt::new(Kind::Usage, why))?,
        site: made.site.clone(),
        period: made.period.clone(),
        created: (made.created.clone(), made.created_from.clone()),
        source: made.source.clone(),
        supersedes: Some(old.id.clone()),
        against: made.against.clone(),
        draft_until: None,
    })
}

fn said(made: Manifest) -> Told {
    Told {
        is_part: made.source.config.is_empty(),
        snapshots: made.snapshots,
        plugins: made.plugins,
        metrics: made.metrics,
        pages: made.pages,
    }
}
