//! R2 to R7 for one audience on one host: what it shows, what is missing, and then the pointers, the page at the root last.

use super::{
    Abilities, Deployed, Deploying, Like, Local, Memory, PART, Part, Remote, count, look, probe, taken, whole,
};
use crate::inputs::Hash;
use crate::versions::gate::Gate;
use crate::versions::manifest::{self, FileOf, Manifest};
use crate::versions::pointer::{self, Pointers, Seen};
use crate::versions::server::Host;
use crate::versions::{Halt, Kind, Known, WEB};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the server reads itself.
const HTACCESS: &str = ".htaccess";
/// So many digits of the hash of a manifest tell versions of one name apart.
const OF_MANIFEST: usize = 12;
/// After so many files or bytes it is remembered that they were sent.
const FEW: (usize, u64) = (50, 16 << 20);

/// The name of a version that is not whole yet. Its manifest is part of it: where a version store was lost, the next one gives
/// the same names again, and what the former left must not be taken for files of this one.
pub(super) fn part_name(id: &str, digits: &str) -> String {
    format!("{PART}{id}-{}", digits.get(..OF_MANIFEST).unwrap_or(digits))
}

/// The version that such a name is of, if `known` has it.
pub(super) fn part_of<'k, T>(name: &str, known: impl Fn(&str) -> Option<&'k T>) -> Option<&'k T> {
    let name = name.strip_prefix(PART)?;
    let id = name.rsplit_once('-').filter(|(_, digits)| digits.len() == OF_MANIFEST).map(|(id, _)| id);
    id.and_then(&known).or_else(|| known(name))
}

/// One audience on one host.
pub(super) struct One<'a, 'r> {
    pub(super) about: &'a Deploying<'a>,
    pub(super) remote: &'r mut dyn Remote,
    pub(super) memory: &'r mut Memory,
    pub(super) audience: &'a str,
    pub(super) current: &'a Known,
    pub(super) abilities: Abilities,
}

