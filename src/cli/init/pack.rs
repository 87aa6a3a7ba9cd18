//! Workspaces that come with the program: a small one, and the start of each pack.

use super::Files;

/// A file of a start, compiled in.
macro_rules! start {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/content/packs/", $name)))),*]
    };
}

/// Files of all starts: `<pack>/start/<path in the workspace>`.
static FILES: &[(&str, &[u8])] = start![
    "small/start/kpress.yaml",
    "small/start/data/sales.csv",
    "small/start/metrics/sales.yaml",
    "small/start/targets/2025.yaml",
    "small/start/dashboards/overview.yaml",
];

/// The start of a pack; `None` if there is no such pack.
pub(super) fn files(pack: &str) -> Option<Files> {
    let prefix = format!("{pack}/start/");
    let below = |(name, bytes): &(&str, &[u8])| name.strip_prefix(&prefix).map(|name| (name.to_owned(), bytes.to_vec()));
    let files: Files = FILES.iter().filter_map(below).collect();
    let known = crate::plan::packs::NAMES.contains(&pack) || pack == SMALL;
    (known && !files.is_empty()).then_some(files)
}

/// The start that is written where nothing is asked for.
const SMALL: &str = "small";

/// A shop with two stores and a month of sales.
pub(super) fn small() -> Files {
    files(SMALL).expect("the small start is compiled in")
}
