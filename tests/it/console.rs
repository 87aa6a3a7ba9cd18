//! Console pages: `tests/cmd/*.md`, run as a user would. Each ```console block begins in the folder the page has reached;
//! `$ kpress …` is run, the lines after it must be what it prints (stdout, then stderr). `UPDATE=1` rewrites the pages.

use crate::folder::Temp;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn pages() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd");
    let entries = fs::read_dir(folder).expect("tests/cmd").flatten().map(|entry| entry.path());
    let mut pages: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    pages.sort();
    pages
}

#[test]
fn console_pages_print_what_they_say() {
    let pages = pages();
    assert!(!pages.is_empty(), "tests/cmd holds no pages");
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for page in pages {
        let written = fs::read_to_string(&page).expect("a page is text");
        let played = play(&written);
        if update {
            fs::write(&page, &played).expect("a page can be rewritten");
        } else if played != written {
            wrong.push(format!("{}\n{}", page.display(), first_difference(&written, &played)));
        }
    }
    assert!(wrong.is_empty(), "\n{}\nUPDATE=1 rewrites the pages", wrong.join("\n"));
}

/// The page with what its commands really print.
fn play(page: &str) -> String {
    let work = Temp::new("console");
    let mut place = work.path().to_owned();
    let mut out = String::new();
    let mut block: Option<Block> = None;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        match &block {
            None => {
                if let Some(kind) = line.strip_prefix("```") {
                    block = Block::of(kind);
                }
                out.push_str(&format!("{line}\n"));
            }
            Some(_) if line == "```" => {
                block = None;
                out.push_str("```\n");
            }
            Some(Block::Console) => {
                if let Some(command) = line.strip_prefix("$ ") {
                    out.push_str(&format!("$ {command}\n{}", run(command, &mut place, work.path())));
                }
                // What the page said is replaced by what the command printed.
            }
            Some(Block::File(name)) => {
                let mut text = format!("{line}\n");
                out.push_str(&text);
                for more in lines.by_ref().take_while(|more| *more != "```") {
                    out.push_str(&format!("{more}\n"));
                    text.push_str(&format!("{more}\n"));
                }
                out.push_str("```\n");
                let path = place.join(name);
                fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("folders");
                fs::write(path, text).expect("a file of the page");
                block = None;
            }
            Some(Block::Other) => out.push_str(&format!("{line}\n")),
        }
    }
    out
}

enum Block {
    /// Commands and what they print.
    Console,
    /// A file of the page: ```yaml file=metrics/a.yaml
    File(String),
    /// Anything else.
    Other,
}

impl Block {
    fn of(kind: &str) -> Option<Block> {
        Some(match kind.split_once("file=") {
            Some((_, name)) => Block::File(name.trim().to_owned()),
            None if kind.trim() == "console" => Block::Console,
            None => Block::Other,
        })
    }
}

/// Runs one command; a few are known, everything else is kpress.
fn run(command: &str, place: &mut PathBuf, work: &Path) -> String {
    let words: Vec<String> = words(command);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["cd", folder] => {
            *place = place.join(folder);
            String::new()
        }
        ["ls", folder] => {
            let entries = fs::read_dir(place.join(folder)).expect("a folder").flatten();
            let mut names: Vec<String> =
                entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
            names.sort();
            names.iter().map(|name| format!("{name}\n")).collect()
        }
        // A plugin that comes with kpress, put where a site has its own.
        ["cp-dist", name] => {
            let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("plugins/dist/{name}.wasm"));
            fs::create_dir_all(place.join("plugins")).expect("a folder");
            fs::copy(from, place.join(format!("plugins/{name}.wasm"))).expect("a committed component");
            String::new()
        }
        ["kpress", arguments @ ..] => {
            let mut command = Command::new(env!("CARGO_BIN_EXE_kpress"));
            command.args(arguments).current_dir(&*place).env("HOME", "/nonexistent").env("COLUMNS", "100");
            // Approving is for a person, and this page plays one, in CI too.
            command
                .env_remove("CI")
                .env("GIT_AUTHOR_NAME", "Li Na")
                .env("GIT_AUTHOR_EMAIL", "li.na@example.com");
            command
                .env("XDG_CACHE_HOME", work.join(".home/cache"))
                .env("XDG_STATE_HOME", work.join(".home/state"));
            let output = command.output().expect("kpress starts");
            let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
            text.push_str(&String::from_utf8_lossy(&output.stderr));
            if output.status.code() != Some(0) {
                text.push_str(&format!("exit {}\n", output.status.code().unwrap_or(-1)));
            }
            // Line ends with spaces do not survive editors.
            let lines = text.replace(&*work.to_string_lossy(), "[work]");
            lines.lines().map(|line| format!("{}\n", line.trim_end())).collect()
        }
        other => panic!("a page uses the command {other:?}"),
    }
}

/// Splits at spaces; quotes hold together.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in command.chars() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => quote = Some(c),
            (' ', None) => words.push(String::new()),
            (c, _) => words.last_mut().expect("never empty").push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn first_difference(written: &str, played: &str) -> String {
    let pairs = written.lines().zip(played.lines()).enumerate();
    match pairs.into_iter().find(|(_, (a, b))| a != b) {
        Some((at, (written, played))) => format!("line {}:\n  page:  {written}\n  kpress: {played}", at + 1),
        None => format!(
            "the page has {} lines, kpress prints {}",
            written.lines().count(),
            played.lines().count()
        ),
    }
}
