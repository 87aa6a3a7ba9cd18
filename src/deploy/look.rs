//! R5 and R8: a look at what was deployed, as a visitor has it.

use super::check::percent;
use super::{Deploying, Fetch};
use crate::inputs::Hash;
use crate::versions::gate::{self, Gate};
use crate::versions::manifest::{FileOf, Manifest};
use crate::versions::pointer::{self, Pointers};
use crate::versions::{Halt, Kind, Known, manifest};

/// Looks whether visitors get the pointers, the manifest and the home page as they were sent.
pub(super) fn smoke(
    about: &Deploying<'_>,
    audience: &str,
    current: &Known,
    pointers: &Pointers,
) -> Result<(), Halt> {
    let Some((fetch, url)) = about.visitor() else { return Ok(()) };
    let root = format!("{url}/{audience}");
    if let Some(gate) = about.gate(audience) {
        let (made, _) = about.archive.manifest(&current.manifests[audience])?;
        return closed(fetch, url, &gate, &made);
    }
    for name in [pointer::CURRENT, pointer::INDEX, pointer::VERSIONS] {
        let due = pointers.files.iter().find(|(other, _)| other == name).map(|(_, bytes)| bytes.as_slice());
        same(fetch, &format!("{root}/{name}"), due)?;
    }
    let (made, bytes) = about.archive.manifest(&current.manifests[audience])?;
    let version = format!("{root}/v/{}", current.id);
    same(fetch, &format!("{version}/{}", manifest::NAME), Some(&bytes))?;
    let home = about.archive.file(&made, "index.html")?;
    same(fetch, &format!("{version}/index.html"), home.as_deref())
}

/// So much of a version is read by a visitor after it came, in files and bytes: of a small site everything.
const SAMPLE: (usize, u64) = (500, 20 << 20);

/// Reads files of a version as a visitor, those first whose hash is smallest: the same for every run, and of all kinds. Gives the
/// first that is not as it was published, by its path below the audience; `None` also where no visitor can look.
pub(super) fn sample(
    about: &Deploying<'_>,
    audience: &str,
    known: &Known,
    made: &Manifest,
) -> Result<Option<(String, FileOf)>, Halt> {
    let visitor = about.visitor().filter(|_| about.gate(audience).is_none());
    let Some((fetch, url)) = visitor else { return Ok(None) };
    let inside = made.files.iter().map(|file| (format!("v/{}/{}", known.id, file.p), file));
    let shared = made.assets.iter().map(|file| (file.p.clone(), file));
    let mut all: Vec<(String, &FileOf)> = inside.chain(shared).collect();
    all.sort_by_key(|(_, file)| file.digits().to_owned());
    let mut bytes = 0;
    let fits = |(_, file): &&(String, &FileOf)| {
        bytes += file.n;
        bytes <= SAMPLE.1
    };
    for (path, file) in all.iter().take_while(fits).take(SAMPLE.0) {
        let (status, bytes) = fetch.get(&address(url, audience, path))?;
        if status != 200 || Hash::of(&bytes).to_string() != file.digits() {
            return Ok(Some((path.clone(), (*file).clone())));
        }
    }
    Ok(None)
}

fn address(url: &str, audience: &str, path: &str) -> String {
    let encoded: Vec<String> = path.split('/').map(percent).collect();
    format!("{url}/{audience}/{}", encoded.join("/"))
}

/// The host holds a file as it was sent, and visitors get something else.
pub(super) fn bent(about: &Deploying<'_>, audience: &str, path: &str) -> Halt {
    let place = address(about.deploy.url.as_deref().unwrap_or("").trim_end_matches('/'), audience, path);
    wrong(&place, "stands on the host as it was sent, but visitors get something else").hint(format!(
        "nothing was switched; the server or a proxy on the way changes files, or does not serve them:          `kpress verify --remote {}` names all",
        about.deploy.id
    ))
}

/// That a stranger is turned away before anything stands there that could be seen.
pub(super) fn turned_away(about: &Deploying<'_>, gate: &Gate<'_>) -> Result<(), Halt> {
    let Some((fetch, url)) = about.visitor() else { return Ok(()) };
    refused(fetch, &format!("{url}/{}/{}", gate.audience, pointer::INDEX), &[gate::CLOSED])
}

/// That strangers get nothing: pages, data, the manifest, lists of folders, the files of passwords (see [`gate`]).
fn closed(fetch: &dyn Fetch, url: &str, gate: &Gate<'_>, made: &Manifest) -> Result<(), Halt> {
    let root = format!("{url}/{}", gate.audience);
    let version = format!("v/{}", made.version);
    let data = made.files.iter().map(|file| file.p.as_str()).find(|path| path.ends_with(".json"));
    let inside = ["index.html", manifest::NAME].into_iter().chain(data);
    let mut told: Vec<String> = inside.map(|path| format!("{root}/{version}/{path}")).collect();
    told.extend(
        [pointer::INDEX, pointer::CURRENT, pointer::VERSIONS, "v/"].map(|path| format!("{root}/{path}")),
    );
    for address in told {
        refused(fetch, &address, &[gate::CLOSED])?;
    }
    let origin: Vec<&str> = url.splitn(4, '/').take(3).collect();
    for name in gate.bait() {
        refused(fetch, &format!("{root}/{name}"), gate::NOWHERE)?;
        // At the root of the host others may answer to everything: only what looks like passwords counts.
        let address = format!("{}/{name}", origin.join("/"));
        let (status, bytes) = fetch.get(&address)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if status == 200 && [":$2", ":$apr1$", ":{SHA}"].iter().any(|mark| text.contains(mark)) {
            return Err(wrong(&address, "shows the passwords of the site to strangers")
                .hint("move the file out of what the server shows, and give everybody a new password"));
        }
    }
    Ok(())
}

/// That a stranger is turned away.
fn refused(fetch: &dyn Fetch, address: &str, due: &[u16]) -> Result<(), Halt> {
    let (status, _) = fetch.get(address)?;
    if due.contains(&status) {
        return Ok(());
    }
    let text = format!("a stranger who asks for `{address}` is answered {status}, not {}", due[0]);
    Err(Halt::new(Kind::Check, text)
        .hint("the host does not keep strangers out; the pointers are as they were"))
}

/// What is told of an address that does not answer as it should.
fn wrong(address: &str, why: &str) -> Halt {
    Halt::new(Kind::Check, format!("`{address}` {why}"))
        .hint("the pointers are as they were; readers see what they saw before")
}

/// That a visitor gets exactly these bytes.
fn same(fetch: &dyn Fetch, address: &str, due: Option<&[u8]>) -> Result<(), Halt> {
    let Some(due) = due else { return Ok(()) };
    match fetch.get(address).map_err(|halt| wrong(address, &format!("cannot be read: {halt}")))? {
        (200, bytes) if bytes == *due => Ok(()),
        (200, bytes) => Err(wrong(
            address,
            &format!("answers with {} bytes that are not those that were sent", bytes.len()),
        )),
        (status, _) => Err(wrong(address, &format!("answers {status}"))),
    }
}
