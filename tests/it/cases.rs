//! Folder cases: each folder of `tests/cases` names a workspace, its own or the one of that name below `examples`, and
//! `out/found.txt` is what `kpress check` prints there. `UPDATE=1` rewrites them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = fs::read_dir(root().join("tests/cases"))
        .expect("tests/cases")
        .flatten()
        .map(|entry| entry.path())
        .filter(|case| case.join("out/found.txt").is_file())
        .collect();
    cases.sort();
    cases
}

/// What `kpress check` prints about the workspace of a case.
fn found(case: &Path) -> String {
    let name = case.file_name().expect("a case has a name");
    let workspace =
        if case.join("kpress.yaml").is_file() { case.to_owned() } else { root().join("examples").join(name) };
    let output = Command::new(env!("CARGO_BIN_EXE_kpress"))
        .arg("check")
        .current_dir(&workspace)
        .env("HOME", "/nonexistent")
        .env("COLUMNS", "100")
        .output()
        .expect("kpress starts");
    let code = output.status.code().unwrap_or(-1);
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned() + &format!("exit {code}\n")
}

#[test]
fn check_prints_what_is_written() {
    let cases = cases();
    assert!(!cases.is_empty());
    for case in cases {
        let golden = case.join("out/found.txt");
        let now = found(&case);
        if std::env::var_os("UPDATE").is_some() {
            fs::create_dir_all(case.join("out")).expect("a folder");
            fs::write(&golden, &now).expect("a golden file can be rewritten");
        }
        let written = fs::read_to_string(&golden).unwrap_or_default();
        let different =
            written.lines().zip(now.lines()).enumerate().find(|(_, (written, now))| written != now);
        assert!(written == now, "{}: first difference {different:?}; UPDATE=1 rewrites it", golden.display());
    }
}

#[test]
fn every_finding_says_where_it_is() {
    for case in cases() {
        let printed = found(&case);
        let lines: Vec<&str> = printed.lines().collect();
        let heads = lines
            .iter()
            .enumerate()
            .filter(|(_, line)| ["error[", "warning[", "note["].iter().any(|level| line.starts_with(level)));
        for (at, head) in heads {
            let place = lines.get(at + 1).and_then(|line| line.trim_start().strip_prefix("--> "));
            let file = place.and_then(|place| place.split(':').next()).unwrap_or("");
            assert!(!file.is_empty(), "{}: `{head}` names no file", case.display());
        }
    }
}
