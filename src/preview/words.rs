//! The words of the preview in the language of a page; scripts hold none.

use crate::render::studio::Studio;
use crate::unit::Lang;
use serde_json::{Map, Value};

/// Strings of the interface that the script of the preview shows.
const KEYS: &[&str] = &[
    "preview-live",
    "preview-building",
    "preview-lost",
    "preview-closed",
    "preview-broken",
    "preview-failed",
    "preview-open",
    "preview-hide",
    "preview-gone",
    "preview-home",
    "preview-ran",
    "preview-pages-changed",
    "preview-pages-made",
    "preview-none-changed",
    "preview-findings",
];

/// All of them by key.
pub(super) fn all(studio: &Studio, lang: Lang) -> Value {
    let said = |key: &&str| Some(((*key).to_owned(), Value::String(studio.words(lang, key)?)));
    Value::Object(KEYS.iter().filter_map(said).collect::<Map<String, Value>>())
}
