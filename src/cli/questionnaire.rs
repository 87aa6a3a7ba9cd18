//! `kpress new diagnosis`: the questionnaire with every question, in the first language of the site. What the workspace
//! knows already is filled in; what is left empty is not judged.

use super::terminal::Terminal;
use super::{Trouble, workspace};
use crate::diag::printable;
use crate::inputs::{Inputs, ProjectPath};
use crate::plan;
use crate::site::{Failed, Folder};
use crate::unit::Lang;
use std::path::Path;

/// The file it writes.
const NAME: &str = "diagnosis.yaml";

/// Every question of `plan::diagnosis`, by language; `{stores}` and `{team}` are filled in.
fn questions(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => include_str!("../../content/diagnosis/zh.yaml"),
        Lang::Ja => include_str!("../../content/diagnosis/ja.yaml"),
        Lang::En => include_str!("../../content/diagnosis/en.yaml"),
    }
}

/// Writes it, unless there is one.
pub(super) fn run(option: Option<&Path>, terminal: &Terminal) -> Result<u8, Trouble> {
    let workspace = workspace::open(None, option)?;
    let path = ProjectPath::parse(NAME).map_err(|_| Trouble::usage(format!("`{NAME}` is no file name")))?;
    if workspace.disk.stamp(&path).is_some() {
        return Err(Trouble { code: 12, text: format!("`{NAME}` is there already"), hint: None }
            .hint("answers are never written over; edit the file"));
    }
    let plan = plan::load(&workspace.disk).value;
    let known = |count: usize| if count == 0 { String::new() } else { format!(" {count}") };
    let text = questions(plan.site.languages[0])
        .replace(" {stores}", &known(plan.stores.len()))
        .replace(" {team}", &known(plan.people.len()));
    let folder = Folder::open(&workspace.place)
        .map_err(|error| Failed::of("open", &workspace.place.to_string_lossy(), &error))?;
    folder.put(&path, text.as_bytes())?;
    terminal.say(&format!("wrote {}\n", printable(&workspace.place.join(NAME).to_string_lossy())));
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::questions;
    use crate::plan::yaml::format::diagnosis::FILE;
    use crate::unit::Lang;

    #[test]
    fn every_question_is_asked_in_every_language() {
        for lang in [Lang::Zh, Lang::Ja, Lang::En] {
            let asked: Vec<&str> = questions(lang)
                .lines()
                .filter(|line| !line.starts_with('#'))
                .filter_map(|line| Some(line.split_once(':')?.0))
                .collect();
            let known: Vec<&str> = FILE.fields.iter().map(|field| field.key).collect();
            assert_eq!(asked, known);
        }
    }
}
