//! Hosts and disks as they should not be: one that does not tell cases apart, one that renames no folder, one that loses what was not
//! synced; and a publish that is stopped, or whose data move under it. Hostile cases 43, 49, 54, 55, 58.

use super::kit::{ALL, Quick, publish, record, sound, told};
use crate::folder::{Temp, tree};
use kpress::deploy::{self, Deploying, Like, Local, Memory, Remote};
use kpress::plan::deploy::{Deploy, Protect, To};
use kpress::site::Probe;
use kpress::versions::manifest::FileOf;
use kpress::versions::{Archive, Halt, Kind, Op};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a host cannot do.
#[derive(Clone, Copy)]
struct Cannot {
    rename_folders: bool,
    tell_cases: bool,
}

/// A folder that behaves like such a host.
struct Odd {
    inner: Box<dyn Remote>,
    cannot: Cannot,
    /// Names as they were first given, by their small letters.
    names: BTreeMap<String, String>,
}

impl Odd {
    fn name(&mut self, path: &str) -> String {
        match self.cannot.tell_cases {
            true => self.names.entry(path.to_lowercase()).or_insert_with(|| path.to_owned()).clone(),
            false => path.to_owned(),
        }
    }
}

impl Remote for Odd {
    fn read(&mut self, path: &str) -> Result<Option<Vec<u8>>, Halt> {
        let path = self.name(path);
        self.inner.read(&path)
    }

    fn list(&mut self, folder: &str) -> Result<BTreeMap<String, u64>, Halt> {
        self.inner.list(folder)
    }

    fn names(&mut self, folder: &str) -> Result<Vec<(String, Option<u64>)>, Halt> {
        self.inner.names(folder)
    }

    fn put(
        &mut self,
        from: &Local<'_>,
        to: &str,
        files: &[FileOf],
        like: Option<&Like<'_>>,
    ) -> Result<(), Halt> {
        for file in files {
            let path = format!("{to}/{}", file.p);
            assert_eq!(self.name(&path), path, "it would be written over another");
        }
        self.inner.put(from, to, files, like)
    }

    fn place(&mut self, from: &str, to: &str) -> Result<(), Halt> {
        if self.cannot.rename_folders {
            return Err(Halt::new(Kind::Transport, "folders keep their names"));
        }
        self.inner.place(from, to)
    }

    fn replace(&mut self, path: &str, bytes: &[u8]) -> Result<(), Halt> {
        let path = self.name(path);
        self.inner.replace(&path, bytes)
    }

    fn remove(&mut self, folder: &str, files: &[String]) -> Result<(), Halt> {
        self.inner.remove(folder, files)
    }

    fn sent(&self) -> u64 {
        self.inner.sent()
    }
}

/// Deploys what is published at `place` to such a host.
fn deploy_odd(place: &Path, host: &Path, cannot: Cannot) -> Vec<String> {
    let deploy = Deploy {
        id: "host".into(),
        to: To::Folder(host.to_string_lossy().into()),
        url: None,
        audiences: None,
        stubs: false,
        limits: None,
        protect: Protect::default(),
        place: kpress::diag::Place::default(),
    };
    let archive = Archive::open(place, None).expect("it opens").expect("it is there");
    let inner = deploy::open(&deploy, place, None).expect("the host is there");
    let mut odd = Odd { inner, cannot, names: BTreeMap::new() };
    let about = Deploying {
        deploy: &deploy,
        workspace: place,
        archive: &archive,
        fetch: None,
        memory: Memory::default(),
        now: 1_800_000_000,
        token: "run",
        save: &|memory| {
            assert!(memory.abilities.is_none_or(|can| can.folders != cannot.rename_folders));
        },
    };
    deploy::deploy(&about, &mut odd).expect("it comes").came
}

/// Deploys two versions, one after the other; the host then shows the second, whole.
fn takes_two_versions(cannot: Cannot) {
    let (place, host) = (Quick::new("odd"), Quick::new("host"));
    for (number, id) in [(1, "one"), (2, "two")] {
        publish(place.path(), id, number.into(), number, None).expect("published");
        assert_eq!(deploy_odd(place.path(), host.path(), cannot), [id]);
    }
    let there = tree(host.path());
    let whole = tree(&place.path().join(".kpress/web"));
    let differ: Vec<&String> =
        there.keys().chain(whole.keys()).filter(|path| there.get(*path) != whole.get(*path)).collect();
    assert!(differ.is_empty(), "{differ:?}");
}

#[test]
fn a_host_that_renames_no_folder() {
    takes_two_versions(Cannot { rename_folders: true, tell_cases: false });
}

