//! What a file is by its first bytes: packed or plain, text or workbook or Parquet. Never by its name alone.

use super::rules::{DATA_LIMIT, FILE_UNREADABLE};
use crate::diag::{Finding, Place};
use crate::inputs::Bytes;
use std::io::Read;

/// No file may unpack to more (decisions.md, limits of files).
pub(super) const DECOMPRESSED: u64 = 64 << 30;
/// Text packs 5 to 20 times smaller; beyond this factor it is no report.
pub(super) const RATIO: u64 = 200;
/// Below this size even a high factor harms nobody.
const HARMLESS: u64 = 1 << 20;
/// The longest cell; a longer one is an unclosed quote.
pub(super) const CELL_BYTES: usize = 1 << 20;
/// The widest table.
pub(super) const COLUMNS: usize = 4_096;
/// The longest table.
pub(super) const ROWS: u64 = 2_000_000_000;

/// What the bytes of a data file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Records with a delimiter.
    Text,
    /// A JSON document, array or lines.
    Json,
    /// Parquet.
    Parquet,
    /// A workbook (xlsx).
    Workbook,
}

impl Kind {
    /// As `kpress data inspect` prints it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Text => "delimited text",
            Kind::Json => "JSON",
            Kind::Parquet => "Parquet",
            Kind::Workbook => "xlsx",
        }
    }

    /// Tells the kind by the first bytes, after unpacking.
    pub(super) fn of(bytes: &[u8]) -> Kind {
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
        match first {
            _ if bytes.starts_with(b"PAR1") => Kind::Parquet,
            _ if bytes.starts_with(b"PK\x03\x04") => Kind::Workbook,
            Some(b'{' | b'[') => Kind::Json,
            _ => Kind::Text,
        }
    }
}

/// Files under the name of a report that are something else, told by their first bytes; with the way out.
pub(super) fn foreign(path: &str, bytes: &[u8]) -> Result<(), Finding> {
    /// As much of a web page as is looked at.
    const HEAD: usize = 64;
    let head = bytes[..bytes.len().min(HEAD)].trim_ascii_start().to_ascii_lowercase();
    let (what, hint) = if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        (
            "an old workbook (xls), or one locked by a password",
            "save it as xlsx without a password, or as CSV",
        )
    } else if head.starts_with(b"<!doctype html") || head.starts_with(b"<html") {
        ("a web page, perhaps that of a login", "download the report again")
    } else if head.starts_with(b"%pdf-") {
        ("a PDF", "download the report as CSV or xlsx")
    } else {
        return Ok(());
    };
    Err(Finding::new(&FILE_UNREADABLE, Place::file(path), format!("the file is {what}")).hint(hint))
}

/// Whether the bytes are gzip.
pub(super) fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// To how many bytes a packed file of this size may unpack.
pub(super) fn unpacked_limit(packed: usize) -> u64 {
    DECOMPRESSED.min((packed as u64).saturating_mul(RATIO).max(HARMLESS))
}

/// Unpacks gzip; anything else is handed out as it is.
pub(super) fn unpack(path: &str, bytes: Bytes) -> Result<Bytes, Finding> {
    if !is_packed(&bytes) {
        return Ok(bytes);
    }
    let limit = unpacked_limit(bytes.len());
    let mut out = Vec::new();
    let read = flate2::read::MultiGzDecoder::new(&bytes[..]).take(limit + 1).read_to_end(&mut out);
    match read {
        Err(why) => {
            let message = format!("the file is gzip, but cannot be unpacked: {why}");
            Err(Finding::new(&FILE_UNREADABLE, Place::file(path), message).hint("download it again"))
        }
        Ok(size) if size as u64 > limit => {
            let message = format!("{} packed bytes unpack to more than {limit} bytes", bytes.len());
            Err(Finding::new(&DATA_LIMIT, Place::file(path), message)
                .hint("unpack the file and look at what is in it"))
        }
        Ok(_) => Ok(out.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn pack(bytes: &[u8]) -> Bytes {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        out.write_all(bytes).expect("memory");
        out.finish().expect("memory").into()
    }

    #[test]
    fn gzip_is_known_by_its_bytes() {
        let packed = pack(b"a,b\n1,2\n");
        assert_eq!(&*unpack("x.csv", packed).expect("gzip"), b"a,b\n1,2\n");
        let plain: Bytes = b"a,b".as_slice().into();
        assert_eq!(&*unpack("x.csv.gz", plain).expect("plain"), b"a,b");
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let found = unpack("x.gz", pack(&vec![0; 8 << 20])).expect_err("1000 to 1");
        assert_eq!(found.rule.name, "data-limit");
    }

    #[test]
    fn a_cut_file_is_no_gzip() {
        let packed = pack(b"some text that is long enough to be cut in the middle");
        let cut: Bytes = packed[..packed.len() - 9].into();
        assert_eq!(unpack("x.gz", cut).expect_err("cut").rule.name, "file-unreadable");
    }

    #[test]
    fn kinds() {
        assert_eq!(Kind::of(b"\xef\xbb\xbf [1]"), Kind::Json);
        assert_eq!(Kind::of(b"PAR1.."), Kind::Parquet);
        assert_eq!(Kind::of(b"PK\x03\x04"), Kind::Workbook);
        assert_eq!(Kind::of(b"a,b"), Kind::Text);
    }
}
