//! Looks through every byte that is written for an audience for what it may not see: names, addresses, texts and figures
//! (publishing.md §7). The filter has to be right; this finds out where it is not, and what authors wrote into texts.

use super::needles::{self, Cut, DIGITS, Needle};
use super::search::{Patterns, decoded, numbers, packed};
use crate::diag::{Family, Finding, Level, Place, Rule, printable};
use crate::plan::{Id, Words};
use std::collections::BTreeSet;

/// Something hidden is there.
pub(super) static AUDIENCE_LEAK: Rule = Rule {
    name: "audience-leak",
    level: Level::Error,
    family: Family::Leak,
    about: "finds an id, a name or a figure in the files of an audience that may not see it",
    why: "what is in a file can be read by everybody who has the file, shown or not",
    example: "content/notes.md: `Li Na sold most`        # add `audience: [company]` to its head, take the name out, or widen `sees`",
};

/// A file in a file in a file.
const DEPTH: u32 = 3;
/// So many bytes on either side of a find are shown.
const AROUND: usize = 30;

/// What an audience may not see, ready to be looked for.
pub(in crate::build) struct Hidden {
    audience: Id,
    place: Place,
    needles: Vec<Needle>,
    patterns: Patterns,
    figures: BTreeSet<String>,
}

/// Something hidden that was found.
struct Found {
    what: &'static str,
    shown: String,
    /// The text around it.
    around: String,
}

impl Hidden {
    /// What is hidden from an audience. `common` are the texts of the program.
    pub(super) fn of(cut: Cut<'_>, common: &[u8]) -> Hidden {
        let (needles, patterns) = needles::gather(cut, common);
        let audience = &cut.eyes.audience;
        Hidden {
            audience: audience.id.clone(),
            place: audience.place.clone(),
            needles,
            patterns,
            figures: needles::figures(cut),
        }
    }

    /// From whom.
    pub(in crate::build) fn audience(&self) -> &str {
        &self.audience
    }

    /// The first hidden thing in a file or its name.
    pub(in crate::build) fn find(&self, path: &str, bytes: &[u8]) -> Option<Finding> {
        let found = self.within(path.as_bytes(), 0).or_else(|| self.within(bytes, 0))?;
        let told = format!(
            "`{}` of `{}` holds {} `{}`, which it may not see",
            printable(path),
            self.audience,
            found.what,
            printable(&found.shown)
        );
        let hint = "take it out of the text it comes from, show that text to others only, or widen `sees`";
        let mut finding = Finding::new(&AUDIENCE_LEAK, self.place.clone(), told).hint(hint);
        finding.notes.push(format!("it stands in `{}`", printable(&found.around)));
        Some(finding)
    }

    /// Whether words that somebody wrote name something hidden, in any language.
    pub(super) fn is_in(&self, words: &Words) -> bool {
        words.any.iter().chain(words.by_lang.values()).any(|text| self.is_in_text(text))
    }

    /// Whether a text names something hidden.
    pub(super) fn is_in_text(&self, text: &str) -> bool {
        self.within(text.as_bytes(), 0).is_some()
    }

    fn within(&self, bytes: &[u8], depth: u32) -> Option<Found> {
        if depth > DEPTH || self.needles.is_empty() && self.figures.is_empty() {
            return None;
        }
        let found = self.plain(bytes).or_else(|| decoded(bytes).and_then(|decoded| self.plain(&decoded)));
        found.or_else(|| packed(bytes).iter().find_map(|inner| self.within(inner, depth + 1)))
    }

    fn plain(&self, bytes: &[u8]) -> Option<Found> {
        let low = bytes.to_ascii_lowercase();
        if let Some((number, at)) = self.patterns.first(&low) {
            let Needle { what, shown } = &self.needles[number];
            return Some(Found { what, shown: shown.clone(), around: around(bytes, at) });
        }
        let mut found = None;
        if !self.figures.is_empty() {
            numbers(&low, DIGITS as usize, &mut |digits, at| {
                let is_hidden = self.figures.contains(digits);
                if is_hidden {
                    let (what, shown) = ("the digits of a figure", digits.to_owned());
                    found = Some(Found { what, shown, around: around(bytes, at) });
                }
                is_hidden
            });
        }
        found
    }
}

/// What stands around a find, on one line.
fn around(bytes: &[u8], at: usize) -> String {
    let some = &bytes[at.saturating_sub(AROUND)..bytes.len().min(at + 2 * AROUND)];
    let text = String::from_utf8_lossy(some).replace(char::REPLACEMENT_CHARACTER, "");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
