//! Findings for people (with an excerpt of the file), as JSON lines, as GitHub annotations and as SARIF.

use super::{Finding, Level, Place, printable};
use annotate_snippets::{AnnotationKind, Level as Shade, Origin, Renderer, Snippet};
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
    /// One document in the form that code scanning reads (SARIF 2.1.0).
    Sarif,
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
        let one = |finding: &Finding| match self.format {
            Format::Text => self.text(finding),
            Format::Json => json(finding),
            Format::Github | Format::Sarif => github(finding),
        };
        if self.format == Format::Sarif {
            return super::sarif::sarif(found);
        }
        found.iter().map(one).collect()
    }

    fn text(&self, finding: &Finding) -> String {
        let renderer = if self.colour { Renderer::styled() } else { Renderer::plain() };
        let shade = match finding.level {
            Level::Error => Shade::ERROR,
            Level::Warning => Shade::WARNING,
            Level::Note => Shade::NOTE,
        };
        let excerpts = self.excerpts(finding);
        let title = printable(&finding.message);
        let mut group =
            shade.primary_title(title.as_str()).id(finding.rule.name).elements(Vec::<Origin<'_>>::new());
        for excerpt in &excerpts {
            let marks = excerpt.marks.iter().map(|mark| {
                let range = byte_range(&excerpt.text, mark.place);
                if mark.what.is_empty() {
                    mark.kind.span(range)
                } else {
                    mark.kind.span(range).label(mark.what)
                }
            });
            group =
                group.element(Snippet::source(&*excerpt.text).path(excerpt.file.as_str()).annotations(marks));
        }
        let whole = finding.place.to_string();
        if excerpts.is_empty() && !whole.is_empty() {
            group = group.element(Origin::path(whole.as_str()));
        }
        let hint = finding.hint.as_deref().map(lines_printable);
        if let Some(hint) = &hint {
            group = group.element(Shade::HELP.with_name("hint").message(hint.as_str()));
        }
        let notes: Vec<String> = finding.notes.iter().map(|note| printable(note)).collect();
        for note in &notes {
            group = group.element(Shade::NOTE.message(note.as_str()));
        }
        let mut out = renderer.render(&[group]);
        out.push_str("\n\n");
        out
    }

    /// The files that a finding marks, the one of its own place first; all marks of a file in one excerpt.
    fn excerpts<'f>(&self, finding: &'f Finding) -> Vec<Excerpt<'f>> {
        let mut excerpts: Vec<Excerpt<'f>> = Vec::new();
        let own = Mark { place: &finding.place, kind: AnnotationKind::Primary, what: "" };
        let others =
            finding.related.iter().map(|(place, what)| Mark { place, kind: AnnotationKind::Context, what });
        for mark in std::iter::once(own).chain(others) {
            let file = printable(&mark.place.file);
            if mark.place.line == 0 || mark.place.column == 0 {
                continue;
            }
            match excerpts.iter_mut().find(|excerpt| excerpt.file == file) {
                Some(excerpt) => excerpt.marks.push(mark),
                None => {
                    if let Some(text) = (self.source)(&mark.place.file) {
                        // Places do not count a byte order mark.
                        let text = text.strip_prefix('\u{feff}').map_or(text.clone(), Arc::from);
                        excerpts.push(Excerpt { file, text, marks: vec![mark] });
                    }
                }
            }
        }
        excerpts
    }
}

/// A file with what is marked in it.
struct Excerpt<'f> {
    file: String,
    text: Arc<str>,
    marks: Vec<Mark<'f>>,
}

/// A stretch to be marked, with a word on what it is.
struct Mark<'f> {
    place: &'f Place,
    kind: AnnotationKind,
    what: &'f str,
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
    if !finding.notes.is_empty() {
        object["notes"] = finding.notes.clone().into();
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
    let cell = finding.place.cell.as_ref().map(|(row, column)| match row {
        0 => format!(" (column `{column}`)"),
        row => format!(" (row {row}, column `{column}`)"),
    });
    let hint = finding.hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
    let notes: String = finding.notes.iter().map(|note| format!("\n{}", printable(note))).collect();
    format!(
        "::{command} {head}::{}\n",
        data(&format!("{}{}{hint}{notes}", finding.message, cell.unwrap_or_default()))
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Family, Rule};

    static TWICE: Rule = Rule {
        name: "duplicate-key",
        level: Level::Error,
        family: Family::Config,
        about: "",
        why: "",
        example: "",
    };

    fn check(format: Format, finding: Finding, expected: &str) {
        let source = |_: &str| Some("metrics:\n  広告: {unit: percent}\n  広告: {unit: ratio}\n".into());
        let printer = Printer { format, colour: false, source: &source };
        assert_eq!(printer.print(&[finding]), expected);
    }

    fn twice() -> Finding {
        let file: Arc<str> = "metrics/a.yaml".into();
        let finding = Finding::new(&TWICE, Place::at(&file, 3, 3, 2), "`広告` stands twice");
        finding.related(Place::at(&file, 2, 3, 2), "the first is here").hint("keep one of the two")
    }

    #[test]
    fn people_see_the_place_and_the_way_out() {
        check(
            Format::Text,
            twice(),
            "error[duplicate-key]: `広告` stands twice
 --> metrics/a.yaml:3:3
  |
2 |   広告: {unit: percent}
  |   ---- the first is here
3 |   広告: {unit: ratio}
  |   ^^^^
  |
  = hint: keep one of the two

",
        );
    }

    #[test]
    fn a_cell_of_a_data_file_has_no_excerpt() {
        let finding =
            Finding::new(&TWICE, Place::cell("data/a.csv", 8, 7, "sales"), "`x\u{1b}[2J` is no number");
        check(
            Format::Text,
            finding,
            "error[duplicate-key]: `x\\u{1b}[2J` is no number\n--> data/a.csv:8 (row 7, column `sales`)\n\n",
        );
    }

    #[test]
    fn machines_get_lines() {
        check(
            Format::Json,
            twice(),
            "{\"column\":3,\"file\":\"metrics/a.yaml\",\"hint\":\"keep one of the two\",\"level\":\"error\",\"line\":3,\"message\":\"`広告` stands twice\",\"related\":[{\"at\":\"metrics/a.yaml:2:3\",\"what\":\"the first is here\"}],\"rule\":\"duplicate-key\"}\n",
        );
        check(
            Format::Github,
            twice(),
            "::error title=duplicate-key,file=metrics/a.yaml,line=3,col=3::`広告` stands twice%0Ahint: keep one of the two\n",
        );
    }
}
