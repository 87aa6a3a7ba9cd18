//! What plugins stand on: the interface file of each version, and a build without plugins.
//! A version of the interface that is out never changes by a byte; without the feature nothing of WebAssembly is built.

use std::fs;
use std::path::Path;
use std::process::Command;

use sha2::{Digest, Sha256};

/// Folder of a version, and the sha256 of its `plugin.wit`. What has to change goes into the next version's folder.
const FROZEN: &[(&str, &str)] = &[("v1", "f028b46ee15991b5e80eb3b5fe847f6ee09cafd41b2c0f4aa1f1e420c2ff8796")];

/// Crates of plugins; none of them belongs to a build without them.
const ABSENT: &[&str] =
    &["wasmtime", "cranelift-codegen", "wasmparser", "wit-component", "wit-parser", "ureq"];

#[test]
fn a_version_of_the_interface_never_changes() {
    for (version, expected) in FROZEN {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugins/wit").join(version).join("plugin.wit");
        let bytes = fs::read(&file).expect("the interface is a file of the checkout");
        let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hash, *expected, "{} is frozen", file.display());
    }
}

/// Names of the crates that a build takes in, the target's own only.
fn crates(options: &[&str]) -> Vec<String> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .args(options)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs the tests, so it is there");
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let text = String::from_utf8(tree.stdout).expect("names of crates are ASCII");
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn without_the_feature_no_webassembly_is_built() {
    let (with, without) = (crates(&[]), crates(&["--no-default-features"]));
    for name in ABSENT {
        assert!(with.iter().any(|one| one == name), "{name} is looked for under a wrong name");
        assert!(!without.iter().any(|one| one == name), "{name} is built without the feature `plugins`");
    }
}
