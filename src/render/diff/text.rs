//! The comparison for a terminal.

use super::{Bit, Sheet, Table};
use crate::diag::printable;
use crate::diff::Diff;
use crate::render::Voice;
use crate::time::Calendar;
use std::fmt::Write;

/// Plain text, a table below each heading.
pub fn text(diff: &Diff, voice: &Voice, calendar: &Calendar) -> String {
    let sheet = Sheet::of(diff, voice, calendar);
    let mut out = format!("{}\n", printable(&sheet.title));
    for line in &sheet.lead {
        let _ = writeln!(out, "{}", printable(line));
    }
    for section in &sheet.sections {
        let _ = write!(out, "\n== {} ==\n", printable(&section.title));
        for table in &section.tables {
            one(&mut out, table);
        }
    }
    out
}

fn one(out: &mut String, table: &Table) {
    if !table.title.is_empty() {
        let title: Vec<String> = table.title.iter().map(inline).collect();
        let _ = writeln!(out, "\n{}", title.join(" "));
    }
    for row in &table.rows {
        let long = row.iter().any(|bit| matches!(bit, Bit::Code(lines) if lines.len() > 1));
        if long {
            list(out, table, row);
        } else {
            let cells: Vec<String> = row
                .iter()
                .map(inline)
                .map(|text| if text.is_empty() { "–".to_owned() } else { text })
                .collect();
            let _ = match cells.split_first() {
                Some((first, rest)) if rest.len() == 2 => writeln!(out, "  {first}: {}", rest.join(" → ")),
                Some((first, [was, now, difference])) => {
                    writeln!(out, "  {first}: {was} → {now} ({difference})")
                }
                _ => writeln!(out, "  {}", cells.join("  ")),
            };
        }
    }
}

/// A row of lists: what is gone and what is new, a line each, as `diff` writes them.
fn list(out: &mut String, table: &Table, row: &[Bit]) {
    let change = table.rows.first().is_some_and(|row| row.len() == 3);
    match row {
        [key, Bit::Code(was), Bit::Code(now)] if change => {
            let _ = writeln!(out, "  {}:", inline(key));
            was.iter().for_each(|line| out.push_str(&format!("    - {}\n", printable(line))));
            now.iter().for_each(|line| out.push_str(&format!("    + {}\n", printable(line))));
        }
        _ => {
            let cells: Vec<String> = row.iter().map(inline).collect();
            let _ = writeln!(out, "  {}", cells.join("  "));
        }
    }
}

fn inline(bit: &Bit) -> String {
    match bit {
        Bit::Plain(text) => printable(text),
        Bit::Code(lines) => lines.iter().map(|line| printable(line)).collect::<Vec<_>>().join("  "),
    }
}
