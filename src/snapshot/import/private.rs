//! Takes columns with data of buyers out of delimited text before it is kept (amazon-data.md §8): the other cells, line ends
//! and quotes stay as they were; the text comes out as UTF-8.

use super::text::{Layout, layout};
use crate::inputs::Bytes;
use crate::plan::{Quoting, Source, TableSpec};
use crate::snapshot::container::{Kind, is_packed, unpack};
use crate::snapshot::encoding::decode;
use crate::snapshot::header::{folded, is_private, matches};

/// A file without its personal columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freed {
    /// The text, packed if the file was.
    pub bytes: Vec<u8>,
    /// The labels that went.
    pub dropped: Vec<String>,
}

/// A file of a source without the columns that a reading of it would drop; `None` if it has none, or is no delimited text.
pub fn without_personal(source: &Source, path: &str, bytes: &Bytes) -> Option<Freed> {
    let unpacked = unpack(path, bytes.clone()).ok()?;
    if Kind::of(&unpacked) != Kind::Text {
        return None;
    }
    let best = |text: &str| -> Option<(usize, Layout)> {
        let fits = |table: &TableSpec| {
            let layout = layout(text, &source.format, table)?;
            Some((matches(&layout.header, table), layout))
        };
        let all = source.tables.iter().enumerate();
        let found = all.filter_map(|(at, table)| Some((at, fits(table)?)));
        let known = found.max_by(|(a, (one, _)), (b, (other, _))| one.cmp(other).then(b.cmp(a)));
        known.map(|(at, (_, layout))| (at, layout))
    };
    let confirms = |text: &str| {
        let known = |(at, layout): (usize, Layout)| matches(&layout.header, &source.tables[at]) > 0;
        best(text).is_some_and(known)
    };
    let text = decode(path, &unpacked, &source.format, &confirms).ok()?.text;
    let (table, layout) = best(&text)?;
    let is_dropped: Vec<bool> =
        layout.header.iter().map(|label| is_private(label, &source.tables[table], &source.keep)).collect();
    if !is_dropped.contains(&true) {
        return None;
    }
    let mut out = text[..layout.start].to_owned();
    let quotes = layout.quoting == Quoting::Minimal;
    cut(&text[layout.start..], char::from(layout.delimiter), quotes, &is_dropped, &mut out);
    let labels = layout.header.iter().zip(&is_dropped).filter(|(_, dropped)| **dropped);
    let dropped = labels.map(|(label, _)| folded(label)).collect();
    let bytes = if is_packed(bytes) { packed(out.as_bytes())? } else { out.into_bytes() };
    Some(Freed { bytes, dropped })
}

/// Copies records without the cells that are dropped, as they were written.
fn cut(text: &str, delimiter: char, quotes: bool, is_dropped: &[bool], out: &mut String) {
    let dropped = |column: usize| is_dropped.get(column).copied().unwrap_or(false);
    let (mut column, mut begin, mut quoted) = (0, 0, false);
    let mut first = true;
    let cell = |column: usize, cell: &str, first: &mut bool, out: &mut String| {
        if !dropped(column) {
            if !*first {
                out.push(delimiter);
            }
            out.push_str(cell);
            *first = false;
        }
    };
    for (at, c) in text.char_indices() {
        match c {
            // A quote within a cell only protects where the cell began with one.
            '"' if quotes && (quoted || at == begin) => quoted = !quoted,
            '"' if quotes && text[begin..].starts_with('"') => quoted = true,
            _ if quoted => {}
            _ if c == delimiter => {
                cell(column, &text[begin..at], &mut first, out);
                (column, begin) = (column + 1, at + c.len_utf8());
            }
            '\n' => {
                let content = &text[begin..at];
                let plain = content.strip_suffix('\r').unwrap_or(content);
                cell(column, plain, &mut first, out);
                out.push_str(if plain.len() < content.len() { "\r\n" } else { "\n" });
                (column, begin, first) = (0, at + 1, true);
            }
            _ => {}
        }
    }
    if begin < text.len() || column > 0 {
        cell(column, &text[begin..], &mut first, out);
    }
}

/// The same bytes for the same text: without a time and a name.
fn packed(bytes: &[u8]) -> Option<Vec<u8>> {
    use std::io::Write;
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).ok()?;
    out.finish().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::Memory;

    fn freed(preset: &str, text: &[u8]) -> Option<(String, Vec<String>)> {
        let head = format!(
            "site: {{title: t, languages: [en], currency: JPY}}\npacks: [amazon-jp]\nsources:\n  s: {{preset: {preset}, files: \"data/*\"}}\n"
        );
        let plan = crate::plan::load(&Memory::of([("kpress.yaml", head.as_bytes())])).value;
        let freed = without_personal(&plan.sources["s"], "x.txt", &text.into())?;
        Some((String::from_utf8(freed.bytes).expect("text"), freed.dropped))
    }

    #[test]
    fn cells_of_buyers_go_and_the_rest_stays_as_it_was() {
        let text = "return-date\torder-id\tsku\tlicense-plate-number\tquantity\tcustomer-comments\r\n\
                    2026-01-01T00:00:00+00:00\t503-1\tA\"1\tLPN1\t1\tbroken \"box\r\n\
                    2026-01-02T00:00:00+00:00\t503-2\tB\tLPN2\t2\t";
        let (left, dropped) = freed("amazon/returns", text.as_bytes()).expect("personal columns");
        assert_eq!(dropped, ["license-plate-number", "customer-comments"]);
        assert_eq!(
            left,
            "return-date\torder-id\tsku\tquantity\r\n\
             2026-01-01T00:00:00+00:00\t503-1\tA\"1\t1\r\n\
             2026-01-02T00:00:00+00:00\t503-2\tB\t2"
        );
        assert_eq!(freed("amazon/returns", left.as_bytes()), None);
    }

    #[test]
    fn what_stands_in_quotes_is_one_cell() {
        let source =
            "日付/時間,決済番号,市町村,説明,合計\n\"a,b\",1,\"千代田,\n区\",\"say \"\"hi\"\", ok\",\"2\"\n";
        let (left, dropped) = freed("amazon/transactions-jp", source.as_bytes()).expect("personal columns");
        assert_eq!(dropped, ["市町村"]);
        assert_eq!(left, "日付/時間,決済番号,説明,合計\n\"a,b\",1,\"say \"\"hi\"\", ok\",\"2\"\n");
        // A text of another encoding comes out as UTF-8.
        let (bytes, ..) = encoding_rs::SHIFT_JIS.encode(source);
        assert_eq!(freed("amazon/transactions-jp", &bytes).map(|(left, _)| left), Some(left));
        assert_eq!(freed("amazon/returns", b"{\"buyer-email\": 1}"), None);
    }
}
