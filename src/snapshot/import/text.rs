//! CSV and TSV: the header line is found by a cell, line ends may be mixed, and every row knows the line it begins on.

use super::cut::cut;
use super::grid::{most_cells, nearly_empty};
use super::lines::Splitter;
use super::{File, Grid, Grids, Importer, is_total};
use crate::diag::{Finding, Place};
use crate::inputs::Bytes;
use crate::plan::{FileFormat, Quoting, TableSpec};
use crate::snapshot::container::{CELL_BYTES, COLUMNS, Kind};
use crate::snapshot::encoding::{Decoded, decode};
use crate::snapshot::header::{is_same, matches};
use crate::snapshot::rules::{DATA_LIMIT, FILE_UNREADABLE, HEADER_NOT_FOUND, ROW_WIDTH, UNCLOSED_QUOTE};
use csv::{ByteRecord, Reader, ReaderBuilder, StringRecord, Terminator};
use std::borrow::Cow;

/// How many rows that are too long are listed one by one.
const LISTED: usize = 20;

/// Delimited text.
pub(super) struct Text;

impl Importer for Text {
    fn kind(&self) -> Kind {
        Kind::Text
    }

    fn read(&self, mut file: File<'_>) -> Result<Grids, Finding> {
        let confirms = |text: &str| chosen(text, &file).is_ok();
        let Decoded { text, encoding } = decode(file.path, &file.bytes, file.format, &confirms)?;
        let text = lined(text);
        let (place, layout) = chosen(&text, &file).or_else(|_| fallback(&text, &file))?;
        let mut found = Vec::new();
        let has_totals = !file.tables[place].columns.is_empty();
        let mut grid = rows(&file, &text, &layout, has_totals, &mut found)?;
        let is_open = !text.ends_with('\n');
        if grid.is_split() {
            let mine = match text {
                Cow::Owned(text) => Ok(text),
                // A mark of the encoding is not in the text, which reaches to the end of the file.
                Cow::Borrowed(text) => Err(text.len()),
            };
            let text = mine.unwrap_or_else(|length| tail(std::mem::take(&mut file.bytes), length));
            grid.take_text(text, layout.start);
        }
        if is_open {
            cut(&file, place, &grid, &mut found)?;
        }
        Ok(Grids { grids: vec![(place, grid)], encoding, exponents: false, found })
    }
}

/// The last bytes of a file, which were seen to be text.
fn tail(bytes: Bytes, length: usize) -> String {
    let mut bytes = bytes.into_vec();
    bytes.drain(..bytes.len() - length);
    String::from_utf8(bytes).expect("it was decoded as UTF-8 before")
}

/// Old programs end their lines with `\r` alone: the whole file would be one line, and its rows would be labels.
fn lined(text: Cow<'_, str>) -> Cow<'_, str> {
    match text.contains('\n') || !text.contains('\r') {
        true => text,
        false => Cow::Owned(text.replace('\r', "\n")),
    }
}

/// Where the header of a text stands, and what separates its cells.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// Between cells.
    pub delimiter: u8,
    /// Whether quotes protect cells.
    pub quoting: Quoting,
    /// Byte at which the header line begins.
    pub start: usize,
    /// Its line, counted from 1.
    pub line: u32,
    /// Its labels.
    pub header: Vec<String>,
}

/// The table that a text fits best, and its layout. An error if its header fits none.
fn chosen(text: &str, file: &File<'_>) -> Result<(usize, Layout), Finding> {
    let fits = |place: usize, table: &TableSpec| {
        let layout = layout(text, file.format, table)?;
        let known = matches(&layout.header, table);
        let open = table.columns.is_empty();
        (open || known > 0).then_some((known, place, layout))
    };
    let candidates = file
        .tables
        .iter()
        .enumerate()
        .filter(|(_, table)| table.json_path.is_empty() || file.tables.len() == 1);
    let best = candidates
        .filter_map(|(place, table)| fits(place, table))
        .max_by(|(a, first, _), (b, second, _)| a.cmp(b).then(second.cmp(first)));
    best.map(|(_, place, layout)| (place, layout)).ok_or_else(|| no_header(file))
}

/// A file none of whose labels is known: read by the first table, so that its missing columns are named.
fn fallback(text: &str, file: &File<'_>) -> Result<(usize, Layout), Finding> {
    let table = file.tables.first().ok_or_else(|| no_header(file))?;
    let layout = layout(text, file.format, table).ok_or_else(|| no_header(file))?;
    Ok((0, layout))
}

