//! What can be tried without a child: looking into components, keeping machine code.
#![expect(clippy::disallowed_methods, reason = "the test makes and removes a folder of its own")]

use super::artefact::Artefact;
use super::cache::{Cache, Homes};
use super::scan::scan;
use crate::plugin::engine::Engine;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

/// What looking into a component comes to.
fn told(text: &str) -> String {
    let bytes = wat::parse_str(text).unwrap_or_else(|error| panic!("{error}"));
    match scan("evil", &bytes) {
        Ok(outline) => format!("{:?}", outline.exports),
        Err(failure) => format!("{}: {}", failure.rule.name, failure.message),
    }
}

fn importing(name: &str) -> String {
    told(&format!("(component (import \"{name}\" (instance)))"))
}

#[test]
fn only_our_interfaces_may_be_imported() {
    let cases = [
        ("wasi:io/poll@0.2.0", "plugin-import-refused: plugin `evil` imports `wasi:io/poll@0.2.0`"),
        (
            "kpress:plugin/admin@0.1.0",
            "plugin-import-refused: plugin `evil` imports `kpress:plugin/admin@0.1.0`, which no plugin gets",
        ),
        ("evil:a/b", "plugin-import-refused: plugin `evil` imports `evil:a/b`, which no plugin gets"),
        (
            "kpress:plugin/log@9.9.9",
            "plugin-api-unknown: plugin `evil` imports `kpress:plugin/log` of version 9.9.9",
        ),
        ("kpress:plugin/log@0.1.0", "plugin-api-unknown: plugin `evil` exports no interface of a plugin"),
    ];
    for (name, expected) in cases {
        assert_eq!(importing(name), expected);
    }
}

#[test]
fn a_component_of_one_of_our_kinds_is_known() {
    let exporting =
        |name: &str| told(&format!("(component (instance $x) (export \"{name}\" (instance $x)))"));
    assert_eq!(exporting("kpress:plugin/metric@0.1.0"), "[\"kpress:plugin/metric@0.1.0\"]");
    assert_eq!(exporting("kpress:plugin/metric@0.1.7"), "[\"kpress:plugin/metric@0.1.7\"]");
    assert_eq!(
        exporting("kpress:plugin/metric@9.9.9"),
        "plugin-api-unknown: plugin `evil` exports `kpress:plugin/metric` of version 9.9.9"
    );
    let source = "(component (import \"kpress:plugin/http@0.1.0\" (instance)) (instance $x)
        (export \"kpress:plugin/metric@0.1.0\" (instance $x)))";
    assert_eq!(
        told(source),
        "plugin-import-refused: plugin `evil` imports `kpress:plugin/http` and is no source"
    );
}

/// Folders of a user, removed when the test ends.
struct User(PathBuf);

impl User {
    fn new(name: &str) -> User {
        let place = std::env::temp_dir().join(format!("kpress-cache-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&place);
        fs::create_dir_all(&place).expect("a folder for the test");
        User(place)
    }

    fn homes(&self) -> Homes {
        Homes { cache: Some(self.0.join("cache")), state: Some(self.0.join("state")) }
    }

    fn open(&self) -> Cache {
        Cache::open(&self.homes()).expect("the folders can be made")
    }

    fn folder(&self) -> PathBuf {
        self.0.join("cache/kpress/plugins")
    }

    fn entry(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }
}

impl Drop for User {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn artefact(byte: u8) -> Artefact {
    Artefact::compiled(vec![byte; 1_000])
}

/// What lies in the cache under a name: its first byte, nothing, or why it was discarded.
fn got(cache: &Cache, name: &str) -> Result<Option<u8>, String> {
    let found = cache.get(name).map_err(|why| why.told("evil").message)?;
    Ok(found.map(|artefact| artefact.bytes()[0]))
}

const MINE: &str = "0000000000000000000000000000000000000000000000000000000000000001";
const OTHER: &str = "0000000000000000000000000000000000000000000000000000000000000002";

#[test]
fn what_is_kept_is_had_again() {
    let user = User::new("kept");
    let cache = user.open();
    assert_eq!(got(&cache, MINE), Ok(None));
    cache.put(MINE, &artefact(7));
    assert_eq!(got(&user.open(), MINE), Ok(Some(7)));
    let mode = |path: PathBuf| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode(user.folder()), mode(user.entry(MINE))), (0o700, 0o600));
    assert_eq!(mode(user.0.join("state/kpress/plugin-cache.key")), 0o600);
    // An engine that meters something else has entries of its own.
    let other = Engine::with(crate::plugin::engine::Switches { fuel: false, epoch: true, nan: true });
    assert_ne!(Cache::entry("00", Engine::shared()), Cache::entry("00", &other));
}

/// What spoils an entry, and why it is not taken.
type Spoil = (fn(&User), &'static str);

#[test]
fn case_37_what_nobody_can_vouch_for_is_deleted() {
    let spoils: [Spoil; 6] = [
        (|user| change(&user.entry(MINE), |bytes| bytes[500] ^= 1), "its seal is not ours"),
        (|user| change(&user.entry(MINE), |bytes| bytes.truncate(30)), "it is of another form"),
        (
            |user| fs::set_permissions(user.entry(MINE), Permissions::from_mode(0o666)).expect("ours"),
            "others can read or write it",
        ),
        (
            |user| fs::set_permissions(user.folder(), Permissions::from_mode(0o777)).expect("ours"),
            "others can write into its folder",
        ),
        // Two artefacts swapped: both were sealed by us, each for its own plugin.
        (|user| assert!(fs::copy(user.entry(OTHER), user.entry(MINE)).is_ok()), "its seal is not ours"),
        (
            |user| fs::remove_file(user.0.join("state/kpress/plugin-cache.key")).expect("ours"),
            "its seal is not ours",
        ),
    ];
    for (at, (spoil, why)) in spoils.into_iter().enumerate() {
        let user = User::new(&format!("spoilt-{at}"));
        let cache = user.open();
        cache.put(MINE, &artefact(7));
        cache.put(OTHER, &artefact(8));
        drop(cache);
        spoil(&user);
        let cache = user.open();
        assert_eq!(
            got(&cache, MINE),
            Err(format!("the compiled code of plugin `evil` was discarded: {why}"))
        );
        // It is gone, and what is compiled anew is kept again.
        assert_eq!(got(&cache, MINE), Ok(None), "{why}");
        cache.put(MINE, &artefact(9));
        assert_eq!(got(&user.open(), MINE), Ok(Some(9)), "{why}");
    }
}

#[test]
fn links_and_pipes_are_no_entries() {
    let user = User::new("link");
    let cache = user.open();
    cache.put(OTHER, &artefact(8));
    std::os::unix::fs::symlink(user.entry(OTHER), user.entry(MINE)).expect("a link");
    let told = "the compiled code of plugin `evil` was discarded: it cannot be opened";
    assert_eq!(got(&cache, MINE), Err(told.to_owned()));
    assert_eq!(got(&cache, OTHER), Ok(Some(8)), "what the link led to stays");
}

fn change(path: &PathBuf, how: fn(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).expect("an entry");
    how(&mut bytes);
    fs::write(path, bytes).expect("ours");
}
