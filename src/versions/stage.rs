//! A version in the making: files come one by one and wait, out of sight, until all of it is committed at once.
//! Bytes that the store holds already are not stored again.

use super::archive::{MANIFESTS, OBJECTS, PRIVATE, WEB, object};
use super::halt::{Halt, Kind};
use super::id::VersionId;
use super::log::Op;
use super::manifest::{
    self, FileOf, Generator, Manifest, MetricOf, PageOf, PluginOf, SnapshotOf, Source, Span, Status,
};
use super::pointer::{self, Pointers, Seen};
use super::sealed::{self, HEADER, Press, Private, SHELL, Sealing};
use super::secret;
use super::server::Host;
use super::store::{TMP, VersionStore};
use super::web::{self, Stood};
use crate::inputs::{Hash, ProjectPath};
use crate::site::Folder;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// The script of a version that says which one it is.
pub const VERSION_SCRIPT: &str = "version.js";
/// Free space that is left alone, in bytes.
const SPARE: u64 = 64 << 20;
/// From so many folders on, one wait for the whole disk is faster than one for each.
const FOLDERS_EACH: usize = 8;

/// What is told of a version beside its files.
#[derive(Clone, Debug, PartialEq)]
pub struct About {
    /// Its id.
    pub id: VersionId,
    /// The site, by its title in the first language.
    pub site: String,
    /// The period it reports on.
    pub period: Option<Span>,
    /// Its time, and what that was taken from.
    pub created: (String, String),
    /// What it was made from.
    pub source: Source,
    /// The version it corrects.
    pub supersedes: Option<String>,
    /// The version that its page of changes compares with.
    pub against: Option<String>,
    /// Of a draft: when it may go.
    pub draft_until: Option<String>,
}

/// What a version tells one audience beside its files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// Files of data; only for the audience that sees everything.
    pub snapshots: Vec<SnapshotOf>,
    /// Plugins.
    pub plugins: Vec<PluginOf>,
    /// What its figures said.
    pub metrics: BTreeMap<String, MetricOf>,
    /// Its pages.
    pub pages: Vec<PageOf>,
    /// Whether it is told a part only: then not even the hash of what people wrote.
    pub is_part: bool,
}

/// Signs the bytes of a manifest: the ending of the signature's file, and its bytes.
pub type Sign<'a> = &'a dyn Fn(&[u8], &Manifest) -> Result<(&'static str, Vec<u8>), Halt>;

/// How much came, in files and bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// Files whose bytes the store did not hold.
    pub new: (usize, u64),
    /// Files whose bytes it held.
    pub reused: (usize, u64),
}

/// A version in the making. Dropped without [`Staging::commit`], it leaves nothing behind.
#[derive(Debug)]
pub struct Staging<'s> {
    store: &'s mut VersionStore,
    tx: String,
    tmp: Folder,
    /// The folder of the objects, opened once, and those in it: nothing where there is none.
    objects: Folder,
    shards: BTreeMap<String, Option<Folder>>,
    trees: BTreeMap<String, Tree>,
    /// Objects that wait below `tmp`, by digits.
    fresh: BTreeSet<String>,
    amount: Amount,
    failed: Option<Halt>,
    /// What is to be encrypted, by audience.
    sealings: BTreeMap<String, Sealing>,
    /// The version that this one takes the place of, and why.
    replaces: Option<(String, String)>,
    /// Trees that were encrypted, by name: what their manifests are made from, and what stays here.
    sealed: BTreeMap<String, (Manifest, Private)>,
}

/// The files of one audience.
#[derive(Debug)]
struct Tree {
    web: Folder,
    part: Folder,
    /// The folders on the way to the last file, which the next one often shares, and all that were made.
    way: Vec<(String, Folder)>,
    made: BTreeSet<String>,
    files: BTreeMap<String, FileOf>,
    folded: BTreeMap<String, String>,
    assets: BTreeMap<String, (FileOf, Vec<u8>)>,
}

