//! Many texts looked for in one pass over the bytes, however many they are; and what bytes say once they are unwrapped.

use crate::snapshot::inflate;

/// Texts are found by three bytes of theirs; shorter ones are not looked for.
const WINDOW: usize = 3;
/// How many lists of candidates there are.
const LISTS: usize = 1 << 16;
/// Unpacked bytes of one file beyond this are not looked at.
const UNPACKED: u64 = 64 << 20;
/// Shorter runs of base64 are words and hashes.
const BASE64: usize = 24;

/// A text that is looked for, in small letters.
pub(super) struct Pattern {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// Nothing of a word stands before and behind it.
    pub(super) is_whole: bool,
}

/// Texts, ready to be looked for.
pub(super) struct Patterns {
    all: Vec<Pattern>,
    /// Where the list of each window begins in `listed`; one more than there are lists.
    starts: Vec<u32>,
    /// A pattern, and where in it the window stands.
    listed: Vec<(u32, u32)>,
}

/// The list of a window. Loops over bytes index slices instead of iterating: a site is looked through in the dev profile, too.
fn list_of(text: &[u8], at: usize) -> usize {
    ((text[at] as usize) << 8 ^ (text[at + 1] as usize) << 4 ^ text[at + 2] as usize) & (LISTS - 1)
}

impl Patterns {
    /// Makes them ready. Each is listed under that window of it which the fewest others have.
    pub(super) fn of(all: Vec<Pattern>) -> Patterns {
        let windows = |pattern: &Pattern| 0..(pattern.bytes.len() + 1).saturating_sub(WINDOW);
        let mut common = vec![0_u32; LISTS];
        for pattern in &all {
            windows(pattern).for_each(|at| common[list_of(&pattern.bytes, at)] += 1);
        }
        let mut lists: Vec<Vec<(u32, u32)>> = vec![Vec::new(); LISTS];
        for (number, pattern) in (0_u32..).zip(&all) {
            let rarest = windows(pattern).min_by_key(|at| common[list_of(&pattern.bytes, *at)]);
            if let Some((at, place)) = rarest.and_then(|at| Some((at, u32::try_from(at).ok()?))) {
                lists[list_of(&pattern.bytes, at)].push((number, place));
            }
        }
        let (mut starts, mut listed) = (Vec::with_capacity(LISTS + 1), Vec::with_capacity(all.len()));
        for list in lists {
            starts.push(u32::try_from(listed.len()).unwrap_or(u32::MAX));
            listed.extend(list);
        }
        starts.push(u32::try_from(listed.len()).unwrap_or(u32::MAX));
        Patterns { all, starts, listed }
    }

    /// Gives each find, which and where, until `is_enough` says so. `text` is in small letters.
    pub(super) fn search(&self, text: &[u8], is_enough: &mut dyn FnMut(usize, usize) -> bool) {
        let starts = self.starts.as_slice();
        if self.listed.is_empty() || text.len() < WINDOW {
            return;
        }
        let mut at = 0;
        while at + 2 < text.len() {
            let list = list_of(text, at);
            let (first, end) = (starts[list], starts[list + 1]);
            if first != end {
                for (number, offset) in &self.listed[first as usize..end as usize] {
                    let found = at.checked_sub(*offset as usize);
                    let Some(begin) = found.filter(|begin| self.stands(*number as usize, text, *begin))
                    else {
                        continue;
                    };
                    if is_enough(*number as usize, begin) {
                        return;
                    }
                }
            }
            at += 1;
        }
    }

    fn stands(&self, number: usize, text: &[u8], begin: usize) -> bool {
        let pattern = &self.all[number];
        let end = begin + pattern.bytes.len();
        text.get(begin..end) == Some(pattern.bytes.as_slice())
            && (!pattern.is_whole || stands_alone(text, begin, end))
    }

    /// The first find.
    pub(super) fn first(&self, text: &[u8]) -> Option<(usize, usize)> {
        let mut found = None;
        self.search(text, &mut |number, at| {
            found = Some((number, at));
            true
        });
        found
    }
}

