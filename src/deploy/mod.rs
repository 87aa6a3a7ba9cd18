//! Copies versions to a host. Only the small pointer files ever change there; everything else comes under new names, so
//! that a connection that drops cannot break what readers see. Whatever stands there that kpress did not write stays.

mod check;
mod folder;
mod http;
mod outside;
mod packed;
mod sftp;
mod shell;

pub use check::{Checked, check};
pub use http::{Fetch, fetcher};
pub use packed::pack;

use crate::plan::deploy::{Deploy, To};
use crate::site::Folder;
use crate::versions::gate::{self, Gate};
use crate::versions::manifest::{self, FileOf, Manifest};
use crate::versions::pointer::{self, Pointers, Seen};
use crate::versions::sealed::audience_of;
use crate::versions::server::Host;
use crate::versions::{Archive, Halt, Kind, Known, WEB};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What begins the name of a version that is not whole yet on the host.
const PART: &str = ".part-";
/// Where a name is tried that means nothing to anybody.
const PROBE: &str = ".kpress-probe";

/// A host, by whatever way it is reached. Paths are below the place of the deploy target, with `/`.
pub trait Remote {
    /// The bytes of a small file; `None` if there is none.
    fn read(&mut self, path: &str) -> Result<Option<Vec<u8>>, Halt>;

    /// Files below a folder with their sizes, by path below it; empty if there is no such folder.
    fn list(&mut self, folder: &str) -> Result<BTreeMap<String, u64>, Halt>;

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
}

/// What is remembered of a deploy target between two runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// The highest number seen there.
    pub seq: u64,
    /// The version readers saw.
    pub version: String,
}

/// The host of a deploy target.
///
/// # Errors
/// [`Kind::Transport`] if it cannot be reached.
pub fn open(deploy: &Deploy, workspace: &Path) -> Result<Box<dyn Remote>, Halt> {
    let host: Box<dyn Remote> = match &deploy.to {
        To::Folder(place) => Box::new(folder::Host::open(&workspace.join(&**place))?),
        To::Rsync(place) => Box::new(shell::Host::open(place)?),
        To::Sftp(place) => Box::new(sftp::Host::open(place, workspace)?),
        To::Zip(_) => {
            return Err(Halt::new(Kind::Usage, format!("`{}` is a file that is sent by hand", deploy.id)));
        }
    };
    // Encrypted trees have another name there than here.
    Ok(if deploy.protect.encrypt.is_some() { Box::new(outside::Outside(host)) } else { host })
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
}

/// Brings a host in line with the local published tree: what is missing, then the pointers.
///
/// # Errors
/// [`Kind::Moved`] if somebody else published there; [`Kind::Check`] if the host does not show what was sent, after the
/// old pointers were put back; [`Kind::Transport`] if the connection is lost: running it again goes on from there.
pub fn deploy(about: &Deploying<'_>, remote: &mut dyn Remote) -> Result<Deployed, Halt> {
    let mut deployed = Deployed { target: about.deploy.id.to_string(), ..Deployed::default() };
    probe(remote)?;
    for audience in about.trees()? {
        if let Some(current) = pointer::current_of(&about.archive.state, &audience) {
            let mut one = One { about, remote, audience: &audience, current };
            one.run(&mut deployed)?;
        }
    }
    deployed.sent = remote.sent();
    Ok(deployed)
}

/// R1: whether a file can be written over, tried under a name that means nothing to anybody.
fn probe(remote: &mut dyn Remote) -> Result<(), Halt> {
    let name = format!("{PROBE}/try");
    for text in [b"one".as_slice(), b"two"] {
        remote.replace(&name, text)?;
        if remote.read(&name)?.as_deref() != Some(text) {
            return Err(Halt::new(Kind::Transport, "the host does not give back what was written to it")
                .hint("is the disk or the quota full?"));
        }
    }
    remote.remove(PROBE, &["try".to_owned()])
}

/// One audience on one host.
struct One<'a, 'r> {
    about: &'a Deploying<'a>,
    remote: &'r mut dyn Remote,
    audience: &'a str,
    current: &'a Known,
}

