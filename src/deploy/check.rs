//! Looks at a host as a visitor and through the transport: what was changed there, what was added, what is missing, and
//! whether somebody shows an older version again.

use super::{Deploying, Remote, whole};
use crate::inputs::Hash;
use crate::versions::manifest;
use crate::versions::pointer::{self, Pointers, Seen};
use crate::versions::server::Host;
use crate::versions::verify::Problem;
use crate::versions::{Halt, SIGNATURES};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What came of looking.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Checked {
    /// Everything that is wrong.
    pub problems: Vec<Problem>,
    /// Files that were read.
    pub files: usize,
    /// The highest number seen on the host.
    pub seq: u64,
}

/// Looks at the current version of every audience; with `extra` also for files that no manifest knows.
///
/// # Errors
/// [`crate::versions::Kind::Transport`] if the host cannot be reached.
pub fn check(about: &Deploying<'_>, remote: &mut dyn Remote, extra: bool) -> Result<Checked, Halt> {
    let mut checked = Checked::default();
    for audience in about.trees()? {
        let mut look = Look { about, remote, audience: &audience, checked: &mut checked };
        look.current()?;
        if extra {
            look.extra()?;
        }
    }
    checked.problems.sort();
    Ok(checked)
}

struct Look<'a, 'r> {
    about: &'a Deploying<'a>,
    remote: &'r mut dyn Remote,
    audience: &'a str,
    checked: &'a mut Checked,
}

impl Look<'_, '_> {
    fn problem(&mut self, path: &str, what: impl Into<String>, versions: &[&str]) {
        let place = format!("{}: {}/{path}", self.about.deploy.id, self.audience);
        let versions = versions.iter().map(|id| (*id).to_owned()).collect();
        self.checked.problems.push(Problem { place, what: what.into(), versions });
    }

    fn current(&mut self) -> Result<(), Halt> {
        let path = format!("{}/{}", self.audience, pointer::CURRENT);
        let Some(bytes) = self.remote.read(&path)? else {
            self.problem(pointer::CURRENT, "is missing: nothing was deployed, or it was removed", &[]);
            return Ok(());
        };
        let told: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let (seq, version) =
            (told["seq"].as_u64().unwrap_or(0), told["version"].as_str().unwrap_or("").to_owned());
        self.checked.seq = self.checked.seq.max(seq);
        if seq < self.about.memory.seq {
            let what = format!(
                "is older than what was there before: entry {seq}, and entry {} was seen",
                self.about.memory.seq
            );
            self.problem(pointer::CURRENT, what, &[&version]);
        }
        let archive = self.about.archive;
        let known = archive
            .state
            .versions
            .get(&version)
            .and_then(|known| Some((known, known.manifests.get(self.audience)?)));
        let Some((known, digits)) =
            known.filter(|(_, digits)| told["manifest"] == format!("sha256:{digits}").as_str())
        else {
            self.problem(
                pointer::CURRENT,
                "names a version that is not from this version store",
                &[&version],
            );
            return Ok(());
        };
        let (made, bytes) = archive.manifest(digits)?;
        let mut due: BTreeMap<String, (String, u64)> = BTreeMap::new();
        for file in whole(archive, &made, &bytes, digits) {
            due.insert(format!("v/{}/{}", known.id, file.p), (file.digits().to_owned(), file.n));
        }
        for asset in &made.assets {
            due.insert(asset.p.clone(), (asset.digits().to_owned(), asset.n));
        }
        for (path, (hash, _)) in due {
            self.file(&path, &hash, &known.id)?;
        }
        if archive.state.current().map(|current| &current.id) == Some(&known.id)
            && seq == archive.state.head.0
        {
            let signature = archive.signatures(digits).first().map(|(_, bytes)| Hash::of(bytes));
            let seen = Seen {
                state: &archive.state,
                audience: self.audience,
                current: known,
                manifest: &made,
                signature: signature.as_ref(),
            };
            let base = self.about.base(self.audience);
            let host = Host { base: base.as_deref(), gate: self.about.gate(self.audience) };
            for (name, bytes) in Pointers::of(&seen, &host).files {
                let hidden = name.starts_with('.');
                let hash = Hash::of(&bytes).to_string();
                if hidden { self.raw(&name, &hash, &known.id)? } else { self.file(&name, &hash, &known.id)? }
            }
        }
        Ok(())
    }

