//! The built-in theme, and what a site puts in its place.
//! Every file of `themes/default` is listed here once; a file of the same name in `themes/<name>/` wins.

use crate::inputs::Hash;
use std::collections::BTreeMap;

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
    "css/page.css",
    "css/print.css",
    "i18n/en.ftl",
    "i18n/ja.ftl",
    "i18n/zh.ftl",
    "js/kpress.js",
    "js/vendor/echarts.common.min.js",
    "templates/base.html",
    "templates/macros.html",
    "templates/page.html",
    "templates/redirect.html",
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
pub(super) struct Assets {
    pub(super) style: Asset,
    pub(super) script: Asset,
    /// The chart library; loaded by a page only when a reader asks for an interactive chart.
    pub(super) charts: Asset,
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
            charts: named("echarts", "js", theme.bytes("js/vendor/echarts.common.min.js").to_vec()),
        }
    }
}

fn named(name: &str, ending: &str, bytes: Vec<u8>) -> Asset {
    let hash = Hash::of(&bytes).short();
    Asset { path: format!("a/{name}.{hash}.{ending}"), bytes }
}

#[cfg(test)]
mod tests {
    use super::*;

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
