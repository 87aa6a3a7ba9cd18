//! Bytes become text, strictly: a byte that is no text is a finding with its offset, never a replacement character.
//! The order of guesses is fixed (amazon-data.md §1.2); a guess stands only if the caller confirms it by the header.

use super::rules::UNDECODABLE;
use crate::diag::{Finding, Place};
use crate::plan::FileFormat;
use encoding_rs::{DecoderResult, Encoding, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// A text, and how its encoding was decided.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Decoded<'a> {
    /// The text, without byte order mark.
    pub text: Cow<'a, str>,
    /// `UTF-8 (byte order mark)`, `cp932 (guessed, confirmed by the header)` …
    pub encoding: String,
}

/// The name of an encoding as people know it.
fn name(encoding: &'static Encoding) -> &'static str {
    match encoding.name() {
        "Shift_JIS" => "cp932",
        "windows-1252" => "cp1252",
        other => other,
    }
}

/// Decodes a file. `confirms` says whether a guessed text has the header that is expected.
pub(super) fn decode<'a>(
    path: &str,
    bytes: &'a [u8],
    format: &FileFormat,
    confirms: &dyn Fn(&str) -> bool,
) -> Result<Decoded<'a>, Finding> {
    let refuse =
        |message: String, hint: &str| Err(Finding::new(&UNDECODABLE, Place::file(path), message).hint(hint));
    if let Some(label) = &format.encoding {
        let Some(encoding) = Encoding::for_label(label.as_bytes()) else {
            return refuse(
                format!("`{label}` is no known encoding"),
                "known are `utf-8`, `shift_jis`, `windows-1252`, `utf-16le` …",
            );
        };
        let (_, marked) = mark(bytes);
        return sure(path, bytes, marked, encoding, "declared");
    }
    match mark(bytes) {
        (Some(encoding), marked) => sure(path, bytes, marked, encoding, "byte order mark"),
        (None, _) if looks_wide(bytes) => refuse(
            "the file looks like UTF-16 without a byte order mark".to_owned(),
            "save it as UTF-8, or set `format: {encoding: utf-16le}`",
        ),
        (None, _) => guess(path, bytes, format, confirms),
    }
}

/// The encoding a byte order mark tells, and the length of the mark.
fn mark(bytes: &[u8]) -> (Option<&'static Encoding>, usize) {
    match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (Some(encoding), length),
        None => (None, 0),
    }
}

/// Every second byte is zero: Latin text in UTF-16.
fn looks_wide(bytes: &[u8]) -> bool {
    /// As much as is looked at.
    const HEAD: usize = 1024;
    let head = &bytes[..bytes.len().min(HEAD)];
    let zeros = head.iter().filter(|byte| **byte == 0).count();
    zeros * 4 >= head.len() && zeros > 1
}

fn sure<'a>(
    path: &str,
    bytes: &'a [u8],
    skip: usize,
    encoding: &'static Encoding,
    why: &str,
) -> Result<Decoded<'a>, Finding> {
    match strict(&bytes[skip..], encoding) {
        Ok(text) => Ok(Decoded { text, encoding: format!("{} ({why})", name(encoding)) }),
        Err(offset) => {
            let message = format!("byte {} is no {} text", offset + skip, name(encoding));
            Err(Finding::new(&UNDECODABLE, line_of(path, bytes, offset + skip), message)
                .hint("download the file again, or declare its encoding"))
        }
    }
}

fn guess<'a>(
    path: &str,
    bytes: &'a [u8],
    format: &FileFormat,
    confirms: &dyn Fn(&str) -> bool,
) -> Result<Decoded<'a>, Finding> {
    let mut failed = Vec::new();
    // The encoding that got furthest tells best where the damage is.
    let mut furthest = 0;
    let latin = format.latin.then_some(WINDOWS_1252);
    for encoding in [Some(UTF_8), Some(SHIFT_JIS), latin].into_iter().flatten() {
        match strict(bytes, encoding) {
            // Plain ASCII and UTF-8 do not happen by chance; the header is checked later anyway.
            Ok(text) if encoding == UTF_8 => {
                return Ok(Decoded { text, encoding: "UTF-8 (detected)".to_owned() });
            }
            Ok(text) if confirms(&text) => {
                let encoding = format!("{} (guessed, confirmed by the header)", name(encoding));
                return Ok(Decoded { text, encoding });
            }
            Ok(_) => failed.push(format!("as {} its header is not the expected one", name(encoding))),
            Err(offset) => {
                furthest = furthest.max(offset);
                failed.push(format!("byte {offset} is no {} text", name(encoding)));
            }
        }
    }
    let message = format!("the encoding cannot be told: {}", failed.join("; "));
    Err(Finding::new(&UNDECODABLE, line_of(path, bytes, furthest), message)
        .hint("set `format: {encoding: …}` on the source, or save the file as UTF-8"))
}