/// There a version has its name from its first file on: what another one of this name left is of equal sizes.
#[test]
fn a_host_that_renames_no_folder_keeps_nothing_of_another_version() {
    let (place, host) = (Quick::new("odd"), Quick::new("host"));
    publish(place.path(), "one", 2, 1, None).expect("published");
    let left = host.path().join(ALL).join("v/one/zh");
    fs::create_dir_all(&left).expect("a folder");
    fs::write(left.join("index.html"), "home 1").expect("left by another");
    deploy_odd(place.path(), host.path(), Cannot { rename_folders: true, tell_cases: false });
    assert_eq!(fs::read(left.join("index.html")).expect("a page"), b"home 2");
}

#[test]
fn a_host_that_does_not_tell_cases_apart() {
    takes_two_versions(Cannot { rename_folders: false, tell_cases: true });
}

/// A disk that keeps only what was synced: what it has for sure is known at every moment.
struct Forgetful {
    root: PathBuf,
    at: usize,
    seen: AtomicUsize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// What names lead to for sure.
    names: BTreeMap<String, Vec<u8>>,
    /// Contents that are on the disk, under whatever name.
    contents: BTreeSet<Vec<u8>>,
    /// What is being done.
    doing: Option<(&'static str, String)>,
}

impl Forgetful {
    fn new(root: &Path, at: usize) -> Arc<Forgetful> {
        let names = tree(root);
        let contents = names.values().cloned().collect();
        let kept = Mutex::new(Kept { names, contents, doing: None });
        Arc::new(Forgetful { root: root.to_path_buf(), at, seen: AtomicUsize::new(0), kept })
    }

    /// What was being done is done: what of it is on the disk for sure?
    fn settle(&self, kept: &mut Kept) {
        let Some((operation, path)) = kept.doing.take() else { return };
        if !operation.starts_with("sync") {
            return;
        }
        let now = tree(&self.root);
        let path = path.trim_end_matches('/').to_owned();
        match operation {
            "sync all" => {
                kept.contents.extend(now.values().cloned());
                kept.names = now;
            }
            "sync" => kept
                .contents
                .extend(now.iter().filter(|(name, _)| name.ends_with(&path)).map(|(_, bytes)| bytes.clone())),
            _ => {
                // The folder's own names; what lies deeper came with it, if its contents are there.
                let inside = |name: &str| {
                    name.strip_prefix(&path).is_some_and(|rest| path.is_empty() || rest.starts_with('/'))
                };
                kept.names.retain(|name, _| !inside(name) || now.contains_key(name));
                for (name, bytes) in now.iter().filter(|(name, _)| inside(name)) {
                    let direct = !name[path.len()..].trim_start_matches('/').contains('/');
                    if kept.contents.contains(bytes) {
                        kept.names.insert(name.clone(), bytes.clone());
                    } else if direct {
                        kept.names.insert(name.clone(), vec![0; bytes.len()]);
                    }
                }
            }
        }
    }

