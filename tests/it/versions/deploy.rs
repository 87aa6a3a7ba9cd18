//! Copying to a host: what every kind of deploy target must do, held against a folder and, where there is rsync, a shell.
//! Hostile cases 56, 57, 59, 60, 61, 65, 66, 67; real servers: `tests/deploy/run.sh`.

use super::kit::{ALL, Quick, publish, record};
use crate::folder::tree;
use kpress::deploy::{self, Deployed, Deploying, Fetch, Like, Local, Memory, Remote};
use kpress::plan::deploy::{Deploy, To};
use kpress::versions::manifest::FileOf;
use kpress::versions::{Archive, Halt, Kind, Op};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A host that drops the connection at the call of this number; of files that are put, half arrive.
struct Flaky {
    inner: Box<dyn Remote>,
    calls: usize,
    drops_at: usize,
}

impl Flaky {
    fn call(&mut self) -> Result<(), Halt> {
        self.calls += 1;
        if self.calls > self.drops_at {
            Err(Halt::new(Kind::Transport, "the connection ended"))
        } else {
            Ok(())
        }
    }
}

impl Remote for Flaky {
    fn read(&mut self, path: &str) -> Result<Option<Vec<u8>>, Halt> {
        self.call()?;
        self.inner.read(path)
    }

    fn list(&mut self, folder: &str) -> Result<BTreeMap<String, u64>, Halt> {
        self.call()?;
        self.inner.list(folder)
    }

    fn names(&mut self, folder: &str) -> Result<Vec<(String, Option<u64>)>, Halt> {
        self.call()?;
        self.inner.names(folder)
    }

    fn put(
        &mut self,
        from: &Local<'_>,
        to: &str,
        files: &[FileOf],
        like: Option<&Like<'_>>,
    ) -> Result<(), Halt> {
        for (number, file) in files.iter().enumerate() {
            self.call().inspect_err(|_| assert!(number <= files.len()))?;
            self.inner.put(from, to, std::slice::from_ref(file), like)?;
        }
        Ok(())
    }

    fn place(&mut self, from: &str, to: &str) -> Result<(), Halt> {
        self.call()?;
        self.inner.place(from, to)
    }

    fn replace(&mut self, path: &str, bytes: &[u8]) -> Result<(), Halt> {
        self.call()?;
        self.inner.replace(path, bytes)
    }

    fn remove(&mut self, folder: &str, files: &[String]) -> Result<(), Halt> {
        self.call()?;
        self.inner.remove(folder, files)
    }

    fn sent(&self) -> u64 {
        self.inner.sent()
    }
}

/// A visitor of a folder, who may be shown something else.
struct Visitor<'a> {
    host: &'a Path,
    bent: Option<&'a str>,
}

/// A visitor behind a cache that keeps what the pointers were.
struct Cached<'a> {
    host: &'a Path,
    before: BTreeMap<String, Vec<u8>>,
}

impl Fetch for Cached<'_> {
    fn get(&self, address: &str) -> Result<(u16, Vec<u8>), Halt> {
        let path = address.strip_prefix("https://shop.example/kpi/").expect("an address of the site");
        match self.before.get(path) {
            Some(bytes) if !path.contains("/v/") => Ok((200, bytes.clone())),
            _ => Visitor { host: self.host, bent: None }.get(address),
        }
    }
}

impl Fetch for Visitor<'_> {
    fn get(&self, address: &str) -> Result<(u16, Vec<u8>), Halt> {
        let path = address.strip_prefix("https://shop.example/kpi/").expect("an address of the site");
        if self.bent.is_some_and(|bent| path.ends_with(bent)) {
            return Ok((200, b"<script src=\"//ads.example/x.js\"></script>".to_vec()));
        }
        match fs::read(self.host.join(path)) {
            Ok(bytes) => Ok((200, bytes)),
            Err(_) => Ok((404, Vec::new())),
        }
    }
}

