//! The comparison as a comment under a pull request: tables that fold, within what hosts take.

use super::{Bit, Sheet, Table};
use crate::diff::Diff;
use crate::render::Voice;
use crate::report::{Arg, Text};
use crate::time::Calendar;

/// A comment on GitHub holds 65,536 characters (GitLab a million); some room is left for what a workflow adds.
pub const COMMENT_BYTES: usize = 65_000;

/// Markdown of at most so many bytes. What does not fit is counted at the end, never cut in the middle.
pub fn markdown(diff: &Diff, voice: &Voice, calendar: &Calendar, most: usize) -> String {
    /// Room for the line that says what was left out.
    const LAST: usize = 300;
    let sheet = Sheet::of(diff, voice, calendar);
    let mut out = format!("### {}\n", plain(&sheet.title));
    for line in &sheet.lead {
        out.push_str(&format!("\n{}\n", plain(line)));
    }
    let mut left_out = 0;
    for section in &sheet.sections {
        let mut heading = format!("\n#### {}\n", plain(&section.title));
        for table in &section.tables {
            let text = one(table, section.open);
            // Once something is left out nothing follows it: a reader sees where the comment ends.
            if left_out > 0 || out.len() + heading.len() + text.len() + LAST > most {
                left_out += 1;
                continue;
            }
            out.push_str(&std::mem::take(&mut heading));
            out.push_str(&text);
        }
    }
    if left_out > 0 {
        let count = Arg::Count(u64::try_from(left_out).unwrap_or(u64::MAX));
        let more = voice.say(&Text::Key("diff-left-out", vec![("count", count)]));
        out.push_str(&format!("\n{}\n", plain(&more)));
    }
    out
}

fn one(table: &Table, open: bool) -> String {
    let mut out = String::new();
    let titled = !table.title.is_empty();
    if titled {
        let title: Vec<String> = table.title.iter().map(bit).collect();
        let open = if open { " open" } else { "" };
        out.push_str(&format!("\n<details{open}><summary>{}</summary>\n", title.join(" ")));
    }
    if !table.rows.is_empty() {
        let cells = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        out.push('\n');
        out.push_str(&cells(table.columns.iter().map(|column| plain(&column.title)).collect()));
        out.push_str(&cells(
            table
                .columns
                .iter()
                .map(|column| if column.numeric { "--:" } else { "---" }.to_owned())
                .collect(),
        ));
        for row in &table.rows {
            out.push_str(&cells(row.iter().map(bit).collect()));
        }
    }
    if titled {
        out.push_str("\n</details>\n");
    }
    out
}

fn bit(bit: &Bit) -> String {
    match bit {
        Bit::Plain(text) => plain(text),
        Bit::Code(lines) => {
            let code = lines.iter().map(|line| format!("<code>{}</code>", plain(line)));
            code.collect::<Vec<_>>().join("<br>")
        }
    }
}

/// Text that stays text: nothing in it is markup, a mention of somebody, a link or the end of a cell.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in crate::diag::printable(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '|' | '`' | '*' | '_' | '[' | ']' | '~' | '\\' | '@' | '#' | '$' | '!' => {
                out.push_str(&format!("&#{};", u32::from(c)));
            }
            _ => out.push(c),
        }
    }
    out.replace("://", ":&#47;&#47;").replace("www.", "www&#46;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_is_no_markup() {
        let code = |text: &str| bit(&Bit::code(text));
        assert_eq!(code("a|b"), "<code>a&#124;b</code>");
        assert_eq!(code("</code><img src=x>"), "<code>&lt;/code&gt;&lt;img src=x&gt;</code>");
        assert_eq!(
            code("@boss #1 `x` **y**"),
            "<code>&#64;boss &#35;1 &#96;x&#96; &#42;&#42;y&#42;&#42;</code>"
        );
        assert_eq!(plain("https://e.org"), "https:&#47;&#47;e.org");
        assert_eq!(bit(&Bit::Code(vec!["a".to_owned(), "b".to_owned()])), "<code>a</code><br><code>b</code>");
    }
}