impl One<'_, '_> {
    pub(super) fn run(&mut self, deployed: &mut Deployed) -> Result<(), Halt> {
        let before = self.seen()?;
        let digits = &self.current.manifests[self.audience];
        let (made, _) = self.about.archive.manifest(digits)?;
        let pointers = self.pointers(&made);
        if let Some(gate) = self.about.gate(self.audience) {
            self.close(&gate, &pointers)?;
        }
        let state = &self.about.archive.state;
        let mine = |known: &&Known| known.manifests.contains_key(self.audience);
        let mut versions: Vec<&Known> = state.versions.values().filter(mine).collect();
        versions.sort_by_key(|known| known.seq);
        let mut there = self.there(&versions, before.as_deref())?;
        for known in versions.iter().filter(|known| known.is_there()) {
            if !there.contains(&known.id) {
                self.bring(known, &there, deployed)?;
                there.insert(known.id.clone());
            }
            self.sample(known)?;
        }
        self.point(&pointers, before.as_deref(), deployed)?;
        // Only now does nothing lead there any more.
        for known in versions.iter().filter(|known| !known.is_there() && there.contains(&known.id)) {
            self.take_back(known)?;
        }
        deployed.version.clone_from(&self.current.id);
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

    /// Which versions stand there whole. What is remembered counts as long as the host shows what we left, except for the
    /// version that readers are led to: that one is asked for.
    fn there(&mut self, versions: &[&Known], before: Option<&[u8]>) -> Result<BTreeSet<String>, Halt> {
        let shown = before.map(|bytes| Hash::of(bytes).to_string());
        let as_left = shown.is_some() && self.memory.pointers.get(self.audience) == shown.as_ref();
        let remembered = match as_left {
            true => self.memory.whole.remove(self.audience).unwrap_or_default(),
            false => BTreeMap::new(),
        };
        let mut whole = BTreeMap::new();
        for known in versions {
            let digits = &known.manifests[self.audience];
            let id = &known.id;
            let path = self.path(&format!("v/{id}/{}", manifest::NAME));
            if remembered.get(id) == Some(digits) && *id != self.current.id {
                whole.insert(id.clone(), digits.clone());
            } else if let Some(bytes) = self.remote.read(&path)? {
                match Hash::of(&bytes).to_string() == *digits {
                    true => drop(whole.insert(id.clone(), digits.clone())),
                    // Where folders are not renamed it may be half of ours; elsewhere only a whole version has this name.
                    false if self.abilities.folders || Manifest::read(&bytes).is_ok() => {
                        return Err(taken(&self.path(&format!("v/{id}"))));
                    }
                    false => {}
                }
            }
        }
        let there = whole.keys().cloned().collect();
        self.memory.whole.insert(self.audience.to_owned(), whole);
        Ok(there)
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
        let audience = self.audience;
        self.send(&web, audience, &wanted, None)?;

        let id = &known.id;
        let local =
            folder.at(&format!("v/{id}")).map_err(|error| Halt::io("open", &format!("v/{id}"), &error))?;
        let here = place.join("v").join(id);
        let version = Local { folder: &local, place: &here };
        let goal = self.path(&format!("v/{id}"));
        // A version without its manifest is none, and nothing leads to it: a host that renames no folder takes it there.
        let part = match self.abilities.folders {
            true => self.path(&format!("v/{}", part_name(id, digits))),
            false => goal.clone(),
        };
        let mut all = whole(self.about.archive, &made, &bytes, digits);
        if !self.abilities.folders && !self.memory.parts.contains_key(&part) {
            self.clear(&part, &all)?;
        }
        let last = if self.abilities.folders { None } else { all.pop() };
        let base = self.like(there)?;
        let like_folder = base.as_ref().map(|base| self.path(&format!("v/{}", base.version)));
        let by_hash: BTreeMap<&str, &str> = base
            .iter()
            .flat_map(|base| base.files.iter().map(|file| (file.h.as_str(), file.p.as_str())))
            .collect();
        let like = like_folder.as_deref().map(|folder| Like { folder, by_hash: &by_hash });
        self.fill(&version, &part, &all, like.as_ref(), deployed)?;
        match last {
            Some(manifest) => self.fill(&version, &part, &[manifest], None, deployed)?,
            None => {
                if let Err(halt) = self.remote.place(&part, &goal) {
                    // What the host can do is tried anew: it may have been misjudged.
                    self.memory.abilities = None;
                    return Err(halt);
                }
            }
        }
        self.memory.parts.remove(&part);
        self.memory.unread.insert(self.path(id));
        self.memory.whole.entry(self.audience.to_owned()).or_default().insert(id.clone(), digits.clone());
        (self.about.save)(self.memory);
        deployed.came.push(id.clone());
        Ok(())
    }

    /// Removes what nobody remembers to have sent. The name of a folder that keeps it says no manifest: these may be files of
    /// another version of this name, of the same sizes.
    fn clear(&mut self, part: &str, all: &[FileOf]) -> Result<(), Halt> {
        let there = self.remote.sizes(part, all)?;
        let ours = all.iter().filter(|file| there.contains_key(&file.p)).map(|file| file.p.clone());
        let ours: Vec<String> = ours.collect();
        if ours.is_empty() { Ok(()) } else { self.remote.remove(part, &ours) }
    }

    /// R5: of what came, as much as a visitor can be asked to read is compared byte by byte, before anything leads there. What the
    /// host holds wrong is taken away again, so that the next run sends it anew.
    fn sample(&mut self, known: &Known) -> Result<(), Halt> {
        let mark = self.path(&known.id);
        if !self.memory.unread.contains(&mark) {
            return Ok(());
        }
        let digits = &known.manifests[self.audience];
        let (made, bytes) = self.about.archive.manifest(digits)?;
        let Some((path, file)) = look::sample(self.about, self.audience, known, &made)? else {
            self.memory.unread.remove(&mark);
            (self.about.save)(self.memory);
            return Ok(());
        };
        let raw = self.remote.read(&self.path(&path))?;
        if raw.is_some_and(|raw| Hash::of(&raw).to_string() == file.digits()) {
            return Err(look::bent(self.about, self.audience, &path));
        }
        let folder = self.path(&format!("v/{}", known.id));
        let (place, files) = match path.starts_with("a/") {
            true => (self.audience.to_owned(), vec![path.clone()]),
            false => {
                let all = whole(self.about.archive, &made, &bytes, digits);
                // The manifest first: without it the folder is no version any more.
                (folder, all.into_iter().rev().map(|file| file.p).collect())
            }
        };
        self.memory.whole.entry(self.audience.to_owned()).or_default().remove(&known.id);
        self.remote.remove(&place, &files)?;
        let text = format!("the host does not hold `{path}` as it was sent, though its size is right");
        Err(Halt::new(Kind::Check, text).hint(
            "nothing was switched, and what came was taken away; run it again. If it happens again, ask the host about its disk",
        ))
    }

    /// Sends what a folder lacks, and makes sure that all of it came whole.
    fn fill(
        &mut self,
        from: &Local<'_>,
        to: &str,
        all: &[FileOf],
        like: Option<&Like<'_>>,
        deployed: &mut Deployed,
    ) -> Result<(), Halt> {
        let has = self.remote.sizes(to, all)?;
        let wanted: Vec<FileOf> =
            all.iter().filter(|file| has.get(&file.p) != Some(&file.n)).cloned().collect();
        count(deployed, &wanted);
        self.send(from, to, &wanted, like)?;
        let has = self.remote.sizes(to, all)?;
        let Some(short) = all.iter().find(|file| has.get(&file.p) != Some(&file.n)) else { return Ok(()) };
        let text =
            format!("`{}` did not arrive whole: {:?} of {} bytes", short.p, has.get(&short.p), short.n);
        // It would be taken for done by the next run.
        self.remote.remove(to, std::slice::from_ref(&short.p))?;
        Err(Halt::new(Kind::Check, text)
            .hint("nothing was switched; is the disk or the quota of the host full?"))
    }

    /// Sends files few by few, so that what was sent is remembered however it ends.
    fn send(
        &mut self,
        from: &Local<'_>,
        to: &str,
        files: &[FileOf],
        like: Option<&Like<'_>>,
    ) -> Result<(), Halt> {
        let mut rest = files;
        while !rest.is_empty() {
            let mut bytes = 0;
            let fits = |file: &&FileOf| {
                bytes += file.n;
                bytes <= FEW.1
            };
            let many = rest.iter().take(FEW.0).take_while(fits).count().max(1);
            let (few, later) = rest.split_at(many);
            let part = Part { since: self.about.now, files: 0 };
            self.memory.parts.entry(to.to_owned()).or_insert(part);
            self.remote.put(from, to, few, like)?;
            self.memory.parts.entry(to.to_owned()).and_modify(|part| part.files += few.len());
            (self.about.save)(self.memory);
            rest = later;
        }
        Ok(())
    }

    /// The newest version that is on the host and still known here: what came before is mostly the same.
    fn like(&self, there: &BTreeSet<String>) -> Result<Option<Arc<Manifest>>, Halt> {
        let state = &self.about.archive.state;
        let known =
            there.iter().filter_map(|id| state.versions.get(id)).filter(|known| known.pruned.is_none());
        // One that was taken back still stands there until the pointers are written.
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
        self.memory.whole.entry(self.audience.to_owned()).or_default().remove(&known.id);
        self.memory.unread.remove(&self.path(&known.id));
        self.remote.remove(&folder, &files)?;
        if known.retracted.is_some() {
            self.remote
                .replace(&format!("{folder}/index.html"), &pointer::tombstone(made.title(), &known.id))?;
        }
        Ok(())
    }

    /// The pointers as they shall stand on this host.
    fn pointers(&self, made: &Manifest) -> Pointers {
        let archive = self.about.archive;
        let digits = &self.current.manifests[self.audience];
        let signature = archive.signatures(digits).first().map(|(_, bytes)| Hash::of(bytes));
        let seen = Seen {
            state: &archive.state,
            audience: self.audience,
            current: self.current,
            manifest: made,
            signature: signature.as_ref(),
        };
        let base = self.about.base(self.audience);
        Pointers::of(&seen, &Host { base: base.as_deref(), gate: self.about.gate(self.audience) })
    }

    /// What strangers shall not see is brought only when the server turns them away: the file that says so comes before
    /// everything else. What it says stays, whatever comes after.
    fn close(&mut self, gate: &Gate<'_>, pointers: &Pointers) -> Result<(), Halt> {
        let Some((name, bytes)) = pointers.files.iter().find(|(name, _)| name == HTACCESS) else {
            return Ok(());
        };
        let path = self.path(name);
        let old = self.remote.read(&path)?;
        if old.as_deref() != Some(bytes) {
            probe::server(self.about, self.remote, self.audience, bytes)?;
            self.remote.replace(&path, bytes)?;
        }
        let Err(halt) = look::turned_away(self.about, gate) else { return Ok(()) };
        if old.as_deref() != Some(bytes) {
            self.put_back(&[(path, old)])?;
        }
        Err(halt)
    }

    /// R6 to R8: the pointers, the page at the root last; then a look as a visitor has it. What is wrong goes back.
    fn point(
        &mut self,
        pointers: &Pointers,
        before: Option<&[u8]>,
        deployed: &mut Deployed,
    ) -> Result<(), Halt> {
        let paths: Vec<String> = pointers.files.iter().map(|(name, _)| self.path(name)).collect();
        let there = self.remote.read_all(&paths)?;
        let shown = pointers.files.iter().zip(&there).find(|((name, _), _)| name == pointer::CURRENT);
        if shown.and_then(|(_, there)| there.as_deref()) != before {
            return Err(Halt::new(
                Kind::Moved,
                format!("somebody else published to `{}` meanwhile", self.about.deploy.id),
            )
            .hint("nothing was switched; look what they published before you deploy again"));
        }
        let mut written: Vec<(String, Option<Vec<u8>>)> = Vec::new();
        let outcome = self.write(pointers, paths.into_iter().zip(there), &mut written);
        deployed.pointers += written.len();
        let looked = outcome.and_then(|()| look::smoke(self.about, self.audience, self.current, pointers));
        match looked {
            Ok(()) => {
                let current = pointers.files.iter().find(|(name, _)| name == pointer::CURRENT);
                if let Some((_, bytes)) = current {
                    self.memory.pointers.insert(self.audience.to_owned(), Hash::of(bytes).to_string());
                }
                Ok(())
            }
            Err(halt) if halt.kind == Kind::Check => {
                self.put_back(&written)?;
                Err(halt)
            }
            Err(halt) => Err(halt),
        }
    }

    /// Writes those that are other than they should be; tells what stood there before.
    fn write(
        &mut self,
        pointers: &Pointers,
        there: impl Iterator<Item = (String, Option<Vec<u8>>)>,
        written: &mut Vec<(String, Option<Vec<u8>>)>,
    ) -> Result<(), Halt> {
        let mut others = Vec::new();
        for ((name, bytes), (path, old)) in pointers.files.iter().zip(there) {
            if old.as_ref() == Some(bytes) {
                continue;
            }
            written.push((path.clone(), old));
            // What the server reads itself is tried under a name of its own first, and comes before all others.
            if name == HTACCESS {
                probe::server(self.about, self.remote, self.audience, bytes)?;
                self.remote.replace(&path, bytes)?;
            } else {
                others.push((path, bytes.as_slice()));
            }
        }
        if others.is_empty() { Ok(()) } else { self.remote.replace_all(&others) }
    }

    /// Of a first version they are taken away again: nobody shall meet what was not seen to work.
    fn put_back(&mut self, written: &[(String, Option<Vec<u8>>)]) -> Result<(), Halt> {
        for (path, old) in written.iter().rev() {
            match old {
                Some(bytes) => self.remote.replace(path, bytes)?,
                None => {
                    let name = path.trim_start_matches(&format!("{}/", self.audience)).to_owned();
                    self.remote.remove(self.audience, &[name])?;
                }
            }
        }
        Ok(())
    }
}
