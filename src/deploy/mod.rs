//! Copies versions to a host. Only the small pointer files ever change there; everything else comes under new names, so
//! that a connection that drops cannot break what readers see. Whatever stands there that kpress did not write stays.

mod bring;
mod check;
mod folder;
#[cfg(feature = "ftps")]
mod ftp;
mod http;
mod look;
mod master;
mod memory;
mod outside;
mod packed;
mod probe;
mod sftp;
mod shell;
mod stubs;

pub use check::{Checked, check};
pub use http::{Fetch, fetcher};
pub use memory::{Abilities, Memory, Part};
pub use packed::pack;
pub use probe::fits;

use crate::plan::deploy::{Deploy, To};
use crate::site::Folder;
use crate::versions::gate::Gate;
use crate::versions::manifest::{self, FileOf, Manifest};
use crate::versions::pointer;
use crate::versions::sealed::audience_of;
use crate::versions::{Archive, Halt, Kind};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// What begins the name of a version that is not whole yet on the host.
const PART: &str = ".part-";
/// What ends the name of a pointer that is not whole yet.
const UNFINISHED: &str = ".kpress-part";
/// What begins the name of a folder in which something is tried that means nothing to anybody.
const PROBE: &str = ".kpress-probe-";

/// A host, by whatever way it is reached. Paths are below the place of the deploy target, with `/`.
pub trait Remote {
    /// The bytes of a small file; `None` if there is none.
    fn read(&mut self, path: &str) -> Result<Option<Vec<u8>>, Halt>;

    /// Files below a folder with their sizes, by path below it; empty if there is no such folder.
    fn list(&mut self, folder: &str) -> Result<BTreeMap<String, u64>, Halt>;

    /// What stands directly in a folder: names, and the sizes of files; nothing if there is no such folder.
    fn names(&mut self, folder: &str) -> Result<Vec<(String, Option<u64>)>, Halt>;

    /// The bytes of several small files.
    fn read_all(&mut self, paths: &[String]) -> Result<Vec<Option<Vec<u8>>>, Halt> {
        paths.iter().map(|path| self.read(path)).collect()
    }

    /// The sizes of those of the files below a folder that stand there; of others, too, where that costs nothing.
    fn sizes(&mut self, folder: &str, files: &[FileOf]) -> Result<BTreeMap<String, u64>, Halt> {
        if files.is_empty() { Ok(BTreeMap::new()) } else { self.list(folder) }
    }

    /// Brings files of the local folder `from` to the folder `to`, under names that are new there. Where it can, it takes
    /// equal files of the folder `like` on the host instead of sending them.
    fn put(
        &mut self,
        from: &Local<'_>,
        to: &str,
        files: &[FileOf],
        like: Option<&Like<'_>>,
    ) -> Result<(), Halt>;

    /// Renames a folder to a name that is free.
    fn place(&mut self, from: &str, to: &str) -> Result<(), Halt>;

    /// Writes a small file in place of another, so that readers see one or the other.
    fn replace(&mut self, path: &str, bytes: &[u8]) -> Result<(), Halt>;

    /// Writes several small files in place of others, one after the other in this order; on an error some of them may be written.
    fn replace_all(&mut self, files: &[(String, &[u8])]) -> Result<(), Halt> {
        files.iter().try_for_each(|(path, bytes)| self.replace(path, bytes))
    }

    /// Removes files, and the folders below `folder` that become empty.
    fn remove(&mut self, folder: &str, files: &[String]) -> Result<(), Halt>;

    /// How many bytes were sent so far, where it is known.
    fn sent(&self) -> u64;
}

/// A folder of the local published tree.
#[derive(Clone, Copy, Debug)]
pub struct Local<'a> {
    /// The folder.
    pub folder: &'a Folder,
    /// Where it is, for programs that are handed a path.
    pub place: &'a Path,
}

/// A version that is on the host already, and what it holds.
#[derive(Clone, Copy, Debug)]
pub struct Like<'a> {
    /// Its folder on the host.
    pub folder: &'a str,
    /// Paths of its files, by hash.
    pub by_hash: &'a BTreeMap<&'a str, &'a str>,
}

