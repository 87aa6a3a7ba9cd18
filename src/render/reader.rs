//! The page that asks for the passphrase of an encrypted version. It says nothing of the site: not its title, not its pages.

use super::assets::{Assets, Theme, named};
use super::json::for_html;
use super::strings::Strings;
use super::{CSP, env_render, environment, template_error};
use crate::diag::Checked;
use crate::time::Calendar;
use crate::unit::Lang;
use minijinja::{Value, context};
use serde_json::{Map, json};
use std::sync::Arc;

/// What the script says, by its name there, and the string of each language's file.
const WORDS: &[(&str, &str)] = &[
    ("title", "reader-title"),
    ("about", "reader-about"),
    ("passphrase", "reader-passphrase"),
    ("show", "reader-show"),
    ("hide", "reader-hide"),
    ("remember", "reader-remember"),
    ("open", "reader-open"),
    ("opening", "reader-opening"),
    ("wrong", "reader-wrong"),
    ("note", "reader-note"),
    ("no-crypto", "reader-no-crypto"),
    ("from-file", "reader-from-file"),
    ("lock", "reader-lock"),
    ("state", "reader-state"),
    ("language", "reader-language"),
    ("name", "reader-name"),
];

/// The page, and the shared files it needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReaderPage {
    /// HTML, for the folder of a version.
    pub html: String,
    /// Path below the folder of the audience, and bytes.
    pub assets: Vec<(String, Vec<u8>)>,
}

/// Makes it, in the languages of a site.
pub fn reader(theme: &Theme, languages: &[Lang]) -> Checked<ReaderPage> {
    let mut found = Vec::new();
    let assets = Assets::of(theme);
    let script = named("enc", "js", theme.bytes("js/reader.js").to_vec());
    let (mut words, mut without_script) = (Map::new(), Vec::new());
    for lang in languages {
        let strings = Strings::of(theme, *lang, Calendar::default(), &mut found);
        let said = WORDS.iter().map(|(name, key)| ((*name).to_owned(), json!(strings.key(key))));
        words.insert(lang.code().to_owned(), said.collect::<Map<_, _>>().into());
        without_script.push(context! { code => lang.code(), text => strings.key("reader-no-script") });
    }
    let first = languages.first().copied().unwrap_or(Lang::En);
    let strings = Arc::new(Strings::of(theme, first, Calendar::default(), &mut found));
    let env = environment(theme, &strings, &mut found);
    let data = context! {
        csp => CSP,
        lang => first.code(),
        title => strings.key("reader-title"),
        style => format!("../../{}", assets.style.path),
        script => format!("../../{}", script.path),
        languages => without_script,
        words => Value::from_safe_string(for_html(&words.into())),
    };
    let html = env_render(&env, "reader.html", data).unwrap_or_else(|error| {
        found.push(template_error(&error, &|name: &str| theme.shown(&format!("templates/{name}"))));
        String::new()
    });
    super::lint::check(&html, "index.html", &theme.shown("templates/reader.html"), &mut found);
    let assets = [assets.style, script].map(|asset| (asset.path, asset.bytes)).into();
    Checked { value: ReaderPage { html, assets }, found }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_keeps_the_policy_and_speaks_every_language() {
        let made = reader(&Theme::built_in(), Lang::ALL);
        assert_eq!(made.found, []);
        let html = &made.value.html;
        for said in ["Passphrase", "パスフレーズ", "口令", "needs JavaScript", "\"application/json\""]
        {
            assert!(html.contains(said), "{said}");
        }
        assert!(html.len() < 16_384 && !html.contains("document.write"));
        for (path, _) in &made.value.assets {
            assert!(html.contains(&format!("../../{path}")), "{path}");
        }
        let script = String::from_utf8_lossy(&made.value.assets[1].1).into_owned();
        for banned in ["document.write", "innerHTML", "eval(", "new Function", "localStorage.setItem"] {
            assert!(!script.contains(banned), "{banned}");
        }
    }
}
