//! Holds the module table of the architecture: import direction, the door of each crate, file and function sizes.
//! A rule that review asked for twice belongs here.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Modules in the order of dependency: each imports only from those before it.
const ORDER: &[&str] = &[
    "parallel", "diag", "unit", "time", "inputs", "plan", "snapshot", "measure", "assess", "report", "diff",
    "chart", "render", "site", "versions", "deploy", "plugin", "build", "preview", "cli",
];

/// Crates that may be named only below these modules (a path prefix below `src`).
const DOORS: &[(&str, &[&str])] = &[
    ("annotate_snippets", &["diag"]),
    ("strsim", &["diag"]),
    ("rust_decimal", &["unit"]),
    ("icu_decimal", &["unit"]),
    ("icu_locale_core", &["unit"]),
    ("fixed_decimal", &["unit"]),
    ("jiff", &["time"]),
    ("cap_std", &["inputs", "site", "plugin"]),
    ("cap_fs_ext", &["inputs", "site", "plugin"]),
    ("glob", &["inputs"]),
    ("gix", &["inputs"]),
    ("similar", &["plan", "report", "preview"]),
    ("sha2", &["inputs", "site", "plugin"]),
    ("hmac", &["site", "plugin"]),
    ("aes_gcm", &["site"]),
    ("pbkdf2", &["site"]),
    ("hkdf", &["site"]),
    ("bcrypt", &["site"]),
    ("granit_parser", &["plan/yaml"]),
    ("sqlparser", &["plan/formula"]),
    ("polars", &["snapshot", "measure"]),
    ("encoding_rs", &["snapshot"]),
    ("csv", &["snapshot"]),
    ("flate2", &["snapshot", "plugin"]),
    ("calamine", &["snapshot"]),
    ("zip", &["deploy"]),
    ("suppaftp", &["deploy/ftp"]),
    ("rustls", &["deploy/ftp"]),
    ("webpki_roots", &["deploy/ftp"]),
    ("charming", &["chart"]),
    ("minijinja", &["render"]),
    ("pulldown_cmark", &["render"]),
    ("fluent_bundle", &["render"]),
    ("unic_langid", &["render"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("indicatif", &["cli"]),
    ("signal_hook", &["cli"]),
];

/// No file may be longer; the list of exceptions may only shrink.
const FILE_LINES: usize = 600;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files below a folder, by path relative to it.
fn sources(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(&at).expect("a folder of the checkout").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name =
                    path.strip_prefix(folder).expect("below the folder").to_string_lossy().replace('\\', "/");
                found.insert(name, fs::read_to_string(&path).expect("a source file is text"));
            }
        }
    }
    found
}

/// The code of a file without comments, text in quotes, and the tests at its end.
fn code(text: &str) -> String {
    let before_tests = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or(text);
    before_tests.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn modules_import_only_from_those_before_them() {
    let mut wrong = Vec::new();
    for (name, text) in sources(&root().join("src")) {
        let own = name.split('/').next().unwrap_or("").trim_end_matches(".rs");
        let Some(place) = ORDER.iter().position(|module| *module == own) else { continue };
        let code = code(&text);
        for later in &ORDER[place + 1..] {
            let names = [format!("crate::{later}::"), format!("crate::{later};"), format!("crate::{later} ")];
            if names.iter().any(|needle| code.contains(needle)) {
                wrong.push(format!("src/{name}: `{own}` imports from `{later}`, which stands after it"));
            }
        }
        for grouped in code.split("use crate::{").skip(1) {
            let group = grouped.split(';').next().unwrap_or("");
            for later in &ORDER[place + 1..] {
                if group.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == *later) {
                    wrong.push(format!("src/{name}: `{own}` imports from `{later}`, which stands after it"));
                }
            }
        }
    }
    none(&wrong);
}

#[test]
fn every_folder_of_src_has_a_place_in_the_table() {
    let known = |name: &str| ORDER.contains(&name) || name == "lib" || name == "main";
    let tops = sources(&root().join("src")).into_keys();
    let wrong: Vec<String> = tops
        .map(|name| name.split('/').next().unwrap_or("").trim_end_matches(".rs").to_owned())
        .filter(|name| !known(name))
        .map(|name| format!("src/{name} is not in the module table"))
        .collect();
    none(&wrong);
}