fn target(to: To) -> Deploy {
    Deploy {
        id: "host".into(),
        to,
        url: Some("https://shop.example/kpi".into()),
        protect: kpress::plan::deploy::Protect::default(),
        audiences: None,
        stubs: false,
        limits: None,
        place: kpress::diag::Place::default(),
    }
}

/// Every kind that can be tried on this machine.
fn kinds(host: &Path) -> Vec<Deploy> {
    let place = host.to_string_lossy();
    let mut kinds = vec![target(To::Folder((&*place).into()))];
    if Command::new("rsync").arg("--version").output().is_ok_and(|output| output.status.success()) {
        kinds.push(target(To::Rsync((&*place).into())));
    }
    kinds
}

fn deploying<'a>(
    deploy: &'a Deploy,
    place: &'a Path,
    archive: &'a Archive,
    fetch: Option<&'a dyn Fetch>,
) -> Deploying<'a> {
    Deploying {
        deploy,
        workspace: place,
        archive,
        fetch,
        memory: Memory::default(),
        now: 1_800_000_000,
        token: "run",
        save: &|_| {},
    }
}

fn run(
    deploy: &Deploy,
    place: &Path,
    fetch: Option<&dyn Fetch>,
    drops_at: usize,
) -> (Result<Deployed, Halt>, usize) {
    let archive = Archive::open(place, None).expect("it opens").expect("it is there");
    let inner = deploy::open(deploy, place, None).expect("the host is there");
    let mut flaky = Flaky { inner, calls: 0, drops_at };
    let done = deploy::deploy(&deploying(deploy, place, &archive, fetch), &mut flaky);
    (done, flaky.calls)
}

/// The host shows a version that stands there whole, or nothing.
fn shown(host: &Path, about: &str) -> Option<String> {
    let Ok(pointer) = fs::read(host.join(ALL).join("current.json")) else { return None };
    let pointer: serde_json::Value = serde_json::from_slice(&pointer).expect("JSON");
    let id = pointer["version"].as_str().expect("a name").to_owned();
    let version = host.join(ALL).join("v").join(&id);
    let manifest = fs::read(version.join("manifest.json")).unwrap_or_else(|error| panic!("{about}: {error}"));
    for file in kpress::versions::Manifest::read(&manifest).expect("a manifest").files {
        let bytes =
            fs::read(version.join(&file.p)).unwrap_or_else(|error| panic!("{about}: {}: {error}", file.p));
        assert_eq!(FileOf::of(&file.p, &bytes).h, file.h, "{about}: {}", file.p);
    }
    Some(id)
}

#[test]
fn a_connection_that_drops_breaks_nothing_and_is_taken_up_again() {
    for kind in 0..2 {
        let place = Quick::new("deploy");
        publish(place.path(), "one", 1, 1, None).expect("published");
        let host = Quick::new("host");
        let Some(deploy) = kinds(host.path()).into_iter().nth(kind) else { continue };
        host_with_strangers(host.path());
        run(&deploy, place.path(), None, usize::MAX).0.expect("the first version comes");
        publish(place.path(), "two", 2, 2, None).expect("published");
        let (before, after) = (host.copy("before"), host.copy("after"));
        let clean = kinds(after.path()).remove(kind);
        let (done, calls) = run(&clean, place.path(), None, usize::MAX);
        assert_eq!(done.expect("without a break it works").came, ["two"]);
        let whole = tree(after.path());
        for drops_at in (0..calls).step_by(if kind == 0 { 1 } else { 5 }) {
            let broken = before.copy("broken");
            let deploy = kinds(broken.path()).remove(kind);
            let about = format!("kind {kind}, dropped at call {drops_at}");
            let (done, _) = run(&deploy, place.path(), None, drops_at);
            assert_eq!(done.expect_err(&about).kind, Kind::Transport, "{about}");
            assert!(shown(broken.path(), &about).is_some_and(|id| id == "one" || id == "two"), "{about}");
            let missing =
                run(&deploy, place.path(), None, usize::MAX).0.expect("the next run goes on").missing.0;
            assert!(missing <= 10, "{about}: {missing} files were sent again");
            let now = tree(broken.path());
            let differ: Vec<&String> =
                whole.keys().chain(now.keys()).filter(|path| whole.get(*path) != now.get(*path)).collect();
            assert!(differ.is_empty(), "{about}: {differ:?}");
        }
        // Nothing to do, nothing sent.
        let (done, _) = run(&clean, place.path(), None, usize::MAX);
        let done = done.expect("again");
        assert_eq!((done.came.len(), done.missing.0, done.pointers), (0, 0, 0));
    }
}

