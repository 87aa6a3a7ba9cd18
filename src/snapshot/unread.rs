//! Files below `data/` that no source reads: a download under an ending its source does not take, or in a folder that no
//! source knows. Whoever put it there waits for its figures.

use super::rules::FILE_NOT_READ;
use crate::diag::{Finding, Place};
use crate::inputs::{Inputs, ProjectPath, matching};
use crate::plan::Plan;
use std::collections::{BTreeMap, BTreeSet};

/// Endings of what can be read as data. Anything else beside it (notes, pictures) is nobody's mistake.
const ENDINGS: &[&str] = &["csv", "tsv", "txt", "xlsx", "xlsm", "xls", "json", "jsonl", "parquet", "gz"];
/// Names of texts that stand beside data.
const TEXTS: &[&str] = &["readme", "notice", "license", "licence"];

/// What no source reads, a finding for each folder.
pub fn unread(plan: &Plan, inputs: &dyn Inputs) -> Vec<Finding> {
    let Some(data) = ProjectPath::parse("data").ok().filter(|_| !plan.sources.is_empty()) else {
        return Vec::new();
    };
    let patterns: BTreeSet<&str> = plan.sources.values().map(|source| &*source.files).collect();
    let read: BTreeSet<ProjectPath> = patterns
        .iter()
        .filter_map(|pattern| matching(inputs, pattern))
        .flat_map(|listing| listing.files)
        .collect();
    let mut folders: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in inputs.list(&data).files.into_iter().filter(|path| !read.contains(path)) {
        let Some((folder, name)) = path.as_str().rsplit_once('/').filter(|(_, name)| is_data(name)) else {
            continue;
        };
        folders.entry(folder.to_owned()).or_default().push(name.to_owned());
    }
    folders.into_iter().map(|(folder, names)| finding(plan, &folder, &names)).collect()
}

fn is_data(name: &str) -> bool {
    let lower = name.to_lowercase();
    let is_text = TEXTS.iter().any(|text| lower.starts_with(text));
    !is_text
        && !lower.starts_with("~$")
        && lower.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}

fn finding(plan: &Plan, folder: &str, names: &[String]) -> Finding {
    /// More names make a message nobody reads.
    const SHOWN: usize = 3;
    let mut shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    if names.len() > SHOWN {
        shown.push(format!("{} more", names.len() - SHOWN));
    }
    let message = format!("no source reads {} in `{folder}/`", shown.join(", "));
    let place = Place::file(&format!("{folder}/{}", names[0]));
    Finding::new(&FILE_NOT_READ, place, message).hint(way_out(plan, folder))
}

/// What the sources take that look into the folder; else where files go.
fn way_out(plan: &Plan, folder: &str) -> String {
    let inside = |pattern: &str| {
        let fixed = pattern.split(['*', '?', '[', '{']).next().unwrap_or("");
        let own = fixed.rsplit_once('/').map_or("", |(own, _)| own);
        !own.is_empty() && own != "data" && format!("{folder}/").starts_with(&format!("{own}/"))
    };
    let sources = plan.sources.values().filter(|source| inside(&source.files));
    let taken: Vec<String> =
        sources.map(|source| format!("`{}` takes `{}`", source.id, source.files)).collect();
    match taken.is_empty() {
        true => {
            "no source looks into this folder: `files:` of a source in kpress.yaml says which folder is its"
                .to_owned()
        }
        false => format!("{}: rename the file, move it, or change `files:`", taken.join(", ")),
    }
}
