//! The built-in theme, and what a site puts in its place.
//! Every file of `themes/default` is listed here once; a file of the same name in `themes/<name>/` wins.

use crate::diag::{Checked, Family, Finding, Level, Place, Rule};
use crate::inputs::{Hash, Inputs, ProjectPath};
use std::collections::BTreeMap;

/// More than one theme in a workspace.
pub(super) static SEVERAL_THEMES: Rule = Rule {
    name: "several-themes",
    level: Level::Error,
    family: Family::Config,
    about: "more than one folder below `themes/`",
    why: "a page has one look; which of two templates wins must not depend on their names",
    example: "`themes/ours/` and `themes/old/`; keep one, move the other out of `themes/`",
};

/// A file of a theme that cannot be read.
pub(super) static THEME_UNREADABLE: Rule = Rule {
    name: "theme-unreadable",
    level: Level::Error,
    family: Family::Config,
    about: "a file of the site's theme that cannot be read, or is larger than 1 MiB",
    why: "without it the built-in file would be used, and pages would look otherwise than reviewed",
    example: "`themes/ours/css/site.css` is a link; put the file itself there",
};

/// A style sheet or template larger than this is no longer one that somebody reviews.
const FILE_BYTES: u64 = 1024 * 1024;

/// A file of the built-in theme: its name below the theme's folder, and its bytes.
macro_rules! theme_files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../themes/default/", $name)).as_slice())),*]
    };
}

/// All files of the built-in theme.
pub static DEFAULT_THEME: &[(&str, &[u8])] = theme_files![
    "css/base.css",
    "css/chart.css",
    "css/deck.css",
    "css/goal.css",
    "css/page.css",
    "css/print.css",
    "css/reader.css",
    "css/scorecard.css",
    "i18n/en.ftl",
    "i18n/ja.ftl",
    "i18n/zh.ftl",
    "img/icon.svg",
    "js/kpress.js",
    "js/lost.js",
    "js/reader.js",
    "js/vendor/echarts.common.min.js",
    "templates/base.html",
    "templates/macros.html",
    "templates/page.html",
    "templates/plan.html",
    "templates/reader.html",
    "templates/redirect.html",
    "templates/score.html",
    "templates/slots.html",
];

/// The built-in theme with the files a site overrides or adds.
#[derive(Clone, Debug, Default)]
pub struct Theme {
    /// Name below the theme's folder (`templates/page.html`, `css/site.css`, `i18n/ja.ftl`) → bytes, and the path in the
    /// workspace that findings name.
    pub overrides: BTreeMap<String, (String, Vec<u8>)>,
}

impl Theme {
    /// The built-in theme as it is.
    pub fn built_in() -> Theme {
        Theme::default()
    }

    /// The theme of a workspace: the one folder below `themes/` over the built-in theme; the built-in theme without one.
    pub fn of(inputs: &dyn Inputs) -> Checked<Theme> {
        let mut checked = Checked::clean(Theme::default());
        let folder = ProjectPath::parse("themes").expect("a plain name is a path");
        let mut name: Option<String> = None;
        for path in inputs.list(&folder).files {
            let shown = path.to_string();
            let mut parts = shown.splitn(3, '/').skip(1);
            let (Some(theme), Some(file)) = (parts.next(), parts.next()) else { continue };
            if name.as_deref().is_some_and(|name| name != theme) {
                let message = format!("`themes/{theme}` stands beside `themes/{}`", name.unwrap_or_default());
                let finding = Finding::new(&SEVERAL_THEMES, Place::file(&shown), message);
                checked.found.push(finding.hint("keep one folder below `themes/`"));
                return checked;
            }
            name = Some(theme.to_owned());
            match inputs.read(&path, FILE_BYTES) {
                Ok(bytes) => checked.value.put(file, &shown, &bytes),
                Err(why) => {
                    let finding = Finding::new(&THEME_UNREADABLE, Place::file(&shown), why.to_string());
                    checked.found.push(finding.hint("make it a regular file of at most 1 MiB"));
                }
            }
        }
        checked
    }

    /// Puts a file in the place of the built-in one, or beside it. `shown` is the path that findings name.
    pub fn put(&mut self, name: &str, shown: &str, bytes: &[u8]) {
        self.overrides.insert(name.to_owned(), (shown.to_owned(), bytes.to_vec()));
    }

