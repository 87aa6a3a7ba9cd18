//! Data of buyers never reaches `data/`: columns that a build would drop are taken out of a document before it is moved
//! there (amazon-data.md §8). What is not delimited text, or too large to hold, is moved as it came.

use crate::inputs::{Bytes, Hash, ProjectPath};
use crate::plan::Source;
use crate::site::{Failed, Folder};
use crate::snapshot::without_personal;
use std::io::Read;

/// Larger documents are moved as they came; no report with data of buyers is that large.
const LARGEST: u64 = 1 << 30;

/// A document that lost columns.
pub(super) struct Private {
    /// Where it is now.
    pub file: String,
    /// Of the bytes that are left.
    pub sha256: String,
    /// How many they are.
    pub bytes: u64,
    /// The labels that went.
    pub dropped: Vec<String>,
}

/// Takes personal columns out of a document on the stage; `None` if it has none.
///
/// # Errors
/// A disk that fails.
pub(super) fn without(source: &Source, stage: &Folder, file: &str) -> Result<Option<Private>, Failed> {
    let told = |error| Failed::of("read", file, &error);
    let mut bytes = Vec::new();
    stage.open_file(file).map_err(told)?.take(LARGEST + 1).read_to_end(&mut bytes).map_err(told)?;
    if bytes.len() as u64 > LARGEST {
        return Ok(None);
    }
    let Some(freed) = without_personal(source, file, &Bytes::from(bytes.as_slice())) else { return Ok(None) };
    // Beside the document as it came: whoever is killed now finds it whole and does this again.
    let freed_file = format!("free-{file}");
    let path = ProjectPath::parse(&freed_file).map_err(|why| Failed::Io(why.0))?;
    stage.put(&path, &freed.bytes)?;
    let sha256 = Hash::of(&freed.bytes).to_string();
    Ok(Some(Private { file: freed_file, sha256, bytes: freed.bytes.len() as u64, dropped: freed.dropped }))
}