#[test]
fn each_crate_is_named_only_at_its_door() {
    let mut wrong = Vec::new();
    for (name, text) in sources(&root().join("src")) {
        let code = code(&text);
        for (krate, doors) in DOORS {
            let inside = doors
                .iter()
                .any(|door| name.starts_with(&format!("{door}/")) || name == format!("{door}.rs"));
            let named = code
                .match_indices(&format!("{krate}::"))
                .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'));
            if named && !inside {
                wrong.push(format!("src/{name}: `{krate}` may be named only below {}", doors.join(", ")));
            }
        }
    }
    none(&wrong);
}

#[test]
fn every_dependency_says_its_door() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml");
    let dependencies = manifest.split("\n[dependencies]\n").nth(1).and_then(|rest| rest.split("\n[").next());
    let lines: Vec<&str> = dependencies.expect("a section of dependencies").lines().collect();
    let wrong: Vec<String> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.contains(" = ") && !line.starts_with('#'))
        .filter(|(at, _)| {
            let above = lines[..*at].iter().rev().take_while(|line| !line.is_empty());
            !above.into_iter().any(|line| line.starts_with("# door: "))
        })
        .map(|(_, line)| format!("Cargo.toml: no `# door:` above `{line}`"))
        .collect();
    none(&wrong);
}

#[test]
fn every_file_opens_with_its_purpose() {
    let mut wrong = Vec::new();
    for folder in ["src", "tests", "benches"] {
        for (name, text) in sources(&root().join(folder)) {
            if !text.starts_with("//! ") {
                wrong.push(format!("{folder}/{name} does not open with `//!`"));
            }
        }
    }
    none(&wrong);
}

#[test]
fn no_file_is_a_room_for_too_many() {
    let lengths = sources(&root().join("src")).into_iter().map(|(name, text)| (name, text.lines().count()));
    let wrong: Vec<String> = lengths
        .filter(|(_, lines)| *lines > FILE_LINES)
        .map(|(name, lines)| format!("src/{name} has {lines} lines, more than {FILE_LINES}"))
        .collect();
    none(&wrong);
}

#[test]
fn only_tests_unwrap_and_nobody_leaves_a_hole() {
    let mut wrong = Vec::new();
    for (name, text) in sources(&root().join("src")) {
        let code = code(&text);
        for hole in [".unwrap()", "todo!(", "unimplemented!(", "dbg!("] {
            if code.contains(hole) {
                wrong.push(format!("src/{name} holds `{hole}`"));
            }
        }
    }
    none(&wrong);
}

#[test]
fn charts_leave_the_program_as_values_only() {
    // `Display` of a chart and these types turn marked strings of data into code (publishing.md §15).
    let mut wrong = Vec::new();
    for (name, text) in sources(&root().join("src")) {
        for banned in ["HtmlRenderer", "RawString", "JsFunction"] {
            if code(&text).contains(banned) {
                wrong.push(format!("src/{name} names `{banned}`"));
            }
        }
    }
    none(&wrong);
}

#[test]
fn links_of_readme_and_manual_lead_to_files() {
    let mut wrong = Vec::new();
    let manual = root().join("content/guide/content");
    let articles = fs::read_dir(&manual).expect("the manual").flatten().map(|entry| entry.path());
    let pages: Vec<PathBuf> =
        articles.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect();
    for page in pages.into_iter().chain([root().join("README.md")]) {
        let text = fs::read_to_string(&page).expect("a page is text");
        let folder = page.parent().expect("a page lies in a folder");
        // What stands between fences is an example.
        let prose = text.split("```").step_by(2);
        let links = prose.flat_map(|part| part.split("](").skip(1).filter_map(|rest| rest.split(')').next()));
        for link in links.filter(|link| !link.contains(':') && !link.starts_with('#')) {
            let file = link.split('#').next().unwrap_or(link);
            if !folder.join(file).exists() {
                wrong.push(format!("{}: `{link}` leads nowhere", page.display()));
            }
        }
    }
    none(&wrong);
}