impl One<'_, '_> {
    fn run(&mut self, deployed: &mut Deployed) -> Result<(), Halt> {
        let before = self.seen()?;
        let state = &self.about.archive.state;
        let mine = |known: &&Known| known.manifests.contains_key(self.audience);
        let mut versions: Vec<&Known> = state.versions.values().filter(mine).collect();
        versions.sort_by_key(|known| known.seq);
        let mut there: BTreeSet<String> = BTreeSet::new();
        for known in &versions {
            if self.remote.read(&self.path(&format!("v/{}/{}", known.id, manifest::NAME)))?.is_some() {
                there.insert(known.id.clone());
            }
        }
        for known in versions {
            match (known.is_there(), there.contains(&known.id)) {
                (true, false) => {
                    self.bring(known, &there, deployed)?;
                    there.insert(known.id.clone());
                }
                (false, true) => self.take_back(known)?,
                _ => {}
            }
        }
        if self.seen()? != before {
            return Err(Halt::new(
                Kind::Moved,
                format!("somebody else published to `{}` meanwhile", self.about.deploy.id),
            )
            .hint("nothing was switched; look what they published before you deploy again"));
        }
        self.point(deployed)?;
        deployed.version = self.current.id.clone();
        Ok(())
    }

    fn path(&self, path: &str) -> String {
        format!("{}/{path}", self.audience)
    }

    /// R2: what the host shows now. Anything that did not come from this version store is somebody else's.
    fn seen(&mut self) -> Result<Option<Vec<u8>>, Halt> {
        let Some(bytes) = self.remote.read(&self.path(pointer::CURRENT))? else { return Ok(None) };
        let there: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let (seq, version) =
            (there["seq"].as_u64().unwrap_or(u64::MAX), there["version"].as_str().unwrap_or(""));
        let state = &self.about.archive.state;
        let ours = state.versions.get(version).and_then(|known| known.manifests.get(self.audience));
        let same = ours.is_some_and(|digits| there["manifest"] == format!("sha256:{digits}").as_str());
        if seq > state.head.0 || !same {
            let text = format!(
                "`{}` shows version `{version}` (entry {seq}), which is not from this version store",
                self.about.deploy.id
            );
            return Err(Halt::new(Kind::Moved, text)
                .hint("somebody else publishes there; nothing was changed. Deploy to another place, or have their version store"));
        }
        Ok(Some(bytes))
    }

    /// R3 to R5: shared files, then the version under a name that nobody looks at, and only when it is whole under its own.
    fn bring(
        &mut self,
        known: &Known,
        there: &BTreeSet<String>,
        deployed: &mut Deployed,
    ) -> Result<(), Halt> {
        let digits = &known.manifests[self.audience];
        let (made, bytes) = self.about.archive.manifest(digits)?;
        let place = self.about.workspace.join(WEB).join(self.audience);
        let folder = self
            .about
            .archive
            .web(self.audience)
            .ok_or_else(|| Halt::damaged("the published tree is missing"))?;
        let web = Local { folder: &folder, place: &place };
        let assets = self.remote.list(&self.path("a"))?;
        let new = |file: &&FileOf| assets.get(file.p.trim_start_matches("a/")) != Some(&file.n);
        let wanted: Vec<FileOf> = made.assets.iter().filter(new).cloned().collect();
        count(deployed, &wanted);
        self.remote.put(&web, self.audience, &wanted, None)?;

        let id = &known.id;
        let local =
            folder.at(&format!("v/{id}")).map_err(|error| Halt::io("open", &format!("v/{id}"), &error))?;
        let here = place.join("v").join(id);
        let version = Local { folder: &local, place: &here };
        let part = self.path(&format!("v/{PART}{id}"));
        let all = whole(self.about.archive, &made, &bytes, digits);
        let has = self.remote.list(&part)?;
        let wanted: Vec<FileOf> =
            all.iter().filter(|file| has.get(&file.p) != Some(&file.n)).cloned().collect();
        count(deployed, &wanted);
        let base = self.like(there)?;
        let like_folder = base.as_ref().map(|base| self.path(&format!("v/{}", base.version)));
        let by_hash: BTreeMap<&str, &str> = base
            .iter()
            .flat_map(|base| base.files.iter().map(|file| (file.h.as_str(), file.p.as_str())))
            .collect();
        let like = like_folder.as_deref().map(|folder| Like { folder, by_hash: &by_hash });
        self.remote.put(&version, &part, &wanted, like.as_ref())?;
        let has = self.remote.list(&part)?;
        if let Some(short) = all.iter().find(|file| has.get(&file.p) != Some(&file.n)) {
            let text =
                format!("`{}` did not arrive whole: {:?} of {} bytes", short.p, has.get(&short.p), short.n);
            // It would be taken for done by the next run.
            self.remote.remove(&part, std::slice::from_ref(&short.p))?;
            return Err(Halt::new(Kind::Check, text)
                .hint("nothing was switched; is the disk or the quota of the host full?"));
        }
        self.remote.place(&part, &self.path(&format!("v/{id}")))?;
        deployed.came.push(id.clone());
        Ok(())
    }