fn no_header(file: &File<'_>) -> Finding {
    let cells: Vec<String> = file
        .tables
        .iter()
        .filter_map(|table| table.header.as_ref())
        .map(|cell| format!("`{cell}`"))
        .collect();
    let message = match cells.is_empty() || file.bytes.is_empty() {
        true if file.bytes.iter().all(u8::is_ascii_whitespace) => "the file is empty".to_owned(),
        true => "the file has no header line".to_owned(),
        false => format!("no line holds the cell {} of the header", cells.join(" or ")),
    };
    Finding::new(&HEADER_NOT_FOUND, Place::file(file.path), message)
        .hint("`kpress data inspect` shows the first lines of a file")
}

/// Finds the header: the line that holds the header cell; else the first line that is not blank, or the first of the next few
/// that the table knows, where people wrote something above their table.
pub(super) fn layout(text: &str, format: &FileFormat, table: &TableSpec) -> Option<Layout> {
    /// Nobody writes more above a table.
    const ABOVE: u32 = 40;
    let (mut start, mut line) = (0, 1);
    let mut first_seen: Option<Layout> = None;
    // A quoted header cell may hold line ends; a preamble is read line by line.
    while start < text.len() {
        let rest = &text[start..];
        let first = rest.lines().next().unwrap_or("");
        if !first.trim().is_empty() {
            let mut layouts =
                splits(first, format).into_iter().map(|split| of_line(rest, (start, line), split));
            let is_header = |layout: &Layout| match &table.header {
                Some(cell) => layout.header.iter().any(|label| is_same(label, cell)),
                None => table.columns.is_empty() || is_known(&layout.header, table, first_seen.is_some()),
            };
            let layout = layouts.next().expect("there is one way to split a line");
            if is_header(&layout) {
                return Some(layout);
            }
            let other = layouts.find(|other| !table.columns.is_empty() && is_header(other));
            if other.is_some() {
                return other;
            }
            if table.header.is_none() && first_seen.get_or_insert(layout).line + ABOVE < line {
                break;
            }
        }
        start += rest.find('\n').map_or(rest.len(), |at| at + 1);
        line += 1;
    }
    first_seen
}

/// The ways to split a line: as declared, else by what it has most of. Seller Central offers reports with tabs as CSV, too,
/// and a spreadsheet saves them so.
fn splits(line: &str, format: &FileFormat) -> Vec<(u8, Quoting)> {
    let seen = delimiter_of(line);
    let declared = format.delimiter.map_or(seen, |c| u8::try_from(c).unwrap_or(b','));
    let mut all = vec![(declared, format.quoting)];
    if declared != seen {
        all.push((seen, Quoting::Minimal));
    }
    all
}

/// The layout of a file whose header is the first line of `rest`. Where every label is quoted, quotes are no plain characters.
fn of_line(rest: &str, (start, line): (usize, u32), (delimiter, quoting): (u8, Quoting)) -> Layout {
    let header = first_record(rest, delimiter, quoting);
    let is_quoted = |label: &String| label.len() > 1 && label.starts_with('"') && label.ends_with('"');
    if quoting == Quoting::None && header.len() > 1 && header.iter().all(is_quoted) {
        return of_line(rest, (start, line), (delimiter, Quoting::Minimal));
    }
    Layout { delimiter, quoting, start, line, header }
}

/// Whether a line is the header of a table: the first with any known label, one further down with most of its labels.
pub(super) fn is_known(header: &[String], table: &TableSpec, is_below: bool) -> bool {
    let known = matches(header, table);
    if is_below { known > 1 && known * 2 > header.len() } else { known > 0 }
}

/// A tab or a comma, whichever the line has more of; quoted commas count, but no header has many.
fn delimiter_of(line: &str) -> u8 {
    let count = |wanted: u8| line.bytes().filter(|byte| *byte == wanted).count();
    if count(b'\t') > count(b',') { b'\t' } else { b',' }
}

fn first_record(text: &str, delimiter: u8, quoting: Quoting) -> Vec<String> {
    let mut record = ByteRecord::new();
    let mut reader = reader(text, delimiter, quoting);
    match reader.read_byte_record(&mut record) {
        Ok(true) => {
            trim_line_end(&mut record);
            record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect()
        }
        _ => Vec::new(),
    }
}

fn reader(text: &str, delimiter: u8, quoting: Quoting) -> Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(quoting == Quoting::Minimal)
        .terminator(Terminator::Any(b'\n'))
        .from_reader(text.as_bytes())
}

