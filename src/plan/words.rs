//! Text in the languages of the site.

use crate::unit::Lang;
use std::sync::Arc;

/// A text, written once for all languages or once for each.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Words {
    /// The text where no language of its own is given.
    pub any: Option<Arc<str>>,
    /// Texts by language.
    pub by_lang: std::collections::BTreeMap<Lang, Arc<str>>,
}

impl Words {
    /// The same text in every language.
    pub fn same(text: &str) -> Words {
        Words { any: Some(text.into()), ..Words::default() }
    }

    /// The text in `lang`; else the one for all; else the first there is, English before the others.
    pub fn in_lang(&self, lang: Lang) -> &str {
        let chosen = self.by_lang.get(&lang).or(self.any.as_ref());
        let chosen =
            chosen.or_else(|| [Lang::En, Lang::Ja, Lang::Zh].iter().find_map(|lang| self.by_lang.get(lang)));
        chosen.map_or("", |text| text)
    }

    /// Texts one after the other, in each language in which one of them has words of its own.
    pub fn joined(all: &[Words], between: &str) -> Words {
        let in_lang = |lang| -> Arc<str> {
            all.iter().map(|one| one.in_lang(lang)).collect::<Vec<_>>().join(between).into()
        };
        let languages = all.iter().flat_map(|one| one.by_lang.keys().copied());
        let by_lang = languages.map(|lang| (lang, in_lang(lang))).collect();
        let any: Option<Vec<&str>> = all.iter().map(|one| one.any.as_deref()).collect();
        Words { any: any.map(|all| all.join(between).into()), by_lang }
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.any.is_none() && self.by_lang.is_empty()
    }
}
