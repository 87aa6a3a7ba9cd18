//! R1: what a host can do, tried under names that mean nothing to anybody; whether its server bears the file that tells it
//! what to do; and whether it takes a site of this size at all.

use super::{Abilities, Deploying, Memory, PROBE, Remote};
use crate::plan::deploy::Limits;
use crate::versions::{Halt, Kind};
use crate::versions::{gate, pointer};
use std::collections::BTreeMap;

/// Every file that a probe makes, below its folder.
pub(super) const FILES: &[&str] = &["try", "a/try", "b/try", HTACCESS, PAGE];
const HTACCESS: &str = ".htaccess";
const PAGE: &str = "probe.txt";

/// Whether a file can be written over, and a folder renamed.
pub(super) fn abilities(about: &Deploying<'_>, remote: &mut dyn Remote) -> Result<Abilities, Halt> {
    let folder = format!("{PROBE}{}", about.token);
    let name = format!("{folder}/try");
    for text in [b"one".as_slice(), b"two"] {
        remote.replace(&name, text)?;
        if remote.read(&name)?.as_deref() != Some(text) {
            return Err(Halt::new(Kind::Transport, "the host does not give back what was written to it")
                .hint("is the disk or the quota full?"));
        }
    }
    let cases = remote.read(&format!("{folder}/TRY"))?.is_none();
    remote.replace(&format!("{folder}/a/try"), b"a")?;
    let folders = match remote.place(&format!("{folder}/a"), &format!("{folder}/b")) {
        Ok(()) => remote.read(&format!("{folder}/b/try"))?.as_deref() == Some(b"a"),
        // A connection that was lost is told by the next question.
        Err(_) => {
            remote.read(&name)?;
            false
        }
    };
    let own: Vec<String> = FILES[..3].iter().map(|file| (*file).to_owned()).collect();
    remote.remove(&folder, &own)?;
    let clock = about.visitor().and_then(|(fetch, url)| fetch.clock(url)).map(|there| there - about.now);
    Ok(Abilities { folders, cases, clock })
}

/// A clock that is further off makes times on the host useless, in seconds.
const CLOCK_OFF: i64 = 300;

/// What the user should know of a host.
pub(super) fn warnings(abilities: Abilities) -> Vec<String> {
    let off = abilities.clock.filter(|seconds| seconds.abs() > CLOCK_OFF);
    let told = |seconds: i64| {
        let way = if seconds > 0 { "ahead of" } else { "behind" };
        format!(
            "the clock of the host is {} s {way} this machine's; what kpress does hangs on neither, but certificates and \
             caches may: set the one that is wrong",
            seconds.abs()
        )
    };
    off.map(told).into_iter().collect()
}

/// Longer names are not tried: a pointer that is not whole yet has a longer one still.
const NAME_BYTES: usize = 240;

/// Whether a path is one that [`paths`] tries.
pub(super) fn is_padding(path: &str) -> bool {
    path.bytes().all(|byte| byte == b'k' || byte == b'/')
}

/// Whether a host takes paths as long as the longest of what it shall show; tried once, and again when a longer one comes.
///
/// # Errors
/// [`Kind::Limit`] if it does not: nothing was sent.
pub(super) fn paths(about: &Deploying<'_>, remote: &mut dyn Remote, memory: &mut Memory) -> Result<(), Halt> {
    let mut longest = String::new();
    for tree in about.trees()? {
        let Some(known) = pointer::current_of(&about.archive.state, &tree) else { continue };
        let (made, _) = about.archive.manifest(&known.manifests[&tree])?;
        let of_tree = made.files.iter().map(|file| file.p.as_str()).max_by_key(|path| path.len());
        if let Some(path) = of_tree.filter(|path| path.len() > longest.len()) {
            path.clone_into(&mut longest);
        }
    }
    if longest.len() <= memory.longest {
        return Ok(());
    }
    let parts: Vec<String> = longest.split('/').map(|part| "k".repeat(part.len().min(NAME_BYTES))).collect();
    let (folder, path) = (format!("{PROBE}{}", about.token), parts.join("/"));
    let name = format!("{folder}/{path}");
    let taken = match remote.replace(&name, b"k") {
        Ok(()) => remote.read(&name)?.as_deref() == Some(b"k"),
        // A connection that was lost is told by the next question.
        Err(_) => {
            remote.names("")?;
            false
        }
    };
    let removed = remote.remove(&folder, &[path]);
    if taken {
        removed?;
        memory.longest = longest.len();
        return Ok(());
    }
    let text = format!("`{}` takes no path of {} bytes: `{longest}`", about.deploy.id, longest.len());
    Err(Halt::new(Kind::Limit, text)
        .hint("nothing was sent; shorten the ids in it, or deploy into a folder with a shorter path"))
}