impl Tree {
    /// Writes a file of the version.
    fn create(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let name = path.rsplit('/').next().unwrap_or(path);
        self.folder(web::parent(path))?.create(name, bytes)
    }

    /// A folder of the version. It is opened from the one above it, and what is open already is not opened again.
    fn folder(&mut self, path: &str) -> io::Result<&Folder> {
        let holds = |above: &str| {
            path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        while self.way.last().is_some_and(|(above, _)| !holds(above)) {
            self.way.pop();
        }
        let done = self.way.last().map_or(0, |(above, _)| above.len());
        for name in path[done..].split('/').filter(|name| !name.is_empty()) {
            let (way, above) = self.way.last().map_or(("", &self.part), |(way, above)| (way.as_str(), above));
            let way = if way.is_empty() { name.to_owned() } else { format!("{way}/{name}") };
            let folder =
                if self.made.insert(way.clone()) { above.make_new(name)? } else { above.at(name)? };
            self.way.push((way, folder));
        }
        Ok(self.way.last().map_or(&self.part, |(_, folder)| folder))
    }
}

/// A tree whose manifest is written.
struct Pressed {
    digits: String,
    made: Manifest,
    bytes: Vec<u8>,
    /// Ending and bytes of its signature.
    signature: Option<(&'static str, Vec<u8>)>,
}

impl Pressed {
    /// Names of the manifest and of its signature.
    fn names(&self) -> Vec<String> {
        let signature = self.signature.as_ref().map(|(ending, _)| format!("{}.json.{ending}", self.digits));
        [format!("{}.json", self.digits)].into_iter().chain(signature).collect()
    }
}

impl<'s> Staging<'s> {
    /// Begins.
    ///
    /// # Errors
    /// [`Kind::NoSpace`] if a version as large as the current one would not fit.
    pub fn begin(store: &'s mut VersionStore, audiences: &[String]) -> Result<Staging<'s>, Halt> {
        let tx = store.who.tx();
        let like =
            store.archive.state.current().map(|known| known.manifests.values().cloned().collect::<Vec<_>>());
        let mut expected: u64 = 0;
        for digits in like.iter().flatten() {
            expected += store.archive.manifest(digits)?.0.size();
        }
        let needed = expected + expected / 5 + SPARE;
        if let Some(free) = store.archive.store.free_space().filter(|free| *free < needed) {
            let text = format!("a version needs about {} MiB, and {} MiB are free", needed >> 20, free >> 20);
            return Err(Halt::new(Kind::NoSpace, text)
                .hint("free some space, or let old versions go with `kpress prune`"));
        }
        let io = |error: io::Error| Halt::io("make", TMP, &error);
        let tmp = store.archive.store.make(&format!("{TMP}/{tx}")).map_err(io)?;
        let objects = store.archive.store.make(OBJECTS).map_err(io)?;
        let mut staging = Staging {
            store,
            tx,
            tmp,
            objects,
            shards: BTreeMap::new(),
            trees: BTreeMap::new(),
            fresh: BTreeSet::new(),
            amount: Amount::default(),
            failed: None,
            sealings: BTreeMap::new(),
            replaces: None,
            sealed: BTreeMap::new(),
        };
        audiences.iter().try_for_each(|audience| staging.begin_tree(audience))?;
        Ok(staging)
    }

    fn begin_tree(&mut self, name: &str) -> Result<(), Halt> {
        let io = |error: io::Error| Halt::io("make", TMP, &error);
        let web = self.store.archive.ground.make(&format!("{WEB}/{name}")).map_err(io)?;
        let part = web.make(&web::part(&self.tx)).map_err(io)?;
        let tree = Tree {
            web,
            part,
            way: Vec::new(),
            made: BTreeSet::new(),
            files: BTreeMap::new(),
            folded: BTreeMap::new(),
            assets: BTreeMap::new(),
        };
        self.trees.insert(name.to_owned(), tree);
        Ok(())
    }

    /// The version shall have an encrypted form for an audience, too.
    pub fn encrypt(&mut self, audience: &str, sealing: Sealing) {
        self.sealings.insert(audience.to_owned(), sealing);
    }

    /// The version takes the place of another, which is taken back by the same commit: names and pins go over to it.
    pub fn replace(&mut self, id: &str, reason: &str) {
        self.replaces = Some((id.to_owned(), reason.to_owned()));
    }

    /// Takes a file of an audience's tree. The first failure is kept and told by [`Staging::commit`].
    pub fn take(&mut self, audience: &str, path: &str, bytes: &[u8]) {
        if self.failed.is_none() {
            self.failed = self.try_take(audience, path, bytes).err();
        }
    }

    /// Why a file could not be taken: there is no use in making more.
    pub fn failed(&self) -> Option<&Halt> {
        self.failed.as_ref()
    }

    /// The files of an audience so far, sorted by path.
    pub fn files(&self, audience: &str) -> Vec<&FileOf> {
        self.trees.get(audience).map(|tree| tree.files.values().collect()).unwrap_or_default()
    }

    /// What the store knows.
    pub fn store(&self) -> &VersionStore {
        self.store
    }

    /// How much came.
    pub fn amount(&self) -> Amount {
        self.amount
    }

    fn try_take(&mut self, audience: &str, path: &str, bytes: &[u8]) -> Result<(), Halt> {
        let refuse = |why: &str| {
            Halt::new(Kind::Path, format!("a version cannot hold `{}`: {why}", crate::diag::printable(path)))
        };
        ProjectPath::parse(path).map_err(|why| refuse(&why.0))?;
        // What the host looks at, and what the root of the published tree needs, is written by `server` and `pointer`.
        if path == "robots.txt" {
            return Ok(());
        }
        let (reserved, hidden) =
            (path.starts_with(manifest::NAME) || path == manifest::SUMS, path.starts_with('.'));
        if reserved || hidden {
            return Err(refuse("the name is kept for kpress itself"));
        }
        let file = FileOf::of(path, bytes);
        let tree = self.trees.get_mut(audience).expect("an audience that staging began with");
        if let Some(other) = tree.folded.insert(path.to_lowercase(), path.to_owned()) {
            return Err(refuse(&format!("`{other}` has the same address where case does not count")));
        }
        let io = |error: io::Error| Halt::io("write", path, &error);
        if path.starts_with("a/") {
            tree.assets.insert(path.to_owned(), (file.clone(), bytes.to_vec()));
        } else {
            tree.create(path, bytes).map_err(io)?;
            tree.files.insert(path.to_owned(), file.clone());
        }
        if self.keep(&file, bytes).map_err(io)? {
            secret::scan(path, bytes)?;
        }
        Ok(())
    }

    /// Stages an object unless the store has it. `true`: it was new.
    fn keep(&mut self, file: &FileOf, bytes: &[u8]) -> io::Result<bool> {
        let digits = file.digits();
        let known = self.fresh.contains(digits) || self.stored(digits)? == Some(file.n);
        let count = if known { &mut self.amount.reused } else { &mut self.amount.new };
        *count = (count.0 + 1, count.1 + file.n);
        if !known {
            self.tmp.create_fixed(digits, bytes)?;
            self.fresh.insert(digits.to_owned());
        }
        Ok(!known)
    }

    /// The size of an object in the store.
    fn stored(&mut self, digits: &str) -> io::Result<Option<u64>> {
        let place = object(digits);
        let (shard, name) = place.split_once('/').unwrap_or(("", &place));
        if !self.shards.contains_key(shard) {
            let opened = match self.objects.at(shard) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                opened => Some(opened?),
            };
            self.shards.insert(shard.to_owned(), opened);
        }
        self.shards[shard].as_ref().map_or(Ok(None), |shard| shard.size(name))
    }

