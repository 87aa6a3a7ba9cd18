//! Random damage: bits that flip anywhere in store and published tree, and processes killed at any moment.
//! Small samples here; the long runs are `cargo test --test it versions::random -- --ignored --nocapture`.

#![expect(clippy::print_stdout, reason = "the long run tells its figures")]

use super::kit::{self, Quick, publish, sound};
use kpress::versions::Archive;
use kpress::versions::verify::{Asked, Depth, verify};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// A sequence of numbers that looks random and is the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end.max(1)
    }
}

fn all_files(place: &Path) -> Vec<PathBuf> {
    let files = crate::folder::tree(place).into_keys().map(|path| place.join(path));
    // The lock holds a note for people, and the list for Git is no part of the store.
    files.filter(|path| !path.ends_with("lock") && !path.ends_with(".gitignore")).collect()
}

fn writable(path: &Path) {
    let mut permissions = fs::metadata(path).expect("it is there").permissions();
    #[cfg(unix)]
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o644);
    fs::set_permissions(path, permissions).expect("ours");
}

fn is_found(place: &Path) -> bool {
    let asked = Asked { versions: None, depth: Depth::Everything, extra: false };
    match verify(place, &asked, None) {
        Ok(Some(verified)) => !verified.problems.is_empty(),
        Ok(None) => false,
        Err(_) => true,
    }
}

fn flips(count: usize) {
    let place = Quick::new("flips");
    for (number, id) in ["one", "two", "three"].into_iter().enumerate() {
        publish(place.path(), id, number as u64, u32::try_from(number).unwrap_or(0), None)
            .expect("published");
    }
    assert!(!is_found(place.path()), "a healthy store has no problem");
    let files: Vec<PathBuf> = all_files(place.path())
        .into_iter()
        .filter(|path| fs::metadata(path).is_ok_and(|meta| meta.len() > 0))
        .collect();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut missed = Vec::new();
    for _ in 0..count {
        let path = &files[usize::try_from(dice.below(files.len() as u64)).expect("small")];
        let healthy = fs::read(path).expect("a file");
        let mode = fs::metadata(path).expect("a file").permissions();
        let mut bytes = healthy.clone();
        let at = usize::try_from(dice.below(bytes.len() as u64)).expect("small");
        let bit = dice.below(8);
        bytes[at] ^= 1 << bit;
        writable(path);
        fs::write(path, &bytes).expect("ours");
        fs::set_permissions(path, mode.clone()).expect("ours");
        if !is_found(place.path()) {
            missed.push(format!("{} byte {at} bit {bit}", path.display()));
        }
        writable(path);
        fs::write(path, &healthy).expect("ours");
        fs::set_permissions(path, mode).expect("ours");
    }
    assert!(missed.is_empty(), "{} of {count} were not found: {:?}", missed.len(), missed.first());
    assert!(!is_found(place.path()), "all damage was taken back");
    println!("{count} single-bit flips over {} files: all found", files.len());
}

#[test]
fn a_flipped_bit_is_found() {
    flips(300);
}

#[test]
#[ignore = "minutes; the figures of the manual"]
fn ten_thousand_flipped_bits_are_found() {
    flips(10_000);
}

/// The child of a round: publishes, rolls back or prunes until it is killed, and writes down what was acknowledged.
#[test]
#[ignore = "started by the test below"]
fn child() {
    let (Some(place), Some(seed)) = (std::env::var_os("KPRESS_CHILD"), std::env::var("KPRESS_SEED").ok())
    else {
        return;
    };
    let (place, seed) = (PathBuf::from(place), seed.parse::<u64>().expect("a number"));
    let mut dice = Dice(seed | 1);
    let number = u32::try_from(seed % 1_000_000).unwrap_or(0);
    for turn in 0..1000_u64 {
        let id = format!("{seed}-{turn}");
        let done = match dice.below(5) {
            0 => some(&place, &mut dice)
                .map_or(Ok(()), |id| kit::record(&place, kpress::versions::Op::Alias, &id, number, None)),
            1 => some(&place, &mut dice).map_or(Ok(()), |id| kit::prune(&place, &id, number, None)),
            _ => {
                let done = publish(&place, &id, seed + turn, number, None);
                if done.is_ok() {
                    let _ = fs::write(place.join("acknowledged").join(&id), b"");
                }
                done
            }
        };
        if let Err(halt) = done {
            assert_eq!(halt.kind, kpress::versions::Kind::Locked, "{halt}");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// A version that nobody needs to see.
fn some(place: &Path, dice: &mut Dice) -> Option<String> {
    let archive = Archive::open(place, None).ok()??;
    let current = archive.state.current().map(|known| known.id.clone());
    let others: Vec<&String> = archive
        .state
        .versions
        .values()
        .filter(|known| known.is_there() && Some(&known.id) != current.as_ref())
        .map(|known| &known.id)
        .collect();
    others.get(usize::try_from(dice.below(others.len() as u64)).ok()?).map(|id| (*id).clone())
}

fn kills(rounds: u64) {
    let mut dice = Dice(0x0123_4567_89ab_cdef);
    let (mut killed, mut acknowledged, mut entries) = (0, 0, 0);
    let mut place = Quick::new("kills");
    fs::create_dir_all(place.path().join("acknowledged")).expect("a folder");
    for round in 0..rounds {
        let many = if dice.below(4) == 0 { 2 } else { 1 };
        let mut children: Vec<_> = (0..many)
            .map(|child| {
                Command::new(std::env::current_exe().expect("this program"))
                    .args(["--exact", "versions::random::child", "--ignored", "--test-threads", "1"])
                    .env("KPRESS_CHILD", place.path())
                    .env("KPRESS_SEED", (round * 2 + child + 1).to_string())
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()
                    .expect("it starts")
            })
            .collect();
        std::thread::sleep(Duration::from_micros(4_000 + dice.below(26_000)));
        for child in &mut children {
            killed += usize::from(child.try_wait().expect("a child").is_none());
            child.kill().expect("it can be killed");
            child.wait().expect("it ends");
        }
        let state = sound(place.path(), &format!("round {round}"));
        for name in fs::read_dir(place.path().join("acknowledged")).expect("a folder").flatten() {
            let id = name.file_name().to_string_lossy().into_owned();
            assert!(state.versions.contains_key(&id), "round {round}: `{id}` was acknowledged and lost");
        }
        if state.head.0 > 60 || round + 1 == rounds {
            acknowledged += fs::read_dir(place.path().join("acknowledged")).expect("a folder").count();
            entries += state.head.0;
            place = Quick::new("kills");
            fs::create_dir_all(place.path().join("acknowledged")).expect("a folder");
        }
    }
    assert!(killed as u64 > rounds / 2, "only {killed} of {rounds} rounds met a living process");
    println!(
        "{rounds} rounds, {killed} kills, {entries} commits, {acknowledged} acknowledged versions: 0 lost, 0 dangling"
    );
}

#[test]
fn processes_killed_at_any_moment_lose_nothing() {
    kills(20);
}

#[test]
#[ignore = "minutes; the figures of the manual"]
fn ten_thousand_kills_lose_nothing() {
    kills(10_000);
}