/// Whether the server bears the file that tells it what to do: one wrong line is an error on every page.
pub(super) fn server(
    about: &Deploying<'_>,
    remote: &mut dyn Remote,
    audience: &str,
    htaccess: &[u8],
) -> Result<(), Halt> {
    let Some((fetch, url)) = about.visitor() else { return Ok(()) };
    let folder = format!("{audience}/{PROBE}{}", about.token);
    remote.replace(&format!("{folder}/{HTACCESS}"), htaccess)?;
    remote.replace(&format!("{folder}/{PAGE}"), b"kpress\n")?;
    let address = format!("{url}/{folder}/{PAGE}");
    let answer = fetch.get(&address);
    remote.remove(&folder, &[PAGE.to_owned(), HTACCESS.to_owned()])?;
    match (answer?.0, about.gate(audience).is_some()) {
        (200, false) | (gate::CLOSED, true) => Ok(()),
        (200, true) => Err(Halt::new(
            Kind::Check,
            format!("the server shows `{address}` to strangers: it ignores `.htaccess`"),
        )
        .hint("ask the host for `AllowOverride All`, or use what it offers itself; nothing was switched")),
        (status, _) => Err(Halt::new(
            Kind::Check,
            format!("with kpress's `.htaccess` the server answers {status} to `{address}`"),
        )
        .hint("the host allows fewer directives; nothing was switched")),
    }
}

/// What a host takes: the largest file, how many files, and how much in all.
struct Takes {
    name: &'static str,
    file: u64,
    files: usize,
    all: u64,
}

/// As their manuals say, 2026.
const GITHUB: Takes = Takes { name: "GitHub Pages", file: 100 << 20, files: usize::MAX, all: 1 << 30 };
const CLOUDFLARE: Takes = Takes { name: "Cloudflare Pages", file: 25 << 20, files: 20_000, all: u64::MAX };

/// What is too much for a host; `None` if nothing is.
fn too_much(takes: &Takes, files: &BTreeMap<String, u64>) -> Option<String> {
    if let Some((path, size)) = files.iter().find(|(_, size)| **size > takes.file) {
        return Some(format!("`{path}` has {} MB, and it takes files of {}", size >> 20, takes.file >> 20));
    }
    let sum: u64 = files.values().sum();
    if files.len() > takes.files {
        return Some(format!(
            "all versions together are {} files, and it takes {}",
            files.len(),
            takes.files
        ));
    }
    (sum > takes.all)
        .then(|| format!("all versions together have {} MB, and it takes {}", sum >> 20, takes.all >> 20))
}

/// That the versions which shall stand on a host are within what it takes, before anything is sent.
///
/// # Errors
/// [`Kind::Limit`] if they are not.
pub fn fits(about: &Deploying<'_>) -> Result<(), Halt> {
    let takes = match about.deploy.limits {
        Some(Limits::Github) => GITHUB,
        Some(Limits::Cloudflare) => CLOUDFLARE,
        None => return Ok(()),
    };
    // Shared files stand there once.
    let (trees, mut files) = (about.trees()?, BTreeMap::new());
    for known in about.archive.state.versions.values().filter(|known| known.is_there()) {
        for (audience, digits) in known.manifests.iter().filter(|(tree, _)| trees.contains(tree)) {
            let (made, _) = about.archive.manifest(digits)?;
            files.extend(
                made.files.iter().map(|file| (format!("{audience}/v/{}/{}", known.id, file.p), file.n)),
            );
            files.extend(made.assets.iter().map(|file| (format!("{audience}/{}", file.p), file.n)));
        }
    }
    let Some(what) = too_much(&takes, &files) else { return Ok(()) };
    Err(Halt::new(Kind::Limit, format!("{} takes no such site: {what}", takes.name))
        .hint("nothing was sent; let old versions go (`kpress prune`), or deploy to another host"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_take_only_so_much() {
        let small = Takes { name: "a host", file: 3 << 20, files: 2, all: 4 << 20 };
        let told = |sizes: &[u64]| {
            let files =
                sizes.iter().enumerate().map(|(number, size)| (number.to_string(), size << 20)).collect();
            too_much(&small, &files).unwrap_or_default()
        };
        assert_eq!(told(&[3, 1]), "");
        assert!(told(&[4]).contains("`0` has 4 MB"));
        assert!(told(&[1, 1, 1]).contains("3 files"));
        assert!(told(&[2, 3]).contains("5 MB"));
    }
}
