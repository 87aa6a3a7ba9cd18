//! What a page is told: what ran, what changed, what is wrong and where to mend it.

use super::clock::Ran;
use super::edition::Edition;
use crate::diag::{Finding, Level};
use crate::inputs::ProjectPath;
use crate::plan::audience::{Audience, Sees};
use crate::render::studio::Studio;
use crate::unit::Lang;
use serde_json::{Map, Value, json};
use std::path::Path;

/// Names of pages that are listed; of more only the number is told.
const NAMES: usize = 40;
/// Findings that are listed.
const FINDINGS: usize = 50;

/// How an address opens a file in an editor: `{file}`, `{line}` and `{column}` are filled in.
#[derive(Clone, Debug)]
pub struct Editor(String);

impl Editor {
    /// An editor by name, or an address of one's own; `None` if it is neither.
    pub fn parse(text: &str) -> Option<Editor> {
        let known = match text {
            "vscode" | "code" => "vscode://file{file}:{line}:{column}",
            "cursor" => "cursor://file{file}:{line}:{column}",
            "windsurf" => "windsurf://file{file}:{line}:{column}",
            "zed" => "zed://file{file}:{line}:{column}",
            "idea" | "jetbrains" => "idea://open?file={file}&line={line}&column={column}",
            "sublime" => "subl://open?url=file://{file}&line={line}&column={column}",
            "textmate" => "txmt://open?url=file://{file}&line={line}&column={column}",
            own if own.contains("{file}") && own.contains("://") && is_safe(own) => own,
            _ => return None,
        };
        Some(Editor(known.to_owned()))
    }

    /// The address of a place in a file of the workspace.
    pub(super) fn link(&self, root: &Path, file: &str, line: u32, column: u32) -> Option<String> {
        // Never a path that a finding made up.
        let path = ProjectPath::parse(file).ok()?;
        let place = root.join(path.as_str());
        let address = encoded(place.to_str()?);
        let filled = self.0.replace("{file}", &address).replace("{line}", &line.max(1).to_string());
        Some(filled.replace("{column}", &column.max(1).to_string()))
    }
}

/// Addresses that run something in the page are none.
fn is_safe(address: &str) -> bool {
    let scheme = address.split(':').next().unwrap_or("").to_ascii_lowercase();
    !matches!(scheme.as_str(), "javascript" | "data" | "blob" | "vbscript")
}

fn encoded(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    path.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Findings as a page shows them, errors first. What is found is told in English; in other languages the rule and the way out
/// stand beside it in theirs.
pub(super) fn findings(found: &[Finding], studio: &Studio, editor: &Editor, root: &Path) -> Value {
    let others: Vec<Lang> =
        studio.report().languages.iter().copied().filter(|lang| *lang != Lang::En).collect();
    let said = |finding: &Finding| {
        let one = |lang: &Lang| Some((lang.code().to_owned(), json!(studio.rule(*lang, finding.rule.name)?)));
        others.iter().filter_map(one).collect::<Map<String, Value>>()
    };
    let rank = |level: Level| match level {
        Level::Error => 0,
        Level::Warning => 1,
        Level::Note => 2,
    };
    let mut sorted: Vec<&Finding> = found.iter().filter(|one| one.level != Level::Note).collect();
    sorted.sort_by_key(|one| rank(one.level));
    let one = |finding: &&Finding| {
        let place = &finding.place;
        json!({
            "level": finding.level,
            "rule": finding.rule.name,
            "message": crate::diag::printable(&finding.message),
            "place": place.to_string(),
            "file": &*place.file,
            "line": place.line,
            "hint": finding.hint,
            "said": said(finding),
            "open": editor.link(root, &place.file, place.line, place.column),
        })
    };
    sorted.iter().take(FINDINGS).map(one).collect()
}

/// An edition that stands.
pub(super) fn done(edition: &Edition, ran: &Ran, shown: &[String]) -> Value {
    let (made, all) = edition.progress();
    json!({
        "kind": "done",
        "edition": edition.number,
        "stages": ran.stages(),
        "ms": ran.total(),
        "changed": edition.changed.iter().take(NAMES).collect::<Vec<_>>(),
        "changes": edition.changed.len(),
        "pages": edition.studio.report().pages.len(),
        "first": shown,
        "made": made,
        "all": all,
        "audience": edition.draft.audience(),
        "audiences": edition.draft.audiences().iter().map(audience).collect::<Vec<_>>(),
        "languages": edition.studio.report().languages.iter().map(|lang| lang.code()).collect::<Vec<_>>(),
    })
}

/// Readers whom the pages can be shown as, in each language.
fn audience(audience: &Audience) -> Value {
    let names =
        [Lang::En, Lang::Ja, Lang::Zh].map(|lang| (lang.code().to_owned(), json!(named(audience, lang))));
    let is_part = audience.sees != Sees::All;
    json!({ "id": &*audience.id, "name": names.into_iter().collect::<Map<String, Value>>(), "part": is_part })
}

fn named(audience: &Audience, lang: Lang) -> &str {
    let name = audience.name.in_lang(lang);
    if name.is_empty() { &audience.id } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_editor_opens_files_of_the_workspace_only() {
        let editor = Editor::parse("vscode").expect("known");
        let root = Path::new("/home/mei/店 铺");
        assert_eq!(
            editor.link(root, "targets/a.yaml", 14, 0).as_deref(),
            Some("vscode://file/home/mei/%E5%BA%97%20%E9%93%BA/targets/a.yaml:14:1")
        );
        assert_eq!(editor.link(root, "../secret", 1, 1), None);
        assert!(Editor::parse("javascript://{file}").is_none());
        assert!(Editor::parse("emacs://open?f={file}").is_some());
        assert!(Editor::parse("vim").is_none());
    }
}