/// Lines end in `\n`; the `\r` of a CRLF line is at the end of the last cell.
fn trim_line_end(record: &mut ByteRecord) {
    let Some(last) = record.len().checked_sub(1) else { return };
    if record[last].ends_with(b"\r") {
        let kept = record[last].len() - 1;
        let mut shorter = ByteRecord::with_capacity(record.as_slice().len(), record.len());
        record.iter().take(last).for_each(|cell| shorter.push_field(cell));
        shorter.push_field(&record[last][..kept]);
        *record = shorter;
    }
}

fn rows(
    file: &File<'_>,
    text: &str,
    layout: &Layout,
    has_totals: bool,
    found: &mut Vec<Finding>,
) -> Result<Grid, Finding> {
    let (path, quoting) = (file.path, layout.quoting);
    let text = &text[layout.start..];
    if layout.header.len() > COLUMNS {
        let message = format!("{} columns, more than the {COLUMNS} a table may have", layout.header.len());
        return Err(Finding::new(&DATA_LIMIT, Place::at(&path.into(), layout.line, 0, 0), message));
    }
    let mut grid = Grid::new(layout.header.clone(), layout.line);
    let is_plain = quoting == Quoting::None || !text.as_bytes().contains(&b'"');
    if is_plain && u32::try_from(text.len()).is_ok() {
        return plain_rows(path, (text, layout), has_totals, grid, found);
    }
    grid.expect(text);
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: layout.line };
    let mut reader = reader(text, layout.delimiter, quoting);
    let mut record = StringRecord::new();
    let (mut last, mut odd) = (0, Odd::default());
    let mut is_header = true;
    while reader.read_record(&mut record).map_err(|why| unreadable(path, &why))? {
        let begins = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
        let line = lines.of(begins);
        last = lines.at;
        if is_header {
            is_header = false;
            continue;
        }
        let cells = record.as_slice();
        if cells.bytes().all(|byte| byte.is_ascii_whitespace()) {
            continue;
        }
        let is_long = |cell: &str| cell.len() > CELL_BYTES;
        if let Some(long) = is_long(cells).then(|| record.iter().position(is_long)).flatten() {
            return Err(too_long(
                path,
                line,
                &grid,
                long,
                ends_in_quotes(&text[last..], layout.delimiter, quoting),
            ));
        }
        if has_totals && is_total(record.iter()) {
            grid.totals.push(line);
            continue;
        }
        let over = record.iter().skip(grid.header.len()).any(|cell| !cell.trim_ascii().is_empty());
        let row = grid.rows();
        odd.note(path, (line, row), (record.len(), over), &mut grid, found);
        grid.push_record(line, &record);
        grid.fits(path)?;
    }
    odd.close(path, &mut grid, found);
    if ends_in_quotes(&text[last..], layout.delimiter, quoting) {
        let place = Place::at(&path.into(), lines.line, 0, 0);
        let finding = Finding::new(
            &UNCLOSED_QUOTE,
            place,
            "a cell of this row has an opening quote but no closing one",
        );
        return Err(
            finding.hint("close the quote, or set `format: {quoting: none}` if quotes are plain characters")
        );
    }
    Ok(grid)
}

/// Rows of a text in which no quote has a meaning: each is a line.
fn plain_rows(
    path: &str,
    (text, layout): (&str, &Layout),
    has_totals: bool,
    mut grid: Grid,
    found: &mut Vec<Finding>,
) -> Result<Grid, Finding> {
    let width = grid.header.len();
    let count = text.bytes().filter(|byte| *byte == b'\n').count();
    let mut splitter = Splitter::new(text, layout.delimiter, width, count);
    let (mut lines, mut odd) = (Vec::with_capacity(count), Odd::default());
    let (mut from, mut number) = (splitter.after(0), layout.line + 1);
    while from < text.len() {
        if splitter.is_blank(from) {
            from = splitter.after(from);
        } else if has_totals && is_total(splitter.cells(from)) {
            grid.totals.push(number);
            from = splitter.after(from);
        } else {
            let line = splitter.row(from);
            if line.longest.1 > CELL_BYTES {
                grid.lines = lines;
                return Err(too_long(path, number, &grid, line.longest.0, false));
            }
            odd.note(path, (number, lines.len()), (line.cells, line.over), &mut grid, found);
            lines.push(number);
            let cells = lines.len() * width;
            if cells > most_cells(splitter.filled()) {
                return Err(Finding::new(&DATA_LIMIT, Place::file(path), nearly_empty(cells)));
            }
            from = line.next;
        }
        number += 1;
    }
    grid.take(lines, splitter.finish());
    odd.close(path, &mut grid, found);
    Ok(grid)
}

