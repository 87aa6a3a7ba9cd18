//! `kpress plugin new`: a folder with interface, code, build command and one test.

use super::Kind;
use crate::cli::Trouble;
use crate::cli::init::write;
use crate::cli::terminal::Terminal;
use crate::plugin::starter::{self, Language};
use clap::{Args, ValueEnum};
use std::path::Path;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Its name, and the new folder
    name: String,
    /// What it does
    #[arg(long, value_enum)]
    kind: Kind,
    /// In what it is written
    #[arg(long, value_enum)]
    lang: Lang,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Lang {
    /// With the SDK crate
    Rust,
    /// JavaScript, in QuickJS
    Js,
    /// In CPython
    Python,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Language {
        match lang {
            Lang::Rust => Language::Rust,
            Lang::Js => Language::JavaScript,
            Lang::Python => Language::Python,
        }
    }
}

/// Names appear in paths and messages.
const NAME_BYTES: usize = 50;

fn is_name(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-';
    name.len() <= NAME_BYTES
        && name.bytes().next().is_some_and(|first| first.is_ascii_lowercase())
        && name.bytes().all(inner)
}

/// Writes the folder.
pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<u8, Trouble> {
    let name = arguments.name.as_str();
    if !is_name(name) {
        return Err(Trouble::usage(format!("`{name}` is no name for a plugin"))
            .hint("lower-case letters, digits, `-` and `_`, the first a letter, at most 50"));
    }
    let made = starter::files(name, arguments.kind.into(), arguments.lang.into());
    let files = made.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    write(Path::new(name), &files)?;
    let shown: String = files
        .iter()
        .filter(|(path, _)| !path.starts_with("sdk/"))
        .map(|(path, _)| format!("  {path}\n"))
        .collect();
    let sdk = files.iter().filter(|(path, _)| path.starts_with("sdk/")).count();
    let sdk = if sdk == 0 { String::new() } else { format!("  sdk/ ({sdk} files)\n") };
    terminal.say(&format!(
        "wrote {} files to {name}\n{shown}{sdk}next: kpress plugin build {name}\n",
        files.len()
    ));
    Ok(0)
}