    /// The names of all files below a folder of the theme, sorted.
    pub(super) fn names<'a>(&'a self, folder: &str) -> Vec<&'a str> {
        let built_in = DEFAULT_THEME.iter().map(|(name, _)| *name);
        let mut names: Vec<&str> = built_in.chain(self.overrides.keys().map(String::as_str)).collect();
        names.retain(|name| name.starts_with(folder));
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The bytes of a file, those of the site first; empty if there is none.
    pub(super) fn bytes(&self, name: &str) -> &[u8] {
        let built_in = || DEFAULT_THEME.iter().find(|(known, _)| *known == name).map(|(_, bytes)| *bytes);
        self.overrides.get(name).map(|(_, bytes)| bytes.as_slice()).or_else(built_in).unwrap_or_default()
    }

    /// The path that a finding about a file names.
    pub(super) fn shown(&self, name: &str) -> String {
        self.overrides.get(name).map_or_else(|| format!("themes/default/{name}"), |(shown, _)| shown.clone())
    }
}

/// A file every page shares, under a name that changes with its content, so that browsers may keep it for a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asset {
    /// Address below the site's root.
    pub(super) path: String,
    /// Content.
    pub(super) bytes: Vec<u8>,
}

/// The shared files of a site.
#[derive(Clone)]
pub(super) struct Assets {
    pub(super) style: Asset,
    pub(super) script: Asset,
    /// What a browser shows beside the title; without one it asks the host for a file that is not there.
    pub(super) icon: Asset,
    /// The chart library; loaded by a page only when a reader asks for an interactive chart.
    pub(super) charts: Asset,
    /// Finds the page that an address of another version meant; used by the page for lost addresses alone.
    pub(super) lost: Asset,
}

impl Assets {
    /// Gathers them from a theme.
    pub(super) fn of(theme: &Theme) -> Assets {
        let mut style = Vec::new();
        for name in theme.names("css/") {
            style.extend_from_slice(theme.bytes(name));
            style.push(b'\n');
        }
        Assets {
            style: named("kpress", "css", style),
            script: named("kpress", "js", theme.bytes("js/kpress.js").to_vec()),
            icon: named("icon", "svg", theme.bytes("img/icon.svg").to_vec()),
            lost: named("lost", "js", theme.bytes("js/lost.js").to_vec()),
            charts: named("echarts", "js", theme.bytes("js/vendor/echarts.common.min.js").to_vec()),
        }
    }
}

pub(super) fn named(name: &str, ending: &str, bytes: Vec<u8>) -> Asset {
    let hash = Hash::of(&bytes).short();
    Asset { path: format!("a/{name}.{hash}.{ending}"), bytes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::Memory;

    #[test]
    fn every_file_of_the_theme_is_listed() {
        fn walk(folder: &std::path::Path, root: &std::path::Path, all: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).expect("a folder of the repository") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    walk(&path, root, all);
                } else {
                    all.push(path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned());
                }
            }
        }
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default");
        let mut all = Vec::new();
        walk(&root, &root, &mut all);
        // Papers of the vendored library are for people who refresh it.
        all.retain(|name| !name.starts_with("js/vendor/") || name.ends_with(".min.js"));
        all.sort();
        assert_eq!(all, DEFAULT_THEME.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>());
    }

    #[test]
    fn the_vendored_library_is_the_one_that_was_checked() {
        let versions = include_str!("../../themes/default/js/vendor/versions.txt");
        let bytes = Theme::built_in().bytes("js/vendor/echarts.common.min.js").to_vec();
        assert!(versions.contains(&Hash::of(&bytes).to_string()), "run themes/default/js/vendor/refresh.sh");
    }

    #[test]
    fn a_workspace_has_one_theme_at_most() {
        let site = ("themes/ours/css/site.css", b"a{}".as_slice());
        assert!(Theme::of(&Memory::of([])).value.overrides.is_empty());
        let theme = Theme::of(&Memory::of([site]));
        assert!(theme.found.is_empty());
        assert_eq!(theme.value.bytes("css/site.css"), b"a{}");
        assert_eq!(theme.value.shown("css/site.css"), "themes/ours/css/site.css");
        let two = Memory::of([site, ("themes/p/css/site.css", b"b{}".as_slice())]);
        assert_eq!(Theme::of(&two).found.first().map(|one| one.rule.name), Some("several-themes"));
    }

    #[test]
    fn a_file_of_the_site_wins() {
        let mut theme = Theme::built_in();
        theme.put("css/site.css", "themes/ours/css/site.css", b"a{}");
        theme.put("js/kpress.js", "themes/ours/js/kpress.js", b"1");
        let assets = Assets::of(&theme);
        assert!(assets.style.bytes.ends_with(b"a{}\n"));
        assert_eq!(assets.script.bytes, b"1");
        assert_ne!(assets.script.path, Assets::of(&Theme::built_in()).script.path);
    }
}
