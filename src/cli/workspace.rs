//! Which workspace a command is about: `-C DIR`, the first argument, or the nearest parent with a `kpress.yaml`.

use super::Trouble;
use crate::inputs::{Disk, Inputs, ProjectPath};
use std::path::{Path, PathBuf};

/// The file that makes a folder a workspace.
const HEAD: &str = "kpress.yaml";

/// A workspace on disk.
pub(crate) struct Workspace {
    /// Where it is, as the user named it.
    pub(crate) place: PathBuf,
    /// Its files.
    pub(crate) disk: Disk,
}

/// Opens the workspace of a command.
///
/// # Errors
/// Usage trouble (exit code 2) where there is none.
pub(crate) fn open(argument: Option<&Path>, option: Option<&Path>) -> Result<Workspace, Trouble> {
    let given = match (argument, option) {
        (Some(_), Some(_)) => {
            return Err(Trouble::usage("the workspace is given twice: as argument and with `-C`"));
        }
        (given, None) | (None, given) => given,
    };
    let place = match given {
        Some(place) => place.to_owned(),
        None => nearest().ok_or_else(|| {
            Trouble::usage("there is no `kpress.yaml` here or in a folder above")
                .hint("name the workspace with `-C DIR`, or start one with `kpress init`")
        })?,
    };
    let shown = place.display();
    let disk = Disk::open(&place)
        .map_err(|error| Trouble::usage(format!("cannot open the workspace `{shown}`: {error}")))?;
    let head = ProjectPath::parse(HEAD).expect("the name of the head is a path");
    if disk.stamp(&head).is_none()
        && !disk.list(&ProjectPath::root()).refused.iter().any(|(name, _)| name == HEAD)
    {
        return Err(Trouble::usage(format!("there is no `kpress.yaml` in `{shown}`"))
            .hint("name another folder, or start a workspace with `kpress init`"));
    }
    Ok(Workspace { place, disk })
}

fn nearest() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    here.ancestors().find(|folder| folder.join(HEAD).is_file()).map(Path::to_owned)
}

/// A place as it is named from the current folder, if it lies below.
pub(crate) fn from_here(place: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let below = place.strip_prefix(&here).or_else(|_| place.strip_prefix("."));
    below.ok().filter(|below| !below.as_os_str().is_empty()).unwrap_or(place).to_owned()
}

/// The home folder of the user, where an output never goes.
#[expect(clippy::disallowed_methods, reason = "the door through which the environment comes in")]
pub(crate) fn home() -> Option<PathBuf> {
    std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from)
}

/// What made a site, for the memo: the version, and the very program file, so that a newly compiled kpress trusts no
/// memo of its predecessor.
pub(crate) fn maker() -> String {
    let program = std::env::current_exe().ok();
    let stamp = program.as_deref().and_then(|path| {
        let name = path.file_name()?.to_str()?;
        Disk::open(path.parent()?).ok()?.stamp(&ProjectPath::parse(name).ok()?)
    });
    format!("{} {stamp:?}", env!("CARGO_PKG_VERSION"))
}