    /// What will stand beside the pages of an audience once this is committed: the files at the root of its tree, and the
    /// script that says which version it is. Nothing of it may name what its readers may not see.
    pub fn beside(&self, audience: &str, about: &About, told: &Told) -> Vec<(String, Vec<u8>)> {
        let mut state = self.store.archive.state.clone();
        let mut entry = self.store.entry(Op::Publish);
        entry.version = Some(about.id.to_string());
        (entry.period, entry.created) = (about.period.clone(), Some(about.created.0.clone()));
        entry.draft_until.clone_from(&about.draft_until);
        entry.manifests.insert(audience.to_owned(), format!("sha256:{:064}", 0));
        // A name that is given already is refused later, with what there is to say about it.
        let follows = state.apply(&entry).is_ok();
        let manifest = self.manifest(audience, about, told.clone());
        let current = pointer::current_of(&state, audience).filter(|_| follows);
        let seen = current.map(|current| Seen {
            state: &state,
            audience,
            current,
            manifest: &manifest,
            signature: None,
        });
        let pointers = seen.map(|seen| Pointers::of(&seen, &Host::default()).files);
        let script = (VERSION_SCRIPT.to_owned(), version_script(about));
        pointers.into_iter().flatten().chain([script]).collect()
    }

    /// Commits: steps 4 to 9. On an error before the commit nothing was published; the error says if it came later.
    ///
    /// # Errors
    /// The first thing that went wrong.
    pub fn commit(
        mut self,
        about: &About,
        told: &BTreeMap<String, Told>,
        sign: Option<Sign<'_>>,
    ) -> Result<u64, Halt> {
        let audiences: Vec<String> = self.trees.keys().cloned().collect();
        for audience in &audiences {
            self.take(audience, VERSION_SCRIPT, &version_script(about));
        }
        if let Some(halt) = self.failed.take() {
            return Err(halt);
        }
        for (audience, sealing) in std::mem::take(&mut self.sealings) {
            self.seal(&audience, about, told.get(&audience), &sealing)?;
        }
        let audiences: Vec<String> = self.trees.keys().cloned().collect();
        let press = |audience: &String| self.press(audience, about, told.get(audience), sign);
        let pressed = audiences.iter().map(press).collect::<Result<Vec<Pressed>, Halt>>()?;
        self.store_objects().map_err(|error| Halt::io("write", OBJECTS, &error))?;
        self.name_manifests(&pressed).map_err(|error| Halt::io("write", MANIFESTS, &error))?;
        let mut entry = self.store.entry(Op::Publish);
        for (audience, pressed) in audiences.iter().zip(&pressed) {
            entry.manifests.insert(audience.clone(), format!("sha256:{}", pressed.digits));
            entry.signed = pressed.signature.as_ref().map(|(ending, _)| (*ending).to_owned());
        }
        entry.version = Some(about.id.to_string());
        entry.period = about.period.clone();
        entry.created = Some(about.created.0.clone());
        entry.git = about.source.git.clone();
        entry.draft_until = about.draft_until.clone();
        (entry.replaces, entry.reason) = self.replaces.take().unzip();
        let seq = self.store.commit(entry, &self.tx)?;
        let later = |halt: Halt| {
            let hint = "the version is committed; the next run of kpress brings it into place";
            Halt { hint: Some(hint.to_owned()), ..halt }
        };
        for (tree, Pressed { digits, made, bytes, .. }) in self.trees.values().zip(pressed) {
            if web::in_place(&tree.web, &web::part(&self.tx), about.id.as_str()).map_err(later)?
                == Stood::Ours
            {
                self.store.placed.insert(digits.clone());
            }
            self.store.archive.keep(&digits, made, bytes);
        }
        self.store.settle().map_err(later)?;
        Ok(seq)
    }