    /// The newest version that is on the host and still known here: what came before is mostly the same.
    fn like(&self, there: &BTreeSet<String>) -> Result<Option<Manifest>, Halt> {
        let state = &self.about.archive.state;
        let known = there.iter().filter_map(|id| state.versions.get(id)).filter(|known| known.is_there());
        let newest = known.max_by_key(|known| known.seq).and_then(|known| known.manifests.get(self.audience));
        newest.map(|digits| self.about.archive.manifest(digits).map(|(made, _)| made)).transpose()
    }

    /// A version that was pruned or taken back: the files of its manifest go, and nothing else.
    fn take_back(&mut self, known: &Known) -> Result<(), Halt> {
        let digits = &known.manifests[self.audience];
        let (made, bytes) = self.about.archive.manifest(digits)?;
        let folder = self.path(&format!("v/{}", known.id));
        if known.pruned.is_some()
            && self.about.archive.ground_has(&format!(
                "{WEB}/{}/v/{}/{}",
                self.audience,
                known.id,
                manifest::NAME
            ))
        {
            // Its grace is not over yet; here it stands, too.
            return Ok(());
        }
        let mut files: Vec<String> =
            whole(self.about.archive, &made, &bytes, digits).into_iter().map(|file| file.p).collect();
        // The manifest first: without it the folder is no version any more.
        files.reverse();
        self.remote.remove(&folder, &files)?;
        if known.retracted.is_some() {
            self.remote
                .replace(&format!("{folder}/index.html"), &pointer::tombstone(made.title(), &known.id))?;
        }
        Ok(())
    }

    /// R7 and R8: the pointers, the page at the root last; then a look as a visitor has it. What is wrong goes back.
    fn point(&mut self, deployed: &mut Deployed) -> Result<(), Halt> {
        let state = &self.about.archive.state;
        let digits = &self.current.manifests[self.audience];
        let (made, _) = self.about.archive.manifest(digits)?;
        let signature =
            self.about.archive.signatures(digits).first().map(|(_, bytes)| crate::inputs::Hash::of(bytes));
        let seen = Seen {
            state,
            audience: self.audience,
            current: self.current,
            manifest: &made,
            signature: signature.as_ref(),
        };
        let base = self.about.base(self.audience);
        let host = Host { base: base.as_deref(), gate: self.about.gate(self.audience) };
        let pointers = Pointers::of(&seen, &host);
        let mut written: Vec<(String, Option<Vec<u8>>)> = Vec::new();
        let mut outcome = Ok(());
        for (name, bytes) in &pointers.files {
            let path = self.path(name);
            let old = self.remote.read(&path)?;
            if old.as_deref() == Some(bytes) {
                continue;
            }
            // What the server reads itself is tried under a name of its own first.
            if name == ".htaccess" {
                outcome = self.try_server(bytes);
                if outcome.is_err() {
                    break;
                }
            }
            written.push((path.clone(), old));
            outcome = self.remote.replace(&path, bytes);
            if outcome.is_err() {
                break;
            }
        }
        deployed.pointers += written.len();
        let outcome = outcome.and_then(|()| self.smoke(&pointers));
        let Err(halt) = outcome else { return Ok(()) };
        // Of a first version they are taken away again: nobody shall meet what was not seen to work.
        if halt.kind == Kind::Check {
            for (path, old) in written.iter().rev() {
                match old {
                    Some(bytes) => self.remote.replace(path, bytes)?,
                    None => self.remote.remove(
                        self.audience,
                        &[path.trim_start_matches(&format!("{}/", self.audience)).to_owned()],
                    )?,
                }
            }
        }
        Err(halt)
    }