    /// The power is cut: only what was synced is there, or all names are and what was not synced is zero.
    fn cut(&self, zeroed: bool) {
        let mut kept = self.kept.lock().expect("nobody panics with it");
        kept.doing = None;
        let now = tree(&self.root);
        let image: BTreeMap<String, Vec<u8>> = match zeroed {
            true => {
                let zero = |bytes: Vec<u8>| {
                    if kept.contents.contains(&bytes) { bytes } else { vec![0; bytes.len()] }
                };
                now.into_iter().map(|(name, bytes)| (name, zero(bytes))).collect()
            }
            false => kept.names.clone(),
        };
        fs::remove_dir_all(&self.root).expect("ours");
        fs::create_dir_all(&self.root).expect("ours");
        for (name, bytes) in image {
            let path = self.root.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("ours");
            fs::write(path, bytes).expect("ours");
        }
    }
}

impl Probe for Forgetful {
    fn before(&self, operation: &'static str, path: &str) -> io::Result<()> {
        let number = self.seen.fetch_add(1, Ordering::SeqCst);
        if number >= self.at {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let mut kept = self.kept.lock().expect("nobody panics with it");
        self.settle(&mut kept);
        kept.doing = Some((operation, path.to_owned()));
        Ok(())
    }
}

#[test]
fn what_was_not_synced_may_be_lost() {
    type Act = fn(&Path, Option<Arc<dyn Probe>>) -> Result<(), Halt>;
    let acts: [(&str, Act); 2] = [
        ("publish", |place, probe| publish(place, "three", 3, 3, probe)),
        ("rollback", |place, probe| record(place, Op::Alias, "one", 3, probe)),
    ];
    let base = Quick::new("forgetful");
    publish(base.path(), "one", 1, 1, None).expect("the first");
    publish(base.path(), "two", 2, 2, None).expect("the second");
    let old = told(&sound(base.path(), "before"));
    for (name, act) in acts {
        let whole = base.copy("whole");
        let counting = Forgetful::new(whole.path(), usize::MAX);
        act(whole.path(), Some(counting.clone())).expect("without a cut it works");
        let new = told(&sound(whole.path(), name));
        let (mut ended_old, mut ended_new) = (0, 0);
        // The last round acknowledges, and then the power is cut.
        for at in 0..=counting.seen.load(Ordering::SeqCst) {
            for zeroed in [false, true] {
                let place = base.copy("cut");
                let disk = Forgetful::new(place.path(), at);
                let result = act(place.path(), Some(disk.clone()));
                if result.is_ok() {
                    disk.settle(&mut disk.kept.lock().expect("nobody panics with it"));
                }
                disk.cut(zeroed);
                let about = format!("{name}, cut at operation {at}, zeroed: {zeroed}");
                let now = told(&sound(place.path(), &about));
                assert!(now == old || now == new, "{about}: {now:?}");
                assert!(result.is_err() || now == new, "{about}: acknowledged and lost");
                ended_old += usize::from(now == old);
                ended_new += usize::from(now == new);
            }
        }
        assert!(ended_old > 5 && ended_new > 5, "{name}: {ended_old} old, {ended_new} new");
    }
}

/// A workspace with one table.
fn shop() -> Temp {
    let temp = Temp::new("stopped");
    temp.write("kpress.yaml", "site: {title: {en: Shop}, languages: [en], timezone: Asia/Tokyo}\nsources:\n  sales: {files: \"data/*.csv\", date: date}\n");
    temp.write(
        "metrics/sales.yaml",
        "metrics:\n  gmv: {source: sales, value: sum(amount), unit: JPY, better: higher, level: core}\n",
    );
    let rows: String = (1..=15).map(|day| format!("2026-11-{day:02},{}\n", day * 10)).collect();
    temp.write("data/nov.csv", format!("date,amount\n{rows}"));
    temp
}

fn kpress(temp: &Temp, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kpress"));
    command
        .current_dir(temp.path())
        .env("HOME", "/nonexistent")
        .env_remove("SOURCE_DATE_EPOCH")
        .args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
#[cfg(unix)]
fn a_publish_that_is_stopped_leaves_the_old_or_the_new_version() {
    let temp = shop();
    assert!(kpress(&temp, &["publish"]).status().expect("kpress starts").success());
    for (round, signals) in [&["INT"][..], &["TERM"], &["INT", "INT"], &["KILL"]].into_iter().enumerate() {
        for wait in [5, 40, 120] {
            temp.write("data/more.csv", format!("date,amount\n2026-11-16,{}\n", round * 1000 + wait));
            let mut child = kpress(&temp, &["publish"]).spawn().expect("kpress starts");
            std::thread::sleep(Duration::from_millis(wait as u64));
            for signal in signals {
                // It may be done already.
                let _ = Command::new("kill")
                    .args([&format!("-{signal}"), &child.id().to_string()])
                    .stderr(Stdio::null())
                    .status();
            }
            let code = child.wait().expect("it ends").code();
            assert!(matches!(code, Some(0 | 130 | 143) | None), "{signals:?}: {code:?}");
            let checked = kpress(&temp, &["verify", "--all", "--read-data"]).output().expect("kpress starts");
            let said = String::from_utf8_lossy(&checked.stderr).into_owned();
            // What was begun is finished or taken back by the next command that writes.
            if !checked.status.success() {
                assert!(kpress(&temp, &["publish"]).status().expect("kpress starts").success(), "{said}");
                let again =
                    kpress(&temp, &["verify", "--all", "--read-data"]).output().expect("kpress starts");
                assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stdout));
            }
        }
    }
    // Nobody reads what it says.
    let mut child = kpress(&temp, &["versions", "--json"]).spawn().expect("kpress starts");
    drop((child.stdout.take(), child.stderr.take()));
    assert_ne!(child.wait().expect("it ends").code(), Some(101));
}

#[test]
fn data_that_move_under_a_publish_are_noticed() {
    let temp = shop();
    let path = temp.path().join("data/nov.csv");
    let moving = Arc::new(AtomicBool::new(true));
    let writer = std::thread::spawn({
        let moving = Arc::clone(&moving);
        move || {
            for amount in 0_u32.. {
                if !moving.load(Ordering::SeqCst) {
                    break;
                }
                fs::write(&path, format!("date,amount\n2026-11-01,{amount:09}\n")).expect("written");
            }
        }
    });
    let output = kpress(&temp, &["publish"]).output().expect("kpress starts");
    moving.store(false, Ordering::SeqCst);
    writer.join().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(11), "{said}");
    assert!(!temp.path().join(format!(".kpress/web/{ALL}/current.json")).exists(), "{said}");
}