/// A version store that was lost gives the same names again. What its last run left on the host is of equal sizes, and says
/// something else.
#[test]
fn what_another_version_of_the_same_name_left_is_not_taken_for_this_one() {
    for kind in 0..2 {
        let (lost, place) = (Quick::new("lost"), Quick::new("deploy"));
        publish(lost.path(), "one", 1, 1, None).expect("published");
        publish(place.path(), "one", 2, 1, None).expect("published anew");
        for drops_at in 0.. {
            let host = Quick::new("host");
            let Some(deploy) = kinds(host.path()).into_iter().nth(kind) else { break };
            let (done, _) = run(&deploy, lost.path(), None, drops_at);
            if done.is_ok() || host.path().join(ALL).join("v/one").exists() {
                break;
            }
            run(&deploy, place.path(), None, usize::MAX).0.expect("it comes");
            let about = format!("kind {kind}, dropped at call {drops_at}");
            assert_eq!(shown(host.path(), &about).as_deref(), Some("one"), "{about}");
        }
    }
}

/// Another application next door.
fn host_with_strangers(host: &Path) {
    for (path, text) in
        [("wp-config.php", "theirs"), ("all/notes.txt", "theirs"), ("all/v/mine/index.html", "theirs")]
    {
        let path = host.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
}

#[test]
fn strangers_stay_and_versions_that_go_take_only_their_own_files() {
    for kind in 0..2 {
        let (place, host) = (Quick::new("deploy"), Quick::new("host"));
        let Some(deploy) = kinds(host.path()).into_iter().nth(kind) else { continue };
        host_with_strangers(host.path());
        for (number, id) in ["one", "two", "three"].into_iter().enumerate() {
            publish(place.path(), id, number as u64, u32::try_from(number).unwrap_or(0), None)
                .expect("published");
        }
        run(&deploy, place.path(), None, usize::MAX).0.expect("deployed");
        fs::write(host.path().join("all/v/one/photo.jpg"), "theirs").expect("written");
        super::kit::prune(place.path(), "one", 9, None).expect("pruned");
        record(place.path(), Op::Retract, "three", 10, None).expect("taken back");
        run(&deploy, place.path(), None, usize::MAX).0.expect("deployed");
        let there = tree(host.path());
        let one: Vec<&String> = there.keys().filter(|path| path.starts_with("all/v/one/")).collect();
        assert_eq!(one, ["all/v/one/photo.jpg"], "kind {kind}");
        let three: Vec<&String> = there.keys().filter(|path| path.starts_with("all/v/three/")).collect();
        assert_eq!(three, ["all/v/three/index.html"], "kind {kind}");
        for path in ["wp-config.php", "all/notes.txt", "all/v/mine/index.html"] {
            assert_eq!(there.get(path).map(Vec::as_slice), Some(b"theirs".as_slice()), "kind {kind}: {path}");
        }
        assert_eq!(shown(host.path(), "after the retraction").as_deref(), Some("two"));
    }
}

#[test]
fn somebody_elses_publish_is_noticed() {
    let (place, other, host) = (Quick::new("deploy"), Quick::new("other"), Quick::new("host"));
    let deploy = kinds(host.path()).remove(0);
    publish(place.path(), "one", 1, 1, None).expect("published");
    publish(other.path(), "theirs", 7, 1, None).expect("published elsewhere");
    run(&deploy, other.path(), None, usize::MAX).0.expect("they were first");
    let before = tree(host.path());
    assert_eq!(run(&deploy, place.path(), None, usize::MAX).0.expect_err("theirs").kind, Kind::Moved);
    assert_eq!(tree(host.path()), before, "nothing was switched");
}

#[test]
fn a_host_that_shows_something_else_is_rolled_back() {
    let (place, host) = (Quick::new("deploy"), Quick::new("host"));
    let deploy = kinds(host.path()).remove(0);
    publish(place.path(), "one", 1, 1, None).expect("published");
    let good = Visitor { host: host.path(), bent: None };
    run(&deploy, place.path(), Some(&good), usize::MAX).0.expect("deployed");
    publish(place.path(), "two", 2, 2, None).expect("published");
    for bent in ["v/two/manifest.json", "v/two/index.html", "current.json", "probe.txt"] {
        let bad = Visitor { host: host.path(), bent: Some(bent) };
        let done = run(&deploy, place.path(), Some(&bad), usize::MAX).0;
        if bent == "probe.txt" {
            // The answer is 200: the server bears the file.
            continue;
        }
        assert_eq!(done.expect_err(bent).kind, Kind::Check, "{bent}");
        assert_eq!(shown(host.path(), bent).as_deref(), Some("one"), "{bent}");
        assert!(
            fs::read_to_string(host.path().join("all/index.html")).is_ok_and(|text| text.contains("v/one/")),
            "{bent}"
        );
    }
}

/// A first version that nobody can see is not switched on: what visitors are sent to goes away again, strangers stay.
#[test]
fn a_first_version_that_is_not_shown_is_taken_back() {
    let (place, host) = (Quick::new("deploy"), Quick::new("host"));
    let deploy = kinds(host.path()).remove(0);
    fs::create_dir_all(host.path().join("all")).expect("a folder");
    fs::write(host.path().join("all/old.html"), "theirs").expect("a stranger");
    publish(place.path(), "one", 1, 1, None).expect("published");
    let bad = Visitor { host: host.path(), bent: Some("v/one/index.html") };
    let halt = run(&deploy, place.path(), Some(&bad), usize::MAX).0.expect_err("it is not shown");
    assert_eq!(halt.kind, Kind::Check);
    assert_eq!(shown(host.path(), "nothing is pointed at"), None);
    for gone in ["current.json", "index.html", ".htaccess"] {
        assert!(!host.path().join("all").join(gone).exists(), "{gone} is still there");
    }
    assert_eq!(fs::read(host.path().join("all/old.html")).expect("the stranger stays"), b"theirs");
    let good = Visitor { host: host.path(), bent: None };
    run(&deploy, place.path(), Some(&good), usize::MAX).0.expect("deployed the second time");
    assert!(host.path().join("all/index.html").exists());
}

#[test]
fn what_was_changed_on_the_host_is_named() {
    let (place, host) = (Quick::new("deploy"), Quick::new("host"));
    let deploy = kinds(host.path()).remove(0);
    publish(place.path(), "one", 1, 1, None).expect("published");
    publish(place.path(), "two", 2, 2, None).expect("published");
    run(&deploy, place.path(), None, usize::MAX).0.expect("deployed");
    let archive = Archive::open(place.path(), None).expect("it opens").expect("it is there");
    let problems = |bent: Option<&str>, seq: u64| -> String {
        let visitor = Visitor { host: host.path(), bent };
        let mut about = deploying(&deploy, place.path(), &archive, Some(&visitor));
        about.memory.seq = seq;
        let mut remote = deploy::open(&deploy, place.path(), None).expect("the host is there");
        let checked = deploy::check(&about, &mut *remote, true).expect("looked");
        checked.problems.iter().map(|one| format!("{} {}\n", one.place, one.what)).collect()
    };
    assert_eq!(problems(None, 2), "");
    // A proxy that injects a script is told from an intruder.
    let told = problems(Some("v/two/zh/index.html"), 2);
    assert!(told.contains("zh/index.html") && told.contains("proxy"), "{told}");
    fs::write(host.path().join("all/v/two/zh/index.html"), "pay here").expect("edited");
    fs::write(host.path().join("all/x.php"), "<?php").expect("planted");
    fs::remove_file(host.path().join("all/v/two/zh/about/index.html")).expect("removed");
    let told = problems(None, 2);
    for part in
        ["zh/index.html was changed on the host", "x.php is in no manifest", "about/index.html is missing"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    // Somebody shows an older version again.
    assert!(problems(None, 3).contains("is older than what was there before"));
}

#[test]
fn a_cache_that_keeps_old_answers_is_told_from_a_proxy() {
    let (place, host) = (Quick::new("deploy"), Quick::new("host"));
    let deploy = kinds(host.path()).remove(0);
    publish(place.path(), "one", 1, 1, None).expect("published");
    run(&deploy, place.path(), None, usize::MAX).0.expect("deployed");
    let before = tree(host.path());
    publish(place.path(), "two", 2, 2, None).expect("published");
    run(&deploy, place.path(), None, usize::MAX).0.expect("deployed");
    let archive = Archive::open(place.path(), None).expect("it opens").expect("it is there");
    let told = |fetch: &dyn Fetch| -> Vec<String> {
        let about = deploying(&deploy, place.path(), &archive, Some(fetch));
        let mut remote = deploy::open(&deploy, place.path(), None).expect("the host is there");
        let checked = deploy::check(&about, &mut *remote, false).expect("looked");
        checked.problems.into_iter().map(|one| format!("{} {}", one.place, one.what)).collect()
    };
    let stale = told(&Cached { host: host.path(), before });
    let stale: Vec<&String> = stale.iter().filter(|one| one.contains("a cache on the way")).collect();
    assert_eq!(stale.len(), 3, "{stale:?}");
    for part in ["current.json", "index.html", "versions.json"] {
        assert!(stale.iter().any(|one| one.contains(part)), "{part}: {stale:?}");
    }
    let injected = told(&Visitor { host: host.path(), bent: Some("all/index.html") });
    assert!(
        injected.iter().all(|one| one.contains("a proxy or the server")) && injected.len() == 1,
        "{injected:?}"
    );
}

/// Before anything leads to a version, a visitor reads it: what the host holds wrong is sent again, what is bent on the way is said.
#[test]
fn what_came_is_read_before_anything_leads_there() {
    /// A host whose disk turns a bit of one page when it comes.
    struct Rotten(Box<dyn Remote>);
    impl Remote for Rotten {
        fn read(&mut self, path: &str) -> Result<Option<Vec<u8>>, Halt> {
            self.0.read(path)
        }
        fn list(&mut self, folder: &str) -> Result<BTreeMap<String, u64>, Halt> {
            self.0.list(folder)
        }
        fn names(&mut self, folder: &str) -> Result<Vec<(String, Option<u64>)>, Halt> {
            self.0.names(folder)
        }
        fn put(
            &mut self,
            from: &Local<'_>,
            to: &str,
            all: &[FileOf],
            like: Option<&Like<'_>>,
        ) -> Result<(), Halt> {
            self.0.put(from, to, all, like)?;
            let page = format!("{to}/zh/index.html");
            match all.iter().find(|file| file.p == "zh/index.html") {
                Some(file) => self.0.replace(&page, &vec![b'x'; usize::try_from(file.n).unwrap_or(0)]),
                None => Ok(()),
            }
        }
        fn place(&mut self, from: &str, to: &str) -> Result<(), Halt> {
            self.0.place(from, to)
        }
        fn replace(&mut self, path: &str, bytes: &[u8]) -> Result<(), Halt> {
            self.0.replace(path, bytes)
        }
        fn remove(&mut self, folder: &str, files: &[String]) -> Result<(), Halt> {
            self.0.remove(folder, files)
        }
        fn sent(&self) -> u64 {
            self.0.sent()
        }
    }
    let (place, host) = (Quick::new("deploy"), Quick::new("host"));
    let deploy = kinds(host.path()).remove(0);
    publish(place.path(), "one", 1, 1, None).expect("published");
    let good = Visitor { host: host.path(), bent: None };
    run(&deploy, place.path(), Some(&good), usize::MAX).0.expect("deployed");
    publish(place.path(), "two", 2, 2, None).expect("published");
    let archive = Archive::open(place.path(), None).expect("it opens").expect("it is there");
    let mut rotten = Rotten(deploy::open(&deploy, place.path(), None).expect("the host is there"));
    let about = deploying(&deploy, place.path(), &archive, Some(&good));
    let halt = deploy::deploy(&about, &mut rotten).expect_err("a bit is wrong");
    assert_eq!(halt.kind, Kind::Check);
    assert!(halt.text.contains("v/two/zh/index.html"), "{halt}");
    assert!(!host.path().join("all/v/two/manifest.json").exists(), "it is sent anew");
    assert_eq!(shown(host.path(), "rotten").as_deref(), Some("one"));
    // The host is well, and the server in front of it bends a page that no smoke check asks for.
    let bad = Visitor { host: host.path(), bent: Some("v/two/zh/about/index.html") };
    let halt = run(&deploy, place.path(), Some(&bad), usize::MAX).0.expect_err("bent on the way");
    assert_eq!(halt.kind, Kind::Check);
    assert!(halt.text.contains("https://shop.example/kpi/all/v/two/zh/about/index.html"), "{halt}");
    assert!(halt.hint.is_some_and(|hint| hint.contains("kpress verify --remote host")));
    assert_eq!(shown(host.path(), "bent").as_deref(), Some("one"));
    run(&deploy, place.path(), Some(&good), usize::MAX).0.expect("deployed");
    assert_eq!(shown(host.path(), "well").as_deref(), Some("two"));
}

/// What a host can do is tried once, without a trace; what it cannot do is said before anything is sent.
#[test]
fn what_a_host_can_do_is_tried() {
    /// A host with short paths.
    struct Short(Box<dyn Remote>);
    impl Remote for Short {
        fn read(&mut self, path: &str) -> Result<Option<Vec<u8>>, Halt> {
            self.0.read(path)
        }
        fn list(&mut self, folder: &str) -> Result<BTreeMap<String, u64>, Halt> {
            self.0.list(folder)
        }
        fn names(&mut self, folder: &str) -> Result<Vec<(String, Option<u64>)>, Halt> {
            self.0.names(folder)
        }
        fn put(&mut self, _: &Local<'_>, _: &str, _: &[FileOf], _: Option<&Like<'_>>) -> Result<(), Halt> {
            panic!("nothing is sent")
        }
        fn place(&mut self, from: &str, to: &str) -> Result<(), Halt> {
            self.0.place(from, to)
        }
        fn replace(&mut self, path: &str, bytes: &[u8]) -> Result<(), Halt> {
            match path.len() {
                0..=32 => self.0.replace(path, bytes),
                _ => Err(Halt::new(Kind::Transport, "550 file name too long")),
            }
        }
        fn remove(&mut self, folder: &str, files: &[String]) -> Result<(), Halt> {
            self.0.remove(folder, files)
        }
        fn sent(&self) -> u64 {
            self.0.sent()
        }
    }
    /// A server whose clock is a day ahead.
    struct Ahead;
    impl Fetch for Ahead {
        fn get(&self, _: &str) -> Result<(u16, Vec<u8>), Halt> {
            Err(Halt::new(Kind::Transport, "nobody answers"))
        }
        fn clock(&self, _: &str) -> Option<i64> {
            Some(1_800_086_400)
        }
    }
    let (place, host) = (Quick::new("deploy"), Quick::new("host"));
    let deploy = kinds(host.path()).remove(0);
    publish(place.path(), "one", 1, 1, None).expect("published");
    let archive = Archive::open(place.path(), None).expect("it opens").expect("it is there");
    let seen = std::cell::RefCell::new(Memory::default());
    let save = |memory: &Memory| *seen.borrow_mut() = memory.clone();
    let open = || deploy::open(&deploy, place.path(), None).expect("the host is there");
    let about = Deploying { save: &save, ..deploying(&deploy, place.path(), &archive, Some(&Ahead)) };
    let halt = deploy::deploy(&about, &mut Short(open())).expect_err("too long");
    assert_eq!(halt.kind, Kind::Limit);
    assert!(halt.text.contains("zh/metrics/acos/index.html"), "{halt}");
    assert_eq!(tree(host.path()).len(), 0, "no trace of it");
    let can = seen.borrow().abilities.expect("it was tried");
    assert_eq!((can.folders, can.cases, can.clock), (true, true, Some(86_400)));
    let about = Deploying { save: &save, ..deploying(&deploy, place.path(), &archive, None) };
    let done = deploy::deploy(&about, &mut *open()).expect("deployed");
    assert_eq!((done.warnings.len(), seen.borrow().longest), (0, "zh/metrics/acos/index.html".len()));
}

/// Pages under the names of aliases: written once, the same for every version, gone with the alias; other files stay.
#[test]
fn pages_stand_under_the_names_of_aliases() {
    let (place, host) = (Quick::new("deploy"), Quick::new("host"));
    let deploy = Deploy { stubs: true, ..kinds(host.path()).remove(0) };
    publish(place.path(), "one", 1, 1, None).expect("published");
    let mut store = super::kit::open(place.path(), 2, None).expect("it opens");
    let mut entry = store.entry(Op::Alias);
    (entry.version, entry.alias) = (Some("one".to_owned()), Some("reviewed".to_owned()));
    store.record(entry).expect("named");
    drop(store);
    let memory = std::cell::RefCell::new(Memory::default());
    let go = || {
        let archive = Archive::open(place.path(), None).expect("it opens").expect("it is there");
        let save = |now: &Memory| *memory.borrow_mut() = now.clone();
        let before = memory.borrow().clone();
        let about =
            Deploying { save: &save, memory: before, ..deploying(&deploy, place.path(), &archive, None) };
        let mut remote = deploy::open(&deploy, place.path(), None).expect("the host is there");
        let done = deploy::deploy(&about, &mut *remote).expect("deployed");
        let extra = deploy::check(&about, &mut *remote, true).expect("looked").problems;
        (done.pointers, extra.into_iter().map(|one| one.place).collect::<Vec<_>>())
    };
    let (first, extra) = go();
    assert_eq!(extra, Vec::<String>::new());
    let stub = fs::read_to_string(host.path().join("all/latest/zh/metrics/acos/index.html")).expect("a stub");
    assert!(stub.contains("url=../../../../index.html") && !stub.contains("v/one"), "{stub}");
    assert!(stub.contains("data-page=\"zh/metrics/acos/index.html\""), "{stub}");
    assert!(host.path().join("all/reviewed/zh/about/index.html").is_file());
    fs::write(host.path().join("all/reviewed/mine.html"), "theirs").expect("written");
    // Nothing to do; then a version with the same pages, for which no stub is written.
    assert_eq!(go().0, 0);
    publish(place.path(), "two", 2, 3, None).expect("published");
    let (second, _) = go();
    assert!(first >= 8 && second <= 4, "four pages under two names are written once: {first}, {second}");
    record(place.path(), Op::Retract, "one", 4, None).expect("taken back");
    let (_, extra) = go();
    assert_eq!(extra, ["host: all/reviewed/mine.html"]);
    let left = tree(&host.path().join("all/reviewed"));
    assert_eq!(left.keys().collect::<Vec<_>>(), ["mine.html"]);
    assert!(host.path().join("all/latest/index.html").is_file());
}