/// Whether nothing of a word stands beside it. Signs of Chinese and Japanese are words by themselves.
fn stands_alone(text: &[u8], at: usize, end: usize) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    let (first, last) = (text.get(at), text.get(end - 1));
    let goes_on = is_word(first) && is_word(before) || is_word(last) && is_word(text.get(end));
    !goes_on
}

/// Gives the significant digits of every number of at least `least` signs, and where it stands: `1,234.50` is `12345`.
pub(super) fn numbers(text: &[u8], least: usize, is_enough: &mut dyn FnMut(&str, usize) -> bool) {
    let mut at = 0;
    while at < text.len() {
        let begin = at;
        let mut is_number = true;
        while at < text.len() {
            let byte = text[at];
            let of_number = byte.is_ascii_digit() || byte == b'.' || byte == b',';
            // A name with digits, a hash, an exponent.
            let of_word = byte.is_ascii_lowercase() || byte == b'_';
            if !of_number && !of_word {
                break;
            }
            is_number &= of_number;
            at += 1;
        }
        if is_number && at - begin >= least {
            let digits = significant(&String::from_utf8_lossy(&text[begin..at]));
            if is_enough(&digits, begin) {
                return;
            }
        }
        at += 1;
    }
}

/// The digits of a number without the zeros around them.
pub(super) fn significant(number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').to_owned()
}

/// What the bytes say once entities, escapes and percent signs are read; `None` where there are none.
pub(super) fn decoded(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let (mut from, mut at) = (0, 0);
    while at < bytes.len() {
        let sign = bytes[at];
        let read = match sign {
            b'&' => entity(&bytes[at..]),
            b'\\' => escape(&bytes[at..]),
            b'%' => percent(&bytes[at..]),
            _ => None,
        };
        match read {
            Some((length, text)) => {
                out.extend_from_slice(&bytes[from..at]);
                out.extend_from_slice(&text);
                at += length;
                from = at;
            }
            None => at += 1,
        }
    }
    out.extend_from_slice(bytes.get(from..)?);
    (from > 0).then_some(out)
}

fn hex(digits: &[u8]) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

fn letter(code: u32) -> Option<Vec<u8>> {
    Some(char::from_u32(code)?.to_string().into_bytes())
}

fn percent(rest: &[u8]) -> Option<(usize, Vec<u8>)> {
    let byte = u8::try_from(hex(rest.get(1..3)?)?).ok()?;
    Some((3, vec![byte]))
}

fn entity(rest: &[u8]) -> Option<(usize, Vec<u8>)> {
    const MOST: usize = 12;
    let end = rest.iter().take(MOST).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(&rest[1..end]).ok()?;
    let text = match name {
        "amp" => b"&".to_vec(),
        "lt" => b"<".to_vec(),
        "gt" => b">".to_vec(),
        "quot" => b"\"".to_vec(),
        "apos" => b"'".to_vec(),
        _ => {
            let code = name.strip_prefix('#')?;
            let hexadecimal = code.strip_prefix(['x', 'X']).map(|digits| hex(digits.as_bytes()));
            letter(hexadecimal.unwrap_or_else(|| code.parse().ok())?)?
        }
    };
    Some((end + 1, text))
}

fn escape(rest: &[u8]) -> Option<(usize, Vec<u8>)> {
    match rest.get(1)? {
        b'u' => Some((6, letter(hex(rest.get(2..6)?)?)?)),
        b'"' => Some((2, b"\"".to_vec())),
        b'/' => Some((2, b"/".to_vec())),
        b'\\' => Some((2, b"\\".to_vec())),
        _ => None,
    }
}