/// Rows that have not the cells of the header.
#[derive(Default)]
struct Odd {
    /// How many are too long.
    wide: usize,
    /// Those in which only empty cells are too many.
    blank: Vec<usize>,
}

impl Odd {
    /// Notes a row of so many cells; `over`: one beyond the header holds something.
    fn note(
        &mut self,
        path: &str,
        (line, row): (u32, usize),
        (cells, over): (usize, bool),
        grid: &mut Grid,
        found: &mut Vec<Finding>,
    ) {
        let width = grid.header.len();
        if cells != width {
            grid.odd.insert(row, cells);
        }
        if over {
            self.wide += 1;
            if self.wide <= LISTED {
                found.push(too_wide(path, line, cells, width));
            }
        } else if cells > width {
            self.blank.push(row);
        }
    }

    /// Where most rows have the cells of the header, one with more has a delimiter too many, though its last cell is empty;
    /// where most have one more, the report ends its rows with a delimiter.
    fn close(self, path: &str, grid: &mut Grid, found: &mut Vec<Finding>) {
        if grid.odd.len() * 2 > grid.rows() {
            for row in &self.blank {
                grid.odd.remove(row);
            }
        }
        if self.wide > LISTED {
            let message = format!("{} rows in all have more cells than the header", self.wide);
            found.push(Finding::new(&ROW_WIDTH, Place::file(path), message));
        }
    }
}

fn unreadable(path: &str, why: &csv::Error) -> Finding {
    Finding::new(&FILE_UNREADABLE, Place::file(path), format!("the file cannot be split into rows: {why}"))
}

fn too_wide(path: &str, line: u32, cells: usize, width: usize) -> Finding {
    let place = Place::at(&path.into(), line, 0, 0);
    Finding::new(&ROW_WIDTH, place, format!("{cells} cells in a row, but the header has {width}"))
        .hint("a delimiter stands in a cell without quotes; the row is set aside until it is mended")
}

fn too_long(path: &str, line: u32, grid: &Grid, column: usize, unclosed: bool) -> Finding {
    let label = grid.header.get(column).map_or("", |label| label);
    let place = Place::cell(path, line, grid.rows() as u64 + 1, label);
    if unclosed {
        let finding = Finding::new(&UNCLOSED_QUOTE, place, "a cell has an opening quote but no closing one");
        return finding
            .hint("close the quote, or set `format: {quoting: none}` if quotes are plain characters");
    }
    Finding::new(&DATA_LIMIT, place, format!("a cell of more than {CELL_BYTES} bytes"))
        .hint("an opening quote may lack its closing one")
}

/// Whether a text ends inside a quoted cell.
fn ends_in_quotes(text: &str, delimiter: u8, quoting: Quoting) -> bool {
    if quoting == Quoting::None {
        return false;
    }
    let (mut inside, mut begins) = (false, true);
    for byte in text.bytes() {
        match byte {
            b'"' if inside => inside = false,
            // A quote right after a closed quote opens the cell again: `""` is one character.
            b'"' if begins => inside = true,
            _ => {}
        }
        begins = !inside && (byte == delimiter || byte == b'\n' || byte == b'"');
    }
    inside
}

/// Counts lines up to a byte.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
}