/// The line a byte is on; every encoding that is read has the line end of ASCII in it.
fn line_of(path: &str, bytes: &[u8], offset: usize) -> Place {
    let before = bytes.iter().take(offset).filter(|byte| **byte == b'\n').count();
    Place::at(&path.into(), u32::try_from(before + 1).unwrap_or(u32::MAX), 0, 0)
}

/// Decodes all bytes, or tells the offset of the first that does not fit. cp932 is what WHATWG calls Shift_JIS.
fn strict<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Result<Cow<'a, str>, usize> {
    if encoding == UTF_8 {
        return std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|why| why.valid_up_to());
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let wide = encoding == UTF_16LE || encoding == UTF_16BE;
    let most = decoder.max_utf8_buffer_length_without_replacement(bytes.len()).ok_or(0_usize)?;
    let mut text = String::with_capacity(most);
    let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    match result {
        DecoderResult::InputEmpty => Ok(Cow::Owned(text)),
        DecoderResult::Malformed(length, after) => {
            Err(read.saturating_sub(usize::from(length) + usize::from(after)))
        }
        DecoderResult::OutputFull => Err(if wide { read & !1 } else { read }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: Result<(&str, &str), &str>) {
        let header = |text: &str| text.starts_with("日付");
        let found = decode("x.csv", bytes, &FileFormat::default(), &header);
        let found =
            found.map(|decoded| (decoded.text.into_owned(), decoded.encoding)).map_err(|found| found.message);
        match (found, expected) {
            (Ok((text, encoding)), Ok(expected)) => assert_eq!((text.as_str(), encoding.as_str()), expected),
            (Err(message), Err(part)) => assert!(message.contains(part), "{message}"),
            (found, _) => panic!("{found:?}"),
        }
    }

    fn sjis(text: &str) -> Vec<u8> {
        SHIFT_JIS.encode(text).0.into_owned()
    }

    #[test]
    fn the_order_of_guesses() {
        check("\u{feff}日付,①".as_bytes(), Ok(("日付,①", "UTF-8 (byte order mark)")));
        check("日付,①".as_bytes(), Ok(("日付,①", "UTF-8 (detected)")));
        check(&sjis("日付,①㈱髙～￥"), Ok(("日付,①㈱髙～￥", "cp932 (guessed, confirmed by the header)")));
        check(b"\xff\xfea\x00,\x00b\x00", Ok(("a,b", "UTF-16LE (byte order mark)")));
        check(b"a\x00,\x00b\x00\n\x00", Err("looks like UTF-16 without a byte order mark"));
    }

    #[test]
    fn latin_text_is_not_taken_for_japanese() {
        check(b"Cr\xe8me br\xfbl\xe9e,b", Err("as cp932 its header is not the expected one"));
    }

    #[test]
    fn a_damaged_byte_is_named_by_its_offset() {
        check(b"\xef\xbb\xbfab\xffcd", Err("byte 5 is no UTF-8 text"));
        let mut bytes = sjis("日付,売上");
        let at = bytes.len() - 1;
        bytes[at] = 0xff;
        check(&bytes, Err(&format!("byte {} is no cp932 text", at - 1)));
    }

    #[test]
    fn a_damaged_byte_is_named_by_its_line() {
        let found =
            decode("x", b"a,b\n1,2\n3,\xff\n", &FileFormat::default(), &|_| false).expect_err("no text");
        assert_eq!(found.place.line, 3);
        let format = FileFormat { encoding: Some("utf-8".into()), ..FileFormat::default() };
        assert_eq!(decode("x", b"a\n\xff", &format, &|_| true).expect_err("no text").place.line, 2);
    }

    #[test]
    fn a_declared_encoding_wins() {
        let format = FileFormat { encoding: Some("windows-1252".into()), ..FileFormat::default() };
        let decoded = decode("x", b"Cr\xe8me", &format, &|_| false).expect("cp1252 takes every byte");
        assert_eq!(decoded.text, "Crème");
    }
}
