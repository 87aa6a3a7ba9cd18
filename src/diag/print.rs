//! Findings for people (with an excerpt of the file), as JSON lines and as GitHub annotations.

use super::{Finding, Level, Place, printable};
use annotate_snippets::{AnnotationKind, Level as Shade, Renderer, Snippet};
use std::sync::Arc;

/// In which form findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
    /// Workflow commands that GitHub shows beside the changed line.
    Github,
}

/// Prints findings; `source` gives the text of a file for the excerpt.
pub struct Printer<'a> {
    /// The form.
    pub format: Format,
    /// Whether the terminal shows colours.
    pub colour: bool,
    /// The text of a file in the workspace, if it is text.
    pub source: &'a dyn Fn(&str) -> Option<Arc<str>>,
}

impl Printer<'_> {
    /// All findings as one text, each ended by a line feed.
    pub fn print(&self, found: &[Finding]) -> String {
        let one = |finding| match self.format {
            Format::Text => self.text(finding),
            Format::Json => json(finding),
            Format::Github => github(finding),
        };
        found.iter().map(one).collect()
    }

    fn text(&self, finding: &Finding) -> String {
        let renderer = if self.colour { Renderer::styled() } else { Renderer::plain() };
        let shade = match finding.level {
            Level::Error => Shade::ERROR,
            Level::Warning => Shade::WARNING,
            Level::Note => Shade::NOTE,
        };
        let texts: Vec<(Arc<str>, &Place, AnnotationKind, &str)> = std::iter::once((&finding.place, ""))
            .chain(finding.related.iter().map(|(place, what)| (place, what.as_str())))
            .enumerate()
            .filter_map(|(at, (place, what))| {
                let kind = if at == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
                (place.line > 0 && place.column > 0)
                    .then(|| (self.source)(&place.file))
                    .flatten()
                    .map(|text| (text, place, kind, what))
            })
            .collect();
        let title = printable(&finding.message);
        let mut group = shade
            .primary_title(title.as_str())
            .id(finding.rule.name)
            .elements(Vec::<annotate_snippets::Origin<'_>>::new());
        let files: Vec<String> = texts.iter().map(|(_, place, ..)| printable(&place.file)).collect();
        for ((text, place, kind, what), file) in texts.iter().zip(&files) {
            let mut mark = kind.span(byte_range(text, place));
            if !what.is_empty() {
                mark = mark.label(*what);
            }
            group = group.element(Snippet::source(&**text).path(file.as_str()).annotation(mark));
        }
        let whole = finding.place.to_string();
        if texts.is_empty() && !whole.is_empty() {
            group = group.element(annotate_snippets::Origin::path(whole.as_str()));
        }
        let hint = finding.hint.as_deref().map(lines_printable);
        if let Some(hint) = &hint {
            group = group.element(Shade::HELP.with_name("hint").message(hint.as_str()));
        }
        let mut out = renderer.render(&[group]);
        out.push_str("\n\n");
        out
    }
}

/// A hint may have several lines (the mended line stands on its own).
fn lines_printable(text: &str) -> String {
    text.lines().map(printable).collect::<Vec<_>>().join("\n")
}

/// The bytes of `text` that `place` marks.
fn byte_range(text: &str, place: &Place) -> std::ops::Range<usize> {
    let line_start = text.split_inclusive('\n').take((place.line - 1) as usize).map(str::len).sum::<usize>();
    let line = text[line_start..].split('\n').next().unwrap_or("");
    let byte = |chars: usize| line.char_indices().nth(chars).map_or(line.len(), |(at, _)| at);
    let from = (place.column - 1) as usize;
    line_start + byte(from)..line_start + byte(from + (place.width.max(1)) as usize)
}

fn json(finding: &Finding) -> String {
    let related: Vec<_> = finding
        .related
        .iter()
        .map(|(at, what)| serde_json::json!({"at": at.to_string(), "what": what}))
        .collect();
    let mut object = serde_json::json!({
        "rule": finding.rule.name,
        "level": finding.level,
        "message": finding.message,
        "file": &*finding.place.file,
        "line": finding.place.line,
        "column": finding.place.column,
        "hint": finding.hint,
    });
    if let Some((row, column)) = &finding.place.cell {
        object["row"] = (*row).into();
        object["cell"] = (**column).into();
    }
    if !related.is_empty() {
        object["related"] = related.into();
    }
    format!("{object}\n")
}

fn github(finding: &Finding) -> String {
    let command = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    // https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let mut head = format!("title={}", property(finding.rule.name));
    if !finding.place.file.is_empty() {
        head.push_str(&format!(",file={}", property(&finding.place.file)));
    }
    if finding.place.line > 0 {
        head.push_str(&format!(",line={}", finding.place.line));
    }
    if finding.place.column > 0 {
        head.push_str(&format!(",col={}", finding.place.column));
    }
    let cell = finding.place.cell.as_ref().map(|(row, column)| format!(" (row {row}, column `{column}`)"));
    let hint = finding.hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
    format!(
        "::{command} {head}::{}\n",
        data(&format!("{}{}{hint}", finding.message, cell.unwrap_or_default()))
    )
}