    /// A file as a visitor gets it; where that is not what was sent, the transport tells who changed it.
    fn file(&mut self, path: &str, hash: &str, id: &str) -> Result<(), Halt> {
        let visitor = self.about.fetch.filter(|_| self.about.gate(self.audience).is_none());
        // Behind a password a stranger sees nothing: what stands there is read through the transport.
        let Some((fetch, url)) = visitor.zip(self.about.deploy.url.as_deref()) else {
            return self.raw(path, hash, id);
        };
        self.checked.files += 1;
        let (root, audience) = (url.trim_end_matches('/'), self.audience);
        let encoded: String = path.split('/').map(percent).collect::<Vec<_>>().join("/");
        let (status, bytes) = fetch.get(&format!("{root}/{audience}/{encoded}"))?;
        if status == 200 && Hash::of(&bytes).to_string() == hash {
            return Ok(());
        }
        let there = self.remote.read(&format!("{audience}/{path}"))?;
        let what = match there.map(|bytes| Hash::of(&bytes).to_string() == hash) {
            None => "is missing on the host".to_owned(),
            Some(false) => "was changed on the host".to_owned(),
            Some(true) if status != 200 => format!("stands there as it was sent, but the server answers {status}"),
            Some(true) => match self.earlier(path, &bytes)? {
                Some(earlier) => format!(
                    "stands there as it was sent, but visitors get {earlier}: a cache on the way keeps an old answer"
                ),
                None => "stands there as it was sent, but visitors get something else: a proxy or the server changes it on the way"
                    .to_owned(),
            },
        };
        self.problem(path, what, &[id]);
        Ok(())
    }

    /// What an answer was once, if it is a pointer that this version store has made: only those ever change.
    fn earlier(&self, path: &str, bytes: &[u8]) -> Result<Option<String>, Halt> {
        let archive = self.about.archive;
        let told: Value = serde_json::from_slice(bytes).unwrap_or(Value::Null);
        let ours = |one: &Value| {
            let known = one["version"].as_str().and_then(|id| archive.state.versions.get(id));
            let digits = known.and_then(|known| known.manifests.get(self.audience));
            digits.is_some_and(|digits| one["manifest"] == format!("sha256:{digits}").as_str())
        };
        if path == pointer::CURRENT && ours(&told) {
            return Ok(Some(format!(
                "version {} of entry {}",
                told["version"].as_str().unwrap_or(""),
                told["seq"]
            )));
        }
        if path == pointer::VERSIONS {
            let all = told.as_array().filter(|all| all.iter().all(ours));
            return Ok(all.map(|all| format!("a list of {} versions", all.len())));
        }
        for known in archive.state.versions.values().filter(|_| path == pointer::INDEX) {
            let Some(digits) = known.manifests.get(self.audience) else { continue };
            let (made, _) = archive.manifest(digits)?;
            let seen = Seen {
                state: &archive.state,
                audience: self.audience,
                current: known,
                manifest: &made,
                signature: None,
            };
            let once = Pointers::of(&seen, &Host::default()).files;
            if once.iter().any(|(name, once)| name == path && once == bytes) {
                return Ok(Some(format!("the page that leads to version {}", known.id)));
            }
        }
        Ok(None)
    }

    /// A file through the transport.
    fn raw(&mut self, path: &str, hash: &str, id: &str) -> Result<(), Halt> {
        self.checked.files += 1;
        match self.remote.read(&format!("{}/{path}", self.audience))? {
            Some(bytes) if Hash::of(&bytes).to_string() == hash => {}
            Some(_) => self.problem(path, "was changed on the host", &[id]),
            None => self.problem(path, "is missing on the host", &[id]),
        }
        Ok(())
    }

    /// Files that no manifest knows: something left over, or something planted.
    fn extra(&mut self) -> Result<(), Halt> {
        let archive = self.about.archive;
        let mut known: BTreeSet<String> = BTreeSet::new();
        for version in archive.state.versions.values() {
            let Some(digits) = version.manifests.get(self.audience) else { continue };
            let (made, _) = archive.manifest(digits)?;
            let own = |name: &str| format!("v/{}/{name}", version.id);
            known.extend(made.files.iter().map(|file| own(&file.p)));
            known.extend(made.assets.iter().map(|asset| asset.p.clone()));
            known.extend([manifest::NAME, manifest::SUMS, "index.html"].map(own));
            known.extend(SIGNATURES.iter().map(|ending| own(&format!("{}.{ending}", manifest::NAME))));
        }
        let pointers = ["index.html", "current.json", "versions.json", "404.html"];
        known.extend(pointers.map(str::to_owned));
        known.extend(crate::versions::server::files(&Host::default()).into_iter().map(|(name, _)| name));
        known.extend(
            super::stubs::due(self.about, self.audience)?.into_values().flat_map(BTreeMap::into_keys),
        );
        for path in self.remote.list(self.audience)?.into_keys() {
            if !known.contains(&path) && !path.split('/').any(|part| part.starts_with(super::PART)) {
                self.problem(&path, "is in no manifest", &[]);
            }
        }
        Ok(())
    }
}

/// Percent-encodes what would end or bend a path.
pub(super) fn percent(part: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    part.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