    /// The encrypted form of an audience's tree, as a tree of its own. What it holds was opened again before it counts.
    fn seal(
        &mut self,
        audience: &str,
        about: &About,
        told: Option<&Told>,
        sealing: &Sealing,
    ) -> Result<(), Halt> {
        let plain = self.manifest(audience, about, told.cloned().unwrap_or_default());
        let (plain_bytes, name) = (plain.bytes(), sealed::sealed(audience));
        self.begin_tree(&name)?;
        let mut press = Press::begin(sealing, audience, about.id.as_str())?;
        for file in &plain.files {
            let read = self.trees[audience].part.read(&file.p);
            let bytes = read.map_err(|error| Halt::io("read", &file.p, &error))?;
            let (place, stored) = press.file(&file.p, &bytes)?;
            self.try_take(&name, &place, &stored)?;
        }
        let (place, stored) = press.file(manifest::NAME, &plain_bytes)?;
        self.try_take(&name, &place, &stored)?;
        let (header, shell) = (manifest::canonical(&press.header()?), press.shell());
        // The page for lost addresses would look for pages in a list that names none.
        let shared = self.trees[audience].assets.iter().filter(|(path, _)| !path.starts_with("a/lost."));
        let mut assets: BTreeMap<String, Vec<u8>> =
            shared.map(|(path, (_, bytes))| (path.clone(), bytes.clone())).collect();
        assets.extend(shell.assets.iter().cloned());
        for (path, bytes) in assets
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes))
            .chain([(HEADER, &header), (SHELL, &shell.page)])
        {
            self.try_take(&name, path, bytes)?;
        }
        let digits = Hash::of(&plain_bytes).to_string();
        let sealed = self.with_files(&name, press.manifest(&plain, self.before(&name)));
        let open = manifest::canonical(&sealed);
        let said =
            [(HEADER, header.as_slice()), (SHELL, shell.page.as_slice()), (manifest::NAME, open.as_slice())];
        if let Some((file, what)) = sealed::leak(&plain, said.into_iter()) {
            let text = format!(
                "`{file}` of the encrypted tree would say `{}` in the open",
                crate::diag::printable(&what)
            );
            return Err(Halt::new(Kind::Secret, text).hint("rename the page; nothing was published"));
        }
        self.sealed.insert(name, (sealed, press.private(&digits)));
        Ok(())
    }

