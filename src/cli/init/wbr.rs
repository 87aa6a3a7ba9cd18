//! `kpress init --from-wbr`: reads the files named on the command line and hands them to the import.

use super::super::Trouble;
use super::super::terminal::{Terminal, print};
use super::Files;
use crate::build::wbr;
use crate::diag::{Format, exit_code};
use crate::inputs::{Disk, Inputs, ProjectPath};
use std::path::{Path, PathBuf};

/// A table larger than this needs a source declared by hand.
const LARGEST: u64 = 256 << 20;

/// The files of the workspace, and the exit code of what was found.
pub(super) fn files(given: &[PathBuf], terminal: &Terminal) -> Result<(Files, u8), Trouble> {
    let [config, rest @ ..] = given else { return Err(Trouble::usage("name the configuration")) };
    let (folder, config) = opened(config)?;
    let table = match rest {
        [table, ..] => {
            let (folder, path) = opened(table)?;
            let bytes = folder.read(&path, LARGEST);
            let bytes =
                bytes.map_err(|why| Trouble::usage(format!("cannot read `{}`: {why}", table.display())))?;
            Some((path.name().to_owned(), bytes.to_vec()))
        }
        [] => None,
    };
    let converted = wbr::convert(&folder, &config, table);
    let found = converted.found;
    terminal.say(&print(&found, Format::Text, terminal.colour, &folder));
    match converted.value {
        Some(files) => Ok((files, exit_code(&found))),
        None => Err(Trouble {
            code: exit_code(&found).max(10),
            text: format!("`{config}` cannot be read as a deck"),
            hint: None,
        }),
    }
}

/// The folder of a file, and its name in it.
fn opened(file: &Path) -> Result<(Disk, ProjectPath), Trouble> {
    let shown = file.display();
    let name = file.file_name().and_then(|name| name.to_str());
    let name =
        name.ok_or_else(|| Trouble::usage(format!("`{shown}` is no file with a name that can be written")))?;
    let path = ProjectPath::parse(name).map_err(|why| Trouble {
        code: 12,
        text: format!("`{shown}`: {}", why.0),
        hint: None,
    })?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let disk =
        Disk::open(folder).map_err(|error| Trouble::usage(format!("cannot read `{shown}`: {error}")))?;
    Ok((disk, path))
}
