//! Folders a site is never written to: where it would mix with what people keep there.

use crate::diag::{Family, Finding, Level, Place, Rule, printable};
use std::path::{Component, Path, PathBuf};

/// An output folder that holds, or is, something else.
pub static OUTPUT_REFUSED: Rule = Rule {
    name: "output-refused",
    level: Level::Error,
    family: Family::Path,
    about: "an output folder that holds files kpress did not write, or that is the workspace, its parent or a system folder",
    why: "files that are no longer produced are removed from the output, so nothing else may live by chance where kpress writes",
    example: "kpress build --out ~          # refused\nkpress build --out public     # new, empty, or made by kpress",
};

/// Folders of a workspace that hold inputs; a site in one of them would be read by the next build.
const INPUT_FOLDERS: &[&str] = &[
    "metrics",
    "targets",
    "calendar",
    "annotations",
    "dashboards",
    "content",
    "scorecards",
    "objectives",
    "launches",
    "reviews",
    "data",
    "themes",
    "plugins",
    ".kpress",
];

/// The folders an output must keep away from.
#[derive(Clone, Debug)]
pub struct Around<'a> {
    /// The workspace.
    pub workspace: &'a Path,
    /// The home folder of the user, if known.
    pub home: Option<&'a Path>,
}

/// The finding for an output folder.
pub(super) fn refused(folder: &Path, why: &str) -> Finding {
    let shown = printable(&folder.to_string_lossy());
    Finding::new(&OUTPUT_REFUSED, Place::default(), format!("`{shown}` is not used as output folder: {why}"))
        .hint("name a new or empty folder with `--out`, or one that an earlier build made")
}

/// Why `folder` is no place for a site, judged by its name and position alone. Both paths are absolute and hold no
/// links.
pub(super) fn position(folder: &Path, around: &Around<'_>) -> Option<&'static str> {
    if folder.parent().is_none() {
        return Some("it is the root of the file system");
    }
    if around.home.is_some_and(|home| home.starts_with(folder)) {
        return Some("your home folder lies in it");
    }
    if folder == around.workspace {
        return Some("it is the workspace itself");
    }
    if around.workspace.starts_with(folder) {
        return Some("the workspace lies in it");
    }
    if folder.components().any(|part| part == Component::Normal(".git".as_ref())) {
        return Some("it lies inside `.git`");
    }
    let below = folder.strip_prefix(around.workspace).ok()?.components().next()?;
    let input = INPUT_FOLDERS.iter().any(|name| below == Component::Normal(name.as_ref()));
    input.then_some("it lies in a folder the workspace is read from")
}

/// The folder as an absolute path whose existing part holds no links; the last component itself is not followed.
pub(super) fn absolute(folder: &Path) -> std::io::Result<PathBuf> {
    let folder = std::path::absolute(folder)?;
    let mut plain = PathBuf::new();
    for part in folder.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    let Some((parent, name)) = plain.parent().zip(plain.file_name()) else { return Ok(plain) };
    let existing = parent.ancestors().find_map(|at| at.canonicalize().ok().map(|real| (at, real)));
    let Some((at, real)) = existing else { return Ok(plain.clone()) };
    let rest = parent.strip_prefix(at).unwrap_or(Path::new(""));
    Ok(real.join(rest).join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_hold_something_else_are_refused() {
        let around = Around { workspace: Path::new("/home/li/kpi"), home: Some(Path::new("/home/li")) };
        for folder in [
            "/",
            "/home",
            "/home/li",
            "/home/li/kpi",
            "/home/li/kpi/.git/x",
            "/home/li/kpi/data",
            "/home/li/kpi/metrics/out",
        ] {
            assert!(position(Path::new(folder), &around).is_some(), "{folder}");
        }
        for folder in ["/home/li/kpi/public", "/home/li/kpi2", "/srv/kpi", "/home/li/kpi/database"] {
            assert_eq!(position(Path::new(folder), &around), None, "{folder}");
        }
    }
    #[test]
    fn what_is_refused_is_named_with_a_way_out() {
        let finding = refused(Path::new("/"), "it is the root of the file system");
        assert_eq!(finding.rule.name, "output-refused");
        assert_eq!(finding.message, "`/` is not used as output folder: it is the root of the file system");
        assert!(finding.hint.is_some_and(|hint| hint.contains("--out")));
    }
}
