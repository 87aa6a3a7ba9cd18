//! The published tree as one file, to be unpacked on the host by hand: shared files, versions, pointers, in this order.
//! Times and order are fixed, so that the same tree gives the same file.

use super::{Deploying, stubs};
use crate::site::Folder;
use crate::versions::sealed::audience_of;
use crate::versions::server::{self, Host};
use crate::versions::{Halt, Kind};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Seek, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Writes the trees of a deploy target to a file that is open and empty: encrypted ones or plain ones, with what its server
/// is told. Gives the number of files.
///
/// # Errors
/// What kept a file from being read or written; [`Kind::Config`] if they are to be encrypted and are not.
pub fn pack(about: &Deploying<'_>, web: &Folder, file: File) -> Result<usize, Halt> {
    let io = |error: io::Error| Halt::io("write", "the archive", &error);
    let trees = about.trees()?;
    let mine =
        |path: &String| path.split_once('/').is_some_and(|(tree, _)| trees.iter().any(|one| one == tree));
    let all = web.walk().map_err(io)?.into_iter().map(|one| one.path);
    let mut paths: Vec<String> = all.filter(mine).collect();
    let mut told: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for tree in &trees {
        let base = about.base(tree);
        let host = Host { base: base.as_deref(), gate: about.gate(tree) };
        told.extend(server::files(&host).into_iter().map(|(name, bytes)| (format!("{tree}/{name}"), bytes)));
        let stubs = stubs::due(about, tree)?.into_values().flatten();
        let stubs: BTreeMap<String, Vec<u8>> =
            stubs.map(|(path, bytes)| (format!("{tree}/{path}"), bytes)).collect();
        paths.extend(stubs.keys().cloned());
        told.extend(stubs);
    }
    // Within an audience: what pages need, the pages, and last what leads to them.
    paths.sort_by_key(|path| (path.split('/').next().unwrap_or("").to_owned(), turn(path), path.clone()));
    let count = paths.len();
    let mut writer = ZipWriter::new(file);
    fill((web, &told), &paths, &mut writer).map_err(|error| match error {
        zip::result::ZipError::Io(error) => io(error),
        other => Halt::new(Kind::Io, format!("the archive cannot be written: {other}")),
    })?;
    let file = writer
        .finish()
        .map_err(|error| Halt::new(Kind::Io, format!("the archive cannot be written: {error}")))?;
    file.sync_all().map_err(io)?;
    Ok(count)
}

fn turn(path: &str) -> u8 {
    let inner = path.split_once('/').map_or("", |(_, inner)| inner);
    match inner {
        inner if inner.starts_with("a/") => 0,
        inner if inner.starts_with("v/") => 1,
        "current.json" => 3,
        "index.html" => 4,
        _ => 2,
    }
}

fn fill<W: Write + Seek>(
    (web, told): (&Folder, &BTreeMap<String, Vec<u8>>),
    paths: &[String],
    writer: &mut ZipWriter<W>,
) -> zip::result::ZipResult<()> {
    // The first instant that the format can hold.
    let options = SimpleFileOptions::default()
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
        .compression_method(CompressionMethod::Deflated);
    for path in paths {
        let bytes = told.get(path).map_or_else(|| web.read(path), |bytes| Ok(bytes.clone()))?;
        let (tree, rest) = path.split_once('/').unwrap_or((path, ""));
        writer.start_file(format!("{}/{rest}", audience_of(tree).0), options)?;
        writer.write_all(&bytes)?;
    }
    Ok(())
}
