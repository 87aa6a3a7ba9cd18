//! Bytes out of gzip and zlib, as far as they can be had: for looking through files that kpress wrote, not for reading data.

use std::io::Read;

/// What is in a gzip file, up to `limit` bytes; a damaged end is left out.
pub fn gzip(bytes: &[u8], limit: u64) -> Vec<u8> {
    all(flate2::read::MultiGzDecoder::new(bytes), limit)
}

/// The same of a zlib stream, as it stands in a PNG.
pub fn zlib(bytes: &[u8], limit: u64) -> Vec<u8> {
    all(flate2::read::ZlibDecoder::new(bytes), limit)
}

fn all(reader: impl Read, limit: u64) -> Vec<u8> {
    let mut out = Vec::new();
    // What was read before a fault is kept.
    let _ = reader.take(limit).read_to_end(&mut out);
    out
}
