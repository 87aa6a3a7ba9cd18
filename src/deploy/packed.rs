//! The published tree as one file, to be unpacked on the host by hand: shared files, versions, pointers, in this order.
//! Times and order are fixed, so that the same tree gives the same file.

use crate::site::Folder;
use crate::versions::{Halt, Kind};
use std::fs::File;
use std::io::{self, Seek, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Writes the tree below `web` to a file that is open and empty. Gives the number of files.
///
/// # Errors
/// What kept a file from being read or written.
pub fn pack(web: &Folder, file: File) -> Result<usize, Halt> {
    let io = |error: io::Error| Halt::io("write", "the archive", &error);
    let mut paths: Vec<String> = web.walk().map_err(io)?.into_iter().map(|one| one.path).collect();
    // Within an audience: what pages need, the pages, and last what leads to them.
    paths.sort_by_key(|path| (path.split('/').next().unwrap_or("").to_owned(), turn(path), path.clone()));
    let count = paths.len();
    let mut writer = ZipWriter::new(file);
    fill(web, &paths, &mut writer).map_err(|error| match error {
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
    web: &Folder,
    paths: &[String],
    writer: &mut ZipWriter<W>,
) -> zip::result::ZipResult<()> {
    // The first instant that the format can hold.
    let options = SimpleFileOptions::default()
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
        .compression_method(CompressionMethod::Deflated);
    for path in paths {
        let bytes = web.read(path)?;
        writer.start_file(path.as_str(), options)?;
        writer.write_all(&bytes)?;
    }
    Ok(())
}