/// Files within a file: gzip, texts of a PNG, base64.
pub(super) fn packed(bytes: &[u8]) -> Vec<Vec<u8>> {
    if bytes.starts_with(GZIP) {
        return vec![inflate::gzip(bytes, UNPACKED)];
    }
    if bytes.starts_with(PNG) {
        return png(bytes);
    }
    // Most runs are addresses and names: they are looked through together.
    let (mut files, mut rest) = (Vec::new(), Vec::new());
    runs(bytes, &mut |run| {
        let inner = base64(run);
        if inner.starts_with(GZIP) || inner.starts_with(PNG) {
            files.push(inner);
        } else {
            rest.extend_from_slice(&inner);
            rest.push(b'\n');
        }
    });
    if !rest.is_empty() {
        files.push(rest);
    }
    files
}

const GZIP: &[u8] = &[0x1f, 0x8b];
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Runs of signs that may be base64.
fn runs(bytes: &[u8], each: &mut dyn FnMut(&[u8])) {
    let mut begin = 0;
    let mut at = 0;
    while at <= bytes.len() {
        if at == bytes.len() || sextet(bytes[at]).is_none() {
            if at - begin >= BASE64 {
                each(&bytes[begin..at]);
            }
            begin = at + 1;
        }
        at += 1;
    }
}

/// The six bits that a sign stands for.
fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

fn base64(run: &[u8]) -> Vec<u8> {
    let (mut out, mut held, mut bits) = (Vec::with_capacity(run.len() / 4 * 3), 0_u32, 0_u32);
    for value in run.iter().filter_map(|byte| sextet(*byte)) {
        held = (held << 6 | u32::from(value)) & 0xff_ffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(held >> bits & 0xff).unwrap_or(0));
        }
    }
    out
}

/// The compressed texts of a PNG; those that are not compressed are read as they stand.
fn png(bytes: &[u8]) -> Vec<Vec<u8>> {
    let (mut texts, mut at) = (Vec::new(), PNG.len());
    while let Some(head) = bytes.get(at..at + 8) {
        let size = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let Some(body) = bytes.get(at + 8..at.saturating_add(8).saturating_add(size)) else { break };
        if matches!(&head[4..8], b"zTXt" | b"iTXt") {
            // The stream begins behind names of unknown length: wherever a zlib head stands.
            let begins = |place: &usize| body[*place] == 0x78;
            texts.extend((0..body.len()).filter(begins).map(|place| inflate::zlib(&body[place..], UNPACKED)));
        }
        at = at.saturating_add(12).saturating_add(size);
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(texts: &[&str], text: &str, expected: &[(usize, usize)]) {
        let pattern = |text: &&str| Pattern { bytes: text.as_bytes().to_vec(), is_whole: true };
        let mut found = Vec::new();
        Patterns::of(texts.iter().map(pattern).collect()).search(text.as_bytes(), &mut |number, at| {
            found.push((number, at));
            false
        });
        found.sort_unstable();
        assert_eq!(found, expected, "{texts:?} in {text}");
    }

    #[test]
    fn texts_are_found_as_whole_words() {
        check(&["acos", "metrics/acos/"], "see metrics/acos/ of tacos", &[(0, 12), (1, 4)]);
        check(&["abc", "bcd"], "abc bcd abcd xabc", &[(0, 0), (1, 4)]);
        check(&["销售额"], "月销售额是", &[(0, 3)]);
        check(&["ab", ""], "ab ab", &[]);
        check(&["abc"], "ab", &[]);
        check(&[], "anything", &[]);
    }

    #[test]
    fn wrapped_texts_are_read() {
        let read =
            |text: &str| decoded(text.as_bytes()).map(|out| String::from_utf8_lossy(&out).into_owned());
        assert_eq!(read("Li&#32;Na &amp; \\u0041\\/%42&"), Some("Li Na & A/B&".to_owned()));
        assert_eq!(read("5% of a&b \\d"), None);
        let mut seen = Vec::new();
        numbers(b"1,234.50 x12 0012 e123456 99", 4, &mut |digits, at| {
            seen.push((digits.to_owned(), at));
            false
        });
        assert_eq!(seen, [("12345".to_owned(), 0), ("12".to_owned(), 13)]);
    }
}
