//! What people and pipes see. Data goes to stdout, everything else to stderr; a closed pipe ends the output quietly.

use crate::diag::{Finding, Format, Printer, printable};
use crate::inputs::{Inputs, ProjectPath};
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::Arc;

/// No excerpt is shown of a file larger than this; a finding in it still has its line.
const EXCERPT_BYTES: u64 = 4 << 20;

/// The two streams of the process.
pub(crate) struct Terminal {
    /// Colours are shown on stderr.
    pub(crate) colour: bool,
    /// Somebody watches stderr.
    pub(crate) watched: bool,
}

impl Terminal {
    /// As the process was started: colours only on a terminal, and not if `NO_COLOR` is set.
    #[expect(clippy::disallowed_methods, reason = "the door through which the environment comes in")]
    pub(crate) fn of_process() -> Terminal {
        let watched = io::stderr().is_terminal();
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Terminal { colour: watched && !plain, watched }
    }

    /// Data for stdout. `Ok(false)`: the reader closed the pipe and wants no more.
    pub(crate) fn data(&self, bytes: &[u8]) -> io::Result<bool> {
        let mut out = io::stdout().lock();
        match out.write_all(bytes).and_then(|()| out.flush()) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Text for people, on stderr.
    pub(crate) fn say(&self, text: &str) {
        // Without stderr there is nobody to tell that stderr is gone.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// What ended the command, with the way out.
    pub(crate) fn trouble(&self, text: &str, hint: Option<&str>) {
        let (red, bold, end) =
            if self.colour { ("\u{1b}[1;31m", "\u{1b}[1m", "\u{1b}[0m") } else { ("", "", "") };
        self.say(&format!("{red}error{end}{bold}: {}{end}\n", printable(text)));
        if let Some(hint) = hint {
            self.say(&format!("  hint: {}\n", printable(hint)));
        }
    }

    /// Findings as text with excerpts of the files.
    pub(crate) fn findings(&self, found: &[Finding], inputs: &dyn Inputs) {
        self.say(&print(found, Format::Text, self.colour, inputs));
    }
}

/// Findings in one of the three forms.
pub(crate) fn print(found: &[Finding], format: Format, colour: bool, inputs: &dyn Inputs) -> String {
    let source = |path: &str| -> Option<Arc<str>> {
        let bytes = inputs.read(&ProjectPath::parse(path).ok()?, EXCERPT_BYTES).ok()?;
        std::str::from_utf8(&bytes).ok().map(Arc::from)
    };
    Printer { format, colour, source: &source }.print(found)
}

/// `1 error`, `2 warnings`, and so on; empty if there is nothing.
pub(crate) fn counted(found: &[Finding]) -> String {
    use crate::diag::Level::{Error, Note, Warning};
    let count = |level| found.iter().filter(|finding| finding.level == level).count();
    let part = |number: usize, name: &str| match number {
        0 => None,
        1 => Some(format!("1 {name}")),
        more => Some(format!("{more} {name}s")),
    };
    let parts = [part(count(Error), "error"), part(count(Warning), "warning"), part(count(Note), "note")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
