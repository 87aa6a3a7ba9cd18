//! A golden file as labels and rows, and as bytes again.

use encoding_rs::{SHIFT_JIS, UTF_8, UTF_16LE};

/// How the text becomes bytes.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Written {
    Utf8,
    Marked,
    Cp932,
    Utf16Little,
    Utf16Big,
}

/// Delimited text, taken apart.
#[derive(Clone)]
pub(super) struct Sheet {
    pub preset: String,
    /// Lines above the header.
    pub above: Vec<String>,
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
    pub delimiter: char,
    /// Whether a quote protects a cell.
    pub quotes: bool,
    /// Every cell stands in quotes.
    pub all_quoted: bool,
    pub line_end: &'static str,
    pub last_line_end: bool,
    pub written: Written,
    /// Lines below the last row.
    pub below: Vec<String>,
}

/// As many rows are enough, and quick. A settlement must stay whole.
const ROWS: usize = 40;

impl Sheet {
    pub(super) fn of(preset: &str, file: &str, bytes: &[u8]) -> Sheet {
        let (text, written) = match bytes {
            [0xef, 0xbb, 0xbf, rest @ ..] => (UTF_8.decode(rest).0, Written::Marked),
            _ => match std::str::from_utf8(bytes) {
                Ok(text) => (text.into(), Written::Utf8),
                Err(_) if file.contains("ledger-detail") => {
                    (encoding_rs::WINDOWS_1252.decode(bytes).0, Written::Utf8)
                }
                Err(_) => (SHIFT_JIS.decode(bytes).0, Written::Cp932),
            },
        };
        let quotes = !["orders", "settlement", "fba-inventory", "returns", "feedback", "reserved-inventory"]
            .iter()
            .any(|name| preset.ends_with(&format!("/{name}")));
        let lines = text
            .lines()
            .take_while(|line| preset.ends_with("transactions-jp") && !line.contains("日付/時間"));
        let above: Vec<String> = lines.map(str::to_owned).collect();
        let body: String = text.split_inclusive('\n').skip(above.len()).collect();
        let delimiter = if body.lines().next().unwrap_or("").contains('\t') { '\t' } else { ',' };
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .quoting(quotes)
            .delimiter(delimiter as u8)
            .from_reader(body.as_bytes());
        let mut rows: Vec<Vec<String>> =
            reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect();
        let header = rows.remove(0);
        if !preset.ends_with("settlement") {
            rows.truncate(ROWS);
        }
        Sheet {
            preset: preset.to_owned(),
            above,
            header,
            rows,
            delimiter,
            quotes,
            all_quoted: false,
            line_end: "\r\n",
            last_line_end: true,
            written,
            below: Vec::new(),
        }
    }

    pub(super) fn text(&self) -> String {
        let line = |cells: &Vec<String>| {
            let cells: Vec<String> = cells.iter().map(|cell| self.cell(cell)).collect();
            cells.join(&self.delimiter.to_string())
        };
        let mut lines = self.above.clone();
        lines.push(line(&self.header));
        lines.extend(self.rows.iter().map(line));
        lines.extend(self.below.iter().cloned());
        let text = lines.join(self.line_end);
        if self.last_line_end { text + self.line_end } else { text }
    }

    fn cell(&self, cell: &str) -> String {
        let needs = self.all_quoted || cell.contains([self.delimiter, '"', '\n', '\r']);
        if self.quotes && needs { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        encoded(&self.text(), self.written)
    }

    /// Whether cp932 has all its letters.
    pub(super) fn fits_cp932(&self) -> bool {
        !SHIFT_JIS.encode(&self.text()).2
    }

    /// The place of the first row that is no total.
    pub(super) fn first(&self) -> usize {
        usize::from(self.preset.ends_with("settlement"))
    }
}

pub(super) fn encoded(text: &str, written: Written) -> Vec<u8> {
    let wide = |order: fn(u16) -> [u8; 2], mark: [u8; 2]| -> Vec<u8> {
        mark.into_iter().chain(text.encode_utf16().flat_map(order)).collect()
    };
    match written {
        Written::Utf8 => text.as_bytes().to_vec(),
        Written::Marked => ["\u{feff}".as_bytes(), text.as_bytes()].concat(),
        Written::Cp932 => SHIFT_JIS.encode(text).0.into_owned(),
        Written::Utf16Little => wide(u16::to_le_bytes, [0xff, 0xfe]),
        Written::Utf16Big => wide(u16::to_be_bytes, [0xfe, 0xff]),
    }
}

/// A text in UTF-16 read as what it is.
#[test]
fn both_orders_of_bytes() {
    assert_eq!(UTF_16LE.decode(&encoded("日付", Written::Utf16Little)).0, "日付");
    assert_eq!(encoded("a", Written::Utf16Big), [0xfe, 0xff, 0, b'a']);
}
