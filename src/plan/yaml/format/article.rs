//! `content/**/*.md`: articles. The language stands in the file name (`x.zh.md`), the title in the front matter.

use super::{Reader, words};
use crate::diag::{Finding, Place};
use crate::plan::yaml::shape::{self, Kind, Shape, later, optional};
use crate::plan::yaml::{self, File};
use crate::plan::{Article, Id};
use crate::time::Calendar;
use crate::unit::Lang;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Front matter.
pub static FRONT: Shape = Shape {
    name: "the head of an article",
    about: "Between two lines `---` at the top of a Markdown file.",
    fields: &[
        optional("title", Kind::Words, "Title; the first heading if absent."),
        optional("tags", Kind::Many(&Kind::Of(&shape::TEXT)), "Free labels."),
        later("date", "When it was written."),
        later("owner", "Who keeps it."),
        optional(
            "audience",
            Kind::Many(&Kind::Of(&shape::TEXT)),
            "Only these audiences see it; everybody if absent.",
        ),
        optional(
            "order",
            Kind::Of(&shape::COUNT),
            "Its place in the navigation, the least first; those without one follow by name.",
        ),
    ],
};

/// Splits `handbook/ads.zh.md` into its address and its language; no language means every one.
pub fn address(path: &str) -> (Id, Option<Lang>) {
    let stem = path.strip_prefix("content/").unwrap_or(path);
    let stem = stem.strip_suffix(".md").unwrap_or(stem);
    match stem.rsplit_once('.').and_then(|(stem, code)| Some((stem, Lang::parse(code)?))) {
        Some((stem, lang)) => (stem.into(), Some(lang)),
        None => (stem.into(), None),
    }
}

/// One language of an article.
#[derive(Clone, Debug)]
pub struct OneText {
    title: Option<crate::plan::Words>,
    heading: Option<Arc<str>>,
    order: Option<u32>,
    /// Who may see it, and where that is written.
    audience: Option<(Vec<Id>, Place)>,
    /// Everything below the head.
    pub body: Arc<str>,
    /// Where that begins.
    pub place: Place,
}

impl OneText {
    /// Whether everything but the running text is the same.
    pub fn is_headed_as(&self, other: &OneText) -> bool {
        let is_titled = self.title.is_some() || self.heading == other.heading;
        is_titled && self.title == other.title && self.order == other.order && self.audience == other.audience
    }
}

/// Reads one language of an article.
pub fn one(path: &Arc<str>, text: &Arc<str>, calendar: Calendar, found: &mut Vec<Finding>) -> OneText {
    let (front, body, first) = split(text);
    let (mut title, mut order, mut audience) = (None, None, None);
    if let Some(front) = front {
        // One line feed in front keeps the line numbers of the file.
        let shifted: Arc<str> = format!("\n{front}").into();
        // Of a head that cannot be read nobody knows whom it keeps the text from.
        audience = Some((Vec::new(), Place::file(path)));
        if let Some(root) = yaml::parse(path, &shifted, found) {
            let file = File { path: path.clone(), text: shifted, root };
            let mut reader = Reader::new(calendar);
            reader.file(&file, &FRONT);
            found.append(&mut reader.found);
            title = file.root.get("title").map(|node| words(Some(node)));
            order = super::whole(file.root.get("order"));
            audience = file.root.get("audience").map(|node| (super::ids(Some(node)), node.place.clone()));
        }
    }
    let heading = body.lines().find_map(|line| line.strip_prefix("# ")).map(str::trim);
    OneText {
        title: title.filter(|title| !title.is_empty()),
        heading: heading.map(Into::into),
        order,
        audience,
        body: body.into(),
        place: Place::at(path, first, 1, 1),
    }
}

/// Brings one language of an article to the others. An id that is taken in this language is a finding.
pub fn join(
    (id, lang): (Id, Lang),
    one: &OneText,
    articles: &mut BTreeMap<Id, Article>,
    found: &mut Vec<Finding>,
) {
    let name = id.rsplit('/').next().unwrap_or(&id);
    let shown: Arc<str> = match (&one.title, &one.heading) {
        (Some(title), _) => title.in_lang(lang).into(),
        (None, Some(heading)) => heading.clone(),
        (None, None) => name.into(),
    };
    let article = articles.entry(id.clone()).or_insert_with(|| Article {
        id: id.clone(),
        title: Default::default(),
        order: None,
        from_pack: false,
        audience: Vec::new(),
        audience_at: None,
        body: BTreeMap::new(),
    });
    article.title.by_lang.insert(lang, shown);
    article.order = article.order.or(one.order);
    if let Some((names, place)) = &one.audience {
        // One language that names nobody would show what the other keeps back: it holds for all of them.
        article.audience.extend(names.iter().cloned());
        article.audience_at.get_or_insert_with(|| place.clone());
    }
    if let Some((_, other)) = article.body.insert(lang, (one.body.clone(), one.place.clone())) {
        let path = &one.place.file;
        let told = format!("`{}` and `{path}` are the same article in one language", other.file);
        let finding = Finding::new(&crate::plan::rules::names::PAGE_NAME_TAKEN, Place::file(path), told);
        found.push(
            finding.hint("the language stands in the file name: `name.zh.md`, `name.ja.md`, `name.en.md`"),
        );
    }
}

/// Front matter, body, and the line the body begins on.
pub(super) fn split(text: &str) -> (Option<&str>, &str, u32) {
    let Some(rest) = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n")) else {
        return (None, text, 1);
    };
    let mut at = 0;
    for (number, line) in rest.split_inclusive('\n').enumerate() {
        if line.trim_end() == "---" {
            let first = u32::try_from(number + 3).unwrap_or(u32::MAX);
            return (Some(&rest[..at]), &rest[at + line.len()..], first);
        }
        at += line.len();
    }
    (None, text, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_stands_in_the_file_name() {
        assert_eq!(address("content/sop/bids.zh.md"), ("sop/bids".into(), Some(Lang::Zh)));
        assert_eq!(address("content/about.md"), ("about".into(), None));
        assert_eq!(address("content/v1.2.md"), ("v1.2".into(), None));
    }

    #[test]
    fn the_head_is_cut_off_and_lines_are_kept() {
        assert_eq!(split("---\ntitle: A\n---\nbody\n"), (Some("title: A\n"), "body\n", 4));
        assert_eq!(split("no head\n"), (None, "no head\n", 1));
        assert_eq!(split("---\nnever closed\n").0, None);
    }
}