    /// Whether the server bears the file that tells it what to do: one wrong line is an error on every page.
    fn try_server(&mut self, htaccess: &[u8]) -> Result<(), Halt> {
        let Some((fetch, url)) = self.about.fetch.zip(self.about.deploy.url.as_deref()) else {
            return Ok(());
        };
        let folder = self.path(PROBE);
        self.remote.replace(&format!("{folder}/.htaccess"), htaccess)?;
        self.remote.replace(&format!("{folder}/probe.txt"), b"kpress\n")?;
        let address = format!("{}/{folder}/probe.txt", url.trim_end_matches('/'));
        let answer = fetch.get(&address);
        self.remote.remove(&folder, &["probe.txt".to_owned(), ".htaccess".to_owned()])?;
        match (answer?.0, self.about.gate(self.audience).is_some()) {
            (200, false) | (gate::CLOSED, true) => Ok(()),
            (200, true) => Err(Halt::new(
                Kind::Check,
                format!("the server shows `{address}` to strangers: it ignores `.htaccess`"),
            )
            .hint(
                "ask the host for `AllowOverride All`, or use what it offers itself; nothing was switched",
            )),
            (status, _) => Err(Halt::new(
                Kind::Check,
                format!("with kpress's `.htaccess` the server answers {status} to `{address}`"),
            )
            .hint("the host allows fewer directives; nothing was switched")),
        }
    }

    /// R8.
    fn smoke(&mut self, pointers: &Pointers) -> Result<(), Halt> {
        let Some((fetch, url)) = self.about.fetch.zip(self.about.deploy.url.as_deref()) else {
            return Ok(());
        };
        let root = format!("{}/{}", url.trim_end_matches('/'), self.audience);
        if let Some(gate) = self.about.gate(self.audience) {
            return self.closed(fetch, &gate, &root);
        }
        for name in [pointer::CURRENT, pointer::INDEX, pointer::VERSIONS] {
            let due = pointers.files.iter().find(|(other, _)| other == name).map(|(_, bytes)| bytes);
            same(fetch, &format!("{root}/{name}"), due)?;
        }
        let digits = &self.current.manifests[self.audience];
        let (made, bytes) = self.about.archive.manifest(digits)?;
        let version = format!("{root}/v/{}", self.current.id);
        same(fetch, &format!("{version}/{}", manifest::NAME), Some(&bytes))?;
        let home = self.about.archive.file(&made, "index.html")?;
        same(fetch, &format!("{version}/index.html"), home.as_ref())
    }
}

impl One<'_, '_> {
    /// That strangers get nothing: see [`gate`].
    fn closed(&self, fetch: &dyn Fetch, gate: &Gate<'_>, root: &str) -> Result<(), Halt> {
        let version = format!("v/{}", self.current.id);
        let told = [
            pointer::INDEX.to_owned(),
            pointer::CURRENT.to_owned(),
            format!("{version}/{}", manifest::NAME),
            "v/".to_owned(),
        ];
        for name in told {
            refused(fetch, &format!("{root}/{name}"), &[gate::CLOSED])?;
        }
        gate.bait().iter().try_for_each(|name| refused(fetch, &format!("{root}/{name}"), gate::NOWHERE))
    }
}

/// That a stranger is turned away.
fn refused(fetch: &dyn Fetch, address: &str, due: &[u16]) -> Result<(), Halt> {
    let (status, _) = fetch.get(address)?;
    if due.contains(&status) {
        return Ok(());
    }
    Err(Halt::new(
        Kind::Check,
        format!("a stranger who asks for `{address}` is answered {status}, not {}", due[0]),
    )
    .hint("the host does not ask for passwords; the pointers are as they were"))
}

/// That a visitor gets exactly these bytes.
fn same(fetch: &dyn Fetch, address: &str, due: Option<&Vec<u8>>) -> Result<(), Halt> {
    let Some(due) = due else { return Ok(()) };
    let wrong = |why: String| {
        Halt::new(Kind::Check, format!("`{address}` {why}"))
            .hint("the pointers are as they were; readers see what they saw before")
    };
    match fetch.get(address).map_err(|halt| wrong(format!("cannot be read: {halt}")))? {
        (200, bytes) if bytes == *due => Ok(()),
        (200, bytes) => {
            Err(wrong(format!("answers with {} bytes that are not those that were sent", bytes.len())))
        }
        (status, _) => Err(wrong(format!("answers {status}"))),
    }
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
