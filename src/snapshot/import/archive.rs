//! What a zip archive holds, by its own directory, and how large it becomes: workbooks are zip archives, and one that
//! unpacks without end must be stopped before a reader takes it into memory.

use crate::diag::{Finding, Place};
use crate::snapshot::container::unpacked_limit;
use crate::snapshot::rules::{DATA_LIMIT, FILE_UNREADABLE};
use std::io::Read;

/// Begins the record that ends an archive.
const END: &[u8] = b"PK\x05\x06";
/// Length of that record without its comment.
const END_BYTES: usize = 22;
/// Begins an entry of the directory.
const ENTRY: &[u8] = b"PK\x01\x02";
/// Length of an entry without name, extra fields and comment.
const ENTRY_BYTES: usize = 46;
/// Begins the data of an entry.
const LOCAL: &[u8] = b"PK\x03\x04";
/// Length of that head without name and extra fields.
const LOCAL_BYTES: usize = 30;

/// Refuses archives that are no workbook, are locked, or unpack to more than a file may.
pub(super) fn check(path: &str, bytes: &[u8]) -> Result<(), Finding> {
    let unreadable = |what: &str, hint: &str| {
        Finding::new(&FILE_UNREADABLE, Place::file(path), format!("the workbook cannot be read: {what}"))
            .hint(hint)
    };
    let damaged = || unreadable("its list of parts is damaged", "download it again");
    let parts = directory(bytes).ok_or_else(damaged)?;
    if !parts.iter().any(|part| part.name.starts_with(b"xl/")) {
        return Err(unreadable(
            "the file is a zip archive of other files",
            "unpack it, and name the files in it",
        ));
    }
    if parts.iter().any(|part| part.locked) {
        return Err(unreadable("it is locked by a password", "save it without a password"));
    }
    let limit = unpacked_limit(bytes.len());
    let too_large = || {
        let message = format!("a workbook of {} bytes unpacks to more than {limit} bytes", bytes.len());
        Finding::new(&DATA_LIMIT, Place::file(path), message)
            .hint("save the sheet as CSV, and look at what is in it")
    };
    let declared = parts.iter().map(|part| part.unpacked).fold(0_u64, u64::saturating_add);
    if declared > limit {
        return Err(too_large());
    }
    // What the directory says may be untrue: every part is unpacked once, into nothing.
    let mut left = limit;
    for part in &parts {
        let size = size_of(part, bytes, left).ok_or_else(damaged)?;
        left = left.checked_sub(size).ok_or_else(too_large)?;
    }
    Ok(())
}

/// An entry of the directory.
struct Part<'a> {
    name: &'a [u8],
    locked: bool,
    method: u16,
    packed: u64,
    unpacked: u64,
    /// Where its head begins.
    at: u64,
}

/// The entries of the directory; `None` if it is damaged or says two things at once.
fn directory(bytes: &[u8]) -> Option<Vec<Part<'_>>> {
    let end = bytes.len().checked_sub(END_BYTES)?;
    let first = end.saturating_sub(usize::from(u16::MAX));
    let ends = |at: &usize| {
        bytes[*at..].starts_with(END)
            && short(bytes, at + 20)
                .is_some_and(|comment| at + END_BYTES + usize::from(comment) == bytes.len())
    };
    let mut found = (first..=end).filter(ends);
    let (end, None) = (found.next()?, found.next()) else { return None };
    let (count, mut at) = (short(bytes, end + 10)?, usize::try_from(long(bytes, end + 16)?).ok()?);
    let mut parts = Vec::new();
    for _ in 0..count {
        let head = bytes.get(at..at.checked_add(ENTRY_BYTES)?)?;
        if !head.starts_with(ENTRY) {
            return None;
        }
        let [name, extra, comment] = [28, 30, 32].map(|place| short(head, place).map_or(0, usize::from));
        let rest = bytes.get(at + ENTRY_BYTES..at.checked_add(ENTRY_BYTES + name + extra + comment)?)?;
        let mut wide = Wide::of(&rest[name..name + extra]);
        parts.push(Part {
            name: &rest[..name],
            locked: short(head, 8)? & 1 == 1,
            method: short(head, 10)?,
            unpacked: wide.or(long(head, 24)?)?,
            packed: wide.or(long(head, 20)?)?,
            at: wide.or(long(head, 42)?)?,
        });
        at += ENTRY_BYTES + rest.len();
    }
    Some(parts)
}

/// Sizes that need more than 32 bits, in the order in which the entry lacks them.
struct Wide<'a>(&'a [u8]);

impl<'a> Wide<'a> {
    fn of(mut extra: &'a [u8]) -> Wide<'a> {
        while let (Some(kind), Some(length)) = (short(extra, 0), short(extra, 2)) {
            let Some(body) = extra.get(4..4 + usize::from(length)) else { break };
            if kind == 1 {
                return Wide(body);
            }
            extra = &extra[4 + usize::from(length)..];
        }
        Wide(&[])
    }

    fn or(&mut self, own: u32) -> Option<u64> {
        if own != u32::MAX {
            return Some(u64::from(own));
        }
        let (first, rest) = self.0.split_at_checked(8)?;
        self.0 = rest;
        Some(u64::from_le_bytes(first.try_into().ok()?))
    }
}

/// How large a part really is, counted up to just above `most`.
fn size_of(part: &Part<'_>, bytes: &[u8], most: u64) -> Option<u64> {
    /// Stored as it is.
    const STORED: u16 = 0;
    /// Packed as gzip packs.
    const DEFLATED: u16 = 8;
    let at = usize::try_from(part.at).ok()?;
    let head = bytes.get(at..at.checked_add(LOCAL_BYTES)?)?;
    if !head.starts_with(LOCAL) {
        return None;
    }
    let begins = at + LOCAL_BYTES + usize::from(short(head, 26)?) + usize::from(short(head, 28)?);
    let packed = bytes.get(begins..begins.checked_add(usize::try_from(part.packed).ok()?)?)?;
    match part.method {
        STORED => Some(packed.len() as u64),
        DEFLATED => {
            let mut reader = flate2::read::DeflateDecoder::new(packed).take(most.saturating_add(1));
            std::io::copy(&mut reader, &mut std::io::sink()).ok()
        }
        _ => None,
    }
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