    /// Step 4: bytes are safe before they get their names, so that no later run reuses a hole. One wait is for everything that
    /// was written so far: objects, manifests and the trees that the web server is to show.
    fn store_objects(&self) -> io::Result<()> {
        let store = &self.store.archive.store;
        Folder::settle_all(self.trees.values().map(|tree| &tree.web).chain([store]))?;
        let mut shards: BTreeSet<&str> = BTreeSet::new();
        for digits in &self.fresh {
            let place = object(digits);
            let shard = web::parent(&place);
            if shards.insert(digits.get(..2).unwrap_or("00")) {
                store.make(&format!("{OBJECTS}/{shard}"))?;
            }
            store.rename(&format!("{TMP}/{}/{digits}", self.tx), &format!("{OBJECTS}/{place}"))?;
        }
        match shards.len() {
            0 => Ok(()),
            few if few <= FOLDERS_EACH => {
                shards.iter().try_for_each(|shard| store.sync_folder(&format!("{OBJECTS}/{shard}")))?;
                store.sync_folder(OBJECTS)
            }
            _ => store.at(OBJECTS)?.settle(),
        }
    }

    /// Step 5: manifests get their names, which they may only while everything that they name has its own.
    fn name_manifests(&self, pressed: &[Pressed]) -> io::Result<()> {
        let store = &self.store.archive.store;
        for name in pressed.iter().flat_map(Pressed::names) {
            store.rename(&format!("{TMP}/{}/{name}", self.tx), &format!("{MANIFESTS}/{name}"))?;
        }
        store.sync_folder(MANIFESTS)
    }