/// What came of a deploy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Deployed {
    /// The deploy target.
    pub target: String,
    /// What readers see there now.
    pub version: String,
    /// Versions that came.
    pub came: Vec<String>,
    /// Files and bytes that were missing there.
    pub missing: (usize, u64),
    /// Bytes that went over the line, where it is known.
    pub sent: u64,
    /// Pointer files that were written.
    pub pointers: usize,
    /// What the user should know of the host.
    pub warnings: Vec<String>,
}

/// The host of a deploy target. The password is for those that have no agent: FTPS.
///
/// # Errors
/// [`Kind::Transport`] if it cannot be reached.
pub fn open(deploy: &Deploy, workspace: &Path, password: Option<&str>) -> Result<Box<dyn Remote>, Halt> {
    let host: Box<dyn Remote> = match &deploy.to {
        To::Folder(place) => Box::new(folder::Host::open(&workspace.join(&**place))?),
        To::Rsync(place) => Box::new(shell::Host::open(place)?),
        To::Sftp(place) => Box::new(sftp::Host::open(place, workspace)?),
        To::Ftps(ftp) => by_ftp(deploy, ftp, password)?,
        To::Zip(_) => {
            return Err(Halt::new(Kind::Usage, format!("`{}` is a file that is sent by hand", deploy.id)));
        }
    };
    // Encrypted trees have another name there than here.
    Ok(if deploy.protect.encrypt.is_some() { Box::new(outside::Outside(host)) } else { host })
}

#[cfg(feature = "ftps")]
fn by_ftp(
    deploy: &Deploy,
    ftp: &crate::plan::deploy::Ftp,
    password: Option<&str>,
) -> Result<Box<dyn Remote>, Halt> {
    use crate::plan::plugin::SecretFrom;
    let Some(password) = password else {
        let halt = Halt::new(Kind::Transport, format!("there is no password for `{}`", deploy.id));
        return Err(match &ftp.password {
            SecretFrom::Env(name) => halt.hint(format!("put it into the environment or `.env` as `{name}`")),
            SecretFrom::Keyring(name) => {
                halt.hint(format!("put it into the key ring: service `kpress`, account `{name}`; or name a program that prints it in `KPRESS_CREDENTIAL_COMMAND`"))
            }
            SecretFrom::Captured => halt,
        });
    };
    Ok(Box::new(ftp::Host::open(ftp, password)?))
}

#[cfg(not(feature = "ftps"))]
fn by_ftp(
    deploy: &Deploy,
    _ftp: &crate::plan::deploy::Ftp,
    _password: Option<&str>,
) -> Result<Box<dyn Remote>, Halt> {
    Err(Halt::new(
        Kind::Usage,
        format!("`{}` asks for FTPS, and this kpress was built without it", deploy.id),
    )
    .hint("build kpress with the feature `ftps`, or copy to the host by `sftp:` or `rsync:`"))
}

/// The path of the address of a deploy target: `/kpi/` of `https://example.com/kpi`.
pub fn base(url: &str) -> Option<String> {
    let rest = url.split_once("://")?.1;
    let path = rest.split_once('/').map_or("", |(_, path)| path);
    let path = path.split(['?', '#']).next().unwrap_or("").trim_matches('/');
    Some(if path.is_empty() { "/".to_owned() } else { format!("/{path}/") })
}

/// Everything a deploy is about.
pub struct Deploying<'a> {
    /// The deploy target.
    pub deploy: &'a Deploy,
    /// The workspace.
    pub workspace: &'a Path,
    /// The version store.
    pub archive: &'a Archive,
    /// Asks the host as a visitor does; `None`: the host has no address, or nobody shall ask.
    pub fetch: Option<&'a dyn Fetch>,
    /// What was seen there last.
    pub memory: Memory,
    /// Now, in seconds since 1970.
    pub now: i64,
    /// A word that no other run has.
    pub token: &'a str,
    /// Keeps what is to be remembered, whenever something came of it.
    pub save: &'a dyn Fn(&Memory),
}