impl Lines<'_> {
    /// The line of the record that begins at or after `byte`; blank lines before it are passed over.
    fn of(&mut self, byte: usize) -> u32 {
        let mut to = byte.max(self.at);
        while matches!(self.text.get(to), Some(b'\n' | b'\r')) {
            to += 1;
        }
        let passed =
            self.text[self.at..to.min(self.text.len())].iter().filter(|byte| **byte == b'\n').count();
        self.line += u32::try_from(passed).unwrap_or(u32::MAX);
        self.at = to.min(self.text.len());
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::test::table;

    fn read(text: &str, format: &FileFormat, header: Option<&str>) -> Result<(Grid, Vec<Finding>), Finding> {
        let mut spec = table(&[]);
        spec.header = header.map(Into::into);
        let file = File { path: "x.csv", bytes: text.as_bytes().into(), format, tables: &[spec] };
        let mut grids = Text.read(file)?;
        Ok((grids.grids.remove(0).1, grids.found))
    }

    fn check(text: &str, format: &FileFormat, header: Option<&str>, expected: &[(u32, &[&str])]) {
        let (grid, _) = read(text, format, header).expect("readable");
        let found: Vec<(u32, Vec<&str>)> = (0..grid.rows())
            .map(|row| {
                (grid.lines[row], (0..grid.header.len()).map(|column| grid.cell(row, column)).collect())
            })
            .collect();
        let expected: Vec<(u32, Vec<&str>)> =
            expected.iter().map(|(line, cells)| (*line, cells.to_vec())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn mixed_line_ends_and_line_ends_in_cells() {
        let format = FileFormat::default();
        check(
            "a,b\r\n1,\"x\ny\"\n2,z\r\n\r\n3,w",
            &format,
            None,
            &[(2, &["1", "x\ny"]), (4, &["2", "z"]), (6, &["3", "w"])],
        );
    }

    #[test]
    fn the_header_is_found_by_a_cell() {
        let text = "\"注, 意\"\r\n\"定義：\"\r\n\"日付/時間\",\"合計\"\r\n\"2026/05/07\",\"1,2\"\r\n";
        check(text, &FileFormat::default(), Some("日付/時間"), &[(4, &["2026/05/07", "1,2"])]);
        assert_eq!(
            read(text, &FileFormat::default(), Some("x")).expect_err("no such cell").rule.name,
            "header-not-found"
        );
    }

    #[test]
    fn flat_files_know_no_quotes() {
        let format = FileFormat { quoting: Quoting::None, ..FileFormat::default() };
        check("a\tb\n5\" screen\t\"x\n", &format, None, &[(2, &["5\" screen", "\"x"])]);
    }

    #[test]
    fn short_and_long_rows() {
        let (grid, found) = read("a,b\n1\n1,2,3\n1,2,\n", &FileFormat::default(), None).expect("readable");
        assert_eq!((grid.cell(0, 1), grid.cell(1, 1)), ("", "2"));
        assert_eq!(
            found.iter().map(|finding| (finding.rule.name, finding.place.line)).collect::<Vec<_>>(),
            [("row-width", 3)]
        );
    }

    #[test]
    fn an_unclosed_quote_is_named_by_the_line_it_opens_on() {
        let found = read("a,b\n1,2\n3,\"x\n4,5\n", &FileFormat::default(), None).expect_err("unclosed");
        assert_eq!((found.rule.name, found.place.line), ("unclosed-quote", 3));
        assert!(read("a,b\n1,\"say \"\"x\"\"\"\n", &FileFormat::default(), None).is_ok());
        assert!(read("a,b\n1,5\" x\n", &FileFormat::default(), None).is_ok());
    }

    #[test]
    fn limits() {
        let long = format!("a,b\n1,\"{}\"\n", "x".repeat(CELL_BYTES + 1));
        let found = read(&long, &FileFormat::default(), None).expect_err("too long");
        assert_eq!((found.rule.name, found.place.cell.map(|(row, _)| row)), ("data-limit", Some(1)));
        let wide = format!("{}\n", vec!["c"; COLUMNS + 1].join(","));
        assert_eq!(read(&wide, &FileFormat::default(), None).expect_err("too wide").rule.name, "data-limit");
    }

    #[test]
    fn a_text_reads_the_same_with_quotes_and_without() {
        const CELLS: [&str; 12] = [
            "",
            "1",
            "01",
            "-3",
            "x y",
            " ",
            "\u{3000}",
            "2026-01-02",
            "999999999999999",
            "1234567890123456",
            "1.50",
            "赤",
        ];
        let mut state = 7_u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from((state >> 33) % below).expect("small")
        };
        for _ in 0..300 {
            let (mut plain, mut quoted) = ("a,b,c\n".to_owned(), "a,b,c\n".to_owned());
            for _ in 0..next(9) {
                let cells: Vec<&str> = (0..next(6)).map(|_| CELLS[next(12)]).collect();
                let end = ["\n", "\r\n", "\n\n"][next(3)];
                plain += &(cells.join(",") + end);
                let marked: Vec<String> = cells.iter().map(|cell| format!("\"{cell}\"")).collect();
                quoted += &(marked.join(",") + end);
            }
            let of = |text: &str| {
                let (mut grid, found) = read(text, &FileFormat::default(), None).expect("readable");
                let whole: Vec<_> = (0..3).map(|column| grid.take_whole(column)).collect();
                let rows: Vec<(u32, Vec<String>)> = (0..grid.rows())
                    .map(|row| (grid.lines[row], (0..3).map(|at| grid.cell(row, at).to_owned()).collect()))
                    .collect();
                let found: Vec<(u32, String)> =
                    found.into_iter().map(|finding| (finding.place.line, finding.message)).collect();
                (rows, whole, found)
            };
            assert_eq!(of(&plain), of(&quoted), "{plain:?}");
        }
    }
}
