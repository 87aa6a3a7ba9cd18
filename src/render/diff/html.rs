//! The comparison as one page: no script, nothing loaded.

use super::{Bit, Sheet, Table};
use crate::chart::escape;
use crate::diff::Diff;
use crate::render::Voice;
use crate::time::Calendar;
use std::fmt::Write;

/// Its styles: the page stands alone, and follows the colours of the reader's system.
const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8886;--soft:#8881}
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid var(--line)}
table{border-collapse:collapse;margin:.5rem 0 1rem;width:100%}
th,td{text-align:left;vertical-align:top;padding:.25rem .6rem;border-bottom:1px solid var(--line)}
.n{text-align:right;font-variant-numeric:tabular-nums}
code{background:var(--soft);padding:0 .25rem;overflow-wrap:anywhere}
summary{cursor:pointer;padding:.25rem 0}.t{overflow-x:auto}
@media print{details{break-inside:avoid}}";

/// A static page.
pub fn html(diff: &Diff, voice: &Voice, calendar: &Calendar) -> String {
    let sheet = Sheet::of(diff, voice, calendar);
    let lang = match voice.lang() {
        crate::unit::Lang::Zh => "zh-Hans",
        other => other.code(),
    };
    let title = escape(&sheet.title);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
    );
    for line in &sheet.lead {
        let _ = writeln!(out, "<p>{}</p>", escape(line));
    }
    for section in &sheet.sections {
        let _ = writeln!(out, "<section>\n<h2>{}</h2>", escape(&section.title));
        section.tables.iter().for_each(|table| one(&mut out, table, section.open));
        out.push_str("</section>\n");
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn one(out: &mut String, table: &Table, open: bool) {
    let titled = !table.title.is_empty();
    if titled {
        let title: Vec<String> = table.title.iter().map(bit).collect();
        let open = if open { " open" } else { "" };
        let _ = writeln!(out, "<details{open}><summary>{}</summary>", title.join(" "));
    }
    if !table.rows.is_empty() {
        let class = |numeric: bool| if numeric { " class=\"n\"" } else { "" };
        out.push_str("<div class=\"t\"><table>\n<thead><tr>");
        for column in &table.columns {
            let _ = write!(out, "<th scope=\"col\"{}>{}</th>", class(column.numeric), escape(&column.title));
        }
        out.push_str("</tr></thead>\n<tbody>\n");
        for row in &table.rows {
            out.push_str("<tr>");
            for (cell, column) in row.iter().zip(&table.columns) {
                let _ = write!(out, "<td{}>{}</td>", class(column.numeric), bit(cell));
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody>\n</table></div>\n");
    }
    if titled {
        out.push_str("</details>\n");
    }
}

fn bit(bit: &Bit) -> String {
    match bit {
        Bit::Plain(text) => escape(text).into_owned(),
        Bit::Code(lines) => {
            let code = lines.iter().map(|line| format!("<code>{}</code>", escape(line)));
            code.collect::<Vec<_>>().join("<br>")
        }
    }
}
