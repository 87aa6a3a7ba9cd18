//! From the bytes of a file to text that may be parsed: size, encoding, characters that have no business there.
//! Everything refused is named with its place.

use crate::diag::{Family, Finding, Level, Place, Rule};
use std::sync::Arc;

/// Rules raised before parsing.
pub static RULES: &[&Rule] = &[&FILE_TOO_LARGE, &NOT_READABLE, &NOT_UTF8, &CONTROL_CHARACTER];

/// A definition file that nobody can have written by hand.
pub static FILE_TOO_LARGE: Rule = Rule {
    name: "file-too-large",
    level: Level::Error,
    family: Family::Limit,
    about: "a definition or text file of more than 1 MiB",
    why: "definitions are read by people; a file this large is data in the wrong place, or an attack",
    example: "metrics/all.yaml: 5 MiB        # split it, or put tables below data/",
};

/// The system said no.
pub static NOT_READABLE: Rule = Rule {
    name: "not-readable",
    level: Level::Error,
    family: Family::Config,
    about: "a file of the workspace that exists but cannot be read",
    why: "what it defines would be missing without a word",
    example: "metrics/sales.yaml: permission denied",
};

/// Bytes that are no UTF-8.
pub static NOT_UTF8: Rule = Rule {
    name: "not-utf8",
    level: Level::Error,
    family: Family::Config,
    about: "a definition or text file that is not encoded in UTF-8",
    why: "a guessed encoding turns names into other names without telling anyone",
    example: "a file saved by Excel or Notepad as UTF-16 or cp932      # save it as UTF-8",
};

/// NUL, escape sequences and their like.
pub static CONTROL_CHARACTER: Rule = Rule {
    name: "control-character",
    level: Level::Error,
    family: Family::Config,
    about: "a control character such as NUL, written raw or as an escape",
    why: "nobody sees them, and terminals, browsers and file systems each do something else with them",
    example: "name: \"a\\u0000b\"       # refused\nname: ab",
};

/// Definitions larger than this are refused before they are parsed (publishing.md §16).
pub const FILE_BYTES: u64 = 1024 * 1024;

/// The text of a definition file, without a byte order mark. `None` if it cannot be read at all.
pub fn decode(file: &Arc<str>, bytes: &[u8], found: &mut Vec<Finding>) -> Option<Arc<str>> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        let told = Finding::new(&NOT_UTF8, Place::at(file, 1, 1, 1), "the file is encoded in UTF-16");
        found.push(told.hint("save it as UTF-8"));
        return None;
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(broken) => {
            let before = &bytes[..broken.valid_up_to()];
            let place = place_after(file, &String::from_utf8_lossy(before));
            let byte = bytes[broken.valid_up_to()];
            let told =
                format!("the byte 0x{byte:02X} is not UTF-8 (byte {} of the file)", broken.valid_up_to() + 1);
            found.push(Finding::new(&NOT_UTF8, place, told).hint("save the file as UTF-8"));
            return None;
        }
    };
    match text.char_indices().find(|(_, c)| is_control(*c)) {
        Some((at, c)) => {
            let told = format!("the file holds the control character U+{:04X}", u32::from(c));
            let hint = if c == '\0' && at < 4 { "is it UTF-16? save it as UTF-8" } else { "remove it" };
            found.push(Finding::new(&CONTROL_CHARACTER, place_after(file, &text[..at]), told).hint(hint));
            None
        }
        None => Some(text.into()),
    }
}

/// Whether a character may stand neither raw nor escaped: controls but for tab and line ends.
pub fn is_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}')
}

/// The place just behind `before`.
fn place_after(file: &Arc<str>, before: &str) -> Place {
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    Place::at(file, count(line), count(column), 1)
}

/// Lines and columns of a file of at most 1 MiB fit.
pub(super) fn count(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
