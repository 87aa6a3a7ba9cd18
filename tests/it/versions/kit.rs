//! Small sites to publish, and what must hold of a version store whatever happened to it.

use crate::folder::tree;
use kpress::inputs::Hash;
use kpress::site::Probe;
use kpress::versions::{About, Archive, Halt, Op, Staging, State, Told, VersionId, VersionStore, Who};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder in memory where the system has one: the faults ask for many waits on the disk.
pub(crate) struct Quick(PathBuf);

impl Quick {
    pub(crate) fn new(name: &str) -> Quick {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let memory = Path::new("/dev/shm");
        let ground = if memory.is_dir() { memory } else { Path::new(env!("CARGO_TARGET_TMPDIR")) };
        let path = ground.join(format!("kpress-{name}-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder for the test");
        Quick(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The same once more.
    pub(crate) fn copy(&self, name: &str) -> Quick {
        let copy = Quick::new(name);
        duplicate(&self.0, copy.path());
        copy
    }
}

impl Drop for Quick {
    fn drop(&mut self) {
        // What cannot be removed is removed with the next restart.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn duplicate(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let goal = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir_all(&goal).expect("a folder");
            duplicate(&entry.path(), &goal);
        } else {
            fs::copy(entry.path(), &goal).expect("a copy");
        }
    }
}

/// The audience of all these sites.
pub(crate) const ALL: &str = "all";

/// Somebody; only `number` tells one run from another.
pub(crate) fn who(number: u32) -> Who {
    Who {
        pid: 4_000_000 + number,
        started: 1,
        host: "here".to_owned(),
        by: "li".to_owned(),
        now: 1_800_000_000 + i64::from(number),
        token: format!("t{number}"),
    }
}

/// In these tests every process but the one that runs is dead.
pub(crate) fn nobody(_: u32, _: u64) -> bool {
    false
}

pub(crate) fn open(place: &Path, number: u32, probe: Option<Arc<dyn Probe>>) -> Result<VersionStore, Halt> {
    VersionStore::open(place, &who(number), &nobody, probe)
}

/// The files of a small site; half of them are the same in every one.
pub(crate) fn files(seed: u64) -> Vec<(String, String)> {
    let file = |path: &str, text: String| (path.to_owned(), text);
    vec![
        file("index.html", "<a href=\"zh/index.html\">zh</a>".to_owned()),
        file("zh/index.html", format!("home {seed}")),
        file("zh/metrics/acos/index.html", format!("acos {}", seed / 2)),
        file("zh/about/index.html", "always the same".to_owned()),
        file(&format!("zh/only-{seed}.html"), format!("only here {seed}")),
        file("a/kpress.0123456789abcdef.js", "shared".to_owned()),
        file(&format!("a/style.{seed:016x}.css"), format!("a{{}} {seed}")),
    ]
}

pub(crate) fn about(id: &str) -> About {
    About {
        id: VersionId::parse(id).expect("a name"),
        site: "Shop".to_owned(),
        period: None,
        created: ("2026-11-16T00:00:00Z".to_owned(), "SOURCE_DATE_EPOCH".to_owned()),
        source: kpress::versions::manifest::Source::default(),
        supersedes: None,
        against: None,
        draft_until: None,
    }
}

/// Publishes a small site.
pub(crate) fn publish(
    place: &Path,
    id: &str,
    seed: u64,
    number: u32,
    probe: Option<Arc<dyn Probe>>,
) -> Result<(), Halt> {
    let mut store = open(place, number, probe)?;
    let mut staging = Staging::begin(&mut store, &[ALL.to_owned()])?;
    for (path, text) in files(seed) {
        staging.take(ALL, &path, text.as_bytes());
    }
    staging.commit(&about(id), &BTreeMap::from([(ALL.to_owned(), Told::default())]), None).map(drop)
}

/// Does something that brings no files.
pub(crate) fn record(
    place: &Path,
    op: Op,
    id: &str,
    number: u32,
    probe: Option<Arc<dyn Probe>>,
) -> Result<(), Halt> {
    let mut store = open(place, number, probe)?;
    let mut entry = store.entry(op);
    match op {
        Op::Prune => entry.versions = vec![id.to_owned()],
        _ => entry.version = Some(id.to_owned()),
    }
    entry.alias = (op == Op::Alias).then(|| "latest".to_owned());
    entry.reason = matches!(op, Op::Retract | Op::Pin).then(|| "wrong".to_owned());
    store.record(entry).map(drop)
}

/// Lets a version go and removes its files at once.
pub(crate) fn prune(place: &Path, id: &str, number: u32, probe: Option<Arc<dyn Probe>>) -> Result<(), Halt> {
    let mut store = open(place, number, probe)?;
    if store.archive.state.versions.get(id).is_some_and(|known| known.pruned.is_none()) {
        kpress::versions::prune::hide(&mut store, vec![id.to_owned()])?;
    }
    kpress::versions::prune::remove(&mut store, 0, 0).map(drop)
}

/// What a state is known by: versions with their status, and what readers see.
pub(crate) type Told2 = (BTreeMap<String, &'static str>, Option<String>);

pub(crate) fn told(state: &State) -> Told2 {
    let versions = state.versions.values().map(|known| (known.id.clone(), known.status())).collect();
    (versions, state.current().map(|known| known.id.clone()))
}

/// Opens the store as a fresh process, and holds it against everything that is promised.
pub(crate) fn sound(place: &Path, about: &str) -> State {
    drop(open(place, 900_000, None).unwrap_or_else(|halt| panic!("{about}: it does not open again: {halt}")));
    let before = tree(place);
    drop(open(place, 900_001, None).unwrap_or_else(|halt| panic!("{about}: it does not open twice: {halt}")));
    let after = tree(place);
    let changed: Vec<&String> =
        before.keys().chain(after.keys()).filter(|path| before.get(*path) != after.get(*path)).collect();
    assert!(changed.is_empty(), "{about}: recovering twice changes {changed:?}");
    let archive = Archive::open(place, None).expect("it opens").expect("it is there");
    for known in archive.state.versions.values().filter(|known| known.pruned.is_none()) {
        for digits in known.manifests.values() {
            let (manifest, _) = archive.manifest(digits).unwrap_or_else(|halt| panic!("{about}: {halt}"));
            for file in manifest.files.iter().chain(&manifest.assets) {
                archive.object(file.digits()).unwrap_or_else(|halt| panic!("{about}: {}: {halt}", known.id));
            }
        }
    }
    let temporary: Vec<&String> = after
        .keys()
        .filter(|path| {
            path.contains(".part-")
                || path.contains("kpress-part")
                || path.contains("/tmp/")
                || path.contains("/trash/")
        })
        .collect();
    assert!(temporary.is_empty(), "{about}: left behind: {temporary:?}");
    readers_see_a_whole_version(&archive, &after, about);
    archive.state
}

/// The pointer names a version that stands there, every file of it with the bytes of its manifest.
fn readers_see_a_whole_version(archive: &Archive, files: &BTreeMap<String, Vec<u8>>, about: &str) {
    let Some(current) = archive.state.current() else { return };
    let web = |path: &str| files.get(&format!(".kpress/web/{ALL}/{path}"));
    let text = |path: &str| {
        let bytes = web(path).unwrap_or_else(|| panic!("{about}: no `{path}`"));
        String::from_utf8_lossy(bytes).into_owned()
    };
    assert!(
        text("index.html").contains(&format!("v/{}/index.html", current.id)),
        "{about}: {}",
        text("index.html")
    );
    let pointer: serde_json::Value = serde_json::from_str(&text("current.json")).expect("JSON");
    assert_eq!(pointer["version"], current.id.as_str(), "{about}");
    let list: serde_json::Value = serde_json::from_str(&text("versions.json")).expect("JSON");
    for one in list.as_array().expect("a list") {
        let id = one["version"].as_str().expect("a name");
        let manifest =
            web(&format!("v/{id}/manifest.json")).unwrap_or_else(|| panic!("{about}: `{id}` dangles"));
        assert_eq!(one["manifest"], format!("sha256:{}", Hash::of(manifest)), "{about}");
        let manifest = kpress::versions::Manifest::read(manifest).expect("a manifest");
        for file in &manifest.files {
            let there = web(&format!("v/{id}/{}", file.p))
                .unwrap_or_else(|| panic!("{about}: `{id}` lacks `{}`", file.p));
            assert_eq!(file.digits(), Hash::of(there).to_string(), "{about}: {id}/{}", file.p);
        }
        for asset in &manifest.assets {
            assert!(web(&asset.p).is_some(), "{about}: `{}` is missing", asset.p);
        }
    }
    let listed: BTreeSet<String> =
        list.as_array().into_iter().flatten().map(|one| one["version"].to_string()).collect();
    let there = archive.state.versions.values().filter(|known| known.is_there()).count();
    assert_eq!(listed.len(), there, "{about}");
}
