//! A golden file as somebody opened and saved it in a spreadsheet: numbers are numbers, days are counted since 1900, shares are
//! shares. The archive is written here, without compression.

use super::Seen;
use super::sheet::Sheet;
use kpress::time::Date;

/// The workbook; `None` where a spreadsheet would do more than keep the values.
pub(super) fn workbook(sheet: &Sheet, _golden: &Seen) -> Option<Vec<u8>> {
    let mut rows = vec![sheet.header.clone()];
    rows.extend(sheet.rows.iter().cloned());
    let body: String = (1..).zip(&rows).map(|(line, cells)| row(line, cells)).collect();
    let sheet = format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{body}</sheetData></worksheet>"
    );
    Some(archive(&[
        ("[Content_Types].xml", CONTENT),
        ("_rels/.rels", RELS),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS),
        ("xl/styles.xml", STYLES),
        ("xl/worksheets/sheet1.xml", &sheet),
    ]))
}

fn row(line: usize, cells: &[String]) -> String {
    let cells: String = cells
        .iter()
        .enumerate()
        .filter(|(_, cell)| !cell.is_empty())
        .map(|(at, text)| cell(&format!("{}{line}", letters(at)), text))
        .collect();
    format!("<row r=\"{line}\">{cells}</row>")
}

fn letters(at: usize) -> String {
    let last = char::from(b'A' + u8::try_from(at % 26).expect("a letter"));
    if at < 26 { last.to_string() } else { format!("{}{last}", letters(at / 26 - 1)) }
}

fn cell(name: &str, text: &str) -> String {
    let is_number = text.len() < 10
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'));
    let serial = text.replace('/', "-").parse::<Date>().ok().filter(|_| text.len() == 10).map(since_1900);
    match (serial, text.strip_suffix('%').and_then(|share| share.parse::<f64>().ok())) {
        (Some(days), _) => format!("<c r=\"{name}\" s=\"1\"><v>{days}</v></c>"),
        (None, Some(share)) => format!("<c r=\"{name}\" s=\"2\"><v>{}</v></c>", shortest(share)),
        (None, None) if is_number => format!("<c r=\"{name}\"><v>{text}</v></c>"),
        (None, None) => {
            let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            format!("<c r=\"{name}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>")
        }
    }
}

/// A hundredth, as a spreadsheet keeps it: 5.57 % is the float nearest to 0.0557.
fn shortest(share: f64) -> String {
    format!("{:.6}", share / 100.0).trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Days since the last of December 1899, as spreadsheets count from March 1900 on.
fn since_1900(day: Date) -> i32 {
    let first = Date::constant(1899, 12, 30);
    first.until(day).expect("days between").get_days()
}

const CONTENT: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>";
const RELS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
const BOOK: &str = "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"Report\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
const BOOK_RELS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/></Relationships>";
const STYLES: &str = "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\" applyNumberFormat=\"1\"/><xf numFmtId=\"10\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>";

/// A zip archive of stored entries.
fn archive(entries: &[(&str, &str)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in entries {
        let mut sum = flate2::Crc::new();
        sum.update(text.as_bytes());
        let (offset, size, length) = (short(out.len()), short(text.len()), name.len() as u16);
        let mut head = Vec::new();
        head.extend([20, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        head.extend(sum.sum().to_le_bytes());
        head.extend(size.to_le_bytes());
        head.extend(size.to_le_bytes());
        head.extend(length.to_le_bytes());
        head.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&head);
        out.extend(name.as_bytes());
        out.extend(text.as_bytes());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&head);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let count = entries.len() as u16;
    let (at, size) = (short(out.len()), short(directory.len()));
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    out
}

fn short(length: usize) -> u32 {
    u32::try_from(length).expect("a small archive")
}