impl<'a> Deploying<'a> {
    /// The trees that go there, by their names on this machine: encrypted ones or plain ones, never both.
    ///
    /// # Errors
    /// [`Kind::Config`] if they are to be encrypted and none is.
    pub fn trees(&self) -> Result<Vec<String>, Halt> {
        let encrypted = self.deploy.protect.encrypt.is_some();
        let mine = |tree: &String| {
            let (audience, is_encrypted) = audience_of(tree);
            is_encrypted == encrypted && self.deploy.takes(audience)
        };
        let all: Vec<String> = self.archive.audiences().into_iter().filter(mine).collect();
        if encrypted && all.is_empty() && !self.archive.audiences().is_empty() {
            let text = format!("`{}` takes encrypted pages only, and no version has any yet", self.deploy.id);
            return Err(Halt::new(Kind::Config, text).hint("`kpress publish` makes one"));
        }
        Ok(all)
    }

    /// The address path of an audience's folder, where it is known: `/kpi/company/`.
    fn base(&self, audience: &str) -> Option<String> {
        self.deploy.url.as_deref().and_then(base).map(|base| format!("{base}{}/", audience_of(audience).0))
    }

    /// The password that the server asks for before an audience.
    fn gate<'s>(&self, audience: &'s str) -> Option<Gate<'s>>
    where
        'a: 's,
    {
        self.deploy.protect.login.as_ref().map(|login| Gate { login, audience: audience_of(audience).0 })
    }

    /// Who asks as a visitor does, and at which address.
    fn visitor(&self) -> Option<(&dyn Fetch, &str)> {
        let url = self.deploy.url.as_deref()?;
        Some((self.fetch?, url.trim_end_matches('/')))
    }
}

/// Brings a host in line with the local published tree: what is missing, then the pointers.
///
/// # Errors
/// [`Kind::Moved`] if somebody else published there; [`Kind::Check`] if the host does not show what was sent, after the
/// old pointers were put back; [`Kind::Limit`] if the host takes no such sites; [`Kind::Transport`] if the connection is
/// lost: running it again goes on from there.
pub fn deploy(about: &Deploying<'_>, remote: &mut dyn Remote) -> Result<Deployed, Halt> {
    let mut deployed = Deployed { target: about.deploy.id.to_string(), ..Deployed::default() };
    let mut memory = about.memory.clone();
    let outcome = all(about, remote, &mut memory, &mut deployed);
    deployed.sent = remote.sent();
    if outcome.is_ok() {
        memory.seq = about.archive.state.head.0;
        memory.version.clone_from(&deployed.version);
    }
    (about.save)(&memory);
    outcome.map(|()| deployed)
}

fn all(
    about: &Deploying<'_>,
    remote: &mut dyn Remote,
    memory: &mut Memory,
    deployed: &mut Deployed,
) -> Result<(), Halt> {
    let abilities = match memory.abilities {
        Some(abilities) => abilities,
        None => probe::abilities(about, remote)?,
    };
    memory.abilities = Some(abilities);
    deployed.warnings = probe::warnings(abilities);
    probe::paths(about, remote, memory)?;
    for audience in about.trees()? {
        if let Some(current) = pointer::current_of(&about.archive.state, &audience) {
            bring::One {
                about,
                remote: &mut *remote,
                memory: &mut *memory,
                audience: &audience,
                current,
                abilities,
            }
            .run(deployed)?;
            deployed.pointers += stubs::bring(about, remote, memory, &audience)?;
        }
    }
    if !deployed.came.is_empty() || memory::is_due(about, memory) {
        memory::tidy(about, remote, memory)?;
    }
    Ok(())
}

/// A name that was to be new.
fn taken(path: &str) -> Halt {
    Halt::new(Kind::Moved, format!("`{path}` stands on the host already, and is not ours"))
        .hint("nothing was switched; somebody else publishes there. Deploy to another place, or have their version store")
}

/// Every file in the folder of a version, the manifest last.
fn whole(archive: &Archive, made: &Manifest, bytes: &[u8], digits: &str) -> Vec<FileOf> {
    let mut all = made.files.clone();
    if let Some(hash) = crate::inputs::Hash::parse(digits) {
        all.push(FileOf::of(manifest::SUMS, made.sums(&hash).as_bytes()));
    }
    for (ending, signature) in archive.signatures(digits) {
        all.push(FileOf::of(&format!("{}.{ending}", manifest::NAME), &signature));
    }
    all.push(FileOf::of(manifest::NAME, bytes));
    all
}

fn count(deployed: &mut Deployed, files: &[FileOf]) {
    deployed.missing.0 += files.len();
    deployed.missing.1 += files.iter().map(|file| file.n).sum::<u64>();
}
