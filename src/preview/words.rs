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
    "preview-audience",
    "preview-edit",
    "preview-close",
    "preview-edit-save",
    "preview-edit-reset",
    "preview-edit-undo",
    "preview-edit-saved",
    "preview-edit-invalid",
    "preview-edit-made-by",
    "preview-packed",
    "preview-packed-how",
    "preview-packed-copy",
    "preview-packed-copied",
    "preview-revise",
    "preview-revise-value",
    "preview-revise-date",
    "preview-revise-reason",
    "preview-revise-save",
    "preview-no-unknown",
    "preview-no-not-allowed",
    "preview-no-elsewhere",
    "preview-no-no-reason",
    "preview-no-not-seen",
    "preview-no-unreadable",
    "preview-no-shared",
    "preview-no-not-one",
    "preview-no-conflict",
    "preview-no-invalid",
    "preview-no-nothing-to-undo",
    "preview-no-failed",
    "preview-sets",
    "preview-set-name",
    "preview-set-keep",
    "preview-set-show",
    "preview-set-compare",
    "preview-set-patch",
    "preview-set-remove",
    "preview-board-target",
    "preview-board-files",
    "preview-board-value",
    "preview-board-attainment",
    "preview-board-pace",
    "preview-board-forecast",
    "preview-board-standing",
    "preview-board-scores",
    "preview-board-same",
];

/// All of them by key.
pub(super) fn all(studio: &Studio, lang: Lang) -> Value {
    let said = |key: &&str| Some(((*key).to_owned(), Value::String(studio.words(lang, key)?)));
    Value::Object(KEYS.iter().filter_map(said).collect::<Map<String, Value>>())
}