    /// What steps 5 and 6 need for one audience: manifest, signature, and everything beside the files. Nothing of it has its
    /// name yet.
    fn press(
        &self,
        audience: &str,
        about: &About,
        told: Option<&Told>,
        sign: Option<Sign<'_>>,
    ) -> Result<Pressed, Halt> {
        let sealed = self.sealed.get(audience);
        let made = match sealed {
            Some((sealed, _)) => self.with_files(audience, sealed.clone()),
            None => self.manifest(audience, about, told.cloned().unwrap_or_default()),
        };
        let bytes = made.bytes();
        let digits = Hash::of(&bytes).to_string();
        let signature = sign.map(|sign| sign(&bytes, &made)).transpose()?;
        let pressed = Pressed { digits, made, bytes, signature };
        let (digits, io) = (&pressed.digits, |error: io::Error| Halt::io("write", MANIFESTS, &error));
        let signed = pressed.signature.as_ref().map(|(_, bytes)| bytes.as_slice());
        for (name, bytes) in
            pressed.names().into_iter().zip([pressed.bytes.as_slice()].into_iter().chain(signed))
        {
            self.tmp.create_fixed(&name, bytes).map_err(io)?;
        }
        if let Some((_, private)) = sealed {
            let (store, path) = (&self.store.archive.store, format!("{PRIVATE}/{digits}.json"));
            store
                .put_secret(&path, &manifest::canonical(private))
                .map_err(|error| Halt::io("write", &path, &error))?;
        }
        let tree = &self.trees[audience];
        web::complete(&tree.part, &pressed.made, &pressed.bytes, digits, pressed.signature.as_slice())
            .map_err(io)?;
        let fresh = tree.assets.iter().map(|(path, (_, bytes))| (path.clone(), bytes.clone())).collect();
        web::assets(self.store, &tree.web, &pressed.made.assets, &fresh)?;
        Ok(pressed)
    }

    /// The manifest of the version before, of the same tree.
    fn before(&self, name: &str) -> Option<String> {
        let known = pointer::current_of(&self.store.archive.state, name);
        known.and_then(|known| known.manifests.get(name)).map(|digits| format!("sha256:{digits}"))
    }

    fn with_files(&self, name: &str, made: Manifest) -> Manifest {
        let tree = &self.trees[name];
        let files: Vec<FileOf> = tree.files.values().cloned().collect();
        Manifest {
            tree: manifest::tree(&files),
            files,
            assets: tree.assets.values().map(|(file, _)| file.clone()).collect(),
            ..made
        }
    }

    fn manifest(&self, audience: &str, about: &About, told: Told) -> Manifest {
        let tree = &self.trees[audience];
        let state = &self.store.archive.state;
        let files: Vec<FileOf> = tree.files.values().cloned().collect();
        Manifest {
            format: manifest::FORMAT.to_owned(),
            site: about.site.clone(),
            audience: audience.to_owned(),
            version: about.id.to_string(),
            seq: state.head.0 + 1,
            prev: self.before(audience),
            supersedes: about.supersedes.clone(),
            against: about.against.clone(),
            status: if about.draft_until.is_some() { Status::Draft } else { Status::Published },
            created: about.created.0.clone(),
            created_from: about.created.1.clone(),
            period: about.period.clone(),
            generator: Generator { name: "kpress".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            source: match told.is_part {
                true => Source { config: String::new(), ..about.source.clone() },
                false => about.source.clone(),
            },
            snapshots: told.snapshots,
            plugins: told.plugins,
            metrics: told.metrics,
            pages: told.pages,
            tree: manifest::tree(&files),
            files,
            assets: tree.assets.values().map(|(file, _)| file.clone()).collect(),
            encryption: None,
        }
    }
}

impl Drop for Staging<'_> {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next run.
        let _ = self.store.archive.store.remove_all(&format!("{TMP}/{}", self.tx));
        for tree in self.trees.values() {
            let _ = tree.web.remove_all(&web::part(&self.tx));
        }
    }
}

/// What the pages of a version are told about themselves. They load it, so that no page says which version it belongs to.
pub fn version_script(about: &About) -> Vec<u8> {
    let said = serde_json::json!({
        "version": about.id.as_str(),
        "period": about.period.as_ref().map(|period| &period.id),
        "created": about.created.0,
        "git": about.source.git,
        "draft": about.draft_until.is_some(),
    });
    format!("window.kpressVersion = {said};\n").into_bytes()
}
