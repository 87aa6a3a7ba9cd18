//! What a version consists of: every file with hash and size, what it was made from, and what its figures said.
//! Written as canonical JSON, so that the same version always has the same manifest, and its hash is its name.

use crate::inputs::Hash;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The format this kpress writes.
pub const FORMAT: &str = "kpress-manifest/1";
/// Name of the manifest in the folder of a version.
pub const NAME: &str = "manifest.json";
/// Name of the list for `sha256sum -c` in the folder of a version.
pub const SUMS: &str = "SHA256SUMS";

/// A version for one audience.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// The site, by its title in the first language.
    pub site: String,
    /// Who it is for.
    pub audience: String,
    /// Its id.
    pub version: String,
    /// Number of the log entry that published it.
    pub seq: u64,
    /// The manifest of the version before, of the same audience.
    pub prev: Option<String>,
    /// The version it corrects.
    pub supersedes: Option<String>,
    /// The version that its page of changes compares with.
    pub against: Option<String>,
    /// As it was published; later ends are in the log.
    pub status: Status,
    /// When, in UTC.
    pub created: String,
    /// What `created` was taken from: `SOURCE_DATE_EPOCH`, `git`, `as-of`.
    pub created_from: String,
    /// The period it reports on.
    pub period: Option<Span>,
    /// What made it.
    pub generator: Generator,
    /// What it was made from.
    pub source: Source,
    /// The files of data.
    pub snapshots: Vec<SnapshotOf>,
    /// Plugins that had a part in it.
    pub plugins: Vec<PluginOf>,
    /// What each metric said, of the whole company in its last period.
    pub metrics: BTreeMap<String, MetricOf>,
    /// The pages, by path below the language.
    pub pages: Vec<PageOf>,
    /// Everything in the folder of the version but the manifest, its signatures, and the list of sums.
    pub files: Vec<FileOf>,
    /// The shared files it needs, below the folder of the audience.
    pub assets: Vec<FileOf>,
    /// See [`tree`].
    pub tree: String,
    /// How it is encrypted; `null`: it is not.
    pub encryption: Option<serde_json::Value>,
}

/// How a version was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// For its readers.
    Published,
    /// To look at; it goes after a while.
    Draft,
}

/// The period of a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Its name: `2026-W46`.
    pub id: String,
    /// `week`, `month`, …
    pub kind: String,
    /// First day.
    pub start: String,
    /// Last day.
    pub end: String,
    /// Whose days.
    pub tz: String,
}

/// What made a version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generator {
    /// `kpress`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What a version was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The commit of the workspace.
    pub git: Option<String>,
    /// Whether files differed from that commit.
    pub dirty: bool,
    /// Hash over everything people wrote that was read: paths and bytes.
    pub config: String,
    /// Data counts up to this day.
    pub as_of: Option<String>,
}

/// A file of data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotOf {
    /// The source.
    pub id: String,
    /// The file.
    pub file: String,
    /// Its bytes.
    pub sha256: String,
    /// How many.
    pub bytes: u64,
    /// Rows in it.
    pub rows: u64,
}

/// A plugin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PluginOf {
    /// Its name.
    pub id: String,
    /// The component.
    pub wasm: String,
}

/// What a metric said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricOf {
    /// Hash of its definition.
    pub def: String,
    /// Unit.
    pub unit: String,
    /// Who answers.
    pub owner: Option<String>,
    /// Target of the period.
    pub target: Option<String>,
    /// Value.
    pub actual: Option<String>,
    /// Where it stands.
    pub standing: Option<String>,
    /// The period meant.
    pub period: Option<String>,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageOf {
    /// Path below the language; `""` is home.
    pub path: String,
    /// Kind.
    pub id: String,
    /// Title in the first language.
    pub title: String,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileOf {
    /// Path.
    pub p: String,
    /// `sha256:…`.
    pub h: String,
    /// Size in bytes.
    pub n: u64,
    /// Type.
    pub t: String,
}

impl FileOf {
    /// A file by its bytes.
    pub fn of(path: &str, bytes: &[u8]) -> FileOf {
        let size = bytes.len() as u64;
        FileOf { p: path.to_owned(), h: named(&Hash::of(bytes)), n: size, t: media_type(path).to_owned() }
    }

    /// The digits of its hash.
    pub fn digits(&self) -> &str {
        digits(&self.h)
    }
}

/// A hash with the name of its kind.
pub fn named(hash: &Hash) -> String {
    format!("sha256:{hash}")
}

/// The digits of a hash with the name of its kind.
pub fn digits(hash: &str) -> &str {
    hash.strip_prefix("sha256:").unwrap_or(hash)
}

/// What a browser takes a file for, by its name.
pub fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html",
        "json" => "application/json",
        "js" => "text/javascript",
        "css" => "text/css",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "csv" => "text/csv",
        "txt" => "text/plain",
        "xml" => "application/atom+xml",
        _ => "application/octet-stream",
    }
}

