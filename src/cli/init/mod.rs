//! `kpress init`: a workspace that builds: a small one, one from a pack, or one from a table of the user's own.

mod pack;
mod table;
mod wbr;

use super::Trouble;
use super::stop::Stop;
use super::terminal::Terminal;
use crate::diag::{did_you_mean, printable};
use crate::inputs::ProjectPath;
use crate::site::{Failed, Folder};
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// A new or empty folder
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// Start from a pack: `amazon-jp`, or `cn-classic` for sample scorecards
    #[arg(long, value_name = "PACK", conflicts_with = "from")]
    pack: Option<String>,
    /// Start from a table of your own (CSV, TSV, JSON, Parquet, xlsx)
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Start from a deck of wbr-app: its configuration, and its table of days if that is not named inside
    #[arg(long, value_names = ["CONFIG", "DATA"], num_args = 1..=2, conflicts_with_all = ["from", "pack"])]
    from_wbr: Vec<PathBuf>,
}

/// Files of a new workspace, by path.
pub(super) type Files = Vec<(String, Vec<u8>)>;

/// What kpress makes is not kept in Git.
const IGNORE: &str = "public/\n.kpress/\n";

/// Writes the workspace.
pub(crate) fn run(arguments: &Arguments, terminal: &Terminal, stop: &Stop) -> Result<u8, Trouble> {
    let mut code = 0;
    let mut files = match (&arguments.pack, &arguments.from) {
        (None, None) if !arguments.from_wbr.is_empty() => {
            let (files, worst) = wbr::files(&arguments.from_wbr, terminal)?;
            code = worst;
            files
        }
        (Some(name), _) => pack::files(name).ok_or_else(|| unknown_pack(name))?,
        (None, Some(file)) => table::files(file, terminal, stop)?,
        (None, None) => pack::small(),
    };
    files.push((".gitignore".to_owned(), IGNORE.as_bytes().to_vec()));
    write(&arguments.folder, &files)?;
    let place = printable(&arguments.folder.to_string_lossy());
    let names: String = files.iter().map(|(name, _)| format!("  {name}\n")).collect();
    let there = if place == "." { String::new() } else { format!(" {place}") };
    terminal.say(&format!("wrote {} files to {place}\n{names}next: kpress build{there}\n", files.len()));
    Ok(code)
}

fn unknown_pack(name: &str) -> Trouble {
    let trouble = Trouble::usage(format!("there is no pack `{name}`"));
    match did_you_mean(name, crate::plan::packs::NAMES.iter().copied()) {
        Some(hint) => trouble.hint(hint),
        None => trouble.hint(format!("known here: `{}`", crate::plan::packs::NAMES.join("`, `"))),
    }
}

/// Writes all files, or none.
///
/// # Errors
/// Exit code 12 where the folder holds something already; what the system said where it cannot be written.
pub(super) fn write(folder: &Path, files: &Files) -> Result<(), Trouble> {
    let shown = folder.to_string_lossy();
    let failed = |error: std::io::Error| Failed::of("make", &shown, &error);
    let absolute = std::path::absolute(folder).map_err(failed)?;
    let above = absolute.ancestors().find(|at| at.is_dir()).unwrap_or(Path::new("/"));
    let rest = absolute.strip_prefix(above).unwrap_or(Path::new("")).to_string_lossy().into_owned();
    let made = Folder::open(above).and_then(|ground| Ok((ground.make(&rest)?, ground))).map_err(failed)?;
    let (place, ground) = made;
    // A fresh repository is as good as an empty folder.
    if place.names().map_err(failed)?.iter().any(|name| name != ".git") {
        return Err(Trouble { code: 12, text: format!("`{shown}` is not empty"), hint: None }
            .hint("name a new folder; kpress never writes into existing files here"));
    }
    let mut written = Vec::new();
    for (name, bytes) in files {
        let path = ProjectPath::parse(name).expect("the names of a new workspace are safe");
        if let Err(failed) = place.put(&path, bytes) {
            undo(&place, &written);
            // Stays if somebody made it before us and it holds something.
            let _ = if rest.is_empty() { Ok(()) } else { ground.remove_folder(&rest) };
            return Err(failed.into());
        }
        written.push(name.as_str());
    }
    Ok(())
}

/// Takes back what was written before a failure.
fn undo(place: &Folder, written: &[&str]) {
    for name in written.iter().rev() {
        // What cannot be removed on a failing disk stays.
        let _ = place.remove(name);
        for (end, _) in name.rmatch_indices('/') {
            let _ = place.remove_folder(&name[..end]);
        }
    }
}