/// One hash for all files: over the sorted lines `path`, NUL, `size`, NUL, `hash`, line feed.
pub fn tree(files: &[FileOf]) -> String {
    let mut lines: Vec<String> =
        files.iter().map(|file| format!("{}\0{}\0{}\n", file.p, file.n, file.h)).collect();
    lines.sort();
    named(&Hash::of(lines.concat().as_bytes()))
}

/// JSON with sorted keys and a line feed at the end: the same value, the same bytes.
pub fn canonical(value: &impl Serialize) -> Vec<u8> {
    // Through a value, whose maps are sorted; fields would come in the order of their declaration.
    let value = serde_json::to_value(value).expect("plain data becomes JSON");
    let mut bytes = serde_json::to_vec(&value).expect("a JSON value becomes text");
    bytes.push(b'\n');
    bytes
}

impl Manifest {
    /// What the site is called where readers of its tree see it: of an encrypted one nothing that says something.
    pub fn title(&self) -> &str {
        if self.encryption.is_some() { super::sealed::NEUTRAL } else { &self.site }
    }

    /// The name of its tree on this machine.
    pub fn tree_name(&self) -> String {
        if self.encryption.is_some() { super::sealed::sealed(&self.audience) } else { self.audience.clone() }
    }

    /// As it is stored, signed and named.
    pub fn bytes(&self) -> Vec<u8> {
        canonical(self)
    }

    /// Reads one.
    ///
    /// # Errors
    /// Why it is none, or none this kpress understands.
    pub fn read(bytes: &[u8]) -> Result<Manifest, String> {
        let manifest: Manifest = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if manifest.format != FORMAT {
            return Err(format!("its format is `{}`, and this kpress knows `{FORMAT}`", manifest.format));
        }
        if tree(&manifest.files) != manifest.tree {
            return Err("its list of files does not make its `tree`".to_owned());
        }
        Ok(manifest)
    }

    /// The list for `sha256sum -c`, run in the folder of the version.
    pub fn sums(&self, manifest: &Hash) -> String {
        let mut out = String::new();
        let line = |out: &mut String, hash: &str, path: &str| {
            // Writing to a `String` cannot fail.
            let _ = writeln!(out, "{hash}  {path}");
        };
        for file in &self.files {
            line(&mut out, file.digits(), &file.p);
        }
        line(&mut out, &manifest.to_string(), NAME);
        for asset in &self.assets {
            line(&mut out, asset.digits(), &format!("../../{}", asset.p));
        }
        out
    }

    /// Bytes of all files.
    pub fn size(&self) -> u64 {
        self.files.iter().map(|file| file.n).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_the_text_ends_with_a_line_feed() {
        let bytes = canonical(&FileOf::of("index.html", b"x"));
        let hash = Hash::of(b"x");
        assert_eq!(
            String::from_utf8_lossy(&bytes),
            format!("{{\"h\":\"sha256:{hash}\",\"n\":1,\"p\":\"index.html\",\"t\":\"text/html\"}}\n")
        );
    }

    #[test]
    fn the_tree_counts_paths_sizes_and_bytes_but_not_the_order() {
        let (a, b) = (FileOf::of("a", b"1"), FileOf::of("b", b"2"));
        assert_eq!(tree(&[a.clone(), b.clone()]), tree(&[b.clone(), a.clone()]));
        let swapped = [FileOf { p: "b".into(), ..a.clone() }, FileOf { p: "a".into(), ..b.clone() }];
        assert_ne!(tree(&[a, b]), tree(&swapped));
    }
}
